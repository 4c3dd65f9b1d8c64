// SPDX-License-Identifier: Apache-2.0
#ifndef PROTO_HEADSIGN_H
#define PROTO_HEADSIGN_H

/*
 * What a party signs when it countersigns the head of a contract's chain. Both ends and the
 * verifier make it here; docs/journal.md has it for others.
 *
 *     "slate countersign v1" NUL, cluster id (16 bytes), name of the contract, NUL,
 *     seq (8 bytes, big-endian), hash of that entry (32 bytes)
 *
 * The cluster and the name keep a signature from being shown for another contract, the text in
 * front from being one that was made for anything else.
 */

#include <stddef.h>
#include <stdint.h>

enum {
    HEADSIGN_CLUSTER_BYTES = 16,
    HEADSIGN_HASH_BYTES = 32,
    HEADSIGN_NAME_BYTES = 63, // the longest name of a contract
    HEADSIGN_BYTES = 21 + HEADSIGN_CLUSTER_BYTES + HEADSIGN_NAME_BYTES + 1 + 8 +
                     HEADSIGN_HASH_BYTES, // the longest message
};

/**
 * Writes the message. Returns its length, or 0 when the name is empty or too long.
 */
size_t headsign_message(const uint8_t cluster[static HEADSIGN_CLUSTER_BYTES], const char *contract,
                        uint64_t seq, const uint8_t hash[static HEADSIGN_HASH_BYTES],
                        uint8_t ret[static HEADSIGN_BYTES]);

#endif
