// SPDX-License-Identifier: Apache-2.0
/*
 * Requests about many tickets, about what happened, about the book -> messages.
 */
#include "client/lib/codec_request.h"

Slate__V1__Token **codec_put_tokens(const struct slate_token *tokens, size_t n, struct arena *a)
{
    Slate__V1__Token **list = arena_array(a, n, sizeof(*list));

    for (size_t i = 0; list && i < n; i++) {
        list[i] = CODEC_NEW(a, Slate__V1__Token, slate__v1__token);
        if (!list[i]) {
            return NULL;
        }
        list[i]->contract = codec_text(tokens[i].contract);
        list[i]->has_seq = true; // 0 is the beginning
        list[i]->seq = tokens[i].seq;
    }
    return list;
}

CODEC_PUT(list_tickets)
{
    const struct slate_list_tickets *in = &q->list_tickets;
    Slate__V1__ListTickets *m = CODEC_NEW(a, Slate__V1__ListTickets, slate__v1__list_tickets);

    if (!m) {
        return false;
    }
    m->contract = codec_text(in->contract);
    m->team = codec_text(in->team);
    m->assignee = codec_text(in->assignee);
    m->states = arena_array(a, in->n_states, sizeof(*m->states));
    if (!m->states) {
        return false;
    }
    for (size_t i = 0; i < in->n_states; i++) {
        m->states[i] = (Slate__V1__TicketState)in->states[i];
    }
    m->n_states = in->n_states;
    m->priorities = (char **)in->priorities;
    m->n_priorities = in->n_priorities;
    CODEC_SET_NUMBER(m, breached, in->breached);
    CODEC_SET_NUMBER(m, unassigned, in->unassigned);
    CODEC_SET_NUMBER(m, due_before, in->due_before_at);
    CODEC_SET_NUMBER(m, limit, in->limit);
    CODEC_SET_BYTES(m, cursor, in->cursor);
    r->list_tickets = m;
    return true;
}

CODEC_PUT(show_log)
{
    const struct slate_show_log *in = &q->show_log;
    Slate__V1__ShowLog *m = CODEC_NEW(a, Slate__V1__ShowLog, slate__v1__show_log);

    if (!m) {
        return false;
    }
    m->ticket = codec_text(in->ticket);
    CODEC_SET_NUMBER(m, limit, in->limit);
    CODEC_SET_BYTES(m, cursor, in->cursor);
    r->show_log = m;
    return true;
}

CODEC_PUT(list_breaches)
{
    const struct slate_list_breaches *in = &q->list_breaches;
    Slate__V1__ListBreaches *m = CODEC_NEW(a, Slate__V1__ListBreaches, slate__v1__list_breaches);

    if (!m) {
        return false;
    }
    CODEC_SET_NUMBER(m, since, in->since_at);
    CODEC_SET_NUMBER(m, until, in->until_at);
    m->team = codec_text(in->team);
    m->vendor = codec_text(in->vendor);
    m->contract = codec_text(in->contract);
    CODEC_SET_ENUM(m, clock, Slate__V1__ClockKind, in->clock);
    CODEC_SET_NUMBER(m, limit, in->limit);
    CODEC_SET_BYTES(m, cursor, in->cursor);
    r->list_breaches = m;
    return true;
}

CODEC_PUT(explain)
{
    r->explain = CODEC_NEW(a, Slate__V1__Explain, slate__v1__explain);
    if (!r->explain) {
        return false;
    }
    r->explain->ticket = codec_text(q->explain.ticket);
    CODEC_SET_ENUM(r->explain, clock, Slate__V1__ClockKind, q->explain.clock);
    return true;
}

CODEC_PUT(split_clock)
{
    r->split_clock = CODEC_NEW(a, Slate__V1__SplitClock, slate__v1__split_clock);
    if (!r->split_clock) {
        return false;
    }
    r->split_clock->ticket = codec_text(q->split_clock.ticket);
    CODEC_SET_ENUM(r->split_clock, clock, Slate__V1__ClockKind, q->split_clock.clock);
    return true;
}

CODEC_PUT(subscribe)
{
    const struct slate_subscribe *in = &q->subscribe;
    Slate__V1__Subscribe *m = CODEC_NEW(a, Slate__V1__Subscribe, slate__v1__subscribe);

    if (!m) {
        return false;
    }
    m->from = codec_put_tokens(in->from, in->n_from, a);
    m->kinds = arena_array(a, in->n_kinds, sizeof(*m->kinds));
    if (!m->from || !m->kinds) {
        return false;
    }
    m->n_from = in->n_from;
    for (size_t i = 0; i < in->n_kinds; i++) {
        m->kinds[m->n_kinds++] = (Slate__V1__EventKind)in->kinds[i];
    }
    m->contract = codec_text(in->contract);
    m->team = codec_text(in->team);
    m->has_resumes = m->resumes = in->resumes;
    r->subscribe = m;
    return true;
}

CODEC_PUT(list_users)
{
    const struct slate_list_users *in = &q->list_users;
    Slate__V1__ListUsers *m = CODEC_NEW(a, Slate__V1__ListUsers, slate__v1__list_users);

    if (!m) {
        return false;
    }
    m->name = codec_text(in->name);
    CODEC_SET_NUMBER(m, limit, in->limit);
    CODEC_SET_BYTES(m, cursor, in->cursor);
    r->list_users = m;
    return true;
}

CODEC_PUT(apply_book)
{
    r->apply_book = CODEC_NEW(a, Slate__V1__ApplyBook, slate__v1__apply_book);
    if (!r->apply_book) {
        return false;
    }
    r->apply_book->text = codec_text(q->apply_book.text);
    r->apply_book->file = codec_text(q->apply_book.file);
    CODEC_SET_BYTES(r->apply_book, cursor, q->apply_book.cursor);
    return true;
}

CODEC_PUT(try_book)
{
    r->try_book = CODEC_NEW(a, Slate__V1__TryBook, slate__v1__try_book);
    if (!r->try_book) {
        return false;
    }
    r->try_book->text = codec_text(q->try_book.text);
    r->try_book->file = codec_text(q->try_book.file);
    r->try_book->scenario = codec_text(q->try_book.scenario);
    r->try_book->scenario_file = codec_text(q->try_book.scenario_file);
    return true;
}

CODEC_PUT(show_book)
{
    r->show_book = CODEC_NEW(a, Slate__V1__ShowBook, slate__v1__show_book);
    if (!r->show_book) {
        return false;
    }
    r->show_book->kind = codec_text(q->show_book.kind);
    r->show_book->name = codec_text(q->show_book.name);
    CODEC_SET_NUMBER(r->show_book, version, q->show_book.version);
    r->show_book->contract = codec_text(q->show_book.contract);
    return true;
}
