// SPDX-License-Identifier: Apache-2.0
/*
 * What time did: warnings and breaches, holds that ended by themselves, and the closing, recorded
 * before anything else is decided.
 *
 * It makes no difference whether the ticker was on time, late after a downtime, or overtaken by a
 * command: the same events come out, with the same instants and the same ids. So the end of a hold
 * is applied at its own instant, after the thresholds before it and before those behind it, which
 * it moves.
 */
#include <string.h>

#include "core/decide_work.h"
#include "core/instant.h"

/*
 * Thresholds
 */

/* A threshold that passed and is not recorded. */
struct passed {
    int64_t at;
    const struct sla_run *run;
    uint32_t cycle;
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

/* Of one cycle; false if it has not begun. */
static bool find_passed(const struct work *w, const struct sla_run *run, uint32_t cycle,
                        struct passed *list, size_t *n)
{
    const struct ticket_clock *known = ticket_clock(&w->ticket, run->kind, run->team);
    struct sla_clock now;
    struct passed p = {.run = run, .cycle = cycle, .as_of_at = w->now_at};

    if (!sla_cycle(run, &w->ticket, cycle, w->now_at, &now)) {
        return false;
    }
    const bool breach = work_newly_breached(known, &now.clock);
    // A cycle of a chain that ended by itself was live until its breach.
    const bool live = ticket_clock_is_live(&now.clock) || (run->is_chain && breach);
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
                   .cycle = cycle,
                   .as_of_at = w->now_at,
                   .breach = true,
               });
    }
    return true;
}

/* The cycles of a clock that the ticket may not have been told all of. */
static uint32_t first_cycle(const struct work *w, const struct sla_run *run)
{
    const struct ticket_clock *known = ticket_clock(&w->ticket, run->kind, run->team);

    return run->is_chain && known != NULL && known->cycle > run->cycle ? known->cycle : run->cycle;
}

/* The cycle that the breach begins, up to its own end; false if it begins none. */
static bool look_behind(const struct work *w, const struct passed *p, struct sla_clock *ret)
{
    if (!sla_cycle(p->run, &w->ticket, p->cycle + 1, w->now_at, ret)) {
        return false;
    }
    return ret->clock.breached_at == INSTANT_NONE ||
           sla_cycle(p->run, &w->ticket, p->cycle + 1, ret->clock.breached_at, ret);
}

/* The first of its warnings that passed, and comes next. */
static void see_warnings(struct sla_clock *now)
{
    for (uint32_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        if (now->warned_at[i] != INSTANT_NONE && (now->clock.warned & (1u << i)) == 0 &&
            now->warned_at[i] < now->clock.next_warn_at) {
            now->clock.next_warn_at = now->warned_at[i];
        }
    }
}

static int record_breach(struct work *w, const struct passed *p)
{
    struct sla_clock now;
    struct sla_clock next;

    (void)sla_cycle(p->run, &w->ticket, p->cycle, p->as_of_at, &now);
    const bool more = look_behind(w, p, &next);
    if (more) {
        see_warnings(&next);
    }
    return work_breach(w, &now.clock, more ? &next.clock : NULL, ORIGIN_CLOCK);
}

static int record_warning(struct work *w, const struct passed *p)
{
    struct sla_clock now;
    struct event *e;

    (void)sla_cycle(p->run, &w->ticket, p->cycle, p->as_of_at, &now);
    now.clock.warned |= 1u << p->warning;
    see_warnings(&now);
    e = work_next_timer(w, EVENT_CLOCK_WARNED, &now.clock, p->at, ORIGIN_CLOCK);
    if (e == NULL) {
        return -1;
    }
    e->u.timer.warning = p->warning;
    work_timer_id(w, &now.clock, THRESHOLD_WARNING + p->warning, e->u.timer.id);
    return work_add(w);
}

/* Those before w->now_at, as if no hold ended by itself and nothing closed before it. */
static int settle_thresholds(struct work *w)
{
    const struct sla_run *runs;
    struct passed *list;
    size_t n_runs;
    size_t room = 0;
    size_t n = 0;
    int rc = work_rejudge(w);

    if (rc != 0) {
        return rc;
    }
    const struct arena_mark mark = arena_mark(w->arena);
    if (sla_runs(w->book, &w->ticket, w->arena, &runs, &n_runs) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        room += runs[i].present ? runs[i].is_chain ? CLOCK_CYCLES_MAX : 1 : 0;
    }
    list = arena_array(w->arena, room * PASSED_MAX, sizeof(*list));
    if (list == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        uint32_t cycle = first_cycle(w, &runs[i]);
        const struct ticket_clock *known = ticket_clock(&w->ticket, runs[i].kind, runs[i].team);
        // What was told as over passes nothing any more, whatever the book has learnt since.
        bool more = runs[i].present && !runs[i].unmeasured &&
                    (known == NULL || !ticket_clock_is_over(known));
        while (more) {
            more = find_passed(w, &runs[i], cycle++, list, &n) && runs[i].is_chain;
        }
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = list[i].breach ? record_breach(w, &list[i]) : record_warning(w, &list[i]);
    }
    if (n == 0) { // else the events lie behind the list
        arena_rewind(w->arena, mark);
    }
    return rc;
}

/*
 * What ends by itself
 */

/* The first hold to end by itself; NULL if none does. */
static const struct ticket_hold *next_hold(const struct ticket *t)
{
    const struct ticket_hold *next = NULL;

    for (size_t i = 0; i < t->n_holds; i++) {
        const struct ticket_hold *hold = &t->holds[i];
        if (hold->ends_at != INSTANT_NEVER && (next == NULL || hold->ends_at < next->ends_at)) {
            next = hold;
        }
    }
    return next;
}

/* The next event, by the clock, at w->at. */
static struct event *next_end(struct work *w, enum event_kind kind)
{
    struct event *e = work_next(w, kind);

    if (e != NULL) {
        e->origin = ORIGIN_CLOCK;
        e->claimed_at = INSTANT_NONE;
    }
    return e;
}

static int end_hold(struct work *w, const struct ticket_hold *hold)
{
    struct event *e = next_end(w, EVENT_RESUMED);

    if (e == NULL) {
        return -1;
    }
    memcpy(e->u.hold.reason, w->ticket.reasons[hold->reason], sizeof(e->u.hold.reason));
    e->u.hold.party = hold->party;
    e->u.hold.ends_at = INSTANT_NEVER;
    return work_add_with_clocks(w);
}

/* Settles up to what ends by itself next, if that is before until_at, and applies it. */
static int settle_end(struct work *w, int64_t until_at, bool *ret_more)
{
    const struct ticket_hold *hold = next_hold(&w->ticket);
    const int64_t close_at = w->ticket.state == TICKET_RESOLVED ? w->ticket.close_at
                                                                : INSTANT_NEVER;
    int rc;

    w->at = hold != NULL ? hold->ends_at : close_at;
    *ret_more = w->at < until_at;
    if (!*ret_more) {
        return 0;
    }
    w->now_at = work_seen_at(&w->ticket, w->at);
    rc = settle_thresholds(w);
    if (rc != 0) {
        return rc;
    }
    if (hold != NULL) {
        return end_hold(w, hold);
    }
    return next_end(w, EVENT_CLOSED) != NULL ? work_add_with_clocks(w) : -1;
}

int work_settle(struct work *w)
{
    const int64_t at = w->at;
    const int64_t now_at = w->now_at;
    const size_t facts_max = w->facts_max;
    bool more = true;
    int rc = 0;

    w->facts_max = TICKET_FACTS_MAX; // ordinary commands leave room for the clock's own
    while (rc == 0 && more) {
        rc = settle_end(w, now_at, &more);
    }
    w->at = at;
    w->now_at = now_at;
    w->facts_max = facts_max;
    return rc == 0 ? settle_thresholds(w) : rc;
}
