// SPDX-License-Identifier: Apache-2.0
/** query_journal: a contract's chain, for who shall be able to prove it. */
#ifndef SLATE_QUERY_JOURNAL_H
#define SLATE_QUERY_JOURNAL_H

#include "call.h"

/** EXPORT_JOURNAL: a piece of the chain's file. */
int query_export_journal(struct call *call);

/** SHOW_HEAD: how far chains are, and how far they were countersigned. */
int query_show_head(struct call *call);

/** The head of a contract as an answer shows it; texts lie in the call's arena. Returns 0, an
 * outcome or < 0. */
int query_head(struct call *call, const struct book_contract *contract, struct reply_head *ret);

#endif
