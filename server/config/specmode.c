// SPDX-License-Identifier: Apache-2.0
/*
 * What a contract says about changes of a ticket: another target, another team, a resolve without
 * an answer, a reopening, a merge. Where it says nothing, what was used up stays used up.
 */
#include <string.h>

#include "config/spec.h"
#include "config/specvalue.h"
#include "core/instant.h"

/* How long after a resolve a ticket may be reopened if the contract does not say: five days. */
#define REOPEN_WINDOW_DEFAULT_US (120 * US_PER_HOUR)

static int read_retarget(const struct spec_reader *r, struct yamldoc_place at,
                         const struct raw_contract *raw, struct spec_contract *ret)
{
    static const char *const words[] = {"carry", "restart", "pro_rata", NULL};
    static const enum clock_mode modes[] = {CLOCK_CARRY, CLOCK_FROM_ZERO, CLOCK_PRO_RATA};
    size_t word = 0;
    int refused = 0;

    ret->min_remaining_us = -1;
    if (raw->on_retarget != NULL) {
        refused = specvalue_word(r, yamldoc_in(&at, "on_retarget"), raw->on_retarget, words, &word);
    }
    ret->on_retarget = modes[word];
    if (refused == 0 && raw->min_remaining != NULL) {
        int64_t least_us = 0;
        refused = specvalue_duration(r, yamldoc_in(&at, "min_remaining"), raw->min_remaining,
                                     &least_us);
        ret->min_remaining_us = least_us > 0 ? least_us : -1;
    }
    return refused;
}

static int read_reopen(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_reopen *raw, struct spec_contract *ret)
{
    static const char *const words[] = {"exclude", "include", "new_cycle", NULL};
    static const enum clock_mode modes[] = {CLOCK_EXCLUDE, CLOCK_INCLUDE, CLOCK_NEW_CYCLE};
    size_t word = 0;
    int refused = 0;

    ret->reopen_window_us = REOPEN_WINDOW_DEFAULT_US;
    if (raw != NULL && raw->mode != NULL) {
        refused = specvalue_word(r, yamldoc_in(&at, "mode"), raw->mode, words, &word);
    }
    ret->on_reopen = modes[word];
    if (refused == 0 && raw != NULL && raw->window != NULL) {
        refused = specvalue_duration(r, yamldoc_in(&at, "window"), raw->window,
                                     &ret->reopen_window_us);
    }
    return refused;
}

static int read_transfer(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                         struct spec_contract *ret)
{
    static const char *const words[] = {"keep", "follow_team", NULL};
    size_t word = 0;
    const int refused = value != NULL ? specvalue_word(r, at, value, words, &word) : 0;
    ret->follows_team = word == 1;
    return refused;
}

static int read_outcome(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                        enum book_unanswered *ret)
{
    static const char *const words[] = {"breached", "cancelled", NULL};
    static const enum book_unanswered outcomes[] = {BOOK_UNANSWERED_BREACHED,
                                                    BOOK_UNANSWERED_CANCELLED};
    size_t word = 0;

    if (value == NULL) {
        return 0;
    }
    const int refused = specvalue_word(r, at, value, words, &word);
    *ret = outcomes[word];
    return refused;
}

static int read_unanswered(const struct spec_reader *r, struct yamldoc_place at,
                           const struct raw_unanswered *raw, struct spec_contract *ret)
{
    // Who resolves in silence owes an answer; a monitor that is content again owes none.
    ret->unanswered_human = BOOK_UNANSWERED_BREACHED;
    ret->unanswered_tool = BOOK_UNANSWERED_CANCELLED;
    if (raw == NULL) {
        return 0;
    }
    const int refused = read_outcome(r, yamldoc_in(&at, "human"), raw->human,
                                     &ret->unanswered_human);
    return refused != 0
               ? refused
               : read_outcome(r, yamldoc_in(&at, "tool"), raw->tool, &ret->unanswered_tool);
}

static int read_merge(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                      struct spec_contract *ret)
{
    static const char *const words[] = {"keep", "earliest_start", NULL};
    size_t word = 0;
    const int refused = value != NULL ? specvalue_word(r, at, value, words, &word) : 0;
    ret->merge_earliest = word == 1;
    return refused;
}

int spec_read_modes(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, struct spec_contract *ret)
{
    int refused = read_retarget(r, at, raw, ret);
    if (refused == 0) {
        refused = read_reopen(r, yamldoc_in(&at, "on_reopen"), raw->on_reopen, ret);
    }
    if (refused == 0) {
        refused = read_transfer(r, yamldoc_in(&at, "on_transfer"), raw->on_transfer, ret);
    }
    if (refused == 0) {
        refused = read_unanswered(r, yamldoc_in(&at, "on_unanswered_resolve"),
                                  raw->on_unanswered_resolve, ret);
    }
    return refused != 0 ? refused : read_merge(r, yamldoc_in(&at, "on_merge"), raw->on_merge, ret);
}
