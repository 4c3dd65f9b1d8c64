// SPDX-License-Identifier: Apache-2.0
/*
 * Entries of a ticket are replayed in the order of their instants instead of the journal's.
 *
 * That is a legal life too. What moves a ticket's state is never recorded with an instant before
 * that of the last thing that moved it: only words are told late, which leave a state that allows
 * no less, and what ends a hold because of them, which comes behind the hold. So what counts up to
 * an instant is, words apart, a beginning of what the journal has. Who has it, its tags and its
 * links may be claimed in another order than they were recorded in; of those the journal's order
 * counts, since each of them was decided on what was known then.
 */
#include "core/past.h"

#include "core/evolve.h"
#include "core/instant.h"
#include "core/sla.h"

/* An entry and what it is ordered by. */
struct step {
    int64_t at;
    const struct entry *entry;
};

/* What must not be put into another order among itself, newest instant so far. */
struct streaks {
    int64_t assigned_at;
    int64_t linked_at;
    int64_t tagged_at;
};

static int64_t *streak_of(struct streaks *s, enum event_kind kind)
{
    if (kind == EVENT_TAKEN || kind == EVENT_ASSIGNED || kind == EVENT_TRANSFERRED) {
        return &s->assigned_at;
    }
    if (kind == EVENT_LINKED) {
        return &s->linked_at;
    }
    return kind == EVENT_TAGGED ? &s->tagged_at : NULL;
}

/* The entries that count by then, in the order in which they do. They nearly always come in it, so
 * that costs nothing. */
static size_t order(const struct entry *entries, size_t n, int64_t as_of_at, struct step *ret)
{
    struct streaks streaks = {INSTANT_NONE, INSTANT_NONE, INSTANT_NONE};
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        const struct event *e = &entries[i].event;
        int64_t *streak = streak_of(&streaks, e->kind);
        int64_t at = e->effective_at;
        size_t to = kept;

        if (e->effective_at > as_of_at) {
            continue;
        }
        if (streak != NULL) {
            *streak = at = *streak > at ? *streak : at;
        }
        while (to > 1 && ret[to - 1].at > at) { // nothing comes before its opening
            ret[to] = ret[to - 1];
            to--;
        }
        ret[to] = (struct step){.at = at, .entry = &entries[i]};
        kept++;
    }
    return kept;
}

/* Facts in journal order, as a ticket has them; those of one entry are in theirs. */
static void sort_facts(struct fact *facts, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct fact fact = facts[i];
        size_t to = i;
        while (to > 0 && facts[to - 1].seq > fact.seq) {
            facts[to] = facts[to - 1];
            to--;
        }
        facts[to] = fact;
    }
}

/* The clocks that were told by the entries that count: the later entry knew more. */
static void tell_clocks(const struct entry *entries, size_t n, int64_t as_of_at, struct ticket *t)
{
    t->n_clocks = 0;
    for (size_t i = 0; i < n; i++) {
        if (entries[i].event.effective_at <= as_of_at) {
            evolve_clocks(t, &entries[i]);
            t->last_seq = entries[i].seq;
            t->updated_at = entries[i].recorded_at;
        }
    }
}

int past_ticket(const struct book *book, const struct entry *entries, size_t n, int64_t as_of_at,
                struct arena *arena, struct ticket *ret)
{
    const size_t room = n < TICKET_FACTS_MAX / EVOLVE_FACTS_MAX ? n * EVOLVE_FACTS_MAX
                                                                : TICKET_FACTS_MAX;
    struct ticket t = {.contract = 0};

    if (n == 0 || entries[0].event.effective_at > as_of_at) {
        return PAST_NOT_YET;
    }
    struct fact *facts = arena_array(arena, room, sizeof(*facts));
    struct step *steps = arena_array(arena, n, sizeof(*steps));
    if (facts == NULL || steps == NULL) {
        return -1;
    }
    const size_t kept = order(entries, n, as_of_at, steps);
    for (size_t i = 0; i < kept; i++) {
        evolve_within(&t, steps[i].entry, facts, room);
    }
    sort_facts(facts, t.n_facts);
    tell_clocks(entries, n, as_of_at, &t);
    if (past_clocks(book, &t, as_of_at, arena) != 0) {
        return -1;
    }
    *ret = t;
    return 0;
}

/* What only entries know of the cycle. How an end is judged may be the book's doing; whose end it
 * is is told by when. */
static void take_over(const struct ticket_clock *known, struct ticket_clock *now)
{
    const bool is_over = now->state == CLOCK_STOPPED || now->state == CLOCK_CANCELLED;
    const bool same = known != NULL && known->cycle == now->cycle;
    const bool ended = known != NULL && is_over && known->state == now->state &&
                       known->stopped_at == now->stopped_at;
    const bool breached = same && now->breached_at != INSTANT_NONE &&
                          known->breached_at == now->breached_at;

    now->ended_seq = ended ? known->ended_seq : 0;
    now->breach_seq = ended || breached ? known->breach_seq : 0;
}

int past_clocks(const struct book *book, struct ticket *t, int64_t as_of_at, struct arena *arena)
{
    struct ticket_clock clocks[TICKET_CLOCKS_MAX];
    const struct sla_run *runs;
    struct sla_clock now;
    size_t n_runs;
    uint8_t n = 0;

    if (sla_runs(book, t, arena, &runs, &n_runs) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        if (runs[i].present) {
            sla_clock(&runs[i], t, as_of_at, &now);
            clocks[n] = now.clock;
            take_over(ticket_clock(t, runs[i].kind, runs[i].team), &clocks[n++]);
        }
    }
    t->n_clocks = n;
    for (size_t i = 0; i < n; i++) {
        t->clocks[i] = clocks[i];
    }
    return 0;
}
