// SPDX-License-Identifier: Apache-2.0
/*
 * What was expected of clocks, beside what they are. Both are told in the same words, and only what
 * was expected is told, so that two lines that differ show what differs.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "core/sla.h"
#include "rehearsal.h"

enum { TEXT_BYTES = 512 }; // all that may be said of a clock

struct telling {
    char text[TEXT_BYTES];
    size_t used;
    const char *between;
};

__attribute__((format(printf, 2, 3))) static void tell(struct telling *t, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(t->text + t->used, sizeof(t->text) - t->used, format, args);
    va_end(args);
    t->used += n > 0 ? (size_t)n : 0;
    t->used = t->used < sizeof(t->text) ? t->used : sizeof(t->text) - 1;
}

static void tell_instant(struct telling *t, const char *what, int64_t at)
{
    char text[INSTANT_TEXT_BYTES];
    const bool none = at == INSTANT_NONE || at == INSTANT_NEVER;

    tell(t, "%s%s %s", t->between, what, none ? "none" : instant_format(at, text));
    t->between = ", ";
}

static void tell_length(struct telling *t, const char *what, int64_t us)
{
    char text[INSTANT_DURATION_TEXT_BYTES];

    tell(t, "%s%s %s", t->between, what, instant_format_duration(us, text));
    t->between = ", ";
}

static void tell_word(struct telling *t, const char *what, const char *word)
{
    tell(t, "%s%s %s", t->between, what, word);
    t->between = ", ";
}

static const char *state_name(enum clock_state state)
{
    static const char *const names[] = {"none", "running", "on_hold", "stopped", "cancelled"};
    return names[state];
}

static void tell_clock(struct telling *t, const struct scenario_expect *e)
{
    *t = (struct telling){.between = ": "};
    tell(t, "%s", clock_kind_name(e->clock));
    if (e->team_name[0] != '\0') {
        tell(t, " of %s", e->team_name);
    }
    if (e->cycle != 0) {
        tell(t, " #%u", (unsigned)e->cycle);
    }
}

/* What a clock is, as far as an expectation speaks of it. */
struct told {
    enum clock_state state;
    enum ticket_verdict verdict;
    int64_t target_us;
    int64_t elapsed_us;
    int64_t due_at;
    int64_t limit_at;
    int64_t breached_at;
};

static int tell_all(const struct scenario_expect *e, const struct told *told, struct arena *arena,
                    const char **ret)
{
    struct telling t;

    tell_clock(&t, e);
    if (told == NULL) {
        tell(&t, ": there is no such clock");
    }
    if (told != NULL && (e->given & (SCENARIO_STATE | SCENARIO_NO_CLOCK)) != 0) {
        tell_word(&t, "state", state_name(told->state));
    }
    if (told != NULL && (e->given & SCENARIO_VERDICT) != 0) {
        tell_word(&t, "verdict", ticket_verdict_name(told->verdict));
    }
    if (told != NULL && (e->given & SCENARIO_TARGET) != 0) {
        tell_length(&t, "target", told->target_us);
    }
    if (told != NULL && (e->given & SCENARIO_ELAPSED) != 0) {
        tell_length(&t, "elapsed", told->elapsed_us);
    }
    if (told != NULL && (e->given & SCENARIO_DUE) != 0) {
        tell_instant(&t, "due", told->due_at);
    }
    if (told != NULL && (e->given & SCENARIO_LIMIT) != 0) {
        tell_instant(&t, "limit", told->limit_at);
    }
    if (told != NULL && (e->given & SCENARIO_BREACHED_AT) != 0) {
        tell_instant(&t, "breached_at", told->breached_at);
    }
    *ret = arena_strndup(arena, t.text, t.used);
    return *ret != NULL ? 0 : -ENOMEM;
}

/* The clock, or the cycle of it, that is spoken of; false if there is none. */
static bool find_clock(const struct scenario_expect *e, const struct ticket *t,
                       const struct sla_run *runs, size_t n, int64_t as_of_at, struct told *ret)
{
    struct sla_clock now;
    bool found = false;

    for (size_t i = 0; i < n && !found; i++) {
        const struct sla_run *run = &runs[i];
        const bool chained = run->is_chain ? e->cycle >= run->cycle : e->cycle == run->cycle;
        if (run->kind != e->clock || run->team != e->team) {
            continue;
        }
        if (e->cycle == 0 && run->present) {
            sla_clock(run, t, as_of_at, &now);
            found = true;
        } else if (e->cycle != 0 && chained) {
            found = sla_cycle(run, t, e->cycle, as_of_at, &now);
        }
    }
    if (found) {
        *ret = (struct told){
            .state = now.clock.state,
            .verdict = now.clock.verdict,
            .target_us = now.clock.target_us,
            .elapsed_us = now.clock.elapsed_us,
            .due_at = now.clock.due_at,
            .limit_at = now.clock.limit_at,
            .breached_at = now.clock.breached_at,
        };
    }
    return found;
}

static int judge(const struct scenario_expect *e, const struct told *found, struct arena *arena,
                 struct rehearsal_check *ret)
{
    const struct told expected = {
        .state = e->state,
        .verdict = e->verdict,
        .target_us = e->target_us,
        .elapsed_us = e->elapsed_us,
        .due_at = e->due_at,
        .limit_at = e->limit_at,
        .breached_at = e->breached_at,
    };
    const bool absent = (e->given & SCENARIO_NO_CLOCK) != 0;

    ret->line = e->line;
    int rc = tell_all(e, absent ? NULL : &expected, arena, &ret->expected);
    if (rc == 0) {
        rc = tell_all(e, found, arena, &ret->found);
    }
    ret->met = rc == 0 && strcmp(ret->expected, ret->found) == 0;
    return rc;
}

int rehearsal_judge(struct rehearsal *r, size_t ticket, struct arena *arena)
{
    const struct scenario_ticket *t = &r->scenario->tickets[ticket];
    struct rehearsal_ticket *to = &r->tickets[ticket];
    const struct sla_run *runs;
    size_t n_runs;
    int rc = 0;

    if (t->n_expects > 0 && sla_runs(r->book, &to->ticket, arena, &runs, &n_runs) != 0) {
        return -ENOMEM;
    }
    for (size_t i = 0; rc == 0 && i < t->n_expects; i++) {
        struct told found;
        const bool there = find_clock(&t->expects[i], &to->ticket, runs, n_runs, t->until_at,
                                      &found);
        struct rehearsal_check *check = &to->checks[to->n_checks++];
        rc = judge(&t->expects[i], there ? &found : NULL, arena, check);
        r->failed += !check->met;
    }
    return rc;
}
