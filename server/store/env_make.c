// SPDX-License-Identifier: Apache-2.0
/*
 * Creation that is whole or not there. LMDB writes its first pages without flushing them and never
 * flushes the directory: so everything happens under another name first.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/env_private.h"
#include "store/record.h"
#include "store/row.h"
#include "store/secret.h"
#include "store/txn.h"
#include "store/views.h"

#define TMP_LOCK ENV_TMP "-lock"

enum { DIR_MODE = 0700 };

static int put_store(struct txn *txn, const uint8_t cluster_id[ENV_CLUSTER_ID_BYTES])
{
    struct arena arena;
    struct record_store store = {.format = ENV_FORMAT};
    struct row row;
    struct key key = key_meta(META_STORE);

    memcpy(store.cluster_id, cluster_id, sizeof(store.cluster_id));
    int r = hash_genesis(cluster_id, 0, store.genesis);
    if (r != 0) {
        return txn_fail(txn, r, "digest");
    }
    arena_init(&arena, RECORD_ARENA_BYTES);
    r = record_store_encode(txn, &store, &arena, &row);
    if (r == 0) {
        r = row_put(txn, DB_META, &key, RECORD_STORE, row.p, row.n);
    }
    arena_fini(&arena);
    return r != 0 ? r : record_views_put(txn, &(struct record_views){.schema = VIEWS_SCHEMA});
}

int env_make_dbs(struct txn *txn)
{
    if (txn->error) {
        return txn->error;
    }
    int rc = env_open_dbs(txn->env, txn->mdb, MDB_CREATE, MDB_CREATE);
    return rc == 0 ? 0 : txn_fail(txn, rc > 0 ? -rc : rc, "%s", mdb_strerror(rc));
}

/** All databases and the meta records, in one commit. */
static int fill_new(void *user, struct env *env, const struct env_report *report)
{
    const uint8_t *cluster_id = user;
    struct txn txn;

    txn_begin(&txn, env, TXN_WRITE);
    if (env_make_dbs(&txn) == 0 && put_store(&txn, cluster_id) == 0) {
        secret_make(&txn);
    }
    int r = txn_commit(&txn);
    return r == 0 ? 0 : env_fail(report, r < 0 ? r : -ENOSPC, "%s: %s", ENV_TMP, txn_text(&txn));
}

/** The whole store under the temporary name. */
static int make_tmp(const struct env_report *report, const struct env_options *options,
                    env_fill *fill, void *user)
{
    __attribute__((cleanup(env_closep))) struct env *env = env_new(-1, false);

    if (!env) {
        return env_fail(report, -ENOMEM, "no memory");
    }
    int rc = env_open_mdb(env, report->dir, ENV_TMP, options, 0);
    if (rc != 0) {
        return env_fail(report, rc > 0 ? -rc : rc, "%s: %s", ENV_TMP, mdb_strerror(rc));
    }
    return fill(user, env, report);
}

/** Flushes a file of the directory, or with name NULL the directory. */
static int flush(int dir_fd, const char *name)
{
    int fd = name ? openat(dir_fd, name, O_RDONLY | O_CLOEXEC) : dir_fd;

    if (fd < 0) {
        return -1;
    }
    int r = fsync(fd);
    if (name) {
        int e = errno;
        close(fd);
        errno = e;
    }
    return r;
}

static int make_locked(const struct env_report *report, int dir_fd,
                       const struct env_options *options, env_fill *fill, void *user)
{
    if (env_has(dir_fd, ENV_DATA)) {
        return env_fail(report, ENV_EXISTS, "there is a store already");
    }
    // What a crash during an earlier creation left: nobody has ever been answered from it
    unlinkat(dir_fd, ENV_TMP, 0);
    unlinkat(dir_fd, TMP_LOCK, 0);
    int r = make_tmp(report, options, fill, user);
    if (r != 0) {
        unlinkat(dir_fd, ENV_TMP, 0);
        unlinkat(dir_fd, TMP_LOCK, 0);
        return r;
    }
    if (flush(dir_fd, ENV_TMP) != 0 || unlinkat(dir_fd, TMP_LOCK, 0) != 0 ||
        renameat(dir_fd, ENV_TMP, dir_fd, ENV_DATA) != 0 || flush(dir_fd, NULL) != 0) {
        return env_fail_errno(report, ENV_TMP);
    }
    return 0;
}

/** The new directory's own entry lies in its parent. */
static int flush_parent(const char *dir)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/..", dir) >= (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    int r = fsync(fd);
    close(fd);
    return r;
}

int env_make(const char *dir, const struct env_options *options, env_fill *fill, void *user,
             char *reterr, size_t reterr_size)
{
    struct env_report report = {.text = reterr, .size = reterr_size, .dir = dir};
    int lock_fd = -1;

    if (mkdir(dir, DIR_MODE) == 0) {
        if (flush_parent(dir) != 0) {
            return env_fail_errno(&report, "parent directory");
        }
    } else if (errno != EEXIST) {
        return env_fail_errno(&report, "making the directory");
    }
    int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0) {
        return env_fail_errno(&report, "directory");
    }
    int r = env_check_file_system(&report, dir_fd, options ? options->flags : 0);
    if (r == 0) {
        r = env_take_lock(&report, dir_fd, &lock_fd);
    }
    if (r == 0) {
        r = make_locked(&report, dir_fd, options, fill, user);
        close(lock_fd);
    }
    close(dir_fd);
    return r;
}

int env_create(const char *dir, const uint8_t cluster_id[ENV_CLUSTER_ID_BYTES],
               const struct env_options *options, char *reterr, size_t reterr_size)
{
    return env_make(dir, options, fill_new, (void *)(uintptr_t)cluster_id, reterr, reterr_size);
}
