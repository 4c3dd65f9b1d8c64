// SPDX-License-Identifier: Apache-2.0
/*
 * The checks of t.h: what both runners share, and how a failure reaches Criterion.
 */
#include "t.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MESSAGE_BYTES = 4096,
    DUMP_BYTES = 32, // of each side, from a little before the first difference
    EFFORT_MAX = 1000000,
};

unsigned t_effort(void)
{
    const char *text = getenv("SLATE_EFFORT");
    if (text == NULL) {
        return 1;
    }
    char *end;
    const unsigned long n = strtoul(text, &end, 10);
    return end == text || *end != '\0' || n == 0 || n > EFFORT_MAX ? 1 : (unsigned)n;
}

int t_same_str(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int t_same_mem(const void *a, const void *b, size_t n)
{
    return n == 0 || memcmp(a, b, n) == 0;
}

/* `fact`, then the caller's own words. */
static _Noreturn void fail(const char *file, int line, const char *fact, const char *format,
                           va_list args) __attribute__((format(printf, 4, 0)));

static _Noreturn void fail(const char *file, int line, const char *fact, const char *format,
                           va_list args)
{
    char words[MESSAGE_BYTES / 2];
    char message[MESSAGE_BYTES];
    vsnprintf(words, sizeof(words), format, args);
    snprintf(message, sizeof(message), "%.2000s%s%s", fact, words[1] == '\0' ? "" : ":",
             words[1] == '\0' ? "" : words);
    t_abort(file, line, message);
}

void t_fail(const char *file, int line, const char *what, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(file, line, what, format, args);
}

void t_fail_int(const char *file, int line, const char *what, int64_t actual, int64_t expected,
                const char *format, ...)
{
    char fact[MESSAGE_BYTES / 2];
    snprintf(fact, sizeof(fact), "%.500s is %lld, not %lld", what, (long long)actual,
             (long long)expected);
    va_list args;
    va_start(args, format);
    fail(file, line, fact, format, args);
}

void t_fail_str(const char *file, int line, const char *what, const char *actual,
                const char *expected, const char *format, ...)
{
    char fact[MESSAGE_BYTES / 2];
    const char *qa = actual != NULL ? "\"" : "";
    const char *qe = expected != NULL ? "\"" : "";
    snprintf(fact, sizeof(fact), "%.400s is\n    %s%.700s%s, not\n    %s%.700s%s", what, qa,
             actual != NULL ? actual : "NULL", qa, qe, expected != NULL ? expected : "NULL", qe);
    va_list args;
    va_start(args, format);
    fail(file, line, fact, format, args);
}

static void dump(char *ret, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        snprintf(ret + 3 * i, 4, "%02x ", p[i]);
    }
    ret[3 * n] = '\0';
}

void t_fail_mem(const char *file, int line, const char *what, const void *actual,
                const void *expected, size_t n, const char *format, ...)
{
    const uint8_t *a = actual;
    const uint8_t *e = expected;
    size_t at = 0;
    while (at < n && a[at] == e[at]) {
        at++;
    }
    const size_t from = at < DUMP_BYTES / 4 ? 0 : at - DUMP_BYTES / 4;
    const size_t shown = n - from < DUMP_BYTES ? n - from : DUMP_BYTES;
    char left[3 * DUMP_BYTES + 1];
    char right[3 * DUMP_BYTES + 1];
    dump(left, a + from, shown);
    dump(right, e + from, shown);
    char fact[MESSAGE_BYTES / 2];
    snprintf(fact, sizeof(fact),
             "%.400s differs at byte %zu of %zu; from %zu on it is\n    %s, not\n    %s", what, at,
             n, from, left, right);
    va_list args;
    va_start(args, format);
    fail(file, line, fact, format, args);
}

#ifndef T_PLAIN
void t_abort(const char *file, int line, const char *message)
{
    struct criterion_assert_stats stats = {
        .message = message, .passed = false, .line = (unsigned)line, .file = file};
    criterion_send_assert(&stats);
    criterion_abort_test();
}
#endif
