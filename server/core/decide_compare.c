// SPDX-License-Identifier: Apache-2.0
#include "core/decide_compare.h"

#include <string.h>

#include "core/instant.h"

/* A comparison in the making. */
struct comparison {
    const struct work *w;
    const struct ticket *t;
    const struct sla_run *runs;
    size_t n_runs;
    /* The runs as the ticket knows them, where a fact came that is older than a cycle. */
    const struct sla_run *was;
    size_t n_was;
    int64_t late_at; /* the oldest fact that came */
    /* The same runs, made only where a cycle that ended comes out differently. */
    const struct sla_run *before;
    size_t n_before;
    struct compare_news *news;
};

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

/* A cycle of a run (0: the newest) as it is for a decision. Nobody is warned of what lies behind.
 * False if it has not begun. */
static bool look(const struct work *w, const struct ticket *t, const struct sla_run *run,
                 uint32_t cycle, struct ticket_clock *ret)
{
    struct sla_clock now;

    if (cycle == 0) {
        sla_clock(run, t, w->now_at, &now);
    } else if (!sla_cycle(run, t, cycle, w->now_at, &now)) {
        return false;
    }
    for (uint32_t i = 0; ticket_clock_is_live(&now.clock) && i < CLOCK_WARNS_MAX; i++) {
        now.clock.warned |= now.warned_at[i] != INSTANT_NONE ? 1u << i : 0;
    }
    now.clock.breach_seq = 0;
    *ret = now.clock;
    return true;
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
    c.ended_seq = 0;
    c.warned = 0;
    c.elapsed_us = 0;
    return c;
}

/*
 * What has an event of its own
 */

static void tell_breached(struct comparison *c, const struct ticket_clock *clock)
{
    c->news->breached[c->news->n_breached++] = (struct compare_told){.clocks = {*clock},
                                                                     .n_clocks = 1};
}

/* `known` is breached, and computed anew its cycle has no such breach: then true, and *ret_anew is
 * that cycle. */
static bool overturn(struct comparison *c, const struct ticket_clock *known,
                     struct ticket_clock *ret_anew)
{
    const struct sla_run *run = sla_run_of(c->runs, c->n_runs, known);
    struct compare_told *told;

    if (known->breached_at == INSTANT_NONE) {
        return false;
    }
    if (run == NULL || !look(c->w, c->t, run, known->cycle, ret_anew)) {
        *ret_anew = gone(c->w, known);
    }
    if (ret_anew->breached_at == known->breached_at) {
        return false;
    }
    told = &c->news->overturned[c->news->n_overturned++];
    *told = (struct compare_told){.known = *known, .clocks = {*ret_anew}, .n_clocks = 1};
    if (ret_anew->breached_at != INSTANT_NONE) { // at another instant: told behind it
        told->clocks[0].breached_at = INSTANT_NONE;
        told->clocks[0].verdict = TICKET_VERDICT_OPEN;
    }
    return true;
}

/* The cycles from that one on, of a run. */
static void compare_run(struct comparison *c, const struct sla_run *run,
                        const struct ticket_clock *known)
{
    uint32_t cycle = known != NULL && known->cycle > run->cycle ? known->cycle : run->cycle;
    struct ticket_clock now;

    if (!run->is_chain && cycle != run->cycle) {
        return; // before what is known
    }
    while (look(c->w, c->t, run, cycle, &now)) {
        if (work_newly_breached(known, &now)) {
            tell_breached(c, &now);
        }
        cycle++;
        if (!run->is_chain) {
            break;
        }
    }
}

/* The cycles of a run as it was that lie before the one that is known, and ended behind what came.
 */
static void compare_former(struct comparison *c, const struct sla_run *was,
                           const struct ticket_clock *known)
{
    struct ticket_clock before;
    struct ticket_clock anew;

    for (uint32_t cycle = was->cycle; cycle < known->cycle; cycle++) {
        if (!look(c->w, &c->w->ticket, was, cycle, &before)) {
            break;
        }
        if (before.stopped_at < c->late_at) {
            continue;
        }
        const struct sla_run *run = sla_run_of(c->runs, c->n_runs, &before);
        const bool is = run != NULL && look(c->w, c->t, run, cycle, &anew);
        const int64_t breached_at = is ? anew.breached_at : INSTANT_NONE;
        if (breached_at == before.breached_at) {
            continue;
        }
        (void)overturn(c, &before, &anew);
        if (breached_at != INSTANT_NONE) {
            tell_breached(c, &anew);
        }
    }
}

/* The present cycle, behind all that was told of its clock. */
static void follow(struct compare_told *told, const struct ticket_clock *now)
{
    if (told->clocks[0].cycle != now->cycle) {
        told->clocks[told->n_clocks++] = *now;
    }
}

/* A cycle ended, and another one began: the ticket hears of both. */
static void tell_changed(struct comparison *c, const struct ticket_clock *known,
                         const struct ticket_clock *now)
{
    struct compare_news *news = c->news;
    const struct sla_run *run;
    struct ticket_clock former;

    if (known != NULL && ticket_clock_is_live(known) && known->cycle < now->cycle &&
        (now->kind == CLOCK_KIND_UPDATE || now->kind == CLOCK_KIND_NEXT_RESPONSE)) {
        run = sla_run_of(c->runs, c->n_runs, known);
        if (run != NULL && look(c->w, c->t, run, known->cycle, &former)) {
            news->changed[news->n_changed++] = former;
        }
    }
    news->changed[news->n_changed++] = *now;
}

/*
 * All of it
 */

static bool is_news(const struct comparison *c)
{
    return c->t->n_facts > c->w->ticket.n_facts;
}

/*
 * What a cycle that ended is compared with: what is known of it, or where the new facts make no
 * difference to it, what this book makes of it without them. < 0 when the arena is full.
 */
static int look_before(struct comparison *c, const struct ticket_clock *known,
                       struct ticket_clock *ret)
{
    const struct sla_run *run = sla_run_of(c->runs, c->n_runs, known);
    struct ticket_clock before;
    struct ticket_clock after;

    *ret = *known;
    if (run != NULL && look(c->w, c->t, run, known->cycle, &after) && !differs(known, &after)) {
        return 0;
    }
    if (c->before == NULL &&
        sla_runs(c->w->book, &c->w->ticket, c->w->arena, &c->before, &c->n_before) != 0) {
        return -1;
    }
    run = sla_present(c->before, c->n_before, known->kind, known->team);
    if (run == NULL) {
        return 0;
    }
    (void)look(c->w, &c->w->ticket, run, 0, &before);
    run = sla_run_of(c->runs, c->n_runs, &before);
    if (run != NULL && look(c->w, c->t, run, before.cycle, &after) && !differs(&before, &after)) {
        *ret = before;
    }
    return 0;
}

/* The clock whose runs are those up to `present`, from `first` on, against what is known of it or
 * NULL. */
static void compare_clock(struct comparison *c, const struct sla_run *first,
                          const struct sla_run *present, const struct ticket_clock *known)
{
    struct compare_news *news = c->news;
    const size_t n_overturned = news->n_overturned;
    const size_t n_breached = news->n_breached;
    struct ticket_clock now;
    struct ticket_clock anew;

    (void)look(c->w, c->t, present, 0, &now);
    for (size_t i = 0; known != NULL && i < c->n_was; i++) {
        if (c->was[i].kind == known->kind && known->kind == CLOCK_KIND_UPDATE) {
            compare_former(c, &c->was[i], known);
        }
    }
    if (known != NULL) {
        (void)overturn(c, known, &anew);
    }
    for (const struct sla_run *run = first; run <= present; run++) {
        compare_run(c, run, known);
    }
    if (known != NULL && now.cycle < known->cycle && now.breached_at != INSTANT_NONE &&
        present->kind != CLOCK_KIND_UPDATE) {
        tell_breached(c, &now); // the number is another cycle's now
    }
    if (news->n_breached > n_breached) {
        follow(&news->breached[news->n_breached - 1], &now);
    } else if (news->n_overturned > n_overturned) {
        follow(&news->overturned[news->n_overturned - 1], &now);
    } else if (known == NULL || differs(known, &now)) {
        tell_changed(c, known, &now);
    }
}

/* The same, where only facts count once it has ended. */
static int compare_any(struct comparison *c, const struct sla_run *first,
                       const struct sla_run *present)
{
    const struct ticket_clock *known = ticket_clock(c->t, present->kind, present->team);
    struct ticket_clock before;

    if (known != NULL && ticket_clock_is_over(known)) {
        if (!is_news(c)) {
            return 0;
        }
        if (look_before(c, known, &before) != 0) {
            return -1;
        }
        known = &before;
    }
    compare_clock(c, first, present, known);
    return 0;
}

/* Clocks that the ticket knows and that it has no cycle of any more. */
static void compare_gone(struct comparison *c)
{
    for (size_t i = 0; i < c->t->n_clocks; i++) {
        const struct ticket_clock *known = &c->t->clocks[i];
        struct ticket_clock anew;
        size_t k = 0;

        while (k < c->n_runs &&
               (c->runs[k].kind != known->kind || c->runs[k].team != known->team)) {
            k++;
        }
        if (k == c->n_runs && !overturn(c, known, &anew) && known->state != CLOCK_CANCELLED) {
            c->news->changed[c->news->n_changed++] = gone(c->w, known);
        }
    }
}

/* What was, if what came is older than the cycle that the ticket knows of an update. */
static int look_back(struct work *w, struct comparison *c)
{
    const struct ticket_clock *known = ticket_clock(&w->ticket, CLOCK_KIND_UPDATE, 0);

    c->late_at = INSTANT_NEVER;
    for (size_t i = w->ticket.n_facts; i < c->t->n_facts; i++) {
        c->late_at = c->t->facts[i].at < c->late_at ? c->t->facts[i].at : c->late_at;
    }
    return known != NULL && known->cycle > 1 && c->late_at < known->started_at
               ? sla_runs(w->book, &w->ticket, w->arena, &c->was, &c->n_was)
               : 0;
}

/* Room for what may be told: of each clock the cycles that the ticket does not know, and those that
 * ended behind what came. */
static int make_room(struct work *w, const struct comparison *c)
{
    size_t former = 0;
    size_t room = 0;

    for (size_t i = 0; i < c->n_was; i++) {
        const struct sla_run *run = &c->was[i];
        const bool over = run->n_events == 0 ||
                          (!run->present && run->events[run->n_events - 1].at < c->late_at);
        former += over || run->kind != CLOCK_KIND_UPDATE ? 0 : run->is_chain ? CLOCK_CYCLES_MAX : 1;
    }
    for (size_t i = 0; i < c->n_runs; i++) {
        const struct sla_run *run = &c->runs[i];
        const struct ticket_clock *known = ticket_clock(c->t, run->kind, run->team);
        if (run->present) {
            room += run->is_chain ? CLOCK_CYCLES_MAX : 1;
            // Of a chain that ended, the book may number the cycles otherwise by now.
            const bool any = known == NULL ||
                             (ticket_clock_is_over(known) && run->kind == CLOCK_KIND_UPDATE);
            room += any ? run->cycle : known->cycle < run->cycle ? run->cycle - known->cycle : 0;
        }
    }
    c->news->overturned = arena_array(w->arena, c->t->n_clocks + former,
                                      sizeof(*c->news->overturned));
    c->news->breached = arena_array(w->arena, room + former, sizeof(*c->news->breached));
    return c->news->overturned != NULL && c->news->breached != NULL ? 0 : -1;
}

int compare_clocks(struct work *w, const struct ticket *t, struct compare_news *ret)
{
    const struct arena_mark mark = arena_mark(w->arena);
    struct comparison c = {.w = w, .t = t, .news = ret};
    size_t first = 0;

    *ret = (struct compare_news){.n_changed = 0};
    if (sla_runs(w->book, t, w->arena, &c.runs, &c.n_runs) != 0 || look_back(w, &c) != 0 ||
        make_room(w, &c) != 0) {
        return -1;
    }
    for (size_t i = 0; i < c.n_runs; i++) {
        if (c.runs[i].present) {
            if (compare_any(&c, &c.runs[first], &c.runs[i]) != 0) {
                return -1;
            }
            first = i + 1;
        }
    }
    compare_gone(&c);
    if (ret->n_breached == 0 && ret->n_overturned == 0) { // else the lists lie there
        arena_rewind(w->arena, mark);
    }
    return 0;
}
