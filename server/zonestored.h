// SPDX-License-Identifier: Apache-2.0
/**
 * zonestored: the zone data that a store keeps as the source of a book's zones: those in use at an
 * instant, whatever the folder of zone files holds by now.
 */
#ifndef SLATE_ZONESTORED_H
#define SLATE_ZONESTORED_H

#include "config/bookbuild.h"
#include "core/arena.h"
#include "store/txn.h"
#include "store/zones.h"

struct zonestored {
    struct arena *arena; /* where the rows and their bytes lie */
    struct zonedata *zones;
    size_t n;
    size_t max; /* allocated */
};

/** Reads what was in use at known_at into the arena, which must outlive every book made from it.
 * Returns 0, or what zones_known says. */
int zonestored_init(struct zonestored *z, struct txn *txn, int64_t known_at, struct arena *arena);

/** The source, which borrows *z. Its release is that of the newest row. */
struct zone_source zonestored_source(struct zonestored *z);

#endif
