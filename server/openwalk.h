// SPDX-License-Identifier: Apache-2.0
/**
 * openwalk: every open ticket of some contracts, in pages: neither resolved nor closed nor merged.
 * It costs what it returns: tickets that are done are not looked at.
 *
 * Within one snapshot each ticket comes once. A walk that goes on in a later one may skip a ticket
 * that moved meanwhile, or have it twice.
 */
#ifndef SLATE_OPENWALK_H
#define SLATE_OPENWALK_H

#include "core/arena.h"
#include "core/book.h"
#include "store/tickets.h"

enum { OPENWALK_PLACE_BYTES = 9 + KEY_BYTES_MAX };

struct openwalk {
    struct openwalk_range {
        uint32_t contract;
        uint32_t team;
    } * ranges;
    size_t n_ranges;
    size_t range;            /* where it is; n_ranges at the end */
    enum ticket_class class; /* so too */
    struct tickets_cursor after;
};

/** Of those contracts of the book that wanted[i] says, by its index. The ranges lie in the arena;
 * the book is not needed any more. Returns 0, or < 0 when the arena is full. */
int openwalk_init(struct openwalk *walk, const struct book *book, const bool *wanted,
                  struct arena *arena);

/** The next page of at most max tickets. *ret_n == 0: there are no more. Returns 0 or a failure of
 * the store. */
int openwalk_next(struct openwalk *walk, struct txn *txn, size_t max, struct tickets_row *ret,
                  size_t *ret_n);

/** Whether a further page can hold anything. */
bool openwalk_is_done(const struct openwalk *walk);

/** Where it is, to go on there later: the bytes and their number. */
size_t openwalk_place(const struct openwalk *walk, uint8_t ret[static OPENWALK_PLACE_BYTES]);
/** Goes on there. False if the bytes are no place in a walk of these contracts. */
bool openwalk_resume(struct openwalk *walk, const uint8_t *place, size_t n);

#endif
