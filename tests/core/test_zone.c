// SPDX-License-Identifier: Apache-2.0
#include "core/zone.h"

#include <stdlib.h>
#include <string.h>

#include "config/zonefile.h"
#include "core/instant.h"
#include "t.h"
#include "tests/core/tzif.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

static int64_t at_of(const char *text)
{
    int64_t at = INSTANT_NONE;
    T_EQ_INT(instant_parse(text, strlen(text), &at), 0, "%s", text);
    return at;
}

/* Seconds on the wall of "2026-03-29T02:30:00". */
static int64_t wall_of(const char *text)
{
    char utc[40];
    const size_t n = strlen(text);
    memcpy(utc, text, n);
    utc[n] = 'Z';
    utc[n + 1] = '\0';
    return instant_s(at_of(utc));
}

T_TEST(zone, a_written_time_maps_to_the_first_instant_that_reaches_it)
{
    static const struct {
        const char *zone;
        const char *wall;
        const char *at;
    } rows[] = {
        {"Europe/Berlin", "2026-03-02T10:00:00", "2026-03-02T09:00:00Z"},
        {"Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z"},
        {"Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29T01:00:00Z"}, // the gap: to the jump
        {"Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:00:00Z"},
        {"Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"},
        {"Europe/Berlin", "2026-03-29T03:00:01", "2026-03-29T01:00:01Z"},
        {"Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"}, // twice: the first one
        {"Europe/Berlin", "2026-10-25T02:59:59", "2026-10-25T00:59:59Z"},
        {"Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"}, // not at the first 03:00
        {"Europe/Berlin", "2040-07-02T10:00:00", "2040-07-02T08:00:00Z"}, // by the footer
        {"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:30:00Z"}, // half an hour
        {"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"},
        {"Pacific/Apia", "2011-12-30T00:00:00", "2011-12-30T10:00:00Z"}, // a day that never was
        {"Pacific/Apia", "2011-12-30T23:59:59", "2011-12-30T10:00:00Z"},
        {"Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"},
        {"America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T03:00:00Z"}, // no midnight
        {"America/Sao_Paulo", "2018-02-17T23:30:00", "2018-02-18T01:30:00Z"},
        {"America/Sao_Paulo", "2018-02-18T00:00:00", "2018-02-18T03:00:00Z"},
        {"Antarctica/Troll", "2026-03-29T02:30:00", "2026-03-29T01:00:00Z"}, // two hours
        {"Asia/Kathmandu", "1986-01-01T00:10:00", "1985-12-31T18:30:00Z"},
        {"Europe/Dublin", "2039-07-01T12:00:00", "2039-07-01T11:00:00Z"}, // winter is the exception
        {"Europe/Dublin", "2039-12-01T12:00:00", "2039-12-01T12:00:00Z"},
        {"Pacific/Chatham", "2026-09-27T03:00:00", "2026-09-26T14:00:00Z"},
        {"Etc/UTC", "2026-03-02T10:00:00", "2026-03-02T10:00:00Z"},
    };
    struct arena arena;
    char buf[INSTANT_TEXT_BYTES];

    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct zone *z = tzif_zone(&arena, rows[i].zone);
        T_EQ_STR(instant_format(zone_floor(z, wall_of(rows[i].wall)), buf), rows[i].at, "%s %s",
                 rows[i].zone, rows[i].wall);
    }
    arena_fini(&arena);
}

T_TEST(zone, the_wall_shows_the_offset_in_force)
{
    static const struct {
        const char *zone;
        const char *at;
        const char *wall;
        int32_t offset_s;
    } rows[] = {
        {"Europe/Berlin", "2026-03-29T00:59:59.999999Z", "2026-03-29T01:59:59", 3600},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00", 7200},
        {"Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59", 7200},
        {"Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00", 3600},
        {"Europe/Berlin", "1969-12-31T23:59:59.5Z", "1970-01-01T00:59:59", 3600},
        {"Asia/Kathmandu", "1985-12-31T18:29:59Z", "1985-12-31T23:59:59", 19800},
        {"Asia/Kathmandu", "1985-12-31T18:30:00Z", "1986-01-01T00:15:00", 20700},
        {"America/St_Johns", "2026-12-01T12:00:00Z", "2026-12-01T08:30:00", -12600},
        {"Europe/Dublin", "2026-07-01T12:00:00Z", "2026-07-01T13:00:00", 3600},
        {"Asia/Kolkata", "2100-12-31T00:00:00Z", "2100-12-31T05:30:00", 19800},
        // Files stop at 2037; from there on the rule counts, up to the end of 2100.
        {"Europe/Berlin", "2037-07-01T12:00:00Z", "2037-07-01T14:00:00", 7200},
        {"Europe/Berlin", "2038-07-01T12:00:00Z", "2038-07-01T14:00:00", 7200},
        {"Europe/Berlin", "2100-07-01T12:00:00Z", "2100-07-01T14:00:00", 7200},
        {"Europe/Berlin", "2100-12-31T12:00:00Z", "2100-12-31T13:00:00", 3600},
        {"Australia/Sydney", "2038-01-01T12:00:00Z", "2038-01-01T23:00:00", 39600},
        {"Australia/Sydney", "2100-07-01T12:00:00Z", "2100-07-01T22:00:00", 36000},
        {"Australia/Sydney", "2100-12-31T12:00:00Z", "2100-12-31T23:00:00", 39600},
    };
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct zone *z = tzif_zone(&arena, rows[i].zone);
        const int64_t at = at_of(rows[i].at);
        T_EQ_INT(zone_offset_s(z, at), rows[i].offset_s, "%s %s", rows[i].zone, rows[i].at);
        T_EQ_INT(zone_wall_s(z, at), wall_of(rows[i].wall), "%s %s", rows[i].zone, rows[i].at);
    }
    arena_fini(&arena);
}

T_TEST(zone, floor_is_total_and_monotone_and_inverts_the_wall)
{
    static const char *const names[] = {
        "Europe/Berlin",     "Pacific/Apia", "Antarctica/Troll",   "Asia/Gaza",
        "Africa/Casablanca", "America/Nuuk", "Australia/Lord_Howe"};
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct zone *z = tzif_zone(&arena, names[i]);
        const int64_t end_s = instant_day(2101, 1, 1) * S_PER_DAY;
        int64_t last_at = INSTANT_NONE;
        size_t hint = 0;
        for (int64_t wall_s = 0; wall_s < end_s; wall_s += 7 * 3600 + 1) {
            const int64_t at = zone_floor(z, wall_s);
            T_CHECK(at >= last_at, "%s at %lld", names[i], (long long)wall_s);
            T_CHECK(zone_wall_s(z, at) >= wall_s, "%s at %lld", names[i], (long long)wall_s);
            T_CHECK(zone_wall_s(z, at - 1) < wall_s, "%s at %lld", names[i], (long long)wall_s);
            T_EQ_INT(zone_floor_near(z, wall_s, &hint), at, "%s", names[i]);
            last_at = at;
        }
        // Backwards and far away too: a hint is only a hint.
        for (int64_t wall_s = end_s; wall_s > 0; wall_s -= 40000003) {
            T_EQ_INT(zone_floor_near(z, wall_s, &hint), zone_floor(z, wall_s), "%s", names[i]);
        }
    }
    arena_fini(&arena);
}

T_TEST(zone, ends_of_time_are_answered)
{
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    const struct zone *z = tzif_zone(&arena, "Europe/Berlin");
    T_EQ_INT(zone_floor(z, INT64_MAX), INSTANT_NEVER - 1);
    T_EQ_INT(zone_floor(z, INT64_MIN), INSTANT_NONE + 1);
    T_CHECK(zone_offset_s(z, INSTANT_NONE + 1) > 0, "Berlin was east of Greenwich all along");
    T_EQ_INT(zone_offset_s(z, INSTANT_NEVER - 1), 3600, "the last offset stays");
    T_EQ_INT(zone_next_change(z, at_of("2100-12-01T00:00:00Z")), INSTANT_NEVER);
    T_EQ_INT(zone_next_change(z, at_of("2026-01-01T00:00:00Z")), at_of("2026-03-29T01:00:00Z"));
    T_EQ_INT(zone_next_change(z, at_of("2026-03-29T01:00:00Z")), at_of("2026-10-25T01:00:00Z"));
    arena_fini(&arena);
}

/*
 * Rules. The instants of 2026 and 2027 were worked out by hand from a calendar.
 */

T_TEST(zone, rules_of_posix_are_followed)
{
    static const struct {
        const char *rule;
        const char *change_at; // the first one of 2026
        int32_t before_s;
        int32_t after_s;
    } rows[] = {
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 3600, 7200},
        {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -18000, -14400},
        {"EST5EDT4,M3.2.0/2:00:00,M11.1.0/02:00", "2026-03-08T07:00:00Z", -18000, -14400},
        // The south is in summer time when the year begins.
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T16:00:00Z", 39600, 36000},
        // Dublin: standard time is summer's, and the exception is an hour less.
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2026-03-29T01:00:00Z", 0, 3600},
        // Nuuk changes at -1:00, which is the evening before.
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -7200, -3600},
        // Gaza at 50:00 after the Thursday, which is Saturday 02:00.
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00:00Z", 7200, 10800},
        {"<-04>4<-03>,M9.1.6/24,M4.1.6/24", "2026-04-05T03:00:00Z", -10800, -14400},
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-04-04T15:00:00Z", 39600, 37800},
        // J60 is 1 March in every year; 59 counts from 0 and knows leap years.
        {"AAA0BBB,J60/0,J300/0", "2026-03-01T00:00:00Z", 0, 3600},
        {"AAA0BBB,59/0,300/0", "2026-03-01T00:00:00Z", 0, 3600},
        {"AAA+00:30:15BBB,J60/0,J300/0", "2026-03-01T00:30:15Z", -1815, 1785},
        {"AAA0BBB,M1.1.4/-167,M6.1.0", "2026-06-07T01:00:00Z", 3600, 0}, // began in December
        {"AAA0BBB,M6.1.0/167,M12.1.0", "2026-06-13T23:00:00Z", 0, 3600},
        // A February of four whole weeks has no fifth Sunday.
        {"AAA0BBB,M2.5.0/0,J300/0", "2026-02-22T00:00:00Z", 0, 3600},
        {"AAA24BBB,J60/0,J300/0", "2026-03-02T00:00:00Z", -86400, -82800},
    };
    struct arena arena;
    char buf[INSTANT_TEXT_BYTES];

    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct zone *z = tzif_rule(&arena, rows[i].rule);
        const int64_t at = zone_next_change(z, at_of("2026-01-01T12:00:00Z"));
        T_EQ_STR(instant_format(at, buf), rows[i].change_at, "%s", rows[i].rule);
        T_EQ_INT(zone_offset_s(z, at - 1), rows[i].before_s, "%s", rows[i].rule);
        T_EQ_INT(zone_offset_s(z, at), rows[i].after_s, "%s", rows[i].rule);
    }
    arena_fini(&arena);
}

T_TEST(zone, julian_days_do_not_count_the_29th_of_february)
{
    static const struct {
        const char *rule;
        const char *in_2028;
    } rows[] = {
        {"AAA0BBB,J59/0,J300/0", "2028-02-28T00:00:00Z"},
        {"AAA0BBB,J60/0,J300/0", "2028-03-01T00:00:00Z"},
        {"AAA0BBB,J365/0,J1/0", "2028-12-31T00:00:00Z"},
        {"AAA0BBB,59/0,300/0", "2028-02-29T00:00:00Z"},
        {"AAA0BBB,60/0,300/0", "2028-03-01T00:00:00Z"},
        {"AAA0BBB,365/0,300/0", "2028-12-31T00:00:00Z"},
        {"AAA0BBB,M2.5.2/0,J300/0", "2028-02-29T00:00:00Z"},
        {"AAA0BBB,M2.5.1/0,J300/0", "2028-02-28T00:00:00Z"},
    };
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct zone *z = tzif_rule(&arena, rows[i].rule);
        const int64_t at = at_of(rows[i].in_2028);
        T_EQ_INT(zone_offset_s(z, at - 1), 0, "%s", rows[i].rule);
        T_EQ_INT(zone_offset_s(z, at), 3600, "%s", rows[i].rule);
    }
    arena_fini(&arena);
}

T_TEST(zone, summer_time_all_year_has_no_changes)
{
    static const struct {
        const char *rule;
        int32_t offset_s;
    } rows[] = {
        {"XXA3EDT4,0/0,J365/23", -14400}, // one ends in the instant in which the next one starts
        {"EST5EDT,0/0,J365/25", -14400},
        {"EST5EDT,0/0,J365/30", -14400}, // or later
        {"<+01>-1", 3600},
        {"azAZ-1", 3600},
        {"<az-AZ09>-1", 3600},
    };
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct zone *z = tzif_rule(&arena, rows[i].rule);
        const int64_t from_at = at_of("1970-01-01T00:00:00Z");
        T_EQ_INT(zone_next_change(z, from_at), INSTANT_NEVER, "%s", rows[i].rule);
        T_EQ_INT(zone_offset_s(z, from_at), rows[i].offset_s, "%s", rows[i].rule);
    }
    const struct zone *never = tzif_rule(&arena, "EST5EDT,J60/2,J60/3");
    T_EQ_INT(zone_next_change(never, 0), INSTANT_NEVER, "it ends when it starts");
    T_EQ_INT(zone_offset_s(never, 0), -18000);
    arena_fini(&arena);
}

T_TEST(zone, malformed_rules_are_refused)
{
    static const char *const rules[] = {
        "C-1",
        "CE-1",
        "CET",
        "CET-",
        "CET-25",
        "CET-1:60",
        "CET-1:00:60",
        "CET-1:",
        "CET-0001",
        "<+01-1",
        "<>-1",
        "<+1>-1",
        "<+0_1>-1",
        "CET-1 ",
        "CET-1CEST", // when it changes is left open
        "CET-1CEST,",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,",
        "CET-1CEST,M3.5.0,M10.5.0/3,",
        "CET-1CEST,M3.5.0,M10.5.0/3x",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5,M10.5.0",
        "CET-1CEST,M3,M10.5.0",
        "CET-1CEST,J0,J10",
        "CET-1CEST,J366,J10",
        "CET-1CEST,366,10",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0/-168,M10.5.0",
        "CET-1CEST,M3.5.0/,M10.5.0",
        "CET-1CEST-,M3.5.0,M10.5.0",
        "CET-1CEST-2M3.5.0,M10.5.0",
        "CET-1CE,M3.5.0,M10.5.0",
        ":Europe/Berlin",
        "-1",
    };
    struct arena arena;
    uint8_t buf[TZIF_BYTES_MAX];
    char footer[64];
    struct zone *z = NULL;

    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const size_t n_rule = strlen(rules[i]);
        footer[0] = '\n';
        memcpy(footer + 1, rules[i], n_rule);
        memcpy(footer + 1 + n_rule, "\n", 2);
        const size_t n = tzif_write(&(struct tzif){.n_types = 1, .footer = footer}, buf);
        T_EQ_INT(zone_parse(&arena, buf, n, &z), ZONE_FOOTER, "%s", rules[i]);
    }
    T_CHECK(!z);
    arena_fini(&arena);
}

/*
 * Files
 */

T_TEST(zone, files_are_read_strictly)
{
    static const struct {
        const char *what;
        struct tzif file;
        int outcome;
    } rows[] = {
        {"no rule: the last offset stays",
         {.n_times = 1, .times = {100}, .n_types = 1, .footer = "\n\n"},
         0},
        {"version 3", {.version = '3', .n_types = 1}, 0},
        {"version 4", {.version = '4', .n_types = 1}, 0},
        {"flags", {.n_types = 2, .n_isstd = 2, .n_isut = 2, .flag = 1}, 0},
        {"version 1", {.version = '\0', .first_version = 1, .n_types = 1}, ZONE_VERSION},
        {"version 5", {.version = '5', .n_types = 1}, ZONE_VERSION},
        {"version 1 in the second header",
         {.version = 1, .first_version = '2', .n_types = 1},
         ZONE_VERSION},
        {"no type", {.n_types = 0}, ZONE_COUNTS},
        {"no names", {.n_types = 1, .names = "", .n_names = 0}, ZONE_COUNTS},
        {"flags for some types", {.n_types = 2, .n_isstd = 1}, ZONE_COUNTS},
        {"UT flags for some types", {.n_types = 2, .n_isut = 1}, ZONE_COUNTS},
        {"leap seconds", {.n_types = 1, .n_leaps = 1}, ZONE_LEAP},
        {"an index beyond the types", {.n_times = 1, .indices = {1}, .n_types = 1}, ZONE_DATA},
        {"times that stand still", {.n_times = 2, .times = {100, 100}, .n_types = 1}, ZONE_DATA},
        {"times that go back", {.n_times = 2, .times = {100, 99}, .n_types = 1}, ZONE_DATA},
        {"a time before the beginning",
         {.n_times = 1, .times = {-(INT64_C(1) << 59) - 1}, .n_types = 1},
         ZONE_DATA},
        {"a time after the end",
         {.n_times = 1, .times = {(INT64_C(1) << 59) + 1}, .n_types = 1},
         ZONE_DATA},
        {"the earliest and the latest time",
         {.n_times = 2, .times = {-(INT64_C(1) << 59), INT64_C(1) << 59}, .n_types = 1},
         0},
        {"25 hours west", {.n_types = 1, .types = {{-90000, 0, 0}}}, ZONE_DATA},
        {"just less than that", {.n_types = 1, .types = {{-89999, 0, 0}}}, 0},
        {"26 hours east", {.n_types = 1, .types = {{93600, 0, 0}}}, ZONE_DATA},
        {"just less than that east", {.n_types = 1, .types = {{93599, 0, 0}}}, 0},
        {"a third kind of time", {.n_types = 1, .types = {{0, 2, 0}}}, ZONE_DATA},
        {"a name beyond the names", {.n_types = 1, .types = {{0, 0, 4}}}, ZONE_DATA},
        {"a name without its end", {.n_types = 1, .names = "UTC", .n_names = 3}, ZONE_DATA},
        {"a flag of 2", {.n_types = 1, .n_isstd = 1, .flag = 2}, ZONE_DATA},
        {"a UT flag of 2", {.n_types = 1, .n_isut = 1, .flag = 2}, ZONE_DATA},
        {"no footer", {.n_types = 1, .footer = ""}, ZONE_FOOTER},
        {"half a footer", {.n_types = 1, .footer = "\n"}, ZONE_FOOTER},
        {"no newline before the rule", {.n_types = 1, .footer = "UTC0\n"}, ZONE_FOOTER},
        {"no newline after the rule", {.n_types = 1, .footer = "\nUTC0"}, ZONE_FOOTER},
        {"something after the footer", {.n_types = 1, .footer = "\nUTC0\n."}, ZONE_FOOTER},
    };
    uint8_t buf[TZIF_BYTES_MAX];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena;
        struct zone *z = NULL;
        arena_init(&arena, ARENA_BYTES);
        const size_t n = tzif_write(&rows[i].file, buf);
        T_EQ_INT(zone_parse(&arena, buf, n, &z), rows[i].outcome, "%s", rows[i].what);
        T_EQ_INT(z != NULL, rows[i].outcome == 0, "%s", rows[i].what);
        arena_fini(&arena);
    }
}

T_TEST(zone, only_what_is_tzif_is_read)
{
    struct arena arena;
    struct zone *z = NULL;
    uint8_t buf[TZIF_BYTES_MAX];
    size_t n;

    arena_init(&arena, ARENA_BYTES);
    T_EQ_INT(zone_parse(&arena, (const uint8_t *)"", 0, &z), ZONE_TRUNCATED);
    T_EQ_INT(zone_parse(&arena, (const uint8_t *)"TZif", 4, &z), ZONE_TRUNCATED);
    T_EQ_INT(zone_parse(&arena, (const uint8_t *)"BEGIN:VCALENDAR", 15, &z), ZONE_MAGIC);
    n = tzif_write(&(struct tzif){.n_types = 1}, buf);
    buf[0] = 't';
    T_EQ_INT(zone_parse(&arena, buf, n, &z), ZONE_MAGIC);
    buf[0] = 'T';
    // Counts of the first block that would lead far beyond the file.
    memset(buf + 20, 0xff, 24);
    T_EQ_INT(zone_parse(&arena, buf, n, &z), ZONE_TRUNCATED);
    // And of the second.
    n = tzif_write(&(struct tzif){.n_types = 1}, buf);
    memset(buf + 44 + 10 + 32, 0xff, 4);
    T_EQ_INT(zone_parse(&arena, buf, n, &z), ZONE_TRUNCATED);
    T_CHECK(!z);
    arena_fini(&arena);
}

T_TEST(zone, before_the_first_change_the_first_type_holds)
{
    struct arena arena;
    struct zone *z = NULL;
    uint8_t buf[TZIF_BYTES_MAX];
    const struct tzif file = {.n_times = 2,
                              .times = {1000, 2000},
                              .indices = {1, 2},
                              .n_types = 3,
                              .types = {{5400, 0, 0}, {1800, 0, 0}, {7200, 0, 0}},
                              .footer = "\n<+02>-2\n"};
    const struct tzif still = {.n_types = 1, .types = {{5400, 0, 0}}, .footer = "\n\n"};

    arena_init(&arena, ARENA_BYTES);
    T_EQ_INT(zone_parse(&arena, buf, tzif_write(&file, buf), &z), 0);
    T_EQ_INT(zone_offset_s(z, INSTANT_NONE + 1), 5400);
    T_EQ_INT(zone_offset_s(z, 1000 * US_PER_S - 1), 5400);
    T_EQ_INT(zone_offset_s(z, 1000 * US_PER_S), 1800);
    T_EQ_INT(zone_offset_s(z, 2000 * US_PER_S), 7200);
    // Set back by an hour at 1000: at 2000 the wall has not come again to where it was, 6400.
    T_EQ_INT(zone_floor(z, 6399), 999 * US_PER_S);
    T_EQ_INT(zone_floor(z, 6400), 2000 * US_PER_S);
    T_EQ_INT(zone_floor(z, 9200), 2000 * US_PER_S);
    T_EQ_INT(zone_floor(z, 9201), 2001 * US_PER_S);
    // Neither changes nor a rule: the only type there is.
    T_EQ_INT(zone_parse(&arena, buf, tzif_write(&still, buf), &z), 0);
    T_EQ_INT(zone_offset_s(z, 0), 5400);
    arena_fini(&arena);
}

T_TEST(zone, the_arena_may_be_too_small)
{
    uint8_t buf[TZIF_BYTES_MAX];
    const size_t n = tzif_write(&(struct tzif){.n_types = 1}, buf);
    int refused = 0;

    for (size_t limit = 0; limit < 16384; limit += 64) {
        struct arena arena;
        struct zone *z = NULL;
        arena_init(&arena, limit);
        const int outcome = zone_parse(&arena, buf, n, &z);
        T_CHECK(outcome == 0 || outcome == ZONE_MEMORY, "limit %zu: %d", limit, outcome);
        refused += outcome != 0;
        arena_fini(&arena);
    }
    T_CHECK(refused > 0 && refused < 256, "%d", refused);
}

/*
 * Damaged files. Each copy lies in memory of its own, so that a sanitizer sees the byte behind it.
 */

/* Reads a damaged copy; if it passes for a zone, it must still answer within its contract. */
static int read_copy(const uint8_t *bytes, size_t n)
{
    struct arena arena;
    struct zone *z = NULL;
    uint8_t *copy = malloc(n ? n : 1);

    T_CHECK(copy);
    memcpy(copy, bytes, n);
    arena_init(&arena, ARENA_BYTES);
    const int outcome = zone_parse(&arena, copy, n, &z);
    free(copy);
    for (int64_t wall_s = 0; outcome == 0 && wall_s < INT64_C(4200000000); wall_s += 299999999) {
        const int64_t at = zone_floor(z, wall_s);
        const int32_t offset_s = zone_offset_s(z, at);
        T_CHECK(offset_s >= -89999 && offset_s <= 93599);
        T_CHECK(zone_wall_s(z, at) >= wall_s && zone_wall_s(z, at - 1) < wall_s);
    }
    arena_fini(&arena);
    return outcome;
}

T_TEST(zone, every_cut_of_a_file_is_refused)
{
    static const char *const names[] = {"Europe/Berlin", "America/Nuuk", "Etc/UTC", "Asia/Gaza"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct arena arena;
        const uint8_t *bytes;
        size_t n;
        arena_init(&arena, ARENA_BYTES);
        T_EQ_INT(zonefile_read(&arena, ZONEFILE_DIR, names[i], &bytes, &n), 0, "%s", names[i]);
        T_EQ_INT(read_copy(bytes, n), 0, "%s", names[i]);
        for (size_t cut = 0; cut < n; cut++) {
            const int outcome = read_copy(bytes, cut);
            T_CHECK(outcome == ZONE_TRUNCATED || outcome == ZONE_FOOTER, "%s cut at %zu: %d",
                    names[i], cut, outcome);
        }
        arena_fini(&arena);
    }
}

T_TEST(zone, no_flipped_bit_leads_astray)
{
    static const char *const names[] = {"Europe/Berlin", "America/Nuuk"};
    int refused = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct arena arena;
        const uint8_t *bytes;
        uint8_t damaged[8192];
        size_t n;
        arena_init(&arena, ARENA_BYTES);
        T_EQ_INT(zonefile_read(&arena, ZONEFILE_DIR, names[i], &bytes, &n), 0, "%s", names[i]);
        T_CHECK(n <= sizeof(damaged));
        memcpy(damaged, bytes, n);
        for (size_t bit = 0; bit < 8 * n; bit++) {
            damaged[bit / 8] ^= (uint8_t)(1U << bit % 8);
            refused += read_copy(damaged, n) != 0;
            damaged[bit / 8] = bytes[bit / 8];
        }
        arena_fini(&arena);
    }
    T_CHECK(refused > 1000, "%d", refused);
}

T_TEST(zone, random_damage_leads_nowhere_astray)
{
    uint64_t seed = 2026;
    struct arena arena;
    const uint8_t *bytes;
    uint8_t damaged[8192];
    size_t n;

    arena_init(&arena, ARENA_BYTES);
    T_EQ_INT(zonefile_read(&arena, ZONEFILE_DIR, "Europe/Lisbon", &bytes, &n), 0);
    T_CHECK(n <= sizeof(damaged));
    for (unsigned round = 0; round < 2000 * t_effort(); round++) {
        memcpy(damaged, bytes, n);
        for (int i = 0; i < 6; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            // Mostly headers and footer, where the structure is.
            const size_t at = (size_t)(seed >> 33) % (i % 2 ? n : 44);
            damaged[i % 3 ? at : n - 1 - at] = (uint8_t)(seed >> 20);
        }
        (void)read_copy(damaged, n);
    }
    arena_fini(&arena);
}
