// SPDX-License-Identifier: Apache-2.0
/* Requests of the later verbs, of logs, feeds and users; those of a source: see test_intake.c. */
#include <stdio.h>
#include <string.h>

#include "got.h"
#include "samples.h"
#include "t.h"
#include "wire/reply.h"

static void expect_ticket(const struct wire_ticket *ticket, uint64_t number)
{
    T_EQ_STR(ticket->key, "ACME");
    T_EQ_INT(ticket->number, number);
}

T_TEST(verbs, with_a_ticket_and_nothing_else)
{
    static const struct {
        enum request_kind kind;
        uint64_t number;
    } rows[] = {
        {REQUEST_RELEASE_TICKET, 6},
        {REQUEST_ACKNOWLEDGE_TICKET, 7},
        {REQUEST_CLOSE_TICKET, 8},
        {REQUEST_REOPEN_TICKET, 9},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct got got;
        got_sample(&got, rows[i].kind, true);
        expect_ticket(&got.request.u.ticket, rows[i].number);
        got_done(&got);
    }
}

T_TEST(verbs, with_a_name)
{
    struct got got;

    got_sample(&got, REQUEST_ASSIGN_TICKET, true);
    expect_ticket(&got.request.u.assign.ticket, 10);
    T_EQ_STR(got.request.u.assign.name, "ines");
    got_done(&got);
    got_sample(&got, REQUEST_TRANSFER_TICKET, true);
    expect_ticket(&got.request.u.transfer.ticket, 11);
    T_EQ_STR(got.request.u.transfer.team, "manila-b");
    got_done(&got);
    got_sample(&got, REQUEST_SET_PRIORITY, true);
    expect_ticket(&got.request.u.priority.ticket, 12);
    T_EQ_STR(got.request.u.priority.priority, "P1");
    got_done(&got);

    got_refused("2{1=7 " ID "30{1'A-1'}}", "assign_ticket.assignee", "is missing");
    got_refused("2{1=7 " ID "30{1'A-1' 2''}}", "assign_ticket.assignee", "is empty");
    got_refused("2{1=7 " ID "30{1'A-1' 2*64x}}", "assign_ticket.assignee", "at most 63");
    got_refused("2{1=7 " ID "31{1'A-1'}}", "transfer_ticket.team", "is missing");
    got_refused("2{1=7 " ID "31{1'A-1' 2'a%E2%80%AEb'}}", "transfer_ticket.team", "invisible");
    got_refused("2{1=7 " ID "32{1'A-1' 2''}}", "set_priority.priority", "is empty");
}

T_TEST(verbs, with_another_ticket)
{
    struct got got;

    got_sample(&got, REQUEST_MERGE_TICKET, true);
    expect_ticket(&got.request.u.merge.ticket, 13);
    expect_ticket(&got.request.u.merge.other, 14);
    got_done(&got);
    got_sample(&got, REQUEST_LINK_TICKET, true);
    expect_ticket(&got.request.u.link.ticket, 15);
    expect_ticket(&got.request.u.link.other, 16);
    T_EQ_INT(got.request.u.link.kind, LINK_BLOCKED_BY);
    T_CHECK(got.request.u.link.remove);
    got_done(&got);
    got_sample(&got, REQUEST_LINK_TICKET, false);
    T_CHECK(!got.request.u.link.remove);
    got_done(&got);

    got_refused("2{1=7 " ID "35{1'A-1'}}", "merge_ticket.into", "is missing");
    got_refused("2{1=7 " ID "36{1'A-1' 3=1}}", "link_ticket.other", "is missing");
    got_refused("2{1=7 " ID "36{1'A-1' 2'A-2'}}", "link_ticket.kind", "is missing");
    got_refused("2{1=7 " ID "36{1'A-1' 2'A-2' 3=0}}", "link_ticket.kind", "it is missing");
    got_refused("2{1=7 " ID "36{1'A-1' 2'A-2' 3=10}}", "link_ticket.kind", "no such LinkKind");
    for (int kind = LINK_RELATES; kind < LINK_KINDS; kind++) {
        char notation[160];
        snprintf(notation, sizeof(notation), "2{1=7 %s36{1'A-1' 2'A-2' 3=%d}}", ID, kind);
        got_notation(&got, notation);
        T_EQ_INT(got.r, 0, "%d: %s", kind, got.refusal.message);
        T_EQ_INT(got.request.u.link.kind, kind);
        got_done(&got);
    }
}

T_TEST(verbs, tags)
{
    struct got got;

    got_sample(&got, REQUEST_TAG_TICKET, true);
    expect_ticket(&got.request.u.tag.ticket, 17);
    T_EQ_INT(got.request.u.tag.n_tags, 3);
    got_text(got.request.u.tag.tags[0], TEXT_TAG, "vip");
    got_text(got.request.u.tag.tags[1], TEXT_TAG, "rückruf-2");
    got_text(got.request.u.tag.tags[2], TEXT_TAG, "7.x_y");
    T_CHECK(got.request.u.tag.remove);
    got_done(&got);
    got_sample(&got, REQUEST_TAG_TICKET, false);
    T_EQ_INT(got.request.u.tag.n_tags, 1);
    T_CHECK(!got.request.u.tag.remove);
    got_done(&got);

    got_notation(&got, "2{1=7 " ID "37{1'A-1' 2'a' 2'b' 2'c' 2'd' 2'e' 2'f' 2'g' 2'h' 2'i' 2'j' "
                       "2'k' 2'l' 2'm' 2'n' 2'o' 2*63p}}");
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    T_EQ_INT(got.request.u.tag.n_tags, TICKET_TAGS_MAX);
    T_EQ_INT(got.request.u.tag.tags[15].n, 63);
    got_done(&got);

    got_refused("2{1=7 " ID "37{1'A-1'}}", "tag_ticket.tags", "is missing");
    got_refused("2{1=7 " ID "37{1'A-1' 2'a' 2''}}", "tag_ticket.tags[1]", "is empty");
    got_refused("2{1=7 " ID "37{1'A-1' 2'a' 2'b' 2'a'}}", "tag_ticket.tags", "'a' is there twice");
    got_refused("2{1=7 " ID "37{1'A-1' 2*64a}}", "tag_ticket.tags[0]", "at most 63");
    got_refused("2{1=7 " ID "37{1'A-1' [17 2'a']}}", "tag_ticket.tags[16]", "at most 16");
    got_refused("2{1=7 " ID "37{1'A-1' 2'a b'}}", "tag_ticket.tags[0]", "holds a blank");
    got_refused("2{1=7 " ID "37{1'A-1' 2'ok' 2'VIP'}}", "tag_ticket.tags[1]", "a capital letter");
    got_refused("2{1=7 " ID "37{1'A-1' 2'-a'}}", "tag_ticket.tags[0]", "does not begin with");
    got_refused("2{1=7 " ID "37{1'A-1' 2'a%00'}}", "tag_ticket.tags[0]", "holds a NUL");
}

T_TEST(verbs, edits)
{
    static const struct {
        const char *fields;
        uint32_t edits;
    } rows[] = {
        {"2's'", EDIT_SUBJECT},
        {"3'c'", EDIT_CATEGORY},
        {"3''", EDIT_CATEGORY},
        {"4'g'", EDIT_CUSTOMER_TIER},
        {"4''", EDIT_CUSTOMER_TIER},
        {"5'de'", EDIT_LANGUAGE},
        {"5'' 2's'", EDIT_LANGUAGE | EDIT_SUBJECT},
    };
    struct got got;

    got_sample(&got, REQUEST_EDIT_TICKET, true);
    expect_ticket(&got.request.u.edit.ticket, 18);
    T_EQ_INT(got.request.u.edit.edits,
             EDIT_SUBJECT | EDIT_CATEGORY | EDIT_CUSTOMER_TIER | EDIT_LANGUAGE);
    got_text(got.request.u.edit.subject, TEXT_SUBJECT, "Printer out");
    T_EQ_STR(got.request.u.edit.category, "hardware");
    T_EQ_STR(got.request.u.edit.customer_tier, "gold");
    T_EQ_STR(got.request.u.edit.language, "de");
    got_done(&got);
    got_sample(&got, REQUEST_EDIT_TICKET, false);
    T_EQ_INT(got.request.u.edit.edits, EDIT_LANGUAGE);
    got_text(got.request.u.edit.subject, TEXT_SUBJECT, "");
    T_EQ_STR(got.request.u.edit.category, "");
    T_EQ_STR(got.request.u.edit.customer_tier, "");
    T_EQ_STR(got.request.u.edit.language, "");
    got_done(&got);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char notation[160];
        snprintf(notation, sizeof(notation), "2{1=7 %s38{1'A-1' %s}}", ID, rows[i].fields);
        got_notation(&got, notation);
        T_EQ_INT(got.r, 0, "%s: %s", rows[i].fields, got.refusal.message);
        T_EQ_INT(got.request.u.edit.edits, rows[i].edits, "%s", rows[i].fields);
        got_done(&got);
    }

    got_refused("2{1=7 " ID "38{1'A-1'}}", "edit_ticket", "nothing to set");
    got_refused("2{1=7 " ID "38{1'A-1' 2''}}", "edit_ticket.subject", "not taken away");
    got_refused("2{1=7 " ID "38{1'A-1' 2*501s}}", "edit_ticket.subject", "at most 500");
    got_refused("2{1=7 " ID "38{1'A-1' 3*64s}}", "edit_ticket.category", "at most 63");
    got_refused("2{1=7 " ID "38{1'A-1' 2'a%0Ab'}}", "edit_ticket.subject", "control character");
}

T_TEST(verbs, log_and_users)
{
    struct got got;

    got_sample(&got, REQUEST_SHOW_LOG, true);
    expect_ticket(&got.request.u.log.ticket, 19);
    T_EQ_INT(got.request.u.log.limit, 7);
    T_EQ_INT(got.request.u.log.cursor.n, 2);
    T_EQ_MEM(got.request.u.log.cursor.p, "\x01\x00", 2);
    got_done(&got);
    got_sample(&got, REQUEST_SHOW_LOG, false);
    T_EQ_INT(got.request.u.log.limit, WIRE_PAGE_ROWS_DEFAULT);
    T_EQ_INT(got.request.u.log.cursor.n, 0);
    got_done(&got);
    got_sample(&got, REQUEST_LIST_USERS, true);
    T_EQ_STR(got.request.u.list_users.name, "ines");
    T_EQ_INT(got.request.u.list_users.limit, 8);
    T_EQ_INT(got.request.u.list_users.cursor.n, 1);
    got_done(&got);
    got_sample(&got, REQUEST_LIST_USERS, false);
    T_EQ_STR(got.request.u.list_users.name, "");
    T_EQ_INT(got.request.u.list_users.limit, WIRE_PAGE_ROWS_DEFAULT);
    got_done(&got);
}

T_TEST(verbs, subscribe)
{
    struct got got;

    got_sample(&got, REQUEST_SUBSCRIBE, true);
    const struct request_subscribe *full = &got.request.u.subscribe;
    T_EQ_INT(full->n_from, 2);
    T_EQ_STR(full->from[0].contract, "acme-l1"); // sorted
    T_EQ_INT(full->from[0].seq, 0);
    T_EQ_STR(full->from[1].contract, "zeta");
    T_CHECK(full->from[1].seq == UINT64_MAX);
    T_EQ_STR(full->contract, "acme-l1");
    T_EQ_STR(full->team, "manila-a");
    T_EQ_INT(full->kinds, 1u << REPLY_EVENT_BREACH | 1u << REPLY_EVENT_KEPT);
    T_CHECK(full->resumes);
    got_done(&got);
    got_sample(&got, REQUEST_SUBSCRIBE, false);
    T_EQ_INT(got.request.u.subscribe.n_from, 0);
    T_EQ_STR(got.request.u.subscribe.contract, "");
    T_EQ_STR(got.request.u.subscribe.team, "");
    T_EQ_INT(got.request.u.subscribe.kinds, 0);
    T_CHECK(!got.request.u.subscribe.resumes);
    got_done(&got);

    got_refused("2{1=7 42{4=19 4=0}}", "subscribe.kinds", "unspecified");
    got_refused("2{1=7 42{4=25}}", "subscribe.kinds[0]", "no such EventKind");
    got_refused("2{1=7 42{[33 4=1]}}", "subscribe.kinds[32]", "at most 32");
    got_refused("2{1=7 42{1{1'a' 2=1} 1{2=1}}}", "subscribe.from[1].contract", "is missing");
    got_refused("2{1=7 42{1{1'' 2=1}}}", "subscribe.from[0].contract", "is empty");
    got_refused("2{1=7 42{1{1'a' 2=1} 1{1'b' 2=1} 1{1'a' 2=2}}}", "subscribe.from",
                "a is there twice");
}

/* As many contracts as there can be, with the longest names: more than a small frame holds. */
T_TEST(verbs, subscribe_from_everywhere)
{
    enum { SIZE = 256 * 1024 };
    static char notation[SIZE];
    struct got got;

    for (int n = WIRE_POSITIONS_MAX; n <= WIRE_POSITIONS_MAX + 1; n++) {
        size_t used = (size_t)snprintf(notation, SIZE, "2{1=7 42{");
        for (int i = 0; i < n; i++) {
            used += (size_t)snprintf(notation + used, SIZE - used, "1{1'%063d' 2=%d} ", n - i, i);
            T_CHECK(used < SIZE);
        }
        (void)snprintf(notation + used, SIZE - used, "}}");
        got_notation(&got, notation);
        if (n > WIRE_POSITIONS_MAX) {
            T_EQ_INT(got.r, OUTCOME_INVALID_ARGUMENT);
            T_EQ_STR(got.refusal.field, "subscribe.from[1024]");
        } else {
            T_EQ_INT(got.r, 0, "%s: %s", got.refusal.field, got.refusal.message);
            T_EQ_INT(got.request.u.subscribe.n_from, n);
            T_EQ_INT(got.request.u.subscribe.from[0].seq, n - 1);
            T_EQ_INT(got.request.u.subscribe.from[n - 1].seq, 0);
        }
        got_done(&got);
    }
}
