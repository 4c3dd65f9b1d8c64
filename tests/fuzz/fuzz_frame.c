// SPDX-License-Identifier: Apache-2.0
/*
 * Frames out of any bytes: whatever they are, a decoder that is given them in pieces finds the same
 * frames as one that is given all at once, none is longer than the limit, and encoding them gives
 * the bytes again.
 *
 * The first byte chooses the limit, the second the size of the pieces.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Where the frame at p ends when its bytes come in pieces; as frame_decode(). */
static ssize_t decode_in_pieces(const uint8_t *p, size_t n, size_t limit, size_t piece)
{
    for (size_t have = 0; have < n; have += piece) {
        struct frame frame;
        ssize_t r = frame_decode(&frame, p, have, limit);
        if (r != 0) {
            return r;
        }
        // What it says it wants is what it needs at least
        assert(frame_want(p, have) > have);
    }
    struct frame frame;
    return frame_decode(&frame, p, n, limit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t limits[] = {1, 16, 300, FRAME_BYTES_DEFAULT, FRAME_BYTES_MAX};

    if (size < 2) {
        return 0;
    }
    size_t limit = limits[data[0] % (sizeof(limits) / sizeof(limits[0]))];
    size_t piece = 1 + data[1];
    const uint8_t *p = data + 2;
    size_t n = size - 2;

    for (;;) {
        struct frame frame = {0};
        ssize_t r = frame_decode(&frame, p, n, limit);
        assert(decode_in_pieces(p, n, limit, piece) == r);
        if (r <= 0) {
            assert(r == 0 || r == FRAME_EMPTY || r == FRAME_TOO_LONG);
            return 0;
        }
        assert((size_t)r <= n && frame.n > 0 && frame.n <= limit);
        assert((size_t)r == FRAME_HEADER_BYTES + frame.n && frame_want(p, n) == (size_t)r);
        assert(frame.payload == p + FRAME_HEADER_BYTES);
        uint8_t header[FRAME_HEADER_BYTES];
        frame_encode(header, frame.n);
        assert(memcmp(header, p, sizeof(header)) == 0);
        p += r;
        n -= (size_t)r;
    }
}
