// SPDX-License-Identifier: Apache-2.0
#ifndef SUPPORT_CERTS_H
#define SUPPORT_CERTS_H

/*
 * A small certificate authority for tests, and a second one that nobody trusts.
 *
 * Everything is written as PEM to one directory; a certificate NAME is NAME.pem with its key in
 * NAME.key (mode 0600). Made at once: ca.pem, stranger-ca.pem, and `server`, for localhost,
 * 127.0.0.1 and ::1.
 *
 * These functions end the program when something fails: a test can't go on without.
 */

#include <stdbool.h>
#include <stdint.h>

struct certs;

enum certs_purpose {
    CERTS_CLIENT = 0,
    CERTS_SERVER,
};

struct certs_spec {
    const char *name;           // of its files
    const char *principal;      // client: SAN URI slate:principal/PRINCIPAL; NULL: the same as name
    const char *san;            // instead of that: as in openssl.cnf, "URI:x,DNS:y"; "" for none
    enum certs_purpose purpose; // extended key usage, and the server's SAN
    bool by_stranger;           // signed by the CA that nobody trusts
    int64_t from_s;             // valid from and until, counted from now; both 0: from an hour ago
    int64_t until_s;            // until tomorrow
    const char *common_name;    // NULL: the same as name
};

/** Use dir, which must exist and is not removed. */
struct certs *certs_new(const char *dir);
void certs_free(struct certs *certs);

/** Make one. */
void certs_make(struct certs *certs, const struct certs_spec *spec);

/** Make a client's, with all defaults. */
void certs_client(struct certs *certs, const char *name);

/** DIR/file. Valid until certs_free(). */
const char *certs_path(struct certs *certs, const char *file);

#endif
