// SPDX-License-Identifier: Apache-2.0
#ifndef NET_LIMITS_H
#define NET_LIMITS_H

/*
 * Everything that the network side refuses, stops or closes by, in one place. Defaults and their
 * reasons are in limits.c. No field may be 0, unless it says so.
 */

#include <stddef.h>
#include <stdint.h>

/** Above this, a table for all connections would no longer be a small thing. */
#define NET_CONNS_MAX 1000000

struct net_limits {
    // How many
    uint32_t conns_max;             // connections in all
    uint32_t conns_per_address_max; // connections of one address (IPv6: of one /64)
    uint32_t handshakes_max;        // unfinished handshakes; beyond it the oldest is dropped
    uint32_t nofile_reserve;        // descriptors kept free for the rest of the process

    // How fast
    uint32_t handshakes_per_s;         // in all; beyond it connections wait in the backlog
    uint32_t handshake_burst;          //
    uint32_t address_handshakes_per_s; // of one address; beyond it they are refused
    uint32_t address_handshake_burst;  //
    uint32_t accepts_per_wake;         // accepted in one go before others get a turn
    uint32_t turn_handshakes;          // continued in one go, so too
    uint32_t backlog;                  // of listen()

    // How long
    uint32_t handshake_ms;      // from accept to the end of the handshake
    uint32_t first_frame_ms;    // from then to the end of the first frame
    uint32_t frame_grace_ms;    // a frame may take this long, plus its bytes at frame_bytes_per_s
    uint32_t frame_bytes_per_s; //
    uint32_t idle_ms;           // without a whole frame in either direction
    uint32_t age_ms;            // of a connection; the client comes back with a new handshake
    uint32_t stuck_ms;          // for the peer to take stuck_bytes of what waits for it
    uint32_t drain_ms;          // for the queue of a connection that is to be closed
    uint32_t linger_ms;         // for the peer to close, after we did

    // How much
    size_t frame_bytes;     // payload of a frame, unless net_frame_limit() says otherwise
    size_t turn_bytes;      // read from, or written to, one connection before others get a turn
    size_t out_pause_bytes; // waiting for the peer: we stop reading from it
    size_t out_max_bytes;   // waiting for the peer: it is cut; >= out_pause_bytes
    size_t stuck_bytes;     //

    // TLS
    uint32_t key_updates_per_s; // on average since the handshake
    uint32_t key_update_burst;  // above that average; and in a row without a byte of data

    // TCP
    uint32_t user_timeout_ms;  // data sent and not acknowledged
    uint32_t keepalive_idle_s; //
    uint32_t keepalive_interval_s;
    uint32_t keepalive_count;
};

/** The defaults. */
void net_limits_default(struct net_limits *ret);

/** The name of the first field that is 0 or out of its range; NULL when all is well. */
const char *net_limits_check(const struct net_limits *limits);

#endif
