// SPDX-License-Identifier: Apache-2.0
/*
 * What happened, live and in a ticket's log -> the public structs.
 *
 * A feed's message may hold many events, and its reader gets them one by one, keeps some and frees
 * others. So each becomes a result of its own, in memory of its own.
 */
#include <stdlib.h>

#include "client/lib/codec.h"
#include "client/lib/codec_result.h"
#include "client/lib/error.h"

static bool get_event(struct result *r, const Slate__V1__Event *m, struct slate_event *ret)
{
    *ret = (struct slate_event){
        .contract = m->contract,
        .seq = m->seq,
        .ticket = m->ticket,
        .kind = (enum slate_event_kind)m->kind,
        .origin = (enum slate_origin)m->origin,
        .recorded_at = m->recorded_at,
        .effective_at = m->effective_at,
        .claimed_at = m->claimed_at,
        .actor = m->actor,
        .via = m->via,
        .team = m->team,
        .from_team = m->from_team,
        .assignee = m->assignee,
        .priority = m->priority,
        .side = (enum slate_side)m->side,
        .message_kind = (enum slate_message_kind)m->message_kind,
        .visibility = (enum slate_visibility)m->visibility,
        .channel = m->channel,
        .hold_reason = m->hold_reason,
        .hold_party = (enum slate_side)m->hold_party,
        .ends_at = m->ends_at,
        .warning = m->warning,
        .other = m->other,
        .link = (enum slate_link_kind)m->link,
        .removed = m->removed,
        .category = m->category,
        .customer_tier = m->customer_tier,
        .language = m->language,
        .n_edited = m->n_edited,
        .edited = codec_result_strings(m->edited),
        .action = (enum slate_intake_action)m->action,
        .state_now = (enum slate_ticket_state)m->state_now,
        .priority_now = m->priority_now,
        .moved_by = (enum slate_moved_by)m->moved_by,
        .was_due_at = m->was_due_at,
        .was_limit_at = m->was_limit_at,
        .erased_seq = m->erased_seq,
        .reason = m->reason,
    };
    return codec_result_clock(r, m->clock, &ret->clock);
}

bool codec_result_events(struct result *r, size_t n, Slate__V1__Event **from, size_t *ret_n,
                         const struct slate_event **ret)
{
    struct slate_event *events = arena_array(&r->arena, n, sizeof(*events));

    for (size_t i = 0; events && i < n; i++) {
        if (!get_event(r, from[i], &events[i])) {
            return false;
        }
    }
    *ret_n = n;
    *ret = events;
    return events;
}

bool codec_result_log(struct result *r, const Slate__V1__LogPage *m)
{
    struct slate_log_page *ret = &r->public.log;

    r->shape = SHAPE_LOG;
    ret->truncated = m->truncated;
    ret->cursor = codec_result_bytes(&m->cursor);
    ret->snapshot_at = m->snapshot_at;
    return codec_result_events(r, m->n_events, m->events, &ret->n_events, &ret->events);
}

static bool get_positions(struct result *r, size_t n, Slate__V1__Token **from,
                          struct slate_positions *ret)
{
    struct slate_token *tokens = arena_array(&r->arena, n, sizeof(*tokens));

    for (size_t i = 0; tokens && i < n; i++) {
        tokens[i].contract = from[i]->contract ? from[i]->contract : "";
        tokens[i].seq = from[i]->seq;
    }
    *ret = (struct slate_positions){n, tokens};
    return tokens;
}

bool codec_result_subscribed(struct result *r, const Slate__V1__Subscribed *m)
{
    r->shape = SHAPE_SUBSCRIBED;
    return get_positions(r, m->n_positions, m->positions, &r->feed.positions);
}

bool codec_result_feed(struct result *r, const Slate__V1__Feed *m)
{
    for (size_t i = 0; i < m->n_events; i++) {
        if (!m->events[i]->contract || !*m->events[i]->contract || m->events[i]->seq == 0) {
            return false; // without its place it can't be told from others
        }
    }
    r->shape = SHAPE_FEED;
    r->events = m->events;
    r->feed.n_events = m->n_events;
    r->feed.ended = m->ended;
    if (m->ended) {
        codec_result_error(m->ended, &r->feed.why);
    }
    return get_positions(r, m->n_positions, m->positions, &r->feed.positions);
}

struct slate_positions codec_subscribed(const struct slate_result *r)
{
    return ((const struct result *)r)->feed.positions;
}

/** Copy a message into a result's arena. Protobuf has no other way to copy one. */
static const Slate__V1__Event *copy_event(struct result *r, const Slate__V1__Event *from)
{
    ProtobufCAllocator allocator = codec_result_allocator(r);
    size_t n = slate__v1__event__get_packed_size(from);
    uint8_t *p = malloc(n ? n : 1);

    if (!p) {
        return NULL;
    }
    slate__v1__event__pack(from, p);
    const Slate__V1__Event *copy = slate__v1__event__unpack(&allocator, n, p);
    free(p);
    return copy;
}

enum slate_status codec_event(const struct slate_result *feed, size_t i, struct slate_result **ret,
                              struct slate_error *reterr)
{
    const Slate__V1__Event *from = ((const struct result *)feed)->events[i];
    struct result *r = calloc(1, sizeof(*r));

    if (!r) {
        return error_no_memory(reterr);
    }
    arena_init(&r->arena, CODEC_ARENA_BYTES);
    const Slate__V1__Event *m = copy_event(r, from);
    if (!m || !get_event(r, m, &r->public.event)) {
        slate_result_free(&r->public);
        return error_no_memory(reterr);
    }
    r->shape = SHAPE_EVENT;
    r->public.kind = SLATE_EVENT;
    r->public.token = (struct slate_token){r->public.event.contract, r->public.event.seq};
    *ret = &r->public;
    return SLATE_OK;
}
