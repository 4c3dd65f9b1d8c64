// SPDX-License-Identifier: Apache-2.0
#ifndef NET_DEADLINE_H
#define NET_DEADLINE_H

/*
 * By when something must have happened on a connection: its handshake, its first frame, the rest of
 * a frame, the peer's taking its replies, anything at all. A pure function of the connection.
 */

#include <stdbool.h>
#include <stdint.h>

#include "net/net.h"

struct conn;

/** The earliest deadline of a connection that isn't closed, in milliseconds of uv_now(), and what
 * it means to miss it. is_reading: input is being read, so that the peer can be blamed for its
 * lack. */
uint64_t deadline_next(const struct conn *c, bool is_reading, enum net_why *ret_why);

#endif
