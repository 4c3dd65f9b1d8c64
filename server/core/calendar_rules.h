// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_CALENDAR_RULES_H
#define SLATE_CORE_CALENDAR_RULES_H

/*
 * Which windows a local day has, after own dates, holidays and what they do to a shift of the
 * evening before. Inside of core/calendar.
 */

#include "core/calendar.h"

/** Lists of disjoint windows intersect to at most the sum of their windows. */
enum { CALENDAR_RULES_WINDOWS_MAX = CALENDAR_HOLIDAYS_MAX * CALENDAR_WINDOWS_MAX };

/**
 * The windows of a local day, in the order written. They are the rules' own, or lie in buf where
 * they had to be worked out.
 */
struct calendar_day calendar_rules_day(const struct calendar_rules *rules, int32_t day,
                                       struct calendar_window buf[CALENDAR_RULES_WINDOWS_MAX]);

/** False where the days first_day..last_day are surely closed; cheap. Keeps the search for the next
 * opening of a calendar that has none from going through every day up to 2100. */
bool calendar_rules_may_open(const struct calendar_rules *rules, int32_t first_day,
                             int32_t last_day);

#endif
