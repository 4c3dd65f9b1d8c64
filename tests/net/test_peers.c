// SPDX-License-Identifier: Apache-2.0
#include "net/peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "t.h"

static struct peers_key key_of(const char *text)
{
    struct sockaddr_storage addr = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)&addr;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)&addr;
    struct peers_key key;

    if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
        addr.ss_family = AF_INET;
    } else {
        T_EQ_INT(inet_pton(AF_INET6, text, &in6->sin6_addr), 1);
        addr.ss_family = AF_INET6;
    }
    peers_key(&addr, &key);
    return key;
}

static void limits_of(struct net_limits *ret, uint32_t conns, uint32_t per_s, uint32_t burst)
{
    net_limits_default(ret);
    ret->conns_per_address_max = conns;
    ret->address_handshakes_per_s = per_s;
    ret->address_handshake_burst = burst;
}

T_TEST(peers, an_address_is_an_ipv4_address_or_an_ipv6_network)
{
    static const struct {
        const char *a;
        const char *b;
        int is_same;
    } rows[] = {
        {"192.0.2.1", "192.0.2.1", 1},
        {"192.0.2.1", "192.0.2.2", 0},
        {"192.0.2.1", "::ffff:192.0.2.1", 1},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.2", 0},
        {"2001:db8::1", "2001:db8::ffff:0:0:1", 1},
        {"2001:db8::1", "2001:db8:0:1::1", 0},
        {"2001:db8::1", "192.0.2.1", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct net_limits limits;
        struct peers *peers = NULL;
        struct peers_key a = key_of(rows[i].a);
        struct peers_key b = key_of(rows[i].b);

        limits_of(&limits, 1, 100, 100);
        T_EQ_INT(peers_new(&limits, &peers), 0);
        T_EQ_INT(peers_enter(peers, &a, 1000), 0);
        T_EQ_INT(peers_enter(peers, &b, 1000), rows[i].is_same ? PEERS_TOO_MANY : 0, "row %zu", i);
        peers_free(peers);
    }
}

T_TEST(peers, each_has_its_own_bucket)
{
    struct net_limits limits;
    struct peers *peers = NULL;
    struct peers_key a = key_of("192.0.2.1");
    struct peers_key b = key_of("192.0.2.2");

    limits_of(&limits, 100, 10, 3);
    T_EQ_INT(peers_new(&limits, &peers), 0);
    for (int i = 0; i < 3; i++) {
        T_EQ_INT(peers_enter(peers, &a, 1000), 0);
        peers_leave(peers, &a);
    }
    T_EQ_INT(peers_enter(peers, &a, 1000), PEERS_TOO_FAST, "leaving gives nothing back");
    T_EQ_INT(peers_enter(peers, &b, 1000), 0);
    T_EQ_INT(peers_enter(peers, &a, 1100), 0);
    peers_free(peers);
}

/** Enter n addresses, each in a network of its own, and leave. Returns how many were refused. */
static uint32_t flood(struct peers *peers, uint8_t first, uint32_t n, uint64_t now_ms)
{
    uint32_t refused = 0;

    for (uint32_t i = 0; i < n; i++) {
        struct peers_key key = {
            {first, 0, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        int r = peers_enter(peers, &key, now_ms);
        T_CHECK(r == 0 || r == PEERS_TOO_MANY, "%d", r);
        if (r == 0) {
            peers_leave(peers, &key);
        }
        refused += r != 0;
    }
    return refused;
}

T_TEST(peers, a_flood_of_addresses_is_bounded_and_forgotten)
{
    struct net_limits limits;
    struct peers *peers = NULL;
    struct peers_key friend = key_of("192.0.2.1");

    limits_of(&limits, 10, 1, 1);
    T_EQ_INT(peers_new(&limits, &peers), 0);
    T_EQ_INT(peers_enter(peers, &friend, 5000), 0);
    uint32_t refused = flood(peers, 0x20, 200000, 5000);
    size_t n = peers_count(peers);
    T_CHECK(n > 10000 && n <= 100000, "%zu are remembered", n);
    T_EQ_INT(refused, 200001 - n);

    // All of their buckets are full again: there is room for as many others, and the friend is
    // still known
    T_EQ_INT(flood(peers, 0x21, 50000, 8000), 0);
    T_CHECK(peers_count(peers) <= n, "%zu", peers_count(peers));
    peers_leave(peers, &friend);
    peers_free(peers);
}
