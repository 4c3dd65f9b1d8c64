// SPDX-License-Identifier: Apache-2.0
/** Between feed.c (who has subscribed, and when each has its turn) and feed_pull.c (what one is
 * told). */
#ifndef SLATE_FEED_PRIVATE_H
#define SLATE_FEED_PRIVATE_H

#include <stdatomic.h>
#include <stdint.h>

/* The key is a connection's number, which counts up: a multiplication spreads it. */
#define HASH_FUNCTION(key, bytes, hash) \
    ((hash) = (unsigned)((*(const uint64_t *)(key)*UINT64_C(0x9e3779b97f4a7c15)) >> 32))
#include <uthash.h>

#include "books.h"
#include "feed.h"
#include "proto/frame.h"

/** How far a subscription has come in one contract. */
struct feed_position {
    uint32_t contract;
    uint64_t next_seq; /* to be looked at */
    bool untold;       /* it moved since a Feed told of it */
};

struct feed_subscription {
    uint64_t conn;
    uint64_t id; /* of the Subscribe */
    uint32_t principal;
    uint64_t generation;     /* of the principal and of the book, as the positions were made for */
    const struct book *book; /* only to see at once that it is another one */
    int64_t expires_at;
    uint32_t contract;        /* id, 0 = all */
    uint32_t team;            /* id, 0 = all */
    uint32_t kinds;           /* bit (1u << enum reply_event_kind); 0 = all */
    uint32_t newest_contract; /* highest id that there was when it began: later ones are new */
    struct feed_position *positions; /* ascending by contract */
    size_t n_positions;
    size_t max_positions; /* allocated */
    size_t turn;          /* the position that is looked at first */
    bool due;             /* there may be something to look at */
    bool waiting;         /* there is, and the connection does not take it */
    int64_t waiting_us;   /* since when it takes nothing */
    size_t waiting_bytes; /* what waited then */
    int64_t told_us;      /* the last Feed */
    UT_hash_handle hh;
};

struct feed {
    struct feed_options o;
    struct feed_subscription *subscriptions;
    atomic_size_t count;
    struct arena frame; /* of the Feed at hand */
    struct arena row;   /* of the entry at hand */
    bool woken;
    bool ticked;
};

/** The principal may know of some ticket of the contract. */
bool feed_sees(const struct principal *who, const struct book *book,
               const struct book_contract *contract);

/** What feed_pull came to. */
enum feed_pulled {
    FEED_PULLED_ALL = 0, /* everything up to the snapshot was looked at */
    FEED_PULLED_SOME,    /* there is more */
    FEED_PULLED_ENDED,   /* the refusal says why it cannot go on */
};

/**
 * Looks at up to FEED_SCAN_MAX entries and sends what the subscription is to see of them in one
 * Feed, or nothing but positions when `tell`. call: of the subscription's principal, over the
 * snapshot.
 */
enum feed_pulled feed_pull(struct feed *feed, struct feed_subscription *s, struct call *call,
                           bool tell, int64_t now_us);

/** Sends a last Feed: positions, and why it is the last. */
void feed_say_end(struct feed *feed, struct feed_subscription *s, const struct book *book,
                  const struct refusal *refusal);

#endif
