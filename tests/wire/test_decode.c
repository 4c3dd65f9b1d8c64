// SPDX-License-Identifier: Apache-2.0
#include "wire/decode.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "got.h"
#include "samples.h"
#include "t.h"

/* ---- common fields ----------------------------------------------------------------------------
 */

T_TEST(decode, common_fields_arrive_where_they_apply)
{
    for (enum request_kind kind = REQUEST_NONE + 1; kind < REQUEST_ENROL; kind++) {
        const char *name = request_kind_name(kind);
        const bool party = kind >= REQUEST_ADD_USER;
        const bool bulk = kind == REQUEST_IMPORT_TICKET || kind == REQUEST_APPLY_BOOK;
        const bool reads = kind == REQUEST_LIST_TICKETS || kind == REQUEST_SHOW_TICKET ||
                           kind == REQUEST_LIST_BREACHES || kind == REQUEST_EXPLAIN ||
                           kind == REQUEST_SPLIT_CLOCK;
        const bool changes = request_writes(kind) && !bulk && !party;
        const bool versioned = changes && kind != REQUEST_NEW_TICKET && kind != REQUEST_INTAKE;
        const bool dry = party ? kind == REQUEST_PROPOSE_BOOK || kind == REQUEST_ERASE_TEXTS
                               : request_writes(kind) && kind != REQUEST_INTAKE;
        const bool reason = !party || !request_writes(kind) || kind == REQUEST_ERASE_TEXTS;
        struct got got;

        got_sample(&got, kind, true);
        T_EQ_INT(got.request.has_request_id, request_writes(kind), "%s", name);
        if (request_writes(kind)) {
            T_EQ_MEM(got.request.request_id, SAMPLE_REQUEST_ID, 16, "%s", name);
        }
        T_EQ_INT(got.request.claimed_at, changes ? SAMPLE_AT - 5 : INSTANT_NONE, "%s", name);
        T_EQ_INT(got.request.as_of_at, reads ? SAMPLE_AT + 1 : INSTANT_NONE, "%s", name);
        T_EQ_INT(got.request.as_known_at, reads ? SAMPLE_AT + 2 : INSTANT_NONE, "%s", name);
        T_CHECK(got.request.has_min_token, "%s", name);
        T_EQ_STR(got.request.min_token.contract, "acme-l1", "%s", name);
        T_EQ_INT(got.request.min_token.seq, 17, "%s", name);
        T_EQ_INT(got.request.if_version, versioned ? 9 : 0, "%s", name);
        T_EQ_STR(got.request.reason, reason ? "asked for by phone ü" : "", "%s", name);
        T_EQ_INT(got.request.dry_run, dry, "%s", name);
        T_EQ_INT(got.request.deadline_ms, 1500, "%s", name);
        got_done(&got);

        got_sample(&got, kind, false);
        T_EQ_INT(got.request.has_request_id, request_writes(kind), "%s", name);
        T_EQ_INT(got.request.claimed_at, INSTANT_NONE, "%s", name);
        T_EQ_INT(got.request.as_of_at, INSTANT_NONE, "%s", name);
        T_EQ_INT(got.request.as_known_at, INSTANT_NONE, "%s", name);
        T_CHECK(!got.request.has_min_token, "%s", name);
        T_EQ_INT(got.request.if_version, 0, "%s", name);
        T_EQ_STR(got.request.reason, "", "%s", name);
        T_CHECK(!got.request.dry_run, "%s", name);
        T_EQ_INT(got.request.deadline_ms, 0, "%s", name);
        got_done(&got);
    }
}

/* A line of a source, in short. */
#define LINE "51{1'c' 2's' 3'k' 5=5}"

T_TEST(decode, refuses_a_common_field_that_has_no_effect)
{
    static const struct {
        const char *notation;
        const char *field;
        const char *message;
    } rows[] = {
        {"2{1=7 3~0 22{1'A-1'}}", "claimed_at", "show_ticket has no use for it"},
        {"2{1=7 " ID "22{1'A-1'}}", "request_id", "show_ticket has no use for it"},
        {"2{1=7 7=1 22{1'A-1'}}", "if_version", "show_ticket has no use for it"},
        {"2{1=7 9=1 22{1'A-1'}}", "dry_run", "show_ticket has no use for it"},
        {"2{1=7 9=1 " ID LINE "}", "dry_run", "intake has no use for it"},
        {"2{1=7 " ID "7=1 " LINE "}", "if_version", "intake has no use for it"},
        {"2{1=7 " ID "4~0 " LINE "}", "as_of", "intake has no use for it"},
        {"2{1=7 4~0 39{1'A-1'}}", "as_of", "show_log has no use for it"},
        {"2{1=7 5~0 42{}}", "as_known", "subscribe has no use for it"},
        {"2{1=7 " ID "42{}}", "request_id", "subscribe has no use for it"},
        {"2{1=7 3~0 62{}}", "claimed_at", "list_users has no use for it"},
        {"2{1=7 " ID "4~0 23{1'A-1'}}", "as_of", "take_ticket has no use for it"},
        {"2{1=7 " ID "5~0 20{1'c'}}", "as_known", "new_ticket has no use for it"},
        {"2{1=7 " ID "7=1 20{1'c'}}", "if_version", "new_ticket has no use for it"},
        {"2{1=7 4~0 61{}}", "as_of", "show_book has no use for it"},
        {"2{1=7 " ID "3~0 50{1'c' 2's' 3'k' 4~0}}", "claimed_at", "import_ticket has no use for"},
        {"2{1=7 " ID "3~0 60{1'x'}}", "claimed_at", "apply_book has no use for it"},
        {"2{1=7 " ID "4~0 60{1'x'}}", "as_of", "apply_book has no use for it"},
        {"2{1=7 9=1 43{1'A-1'}}", "dry_run", "split_clock has no use for it"},
        {"2{1=7 3~0 43{1'A-1'}}", "claimed_at", "split_clock has no use for it"},
        {"2{1=7 9=1 63{1'x' 3'y'}}", "dry_run", "try_book has no use for it"},
        {"2{1=7 " ID "63{1'x' 3'y'}}", "request_id", "try_book has no use for it"},
        {"2{1=7 4~0 63{1'x' 3'y'}}", "as_of", "try_book has no use for it"},
        {"2{1=7 5~0 63{1'x' 3'y'}}", "as_known", "try_book has no use for it"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        got_refused(rows[i].notation, rows[i].field, rows[i].message);
    }
}

T_TEST(decode, a_change_needs_a_request_id)
{
    static const char *const writes[] = {
        "20{1'c'}",
        "23{1'A-1'}",
        "24{1'A-1' 2=1 3'b'}",
        "25{1'A-1' 2'r'}",
        "26{1'A-1'}",
        "27{1'A-1' 2'm'}",
        "28{1'A-1'}",
        "29{1'A-1'}",
        "30{1'A-1' 2'p'}",
        "31{1'A-1' 2't'}",
        "32{1'A-1' 2'P1'}",
        "33{1'A-1'}",
        "34{1'A-1'}",
        "35{1'A-1' 2'A-2'}",
        "36{1'A-1' 2'A-2' 3=1}",
        "37{1'A-1' 2't'}",
        "38{1'A-1' 3'c'}",
        "50{1'c' 2's' 3'k' 4~0}",
        LINE,
        "60{1'x'}",
    };
    char notation[200];

    for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
        snprintf(notation, sizeof(notation), "2{1=7 %s}", writes[i]);
        got_refused(notation, "request_id", "a change comes without it");
        snprintf(notation, sizeof(notation), "2{1=7 2*15x %s}", writes[i]);
        got_refused(notation, "request_id", "not 16 bytes");
        snprintf(notation, sizeof(notation), "2{1=7 2'' %s}", writes[i]);
        got_refused(notation, "request_id", "not 16 bytes");
    }
    got_refused("2{1=7 !1210 !00000000000000000000000000000000 23{1'A-1'}}", "request_id",
                "all of them are zero");
}

T_TEST(decode, a_dry_run_needs_none_and_zeros_are_absent)
{
    static const char *const rows[] = {
        "2{1=7 9=1 60{1'x'}}",
        "2{1=7 9=1 20{1'c'}}",
        "2{1=7 9=1 23{1'A-1'}}",
        "2{1=7 9=1 38{1'A-1' 3'c'}}",
        "2{1=7 9=1 50{1'c' 2's' 3'k' 4~0}}",
        "2{1=7 9=0 22{1'A-1'}}",
        "2{1=7 7=0 22{1'A-1'}}",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct got got;
        got_notation(&got, rows[i]);
        T_EQ_INT(got.r, 0, "%s: %s", rows[i], got.refusal.message);
        got_done(&got);
    }
}

/* ---- operations -------------------------------------------------------------------------------
 */

T_TEST(decode, new_ticket)
{
    struct got got;

    got_sample(&got, REQUEST_NEW_TICKET, true);
    const struct request_new_ticket *full = &got.request.u.new_ticket;
    T_EQ_STR(full->contract, "acme-l1");
    T_EQ_STR(full->priority, "P2");
    T_EQ_STR(full->function, "it-helpdesk");
    T_EQ_STR(full->category, "Zugänge");
    T_EQ_STR(full->customer_tier, "gold");
    T_EQ_STR(full->language, "de");
    T_EQ_STR(full->team, "manila-a");
    T_EQ_STR(full->hold, "waiting-customer");
    T_EQ_STR(full->source, "mailbox");
    T_EQ_STR(full->source_key, "<4711@example.org>");
    T_EQ_STR(full->channel, "mail");
    got_text(full->requester, TEXT_REQUESTER, "Anna <anna@example.org>");
    got_text(full->subject, TEXT_SUBJECT, "Printer 🖨 on fire");
    got_text(full->body, TEXT_BODY, "It burns.\n\tSince 9:00.\n");
    got_done(&got);

    got_sample(&got, REQUEST_NEW_TICKET, false);
    const struct request_new_ticket *small = &got.request.u.new_ticket;
    T_EQ_STR(small->contract, "acme-l1");
    T_EQ_STR(small->priority, "");
    T_EQ_STR(small->function, "");
    T_EQ_STR(small->category, "");
    T_EQ_STR(small->customer_tier, "");
    T_EQ_STR(small->language, "");
    T_EQ_STR(small->team, "");
    T_EQ_STR(small->hold, "");
    T_EQ_STR(small->source, "");
    T_EQ_STR(small->source_key, "");
    T_EQ_STR(small->channel, "");
    got_text(small->requester, TEXT_REQUESTER, "");
    got_text(small->subject, TEXT_SUBJECT, "");
    got_text(small->body, TEXT_BODY, "");
    got_done(&got);

    got_refused("2{1=7 " ID "20{1'c' 13'k'}}", "new_ticket.source", "without a source");
}

T_TEST(decode, list_tickets)
{
    struct got got;

    got_sample(&got, REQUEST_LIST_TICKETS, true);
    const struct request_list_tickets *full = &got.request.u.list_tickets;
    T_EQ_STR(full->contract, "acme-l1");
    T_EQ_STR(full->team, "manila-a");
    T_EQ_STR(full->assignee, "ines");
    T_EQ_INT(full->states, 1u << TICKET_NEW | 1u << TICKET_HELD);
    T_EQ_INT(full->n_priorities, 2);
    T_EQ_STR(full->priorities[0], "P1");
    T_EQ_STR(full->priorities[1], "P2");
    T_CHECK(full->breached && !full->unassigned);
    T_EQ_INT(full->due_before_at, SAMPLE_AT + 3);
    T_EQ_INT(full->limit, 20);
    T_EQ_INT(full->cursor.n, 3);
    T_EQ_MEM(full->cursor.p, "\x00\xFFz", 3);
    got_done(&got);

    got_sample(&got, REQUEST_LIST_TICKETS, false);
    const struct request_list_tickets *small = &got.request.u.list_tickets;
    T_EQ_STR(small->contract, "");
    T_EQ_STR(small->team, "");
    T_EQ_STR(small->assignee, "");
    T_EQ_INT(small->states, 0);
    T_EQ_INT(small->n_priorities, 0);
    T_CHECK(!small->breached && !small->unassigned);
    T_EQ_INT(small->due_before_at, INSTANT_NONE);
    T_EQ_INT(small->limit, WIRE_PAGE_ROWS_DEFAULT);
    T_EQ_INT(small->cursor.n, 0);
    got_done(&got);

    got_notation(&got, "2{1=7 21{7=0}}");
    T_EQ_INT(got.request.u.list_tickets.limit, WIRE_PAGE_ROWS_DEFAULT);
    got_done(&got);
    got_notation(&got, "2{1=7 21{7=4294967295}}");
    T_EQ_INT(got.request.u.list_tickets.limit, WIRE_PAGE_ROWS_MAX);
    got_done(&got);
    got_notation(&got, "2{1=7 21{9=1}}");
    T_CHECK(got.request.u.list_tickets.unassigned);
    got_done(&got);
    got_refused("2{1=7 21{3=1 3=0}}", "list_tickets.states", "unspecified");
    got_refused("2{1=7 21{5'ines' 9=1}}", "list_tickets.assignee", "nobody has");
}

T_TEST(decode, show_and_take_a_ticket)
{
    struct got got;

    got_sample(&got, REQUEST_SHOW_TICKET, true);
    T_EQ_STR(got.request.u.ticket.key, "ACME");
    T_EQ_INT(got.request.u.ticket.number, 12);
    got_done(&got);
    got_sample(&got, REQUEST_TAKE_TICKET, true);
    T_EQ_STR(got.request.u.ticket.key, "A1");
    T_CHECK(got.request.u.ticket.number == UINT64_MAX);
    T_CHECK(got.request.u.take.steal);
    got_done(&got);
    got_sample(&got, REQUEST_TAKE_TICKET, false);
    T_CHECK(got.request.u.take.ticket.number == UINT64_MAX && !got.request.u.take.steal);
    got_done(&got);
}

T_TEST(decode, messages)
{
    struct got got;

    got_sample(&got, REQUEST_ADD_MESSAGE, true);
    T_EQ_STR(got.request.u.message.ticket.key, "ACME");
    T_EQ_INT(got.request.u.message.ticket.number, 1);
    T_EQ_INT(got.request.u.message.visibility, MESSAGE_PUBLIC);
    T_EQ_STR(got.request.u.message.channel, "phone");
    T_EQ_STR(got.request.u.message.hold, "waiting-customer");
    got_text(got.request.u.message.body, TEXT_BODY, "seen");
    got_done(&got);
    got_sample(&got, REQUEST_ADD_MESSAGE, false);
    T_EQ_INT(got.request.u.message.visibility, MESSAGE_INTERNAL);
    T_EQ_STR(got.request.u.message.channel, "");
    T_EQ_STR(got.request.u.message.hold, "");
    got_done(&got);
    got_refused("2{1=7 " ID "24{1'A-1' 2=2 3'b' 5'r'}}", "add_message.hold",
                "only a public message");

    got_sample(&got, REQUEST_RESOLVE_TICKET, true);
    T_EQ_INT(got.request.u.message.ticket.number, 4);
    T_EQ_INT(got.request.u.message.visibility, MESSAGE_PUBLIC);
    T_EQ_STR(got.request.u.message.channel, "chat");
    T_EQ_STR(got.request.u.message.hold, "");
    got_text(got.request.u.message.body, TEXT_BODY, "Done.\n");
    got_done(&got);
    got_sample(&got, REQUEST_RESOLVE_TICKET, false);
    got_text(got.request.u.message.body, TEXT_BODY, "");
    got_done(&got);
}

T_TEST(decode, holds)
{
    struct got got;

    got_sample(&got, REQUEST_HOLD_TICKET, true);
    T_EQ_INT(got.request.u.hold.ticket.number, 2);
    T_EQ_STR(got.request.u.hold.reason, "waiting-customer");
    got_done(&got);
    got_sample(&got, REQUEST_RESUME_TICKET, true);
    T_EQ_INT(got.request.u.hold.ticket.number, 3);
    T_EQ_STR(got.request.u.hold.reason, "waiting-customer");
    got_done(&got);
    got_sample(&got, REQUEST_RESUME_TICKET, false);
    T_EQ_STR(got.request.u.hold.reason, "");
    got_done(&got);
}

T_TEST(decode, breaches_and_explanations)
{
    struct got got;

    got_sample(&got, REQUEST_LIST_BREACHES, true);
    const struct request_list_breaches *full = &got.request.u.list_breaches;
    T_EQ_INT(full->since_at, SAMPLE_AT);
    T_EQ_INT(full->until_at, SAMPLE_AT + 1);
    T_EQ_STR(full->team, "manila-a");
    T_EQ_STR(full->vendor, "northwind");
    T_EQ_STR(full->contract, "acme-l1");
    T_EQ_INT(full->clock, CLOCK_KIND_OLA);
    T_EQ_INT(full->limit, WIRE_PAGE_ROWS_MAX);
    T_EQ_INT(full->cursor.n, 1);
    got_done(&got);
    got_sample(&got, REQUEST_LIST_BREACHES, false);
    T_EQ_INT(got.request.u.list_breaches.since_at, INSTANT_NONE);
    T_EQ_INT(got.request.u.list_breaches.until_at, INSTANT_NONE);
    T_EQ_INT(got.request.u.list_breaches.clock, CLOCK_KIND_NONE);
    T_EQ_INT(got.request.u.list_breaches.limit, WIRE_PAGE_ROWS_DEFAULT);
    got_done(&got);
    got_refused("2{1=7 40{1~5 2~5}}", "list_breaches.until", "not later than since");

    got_sample(&got, REQUEST_EXPLAIN, true);
    T_EQ_INT(got.request.u.explain.ticket.number, 5);
    T_EQ_INT(got.request.u.explain.clock, CLOCK_KIND_UPDATE);
    got_done(&got);
    got_sample(&got, REQUEST_EXPLAIN, false);
    T_EQ_INT(got.request.u.explain.clock, CLOCK_KIND_NONE);
    got_done(&got);

    got_sample(&got, REQUEST_SPLIT_CLOCK, true);
    T_EQ_STR(got.request.u.explain.ticket.key, "ACME");
    T_EQ_INT(got.request.u.explain.ticket.number, 20);
    T_EQ_INT(got.request.u.explain.clock, CLOCK_KIND_RESOLUTION);
    got_done(&got);
    got_sample(&got, REQUEST_SPLIT_CLOCK, false);
    T_EQ_INT(got.request.u.explain.clock, CLOCK_KIND_NONE);
    got_done(&got);
}

T_TEST(decode, import)
{
    struct got got;

    got_sample(&got, REQUEST_IMPORT_TICKET, true);
    const struct request_import *full = &got.request.u.import;
    T_EQ_STR(full->ticket.contract, "acme-l1");
    T_EQ_STR(full->ticket.source, "jira");
    T_EQ_STR(full->ticket.source_key, "HD-9");
    T_EQ_STR(full->ticket.priority, "P1");
    T_EQ_STR(full->ticket.team, "");
    T_EQ_STR(full->ticket.channel, "");
    got_text(full->ticket.subject, TEXT_SUBJECT, "Old");
    got_text(full->ticket.body, TEXT_BODY, "Text");
    T_EQ_INT(full->opened_at, -1);
    T_EQ_INT(full->cutover_at, SAMPLE_AT);
    T_EQ_INT(full->clocks, 1u << CLOCK_KIND_FIRST_RESPONSE | 1u << CLOCK_KIND_RESOLUTION);
    T_EQ_INT(full->n_steps, 4);
    for (size_t i = 0; i < 4; i++) {
        T_EQ_INT(full->steps[i].at, SAMPLE_AT + (int64_t)i);
        T_EQ_STR(full->steps[i].reason, i == 1 ? "waiting-customer" : "");
        T_EQ_STR(full->steps[i].priority, i == 2 ? "P2" : "");
        T_EQ_STR(full->steps[i].channel, i == 0 ? "mail" : "");
        got_text(full->steps[i].body, TEXT_BODY, i == 0 ? "Hello" : "");
    }
    T_EQ_INT(full->steps[0].kind, STEP_MESSAGE);
    T_EQ_INT(full->steps[0].side, SIDE_VENDOR);
    T_EQ_INT(full->steps[0].message_kind, MESSAGE_KIND_HUMAN);
    T_EQ_INT(full->steps[0].visibility, MESSAGE_PUBLIC);
    T_EQ_INT(full->steps[1].kind, STEP_HOLD);
    T_EQ_INT(full->steps[2].kind, STEP_PRIORITY);
    T_EQ_INT(full->steps[3].kind, STEP_RESOLVE);
    T_EQ_INT(full->steps[3].message_kind, MESSAGE_KIND_AUTO);
    got_done(&got);

    got_sample(&got, REQUEST_IMPORT_TICKET, false);
    T_EQ_INT(got.request.u.import.n_steps, 0);
    T_EQ_INT(got.request.u.import.clocks, 0);
    T_EQ_INT(got.request.u.import.cutover_at, INSTANT_NONE);
    got_done(&got);
}

T_TEST(decode, an_imported_event_has_what_its_action_needs_and_no_more)
{
    static const struct {
        const char *event;
        const char *field;
    } rows[] = {
        {"2=1 6=1 7=1", "side"},
        {"2=1 5=3 7=1", "message_kind"},
        {"2=1 5=3 6=1", "visibility"},
        {"2=1 5=3 6=1 7=1 3'r'", "hold_reason"},
        {"2=1 5=3 6=1 7=1 4'P1'", "priority"},
        {"2=2 9'text'", "body"},
        {"2=2 8'mail'", "channel"},
        {"2=3", "hold_reason"},
        {"2=3 3'r' 5=3", "side"},
        {"2=4 4'P1'", "priority"},
        {"2=5 7=1", "visibility"},
        {"2=6 3'r'", "hold_reason"},
        {"2=7 9'text'", "body"},
        {"2=8", "priority"},
        {"2=8 4'P1' 6=1", "message_kind"},
        // and these are right
        {"2=1 5=3 6=1 7=1", NULL},
        {"2=1 5=3 6=1 7=1 8'mail' 9'text'", NULL},
        {"2=2", NULL},
        {"2=3 3'r'", NULL},
        {"2=4", NULL},
        {"2=4 3'r'", NULL},
        {"2=5", NULL},
        {"2=5 6=2", NULL},
        {"2=6", NULL},
        {"2=7", NULL},
        {"2=8 4'P1'", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char notation[256];
        char field[64];
        struct got got;
        snprintf(notation, sizeof(notation),
                 "2{1=7 %s50{1'c' 2's' 3'k' 4~0 15{1~1 2=2} 15{1~2 %s}}}", ID, rows[i].event);
        if (rows[i].field != NULL) {
            snprintf(field, sizeof(field), "import_ticket.events[1].%s", rows[i].field);
            got_refused(notation, field, "the event's action");
            continue;
        }
        got_notation(&got, notation);
        T_EQ_INT(got.r, 0, "%s: %s", rows[i].event, got.refusal.message);
        got_done(&got);
    }
    got_refused("2{1=7 " ID "50{1'c' 2's' 3'k' 4~0 16=0}}", "import_ticket.clocks", "unspecified");
}

/* Where a request names a ticket. */
static const struct ticket_place {
    const char *operation;
    const char *field;
    enum { WRITES, READS, SECOND } how; // SECOND: the other one of a change with two
} ticket_places[] = {
    {"22{1'%s'}", "show_ticket.ticket", READS},
    {"23{1'%s'}", "take_ticket.ticket", WRITES},
    {"24{1'%s' 2=1 3'x'}", "add_message.ticket", WRITES},
    {"25{1'%s' 2'r'}", "hold_ticket.ticket", WRITES},
    {"26{1'%s'}", "resume_ticket.ticket", WRITES},
    {"27{1'%s'}", "resolve_ticket.ticket", WRITES},
    {"28{1'%s'}", "release_ticket.ticket", WRITES},
    {"29{1'%s'}", "acknowledge_ticket.ticket", WRITES},
    {"30{1'%s' 2'p'}", "assign_ticket.ticket", WRITES},
    {"31{1'%s' 2't'}", "transfer_ticket.ticket", WRITES},
    {"32{1'%s' 2'P1'}", "set_priority.ticket", WRITES},
    {"33{1'%s'}", "close_ticket.ticket", WRITES},
    {"34{1'%s'}", "reopen_ticket.ticket", WRITES},
    {"35{1'%s' 2'B-7'}", "merge_ticket.ticket", WRITES},
    {"35{1'B-7' 2'%s'}", "merge_ticket.into", SECOND},
    {"36{1'%s' 2'B-7' 3=1}", "link_ticket.ticket", WRITES},
    {"36{1'B-7' 2'%s' 3=1}", "link_ticket.other", SECOND},
    {"37{1'%s' 2't'}", "tag_ticket.ticket", WRITES},
    {"38{1'%s' 3'c'}", "edit_ticket.ticket", WRITES},
    {"39{1'%s'}", "show_log.ticket", READS},
    {"41{1'%s'}", "explain.ticket", READS},
    {"43{1'%s'}", "split_clock.ticket", READS},
};

T_TEST(decode, the_names_of_tickets)
{
    static const struct {
        const char *name;
        const char *key; // NULL: refused
        uint64_t number;
    } rows[] = {
        {"A-1", "A", 1},
        {"ACME-1042", "ACME", 1042},
        {"Z9-10", "Z9", 10},
        {"ABCDEFGHIJKLMN1-18446744073709551615", "ABCDEFGHIJKLMN1", UINT64_MAX},
        {"ABCDEFGHIJKLMNOP-1", NULL, 0}, // a key of 16
        {"A-18446744073709551616", NULL, 0},
        {"A-99999999999999999999", NULL, 0},
        {"A-0", NULL, 0},
        {"A-01", NULL, 0},
        {"A-", NULL, 0},
        {"A", NULL, 0},
        {"-1", NULL, 0},
        {"1-1", NULL, 0},
        {"9A-1", NULL, 0},
        {"acme-1", NULL, 0},
        {"A-1 ", NULL, 0},
        {" A-1", NULL, 0},
        {"A--1", NULL, 0},
        {"A-1-2", NULL, 0},
        {"A-+1", NULL, 0},
        {"A-1x", NULL, 0},
        {"\xC3\x84-1", NULL, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t j = 0; j < sizeof(ticket_places) / sizeof(ticket_places[0]); j++) {
            const struct ticket_place *place = &ticket_places[j];
            char operation[100];
            char notation[200];
            struct got got;
            // not a format of ours to keep constant: the name is put where %s stands
            const char *at = strstr(place->operation, "%s");
            snprintf(operation, sizeof(operation), "%.*s%s%s", (int)(at - place->operation),
                     place->operation, rows[i].name, at + 2);
            snprintf(notation, sizeof(notation), "2{1=7 %s%s}", place->how == READS ? "" : ID,
                     operation);
            if (rows[i].key == NULL) {
                got_refused(notation, place->field, "is not the name of a ticket");
                continue;
            }
            got_notation(&got, notation);
            T_EQ_INT(got.r, 0, "%s: %s", notation, got.refusal.message);
            // every one of them begins with its ticket
            const struct wire_ticket *first = &got.request.u.ticket;
            const struct wire_ticket *named = place->how == SECOND ? &got.request.u.merge.other
                                                                   : first;
            T_EQ_STR(named->key, rows[i].key, "%s", notation);
            T_CHECK(named->number == rows[i].number, "%s", notation);
            T_CHECK(place->how != SECOND || first->number == 7, "%s", notation);
            got_done(&got);
        }
    }
}

/* ---- content hashes ---------------------------------------------------------------------------
 */

static void hash(const char *notation, uint8_t ret[WIRE_HASH_BYTES])
{
    struct got got;
    got_notation(&got, notation);
    T_EQ_INT(got.r, 0, "%s: %s: %s", notation, got.refusal.field, got.refusal.message);
    memcpy(ret, got.request.content_hash, WIRE_HASH_BYTES);
    got_done(&got);
}

T_TEST(decode, equal_content_has_an_equal_hash)
{
    static const struct {
        const char *a;
        const char *b;
    } rows[] = {
        // another id, deadline, token
        {"2{1=1 " ID "20{1'c' 9's'}}", "2{1=2 " ID "20{1'c' 9's'}}"},
        {"2{1=1 " ID "20{1'c' 9's'}}", "2{1=1 " OTHER_ID "20{1'c' 9's'}}"},
        {"2{1=1 " ID "20{1'c' 9's'}}", "2{1=1 10=50 " ID "6{1'c' 2=9} 20{1'c' 9's'}}"},
        {"2{1=1 " ID "20{1'c' 9's'}}", "2{1=1 9=1 " ID "20{1'c' 9's'}}"}, // only asked for
        // another order
        {"2{1=1 " ID "8'why' 20{1'c' 9's'}}", "2{20{9's' 1'c'} 8'why' " ID "1=1}"},
        // packed or not
        {"2{1=1 21{3=1 3=2}}", "2{1=1 21{3'%01%02'}}"},
        // a field that has no effect here
        {"2{1=1 " ID "20{1'c' 9's'}}", "99'x' 2{1=1 " ID "98=1 20{1'c' 9's' 97=5}}"},
        {"2{1=1 " ID "50{1'c' 2's' 3'k' 4~0 15{1~1 2=2}}}",
         "2{1=1 " ID "50{1'c' 2's' 3'k' 4~0 15{77=1 1~1 2=2}}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t a[WIRE_HASH_BYTES];
        uint8_t b[WIRE_HASH_BYTES];
        hash(rows[i].a, a);
        hash(rows[i].b, b);
        T_EQ_MEM(a, b, sizeof(a), "row %zu", i);
    }
}

T_TEST(decode, other_content_has_another_hash)
{
    static const char *const rows[] = {
        "2{1=1 " ID "20{1'c' 9's'}}",
        "2{1=1 " ID "20{1'c' 9't'}}",
        "2{1=1 " ID "20{1'c' 9's' 10'b'}}",
        "2{1=1 " ID "20{1'c' 10's'}}",
        "2{1=1 " ID "20{1'd' 9's'}}",
        "2{1=1 " ID "3~0 20{1'c' 9's'}}",
        "2{1=1 " ID "3~1 20{1'c' 9's'}}",
        "2{1=1 " ID "8'why' 20{1'c' 9's'}}",
        "2{1=1 " ID "23{1'A-1'}}",
        "2{1=1 " ID "26{1'A-1'}}",
        "2{1=1 " ID "27{1'A-1'}}",
        "2{1=1 " ID "7=3 27{1'A-1'}}",
        "2{1=1 " ID "7=4 27{1'A-1'}}",
        "2{1=1 " ID "23{1'A-1' 2=1}}",
        "2{1=1 " ID "24{1'A-1' 2=1 3'b'}}",
        "2{1=1 " ID "24{1'A-1' 2=1 3'b' 5'r'}}",
        "2{1=1 " ID "28{1'A-1'}}",
        "2{1=1 " ID "30{1'A-1' 2'x'}}",
        "2{1=1 " ID "31{1'A-1' 2'x'}}",
        "2{1=1 " ID "35{1'A-1' 2'A-2'}}",
        "2{1=1 " ID "36{1'A-1' 2'A-2' 3=1}}",
        "2{1=1 " ID "36{1'A-1' 2'A-2' 3=2}}",
        "2{1=1 " ID "36{1'A-1' 2'A-2' 3=2 4=1}}",
        "2{1=1 " ID "37{1'A-1' 2'a' 2'b'}}",
        "2{1=1 " ID "37{1'A-1' 2'b' 2'a'}}",
        "2{1=1 " ID "38{1'A-1' 3'c'}}",
        "2{1=1 " ID "38{1'A-1' 3'c' 4''}}", // takes it away
        "2{1=1 " ID "60{1'x'}}",
        "2{1=1 " ID "50{1'c' 2's' 3'k' 4~0 15{1~1 2=2} 15{1~1 2=6}}}",
        "2{1=1 " ID "50{1'c' 2's' 3'k' 4~0 15{1~1 2=6} 15{1~1 2=2}}}",
    };
    enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
    uint8_t hashes[ROWS][WIRE_HASH_BYTES];

    for (size_t i = 0; i < ROWS; i++) {
        hash(rows[i], hashes[i]);
        for (size_t j = 0; j < i; j++) {
            T_CHECK(memcmp(hashes[i], hashes[j], WIRE_HASH_BYTES) != 0, "rows %zu and %zu", i, j);
        }
    }
}

/* Requests are stored with their hash: it may not change with a compiler, a library or a machine.
 */
T_TEST(decode, a_hash_stays_what_it_is)
{
    static const uint8_t expected[WIRE_HASH_BYTES] = {
        0xf1, 0x1b, 0xbd, 0xaf, 0xa6, 0xe8, 0xec, 0x98,
        0x98, 0x50, 0x0a, 0xd5, 0xcd, 0x43, 0x72, 0x09,
    };
    uint8_t actual[WIRE_HASH_BYTES];

    hash("2{1=1 " ID "20{1'acme-l1' 9'Printer on fire'}}", actual);
    T_EQ_MEM(actual, expected, sizeof(actual));
}
