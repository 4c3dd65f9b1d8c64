// SPDX-License-Identifier: Apache-2.0
#include "proto/bytes.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

T_TEST(bytes, writes_big_endian_in_order)
{
    static const uint8_t expected[] = {0x01, 0x23, 0x45, 0x01, 0x23, 0x45, 0x67, 0x01, 0x23,
                                       0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 'x',  'y',  0xff,
                                       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x7f, 0xff,
                                       0xff, 0xff, 0xff, 0xff, 0xff, 0xfe};
    uint8_t space[sizeof(expected)];
    struct bytes_writer w;

    bytes_writer_init(&w, space, sizeof(space));
    bytes_put_u8(&w, 0x01);
    bytes_put_u16(&w, 0x2345);
    bytes_put_u32(&w, 0x01234567);
    bytes_put_u64(&w, 0x0123456789abcdef);
    bytes_put_raw(&w, "xy", 2);
    bytes_put_i64(&w, -2);
    bytes_put_i64_ordered(&w, -2);
    T_CHECK(bytes_writer_ok(&w));
    T_EQ_INT(w.n, sizeof(expected));
    T_EQ_MEM(space, expected, sizeof(expected));
}

T_TEST(bytes, reads_back_what_was_written)
{
    uint8_t space[64];
    uint8_t copy[2];
    struct bytes_writer w;
    struct bytes_reader r;

    bytes_writer_init(&w, space, sizeof(space));
    bytes_put_u8(&w, 200);
    bytes_put_u16(&w, UINT16_MAX);
    bytes_put_u32(&w, UINT32_MAX - 1);
    bytes_put_u64(&w, UINT64_MAX - 2);
    bytes_put_i64(&w, INT64_MIN);
    bytes_put_i64_ordered(&w, INT64_MIN);
    bytes_put_i64_ordered(&w, INT64_MAX);
    bytes_put_raw(&w, "abcd", 4);
    bytes_put_raw(&w, NULL, 0);

    bytes_reader_init(&r, space, w.n);
    T_EQ_INT(bytes_get_u8(&r), 200);
    T_EQ_INT(bytes_get_u16(&r), UINT16_MAX);
    T_EQ_INT(bytes_get_u32(&r), UINT32_MAX - 1);
    T_CHECK(bytes_get_u64(&r) == UINT64_MAX - 2);
    T_EQ_INT(bytes_get_i64(&r), INT64_MIN);
    T_EQ_INT(bytes_get_i64_ordered(&r), INT64_MIN);
    T_EQ_INT(bytes_get_i64_ordered(&r), INT64_MAX);
    T_EQ_MEM(bytes_get_raw(&r, 2), "ab", 2);
    T_CHECK(bytes_reader_ok(&r) && !bytes_reader_done(&r));
    bytes_get_copy(&r, copy, 2);
    T_EQ_MEM(copy, "cd", 2);
    T_CHECK(bytes_reader_done(&r));
}

T_TEST(bytes, ordered_numbers_sort_as_bytes)
{
    static const int64_t rising[] = {
        INT64_MIN, INT64_MIN + 1, -65536, -256,  -255,      -1,       0,
        1,         255,           256,    65536, 1LL << 40, INT64_MAX};
    uint8_t before[8];
    uint8_t after[8];
    struct bytes_writer w;

    for (size_t i = 1; i < sizeof(rising) / sizeof(rising[0]); i++) {
        bytes_writer_init(&w, before, sizeof(before));
        bytes_put_i64_ordered(&w, rising[i - 1]);
        bytes_writer_init(&w, after, sizeof(after));
        bytes_put_i64_ordered(&w, rising[i]);
        T_CHECK(memcmp(before, after, sizeof(after)) < 0, "row %zu", i);
    }
}

T_TEST(bytes, a_reader_that_has_failed_stays_failed)
{
    // Of the exact size and from the heap, so that a sanitizer sees one byte too many
    uint8_t *three = malloc(3);
    uint8_t copy[4] = {9, 9, 9, 9};
    struct bytes_reader r;

    T_CHECK(three != NULL);
    memcpy(three, "\x01\x02\x03", 3);
    bytes_reader_init(&r, three, 3);
    T_EQ_INT(bytes_get_u32(&r), 0);
    T_CHECK(!bytes_reader_ok(&r));
    T_EQ_INT(bytes_get_u8(&r), 0, "although there is a byte");
    T_CHECK(bytes_get_raw(&r, 0) == NULL);
    bytes_get_copy(&r, copy, sizeof(copy));
    T_EQ_MEM(copy, "\0\0\0\0", 4);
    T_EQ_INT(bytes_get_i64_ordered(&r), 0, "not INT64_MIN");
    T_CHECK(!bytes_reader_done(&r));

    bytes_reader_init(&r, three, 3);
    bytes_get_raw(&r, SIZE_MAX);
    T_CHECK(!bytes_reader_ok(&r));
    free(three);

    bytes_reader_init(&r, NULL, 0);
    T_CHECK(bytes_reader_done(&r));
    bytes_get_u8(&r);
    T_CHECK(!bytes_reader_ok(&r));
}

T_TEST(bytes, a_writer_that_is_full_writes_nothing_more)
{
    uint8_t *five = malloc(5);
    struct bytes_writer w;

    T_CHECK(five != NULL);
    bytes_writer_init(&w, five, 5);
    bytes_put_u32(&w, 1);
    bytes_put_u16(&w, 2);
    T_CHECK(!bytes_writer_ok(&w));
    T_EQ_INT(w.n, 4, "no half of a number");
    bytes_put_u8(&w, 3);
    T_CHECK(!bytes_writer_ok(&w));
    T_EQ_INT(w.n, 4, "although there is room for one byte");

    bytes_writer_init(&w, five, 5);
    bytes_put_raw(&w, "123456", 6);
    T_CHECK(!bytes_writer_ok(&w));
    bytes_writer_init(&w, five, 5);
    bytes_put_raw(&w, "12345", 5);
    T_CHECK(bytes_writer_ok(&w));
    free(five);
}
