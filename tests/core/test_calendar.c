// SPDX-License-Identifier: Apache-2.0
#include "core/calendar.h"

#include "core/calendar_page.h"
#include "core/instant.h"
#include "t.h"
#include "tests/core/hours.h"

/* Deadlines that were worked out window by window, away from this code. */
T_TEST(calendar, golden_deadlines)
{
    static const struct calendar_date christmas[] = {{.day = 20812}, {.day = 20819}};
    static const struct calendar_date kolkata[] = {{.day = 20682}};
    static const struct {
        const char *id;
        const char *zone;
        struct hours hours;
        const struct calendar_date *dates;
        size_t n_dates;
        const char *start_wall; // local
        int64_t target_s;
        const char *due_at;
    } rows[] = {
        {"lunch",
         "Europe/Warsaw",
         {"mtwtf--", {{HM(8, 0), HM(12, 0)}, {HM(13, 0), HM(17, 0)}}, 2},
         NULL,
         0,
         "2026-06-05T16:00:00Z",
         4 * HOURS_HOUR_S,
         "2026-06-08T09:00:00Z"},
        {"a 25-hour night", "Europe/Berlin", HOURS_ALWAYS, NULL, 0, "2026-10-24T20:00:00Z",
         8 * HOURS_HOUR_S, "2026-10-25T02:00:00Z"},
        {"a 23-hour night", "Europe/Berlin", HOURS_ALWAYS, NULL, 0, "2026-03-28T20:00:00Z",
         8 * HOURS_HOUR_S, "2026-03-29T03:00:00Z"},
        {"a night of seven hours", "America/New_York", HOURS_NIGHTS, NULL, 0,
         "2026-03-07T23:00:00Z", 8 * HOURS_HOUR_S, "2026-03-09T04:00:00Z"},
        {"a night of nine hours", "America/New_York", HOURS_NIGHTS, NULL, 0, "2026-10-31T23:00:00Z",
         8 * HOURS_HOUR_S, "2026-11-01T11:00:00Z"},
        {"a day of 25 hours",
         "Africa/Cairo",
         {"mtwt--s", {{0, HM(24, 0)}}, 1},
         NULL,
         0,
         "2026-10-29T00:15:00Z",
         24 * HOURS_HOUR_S,
         "2026-10-29T21:15:00Z"},
        {"Sunday works and has 25 hours",
         "Asia/Jerusalem",
         {"mtwt--s", {{0, HM(24, 0)}}, 1},
         NULL,
         0,
         "2026-10-25T00:15:00Z",
         24 * HOURS_HOUR_S,
         "2026-10-25T21:15:00Z"},
        {"half an hour back", "Australia/Lord_Howe", HOURS_ALWAYS, NULL, 0, "2026-04-04T20:00:00Z",
         12 * HOURS_HOUR_S, "2026-04-04T21:00:00Z"},
        {"over the week-end", "Asia/Kolkata", HOURS_OFFICE, NULL, 0, "2026-08-14T16:30:00Z",
         2 * HOURS_HOUR_S, "2026-08-17T05:00:00Z"},
        {"over the week-end and a holiday", "Asia/Kolkata", HOURS_OFFICE, kolkata, 1,
         "2026-08-14T16:30:00Z", 2 * HOURS_HOUR_S, "2026-08-18T05:00:00Z"},
        {"over a Friday that never was", "Pacific/Apia", HOURS_OFFICE, NULL, 0,
         "2011-12-29T16:00:00Z", 2 * HOURS_HOUR_S, "2012-01-01T20:00:00Z"},
        {"due at the close, not at the next opening", "Europe/London", HOURS_OFFICE, NULL, 0,
         "2026-11-20T09:00:00Z", 8 * HOURS_HOUR_S, "2026-11-20T17:00:00Z"},
        {"one day a week",
         "America/Chicago",
         {"-t-----", {{HM(8, 0), HM(17, 0)}}, 1},
         NULL,
         0,
         "2026-07-29T10:00:00Z",
         10 * HOURS_HOUR_S,
         "2026-08-11T14:00:00Z"},
        {"Christmas and New Year", "Europe/Berlin", HOURS_OFFICE, christmas, 2,
         "2026-12-24T16:30:00Z", 40 * HOURS_HOUR_S, "2027-01-04T15:30:00Z"},
        {"starts when closed", "Europe/Madrid", HOURS_OFFICE, NULL, 0, "2026-11-21T19:00:00Z",
         HOURS_HOUR_S / 2, "2026-11-23T08:30:00Z"},
        {"a day that ends at 23:59",
         "Etc/UTC",
         {"mtwtfss", {{0, HM(23, 59)}}, 1},
         NULL,
         0,
         "2026-11-20T23:30:00Z",
         HOURS_HOUR_S,
         "2026-11-21T00:31:00Z"},
        {"a day that ends at 24:00", "Etc/UTC", HOURS_ALWAYS, NULL, 0, "2026-11-20T23:30:00Z",
         HOURS_HOUR_S, "2026-11-21T00:30:00Z"},
        {"24 hours of business", "Etc/UTC", HOURS_OFFICE, NULL, 0, "2026-11-23T09:00:00Z",
         24 * HOURS_HOUR_S, "2026-11-25T17:00:00Z"},
        {"a day's business", "Etc/UTC", HOURS_OFFICE, NULL, 0, "2026-11-23T09:00:00Z",
         8 * HOURS_HOUR_S, "2026-11-23T17:00:00Z"},
    };
    char buf[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena;
        arena_init(&arena, HOURS_ARENA_BYTES);
        struct calendar_rules *rules = hours_rules(&arena, rows[i].zone, &rows[i].hours);
        rules->dates = rows[i].dates;
        rules->n_dates = rows[i].n_dates;
        struct calendar *c = hours_calendar(rules);
        const int64_t from_at = zone_floor(rules->zone, instant_s(hours_at(rows[i].start_wall)));
        int64_t due_at;
        int64_t limit_at;
        calendar_add(c, from_at, rows[i].target_s * US_PER_S, &due_at, &limit_at);
        T_EQ_STR(instant_format(due_at, buf), rows[i].due_at, "%s", rows[i].id);
        T_EQ_INT(calendar_between(c, from_at, due_at), rows[i].target_s * US_PER_S, "%s",
                 rows[i].id);
        T_EQ_INT(calendar_between(c, from_at, limit_at), rows[i].target_s * US_PER_S, "%s",
                 rows[i].id);
        calendar_free(c);
        arena_fini(&arena);
    }
}

/*
 * Versions and unions
 */

T_TEST(calendar, versions_switch_at_their_instants)
{
    static const struct hours early = {"mtwtf--", {{HM(7, 0), HM(15, 0)}}, 1};
    struct arena arena;

    arena_init(&arena, HOURS_ARENA_BYTES);
    const struct calendar_version versions[] = {
        {.effective_at = hours_at("2026-03-02T00:00:00Z"),
         .rules = hours_rules(&arena, "Etc/UTC", &HOURS_OFFICE)},
        // In the midst of the first one's day: clips it, and takes over what is left of its own.
        {.effective_at = hours_at("2026-03-03T11:00:00Z"),
         .rules = hours_rules(&arena, "Etc/UTC", &early)},
        {.effective_at = hours_at("2026-03-04T12:00:00Z"),
         .rules = hours_rules(&arena, "Etc/UTC", &early)},
    };
    struct calendar *c = calendar_new(versions, 3);
    const struct {
        const char *from;
        const char *to;
        int64_t open_s;
    } rows[] = {
        {"2026-02-20T00:00:00Z", "2026-03-02T00:00:00Z", 0}, // before the first version
        {"2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", 8 * HOURS_HOUR_S},
        {"2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", 6 * HOURS_HOUR_S}, // 9-11 and 11-15
        {"2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z",
         8 * HOURS_HOUR_S}, // the same before and after
    };
    int64_t open_at;
    int64_t close_at;
    char buf[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_INT(calendar_between(c, hours_at(rows[i].from), hours_at(rows[i].to)),
                 rows[i].open_s * US_PER_S, "%s", rows[i].from);
    }
    T_CHECK(calendar_next_window(c, hours_at("2026-03-04T11:00:00Z"), &open_at, &close_at));
    T_EQ_STR(instant_format(open_at, buf), "2026-03-04T07:00:00Z", "joined over the switch");
    T_EQ_STR(instant_format(close_at, buf), "2026-03-04T15:00:00Z");
    T_CHECK(!calendar_version_at(c, hours_at("2026-03-01T23:59:59Z")));
    T_EQ_INT(calendar_version_at(c, hours_at("2026-03-02T00:00:00Z"))->effective_at,
             versions[0].effective_at);
    T_EQ_INT(calendar_version_at(c, hours_at("2026-03-03T10:59:59Z"))->effective_at,
             versions[0].effective_at);
    T_EQ_INT(calendar_version_at(c, hours_at("2026-12-24T00:00:00Z"))->effective_at,
             versions[2].effective_at);
    calendar_free(c);
    arena_fini(&arena);
}

T_TEST(calendar, a_union_counts_nothing_twice)
{
    static const struct hours berlin_hours = {"mtwtf--", {{HM(9, 0), HM(18, 0)}}, 1};
    struct arena arena;

    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar *berlin = hours_calendar(hours_rules(&arena, "Europe/Berlin", &berlin_hours));
    struct calendar *new_york = hours_calendar(
        hours_rules(&arena, "America/New_York", &berlin_hours));
    struct calendar *manila = hours_calendar(hours_rules(&arena, "Asia/Manila", &berlin_hours));
    const struct calendar *const members[] = {berlin, new_york, manila, berlin};
    struct calendar *sun = calendar_new(&(struct calendar_version){.effective_at = INSTANT_NONE,
                                                                   .members = members,
                                                                   .n_members = 4},
                                        1);
    // Winter: 01-10, 08-17 and 14-23 UTC, five days. In the three weeks in which only America has
    // changed its clocks, 13-22: an hour less.
    T_EQ_INT(
        calendar_between(sun, hours_at("2026-02-02T00:00:00Z"), hours_at("2026-02-09T00:00:00Z")),
        5 * 22 * HOURS_HOUR_S * US_PER_S);
    T_EQ_INT(
        calendar_between(sun, hours_at("2026-03-09T00:00:00Z"), hours_at("2026-03-16T00:00:00Z")),
        5 * 21 * HOURS_HOUR_S * US_PER_S);
    // What was asked of the whole is what its parts have, however it is cut into pages.
    T_EQ_INT(
        calendar_between(sun, hours_at("2026-01-05T00:00:00Z"), hours_at("2027-01-04T00:00:00Z")),
        calendar_between(sun, hours_at("2026-01-05T00:00:00Z"), hours_at("2026-08-01T05:00:00Z")) +
            calendar_between(sun, hours_at("2026-08-01T05:00:00Z"),
                             hours_at("2027-01-04T00:00:00Z")));
    struct calendar *nobody = calendar_new(
        &(struct calendar_version){.effective_at = INSTANT_NONE, .members = members}, 1);
    T_EQ_INT(calendar_between(nobody, 0, hours_at("2030-01-01T00:00:00Z")), 0);
    calendar_free(nobody);
    calendar_free(sun);
    calendar_free(manila);
    calendar_free(new_york);
    calendar_free(berlin);
    arena_fini(&arena);
}

static const struct calendar_window MORNING[] = {{HM(9, 0), HM(13, 0)}};

/*
 * Ends
 */

T_TEST(calendar, what_never_opens_never_ends)
{
    static const struct hours none = {"-------", {{0, 1}}, 0};
    const struct calendar_date once = {.day = hours_day("2030-06-03"), .open = {MORNING, 1}};
    struct arena arena;
    int64_t due_at;
    int64_t limit_at;
    char buf[INSTANT_TEXT_BYTES];

    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar *never = hours_calendar(hours_rules(&arena, "Etc/UTC", &none));
    calendar_add(never, hours_at("2026-03-02T10:00:00Z"), US_PER_HOUR, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    T_EQ_INT(limit_at, INSTANT_NEVER);
    calendar_add(never, hours_at("2026-03-02T10:00:00Z"), 0, &due_at, &limit_at);
    T_EQ_STR(instant_format(due_at, buf), "2026-03-02T10:00:00Z", "nothing to wait for");
    T_EQ_INT(limit_at, INSTANT_NEVER);
    T_CHECK(!calendar_opens(never, INSTANT_NONE));
    T_CHECK(!calendar_next_window(never, 0, &due_at, &limit_at));
    T_EQ_INT(calendar_next_change(never, 0, INSTANT_NEVER), INSTANT_NEVER);
    T_EQ_INT(calendar_business_days(never, NULL, 0, 0, HM(24, 0)), INSTANT_NEVER);
    calendar_free(never);

    struct calendar_rules *rules = hours_rules(&arena, "Etc/UTC", &none);
    rules->dates = &once;
    rules->n_dates = 1;
    struct calendar *c = hours_calendar(rules);
    calendar_add(c, hours_at("2026-03-02T10:00:00Z"), 4 * US_PER_HOUR, &due_at, &limit_at);
    T_EQ_STR(instant_format(due_at, buf), "2030-06-03T13:00:00Z", "years of closing are searched");
    T_EQ_INT(limit_at, INSTANT_NEVER);
    calendar_add(c, hours_at("2026-03-02T10:00:00Z"), 4 * US_PER_HOUR + 1, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    calendar_add(c, hours_at("2026-03-02T10:00:00Z"), INT64_MAX, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    T_CHECK(!calendar_opens(c, hours_at("2026-03-02T10:00:00Z")));
    T_CHECK(calendar_opens(c, hours_at("2029-06-03T10:00:00Z")));
    calendar_free(c);
    arena_fini(&arena);
}

/* Pages are how calendars are compiled, and must not show. Versions open and close to the
 * microsecond. */
T_TEST(calendar, windows_across_pages_are_one)
{
    static const struct hours none = {"-------", {{0, 1}}, 0};
    const int64_t page_at = 200 * CALENDAR_PAGE_US;
    const struct {
        const char *what;
        int64_t from_us; // from page_at
        int64_t to_us;
        int64_t again_us; // when it opens again, for a second
    } rows[] = {
        {"across the border", -US_PER_HOUR, US_PER_HOUR, CALENDAR_PAGE_US / 2},
        {"up to the border, and soon again", -US_PER_HOUR, 0, 1},
        {"up to the border, then an empty page", -US_PER_HOUR, 0, 2 * CALENDAR_PAGE_US},
        {"from the border on", 0, US_PER_HOUR, CALENDAR_PAGE_US - US_PER_S},
        {"a whole page", 0, CALENDAR_PAGE_US, 2 * CALENDAR_PAGE_US},
        {"several pages", -7, 3 * CALENDAR_PAGE_US + 7, 3 * CALENDAR_PAGE_US + 9},
    };
    struct arena arena;

    arena_init(&arena, HOURS_ARENA_BYTES);
    const struct calendar_rules *open = hours_rules(&arena, "Etc/UTC", &HOURS_ALWAYS);
    const struct calendar_rules *closed = hours_rules(&arena, "Etc/UTC", &none);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const int64_t from_at = page_at + rows[i].from_us;
        const int64_t to_at = page_at + rows[i].to_us;
        const int64_t again_at = page_at + rows[i].again_us;
        const struct calendar_version versions[] = {
            {.effective_at = from_at, .rules = open},
            {.effective_at = to_at, .rules = closed},
            {.effective_at = again_at, .rules = open},
            {.effective_at = again_at + US_PER_S, .rules = closed},
        };
        struct calendar *c = calendar_new(versions, 4);
        const int64_t inside[] = {from_at, from_at + (to_at - from_at) / 2, to_at - 1};
        int64_t open_at;
        int64_t close_at;
        for (int j = 0; j < 3; j++) {
            T_CHECK(calendar_next_window(c, inside[j], &open_at, &close_at), "%s", rows[i].what);
            T_EQ_INT(open_at, from_at, "%s", rows[i].what);
            T_EQ_INT(close_at, to_at, "%s", rows[i].what);
            T_EQ_INT(calendar_next_change(c, inside[j], INSTANT_NEVER), to_at, "%s", rows[i].what);
            T_EQ_INT(calendar_next_change(c, inside[j], to_at), to_at, "%s", rows[i].what);
            T_CHECK(calendar_is_open(c, inside[j]), "%s", rows[i].what);
        }
        T_CHECK(calendar_next_window(c, to_at, &open_at, &close_at), "%s", rows[i].what);
        T_EQ_INT(open_at, again_at, "%s", rows[i].what);
        T_EQ_INT(close_at, again_at + US_PER_S, "%s", rows[i].what);
        T_EQ_INT(calendar_next_change(c, to_at, INSTANT_NEVER), again_at, "%s", rows[i].what);
        T_EQ_INT(calendar_next_change(c, -5, INSTANT_NEVER), from_at, "%s", rows[i].what);
        T_CHECK(!calendar_is_open(c, from_at - 1) && !calendar_is_open(c, to_at), "%s",
                rows[i].what);
        T_CHECK(!calendar_next_window(c, again_at + US_PER_S, &open_at, &close_at), "%s",
                rows[i].what);
        T_EQ_INT(calendar_between(c, 0, INSTANT_NEVER), to_at - from_at + US_PER_S, "%s",
                 rows[i].what);
        T_EQ_INT(calendar_between(c, from_at, to_at), to_at - from_at, "%s", rows[i].what);
        calendar_add(c, 0, to_at - from_at, &open_at, &close_at);
        T_EQ_INT(open_at, to_at, "%s", rows[i].what);
        T_EQ_INT(close_at, again_at, "%s", rows[i].what);
        calendar_free(c);
    }
    arena_fini(&arena);
}

T_TEST(calendar, calendars_begin_in_1970_and_end_with_2100)
{
    struct arena arena;
    int64_t due_at;
    int64_t limit_at;
    int64_t open_at;
    int64_t close_at;
    char buf[INSTANT_TEXT_BYTES];

    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar *c = hours_calendar(hours_rules(&arena, "Etc/UTC", &HOURS_ALWAYS));
    const int64_t end_at = hours_at("2101-01-01T00:00:00Z");
    T_EQ_INT(calendar_between(c, INSTANT_NONE, INSTANT_NEVER), end_at);
    T_EQ_INT(calendar_between(c, 10, 10), 0);
    T_EQ_INT(calendar_between(c, 20, 10), 0, "the wrong way round");
    T_EQ_INT(calendar_between(c, -20, 10), 10);
    T_EQ_INT(calendar_between(c, end_at - 5, end_at + 5), 5);
    calendar_add(c, -US_PER_DAY, US_PER_HOUR, &due_at, &limit_at);
    T_EQ_INT(due_at, US_PER_HOUR);
    T_EQ_INT(limit_at, US_PER_HOUR);
    calendar_add(c, -US_PER_DAY, 0, &due_at, &limit_at);
    T_EQ_INT(due_at, -US_PER_DAY);
    T_EQ_INT(limit_at, 0);
    calendar_add(c, 0, end_at, &due_at, &limit_at);
    T_EQ_STR(instant_format(due_at, buf), "2101-01-01T00:00:00Z");
    T_EQ_INT(limit_at, INSTANT_NEVER);
    calendar_add(c, 1, end_at, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    calendar_add(c, end_at, 1, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    calendar_add(c, INSTANT_NEVER - 1, 1, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    calendar_add(c, INSTANT_NEVER - 1, 0, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER - 1);
    T_EQ_INT(limit_at, INSTANT_NEVER);
    T_CHECK(calendar_next_window(c, hours_at("2026-03-02T10:00:00Z"), &open_at, &close_at));
    T_EQ_INT(open_at, 0);
    T_EQ_INT(close_at, end_at);
    T_CHECK(!calendar_next_window(c, end_at, &open_at, &close_at));
    T_CHECK(!calendar_next_window(c, INSTANT_NEVER - 1, &open_at, &close_at));
    T_CHECK(!calendar_is_open(c, -1));
    T_CHECK(calendar_is_open(c, 0));
    T_CHECK(calendar_is_open(c, end_at - 1));
    T_CHECK(!calendar_is_open(c, end_at));
    T_CHECK(calendar_next_window(c, -7, &open_at, &close_at));
    T_EQ_INT(open_at, 0);
    T_CHECK(!calendar_is_open(c, INSTANT_NEVER - 1));
    T_EQ_INT(calendar_next_change(c, -7, INSTANT_NEVER), 0);
    T_EQ_INT(calendar_next_change(c, 0, INSTANT_NEVER), end_at);
    T_EQ_INT(calendar_next_change(c, 0, US_PER_DAY), US_PER_DAY);
    T_EQ_INT(calendar_next_change(c, end_at, INSTANT_NEVER), INSTANT_NEVER);
    calendar_free(c);
    calendar_free(NULL);
    arena_fini(&arena);
}
