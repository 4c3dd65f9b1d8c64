// SPDX-License-Identifier: Apache-2.0
/**
 * members: a line of JSON, taken apart by a table of the members that it may have.
 *
 * What only the line's writer can know (shape, types, unknown members, those that are there twice,
 * times) is judged here, with a path to the place; what the server will judge is left to it.
 */
#ifndef SLATE_CLIENT_MEMBERS_H
#define SLATE_CLIENT_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <slate.h>

enum members_kind {
    MEMBERS_TEXT = 1, /* const char *; of "body" the line ends are made one newline */
    MEMBERS_TIME,     /* int64_t, written as RFC 3339 */
    MEMBERS_WORD,     /* an enum, by its vocabulary */
    MEMBERS_OTHER,    /* only known: its owner takes it */
};

/** A member of an object: what it is called, what it is, and where it goes. */
struct members {
    const char *name;
    enum members_kind kind;
    bool needed;
    size_t offset;
    enum slate_vocabulary vocabulary; /* MEMBERS_WORD */
    unsigned goes_with;               /* for its owner */
};

enum {
    MEMBERS_MAX = 32, /* in a table */
    MEMBERS_ERROR_BYTES = 300,
};

/** What is wrong with a line. */
struct members_error {
    unsigned column; /* in bytes from 1, where the JSON is broken; 0 = the JSON is fine */
    char message[MEMBERS_ERROR_BYTES];
};

/** Say what is wrong. Returns false. */
bool members_fail(struct members_error *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Parse n bytes as an object. Returns false and *reterr. The caller owns *ret (json_decref). */
bool members_load(const char *p, size_t n, json_t **ret, struct members_error *reterr);

/** Put the members of `from` where the table says within *to, whose strings then point into `from`.
 * null is absent. place is "" or the path of `from` with a dot, as "events[3].". */
bool members_take(const char *place, const struct members *table, size_t n, json_t *from, void *to,
                  struct members_error *reterr);

/** True if it is there, and not null. */
bool members_has(const json_t *from, const char *name);

#endif
