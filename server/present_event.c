// SPDX-License-Identifier: Apache-2.0
#include "present_event.h"

#include <stdio.h>

#include "core/instant.h"
#include "core/sla.h"
#include "present.h"
#include "store/entries.h"
#include "store/error.h"

static const char *team_name(const struct call *call, uint32_t id)
{
    const struct book_team *team = book_team(call->book, id);
    return team == NULL ? "" : team->name;
}

/* The clock that a timer's event is about, as it was after it. */
static const struct ticket_clock *clock_of(const struct event *e)
{
    if (e->kind == EVENT_CLOCK_RESCHEDULED) {
        return e->n_clocks == 0 ? NULL : &e->clocks[0];
    }
    for (size_t i = 0; i < e->n_clocks; i++) {
        if (e->clocks[i].kind == e->u.timer.kind && e->clocks[i].team == e->u.timer.team) {
            return &e->clocks[i];
        }
    }
    return NULL;
}

/* A warning as a book writes it: a share of the target, or what is left of it. */
static int warning_of(struct call *call, const struct book_contract *contract,
                      const struct event *e, const struct ticket_clock *clock, const char **ret)
{
    const struct book_contract_version *version = book_contract_version(contract,
                                                                        clock->contract_version);
    char text[INSTANT_DURATION_TEXT_BYTES];

    if (version == NULL || clock->target_row >= version->n_targets) {
        return 0;
    }
    const struct clock_rule *rule = &version->targets[clock->target_row].rule;
    if (e->u.timer.warning >= rule->n_warns) {
        return 0;
    }
    const struct clock_warn *warn = &rule->warns[e->u.timer.warning];
    if (warn->percent != 0) {
        (void)snprintf(text, sizeof(text), "%u%%", (unsigned)warn->percent);
    } else {
        (void)instant_format_duration(warn->before_us, text);
    }
    *ret = arena_strndup(call->arena, text, sizeof(text) - 1);
    return *ret == NULL ? call_too_large(call) : 0;
}

static int timer(struct call *call, const struct book_contract *contract, const struct event *e,
                 struct reply_event *ret)
{
    const struct ticket_clock *clock = clock_of(e);

    if (clock == NULL) {
        return 0;
    }
    struct reply_clock *shown = arena_alloc(call->arena, sizeof(*shown));
    if (shown == NULL) {
        return call_too_large(call);
    }
    present_clock(call->book, contract, clock,
                  sla_calendar_with(call->book, contract, clock, e->team), shown);
    ret->clock = shown;
    return e->kind == EVENT_CLOCK_WARNED ? warning_of(call, contract, e, clock, &ret->warning) : 0;
}

static void message(const struct event *e, struct reply_event *ret)
{
    ret->side = e->u.message.side;
    ret->message_kind = e->u.message.kind;
    ret->visibility = e->u.message.visibility;
    ret->channel = e->u.message.channel;
}

static void hold(const struct event *e, struct reply_event *ret)
{
    ret->hold_reason = e->u.hold.reason;
    ret->hold_party = e->u.hold.party;
    if (e->kind == EVENT_HELD) {
        ret->ends_at = e->u.hold.ends_at;
    }
}

static void edited(const struct event *e, struct reply_event *ret)
{
    ret->edits = e->u.edited.set;
    ret->priority = e->u.edited.priority;
    ret->category = e->u.edited.category;
    ret->customer_tier = e->u.edited.customer_tier;
    ret->language = e->u.edited.language;
}

static int linked(struct call *call, const struct book_contract *contract, const struct event *e,
                  struct reply_event *ret)
{
    ret->link = e->u.linked.kind;
    ret->removed = e->u.linked.removed;
    return present_other(call, contract, e->u.linked.ticket, &ret->other);
}

/* Where a due row was only a hint there is nothing to tell: that clock stands where it stood. */
static int rescheduled(struct call *call, const struct book_contract *contract,
                       const struct event *e, struct reply_event *ret)
{
    if (e->u.moved.by == MOVED_BY_NONE) {
        return 0;
    }
    ret->moved_by = e->u.moved.by;
    ret->was_due_at = e->u.moved.was_due_at;
    ret->was_limit_at = e->u.moved.was_limit_at;
    return timer(call, contract, e, ret);
}

/* Why, which is a text of the entry, and was not read with it. */
static int erased(struct call *call, const struct entry *entry, struct reply_event *ret)
{
    struct text reason;
    uint64_t position;

    ret->erased = entry->event.u.erased.fields;
    ret->erased_seq = entry->event.u.erased.seq;
    int error = entries_position(call->txn, entry->stream, entry->seq, &position);
    if (error == 0) {
        error = entries_text(call->txn, position, TEXT_REASON, call->arena, &reason);
    }
    if (error != 0) {
        return error == STORE_NOT_FOUND ? 0 : call_store_failed(call, error);
    }
    ret->reason = arena_strndup(call->arena, reason.bytes, reason.n);
    return ret->reason == NULL ? call_too_large(call) : 0;
}

/* What only events of its kind have. */
static int details(struct call *call, const struct book_contract *contract,
                   const struct entry *entry, struct reply_event *ret)
{
    const struct event *e = &entry->event;

    switch (e->kind) {
    case EVENT_TICKET_OPENED: ret->priority = e->u.opened.priority; return 0;
    case EVENT_MESSAGE: message(e, ret); return 0;
    case EVENT_TAKEN:
    case EVENT_ASSIGNED: return present_principal(call, e->u.taken.assignee, &ret->assignee);
    case EVENT_TRANSFERRED: ret->from_team = team_name(call, e->u.transferred.from); return 0;
    case EVENT_HELD:
    case EVENT_RESUMED: hold(e, ret); return 0;
    case EVENT_RESOLVED: ret->ends_at = e->u.resolved.close_at; return 0;
    case EVENT_PRIORITY: ret->priority = e->u.priority.priority; return 0;
    case EVENT_EDITED: edited(e, ret); return 0;
    case EVENT_MERGED:
    case EVENT_ABSORBED: return present_other(call, contract, e->u.merged.ticket, &ret->other);
    case EVENT_LINKED: return linked(call, contract, e, ret);
    case EVENT_TAGGED: ret->removed = e->u.tagged.removed_seq != 0; return 0;
    case EVENT_CLOCK_WARNED:
    case EVENT_CLOCK_BREACHED:
    case EVENT_CLOCK_WITHDRAWN:
    case EVENT_CLOCK_JUDGED: return timer(call, contract, e, ret);
    case EVENT_CLOCK_RESCHEDULED: return rescheduled(call, contract, e, ret);
    case EVENT_INTAKE_KEPT: ret->action = e->u.kept.action; return 0;
    case EVENT_ERASED: return erased(call, entry, ret);
    default: return 0;
    }
}

int present_event(struct call *call, const struct book_contract *contract,
                  const struct entry *entry, struct reply_event *ret)
{
    const struct event *e = &entry->event;

    *ret = (struct reply_event){
        .contract = contract->name,
        .seq = entry->seq,
        .key = contract->key,
        .number = e->ticket,
        .kind = reply_event_kind_of(e->kind),
        .origin = e->origin,
        .recorded_at = entry->recorded_at,
        .effective_at = e->effective_at,
        .claimed_at = e->claimed_at,
        .actor = "",
        .via = entry->via,
        .team = team_name(call, e->team),
        .ends_at = INSTANT_NEVER,
        .was_due_at = INSTANT_NEVER,
        .was_limit_at = INSTANT_NEVER,
    };
    int error = e->origin == ORIGIN_CLOCK ? 0 : present_principal(call, entry->actor, &ret->actor);
    return error == 0 ? details(call, contract, entry, ret) : error;
}
