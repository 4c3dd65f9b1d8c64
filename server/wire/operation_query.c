// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "wire/enums.h"
#include "wire/operation.h"

int operation_list_tickets(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ListTickets *in = (const Slate__V1__ListTickets *)message;
    uint32_t states = 0;

    for (size_t i = 0; i < in->n_states; i++) {
        if (in->states[i] == SLATE__V1__TICKET_STATE__TICKET_STATE_UNSPECIFIED) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "list_tickets.states",
                          "leave the list empty for every state",
                          "the list holds the unspecified state");
        }
        states |= 1u << in->states[i];
    }
    d->out->u.list_tickets = (struct request_list_tickets){
        .contract = operation_str(in->contract),
        .team = operation_str(in->team),
        .assignee = operation_str(in->assignee),
        .states = states,
        .priorities = (const char *const *)in->priorities,
        .n_priorities = in->n_priorities,
        .breached = in->breached,
        .unassigned = in->unassigned,
        .due_before_at = operation_instant(in->has_due_before, in->due_before),
        .limit = operation_rows(in->has_limit, in->limit),
        .cursor = operation_bytes(in->cursor),
    };
    if (in->unassigned && operation_str(in->assignee)[0] != '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "list_tickets.assignee", NULL,
                      "what nobody has is no one's");
    }
    return 0;
}

int operation_show_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ShowTicket *in = (const Slate__V1__ShowTicket *)message;

    return operation_ticket(d, "show_ticket.ticket", in->ticket, &d->out->u.ticket);
}

int operation_show_log(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ShowLog *in = (const Slate__V1__ShowLog *)message;

    d->out->u.log = (struct request_log){
        .limit = operation_rows(in->has_limit, in->limit),
        .cursor = operation_bytes(in->cursor),
    };
    return operation_ticket(d, "show_log.ticket", in->ticket, &d->out->u.log.ticket);
}

int operation_list_breaches(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ListBreaches *in = (const Slate__V1__ListBreaches *)message;

    d->out->u.list_breaches = (struct request_list_breaches){
        .since_at = operation_instant(in->has_since, in->since),
        .until_at = operation_instant(in->has_until, in->until),
        .team = operation_str(in->team),
        .vendor = operation_str(in->vendor),
        .contract = operation_str(in->contract),
        .clock = (enum clock_kind)in->clock,
        .limit = operation_rows(in->has_limit, in->limit),
        .cursor = operation_bytes(in->cursor),
    };
    if (in->has_since && in->has_until && in->until <= in->since) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "list_breaches.until",
                      "breaches from since on and before until are listed",
                      "until is not later than since");
    }
    return 0;
}

int operation_explain(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__Explain *in = (const Slate__V1__Explain *)message;

    d->out->u.explain.clock = (enum clock_kind)in->clock;
    return operation_ticket(d, "explain.ticket", in->ticket, &d->out->u.explain.ticket);
}

int operation_split_clock(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__SplitClock *in = (const Slate__V1__SplitClock *)message;

    d->out->u.explain.clock = (enum clock_kind)in->clock;
    return operation_ticket(d, "split_clock.ticket", in->ticket, &d->out->u.explain.ticket);
}

static int compare_tokens(const void *a, const void *b)
{
    return strcmp(((const struct wire_token *)a)->contract,
                  ((const struct wire_token *)b)->contract);
}

/* Sorted, since a contract that is there twice would begin at two places. */
static int decode_from(struct operation_decoder *d, const Slate__V1__Subscribe *in)
{
    struct wire_token *from = arena_array(d->arena, in->n_from, sizeof(*from));

    if (from == NULL) {
        return operation_full(d);
    }
    for (size_t i = 0; i < in->n_from; i++) {
        from[i] = (struct wire_token){in->from[i]->contract, in->from[i]->seq};
    }
    qsort(from, in->n_from, sizeof(*from), compare_tokens);
    for (size_t i = 1; i < in->n_from; i++) {
        if (strcmp(from[i - 1].contract, from[i].contract) == 0) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "subscribe.from",
                          "send the newest position of each contract", "contract %s is there twice",
                          from[i].contract);
        }
    }
    d->out->u.subscribe.from = from;
    d->out->u.subscribe.n_from = in->n_from;
    return 0;
}

int operation_subscribe(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__Subscribe *in = (const Slate__V1__Subscribe *)message;
    uint32_t kinds = 0;

    for (size_t i = 0; i < in->n_kinds; i++) {
        if (in->kinds[i] == SLATE__V1__EVENT_KIND__EVENT_KIND_UNSPECIFIED) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "subscribe.kinds",
                          "leave the list empty for every kind",
                          "the list holds the unspecified kind");
        }
        kinds |= 1u << in->kinds[i];
    }
    d->out->u.subscribe = (struct request_subscribe){
        .contract = operation_str(in->contract),
        .team = operation_str(in->team),
        .kinds = kinds,
        .resumes = in->has_resumes && in->resumes,
    };
    return decode_from(d, in);
}

int operation_list_users(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ListUsers *in = (const Slate__V1__ListUsers *)message;

    d->out->u.list_users = (struct request_list_users){
        .name = operation_str(in->name),
        .limit = operation_rows(in->has_limit, in->limit),
        .cursor = operation_bytes(in->cursor),
    };
    return 0;
}
