// SPDX-License-Identifier: Apache-2.0
/*
 * Live events: what is asked for and given, how long it is waited for, and servers that make no
 * sense. Lost connections: test_feed_breaks.c.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "proto/frame.h"
#include "tests/client/feeding.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

static const struct slate_subscribe all;

// ---- the plain way ------------------------------------------------------------------------------

T_TEST(feed, gives_events_in_order_with_their_positions)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    bench_open(&b, 0);
    T_EQ_INT(slate_positions(b.slate).n, 0);
    feeding_subscribe(&b);
    T_EQ_INT(slate_positions(b.slate).n, 1);
    T_EQ_INT(feeding_position(&b, "acme-l1"), FAKE_SEQ);
    feeding_expect_all(&b);
    feeding_expect_error(&b, 50, SLATE_TIMEOUT);
    T_EQ_INT(slate_reconnects(b.slate), 0);
    T_EQ_INT(fake_connections(b.fake), 1);
}

T_TEST(feed, hands_over_a_batch_one_by_one)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = feeding_send_batch});
    struct slate_result *kept[3];

    bench_open(&b, 0);
    feeding_subscribe(&b);
    for (unsigned i = 0; i < 3; i++) {
        T_EQ_INT(slate_next_event(b.slate, 0, &kept[i], NULL), SLATE_OK);
        T_EQ_INT(feeding_position(&b, "acme-l1"), FEEDING_SEQ(i)); // not the batch's
    }
    T_EQ_INT(feeding_position(&b, "glob"), 9);
    for (unsigned i = 3; i < FAKE_EVENTS; i++) {
        feeding_expect(&b, i);
    }
    T_EQ_INT(feeding_position(&b, "acme-l1"), FEEDING_SEQ(FAKE_EVENTS) - 1); // now it is
    slate_close(b.slate);
    b.slate = NULL;
    for (unsigned i = 0; i < 3; i++) { // a result needs neither its batch nor its connection
        T_EQ_INT(kept[i]->event.seq, FEEDING_SEQ(i));
        T_EQ_STR(kept[i]->event.ticket, "ACME-1042");
        slate_result_free(kept[i]);
    }
}

T_TEST(feed, is_asked_for_as_the_caller_says)
{
    static const struct slate_token from[] = {{"globex", 7}, {"", 3}, {"acme-l1", 0}};
    static const enum slate_event_kind kinds[] = {SLATE_EVENT_BREACH};
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    const struct slate_subscribe args = {.from = from,
                                         .n_from = 3,
                                         .contract = "acme-l1",
                                         .team = "krakow-b",
                                         .kinds = kinds,
                                         .n_kinds = 1};
    size_t n;

    bench_open(&b, 0);
    T_EQ_INT(slate_subscribe(b.slate, &args, NULL), SLATE_OK);
    fake_await_requests(b.fake, 1);
    uint8_t *p = fake_request(b.fake, 0, &n);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);
    const Slate__V1__Subscribe *q = m->request->subscribe;
    T_EQ_STR(q->contract, "acme-l1");
    T_EQ_STR(q->team, "krakow-b");
    T_EQ_INT(q->n_kinds, 1);
    T_EQ_INT(q->kinds[0], SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH);
    T_EQ_INT(q->n_from, 3);
    T_CHECK(!q->resumes);
    T_CHECK(!q->from[0]->contract); // the administration
    T_EQ_STR(q->from[1]->contract, "acme-l1");
    T_CHECK(q->from[1]->has_seq); // from the beginning, which is not "from now"
    T_EQ_STR(q->from[2]->contract, "globex");
    T_EQ_INT(q->from[2]->seq, 7);
    slate__v1__envelope__free_unpacked(m, NULL);
    free(p);

    struct slate_positions at = slate_positions(b.slate);
    T_EQ_INT(at.n, 3);
    T_EQ_STR(at.tokens[0].contract, "");
    T_EQ_INT(at.tokens[0].seq, 3);
    T_EQ_INT(at.tokens[1].seq, FAKE_SEQ); // what the server said
    T_EQ_INT(at.tokens[2].seq, 7);
}

T_TEST(feed, goes_on_in_another_process)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = feeding_send_batch});
    struct slate_token kept = {"acme-l1", 0};

    bench_open(&b, 0);
    feeding_subscribe(&b);
    for (unsigned i = 0; i < 5; i++) {
        feeding_expect(&b, i);
    }
    kept.seq = feeding_position(&b, "acme-l1");
    slate_close(b.slate);
    bench_open(&b, 0);
    T_EQ_INT(slate_subscribe(b.slate, &(struct slate_subscribe){.from = &kept, .n_from = 1}, NULL),
             SLATE_OK);
    for (unsigned i = 5; i < FAKE_EVENTS; i++) {
        feeding_expect(&b, i);
    }
}

T_TEST(feed, takes_no_other_call)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_request request = {.kind = SLATE_SHOW_TICKET, .show_ticket = {.ticket = "T-1"}};
    struct slate_result *r;
    struct slate_error e;
    uint64_t tag;

    bench_open(&b, 0);
    feeding_expect_error(&b, 0, SLATE_FAILED_PRECONDITION);
    T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_OK);
    T_EQ_INT(slate_subscribe(b.slate, &all, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_OK);
    slate_result_free(r);
    struct slate_request raw = {.kind = SLATE_SUBSCRIBE};
    T_EQ_INT(slate_call(b.slate, &raw, &r, &e), SLATE_INVALID_ARGUMENT);
    raw.kind = SLATE_EVENT;
    T_EQ_INT(slate_call(b.slate, &raw, &r, &e), SLATE_INVALID_ARGUMENT);

    feeding_subscribe(&b);
    T_EQ_INT(slate_subscribe(b.slate, &all, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_INT(slate_call(b.slate, &request, &r, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_INT(slate_submit(b.slate, &request, &tag, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_INT(slate_next(b.slate, &tag, &r, &e), SLATE_FAILED_PRECONDITION);
    feeding_expect_all(&b); // none of this did it harm
}

static void refuses_feeds(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;

    (void)arg;
    while ((request = fake_read(line))) {
        Slate__V1__Error e = SLATE__V1__ERROR__INIT;
        Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;

        if (!request->subscribe) {
            fake_answer(line, request);
            continue;
        }
        e.has_code = reply.has_id = true;
        e.code = SLATE__V1__CODE__CODE_PERMISSION_DENIED;
        e.message = "your roles do not allow this";
        reply.id = request->id;
        reply.error = &e;
        fake_write(line, &reply);
    }
}

T_TEST(feed, that_is_refused_leaves_an_ordinary_connection)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = refuses_feeds});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(slate_subscribe(b.slate, &all, &e), SLATE_PERMISSION_DENIED);
    T_EQ_STR(e.message, "your roles do not allow this");
    T_EQ_INT(slate_positions(b.slate).n, 0);
    feeding_expect_error(&b, 0, SLATE_FAILED_PRECONDITION);
    T_EQ_INT(slate_show_ticket(b.slate, &(struct slate_show_ticket){"T-1"}, NULL, &r, &e), SLATE_OK,
             "%s", e.message);
    slate_result_free(r);
    T_EQ_INT(fake_connections(b.fake), 1);
}

// ---- time and interruption ----------------------------------------------------------------------

/** Positions without an event, without an end, and faster than anybody reads them. */
static void says_nothing_all_the_time(struct fake_line *line, void *arg)
{
    static uint8_t bytes[64 * 1024];
    uint64_t id = 0;
    size_t n = 0;
    Slate__V1__Feed feed = SLATE__V1__FEED__INIT;
    Slate__V1__Token at = SLATE__V1__TOKEN__INIT;
    Slate__V1__Token *tokens[] = {&at};
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    (void)arg;
    feeding_read_subscribe(line, &id);
    feed.has_id = at.has_seq = true;
    feed.id = id;
    feed.positions = tokens;
    feed.n_positions = 1;
    at.contract = "acme-l1";
    at.seq = FAKE_SEQ + 1;
    envelope.feed = &feed;
    while (n + 64 < sizeof(bytes)) {
        size_t size = slate__v1__envelope__pack(&envelope, bytes + n + FRAME_HEADER_BYTES);

        frame_encode(bytes + n, size);
        n += FRAME_HEADER_BYTES + size;
    }
    while (fake_write_raw(line, bytes, n)) {
    }
}

T_TEST(feed, is_waited_for_no_longer_than_said)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = says_nothing_all_the_time});

    bench_open(&b, 0);
    feeding_subscribe(&b);
    feeding_expect_error(&b, 100, SLATE_TIMEOUT);
    T_CHECK(feeding_position(&b, "acme-l1") > FAKE_SEQ,
            "what was looked at is behind us all the same");
}

static void *interrupt(void *slate)
{
    slate_interrupt(slate);
    return NULL;
}

T_TEST(feed, can_be_interrupted)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = feeding_send_batch});
    pthread_t thread;

    bench_open(&b, 0);
    feeding_subscribe(&b);
    feeding_expect_all(&b);
    T_CHECK(pthread_create(&thread, NULL, interrupt, b.slate) == 0);
    feeding_expect_error(&b, 3600000, SLATE_CANCELLED);
    pthread_join(thread, NULL);
    slate_close(b.slate);

    bench_open(&b, 0);
    feeding_subscribe(&b);
    feeding_expect(&b, 0);
    slate_interrupt(b.slate); // while others lie ready
    feeding_expect_error(&b, 0, SLATE_CANCELLED);
    T_EQ_INT(feeding_position(&b, "acme-l1"), FEEDING_SEQ(0));
}

// ---- servers that make no sense -----------------------------------------------------------------

static void sends_before_it_answers(struct fake_line *line, uint64_t id)
{
    fake_feed(line, id, 0, 1);
}

static void sends_another_feed(struct fake_line *line, uint64_t id)
{
    fake_feed(line, id + 1, 0, 1);
}

static void sends_a_reply(struct fake_line *line, uint64_t id)
{
    Slate__V1__Request again = SLATE__V1__REQUEST__INIT;
    Slate__V1__Subscribe subscribe_again = SLATE__V1__SUBSCRIBE__INIT;

    again.id = id;
    again.subscribe = &subscribe_again;
    fake_answer(line, &again);
}

static void sends_an_event(struct fake_line *line, uint64_t id, char *contract, uint64_t seq)
{
    Slate__V1__Event event = SLATE__V1__EVENT__INIT;
    Slate__V1__Event *list[] = {&event};
    Slate__V1__Feed feed = SLATE__V1__FEED__INIT;

    event.contract = contract;
    event.has_seq = feed.has_id = true;
    event.seq = seq;
    feed.events = list;
    feed.n_events = 1;
    feed.id = id;
    fake_write_feed(line, &feed);
}

static void sends_an_event_of_nothing(struct fake_line *line, uint64_t id)
{
    sends_an_event(line, id, "", 5000);
}

static void sends_an_event_without_a_place(struct fake_line *line, uint64_t id)
{
    sends_an_event(line, id, "acme-l1", 0);
}

static void sends_noise(struct fake_line *line, uint64_t id)
{
    (void)id;
    fake_write_raw(line, "\0\0\0\4\x22\x7f\x01\x01", 8);
}

struct mad {
    void (*speak)(struct fake_line *line, uint64_t id);
    bool first; // before it answers
};

static void speaks_nonsense_once(struct fake_line *line, void *arg)
{
    const struct mad *mad = arg;
    uint64_t id = 0;

    if (fake_line_number(line) > 1) {
        feeding_send_batch(line, NULL);
        return;
    }
    if (mad->first) {
        const Slate__V1__Request *request = fake_read(line);

        mad->speak(line, request ? request->id : 0);
    } else {
        feeding_read_subscribe(line, &id);
        mad->speak(line, id);
    }
    feeding_wait_for_the_end(line);
}

T_TEST(feed, believes_no_server)
{
    static const struct mad table[] = {
        {sends_another_feed, false},
        {sends_a_reply, false},
        {sends_an_event_of_nothing, false},
        {sends_an_event_without_a_place, false},
        {sends_noise, false},
        {sends_before_it_answers, true},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct mad mad = table[i];
        CLEANUP struct bench b;
        bench_init(&b, &(struct fake_options){.serve = speaks_nonsense_once, .arg = &mad});
        struct slate_error e;

        bench_open(&b, 0);
        if (mad.first) {
            T_EQ_INT(slate_subscribe(b.slate, &all, &e), SLATE_PROTOCOL, "row %zu", i);
            T_EQ_INT(slate_subscribe(b.slate, &all, &e), SLATE_OK, "row %zu: %s", i, e.message);
        } else {
            feeding_subscribe(&b);
            feeding_expect_error(&b, 0, SLATE_PROTOCOL);
        }
        feeding_expect_all(&b); // it goes on with another connection
    }
}

/** Whoever only waits must notice that the other end is dead. */
T_TEST(feed, asks_the_system_to_watch_the_connection)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    unsigned watched = 0;
    unsigned port = (unsigned)strtoul(strrchr(fake_address(b.fake), ':') + 1, NULL, 10);

    bench_open(&b, 0);
    for (int fd = 0; fd < 256; fd++) {
        struct sockaddr_in at;
        socklen_t n = sizeof(at);
        int on = 0, idle = 0;

        if (getpeername(fd, (struct sockaddr *)&at, &n) == 0 && at.sin_family == AF_INET &&
            ntohs(at.sin_port) == port) {
            n = sizeof(on);
            T_CHECK(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &n) == 0 && on);
            T_CHECK(getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &n) == 0 && idle <= 60);
            watched++;
        }
    }
    T_EQ_INT(watched, 1);
}
