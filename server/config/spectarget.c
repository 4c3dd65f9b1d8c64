// SPDX-License-Identifier: Apache-2.0
/*
 * The targets of a contract: from strings to values, and what the rows tell about each other:
 * whether every row can match, and whether something is said about every ticket.
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
        {"priority", match->priority, match->priority_count},
        {"function", match->function, match->function_count},
        {"category", match->category, match->category_count},
        {"customer_tier", match->customer_tier, match->customer_tier_count},
        {"language", match->language, match->language_count},
        {"team", match->team, match->team_count},
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

/* Every value is one that a ticket of this contract can have. */
static int read_match(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw, const struct raw_match *match)
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
    return 0;
}

/* "2bd": n business days. */
static bool is_business_days(const char *value)
{
    const size_t digits = strspn(value, "0123456789");
    return digits > 0 && strcmp(value + digits, "bd") == 0;
}

/* "75%" of the target or "30m" before its end. */
static int read_warn(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                     int64_t within_us, struct clock_warn *ret)
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
    if (refused == 0 && (ret->before_us <= 0 || ret->before_us >= within_us)) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                              "%s before the end is not within the target", value);
    }
    return refused;
}

static int read_warns(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_target *raw, struct spec_target *ret)
{
    for (size_t i = 0; i < raw->warn_count; i++) {
        const int refused = read_warn(r, yamldoc_in(&at, "[%zu]", i), raw->warn[i], ret->within_us,
                                      &ret->warns[i]);
        if (refused != 0) {
            return refused;
        }
    }
    ret->n_warns = raw->warn_count;
    return specvalue_distinct(r, at, raw->warn, raw->warn_count);
}

static int read_within(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_target *raw, struct spec_target *ret)
{
    const struct yamldoc_place within = yamldoc_in(&at, "within");

    ret->none = strcmp(raw->within, "none") == 0;
    if (ret->none) {
        if (raw->calendar == NULL && raw->warn_count == 0) {
            return 0;
        }
        const char *key = raw->calendar != NULL ? "calendar" : "warn";
        const struct yamldoc_place place = yamldoc_in(&at, "%s", key);
        return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, NULL,
                              "`within: none` has no %s", key);
    }
    if (is_business_days(raw->within)) {
        return specvalue_unimplemented(r, within, raw->within);
    }
    int refused = specvalue_duration(r, within, raw->within, &ret->within_us);
    if (refused == 0 && ret->within_us <= 0) {
        refused = yamldoc_refuse(r->refusal, &within, OUTCOME_INVALID_ARGUMENT,
                                 "write `within: none` where there is no target",
                                 "a target of no time is breached at once");
    }
    if (refused != 0) {
        return refused;
    }
    if (raw->calendar == NULL) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "name a calendar, or `hours` for the contract's own",
                              "the key `calendar` is missing");
    }
    const struct yamldoc_place calendar = yamldoc_in(&at, "calendar");
    if (strcmp(raw->calendar, "team") == 0) {
        return specvalue_unimplemented(r, calendar, raw->calendar);
    }
    refused = specvalue_name(r, calendar, raw->calendar);
    return refused != 0 ? refused : read_warns(r, yamldoc_in(&at, "warn"), raw, ret);
}

static int read_target(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_contract *contract, const struct raw_target *raw,
                       struct spec_target *ret)
{
    static const char *const clocks[] = {"acknowledge", "first_response", "next_response",
                                         "resolution", NULL};
    static const char *const later[] = {"update", "turnaround", "ola", NULL};
    size_t clock = 0;
    int refused = specvalue_word(r, yamldoc_in(&at, "clock"), raw->clock, clocks, later, &clock);
    if (refused == 0) {
        ret->clock = clock_kind_named(raw->clock);
        refused = read_match(r, yamldoc_in(&at, "match"), contract, &raw->match);
    }
    if (refused == 0) {
        refused = read_within(r, at, raw, ret);
    }
    return refused;
}

/* Every ticket that matches the lists b matches a too; lists[0], the priority, is not looked at. */
static bool covers_besides_priority(const struct spec_names a[static SPEC_MATCH_KEYS],
                                    const struct spec_names b[static SPEC_MATCH_KEYS])
{
    for (size_t k = 1; k < SPEC_MATCH_KEYS; k++) {
        if (a[k].n > 0 && b[k].n == 0) {
            return false;
        }
        for (size_t i = 0; a[k].n > 0 && i < b[k].n; i++) {
            if (!has((char *const *)a[k].names, a[k].n, b[k].names[i])) {
                return false;
            }
        }
    }
    return true;
}

static bool is_rest(const struct raw_match *match)
{
    return match->priority_count == 0 && match->function_count == 0 && match->category_count == 0 &&
           match->customer_tier_count == 0 && match->language_count == 0 && match->team_count == 0;
}

/* The first row before `row` that takes all its tickets of a priority; `row` itself if none. */
static size_t taken_by(const struct raw_contract *raw, const struct spec_target *targets,
                       size_t row, const char *priority)
{
    struct spec_names own[SPEC_MATCH_KEYS];
    spec_match_lists(&raw->targets[row].match, own);
    for (size_t i = 0; i < row; i++) {
        struct spec_names earlier[SPEC_MATCH_KEYS];
        const struct raw_match *match = &raw->targets[i].match;
        spec_match_lists(match, earlier);
        const bool takes_priority = match->priority_count == 0 ||
                                    has(match->priority, match->priority_count, priority);
        if (targets[i].clock == targets[row].clock && takes_priority &&
            covers_besides_priority(earlier, own)) {
            return i;
        }
    }
    return row;
}

/*
 * A row that no ticket can reach. Rows for all the rest (`match: {}`) must be written even where
 * the rows before leave nothing over, so only another such row shadows them.
 */
static int check_shadow(const struct spec_reader *r, struct yamldoc_place at,
                        const struct raw_contract *raw, const struct spec_target *targets,
                        size_t row)
{
    const struct raw_match *match = &raw->targets[row].match;
    char *const *priorities = match->priority_count > 0 ? match->priority : raw->priorities;
    const size_t n = match->priority_count > 0 ? match->priority_count : raw->priorities_count;
    char lines[128] = "";
    uint32_t last = 0;

    for (size_t i = 0; i < n; i++) {
        const size_t by = taken_by(raw, targets, row, priorities[i]);
        if (by == row || (is_rest(match) && !is_rest(&raw->targets[by].match))) {
            return 0;
        }
        const struct yamldoc_place place = yamldoc_in(&at, "targets[%zu]", by);
        const uint32_t line = yamldoc_line(&place);
        const size_t used = strlen(lines);
        if (line != last) {
            (void)snprintf(lines + used, sizeof(lines) - used, "%s%u", used > 0 ? ", " : "", line);
        }
        last = line;
    }
    const struct yamldoc_place place = yamldoc_in(&at, "targets[%zu]", row);
    const bool several = strchr(lines, ',') != NULL;
    return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                          "the first row that matches wins: move this one up, or leave it out",
                          "no %s can reach this row (line %u): line%s %s take%s all of them",
                          raw->targets[row].clock, yamldoc_line(&place), several ? "s" : "", lines,
                          several ? "" : "s");
}

/* For each clock that has a row, one says what holds for all the rest. */
static int check_rest(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw, const struct spec_target *targets)
{
    uint32_t seen = 0;
    uint32_t said = 0;
    for (size_t i = 0; i < raw->targets_count; i++) {
        seen |= 1U << targets[i].clock;
        if (is_rest(&raw->targets[i].match)) {
            said |= 1U << targets[i].clock;
        }
    }
    for (size_t i = raw->targets_count; i-- > 0;) {
        if ((seen & ~said & (1U << targets[i].clock)) != 0) {
            const struct yamldoc_place place = yamldoc_in(&at, "targets[%zu]", i);
            char hint[128];
            (void)snprintf(hint, sizeof(hint),
                           "say `within: none` for the rest: {clock: %s, match: {}, within: none}",
                           raw->targets[i].clock);
            return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, hint,
                                  "after this row nothing is said about the %s of other tickets",
                                  raw->targets[i].clock);
        }
    }
    return 0;
}

int spec_read_targets(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw, const struct spec_target **ret)
{
    struct spec_target *targets = arena_array(r->arena, raw->targets_count, sizeof(*targets));
    if (targets == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < raw->targets_count; i++) {
        int refused = read_target(r, yamldoc_in(&at, "targets[%zu]", i), raw, &raw->targets[i],
                                  &targets[i]);
        if (refused == 0) {
            refused = check_shadow(r, at, raw, targets, i);
        }
        if (refused != 0) {
            return refused;
        }
    }
    *ret = targets;
    return check_rest(r, at, raw, targets);
}
