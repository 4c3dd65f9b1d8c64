// SPDX-License-Identifier: Apache-2.0
/*
 * What an event makes of a clock: starts, holds and stops, other targets and calendars.
 */
#include <assert.h>

#include "core/clock_runner.h"
#include "core/instant.h"

/* The clock runs, or is judged, beyond its target, which nothing has dated yet. */
static bool is_unseen_breach(const struct clock_runner *r)
{
    return r->elapsed_us > r->target_us && r->breached_at == INSTANT_NONE;
}

/* An event may use up the target, or leave something of it again. */
static void mark_used_up(struct clock_runner *r)
{
    if (r->state == CLOCK_IDLE || r->elapsed_us < r->target_us) {
        r->used_up_at = INSTANT_NONE;
    } else if (r->used_up_at == INSTANT_NONE) {
        r->used_up_at = r->now_at;
    }
}

static void stop(struct clock_runner *r)
{
    if (r->state == CLOCK_RUNNING || r->state == CLOCK_PAUSED) {
        r->breached_at = is_unseen_breach(r) ? r->now_at : r->breached_at;
        r->state = CLOCK_STOPPED;
        r->stopped_at = r->now_at;
        r->judged = r->breached_at == INSTANT_NONE ? CLOCK_MET : CLOCK_BREACHED;
        r->judged_breached_at = r->breached_at;
    }
    // Of several stops, the last one is what a reopening undoes.
    r->stopped_open_us = 0;
    r->stopped_breached_at = INSTANT_NONE;
}

static void fail(struct clock_runner *r)
{
    if (r->state == CLOCK_RUNNING || r->state == CLOCK_PAUSED) {
        r->breached_at = r->breached_at == INSTANT_NONE ? r->now_at : r->breached_at;
        stop(r);
    }
}

static void reopen(struct clock_runner *r, enum clock_mode mode)
{
    if (r->state != CLOCK_STOPPED) {
        return;
    }
    r->state = CLOCK_RUNNING;
    r->reasons = 0;
    r->stopped_at = INSTANT_NONE;
    if (mode == CLOCK_NEW_CYCLE) {
        clock_runner_from_zero(r);
        r->breached_at = INSTANT_NONE;
        r->started_at = r->now_at;
        r->cycle++;
    } else if (mode == CLOCK_INCLUDE) {
        r->elapsed_us += r->stopped_open_us;
        if (r->breached_at == INSTANT_NONE && r->elapsed_us > r->target_us) {
            r->breached_at = r->stopped_breached_at;
        }
    }
}

/* elapsed * to / from, rounded to whole seconds, half to even; a target of zero has no shares. */
static int64_t pro_rata_us(int64_t elapsed_us, int64_t from_us, int64_t to_us)
{
    const __int128 numerator = (__int128)elapsed_us * to_us;
    const __int128 denominator = (__int128)from_us * US_PER_S;
    __int128 s;
    __int128 rest;

    if (from_us == 0) {
        return elapsed_us;
    }
    s = numerator / denominator;
    rest = 2 * (numerator % denominator);
    s += rest > denominator || (rest == denominator && s % 2 == 1);
    return s > CLOCK_ELAPSED_MAX_US / US_PER_S ? CLOCK_ELAPSED_MAX_US : (int64_t)s * US_PER_S;
}

static void retarget(struct clock_runner *r, const struct clock_event *e)
{
    const int64_t from_us = r->target_us;

    assert(e->target_us >= 0 && e->target_us <= CLOCK_ELAPSED_MAX_US);
    if (e->mode == CLOCK_FROM_ZERO) {
        clock_runner_from_zero(r);
    }
    r->row_us = e->target_us;
    r->days = e->days;
    r->target_us = r->started_at == INSTANT_NONE ? r->row_us : clock_runner_row_us(r);
    if (e->mode == CLOCK_PRO_RATA) {
        r->elapsed_us = pro_rata_us(r->elapsed_us, from_us, r->target_us);
    }
    if (e->min_remaining_us >= 0 && r->target_us - r->elapsed_us < e->min_remaining_us) {
        r->target_us = r->elapsed_us + e->min_remaining_us;
    }
    if (e->rearm) {
        assert(e->n_warns <= CLOCK_WARNS_MAX);
        r->warns = e->warns;
        r->n_warns = e->n_warns;
        r->recurs = e->recurs;
        clock_runner_disarm(r);
    }
}

static void start(struct clock_runner *r)
{
    if (r->state == CLOCK_IDLE) {
        r->state = r->reasons ? CLOCK_PAUSED : CLOCK_RUNNING;
        r->started_at = r->counted_from_at = r->now_at;
        r->counted_in = r->calendar;
        if (r->days.days != 0) { // else it is known, with what a change has left of it
            r->target_us = clock_runner_row_us(r);
        }
        r->cycle = 1;
    }
}

static void start_earlier(struct clock_runner *r, int64_t since_at)
{
    const bool counts = r->counted_from_at == r->started_at; // nothing was forgotten since

    if ((r->state != CLOCK_RUNNING && r->state != CLOCK_PAUSED) || since_at >= r->started_at) {
        return;
    }
    if (counts) {
        r->elapsed_us += calendar_between(r->counted_in, since_at, r->started_at);
        r->counted_from_at = since_at;
        if (r->days.days != 0) {
            r->target_us = clock_runner_row_us(r);
        }
    }
    r->started_at = since_at;
}

void clock_change(struct clock_runner *r, const struct clock_event *e)
{
    assert(e->reason < CLOCK_REASONS_MAX);
    switch (e->kind) {
    case CLOCK_START: start(r); break;
    case CLOCK_PAUSE:
        r->reasons |= UINT32_C(1) << e->reason;
        r->state = r->state == CLOCK_RUNNING ? CLOCK_PAUSED : r->state;
        break;
    case CLOCK_RESUME:
        r->reasons &= ~(UINT32_C(1) << e->reason);
        r->state = r->state == CLOCK_PAUSED && r->reasons == 0 ? CLOCK_RUNNING : r->state;
        break;
    case CLOCK_STOP: stop(r); break;
    case CLOCK_FAIL: fail(r); break;
    case CLOCK_CANCEL:
        r->stopped_at = r->stopped_at == INSTANT_NONE ? r->now_at : r->stopped_at;
        r->state = CLOCK_CANCELLED;
        break;
    case CLOCK_REOPEN: reopen(r, e->mode); break;
    case CLOCK_TARGET: retarget(r, e); break;
    case CLOCK_CALENDAR:
        r->calendar = e->calendar;
        if (e->mode == CLOCK_FROM_ZERO) {
            clock_runner_from_zero(r);
        }
        break;
    case CLOCK_RESTART:
        clock_runner_from_zero(r);
        r->breached_at = e->keep_breach ? r->breached_at : INSTANT_NONE;
        break;
    case CLOCK_EARLIER: start_earlier(r, e->since_at); break;
    }
    // One that was breached before its target recurs ends with that.
    if (r->state == CLOCK_RUNNING &&
        (is_unseen_breach(r) || (r->recurs && r->breached_at != INSTANT_NONE))) {
        clock_runner_breach(r);
    }
    mark_used_up(r);
    if (r->trace) {
        r->trace->fenced |= e->kind >= CLOCK_REOPEN;
    }
}
