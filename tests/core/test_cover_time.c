// SPDX-License-Identifier: Apache-2.0
/*
 * Rare turns of calendars and clocks, each with what must come of it.
 */
#include "core/calendar.h"
#include "core/calendar_page.h"
#include "core/clock.h"
#include "core/instant.h"
#include "t.h"
#include "tests/core/hours.h"
#include "tests/core/office.h"

T_TEST(rare_time, a_day_closes_with_the_last_of_its_windows_in_whatever_order_they_stand)
{
    struct arena a;
    struct hours h = {"mtwtf--", {{HM(9, 0), HM(17, 0)}, {HM(10, 0), HM(12, 0)}}, 2};

    arena_init(&a, HOURS_ARENA_BYTES);
    struct calendar *c = hours_calendar(hours_rules(&a, "Etc/UTC", &h));
    T_EQ_INT(calendar_business_days(c, NULL, hours_at("2026-03-02T08:00:00Z"), 1, HM(12, 0)),
             hours_at("2026-03-03T17:00:00Z"));
    calendar_free(c);
    arena_fini(&a);
}

/* Pages meet every few months, at no time of day that anybody would name. */
T_TEST(rare_time, windows_that_reach_over_pages_are_one)
{
    static const struct {
        const char *name;
        const char *days;
        const char *from;
        const char *at;
        const char *open;
        const char *close; /* NULL: never */
    } rows[] = {
        {"always, ten years on", "mtwtfss", "1970-01-01T00:00:00Z", "1980-06-01T12:00:00Z",
         "1970-01-01T00:00:00Z", NULL},
        {"always from a version on", "mtwtfss", "2026-03-04T12:00:00Z", "2031-01-01T00:00:00Z",
         "2026-03-04T12:00:00Z", NULL},
        {"but on Sundays", "mtwtfs-", "1970-01-01T00:00:00Z", "2026-03-04T12:00:00Z",
         "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z"},
    };
    struct arena a;

    arena_init(&a, HOURS_ARENA_BYTES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct hours h = {rows[i].days, {{0, HM(24, 0)}}, 1};
        const struct calendar_version version = {.effective_at = hours_at(rows[i].from),
                                                 .rules = hours_rules(&a, "Etc/UTC", &h)};
        struct calendar *c = calendar_new(&version, 1);
        int64_t open_at;
        int64_t close_at;
        T_CHECK(c != NULL);
        T_CHECK(calendar_next_window(c, hours_at(rows[i].at), &open_at, &close_at), "%s",
                rows[i].name);
        T_EQ_INT(open_at, hours_at(rows[i].open), "%s", rows[i].name);
        T_EQ_INT(close_at,
                 rows[i].close != NULL ? hours_at(rows[i].close) : hours_at("2101-01-01T00:00:00Z"),
                 "%s", rows[i].name);
        calendar_free(c);
    }
    arena_fini(&a);
}

T_TEST(rare_time, a_window_that_begins_just_where_a_page_does_is_not_joined_with_others)
{
    struct arena a;
    int64_t open_at;
    int64_t close_at;

    arena_init(&a, HOURS_ARENA_BYTES);
    const int64_t page_at = INT64_C(200) * CALENDAR_PAGE_US;
    const struct calendar_version versions[] = {
        {.effective_at = INSTANT_NONE,
         .rules = hours_rules(&a, "Etc/UTC",
                              &(struct hours){"m------", {{HM(9, 0), HM(9, 1)}}, 1})},
        {.effective_at = page_at, .rules = hours_rules(&a, "Etc/UTC", &HOURS_ALWAYS)},
    };
    struct calendar *c = calendar_new(versions, 2);
    T_CHECK(c != NULL);
    T_CHECK(calendar_next_window(c, page_at + US_PER_DAY, &open_at, &close_at));
    T_EQ_INT(open_at, page_at);
    calendar_free(c);
    arena_fini(&a);
}

T_TEST(rare_time, the_last_cycle_of_a_target_that_recurs_stays_breached_whatever_comes)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = US_PER_MIN, .calendar = o.always, .recurs = true};
    const struct clock_event events[] = {
        {.at = office_march("02 09:00:00"), .kind = CLOCK_START},
        {.at = office_march("02 12:00:00"), .kind = CLOCK_PAUSE},
        {.at = office_march("02 13:00:00"), .kind = CLOCK_RESUME},
        {.at = office_march("02 14:00:00"), .kind = CLOCK_STOP},
    };
    for (size_t n = 1; n <= 4; n++) {
        clock_run(&rule, events, n, office_march("02 15:00:00"), &res);
        T_EQ_INT(res.cycle, CLOCK_CYCLES_MAX, "%zu events", n);
        T_EQ_INT(res.verdict, CLOCK_BREACHED, "%zu events", n);
        T_EQ_INT(res.started_at, office_march("02 10:39:00"), "%zu events", n);
        T_EQ_INT(res.breached_at, office_march("02 10:40:00"), "%zu events", n);
    }
    office_fini(&o);
}

T_TEST(rare_time, days_before_the_start_are_counted_from_it)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = US_PER_HOUR, .calendar = o.office};
    const struct clock_event events[] = {
        {.at = office_march("02 08:00:00"),
         .kind = CLOCK_TARGET,
         .days = {.days = 1, .cutoff_s = HM(12, 0)},
         .min_remaining_us = -1},
        {.at = office_march("02 09:30:00"), .kind = CLOCK_RESTART},
        {.at = office_march("02 13:00:00"), .kind = CLOCK_START},
    };
    clock_run(&rule, events, 1, office_march("02 09:00:00"), &res);
    T_EQ_INT(res.target_us, 0, "not known yet");
    clock_run(&rule, events, 2, office_march("02 10:00:00"), &res);
    T_EQ_INT(res.target_us, 0, "nor by a restart of what has not started");
    clock_run(&rule, events, 3, office_march("02 14:00:00"), &res);
    T_EQ_INT(res.due_at, office_march("04 17:00:00"), "past noon, so day 0 is Tuesday");
    T_EQ_INT(res.target_us, 20 * US_PER_HOUR);
    office_fini(&o);
}

T_TEST(rare_time, only_what_runs_or_is_on_hold_starts_earlier_and_only_by_an_earlier_instant)
{
    static const struct {
        const char *name;
        enum clock_event_kind before;
        const char *since;
        int64_t more_us;
    } rows[] = {
        {"running", CLOCK_RESUME, "02 07:00:00", 2 * US_PER_HOUR},
        {"on hold", CLOCK_PAUSE, "02 07:00:00", 2 * US_PER_HOUR},
        {"stopped", CLOCK_STOP, "02 07:00:00", 0},
        {"cancelled", CLOCK_CANCEL, "02 07:00:00", 0},
        {"at its start", CLOCK_RESUME, "02 09:00:00", 0},
        {"later", CLOCK_RESUME, "02 09:30:00", 0},
        {"set to zero since", CLOCK_RESTART, "02 07:00:00", -US_PER_HOUR},
    };
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = 40 * US_PER_HOUR, .calendar = o.always};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct clock_event events[] = {
            {.at = office_march("02 09:00:00"), .kind = CLOCK_START},
            {.at = office_march("02 10:00:00"), .kind = rows[i].before},
            {.at = office_march("02 10:00:00"),
             .kind = CLOCK_EARLIER,
             .since_at = office_march(rows[i].since)},
        };
        clock_run(&rule, events, 3, office_march("02 10:00:00"), &res);
        T_EQ_INT(res.elapsed_us, US_PER_HOUR + rows[i].more_us, "%s", rows[i].name);
    }
    office_fini(&o);
}
