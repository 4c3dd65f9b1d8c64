// SPDX-License-Identifier: Apache-2.0
/**
 * change_book: applying a book: read once, planned against what is stored, journalled as new
 * immutable versions.
 *
 * Administration (stream 0) gets the versions and the zone data they were checked with; the stream
 * of every contract gets the hash of each version that it relies on from now on, so that it can be
 * verified alone.
 */
#ifndef SLATE_CHANGE_BOOK_H
#define SLATE_CHANGE_BOOK_H

#include "call.h"

/** See call_handler. After its batch is committed the book in force must be loaded anew
 * (books_load). */
int change_apply_book(struct call *call);

/**
 * Journals what `book` relies on and is not recorded yet: zone data in stream 0, versions in each
 * contract's stream. For an apply, and for a start with other zone data than before. Returns 0 or <
 * 0.
 */
int change_record_reliance(struct call *call, const struct book *book);

#endif
