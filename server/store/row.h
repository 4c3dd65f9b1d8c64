// SPDX-License-Identifier: Apache-2.0
/**
 * row: checked values at keys; what the store's own files read and write through. Not for the
 * server: its modules are tickets, due, breaches, entries and so on.
 *
 * What a read returns points into the environment: it is gone after the next write of the same
 * transaction, and with its end. It is decoded or copied at once, and never leaves the store.
 *
 * Every function returns the transaction's failure if there is one, and makes its own failure
 * stick.
 */
#ifndef SLATE_STORE_ROW_H
#define SLATE_STORE_ROW_H

#include "store/frame.h"
#include "store/txn.h"

struct MDB_cursor;

struct row {
    const uint8_t *p; /* payload */
    size_t n;
};

/** Returns 0, STORE_NOT_FOUND, or a failure: STORE_CORRUPT, STORE_NEWER, < 0. ret may be NULL. */
int row_get(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
            struct row *ret);

/** The kind of a row that was read, as RECORD_ANY leaves open. */
enum record_kind row_kind(const struct row *row);

/** Writes or overwrites. The payload is copied. */
int row_put(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
            const void *payload, size_t n);

/** The same for keys that mostly, but not always, come in ascending order: the pages fill up. */
int row_put_growing(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
                    const void *payload, size_t n);

/** The same for a row that must be new: STORE_CONFLICT, which does not stick, if it is there. */
int row_insert_growing(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
                       const void *payload, size_t n);

/** Writes a row whose key is above all others; a failure of the transaction if it is not. The
 * payload is the parts, one behind the other. */
int row_append(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
               const struct row *parts, size_t n_parts);

/** Deletes a row that must be there: a missing one is STORE_CORRUPT. */
int row_del(struct txn *txn, enum db db, const struct key *key);

/** Deletes all rows of a database. */
int row_drop(struct txn *txn, enum db db);

/** The last row of those whose key begins with `prefix` (NULL: of all). Outputs may be NULL. */
int row_last(struct txn *txn, enum db db, const struct key *prefix, enum record_kind kind,
             struct key *ret_key, struct row *ret);

/** Number of rows of a database. */
int row_count(struct txn *txn, enum db db, uint64_t *ret);

/**
 * A walk over rows in the order of keys:
 *
 *     row_walk_begin(&walk, txn, DB_DUE, NULL, NULL, RECORD_MARK);
 *     while ((r = row_walk_next(&walk, &key, &row)) == 0) { ... }
 *     row_walk_end(&walk);
 *
 * and no writes meanwhile. r is STORE_NOT_FOUND behind the last row.
 */
struct row_walk {
    struct txn *txn;
    struct MDB_cursor *cursor;
    enum db db;
    enum record_kind kind;
    bool begun;
    struct key prefix; /* n == 0: all */
    struct key from;
};

/** from: the first key (NULL: the first with the prefix); prefix may be NULL. Both are copied. */
void row_walk_begin(struct row_walk *walk, struct txn *txn, enum db db, const struct key *prefix,
                    const struct key *from, enum record_kind kind);
int row_walk_next(struct row_walk *walk, struct key *ret_key, struct row *ret);
void row_walk_end(struct row_walk *walk);

/** The failure of a row whose key or payload makes no sense though its checksum is right. */
int row_corrupt(struct txn *txn, enum db db, const struct key *key, const char *what);

#endif
