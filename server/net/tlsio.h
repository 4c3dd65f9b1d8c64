// SPDX-License-Identifier: Apache-2.0
#ifndef NET_TLSIO_H
#define NET_TLSIO_H

/*
 * The server's end of one TLS connection on a non-blocking socket that belongs to OpenSSL: no bytes
 * pass through us but plaintext. Remembers what each direction waits for, since a read may wait for
 * the socket to be writable and the other way round, and counts what OpenSSL has no limit for.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/limits.h"
#include "proto/tlscall.h"

struct ssl_ctx_st;
struct x509_st;

/** An ALPN protocol as a string. */
#define TLSIO_PROTOCOL_BYTES 256

struct tlsio {
    struct ssl_st *ssl;
    int want_for_read;         // UV_READABLE or UV_WRITABLE: what to poll for before reading on
    int want_for_write;        // the same before writing on; 0: the last write didn't wait
    uint64_t key_updates;      // received since the handshake
    uint32_t key_updates_bare; // received since the last byte of data
    char error[TLSCALL_ERROR_BYTES]; // after LOST or FAILED
};

/** fd stays the caller's to close, after tlsio_fini(). Returns 0, < 0. *io must not move
 * afterwards. */
int tlsio_init(struct tlsio *io, struct ssl_ctx_st *ctx, int fd);
void tlsio_fini(struct tlsio *io);

/** As tlscall_x(), and io's fields follow. */
enum tlscall tlsio_handshake(struct tlsio *io);
enum tlscall tlsio_read(struct tlsio *io, uint8_t *p, size_t n, size_t *ret_n);
enum tlscall tlsio_write(struct tlsio *io, const uint8_t *p, size_t n, size_t *ret_n);
enum tlscall tlsio_shutdown(struct tlsio *io);

/** After the handshake: the protocol that was agreed; the peer's certificate, borrowed, or NULL. */
void tlsio_protocol(const struct tlsio *io, char ret[TLSIO_PROTOCOL_BYTES]);
struct x509_st *tlsio_certificate(const struct tlsio *io);

/** What the peer has shown besides, borrowed, or NULL. */
struct stack_st_X509 *tlsio_chain(const struct tlsio *io);

/** True when OpenSSL holds input that it has taken from the socket: polling won't tell of it. */
bool tlsio_pending(const struct tlsio *io);

/** True when the peer has changed keys too often, age_ms after the handshake. */
bool tlsio_flooded(const struct tlsio *io, uint64_t age_ms, const struct net_limits *limits);

#endif
