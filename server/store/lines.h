// SPDX-License-Identifier: Apache-2.0
/**
 * lines: which lines of intake feeds have been applied, so that each is applied once for ever: rows
 * are never forgotten. Written by the entry that bears the line's id.
 */
#ifndef SLATE_STORE_LINES_H
#define SLATE_STORE_LINES_H

#include "store/key.h"
#include "store/txn.h"

struct lines_row {
    uint32_t contract; /* stream of its entry */
    uint64_t ticket;   /* of the entry; 0: a resolve that was kept without its ticket */
    uint64_t seq;
    uint8_t hash[16]; /* the entry's request_hash: tells the line from another one of that id */
};

/** Returns 0, STORE_NOT_FOUND or a failure. */
int lines_get(struct txn *txn, const uint8_t line_id[LINE_ID_BYTES], struct lines_row *ret);

#endif
