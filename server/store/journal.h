// SPDX-License-Identifier: Apache-2.0
/**
 * journal: what the truth is kept in. The one interface of the store that gets other
 * implementations: LMDB on one machine (store/journal_lmdb.h), an existing database engine on
 * several, a double with faults in tests.
 *
 * A journal is a set of streams (one per contract, 0 = administration); a stream is a sequence of
 * records with seq 1, 2, ... without gaps, each chained to the one before by its hash. It stores
 * bytes: what they mean is store/body.h's business. Nothing is atomic over two streams: each gets
 * its own result.
 *
 * One batch at a time:
 *
 *     begin -> add (one or more times per stream) -> commit -> ok | fenced | conflict | unknown,
 * per stream or abort
 *
 * - add is a compare-and-set: it succeeds only if the stream's head is expected_seq when the batch
 * commits.
 * - UNKNOWN: the answer was lost; the records are in the journal or are not. resolve tells later.
 * Whoever gets it must not answer anybody before.
 * - A stream answered FENCED now belongs to another owner (an epoch above ours): stop.
 * - A stream answered CONFLICT has records that we have not seen: read them, then decide again.
 */
#ifndef SLATE_STORE_JOURNAL_H
#define SLATE_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "store/hash.h"

struct txn;

enum journal_result {
    JOURNAL_OK = 0,
    JOURNAL_FENCED = 1,
    JOURNAL_CONFLICT = 2,
    JOURNAL_UNKNOWN = 3,
    JOURNAL_APPLIED = 4,     /* resolve only */
    JOURNAL_NOT_APPLIED = 5, /* resolve only */
    JOURNAL_STOP = 16,       /* a callback of read: enough */
};

/** An erasable text. It is kept beside the record; the record's body holds only its commitment. */
struct journal_text {
    enum text_field field;
    uint8_t salt[HASH_SALT_BYTES];
    const char *bytes;
    size_t n;
};

/** One entry as bytes. hash = hash_entry(hash of the previous record of the stream, body). */
struct journal_record {
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
    const void *body;
    size_t body_bytes;
    const struct journal_text
        *texts; /* at most EVENT_TEXTS_MAX, ascending by field; erased ones are absent */
    size_t n_texts;
};

struct journal_head {
    uint64_t seq;             /* 0 = the stream is empty */
    uint8_t hash[HASH_BYTES]; /* of that record, or the stream's genesis */
};

/** The result of one stream of a batch. */
struct journal_stream_result {
    uint32_t stream;
    enum journal_result result;
};

/** Called by read, in order of seq. 0 goes on, JOURNAL_STOP ends the read with 0, anything else
 * ends it with that. The record lives during the call. */
typedef int journal_reader(void *user, const struct journal_record *record);

struct journal;

/** All return 0 or as said; < 0 is unexpected. */
struct journal_ops {
    /**
     * Begins a batch. batch_id: 16 bytes, never used before. `views` is the open write transaction
     * in which the views of this batch evolve: an implementation in the same environment writes
     * into it, others ignore it.
     */
    int (*begin)(struct journal *j, const uint8_t batch_id[16], struct txn *views);

    /**
     * Adds n > 0 records with seq expected_seq + 1, ... to the batch; records are copied or
     * written. A second add for the same stream goes on where the first ended. Returns 0, or < 0,
     * or an enum store_error of `views`; after a failure only abort is left.
     */
    int (*add)(struct journal *j, uint32_t stream, uint64_t epoch, uint64_t expected_seq,
               const struct journal_record *records, size_t n);

    /**
     * Ends the batch. Fills results (room for `max`) with one row per stream added, ascending by
     * stream, and *ret_n with their number. If an implementation writes into `views`, the records
     * are durable only once that transaction is committed, and gone if it is not.
     */
    int (*commit)(struct journal *j, struct journal_stream_result *results, size_t max,
                  size_t *ret_n);

    /** Ends the batch; nothing of it is kept. */
    void (*abort)(struct journal *j);

    /** What became of a batch in one stream: JOURNAL_APPLIED, JOURNAL_NOT_APPLIED or
     * JOURNAL_UNKNOWN (ask again later). NOT_APPLIED may still be overtaken by a commit on its way;
     * the compare-and-set of the next add sees that as a CONFLICT. */
    int (*resolve)(struct journal *j, const uint8_t batch_id[16], uint32_t stream);

    /** Calls `reader` for up to `max` records of a stream from from_seq (>= 1) on. */
    int (*read)(struct journal *j, uint32_t stream, uint64_t from_seq, size_t max,
                journal_reader *reader, void *user);

    /** The newest record of a stream. */
    int (*head)(struct journal *j, uint32_t stream, struct journal_head *ret);
};

/** Embedded as the first member of an implementation. */
struct journal {
    const struct journal_ops *ops;
    bool in_views; /* it lives in the views' environment; otherwise entries are copied there when
                      they commit */
};

enum { JOURNAL_STREAMS_MAX = 1024 }; /* streams of one batch: no more than the commands of one */

#endif
