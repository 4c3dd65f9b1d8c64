// SPDX-License-Identifier: Apache-2.0
/** Between frontend.c (requests and answers, the turn) and frontend_session.c (who is connected).
 */
#ifndef SLATE_FRONTEND_PRIVATE_H
#define SLATE_FRONTEND_PRIVATE_H

#include <stdatomic.h>
#include <stdint.h>

/* The key is a connection's number, which counts up: a multiplication spreads it. */
#define HASH_FUNCTION(key, bytes, hash) \
    ((hash) = (unsigned)((*(const uint64_t *)(key)*UINT64_C(0x9e3779b97f4a7c15)) >> 32))
#include <uthash.h>

#include "feed.h"
#include "frontend.h"

struct session {
    uint64_t conn;
    uint32_t principal;
    char name[PRINCIPAL_NAME_BYTES];
    int64_t expires_at; /* of its certificate */
    size_t unanswered;  /* writes */
    bool paused;
    UT_hash_handle hh;
};

struct frontend {
    struct frontend_options o;
    struct net *net;
    struct session *sessions;
    struct txn snapshot;
    bool snapshot_begun; /* its slot is taken */
    bool snapshot_open;
    bool holding;    /* the queue's horizon */
    int64_t held_at; /* where: no stamp of this turn may be older */
    int64_t last_at; /* newest stamp given */
    struct queue_item *gathered;
    struct queue_item **gathered_end;
    struct feed *feed;
    bool ticking;          /* a feed_tick is on its way */
    atomic_bool committed; /* since the feed was last woken */
    size_t pending;
    size_t pending_bytes; /* frames of these */
    pthread_mutex_t lock; /* of delivered */
    struct queue_item *delivered;
    struct queue_item **delivered_end;
};

/** The snapshot of this turn. Returns 0 or < 0. */
int frontend_snapshot(struct frontend *f);
/** The next one is a new one: it is over, or a failure sticks to it. */
void frontend_close_snapshot(struct frontend *f);

void frontend_send(struct frontend *f, uint64_t conn, const struct wire_bytes *payload);
/** Returns 0, or < 0 without memory. */
int frontend_refuse(struct frontend *f, struct job *job, const struct refusal *refusal);

/** NULL when it is gone. */
struct session *frontend_session(struct frontend *f, uint64_t conn);

/** For struct net_handler. */
int frontend_on_open(void *ctx, uint64_t conn, const struct net_peer *peer);
void frontend_on_close(void *ctx, uint64_t conn, enum net_why why, const char *detail);
void frontend_on_refused(void *ctx, const char *address, enum net_why why, const char *detail);

#endif
