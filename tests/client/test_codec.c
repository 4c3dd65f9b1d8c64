// SPDX-License-Identifier: Apache-2.0
/*
 * Requests against the generated code, and the schema against what is translated.
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
                         .unassigned = true,
                         .due_before_at = 11,
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
    T_CHECK(l->breached && l->unassigned);
    T_EQ_INT(l->due_before, 11);
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

    q = (struct slate_request){.kind = SLATE_SHOW_BOOK,
                               .show_book = {.kind = "contract", .name = "acme-l1", .version = 3}};
    m = sent(&q);
    T_EQ_STR(m->request->show_book->kind, "contract");
    T_EQ_STR(m->request->show_book->name, "acme-l1");
    T_EQ_INT(m->request->show_book->version, 3);
    FREE(m);
}

T_TEST(codec, encodes_changes)
{
    struct slate_request q = {.kind = SLATE_ADD_MESSAGE,
                              .add_message = {"T-1", SLATE_INTERNAL_NOTE, "body", "phone", "why"}};
    Slate__V1__Envelope *m = sent(&q);
    T_EQ_STR(m->request->add_message->ticket, "T-1");
    T_EQ_INT(m->request->add_message->visibility, SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL);
    T_EQ_STR(m->request->add_message->body, "body");
    T_EQ_STR(m->request->add_message->channel, "phone");
    T_EQ_STR(m->request->add_message->hold, "why");
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

    q = (struct slate_request){.kind = SLATE_APPLY_BOOK,
                               .apply_book = {.text = "text", .file = "book.yaml"}};
    m = sent(&q);
    T_EQ_STR(m->request->apply_book->text, "text");
    T_EQ_STR(m->request->apply_book->file, "book.yaml");
    T_CHECK(!m->request->apply_book->has_cursor);
    FREE(m);

    q.apply_book.cursor = (struct slate_bytes){(const uint8_t *)"\0c", 2};
    m = sent(&q);
    T_EQ_INT(m->request->apply_book->cursor.len, 2);
    T_EQ_MEM(m->request->apply_book->cursor.data, "\0c", 2);
    FREE(m);
}

T_TEST(codec, encodes_splits_and_scenarios)
{
    T_CHECK(!codec_is_change(SLATE_SPLIT_CLOCK) && !codec_is_change(SLATE_TRY_BOOK));
    struct slate_request q = {.kind = SLATE_SPLIT_CLOCK,
                              .with = {.as_of_at = 2, .as_known_at = 3},
                              .split_clock = {"T-1", SLATE_CLOCK_OLA}};
    Slate__V1__Envelope *m = sent(&q);
    T_EQ_STR(m->request->split_clock->ticket, "T-1");
    T_EQ_INT(m->request->split_clock->clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA);
    T_EQ_INT(m->request->as_of, 2);
    T_EQ_INT(m->request->as_known, 3);
    FREE(m);

    q.split_clock.clock = 0;
    m = sent(&q);
    T_CHECK(!m->request->split_clock->has_clock);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_TRY_BOOK,
                               .try_book = {"text", "book.yaml", "scenario", "monday.yaml"}};
    m = sent(&q);
    T_EQ_STR(m->request->try_book->text, "text");
    T_EQ_STR(m->request->try_book->file, "book.yaml");
    T_EQ_STR(m->request->try_book->scenario, "scenario");
    T_EQ_STR(m->request->try_book->scenario_file, "monday.yaml");
    FREE(m);

    // As large as an import
    char *large = malloc(600001);
    T_CHECK(large);
    memset(large, 'x', 600000);
    large[600000] = '\0';
    q.try_book = (struct slate_try_book){.text = large, .scenario = "s"};
    m = sent(&q);
    T_EQ_INT(strlen(m->request->try_book->text), 600000);
    FREE(m);
    uint8_t *p;
    size_t n;
    struct slate_error e;
    q.try_book.scenario = large;
    T_EQ_INT(codec_encode(&q, 42, NULL, 900, &limits, &p, &n, &e), SLATE_INVALID_ARGUMENT);
    free(large);
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

T_TEST(codec, encodes_what_a_ticket_may_go_through)
{
    static const struct {
        struct slate_request request;
        const char *words[2]; // the ticket, and one more
    } table[] = {
        {{.kind = SLATE_RELEASE_TICKET, .release_ticket = {"T-1"}}, {"T-1"}},
        {{.kind = SLATE_ACKNOWLEDGE_TICKET, .acknowledge_ticket = {"T-2"}}, {"T-2"}},
        {{.kind = SLATE_ASSIGN_TICKET, .assign_ticket = {"T-3", "b.cruz"}}, {"T-3", "b.cruz"}},
        {{.kind = SLATE_TRANSFER_TICKET, .transfer_ticket = {"T-4", "team"}}, {"T-4", "team"}},
        {{.kind = SLATE_SET_PRIORITY, .set_priority = {"T-5", "P1"}}, {"T-5", "P1"}},
        {{.kind = SLATE_CLOSE_TICKET, .close_ticket = {"T-6"}}, {"T-6"}},
        {{.kind = SLATE_REOPEN_TICKET, .reopen_ticket = {"T-7"}}, {"T-7"}},
        {{.kind = SLATE_MERGE_TICKET, .merge_ticket = {"T-8", "T-1"}}, {"T-8", "T-1"}},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        Slate__V1__Envelope *m = sent(&table[i].request);
        const Slate__V1__Request *r = m->request;
        const char *words[2] = {NULL};

        if (r->release_ticket) {
            words[0] = r->release_ticket->ticket;
        } else if (r->acknowledge_ticket) {
            words[0] = r->acknowledge_ticket->ticket;
        } else if (r->assign_ticket) {
            words[0] = r->assign_ticket->ticket;
            words[1] = r->assign_ticket->assignee;
        } else if (r->transfer_ticket) {
            words[0] = r->transfer_ticket->ticket;
            words[1] = r->transfer_ticket->team;
        } else if (r->set_priority) {
            words[0] = r->set_priority->ticket;
            words[1] = r->set_priority->priority;
        } else if (r->close_ticket) {
            words[0] = r->close_ticket->ticket;
        } else if (r->reopen_ticket) {
            words[0] = r->reopen_ticket->ticket;
        } else if (r->merge_ticket) {
            words[0] = r->merge_ticket->ticket;
            words[1] = r->merge_ticket->into;
        }
        T_CHECK(words[0], "row %zu", i);
        T_EQ_STR(words[0], table[i].words[0], "row %zu", i);
        T_CHECK(!words[1] == !table[i].words[1], "row %zu", i);
        T_CHECK(!words[1] || strcmp(words[1], table[i].words[1]) == 0, "row %zu", i);
        FREE(m);
    }
}

T_TEST(codec, encodes_links_tags_and_the_force_of_a_take)
{
    static const char *const tags[] = {"vpn", "gateway-3"};
    struct slate_request q = {.kind = SLATE_LINK_TICKET,
                              .link_ticket = {"T-1", "T-2", SLATE_LINK_CAUSED_BY, true}};
    Slate__V1__Envelope *m = sent(&q);
    T_EQ_STR(m->request->link_ticket->ticket, "T-1");
    T_EQ_STR(m->request->link_ticket->other, "T-2");
    T_EQ_INT(m->request->link_ticket->kind, SLATE__V1__LINK_KIND__LINK_KIND_CAUSED_BY);
    T_CHECK(m->request->link_ticket->remove);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_TAG_TICKET, .tag_ticket = {"T-1", tags, 2, true}};
    m = sent(&q);
    T_EQ_STR(m->request->tag_ticket->ticket, "T-1");
    T_EQ_INT(m->request->tag_ticket->n_tags, 2);
    T_EQ_STR(m->request->tag_ticket->tags[1], "gateway-3");
    T_CHECK(m->request->tag_ticket->remove);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_TAKE_TICKET, .take_ticket = {"T-1", true}};
    m = sent(&q);
    T_CHECK(m->request->take_ticket->steal);
    FREE(m);
}

/** "" is something to say here, and nowhere else. */
T_TEST(codec, tells_an_emptied_field_from_one_that_is_left_alone)
{
    struct slate_request q = {.kind = SLATE_EDIT_TICKET,
                              .edit_ticket = {"T-1", "subject", "", NULL, "de"}};
    Slate__V1__Envelope *m = sent(&q);
    const Slate__V1__EditTicket *t = m->request->edit_ticket;
    T_EQ_STR(t->ticket, "T-1");
    T_EQ_STR(t->subject, "subject");
    T_CHECK(t->category);
    T_EQ_STR(t->category, "");
    T_CHECK(!t->customer_tier);
    T_EQ_STR(t->language, "de");
    FREE(m);

    q.edit_ticket = (struct slate_edit_ticket){"T-1", NULL, NULL, "gold", NULL};
    m = sent(&q);
    t = m->request->edit_ticket;
    T_CHECK(!t->subject && !t->category && !t->language);
    T_EQ_STR(t->customer_tier, "gold");
    FREE(m);
}

T_TEST(codec, encodes_a_line_of_an_intake)
{
    struct slate_request q = {
        .kind = SLATE_INTAKE,
        .intake = {"contract", "source", "key", "line", SLATE_INTAKE_MESSAGE, "priority",
                   "function", "category", "tier", "language", "team", "requester", "subject",
                   "body", "channel", "hold", SLATE_SIDE_BUYER, SLATE_MESSAGE_AUTO,
                   SLATE_INTERNAL_NOTE},
    };
    Slate__V1__Envelope *m = sent(&q);
    const Slate__V1__Intake *t = m->request->intake;

    T_EQ_STR(t->contract, "contract");
    T_EQ_STR(t->source, "source");
    T_EQ_STR(t->source_key, "key");
    T_EQ_STR(t->line_id, "line");
    T_EQ_INT(t->action, SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_MESSAGE);
    T_EQ_STR(t->priority, "priority");
    T_EQ_STR(t->function, "function");
    T_EQ_STR(t->category, "category");
    T_EQ_STR(t->customer_tier, "tier");
    T_EQ_STR(t->language, "language");
    T_EQ_STR(t->team, "team");
    T_EQ_STR(t->requester, "requester");
    T_EQ_STR(t->subject, "subject");
    T_EQ_STR(t->body, "body");
    T_EQ_STR(t->channel, "channel");
    T_EQ_STR(t->hold_reason, "hold");
    T_EQ_INT(t->side, SLATE__V1__SIDE__SIDE_BUYER);
    T_EQ_INT(t->message_kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_AUTO);
    T_EQ_INT(t->visibility, SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL);
    FREE(m);

    q.intake = (struct slate_intake){.contract = "c", .source = "s", .source_key = "k"};
    m = sent(&q);
    t = m->request->intake;
    T_CHECK(!t->line_id && !t->has_side && !t->has_message_kind && !t->has_visibility);
    FREE(m);
}

T_TEST(codec, encodes_questions_about_what_happened_and_who_is_there)
{
    static const struct slate_bytes cursor = {(const uint8_t *)"xyz", 3};
    static const struct slate_token from[] = {{"acme-l1", 0}, {"", 9}};
    static const enum slate_event_kind kinds[] = {SLATE_EVENT_HELD, SLATE_EVENT_KEPT};
    struct slate_request q = {.kind = SLATE_SHOW_LOG, .show_log = {"T-1", 5, cursor}};
    Slate__V1__Envelope *m = sent(&q);
    T_EQ_STR(m->request->show_log->ticket, "T-1");
    T_EQ_INT(m->request->show_log->limit, 5);
    T_EQ_INT(m->request->show_log->cursor.len, 3);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_LIST_USERS, .list_users = {"a.reyes", 6, cursor}};
    m = sent(&q);
    T_EQ_STR(m->request->list_users->name, "a.reyes");
    T_EQ_INT(m->request->list_users->limit, 6);
    T_EQ_INT(m->request->list_users->cursor.len, 3);
    FREE(m);

    q = (struct slate_request){.kind = SLATE_SUBSCRIBE,
                               .subscribe = {from, 2, "acme-l1", "team", kinds, 2, true}};
    m = sent(&q);
    const Slate__V1__Subscribe *s = m->request->subscribe;
    T_EQ_INT(s->n_from, 2);
    T_EQ_STR(s->from[0]->contract, "acme-l1");
    T_CHECK(s->from[0]->has_seq);
    T_EQ_INT(s->from[1]->seq, 9);
    T_EQ_STR(s->contract, "acme-l1");
    T_EQ_STR(s->team, "team");
    T_EQ_INT(s->n_kinds, 2);
    T_EQ_INT(s->kinds[1], SLATE__V1__EVENT_KIND__EVENT_KIND_KEPT);
    T_CHECK(s->resumes);
    FREE(m);
}

/** A field that was added to the schema and is not translated would be dropped in silence. */
T_TEST(codec, knows_every_field_of_the_schema)
{
    static const struct {
        const ProtobufCMessageDescriptor *message;
        unsigned fields; // that codec_*.c translates
    } table[] = {
        {&slate__v1__envelope__descriptor, 4},
        {&slate__v1__hello__descriptor, 9},
        {&slate__v1__limits__descriptor, 5},
        {&slate__v1__request__descriptor, 51},
        {&slate__v1__reply__descriptor, 24},
        {&slate__v1__token__descriptor, 2},
        {&slate__v1__error__descriptor, 7}, // but for redirect, which is reserved
        {&slate__v1__new_ticket__descriptor, 14},
        {&slate__v1__list_tickets__descriptor, 10},
        {&slate__v1__show_ticket__descriptor, 1},
        {&slate__v1__take_ticket__descriptor, 2},
        {&slate__v1__add_message__descriptor, 5},
        {&slate__v1__hold_ticket__descriptor, 2},
        {&slate__v1__resume_ticket__descriptor, 2},
        {&slate__v1__resolve_ticket__descriptor, 3},
        {&slate__v1__ticket_changed__descriptor, 2},
        {&slate__v1__ticket_row__descriptor, 24},
        {&slate__v1__clock__descriptor, 17},
        {&slate__v1__ticket_page__descriptor, 4},
        {&slate__v1__ticket_detail__descriptor, 7},
        {&slate__v1__message__descriptor, 10},
        {&slate__v1__list_breaches__descriptor, 8},
        {&slate__v1__breach_page__descriptor, 4},
        {&slate__v1__breach__descriptor, 16},
        {&slate__v1__explain__descriptor, 2},
        {&slate__v1__explanation__descriptor, 5},
        {&slate__v1__clock_explanation__descriptor, 19},
        {&slate__v1__span__descriptor, 7},
        {&slate__v1__import_ticket__descriptor, 17},
        {&slate__v1__import_event__descriptor, 9},
        {&slate__v1__imported__descriptor, 5},
        {&slate__v1__apply_book__descriptor, 3},
        {&slate__v1__book_change__descriptor, 8},
        {&slate__v1__book_example__descriptor, 8},
        {&slate__v1__book_diff__descriptor, 12},
        {&slate__v1__show_book__descriptor, 4},
        {&slate__v1__book_text__descriptor, 2},
        {&slate__v1__book_object__descriptor, 8},
        {&slate__v1__release_ticket__descriptor, 1},
        {&slate__v1__acknowledge_ticket__descriptor, 1},
        {&slate__v1__assign_ticket__descriptor, 2},
        {&slate__v1__transfer_ticket__descriptor, 2},
        {&slate__v1__set_priority__descriptor, 2},
        {&slate__v1__close_ticket__descriptor, 1},
        {&slate__v1__reopen_ticket__descriptor, 1},
        {&slate__v1__merge_ticket__descriptor, 2},
        {&slate__v1__link_ticket__descriptor, 4},
        {&slate__v1__tag_ticket__descriptor, 3},
        {&slate__v1__edit_ticket__descriptor, 5},
        {&slate__v1__link__descriptor, 2},
        {&slate__v1__event__descriptor, 38},
        {&slate__v1__show_log__descriptor, 3},
        {&slate__v1__log_page__descriptor, 4},
        {&slate__v1__subscribe__descriptor, 5},
        {&slate__v1__subscribed__descriptor, 1},
        {&slate__v1__feed__descriptor, 4},
        {&slate__v1__intake__descriptor, 19},
        {&slate__v1__intake_done__descriptor, 4},
        {&slate__v1__list_users__descriptor, 3},
        {&slate__v1__user__descriptor, 11},
        {&slate__v1__user_page__descriptor, 4},
        {&slate__v1__calendar_used__descriptor, 6},
        {&slate__v1__split_clock__descriptor, 2},
        {&slate__v1__clock_splits__descriptor, 5},
        {&slate__v1__clock_split__descriptor, 3},
        {&slate__v1__share__descriptor, 6},
        {&slate__v1__due_move__descriptor, 4},
        {&slate__v1__try_book__descriptor, 4},
        {&slate__v1__tried_book__descriptor, 4},
        {&slate__v1__tried_ticket__descriptor, 6},
        {&slate__v1__tried_check__descriptor, 4},
        {&slate__v1__add_user__descriptor, 6},
        {&slate__v1__set_user__descriptor, 3},
        {&slate__v1__user_changed__descriptor, 3},
        {&slate__v1__renew_certificate__descriptor, 1},
        {&slate__v1__certificate__descriptor, 3},
        {&slate__v1__enrol__descriptor, 2},
        {&slate__v1__enrolled__descriptor, 3},
        {&slate__v1__propose_book__descriptor, 2},
        {&slate__v1__approve_book__descriptor, 3},
        {&slate__v1__list_proposals__descriptor, 2},
        {&slate__v1__approval__descriptor, 4},
        {&slate__v1__proposal__descriptor, 8},
        {&slate__v1__proposal_page__descriptor, 2},
        {&slate__v1__list_access__descriptor, 6},
        {&slate__v1__access__descriptor, 9},
        {&slate__v1__access_page__descriptor, 4},
        {&slate__v1__export_journal__descriptor, 5},
        {&slate__v1__journal_chunk__descriptor, 2},
        {&slate__v1__show_head__descriptor, 1},
        {&slate__v1__journal_head__descriptor, 7},
        {&slate__v1__journal_heads__descriptor, 1},
        {&slate__v1__countersign__descriptor, 5},
        {&slate__v1__erase_texts__descriptor, 6},
        {&slate__v1__texts_erased__descriptor, 5},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        T_EQ_INT(table[i].message->n_fields, table[i].fields, "%s", table[i].message->name);
    }
}
