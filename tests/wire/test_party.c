// SPDX-License-Identifier: Apache-2.0
/* Requests about who may come in, what parties agree on, and what they hold against each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "got.h"
#include "judge.h"
#include "proto/frame.h"
#include "raw.h"
#include "samples.h"
#include "t.h"
#include "wire/decode.h"

T_TEST(party, users)
{
    struct got got;

    got_sample(&got, REQUEST_ADD_USER, true);
    const struct request_add_user *full = &got.request.u.add_user;
    T_EQ_STR(full->name, "a.reyes");
    T_EQ_INT(full->roles, ROLE_AGENT | ROLE_LEAD);
    T_EQ_STR(full->party, "northwind");
    T_EQ_INT(full->n_teams, 2);
    T_EQ_STR(full->teams[0], "manila-a");
    T_EQ_STR(full->teams[1], "manila-b");
    T_EQ_STR(full->source, "jira");
    T_CHECK(full->tool);
    got_done(&got);
    got_sample(&got, REQUEST_ADD_USER, false);
    T_EQ_INT(got.request.u.add_user.roles, ROLE_AGENT);
    T_EQ_STR(got.request.u.add_user.party, "");
    T_EQ_INT(got.request.u.add_user.n_teams, 0);
    T_EQ_STR(got.request.u.add_user.source, "");
    T_CHECK(!got.request.u.add_user.tool);
    got_done(&got);
    got_notation(&got, "2{1=7 " ID "70{1'u' 2'agent' 2'lead' 2'vendor-manager' 2'manager' "
                       "2'intake' 2'auditor' 2'admin'}}");
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    T_EQ_INT(got.request.u.add_user.roles, ROLES_ALL);
    got_done(&got);
    got_refused("2{1=7 " ID "70{1'u' 2'agent' 2'boss'}}", "add_user.roles[1]",
                "'boss' is not a role");
    got_refused("2{1=7 " ID "70{1'u' 2'agent' 2'lead' 2'agent'}}", "add_user.roles[2]",
                "'agent' is there twice");
    got_refused("2{1=7 " ID "70{1'u' 2'agent' 4't' 4''}}", "add_user.teams[1]", "not the name");
    got_refused("2{1=7 " ID "70{1'u' 2'agent' 4't' 4's' 4't'}}", "add_user.teams[2]",
                "'t' is there twice");

    got_sample(&got, REQUEST_SET_USER, true);
    T_EQ_STR(got.request.u.set_user.name, "a.reyes");
    T_EQ_INT(got.request.u.set_user.action, USER_VOUCH);
    T_EQ_INT(got.request.u.set_user.key_sha256.n, BOOK_HASH_BYTES);
    T_EQ_MEM(got.request.u.set_user.key_sha256.p, "0123456789abcdef0123456789abcdef", 32);
    got_done(&got);
    got_sample(&got, REQUEST_SET_USER, false);
    T_EQ_INT(got.request.u.set_user.action, USER_DISABLE);
    T_EQ_INT(got.request.u.set_user.key_sha256.n, 0);
    got_done(&got);

    got_sample(&got, REQUEST_RENEW_CERTIFICATE, true);
    T_EQ_INT(got.request.u.certificate.csr.n, 5);
    T_EQ_MEM(got.request.u.certificate.csr.p, "\x30\x03\x02\x01\x00", 5);
    got_done(&got);
}

T_TEST(party, proposals)
{
    struct got got;

    got_sample(&got, REQUEST_PROPOSE_BOOK, true);
    T_EQ_STR(got.request.u.propose_book.text, "parties:\n\t# none\n");
    T_EQ_INT(got.request.u.propose_book.n, 17);
    T_EQ_STR(got.request.u.propose_book.file, "book.yaml");
    T_EQ_INT(got.request.u.propose_book.cursor.n, 0);
    T_CHECK(got.request.dry_run);
    got_done(&got);
    got_sample(&got, REQUEST_PROPOSE_BOOK, false);
    T_EQ_STR(got.request.u.propose_book.file, "");
    T_CHECK(!got.request.dry_run);
    got_done(&got);
    got_notation(&got, "2{1=7 9=1 73{1'x'}}"); // and so without a request id
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    got_done(&got);

    got_sample(&got, REQUEST_APPROVE_BOOK, true);
    T_EQ_INT(got.request.u.approve_book.proposal, 3);
    T_EQ_MEM(got.request.u.approve_book.sha256, SAMPLE_SHA256, BOOK_HASH_BYTES);
    T_CHECK(got.request.u.approve_book.withdraw);
    got_done(&got);
    got_sample(&got, REQUEST_APPROVE_BOOK, false);
    T_CHECK(!got.request.u.approve_book.withdraw);
    got_done(&got);

    got_sample(&got, REQUEST_LIST_PROPOSALS, true);
    T_EQ_STR(got.request.u.list_proposals.contract, "acme-l1");
    T_CHECK(got.request.u.list_proposals.all);
    got_done(&got);
    got_sample(&got, REQUEST_LIST_PROPOSALS, false);
    T_EQ_STR(got.request.u.list_proposals.contract, "");
    T_CHECK(!got.request.u.list_proposals.all);
    got_done(&got);
}

T_TEST(party, what_was_read_and_heads)
{
    struct got got;

    got_sample(&got, REQUEST_LIST_ACCESS, true);
    const struct request_list_access *full = &got.request.u.list_access;
    T_EQ_STR(full->contract, "acme-l1");
    T_EQ_INT(full->since_at, SAMPLE_AT);
    T_EQ_INT(full->until_at, SAMPLE_AT + 1);
    T_EQ_STR(full->actor, "root");
    T_EQ_INT(full->limit, 9);
    T_EQ_INT(full->cursor.n, 2);
    T_EQ_MEM(full->cursor.p, "\x00z", 2);
    got_done(&got);
    got_sample(&got, REQUEST_LIST_ACCESS, false);
    T_EQ_STR(got.request.u.list_access.contract, "");
    T_EQ_INT(got.request.u.list_access.since_at, INSTANT_NONE);
    T_EQ_INT(got.request.u.list_access.until_at, INSTANT_NONE);
    T_EQ_STR(got.request.u.list_access.actor, "");
    T_EQ_INT(got.request.u.list_access.limit, WIRE_PAGE_ROWS_DEFAULT);
    T_EQ_INT(got.request.u.list_access.cursor.n, 0);
    got_done(&got);
    got_refused("2{1=7 80{2~5 3~5}}", "list_access.until", "not later than since");

    got_sample(&got, REQUEST_EXPORT_JOURNAL, true);
    T_EQ_STR(got.request.u.export_journal.contract, "acme-l1");
    T_EQ_INT(got.request.u.export_journal.from_seq, 5);
    T_CHECK(got.request.u.export_journal.to_seq == UINT64_MAX);
    T_CHECK(got.request.u.export_journal.texts);
    T_EQ_MEM(got.request.u.export_journal.cursor.p, "e\x00", 2);
    got_done(&got);
    got_sample(&got, REQUEST_EXPORT_JOURNAL, false);
    T_EQ_INT(got.request.u.export_journal.from_seq, 1);
    T_EQ_INT(got.request.u.export_journal.to_seq, 0);
    T_CHECK(!got.request.u.export_journal.texts);
    T_EQ_INT(got.request.u.export_journal.cursor.n, 0);
    got_done(&got);
    got_notation(&got, "2{1=7 81{1'c' 2=5 3=5}}");
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    got_done(&got);
    got_refused("2{1=7 81{1'c' 2=5 3=4}}", "export_journal.to_seq", "comes before from_seq");

    got_sample(&got, REQUEST_SHOW_HEAD, true);
    T_EQ_STR(got.request.u.show_head.contract, "acme-l1");
    got_done(&got);
    got_sample(&got, REQUEST_SHOW_HEAD, false);
    T_EQ_STR(got.request.u.show_head.contract, "");
    got_done(&got);

    got_sample(&got, REQUEST_COUNTERSIGN, true);
    const struct request_countersign *sign = &got.request.u.countersign;
    T_EQ_STR(sign->contract, "acme-l1");
    T_EQ_INT(sign->seq, 4711);
    T_EQ_MEM(sign->sha256, SAMPLE_SHA256, BOOK_HASH_BYTES);
    T_EQ_INT(sign->signature.n, 8);
    T_EQ_MEM(sign->signature.p, "\x30\x06\x02\x01\x01\x02\x01\x02", 8);
    T_EQ_INT(sign->certificate.n, 2);
    T_EQ_MEM(sign->certificate.p, "\x30\x00", 2);
    got_done(&got);
}

T_TEST(party, texts_are_erased_of_whom_it_says_and_no_more)
{
    struct got got;

    got_sample(&got, REQUEST_ERASE_TEXTS, true);
    T_EQ_STR(got.request.u.erase.ticket.key, "ACME");
    T_EQ_INT(got.request.u.erase.ticket.number, 21);
    T_EQ_INT(got.request.u.erase.message, 2);
    T_EQ_STR(got.request.u.erase.requester, "");
    T_EQ_STR(got.request.u.erase.contract, "");
    T_EQ_STR(got.request.reason, "asked for by phone ü");
    got_done(&got);
    got_sample(&got, REQUEST_ERASE_TEXTS, false);
    T_EQ_INT(got.request.u.erase.ticket.number, 0);
    T_EQ_INT(got.request.u.erase.message, 0);
    T_EQ_INT(got.request.u.erase.cursor.n, 0);
    T_EQ_STR(got.request.u.erase.requester, "anna@example.org");
    got_done(&got);
    got_notation(&got, "2{1=7 " ID "84{3'anna' 4'acme-l1'}}");
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    T_EQ_STR(got.request.u.erase.contract, "acme-l1");
    got_done(&got);
    got_notation(&got, "2{1=7 " ID "84{1'A-1'}}");
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    T_EQ_INT(got.request.u.erase.message, 0);
    got_done(&got);
    got_notation(&got, "2{1=7 " ID "84{3'anna' 5'%00c'}}");
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    T_EQ_INT(got.request.u.erase.cursor.n, 2);
    T_EQ_MEM(got.request.u.erase.cursor.p, "\0c", 2);
    got_done(&got);
    got_notation(&got, "2{1=7 " ID "84{4'acme-l1' 6=17}}");
    T_EQ_INT(got.r, 0, "%s", got.refusal.message);
    T_EQ_INT(got.request.u.erase.entry, 17);
    T_EQ_INT(got.request.u.erase.ticket.number, 0);
    T_EQ_STR(got.request.u.erase.contract, "acme-l1");
    got_done(&got);
    got_refused("2{1=7 " ID "84{6=17}}", "erase_texts.contract", "without its contract");
    got_refused("2{1=7 " ID "84{4'c' 6=0}}", "erase_texts", "does not say whose");
    got_refused("2{1=7 " ID "84{1'A-1' 6=17}}", "erase_texts", "exclude each other");
    got_refused("2{1=7 " ID "84{3'anna' 4'c' 6=17}}", "erase_texts", "exclude each other");
    got_refused("2{1=7 " ID "84{2=1 4'c' 6=17}}", "erase_texts.message", "without a ticket");
    got_refused("2{1=7 " ID "84{4'c' 5'c' 6=17}}", "erase_texts.cursor", "has no cursor");
    got_refused("2{1=7 " ID "84{1'A-1' 5'c'}}", "erase_texts.cursor", "has no cursor");
    got_refused("2{1=7 " ID "84{}}", "erase_texts", "does not say whose");
    got_refused("2{1=7 " ID "84{1'' 3''}}", "erase_texts", "does not say whose");
    got_refused("2{1=7 " ID "84{4'acme-l1'}}", "erase_texts", "does not say whose");
    got_refused("2{1=7 " ID "84{1'A-1' 3'anna'}}", "erase_texts", "exclude each other");
    got_refused("2{1=7 " ID "84{1'A-1' 2=0}}", "erase_texts.message", "the number 0");
    got_refused("2{1=7 " ID "84{2=1 3'anna'}}", "erase_texts.message", "without a ticket");
    got_refused("2{1=7 " ID "84{1'A-1' 4'c'}}", "erase_texts.contract", "has its contract");
    got_refused("2{1=7 " ID "84{1'a-1'}}", "erase_texts.ticket", "not the name of a ticket");
}

#define HASH     "*32h"
#define APPROVE  "2{1=7 " ID "74{1=3 2" HASH
#define SIGN(of) "2{1=7 " ID "83{" of "}}"

T_TEST(party, refuses_what_the_rules_do_not_let_in)
{
    static const struct {
        const char *notation;
        const char *field;
        const char *message;
    } rows[] = {
        {"2{1=7 " ID "70{2'agent'}}", "add_user.name", "is missing"},
        {"2{1=7 " ID "70{1'u'}}", "add_user.roles", "is missing"},
        {"2{1=7 " ID "70{1'u' 2''}}", "add_user.roles[0]", "is empty"},
        {"2{1=7 " ID "70{1*64u 2'agent'}}", "add_user.name", "has 64 bytes, and at most 63"},
        {"2{1=7 " ID "70{1'u%E2%80%8B' 2'agent'}}", "add_user.name", "invisible"},
        {"2{1=7 " ID "70{1'u' [8 2'agent']}}", "add_user.roles[7]", "at most 7"},
        {"2{1=7 " ID "70{1'u' 2'agent' [33 4't']}}", "add_user.teams[32]", "at most 32"},
        {"2{1=7 " ID "71{1'u'}}", "set_user.action", "is missing"},
        {"2{1=7 " ID "71{1'u' 2=0}}", "set_user.action", "means that it is missing"},
        {"2{1=7 " ID "71{1'u' 2=5}}", "set_user.action", "knows no such UserAction"},
        {"2{1=7 " ID "71{1'u' 2=4 3'short'}}", "set_user.key_sha256", "32"},
        {"2{1=7 " ID "71{2=1}}", "set_user.name", "is missing"},
        {"2{1=7 " ID "72{}}", "renew_certificate.csr", "is missing"},
        {"2{1=7 " ID "72{1''}}", "renew_certificate.csr", "is empty"},
        {"2{1=7 " ID "72{1*4097c}}", "renew_certificate.csr", "has 4097 bytes, and at most 4096"},
        {"2{1=7 " ID "73{}}", "propose_book.text", "is missing"},
        {"2{1=7 " ID "73{1'a%0D'}}", "propose_book.text", "carriage return"},
        {"2{1=7 " ID "73{1*1047553x}}", "propose_book.text", "and at most 1047552"},
        {"2{1=7 " ID "73{1'x' 2*256x}}", "propose_book.file", "and at most 255"},
        {"2{1=7 " ID "74{2" HASH "}}", "approve_book.proposal", "is missing"},
        {"2{1=7 " ID "74{1=0 2" HASH "}}", "approve_book.proposal", "means that it is missing"},
        {"2{1=7 " ID "74{1=3}}", "approve_book.sha256", "is missing"},
        {"2{1=7 " ID "74{1=3 2''}}", "approve_book.sha256", "is empty"},
        {"2{1=7 " ID "74{1=3 2*31h}}", "approve_book.sha256", "has 31 bytes, and must have 32"},
        {"2{1=7 " ID "74{1=3 2*33h}}", "approve_book.sha256", "has 33 bytes, and at most 32"},
        {APPROVE " 3=2}}", "approve_book.withdraw", "a bool is 0 or 1"},
        {"2{1=7 75{1*64c}}", "list_proposals.contract", "and at most 63"},
        {"2{1=7 80{2~-62135596800000001}}", "list_access.since", "outside the years"},
        {"2{1=7 80{4*64c}}", "list_access.actor", "and at most 63"},
        {"2{1=7 80{6*513c}}", "list_access.cursor", "and at most 512"},
        {"2{1=7 81{}}", "export_journal.contract", "is missing"},
        {"2{1=7 81{1'c' 5*513c}}", "export_journal.cursor", "and at most 512"},
        {"2{1=7 82{1'%1B'}}", "show_head.contract", "control character"},
        {SIGN("2=1 3" HASH " 4's' 5'c'"), "countersign.contract", "is missing"},
        {SIGN("1'c' 3" HASH " 4's' 5'c'"), "countersign.seq", "is missing"},
        {SIGN("1'c' 2=0 3" HASH " 4's' 5'c'"), "countersign.seq", "means that it is missing"},
        {SIGN("1'c' 2=1 4's' 5'c'"), "countersign.sha256", "is missing"},
        {SIGN("1'c' 2=1 3*16h 4's' 5'c'"), "countersign.sha256", "has 16 bytes, and must have 32"},
        {SIGN("1'c' 2=1 3" HASH " 5'c'"), "countersign.signature", "is missing"},
        {SIGN("1'c' 2=1 3" HASH " 4*145s 5'c'"), "countersign.signature", "and at most 144"},
        {SIGN("1'c' 2=1 3" HASH " 4's'"), "countersign.certificate", "is missing"},
        {SIGN("1'c' 2=1 3" HASH " 4's' 5*8193c"), "countersign.certificate", "and at most 8192"},
        {"2{1=7 " ID "84{1*37A}}", "erase_texts.ticket", "and at most 36"},
        {"2{1=7 " ID "84{3*321r}}", "erase_texts.requester", "and at most 320"},
        {"2{1=7 " ID "84{3'a' 5*513c}}", "erase_texts.cursor", "and at most 512"},
        {"2{1=7 " ID "84{3'a%E2%80%AE'}}", "erase_texts.requester", "invisible"},
        {"2{1=7 " ID "72{1'c'} 99*70000x}", "renew_certificate", "and at most 65536 are allowed"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct got got;
        got_notation(&got, rows[i].notation);
        T_EQ_INT(got.r, OUTCOME_INVALID_ARGUMENT, "row %zu: %s", i, got.refusal.message);
        T_EQ_STR(got.refusal.field, rows[i].field, "row %zu: %s", i, got.refusal.message);
        T_CHECK(strstr(got.refusal.message, rows[i].message) != NULL, "row %zu: %s", i,
                got.refusal.message);
        got_done(&got);
    }
}

T_TEST(party, common_fields)
{
    static const struct {
        const char *operation; // in short, with what it needs
        bool writes;
        bool dry_run;
        bool reason;
    } rows[] = {
        {"70{1'u' 2'agent'}", true, true, false},
        {"71{1'u' 2=1}", true, true, false},
        {"72{1'c'}", true, false, false},
        {"73{1'x'}", true, true, false},
        {"74{1=3 2" HASH "}", true, false, false},
        {"75{}", false, false, true},
        {"80{}", false, false, true},
        {"81{1'c'}", false, false, true},
        {"82{}", false, false, true},
        {"83{1'c' 2=1 3" HASH " 4's' 5'c'}", true, false, false},
        {"84{1'A-1'}", true, true, true},
    };
    static const char *const never[][2] = {
        {"3~0", "claimed_at"}, {"4~0", "as_of"}, {"5~0", "as_known"}, {"7=1", "if_version"}};
    char notation[200];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *id = rows[i].writes ? ID : "";
        struct got got;

        snprintf(notation, sizeof(notation), "2{1=7 %s6{1'c' 2=1} 8'' 9=0 10=5 %s}", id,
                 rows[i].operation);
        got_notation(&got, notation);
        T_EQ_INT(got.r, 0, "%s: %s", notation, got.refusal.message);
        T_EQ_INT(request_writes(got.request.kind), rows[i].writes, "%s", notation);
        got_done(&got);
        if (rows[i].writes) {
            snprintf(notation, sizeof(notation), "2{1=7 %s}", rows[i].operation);
            got_refused(notation, "request_id", "a change comes without it");
        } else {
            snprintf(notation, sizeof(notation), "2{1=7 %s%s}", ID, rows[i].operation);
            got_refused(notation, "request_id", "has no use for it");
        }
        for (size_t j = 0; j < sizeof(never) / sizeof(never[0]); j++) {
            snprintf(notation, sizeof(notation), "2{1=7 %s%s %s}", id, never[j][0],
                     rows[i].operation);
            got_refused(notation, never[j][1], "has no use for it");
        }
        if (rows[i].dry_run) {
            snprintf(notation, sizeof(notation), "2{1=7 9=1 %s}", rows[i].operation);
            got_notation(&got, notation);
            T_CHECK(got.r == 0 && got.request.dry_run, "%s: %s", notation, got.refusal.message);
            got_done(&got);
        } else {
            snprintf(notation, sizeof(notation), "2{1=7 %s9=1 %s}", id, rows[i].operation);
            got_refused(notation, "dry_run", "has no use for it");
        }
        snprintf(notation, sizeof(notation), "2{1=7 %s8'why' %s}", id, rows[i].operation);
        if (rows[i].reason) {
            got_notation(&got, notation);
            T_EQ_STR(got.request.reason, "why", "%s: %s", notation, got.refusal.message);
            got_done(&got);
        } else {
            got_refused(notation, "reason", "has no use for it");
        }
    }
    T_CHECK(request_writes(REQUEST_ENROL));
}

/* ---- ALPN slate-enrol/1 -----------------------------------------------------------------------
 */

/* As wire_decode_enrol() says; the frame is gone before anything is looked at. */
static void enrol(struct got *got, const uint8_t *p, size_t n)
{
    uint8_t *copy = malloc(n > 0 ? n : 1);
    T_CHECK(copy != NULL);
    memcpy(copy, p, n);
    memset(got, 0, sizeof(*got));
    arena_init(&got->arena, WIRE_ARENA_BYTES);
    got->r = wire_decode_enrol(copy, n, &got->arena, &got->request, &got->refusal);
    free(copy);
}

T_TEST(enrol, a_secret_and_a_key)
{
    struct got got;
    size_t n;
    uint8_t *payload = samples_enrol(&n);

    enrol(&got, payload, n);
    free(payload);
    T_EQ_INT(got.r, 0, "%s: %s", got.refusal.field, got.refusal.message);
    T_EQ_INT(got.request.kind, REQUEST_ENROL);
    T_EQ_INT(got.request.id, 0);
    T_EQ_MEM(got.request.u.certificate.secret, SAMPLE_SECRET, WIRE_SECRET_BYTES);
    T_EQ_INT(got.request.u.certificate.csr.n, 5);
    T_EQ_MEM(got.request.u.certificate.csr.p, "\x30\x03\x02\x01\x00", 5);
    T_CHECK(!got.request.has_request_id && !got.request.has_min_token && !got.request.dry_run);
    T_EQ_STR(got.request.reason, "");
    T_EQ_INT(got.request.claimed_at, INSTANT_NONE);
    T_EQ_INT(got.request.as_of_at, INSTANT_NONE);
    T_EQ_INT(got.request.as_known_at, INSTANT_NONE);
    got_done(&got);
}

T_TEST(enrol, refuses_everything_else)
{
    static const struct {
        const char *notation;
        const char *field; // NULL: accepted
        const char *message;
    } rows[] = {
        {"1*16s 2*4096c", NULL, NULL},
        {"2'c' 1*16s [16 99=1]", NULL, NULL},
        {"", "secret", "is missing"},
        {"1*16s", "csr", "is missing"},
        {"2'c'", "secret", "is missing"},
        {"1'' 2'c'", "secret", "is empty"},
        {"1*15s 2'c'", "secret", "has 15 bytes, and must have 16"},
        {"1*17s 2'c'", "secret", "has 17 bytes, and at most 16"},
        {"1*16s 2''", "csr", "is empty"},
        {"1*16s 2*4097c", "csr", "has 4097 bytes, and at most 4096"},
        {"1*16s 1*16t 2'c'", "secret", "is there twice"},
        {"1*16s 2'c' 2'd'", "csr", "is there twice"},
        {"1=1 2'c'", "secret", "wire type 0"},
        {"1*16s !12ff0163", "csr", "is cut off"},
        {"1*16s 2'c' [17 99=1]", "", "more than 16 fields"},
        {"1*16s 2'c' 99*8200x", "", "at most 8192 are allowed"},
        {"2{1=1 22{1'A-1'}}", "secret", "is missing"}, // a request of slate/1
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw raw = raw_make(rows[i].notation);
        struct got got;
        enrol(&got, raw.p, raw.n);
        T_EQ_INT(got.r, rows[i].field == NULL ? 0 : OUTCOME_INVALID_ARGUMENT, "row %zu: %s", i,
                 got.refusal.message);
        if (rows[i].field != NULL) {
            T_EQ_STR(got.refusal.field, rows[i].field, "row %zu: %s", i, got.refusal.message);
            T_CHECK(strstr(got.refusal.message, rows[i].message) != NULL, "row %zu: %s", i,
                    got.refusal.message);
            T_EQ_INT(got.request.kind, REQUEST_NONE, "row %zu", i);
        }
        T_EQ_INT(judge_enrol(raw.p, raw.n), rows[i].field == NULL, "row %zu", i);
        got_done(&got);
        raw_free(&raw);
    }
}

T_TEST(enrol, any_cut_and_any_bit)
{
    size_t n;
    uint8_t *payload = samples_enrol(&n);
    size_t accepted = 0;

    T_CHECK(judge_enrol(payload, n));
    for (size_t i = 0; i < n; i++) {
        uint8_t *cut = malloc(i > 0 ? i : 1);
        T_CHECK(cut != NULL);
        memcpy(cut, payload, i);
        T_CHECK(!judge_enrol(cut, i), "cut to %zu", i);
        free(cut);
    }
    for (size_t bit = 0; bit < 8 * n; bit++) {
        payload[bit / 8] ^= (uint8_t)(1u << bit % 8);
        accepted += judge_enrol(payload, n);
        payload[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    // The secret and the key are any bytes; what is around them may not change.
    T_CHECK(accepted >= 8 * (16 + 5) && accepted < 8 * (16 + 5 + 2), "%zu", accepted);
    for (size_t limit = 0; limit < 1024; limit += 8) {
        struct arena arena;
        struct request request;
        struct refusal refusal;
        arena_init(&arena, limit);
        const int r = wire_decode_enrol(payload, n, &arena, &request, &refusal);
        T_CHECK(r == OUTCOME_RESOURCE_EXHAUSTED ? request.kind == REQUEST_NONE : r == 0, "%zu: %d",
                limit, r);
        T_CHECK(r != 0 || limit > 0);
        arena_fini(&arena);
    }
    free(payload);
}
