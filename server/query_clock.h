// SPDX-License-Identifier: Apache-2.0
/**
 * query_clock: what questions about the clocks of one ticket have in common: who may ask, from
 * when one looks, and that it is recorded.
 */
#ifndef SLATE_QUERY_CLOCK_H
#define SLATE_QUERY_CLOCK_H

#include "moment.h"

/**
 * Answers a request that has u.explain: `answer` encodes what is to be told of the ticket as it
 * was. Returns what it returns, or why it was not asked: an outcome, or < 0.
 */
int query_clock(struct call *call,
                int (*answer)(struct moment *m, const struct book_contract *contract,
                              const struct ticket *ticket));

#endif
