// SPDX-License-Identifier: Apache-2.0
/**
 * session: one connection to a server, from its TCP connect to its end; frames in and out.
 *
 * The socket never blocks: every wait is a poll() with a deadline, that also watches a descriptor
 * by which the wait can be interrupted. While frames are waited for, queued ones are written, so
 * that two ends that both write can't block each other for ever.
 *
 * A session that has failed stays so: every later call gives the same error. Knows nothing of what
 * is in a frame.
 */
#ifndef SLATE_CLIENT_LIB_SESSION_H
#define SLATE_CLIENT_LIB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <slate.h>

#include "client/lib/address.h"
#include "proto/frame.h"

struct session;
struct ssl_ctx_st;

/**
 * Connect until the steady instant until_us. Readability of interrupt_fd ends any wait, here and
 * later.
 *
 * Errors: SLATE_UNREACHABLE, SLATE_TIMEOUT, SLATE_CANCELLED, SLATE_NO_MEMORY. The caller owns *ret
 * (session_free).
 */
enum slate_status session_open(const struct address *address, int interrupt_fd, int64_t until_us,
                               struct session **ret, struct slate_error *reterr);

/**
 * Shake hands with the server, which must have a certificate for `host`; once, before anything
 * else. TLS 1.3: the server's refusal of our certificate comes only with the first
 * session_receive(). enrols: by tlsctx_enrol_ssl(), without a certificate; else by
 * tlsctx_client_ssl(). The server's certificate is verified when this succeeds, in both cases.
 *
 * Errors: SLATE_UNREACHABLE (the connection was lost), SLATE_TLS, SLATE_TIMEOUT, SLATE_CANCELLED,
 * SLATE_NO_MEMORY. The session is of no use after one.
 */
enum slate_status session_handshake(struct session *s, struct ssl_ctx_st *ctx, const char *host,
                                    bool enrols, int64_t until_us, struct slate_error *reterr);

/** Say goodbye if that is possible at once, close, free. NULL is fine. */
void session_free(struct session *s);

/** Queue bytes; they are copied. Writes what can be written without waiting once a lot is queued.
 * Returns 0, or < 0 without memory; that a connection is broken shows in session_receive(). */
int session_send(struct session *s, const uint8_t *p, size_t n);

/**
 * Wait for the next frame until the steady instant until_us, writing what is queued meanwhile. The
 * frame belongs to the session, until the next call.
 *
 * Errors: SLATE_TIMEOUT (the session is fine), SLATE_CANCELLED (so too), SLATE_UNREACHABLE (the
 * connection was lost), SLATE_TLS, SLATE_PROTOCOL (a frame beyond FRAME_BYTES_MAX, or an empty
 * one), SLATE_NO_MEMORY.
 */
enum slate_status session_receive(struct session *s, int64_t until_us, struct frame *ret,
                                  struct slate_error *reterr);

#endif
