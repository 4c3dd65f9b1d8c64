// SPDX-License-Identifier: Apache-2.0
#include "query_proposals.h"

#include <string.h>

#include "agreement.h"
#include "assent.h"
#include "change_book.h"
#include "config/bookfile.h"
#include "present.h"
#include "proto/frame.h"
#include "store/entries.h"
#include "store/error.h"

enum {
    PROPOSALS_PAGE = 64,                         /* that one look at the store reads */
    PROPOSALS_SHOWN_MAX = 256,                   /* of an answer */
    PROPOSALS_PARSE_BYTES = 16 * 1024 * 1024,    /* one text, parsed */
    PROPOSALS_TEXTS_BYTES = 2 * FRAME_BYTES_MAX, /* texts that are read: more than a reply has */
};

struct listed {
    struct call *call;
    struct reply_proposal *rows;
    size_t n;
    size_t text_bytes; /* read so far */
};

static bool contract_visible(const struct call *call, const struct book_contract *contract)
{
    const struct subject anything = {0, 0, 0, ""};
    const struct subject subject = {contract->buyer, contract->vendor, 0, ""};

    return policy_check(call->who, RIGHT_BOOK_WRITE, &anything) == POLICY_ALLOWED ||
           policy_check(call->who, RIGHT_JOURNAL_READ, &subject) == POLICY_ALLOWED;
}

/* The contract of a change, NULL where the principal is not told of it. */
static const struct book_contract *told_contract(const struct call *call,
                                                 const struct proposal_change *change)
{
    const struct book_contract *contract = book_contract(call->book, change->key.contract);

    return change->key.party == 0 && contract != NULL && contract_visible(call, contract) ? contract
                                                                                          : NULL;
}

bool query_proposals_visible(const struct call *call, const struct proposal *proposal)
{
    for (size_t i = 0; i < proposal->n_changes; i++) {
        if (told_contract(call, &proposal->changes[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* ---- one ---------------------------------------------------------------------------------- */

/* The yes of a party: while it is open the one that counts, later the one that was given. */
static int find_yes(struct call *call, const struct proposal *proposal,
                    const struct book_contract *contract, uint32_t party,
                    const struct proposal_change **ret)
{
    if (proposal->state == PROPOSAL_OPEN) {
        return assent_given(call, proposal, contract, party, ret);
    }
    const struct proposal_change *said = assent_said(proposal, contract->id, party);
    *ret = said != NULL && !said->refused ? said : NULL;
    return 0;
}

/* A party stands there once: it has approved where it did so in every contract that asks it. */
static int add_approval(struct call *call, const struct proposal_change *change, uint32_t party,
                        struct reply_proposal *ret)
{
    static const uint8_t not_told[BOOK_HASH_BYTES];
    struct reply_approval *approvals = (struct reply_approval *)ret->approvals;
    const char *name = book_party(call->book, party)->name;
    struct reply_approval *to = NULL;

    for (size_t i = 0; i < ret->n_approvals; i++) {
        to = strcmp(approvals[i].party, name) == 0 ? &approvals[i] : to;
    }
    const bool is_new = to == NULL;
    if (is_new) {
        to = &approvals[ret->n_approvals++];
        *to = (struct reply_approval){.party = name, .actor = "", .recorded_at = INSTANT_NONE};
    }
    if (change == NULL) {
        to->actor = "";
        to->recorded_at = INSTANT_NONE;
        return 0;
    }
    if (!is_new && to->actor[0] == '\0') {
        return 0;
    }
    to->recorded_at = change->recorded_at;
    to->key_sha256 = memcmp(change->key_sha256, not_told, sizeof(not_told)) == 0
                         ? NULL
                         : change->key_sha256;
    return present_principal(call, change->actor, &to->actor);
}

/* Whom it still needs, or, where it has ended, who had approved. */
static int add_approvals(struct call *call, const struct proposal *proposal,
                         const struct book_contract *contract, uint32_t asked,
                         struct reply_proposal *ret)
{
    const struct {
        uint32_t party;
        enum side side;
    } sides[] = {{contract->buyer, SIDE_BUYER}, {contract->vendor, SIDE_VENDOR}};

    for (size_t i = 0; i < 2; i++) {
        const struct proposal_change *yes;
        int error = find_yes(call, proposal, contract, sides[i].party, &yes);
        const bool shown = proposal->state == PROPOSAL_OPEN ? (asked & (1U << sides[i].side)) != 0
                                                            : yes != NULL;
        if (error == 0 && shown) {
            error = add_approval(call, yes, sides[i].party, ret);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int present_contracts(struct call *call, const struct proposal *proposal,
                             const struct bookfile *file, struct reply_proposal *ret)
{
    const char **names = arena_array(call->arena, proposal->n_changes, sizeof(*names));
    ret->approvals = arena_array(call->arena, 2 * proposal->n_changes, sizeof(*ret->approvals));
    int error = 0;

    if (names == NULL || ret->approvals == NULL) {
        return call_too_large(call);
    }
    ret->contracts = names;
    for (size_t i = 0; error == 0 && i < proposal->n_changes; i++) {
        const struct book_contract *contract = told_contract(call, &proposal->changes[i]);
        if (contract != NULL) {
            names[ret->n_contracts++] = contract->name;
            error = add_approvals(call, proposal, contract,
                                  agreement_asked_by(file, contract, call->now_at), ret);
        }
    }
    return error;
}

/* The text tells whom it asks. */
static int present_open(struct call *call, const struct proposal *proposal,
                        struct reply_proposal *ret)
{
    struct bookfile *file;
    struct arena arena;

    arena_init(&arena, PROPOSALS_PARSE_BYTES);
    int error = change_book_parse(call, ret->text, ret->text_bytes, "", &arena, &file);
    if (error == 0) {
        error = present_contracts(call, proposal, file, ret);
    }
    arena_fini(&arena);
    return error;
}

static int present_proposal(struct listed *l, const struct proposal *proposal)
{
    struct call *call = l->call;
    struct reply_proposal *row = &l->rows[l->n];
    uint8_t *sha256 = arena_alloc(call->arena, BOOK_HASH_BYTES);
    struct entry entry;

    if (sha256 == NULL) {
        return call_too_large(call);
    }
    memcpy(sha256, proposal->sha256, BOOK_HASH_BYTES);
    *row = (struct reply_proposal){
        .id = proposal->id,
        .state = (enum reply_proposal_state)proposal->state,
        .recorded_at = proposal->recorded_at,
        .sha256 = sha256,
        .text = "",
        .text_bytes = FRAME_BYTES_MAX, /* left out: the answer says that it is cut */
    };
    int error = present_principal(call, proposal->actor, &row->actor);
    if (error == 0 && (proposal->state == PROPOSAL_OPEN || l->text_bytes < PROPOSALS_TEXTS_BYTES)) {
        error = entries_get(call->txn, 0, proposal->seq, call->arena, &entry, NULL);
        if (error != 0) {
            return call_store_failed(call, error);
        }
        row->text = entry.event.u.proposal.body;
        row->text_bytes = entry.event.u.proposal.body_bytes;
        l->text_bytes += row->text_bytes;
    }
    if (error == 0) {
        error = proposal->state == PROPOSAL_OPEN ? present_open(call, proposal, row)
                                                 : present_contracts(call, proposal, NULL, row);
    }
    l->n += error == 0;
    return error;
}

int query_proposals_answer(struct call *call, const struct wire_token *token, uint64_t id)
{
    struct reply_proposal row;
    struct listed l = {.call = call, .rows = &row};
    struct proposal proposal;

    int error = proposals_get(call->txn, id, call->arena, &proposal);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    error = present_proposal(&l, &proposal);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_proposals(call->arena, call->request->id,
                                                                 token, &row, 1, call->reply));
}

/* ---- all ---------------------------------------------------------------------------------- */

struct found {
    uint64_t ids[PROPOSALS_SHOWN_MAX]; /* the newest ones, each at its place in the ring */
    size_t n;                          /* ever */
};

static bool is_wanted(struct call *call, const struct proposal *proposal,
                      const struct book_contract *only)
{
    bool names = only == NULL;

    for (size_t i = 0; i < proposal->n_changes; i++) {
        names = names || proposal->changes[i].key.contract == only->id;
    }
    return names && (call->request->u.list_proposals.all || proposal->state == PROPOSAL_OPEN) &&
           query_proposals_visible(call, proposal);
}

static int find_proposals(struct call *call, const struct book_contract *only, struct found *ret)
{
    struct arena arena;
    uint64_t from_id = 1;
    size_t n = PROPOSALS_PAGE;
    int error = 0;

    arena_init(&arena, PROPOSALS_PARSE_BYTES);
    while (error == 0 && n == PROPOSALS_PAGE) {
        struct proposal page[PROPOSALS_PAGE];
        arena_reset(&arena);
        error = proposals_scan(call->txn, from_id, PROPOSALS_PAGE, &arena, page, &n);
        for (size_t i = 0; error == 0 && i < n; i++) {
            from_id = page[i].id + 1;
            if (is_wanted(call, &page[i], only)) {
                ret->ids[ret->n++ % PROPOSALS_SHOWN_MAX] = page[i].id;
            }
        }
    }
    arena_fini(&arena);
    return error == 0 ? 0 : call_store_failed(call, error);
}

static int show_found(struct call *call, const struct found *found, struct listed *l)
{
    const size_t n = found->n < PROPOSALS_SHOWN_MAX ? found->n : PROPOSALS_SHOWN_MAX;
    int error = 0;

    l->rows = arena_array(call->arena, n, sizeof(*l->rows));
    if (l->rows == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; error == 0 && i < n; i++) {
        const uint64_t id = found->ids[(found->n - 1 - i) % PROPOSALS_SHOWN_MAX];
        struct proposal proposal;
        error = proposals_get(call->txn, id, call->arena, &proposal);
        error = error != 0 ? call_store_failed(call, error) : present_proposal(l, &proposal);
    }
    return error;
}

int query_list_proposals(struct call *call)
{
    const char *name = call->request->u.list_proposals.contract;
    const struct book_contract *only = NULL;
    struct found found = {.n = 0};
    struct listed l = {.call = call};

    int error = name[0] == '\0' ? 0 : call_contract(call, name, RIGHT_BOOK_READ, 0, "", &only);
    if (error == 0 && only != NULL && !contract_visible(call, only)) {
        error = refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "contract", NULL,
                       "%s may not read what is proposed for contract %s", call->who->name, name);
    }
    if (error == 0) {
        error = find_proposals(call, only, &found);
    }
    if (error == 0) {
        error = show_found(call, &found, &l);
    }
    return error != 0 ? error
                      : call_encoded(call, wire_encode_proposals(call->arena, call->request->id,
                                                                 NULL, l.rows, l.n, call->reply));
}
