// SPDX-License-Identifier: Apache-2.0
/*
 * Unpacked messages -> the public structs of results. Strings are not copied: the structs point to
 * them, and both live in the result's arena.
 */
#include "client/lib/codec_result.h"

/** An array of what n things of the message become; NULL when the ceiling is reached. */
#define ARRAY(r, n, type) ((type *)arena_array(&(r)->arena, (n), sizeof(type)))

static struct slate_clock get_clock(const Slate__V1__Clock *m)
{
    return (struct slate_clock){
        .kind = (enum slate_clock_kind)m->kind,
        .cycle = m->cycle,
        .state = (enum slate_clock_state)m->state,
        .verdict = (enum slate_verdict)m->verdict,
        .contract_version = m->contract_version,
        .within = m->within,
        .target_us = m->target_us,
        .elapsed_us = m->elapsed_us,
        .as_of_at = m->as_of_at,
        .started_at = m->started_at,
        .stopped_at = m->stopped_at,
        .due_at = m->due_at,
        .limit_at = m->limit_at,
        .due_if_resumed_at = m->due_if_resumed_at,
        .breached_at = m->breached_at,
        .calendar = m->calendar,
    };
}

static bool get_clocks(struct result *r, size_t n, Slate__V1__Clock **from, size_t *ret_n,
                       const struct slate_clock **ret)
{
    struct slate_clock *clocks = ARRAY(r, n, struct slate_clock);

    for (size_t i = 0; clocks && i < n; i++) {
        clocks[i] = get_clock(from[i]);
    }
    *ret_n = n;
    *ret = clocks;
    return clocks;
}

bool codec_result_clock(struct result *r, Slate__V1__Clock *from, const struct slate_clock **ret)
{
    size_t n;

    *ret = NULL;
    return !from || get_clocks(r, 1, &from, &n, ret);
}

static bool get_ticket(struct result *r, const Slate__V1__TicketRow *m, struct slate_ticket *ret)
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
    return m->ticket && get_ticket(r, m->ticket, &r->public.changed.ticket);
}

static bool get_ticket_page(struct result *r, const Slate__V1__TicketPage *m)
{
    struct slate_ticket *tickets = ARRAY(r, m->n_tickets, struct slate_ticket);

    if (!tickets) {
        return false;
    }
    for (size_t i = 0; i < m->n_tickets; i++) {
        if (!get_ticket(r, m->tickets[i], &tickets[i])) {
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
    struct slate_message *messages = ARRAY(r, m->n_messages, struct slate_message);
    struct slate_link *links = ARRAY(r, m->n_links, struct slate_link);

    if (!m->ticket || !messages || !links || !get_ticket(r, m->ticket, &ret->ticket) ||
        !get_clocks(r, m->n_clocks, m->clocks, &ret->n_clocks, &ret->clocks)) {
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

static bool get_breach_page(struct result *r, const Slate__V1__BreachPage *m)
{
    struct slate_breach *breaches = ARRAY(r, m->n_breaches, struct slate_breach);

    if (!breaches) {
        return false;
    }
    for (size_t i = 0; i < m->n_breaches; i++) {
        const Slate__V1__Breach *from = m->breaches[i];

        breaches[i] = (struct slate_breach){
            .ticket = from->ticket,
            .clock = (enum slate_clock_kind)from->clock,
            .cycle = from->cycle,
            .contract = from->contract,
            .contract_version = from->contract_version,
            .vendor = from->vendor,
            .team = from->team,
            .priority = from->priority,
            .within = from->within,
            .breached_at = from->breached_at,
            .detected_at = from->detected_at,
            .withdrawn = from->withdrawn,
            .state = (enum slate_ticket_state)from->state,
            .imported = from->imported,
        };
    }
    r->shape = SHAPE_BREACHES;
    r->public.breaches = (struct slate_breach_page){
        .n_breaches = m->n_breaches,
        .breaches = breaches,
        .truncated = m->truncated,
        .cursor = codec_result_bytes(&m->cursor),
        .snapshot_at = m->snapshot_at,
    };
    return true;
}

static bool get_spans(struct result *r, const Slate__V1__ClockExplanation *m,
                      struct slate_clock_explanation *ret)
{
    struct slate_span *spans = ARRAY(r, m->n_spans, struct slate_span);

    for (size_t i = 0; spans && i < m->n_spans; i++) {
        const Slate__V1__Span *from = m->spans[i];

        spans[i] = (struct slate_span){
            .from_at = from->from_at,
            .to_at = from->to_at,
            .kind = (enum slate_span_kind)from->kind,
            .counted_us = from->counted_us,
            .n_reasons = from->n_reasons,
            .reasons = codec_result_strings(from->reasons),
            .note = from->note,
            .party = (enum slate_side)from->party,
        };
    }
    ret->n_spans = m->n_spans;
    ret->spans = spans;
    return spans;
}

static bool get_explanation(struct result *r, const Slate__V1__Explanation *m)
{
    struct slate_clock_explanation *clocks = ARRAY(r, m->n_clocks, struct slate_clock_explanation);

    for (size_t i = 0; clocks && i < m->n_clocks; i++) {
        const Slate__V1__ClockExplanation *from = m->clocks[i];

        if (!from->clock || !get_spans(r, from, &clocks[i])) {
            return false;
        }
        clocks[i].clock = get_clock(from->clock);
        clocks[i].contract_effective_at = from->contract_effective_at;
        clocks[i].match = from->match;
        clocks[i].calendar_version = from->calendar_version;
        clocks[i].zone = from->zone;
        clocks[i].zone_release = from->zone_release;
        clocks[i].zone_sha256 = codec_result_bytes(&from->zone_sha256);
        clocks[i].contract_sha256 = codec_result_bytes(&from->contract_sha256);
        clocks[i].calendar_sha256 = codec_result_bytes(&from->calendar_sha256);
        clocks[i].truncated = from->truncated;
        clocks[i].counted_us = from->counted_us;
        clocks[i].held_us = from->held_us;
        clocks[i].outside_us = from->outside_us;
        clocks[i].stopped_us = from->stopped_us;
    }
    r->shape = SHAPE_EXPLANATION;
    r->public.explanation = (struct slate_explanation){
        .ticket = m->ticket,
        .contract = m->contract,
        .priority = m->priority,
        .as_of_at = m->as_of_at,
        .n_clocks = m->n_clocks,
        .clocks = clocks,
    };
    return clocks;
}

static bool get_imported(struct result *r, const Slate__V1__Imported *m)
{
    struct slate_imported *ret = &r->public.imported;

    r->shape = SHAPE_IMPORTED;
    ret->ticket = m->ticket;
    ret->existing = m->existing;
    ret->state = (enum slate_ticket_state)m->state;
    ret->events = m->events;
    return get_clocks(r, m->n_clocks, m->clocks, &ret->n_clocks, &ret->clocks);
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

static bool get_user_page(struct result *r, const Slate__V1__UserPage *m)
{
    struct slate_user *users = ARRAY(r, m->n_users, struct slate_user);

    for (size_t i = 0; users && i < m->n_users; i++) {
        const Slate__V1__User *from = m->users[i];

        users[i] = (struct slate_user){
            .name = from->name,
            .human = from->human,
            .disabled = from->disabled,
            .n_roles = from->n_roles,
            .roles = codec_result_strings(from->roles),
            .party = from->party,
            .n_teams = from->n_teams,
            .teams = codec_result_strings(from->teams),
            .source = from->source,
        };
    }
    r->shape = SHAPE_USERS;
    r->public.users = (struct slate_user_page){
        .n_users = m->n_users,
        .users = users,
        .truncated = m->truncated,
        .cursor = codec_result_bytes(&m->cursor),
        .snapshot_at = m->snapshot_at,
    };
    return users;
}

static bool get_diff(struct result *r, const Slate__V1__BookDiff *m)
{
    struct slate_book_change *changes = ARRAY(r, m->n_changes, struct slate_book_change);
    struct slate_book_example *examples = ARRAY(r, m->n_examples, struct slate_book_example);

    if (!changes || !examples) {
        return false;
    }
    for (size_t i = 0; i < m->n_changes; i++) {
        const Slate__V1__BookChange *from = m->changes[i];

        changes[i] = (struct slate_book_change){
            .kind = from->kind,
            .name = from->name,
            .change = (enum slate_book_change_kind)from->change,
            .version = from->version,
            .effective_at = from->effective_at,
            .n_removed = from->n_removed,
            .removed = codec_result_strings(from->removed),
            .n_added = from->n_added,
            .added = codec_result_strings(from->added),
            .open_tickets = from->open_tickets,
        };
    }
    for (size_t i = 0; i < m->n_examples; i++) {
        const Slate__V1__BookExample *from = m->examples[i];

        examples[i] = (struct slate_book_example){
            .contract = from->contract,
            .clock = (enum slate_clock_kind)from->clock,
            .match = from->match,
            .within = from->within,
            .received_at = from->received_at,
            .due_at = from->due_at,
            .limit_at = from->limit_at,
            .zone = from->zone,
        };
    }
    r->shape = SHAPE_DIFF;
    r->public.diff = (struct slate_book_diff){
        .n_changes = m->n_changes,
        .changes = changes,
        .n_examples = m->n_examples,
        .examples = examples,
        .applied = m->applied,
        .open_tickets = m->open_tickets,
        .truncated = m->truncated,
        .n_warnings = m->n_warnings,
        .warnings = (const char *const *)m->warnings,
    };
    return true;
}

static bool get_book(struct result *r, const Slate__V1__BookText *m)
{
    struct slate_book_object *objects = ARRAY(r, m->n_objects, struct slate_book_object);

    for (size_t i = 0; objects && i < m->n_objects; i++) {
        const Slate__V1__BookObject *from = m->objects[i];

        objects[i] = (struct slate_book_object){
            .kind = from->kind,
            .name = from->name,
            .version = from->version,
            .effective_at = from->effective_at,
            .recorded_at = from->recorded_at,
            .actor = from->actor,
            .sha256 = codec_result_bytes(&from->sha256),
            .text = from->text,
        };
    }
    r->shape = SHAPE_BOOK;
    r->public.book = (struct slate_book_text){
        .n_objects = m->n_objects, .objects = objects, .truncated = m->truncated};
    return objects;
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
        return get_breach_page(r, m->breach_page);
    }
    if (m->explanation) {
        return get_explanation(r, m->explanation);
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
    if (m->user_page) {
        return get_user_page(r, m->user_page);
    }
    if (m->subscribed) {
        return codec_result_subscribed(r, m->subscribed);
    }
    if (m->book_diff) {
        return get_diff(r, m->book_diff);
    }
    return m->book_text && get_book(r, m->book_text);
}
