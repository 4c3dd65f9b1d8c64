// SPDX-License-Identifier: Apache-2.0
/**
 * access: the log of reads of a contract: who looked at its texts from outside of the working team,
 * or exported it. What was looked at, and why, is in the entry (entries_get).
 */
#ifndef SLATE_STORE_ACCESS_H
#define SLATE_STORE_ACCESS_H

#include "store/key.h"
#include "store/txn.h"

struct access_row {
    uint64_t seq; /* of its entry, in the contract's stream */
    int64_t recorded_at;
    uint32_t actor;
};

/** Where the next page begins; n == 0: at the first row, and after a page: there is nothing more.
 */
struct access_cursor {
    size_t n;
    uint8_t bytes[24];
};

/** Up to `max` rows of a contract with since_at <= recorded_at < until_at, earliest first. The
 * cursor is as that of a list of tickets. Returns 0 or a failure. */
int access_scan(struct txn *txn, uint32_t contract, int64_t since_at, int64_t until_at,
                struct access_cursor *cursor, size_t max, struct access_row *ret, size_t *ret_n);

/** Up to `max` entries that tell of a look at one ticket and why, where the reason was not erased;
 * ascending, from from_seq on. Returns 0 or a failure. */
int access_reasons(struct txn *txn, uint32_t contract, uint64_t ticket, uint64_t from_seq,
                   size_t max, uint64_t *ret_seqs, size_t *ret_n);

#endif
