// SPDX-License-Identifier: Apache-2.0
/**
 * split: whose time a clock's time was.
 *
 * The wall time of a cycle from its start to its end, or to the instant asked for, falls apart into
 * shares by the team that had the ticket and by what the clock did meanwhile. Made from the same
 * run as the verdict, and exact: the shares sum to the wall time, to the microsecond.
 */
#ifndef SLATE_CORE_SPLIT_H
#define SLATE_CORE_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/sla.h"

enum split_outcome {
    SPLIT_NO_CLOCK = 1, /* the ticket has no such clock */
};

/** All the time with the same team, kind and set of reasons. */
struct split_share {
    uint32_t team;
    enum clock_span_kind kind;
    const char *const *reasons; /* HELD: those that held this clock */
    size_t n_reasons;
    enum side side;  /* HELD: whose time it is; SIDE_NONE where the reasons disagree */
    int64_t wall_us; /* > 0 */
};

struct split {
    struct sla_clock clock;
    const struct book_calendar *calendar;
    const struct split_share *shares; /* by team in the order in which they had it, then by kind */
    size_t n_shares;
    int64_t wall_us; /* the sum of the shares */
};

/**
 * The present cycle of a kind of clock (and of a team for ola, else 0), as of an instant that is
 * not before the newest fact. Returns 0, SPLIT_NO_CLOCK, or < 0 when the arena is full.
 */
int split(const struct book *book, const struct ticket *t, enum clock_kind kind, uint32_t team,
          int64_t as_of_at, struct arena *arena, struct split *ret);

#endif
