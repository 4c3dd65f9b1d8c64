// SPDX-License-Identifier: Apache-2.0
/**
 * rehearsal: a scenario acted out under a book, in virtual time, by the rules that journal tickets.
 *
 * Every event of the scenario becomes the command that it would be, is decided as a command is, and
 * what was decided is evolved as journal entries are. Between them the clock is looked at whenever
 * a ticket has something due, as the ticker would. No clock is read and nothing is stored: the same
 * texts and zone data always come out the same.
 *
 * Work is bounded by counting, not by time: the book has a meter, and its calendars, its targets
 * and the rehearsal take steps of it before they do anything.
 */
#ifndef SLATE_REHEARSAL_H
#define SLATE_REHEARSAL_H

#include "config/scenario.h"
#include "core/arena.h"
#include "core/event.h"

enum {
    REHEARSAL_ENTRIES_MAX = 4000, // more than a reply has room for
};

/** One expectation. Texts are in the arena. */
struct rehearsal_check {
    uint32_t line;        /* of the scenario */
    const char *expected; /* "resolution: verdict met, due 2026-12-01T10:00:00Z" */
    const char *found;    /* the same of what there is */
    bool met;
};

/** A ticket of the scenario, in its order. */
struct rehearsal_ticket {
    struct ticket ticket; /* in the end; number 0: it is not there yet */
    struct fact *facts;   /* its own */
    size_t facts_room;
    struct entry **entries; /* what happened to it */
    size_t n_entries;
    size_t entries_room;
    struct rehearsal_check *checks; /* refusals as they came, then clocks */
    size_t n_checks;
    bool unmoved; /* the clock had nothing to say at its due instant: it is not asked again */
};

struct rehearsal {
    const struct scenario *scenario;
    const struct book *book;
    struct rehearsal_ticket *tickets;
    size_t n_tickets;
    uint32_t failed; /* checks that were not met */
};

/**
 * Acts out a linked scenario. Everything lives in the arena. Actors are numbered by their side, see
 * rehearsal_actor. The book's meter, if it has one, bounds the work; it goes on to count what is
 * asked of the book, so whoever tells the result must look at it once more.
 * Returns 0; an outcome_code with *ret_refusal filled: what the rules refused, with the line of the
 * event, unless the scenario expects that; INVALID_ARGUMENT where it takes too much work, which it
 * always will; < 0 when the arena is full.
 */
int rehearsal_run(const struct scenario *scenario, const struct book *book, struct arena *arena,
                  struct rehearsal **ret, struct refusal *ret_refusal);

/** The refusal of what takes too much work. Returns its code. */
int rehearsal_refuse_work(struct refusal *ret_refusal);

/** "vendor", "requester": who an entry's actor is, or an assignee; "" for nobody. */
const char *rehearsal_actor(uint32_t actor);

/** Inside of rehearsal_run: looks at what the ticket's clocks are expected to be. Room for the
 * checks is there. Returns 0, or < 0 when the arena is full. */
int rehearsal_judge(struct rehearsal *r, size_t ticket, struct arena *arena);

#endif
