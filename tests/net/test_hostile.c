// SPDX-License-Identifier: Apache-2.0
/*
 * What OpenSSL and the kernel leave to us: floods of key updates, one connection's errors in
 * another's calls, a process without descriptors.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/tlscall.h"
#include "t.h"
#include "tests/net/stage.h"

/** Change keys, and ask the server to do the same or not. Returns false when it has hung up. */
static bool update_keys(struct guest *g, int type)
{
    return SSL_key_update(g->ssl, type) == 1 && guest_shake(g) == TLSCALL_DONE;
}

T_TEST(hostile, a_flood_of_key_updates_is_cut)
{
    static const int types[] = {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED};
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    for (size_t i = 0; i < 2; i++) {
        guest_open(&g, s.port, s.ctx);
        guest_echo(&g, "hello");
        for (int n = 0; n < 20000 && update_keys(&g, types[i]); n++) {
        }
        T_EQ_INT(HOST_UNTIL(s.host, seen.closes == i + 1).why, NET_WHY_KEY_UPDATES);
        guest_reset(&g);
    }
    stage_fini(&s);
}

T_TEST(hostile, data_between_them_does_not_excuse_key_updates)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.key_update_burst = 100;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    for (int n = 0; n < 2000 && update_keys(&g, SSL_KEY_UPDATE_NOT_REQUESTED); n++) {
        // Not read: replies are few, and the last ones never come
        if (guest_write(&g, "\0\0\0\1S", 5) != TLSCALL_DONE) {
            break;
        }
    }
    T_EQ_INT(HOST_UNTIL(s.host, seen.closes == 1).why, NET_WHY_KEY_UPDATES);
    guest_reset(&g);
    stage_fini(&s);
}

T_TEST(hostile, key_updates_now_and_then_are_fine)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    for (int n = 0; n < 30; n++) {
        T_CHECK(update_keys(&g, n % 2 ? SSL_KEY_UPDATE_NOT_REQUESTED : SSL_KEY_UPDATE_REQUESTED));
        guest_echo(&g, "hello");
    }
    T_EQ_INT(host_look(s.host).closes, 0);
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(hostile, an_error_left_in_the_queue_harms_no_connection)
{
    struct stage s;
    struct guest g;
    struct guest other;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_open(&other, s.port, s.ctx);
    for (int i = 0; i < 20; i++) {
        guest_echo(&g, "Error");
        guest_echo(&other, "hello");
    }
    // While a handshake is going on, too
    struct guest late;
    guest_prepare(&late, s.port, s.ctx);
    SSL_do_handshake(late.ssl);
    guest_echo(&g, "Error");
    T_EQ_INT(guest_shake(&late), TLSCALL_DONE, "%s", late.why);
    guest_echo(&late, "hello");
    T_EQ_INT(host_look(s.host).closes, 0);
    guest_close(&g);
    guest_close(&other);
    guest_close(&late);
    stage_fini(&s);
}

/** A TCP socket that isn't connected yet, and its connection later: that takes no descriptor. */
static int reserve_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    T_CHECK(fd >= 0);
    return fd;
}

static void connect_to(int fd, uint16_t port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    T_EQ_INT(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
}

/** Allow `more` descriptors beyond those that are open. Returns what was allowed before. */
static struct rlimit starve(rlim_t more)
{
    struct rlimit before;
    int next = dup(0);

    T_CHECK(next > 0);
    close(next);
    T_EQ_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit now = {.rlim_cur = (rlim_t)next + more, .rlim_max = before.rlim_max};
    T_EQ_INT(setrlimit(RLIMIT_NOFILE, &now), 0);
    return before;
}

T_TEST(hostile, without_descriptors_it_neither_spins_nor_stops)
{
    enum { FDS = 3 };
    struct stage s;
    struct guest g;
    struct guest later;
    int fds[FDS];

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "hello");
    for (int i = 0; i < FDS; i++) {
        fds[i] = reserve_socket();
    }
    struct rlimit before = starve(0);
    uint64_t turns = host_look(s.host).turns;
    for (int i = 0; i < FDS; i++) {
        connect_to(fds[i], s.port);
    }
    // The first is taken and closed, then it waits, then the second
    struct host_seen last = HOST_UNTIL(s.host, seen.stats.accept_pauses == 2);
    T_CHECK(last.turns - turns < 50, "%llu turns", (unsigned long long)(last.turns - turns));
    T_EQ_INT(last.stats.refused, 2);
    T_CHECK(!last.stats.accepting);
    guest_echo(&g, "served all the while");

    T_EQ_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
    guest_open(&later, s.port, s.ctx);
    guest_echo(&later, "let in again");
    for (int i = 0; i < FDS; i++) {
        close(fds[i]);
    }
    guest_close(&g);
    guest_close(&later);
    stage_fini(&s);
}

T_TEST(hostile, the_last_descriptors_are_left_to_others)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "hello");
    int fd = reserve_socket();
    // A quarter of so few is kept: more than these two
    struct rlimit before = starve(2);
    connect_to(fd, s.port);
    struct host_seen last = HOST_UNTIL(s.host, seen.stats.refused == 1);
    T_EQ_INT(last.stats.accept_pauses, 1);
    T_EQ_INT(last.stats.conns, 1);

    T_EQ_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
    close(fd);
    // The end of a connection opens the door at once
    guest_close(&g);
    last = HOST_UNTIL(s.host, seen.stats.conns == 0);
    T_CHECK(last.stats.accepting);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "let in again");
    guest_close(&g);
    stage_fini(&s);
}
