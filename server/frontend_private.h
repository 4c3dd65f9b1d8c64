// SPDX-License-Identifier: Apache-2.0
/** Between frontend.c (requests and answers, the turn), frontend_session.c (who is connected) and
 * frontend_quota.c (who is not read for a while, or refused). */
#ifndef SLATE_FRONTEND_PRIVATE_H
#define SLATE_FRONTEND_PRIVATE_H

#include <stdatomic.h>
#include <stdint.h>

/* The key is a connection's number, which counts up: a multiplication spreads it. */
#define HASH_FUNCTION(key, bytes, hash) \
    ((hash) = (unsigned)((*(const uint64_t *)(key)*UINT64_C(0x9e3779b97f4a7c15)) >> 32))
#include <uthash.h>

#include <openssl/types.h>

#include "auth/pki.h"
#include "feed.h"
#include "frontend.h"
#include "frontend_enrol.h"
#include "net/peers.h"
#include "quota.h"

/** Why nothing is read from a connection; it is read again when there is no reason left. */
enum held {
    HELD_PIPELINE = 1, /* its own unanswered writes */
    HELD_WRITES = 2,   /* those of its principal */
    HELD_DEAF = 4,     /* its principal was told too often that it asks too much */
};

struct session {
    uint64_t conn;
    uint32_t principal;
    char name[PRINCIPAL_NAME_BYTES];
    int64_t expires_at; /* of its certificate */
    size_t unanswered;  /* writes */
    unsigned held;      /* set of enum held */
    bool unlogged;      /* enrols, and nothing was said of it: see frontend_on_refused */
    bool enrols;        /* speaks slate-enrol/1: is nobody yet, and has nothing of the next four */
    struct quota_part *part;
    X509 *certificate;
    STACK_OF(X509) * chain; /* shown with it; or NULL */
    uint8_t key_sha256[PKI_HASH_BYTES];
    struct peers_key address;
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
    uint64_t busy_conn; /* whose frames were taken last in this turn, and what they took */
    int64_t busy_us;
    struct quota *quota;
    /* When the one timer of the net is to be told of; INT64_MAX: not at all. clock_boot_us() */
    int64_t feed_us;       /* feed_tick */
    int64_t listen_us;     /* end of HELD_DEAF */
    atomic_bool committed; /* since the feed was last woken */
    atomic_bool review;    /* principals were changed */
    struct frontend_enrol enrol;
    struct bucket strangers; /* lines of the log that are left to those whom nobody knows */
    uint64_t n_unlogged;     /* that had none, since the last that had one */
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

/** The stamp of a frame that was read at received_at. */
int64_t frontend_stamp(struct frontend *f, int64_t received_at);
/** The job goes to the writer, at the end of this turn. False: too many wait, and it stays the
 * caller's. */
bool frontend_gather(struct frontend *f, struct session *s, struct job *job);

/** Nothing is read from it, for this reason too; and without it. */
void frontend_hold(struct frontend *f, struct session *s, enum held why);
void frontend_let(struct frontend *f, struct session *s, enum held why);
/** A write of this session's principal was taken, or answered; frame_bytes of its job. The session
 * of an answer may be gone. */
void frontend_wrote(struct frontend *f, const struct session *s, size_t frame_bytes);
void frontend_answered(struct frontend *f, uint32_t principal, size_t frame_bytes);

/** May the job be done, which came in a frame of n bytes? Returns 0; 1: no, and its refusal was
 * sent; < 0: no, and the connection must go. */
int frontend_ask(struct frontend *f, struct session *s, struct job *job, size_t n);

/** Has on_timer called at the earlier of both times. */
void frontend_arm(struct frontend *f);
/** Those that were not read because they were told too often are read again. */
void frontend_listen_again(struct frontend *f);

/** What a connection that enrols says. Result as of net_handler. */
int frontend_enrol_frame(struct frontend *f, struct session *s, const uint8_t *payload, size_t n,
                         int64_t received_at);
/** Its answer, which ends it. */
void frontend_enrol_finish(struct frontend *f, struct session *s, const struct job *job);

/** Closes the connections of those that may not be connected any more. Returns 0 or < 0. */
int frontend_sweep(struct frontend *f);
/** Frees it, and forgets it. */
void frontend_forget(struct frontend *f, struct session *s);

/** NULL when it is gone. */
struct session *frontend_session(struct frontend *f, uint64_t conn);

/** For struct net_handler. */
int frontend_on_open(void *ctx, uint64_t conn, const struct net_peer *peer);
void frontend_on_close(void *ctx, uint64_t conn, enum net_why why, const char *detail);
void frontend_on_refused(void *ctx, const char *address, enum net_why why, const char *detail);

#endif
