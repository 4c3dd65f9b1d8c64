// SPDX-License-Identifier: Apache-2.0
/*
 * Who gets in: certificates, protocols, versions, and what doesn't speak TLS at all.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/tlscall.h"
#include "proto/tlsctx.h"
#include "t.h"
#include "tests/net/stage.h"

T_TEST(handshake, a_client_with_a_certificate_is_let_in_and_known)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "hello");
    struct host_seen last = HOST_UNTIL(s.host, seen.opens == 1);
    T_EQ_STR(last.subject, "slate:principal/alice");
    T_EQ_STR(last.protocol, "slate/1");
    T_EQ_MEM(last.address, "127.0.0.1:", 10);
    T_EQ_STR(SSL_get_version(g.ssl), "TLSv1.3");
    T_EQ_INT(SSL_session_reused(g.ssl), 0);
    T_CHECK(!SSL_SESSION_is_resumable(SSL_get0_session(g.ssl)), "a ticket was given");
    guest_close(&g);
    last = HOST_UNTIL(s.host, seen.closes == 1);
    T_EQ_INT(last.why, NET_WHY_PEER);
    T_EQ_INT(last.refusals, 0);
    stage_fini(&s);
}

T_TEST(handshake, a_greeting_comes_before_anything_is_asked)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    certs_client(s.certs, "greeted");
    SSL_CTX *ctx = guest_ctx(s.certs, "greeted");
    guest_open(&g, s.port, ctx);
    guest_expect(&g, "welcome");
    guest_close(&g);
    SSL_CTX_free(ctx);
    stage_fini(&s);
}

T_TEST(handshake, a_principal_that_is_refused_gets_the_answer_first)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    certs_client(s.certs, "banned");
    SSL_CTX *ctx = guest_ctx(s.certs, "banned");
    guest_open(&g, s.port, ctx);
    guest_say(&g, "it does not wait for this, which must not destroy the answer");
    guest_expect(&g, "go away");
    T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED);
    struct host_seen last = HOST_UNTIL(s.host, seen.refusals == 1);
    T_EQ_INT(last.why_not, NET_WHY_US);
    T_EQ_INT(last.closes, 0);
    T_EQ_INT(last.frames, 0);
    guest_close(&g);
    SSL_CTX_free(ctx);
    stage_fini(&s);
}

/** The client's view of a refusal comes with its first read, and is in plain words. */
static void expect_refused(struct stage *s, struct guest *g, const char *theirs, const char *ours)
{
    char byte;
    uint32_t before = host_look(s->host).refusals;
    int r = guest_shake(g);

    if (r == TLSCALL_DONE) {
        r = guest_read(g, &byte, 1);
    }
    T_EQ_INT(r, TLSCALL_FAILED, "%s", g->why);
    T_CHECK(strstr(g->why, theirs) != NULL, "\"%s\" does not say \"%s\"", g->why, theirs);
    struct host_seen last = HOST_UNTIL(s->host, seen.refusals == before + 1);
    T_EQ_INT(last.why_not, NET_WHY_TLS, "%s", last.detail);
    T_CHECK(strstr(last.detail, ours) != NULL, "\"%s\" does not say \"%s\"", last.detail, ours);
    T_EQ_INT(last.opens, 0);
    guest_reset(g);
}

T_TEST(handshake, a_client_without_a_certificate_is_refused)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_prepare(&g, s.port, s.ctx);
    SSL_certs_clear(g.ssl);
    expect_refused(&s, &g, "requires a certificate", "showed no certificate");
    stage_fini(&s);
}

T_TEST(handshake, a_certificate_that_is_not_good_is_refused)
{
    static const struct {
        struct certs_spec spec;
        const char *theirs;
        const char *ours;
    } rows[] = {
        {{.name = "stranger", .by_stranger = true}, "CA that it does not trust", "issuer"},
        {{.name = "expired", .from_s = -7200, .until_s = -60}, "expired", "has expired"},
        {{.name = "early", .from_s = 3600, .until_s = 7200}, "not valid", "not yet valid"},
        {{.name = "purpose", .purpose = CERTS_SERVER}, "not made for this", "purpose"},
    };
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        certs_make(s.certs, &rows[i].spec);
        SSL_CTX *ctx = guest_ctx(s.certs, rows[i].spec.name);
        guest_prepare(&g, s.port, ctx);
        expect_refused(&s, &g, rows[i].theirs, rows[i].ours);
        SSL_CTX_free(ctx);
    }
    struct host_seen last = host_look(s.host);
    T_EQ_INT(last.stats.handshake_errors, sizeof(rows) / sizeof(rows[0]));
    T_EQ_INT(last.stats.handshakes, 0);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "others are not affected");
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(handshake, only_our_protocol_is_spoken)
{
    static const struct {
        const char *alpn;
        unsigned int n;
    } rows[] = {
        {NULL, 0},           {"\x02h2", 3},     {"\x07slate/2", 8},
        {"\x08slate/1x", 9}, {"\x06slate/", 7}, {"\x07SLATE/1", 8},
    };
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        guest_prepare(&g, s.port, s.ctx);
        T_EQ_INT(SSL_set_alpn_protos(g.ssl, (const unsigned char *)rows[i].alpn, rows[i].n), 0);
        expect_refused(&s, &g, "does not speak our protocol", "");
    }
    // Among others it is found
    guest_prepare(&g, s.port, s.ctx);
    T_EQ_INT(SSL_set_alpn_protos(g.ssl, (const unsigned char *)"\x02h2\x07slate/1", 11), 0);
    T_EQ_INT(guest_shake(&g), TLSCALL_DONE, "%s", g.why);
    guest_echo(&g, "hello");
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(handshake, tls_1_2_is_refused)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_prepare(&g, s.port, s.ctx);
    T_EQ_INT(SSL_set_min_proto_version(g.ssl, TLS1_2_VERSION), 1);
    T_EQ_INT(SSL_set_max_proto_version(g.ssl, TLS1_2_VERSION), 1);
    expect_refused(&s, &g, "TLS 1.3", "TLS 1.3");
    stage_fini(&s);
}

T_TEST(handshake, a_client_refuses_a_server_that_is_not_the_one)
{
    static const struct {
        struct certs_spec spec; // of the server's certificate, replacing the good one
        const char *why;
    } rows[] = {
        {{.name = "server", .purpose = CERTS_SERVER, .san = "DNS:other.example"}, "ostname"},
        {{.name = "server", .purpose = CERTS_SERVER, .san = "DNS:*"}, "ostname"},
        {{.name = "server", .purpose = CERTS_SERVER, .san = "", .common_name = "localhost"},
         "ostname"},
        {{.name = "server", .purpose = CERTS_SERVER, .by_stranger = true}, "issuer"},
        {{.name = "server", .purpose = CERTS_SERVER, .from_s = -99, .until_s = -9}, "expired"},
        {{.name = "server", .purpose = CERTS_CLIENT, .san = "DNS:localhost"}, "purpose"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stage s;
        struct guest g;

        stage_init(&s, NULL);
        host_free(s.host);
        certs_make(s.certs, &rows[i].spec);
        s.host = host_new(s.certs, NULL);
        guest_prepare(&g, host_port(s.host), s.ctx);
        T_EQ_INT(guest_shake(&g), TLSCALL_FAILED, "row %zu", i);
        T_CHECK(strstr(g.why, rows[i].why) != NULL, "row %zu: %s", i, g.why);
        // It may be through on the server's side before the alert comes
        HOST_UNTIL(s.host, seen.refusals + seen.closes == 1);
        guest_reset(&g);
        stage_fini(&s);
    }
}

T_TEST(handshake, a_wildcard_is_no_name)
{
    const struct certs_spec spec = {
        .name = "server", .purpose = CERTS_SERVER, .san = "DNS:*.example.org,DNS:b.example.org"};
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    host_free(s.host);
    certs_make(s.certs, &spec);
    s.host = host_new(s.certs, NULL);
    guest_prepare(&g, host_port(s.host), s.ctx);
    T_EQ_INT(SSL_set1_host(g.ssl, "b.example.org"), 1);
    T_EQ_INT(guest_shake(&g), TLSCALL_DONE, "%s", g.why);
    guest_close(&g);
    guest_prepare(&g, host_port(s.host), s.ctx);
    T_EQ_INT(SSL_set1_host(g.ssl, "a.example.org"), 1);
    T_EQ_INT(guest_shake(&g), TLSCALL_FAILED);
    guest_reset(&g);
    stage_fini(&s);
}

T_TEST(handshake, what_is_not_tls_is_refused_and_closed)
{
    static const char *const garbage[] = {
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\x01\x02\x03\x04\x05\x06\x07\x08",
        "\x16\x03\x01\xff\xff garbage behind the header of a record that is too long",
    };
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.linger_ms = 60 * 1000;
    stage_init(&s, &limits);
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
        guest_connect(&g, s.port);
        T_EQ_INT(send(g.fd, garbage[i], strlen(garbage[i]), MSG_NOSIGNAL), strlen(garbage[i]));
        struct host_seen last = HOST_UNTIL(s.host, seen.refusals == i + 1);
        T_EQ_INT(last.why_not, NET_WHY_TLS, "row %zu: %s", i, last.detail);
        // It waits for us to close, but has closed its own side
        char alert[64];
        T_EQ_INT(fcntl(g.fd, F_SETFL, 0), 0, "to wait");
        while (recv(g.fd, alert, sizeof(alert), 0) > 0) {
        }
        T_CHECK(recv(g.fd, alert, sizeof(alert), 0) == 0, "row %zu", i);
        guest_close(&g);
    }
    HOST_UNTIL(s.host, seen.stats.conns == 0);
    stage_fini(&s);
}

T_TEST(handshake, who_says_nothing_is_cut)
{
    struct net_limits limits;
    struct stage s;
    struct guest silent;
    struct guest half;

    host_limits(&limits);
    limits.handshake_ms = 100;
    stage_init(&s, &limits);
    guest_connect(&silent, s.port);
    HOST_UNTIL(s.host, seen.refusals == 1 && seen.why_not == NET_WHY_SLOW);
    guest_prepare(&half, s.port, s.ctx);
    SSL_set0_rbio(half.ssl, BIO_new(BIO_s_mem())); // deaf: an answer must not make it go on
    SSL_do_handshake(half.ssl);                    // says hello, and no more
    HOST_UNTIL(s.host, seen.refusals == 2 && seen.why_not == NET_WHY_SLOW);
    HOST_UNTIL(s.host, seen.stats.conns == 0 && seen.stats.conns_shaking == 0);
    guest_close(&silent);
    guest_close(&half);
    stage_fini(&s);
}

T_TEST(handshake, who_never_sends_a_frame_is_cut)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.handshake_ms = 1000;
    limits.first_frame_ms = 1200; // later than what was waited for before
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    T_EQ_INT(guest_write(&g, "\0\0\0", 3), TLSCALL_DONE, "a part is not enough");
    HOST_UNTIL(s.host, seen.closes == 1 && seen.why == NET_WHY_SLOW);
    guest_reset(&g);
    stage_fini(&s);
}

T_TEST(handshake, the_oldest_of_too_many_handshakes_is_dropped)
{
    struct net_limits limits;
    struct stage s;
    struct guest silent[4];
    struct guest g;

    host_limits(&limits);
    limits.handshakes_max = 3;
    stage_init(&s, &limits);
    for (size_t i = 0; i < 4; i++) {
        guest_connect(&silent[i], s.port);
        HOST_UNTIL(s.host, seen.stats.accepted == i + 1);
    }
    HOST_UNTIL(s.host, seen.refusals == 1 && seen.why_not == NET_WHY_LIMIT);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "a flood of silent ones keeps nobody out");
    HOST_UNTIL(s.host, seen.refusals == 2 && seen.stats.conns_shaking == 2);

    char byte;
    for (size_t i = 0; i < 4; i++) {
        bool is_open = recv(silent[i].fd, &byte, 1, MSG_DONTWAIT) < 0;
        T_EQ_INT(is_open, i >= 2, "number %zu", i);
        guest_close(&silent[i]);
    }
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(handshake, one_address_gets_only_its_share)
{
    struct net_limits limits;
    struct stage s;
    struct guest g[4];

    host_limits(&limits);
    limits.conns_per_address_max = 3;
    stage_init(&s, &limits);
    for (size_t i = 0; i < 3; i++) {
        guest_open(&g[i], s.port, s.ctx);
        guest_echo(&g[i], "hello");
    }
    guest_prepare(&g[3], s.port, s.ctx);
    T_CHECK(guest_shake(&g[3]) != TLSCALL_DONE);
    guest_close(&g[3]);
    struct host_seen last = HOST_UNTIL(s.host, seen.stats.refused == 1 && seen.refusals == 1);
    T_EQ_INT(last.stats.conns, 3);
    T_EQ_INT(last.why_not, NET_WHY_LIMIT);
    T_EQ_STR(last.detail, "too many connections of this address");

    guest_close(&g[0]);
    HOST_UNTIL(s.host, seen.stats.conns == 2);
    guest_open(&g[0], s.port, s.ctx);
    guest_echo(&g[0], "room again");
    for (size_t i = 0; i < 3; i++) {
        guest_close(&g[i]);
    }
    stage_fini(&s);
}

T_TEST(handshake, one_address_gets_only_so_many_a_second)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.address_handshakes_per_s = 1;
    limits.address_handshake_burst = 2;
    stage_init(&s, &limits);
    for (size_t i = 0; i < 2; i++) {
        guest_open(&g, s.port, s.ctx);
        guest_close(&g);
    }
    guest_prepare(&g, s.port, s.ctx);
    T_CHECK(guest_shake(&g) != TLSCALL_DONE, "the third within a second");
    guest_close(&g);
    struct host_seen last = HOST_UNTIL(s.host, seen.stats.refused == 1 && seen.refusals == 1);
    T_EQ_INT(last.why_not, NET_WHY_LIMIT);
    stage_fini(&s);
}

T_TEST(handshake, a_flood_of_refused_connections_is_told_in_few_lines)
{
    enum { FLOOD = 100 };
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.conns_per_address_max = 1;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    for (uint32_t i = 0; i < FLOOD; i++) {
        struct guest flood;
        guest_connect(&flood, s.port);
        HOST_UNTIL(s.host, seen.stats.refused == i + 1);
        guest_close(&flood);
    }
    guest_echo(&g, "goes on");
    T_CHECK(host_look(s.host).refusals < FLOOD, "%u lines", host_look(s.host).refusals);
    T_CHECK(host_look(s.host).refusals > 0);
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(handshake, a_rush_of_them_leaves_others_their_turn)
{
    enum { RUSH = 12 };
    struct guest rush[RUSH];
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.turn_handshakes = 3;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    for (size_t i = 0; i < RUSH; i++) {
        guest_connect(&rush[i], s.port);
    }
    HOST_UNTIL(s.host, seen.stats.conns_shaking == RUSH);
    host_freeze(s.host); // so that all of it is there in one turn
    for (size_t i = 0; i < RUSH; i++) {
        T_EQ_INT(send(rush[i].fd, "no handshake", 12, MSG_NOSIGNAL), 12);
    }
    host_thaw(s.host);
    struct host_seen last = HOST_UNTIL(s.host, seen.refusals == RUSH);
    T_EQ_INT(last.refusals_max, 3);
    guest_echo(&g, "goes on");
    for (size_t i = 0; i < RUSH; i++) {
        guest_close(&rush[i]);
    }
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(handshake, a_rush_waits_and_is_let_in)
{
    struct net_limits limits;
    struct stage s;
    struct guest g[6];

    host_limits(&limits);
    limits.handshakes_per_s = 20;
    limits.handshake_burst = 2;
    stage_init(&s, &limits);
    for (size_t i = 0; i < 6; i++) {
        guest_prepare(&g[i], s.port, s.ctx);
    }
    for (size_t i = 0; i < 6; i++) {
        T_EQ_INT(guest_shake(&g[i]), TLSCALL_DONE, "number %zu: %s", i, g[i].why);
        guest_echo(&g[i], "hello");
        guest_close(&g[i]);
    }
    struct host_seen last = host_look(s.host);
    T_EQ_INT(last.stats.refused, 0);
    T_CHECK(last.stats.accept_pauses > 0, "nobody had to wait");
    stage_fini(&s);
}

T_TEST(handshake, the_whole_is_bounded)
{
    struct net_limits limits;
    struct stage s;
    struct guest g[3];

    host_limits(&limits);
    limits.conns_max = 2;
    stage_init(&s, &limits);
    guest_open(&g[0], s.port, s.ctx);
    guest_open(&g[1], s.port, s.ctx);
    guest_prepare(&g[2], s.port, s.ctx);
    T_CHECK(guest_shake(&g[2]) != TLSCALL_DONE);
    struct host_seen last = HOST_UNTIL(s.host, seen.stats.refused == 1 && seen.refusals == 1 &&
                                                   seen.stats.conns == 2);
    T_EQ_STR(last.detail, "too many connections");
    for (size_t i = 0; i < 3; i++) {
        guest_close(&g[i]);
    }
    stage_fini(&s);
}
