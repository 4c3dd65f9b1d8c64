// SPDX-License-Identifier: Apache-2.0
/** sources: how many tickets that a source fed are open, for the limit on them. */
#ifndef SLATE_STORE_SOURCES_H
#define SLATE_STORE_SOURCES_H

#include "store/txn.h"

/** Tickets of the source in the contract that are neither closed nor merged; 0 where it has none.
 * Returns 0 or a failure. */
int sources_open(struct txn *txn, const char *source, uint32_t contract, uint64_t *ret);

#endif
