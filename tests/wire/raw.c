// SPDX-License-Identifier: Apache-2.0
#include "raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
    uint8_t *p;
    size_t n;
    size_t size;
    size_t mark;
};

static _Noreturn void wrong(const char *at)
{
    fprintf(stderr, "raw: not in the notation: %.40s\n", at);
    abort();
}

static void put(struct buffer *b, const void *p, size_t n)
{
    if (n > b->size - b->n) {
        b->size = 2 * (b->size + n);
        b->p = realloc(b->p, b->size);
        if (b->p == NULL) {
            abort();
        }
    }
    if (n > 0) {
        memcpy(b->p + b->n, p, n);
    }
    b->n += n;
}

static void put_byte(struct buffer *b, unsigned byte)
{
    const uint8_t one = (uint8_t)byte;
    put(b, &one, 1);
}

static void put_varint(struct buffer *b, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) {
        put_byte(b, (unsigned)(value & 0x7F) | 0x80);
    }
    put_byte(b, (unsigned)value);
}

static void put_length(struct buffer *b, uint64_t number, size_t n)
{
    put_varint(b, number << 3 | 2);
    put_varint(b, n);
}

static void put_inner(struct buffer *b, uint64_t number, struct buffer *inner)
{
    put_length(b, number, inner->n);
    if (inner->mark != SIZE_MAX) {
        b->mark = b->n + inner->mark;
    }
    put(b, inner->p, inner->n);
    free(inner->p);
}

static unsigned hex_digit(const char *at)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *found = *at == '\0' ? NULL : strchr(digits, *at);
    if (found == NULL) {
        wrong(at);
    }
    return (unsigned)(found - digits) % 16;
}

static const char *read_text(struct buffer *b, const char *at)
{
    while (*at != '\'') {
        if (*at == '\0') {
            wrong(at);
        }
        if (*at == '%' && at[1] == '^') {
            b->mark = b->n;
            at += 2;
        } else if (*at == '%') {
            put_byte(b, hex_digit(at + 1) * 16 + hex_digit(at + 2));
            at += 3;
        } else {
            put_byte(b, (unsigned char)*at++);
        }
    }
    return at + 1;
}

static const char *read_items(struct buffer *b, const char *at, char end);

/* The tag of a number, and a mark behind it. */
static const char *read_tag(struct buffer *b, uint64_t number, const char *at)
{
    put_varint(b, number << 3);
    if (*at == '^') {
        b->mark = b->n;
        at++;
    }
    return at;
}

static const char *read_field(struct buffer *b, const char *at)
{
    struct buffer inner = {.mark = SIZE_MAX};
    char *next;
    const uint64_t number = strtoull(at, &next, 10);
    const char kind = *next;
    const char *value = next + 1;

    if (next == at) {
        wrong(at);
    }
    switch (kind) {
    case '=': put_varint(b, strtoull(read_tag(b, number, value), &next, 10)); return next;
    case '~': {
        const int64_t v = strtoll(read_tag(b, number, value), &next, 10);
        put_varint(b, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
        return next;
    }
    case '\'':
        at = read_text(&inner, value);
        put_inner(b, number, &inner);
        return at;
    case '*':
        for (uint64_t n = strtoull(value, &next, 10); n > 0; n--) {
            put_byte(&inner, (unsigned char)*next);
        }
        put_inner(b, number, &inner);
        return next + 1;
    case '{':
        at = read_items(&inner, value, '}');
        put_inner(b, number, &inner);
        return at;
    default: wrong(at);
    }
}

static const char *read_repeat(struct buffer *b, const char *at)
{
    char *body;
    const char *end = at;

    for (uint64_t n = strtoull(at, &body, 10); n > 0; n--) {
        end = read_items(b, body, ']');
    }
    return end;
}

static const char *read_items(struct buffer *b, const char *at, char end)
{
    while (*at != end) {
        switch (*at) {
        case ' ': at++; break;
        case '^':
            b->mark = b->n;
            at++;
            break;
        case '!':
            for (at++; *at != ' ' && *at != end && *at != '^'; at += 2) {
                put_byte(b, hex_digit(at) * 16 + hex_digit(at + 1));
            }
            break;
        case '[': at = read_repeat(b, at + 1); break;
        default: at = read_field(b, at); break;
        }
    }
    return at + 1;
}

struct raw raw_make(const char *notation)
{
    struct buffer b = {.mark = SIZE_MAX};
    struct raw raw;

    (void)read_items(&b, notation, '\0');
    raw = (struct raw){.p = malloc(b.n > 0 ? b.n : 1), .n = b.n, .mark = b.mark};
    if (raw.p == NULL) {
        abort();
    }
    if (b.n > 0) {
        memcpy(raw.p, b.p, b.n);
    }
    free(b.p);
    return raw;
}

void raw_free(struct raw *raw)
{
    free(raw->p);
    raw->p = NULL;
}
