// SPDX-License-Identifier: Apache-2.0
/**
 * check: whether the bytes of a message may be unpacked at all.
 *
 * protobuf-c believes its input: it takes a string that is no UTF-8 or holds a NUL, an enum value
 * that does not exist, the last of several values of one field; it multiplies a frame of empty
 * elements by a hundred in memory; and where it refuses, it does not say why. So every frame passes
 * this walk over its bytes first, which allocates nothing and whose work is linear in their number.
 * What it lets through, protobuf-c unpacks, within the bytes that the walk foretells, and packs
 * again to the same bytes, apart from the order and packing of fields.
 */
#ifndef SLATE_WIRE_CHECK_H
#define SLATE_WIRE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "wire/rules.h"

enum check_outcome {
    CHECK_REFUSED = 1,   /* *ret_fault says what and where */
    CHECK_UNIMPLEMENTED, /* well-formed, but the operation is none that we know; *ret_fault too */
};

/** What is wrong. */
struct check_fault {
    size_t at;        /* byte of the frame, from 0 */
    uint32_t line;    /* of the text in which it is, from 1; 0 = not in a text of lines */
    char field[128];  /* path from the request on, "new_ticket.subject"; "" = the frame itself */
    char reason[256]; /* a sentence without its subject, "is longer than 500 bytes" */
};

/** What was found. */
struct check_facts {
    size_t unpack_bytes; /* that protobuf-c will ask its allocator for, at most, each rounded up */
    uint32_t n_unknown;  /* fields that are not in our schema */
};

/**
 * Checks the n bytes at p against the rules of what they should be, rules_envelope for a frame.
 * Refused are, each with its place:
 *
 * - what is no protobuf: cut off, a varint longer than it need be, field number 0, groups
 * - a field of another wire type than its own, or outside its type: a bool of 2, an unknown value
 *   of an enum, a uint32 beyond 32 bits
 * - a field that only servers send, one that is there twice, one that is missing
 * - a second operation, or none; a long frame with an operation that needs none
 * - what exceeds its rule: bytes, elements, instants; more than WIRE_UNKNOWN_MAX unknown fields;
 *   more than WIRE_UNPACK_BYTES_MAX to unpack
 * - text outside of its class (wire/utf8.h)
 *
 * Returns 0 and *ret, or an outcome and *ret_fault.
 */
int check_frame(const struct rules *rules, const uint8_t *p, size_t n, struct check_facts *ret,
                struct check_fault *ret_fault);

/** The id of the request in a frame that may be broken anywhere; 0 if it cannot be read. */
uint64_t check_find_id(const uint8_t *p, size_t n);

#endif
