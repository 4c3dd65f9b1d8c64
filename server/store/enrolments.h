// SPDX-License-Identifier: Apache-2.0
/**
 * enrolments: which secrets are worth a certificate, and whose. Only the hash of a secret is known
 * here. Rows are never forgotten: a secret is used once for ever.
 */
#ifndef SLATE_STORE_ENROLMENTS_H
#define SLATE_STORE_ENROLMENTS_H

#include "core/event.h"
#include "store/txn.h"

struct enrolment {
    uint8_t secret_sha256[BOOK_HASH_BYTES];
    uint32_t principal;
    int64_t expires_at;                  /* of the secret; whoever asks compares */
    uint64_t seq;                        /* of the offer, in stream 0 */
    bool voided;                         /* by a newer offer, or since keys were forgotten */
    bool used;                           /* by key_sha256: only that one gets another answer */
    uint8_t key_sha256[BOOK_HASH_BYTES]; /* of SubjectPublicKeyInfo; zeros: not used */
};

/** Returns 0, STORE_NOT_FOUND or a failure. */
int enrolments_get(struct txn *txn, const uint8_t secret_sha256[BOOK_HASH_BYTES],
                   struct enrolment *ret);

/** The principal's newest offer, used or voided or not. Returns 0, STORE_NOT_FOUND or a failure. */
int enrolments_newest(struct txn *txn, uint32_t principal, struct enrolment *ret);

/** The principal's newest offer if it still waits: neither used nor voided; it may have expired.
 * Returns 0, STORE_NOT_FOUND or a failure. */
int enrolments_waiting(struct txn *txn, uint32_t principal, struct enrolment *ret);

#endif
