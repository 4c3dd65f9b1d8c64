// SPDX-License-Identifier: Apache-2.0
/*
 * Bytes of protobuf from a notation for people, right or wrong: what no generated code would write.
 *
 *     7=150        field 7, a varint
 *     7~-2         field 7, a varint in zigzag, as sint64 has it
 *     7'text'      field 7, these bytes; %1B is a byte by its number, %25 a percent sign
 *     7*500x       field 7, 500 times the byte 'x'
 *     7{ ... }     field 7, a message
 *     [9 ... ]     what stands there nine times
 *     !08ff01      bytes as they are
 *     ^            marks this place; also behind = and ~, and as %^ within a text
 *
 * Anything else ends the program: a table of tests is wrong then.
 */
#ifndef SLATE_TESTS_WIRE_RAW_H
#define SLATE_TESTS_WIRE_RAW_H

#include <stddef.h>
#include <stdint.h>

struct raw {
    uint8_t *p; // of exactly n bytes, so that a read behind the end is seen
    size_t n;
    size_t mark; // SIZE_MAX: none
};

/* Free it with raw_free(). */
struct raw raw_make(const char *notation);

void raw_free(struct raw *raw);

#endif
