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

struct books {
    pthread_mutex_t lock;
    struct shared_book *current;
    struct zone_source zones; /* borrows the name of the folder */
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
 * The book as it was known at an instant: the versions that were recorded by then, and of each zone
 * the data that was in use. While nothing else was recorded since, it is the book in force. Give it
 * back with books_release. Returns 0; an outcome_code with *ret_refusal filled where nothing was
 * known by then or what was does not hold; < 0 otherwise.
 */
int books_known(struct books *b, struct txn *txn, int64_t known_at, struct shared_book **ret,
                struct refusal *ret_refusal);

#endif
