// SPDX-License-Identifier: Apache-2.0
/*
 * Temporary directories. Removal doesn't follow symbolic links and doesn't leave the file system.
 */
#include "tests/support/tmpdir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#define OPEN_DIRS_MAX 8

void tmpdir_init(struct tmpdir *dir)
{
    const char *base = getenv("TMPDIR");

    snprintf(dir->path, sizeof(dir->path), "%s/slate-test-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(dir->path)) {
        perror(dir->path);
        abort();
    }
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void tmpdir_fini(struct tmpdir *dir)
{
    if (nftw(dir->path, remove_one, OPEN_DIRS_MAX, FTW_DEPTH | FTW_PHYS | FTW_MOUNT)) {
        perror(dir->path);
    }
}
