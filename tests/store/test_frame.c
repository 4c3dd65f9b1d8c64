// SPDX-License-Identifier: Apache-2.0
#include "store/frame.h"

#include <string.h>

#include "store/shop.h"
#include "t.h"

enum { ROOM = 4096 };

static void seal(uint8_t *p, const char *text, enum db db, const struct key *key)
{
    memcpy(p + FRAME_HEADER_BYTES, text, strlen(text));
    frame_seal(p, strlen(text), db, key, RECORD_TICKET);
}

T_TEST(frame, gives_back_what_was_sealed)
{
    static uint8_t buf[FRAME_HEADER_BYTES + FRAME_PAYLOAD_BYTES_MAX];
    static const size_t sizes[] = {0,   1,   16,   17,    128,     129,
                                   240, 241, 1000, 65536, 1 << 20, FRAME_PAYLOAD_BYTES_MAX};
    struct key key = key_ticket(1, 2);
    struct dice dice = {0};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const uint8_t *payload;
        size_t n;

        dice_bytes(&dice, buf + FRAME_HEADER_BYTES, sizes[i] < 1000 ? sizes[i] : 1000);
        frame_seal(buf, sizes[i], DB_TICKETS, &key, RECORD_TICKET);
        T_EQ_INT(frame_open(buf, FRAME_HEADER_BYTES + sizes[i], DB_TICKETS, &key, RECORD_TICKET,
                            &payload, &n),
                 0, "%zu bytes", sizes[i]);
        T_EQ_INT(n, sizes[i]);
        T_CHECK(payload == buf + FRAME_HEADER_BYTES);
    }
}

T_TEST(frame, any_flipped_bit_is_found)
{
    struct key key = key_ticket(1, 2);
    uint8_t buf[ROOM];
    const char *text = "what a ticket is made of, long enough to go beyond one block of the hash";
    size_t size = FRAME_HEADER_BYTES + strlen(text);
    const uint8_t *payload;
    size_t n;

    for (size_t bit = 0; bit < size * 8; bit++) {
        seal(buf, text, DB_TICKETS, &key);
        buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
        int r = frame_open(buf, size, DB_TICKETS, &key, RECORD_ANY, &payload, &n);
        int expected = bit < 8                 ? FRAME_FOREIGN
                       : bit >= 24 && bit < 48 ? FRAME_LENGTH
                                               : FRAME_CHECKSUM;
        T_EQ_INT(r, expected, "bit %zu", bit);
    }
}

T_TEST(frame, a_value_under_another_key_or_in_another_database_is_found)
{
    struct key key = key_ticket(1, 2);
    struct key other = key_ticket(1, 3);
    struct key longer = key;
    uint8_t buf[ROOM];
    const uint8_t *payload;
    size_t n;

    seal(buf, "x", DB_TICKETS, &key);
    size_t size = FRAME_HEADER_BYTES + 1;
    longer.bytes[longer.n++] = 0;
    T_EQ_INT(frame_open(buf, size, DB_TICKETS, &key, RECORD_TICKET, &payload, &n), 0);
    T_EQ_INT(frame_open(buf, size, DB_TICKETS, &other, RECORD_TICKET, &payload, &n),
             FRAME_CHECKSUM);
    T_EQ_INT(frame_open(buf, size, DB_TICKETS, &longer, RECORD_TICKET, &payload, &n),
             FRAME_CHECKSUM);
    T_EQ_INT(frame_open(buf, size, DB_STREAM, &key, RECORD_TICKET, &payload, &n), FRAME_CHECKSUM);
    T_EQ_INT(frame_open(buf, size, DB_TICKETS, &key, RECORD_BREACH, &payload, &n), FRAME_KIND);
    T_EQ_INT(frame_open(buf, size, DB_TICKETS, &key, RECORD_ANY, &payload, &n), 0);
}

T_TEST(frame, what_is_too_short_or_too_long_is_found)
{
    struct key key = key_ticket(1, 2);
    uint8_t buf[ROOM];
    const uint8_t *payload;
    size_t n;

    memset(buf, 0, sizeof(buf));
    seal(buf, "four", DB_TICKETS, &key);
    for (size_t size = 0; size < FRAME_HEADER_BYTES + 8; size++) {
        int r = frame_open(buf, size, DB_TICKETS, &key, RECORD_TICKET, &payload, &n);
        int expected = size < FRAME_HEADER_BYTES        ? FRAME_SHORT
                       : size == FRAME_HEADER_BYTES + 4 ? 0
                                                        : FRAME_LENGTH;
        T_EQ_INT(r, expected, "%zu bytes", size);
    }
}
