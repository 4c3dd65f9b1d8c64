// SPDX-License-Identifier: Apache-2.0
#include "wire/encode.h"

#include <string.h>

#include "proto/frame.h"
#include "wire/enums.h"
#include "wire/fill.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void fill_change(const struct reply_book_change *change, Slate__V1__BookChange *ret)
{
    slate__v1__book_change__init(ret);
    ret->kind = fill_string(book_kind_name(change->kind));
    ret->name = fill_string(change->name);
    ret->has_change = change->change != REPLY_BOOK_NONE;
    ret->change = (Slate__V1__BookChangeKind)change->change;
    ret->has_version = change->version != 0;
    ret->version = change->version;
    fill_instant(change->effective_at, &ret->has_effective_at, &ret->effective_at);
    ret->removed = (char **)change->removed;
    ret->added = (char **)change->added;
    ret->has_open_tickets = 1;
    ret->open_tickets = change->open_tickets;
}

static void fill_example(const struct reply_book_example *example, Slate__V1__BookExample *ret)
{
    slate__v1__book_example__init(ret);
    ret->contract = fill_string(example->contract);
    ret->has_clock = example->clock != CLOCK_KIND_NONE;
    ret->clock = (Slate__V1__ClockKind)example->clock;
    ret->match = fill_string(example->match);
    ret->within = fill_string(example->within);
    fill_instant(example->received_at, &ret->has_received_at, &ret->received_at);
    fill_instant(example->due_at, &ret->has_due_at, &ret->due_at);
    fill_instant(example->limit_at, &ret->has_limit_at, &ret->limit_at);
    ret->zone = fill_string(example->zone);
}

struct move {
    Slate__V1__DueMove move;
    Slate__V1__Clock clock;
    char ticket[WIRE_TICKET_BYTES + 1];
};

static void fill_move(const struct reply_due_move *move, struct move *ret)
{
    slate__v1__due_move__init(&ret->move);
    ret->move.ticket = fill_ticket_name(move->key, move->number, ret->ticket);
    fill_clock(&move->clock, &ret->clock);
    ret->move.clock = &ret->clock;
    fill_instant(move->was_due_at, &ret->move.has_was_due_at, &ret->move.was_due_at);
    fill_instant(move->was_limit_at, &ret->move.has_was_limit_at, &ret->move.was_limit_at);
}

/* Takes what an element needs; false, and *truncated, when there is too little room. */
static bool fits(const ProtobufCMessage *element, size_t *room, bool *truncated)
{
    const size_t bytes = protobuf_c_message_get_packed_size(element) + FILL_ELEMENT_BYTES;

    if (bytes > *room) {
        *truncated = true;
        return false;
    }
    *room -= bytes;
    return true;
}

/* What a dry run's page of open tickets came to; 0, or < 0 when the arena is full. Moves that have
 * no room are no reason to say that something is missing: the numbers are of all of them. */
static int fill_page(struct arena *arena, const struct reply_book_diff *diff, size_t *room,
                     Slate__V1__BookDiff *out)
{
    const size_t most = smaller(diff->n_moves, WIRE_ELEMENTS_MAX);
    struct move *moves = arena_array(arena, most, sizeof(*moves));
    bool truncated = false;

    out->moves = arena_array(arena, most, sizeof(Slate__V1__DueMove *));
    if (moves == NULL || out->moves == NULL) {
        return -1;
    }
    for (size_t i = 0; i < most; i++) {
        fill_move(&diff->moves[i], &moves[i]);
        if (!fits(&moves[i].move.base, room, &truncated)) {
            break;
        }
        out->moves[out->n_moves++] = &moves[i].move;
    }
    out->has_looked_at = diff->looked_at != 0;
    out->looked_at = diff->looked_at;
    out->has_moved_earlier = diff->moved_earlier != 0;
    out->moved_earlier = diff->moved_earlier;
    out->has_moved_later = diff->moved_later != 0;
    out->moved_later = diff->moved_later;
    out->has_breached = diff->breached != 0;
    out->breached = diff->breached;
    fill_cursor(&diff->cursor, &out->has_cursor, &out->cursor);
    return 0;
}

/* Changes come first, then examples, warnings and what would move; the lines of changes get what is
 * left: without them one still sees what would happen. */
int wire_encode_book_diff(struct arena *arena, uint64_t id, const struct wire_token *token,
                          const struct reply_book_diff *diff, struct wire_bytes *ret)
{
    enum { AROUND_BYTES = 1024 }; // id, token, numbers, cursor
    const size_t n_changes = smaller(diff->n_changes, WIRE_ELEMENTS_MAX);
    const size_t n_examples = smaller(diff->n_examples, WIRE_ELEMENTS_MAX);
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__BookDiff out = SLATE__V1__BOOK_DIFF__INIT;
    Slate__V1__BookChange *changes = arena_array(arena, n_changes, sizeof(*changes));
    Slate__V1__BookExample *examples = arena_array(arena, n_examples, sizeof(*examples));
    bool truncated = n_changes < diff->n_changes || n_examples < diff->n_examples;
    size_t room = FRAME_BYTES_MAX - AROUND_BYTES;

    out.changes = arena_array(arena, n_changes, sizeof(Slate__V1__BookChange *));
    out.examples = arena_array(arena, n_examples, sizeof(Slate__V1__BookExample *));
    if (changes == NULL || examples == NULL || out.changes == NULL || out.examples == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n_changes; i++) {
        fill_change(&diff->changes[i], &changes[i]);
        if (!fits(&changes[i].base, &room, &truncated)) {
            break;
        }
        out.changes[out.n_changes++] = &changes[i];
    }
    for (size_t i = 0; i < n_examples; i++) {
        fill_example(&diff->examples[i], &examples[i]);
        if (!fits(&examples[i].base, &room, &truncated)) {
            break;
        }
        out.examples[out.n_examples++] = &examples[i];
    }
    out.warnings = (char **)diff->warnings;
    out.n_warnings = fill_lines_that_fit(diff->warnings, diff->n_warnings, &room, &truncated);
    if (fill_page(arena, diff, &room, &out) != 0) {
        return -1;
    }
    for (size_t i = 0; i < out.n_changes; i++) {
        const struct reply_book_change *change = &diff->changes[i];
        changes[i].n_removed = fill_lines_that_fit(change->removed, change->n_removed, &room,
                                                   &truncated);
        changes[i].n_added = fill_lines_that_fit(change->added, change->n_added, &room, &truncated);
    }
    fill_reply(id, token, &reply, &position);
    out.has_applied = 1;
    out.applied = diff->applied;
    out.has_open_tickets = 1;
    out.open_tickets = diff->open_tickets;
    out.has_truncated = 1;
    out.truncated = truncated;
    reply.book_diff = &out;
    return fill_payload(arena, &reply, ret);
}
