// SPDX-License-Identifier: Apache-2.0
/* Entries of the journal as clients see them: those of a ticket's log, and those of a feed. */
#include <assert.h>

#include "wire/enums.h"
#include "wire/fill.h"
#include "wire/rows.h"

static int add(struct wire_rows *rows, enum wire_row_kind kind, const struct reply_event *event)
{
    struct fill_event out;

    fill_event(event, &out);
    return rows_add(rows, kind, &out.event.base);
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

    FILL_PAGE(&out, page);
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
