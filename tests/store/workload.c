// SPDX-License-Identifier: Apache-2.0
#include "store/workload.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/enrolments.h"
#include "store/entries.h"
#include "store/principals.h"
#include "store/proposals.h"
#include "store/record.h"
#include "store/row.h"
#include "store/sourcemark.h"
#include "store/tickets.h"
#include "t.h"

static uint64_t below(struct workload *w, uint64_t n)
{
    return dice_below(&w->dice, n);
}

static bool one_in(struct workload *w, uint64_t n)
{
    return below(w, n) == 0;
}

static void text(struct workload *w, struct event *e, enum text_field field)
{
    static const size_t sizes[] = {0, 1, 40, 300, 1399, 1400, 1401, 2800, 2801, 4999};
    char *bytes = w->texts[e->n_texts];
    size_t n = sizes[below(w, sizeof(sizes) / sizeof(sizes[0]))];

    for (size_t i = 0; i < n; i++) {
        bytes[i] = (char)('a' + below(w, 26));
    }
    e->texts[e->n_texts++] = (struct text){.field = field, .bytes = bytes, .n = n};
}

static int64_t soon(struct workload *w, int64_t at)
{
    return at + (int64_t)below(w, 40) * US_PER_HOUR;
}

/** What one of the ticket's clocks becomes. */
static void change_clock(struct workload *w, const struct ticket *before, struct event *e)
{
    struct ticket_clock *c = &e->clocks[e->n_clocks];
    enum clock_kind kind = (enum clock_kind)(1 + below(w, CLOCK_KINDS - 1));
    uint32_t team = kind == CLOCK_KIND_OLA ? (uint32_t)(1 + below(w, 2)) : 0;
    const struct ticket_clock *prior = before ? ticket_clock(before, kind, team) : NULL;

    for (size_t i = 0; i < e->n_clocks; i++) {
        if (e->clocks[i].kind == kind && e->clocks[i].team == team) {
            return;
        }
    }
    *c = shop_clock(kind, e->effective_at, (int64_t)below(w, 40) * US_PER_HOUR);
    c->team = team;
    if (prior) {
        *c = *prior;
        c->breach_seq = 0;
        if (one_in(w, 4)) {
            c->cycle++;
            c->breached_at = INSTANT_NONE;
        }
    }
    switch (below(w, 6)) {
    case 0:
        c->state = CLOCK_STOPPED;
        c->stopped_at = e->effective_at;
        c->due_at = c->limit_at = c->next_warn_at = INSTANT_NEVER;
        break;
    case 1: c->state = CLOCK_PAUSED; break;
    case 2:
        c->verdict = TICKET_VERDICT_BREACHED;
        c->breached_at = e->effective_at - (int64_t)below(w, 3) * US_PER_HOUR;
        break;
    case 3:
        c->verdict = TICKET_VERDICT_OPEN;
        c->breached_at = INSTANT_NONE;
        break;
    default:
        c->state = CLOCK_RUNNING;
        c->due_at = soon(w, e->effective_at);
        c->limit_at = one_in(w, 3) ? c->due_at + US_PER_HOUR : c->due_at;
        c->next_warn_at = one_in(w, 2) ? INSTANT_NEVER : soon(w, e->effective_at);
    }
    if (prior && prior->cycle > 1 && one_in(w, 5)) {
        c->cycle = prior->cycle - 1; // a late event about a cycle that is over
    }
    e->n_clocks++;
}

static void name(struct workload *w, char ret[BOOK_NAME_BYTES], const char *stem)
{
    snprintf(ret, BOOK_NAME_BYTES, "%s-%u", stem, (unsigned)below(w, 4));
}

/** Few enough that a key comes again. */
static void name_external(struct workload *w, char source[BOOK_NAME_BYTES],
                          char source_key[TICKET_KEY_BYTES])
{
    name(w, source, "source");
    snprintf(source_key, TICKET_KEY_BYTES, "key-%u", (unsigned)below(w, 100));
}

static void envelope(struct workload *w, struct entry *entry)
{
    entry->actor = (uint32_t)(1 + below(w, 3));
    if (!one_in(w, 4)) {
        dice_bytes(&w->dice, entry->request_id, sizeof(entry->request_id));
        dice_bytes(&w->dice, entry->request_hash, sizeof(entry->request_hash));
    }
    if (entry->stream != 0 && one_in(w, 4)) {
        dice_bytes(&w->dice, entry->line_id, sizeof(entry->line_id));
    }
    entry->event.origin = (enum origin)(1 + below(w, 3));
    entry->event.claimed_at = one_in(w, 3) ? w->at - US_PER_HOUR : INSTANT_NONE;
}

static void open_ticket(struct workload *w, struct entry *ret)
{
    uint32_t contract = (uint32_t)(1 + below(w, WORKLOAD_CONTRACTS));

    *ret = shop_entry(EVENT_TICKET_OPENED, contract, ++w->tickets[contract], w->at);
    envelope(w, ret);
    ret->event.team = ret->event.u.opened.team = (uint32_t)(1 + below(w, 4));
    name(w, ret->event.u.opened.priority, "P");
    name(w, ret->event.u.opened.function, "function");
    name(w, ret->event.u.opened.category, "category");
    name(w, ret->event.u.opened.language, "language");
    if (one_in(w, 2)) {
        name_external(w, ret->event.u.opened.source, w->source_key);
        ret->event.texts[ret->event.n_texts++] = (struct text){TEXT_SOURCE_KEY, w->source_key,
                                                               strlen(w->source_key)};
    }
    text(w, &ret->event, TEXT_SUBJECT);
    text(w, &ret->event, TEXT_BODY);
    if (one_in(w, 2)) {
        text(w, &ret->event, TEXT_REQUESTER);
    }
    for (int i = 0; i < 3; i++) {
        change_clock(w, NULL, &ret->event);
    }
}

static bool is_possible(const struct ticket *t, enum event_kind kind)
{
    static const struct {
        enum event_kind kind;
        enum ticket_verb verb;
    } verbs[] = {
        {EVENT_MESSAGE, TICKET_VERB_NOTE},
        {EVENT_TAKEN, TICKET_VERB_TAKE},
        {EVENT_HELD, TICKET_VERB_HOLD},
        {EVENT_RESUMED, TICKET_VERB_RESUME},
        {EVENT_RESOLVED, TICKET_VERB_RESOLVE},
        {EVENT_REOPENED, TICKET_VERB_REOPEN},
        {EVENT_CLOSED, TICKET_VERB_CLOSE},
        {EVENT_PRIORITY, TICKET_VERB_PRIORITY},
        {EVENT_ASSIGNED, TICKET_VERB_ASSIGN},
        {EVENT_ACKNOWLEDGED, TICKET_VERB_ACK},
        {EVENT_TRANSFERRED, TICKET_VERB_TRANSFER},
        {EVENT_EDITED, TICKET_VERB_EDIT},
        {EVENT_MERGED, TICKET_VERB_MERGE},
        {EVENT_ABSORBED, TICKET_VERB_NOTE},
        {EVENT_LINKED, TICKET_VERB_LINK},
        {EVENT_TAGGED, TICKET_VERB_LINK},
    };
    enum ticket_state next;

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (verbs[i].kind == kind) {
            return ticket_allows(t->state, verbs[i].verb, &next);
        }
    }
    return true;
}

static void fill_edited(struct workload *w, struct event *e)
{
    e->u.edited.set = (uint32_t)(1 + below(w, 15));
    if ((e->u.edited.set & EDIT_SUBJECT) != 0) {
        text(w, e, TEXT_SUBJECT);
    }
    if ((e->u.edited.set & EDIT_CATEGORY) != 0) {
        name(w, e->u.edited.category, "category");
    }
    if ((e->u.edited.set & EDIT_LANGUAGE) != 0 && one_in(w, 2)) {
        name(w, e->u.edited.language, "language");
    }
}

/** Links go, and tags, when there is no place for another one. */
static void fill_linked(struct workload *w, const struct ticket *t, struct event *e)
{
    e->u.linked.removed = t->n_links > 0 && (t->n_links == TICKET_LINKS_MAX || one_in(w, 4));
    if (e->u.linked.removed) {
        const struct ticket_link *link = &t->links[below(w, t->n_links)];

        e->u.linked.ticket = link->number;
        e->u.linked.kind = link->kind;
        return;
    }
    e->u.linked.ticket = 1 + below(w, w->tickets[e->contract]);
    e->u.linked.kind = (enum link_kind)(1 + below(w, LINK_KINDS - 1));
}

static void fill_tagged(struct workload *w, const struct ticket *t, struct event *e)
{
    if (t->n_tags > 0 && (t->n_tags == TICKET_TAGS_MAX || one_in(w, 4))) {
        e->u.tagged.removed_seq = t->tags[below(w, t->n_tags)];
    } else {
        text(w, e, TEXT_TAG);
    }
}

static void fill_kept(struct workload *w, struct event *e)
{
    e->u.kept.action = (enum intake_action)(1 + below(w, INTAKE_RESOLVE));
    e->u.kept.at = soon(w, w->at);
    name_external(w, e->u.kept.source, w->source_key);
}

static void fill_own(struct workload *w, const struct ticket *t, struct event *e)
{
    switch (e->kind) {
    case EVENT_MESSAGE:
        e->u.message.side = (enum side)(1 + below(w, 4));
        e->u.message.kind = (enum message_kind)(1 + below(w, 2));
        e->u.message.visibility = (enum message_visibility)(1 + below(w, 2));
        name(w, e->u.message.channel, "mail");
        text(w, e, TEXT_BODY);
        break;
    case EVENT_TAKEN:
    case EVENT_ASSIGNED: e->u.taken.assignee = (uint32_t)below(w, 4); break;
    case EVENT_HELD:
    case EVENT_RESUMED:
        name(w, e->u.hold.reason, "reason");
        e->u.hold.party = one_in(w, 2) ? SIDE_BUYER : SIDE_VENDOR;
        e->u.hold.ends_at = e->kind == EVENT_HELD && one_in(w, 2) ? soon(w, w->at) : INSTANT_NEVER;
        break;
    case EVENT_RESOLVED:
        e->u.resolved.by_human = one_in(w, 2);
        e->u.resolved.close_at = one_in(w, 2) ? soon(w, w->at) : INSTANT_NEVER;
        break;
    case EVENT_TRANSFERRED:
        e->u.transferred.from = t->team;
        e->team = (uint32_t)(1 + below(w, 4));
        break;
    case EVENT_EDITED: fill_edited(w, e); break;
    case EVENT_CLOCK_RESCHEDULED:
        e->u.moved.by = (enum moved_by)below(w, MOVED_BY_CALENDAR + 1);
        e->u.moved.was_due_at = e->u.moved.was_limit_at = soon(w, w->at);
        break;
    case EVENT_MERGED:
    case EVENT_ABSORBED: e->u.merged.ticket = 1 + below(w, w->tickets[e->contract]); break;
    case EVENT_LINKED: fill_linked(w, t, e); break;
    case EVENT_TAGGED: fill_tagged(w, t, e); break;
    case EVENT_INTAKE_KEPT: fill_kept(w, e); break;
    case EVENT_PRIORITY: name(w, e->u.priority.priority, "P"); break;
    case EVENT_CLOCK_WARNED:
    case EVENT_CLOCK_BREACHED:
    case EVENT_CLOCK_JUDGED:
    case EVENT_CLOCK_WITHDRAWN:
        e->u.timer.kind = CLOCK_KIND_RESOLUTION;
        e->u.timer.cycle = 1;
        dice_bytes(&w->dice, e->u.timer.id, sizeof(e->u.timer.id));
        break;
    default: break;
    }
}

static void touch_ticket(struct workload *w, struct txn *txn, struct entry *ret)
{
    static const enum event_kind kinds[] = {
        EVENT_MESSAGE,
        EVENT_TAKEN,
        EVENT_HELD,
        EVENT_RESUMED,
        EVENT_RESOLVED,
        EVENT_REOPENED,
        EVENT_CLOSED,
        EVENT_PRIORITY,
        EVENT_CLOCK_WARNED,
        EVENT_CLOCK_BREACHED,
        EVENT_CLOCK_RESCHEDULED,
        EVENT_CLOCK_JUDGED,
        EVENT_ASSIGNED,
        EVENT_ACKNOWLEDGED,
        EVENT_TRANSFERRED,
        EVENT_EDITED,
        EVENT_MERGED,
        EVENT_ABSORBED,
        EVENT_LINKED,
        EVENT_TAGGED,
        EVENT_CLOCK_WITHDRAWN,
        EVENT_INTAKE_KEPT,
    };
    uint32_t contract = (uint32_t)(1 + below(w, WORKLOAD_CONTRACTS));
    struct arena arena;
    struct ticket ticket;

    if (w->tickets[contract] == 0) {
        open_ticket(w, ret);
        return;
    }
    uint64_t number = 1 + below(w, w->tickets[contract]);
    arena_init(&arena, RECORD_ARENA_BYTES);
    T_EQ_INT(tickets_get(txn, contract, number, &arena, &ticket), 0, "%s", txn_text(txn));
    do {
        *ret = shop_entry(kinds[below(w, sizeof(kinds) / sizeof(kinds[0]))], contract, number,
                          w->at);
    } while (!is_possible(&ticket, ret->event.kind));
    envelope(w, ret);
    ret->event.team = ticket.team;
    fill_own(w, &ticket, &ret->event);
    for (uint64_t n = below(w, 4); n > 0; n--) {
        change_clock(w, &ticket, &ret->event);
    }
    arena_fini(&arena);
}

/** A line about a key without a ticket, or with one: the store takes both. */
static void keep(struct workload *w, struct txn *txn, struct entry *ret)
{
    *ret = shop_entry(EVENT_INTAKE_KEPT, (uint32_t)(1 + below(w, WORKLOAD_CONTRACTS)), 0, w->at);
    envelope(w, ret);
    fill_kept(w, &ret->event);
    struct event *e = &ret->event;
    T_EQ_INT(sourcemark_make(txn, e->u.kept.source, w->source_key, e->u.kept.source_mark), 0);
}

/** Without bytes where an earlier entry has them, half of the time. */
static void fill_zone(struct workload *w, struct txn *txn, struct event *e)
{
    name(w, e->u.zone.name, "Europe/Zone");
    snprintf(e->u.zone.release, sizeof(e->u.zone.release), "2026%c", (char)('a' + below(w, 5)));
    e->u.zone.sha256[0] = (uint8_t)below(w, 3);
    struct key prefix = key_zone_prefix(e->u.zone.sha256);
    if (row_last(txn, DB_ZONES, &prefix, RECORD_ZONE, NULL, NULL) != 0 || one_in(w, 2)) {
        e->u.zone.bytes = w->bytes;
        e->u.zone.n = 1 + below(w, sizeof(w->bytes));
    }
}

static void fill_swept(struct workload *w, struct txn *txn, struct event *e)
{
    struct journal_head head;

    T_EQ_INT(entries_head(txn, 0, &head), 0, "%s", txn_text(txn));
    e->u.swept.since_seq = below(w, head.seq + 1);
    e->u.swept.tickets = below(w, 1000);
}

static void fill_principal(struct workload *w, struct txn *txn, struct event *e)
{
    struct principal *p = &e->u.principal;
    struct principal before;

    p->id = (uint32_t)(1 + below(w, 20));
    // Half of the time it forgets its keys
    if (principals_get(txn, p->id, &before) == 0 && one_in(w, 2)) {
        p->pinned = before.pinned;
        memcpy(p->keys, before.keys, sizeof(p->keys));
        p->n_keys = before.n_keys;
    }
    p->generation = w->n_entries;
    snprintf(p->name, PRINCIPAL_NAME_BYTES, "p%u-%u", p->id, (unsigned)below(w, 3));
    p->human = one_in(w, 2);
    p->n_teams = below(w, PRINCIPAL_TEAMS_MAX);
}

/** An offer, or the use of one; a principal where there is none yet. */
static void fill_enrolment(struct workload *w, struct txn *txn, struct event *e)
{
    uint32_t id = (uint32_t)(1 + below(w, 20));
    struct enrolment waiting;
    struct principal principal;

    if (principals_get(txn, id, &principal) != 0) {
        e->kind = EVENT_PRINCIPAL_SET;
        fill_principal(w, txn, e);
    } else if (e->kind == EVENT_ENROLMENT_OFFERED) {
        e->u.offered.principal = id;
        e->u.offered.expires_at = soon(w, w->at);
        dice_bytes(&w->dice, e->u.offered.secret_sha256, sizeof(e->u.offered.secret_sha256));
    } else {
        e->u.enrolled.principal = id;
        e->u.enrolled.expires_at = soon(w, w->at);
        e->u.enrolled.key_sha256[0] = (uint8_t)below(w, 8); // some come again
        e->u.enrolled.renewed = enrolments_waiting(txn, id, &waiting) != 0;
        if (!e->u.enrolled.renewed) {
            memcpy(e->u.enrolled.secret_sha256, waiting.secret_sha256, BOOK_HASH_BYTES);
        }
    }
}

/** A new proposal, or the end of one that is open. */
static void fill_proposal(struct workload *w, struct txn *txn, struct event *e)
{
    struct proposal proposal;
    struct arena arena;
    uint64_t next;

    arena_init(&arena, RECORD_ARENA_BYTES);
    T_EQ_INT(proposals_next_id(txn, &next), 0);
    e->u.proposal.id = 1 + below(w, next);
    if (proposals_get(txn, e->u.proposal.id, &arena, &proposal) == 0 &&
        proposal.state == PROPOSAL_OPEN) {
        e->kind = EVENT_PROPOSAL_ENDED;
        memcpy(e->u.proposal.sha256, proposal.sha256, sizeof(proposal.sha256));
        e->u.proposal.refused = one_in(w, 2);
    } else {
        e->kind = EVENT_BOOK_PROPOSED;
        e->u.proposal.id = next;
        dice_bytes(&w->dice, e->u.proposal.sha256, sizeof(e->u.proposal.sha256));
        e->u.proposal.body = (const char *)w->bytes;
        e->u.proposal.body_bytes = below(w, sizeof(w->bytes));
    }
    arena_fini(&arena);
}

static void administrate(struct workload *w, struct txn *txn, struct entry *ret)
{
    static const enum event_kind kinds[] = {
        EVENT_PRINCIPAL_SET, EVENT_BOOK_OBJECT,   EVENT_ZONE_DATA,  EVENT_REQUESTS_FORGOTTEN,
        EVENT_CLOCK_STEPPED, EVENT_VERSION_USED,  EVENT_DUES_SWEPT, EVENT_ENROLMENT_OFFERED,
        EVENT_ENROLLED,      EVENT_BOOK_PROPOSED,
    };
    enum event_kind kind = kinds[below(w, sizeof(kinds) / sizeof(kinds[0]))];
    uint32_t stream = kind == EVENT_VERSION_USED ? (uint32_t)(1 + below(w, WORKLOAD_CONTRACTS)) : 0;

    *ret = shop_entry(kind, stream, 0, w->at);
    struct event *e = &ret->event;
    envelope(w, ret);
    dice_bytes(&w->dice, w->bytes, sizeof(w->bytes));
    switch (kind) {
    case EVENT_PRINCIPAL_SET: fill_principal(w, txn, e); break;
    case EVENT_ENROLMENT_OFFERED:
    case EVENT_ENROLLED: fill_enrolment(w, txn, e); break;
    case EVENT_BOOK_PROPOSED: fill_proposal(w, txn, e); break;
    case EVENT_BOOK_OBJECT:
        e->u.object.kind = (enum book_kind)(1 + below(w, BOOK_KINDS - 1));
        e->u.object.id = ++w->objects[e->u.object.kind];
        e->u.object.version = 1;
        e->u.object.effective_at = one_in(w, 3) ? INSTANT_NONE : w->at;
        name(w, e->u.object.name, "object");
        e->u.object.body = (const char *)w->bytes;
        e->u.object.body_bytes = below(w, sizeof(w->bytes));
        break;
    case EVENT_ZONE_DATA: fill_zone(w, txn, e); break;
    case EVENT_REQUESTS_FORGOTTEN:
        e->u.forgotten.before_at = w->at - (int64_t)below(w, 300) * US_PER_S;
        break;
    case EVENT_CLOCK_STEPPED:
        e->u.stepped.from_at = w->at;
        e->u.stepped.to_at = w->at - US_PER_HOUR;
        break;
    case EVENT_DUES_SWEPT: fill_swept(w, txn, e); break;
    default: // EVENT_VERSION_USED
        e->u.object.kind = one_in(w, 2) ? BOOK_CALENDAR : BOOK_ZONE;
        e->u.object.id = (uint32_t)(1 + below(w, 3));
        e->u.object.version = 1;
        e->u.object.effective_at = INSTANT_NONE;
        e->u.object.sha256[0] = (uint8_t)below(w, 3);
        name(w, e->u.object.name, "object");
        break;
    }
}

/** Texts of any entry of the stream, whose ticket it becomes an entry of. */
static void fill_erased(struct workload *w, struct txn *txn, uint64_t head, struct event *e)
{
    char source_key[TICKET_KEY_BYTES];
    struct ticket ticket;
    struct arena arena;
    struct entry erased;

    arena_init(&arena, RECORD_ARENA_BYTES);
    e->u.erased.seq = 1 + below(w, head);
    e->u.erased.fields = 1u << (1 + below(w, TEXT_SOURCE_KEY - 1));
    T_EQ_INT(entries_get(txn, e->contract, e->u.erased.seq, &arena, &erased, NULL), 0);
    for (size_t i = 0; i < erased.event.n_texts; i++) {
        const struct text *text = &erased.event.texts[i];

        if (text->field != TEXT_SOURCE_KEY) {
            e->u.erased.fields |= 1u << text->field;
        } else if (text->bytes) {
            e->u.erased.fields |= 1u << text->field;
            event_source_key(&erased.event, source_key);
            T_EQ_INT(sourcemark_make(txn, erased.event.u.opened.source, source_key,
                                     e->u.erased.source_mark),
                     0);
        }
    }
    e->ticket = erased.event.ticket;
    if (e->ticket != 0) {
        T_EQ_INT(tickets_get(txn, e->contract, e->ticket, &arena, &ticket), 0);
        e->team = ticket.team;
    }
    arena_fini(&arena);
}

static void fill_change(struct workload *w, struct txn *txn, struct event *e)
{
    struct proposal_change change;
    uint64_t next;

    T_EQ_INT(proposals_next_id(txn, &next), 0);
    e->u.proposal.id = 1 + below(w, next); // maybe one that stream 0 does not have yet
    e->u.proposal.sha256[0] = (uint8_t)e->u.proposal.id;
    struct key_change key = {.id = e->u.proposal.id, .contract = e->contract};
    if (proposals_change(txn, &key, &change) == 0) {
        e->kind = EVENT_CHANGE_APPROVED;
        e->u.proposal.party = (uint32_t)(1 + below(w, 3));
        e->u.proposal.refused = one_in(w, 3);
    }
}

/** What is no ticket's: reads, signatures, changes of what was agreed; and erasing. */
static void deal(struct workload *w, struct txn *txn, struct entry *ret)
{
    static const enum event_kind kinds[] = {EVENT_ACCESSED, EVENT_COUNTERSIGNED,
                                            EVENT_CHANGE_PROPOSED, EVENT_ERASED};
    uint32_t contract = (uint32_t)(1 + below(w, WORKLOAD_CONTRACTS));
    enum event_kind kind = kinds[below(w, sizeof(kinds) / sizeof(kinds[0]))];
    struct journal_head head;

    T_EQ_INT(entries_head(txn, contract, &head), 0);
    if (head.seq == 0) {
        kind = EVENT_ACCESSED;
    }
    *ret = shop_entry(kind, contract, 0, w->at);
    struct event *e = &ret->event;
    envelope(w, ret);
    switch (kind) {
    case EVENT_ACCESSED:
        e->u.accessed.kind = (enum access_kind)(1 + below(w, ACCESS_ADMIN));
        e->u.accessed.ticket = 1 + below(w, 100);
        text(w, e, TEXT_REASON);
        break;
    case EVENT_COUNTERSIGNED:
        e->u.countersigned.seq = 1 + below(w, head.seq);
        e->u.countersigned.party = (uint32_t)(1 + below(w, 2));
        T_EQ_INT(entries_hash(txn, contract, e->u.countersigned.seq, e->u.countersigned.sha256), 0);
        e->u.countersigned.signature = w->bytes;
        e->u.countersigned.signature_bytes = 70;
        e->u.countersigned.certificate = w->bytes;
        e->u.countersigned.certificate_bytes = sizeof(w->bytes);
        break;
    case EVENT_CHANGE_PROPOSED: fill_change(w, txn, e); break;
    default: fill_erased(w, txn, head.seq, e); break;
    }
}

void workload_next(struct workload *w, struct txn *txn, struct entry *ret)
{
    w->n_entries++;
    if (one_in(w, 8)) {
        administrate(w, txn, ret);
    } else if (one_in(w, 16)) {
        deal(w, txn, ret);
    } else if (one_in(w, 16)) {
        keep(w, txn, ret);
    } else if (one_in(w, 6)) {
        open_ticket(w, ret);
    } else {
        touch_ticket(w, txn, ret);
    }
}

void workload_run(struct workload *w, struct shop *s, size_t n)
{
    while (n > 0) {
        size_t batch = 1 + (size_t)below(w, n < 20 ? n : 20);

        shop_begin(s);
        for (size_t i = 0; i < batch; i++) {
            struct entry entry;

            w->at = s->now;
            workload_next(w, batch_txn(s->batch), &entry);
            shop_append(s, &entry);
        }
        shop_commit(s);
        n -= batch;
    }
}
