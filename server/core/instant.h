// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_INSTANT_H
#define SLATE_CORE_INSTANT_H

/*
 * Instants, durations, civil dates: the arithmetic and the text.
 *
 * An instant is a count of microseconds since 1970-01-01T00:00:00Z on the POSIX scale, where every
 * day has 86,400 seconds and no leap second exists. A duration is a count of microseconds. A civil
 * day is a count of days since 1970-01-01 in the proleptic Gregorian calendar, without any zone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** There is no such instant: it is absent. Earlier than every instant. */
#define INSTANT_NONE  INT64_MIN
/** An instant that is not reached. Later than every instant. */
#define INSTANT_NEVER INT64_MAX

#define US_PER_MS   INT64_C(1000)
#define US_PER_S    INT64_C(1000000)
#define US_PER_MIN  (60 * US_PER_S)
#define US_PER_HOUR (3600 * US_PER_S)
#define US_PER_DAY  (86400 * US_PER_S)
#define S_PER_DAY   INT64_C(86400)

/** What texts are refused for. */
enum instant_outcome {
    INSTANT_SYNTAX = 1, // not of the form
    INSTANT_RANGE,      // of the form, but there is no such date, time or offset, or it is too long
    INSTANT_UNIT,       // a duration in days, weeks, months or years: two sides read it differently
};

/** Longest duration that a text may give: ten years of 365 days. Guards every sum downstream. */
#define INSTANT_DURATION_MAX_US (3650 * US_PER_DAY)

enum {
    INSTANT_TEXT_BYTES = 40,          // "2026-03-02T10:00:00.000001Z", NUL and far years included
    INSTANT_DATE_TEXT_BYTES = 16,     // "2026-03-02"
    INSTANT_DURATION_TEXT_BYTES = 32, // "-8784h59m59.000001s"
};

/** Whole quotient rounded towards minus infinity; b > 0. */
static inline int64_t instant_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/**
 * at + us. NONE and NEVER stay what they are; a sum that does not fit stops at the last instant
 * before NEVER or the first one after NONE.
 */
static inline int64_t instant_add(int64_t at, int64_t us)
{
    int64_t sum;
    if (at == INSTANT_NONE || at == INSTANT_NEVER) {
        return at;
    }
    if (__builtin_add_overflow(at, us, &sum) || sum == INSTANT_NONE || sum == INSTANT_NEVER) {
        return us < 0 ? INSTANT_NONE + 1 : INSTANT_NEVER - 1;
    }
    return sum;
}

/** The instant of a count of seconds since the epoch; stops at the ends as instant_add does. */
static inline int64_t instant_from_s(int64_t s)
{
    int64_t at;
    if (__builtin_mul_overflow(s, US_PER_S, &at)) {
        return s < 0 ? INSTANT_NONE + 1 : INSTANT_NEVER - 1;
    }
    return at;
}

/** Seconds since the epoch, rounded down. */
static inline int64_t instant_s(int64_t at)
{
    return instant_floor_div(at, US_PER_S);
}

/**
 * RFC 3339 in UTC: "2026-03-02T10:00:00Z", with six digits of fraction only when it is not whole
 * seconds. Years outside 0000-9999, which RFC 3339 cannot write, get a sign and as many digits as
 * they need. NONE is "none", NEVER is "never". Returns buf.
 */
char *instant_format(int64_t at, char buf[static INSTANT_TEXT_BYTES]);

/**
 * The n bytes at text as an RFC 3339 date-time, "Z" or an offset required. Digits of a fraction
 * beyond the sixth are dropped. The second 60 is refused: POSIX time has no leap seconds.
 * Returns 0, INSTANT_SYNTAX or INSTANT_RANGE.
 */
int instant_parse(const char *text, size_t n, int64_t *ret_at);

/** A civil date. */
struct instant_date {
    int64_t year;
    int month; // 1..12
    int day;   // 1..31
};

/** Days since 1970-01-01 of a date; the month must be 1..12, days beyond the month's end roll on.
 */
int64_t instant_day(int64_t year, int month, int day);

/** The date of a count of days since 1970-01-01. */
struct instant_date instant_date(int64_t day);

/** Monday = 0 .. Sunday = 6. */
int instant_weekday(int64_t day);

/** 28..31. */
int instant_month_days(int64_t year, int month);

/** "2026-03-02" and nothing else. Returns 0, INSTANT_SYNTAX or INSTANT_RANGE. */
int instant_parse_date(const char *text, size_t n, int32_t *ret_day);

/** The date as "2026-03-02". Returns buf. */
char *instant_format_date(int32_t day, char buf[static INSTANT_DATE_TEXT_BYTES]);

/**
 * A time of day "HH:MM" or "HH:MM:SS" in seconds from its day's midnight, 00:00 to 48:00, as
 * calendars write the ends of shifts that run past midnight.
 * Returns 0, INSTANT_SYNTAX or INSTANT_RANGE.
 */
int instant_parse_time(const char *text, size_t n, int32_t *ret_s);

/**
 * A duration: one or more of hours, minutes, seconds, each at most once, largest first, without
 * spaces: "90s", "15m", "8h", "1h30m". "0m" is a duration.
 * Returns 0, INSTANT_SYNTAX, INSTANT_RANGE (above INSTANT_DURATION_MAX_US) or INSTANT_UNIT.
 */
int instant_parse_duration(const char *text, size_t n, int64_t *ret_us);

/** A duration as instant_parse_duration reads it, "0s" for zero; "-" in front of a negative one,
 * six digits of fraction when it is not whole seconds. Returns buf. */
char *instant_format_duration(int64_t us, char buf[static INSTANT_DURATION_TEXT_BYTES]);

#endif
