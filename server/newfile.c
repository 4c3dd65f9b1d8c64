// SPDX-License-Identifier: Apache-2.0
#include "newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(char *reterr, const char *path, int reason)
{
    (void)snprintf(reterr, NEWFILE_ERROR_BYTES, "%.400s: %s", path, strerror(reason));
    return reason == EEXIST ? NEWFILE_EXISTS : -reason;
}

int newfile_sync_folder(const char *path, char *reterr)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    (void)snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
                   slash == NULL ? "." : path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int reason = fd >= 0 && fsync(fd) == 0 ? 0 : errno;
    if (fd >= 0) {
        (void)close(fd);
    }
    return reason == 0 ? 0 : fail(reterr, folder, reason);
}

static bool write_all(int fd, const char *text)
{
    for (size_t n = strlen(text); n > 0;) {
        ssize_t done = write(fd, text, n);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        if (done > 0) {
            text += done;
            n -= (size_t)done;
        }
    }
    return true;
}

static int write_part(struct newfile *f, const char *path, const char *text, unsigned mode,
                      char *reterr)
{
    int n = snprintf(f->path, sizeof(f->path), "%s", path);
    int m = snprintf(f->part, sizeof(f->part), "%s.part", path);
    if (n < 0 || m < 0 || (size_t)m >= sizeof(f->part)) {
        return fail(reterr, path, ENAMETOOLONG);
    }
    (void)unlink(f->part);
    int fd = open(f->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) {
        return fail(reterr, f->part, errno);
    }
    bool ok = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, text) && fsync(fd) == 0;
    int reason = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    if (!ok) {
        (void)unlink(f->part);
        return fail(reterr, f->part, reason);
    }
    return 0;
}

int newfile_prepare(struct newfile *f, const char *path, const char *text, unsigned mode,
                    char *reterr)
{
    struct stat st;

    if (lstat(path, &st) == 0) {
        return fail(reterr, path, EEXIST);
    }
    return write_part(f, path, text, mode, reterr);
}

int newfile_publish(const struct newfile *f, char *reterr)
{
    /* Unlike rename, link never replaces. */
    if (link(f->part, f->path) != 0) {
        return fail(reterr, f->path, errno);
    }
    (void)unlink(f->part);
    return newfile_sync_folder(f->path, reterr);
}

void newfile_discard(const struct newfile *f)
{
    (void)unlink(f->part);
}

int newfile_replace(const char *path, const char *text, unsigned mode, char *reterr)
{
    struct newfile f;

    int result = write_part(&f, path, text, mode, reterr);
    if (result != 0) {
        return result < 0 ? result : -EEXIST;
    }
    if (rename(f.part, f.path) != 0) {
        result = fail(reterr, path, errno);
        newfile_discard(&f);
        return result;
    }
    return newfile_sync_folder(path, reterr);
}
