// SPDX-License-Identifier: Apache-2.0
/** base64: RFC 4648 with padding, one way to write each value; and hexadecimal, lower case. */
#ifndef SLATE_EVIDENCE_BASE64_H
#define SLATE_EVIDENCE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Characters for n bytes, without a NUL. */
size_t base64_length(size_t n);

/** Writes base64_length(n) characters, no NUL. */
void base64_encode(const void *bytes, size_t n, char *ret);

/** Bytes that n characters can hold at most. */
size_t base64_room(size_t n);

/** False for anything but what base64_encode() writes. ret has base64_room(n) bytes. */
bool base64_decode(const char *text, size_t n, uint8_t *ret, size_t *ret_n);

/** 2 * n characters and a NUL. Returns ret. */
char *base64_hex(const uint8_t *bytes, size_t n, char *ret);

/** False unless text is 2 * n lower-case digits and its end. */
bool base64_unhex(const char *text, uint8_t *ret, size_t n);

#endif
