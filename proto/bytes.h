// SPDX-License-Identifier: Apache-2.0
#ifndef PROTO_BYTES_H
#define PROTO_BYTES_H

/*
 * Bounded cursors over bytes, for reading and for writing, big-endian.
 *
 * The error is sticky: after the first read or write that doesn't fit, every later one does nothing
 * (reads give zero), so that a caller checks once at the end, with bytes_reader_done() or
 * bytes_writer_ok(). A failed cursor never touches a byte outside [p, p + n).
 *
 * Integers keep their order under memcmp(): unsigned ones by being big-endian, `ordered` signed
 * ones by having the sign bit flipped as well. Keys of an index use only these.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes_reader {
    const uint8_t *p; // first byte not yet read
    size_t left;      // bytes from p to the end
    bool failed;
};

struct bytes_writer {
    uint8_t *p;  // start of the space, owned by the caller
    size_t size; // bytes of space
    size_t n;    // bytes written so far; the result is [p, p + n)
    bool failed;
};

/** Start to read the n bytes at p, which must outlive the reader. p may be NULL when n is 0. */
void bytes_reader_init(struct bytes_reader *r, const void *p, size_t n);

/** The next integer; 0 when there are too few bytes left (the reader has then failed). */
uint8_t bytes_get_u8(struct bytes_reader *r);
uint16_t bytes_get_u16(struct bytes_reader *r);
uint32_t bytes_get_u32(struct bytes_reader *r);
uint64_t bytes_get_u64(struct bytes_reader *r);

/** Two's complement, as bytes_put_i64() writes it. */
int64_t bytes_get_i64(struct bytes_reader *r);

/** As bytes_put_i64_ordered() writes it. */
int64_t bytes_get_i64_ordered(struct bytes_reader *r);

/** The next n bytes, still owned by whom the reader reads from; NULL when there are fewer (the
 * reader has failed). */
const uint8_t *bytes_get_raw(struct bytes_reader *r, size_t n);

/** Copy the next n bytes to ret; zeros when there are fewer (the reader has failed). */
void bytes_get_copy(struct bytes_reader *r, void *ret, size_t n);

/** True when everything so far was there. */
bool bytes_reader_ok(const struct bytes_reader *r);

/** True when everything was there and nothing is left: what a record or a key with a fixed shape
 * must end with. */
bool bytes_reader_done(const struct bytes_reader *r);

/** Start to write into the size bytes at p. */
void bytes_writer_init(struct bytes_writer *w, void *p, size_t size);

void bytes_put_u8(struct bytes_writer *w, uint8_t v);
void bytes_put_u16(struct bytes_writer *w, uint16_t v);
void bytes_put_u32(struct bytes_writer *w, uint32_t v);
void bytes_put_u64(struct bytes_writer *w, uint64_t v);

/** Two's complement: for values. Negative numbers sort after positive ones. */
void bytes_put_i64(struct bytes_writer *w, int64_t v);

/** Sign bit flipped: for keys. memcmp() order is the order of the numbers. */
void bytes_put_i64_ordered(struct bytes_writer *w, int64_t v);

/** p may be NULL when n is 0. */
void bytes_put_raw(struct bytes_writer *w, const void *p, size_t n);

/** True when everything so far has fitted. */
bool bytes_writer_ok(const struct bytes_writer *w);

#endif
