// SPDX-License-Identifier: Apache-2.0
/**
 * receipt: what a party keeps of its countersignature: a head, its signature and its certificate,
 * as one JSON object in a file of its own. With it a chain that was rewritten later is found out.
 */
#ifndef SLATE_EVIDENCE_RECEIPT_H
#define SLATE_EVIDENCE_RECEIPT_H

#include "core/arena.h"
#include "evidence/headproof.h"

enum {
    RECEIPT_BYTES_MAX = 64 * 1024,
    RECEIPT_VERSION = 1,
};

enum receipt_outcome {
    RECEIPT_BAD = 1, /* not of that form */
};

/** What it points to lies in the arena; nothing is checked but the form. Returns 0, RECEIPT_BAD or
 * < 0 without memory. */
int receipt_read(const char *text, size_t n, struct arena *arena, struct headproof *ret);

#endif
