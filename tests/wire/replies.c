// SPDX-License-Identifier: Apache-2.0
#include "replies.h"

#include <string.h>

#include "core/instant.h"
#include "t.h"

const struct wire_token replies_token = {"acme-l1", 42};

/* A reply as a client unpacks it; slate__v1__envelope__free_unpacked() it. */
Slate__V1__Envelope *replies_unpack(struct wire_bytes payload, uint64_t id, bool with_token)
{
    Slate__V1__Envelope *envelope = slate__v1__envelope__unpack(NULL, payload.n, payload.p);
    T_CHECK(envelope != NULL && envelope->reply != NULL);
    T_CHECK(envelope->hello == NULL && envelope->request == NULL);
    T_CHECK(envelope->base.n_unknown_fields == 0 && envelope->reply->base.n_unknown_fields == 0);
    T_CHECK(envelope->reply->has_id);
    T_EQ_INT(envelope->reply->id, id);
    T_EQ_INT(envelope->reply->token != NULL, with_token);
    if (with_token) {
        T_EQ_STR(envelope->reply->token->contract, "acme-l1");
        T_EQ_INT(envelope->reply->token->seq, 42);
    }
    return envelope;
}

struct text replies_text(enum text_field field, const char *s)
{
    return (struct text){field, s, strlen(s)};
}

struct reply_clock replies_clock_running(void)
{
    return (struct reply_clock){
        .kind = CLOCK_KIND_RESOLUTION,
        .cycle = 2,
        .state = CLOCK_RUNNING,
        .verdict = TICKET_VERDICT_OPEN,
        .contract_version = 3,
        .within = "4h",
        .calendar = "berlin-office",
        .team = "manila-a",
        .target_us = 4 * US_PER_HOUR,
        .elapsed_us = 0,
        .as_of_at = REPLIES_AT,
        .started_at = REPLIES_AT - 1,
        .stopped_at = INSTANT_NONE,
        .due_at = REPLIES_AT + 2,
        .limit_at = REPLIES_AT + 3,
        .due_if_resumed_at = INSTANT_NEVER,
        .breached_at = INSTANT_NONE,
    };
}

struct reply_clock replies_clock_breached(void)
{
    return (struct reply_clock){
        .kind = CLOCK_KIND_FIRST_RESPONSE,
        .cycle = 1,
        .state = CLOCK_PAUSED,
        .verdict = TICKET_VERDICT_BREACHED,
        .target_us = 0,
        .elapsed_us = 7,
        .as_of_at = REPLIES_AT,
        .started_at = REPLIES_AT,
        .stopped_at = REPLIES_AT + 4,
        .due_at = INSTANT_NEVER,
        .limit_at = INSTANT_NEVER,
        .due_if_resumed_at = REPLIES_AT + 5,
        .breached_at = REPLIES_AT + 6,
    };
}

void replies_expect_running(const Slate__V1__Clock *clock)
{
    T_CHECK(clock != NULL);
    T_EQ_INT(clock->kind, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION);
    T_EQ_INT(clock->cycle, 2);
    T_EQ_INT(clock->state, SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING);
    T_EQ_INT(clock->verdict, SLATE__V1__VERDICT__VERDICT_OPEN);
    T_EQ_INT(clock->contract_version, 3);
    T_EQ_STR(clock->within, "4h");
    T_EQ_STR(clock->calendar, "berlin-office");
    T_EQ_STR(clock->team, "manila-a");
    T_EQ_INT(clock->target_us, 4 * US_PER_HOUR);
    T_CHECK(clock->has_elapsed_us && clock->elapsed_us == 0);
    T_EQ_INT(clock->as_of_at, REPLIES_AT);
    T_EQ_INT(clock->started_at, REPLIES_AT - 1);
    T_CHECK(!clock->has_stopped_at && !clock->has_due_if_resumed_at && !clock->has_breached_at);
    T_CHECK(clock->has_due_at && clock->due_at == REPLIES_AT + 2);
    T_CHECK(clock->has_limit_at && clock->limit_at == REPLIES_AT + 3);
}

void replies_expect_breached(const Slate__V1__Clock *clock)
{
    T_CHECK(clock != NULL);
    T_EQ_INT(clock->kind, SLATE__V1__CLOCK_KIND__CLOCK_KIND_FIRST_RESPONSE);
    T_EQ_INT(clock->state, SLATE__V1__CLOCK_STATE__CLOCK_STATE_ON_HOLD);
    T_EQ_INT(clock->verdict, SLATE__V1__VERDICT__VERDICT_BREACHED);
    T_CHECK(!clock->has_contract_version && clock->within == NULL && clock->calendar == NULL);
    T_CHECK(clock->team == NULL);
    T_CHECK(clock->has_target_us && clock->target_us == 0);
    T_EQ_INT(clock->elapsed_us, 7);
    T_EQ_INT(clock->stopped_at, REPLIES_AT + 4);
    T_CHECK(!clock->has_due_at && !clock->has_limit_at);
    T_EQ_INT(clock->due_if_resumed_at, REPLIES_AT + 5);
    T_EQ_INT(clock->breached_at, REPLIES_AT + 6);
}

struct reply_ticket replies_ticket_full(const struct reply_clock *next,
                                        const struct reply_clock *breached)
{
    return (struct reply_ticket){
        .key = "ACME",
        .number = 1042,
        .version = 5,
        .state = TICKET_HELD,
        .contract = "acme-l1",
        .team = "manila-a",
        .assignee = "ines",
        .priority = "P1",
        .subject = {TEXT_SUBJECT, "Printer on fire, and more", 15}, // not NUL-terminated
        .function = "it-helpdesk",
        .category = "hardware",
        .customer_tier = "gold",
        .language = "de",
        .source = "mailbox",
        .source_key = "<1@x>",
        .received_at = REPLIES_AT,
        .updated_at = REPLIES_AT + 1,
        .occurred_at = REPLIES_AT - 1,
        .resolved_at = REPLIES_AT + 2,
        .close_at = REPLIES_AT + 3,
        .merged_into = 1043,
        .holds = {"waiting-customer", "vendor-tool-down"},
        .n_holds = 2,
        .next_clock = next,
        .breached_clock = breached,
        .imported = true,
    };
}

void replies_expect_full(const Slate__V1__TicketRow *row)
{
    T_EQ_STR(row->ticket, "ACME-1042");
    T_EQ_INT(row->version, 5);
    T_EQ_INT(row->state, SLATE__V1__TICKET_STATE__TICKET_STATE_HELD);
    T_EQ_STR(row->contract, "acme-l1");
    T_EQ_STR(row->team, "manila-a");
    T_EQ_STR(row->assignee, "ines");
    T_EQ_STR(row->priority, "P1");
    T_EQ_STR(row->subject, "Printer on fire");
    T_EQ_STR(row->function, "it-helpdesk");
    T_EQ_STR(row->category, "hardware");
    T_EQ_STR(row->customer_tier, "gold");
    T_EQ_STR(row->language, "de");
    T_EQ_STR(row->source, "mailbox");
    T_EQ_STR(row->source_key, "<1@x>");
    T_EQ_INT(row->received_at, REPLIES_AT);
    T_EQ_INT(row->updated_at, REPLIES_AT + 1);
    T_EQ_INT(row->occurred_at, REPLIES_AT - 1);
    T_EQ_INT(row->resolved_at, REPLIES_AT + 2);
    T_EQ_INT(row->close_at, REPLIES_AT + 3);
    T_EQ_STR(row->merged_into, "ACME-1043");
    T_EQ_INT(row->n_holds, 2);
    T_EQ_STR(row->holds[0], "waiting-customer");
    T_EQ_STR(row->holds[1], "vendor-tool-down");
    replies_expect_running(row->next_clock);
    replies_expect_breached(row->breached_clock);
    T_CHECK(row->has_imported && row->imported);
}

struct reply_ticket replies_ticket_small(uint64_t number)
{
    return (struct reply_ticket){
        .key = "A",
        .number = number,
        .received_at = INSTANT_NONE,
        .updated_at = INSTANT_NONE,
        .occurred_at = INSTANT_NONE,
        .resolved_at = INSTANT_NEVER,
        .close_at = INSTANT_NEVER,
    };
}

struct reply_message replies_message(uint32_t number, const char *body)
{
    return (struct reply_message){
        .number = number,
        .effective_at = REPLIES_AT,
        .recorded_at = REPLIES_AT + 1,
        .claimed_at = INSTANT_NONE,
        .author = "ines",
        .side = SIDE_VENDOR,
        .kind = MESSAGE_KIND_HUMAN,
        .visibility = MESSAGE_PUBLIC,
        .channel = "mail",
        .body = replies_text(TEXT_BODY, body),
    };
}
