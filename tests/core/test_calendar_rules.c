// SPDX-License-Identifier: Apache-2.0
#include "core/calendar.h"

#include "core/instant.h"
#include "t.h"
#include "tests/core/hours.h"

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

    arena_init(&arena, HOURS_ARENA_BYTES);
    // 2026-12-21 is a Monday.
    const struct calendar_date de_dates[] = {
        {.day = hours_day("2026-12-22"), .note = "closed in one list"},
        {.day = hours_day("2026-12-23"), .open = {MORNING, 1}, .note = "half day"},
        {.day = hours_day("2026-12-24"), .open = {MORNING, 1}},
        {.day = hours_day("2026-12-25"), .note = "Christmas"},
        {.day = hours_day("2026-12-26"), .open = {MORNING, 1}, .note = "opens a Saturday"},
    };
    const struct calendar_date ph_dates[] = {
        {.day = hours_day("2026-12-23"), .open = {LATE, 2}},
        {.day = hours_day("2026-12-24")},
        {.day = hours_day("2026-12-25"), .note = "Pasko"},
    };
    const struct calendar_date own_dates[] = {
        {.day = hours_day("2026-12-25"), .open = {MORNING, 1}, .note = "skeleton crew"},
    };
    const struct holiday_list de = {
        .name = "de", .dates = de_dates, .n_dates = sizeof(de_dates) / sizeof(de_dates[0])};
    const struct holiday_list ph = {
        .name = "ph", .dates = ph_dates, .n_dates = sizeof(ph_dates) / sizeof(ph_dates[0])};
    const struct holiday_list *const lists[] = {&de, &ph};
    struct calendar_rules *rules = hours_rules(&arena, "Europe/Berlin", &HOURS_OFFICE);
    rules->dates = own_dates;
    rules->n_dates = 1;
    rules->holidays = lists;
    rules->n_holidays = 2;
    struct calendar *c = hours_calendar(rules);

    const struct override_row rows[] = {
        {"2026-12-21", "an ordinary Monday", 8 * HOURS_HOUR_S, 0, NULL},
        {"2026-12-22", "closed in one of two lists", 0, 1, "de"},
        {"2026-12-23", "9-13 in one, 11-15 and 16-20 in the other", 2 * HOURS_HOUR_S, 2, "de"},
        {"2026-12-24", "9-13 in one, closed in the other", 0, 2, "de"},
        {"2026-12-25", "closed in both, but an own date", 4 * HOURS_HOUR_S, 1, NULL},
        {"2026-12-26", "a list opens a Saturday", 4 * HOURS_HOUR_S, 1, "de"},
        {"2026-12-27", "an ordinary Sunday", 0, 0, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct calendar_override found[CALENDAR_HOLIDAYS_MAX];
        const int32_t day = hours_day(rows[i].date);
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
    T_EQ_INT(calendar_overrides(rules, hours_day("2026-12-24"), found), 2);
    T_EQ_STR(found[1].list->name, "ph");
    T_EQ_INT(calendar_overrides(rules, hours_day("2026-12-25"), found), 1);
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
        {CALENDAR_SHIFT, false, "the shift of Thursday runs into the holiday", 9 * HOURS_HOUR_S},
        {CALENDAR_MIDNIGHT, false, "it ends at midnight", 3 * HOURS_HOUR_S},
        {CALENDAR_SHIFT, true, "a list's holiday, shift", 9 * HOURS_HOUR_S},
        {CALENDAR_MIDNIGHT, true, "a list's holiday, midnight", 3 * HOURS_HOUR_S},
    };
    const struct calendar_date friday = {.day = hours_day("2026-06-12")};
    const struct holiday_list list = {.name = "ph", .dates = &friday, .n_dates = 1};
    const struct holiday_list *const lists[] = {&list};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena;
        arena_init(&arena, HOURS_ARENA_BYTES);
        struct calendar_rules *rules = hours_rules(&arena, "Asia/Manila", &shift);
        rules->overnight = rows[i].overnight;
        if (rows[i].by_list) {
            rules->holidays = lists;
            rules->n_holidays = 1;
        } else {
            rules->dates = &friday;
            rules->n_dates = 1;
        }
        struct calendar *c = hours_calendar(rules);
        T_EQ_INT(
            calendar_between(c, hours_at("2026-06-11T04:00:00Z"), hours_at("2026-06-13T04:00:00Z")),
            rows[i].open_s * US_PER_S, "%s", rows[i].what);
        // A window that starts after the midnight at which it is cut is gone, not negative.
        calendar_free(c);
        arena_fini(&arena);
    }
}

T_TEST(calendar, a_holiday_list_alone_may_open)
{
    static const struct hours none = {"-------", {{0, 1}}, 0};
    const struct calendar_date date = {.day = hours_day("2026-06-12"), .open = {MORNING, 1}};
    const struct holiday_list list = {.name = "extra", .dates = &date, .n_dates = 1};
    const struct holiday_list *const lists[] = {&list};
    struct arena arena;

    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar_rules *rules = hours_rules(&arena, "Etc/UTC", &none);
    rules->holidays = lists;
    rules->n_holidays = 1;
    struct calendar *c = hours_calendar(rules);
    T_EQ_INT(calendar_between(c, 0, INSTANT_NEVER), 4 * US_PER_HOUR);
    calendar_free(c);
    arena_fini(&arena);
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
    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar_rules *rules = hours_rules(&arena, "Etc/UTC", &HOURS_OFFICE);
    rules->holidays = in_use;
    rules->n_holidays = CALENDAR_HOLIDAYS_MAX;
    T_EQ_INT(calendar_check(rules, &fault), 0);
    struct calendar *c = hours_calendar(rules);
    T_EQ_INT(calendar_between(c, 20600 * US_PER_DAY, 20601 * US_PER_DAY),
             CALENDAR_WINDOWS_MAX * 1800 * US_PER_S);
    calendar_free(c);
    arena_fini(&arena);
}

/*
 * Checks
 */

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
        struct calendar_rules rules = {0};
        const int weekday = (int)((i + 5) % 7);
        rules.week[weekday] = rows[i].day;
        T_EQ_INT(calendar_check(&rules, &fault), rows[i].outcome, "%s", rows[i].what);
        T_EQ_INT(fault.weekday, rows[i].outcome ? weekday : 99, "%s", rows[i].what);
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
        const struct holiday_list *const lists[] = {&sound, &list, &sound};
        rules = (struct calendar_rules){.holidays = lists + i % 2, .n_holidays = 2};
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
    const struct calendar_date late[] = {{.day = hours_day("2100-12-31")},
                                         {.day = hours_day("2100-12-31") + 1}};
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
