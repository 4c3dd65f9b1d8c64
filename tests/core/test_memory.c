// SPDX-License-Identifier: Apache-2.0
/*
 * What asks for memory and is told that there is none. The suite is linked so that malloc and
 * calloc of the code under test come here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/calendar.h"
#include "core/instant.h"
#include "t.h"
#include "tests/core/hours.h"

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

static _Thread_local bool empty; // no memory is left

void *__wrap_malloc(size_t n)
{
    return empty ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return empty ? NULL : __real_calloc(n, size);
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
