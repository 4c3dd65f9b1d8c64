// SPDX-License-Identifier: Apache-2.0
/*
 * Request ids: UUIDs of version 7 (RFC 9562, 5.7). 48 bits of milliseconds come first, so that ids
 * made one after the other lie next to each other in the server's index; the rest is random.
 */
#include <openssl/rand.h>
#include <string.h>
#include <slate.h>

#include "client/lib/deadline.h"

/** Bytes after which the text has a dash. */
static bool dash_after(size_t i)
{
    return i == 3 || i == 5 || i == 7 || i == 9;
}

bool slate_request_id_new(uint8_t ret[SLATE_REQUEST_ID_BYTES])
{
    uint8_t id[SLATE_REQUEST_ID_BYTES];
    uint64_t ms = deadline_wall_ms();

    if (RAND_bytes(id + 6, (int)sizeof(id) - 6) != 1) {
        return false;
    }
    for (size_t i = 0; i < 6; i++) {
        id[i] = (uint8_t)(ms >> (8 * (5 - i)));
    }
    id[6] = (uint8_t)((id[6] & 0x0f) | 0x70); // version 7
    id[8] = (uint8_t)((id[8] & 0x3f) | 0x80); // variant of RFC 9562
    memcpy(ret, id, sizeof(id));
    return true;
}

void slate_request_id_format(const uint8_t id[SLATE_REQUEST_ID_BYTES],
                             char ret[SLATE_REQUEST_ID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    for (size_t i = 0; i < SLATE_REQUEST_ID_BYTES; i++) {
        ret[n++] = digits[id[i] >> 4];
        ret[n++] = digits[id[i] & 0xf];
        if (dash_after(i)) {
            ret[n++] = '-';
        }
    }
    ret[n] = '\0';
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool slate_request_id_parse(const char *text, uint8_t ret[SLATE_REQUEST_ID_BYTES])
{
    uint8_t id[SLATE_REQUEST_ID_BYTES];

    if (strlen(text) != SLATE_REQUEST_ID_TEXT_BYTES - 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof(id); i++) {
        int high = digit(text[0]);
        int low = digit(text[1]);

        if (high < 0 || low < 0) {
            return false;
        }
        id[i] = (uint8_t)(high << 4 | low);
        text += 2;
        if (dash_after(i) && *text++ != '-') {
            return false;
        }
    }
    memcpy(ret, id, sizeof(id));
    return true;
}
