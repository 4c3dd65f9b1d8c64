// SPDX-License-Identifier: Apache-2.0
/*
 * Requests -> frames. What is absent in the public struct (NULL, "", 0) is absent in the message.
 */
#include <stdlib.h>
#include <string.h>

#include "client/lib/codec.h"
#include "client/lib/error.h"
#include "proto/frame.h"
#include "slate.pb-c.h"

/** What encoding a request needs: the largest has 1,000 events of small structs. */
#define ENCODE_ARENA_BYTES ((size_t)4 * 1024 * 1024)

/** protobuf-c has no const; it doesn't write to what it packs. */
static char *text(const char *s)
{
    return s && *s ? (char *)s : NULL;
}

#define SET_NUMBER(message, field, value)      \
    do {                                       \
        (message)->has_##field = (value) != 0; \
        (message)->field = (value);            \
    } while (0)

#define SET_ENUM(message, field, type, value)  \
    do {                                       \
        (message)->has_##field = (value) != 0; \
        (message)->field = (type)(value);      \
    } while (0)

static void set_cursor(protobuf_c_boolean *has, ProtobufCBinaryData *field,
                       const struct slate_bytes *cursor)
{
    *has = cursor->n > 0;
    field->data = (uint8_t *)cursor->p;
    field->len = cursor->n;
}

/** A message of this type in the arena, initialised. */
#define NEW_MESSAGE(arena, Type, type) \
    ((Type *)new_message(arena, sizeof(Type), (ProtobufCMessageInit)type##__init))

static void *new_message(struct arena *a, size_t size, ProtobufCMessageInit init)
{
    void *m = arena_get(a, size);

    if (m) {
        init(m);
    }
    return m;
}

static bool put_new_ticket(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    const struct slate_new_ticket *in = &q->new_ticket;
    Slate__V1__NewTicket *m = NEW_MESSAGE(a, Slate__V1__NewTicket, slate__v1__new_ticket);

    if (!m) {
        return false;
    }
    m->contract = text(in->contract);
    m->priority = text(in->priority);
    m->function = text(in->function);
    m->category = text(in->category);
    m->customer_tier = text(in->customer_tier);
    m->language = text(in->language);
    m->team = text(in->team);
    m->requester = text(in->requester);
    m->subject = text(in->subject);
    m->body = text(in->body);
    m->hold = text(in->hold);
    m->source = text(in->source);
    m->source_key = text(in->source_key);
    m->channel = text(in->channel);
    r->new_ticket = m;
    return true;
}

static bool put_list_tickets(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    const struct slate_list_tickets *in = &q->list_tickets;
    Slate__V1__ListTickets *m = NEW_MESSAGE(a, Slate__V1__ListTickets, slate__v1__list_tickets);

    if (!m) {
        return false;
    }
    m->contract = text(in->contract);
    m->team = text(in->team);
    m->assignee = text(in->assignee);
    m->states = arena_array(a, in->n_states, sizeof(*m->states));
    if (!m->states) {
        return false;
    }
    for (size_t i = 0; i < in->n_states; i++) {
        m->states[i] = (Slate__V1__TicketState)in->states[i];
    }
    m->n_states = in->n_states;
    m->priorities = (char **)in->priorities;
    m->n_priorities = in->n_priorities;
    SET_NUMBER(m, breached, in->breached);
    SET_NUMBER(m, limit, in->limit);
    set_cursor(&m->has_cursor, &m->cursor, &in->cursor);
    r->list_tickets = m;
    return true;
}

static bool put_show_ticket(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    r->show_ticket = NEW_MESSAGE(a, Slate__V1__ShowTicket, slate__v1__show_ticket);
    if (!r->show_ticket) {
        return false;
    }
    r->show_ticket->ticket = text(q->show_ticket.ticket);
    return true;
}

static bool put_take_ticket(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    r->take_ticket = NEW_MESSAGE(a, Slate__V1__TakeTicket, slate__v1__take_ticket);
    if (!r->take_ticket) {
        return false;
    }
    r->take_ticket->ticket = text(q->take_ticket.ticket);
    return true;
}

static bool put_add_message(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    Slate__V1__AddMessage *m = NEW_MESSAGE(a, Slate__V1__AddMessage, slate__v1__add_message);

    if (!m) {
        return false;
    }
    m->ticket = text(q->add_message.ticket);
    SET_ENUM(m, visibility, Slate__V1__Visibility, q->add_message.visibility);
    m->body = text(q->add_message.body);
    m->channel = text(q->add_message.channel);
    r->add_message = m;
    return true;
}

static bool put_hold_ticket(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    r->hold_ticket = NEW_MESSAGE(a, Slate__V1__HoldTicket, slate__v1__hold_ticket);
    if (!r->hold_ticket) {
        return false;
    }
    r->hold_ticket->ticket = text(q->hold_ticket.ticket);
    r->hold_ticket->reason = text(q->hold_ticket.reason);
    return true;
}

static bool put_resume_ticket(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    r->resume_ticket = NEW_MESSAGE(a, Slate__V1__ResumeTicket, slate__v1__resume_ticket);
    if (!r->resume_ticket) {
        return false;
    }
    r->resume_ticket->ticket = text(q->resume_ticket.ticket);
    r->resume_ticket->reason = text(q->resume_ticket.reason);
    return true;
}

static bool put_resolve_ticket(Slate__V1__Request *r, const struct slate_request *q,
                               struct arena *a)
{
    r->resolve_ticket = NEW_MESSAGE(a, Slate__V1__ResolveTicket, slate__v1__resolve_ticket);
    if (!r->resolve_ticket) {
        return false;
    }
    r->resolve_ticket->ticket = text(q->resolve_ticket.ticket);
    r->resolve_ticket->message = text(q->resolve_ticket.message);
    r->resolve_ticket->channel = text(q->resolve_ticket.channel);
    return true;
}

static bool put_list_breaches(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    const struct slate_list_breaches *in = &q->list_breaches;
    Slate__V1__ListBreaches *m = NEW_MESSAGE(a, Slate__V1__ListBreaches, slate__v1__list_breaches);

    if (!m) {
        return false;
    }
    SET_NUMBER(m, since, in->since_at);
    SET_NUMBER(m, until, in->until_at);
    m->team = text(in->team);
    m->vendor = text(in->vendor);
    m->contract = text(in->contract);
    SET_ENUM(m, clock, Slate__V1__ClockKind, in->clock);
    SET_NUMBER(m, limit, in->limit);
    set_cursor(&m->has_cursor, &m->cursor, &in->cursor);
    r->list_breaches = m;
    return true;
}

static bool put_explain(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    r->explain = NEW_MESSAGE(a, Slate__V1__Explain, slate__v1__explain);
    if (!r->explain) {
        return false;
    }
    r->explain->ticket = text(q->explain.ticket);
    SET_ENUM(r->explain, clock, Slate__V1__ClockKind, q->explain.clock);
    return true;
}

static bool put_import_events(Slate__V1__ImportTicket *m, const struct slate_import_ticket *in,
                              struct arena *a)
{
    m->events = arena_array(a, in->n_events, sizeof(void *));
    if (!m->events) {
        return false;
    }
    for (size_t i = 0; i < in->n_events; i++) {
        const struct slate_import_event *from = &in->events[i];
        Slate__V1__ImportEvent *to = NEW_MESSAGE(a, Slate__V1__ImportEvent,
                                                 slate__v1__import_event);

        if (!to) {
            return false;
        }
        SET_NUMBER(to, at, from->at);
        SET_ENUM(to, action, Slate__V1__ImportAction, from->action);
        to->hold_reason = text(from->hold_reason);
        to->priority = text(from->priority);
        SET_ENUM(to, side, Slate__V1__Side, from->side);
        SET_ENUM(to, message_kind, Slate__V1__MessageKind, from->message_kind);
        SET_ENUM(to, visibility, Slate__V1__Visibility, from->visibility);
        to->channel = text(from->channel);
        to->body = text(from->body);
        m->events[m->n_events++] = to;
    }
    return true;
}

static bool put_import_ticket(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    const struct slate_import_ticket *in = &q->import_ticket;
    Slate__V1__ImportTicket *m = NEW_MESSAGE(a, Slate__V1__ImportTicket, slate__v1__import_ticket);

    if (!m || !put_import_events(m, in, a)) {
        return false;
    }
    m->contract = text(in->contract);
    m->source = text(in->source);
    m->source_key = text(in->source_key);
    SET_NUMBER(m, opened_at, in->opened_at);
    m->priority = text(in->priority);
    m->function = text(in->function);
    m->category = text(in->category);
    m->customer_tier = text(in->customer_tier);
    m->language = text(in->language);
    m->team = text(in->team);
    m->requester = text(in->requester);
    m->subject = text(in->subject);
    m->body = text(in->body);
    m->hold = text(in->hold);
    m->clocks = arena_array(a, in->n_clocks, sizeof(*m->clocks));
    if (!m->clocks) {
        return false;
    }
    for (size_t i = 0; i < in->n_clocks; i++) {
        m->clocks[m->n_clocks++] = (Slate__V1__ClockKind)in->clocks[i];
    }
    SET_NUMBER(m, cutover_at, in->cutover_at);
    r->import_ticket = m;
    return true;
}

static bool put_apply_book(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    r->apply_book = NEW_MESSAGE(a, Slate__V1__ApplyBook, slate__v1__apply_book);
    if (!r->apply_book) {
        return false;
    }
    r->apply_book->text = text(q->apply_book.text);
    r->apply_book->file = text(q->apply_book.file);
    return true;
}

static bool put_show_book(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)
{
    r->show_book = NEW_MESSAGE(a, Slate__V1__ShowBook, slate__v1__show_book);
    if (!r->show_book) {
        return false;
    }
    r->show_book->kind = text(q->show_book.kind);
    r->show_book->name = text(q->show_book.name);
    SET_NUMBER(r->show_book, version, q->show_book.version);
    return true;
}

static const struct kind {
    bool (*put)(Slate__V1__Request *r, const struct slate_request *q, struct arena *a);
    bool change;
    bool large; // may be as large as an import
} kinds[] = {
    [SLATE_NEW_TICKET] = {put_new_ticket, true, false},
    [SLATE_LIST_TICKETS] = {put_list_tickets, false, false},
    [SLATE_SHOW_TICKET] = {put_show_ticket, false, false},
    [SLATE_TAKE_TICKET] = {put_take_ticket, true, false},
    [SLATE_ADD_MESSAGE] = {put_add_message, true, false},
    [SLATE_HOLD_TICKET] = {put_hold_ticket, true, false},
    [SLATE_RESUME_TICKET] = {put_resume_ticket, true, false},
    [SLATE_RESOLVE_TICKET] = {put_resolve_ticket, true, false},
    [SLATE_LIST_BREACHES] = {put_list_breaches, false, false},
    [SLATE_EXPLAIN] = {put_explain, false, false},
    [SLATE_IMPORT_TICKET] = {put_import_ticket, true, true},
    [SLATE_APPLY_BOOK] = {put_apply_book, true, true},
    [SLATE_SHOW_BOOK] = {put_show_book, false, false},
};

static const struct kind *find(enum slate_kind kind)
{
    size_t i = (size_t)kind;

    return i < sizeof(kinds) / sizeof(kinds[0]) && kinds[i].put ? &kinds[i] : NULL;
}

bool codec_is_change(enum slate_kind kind)
{
    const struct kind *k = find(kind);

    return k && k->change;
}

static bool put_with(Slate__V1__Request *r, const struct slate_with *with, struct arena *a)
{
    SET_NUMBER(r, claimed_at, with->claimed_at);
    SET_NUMBER(r, as_of, with->as_of_at);
    SET_NUMBER(r, as_known, with->as_known_at);
    SET_NUMBER(r, if_version, with->if_version);
    SET_NUMBER(r, dry_run, with->dry_run);
    r->reason = text(with->reason);
    if (with->min_token.seq == 0) {
        return true;
    }
    r->min_token = NEW_MESSAGE(a, Slate__V1__Token, slate__v1__token);
    if (!r->min_token) {
        return false;
    }
    r->min_token->contract = text(with->min_token.contract);
    SET_NUMBER(r->min_token, seq, with->min_token.seq);
    return true;
}

static enum slate_status pack(Slate__V1__Request *r, size_t limit, uint8_t **ret, size_t *ret_n,
                              struct slate_error *e)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.request = r;
    size_t n = slate__v1__envelope__get_packed_size(&envelope);
    if (n > limit) {
        error_set(e, SLATE_INVALID_ARGUMENT,
                  "this request has %zu bytes; the server takes at most %zu", n, limit);
        error_hint(e, "shorten its text");
        return SLATE_INVALID_ARGUMENT;
    }
    uint8_t *p = malloc(FRAME_HEADER_BYTES + n);
    if (!p) {
        return error_no_memory(e);
    }
    frame_encode(p, n);
    if (slate__v1__envelope__pack(&envelope, p + FRAME_HEADER_BYTES) != n) {
        abort(); // the size was computed from the same message
    }
    *ret = p;
    *ret_n = FRAME_HEADER_BYTES + n;
    return SLATE_OK;
}

enum slate_status codec_encode(const struct slate_request *request, uint64_t id,
                               const uint8_t *request_id, uint32_t deadline_ms,
                               const struct slate_limits *limits, uint8_t **ret, size_t *ret_n,
                               struct slate_error *reterr)
{
    const struct kind *kind = find(request->kind);
    Slate__V1__Request r = SLATE__V1__REQUEST__INIT;
    struct arena arena;

    if (!kind) {
        return error_set(reterr, SLATE_INVALID_ARGUMENT, "there is no request of kind %d",
                         (int)request->kind);
    }
    SET_NUMBER(&r, id, id);
    SET_NUMBER(&r, deadline_ms, deadline_ms);
    if (request_id) {
        r.has_request_id = true;
        r.request_id.data = (uint8_t *)request_id;
        r.request_id.len = SLATE_REQUEST_ID_BYTES;
    }
    arena_init(&arena, ENCODE_ARENA_BYTES);
    enum slate_status status;
    if (put_with(&r, &request->with, &arena) && kind->put(&r, request, &arena)) {
        status = pack(&r, kind->large ? limits->import_frame_bytes : limits->frame_bytes, ret,
                      ret_n, reterr);
    } else {
        status = error_no_memory(reterr);
    }
    arena_fini(&arena);
    return status;
}
