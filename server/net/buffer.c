// SPDX-License-Identifier: Apache-2.0
/*
 * A growing area with a front that moves. Bytes are moved to the start of the area only when room
 * is needed, and the area doubles, so that each byte is moved a bounded number of times on average.
 */
#include "net/buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/** Smallest area: a few requests or replies. */
#define SIZE_MIN 1024

void buffer_fini(struct buffer *b)
{
    free(b->p);
    *b = (struct buffer){0};
}

size_t buffer_left(const struct buffer *b)
{
    return b->end - b->at;
}

const uint8_t *buffer_bytes(const struct buffer *b)
{
    return b->p + b->at;
}

uint8_t *buffer_reserve(struct buffer *b, size_t n)
{
    size_t left = buffer_left(b);

    assert(n > 0);
    if (b->size - b->end >= n) {
        return b->p + b->end;
    }
    // Moving pays only when what moves is less than what was used up since the last move
    if (b->size - left >= n && left <= b->at) {
        memmove(b->p, b->p + b->at, left);
        b->at = 0;
        b->end = left;
        return b->p + b->end;
    }

    size_t size = b->size > 0 ? b->size : SIZE_MIN;
    while (size - left < n) {
        if (size > SIZE_MAX / 2) {
            return NULL;
        }
        size *= 2;
    }
    if (size == b->size) { // the room is there, at the front
        size *= 2;
    }
    uint8_t *p = malloc(size);
    if (!p) {
        return NULL;
    }
    if (left > 0) {
        memcpy(p, b->p + b->at, left);
    }
    free(b->p);
    *b = (struct buffer){.p = p, .end = left, .size = size};
    return b->p + b->end;
}

void buffer_commit(struct buffer *b, size_t n)
{
    assert(n <= b->size - b->end);
    b->end += n;
}

void buffer_consume(struct buffer *b, size_t n)
{
    assert(n <= buffer_left(b));
    b->at += n;
    if (buffer_left(b) == 0) {
        buffer_fini(b);
    }
}
