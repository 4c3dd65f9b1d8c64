// SPDX-License-Identifier: Apache-2.0
/*
 * The holds of a contract: from strings to values, and what the keys of a row tell about each
 * other.
 */
#include <errno.h>
#include <string.h>

#include "config/spec.h"
#include "config/specvalue.h"

static int read_pauses(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_hold *raw, uint32_t *ret)
{
    for (size_t i = 0; i < raw->pauses_count; i++) {
        const enum clock_kind kind = clock_kind_named(raw->pauses[i]);
        if (kind == CLOCK_KIND_NONE) {
            const struct yamldoc_place place = yamldoc_in(&at, "[%zu]", i);
            return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                                  "clocks are acknowledge, first_response, next_response, update, "
                                  "resolution, turnaround, ola",
                                  "\"%.80s\" is not a clock", raw->pauses[i]);
        }
        *ret |= 1U << kind;
    }
    return specvalue_distinct(r, at, raw->pauses, raw->pauses_count);
}

static int read_limit(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_hold *raw, struct spec_hold *ret)
{
    if (raw->max != NULL) {
        return specvalue_span(r, at, "max", raw->max, raw->calendar, &ret->max_us);
    }
    if (raw->calendar == NULL) {
        return 0;
    }
    const struct yamldoc_place place = yamldoc_in(&at, "calendar");
    return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                          "say `max` beside it, or leave it out",
                          "without `max` there is no time to count");
}

/* Who may set it, what it needs, what ends it. */
static int read_terms(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_hold *raw, struct spec_hold *ret)
{
    static const uint32_t sides = 1U << SIDE_REQUESTER | 1U << SIDE_BUYER | 1U << SIDE_VENDOR |
                                  1U << SIDE_TOOL;
    static const char *const needs[] = {"public_question", NULL};
    static const char *const ends_on[] = {"requester_message", NULL};
    const struct yamldoc_place place = yamldoc_in(&at, "needs");
    size_t ignored;
    int refused = specvalue_sides(r, yamldoc_in(&at, "set_by"), raw->set_by, raw->set_by_count,
                                  sides, &ret->set_by);

    ret->needs_public_question = raw->needs != NULL;
    ret->ends_on_requester_message = raw->ends_on != NULL;
    if (refused == 0 && raw->needs != NULL) {
        refused = specvalue_word(r, place, raw->needs, needs, &ignored);
    }
    if (refused == 0 && raw->needs != NULL && ret->set_by != 0 &&
        (ret->set_by & 1U << SIDE_VENDOR) == 0) {
        refused = yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                                 "add vendor to `set_by`, or leave one of the two out",
                                 "the question is the vendor's to ask, and `set_by` leaves it out");
    }
    if (refused == 0 && raw->ends_on != NULL) {
        refused = specvalue_word(r, yamldoc_in(&at, "ends_on"), raw->ends_on, ends_on, &ignored);
    }
    return refused != 0 ? refused : read_limit(r, at, raw, ret);
}

static int read_reason(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_hold *holds, size_t row)
{
    const int refused = specvalue_label(r, at, holds[row].reason);
    for (size_t i = 0; refused == 0 && i < row; i++) {
        if (strcmp(holds[row].reason, holds[i].reason) == 0) {
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "%s stands in the list twice", holds[i].reason);
        }
    }
    return refused;
}

int spec_read_holds(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, const struct spec_hold **ret)
{
    static const char *const parties[] = {"buyer", "vendor", NULL};
    struct spec_hold *holds = arena_array(r->arena, raw->holds_count, sizeof(*holds));
    if (holds == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < raw->holds_count; i++) {
        const struct raw_hold *hold = &raw->holds[i];
        const struct yamldoc_place row = yamldoc_in(&at, "[%zu]", i);
        size_t party = 0;
        int refused = read_reason(r, yamldoc_in(&row, "reason"), raw->holds, i);
        if (refused == 0) {
            refused = specvalue_word(r, yamldoc_in(&row, "party"), hold->party, parties, &party);
        }
        if (refused == 0) {
            refused = read_pauses(r, yamldoc_in(&row, "pauses"), hold, &holds[i].pauses);
        }
        if (refused == 0) {
            refused = read_terms(r, row, hold, &holds[i]);
        }
        if (refused != 0) {
            return refused;
        }
        holds[i].party = party == 0 ? SIDE_BUYER : SIDE_VENDOR;
    }
    *ret = holds;
    return 0;
}
