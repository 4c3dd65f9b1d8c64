// SPDX-License-Identifier: Apache-2.0
/*
 * Laws that every clock keeps, on random stories: a trace loses no time, the limit is the last
 * instant that is met, what lies ahead comes, and what has happened stays.
 */
#include "core/clock.h"
#include "core/instant.h"
#include "t.h"
#include "tests/core/office.h"

struct random {
    uint64_t state;
};

static int64_t draw(struct random *r, int64_t n)
{
    r->state = r->state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (int64_t)(r->state >> 33) % n;
}

enum { STORY_MAX = 12 };

struct story {
    struct clock_rule rule;
    struct clock_warn warns[3];
    struct clock_event events[STORY_MAX + 1]; // one more for a law to add
    size_t n;
    int64_t until_at;
    bool resets; // has an event that rewrites what was used up
};

static void tell_story(struct story *s, const struct office *o, struct random *r)
{
    static const enum clock_event_kind kinds[] = {
        CLOCK_PAUSE,  CLOCK_PAUSE,    CLOCK_PAUSE,  CLOCK_RESUME, CLOCK_RESUME,
        CLOCK_RESUME, CLOCK_STOP,     CLOCK_REOPEN, CLOCK_REOPEN, CLOCK_TARGET,
        CLOCK_START,  CLOCK_CALENDAR, CLOCK_CANCEL, CLOCK_FAIL,   CLOCK_RESTART,
    };
    const struct calendar *calendars[] = {o->office, o->late, o->always};
    // Most stories keep what was used up, and can be added up.
    const int64_t n_kinds = draw(r, 3) ? 11 : 15;
    int64_t at = office_march("02 00:00:00") + draw(r, 5 * US_PER_DAY);

    *s = (struct story){.n = (size_t)(1 + draw(r, STORY_MAX))};
    for (size_t i = 0; i < s->n; i++) {
        struct clock_event *e = &s->events[i];
        e->at = at;
        e->kind = i == 0 ? CLOCK_START : kinds[draw(r, n_kinds)];
        e->reason = (uint8_t)draw(r, 3);
        e->calendar = calendars[draw(r, 3)];
        e->target_us = draw(r, 20 * US_PER_HOUR);
        e->min_remaining_us = draw(r, 3) ? -1 : draw(r, 4 * US_PER_HOUR);
        e->keep_breach = draw(r, 2);
        if (e->kind == CLOCK_REOPEN) {
            e->mode = (enum clock_mode)(CLOCK_EXCLUDE + draw(r, 3));
        } else if (e->kind == CLOCK_TARGET || e->kind == CLOCK_CALENDAR) {
            e->mode = (enum clock_mode)(CLOCK_CARRY + draw(r, 3));
        }
        s->resets |= e->kind == CLOCK_RESTART || e->mode == CLOCK_FROM_ZERO ||
                     e->mode == CLOCK_PRO_RATA || e->mode == CLOCK_NEW_CYCLE;
        at += draw(r, 4) ? draw(r, 30 * US_PER_HOUR) : 0;
    }
    s->until_at = at + draw(r, 3 * US_PER_DAY);
    s->warns[0].percent = (uint32_t)(1 + draw(r, 120));
    s->warns[1].before_us = draw(r, 5 * US_PER_HOUR);
    s->warns[2].percent = 100;
    s->rule = (struct clock_rule){.target_us = draw(r, 20 * US_PER_HOUR),
                                  .calendar = calendars[draw(r, 3)],
                                  .warns = s->warns,
                                  .n_warns = 3};
}

/* Spans tile the clock's life; held, outside, stopped and counted time add up to all of it. */
static void check_trace(const struct story *s, const struct clock_result *run, uint64_t seed)
{
    static struct office_spans spans;
    struct clock_result traced;
    int64_t at = INSTANT_NONE;
    int64_t counted_us = 0;

    spans.n = 0;
    clock_trace(&s->rule, s->events, s->n, s->until_at, office_collect, &spans, &traced);
    T_EQ_MEM(&traced, run, sizeof(traced), "a trace runs the same, seed %llu",
             (unsigned long long)seed);
    for (size_t i = 0; i < spans.n; i++) {
        const struct clock_span *v = &spans.v[i];
        const int64_t wall_us = v->to_at - v->from_at;
        const bool counts = v->kind == CLOCK_SPAN_COUNTED || v->kind == CLOCK_SPAN_PAST_LIMIT;
        T_CHECK(wall_us > 0 && (i == 0 || v->from_at == at), "seed %llu", (unsigned long long)seed);
        T_EQ_INT(v->counted_us, counts ? wall_us : 0, "seed %llu", (unsigned long long)seed);
        T_CHECK(counts ? v->open_us == wall_us : v->open_us >= 0 && v->open_us <= wall_us,
                "seed %llu", (unsigned long long)seed);
        T_CHECK(v->kind != CLOCK_SPAN_OUTSIDE || v->open_us == 0, "seed %llu",
                (unsigned long long)seed);
        T_EQ_INT(v->reasons != 0, v->kind == CLOCK_SPAN_HELD, "seed %llu",
                 (unsigned long long)seed);
        at = v->to_at;
        counted_us += v->counted_us;
    }
    if (spans.n > 0) {
        const bool over = run->state == CLOCK_STOPPED || run->state == CLOCK_CANCELLED;
        T_EQ_INT(at, over ? run->stopped_at : s->until_at, "seed %llu", (unsigned long long)seed);
        T_CHECK(run->cycle > 1 || spans.v[0].from_at == run->started_at, "seed %llu",
                (unsigned long long)seed);
    }
    if (!s->resets) {
        T_EQ_INT(counted_us, run->elapsed_us, "nothing is lost, seed %llu",
                 (unsigned long long)seed);
    }
}

/* Stopping at due or limit meets the target; a microsecond later does not. */
static void check_limit(struct story *s, const struct clock_result *run, uint64_t seed)
{
    const int64_t stops[] = {run->due_at, run->limit_at, instant_add(run->limit_at, 1)};
    struct clock_result res;

    if (run->limit_at == INSTANT_NEVER || run->breached_at != INSTANT_NONE) {
        return;
    }
    for (int i = 0; i < 3; i++) {
        s->events[s->n] = (struct clock_event){.at = stops[i], .kind = CLOCK_STOP};
        clock_run(&s->rule, s->events, s->n + 1, stops[i], &res);
        T_EQ_INT(res.verdict, i < 2 ? CLOCK_MET : CLOCK_BREACHED, "stop %d, seed %llu", i,
                 (unsigned long long)seed);
        T_EQ_INT(res.breached_at, i < 2 ? INSTANT_NONE : run->limit_at, "stop %d, seed %llu", i,
                 (unsigned long long)seed);
    }
}

/* What lies ahead happens when the time comes; what has happened stays. */
static void check_ahead(const struct story *s, const struct clock_result *run, uint64_t seed)
{
    struct clock_result later;

    if (run->next_warn_at != INSTANT_NEVER) {
        int fired = 0;
        T_CHECK(run->next_warn_at >= s->until_at, "seed %llu", (unsigned long long)seed);
        clock_run(&s->rule, s->events, s->n, run->next_warn_at + 1, &later);
        for (size_t i = 0; i < s->rule.n_warns; i++) {
            fired += later.warned_at[i] == run->next_warn_at && run->warned_at[i] == INSTANT_NONE;
            T_CHECK(run->warned_at[i] == INSTANT_NONE || run->warned_at[i] == later.warned_at[i],
                    "seed %llu", (unsigned long long)seed);
        }
        T_CHECK(fired > 0, "seed %llu", (unsigned long long)seed);
    }
    clock_run(&s->rule, s->events, s->n, s->until_at + 9 * US_PER_DAY, &later);
    T_CHECK(run->breached_at == INSTANT_NONE || later.breached_at == run->breached_at, "seed %llu",
            (unsigned long long)seed);
    T_CHECK(later.elapsed_us >= run->elapsed_us, "seed %llu", (unsigned long long)seed);
    T_CHECK(run->verdict != CLOCK_BREACHED || run->breached_at != INSTANT_NONE,
            "a breach has a date, seed %llu", (unsigned long long)seed);
}

T_TEST(clock, laws_hold_for_random_stories)
{
    struct office o;
    int stories[CLOCK_CANCELLED + 1] = {0};

    office_init(&o);
    for (uint64_t seed = 1; seed <= 20000 * t_effort(); seed++) {
        struct random r = {seed};
        struct story s;
        struct clock_result run;
        tell_story(&s, &o, &r);
        clock_run(&s.rule, s.events, s.n, s.until_at, &run);
        stories[run.state]++;
        check_trace(&s, &run, seed);
        check_ahead(&s, &run, seed);
        check_limit(&s, &run, seed);
    }
    for (int state = CLOCK_RUNNING; state <= CLOCK_CANCELLED; state++) {
        T_CHECK(stories[state] > 100, "%d stories ended in state %d", stories[state], state);
    }
    office_fini(&o);
}
