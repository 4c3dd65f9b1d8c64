// SPDX-License-Identifier: Apache-2.0
/**
 * due: when the next ticket's timer has something to do. One row per ticket, its earliest instant
 * of any kind; the row is a hint, the rules decide what it means.
 */
#ifndef SLATE_STORE_DUE_H
#define SLATE_STORE_DUE_H

#include "store/key.h"
#include "store/txn.h"

/** The earliest row's instant. Returns 0, STORE_NOT_FOUND if there is no row, or a failure. */
int due_next(struct txn *txn, int64_t *ret_at);

/** Up to `max` rows with an instant < `before_at`, earliest first. */
int due_before(struct txn *txn, int64_t before_at, size_t max, struct key_due *ret, size_t *ret_n);

/**
 * Up to where open clocks were looked at after what they count in changed: since_seq of the newest
 * EVENT_DUES_SWEPT, 0 if there is none. Returns 0 or a failure.
 */
int due_swept(struct txn *txn, uint64_t *ret_since_seq);

#endif
