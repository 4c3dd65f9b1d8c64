// SPDX-License-Identifier: Apache-2.0
/**
 * headproof: a party's signature under a head of a contract's chain, as it lies in COUNTERSIGNED
 * entries and in receipts.
 */
#ifndef SLATE_EVIDENCE_HEADPROOF_H
#define SLATE_EVIDENCE_HEADPROOF_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "core/event.h"
#include "proto/headsign.h"

/** Everything is borrowed. */
struct headproof {
    const uint8_t *cluster; /* HEADSIGN_CLUSTER_BYTES */
    const char *contract;
    uint64_t seq;
    const uint8_t *hash; /* HEADSIGN_HASH_BYTES */
    const uint8_t *signature;
    size_t signature_bytes;
    const uint8_t *certificate; /* DER */
    size_t certificate_bytes;
};

enum headproof_outcome {
    HEADPROOF_BAD_CERTIFICATE = 1, /* none, or none of a principal */
    HEADPROOF_BAD_SIGNATURE = 2,
    HEADPROOF_NOT_TRUSTED = 3, /* from none of the CAs given */
};

/** Who a proof is by. */
struct headproof_signer {
    char name[PRINCIPAL_NAME_BYTES];
    uint8_t key_sha256[BOOK_HASH_BYTES]; /* of SubjectPublicKeyInfo */
};

/**
 * Checks the signature, and with `trusted` (else NULL) that the certificate comes from one of its
 * CAs, whatever the time: that it was valid when it was signed is said by who recorded it then.
 * Returns 0, a headproof_outcome or < 0.
 */
int headproof_check(const struct headproof *p, X509_STORE *trusted, struct headproof_signer *ret);

#endif
