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

enum {
    TRYCALENDAR_MAX = 256, // of one value, or of all that are not kept; members and versions too
    TRYCALENDAR_KEPT = 8,  // values whose calendars are kept: cases are of few calendars
};

struct trycalendar_zone;

/** What was made of one value, or of several that are not kept. */
struct trycalendar_set {
    json_t *value;      // NULL: of none, or of several
    uint64_t used;      // number of the last case that used it
    struct arena arena; // what the calendars borrow
    const struct calendar *calendar;
    struct calendar *made[TRYCALENDAR_MAX];
    size_t n;
};

/**
 * The zones read so far, which stay, and calendars: those of values that came again and again are
 * kept with their tables, since most of the time would go into making them anew.
 */
struct trycalendar {
    struct tryread *read;
    const char *dir;
    struct arena arena;
    struct trycalendar_zone *zones;
    uint64_t round; // number of the present case
    struct trycalendar_set kept[TRYCALENDAR_KEPT];
    struct trycalendar_set rest; // of the present case alone
    struct trycalendar_set *at;  // where calendars go at present
};

/** Zones come from the folder dir. While a calendar is read, read->arena is another one. */
void trycalendar_init(struct trycalendar *c, struct tryread *read, const char *dir);
void trycalendar_fini(struct trycalendar *c);

/** The case is over. */
void trycalendar_reset(struct trycalendar *c);

/** The calendar that is the value of a key; it lives until the next reset. NULL after a fault. */
const struct calendar *trycalendar_read(struct trycalendar *c, const char *key,
                                        const json_t *value);

/** The zone that a key names; it lives as long as *c. NULL after a fault. */
const struct zone *trycalendar_zone(struct trycalendar *c, const char *key, const char *name);

#endif
