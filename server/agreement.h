// SPDX-License-Identifier: Apache-2.0
/**
 * agreement: which contracts are agreed, what changes them, and whose approval that needs.
 *
 * A contract is agreed when a version of it names approvals that is in force or takes effect later.
 * It stays so until one without them is in force, approved by those whom the former names.
 */
#ifndef SLATE_AGREEMENT_H
#define SLATE_AGREEMENT_H

#include "call.h"
#include "config/bookplan.h"

/**
 * Whose approval a change of the contract needs at an instant, as bits (1 << enum side): that of
 * those whom its versions in either book name that are not over. `was` is in force; it may not know
 * the contract. 0: it is not agreed.
 */
uint32_t agreement_asked(const struct book *was, const struct book *now,
                         const struct book_contract *contract, int64_t at);

/** The same before anything is planned: `file` (or NULL) is what would be applied to `was`, whose
 * the contract is. */
uint32_t agreement_asked_by(const struct bookfile *file, const struct book_contract *contract,
                            int64_t at);

/** The contract is the object, counts in it or names it, in any of its versions. */
bool agreement_relies(const struct book *book, const struct book_contract *contract,
                      enum book_kind kind, uint32_t id);

/** The object is one of a contract that the party has. */
bool agreement_of_party(const struct book *book, uint32_t party, enum book_kind kind, uint32_t id);

/** ret[i]: the plan changes something that contract i of its book relies on. */
void agreement_touched(const struct book_plan *plan, bool *ret);

/** Refuses a plan that changes what is agreed: FAILED_PRECONDITION naming the contract and its
 * parties, or 0. */
int agreement_refuse(struct call *call, const struct book_plan *plan);

#endif
