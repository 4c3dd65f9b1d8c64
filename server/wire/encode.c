// SPDX-License-Identifier: Apache-2.0
#include "wire/encode.h"

#include <assert.h>

#include "proto/frame.h"
#include "wire/enums.h"
#include "wire/fill.h"

static int pack(struct arena *arena, const Slate__V1__Envelope *envelope, struct wire_bytes *ret)
{
    const size_t n = slate__v1__envelope__get_packed_size(envelope);
    uint8_t *payload = arena_alloc(arena, n);
    size_t written;

    assert(n <= FRAME_BYTES_MAX);
    if (payload == NULL) {
        return -1;
    }
    written = slate__v1__envelope__pack(envelope, payload);
    assert(written == n); // it writes without looking where its space ends
    *ret = (struct wire_bytes){.p = payload, .n = n};
    return 0;
}

int fill_payload(struct arena *arena, Slate__V1__Reply *reply, struct wire_bytes *ret)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.reply = reply;
    return pack(arena, &envelope, ret);
}

int wire_encode_hello(struct arena *arena, const struct reply_hello *hello, struct wire_bytes *ret)
{
    static const struct {
        enum role role;
        const char *name;
    } roles[] = {
        {ROLE_AGENT, "agent"},     {ROLE_LEAD, "lead"},     {ROLE_VENDOR_MANAGER, "vendor-manager"},
        {ROLE_MANAGER, "manager"}, {ROLE_INTAKE, "intake"}, {ROLE_AUDITOR, "auditor"},
        {ROLE_ADMIN, "admin"},
    };
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;
    Slate__V1__Hello out = SLATE__V1__HELLO__INIT;
    Slate__V1__Limits limits = SLATE__V1__LIMITS__INIT;
    char *names[sizeof(roles) / sizeof(roles[0])];

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
    out.limits = &limits;
    out.principal = fill_string(hello->principal);
    out.roles = names;
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        if ((hello->roles & roles[i].role) != 0) {
            names[out.n_roles++] = (char *)roles[i].name;
        }
    }
    envelope.hello = &out;
    return pack(arena, &envelope, ret);
}

int wire_encode_error(struct arena *arena, uint64_t id, const struct wire_token *token,
                      const struct refusal *refusal, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__Error error = SLATE__V1__ERROR__INIT;

    assert(refusal->code != OUTCOME_OK);
    fill_reply(id, token, &reply, &position);
    error.has_code = 1;
    error.code = (Slate__V1__Code)refusal->code;
    error.message = fill_string(refusal->message);
    error.field = fill_string(refusal->field);
    error.has_line = refusal->line != 0;
    error.line = refusal->line;
    error.hint = fill_string(refusal->hint);
    error.has_retry_after_ms = refusal->retry_after_ms != 0;
    error.retry_after_ms = refusal->retry_after_ms;
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
    if (imported->number != 0) {
        fill_name(imported->key, imported->number, name);
        out.ticket = name;
    }
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
