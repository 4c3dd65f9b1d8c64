// SPDX-License-Identifier: Apache-2.0
/*
 * A hash table of addresses. The hash is keyed at random, so that nobody can choose addresses that
 * fall together.
 *
 * An entry is worth remembering while it has connections or its bucket isn't full. The others are
 * dropped when a search comes past them, and all at once when the table has reached its bound.
 */
#include "net/peers.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "net/bucket.h"

#define N_CHAINS 4096 // power of two: about one entry each with the default limit on connections

/** Addresses remembered at most, 4 MiB: those beyond the connections are there for three seconds.
 */
#define PEERS_MAX 65536

/** A sweep that frees nothing must not be repeated for each connection of a flood. */
#define SWEEP_MS 1000

struct peer {
    struct peer *next;
    struct peers_key key;
    uint32_t conns;
    struct bucket handshakes;
};

struct peers {
    const struct net_limits *limits;
    uint64_t secret[5]; // one for each word of a key, one to start from
    size_t n;
    uint64_t swept_ms;
    struct peer *chains[N_CHAINS];
};

int peers_new(const struct net_limits *limits, struct peers **ret)
{
    struct peers *peers = calloc(1, sizeof(*peers));
    if (!peers) {
        return -1;
    }
    if (getrandom(peers->secret, sizeof(peers->secret), 0) != sizeof(peers->secret)) {
        free(peers);
        return -1;
    }
    peers->limits = limits;
    *ret = peers;
    return 0;
}

void peers_free(struct peers *peers)
{
    if (!peers) {
        return;
    }
    for (size_t i = 0; i < N_CHAINS; i++) {
        struct peer *next;
        for (struct peer *p = peers->chains[i]; p; p = next) {
            next = p->next;
            free(p);
        }
    }
    free(peers);
}

void peers_key(const struct sockaddr_storage *addr, struct peers_key *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (addr->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)addr;
        bool is_mapped = IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);
        memcpy(ret->bytes, &in6->sin6_addr, is_mapped ? 16 : 8);
    } else if (addr->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)addr;
        ret->bytes[10] = ret->bytes[11] = 0xff;
        memcpy(ret->bytes + 12, &in->sin_addr, 4);
    }
}

/** Multilinear hashing: two keys meet by chance alone, whoever chose them. */
static size_t hash(const struct peers *peers, const struct peers_key *key)
{
    uint64_t sum = peers->secret[4];

    for (size_t i = 0; i < 4; i++) {
        uint32_t word;
        memcpy(&word, key->bytes + 4 * i, sizeof(word));
        sum += peers->secret[i] * word;
    }
    return (size_t)(sum >> 32) & (N_CHAINS - 1);
}

static bool is_idle(const struct peer *p, uint64_t now_ms)
{
    return p->conns == 0 && p->handshakes.full_us <= now_ms * 1000;
}

/** The entry for key in a chain, NULL when there is none. Drops idle entries on its way. */
static struct peer *search(struct peers *peers, size_t chain, const struct peers_key *key,
                           uint64_t now_ms)
{
    struct peer **link = &peers->chains[chain];
    struct peer *found = NULL;

    while (*link) {
        struct peer *p = *link;
        if (key && memcmp(&p->key, key, sizeof(*key)) == 0) {
            found = p;
        } else if (is_idle(p, now_ms)) {
            *link = p->next;
            free(p);
            peers->n--;
            continue;
        }
        link = &p->next;
    }
    return found;
}

static bool make_room(struct peers *peers, uint64_t now_ms)
{
    if (peers->n < PEERS_MAX) {
        return true;
    }
    if (now_ms - peers->swept_ms >= SWEEP_MS) {
        peers->swept_ms = now_ms;
        for (size_t i = 0; i < N_CHAINS; i++) {
            search(peers, i, NULL, now_ms);
        }
    }
    return peers->n < PEERS_MAX;
}

int peers_enter(struct peers *peers, const struct peers_key *key, uint64_t now_ms)
{
    const struct net_limits *l = peers->limits;
    size_t chain = hash(peers, key);
    struct peer *p = search(peers, chain, key, now_ms);

    if (!p) {
        if (!make_room(peers, now_ms)) {
            return PEERS_TOO_MANY;
        }
        p = calloc(1, sizeof(*p));
        if (!p) {
            return -1;
        }
        p->key = *key;
        p->next = peers->chains[chain];
        peers->chains[chain] = p;
        peers->n++;
    }
    if (p->conns >= l->conns_per_address_max) {
        return PEERS_TOO_MANY;
    }
    if (!bucket_has(&p->handshakes, now_ms, l->address_handshakes_per_s,
                    l->address_handshake_burst)) {
        return PEERS_TOO_FAST;
    }
    bucket_take(&p->handshakes, now_ms, l->address_handshakes_per_s, l->address_handshake_burst);
    p->conns++;
    return 0;
}

void peers_leave(struct peers *peers, const struct peers_key *key)
{
    struct peer *p = search(peers, hash(peers, key), key, 0);

    assert(p && p->conns > 0);
    p->conns--;
}

size_t peers_count(const struct peers *peers)
{
    return peers->n;
}
