// SPDX-License-Identifier: Apache-2.0
/*
 * What each kind of entry does to a ticket.
 *
 * Nothing is computed here that needs a calendar: clocks are copied from the event. The only thing
 * added to them is breach_seq, because an event cannot know its own place in the stream.
 */
#include "core/evolve.h"

#include <assert.h>
#include <string.h>

#include "core/instant.h"

static void open_ticket(struct ticket *t, const struct entry *entry)
{
    const struct event *e = &entry->event;

    t->contract = e->contract;
    t->number = e->ticket;
    t->imported = e->origin == ORIGIN_IMPORT;
    t->team = e->u.opened.team;
    t->requester = e->u.opened.requester;
    memcpy(t->priority, e->u.opened.priority, sizeof(t->priority));
    memcpy(t->function, e->u.opened.function, sizeof(t->function));
    memcpy(t->category, e->u.opened.category, sizeof(t->category));
    memcpy(t->customer_tier, e->u.opened.customer_tier, sizeof(t->customer_tier));
    memcpy(t->language, e->u.opened.language, sizeof(t->language));
    memcpy(t->source, e->u.opened.source, sizeof(t->source));
    memcpy(t->source_key, e->u.opened.source_key, sizeof(t->source_key));
    t->received_at = e->u.opened.received_at;
    t->occurred_at = e->u.opened.occurred_at;
    t->opened_at = e->effective_at;
    t->silent_until_at = e->u.opened.silent_until_at;
    t->clocks_absent = e->u.opened.clocks_absent;
    t->subject_seq = entry->seq;
    ticket_move(t, TICKET_NEW, e->effective_at);
}

/* Somebody works on it: it is not new any more, and will not be after its holds either. */
static void touch(struct ticket *t, int64_t at)
{
    if (t->state == TICKET_NEW) {
        ticket_move(t, TICKET_OPEN, at);
    } else if (t->state == TICKET_HELD) {
        t->state_before_hold = TICKET_OPEN;
    }
}

static uint8_t reason_index(struct ticket *t, const char *reason)
{
    int known = ticket_reason(t, reason);
    if (known >= 0) {
        return (uint8_t)known;
    }
    assert(t->n_reasons < BOOK_HOLDS_MAX);
    memcpy(t->reasons[t->n_reasons], reason, BOOK_NAME_BYTES);
    return t->n_reasons++;
}

static void hold(struct ticket *t, const struct event *e, uint8_t reason)
{
    if (!ticket_is_held_for(t, e->u.hold.reason)) {
        assert(t->n_holds < BOOK_HOLDS_MAX);
        t->holds[t->n_holds++] = (struct ticket_hold){
            .reason = reason,
            .party = e->u.hold.party,
            .since_at = e->effective_at,
        };
    }
    ticket_move(t, TICKET_HELD, e->effective_at);
}

static void resume(struct ticket *t, const struct event *e, uint8_t reason)
{
    uint8_t kept = 0;

    for (uint8_t i = 0; i < t->n_holds; i++) {
        if (t->holds[i].reason != reason) {
            t->holds[kept++] = t->holds[i];
        }
    }
    t->n_holds = kept;
    if (kept == 0 && t->state == TICKET_HELD) {
        ticket_move(t, t->state_before_hold, e->effective_at);
    }
}

/* Facts of messages are those that some clock can see. */
static enum fact_kind hear(struct ticket *t, const struct event *e)
{
    t->n_messages++;
    if (event_is_reply(e)) {
        touch(t, e->effective_at);
        return FACT_REPLIED;
    }
    return e->u.message.side == SIDE_REQUESTER ? FACT_ASKED : FACT_NONE;
}

/* Everything but clocks and counters. Fills *ret, whose kind stays FACT_NONE if there is no fact.
 */
static void apply(struct ticket *t, const struct entry *entry, struct fact *ret)
{
    const struct event *e = &entry->event;
    const int64_t at = e->effective_at;

    switch (e->kind) {
    case EVENT_TICKET_OPENED:
        open_ticket(t, entry);
        ret->kind = FACT_OPENED;
        memcpy(ret->name, t->priority, sizeof(ret->name));
        break;
    case EVENT_MESSAGE: ret->kind = hear(t, e); break;
    case EVENT_TAKEN:
        t->assignee = e->u.taken.assignee;
        touch(t, at);
        ret->kind = FACT_ACKNOWLEDGED;
        break;
    case EVENT_HELD:
        ret->kind = FACT_HELD;
        ret->reason = reason_index(t, e->u.hold.reason);
        hold(t, e, ret->reason);
        break;
    case EVENT_RESUMED:
        ret->kind = FACT_RESUMED;
        ret->reason = reason_index(t, e->u.hold.reason);
        resume(t, e, ret->reason);
        break;
    case EVENT_RESOLVED:
        ret->kind = FACT_RESOLVED;
        ret->by_human = e->u.resolved.by_human;
        ticket_move(t, TICKET_RESOLVED, at);
        break;
    case EVENT_REOPENED:
        ret->kind = FACT_REOPENED;
        ticket_move(t, TICKET_OPEN, at);
        break;
    case EVENT_CLOSED:
        ret->kind = FACT_CLOSED;
        ticket_move(t, TICKET_CLOSED, at);
        break;
    case EVENT_PRIORITY:
        ret->kind = FACT_PRIORITY;
        memcpy(ret->name, e->u.priority.priority, sizeof(ret->name));
        memcpy(t->priority, e->u.priority.priority, sizeof(t->priority));
        break;
    case EVENT_ASSIGNED:
    case EVENT_ACKNOWLEDGED:
    case EVENT_TRANSFERRED:
    case EVENT_EDITED:
    case EVENT_MERGED:
    case EVENT_ABSORBED:
    case EVENT_LINKED:
    case EVENT_TAGGED:
    case EVENT_CLOCK_WITHDRAWN:
    case EVENT_INTAKE_KEPT:
    case EVENT_CLOCK_WARNED:
    case EVENT_CLOCK_BREACHED:
    case EVENT_CLOCK_RESCHEDULED:
    case EVENT_CLOCK_JUDGED:
    case EVENT_NONE:
    case EVENT_CLUSTER_CREATED:
    case EVENT_PRINCIPAL_SET:
    case EVENT_BOOK_OBJECT:
    case EVENT_ZONE_DATA:
    case EVENT_REQUESTS_FORGOTTEN:
    case EVENT_CLOCK_STEPPED:
    case EVENT_VERSION_USED: break;
    }
}

static void set_clock(struct ticket *t, const struct ticket_clock *clock, uint64_t seq)
{
    struct ticket_clock *to = NULL;

    for (size_t i = 0; i < t->n_clocks; i++) {
        if (t->clocks[i].kind == clock->kind && t->clocks[i].team == clock->team) {
            to = &t->clocks[i];
            break;
        }
    }
    if (to == NULL) {
        assert(t->n_clocks < TICKET_CLOCKS_MAX);
        to = &t->clocks[t->n_clocks++];
        memset(to, 0, sizeof(*to));
    }
    uint64_t breach_seq = to->cycle == clock->cycle ? to->breach_seq : 0;
    *to = *clock;
    if (clock->breached_at == INSTANT_NONE) {
        to->breach_seq = 0;
    } else {
        to->breach_seq = breach_seq != 0 ? breach_seq : seq;
    }
}

/* The entry on *t; the fact that it adds, of kind FACT_NONE if none, goes to *ret. */
static void step(struct ticket *t, const struct entry *entry, struct fact *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->at = entry->event.effective_at;
    ret->seq = entry->seq;
    apply(t, entry, ret);
    for (size_t i = 0; i < entry->event.n_clocks; i++) {
        set_clock(t, &entry->event.clocks[i], entry->seq);
    }
    t->version++;
    t->last_seq = entry->seq;
    t->updated_at = entry->recorded_at;
}

int evolve(const struct ticket *before, const struct entry *entry, struct arena *arena,
           struct ticket *after)
{
    static const struct ticket none;
    struct ticket t = before != NULL ? *before : none;
    struct fact fact;

    step(&t, entry, &fact);
    if (fact.kind != FACT_NONE) {
        struct fact *facts = arena_array(arena, t.n_facts + 1, sizeof(*facts));
        if (facts == NULL) {
            return -1;
        }
        if (t.n_facts > 0) {
            memcpy(facts, t.facts, t.n_facts * sizeof(*facts));
        }
        facts[t.n_facts++] = fact;
        t.facts = facts;
    }
    *after = t;
    return 0;
}

void evolve_within(struct ticket *t, const struct entry *entry, struct fact *facts, size_t room)
{
    struct fact fact;

    assert(t->n_facts == 0 || t->facts == facts);
    step(t, entry, &fact);
    if (fact.kind != FACT_NONE) {
        assert(t->n_facts < room);
        facts[t->n_facts++] = fact;
        t->facts = facts;
    }
}
