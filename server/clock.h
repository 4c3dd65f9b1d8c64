// SPDX-License-Identifier: Apache-2.0
/**
 * clock: the only place in the server that reads clocks.
 *
 * Facts are stamped with the wall clock, made monotonic; waits use the monotonic one. A wall clock
 * that jumps is the one input that could poison an append-only journal, so every reading is
 * compared with CLOCK_BOOTTIME: after a forward step of more than CLOCK_STEP_FORWARD_US nothing may
 * be recorded until the clock has been steady for CLOCK_STEADY_US or an operator confirms; a step
 * back is reported and stamps go on from the last one.
 */
#ifndef SLATE_CLOCK_H
#define SLATE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_STEP_FORWARD_US \
    (INT64_C(300) * 1000000) /* 5 minutes: more than any sane slewing in one tick */
#define CLOCK_STEP_BACK_US                                                                      \
    (INT64_C(1) * 1000000)                       /* below a second NTP corrects without a trace \
                                                  */
#define CLOCK_STEADY_US (INT64_C(600) * 1000000) /* 10 minutes of agreement end the doubt */

enum clock_doubt {
    CLOCK_SURE = 0,
    CLOCK_DOUBTED =
        1, /* stepped forward, or far ahead of the newest record at start: do not record */
};

/** What one comparison found. */
struct clock_step {
    int64_t from_at; /* what the wall clock should show */
    int64_t to_at;   /* what it shows */
};

/** The judgement over two clocks; pure but for the readings handed in. */
struct clock_guard {
    int64_t offset_us;       /* wall minus boot when last believed */
    int64_t last_at;         /* newest stamp given out */
    int64_t doubt_boot_us;   /* boot time at which the doubt began */
    int64_t doubt_offset_us; /* wall minus boot since then */
    enum clock_doubt doubt;
};

/**
 * Starts the guard from a first reading. newest_at is the newest recorded_at of the store
 * (INT64_MIN for an empty one): a wall clock more than ahead_max_us later is doubted from the
 * start.
 */
void clock_guard_init(struct clock_guard *g, int64_t wall_at, int64_t boot_us, int64_t newest_at,
                      int64_t ahead_max_us);

/**
 * Takes a reading. Returns the stamp: never smaller than one before. *ret_stepped tells that the
 * wall clock jumped by more than the bounds since the last reading; *ret_step then says from where
 * to where.
 */
int64_t clock_guard_read(struct clock_guard *g, int64_t wall_at, int64_t boot_us, bool *ret_stepped,
                         struct clock_step *ret_step);

/** An operator says that the clock is right. */
void clock_guard_confirm(struct clock_guard *g, int64_t wall_at, int64_t boot_us);

/** Microseconds since the epoch, UTC. */
int64_t clock_wall_at(void);
/** Microseconds since boot, suspend included. */
int64_t clock_boot_us(void);
/** A point in time for pthread_cond_timedwait on a CLOCK_MONOTONIC condition variable. */
struct timespec clock_deadline(int64_t in_us);

#endif
