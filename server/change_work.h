// SPDX-License-Identifier: Apache-2.0
/** change_work: the requests that change one ticket that is there. */
#ifndef SLATE_CHANGE_WORK_H
#define SLATE_CHANGE_WORK_H

#include "call.h"

/** See call_handler; for every kind of request that changes one ticket. */
int change_work(struct call *call);

/**
 * Where a message to this ticket belongs: it, or if it was merged the one that it lives on in. The
 * ticket that is found replaces *ticket. Returns 0, an outcome or < 0.
 */
int change_follow(struct call *call, const struct book_contract *contract, struct ticket *ticket);

#endif
