// SPDX-License-Identifier: Apache-2.0
/*
 * What holds for any bytes that a client may send. For the tests of hostile input and the fuzzers.
 */
#ifndef SLATE_TESTS_WIRE_JUDGE_H
#define SLATE_TESTS_WIRE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Ends the program unless:
 * - what the check refuses costs not one allocation;
 * - what it lets in unpacks, within the bytes that it foretold, and packs again into bytes that it
 *   lets in, that pack into themselves, and that have the same content hash;
 * - of that, wire_decode() refuses nothing for want of memory, and a refusal names code and reason.
 * Returns whether wire_decode() has accepted it.
 */
bool judge_frame(const uint8_t *p, size_t n);

/** The same of a frame of ALPN slate-enrol/1. */
bool judge_enrol(const uint8_t *p, size_t n);

#endif
