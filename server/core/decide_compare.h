// SPDX-License-Identifier: Apache-2.0
/**
 * decide_compare: which clocks of a ticket are not as it knows them; inside of decide, and for who
 * checks afterwards that a decision told all of it.
 *
 * Clocks are computed from all facts anew and compared with what the ticket was told. A ticket
 * knows the present cycle of each clock, so cycles from that one on are looked at; those before it
 * stand. Only of an update, whose cycles every word divides anew, those that ended behind what came
 * late are looked at too.
 *
 * A cycle that ended keeps what was told of it unless a fact says otherwise: where it comes out
 * differently, and comes out just so without the facts that are new, then the book has learnt
 * something since, such as zone data, and that is no news of it.
 */
#ifndef SLATE_CORE_DECIDE_COMPARE_H
#define SLATE_CORE_DECIDE_COMPARE_H

#include "core/decide_work.h"

/** What has an event of its own. */
struct compare_told {
    struct ticket_clock known;     /* overturned: with the breach that there is none of */
    struct ticket_clock clocks[2]; /* its cycle as it is, and the present one behind the last */
    size_t n_clocks;
};

struct compare_news {
    /* What else changed: where a cycle ended and another one began, both. */
    struct ticket_clock changed[TICKET_CLOCKS_MAX];
    size_t n_changed;
    /* In the arena; by clock, ascending. */
    struct compare_told *overturned;
    size_t n_overturned;
    struct compare_told *breached; /* newly */
    size_t n_breached;
};

/**
 * Of *w the book, the arena, now_at and the ticket are looked at.
 *
 * The clocks of *t, which is w->ticket or that with facts more, as of w->now_at, against those that
 * it knows. 0, or < 0 when the arena is full.
 */
int compare_clocks(struct work *w, const struct ticket *t, struct compare_news *ret);

#endif
