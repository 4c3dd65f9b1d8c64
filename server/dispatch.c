// SPDX-License-Identifier: Apache-2.0
#include "dispatch.h"

#include <string.h>

#include "change_book.h"
#include "change_certificate.h"
#include "change_countersign.h"
#include "change_erase.h"
#include "change_intake.h"
#include "change_new.h"
#include "change_pair.h"
#include "change_proposal.h"
#include "change_tag.h"
#include "change_user.h"
#include "change_work.h"
#include "feed.h"
#include "present.h"
#include "query_access.h"
#include "query_book.h"
#include "query_breaches.h"
#include "query_explain.h"
#include "query_journal.h"
#include "query_list.h"
#include "query_log.h"
#include "query_proposals.h"
#include "query_split.h"
#include "query_ticket.h"
#include "query_try.h"
#include "query_users.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/requests.h"
#include "store/tickets.h"

static call_handler *const handlers[REQUEST_KINDS] = {
    [REQUEST_NEW_TICKET] = change_new_ticket,
    [REQUEST_LIST_TICKETS] = query_list_tickets,
    [REQUEST_SHOW_TICKET] = query_show_ticket,
    [REQUEST_TAKE_TICKET] = change_work,
    [REQUEST_ADD_MESSAGE] = change_work,
    [REQUEST_HOLD_TICKET] = change_work,
    [REQUEST_RESUME_TICKET] = change_work,
    [REQUEST_RESOLVE_TICKET] = change_work,
    [REQUEST_RELEASE_TICKET] = change_work,
    [REQUEST_ACKNOWLEDGE_TICKET] = change_work,
    [REQUEST_ASSIGN_TICKET] = change_work,
    [REQUEST_TRANSFER_TICKET] = change_work,
    [REQUEST_SET_PRIORITY] = change_work,
    [REQUEST_CLOSE_TICKET] = change_work,
    [REQUEST_REOPEN_TICKET] = change_work,
    [REQUEST_MERGE_TICKET] = change_merge,
    [REQUEST_LINK_TICKET] = change_link,
    [REQUEST_TAG_TICKET] = change_tag,
    [REQUEST_EDIT_TICKET] = change_work,
    [REQUEST_SHOW_LOG] = query_show_log,
    [REQUEST_LIST_BREACHES] = query_list_breaches,
    [REQUEST_EXPLAIN] = query_explain,
    [REQUEST_SPLIT_CLOCK] = query_split,
    [REQUEST_SUBSCRIBE] = feed_subscribe,
    [REQUEST_IMPORT_TICKET] = change_import,
    [REQUEST_INTAKE] = change_intake,
    [REQUEST_APPLY_BOOK] = change_apply_book,
    [REQUEST_SHOW_BOOK] = query_show_book,
    [REQUEST_EXPORT_JOURNAL] = query_export_journal,
    [REQUEST_SHOW_HEAD] = query_show_head,
    [REQUEST_COUNTERSIGN] = change_countersign,
    [REQUEST_TRY_BOOK] = query_try_book,
    [REQUEST_LIST_USERS] = query_list_users,
    [REQUEST_LIST_ACCESS] = query_list_access,
    [REQUEST_ERASE_TEXTS] = change_erase,
    [REQUEST_ADD_USER] = change_add_user,
    [REQUEST_SET_USER] = change_set_user,
    [REQUEST_PROPOSE_BOOK] = change_propose_book,
    [REQUEST_APPROVE_BOOK] = change_approve_book,
    [REQUEST_LIST_PROPOSALS] = query_list_proposals,
    [REQUEST_RENEW_CERTIFICATE] = change_renew,
    [REQUEST_ENROL] = change_enrol,
};

/* A request that this version knows and does not follow yet is refused by its name. */
static int handle(struct call *call)
{
    call_handler *const handler = handlers[call->request->kind];
    const char *name = request_kind_name(call->request->kind);

    return handler != NULL ? handler(call)
                           : refuse(call->refusal, OUTCOME_UNIMPLEMENTED, name, NULL,
                                    "this version of slated does not follow %s", name);
}

/* The contract of a token: whoever may change something there got one. */
static int token_contract(struct call *call, const char *name, const struct book_contract **ret)
{
    const struct book_contract *contract = book_contract_named(call->book, name);

    if (contract != NULL) {
        const struct subject fed = {contract->buyer, contract->vendor, 0, call->who->source};
        if (policy_check(call->who, RIGHT_TICKET_OPEN, &fed) == POLICY_ALLOWED) {
            *ret = contract;
            return 0;
        }
    }
    return call_contract(call, name, RIGHT_BOOK_READ, 0, "", ret);
}

/* Of a change that keeps none nobody may count on it. */
static int refuse_reason(struct call *call)
{
    return call->request->reason[0] == '\0' || call->request->kind == REQUEST_ERASE_TEXTS
               ? 0
               : refuse(call->refusal, OUTCOME_UNIMPLEMENTED, "reason", NULL,
                        "this version of slated keeps reasons of reads and of erasures only");
}

/* On one machine every snapshot holds all that was acknowledged; a token beyond it is of another
 * store. */
static int check_token(struct call *call)
{
    const struct wire_token *token = &call->request->min_token;
    struct journal_head head;
    uint32_t stream = 0;

    if (!call->request->has_min_token) {
        return 0;
    }
    if (token->contract[0] == '\0') {
        /* How much is administrated is nobody else's business, and nobody else was given such a
         * token. */
        const struct subject anything = {0, 0, 0, ""};
        if (policy_check(call->who, RIGHT_BOOK_WRITE, &anything) != POLICY_ALLOWED) {
            return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "min_token", NULL,
                          "tokens of the administration are for who may change the book");
        }
    } else {
        const struct book_contract *contract;
        int error = token_contract(call, token->contract, &contract);
        if (error != 0) {
            return error;
        }
        stream = contract->id;
    }
    int error = entries_head(call->txn, stream, &head);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (head.seq < token->seq) {
        refuse(call->refusal, OUTCOME_UNAVAILABLE, "min_token", NULL,
               "this server has not seen change %llu yet", (unsigned long long)token->seq);
        call->refusal->retry_after_ms = 100;
        return OUTCOME_UNAVAILABLE;
    }
    return 0;
}

int dispatch_read(struct call *call)
{
    int error = check_token(call);

    return error == 0 ? handle(call) : error;
}

/*
 * To who moved a ticket out of their own sight it was done all the same: which ticket, and to whom
 * it went then; nothing of what became of it there.
 */
static int answer_unseen(struct call *call, const struct book_contract *contract,
                         const struct requests_row *row)
{
    struct entry entry;

    int error = entries_get_bare(call->txn, row->contract, row->seq, call->arena, &entry);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    const struct ticket known = {
        .contract = row->contract,
        .number = row->ticket,
        .team = entry.event.team,
        .received_at = INSTANT_NONE,
        .occurred_at = INSTANT_NONE,
        .updated_at = entry.recorded_at,
        .resolved_at = INSTANT_NONE,
        .close_at = INSTANT_NEVER,
    };
    return present_changed(call, contract, &known, row->seq, false);
}

/* The stored outcome of a request that was carried out before, as its first answer would read now.
 */
static int answer_again(struct call *call, const struct requests_row *row)
{
    const struct book_contract *contract = book_contract(call->book, row->contract);
    struct ticket ticket;

    if (call->request->kind == REQUEST_INTAKE) {
        return change_intake_again(call);
    }
    if (call->request->kind == REQUEST_ERASE_TEXTS) {
        return change_erase_again(call, row);
    }
    if (call->request->kind == REQUEST_ADD_USER || call->request->kind == REQUEST_SET_USER) {
        return change_user_again(call);
    }
    if (call->request->kind == REQUEST_RENEW_CERTIFICATE) {
        return change_renew(call);
    }
    if (call->request->kind == REQUEST_COUNTERSIGN && contract != NULL) {
        return change_countersign_again(call, contract, row->seq);
    }
    if (call->request->kind == REQUEST_PROPOSE_BOOK ||
        call->request->kind == REQUEST_APPROVE_BOOK) {
        return change_proposal_again(call);
    }
    if (row->ticket == 0 || contract == NULL) {
        struct wire_token token = call_token(contract, row->seq);
        const struct reply_book_diff done = {.applied = true};
        return call_encoded(call, wire_encode_book_diff(call->arena, call->request->id, &token,
                                                        &done, call->reply));
    }
    struct wire_ticket ref = {.number = row->ticket};
    memcpy(ref.key, contract->key, strlen(contract->key) + 1);
    int error = call_ticket(call, &ref, RIGHT_TICKET_SEE, &ticket, &contract);
    if (error == OUTCOME_NOT_FOUND) {
        return answer_unseen(call, contract, row);
    }
    if (error != 0) {
        return error;
    }
    if (call->request->kind == REQUEST_IMPORT_TICKET) {
        return change_imported_again(call, contract, &ticket, row->seq);
    }
    return present_changed(call, contract, &ticket, row->seq, false);
}

int dispatch_again(struct call *call, bool *ret_again)
{
    const struct request *request = call->request;
    struct requests_row row;

    *ret_again = false;
    if (!request->has_request_id) {
        return 0;
    }
    int error = requests_get(call->txn, call->who->id, request->request_id, &row);
    if (error == STORE_NOT_FOUND) {
        return 0;
    }
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (memcmp(row.hash, request->content_hash, sizeof(row.hash)) != 0) {
        return refuse(call->refusal, OUTCOME_ALREADY_EXISTS, "request_id",
                      "make a new request id for every new request",
                      "this request id was used before, for another request");
    }
    *ret_again = true;
    return answer_again(call, &row);
}

int dispatch_write(struct call *call)
{
    const struct request *request = call->request;

    if (request->deadline_ms != 0 &&
        call->now_at - call->at > (int64_t)request->deadline_ms * 1000) {
        return refuse(call->refusal, OUTCOME_DEADLINE_EXCEEDED, "deadline_ms", NULL,
                      "not started within %u ms of its receipt", request->deadline_ms);
    }
    int error = refuse_reason(call);
    if (error == 0) {
        error = check_token(call);
    }
    return error != 0 ? error : handle(call);
}
