// SPDX-License-Identifier: Apache-2.0
/*
 * What asks for memory and is told that there is none. The suite is linked so that malloc, calloc,
 * reallocarray and abort of the code under test come here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/calendar.h"
#include "core/instant.h"
#include "t.h"
#include "tests/core/hours.h"

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
void __real_abort(void) __attribute__((noreturn));
void __wrap_abort(void) __attribute__((noreturn));
void __gcov_dump(void) __attribute__((weak)); // what a child has run counts too

enum { ABORTED = 77 };

static _Thread_local bool empty; // no memory is left
static int requests = -1;        // that are granted before it is so; -1: all

static bool is_empty(void)
{
    empty |= requests >= 0 && requests-- == 0;
    return empty;
}

void *__wrap_malloc(size_t n)
{
    return is_empty() ? NULL : __real_malloc(n);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
    return is_empty() ? NULL : __real_reallocarray(p, n, size);
}

static void leave(int code) __attribute__((noreturn));
static void leave(int code)
{
    empty = false;
    requests = -1;
    if (__gcov_dump) {
        __gcov_dump();
    }
    _exit(code);
}

void __wrap_abort(void)
{
    if (!empty) {
        __real_abort();
    }
    leave(ABORTED);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return is_empty() ? NULL : __real_calloc(n, size);
}

T_TEST(memory, an_arena_without_memory_keeps_what_it_has)
{
    struct arena a;

    arena_init(&a, SIZE_MAX / 2);
    empty = true;
    T_CHECK(arena_alloc(&a, 1) == NULL);
    empty = false;
    char *before = arena_strndup(&a, "before", 6);
    const size_t used = a.used_bytes;
    empty = true;
    T_CHECK(arena_alloc(&a, 1 << 20) == NULL);
    empty = false;
    T_EQ_INT(a.used_bytes, used);
    T_EQ_STR(before, "before");
    T_CHECK(arena_alloc(&a, 1 << 20) != NULL, "later there is some again");
    arena_fini(&a);
}

T_TEST(memory, a_calendar_without_memory_is_none)
{
    struct arena a;

    arena_init(&a, HOURS_ARENA_BYTES);
    const struct calendar_version version = {
        .effective_at = INSTANT_NONE,
        .rules = hours_rules(&a, "Etc/UTC", &HOURS_OFFICE),
    };
    empty = true;
    T_CHECK(calendar_new(&version, 1) == NULL);
    empty = false;
    arena_fini(&a);
}

/* A child that asks for the open time of a year in two shifts when so many requests are granted. */
static int ask_with(struct calendar *c, int granted)
{
    const int64_t from_at = hours_at("2026-01-01T00:00:00Z");
    int status = 0;
    const pid_t child = fork();

    T_CHECK(child >= 0);
    if (child == 0) {
        requests = granted;
        const int64_t open_us = calendar_between(c, from_at, from_at + 365 * US_PER_DAY);
        requests = -1;
        leave(open_us == 261 * INT64_C(8) * US_PER_HOUR ? 0 : 1);
    }
    T_EQ_INT(waitpid(child, &status, 0), child);
    T_CHECK(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

T_TEST(memory, a_calendar_that_cannot_look_further_ends_the_process_and_never_guesses)
{
    struct arena a;
    int granted = 0;
    int code;

    arena_init(&a, HOURS_ARENA_BYTES);
    struct calendar *c = hours_calendar(hours_rules(&a, "Etc/UTC", &HOURS_OFFICE));
    while ((code = ask_with(c, granted)) == ABORTED) {
        T_CHECK(++granted < 1000);
    }
    T_EQ_INT(code, 0, "the open time of the year's 261 weekdays, with %d requests", granted);
    T_CHECK(granted >= 3, "walls, spans and pages: %d", granted);
    calendar_free(c);
    arena_fini(&a);
}
