// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_CALENDAR_PAGE_H
#define SLATE_CORE_CALENDAR_PAGE_H

/*
 * A page: the open time of a calendar in one stretch of 2^43 microseconds (101.8 days), as sorted
 * intervals with running sums. Inside of core/calendar.
 *
 * Pages are the unit in which calendars are compiled: short enough that a single question does not
 * compile years, long enough that a sum over years looks at few of them. The page of an instant is
 * a shift, not a date.
 *
 * This is the one place of core besides the arena that asks for memory by itself: pages appear
 * while many threads only read. Without memory the process is aborted, see core/calendar.h.
 */

#include <stddef.h>
#include <stdint.h>

enum { CALENDAR_PAGE_BITS = 43 };

#define CALENDAR_PAGE_US (INT64_C(1) << CALENDAR_PAGE_BITS)

/** 2101-01-01T00:00:00Z. Calendars end here. */
#define CALENDAR_END_AT INT64_C(4133980800000000)

/** Pages from 1970 up to CALENDAR_END_AT; it lies in the last one. */
#define CALENDAR_PAGES ((size_t)(CALENDAR_END_AT >> CALENDAR_PAGE_BITS) + 1)

/** Intervals in the making: ascending, apart from each other. Zero to begin with. */
struct calendar_spans {
    struct calendar_span {
        int64_t from_at;
        int64_t to_at;
    } * v;
    size_t n;
    size_t room;
};

/**
 * Adds [from_at, to_at), which must not begin before the last one does, clipped to
 * [low_at, high_at); it is joined to the last one if they touch.
 */
void calendar_spans_add(struct calendar_spans *s, int64_t from_at, int64_t to_at, int64_t low_at,
                        int64_t high_at);

void calendar_spans_fini(struct calendar_spans *s);

/** Immutable. starts[0..n) and sums[0..n] lie behind it: sums[i] is the open time before starts[i],
 * so interval i ends at starts[i] + sums[i + 1] - sums[i], and sums[n] is all of it. */
struct calendar_page {
    size_t n;
    const int64_t *starts;
    const int64_t *sums;
    int64_t cells[];
};

struct calendar_page *calendar_page_new(const struct calendar_spans *s);
void calendar_page_free(struct calendar_page *p);

static inline int64_t calendar_page_open_us(const struct calendar_page *p)
{
    return p->sums[p->n];
}

static inline int64_t calendar_page_end(const struct calendar_page *p, size_t i)
{
    return p->starts[i] + p->sums[i + 1] - p->sums[i];
}

/** How many intervals start at or before an instant. */
size_t calendar_page_started(const struct calendar_page *p, int64_t at);

/** Open time before an instant. */
int64_t calendar_page_before(const struct calendar_page *p, int64_t at);

/** The first instant with open_us before it; 1..calendar_page_open_us. */
int64_t calendar_page_due(const struct calendar_page *p, int64_t open_us);

/** The last instant with open_us before it; 0..calendar_page_open_us - 1. */
int64_t calendar_page_limit(const struct calendar_page *p, int64_t open_us);

#endif
