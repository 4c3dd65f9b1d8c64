// SPDX-License-Identifier: Apache-2.0
#include "core/calendar.h"

#include "core/instant.h"
#include "t.h"
#include "tests/core/hours.h"
#include "tests/core/tzif.h"

static const struct calendar_window MORNING[] = {{HM(9, 0), HM(13, 0)}};

T_TEST(calendar, business_days_end_with_the_last_window_of_their_date)
{
    static const struct hours office = {
        "mtwtf--", {{HM(9, 0), HM(12, 30)}, {HM(13, 30), HM(18, 0)}}, 2};
    static const struct hours shift = {"mtwtf--", {{HM(21, 0), HM(30, 0)}}, 1};
    const struct calendar_date dates[] = {
        {.day = hours_day("2026-12-24"), .open = {MORNING, 1}},
        {.day = hours_day("2026-12-25")},
    };
    struct arena arena;

    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar_rules *office_rules = hours_rules(&arena, "Europe/Berlin", &office);
    office_rules->dates = dates;
    office_rules->n_dates = 2;
    struct calendar *berlin = hours_calendar(office_rules);
    struct calendar *manila = hours_calendar(hours_rules(&arena, "Asia/Manila", &shift));
    struct calendar *apia = hours_calendar(hours_rules(&arena, "Pacific/Apia", &office));
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
        T_EQ_STR(instant_format(calendar_business_days(rows[i].calendar, rows[i].cutoff_zone,
                                                       hours_at(rows[i].from), rows[i].days,
                                                       rows[i].cutoff_s),
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
    T_EQ_INT(calendar_business_days(dateless, NULL, hours_at("2026-03-05T08:00:00Z"), 1, HM(15, 0)),
             INSTANT_NEVER);
    T_EQ_INT(
        calendar_business_days(dateless, new_york, hours_at("2099-03-05T08:00:00Z"), 1, HM(15, 0)),
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

    arena_init(&arena, HOURS_ARENA_BYTES);
    const struct calendar_version versions[] = {
        {.effective_at = hours_at("2026-03-02T00:00:00Z"),
         .rules = hours_rules(&arena, "Etc/UTC", &HOURS_OFFICE)},
        {.effective_at = hours_at("2026-03-04T15:00:00Z"),
         .rules = hours_rules(&arena, "Etc/UTC", &late)},
    };
    struct calendar *c = calendar_new(versions, 2);
    T_EQ_STR(
        instant_format(
            calendar_business_days(c, NULL, hours_at("2026-03-02T10:00:00Z"), 1, HM(15, 0)), buf),
        "2026-03-03T17:00:00Z");
    T_EQ_STR(
        instant_format(
            calendar_business_days(c, NULL, hours_at("2026-03-02T10:00:00Z"), 2, HM(15, 0)), buf),
        "2026-03-04T20:00:00Z", "open since 9 by the first, until 20 by the second");
    T_EQ_STR(
        instant_format(
            calendar_business_days(c, NULL, hours_at("2026-03-02T10:00:00Z"), 3, HM(15, 0)), buf),
        "2026-03-06T20:00:00Z", "Thursday is none any more");
    T_EQ_STR(
        instant_format(
            calendar_business_days(c, NULL, hours_at("2026-02-01T10:00:00Z"), 0, HM(15, 0)), buf),
        "2026-03-02T17:00:00Z", "before the first version nothing is open");
    calendar_free(c);
    arena_fini(&arena);
}

/* A date's windows lie up to a day away from the same date in UTC, and versions cut them there. */
T_TEST(calendar, business_days_at_the_ends_of_the_world)
{
    static const struct hours none = {"-------", {{0, 1}}, 0};
    static const struct {
        const char *zone;
        const char *open_from; // the office is in force
        const char *open_to;
        const char *received;
        const char *close; // of the first business day
    } rows[] = {
        // Tuesday's 9 o'clock is Monday 19:00 in UTC.
        {"Pacific/Kiritimati", "2026-03-02T19:30:00Z", "2026-03-02T20:00:00Z",
         "2026-03-01T00:00:00Z", "2026-03-02T20:00:00Z"},
        // Monday's 17 o'clock is Tuesday 04:00 in UTC.
        {"Pacific/Pago_Pago", "2026-03-03T03:00:00Z", "2026-03-03T20:00:00Z",
         "2026-03-01T00:00:00Z", "2026-03-03T04:00:00Z"},
    };
    char buf[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena;
        arena_init(&arena, HOURS_ARENA_BYTES);
        const struct calendar_version versions[] = {
            {.effective_at = INSTANT_NONE, .rules = hours_rules(&arena, rows[i].zone, &none)},
            {.effective_at = hours_at(rows[i].open_from),
             .rules = hours_rules(&arena, rows[i].zone, &HOURS_OFFICE)},
            {.effective_at = hours_at(rows[i].open_to),
             .rules = hours_rules(&arena, rows[i].zone, &none)},
        };
        struct calendar *c = calendar_new(versions, 3);
        const int64_t close_at = calendar_business_days(c, NULL, hours_at(rows[i].received), 0,
                                                        HM(24, 0));
        T_EQ_STR(instant_format(close_at, buf), rows[i].close, "%s", rows[i].zone);
        calendar_free(c);
        arena_fini(&arena);
    }
}
