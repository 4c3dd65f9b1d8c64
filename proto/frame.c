// SPDX-License-Identifier: Apache-2.0
/*
 * A frame's length is judged as soon as its four bytes are there: a peer that announces too much is
 * cut off before it has made anybody keep a byte of it.
 */
#include "proto/frame.h"

#include <assert.h>

#include "proto/bytes.h"

static uint32_t header_length(const uint8_t *p)
{
    struct bytes_reader r;

    bytes_reader_init(&r, p, FRAME_HEADER_BYTES);
    return bytes_get_u32(&r);
}

ssize_t frame_decode(struct frame *ret, const uint8_t *p, size_t n, size_t limit)
{
    assert(limit > 0 && limit <= FRAME_BYTES_MAX);

    if (n < FRAME_HEADER_BYTES) {
        return 0;
    }
    size_t length = header_length(p);
    if (length == 0) {
        return FRAME_EMPTY;
    }
    if (length > limit) {
        return FRAME_TOO_LONG;
    }
    if (n - FRAME_HEADER_BYTES < length) {
        return 0;
    }
    *ret = (struct frame){.payload = p + FRAME_HEADER_BYTES, .n = length};
    return (ssize_t)(FRAME_HEADER_BYTES + length);
}

size_t frame_want(const uint8_t *p, size_t n)
{
    if (n < FRAME_HEADER_BYTES) {
        return FRAME_HEADER_BYTES;
    }
    return (size_t)FRAME_HEADER_BYTES + header_length(p);
}

void frame_encode(uint8_t ret[FRAME_HEADER_BYTES], size_t n)
{
    struct bytes_writer w;

    assert(n > 0 && n <= FRAME_BYTES_MAX);
    bytes_writer_init(&w, ret, FRAME_HEADER_BYTES);
    bytes_put_u32(&w, (uint32_t)n);
}
