// SPDX-License-Identifier: Apache-2.0
/* Entries of the journal as clients see them: those of a ticket's log, and those of a feed. */
#include <assert.h>

#include "wire/enums.h"
#include "wire/fill.h"
#include "wire/rows.h"

enum { EDITS = 5 }; /* bits of enum edit */

/* Names of the schema's fields; returns how many. */
static size_t fill_edited(uint32_t edits, char *ret[static EDITS])
{
    static const struct {
        enum edit edit;
        const char *name;
    } names[] = {
        {EDIT_SUBJECT, "subject"},   {EDIT_PRIORITY, "priority"},
        {EDIT_CATEGORY, "category"}, {EDIT_CUSTOMER_TIER, "customer_tier"},
        {EDIT_LANGUAGE, "language"},
    };
    size_t n = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((edits & names[i].edit) != 0) {
            ret[n++] = (char *)names[i].name; // packing only reads
        }
    }
    return n;
}

/* What only some kinds have. */
static void fill_parts(const struct reply_event *event, Slate__V1__Event *ret)
{
    ret->from_team = fill_string(event->from_team);
    ret->assignee = fill_string(event->assignee);
    ret->priority = fill_string(event->priority);
    ret->has_side = event->side != SIDE_NONE;
    ret->side = (Slate__V1__Side)event->side;
    ret->has_message_kind = event->message_kind != MESSAGE_KIND_NONE;
    ret->message_kind = (Slate__V1__MessageKind)event->message_kind;
    ret->has_visibility = event->visibility != MESSAGE_VISIBILITY_NONE;
    ret->visibility = (Slate__V1__Visibility)event->visibility;
    ret->channel = fill_string(event->channel);
    ret->hold_reason = fill_string(event->hold_reason);
    ret->has_hold_party = event->hold_party != SIDE_NONE;
    ret->hold_party = (Slate__V1__Side)event->hold_party;
    fill_instant(event->ends_at, &ret->has_ends_at, &ret->ends_at);
    ret->warning = fill_string(event->warning);
    ret->has_link = event->link != LINK_NONE;
    ret->link = (Slate__V1__LinkKind)event->link;
    ret->has_removed = event->removed;
    ret->removed = event->removed;
    ret->category = fill_string(event->category);
    ret->customer_tier = fill_string(event->customer_tier);
    ret->language = fill_string(event->language);
    ret->has_action = event->action != INTAKE_NONE;
    ret->action = (Slate__V1__IntakeAction)event->action;
}

static int add(struct wire_rows *rows, enum wire_row_kind kind, const struct reply_event *event)
{
    Slate__V1__Event out = SLATE__V1__EVENT__INIT;
    Slate__V1__Clock clock;
    char ticket[WIRE_TICKET_BYTES + 1];
    char other[WIRE_TICKET_BYTES + 1];
    char *edited[EDITS];

    out.contract = fill_string(event->contract);
    out.has_seq = 1;
    out.seq = event->seq;
    out.ticket = fill_ticket_name(event->key, event->number, ticket);
    out.has_kind = event->kind != REPLY_EVENT_NONE;
    out.kind = (Slate__V1__EventKind)event->kind;
    out.has_origin = event->origin != ORIGIN_NONE;
    out.origin = (Slate__V1__Origin)event->origin;
    fill_instant(event->recorded_at, &out.has_recorded_at, &out.recorded_at);
    fill_instant(event->effective_at, &out.has_effective_at, &out.effective_at);
    fill_instant(event->claimed_at, &out.has_claimed_at, &out.claimed_at);
    out.actor = fill_string(event->actor);
    out.via = fill_string(event->via);
    out.team = fill_string(event->team);
    fill_parts(event, &out);
    if (event->clock != NULL) {
        fill_clock(event->clock, &clock);
        out.clock = &clock;
    }
    out.other = fill_ticket_name(event->key, event->other, other);
    out.n_edited = fill_edited(event->edits, edited);
    out.edited = edited;
    out.has_state_now = event->state_now != TICKET_NONE;
    out.state_now = (Slate__V1__TicketState)event->state_now;
    out.priority_now = fill_string(event->priority_now);
    return rows_add(rows, kind, &out.base);
}

int wire_rows_add_log_event(struct wire_rows *rows, const struct reply_event *event)
{
    return add(rows, WIRE_ROW_LOG_EVENT, event);
}

int wire_rows_add_feed_event(struct wire_rows *rows, const struct reply_event *event)
{
    return add(rows, WIRE_ROW_FEED_EVENT, event);
}

int wire_encode_log_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                         const struct reply_page *page, struct wire_bytes *ret)
{
    Slate__V1__LogPage out = SLATE__V1__LOG_PAGE__INIT;

    assert(page->cursor.n <= WIRE_CURSOR_BYTES);
    out.has_truncated = 1;
    out.truncated = page->truncated;
    fill_bytes(page->cursor.n > 0 ? page->cursor.p : NULL, page->cursor.n, &out.has_cursor,
               &out.cursor);
    fill_instant(page->snapshot_at, &out.has_snapshot_at, &out.snapshot_at);
    return rows_finish(rows, WIRE_ROW_LOG_EVENT, id, token, &out.base, ret);
}

int wire_encode_feed(struct wire_rows *rows, const struct reply_feed *feed, struct wire_bytes *ret)
{
    Slate__V1__Feed out = SLATE__V1__FEED__INIT;
    Slate__V1__Token positions[WIRE_FEED_POSITIONS_MAX];
    Slate__V1__Token *pointers[WIRE_FEED_POSITIONS_MAX];
    Slate__V1__Error error;

    assert(feed->n_positions <= WIRE_FEED_POSITIONS_MAX);
    out.has_id = 1;
    out.id = feed->id;
    fill_positions(feed->positions, feed->n_positions, positions, pointers);
    out.positions = pointers;
    out.n_positions = feed->n_positions;
    if (feed->ended != NULL) {
        fill_error(feed->ended, &error);
        out.ended = &error;
    }
    return rows_finish_feed(rows, &out.base, ret);
}

int wire_encode_subscribed(struct arena *arena, uint64_t id, const struct wire_token *token,
                           const struct reply_subscribed *subscribed, struct wire_bytes *ret)
{
    const size_t n = subscribed->n_positions;
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__Subscribed out = SLATE__V1__SUBSCRIBED__INIT;
    Slate__V1__Token *positions = arena_array(arena, n, sizeof(*positions));
    Slate__V1__Token **pointers = arena_array(arena, n, sizeof(*pointers));

    assert(n <= WIRE_POSITIONS_MAX);
    if (positions == NULL || pointers == NULL) {
        return -1;
    }
    fill_reply(id, token, &reply, &position);
    fill_positions(subscribed->positions, n, positions, pointers);
    out.positions = pointers;
    out.n_positions = n;
    reply.subscribed = &out;
    return fill_payload(arena, &reply, ret);
}
