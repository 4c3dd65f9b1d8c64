// SPDX-License-Identifier: Apache-2.0
/** What the entries*.c files share: an entry out of its row. */
#ifndef SLATE_STORE_ENTRIES_PRIVATE_H
#define SLATE_STORE_ENTRIES_PRIVATE_H

#include "store/entries.h"
#include "store/record.h"
#include "store/row.h"

/** A stored entry without its texts. */
struct entries_stored {
    struct key key;
    uint8_t hash[HASH_BYTES];
    struct row body; /* points into the environment */
    struct record_commitment commitments[EVENT_TEXTS_MAX];
};

/** The position in a row of `stream`. */
int entries_take_position(struct txn *txn, const struct key *key, const struct row *row,
                          uint64_t *ret);

/** The entry in a row of `journal`, without its texts. */
int entries_decode(struct txn *txn, const struct key *key, const struct row *row,
                   struct arena *arena, struct entry *ret, struct entries_stored *stored);

/** The entry at a position, which must be there and be the one that `stream` says. */
int entries_load(struct txn *txn, uint64_t position, uint32_t contract, uint64_t seq,
                 struct arena *arena, struct entry *ret, struct entries_stored *stored);

/** Fills its proof; no text is known to be present. */
int entries_prove(struct txn *txn, uint64_t position, const struct entries_stored *stored,
                  size_t n_texts, struct arena *arena, struct entry_proof *ret);

/** Reads its texts, and fills its proof unless that is NULL. */
int entries_complete(struct txn *txn, uint64_t position, const struct entries_stored *stored,
                     struct arena *arena, struct entry *entry, struct entry_proof *proof);

#endif
