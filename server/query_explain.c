// SPDX-License-Identifier: Apache-2.0
#include "query_explain.h"

#include "core/explain.h"
#include "present.h"

static const enum reply_span_kind span_kinds[] = {
    [CLOCK_SPAN_COUNTED] = REPLY_SPAN_COUNTED, [CLOCK_SPAN_PAST_LIMIT] = REPLY_SPAN_PAST_LIMIT,
    [CLOCK_SPAN_OUTSIDE] = REPLY_SPAN_OUTSIDE, [CLOCK_SPAN_HELD] = REPLY_SPAN_HELD,
    [CLOCK_SPAN_STOPPED] = REPLY_SPAN_STOPPED,
};

static int spans_of(struct call *call, const struct explanation *e,
                    struct reply_clock_explanation *to)
{
    struct reply_span *spans = arena_array(call->arena, e->n_spans, sizeof(*spans));

    if (spans == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < e->n_spans; i++) {
        const struct explain_span *from = &e->spans[i];
        spans[i] = (struct reply_span){
            .from_at = from->from_at,
            .to_at = from->to_at,
            .kind = span_kinds[from->kind],
            .counted_us = from->counted_us,
            .reasons = from->reasons,
            .n_reasons = from->n_reasons,
            .note = from->note,
            .party = from->party,
        };
    }
    to->spans = spans;
    to->n_spans = e->n_spans;
    to->truncated = e->truncated;
    return 0;
}

static int explained(struct call *call, const struct book_contract *contract,
                     const struct explanation *e, struct reply_clock_explanation *ret)
{
    *ret = (struct reply_clock_explanation){
        .match = e->match,
        .zone_release = call->book->zone_release,
        .counted_us = e->counted_us,
        .held_us = e->held_us,
        .outside_us = e->outside_us,
        .stopped_us = e->stopped_us,
    };
    present_clock(call->book, contract, &e->clock.clock, e->calendar, &ret->clock);
    ret->clock.due_if_resumed_at = e->clock.due_if_resumed_at;
    if (e->version != NULL) {
        ret->contract_effective_at = e->version->effective_at;
        ret->contract_sha256 = e->version->sha256;
    }
    if (e->calendar_version != NULL) {
        ret->calendar_version = e->calendar_version->version;
        ret->calendar_sha256 = e->calendar_version->sha256;
        if (e->calendar_version->zone != NULL) {
            ret->zone = e->calendar_version->zone->name;
            ret->zone_sha256 = e->calendar_version->zone->sha256;
        }
    }
    return spans_of(call, e, ret);
}

int query_explain(struct call *call)
{
    const struct request_explain *wanted = &call->request->u.explain;
    struct reply_clock_explanation clocks[TICKET_CLOCKS_MAX];
    struct explanation e;
    struct ticket ticket;
    const struct book_contract *contract;
    size_t n = 0;

    int error = call_ticket(call, &wanted->ticket, RIGHT_TICKET_SEE, &ticket, &contract);
    if (error != 0) {
        return error;
    }
    for (size_t i = 0; i < ticket.n_clocks; i++) {
        const struct ticket_clock *clock = &ticket.clocks[i];
        if (wanted->clock != CLOCK_KIND_NONE && wanted->clock != clock->kind) {
            continue;
        }
        error = explain(call->book, &ticket, clock->kind, clock->team, call->at, call->arena, &e);
        if (error == EXPLAIN_NO_CLOCK) {
            continue;
        }
        error = error < 0 ? call_too_large(call) : explained(call, contract, &e, &clocks[n++]);
        if (error != 0) {
            return error;
        }
    }
    if (n == 0) {
        return refuse(call->refusal, OUTCOME_NOT_FOUND, "explain.clock", NULL,
                      "%s-%llu has no %s clock", contract->key, (unsigned long long)ticket.number,
                      wanted->clock == CLOCK_KIND_NONE ? "SLA" : clock_kind_name(wanted->clock));
    }
    const struct reply_explanation reply = {
        .key = contract->key,
        .number = ticket.number,
        .contract = contract->name,
        .priority = ticket.priority,
        .as_of_at = call->at,
        .clocks = clocks,
        .n_clocks = n,
    };
    return call_encoded(
        call, wire_encode_explanation(call->arena, call->request->id, NULL, &reply, call->reply));
}
