// SPDX-License-Identifier: Apache-2.0
/**
 * bookmoves: what a book that is not yet applied would do to the clocks of open tickets. It looks
 * at those of contracts that count in something it changes, a page at a time: it runs between other
 * changes, which wait meanwhile.
 */
#ifndef SLATE_BOOKMOVES_H
#define SLATE_BOOKMOVES_H

#include "call.h"

enum {
    BOOKMOVES_PAGE_TICKETS = 256,
    BOOKMOVES_TOLD_MAX = 100, /* of a page; the others are counted */
};

/**
 * Fills in what an ApplyBook's page of open tickets says: from looked_at to cursor. `book` is what
 * would be in force instead of call's; what is filled in borrows from it. Returns 0,
 * INVALID_ARGUMENT for a cursor that is none, DATA_LOSS for a damaged ticket, RESOURCE_EXHAUSTED,
 * or < 0.
 */
int bookmoves_page(struct call *call, const struct book *book, struct reply_book_diff *ret);

#endif
