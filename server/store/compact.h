// SPDX-License-Identifier: Apache-2.0
/**
 * compact: writes a store anew, record by record, into a fresh environment. What was erased lies in
 * free pages of the old file, and in free space of pages that are in use; LMDB's own copy of an
 * environment, compacting or not, carries some of it along. The new file has never held it.
 *
 * The old file must then go, and whatever else has a copy of it: backups, snapshots of the file
 * system, free blocks of the disk.
 */
#ifndef SLATE_STORE_COMPACT_H
#define SLATE_STORE_COMPACT_H

#include <stddef.h>

#include "store/env.h"

enum {
    COMPACT_ROWS_PER_TXN = 10000,
    COMPACT_BYTES_PER_TXN = 16 * 1024 * 1024,
};

/**
 * Makes a store in the directory `to_path` (made too if absent) with all rows of one snapshot of
 * `from`, as env_create makes one: nothing is there under its name before it is whole, and what is
 * cut off is begun anew. Run it in a process that has handled no texts: what lay in its memory must
 * not get into the file. Whether the new store is well is for verify_store to say.
 *
 * Returns 0, ENV_EXISTS, ENV_NETWORK_FS, ENV_LOCKED, ENV_DAMAGED (`from` is), or < 0; reterr gets
 * one line.
 */
int compact_run(struct env *from, const char *to_path, char *reterr, size_t reterr_size);

#endif
