// SPDX-License-Identifier: Apache-2.0
#include "log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_BYTES = 1024,
    RESERVED_BYTES = 3, /* the closing quote, and the longest end of a line */
};

/* How the two formats differ. */
struct syntax {
    const char *begin;
    const char *between; /* fields */
    const char *key_begin;
    const char *key_end;
    const char *byte; /* before the hex digits of one that is not printable ASCII */
    const char *end;
    bool bare; /* a string of plain characters needs no quotes */
};

static const struct syntax syntaxes[] = {
    [LOG_LOGFMT] = {"", " ", "", "=", "\\x", "\n", true},
    [LOG_JSON] = {"{", ",", "\"", "\":", "\\u00", "}\n", false},
};

/* Process-wide: there is one stderr. */
static _Atomic int threshold = LOG_INFO;
static _Atomic int chosen = LOG_LOGFMT;

static const char *const level_names[] = {"debug", "info", "warning", "error"};

struct line {
    const struct syntax *syntax;
    char text[LINE_BYTES];
    size_t n;
    bool full; /* nothing more is added but what closes it */
};

/* All of it or, when it does not fit, nothing of it and of what follows. */
static bool add(struct line *l, const char *s, size_t n)
{
    l->full = l->full || l->n + n > sizeof(l->text) - RESERVED_BYTES;
    if (!l->full) {
        memcpy(l->text + l->n, s, n);
        l->n += n;
    }
    return !l->full;
}

/* Goes into the reserved bytes. */
static void close_with(struct line *l, const char *s)
{
    size_t n = strlen(s);
    assert(n <= sizeof(l->text) - l->n);
    memcpy(l->text + l->n, s, n);
    l->n += n;
}

/* A key of n bytes and the first piece of its value. */
static bool add_key(struct line *l, const char *key, size_t n, const char *value)
{
    char piece[128];
    int used = snprintf(piece, sizeof(piece), "%s%s%.*s%s%s",
                        l->n > strlen(l->syntax->begin) ? l->syntax->between : "",
                        l->syntax->key_begin, (int)n, key, l->syntax->key_end, value);
    assert(used > 0 && (size_t)used < sizeof(piece)); /* keys are ours, and short */
    return add(l, piece, (size_t)used);
}

static bool is_plain(const char *s)
{
    bool plain = *s != '\0';
    for (const char *p = s; *p != '\0'; p++) {
        plain = plain && *p > ' ' && *p < 0x7f && *p != '"' && *p != '\\' && *p != '=';
    }
    return plain;
}

static void add_string(struct line *l, const char *key, size_t n, const char *s)
{
    bool quoted = !l->syntax->bare || !is_plain(s);

    if (!add_key(l, key, n, quoted ? "\"" : "")) {
        return;
    }
    for (const char *p = s; *p != '\0' && !l->full; p++) {
        char escaped[8] = {*p, '\0'};
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\') {
            (void)snprintf(escaped, sizeof(escaped), "\\%c", c);
        } else if (c < 0x20 || c >= 0x7f) {
            (void)snprintf(escaped, sizeof(escaped), "%s%02x", l->syntax->byte, c);
        }
        (void)add(l, escaped, strlen(escaped));
    }
    if (quoted) {
        close_with(l, "\"");
    }
}

static void add_field(struct line *l, const char *key, size_t n, char type, va_list *values)
{
    char number[32];

    switch (type) {
    case 's': {
        const char *s = va_arg(*values, const char *);
        add_string(l, key, n, s == NULL ? "" : s);
        return;
    }
    case 'i': (void)snprintf(number, sizeof(number), "%lld", va_arg(*values, long long)); break;
    default:
        assert(type == 'u');
        (void)snprintf(number, sizeof(number), "%llu", va_arg(*values, unsigned long long));
        break;
    }
    (void)add_key(l, key, n, number);
}

void log_set_level(enum log_level level)
{
    atomic_store(&threshold, (int)level);
}

void log_set_format(enum log_format format)
{
    atomic_store(&chosen, (int)format);
}

void log_write(enum log_level level, const char *event, const char *fields, ...)
{
    struct line l = {.syntax = &syntaxes[atomic_load(&chosen)]};
    va_list values;

    if ((int)level < atomic_load(&threshold)) {
        return;
    }
    (void)add(&l, l.syntax->begin, strlen(l.syntax->begin));
    add_string(&l, "level", 5, level_names[level]);
    add_string(&l, "event", 5, event);
    va_start(values, fields);
    while (*fields != '\0') {
        const char *equals = strchr(fields, '=');
        assert(equals != NULL);
        add_field(&l, fields, (size_t)(equals - fields), equals[1], &values);
        fields = equals + 2;
        fields += *fields == ' ';
    }
    va_end(values);
    close_with(&l, l.syntax->end);
    ssize_t done = write(STDERR_FILENO, l.text, l.n);
    (void)done; /* nowhere to report it */
}
