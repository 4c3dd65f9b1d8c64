// SPDX-License-Identifier: Apache-2.0
/*
 * Users, certificates, proposals and journals against the generated code; and what is said to
 * enrol.
 */
#include <stdlib.h>
#include <string.h>

#include "client/lib/codec.h"
#include "proto/frame.h"
#include "tests/client/fake.h"
#include "tests/t.h"

#define HASH ((const uint8_t *)"0123456789abcdef0123456789abcdef")

static const struct slate_limits limits = {.frame_bytes = 65536, .import_frame_bytes = 1048576};

static const char *const roles[] = {"agent", "lead"};
static const char *const teams[] = {"manila-a", "manila-b", "krakow-b"};

/** With something in every field. */
static const struct slate_request requests[] = {
    {.kind = SLATE_ADD_USER, .add_user = {"name", roles, 2, "party", teams, 3, "source", true}},
    {.kind = SLATE_SET_USER, .set_user = {"name", SLATE_USER_ROTATE, {HASH, 32}}},
    {.kind = SLATE_RENEW_CERTIFICATE, .renew_certificate = {{(const uint8_t *)"\0csr", 4}}},
    {.kind = SLATE_PROPOSE_BOOK, .propose_book = {"text", "book.yaml"}},
    {.kind = SLATE_APPROVE_BOOK, .approve_book = {3, {HASH, 32}, true}},
    {.kind = SLATE_LIST_PROPOSALS, .list_proposals = {"contract", true}},
    {.kind = SLATE_LIST_ACCESS,
     .list_access = {"contract", 1, 2, "actor", 5, {(const uint8_t *)"\0c", 2}}},
    {.kind = SLATE_EXPORT_JOURNAL,
     .export_journal = {"contract", 6, 7, true, {(const uint8_t *)"c\0", 2}}},
    {.kind = SLATE_SHOW_HEAD, .show_head = {"contract"}},
    {.kind = SLATE_COUNTERSIGN,
     .countersign = {"contract",
                     8,
                     {HASH, 32},
                     {(const uint8_t *)"\0sig", 4},
                     {(const uint8_t *)"\0cert", 5}}},
    {.kind = SLATE_ERASE_TEXTS,
     .erase_texts = {"ticket", 9, "requester", "contract", {(const uint8_t *)"\0e", 2}, 10}},
};

enum { REQUESTS = sizeof(requests) / sizeof(requests[0]) };

static const struct slate_request *of(enum slate_kind kind)
{
    return &requests[kind - SLATE_ADD_USER];
}

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
    T_CHECK(m && m->request);
    return m;
}

#define FREE(m) slate__v1__envelope__free_unpacked(m, NULL)

#define EQ_BYTES(bytes, expected)                                  \
    do {                                                           \
        T_EQ_INT((bytes).len, sizeof(expected) - 1, "%s", #bytes); \
        T_EQ_MEM((bytes).data, expected, sizeof(expected) - 1);    \
    } while (0)

T_TEST(codec_party, knows_which_of_them_change_something)
{
    static const bool changes[REQUESTS] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1};

    for (size_t i = 0; i < REQUESTS; i++) {
        T_EQ_INT(requests[i].kind, SLATE_ADD_USER + i, "row %zu", i);
        T_EQ_INT(codec_is_change(requests[i].kind), changes[i], "row %zu", i);
        Slate__V1__Envelope *m = sent(&requests[i]);
        T_EQ_INT(m->request->has_request_id, changes[i], "row %zu", i);
        FREE(m);
    }
    T_CHECK(!codec_is_change(SLATE_EVENT));
}

T_TEST(codec_party, encodes_users_and_proposals)
{
    Slate__V1__Envelope *m = sent(of(SLATE_ADD_USER));
    const Slate__V1__AddUser *u = m->request->add_user;
    T_EQ_STR(u->name, "name");
    T_EQ_INT(u->n_roles, 2);
    T_EQ_STR(u->roles[1], "lead");
    T_EQ_STR(u->party, "party");
    T_EQ_INT(u->n_teams, 3);
    T_EQ_STR(u->teams[2], "krakow-b");
    T_EQ_STR(u->source, "source");
    T_CHECK(u->tool);
    FREE(m);

    m = sent(of(SLATE_SET_USER));
    T_EQ_STR(m->request->set_user->name, "name");
    T_EQ_INT(m->request->set_user->action, SLATE__V1__USER_ACTION__USER_ACTION_ROTATE);
    T_EQ_INT(m->request->set_user->key_sha256.len, 32);
    T_EQ_MEM(m->request->set_user->key_sha256.data, HASH, 32);
    FREE(m);

    m = sent(of(SLATE_RENEW_CERTIFICATE));
    EQ_BYTES(m->request->renew_certificate->csr, "\0csr");
    FREE(m);

    m = sent(of(SLATE_PROPOSE_BOOK));
    T_EQ_STR(m->request->propose_book->text, "text");
    T_EQ_STR(m->request->propose_book->file, "book.yaml");
    FREE(m);

    m = sent(of(SLATE_APPROVE_BOOK));
    T_EQ_INT(m->request->approve_book->proposal, 3);
    EQ_BYTES(m->request->approve_book->sha256, "0123456789abcdef0123456789abcdef");
    T_CHECK(m->request->approve_book->withdraw);
    FREE(m);

    m = sent(of(SLATE_LIST_PROPOSALS));
    T_EQ_STR(m->request->list_proposals->contract, "contract");
    T_CHECK(m->request->list_proposals->all);
    FREE(m);
}

T_TEST(codec_party, encodes_questions_about_a_journal)
{
    Slate__V1__Envelope *m = sent(of(SLATE_LIST_ACCESS));
    const Slate__V1__ListAccess *l = m->request->list_access;
    T_EQ_STR(l->contract, "contract");
    T_EQ_INT(l->since, 1);
    T_EQ_INT(l->until, 2);
    T_EQ_STR(l->actor, "actor");
    T_EQ_INT(l->limit, 5);
    EQ_BYTES(l->cursor, "\0c");
    FREE(m);

    m = sent(of(SLATE_EXPORT_JOURNAL));
    const Slate__V1__ExportJournal *x = m->request->export_journal;
    T_EQ_STR(x->contract, "contract");
    T_EQ_INT(x->from_seq, 6);
    T_EQ_INT(x->to_seq, 7);
    T_CHECK(x->texts);
    EQ_BYTES(x->cursor, "c\0");
    FREE(m);

    m = sent(of(SLATE_SHOW_HEAD));
    T_EQ_STR(m->request->show_head->contract, "contract");
    FREE(m);

    m = sent(of(SLATE_COUNTERSIGN));
    const Slate__V1__Countersign *s = m->request->countersign;
    T_EQ_STR(s->contract, "contract");
    T_EQ_INT(s->seq, 8);
    EQ_BYTES(s->sha256, "0123456789abcdef0123456789abcdef");
    EQ_BYTES(s->signature, "\0sig");
    EQ_BYTES(s->certificate, "\0cert");
    FREE(m);

    m = sent(of(SLATE_ERASE_TEXTS));
    const Slate__V1__EraseTexts *t = m->request->erase_texts;
    T_EQ_STR(t->ticket, "ticket");
    T_EQ_INT(t->message, 9);
    T_EQ_STR(t->requester, "requester");
    T_EQ_STR(t->contract, "contract");
    EQ_BYTES(t->cursor, "\0e");
    T_EQ_INT(t->entry, 10);
    FREE(m);
}

T_TEST(codec_party, leaves_out_what_is_absent)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        const struct slate_request q = {.kind = requests[i].kind};
        Slate__V1__Envelope *m = sent(&q);
        const Slate__V1__Request *r = m->request;
        const void *const messages[REQUESTS] = {
            r->add_user,     r->set_user,       r->renew_certificate, r->propose_book,
            r->approve_book, r->list_proposals, r->list_access,       r->export_journal,
            r->show_head,    r->countersign,    r->erase_texts,
        };
        T_CHECK(messages[i], "row %zu", i);
        T_EQ_INT(protobuf_c_message_get_packed_size(messages[i]), 0, "row %zu", i);
        FREE(m);
    }
}

T_TEST(codec_party, a_proposed_book_may_be_as_large_as_an_import)
{
    char *large = malloc(1100001);
    struct slate_request q = {.kind = SLATE_PROPOSE_BOOK, .propose_book = {.text = large}};
    struct slate_error e;
    uint8_t *p;
    size_t n;

    T_CHECK(large);
    memset(large, 'x', 1100000);
    large[1000000] = '\0';
    Slate__V1__Envelope *m = sent(&q);
    T_EQ_INT(strlen(m->request->propose_book->text), 1000000);
    FREE(m);
    large[1000000] = 'x';
    large[1100000] = '\0';
    T_EQ_INT(codec_encode(&q, 42, NULL, 900, &limits, &p, &n, &e), SLATE_INVALID_ARGUMENT);
    free(large);
}

// ---- answers ------------------------------------------------------------------------------------

/** The fake server's answer to it, as bytes. */
static uint8_t *canned(const struct slate_request *request, size_t *ret_n)
{
    Slate__V1__Envelope *m = sent(request);
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;
    Slate__V1__Reply reply;

    fake_canned(m->request, &reply);
    reply.has_id = true;
    reply.id = 42;
    envelope.reply = &reply;
    *ret_n = slate__v1__envelope__get_packed_size(&envelope);
    uint8_t *p = malloc(*ret_n);
    slate__v1__envelope__pack(&envelope, p);
    FREE(m);
    return p;
}

static struct slate_result *answered(const struct slate_request *request)
{
    struct codec_answer answer;
    struct slate_error e;
    size_t n;
    uint8_t *p = canned(request, &n);

    T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_OK, "%s", e.message);
    free(p);
    T_EQ_INT(answer.kind, CODEC_RESULT);
    // No answer is taken for that of a request which has others
    for (enum slate_kind kind = SLATE_NEW_TICKET; kind < request->kind; kind++) {
        const bool alike = (kind == SLATE_ADD_USER && request->kind == SLATE_SET_USER) ||
                           (kind == SLATE_APPROVE_BOOK && request->kind == SLATE_LIST_PROPOSALS) ||
                           (kind == SLATE_APPLY_BOOK && request->kind == SLATE_PROPOSE_BOOK) ||
                           (kind == SLATE_SHOW_HEAD && request->kind == SLATE_COUNTERSIGN);
        T_EQ_INT(codec_expect(answer.result, kind), alike, "%d for %d", (int)kind,
                 (int)request->kind);
    }
    T_CHECK(codec_expect(answer.result, request->kind));
    T_EQ_INT(answer.result->kind, request->kind);
    return answer.result;
}

T_TEST(codec_party, decodes_users_and_certificates)
{
    struct slate_result *r = answered(of(SLATE_ADD_USER));
    T_EQ_STR(r->user.user.name, "name");
    T_CHECK(!r->user.user.human && !r->user.user.disabled && !r->user.user.pinned);
    T_EQ_INT(r->user.user.n_roles, 2);
    T_EQ_STR(r->user.user.roles[0], "agent");
    T_EQ_STR(r->user.user.party, "party");
    T_EQ_INT(r->user.user.n_teams, 3);
    T_EQ_STR(r->user.user.teams[2], "krakow-b");
    T_EQ_STR(r->user.user.source, "source");
    T_EQ_STR(r->user.code, "slate1-AAAAbbbbCCCC");
    T_EQ_INT(r->user.code_expires_at, FAKE_NOW_AT + INT64_C(86400000000));
    T_EQ_INT(r->user.user.code_expires_at, r->user.code_expires_at);
    T_EQ_STR(r->token.contract, "");
    T_EQ_INT(r->token.seq, 4712);
    slate_result_free(r);

    struct slate_request q = *of(SLATE_SET_USER);
    q.set_user.action = SLATE_USER_DISABLE;
    r = answered(&q);
    T_CHECK(r->user.user.disabled && r->user.user.pinned && r->user.user.human);
    T_EQ_INT(r->user.user.keys, 2);
    T_CHECK(!r->user.code && r->user.code_expires_at == 0 && !r->user.user.vouched);
    slate_result_free(r);

    q.set_user.action = SLATE_USER_VOUCH;
    r = answered(&q);
    T_CHECK(r->user.user.vouched);
    slate_result_free(r);

    r = answered(of(SLATE_RENEW_CERTIFICATE));
    T_CHECK(strstr(r->certificate.cert, "MIIB"));
    T_CHECK(strstr(r->certificate.ca, "MIIC"));
    T_EQ_INT(r->certificate.expires_at, FAKE_NOW_AT + 90 * INT64_C(86400000000));
    slate_result_free(r);
}

T_TEST(codec_party, decodes_proposals)
{
    struct slate_result *r = answered(of(SLATE_PROPOSE_BOOK));
    T_EQ_INT(r->diff.n_changes, 1);
    T_EQ_STR(r->diff.changes[0].added[0], "within: 2h");
    T_CHECK(!r->diff.applied);
    slate_result_free(r);

    r = answered(of(SLATE_LIST_PROPOSALS));
    T_EQ_INT(r->proposals.n_proposals, 1);
    T_CHECK(!r->proposals.truncated);
    const struct slate_proposal *x = &r->proposals.proposals[0];
    T_EQ_INT(x->id, 3);
    T_EQ_INT(x->state, SLATE_PROPOSAL_OPEN);
    T_EQ_STR(x->actor, "b.cruz");
    T_EQ_INT(x->recorded_at, FAKE_NOW_AT - INT64_C(3600000000));
    T_EQ_INT(x->sha256.n, 32);
    T_EQ_MEM(x->sha256.p, HASH, 32);
    T_EQ_STR(x->text, "contracts:\n  - name: acme-l1\n");
    T_EQ_INT(x->n_contracts, 2);
    T_EQ_STR(x->contracts[1], "acme-l2");
    T_EQ_INT(x->n_approvals, 2);
    T_EQ_STR(x->approvals[0].party, "acme");
    T_EQ_STR(x->approvals[0].actor, "b.cruz");
    T_EQ_INT(x->approvals[0].recorded_at, FAKE_NOW_AT - INT64_C(1800000000));
    T_EQ_INT(x->approvals[0].key_sha256.n, 32);
    T_EQ_MEM(x->approvals[0].key_sha256.p, HASH, 32);
    T_EQ_STR(x->approvals[1].party, "northwind");
    T_CHECK(x->approvals[1].key_sha256.n == 0 && !x->approvals[1].actor &&
            x->approvals[1].recorded_at == 0);
    slate_result_free(r);

    r = answered(of(SLATE_APPROVE_BOOK));
    T_EQ_INT(r->proposals.proposals[0].state, SLATE_PROPOSAL_WITHDRAWN);
    slate_result_free(r);
}

T_TEST(codec_party, decodes_what_a_journal_is_and_who_read)
{
    struct slate_request q = {.kind = SLATE_LIST_ACCESS, .list_access = {.limit = 2}};
    struct slate_result *r = answered(&q);
    T_EQ_INT(r->access.n_access, 2);
    T_CHECK(r->access.truncated);
    T_EQ_INT(r->access.cursor.n, 3);
    T_EQ_INT(r->access.snapshot_at, FAKE_NOW_AT);
    T_EQ_STR(r->access.access[0].contract, "acme-l1");
    T_EQ_INT(r->access.access[0].seq, 90);
    T_EQ_STR(r->access.access[0].actor, "v.lead");
    T_EQ_INT(r->access.access[0].recorded_at, FAKE_NOW_AT - INT64_C(3600000000));
    T_EQ_INT(r->access.access[0].kind, SLATE_ACCESS_SHOW);
    T_EQ_STR(r->access.access[0].ticket, "ACME-1042");
    T_CHECK(strstr(r->access.access[0].reason, "legal"));
    T_EQ_INT(r->access.access[1].kind, SLATE_ACCESS_LIST);
    T_EQ_INT(r->access.access[1].tickets, 40);
    slate_result_free(r);
    r = answered(of(SLATE_LIST_ACCESS)); // with a cursor
    T_EQ_INT(r->access.n_access, 1);
    T_CHECK(r->access.access[0].texts && !r->access.truncated);
    slate_result_free(r);

    r = answered(of(SLATE_EXPORT_JOURNAL));
    T_EQ_INT(r->chunk.data.n, 10);
    T_EQ_MEM(r->chunk.data.p, "{\"seq\":2}\n", 10);
    T_EQ_INT(r->chunk.cursor.n, 0);
    slate_result_free(r);
    q = (struct slate_request){.kind = SLATE_EXPORT_JOURNAL, .export_journal = {.contract = "c"}};
    r = answered(&q);
    T_EQ_INT(r->chunk.cursor.n, 3);
    slate_result_free(r);

    r = answered(of(SLATE_SHOW_HEAD));
    T_EQ_INT(r->heads.n_heads, 2);
    T_EQ_STR(r->heads.heads[0].contract, "acme-l1");
    T_EQ_INT(r->heads.heads[0].seq, 4711);
    T_EQ_MEM(r->heads.heads[0].sha256.p, HASH, 32);
    T_EQ_INT(r->heads.heads[0].recorded_at, FAKE_NOW_AT - INT64_C(60000000));
    T_EQ_INT(r->heads.heads[0].signed_seq, 4000);
    T_EQ_STR(r->heads.heads[0].signed_by, "b.cruz");
    T_EQ_STR(r->heads.heads[0].signed_party, "acme");
    T_CHECK(!r->heads.heads[1].signed_by && r->heads.heads[1].signed_seq == 0);
    slate_result_free(r);

    r = answered(of(SLATE_COUNTERSIGN));
    T_EQ_INT(r->heads.n_heads, 1);
    T_EQ_INT(r->heads.heads[0].signed_seq, 8);
    slate_result_free(r);

    q = (struct slate_request){.kind = SLATE_ERASE_TEXTS, .erase_texts = {.requester = "anna"}};
    r = answered(&q);
    T_EQ_INT(r->erased.tickets, 12);
    T_EQ_INT(r->erased.texts, 48);
    T_EQ_INT(r->erased.keys_kept, 2);
    T_CHECK(r->erased.more);
    T_EQ_INT(r->erased.cursor.n, 3);
    q.erase_texts.cursor = r->erased.cursor;
    struct slate_result *last = answered(&q);
    T_CHECK(!last->erased.more && last->erased.cursor.n == 0);
    slate_result_free(last);
    slate_result_free(r);
}

T_TEST(codec_party, refuses_an_answer_without_its_parts)
{
    Slate__V1__UserChanged changed = SLATE__V1__USER_CHANGED__INIT;
    Slate__V1__Certificate no_ca = SLATE__V1__CERTIFICATE__INIT;
    Slate__V1__Certificate no_cert = SLATE__V1__CERTIFICATE__INIT;
    Slate__V1__Reply replies[4];

    no_ca.cert = no_cert.ca = "PEM";
    for (size_t i = 0; i < 4; i++) {
        slate__v1__reply__init(&replies[i]);
    }
    replies[0].user_changed = &changed;
    replies[1].certificate = &no_ca;
    replies[2].certificate = &no_cert;
    for (size_t i = 0; i < 4; i++) {
        Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;
        struct codec_answer answer;
        struct slate_error e;
        uint8_t p[64];

        envelope.reply = &replies[i];
        T_CHECK(slate__v1__envelope__get_packed_size(&envelope) <= sizeof(p));
        size_t n = slate__v1__envelope__pack(&envelope, p);
        T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_PROTOCOL, "row %zu", i);
    }
}

T_TEST(codec_party, takes_any_bytes)
{
    uint32_t seed = 1;

    for (size_t i = 0; i < REQUESTS; i++) {
        size_t n;
        uint8_t *p = canned(&requests[i], &n);

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

// ---- slate-enrol/1 ------------------------------------------------------------------------------

T_TEST(codec_party, says_what_is_needed_to_enrol)
{
    static const uint8_t secret[ENROLCODE_SECRET_BYTES] = "\0secret of code";
    static const uint8_t large[9000];
    struct slate_error e;
    struct frame frame;
    uint8_t *p;
    size_t n;

    T_EQ_INT(
        codec_enrol_encode(secret, (struct slate_bytes){(const uint8_t *)"\0csr", 4}, &p, &n, &e),
        SLATE_OK, "%s", e.message);
    T_EQ_INT(frame_decode(&frame, p, n, FRAME_BYTES_MAX), n);
    Slate__V1__Enrol *m = slate__v1__enrol__unpack(NULL, frame.n, frame.payload);
    free(p);
    T_CHECK(m);
    T_EQ_INT(m->secret.len, ENROLCODE_SECRET_BYTES);
    T_EQ_MEM(m->secret.data, secret, ENROLCODE_SECRET_BYTES);
    EQ_BYTES(m->csr, "\0csr");
    slate__v1__enrol__free_unpacked(m, NULL);
    T_EQ_INT(codec_enrol_encode(secret, (struct slate_bytes){large, sizeof(large)}, &p, &n, &e),
             SLATE_INVALID_ARGUMENT);
}

static uint8_t *pack_enrolled(const Slate__V1__Enrolled *m, size_t *ret_n)
{
    *ret_n = slate__v1__enrolled__get_packed_size(m);
    uint8_t *p = malloc(*ret_n + 1);
    slate__v1__enrolled__pack(m, p);
    return p;
}

T_TEST(codec_party, hears_what_came_of_enrolling)
{
    Slate__V1__Enrolled m = SLATE__V1__ENROLLED__INIT;
    Slate__V1__Certificate certificate = SLATE__V1__CERTIFICATE__INIT;
    Slate__V1__Error error = SLATE__V1__ERROR__INIT;
    struct codec_enrolled enrolled;
    struct slate_error e;
    size_t n;

    certificate.cert = "CERT";
    certificate.ca = "CA";
    certificate.has_expires_at = true;
    certificate.expires_at = 7;
    m.name = "ines";
    m.certificate = &certificate;
    uint8_t *p = pack_enrolled(&m, &n);
    T_EQ_INT(codec_enrolled_decode(p, n, &enrolled, &e), SLATE_OK, "%s", e.message);
    T_EQ_STR(enrolled.name, "ines");
    T_EQ_STR(enrolled.certificate->cert, "CERT");
    T_EQ_STR(enrolled.certificate->ca, "CA");
    T_EQ_INT(enrolled.certificate->expires_at, 7);
    slate_result_free(enrolled.result);
    for (size_t cut = 0; cut < n; cut++) {
        uint8_t *copy = malloc(cut + 1);
        memcpy(copy, p, cut);
        // Everything but the instant must be there
        enum slate_status status = codec_enrolled_decode(copy, cut, &enrolled, &e);
        T_EQ_INT(status, SLATE_PROTOCOL, "cut to %zu", cut);
        free(copy);
    }
    uint32_t seed = 1;
    for (unsigned round = 0; round < 5000 * t_effort(); round++) {
        seed = seed * 1664525 + 1013904223;
        const size_t at = (seed >> 8) % n;
        p[at] ^= (uint8_t)(1u << (seed >> 29));
        if (codec_enrolled_decode(p, n, &enrolled, &e) == SLATE_OK) {
            slate_result_free(enrolled.result);
        }
        p[at] ^= (uint8_t)(1u << (seed >> 29));
    }
    free(p);

    certificate.ca = NULL;
    p = pack_enrolled(&m, &n);
    T_EQ_INT(codec_enrolled_decode(p, n, &enrolled, &e), SLATE_PROTOCOL);
    free(p);
    certificate.ca = "CA";
    m.name = NULL;
    p = pack_enrolled(&m, &n);
    T_EQ_INT(codec_enrolled_decode(p, n, &enrolled, &e), SLATE_PROTOCOL);
    free(p);

    // A refusal counts whatever is beside it, also with a code that is none
    error.message = "this code is not valid";
    error.has_retry_after_ms = error.has_code = true;
    error.retry_after_ms = 30;
    m.name = "ines";
    m.error = &error;
    for (int code = -1; code <= 17; code++) {
        error.code = (Slate__V1__Code)code;
        p = pack_enrolled(&m, &n);
        T_EQ_INT(codec_enrolled_decode(p, n, &enrolled, &e),
                 code < 1 || code > 16 ? SLATE_UNKNOWN : code, "%d", code);
        free(p);
        T_EQ_STR(e.message, "this code is not valid");
        T_EQ_INT(e.retry_after_ms, 30);
    }
}
