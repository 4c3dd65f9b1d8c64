// SPDX-License-Identifier: Apache-2.0
#include "query_split.h"

#include "core/split.h"
#include "present.h"
#include "query_clock.h"

static int shares_of(struct call *call, const struct book *book, const struct split *from,
                     struct reply_clock_split *to)
{
    struct reply_share *shares = arena_array(call->arena, from->n_shares, sizeof(*shares));

    if (shares == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < from->n_shares; i++) {
        const struct split_share *share = &from->shares[i];
        const struct book_team *team = book_team(book, share->team);
        const struct book_party *party = team == NULL ? NULL : book_party(book, team->party);
        shares[i] = (struct reply_share){
            .team = team == NULL ? "" : team->name,
            .party = party == NULL ? "" : party->name,
            .kind = present_span_kind(share->kind),
            .side = share->side,
            .reasons = share->reasons,
            .n_reasons = share->n_reasons,
            .wall_us = share->wall_us,
        };
    }
    to->shares = shares;
    to->n_shares = from->n_shares;
    to->wall_us = from->wall_us;
    return 0;
}

/* *ret_there is false where the ticket has no such clock. */
static int split_clock(struct moment *m, const struct book_contract *contract,
                       const struct ticket *ticket, const struct ticket_clock *clock,
                       struct reply_clock_split *ret, bool *ret_there)
{
    struct call *call = &m->then;
    struct split s;
    const struct book *book;

    int error = moment_book(m, ticket, clock, &book);
    if (error != 0) {
        return error;
    }
    int result = split(book, ticket, clock->kind, clock->team, call->at, call->arena, &s);
    *ret_there = result == 0;
    if (result != 0) {
        return result < 0 ? call_too_large(call) : 0;
    }
    present_clock(book, contract, &s.clock.clock, s.calendar, &ret->clock);
    ret->clock.due_if_resumed_at = s.clock.due_if_resumed_at;
    return shares_of(call, book, &s, ret);
}

static int answer(struct moment *m, const struct book_contract *contract,
                  const struct ticket *ticket)
{
    struct call *call = &m->then;
    const enum clock_kind wanted = call->request->u.explain.clock;
    struct reply_clock_split clocks[TICKET_CLOCKS_MAX];
    const struct ticket_clock *asked[TICKET_CLOCKS_MAX];
    const size_t n_asked = present_asked(ticket, wanted, asked);
    size_t n = 0;

    for (size_t i = 0; i < n_asked; i++) {
        bool there;
        int error = split_clock(m, contract, ticket, asked[i], &clocks[n], &there);
        if (error != 0) {
            return error;
        }
        n += there ? 1 : 0;
    }
    if (n == 0) {
        return present_no_clock(call, contract, ticket, "split_clock.clock", wanted);
    }
    const struct reply_clock_splits reply = {
        .key = contract->key,
        .number = ticket->number,
        .contract = contract->name,
        .priority = ticket->priority,
        .as_of_at = call->at,
        .clocks = clocks,
        .n_clocks = n,
    };
    return call_encoded(
        call, wire_encode_clock_splits(call->arena, call->request->id, NULL, &reply, call->reply));
}

int query_split(struct call *call)
{
    return query_clock(call, answer);
}
