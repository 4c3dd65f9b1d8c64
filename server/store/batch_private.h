// SPDX-License-Identifier: Apache-2.0
/** What the batch*.c files share. */
#ifndef SLATE_STORE_BATCH_PRIVATE_H
#define SLATE_STORE_BATCH_PRIVATE_H

#include "core/arena.h"
#include "store/batch.h"
#include "store/heads.h"

struct batch {
    struct env *env;
    struct journal *journal;
    struct batch_options options;
    struct txn txn;
    bool open;
    uint8_t id[16];
    size_t count;
    struct arena scratch; /* of one entry */

    bool known; /* what follows is what the environment holds, with the open batch's entries */
    uint64_t position;
    int64_t newest_at;
    struct heads heads;

    struct journal_stream_result results[JOURNAL_STREAMS_MAX];
    uint64_t appended[JOURNAL_STREAMS_MAX]; /* per result: the last seq that was appended */
    size_t n_results;
    char text[STORE_TEXT_BYTES];
};

/** Nothing is known of the environment any more. */
void batch_forget(struct batch *b);

/** Within the open transaction: what is known is true of it, or forgotten. */
int batch_learn(struct batch *b);
int batch_find_head(struct batch *b, uint32_t stream, struct heads_row **ret);

/** The transaction's failure as the batch's, its text kept. */
int batch_outcome(struct batch *b, int error);
/** Another failure; returns it. */
int batch_fail(struct batch *b, int error, const char *text);

/** The journal took some streams of the batch, or we don't know. The views have been thrown away.
 * Returns 0, BATCH_AGAIN or < 0. */
int batch_settle(struct batch *b);

#endif
