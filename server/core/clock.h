// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_CLOCK_H
#define SLATE_CORE_CLOCK_H

/*
 * The one engine of SLA clocks: a clock is a pure function of its rule and of what happened.
 *
 * Nothing is ever patched: deciding, explaining, verifying and trying out all replay the same
 * events through the same runner. Let E(u) be the open time during which the clock ran before
 * instant u.
 *
 *   met iff E <= target when it stops
 *   due    first instant with E >= target: what people are shown
 *   limit  last instant with E <= target: what a breach is dated at, and what is waited for
 *
 * A clock that is on hold (paused) has neither: a limit that falls into a hold is not reached.
 * A breach is dated at the first instant from which the clock runs beyond its target: the limit, or
 * the event that put the target below what was used up (a change of target, or the end of a hold
 * during which it changed). It stays on record whatever the target becomes later.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/calendar.h"

enum {
    CLOCK_WARNS_MAX = 16,   // warnings of a rule
    CLOCK_REASONS_MAX = 32, // reasons for a pause: bits of a set
    CLOCK_CYCLES_MAX = 100, // of a rule that recurs: the last one stays breached, however long
};

/** Numbers are stored: permanent. */
enum clock_state {
    CLOCK_IDLE = 0, // not started
    CLOCK_RUNNING = 1,
    CLOCK_PAUSED = 2,
    CLOCK_STOPPED = 3,
    CLOCK_CANCELLED = 4,
};

/** Numbers are stored: permanent. */
enum clock_verdict {
    CLOCK_NONE = 0, // not started, or cancelled within its target
    CLOCK_OPEN = 1,
    CLOCK_MET = 2,
    CLOCK_BREACHED = 3,
};

enum clock_event_kind {
    CLOCK_START = 1, // only of an idle clock; on hold at once if a reason is set
    CLOCK_PAUSE,     // adds a reason to the set, in any state
    CLOCK_RESUME,    // takes it away; the clock runs again when the set is empty
    CLOCK_STOP,      // verdict on what was used up; of a paused clock too
    CLOCK_FAIL,      // stops as breached, dated here unless it is breached already
    CLOCK_CANCEL,    // ends without a verdict, unless it is breached
    CLOCK_REOPEN,    // only of a stopped clock; forgets all reasons; mode EXCLUDE by default
    CLOCK_TARGET,    // a new target; mode CARRY by default
    CLOCK_CALENDAR,  // another calendar from here on; mode CARRY by default, or RESTART
    CLOCK_RESTART,   // what was used up is forgotten, warnings are armed again
    CLOCK_EARLIER,   // it started at since_at already, in hours that nothing held, if that is
                     // earlier; what was forgotten since its start stays forgotten
};

enum clock_mode {
    CLOCK_MODE_DEFAULT = 0,
    CLOCK_CARRY,     // TARGET, CALENDAR: what was used up stays used up
    CLOCK_FROM_ZERO, // TARGET, CALENDAR: starts anew, warnings are armed again
    CLOCK_PRO_RATA,  // TARGET: half used up stays half used up
    CLOCK_EXCLUDE,   // REOPEN: the time while stopped does not count
    CLOCK_INCLUDE,   // REOPEN: it does, as if never stopped
    CLOCK_NEW_CYCLE, // REOPEN: starts anew with no breach on record
};

/** A warning: at a share of the target, or at a rest of business time. */
struct clock_warn {
    uint32_t percent;  // 1..; 0: before_us counts
    int64_t before_us; // business time before the target is used up
};

/**
 * A target in business days: the open time from where the cycle's counting began to the close of
 * the n-th business day (calendar_business_days). days == 0: none.
 */
struct clock_days {
    uint32_t days;
    int32_t cutoff_s;
    const struct zone *cutoff_zone; // NULL: the calendar's
};

/** Something that happened to a clock. Zero what the kind does not use. */
struct clock_event {
    int64_t at; // effective
    enum clock_event_kind kind;
    enum clock_mode mode;
    uint8_t reason;                  // PAUSE, RESUME: 0..CLOCK_REASONS_MAX - 1
    bool keep_breach;                // RESTART: a breach stays on record
    int64_t target_us;               // TARGET: >= 0; of no account with days
    struct clock_days days;          // TARGET: of the calendar in force, counted from the start
    int64_t min_remaining_us;        // TARGET: leave at least this much; -1: no such rule
    const struct calendar *calendar; // CALENDAR
    bool rearm;                      // TARGET: the warnings below hold from here on, all of them
    const struct clock_warn *warns;  // armed; those of before are forgotten
    size_t n_warns;
    bool recurs;      // TARGET: with rearm
    int64_t since_at; // EARLIER
};

/** What the clock is measured by, as agreed at its start. Borrowed. */
struct clock_rule {
    int64_t target_us; // >= 0; of no account with days
    struct clock_days days;
    const struct calendar *calendar;
    const struct clock_warn *warns;
    size_t n_warns; // <= CLOCK_WARNS_MAX
    // Every breach ends its cycle and begins the next one there, with the row's target and nothing
    // used up, until CLOCK_CYCLES_MAX.
    bool recurs;
    uint32_t only_cycle; // look no further than that cycle, as it ended; 0: at the newest
};

/** A clock as it stands at an instant. */
struct clock_result {
    enum clock_state state;
    enum clock_verdict verdict;
    uint32_t cycle;          // 0: idle, then from 1; NEW_CYCLE and what recurs add one each
    uint32_t paused_reasons; // bit (1 << reason)
    int64_t elapsed_us;      // business time used up
    int64_t target_us;
    int64_t started_at;  // of this cycle; NONE: not started
    int64_t stopped_at;  // stopped or cancelled; NONE: not
    int64_t breached_at; // NONE: no breach on record
    int64_t used_up_at;  // since when nothing of the target is left; NONE: something is
    // Ahead. NEVER where there is none, so that the earliest is the smallest.
    int64_t due_at;            // running and within the target
    int64_t limit_at;          // running and within the target: beyond it is a breach
    int64_t due_if_resumed_at; // paused: due if it were resumed now
    int64_t next_warn_at;      // running: the next warning; may be the very instant asked for
    int64_t warn_at[CLOCK_WARNS_MAX];   // the same per warning in force
    int64_t warned_at[CLOCK_WARNS_MAX]; // per warning in force; NONE: not in this cycle yet
};

/**
 * The clock at until_at, after the n events in order (effective instant, then journal). Events
 * later than until_at are not looked at; one at until_at is. Warnings and breaches that fall on
 * until_at itself still lie ahead.
 *
 * A breach stays on record after a later change of target; due_at and limit_at then still tell
 * about the new target.
 */
void clock_run(const struct clock_rule *rule, const struct clock_event *events, size_t n,
               int64_t until_at, struct clock_result *ret);

enum clock_span_kind {
    CLOCK_SPAN_COUNTED = 1, // running, open
    CLOCK_SPAN_PAST_LIMIT,  // running, open, beyond the target
    CLOCK_SPAN_OUTSIDE,     // running, but outside the calendar's hours
    CLOCK_SPAN_HELD,        // on hold
    CLOCK_SPAN_STOPPED,     // between a stop and a reopening that excludes it
};

/** A stretch of a clock's life, from_at < to_at. */
struct clock_span {
    int64_t from_at;
    int64_t to_at;
    enum clock_span_kind kind;
    uint32_t reasons;   // HELD: the set in force
    int64_t open_us;    // open time within it, counted or not
    int64_t counted_us; // what it added to the clock: all of COUNTED and PAST_LIMIT, else 0
};

/**
 * The same run as clock_run, told span by span. Spans tile the time from the start to until_at, or
 * to the stop or cancellation that ended the clock, without gap or overlap, in order; no span
 * reaches over the start of a cycle. span() is called with `user` and a span that is valid during
 * the call. *ret is as clock_run.
 */
void clock_trace(const struct clock_rule *rule, const struct clock_event *events, size_t n,
                 int64_t until_at, void (*span)(void *user, const struct clock_span *span),
                 void *user, struct clock_result *ret);

/**
 * When something counts as having happened. Never after it was recorded; a claim further back than
 * max_backdate_us counts only if both parties approved it, else the recording does. A claim of
 * INSTANT_NONE is none.
 */
int64_t clock_effective(int64_t claimed_at, int64_t recorded_at, int64_t max_backdate_us,
                        bool approved);

#endif
