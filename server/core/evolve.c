// SPDX-License-Identifier: Apache-2.0
/*
 * What each kind of entry does to a ticket.
 *
 * Nothing is computed here that needs a calendar: clocks are copied from the event. Added to them
 * are breach_seq and ended_seq, because an event cannot know its own place in the stream.
 *
 * A ticket as it was (core/past.h) is made by the same steps from some of its entries, of which one
 * that took off a tag or a link may be missing: what is too many then is left out.
 */
#include "core/evolve.h"

#include <assert.h>
#include <string.h>

#include "core/instant.h"

/* What clocks can see of one entry. */
struct seen {
    struct fact facts[EVOLVE_FACTS_MAX];
    size_t n;
    int64_t at;
    uint64_t seq;
};

/* One more fact, blank but for its kind and place. */
static struct fact *see(struct seen *s, enum fact_kind kind)
{
    assert(s->n < EVOLVE_FACTS_MAX);
    struct fact *f = &s->facts[s->n++];
    memset(f, 0, sizeof(*f));
    f->kind = kind;
    f->at = s->at;
    f->seq = s->seq;
    return f;
}

static void see_name(struct seen *s, enum fact_kind kind, const char name[static BOOK_NAME_BYTES])
{
    memcpy(see(s, kind)->name, name, BOOK_NAME_BYTES);
}

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
    event_source_key(e, t->source_key);
    t->received_at = e->u.opened.received_at;
    t->occurred_at = e->u.opened.occurred_at;
    t->opened_at = e->effective_at;
    t->silent_until_at = e->u.opened.silent_until_at;
    t->clocks_absent = e->u.opened.clocks_absent;
    t->subject_seq = entry->seq;
    t->spoken_at = INSTANT_NONE;
    t->opened_as.team = t->team;
    memcpy(t->opened_as.category, t->category, sizeof(t->opened_as.category));
    memcpy(t->opened_as.customer_tier, t->customer_tier, sizeof(t->opened_as.customer_tier));
    memcpy(t->opened_as.language, t->language, sizeof(t->opened_as.language));
    ticket_move(t, TICKET_NEW, e->effective_at);
}

/* Of texts a ticket holds only what its source calls it, as its first entry says. */
static void erase(struct ticket *t, const struct event *e)
{
    if ((e->u.erased.fields & 1u << TEXT_SOURCE_KEY) != 0 && t->n_facts > 0 &&
        e->u.erased.seq == t->facts[0].seq) {
        memset(t->source_key, 0, sizeof(t->source_key));
    }
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

static void acknowledge(struct ticket *t, struct seen *seen)
{
    touch(t, seen->at);
    see(seen, FACT_ACKNOWLEDGED);
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

static uint8_t hold(struct ticket *t, const struct event *e)
{
    const uint8_t reason = reason_index(t, e->u.hold.reason);

    if (!ticket_is_held_for(t, e->u.hold.reason)) {
        assert(t->n_holds < BOOK_HOLDS_MAX);
        t->holds[t->n_holds++] = (struct ticket_hold){
            .reason = reason,
            .party = e->u.hold.party,
            .since_at = e->effective_at,
            .ends_at = e->u.hold.ends_at,
        };
    }
    ticket_move(t, TICKET_HELD, e->effective_at);
    return reason;
}

static uint8_t resume(struct ticket *t, const struct event *e)
{
    const uint8_t reason = reason_index(t, e->u.hold.reason);
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
    return reason;
}

/* Facts of messages are those that some clock can see. */
static void hear(struct ticket *t, const struct event *e, struct seen *seen)
{
    t->n_messages++;
    if (e->u.message.kind == MESSAGE_KIND_HUMAN && e->u.message.visibility == MESSAGE_PUBLIC &&
        e->effective_at >= t->spoken_at) {
        t->spoken_at = e->effective_at;
        t->spoken_by = e->u.message.side;
    }
    if (event_is_reply(e)) {
        touch(t, e->effective_at);
        see(seen, FACT_REPLIED);
    } else if (event_is_question(e)) {
        see(seen, FACT_ASKED);
    }
}

static void edit(struct ticket *t, const struct entry *entry, struct seen *seen)
{
    const struct event *e = &entry->event;

    if ((e->u.edited.set & EDIT_SUBJECT) != 0) {
        t->subject_seq = entry->seq;
    }
    if ((e->u.edited.set & EDIT_PRIORITY) != 0) {
        memcpy(t->priority, e->u.edited.priority, sizeof(t->priority));
        see_name(seen, FACT_PRIORITY, t->priority);
    }
    if ((e->u.edited.set & EDIT_CATEGORY) != 0) {
        memcpy(t->category, e->u.edited.category, sizeof(t->category));
        see_name(seen, FACT_CATEGORY, t->category);
    }
    if ((e->u.edited.set & EDIT_CUSTOMER_TIER) != 0) {
        memcpy(t->customer_tier, e->u.edited.customer_tier, sizeof(t->customer_tier));
        see_name(seen, FACT_CUSTOMER_TIER, t->customer_tier);
    }
    if ((e->u.edited.set & EDIT_LANGUAGE) != 0) {
        memcpy(t->language, e->u.edited.language, sizeof(t->language));
        see_name(seen, FACT_LANGUAGE, t->language);
    }
}

/* Takes the link off, and puts it on at the end unless it is removed. */
static void link_to(struct ticket *t, const struct event *e)
{
    uint8_t kept = 0;

    for (uint8_t i = 0; i < t->n_links; i++) {
        if (t->links[i].number != e->u.linked.ticket || t->links[i].kind != e->u.linked.kind) {
            t->links[kept++] = t->links[i];
        }
    }
    if (!e->u.linked.removed && kept < TICKET_LINKS_MAX) {
        t->links[kept++] = (struct ticket_link){
            .number = e->u.linked.ticket,
            .kind = e->u.linked.kind,
        };
    }
    t->n_links = kept;
}

static void tag(struct ticket *t, const struct entry *entry)
{
    const uint64_t removed_seq = entry->event.u.tagged.removed_seq;
    uint8_t kept = 0;

    if (removed_seq == 0) {
        if (t->n_tags < TICKET_TAGS_MAX) {
            t->tags[t->n_tags++] = entry->seq;
        }
        return;
    }
    for (uint8_t i = 0; i < t->n_tags; i++) {
        if (t->tags[i] != removed_seq) {
            t->tags[kept++] = t->tags[i];
        }
    }
    t->n_tags = kept;
}

static struct fact *move(struct ticket *t, enum ticket_state to, struct seen *seen,
                         enum fact_kind kind)
{
    ticket_move(t, to, seen->at);
    return see(seen, kind);
}

/* Everything but clocks and counters. */
static void apply(struct ticket *t, const struct entry *entry, struct seen *seen)
{
    const struct event *e = &entry->event;

    switch (e->kind) {
    case EVENT_TICKET_OPENED:
        open_ticket(t, entry);
        see_name(seen, FACT_OPENED, t->priority);
        break;
    case EVENT_MESSAGE: hear(t, e, seen); break;
    case EVENT_TAKEN:
        t->assignee = e->u.taken.assignee;
        acknowledge(t, seen);
        break;
    case EVENT_ACKNOWLEDGED: acknowledge(t, seen); break;
    case EVENT_ASSIGNED: t->assignee = e->u.taken.assignee; break;
    case EVENT_TRANSFERRED:
        t->team = e->team;
        t->assignee = 0;
        see(seen, FACT_TEAM)->team = e->team;
        break;
    case EVENT_HELD: see(seen, FACT_HELD)->reason = hold(t, e); break;
    case EVENT_RESUMED: see(seen, FACT_RESUMED)->reason = resume(t, e); break;
    case EVENT_RESOLVED:
        move(t, TICKET_RESOLVED, seen, FACT_RESOLVED)->by_human = e->u.resolved.by_human;
        t->close_at = e->u.resolved.close_at;
        break;
    case EVENT_REOPENED: move(t, TICKET_OPEN, seen, FACT_REOPENED); break;
    case EVENT_CLOSED: move(t, TICKET_CLOSED, seen, FACT_CLOSED); break;
    case EVENT_MERGED:
        t->merged_into = e->u.merged.ticket;
        move(t, TICKET_MERGED, seen, FACT_MERGED);
        break;
    case EVENT_PRIORITY:
        memcpy(t->priority, e->u.priority.priority, sizeof(t->priority));
        see_name(seen, FACT_PRIORITY, t->priority);
        break;
    case EVENT_EDITED: edit(t, entry, seen); break;
    case EVENT_LINKED: link_to(t, e); break;
    case EVENT_TAGGED: tag(t, entry); break;
    case EVENT_ABSORBED:
        if (e->u.merged.opened_at != 0) {
            see(seen, FACT_ABSORBED)->since_at = e->u.merged.opened_at;
        }
        break;
    case EVENT_INTAKE_KEPT:
    case EVENT_CLOCK_WITHDRAWN:
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
    case EVENT_DUES_SWEPT:
    case EVENT_ENROLMENT_OFFERED:
    case EVENT_ENROLLED:
    case EVENT_BOOK_PROPOSED:
    case EVENT_PROPOSAL_ENDED:
    case EVENT_CHANGE_PROPOSED:
    case EVENT_CHANGE_APPROVED:
    case EVENT_ACCESSED:
    case EVENT_COUNTERSIGNED:
    case EVENT_ERASED: erase(t, e); break;
    case EVENT_VERSION_USED: break;
    }
}

/* The cycle ended, and otherwise than was known of it. How it was judged follows from these. */
static bool ends_anew(const struct ticket_clock *known, const struct ticket_clock *now)
{
    return ticket_clock_is_over(now) &&
           (known->ended_seq == 0 || known->cycle != now->cycle || known->state != now->state ||
            known->stopped_at != now->stopped_at || known->breached_at != now->breached_at);
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
    const uint64_t breach_seq = to->cycle == clock->cycle ? to->breach_seq : 0;
    const uint64_t ended_seq = ends_anew(to, clock)          ? seq
                               : ticket_clock_is_over(clock) ? to->ended_seq
                                                             : 0;
    *to = *clock;
    to->ended_seq = ended_seq;
    if (clock->breached_at == INSTANT_NONE) {
        to->breach_seq = 0;
    } else {
        to->breach_seq = breach_seq != 0 ? breach_seq : seq;
    }
}

/* The entry on *t; what clocks can see of it goes to *seen. */
static void step(struct ticket *t, const struct entry *entry, struct seen *seen)
{
    seen->n = 0;
    seen->at = entry->event.effective_at;
    seen->seq = entry->seq;
    apply(t, entry, seen);
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
    struct seen seen;

    step(&t, entry, &seen);
    if (seen.n > 0) {
        struct fact *facts = arena_array(arena, t.n_facts + seen.n, sizeof(*facts));
        if (facts == NULL) {
            return -1;
        }
        if (t.n_facts > 0) {
            memcpy(facts, t.facts, t.n_facts * sizeof(*facts));
        }
        memcpy(facts + t.n_facts, seen.facts, seen.n * sizeof(*facts));
        t.n_facts += seen.n;
        t.facts = facts;
    }
    *after = t;
    return 0;
}

void evolve_within(struct ticket *t, const struct entry *entry, struct fact *facts, size_t room)
{
    struct seen seen;

    assert(t->n_facts == 0 || t->facts == facts);
    step(t, entry, &seen);
    if (seen.n > 0) {
        assert(t->n_facts + seen.n <= room);
        memcpy(facts + t->n_facts, seen.facts, seen.n * sizeof(*facts));
        t->n_facts += seen.n;
        t->facts = facts;
    }
}
