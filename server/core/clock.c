// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"

#include <assert.h>

#include "core/clock_tell.h"
#include "core/instant.h"

/*
 * A runner walks from event to event. Between two events nothing changes but the time, so what
 * happens there is interval arithmetic: how much was open, and whether the target or a threshold
 * was passed. An event is applied after the time up to it has been accounted for; what falls on the
 * very instant of an event, or of the question, has not happened before it.
 */

/* Keeps sums within 64 bits whatever a pro-rata change of target makes of the time used up. */
#define ELAPSED_MAX_US (INT64_C(1) << 60)

struct runner {
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

/*
 * Targets and cycles
 */

/* The row's target for what is counted from counted_from_at on. */
static int64_t row_us(const struct runner *r)
{
    const struct clock_days *d = &r->days;

    if (d->days == 0) {
        return r->row_us;
    }
    return calendar_between(r->calendar, r->counted_from_at,
                            calendar_business_days(r->calendar, d->cutoff_zone, r->counted_from_at,
                                                   (int)d->days, d->cutoff_s));
}

static void disarm(struct runner *r)
{
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        r->warned_at[i] = INSTANT_NONE;
    }
}

static void from_zero(struct runner *r)
{
    r->elapsed_us = 0;
    r->used_up_at = INSTANT_NONE;
    r->counted_from_at = r->now_at;
    r->counted_in = r->calendar;
    disarm(r);
    if (r->days.days != 0 && r->state != CLOCK_IDLE) { // counted from its start
        r->target_us = row_us(r);
    }
}

/* The cycle is past its target, from now on if not before: the end of one that recurs, and where
 * the next one starts. */
static void breach(struct runner *r)
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
    from_zero(r);
    r->target_us = row_us(r);
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

static int64_t due_at(const struct calendar *c, int64_t from_at, int64_t open_us)
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
static int64_t warn_threshold_us(const struct runner *r, size_t i)
{
    const struct clock_warn *w = &r->warns[i];
    if (w->percent) {
        return (int64_t)(((__int128)r->target_us * w->percent + 99) / 100);
    }
    return r->target_us - w->before_us;
}

/* When a running clock comes to a warning, if it runs on from now. */
static int64_t warn_at(const struct runner *r, size_t i)
{
    const int64_t left_us = warn_threshold_us(r, i) - r->elapsed_us;
    return left_us <= 0 ? r->now_at : due_at(r->calendar, r->now_at, left_us);
}

/* Adds up to to_at, which is not beyond the end of a cycle that recurs. */
static void count(struct runner *r, int64_t to_at)
{
    const int64_t open_us = calendar_between(r->calendar, r->now_at, to_at);
    const int64_t elapsed_us = r->elapsed_us + open_us;

    for (size_t i = 0; i < r->n_warns; i++) {
        if (r->warned_at[i] == INSTANT_NONE && warn_threshold_us(r, i) <= elapsed_us) {
            const int64_t at = warn_at(r, i);
            r->warned_at[i] = at < to_at ? at : INSTANT_NONE;
        }
    }
    if (r->breached_at == INSTANT_NONE && elapsed_us > r->target_us) {
        r->breached_at = limit_at(r->calendar, r->now_at, r->target_us - r->elapsed_us);
    }
    if (r->used_up_at == INSTANT_NONE && elapsed_us >= r->target_us) {
        r->used_up_at = due_at(r->calendar, r->now_at, r->target_us - r->elapsed_us);
    }
    if (r->trace) {
        clock_tell_counted(r->trace, r->calendar, r->now_at, to_at, r->target_us - r->elapsed_us);
    }
    r->elapsed_us = elapsed_us;
}

static void pass_running(struct runner *r, int64_t to_at)
{
    while (r->recurs && r->cycle < CLOCK_CYCLES_MAX && r->state == CLOCK_RUNNING) {
        const int64_t end_at = limit_at(r->calendar, r->now_at, r->target_us - r->elapsed_us);
        if (end_at >= to_at) {
            break;
        }
        count(r, end_at);
        r->now_at = end_at;
        breach(r);
    }
    if (r->state == CLOCK_RUNNING) {
        count(r, to_at);
    }
}

static void pass_paused(struct runner *r, int64_t to_at)
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
static void pass_stopped(struct runner *r, int64_t to_at)
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

static void pass(struct runner *r, int64_t to_at)
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

/*
 * Something happens
 */

/* The clock runs, or is judged, beyond its target, which nothing has dated yet. */
static bool is_unseen_breach(const struct runner *r)
{
    return r->elapsed_us > r->target_us && r->breached_at == INSTANT_NONE;
}

/* An event may use up the target, or leave something of it again. */
static void mark_used_up(struct runner *r)
{
    if (r->state == CLOCK_IDLE || r->elapsed_us < r->target_us) {
        r->used_up_at = INSTANT_NONE;
    } else if (r->used_up_at == INSTANT_NONE) {
        r->used_up_at = r->now_at;
    }
}

static void stop(struct runner *r)
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

static void fail(struct runner *r)
{
    if (r->state == CLOCK_RUNNING || r->state == CLOCK_PAUSED) {
        r->breached_at = r->breached_at == INSTANT_NONE ? r->now_at : r->breached_at;
        stop(r);
    }
}

static void reopen(struct runner *r, enum clock_mode mode)
{
    if (r->state != CLOCK_STOPPED) {
        return;
    }
    r->state = CLOCK_RUNNING;
    r->reasons = 0;
    r->stopped_at = INSTANT_NONE;
    if (mode == CLOCK_NEW_CYCLE) {
        from_zero(r);
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
    return s > ELAPSED_MAX_US / US_PER_S ? ELAPSED_MAX_US : (int64_t)s * US_PER_S;
}

static void retarget(struct runner *r, const struct clock_event *e)
{
    const int64_t from_us = r->target_us;

    assert(e->target_us >= 0 && e->target_us <= ELAPSED_MAX_US);
    if (e->mode == CLOCK_FROM_ZERO) {
        from_zero(r);
    }
    r->row_us = e->target_us;
    r->days = e->days;
    r->target_us = r->state == CLOCK_IDLE ? r->row_us : row_us(r);
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
        disarm(r);
    }
}

static void start(struct runner *r)
{
    if (r->state == CLOCK_IDLE) {
        r->state = r->reasons ? CLOCK_PAUSED : CLOCK_RUNNING;
        r->started_at = r->counted_from_at = r->now_at;
        r->counted_in = r->calendar;
        if (r->days.days != 0) { // else it is known, with what a change has left of it
            r->target_us = row_us(r);
        }
        r->cycle = 1;
    }
}

static void start_earlier(struct runner *r, int64_t since_at)
{
    const bool counts = r->counted_from_at == r->started_at; // nothing was forgotten since

    if ((r->state != CLOCK_RUNNING && r->state != CLOCK_PAUSED) || since_at >= r->started_at) {
        return;
    }
    if (counts) {
        r->elapsed_us += calendar_between(r->counted_in, since_at, r->started_at);
        r->counted_from_at = since_at;
        if (r->days.days != 0) {
            r->target_us = row_us(r);
        }
    }
    r->started_at = since_at;
}

static void happen(struct runner *r, const struct clock_event *e)
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
            from_zero(r);
        }
        break;
    case CLOCK_RESTART:
        from_zero(r);
        r->breached_at = e->keep_breach ? r->breached_at : INSTANT_NONE;
        break;
    case CLOCK_EARLIER: start_earlier(r, e->since_at); break;
    }
    // One that was breached before its target recurs ends with that.
    if (r->state == CLOCK_RUNNING &&
        (is_unseen_breach(r) || (r->recurs && r->breached_at != INSTANT_NONE))) {
        breach(r);
    }
    mark_used_up(r);
    if (r->trace) {
        r->trace->fenced |= e->kind >= CLOCK_REOPEN;
    }
}

/*
 * The clock as it stands
 */

static void look_ahead(const struct runner *r, struct clock_result *ret)
{
    const int64_t left_us = r->target_us - r->elapsed_us;

    ret->due_at = ret->limit_at = ret->due_if_resumed_at = ret->next_warn_at = INSTANT_NEVER;
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        ret->warn_at[i] = INSTANT_NEVER;
    }
    if (r->state == CLOCK_RUNNING) {
        if (left_us >= 0) {
            calendar_add(r->calendar, r->now_at, left_us, &ret->due_at, &ret->limit_at);
        }
        for (size_t i = 0; i < r->n_warns; i++) {
            const int64_t at = r->warned_at[i] == INSTANT_NONE ? warn_at(r, i) : INSTANT_NEVER;
            ret->warn_at[i] = at;
            ret->next_warn_at = at < ret->next_warn_at ? at : ret->next_warn_at;
        }
    } else if (r->state == CLOCK_PAUSED) {
        ret->due_if_resumed_at = due_at(r->calendar, r->now_at, left_us > 0 ? left_us : 0);
    }
}

static void conclude(const struct runner *r, struct clock_result *ret)
{
    const bool breached = r->breached_at != INSTANT_NONE;

    *ret = (struct clock_result){
        .state = r->state,
        .verdict = breached ? CLOCK_BREACHED : CLOCK_NONE,
        .cycle = r->cycle,
        .paused_reasons = r->state == CLOCK_PAUSED ? r->reasons : 0,
        .elapsed_us = r->elapsed_us,
        .target_us = r->target_us,
        .started_at = r->started_at,
        .stopped_at = r->stopped_at,
        .breached_at = r->breached_at,
        .used_up_at = r->used_up_at,
    };
    if (r->state == CLOCK_STOPPED) { // whatever happened since, a verdict stands until a reopening
        ret->verdict = r->judged;
        ret->breached_at = r->judged_breached_at;
    } else if ((r->state == CLOCK_RUNNING || r->state == CLOCK_PAUSED) && !breached) {
        ret->verdict = CLOCK_OPEN;
    }
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        ret->warned_at[i] = r->warned_at[i];
    }
    look_ahead(r, ret);
}

static void run(const struct clock_rule *rule, const struct clock_event *events, size_t n,
                int64_t until_at, struct clock_tell *trace, struct clock_result *ret)
{
    struct runner r = {
        .calendar = rule->calendar,
        .warns = rule->warns,
        .n_warns = rule->n_warns,
        .trace = trace,
        .now_at = n > 0 && events[0].at < until_at ? events[0].at : until_at,
        .target_us = rule->target_us,
        .row_us = rule->target_us,
        .days = rule->days,
        .recurs = rule->recurs,
        .only_cycle = rule->only_cycle,
        .breached_at = INSTANT_NONE,
        .used_up_at = INSTANT_NONE,
        .judged_breached_at = INSTANT_NONE,
        .started_at = INSTANT_NONE,
        .stopped_at = INSTANT_NONE,
        .stopped_breached_at = INSTANT_NONE,
    };

    assert(rule->target_us >= 0 && rule->target_us <= ELAPSED_MAX_US);
    assert(rule->n_warns <= CLOCK_WARNS_MAX);
    disarm(&r);
    for (size_t i = 0; i < n && events[i].at <= until_at; i++) {
        assert(events[i].at >= r.now_at);
        pass(&r, events[i].at);
        if (r.ended) {
            break;
        }
        if (trace && events[i].kind == CLOCK_START) {
            // All of it within the target, until it is known.
            clock_tell_counted(trace, r.calendar, clock_tell_since(events, n, i, until_at),
                               r.now_at, ELAPSED_MAX_US);
        }
        happen(&r, &events[i]);
        if (trace && (events[i].kind == CLOCK_STOP || events[i].kind == CLOCK_FAIL)) {
            trace->stopped_as = clock_tell_foresee(events, n, i, until_at);
        }
    }
    if (!r.ended) {
        pass(&r, until_at);
    }
    conclude(&r, ret);
}

void clock_run(const struct clock_rule *rule, const struct clock_event *events, size_t n,
               int64_t until_at, struct clock_result *ret)
{
    run(rule, events, n, until_at, NULL, ret);
}

void clock_trace(const struct clock_rule *rule, const struct clock_event *events, size_t n,
                 int64_t until_at, void (*span)(void *user, const struct clock_span *span),
                 void *user, struct clock_result *ret)
{
    struct clock_tell trace = {.span = span, .user = user};
    run(rule, events, n, until_at, &trace, ret);
    clock_tell_flush(&trace);
}

int64_t clock_effective(int64_t claimed_at, int64_t recorded_at, int64_t max_backdate_us,
                        bool approved)
{
    if (claimed_at == INSTANT_NONE || claimed_at >= recorded_at) {
        return recorded_at;
    }
    if (!approved && instant_add(claimed_at, max_backdate_us) < recorded_at) {
        return recorded_at;
    }
    return claimed_at;
}
