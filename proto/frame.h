// SPDX-License-Identifier: Apache-2.0
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

/*
 * Frames: how messages are told apart in the byte stream inside TLS.
 *
 *   00 00 00 05  68 65 6c 6c 6f        length (4 bytes, big-endian, of the payload alone), payload
 *
 * A payload is at least one byte: an empty frame carries nothing, and would make a flood of them
 * cheap.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FRAME_HEADER_BYTES 4

/** Largest payload unless agreed otherwise: holds any message but bulk text, and bounds what a
 * stranger can make us keep. */
#define FRAME_BYTES_DEFAULT ((size_t)64 * 1024)

/** Largest payload that may ever be agreed: chunks of bulk text and imports. */
#define FRAME_BYTES_MAX ((size_t)1024 * 1024)

/** Protocol errors; the stream can't be read any further after one. */
enum frame_error {
    FRAME_EMPTY = -1,    // a length of zero
    FRAME_TOO_LONG = -2, // a length above the limit
};

/** One frame, borrowed from the bytes that it was decoded from. */
struct frame {
    const uint8_t *payload;
    size_t n; // bytes of payload, 1..limit
};

/**
 * Decode the frame at the start of the n bytes at p. Pure.
 *
 * limit is the largest payload accepted, 1..FRAME_BYTES_MAX.
 * Returns the bytes consumed, header and payload (> 0, and *ret is set); 0 when more bytes are
 * needed; an enum frame_error (< 0) as soon as the header shows it, before any payload has arrived.
 */
ssize_t frame_decode(struct frame *ret, const uint8_t *p, size_t n, size_t limit);

/**
 * Bytes that the frame at the start of the n bytes at p will have as a whole, header included;
 * FRAME_HEADER_BYTES when its header isn't complete. For sizing a buffer; says nothing about
 * limits.
 */
size_t frame_want(const uint8_t *p, size_t n);

/** Write the header of a payload of n bytes, 1..FRAME_BYTES_MAX. */
void frame_encode(uint8_t ret[FRAME_HEADER_BYTES], size_t n);

#endif
