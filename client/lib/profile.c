// SPDX-License-Identifier: Apache-2.0
#include "client/lib/profile.h"

#include <string.h>

#include "client/lib/error.h"
#include "client/lib/private_file.h"

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

enum slate_status profile_load(const char *path, struct profile *ret, struct slate_error *reterr)
{
    struct profile p = {0};
    char *text;
    size_t n;

    enum slate_status status = private_file_read(path, PROFILE_BYTES_MAX, &text, &n, reterr);
    if (status != SLATE_OK) {
        const struct slate_error why = *reterr;

        error_set(reterr, why.code, "profile %s", why.message);
        error_hint(reterr, "%s", why.hint);
        if (!private_file_is_there(path)) {
            error_hint(reterr,
                       "slate enroll makes one from a code that an administrator gives out");
        }
        return status;
    }
    status = profile_parse(path, text, n, &p, reterr);
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
    private_file_free(p->text, PROFILE_BYTES_MAX + 1);
    *p = (struct profile){0};
}
