// SPDX-License-Identifier: Apache-2.0
/**
 * query_proposals: changes of what parties agreed that wait for their word, and what became of
 * others.
 *
 * Who may read the journal of a contract that one changes may read it: everything in its text is
 * readable by the parties of all of these contracts (see change_proposal). Which other contracts
 * it changes, and who is asked for them, nobody is told by it.
 */
#ifndef SLATE_QUERY_PROPOSALS_H
#define SLATE_QUERY_PROPOSALS_H

#include "call.h"
#include "store/proposals.h"

/** Answers LIST_PROPOSALS: the newest first. */
call_handler query_list_proposals;

/** The principal may read what the proposal changes: one of its contracts at least. */
bool query_proposals_visible(const struct call *call, const struct proposal *proposal);

/** Answers with one proposal, as it is now. Returns 0, an outcome or < 0. */
int query_proposals_answer(struct call *call, const struct wire_token *token, uint64_t id);

#endif
