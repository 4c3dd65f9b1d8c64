// SPDX-License-Identifier: Apache-2.0
/**
 * explain_calendar: what a cycle counted in, and the days that it skipped; inside of explain only.
 */
#ifndef SLATE_CORE_EXPLAIN_CALENDAR_H
#define SLATE_CORE_EXPLAIN_CALENDAR_H

#include "core/explain.h"

/**
 * Every version of a calendar that was in force in [from_at, to_at) of the run, each once: a union
 * before its members, else by instant. Returns 0, or < 0 when the arena is full.
 */
int explain_calendar_list(const struct book *book, const struct sla_run *run, int64_t from_at,
                          int64_t to_at, struct arena *arena, const struct explain_calendar **ret,
                          size_t *ret_n);

/**
 * The dates that closed what the week would have opened in [from_at, to_at), in which the run's
 * calendar was closed throughout: "2026-12-25 Christmas; 2026-12-26 Boxing Day". "" if none; NULL
 * when the arena is full.
 */
const char *explain_calendar_note(const struct book *book, const struct sla_run *run,
                                  int64_t from_at, int64_t to_at, struct arena *arena);

#endif
