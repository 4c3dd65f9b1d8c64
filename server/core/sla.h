// SPDX-License-Identifier: Apache-2.0
/**
 * sla: from what happened to a ticket to the clocks that its contract sets.
 *
 * This is the one place where a ticket's facts are read as starts, holds and stops of clocks.
 * Deciding, showing, explaining and verifying all begin with sla_runs(), so they cannot disagree.
 *
 * The rules:
 * - A cycle pins the contract version in force when it starts: its target rows, holds and reopening
 *   window hold until its end, whatever is agreed later. A calendar is not pinned; it switches at
 *   its versions' instants.
 * - The target is the first row of the version that matches the ticket. No row, or one that says
 *   `none`: no clock. A change of what it is matched by (priority, team, category, tier, language)
 *   matches anew; time used up is carried over. All that one entry changes is one change.
 * - A hold stops a clock only if the pinned version says so for its reason. A reason that this
 *   version does not know is looked up in the version in force when it was set.
 * - An acknowledgement is met once, by a person who takes the ticket or says that it was seen.
 *   Resolving without one cancels it. It is never armed again.
 * - A first response is met once, by the first reply. Resolving without one is a breach dated at
 *   the resolve if a person did it; resolved by a tool, there was nobody to answer: cancelled. It
 *   is never armed again.
 * - A next response begins with the oldest question that nobody answered, once the first response
 *   is settled by a reply or a resolve. More questions do not move it; a reply meets it and the
 *   next question begins another cycle. Resolving cancels it. What is asked of a resolved ticket
 *   begins one when the ticket is reopened, which in a live ticket it does itself.
 * - A resolution stops when the ticket is resolved. A reopening within the contract's window goes
 *   on with the same cycle, without the time in between; a later one starts a new cycle.
 * - Merging a ticket into another one cancels every clock that runs.
 *
 * Facts count in the order of their effective instants, and at one instant in journal order. A hold
 * that ends by itself ends for its clocks at that instant, also before somebody has recorded it.
 */
#ifndef SLATE_CORE_SLA_H
#define SLATE_CORE_SLA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/ticket.h"

/** One cycle of one clock of a ticket, in the form that the engine takes. Borrows from the book. */
struct sla_run {
    enum clock_kind kind;
    uint32_t cycle;  /* from 1 */
    bool present;    /* the newest cycle of its clock */
    bool unmeasured; /* imported data cannot carry this clock: no events */
    const struct book_contract_version *version; /* pinned */
    const struct book_target *target;            /* the row in force after the events */
    struct clock_rule rule;                      /* of the row that the cycle started with */
    const struct clock_event *events;
    size_t n_events;
};

/**
 * Every cycle of every clock that the ticket has or had, those of one clock together and ascending.
 * The list lives in the arena and takes no more of it than there are runs and events: for each kind
 * of clock at most one event per fact, or three where a fact reopens it with another target and
 * calendar, or one and a pause per hold in force where it starts a cycle. The ticket has at most
 * TICKET_FACTS_MAX facts and belongs to a contract of the book.
 * Returns 0, or < 0 when the arena is full.
 */
int sla_runs(const struct book *book, const struct ticket *t, struct arena *arena,
             const struct sla_run **ret, size_t *ret_n);

/** A cycle as it stands. */
struct sla_clock {
    struct ticket_clock clock;
    int64_t due_if_resumed_at; /* on hold: due if it were resumed now; else INSTANT_NEVER */
    /* When each warning of the row was due; INSTANT_NONE: not yet, or not before the breach. */
    int64_t warned_at[CLOCK_WARNS_MAX];
};

/**
 * The cycle as of an instant that is not before the ticket's newest fact. What falls on that very
 * instant lies ahead: a limit at it has not passed.
 * breach_seq and the bits of warnings given are taken over from the ticket's own clock.
 */
void sla_clock(const struct sla_run *run, const struct ticket *t, int64_t as_of_at,
               struct sla_clock *ret);

/** What a contract says about a hold reason: the version given, else the one in force at `at`. */
const struct book_hold *sla_hold(const struct book_contract *contract,
                                 const struct book_contract_version *version, const char *reason,
                                 int64_t at);

#endif
