// SPDX-License-Identifier: Apache-2.0
/**
 * zones: the TZif bytes of every zone that was ever in use, by their SHA-256: old rules must still
 * be there when an old verdict is replayed. Two names may have the same bytes.
 */
#ifndef SLATE_STORE_ZONES_H
#define SLATE_STORE_ZONES_H

#include "core/arena.h"
#include "store/key.h"
#include "store/txn.h"

struct zonedata {
    char name[BOOK_NAME_BYTES];
    char release[16]; /* of the zone data it came from, "" if not known */
    uint8_t sha256[BOOK_HASH_BYTES];
    const uint8_t *bytes; /* TZif */
    size_t n;
    uint64_t seq; /* its newest entry in stream 0: of the rows of one name, the highest is in use;
                   * zones_known: the newest that was known */
};

/** Returns 0, STORE_NOT_FOUND or a failure. The bytes are in the arena. */
int zones_get(struct txn *txn, const uint8_t sha256[BOOK_HASH_BYTES], const char *name,
              struct arena *arena, struct zonedata *ret);

/** Every row, by hash and name; the bytes lie in the arena. A reader's result other than 0 ends the
 * walk. */
typedef int zones_reader(void *user, const struct zonedata *zone);
int zones_walk(struct txn *txn, struct arena *arena, zones_reader *reader, void *user);

/**
 * Of each zone the data in use at an instant: of the entries of stream 0 that were recorded by then
 * the newest one of each name. The bytes lie in the arena. As zones_walk.
 */
int zones_known(struct txn *txn, int64_t known_at, struct arena *arena, zones_reader *reader,
                void *user);

#endif
