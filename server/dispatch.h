// SPDX-License-Identifier: Apache-2.0
/**
 * dispatch: which handler answers which request, and what is the same for all of them.
 */
#ifndef SLATE_DISPATCH_H
#define SLATE_DISPATCH_H

#include "call.h"

/**
 * Answers a read from call->txn, a snapshot. Returns 0 with call->reply filled (a refusal is a
 * reply, too), or < 0.
 */
int dispatch_read(struct call *call);

/**
 * Carries out a write inside the batch: recognises a retry by its request id, refuses what is late,
 * calls the handler. Returns 0 with call->reply filled; an outcome_code with call->refusal filled
 * and nothing journalled that may stay (if call->n_appended > 0 the batch must be dropped); or < 0
 * as the batch's failure.
 */
int dispatch_write(struct call *call);

/** Fills call->reply with the refusal. Returns 0 or < 0. */
int dispatch_refuse(struct call *call);

#endif
