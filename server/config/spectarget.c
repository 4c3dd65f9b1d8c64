// SPDX-License-Identifier: Apache-2.0
/*
 * The targets of a contract: from strings to values. What the rows tell about each other is looked
 * at by specreach.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/near.h"
#include "config/spec.h"
#include "config/specvalue.h"
#include "core/instant.h"

void spec_match_lists(const struct raw_match *match, struct spec_names ret[static SPEC_MATCH_KEYS])
{
    const struct {
        const char *key;
        char *const *names;
        size_t n;
    } lists[SPEC_MATCH_KEYS] = {
        [SPEC_PRIORITY] = {"priority", match->priority, match->priority_count},
        [SPEC_FUNCTION] = {"function", match->function, match->function_count},
        [SPEC_CATEGORY] = {"category", match->category, match->category_count},
        [SPEC_CUSTOMER_TIER] = {"customer_tier", match->customer_tier, match->customer_tier_count},
        [SPEC_LANGUAGE] = {"language", match->language, match->language_count},
        [SPEC_TEAM] = {"team", match->team, match->team_count},
        [SPEC_TIER] = {"tier", match->tier, match->tier_count},
    };
    for (size_t i = 0; i < SPEC_MATCH_KEYS; i++) {
        ret[i] = (struct spec_names){
            .key = lists[i].key,
            .names = (const char *const *)lists[i].names,
            .n = lists[i].n,
        };
    }
}

static bool has(char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

int spec_check_team(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, const char *name)
{
    struct near near = near_to(name);
    char hint[128];
    for (size_t i = 0; i < raw->teams_count; i++) {
        if (strcmp(raw->teams[i].team, name) == 0) {
            return 0;
        }
        near_offer(&near, raw->teams[i].team);
    }
    const char *text = near_hint(&near, hint, sizeof(hint));
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, text,
                          "%.80s is not one of the contract's `teams`", name);
}

static int refuse_priority(const struct spec_reader *r, struct yamldoc_place at,
                           const struct raw_contract *raw, const char *name)
{
    char hint[256] = "they are";
    size_t n = strlen(hint);
    for (size_t i = 0; i < raw->priorities_count && n < sizeof(hint); i++) {
        n += (size_t)snprintf(hint + n, sizeof(hint) - n, " %s", raw->priorities[i]);
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, hint,
                          "%.80s is not one of the contract's `priorities`", name);
}

/* A tier that one of the contract's teams has. */
static int check_tier(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw, const char *tier)
{
    struct near near = near_to(tier);
    char hint[128];
    for (size_t i = 0; i < raw->teams_count; i++) {
        if (raw->teams[i].tier != NULL && strcmp(raw->teams[i].tier, tier) == 0) {
            return 0;
        }
        if (raw->teams[i].tier != NULL) {
            near_offer(&near, raw->teams[i].tier);
        }
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          near_hint(&near, hint, sizeof(hint)),
                          "none of the contract's `teams` has the tier %.80s", tier);
}

/* Only an ola runs per team; for the other clocks it is the ticket that is matched. */
static int check_tiers(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_contract *raw, enum clock_kind clock,
                       const struct raw_match *match)
{
    if (match->tier_count > 0 && clock != CLOCK_KIND_OLA) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "match teams by `team`, or measure them by `clock: ola`",
                              "only the clock ola is matched by the tier of a team");
    }
    for (size_t i = 0; i < match->tier_count; i++) {
        const int refused = check_tier(r, yamldoc_in(&at, "[%zu]", i), raw, match->tier[i]);
        if (refused != 0) {
            return refused;
        }
    }
    return 0;
}

/* Every value is one that a ticket of this contract can have. */
static int read_match(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw, enum clock_kind clock,
                      const struct raw_match *match)
{
    struct spec_names lists[SPEC_MATCH_KEYS];
    spec_match_lists(match, lists);
    for (size_t k = 0; k < SPEC_MATCH_KEYS; k++) {
        const struct yamldoc_place place = yamldoc_in(&at, "%s", lists[k].key);
        const int refused = specvalue_labels(r, place, (char *const *)lists[k].names, lists[k].n);
        if (refused != 0) {
            return refused;
        }
    }
    for (size_t i = 0; i < match->priority_count; i++) {
        if (!has(raw->priorities, raw->priorities_count, match->priority[i])) {
            return refuse_priority(r, yamldoc_in(&at, "priority[%zu]", i), raw, match->priority[i]);
        }
    }
    for (size_t i = 0; i < match->team_count; i++) {
        const int refused = spec_check_team(r, yamldoc_in(&at, "team[%zu]", i), raw,
                                            match->team[i]);
        if (refused != 0) {
            return refused;
        }
    }
    return check_tiers(r, yamldoc_in(&at, "tier"), raw, clock, match);
}

/* "75%" of the target or "30m" before its end. */
static int read_warn(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                     const struct spec_target *target, struct clock_warn *ret)
{
    const size_t digits = strspn(value, "0123456789");
    if (digits > 0 && strcmp(value + digits, "%") == 0) {
        uint32_t percent = 0;
        for (size_t i = 0; i < digits && percent <= 100; i++) {
            percent = percent * 10 + (uint32_t)(value[i] - '0');
        }
        if (percent < 1 || percent > 100) {
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "%.80s is not between 1%% and 100%%", value);
        }
        *ret = (struct clock_warn){.percent = percent};
        return 0;
    }
    *ret = (struct clock_warn){.percent = 0};
    const int refused = specvalue_duration(r, at, value, &ret->before_us);
    if (refused == 0 && target->business_days > 0) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "write a share of them: 75%",
                              "how much time business days are is known only when they begin");
    }
    if (refused == 0 && (ret->before_us <= 0 || ret->before_us >= target->within_us)) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                              "%s before the end is not within the target", value);
    }
    return refused;
}

static int read_warns(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_target *raw, struct spec_target *ret)
{
    for (size_t i = 0; i < raw->warn_count; i++) {
        const int refused = read_warn(r, yamldoc_in(&at, "[%zu]", i), raw->warn[i], ret,
                                      &ret->warns[i]);
        if (refused != 0) {
            return refused;
        }
    }
    ret->n_warns = raw->warn_count;
    return specvalue_distinct(r, at, raw->warn, raw->warn_count);
}

/* "2bd" */
static bool is_business_days(const char *value)
{
    const size_t digits = strspn(value, "0123456789");
    return digits > 0 && strcmp(value + digits, "bd") == 0;
}

static int read_business_days(const struct spec_reader *r, struct yamldoc_place at,
                              const char *value, uint32_t *ret)
{
    uint32_t days = 0;
    for (const char *c = value; *c != 'b' && days <= SPEC_BUSINESS_DAYS_MAX; c++) {
        days = days * 10 + (uint32_t)(*c - '0');
    }
    if (days < 1 || days > SPEC_BUSINESS_DAYS_MAX || value[0] == '0') {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "1bd is the close of the first business day after that of receipt",
                              "%.80s is not between 1bd and %dbd", value, SPEC_BUSINESS_DAYS_MAX);
    }
    *ret = days;
    return 0;
}

/* What only business days have. */
static int read_cutoff(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_target *raw, struct spec_target *ret)
{
    int32_t cutoff_s = (int32_t)S_PER_DAY;
    if (ret->business_days == 0 && (raw->cutoff != NULL || raw->cutoff_zone != NULL)) {
        const char *key = raw->cutoff != NULL ? "cutoff" : "cutoff_zone";
        const struct yamldoc_place place = yamldoc_in(&at, "%s", key);
        return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                              "write the target in business days (2bd), or leave it out",
                              "only a target in business days has a %s", key);
    }
    if (raw->cutoff != NULL &&
        (instant_parse_time(raw->cutoff, strlen(raw->cutoff), &cutoff_s) != 0 || cutoff_s == 0 ||
         cutoff_s > S_PER_DAY)) {
        const struct yamldoc_place place = yamldoc_in(&at, "cutoff");
        return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                              "write it as \"15:00\", after 00:00 and up to 24:00",
                              "\"%.80s\" is not a time to end a day of receipt at", raw->cutoff);
    }
    if (raw->cutoff_zone != NULL && raw->cutoff == NULL) {
        const struct yamldoc_place place = yamldoc_in(&at, "cutoff_zone");
        return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                              "say `cutoff` beside it, or leave it out",
                              "without `cutoff` there is no time to read in a zone");
    }
    ret->cutoff_us = cutoff_s * US_PER_S;
    return raw->cutoff_zone == NULL
               ? 0
               : specvalue_zone(r, yamldoc_in(&at, "cutoff_zone"), raw->cutoff_zone);
}

/* Which time counts: the vendor must not choose it by handing a ticket round. */
static int read_calendar(const struct spec_reader *r, struct yamldoc_place at, bool follows_team,
                         const struct raw_target *raw, struct spec_target *ret)
{
    const struct yamldoc_place place = yamldoc_in(&at, "calendar");
    if (raw->calendar == NULL) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "name a calendar, or `hours` for the contract's own",
                              "the key `calendar` is missing");
    }
    ret->of_team = strcmp(raw->calendar, "team") == 0;
    if (!ret->of_team) {
        return specvalue_name(r, place, raw->calendar);
    }
    if (ret->clock == CLOCK_KIND_OLA || follows_team) {
        return 0;
    }
    return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                          "name a calendar, or say `on_transfer: follow_team` in the contract",
                          "which team has the ticket must not decide which time counts for %s",
                          raw->clock);
}

static int read_missed(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_target *raw, struct spec_target *ret)
{
    static const char *const words[] = {"once", "each_period", NULL};
    size_t word = 0;
    if (raw->missed != NULL && ret->clock != CLOCK_KIND_UPDATE) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, "leave it out",
                              "only the clock update has periods to miss");
    }
    const int refused = raw->missed != NULL ? specvalue_word(r, at, raw->missed, words, &word) : 0;
    ret->each_period = word == 1;
    return refused;
}

/* A row that says that there is no target says nothing else. */
static int check_none(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_target *raw)
{
    const struct {
        const char *key;
        bool given;
    } others[] = {
        {"cutoff", raw->cutoff != NULL},     {"cutoff_zone", raw->cutoff_zone != NULL},
        {"calendar", raw->calendar != NULL}, {"warn", raw->warn_count > 0},
        {"missed", raw->missed != NULL},
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (others[i].given) {
            const struct yamldoc_place place = yamldoc_in(&at, "%s", others[i].key);
            return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "`within: none` has no %s", others[i].key);
        }
    }
    return 0;
}

static int read_within(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                       struct spec_target *ret)
{
    if (is_business_days(value)) {
        return read_business_days(r, at, value, &ret->business_days);
    }
    const int refused = specvalue_duration(r, at, value, &ret->within_us);
    if (refused == 0 && ret->within_us <= 0) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "write `within: none` where there is no target",
                              "a target of no time is breached at once");
    }
    return refused;
}

static int read_terms(const struct spec_reader *r, struct yamldoc_place at, bool follows_team,
                      const struct raw_target *raw, struct spec_target *ret)
{
    ret->none = strcmp(raw->within, "none") == 0;
    if (ret->none) {
        return check_none(r, at, raw);
    }
    int refused = read_within(r, yamldoc_in(&at, "within"), raw->within, ret);
    if (refused == 0) {
        refused = read_cutoff(r, at, raw, ret);
    }
    if (refused == 0) {
        refused = read_calendar(r, at, follows_team, raw, ret);
    }
    if (refused == 0) {
        refused = read_warns(r, yamldoc_in(&at, "warn"), raw, ret);
    }
    return refused != 0 ? refused : read_missed(r, yamldoc_in(&at, "missed"), raw, ret);
}

static int read_target(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_contract *contract, bool follows_team,
                       const struct raw_target *raw, struct spec_target *ret)
{
    static const char *const clocks[] = {"acknowledge", "first_response", "next_response", "update",
                                         "resolution",  "turnaround",     "ola",           NULL};
    size_t clock = 0;
    int refused = specvalue_word(r, yamldoc_in(&at, "clock"), raw->clock, clocks, &clock);
    if (refused == 0) {
        ret->clock = clock_kind_named(raw->clock);
        refused = read_match(r, yamldoc_in(&at, "match"), contract, ret->clock, &raw->match);
    }
    return refused != 0 ? refused : read_terms(r, at, follows_team, raw, ret);
}

/* What follows the team is a clock that counts by its calendar. */
static int check_follows(const struct spec_reader *r, struct yamldoc_place at,
                         const struct raw_contract *raw, const struct spec_target *targets)
{
    for (size_t i = 0; i < raw->targets_count; i++) {
        if (targets[i].of_team && targets[i].clock != CLOCK_KIND_OLA) {
            return 0;
        }
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "say `calendar: team` in a row of `targets` (an ola needs no such word), "
                          "or leave it out",
                          "no clock of the ticket counts by its team's calendar");
}

int spec_read_targets(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw, bool follows_team,
                      const struct spec_target **ret)
{
    struct spec_target *targets = arena_array(r->arena, raw->targets_count, sizeof(*targets));
    if (targets == NULL) {
        return -ENOMEM;
    }
    int refused = 0;
    for (size_t i = 0; refused == 0 && i < raw->targets_count; i++) {
        refused = read_target(r, yamldoc_in(&at, "targets[%zu]", i), raw, follows_team,
                              &raw->targets[i], &targets[i]);
    }
    if (refused == 0) {
        refused = spec_check_reach(r, at, raw, targets);
    }
    if (refused == 0) {
        refused = spec_check_rest(r, at, raw, targets);
    }
    if (refused == 0 && follows_team) {
        refused = check_follows(r, yamldoc_in(&at, "on_transfer"), raw, targets);
    }
    *ret = targets;
    return refused;
}
