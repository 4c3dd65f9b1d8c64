// SPDX-License-Identifier: Apache-2.0
#include "client/lib/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/lib/error.h"

static enum slate_status fail(struct slate_error *e, const char *path, int error_number)
{
    return error_set(e, SLATE_BAD_PROFILE, "%s: %s", path, strerror(error_number));
}

bool private_file_is_there(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 || errno != ENOENT;
}

/** Judged on the descriptor, so that the file can't be swapped in between. */
static enum slate_status open_private(const char *path, int *ret, struct slate_error *e)
{
    // O_NONBLOCK: don't hang on a FIFO
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0) {
        fail(e, path, errno);
    } else if (!S_ISREG(st.st_mode)) {
        error_set(e, SLATE_BAD_PROFILE, "%s is not a regular file", path);
    } else if (st.st_uid != geteuid() && st.st_uid != 0) {
        error_set(e, SLATE_BAD_PROFILE, "%s belongs to another user", path);
    } else if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        error_set(e, SLATE_BAD_PROFILE, "%s holds a key and can be accessed by others", path);
        error_hint(e, "chmod 600 %s", path);
    } else {
        *ret = fd;
        return SLATE_OK;
    }
    if (fd >= 0) {
        close(fd);
    }
    return SLATE_BAD_PROFILE;
}

enum slate_status private_file_read(const char *path, size_t max, char **ret, size_t *ret_n,
                                    struct slate_error *reterr)
{
    int fd = -1;
    size_t n = 0;
    ssize_t got = 1;

    enum slate_status status = open_private(path, &fd, reterr);
    if (status != SLATE_OK) {
        return status;
    }
    char *text = calloc(1, max + 2);
    while (text && got > 0 && n <= max) {
        got = read(fd, text + n, max + 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    const int error_number = errno;
    close(fd);
    if (!text) {
        return error_no_memory(reterr);
    }
    if (got < 0 || n > max) {
        private_file_free(text, max);
        return fail(reterr, path, got < 0 ? error_number : EFBIG);
    }
    *ret = text;
    *ret_n = n;
    return SLATE_OK;
}

void private_file_free(char *text, size_t n)
{
    if (text) {
        OPENSSL_cleanse(text, n);
        free(text);
    }
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

/** Under a name of its own, whole and on the disk. Returns 0 or an errno. */
static int write_part(const char *part, const char *text)
{
    (void)unlink(part); // of a call that was cut off
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    int error_number = fchmod(fd, 0600) == 0 && write_all(fd, text) && fsync(fd) == 0 ? 0 : errno;
    if (close(fd) < 0 && !error_number) {
        error_number = errno;
    }
    if (error_number) {
        (void)unlink(part);
    }
    return error_number;
}

/** A name is only as durable as its folder; where that can't be synced, it is as it is. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

/** Gives it its name. Returns 0 or an errno. */
static int publish(const char *part, const char *path, bool replace)
{
    // Unlike rename, link never replaces
    int error_number = (replace ? rename(part, path) : link(part, path)) == 0 ? 0 : errno;

    if (error_number || !replace) {
        (void)unlink(part);
    }
    return error_number;
}

enum slate_status private_file_write(const char *path, const char *text, bool replace,
                                     bool *ret_exists, struct slate_error *reterr)
{
    char *real = replace ? realpath(path, NULL) : strdup(path);
    char *part = NULL;

    if (!real || asprintf(&part, "%s.%ld.part", real, (long)getpid()) < 0) {
        free(real);
        return error_no_memory(reterr);
    }
    int error_number = write_part(part, text);
    if (!error_number) {
        error_number = publish(part, real, replace);
    }
    if (!error_number) {
        sync_folder(real);
    }
    if (ret_exists) {
        *ret_exists = error_number == EEXIST;
    }
    free(real);
    free(part);
    return error_number ? fail(reterr, path, error_number) : SLATE_OK;
}

enum slate_status private_file_folders(const char *path, struct slate_error *reterr)
{
    char *folder = strdup(path);
    int error_number = 0;

    if (!folder) {
        return error_no_memory(reterr);
    }
    for (char *slash = strchr(folder + 1, '/'); slash && !error_number;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        error_number = mkdir(folder, 0700) == 0 || errno == EEXIST ? 0 : errno;
        *slash = '/';
    }
    free(folder);
    return error_number ? fail(reterr, path, error_number) : SLATE_OK;
}
