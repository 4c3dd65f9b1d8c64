// SPDX-License-Identifier: Apache-2.0
/**
 * when: instants as people write and read them. The only place of the program that reads the clock,
 * and the only one that knows the zone in which times are shown.
 *
 * The zone is the process's: set once, at the start (when_set_zone()). Instants are microseconds
 * since the Unix epoch, UTC.
 */
#ifndef SLATE_CLIENT_WHEN_H
#define SLATE_CLIENT_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "client/text.h"

/** Read the wall clock. */
int64_t when_now(void);

/** Show and read times in this zone: "local", "UTC" or Area/City. Returns false, and changes
 * nothing, when there is no such zone. */
bool when_set_zone(const char *name);

/** Name of that zone, with its offset at an instant: "Asia/Manila (+08:00)", "UTC". */
void when_add_zone(struct text *to, int64_t at);

/**
 * Read an instant: RFC 3339; YYYY-MM-DD, the first instant of that day, also with a time
 * HH:MM[:SS]; now; today, yesterday, tomorrow, and a weekday, the last one, today included, each
 * also with a time; -SPAN before now, of s, m, h, d (24 hours) and w: -2h, -1h30m. Returns NULL, or
 * what is wrong with it.
 */
const char *when_parse(const char *text, int64_t now_at, int64_t *ret);

/** Only RFC 3339, with Z or an offset: what programs write. Returns NULL, or what is wrong. */
const char *when_parse_rfc3339(const char *text, int64_t *ret);

/** A span of time: 90s, 15m, 2h30m, as milliseconds; a bare number is seconds. Returns false when
 * it is none, or more than a day. */
bool when_parse_span_ms(const char *text, uint32_t *ret);

/** The same up to ten years, with a unit and also in d and w, as microseconds. */
bool when_parse_span(const char *text, int64_t *ret);

/** "2026-11-21T06:20:00Z", with as many decimals as it takes: for programs. */
void when_add_rfc3339(struct text *to, int64_t at);

/** "14:20" for today (of now_at), else "2026-11-20 14:20"; seconds only where there are some. */
void when_add_local(struct text *to, int64_t at, int64_t now_at);

/** "2026-11-20 14:20:05", always with the date. */
void when_add_full(struct text *to, int64_t at);

/** "Fri 2026-11-20 18:00": for deadlines, about whose days people argue. */
void when_add_day(struct text *to, int64_t at);

/** Its time without the date. */
void when_add_clock(struct text *to, int64_t at);

/** True if both are on one day of the zone. */
bool when_same_day(int64_t a_at, int64_t b_at);

/** "in 42m", "3h ago", "now": two units at most, the last cut off. */
void when_add_relative(struct text *to, int64_t at, int64_t now_at);

/** "14:20 (in 12m)". */
void when_add_both(struct text *to, int64_t at, int64_t now_at);

/** A duration to the second: "61m", "2h 10m", "9m 30s", "0m"; below ten seconds with its
 * milliseconds. */
void when_add_span(struct text *to, uint64_t us);

#endif
