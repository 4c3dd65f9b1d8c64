// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TESTS_CORE_HOURS_H
#define SLATE_TESTS_CORE_HOURS_H

/* Calendars as tests write them: the same windows on some days of the week. */

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/calendar.h"

enum { HOURS_ARENA_BYTES = 4 * 1024 * 1024, HOURS_HOUR_S = 3600 };

#define HM(hour, minute) ((hour)*3600 + (minute)*60)

struct hours {
    const char *days; // "mtwtfss", with "-" where it is closed
    struct calendar_window windows[3];
    size_t n;
};

#define HOURS_OFFICE ((struct hours){"mtwtf--", {{HM(9, 0), HM(17, 0)}}, 1})
#define HOURS_ALWAYS ((struct hours){"mtwtfss", {{0, HM(24, 0)}}, 1})
#define HOURS_NIGHTS ((struct hours){"mtwtfss", {{HM(22, 0), HM(30, 0)}}, 1})

/** Rules in the arena, in a zone of this machine; the windows are copied. Fails the test if it
 * can't. */
struct calendar_rules *hours_rules(struct arena *arena, const char *zone, const struct hours *h);

/** A calendar of these rules alone; the caller frees it. */
struct calendar *hours_calendar(const struct calendar_rules *rules);

/** An instant in RFC 3339, and a date; they fail the test if they are none. */
int64_t hours_at(const char *text);
int32_t hours_day(const char *text);

#endif
