// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_NET_GUEST_H
#define TESTS_NET_GUEST_H

/*
 * A client for tests, blocking, that can also misbehave. Every wait ends after ten seconds, as a
 * failure of the test.
 */

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/certs.h"

struct guest {
    int fd;        // -1: closed
    SSL *ssl;      // NULL: none
    char why[256]; // of the last outcome that wasn't DONE
};

/** A context for the client NAME of certs; to be freed with SSL_CTX_free(). */
SSL_CTX *guest_ctx(struct certs *certs, const char *name);

/** Connect with TCP only. */
void guest_connect(struct guest *guest, uint16_t port);

/** The same, and have TLS ready, but don't begin. */
void guest_prepare(struct guest *guest, uint16_t port, SSL_CTX *ctx);

/** Do the handshake; an enum tlscall, DONE or CLOSED or worse. */
int guest_shake(struct guest *guest);

/** All of the above; fails the test unless the handshake is done. */
void guest_open(struct guest *guest, uint16_t port, SSL_CTX *ctx);

/** Write all bytes. Returns an enum tlscall. */
int guest_write(struct guest *guest, const void *p, size_t n);

/** Read exactly n bytes. Returns an enum tlscall. */
int guest_read(struct guest *guest, void *p, size_t n);

/** Send one frame, fails the test when that isn't possible. */
void guest_send(struct guest *guest, const void *payload, size_t n);
void guest_say(struct guest *guest, const char *text);

/** Read one frame of at most size bytes. Returns its size; < 0 when there is none. */
ssize_t guest_receive(struct guest *guest, void *p, size_t size);

/** Receive, and fail the test unless it is text. */
void guest_expect(struct guest *guest, const char *text);

/** Say text, expect text: the connection works. */
void guest_echo(struct guest *guest, const char *text);

/** Fail the test unless the server closes without a further frame, in order or not. Returns the
 * enum tlscall. */
int guest_expect_end(struct guest *guest);

/** Close in order; reset. Both may be called again. */
void guest_close(struct guest *guest);
void guest_reset(struct guest *guest);

#endif
