// SPDX-License-Identifier: Apache-2.0
/*
 * TLS on a non-blocking socket.
 *
 * Key updates are counted in OpenSSL's message callback. It can't refuse anything; since the
 * server's context doesn't retry by itself (see proto/tlsctx.c), OpenSSL comes back at least each
 * time when what it had taken from the socket is used up, and the count is looked at then.
 */
#include "net/tlsio.h"

#include <openssl/ssl.h>
#include <string.h>
#include <uv.h>

#include "proto/tlsctx.h"

static void count_message(int write_p, int version, int content_type, const void *buf, size_t n,
                          SSL *ssl, void *arg)
{
    struct tlsio *io = arg;

    (void)version;
    (void)ssl;
    if (!write_p && content_type == SSL3_RT_HANDSHAKE && n > 0 &&
        *(const unsigned char *)buf == SSL3_MT_KEY_UPDATE) {
        io->key_updates++;
        io->key_updates_bare++;
    }
}

int tlsio_init(struct tlsio *io, SSL_CTX *ctx, int fd)
{
    *io = (struct tlsio){.want_for_read = UV_READABLE};
    if (tlsctx_server_ssl(ctx, &io->ssl)) {
        return -1;
    }
    if (SSL_set_fd(io->ssl, fd) != 1) {
        tlsio_fini(io);
        return -1;
    }
    SSL_set_msg_callback(io->ssl, count_message);
    SSL_set_msg_callback_arg(io->ssl, io);
    return 0;
}

void tlsio_fini(struct tlsio *io)
{
    SSL_free(io->ssl);
    io->ssl = NULL;
}

static int wanted(enum tlscall outcome, int otherwise)
{
    switch (outcome) {
    case TLSCALL_WANT_READ: return UV_READABLE;
    case TLSCALL_WANT_WRITE: return UV_WRITABLE;
    default: return otherwise;
    }
}

enum tlscall tlsio_handshake(struct tlsio *io)
{
    enum tlscall r = tlscall_handshake(io->ssl, io->error, sizeof(io->error));

    io->want_for_read = wanted(r, UV_READABLE);
    return r;
}

enum tlscall tlsio_read(struct tlsio *io, uint8_t *p, size_t n, size_t *ret_n)
{
    enum tlscall r = tlscall_read(io->ssl, p, n, io->error, sizeof(io->error), ret_n);

    io->want_for_read = wanted(r, UV_READABLE);
    if (r == TLSCALL_DONE) {
        io->key_updates_bare = 0;
    }
    return r;
}

enum tlscall tlsio_write(struct tlsio *io, const uint8_t *p, size_t n, size_t *ret_n)
{
    enum tlscall r = tlscall_write(io->ssl, p, n, io->error, sizeof(io->error), ret_n);

    io->want_for_write = wanted(r, 0);
    return r;
}

enum tlscall tlsio_shutdown(struct tlsio *io)
{
    enum tlscall r = tlscall_shutdown(io->ssl);

    io->want_for_write = wanted(r, 0);
    return r;
}

void tlsio_protocol(const struct tlsio *io, char ret[TLSIO_PROTOCOL_BYTES])
{
    const unsigned char *alpn;
    unsigned int n;

    SSL_get0_alpn_selected(io->ssl, &alpn, &n);
    if (n > 0) {
        memcpy(ret, alpn, n); // n came in one byte
    }
    ret[n] = '\0';
}

X509 *tlsio_certificate(const struct tlsio *io)
{
    return SSL_get0_peer_certificate(io->ssl);
}

STACK_OF(X509) * tlsio_chain(const struct tlsio *io)
{
    return SSL_get_peer_cert_chain(io->ssl);
}

bool tlsio_pending(const struct tlsio *io)
{
    return SSL_has_pending(io->ssl) == 1;
}

bool tlsio_flooded(const struct tlsio *io, uint64_t age_ms, const struct net_limits *limits)
{
    uint64_t allowed = limits->key_update_burst + age_ms / 1000 * limits->key_updates_per_s;

    return io->key_updates > allowed || io->key_updates_bare > limits->key_update_burst;
}
