// SPDX-License-Identifier: Apache-2.0
#include "client/lines_file.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHUNK_BYTES = 64 * 1024,
    SLICE_MS = 200, /* a wait is cut in such: a signal may come just before it begins */
};

struct lines_file {
    FILE *f;
    bool (*interrupted)(void);
    int fd; // -1: a stream in memory
    char chunk[CHUNK_BYTES];
    size_t at;
    size_t n;
    int error;
};

struct lines_file *lines_file_new(FILE *f, bool (*interrupted)(void))
{
    struct lines_file *file = calloc(1, sizeof(*file));

    if (!file) {
        abort();
    }
    file->f = f;
    file->interrupted = interrupted;
    file->fd = fileno(f);
    return file;
}

void lines_file_free(struct lines_file *file)
{
    free(file);
}

int lines_file_error(const struct lines_file *file)
{
    return file->error;
}

bool lines_file_pauses(struct lines_file *file)
{
    struct pollfd poll_fd = {.fd = file->fd, .events = POLLIN};

    if (file->fd < 0 || memchr(file->chunk + file->at, '\n', file->n - file->at)) {
        return false;
    }
    return poll(&poll_fd, 1, 0) == 0;
}

/** Until there is something to read. Returns false when it is interrupted. */
static bool await(struct lines_file *file)
{
    struct pollfd poll_fd = {.fd = file->fd, .events = POLLIN};

    while (poll(&poll_fd, 1, SLICE_MS) <= 0) {
        if (file->interrupted && file->interrupted()) {
            file->error = EINTR;
            return false;
        }
    }
    return true;
}

/** More bytes into the empty chunk. Returns false at the end. */
static bool refill(struct lines_file *file)
{
    ssize_t n;

    if (file->fd >= 0 && !await(file)) {
        return false;
    }
    if (file->fd < 0) {
        n = (ssize_t)fread(file->chunk, 1, sizeof(file->chunk), file->f);
    } else {
        n = read(file->fd, file->chunk, sizeof(file->chunk));
    }
    if (n < 0) {
        file->error = errno;
    }
    file->at = 0;
    file->n = n > 0 ? (size_t)n : 0;
    return n > 0;
}

bool lines_file_read(struct lines_file *file, size_t most, struct text *text)
{
    bool any = false;

    text_clear(text);
    while (file->at < file->n || refill(file)) {
        const char *p = file->chunk + file->at;
        const char *end = memchr(p, '\n', file->n - file->at);
        const size_t n = end ? (size_t)(end - p) : file->n - file->at;
        const size_t room = most + 1 - text->n;

        any = true;
        text_add_n(text, p, n < room ? n : room);
        file->at += n + (end ? 1 : 0);
        if (end) {
            return true;
        }
    }
    return any && !file->error;
}
