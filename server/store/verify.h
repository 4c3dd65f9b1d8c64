// SPDX-License-Identifier: Apache-2.0
/**
 * verify: is the store what its journal says? Checks, in this order:
 *
 *   1. every database: keys well formed and ascending, every value's frame and checksum
 *   2. the journal: positions and seqs without gaps, the hash chain of every stream, recorded_at
 * ascending, every entry readable, each reachable through `stream` and nothing else there
 *   3. texts: the commitment of each that is present; none missing, unless an entry erases it;
 *      none that no entry knows, or that an entry erases
 *   4. the views: all entries replayed into a fresh environment give the same bytes
 *
 * The first divergence ends it, told precisely. It reads one snapshot, and may run beside a server.
 */
#ifndef SLATE_STORE_VERIFY_H
#define SLATE_STORE_VERIFY_H

#include "store/env.h"

enum verify_error {
    VERIFY_DIVERGES = 1, /* told through `report` */
};

enum verify_step {
    VERIFY_ROWS = 1,
    VERIFY_JOURNAL,
    VERIFY_TEXTS,
    VERIFY_VIEWS,
    VERIFY_DIVERGENCE,
};

struct verify_options {
    const char *tmp_dir; /* an existing directory with room for the views; a folder is made in it
                            and removed */
    /** Called when a step begins, about once per 100,000 rows of it, and with a divergence: one
     * line of text without control characters. */
    void (*report)(void *user, enum verify_step step, uint64_t rows, const char *text);
    void *user;
};

/** Returns 0, VERIFY_DIVERGES, or < 0 if it could not be found out (told through `report` as well).
 */
int verify_store(struct env *env, const struct verify_options *options);

#endif
