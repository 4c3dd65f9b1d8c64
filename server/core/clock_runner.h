// SPDX-License-Identifier: Apache-2.0
/**
 * clock_runner: a clock on its way through what happened to it; inside of clock only.
 *
 * A runner walks from event to event. Between two events nothing changes but the time, so what
 * happens there is interval arithmetic: how much was open, and whether the target or a threshold
 * was passed. An event is applied after the time up to it has been accounted for; what falls on the
 * very instant of an event, or of the question, has not happened before it.
 */
#ifndef SLATE_CORE_CLOCK_RUNNER_H
#define SLATE_CORE_CLOCK_RUNNER_H

#include "core/clock.h"
#include "core/clock_tell.h"

/** Keeps sums within 64 bits whatever a pro-rata change of target makes of the time used up. */
#define CLOCK_ELAPSED_MAX_US (INT64_C(1) << 60)

struct clock_runner {
    const struct calendar *calendar;
    const struct clock_warn *warns;
    size_t n_warns;
    struct clock_tell *trace; // NULL: nobody listens
    int64_t now_at;
    int64_t elapsed_us;
    int64_t target_us;
    int64_t row_us; // the row's target, which the next cycle has again
    struct clock_days days;
    int64_t counted_from_at; // where what is used up was nothing; days are counted from there
    const struct calendar *counted_in; // the calendar then
    bool recurs;
    uint32_t only_cycle;
    bool ended; // only_cycle did
    enum clock_state state;
    enum clock_verdict judged; // of the last stop
    int64_t judged_breached_at;
    int64_t breached_at;
    int64_t used_up_at; // first instant with the target used up; NONE: not yet
    int64_t started_at;
    int64_t stopped_at;
    int64_t stopped_open_us;     // open time since the last stop
    int64_t stopped_breached_at; // limit as if it had not been stopped
    uint32_t reasons;
    uint32_t cycle;
    int64_t warned_at[CLOCK_WARNS_MAX];
};

/** Time passes up to to_at. */
void clock_runner_pass(struct clock_runner *r, int64_t to_at);

/** Something happens now (clock_change.c). */
void clock_change(struct clock_runner *r, const struct clock_event *e);

/** The row's target for what is counted from counted_from_at on. */
int64_t clock_runner_row_us(const struct clock_runner *r);

/** No warning was given. */
void clock_runner_disarm(struct clock_runner *r);

/** What was used up is forgotten. */
void clock_runner_from_zero(struct clock_runner *r);

/** The cycle is past its target, from now on if not before: the end of one that recurs, and where
 * the next one starts. */
void clock_runner_breach(struct clock_runner *r);

/** When so much open time from from_at on is used up. */
int64_t clock_runner_due_at(const struct calendar *c, int64_t from_at, int64_t open_us);

/** When a running clock comes to a warning, if it runs on from now. */
int64_t clock_runner_warn_at(const struct clock_runner *r, size_t i);

#endif
