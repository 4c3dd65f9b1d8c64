// SPDX-License-Identifier: Apache-2.0
/**
 * hash: the three SHA-256 of the journal. Tags are the ASCII bytes shown, followed by one NUL;
 * integers are big-endian. docs/storage.md holds the same for a verifier that is not ours, with
 * worked values.
 *
 *   genesis(stream)    = SHA-256("slate genesis v1" NUL, cluster id 16 bytes, stream u32)
 *   hash(entry)        = SHA-256("slate entry v1" NUL, hash of the stream's previous entry or its
 * genesis, body) commitment(text)   = SHA-256("slate text v1" NUL, salt 16 bytes, text)
 *
 * The body is hashed as it is stored, never encoded again.
 */
#ifndef SLATE_STORE_HASH_H
#define SLATE_STORE_HASH_H

#include <stddef.h>
#include <stdint.h>

enum {
    HASH_BYTES = 32,
    HASH_SALT_BYTES = 16,
    HASH_CLUSTER_ID_BYTES = 16,
};

/** All return 0, or < 0 if the digest failed (no memory). */
int hash_genesis(const uint8_t cluster_id[HASH_CLUSTER_ID_BYTES], uint32_t stream,
                 uint8_t ret[HASH_BYTES]);
int hash_entry(const uint8_t previous[HASH_BYTES], const void *body, size_t n,
               uint8_t ret[HASH_BYTES]);
int hash_commitment(const uint8_t salt[HASH_SALT_BYTES], const void *text, size_t n,
                    uint8_t ret[HASH_BYTES]);

#endif
