// SPDX-License-Identifier: Apache-2.0
/**
 * servertls: from the files that the settings name to what connections are made with. All of it is
 * read at once, at the start and anew at HUP: only a whole set that fits together is taken.
 */
#ifndef SLATE_SERVERTLS_H
#define SLATE_SERVERTLS_H

#include <stdint.h>

#include <openssl/types.h>

#include "config/config.h"
#include "enrol.h"

enum { SERVERTLS_ERROR_BYTES = 512 };

struct servertls {
    SSL_CTX *ctx;
    struct issuer *issuer; /* NULL: certificates are given out by others */
};

/**
 * Reads certificate, key, authorities, the list of certificates that were revoked, and the key of
 * an authority. A list that is too old at now_at is taken, and logged: no certificate of its
 * authority is then accepted. Returns 0, or < 0 with a line in reterr (SERVERTLS_ERROR_BYTES) that
 * names the file. The caller owns *ret (servertls_fini).
 */
int servertls_load(const struct config *config, int64_t now_at, struct servertls *ret,
                   char *reterr);

/** Zeroed is fine. */
void servertls_fini(struct servertls *tls);

#endif
