// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_ZONEFILE_H
#define SLATE_CONFIG_ZONEFILE_H

/*
 * Zone data from a folder of TZif files such as /usr/share/zoneinfo, by IANA name.
 *
 * Names come from contracts, so they are untrusted: nothing outside the folder can be named. The
 * folder is an argument, so that two releases of the data can be compared.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/zone.h"

#define ZONEFILE_DIR "/usr/share/zoneinfo"

enum {
    ZONEFILE_NAME_BYTES = 64,          // a name with its NUL; the longest in use has 32 characters
    ZONEFILE_BYTES_MAX = 256 * 1024,   // the largest file of today has 4 KiB
    ZONEFILE_RELEASE_BYTES = 16,       // "2026f" with its NUL, and room for a distributor's suffix
    ZONEFILE_ZONE_BYTES = 1024 * 1024, // arena that one zone can need at most
};

/** Above the outcomes of zone_parse, which are passed on. */
enum zonefile_outcome {
    ZONEFILE_NAME = 100, // not the name of a zone
    ZONEFILE_ABSENT,     // no file of that name
    ZONEFILE_READ,       // cannot be read, or is no plain file of a fitting size
    ZONEFILE_MEMORY,     // beyond the arena's limit
};

/**
 * The bytes of a zone's file, in the arena: what is stored by its hash so that a verdict can be
 * replayed after the data changed. Returns 0 or a zonefile_outcome.
 */
int zonefile_read(struct arena *arena, const char *dir, const char *name, const uint8_t **ret_bytes,
                  size_t *ret_n);

/** zonefile_read and zone_parse. Returns 0, a zonefile_outcome or a zone_outcome. */
int zonefile_load(struct arena *arena, const char *dir, const char *name, struct zone **ret);

/** What to tell people about an outcome of zonefile_load, zonefile_read or zone_parse. */
const char *zonefile_strerror(int outcome);

/**
 * The release of the data in the folder, from its +VERSION or the head of its tzdata.zi.
 * Returns 0, or ZONEFILE_ABSENT where neither tells it.
 */
int zonefile_release(const char *dir, char ret_release[static ZONEFILE_RELEASE_BYTES]);

#endif
