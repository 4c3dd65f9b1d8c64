// SPDX-License-Identifier: Apache-2.0
#include "client/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Make room for n more bytes and a NUL. */
static void reserve(struct text *t, size_t n)
{
    if (t->size - t->n > n) {
        return;
    }
    size_t size = t->size ? t->size : 64;
    while (size - t->n <= n) {
        size *= 2;
    }
    t->p = realloc(t->p, size);
    if (!t->p) {
        abort();
    }
    t->size = size;
}

void text_fini(struct text *t)
{
    free(t->p);
    *t = (struct text){0};
}

void text_clear(struct text *t)
{
    t->n = 0;
    if (t->p) {
        t->p[0] = '\0';
    }
}

void text_add_n(struct text *t, const char *p, size_t n)
{
    reserve(t, n);
    memcpy(t->p + t->n, p, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void text_add(struct text *t, const char *s)
{
    text_add_n(t, s, strlen(s));
}

void text_add_f(struct text *t, const char *format, ...)
{
    va_list args;
    va_list again;

    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) {
        abort();
    }
    reserve(t, (size_t)n);
    vsnprintf(t->p + t->n, (size_t)n + 1, format, again);
    va_end(again);
    t->n += (size_t)n;
}

const char *text_str(const struct text *t)
{
    return t->p ? t->p : "";
}

char *text_take(struct text *t)
{
    reserve(t, 0);
    t->p[t->n] = '\0';
    char *p = t->p;
    *t = (struct text){0};
    return p;
}
