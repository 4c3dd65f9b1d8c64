// SPDX-License-Identifier: Apache-2.0
/**
 * past: a ticket as it was at an instant.
 *
 * What had happened by then is what counts: entries whose effective instant is not later, also
 * those that were recorded later.
 * Who wants to know what was known then leaves out what was recorded later before asking.
 *
 * The clocks are not those that the entries tell, which knew less or more: they are computed anew
 * from the facts, by the book given.
 */
#ifndef SLATE_CORE_PAST_H
#define SLATE_CORE_PAST_H

#include "core/arena.h"
#include "core/event.h"

enum past_outcome {
    PAST_NOT_YET = 1, /* it was not there at that instant */
};

/**
 * The ticket that these n entries of it make, which begin with its first and are ascending by seq,
 * as of as_of_at. Texts of entries are not looked at. What it knows of places in the stream is
 * true. Everything lies in the arena, but for what the book holds.
 * Returns 0, PAST_NOT_YET, or < 0 when the arena is full.
 */
int past_ticket(const struct book *book, const struct entry *entries, size_t n, int64_t as_of_at,
                struct arena *arena, struct ticket *ret);

/**
 * Sets the clocks of a ticket to what its facts make of them as of an instant that is not before
 * the newest fact: the present cycle of each. Of a clock that the ticket knows, breach_seq,
 * ended_seq and the warnings given are taken over as far as they belong to that cycle. Of one that
 * had ended they are those that were told, whatever this book makes of it: what was told then is
 * found with the book that was in force when ended_seq was recorded.
 * Returns 0, or < 0 when the arena is full.
 */
int past_clocks(const struct book *book, struct ticket *t, int64_t as_of_at, struct arena *arena);

#endif
