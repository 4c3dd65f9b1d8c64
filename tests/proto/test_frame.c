// SPDX-License-Identifier: Apache-2.0
#include "proto/frame.h"

#include <stdlib.h>
#include <string.h>

#include "t.h"

T_TEST(frame, decodes_the_frame_of_its_description)
{
    static const uint8_t bytes[] = {0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o', 0, 0};
    struct frame frame;

    T_EQ_INT(frame_decode(&frame, bytes, sizeof(bytes), FRAME_BYTES_DEFAULT), 9);
    T_EQ_INT(frame.n, 5);
    T_EQ_MEM(frame.payload, "hello", 5);
    T_EQ_INT(frame_want(bytes, sizeof(bytes)), 9);
}

T_TEST(frame, waits_for_every_missing_byte)
{
    static const uint8_t bytes[] = {0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};
    struct frame frame;

    for (size_t n = 0; n < sizeof(bytes); n++) {
        uint8_t *exact = malloc(n + 1);
        T_CHECK(exact != NULL);
        memcpy(exact + 1, bytes, n);
        T_EQ_INT(frame_decode(&frame, exact + 1, n, 5), 0, "%zu bytes", n);
        T_EQ_INT(frame_want(exact + 1, n), n < 4 ? 4 : 9, "%zu bytes", n);
        free(exact);
    }
}

T_TEST(frame, judges_the_length_by_the_header_alone)
{
    static const struct {
        const char *header;
        size_t n;
        size_t limit;
        ssize_t expected;
    } rows[] = {
        {"\0\0\0\0", 4, 100, FRAME_EMPTY},
        {"\0\0\0\0x", 5, 100, FRAME_EMPTY},
        {"\0\0\0\0", 3, 100, 0}, // not yet
        {"\0\0\0\x64", 4, 100, 0},
        {"\0\0\0\x65", 4, 100, FRAME_TOO_LONG},
        {"\0\1\0\0", 4, FRAME_BYTES_DEFAULT, 0},
        {"\0\1\0\1", 4, FRAME_BYTES_DEFAULT, FRAME_TOO_LONG},
        {"\0\x10\0\0", 4, FRAME_BYTES_MAX, 0},
        {"\0\x10\0\1", 4, FRAME_BYTES_MAX, FRAME_TOO_LONG},
        {"\xff\xff\xff\xff", 4, FRAME_BYTES_MAX, FRAME_TOO_LONG},
        {"\x80\0\0\0", 4, FRAME_BYTES_MAX, FRAME_TOO_LONG},
        {"\0\0\0\x1x", 5, 1, 5},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct frame frame = {NULL, 77};
        T_EQ_INT(frame_decode(&frame, (const uint8_t *)rows[i].header, rows[i].n, rows[i].limit),
                 rows[i].expected, "row %zu", i);
        T_CHECK(rows[i].expected > 0 || frame.n == 77, "row %zu: written without success", i);
    }
}

T_TEST(frame, encodes_what_it_decodes)
{
    static const size_t sizes[] = {1, 2, 255, 256, 65535, 65536, FRAME_BYTES_MAX};
    static uint8_t space[FRAME_HEADER_BYTES + FRAME_BYTES_MAX];
    struct frame frame;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        frame_encode(space, sizes[i]);
        T_EQ_INT(frame_decode(&frame, space, sizeof(space), FRAME_BYTES_MAX),
                 FRAME_HEADER_BYTES + sizes[i], "row %zu", i);
        T_EQ_INT(frame.n, sizes[i], "row %zu", i);
        T_CHECK(frame.payload == space + FRAME_HEADER_BYTES, "row %zu", i);
    }
}
