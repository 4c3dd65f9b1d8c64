// SPDX-License-Identifier: Apache-2.0
/*
 * Thresholds that passed: warnings and breaches, recorded before anything else is decided.
 *
 * It makes no difference whether the ticker was on time, late after a downtime, or overtaken by a
 * command: the same events come out, with the same instants and the same ids.
 */
#include <string.h>

#include "core/decide_work.h"
#include "core/instant.h"

/* splitmix64's finaliser: a bijection in which every bit of x touches every bit of the result. */
static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/*
 * The same threshold of the same clock has the same id in every replay, and whoever told it on can
 * recognise it. Two lanes of `lane = mix(lane ^ word)` from different seeds over these 64-bit
 * words, stored big-endian one behind the other: contract << 32 | clock kind, ticket, team << 32 |
 * cycle, contract version << 32 | target row, threshold It guards against accidents, not against
 * people: who may write tickets gains nothing by a collision.
 */
static void timer_id(const struct work *w, const struct ticket_clock *c, uint32_t threshold,
                     uint8_t ret[static 16])
{
    const uint64_t words[] = {
        (uint64_t)w->command->contract << 32 | (uint64_t)c->kind,
        w->command->ticket,
        (uint64_t)c->team << 32 | c->cycle,
        (uint64_t)c->contract_version << 32 | c->target_row,
        threshold,
    };
    uint64_t lanes[2] = {UINT64_C(0x736c61746574696d), UINT64_C(0x6572206964203031)};

    for (size_t lane = 0; lane < 2; lane++) {
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
            lanes[lane] = mix(lanes[lane] ^ words[i]);
        }
        for (size_t i = 0; i < 8; i++) {
            ret[8 * lane + i] = (uint8_t)(lanes[lane] >> (56 - 8 * i));
        }
    }
}

struct event *work_next_timer(struct work *w, enum event_kind kind,
                              const struct ticket_clock *clock, int64_t at, enum origin origin)
{
    struct event *e = work_next(w, kind);

    if (e == NULL) {
        return NULL;
    }
    e->origin = origin;
    e->effective_at = at;
    e->claimed_at = INSTANT_NONE;
    e->clocks[e->n_clocks++] = *clock;
    e->u.timer.kind = clock->kind;
    e->u.timer.team = clock->team;
    e->u.timer.cycle = clock->cycle;
    timer_id(w, clock, kind == EVENT_CLOCK_BREACHED ? THRESHOLD_BREACH : THRESHOLD_MET,
             e->u.timer.id);
    return e;
}

/* A threshold that passed and is not recorded. */
struct passed {
    int64_t at;
    const struct sla_run *run;
    int64_t as_of_at; /* the clock is shown as of then: not beyond a breach that comes later */
    bool breach;
    uint32_t warning;
};

/* Of one cycle: its warnings and its breach. */
enum { PASSED_MAX = CLOCK_WARNS_MAX + 1 };

/* Later ones last; at one instant as found: clock by clock, warnings before the breach. */
static void insert(struct passed *list, size_t *n, struct passed p)
{
    size_t to = (*n)++;

    while (to > 0 && list[to - 1].at > p.at) {
        list[to] = list[to - 1];
        to--;
    }
    list[to] = p;
}

static void find_passed(const struct work *w, const struct sla_run *run, struct passed *list,
                        size_t *n)
{
    const struct ticket_clock *known = ticket_clock(&w->ticket, run->kind, 0);
    struct sla_clock now;
    struct passed p = {.run = run, .as_of_at = w->now_at};

    sla_clock(run, &w->ticket, w->now_at, &now);
    const bool breach = work_newly_breached(known, &now.clock);
    const bool live = now.clock.state == CLOCK_RUNNING || now.clock.state == CLOCK_PAUSED;
    if (breach) {
        p.as_of_at = now.clock.breached_at;
    }
    for (uint32_t i = 0; live && i < CLOCK_WARNS_MAX; i++) {
        if (now.warned_at[i] != INSTANT_NONE && (now.clock.warned & (1u << i)) == 0) {
            p.at = now.warned_at[i];
            p.warning = i;
            insert(list, n, p);
        }
    }
    if (breach) {
        insert(list, n,
               (struct passed){
                   .at = now.clock.breached_at,
                   .run = run,
                   .as_of_at = w->now_at,
                   .breach = true,
               });
    }
}

static int record_breach(struct work *w, const struct passed *p)
{
    struct sla_clock now;

    sla_clock(p->run, &w->ticket, p->as_of_at, &now);
    return work_next_timer(w, EVENT_CLOCK_BREACHED, &now.clock, p->at, ORIGIN_CLOCK) != NULL
               ? work_add(w)
               : -1;
}

static int record_warning(struct work *w, const struct passed *p)
{
    struct sla_clock now;
    struct event *e;

    sla_clock(p->run, &w->ticket, p->as_of_at, &now);
    now.clock.warned |= 1u << p->warning;
    for (uint32_t i = 0; i < CLOCK_WARNS_MAX; i++) { // another one that passed comes next
        if (now.warned_at[i] != INSTANT_NONE && (now.clock.warned & (1u << i)) == 0 &&
            now.warned_at[i] < now.clock.next_warn_at) {
            now.clock.next_warn_at = now.warned_at[i];
        }
    }
    e = work_next_timer(w, EVENT_CLOCK_WARNED, &now.clock, p->at, ORIGIN_CLOCK);
    if (e == NULL) {
        return -1;
    }
    e->u.timer.warning = p->warning;
    timer_id(w, &now.clock, THRESHOLD_WARNING + p->warning, e->u.timer.id);
    return work_add(w);
}

int work_settle(struct work *w)
{
    const struct sla_run *runs;
    struct passed *list;
    size_t n_runs;
    size_t n = 0;
    int rc = 0;

    if (sla_runs(w->book, &w->ticket, w->arena, &runs, &n_runs) != 0) {
        return -1;
    }
    list = arena_array(w->arena, n_runs * PASSED_MAX, sizeof(*list));
    if (list == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        if (runs[i].present) {
            find_passed(w, &runs[i], list, &n);
        }
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = list[i].breach ? record_breach(w, &list[i]) : record_warning(w, &list[i]);
    }
    return rc;
}
