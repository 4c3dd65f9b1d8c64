// SPDX-License-Identifier: Apache-2.0
/**
 * bookobjects: the stored versions of calendars, parties, teams and contracts, as texts; and which
 * versions the stream of a contract has already recorded as relied on.
 */
#ifndef SLATE_STORE_BOOKOBJECTS_H
#define SLATE_STORE_BOOKOBJECTS_H

#include "core/arena.h"
#include "store/key.h"
#include "store/txn.h"

struct bookobject {
    enum book_kind kind;
    uint32_t id;
    uint32_t version;
    int64_t effective_at;
    char name[BOOK_NAME_BYTES];
    uint8_t sha256[BOOK_HASH_BYTES];
    const char *body;
    size_t body_bytes;
    uint64_t seq; /* its entry in stream 0 */
    int64_t recorded_at;
};

/** Returns 0, STORE_NOT_FOUND or a failure. The body is in the arena. */
int bookobjects_get(struct txn *txn, enum book_kind kind, uint32_t id, uint32_t version,
                    struct arena *arena, struct bookobject *ret);

/** Every version of every object, by kind, id and version. The object lives during the call; the
 * body lies in the arena. A reader's result other than 0 ends the walk with it. */
typedef int bookobjects_reader(void *user, const struct bookobject *object);
int bookobjects_walk(struct txn *txn, struct arena *arena, bookobjects_reader *reader, void *user);

/** The id after the highest of a kind, from 1. */
int bookobjects_next_id(struct txn *txn, enum book_kind kind, uint32_t *ret);

/** True if the contract's stream holds an EVENT_VERSION_USED of it. */
int bookobjects_is_used(struct txn *txn, const struct key_used *key, bool *ret);

/** The hash of the data of the zone `name` that the contract's stream recorded last as relied on.
 * Returns 0, STORE_NOT_FOUND or a failure. */
int bookobjects_zone_used(struct txn *txn, uint32_t contract, const char *name,
                          uint8_t ret_sha256[BOOK_HASH_BYTES]);

#endif
