// SPDX-License-Identifier: Apache-2.0
/**
 * feed: a connection that gives events: what was asked for, and how far it was handed over.
 *
 * `positions` is the only truth about progress. An event is handed over and its position passed in
 * one step; a new connection subscribes from there, once nothing of the old one is left. So an
 * event comes out once, whatever the connections do.
 */
#ifndef SLATE_CLIENT_LIB_FEED_H
#define SLATE_CLIENT_LIB_FEED_H

#include <slate.h>

#include "client/lib/codec.h"
#include "client/lib/positions.h"

/** Zeroed it is off. */
struct feed {
    bool on;   /* slate_subscribe() has succeeded */
    bool live; /* the link's session is subscribed; never without a session */
    char *contract;
    char *team;
    enum slate_event_kind *kinds;
    size_t n_kinds;
    bool resumes; /* its positions are all that there was when it was last connected */
    struct positions positions; /* behind what was handed over */
    uint64_t id;                /* of the Subscribe, while live */
    uint64_t reconnects;
    struct slate_result *batch;    /* what has come and is not all handed over; NULL = none */
    const struct codec_feed *told; /* what it says; lives in it */
    size_t next;                   /* event of it */
};

void feed_fini(struct feed *f);

#endif
