// SPDX-License-Identifier: Apache-2.0
#include "zonestored.h"

#include <errno.h>
#include <string.h>

enum { ZONES_AT_FIRST = 32 }; /* most books name a handful */

static int keep(void *user, const struct zonedata *zone)
{
    struct zonestored *z = user;

    if (z->n == z->max) {
        size_t max = z->max == 0 ? ZONES_AT_FIRST : 2 * z->max;
        struct zonedata *grown = arena_array(z->arena, max, sizeof(*grown));
        if (grown == NULL) {
            return -ENOMEM;
        }
        if (z->n > 0) {
            memcpy(grown, z->zones, z->n * sizeof(*grown));
        }
        z->zones = grown;
        z->max = max;
    }
    z->zones[z->n++] = *zone;
    return 0;
}

int zonestored_init(struct zonestored *z, struct txn *txn, int64_t known_at, struct arena *arena)
{
    *z = (struct zonestored){.arena = arena};
    return zones_known(txn, known_at, arena, keep, z);
}

static int load(void *user, struct arena *arena, const char *name, const uint8_t **ret_bytes,
                size_t *ret_n, uint8_t ret_sha256[static BOOK_HASH_BYTES])
{
    const struct zonestored *z = user;

    (void)arena; /* the bytes lie in one already */
    for (size_t i = 0; i < z->n; i++) {
        const struct zonedata *zone = &z->zones[i];
        if (strcmp(zone->name, name) == 0) {
            *ret_bytes = zone->bytes;
            *ret_n = zone->n;
            memcpy(ret_sha256, zone->sha256, sizeof(zone->sha256));
            return 0;
        }
    }
    return ZONE_SOURCE_ABSENT;
}

struct zone_source zonestored_source(struct zonestored *z)
{
    struct zone_source source = {.user = z, .load = load};
    uint64_t newest = 0;

    for (size_t i = 0; i < z->n; i++) {
        if (z->zones[i].seq > newest) {
            newest = z->zones[i].seq;
            memcpy(source.release, z->zones[i].release, sizeof(source.release));
        }
    }
    return source;
}
