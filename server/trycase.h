// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TRYCASE_H
#define SLATE_TRYCASE_H

/*
 * One case of `slated try`, from JSON to what the engine takes. A case is {"kind", "input"};
 * inputs:
 *
 *   add      {"calendar", "start", "duration_s"}
 *   between  {"calendar", "from", "to"}
 *   bdays    {"calendar", "start", "days", "cutoff", "cutoff_zone"?}
 *   clock    {"calendar", LENGTH, "events", "until", ROW, "tell_cycle"?}
 *            LENGTH: "target_s", or "days", "cutoff", "cutoff_zone"? for business days
 *            ROW: "warn_pct"?, "warn_before_min"?, "recurs"?
 *            events: [at, type] or [at, type, {...}], in the order of the journal; a target is
 *            {"mode"?, "min_remaining"?, LENGTH with "seconds", ROW}, and any key of ROW arms all
 *            warnings anew
 *
 * Keys that are not known are refused: a rule that is silently left out makes a wrong number.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/clock.h"
#include "trycalendar.h"
#include "tryread.h"

enum trycase_kind { TRYCASE_ADD, TRYCASE_BETWEEN, TRYCASE_BDAYS, TRYCASE_CLOCK };

struct trycase {
    // What was read; meaningless where it does not belong to the kind.
    enum trycase_kind kind;
    const struct calendar *calendar;
    int64_t from_at; // start, from
    int64_t to_at;   // to, until
    int64_t duration_us;
    int days;
    int32_t cutoff_s;
    const struct zone *cutoff_zone; // NULL: the calendar's
    struct clock_rule rule;
    struct clock_event *events; // in order of effect
    size_t n_events;
    bool tells_cycle; // the answer has the cycle and its start
    // Reading.
    bool has_days;       // a target in business days
    struct tryread read; // read.error tells why it cannot be used
    struct arena arena;
    struct trycalendar calendars;
    const char *reasons[CLOCK_REASONS_MAX]; // names of the pause reasons met so far
    size_t n_reasons;
};

/** Zones are read from the folder tzdir. Points into itself: must not be moved. */
void trycase_init(struct trycase *c, const char *tzdir);
void trycase_fini(struct trycase *c);

/** Forgets the case that was read, keeping zones and memory for the next one. */
void trycase_reset(struct trycase *c);

/**
 * Reads the case that is the object `line`, into a fresh or reset *c, which borrows from `line`.
 * Returns 0, or 1 where it cannot be used; then c->read.error names the key.
 */
int trycase_read(struct trycase *c, const json_t *line);

#endif
