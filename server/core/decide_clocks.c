// SPDX-License-Identifier: Apache-2.0
/*
 * What a decision makes of a ticket's clocks: what is not as the ticket knows it becomes part of an
 * event. A breach has an event of its own, and so has its end where what was recorded late, or
 * backdated, shows that there was none.
 */
#include <assert.h>
#include <string.h>

#include "core/decide_compare.h"
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
    const struct sla_run *run = sla_run_of(runs, n_runs, known);
    if (run != NULL) {
        ret->contract_version = run->version->version;
        ret->target_row = (uint32_t)(run->target - run->version->targets);
    }
    arena_rewind(w->arena, mark);
    return 0;
}

static int withdraw(struct work *w, const struct compare_told *o, enum origin origin)
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

int work_breach(struct work *w, const struct ticket_clock *clock, const struct ticket_clock *next,
                enum origin origin)
{
    struct event *e = work_next_timer(w, EVENT_CLOCK_BREACHED, clock, clock->breached_at, origin);

    if (e == NULL) {
        return -1;
    }
    if (next != NULL) {
        e->clocks[e->n_clocks++] = *next;
    }
    return work_add(w);
}

/* What has an event of its own. */
static int tell(struct work *w, const struct compare_news *news, enum origin origin)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < news->n_overturned; i++) {
        rc = withdraw(w, &news->overturned[i], origin);
    }
    for (size_t i = 0; rc == 0 && i < news->n_breached; i++) {
        const struct compare_told *b = &news->breached[i];
        rc = work_breach(w, &b->clocks[0], b->n_clocks > 1 ? &b->clocks[1] : NULL, origin);
    }
    return rc;
}

int work_add_with_clocks(struct work *w)
{
    struct event *e = &w->events[w->n_events];
    const enum origin origin = e->origin;
    struct ticket peek = w->ticket;
    struct compare_news news;
    int rc;

    // The clocks are those of the ticket as it is after the event, and belong into the event.
    evolve_within(&peek, work_provisional(w), w->facts, w->facts_room);
    if (peek.n_facts > w->ticket.n_facts && peek.n_facts > w->facts_max) {
        return work_refuse_more_facts(w);
    }
    if (compare_clocks(w, &peek, &news) != 0) {
        return -1;
    }
    memcpy(e->clocks, news.changed, news.n_changed * sizeof(news.changed[0]));
    e->n_clocks = news.n_changed;
    rc = work_add(w);
    return rc == 0 ? tell(w, &news, origin) : rc;
}

int work_rejudge(struct work *w)
{
    struct compare_news news;
    bool breached = false;

    for (size_t i = 0; i < w->ticket.n_clocks; i++) {
        const struct ticket_clock *c = &w->ticket.clocks[i];
        breached |= ticket_clock_is_live(c) && c->breached_at != INSTANT_NONE;
    }
    if (!breached) {
        return 0;
    }
    if (compare_clocks(w, &w->ticket, &news) != 0) {
        return -1;
    }
    news.n_breached = 0; // each in its order among what else passed
    return tell(w, &news, ORIGIN_CLOCK);
}

static int reschedule(struct work *w, const struct ticket_clock *clocks, size_t n,
                      const struct ticket_clock *was)
{
    struct event *e = work_next(w, EVENT_CLOCK_RESCHEDULED);

    if (e == NULL) {
        return -1;
    }
    e->origin = ORIGIN_CLOCK;
    memcpy(e->clocks, clocks, n * sizeof(clocks[0]));
    e->n_clocks = n;
    if (was != NULL) {
        e->u.moved.by = w->command->moved_by;
        e->u.moved.was_due_at = was->due_at;
        e->u.moved.was_limit_at = was->limit_at;
    }
    return work_add(w);
}

static const struct ticket_clock *find(const struct ticket_clock *clocks, size_t n,
                                       const struct ticket_clock *like)
{
    for (size_t i = 0; i < n; i++) {
        if (clocks[i].kind == like->kind && clocks[i].team == like->team &&
            clocks[i].cycle == like->cycle) {
            return &clocks[i];
        }
    }
    return NULL;
}

/* Where the target is used up; of a breached clock, where it was. */
static int64_t limit_of(const struct ticket_clock *c)
{
    return c->breached_at != INSTANT_NONE ? c->breached_at : c->limit_at;
}

/*
 * What lies ahead of a clock that ran all along is not where it was. A limit that passed stays
 * where it was, and a warning that is given puts the next one further: what settling made of them
 * is no move, and is known by now.
 */
static bool is_moved(const struct ticket_clock *was, const struct ticket_clock *known,
                     const struct ticket_clock *now)
{
    const bool open = was->breached_at == INSTANT_NONE && now->breached_at == INSTANT_NONE;

    return was->state == CLOCK_RUNNING && now->state == CLOCK_RUNNING &&
           (limit_of(was) != limit_of(now) ||
            (open && (was->due_at != now->due_at || known->next_warn_at != now->next_warn_at)));
}

/* What is counted in changed: each clock that it moved, with where it was before the decision. */
static int tell_moved(struct work *w, const struct compare_news *news)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < w->ticket.n_clocks; i++) {
        const struct ticket_clock *known = &w->ticket.clocks[i];
        const struct ticket_clock *was = find(w->before->clocks, w->before->n_clocks, known);
        const struct ticket_clock *changed = find(news->changed, news->n_changed, known);
        struct ticket_clock now = changed != NULL ? *changed : *known;

        now.breach_seq = now.ended_seq = 0;
        if (was != NULL && is_moved(was, known, &now)) {
            rc = reschedule(w, &now, 1, was);
        }
    }
    return rc;
}

/* The clock's own command: what was due is settled, so only when it will be can have moved. */
int decide_expire(struct work *w)
{
    struct compare_news news;

    if (compare_clocks(w, &w->ticket, &news) != 0) {
        return -1;
    }
    if (w->command->moved_by != MOVED_BY_NONE) {
        return tell_moved(w, &news);
    }
    return news.n_changed > 0 ? reschedule(w, news.changed, news.n_changed, NULL) : 0;
}
