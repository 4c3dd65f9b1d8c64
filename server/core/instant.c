// SPDX-License-Identifier: Apache-2.0
#include "core/instant.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/*
 * Days and dates are converted with years that begin on 1 March, so that the leap day is the last
 * of its year and the lengths of the months before it follow one straight line (153 days in five
 * months). An era is 400 years, after which the calendar repeats.
 */

enum {
    ERA_DAYS = 146097,
    ERA_YEARS = 400,
    EPOCH_SHIFT_DAYS = 719468 /* 0000-03-01 to 1970-01-01 */
};

int64_t instant_day(int64_t year, int month, int day)
{
    assert(month >= 1 && month <= 12);
    const int64_t y = month > 2 ? year : year - 1;
    const int64_t era = instant_floor_div(y, ERA_YEARS);
    const int64_t year_of_era = y - era * ERA_YEARS;
    const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
                               day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT_DAYS;
}

struct instant_date instant_date(int64_t day)
{
    const int64_t since = day + EPOCH_SHIFT_DAYS;
    const int64_t era = instant_floor_div(since, ERA_DAYS);
    const int64_t day_of_era = since - era * ERA_DAYS;
    const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                                 day_of_era / 146096) /
                                365;
    const int64_t day_of_year = day_of_era -
                                (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int from_march = (int)((5 * day_of_year + 2) / 153);
    const int month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (struct instant_date){
        .year = era * ERA_YEARS + year_of_era + (month <= 2),
        .month = month,
        .day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1),
    };
}

int instant_weekday(int64_t day)
{
    const int64_t from_monday = (day + 3) % 7; // 1970-01-01 was a Thursday
    return (int)(from_monday < 0 ? from_monday + 7 : from_monday);
}

int instant_month_days(int64_t year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && leap);
}

/*
 * Reading text: a cursor that stays at the first thing that does not fit.
 */

struct cursor {
    const char *at;
    const char *end;
};

static bool take(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) {
        return false;
    }
    c->at++;
    return true;
}

static bool is_digit(const struct cursor *c)
{
    return c->at != c->end && *c->at >= '0' && *c->at <= '9';
}

/* Exactly n digits. */
static bool take_digits(struct cursor *c, int n, int *ret)
{
    int value = 0;
    for (; n > 0; n--) {
        if (!is_digit(c)) {
            return false;
        }
        value = 10 * value + (*c->at++ - '0');
    }
    *ret = value;
    return true;
}

static int take_date(struct cursor *c, int64_t *ret_day)
{
    int year;
    int month;
    int day;

    if (!take_digits(c, 4, &year) || !take(c, '-') || !take_digits(c, 2, &month) || !take(c, '-') ||
        !take_digits(c, 2, &day)) {
        return INSTANT_SYNTAX;
    }
    if (month < 1 || month > 12 || day < 1 || day > instant_month_days(year, month)) {
        return INSTANT_RANGE;
    }
    *ret_day = instant_day(year, month, day);
    return 0;
}

/* ".5" and so on, if there is one. */
static bool take_fraction(struct cursor *c, int64_t *ret_us)
{
    int64_t digit_us = US_PER_S;

    *ret_us = 0;
    if (!take(c, '.')) {
        return true;
    }
    if (!is_digit(c)) {
        return false;
    }
    for (; is_digit(c); c->at++) {
        digit_us /= 10; // 0 beyond the sixth digit
        *ret_us += (*c->at - '0') * digit_us;
    }
    return true;
}

/* "Z" or an offset from UTC, and the end. */
static int take_offset(struct cursor *c, int64_t *ret_offset_s)
{
    int hours = 0;
    int minutes = 0;
    int sign = 1;

    if (!take(c, 'Z') && !take(c, 'z')) {
        if (take(c, '-')) {
            sign = -1;
        } else if (!take(c, '+')) {
            return INSTANT_SYNTAX;
        }
        if (!take_digits(c, 2, &hours) || !take(c, ':') || !take_digits(c, 2, &minutes)) {
            return INSTANT_SYNTAX;
        }
    }
    if (c->at != c->end) {
        return INSTANT_SYNTAX;
    }
    *ret_offset_s = sign * (hours * 3600 + minutes * 60);
    return hours > 23 || minutes > 59 ? INSTANT_RANGE : 0;
}

int instant_parse(const char *text, size_t n, int64_t *ret_at)
{
    struct cursor c = {text, text + n};
    int64_t day = 0;
    int64_t fraction_us;
    int64_t offset_s = 0;
    int hour;
    int minute;
    int second;
    const int bad_date = take_date(&c, &day);
    int bad_offset;

    if (bad_date == INSTANT_SYNTAX || (!take(&c, 'T') && !take(&c, 't')) ||
        !take_digits(&c, 2, &hour) || !take(&c, ':') || !take_digits(&c, 2, &minute) ||
        !take(&c, ':') || !take_digits(&c, 2, &second) || !take_fraction(&c, &fraction_us)) {
        return INSTANT_SYNTAX;
    }
    bad_offset = take_offset(&c, &offset_s);
    if (bad_offset) {
        return bad_offset;
    }
    if (bad_date || hour > 23 || minute > 59 || second > 59) {
        return INSTANT_RANGE;
    }
    *ret_at = (day * S_PER_DAY + hour * 3600 + minute * 60 + second - offset_s) * US_PER_S +
              fraction_us;
    return 0;
}

int instant_parse_date(const char *text, size_t n, int32_t *ret_day)
{
    struct cursor c = {text, text + n};
    int64_t day;
    const int bad = take_date(&c, &day);

    if (bad || c.at != c.end) {
        return bad ? bad : INSTANT_SYNTAX;
    }
    *ret_day = (int32_t)day;
    return 0;
}

int instant_parse_time(const char *text, size_t n, int32_t *ret_s)
{
    struct cursor c = {text, text + n};
    int hour;
    int minute;
    int second = 0;
    int total_s;

    if (!take_digits(&c, 2, &hour) || !take(&c, ':') || !take_digits(&c, 2, &minute) ||
        (take(&c, ':') && !take_digits(&c, 2, &second)) || c.at != c.end) {
        return INSTANT_SYNTAX;
    }
    total_s = hour * 3600 + minute * 60 + second;
    if (minute > 59 || second > 59 || total_s > 48 * 3600) {
        return INSTANT_RANGE;
    }
    *ret_s = total_s;
    return 0;
}

/* Digits of any number; a value that gets too large stays too large. */
static bool take_count(struct cursor *c, int64_t *ret)
{
    int64_t value = 0;

    if (!is_digit(c)) {
        return false;
    }
    for (; is_digit(c); c->at++) {
        value = value > INSTANT_DURATION_MAX_US ? value : 10 * value + (*c->at - '0');
    }
    *ret = value;
    return true;
}

/* True where what is left is a unit of days or longer, in any of its usual spellings. */
static bool is_long_unit(const struct cursor *c)
{
    const size_t left = (size_t)(c->end - c->at);
    const char first = left ? (char)(*c->at | 0x20) : 0;
    const char second = left > 1 ? (char)(c->at[1] | 0x20) : 0;
    return first == 'd' || first == 'w' || first == 'y' || (first == 'm' && second == 'o') ||
           (first == 'b' && second == 'd');
}

int instant_parse_duration(const char *text, size_t n, int64_t *ret_us)
{
    static const struct {
        char name;
        int64_t us;
    } units[] = {{'h', US_PER_HOUR}, {'m', US_PER_MIN}, {'s', US_PER_S}};
    struct cursor c = {text, text + n};
    int64_t total_us = 0;
    size_t u = 0;

    do {
        int64_t count;
        int64_t us;
        if (!take_count(&c, &count)) {
            return INSTANT_SYNTAX;
        }
        if (is_long_unit(&c)) {
            return INSTANT_UNIT;
        }
        while (u < 3 && !take(&c, units[u].name)) {
            u++;
        }
        if (u == 3) {
            return INSTANT_SYNTAX;
        }
        if (__builtin_mul_overflow(count, units[u].us, &us) || us > INSTANT_DURATION_MAX_US) {
            return INSTANT_RANGE;
        }
        total_us += us;
        u++;
    } while (c.at != c.end);
    if (total_us > INSTANT_DURATION_MAX_US) {
        return INSTANT_RANGE;
    }
    *ret_us = total_us;
    return 0;
}

/*
 * Writing text.
 */

char *instant_format(int64_t at, char buf[static INSTANT_TEXT_BYTES])
{
    const int64_t s = instant_s(at);
    const int64_t day = instant_floor_div(s, S_PER_DAY);
    const int of_day_s = (int)(s - day * S_PER_DAY);
    const int rest_us = (int)(at % US_PER_S);
    const int fraction_us = rest_us < 0 ? rest_us + (int)US_PER_S : rest_us;
    const struct instant_date date = instant_date(day);
    int n;

    if (at == INSTANT_NONE || at == INSTANT_NEVER) {
        (void)snprintf(buf, INSTANT_TEXT_BYTES, "%s", at == INSTANT_NONE ? "none" : "never");
        return buf;
    }
    n = snprintf(buf, INSTANT_TEXT_BYTES,
                 date.year >= 0 && date.year <= 9999 ? "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d"
                                                     : "%+05" PRId64 "-%02d-%02dT%02d:%02d:%02d",
                 date.year, date.month, date.day, of_day_s / 3600, of_day_s / 60 % 60,
                 of_day_s % 60);
    (void)(fraction_us ? snprintf(buf + n, INSTANT_TEXT_BYTES - (size_t)n, ".%06dZ", fraction_us)
                       : snprintf(buf + n, INSTANT_TEXT_BYTES - (size_t)n, "Z"));
    return buf;
}

char *instant_format_date(int32_t day, char buf[static INSTANT_DATE_TEXT_BYTES])
{
    const struct instant_date date = instant_date(day);
    (void)snprintf(buf, INSTANT_DATE_TEXT_BYTES, "%04" PRId64 "-%02d-%02d", date.year, date.month,
                   date.day);
    return buf;
}

char *instant_format_duration(int64_t us, char buf[static INSTANT_DURATION_TEXT_BYTES])
{
    const uint64_t size_us = us < 0 ? -(uint64_t)us : (uint64_t)us;
    const uint64_t s = size_us / 1000000;
    const int fraction_us = (int)(size_us % 1000000);
    const struct {
        uint64_t count;
        char unit;
    } parts[] = {{s / 3600, 'h'}, {s / 60 % 60, 'm'}};
    char *at = buf;
    const char *end = buf + INSTANT_DURATION_TEXT_BYTES;

    if (us < 0) {
        *at++ = '-';
    }
    for (size_t i = 0; i < 2; i++) {
        if (parts[i].count) {
            at += snprintf(at, (size_t)(end - at), "%" PRIu64 "%c", parts[i].count, parts[i].unit);
        }
    }
    if (fraction_us) {
        (void)snprintf(at, (size_t)(end - at), "%d.%06ds", (int)(s % 60), fraction_us);
    } else if (s % 60 || s == 0) {
        (void)snprintf(at, (size_t)(end - at), "%ds", (int)(s % 60));
    }
    return buf;
}
