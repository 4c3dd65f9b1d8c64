// SPDX-License-Identifier: Apache-2.0
/**
 * listteams: the tickets of many teams in one order: breached ones first, then what is open by its
 * next deadline, then what is resolved, then what is closed.
 *
 * One range of an index is (contract, team, class). Whoever opens a range has asked the policy for
 * that contract and team before; the ranges are merged.
 */
#ifndef SLATE_LISTTEAMS_H
#define SLATE_LISTTEAMS_H

#include "call.h"

enum { LISTTEAMS_RANGES_MAX = 4096 };

/** A row, and where the list goes on behind it. */
struct listteams_place {
    uint8_t group;
    int64_t urgency_at;
    uint32_t contract;
    uint64_t number;
};

struct listteams_range;

struct listteams {
    struct call *call;
    struct listteams_range *ranges;
    size_t n_ranges;
    size_t max_ranges;            /* allocated */
    struct listteams_range *next; /* the range whose row comes next, NULL: not known */
    bool resumed;
    struct listteams_place after; /* go on behind this one */
    int64_t due_before_at; /* what is open and due later is left out; INSTANT_NONE: nothing */
};

/** A list without ranges, from the place of a cursor (n == 0: from its beginning). Returns 0 or
 * INVALID_ARGUMENT. */
int listteams_init(struct listteams *list, struct call *call, int64_t due_before_at,
                   const struct wire_bytes *cursor);

/** One more range; before the first listteams_peek. Returns 0, RESOURCE_EXHAUSTED or < 0. */
int listteams_add(struct listteams *list, const struct book_contract *contract, uint32_t team,
                  enum ticket_class class);

/** The next row; *ret_contract is NULL when there is none. Returns 0, an outcome or < 0. */
int listteams_peek(struct listteams *list, const struct book_contract **ret_contract,
                   uint64_t *ret_number);
/** Goes behind the row of the last peek. */
void listteams_pass(struct listteams *list);

/** Where the last row passed is, for a later list. Returns 0 or RESOURCE_EXHAUSTED. */
int listteams_cursor(struct listteams *list, struct wire_bytes *ret);

#endif
