// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_ZONE_H
#define SLATE_CORE_ZONE_H

/*
 * Local time of one zone, from the bytes of its TZif file (RFC 9636).
 *
 * Own, because what is at hand answers wrongly or not for threads: ICU carries its own older data,
 * libical and GLib misread rules beyond the last explicit transition, glibc has one zone a process.
 *
 * A zone is a sorted table of offsets, made once and never changed: any number of threads may read
 * it. The rule in the file's last line is expanded up to the end of ZONE_HORIZON_YEAR; later
 * instants keep that year's last offset.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

struct zone;

/** Rules are expanded up to the end of this year; calendars do not look further either. */
enum { ZONE_HORIZON_YEAR = 2100 };

/** Why bytes are refused as a zone. */
enum zone_outcome {
    ZONE_TRUNCATED = 1, // they end too early
    ZONE_MAGIC,         // not TZif at all
    ZONE_VERSION,       // version 1, which has no 64-bit data, or one unknown to RFC 9636
    ZONE_COUNTS,        // a header whose counts contradict each other
    ZONE_DATA,          // a transition, type or index out of its range or order
    ZONE_LEAP,          // counts leap seconds: the `right/` tree; we keep POSIX time
    ZONE_FOOTER,        // the rule in the last line is missing, malformed or followed by something
    ZONE_MEMORY,        // beyond the arena's limit
};

/**
 * Reads the 64-bit block and the footer of the n bytes at `bytes`, which may be let go afterwards.
 * The zone lives in the arena.
 * Returns 0 or a zone_outcome; then the arena may hold some dead bytes.
 */
int zone_parse(struct arena *arena, const uint8_t *bytes, size_t n, struct zone **ret);

/** What to add to UTC to get the wall clock at an instant, in seconds, -89999..93599. */
int32_t zone_offset_s(const struct zone *z, int64_t at);

/**
 * What the wall clock shows at an instant, as seconds from 1970-01-01T00:00 on that same wall,
 * rounded down.
 */
int64_t zone_wall_s(const struct zone *z, int64_t at);

/**
 * The first instant at which the wall clock has reached wall_s (or gone past it).
 *
 * This is what turns written times into instants everywhere. It is total and monotone: a time in a
 * gap maps to the jump, a time that comes twice to its first coming, so adjacent intervals of local
 * time always tile the real day.
 */
int64_t zone_floor(const struct zone *z, int64_t wall_s);

/**
 * zone_floor for many times in a row: *hint is a place in the table where the search starts, 0 at
 * first, and is updated. Cheaper than zone_floor when the times are near each other.
 */
int64_t zone_floor_near(const struct zone *z, int64_t wall_s, size_t *hint);

/**
 * The first change of the offset after an instant, INSTANT_NEVER when there is none up to the
 * horizon. For tables of a zone's changes, and for tests.
 */
int64_t zone_next_change(const struct zone *z, int64_t at);

#endif
