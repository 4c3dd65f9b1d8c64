// SPDX-License-Identifier: Apache-2.0
/*
 * Both sides are decided before either is journalled, and the other ticket's side is journalled
 * first: the last entry of a request is the one that its retry is answered by.
 */
#include "change_pair.h"

#include <string.h>

#include "change.h"
#include "present.h"

struct pair {
    const struct book_contract *contract;
    struct ticket ticket; /* that was named first: what is answered is about it */
    struct ticket other;
};

/*
 * Never across contracts: the number of another contract's ticket would tell of its existence. So
 * what is not of the same contract is not even looked for.
 */
static int load(struct call *call, const struct wire_ticket *ref, const struct wire_ticket *other,
                enum right right, struct pair *ret)
{
    if (strcmp(ref->key, other->key) != 0) {
        return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT, "other", NULL,
                      "%s-%llu and %s-%llu are not of the same contract", ref->key,
                      (unsigned long long)ref->number, other->key,
                      (unsigned long long)other->number);
    }
    int error = call_ticket(call, ref, right, &ret->ticket, &ret->contract);
    if (error == 0) {
        error = call_ticket(call, other, RIGHT_TICKET_WORK, &ret->other, &ret->contract);
    }
    return error;
}

static struct command command_for(const struct call *call, enum command_kind kind,
                                  const struct book_contract *contract, const struct ticket *of,
                                  uint64_t other)
{
    const struct subject subject = call_subject(contract, of);
    struct command command = change_command(call, kind, contract, &subject);

    command.ticket = of->number;
    command.other = other;
    return command;
}

static int decide_both(struct call *call, struct pair *pair, const struct command *first,
                       const struct command *second)
{
    struct decision decisions[2];
    struct ticket after;
    uint64_t seq;
    uint64_t other_seq;

    int error = change_decide(call, &pair->ticket, first, &decisions[0]);
    if (error == 0) {
        error = change_decide(call, &pair->other, second, &decisions[1]);
    }
    if (error == 0) {
        error = change_journal(call, &decisions[1], &after, &other_seq);
    }
    if (error == 0) {
        error = change_journal(call, &decisions[0], &after, &seq);
    }
    return error != 0 ? error
                      : present_changed(call, pair->contract, &after, seq == 0 ? other_seq : seq,
                                        decisions[0].n_events == 0);
}

int change_merge(struct call *call)
{
    const struct request_merge *m = &call->request->u.merge;
    struct pair pair;

    int error = load(call, &m->ticket, &m->other, RIGHT_TICKET_ASSIGN, &pair);
    if (error != 0) {
        return error;
    }
    struct command merge = command_for(call, COMMAND_MERGE, pair.contract, &pair.ticket,
                                       pair.other.number);
    struct command absorb = command_for(call, COMMAND_ABSORB, pair.contract, &pair.other,
                                        pair.ticket.number);
    merge.other_state = pair.other.state;
    absorb.other_opened_at = pair.ticket.opened_at;
    absorb.if_version = 0; /* was said of the other one */
    return decide_both(call, &pair, &merge, &absorb);
}

int change_link(struct call *call)
{
    const struct request_link *l = &call->request->u.link;
    struct pair pair;

    int error = load(call, &l->ticket, &l->other, RIGHT_TICKET_WORK, &pair);
    if (error != 0) {
        return error;
    }
    struct command here = command_for(call, COMMAND_LINK, pair.contract, &pair.ticket,
                                      pair.other.number);
    struct command there = command_for(call, COMMAND_LINK, pair.contract, &pair.other,
                                       pair.ticket.number);
    here.link = l->kind;
    here.removed = l->remove;
    there.link = link_kind_inverse(l->kind);
    there.removed = l->remove;
    there.if_version = 0;
    return decide_both(call, &pair, &here, &there);
}

int change_link_side(struct call *call, const struct book_contract *contract, uint64_t ticket,
                     uint64_t other, enum link_kind kind, uint64_t *ret_seq)
{
    struct decision decision;
    struct ticket before;
    struct ticket after;
    uint64_t seq;

    int error = call_load(call, contract->id, ticket, &before);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    struct command command = command_for(call, COMMAND_LINK, contract, &before, other);
    command.link = kind;
    error = change_decide(call, &before, &command, &decision);
    if (error == 0) {
        error = change_journal(call, &decision, &after, &seq);
    }
    if (error == 0 && seq != 0) {
        *ret_seq = seq;
    }
    return error;
}
