// SPDX-License-Identifier: Apache-2.0
/**
 * client: struct slate: a link, and the flights over it or the feed from it.
 */
#ifndef SLATE_CLIENT_LIB_CLIENT_H
#define SLATE_CLIENT_LIB_CLIENT_H

#include <slate.h>

#include "client/lib/feed.h"
#include "client/lib/flight.h"
#include "client/lib/link.h"

struct slate {
    struct link link;
    uint32_t timeout_ms;
    uint64_t last_id; // of a request
    struct flights flights;
    struct feed feed;
    unsigned failures;        // connections in a row that came to nothing
    int64_t connect_after_us; // steady
    struct slate_error why;   // of the last of them
};

#endif
