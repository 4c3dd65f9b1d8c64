// SPDX-License-Identifier: Apache-2.0
#ifndef PROTO_TLSCTX_H
#define PROTO_TLSCTX_H

/*
 * The TLS policy, for both ends, in one place.
 *
 * TLS 1.3 only; mutual certificates under a private CA (the system's store is never consulted);
 * ALPN exact; no session tickets, no resumption and no early data, because a principal that was
 * disabled must not come back without being looked up. A private key is read only from a regular
 * file that nobody else can read.
 */

#include <stddef.h>
#include <stdint.h>

struct ssl_ctx_st;
struct ssl_st;
struct x509_st;

/** Application protocol of the whole service. Version 1 of the protocol; another version is another
 * name. */
#define TLSCTX_ALPN "slate/1"

/** What somebody without a certificate speaks to get one, with a code, and nothing else. */
#define TLSCTX_ALPN_ENROL "slate-enrol/1"

/** Enough for any message that this module writes. */
#define TLSCTX_ERROR_BYTES 512

/** PEM files of one end. All three are needed. */
struct tlsctx_files {
    const char *ca; // the CA certificates that the other end must chain to, nothing else is trusted
    const char *cert; // own certificate, with intermediate certificates after it if there are any
    const char *key;  // own private key, unencrypted; a regular file, mode 0600 or stricter, owned
                      // by us or by root
};

/** Outcomes of making a context. */
enum tlsctx_error {
    TLSCTX_BAD_FILES = 1, // a file is missing, unreadable, malformed, or doesn't fit the others
    TLSCTX_KEY_EXPOSED,   // the key file could be read or replaced by others
};

/**
 * Make the context of a server: asks each client for a certificate and refuses it without one.
 *
 * Returns 0, an enum tlsctx_error, or < 0 when OpenSSL failed. On failure reterr holds one line
 * that names the file and the cause; reterr_size of TLSCTX_ERROR_BYTES is always enough. The caller
 * owns *ret (SSL_CTX_free).
 */
int tlsctx_new_server(const struct tlsctx_files *files, char *reterr, size_t reterr_size,
                      struct ssl_ctx_st **ret);

/**
 * Lets clients of this context speak TLSCTX_ALPN_ENROL, without a certificate; before that only
 * TLSCTX_ALPN is spoken. They are shown the CA behind the server's certificate, since they know
 * nothing of it but its hash. Returns 0, or < 0 when OpenSSL failed.
 */
int tlsctx_offer_enrolment(struct ssl_ctx_st *ctx, struct x509_st *ca);

/** The same for a client. Connections are made with tlsctx_client_ssl(). */
int tlsctx_new_client(const struct tlsctx_files *files, char *reterr, size_t reterr_size,
                      struct ssl_ctx_st **ret);

/** The same three as PEM text that is already in memory. */
struct tlsctx_pem {
    const char *ca;
    const char *cert;
    const char *key;
};

/** A client's context from text; whoever read it has seen to it that the key was not exposed. */
int tlsctx_new_client_pem(const struct tlsctx_pem *pem, char *reterr, size_t reterr_size,
                          struct ssl_ctx_st **ret);

/**
 * A client's connection that accepts only a server with a certificate for host (a DNS name or an
 * address, as in its subject alternative names), which may not be "". The caller sets the
 * descriptor and owns *ret (SSL_free). Returns 0, or < 0 when host is "" or OpenSSL failed.
 */
int tlsctx_client_ssl(struct ssl_ctx_st *ctx, const char *host, struct ssl_st **ret);

/** Bytes of a CA's fingerprint: SHA-256 of its certificate as DER. */
#define TLSCTX_CA_BYTES 32

/**
 * A client's context for enrolment: it has no certificate, and accepts only a server whose
 * certificate comes from the CA with that fingerprint, which the server must show. Returns 0, or
 * < 0 when OpenSSL failed. The caller owns *ret.
 */
int tlsctx_new_enrol(const uint8_t ca_sha256[TLSCTX_CA_BYTES], struct ssl_ctx_st **ret);

/** As tlsctx_client_ssl(), speaking TLSCTX_ALPN_ENROL. */
int tlsctx_enrol_ssl(struct ssl_ctx_st *ctx, const char *host, struct ssl_st **ret);

/** A server's connection. The caller sets the descriptor and owns *ret. Returns 0, or < 0 when
 * OpenSSL failed. */
int tlsctx_server_ssl(struct ssl_ctx_st *ctx, struct ssl_st **ret);

#endif
