// SPDX-License-Identifier: Apache-2.0
/*
 * The book, what a change of it would do, and what happens under it -> the public structs.
 */
#include "client/lib/codec_result.h"

static bool get_moves(struct result *r, const Slate__V1__BookDiff *m, struct slate_book_diff *ret)
{
    struct slate_due_move *moves = CODEC_ARRAY(r, m->n_moves, struct slate_due_move);

    for (size_t i = 0; moves && i < m->n_moves; i++) {
        const Slate__V1__DueMove *from = m->moves[i];

        if (!from->clock) {
            return false;
        }
        moves[i] = (struct slate_due_move){
            .ticket = from->ticket,
            .clock = codec_result_clock_value(from->clock),
            .was_due_at = from->was_due_at,
            .was_limit_at = from->was_limit_at,
        };
    }
    ret->n_moves = m->n_moves;
    ret->moves = moves;
    return moves;
}

bool codec_result_diff(struct result *r, const Slate__V1__BookDiff *m)
{
    struct slate_book_change *changes = CODEC_ARRAY(r, m->n_changes, struct slate_book_change);
    struct slate_book_example *examples = CODEC_ARRAY(r, m->n_examples, struct slate_book_example);

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
        .warnings = codec_result_strings(m->warnings),
        .looked_at = m->looked_at,
        .moved_earlier = m->moved_earlier,
        .moved_later = m->moved_later,
        .breached = m->breached,
        .cursor = codec_result_bytes(&m->cursor),
    };
    return get_moves(r, m, &r->public.diff);
}

static bool get_checks(struct result *r, const Slate__V1__TriedTicket *m,
                       struct slate_tried_ticket *ret)
{
    struct slate_tried_check *checks = CODEC_ARRAY(r, m->n_checks, struct slate_tried_check);

    for (size_t i = 0; checks && i < m->n_checks; i++) {
        const Slate__V1__TriedCheck *from = m->checks[i];

        checks[i] = (struct slate_tried_check){
            .line = from->line,
            .expected = from->expected,
            .found = from->found,
            .met = from->met,
        };
    }
    ret->n_checks = m->n_checks;
    ret->checks = checks;
    return checks;
}

bool codec_result_tried(struct result *r, const Slate__V1__TriedBook *m)
{
    struct slate_tried_ticket *tickets = CODEC_ARRAY(r, m->n_tickets, struct slate_tried_ticket);

    for (size_t i = 0; tickets && i < m->n_tickets; i++) {
        const Slate__V1__TriedTicket *from = m->tickets[i];
        struct slate_tried_ticket *to = &tickets[i];

        // Without a row: it was never opened
        if ((from->ticket && !codec_result_ticket(r, from->ticket, &to->ticket)) ||
            !codec_result_events(r, from->n_events, from->events, &to->n_events, &to->events) ||
            !codec_result_clocks(r, from->n_clocks, from->clocks, &to->n_clocks, &to->clocks) ||
            !get_checks(r, from, to)) {
            return false;
        }
        to->name = from->name;
        to->as_of_at = from->as_of_at;
    }
    r->shape = SHAPE_TRIED;
    r->public.tried = (struct slate_tried_book){
        .n_tickets = m->n_tickets,
        .tickets = tickets,
        .n_warnings = m->n_warnings,
        .warnings = codec_result_strings(m->warnings),
        .failed = m->failed,
        .truncated = m->truncated,
    };
    return tickets;
}

bool codec_result_book(struct result *r, const Slate__V1__BookText *m)
{
    struct slate_book_object *objects = CODEC_ARRAY(r, m->n_objects, struct slate_book_object);

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
