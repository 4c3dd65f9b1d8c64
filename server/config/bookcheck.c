// SPDX-License-Identifier: Apache-2.0
#include "config/bookcheck.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/near.h"
#include "config/spec.h"
#include "core/instant.h"

int bookcheck_opens(const struct booklink_item *item, const struct calendar *calendar,
                    int64_t now_at, struct refusal *ret_refusal)
{
    const int64_t from_at = item->object->effective_at == INSTANT_NONE ? now_at
                                                                       : item->object->effective_at;
    if (calendar_opens(calendar, from_at)) {
        return 0;
    }
    const struct yamldoc_place at = booklink_at(item, "%s", "");
    return yamldoc_refuse(ret_refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "a clock on it would never run",
                          "calendar %s never opens: not once in the %d days after it takes effect",
                          item->object->name, CALENDAR_OPENS_DAYS);
}

int bookcheck_holidays(const struct bookfile *file, size_t index, bool added, int64_t now_at,
                       struct arena *arena, const char **ret_warning, struct refusal *ret_refusal)
{
    const struct raw_holidays *raw = &file->raw->holidays[index];
    const int64_t today = instant_floor_div(instant_s(now_at), S_PER_DAY);
    const int64_t left = file->holidays[index].complete_until_day - today;
    char text[256];

    *ret_warning = NULL;
    if (left >= BOOK_PLAN_EXPIRY_DAYS) {
        return 0;
    }
    if (left < 0 && added) {
        const struct yamldoc_place at = yamldoc_at(file->doc, "holidays[%zu].complete_until",
                                                   index);
        return yamldoc_refuse(ret_refusal, &at, OUTCOME_FAILED_PRECONDITION,
                              "add the holidays of the years ahead, and say how far they go",
                              "holiday list %s is complete until %s only, and that is past",
                              raw->name, raw->complete_until);
    }
    if (left < 0) {
        (void)snprintf(text, sizeof(text), "holiday list %s ended on %s", raw->name,
                       raw->complete_until);
    } else {
        (void)snprintf(text, sizeof(text), "holiday list %s ends on %s, in %d days", raw->name,
                       raw->complete_until, (int)left);
    }
    *ret_warning = arena_strndup(arena, text, strlen(text));
    return *ret_warning != NULL ? 0 : -ENOMEM;
}

static bool ends_early(const struct calendar_day *day)
{
    for (size_t i = 0; i < day->n; i++) {
        if (day->windows[i].to_s == S_PER_DAY - 60) {
            return true;
        }
    }
    return false;
}

static bool dates_end_early(const struct calendar_date *dates, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ends_early(&dates[i].open)) {
            return true;
        }
    }
    return false;
}

int bookcheck_closing(const struct bookfile *file, size_t index, struct arena *arena,
                      const char **ret_warning)
{
    const struct spec_calendar *calendar = &file->calendars[index];
    bool early = dates_end_early(calendar->dates, calendar->n_dates);
    char text[256];

    *ret_warning = NULL;
    for (size_t i = 0; i < 7; i++) {
        early = early || ends_early(&calendar->week[i]);
    }
    for (size_t i = 0; i < calendar->n_holidays; i++) {
        early = early ||
                dates_end_early(calendar->holidays[i]->dates, calendar->holidays[i]->n_dates);
    }
    if (!early) {
        return 0;
    }
    (void)snprintf(text, sizeof(text),
                   "calendar %s closes at 23:59: the last minute of the day is outside; write "
                   "24:00",
                   file->raw->calendars[index].name);
    *ret_warning = arena_strndup(arena, text, strlen(text));
    return *ret_warning != NULL ? 0 : -ENOMEM;
}

static int check_teams(const struct booklink_item *item, const struct book *book,
                       const struct book_contract *contract,
                       const struct book_contract_version *version, struct refusal *ret_refusal)
{
    for (size_t i = 0; i < version->n_teams; i++) {
        const struct book_team *team = book_team(book, version->teams[i].team);
        if (team->party != contract->buyer && team->party != contract->vendor) {
            const struct yamldoc_place at = booklink_at(item, "teams[%zu].team", i);
            return yamldoc_refuse(ret_refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "team %s belongs to %s, which is neither buyer nor vendor of %s",
                                  team->name, book_party(book, team->party)->name, contract->name);
        }
    }
    return 0;
}

/* A team without `functions` may do anything; then any function can come. */
static bool has_function(const struct book *book, const struct book_contract_version *version,
                         const char *function, struct near *near)
{
    for (size_t i = 0; i < version->n_teams; i++) {
        const struct book_names *functions = &book_team(book, version->teams[i].team)->functions;
        if (functions->n == 0 || book_names_have(functions, function)) {
            return true;
        }
        for (size_t k = 0; k < functions->n; k++) {
            near_offer(near, functions->names[k]);
        }
    }
    return false;
}

static int check_functions(const struct booklink_item *item, const struct book *book,
                           const struct book_contract_version *version, size_t row,
                           struct refusal *ret_refusal)
{
    const struct book_names *functions = &version->targets[row].match.function;
    for (size_t k = 0; k < functions->n; k++) {
        struct near near = near_to(functions->names[k]);
        char hint[128];
        if (!has_function(book, version, functions->names[k], &near)) {
            const struct yamldoc_place at = booklink_at(item, "targets[%zu].match.function[%zu]",
                                                        row, k);
            return yamldoc_refuse(
                ret_refusal, &at, OUTCOME_INVALID_ARGUMENT, near_hint(&near, hint, sizeof(hint)),
                "none of the contract's teams has the function %s", functions->names[k]);
        }
    }
    return 0;
}

int bookcheck_contract(const struct booklink_item *item, const struct book *book,
                       struct refusal *ret_refusal)
{
    const struct book_contract *contract = book_contract(book, item->object->id);
    const struct book_contract_version *version = book_contract_version(contract,
                                                                        item->object->version);
    int r = check_teams(item, book, contract, version, ret_refusal);
    for (size_t i = 0; r == 0 && i < version->n_targets; i++) {
        r = check_functions(item, book, version, i, ret_refusal);
    }
    return r;
}
