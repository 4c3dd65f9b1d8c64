// SPDX-License-Identifier: Apache-2.0
#include "core/clock_runner.h"

#include "core/instant.h"

/*
 * Targets and cycles
 */

int64_t clock_runner_row_us(const struct clock_runner *r)
{
    const struct clock_days *d = &r->days;

    if (d->days == 0) {
        return r->row_us;
    }
    return calendar_between(r->calendar, r->counted_from_at,
                            calendar_business_days(r->calendar, d->cutoff_zone, r->counted_from_at,
                                                   (int)d->days, d->cutoff_s));
}

void clock_runner_disarm(struct clock_runner *r)
{
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        r->warned_at[i] = INSTANT_NONE;
    }
}

void clock_runner_from_zero(struct clock_runner *r)
{
    r->elapsed_us = 0;
    r->used_up_at = INSTANT_NONE;
    r->counted_from_at = r->now_at;
    r->counted_in = r->calendar;
    clock_runner_disarm(r);
    if (r->days.days != 0 && r->started_at != INSTANT_NONE) { // counted from its start
        r->target_us = clock_runner_row_us(r);
    }
}

void clock_runner_breach(struct clock_runner *r)
{
    r->breached_at = r->breached_at == INSTANT_NONE ? r->now_at : r->breached_at;
    if (!r->recurs || r->cycle >= CLOCK_CYCLES_MAX) {
        return;
    }
    if (r->cycle == r->only_cycle) {
        r->state = CLOCK_STOPPED;
        r->stopped_at = r->now_at;
        r->judged = CLOCK_BREACHED;
        r->judged_breached_at = r->breached_at;
        r->ended = true;
        return;
    }
    clock_runner_from_zero(r);
    r->target_us = clock_runner_row_us(r);
    r->breached_at = INSTANT_NONE;
    r->started_at = r->now_at;
    r->cycle++;
    if (r->trace) {
        r->trace->fenced = true;
    }
}

/*
 * Time passes
 */

int64_t clock_runner_due_at(const struct calendar *c, int64_t from_at, int64_t open_us)
{
    int64_t due;
    int64_t limit;
    calendar_add(c, from_at, open_us, &due, &limit);
    return due;
}

static int64_t limit_at(const struct calendar *c, int64_t from_at, int64_t open_us)
{
    int64_t due;
    int64_t limit;
    calendar_add(c, from_at, open_us, &due, &limit);
    return limit;
}

/* The time used up at which a warning is due, rounded up. */
static int64_t warn_threshold_us(const struct clock_runner *r, size_t i)
{
    const struct clock_warn *w = &r->warns[i];
    if (w->percent) {
        return (int64_t)(((__int128)r->target_us * w->percent + 99) / 100);
    }
    return r->target_us - w->before_us;
}

int64_t clock_runner_warn_at(const struct clock_runner *r, size_t i)
{
    const int64_t left_us = warn_threshold_us(r, i) - r->elapsed_us;
    return left_us <= 0 ? r->now_at : clock_runner_due_at(r->calendar, r->now_at, left_us);
}

/* Adds up to to_at, which is not beyond the end of a cycle that recurs. */
static void count(struct clock_runner *r, int64_t to_at)
{
    const int64_t open_us = calendar_between(r->calendar, r->now_at, to_at);
    const int64_t elapsed_us = r->elapsed_us + open_us;

    for (size_t i = 0; i < r->n_warns; i++) {
        if (r->warned_at[i] == INSTANT_NONE && warn_threshold_us(r, i) <= elapsed_us) {
            const int64_t at = clock_runner_warn_at(r, i);
            r->warned_at[i] = at < to_at ? at : INSTANT_NONE;
        }
    }
    if (r->breached_at == INSTANT_NONE && elapsed_us > r->target_us) {
        r->breached_at = limit_at(r->calendar, r->now_at, r->target_us - r->elapsed_us);
    }
    if (r->used_up_at == INSTANT_NONE && elapsed_us >= r->target_us) {
        r->used_up_at = clock_runner_due_at(r->calendar, r->now_at, r->target_us - r->elapsed_us);
    }
    if (r->trace) {
        clock_tell_counted(r->trace, r->calendar, r->now_at, to_at, r->target_us - r->elapsed_us);
    }
    r->elapsed_us = elapsed_us;
}

static void pass_running(struct clock_runner *r, int64_t to_at)
{
    while (r->recurs && r->cycle < CLOCK_CYCLES_MAX && r->state == CLOCK_RUNNING) {
        const int64_t end_at = limit_at(r->calendar, r->now_at, r->target_us - r->elapsed_us);
        if (end_at >= to_at) {
            break;
        }
        count(r, end_at);
        r->now_at = end_at;
        clock_runner_breach(r);
    }
    if (r->state == CLOCK_RUNNING) {
        count(r, to_at);
    }
}

static void pass_paused(struct clock_runner *r, int64_t to_at)
{
    if (r->trace) {
        clock_tell_span(r->trace, (struct clock_span){
                                      .from_at = r->now_at,
                                      .to_at = to_at,
                                      .kind = CLOCK_SPAN_HELD,
                                      .reasons = r->reasons,
                                      .open_us = calendar_between(r->calendar, r->now_at, to_at)});
    }
}

/* Keeps book of what a reopening that includes the time while stopped will need. */
static void pass_stopped(struct clock_runner *r, int64_t to_at)
{
    const int64_t open_us = calendar_between(r->calendar, r->now_at, to_at);
    const int64_t left_us = r->target_us - r->elapsed_us - r->stopped_open_us;

    if (r->stopped_breached_at == INSTANT_NONE && left_us >= 0 && open_us > left_us) {
        r->stopped_breached_at = limit_at(r->calendar, r->now_at, left_us);
    }
    if (r->trace && r->trace->stopped_as == CLOCK_TELL_INCLUDED) {
        clock_tell_counted(r->trace, r->calendar, r->now_at, to_at, left_us);
    } else if (r->trace && r->trace->stopped_as == CLOCK_TELL_EXCLUDED) {
        clock_tell_span(r->trace, (struct clock_span){.from_at = r->now_at,
                                                      .to_at = to_at,
                                                      .kind = CLOCK_SPAN_STOPPED,
                                                      .open_us = open_us});
    }
    r->stopped_open_us += open_us;
}

void clock_runner_pass(struct clock_runner *r, int64_t to_at)
{
    if (r->now_at < to_at) {
        if (r->state == CLOCK_RUNNING) {
            pass_running(r, to_at);
        } else if (r->state == CLOCK_PAUSED) {
            pass_paused(r, to_at);
        } else if (r->state == CLOCK_STOPPED) {
            pass_stopped(r, to_at);
        }
        r->now_at = to_at;
    }
}
