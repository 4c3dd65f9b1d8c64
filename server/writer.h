// SPDX-License-Identifier: Apache-2.0
/**
 * writer: the one thread that changes the store. It takes everything that waits in the queue,
 * decides it inside one transaction, commits once, and only then lets the answers go: what arrived
 * together shares a flush.
 *
 * It also turns due rows into expiries, after all changes that were received at or before their
 * instant; and it takes new zone data into use, and looks at the clocks that they move.
 */
#ifndef SLATE_WRITER_H
#define SLATE_WRITER_H

#include "books.h"
#include "enrol.h"
#include "job.h"
#include "queue.h"
#include "stamp.h"
#include "store/batch.h"

enum {
    WRITER_BATCH_JOBS = 512, /* bounds the work between two commits, and the memory of a batch */
    WRITER_BATCH_EXPIRIES = 256,
    WRITER_WAIT_MAX_US = 1000000, /* look at the wall clock at least this often */
    WRITER_REQUESTS_KEPT_DAYS = 7,
};

struct writer;

struct writer_options {
    struct env *env;
    struct journal *journal;
    struct books *books;
    struct queue *queue;
    struct stamp *stamp;
    struct enrol *enrol; /* NULL: no certificates are given out */
    /** Takes a chain of jobs that have their replies; called on the writer's thread. */
    void (*deliver)(void *user, struct queue_item *first);
    /** Entries were committed; may be NULL. Called on the writer's thread, before their answers are
     * delivered. */
    void (*committed)(void *user);
    /** Principals were changed, and who asked for it has been answered; may be NULL. Called on the
     * writer's thread. */
    void (*principals_changed)(void *user);
    /** Something that cannot go on: the process must end without another answer. Called on the
     * writer's thread. */
    void (*fatal)(void *user, const char *reason);
    void *user;
};

/** Nothing runs yet. Everything is borrowed. Returns 0 or < 0. */
int writer_new(const struct writer_options *options, struct writer **ret);
void writer_free(struct writer *writer);

/** Journals what the book relies on and is not recorded: other zone data than at the last start;
 * and begins a sweep where one is necessary. A clock that is not believed or a full store put it
 * off. Returns 0 or < 0. */
int writer_prepare(struct writer *writer);

/** Has the folder of zone data read again, soon, on the writer's thread. What cannot be read leaves
 * the former data in use. From any thread. */
void writer_reread_zones(struct writer *writer);

/** Starts the thread. Returns 0 or < 0. */
int writer_start(struct writer *writer);
/** Lets it finish all that waits, then ends the thread. */
void writer_stop(struct writer *writer);

/**
 * One round in the caller's thread, waiting up to wait_us for work: what the thread does in a loop.
 * *ret_wait_us: how long nothing will be due. Returns 0, or < 0 after `fatal` was called.
 */
int writer_round(struct writer *writer, int64_t wait_us, int64_t *ret_wait_us);

#endif
