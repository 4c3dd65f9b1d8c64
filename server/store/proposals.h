// SPDX-License-Identifier: Apache-2.0
/**
 * proposals: changes of what parties agreed, on their way: what was proposed, which contracts it
 * changes, and what each party said. The text is in the entry `seq` of stream 0 (entries_get).
 */
#ifndef SLATE_STORE_PROPOSALS_H
#define SLATE_STORE_PROPOSALS_H

#include "core/arena.h"
#include "store/key.h"
#include "store/txn.h"

enum proposal_state {
    PROPOSAL_NONE = 0,
    PROPOSAL_OPEN = 1,
    PROPOSAL_APPLIED = 2,
    PROPOSAL_WITHDRAWN = 3,
    PROPOSAL_STATES = 4,
};

/** A contract that is changed (party 0), or what a party of it said last. */
struct proposal_change {
    struct key_change key;
    uint64_t seq; /* of its entry, in the contract's stream */
    uint32_t actor;
    int64_t recorded_at;
    uint8_t sha256[BOOK_HASH_BYTES]; /* of the text that was seen */
    bool refused;
    uint8_t key_sha256[BOOK_HASH_BYTES]; /* that said it; all 0: not told */
};

struct proposal {
    uint64_t id;
    uint64_t seq; /* of EVENT_BOOK_PROPOSED, in stream 0 */
    uint32_t actor;
    int64_t recorded_at;
    uint8_t sha256[BOOK_HASH_BYTES]; /* of the text */
    enum proposal_state state;
    uint64_t ended_seq; /* of EVENT_PROPOSAL_ENDED, 0 = open */
    uint32_t ended_actor;
    int64_t ended_at; /* INSTANT_NONE = open */
    /* By contract: first that it is changed, then its parties by id. In the arena. */
    const struct proposal_change *changes;
    size_t n_changes;
};

/** Returns 0, STORE_NOT_FOUND or a failure. */
int proposals_get(struct txn *txn, uint64_t id, struct arena *arena, struct proposal *ret);

/** Up to `max` proposals from `from_id` on, by id; less than `max`: there are no more. Returns 0 or
 * a failure. */
int proposals_scan(struct txn *txn, uint64_t from_id, size_t max, struct arena *arena,
                   struct proposal *ret, size_t *ret_n);

/** What a party said of a contract's change; party 0: that it is changed. Returns 0,
 * STORE_NOT_FOUND or a failure. */
int proposals_change(struct txn *txn, const struct key_change *key, struct proposal_change *ret);

/** The id after the highest, from 1. */
int proposals_next_id(struct txn *txn, uint64_t *ret);

#endif
