// SPDX-License-Identifier: Apache-2.0
/*
 * Random lives with everything that moves a clock: late words, holds that end by themselves, other
 * targets, reopenings. After every command the clocks that the ticket was told step by step are
 * those that its facts give from scratch, the journal's breaches are those of the clocks, and what
 * explains them adds up to the wall time.
 */
#include <string.h>
#include <unistd.h>

#include "core/explain.h"
#include "core/walk.h"
#include "t.h"

enum { LIVES = 200, COMMANDS = 40, MANY = 4096 };

/*
 * What must hold
 */

/* The breaches that the journal has of a clock and has not taken back, by cycle. */
static void read_journal(const struct desk *d, const struct ticket_clock *clock,
                         int64_t at[static MANY])
{
    const bool chain = clock->kind == CLOCK_KIND_UPDATE;
    uint32_t cycle = 0;

    for (size_t i = 0; i < MANY; i++) {
        at[i] = INSTANT_NONE;
    }
    for (size_t i = 0; i < d->n_entries; i++) {
        const struct event *e = &d->entries[i]->event;
        const bool about = e->u.timer.kind == clock->kind && e->u.timer.team == clock->team;
        uint32_t now = 0;

        for (size_t k = 0; k < e->n_clocks; k++) { // the last one is the present one
            const bool same = e->clocks[k].kind == clock->kind && e->clocks[k].team == clock->team;
            now = same ? e->clocks[k].cycle : now;
        }
        T_CHECK(now < MANY);
        if (e->kind == EVENT_CLOCK_WITHDRAWN && about) {
            T_EQ_INT(at[e->u.timer.cycle], e->effective_at, "taken back what was not told");
            at[e->u.timer.cycle] = INSTANT_NONE;
        }
        // A cycle that never was leaves its number to another one.
        for (uint32_t c = now; now != 0 && now < cycle && !chain && c < MANY; c++) {
            at[c] = INSTANT_NONE;
        }
        cycle = now != 0 ? now : cycle;
        if (e->kind == EVENT_CLOCK_BREACHED && about) {
            T_EQ_INT(at[e->u.timer.cycle], INSTANT_NONE, "breached twice");
            at[e->u.timer.cycle] = e->effective_at;
        }
    }
    T_EQ_INT(cycle, clock->cycle);
}

/* Every cycle since the last update has its breach, or none. */
static void check_chain(struct desk *d, int64_t at, const int64_t told_at[static MANY])
{
    const struct arena_mark mark = arena_mark(&d->arena);
    const struct sla_run *runs;
    struct sla_clock now;
    size_t n;

    T_EQ_INT(sla_runs(d->book, &d->ticket, &d->arena, &runs, &n), 0);
    for (size_t i = 0; i < n; i++) {
        const bool looked_at = runs[i].kind == CLOCK_KIND_UPDATE && runs[i].present;
        uint32_t cycle = runs[i].cycle;
        for (; looked_at && sla_cycle(&runs[i], &d->ticket, cycle, at, &now); cycle++) {
            T_EQ_INT(told_at[cycle], now.clock.breached_at, "update#%u", (unsigned)cycle);
        }
    }
    arena_rewind(&d->arena, mark);
}

/* The present cycle as of an instant, computed anew; false if there is none. */
static bool as_of(const struct desk *d, enum clock_kind kind, uint32_t team, int64_t at,
                  struct sla_clock *ret)
{
    struct arena arena;
    const struct sla_run *runs;
    bool found = false;
    size_t n;

    arena_init(&arena, 1 << 22);
    T_EQ_INT(sla_runs(d->book, &d->ticket, &arena, &runs, &n), 0);
    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind == kind && runs[i].team == team && runs[i].present) {
            sla_clock(&runs[i], &d->ticket, at, ret);
            T_CHECK(!found, "one cycle is present");
            found = true;
        }
    }
    arena_fini(&arena);
    return found;
}

static void check_clock(struct desk *d, enum clock_kind kind, uint32_t team, int64_t at)
{
    static int64_t told_at[MANY];
    const struct ticket_clock *known = ticket_clock(&d->ticket, kind, team);
    struct sla_clock now;

    if (!as_of(d, kind, team, at, &now)) {
        T_CHECK(known == NULL || known->state == CLOCK_CANCELLED);
        T_CHECK(known == NULL || known->breached_at == INSTANT_NONE);
        return;
    }
    T_CHECK(known != NULL);
    T_EQ_INT(known->cycle, now.clock.cycle);
    T_EQ_INT(known->state, now.clock.state);
    T_EQ_INT(known->verdict, now.clock.verdict);
    T_EQ_INT(known->contract_version, now.clock.contract_version);
    T_EQ_INT(known->target_row, now.clock.target_row);
    T_EQ_INT(known->target_us, now.clock.target_us);
    T_EQ_INT(known->started_at, now.clock.started_at);
    T_EQ_INT(known->stopped_at, now.clock.stopped_at);
    T_EQ_INT(known->breached_at, now.clock.breached_at);
    if (known->breached_at == INSTANT_NONE) { // else they pass without a word
        T_EQ_INT(known->limit_at, now.clock.limit_at);
        T_EQ_INT(known->due_at, now.clock.due_at);
        T_EQ_INT(known->next_warn_at, now.clock.next_warn_at);
    }
    read_journal(d, known, told_at);
    T_EQ_INT(told_at[known->cycle], known->breached_at, "%s of %u#%u: %s", clock_kind_name(kind),
             (unsigned)team, (unsigned)known->cycle,
             life_trace(d, d->n_entries > 12 ? d->n_entries - 12 : 0));
    T_EQ_INT(known->breach_seq != 0, known->breached_at != INSTANT_NONE);
    T_EQ_INT(known->ended_seq != 0,
             known->state == CLOCK_STOPPED || known->state == CLOCK_CANCELLED);
    if (kind == CLOCK_KIND_UPDATE) {
        check_chain(d, at, told_at);
    }
}

static void check_clocks(struct desk *d, int64_t at)
{
    for (unsigned kind = CLOCK_KIND_NONE + 1; kind < CLOCK_KIND_OLA; kind++) {
        check_clock(d, (enum clock_kind)kind, 0, at);
    }
    check_clock(d, CLOCK_KIND_OLA, 1, at);
    check_clock(d, CLOCK_KIND_OLA, 2, at);
    T_CHECK(ticket_next_at(&d->ticket) >= at, "something due is not recorded");
}

/* T36. What another target makes of the time used up is no time that passed. */
static void check_sum(struct desk *d, enum clock_kind kind, uint32_t team, int64_t at)
{
    struct explanation e = {0};
    const int rc = explain(d->book, &d->ticket, kind, team, at, &d->arena, &e);

    if (rc == EXPLAIN_NO_CLOCK) {
        return;
    }
    T_EQ_INT(rc, 0);
    const struct ticket_clock *c = &e.clock.clock;
    const int64_t end_at = c->stopped_at != INSTANT_NONE ? c->stopped_at : at;
    T_EQ_INT(e.counted_us + e.held_us + e.outside_us + e.stopped_us, end_at - c->started_at, "%s",
             clock_kind_name(kind));
    if (e.version->on_retarget == CLOCK_MODE_DEFAULT || e.version->on_retarget == CLOCK_CARRY) {
        T_EQ_INT(e.counted_us, c->elapsed_us, "%s", clock_kind_name(kind));
    }
}

/* T56: of the stints of all teams, each beginning where the one before it ends. */
static void check_stints(struct desk *d, int64_t at)
{
    const struct sla_run *runs;
    int64_t sum_us = 0;
    int64_t open_us = 0;
    int64_t from_at = INSTANT_NONE;
    struct sla_clock now;
    size_t n;

    T_EQ_INT(sla_runs(d->book, &d->ticket, &d->arena, &runs, &n), 0);
    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind == CLOCK_KIND_OLA) {
            sla_clock(&runs[i], &d->ticket, at, &now);
            const struct ticket_clock *c = &now.clock;
            sum_us += (c->stopped_at != INSTANT_NONE ? c->stopped_at : at) - c->started_at;
        }
    }
    for (size_t i = 0; i < d->ticket.n_facts; i++) {
        const struct fact *f = &d->ticket.facts[i];
        if (f->kind == FACT_OPENED || f->kind == FACT_REOPENED) {
            from_at = f->at;
        } else if (from_at != INSTANT_NONE &&
                   (f->kind == FACT_RESOLVED || f->kind == FACT_MERGED)) {
            open_us += f->at - from_at;
            from_at = INSTANT_NONE;
        }
    }
    open_us += from_at != INSTANT_NONE ? at - from_at : 0;
    T_EQ_INT(sum_us, open_us);
}

static void check_sums(struct desk *d, int64_t at, bool plain)
{
    for (unsigned kind = CLOCK_KIND_NONE + 1; kind < CLOCK_KIND_OLA; kind++) {
        check_sum(d, (enum clock_kind)kind, 0, at);
    }
    check_sum(d, CLOCK_KIND_OLA, 1, at);
    check_sum(d, CLOCK_KIND_OLA, 2, at);
    if (!plain) {
        check_stints(d, at);
    }
}

static void check_same_entries(const struct desk *a, const struct desk *b)
{
    T_EQ_INT(a->n_entries, b->n_entries);
    for (size_t i = 0; i < a->n_entries; i++) {
        const struct event *x = &a->entries[i]->event;
        const struct event *y = &b->entries[i]->event;
        T_EQ_INT(x->kind, y->kind, "entry %zu", i);
        T_EQ_INT(x->effective_at, y->effective_at, "entry %zu", i);
        T_EQ_INT(x->n_clocks, y->n_clocks, "entry %zu", i);
        T_EQ_MEM(x->u.timer.id, y->u.timer.id, 16, "entry %zu", i);
    }
}

/*
 * Worked out another way: from the entries, by intervals. For a row that is counted around the
 * clock and a ticket whose traits stay.
 */

struct act {
    int64_t at;
    const struct event *event;
};

static size_t sort_acts(const struct desk *d, struct act *acts)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_entries; i++) {
        size_t to = n++;
        const struct act act = {d->entries[i]->event.effective_at, &d->entries[i]->event};
        while (to > 0 && acts[to - 1].at > act.at) {
            acts[to] = acts[to - 1];
            to--;
        }
        acts[to] = act;
    }
    return n;
}

/* Time from acts[from] to acts[to], or to at, that embargo did not hold. */
static int64_t free_us(const struct act *acts, size_t from, size_t to, size_t n, int64_t at)
{
    const int64_t end_at = to < n ? acts[to].at : at;
    int64_t free = 0;
    bool held = false;

    for (size_t i = 0; i < to; i++) {
        const struct event *e = acts[i].event;
        const int64_t next_at = i + 1 < to ? acts[i + 1].at : end_at;
        const bool embargo = strcmp(e->u.hold.reason, "embargo") == 0;
        if (e->kind == EVENT_HELD && embargo) {
            held = true;
        } else if ((e->kind == EVENT_RESUMED && embargo) || e->kind == EVENT_RESOLVED) {
            held = false;
        }
        free += i >= from && !held ? next_at - acts[i].at : 0;
    }
    return free;
}

/* The last question that the clock is about, and what ended it; false if there is none. */
static bool find_question(const struct act *acts, size_t n, size_t *ret_from, size_t *ret_to,
                          uint32_t *ret_cycle)
{
    bool settled = false;
    bool open = false;
    bool done = false;
    bool asked = false;

    *ret_cycle = 0;
    for (size_t i = 0; i < n; i++) {
        const struct event *e = acts[i].event;
        const bool question = event_is_question(e) && settled;
        const bool answer = event_is_reply(e);
        const bool resolve = e->kind == EVENT_RESOLVED;

        if (!open && ((question && !done) || (e->kind == EVENT_REOPENED && asked))) {
            open = true;
            asked = false;
            *ret_from = i;
            *ret_to = n;
            ++*ret_cycle;
        } else if (open && (answer || resolve)) {
            open = false;
            *ret_to = i;
        }
        asked = question && done ? true : asked && !answer && e->kind != EVENT_REOPENED;
        settled |= answer || resolve;
        done = resolve || (done && e->kind != EVENT_REOPENED);
    }
    return *ret_cycle > 0;
}

static void check_question(const struct desk *d, int64_t at)
{
    static struct act acts[SAMPLE_ENTRIES];
    const size_t n = sort_acts(d, acts);
    const struct ticket_clock *c = ticket_clock(&d->ticket, CLOCK_KIND_NEXT_RESPONSE, 0);
    struct sla_clock now;
    size_t from = 0;
    size_t to = 0;
    uint32_t cycle;

    const bool there = desk_as_of(d, CLOCK_KIND_NEXT_RESPONSE, at, &now);
    T_EQ_INT(find_question(acts, n, &from, &to, &cycle), there);
    if (!there) {
        return;
    }
    const int64_t used_us = free_us(acts, from, to, n, at);
    T_EQ_INT(c->cycle, cycle);
    T_EQ_INT(c->started_at, acts[from].at);
    T_EQ_INT(c->stopped_at, to < n ? acts[to].at : INSTANT_NONE);
    T_EQ_INT(now.clock.elapsed_us, used_us);
    T_EQ_INT(c->breached_at != INSTANT_NONE, used_us > US_PER_HOUR);
}

/*
 * Lives
 */

struct tally {
    size_t seen[128];
    size_t refused;
    size_t cycles;
};

static void live_one(const struct sample *s, uint64_t seed, bool plain, struct tally *tally)
{
    static struct desk ticked;
    static struct desk late;
    int64_t at = life_at("09:00") + (int64_t)walk_pick(&seed, 200) * US_PER_HOUR;

    desk_init(&ticked, &s->book);
    desk_init(&late, &s->book);
    struct command c = desk_command(&late, COMMAND_OPEN, at);
    c.priority = plain || walk_pick(&seed, 2) == 0 ? "P1" : "P2";
    T_EQ_INT(desk_do(&ticked, &c), 0);
    T_EQ_INT(desk_do(&late, &c), 0);
    for (size_t i = 0; i < COMMANDS; i++) {
        at += walk_wait_us(&seed);
        c = walk_command(&late, &seed, at, plain);
        life_tick(&ticked, at);
        const int rc = desk_do(&late, &c);
        T_EQ_INT(desk_do(&ticked, &c), rc, "the ticker changes no outcome: %s",
                 late.refusal.message);
        tally->refused += rc != 0;
        if (rc == 0) {
            check_clocks(&late, at);
            check_clocks(&ticked, at);
        }
    }
    c = desk_command(&late, COMMAND_EXPIRE, at);
    life_tick(&ticked, at);
    T_EQ_INT(desk_do(&late, &c), 0);
    check_clocks(&late, at);
    check_same_entries(&ticked, &late);
    check_sums(&late, at, plain);
    if (plain) {
        check_question(&late, at);
    }
    for (size_t i = 0; i < late.n_entries; i++) {
        tally->seen[late.entries[i]->event.kind]++;
    }
    const struct ticket_clock *next_response = ticket_clock(&late.ticket, CLOCK_KIND_NEXT_RESPONSE,
                                                            0);
    tally->cycles += next_response != NULL ? next_response->cycle : 0;
    desk_fini(&ticked);
    desk_fini(&late);
}

static void walk(bool plain, const enum event_kind *events, size_t n)
{
    struct tally tally = {0};
    struct sample s;

    /* Ten seconds of work; much more where coverage is counted, on a busy machine. */
    alarm(300 * t_effort());
    walk_sample(&s, plain);
    for (uint64_t life = 0; life < LIVES * t_effort(); life++) {
        if (!plain) {
            walk_modes(&s.versions[0], life);
        }
        live_one(&s, life, plain, &tally);
    }
    for (size_t i = 0; i < n; i++) {
        T_CHECK(tally.seen[events[i]] >= LIVES / 8, "only %zu times %s", tally.seen[events[i]],
                event_kind_name(events[i]));
    }
    T_CHECK(tally.cycles > LIVES, "only %zu next responses", tally.cycles);
    T_CHECK(tally.refused < LIVES * COMMANDS * t_effort() / 2, "%zu refused", tally.refused);
    T_EQ_INT(tally.seen[EVENT_CLOCK_RESCHEDULED], 0, "the book stayed what it was");
    sample_fini(&s);
}

T_TEST(clocks_walk, step_by_step_gives_what_all_facts_give)
{
    static const enum event_kind events[] = {
        EVENT_MESSAGE,      EVENT_HELD,           EVENT_RESUMED,  EVENT_CLOSED,
        EVENT_REOPENED,     EVENT_RESOLVED,       EVENT_PRIORITY, EVENT_EDITED,
        EVENT_TRANSFERRED,  EVENT_ABSORBED,       EVENT_MERGED,   EVENT_CLOCK_WITHDRAWN,
        EVENT_CLOCK_WARNED, EVENT_CLOCK_BREACHED,
    };
    walk(false, events, sizeof(events) / sizeof(events[0]));
}

T_TEST(clocks_walk, t36_t60_next_responses_are_those_that_intervals_give)
{
    static const enum event_kind events[] = {EVENT_MESSAGE, EVENT_HELD, EVENT_REOPENED,
                                             EVENT_CLOCK_WITHDRAWN};
    walk(true, events, sizeof(events) / sizeof(events[0]));
}
