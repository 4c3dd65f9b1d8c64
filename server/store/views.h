// SPDX-License-Identifier: Apache-2.0
/**
 * views: the one writer of all views. A view is a pure function of the journal's entries in their
 * order: the writer, a replay and a rebuild call the same function and get the same bytes.
 *
 * A ticket's entry touches: tickets, due (one row at most: the ticket's next instant), by_team,
 * by_person, breaches, external, requests; lines only where an intake caused it, sources only where
 * a source's ticket begins or ceases to be open. Rows that stay as they are are not written. Breach
 * rows are never deleted: a verdict that a later entry overturns is marked withdrawn.
 *
 * EVENT_ERASED is the one entry that reaches beyond the views: the texts that it names, which are
 * truth, go with it; where they are gone already, nothing happens.
 */
#ifndef SLATE_STORE_VIEWS_H
#define SLATE_STORE_VIEWS_H

#include "core/arena.h"
#include "core/event.h"
#include "store/txn.h"

enum {
    VIEWS_SCHEMA = 5, /* of the views; an environment with another one must be rebuilt */
    VIEWS_FORGET_MAX =
        1000, /* entries looked at for one EVENT_REQUESTS_FORGOTTEN; the rest waits for the next */
};

/**
 * Applies the entry that lies at `position`, in the journal's texts too. `journal` is where the
 * entries before it can be read: the same transaction, or when views are made in another
 * environment to compare them, one of that journal's. The arena is scratch; it may be reset
 * afterwards. `before` is the entry's ticket as it is, if the caller has just read it, else NULL.
 *
 * Returns 0 or a failure of `views`: STORE_CORRUPT also for an entry that does not fit what is
 * there, such as one of a ticket that was never opened.
 */
int views_apply(struct txn *views, struct txn *journal, const struct entry *entry,
                uint64_t position, struct arena *arena, const struct ticket *before);

#endif
