// SPDX-License-Identifier: Apache-2.0
/**
 * batch: how the writer thread changes the store. One batch is one write transaction of the views
 * and one batch of the journal:
 *
 *     batch_begin
 *     for each command:
 *         read what it needs through batch_txn (it sees the batch's own entries)
 *         decide -> events -> batch_append each
 *     batch_commit                     nothing may be answered before
 *
 * The journal commits first, then the views. When a stream's answer is anything but ok the views
 * are thrown away; what did get into the journal is read back from it and applied, so the views
 * never run ahead of the journal, and each entry is applied once.
 *
 * One writer thread per environment; a batch object belongs to it.
 */
#ifndef SLATE_STORE_BATCH_H
#define SLATE_STORE_BATCH_H

#include "core/event.h"
#include "store/env.h"
#include "store/journal.h"
#include "store/txn.h"

enum batch_error {
    BATCH_FULL = 1, /* nothing was written; commands are refused until there is space */
    BATCH_AGAIN,    /* not every stream was committed: ask batch_result of each, decide the others
                       again */
    BATCH_CORRUPT,  /* nothing was written: a stored value that it needs is damaged or newer, or an
                       entry does not  fit what is there; batch_text names it */
};

struct batch_options {
    uint64_t epoch; /* of our ownership of the streams, >= 1; 1 on one machine */
    /** Fills n random bytes (salts of texts); returns 0 or < 0. */
    int (*random)(void *user, void *ret, size_t n);
    void *random_user;
};

struct batch;

/** env and journal are borrowed. Returns 0 or -ENOMEM; the caller owns *ret (batch_free). */
int batch_new(struct env *env, struct journal *journal, const struct batch_options *options,
              struct batch **ret);
void batch_free(struct batch *batch);

/** batch_id: 16 bytes, never used before. Returns 0, BATCH_CORRUPT or < 0; only after 0 is there a
 * batch to end. */
int batch_begin(struct batch *batch, const uint8_t batch_id[16]);

/** The open write transaction, for reading only: tickets_get, requests_get, tickets_next_number,
 * ... */
struct txn *batch_txn(struct batch *batch);

/**
 * Adds one entry and applies it to the views. The caller fills
 *   stream, recorded_at (the present), actor, via, request_id, request_hash, event;
 * this fills
 *   seq, epoch, batch_id, ticket_prev_seq, and recorded_at = max(given, newest of the store + 1
 * us). (stream, seq) is the entry's commit token. entry->stream must be event.contract.
 *
 * Texts are stored in the order of their fields. Returns 0 or the batch's failure, which sticks:
 * the caller may go on to batch_commit, which answers with it.
 */
int batch_append(struct batch *batch, struct entry *entry);

/** Entries appended since batch_begin. */
size_t batch_count(const struct batch *batch);

/**
 * Ends the batch. 0: every entry is durable and in the views. BATCH_FULL, BATCH_CORRUPT: nothing
 * is. BATCH_AGAIN: see batch_result. < 0: what the disk or the journal holds is not known; the
 * process must end without answering anybody, and opens consistently when it is started again. A
 * batch without entries costs nothing.
 */
int batch_commit(struct batch *batch);

/** After BATCH_AGAIN, for a stream of that batch: JOURNAL_OK (its entries are durable and in the
 * views), JOURNAL_CONFLICT (decide again; the views now hold what was missing) or JOURNAL_FENCED
 * (no longer ours: not decided again). */
enum journal_result batch_result(const struct batch *batch, uint32_t stream);

/** Drops the batch: nothing of it was written. */
void batch_abort(struct batch *batch);

/** Reads what the journal has beyond the views of a stream and applies it, outside of a batch: at
 * start, where the journal is not kept in this environment. Returns 0, BATCH_FULL, BATCH_CORRUPT or
 * < 0. */
int batch_catch_up(struct batch *batch, uint32_t stream);

/** Text of the last failure, "" if none. */
const char *batch_text(const struct batch *batch);

#endif
