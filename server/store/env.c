// SPDX-License-Identifier: Apache-2.0
/*
 * Opening: says what is wrong instead of trying its luck. LMDB itself would initialise an empty
 * file and take any LMDB file for its own.
 */
#include "store/env.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "store/env_private.h"
#include "store/record.h"
#include "store/row.h"
#include "store/secret.h"
#include "store/txn.h"
#include "store/views.h"

#define LOCK "lock"

enum {
    FILE_MODE = 0600,
    META_PAGES = 2,
};

int env_fail(const struct env_report *report, int code, const char *format, ...)
{
    char what[ENV_ERROR_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    snprintf(report->text, report->size, "%s: %s", report->dir, what);
    return code;
}

int env_fail_errno(const struct env_report *report, const char *what)
{
    int e = errno;

    return env_fail(report, -e, "%s: %s", what, strerror(e));
}

bool env_has(int dir_fd, const char *name)
{
    struct stat st;

    return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/** File systems whose mmap, locks or flushes are another machine's or another program's business.
 */
static bool is_network(int dir_fd)
{
    static const unsigned long magics[] = {
        NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, SMB2_SUPER_MAGIC, CIFS_SUPER_MAGIC, FUSE_SUPER_MAGIC,
        CEPH_SUPER_MAGIC, V9FS_MAGIC,      AFS_SUPER_MAGIC,  CODA_SUPER_MAGIC, NCP_SUPER_MAGIC,
    };
    struct statfs fs;

    if (fstatfs(dir_fd, &fs) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        if ((unsigned long)fs.f_type == magics[i]) {
            return true;
        }
    }
    return false;
}

int env_check_file_system(const struct env_report *report, int dir_fd, unsigned flags)
{
    if (!(flags & ENV_ALLOW_NETWORK_FS) && is_network(dir_fd)) {
        return env_fail(report, ENV_NETWORK_FS,
                        "is on a network or user-space file system, where a store is not safe; "
                        "use a local disk");
    }
    return 0;
}

/** flock dies with the process, whichever way it ends. */
int env_take_lock(const struct env_report *report, int dir_fd, int *ret_fd)
{
    int fd = openat(dir_fd, LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);

    if (fd < 0) {
        return env_fail_errno(report, LOCK);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int e = errno;

        close(fd);
        if (e == EWOULDBLOCK) {
            return env_fail(report, ENV_LOCKED,
                            "another process holds it (a running slated?); stop that first");
        }
        errno = e;
        return env_fail_errno(report, LOCK);
    }
    *ret_fd = fd;
    return 0;
}

void env_close(struct env *env)
{
    if (!env) {
        return;
    }
    if (env->mdb) {
        mdb_env_close(env->mdb);
    }
    if (env->lock_fd >= 0) {
        close(env->lock_fd);
    }
    if (env->dir_fd >= 0) {
        close(env->dir_fd);
    }
    free(env);
}

void env_closep(struct env **env)
{
    env_close(*env);
}

struct env *env_new(int dir_fd, bool read_only)
{
    struct env *env = calloc(1, sizeof(*env));

    if (env) {
        env->dir_fd = dir_fd;
        env->lock_fd = -1;
        env->read_only = read_only;
    }
    return env;
}

/** Opens the LMDB environment in a file of the directory. Returns LMDB's answer. */
int env_open_mdb(struct env *env, const char *dir, const char *name,
                 const struct env_options *options, unsigned flags)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path)) {
        return ENAMETOOLONG;
    }
    int rc = mdb_env_create(&env->mdb);
    if (rc != 0) {
        env->mdb = NULL;
        return rc;
    }
    uint64_t map = options && options->map_bytes ? options->map_bytes : ENV_MAP_BYTES;
    if ((rc = mdb_env_set_mapsize(env->mdb, map)) != 0 ||
        (rc = mdb_env_set_maxdbs(env->mdb, DBS)) != 0 ||
        (rc = mdb_env_set_maxreaders(env->mdb, ENV_READERS_MAX)) != 0 ||
        (rc = mdb_env_open(env->mdb, path, MDB_NOSUBDIR | MDB_NOTLS | flags, FILE_MODE)) != 0) {
        return rc;
    }
    // LMDB opens its other files with O_CLOEXEC, but not this one
    int fd;
    rc = mdb_env_get_fd(env->mdb, &fd);
    if (rc == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        rc = errno;
    }
    return rc;
}

int env_open_dbs(struct env *env, MDB_txn *txn, unsigned truth_flags, unsigned view_flags)
{
    for (int db = 0; db < DBS; db++) {
        unsigned flags = db_is_view((enum db)db) ? view_flags : truth_flags;
        int rc = mdb_dbi_open(txn, db_name((enum db)db), flags, &env->dbi[db]);

        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

/* --- opening ---------------------------------------------------------------------------------- */

/** Nothing else has the file open: the directory is locked, and readers come later. */
static int evict(int dir_fd)
{
    int fd = openat(dir_fd, ENV_DATA, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0) {
        return -1;
    }
    int r = fdatasync(fd);
    if (r == 0) {
        posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); // a hint: its failure changes nothing
    }
    int e = errno;
    close(fd);
    errno = e;
    return r;
}

static int check_present(const struct env_report *report, int dir_fd)
{
    struct stat st;

    if (fstatat(dir_fd, ENV_DATA, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) {
            return env_fail_errno(report, ENV_DATA);
        }
        if (env_has(dir_fd, ENV_TMP)) {
            return env_fail(report, ENV_HALF_MADE,
                            "the creation of this store was cut off; create it again");
        }
        return env_fail(report, ENV_ABSENT, "there is no store; create one first");
    }
    if (!S_ISREG(st.st_mode)) {
        return env_fail(report, ENV_FOREIGN, ENV_DATA " is not a regular file");
    }
    if (st.st_size < META_PAGES * sysconf(_SC_PAGESIZE)) {
        return env_fail(report, ENV_DAMAGED,
                        ENV_DATA " is cut short (%lld bytes); restore it from a backup",
                        (long long)st.st_size);
    }
    return 0;
}

static int check_meta(const struct env_report *report, struct env *env, struct txn *txn,
                      unsigned flags)
{
    struct key key = key_meta(META_STORE);
    struct record_store store;
    struct record_views views;
    uint8_t genesis[HASH_BYTES];
    struct row row;

    int r = row_get(txn, DB_META, &key, RECORD_STORE, &row);
    if (r == 0) {
        r = record_store_decode(txn, &key, &row, &store);
    }
    if (r == STORE_NEWER || (r == 0 && store.format > ENV_FORMAT)) {
        return env_fail(report, ENV_NEWER,
                        "was written by a newer version of slate; upgrade first");
    }
    if (r == STORE_NOT_FOUND) {
        return env_fail(report, ENV_FOREIGN, ENV_DATA " is not a store of slate");
    }
    if (r != 0) {
        return env_fail(report, r < 0 ? r : ENV_DAMAGED, "%s; restore it from a backup",
                        txn_text(txn));
    }
    if (hash_genesis(store.cluster_id, 0, genesis) != 0 ||
        memcmp(genesis, store.genesis, sizeof(genesis)) != 0) {
        return env_fail(report, ENV_DAMAGED,
                        "the cluster id does not fit; restore it from a backup");
    }
    memcpy(env->cluster_id, store.cluster_id, sizeof(env->cluster_id));
    r = record_views_get(txn, &views);
    if (r != 0) {
        return env_fail(report, r < 0 ? r : ENV_DAMAGED, "%s; restore it from a backup",
                        r == STORE_NOT_FOUND ? "meta has no row of the views" : txn_text(txn));
    }
    if (!(flags & ENV_FOR_REBUILD) && (views.rebuilding || views.schema != VIEWS_SCHEMA)) {
        return env_fail(report, ENV_NEEDS_REBUILD, "%s; run `slated rebuild`",
                        views.rebuilding ? "a rebuild of the views was cut off"
                                         : "the views are of another version");
    }
    return 0;
}

/** Handles live as long as the environment, so all are opened now, in one transaction that commits.
 * `meta` comes first: a newer store may have other databases. An older one may lack views, which
 * a rebuild fills. */
static int open_store(const struct env_report *report, struct env *env, unsigned flags)
{
    bool make_views = (flags & ENV_FOR_REBUILD) != 0 && !env->read_only;
    struct txn txn;

    if (txn_begin(&txn, env, make_views ? TXN_WRITE : TXN_READ) != 0) {
        return env_fail(report, txn_error(&txn), "%s: %s", ENV_DATA, txn_text(&txn));
    }
    int rc = mdb_dbi_open(txn.mdb, db_name(DB_META), 0, &env->dbi[DB_META]);
    if (rc != 0) {
        txn_abort(&txn);
        return env_fail(report, ENV_FOREIGN, ENV_DATA " is not a store of slate");
    }
    int r = check_meta(report, env, &txn, flags);
    if (r == 0 && (rc = env_open_dbs(env, txn.mdb, 0, make_views ? MDB_CREATE : 0)) != 0) {
        r = env_fail(report, ENV_DAMAGED, "a database is missing: %s", mdb_strerror(rc));
    }
    if (r != 0) {
        txn_abort(&txn);
        return r;
    }
    r = txn_commit(&txn);
    return r == 0 ? 0 : env_fail(report, r < 0 ? r : -EIO, "%s: %s", ENV_DATA, txn_text(&txn));
}

/** A store from before there were secrets gets its own. */
static int complete(const struct env_report *report, struct env *env)
{
    struct txn txn;

    txn_begin(&txn, env, TXN_READ);
    int r = secret_check(&txn);
    txn_abort(&txn);
    if (r == STORE_NOT_FOUND && !env->read_only) {
        txn_begin(&txn, env, TXN_WRITE);
        secret_make(&txn);
        r = txn_commit(&txn);
    }
    if (r == 0 || r == STORE_NOT_FOUND) {
        return 0;
    }
    r = r == STORE_FULL ? -ENOSPC : r < 0 ? r : ENV_DAMAGED;
    return env_fail(report, r, "%s: %s", ENV_DATA, txn_text(&txn));
}

static int open_env(const struct env_report *report, struct env *env,
                    const struct env_options *options)
{
    unsigned flags = options ? options->flags : 0;

    int r = env_check_file_system(report, env->dir_fd, flags);
    if (r == 0) {
        r = check_present(report, env->dir_fd);
    }
    if (r == 0 && !env->read_only) {
        r = env_take_lock(report, env->dir_fd, &env->lock_fd);
        if (r == 0 && evict(env->dir_fd) != 0) {
            r = env_fail_errno(report, ENV_DATA);
        }
    }
    if (r != 0) {
        return r;
    }
    int rc = env_open_mdb(env, report->dir, ENV_DATA, options, env->read_only ? MDB_RDONLY : 0);
    if (rc == MDB_INVALID || rc == MDB_VERSION_MISMATCH) {
        return env_fail(report, ENV_DAMAGED, ENV_DATA ": %s; restore it from a backup",
                        mdb_strerror(rc));
    }
    if (rc != 0) {
        return env_fail(report, rc > 0 ? -rc : rc, "%s: %s", ENV_DATA, mdb_strerror(rc));
    }
    env_check_readers(env);
    r = env_check_length(report, env);
    r = r == 0 ? open_store(report, env, flags) : r;
    return r == 0 ? complete(report, env) : r;
}

int env_open(const char *dir, const struct env_options *options, char *reterr, size_t reterr_size,
             struct env **ret)
{
    struct env_report report = {.text = reterr, .size = reterr_size, .dir = dir};

    int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0) {
        if (errno == ENOENT) {
            return env_fail(&report, ENV_ABSENT, "there is no store; create one first");
        }
        return env_fail_errno(&report, "directory");
    }
    __attribute__((cleanup(env_closep))) struct env *env = env_new(
        dir_fd, options && (options->flags & ENV_READ_ONLY));
    if (!env) {
        close(dir_fd);
        return env_fail(&report, -ENOMEM, "no memory");
    }
    int r = open_env(&report, env, options);
    if (r == 0) {
        *ret = env;
        env = NULL;
    }
    return r;
}

const uint8_t *env_cluster_id(const struct env *env)
{
    return env->cluster_id;
}

bool env_is_read_only(const struct env *env)
{
    return env->read_only;
}

uint64_t env_map_bytes(const struct env *env)
{
    MDB_envinfo info;

    return mdb_env_info(env->mdb, &info) == 0 ? info.me_mapsize : 0;
}

const char *env_engine(void)
{
    return mdb_version(NULL, NULL, NULL);
}

int env_check_readers(struct env *env)
{
    int dead;

    int rc = mdb_reader_check(env->mdb, &dead);
    return rc == 0 ? dead : rc > 0 ? -rc : rc;
}
