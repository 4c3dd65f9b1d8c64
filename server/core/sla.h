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
 *   matches anew; what becomes of the time used up is the contract's on_retarget. All that one
 *   entry changes is one change.
 * - A target in business days becomes business time where the cycle starts, or starts anew; from
 *   then on it is a stopwatch. Of a new target the days count from the start of the cycle too.
 * - What counts in the team's calendar keeps the one that it started with, also when the ticket
 *   goes to another team, unless the contract says follow_team.
 * - A hold stops a clock only if the pinned version says so for its reason. A reason that this
 *   version does not know is looked up in the version in force when it was set.
 * - An acknowledgement is met once, by a person who takes the ticket or says that it was seen.
 *   Resolving without one cancels it. It is never armed again.
 * - A first response is met once, by the first reply. Resolving without one is a breach dated at
 *   the resolve if a person did it; resolved by a tool, there was nobody to answer: cancelled. The
 *   contract may say otherwise. It is never armed again.
 * - A next response begins with the oldest question that nobody answered, once the first response
 *   is settled by a reply or a resolve. More questions do not move it; a reply meets it and the
 *   next question begins another cycle. Resolving cancels it. What is asked of a resolved ticket
 *   begins one when the ticket is reopened, which in a live ticket it does itself.
 * - An update runs from the opening, from each reply and from a reopening to the next reply, which
 *   ends one cycle and begins the next. Resolving cancels it. Where the row counts each period, a
 *   breach ends a cycle and begins the next one at its limit: a run is then a chain of cycles, of
 *   CLOCK_CYCLES_MAX at most, the last of which stays breached until the reply.
 * - A resolution, and a turnaround, stops when the ticket is resolved. A reopening within the
 *   contract's window goes on with the same cycle, with or without the time in between, or starts a
 *   new cycle, as the contract says; a later one starts a new cycle.
 * - An ola runs while the ticket is with a team, until it leaves or is resolved. Each team has a
 *   clock of its own, and each stint and each reopening is a cycle.
 * - Merging a ticket into another one cancels every clock that runs. Where the contract says so,
 *   what the other one is measured by from its opening on then began when the earlier one was
 *   opened: what that used up counts from the merge on.
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

enum {
    /* Version of the arithmetic: of how facts become clocks and clocks numbers. Raised when the
     * same facts may give another number; every judgement names it. */
    SLA_ENGINE = 1,
};

/**
 * One cycle of one clock of a ticket, or a chain of them, in the form that the engine takes.
 * Borrows from the book.
 */
struct sla_run {
    enum clock_kind kind;
    uint32_t team;   /* ola: whose; else 0 */
    uint32_t cycle;  /* from 1; of a chain the first */
    bool present;    /* the newest of its clock */
    bool is_chain;   /* a breach may begin another cycle in it */
    bool unmeasured; /* imported data cannot carry this clock: no events */
    const struct book_contract_version *version; /* pinned */
    const struct book_target *target;            /* the row in force after the events */
    const struct book_calendar *calendar;        /* and what it counts in */
    struct clock_rule rule;                      /* of the row that the cycle started with */
    const struct clock_event *events;
    size_t n_events;
};

/**
 * Every cycle of every clock that the ticket has or had, those of one clock together and ascending.
 * The list lives in the arena and takes no more of it than there are runs and events: for each kind
 * of clock at most one event per fact, or three where a fact reopens it with another target and
 * calendar, or two and a pause per hold in force where it ends a cycle and starts the next. A chain
 * is one run however long it is, and at any time one team's clock of `ola` runs. The ticket has at
 * most TICKET_FACTS_MAX facts and belongs to a contract of the book.
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
 * The cycle, of a chain the newest, as of an instant that is not before the ticket's newest fact.
 * What falls on that very instant lies ahead: a limit at it has not passed.
 * breach_seq and the bits of warnings given are taken over from the ticket's own clock.
 */
void sla_clock(const struct sla_run *run, const struct ticket *t, int64_t as_of_at,
               struct sla_clock *ret);

/**
 * The same of one cycle of a chain, from run->cycle on. One that another one follows has stopped,
 * breached. False, and nothing is told, where it has not begun by then.
 */
bool sla_cycle(const struct sla_run *run, const struct ticket *t, uint32_t cycle, int64_t as_of_at,
               struct sla_clock *ret);

/** The present run of a clock (`team` for ola, else 0); NULL if there is none. */
const struct sla_run *sla_present(const struct sla_run *runs, size_t n, enum clock_kind kind,
                                  uint32_t team);

/** The run that the clock's cycle is in; NULL if there is none. */
const struct sla_run *sla_run_of(const struct sla_run *runs, size_t n,
                                 const struct ticket_clock *clock);

/** Some row of the version is of that kind. */
bool sla_measures(const struct book_contract_version *version, enum clock_kind kind);

/**
 * What a clock counts in while the ticket is with that team (of no account to ola, which has its
 * own). NULL where the book does not know its row.
 */
const struct book_calendar *sla_calendar_with(const struct book *book,
                                              const struct book_contract *contract,
                                              const struct ticket_clock *clock, uint32_t team);

/**
 * What a clock of the ticket counts in: the calendar of its row, or of the team that it was with as
 * far as the clock has run. NULL where the book does not know its row.
 */
const struct book_calendar *sla_calendar(const struct book *book, const struct ticket *t,
                                         const struct ticket_clock *clock);

/** What a contract says about a hold reason: the version given, else the one in force at `at`. */
const struct book_hold *sla_hold(const struct book_contract *contract,
                                 const struct book_contract_version *version, const char *reason,
                                 int64_t at);

/** Whose time it is that these reasons (bits) hold a clock of the version at an instant; SIDE_NONE
 * where they disagree. */
enum side sla_held_side(const struct book_contract *contract,
                        const struct book_contract_version *version, const struct ticket *t,
                        uint32_t reasons, int64_t at);

#endif
