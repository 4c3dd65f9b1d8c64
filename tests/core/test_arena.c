// SPDX-License-Identifier: Apache-2.0
#include "core/arena.h"

#include <stdalign.h>
#include <string.h>

#include "t.h"

enum { MEBIBYTE = 1024 * 1024 };

T_TEST(arena, memory_is_zeroed_and_aligned_also_after_a_reset)
{
    struct arena a;

    arena_init(&a, MEBIBYTE);
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 600; n++) {
            unsigned char *p = arena_alloc(&a, n);
            T_CHECK(p, "%zu bytes in round %d", n, round);
            T_EQ_INT((uintptr_t)p % alignof(max_align_t), 0, "%zu bytes", n);
            for (size_t i = 0; i < n; i++) {
                T_EQ_INT(p[i], 0, "byte %zu of %zu in round %d", i, n, round);
            }
            memset(p, 0xa5, n);
        }
        arena_reset(&a);
    }
    arena_fini(&a);
}

T_TEST(arena, allocations_do_not_overlap)
{
    enum { N = 2000 };
    struct arena a;
    unsigned char *p[N];

    arena_init(&a, MEBIBYTE);
    for (int i = 0; i < N; i++) {
        p[i] = arena_alloc(&a, (size_t)(1 + i % 97));
        T_CHECK(p[i]);
        memset(p[i], i % 251, (size_t)(1 + i % 97));
    }
    for (int i = 0; i < N; i++) {
        for (int b = 0; b < 1 + i % 97; b++) {
            T_EQ_INT(p[i][b], i % 251, "byte %d of allocation %d", b, i);
        }
    }
    arena_fini(&a);
}

T_TEST(arena, nothing_goes_beyond_the_limit)
{
    struct arena a;
    size_t got = 0;

    arena_init(&a, 64 * 1024);
    T_CHECK(!arena_alloc(&a, 64 * 1024), "the block's own header counts too");
    while (arena_alloc(&a, 1000)) {
        got += 1000;
    }
    T_CHECK(got > 48 * 1024 && got < 64 * 1024, "%zu bytes", got);
    T_CHECK(!arena_alloc(&a, 16 * 1024), "still full");
    T_CHECK(a.used_bytes <= a.limit_bytes);
    arena_fini(&a);
    T_EQ_INT(a.used_bytes, 0);
    T_CHECK(arena_alloc(&a, 1000), "usable again");
    arena_fini(&a);

    arena_init(&a, 0);
    T_CHECK(!arena_alloc(&a, 1));
    arena_fini(&a);
}

T_TEST(arena, a_reset_keeps_a_block_and_gives_the_rest_back)
{
    struct arena a;

    arena_init(&a, MEBIBYTE);
    arena_reset(&a); // of an empty one
    for (int i = 0; i < 500; i++) {
        T_CHECK(arena_alloc(&a, 1000));
    }
    const size_t full = a.used_bytes;
    arena_reset(&a);
    const size_t kept = a.used_bytes;
    T_CHECK(kept > 0 && kept < full, "%zu of %zu", kept, full);
    T_CHECK(arena_alloc(&a, 1000));
    T_EQ_INT(a.used_bytes, kept, "served from the block that was kept");
    arena_fini(&a);
}

T_TEST(arena, a_rewind_gives_back_what_came_after_the_mark)
{
    struct arena a;

    arena_init(&a, MEBIBYTE);
    const struct arena_mark empty = arena_mark(&a);
    char *kept = arena_strndup(&a, "kept", 4);
    const struct arena_mark mark = arena_mark(&a);
    const size_t used = a.used_bytes;
    for (int round = 0; round < 3; round++) {
        char *first = arena_alloc(&a, 100);
        T_CHECK(first == kept + 16, "the same place in every round");
        T_EQ_INT(first[0], 0, "zeroed again");
        first[0] = 'x';
        T_CHECK(arena_alloc(&a, 100000) && a.used_bytes > used);
        arena_rewind(&a, mark);
        T_EQ_INT(a.used_bytes, used);
        T_EQ_STR(kept, "kept");
    }
    arena_rewind(&a, empty);
    T_EQ_INT(a.used_bytes, 0);
    T_CHECK(arena_alloc(&a, 100), "usable again");
    arena_fini(&a);
}

T_TEST(arena, sizes_that_do_not_fit_a_size_are_refused)
{
    struct arena a;

    arena_init(&a, SIZE_MAX);
    T_CHECK(!arena_alloc(&a, SIZE_MAX), "rounding up");
    T_CHECK(!arena_array(&a, SIZE_MAX / 8 + 1, 8), "the product");
    T_CHECK(!arena_strndup(&a, "", SIZE_MAX), "the NUL");
    T_CHECK(arena_array(&a, 3, 8));
    arena_fini(&a);
}

T_TEST(arena, strndup_ends_its_copy)
{
    struct arena a;

    arena_init(&a, MEBIBYTE);
    T_EQ_STR(arena_strndup(&a, "berlin-office", 6), "berlin");
    T_EQ_STR(arena_strndup(&a, "", 0), "");
    arena_fini(&a);
    arena_init(&a, 8);
    T_CHECK(!arena_strndup(&a, "x", 1));
    arena_fini(&a);
}

T_TEST(arena, what_held_a_secret_is_overwritten)
{
    static const unsigned char zeros[64];
    struct arena a;

    for (int wipes = 0; wipes < 2; wipes++) {
        arena_init(&a, MEBIBYTE);
        unsigned char *kept = arena_alloc(&a, 64);
        struct arena_mark mark = arena_mark(&a);
        unsigned char *p = arena_alloc(&a, 64);
        memset(kept, 0xa5, 64);
        memset(p, 0xa5, 64);
        if (wipes) {
            arena_wipes(&a);
        }
        arena_rewind(&a, mark); // the block is still there: it can be looked at
        T_EQ_INT(memcmp(p, zeros, 64) == 0, wipes, "after a rewind");
        T_CHECK(memcmp(kept, zeros, 64) != 0, "what stays is left alone");
        arena_reset(&a);
        T_EQ_INT(memcmp(kept, zeros, 64) == 0, wipes, "after a reset");
        arena_fini(&a);
        T_CHECK(!a.wipes, "another use begins anew");
    }
}
