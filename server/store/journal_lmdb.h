// SPDX-License-Identifier: Apache-2.0
/**
 * journal_lmdb: the journal of one machine, in the databases journal, stream and texts of the
 * views' own environment. Journal and views commit in one LMDB transaction, so its answers are OK
 * or a failure of that transaction: it is never fenced (the directory's lock is the fence), and
 * never unknown.
 */
#ifndef SLATE_STORE_JOURNAL_LMDB_H
#define SLATE_STORE_JOURNAL_LMDB_H

#include "store/env.h"
#include "store/journal.h"

struct journal_lmdb;

/** The caller owns *ret (journal_lmdb_free), which must not outlive env. Returns 0 or -ENOMEM. */
int journal_lmdb_new(struct env *env, struct journal_lmdb **ret);
void journal_lmdb_free(struct journal_lmdb *j);

/** To be handed to batch_new. */
struct journal *journal_lmdb_journal(struct journal_lmdb *j);

#endif
