// SPDX-License-Identifier: Apache-2.0
/*
 * Requests -> frames: what any request may say, and its size.
 */
#include "client/lib/codec_request.h"

#include <stdlib.h>
#include <string.h>

#include "client/lib/codec.h"
#include "client/lib/error.h"
#include "proto/frame.h"

/** What encoding a request needs: the largest has 1,000 events of small structs. */
#define ENCODE_ARENA_BYTES ((size_t)4 * 1024 * 1024)

static const struct kind {
    bool (*put)(Slate__V1__Request *r, const struct slate_request *q, struct arena *a);
    bool change;
    bool large; // may be as large as an import
} kinds[] = {
    [SLATE_NEW_TICKET] = {codec_put_new_ticket, true, false},
    [SLATE_LIST_TICKETS] = {codec_put_list_tickets, false, false},
    [SLATE_SHOW_TICKET] = {codec_put_show_ticket, false, false},
    [SLATE_TAKE_TICKET] = {codec_put_take_ticket, true, false},
    [SLATE_ADD_MESSAGE] = {codec_put_add_message, true, false},
    [SLATE_HOLD_TICKET] = {codec_put_hold_ticket, true, false},
    [SLATE_RESUME_TICKET] = {codec_put_resume_ticket, true, false},
    [SLATE_RESOLVE_TICKET] = {codec_put_resolve_ticket, true, false},
    [SLATE_LIST_BREACHES] = {codec_put_list_breaches, false, false},
    [SLATE_EXPLAIN] = {codec_put_explain, false, false},
    [SLATE_IMPORT_TICKET] = {codec_put_import_ticket, true, true},
    [SLATE_APPLY_BOOK] = {codec_put_apply_book, true, true},
    [SLATE_SHOW_BOOK] = {codec_put_show_book, false, false},
    [SLATE_RELEASE_TICKET] = {codec_put_release_ticket, true, false},
    [SLATE_ACKNOWLEDGE_TICKET] = {codec_put_acknowledge_ticket, true, false},
    [SLATE_ASSIGN_TICKET] = {codec_put_assign_ticket, true, false},
    [SLATE_TRANSFER_TICKET] = {codec_put_transfer_ticket, true, false},
    [SLATE_SET_PRIORITY] = {codec_put_set_priority, true, false},
    [SLATE_CLOSE_TICKET] = {codec_put_close_ticket, true, false},
    [SLATE_REOPEN_TICKET] = {codec_put_reopen_ticket, true, false},
    [SLATE_MERGE_TICKET] = {codec_put_merge_ticket, true, false},
    [SLATE_LINK_TICKET] = {codec_put_link_ticket, true, false},
    [SLATE_TAG_TICKET] = {codec_put_tag_ticket, true, false},
    [SLATE_EDIT_TICKET] = {codec_put_edit_ticket, true, false},
    [SLATE_SHOW_LOG] = {codec_put_show_log, false, false},
    [SLATE_INTAKE] = {codec_put_intake, true, false},
    [SLATE_LIST_USERS] = {codec_put_list_users, false, false},
    [SLATE_SUBSCRIBE] = {codec_put_subscribe, false, true},
    [SLATE_SPLIT_CLOCK] = {codec_put_split_clock, false, false},
    [SLATE_TRY_BOOK] = {codec_put_try_book, false, true},
    [SLATE_ADD_USER] = {codec_put_add_user, true, false},
    [SLATE_SET_USER] = {codec_put_set_user, true, false},
    [SLATE_RENEW_CERTIFICATE] = {codec_put_renew_certificate, true, false},
    [SLATE_PROPOSE_BOOK] = {codec_put_propose_book, true, true},
    [SLATE_APPROVE_BOOK] = {codec_put_approve_book, true, false},
    [SLATE_LIST_PROPOSALS] = {codec_put_list_proposals, false, false},
    [SLATE_LIST_ACCESS] = {codec_put_list_access, false, false},
    [SLATE_EXPORT_JOURNAL] = {codec_put_export_journal, false, false},
    [SLATE_SHOW_HEAD] = {codec_put_show_head, false, false},
    [SLATE_COUNTERSIGN] = {codec_put_countersign, true, false},
    [SLATE_ERASE_TEXTS] = {codec_put_erase_texts, true, false},
};

static const struct kind *find(enum slate_kind kind)
{
    size_t i = (size_t)kind;

    return i < sizeof(kinds) / sizeof(kinds[0]) && kinds[i].put ? &kinds[i] : NULL;
}

bool codec_is_change(enum slate_kind kind)
{
    const struct kind *k = find(kind);

    return k && k->change;
}

static bool put_with(Slate__V1__Request *r, const struct slate_with *with, struct arena *a)
{
    CODEC_SET_NUMBER(r, claimed_at, with->claimed_at);
    CODEC_SET_NUMBER(r, as_of, with->as_of_at);
    CODEC_SET_NUMBER(r, as_known, with->as_known_at);
    CODEC_SET_NUMBER(r, if_version, with->if_version);
    CODEC_SET_NUMBER(r, dry_run, with->dry_run);
    r->reason = codec_text(with->reason);
    if (with->min_token.seq == 0) {
        return true;
    }
    Slate__V1__Token **token = codec_put_tokens(&with->min_token, 1, a);
    if (!token) {
        return false;
    }
    r->min_token = token[0];
    return true;
}

static enum slate_status pack(Slate__V1__Request *r, size_t limit, uint8_t **ret, size_t *ret_n,
                              struct slate_error *e)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.request = r;
    size_t n = slate__v1__envelope__get_packed_size(&envelope);
    if (n > limit) {
        error_set(e, SLATE_INVALID_ARGUMENT,
                  "this request has %zu bytes; the server takes at most %zu", n, limit);
        error_hint(e, "shorten its text");
        return SLATE_INVALID_ARGUMENT;
    }
    uint8_t *p = malloc(FRAME_HEADER_BYTES + n);
    if (!p) {
        return error_no_memory(e);
    }
    frame_encode(p, n);
    if (slate__v1__envelope__pack(&envelope, p + FRAME_HEADER_BYTES) != n) {
        abort(); // the size was computed from the same message
    }
    *ret = p;
    *ret_n = FRAME_HEADER_BYTES + n;
    return SLATE_OK;
}

enum slate_status codec_encode(const struct slate_request *request, uint64_t id,
                               const uint8_t *request_id, uint32_t deadline_ms,
                               const struct slate_limits *limits, uint8_t **ret, size_t *ret_n,
                               struct slate_error *reterr)
{
    const struct kind *kind = find(request->kind);
    Slate__V1__Request r = SLATE__V1__REQUEST__INIT;
    struct arena arena;

    if (!kind) {
        return error_set(reterr, SLATE_INVALID_ARGUMENT, "there is no request of kind %d",
                         (int)request->kind);
    }
    CODEC_SET_NUMBER(&r, id, id);
    CODEC_SET_NUMBER(&r, deadline_ms, deadline_ms);
    if (request_id) {
        r.has_request_id = true;
        r.request_id.data = (uint8_t *)request_id;
        r.request_id.len = SLATE_REQUEST_ID_BYTES;
    }
    arena_init(&arena, ENCODE_ARENA_BYTES);
    enum slate_status status;
    if (put_with(&r, &request->with, &arena) && kind->put(&r, request, &arena)) {
        status = pack(&r, kind->large ? limits->import_frame_bytes : limits->frame_bytes, ret,
                      ret_n, reterr);
    } else {
        status = error_no_memory(reterr);
    }
    arena_fini(&arena);
    return status;
}
