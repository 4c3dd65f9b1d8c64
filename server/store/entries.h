// SPDX-License-Identifier: Apache-2.0
/**
 * entries: the journal as it lies in the environment, entry by entry: databases journal, stream and
 * texts.
 *
 * Its order is the position: 1, 2, ... over the whole store, in the order of committing. A position
 * is private to this environment (on another machine the same entries may have others); contract
 * and seq are not.
 */
#ifndef SLATE_STORE_ENTRIES_H
#define SLATE_STORE_ENTRIES_H

#include "core/arena.h"
#include "core/event.h"
#include "store/journal.h"
#include "store/txn.h"

enum {
    ENTRY_SCHEMA = 5, /* of the bodies that are written */
    ENTRY_READER = 5, /* bodies that ask for a reader up to this one can be read */
    ENTRY_BODY_BYTES_MAX = 4 * 1024 *
                           1024, /* the largest are versions of calendars with long holiday lists */
    ENTRY_TEXT_CHUNK_BYTES =
        1400, /* of a text in one row: larger values go to pages of their own */
};

/** An entry with what makes it provable. */
struct entry_proof {
    uint64_t position;
    uint8_t hash[HASH_BYTES];
    const void *body; /* the stored bytes; in the arena */
    size_t body_bytes;
    struct {
        enum text_field field;
        uint8_t commitment[HASH_BYTES];
        bool present; /* false: erased */
        uint8_t salt[HASH_SALT_BYTES];
    } texts[EVENT_TEXTS_MAX]; /* as in the entry's event */
    size_t n_texts;
};

/**
 * One entry with its texts, all in the arena. A text that was erased has bytes NULL.
 * proof may be NULL. Returns 0, STORE_NOT_FOUND, STORE_CORRUPT, STORE_NEWER, or < 0.
 */
int entries_get(struct txn *txn, uint32_t contract, uint64_t seq, struct arena *arena,
                struct entry *ret, struct entry_proof *ret_proof);

/** The same without reading the texts: bytes are NULL. */
int entries_get_bare(struct txn *txn, uint32_t contract, uint64_t seq, struct arena *arena,
                     struct entry *ret);

/** One text of the entry at a position, in the arena. Returns 0, STORE_NOT_FOUND where it has none
 * or it was erased, or a failure. */
int entries_text(struct txn *txn, uint64_t position, enum text_field field, struct arena *arena,
                 struct text *ret);

/** Called with each entry; both live until the next call. 0 goes on, JOURNAL_STOP ends the walk
 * with 0, anything else ends it with that. `proof` is never NULL. */
typedef int entries_reader(void *user, const struct entry *entry, const struct entry_proof *proof);

/** Up to `max` entries of a stream from from_seq (>= 1) on, with their texts. */
int entries_walk(struct txn *txn, uint32_t contract, uint64_t from_seq, size_t max,
                 entries_reader *reader, void *user);

/**
 * Up to `max` entries of a stream from from_seq (>= 1) to to_seq, for whoever hands them on: the
 * proof is whole but for texts that are not there. texts false: they are not read (bytes NULL,
 * `present` false).
 */
int entries_walk_to(struct txn *txn, uint32_t contract, uint64_t from_seq, uint64_t to_seq,
                    size_t max, bool texts, entries_reader *reader, void *user);

/** Up to `max` entries of all streams from a position (>= 1) on, in the order of committing. */
int entries_walk_all(struct txn *txn, uint64_t from_position, size_t max, entries_reader *reader,
                     void *user);

/** The same as a replay needs it: texts are not read (bytes NULL), the proof holds only the
 * position. */
int entries_walk_bare(struct txn *txn, uint64_t from_position, size_t max, entries_reader *reader,
                      void *user);

/** A ticket's entries with their texts, newest first, from `seq` (a ticket's last_seq) back. */
int entries_history(struct txn *txn, uint32_t contract, uint64_t seq, size_t max,
                    entries_reader *reader, void *user);

/** The same without reading the texts: bytes are NULL, the proof holds only the position. */
int entries_history_bare(struct txn *txn, uint32_t contract, uint64_t seq, size_t max,
                         entries_reader *reader, void *user);

/**
 * What was recorded of a ticket by an instant, ascending by seq from its first entry on, without
 * texts (bytes are NULL); last_seq is the ticket's. The array lies in the arena. Returns 0, with
 * n 0 where nothing was known by then; a failure: -ENOMEM where the arena is too small, and
 * STORE_CORRUPT also for a history that is not that of one ticket.
 */
int entries_ticket(struct txn *txn, uint32_t contract, uint64_t last_seq, int64_t known_at,
                   struct arena *arena, const struct entry **ret, size_t *ret_n);

/** The newest entry of a stream: seq 0 and the genesis hash if there is none. */
int entries_head(struct txn *txn, uint32_t contract, struct journal_head *ret);

/** The newest entry of all: its position (0 if there is none) and recorded_at (INSTANT_NONE). */
int entries_newest(struct txn *txn, uint64_t *ret_position, int64_t *ret_recorded_at);

/** The hash of an entry. Returns 0, STORE_NOT_FOUND or a failure. */
int entries_hash(struct txn *txn, uint32_t contract, uint64_t seq, uint8_t ret[HASH_BYTES]);

/** Where an entry lies. Returns 0, STORE_NOT_FOUND or a failure. */
int entries_position(struct txn *txn, uint32_t contract, uint64_t seq, uint64_t *ret_position);

/**
 * Writes one record at a position, the one after the newest. For journals and their copies only.
 * Returns 0, STORE_CONFLICT if the stream's head is not record->seq - 1, or a failure of the
 * transaction.
 */
int entries_put(struct txn *txn, uint64_t position, uint32_t contract,
                const struct journal_record *record);

/** Deletes texts of the entry at a position, with their salts; what is not there is gone already.
 * fields: bits (1 << enum text_field). The bytes may stay in free pages of the file until it is
 * written anew (store/compact.h). For views_apply only. */
int entries_erase(struct txn *txn, uint64_t position, uint32_t fields);

#endif
