// SPDX-License-Identifier: Apache-2.0
#include "core/zonerule.h"

#include "core/instant.h"

/*
 * The grammar, from POSIX (XBD 8.3) and RFC 9636:
 *
 *   rule  = name offset [ name [ offset ] "," date "," date ]
 *   name  = 3*letter  /  "<" 3*( letter / digit / "+" / "-" ) ">"
 *   date  = ( "M" m "." w "." d  /  "J" n  /  n ) [ "/" time ]
 *
 * An offset is what to add to local time to get UTC, so its sign is the other way round from ours.
 * Summer time without dates is refused: what it means is left to implementations.
 */

enum {
    OFFSET_HOURS_MAX = 24,
    TIME_HOURS_MAX = 167,
    DEFAULT_TIME_S = 7200,
};

struct text {
    const char *at;
    const char *end;
};

static bool take(struct text *t, char wanted)
{
    if (t->at == t->end || *t->at != wanted) {
        return false;
    }
    t->at++;
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_name(struct text *t)
{
    const bool quoted = take(t, '<');
    const char *from = t->at;

    while (t->at != t->end && (is_letter(*t->at) ||
                               (quoted && (is_digit(*t->at) || *t->at == '+' || *t->at == '-')))) {
        t->at++;
    }
    return t->at - from >= 3 && (!quoted || take(t, '>'));
}

/* A number of at most three digits within low..high. */
static bool take_number(struct text *t, int low, int high, int *ret)
{
    const char *from = t->at;
    int value = 0;

    while (t->at != t->end && is_digit(*t->at) && t->at - from < 3) {
        value = 10 * value + (*t->at++ - '0');
    }
    *ret = value;
    return t->at != from && value >= low && value <= high;
}

/* [+-]h[:m[:s]] in seconds. */
static bool take_time(struct text *t, int hours_max, int32_t *ret_s)
{
    const bool negative = take(t, '-');
    int hours;
    int minutes = 0;
    int seconds = 0;

    if (!negative) {
        (void)take(t, '+');
    }
    if (!take_number(t, 0, hours_max, &hours) ||
        (take(t, ':') && (!take_number(t, 0, 59, &minutes) ||
                          (take(t, ':') && !take_number(t, 0, 59, &seconds))))) {
        return false;
    }
    *ret_s = (hours * 3600 + minutes * 60 + seconds) * (negative ? -1 : 1);
    return true;
}

static bool take_date(struct text *t, struct zonerule_date *ret)
{
    bool good;

    *ret = (struct zonerule_date){.time_s = DEFAULT_TIME_S};
    if (take(t, 'M')) {
        ret->kind = ZONERULE_MONTH;
        good = take_number(t, 1, 12, &ret->month) && take(t, '.') &&
               take_number(t, 1, 5, &ret->week) && take(t, '.') && take_number(t, 0, 6, &ret->day);
    } else if (take(t, 'J')) {
        ret->kind = ZONERULE_JULIAN;
        good = take_number(t, 1, 365, &ret->day);
    } else {
        ret->kind = ZONERULE_ORDINAL;
        good = take_number(t, 0, 365, &ret->day);
    }
    return good && (!take(t, '/') || take_time(t, TIME_HOURS_MAX, &ret->time_s));
}

bool zonerule_parse(const char *text, size_t n, struct zonerule *ret)
{
    struct text t = {text, text + n};
    struct zonerule rule = {0};
    int32_t west_s;

    if (!take_name(&t) || !take_time(&t, OFFSET_HOURS_MAX, &west_s)) {
        return false;
    }
    rule.standard_s = -west_s;
    if (t.at != t.end) {
        rule.changes = true;
        if (!take_name(&t)) {
            return false;
        }
        rule.daylight_s = rule.standard_s + 3600;
        if (!take(&t, ',')) {
            if (!take_time(&t, OFFSET_HOURS_MAX, &west_s) || !take(&t, ',')) {
                return false;
            }
            rule.daylight_s = -west_s;
        }
        if (!take_date(&t, &rule.start) || !take(&t, ',') || !take_date(&t, &rule.end) ||
            t.at != t.end) {
            return false;
        }
    }
    *ret = rule;
    return true;
}

/* The day that the date means in a year, since 1970-01-01. */
static int64_t day_of(const struct zonerule_date *date, int64_t year)
{
    const int64_t new_year = instant_day(year, 1, 1);
    const bool leap = instant_month_days(year, 2) == 29;
    int64_t first;
    int64_t day;

    switch (date->kind) {
    case ZONERULE_JULIAN: return new_year + date->day - 1 + (leap && date->day >= 60);
    case ZONERULE_ORDINAL: return new_year + date->day;
    case ZONERULE_MONTH:
    default:
        first = instant_day(year, date->month, 1);
        // Sunday = 0 in the rule, Monday = 0 here.
        day = (date->day + 6 - instant_weekday(first)) % 7 + 7 * (date->week - 1);
        return first + (day < instant_month_days(year, date->month) ? day : day - 7);
    }
}

void zonerule_year(const struct zonerule *rule, int64_t year, int64_t *ret_start_s,
                   int64_t *ret_end_s)
{
    *ret_start_s = day_of(&rule->start, year) * S_PER_DAY + rule->start.time_s - rule->standard_s;
    *ret_end_s = day_of(&rule->end, year) * S_PER_DAY + rule->end.time_s - rule->daylight_s;
}
