// SPDX-License-Identifier: Apache-2.0
#include "core/calendar_rules.h"

#include <assert.h>
#include <string.h>

#include "core/instant.h"

enum { DAY_S = 86400 };

/* The first date of an ascending list that is not before a day, or the list's end. */
static const struct calendar_date *not_before(const struct calendar_date *dates, size_t n,
                                              int32_t day)
{
    size_t low = 0;

    while (n > 0) {
        const size_t half = (n + 1) / 2;
        low += dates[low + half - 1].day < day ? half : 0;
        n -= half;
    }
    return dates + low;
}

/* The date of that day, or NULL. */
static const struct calendar_date *find(const struct calendar_date *dates, size_t n, int32_t day)
{
    const struct calendar_date *at = not_before(dates, n, day);
    return at != dates + n && at->day == day ? at : NULL;
}

size_t calendar_overrides(const struct calendar_rules *rules, int32_t day,
                          struct calendar_override ret[static CALENDAR_HOLIDAYS_MAX])
{
    const struct calendar_date *own = find(rules->dates, rules->n_dates, day);
    size_t n = 0;

    if (own) {
        ret[0] = (struct calendar_override){.date = own};
        return 1;
    }
    for (size_t i = 0; i < rules->n_holidays; i++) {
        const struct holiday_list *list = rules->holidays[i];
        const struct calendar_date *date = find(list->dates, list->n_dates, day);
        if (date) {
            ret[n++] = (struct calendar_override){.date = date, .list = list};
        }
    }
    return n;
}

/* buf := the times that are both in buf[0..n) and in `other`; returns how many. */
static size_t intersect(struct calendar_window *buf, size_t n, const struct calendar_day *other)
{
    struct calendar_window both[CALENDAR_RULES_WINDOWS_MAX];
    size_t n_both = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < other->n; j++) {
            const struct calendar_window *a = &buf[i];
            const struct calendar_window *b = &other->windows[j];
            const struct calendar_window w = {
                .from_s = a->from_s > b->from_s ? a->from_s : b->from_s,
                .to_s = a->to_s < b->to_s ? a->to_s : b->to_s,
            };
            if (w.from_s < w.to_s) {
                assert(n_both < CALENDAR_RULES_WINDOWS_MAX);
                both[n_both++] = w;
            }
        }
    }
    memcpy(buf, both, n_both * sizeof(*both));
    return n_both;
}

/*
 * The windows of a day that is overridden; in buf where several lists have it.
 * Not inlined: hardened builds clear local arrays on entry, and few days need these.
 */
__attribute__((noinline)) static struct calendar_day override_of(const struct calendar_rules *rules,
                                                                 int32_t day,
                                                                 struct calendar_window *buf)
{
    struct calendar_override found[CALENDAR_HOLIDAYS_MAX];
    const size_t n = calendar_overrides(rules, day, found);
    const struct calendar_day first = found[0].date->open;
    size_t n_windows = first.n;

    if (n == 1) {
        return first;
    }
    assert(n_windows <= CALENDAR_WINDOWS_MAX);
    memcpy(buf, first.windows, n_windows * sizeof(*buf));
    for (size_t i = 1; i < n; i++) {
        n_windows = intersect(buf, n_windows, &found[i].date->open);
    }
    return (struct calendar_day){.windows = buf, .n = n_windows};
}

/* The windows, ending at midnight at the latest, in buf. */
static struct calendar_day cut_at_midnight(struct calendar_day day, struct calendar_window *buf)
{
    assert(day.n <= CALENDAR_RULES_WINDOWS_MAX);
    for (size_t i = 0; i < day.n; i++) {
        buf[i] = day.windows[i];
        buf[i].to_s = buf[i].to_s < DAY_S ? buf[i].to_s : DAY_S;
    }
    return (struct calendar_day){.windows = buf, .n = day.n};
}

static bool is_overridden(const struct calendar_rules *rules, int32_t day)
{
    if (find(rules->dates, rules->n_dates, day)) {
        return true;
    }
    for (size_t i = 0; i < rules->n_holidays; i++) {
        if (find(rules->holidays[i]->dates, rules->holidays[i]->n_dates, day)) {
            return true;
        }
    }
    return false;
}

struct calendar_day calendar_rules_day(const struct calendar_rules *rules, int32_t day,
                                       struct calendar_window buf[CALENDAR_RULES_WINDOWS_MAX])
{
    struct calendar_day open = is_overridden(rules, day) ? override_of(rules, day, buf)
                                                         : rules->week[instant_weekday(day)];

    if (rules->overnight == CALENDAR_MIDNIGHT && is_overridden(rules, day + 1)) {
        open = cut_at_midnight(open, buf);
    }
    return open;
}

static bool has_between(const struct calendar_date *dates, size_t n, int32_t first_day,
                        int32_t last_day)
{
    const struct calendar_date *at = not_before(dates, n, first_day);
    return at != dates + n && at->day <= last_day;
}

bool calendar_rules_may_open(const struct calendar_rules *rules, int32_t first_day,
                             int32_t last_day)
{
    bool may = has_between(rules->dates, rules->n_dates, first_day, last_day);

    for (int i = 0; i < 7; i++) {
        may |= rules->week[i].n > 0;
    }
    for (size_t i = 0; i < rules->n_holidays; i++) {
        const struct holiday_list *list = rules->holidays[i];
        may |= has_between(list->dates, list->n_dates, first_day, last_day);
    }
    return may;
}

/*
 * Checks
 */

static int check_day(const struct calendar_day *day, struct calendar_fault *fault)
{
    if (day->n > CALENDAR_WINDOWS_MAX) {
        fault->window = CALENDAR_WINDOWS_MAX;
        return CALENDAR_WINDOWS;
    }
    for (size_t i = 0; i < day->n; i++) {
        const struct calendar_window *w = &day->windows[i];
        fault->window = i;
        if (w->from_s < 0 || w->from_s >= DAY_S || w->to_s > CALENDAR_WINDOW_MAX_S) {
            return CALENDAR_WINDOW_RANGE;
        }
        if (w->to_s <= w->from_s) {
            return CALENDAR_WINDOW_EMPTY;
        }
        if (i > 0 && w->from_s < w[-1].from_s) {
            return CALENDAR_WINDOW_ORDER;
        }
        if (i > 0 && w->from_s < w[-1].to_s) {
            return CALENDAR_WINDOW_OVERLAP;
        }
    }
    return 0;
}

int calendar_check_dates(const struct calendar_date *dates, size_t n,
                         struct calendar_fault *ret_fault)
{
    const int64_t end_day = instant_day(ZONE_HORIZON_YEAR + 1, 1, 1);
    struct calendar_fault fault = {.weekday = -1};
    int bad = 0;

    if (n > CALENDAR_DATES_MAX) {
        fault.date = &dates[CALENDAR_DATES_MAX];
        bad = CALENDAR_DATES;
    }
    for (size_t i = 0; i < n && !bad; i++) {
        fault.date = &dates[i];
        if (dates[i].day < 0 || dates[i].day >= end_day) {
            bad = CALENDAR_DATE_RANGE;
        } else if (i > 0 && dates[i].day <= dates[i - 1].day) {
            bad = CALENDAR_DATE_ORDER;
        } else {
            bad = check_day(&dates[i].open, &fault);
        }
    }
    if (bad) {
        *ret_fault = fault;
    }
    return bad;
}

int calendar_check(const struct calendar_rules *rules, struct calendar_fault *ret_fault)
{
    struct calendar_fault fault = {0};
    int bad;

    for (int i = 0; i < 7; i++) {
        fault.weekday = i;
        bad = check_day(&rules->week[i], &fault);
        if (bad) {
            *ret_fault = fault;
            return bad;
        }
    }
    bad = calendar_check_dates(rules->dates, rules->n_dates, ret_fault);
    if (bad) {
        return bad;
    }
    if (rules->n_holidays > CALENDAR_HOLIDAYS_MAX) {
        *ret_fault = (struct calendar_fault){
            .weekday = -1,
            .list = rules->holidays[CALENDAR_HOLIDAYS_MAX],
        };
        return CALENDAR_HOLIDAYS;
    }
    for (size_t i = 0; i < rules->n_holidays; i++) {
        const struct holiday_list *list = rules->holidays[i];
        bad = calendar_check_dates(list->dates, list->n_dates, &fault);
        if (bad) {
            fault.list = list;
            *ret_fault = fault;
            return bad;
        }
    }
    return 0;
}
