// SPDX-License-Identifier: Apache-2.0
#include "core/instant.h"

#include <string.h>

#include "t.h"

/* 2026-03-02T10:00:00Z */
#define MONDAY_AT INT64_C(1772445600000000)

T_TEST(instant, dates_and_days_agree_over_eight_centuries)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = instant_day(1600, 1, 1);

    T_EQ_INT(instant_day(1970, 1, 1), 0);
    T_EQ_INT(day, -135140);
    for (int year = 1600; year < 2400; year++) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            const int length = lengths[month - 1] + (leap && month == 2);
            T_EQ_INT(instant_month_days(year, month), length, "%d-%d", year, month);
            for (int d = 1; d <= length; d++, day++) {
                const struct instant_date date = instant_date(day);
                T_EQ_INT(instant_day(year, month, d), day, "%d-%d-%d", year, month, d);
                T_CHECK(date.year == year && date.month == month && date.day == d, "%d-%d-%d", year,
                        month, d);
            }
        }
    }
    T_EQ_INT(instant_date(instant_day(-400, 2, 29)).year, -400);
}

T_TEST(instant, weekdays_count_from_monday)
{
    T_EQ_INT(instant_weekday(0), 3, "1970-01-01 was a Thursday");
    T_EQ_INT(instant_weekday(-1), 2);
    T_EQ_INT(instant_weekday(-4), 6);
    T_EQ_INT(instant_weekday(instant_day(2026, 3, 2)), 0);
    T_EQ_INT(instant_weekday(instant_day(2000, 2, 29)), 1);
    T_EQ_INT(instant_weekday(instant_day(1900, 1, 1)), 0);
}

T_TEST(instant, sums_stop_at_the_ends)
{
    T_EQ_INT(instant_add(MONDAY_AT, US_PER_HOUR), MONDAY_AT + 3600000000);
    T_EQ_INT(instant_add(INSTANT_NONE, US_PER_DAY), INSTANT_NONE);
    T_EQ_INT(instant_add(INSTANT_NEVER, -US_PER_DAY), INSTANT_NEVER);
    T_EQ_INT(instant_add(INSTANT_NEVER - 1, 1), INSTANT_NEVER - 1);
    T_EQ_INT(instant_add(INSTANT_NEVER - 1, INT64_MAX), INSTANT_NEVER - 1);
    T_EQ_INT(instant_add(INSTANT_NONE + 1, -1), INSTANT_NONE + 1);
    T_EQ_INT(instant_add(INSTANT_NONE + 1, INT64_MIN), INSTANT_NONE + 1);
    T_EQ_INT(instant_from_s(INT64_MAX), INSTANT_NEVER - 1);
    T_EQ_INT(instant_from_s(INT64_MIN), INSTANT_NONE + 1);
    T_EQ_INT(instant_from_s(-1), -1000000);
    T_EQ_INT(instant_s(-1), -1);
    T_EQ_INT(instant_s(-1000000), -1);
    T_EQ_INT(instant_s(999999), 0);
}

T_TEST(instant, formats_as_rfc_3339)
{
    static const struct {
        int64_t at;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {MONDAY_AT, "2026-03-02T10:00:00Z"},
        {MONDAY_AT + 1, "2026-03-02T10:00:00.000001Z"},
        {MONDAY_AT + 500000, "2026-03-02T10:00:00.500000Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {-US_PER_S, "1969-12-31T23:59:59Z"},
        {INT64_C(253402300799) * US_PER_S, "9999-12-31T23:59:59Z"},
        {INT64_C(253402300800) * US_PER_S, "+10000-01-01T00:00:00Z"},
        {INT64_C(-62167219200) * US_PER_S, "0000-01-01T00:00:00Z"},
        {INT64_C(-62167219201) * US_PER_S, "-0001-12-31T23:59:59Z"},
        {INSTANT_NEVER - 1, "+294247-01-10T04:00:54.775806Z"},
        {INSTANT_NONE + 1, "-290308-12-21T19:59:05.224193Z"},
        {INSTANT_NONE, "none"},
        {INSTANT_NEVER, "never"},
    };
    char buf[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_STR(instant_format(rows[i].at, buf), rows[i].text, "row %zu", i);
    }
}

T_TEST(instant, parses_rfc_3339_and_nothing_else)
{
    static const struct {
        const char *text;
        int outcome;
        int64_t at;
    } rows[] = {
        {"2026-03-02T10:00:00Z", 0, MONDAY_AT},
        {"2026-03-02t10:00:00z", 0, MONDAY_AT},
        {"2026-03-02T10:00:00.000001Z", 0, MONDAY_AT + 1},
        {"2026-03-02T10:00:00.5Z", 0, MONDAY_AT + 500000},
        {"2026-03-02T10:00:00.1234567891Z", 0, MONDAY_AT + 123456},
        {"2026-03-02T11:00:00+01:00", 0, MONDAY_AT},
        {"2026-03-02T04:15:00-05:45", 0, MONDAY_AT},
        {"2026-03-02T10:00:00-00:00", 0, MONDAY_AT},
        {"2026-03-02T10:00:00+23:59", 0, MONDAY_AT - 86340 * US_PER_S},
        {"0000-01-01T00:00:00Z", 0, INT64_C(-62167219200) * US_PER_S},
        {"9999-12-31T23:59:59.999999Z", 0, INT64_C(253402300800) * US_PER_S - 1},
        {"2024-02-29T00:00:00Z", 0, INT64_C(1709164800) * US_PER_S},
        {"2026-02-29T00:00:00Z", INSTANT_RANGE, 0},
        {"2026-00-01T00:00:00Z", INSTANT_RANGE, 0},
        {"2026-13-01T00:00:00Z", INSTANT_RANGE, 0},
        {"2026-04-31T00:00:00Z", INSTANT_RANGE, 0},
        {"2026-04-00T00:00:00Z", INSTANT_RANGE, 0},
        {"2026-03-02T24:00:00Z", INSTANT_RANGE, 0},
        {"2026-03-02T10:60:00Z", INSTANT_RANGE, 0},
        {"2016-12-31T23:59:60Z", INSTANT_RANGE, 0},
        {"2026-03-02T10:00:00+24:00", INSTANT_RANGE, 0},
        {"2026-03-02T10:00:00+01:60", INSTANT_RANGE, 0},
        {"2026-03-02T10:00:00", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00:00.Z", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00:00,5Z", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00Z", INSTANT_SYNTAX, 0},
        {"2026-03-02 10:00:00Z", INSTANT_SYNTAX, 0},
        {"2026-3-02T10:00:00Z", INSTANT_SYNTAX, 0},
        {"2026-02-31", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00:00Z ", INSTANT_SYNTAX, 0},
        {" 2026-03-02T10:00:00Z", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00:00+0100", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00:00+1:00", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00:00+01:00Z", INSTANT_SYNTAX, 0},
        {"+2026-03-02T10:00:00Z", INSTANT_SYNTAX, 0},
        {"20260302T100000Z", INSTANT_SYNTAX, 0},
        {"2026-03-02T10:00:0 Z", INSTANT_SYNTAX, 0},
        {"1772445600", INSTANT_SYNTAX, 0},
        {"", INSTANT_SYNTAX, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t at = 4711;
        T_EQ_INT(instant_parse(rows[i].text, strlen(rows[i].text), &at), rows[i].outcome, "%s",
                 rows[i].text);
        T_EQ_INT(at, rows[i].outcome ? 4711 : rows[i].at, "%s", rows[i].text);
    }
}

T_TEST(instant, no_cut_of_a_text_is_taken_for_it)
{
    static const char text[] = "2026-03-02T10:00:00.250000+05:45";
    int64_t at = 0;

    for (size_t n = 0; n < sizeof(text) - 1; n++) {
        T_EQ_INT(instant_parse(text, n, &at), INSTANT_SYNTAX, "%zu bytes", n);
    }
    T_EQ_INT(instant_parse(text, sizeof(text) - 1, &at), 0);
}

T_TEST(instant, what_is_formatted_parses_to_the_same)
{
    char buf[INSTANT_TEXT_BYTES];
    uint64_t seed = 20260302;

    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        const int64_t wanted = (int64_t)(seed >> 8) % (INT64_C(253402300800) * US_PER_S);
        int64_t at = 0;
        (void)instant_format(wanted, buf);
        T_EQ_INT(instant_parse(buf, strlen(buf), &at), 0, "%s", buf);
        T_EQ_INT(at, wanted, "%s", buf);
    }
}

T_TEST(instant, dates_parse_alone)
{
    char buf[INSTANT_DATE_TEXT_BYTES];
    int32_t day = 4711;

    T_EQ_INT(instant_parse_date("2026-12-24", 10, &day), 0);
    T_EQ_INT(day, 20811);
    T_EQ_STR(instant_format_date(day, buf), "2026-12-24");
    T_EQ_STR(instant_format_date(-1, buf), "1969-12-31");
    T_EQ_INT(instant_parse_date("2026-12-32", 10, &day), INSTANT_RANGE);
    T_EQ_INT(instant_parse_date("2026-12-24T", 11, &day), INSTANT_SYNTAX);
    T_EQ_INT(instant_parse_date("2026-12-2", 9, &day), INSTANT_SYNTAX);
    T_EQ_INT(instant_parse_date("2026/12/24", 10, &day), INSTANT_SYNTAX);
    T_EQ_INT(day, 20811, "untouched by what is refused");
}

T_TEST(instant, times_of_day_reach_into_the_next)
{
    static const struct {
        const char *text;
        int outcome;
        int32_t s;
    } rows[] = {
        {"00:00", 0, 0},
        {"09:30", 0, 34200},
        {"23:59:59", 0, 86399},
        {"24:00", 0, 86400},
        {"30:00", 0, 108000},
        {"48:00", 0, 172800},
        {"48:00:01", INSTANT_RANGE, 0},
        {"48:01", INSTANT_RANGE, 0},
        {"09:60", INSTANT_RANGE, 0},
        {"09:00:60", INSTANT_RANGE, 0},
        {"9:00", INSTANT_SYNTAX, 0},
        {"09:00:", INSTANT_SYNTAX, 0},
        {"09:0", INSTANT_SYNTAX, 0},
        {"0900", INSTANT_SYNTAX, 0},
        {"09:00 ", INSTANT_SYNTAX, 0},
        {"-9:00", INSTANT_SYNTAX, 0},
        {"", INSTANT_SYNTAX, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int32_t s = 4711;
        T_EQ_INT(instant_parse_time(rows[i].text, strlen(rows[i].text), &s), rows[i].outcome, "%s",
                 rows[i].text);
        T_EQ_INT(s, rows[i].outcome ? 4711 : rows[i].s, "%s", rows[i].text);
    }
}

T_TEST(instant, durations_have_hours_minutes_and_seconds)
{
    static const struct {
        const char *text;
        int outcome;
        int64_t us;
    } rows[] = {
        {"90s", 0, 90 * US_PER_S},
        {"15m", 0, 15 * US_PER_MIN},
        {"8h", 0, 8 * US_PER_HOUR},
        {"1h30m", 0, 90 * US_PER_MIN},
        {"1h30m15s", 0, 5415 * US_PER_S},
        {"1h15s", 0, 3615 * US_PER_S},
        {"0m", 0, 0},
        {"1000h", 0, 1000 * US_PER_HOUR},
        {"87600h", 0, INSTANT_DURATION_MAX_US},
        {"87600h1s", INSTANT_RANGE, 0},
        {"87601h", INSTANT_RANGE, 0},
        {"99999999999999999999999s", INSTANT_RANGE, 0},
        {"9223372036854775808h", INSTANT_RANGE, 0},
        {"2d", INSTANT_UNIT, 0},
        {"1w", INSTANT_UNIT, 0},
        {"1y", INSTANT_UNIT, 0},
        {"3mo", INSTANT_UNIT, 0},
        {"3months", INSTANT_UNIT, 0},
        {"2 days", INSTANT_SYNTAX, 0},
        {"2D", INSTANT_UNIT, 0},
        {"2bd", INSTANT_UNIT, 0},
        {"1h2d", INSTANT_UNIT, 0},
        {"2b", INSTANT_SYNTAX, 0},
        {"8", INSTANT_SYNTAX, 0},
        {"h", INSTANT_SYNTAX, 0},
        {"", INSTANT_SYNTAX, 0},
        {"-8h", INSTANT_SYNTAX, 0},
        {"1.5h", INSTANT_SYNTAX, 0},
        {"8 h", INSTANT_SYNTAX, 0},
        {"8H", INSTANT_SYNTAX, 0},
        {"8h ", INSTANT_SYNTAX, 0},
        {"30m1h", INSTANT_SYNTAX, 0},
        {"1h1h", INSTANT_SYNTAX, 0},
        {"8ms", INSTANT_SYNTAX, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t us = 4711;
        T_EQ_INT(instant_parse_duration(rows[i].text, strlen(rows[i].text), &us), rows[i].outcome,
                 "%s", rows[i].text);
        T_EQ_INT(us, rows[i].outcome ? 4711 : rows[i].us, "%s", rows[i].text);
    }
}

T_TEST(instant, durations_are_written_as_they_are_read)
{
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {90 * US_PER_S, "1m30s"},
        {8 * US_PER_HOUR, "8h"},
        {90 * US_PER_MIN, "1h30m"},
        {3615 * US_PER_S, "1h15s"},
        {-US_PER_MIN, "-1m"},
        {1, "0.000001s"},
        {-1, "-0.000001s"},
        {US_PER_HOUR + 1500000, "1h1.500000s"},
        {1000 * US_PER_DAY, "24000h"},
        {INT64_MAX, "2562047788h54.775807s"},
        {INT64_MIN, "-2562047788h54.775808s"},
    };
    char buf[INSTANT_DURATION_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_STR(instant_format_duration(rows[i].us, buf), rows[i].text, "row %zu", i);
    }
    for (int64_t s = 0; s < 200000; s += 7) {
        int64_t us = -1;
        (void)instant_format_duration(s * US_PER_S, buf);
        T_EQ_INT(instant_parse_duration(buf, strlen(buf), &us), 0, "%s", buf);
        T_EQ_INT(us, s * US_PER_S, "%s", buf);
    }
}
