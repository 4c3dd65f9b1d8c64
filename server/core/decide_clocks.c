// SPDX-License-Identifier: Apache-2.0
/*
 * What a decision makes of a ticket's clocks. They are computed from all facts anew and compared
 * with those that the ticket knows: what differs becomes part of an event. A breach has an event of
 * its own, and so has its end where what was recorded late, or backdated, shows that there was
 * none.
 */
#include <assert.h>
#include <string.h>

#include "core/decide_work.h"
#include "core/evolve.h"
#include "core/instant.h"

/*
 * Events of timers
 */

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
 * cycle, contract version << 32 | target row, threshold. It guards against accidents, not against
 * people: who may write tickets gains nothing by a collision.
 */
void work_timer_id(const struct work *w, const struct ticket_clock *c, uint32_t threshold,
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
    work_timer_id(w, clock, kind == EVENT_CLOCK_JUDGED ? THRESHOLD_MET : THRESHOLD_BREACH,
                  e->u.timer.id);
    return e;
}

/*
 * Comparing
 */

/*
 * What can be seen of a clock without looking at a watch. Of one that is breached that leaves out
 * what lies ahead: another target may have given it a new limit, which passes without a word.
 */
static bool differs(const struct ticket_clock *a, const struct ticket_clock *b)
{
    const bool ahead = a->due_at != b->due_at || a->limit_at != b->limit_at ||
                       a->next_warn_at != b->next_warn_at;

    return a->cycle != b->cycle || a->state != b->state || a->verdict != b->verdict ||
           a->contract_version != b->contract_version || a->target_row != b->target_row ||
           a->target_us != b->target_us || a->started_at != b->started_at ||
           a->stopped_at != b->stopped_at || a->breached_at != b->breached_at ||
           a->warned != b->warned || (ahead && a->breached_at == INSTANT_NONE);
}

bool work_newly_breached(const struct ticket_clock *known, const struct ticket_clock *now)
{
    return now->breached_at != INSTANT_NONE &&
           (known == NULL || known->cycle != now->cycle || known->breached_at != now->breached_at);
}

/* A breach that the ticket knows of and that there is none of. */
struct overturned {
    struct ticket_clock known;
    struct ticket_clock clocks[2]; /* its cycle without it, and the present one if another */
    size_t n_clocks;
};

/* The clocks of a ticket that are not as it knows them. */
struct news {
    struct ticket_clock changed[TICKET_CLOCKS_MAX];
    size_t n_changed;
    struct ticket_clock breached[TICKET_CLOCKS_MAX]; /* newly */
    size_t n_breached;
    struct overturned overturned[TICKET_CLOCKS_MAX];
    size_t n_overturned;
};

static const struct sla_run *find_run(const struct sla_run *runs, size_t n,
                                      const struct ticket_clock *clock)
{
    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind == clock->kind && runs[i].cycle == clock->cycle) {
            return &runs[i];
        }
    }
    return NULL;
}

/* The present clock of a run as it is for a decision. Nobody is warned of what lies behind. */
static void look(const struct work *w, const struct ticket *t, const struct sla_run *run,
                 struct ticket_clock *ret)
{
    struct sla_clock now;

    sla_clock(run, t, w->now_at, &now);
    const bool live = now.clock.state == CLOCK_RUNNING || now.clock.state == CLOCK_PAUSED;
    for (uint32_t i = 0; live && i < CLOCK_WARNS_MAX; i++) {
        now.clock.warned |= now.warned_at[i] != INSTANT_NONE ? 1u << i : 0;
    }
    now.clock.breach_seq = 0;
    *ret = now.clock;
}

/* A cycle that never was: what was told late ended what it was about before it began. */
static struct ticket_clock gone(const struct work *w, const struct ticket_clock *known)
{
    struct ticket_clock c = *known;

    c.state = CLOCK_CANCELLED;
    c.verdict = TICKET_VERDICT_NONE;
    c.stopped_at = c.as_of_at = w->now_at;
    c.due_at = c.limit_at = c.next_warn_at = INSTANT_NEVER;
    c.breached_at = INSTANT_NONE;
    c.breach_seq = 0;
    c.warned = 0;
    c.elapsed_us = 0;
    return c;
}

/* The cycle of `known`, which is breached, computed anew has no such breach. */
static bool overturn(const struct work *w, const struct ticket *t, const struct sla_run *runs,
                     size_t n, const struct ticket_clock *known, struct overturned *ret)
{
    const struct sla_run *run = find_run(runs, n, known);

    if (known->breached_at == INSTANT_NONE) {
        return false;
    }
    *ret = (struct overturned){.known = *known, .n_clocks = 1};
    if (run == NULL) {
        ret->clocks[0] = gone(w, known);
        return true;
    }
    look(w, t, run, &ret->clocks[0]);
    if (ret->clocks[0].breached_at == known->breached_at) {
        return false;
    }
    if (ret->clocks[0].breached_at != INSTANT_NONE) { // at another instant: told behind it
        ret->clocks[0].breached_at = INSTANT_NONE;
        ret->clocks[0].verdict = TICKET_VERDICT_OPEN;
    }
    return true;
}

/* The present cycle of a clock that the ticket knows as `known` (or NULL). */
static void compare_present(const struct work *w, const struct ticket *t,
                            const struct sla_run *runs, size_t n, const struct sla_run *present,
                            struct news *news)
{
    const struct ticket_clock *known = ticket_clock(t, present->kind, 0);
    struct overturned *o = &news->overturned[news->n_overturned];
    struct ticket_clock now;

    look(w, t, present, &now);
    const bool breached = work_newly_breached(known, &now);
    if (known != NULL && overturn(w, t, runs, n, known, o)) {
        news->n_overturned++;
        if (!breached && known->cycle != now.cycle) {
            o->clocks[o->n_clocks++] = now;
        }
    } else if (!breached && (known == NULL || differs(known, &now))) {
        news->changed[news->n_changed++] = now;
    }
    if (breached) {
        news->breached[news->n_breached++] = now;
    }
}

/* Clocks that the ticket knows and that it has no cycle of any more. */
static void compare_gone(const struct work *w, const struct ticket *t, const struct sla_run *runs,
                         size_t n, struct news *news)
{
    for (size_t i = 0; i < t->n_clocks; i++) {
        const struct ticket_clock *known = &t->clocks[i];
        size_t k = 0;

        while (k < n && runs[k].kind != known->kind) {
            k++;
        }
        if (k < n) {
            continue;
        }
        if (overturn(w, t, runs, n, known, &news->overturned[news->n_overturned])) {
            news->n_overturned++;
        } else if (known->state != CLOCK_CANCELLED) {
            news->changed[news->n_changed++] = gone(w, known);
        }
    }
}

static int compare(struct work *w, const struct ticket *t, struct news *news)
{
    const struct arena_mark mark = arena_mark(w->arena);
    const struct sla_run *runs;
    size_t n_runs;

    news->n_changed = news->n_breached = news->n_overturned = 0;
    if (sla_runs(w->book, t, w->arena, &runs, &n_runs) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        if (runs[i].present) {
            compare_present(w, t, runs, n_runs, &runs[i], news);
        }
    }
    compare_gone(w, t, runs, n_runs, news);
    arena_rewind(w->arena, mark);
    return 0;
}

/*
 * Telling
 */

/*
 * The clock as it was when its breach was recorded, as far as the id of that needs it: its row may
 * be another one since then. Facts lie in journal order, so those of then are the first ones.
 */
static int as_recorded(struct work *w, const struct ticket_clock *known, struct ticket_clock *ret)
{
    const struct arena_mark mark = arena_mark(w->arena);
    struct ticket then = w->ticket;
    const struct sla_run *runs;
    size_t n_runs;

    *ret = *known;
    while (then.n_facts > 0 && then.facts[then.n_facts - 1].seq >= known->breach_seq) {
        then.n_facts--;
    }
    if (sla_runs(w->book, &then, w->arena, &runs, &n_runs) != 0) {
        return -1;
    }
    const struct sla_run *run = find_run(runs, n_runs, known);
    if (run != NULL) {
        ret->contract_version = run->version->version;
        ret->target_row = (uint32_t)(run->target - run->version->targets);
    }
    arena_rewind(w->arena, mark);
    return 0;
}

static int withdraw(struct work *w, const struct overturned *o, enum origin origin)
{
    struct ticket_clock recorded;
    struct event *e;

    if (as_recorded(w, &o->known, &recorded) != 0) {
        return -1;
    }
    e = work_next_timer(w, EVENT_CLOCK_WITHDRAWN, &recorded, o->known.breached_at, origin);
    if (e == NULL) {
        return -1;
    }
    memcpy(e->clocks, o->clocks, o->n_clocks * sizeof(o->clocks[0]));
    e->n_clocks = o->n_clocks;
    return work_add(w);
}

/* What has an event of its own. */
static int tell(struct work *w, const struct news *news, enum origin origin)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < news->n_overturned; i++) {
        rc = withdraw(w, &news->overturned[i], origin);
    }
    for (size_t i = 0; rc == 0 && i < news->n_breached; i++) {
        const struct ticket_clock *c = &news->breached[i];
        rc = work_next_timer(w, EVENT_CLOCK_BREACHED, c, c->breached_at, origin) != NULL
                 ? work_add(w)
                 : -1;
    }
    return rc;
}

int work_add_with_clocks(struct work *w)
{
    struct event *e = &w->events[w->n_events];
    const enum origin origin = e->origin;
    struct ticket peek = w->ticket;
    struct news news;
    int rc;

    // The clocks are those of the ticket as it is after the event, and belong into the event.
    evolve_within(&peek, work_provisional(w), w->facts, w->facts_room);
    if (peek.n_facts > w->ticket.n_facts && peek.n_facts > w->facts_max) {
        return work_refuse_more_facts(w);
    }
    if (compare(w, &peek, &news) != 0) {
        return -1;
    }
    memcpy(e->clocks, news.changed, news.n_changed * sizeof(news.changed[0]));
    e->n_clocks = news.n_changed;
    rc = work_add(w);
    return rc == 0 ? tell(w, &news, origin) : rc;
}

int work_rejudge(struct work *w)
{
    struct news news;

    if (!ticket_is_breached(&w->ticket)) {
        return 0;
    }
    if (compare(w, &w->ticket, &news) != 0) {
        return -1;
    }
    news.n_breached = 0; // each in its order among what else passed
    return tell(w, &news, ORIGIN_CLOCK);
}

/* The clock's own command: what was due is settled, so only when it will be can have moved. */
int decide_expire(struct work *w)
{
    struct news news;
    struct event *e;

    if (compare(w, &w->ticket, &news) != 0) {
        return -1;
    }
    if (news.n_changed == 0) {
        return 0;
    }
    e = work_next(w, EVENT_CLOCK_RESCHEDULED);
    if (e == NULL) {
        return -1;
    }
    e->origin = ORIGIN_CLOCK;
    memcpy(e->clocks, news.changed, news.n_changed * sizeof(news.changed[0]));
    e->n_clocks = news.n_changed;
    return work_add(w);
}
