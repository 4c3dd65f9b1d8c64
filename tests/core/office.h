// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TESTS_CORE_OFFICE_H
#define SLATE_TESTS_CORE_OFFICE_H

/* What tests of clocks share: three calendars in UTC, instants in March 2026, spans of a trace. */

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/calendar.h"
#include "core/clock.h"

struct office {
    struct arena arena;
    struct calendar *office; // Monday to Friday, 9 to 17
    struct calendar *late;   // Monday to Friday, 12 to 20
    struct calendar *always;
};

void office_init(struct office *o);
void office_fini(struct office *o);

/** The first `days` days of the week from one time of day to another, in UTC; the caller frees it.
 */
struct calendar *office_hours(struct office *o, int days, int from_hour, int to_hour);

/** An instant in RFC 3339; fails the test if it is none. */
int64_t office_at(const char *text);

/** "02 09:30:00" is 2026-03-02T09:30:00Z, a Monday. */
int64_t office_march(const char *text);

/** instant_format into a buffer that the next call overwrites. */
const char *office_text(int64_t at);

enum { OFFICE_SPANS_MAX = 4096 };

struct office_spans {
    struct clock_span v[OFFICE_SPANS_MAX];
    size_t n;
};

/** For clock_trace: adds the span to the struct office_spans that is `user`. */
void office_collect(void *user, const struct clock_span *span);

#endif
