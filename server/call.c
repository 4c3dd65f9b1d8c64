// SPDX-License-Identifier: Apache-2.0
#include "call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "store/error.h"
#include "store/principals.h"
#include "store/tickets.h"
#include "sweep.h"

int call_admit(struct txn *txn, uint32_t principal, const uint8_t key_sha256[BOOK_HASH_BYTES],
               struct principal *ret, struct refusal *ret_refusal)
{
    int error = principals_get(txn, principal, ret);

    if (error == STORE_NOT_FOUND || (error == 0 && ret->disabled)) {
        return refuse(ret_refusal, OUTCOME_UNAUTHENTICATED, NULL, NULL,
                      "this principal has been disabled");
    }
    /* What came before the keys were forgotten is met here; its connection is cut only later. */
    if (error == 0 && !policy_takes_key(ret, key_sha256)) {
        return refuse(ret_refusal, OUTCOME_UNAUTHENTICATED, NULL, NULL,
                      "this key is taken no more");
    }
    return error;
}

struct call call_by_clock(const struct call *call, struct refusal *refusal)
{
    static const struct request no_request = {.kind = REQUEST_NONE};
    static const struct principal the_clock = {.id = 0, .name = "clock"};

    return (struct call){
        .request = &no_request,
        .who = &the_clock,
        .book = call->book,
        .books = call->books,
        .txn = call->txn,
        .batch = call->batch,
        .sweep = call->sweep,
        .arena = call->arena,
        .at = call->at,
        .now_at = call->now_at,
        .reply = call->reply,
        .refusal = refusal,
    };
}

struct subject call_subject(const struct book_contract *contract, const struct ticket *ticket)
{
    return (struct subject){
        .buyer = contract->buyer,
        .vendor = contract->vendor,
        .team = ticket->team,
        .source = ticket->source,
    };
}

int call_store_failed(struct call *call, int error)
{
    if (error == STORE_CORRUPT || error == STORE_NEWER) {
        /* The row is named in the log; a client learns that it cannot be served, not what lies
         * where. */
        log_write(LOG_ERROR, "store_row_unreadable", "what=s", txn_text(call->txn));
        return refuse(call->refusal, OUTCOME_DATA_LOSS, NULL,
                      "the operator finds the place with: slated verify",
                      "a stored record that this needs is damaged");
    }
    if (error == -ENOMEM) {
        return call_too_large(call); /* the request's arena is full */
    }
    return error > 0 ? -error : error;
}

int call_too_large(struct call *call)
{
    return refuse(call->refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL, NULL,
                  "the answer needs more memory than one request may use");
}

int call_encoded(struct call *call, int error)
{
    return error == 0 ? 0 : call_too_large(call);
}

static int not_found(struct call *call, const struct wire_ticket *ref)
{
    return refuse(call->refusal, OUTCOME_NOT_FOUND, "ticket", NULL, "there is no ticket %s-%llu",
                  ref->key, (unsigned long long)ref->number);
}

/* Who knows of the ticket is told what it is that they may not do. */
static int refuse_right(struct call *call, const struct wire_ticket *ref, enum right right)
{
    const bool leads = right == RIGHT_TICKET_ASSIGN;

    return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "ticket",
                  leads ? "a lead of its team can" : NULL, "%s may see %s-%llu, but not %s it",
                  call->who->name, ref->key, (unsigned long long)ref->number,
                  leads ? "assign, transfer or merge" : "change");
}

int call_load(struct call *call, uint32_t contract, uint64_t number, struct ticket *ret)
{
    bool looked;

    int error = call->sweep == NULL ? 0 : sweep_look(call->sweep, call, contract, number, &looked);
    return error == 0 ? tickets_get(call->txn, contract, number, call->arena, ret) : error;
}

bool call_is_near(const struct call *call, const struct book_contract *contract)
{
    const struct subject subject = {contract->buyer, contract->vendor, 0, call->who->source};

    return policy_check(call->who, RIGHT_BOOK_READ, &subject) == POLICY_ALLOWED ||
           policy_check(call->who, RIGHT_TICKET_SEE, &subject) == POLICY_ALLOWED;
}

int call_ticket(struct call *call, const struct wire_ticket *ref, enum right right,
                struct ticket *ret, const struct book_contract **ret_contract)
{
    const struct book_contract *contract = book_contract_keyed(call->book, ref->key);
    if (contract == NULL || !call_is_near(call, contract)) {
        return not_found(call, ref);
    }
    int error = call_load(call, contract->id, ref->number, ret);
    if (error == STORE_NOT_FOUND) {
        return not_found(call, ref);
    }
    if (error != 0) {
        return call_store_failed(call, error);
    }
    struct subject subject = call_subject(contract, ret);
    switch (policy_check(call->who, right, &subject)) {
    case POLICY_ALLOWED: *ret_contract = contract; return 0;
    case POLICY_DENIED: return refuse_right(call, ref, right);
    case POLICY_HIDDEN: break;
    }
    return not_found(call, ref);
}

int call_contract(struct call *call, const char *name, enum right right, uint32_t team,
                  const char *source, const struct book_contract **ret)
{
    const struct book_contract *contract = book_contract_named(call->book, name);
    if (contract != NULL) {
        const struct subject subject = {contract->buyer, contract->vendor, team, source};
        switch (policy_check(call->who, right, &subject)) {
        case POLICY_ALLOWED: *ret = contract; return 0;
        case POLICY_DENIED:
            return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "contract", NULL,
                          "%s may not do this in contract %s for that team", call->who->name, name);
        case POLICY_HIDDEN: break;
        }
    }
    return refuse(call->refusal, OUTCOME_NOT_FOUND, "contract", NULL, "there is no contract %s",
                  name);
}

int call_append(struct call *call, const struct event *event, uint64_t *ret_seq)
{
    const struct request *request = call->request;
    struct entry entry = {
        .stream = event->contract,
        .recorded_at = call->now_at,
        .actor = call->who->id,
        .event = *event,
    };
    const char *via = call->via == NULL ? "slate/1" : call->via;
    (void)snprintf(entry.via, sizeof(entry.via), "%s",
                   event->origin == ORIGIN_CLOCK ? "clock" : via);
    bool lines = call->line_id != NULL && event->origin == ORIGIN_LIVE;
    if (lines) {
        memcpy(entry.line_id, call->line_id, sizeof(entry.line_id));
    }
    /* A look changed nothing that a repeated request could be answered from. */
    if (request->has_request_id && event->kind != EVENT_ACCESSED) {
        memcpy(entry.request_id, request->request_id, sizeof(entry.request_id));
        memcpy(entry.request_hash, request->content_hash, sizeof(entry.request_hash));
    }
    int error = batch_append(call->batch, &entry);
    if (error != 0) {
        return error > 0 ? -error : error;
    }
    if (lines) {
        call->line_id = NULL;
    }
    call->n_own += event->origin != ORIGIN_CLOCK;
    if (call->n_appended++ == 0) {
        call->stream = entry.stream;
    }
    if (ret_seq != NULL) {
        *ret_seq = entry.seq;
    }
    return 0;
}

void call_reason(const struct call *call, struct event *event)
{
    const char *reason = call->request->reason;

    if (reason[0] != '\0') {
        event->texts[event->n_texts++] = (struct text){TEXT_REASON, reason, strlen(reason)};
    }
}

bool call_ever_had_team(const struct book_contract *contract, uint32_t team)
{
    for (size_t i = 0; i < contract->n_versions; i++) {
        if (book_has_team(&contract->versions[i], team)) {
            return true;
        }
    }
    return false;
}

/* Marks the filters that this contract and its teams satisfy, as far as the principal may see them.
 */
static void match_filters(const struct call *call, const struct book_contract *contract,
                          const char *const filters[3], bool found[3])
{
    const struct book_party *vendor = book_party(call->book, contract->vendor);

    for (size_t i = 0; i < call->book->n_teams; i++) {
        const struct book_team *team = &call->book->teams[i];
        const struct subject subject = {contract->buyer, contract->vendor, team->id, ""};
        if (!call_ever_had_team(contract, team->id) ||
            policy_check(call->who, RIGHT_TICKET_SEE, &subject) != POLICY_ALLOWED) {
            continue;
        }
        found[0] = found[0] || strcmp(filters[0], contract->name) == 0;
        found[1] = found[1] || (vendor != NULL && strcmp(filters[1], vendor->name) == 0);
        found[2] = found[2] || strcmp(filters[2], team->name) == 0;
    }
}

int call_filters(struct call *call, const char *contract, const char *vendor, const char *team)
{
    static const char *const names[3] = {"contract", "vendor", "team"};
    const char *const filters[3] = {contract, vendor, team};
    bool found[3] = {contract[0] == '\0', vendor[0] == '\0', team[0] == '\0'};

    for (size_t i = 0; i < call->book->n_contracts; i++) {
        match_filters(call, &call->book->contracts[i], filters, found);
    }
    for (size_t i = 0; i < 3; i++) {
        if (!found[i]) {
            return refuse(call->refusal, OUTCOME_NOT_FOUND, names[i], NULL, "there is no %s %s",
                          names[i], filters[i]);
        }
    }
    return 0;
}

struct wire_token call_token(const struct book_contract *contract, uint64_t seq)
{
    return (struct wire_token){.contract = contract == NULL ? "" : contract->name, .seq = seq};
}
