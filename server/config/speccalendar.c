// SPDX-License-Identifier: Apache-2.0
/*
 * Calendars and holiday lists of a book's text: from strings to rules.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/near.h"
#include "config/spec.h"
#include "config/specvalue.h"
#include "core/instant.h"

/* Says what calendar_check found, at the list of windows that it found it in. */
static int refuse_windows(const struct spec_reader *r, struct yamldoc_place at, int outcome,
                          size_t window)
{
    const struct yamldoc_place place = yamldoc_in(&at, "[%zu]", window);
    const char *text = "cannot be used";
    const char *hint = NULL;

    switch (outcome) {
    case CALENDAR_WINDOW_RANGE:
        text = "starts outside of its day, or ends after 48:00";
        hint = "a window starts from 00:00 to 23:59; past midnight it goes on as 21:00-30:00";
        break;
    case CALENDAR_WINDOW_EMPTY:
        text = "ends where it starts, or before";
        hint = "past midnight the hours go on: 21:00-30:00 ends at 06:00 of the next day";
        break;
    case CALENDAR_WINDOW_ORDER:
        text = "starts before the window in front of it";
        hint = "write the windows of a day in order";
        break;
    case CALENDAR_WINDOW_OVERLAP:
        text = "starts before the window in front of it ends";
        hint = "make one window of the two";
        break;
    default: break;
    }
    return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, hint, "the window %s",
                          text);
}

/* "09:00-12:30" */
static int read_window(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                       struct calendar_window *ret)
{
    const char *dash = strchr(value, '-');
    if (dash != NULL && instant_parse_time(value, (size_t)(dash - value), &ret->from_s) == 0 &&
        instant_parse_time(dash + 1, strlen(dash + 1), &ret->to_s) == 0) {
        return 0;
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "write it as \"09:00-17:30\", up to 48:00",
                          "\"%.80s\" is not a window of time", value);
}

static int read_windows(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                        size_t n, struct calendar_day *ret)
{
    struct calendar_window *windows = arena_array(r->arena, n, sizeof(*windows));
    if (windows == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const int refused = read_window(r, yamldoc_in(&at, "[%zu]", i), values[i], &windows[i]);
        if (refused != 0) {
            return refused;
        }
    }
    // Any one day serves to have the windows checked.
    const struct calendar_date date = {.open = {.windows = windows, .n = n}};
    struct calendar_fault fault;
    const int outcome = calendar_check_dates(&date, 1, &fault);
    if (outcome != 0) {
        return refuse_windows(r, at, outcome, fault.window);
    }
    *ret = date.open;
    return 0;
}

static int read_day(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                    int32_t *ret)
{
    if (instant_parse_date(value, strlen(value), ret) != 0) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, "write it as 2026-12-25",
                              "\"%.80s\" is not a date", value);
    }
    if (*ret < 0 || *ret >= instant_day(ZONE_HORIZON_YEAR + 1, 1, 1)) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                              "%s is not in 1970 to %d", value, ZONE_HORIZON_YEAR);
    }
    return 0;
}

/* A date and where it was written; written in any order, used ascending. */
struct dated {
    struct calendar_date date;
    size_t index;
};

static int compare_dated(const void *a, const void *b)
{
    const struct dated *x = a;
    const struct dated *y = b;
    if (x->date.day != y->date.day) {
        return x->date.day < y->date.day ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static int read_date(const struct spec_reader *r, struct yamldoc_place at,
                     const struct raw_date *raw, struct calendar_date *ret)
{
    int refused = read_day(r, yamldoc_in(&at, "date"), raw->date, &ret->day);
    if (refused == 0) {
        refused = read_windows(r, yamldoc_in(&at, "open"), raw->open, raw->open_count, &ret->open);
    }
    if (refused == 0 && raw->note != NULL) {
        refused = specvalue_title(r, yamldoc_in(&at, "note"), raw->note);
    }
    ret->note = raw->note;
    return refused;
}

static int read_dates(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_date *raw, size_t n, const struct calendar_date **ret)
{
    struct dated *dated = arena_array(r->arena, n, sizeof(*dated));
    struct calendar_date *dates = arena_array(r->arena, n, sizeof(*dates));
    if (dated == NULL || dates == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        dated[i].index = i;
        const int refused = read_date(r, yamldoc_in(&at, "[%zu]", i), &raw[i], &dated[i].date);
        if (refused != 0) {
            return refused;
        }
    }
    if (n > 0) {
        qsort(dated, n, sizeof(*dated), compare_dated);
    }
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && dated[i].date.day == dated[i - 1].date.day) {
            const struct yamldoc_place first = yamldoc_in(&at, "[%zu]", dated[i - 1].index);
            const struct yamldoc_place again = yamldoc_in(&at, "[%zu].date", dated[i].index);
            return yamldoc_refuse(r->refusal, &again, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "%s stands in the list twice, first on line %u",
                                  raw[dated[i].index].date, yamldoc_line(&first));
        }
        dates[i] = dated[i].date;
    }
    *ret = dates;
    return 0;
}

int spec_read_holidays(const struct spec_reader *r, const struct holiday_list **ret)
{
    const struct raw_book *book = r->raw;
    struct holiday_list *lists = arena_array(r->arena, book->holidays_count, sizeof(*lists));
    if (lists == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < book->holidays_count; i++) {
        const struct raw_holidays *raw = &book->holidays[i];
        const struct yamldoc_place at = yamldoc_at(r->doc, "holidays[%zu]", i);
        int refused = specvalue_name(r, yamldoc_in(&at, "name"), raw->name);
        if (refused == 0) {
            refused = read_day(r, yamldoc_in(&at, "complete_until"), raw->complete_until,
                               &lists[i].complete_until_day);
        }
        if (refused == 0) {
            refused = read_dates(r, yamldoc_in(&at, "dates"), raw->dates, raw->dates_count,
                                 &lists[i].dates);
        }
        if (refused != 0) {
            return refused;
        }
        lists[i].name = raw->name;
        lists[i].n_dates = raw->dates_count;
    }
    *ret = lists;
    return 0;
}

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

static int read_week(const struct spec_reader *r, struct yamldoc_place at,
                     const struct raw_calendar *raw, struct calendar_day week[7])
{
    size_t given[7] = {0}; // 1 + the entry that names the day

    for (size_t i = 0; i < raw->week_count; i++) {
        const struct raw_week *entry = &raw->week[i];
        const struct yamldoc_place place = yamldoc_in(&at, "[%zu]", i);
        struct calendar_day day;
        int refused = read_windows(r, yamldoc_in(&place, "open"), entry->open, entry->open_count,
                                   &day);
        for (size_t j = 0; refused == 0 && j < entry->days_count; j++) {
            const struct yamldoc_place name = yamldoc_in(&place, "days[%zu]", j);
            size_t weekday = 0;
            refused = specvalue_word(r, name, entry->days[j], weekdays, &weekday);
            if (refused == 0 && given[weekday] != 0) {
                const struct yamldoc_place first = yamldoc_in(&at, "[%zu]", given[weekday] - 1);
                refused = yamldoc_refuse(r->refusal, &name, OUTCOME_INVALID_ARGUMENT,
                                         "write all windows of a day into one entry",
                                         "%s is given twice, first on line %u", weekdays[weekday],
                                         yamldoc_line(&first));
            }
            if (refused == 0) {
                given[weekday] = i + 1;
                week[weekday] = day;
            }
        }
        if (refused != 0) {
            return refused;
        }
    }
    return 0;
}

/* The lists that a calendar names, out of those of its text. */
static int find_holidays(const struct spec_reader *r, struct yamldoc_place at,
                         const struct raw_calendar *raw, const struct holiday_list *lists,
                         struct spec_calendar *ret)
{
    const struct holiday_list **found = arena_array(r->arena, raw->holidays_count,
                                                    sizeof(struct holiday_list *));
    if (found == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < raw->holidays_count; i++) {
        struct near near = near_to(raw->holidays[i]);
        for (size_t j = 0; j < r->raw->holidays_count && found[i] == NULL; j++) {
            near_offer(&near, lists[j].name);
            if (strcmp(lists[j].name, raw->holidays[i]) == 0) {
                found[i] = &lists[j];
            }
        }
        if (found[i] == NULL) {
            const struct yamldoc_place place = yamldoc_in(&at, "[%zu]", i);
            char hint[128];
            const char *text = near_hint(&near, hint, sizeof(hint));
            return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                                  text != NULL ? text
                                               : "a calendar is applied together with the "
                                                 "holiday lists that it uses",
                                  "there is no holiday list %.80s in this text", raw->holidays[i]);
        }
    }
    ret->holidays = found;
    ret->n_holidays = raw->holidays_count;
    return specvalue_distinct(r, at, raw->holidays, raw->holidays_count);
}

/* Whose dates are the business days of a union. */
static int read_days_of(const struct spec_reader *r, struct yamldoc_place at,
                        const struct raw_calendar *raw)
{
    struct near near = near_to(raw->days_of);
    char hint[128];
    for (size_t i = 0; i < raw->members_count; i++) {
        if (strcmp(raw->members[i], raw->days_of) == 0) {
            return 0;
        }
        near_offer(&near, raw->members[i]);
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          near_hint(&near, hint, sizeof(hint)),
                          "%.80s is not one of the calendars that are joined", raw->days_of);
}

static int read_union(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_calendar *raw)
{
    const struct {
        const char *key;
        bool given;
    } own[] = {
        {"week", raw->week_count > 0},         {"holidays", raw->holidays_count > 0},
        {"overnight", raw->overnight != NULL}, {"dates", raw->dates_count > 0},
        {"zone", raw->zone != NULL},
    };
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (own[i].given) {
            const struct yamldoc_place place = yamldoc_in(&at, "%s", own[i].key);
            return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                                  "put it into one of the calendars that are joined",
                                  "a union has no %s of its own", own[i].key);
        }
    }
    for (size_t i = 0; i < raw->members_count; i++) {
        const int refused = specvalue_name(r, yamldoc_in(&at, "union[%zu]", i), raw->members[i]);
        if (refused != 0) {
            return refused;
        }
    }
    const int refused = specvalue_distinct(r, yamldoc_in(&at, "union"), raw->members,
                                           raw->members_count);
    return refused != 0 || raw->days_of == NULL ? refused
                                                : read_days_of(r, yamldoc_in(&at, "days_of"), raw);
}

static int read_rules(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_calendar *raw, const struct holiday_list *lists,
                      struct spec_calendar *ret)
{
    static const char *const overnights[] = {"shift", "midnight", NULL};
    size_t overnight = 0;

    if (raw->zone == NULL || raw->week_count == 0) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "a calendar has `zone` and `week`, or it joins others by `union`",
                              "the key `%s` is missing", raw->zone == NULL ? "zone" : "week");
    }
    if (raw->days_of != NULL) {
        const struct yamldoc_place place = yamldoc_in(&at, "days_of");
        return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, "leave it out",
                              "only a union needs to say whose dates count; these are its own");
    }
    int refused = read_week(r, yamldoc_in(&at, "week"), raw, ret->week);
    if (refused == 0) {
        refused = find_holidays(r, yamldoc_in(&at, "holidays"), raw, lists, ret);
    }
    if (refused == 0 && raw->overnight != NULL) {
        refused = specvalue_word(r, yamldoc_in(&at, "overnight"), raw->overnight, overnights,
                                 &overnight);
    }
    if (refused == 0) {
        refused = read_dates(r, yamldoc_in(&at, "dates"), raw->dates, raw->dates_count,
                             &ret->dates);
    }
    ret->n_dates = raw->dates_count;
    ret->overnight = overnight == 0 ? CALENDAR_SHIFT : CALENDAR_MIDNIGHT;
    return refused;
}

static int read_calendar(const struct spec_reader *r, struct yamldoc_place at,
                         const struct raw_calendar *raw, const struct holiday_list *lists,
                         struct spec_calendar *ret)
{
    int refused = specvalue_name(r, yamldoc_in(&at, "name"), raw->name);
    if (refused == 0 && (strcmp(raw->name, "hours") == 0 || strcmp(raw->name, "team") == 0)) {
        const struct yamldoc_place place = yamldoc_in(&at, "name");
        refused = yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, NULL,
                                 "%s has a meaning of its own in `calendar: %s`", raw->name,
                                 raw->name);
    }
    if (refused == 0 && raw->zone != NULL) {
        refused = specvalue_zone(r, yamldoc_in(&at, "zone"), raw->zone);
    }
    if (refused == 0) {
        refused = specvalue_effective(r, yamldoc_in(&at, "effective"), raw->effective,
                                      &ret->effective);
    }
    if (refused != 0) {
        return refused;
    }
    ret->is_union = raw->members_count > 0;
    return ret->is_union ? read_union(r, at, raw) : read_rules(r, at, raw, lists, ret);
}

int spec_read_calendars(const struct spec_reader *r, const struct holiday_list *holidays,
                        const struct spec_calendar **ret)
{
    const struct raw_book *book = r->raw;
    struct spec_calendar *calendars = arena_array(r->arena, book->calendars_count,
                                                  sizeof(*calendars));
    if (calendars == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < book->calendars_count; i++) {
        const int refused = read_calendar(r, yamldoc_at(r->doc, "calendars[%zu]", i),
                                          &book->calendars[i], holidays, &calendars[i]);
        if (refused != 0) {
            return refused;
        }
    }
    *ret = calendars;
    return 0;
}
