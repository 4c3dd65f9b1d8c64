// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_CALENDAR_H
#define SLATE_CORE_CALENDAR_H

/*
 * Business calendars: when time counts.
 *
 * Rules are written in local time: windows of a week, overridden by dates. A window [from, to) of a
 * local day d is the interval of instants [zone_floor(d + from), zone_floor(d + to)): half-open,
 * empty if the two are equal. Windows are joined, so that nothing counts twice. A window belongs to
 * the day that it starts on, also past midnight.
 *
 * A calendar is a list of versions, each in force from an instant to the next one's. A version is
 * one set of rules, or the union of other calendars. Open time is compiled page by page, when it is
 * first asked for, into sorted intervals with running sums, so that measuring and adding business
 * time are two binary searches. Pages are published by compare-and-swap: one calendar may be used
 * by any number of threads without locks.
 *
 * Calendars know the years 1970 to 2100. Outside, nothing is open.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/meter.h"
#include "core/zone.h"

struct calendar;

enum {
    CALENDAR_WINDOWS_MAX = 32,     // in a day; half-hours with breaks need 24
    CALENDAR_DATES_MAX = 4096,     // in a list: ten years of 366 days, and some
    CALENDAR_HOLIDAYS_MAX = 8,     // lists in a calendar
    CALENDAR_MEMBERS_MAX = 32,     // calendars in a union
    CALENDAR_VERSIONS_MAX = 1024,  // of a calendar: one a week for twenty years
    CALENDAR_OPENS_DAYS = 400,     // a calendar must open within them: a year and its holidays
    CALENDAR_WINDOW_MAX_S = 172800 // 48:00, the end of the day after
};

/** A time of opening, in local seconds from the midnight of the day that it belongs to. */
struct calendar_window {
    int32_t from_s; // 0..86399
    int32_t to_s;   // from_s + 1..CALENDAR_WINDOW_MAX_S
};

struct calendar_day {
    const struct calendar_window *windows; // ascending, not overlapping
    size_t n;                              // 0: closed
};

/** A date whose windows replace the ordinary ones: closed, a half-day, an extra opening. */
struct calendar_date {
    int32_t day; // since 1970-01-01
    struct calendar_day open;
    const char *note; // NULL or "" if there is none
};

struct holiday_list {
    const char *name;
    const struct calendar_date *dates; // ascending by day
    size_t n_dates;
    int32_t complete_until_day; // the list is known to be whole up to this day; not used here
};

/** What a date does to a shift of the evening before. */
enum calendar_overnight {
    CALENDAR_SHIFT = 0, // nothing: the shift belongs to the day that it starts on
    CALENDAR_MIDNIGHT,  // a shift ends at midnight when the next day is an own date or a holiday
};

/**
 * One set of rules. An own date wins over the holiday lists; a date in several lists is open only
 * where all of them are; otherwise the week counts.
 */
struct calendar_rules {
    const struct zone *zone;
    struct calendar_day week[7];       // Monday first
    const struct calendar_date *dates; // ascending by day
    size_t n_dates;
    const struct holiday_list *const *holidays;
    size_t n_holidays;
    enum calendar_overnight overnight;
};

/** From effective_at on: either rules, or the union of the members. */
struct calendar_version {
    int64_t effective_at; // INSTANT_NONE: since always
    const struct calendar_rules *rules;
    const struct calendar *const *members; // where rules is NULL
    size_t n_members;
    const struct calendar *days_of; // whose dates are a union's business days; NULL: it has none
};

/** What is wrong with rules; the first fault found, in the order of the fields. */
enum calendar_outcome {
    CALENDAR_WINDOW_RANGE = 1, // does not start on its day, or ends after 48:00
    CALENDAR_WINDOW_EMPTY,     // ends where it starts or before
    CALENDAR_WINDOW_ORDER,     // starts before the window in front of it
    CALENDAR_WINDOW_OVERLAP,   // starts before the window in front of it ends
    CALENDAR_WINDOWS,          // more than CALENDAR_WINDOWS_MAX
    CALENDAR_DATE_ORDER,       // not after the date in front of it
    CALENDAR_DATE_RANGE,       // outside 1970..2100
    CALENDAR_DATES,            // more than CALENDAR_DATES_MAX
    CALENDAR_HOLIDAYS,         // more than CALENDAR_HOLIDAYS_MAX lists
};

/** Where: a weekday, or a date of the rules or of a holiday list. */
struct calendar_fault {
    int weekday;                      // 0..6, or -1 where a date is meant
    const struct holiday_list *list;  // NULL: the week or an own date
    const struct calendar_date *date; // NULL: the week
    size_t window;                    // index of the window in the day
};

/** Checks rules; 0 or a calendar_outcome, and then where. The zone is not looked at. */
int calendar_check(const struct calendar_rules *rules, struct calendar_fault *ret_fault);

/** Checks one list of dates, own or of a holiday list; 0 or a calendar_outcome, and then where. */
int calendar_check_dates(const struct calendar_date *dates, size_t n,
                         struct calendar_fault *ret_fault);

/**
 * A calendar of n versions (1 at least), ascending by effective_at. Before the first one nothing is
 * open. Rules, members and what they point to are borrowed: they must outlive the calendar.
 * Windows of the week and of own dates may here also overlap or be empty; those of holiday lists
 * must have passed calendar_check_dates. NULL without memory.
 */
struct calendar *calendar_new(const struct calendar_version *versions, size_t n);

/** Accepts NULL. */
void calendar_free(struct calendar *c);

/**
 * What is asked of the calendar takes steps of the meter from now on, which must outlive that; NULL
 * for none again. Set it for the members of a union, too. A metered calendar belongs to one thread.
 * When the meter is spent nothing is open any more, and that stays so.
 */
void calendar_set_meter(struct calendar *c, struct meter *meter);

/*
 * Asking. Pages that are missing are made; that is the only memory asked for, and a process that
 * has none left for it is aborted: there is no answer to give, and nothing has been changed.
 */

/** Open time within [from_at, to_at) in microseconds; 0 where the two are the wrong way round. */
int64_t calendar_between(const struct calendar *c, int64_t from_at, int64_t to_at);

/**
 * Where duration_us (>= 0) of open time from from_at on lead to:
 * due, the first instant at which they are used up, and limit, the last one at which no more is.
 * They differ when the duration ends at a closing: due is the closing, limit the next opening.
 * INSTANT_NEVER for what does not come before the end of 2100.
 */
void calendar_add(const struct calendar *c, int64_t from_at, int64_t duration_us,
                  int64_t *ret_due_at, int64_t *ret_limit_at);

/**
 * The first window that closes after `at`; it may have opened before. Windows that touch are one.
 * False when there is none before the end of 2100, where windows end at the latest.
 */
bool calendar_next_window(const struct calendar *c, int64_t at, int64_t *ret_open_at,
                          int64_t *ret_close_at);

/** Open at an instant. */
bool calendar_is_open(const struct calendar *c, int64_t at);

/**
 * The first instant after `at` and before until_at at which it opens or closes; until_at if there
 * is none.
 */
int64_t calendar_next_change(const struct calendar *c, int64_t at, int64_t until_at);

/** Opens at all in the CALENDAR_OPENS_DAYS days from from_at on. */
bool calendar_opens(const struct calendar *c, int64_t from_at);

/** Has business days: none of its versions is a union without days_of. */
bool calendar_has_days(const struct calendar *c);

/**
 * The close of the n-th business day (days >= 0) after day 0. Day 0 is the day of from_at if that
 * is a business day and the wall clock shows less than cutoff_s (seconds from midnight), else the
 * next business day. Day and time of from_at are read on the wall of cutoff_zone, or of the
 * calendar's own zone at from_at where that is NULL.
 * A business day is a local date with open time of its own; it closes with the last of that, also
 * past midnight. from_at itself where that close is already past (days 0, a late cut-off).
 * INSTANT_NEVER when there are not so many before the end of 2100.
 */
int64_t calendar_business_days(const struct calendar *c, const struct zone *cutoff_zone,
                               int64_t from_at, int days, int32_t cutoff_s);

/*
 * Telling why.
 */

/** The version in force at an instant, NULL before the first. */
const struct calendar_version *calendar_version_at(const struct calendar *c, int64_t at);

/** A date that overrides the week. */
struct calendar_override {
    const struct calendar_date *date;
    const struct holiday_list *list; // NULL: an own date of the calendar
};

/**
 * What overrides the week on a local day: the own date alone, or one entry per holiday list that
 * has the day, in the order of the lists. Returns how many (0: the week counts).
 */
size_t calendar_overrides(const struct calendar_rules *rules, int32_t day,
                          struct calendar_override ret[static CALENDAR_HOLIDAYS_MAX]);

#endif
