// SPDX-License-Identifier: Apache-2.0
/** Between the files of the writer: writer.c (life and loop), writer_batch.c (one batch),
 * writer_timers.c (what is due by itself), writer_zones.c (other zone data, other books). */
#ifndef SLATE_WRITER_PRIVATE_H
#define SLATE_WRITER_PRIVATE_H

#include "call.h"
#include "reliance.h"
#include "sweep.h"
#include "ticker.h"
#include "writer.h"

/* Fullness from which on only what frees or ends work is taken; see store/env.h. */
enum { WRITER_FILL_NO_NEW = 80, WRITER_FILL_ONLY_RESOLVE = 90 };

struct writer {
    struct writer_options o;
    struct batch *batch;
    struct arena scratch; /* of what has no job: expiries, housekeeping */
    struct ticker ticker;
    struct shared_book *book; /* held for the batch at hand */
    pthread_t thread;
    bool running;
    atomic_bool stopping;
    bool applied;              /* the batch at hand changed the book */
    bool principals_changed;   /* the batch at hand changed one that may be connected */
    bool full;                 /* a commit met a full disk or map */
    int64_t fired_at;          /* when timers were last run although it is full */
    bool stepped;              /* `step` is still to be journalled */
    struct clock_step step;    /* the newest jump of the clock */
    bool unrecorded;           /* what the book relies on is still to be journalled */
    bool recorded;             /* the batch at hand holds what of these two was to be journalled */
    struct reliance_news news; /* what that came upon */
    atomic_bool reread;        /* the folder of zone data is to be read again */
    struct shared_book *next;  /* what came of that, to be in force once it is recorded; or NULL */
    struct sweep sweep;
    unsigned fill_percent;
    bool disk_low;
    int64_t housekept_at;
    int64_t forgot_at;
};

/** Random bytes for ids and salts; the function that a batch wants. */
int writer_random(void *user, void *ret, size_t n);

/** A call inside the batch. For what has no principal, `who` is NULL; so is `request`. */
struct call writer_call(struct writer *w, const struct request *request,
                        const struct principal *who, struct arena *arena, int64_t at,
                        int64_t now_at, struct wire_bytes *reply, struct refusal *refusal);

/** One batch over the chain, which may be empty. *ret_left: what is still to be done. Returns 0 or
 * < 0. */
int writer_batch(struct writer *w, struct job *first, struct job **ret_left, size_t *ret_fired);

/** Everything that was received before it has been decided, apart from the jobs that are left. */
int64_t writer_horizon(struct writer *w, int64_t now_at, const struct job *left);

/**
 * What is due by itself, within the batch: expiries up to the horizon, marks, a clock that jumped.
 * `left` are the changes that were taken from the queue and are not in this batch; alone: the batch
 * holds nothing else. Returns 0 or < 0.
 */
int writer_timers(struct writer *w, int64_t now_at, const struct job *left, bool alone,
                  size_t *ret_fired);

/** Reads the folder of zone data again: a book with others waits in w->next. Returns 0 or < 0. */
int writer_read_zones(struct writer *w);

/** What the book and the one that waits rely on was committed: that is in force now, and what it
 * moved is swept for. Returns 0 or < 0. */
int writer_zones_recorded(struct writer *w);

/** The batch at hand, committed, changed the book: loads the new one, and sweeps. Returns 0 or < 0.
 */
int writer_load_book(struct writer *w);

#endif
