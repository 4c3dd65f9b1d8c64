// SPDX-License-Identifier: Apache-2.0
#include "change_intake.h"

#include <string.h>

#include "change.h"
#include "change_new.h"
#include "change_pair.h"
#include "present.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/sourcemark.h"

struct intake {
    struct call *call;
    const struct request_intake *said;
    const struct book_contract *contract;
    struct subject subject;
    enum side side; /* for whom it speaks */
    bool human;
    int64_t happened_at; /* as it says, else its receipt */
};

/* -- who says it -------------------------------------------------------------- */

static int speak(struct intake *in)
{
    const struct request_intake *said = in->said;
    const struct book_source *source = change_source(in->call->book, said->ticket.source);
    bool requester = (source->may_assert & 1u << SIDE_REQUESTER) != 0;

    in->side = said->side;
    if (in->side == SIDE_NONE) {
        in->side = said->action == INTAKE_OPEN && requester ? SIDE_REQUESTER : SIDE_TOOL;
    } else if (in->side != SIDE_TOOL && (source->may_assert & 1u << in->side) == 0) {
        return refuse(in->call->refusal, OUTCOME_PERMISSION_DENIED, "side", NULL,
                      "sources[%s].may_assert does not name %s", said->ticket.source,
                      side_name(in->side));
    }
    in->human = in->side != SIDE_TOOL && said->message_kind != MESSAGE_KIND_AUTO;
    return 0;
}

static struct command command_of(const struct intake *in, enum command_kind kind)
{
    struct command command = change_command(in->call, kind, in->contract, &in->subject);

    command.side = in->side;
    command.human = in->human;
    command.source = in->said->ticket.source;
    command.action = in->said->action;
    return command;
}

/* -- answers ------------------------------------------------------------------ */

/* Which ticket it was about, and how that is. What was said of a merged one has gone to another,
 * which its source may not see: then it was about the one that it fed. */
static int fill_ticket(struct call *call, const struct book_contract *contract,
                       const struct ticket *ticket, struct reply_intake_done *ret)
{
    struct tickets_external fed;

    int error = present_other(call, contract, ticket->number, &ret->number);
    if (error != 0 || ret->number != 0) {
        ret->state = ticket->state;
        return error;
    }
    error = change_external(call, &call->request->u.intake.ticket, contract, &fed);
    ret->number = error == 0 ? fed.number : 0;
    ret->state = error == 0 ? TICKET_MERGED : TICKET_NONE;
    return error == STORE_NOT_FOUND ? 0 : error;
}

static int answer(struct call *call, const struct book_contract *contract,
                  const struct ticket *ticket, enum reply_intake_outcome outcome, const char *why,
                  uint64_t seq)
{
    struct wire_token token = call_token(contract, seq);
    struct reply_intake_done done = {.key = contract->key, .outcome = outcome, .why = why};

    int error = ticket == NULL ? 0 : fill_ticket(call, contract, ticket, &done);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_intake_done(call->arena, call->request->id,
                                                                   seq == 0 ? NULL : &token, &done,
                                                                   call->reply));
}

/* It changes nothing of the ticket; that it was said is recorded. */
static int keep(struct intake *in, const struct ticket *ticket, enum reply_intake_outcome outcome,
                const char *why)
{
    struct command command = command_of(in, COMMAND_KEEP);
    struct decision decision;
    struct ticket after;
    uint64_t seq;

    command.ticket = ticket->number;
    int error = change_decide(in->call, ticket, &command, &decision);
    if (error == 0) {
        error = change_journal(in->call, &decision, &after, &seq);
    }
    return error != 0 ? error : answer(in->call, in->contract, &after, outcome, why, seq);
}

/* A resolve that came before its ticket waits for it. */
static int keep_resolve(struct intake *in)
{
    struct event event = {
        .kind = EVENT_INTAKE_KEPT,
        .origin = ORIGIN_LIVE,
        .contract = in->contract->id,
        .effective_at = in->call->at,
        .claimed_at = in->call->request->claimed_at,
        .u.kept = {.action = INTAKE_RESOLVE, .at = in->happened_at},
    };
    const struct request_new_ticket *n = &in->said->ticket;
    uint64_t seq;

    memcpy(event.u.kept.source, n->source, strlen(n->source) + 1);
    int error = sourcemark_make(in->call->txn, n->source, n->source_key, event.u.kept.source_mark);
    if (error != 0) {
        return call_store_failed(in->call, error);
    }
    error = call_append(in->call, &event, &seq);
    return error != 0 ? error
                      : answer(in->call, in->contract, NULL, REPLY_INTAKE_KEPT,
                               "there is no ticket of this key yet", seq);
}

/* What the clock did until then is no answer to the line. */
static bool changes_something(const struct decision *decision)
{
    for (size_t i = 0; i < decision->n_events; i++) {
        if (decision->events[i].origin == ORIGIN_LIVE) {
            return true;
        }
    }
    return false;
}

/* Carries out a command for a ticket that is there, and says what came of it. */
static int apply(struct intake *in, const struct ticket *ticket, struct command *command)
{
    struct call *call = in->call;
    struct decision decision;
    struct ticket after;
    uint64_t seq;

    command->ticket = ticket->number;
    int error = change_decide(call, ticket, command, &decision);
    if (error == OUTCOME_FAILED_PRECONDITION) {
        const char *why = arena_strndup(call->arena, call->refusal->message,
                                        strlen(call->refusal->message));
        return why == NULL ? call_too_large(call) : keep(in, ticket, REPLY_INTAKE_KEPT, why);
    }
    if (error == 0 && !changes_something(&decision)) {
        return keep(in, ticket, REPLY_INTAKE_UNCHANGED, "");
    }
    if (error == 0) {
        error = change_journal(call, &decision, &after, &seq);
    }
    if (error != 0) {
        return error;
    }
    return answer(call, in->contract, &after, REPLY_INTAKE_UPDATED, "", seq);
}

/*
 * When the newest of these facts happened, as its source said then: what two lines say is compared
 * with each other, not with when they were received. INSTANT_NONE: there is no such fact.
 */
static int happened(struct intake *in, const struct ticket *ticket, uint32_t kinds, int64_t *ret_at)
{
    const struct fact *newest = NULL;
    struct entry entry;

    *ret_at = INSTANT_NONE;
    for (size_t i = 0; i < ticket->n_facts; i++) {
        if ((kinds & 1u << ticket->facts[i].kind) != 0) {
            newest = &ticket->facts[i];
        }
    }
    if (newest == NULL) {
        return 0;
    }
    int error = entries_get_bare(in->call->txn, ticket->contract, newest->seq, in->call->arena,
                                 &entry);
    if (error != 0) {
        return call_store_failed(in->call, error);
    }
    const int64_t claimed_at = entry.event.claimed_at;
    *ret_at = claimed_at != INSTANT_NONE && claimed_at < newest->at ? claimed_at : newest->at;
    return 0;
}

/* -- open --------------------------------------------------------------------- */

/* before: the ticket that the key stood for, NULL if there was none. */
static int create(struct intake *in, const struct ticket *before, int64_t kept_at)
{
    struct call *call = in->call;
    struct command command = command_of(in, COMMAND_OPEN);
    struct decision decision;
    struct ticket after;
    uint64_t seq;

    change_fill_new(&command, &in->said->ticket);
    command.kept_resolve_at = in->happened_at <= kept_at ? kept_at : INSTANT_NONE;
    command.follows = before == NULL ? 0 : before->number;
    int error = change_room(call, in->said->ticket.source);
    if (error != 0) {
        return error;
    }
    error = tickets_next_number(call->txn, in->contract->id, &command.ticket);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    error = change_decide(call, NULL, &command, &decision);
    if (error == 0) {
        error = change_journal(call, &decision, &after, &seq);
    }
    /* One that has no room for it stays without: the new one still says what it follows. */
    if (error == 0 && before != NULL && before->n_links < TICKET_LINKS_MAX) {
        error = change_link_side(call, in->contract, before->number, after.number, LINK_FOLLOWED_BY,
                                 &seq);
    }
    return error != 0 ? error : answer(call, in->contract, &after, REPLY_INTAKE_CREATED, "", seq);
}

/* Its key came again. */
static int open_again(struct intake *in, const struct ticket *ticket)
{
    const struct book_contract_version *version = book_contract_at(in->contract, in->call->at);
    int64_t resolved_at;

    if (ticket->state != TICKET_RESOLVED && ticket->state != TICKET_CLOSED) {
        return refuse(in->call->refusal, OUTCOME_ALREADY_EXISTS, "source_key",
                      ticket->state == TICKET_MERGED ? "messages to it reach the other ticket"
                                                     : "say what is new of it with an update",
                      "%s of source %s is %s-%llu, which is %s", in->said->ticket.source_key,
                      in->said->ticket.source, in->contract->key,
                      (unsigned long long)ticket->number, ticket_state_name(ticket->state));
    }
    int error = happened(in, ticket, 1u << FACT_RESOLVED, &resolved_at);
    if (error != 0) {
        return error;
    }
    if (in->happened_at <= resolved_at) {
        return keep(in, ticket, REPLY_INTAKE_KEPT,
                    "it happened before the ticket of this key was resolved");
    }
    if (version != NULL && in->happened_at - resolved_at <= version->reopen_window_us) {
        struct command command = command_of(in, COMMAND_REOPEN);
        command.channel = in->said->ticket.channel;
        command.body = in->said->ticket.body;
        return apply(in, ticket, &command);
    }
    return create(in, ticket, INSTANT_NONE);
}

/* -- what is said of a ticket that is there ----------------------------------- */

static void fill_update(struct command *command, const struct request_new_ticket *n)
{
    const struct {
        const char *text;
        uint32_t bit;
        const char **to;
    } fields[] = {
        {n->category, EDIT_CATEGORY, &command->category},
        {n->customer_tier, EDIT_CUSTOMER_TIER, &command->customer_tier},
        {n->language, EDIT_LANGUAGE, &command->language},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i].text[0] != '\0') {
            command->edits |= fields[i].bit;
            *fields[i].to = fields[i].text;
        }
    }
    if (n->subject.n > 0) {
        command->edits |= EDIT_SUBJECT;
        command->subject = n->subject;
    }
    command->priority = n->priority;
}

static int update(struct intake *in, struct ticket *ticket)
{
    struct command command = command_of(in, COMMAND_EDIT);

    fill_update(&command, &in->said->ticket);
    int error = change_subject(in->call, in->contract, ticket, &command);
    return error != 0 ? error : apply(in, ticket, &command);
}

static int message(struct intake *in, struct ticket *ticket)
{
    struct command command = command_of(
        in, in->said->visibility == MESSAGE_INTERNAL ? COMMAND_NOTE : COMMAND_REPLY);

    command.channel = in->said->ticket.channel;
    command.body = in->said->ticket.body;
    int error = change_follow(in->call, in->contract, ticket);
    return error != 0 ? error : apply(in, ticket, &command);
}

static int hold(struct intake *in, struct ticket *ticket)
{
    struct command command = command_of(in, in->said->action == INTAKE_HOLD ? COMMAND_HOLD
                                                                            : COMMAND_RESUME);

    command.reason = in->said->ticket.hold;
    return apply(in, ticket, &command);
}

static int resolve(struct intake *in, struct ticket *ticket)
{
    struct command command = command_of(in, COMMAND_RESOLVE);
    int64_t began_at;

    int error = happened(in, ticket, 1u << FACT_OPENED | 1u << FACT_REOPENED, &began_at);
    if (error != 0) {
        return error;
    }
    if (in->happened_at < began_at) {
        return keep(in, ticket, REPLY_INTAKE_KEPT,
                    "it happened before the ticket was opened, or opened again");
    }
    command.channel = in->said->ticket.channel;
    command.body = in->said->ticket.body;
    return apply(in, ticket, &command);
}

static int (*const actions[])(struct intake *in, struct ticket *ticket) = {
    [INTAKE_UPDATE] = update, [INTAKE_MESSAGE] = message, [INTAKE_HOLD] = hold,
    [INTAKE_RESUME] = hold,   [INTAKE_RESOLVE] = resolve,
};

static int carry_out(struct intake *in)
{
    struct call *call = in->call;
    const struct request_new_ticket *n = &in->said->ticket;
    bool opens = in->said->action == INTAKE_OPEN;
    struct tickets_external there = {.kept_at = INSTANT_NONE};
    struct ticket ticket;

    int error = change_external(call, n, in->contract, &there);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return error;
    }
    if (error == STORE_NOT_FOUND || there.number == 0) {
        if (opens) {
            return create(in, NULL, there.kept_at);
        }
        if (in->said->action == INTAKE_RESOLVE) {
            return keep_resolve(in);
        }
        return refuse(call->refusal, OUTCOME_NOT_FOUND, "source_key", "open it first",
                      "source %s has no ticket %s", n->source, n->source_key);
    }
    error = call_load(call, in->contract->id, there.number, &ticket);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (there.erased) {
        return answer(call, in->contract, &ticket, REPLY_INTAKE_DUPLICATE,
                      "its texts and this key were erased: nothing more is taken in", 0);
    }
    return opens ? open_again(in, &ticket) : actions[in->said->action](in, &ticket);
}

/* -- the line ----------------------------------------------------------------- */

static int duplicate(struct call *call, const struct lines_row *row,
                     enum reply_intake_outcome outcome)
{
    const struct book_contract *contract = book_contract(call->book, row->contract);
    struct ticket ticket;

    if (contract == NULL) {
        return -1;
    }
    if (row->ticket == 0) {
        return answer(call, contract, NULL, outcome, "", 0);
    }
    int error = tickets_get(call->txn, row->contract, row->ticket, call->arena, &ticket);
    return error != 0 ? call_store_failed(call, error)
                      : answer(call, contract, &ticket, outcome, "", 0);
}

int change_intake(struct call *call)
{
    const struct request_intake *said = &call->request->u.intake;
    int64_t claimed_at = call->request->claimed_at;
    struct intake in = {
        .call = call,
        .said = said,
        .happened_at = claimed_at == INSTANT_NONE || claimed_at > call->at ? call->at : claimed_at,
    };
    struct lines_row row;

    if ((call->who->roles & ROLE_INTAKE) == 0 ||
        strcmp(said->ticket.source, call->who->source) != 0) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "source", NULL,
                      "%s does not speak for source %s", call->who->name, said->ticket.source);
    }
    int error = change_contract_for(call, &said->ticket, RIGHT_TICKET_OPEN, &in.subject,
                                    &in.contract);
    if (error == 0) {
        error = change_line(call, &said->ticket, &row);
        if (error == 0) {
            return duplicate(call, &row, REPLY_INTAKE_DUPLICATE);
        }
    }
    if (error != STORE_NOT_FOUND) {
        return error;
    }
    call->line_id = call->request->line_id;
    call->via = call->who->source;
    error = speak(&in);
    return error != 0 ? error : carry_out(&in);
}

int change_intake_again(struct call *call)
{
    enum reply_intake_outcome outcome = REPLY_INTAKE_UPDATED;
    struct lines_row row;
    struct entry entry;

    int error = change_line(call, &call->request->u.intake.ticket, &row);
    if (error == 0) {
        error = entries_get_bare(call->txn, row.contract, row.seq, call->arena, &entry);
        error = error == 0 ? 0 : call_store_failed(call, error);
    }
    if (error != 0) {
        return error == STORE_NOT_FOUND ? -1 : error; /* its entries have the line */
    }
    if (entry.event.kind == EVENT_TICKET_OPENED) {
        outcome = REPLY_INTAKE_CREATED;
    } else if (entry.event.kind == EVENT_INTAKE_KEPT) {
        outcome = REPLY_INTAKE_KEPT;
    }
    return duplicate(call, &row, outcome);
}
