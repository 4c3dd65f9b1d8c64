// SPDX-License-Identifier: Apache-2.0
#include "change_proposal.h"

#include <stdio.h>
#include <string.h>

#include "agreement.h"
#include "assent.h"
#include "change_book.h"
#include "config/digest.h"
#include "draft.h"
#include "query_proposals.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/principals.h"
#include "store/proposals.h"

enum {
    /* The open ones of a contract fit one answer, so that whoever is asked can read them all. */
    PROPOSAL_TEXT_BYTES_MAX = 96 * 1024,
    PROPOSAL_OPEN_MAX = 8,
    PROPOSAL_PAGE = 64,
    PROPOSAL_PAGE_BYTES = 16 * 1024 * 1024,
};

/* ---- proposing ----------------------------------------------------------------------------- */

/* counts[i]: open proposals that change contract i of the book. */
static int count_open(struct call *call, size_t *counts)
{
    struct arena arena;
    uint64_t from_id = 1;
    size_t n = PROPOSAL_PAGE;
    int error = 0;

    arena_init(&arena, PROPOSAL_PAGE_BYTES);
    while (error == 0 && n == PROPOSAL_PAGE) {
        struct proposal page[PROPOSAL_PAGE];
        arena_reset(&arena);
        error = proposals_scan(call->txn, from_id, PROPOSAL_PAGE, &arena, page, &n);
        for (size_t i = 0; error == 0 && i < n; i++) {
            from_id = page[i].id + 1;
            for (size_t k = 0; page[i].state == PROPOSAL_OPEN && k < page[i].n_changes; k++) {
                const struct key_change *key = &page[i].changes[k].key;
                for (size_t c = 0; key->party == 0 && c < call->book->n_contracts; c++) {
                    counts[c] += call->book->contracts[c].id == key->contract;
                }
            }
        }
    }
    arena_fini(&arena);
    return error == 0 ? 0 : call_store_failed(call, error);
}

static int check_room(struct draft *d)
{
    const struct book *book = d->call->book;
    size_t *counts = arena_array(&d->arena, book->n_contracts, sizeof(*counts));

    if (counts == NULL) {
        return call_too_large(d->call);
    }
    int error = count_open(d->call, counts);
    for (size_t i = 0; error == 0 && i < book->n_contracts; i++) {
        if (d->touched[i] && counts[i] >= PROPOSAL_OPEN_MAX) {
            error = refuse(d->call->refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
                           "withdraw one of them", "contract %s has %d open proposals",
                           book->contracts[i].name, PROPOSAL_OPEN_MAX);
        }
    }
    return error;
}

static struct event proposal_event(const struct call *call, enum event_kind kind, uint32_t contract,
                                   uint64_t id, const uint8_t *sha256)
{
    struct event event = {.kind = kind,
                          .origin = ORIGIN_LIVE,
                          .contract = contract,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};

    event.u.proposal.id = id;
    memcpy(event.u.proposal.sha256, sha256, BOOK_HASH_BYTES);
    return event;
}

/* The token is that of a contract: the administration's is nobody's business. */
static int journal_proposed(struct draft *d, struct wire_token *ret_token)
{
    const struct request_apply_book *p = &d->call->request->u.propose_book;
    uint8_t sha256[BOOK_HASH_BYTES];
    uint64_t id;
    uint64_t seq;

    int error = proposals_next_id(d->call->txn, &id);
    if (error != 0) {
        return call_store_failed(d->call, error);
    }
    digest_sha256(p->text, p->n, sha256);
    struct event event = proposal_event(d->call, EVENT_BOOK_PROPOSED, 0, id, sha256);
    event.u.proposal.body = p->text;
    event.u.proposal.body_bytes = p->n;
    error = call_append(d->call, &event, NULL);
    for (size_t i = 0; error == 0 && i < d->call->book->n_contracts; i++) {
        const struct book_contract *contract = &d->plan->book->contracts[i];
        if (d->touched[i]) {
            event = proposal_event(d->call, EVENT_CHANGE_PROPOSED, contract->id, id, sha256);
            error = call_append(d->call, &event, &seq);
            *ret_token = call_token(book_contract(d->call->book, contract->id), seq);
        }
    }
    return error;
}

static int propose(struct draft *d)
{
    const struct request_apply_book *p = &d->call->request->u.propose_book;
    struct wire_token token = {.contract = ""};

    int error = draft_make(d, p->text, p->n, p->file, false);
    if (error == 0 && d->call->request->dry_run) {
        return change_book_answer(d->call, d->plan, NULL, false);
    }
    if (error == 0) {
        error = check_room(d);
    }
    if (error == 0) {
        error = journal_proposed(d, &token);
    }
    return error != 0 ? error : change_book_answer(d->call, d->plan, &token, false);
}

int change_propose_book(struct call *call)
{
    const struct subject own = {call->who->party, call->who->party, 0, ""};
    const size_t n = call->request->u.propose_book.n;
    struct draft d;

    if (!draft_may_write(call->who) &&
        policy_check(call->who, RIGHT_BOOK_APPROVE, &own) != POLICY_ALLOWED) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL,
                      "a manager of the buyer or a vendor manager can",
                      "%s may not propose changes of the book", call->who->name);
    }
    if (n > PROPOSAL_TEXT_BYTES_MAX) {
        return refuse(call->refusal, OUTCOME_RESOURCE_EXHAUSTED, "propose_book.text",
                      "leave out what does not change",
                      "this has %zu bytes; a proposal has %d at most", n, PROPOSAL_TEXT_BYTES_MAX);
    }
    draft_init(&d, call, call->who);
    int error = propose(&d);
    draft_fini(&d);
    return error;
}

/* ---- saying yes or no ---------------------------------------------------------------------- */

static int append_word(struct call *call, const struct proposal *proposal,
                       const struct book_contract *contract, bool refused,
                       struct wire_token *ret_token)
{
    struct event event = proposal_event(call, EVENT_CHANGE_APPROVED, contract->id, proposal->id,
                                        proposal->sha256);
    uint64_t seq;

    event.u.proposal.party = call->who->party;
    event.u.proposal.refused = refused;
    if (call->key_sha256 != NULL) {
        memcpy(event.u.proposal.key_sha256, call->key_sha256, BOOK_HASH_BYTES);
    }
    const int error = call_append(call, &event, &seq);
    *ret_token = call_token(book_contract(call->book, contract->id), seq);
    return error;
}

static int append_end(struct call *call, const struct proposal *proposal, bool withdrawn)
{
    struct event event = proposal_event(call, EVENT_PROPOSAL_ENDED, 0, proposal->id,
                                        proposal->sha256);

    event.u.proposal.refused = withdrawn;
    return call_append(call, &event, NULL);
}

/* The sides of a contract that the principal speaks for, of those that are asked. */
static uint32_t own_sides(const struct principal *who, const struct book_contract *contract,
                          uint32_t asked)
{
    uint32_t own = 0;

    if (draft_may_approve(who, contract)) {
        own |= who->party == contract->buyer ? 1U << SIDE_BUYER : 0;
        own |= who->party == contract->vendor ? 1U << SIDE_VENDOR : 0;
    }
    return own & asked;
}

/* What the parties have said so far, and what this principal's word would add. */
struct tally {
    size_t own;     /* contracts in which the principal's party is asked */
    size_t unsaid;  /* of these: not approved yet */
    size_t missing; /* approvals of others */
};

static int count_contract(const struct draft *d, const struct proposal *proposal,
                          const struct book_contract *contract, struct tally *t)
{
    const uint32_t asked = agreement_asked(d->call->book, d->plan->book, contract, d->call->now_at);
    const uint32_t own = own_sides(d->call->who, contract, asked);
    const uint32_t parties[] = {[SIDE_BUYER] = contract->buyer, [SIDE_VENDOR] = contract->vendor};
    int error = 0;

    for (enum side side = SIDE_BUYER; error == 0 && side <= SIDE_VENDOR; side++) {
        const struct proposal_change *yes;
        error = assent_given(d->call, proposal, contract, parties[side], &yes);
        if (error == 0 && (own & (1U << side)) != 0) {
            t->own++;
            t->unsaid += yes == NULL;
        } else if (error == 0 && (asked & (1U << side)) != 0) {
            t->missing += yes == NULL;
        }
    }
    return error;
}

static int take_stock(const struct draft *d, const struct proposal *proposal, struct tally *t)
{
    for (size_t i = 0; i < d->plan->book->n_contracts; i++) {
        const struct book_contract *contract = &d->plan->book->contracts[i];
        if (!d->touched[i]) {
            continue;
        }
        if (assent_said(proposal, contract->id, 0) == NULL) {
            return refuse(d->call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                          "withdraw it, and propose it anew",
                          "the book has changed: another contract that is agreed would change too");
        }
        const int error = count_contract(d, proposal, contract, t);
        if (error != 0) {
            return error;
        }
    }
    return t->own > 0 ? 0
                      : refuse(d->call->refusal, OUTCOME_PERMISSION_DENIED, NULL, NULL,
                               "%s does not speak for a party that proposal %llu asks",
                               d->call->who->name, (unsigned long long)proposal->id);
}

static int journal_approved(const struct draft *d, const struct proposal *proposal,
                            struct wire_token *ret_token)
{
    struct call *call = d->call;
    int error = 0;

    for (size_t i = 0; error == 0 && i < d->plan->book->n_contracts; i++) {
        const struct book_contract *contract = &d->plan->book->contracts[i];
        const uint32_t asked = agreement_asked(call->book, d->plan->book, contract, call->now_at);
        const struct proposal_change *yes = NULL;
        if (!d->touched[i] || own_sides(call->who, contract, asked) == 0) {
            continue;
        }
        error = assent_given(call, proposal, contract, call->who->party, &yes);
        if (error == 0 && yes == NULL) {
            error = append_word(call, proposal, contract, false, ret_token);
        }
    }
    return error;
}

/* Nobody is missing. */
static int journal_agreed(const struct draft *d, const struct proposal *proposal)
{
    uint64_t seq;

    const int error = change_book_journal(d->call, d->plan, &seq);
    return error == 0 ? append_end(d->call, proposal, false) : error;
}

/* Each approval is of something that holds: it is planned anew on what is in force now. */
static int approve(struct draft *d, const struct proposal *proposal, struct wire_token *ret_token)
{
    struct tally tally = {.own = 0};
    bool first = false;
    struct entry entry;

    int error = entries_get(d->call->txn, 0, proposal->seq, &d->arena, &entry, NULL);
    if (error != 0) {
        return call_store_failed(d->call, error);
    }
    error = draft_make(d, entry.event.u.proposal.body, entry.event.u.proposal.body_bytes, "", true);
    if (error == 0) {
        error = take_stock(d, proposal, &tally);
    }
    if (error != 0 || (tally.unsaid == 0 && tally.missing > 0)) {
        return error;
    }
    error = assent_check_voice(d->call, &first);
    if (error == 0) {
        error = journal_approved(d, proposal, ret_token);
    }
    if (error == 0 && first) {
        error = assent_raise_voice(d->call, d->call->who, NULL);
    }
    return error == 0 && tally.missing == 0 ? journal_agreed(d, proposal) : error;
}

static int approve_as(struct call *call, const struct proposal *proposal,
                      struct wire_token *ret_token)
{
    struct principal proposer;
    struct draft d;

    int error = principals_get(call->txn, proposal->actor, &proposer);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (proposer.disabled) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                      "withdraw it, and propose it anew",
                      "%s, who made proposal %llu, may not propose any more", proposer.name,
                      (unsigned long long)proposal->id);
    }
    draft_init(&d, call, &proposer);
    error = approve(&d, proposal, ret_token);
    draft_fini(&d);
    return error;
}

/* Who is asked may say no; so may who made it take it back. */
static int append_refusals(struct call *call, const struct proposal *proposal,
                           const struct bookfile *file, struct wire_token *ret_token)
{
    bool may = call->who->id == proposal->actor;
    bool first;
    int error = 0;

    for (size_t i = 0; error == 0 && i < proposal->n_changes; i++) {
        const struct key_change *key = &proposal->changes[i].key;
        const struct book_contract *contract = book_contract(call->book, key->contract);
        if (key->party == 0 && contract != NULL &&
            own_sides(call->who, contract, agreement_asked_by(file, contract, call->now_at)) != 0) {
            error = may ? 0 : assent_check_voice(call, &first);
            may = true;
            error = error == 0 ? append_word(call, proposal, contract, true, ret_token) : error;
        }
    }
    return error != 0 || may
               ? error
               : refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL, NULL,
                        "%s did not make proposal %llu, and speaks for no party that it asks",
                        call->who->name, (unsigned long long)proposal->id);
}

static int withdraw(struct call *call, const struct proposal *proposal,
                    struct wire_token *ret_token)
{
    struct bookfile *file;
    struct entry entry;
    struct arena arena;

    arena_init(&arena, PROPOSAL_PAGE_BYTES);
    int error = entries_get(call->txn, 0, proposal->seq, &arena, &entry, NULL);
    error = error != 0 ? call_store_failed(call, error)
                       : change_book_parse(call, entry.event.u.proposal.body,
                                           entry.event.u.proposal.body_bytes, "", &arena, &file);
    if (error == 0) {
        error = append_refusals(call, proposal, file, ret_token);
    }
    arena_fini(&arena);
    return error == 0 ? append_end(call, proposal, true) : error;
}

static int find_open(struct call *call, struct proposal *ret)
{
    const struct request_approve_book *a = &call->request->u.approve_book;
    const unsigned long long id = a->proposal;

    int error = proposals_get(call->txn, a->proposal, call->arena, ret);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return call_store_failed(call, error);
    }
    if (error != 0 || !query_proposals_visible(call, ret)) {
        return refuse(call->refusal, OUTCOME_NOT_FOUND, "approve_book.proposal",
                      "slate book proposals lists them", "there is no proposal %llu", id);
    }
    if (ret->state != PROPOSAL_OPEN) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "approve_book.proposal", NULL,
                      "proposal %llu was %s", id,
                      ret->state == PROPOSAL_APPLIED ? "applied" : "withdrawn");
    }
    if (memcmp(a->sha256, ret->sha256, sizeof(a->sha256)) != 0) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "approve_book.sha256",
                      "read it again", "proposal %llu has another text than what was read", id);
    }
    return 0;
}

int change_approve_book(struct call *call)
{
    struct wire_token token = {.contract = ""};
    struct proposal proposal;

    int error = find_open(call, &proposal);
    if (error == 0) {
        error = call->request->u.approve_book.withdraw ? withdraw(call, &proposal, &token)
                                                       : approve_as(call, &proposal, &token);
    }
    return error != 0 ? error
                      : query_proposals_answer(call, token.contract[0] == '\0' ? NULL : &token,
                                               proposal.id);
}

int change_proposal_again(struct call *call)
{
    const struct reply_book_diff done = {.applied = false};

    if (call->request->kind == REQUEST_APPROVE_BOOK) {
        return query_proposals_answer(call, NULL, call->request->u.approve_book.proposal);
    }
    return call_encoded(
        call, wire_encode_book_diff(call->arena, call->request->id, NULL, &done, call->reply));
}
