// SPDX-License-Identifier: Apache-2.0
/*
 * Laws that hold for any calendar, on random ones, and calendars shared by threads.
 */
#include "core/calendar.h"

#include <pthread.h>

#include "core/calendar_page.h"
#include "core/instant.h"
#include "t.h"
#include "tests/core/hours.h"
#include "tests/core/tzif.h"

struct random {
    uint64_t state;
};

/* 0..n - 1 */
static int64_t draw(struct random *r, int64_t n)
{
    r->state = r->state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (int64_t)(r->state >> 33) % n;
}

enum { RANDOM_DATES = 40 };

/* A week and dates of random windows, which may overlap, be empty, or run into the next day. */
static struct calendar_rules *random_rules(struct arena *arena, struct random *r,
                                           const struct zone *zone)
{
    struct calendar_rules *rules = arena_alloc(arena, sizeof(*rules));
    struct calendar_window *windows = arena_array(arena, (7 + RANDOM_DATES) * 3, sizeof(*windows));
    struct calendar_date *dates = arena_array(arena, RANDOM_DATES, sizeof(*dates));

    T_CHECK(rules && windows && dates);
    for (size_t i = 0; i < (size_t)(7 + RANDOM_DATES) * 3; i++) {
        windows[i].from_s = (int32_t)draw(r, 86400);
        windows[i].to_s = windows[i].from_s + (int32_t)draw(r, draw(r, 4) ? 30000 : 86400);
    }
    rules->zone = zone;
    for (int i = 0; i < 7; i++) {
        rules->week[i] = (struct calendar_day){&windows[(size_t)i * 3], (size_t)draw(r, 4)};
    }
    for (int i = 0; i < RANDOM_DATES; i++) {
        // Around both changes of the clocks of 2026.
        dates[i].day = (i < RANDOM_DATES / 2 ? 20530 : 20730) + 2 * i + (int32_t)draw(r, 2);
        dates[i].open = (struct calendar_day){&windows[(size_t)(7 + i) * 3], (size_t)draw(r, 3)};
    }
    rules->dates = dates;
    rules->n_dates = RANDOM_DATES;
    rules->overnight = draw(r, 2) ? CALENDAR_MIDNIGHT : CALENDAR_SHIFT;
    return rules;
}

static void check_laws(const struct calendar *c, struct random *r, uint64_t seed)
{
    const int64_t from_at = 20500 * US_PER_DAY + draw(r, 300 * US_PER_DAY / 1000) * 1000;
    const int64_t to_at = from_at + draw(r, 200 * US_PER_DAY / 1000) * 1000;
    const int64_t mid_at = from_at + draw(r, to_at - from_at + 1);
    const int64_t open_us = calendar_between(c, from_at, to_at);
    int64_t due_at;
    int64_t limit_at;

    T_EQ_INT(calendar_between(c, from_at, mid_at) + calendar_between(c, mid_at, to_at), open_us,
             "time adds up, seed %llu", (unsigned long long)seed);
    calendar_add(c, from_at, open_us, &due_at, &limit_at);
    T_CHECK(due_at <= to_at && to_at <= limit_at, "add undoes between, seed %llu",
            (unsigned long long)seed);
    if (due_at > from_at) {
        T_EQ_INT(calendar_between(c, from_at, due_at - 1), open_us - 1,
                 "due is the first, seed %llu", (unsigned long long)seed);
    }
    if (limit_at != INSTANT_NEVER) {
        T_EQ_INT(calendar_between(c, from_at, limit_at + 1), open_us + 1,
                 "limit is the last, seed %llu", (unsigned long long)seed);
        T_EQ_INT(calendar_between(c, from_at, limit_at), open_us, "limit, seed %llu",
                 (unsigned long long)seed);
    }
}

/* What changes and windows tell must be what between measures. */
static void check_changes(const struct calendar *c, struct random *r, uint64_t seed)
{
    const int64_t from_at = 20500 * US_PER_DAY + draw(r, 200 * US_PER_DAY);
    const int64_t to_at = from_at + draw(r, 130 * US_PER_DAY);
    int64_t sum_us = 0;

    for (int64_t at = from_at; at < to_at;) {
        const int64_t next_at = calendar_next_change(c, at, to_at);
        const bool open = calendar_is_open(c, at);
        int64_t open_at;
        int64_t close_at;
        T_CHECK(next_at > at && next_at <= to_at, "seed %llu", (unsigned long long)seed);
        T_CHECK(next_at == to_at || calendar_is_open(c, next_at) != open, "seed %llu",
                (unsigned long long)seed);
        T_EQ_INT(calendar_is_open(c, next_at - 1), open, "seed %llu", (unsigned long long)seed);
        if (calendar_next_window(c, at, &open_at, &close_at)) {
            T_CHECK(close_at > at && open_at < close_at, "seed %llu", (unsigned long long)seed);
            T_EQ_INT(open_at <= at, open, "seed %llu", (unsigned long long)seed);
            T_CHECK(!calendar_is_open(c, open_at - 1) && !calendar_is_open(c, close_at),
                    "seed %llu", (unsigned long long)seed);
            T_EQ_INT(calendar_between(c, open_at, close_at), close_at - open_at, "seed %llu",
                     (unsigned long long)seed);
            T_EQ_INT(calendar_between(c, at, open_at), 0, "seed %llu", (unsigned long long)seed);
        }
        sum_us += open ? next_at - at : 0;
        at = next_at;
    }
    T_EQ_INT(sum_us, calendar_between(c, from_at, to_at), "seed %llu", (unsigned long long)seed);
}

/*
 * Three calendars, their union, and one that goes from the union of two to the third's rules and
 * on to all three.
 */
struct family {
    struct arena arena;
    const struct calendar *single[3];
    struct calendar *owned[3];
    struct calendar *joined;
    struct calendar *switched;
    int64_t switches_at[2];
};

static void family_init(struct family *f, struct random *r)
{
    static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Antarctica/Troll",
                                        "Australia/Lord_Howe", "Asia/Manila"};
    struct calendar_rules *rules[3];

    arena_init(&f->arena, HOURS_ARENA_BYTES);
    for (size_t i = 0; i < 3; i++) {
        rules[i] = random_rules(&f->arena, r, tzif_zone(&f->arena, zones[draw(r, 5)]));
        f->single[i] = f->owned[i] = hours_calendar(rules[i]);
    }
    f->switches_at[0] = 20540 * US_PER_DAY + draw(r, 90 * US_PER_DAY);
    f->switches_at[1] = 20640 * US_PER_DAY + draw(r, 90 * US_PER_DAY);
    const struct calendar_version all = {
        .effective_at = INSTANT_NONE, .members = f->single, .n_members = 3};
    const struct calendar_version versions[] = {
        {.effective_at = 20480 * US_PER_DAY, .members = f->single, .n_members = 2},
        {.effective_at = f->switches_at[0], .rules = rules[2]},
        {.effective_at = f->switches_at[1], .members = f->single, .n_members = 3},
    };
    f->joined = calendar_new(&all, 1);
    f->switched = calendar_new(versions, 3);
    T_CHECK(f->joined && f->switched);
}

static void family_fini(struct family *f)
{
    calendar_free(f->switched);
    calendar_free(f->joined);
    for (size_t i = 0; i < 3; i++) {
        calendar_free(f->owned[i]);
    }
    arena_fini(&f->arena);
}

/* Open where a member is, and by the version in force; looked at where pages meet, too. */
static void check_family(const struct family *f, struct random *r, uint64_t seed)
{
    const int64_t first_page = 20480 * US_PER_DAY / CALENDAR_PAGE_US + 1;

    for (int i = 0; i < 200; i++) {
        const int64_t page_at = (first_page + draw(r, 3)) * CALENDAR_PAGE_US;
        const int64_t at = page_at + (i % 2 ? draw(r, CALENDAR_PAGE_US)
                                            : draw(r, 2 * US_PER_DAY) - US_PER_DAY);
        const bool two = calendar_is_open(f->single[0], at) || calendar_is_open(f->single[1], at);
        const bool third = calendar_is_open(f->single[2], at);
        T_EQ_INT(calendar_is_open(f->joined, at), two || third, "seed %llu at %lld",
                 (unsigned long long)seed, (long long)at);
        T_EQ_INT(calendar_is_open(f->switched, at),
                 at < f->switches_at[0]   ? two
                 : at < f->switches_at[1] ? third
                                          : two || third,
                 "seed %llu at %lld", (unsigned long long)seed, (long long)at);
    }
}

T_TEST(calendar, laws_hold_for_random_calendars)
{
    for (uint64_t seed = 1; seed <= 150 * t_effort(); seed++) {
        struct random r = {seed};
        struct family f;
        family_init(&f, &r);
        for (int i = 0; i < 40; i++) {
            check_laws(f.single[0], &r, seed);
            check_laws(f.joined, &r, seed);
            check_laws(f.switched, &r, seed);
        }
        check_changes(f.joined, &r, seed);
        check_changes(f.switched, &r, seed);
        check_family(&f, &r, seed);
        family_fini(&f);
    }
}

/*
 * Threads
 */

enum { ASKERS = 4, QUESTIONS = 3000 };

struct asker {
    const struct calendar *calendar;
    uint64_t sum;
};

/* The same questions in the same order, on pages that nobody has compiled yet. */
static void *ask(void *arg)
{
    struct asker *a = arg;
    struct random r = {4711};

    for (int i = 0; i < QUESTIONS; i++) {
        const int64_t from_at = draw(&r, 40000) * US_PER_DAY;
        int64_t due_at;
        int64_t limit_at;
        calendar_add(a->calendar, from_at, draw(&r, 2000) * US_PER_HOUR, &due_at, &limit_at);
        a->sum = a->sum * 31 + (uint64_t)due_at + 7 * (uint64_t)limit_at +
                 (uint64_t)calendar_between(a->calendar, from_at, due_at);
    }
    return NULL;
}

T_TEST(calendar, threads_share_a_calendar_without_locks)
{
    struct arena arena;
    pthread_t threads[ASKERS];
    struct asker askers[ASKERS];

    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar *berlin = hours_calendar(hours_rules(&arena, "Europe/Berlin", &HOURS_OFFICE));
    struct calendar *manila = hours_calendar(hours_rules(&arena, "Asia/Manila", &HOURS_NIGHTS));
    const struct calendar *const members[] = {berlin, manila};
    struct calendar *both = calendar_new(&(struct calendar_version){.effective_at = INSTANT_NONE,
                                                                    .members = members,
                                                                    .n_members = 2},
                                         1);
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (struct asker){.calendar = both};
        T_EQ_INT(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (int i = 0; i < ASKERS; i++) {
        T_EQ_INT(pthread_join(threads[i], NULL), 0);
        T_EQ_INT(askers[i].sum, askers[0].sum, "asker %d", i);
    }
    T_CHECK(askers[0].sum != 0);
    calendar_free(both);
    calendar_free(manila);
    calendar_free(berlin);
    arena_fini(&arena);
}
