// SPDX-License-Identifier: Apache-2.0
/*
 * How much space there is, whether the whole file is there, and the ballast.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/env_private.h"

#define BALLAST "ballast"

enum { BALLAST_MODE = 0600 };

unsigned env_fill_percent(const struct env *env)
{
    MDB_envinfo info;
    MDB_stat stat;

    if (mdb_env_info(env->mdb, &info) != 0 || mdb_env_stat(env->mdb, &stat) != 0 ||
        info.me_mapsize == 0) {
        return 100;
    }
    uint64_t used = (uint64_t)(info.me_last_pgno + 1) * stat.ms_psize;
    return used >= info.me_mapsize ? 100 : (unsigned)(used * 100 / info.me_mapsize);
}

int env_disk_free(const struct env *env, uint64_t *ret_bytes)
{
    struct statvfs fs;

    if (fstatvfs(env->dir_fd, &fs) != 0) {
        return -errno;
    }
    *ret_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}

int env_ballast_drop(struct env *env)
{
    if (unlinkat(env->dir_fd, BALLAST, 0) != 0 && errno != ENOENT) {
        return -errno;
    }
    return 0;
}

int env_ballast_restore(struct env *env)
{
    struct stat st;

    int fd = openat(env->dir_fd, BALLAST, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, BALLAST_MODE);
    if (fd < 0) {
        return -errno;
    }
    int e = 0;
    if (fstat(fd, &st) != 0) {
        e = errno;
    } else if ((uint64_t)st.st_size != ENV_BALLAST_BYTES ||
               (uint64_t)st.st_blocks * 512 < ENV_BALLAST_BYTES) {
        e = posix_fallocate(fd, 0, (off_t)ENV_BALLAST_BYTES);
    }
    close(fd);
    if (e != 0) {
        unlinkat(env->dir_fd, BALLAST, 0);
    }
    return -e;
}

/** Counts the free pages from `first` on. LMDB's free list is its database 0: lists of page
 * numbers, each led by its length. */
static int count_free_from(struct env *env, size_t first, size_t *ret)
{
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_val k;
    MDB_val data;
    size_t n = 0;

    int rc = mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, &txn);
    if (rc != 0) {
        return rc;
    }
    rc = mdb_cursor_open(txn, 0, &cursor);
    if (rc == 0) {
        while ((rc = mdb_cursor_get(cursor, &k, &data, MDB_NEXT)) == 0) {
            const size_t *list = data.mv_data;
            for (size_t i = 1; i <= list[0] && (i + 1) * sizeof(*list) <= data.mv_size; i++) {
                n += list[i] >= first;
            }
        }
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    *ret = n;
    return rc == MDB_NOTFOUND ? 0 : rc;
}

int env_check_length(const struct env_report *report, struct env *env)
{
    MDB_envinfo info;
    MDB_stat stat;
    struct stat st;
    int fd;
    size_t free_pages;

    int rc = mdb_env_info(env->mdb, &info);
    if (rc != 0 || (rc = mdb_env_stat(env->mdb, &stat)) != 0 ||
        (rc = mdb_env_get_fd(env->mdb, &fd)) != 0) {
        return env_fail(report, rc > 0 ? -rc : rc, "%s: %s", ENV_DATA, mdb_strerror(rc));
    }
    size_t pages = info.me_last_pgno + 1;
    if (fstat(fd, &st) != 0) {
        return env_fail_errno(report, ENV_DATA);
    }
    size_t there = (size_t)st.st_size / stat.ms_psize;
    if (there >= pages || env->read_only) {
        return 0;
    }
    if (ftruncate(fd, (off_t)(pages * stat.ms_psize)) != 0) {
        return env_fail_errno(report, ENV_DATA);
    }
    rc = count_free_from(env, there, &free_pages);
    if (rc != 0 || free_pages < pages - there) {
        return env_fail(report, ENV_DAMAGED,
                        ENV_DATA " is cut short: %zu of %zu pages; restore it from a backup", there,
                        pages);
    }
    return 0;
}
