// SPDX-License-Identifier: Apache-2.0
/** change_pair: the requests that change two tickets of one contract together. See call_handler. */
#ifndef SLATE_CHANGE_PAIR_H
#define SLATE_CHANGE_PAIR_H

#include "call.h"

int change_merge(struct call *call);
int change_link(struct call *call);

/** Makes `ticket`, which is in the contract, show the link. Nothing is done where it shows it
 * already. *ret_seq becomes its entry, if there is one. Returns 0, an outcome or < 0. */
int change_link_side(struct call *call, const struct book_contract *contract, uint64_t ticket,
                     uint64_t other, enum link_kind kind, uint64_t *ret_seq);

#endif
