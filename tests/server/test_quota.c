// SPDX-License-Identifier: Apache-2.0
#include "quota.h"

#include "t.h"

static const struct quota_limits limits = {
    .conns = 3,
    .requests_per_s = 10,
    .request_burst = 20,
    .bytes_per_s = 1000,
    .byte_burst = 4000,
};

enum { NOW_MS = 1000 * 1000 };

/* A principal's first connection. */
static struct quota_part *enter(struct quota *q, uint32_t principal, uint64_t now_ms)
{
    struct quota_part *part = NULL;

    T_EQ_INT(quota_enter(q, principal, now_ms, &part), 0);
    T_CHECK(part != NULL);
    return part;
}

static struct quota *make(void)
{
    struct quota *q = NULL;

    T_EQ_INT(quota_new(&limits, &q), 0);
    return q;
}

/* Requests of a byte that are taken. */
static unsigned take_all(struct quota *q, struct quota_part *part, uint32_t cost, uint64_t now_ms)
{
    uint64_t wait_ms;
    unsigned n = 0;

    while (quota_ask(q, part, cost, 1, now_ms, &wait_ms) == 0) {
        T_CHECK(++n <= 100, "it has an end");
    }
    return n;
}

T_TEST(quota, connections_of_one_principal_have_a_limit_and_leave_room)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);
    struct quota_part *same = enter(q, 7, NOW_MS);
    struct quota_part *none = NULL;

    T_CHECK(part == same, "one part for all of them");
    (void)enter(q, 7, NOW_MS);
    T_EQ_INT(quota_enter(q, 7, NOW_MS, &none), QUOTA_CONNS);
    T_CHECK(none == NULL);
    struct quota_part *other = enter(q, 8, NOW_MS);
    T_CHECK(other != part, "another one is not asked");
    quota_leave(part);
    (void)enter(q, 7, NOW_MS);
    T_EQ_INT(quota_enter(q, 7, NOW_MS, &none), QUOTA_CONNS);
    quota_free(q);
}

T_TEST(quota, requests_beyond_the_rate_are_told_when_there_is_room_again)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);
    struct quota_part *other = enter(q, 8, NOW_MS);
    uint64_t wait_ms = 0;

    T_EQ_INT(take_all(q, part, 1, NOW_MS), 20, "a burst");
    T_EQ_INT(quota_ask(q, part, 1, 1, NOW_MS, &wait_ms), QUOTA_REQUESTS);
    T_EQ_INT(wait_ms, 1000, "half of a burst, at ten a second");
    T_EQ_INT(take_all(q, other, 1, NOW_MS), 20, "another one is not asked");
    T_EQ_INT(take_all(q, part, 1, NOW_MS + 99), 0);
    T_EQ_INT(take_all(q, part, 1, NOW_MS + wait_ms), 10, "what was promised");
    T_EQ_INT(take_all(q, part, 1, NOW_MS + 100 * 1000), 20, "full, and no more than that");
    quota_free(q);
}

T_TEST(quota, a_costly_request_takes_what_it_costs)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);
    uint64_t wait_ms = 0;

    T_EQ_INT(take_all(q, part, 7, NOW_MS), 3, "the third owes one");
    T_EQ_INT(quota_ask(q, part, 1, 1, NOW_MS, &wait_ms), QUOTA_REQUESTS);
    T_EQ_INT(wait_ms, 1100, "what is owed, too");
    T_EQ_INT(take_all(q, part, 1, NOW_MS + 100), 0, "that is paid");
    T_EQ_INT(take_all(q, part, 1, NOW_MS + 200), 1);
    /* Dearer than a burst: it is done once all is there, and then nothing for a burst's time. */
    const uint64_t later_ms = NOW_MS + 100 * 1000;
    T_EQ_INT(take_all(q, part, 5000, later_ms), 1);
    T_EQ_INT(take_all(q, part, 1, later_ms + 99), 0);
    T_EQ_INT(take_all(q, part, 1, later_ms + 100), 1);
    /* With one token left the most is owed. */
    const uint64_t last_ms = later_ms + 100 * 1000;
    for (unsigned i = 0; i < 19; i++) {
        T_EQ_INT(quota_ask(q, part, 1, 1, last_ms, &wait_ms), 0);
    }
    T_EQ_INT(quota_ask(q, part, 5000, 1, last_ms, &wait_ms), 0);
    T_EQ_INT(quota_ask(q, part, 1, 1, last_ms, &wait_ms), QUOTA_REQUESTS);
    T_EQ_INT(wait_ms, 2900, "19 that are owed and half of a burst");
    quota_free(q);
}

T_TEST(quota, bytes_beyond_the_rate_are_told_too)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);
    uint64_t wait_ms = 0;

    T_EQ_INT(quota_ask(q, part, 1, 3000, NOW_MS, &wait_ms), 0);
    T_EQ_INT(quota_ask(q, part, 1, 3000, NOW_MS, &wait_ms), 0, "2000 of it are owed");
    T_EQ_INT(quota_ask(q, part, 1, 1, NOW_MS, &wait_ms), QUOTA_BYTES);
    T_EQ_INT(wait_ms, 4000);
    T_EQ_INT(quota_ask(q, part, 1, 1, NOW_MS + wait_ms, &wait_ms), 0);
    /* A frame larger than all of it passes when it is full. */
    T_EQ_INT(quota_ask(q, part, 1, 1000 * 1000, NOW_MS + 100 * 1000, &wait_ms), 0);
    T_EQ_INT(quota_ask(q, part, 1, 1, NOW_MS + 102 * 1000, &wait_ms), 0);
    quota_free(q);
}

T_TEST(quota, a_new_connection_is_no_new_burst)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);

    T_EQ_INT(take_all(q, part, 1, NOW_MS), 20);
    quota_leave(part);
    part = enter(q, 7, NOW_MS + 1100); /* after a sweep */
    T_EQ_INT(take_all(q, part, 1, NOW_MS + 1100), 11);
    quota_leave(part);
    /* What was not kept is as good as new. */
    part = enter(q, 9, NOW_MS + 100 * 1000);
    part = enter(q, 7, NOW_MS + 100 * 1000);
    T_EQ_INT(take_all(q, part, 1, NOW_MS + 100 * 1000), 20);
    quota_free(q);
}

T_TEST(quota, who_goes_on_against_refusals_is_not_read)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);
    unsigned told = 1;

    while (quota_may_go_on(part, 100, NOW_MS)) {
        T_CHECK(++told <= QUOTA_TOLD_BURST, "it has an end");
    }
    T_EQ_INT(told, QUOTA_TOLD_BURST);
    T_CHECK(!quota_may_go_on(part, 100, NOW_MS + 1));
    T_CHECK(quota_may_go_on(part, 100, NOW_MS + QUOTA_DEAF_MS), "listened to again");
    /* Large frames are more work to refuse. */
    told = 1;
    while (quota_may_go_on(part, 512 * 1024, NOW_MS + 100 * 1000)) {
        told++;
    }
    T_EQ_INT(told, 2, "a MiB");
    quota_free(q);
}

T_TEST(quota, says_what_the_log_shall_have_once_in_a_while)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);

    T_CHECK(quota_is_news(part, NOW_MS));
    T_CHECK(!quota_is_news(part, NOW_MS + QUOTA_LOG_MS - 1));
    T_CHECK(quota_is_news(part, NOW_MS + QUOTA_LOG_MS));
    quota_free(q);
}

T_TEST(quota, unanswered_writes_stop_the_reading_until_half_of_them_are_answered)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);

    for (unsigned i = 1; i < QUOTA_WRITES_MAX; i++) {
        T_CHECK(!quota_wrote(part, 10), "%u", i);
    }
    T_CHECK(!quota_is_full(part));
    T_CHECK(quota_wrote(part, 10), "told once");
    T_CHECK(quota_is_full(part));
    T_CHECK(!quota_wrote(part, 10), "what was read already");
    quota_leave(part); /* answers come although nobody waits for them */
    for (unsigned i = QUOTA_WRITES_MAX + 1; i > QUOTA_WRITES_MAX / 2; i--) {
        T_CHECK(!quota_answered(q, 7, 10), "%u are left", i - 1);
    }
    T_CHECK(quota_answered(q, 7, 10), "told once");
    T_CHECK(!quota_answered(q, 7, 10));
    quota_free(q);
}

T_TEST(quota, so_do_their_bytes)
{
    struct quota *q = make();
    struct quota_part *part = enter(q, 7, NOW_MS);

    T_CHECK(!quota_wrote(part, QUOTA_WRITES_BYTES_MAX - 1));
    T_CHECK(quota_wrote(part, 1));
    T_CHECK(!quota_answered(q, 7, 1), "not at once: it would go to and fro");
    T_CHECK(quota_answered(q, 7, QUOTA_WRITES_BYTES_MAX - 1));
    T_CHECK(!quota_is_full(part));
    quota_free(q);
}

T_TEST(quota, every_request_costs_something_and_none_more_than_a_burst)
{
    for (int kind = 0; kind < REQUEST_KINDS; kind++) {
        const uint32_t cost = quota_cost((enum request_kind)kind);
        T_CHECK(cost >= 1 && cost <= 10000, "%s: %u", request_kind_name((enum request_kind)kind),
                cost);
    }
    T_EQ_INT(quota_cost(REQUEST_NEW_TICKET), 1);
    T_EQ_INT(quota_cost(REQUEST_INTAKE), 1);
    T_EQ_INT(quota_cost(REQUEST_IMPORT_TICKET), 1);
    T_CHECK(quota_cost(REQUEST_LIST_TICKETS) > quota_cost(REQUEST_SHOW_TICKET));
}

T_TEST(quota, a_pipeline_is_no_longer_than_a_burst)
{
    struct quota *q = make();

    T_EQ_INT(quota_pipeline(q, 1024), 20);
    T_EQ_INT(quota_pipeline(q, 10), 10);
    quota_free(q);
}
