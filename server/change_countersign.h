// SPDX-License-Identifier: Apache-2.0
/** change_countersign: a party's word that it has seen a contract's chain up to an entry. */
#ifndef SLATE_CHANGE_COUNTERSIGN_H
#define SLATE_CHANGE_COUNTERSIGN_H

#include "call.h"

/** COUNTERSIGN. */
int change_countersign(struct call *call);

/** Its answer once more, for a request that was repeated. */
int change_countersign_again(struct call *call, const struct book_contract *contract, uint64_t seq);

#endif
