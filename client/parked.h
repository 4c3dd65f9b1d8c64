// SPDX-License-Identifier: Apache-2.0
/**
 * parked: lines of a file that wait because one of the same key is under way.
 */
#ifndef SLATE_CLIENT_PARKED_H
#define SLATE_CLIENT_PARKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct parked_line {
    struct parked_line *next;
    uint64_t line; /* its number in the file */
    char *key;
    char *text;
    size_t n; /* bytes of text */
};

/** In the order of the file. Zeroed it is empty. */
struct parked {
    struct parked_line *first;
    struct parked_line **last; /* where the next one goes; NULL = to `first` */
    size_t n;
    size_t bytes;
};

/** Keep a copy, behind the others. */
void parked_add(struct parked *p, uint64_t line, const char *key, const char *text, size_t n);

/** Take out the first of this key; NULL when there is none. The caller calls parked_line_free(). */
struct parked_line *parked_take(struct parked *p, const char *key);

void parked_line_free(struct parked_line *line);

/** True when no more should be added. */
bool parked_is_full(const struct parked *p);

void parked_fini(struct parked *p);

#endif
