// SPDX-License-Identifier: Apache-2.0
/*
 * What becomes of a call when the server answers, doesn't, goes away, or is hostile.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tests/client/bench.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

static const struct slate_take_ticket acme_12 = {.ticket = "ACME-12"};
static const struct slate_show_ticket show_12 = {.ticket = "ACME-12"};

/** The request id of the fake's i-th request. */
static void request_id(struct bench *b, unsigned i, uint8_t ret[16])
{
    size_t n;
    uint8_t *p = fake_request(b->fake, i, &n);
    T_CHECK(p, "request %u", i);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);

    T_CHECK(m && m->request && m->request->request_id.len == 16);
    memcpy(ret, m->request->request_id.data, 16);
    slate__v1__envelope__free_unpacked(m, NULL);
    free(p);
}

static void check_same_request(struct bench *b, unsigned i, unsigned k)
{
    size_t n, m;
    uint8_t *p = fake_request(b->fake, i, &n);
    uint8_t *q = fake_request(b->fake, k, &m);

    T_CHECK(p && q);
    T_EQ_INT(n, m);
    T_EQ_MEM(p, q, n, "requests %u and %u", i, k);
    free(p);
    free(q);
}

T_TEST(calls, give_the_answer_with_its_token)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_OK, "%s", e.message);
    T_EQ_INT(r->kind, SLATE_TAKE_TICKET);
    T_EQ_STR(r->changed.ticket.ticket, "ACME-12");
    T_EQ_STR(r->token.contract, "acme-l1");
    T_EQ_INT(r->token.seq, 4711);
    slate_result_free(r);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, &e), SLATE_OK, "%s", e.message);
    T_EQ_INT(r->detail.n_messages, 3);
    T_EQ_INT(r->token.seq, 0);
    slate_result_free(r);
}

T_TEST(calls, carry_a_request_id_only_for_changes)
{
    static const struct slate_with dry = {.dry_run = true};
    static const struct slate_with chosen = {.request_id = "0123456789abcde"};
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_result *r;
    uint8_t first[16], second[16];

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, NULL), SLATE_OK);
    slate_result_free(r);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, NULL), SLATE_OK);
    slate_result_free(r);
    request_id(&b, 0, first);
    request_id(&b, 1, second);
    T_CHECK(memcmp(first, second, 16) != 0);
    T_EQ_INT(first[6] >> 4, 7, "version");
    T_EQ_INT(first[8] >> 6, 2, "variant");
    T_CHECK(memcmp(first, second, 6) <= 0, "ids grow with time");
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, &chosen, &r, NULL), SLATE_OK);
    slate_result_free(r);
    request_id(&b, 2, first);
    T_EQ_MEM(first, chosen.request_id, 16);

    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, &dry, &r, NULL), SLATE_OK);
    slate_result_free(r);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, NULL), SLATE_OK);
    slate_result_free(r);
    for (unsigned i = 3; i < 5; i++) {
        size_t n;
        uint8_t *p = fake_request(b.fake, i, &n);
        Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);

        T_CHECK(m && !m->request->has_request_id, "request %u", i);
        slate__v1__envelope__free_unpacked(m, NULL);
        free(p);
    }
}

T_TEST(calls, hand_on_what_the_server_refuses)
{
    static const struct slate_take_ticket state = {.ticket = "STATE-1"};
    static const struct slate_take_ticket stale = {.ticket = "STALE-1"};
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_result *r;
    struct slate_error e;
    uint8_t id[16];

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &state, NULL, &r, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_STR(e.message, "the ticket is closed");
    T_CHECK(strstr(e.hint, "legal here"));
    request_id(&b, 0, id);
    T_EQ_MEM(e.request_id, id, 16);
    T_EQ_INT(slate_take_ticket(b.slate, &stale, NULL, &r, &e), SLATE_ABORTED);
    T_EQ_STR(e.field, "if_version");
}

static void drops_the_first(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;

    (void)arg;
    while ((request = fake_read(line))) {
        if (fake_line_number(line) == 1) {
            fake_cut(line);
            return;
        }
        fake_answer(line, request);
    }
}

T_TEST(calls, repeat_a_change_with_the_same_request_id_after_a_lost_connection)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = drops_the_first});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_OK, "%s", e.message);
    slate_result_free(r);
    T_EQ_INT(fake_connections(b.fake), 2);
    T_EQ_INT(fake_requests(b.fake), 2);
    check_same_request(&b, 0, 1);
}

static void drops_all(struct fake_line *line, void *arg)
{
    (void)arg;
    fake_read(line);
    fake_cut(line);
}

T_TEST(calls, end_unknown_for_a_change_that_breaks_every_connection)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = drops_all});
    struct slate_with with = {0};
    struct slate_result *r;
    struct slate_error e;
    uint8_t id[16];

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_UNKNOWN_OUTCOME);
    T_CHECK(strstr(e.message, "not known"), "%s", e.message);
    T_CHECK(strstr(e.message, "connection lost"), "%s", e.message);
    T_CHECK(!e.retryable);
    T_EQ_INT(fake_requests(b.fake), 4);
    request_id(&b, 3, id);
    T_EQ_MEM(e.request_id, id, 16);

    // With an id of the caller's own the same call can be repeated
    memcpy(with.request_id, id, 16);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, &with, &r, &e), SLATE_UNKNOWN_OUTCOME);
    T_CHECK(e.retryable);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, &e), SLATE_UNREACHABLE);
}

static void never_answers(struct fake_line *line, void *arg)
{
    (void)arg;
    while (fake_read(line)) {
    }
}

T_TEST(calls, end_in_time_without_an_answer)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = never_answers});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    struct slate_with quick = {.timeout_ms = 100};
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, &quick, &r, &e), SLATE_UNKNOWN_OUTCOME);
    T_CHECK(strstr(e.message, "no answer in time"), "%s", e.message);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, &quick, &r, &e), SLATE_TIMEOUT);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, &quick, &r, &e), SLATE_TIMEOUT);
}

static void answers_only_on_the_second(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;

    (void)arg;
    while ((request = fake_read(line))) {
        if (fake_line_number(line) > 1) {
            fake_answer(line, request);
        }
    }
}

T_TEST(calls, do_not_meet_a_late_answer_to_an_earlier_call)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = answers_only_on_the_second});
    struct slate_with quick = {.timeout_ms = 100};
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, &quick, &r, &e), SLATE_TIMEOUT);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, &e), SLATE_OK, "%s", e.message);
    slate_result_free(r);
    T_EQ_INT(fake_connections(b.fake), 2);
}

static sem_t is_away;

static void closes_then_is_away(struct fake_line *line, void *arg)
{
    struct bench *b = arg;

    if (fake_line_number(line) == 1) {
        fake_shut(b->fake);
        sem_post(&is_away);
        return; // with a goodbye
    }
    const Slate__V1__Request *request;
    while ((request = fake_read(line))) {
        fake_answer(line, request);
    }
}

T_TEST(calls, that_never_reached_a_server_had_no_effect)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = never_answers});
    struct slate_with quick = {.timeout_ms = 400};
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    fake_shut(b.fake);
    // The first is sent over the connection that is still there; it times out, and closes it
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, &quick, &r, &e), SLATE_TIMEOUT);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, &quick, &r, &e), SLATE_UNREACHABLE);
    T_CHECK(strstr(e.message, "refused"), "%s", e.message);
    T_CHECK(e.retryable);
    T_EQ_INT(fake_requests(b.fake), 1);
}

static void *opens_soon(void *arg)
{
    struct bench *b = arg;

    sem_wait(&is_away);
    fake_open(b->fake);
    return NULL;
}

T_TEST(calls, wait_for_a_server_that_comes_back)
{
    CLEANUP struct bench b;
    sem_init(&is_away, 0, 0);
    bench_init(&b, &(struct fake_options){.serve = closes_then_is_away, .arg = &b});
    struct slate_result *r;
    struct slate_error e;
    pthread_t thread;

    bench_open(&b, 0);
    T_CHECK(pthread_create(&thread, NULL, opens_soon, &b) == 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_OK, "%s", e.message);
    slate_result_free(r);
    pthread_join(thread, NULL);
    T_EQ_INT(fake_requests(b.fake), 1);
}

static bool greets_as_another(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    static uint8_t other[16] = "canned cluster 2";

    (void)arg;
    if (fake_line_number(line) > 1) {
        hello->cluster_id.data = other;
    }
    return true;
}

T_TEST(calls, are_not_repeated_to_another_cluster)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = drops_the_first, .greet = greets_as_another});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_UNKNOWN_OUTCOME);
    T_CHECK(strstr(e.message, "another server"), "%s", e.message);
    T_EQ_INT(fake_requests(b.fake), 1);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, &e), SLATE_PROTOCOL);
}

/** What is said, how often, and when to come back. */
struct refusing {
    Slate__V1__Code code;
    uint32_t retry_after_ms;
    int refusals;
};

static void asks_to_come_back(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;
    struct refusing *how = arg;

    while ((request = fake_read(line))) {
        Slate__V1__Error e = SLATE__V1__ERROR__INIT;
        Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;

        if (how->refusals == 0) {
            fake_answer(line, request);
            continue;
        }
        how->refusals--;
        e.has_code = e.has_retry_after_ms = true;
        e.code = how->code;
        e.message = "busy";
        e.retry_after_ms = how->retry_after_ms;
        reply.has_id = true;
        reply.id = request->id;
        reply.error = &e;
        fake_write(line, &reply);
    }
}

T_TEST(calls, come_back_when_the_server_asks_for_that)
{
    struct refusing how = {SLATE__V1__CODE__CODE_UNAVAILABLE, 20, 2};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = asks_to_come_back, .arg = &how});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_OK, "%s", e.message);
    slate_result_free(r);
    T_EQ_INT(fake_requests(b.fake), 3);
    T_EQ_INT(fake_connections(b.fake), 1);
    check_same_request(&b, 0, 2);
}

T_TEST(calls, come_back_only_so_often)
{
    struct refusing how = {SLATE__V1__CODE__CODE_UNAVAILABLE, 20, 100};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = asks_to_come_back, .arg = &how});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_UNAVAILABLE);
    T_EQ_STR(e.message, "busy");
    T_EQ_INT(e.retry_after_ms, 20);
    T_CHECK(!e.retryable, "a change that was not taken may have been made");
    T_EQ_INT(fake_requests(b.fake), 4);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, &e), SLATE_UNAVAILABLE);
    T_CHECK(e.retryable);
}

/** A limit of ours is over some time, and until then the server has done nothing. */
T_TEST(calls, come_back_until_a_limit_is_over)
{
    struct refusing how = {SLATE__V1__CODE__CODE_RESOURCE_EXHAUSTED, 5, 20};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = asks_to_come_back, .arg = &how});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_OK, "%s", e.message);
    slate_result_free(r);
    T_EQ_INT(fake_requests(b.fake), 21);
    check_same_request(&b, 0, 20);
}

T_TEST(calls, say_what_a_limit_said_when_there_is_no_time)
{
    struct refusing how = {SLATE__V1__CODE__CODE_RESOURCE_EXHAUSTED, 60000, 100};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = asks_to_come_back, .arg = &how});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_RESOURCE_EXHAUSTED);
    T_EQ_STR(e.message, "busy");
    T_EQ_INT(e.retry_after_ms, 60000);
    T_CHECK(e.retryable, "nothing came of it");
    T_EQ_INT(fake_requests(b.fake), 1);
}

enum lie {
    ANSWERS_ANOTHER_ID = 1,
    ANSWERS_TWICE,
    ANSWERS_ANOTHER_KIND,
    GREETS_AGAIN,
    SAYS_NOTHING
};

static void lies(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;
    const enum lie *lie = arg;

    while ((request = fake_read(line))) {
        Slate__V1__Reply reply;
        Slate__V1__Request other = SLATE__V1__REQUEST__INIT;

        fake_canned(*lie == ANSWERS_ANOTHER_KIND ? &other : request, &reply);
        if (*lie == SAYS_NOTHING) {
            slate__v1__reply__init(&reply);
        }
        reply.has_id = true;
        reply.id = request->id + (*lie == ANSWERS_ANOTHER_ID);
        if (*lie == GREETS_AGAIN) {
            fake_write_raw(line, "\0\0\0\2\x0a\0", 6);
        }
        fake_write(line, &reply);
        if (*lie == ANSWERS_TWICE) {
            fake_write(line, &reply);
        }
    }
}

T_TEST(calls, end_when_the_server_makes_no_sense)
{
    static const struct {
        enum lie lie;
        const char *message;
    } table[] = {
        {ANSWERS_ANOTHER_ID, "what was not asked"},
        {ANSWERS_ANOTHER_KIND, "does not fit the question"},
        {GREETS_AGAIN, "makes no sense"},
        {SAYS_NOTHING, "makes no sense"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        enum lie lie = table[i].lie;
        CLEANUP struct bench b;
        bench_init(&b, &(struct fake_options){.serve = lies, .arg = &lie});
        struct slate_result *r;
        struct slate_error e;

        bench_open(&b, 0);
        T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, &e), SLATE_PROTOCOL, "row %zu", i);
        T_CHECK(strstr(e.message, table[i].message), "row %zu: %s", i, e.message);
    }
    // A second answer is noticed by the next call
    enum lie lie = ANSWERS_TWICE;
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = lies, .arg = &lie});
    struct slate_result *r;

    bench_open(&b, 0);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, NULL), SLATE_OK);
    slate_result_free(r);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, NULL), SLATE_PROTOCOL);
}

static void closes_at_once(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;

    (void)arg;
    while (fake_line_number(line) > 1 && (request = fake_read(line))) {
        fake_answer(line, request);
    }
}

T_TEST(calls, survive_writing_to_a_server_that_has_gone)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = closes_at_once});
    static char body[40000];
    struct slate_error e;

    memset(body, 'x', sizeof(body) - 1);
    signal(SIGPIPE, SIG_DFL);
    bench_open(&b, 0);
    struct slate_request request = {
        .kind = SLATE_NEW_TICKET,
        .new_ticket = {.contract = "acme-l1", .subject = "x", .body = body},
    };
    fake_await_closes(b.fake, 1);
    for (unsigned i = 0; i < 8; i++) { // the first write is met by a reset, the next by EPIPE
        uint64_t tag;

        T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_OK, "%s", e.message);
    }
    for (unsigned i = 0; i < 8; i++) {
        struct slate_result *r;
        uint64_t tag;

        T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_OK, "%s", e.message);
        slate_result_free(r);
    }
    T_EQ_INT(fake_connections(b.fake), 2);
}

static void *interrupts(void *arg)
{
    struct bench *b = arg;

    fake_await_requests(b->fake, 1);
    slate_interrupt(b->slate);
    return NULL;
}

T_TEST(calls, end_when_they_are_interrupted)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = never_answers});
    struct slate_result *r;
    struct slate_error e;
    pthread_t thread;

    bench_open(&b, 0);
    T_CHECK(pthread_create(&thread, NULL, interrupts, &b) == 0);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_UNKNOWN_OUTCOME);
    T_CHECK(strstr(e.message, "interrupted"), "%s", e.message);
    pthread_join(thread, NULL);
    T_EQ_INT(slate_show_ticket(b.slate, &show_12, NULL, &r, &e), SLATE_CANCELLED);
    T_EQ_INT(slate_take_ticket(b.slate, &acme_12, NULL, &r, &e), SLATE_CANCELLED);
}

T_TEST(calls, refuse_what_the_server_would_not_take)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    static char body[70000];
    struct slate_result *r;
    struct slate_error e;

    memset(body, 'x', sizeof(body) - 1);
    bench_open(&b, 0);
    struct slate_add_message message = {
        .ticket = "ACME-12", .visibility = SLATE_PUBLIC, .body = body};
    T_EQ_INT(slate_add_message(b.slate, &message, NULL, &r, &e), SLATE_INVALID_ARGUMENT);
    T_CHECK(strstr(e.message, "at most 65536"), "%s", e.message);
    struct slate_apply_book book = {.text = body};
    T_EQ_INT(slate_apply_book(b.slate, &book, NULL, &r, &e), SLATE_OK, "%s", e.message);
    slate_result_free(r);
    struct slate_request nonsense = {.kind = (enum slate_kind)99};
    T_EQ_INT(slate_call(b.slate, &nonsense, &r, &e), SLATE_INVALID_ARGUMENT);
    T_EQ_INT(fake_requests(b.fake), 1);
}
