// SPDX-License-Identifier: Apache-2.0
/*
 * How much space there is, and the ballast.
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
