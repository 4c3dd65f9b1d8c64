// SPDX-License-Identifier: Apache-2.0
/**
 * text: a string that grows.
 *
 * Without memory the program ends: there is nothing sensible left to say, and no place to build it.
 */
#ifndef SLATE_CLIENT_TEXT_H
#define SLATE_CLIENT_TEXT_H

#include <stddef.h>

/** Zeroed it is empty. */
struct text {
    char *p; /* NUL-terminated, or NULL while nothing was ever added */
    size_t n;
    size_t size;
};

void text_fini(struct text *t);

/** Empty it, keeping its memory. */
void text_clear(struct text *t);

void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *p, size_t n);
void text_add_f(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Never NULL. Valid until the next change. */
const char *text_str(const struct text *t);

/** Hand over the string (malloc), never NULL; the text is empty then. */
char *text_take(struct text *t);

#endif
