// SPDX-License-Identifier: Apache-2.0
/**
 * erasures: of which entries texts were erased, and by which entry.
 */
#ifndef SLATE_STORE_ERASURES_H
#define SLATE_STORE_ERASURES_H

#include "store/key.h"
#include "store/txn.h"

struct erasure {
    uint32_t fields; /* bits (1 << enum text_field) */
    uint64_t seq;    /* of the newest EVENT_ERASED, in the same stream */
};

/** Returns 0, STORE_NOT_FOUND (nothing of the entry was erased) or a failure. */
int erasures_get(struct txn *txn, uint32_t contract, uint64_t seq, struct erasure *ret);

#endif
