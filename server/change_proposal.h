// SPDX-License-Identifier: Apache-2.0
/**
 * change_proposal: changing what is agreed: a text is proposed, each party that is asked says yes
 * or no to its hash, and the last yes puts it in force in the same batch.
 *
 * The text and its end are in stream 0; that it was proposed, and what each party said, are in the
 * stream of every agreed contract that it changes, where the parties can verify them. Every object
 * in a text is one of contracts that all parties of the contracts that it changes have, so that no
 * text shows anybody another's contract.
 */
#ifndef SLATE_CHANGE_PROPOSAL_H
#define SLATE_CHANGE_PROPOSAL_H

#include "call.h"

/** See call_handler. After the batch of an approval the book in force must be loaded anew, as after
 * an apply. */
call_handler change_propose_book;
call_handler change_approve_book;

/** Answers either, carried out before. */
int change_proposal_again(struct call *call);

#endif
