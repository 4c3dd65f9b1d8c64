// SPDX-License-Identifier: Apache-2.0
#include "wire/fill.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "wire/enums.h"

char *fill_string(const char *s)
{
    return s == NULL || s[0] == '\0' ? NULL : (char *)s; // packing only reads
}

void fill_bytes(const uint8_t *p, size_t n, protobuf_c_boolean *ret_has, ProtobufCBinaryData *ret)
{
    *ret_has = p != NULL;
    *ret = (ProtobufCBinaryData){.len = p != NULL ? n : 0, .data = (uint8_t *)p};
}

void fill_cursor(const struct wire_bytes *cursor, protobuf_c_boolean *ret_has,
                 ProtobufCBinaryData *ret)
{
    assert(cursor->n <= WIRE_CURSOR_BYTES);
    fill_bytes(cursor->n > 0 ? cursor->p : NULL, cursor->n, ret_has, ret);
}

void fill_instant(int64_t at, protobuf_c_boolean *ret_has, int64_t *ret)
{
    *ret_has = at != INSTANT_NONE && at != INSTANT_NEVER;
    *ret = *ret_has ? at : 0;
}

static void fill_token(const struct wire_token *token, Slate__V1__Token *ret)
{
    slate__v1__token__init(ret);
    ret->contract = fill_string(token->contract);
    ret->has_seq = 1;
    ret->seq = token->seq;
}

void fill_reply(uint64_t id, const struct wire_token *token, Slate__V1__Reply *ret,
                Slate__V1__Token *ret_position)
{
    slate__v1__reply__init(ret);
    ret->has_id = 1;
    ret->id = id;
    if (token != NULL) {
        fill_token(token, ret_position);
        ret->token = ret_position;
    }
}

void fill_name(const char *key, uint64_t number, char ret[static WIRE_TICKET_BYTES + 1])
{
    const int n = snprintf(ret, WIRE_TICKET_BYTES + 1, "%s-%" PRIu64, key, number);
    assert(n > 0 && n <= WIRE_TICKET_BYTES);
}

char *fill_ticket_name(const char *key, uint64_t number, char room[static WIRE_TICKET_BYTES + 1])
{
    if (number == 0) {
        return NULL;
    }
    fill_name(key, number, room);
    return room;
}

size_t fill_roles(uint32_t roles, char **ret)
{
    size_t n = 0;

    for (unsigned i = 0; i < ROLES; i++) {
        if ((roles >> i & 1) != 0) {
            ret[n++] = (char *)role_name((enum role)(1u << i)); // packing only reads
        }
    }
    return n;
}

void fill_error(const struct refusal *refusal, Slate__V1__Error *ret)
{
    assert(refusal->code != OUTCOME_OK);
    slate__v1__error__init(ret);
    ret->has_code = 1;
    ret->code = (Slate__V1__Code)refusal->code;
    ret->message = fill_string(refusal->message);
    ret->field = fill_string(refusal->field);
    ret->has_line = refusal->line != 0;
    ret->line = refusal->line;
    ret->hint = fill_string(refusal->hint);
    ret->has_retry_after_ms = refusal->retry_after_ms != 0;
    ret->retry_after_ms = refusal->retry_after_ms;
}

size_t fill_lines_that_fit(const char *const *lines, size_t n, size_t *room, bool *truncated)
{
    size_t i = 0;

    while (i < n && i < WIRE_ELEMENTS_MAX) {
        const size_t bytes = strlen(lines[i]) + FILL_ELEMENT_BYTES;
        if (bytes > *room) {
            break;
        }
        *room -= bytes;
        i++;
    }
    *truncated = *truncated || i < n;
    return i;
}

void fill_positions(const struct wire_token *positions, size_t n, Slate__V1__Token *ret,
                    Slate__V1__Token **ret_pointers)
{
    for (size_t i = 0; i < n; i++) {
        fill_token(&positions[i], &ret[i]);
        ret_pointers[i] = &ret[i];
    }
}

void fill_link(const char *key, const struct ticket_link *link, struct fill_link *ret)
{
    slate__v1__link__init(&ret->link);
    fill_name(key, link->number, ret->name);
    ret->link.ticket = ret->name;
    ret->link.has_kind = link->kind != LINK_NONE;
    ret->link.kind = (Slate__V1__LinkKind)link->kind;
}

void fill_clock(const struct reply_clock *clock, Slate__V1__Clock *ret)
{
    assert(clock->target_us >= 0 && clock->elapsed_us >= 0);
    slate__v1__clock__init(ret);
    ret->has_kind = clock->kind != CLOCK_KIND_NONE;
    ret->kind = (Slate__V1__ClockKind)clock->kind;
    ret->has_cycle = clock->cycle != 0;
    ret->cycle = clock->cycle;
    ret->has_state = clock->state != CLOCK_IDLE;
    ret->state = (Slate__V1__ClockState)clock->state;
    ret->has_verdict = clock->verdict != TICKET_VERDICT_NONE;
    ret->verdict = (Slate__V1__Verdict)clock->verdict;
    ret->has_contract_version = clock->contract_version != 0;
    ret->contract_version = clock->contract_version;
    ret->within = fill_string(clock->within);
    ret->calendar = fill_string(clock->calendar);
    ret->team = fill_string(clock->team);
    ret->has_target_us = 1;
    ret->target_us = (uint64_t)clock->target_us;
    ret->has_elapsed_us = 1;
    ret->elapsed_us = (uint64_t)clock->elapsed_us;
    fill_instant(clock->as_of_at, &ret->has_as_of_at, &ret->as_of_at);
    fill_instant(clock->started_at, &ret->has_started_at, &ret->started_at);
    fill_instant(clock->stopped_at, &ret->has_stopped_at, &ret->stopped_at);
    fill_instant(clock->due_at, &ret->has_due_at, &ret->due_at);
    fill_instant(clock->limit_at, &ret->has_limit_at, &ret->limit_at);
    fill_instant(clock->due_if_resumed_at, &ret->has_due_if_resumed_at, &ret->due_if_resumed_at);
    fill_instant(clock->breached_at, &ret->has_breached_at, &ret->breached_at);
}

void fill_ticket(const struct reply_ticket *ticket, struct fill_ticket *ret)
{
    Slate__V1__TicketRow *row = &ret->row;

    slate__v1__ticket_row__init(row);
    row->ticket = fill_ticket_name(ticket->key, ticket->number, ret->name);
    row->has_version = ticket->version != 0;
    row->version = ticket->version;
    row->has_state = ticket->state != TICKET_NONE;
    row->state = (Slate__V1__TicketState)ticket->state;
    row->contract = fill_string(ticket->contract);
    row->team = fill_string(ticket->team);
    row->assignee = fill_string(ticket->assignee);
    row->priority = fill_string(ticket->priority);
    if (ticket->subject.n > 0) {
        assert(ticket->subject.n <= WIRE_SUBJECT_BYTES);
        memcpy(ret->subject, ticket->subject.bytes, ticket->subject.n);
        ret->subject[ticket->subject.n] = '\0';
        row->subject = ret->subject;
    }
    row->function = fill_string(ticket->function);
    row->category = fill_string(ticket->category);
    row->customer_tier = fill_string(ticket->customer_tier);
    row->language = fill_string(ticket->language);
    row->source = fill_string(ticket->source);
    row->source_key = fill_string(ticket->source_key);
    fill_instant(ticket->received_at, &row->has_received_at, &row->received_at);
    fill_instant(ticket->updated_at, &row->has_updated_at, &row->updated_at);
    fill_instant(ticket->occurred_at, &row->has_occurred_at, &row->occurred_at);
    fill_instant(ticket->resolved_at, &row->has_resolved_at, &row->resolved_at);
    fill_instant(ticket->close_at, &row->has_close_at, &row->close_at);
    row->merged_into = fill_ticket_name(ticket->key, ticket->merged_into, ret->merged_into);
    assert(ticket->n_holds <= BOOK_HOLDS_MAX);
    for (size_t i = 0; i < ticket->n_holds; i++) {
        ret->holds[i] = (char *)ticket->holds[i];
    }
    row->holds = ret->holds;
    row->n_holds = ticket->n_holds;
    if (ticket->next_clock != NULL) {
        fill_clock(ticket->next_clock, &ret->next);
        row->next_clock = &ret->next;
    }
    if (ticket->breached_clock != NULL) {
        fill_clock(ticket->breached_clock, &ret->breached);
        row->breached_clock = &ret->breached;
    }
    row->has_imported = ticket->imported;
    row->imported = ticket->imported;
}

/* Names of the schema's fields; returns how many. */
static size_t fill_edited(uint32_t edits, char *ret[static FILL_EDITS])
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

/* Names of texts that were erased; returns how many. */
static size_t fill_erased(uint32_t erased, char *ret[static FILL_EDITS])
{
    static const char *const names[TEXT_FIELDS] = {
        [TEXT_SUBJECT] = "subject", [TEXT_BODY] = "body",     [TEXT_REQUESTER] = "requester",
        [TEXT_TAG] = "tag",         [TEXT_REASON] = "reason", [TEXT_SOURCE_KEY] = "source_key",
    };
    size_t n = 0;

    for (size_t i = TEXT_NONE + 1; i < TEXT_FIELDS; i++) {
        if ((erased & 1u << i) != 0) {
            ret[n++] = (char *)names[i]; // packing only reads
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
    ret->has_moved_by = event->moved_by != MOVED_BY_NONE;
    ret->moved_by = (Slate__V1__MovedBy)event->moved_by;
    fill_instant(event->was_due_at, &ret->has_was_due_at, &ret->was_due_at);
    fill_instant(event->was_limit_at, &ret->has_was_limit_at, &ret->was_limit_at);
    ret->has_erased_seq = event->erased_seq != 0;
    ret->erased_seq = event->erased_seq;
    ret->reason = fill_string(event->reason);
}

void fill_event(const struct reply_event *event, struct fill_event *ret)
{
    Slate__V1__Event *out = &ret->event;

    slate__v1__event__init(out);
    out->contract = fill_string(event->contract);
    out->has_seq = 1;
    out->seq = event->seq;
    out->ticket = fill_ticket_name(event->key, event->number, ret->ticket);
    out->has_kind = event->kind != REPLY_EVENT_NONE;
    out->kind = (Slate__V1__EventKind)event->kind;
    out->has_origin = event->origin != ORIGIN_NONE;
    out->origin = (Slate__V1__Origin)event->origin;
    fill_instant(event->recorded_at, &out->has_recorded_at, &out->recorded_at);
    fill_instant(event->effective_at, &out->has_effective_at, &out->effective_at);
    fill_instant(event->claimed_at, &out->has_claimed_at, &out->claimed_at);
    out->actor = fill_string(event->actor);
    out->via = fill_string(event->via);
    out->team = fill_string(event->team);
    fill_parts(event, out);
    if (event->clock != NULL) {
        fill_clock(event->clock, &ret->clock);
        out->clock = &ret->clock;
    }
    out->other = fill_ticket_name(event->key, event->other, ret->other);
    out->n_edited = event->kind == REPLY_EVENT_ERASED ? fill_erased(event->erased, ret->edited)
                                                      : fill_edited(event->edits, ret->edited);
    out->edited = ret->edited;
    out->has_state_now = event->state_now != TICKET_NONE;
    out->state_now = (Slate__V1__TicketState)event->state_now;
    out->priority_now = fill_string(event->priority_now);
}

void fill_user(const struct reply_user *user, struct fill_user *ret)
{
    Slate__V1__User *out = &ret->user;

    assert(user->n_teams <= PRINCIPAL_TEAMS_MAX);
    slate__v1__user__init(out);
    out->name = fill_string(user->name);
    out->has_human = 1;
    out->human = user->human;
    out->has_disabled = 1;
    out->disabled = user->disabled;
    out->n_roles = fill_roles(user->roles, ret->roles);
    out->roles = ret->roles;
    out->party = fill_string(user->party);
    out->teams = (char **)user->teams; // packing only reads
    out->n_teams = user->n_teams;
    out->source = fill_string(user->source);
    out->has_pinned = 1;
    out->pinned = user->pinned;
    out->has_keys = user->keys != 0;
    out->keys = user->keys;
    fill_instant(user->code_expires_at, &out->has_code_expires_at, &out->code_expires_at);
    out->has_vouched = user->vouched;
    out->vouched = user->vouched;
}
