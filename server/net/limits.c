// SPDX-License-Identifier: Apache-2.0
/*
 * Defaults of the limits, each with its reason. They are meant for one server with thousands of
 * people and tools; nothing here is a protocol rule, so each may be set.
 */
#include "net/limits.h"

#include "proto/frame.h"

void net_limits_default(struct net_limits *ret)
{
    *ret = (struct net_limits){
        // About 40 KiB each when idle, 160 MiB in all, and well below a usual nofile of 8192
        .conns_max = 4096,
        // A company behind one address; still only a sixteenth of all
        .conns_per_address_max = 256,
        // A second's worth of work at the rate below, and some for far-away clients
        .handshakes_max = 512,
        // Store, logs, resolver
        .nofile_reserve = 64,

        // One costs about 1.3 ms of CPU at the server: 300 leave half of a core for work
        .handshakes_per_s = 300,
        .handshake_burst = 300,
        // A script that starts a client for each command makes about 25, and a company sits behind
        // one address; still a fraction of what all may make
        .address_handshakes_per_s = 60,
        .address_handshake_burst = 200,
        .accepts_per_wake = 64,
        // Up to a millisecond each
        .turn_handshakes = 2,
        // Holds those that wait for a handshake in a rush, three seconds at the rate above
        .backlog = 1024,

        // Three round trips with retransmissions
        .handshake_ms = 5 * 1000,
        // A client speaks as soon as it has read the greeting
        .first_frame_ms = 10 * 1000,
        // A modem does better; who sends a byte now and then holds memory for nothing
        .frame_grace_ms = 5 * 1000,
        .frame_bytes_per_s = 1024,
        // Clients that stay connected ping more often than that
        .idle_ms = 15 * 60 * 1000,
        // A certificate is only looked at in a handshake
        .age_ms = 24 * 60 * 60 * 1000,
        // The same kilobyte a second as for input
        .stuck_ms = 60 * 1000,
        .stuck_bytes = 64 * 1024,
        .drain_ms = 10 * 1000,
        // For our last words to arrive: closing with input unread would destroy them
        .linger_ms = 2 * 1000,

        .frame_bytes = FRAME_BYTES_DEFAULT,
        // Four TLS records: few enough that nobody waits long, enough to be quick
        .turn_bytes = 64 * 1024,
        // Some pages of a long list; a client that takes less has stopped reading
        .out_pause_bytes = 1024 * 1024,
        // Replies to what was read before the pause, and events that were pushed
        .out_max_bytes = 8 * 1024 * 1024,

        // A client changes keys after many gigabytes. One costs 100 us of CPU
        .key_updates_per_s = 1,
        .key_update_burst = 32,

        // Twice what a bad mobile link needs to come back
        .user_timeout_ms = 30 * 1000,
        // A dead peer is noticed within 90 s although nothing is sent
        .keepalive_idle_s = 60,
        .keepalive_interval_s = 10,
        .keepalive_count = 3,
    };
}

const char *net_limits_check(const struct net_limits *l)
{
    const struct {
        const char *name;
        uint64_t value;
    } fields[] = {
        {"conns_max", l->conns_max},
        {"conns_per_address_max", l->conns_per_address_max},
        {"handshakes_max", l->handshakes_max},
        {"nofile_reserve", l->nofile_reserve},
        {"handshakes_per_s", l->handshakes_per_s},
        {"handshake_burst", l->handshake_burst},
        {"address_handshakes_per_s", l->address_handshakes_per_s},
        {"address_handshake_burst", l->address_handshake_burst},
        {"accepts_per_wake", l->accepts_per_wake},
        {"turn_handshakes", l->turn_handshakes},
        {"backlog", l->backlog},
        {"handshake_ms", l->handshake_ms},
        {"first_frame_ms", l->first_frame_ms},
        {"frame_grace_ms", l->frame_grace_ms},
        {"frame_bytes_per_s", l->frame_bytes_per_s},
        {"idle_ms", l->idle_ms},
        {"age_ms", l->age_ms},
        {"stuck_ms", l->stuck_ms},
        {"drain_ms", l->drain_ms},
        {"linger_ms", l->linger_ms},
        {"frame_bytes", l->frame_bytes},
        {"turn_bytes", l->turn_bytes},
        {"out_pause_bytes", l->out_pause_bytes},
        {"out_max_bytes", l->out_max_bytes},
        {"stuck_bytes", l->stuck_bytes},
        {"key_updates_per_s", l->key_updates_per_s},
        {"key_update_burst", l->key_update_burst},
        {"user_timeout_ms", l->user_timeout_ms},
        {"keepalive_idle_s", l->keepalive_idle_s},
        {"keepalive_interval_s", l->keepalive_interval_s},
        {"keepalive_count", l->keepalive_count},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        // What the kernel takes as an int must fit one
        if (fields[i].value == 0 || fields[i].value > INT32_MAX) {
            return fields[i].name;
        }
    }
    if (l->conns_max > NET_CONNS_MAX) {
        return "conns_max";
    }
    if (l->frame_bytes > FRAME_BYTES_MAX) {
        return "frame_bytes";
    }
    if (l->out_max_bytes < l->out_pause_bytes) {
        return "out_max_bytes";
    }
    return NULL;
}
