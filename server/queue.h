// SPDX-License-Identifier: Apache-2.0
/**
 * queue: changes on their way from the network threads to the writer, in the order of their stamps.
 *
 * The one promise that needs care is that nobody loses to our own queue: a change that was received
 * at or before a limit must be decided before the expiry at that limit. A network thread therefore
 * says "I may be stamping" before it reads the clock (queue_hold) and "all of it is in the queue"
 * afterwards (queue_release); the writer fires expiries only up to queue_horizon, which no stamp on
 * its way can be older than.
 */
#ifndef SLATE_QUEUE_H
#define SLATE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUEUE_PRODUCERS_MAX = 16 }; /* network threads */

/** Embed it first in what is queued. */
struct queue_item {
    struct queue_item *next;
    int64_t at; /* its stamp; INT64_MAX if it has none to keep its turn by */
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct queue_item *first;
    struct queue_item **last;
    size_t n;
    bool woken;
    int64_t holds[QUEUE_PRODUCERS_MAX]; /* lower bound of a stamp on its way; INT64_MAX = none */
};

/** Returns 0, or < 0 without memory or locks. */
int queue_init(struct queue *q);
void queue_fini(struct queue *q);

/** Producer: from now on I may give out stamps; none of them is smaller than not_before_at. */
void queue_hold(struct queue *q, unsigned producer, int64_t not_before_at);

/** Producer: appends a chain of items (may be NULL) and ends the hold. */
void queue_release(struct queue *q, unsigned producer, struct queue_item *first);

/** Appends one item without a hold. */
void queue_push(struct queue *q, struct queue_item *item);

/**
 * Writer: waits up to wait_us for an item or a wake, then takes at most max items in order. NULL if
 * there is none.
 */
struct queue_item *queue_take(struct queue *q, size_t max, int64_t wait_us);

/** Makes a waiting queue_take return. */
void queue_wake(struct queue *q);

/** No change that is not yet taken, in the queue or on its way to it, has a stamp below the result;
 * at most now_at. */
int64_t queue_horizon(struct queue *q, int64_t now_at);

size_t queue_length(struct queue *q);

#endif
