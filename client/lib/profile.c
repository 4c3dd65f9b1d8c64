// SPDX-License-Identifier: Apache-2.0
#include "client/lib/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/lib/error.h"

/** Reading goes on line by line; values are cut out in place. */
struct reader {
    const char *path;
    char *p;   // start of the next line
    char *end; // of the text
    uint32_t line;
};

struct key {
    const char *name;
    size_t offset; // in struct profile
    bool block;    // PEM text
    bool needed;
};

static const struct key keys[] = {
    {"name", offsetof(struct profile, name), false, false},
    {"server", offsetof(struct profile, server), false, true},
    {"ca", offsetof(struct profile, ca), true, true},
    {"cert", offsetof(struct profile, cert), true, true},
    {"key", offsetof(struct profile, key), true, true},
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static const char **member(struct profile *p, const struct key *key)
{
    return (const char **)(void *)((char *)p + key->offset);
}

static enum slate_status bad_line(const struct reader *r, struct slate_error *e, const char *what)
{
    error_set(e, SLATE_BAD_PROFILE, "%s:%u: %s", r->path, r->line, what);
    e->line = r->line;
    return SLATE_BAD_PROFILE;
}

/** The next line without its end, as a string; NULL at the end. */
static char *next_line(struct reader *r)
{
    if (r->p >= r->end) {
        return NULL;
    }
    char *line = r->p;
    char *newline = memchr(line, '\n', (size_t)(r->end - line));
    char *stop = newline ? newline : r->end;

    r->p = newline ? newline + 1 : r->end;
    r->line++;
    if (stop > line && stop[-1] == '\r') {
        stop--;
    }
    *stop = '\0';
    return line;
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/** True when the next line belongs to a block: it is indented or blank. */
static bool block_goes_on(const struct reader *r)
{
    return r->p < r->end && strchr(" \n\r", *r->p);
}

/** Take the indented lines that follow, without their indentation, as one text. */
static enum slate_status take_block(struct reader *r, const char **ret, struct slate_error *e)
{
    char *out = r->p;
    size_t indent = 0;

    *ret = out;
    while (block_goes_on(r)) {
        char *line = next_line(r);
        size_t spaces = strspn(line, " ");

        if (line[spaces] == '\0') {
            continue; // PEM doesn't care, and a blank line at the end is no content
        }
        if (indent == 0) {
            indent = spaces;
        } else if (spaces < indent) {
            return bad_line(r, e, "is indented less than the block's first line");
        }
        size_t n = strlen(line + indent);
        memmove(out, line + indent, n); // the indentation leaves room for the line's end
        out += n;
        *out++ = '\n';
    }
    if (indent == 0) {
        return bad_line(r, e, "an indented block of PEM text should follow");
    }
    out[-1] = '\0'; // the last line's end; out itself may be the next line's start
    return SLATE_OK;
}

static enum slate_status take_scalar(const struct reader *r, char *value, const char **ret,
                                     struct slate_error *e)
{
    if (*value == '"' || *value == '\'') {
        char *close = strchr(value + 1, *value);

        if (!close || memchr(value, '\\', (size_t)(close - value)) ||
            (!is_blank(close + 1) && close[1 + strspn(close + 1, " ")] != '#')) {
            return bad_line(r, e, "a quoted value must end on its line, and has no escapes here");
        }
        *close = '\0';
        *ret = value + 1;
        return SLATE_OK;
    }
    if (strchr("|>[{&*!%@`", *value) && *value) {
        return bad_line(r, e, "a plain value should follow");
    }
    char *comment = *value == '#' ? value : strstr(value, " #");
    if (comment) {
        *comment = '\0';
    }
    for (size_t n = strlen(value); n > 0 && value[n - 1] == ' '; n--) {
        value[n - 1] = '\0';
    }
    *ret = value;
    return SLATE_OK;
}

static enum slate_status take_entry(struct reader *r, char *line, struct profile *p,
                                    struct slate_error *e)
{
    char *colon = strchr(line, ':');

    if (!colon || (colon[1] != '\0' && colon[1] != ' ')) {
        return bad_line(r, e, "should be \"key: value\"");
    }
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " ");
    for (size_t i = 0; i < N_KEYS; i++) {
        if (strcmp(keys[i].name, line) != 0) {
            continue;
        }
        const char **to = member(p, &keys[i]);
        if (*to) {
            return bad_line(r, e, "this key was there already");
        }
        if (!keys[i].block) {
            return take_scalar(r, value, to, e);
        }
        if (strcmp(value, "|") != 0 && strcmp(value, "|-") != 0 && strcmp(value, "|+") != 0) {
            return bad_line(r, e, "\"|\" and an indented block of PEM text should follow");
        }
        return take_block(r, to, e);
    }
    bad_line(r, e, "unknown key");
    error_hint(e, "a profile has the keys name, server, ca, cert and key");
    return SLATE_BAD_PROFILE;
}

enum slate_status profile_parse(const char *path, char *text, size_t n, struct profile *ret,
                                struct slate_error *reterr)
{
    struct reader r = {.path = path, .p = text, .end = text + n};
    struct profile p = {0};
    char *line;

    if (memchr(text, '\0', n)) {
        return error_set(reterr, SLATE_BAD_PROFILE, "%s is no text", path);
    }
    while ((line = next_line(&r))) {
        if (is_blank(line) || *line == '#' || (r.line == 1 && strcmp(line, "---") == 0)) {
            continue;
        }
        enum slate_status status = take_entry(&r, line, &p, reterr);
        if (status != SLATE_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < N_KEYS; i++) {
        const char **to = member(&p, &keys[i]);

        if (keys[i].needed && (!*to || !**to)) {
            return error_set(reterr, SLATE_BAD_PROFILE, "%s: the key \"%s\" is missing", path,
                             keys[i].name);
        }
    }
    if (!p.name) {
        p.name = "";
    }
    *ret = p;
    return SLATE_OK;
}

/** Open it if nobody else can have read it. Judged on the descriptor, so that the file can't be
 * swapped in between. */
static enum slate_status open_private(const char *path, int *ret, struct slate_error *e)
{
    // O_NONBLOCK: don't hang on a FIFO
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0) {
        int saved_errno = errno;

        error_set(e, SLATE_BAD_PROFILE, "profile %s: %s", path, strerror(saved_errno));
        if (saved_errno == ENOENT) {
            error_hint(e, "whoever runs the server makes one with: slated user add NAME");
        }
        if (fd >= 0) {
            close(fd);
        }
        return e->code;
    }
    if (!S_ISREG(st.st_mode)) {
        error_set(e, SLATE_BAD_PROFILE, "profile %s is not a regular file", path);
    } else if (st.st_uid != geteuid() && st.st_uid != 0) {
        error_set(e, SLATE_BAD_PROFILE, "profile %s belongs to another user", path);
    } else if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        error_set(e, SLATE_BAD_PROFILE, "profile %s holds a key and can be accessed by others",
                  path);
        error_hint(e, "chmod 600 %s", path);
    } else {
        *ret = fd;
        return SLATE_OK;
    }
    close(fd);
    return SLATE_BAD_PROFILE;
}

enum slate_status profile_load(const char *path, struct profile *ret, struct slate_error *reterr)
{
    int fd = -1;
    enum slate_status status = open_private(path, &fd, reterr);

    if (status != SLATE_OK) {
        return status;
    }
    struct profile p = {.text = calloc(1, PROFILE_BYTES_MAX + 1)};
    size_t n = 0;
    ssize_t got = 1;
    while (p.text && got > 0 && n <= PROFILE_BYTES_MAX) {
        got = read(fd, p.text + n, PROFILE_BYTES_MAX + 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    int saved_errno = errno;
    close(fd);
    char *text = p.text;
    if (!text) {
        return error_no_memory(reterr);
    }
    if (got < 0) {
        status = error_set(reterr, SLATE_BAD_PROFILE, "profile %s: %s", path,
                           strerror(saved_errno));
    } else if (n > PROFILE_BYTES_MAX) {
        status = error_set(reterr, SLATE_BAD_PROFILE, "profile %s is larger than %zu bytes", path,
                           PROFILE_BYTES_MAX);
    } else {
        status = profile_parse(path, text, n, &p, reterr);
    }
    p.text = text;
    if (status != SLATE_OK) {
        profile_fini(&p);
        return status;
    }
    *ret = p;
    return SLATE_OK;
}

void profile_fini(struct profile *p)
{
    if (p->text) {
        OPENSSL_cleanse(p->text, PROFILE_BYTES_MAX + 1);
        free(p->text);
    }
    *p = (struct profile){0};
}
