// SPDX-License-Identifier: Apache-2.0
#include "change_new.h"

#include <string.h>

#include "change.h"
#include "core/sla.h"
#include "present.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/sources.h"

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

int change_contract_for(struct call *call, const struct request_new_ticket *n, enum right right,
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

void change_fill_new(struct command *command, const struct request_new_ticket *n)
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

/* -- what a source said before ------------------------------------------------ */

/* Whose line an entry is. A message may be in the life of a ticket that another source fed. */
static int line_source(struct call *call, const struct lines_row *row,
                       char ret[static BOOK_NAME_BYTES])
{
    struct entry entry;

    int error = entries_get_bare(call->txn, row->contract, row->seq, call->arena, &entry);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    const char *source = entry.event.kind == EVENT_TICKET_OPENED ? entry.event.u.opened.source
                         : entry.event.kind == EVENT_INTAKE_KEPT ? entry.event.u.kept.source
                                                                 : entry.via;
    memcpy(ret, source, BOOK_NAME_BYTES);
    return 0;
}

int change_line(struct call *call, const struct request_new_ticket *n, struct lines_row *ret)
{
    char source[BOOK_NAME_BYTES];

    int error = lines_get(call->txn, call->request->line_id, ret);
    if (error != 0) {
        return error == STORE_NOT_FOUND ? error : call_store_failed(call, error);
    }
    error = line_source(call, ret, source);
    if (error != 0) {
        return error;
    }
    if (strcmp(source, n->source) != 0 ||
        memcmp(ret->hash, call->request->content_hash, sizeof(ret->hash)) != 0) {
        return refuse(call->refusal, OUTCOME_ALREADY_EXISTS, "line_id",
                      "a line that says something else needs an id of its own",
                      "this line was applied before, and said something else then");
    }
    return 0;
}

int change_external(struct call *call, const struct request_new_ticket *n,
                    const struct book_contract *contract, struct tickets_external *ret)
{
    int error = tickets_by_external(call->txn, n->source, n->source_key, ret);

    if (error != 0) {
        return error == STORE_NOT_FOUND ? error : call_store_failed(call, error);
    }
    if (ret->contract != contract->id) {
        /* Which ticket it is would be another tenant's business. */
        return refuse(call->refusal, OUTCOME_ALREADY_EXISTS, "source_key", NULL,
                      "this key of source %s was used before", n->source);
    }
    return 0;
}

/* -- how many there may be ---------------------------------------------------- */

int change_room(struct call *call, const char *source)
{
    enum { RETRY_AFTER_MS = 60 * 1000 }; /* tickets are closed by people, and by the hour */
    const uint32_t max = change_source(call->book, source)->open_tickets_max;
    uint64_t open = 0;

    for (size_t i = 0; i < call->book->n_contracts; i++) {
        const struct book_contract *contract = &call->book->contracts[i];
        const struct subject fed = {contract->buyer, contract->vendor, 0, source};
        uint64_t n;

        if (policy_check(call->who, RIGHT_TICKET_OPEN, &fed) != POLICY_ALLOWED) {
            continue;
        }
        int error = sources_open(call->txn, source, contract->id, &n);
        if (error != 0) {
            return call_store_failed(call, error);
        }
        open += n;
    }
    if (open < max) {
        return 0;
    }
    refuse(call->refusal, OUTCOME_RESOURCE_EXHAUSTED, "source",
           "close some, or have sources[].open_tickets_max raised in the book",
           "source %s has %llu open tickets of at most %u", source, (unsigned long long)open, max);
    call->refusal->retry_after_ms = RETRY_AFTER_MS;
    return OUTCOME_RESOURCE_EXHAUSTED;
}

/* -- a new ticket ------------------------------------------------------------- */

static int open_ticket(struct call *call, const struct book_contract *contract,
                       const struct subject *subject, int64_t kept_resolve_at)
{
    const struct request_new_ticket *n = &call->request->u.new_ticket;
    struct command command = change_command(call, COMMAND_OPEN, contract, subject);
    struct decision decision;
    struct ticket after;
    uint64_t seq;

    change_fill_new(&command, n);
    command.kept_resolve_at = kept_resolve_at;
    int error = n->source[0] == '\0' ? 0 : change_room(call, n->source);
    if (error != 0) {
        return error;
    }
    error = tickets_next_number(call->txn, contract->id, &command.ticket);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    error = change_decide(call, NULL, &command, &decision);
    if (error == 0) {
        error = change_journal(call, &decision, &after, &seq);
    }
    if (error != 0) {
        return error;
    }
    if (call->request->dry_run) {
        after.number = 0; /* it has none yet, and another may get this one */
        call->dry_subject = &n->subject;
    }
    return present_changed(call, contract, &after, seq, false);
}

/*
 * Whether the key is free. Returns 0 and what a source kept for it; ALREADY_EXISTS where it is
 * taken; *ret_same: it is taken by the very same request, or was erased, and *ret is its ticket.
 */
static int look_up(struct call *call, const struct book_contract *contract, bool *ret_same,
                   struct ticket *ret, int64_t *ret_kept_at)
{
    const struct request_new_ticket *n = &call->request->u.new_ticket;
    struct tickets_external there;
    struct lines_row line;

    *ret_kept_at = INSTANT_NONE;
    int error = change_line(call, n, &line);
    *ret_same = error == 0 && line.ticket != 0 && line.contract == contract->id;
    if (*ret_same) {
        error = tickets_get(call->txn, contract->id, line.ticket, call->arena, ret);
        return error == 0 ? 0 : call_store_failed(call, error);
    }
    if (error != 0 && error != STORE_NOT_FOUND) {
        return error;
    }
    error = change_external(call, n, contract, &there);
    if (error == 0 && there.erased) {
        /* Whether it says the same as then is not known any more. */
        *ret_same = true;
        error = tickets_get(call->txn, contract->id, there.number, call->arena, ret);
        return error == 0 ? 0 : call_store_failed(call, error);
    }
    if (error == 0 && there.number != 0) {
        return refuse(call->refusal, OUTCOME_ALREADY_EXISTS, "source_key", NULL,
                      "%s of source %s is %s-%llu, and was opened with another content",
                      n->source_key, n->source, contract->key, (unsigned long long)there.number);
    }
    if (error == 0) {
        *ret_kept_at = there.kept_at;
    }
    return error == STORE_NOT_FOUND ? 0 : error;
}

int change_new_ticket(struct call *call)
{
    const struct request_new_ticket *n = &call->request->u.new_ticket;
    const struct book_contract *contract;
    struct subject subject;
    struct ticket there;
    int64_t kept_at;
    bool same;

    if (n->source[0] != '\0' && strcmp(n->source, call->who->source) != 0) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "source", NULL,
                      "%s does not speak for source %s", call->who->name, n->source);
    }
    int error = change_contract_for(call, n, RIGHT_TICKET_OPEN, &subject, &contract);
    if (error != 0) {
        return error;
    }
    if (n->source_key[0] == '\0') {
        return open_ticket(call, contract, &subject, INSTANT_NONE);
    }
    call->line_id = call->request->line_id;
    error = look_up(call, contract, &same, &there, &kept_at);
    if (error != 0) {
        return error;
    }
    return same ? present_changed(call, contract, &there, 0, true)
                : open_ticket(call, contract, &subject, kept_at);
}

/* -- an imported one ---------------------------------------------------------- */

static int imported(struct call *call, const struct book_contract *contract,
                    const struct ticket *ticket, uint64_t seq, uint32_t events, bool existing)
{
    struct reply_clock clocks[TICKET_CLOCKS_MAX];
    struct wire_token token = call_token(contract, seq);

    for (unsigned i = 0; i < ticket->n_clocks; i++) {
        present_clock(call->book, contract, &ticket->clocks[i],
                      sla_calendar(call->book, ticket, &ticket->clocks[i]), &clocks[i]);
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
    struct tickets_external there;
    struct ticket ticket;
    uint64_t seq;

    int error = change_contract_for(call, &i->ticket, RIGHT_TICKET_IMPORT, &subject, &contract);
    if (error != 0) {
        return error;
    }
    error = change_external(call, &i->ticket, contract, &there);
    if (error == 0 && there.number != 0) {
        error = tickets_get(call->txn, contract->id, there.number, call->arena, &ticket);
        return error != 0 ? call_store_failed(call, error)
                          : imported(call, contract, &ticket, 0, 0, true);
    }
    if (error != 0 && error != STORE_NOT_FOUND) {
        return error;
    }
    struct command command = change_command(call, COMMAND_IMPORT, contract, &subject);
    change_fill_new(&command, &i->ticket);
    command.opened_at = i->opened_at;
    command.cutover_at = i->cutover_at;
    command.clocks = i->clocks;
    command.steps = i->steps;
    command.n_steps = i->n_steps;
    error = tickets_next_number(call->txn, contract->id, &command.ticket);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    error = change_decide(call, NULL, &command, &decision);
    if (error == 0) {
        error = change_journal(call, &decision, &ticket, &seq);
    }
    if (error != 0) {
        return error;
    }
    if (call->request->dry_run) {
        ticket.number = 0; /* as of a new one */
    }
    return imported(call, contract, &ticket, seq, (uint32_t)decision.n_events, false);
}
