// SPDX-License-Identifier: Apache-2.0
#ifndef NET_PEERS_H
#define NET_PEERS_H

/*
 * What each address has: connections now, and a bucket of handshakes. An address is an IPv4
 * address, or an IPv6 /64, since a single host owns at least that.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "net/limits.h"

struct peers;

/** An address, as the table knows it. */
struct peers_key {
    uint8_t bytes[16]; // IPv6, lower half zero; IPv4 mapped into it, whole
};

enum peers_outcome {
    PEERS_TOO_MANY = 1, // connections of this address, or addresses to remember
    PEERS_TOO_FAST,     // handshakes of this address
};

/** limits is borrowed. Returns 0, < 0. */
int peers_new(const struct net_limits *limits, struct peers **ret);
void peers_free(struct peers *peers);

void peers_key(const struct sockaddr_storage *addr, struct peers_key *ret);

/** One more connection. Returns 0 (peers_leave() must follow), PEERS_x, or < 0 without memory.
 * now_ms as for struct bucket. */
int peers_enter(struct peers *peers, const struct peers_key *key, uint64_t now_ms);

/** One less. */
void peers_leave(struct peers *peers, const struct peers_key *key);

/** Addresses remembered now. */
size_t peers_count(const struct peers *peers);

#endif
