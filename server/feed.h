// SPDX-License-Identifier: Apache-2.0
/**
 * feed: live events of one network thread: who has subscribed to what, and how far each has come.
 *
 * Events are pulled, never pushed: a commit only says that there is something, and each
 * subscription then reads the journal on from its own positions, from one snapshot, as far as its
 * connection takes it. So a slow reader holds nothing but its positions, nothing is lost while it
 * is slow, and a client that comes back with the newest positions that it has seen goes on without
 * a gap and without a repetition. What an event's subscriber may know of is asked of the policy for
 * each event, as the principal is now.
 *
 * Without subscriptions it costs nothing: the writer asks for one number after a commit.
 */
#ifndef SLATE_FEED_H
#define SLATE_FEED_H

#include "call.h"

enum {
    FEED_PER_PRINCIPAL_MAX = 16,       /* a person's terminals and some tools, not a leak of them */
    FEED_QUEUED_BYTES_MAX = 256 << 10, /* waiting for one connection; some seconds of a bad link */
    FEED_SCAN_MAX = 500, /* entries looked at for one subscription before others have a turn */
    FEED_POSITIONS_MS =
        3000, /* so often at most positions are told beside which nothing happened */
    /* So often at least something is told: a connection on which nothing happens is closed. */
    FEED_ALIVE_MS = 300000,
    FEED_TICK_MS = 1000, /* how often what waits for time is looked at */
    /* A reader that takes nothing for so long is told to come back; the connection itself would be
     * cut later, without a word. */
    FEED_STUCK_MS = 30000,
};

struct feed;

struct feed_options {
    struct env *env;
    struct books *books;
    /** Sends a payload; the connection may be gone. */
    void (*send)(void *user, uint64_t conn, const struct wire_bytes *payload);
    /** Bytes waiting for a connection; not 0 if it is gone. */
    int (*queued)(void *user, uint64_t conn, size_t *ret_bytes);
    /** Closes it behind what was sent. */
    void (*close)(void *user, uint64_t conn);
    void *user;
};

/** Everything is borrowed. Returns 0 or < 0. */
int feed_new(const struct feed_options *options, struct feed **ret);
/** Accepts NULL. */
void feed_free(struct feed *feed);

/** Subscriptions now. Any thread. */
size_t feed_count(const struct feed *feed);

/** See call_handler; call->feed and call->conn are set. */
int feed_subscribe(struct call *call);

/** When the certificate of a connection expires its subscription ends. After feed_subscribe; does
 * nothing for a connection without one. */
void feed_set_expiry(struct feed *feed, uint64_t conn, int64_t expires_at);

/** The connection is gone. */
void feed_forget(struct feed *feed, uint64_t conn);

/** There may be something new for everybody. */
void feed_wake(struct feed *feed);
/** A connection has taken all that was sent. True if something more waits for it. */
bool feed_taken(struct feed *feed, uint64_t conn);
/** FEED_TICK_MS have passed. */
void feed_tick(struct feed *feed);

/** Something is to be done in feed_turn. */
bool feed_is_due(const struct feed *feed);

/**
 * Serves every subscription that has something to be done, each a bounded piece. txn: a snapshot
 * that was begun after the feed_wake before. at: the wall clock; now_us: a clock that never jumps.
 * Returns true if more is left to be done at once; *ret_tick: feed_tick is wanted.
 */
bool feed_turn(struct feed *feed, struct txn *txn, int64_t at, int64_t now_us, bool *ret_tick);

/** Ends all, telling each that the server stops. */
void feed_stop(struct feed *feed);

#endif
