// SPDX-License-Identifier: Apache-2.0
/**
 * ticker: from due rows to expiries. A row is a hint that a ticket's timer has something to do;
 * what it is, core decides from the ticket's facts, and it is journalled like any other change,
 * dated at its true instant.
 */
#ifndef SLATE_TICKER_H
#define SLATE_TICKER_H

#include "call.h"

/**
 * Decides and journals what is due before horizon_at, at most `max` tickets, inside call's batch.
 * Resets call's arena. *ret_fired: tickets looked at; as many as max means that more may wait.
 * Returns 0 or < 0.
 */
int ticker_fire(struct call *call, int64_t horizon_at, size_t max, size_t *ret_fired);

/** How long nothing is due, at most max_us; 0 if something is due now. Returns 0 or < 0. */
int ticker_wait(struct txn *txn, int64_t now_at, int64_t max_us, int64_t *ret_wait_us);

#endif
