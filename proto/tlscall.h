// SPDX-License-Identifier: Apache-2.0
#ifndef PROTO_TLSCALL_H
#define PROTO_TLSCALL_H

/*
 * The only place that calls OpenSSL to move bytes.
 *
 * OpenSSL decides what a failed call meant by looking at a per-thread queue of errors. A single
 * entry left there by something else turns "nothing to read yet" into "this connection is broken",
 * so that one connection's trouble kills another. Each call here empties that queue first and
 * classifies its own result at once.
 */

#include <stddef.h>

struct ssl_st;

enum tlscall {
    TLSCALL_DONE = 0,
    TLSCALL_WANT_READ = 1,  // try the same again when the descriptor is readable
    TLSCALL_WANT_WRITE = 2, // try the same again when the descriptor is writable
    TLSCALL_CLOSED = 3,     // the peer has said that it will send no more (close_notify)
    TLSCALL_LOST = 4,       // the network broke, or the stream ended without close_notify
    TLSCALL_FAILED = 5,     // one end refused the other, or what it sent
};

/** Why a call returned TLSCALL_LOST or TLSCALL_FAILED, in plain words; enough for any message.
 * After these two only SSL_free() is left. */
#define TLSCALL_ERROR_BYTES 256

/**
 * Continue the handshake. DONE only when a protocol was agreed (ALPN) and, where this end asks for
 * a certificate, the peer has shown one that was verified.
 *
 * reterr (may be NULL, with size 0) gets one line, here and below, when the outcome is LOST or
 * FAILED.
 *
 * With TLS 1.3 a client is through before the server has looked at its certificate: a refusal comes
 * as the outcome of its first read.
 */
enum tlscall tlscall_handshake(struct ssl_st *ssl, char *reterr, size_t reterr_size);

/** Read 1..n bytes (n > 0) to p. *ret_n is written when DONE. */
enum tlscall tlscall_read(struct ssl_st *ssl, void *p, size_t n, char *reterr, size_t reterr_size,
                          size_t *ret_n);

/** Write 1..n of the n bytes (n > 0) at p. *ret_n is written when DONE. After WANT_x the next write
 * must start with the same bytes, which may have moved and may be followed by more. */
enum tlscall tlscall_write(struct ssl_st *ssl, const void *p, size_t n, char *reterr,
                           size_t reterr_size, size_t *ret_n);

/** Send close_notify. DONE when it is on its way; doesn't wait for the peer's. Never after LOST or
 * FAILED. */
enum tlscall tlscall_shutdown(struct ssl_st *ssl);

#endif
