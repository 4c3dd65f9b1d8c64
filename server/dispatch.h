// SPDX-License-Identifier: Apache-2.0
/**
 * dispatch: which handler answers which request, and what is the same for all of them.
 */
#ifndef SLATE_DISPATCH_H
#define SLATE_DISPATCH_H

#include "call.h"

/**
 * Answers a read from call->txn, a snapshot. Returns 0 with call->reply filled; an outcome_code
 * with call->refusal filled; or < 0.
 */
int dispatch_read(struct call *call);

/**
 * Recognises a write that was carried out before by its request id, and answers it from what is
 * stored. It comes ahead of everything that may refuse a write for what holds now (room, clock,
 * deadline): a refusal would say that nothing was changed. *ret_again tells whether it was one.
 * Results as of dispatch_write.
 */
int dispatch_again(struct call *call, bool *ret_again);

/**
 * Carries out a write inside the batch: refuses what is late, calls the handler. Returns 0 with
 * call->reply filled; an outcome_code with call->refusal filled and nothing journalled that may
 * stay (if call->n_appended > 0 the batch must be dropped); or < 0 as the batch's failure.
 */
int dispatch_write(struct call *call);

#endif
