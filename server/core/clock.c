// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"

#include <assert.h>

#include "core/clock_runner.h"
#include "core/instant.h"

static void look_ahead(const struct clock_runner *r, struct clock_result *ret)
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
            const int64_t at = r->warned_at[i] == INSTANT_NONE ? clock_runner_warn_at(r, i)
                                                               : INSTANT_NEVER;
            ret->warn_at[i] = at;
            ret->next_warn_at = at < ret->next_warn_at ? at : ret->next_warn_at;
        }
    } else if (r->state == CLOCK_PAUSED) {
        ret->due_if_resumed_at = clock_runner_due_at(r->calendar, r->now_at,
                                                     left_us > 0 ? left_us : 0);
    }
}

static void conclude(const struct clock_runner *r, struct clock_result *ret)
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
    struct clock_runner r = {
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

    assert(rule->target_us >= 0 && rule->target_us <= CLOCK_ELAPSED_MAX_US);
    assert(rule->n_warns <= CLOCK_WARNS_MAX);
    clock_runner_disarm(&r);
    for (size_t i = 0; i < n && events[i].at <= until_at; i++) {
        assert(events[i].at >= r.now_at);
        clock_runner_pass(&r, events[i].at);
        if (r.ended) {
            break;
        }
        if (trace && events[i].kind == CLOCK_START) {
            // All of it within the target, until it is known.
            clock_tell_counted(trace, r.calendar, clock_tell_since(events, n, i, until_at),
                               r.now_at, CLOCK_ELAPSED_MAX_US);
        }
        clock_change(&r, &events[i]);
        if (trace && (events[i].kind == CLOCK_STOP || events[i].kind == CLOCK_FAIL)) {
            trace->stopped_as = clock_tell_foresee(events, n, i, until_at);
        }
    }
    if (!r.ended) {
        clock_runner_pass(&r, until_at);
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
