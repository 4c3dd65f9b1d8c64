// SPDX-License-Identifier: Apache-2.0
/*
 * The events of tickets. For each kind there is one pair of functions, next to each other, and one
 * row in the table.
 */
#include "store/record_events.h"

static void put_opened(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Opened *m = body->opened = &own->opened;

    slate_store__opened__init(m);
    RECORD_SET(m, team, e->u.opened.team, 0);
    RECORD_SET(m, requester, e->u.opened.requester, 0);
    m->priority = record_string(e->u.opened.priority);
    m->function = record_string(e->u.opened.function);
    m->category = record_string(e->u.opened.category);
    m->customer_tier = record_string(e->u.opened.customer_tier);
    m->language = record_string(e->u.opened.language);
    m->source = record_string(e->u.opened.source);
    RECORD_SET(m, received_at, e->u.opened.received_at, e->effective_at);
    RECORD_SET(m, occurred_at, e->u.opened.occurred_at, INSTANT_NONE);
    RECORD_SET(m, silent_until_at, e->u.opened.silent_until_at, INSTANT_NONE);
    RECORD_SET(m, clocks_absent, e->u.opened.clocks_absent, 0);
}

static bool get_opened(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Opened *m = body->opened;

    if (!m) {
        return false;
    }
    e->u.opened.team = m->team;
    e->u.opened.requester = m->requester;
    e->u.opened.received_at = RECORD_GET(m, received_at, e->effective_at);
    e->u.opened.occurred_at = RECORD_GET(m, occurred_at, INSTANT_NONE);
    e->u.opened.silent_until_at = RECORD_GET(m, silent_until_at, INSTANT_NONE);
    e->u.opened.clocks_absent = m->clocks_absent;
    return record_take_string(m->priority, e->u.opened.priority, sizeof(e->u.opened.priority)) &&
           record_take_string(m->function, e->u.opened.function, sizeof(e->u.opened.function)) &&
           record_take_string(m->category, e->u.opened.category, sizeof(e->u.opened.category)) &&
           record_take_string(m->customer_tier, e->u.opened.customer_tier,
                              sizeof(e->u.opened.customer_tier)) &&
           record_take_string(m->language, e->u.opened.language, sizeof(e->u.opened.language)) &&
           record_take_string(m->source, e->u.opened.source, sizeof(e->u.opened.source)) &&
           record_take_string(m->source_key, e->u.opened.old_source_key,
                              sizeof(e->u.opened.old_source_key));
}

static void put_message(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__MessageAdded *m = body->message = &own->message;

    slate_store__message_added__init(m);
    RECORD_SET(m, side, (uint32_t)e->u.message.side, 0);
    RECORD_SET(m, kind, (uint32_t)e->u.message.kind, 0);
    RECORD_SET(m, visibility, (uint32_t)e->u.message.visibility, 0);
    m->channel = record_string(e->u.message.channel);
}

static bool get_message(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__MessageAdded *m = body->message;

    if (!m || m->side > SIDE_TOOL || m->kind > MESSAGE_KIND_AUTO ||
        m->visibility > MESSAGE_INTERNAL) {
        return false;
    }
    e->u.message.side = (enum side)m->side;
    e->u.message.kind = (enum message_kind)m->kind;
    e->u.message.visibility = (enum message_visibility)m->visibility;
    return record_take_string(m->channel, e->u.message.channel, sizeof(e->u.message.channel));
}

static void put_taken(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Taken *m = body->taken = &own->taken;

    slate_store__taken__init(m);
    RECORD_SET(m, assignee, e->u.taken.assignee, 0);
}

static bool get_taken(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->taken) {
        return false;
    }
    e->u.taken.assignee = body->taken->assignee;
    return true;
}

static void put_hold(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__HoldChanged *m = body->hold = &own->hold;

    slate_store__hold_changed__init(m);
    m->reason = record_string(e->u.hold.reason);
    RECORD_SET(m, party, (uint32_t)e->u.hold.party, 0);
    RECORD_SET(m, ends_at, e->u.hold.ends_at, INSTANT_NEVER);
}

static bool get_hold(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__HoldChanged *m = body->hold;

    if (!m || m->party > SIDE_TOOL) {
        return false;
    }
    e->u.hold.party = (enum side)m->party;
    e->u.hold.ends_at = RECORD_GET(m, ends_at, INSTANT_NEVER);
    return record_take_string(m->reason, e->u.hold.reason, sizeof(e->u.hold.reason));
}

static void put_resolved(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Resolved *m = body->resolved = &own->resolved;

    slate_store__resolved__init(m);
    RECORD_SET(m, by_human, e->u.resolved.by_human, false);
    RECORD_SET(m, close_at, e->u.resolved.close_at, INSTANT_NEVER);
}

static bool get_resolved(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->resolved) {
        return false;
    }
    e->u.resolved.by_human = body->resolved->by_human;
    e->u.resolved.close_at = RECORD_GET(body->resolved, close_at, INSTANT_NEVER);
    return true;
}

static void put_priority(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__PriorityChanged *m = body->priority = &own->priority;

    slate_store__priority_changed__init(m);
    m->priority = record_string(e->u.priority.priority);
}

static bool get_priority(const SlateStore__EntryBody *body, struct event *e)
{
    return body->priority && record_take_string(body->priority->priority, e->u.priority.priority,
                                                sizeof(e->u.priority.priority));
}

static void put_transferred(const struct event *e, SlateStore__EntryBody *body,
                            union record_own *own)
{
    SlateStore__Transferred *m = body->transferred = &own->transferred;

    slate_store__transferred__init(m);
    RECORD_SET(m, from, e->u.transferred.from, 0);
}

static bool get_transferred(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->transferred) {
        return false;
    }
    e->u.transferred.from = body->transferred->from;
    return true;
}

static void put_edited(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Edited *m = body->edited = &own->edited;

    slate_store__edited__init(m);
    RECORD_SET(m, set, e->u.edited.set, 0);
    m->category = record_string(e->u.edited.category);
    m->customer_tier = record_string(e->u.edited.customer_tier);
    m->language = record_string(e->u.edited.language);
    m->priority = record_string(e->u.edited.priority);
}

static bool get_edited(const SlateStore__EntryBody *body, struct event *e)
{
    const uint32_t known = EDIT_SUBJECT | EDIT_CATEGORY | EDIT_CUSTOMER_TIER | EDIT_LANGUAGE |
                           EDIT_PRIORITY;
    const SlateStore__Edited *m = body->edited;

    if (!m || (m->set & ~known) != 0) {
        return false;
    }
    e->u.edited.set = m->set;
    return record_take_string(m->category, e->u.edited.category, sizeof(e->u.edited.category)) &&
           record_take_string(m->customer_tier, e->u.edited.customer_tier,
                              sizeof(e->u.edited.customer_tier)) &&
           record_take_string(m->language, e->u.edited.language, sizeof(e->u.edited.language)) &&
           record_take_string(m->priority, e->u.edited.priority, sizeof(e->u.edited.priority));
}

static void put_merged(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Merged *m = body->merged = &own->merged;

    slate_store__merged__init(m);
    RECORD_SET(m, ticket, e->u.merged.ticket, 0);
    RECORD_SET(m, opened_at, e->u.merged.opened_at, 0);
}

static bool get_merged(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->merged || body->merged->ticket == 0) {
        return false;
    }
    e->u.merged.ticket = body->merged->ticket;
    e->u.merged.opened_at = body->merged->opened_at;
    return true;
}

static void put_linked(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Linked *m = body->linked = &own->linked;

    slate_store__linked__init(m);
    RECORD_SET(m, ticket, e->u.linked.ticket, 0);
    RECORD_SET(m, kind, (uint32_t)e->u.linked.kind, 0);
    RECORD_SET(m, removed, e->u.linked.removed, false);
}

static bool get_linked(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Linked *m = body->linked;

    if (!m || m->ticket == 0 || m->kind == LINK_NONE || m->kind >= LINK_KINDS) {
        return false;
    }
    e->u.linked.ticket = m->ticket;
    e->u.linked.kind = (enum link_kind)m->kind;
    e->u.linked.removed = m->removed;
    return true;
}

static void put_tagged(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Tagged *m = body->tagged = &own->tagged;

    slate_store__tagged__init(m);
    RECORD_SET(m, removed_seq, e->u.tagged.removed_seq, 0);
}

static bool get_tagged(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->tagged) {
        return false;
    }
    e->u.tagged.removed_seq = body->tagged->removed_seq;
    return true;
}

static void put_kept(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Kept *m = body->kept = &own->kept;

    slate_store__kept__init(m);
    RECORD_SET(m, action, (uint32_t)e->u.kept.action, 0);
    RECORD_SET(m, at, e->u.kept.at, e->effective_at);
    m->source = record_string(e->u.kept.source);
    if (!record_is_zero(e->u.kept.source_mark, sizeof(e->u.kept.source_mark))) {
        m->has_source_mark = 1;
        m->source_mark = record_bytes(e->u.kept.source_mark, sizeof(e->u.kept.source_mark));
    }
}

static bool get_kept(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Kept *m = body->kept;

    if (!m || m->action == INTAKE_NONE || m->action > INTAKE_RESOLVE) {
        return false;
    }
    e->u.kept.action = (enum intake_action)m->action;
    e->u.kept.at = RECORD_GET(m, at, e->effective_at);
    return record_take_string(m->source, e->u.kept.source, sizeof(e->u.kept.source)) &&
           record_take_string(m->source_key, e->u.kept.old_source_key,
                              sizeof(e->u.kept.old_source_key)) &&
           record_take_bytes_or_zeros(m->has_source_mark, &m->source_mark, e->u.kept.source_mark,
                                      sizeof(e->u.kept.source_mark));
}

static void put_timer(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Timer *m = body->timer = &own->timer;

    slate_store__timer__init(m);
    RECORD_SET(m, kind, (uint32_t)e->u.timer.kind, 0);
    RECORD_SET(m, team, e->u.timer.team, 0);
    RECORD_SET(m, cycle, e->u.timer.cycle, 0);
    RECORD_SET(m, warning, e->u.timer.warning, 0);
    m->has_id = 1;
    m->id = record_bytes(e->u.timer.id, sizeof(e->u.timer.id));
}

static bool get_timer(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Timer *m = body->timer;

    if (!m || m->kind >= CLOCK_KINDS) {
        return false;
    }
    e->u.timer.kind = (enum clock_kind)m->kind;
    e->u.timer.team = m->team;
    e->u.timer.cycle = m->cycle;
    e->u.timer.warning = m->warning;
    return record_take_bytes(&m->id, e->u.timer.id, sizeof(e->u.timer.id));
}

static void put_moved(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Moved *m = &own->moved;

    if (e->u.moved.by == MOVED_BY_NONE) {
        return; // nothing moved it: what it was before is of no use
    }
    slate_store__moved__init(m);
    RECORD_SET(m, by, (uint32_t)e->u.moved.by, 0);
    RECORD_SET(m, was_due_at, e->u.moved.was_due_at, INSTANT_NEVER);
    RECORD_SET(m, was_limit_at, e->u.moved.was_limit_at, e->u.moved.was_due_at);
    body->moved = m;
}

static bool get_moved(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Moved *m = body->moved;

    if (m && (m->by == MOVED_BY_NONE || m->by > MOVED_BY_CALENDAR)) {
        return false;
    }
    e->u.moved.by = m ? (enum moved_by)m->by : MOVED_BY_NONE;
    e->u.moved.was_due_at = m ? RECORD_GET(m, was_due_at, INSTANT_NEVER) : INSTANT_NEVER;
    e->u.moved.was_limit_at = m ? RECORD_GET(m, was_limit_at, e->u.moved.was_due_at)
                                : INSTANT_NEVER;
    return true;
}

const struct record_event record_events_ticket[] = {
    {EVENT_TICKET_OPENED, put_opened, get_opened},
    {EVENT_MESSAGE, put_message, get_message},
    {EVENT_TAKEN, put_taken, get_taken},
    {EVENT_HELD, put_hold, get_hold},
    {EVENT_RESUMED, put_hold, get_hold},
    {EVENT_RESOLVED, put_resolved, get_resolved},
    {EVENT_REOPENED, NULL, NULL},
    {EVENT_CLOSED, NULL, NULL},
    {EVENT_PRIORITY, put_priority, get_priority},
    {EVENT_ASSIGNED, put_taken, get_taken},
    {EVENT_ACKNOWLEDGED, NULL, NULL},
    {EVENT_TRANSFERRED, put_transferred, get_transferred},
    {EVENT_EDITED, put_edited, get_edited},
    {EVENT_MERGED, put_merged, get_merged},
    {EVENT_ABSORBED, put_merged, get_merged},
    {EVENT_LINKED, put_linked, get_linked},
    {EVENT_TAGGED, put_tagged, get_tagged},
    {EVENT_CLOCK_WARNED, put_timer, get_timer},
    {EVENT_CLOCK_BREACHED, put_timer, get_timer},
    {EVENT_CLOCK_RESCHEDULED, put_moved, get_moved},
    {EVENT_CLOCK_JUDGED, put_timer, get_timer},
    {EVENT_CLOCK_WITHDRAWN, put_timer, get_timer},
    {EVENT_INTAKE_KEPT, put_kept, get_kept},
    {EVENT_NONE, NULL, NULL},
};
