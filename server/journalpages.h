// SPDX-License-Identifier: Apache-2.0
/**
 * journalpages: the file of a contract's chain, piece by piece (docs/journal.md).
 *
 * A piece is some bytes of the file and where the next one begins. The last entry is settled with
 * the first piece; everything before it never changes, so that pieces that are made from different
 * snapshots join. Only texts may be erased in between: an entry is therefore always in one piece.
 */
#ifndef SLATE_JOURNALPAGES_H
#define SLATE_JOURNALPAGES_H

#include "core/arena.h"
#include "core/book.h"
#include "store/txn.h"
#include "wire/wire.h"

/** What is asked for. */
struct journalpages {
    struct txn *txn;
    const struct book *book; /* in force */
    const struct book_contract *contract;
    uint8_t cluster[16];
    uint64_t from_seq; /* 0 = 1 */
    uint64_t to_seq;   /* 0 = the newest */
    bool texts;
    size_t max; /* bytes of a piece; <= WIRE_CHUNK_BYTES */
};

enum journalpages_outcome {
    JOURNALPAGES_BAD_CURSOR = -1000, /* none of ours, or of another export */
    JOURNALPAGES_BAD_RANGE = -1001,  /* no such entries */
    JOURNALPAGES_NO_MEMORY = -1002,
};

/**
 * The piece that begins at the cursor (n == 0: the first). Data and the next cursor lie in the
 * arena; its n is 0 behind the last piece. Returns 0, a journalpages_outcome, or the transaction's
 * failure.
 */
int journalpages_next(const struct journalpages *p, const struct wire_bytes *cursor,
                      struct arena *arena, struct wire_bytes *ret_data,
                      struct wire_bytes *ret_cursor);

#endif
