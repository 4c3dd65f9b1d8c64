// SPDX-License-Identifier: Apache-2.0
#include "net/buffer.h"

#include <string.h>

#include "t.h"

static void put(struct buffer *b, const void *p, size_t n)
{
    uint8_t *to = buffer_reserve(b, n);

    T_CHECK(to != NULL);
    memcpy(to, p, n);
    buffer_commit(b, n);
}

T_TEST(buffer, an_empty_one_holds_no_memory)
{
    struct buffer b = {0};

    T_EQ_INT(buffer_left(&b), 0);
    put(&b, "hello", 5);
    T_CHECK(b.p != NULL);
    buffer_consume(&b, 2);
    T_EQ_INT(buffer_left(&b), 3);
    T_EQ_MEM(buffer_bytes(&b), "llo", 3);
    buffer_consume(&b, 3);
    T_CHECK(b.p == NULL && b.size == 0);
    buffer_fini(&b);
    buffer_fini(&b);
}

T_TEST(buffer, what_comes_out_is_what_went_in)
{
    static uint8_t chunk[5000];
    struct buffer b = {0};
    uint8_t in = 0;
    uint8_t out = 0;
    uint32_t seed = 1;

    for (int round = 0; round < 20000; round++) {
        seed = seed * 1103515245 + 12345;
        size_t n = (seed >> 16) % (round % 100 == 0 ? sizeof(chunk) : 50) + 1;
        for (size_t i = 0; i < n; i++) {
            chunk[i] = in++;
        }
        put(&b, chunk, n);
        seed = seed * 1103515245 + 12345;
        n = (seed >> 16) % 120;
        n = n < buffer_left(&b) ? n : buffer_left(&b);
        for (size_t i = 0; i < n; i++) {
            T_EQ_INT(buffer_bytes(&b)[i], out++, "round %d", round);
        }
        buffer_consume(&b, n);
    }
    T_CHECK(b.size <= 64 * 1024, "%zu bytes for what is kept", b.size);
    buffer_fini(&b);
}

T_TEST(buffer, room_at_the_front_is_used_before_more_is_taken)
{
    static const uint8_t bytes[1000];
    struct buffer b = {0};

    put(&b, bytes, 1000);
    size_t size = b.size;
    for (int i = 0; i < 100; i++) {
        buffer_consume(&b, 900);
        put(&b, bytes, 900);
    }
    T_EQ_INT(b.size, size);
    buffer_fini(&b);
}

T_TEST(buffer, more_than_there_can_be_is_refused)
{
    struct buffer b = {0};

    put(&b, "x", 1);
    T_CHECK(buffer_reserve(&b, SIZE_MAX / 2 + 1) == NULL);
    T_CHECK(buffer_reserve(&b, SIZE_MAX) == NULL);
    T_EQ_MEM(buffer_bytes(&b), "x", 1);
    buffer_fini(&b);
}
