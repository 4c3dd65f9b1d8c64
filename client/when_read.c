// SPDX-License-Identifier: Apache-2.0
/*
 * Instants and spans as people and programs write them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/when.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_S  60
#define HOUR_S    3600
#define DAY_S     86400

/** A longer span is a mistake; and a sum with the present instant never overflows. */
#define SPAN_MAX_S (INT64_C(3650) * DAY_S)

static struct tm local_of(int64_t at)
{
    const time_t t = (time_t)(at / SECOND_US);
    struct tm tm = {0};

    localtime_r(&t, &tm);
    return tm;
}

/** Exactly n digits at *p, as a number within [min, max]; moves on. */
static bool take_digits(const char **p, int n, int min, int max, int *ret)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)(*p)[i])) {
            return false;
        }
        value = value * 10 + ((*p)[i] - '0');
    }
    *p += n;
    *ret = value;
    return value >= min && value <= max;
}

static bool take_char(const char **p, const char *any)
{
    if (!**p || !strchr(any, **p)) {
        return false;
    }
    ++*p;
    return true;
}

/** YYYY-MM-DD, a day that exists. */
static bool take_date(const char **p, struct tm *ret)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;

    if (!take_digits(p, 4, 1970, 9999, &year) || !take_char(p, "-") ||
        !take_digits(p, 2, 1, 12, &month) || !take_char(p, "-") ||
        !take_digits(p, 2, 1, 31, &day)) {
        return false;
    }
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    *ret = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_isdst = -1};
    return day <= days[month - 1] + (month == 2 && leap);
}

/** HH:MM[:SS[.decimals]]. */
static bool take_time(const char **p, bool seconds_needed, struct tm *tm, int64_t *ret_us)
{
    *ret_us = 0;
    if (!take_digits(p, 2, 0, 23, &tm->tm_hour) || !take_char(p, ":") ||
        !take_digits(p, 2, 0, 59, &tm->tm_min)) {
        return false;
    }
    if (!take_char(p, ":")) {
        return !seconds_needed;
    }
    if (!take_digits(p, 2, 0, 59, &tm->tm_sec)) {
        return false;
    }
    if (take_char(p, ".")) {
        int64_t unit = SECOND_US / 10;

        if (!isdigit((unsigned char)**p)) {
            return false;
        }
        for (; isdigit((unsigned char)**p); ++*p, unit /= 10) {
            *ret_us += unit * (**p - '0');
        }
    }
    return true;
}

/** Z or +HH:MM, in seconds east. */
static bool take_offset(const char **p, int *ret)
{
    int hours, minutes;

    if (take_char(p, "Zz")) {
        *ret = 0;
        return true;
    }
    int sign = **p == '-' ? -1 : 1;
    if (!take_char(p, "+-") || !take_digits(p, 2, 0, 23, &hours) || !take_char(p, ":") ||
        !take_digits(p, 2, 0, 59, &minutes)) {
        return false;
    }
    *ret = sign * (hours * HOUR_S + minutes * MINUTE_S);
    return true;
}

const char *when_parse_rfc3339(const char *text, int64_t *ret)
{
    static const char *const wrong = "is no time like 2026-11-21T06:20:00Z or ...+08:00";
    struct tm tm;
    int64_t us;
    int offset;

    if (!take_date(&text, &tm) || !take_char(&text, "Tt ") || !take_time(&text, true, &tm, &us) ||
        !take_offset(&text, &offset) || *text) {
        return wrong;
    }
    int64_t at = ((int64_t)timegm(&tm) - offset) * SECOND_US + us;
    if (at <= 0) {
        return "is before 1970";
    }
    *ret = at;
    return NULL;
}

/** The first instant of the day of tm. Where clocks are set ahead at midnight that is 01:00, and so
 * says glibc for a 00:00 that doesn't exist. */
static time_t day_start(const struct tm *day)
{
    struct tm tm = {
        .tm_year = day->tm_year, .tm_mon = day->tm_mon, .tm_mday = day->tm_mday, .tm_isdst = -1};

    return mktime(&tm);
}

/** True if the n bytes are the word, in any case. */
static bool is_word(const char *text, size_t n, const char *word)
{
    return strlen(word) == n && strncasecmp(text, word, n) == 0;
}

/** A day's name: offset in days from today, 0 or less but for tomorrow; moves behind it. Returns
 * false if it is none. */
static bool take_day(const char **p, int today, int *ret)
{
    static const char *const weekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                           "thursday", "friday", "saturday"};

    const char *text = *p;
    const size_t n = strcspn(text, " ");
    bool is_one = true;

    if (is_word(text, n, "today")) {
        *ret = 0;
    } else if (is_word(text, n, "yesterday") || is_word(text, n, "tomorrow")) {
        *ret = is_word(text, n, "tomorrow") ? 1 : -1;
    } else {
        is_one = false;
        for (int i = 0; i < 7 && !is_one; i++) {
            is_one = is_word(text, n, weekdays[i]) ||
                     (n == 3 && strncasecmp(text, weekdays[i], 3) == 0);
            *ret = -((today - i + 7) % 7);
        }
    }
    *p += is_one ? n : 0;
    return is_one;
}

/** Spans like 1h30m, in seconds. Returns NULL or what is wrong. */
static const char *parse_span_s(const char *text, int64_t *ret)
{
    int64_t total = 0;

    while (*text) {
        int64_t n = 0;
        int digits = 0;

        for (; isdigit((unsigned char)*text); text++, digits++) {
            n = n * 10 + (*text - '0');
            if (digits >= 9) {
                return "is too long a span";
            }
        }
        if (digits == 0) {
            return "is no span like -2h or -1h30m";
        }
        switch (*text) {
        case 's': break;
        case 'm': n *= MINUTE_S; break;
        case 'h': n *= HOUR_S; break;
        case 'd': n *= DAY_S; break;
        case 'w': n *= 7 * (int64_t)DAY_S; break;
        default: return "needs a unit after each number: s, m, h, d or w";
        }
        text++;
        total += n;
    }
    *ret = total;
    return NULL;
}

bool when_parse_span_ms(const char *text, uint32_t *ret)
{
    char with_unit[16];
    int64_t s;
    size_t n = strlen(text);

    if (n == 0 || n >= sizeof(with_unit) - 1) {
        return false;
    }
    memcpy(with_unit, text, n + 1);
    if (isdigit((unsigned char)text[n - 1])) {
        memcpy(with_unit + n, "s", 2);
    }
    if (parse_span_s(with_unit, &s) || s < 1 || s > DAY_S) {
        return false;
    }
    *ret = (uint32_t)s * 1000;
    return true;
}

bool when_parse_span(const char *text, int64_t *ret)
{
    int64_t s;

    if (!*text || parse_span_s(text, &s) || s < 1 || s > SPAN_MAX_S) {
        return false;
    }
    *ret = s * SECOND_US;
    return true;
}

static const char *parse_local(const char *text, int64_t *ret)
{
    const char *p = text;
    struct tm tm;
    int64_t us = 0;

    if (!take_date(&p, &tm)) {
        return "is no time: write 2026-11-21, 2026-11-21 14:20, yesterday, monday or -2h";
    }
    if (!*p) {
        *ret = (int64_t)day_start(&tm) * SECOND_US;
        return NULL;
    }
    if (!take_char(&p, "Tt ") || !take_time(&p, false, &tm, &us) || *p) {
        return "is no time: after the date write 14:20, or 14:20:00Z with a zone";
    }
    *ret = (int64_t)mktime(&tm) * SECOND_US + us;
    return NULL;
}

/** What follows a day's name: nothing, which is its first instant, or a time. */
static const char *parse_on_day(const char *p, const struct tm *today, int days, int64_t *ret)
{
    struct tm day = {.tm_year = today->tm_year,
                     .tm_mon = today->tm_mon,
                     .tm_mday = today->tm_mday + days,
                     .tm_hour = 12,
                     .tm_isdst = -1};
    int64_t us = 0;

    mktime(&day); // normalises the date
    if (!*p) {
        *ret = (int64_t)day_start(&day) * SECOND_US;
        return NULL;
    }
    day = (struct tm){
        .tm_year = day.tm_year, .tm_mon = day.tm_mon, .tm_mday = day.tm_mday, .tm_isdst = -1};
    if (!take_char(&p, " ") || !take_time(&p, false, &day, &us) || *p) {
        return "is no time: after the day write 14:20";
    }
    *ret = (int64_t)mktime(&day) * SECOND_US + us;
    return NULL;
}

const char *when_parse(const char *text, int64_t now_at, int64_t *ret)
{
    struct tm today = local_of(now_at);
    int64_t at;
    int days;

    if (strcasecmp(text, "now") == 0) {
        *ret = now_at;
        return NULL;
    }
    if (take_day(&text, today.tm_wday, &days)) {
        return parse_on_day(text, &today, days, ret);
    }
    if (*text == '-') {
        const char *why = parse_span_s(text + 1, &at);

        if (!why && (text[1] == '\0' || at >= now_at / SECOND_US)) {
            why = "is no span that lies behind us";
        }
        if (!why) {
            *ret = now_at - at * SECOND_US;
        }
        return why;
    }
    if (!when_parse_rfc3339(text, &at)) {
        *ret = at;
        return NULL;
    }
    const char *why = parse_local(text, &at);
    if (!why && at <= 0) {
        why = "is before 1970";
    }
    if (!why) {
        *ret = at;
    }
    return why;
}
