// SPDX-License-Identifier: Apache-2.0
/*
 * A blocking client: a non-blocking socket, and poll() with a bound before each retry.
 */
#include "tests/net/guest.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/frame.h"
#include "proto/tlscall.h"
#include "proto/tlsctx.h"
#include "t.h"

#define WAIT_MS 10000

SSL_CTX *guest_ctx(struct certs *certs, const char *name)
{
    char cert[128];
    char key[128];
    char error[TLSCTX_ERROR_BYTES] = "";
    SSL_CTX *ctx = NULL;

    snprintf(cert, sizeof(cert), "%s.pem", name);
    snprintf(key, sizeof(key), "%s.key", name);
    const struct tlsctx_files files = {
        .ca = certs_path(certs, "ca.pem"),
        .cert = certs_path(certs, cert),
        .key = certs_path(certs, key),
    };
    T_EQ_INT(tlsctx_new_client(&files, error, sizeof(error), &ctx), 0, "%s", error);
    return ctx;
}

void guest_connect(struct guest *guest, uint16_t port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;

    *guest = (struct guest){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    T_CHECK(guest->fd >= 0);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    T_EQ_INT(connect(guest->fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    T_EQ_INT(setsockopt(guest->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)), 0);
    T_EQ_INT(fcntl(guest->fd, F_SETFL, O_NONBLOCK), 0);
}

void guest_prepare(struct guest *guest, uint16_t port, SSL_CTX *ctx)
{
    guest_connect(guest, port);
    T_EQ_INT(tlsctx_client_ssl(ctx, "localhost", &guest->ssl), 0);
    T_EQ_INT(SSL_set_fd(guest->ssl, guest->fd), 1);
}

/** Wait for what an outcome asks for. Returns false when it was something else. */
static bool await(struct guest *guest, enum tlscall outcome)
{
    struct pollfd pollfd = {.fd = guest->fd};

    if (outcome == TLSCALL_WANT_READ) {
        pollfd.events = POLLIN;
    } else if (outcome == TLSCALL_WANT_WRITE) {
        pollfd.events = POLLOUT;
    } else {
        return false;
    }
    T_EQ_INT(poll(&pollfd, 1, WAIT_MS), 1, "nothing in %d ms", WAIT_MS);
    return true;
}

int guest_shake(struct guest *guest)
{
    enum tlscall r;

    do {
        r = tlscall_handshake(guest->ssl, guest->why, sizeof(guest->why));
    } while (await(guest, r));
    return (int)r;
}

void guest_open(struct guest *guest, uint16_t port, SSL_CTX *ctx)
{
    guest_prepare(guest, port, ctx);
    T_EQ_INT(guest_shake(guest), TLSCALL_DONE, "%s", guest->why);
}

int guest_write(struct guest *guest, const void *p, size_t n)
{
    const uint8_t *from = p;
    enum tlscall r = TLSCALL_DONE;

    while (n > 0) {
        size_t done = 0;
        do {
            r = tlscall_write(guest->ssl, from, n, guest->why, sizeof(guest->why), &done);
        } while (await(guest, r));
        if (r != TLSCALL_DONE) {
            break;
        }
        from += done;
        n -= done;
    }
    return (int)r;
}

int guest_read(struct guest *guest, void *p, size_t n)
{
    uint8_t *to = p;
    enum tlscall r = TLSCALL_DONE;

    while (n > 0) {
        size_t done = 0;
        do {
            r = tlscall_read(guest->ssl, to, n, guest->why, sizeof(guest->why), &done);
        } while (await(guest, r));
        if (r != TLSCALL_DONE) {
            break;
        }
        to += done;
        n -= done;
    }
    return (int)r;
}

void guest_send(struct guest *guest, const void *payload, size_t n)
{
    uint8_t header[FRAME_HEADER_BYTES];

    frame_encode(header, n);
    T_EQ_INT(guest_write(guest, header, sizeof(header)), TLSCALL_DONE, "%s", guest->why);
    T_EQ_INT(guest_write(guest, payload, n), TLSCALL_DONE, "%s", guest->why);
}

void guest_say(struct guest *guest, const char *text)
{
    guest_send(guest, text, strlen(text));
}

ssize_t guest_receive(struct guest *guest, void *p, size_t size)
{
    uint8_t header[FRAME_HEADER_BYTES];

    if (guest_read(guest, header, sizeof(header)) != TLSCALL_DONE) {
        return -1;
    }
    size_t n = frame_want(header, sizeof(header)) - FRAME_HEADER_BYTES;
    T_CHECK(n > 0 && n <= size, "a frame of %zu bytes", n);
    return guest_read(guest, p, n) == TLSCALL_DONE ? (ssize_t)n : -1;
}

void guest_expect(struct guest *guest, const char *text)
{
    char got[1024] = "";
    ssize_t n = guest_receive(guest, got, sizeof(got) - 1);

    T_CHECK(n >= 0, "expected \"%s\": %s", text, guest->why);
    T_EQ_STR(got, text);
}

void guest_echo(struct guest *guest, const char *text)
{
    guest_say(guest, text);
    guest_expect(guest, text);
}

int guest_expect_end(struct guest *guest)
{
    char got[16];
    int r = guest_read(guest, got, 1);

    T_CHECK(r >= TLSCALL_CLOSED, "a byte instead of the end");
    return r;
}

static void drop(struct guest *guest)
{
    SSL_free(guest->ssl);
    guest->ssl = NULL;
    if (guest->fd >= 0) {
        close(guest->fd);
    }
    guest->fd = -1;
}

void guest_close(struct guest *guest)
{
    if (guest->ssl && SSL_is_init_finished(guest->ssl) && guest->why[0] == '\0') {
        tlscall_shutdown(guest->ssl);
    }
    drop(guest);
}

void guest_reset(struct guest *guest)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};

    if (guest->fd >= 0) {
        setsockopt(guest->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    }
    drop(guest);
}
