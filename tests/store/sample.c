// SPDX-License-Identifier: Apache-2.0
#include "store/sample.h"

#include <string.h>

#include "core/instant.h"
#include "t.h"

const enum event_kind sample_kinds[] = {
    EVENT_CLUSTER_CREATED,
    EVENT_PRINCIPAL_SET,
    EVENT_BOOK_OBJECT,
    EVENT_ZONE_DATA,
    EVENT_REQUESTS_FORGOTTEN,
    EVENT_CLOCK_STEPPED,
    EVENT_DUES_SWEPT,
    EVENT_VERSION_USED,
    EVENT_TICKET_OPENED,
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
    EVENT_ENROLMENT_OFFERED,
    EVENT_ENROLLED,
    EVENT_BOOK_PROPOSED,
    EVENT_PROPOSAL_ENDED,
    EVENT_CHANGE_PROPOSED,
    EVENT_CHANGE_APPROVED,
    EVENT_ACCESSED,
    EVENT_COUNTERSIGNED,
    EVENT_ERASED,
};
const size_t sample_kinds_n = sizeof(sample_kinds) / sizeof(sample_kinds[0]);

static bool skip(struct dice *d, bool full)
{
    return !full && dice_below(d, 2) == 0;
}

static uint64_t number(struct dice *d, bool full)
{
    static const uint64_t ends[] = {1, 127, 128, UINT32_MAX, INT64_MAX, UINT64_MAX};

    if (skip(d, full)) {
        return 0;
    }
    return dice_below(d, 2) ? ends[dice_below(d, 6)] : 1 + dice_below(d, UINT64_MAX - 1);
}

static uint32_t number32(struct dice *d, bool full)
{
    uint64_t n = number(d, full);

    return n == 0 ? 0 : (uint32_t)n ? (uint32_t)n : 1;
}

/** 1 to n - 1, or 0. */
static unsigned choice(struct dice *d, bool full, unsigned n)
{
    return skip(d, full) ? 0 : 1 + (unsigned)dice_below(d, n - 1);
}

int64_t sample_instant(struct dice *d)
{
    static const int64_t ends[] = {INSTANT_NONE,      INSTANT_NONE + 1, -1, 0, 1,
                                   INSTANT_NEVER - 1, INSTANT_NEVER};

    return dice_below(d, 2) ? ends[dice_below(d, 7)] : (int64_t)dice_u64(d);
}

static void string(struct dice *d, bool full, char *ret, size_t size)
{
    size_t n = skip(d, full) ? 0 : 1 + (size_t)dice_below(d, size - 1);

    if (n > 0 && dice_below(d, 4) == 0) {
        n = size - 1;
    }
    memset(ret, 0, size);
    for (size_t i = 0; i < n; i++) {
        ret[i] = (char)(1 + dice_below(d, 255));
    }
}

static void *blob(struct dice *d, struct arena *arena, size_t n)
{
    void *p = arena_alloc(arena, n);

    T_CHECK(p != NULL);
    dice_bytes(d, p, n);
    return p;
}

static void fill_clock(struct dice *d, bool full, int64_t base_at, struct ticket_clock *c)
{
    *c = (struct ticket_clock){
        .kind = (enum clock_kind)choice(d, full, CLOCK_KINDS),
        .team = number32(d, full),
        .cycle = number32(d, full),
        .state = (enum clock_state)choice(d, full, CLOCK_CANCELLED + 1),
        .verdict = (enum ticket_verdict)choice(d, full, TICKET_VERDICT_UNMEASURED + 1),
        .contract_version = number32(d, full),
        .target_row = number32(d, full),
        .target_us = (int64_t)number(d, full),
        .started_at = dice_below(d, 2) ? base_at : sample_instant(d),
        .stopped_at = sample_instant(d),
        .as_of_at = dice_below(d, 2) ? base_at : sample_instant(d),
        .elapsed_us = (int64_t)number(d, full),
        .due_at = sample_instant(d),
        .limit_at = sample_instant(d),
        .next_warn_at = sample_instant(d),
        .breached_at = sample_instant(d),
        .breach_seq = number(d, full),
        .warned = number32(d, full),
        .ended_seq = number(d, full),
    };
    if (dice_below(d, 2)) {
        c->limit_at = c->due_at;
    }
}

void sample_principal(struct dice *d, bool full, struct principal *p)
{
    memset(p, 0, sizeof(*p));
    p->id = number32(d, full);
    p->generation = number(d, full);
    string(d, full, p->name, sizeof(p->name));
    p->human = full || dice_below(d, 2);
    p->disabled = full || dice_below(d, 2);
    p->roles = number32(d, full);
    p->party = number32(d, full);
    p->n_teams = full ? PRINCIPAL_TEAMS_MAX : dice_below(d, PRINCIPAL_TEAMS_MAX + 1);
    for (size_t i = 0; i < p->n_teams; i++) {
        p->teams[i] = (uint32_t)dice_u64(d);
    }
    string(d, full, p->source, sizeof(p->source));
    p->pinned = full || dice_below(d, 2);
    p->n_keys = full ? PRINCIPAL_KEYS_MAX : dice_below(d, PRINCIPAL_KEYS_MAX + 1);
    dice_bytes(d, p->keys, p->n_keys * sizeof(p->keys[0]));
    p->voice = full ? VOICE_LOST : (enum voice)dice_below(d, VOICES);
}

static void fill_object(struct dice *d, bool full, struct arena *arena, struct event *e)
{
    e->u.object.kind = (enum book_kind)choice(d, full, BOOK_KINDS);
    e->u.object.id = number32(d, full);
    e->u.object.version = number32(d, full);
    e->u.object.effective_at = sample_instant(d);
    string(d, full, e->u.object.name, sizeof(e->u.object.name));
    dice_bytes(d, e->u.object.sha256, sizeof(e->u.object.sha256));
    if (e->kind == EVENT_BOOK_OBJECT) {
        e->u.object.body_bytes = skip(d, full) ? 0 : 1 + dice_below(d, 20000);
        e->u.object.body = blob(d, arena, e->u.object.body_bytes);
    }
}

static void fill_opened(struct dice *d, bool full, struct event *e)
{
    e->u.opened.team = number32(d, full);
    e->u.opened.requester = number32(d, full);
    string(d, full, e->u.opened.priority, sizeof(e->u.opened.priority));
    string(d, full, e->u.opened.function, sizeof(e->u.opened.function));
    string(d, full, e->u.opened.category, sizeof(e->u.opened.category));
    string(d, full, e->u.opened.customer_tier, sizeof(e->u.opened.customer_tier));
    string(d, full, e->u.opened.language, sizeof(e->u.opened.language));
    string(d, full, e->u.opened.source, sizeof(e->u.opened.source));
    e->u.opened.received_at = dice_below(d, 2) ? e->effective_at : sample_instant(d);
    e->u.opened.occurred_at = sample_instant(d);
    e->u.opened.silent_until_at = sample_instant(d);
    e->u.opened.clocks_absent = number32(d, full);
}

static void fill_edited(struct dice *d, bool full, struct event *e)
{
    e->u.edited.set = full ? 31 : (uint32_t)dice_below(d, 32);
    string(d, full, e->u.edited.category, sizeof(e->u.edited.category));
    string(d, full, e->u.edited.customer_tier, sizeof(e->u.edited.customer_tier));
    string(d, full, e->u.edited.language, sizeof(e->u.edited.language));
    string(d, full, e->u.edited.priority, sizeof(e->u.edited.priority));
}

static void fill_moved(struct dice *d, bool full, struct event *e)
{
    e->u.moved.by = (enum moved_by)choice(d, full, MOVED_BY_CALENDAR + 1);
    e->u.moved.was_due_at = e->u.moved.was_limit_at = INSTANT_NEVER;
    if (e->u.moved.by != MOVED_BY_NONE) {
        e->u.moved.was_due_at = sample_instant(d);
        e->u.moved.was_limit_at = dice_below(d, 2) ? e->u.moved.was_due_at : sample_instant(d);
    }
}

static void fill_enrolled(struct dice *d, bool full, struct event *e)
{
    e->u.enrolled.principal = number32(d, true);
    e->u.enrolled.renewed = dice_below(d, 2);
    if (!e->u.enrolled.renewed) {
        dice_bytes(d, e->u.enrolled.secret_sha256, sizeof(e->u.enrolled.secret_sha256));
    }
    dice_bytes(d, e->u.enrolled.key_sha256, sizeof(e->u.enrolled.key_sha256));
    e->u.enrolled.expires_at = skip(d, full) ? INSTANT_NEVER : sample_instant(d);
}

static void fill_proposal(struct dice *d, bool full, struct arena *arena, struct event *e)
{
    e->u.proposal.id = number(d, true);
    dice_bytes(d, e->u.proposal.sha256, sizeof(e->u.proposal.sha256));
    if (e->kind == EVENT_BOOK_PROPOSED) {
        e->u.proposal.body_bytes = skip(d, full) ? 0 : 1 + dice_below(d, 20000);
        e->u.proposal.body = blob(d, arena, e->u.proposal.body_bytes);
    } else if (e->kind == EVENT_CHANGE_APPROVED) {
        e->u.proposal.party = number32(d, true);
        if (!skip(d, full)) {
            dice_bytes(d, e->u.proposal.key_sha256, sizeof(e->u.proposal.key_sha256));
        }
    }
    e->u.proposal.refused = full || dice_below(d, 2);
}

static void fill_accessed(struct dice *d, bool full, struct event *e)
{
    e->u.accessed.kind = (enum access_kind)choice(d, true, ACCESS_ADMIN + 1);
    e->u.accessed.ticket = number(d, full);
    e->u.accessed.tickets = number32(d, full);
    e->u.accessed.texts = full || dice_below(d, 2);
    e->u.accessed.from_seq = number(d, full);
    e->u.accessed.to_seq = number(d, full);
}

static void fill_countersigned(struct dice *d, bool full, struct arena *arena, struct event *e)
{
    e->u.countersigned.seq = number(d, true);
    dice_bytes(d, e->u.countersigned.sha256, sizeof(e->u.countersigned.sha256));
    e->u.countersigned.party = number32(d, full);
    e->u.countersigned.signature_bytes = 1 + dice_below(d, 200);
    e->u.countersigned.signature = blob(d, arena, e->u.countersigned.signature_bytes);
    e->u.countersigned.certificate_bytes = 1 + dice_below(d, 3000);
    e->u.countersigned.certificate = blob(d, arena, e->u.countersigned.certificate_bytes);
}

static void fill_own(struct dice *d, bool full, struct arena *arena, struct event *e)
{
    switch (e->kind) {
    case EVENT_CLUSTER_CREATED: dice_bytes(d, e->u.cluster.id, sizeof(e->u.cluster.id)); break;
    case EVENT_PRINCIPAL_SET: sample_principal(d, full, &e->u.principal); break;
    case EVENT_BOOK_OBJECT:
    case EVENT_VERSION_USED: fill_object(d, full, arena, e); break;
    case EVENT_ZONE_DATA:
        string(d, full, e->u.zone.name, sizeof(e->u.zone.name));
        string(d, full, e->u.zone.release, sizeof(e->u.zone.release));
        dice_bytes(d, e->u.zone.sha256, sizeof(e->u.zone.sha256));
        e->u.zone.n = skip(d, full) ? 0 : 1 + dice_below(d, 5000);
        e->u.zone.bytes = e->u.zone.n == 0 ? NULL : blob(d, arena, e->u.zone.n);
        break;
    case EVENT_DUES_SWEPT:
        e->u.swept.since_seq = number(d, full);
        e->u.swept.tickets = number(d, full);
        e->u.swept.clocks = number(d, full);
        break;
    case EVENT_CLOCK_RESCHEDULED: fill_moved(d, full, e); break;
    case EVENT_REQUESTS_FORGOTTEN: e->u.forgotten.before_at = sample_instant(d); break;
    case EVENT_CLOCK_STEPPED:
        e->u.stepped.from_at = sample_instant(d);
        e->u.stepped.to_at = sample_instant(d);
        break;
    case EVENT_TICKET_OPENED: fill_opened(d, full, e); break;
    case EVENT_MESSAGE:
        e->u.message.side = (enum side)choice(d, full, SIDE_TOOL + 1);
        e->u.message.kind = (enum message_kind)choice(d, full, MESSAGE_KIND_AUTO + 1);
        e->u.message.visibility = (enum message_visibility)choice(d, full, MESSAGE_INTERNAL + 1);
        string(d, full, e->u.message.channel, sizeof(e->u.message.channel));
        break;
    case EVENT_TAKEN:
    case EVENT_ASSIGNED: e->u.taken.assignee = number32(d, full); break;
    case EVENT_HELD:
    case EVENT_RESUMED:
        string(d, full, e->u.hold.reason, sizeof(e->u.hold.reason));
        e->u.hold.party = (enum side)choice(d, full, SIDE_TOOL + 1);
        e->u.hold.ends_at = sample_instant(d);
        break;
    case EVENT_RESOLVED:
        e->u.resolved.by_human = full || dice_below(d, 2);
        e->u.resolved.close_at = sample_instant(d);
        break;
    case EVENT_TRANSFERRED: e->u.transferred.from = number32(d, full); break;
    case EVENT_EDITED: fill_edited(d, full, e); break;
    case EVENT_MERGED:
    case EVENT_ABSORBED:
        e->u.merged.ticket = number(d, true);
        e->u.merged.opened_at = sample_instant(d);
        break;
    case EVENT_LINKED:
        e->u.linked.ticket = number(d, true);
        e->u.linked.kind = (enum link_kind)choice(d, true, LINK_KINDS);
        e->u.linked.removed = full || dice_below(d, 2);
        break;
    case EVENT_TAGGED: e->u.tagged.removed_seq = number(d, full); break;
    case EVENT_INTAKE_KEPT:
        e->u.kept.action = (enum intake_action)choice(d, true, INTAKE_RESOLVE + 1);
        e->u.kept.at = dice_below(d, 2) ? e->effective_at : sample_instant(d);
        string(d, full, e->u.kept.source, sizeof(e->u.kept.source));
        if (full || dice_below(d, 2)) {
            dice_bytes(d, e->u.kept.source_mark, sizeof(e->u.kept.source_mark));
        }
        break;
    case EVENT_ENROLMENT_OFFERED:
        e->u.offered.principal = number32(d, true);
        dice_bytes(d, e->u.offered.secret_sha256, sizeof(e->u.offered.secret_sha256));
        e->u.offered.expires_at = sample_instant(d);
        break;
    case EVENT_ENROLLED: fill_enrolled(d, full, e); break;
    case EVENT_BOOK_PROPOSED:
    case EVENT_PROPOSAL_ENDED:
    case EVENT_CHANGE_PROPOSED:
    case EVENT_CHANGE_APPROVED: fill_proposal(d, full, arena, e); break;
    case EVENT_ACCESSED: fill_accessed(d, full, e); break;
    case EVENT_COUNTERSIGNED: fill_countersigned(d, full, arena, e); break;
    case EVENT_ERASED:
        e->u.erased.seq = number(d, true);
        e->u.erased.fields = 2 * (1 + (uint32_t)dice_below(d, (1u << (TEXT_FIELDS - 1)) - 1));
        if ((e->u.erased.fields & 1u << TEXT_SOURCE_KEY) != 0) {
            dice_bytes(d, e->u.erased.source_mark, sizeof(e->u.erased.source_mark));
        }
        break;
    case EVENT_PRIORITY:
        string(d, full, e->u.priority.priority, sizeof(e->u.priority.priority));
        break;
    case EVENT_CLOCK_WARNED:
    case EVENT_CLOCK_BREACHED:
    case EVENT_CLOCK_JUDGED:
    case EVENT_CLOCK_WITHDRAWN:
        e->u.timer.kind = (enum clock_kind)choice(d, full, CLOCK_KINDS);
        e->u.timer.team = number32(d, full);
        e->u.timer.cycle = number32(d, full);
        e->u.timer.warning = number32(d, full);
        dice_bytes(d, e->u.timer.id, sizeof(e->u.timer.id));
        break;
    case EVENT_NONE:
    case EVENT_REOPENED:
    case EVENT_CLOSED:
    case EVENT_ACKNOWLEDGED: break;
    }
}

void sample_entry(struct dice *d, enum event_kind kind, bool full, struct arena *arena,
                  struct entry *ret)
{
    struct event *e = &ret->event;

    memset(ret, 0, sizeof(*ret));
    ret->stream = number32(d, full);
    ret->seq = number(d, full);
    ret->epoch = number(d, full);
    dice_bytes(d, ret->batch_id, sizeof(ret->batch_id));
    ret->ticket_prev_seq = number(d, full);
    ret->recorded_at = sample_instant(d);
    ret->actor = number32(d, full);
    string(d, full, ret->via, sizeof(ret->via));
    if (!skip(d, full)) {
        dice_bytes(d, ret->request_id, sizeof(ret->request_id));
        dice_bytes(d, ret->request_hash, sizeof(ret->request_hash));
    }
    if (!skip(d, full)) {
        dice_bytes(d, ret->line_id, sizeof(ret->line_id));
    }
    e->kind = kind;
    e->origin = (enum origin)choice(d, full, ORIGIN_CLOCK + 1);
    e->contract = ret->stream;
    e->ticket = number(d, full);
    e->team = number32(d, full);
    e->engine = number32(d, full);
    e->effective_at = sample_instant(d);
    e->claimed_at = sample_instant(d);
    for (unsigned field = TEXT_NONE + 1; field < TEXT_FIELDS; field++) {
        // full: the last ones, else any
        if (full ? field >= TEXT_FIELDS - EVENT_TEXTS_MAX
                 : e->n_texts < EVENT_TEXTS_MAX && !skip(d, false)) {
            size_t n = dice_below(d, 3000);

            e->texts[e->n_texts++] = (struct text){
                .field = (enum text_field)field, .bytes = blob(d, arena, n), .n = n};
        }
    }
    e->n_clocks = full ? TICKET_CLOCKS_MAX : dice_below(d, TICKET_CLOCKS_MAX + 1);
    for (size_t i = 0; i < e->n_clocks; i++) {
        fill_clock(d, full, e->effective_at, &e->clocks[i]);
    }
    fill_own(d, full, arena, e);
}

static void fill_facts(struct dice *d, bool full, struct arena *arena, struct ticket *t)
{
    static const size_t counts[] = {0, 1, 30, TICKET_FACTS_MAX};

    t->n_facts = full ? TICKET_FACTS_MAX : counts[dice_below(d, 4)];
    struct fact *facts = arena_array(arena, t->n_facts, sizeof(*facts));
    T_CHECK(facts != NULL);
    for (size_t i = 0; i < t->n_facts; i++) {
        facts[i].at = dice_below(d, 2) ? t->opened_at : sample_instant(d);
        facts[i].seq = number(d, full);
        facts[i].kind = (enum fact_kind)choice(d, full, FACT_ABSORBED + 1);
        facts[i].reason = (uint8_t)choice(d, full, BOOK_HOLDS_MAX);
        facts[i].by_human = full || dice_below(d, 2);
        facts[i].team = number32(d, full);
        facts[i].since_at = dice_below(d, 2) ? 0 : sample_instant(d);
        string(d, full, facts[i].name, sizeof(facts[i].name));
    }
    t->facts = facts;
}

/** What it was opened as: some of it as it is. */
static void fill_opened_as(struct dice *d, bool full, struct ticket *t)
{
    struct ticket_traits *was = &t->opened_as;

    was->team = t->team;
    memcpy(was->category, t->category, sizeof(was->category));
    memcpy(was->customer_tier, t->customer_tier, sizeof(was->customer_tier));
    memcpy(was->language, t->language, sizeof(was->language));
    if (!skip(d, full)) {
        was->team = number32(d, full);
    }
    if (!skip(d, full)) {
        string(d, full, was->category, sizeof(was->category));
    }
    if (!skip(d, full)) {
        string(d, full, was->customer_tier, sizeof(was->customer_tier));
    }
    if (!skip(d, full)) {
        string(d, full, was->language, sizeof(was->language));
    }
}

static void fill_links(struct dice *d, bool full, struct ticket *t)
{
    uint64_t seq = 0;

    t->n_links = (uint8_t)(full ? TICKET_LINKS_MAX : dice_below(d, TICKET_LINKS_MAX + 1));
    for (size_t i = 0; i < t->n_links; i++) {
        t->links[i].number = number(d, true);
        t->links[i].kind = (enum link_kind)choice(d, true, LINK_KINDS);
    }
    t->n_tags = (uint8_t)(full ? TICKET_TAGS_MAX : dice_below(d, TICKET_TAGS_MAX + 1));
    for (size_t i = 0; i < t->n_tags; i++) {
        seq += 1 + dice_below(d, UINT64_MAX / TICKET_TAGS_MAX);
        t->tags[i] = seq;
    }
}

void sample_ticket(struct dice *d, bool full, struct arena *arena, struct ticket *t)
{
    memset(t, 0, sizeof(*t));
    t->contract = number32(d, full);
    t->number = number(d, full);
    t->version = number(d, full);
    t->last_seq = number(d, full);
    t->state = (enum ticket_state)choice(d, full, TICKET_STATES);
    t->state_before_hold = (enum ticket_state)choice(d, full, TICKET_STATES);
    t->imported = full || dice_below(d, 2);
    t->team = number32(d, full);
    t->assignee = number32(d, full);
    t->requester = number32(d, full);
    string(d, full, t->priority, sizeof(t->priority));
    string(d, full, t->function, sizeof(t->function));
    string(d, full, t->category, sizeof(t->category));
    string(d, full, t->customer_tier, sizeof(t->customer_tier));
    string(d, full, t->language, sizeof(t->language));
    string(d, full, t->source, sizeof(t->source));
    string(d, full, t->source_key, sizeof(t->source_key));
    t->opened_at = sample_instant(d);
    t->received_at = dice_below(d, 2) ? t->opened_at : sample_instant(d);
    t->occurred_at = sample_instant(d);
    t->updated_at = sample_instant(d);
    t->resolved_at = sample_instant(d);
    t->subject_seq = number(d, full);
    t->n_messages = number32(d, full);
    t->spoken_at = sample_instant(d);
    t->spoken_by = (enum side)choice(d, full, SIDE_TOOL + 1);
    t->clocks_absent = number32(d, full);
    t->silent_until_at = sample_instant(d);
    t->merged_into = number(d, full);
    t->close_at = sample_instant(d);
    fill_opened_as(d, full, t);
    fill_links(d, full, t);
    t->n_reasons = (uint8_t)(full ? BOOK_HOLDS_MAX : dice_below(d, BOOK_HOLDS_MAX + 1));
    for (size_t i = 0; i < t->n_reasons; i++) {
        string(d, full, t->reasons[i], sizeof(t->reasons[i]));
    }
    t->n_holds = t->n_reasons == 0 ? 0 : (uint8_t)dice_below(d, BOOK_HOLDS_MAX + 1);
    for (size_t i = 0; i < t->n_holds; i++) {
        t->holds[i].reason = (uint8_t)dice_below(d, t->n_reasons);
        t->holds[i].party = (enum side)choice(d, full, SIDE_TOOL + 1);
        t->holds[i].since_at = sample_instant(d);
        t->holds[i].ends_at = sample_instant(d);
    }
    t->n_clocks = (uint8_t)(full ? TICKET_CLOCKS_MAX : dice_below(d, TICKET_CLOCKS_MAX + 1));
    for (size_t i = 0; i < t->n_clocks; i++) {
        fill_clock(d, full, t->opened_at, &t->clocks[i]);
    }
    fill_facts(d, full, arena, t);
}
