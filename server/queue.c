// SPDX-License-Identifier: Apache-2.0
#include "queue.h"

#include <assert.h>

#include "clock.h"

int queue_init(struct queue *q)
{
    pthread_condattr_t attributes;

    *q = (struct queue){.n = 0};
    q->last = &q->first;
    for (unsigned i = 0; i < QUEUE_PRODUCERS_MAX; i++) {
        q->holds[i] = INT64_MAX;
    }
    if (pthread_mutex_init(&q->lock, NULL) != 0) {
        return -1;
    }
    if (pthread_condattr_init(&attributes) != 0) {
        pthread_mutex_destroy(&q->lock);
        return -1;
    }
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int result = pthread_cond_init(&q->filled, &attributes);
    pthread_condattr_destroy(&attributes);
    if (result != 0) {
        pthread_mutex_destroy(&q->lock);
        return -1;
    }
    return 0;
}

void queue_fini(struct queue *q)
{
    pthread_cond_destroy(&q->filled);
    pthread_mutex_destroy(&q->lock);
}

static void append(struct queue *q, struct queue_item *first)
{
    if (first == NULL) {
        return;
    }
    *q->last = first;
    while (first != NULL) {
        q->n++;
        q->last = &first->next;
        first = first->next;
    }
    pthread_cond_signal(&q->filled);
}

void queue_hold(struct queue *q, unsigned producer, int64_t not_before_at)
{
    assert(producer < QUEUE_PRODUCERS_MAX);
    pthread_mutex_lock(&q->lock);
    q->holds[producer] = not_before_at;
    pthread_mutex_unlock(&q->lock);
}

void queue_release(struct queue *q, unsigned producer, struct queue_item *first)
{
    assert(producer < QUEUE_PRODUCERS_MAX);
    pthread_mutex_lock(&q->lock);
    append(q, first);
    q->holds[producer] = INT64_MAX;
    pthread_mutex_unlock(&q->lock);
}

void queue_push(struct queue *q, struct queue_item *item)
{
    item->next = NULL;
    pthread_mutex_lock(&q->lock);
    append(q, item);
    pthread_mutex_unlock(&q->lock);
}

struct queue_item *queue_take(struct queue *q, size_t max, int64_t wait_us)
{
    struct timespec deadline = clock_deadline(wait_us);

    pthread_mutex_lock(&q->lock);
    while (q->first == NULL && !q->woken) {
        if (pthread_cond_timedwait(&q->filled, &q->lock, &deadline) != 0) {
            break;
        }
    }
    q->woken = false;
    struct queue_item *first = q->first;
    struct queue_item **end = &q->first;
    for (size_t i = 0; i < max && *end != NULL; i++) {
        end = &(*end)->next;
        q->n--;
    }
    struct queue_item *rest = *end;
    if (first != NULL) {
        *end = NULL;
        q->first = rest;
        if (rest == NULL) {
            q->last = &q->first;
        }
    }
    pthread_mutex_unlock(&q->lock);
    return first;
}

void queue_wake(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->woken = true;
    pthread_cond_signal(&q->filled);
    pthread_mutex_unlock(&q->lock);
}

int64_t queue_horizon(struct queue *q, int64_t now_at)
{
    int64_t horizon_at = now_at;

    pthread_mutex_lock(&q->lock);
    for (unsigned i = 0; i < QUEUE_PRODUCERS_MAX; i++) {
        if (q->holds[i] < horizon_at) {
            horizon_at = q->holds[i];
        }
    }
    for (const struct queue_item *item = q->first; item != NULL; item = item->next) {
        if (item->at < horizon_at) {
            horizon_at = item->at;
        }
    }
    pthread_mutex_unlock(&q->lock);
    return horizon_at;
}

size_t queue_length(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->n;
    pthread_mutex_unlock(&q->lock);
    return n;
}
