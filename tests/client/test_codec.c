// SPDX-License-Identifier: Apache-2.0
/*
 * Requests and answers against the generated code, and answers that mean harm.
 */
#include <stdlib.h>
#include <string.h>

#include "client/lib/codec.h"
#include "proto/frame.h"
#include "tests/client/fake.h"
#include "tests/t.h"

static const struct slate_limits limits = {.frame_bytes = 65536, .import_frame_bytes = 1048576};

/** Encode a request, and unpack it as a server does. */
static Slate__V1__Envelope *sent(const struct slate_request *request)
{
    static const uint8_t id[16] = "0123456789abcdef";
    struct slate_error e;
    struct frame frame;
    uint8_t *p;
    size_t n;

    T_EQ_INT(codec_encode(request, 42, codec_is_change(request->kind) ? id : NULL, 900, &limits, &p,
                          &n, &e),
             SLATE_OK, "%s", e.message);
    T_EQ_INT(frame_decode(&frame, p, n, FRAME_BYTES_MAX), n);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, frame.n, frame.payload);
    free(p);
    T_CHECK(m && m->request && !m->hello && !m->reply);
    T_EQ_INT(m->request->id, 42);
    T_EQ_INT(m->request->deadline_ms, 900);
    T_EQ_INT(m->request->has_request_id, codec_is_change(request->kind));
    return m;
}

#define FREE(m) slate__v1__envelope__free_unpacked(m, NULL)

T_TEST(codec, encodes_what_every_request_may_say)
{
    struct slate_request q = {
        .kind = SLATE_TAKE_TICKET,
        .with = {.claimed_at = 1,
                 .as_of_at = 2,
                 .as_known_at = 3,
                 .min_token = {"acme-l1", 4},
                 .if_version = 5,
                 .reason = "because",
                 .dry_run = true},
        .take_ticket = {.ticket = "ACME-12"},
    };
    Slate__V1__Envelope *m = sent(&q);
    const Slate__V1__Request *r = m->request;

    T_EQ_INT(r->claimed_at, 1);
    T_EQ_INT(r->as_of, 2);
    T_EQ_INT(r->as_known, 3);
    T_EQ_STR(r->min_token->contract, "acme-l1");
    T_EQ_INT(r->min_token->seq, 4);
    T_EQ_INT(r->if_version, 5);
    T_EQ_STR(r->reason, "because");
    T_CHECK(r->dry_run);
    T_EQ_STR(r->take_ticket->ticket, "ACME-12");
    FREE(m);
}

T_TEST(codec, leaves_out_what_is_absent)
{
    struct slate_request q = {.kind = SLATE_NEW_TICKET,
                              .new_ticket = {.contract = "c", .body = ""}};
    Slate__V1__Envelope *m = sent(&q);
    const Slate__V1__Request *r = m->request;

    T_CHECK(!r->has_claimed_at && !r->has_as_of && !r->has_as_known && !r->min_token &&
            !r->has_if_version && !r->reason && !r->has_dry_run);
    T_EQ_STR(r->new_ticket->contract, "c");
    T_CHECK(!r->new_ticket->body && !r->new_ticket->subject && !r->new_ticket->hold);
    FREE(m);
}

T_TEST(codec, encodes_each_field_of_a_new_ticket)
{
    struct slate_request q = {
        .kind = SLATE_NEW_TICKET,
        .new_ticket = {"contract", "priority", "function", "category", "customer_tier", "language",
                       "team", "requester", "subject", "body", "hold", "source", "source_key",
                       "channel"},
    };
    Slate__V1__Envelope *m = sent(&q);
    const Slate__V1__NewTicket *t = m->request->new_ticket;

    T_EQ_STR(t->contract, "contract");
    T_EQ_STR(t->priority, "priority");
    T_EQ_STR(t->function, "function");
    T_EQ_STR(t->category, "category");
    T_EQ_STR(t->customer_tier, "customer_tier");
    T_EQ_STR(t->language, "language");
    T_EQ_STR(t->team, "team");
    T_EQ_STR(t->requester, "requester");
    T_EQ_STR(t->subject, "subject");
    T_EQ_STR(t->body, "body");
    T_EQ_STR(t->hold, "hold");
    T_EQ_STR(t->source, "source");
    T_EQ_STR(t->source_key, "source_key");
    T_EQ_STR(t->channel, "channel");
    FREE(m);
}

T_TEST(codec, encodes_reads)
{
    static const enum slate_ticket_state states[] = {SLATE_TICKET_NEW, SLATE_TICKET_HELD};
    static const char *const priorities[] = {"P1", "P2"};
    struct slate_request q = {
        .kind = SLATE_LIST_TICKETS,
        .list_tickets = {.contract = "c",
                         .team = "t",
                         .assignee = "a",
                         .states = states,
                         .n_states = 2,
                         .priorities = priorities,
                         .n_priorities = 2,
                         .breached = true,
                         .limit = 7,
                         .cursor = {(const uint8_t *)"\0x", 2}},
    };
    Slate__V1__Envelope *m = sent(&q);
    const Slate__V1__ListTickets *l = m->request->list_tickets;

    T_EQ_STR(l->contract, "c");
    T_EQ_STR(l->team, "t");
    T_EQ_STR(l->assignee, "a");
    T_EQ_INT(l->n_states, 2);
    T_EQ_INT(l->states[1], SLATE__V1__TICKET_STATE__TICKET_STATE_HELD);
    T_EQ_INT(l->n_priorities, 2);
    T_EQ_STR(l->priorities[1], "P2");
    T_CHECK(l->breached);
    T_EQ_INT(l->limit, 7);
    T_EQ_INT(l->cursor.len, 2);
    T_EQ_MEM(l->cursor.data, "\0x", 2);
    FREE(m);

    q = (struct slate_request){
        .kind = SLATE_LIST_BREACHES,
        .list_breaches = {
            1, 2, "t", "v", "c", SLATE_CLOCK_RESOLUTION, 9, {(const uint8_t *)"y", 1}}};
    m = sent(&q);
    const Slate__V1__ListBreaches *b = m->request->list_breaches;
    T_EQ_INT(b->since, 1);
    T_EQ_INT(b->until, 2);
    T_EQ_STR(b->team, "t");
    T_EQ_STR(b->vendor, "v");
    T_EQ_STR(b->contract, "c");
    T_EQ_INT(b->clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION);
    T_EQ_INT(b->limit, 9);
    T_EQ_INT(b->cursor.len, 1);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_EXPLAIN, .explain = {"T-1", SLATE_CLOCK_OLA}};
    m = sent(&q);
    T_EQ_STR(m->request->explain->ticket, "T-1");
    T_EQ_INT(m->request->explain->clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_SHOW_TICKET, .show_ticket = {"T-1"}};
    m = sent(&q);
    T_EQ_STR(m->request->show_ticket->ticket, "T-1");
    FREE(m);

    q = (struct slate_request){.kind = SLATE_SHOW_BOOK, .show_book = {"contract", "acme-l1", 3}};
    m = sent(&q);
    T_EQ_STR(m->request->show_book->kind, "contract");
    T_EQ_STR(m->request->show_book->name, "acme-l1");
    T_EQ_INT(m->request->show_book->version, 3);
    FREE(m);
}

T_TEST(codec, encodes_changes)
{
    struct slate_request q = {.kind = SLATE_ADD_MESSAGE,
                              .add_message = {"T-1", SLATE_INTERNAL_NOTE, "body", "phone"}};
    Slate__V1__Envelope *m = sent(&q);
    T_EQ_STR(m->request->add_message->ticket, "T-1");
    T_EQ_INT(m->request->add_message->visibility, SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL);
    T_EQ_STR(m->request->add_message->body, "body");
    T_EQ_STR(m->request->add_message->channel, "phone");
    FREE(m);

    q = (struct slate_request){.kind = SLATE_HOLD_TICKET, .hold_ticket = {"T-1", "why"}};
    m = sent(&q);
    T_EQ_STR(m->request->hold_ticket->ticket, "T-1");
    T_EQ_STR(m->request->hold_ticket->reason, "why");
    FREE(m);

    q = (struct slate_request){.kind = SLATE_RESUME_TICKET, .resume_ticket = {"T-1", NULL}};
    m = sent(&q);
    T_EQ_STR(m->request->resume_ticket->ticket, "T-1");
    T_CHECK(!m->request->resume_ticket->reason);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_RESOLVE_TICKET,
                               .resolve_ticket = {"T-1", "done", "x"}};
    m = sent(&q);
    T_EQ_STR(m->request->resolve_ticket->ticket, "T-1");
    T_EQ_STR(m->request->resolve_ticket->message, "done");
    T_EQ_STR(m->request->resolve_ticket->channel, "x");
    FREE(m);

    q = (struct slate_request){.kind = SLATE_APPLY_BOOK, .apply_book = {"text", "book.yaml"}};
    m = sent(&q);
    T_EQ_STR(m->request->apply_book->text, "text");
    T_EQ_STR(m->request->apply_book->file, "book.yaml");
    FREE(m);
}

T_TEST(codec, encodes_an_import_with_its_events)
{
    static const struct slate_import_event events[] = {
        {.at = 10, .action = SLATE_IMPORT_TAKE},
        {.at = 20,
         .action = SLATE_IMPORT_MESSAGE,
         .hold_reason = "h",
         .priority = "p",
         .side = SLATE_SIDE_VENDOR,
         .message_kind = SLATE_MESSAGE_AUTO,
         .visibility = SLATE_PUBLIC,
         .channel = "mail",
         .body = "b"},
    };
    static const enum slate_clock_kind clocks[] = {SLATE_CLOCK_RESOLUTION};
    struct slate_request q = {
        .kind = SLATE_IMPORT_TICKET,
        .import_ticket = {"contract", "source", "key", 5, "priority", "function", "category",
                          "tier", "language", "team", "requester", "subject", "body", "hold",
                          events, 2, clocks, 1, 6},
    };
    Slate__V1__Envelope *m = sent(&q);
    const Slate__V1__ImportTicket *t = m->request->import_ticket;

    T_EQ_STR(t->contract, "contract");
    T_EQ_STR(t->source, "source");
    T_EQ_STR(t->source_key, "key");
    T_EQ_INT(t->opened_at, 5);
    T_EQ_STR(t->priority, "priority");
    T_EQ_STR(t->function, "function");
    T_EQ_STR(t->category, "category");
    T_EQ_STR(t->customer_tier, "tier");
    T_EQ_STR(t->language, "language");
    T_EQ_STR(t->team, "team");
    T_EQ_STR(t->requester, "requester");
    T_EQ_STR(t->subject, "subject");
    T_EQ_STR(t->body, "body");
    T_EQ_STR(t->hold, "hold");
    T_EQ_INT(t->cutover_at, 6);
    T_EQ_INT(t->n_clocks, 1);
    T_EQ_INT(t->clocks[0], SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION);
    T_EQ_INT(t->n_events, 2);
    T_CHECK(!t->events[0]->has_side && !t->events[0]->body);
    T_EQ_INT(t->events[1]->at, 20);
    T_EQ_INT(t->events[1]->action, SLATE__V1__IMPORT_ACTION__IMPORT_MESSAGE);
    T_EQ_STR(t->events[1]->hold_reason, "h");
    T_EQ_STR(t->events[1]->priority, "p");
    T_EQ_INT(t->events[1]->side, SLATE__V1__SIDE__SIDE_VENDOR);
    T_EQ_INT(t->events[1]->message_kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_AUTO);
    T_EQ_INT(t->events[1]->visibility, SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC);
    T_EQ_STR(t->events[1]->channel, "mail");
    T_EQ_STR(t->events[1]->body, "b");
    FREE(m);
}

// ---- answers ------------------------------------------------------------------------------------

static uint8_t *pack_reply(const Slate__V1__Reply *reply, size_t *ret_n)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.reply = (Slate__V1__Reply *)(uintptr_t)reply;
    *ret_n = slate__v1__envelope__get_packed_size(&envelope);
    uint8_t *p = malloc(*ret_n);
    slate__v1__envelope__pack(&envelope, p);
    return p;
}

/** The canned answer to a request of a kind, as bytes. */
static uint8_t *canned(enum slate_kind kind, size_t *ret_n)
{
    struct slate_request q = {.kind = kind};
    Slate__V1__Envelope *m = sent(&q);
    Slate__V1__Reply reply;

    // Tickets without a name
    static char name[] = "ACME-12";
    Slate__V1__Request *r = m->request;
    char **ticket = r->show_ticket      ? &r->show_ticket->ticket
                    : r->take_ticket    ? &r->take_ticket->ticket
                    : r->add_message    ? &r->add_message->ticket
                    : r->hold_ticket    ? &r->hold_ticket->ticket
                    : r->resume_ticket  ? &r->resume_ticket->ticket
                    : r->resolve_ticket ? &r->resolve_ticket->ticket
                    : r->explain        ? &r->explain->ticket
                                        : NULL;
    if (ticket) {
        *ticket = name;
    }
    fake_canned(r, &reply);
    if (ticket) {
        *ticket = NULL;
    }
    reply.has_id = true;
    reply.id = 42;
    uint8_t *p = pack_reply(&reply, ret_n);
    FREE(m);
    return p;
}

static struct slate_result *decoded(enum slate_kind kind)
{
    struct codec_answer answer;
    struct slate_error e;
    size_t n;
    uint8_t *p = canned(kind, &n);

    T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_OK, "%s", e.message);
    free(p);
    T_EQ_INT(answer.kind, CODEC_RESULT);
    T_EQ_INT(answer.id, 42);
    T_CHECK(codec_expect(answer.result, kind));
    T_EQ_INT(answer.result->kind, kind);
    return answer.result;
}

T_TEST(codec, decodes_tickets)
{
    struct slate_result *r = decoded(SLATE_LIST_TICKETS);

    T_EQ_INT(r->tickets.n_tickets, 3);
    T_EQ_INT(r->tickets.snapshot_at, FAKE_NOW_AT);
    const struct slate_ticket *t = &r->tickets.tickets[1];
    T_EQ_STR(t->ticket, "ACME-1042");
    T_EQ_INT(t->version, 5);
    T_EQ_INT(t->state, SLATE_TICKET_OPEN);
    T_EQ_STR(t->assignee, "a.reyes");
    T_CHECK(!t->breached_clock);
    T_EQ_INT(t->next_clock->kind, SLATE_CLOCK_FIRST_RESPONSE);
    T_EQ_INT(t->next_clock->due_at, FAKE_NOW_AT + INT64_C(720000000));
    T_EQ_INT(t->next_clock->target_us, INT64_C(900000000));
    T_EQ_INT(t->next_clock->breached_at, 0);
    T_EQ_INT(r->tickets.tickets[2].n_holds, 1);
    T_EQ_STR(r->tickets.tickets[2].holds[0], "waiting-customer");
    T_EQ_STR(r->tickets.tickets[0].breached_clock->calendar, "berlin-office");
    slate_result_free(r);

    r = decoded(SLATE_SHOW_TICKET);
    T_EQ_STR(r->detail.requester, "jane@acme.example");
    T_EQ_INT(r->detail.n_clocks, 3);
    T_EQ_INT(r->detail.clocks[2].verdict, SLATE_VERDICT_BREACHED);
    T_EQ_INT(r->detail.n_messages, 3);
    T_EQ_INT(r->detail.messages[0].side, SLATE_SIDE_REQUESTER);
    T_EQ_STR(r->detail.messages[1].body, "Which gateway?");
    T_CHECK(!r->detail.messages[2].body);
    slate_result_free(r);

    r = decoded(SLATE_TAKE_TICKET);
    T_EQ_STR(r->changed.ticket.ticket, "ACME-12");
    T_CHECK(!r->changed.existing);
    slate_result_free(r);
}

T_TEST(codec, decodes_what_clocks_came_to)
{
    struct slate_result *r = decoded(SLATE_LIST_BREACHES);

    T_EQ_INT(r->breaches.n_breaches, 2);
    T_EQ_STR(r->breaches.breaches[0].vendor, "northwind");
    T_CHECK(r->breaches.breaches[1].withdrawn && r->breaches.breaches[1].imported);
    slate_result_free(r);

    r = decoded(SLATE_EXPLAIN);
    T_EQ_INT(r->explanation.n_clocks, 1);
    const struct slate_clock_explanation *x = &r->explanation.clocks[0];
    T_EQ_INT(x->n_spans, 5);
    T_EQ_INT(x->spans[1].kind, SLATE_SPAN_HELD);
    T_EQ_INT(x->spans[1].party, SLATE_SIDE_BUYER);
    T_EQ_STR(x->spans[1].reasons[0], "waiting-customer");
    T_EQ_INT(x->counted_us + x->held_us + x->outside_us + x->stopped_us,
             x->clock.as_of_at - x->clock.started_at);
    T_EQ_INT(x->contract_sha256.n, 32);
    T_EQ_INT(x->calendar_sha256.n, 0);
    slate_result_free(r);

    r = decoded(SLATE_IMPORT_TICKET);
    T_EQ_INT(r->imported.events, 1);
    T_EQ_INT(r->imported.n_clocks, 1);
    slate_result_free(r);
}

T_TEST(codec, decodes_books)
{
    struct slate_result *r = decoded(SLATE_APPLY_BOOK);

    T_EQ_INT(r->diff.n_changes, 3);
    T_EQ_INT(r->diff.changes[2].change, SLATE_BOOK_VERSION);
    T_EQ_STR(r->diff.changes[2].added[0], "within: 2h");
    T_EQ_INT(r->diff.n_examples, 1);
    T_EQ_INT(r->diff.open_tickets, 214);
    T_CHECK(r->diff.applied);
    slate_result_free(r);

    r = decoded(SLATE_SHOW_BOOK);
    T_EQ_INT(r->book.n_objects, 1);
    T_EQ_STR(r->book.objects[0].actor, "admin");
    slate_result_free(r);
}

T_TEST(codec, decodes_refusals)
{
    static const int codes[] = {0, 17, -1, 5};
    static const enum slate_status expected[] = {SLATE_UNKNOWN, SLATE_UNKNOWN, SLATE_UNKNOWN,
                                                 SLATE_NOT_FOUND};

    for (size_t i = 0; i < 4; i++) {
        Slate__V1__Error e = SLATE__V1__ERROR__INIT;
        Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
        struct codec_answer answer;
        struct slate_error error;
        size_t n;

        e.has_code = e.has_line = e.has_retry_after_ms = true;
        e.code = (Slate__V1__Code)codes[i];
        e.field = "book.contracts[0]";
        e.line = 12;
        e.retry_after_ms = 30;
        reply.error = &e;
        uint8_t *p = pack_reply(&reply, &n);
        T_EQ_INT(codec_decode(p, n, &answer, &error), SLATE_OK);
        free(p);
        T_EQ_INT(answer.kind, CODEC_REFUSED);
        T_EQ_INT(answer.id, 0);
        T_EQ_INT(answer.error.code, expected[i], "row %zu", i);
        T_EQ_STR(answer.error.message, "refused");
        T_EQ_STR(answer.error.field, "book.contracts[0]");
        T_EQ_INT(answer.error.line, 12);
        T_EQ_INT(answer.error.retry_after_ms, 30);
    }
}

T_TEST(codec, refuses_an_answer_without_its_parts)
{
    Slate__V1__TicketChanged changed = SLATE__V1__TICKET_CHANGED__INIT;
    Slate__V1__TicketDetail detail = SLATE__V1__TICKET_DETAIL__INIT;
    Slate__V1__ClockExplanation bare = SLATE__V1__CLOCK_EXPLANATION__INIT;
    Slate__V1__ClockExplanation *bares[] = {&bare};
    Slate__V1__Explanation explanation = SLATE__V1__EXPLANATION__INIT;
    Slate__V1__Reply replies[4];

    explanation.clocks = bares;
    explanation.n_clocks = 1;
    for (size_t i = 0; i < 4; i++) {
        slate__v1__reply__init(&replies[i]);
    }
    replies[0].ticket_changed = &changed;
    replies[1].ticket_detail = &detail;
    replies[2].explanation = &explanation;
    for (size_t i = 0; i < 4; i++) {
        struct codec_answer answer;
        struct slate_error e;
        size_t n;
        uint8_t *p = pack_reply(&replies[i], &n);

        T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_PROTOCOL, "row %zu", i);
        free(p);
    }
}

T_TEST(codec, bounds_what_an_answer_may_allocate)
{
    // A page of half a million empty tickets in a mebibyte
    enum { ROWS = 500000 };
    static uint8_t frame[2 * ROWS + 16];
    struct codec_answer answer;
    struct slate_error e;
    uint8_t *p = frame;
    const unsigned page_n = 2 * ROWS;
    const unsigned reply_n = page_n + 5;

    *p++ = 3 << 3 | 2; // Envelope.reply
    for (unsigned v = reply_n; v; v >>= 7) {
        *p++ = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
    }
    *p++ = 0xaa; // Reply.ticket_page = 21
    *p++ = 0x01;
    for (unsigned v = page_n; v; v >>= 7) {
        *p++ = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
    }
    for (unsigned i = 0; i < ROWS; i++) {
        *p++ = 1 << 3 | 2; // TicketPage.tickets
        *p++ = 0;
    }
    T_EQ_INT(codec_decode(frame, (size_t)(p - frame), &answer, &e), SLATE_PROTOCOL);
}

T_TEST(codec, takes_any_bytes)
{
    uint32_t seed = 1;

    for (enum slate_kind kind = SLATE_NEW_TICKET; kind <= SLATE_SHOW_BOOK; kind++) {
        size_t n;
        uint8_t *p = canned(kind, &n);

        for (unsigned round = 0; round < 2000 * t_effort(); round++) {
            struct codec_answer answer = {0};
            struct slate_error e;
            uint8_t *copy = malloc(n);
            size_t cut = n;

            memcpy(copy, p, n);
            seed = seed * 1664525 + 1013904223;
            copy[(seed >> 8) % n] ^= (uint8_t)(1u << (seed >> 29));
            if (round % 2) {
                seed = seed * 1664525 + 1013904223;
                cut = (seed >> 8) % n;
            }
            if (codec_decode(copy, cut, &answer, &e) == SLATE_OK) {
                slate_result_free(answer.result);
            }
            free(copy);
        }
        free(p);
    }
}

/** A field that was added to the schema and is not translated would be dropped in silence. */
T_TEST(codec, knows_every_field_of_the_schema)
{
    static const struct {
        const ProtobufCMessageDescriptor *message;
        unsigned fields; // that codec_*.c translates
    } table[] = {
        {&slate__v1__envelope__descriptor, 3},
        {&slate__v1__hello__descriptor, 8},
        {&slate__v1__limits__descriptor, 5},
        {&slate__v1__request__descriptor, 23},
        {&slate__v1__reply__descriptor, 11},
        {&slate__v1__token__descriptor, 2},
        {&slate__v1__error__descriptor, 7}, // but for redirect, which is reserved
        {&slate__v1__new_ticket__descriptor, 14},
        {&slate__v1__list_tickets__descriptor, 8},
        {&slate__v1__show_ticket__descriptor, 1},
        {&slate__v1__take_ticket__descriptor, 1},
        {&slate__v1__add_message__descriptor, 4},
        {&slate__v1__hold_ticket__descriptor, 2},
        {&slate__v1__resume_ticket__descriptor, 2},
        {&slate__v1__resolve_ticket__descriptor, 3},
        {&slate__v1__ticket_changed__descriptor, 2},
        {&slate__v1__ticket_row__descriptor, 22},
        {&slate__v1__clock__descriptor, 16},
        {&slate__v1__ticket_page__descriptor, 4},
        {&slate__v1__ticket_detail__descriptor, 5},
        {&slate__v1__message__descriptor, 10},
        {&slate__v1__list_breaches__descriptor, 8},
        {&slate__v1__breach_page__descriptor, 4},
        {&slate__v1__breach__descriptor, 14},
        {&slate__v1__explain__descriptor, 2},
        {&slate__v1__explanation__descriptor, 5},
        {&slate__v1__clock_explanation__descriptor, 15},
        {&slate__v1__span__descriptor, 7},
        {&slate__v1__import_ticket__descriptor, 17},
        {&slate__v1__import_event__descriptor, 9},
        {&slate__v1__imported__descriptor, 5},
        {&slate__v1__apply_book__descriptor, 2},
        {&slate__v1__book_change__descriptor, 8},
        {&slate__v1__book_example__descriptor, 8},
        {&slate__v1__book_diff__descriptor, 6},
        {&slate__v1__show_book__descriptor, 3},
        {&slate__v1__book_text__descriptor, 2},
        {&slate__v1__book_object__descriptor, 8},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        T_EQ_INT(table[i].message->n_fields, table[i].fields, "%s", table[i].message->name);
    }
}
