// SPDX-License-Identifier: Apache-2.0
#include "evidence/base64.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_length(size_t n)
{
    return (n + 2) / 3 * 4;
}

size_t base64_room(size_t n)
{
    return n / 4 * 3;
}

void base64_encode(const void *bytes, size_t n, char *ret)
{
    const uint8_t *p = bytes;

    for (size_t i = 0; i < n; i += 3) {
        const size_t left = n - i;
        const uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                           (left > 2 ? p[i + 2] : 0);
        *ret++ = digits[v >> 18];
        *ret++ = digits[v >> 12 & 63];
        *ret++ = left > 1 ? digits[v >> 6 & 63] : '=';
        *ret++ = left > 2 ? digits[v & 63] : '=';
    }
}

static int value(char c)
{
    const char *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* Four characters, of which the last `pad` are padding. */
static bool decode_group(const char *text, size_t pad, uint8_t ret[3])
{
    uint32_t v = 0;

    for (size_t i = 0; i < 4; i++) {
        const int d = i < 4 - pad ? value(text[i]) : 0;
        if (d < 0) {
            return false;
        }
        v = v << 6 | (uint32_t)d;
    }
    ret[0] = (uint8_t)(v >> 16);
    ret[1] = (uint8_t)(v >> 8);
    ret[2] = (uint8_t)v;
    // Bits that no byte has are zero: one value has one text.
    return (pad < 1 || ret[2] == 0) && (pad < 2 || ret[1] == 0);
}

bool base64_decode(const char *text, size_t n, uint8_t *ret, size_t *ret_n)
{
    size_t out = 0;

    if (n % 4 != 0) {
        return false;
    }
    for (size_t i = 0; i < n; i += 4) {
        size_t pad = 0;
        uint8_t group[3];

        if (i + 4 == n && text[n - 1] == '=') {
            pad = text[n - 2] == '=' ? 2 : 1;
        }
        if (!decode_group(text + i, pad, group)) {
            return false;
        }
        memcpy(ret + out, group, 3 - pad);
        out += 3 - pad;
    }
    *ret_n = out;
    return true;
}

char *base64_hex(const uint8_t *bytes, size_t n, char *ret)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        ret[2 * i] = hex[bytes[i] >> 4];
        ret[2 * i + 1] = hex[bytes[i] & 15];
    }
    ret[2 * n] = '\0';
    return ret;
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool base64_unhex(const char *text, uint8_t *ret, size_t n)
{
    if (strlen(text) != 2 * n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const int high = nibble(text[2 * i]);
        const int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
