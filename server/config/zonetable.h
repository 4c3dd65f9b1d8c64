// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_ZONETABLE_H
#define SLATE_CONFIG_ZONETABLE_H

/*
 * The zones that a book uses, each read once.
 */

#include "config/bookbuild.h"
#include "config/yamldoc.h"

enum { ZONETABLE_MAX = 1024 }; // the zone data of today names about 600 zones, old names included

struct zonetable {
    struct arena *arena;
    const struct zone_source *source;
    struct book_zone *zones; // in order of first use; does not move
    size_t n;
};

/** Returns 0, or < 0 when the arena is full. The source is borrowed. */
int zonetable_init(struct zonetable *table, const struct zone_source *source, struct arena *arena);

/**
 * The zone of that name. `at` is the place that names it, for a refusal.
 * Returns 0; INVALID_ARGUMENT (there is no such zone) or UNAVAILABLE (its data cannot be used) with
 * *ret_refusal filled; < 0 when the arena is full.
 */
int zonetable_get(struct zonetable *table, struct yamldoc_place at, const char *name,
                  const struct book_zone **ret, struct refusal *ret_refusal);

#endif
