// SPDX-License-Identifier: Apache-2.0
/**
 * frontend: one network thread's side of the server. It knows who is behind a connection, answers
 * reads at once from a snapshot, hands writes to the writer's queue and sends their answers when
 * they come back.
 */
#ifndef SLATE_FRONTEND_H
#define SLATE_FRONTEND_H

#include "books.h"
#include "job.h"
#include "net/net.h"
#include "queue.h"
#include "quota.h"
#include "stamp.h"
#include "store/env.h"

enum {
    /* Unanswered writes of one connection; beyond it reading pauses. They stand before those of
     * others: with 1024 the p99 of others grew twice as much, and a feed was a sixth faster. */
    FRONTEND_PIPELINED_MAX = 256,
    /* Work for one connection before others have a turn: little beside what a change takes. */
    FRONTEND_TURN_US = 500,
    /* Lines of the log about connections of nobody in particular: what an operator reads, and far
     * from what fills a disk. */
    FRONTEND_STRANGERS_BURST = 1000,
    FRONTEND_STRANGERS_PER_S = 10,
    FRONTEND_QUEUED_MAX = 64 * 1024, /* writes waiting in all; beyond it they are refused */
    /* Frames of these: an import or a book may have a megabyte. */
    FRONTEND_QUEUED_BYTES_MAX = 64 * 1024 * 1024,
};

struct frontend;
struct ssl_ctx_st;

struct frontend_options {
    struct env *env;
    struct books *books;
    struct queue *queue;
    struct stamp *stamp;
    unsigned producer; /* its number in the queue */
    struct quota_limits quota;
    void (*on_signal)(void *user, int signum);
    void (*on_wake)(void *user); /* after answers went out; to see when all have */
    void *user;
};

/** Everything is borrowed. Returns 0 or < 0. */
int frontend_new(const struct frontend_options *options, struct frontend **ret);
/** After its net was freed. Jobs that were never delivered are freed too. */
void frontend_free(struct frontend *f);

/** The callbacks for net_new. */
struct net_handler frontend_handler(struct frontend *f);
/** The loop it belongs to; before that runs. */
void frontend_set_net(struct frontend *f, struct net *net);

/** Takes back jobs with their replies. Any thread. */
void frontend_deliver(struct frontend *f, struct queue_item *first);

/** Entries were committed: live events may have to be told. Any thread, until its net is freed. */
void frontend_committed(struct frontend *f);
/** Principals were changed: connections of those that are disabled, or whose key is taken no more,
 * are closed soon. Any thread, until its net is freed. */
void frontend_review(struct frontend *f);
/** Connections whose certificate these files would not let in are closed. Its thread. */
void frontend_retrust(struct frontend *f, struct ssl_ctx_st *tls);

/** Ends the live events of every connection, since the server stops. Its thread. */
void frontend_end_feeds(struct frontend *f);

/** Writes that are in the queue or with the writer. Only on its thread, or when that has ended. */
size_t frontend_pending(const struct frontend *f);

#endif
