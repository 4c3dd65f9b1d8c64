// SPDX-License-Identifier: Apache-2.0
/**
 * cursor: where a page ends, as it leaves the server and comes back.
 *
 * A place is the key or number of the row that a page ended at, which may be one that who asks must
 * not know of: a page may end after rows that were only looked at. So a place is sealed:
 * AES-256-GCM with a key that only this store has, for one principal and one kind of request. A
 * cursor tells nothing but, roughly, whether its place is longer than a few numbers; one that was
 * changed, that somebody else was given, or for another request, is refused.
 */
#ifndef SLATE_CURSOR_H
#define SLATE_CURSOR_H

#include "call.h"

enum { CURSOR_PLACE_BYTES = 382 }; /* the longest place */

/** Seals a place, into the call's arena. Returns 0 or < 0, or as call_handler. */
int cursor_seal(struct call *call, const void *place, size_t n, struct wire_bytes *ret);

/** The place in the cursor of a request, in the call's arena; n == 0 where there is no cursor.
 * Returns 0, INVALID_ARGUMENT, < 0, or as call_handler. */
int cursor_open(struct call *call, const struct wire_bytes *cursor, struct wire_bytes *ret);

/** INVALID_ARGUMENT, for a place that is none in what is asked for now. */
int cursor_refuse(struct call *call);

#endif
