// SPDX-License-Identifier: Apache-2.0
/*
 * Instants as people write and read them; the clock stands at Saturday 2026-11-21 06:08:00 UTC.
 */
#include <inttypes.h>
#include <string.h>

#include "client/when.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(text_fini)))
#define NOW_AT  INT64_C(1795241280000000)
#define S       INT64_C(1000000)
#define H       (3600 * S)
#define D       (24 * H)

T_TEST(when, reads_instants)
{
    static const struct {
        const char *zone;
        const char *text;
        const char *utc; // NULL: refused
    } table[] = {
        {"UTC", "2026-11-21T06:20:00Z", "2026-11-21T06:20:00Z"},
        {"Asia/Manila", "2026-11-21T06:20:00Z", "2026-11-21T06:20:00Z"},
        {"UTC", "2026-11-21T06:20:00+08:00", "2026-11-20T22:20:00Z"},
        {"UTC", "2026-11-21t06:20:00-03:30", "2026-11-21T09:50:00Z"},
        {"UTC", "2026-11-21 06:20:00.25Z", "2026-11-21T06:20:00.25Z"},
        {"UTC", "2026-11-21T06:20:00.1234567Z", "2026-11-21T06:20:00.123456Z"},
        {"UTC", "2026-11-21", "2026-11-21T00:00:00Z"},
        {"Asia/Manila", "2026-11-21", "2026-11-20T16:00:00Z"},
        {"Asia/Manila", "2026-11-21 14:20", "2026-11-21T06:20:00Z"},
        {"Asia/Manila", "2026-11-21T14:20:05", "2026-11-21T06:20:05Z"},
        {"Europe/Berlin", "2026-07-01", "2026-06-30T22:00:00Z"},
        // Midnight does not exist, the day begins at 01:00, whatever libc was asked before
        {"Asia/Beirut", "2026-01-01", "2025-12-31T22:00:00Z"},
        {"Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"},
        {"Asia/Beirut", "2026-07-01", "2026-06-30T21:00:00Z"},
        {"Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"},
        {"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"},
        {"UTC", "now", "2026-11-21T06:08:00Z"},
        {"UTC", "today", "2026-11-21T00:00:00Z"},
        {"Pacific/Auckland", "today", "2026-11-20T11:00:00Z"},
        {"UTC", "Yesterday", "2026-11-20T00:00:00Z"},
        {"UTC", "tomorrow", "2026-11-22T00:00:00Z"},
        {"UTC", "saturday", "2026-11-21T00:00:00Z"},
        {"UTC", "monday", "2026-11-16T00:00:00Z"},
        {"UTC", "SUN", "2026-11-15T00:00:00Z"},
        {"Pacific/Kiritimati", "saturday", "2026-11-20T10:00:00Z"},
        {"UTC", "yesterday 09:00", "2026-11-20T09:00:00Z"},
        {"Asia/Manila", "yesterday 09:00", "2026-11-20T01:00:00Z"},
        {"UTC", "Monday 09:00:30.5", "2026-11-16T09:00:30.5Z"},
        {"UTC", "sat 23:59", "2026-11-21T23:59:00Z"},
        {"UTC", "tomorrow 00:00", "2026-11-22T00:00:00Z"},
        {"UTC", "-2h", "2026-11-21T04:08:00Z"},
        {"UTC", "-1h30m", "2026-11-21T04:38:00Z"},
        {"UTC", "-90s", "2026-11-21T06:06:30Z"},
        {"UTC", "-3d", "2026-11-18T06:08:00Z"},
        {"UTC", "-1w", "2026-11-14T06:08:00Z"},
        {"Europe/Berlin", "-60d",
         "2026-09-22T06:08:00Z"}, // 24 hours each, over the end of summer time
        {"UTC", "2024-02-29", "2024-02-29T00:00:00Z"},
        {"UTC", "2026-02-29", NULL},
        {"UTC", "2026-13-01", NULL},
        {"UTC", "2026-11-31", NULL},
        {"UTC", "2026-1-1", NULL},
        {"UTC", "1969-12-31", NULL},
        {"UTC", "10000-01-01", NULL},
        {"UTC", "2026-11-21T24:00:00Z", NULL},
        {"UTC", "2026-11-21T06:20:60Z", NULL},
        {"UTC", "2026-11-21T06:20:00.Z", NULL},
        {"UTC", "2026-11-21T06:20:00+8", NULL},
        {"UTC", "2026-11-21T06:20:00 Z", NULL},
        {"UTC", "2026-11-21x", NULL},
        {"UTC", "mond", NULL},
        {"UTC", "yesterday ", NULL},
        {"UTC", "yesterday 9:00", NULL},
        {"UTC", "yesterday 09:00Z", NULL},
        {"UTC", "yesterday at 09:00", NULL},
        {"UTC", "yesterday09:00", NULL},
        {"UTC", "now 09:00", NULL},
        {"UTC", "-", NULL},
        {"UTC", "-2", NULL},
        {"UTC", "-2y", NULL},
        {"UTC", "-2hx", NULL},
        {"UTC", "-h", NULL},
        {"UTC", "-99999999999h", NULL},
        {"UTC", "-999999999w", NULL},
        {"UTC", "2h", NULL},
        {"UTC", "", NULL},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CLEANUP struct text utc = {0};
        int64_t at = -1;

        T_CHECK(when_set_zone(table[i].zone), "row %zu", i);
        const char *why = when_parse(table[i].text, NOW_AT, &at);
        if (!table[i].utc) {
            T_CHECK(why, "row %zu: \"%s\" gave %" PRId64, i, table[i].text, at);
            continue;
        }
        T_CHECK(!why, "row %zu: \"%s\" %s", i, table[i].text, why);
        when_add_rfc3339(&utc, at);
        T_EQ_STR(text_str(&utc), table[i].utc, "row %zu: %s", i, table[i].text);
    }
}

T_TEST(when, takes_only_whole_times_from_programs)
{
    static const char *const refused[] = {
        "2026-11-21", "2026-11-21T06:20Z", "2026-11-21T06:20:00", "now", "-2h", "", "1795241280"};
    int64_t at;

    T_CHECK(!when_parse_rfc3339("2026-11-21T14:08:00+08:00", &at));
    T_EQ_INT(at, NOW_AT);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        T_CHECK(when_parse_rfc3339(refused[i], &at), "%s", refused[i]);
    }
}

T_TEST(when, writes_instants)
{
    static const struct {
        const char *zone;
        int64_t at;
        const char *local;
        const char *full;
        const char *both;
    } table[] = {
        {"UTC", NOW_AT, "06:08", "2026-11-21 06:08", "06:08 (now)"},
        {"Asia/Manila", NOW_AT + 12 * 60 * S, "14:20", "2026-11-21 14:20", "14:20 (in 12m)"},
        {"Asia/Manila", NOW_AT - 5 * S, "14:07:55", "2026-11-21 14:07:55", "14:07:55 (5s ago)"},
        {"UTC", NOW_AT - 7 * H, "2026-11-20 23:08", "2026-11-20 23:08",
         "2026-11-20 23:08 (7h ago)"},
        {"UTC", NOW_AT + 2 * H + 600 * S, "08:18", "2026-11-21 08:18", "08:18 (in 2h 10m)"},
        {"UTC", NOW_AT - 3 * D - 2 * H, "2026-11-18 04:08", "2026-11-18 04:08",
         "2026-11-18 04:08 (3d 2h ago)"},
        {"America/St_Johns", NOW_AT, "02:38", "2026-11-21 02:38", "02:38 (now)"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CLEANUP struct text local = {0};
        CLEANUP struct text full = {0};
        CLEANUP struct text both = {0};

        T_CHECK(when_set_zone(table[i].zone));
        when_add_local(&local, table[i].at, NOW_AT);
        when_add_full(&full, table[i].at);
        when_add_both(&both, table[i].at, NOW_AT);
        T_EQ_STR(text_str(&local), table[i].local, "row %zu", i);
        T_EQ_STR(text_str(&full), table[i].full, "row %zu", i);
        T_EQ_STR(text_str(&both), table[i].both, "row %zu", i);
    }
}

T_TEST(when, writes_durations)
{
    static const struct {
        uint64_t us;
        const char *text;
    } table[] = {
        {0, "0m"},
        {1, "0m"},
        {999999, "0.999s"},
        {9500000, "9.500s"},
        {10500000, "10s"},
        {1000000, "1s"},
        {61 * 1000000ull, "1m 1s"},
        {570 * 1000000ull, "9m 30s"},
        {3600 * 1000000ull, "60m"},
        {3660 * 1000000ull, "61m"},
        {7199 * 1000000ull, "119m 59s"},
        {7200 * 1000000ull, "2h"},
        {7800 * 1000000ull, "2h 10m"},
        {7805 * 1000000ull, "2h 10m 5s"},
        {7205 * 1000000ull, "2h 5s"},
        {80 * 3600 * 1000000ull, "80h"},
        {UINT64_MAX, "5124095576h 1m 49s"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CLEANUP struct text text = {0};

        when_add_span(&text, table[i].us);
        T_EQ_STR(text_str(&text), table[i].text, "row %zu", i);
    }
}

T_TEST(when, survives_any_instant)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};

    T_CHECK(when_set_zone("Asia/Manila"));
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        CLEANUP struct text text = {0};

        when_add_rfc3339(&text, odd[i]);
        when_add_both(&text, odd[i], NOW_AT);
        when_add_both(&text, NOW_AT, odd[i]);
        when_add_zone(&text, odd[i]);
        T_CHECK(text.n > 0);
    }
}

T_TEST(when, knows_zones)
{
    static const char *const none[] = {"",
                                       "Nowhere",
                                       "Europe",
                                       "../../etc/passwd",
                                       "/etc/passwd",
                                       "Europe/Berlin ",
                                       "a/../../../../etc/hostname"};
    CLEANUP struct text zone = {0};

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        T_CHECK(!when_set_zone(none[i]), "%s", none[i]);
    }
    T_CHECK(when_set_zone("America/St_Johns"));
    when_add_zone(&zone, NOW_AT);
    T_EQ_STR(text_str(&zone), "America/St_Johns (-03:30)");
    text_clear(&zone);
    T_CHECK(when_set_zone("UTC"));
    when_add_zone(&zone, NOW_AT);
    T_EQ_STR(text_str(&zone), "UTC");
}

T_TEST(when, reads_spans_of_time)
{
    static const struct {
        const char *text;
        uint32_t ms; // 0: refused
    } table[] = {
        {"10", 10000},    {"10s", 10000}, {"2m", 120000}, {"1m30s", 90000},
        {"1d", 86400000}, {"2d", 0},      {"0", 0},       {"", 0},
        {"10x", 0},       {"-1s", 0},     {"1h 1m", 0},   {"99999999999999999999", 0},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint32_t ms = 0;

        T_EQ_INT(when_parse_span_ms(table[i].text, &ms), table[i].ms != 0, "row %zu", i);
        T_EQ_INT(ms, table[i].ms, "row %zu", i);
    }
}
