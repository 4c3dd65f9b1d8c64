// SPDX-License-Identifier: Apache-2.0
/*
 * Frames -> greetings, refusals and results. A message is unpacked into the arena of the result
 * that it becomes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/codec.h"
#include "client/lib/codec_result.h"
#include "client/lib/error.h"
#include "slate.pb-c.h"

/** The numbers of slate.h are those of the schema: they are copied, not translated. */
#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #ours)
SAME(SLATE_UNAUTHENTICATED, SLATE__V1__CODE__CODE_UNAUTHENTICATED);
SAME(SLATE_ABORTED, SLATE__V1__CODE__CODE_ABORTED);
SAME(SLATE_UNAVAILABLE, SLATE__V1__CODE__CODE_UNAVAILABLE);
SAME(SLATE_TICKET_MERGED, SLATE__V1__TICKET_STATE__TICKET_STATE_MERGED);
SAME(SLATE_TICKET_HELD, SLATE__V1__TICKET_STATE__TICKET_STATE_HELD);
SAME(SLATE_CLOCK_OLA, SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA);
SAME(SLATE_CLOCK_RESOLUTION, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION);
SAME(SLATE_CLOCK_CANCELLED, SLATE__V1__CLOCK_STATE__CLOCK_STATE_CANCELLED);
SAME(SLATE_CLOCK_ON_HOLD, SLATE__V1__CLOCK_STATE__CLOCK_STATE_ON_HOLD);
SAME(SLATE_VERDICT_UNMEASURED, SLATE__V1__VERDICT__VERDICT_UNMEASURED);
SAME(SLATE_VERDICT_BREACHED, SLATE__V1__VERDICT__VERDICT_BREACHED);
SAME(SLATE_SIDE_TOOL, SLATE__V1__SIDE__SIDE_TOOL);
SAME(SLATE_SIDE_VENDOR, SLATE__V1__SIDE__SIDE_VENDOR);
SAME(SLATE_MESSAGE_AUTO, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_AUTO);
SAME(SLATE_INTERNAL_NOTE, SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL);
SAME(SLATE_SPAN_PAST_LIMIT, SLATE__V1__SPAN_KIND__SPAN_PAST_LIMIT);
SAME(SLATE_SPAN_STOPPED, SLATE__V1__SPAN_KIND__SPAN_STOPPED);
SAME(SLATE_SPAN_OUTSIDE, SLATE__V1__SPAN_KIND__SPAN_OUTSIDE);
SAME(SLATE_IMPORT_PRIORITY, SLATE__V1__IMPORT_ACTION__IMPORT_PRIORITY);
SAME(SLATE_IMPORT_REOPEN, SLATE__V1__IMPORT_ACTION__IMPORT_REOPEN);
SAME(SLATE_BOOK_SAME, SLATE__V1__BOOK_CHANGE_KIND__BOOK_CHANGE_SAME);

SAME(SLATE_EVENT_BREACH, SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH);
SAME(SLATE_EVENT_TAGGED, SLATE__V1__EVENT_KIND__EVENT_KIND_TAGGED);
SAME(SLATE_EVENT_ERASED, SLATE__V1__EVENT_KIND__EVENT_KIND_ERASED);
SAME(SLATE_ORIGIN_CLOCK, SLATE__V1__ORIGIN__ORIGIN_CLOCK);
SAME(SLATE_LINK_DUPLICATED_BY, SLATE__V1__LINK_KIND__LINK_KIND_DUPLICATED_BY);
SAME(SLATE_LINK_FOLLOWED_BY, SLATE__V1__LINK_KIND__LINK_KIND_FOLLOWED_BY);
SAME(SLATE_INTAKE_MESSAGE, SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_MESSAGE);
SAME(SLATE_INTAKE_RESOLVE, SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_RESOLVE);
SAME(SLATE_INTAKE_DUPLICATE, SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_DUPLICATE);
SAME(SLATE_INTAKE_KEPT, SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_KEPT);
SAME(SLATE_MOVED_BY_ZONE_DATA, SLATE__V1__MOVED_BY__MOVED_BY_ZONE_DATA);
SAME(SLATE_MOVED_BY_CALENDAR, SLATE__V1__MOVED_BY__MOVED_BY_CALENDAR);
SAME(SLATE_USER_DISABLE, SLATE__V1__USER_ACTION__USER_ACTION_DISABLE);
SAME(SLATE_USER_ENABLE, SLATE__V1__USER_ACTION__USER_ACTION_ENABLE);
SAME(SLATE_USER_ROTATE, SLATE__V1__USER_ACTION__USER_ACTION_ROTATE);
SAME(SLATE_USER_VOUCH, SLATE__V1__USER_ACTION__USER_ACTION_VOUCH);
SAME(SLATE_PROPOSAL_OPEN, SLATE__V1__PROPOSAL_STATE__PROPOSAL_STATE_OPEN);
SAME(SLATE_PROPOSAL_APPLIED, SLATE__V1__PROPOSAL_STATE__PROPOSAL_STATE_APPLIED);
SAME(SLATE_PROPOSAL_WITHDRAWN, SLATE__V1__PROPOSAL_STATE__PROPOSAL_STATE_WITHDRAWN);
SAME(SLATE_ACCESS_SHOW, SLATE__V1__ACCESS_KIND__ACCESS_KIND_SHOW);
SAME(SLATE_ACCESS_LIST, SLATE__V1__ACCESS_KIND__ACCESS_KIND_LIST);
SAME(SLATE_ACCESS_EXPORT, SLATE__V1__ACCESS_KIND__ACCESS_KIND_EXPORT);
SAME(SLATE_ACCESS_ADMIN, SLATE__V1__ACCESS_KIND__ACCESS_KIND_ADMIN);

void codec_result_error(const Slate__V1__Error *m, struct slate_error *ret)
{
    int code = (int)m->code;

    if (code <= SLATE_OK || code > SLATE_UNAUTHENTICATED) {
        code = SLATE_UNKNOWN;
    }
    error_set(ret, (enum slate_status)code, "%s", m->message ? m->message : "refused");
    error_hint(ret, "%s", m->hint ? m->hint : "");
    snprintf(ret->field, sizeof(ret->field), "%s", m->field ? m->field : "");
    ret->line = m->line;
    ret->retry_after_ms = m->retry_after_ms;
}

static bool get_hello(struct result *r, const Slate__V1__Hello *m)
{
    struct slate_server *s = &r->server;

    if (!m->limits || m->cluster_id.len != sizeof(s->cluster_id)) {
        return false;
    }
    memcpy(s->cluster_id, m->cluster_id.data, sizeof(s->cluster_id));
    s->version = m->server_version;
    s->server_at = m->server_at;
    s->zone_release = m->zone_release;
    s->source = m->source;
    s->principal = m->principal;
    s->n_roles = m->n_roles;
    s->roles = codec_result_strings(m->roles);
    s->limits = (struct slate_limits){
        .frame_bytes = m->limits->frame_bytes,
        .import_frame_bytes = m->limits->import_frame_bytes,
        .pipelined_requests = m->limits->pipelined_requests,
        .page_rows = m->limits->page_rows,
        .body_bytes = m->limits->body_bytes,
    };
    return true;
}

static void *take_memory(void *arena, size_t n)
{
    return arena_get(arena, n);
}

static void give_memory(void *arena, void *p)
{
    (void)arena; // all at once, later
    (void)p;
}

ProtobufCAllocator codec_result_allocator(struct result *r)
{
    return (ProtobufCAllocator){take_memory, give_memory, &r->arena};
}

static enum slate_status read_envelope(struct result *r, const uint8_t *p, size_t n,
                                       struct codec_answer *ret, struct slate_error *e)
{
    ProtobufCAllocator allocator = codec_result_allocator(r);
    const Slate__V1__Envelope *m = slate__v1__envelope__unpack(&allocator, n, p);

    if (!m || !(m->hello || m->reply || m->feed)) {
        return error_set(e, SLATE_PROTOCOL, "the server sent a message that makes no sense");
    }
    if (m->hello) {
        if (!get_hello(r, m->hello)) {
            return error_set(e, SLATE_PROTOCOL, "the server's greeting makes no sense");
        }
        ret->kind = CODEC_HELLO;
        ret->protocol = m->hello->protocol;
        ret->server = &r->server;
        return SLATE_OK;
    }
    if (m->feed) {
        if (!codec_result_feed(r, m->feed)) {
            return error_set(e, SLATE_PROTOCOL, "the server sent events that make no sense");
        }
        ret->kind = CODEC_FEED;
        ret->id = m->feed->id;
        ret->feed = &r->feed;
        return SLATE_OK;
    }
    ret->id = m->reply->id;
    if (m->reply->error) {
        ret->kind = CODEC_REFUSED;
        codec_result_error(m->reply->error, &ret->error);
        return SLATE_OK;
    }
    if (!codec_result_fill(r, m->reply)) {
        return error_set(e, SLATE_PROTOCOL, "the server sent an answer that makes no sense");
    }
    ret->kind = CODEC_RESULT;
    return SLATE_OK;
}

enum slate_status codec_decode(const uint8_t *p, size_t n, struct codec_answer *ret,
                               struct slate_error *reterr)
{
    struct result *r = calloc(1, sizeof(*r));
    struct codec_answer answer = {0};

    if (!r) {
        return error_no_memory(reterr);
    }
    arena_init(&r->arena, CODEC_ARENA_BYTES);
    enum slate_status status = read_envelope(r, p, n, &answer, reterr);
    if (status != SLATE_OK || answer.kind == CODEC_REFUSED) {
        slate_result_free(&r->public);
    } else {
        answer.result = &r->public;
    }
    if (status == SLATE_OK) {
        *ret = answer;
    }
    return status;
}

bool codec_expect(struct slate_result *r, enum slate_kind kind)
{
    static const enum shape shapes[] = {
        [SLATE_NEW_TICKET] = SHAPE_CHANGED,
        [SLATE_LIST_TICKETS] = SHAPE_TICKETS,
        [SLATE_SHOW_TICKET] = SHAPE_DETAIL,
        [SLATE_TAKE_TICKET] = SHAPE_CHANGED,
        [SLATE_ADD_MESSAGE] = SHAPE_CHANGED,
        [SLATE_HOLD_TICKET] = SHAPE_CHANGED,
        [SLATE_RESUME_TICKET] = SHAPE_CHANGED,
        [SLATE_RESOLVE_TICKET] = SHAPE_CHANGED,
        [SLATE_LIST_BREACHES] = SHAPE_BREACHES,
        [SLATE_EXPLAIN] = SHAPE_EXPLANATION,
        [SLATE_IMPORT_TICKET] = SHAPE_IMPORTED,
        [SLATE_APPLY_BOOK] = SHAPE_DIFF,
        [SLATE_SHOW_BOOK] = SHAPE_BOOK,
        [SLATE_RELEASE_TICKET] = SHAPE_CHANGED,
        [SLATE_ACKNOWLEDGE_TICKET] = SHAPE_CHANGED,
        [SLATE_ASSIGN_TICKET] = SHAPE_CHANGED,
        [SLATE_TRANSFER_TICKET] = SHAPE_CHANGED,
        [SLATE_SET_PRIORITY] = SHAPE_CHANGED,
        [SLATE_CLOSE_TICKET] = SHAPE_CHANGED,
        [SLATE_REOPEN_TICKET] = SHAPE_CHANGED,
        [SLATE_MERGE_TICKET] = SHAPE_CHANGED,
        [SLATE_LINK_TICKET] = SHAPE_CHANGED,
        [SLATE_TAG_TICKET] = SHAPE_CHANGED,
        [SLATE_EDIT_TICKET] = SHAPE_CHANGED,
        [SLATE_SHOW_LOG] = SHAPE_LOG,
        [SLATE_INTAKE] = SHAPE_INTAKE,
        [SLATE_LIST_USERS] = SHAPE_USERS,
        [SLATE_SUBSCRIBE] = SHAPE_SUBSCRIBED,
        [SLATE_SPLIT_CLOCK] = SHAPE_SPLITS,
        [SLATE_TRY_BOOK] = SHAPE_TRIED,
        [SLATE_ADD_USER] = SHAPE_USER,
        [SLATE_SET_USER] = SHAPE_USER,
        [SLATE_RENEW_CERTIFICATE] = SHAPE_CERTIFICATE,
        [SLATE_PROPOSE_BOOK] = SHAPE_DIFF,
        [SLATE_APPROVE_BOOK] = SHAPE_PROPOSALS,
        [SLATE_LIST_PROPOSALS] = SHAPE_PROPOSALS,
        [SLATE_LIST_ACCESS] = SHAPE_ACCESS,
        [SLATE_EXPORT_JOURNAL] = SHAPE_CHUNK,
        [SLATE_SHOW_HEAD] = SHAPE_HEADS,
        [SLATE_COUNTERSIGN] = SHAPE_HEADS,
        [SLATE_ERASE_TEXTS] = SHAPE_ERASED,
    };
    const struct result *whole = (const struct result *)r;
    size_t i = (size_t)kind;

    if (i >= sizeof(shapes) / sizeof(shapes[0]) || whole->shape == SHAPE_NONE ||
        shapes[i] != whole->shape) {
        return false;
    }
    r->kind = kind;
    return true;
}

void slate_result_free(struct slate_result *r)
{
    struct result *whole = (struct result *)r;

    if (whole) {
        arena_fini(&whole->arena);
        free(whole);
    }
}
