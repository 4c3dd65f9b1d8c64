// SPDX-License-Identifier: Apache-2.0
/**
 * change: what every change of a ticket has in common: say who asks, decide, journal.
 *
 * Which request becomes which command is the business of change_work (one ticket), change_pair
 * (two at once), change_tag, change_new (a ticket that is to be) and change_intake (what a source
 * says). All of it runs inside the writer's batch; a refusal after something was journalled makes
 * the writer drop the batch, so that a request is carried out as a whole or not at all.
 */
#ifndef SLATE_CHANGE_H
#define SLATE_CHANGE_H

#include "call.h"
#include "core/decide.h"

/** What every command of this call says: who, on whose side, when. No text of it is NULL. */
struct command change_command(const struct call *call, enum command_kind kind,
                              const struct book_contract *contract, const struct subject *subject);

/**
 * What the book says of a source; for one that it does not name, that nothing of it is believed.
 * Never NULL.
 */
const struct book_source *change_source(const struct book *book, const char *name);

/**
 * Where a message to this ticket belongs: it, or if it was merged the one that it lives on in. The
 * ticket that is found replaces *ticket. Returns 0, an outcome or < 0.
 */
int change_follow(struct call *call, const struct book_contract *contract, struct ticket *ticket);

/** Takes the subject out of an edit where it is the one that the ticket has. Returns 0, an outcome
 * or < 0. */
int change_subject(struct call *call, const struct book_contract *contract,
                   const struct ticket *ticket, struct command *command);

/** Decides. Results as of call_handler; where it is refused for its if_version, the hint says who
 * did what since; where the ticket was merged, which one it lives on in. */
int change_decide(struct call *call, const struct ticket *before, const struct command *command,
                  struct decision *ret);

/**
 * Refuses a change that was meant for another version than the ticket's, as change_decide would.
 * Returns 0 or ABORTED, or < 0.
 */
int change_version(struct call *call, const struct ticket *ticket);

/**
 * Journals what was decided, unless it is only asked for. *ret_seq: the last entry, 0 if there is
 * none. *ret: the ticket as the views have it then: what decide gave knows its entries only by
 * provisional places.
 */
int change_journal(struct call *call, const struct decision *decision, struct ticket *ret,
                   uint64_t *ret_seq);

#endif
