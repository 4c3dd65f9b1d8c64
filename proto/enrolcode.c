// SPDX-License-Identifier: Apache-2.0
#include "proto/enrolcode.h"

#include <stdbool.h>
#include <string.h>

#include "proto/bytes.h"

#define PREFIX "slate1-"

enum {
    FIXED_BYTES = 8 + ENROLCODE_SECRET_BYTES + ENROLCODE_CA_BYTES,
    CRC_BYTES = 4,
    BINARY_BYTES_MAX = FIXED_BYTES + ENROLCODE_ADDRESS_BYTES - 1 + CRC_BYTES,
};

_Static_assert(sizeof(PREFIX) + (BINARY_BYTES_MAX + 2) / 3 * 4 <= ENROLCODE_TEXT_BYTES,
               "the longest code fits");

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* CRC-32 of IEEE 802.3, bit by bit: a few hundred bytes, once. */
static uint32_t crc(const uint8_t *p, size_t n)
{
    uint32_t c = UINT32_MAX;

    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int bit = 0; bit < 8; bit++) {
            c = c >> 1 ^ (c & 1 ? UINT32_C(0xedb88320) : 0);
        }
    }
    return ~c;
}

static bool is_address(const char *address, size_t n)
{
    if (n == 0 || n >= ENROLCODE_ADDRESS_BYTES) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (address[i] <= ' ' || address[i] > '~' || address[i] == '"' || address[i] == '\\') {
            return false;
        }
    }
    return true;
}

void enrolcode_format(const struct enrolcode *code, char ret[ENROLCODE_TEXT_BYTES])
{
    uint8_t binary[BINARY_BYTES_MAX];
    struct bytes_writer w;
    size_t used = sizeof(PREFIX) - 1;

    bytes_writer_init(&w, binary, sizeof(binary));
    bytes_put_i64(&w, code->expires_at);
    bytes_put_raw(&w, code->secret, sizeof(code->secret));
    bytes_put_raw(&w, code->ca_sha256, sizeof(code->ca_sha256));
    bytes_put_raw(&w, code->address, strlen(code->address));
    bytes_put_u32(&w, crc(binary, w.n));
    memcpy(ret, PREFIX, used);
    for (size_t bit = 0; bit < 8 * w.n; bit += 6) {
        const size_t at = bit / 8;
        const unsigned two = (unsigned)(binary[at] << 8) | (at + 1 < w.n ? binary[at + 1] : 0u);
        ret[used++] = digits[two >> (10 - bit % 8) & 63];
    }
    ret[used] = '\0';
}

/* The bytes of n digits; false where one is none, or bits are left that a writer leaves zero. */
static bool read_digits(const char *text, size_t n, uint8_t ret[BINARY_BYTES_MAX], size_t *ret_n)
{
    unsigned held = 0;
    unsigned bits = 0;
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        const char *digit = memchr(digits, text[i], sizeof(digits) - 1);
        if (digit == NULL) {
            return false;
        }
        held = (held << 6 | (unsigned)(digit - digits)) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            if (used == BINARY_BYTES_MAX) {
                return false;
            }
            ret[used++] = (uint8_t)(held >> bits);
        }
    }
    *ret_n = used;
    return bits < 6 && (held & ((1u << bits) - 1)) == 0;
}

int enrolcode_parse(const char *text, struct enrolcode *ret)
{
    static const char blanks[] = " \t\r\n";
    uint8_t binary[BINARY_BYTES_MAX];
    struct enrolcode code = {.address = ""};
    struct bytes_reader r;
    size_t n = 0;

    text += strspn(text, blanks);
    const size_t length = strcspn(text, blanks);
    if (text[length + strspn(text + length, blanks)] != '\0' || length < sizeof(PREFIX) - 1 ||
        memcmp(text, PREFIX, sizeof(PREFIX) - 1) != 0 ||
        !read_digits(text + sizeof(PREFIX) - 1, length - (sizeof(PREFIX) - 1), binary, &n) ||
        n <= FIXED_BYTES + CRC_BYTES) {
        return 1;
    }
    const size_t address_bytes = n - FIXED_BYTES - CRC_BYTES;
    bytes_reader_init(&r, binary, n);
    code.expires_at = bytes_get_i64(&r);
    bytes_get_copy(&r, code.secret, sizeof(code.secret));
    bytes_get_copy(&r, code.ca_sha256, sizeof(code.ca_sha256));
    if (!is_address((const char *)r.p, address_bytes)) {
        return 1;
    }
    bytes_get_copy(&r, code.address, address_bytes);
    if (bytes_get_u32(&r) != crc(binary, n - CRC_BYTES) || !bytes_reader_done(&r)) {
        return 1;
    }
    *ret = code;
    return 0;
}
