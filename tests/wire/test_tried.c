// SPDX-License-Identifier: Apache-2.0
/* What happened to the tickets of a scenario. */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "proto/frame.h"
#include "replies.h"
#include "t.h"
#include "wire/encode.h"

static struct reply_event event(uint64_t seq, const char *via)
{
    return (struct reply_event){
        .contract = "acme-l1",
        .seq = seq,
        .key = "ACME",
        .number = 1,
        .kind = REPLY_EVENT_HELD,
        .recorded_at = REPLIES_AT,
        .effective_at = REPLIES_AT + 1,
        .claimed_at = INSTANT_NONE,
        .via = via,
        .hold_reason = "waiting-customer",
        .ends_at = INSTANT_NEVER,
        .was_due_at = INSTANT_NONE,
        .was_limit_at = INSTANT_NONE,
    };
}

T_TEST(tried, arrives_as_it_was_given)
{
    static const char *const warnings[] = {"holidays de: complete until 2026-12-31 only", ""};
    const struct reply_clock clocks[] = {replies_clock_running(), replies_clock_breached()};
    const struct reply_ticket ticket = replies_ticket_full(&clocks[0], &clocks[1]);
    const struct reply_event events[] = {event(1, "a"), event(2, ""), event(3, "c")};
    const struct reply_tried_check checks[] = {
        {.line = 9, .expected = "due 10:00", .found = "due 11:00"},
        {.line = 10, .expected = "met", .found = "met", .met = true},
    };
    const struct reply_tried_ticket tickets[] = {
        {.name = "printer",
         .ticket = &ticket,
         .as_of_at = REPLIES_AT + 9,
         .events = events,
         .n_events = 3,
         .clocks = clocks,
         .n_clocks = 2,
         .checks = checks,
         .n_checks = 2},
        {.name = "refused", .as_of_at = INSTANT_NONE},
    };
    const struct reply_tried_book tried = {
        .tickets = tickets, .n_tickets = 2, .warnings = warnings, .n_warnings = 2, .failed = 1};
    const struct reply_tried_book empty = {.failed = 0};
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_tried_book(&arena, 3, &replies_token, &tried, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__TriedBook *out = envelope->reply->tried_book;
    T_EQ_INT(out->base.n_unknown_fields, 0);
    T_EQ_INT(out->failed, 1);
    T_CHECK(out->has_truncated && !out->truncated);
    T_EQ_INT(out->n_warnings, 2);
    T_EQ_STR(out->warnings[0], warnings[0]);
    T_EQ_INT(out->n_tickets, 2);
    const Slate__V1__TriedTicket *first = out->tickets[0];
    T_EQ_INT(first->base.n_unknown_fields, 0);
    T_EQ_STR(first->name, "printer");
    T_EQ_INT(first->as_of_at, REPLIES_AT + 9);
    replies_expect_full(first->ticket);
    T_EQ_INT(first->n_events, 3);
    for (size_t i = 0; i < 3; i++) {
        T_EQ_INT(first->events[i]->base.n_unknown_fields, 0);
        T_EQ_INT(first->events[i]->seq, i + 1);
        T_EQ_INT(first->events[i]->kind, SLATE__V1__EVENT_KIND__EVENT_KIND_HELD);
        T_EQ_STR(first->events[i]->ticket, "ACME-1");
        T_EQ_STR(first->events[i]->hold_reason, "waiting-customer");
        T_EQ_INT(first->events[i]->effective_at, REPLIES_AT + 1);
    }
    T_EQ_STR(first->events[2]->via, "c");
    T_EQ_INT(first->n_clocks, 2);
    replies_expect_running(first->clocks[0]);
    replies_expect_breached(first->clocks[1]);
    T_EQ_INT(first->n_checks, 2);
    T_EQ_INT(first->checks[0]->line, 9);
    T_EQ_STR(first->checks[0]->expected, "due 10:00");
    T_EQ_STR(first->checks[0]->found, "due 11:00");
    T_CHECK(first->checks[0]->has_met && !first->checks[0]->met && first->checks[1]->met);
    T_EQ_STR(out->tickets[1]->name, "refused");
    T_CHECK(out->tickets[1]->ticket == NULL && !out->tickets[1]->has_as_of_at);
    T_EQ_INT(out->tickets[1]->n_events, 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_tried_book(&arena, 3, NULL, &empty, &payload), 0);
    envelope = replies_unpack(payload, 3, false);
    T_CHECK(envelope->reply->tried_book->has_failed && envelope->reply->tried_book->failed == 0);
    T_EQ_INT(envelope->reply->tried_book->n_tickets, 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

enum { MANY = 1500 };

static struct reply_event many_events[MANY];
static struct reply_tried_check many_checks[MANY];
static struct reply_tried_ticket many_tickets[MANY];

/* What there is of each, how large an event is, and what of it must be in the reply. */
static const struct big {
    size_t n_tickets;
    size_t n_events;
    size_t n_checks;
    size_t via_bytes;
    bool truncated;
    bool all_tickets;
    bool all_events; // that the limit of a list lets in
} bigs[] = {
    {1, 1000, 1000, 10, false, true, true},  {1, 1001, 1, 10, true, true, true},
    {1, 1, 1001, 10, true, true, true},      {1, 1000, 2, 3000, true, true, false},
    {20, 100, 10, 10, false, true, true},    {20, 1500, 10, 10, true, true, false},
    {20, 1500, 10, 3000, true, true, false}, {1000, 1, 1, 10, false, true, true},
    {1001, 0, 0, 0, true, false, true},      {100, 1000, 1000, 10, true, false, false},
    {3, 2, 0, 600000, true, true, false},
};

static void judge_big(const struct big *big, size_t row, const Slate__V1__TriedBook *out)
{
    const size_t most = big->n_events < 1000 ? big->n_events : 1000;
    bool all = true;

    T_EQ_INT(out->truncated, big->truncated, "row %zu", row);
    T_EQ_INT(out->n_tickets == big->n_tickets, big->all_tickets, "row %zu", row);
    T_CHECK(out->n_tickets >= 1 && out->n_tickets <= WIRE_ELEMENTS_MAX, "row %zu", row);
    for (size_t i = 0; i < out->n_tickets; i++) {
        const Slate__V1__TriedTicket *ticket = out->tickets[i];
        T_EQ_INT(ticket->n_checks, big->n_checks < 1000 ? big->n_checks : 1000, "row %zu", row);
        T_CHECK(ticket->n_events <= most, "row %zu", row);
        all = all && ticket->n_events == most;
        for (size_t j = 0; j < ticket->n_events; j++) { // the newest, in order
            T_EQ_INT(ticket->events[j]->seq, big->n_events - ticket->n_events + j + 1, "row %zu",
                     row);
        }
    }
    T_EQ_INT(all, big->all_events, "row %zu", row);
}

T_TEST(tried, loses_its_oldest_events_first)
{
    static char via[600001];
    const struct reply_ticket ticket = replies_ticket_small(1);
    const struct reply_clock clock = replies_clock_running();

    memset(via, 'v', sizeof(via) - 1);
    for (size_t i = 0; i < sizeof(bigs) / sizeof(bigs[0]); i++) {
        const struct big *big = &bigs[i];
        const struct reply_tried_book tried = {.tickets = many_tickets,
                                               .n_tickets = big->n_tickets};
        struct wire_bytes payload;
        struct arena arena;
        for (size_t j = 0; j < MANY; j++) {
            many_events[j] = event(j + 1, via + sizeof(via) - 1 - big->via_bytes);
            many_checks[j] = (struct reply_tried_check){.line = 1, .expected = "a", .found = "b"};
            many_tickets[j] = (struct reply_tried_ticket){.name = "t",
                                                          .ticket = &ticket,
                                                          .events = many_events,
                                                          .n_events = big->n_events,
                                                          .clocks = &clock,
                                                          .n_clocks = 1,
                                                          .checks = many_checks,
                                                          .n_checks = big->n_checks};
        }
        arena_init(&arena, 4 * WIRE_ARENA_BYTES);
        T_EQ_INT(wire_encode_tried_book(&arena, 3, &replies_token, &tried, &payload), 0, "row %zu",
                 i);
        T_CHECK(payload.n <= FRAME_BYTES_MAX, "row %zu: %zu", i, payload.n);
        Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
        // What one ticket leaves over, others have.
        T_CHECK(big->all_events || !big->all_tickets || big->via_bytes > 3000 ||
                    payload.n > FRAME_BYTES_MAX * 9 / 10,
                "row %zu: %zu", i, payload.n);
        judge_big(big, i, envelope->reply->tried_book);
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}
