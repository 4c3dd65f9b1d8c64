// SPDX-License-Identifier: Apache-2.0
/*
 * What happened to the tickets of a scenario.
 *
 * First comes what tells whether it went as expected: every ticket with its clocks and checks. The
 * room that is left is for events, of which there may be many thousands: each is packed when it
 * comes, so that no more than a frame of them is ever held.
 */
#include "wire/encode.h"

#include <assert.h>
#include <string.h>

#include "proto/frame.h"
#include "wire/enums.h"
#include "wire/fill.h"

/* A ticket without its events. */
struct tried {
    Slate__V1__TriedTicket out;
    struct fill_ticket ticket;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int fill_checks(struct arena *arena, const struct reply_tried_ticket *ticket,
                       Slate__V1__TriedTicket *ret)
{
    const size_t n = smaller(ticket->n_checks, WIRE_ELEMENTS_MAX);
    Slate__V1__TriedCheck *checks = arena_array(arena, n, sizeof(*checks));

    ret->checks = arena_array(arena, n, sizeof(Slate__V1__TriedCheck *));
    if (checks == NULL || ret->checks == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        const struct reply_tried_check *from = &ticket->checks[i];
        slate__v1__tried_check__init(&checks[i]);
        checks[i].has_line = from->line != 0;
        checks[i].line = from->line;
        checks[i].expected = fill_string(from->expected);
        checks[i].found = fill_string(from->found);
        checks[i].has_met = 1;
        checks[i].met = from->met;
        ret->checks[i] = &checks[i];
    }
    ret->n_checks = n;
    return 0;
}

static int fill_tried(struct arena *arena, const struct reply_tried_ticket *ticket,
                      struct tried *ret)
{
    const size_t n = ticket->n_clocks;
    Slate__V1__Clock *clocks = arena_array(arena, n, sizeof(*clocks));
    Slate__V1__TriedTicket *out = &ret->out;

    assert(n <= TICKET_CLOCKS_MAX);
    slate__v1__tried_ticket__init(out);
    out->clocks = arena_array(arena, n, sizeof(Slate__V1__Clock *));
    if (clocks == NULL || out->clocks == NULL) {
        return -1;
    }
    out->name = fill_string(ticket->name);
    if (ticket->ticket != NULL) {
        fill_ticket(ticket->ticket, &ret->ticket);
        out->ticket = &ret->ticket.row;
    }
    fill_instant(ticket->as_of_at, &out->has_as_of_at, &out->as_of_at);
    for (size_t i = 0; i < n; i++) {
        fill_clock(&ticket->clocks[i], &clocks[i]);
        out->clocks[i] = &clocks[i];
    }
    out->n_clocks = n;
    return fill_checks(arena, ticket, out);
}

/*
 * One event as it will lie in its ticket: its field's content, with the length before it. 0,
 * WIRE_FULL when it has more than `room` bytes, or < 0 when the arena is full.
 */
static int pack_event(struct arena *arena, const struct reply_event *event, size_t room,
                      ProtobufCMessageUnknownField *ret)
{
    enum { NUMBER = 4, TAG_BYTES = 1 }; // TriedTicket.events; permanent
    Slate__V1__TriedTicket alone = SLATE__V1__TRIED_TICKET__INIT;
    struct fill_event filled;
    Slate__V1__Event *pointer = &filled.event;
    uint8_t *packed;
    size_t n;

    fill_event(event, &filled);
    alone.events = &pointer;
    alone.n_events = 1;
    n = slate__v1__tried_ticket__get_packed_size(&alone);
    if (n > room) {
        return WIRE_FULL;
    }
    packed = arena_alloc(arena, n);
    if (packed == NULL) {
        return -1;
    }
    (void)slate__v1__tried_ticket__pack(&alone, packed);
    *ret = (ProtobufCMessageUnknownField){
        .tag = NUMBER,
        .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
        .len = n - TAG_BYTES,
        .data = packed + TAG_BYTES,
    };
    return 0;
}

/*
 * Puts the newest events of a ticket that have `room` bytes into *out; *room loses what they take.
 * What is packed already goes in as protobuf-c passes on fields that it does not know: byte by
 * byte.
 */
static int add_events(struct arena *arena, const struct reply_tried_ticket *ticket, size_t *room,
                      Slate__V1__TriedTicket *out, bool *truncated)
{
    const size_t most = smaller(ticket->n_events, WIRE_ELEMENTS_MAX);
    ProtobufCMessageUnknownField *fields = arena_array(arena, most, sizeof(*fields));
    size_t taken = 0;

    if (fields == NULL) {
        return -1;
    }
    while (taken < most) {
        ProtobufCMessageUnknownField *field = &fields[most - 1 - taken];
        const int r = pack_event(arena, &ticket->events[ticket->n_events - 1 - taken], *room,
                                 field);
        if (r < 0) {
            return -1;
        }
        if (r == WIRE_FULL) {
            break;
        }
        *room -= field->len + 1;
        taken++;
    }
    out->base.unknown_fields = fields + (most - taken);
    out->base.n_unknown_fields = (unsigned)taken;
    *truncated = *truncated || taken < ticket->n_events;
    return 0;
}

/* The tickets, of which those have room whose number is *ret_n, without their events. */
static int fill_tickets(struct arena *arena, const struct reply_tried_book *tried, size_t *room,
                        Slate__V1__TriedTicket **ret, size_t *ret_n, bool *truncated)
{
    size_t n = 0;

    while (n < tried->n_tickets && n < WIRE_ELEMENTS_MAX) {
        const struct reply_tried_ticket *from = &tried->tickets[n];
        struct tried *filled = arena_alloc(arena, sizeof(*filled));
        size_t bytes;
        if (filled == NULL || fill_tried(arena, from, filled) != 0) {
            return -1;
        }
        bytes = slate__v1__tried_ticket__get_packed_size(&filled->out) + FILL_ELEMENT_BYTES;
        if (bytes > *room) {
            break;
        }
        *room -= bytes;
        *truncated = *truncated || filled->out.n_checks < from->n_checks;
        ret[n++] = &filled->out;
    }
    *truncated = *truncated || n < tried->n_tickets;
    *ret_n = n;
    return 0;
}

int wire_encode_tried_book(struct arena *arena, uint64_t id, const struct wire_token *token,
                           const struct reply_tried_book *tried, struct wire_bytes *ret)
{
    enum { AROUND_BYTES = 1024 }; // id, token, numbers
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__TriedBook out = SLATE__V1__TRIED_BOOK__INIT;
    size_t room = FRAME_BYTES_MAX - AROUND_BYTES;
    bool truncated = false;

    out.tickets = arena_array(arena, smaller(tried->n_tickets, WIRE_ELEMENTS_MAX),
                              sizeof(Slate__V1__TriedTicket *));
    if (out.tickets == NULL ||
        fill_tickets(arena, tried, &room, out.tickets, &out.n_tickets, &truncated) != 0) {
        return -1;
    }
    out.warnings = (char **)tried->warnings; // packing only reads
    out.n_warnings = fill_lines_that_fit(tried->warnings, tried->n_warnings, &room, &truncated);
    for (size_t i = 0; i < out.n_tickets; i++) {
        const size_t share = room / (out.n_tickets - i); // what one leaves over, the next may have
        size_t left = share;
        if (add_events(arena, &tried->tickets[i], &left, out.tickets[i], &truncated) != 0) {
            return -1;
        }
        room -= share - left;
    }
    out.has_failed = 1;
    out.failed = tried->failed;
    out.has_truncated = 1;
    out.truncated = truncated;
    fill_reply(id, token, &reply, &position);
    reply.tried_book = &out;
    return fill_payload(arena, &reply, ret);
}
