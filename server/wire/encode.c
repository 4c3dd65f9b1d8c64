// SPDX-License-Identifier: Apache-2.0
#include "wire/encode.h"

#include <assert.h>

#include "proto/frame.h"
#include "wire/enums.h"
#include "wire/fill.h"

int fill_packed(struct arena *arena, const ProtobufCMessage *message, struct wire_bytes *ret)
{
    const size_t n = protobuf_c_message_get_packed_size(message);
    uint8_t *payload = arena_alloc(arena, n);
    size_t written;

    assert(n <= FRAME_BYTES_MAX);
    if (payload == NULL) {
        return -1;
    }
    written = protobuf_c_message_pack(message, payload);
    assert(written == n); // it writes without looking where its space ends
    *ret = (struct wire_bytes){.p = payload, .n = n};
    return 0;
}

int fill_payload(struct arena *arena, Slate__V1__Reply *reply, struct wire_bytes *ret)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.reply = reply;
    return fill_packed(arena, &envelope.base, ret);
}

int wire_encode_hello(struct arena *arena, const struct reply_hello *hello, struct wire_bytes *ret)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;
    Slate__V1__Hello out = SLATE__V1__HELLO__INIT;
    Slate__V1__Limits limits = SLATE__V1__LIMITS__INIT;
    char *roles[ROLES];

    limits.has_frame_bytes = 1;
    limits.frame_bytes = FRAME_BYTES_DEFAULT;
    limits.has_import_frame_bytes = 1;
    limits.import_frame_bytes = FRAME_BYTES_MAX;
    limits.has_pipelined_requests = 1;
    limits.pipelined_requests = hello->pipelined_requests;
    limits.has_page_rows = 1;
    limits.page_rows = WIRE_PAGE_ROWS_MAX;
    limits.has_body_bytes = 1;
    limits.body_bytes = WIRE_BODY_BYTES;

    out.has_protocol = 1;
    out.protocol = WIRE_PROTOCOL;
    out.server_version = fill_string(hello->server_version);
    fill_bytes(hello->cluster_id, sizeof(hello->cluster_id), &out.has_cluster_id, &out.cluster_id);
    fill_instant(hello->server_at, &out.has_server_at, &out.server_at);
    out.zone_release = fill_string(hello->zone_release);
    out.source = fill_string(hello->source);
    out.limits = &limits;
    out.principal = fill_string(hello->principal);
    out.n_roles = fill_roles(hello->roles, roles);
    out.roles = roles;
    envelope.hello = &out;
    return fill_packed(arena, &envelope.base, ret);
}

int wire_encode_error(struct arena *arena, uint64_t id, const struct wire_token *token,
                      const struct refusal *refusal, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__Error error;

    fill_reply(id, token, &reply, &position);
    fill_error(refusal, &error);
    reply.error = &error;
    return fill_payload(arena, &reply, ret);
}

int wire_encode_ticket_changed(struct arena *arena, uint64_t id, const struct wire_token *token,
                               const struct reply_ticket_changed *changed, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__TicketChanged out = SLATE__V1__TICKET_CHANGED__INIT;
    struct fill_ticket ticket;

    fill_reply(id, token, &reply, &position);
    fill_ticket(changed->ticket, &ticket);
    out.ticket = &ticket.row;
    out.has_existing = 1;
    out.existing = changed->existing;
    reply.ticket_changed = &out;
    return fill_payload(arena, &reply, ret);
}

int wire_encode_intake_done(struct arena *arena, uint64_t id, const struct wire_token *token,
                            const struct reply_intake_done *done, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__IntakeDone out = SLATE__V1__INTAKE_DONE__INIT;
    char name[WIRE_TICKET_BYTES + 1];

    fill_reply(id, token, &reply, &position);
    out.ticket = fill_ticket_name(done->key, done->number, name);
    out.has_outcome = done->outcome != REPLY_INTAKE_NONE;
    out.outcome = (Slate__V1__IntakeOutcome)done->outcome;
    out.has_state = done->state != TICKET_NONE;
    out.state = (Slate__V1__TicketState)done->state;
    out.why = fill_string(done->why);
    reply.intake_done = &out;
    return fill_payload(arena, &reply, ret);
}

int wire_encode_imported(struct arena *arena, uint64_t id, const struct wire_token *token,
                         const struct reply_imported *imported, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__Imported out = SLATE__V1__IMPORTED__INIT;
    Slate__V1__Clock clocks[TICKET_CLOCKS_MAX];
    Slate__V1__Clock *pointers[TICKET_CLOCKS_MAX];
    char name[WIRE_TICKET_BYTES + 1];

    assert(imported->n_clocks <= TICKET_CLOCKS_MAX);
    fill_reply(id, token, &reply, &position);
    // A dry run of an import has no number to name.
    out.ticket = fill_ticket_name(imported->key, imported->number, name);
    out.has_existing = 1;
    out.existing = imported->existing;
    out.has_state = imported->state != TICKET_NONE;
    out.state = (Slate__V1__TicketState)imported->state;
    out.has_events = 1;
    out.events = imported->events;
    for (size_t i = 0; i < imported->n_clocks; i++) {
        fill_clock(&imported->clocks[i], &clocks[i]);
        pointers[i] = &clocks[i];
    }
    out.clocks = pointers;
    out.n_clocks = imported->n_clocks;
    reply.imported = &out;
    return fill_payload(arena, &reply, ret);
}
