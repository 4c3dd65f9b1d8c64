// SPDX-License-Identifier: Apache-2.0
/*
 * The server's end alone, step by step: both ends in one thread, over a pair of sockets.
 */
#include "net/tlsio.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "proto/tlsctx.h"
#include "t.h"
#include "tests/net/guest.h"
#include "tests/support/tmpdir.h"

struct pair {
    struct tmpdir dir;
    struct certs *certs;
    SSL_CTX *server_ctx;
    SSL_CTX *client_ctx;
    int fds[2];
    struct tlsio io; // the server
    SSL *client;
    char error[TLSCALL_ERROR_BYTES];
};

static void pair_init(struct pair *p)
{
    tmpdir_init(&p->dir);
    p->certs = certs_new(p->dir.path);
    certs_client(p->certs, "alice");
    const struct tlsctx_files files = {
        .ca = certs_path(p->certs, "ca.pem"),
        .cert = certs_path(p->certs, "server.pem"),
        .key = certs_path(p->certs, "server.key"),
    };
    T_EQ_INT(tlsctx_new_server(&files, p->error, sizeof(p->error), &p->server_ctx), 0);
    p->client_ctx = guest_ctx(p->certs, "alice");
    T_EQ_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, p->fds), 0);
    T_EQ_INT(tlsio_init(&p->io, p->server_ctx, p->fds[0]), 0);
    T_EQ_INT(tlsctx_client_ssl(p->client_ctx, "localhost", &p->client), 0);
    T_EQ_INT(SSL_set_fd(p->client, p->fds[1]), 1);

    enum tlscall server = TLSCALL_WANT_READ;
    for (int i = 0; i < 10 && server != TLSCALL_DONE; i++) {
        tlscall_handshake(p->client, p->error, sizeof(p->error));
        server = tlsio_handshake(&p->io);
    }
    T_EQ_INT(server, TLSCALL_DONE, "%s", p->io.error);
}

static void pair_fini(struct pair *p)
{
    tlsio_fini(&p->io);
    SSL_free(p->client);
    close(p->fds[0]);
    close(p->fds[1]);
    SSL_CTX_free(p->server_ctx);
    SSL_CTX_free(p->client_ctx);
    certs_free(p->certs);
    tmpdir_fini(&p->dir);
}

/** Put n key updates into the socket in one piece: one by one, few would fit. */
static void flood(struct pair *p, int n)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *bytes = NULL;

    T_CHECK(memory != NULL);
    SSL_set0_wbio(p->client, memory);
    for (int i = 0; i < n; i++) {
        T_EQ_INT(SSL_key_update(p->client, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
        T_EQ_INT(tlscall_handshake(p->client, p->error, sizeof(p->error)), TLSCALL_DONE);
    }
    long size = BIO_get_mem_data(memory, &bytes);
    T_CHECK(size > 0);
    T_EQ_INT(write(p->fds[1], bytes, (size_t)size), size);
}

T_TEST(tlsio, one_read_takes_only_a_part_of_a_flood)
{
    enum { FLOOD = 3000 };
    static struct pair p;
    struct net_limits limits;
    uint8_t got[16];
    size_t n;

    net_limits_default(&limits);
    pair_init(&p);
    flood(&p, FLOOD);
    T_CHECK(!tlsio_flooded(&p.io, 0, &limits));
    T_EQ_INT(tlsio_read(&p.io, got, sizeof(got), &n), TLSCALL_WANT_READ);
    T_CHECK(tlsio_flooded(&p.io, 0, &limits));
    // At most what one read from the socket brings, 17 KiB
    T_CHECK(p.io.key_updates < FLOOD / 3, "%d at once", (int)p.io.key_updates);
    pair_fini(&p);
}

T_TEST(tlsio, key_updates_are_judged_by_average_and_by_what_is_between)
{
    static const struct {
        uint64_t updates;
        uint32_t bare;
        uint64_t age_ms;
        int is_flood;
    } rows[] = {
        {0, 0, 0, 0},      {32, 32, 0, 0},        {33, 1, 0, 1},       {33, 1, 999, 1},
        {33, 1, 1000, 0},  {132, 5, 100000, 0},   {133, 5, 100000, 1}, {33, 33, 100000, 1},
        {33, 32, 1000, 0}, {1000, 0, 3600000, 0},
    };
    struct net_limits limits;

    net_limits_default(&limits);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tlsio io = {.key_updates = rows[i].updates, .key_updates_bare = rows[i].bare};
        T_EQ_INT(tlsio_flooded(&io, rows[i].age_ms, &limits), rows[i].is_flood, "row %zu", i);
    }
}

T_TEST(tlsio, plaintext_that_is_held_back_is_pending)
{
    static struct pair p;
    static uint8_t bytes[16000];
    uint8_t got[100];
    size_t n = 0;

    pair_init(&p);
    T_EQ_INT(tlscall_write(p.client, bytes, sizeof(bytes), p.error, sizeof(p.error), &n),
             TLSCALL_DONE);
    T_EQ_INT(tlsio_read(&p.io, got, sizeof(got), &n), TLSCALL_DONE);
    T_EQ_INT(n, sizeof(got));
    T_CHECK(recv(p.fds[0], got, 1, MSG_PEEK) < 0, "the socket is empty, polling would not tell");
    T_CHECK(tlsio_pending(&p.io));
    for (size_t left = sizeof(bytes) - sizeof(got); left > 0; left -= n) {
        T_EQ_INT(tlsio_read(&p.io, got, sizeof(got), &n), TLSCALL_DONE);
    }
    T_EQ_INT(tlsio_read(&p.io, got, sizeof(got), &n), TLSCALL_WANT_READ);
    T_EQ_INT(p.io.want_for_read, UV_READABLE);
    T_CHECK(!tlsio_pending(&p.io));
    pair_fini(&p);
}

T_TEST(tlsio, a_blocked_write_goes_on_with_moved_and_longer_input)
{
    static struct pair p;
    static uint8_t bytes[400000];
    static uint8_t moved[400000];
    static uint8_t got[400000];
    size_t sent = 0;
    size_t taken = 0;
    size_t n = 0;

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 7 + i / 1000);
    }
    pair_init(&p);
    // Offer a little more each time, from another place, as a queue that grows and moves does
    while (taken < sizeof(bytes)) {
        size_t offer = sent + 50000 < sizeof(bytes) ? sent + 50000 : sizeof(bytes);
        memcpy(moved, bytes, sizeof(bytes));
        const uint8_t *from = p.io.want_for_write ? moved : bytes;
        enum tlscall r = TLSCALL_DONE;
        while (r == TLSCALL_DONE && sent < offer) {
            r = tlsio_write(&p.io, from + sent, sizeof(bytes) - sent, &n);
            sent += r == TLSCALL_DONE ? n : 0;
        }
        T_CHECK(r == TLSCALL_DONE || r == TLSCALL_WANT_WRITE, "%s", p.io.error);
        T_EQ_INT(p.io.want_for_write, r == TLSCALL_DONE ? 0 : UV_WRITABLE);
        memset(moved, 0, sizeof(moved));
        while (tlscall_read(p.client, got + taken, sizeof(got) - taken, p.error, sizeof(p.error),
                            &n) == TLSCALL_DONE) {
            taken += n;
            if (taken == sizeof(bytes)) {
                break;
            }
        }
    }
    T_EQ_MEM(got, bytes, sizeof(bytes));
    pair_fini(&p);
}

T_TEST(tlsio, the_end_is_told_from_a_cut)
{
    static struct pair p;
    uint8_t got[16];
    size_t n;

    pair_init(&p);
    T_EQ_INT(tlscall_shutdown(p.client), TLSCALL_DONE);
    T_EQ_INT(tlsio_read(&p.io, got, sizeof(got), &n), TLSCALL_CLOSED);
    pair_fini(&p);

    pair_init(&p);
    shutdown(p.fds[1], SHUT_WR);
    T_EQ_INT(tlsio_read(&p.io, got, sizeof(got), &n), TLSCALL_LOST);
    T_EQ_STR(p.io.error, "the connection was cut off");
    pair_fini(&p);

    pair_init(&p);
    T_EQ_INT(write(p.fds[1], "\x17\x03\x03\x00\x14 a record that isn't", 26), 26);
    T_EQ_INT(tlsio_read(&p.io, got, sizeof(got), &n), TLSCALL_FAILED);
    pair_fini(&p);
}
