// SPDX-License-Identifier: Apache-2.0
/*
 * Former books, built from what is stored.
 *
 * One is known from a change of the book until the next one, so what is kept goes by the instant of
 * the change, and a list of hundreds of tickets builds a book once.
 */
#include "books.h"

#include <string.h>

#include "books_private.h"
#include "core/instant.h"
#include "zonestored.h"

/* Where a former book's zone data are. */
struct origin_of_zones {
    struct txn *txn;
    int64_t known_at;
};

static int zones_of_store(void *user, struct arena *arena, struct zone_source *ret)
{
    const struct origin_of_zones *from = user;
    struct zonestored *zones = arena_alloc(arena, sizeof(*zones));

    if (zones == NULL) {
        return -1;
    }
    int result = zonestored_init(zones, from->txn, from->known_at, arena);
    if (result == 0) {
        *ret = zonestored_source(zones);
    }
    return result > 0 ? -result : result;
}

/* Puts a book in front, and what no longer has room away. */
static void remember(struct books *b, const struct books_known *known)
{
    if (b->n_known == BOOKS_KNOWN_MAX) {
        books_release(b->known[--b->n_known].book);
    }
    memmove(&b->known[1], &b->known[0], b->n_known * sizeof(b->known[0]));
    b->known[0] = *known;
    b->n_known++;
}

/* Takes a remembered book out; false if there is none of that stretch. */
static bool recall(struct books *b, struct books_known *known)
{
    for (size_t i = 0; i < b->n_known; i++) {
        if (b->known[i].from_at == known->from_at) {
            *known = b->known[i];
            b->n_known--;
            memmove(&b->known[i], &b->known[i + 1], (b->n_known - i) * sizeof(b->known[0]));
            return true;
        }
    }
    return false;
}

/* With the log read. */
static int former(struct books *b, struct txn *txn, int64_t known_at, struct shared_book **ret,
                  struct refusal *ret_refusal)
{
    struct books_known known;
    int64_t until_at;

    booklog_stretch(&b->log, known_at, &known.from_at, &until_at);
    if (until_at == INSTANT_NEVER) {
        *ret = books_hold(b);
        return 0;
    }
    if (!recall(b, &known)) {
        struct origin_of_zones from = {txn, known.from_at};
        int result = books_build(txn, known.from_at, zones_of_store, &from, &known.book,
                                 ret_refusal);
        if (result != 0) {
            return result;
        }
    }
    remember(b, &known);
    atomic_fetch_add(&known.book->shares, 1);
    *ret = known.book;
    return 0;
}

static int read_log(struct books *b, struct txn *txn)
{
    int result = booklog_read(&b->log, txn);
    return result > 0 ? -result : result;
}

int books_known(struct books *b, struct txn *txn, int64_t known_at, struct shared_book **ret,
                struct refusal *ret_refusal)
{
    pthread_mutex_lock(&b->known_lock);
    int result = read_log(b, txn);
    if (result == 0) {
        result = former(b, txn, known_at, ret, ret_refusal);
    }
    pthread_mutex_unlock(&b->known_lock);
    return result;
}

int books_settled(struct books *b, struct txn *txn, int64_t settled_at, int64_t known_at,
                  struct shared_book **ret, struct refusal *ret_refusal)
{
    pthread_mutex_lock(&b->known_lock);
    int result = read_log(b, txn);
    if (result == 0) {
        /* Of the books with the zone data of then the last: one for all that was settled meanwhile.
         * What else it may say is of later instants. */
        int64_t moved_at = booklog_zone_moved(&b->log, settled_at);
        if (moved_at == INSTANT_NEVER || moved_at > known_at) {
            *ret = NULL;
        } else {
            result = former(b, txn, moved_at - 1, ret, ret_refusal);
        }
    }
    pthread_mutex_unlock(&b->known_lock);
    return result;
}

int books_zones_moved(struct books *b, struct txn *txn, int64_t known_at, int64_t *ret_at)
{
    pthread_mutex_lock(&b->known_lock);
    int result = read_log(b, txn);
    if (result == 0) {
        *ret_at = booklog_zone_moved_by(&b->log, known_at);
    }
    pthread_mutex_unlock(&b->known_lock);
    return result;
}
