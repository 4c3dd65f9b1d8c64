// SPDX-License-Identifier: Apache-2.0
#include "query_explain.h"

#include "core/explain.h"
#include "present.h"
#include "query_clock.h"
#include "store/entries.h"

static int spans_of(struct call *call, const struct explain_span *told, size_t n,
                    const struct reply_span **ret)
{
    struct reply_span *spans = arena_array(call->arena, n, sizeof(*spans));

    if (spans == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < n; i++) {
        const struct explain_span *from = &told[i];
        spans[i] = (struct reply_span){
            .from_at = from->from_at,
            .to_at = from->to_at,
            .kind = present_span_kind(from->kind),
            .counted_us = from->counted_us,
            .reasons = from->reasons,
            .n_reasons = from->n_reasons,
            .note = from->note,
            .party = from->party,
        };
    }
    *ret = spans;
    return 0;
}

static int calendars_of(struct call *call, const struct explanation *e,
                        struct reply_clock_explanation *to)
{
    struct reply_calendar_used *used = arena_array(call->arena, e->n_calendars, sizeof(*used));

    if (used == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < e->n_calendars; i++) {
        const struct book_calendar_version *version = e->calendars[i].version;
        used[i] = (struct reply_calendar_used){
            .name = e->calendars[i].calendar->name,
            .version = version->version,
            .effective_at = version->effective_at,
            .sha256 = version->sha256,
            .zone = version->zone == NULL ? "" : version->zone->name,
            .zone_sha256 = version->zone == NULL ? NULL : version->zone->sha256,
        };
    }
    to->calendars = used;
    to->n_calendars = e->n_calendars;
    return 0;
}

/* What has ended was judged by the arithmetic that its entry names. */
static int engine_of(struct call *call, const struct ticket *ticket,
                     const struct ticket_clock *clock, uint32_t *ret)
{
    struct entry entry;

    *ret = SLA_ENGINE;
    if (clock->ended_seq == 0) {
        return 0;
    }
    int error = entries_get_bare(call->txn, ticket->contract, clock->ended_seq, call->arena,
                                 &entry);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (entry.event.engine != 0) {
        *ret = entry.event.engine;
    }
    return 0;
}

/* By the book that it was made with. */
static int explained(struct call *call, const struct book *book,
                     const struct book_contract *contract, const struct explanation *e,
                     struct reply_clock_explanation *ret)
{
    *ret = (struct reply_clock_explanation){
        .match = e->match,
        .zone_release = book->zone_release,
        .counted_us = e->counted_us,
        .held_us = e->held_us,
        .outside_us = e->outside_us,
        .stopped_us = e->stopped_us,
    };
    present_clock(book, contract, &e->clock.clock, e->calendar, &ret->clock);
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
    int error = calendars_of(call, e, ret);
    if (error == 0) {
        ret->n_spans = e->n_spans;
        ret->truncated = e->truncated;
        error = spans_of(call, e->spans, e->n_spans, &ret->spans);
    }
    if (error == 0) {
        ret->n_ahead = e->n_ahead;
        ret->ahead_truncated = e->ahead_truncated;
        error = spans_of(call, e->ahead, e->n_ahead, &ret->ahead);
    }
    return error;
}

/* *ret_there is false where the ticket has no such clock. */
static int explain_clock(struct moment *m, const struct book_contract *contract,
                         const struct ticket *ticket, const struct ticket_clock *clock,
                         struct reply_clock_explanation *ret, bool *ret_there)
{
    struct call *call = &m->then;
    struct explanation e;
    const struct book *book;

    int error = moment_book(m, ticket, clock, &book);
    if (error != 0) {
        return error;
    }
    int result = explain(book, ticket, clock->kind, clock->team, call->at, call->arena, &e);
    *ret_there = result == 0;
    if (result != 0) {
        return result < 0 ? call_too_large(call) : 0;
    }
    error = explained(call, book, contract, &e, ret);
    return error == 0 ? engine_of(call, ticket, clock, &ret->engine) : error;
}

static int answer(struct moment *m, const struct book_contract *contract,
                  const struct ticket *ticket)
{
    struct call *call = &m->then;
    const enum clock_kind wanted = call->request->u.explain.clock;
    struct reply_clock_explanation clocks[TICKET_CLOCKS_MAX];
    const struct ticket_clock *asked[TICKET_CLOCKS_MAX];
    const size_t n_asked = present_asked(ticket, wanted, asked);
    size_t n = 0;

    for (size_t i = 0; i < n_asked; i++) {
        bool there;
        int error = explain_clock(m, contract, ticket, asked[i], &clocks[n], &there);
        if (error != 0) {
            return error;
        }
        n += there ? 1 : 0;
    }
    if (n == 0) {
        return present_no_clock(call, contract, ticket, "explain.clock", wanted);
    }
    const struct reply_explanation reply = {
        .key = contract->key,
        .number = ticket->number,
        .contract = contract->name,
        .priority = ticket->priority,
        .as_of_at = call->at,
        .clocks = clocks,
        .n_clocks = n,
    };
    return call_encoded(
        call, wire_encode_explanation(call->arena, call->request->id, NULL, &reply, call->reply));
}

int query_explain(struct call *call)
{
    return query_clock(call, answer);
}
