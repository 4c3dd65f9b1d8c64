// SPDX-License-Identifier: Apache-2.0
/*
 * Targets of a contract's version: their calendars and zones found, those of its teams looked at.
 */
#include <errno.h>

#include "config/link.h"
#include "core/instant.h"

static struct book_names names_of(const struct spec_names *list)
{
    return (struct book_names){.names = list->names, .n = list->n};
}

static struct book_match match_of(const struct raw_match *raw)
{
    struct spec_names lists[SPEC_MATCH_KEYS];
    spec_match_lists(raw, lists);
    return (struct book_match){
        .priority = names_of(&lists[SPEC_PRIORITY]),
        .function = names_of(&lists[SPEC_FUNCTION]),
        .category = names_of(&lists[SPEC_CATEGORY]),
        .customer_tier = names_of(&lists[SPEC_CUSTOMER_TIER]),
        .language = names_of(&lists[SPEC_LANGUAGE]),
        .team = names_of(&lists[SPEC_TEAM]),
        .tier = names_of(&lists[SPEC_TIER]),
    };
}

/* A calendar that business days are counted in, from the contract's first day on. */
static int check_days(const struct link *l, const struct booklink_item *item,
                      struct yamldoc_place at, const struct book_calendar *calendar)
{
    const int64_t days_at = l->days_at[calendar - l->calendars];
    char from[INSTANT_TEXT_BYTES];
    if (days_at <= item->object->effective_at) {
        return 0;
    }
    if (days_at == INSTANT_NEVER) {
        return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "name one of the calendars that it joins under its `days_of`",
                              "calendar %s does not say whose dates are business days",
                              calendar->name);
    }
    return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "let the contract take effect then, or name another calendar",
                          "calendar %s says only from %s on whose dates are business days",
                          calendar->name, instant_format(days_at, from));
}

/* The calendars of all teams of the version; `row` asks for them, or, SIZE_MAX, an older version.
 */
static int check_teams(const struct link *l, const struct booklink_item *item, size_t row,
                       bool days, const struct book_contract_version *version)
{
    for (size_t i = 0; i < version->n_teams; i++) {
        const struct book_team *team = book_team(&l->linked->book, version->teams[i].team);
        const struct yamldoc_place at = row != SIZE_MAX
                                            ? booklink_at(item, "targets[%zu].calendar", row)
                                            : booklink_at(item, "teams[%zu].team", i);
        if (team->calendar == NULL) {
            return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                  "every team of the contract needs one: give it a `calendar`",
                                  row != SIZE_MAX
                                      ? "team %s has no calendar to count by"
                                      : "team %s has no calendar, and clocks of an earlier version "
                                        "of the contract count by it",
                                  team->name);
        }
        int r = link_check_begin(l, item, at, team->calendar);
        if (r == 0 && days) {
            r = check_days(l, item, at, team->calendar);
        }
        if (r != 0) {
            return r;
        }
    }
    return 0;
}

static int link_calendar_of(const struct link *l, const struct booklink_item *item, size_t row,
                            const struct book_contract_version *version, struct book_target *ret)
{
    const struct raw_target *raw = &item->file->raw->contracts[item->index].targets[row];
    const struct spec_target *spec = &item->file->contracts[item->index].targets[row];
    const struct yamldoc_place at = booklink_at(item, "targets[%zu].calendar", row);
    if (spec->of_team) {
        return check_teams(l, item, row, spec->business_days > 0, version);
    }
    const int r = link_hours(l, item, at, raw->calendar, version->hours, &ret->calendar);
    if (r != 0) {
        return r;
    }
    ret->rule.calendar = ret->calendar->calendar;
    return spec->business_days > 0 ? check_days(l, item, at, ret->calendar) : 0;
}

static int link_target(const struct link *l, const struct booklink_item *item, size_t row,
                       const struct book_contract_version *version, struct book_target *ret)
{
    const struct raw_target *raw = &item->file->raw->contracts[item->index].targets[row];
    const struct spec_target *spec = &item->file->contracts[item->index].targets[row];
    *ret = (struct book_target){
        .clock = spec->clock,
        .match = match_of(&raw->match),
        .none = spec->none,
        .within = raw->within,
    };
    if (spec->none) {
        return 0;
    }
    ret->rule = (struct clock_rule){
        .target_us = spec->within_us,
        .warns = spec->warns,
        .n_warns = spec->n_warns,
    };
    ret->business_days = spec->business_days;
    ret->cutoff_us = spec->cutoff_us;
    ret->of_team = spec->of_team;
    ret->each_period = spec->each_period;
    int r = link_calendar_of(l, item, row, version, ret);
    if (r == 0 && raw->cutoff_zone != NULL) {
        const struct book_zone *zone = NULL;
        r = zonetable_get(l->zones, booklink_at(item, "targets[%zu].cutoff_zone", row),
                          raw->cutoff_zone, &zone, l->refusal);
        ret->cutoff_zone = r == 0 ? zone->zone : NULL;
    }
    return r;
}

int link_targets(const struct link *l, const struct booklink_item *item,
                 struct link_by_team *by_team, struct book_contract_version *ret)
{
    const size_t n = item->file->raw->contracts[item->index].targets_count;
    struct book_target *targets = arena_array(l->arena, n, sizeof(*targets));
    if (targets == NULL) {
        return -ENOMEM;
    }
    int r = by_team->counts ? check_teams(l, item, SIZE_MAX, by_team->days, ret) : 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = link_target(l, item, i, ret, &targets[i]);
        by_team->counts = by_team->counts || targets[i].of_team;
        by_team->days = by_team->days || (targets[i].of_team && targets[i].business_days > 0);
    }
    ret->targets = targets;
    ret->n_targets = n;
    return r;
}
