// SPDX-License-Identifier: Apache-2.0
/*
 * Each call about users, proposals and journals asks what its name says, and gives what answers it.
 */
#include <string.h>

#include "tests/client/bench.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

#define HASH ((const uint8_t *)"0123456789abcdef0123456789abcdef")

/* Into r and e, from b. */
#define ASK(call, args, kind_, shown)                                                           \
    do {                                                                                        \
        T_EQ_INT(slate_##call(b.slate, args, NULL, &r, &e), SLATE_OK, #call ": %s", e.message); \
        T_EQ_INT(r->kind, kind_, #call);                                                        \
        T_CHECK(shown, #call);                                                                  \
        slate_result_free(r);                                                                   \
    } while (0)

T_TEST(calls, ask_about_users_and_proposals)
{
    static const char *const roles[] = {"agent"};
    static const struct slate_add_user add = {.name = "new", .roles = roles, .n_roles = 1};
    static const struct slate_set_user set = {.name = "old", .action = SLATE_USER_DISABLE};
    static const struct slate_renew_certificate renew = {{(const uint8_t *)"csr", 3}};
    static const struct slate_propose_book propose = {.text = "text"};
    static const struct slate_approve_book approve = {7, {HASH, 32}, false};
    static const struct slate_list_proposals list = {.all = true};
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    ASK(add_user, &add, SLATE_ADD_USER, strcmp(r->user.user.name, "new") == 0 && r->user.code);
    ASK(set_user, &set, SLATE_SET_USER, strcmp(r->user.user.name, "old") == 0 && !r->user.code);
    ASK(renew_certificate, &renew, SLATE_RENEW_CERTIFICATE, r->certificate.cert);
    ASK(propose_book, &propose, SLATE_PROPOSE_BOOK, r->diff.n_changes == 1);
    ASK(approve_book, &approve, SLATE_APPROVE_BOOK, r->proposals.proposals[0].id == 7);
    ASK(list_proposals, &list, SLATE_LIST_PROPOSALS, r->proposals.proposals[0].id == 3);
}

T_TEST(calls, ask_about_journals)
{
    static const struct slate_list_access access = {.limit = 2};
    static const struct slate_export_journal export = {.contract = "acme-l1"};
    static const struct slate_show_head head = {.contract = NULL};
    static const struct slate_countersign sign = {
        "acme-l1", 9, {HASH, 32}, {(const uint8_t *)"s", 1}, {(const uint8_t *)"c", 1}};
    static const struct slate_erase_texts erase = {.ticket = "ACME-1", .message = 2};
    static const struct slate_show_head nowhere = {.contract = "nowhere"};
    static const struct slate_approve_book other = {7, {HASH + 1, 31}, false};
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_result *r;
    struct slate_error e;

    bench_open(&b, 0);
    ASK(list_access, &access, SLATE_LIST_ACCESS, r->access.n_access == 2);
    ASK(export_journal, &export, SLATE_EXPORT_JOURNAL, r->chunk.data.n > 0 && r->chunk.cursor.n);
    ASK(show_head, &head, SLATE_SHOW_HEAD, r->heads.n_heads == 2);
    ASK(countersign, &sign, SLATE_COUNTERSIGN, r->heads.heads[0].signed_seq == 9);
    ASK(erase_texts, &erase, SLATE_ERASE_TEXTS, r->erased.texts == 1 && r->token.seq == 4712);
    T_EQ_INT(slate_show_head(b.slate, &nowhere, NULL, &r, &e), SLATE_NOT_FOUND);
    T_EQ_INT(slate_approve_book(b.slate, &other, NULL, &r, &e), SLATE_FAILED_PRECONDITION);
    T_EQ_STR(e.field, "approve_book.sha256");
}
