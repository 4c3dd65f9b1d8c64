// SPDX-License-Identifier: Apache-2.0
/** What txn.c does for the other files that call LMDB. */
#ifndef SLATE_STORE_TXN_PRIVATE_H
#define SLATE_STORE_TXN_PRIVATE_H

#include "store/txn.h"

/** Makes an answer of LMDB (not 0) the transaction's failure, unless it has one; returns the one it
 * has then. `what` begins the text. */
int txn_fail_mdb(struct txn *txn, int rc, const char *what);

#endif
