// SPDX-License-Identifier: Apache-2.0
/* What an explanation says of the time between the instant and the limit. */
#include "core/explain.h"

#include <string.h>

#include "core/life.h"
#include "t.h"

static struct explanation told(struct desk *d, enum clock_kind kind, const char *at)
{
    struct explanation e;
    T_EQ_INT(explain(d->book, &d->ticket, kind, 0, sample_at(at), &d->arena, &e), 0);
    return e;
}

/* The spans ahead tile the time from the instant to the limit, and count what is left. */
static void check_tiles(const struct explanation *e, int64_t as_of_at)
{
    int64_t at = as_of_at;
    int64_t counted_us = 0;

    for (size_t i = 0; i < e->n_ahead; i++) {
        T_EQ_INT(e->ahead[i].from_at, at, "span %zu", i);
        T_CHECK(e->ahead[i].to_at > at, "span %zu", i);
        at = e->ahead[i].to_at;
        counted_us += e->ahead[i].counted_us;
    }
    T_EQ_INT(at, e->clock.clock.limit_at);
    T_EQ_INT(counted_us, e->clock.clock.target_us - e->clock.clock.elapsed_us);
}

T_TEST(explain_ahead, what_is_left_is_told_up_to_the_limit)
{
    struct sample s;
    struct desk d;
    static const char *const instants[] = {
        "2026-03-02T09:00:00Z",                                                 /* its very start */
        "2026-03-02T10:00:00Z",                                                 /* within hours */
        "2026-03-02T16:59:59Z", "2026-03-02T17:00:00Z", "2026-03-02T21:00:00Z", /* outside */
        "2026-03-03T08:59:59Z", "2026-03-03T09:00:00Z",
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    for (size_t i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
        const struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, instants[i]);
        T_CHECK(e.n_ahead > 0, "%s", instants[i]);
        check_tiles(&e, sample_at(instants[i]));
        T_EQ_INT(e.counted_us, e.clock.clock.elapsed_us, "the sums leave it out");
        T_CHECK(!e.ahead_truncated);
    }
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain_ahead, t01_a_holiday_that_lies_ahead_has_its_name)
{
    struct sample s;
    struct desk d;
    bool named = false;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-12-24T16:00:00Z");
    const struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-12-24T16:00:00Z");
    check_tiles(&e, sample_at("2026-12-24T16:00:00Z"));
    for (size_t i = 0; i < e.n_ahead; i++) {
        named = named || strstr(e.ahead[i].note, "2026-12-25 Christmas") != NULL;
    }
    T_CHECK(named);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain_ahead, what_has_no_limit_has_nothing_ahead)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    desk_hold(&d, "waiting-customer", "2026-03-02T10:00:00Z");
    T_EQ_INT(told(&d, CLOCK_KIND_RESOLUTION, "2026-03-02T11:00:00Z").n_ahead, 0, "on hold");
    desk_resume(&d, "waiting-customer", "2026-03-02T12:00:00Z");
    T_CHECK(told(&d, CLOCK_KIND_RESOLUTION, "2026-03-02T12:00:00Z").n_ahead > 0);
    T_EQ_INT(told(&d, CLOCK_KIND_RESOLUTION, "2026-04-02T12:00:00Z").n_ahead, 0, "breached");
    desk_ok(&d, COMMAND_RESOLVE, "2026-04-02T13:00:00Z");
    T_EQ_INT(told(&d, CLOCK_KIND_RESOLUTION, "2026-04-02T13:00:00Z").n_ahead, 0, "stopped");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain_ahead, an_arena_that_ends_anywhere_is_told)
{
    struct sample s;
    struct desk d;
    struct explanation e;
    size_t failures = 0;
    bool done = false;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-12-22T09:00:00Z");
    desk_hold(&d, "waiting-customer", "2026-12-22T10:00:00Z");
    desk_resume(&d, "waiting-customer", "2026-12-24T12:00:00Z");
    for (size_t room = 16; !done; room += 16) { /* every allocation is the one that fails once */
        struct arena arena;
        arena_init(&arena, room);
        const int rc = explain(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0,
                               sample_at("2026-12-24T16:00:00Z"), &arena, &e);
        done = rc == 0;
        failures += rc < 0;
        T_CHECK(rc == 0 || rc == -1, "room %zu: %d", room, rc);
        arena_fini(&arena);
    }
    T_CHECK(failures > 10, "%zu", failures);
    desk_fini(&d);
    sample_fini(&s);
}

/* From Monday 2 March, ten in Berlin: eight hours, then nine a day. The fiftieth working day ends
 * on 13 May, and a target that it uses up lasts until the next morning. */
T_TEST(explain_ahead, of_what_is_far_ahead_the_next_stretches_are_told)
{
    static const struct {
        const char *what;
        int64_t target_us;
        bool truncated;
    } rows[] = {
        {"as many", (8 + 49 * 9) * US_PER_HOUR, false},
        {"one more", (8 + 49 * 9) * US_PER_HOUR + 1, true},
        {"a year", 250 * 9 * US_PER_HOUR, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sample s;
        struct desk d;
        int64_t at = sample_at("2026-03-02T09:00:00Z");
        int64_t counted_us = 0;
        sample_init(&s);
        s.targets[0][4].rule.target_us = rows[i].target_us;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", "2026-03-02T09:00:00Z");
        const struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-02T09:00:00Z");
        T_EQ_INT(e.n_ahead, EXPLAIN_AHEAD_MAX, "%s", rows[i].what);
        T_EQ_INT(e.ahead_truncated, rows[i].truncated, "%s", rows[i].what);
        for (size_t k = 0; k < e.n_ahead; k++) {
            T_EQ_INT(e.ahead[k].from_at, at, "%s, span %zu", rows[i].what, k);
            at = e.ahead[k].to_at;
            counted_us += e.ahead[k].counted_us;
        }
        T_EQ_INT(at, sample_at("2026-05-14T07:00:00Z"), "%s", rows[i].what);
        T_EQ_INT(counted_us, (8 + 49 * 9) * US_PER_HOUR, "%s", rows[i].what);
        T_EQ_INT(e.clock.clock.limit_at > at, rows[i].truncated, "%s", rows[i].what);
        desk_fini(&d);
        sample_fini(&s);
    }
}
