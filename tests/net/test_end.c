// SPDX-License-Identifier: Apache-2.0
/*
 * The beginning and the end of the loop, and what wakes it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/tlscall.h"
#include "proto/tlsctx.h"
#include "t.h"
#include "tests/net/stage.h"

static bool can_connect(uint16_t port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    T_CHECK(fd >= 0);
    int r = connect(fd, (struct sockaddr *)&addr, sizeof(addr));
    close(fd);
    return r == 0;
}

T_TEST(end, draining_sends_every_reply_and_lets_nobody_in)
{
    enum { FRAMES = 1000, BYTES = 10000 };
    static uint8_t got[BYTES];
    struct net_limits limits;
    struct stage s;
    struct guest g;
    struct guest idle;
    struct guest shaking;

    host_limits(&limits);
    limits.out_max_bytes = 100 * 1000 * 1000;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    guest_open(&idle, s.port, s.ctx);
    guest_connect(&shaking, s.port);
    guest_say(&g, "B1000");
    HOST_UNTIL(s.host, seen.frames == 1);
    host_drain(s.host);
    HOST_UNTIL(s.host, !seen.stats.accepting);
    T_CHECK(!can_connect(s.port));

    T_EQ_INT(guest_expect_end(&idle), TLSCALL_CLOSED);
    guest_close(&idle);
    for (int i = 0; i < FRAMES; i++) {
        T_EQ_INT(guest_receive(&g, got, sizeof(got)), BYTES, "frame %d: %s", i, g.why);
    }
    T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED);
    guest_close(&g);
    struct host_seen last = HOST_UNTIL(s.host, seen.has_ended);
    T_EQ_INT(last.closes, 2);
    T_EQ_INT(last.why, NET_WHY_US);
    T_EQ_INT(last.refusals, 1);
    T_EQ_INT(last.why_not, NET_WHY_US);
    T_EQ_INT(last.stats.conns, 0);
    guest_close(&shaking);
    stage_fini(&s);
}

T_TEST(end, a_quiet_net_reads_nothing_and_still_sends)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_say(&g, "T300"); // to be answered by the timer, after the doors are shut
    HOST_UNTIL(s.host, seen.frames == 1);
    host_quiesce(s.host);
    HOST_UNTIL(s.host, !seen.stats.accepting);
    guest_say(&g, "not read");
    guest_expect(&g, "timer");
    struct host_seen last = host_look(s.host);
    T_EQ_INT(last.frames, 1);
    T_EQ_INT(last.closes, 0);
    host_drain(s.host);
    T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED);
    guest_close(&g);
    T_EQ_INT(HOST_UNTIL(s.host, seen.has_ended).frames, 1);
    stage_fini(&s);
}

T_TEST(end, nothing_is_handed_up_after_the_word)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    // In one record, so that both are there
    T_EQ_INT(guest_write(&g, "\0\0\0\x05Quiet\0\0\0\1x", 14), TLSCALL_DONE);
    guest_expect(&g, "Quiet");
    host_drain(s.host);
    T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED);
    guest_close(&g);
    T_EQ_INT(HOST_UNTIL(s.host, seen.has_ended).frames, 1);
    stage_fini(&s);
}

T_TEST(end, stopping_waits_for_nobody)
{
    struct net_limits limits;
    struct stage s;
    struct guest g[3];

    host_limits(&limits);
    limits.linger_ms = 60 * 1000;
    limits.drain_ms = 60 * 1000;
    limits.out_max_bytes = 100 * 1000 * 1000;
    stage_init(&s, &limits);
    guest_open(&g[0], s.port, s.ctx);
    guest_say(&g[0], "B2000");
    guest_open(&g[1], s.port, s.ctx);
    guest_echo(&g[1], "Close");
    guest_connect(&g[2], s.port);
    HOST_UNTIL(s.host, seen.frames == 2 && seen.stats.conns == 3);
    host_stop(s.host);
    struct host_seen last = HOST_UNTIL(s.host, seen.has_ended);
    T_EQ_INT(last.closes, 2);
    T_EQ_INT(last.refusals, 1);
    for (size_t i = 0; i < 3; i++) {
        guest_reset(&g[i]);
    }
    stage_fini(&s);
}

T_TEST(end, a_timer_fires_once_and_the_last_setting_counts)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_say(&g, "T100000");
    guest_say(&g, "T1");
    guest_expect(&g, "timer");
    guest_say(&g, "T0");
    guest_expect(&g, "timer");
    guest_echo(&g, "no other reply is there");
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(end, new_connections_get_the_new_certificates)
{
    struct stage s;
    struct guest old;
    struct guest new;
    char error[TLSCTX_ERROR_BYTES] = "";
    SSL_CTX *ctx = NULL;

    stage_init(&s, NULL);
    guest_open(&old, s.port, s.ctx);
    guest_echo(&old, "hello");

    const struct tlsctx_files files = {
        .ca = certs_path(s.certs, "stranger-ca.pem"),
        .cert = certs_path(s.certs, "server.pem"),
        .key = certs_path(s.certs, "server.key"),
    };
    T_EQ_INT(tlsctx_new_server(&files, error, sizeof(error), &ctx), 0, "%s", error);
    host_tls(s.host, ctx);
    guest_echo(&old, "keeps what it has");
    guest_prepare(&new, s.port, s.ctx);
    char byte;
    int r = guest_shake(&new);
    T_EQ_INT(r == TLSCALL_DONE ? guest_read(&new, &byte, 1) : r, TLSCALL_FAILED);
    HOST_UNTIL(s.host, seen.refusals == 1);
    guest_echo(&old, "even now");
    guest_close(&old);
    guest_reset(&new);
    stage_fini(&s);
    SSL_CTX_free(ctx);
}

/* Without a thread: the loop runs in the test itself. */

struct alone {
    struct net *net;
    int signum;
};

static int64_t alone_now(void *ctx)
{
    (void)ctx;
    return 0;
}

static void alone_on_wake(void *ctx)
{
    struct alone *alone = ctx;

    net_timer(alone->net, 0);
}

static void alone_on_timer(void *ctx)
{
    (void)ctx;
    raise(SIGUSR2);
}

static void alone_on_signal(void *ctx, int signum)
{
    struct alone *alone = ctx;

    alone->signum = signum;
    net_drain(alone->net);
}

static void alone_init(struct alone *alone, struct stage *s, const struct net_limits *limits)
{
    const struct net_handler handler = {
        .ctx = alone,
        .now = alone_now,
        .on_wake = alone_on_wake,
        .on_timer = alone_on_timer,
        .on_signal = alone_on_signal,
    };
    char error[NET_ERROR_BYTES] = "";

    *alone = (struct alone){0};
    T_EQ_INT(net_new(limits, &handler, s->ctx, error, sizeof(error), &alone->net), 0, "%s", error);
}

T_TEST(end, a_signal_reaches_the_loop)
{
    struct net_limits limits;
    struct stage s;
    struct alone alone;
    char error[NET_ERROR_BYTES] = "";

    host_limits(&limits);
    stage_init(&s, &limits);
    alone_init(&alone, &s, &limits);
    T_EQ_INT(net_signal(alone.net, SIGUSR2, error, sizeof(error)), 0, "%s", error);
    T_EQ_INT(net_signal(alone.net, SIGKILL, error, sizeof(error)), NET_REFUSED);
    T_CHECK(strstr(error, "signal 9") != NULL, "%s", error);
    net_wake(alone.net); // before it runs
    T_EQ_INT(net_run(alone.net), 0);
    T_EQ_INT(alone.signum, SIGUSR2);
    net_free(alone.net);
    stage_fini(&s);
}

T_TEST(end, an_address_that_cannot_be_used_is_refused_by_name)
{
    struct net_limits limits;
    struct stage s;
    struct alone alone;
    char error[NET_ERROR_BYTES] = "";
    char port[16];
    uint16_t bound = 0;

    host_limits(&limits);
    stage_init(&s, &limits);
    alone_init(&alone, &s, &limits);
    T_EQ_INT(net_listen(alone.net, "127.0.0.1", s.port, error, sizeof(error), NULL), NET_REFUSED);
    snprintf(port, sizeof(port), "port %d", s.port);
    T_CHECK(strstr(error, "127.0.0.1") && strstr(error, port) && strstr(error, "in use"), "%s",
            error);
    T_EQ_INT(net_listen(alone.net, "192.0.2.1", 0, error, sizeof(error), NULL), NET_REFUSED);
    T_CHECK(strstr(error, "192.0.2.1") != NULL, "%s", error);
    T_EQ_INT(net_listen(alone.net, "no such host", 0, error, sizeof(error), NULL), NET_REFUSED);
    T_CHECK(strstr(error, "no such host") != NULL, "%s", error);

    T_EQ_INT(net_listen(alone.net, NULL, 0, error, sizeof(error), &bound), 0, "%s", error);
    T_CHECK(bound != 0 && can_connect(bound));
    T_EQ_INT(net_listen(alone.net, "127.0.0.2", 0, error, sizeof(error), NULL), 0, "a second");
    net_free(alone.net);
    T_CHECK(!can_connect(bound));
    stage_fini(&s);
}

T_TEST(end, limits_that_make_no_sense_are_refused_by_name)
{
    struct net_limits limits;
    struct stage s;
    struct net *net = NULL;
    const struct net_handler handler = {0};
    char error[NET_ERROR_BYTES] = "";

    stage_init(&s, NULL);
    host_limits(&limits);
    limits.idle_ms = 0;
    T_EQ_INT(net_new(&limits, &handler, s.ctx, error, sizeof(error), &net), NET_REFUSED);
    T_CHECK(net == NULL && strstr(error, "idle_ms") != NULL, "%s", error);
    stage_fini(&s);
}
