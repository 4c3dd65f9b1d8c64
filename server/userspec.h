// SPDX-License-Identifier: Apache-2.0
/**
 * userspec: what an operator says of a new principal, as words, checked against the book.
 *
 * A scope that no role uses, or a role whose scope is missing, is refused: both would mean
 * something else than what was meant.
 */
#ifndef SLATE_USERSPEC_H
#define SLATE_USERSPEC_H

#include <stdbool.h>

#include "core/book.h"
#include "core/event.h"
#include "core/outcome.h"
#include "store/txn.h"

/** The words; NULL where one is absent. */
struct userspec {
    const char *name;
    const char *roles;  /* "agent,lead" */
    const char *party;  /* of the book; of teams it need not be said */
    const char *teams;  /* of the book: "manila-a,manila-b" */
    const char *source; /* the intake's own */
    bool tool;
};

/** True if the book must be known to judge it. */
bool userspec_needs_book(const struct userspec *spec);

/**
 * Fills name, kind, roles, party, teams and source of *ret, the rest is zero. book may be NULL
 * unless userspec_needs_book. Returns 0, or OUTCOME_INVALID_ARGUMENT or OUTCOME_NOT_FOUND with
 * *ret_refusal filled, whose field is the option: "--role".
 */
int userspec_resolve(const struct userspec *spec, const struct book *book, struct principal *ret,
                     struct refusal *ret_refusal);

/**
 * A source is fed by principals of one party: who feeds it is told which of its keys and lines were
 * used before. *ret_taken: another party feeds the principal's, and *ret_refusal is filled, whose
 * field is "--source". Returns 0 or a failure of the store.
 */
int userspec_check_source(struct txn *txn, const struct principal *principal, bool *ret_taken,
                          struct refusal *ret_refusal);

enum { USERSPEC_ROLES_BYTES = 96 };
/** "agent,lead": what userspec.roles is. */
void userspec_roles_list(uint32_t roles, char ret[USERSPEC_ROLES_BYTES]);
/** "agent, lead". */
void userspec_roles_text(uint32_t roles, char ret[USERSPEC_ROLES_BYTES]);

#endif
