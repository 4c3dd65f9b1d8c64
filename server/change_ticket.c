// SPDX-License-Identifier: Apache-2.0
#include "change_ticket.h"

#include <string.h>

#include "core/decide.h"
#include "present.h"
#include "store/error.h"
#include "store/tickets.h"

/* What every command of this call says: who, on whose side, when. */
static struct command command_of(const struct call *call, enum command_kind kind,
                                 const struct book_contract *contract,
                                 const struct subject *subject)
{
    return (struct command){
        .kind = kind,
        .actor = call->who->id,
        .side = policy_side(call->who, subject),
        .human = call->who->human,
        .at = call->at,
        .claimed_at = call->request->claimed_at,
        .if_version = call->request->if_version,
        .contract = contract->id,
        .priority = "",
        .function = "",
        .category = "",
        .customer_tier = "",
        .language = "",
        .team = "",
        .source = "",
        .source_key = "",
        .channel = "",
        .reason = "",
        .opened_at = INSTANT_NONE,
        .cutover_at = INSTANT_NONE,
    };
}

/*
 * Journals what was decided, unless it is only asked for. *ret_seq: the last entry, 0 if there is
 * none. The ticket is then as the views have it: what decide gave knows its entries only by
 * provisional places.
 */
static int journal(struct call *call, const struct decision *decision, struct ticket *ret,
                   uint64_t *ret_seq)
{
    const struct ticket *after = &decision->after;

    *ret_seq = 0;
    *ret = *after;
    if (call->request->dry_run || decision->n_events == 0) {
        return 0;
    }
    for (size_t i = 0; i < decision->n_events; i++) {
        int error = call_append(call, &decision->events[i], ret_seq);
        if (error != 0) {
            return error;
        }
    }
    int error = tickets_get(call->txn, after->contract, after->number, call->arena, ret);
    return error == 0 ? 0 : call_store_failed(call, error);
}

static int decided(struct call *call, const struct ticket *before, const struct command *command,
                   struct decision *ret)
{
    int result = decide(call->book, before, command, call->arena, ret, call->refusal);
    return result < 0 ? call_too_large(call) : result;
}

/* Load, decide, journal, answer: the one path of every change to a ticket that is there. */
static int change(struct call *call, const struct wire_ticket *ref, struct command *command)
{
    struct ticket before;
    struct ticket after;
    struct decision decision;
    const struct book_contract *contract;
    uint64_t seq;

    int error = call_ticket(call, ref, RIGHT_TICKET_WORK, &before, &contract);
    if (error != 0) {
        return error;
    }
    struct subject subject = call_subject(contract, &before);
    struct command filled = command_of(call, command->kind, contract, &subject);
    filled.ticket = before.number;
    filled.channel = command->channel == NULL ? "" : command->channel;
    filled.reason = command->reason == NULL ? "" : command->reason;
    filled.body = command->body;
    error = decided(call, &before, &filled, &decision);
    if (error == 0) {
        error = journal(call, &decision, &after, &seq);
    }
    return error != 0 ? error
                      : present_changed(call, contract, &after, seq, decision.n_events == 0);
}

int change_take(struct call *call)
{
    struct command command = {.kind = COMMAND_TAKE};
    return change(call, &call->request->u.ticket, &command);
}

int change_message(struct call *call)
{
    const struct request_message *m = &call->request->u.message;
    struct command command = {
        .kind = m->visibility == MESSAGE_PUBLIC ? COMMAND_REPLY : COMMAND_NOTE,
        .channel = m->channel,
        .body = m->body,
    };
    return change(call, &m->ticket, &command);
}

int change_hold(struct call *call)
{
    const struct request_hold *h = &call->request->u.hold;
    struct command command = {.kind = COMMAND_HOLD, .reason = h->reason};
    return change(call, &h->ticket, &command);
}

int change_resume(struct call *call)
{
    const struct request_hold *h = &call->request->u.hold;
    struct command command = {.kind = COMMAND_RESUME, .reason = h->reason};
    return change(call, &h->ticket, &command);
}

int change_resolve(struct call *call)
{
    const struct request_message *m = &call->request->u.message;
    struct command command = {.kind = COMMAND_RESOLVE, .channel = m->channel, .body = m->body};
    return change(call, &m->ticket, &command);
}

/*
 * The team that the right is asked for: the one that the ticket would go to. Where the contract has
 * no team of that name, one for which the principal has the right, so that decide says which teams
 * there are; 0 if there is none.
 */
static uint32_t team_of(const struct call *call, const struct book_contract *contract,
                        const struct request_new_ticket *n, enum right right)
{
    const struct book_contract_version *version = book_contract_at(contract, call->at);
    const struct book_team *named = book_team_named(call->book, n->team);

    if (version == NULL) {
        version = &contract
                       ->versions[0]; /* not in force yet, which decide says to whom it concerns */
    }
    if (n->team[0] == '\0') {
        return version->default_team;
    }
    if (named != NULL && book_has_team(version, named->id)) {
        return named->id;
    }
    for (size_t i = 0; i < version->n_teams; i++) {
        const struct subject subject = {contract->buyer, contract->vendor, version->teams[i].team,
                                        n->source};
        if (policy_check(call->who, right, &subject) == POLICY_ALLOWED) {
            return version->teams[i].team;
        }
    }
    return 0;
}

/* A contract for a new ticket. */
static int contract_for(struct call *call, const struct request_new_ticket *n, enum right right,
                        struct subject *ret_subject, const struct book_contract **ret)
{
    const struct book_contract *contract = book_contract_named(call->book, n->contract);
    uint32_t team = contract == NULL ? 0 : team_of(call, contract, n, right);

    int error = call_contract(call, n->contract, right, team, n->source, ret);
    if (error == 0) {
        *ret_subject = (struct subject){(*ret)->buyer, (*ret)->vendor, team, n->source};
    }
    return error;
}

static void fill_new(struct command *command, const struct request_new_ticket *n)
{
    command->priority = n->priority;
    command->function = n->function;
    command->category = n->category;
    command->customer_tier = n->customer_tier;
    command->language = n->language;
    command->team = n->team;
    command->source = n->source;
    command->source_key = n->source_key;
    command->channel = n->channel;
    command->reason = n->hold;
    command->subject = n->subject;
    command->requester = n->requester;
    command->body = n->body;
}

/* 0 and the ticket if (source, key) is there and may be seen; STORE_NOT_FOUND if it is new. */
static int find_external(struct call *call, const struct request_new_ticket *n, struct ticket *ret,
                         const struct book_contract **ret_contract)
{
    struct tickets_external there;

    if (n->source_key[0] == '\0') {
        return STORE_NOT_FOUND;
    }
    int error = tickets_by_external(call->txn, n->source, n->source_key, &there);
    if (error != 0) {
        return error == STORE_NOT_FOUND ? error : call_store_failed(call, error);
    }
    if (there.number == 0) {
        return STORE_NOT_FOUND;
    }
    const struct book_contract *contract = book_contract(call->book, there.contract);
    if (contract == NULL) {
        return -1;
    }
    struct wire_ticket ref = {.number = there.number};
    memcpy(ref.key, contract->key, strlen(contract->key) + 1);
    error = call_ticket(call, &ref, RIGHT_TICKET_SEE, ret, ret_contract);
    if (error == OUTCOME_NOT_FOUND) {
        /* Which ticket it is would be another tenant's business. */
        return refuse(call->refusal, OUTCOME_ALREADY_EXISTS, "source_key", NULL,
                      "this key of source %s was used before", n->source);
    }
    return error;
}

int change_new_ticket(struct call *call)
{
    const struct request_new_ticket *n = &call->request->u.new_ticket;
    const struct book_contract *contract;
    struct subject subject;
    struct decision decision;
    struct ticket there;
    struct ticket after;
    uint64_t seq;

    if (n->source[0] != '\0' && strcmp(n->source, call->who->source) != 0) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "source", NULL,
                      "%s does not speak for source %s", call->who->name, n->source);
    }
    int error = contract_for(call, n, RIGHT_TICKET_OPEN, &subject, &contract);
    if (error != 0) {
        return error;
    }
    error = find_external(call, n, &there, &contract);
    if (error != STORE_NOT_FOUND) {
        return error != 0 ? error : present_changed(call, contract, &there, 0, true);
    }
    struct command command = command_of(call, COMMAND_OPEN, contract, &subject);
    fill_new(&command, n);
    error = tickets_next_number(call->txn, contract->id, &command.ticket);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    error = decided(call, NULL, &command, &decision);
    if (error == 0) {
        error = journal(call, &decision, &after, &seq);
    }
    return error != 0 ? error : present_changed(call, contract, &after, seq, false);
}

static int imported(struct call *call, const struct book_contract *contract,
                    const struct ticket *ticket, uint64_t seq, uint32_t events, bool existing)
{
    struct reply_clock clocks[TICKET_CLOCKS_MAX];
    struct wire_token token = call_token(contract, seq);

    for (unsigned i = 0; i < ticket->n_clocks; i++) {
        present_clock(contract, &ticket->clocks[i], &clocks[i]);
    }
    const struct reply_imported reply = {
        .key = contract->key,
        .number = ticket->number,
        .existing = existing,
        .state = ticket->state,
        .events = events,
        .clocks = clocks,
        .n_clocks = ticket->n_clocks,
    };
    return call_encoded(call, wire_encode_imported(call->arena, call->request->id,
                                                   seq == 0 ? NULL : &token, &reply, call->reply));
}

int change_imported_again(struct call *call, const struct book_contract *contract,
                          const struct ticket *ticket, uint64_t seq)
{
    return imported(call, contract, ticket, seq, 0, false);
}

int change_import(struct call *call)
{
    const struct request_import *i = &call->request->u.import;
    const struct book_contract *contract;
    struct subject subject;
    struct decision decision;
    struct ticket there;
    struct ticket after;
    uint64_t seq;

    int error = contract_for(call, &i->ticket, RIGHT_TICKET_IMPORT, &subject, &contract);
    if (error != 0) {
        return error;
    }
    error = find_external(call, &i->ticket, &there, &contract);
    if (error != STORE_NOT_FOUND) {
        return error != 0 ? error : imported(call, contract, &there, 0, 0, true);
    }
    struct command command = command_of(call, COMMAND_IMPORT, contract, &subject);
    fill_new(&command, &i->ticket);
    command.opened_at = i->opened_at;
    command.cutover_at = i->cutover_at;
    command.clocks = i->clocks;
    command.steps = i->steps;
    command.n_steps = i->n_steps;
    error = tickets_next_number(call->txn, contract->id, &command.ticket);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    error = decided(call, NULL, &command, &decision);
    if (error == 0) {
        error = journal(call, &decision, &after, &seq);
    }
    return error != 0 ? error
                      : imported(call, contract, &after, seq, (uint32_t)decision.n_events, false);
}
