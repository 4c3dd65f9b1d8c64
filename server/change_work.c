// SPDX-License-Identifier: Apache-2.0
#include "change_work.h"

#include "change.h"
#include "present.h"
#include "store/error.h"
#include "store/principals.h"

/* The object of a fill: what the request says, put into a command for a ticket. Returns 0, an
 * outcome or < 0. */
struct target {
    const struct book_contract *contract;
    const struct ticket *ticket;
};

static int fill_nothing(struct call *call, const struct target *target, struct command *command)
{
    (void)call;
    (void)target;
    (void)command;
    return 0;
}

static int fill_take(struct call *call, const struct target *target, struct command *command)
{
    (void)target;
    command->steal = call->request->u.take.steal;
    return 0;
}

/* Whoever may work on a ticket may give it back; taking it from somebody is assigning. */
static int fill_release(struct call *call, const struct target *target, struct command *command)
{
    struct subject subject = call_subject(target->contract, target->ticket);
    uint32_t assignee = target->ticket->assignee;

    (void)command;
    if (assignee == 0 || assignee == call->who->id ||
        policy_check(call->who, RIGHT_TICKET_ASSIGN, &subject) == POLICY_ALLOWED) {
        return 0;
    }
    return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "ticket",
                  "a lead of the team can release it", "%s-%llu is somebody else's",
                  target->contract->key, (unsigned long long)target->ticket->number);
}

/* One answer for who is not there and for who may not work on it: who there is, is not everybody's
 * to know. A source's tool may write to its tickets, but works for no team. */
static int fill_assign(struct call *call, const struct target *target, struct command *command)
{
    const char *name = call->request->u.assign.name;
    const struct book_team *team = book_team(call->book, target->ticket->team);
    struct subject subject = call_subject(target->contract, target->ticket);
    struct principal assignee;

    int error = principals_named(call->txn, name, &assignee);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return call_store_failed(call, error);
    }
    if (error == STORE_NOT_FOUND || !assignee.human ||
        policy_check(&assignee, RIGHT_TICKET_WORK, &subject) != POLICY_ALLOWED) {
        return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT, "assign_ticket.assignee", NULL,
                      "nobody called %s works for team %s", name, team == NULL ? "" : team->name);
    }
    command->assignee = assignee.id;
    return 0;
}

static int fill_transfer(struct call *call, const struct target *target, struct command *command)
{
    (void)target;
    command->team = call->request->u.transfer.team;
    return 0;
}

static int fill_priority(struct call *call, const struct target *target, struct command *command)
{
    (void)target;
    command->priority = call->request->u.priority.priority;
    return 0;
}

static int fill_message(struct call *call, const struct target *target, struct command *command)
{
    const struct request_message *m = &call->request->u.message;

    (void)target;
    if (m->visibility == MESSAGE_INTERNAL) {
        command->kind = COMMAND_NOTE;
    }
    command->channel = m->channel;
    command->body = m->body;
    command->reason = m->hold == NULL ? "" : m->hold;
    return 0;
}

static int fill_hold(struct call *call, const struct target *target, struct command *command)
{
    (void)target;
    command->reason = call->request->u.hold.reason;
    return 0;
}

static int fill_edit(struct call *call, const struct target *target, struct command *command)
{
    const struct request_edit *e = &call->request->u.edit;

    command->edits = e->edits;
    command->subject = e->subject;
    command->category = e->category;
    command->customer_tier = e->customer_tier;
    command->language = e->language;
    int error = change_subject(call, target->contract, target->ticket, command);
    if (error == 0 && (command->edits & EDIT_SUBJECT) != 0) {
        call->dry_subject = &e->subject;
    }
    return error;
}

/* Which command a request becomes, whose right it is, and what the request adds to it. */
static const struct work {
    enum command_kind command;
    enum right right;
    int (*fill)(struct call *call, const struct target *target, struct command *command);
    bool follows; /* for a merged ticket it is meant for the one that it lives on in */
} works[REQUEST_KINDS] = {
    [REQUEST_TAKE_TICKET] = {COMMAND_TAKE, RIGHT_TICKET_WORK, fill_take, false},
    [REQUEST_ADD_MESSAGE] = {COMMAND_REPLY, RIGHT_TICKET_WORK, fill_message, true},
    [REQUEST_HOLD_TICKET] = {COMMAND_HOLD, RIGHT_TICKET_WORK, fill_hold, false},
    [REQUEST_RESUME_TICKET] = {COMMAND_RESUME, RIGHT_TICKET_WORK, fill_hold, false},
    [REQUEST_RESOLVE_TICKET] = {COMMAND_RESOLVE, RIGHT_TICKET_WORK, fill_message, false},
    [REQUEST_RELEASE_TICKET] = {COMMAND_RELEASE, RIGHT_TICKET_WORK, fill_release, false},
    [REQUEST_ACKNOWLEDGE_TICKET] = {COMMAND_ACK, RIGHT_TICKET_WORK, fill_nothing, false},
    [REQUEST_ASSIGN_TICKET] = {COMMAND_ASSIGN, RIGHT_TICKET_ASSIGN, fill_assign, false},
    [REQUEST_TRANSFER_TICKET] = {COMMAND_TRANSFER, RIGHT_TICKET_ASSIGN, fill_transfer, false},
    [REQUEST_SET_PRIORITY] = {COMMAND_PRIORITY, RIGHT_TICKET_PRIORITY, fill_priority, false},
    [REQUEST_CLOSE_TICKET] = {COMMAND_CLOSE, RIGHT_TICKET_WORK, fill_nothing, false},
    [REQUEST_REOPEN_TICKET] = {COMMAND_REOPEN, RIGHT_TICKET_WORK, fill_nothing, false},
    [REQUEST_EDIT_TICKET] = {COMMAND_EDIT, RIGHT_TICKET_WORK, fill_edit, false},
};

/* The survivor may be another team's. */
static int follow(struct call *call, const struct book_contract *contract, struct ticket *ticket)
{
    uint64_t number = ticket->number;
    int error = change_version(call, ticket);

    if (error == 0) {
        error = change_follow(call, contract, ticket);
    }
    if (error != 0) {
        return error;
    }
    struct subject subject = call_subject(contract, ticket);
    if (policy_check(call->who, RIGHT_TICKET_WORK, &subject) == POLICY_ALLOWED) {
        return 0;
    }
    return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "ticket", NULL,
                  "%s-%llu was merged into a ticket that %s may not change", contract->key,
                  (unsigned long long)number, call->who->name);
}

int change_work(struct call *call)
{
    const struct work *work = &works[call->request->kind];
    struct ticket before;
    struct ticket after;
    struct decision decision;
    const struct book_contract *contract;
    bool followed = false;
    uint64_t seq;

    int error = call_ticket(call, &call->request->u.ticket, work->right, &before, &contract);
    if (error == 0 && work->follows && before.state == TICKET_MERGED) {
        error = follow(call, contract, &before);
        followed = true;
    }
    if (error != 0) {
        return error;
    }
    const struct subject subject = call_subject(contract, &before);
    const struct target target = {contract, &before};
    struct command command = change_command(call, work->command, contract, &subject);
    command.ticket = before.number;
    if (followed) {
        command.if_version = 0; /* it was said of the other one, and held */
    }
    error = work->fill(call, &target, &command);
    if (error == 0) {
        error = change_decide(call, &before, &command, &decision);
    }
    if (error == 0) {
        error = change_journal(call, &decision, &after, &seq);
    }
    return error != 0 ? error
                      : present_changed(call, contract, &after, seq, decision.n_events == 0);
}
