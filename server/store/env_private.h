// SPDX-License-Identifier: Apache-2.0
/** The environment's inside: for the env_*.c files, txn.c, row.c and entries.c. */
#ifndef SLATE_STORE_ENV_PRIVATE_H
#define SLATE_STORE_ENV_PRIVATE_H

#include <lmdb.h>

#include "store/env.h"
#include "store/key.h"
#include "store/txn.h"

#define ENV_DATA "data.mdb"
#define ENV_TMP  "data.mdb.tmp" /* while it is being made */

struct env {
    MDB_env *mdb;
    MDB_dbi dbi[DBS];
    int dir_fd;  /* -1: none */
    int lock_fd; /* -1: none (read only) */
    bool read_only;
    uint8_t cluster_id[ENV_CLUSTER_ID_BYTES];
};

/** Where a message goes. */
struct env_report {
    char *text;
    size_t size;
    const char *dir;
};

/** Writes "DIR: message"; returns code. */
int env_fail(const struct env_report *report, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** The same for errno; returns -errno. */
int env_fail_errno(const struct env_report *report, const char *what);

/** True if the directory has something of that name. */
bool env_has(int dir_fd, const char *name);

/** Returns 0 or ENV_NETWORK_FS. */
int env_check_file_system(const struct env_report *report, int dir_fd, unsigned flags);

/** Returns 0, ENV_LOCKED or < 0; closing *ret_fd gives the lock back. */
int env_take_lock(const struct env_report *report, int dir_fd, int *ret_fd);

/**
 * A file that ends before its last page: LMDB does not write a page that was freed in the
 * transaction that made it, so this may be well; or a copy was cut off. Reading beyond the end
 * would be a SIGBUS, so the file is first made as long as it says. Returns 0, ENV_DAMAGED or < 0.
 */
int env_check_length(const struct env_report *report, struct env *env);

/** Makes the databases of a new store in the first transaction of env_fill. */
int env_make_dbs(struct txn *txn);

/** Fills a new store, that has its databases only when this has made them; in as many transactions
 * as it likes. Returns 0, or what env_make is to return, told through `report`. */
typedef int env_fill(void *user, struct env *env, const struct env_report *report);

/** Makes a store as env_create does: nothing is there under its name before it is whole. */
int env_make(const char *dir, const struct env_options *options, env_fill *fill, void *user,
             char *reterr, size_t reterr_size);

/** An environment that nothing is open in yet; owns dir_fd. NULL without memory. */
struct env *env_new(int dir_fd, bool read_only);
/** For the cleanup attribute. */
void env_closep(struct env **env);

/** Opens LMDB's environment in a file of the directory, and the databases. Return LMDB's answer. */
int env_open_mdb(struct env *env, const char *dir, const char *name,
                 const struct env_options *options, unsigned flags);
int env_open_dbs(struct env *env, MDB_txn *txn, unsigned truth_flags, unsigned view_flags);

#endif
