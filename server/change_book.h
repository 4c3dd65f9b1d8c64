// SPDX-License-Identifier: Apache-2.0
/**
 * change_book: applying a book: read once, planned against what is stored, journalled as new
 * immutable versions.
 *
 * Administration (stream 0) gets the versions and the zone data they were checked with; the streams
 * of contracts get what they rely on from now on.
 */
#ifndef SLATE_CHANGE_BOOK_H
#define SLATE_CHANGE_BOOK_H

#include "call.h"

/** See call_handler. After its batch is committed the book in force must be loaded anew
 * (books_load). */
int change_apply_book(struct call *call);

#endif
