// SPDX-License-Identifier: Apache-2.0
/**
 * frontend_enrol: how often somebody may try a code. A secret cannot be guessed; what is limited is
 * the work that guesses make, and what stands in the log of them. What succeeds counts for nothing:
 * a whole office may enrol at once.
 */
#ifndef SLATE_FRONTEND_ENROL_H
#define SLATE_FRONTEND_ENROL_H

#include <stdint.h>

#include "net/bucket.h"
#include "net/peers.h"

enum {
    /* Of one address: five mistakes, then one in twelve seconds. */
    FRONTEND_ENROL_BURST = 5,
    FRONTEND_ENROL_EVERY_S = 12,
    /* Of all together. */
    FRONTEND_ENROL_ALL_BURST = 200,
    FRONTEND_ENROL_ALL_PER_S = 20,
    /* Addresses share a bucket when there are more than these: memory stays bounded. */
    FRONTEND_ENROL_BUCKETS = 4096,
};

struct frontend_enrol {
    uint64_t seed; /* nobody can choose an address that shares a bucket with another one */
    struct bucket all;
    struct bucket of[FRONTEND_ENROL_BUCKETS];
};

/** It must be zeroed. */
void frontend_enrol_init(struct frontend_enrol *e);

/** An attempt from this address at now_ms, of a clock that does not step back. Returns 0, or in how
 * many milliseconds there may be one. */
uint64_t frontend_enrol_try(struct frontend_enrol *e, const struct peers_key *from,
                            uint64_t now_ms);

/** The attempt was none of those that count. */
void frontend_enrol_excuse(struct frontend_enrol *e, const struct peers_key *from);

#endif
