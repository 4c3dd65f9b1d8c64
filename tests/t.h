// SPDX-License-Identifier: Apache-2.0
/*
 * How tests are written here: a thin face over Criterion, so that the same bodies also build
 * (with -DT_PLAIN) into a runner that keeps all tests in one process. Criterion aborts under
 * TSan and lets leaks pass, and each of its tests costs a fork and an exec.
 *
 *     T_TEST(frame, refuses_a_length_above_the_limit)
 *     {
 *         T_CHECK(frame_decode(...) < 0);
 *         T_EQ_INT(consumed, 12, "row %zu", i);
 *     }
 *
 * - The first failed check ends its test: Criterion kills the process, the plain runner jumps out
 *   (cleanup attributes do not run then, and a leak report may follow a failed check).
 * - A message is optional and must be a string literal, followed by its arguments.
 * - Checks from other threads than the test's own end the whole program: carry results back
 *   to the test instead.
 * - No set-up and tear-down hooks: a check in Criterion's .fini prints and passes.
 * - A test that hangs is ended by alarm() after T_SECONDS; call alarm(n) for more.
 * - Big tables loop inside one test and name the row in the message.
 */
#ifndef SLATE_TESTS_T_H
#define SLATE_TESTS_T_H

#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

enum { T_SECONDS = 60 };

#ifdef T_PLAIN

struct t_case {
    const char *suite;
    const char *name;
    void (*body)(void);
    struct t_case *next;
};

/** Adds a test to the plain runner; called before main, in the order of the file. */
void t_register(struct t_case *c);

#define T_TEST(suite_, name_)                                                      \
    static void t_##suite_##_##name_(void);                                        \
    __attribute__((constructor)) static void t_##suite_##_##name_##_register(void) \
    {                                                                              \
        static struct t_case c = {#suite_, #name_, t_##suite_##_##name_, NULL};    \
        t_register(&c);                                                            \
    }                                                                              \
    static void t_##suite_##_##name_(void)

#else

#include <criterion/criterion.h>

#define T_TEST(suite_, name_)               \
    static void t_##suite_##_##name_(void); \
    Test(suite_, name_)                     \
    {                                       \
        alarm(T_SECONDS);                   \
        t_##suite_##_##name_();             \
    }                                       \
    static void t_##suite_##_##name_(void)

#endif

/** Fails the test unless cond holds. */
#define T_CHECK(cond, ...)                                      \
    do {                                                        \
        if (!(cond)) {                                          \
            t_fail(__FILE__, __LINE__, #cond, " " __VA_ARGS__); \
        }                                                       \
    } while (0)

/** Fails the test. */
#define T_FAIL(...) t_fail(__FILE__, __LINE__, "reached", " " __VA_ARGS__)

/** Integers, compared as int64_t. */
#define T_EQ_INT(actual, expected, ...)                                                       \
    do {                                                                                      \
        const int64_t t_actual_ = (int64_t)(actual);                                          \
        const int64_t t_expected_ = (int64_t)(expected);                                      \
        if (t_actual_ != t_expected_) {                                                       \
            t_fail_int(__FILE__, __LINE__, #actual, t_actual_, t_expected_, " " __VA_ARGS__); \
        }                                                                                     \
    } while (0)

/** Strings; NULL equals only NULL. */
#define T_EQ_STR(actual, expected, ...)                                                       \
    do {                                                                                      \
        const char *t_actual_ = (actual);                                                     \
        const char *t_expected_ = (expected);                                                 \
        if (!t_same_str(t_actual_, t_expected_)) {                                            \
            t_fail_str(__FILE__, __LINE__, #actual, t_actual_, t_expected_, " " __VA_ARGS__); \
        }                                                                                     \
    } while (0)

/** Two areas of n bytes. */
#define T_EQ_MEM(actual, expected, n, ...)                                        \
    do {                                                                          \
        const void *t_actual_ = (actual);                                         \
        const void *t_expected_ = (expected);                                     \
        const size_t t_n_ = (n);                                                  \
        if (!t_same_mem(t_actual_, t_expected_, t_n_)) {                          \
            t_fail_mem(__FILE__, __LINE__, #actual, t_actual_, t_expected_, t_n_, \
                       " " __VA_ARGS__);                                          \
        }                                                                         \
    } while (0)

/**
 * How hard to try, 1 for an everyday run; from SLATE_EFFORT. Multiply the rounds of random
 * tests by it, and their alarm().
 */
unsigned t_effort(void);

/* What the macros above stand on. */

int t_same_str(const char *a, const char *b);
int t_same_mem(const void *a, const void *b, size_t n);

_Noreturn void t_fail(const char *file, int line, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
_Noreturn void t_fail_int(const char *file, int line, const char *what, int64_t actual,
                          int64_t expected, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
_Noreturn void t_fail_str(const char *file, int line, const char *what, const char *actual,
                          const char *expected, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
_Noreturn void t_fail_mem(const char *file, int line, const char *what, const void *actual,
                          const void *expected, size_t n, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/** Records a failure of the running test and leaves it; the runner's own half. */
_Noreturn void t_abort(const char *file, int line, const char *message);

#endif
