// SPDX-License-Identifier: Apache-2.0
/**
 * decide_rule: what a contract lets whom do; inside of decide only.
 *
 * A refusal by such a rule names its place in the book, so that both parties can look it up:
 * "contract acme-l1 version 3, holds[waiting-customer].set_by: vendor". Functions that return int
 * give what those of decide_work give.
 */
#ifndef SLATE_CORE_DECIDE_RULE_H
#define SLATE_CORE_DECIDE_RULE_H

#include "core/decide_work.h"

/** The version in force at w->at, or a refusal that says from when on there is one. */
int rule_version(struct work *w, const char *field, const struct book_contract_version **ret);

/** The version takes new tickets, or a refusal that says since when there are none. */
int rule_takes_new(struct work *w, const struct book_contract_version *version, const char *field);

/** The priority is one of the version's, or a refusal that names those. */
int rule_priority_known(struct work *w, const struct book_contract_version *version,
                        const char *priority, const char *field);

/** The actor's roles may change the ticket's priority to that one, or the place that says not. */
int rule_priority_change(struct work *w, const struct book_contract_version *version,
                         const char *priority);

/** The team of that name that the version has, or a refusal that names those that it has. */
int rule_team(struct work *w, const struct book_contract_version *version, const char *name,
              uint32_t *ret);

/**
 * What is agreed of a hold that is in force: as the version in force now has it, or where that does
 * not know the reason any more, as it was when the hold was set. *ret_version is whose word it is.
 * NULL if no version knows it.
 */
const struct book_hold *rule_hold_in_force(const struct work *w, const struct ticket_hold *hold,
                                           const struct book_contract_version **ret_version);

/** The command's side may set and end the hold. */
int rule_hold_side(struct work *w, const struct book_contract_version *version,
                   const struct book_hold *hold, const char *field);

/** What the hold needs is there. `asks`: the command itself carries a public vendor message. */
int rule_hold_needs(struct work *w, const struct book_contract_version *version,
                    const struct book_hold *hold, bool asks, const char *field);

#endif
