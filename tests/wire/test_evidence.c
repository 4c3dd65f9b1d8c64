// SPDX-License-Identifier: Apache-2.0
/* Replies about principals, certificates, proposals, and journals. */
#include <string.h>

#include "core/instant.h"
#include "proto/frame.h"
#include "replies.h"
#include "t.h"
#include "wire/encode.h"

#define HASH ((const uint8_t *)"0123456789abcdef0123456789abcde\xFF")

static struct reply_user user_full(void)
{
    static const char *const teams[] = {"manila-a"};
    return (struct reply_user){
        .name = "ines",
        .human = true,
        .roles = ROLE_LEAD,
        .party = "northwind",
        .teams = teams,
        .n_teams = 1,
        .pinned = true,
        .keys = 2,
        .code_expires_at = REPLIES_AT + 5,
        .vouched = true,
    };
}

T_TEST(evidence, user_changed)
{
    const struct reply_user_changed full = {user_full(), "slate1-AAAA", REPLIES_AT + 6};
    const struct reply_user_changed small = {
        .user = {.name = "root", .code_expires_at = INSTANT_NONE},
        .code_expires_at = INSTANT_NONE,
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_user_changed(&arena, 3, &replies_token, &full, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__UserChanged *out = envelope->reply->user_changed;
    T_EQ_STR(out->user->name, "ines");
    T_CHECK(out->user->human && !out->user->disabled && out->user->pinned);
    T_EQ_STR(out->user->roles[0], "lead");
    T_EQ_STR(out->user->teams[0], "manila-a");
    T_EQ_INT(out->user->keys, 2);
    T_CHECK(out->user->vouched);
    T_EQ_INT(out->user->code_expires_at, REPLIES_AT + 5);
    T_EQ_STR(out->code, "slate1-AAAA");
    T_EQ_INT(out->code_expires_at, REPLIES_AT + 6);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_user_changed(&arena, 3, NULL, &small, &payload), 0);
    envelope = replies_unpack(payload, 3, false);
    out = envelope->reply->user_changed;
    T_CHECK(out->user->has_pinned && !out->user->pinned && !out->user->has_keys);
    T_CHECK(!out->user->has_vouched && !out->user->has_code_expires_at &&
            !out->has_code_expires_at && out->code == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(evidence, certificates)
{
    static char large[FRAME_BYTES_MAX];
    struct reply_certificate certificate = {"CERT", "CA", REPLIES_AT};
    struct refusal refusal;
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_certificate(&arena, 3, &replies_token, &certificate, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    T_EQ_STR(envelope->reply->certificate->cert, "CERT");
    T_EQ_STR(envelope->reply->certificate->ca, "CA");
    T_EQ_INT(envelope->reply->certificate->expires_at, REPLIES_AT);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_enrolled(&arena, NULL, "ines", &certificate, &payload), 0);
    Slate__V1__Enrolled *enrolled = slate__v1__enrolled__unpack(NULL, payload.n, payload.p);
    T_CHECK(enrolled != NULL && enrolled->error == NULL);
    T_EQ_INT(enrolled->base.n_unknown_fields, 0);
    T_EQ_STR(enrolled->name, "ines");
    T_EQ_STR(enrolled->certificate->cert, "CERT");
    T_EQ_STR(enrolled->certificate->ca, "CA");
    T_EQ_INT(enrolled->certificate->expires_at, REPLIES_AT);
    slate__v1__enrolled__free_unpacked(enrolled, NULL);

    (void)refuse(&refusal, OUTCOME_UNAUTHENTICATED, "secret", "ask for a new one",
                 "this code is used up");
    refusal.retry_after_ms = 7;
    T_EQ_INT(wire_encode_enrolled(&arena, &refusal, "ines", &certificate, &payload), 0);
    enrolled = slate__v1__enrolled__unpack(NULL, payload.n, payload.p);
    T_CHECK(enrolled != NULL && enrolled->name == NULL && enrolled->certificate == NULL);
    T_EQ_INT(enrolled->error->code, SLATE__V1__CODE__CODE_UNAUTHENTICATED);
    T_EQ_STR(enrolled->error->message, "this code is used up");
    T_EQ_STR(enrolled->error->hint, "ask for a new one");
    T_EQ_INT(enrolled->error->retry_after_ms, 7);
    slate__v1__enrolled__free_unpacked(enrolled, NULL);

    // A file of CA certificates may be of any size; a frame may not.
    memset(large, 'x', sizeof(large) - 1);
    certificate.ca = large;
    T_CHECK(wire_encode_certificate(&arena, 3, NULL, &certificate, &payload) < 0);
    T_CHECK(wire_encode_enrolled(&arena, NULL, "ines", &certificate, &payload) < 0);
    large[sizeof(large) - 40] = '\0'; // they fit alone, but not with what is around them
    T_CHECK(wire_encode_certificate(&arena, 3, NULL, &certificate, &payload) < 0);
    large[sizeof(large) - 1 - 1100] = '\0';
    T_EQ_INT(wire_encode_enrolled(&arena, NULL, "ines", &certificate, &payload), 0);
    T_CHECK(payload.n <= FRAME_BYTES_MAX);
    arena_fini(&arena);
}

T_TEST(evidence, proposals)
{
    static const char *const contracts[] = {"acme-l1", "acme-l2"};
    static const struct reply_approval approvals[] = {{"acme", "b.cruz", REPLIES_AT + 1, HASH},
                                                      {"northwind", "", INSTANT_NONE, NULL}};
    const struct reply_proposal proposals[] = {
        {3, REPLY_PROPOSAL_OPEN, "ines", REPLIES_AT, HASH, "text and more", 4, contracts, 2,
         approvals, 2},
        {.id = 4, .recorded_at = INSTANT_NONE, .state = REPLY_PROPOSAL_WITHDRAWN},
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_proposals(&arena, 3, &replies_token, proposals, 2, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__ProposalPage *out = envelope->reply->proposal_page;
    T_EQ_INT(out->n_proposals, 2);
    T_CHECK(out->has_truncated && !out->truncated);
    const Slate__V1__Proposal *first = out->proposals[0];
    T_EQ_INT(first->id, 3);
    T_EQ_INT(first->state, SLATE__V1__PROPOSAL_STATE__PROPOSAL_STATE_OPEN);
    T_EQ_STR(first->actor, "ines");
    T_EQ_INT(first->recorded_at, REPLIES_AT);
    T_EQ_INT(first->sha256.len, 32);
    T_EQ_MEM(first->sha256.data, HASH, 32);
    T_EQ_STR(first->text, "text");
    T_EQ_INT(first->n_contracts, 2);
    T_EQ_STR(first->contracts[1], "acme-l2");
    T_EQ_INT(first->n_approvals, 2);
    T_EQ_STR(first->approvals[0]->party, "acme");
    T_EQ_STR(first->approvals[0]->actor, "b.cruz");
    T_EQ_INT(first->approvals[0]->recorded_at, REPLIES_AT + 1);
    T_EQ_INT(first->approvals[0]->key_sha256.len, 32);
    T_EQ_MEM(first->approvals[0]->key_sha256.data, HASH, 32);
    T_EQ_STR(first->approvals[1]->party, "northwind");
    T_CHECK(!first->approvals[1]->has_key_sha256);
    T_CHECK(first->approvals[1]->actor == NULL && !first->approvals[1]->has_recorded_at);
    T_EQ_INT(out->proposals[1]->id, 4);
    T_CHECK(out->proposals[1]->text == NULL && !out->proposals[1]->has_sha256);
    T_CHECK(!out->proposals[1]->has_recorded_at && out->proposals[1]->actor == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_proposals(&arena, 3, NULL, NULL, 0, &payload), 0);
    envelope = replies_unpack(payload, 3, false);
    T_EQ_INT(envelope->reply->proposal_page->n_proposals, 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(evidence, proposals_keep_the_texts_that_fit_whole)
{
    static char text[WIRE_BOOK_BYTES];
    static const struct {
        size_t bytes[3];
        bool there[3];
    } rows[] = {
        {{WIRE_BOOK_BYTES / 3, WIRE_BOOK_BYTES / 3, WIRE_BOOK_BYTES / 3 - 500}, {1, 1, 1}},
        {{WIRE_BOOK_BYTES - 200, 10, WIRE_BOOK_BYTES}, {1, 1, 0}},
        {{600000, 600000, 400000}, {1, 0, 1}},
        {{WIRE_BOOK_BYTES, 0, 10}, {0, 0, 1}},
    };

    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reply_proposal proposals[3];
        bool all = true;
        struct wire_bytes payload;
        struct arena arena;
        for (size_t j = 0; j < 3; j++) {
            proposals[j] = (struct reply_proposal){.id = j + 1, .recorded_at = REPLIES_AT};
            proposals[j].sha256 = HASH;
            proposals[j].text = text;
            proposals[j].text_bytes = rows[i].bytes[j];
            all = all && (rows[i].there[j] || rows[i].bytes[j] == 0);
        }
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_encode_proposals(&arena, 3, &replies_token, proposals, 3, &payload), 0);
        T_CHECK(payload.n <= FRAME_BYTES_MAX, "row %zu", i);
        Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
        const Slate__V1__ProposalPage *out = envelope->reply->proposal_page;
        T_EQ_INT(out->n_proposals, 3, "row %zu", i);
        T_EQ_INT(out->truncated, !all, "row %zu", i);
        for (size_t j = 0; j < 3; j++) {
            T_EQ_INT(out->proposals[j]->text != NULL, rows[i].there[j], "row %zu: %zu", i, j);
            T_CHECK(out->proposals[j]->text == NULL ||
                        strlen(out->proposals[j]->text) == rows[i].bytes[j],
                    "row %zu: %zu", i, j);
        }
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}

T_TEST(evidence, proposals_without_end)
{
    enum { MANY = 1001 };
    static char names[MANY][WIRE_NAME_BYTES + 1];
    static const char *contracts[MANY];
    static struct reply_approval approvals[MANY];
    static struct reply_proposal proposals[MANY];
    struct wire_bytes payload;
    struct arena arena;

    for (size_t i = 0; i < MANY; i++) {
        memset(names[i], 'n', WIRE_NAME_BYTES);
        contracts[i] = names[i];
        approvals[i] = (struct reply_approval){names[i], names[i], REPLIES_AT, NULL};
        proposals[i] = (struct reply_proposal){.id = i + 1, .recorded_at = REPLIES_AT};
        proposals[i].sha256 = HASH;
        proposals[i].text = "t";
        proposals[i].text_bytes = 1;
    }
    // More of them than a reply has, each small
    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_proposals(&arena, 3, NULL, proposals, MANY, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    T_EQ_INT(envelope->reply->proposal_page->n_proposals, WIRE_ELEMENTS_MAX);
    T_CHECK(envelope->reply->proposal_page->truncated);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);

    // Each with more contracts and parties than fit in all of them
    for (size_t i = 0; i < MANY; i++) {
        proposals[i].contracts = contracts;
        proposals[i].n_contracts = i == 0 ? MANY : 500;
        proposals[i].approvals = approvals;
        proposals[i].n_approvals = i == 0 ? MANY : 500;
    }
    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_proposals(&arena, 3, NULL, proposals, MANY, &payload), 0);
    T_CHECK(payload.n <= FRAME_BYTES_MAX && payload.n > FRAME_BYTES_MAX / 2, "%zu", payload.n);
    envelope = replies_unpack(payload, 3, false);
    const Slate__V1__ProposalPage *out = envelope->reply->proposal_page;
    T_EQ_INT(out->proposals[0]->n_contracts, WIRE_ELEMENTS_MAX);
    T_EQ_INT(out->proposals[0]->n_approvals, WIRE_ELEMENTS_MAX);
    T_CHECK(out->n_proposals > 1 && out->n_proposals < 20, "%zu", out->n_proposals);
    T_CHECK(out->truncated);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(evidence, access_page)
{
    const struct reply_access full = {
        .contract = "acme-l1",
        .seq = 5,
        .actor = "root",
        .recorded_at = REPLIES_AT,
        .kind = ACCESS_SHOW,
        .key = "ACME",
        .number = 12,
        .tickets = 3,
        .texts = true,
        .reason = {TEXT_REASON, "an audit, and more", 8},
    };
    const struct reply_access small = {.kind = ACCESS_EXPORT, .recorded_at = INSTANT_NONE};
    const struct reply_page page = {true, {(const uint8_t *)"\x00z", 2}, REPLIES_AT};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_access(&rows, &full), 0);
    T_EQ_INT(wire_rows_add_access(&rows, &small), 0);
    T_EQ_INT(wire_encode_access_page(&rows, 3, &replies_token, &page, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__AccessPage *out = envelope->reply->access_page;
    T_EQ_INT(out->n_access, 2);
    T_EQ_STR(out->access[0]->contract, "acme-l1");
    T_EQ_INT(out->access[0]->seq, 5);
    T_EQ_STR(out->access[0]->actor, "root");
    T_EQ_INT(out->access[0]->recorded_at, REPLIES_AT);
    T_EQ_INT(out->access[0]->kind, SLATE__V1__ACCESS_KIND__ACCESS_KIND_SHOW);
    T_EQ_STR(out->access[0]->ticket, "ACME-12");
    T_EQ_INT(out->access[0]->tickets, 3);
    T_CHECK(out->access[0]->texts);
    T_EQ_STR(out->access[0]->reason, "an audit");
    T_EQ_INT(out->access[1]->kind, SLATE__V1__ACCESS_KIND__ACCESS_KIND_EXPORT);
    T_CHECK(out->access[1]->ticket == NULL && out->access[1]->reason == NULL);
    T_CHECK(!out->access[1]->has_tickets && !out->access[1]->has_texts);
    T_CHECK(out->truncated && out->snapshot_at == REPLIES_AT);
    T_EQ_INT(out->cursor.len, 2);
    T_EQ_MEM(out->cursor.data, "\x00z", 2);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(evidence, pieces_of_a_journal_up_to_the_largest)
{
    static uint8_t bytes[WIRE_CHUNK_BYTES];
    static uint8_t cursor[WIRE_CURSOR_BYTES];
    static const struct {
        size_t data;
        size_t cursor;
    } rows[] = {{0, 0}, {1, 0}, {1, 1}, {WIRE_CHUNK_BYTES, WIRE_CURSOR_BYTES}};

    memset(bytes, 0xA5, sizeof(bytes));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct wire_bytes data = {bytes, rows[i].data};
        const struct wire_bytes next = {cursor, rows[i].cursor};
        struct wire_bytes payload;
        struct arena arena;
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_encode_journal_chunk(&arena, UINT64_MAX, &data, &next, &payload), 0);
        T_CHECK(payload.n <= FRAME_BYTES_MAX, "row %zu", i);
        Slate__V1__Envelope *envelope = replies_unpack(payload, UINT64_MAX, false);
        const Slate__V1__JournalChunk *out = envelope->reply->journal_chunk;
        T_CHECK(out->has_data, "row %zu", i);
        T_EQ_INT(out->data.len, rows[i].data, "row %zu", i);
        T_CHECK(out->data.len == 0 || memcmp(out->data.data, bytes, out->data.len) == 0, "%zu", i);
        T_EQ_INT(out->has_cursor, rows[i].cursor > 0, "row %zu", i);
        T_EQ_INT(out->cursor.len, rows[i].cursor, "row %zu", i);
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}

T_TEST(evidence, heads)
{
    static char name[WIRE_NAME_BYTES + 1];
    static struct reply_head heads[WIRE_POSITIONS_MAX];
    struct wire_bytes payload;
    struct arena arena;

    memset(name, 'n', WIRE_NAME_BYTES);
    for (size_t i = 0; i < WIRE_POSITIONS_MAX; i++) {
        heads[i] = (struct reply_head){name,       UINT64_MAX, HASH, INT64_C(253402300799999999),
                                       UINT64_MAX, name,       name};
    }
    heads[0] = (struct reply_head){"acme-l1", 7, HASH, REPLIES_AT, 6, "b.cruz", "acme"};
    heads[1] = (struct reply_head){.contract = "empty", .recorded_at = INSTANT_NONE};
    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_heads(&arena, 3, &replies_token, heads, WIRE_POSITIONS_MAX, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__JournalHeads *out = envelope->reply->journal_heads;
    T_EQ_INT(out->n_heads, WIRE_POSITIONS_MAX);
    T_EQ_STR(out->heads[0]->contract, "acme-l1");
    T_EQ_INT(out->heads[0]->seq, 7);
    T_EQ_MEM(out->heads[0]->sha256.data, HASH, 32);
    T_EQ_INT(out->heads[0]->recorded_at, REPLIES_AT);
    T_EQ_INT(out->heads[0]->signed_seq, 6);
    T_EQ_STR(out->heads[0]->signed_by, "b.cruz");
    T_EQ_STR(out->heads[0]->signed_party, "acme");
    T_CHECK(out->heads[1]->has_seq && out->heads[1]->seq == 0 && !out->heads[1]->has_sha256);
    T_CHECK(!out->heads[1]->has_recorded_at && !out->heads[1]->has_signed_seq);
    T_CHECK(out->heads[1]->signed_by == NULL && out->heads[1]->signed_party == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(evidence, texts_erased)
{
    static const struct reply_erased rows[] = {
        {.tickets = 3,
         .texts = 5,
         .keys_kept = 2,
         .more = true,
         .cursor = {(const uint8_t *)"\0c", 2}},
        {.more = false},
    };

    for (size_t i = 0; i < 2; i++) {
        struct wire_bytes payload;
        struct arena arena;
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_encode_erased(&arena, 3, &replies_token, &rows[i], &payload), 0);
        Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
        const Slate__V1__TextsErased *out = envelope->reply->texts_erased;
        T_CHECK(out->has_tickets && out->has_texts);
        T_EQ_INT(out->tickets, rows[i].tickets);
        T_EQ_INT(out->texts, rows[i].texts);
        T_EQ_INT(out->keys_kept, rows[i].keys_kept);
        T_EQ_INT(out->has_keys_kept, i == 0);
        T_EQ_INT(out->more, rows[i].more);
        T_EQ_INT(out->has_cursor, i == 0);
        T_CHECK(i > 0 || (out->cursor.len == 2 && memcmp(out->cursor.data, "\0c", 2) == 0));
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}

/* Every encoder, in an arena too small for it. */
static int encode_any(struct arena *arena, int which)
{
    static const char *const names[] = {"a"};
    static const struct reply_approval approval = {.party = "p"};
    static const struct reply_access access = {.key = "A", .number = 1, .reason = {0, "r", 1}};
    static const struct wire_bytes data = {(const uint8_t *)"data", 4};
    const struct reply_user_changed changed = {user_full(), "code", REPLIES_AT};
    const struct reply_certificate certificate = {"CERT", "CA", REPLIES_AT};
    const struct reply_proposal proposal = {1, REPLY_PROPOSAL_OPEN, "a", 1, HASH, "t", 1, names,
                                            1, &approval,           1};
    const struct reply_head head = {.contract = "c"};
    const struct reply_erased erased = {.tickets = 1, .cursor = data};
    const struct reply_page page = {.truncated = false};
    struct wire_bytes payload;
    struct wire_rows rows;
    int r;

    switch (which) {
    case 0: return wire_encode_user_changed(arena, 1, &replies_token, &changed, &payload);
    case 1: return wire_encode_certificate(arena, 1, &replies_token, &certificate, &payload);
    case 2: return wire_encode_enrolled(arena, NULL, "n", &certificate, &payload);
    case 3: return wire_encode_proposals(arena, 1, &replies_token, &proposal, 1, &payload);
    case 4: return wire_encode_journal_chunk(arena, 1, &data, &data, &payload);
    case 5: return wire_encode_heads(arena, 1, &replies_token, &head, 1, &payload);
    case 6: return wire_encode_erased(arena, 1, &replies_token, &erased, &payload);
    default:
        wire_rows_init(&rows, arena, FRAME_BYTES_DEFAULT);
        r = wire_rows_add_access(&rows, &access);
        return r != 0 ? r : wire_encode_access_page(&rows, 1, &replies_token, &page, &payload);
    }
}

T_TEST(evidence, an_arena_may_be_too_small_anywhere)
{
    for (int which = 0; which < 8; which++) {
        bool was_enough = false;
        for (size_t limit = 0; limit < 4096; limit += 8) {
            struct arena arena;
            arena_init(&arena, limit);
            const int r = encode_any(&arena, which);
            T_CHECK(r == 0 || (r < 0 && !was_enough), "%d in %zu: %d", which, limit, r);
            T_CHECK(r != 0 || limit > 0, "%d", which);
            was_enough = r == 0;
            arena_fini(&arena);
        }
        T_CHECK(was_enough, "%d", which);
    }
}
