// SPDX-License-Identifier: Apache-2.0
/*
 * Of the journal's entries those that count by then are replayed, in its order.
 *
 * That gives what the order of their instants would. What moves a ticket's state is never recorded
 * with an instant before that of the last thing that moved it, so what counts up to an instant is a
 * beginning of what the journal has, but for what is told late: words, which change no order and
 * leave a state that allows no less, and what ends a hold because of them, which comes behind the
 * hold. So it is a legal life too. Facts have their instants and clocks are computed from those.
 * Who has it, its tags and its links may be claimed in another order than they were recorded in;
 * each of them was decided on what was known then, so the journal's order is the one that counts.
 */
#include "core/past.h"

#include "core/evolve.h"
#include "core/instant.h"
#include "core/sla.h"

int past_ticket(const struct book *book, const struct entry *entries, size_t n, int64_t as_of_at,
                struct arena *arena, struct ticket *ret)
{
    const size_t room = n < TICKET_FACTS_MAX / EVOLVE_FACTS_MAX ? n * EVOLVE_FACTS_MAX
                                                                : TICKET_FACTS_MAX;
    struct ticket t = {.contract = 0};
    struct fact *facts;

    if (n == 0 || entries[0].event.effective_at > as_of_at) {
        return PAST_NOT_YET;
    }
    facts = arena_array(arena, room, sizeof(*facts));
    if (facts == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (entries[i].event.effective_at <= as_of_at) {
            evolve_within(&t, &entries[i], facts, room);
        }
    }
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
    const bool same = known != NULL && known->cycle == now->cycle;
    const bool ended = known != NULL && ticket_clock_is_over(now) && known->state == now->state &&
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
