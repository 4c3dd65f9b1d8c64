// SPDX-License-Identifier: Apache-2.0
/*
 * Unpacked messages -> the public structs of results. Strings are not copied: the structs point to
 * them, and both live in the result's arena.
 */
#include "client/lib/codec_result.h"

bool codec_result_ticket(struct result *r, const Slate__V1__TicketRow *m, struct slate_ticket *ret)
{
    *ret = (struct slate_ticket){
        .ticket = m->ticket,
        .version = m->version,
        .state = (enum slate_ticket_state)m->state,
        .contract = m->contract,
        .team = m->team,
        .assignee = m->assignee,
        .priority = m->priority,
        .subject = m->subject,
        .received_at = m->received_at,
        .updated_at = m->updated_at,
        .occurred_at = m->occurred_at,
        .resolved_at = m->resolved_at,
        .n_holds = m->n_holds,
        .holds = codec_result_strings(m->holds),
        .imported = m->imported,
        .function = m->function,
        .category = m->category,
        .customer_tier = m->customer_tier,
        .language = m->language,
        .source = m->source,
        .source_key = m->source_key,
        .merged_into = m->merged_into,
        .close_at = m->close_at,
    };
    return codec_result_clock(r, m->next_clock, &ret->next_clock) &&
           codec_result_clock(r, m->breached_clock, &ret->breached_clock);
}

static bool get_changed(struct result *r, const Slate__V1__TicketChanged *m)
{
    r->shape = SHAPE_CHANGED;
    r->public.changed.existing = m->existing;
    return m->ticket && codec_result_ticket(r, m->ticket, &r->public.changed.ticket);
}

static bool get_ticket_page(struct result *r, const Slate__V1__TicketPage *m)
{
    struct slate_ticket *tickets = CODEC_ARRAY(r, m->n_tickets, struct slate_ticket);

    if (!tickets) {
        return false;
    }
    for (size_t i = 0; i < m->n_tickets; i++) {
        if (!codec_result_ticket(r, m->tickets[i], &tickets[i])) {
            return false;
        }
    }
    r->shape = SHAPE_TICKETS;
    r->public.tickets = (struct slate_ticket_page){
        .n_tickets = m->n_tickets,
        .tickets = tickets,
        .truncated = m->truncated,
        .cursor = codec_result_bytes(&m->cursor),
        .snapshot_at = m->snapshot_at,
    };
    return true;
}

static bool get_detail(struct result *r, const Slate__V1__TicketDetail *m)
{
    struct slate_ticket_detail *ret = &r->public.detail;
    struct slate_message *messages = CODEC_ARRAY(r, m->n_messages, struct slate_message);
    struct slate_link *links = CODEC_ARRAY(r, m->n_links, struct slate_link);

    if (!m->ticket || !messages || !links || !codec_result_ticket(r, m->ticket, &ret->ticket) ||
        !codec_result_clocks(r, m->n_clocks, m->clocks, &ret->n_clocks, &ret->clocks)) {
        return false;
    }
    for (size_t i = 0; i < m->n_messages; i++) {
        const Slate__V1__Message *from = m->messages[i];

        messages[i] = (struct slate_message){
            .number = from->number,
            .effective_at = from->effective_at,
            .recorded_at = from->recorded_at,
            .claimed_at = from->claimed_at,
            .author = from->author,
            .side = (enum slate_side)from->side,
            .kind = (enum slate_message_kind)from->kind,
            .visibility = (enum slate_visibility)from->visibility,
            .channel = from->channel,
            .body = from->body,
        };
    }
    for (size_t i = 0; i < m->n_links; i++) {
        links[i].ticket = m->links[i]->ticket;
        links[i].kind = (enum slate_link_kind)m->links[i]->kind;
    }
    r->shape = SHAPE_DETAIL;
    ret->requester = m->requester;
    ret->n_messages = m->n_messages;
    ret->messages = messages;
    ret->truncated = m->truncated;
    ret->n_links = m->n_links;
    ret->links = links;
    ret->n_tags = m->n_tags;
    ret->tags = codec_result_strings(m->tags);
    return true;
}

static bool get_imported(struct result *r, const Slate__V1__Imported *m)
{
    struct slate_imported *ret = &r->public.imported;

    r->shape = SHAPE_IMPORTED;
    ret->ticket = m->ticket;
    ret->existing = m->existing;
    ret->state = (enum slate_ticket_state)m->state;
    ret->events = m->events;
    return codec_result_clocks(r, m->n_clocks, m->clocks, &ret->n_clocks, &ret->clocks);
}

static bool get_intake_done(struct result *r, const Slate__V1__IntakeDone *m)
{
    r->shape = SHAPE_INTAKE;
    r->public.intake = (struct slate_intake_done){
        .ticket = m->ticket,
        .outcome = (enum slate_intake_outcome)m->outcome,
        .state = (enum slate_ticket_state)m->state,
        .why = m->why,
    };
    return true;
}

/** Of what codec_party.c knows. */
static bool fill_party(struct result *r, const Slate__V1__Reply *m)
{
    if (m->user_page) {
        return codec_result_users(r, m->user_page);
    }
    if (m->user_changed) {
        return codec_result_user(r, m->user_changed);
    }
    if (m->certificate) {
        return codec_result_certificate(r, m->certificate);
    }
    if (m->proposal_page) {
        return codec_result_proposals(r, m->proposal_page);
    }
    if (m->access_page) {
        return codec_result_access(r, m->access_page);
    }
    if (m->journal_chunk) {
        return codec_result_chunk(r, m->journal_chunk);
    }
    if (m->journal_heads) {
        return codec_result_heads(r, m->journal_heads);
    }
    return m->texts_erased && codec_result_erased(r, m->texts_erased);
}

bool codec_result_fill(struct result *r, const Slate__V1__Reply *m)
{
    if (m->token) {
        r->public.token.contract = m->token->contract ? m->token->contract : "";
        r->public.token.seq = m->token->seq;
    }
    if (m->ticket_changed) {
        return get_changed(r, m->ticket_changed);
    }
    if (m->ticket_page) {
        return get_ticket_page(r, m->ticket_page);
    }
    if (m->ticket_detail) {
        return get_detail(r, m->ticket_detail);
    }
    if (m->breach_page) {
        return codec_result_breaches(r, m->breach_page);
    }
    if (m->explanation) {
        return codec_result_explanation(r, m->explanation);
    }
    if (m->clock_splits) {
        return codec_result_splits(r, m->clock_splits);
    }
    if (m->imported) {
        return get_imported(r, m->imported);
    }
    if (m->log_page) {
        return codec_result_log(r, m->log_page);
    }
    if (m->intake_done) {
        return get_intake_done(r, m->intake_done);
    }
    if (m->subscribed) {
        return codec_result_subscribed(r, m->subscribed);
    }
    if (m->book_diff) {
        return codec_result_diff(r, m->book_diff);
    }
    if (m->tried_book) {
        return codec_result_tried(r, m->tried_book);
    }
    if (m->book_text) {
        return codec_result_book(r, m->book_text);
    }
    return fill_party(r, m);
}
