// SPDX-License-Identifier: Apache-2.0
/*
 * Many requests at once: answers in any order, and a connection that breaks in the middle.
 */
#include <malloc.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/client/bench.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

enum { MANY = 200 };

/** Submit MANY takes of T-1, T-2, ... as the window allows, and check that each comes out once with
 * its own answer. */
static void take_many(struct bench *b)
{
    uint64_t tags[MANY];
    bool seen[MANY] = {false};
    unsigned n = 0;
    struct slate_error e;

    for (unsigned done = 0; done < MANY; done++) {
        while (n < MANY && slate_pending(b->slate) < slate_window(b->slate)) {
            char ticket[16];
            struct slate_request request = {.kind = SLATE_TAKE_TICKET,
                                            .take_ticket = {.ticket = ticket}};

            snprintf(ticket, sizeof(ticket), "T-%u", n);
            T_EQ_INT(slate_submit(b->slate, &request, &tags[n], &e), SLATE_OK, "%s", e.message);
            n++;
        }
        struct slate_result *r;
        uint64_t tag;

        T_EQ_INT(slate_next(b->slate, &tag, &r, &e), SLATE_OK, "%s", e.message);
        unsigned i = 0;
        while (i < n && tags[i] != tag) {
            i++;
        }
        T_CHECK(i < n && !seen[i], "tag %llu", (unsigned long long)tag);
        seen[i] = true;
        char ticket[16];
        snprintf(ticket, sizeof(ticket), "T-%u", i);
        T_EQ_STR(r->changed.ticket.ticket, ticket);
        slate_result_free(r);
    }
    T_EQ_INT(slate_pending(b->slate), 0);
}

/** Reads four, and answers them from the last to the first. */
static void answers_backwards(struct fake_line *line, void *arg)
{
    (void)arg;
    for (;;) {
        uint64_t ids[4];
        char names[4][16];

        for (unsigned i = 0; i < 4; i++) {
            const Slate__V1__Request *request = fake_read(line);

            if (!request) {
                return;
            }
            ids[i] = request->id;
            snprintf(names[i], sizeof(names[i]), "%s", request->take_ticket->ticket);
        }
        for (unsigned i = 4; i-- > 0;) {
            Slate__V1__Request request = SLATE__V1__REQUEST__INIT;
            Slate__V1__TakeTicket take = SLATE__V1__TAKE_TICKET__INIT;

            take.ticket = names[i];
            request.take_ticket = &take;
            request.id = ids[i];
            fake_answer(line, &request);
        }
    }
}

T_TEST(pipeline, matches_answers_that_come_in_another_order)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = answers_backwards});

    bench_open(&b, 0);
    take_many(&b);
    T_EQ_INT(fake_connections(b.fake), 1);
    T_EQ_INT(fake_requests(b.fake), MANY);
}

/** Takes five, then none until it was asked for seven that it does not take, again and again. */
static void has_a_limit(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;

    (void)arg;
    for (unsigned i = 0; (request = fake_read(line)); i++) {
        Slate__V1__Error e = SLATE__V1__ERROR__INIT;
        Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;

        if (i % 12 < 5) {
            fake_answer(line, request);
            continue;
        }
        e.has_code = e.has_retry_after_ms = true;
        e.code = SLATE__V1__CODE__CODE_RESOURCE_EXHAUSTED;
        e.message = "too many requests";
        e.retry_after_ms = 5;
        reply.has_id = true;
        reply.id = request->id;
        reply.error = &e;
        fake_write(line, &reply);
    }
}

T_TEST(pipeline, sends_all_again_that_a_limit_refused)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = has_a_limit});

    bench_open(&b, 0);
    take_many(&b);
    T_EQ_INT(fake_connections(b.fake), 1);
    T_EQ_INT(fake_requests(b.fake), (MANY / 5 - 1) * 12 + 5, "each was taken once");
}

/** Answers a few on each of the first connections, then breaks. */
static void breaks_often(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;
    unsigned answered = 0;

    (void)arg;
    while ((request = fake_read(line))) {
        if (fake_line_number(line) <= 5 && answered == 7 * fake_line_number(line)) {
            fake_cut(line);
            return;
        }
        fake_answer(line, request);
        answered++;
    }
}

T_TEST(pipeline, goes_on_after_each_lost_connection_with_the_same_request_ids)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = breaks_often});

    bench_open(&b, 0);
    take_many(&b);
    T_EQ_INT(fake_connections(b.fake), 6);

    // Each ticket may have been asked for more than once, but always by the same request id
    uint8_t ids[MANY][16];
    bool known[MANY] = {false};
    for (unsigned i = 0; i < fake_requests(b.fake); i++) {
        size_t n;
        uint8_t *p = fake_request(b.fake, i, &n);
        Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);
        unsigned k = (unsigned)strtoul(m->request->take_ticket->ticket + 2, NULL, 10);

        if (known[k]) {
            T_EQ_MEM(m->request->request_id.data, ids[k], 16, "ticket %u", k);
        }
        known[k] = true;
        memcpy(ids[k], m->request->request_id.data, 16);
        slate__v1__envelope__free_unpacked(m, NULL);
        free(p);
    }
}

static void reads_without_end(struct fake_line *line, void *arg)
{
    (void)arg;
    while (fake_read(line)) {
    }
}

T_TEST(pipeline, has_a_window)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = reads_without_end});
    struct slate_request request = {
        .kind = SLATE_SHOW_TICKET, .with = {.timeout_ms = 200}, .show_ticket = {.ticket = "T-1"}};
    struct slate_result *r;
    struct slate_error e;
    uint64_t tag;

    bench_open(&b, 0);
    for (unsigned i = 0; i < 16; i++) {
        T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_OK);
        T_EQ_INT(slate_pending(b.slate), i + 1);
    }
    T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_INT(slate_call(b.slate, &request, &r, &e), SLATE_FAILED_PRECONDITION);
    for (unsigned i = 0; i < 16; i++) {
        tag = 0;
        T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_TIMEOUT, "%s", e.message);
        T_CHECK(tag != 0);
    }
    T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_INT(tag, 0);
}

/** Fills the socket with answers before it reads on: a client that only wrote would never end. */
static void answers_much(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;

    (void)arg;
    while ((request = fake_read(line))) {
        static char body[40000];
        Slate__V1__Reply reply;

        memset(body, 'y', sizeof(body) - 1);
        fake_canned(request, &reply);
        reply.ticket_changed->ticket->subject = body;
        reply.has_id = true;
        reply.id = request->id;
        fake_write(line, &reply);
    }
}

T_TEST(pipeline, reads_while_it_writes)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = answers_much});
    static char body[45000];
    struct slate_request request = {
        .kind = SLATE_ADD_MESSAGE,
        .add_message = {.ticket = "T-1", .visibility = SLATE_PUBLIC, .body = body}};
    struct slate_error e;

    memset(body, 'x', sizeof(body) - 1);
    bench_open(&b, 0);
    for (unsigned round = 0; round < 20; round++) {
        struct slate_result *r;
        uint64_t tag;

        while (slate_pending(b.slate) < slate_window(b.slate)) {
            T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_OK, "%s", e.message);
        }
        while (slate_pending(b.slate) > 0) {
            T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_OK, "%s", e.message);
            T_EQ_INT(strlen(r->changed.ticket.subject), 39999);
            slate_result_free(r);
        }
    }
}

T_TEST(pipeline, keeps_few_large_requests_under_way)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = reads_without_end});
    static char body[1000000];
    struct slate_request request = {
        .kind = SLATE_IMPORT_TICKET,
        .with = {.timeout_ms = 1000},
        .import_ticket = {.contract = "c", .source = "s", .source_key = "1", .body = body}};
    struct slate_result *r;
    struct slate_error e;
    unsigned late = 0;
    uint64_t tag;

    memset(body, 'x', sizeof(body) - 1);
    bench_open(&b, 0);
    for (unsigned i = 0; i < 16; i++) { // beyond eight it waits, here until the first are given up
        T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_OK, "%s", e.message);
    }
    slate_interrupt(b.slate);
    for (unsigned i = 0; i < 16; i++) {
        T_CHECK(slate_next(b.slate, &tag, &r, &e) != SLATE_OK);
        late += strstr(e.message, "no answer in time") != NULL;
    }
    T_CHECK(late >= 8, "%u", late);
}

static sem_t all_submitted;

/** Reads nothing until all is submitted, then all sixteen before it answers the first. */
static void answers_after_sixteen(struct fake_line *line, void *arg)
{
    uint64_t ids[16];

    (void)arg;
    sem_wait(&all_submitted);
    for (unsigned i = 0; i < 16; i++) {
        const Slate__V1__Request *request = fake_read(line);

        if (!request) {
            return;
        }
        ids[i] = request->id;
    }
    for (unsigned i = 0; i < 16; i++) {
        Slate__V1__Request import = SLATE__V1__REQUEST__INIT;
        Slate__V1__ImportTicket ticket = SLATE__V1__IMPORT_TICKET__INIT;

        import.import_ticket = &ticket;
        import.id = ids[i];
        fake_answer(line, &import);
    }
    fake_read(line); // until the client goes
}

T_TEST(pipeline, writes_on_while_no_answer_comes)
{
    CLEANUP struct bench b;
    sem_init(&all_submitted, 0, 0);
    bench_init(&b, &(struct fake_options){.serve = answers_after_sixteen, .receive_bytes = 65536});
    static char body[500000];
    struct slate_request request = {
        .kind = SLATE_IMPORT_TICKET,
        .import_ticket = {.contract = "c", .source = "s", .source_key = "1", .body = body}};
    struct slate_error e;
    uint64_t tag;

    memset(body, 'x', sizeof(body) - 1);
    bench_open(&b, 50000);
    for (unsigned i = 0; i < 16; i++) { // more than sockets hold, less than the client keeps
        T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_OK, "%s", e.message);
    }
    sem_post(&all_submitted);
    for (unsigned i = 0; i < 16; i++) {
        struct slate_result *r;

        T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_OK, "%s", e.message);
        slate_result_free(r);
    }
    T_EQ_INT(fake_connections(b.fake), 1);
}

/** What is allocated now; sanitizers count by themselves. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_bytes(void)
{
    return __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes()
                                                   : mallinfo2().uordblks;
}

static bool greets_with_a_wide_window(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)line;
    (void)arg;
    hello->limits->pipelined_requests = 256;
    return true;
}

/** The first 5,000 fill what the fake remembers; the next 5,000 must not cost any more. */
T_TEST(pipeline, streams_any_number_of_requests_in_the_same_memory)
{
    enum { HALF = 5000, ROOM = 64 * 1024 };
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.greet = greets_with_a_wide_window});
    unsigned sent = 0, created = 0;
    size_t before = 0, after = 0;
    struct slate_error e;

    bench_open(&b, 60000);
    for (unsigned done = 0; done < 2 * HALF; done++) {
        struct slate_result *r;
        uint64_t tag;

        while (sent < 2 * HALF && slate_pending(b.slate) < slate_window(b.slate)) {
            char key[16];
            struct slate_request request = {.kind = SLATE_INTAKE,
                                            .intake = {.contract = "acme-l1",
                                                       .source = "desk",
                                                       .source_key = key,
                                                       .action = SLATE_INTAKE_OPEN,
                                                       .subject = "VPN drops hourly"}};

            snprintf(key, sizeof(key), "INC-%u", sent++);
            T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_OK, "%s", e.message);
        }
        T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_OK, "%s", e.message);
        created += r->intake.outcome == SLATE_INTAKE_CREATED;
        slate_result_free(r);
        if (done == HALF) {
            before = heap_bytes();
        } else if (done == 2 * HALF - 300) { // the window is still full
            after = heap_bytes();
        }
    }
    T_EQ_INT(created, 2 * HALF);
    T_CHECK(after < before + ROOM, "%zu bytes, then %zu", before, after);
}
