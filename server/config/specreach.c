// SPDX-License-Identifier: Apache-2.0
/*
 * What the rows of `targets` tell about each other: that each can be reached, and that something is
 * said about every ticket.
 *
 * Priorities, teams and the tiers of teams are listed in the contract, so what rows before leave
 * over of them is counted exactly. Of the other keys any label may come: a row takes what another
 * names only if its own list has all of that.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/spec.h"

enum {
    TEAM_WORDS = BOOK_TEAMS_MAX / 64,
    LINES_NAMED_MAX = 8, // in a refusal; further ones are not told
};

_Static_assert(BOOK_PRIORITIES_MAX <= 32, "a set of priorities is one word");

/* What a row can match. */
struct reach {
    enum clock_kind clock;
    bool rest; // `match: {}`
    uint32_t priorities;
    uint64_t teams[TEAM_WORDS];
    struct spec_names lists[SPEC_MATCH_KEYS];
};

/* Rows that take from another, in the order of finding them. */
struct takers {
    size_t row[BOOK_TARGETS_MAX];
    size_t n;
};

static bool has(const struct spec_names *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool takes(const struct spec_names *list, const char *name)
{
    return list->n == 0 || (name != NULL && has(list, name));
}

static struct reach reach_of(const struct raw_contract *raw, const struct spec_target *targets,
                             size_t row)
{
    struct reach reach = {.clock = targets[row].clock, .rest = true};
    spec_match_lists(&raw->targets[row].match, reach.lists);
    for (size_t k = 0; k < SPEC_MATCH_KEYS; k++) {
        reach.rest = reach.rest && reach.lists[k].n == 0;
    }
    for (size_t i = 0; i < raw->priorities_count; i++) {
        if (takes(&reach.lists[SPEC_PRIORITY], raw->priorities[i])) {
            reach.priorities |= 1U << i;
        }
    }
    for (size_t i = 0; i < raw->teams_count; i++) {
        if (takes(&reach.lists[SPEC_TEAM], raw->teams[i].team) &&
            takes(&reach.lists[SPEC_TIER], raw->teams[i].tier)) {
            reach.teams[i / 64] |= UINT64_C(1) << i % 64;
        }
    }
    return reach;
}

/* Whatever labels b matches, a matches too; priorities and teams are not looked at. */
static bool covers_labels(const struct reach *a, const struct reach *b)
{
    static const size_t labels[] = {SPEC_FUNCTION, SPEC_CATEGORY, SPEC_CUSTOMER_TIER,
                                    SPEC_LANGUAGE};
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        const struct spec_names *wide = &a->lists[labels[i]];
        const struct spec_names *narrow = &b->lists[labels[i]];
        if (wide->n > 0 && narrow->n == 0) {
            return false;
        }
        for (size_t j = 0; j < narrow->n; j++) {
            if (!takes(wide, narrow->names[j])) {
                return false;
            }
        }
    }
    return true;
}

static bool is_empty(const uint64_t teams[static TEAM_WORDS])
{
    uint64_t any = 0;
    for (size_t i = 0; i < TEAM_WORDS; i++) {
        any |= teams[i];
    }
    return any == 0;
}

/* Takes the teams away; whether any of them was left. */
static bool take_teams(uint64_t left[static TEAM_WORDS], const uint64_t teams[static TEAM_WORDS])
{
    uint64_t any = 0;
    for (size_t i = 0; i < TEAM_WORDS; i++) {
        any |= left[i] & teams[i];
        left[i] &= ~teams[i];
    }
    return any != 0;
}

static void add_taker(struct takers *takers, size_t row)
{
    size_t i = 0;
    while (i < takers->n && takers->row[i] != row) {
        i++;
    }
    takers->row[i] = row;
    takers->n += i == takers->n;
}

/*
 * Rows before `row` take all its tickets of one priority; they are added to *takers. Rows for all
 * the rest (`match: {}`) must be written even where the rows before leave nothing over, so only
 * another such row takes from them.
 */
static bool is_taken(const struct reach *reach, size_t row, size_t priority, struct takers *takers)
{
    const struct reach *own = &reach[row];
    uint64_t left[TEAM_WORDS];
    memcpy(left, own->teams, sizeof(left));
    for (size_t i = 0; i < row && !is_empty(left); i++) {
        if (reach[i].clock == own->clock && (reach[i].priorities >> priority & 1) != 0 &&
            (reach[i].rest || !own->rest) && covers_labels(&reach[i], own) &&
            take_teams(left, reach[i].teams)) {
            add_taker(takers, i);
        }
    }
    return is_empty(left);
}

static int refuse_shadow(const struct spec_reader *r, const struct yamldoc_place *at,
                         const struct raw_contract *raw, size_t row, const struct takers *takers)
{
    const struct yamldoc_place place = yamldoc_in(at, "targets[%zu]", row);
    char lines[128] = "";
    size_t n = 0;
    size_t named = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < takers->n && named <= LINES_NAMED_MAX; i++) {
        const struct yamldoc_place taker = yamldoc_in(at, "targets[%zu]", takers->row[i]);
        const uint32_t line = yamldoc_line(&taker);
        if (named == LINES_NAMED_MAX) {
            n += (size_t)snprintf(lines + n, sizeof(lines) - n, ", ...");
            named++;
        } else if (line != last) {
            n += (size_t)snprintf(lines + n, sizeof(lines) - n, "%s%u", named > 0 ? ", " : "",
                                  line);
            named++;
        }
        last = line;
    }
    return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                          "the first row that matches wins: move this one up, or leave it out",
                          "no %s can reach this row (line %u): line%s %s take%s all of them",
                          raw->targets[row].clock, yamldoc_line(&place), named > 1 ? "s" : "",
                          lines, named > 1 ? "" : "s");
}

static size_t priority_index(const struct raw_contract *raw, const char *priority)
{
    size_t i = 0;
    while (strcmp(raw->priorities[i], priority) != 0) {
        i++;
    }
    return i;
}

static int check_row(const struct spec_reader *r, const struct yamldoc_place *at,
                     const struct raw_contract *raw, const struct reach *reach, size_t row)
{
    const struct spec_names all = {.names = (const char *const *)raw->priorities,
                                   .n = raw->priorities_count};
    const struct spec_names *own = &reach[row].lists[SPEC_PRIORITY];
    const struct spec_names *priorities = own->n > 0 ? own : &all;
    struct takers takers = {.n = 0};

    if (is_empty(reach[row].teams)) {
        const struct yamldoc_place place = yamldoc_in(at, "targets[%zu].match.tier", row);
        return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                              "leave out one of `team` and `tier`",
                              "no %s can reach this row: none of its teams is of such a tier",
                              raw->targets[row].clock);
    }
    for (size_t i = 0; i < priorities->n; i++) {
        const size_t priority = priority_index(raw, priorities->names[i]);
        if (!is_taken(reach, row, priority, &takers)) {
            return 0;
        }
    }
    return refuse_shadow(r, at, raw, row, &takers);
}

int spec_check_reach(const struct spec_reader *r, struct yamldoc_place at,
                     const struct raw_contract *raw, const struct spec_target *targets)
{
    struct reach *reach = arena_array(r->arena, raw->targets_count, sizeof(*reach));
    if (reach == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < raw->targets_count; i++) {
        reach[i] = reach_of(raw, targets, i);
        const int refused = check_row(r, &at, raw, reach, i);
        if (refused != 0) {
            return refused;
        }
    }
    return 0;
}

int spec_check_rest(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, const struct spec_target *targets)
{
    uint32_t seen = 0;
    uint32_t said = 0;
    for (size_t i = 0; i < raw->targets_count; i++) {
        seen |= 1U << targets[i].clock;
        if (reach_of(raw, targets, i).rest) {
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
