// SPDX-License-Identifier: Apache-2.0
#ifndef NET_BUFFER_H
#define NET_BUFFER_H

/*
 * Bytes in, at the end; bytes out, at the front. Takes memory when it holds something and gives all
 * of it back when it is empty, so that an idle connection costs nothing.
 *
 * A zeroed one is empty and valid.
 */

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *p;
    size_t at;   // first byte held
    size_t end;  // after the last
    size_t size; // of the memory at p
};

void buffer_fini(struct buffer *b);

/** Bytes held. */
size_t buffer_left(const struct buffer *b);

/** The bytes held; valid until the next call that changes b. */
const uint8_t *buffer_bytes(const struct buffer *b);

/** Room for n more bytes at the end, n > 0; NULL when there is no memory. Say with buffer_commit()
 * how many were put there. */
uint8_t *buffer_reserve(struct buffer *b, size_t n);
void buffer_commit(struct buffer *b, size_t n);

/** Drop the first n bytes. Frees the memory when nothing is left. */
void buffer_consume(struct buffer *b, size_t n);

#endif
