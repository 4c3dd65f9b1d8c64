// SPDX-License-Identifier: Apache-2.0
/**
 * decide: the rules. (book, ticket as it was, command) -> events or a refusal. Pure.
 *
 * All time arithmetic of slate happens here: due instants are written into the events together with
 * the contract version used, and evolve copies them. Thresholds that passed before the command's
 * instant are settled first, as the same events that the ticker would have caused, so there is one
 * path for breaches.
 */
#ifndef SLATE_CORE_DECIDE_H
#define SLATE_CORE_DECIDE_H

#include "core/arena.h"
#include "core/command.h"
#include "core/event.h"
#include "core/outcome.h"

struct decision {
    const struct event *events; /* in journal order; none = nothing to do, which is success */
    size_t n_events;
    struct ticket after; /* the ticket with these events applied */
};

/**
 * before is NULL for OPEN and IMPORT, and for nothing else. The arena holds events and facts of
 * `after`; the texts of events are those of the command. An ordinary command takes some 20 KiB of
 * it, the most that there can be 1.5 MiB (a ticket with TICKET_FACTS_MAX facts) or 4 MiB (an import
 * of COMMAND_STEPS_MAX steps).
 *
 * What `after` knows of places in the stream (last_seq, breach_seq, the seq of facts) is
 * provisional: it goes on from the ticket's last_seq, as if the stream were its own. Evolving the
 * entries as they were written gives the true ones. A refusal settles nothing; the ticker will.
 *
 * When it counts: a claim counts if it lies no further back than a person may say (the contract's
 * max_backdate) or a source is believed (the book's `sources`), and never before the ticket was
 * opened; else the receipt does, and always where a person changes what targets are matched by, or
 * merges. Messages may lie before what happened since; every other command
 * counts no earlier than the ticket's newest change. What passed between a claim and its receipt is
 * settled in the same decision. The words of a requester, by a person, end the holds that waited
 * for them and reopen what is done, each behind the message.
 *
 * Returns 0 and fills *ret, or an outcome_code (> 0) and fills *ret_refusal, or < 0 when the arena
 * is full.
 *
 * Refusals: INVALID_ARGUMENT (unknown priority, team, hold reason, link; itself; text missing or
 * too long), FAILED_PRECONDITION (the state does not allow the verb, the hint says which verbs are
 * legal; somebody else has it; a hold needs a question; no version of the contract is in force, or
 * one that is retired, when it would be opened), PERMISSION_DENIED (priority_change, set_by),
 * ABORTED (if_version), RESOURCE_EXHAUSTED (more facts, links or tags than a ticket takes),
 * NOT_FOUND (the book has no such contract). Where a rule of the contract forbids it, the message
 * ends with the rule's place in the book.
 */
int decide(const struct book *book, const struct ticket *before, const struct command *command,
           struct arena *arena, struct decision *ret, struct refusal *ret_refusal);

#endif
