// SPDX-License-Identifier: Apache-2.0
/*
 * Replies with many rows. A message of protobuf is its fields in any order, one after the other, so
 * a reply is put together from a packed head and rows that were packed when they came: nothing of a
 * row need live on, and their bytes are known before the next one is taken.
 *
 *     Envelope { 3: Reply { id, token, 21: TicketPage { truncated, cursor, ...; 1: row, 1: row } }
 * }
 */
#include "wire/encode.h"

#include <assert.h>
#include <string.h>

#include "proto/frame.h"
#include "wire/enums.h"
#include "wire/fill.h"

enum {
    ENVELOPE_REPLY = 3, /* Envelope.reply */

    /* What stands around the rows: id, token, cursor, and the lengths; for a ticket's messages also
     * its row, the requester and TICKET_CLOCKS_MAX clocks, all with their longest names. */
    AROUND_PAGE_BYTES = 1024,
    AROUND_DETAIL_BYTES = 12 * 1024,
};

/* Field numbers are permanent; by enum wire_row_kind. */
static const struct shape {
    uint32_t reply; // of the message with the rows, in Reply
    uint32_t row;   // of the rows in that message
    size_t around_bytes;
    bool newest_first; // rows are added in the other order than they are sent
} shapes[] = {
    [WIRE_ROW_TICKET] = {21, 1, AROUND_PAGE_BYTES, false},
    [WIRE_ROW_MESSAGE] = {22, 4, AROUND_DETAIL_BYTES, true},
    [WIRE_ROW_BREACH] = {40, 1, AROUND_PAGE_BYTES, false},
    [WIRE_ROW_BOOK_OBJECT] = {61, 1, AROUND_PAGE_BYTES, false},
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

static int add(struct wire_rows *rows, enum wire_row_kind kind, const ProtobufCMessage *message)
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

int wire_rows_add_ticket(struct wire_rows *rows, const struct reply_ticket *ticket)
{
    struct fill_ticket out;

    fill_ticket(ticket, &out);
    return add(rows, WIRE_ROW_TICKET, &out.row.base);
}

int wire_rows_add_breach(struct wire_rows *rows, const struct reply_breach *breach)
{
    Slate__V1__Breach out = SLATE__V1__BREACH__INIT;
    char name[WIRE_TICKET_BYTES + 1];

    fill_name(breach->key, breach->number, name);
    out.ticket = name;
    out.has_clock = breach->clock != CLOCK_KIND_NONE;
    out.clock = (Slate__V1__ClockKind)breach->clock;
    out.has_cycle = breach->cycle != 0;
    out.cycle = breach->cycle;
    out.contract = fill_string(breach->contract);
    out.has_contract_version = breach->contract_version != 0;
    out.contract_version = breach->contract_version;
    out.vendor = fill_string(breach->vendor);
    out.team = fill_string(breach->team);
    out.priority = fill_string(breach->priority);
    out.within = fill_string(breach->within);
    fill_instant(breach->breached_at, &out.has_breached_at, &out.breached_at);
    fill_instant(breach->detected_at, &out.has_detected_at, &out.detected_at);
    out.has_withdrawn = breach->withdrawn;
    out.withdrawn = breach->withdrawn;
    out.has_state = breach->state != TICKET_NONE;
    out.state = (Slate__V1__TicketState)breach->state;
    out.has_imported = breach->imported;
    out.imported = breach->imported;
    return add(rows, WIRE_ROW_BREACH, &out.base);
}

int wire_rows_add_message(struct wire_rows *rows, const struct reply_message *message)
{
    Slate__V1__Message out = SLATE__V1__MESSAGE__INIT;

    assert(message->body.n <= WIRE_BODY_BYTES);
    out.has_number = 1;
    out.number = message->number;
    fill_instant(message->effective_at, &out.has_effective_at, &out.effective_at);
    fill_instant(message->recorded_at, &out.has_recorded_at, &out.recorded_at);
    fill_instant(message->claimed_at, &out.has_claimed_at, &out.claimed_at);
    out.author = fill_string(message->author);
    out.has_side = message->side != SIDE_NONE;
    out.side = (Slate__V1__Side)message->side;
    out.has_kind = message->kind != MESSAGE_KIND_NONE;
    out.kind = (Slate__V1__MessageKind)message->kind;
    out.has_visibility = message->visibility != MESSAGE_VISIBILITY_NONE;
    out.visibility = (Slate__V1__Visibility)message->visibility;
    out.channel = fill_string(message->channel);
    if (message->body.n > 0) {
        out.body = arena_strndup(rows->arena, message->body.bytes, message->body.n);
        if (out.body == NULL) {
            return -1;
        }
    }
    return add(rows, WIRE_ROW_MESSAGE, &out.base);
}

int wire_rows_add_book_object(struct wire_rows *rows, const struct reply_book_object *object)
{
    Slate__V1__BookObject out = SLATE__V1__BOOK_OBJECT__INIT;

    out.kind = fill_string(book_kind_name(object->kind));
    out.name = fill_string(object->name);
    out.has_version = object->version != 0;
    out.version = object->version;
    fill_instant(object->effective_at, &out.has_effective_at, &out.effective_at);
    fill_instant(object->recorded_at, &out.has_recorded_at, &out.recorded_at);
    out.actor = fill_string(object->actor);
    fill_bytes(object->sha256, BOOK_HASH_BYTES, &out.has_sha256, &out.sha256);
    if (object->text_bytes > 0) {
        out.text = arena_strndup(rows->arena, object->text, object->text_bytes);
        if (out.text == NULL) {
            return -1;
        }
    }
    return add(rows, WIRE_ROW_BOOK_OBJECT, &out.base);
}

static uint8_t *put_rows(const struct wire_rows *rows, uint8_t *p)
{
    uint8_t *const end = p + rows->bytes;
    uint8_t *back = end;

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

/* The reply: head is the message that the rows belong to, without them. */
static int finish(struct wire_rows *rows, enum wire_row_kind kind, uint64_t id,
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
    p += protobuf_c_message_pack(head, p);
    if (rows->n > 0) {
        p = put_rows(rows, p);
    }
    assert(p == payload + n);
    *ret = (struct wire_bytes){.p = payload, .n = n};
    return 0;
}

int wire_encode_ticket_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret)
{
    Slate__V1__TicketPage out = SLATE__V1__TICKET_PAGE__INIT;

    assert(page->cursor.n <= WIRE_CURSOR_BYTES);
    out.has_truncated = 1;
    out.truncated = page->truncated;
    fill_bytes(page->cursor.n > 0 ? page->cursor.p : NULL, page->cursor.n, &out.has_cursor,
               &out.cursor);
    fill_instant(page->snapshot_at, &out.has_snapshot_at, &out.snapshot_at);
    return finish(rows, WIRE_ROW_TICKET, id, token, &out.base, ret);
}

int wire_encode_breach_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret)
{
    Slate__V1__BreachPage out = SLATE__V1__BREACH_PAGE__INIT;

    assert(page->cursor.n <= WIRE_CURSOR_BYTES);
    out.has_truncated = 1;
    out.truncated = page->truncated;
    fill_bytes(page->cursor.n > 0 ? page->cursor.p : NULL, page->cursor.n, &out.has_cursor,
               &out.cursor);
    fill_instant(page->snapshot_at, &out.has_snapshot_at, &out.snapshot_at);
    return finish(rows, WIRE_ROW_BREACH, id, token, &out.base, ret);
}

int wire_encode_ticket_detail(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                              const struct reply_detail *detail, struct wire_bytes *ret)
{
    Slate__V1__TicketDetail out = SLATE__V1__TICKET_DETAIL__INIT;
    Slate__V1__Clock clocks[TICKET_CLOCKS_MAX];
    Slate__V1__Clock *pointers[TICKET_CLOCKS_MAX];
    char requester[WIRE_REQUESTER_BYTES + 1] = "";
    struct fill_ticket ticket;

    assert(detail->n_clocks <= TICKET_CLOCKS_MAX && detail->requester.n <= WIRE_REQUESTER_BYTES);
    fill_ticket(detail->ticket, &ticket);
    out.ticket = &ticket.row;
    if (detail->requester.n > 0) {
        memcpy(requester, detail->requester.bytes, detail->requester.n);
    }
    out.requester = fill_string(requester);
    for (size_t i = 0; i < detail->n_clocks; i++) {
        fill_clock(&detail->clocks[i], &clocks[i]);
        pointers[i] = &clocks[i];
    }
    out.clocks = pointers;
    out.n_clocks = detail->n_clocks;
    out.has_truncated = 1;
    out.truncated = detail->truncated;
    return finish(rows, WIRE_ROW_MESSAGE, id, token, &out.base, ret);
}

int wire_encode_book_text(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                          bool truncated, struct wire_bytes *ret)
{
    Slate__V1__BookText out = SLATE__V1__BOOK_TEXT__INIT;

    out.has_truncated = 1;
    out.truncated = truncated;
    return finish(rows, WIRE_ROW_BOOK_OBJECT, id, token, &out.base, ret);
}
