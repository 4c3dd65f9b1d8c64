// SPDX-License-Identifier: Apache-2.0
#include "core/calendar.h"

#include <pthread.h>
#include <string.h>

#include "core/instant.h"
#include "t.h"
#include "tests/core/tzif.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, HOUR_S = 3600 };

#define HM(hour, minute) ((hour)*3600 + (minute)*60)

static int64_t at_of(const char *text)
{
    int64_t at = INSTANT_NONE;
    T_EQ_INT(instant_parse(text, strlen(text), &at), 0, "%s", text);
    return at;
}

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    T_EQ_INT(instant_parse_date(text, strlen(text), &day), 0, "%s", text);
    return day;
}

static const char *text_of(int64_t at, char buf[static INSTANT_TEXT_BYTES])
{
    return instant_format(at, buf);
}

/* Hours as a test writes them: the same windows on some days of the week. */
struct hours {
    const char *days; // "mtwtfss" with "-" where it is closed
    struct calendar_window windows[3];
    size_t n;
};

static void set_week(struct calendar_rules *rules, const struct hours *h)
{
    for (int i = 0; i < 7; i++) {
        if (h->days[i] != '-') {
            rules->week[i] = (struct calendar_day){.windows = h->windows, .n = h->n};
        }
    }
}

static const struct hours NINE_TO_FIVE = {"mtwtf--", {{HM(9, 0), HM(17, 0)}}, 1};
static const struct hours ALWAYS = {"mtwtfss", {{0, HM(24, 0)}}, 1};
static const struct hours NIGHTS = {"mtwtfss", {{HM(22, 0), HM(30, 0)}}, 1};

static struct calendar *plain(const struct calendar_rules *rules)
{
    struct calendar *c = calendar_new(
        &(struct calendar_version){.effective_at = INSTANT_NONE, .rules = rules}, 1);
    T_CHECK(c);
    return c;
}

/* Rules that outlive the function that makes them. */
static struct calendar_rules *rules_of(struct arena *arena, const char *zone, const struct hours *h)
{
    struct calendar_rules *rules = arena_alloc(arena, sizeof(*rules));
    T_CHECK(rules);
    rules->zone = tzif_zone(arena, zone);
    set_week(rules, h);
    return rules;
}

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
         4 * HOUR_S,
         "2026-06-08T09:00:00Z"},
        {"a 25-hour night", "Europe/Berlin", ALWAYS, NULL, 0, "2026-10-24T20:00:00Z", 8 * HOUR_S,
         "2026-10-25T02:00:00Z"},
        {"a 23-hour night", "Europe/Berlin", ALWAYS, NULL, 0, "2026-03-28T20:00:00Z", 8 * HOUR_S,
         "2026-03-29T03:00:00Z"},
        {"a night of seven hours", "America/New_York", NIGHTS, NULL, 0, "2026-03-07T23:00:00Z",
         8 * HOUR_S, "2026-03-09T04:00:00Z"},
        {"a night of nine hours", "America/New_York", NIGHTS, NULL, 0, "2026-10-31T23:00:00Z",
         8 * HOUR_S, "2026-11-01T11:00:00Z"},
        {"a day of 25 hours",
         "Africa/Cairo",
         {"mtwt--s", {{0, HM(24, 0)}}, 1},
         NULL,
         0,
         "2026-10-29T00:15:00Z",
         24 * HOUR_S,
         "2026-10-29T21:15:00Z"},
        {"Sunday works and has 25 hours",
         "Asia/Jerusalem",
         {"mtwt--s", {{0, HM(24, 0)}}, 1},
         NULL,
         0,
         "2026-10-25T00:15:00Z",
         24 * HOUR_S,
         "2026-10-25T21:15:00Z"},
        {"half an hour back", "Australia/Lord_Howe", ALWAYS, NULL, 0, "2026-04-04T20:00:00Z",
         12 * HOUR_S, "2026-04-04T21:00:00Z"},
        {"over the week-end", "Asia/Kolkata", NINE_TO_FIVE, NULL, 0, "2026-08-14T16:30:00Z",
         2 * HOUR_S, "2026-08-17T05:00:00Z"},
        {"over the week-end and a holiday", "Asia/Kolkata", NINE_TO_FIVE, kolkata, 1,
         "2026-08-14T16:30:00Z", 2 * HOUR_S, "2026-08-18T05:00:00Z"},
        {"over a Friday that never was", "Pacific/Apia", NINE_TO_FIVE, NULL, 0,
         "2011-12-29T16:00:00Z", 2 * HOUR_S, "2012-01-01T20:00:00Z"},
        {"due at the close, not at the next opening", "Europe/London", NINE_TO_FIVE, NULL, 0,
         "2026-11-20T09:00:00Z", 8 * HOUR_S, "2026-11-20T17:00:00Z"},
        {"one day a week",
         "America/Chicago",
         {"-t-----", {{HM(8, 0), HM(17, 0)}}, 1},
         NULL,
         0,
         "2026-07-29T10:00:00Z",
         10 * HOUR_S,
         "2026-08-11T14:00:00Z"},
        {"Christmas and New Year", "Europe/Berlin", NINE_TO_FIVE, christmas, 2,
         "2026-12-24T16:30:00Z", 40 * HOUR_S, "2027-01-04T15:30:00Z"},
        {"starts when closed", "Europe/Madrid", NINE_TO_FIVE, NULL, 0, "2026-11-21T19:00:00Z",
         HOUR_S / 2, "2026-11-23T08:30:00Z"},
        {"a day that ends at 23:59",
         "Etc/UTC",
         {"mtwtfss", {{0, HM(23, 59)}}, 1},
         NULL,
         0,
         "2026-11-20T23:30:00Z",
         HOUR_S,
         "2026-11-21T00:31:00Z"},
        {"a day that ends at 24:00", "Etc/UTC", ALWAYS, NULL, 0, "2026-11-20T23:30:00Z", HOUR_S,
         "2026-11-21T00:30:00Z"},
        {"24 hours of business", "Etc/UTC", NINE_TO_FIVE, NULL, 0, "2026-11-23T09:00:00Z",
         24 * HOUR_S, "2026-11-25T17:00:00Z"},
        {"a day's business", "Etc/UTC", NINE_TO_FIVE, NULL, 0, "2026-11-23T09:00:00Z", 8 * HOUR_S,
         "2026-11-23T17:00:00Z"},
    };
    char buf[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena;
        arena_init(&arena, ARENA_BYTES);
        struct calendar_rules *rules = rules_of(&arena, rows[i].zone, &rows[i].hours);
        rules->dates = rows[i].dates;
        rules->n_dates = rows[i].n_dates;
        struct calendar *c = plain(rules);
        const int64_t from_at = zone_floor(rules->zone, instant_s(at_of(rows[i].start_wall)));
        int64_t due_at;
        int64_t limit_at;
        calendar_add(c, from_at, rows[i].target_s * US_PER_S, &due_at, &limit_at);
        T_EQ_STR(text_of(due_at, buf), rows[i].due_at, "%s", rows[i].id);
        T_EQ_INT(calendar_between(c, from_at, due_at), rows[i].target_s * US_PER_S, "%s",
                 rows[i].id);
        T_EQ_INT(calendar_between(c, from_at, limit_at), rows[i].target_s * US_PER_S, "%s",
                 rows[i].id);
        calendar_free(c);
        arena_fini(&arena);
    }
}

/*
 * Dates and holidays
 */

static const struct calendar_window MORNING[] = {{HM(9, 0), HM(13, 0)}};
static const struct calendar_window LATE[] = {{HM(11, 0), HM(15, 0)}, {HM(16, 0), HM(20, 0)}};

struct override_row {
    const char *date;
    const char *what;
    int64_t open_s; // on that local day
    size_t n_overrides;
    const char *first_list; // NULL: own date
};

T_TEST(calendar, own_dates_win_and_holiday_lists_intersect)
{
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    // 2026-12-21 is a Monday.
    const struct calendar_date de_dates[] = {
        {.day = day_of("2026-12-22"), .note = "closed in one list"},
        {.day = day_of("2026-12-23"), .open = {MORNING, 1}, .note = "half day"},
        {.day = day_of("2026-12-24"), .open = {MORNING, 1}},
        {.day = day_of("2026-12-25"), .note = "Christmas"},
        {.day = day_of("2026-12-26"), .open = {MORNING, 1}, .note = "opens a Saturday"},
    };
    const struct calendar_date ph_dates[] = {
        {.day = day_of("2026-12-23"), .open = {LATE, 2}},
        {.day = day_of("2026-12-24")},
        {.day = day_of("2026-12-25"), .note = "Pasko"},
    };
    const struct calendar_date own_dates[] = {
        {.day = day_of("2026-12-25"), .open = {MORNING, 1}, .note = "skeleton crew"},
    };
    const struct holiday_list de = {
        .name = "de", .dates = de_dates, .n_dates = sizeof(de_dates) / sizeof(de_dates[0])};
    const struct holiday_list ph = {
        .name = "ph", .dates = ph_dates, .n_dates = sizeof(ph_dates) / sizeof(ph_dates[0])};
    const struct holiday_list *const lists[] = {&de, &ph};
    struct calendar_rules *rules = rules_of(&arena, "Europe/Berlin", &NINE_TO_FIVE);
    rules->dates = own_dates;
    rules->n_dates = 1;
    rules->holidays = lists;
    rules->n_holidays = 2;
    struct calendar *c = plain(rules);

    const struct override_row rows[] = {
        {"2026-12-21", "an ordinary Monday", 8 * HOUR_S, 0, NULL},
        {"2026-12-22", "closed in one of two lists", 0, 1, "de"},
        {"2026-12-23", "9-13 in one, 11-15 and 16-20 in the other", 2 * HOUR_S, 2, "de"},
        {"2026-12-24", "9-13 in one, closed in the other", 0, 2, "de"},
        {"2026-12-25", "closed in both, but an own date", 4 * HOUR_S, 1, NULL},
        {"2026-12-26", "a list opens a Saturday", 4 * HOUR_S, 1, "de"},
        {"2026-12-27", "an ordinary Sunday", 0, 0, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct calendar_override found[CALENDAR_HOLIDAYS_MAX];
        const int32_t day = day_of(rows[i].date);
        const int64_t from_at = zone_floor(rules->zone, day * S_PER_DAY);
        const int64_t to_at = zone_floor(rules->zone, (day + 1) * S_PER_DAY);
        const size_t n = calendar_overrides(rules, day, found);
        T_EQ_INT(calendar_between(c, from_at, to_at), rows[i].open_s * US_PER_S, "%s",
                 rows[i].what);
        T_EQ_INT(n, rows[i].n_overrides, "%s", rows[i].what);
        if (n > 0) {
            T_EQ_STR(found[0].list ? found[0].list->name : NULL, rows[i].first_list, "%s",
                     rows[i].what);
            T_EQ_INT(found[0].date->day, day, "%s", rows[i].what);
        }
    }
    struct calendar_override found[CALENDAR_HOLIDAYS_MAX];
    T_EQ_INT(calendar_overrides(rules, day_of("2026-12-24"), found), 2);
    T_EQ_STR(found[1].list->name, "ph");
    T_EQ_INT(calendar_overrides(rules, day_of("2026-12-25"), found), 1);
    T_EQ_STR(found[0].date->note, "skeleton crew");
    calendar_free(c);
    arena_fini(&arena);
}

T_TEST(calendar, a_holiday_cuts_the_shift_of_its_eve_only_where_agreed)
{
    static const struct hours shift = {"mtwtf--", {{HM(21, 0), HM(30, 0)}}, 1};
    static const struct {
        enum calendar_overnight overnight;
        bool by_list;
        const char *what;
        int64_t open_s; // Thursday noon to Saturday noon
    } rows[] = {
        {CALENDAR_SHIFT, false, "the shift of Thursday runs into the holiday", 9 * HOUR_S},
        {CALENDAR_MIDNIGHT, false, "it ends at midnight", 3 * HOUR_S},
        {CALENDAR_SHIFT, true, "a list's holiday, shift", 9 * HOUR_S},
        {CALENDAR_MIDNIGHT, true, "a list's holiday, midnight", 3 * HOUR_S},
    };
    const struct calendar_date friday = {.day = day_of("2026-06-12")};
    const struct holiday_list list = {.name = "ph", .dates = &friday, .n_dates = 1};
    const struct holiday_list *const lists[] = {&list};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena;
        arena_init(&arena, ARENA_BYTES);
        struct calendar_rules *rules = rules_of(&arena, "Asia/Manila", &shift);
        rules->overnight = rows[i].overnight;
        if (rows[i].by_list) {
            rules->holidays = lists;
            rules->n_holidays = 1;
        } else {
            rules->dates = &friday;
            rules->n_dates = 1;
        }
        struct calendar *c = plain(rules);
        T_EQ_INT(calendar_between(c, at_of("2026-06-11T04:00:00Z"), at_of("2026-06-13T04:00:00Z")),
                 rows[i].open_s * US_PER_S, "%s", rows[i].what);
        // A window that starts after the midnight at which it is cut is gone, not negative.
        calendar_free(c);
        arena_fini(&arena);
    }
}

/* Half-hours on all days and a holiday list in every slot: the largest day there is. */
T_TEST(calendar, the_largest_lists_intersect)
{
    struct calendar_window halves[CALENDAR_WINDOWS_MAX];
    struct calendar_date dates[CALENDAR_HOLIDAYS_MAX];
    struct holiday_list lists[CALENDAR_HOLIDAYS_MAX];
    const struct holiday_list *in_use[CALENDAR_HOLIDAYS_MAX];
    struct calendar_fault fault;
    struct arena arena;

    for (int i = 0; i < CALENDAR_WINDOWS_MAX; i++) {
        halves[i] = (struct calendar_window){i * 2700, i * 2700 + 1800};
    }
    for (int i = 0; i < CALENDAR_HOLIDAYS_MAX; i++) {
        dates[i] = (struct calendar_date){20600, {halves, CALENDAR_WINDOWS_MAX}, NULL};
        lists[i] = (struct holiday_list){.name = "x", .dates = &dates[i], .n_dates = 1};
        in_use[i] = &lists[i];
    }
    arena_init(&arena, ARENA_BYTES);
    struct calendar_rules *rules = rules_of(&arena, "Etc/UTC", &NINE_TO_FIVE);
    rules->holidays = in_use;
    rules->n_holidays = CALENDAR_HOLIDAYS_MAX;
    T_EQ_INT(calendar_check(rules, &fault), 0);
    struct calendar *c = plain(rules);
    T_EQ_INT(calendar_between(c, 20600 * US_PER_DAY, 20601 * US_PER_DAY),
             CALENDAR_WINDOWS_MAX * 1800 * US_PER_S);
    calendar_free(c);
    arena_fini(&arena);
}

/*
 * Versions and unions
 */

T_TEST(calendar, versions_switch_at_their_instants)
{
    static const struct hours early = {"mtwtf--", {{HM(7, 0), HM(15, 0)}}, 1};
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    const struct calendar_version versions[] = {
        {.effective_at = at_of("2026-03-02T00:00:00Z"),
         .rules = rules_of(&arena, "Etc/UTC", &NINE_TO_FIVE)},
        // In the midst of the first one's day: clips it, and takes over what is left of its own.
        {.effective_at = at_of("2026-03-03T11:00:00Z"),
         .rules = rules_of(&arena, "Etc/UTC", &early)},
        {.effective_at = at_of("2026-03-04T12:00:00Z"),
         .rules = rules_of(&arena, "Etc/UTC", &early)},
    };
    struct calendar *c = calendar_new(versions, 3);
    const struct {
        const char *from;
        const char *to;
        int64_t open_s;
    } rows[] = {
        {"2026-02-20T00:00:00Z", "2026-03-02T00:00:00Z", 0}, // before the first version
        {"2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", 8 * HOUR_S},
        {"2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", 6 * HOUR_S}, // 9-11 and 11-15
        {"2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z", 8 * HOUR_S}, // the same before and after
    };
    int64_t open_at;
    int64_t close_at;
    char buf[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_INT(calendar_between(c, at_of(rows[i].from), at_of(rows[i].to)),
                 rows[i].open_s * US_PER_S, "%s", rows[i].from);
    }
    T_CHECK(calendar_next_window(c, at_of("2026-03-04T11:00:00Z"), &open_at, &close_at));
    T_EQ_STR(text_of(open_at, buf), "2026-03-04T07:00:00Z", "joined over the switch");
    T_EQ_STR(text_of(close_at, buf), "2026-03-04T15:00:00Z");
    T_CHECK(!calendar_version_at(c, at_of("2026-03-01T23:59:59Z")));
    T_EQ_INT(calendar_version_at(c, at_of("2026-03-02T00:00:00Z"))->effective_at,
             versions[0].effective_at);
    T_EQ_INT(calendar_version_at(c, at_of("2026-03-03T10:59:59Z"))->effective_at,
             versions[0].effective_at);
    T_EQ_INT(calendar_version_at(c, at_of("2026-12-24T00:00:00Z"))->effective_at,
             versions[2].effective_at);
    calendar_free(c);
    arena_fini(&arena);
}

T_TEST(calendar, a_union_counts_nothing_twice)
{
    static const struct hours berlin_hours = {"mtwtf--", {{HM(9, 0), HM(18, 0)}}, 1};
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    struct calendar *berlin = plain(rules_of(&arena, "Europe/Berlin", &berlin_hours));
    struct calendar *new_york = plain(rules_of(&arena, "America/New_York", &berlin_hours));
    struct calendar *manila = plain(rules_of(&arena, "Asia/Manila", &berlin_hours));
    const struct calendar *const members[] = {berlin, new_york, manila, berlin};
    struct calendar *sun = calendar_new(&(struct calendar_version){.effective_at = INSTANT_NONE,
                                                                   .members = members,
                                                                   .n_members = 4},
                                        1);
    // Winter: 01-10, 08-17 and 14-23 UTC, five days. In the three weeks in which only America has
    // changed its clocks, 13-22: an hour less.
    T_EQ_INT(calendar_between(sun, at_of("2026-02-02T00:00:00Z"), at_of("2026-02-09T00:00:00Z")),
             5 * 22 * HOUR_S * US_PER_S);
    T_EQ_INT(calendar_between(sun, at_of("2026-03-09T00:00:00Z"), at_of("2026-03-16T00:00:00Z")),
             5 * 21 * HOUR_S * US_PER_S);
    // What was asked of the whole is what its parts have, however it is cut into pages.
    T_EQ_INT(
        calendar_between(sun, at_of("2026-01-05T00:00:00Z"), at_of("2027-01-04T00:00:00Z")),
        calendar_between(sun, at_of("2026-01-05T00:00:00Z"), at_of("2026-08-01T05:00:00Z")) +
            calendar_between(sun, at_of("2026-08-01T05:00:00Z"), at_of("2027-01-04T00:00:00Z")));
    struct calendar *nobody = calendar_new(
        &(struct calendar_version){.effective_at = INSTANT_NONE, .members = members}, 1);
    T_EQ_INT(calendar_between(nobody, 0, at_of("2030-01-01T00:00:00Z")), 0);
    calendar_free(nobody);
    calendar_free(sun);
    calendar_free(manila);
    calendar_free(new_york);
    calendar_free(berlin);
    arena_fini(&arena);
}

/*
 * Business days
 */

T_TEST(calendar, business_days_end_with_the_last_window_of_their_date)
{
    static const struct hours office = {
        "mtwtf--", {{HM(9, 0), HM(12, 30)}, {HM(13, 30), HM(18, 0)}}, 2};
    static const struct hours shift = {"mtwtf--", {{HM(21, 0), HM(30, 0)}}, 1};
    const struct calendar_date dates[] = {
        {.day = day_of("2026-12-24"), .open = {MORNING, 1}},
        {.day = day_of("2026-12-25")},
    };
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    struct calendar_rules *office_rules = rules_of(&arena, "Europe/Berlin", &office);
    office_rules->dates = dates;
    office_rules->n_dates = 2;
    struct calendar *berlin = plain(office_rules);
    struct calendar *manila = plain(rules_of(&arena, "Asia/Manila", &shift));
    struct calendar *apia = plain(rules_of(&arena, "Pacific/Apia", &office));
    const struct calendar *const members[] = {berlin, manila};
    struct calendar *both = calendar_new(
        &(struct calendar_version){
            .effective_at = INSTANT_NONE, .members = members, .n_members = 2, .days_of = berlin},
        1);
    const struct zone *new_york = tzif_zone(&arena, "America/New_York");
    const struct {
        const char *what;
        const struct calendar *calendar;
        const struct zone *cutoff_zone;
        const char *from;
        int days;
        int32_t cutoff_s;
        const char *close;
    } rows[] = {
        {"before the cut-off", berlin, NULL, "2026-03-05T13:59:59Z", 2, HM(15, 0),
         "2026-03-09T17:00:00Z"},
        {"at the cut-off: too late", berlin, NULL, "2026-03-05T14:00:00Z", 2, HM(15, 0),
         "2026-03-10T17:00:00Z"},
        {"on a Saturday: day 0 is Monday", berlin, NULL, "2026-03-07T08:00:00Z", 1, HM(15, 0),
         "2026-03-10T17:00:00Z"},
        {"the same day", berlin, NULL, "2026-03-05T08:00:00Z", 0, HM(15, 0),
         "2026-03-05T17:00:00Z"},
        {"the same day, which has closed", berlin, NULL, "2026-03-05T20:00:00Z", 0, HM(24, 0),
         "2026-03-05T20:00:00Z"},
        {"a half-day closes early", berlin, NULL, "2026-12-23T10:00:00Z", 1, HM(15, 0),
         "2026-12-24T12:00:00Z"},
        {"a holiday is none", berlin, NULL, "2026-12-23T10:00:00Z", 2, HM(15, 0),
         "2026-12-28T17:00:00Z"},
        {"a shift ends in the night after its date", manila, NULL, "2026-06-01T04:00:00Z", 1,
         HM(15, 0), "2026-06-02T22:00:00Z"},
        {"the cut-off of another zone: 15:00 in New York is 21:00", berlin, new_york,
         "2026-03-04T19:59:59Z", 1, HM(15, 0), "2026-03-05T17:00:00Z"},
        {"and a minute too late there", berlin, new_york, "2026-03-04T20:00:00Z", 1, HM(15, 0),
         "2026-03-06T17:00:00Z"},
        {"a union counts the dates of one", both, NULL, "2026-12-23T10:00:00Z", 2, HM(15, 0),
         "2026-12-28T17:00:00Z"},
        {"a date that never was is no business day", apia, NULL, "2011-12-29T20:00:00Z", 1,
         HM(15, 0), "2012-01-02T04:00:00Z"},
        {"beyond all calendars", berlin, NULL, "2100-12-30T08:00:00Z", 3, HM(15, 0), "never"},
        {"from beyond", berlin, NULL, "2101-01-01T00:00:00Z", 1, HM(15, 0), "never"},
        {"from before the epoch", berlin, NULL, "1960-01-01T00:00:00Z", 1, HM(15, 0),
         "1970-01-02T17:00:00Z"},
    };
    char buf[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_STR(
            text_of(calendar_business_days(rows[i].calendar, rows[i].cutoff_zone,
                                           at_of(rows[i].from), rows[i].days, rows[i].cutoff_s),
                    buf),
            rows[i].close, "%s", rows[i].what);
    }
    T_CHECK(calendar_has_days(both) && calendar_has_days(berlin));
    calendar_free(both);

    struct calendar *dateless = calendar_new(
        &(struct calendar_version){
            .effective_at = INSTANT_NONE, .members = members, .n_members = 2},
        1);
    T_CHECK(!calendar_has_days(dateless));
    T_EQ_INT(calendar_business_days(dateless, NULL, at_of("2026-03-05T08:00:00Z"), 1, HM(15, 0)),
             INSTANT_NEVER);
    T_EQ_INT(
        calendar_business_days(dateless, new_york, at_of("2099-03-05T08:00:00Z"), 1, HM(15, 0)),
        INSTANT_NEVER);
    const struct calendar *const nested[] = {dateless};
    struct calendar *outer = calendar_new(
        &(struct calendar_version){
            .effective_at = INSTANT_NONE, .members = nested, .n_members = 1, .days_of = dateless},
        1);
    T_CHECK(!calendar_has_days(outer));
    calendar_free(outer);
    calendar_free(dateless);
    calendar_free(apia);
    calendar_free(manila);
    calendar_free(berlin);
    arena_fini(&arena);
}

T_TEST(calendar, business_days_follow_the_version_in_force)
{
    static const struct hours late = {"m-w-f--", {{HM(12, 0), HM(20, 0)}}, 1};
    struct arena arena;
    char buf[INSTANT_TEXT_BYTES];

    arena_init(&arena, ARENA_BYTES);
    const struct calendar_version versions[] = {
        {.effective_at = at_of("2026-03-02T00:00:00Z"),
         .rules = rules_of(&arena, "Etc/UTC", &NINE_TO_FIVE)},
        {.effective_at = at_of("2026-03-04T15:00:00Z"),
         .rules = rules_of(&arena, "Etc/UTC", &late)},
    };
    struct calendar *c = calendar_new(versions, 2);
    T_EQ_STR(
        text_of(calendar_business_days(c, NULL, at_of("2026-03-02T10:00:00Z"), 1, HM(15, 0)), buf),
        "2026-03-03T17:00:00Z");
    T_EQ_STR(
        text_of(calendar_business_days(c, NULL, at_of("2026-03-02T10:00:00Z"), 2, HM(15, 0)), buf),
        "2026-03-04T20:00:00Z", "open since 9 by the first, until 20 by the second");
    T_EQ_STR(
        text_of(calendar_business_days(c, NULL, at_of("2026-03-02T10:00:00Z"), 3, HM(15, 0)), buf),
        "2026-03-06T20:00:00Z", "Thursday is none any more");
    T_EQ_STR(
        text_of(calendar_business_days(c, NULL, at_of("2026-02-01T10:00:00Z"), 0, HM(15, 0)), buf),
        "2026-03-02T17:00:00Z", "before the first version nothing is open");
    calendar_free(c);
    arena_fini(&arena);
}

/*
 * Ends, limits
 */

T_TEST(calendar, what_never_opens_never_ends)
{
    static const struct hours none = {"-------", {{0, 1}}, 0};
    const struct calendar_date once = {.day = day_of("2030-06-03"), .open = {MORNING, 1}};
    struct arena arena;
    int64_t due_at;
    int64_t limit_at;
    char buf[INSTANT_TEXT_BYTES];

    arena_init(&arena, ARENA_BYTES);
    struct calendar *never = plain(rules_of(&arena, "Etc/UTC", &none));
    calendar_add(never, at_of("2026-03-02T10:00:00Z"), US_PER_HOUR, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    T_EQ_INT(limit_at, INSTANT_NEVER);
    calendar_add(never, at_of("2026-03-02T10:00:00Z"), 0, &due_at, &limit_at);
    T_EQ_STR(text_of(due_at, buf), "2026-03-02T10:00:00Z", "nothing to wait for");
    T_EQ_INT(limit_at, INSTANT_NEVER);
    T_CHECK(!calendar_opens(never, INSTANT_NONE));
    T_CHECK(!calendar_next_window(never, 0, &due_at, &limit_at));
    T_EQ_INT(calendar_next_change(never, 0, INSTANT_NEVER), INSTANT_NEVER);
    T_EQ_INT(calendar_business_days(never, NULL, 0, 0, HM(24, 0)), INSTANT_NEVER);
    calendar_free(never);

    struct calendar_rules *rules = rules_of(&arena, "Etc/UTC", &none);
    rules->dates = &once;
    rules->n_dates = 1;
    struct calendar *c = plain(rules);
    calendar_add(c, at_of("2026-03-02T10:00:00Z"), 4 * US_PER_HOUR, &due_at, &limit_at);
    T_EQ_STR(text_of(due_at, buf), "2030-06-03T13:00:00Z", "years of closing are searched");
    T_EQ_INT(limit_at, INSTANT_NEVER);
    calendar_add(c, at_of("2026-03-02T10:00:00Z"), 4 * US_PER_HOUR + 1, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    calendar_add(c, at_of("2026-03-02T10:00:00Z"), INT64_MAX, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    T_CHECK(!calendar_opens(c, at_of("2026-03-02T10:00:00Z")));
    T_CHECK(calendar_opens(c, at_of("2029-06-03T10:00:00Z")));
    calendar_free(c);
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

    arena_init(&arena, ARENA_BYTES);
    struct calendar *c = plain(rules_of(&arena, "Etc/UTC", &ALWAYS));
    const int64_t end_at = at_of("2101-01-01T00:00:00Z");
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
    T_EQ_STR(text_of(due_at, buf), "2101-01-01T00:00:00Z");
    T_EQ_INT(limit_at, INSTANT_NEVER);
    calendar_add(c, 1, end_at, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    calendar_add(c, end_at, 1, &due_at, &limit_at);
    T_EQ_INT(due_at, INSTANT_NEVER);
    T_CHECK(calendar_next_window(c, at_of("2026-03-02T10:00:00Z"), &open_at, &close_at));
    T_EQ_INT(open_at, 0);
    T_EQ_INT(close_at, end_at);
    T_CHECK(!calendar_next_window(c, end_at, &open_at, &close_at));
    T_CHECK(!calendar_next_window(c, INSTANT_NEVER - 1, &open_at, &close_at));
    T_CHECK(!calendar_is_open(c, -1));
    T_CHECK(calendar_is_open(c, 0));
    T_CHECK(calendar_is_open(c, end_at - 1));
    T_CHECK(!calendar_is_open(c, end_at));
    T_EQ_INT(calendar_next_change(c, -7, INSTANT_NEVER), 0);
    T_EQ_INT(calendar_next_change(c, 0, INSTANT_NEVER), end_at);
    T_EQ_INT(calendar_next_change(c, 0, US_PER_DAY), US_PER_DAY);
    T_EQ_INT(calendar_next_change(c, end_at, INSTANT_NEVER), INSTANT_NEVER);
    calendar_free(c);
    calendar_free(NULL);
    arena_fini(&arena);
}

T_TEST(calendar, rules_are_checked_and_the_fault_is_named)
{
    static const struct calendar_window good[] = {{HM(9, 0), HM(12, 0)}, {HM(12, 0), HM(48, 0)}};
    static const struct calendar_window too_early[] = {{-1, 5}};
    static const struct calendar_window too_late[] = {{HM(24, 0), HM(25, 0)}};
    static const struct calendar_window too_long[] = {{HM(9, 0), HM(48, 0) + 1}};
    static const struct calendar_window empty[] = {{HM(8, 0), HM(9, 0)}, {HM(9, 0), HM(9, 0)}};
    static const struct calendar_window backward[] = {{HM(10, 0), HM(9, 0)}};
    static const struct calendar_window disorder[] = {{HM(13, 0), HM(14, 0)},
                                                      {HM(9, 0), HM(10, 0)}};
    static const struct calendar_window overlap[] = {{HM(9, 0), HM(12, 0)},
                                                     {HM(11, 59), HM(13, 0)}};
    static const struct calendar_window many[CALENDAR_WINDOWS_MAX + 1] = {{0, 1}};
    static const struct {
        const char *what;
        struct calendar_day day;
        int outcome;
        size_t window;
    } rows[] = {
        {"closed", {NULL, 0}, 0, 0},
        {"touching, and to the end of the next day", {good, 2}, 0, 0},
        {"before midnight", {too_early, 1}, CALENDAR_WINDOW_RANGE, 0},
        {"on the next day", {too_late, 1}, CALENDAR_WINDOW_RANGE, 0},
        {"after the next day", {too_long, 1}, CALENDAR_WINDOW_RANGE, 0},
        {"empty", {empty, 2}, CALENDAR_WINDOW_EMPTY, 1},
        {"backward", {backward, 1}, CALENDAR_WINDOW_EMPTY, 0},
        {"out of order", {disorder, 2}, CALENDAR_WINDOW_ORDER, 1},
        {"overlapping", {overlap, 2}, CALENDAR_WINDOW_OVERLAP, 1},
        {"too many", {many, CALENDAR_WINDOWS_MAX + 1}, CALENDAR_WINDOWS, CALENDAR_WINDOWS_MAX},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct calendar_fault fault = {.weekday = 99};
        // In the week,
        struct calendar_rules rules = {.week[4] = rows[i].day};
        T_EQ_INT(calendar_check(&rules, &fault), rows[i].outcome, "%s", rows[i].what);
        T_EQ_INT(fault.weekday, rows[i].outcome ? 4 : 99, "%s", rows[i].what);
        if (rows[i].outcome) {
            T_EQ_INT(fault.window, rows[i].window, "%s", rows[i].what);
            T_CHECK(!fault.date && !fault.list, "%s", rows[i].what);
        }
        // on an own date,
        const struct calendar_date dates[] = {{.day = 20000}, {.day = 20001, .open = rows[i].day}};
        rules = (struct calendar_rules){.dates = dates, .n_dates = 2};
        T_EQ_INT(calendar_check(&rules, &fault), rows[i].outcome, "%s", rows[i].what);
        if (rows[i].outcome) {
            T_EQ_INT(fault.window, rows[i].window, "%s", rows[i].what);
            T_CHECK(fault.date == &dates[1] && !fault.list && fault.weekday == -1, "%s",
                    rows[i].what);
        }
        // and in a list.
        const struct holiday_list sound = {.name = "sound"};
        const struct holiday_list list = {.name = "x", .dates = dates, .n_dates = 2};
        const struct holiday_list *const lists[] = {&sound, &list};
        rules = (struct calendar_rules){.holidays = lists, .n_holidays = 2};
        T_EQ_INT(calendar_check(&rules, &fault), rows[i].outcome, "%s", rows[i].what);
        T_CHECK(!rows[i].outcome || (fault.date == &dates[1] && fault.list == &list), "%s",
                rows[i].what);
    }
}

T_TEST(calendar, lists_of_dates_are_checked)
{
    static struct calendar_date many[CALENDAR_DATES_MAX + 1];
    const struct calendar_date twice[] = {{.day = 5}, {.day = 5}};
    const struct calendar_date back[] = {{.day = 5}, {.day = 6}, {.day = 4}};
    const struct calendar_date early[] = {{.day = -1}};
    const struct calendar_date late[] = {{.day = day_of("2100-12-31")},
                                         {.day = day_of("2100-12-31") + 1}};
    const struct holiday_list sound = {.name = "sound"};
    const struct holiday_list *lists[CALENDAR_HOLIDAYS_MAX + 1];
    struct calendar_rules rules = {.holidays = lists, .n_holidays = CALENDAR_HOLIDAYS_MAX};
    struct calendar_fault fault;

    T_EQ_INT(calendar_check_dates(twice, 2, &fault), CALENDAR_DATE_ORDER);
    T_CHECK(fault.date == &twice[1]);
    T_EQ_INT(calendar_check_dates(back, 3, &fault), CALENDAR_DATE_ORDER);
    T_CHECK(fault.date == &back[2]);
    T_EQ_INT(calendar_check_dates(early, 1, &fault), CALENDAR_DATE_RANGE);
    T_EQ_INT(calendar_check_dates(late, 1, &fault), 0);
    T_EQ_INT(calendar_check_dates(late, 2, &fault), CALENDAR_DATE_RANGE);
    T_CHECK(fault.date == &late[1]);
    for (int32_t i = 0; i <= CALENDAR_DATES_MAX; i++) {
        many[i].day = i;
    }
    T_EQ_INT(calendar_check_dates(many, CALENDAR_DATES_MAX, &fault), 0);
    T_EQ_INT(calendar_check_dates(many, CALENDAR_DATES_MAX + 1, &fault), CALENDAR_DATES);
    for (size_t i = 0; i <= CALENDAR_HOLIDAYS_MAX; i++) {
        lists[i] = &sound;
    }
    T_EQ_INT(calendar_check(&rules, &fault), 0);
    rules.n_holidays++;
    T_EQ_INT(calendar_check(&rules, &fault), CALENDAR_HOLIDAYS);
    T_CHECK(fault.list == &sound && fault.weekday == -1);
}

/*
 * Laws, on random calendars
 */

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

T_TEST(calendar, laws_hold_for_random_calendars)
{
    static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Antarctica/Troll",
                                        "Australia/Lord_Howe", "Asia/Manila"};

    for (uint64_t seed = 1; seed <= 150 * t_effort(); seed++) {
        struct random r = {seed};
        struct arena arena;
        struct calendar *parts[3];
        arena_init(&arena, ARENA_BYTES);
        for (size_t i = 0; i < 3; i++) {
            parts[i] = plain(random_rules(&arena, &r, tzif_zone(&arena, zones[draw(&r, 5)])));
        }
        const struct calendar *const members[] = {parts[0], parts[1]};
        const struct calendar_version versions[] = {
            {.effective_at = 20480 * US_PER_DAY, .members = members, .n_members = 2},
            {.effective_at = 20540 * US_PER_DAY + draw(&r, 90 * US_PER_DAY),
             .rules = random_rules(&arena, &r, tzif_zone(&arena, zones[draw(&r, 5)]))},
            {.effective_at = 20640 * US_PER_DAY + draw(&r, 90 * US_PER_DAY),
             .members = (const struct calendar *const[]){parts[2]},
             .n_members = 1},
        };
        struct calendar *c = calendar_new(versions, 3);
        T_CHECK(c);
        for (int i = 0; i < 40; i++) {
            check_laws(c, &r, seed);
            check_laws(parts[0], &r, seed);
        }
        check_changes(c, &r, seed);
        calendar_free(c);
        for (size_t i = 0; i < 3; i++) {
            calendar_free(parts[i]);
        }
        arena_fini(&arena);
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

    arena_init(&arena, ARENA_BYTES);
    struct calendar *berlin = plain(rules_of(&arena, "Europe/Berlin", &NINE_TO_FIVE));
    struct calendar *manila = plain(rules_of(&arena, "Asia/Manila", &NIGHTS));
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
