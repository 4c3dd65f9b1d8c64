// SPDX-License-Identifier: Apache-2.0
/**
 * positions: how far each contract's stream was read. They only ever move on.
 */
#ifndef SLATE_CLIENT_LIB_POSITIONS_H
#define SLATE_CLIENT_LIB_POSITIONS_H

#include <slate.h>

/** Contracts of one feed; beyond it the server is not believed. */
#define POSITIONS_MAX 16384u

/** Zeroed it is empty. */
struct positions {
    struct slate_token *tokens; /* by contract, ascending; the names are ours */
    size_t n;
    size_t size;
};

/** Everything up to (contract, seq) was read. An earlier seq than the known one changes nothing.
 * Returns 0, or < 0 without memory or beyond POSITIONS_MAX. */
int positions_pass(struct positions *p, const char *contract, uint64_t seq);

/** positions_pass() for each of them. */
int positions_pass_all(struct positions *p, const struct slate_token *tokens, size_t n);

/** True when (contract, seq) was read. */
bool positions_has(const struct positions *p, const char *contract, uint64_t seq);

void positions_fini(struct positions *p);

#endif
