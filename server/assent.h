// SPDX-License-Identifier: Apache-2.0
/**
 * assent: what the parties said of a proposal, and whether it still counts.
 *
 * A yes is one to a change of what was in force when it was given, by somebody who may give it. It
 * counts no more once that has changed, or whoever gave it may not: an old yes that nobody took
 * back must not undo what was agreed since.
 *
 * Managers are made by an admin, who could make one of each party and agree alone. So the first who
 * approves for a party speaks for it, and after that only those whom somebody has vouched for who
 * does; with its keys a principal loses its voice (enum voice).
 */
#ifndef SLATE_ASSENT_H
#define SLATE_ASSENT_H

#include "call.h"
#include "store/proposals.h"

/** That the contract is changed (party 0), or what a party of it said last; NULL: nothing. */
const struct proposal_change *assent_said(const struct proposal *proposal, uint32_t contract,
                                          uint32_t party);

/** The principal speaks for its party, or would be the first to (*ret_first). Returns 0,
 * PERMISSION_DENIED, or an outcome as of call_store_failed. */
int assent_check_voice(struct call *call, bool *ret_first);

/** Journals that its voice counts from now on. */
int assent_raise_voice(struct call *call, const struct principal *whose, uint64_t *ret_seq);

/** The yes of a party of the contract to an open proposal, if it counts; else *ret is NULL. Returns
 * 0, or an outcome as of call_store_failed. */
int assent_given(struct call *call, const struct proposal *proposal,
                 const struct book_contract *contract, uint32_t party,
                 const struct proposal_change **ret);

#endif
