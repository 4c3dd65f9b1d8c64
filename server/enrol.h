// SPDX-License-Identifier: Apache-2.0
/**
 * enrol: what the server gives certificates out with: the key of a certificate authority, all
 * authorities that clients need to know, and what a one-time code tells of the server.
 *
 * An issuer is made once from the files and never changes; HUP puts another one in its place, while
 * the writer's thread may still be at work with the former.
 */
#ifndef SLATE_ENROL_H
#define SLATE_ENROL_H

#include <pthread.h>
#include <stdint.h>

#include "auth/pki.h"
#include "config/config.h"
#include "core/arena.h"
#include "core/outcome.h"
#include "proto/enrolcode.h"

enum {
    ENROL_HOURS = 24, /* of a code: somebody reads their mail on the next day */
};

struct issuer;

enum issuer_outcome {
    ISSUER_NONE = 1, /* nothing is given out here: others do that, with keys of their own */
};

/**
 * Reads the files that the settings name: the CA's key, the certificate among client_ca that it
 * belongs to, and the one there that the server's own certificate comes from. Returns 0;
 * ISSUER_NONE where there is no key and the settings do not name one, with the reason in reterr
 * (PKI_ERROR_BYTES); or < 0 so too.
 */
int issuer_load(const struct config *config, struct issuer **ret, char *reterr);

/** The CA behind the server's certificate, borrowed. */
X509 *issuer_server_ca(const struct issuer *issuer);

/** Gives back what issuer_load or enrol_hold gave. Accepts NULL. */
void issuer_release(struct issuer *issuer);

/** The present issuer, of all threads. */
struct enrol {
    pthread_mutex_t lock;
    struct issuer *now; /* NULL: none */
};

/** Returns 0 or < 0. */
int enrol_init(struct enrol *e);
void enrol_fini(struct enrol *e);

/** Takes the issuer over; NULL: none from now on. */
void enrol_set(struct enrol *e, struct issuer *issuer);

/** NULL if there is none, or e is NULL. */
struct issuer *enrol_hold(struct enrol *e);

/** What a code consists of: the text for its holder, the hash for the journal. Wipe it. */
struct enrol_code {
    char text[ENROLCODE_TEXT_BYTES];
    uint8_t secret_sha256[PKI_HASH_BYTES];
};

/** Makes a code with a new secret. Returns 0, or < 0 without randomness. */
int enrol_make_code(const struct issuer *issuer, int64_t expires_at, struct enrol_code *ret);

/** SHA-256 of a secret. Returns 0 or < 0. */
int enrol_hash(const uint8_t secret[ENROLCODE_SECRET_BYTES], uint8_t ret[PKI_HASH_BYTES]);

/** A certificate as it is told; strings live in the arena. */
struct enrol_certificate {
    const char *cert; /* PEM */
    const char *ca;   /* PEM: all that the server's may come from */
    int64_t expires_at;
    uint8_t key_sha256[PKI_HASH_BYTES];
};

/**
 * A certificate for the key of the signing request. Returns 0; OUTCOME_INVALID_ARGUMENT with
 * *ret_refusal filled; OUTCOME_RESOURCE_EXHAUSTED, when the arena is full; or < 0, logged.
 */
int enrol_sign(const struct issuer *issuer, const uint8_t *csr, size_t n, const char *name,
               int64_t now_at, struct arena *arena, struct enrol_certificate *ret,
               struct refusal *ret_refusal);

#endif
