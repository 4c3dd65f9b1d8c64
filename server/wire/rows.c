// SPDX-License-Identifier: Apache-2.0
/*
 * A message of protobuf is its fields in any order, one after the other, so a frame is put together
 * from a packed head and rows that were packed when they came: nothing of a row need live on, and
 * their bytes are known before the next one is taken.
 *
 *     Envelope { 3: Reply { id, token, 21: TicketPage { truncated, ...; 1: row, 1: row } } }
 *     Envelope { 4: Feed { id, positions; 2: row, 2: row } }
 */
#include "wire/rows.h"

#include <assert.h>
#include <string.h>

#include "proto/frame.h"
#include "wire/fill.h"

enum {
    ENVELOPE_REPLY = 3, /* fields of Envelope */
    ENVELOPE_FEED = 4,

    /* What stands around the rows: id, token, cursor, and the lengths; for a ticket's messages also
     * its row, the requester, and its clocks, links and tags, all with their longest names; for a
     * feed its positions and why it ended. */
    AROUND_PAGE_BYTES = 1024,
    AROUND_DETAIL_BYTES = 12 * 1024,
    AROUND_FEED_BYTES = WIRE_FEED_POSITIONS_MAX * (WIRE_NAME_BYTES + 17) + 1024,
};

/* Field numbers are permanent; by enum wire_row_kind. */
static const struct shape {
    uint32_t reply; // of the message with the rows, in Reply; a Feed is in none
    uint32_t row;   // of the rows in that message
    size_t around_bytes;
    bool newest_first; // rows are added in the other order than they are sent
} shapes[] = {
    [WIRE_ROW_TICKET] = {21, 1, AROUND_PAGE_BYTES, false},
    [WIRE_ROW_MESSAGE] = {22, 4, AROUND_DETAIL_BYTES, true},
    [WIRE_ROW_BREACH] = {40, 1, AROUND_PAGE_BYTES, false},
    [WIRE_ROW_BOOK_OBJECT] = {61, 1, AROUND_PAGE_BYTES, false},
    [WIRE_ROW_LOG_EVENT] = {39, 1, AROUND_PAGE_BYTES, false},
    [WIRE_ROW_FEED_EVENT] = {0, 2, AROUND_FEED_BYTES, false},
    [WIRE_ROW_USER] = {62, 1, AROUND_PAGE_BYTES, false},
    [WIRE_ROW_ACCESS] = {80, 1, AROUND_PAGE_BYTES, false},
};

_Static_assert(AROUND_DETAIL_BYTES + WIRE_BODY_BYTES + 512 <= FRAME_BYTES_DEFAULT,
               "one message must fit");

/* A row with its tag and length. */
struct wire_row {
    struct wire_row *before; // added before it
    size_t n;
    uint8_t bytes[];
};

static size_t varint_bytes(uint64_t v)
{
    size_t n = 1;
    while (v >= 0x80) {
        v >>= 7;
        n++;
    }
    return n;
}

static uint8_t *put_varint(uint8_t *p, uint64_t v)
{
    while (v >= 0x80) {
        *p++ = (uint8_t)(v | 0x80u);
        v >>= 7;
    }
    *p++ = (uint8_t)v;
    return p;
}

/* Tag and length of a field with n bytes of content. */
static size_t prefix_bytes(uint32_t number, size_t n)
{
    return varint_bytes((uint64_t)number << 3) + varint_bytes(n);
}

static uint8_t *put_prefix(uint8_t *p, uint32_t number, size_t n)
{
    p = put_varint(p, (uint64_t)number << 3 | PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
    return put_varint(p, n);
}

void wire_rows_init(struct wire_rows *rows, struct arena *arena, size_t frame_bytes)
{
    assert(frame_bytes >= FRAME_BYTES_DEFAULT && frame_bytes <= FRAME_BYTES_MAX);
    *rows = (struct wire_rows){.arena = arena, .frame_bytes = frame_bytes};
}

int rows_add(struct wire_rows *rows, enum wire_row_kind kind, const ProtobufCMessage *message)
{
    const size_t content = protobuf_c_message_get_packed_size(message);
    const size_t n = prefix_bytes(shapes[kind].row, content) + content;
    struct wire_row *row;
    size_t written;

    assert(rows->kind == WIRE_ROW_NONE || rows->kind == kind);
    if (rows->n == WIRE_ELEMENTS_MAX ||
        n > rows->frame_bytes - shapes[kind].around_bytes - rows->bytes) {
        return WIRE_FULL;
    }
    row = arena_alloc(rows->arena, sizeof(*row) + n);
    if (row == NULL) {
        return -1;
    }
    *row = (struct wire_row){.before = rows->last, .n = n};
    written = protobuf_c_message_pack(message, put_prefix(row->bytes, shapes[kind].row, content));
    assert(written == content);
    rows->kind = kind;
    rows->last = row;
    rows->bytes += n;
    rows->n++;
    return 0;
}

/* Head and rows: all of the message that the rows belong to. */
static uint8_t *put_message(const struct wire_rows *rows, const ProtobufCMessage *head, uint8_t *p)
{
    uint8_t *end;
    uint8_t *back;

    p += protobuf_c_message_pack(head, p);
    end = p + rows->bytes;
    back = end;

    for (const struct wire_row *row = rows->last; row != NULL; row = row->before) {
        if (shapes[rows->kind].newest_first) {
            memcpy(p, row->bytes, row->n);
            p += row->n;
        } else {
            back -= row->n;
            memcpy(back, row->bytes, row->n);
        }
    }
    return end;
}

int rows_finish(struct wire_rows *rows, enum wire_row_kind kind, uint64_t id,
                const struct wire_token *token, const ProtobufCMessage *head,
                struct wire_bytes *ret)
{
    const struct shape *shape = &shapes[kind];
    Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
    Slate__V1__Token position;
    size_t message_bytes;
    size_t reply_bytes;
    size_t n;
    uint8_t *payload;
    uint8_t *p;

    assert(rows->kind == WIRE_ROW_NONE || rows->kind == kind);
    fill_reply(id, token, &reply, &position);
    message_bytes = protobuf_c_message_get_packed_size(head) + rows->bytes;
    reply_bytes = slate__v1__reply__get_packed_size(&reply) +
                  prefix_bytes(shape->reply, message_bytes) + message_bytes;
    n = prefix_bytes(ENVELOPE_REPLY, reply_bytes) + reply_bytes;
    assert(n <= rows->frame_bytes);
    payload = arena_alloc(rows->arena, n);
    if (payload == NULL) {
        return -1;
    }
    p = put_prefix(payload, ENVELOPE_REPLY, reply_bytes);
    p += slate__v1__reply__pack(&reply, p);
    p = put_prefix(p, shape->reply, message_bytes);
    p = put_message(rows, head, p);
    assert(p == payload + n);
    *ret = (struct wire_bytes){.p = payload, .n = n};
    return 0;
}

int rows_finish_feed(struct wire_rows *rows, const ProtobufCMessage *head, struct wire_bytes *ret)
{
    size_t message_bytes;
    size_t n;
    uint8_t *payload;
    uint8_t *p;

    assert(rows->kind == WIRE_ROW_NONE || rows->kind == WIRE_ROW_FEED_EVENT);
    message_bytes = protobuf_c_message_get_packed_size(head) + rows->bytes;
    n = prefix_bytes(ENVELOPE_FEED, message_bytes) + message_bytes;
    assert(n <= rows->frame_bytes);
    payload = arena_alloc(rows->arena, n);
    if (payload == NULL) {
        return -1;
    }
    p = put_message(rows, head, put_prefix(payload, ENVELOPE_FEED, message_bytes));
    assert(p == payload + n);
    *ret = (struct wire_bytes){.p = payload, .n = n};
    return 0;
}
