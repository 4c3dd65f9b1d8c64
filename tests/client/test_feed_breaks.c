// SPDX-License-Identifier: Apache-2.0
/*
 * Live events: each once and in order, whatever becomes of the connections.
 */
#include <stdlib.h>
#include <string.h>

#include "client/lib/client.h"
#include "proto/frame.h"
#include "tests/client/feeding.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

static const struct slate_subscribe all;

/** What a feed says at its end. */
static void end_feed(struct fake_line *line, uint64_t id, Slate__V1__Code code)
{
    Slate__V1__Feed feed = SLATE__V1__FEED__INIT;
    Slate__V1__Error e = SLATE__V1__ERROR__INIT;

    e.has_code = feed.has_id = true;
    e.code = code;
    e.message = "that was all";
    feed.id = id;
    feed.ended = &e;
    fake_write_feed(line, &feed);
}

/** How each connection ends: after so many bytes of the frames that follow the Subscribed, at the
 * borders of their headers and payloads and between them. */
static const struct cut {
    bool second; // counted from the end of the first frame
    int after;   // negative: from the end of the frame
    bool crash;  // without a goodbye
} cuts[] = {
    {false, 0, false}, {true, 0, false}, {false, 1, true},  {true, 1, false},  {false, 3, true},
    {true, 3, false},  {false, 4, true}, {true, 4, false},  {false, 5, false}, {true, 5, true},
    {false, 40, true}, {true, 40, true}, {false, -1, true}, {true, -1, false},
};

enum { CUTS = sizeof(cuts) / sizeof(cuts[0]) };

/** Bytes of the frame that holds the i-th event. */
static size_t frame_of(unsigned i, uint64_t id, uint8_t ret[1024])
{
    Slate__V1__Event *list[] = {(Slate__V1__Event *)(uintptr_t)fake_event(i)};
    Slate__V1__Feed feed = SLATE__V1__FEED__INIT;
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    feed.has_id = true;
    feed.id = id;
    feed.events = list;
    feed.n_events = 1;
    envelope.feed = &feed;
    size_t n = slate__v1__envelope__pack(&envelope, ret + FRAME_HEADER_BYTES);
    frame_encode(ret, n);
    return FRAME_HEADER_BYTES + n;
}

static void cuts_within_bytes(struct fake_line *line, void *arg)
{
    static uint8_t bytes[2048];
    unsigned k = fake_line_number(line) - 1;
    uint64_t id = 0;
    unsigned i = feeding_read_subscribe(line, &id);

    (void)arg;
    if (k >= CUTS) {
        fake_feed(line, id, i, FAKE_EVENTS - i);
        feeding_wait_for_the_end(line);
        return;
    }
    const struct cut *cut = &cuts[k];
    size_t one = frame_of(i, id, bytes);
    size_t two = i + 1 < FAKE_EVENTS ? frame_of(i + 1, id, bytes + one) : 0;
    size_t n = cut->second ? one : 0;
    n += cut->after < 0 ? (cut->second ? two : one) - 1 : (size_t)cut->after;
    fake_write_raw(line, bytes, n < one + two ? n : one + two);
    if (cut->crash) {
        fake_cut(line);
    }
}

T_TEST(feed, loses_nothing_and_repeats_nothing_wherever_it_breaks)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = cuts_within_bytes});

    bench_open(&b, 0);
    feeding_subscribe(&b);
    feeding_expect_all(&b);
    T_EQ_INT(fake_connections(b.fake), CUTS + 1);
    // A crash may take the answer to the Subscribe with it
    T_CHECK(slate_reconnects(b.slate) > CUTS / 2 && slate_reconnects(b.slate) <= CUTS);

    // Every connection began where the one before had got to
    uint64_t from = FAKE_SEQ;
    for (unsigned k = 1; k < CUTS + 1; k++) {
        size_t n;
        uint8_t *p = fake_request(b.fake, k, &n);
        Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);
        const Slate__V1__Subscribe *q = m->request->subscribe;

        // A crash takes with it what lies unread in the client's socket, if it is quick
        T_EQ_INT(q->n_from, 1);
        T_CHECK(q->resumes);
        uint64_t next = from == FAKE_SEQ ? from + 1 : from + 3;
        bool whole = cuts[k - 1].second;
        bool crash = cuts[k - 1].crash;
        T_CHECK((q->from[0]->seq == next && whole) ||
                    (q->from[0]->seq == from && (!whole || crash)),
                "connection %u begins after %llu, the one before after %llu", k + 1,
                (unsigned long long)q->from[0]->seq, (unsigned long long)from);
        from = q->from[0]->seq;
        slate__v1__envelope__free_unpacked(m, NULL);
        free(p);
    }
}

/** Doesn't look at positions: begins anew each time, and says everything twice. */
static void repeats_itself(struct fake_line *line, void *arg)
{
    uint64_t id = 0;
    unsigned n = fake_line_number(line) == 1 ? 5 : FAKE_EVENTS;

    (void)arg;
    feeding_read_subscribe(line, &id);
    for (unsigned i = 0; i < n; i++) {
        fake_feed(line, id, i, 1);
        fake_feed(line, id, i, 1);
    }
    if (fake_line_number(line) > 1) {
        feeding_wait_for_the_end(line);
    }
}

T_TEST(feed, hands_nothing_over_twice)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = repeats_itself});

    bench_open(&b, 0);
    feeding_subscribe(&b);
    feeding_expect_all(&b);
    feeding_expect_error(&b, 50, SLATE_TIMEOUT);
    T_EQ_INT(slate_reconnects(b.slate), 1);
}

/** Ends the first connections, each in a way of its own, after two events. */
static void ends_feeds(struct fake_line *line, void *arg)
{
    static const Slate__V1__Code codes[] = {SLATE__V1__CODE__CODE_RESOURCE_EXHAUSTED,
                                            SLATE__V1__CODE__CODE_UNAVAILABLE,
                                            SLATE__V1__CODE__CODE_UNAUTHENTICATED};
    unsigned k = fake_line_number(line) - 1;
    uint64_t id = 0;
    unsigned i = feeding_read_subscribe(line, &id);

    (void)arg;
    if (k >= 3) {
        fake_feed(line, id, i, FAKE_EVENTS - i);
    } else {
        fake_feed(line, id, i, 2);
        end_feed(line, id, codes[k]);
    }
    feeding_wait_for_the_end(line); // it is the client who leaves
}

T_TEST(feed, goes_on_after_the_server_has_ended_it)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = ends_feeds});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    feeding_subscribe(&b);
    for (unsigned i = 0; i < 6; i++) {
        feeding_expect(&b, i);
        T_EQ_INT(slate_reconnects(b.slate), i / 2, "event %u", i);
    }
    // The third was no passing trouble: that is the caller's to know, and to decide
    T_EQ_INT(slate_next_event(b.slate, 0, &r, &e), SLATE_UNAUTHENTICATED);
    T_EQ_STR(e.message, "that was all");
    T_CHECK(!e.retryable);
    T_EQ_INT(fake_connections(b.fake), 3);
    for (unsigned i = 6; i < FAKE_EVENTS; i++) {
        feeding_expect(&b, i);
    }
    T_EQ_INT(slate_reconnects(b.slate), 3);
}

static void sends_three(struct fake_line *line, void *arg)
{
    uint64_t id = 0;
    unsigned i = feeding_read_subscribe(line, &id);

    (void)arg;
    for (unsigned n = 0; n < 3 && i < FAKE_EVENTS; n++, i++) {
        fake_feed(line, id, i, 1);
    }
}

T_TEST(feed, says_that_there_is_no_server_and_finds_it_again)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = sends_three});
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    feeding_subscribe(&b);
    fake_shut(b.fake); // as a server that is restarted
    for (unsigned i = 0; i < 3; i++) {
        feeding_expect(&b, i);
    }
    fake_await_closes(b.fake, 1);
    for (unsigned i = 0; i < 3; i++) {
        T_EQ_INT(slate_next_event(b.slate, 20, &r, &e), SLATE_UNREACHABLE, "%s", e.message);
        T_CHECK(e.retryable);
    }
    fake_open(b.fake);
    for (unsigned i = 3; i < FAKE_EVENTS; i++) {
        feeding_expect(&b, i);
    }
    T_EQ_INT(slate_reconnects(b.slate), 3);
}

/** Hangs up before it has answered. */
static void hesitates(struct fake_line *line, void *arg)
{
    if (fake_line_number(line) <= 2) {
        fake_read(line);
        fake_cut(line);
    } else {
        feeding_send_batch(line, arg);
    }
}

T_TEST(feed, is_asked_for_again_when_the_answer_was_lost)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = hesitates});

    bench_open(&b, 0);
    feeding_subscribe(&b);
    feeding_expect_all(&b);
    T_EQ_INT(fake_connections(b.fake), 3);
    T_EQ_INT(slate_reconnects(b.slate), 0, "it was no feed before");
}

static void never_answers(struct fake_line *line, void *arg)
{
    (void)arg;
    feeding_wait_for_the_end(line);
}

T_TEST(feed, that_is_not_answered_is_given_up)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = never_answers});
    struct slate_error e;

    bench_open(&b, 0);
    b.slate->timeout_ms = 100;
    T_EQ_INT(slate_subscribe(b.slate, &all, &e), SLATE_UNREACHABLE, "%s", e.message);
    T_CHECK(strstr(e.message, "no answer in time"), "%s", e.message);
    feeding_expect_error(&b, 0, SLATE_FAILED_PRECONDITION);
}
