// SPDX-License-Identifier: Apache-2.0
/**
 * countersigns: the newest head of a contract's stream that each party signed. Signature and
 * certificate are in the entry `seq` (entries_get).
 */
#ifndef SLATE_STORE_COUNTERSIGNS_H
#define SLATE_STORE_COUNTERSIGNS_H

#include "store/hash.h"
#include "store/key.h"
#include "store/txn.h"

struct countersign {
    uint32_t contract;
    uint32_t party;
    uint64_t head_seq; /* the entry that was signed, and all in front of it */
    uint8_t sha256[HASH_BYTES];
    uint32_t actor;
    int64_t recorded_at;
    uint64_t seq; /* of EVENT_COUNTERSIGNED, in the contract's stream */
};

/** A party's; and of all parties that of the highest head, of several the last that was signed.
 * Return 0, STORE_NOT_FOUND or a failure. */
int countersigns_get(struct txn *txn, uint32_t contract, uint32_t party, struct countersign *ret);
int countersigns_newest(struct txn *txn, uint32_t contract, struct countersign *ret);

#endif
