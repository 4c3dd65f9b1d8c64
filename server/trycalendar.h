// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TRYCALENDAR_H
#define SLATE_TRYCALENDAR_H

/*
 * Calendars of `slated try`, given in place:
 *
 *   {"tz", "week"?, "dates"?, "over_midnight"?}
 *       week: {"mon": [["09:00", "18:00"], ...], ...}; an end beyond 24:00 runs into the next day
 *       dates: {"2026-12-24": [...], ...}, which replace that day; [] is a holiday
 *       over_midnight: "shift" or "midnight", what a date does to a shift of the evening before
 *   {"union": [calendar, ...]}
 *   {"versions": [[instant, calendar], ...]}
 */

#include <jansson.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/calendar.h"
#include "core/zone.h"
#include "tryread.h"

enum { TRYCALENDAR_MAX = 256 }; // of one case, members and versions included

struct trycalendar_zone;

/** The zones read so far, which stay, and the calendars of the present case. */
struct trycalendar {
    struct tryread *read;
    const char *dir;
    struct arena arena;
    struct trycalendar_zone *zones;
    struct calendar *made[TRYCALENDAR_MAX];
    size_t n;
};

/** Zones come from the folder dir, memory for what cases hold from read->arena. */
void trycalendar_init(struct trycalendar *c, struct tryread *read, const char *dir);
void trycalendar_fini(struct trycalendar *c);

/** Frees the calendars of the case; call it before the arena of what was read is reset. */
void trycalendar_reset(struct trycalendar *c);

/** The calendar that is the value of a key; it lives until the next reset. NULL after a fault. */
const struct calendar *trycalendar_read(struct trycalendar *c, const char *key,
                                        const json_t *value);

/** The zone that a key names; it lives as long as *c. NULL after a fault. */
const struct zone *trycalendar_zone(struct trycalendar *c, const char *key, const char *name);

#endif
