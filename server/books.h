// SPDX-License-Identifier: Apache-2.0
/**
 * books: the book in force, shared between the threads.
 *
 * A book is immutable; applying a new one replaces the reference. Who works with it holds a share
 * meanwhile, so that a request sees one book from its beginning to its end.
 */
#ifndef SLATE_BOOKS_H
#define SLATE_BOOKS_H

#include <pthread.h>
#include <stdatomic.h>

#include "booklog.h"
#include "config/bookbuild.h"
#include "core/arena.h"
#include "core/book.h"
#include "core/outcome.h"
#include "store/txn.h"

/** A book with its memory; give it back with books_release. */
struct shared_book {
    struct book *book;
    struct arena arena;
    atomic_uint shares;
};

enum {
    BOOKS_KNOWN_MAX = 4, /* former books that are kept for the next who asks */
};

struct books {
    pthread_mutex_t lock;
    struct shared_book *current;
    struct zone_source zones; /* borrows the name of the folder; the release that a book was made
                               * with is the book's zone_release */
    /* Of former ones; under a lock of their own, since building one takes its time. */
    pthread_mutex_t known_lock;
    struct booklog log;
    struct books_known {
        int64_t from_at; /* see booklog_stretch */
        struct shared_book *book;
    } known[BOOKS_KNOWN_MAX]; /* the one used last comes first */
    size_t n_known;
};

enum {
    /* A thousand calendars and contracts with long histories; one build's ceiling. */
    BOOKS_ARENA_BYTES = 512 * 1024 * 1024,
};

/** zone_dir is borrowed. Starts without a book. Returns 0 or < 0. */
int books_init(struct books *b, const char *zone_dir);
void books_fini(struct books *b);

/** A share of the book in force. */
struct shared_book *books_hold(struct books *b);
void books_release(struct shared_book *s);

/** All versions stored, as bookbuild and bookplan want them; in the arena. Returns 0, or < 0. */
int books_stored(struct txn *txn, struct arena *arena, const struct book_object **ret,
                 size_t *ret_n);

/**
 * Builds the book from all versions stored and puts it in force. Returns 0; an outcome_code with
 * *ret_refusal filled when a stored version or the zone data no longer holds (the former book stays
 * in force); < 0 otherwise.
 */
int books_load(struct books *b, struct txn *txn, struct refusal *ret_refusal);

/**
 * The two halves of books_load: a book of all versions stored and the zone data that the folder has
 * now, which the caller releases; and putting one in force, which takes the caller's share.
 */
int books_read(struct books *b, struct txn *txn, struct shared_book **ret,
               struct refusal *ret_refusal);
void books_replace(struct books *b, struct shared_book *s);

/**
 * The book as it was known at an instant: the versions that were recorded by then, and of each zone
 * the data that was in use; before the first, a book of nothing. While nothing else was recorded
 * since, it is the book in force. txn is a snapshot of what is committed. Give it back with
 * books_release. Returns 0; an outcome_code with *ret_refusal filled where what was known does not
 * hold; < 0 otherwise.
 */
int books_known(struct books *b, struct txn *txn, int64_t known_at, struct shared_book **ret,
                struct refusal *ret_refusal);

/**
 * The book to tell something by that was settled at settled_at and is looked at by who knows what
 * was recorded by known_at (INSTANT_NEVER: everything): one with the zone data of then. *ret is
 * NULL where those were in use until known_at, so that the looker's own book tells the same.
 * Results as of books_known.
 */
int books_settled(struct books *b, struct txn *txn, int64_t settled_at, int64_t known_at,
                  struct shared_book **ret, struct refusal *ret_refusal);

/** When the data of a zone were last replaced, by known_at; INSTANT_NONE: never. Whatever was
 * settled later needs no books_settled. Returns 0 or < 0. */
int books_zones_moved(struct books *b, struct txn *txn, int64_t known_at, int64_t *ret_at);

#endif
