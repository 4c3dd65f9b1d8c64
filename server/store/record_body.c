// SPDX-License-Identifier: Apache-2.0
/*
 * The hashed bytes of an entry. For each kind of event there is one pair of functions, next to each
 * other, and one row in `kinds`: a kind without a row stops the reader.
 */
#include "store/entries.h"
#include "store/record_pb.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/** The kind's own part of an entry, wherever it goes. */
union own {
    SlateStore__Opened opened;
    SlateStore__MessageAdded message;
    SlateStore__Taken taken;
    SlateStore__HoldChanged hold;
    SlateStore__Resolved resolved;
    SlateStore__PriorityChanged priority;
    SlateStore__Timer timer;
    SlateStore__Cluster cluster;
    SlateStore__Principal principal;
    SlateStore__BookObject object;
    SlateStore__ZoneData zone;
    SlateStore__Forgotten forgotten;
    SlateStore__Stepped stepped;
};

static void put_none(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    (void)e;
    (void)body;
    (void)own;
}

static bool get_none(const SlateStore__EntryBody *body, struct event *e)
{
    (void)body;
    (void)e;
    return true;
}

static void put_opened(const struct event *e, SlateStore__EntryBody *body, union own *own)
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
    m->source_key = record_string(e->u.opened.source_key);
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
           record_take_string(m->source_key, e->u.opened.source_key,
                              sizeof(e->u.opened.source_key));
}

static void put_message(const struct event *e, SlateStore__EntryBody *body, union own *own)
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

static void put_taken(const struct event *e, SlateStore__EntryBody *body, union own *own)
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

static void put_hold(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    SlateStore__HoldChanged *m = body->hold = &own->hold;

    slate_store__hold_changed__init(m);
    m->reason = record_string(e->u.hold.reason);
    RECORD_SET(m, party, (uint32_t)e->u.hold.party, 0);
}

static bool get_hold(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__HoldChanged *m = body->hold;

    if (!m || m->party > SIDE_TOOL) {
        return false;
    }
    e->u.hold.party = (enum side)m->party;
    return record_take_string(m->reason, e->u.hold.reason, sizeof(e->u.hold.reason));
}

static void put_resolved(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    SlateStore__Resolved *m = body->resolved = &own->resolved;

    slate_store__resolved__init(m);
    RECORD_SET(m, by_human, e->u.resolved.by_human, false);
}

static bool get_resolved(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->resolved) {
        return false;
    }
    e->u.resolved.by_human = body->resolved->by_human;
    return true;
}

static void put_priority(const struct event *e, SlateStore__EntryBody *body, union own *own)
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

static void put_timer(const struct event *e, SlateStore__EntryBody *body, union own *own)
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

static void put_cluster(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    SlateStore__Cluster *m = body->cluster = &own->cluster;

    slate_store__cluster__init(m);
    m->has_id = 1;
    m->id = record_bytes(e->u.cluster.id, sizeof(e->u.cluster.id));
}

static bool get_cluster(const SlateStore__EntryBody *body, struct event *e)
{
    return body->cluster &&
           record_take_bytes(&body->cluster->id, e->u.cluster.id, sizeof(e->u.cluster.id));
}

static void put_principal(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    body->principal = &own->principal;
    record_principal_to_pb(&e->u.principal, body->principal);
}

static bool get_principal(const SlateStore__EntryBody *body, struct event *e)
{
    return body->principal && record_principal_from_pb(body->principal, &e->u.principal);
}

static void put_object(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    SlateStore__BookObject *m = body->object = &own->object;

    slate_store__book_object__init(m);
    RECORD_SET(m, kind, (uint32_t)e->u.object.kind, 0);
    RECORD_SET(m, id, e->u.object.id, 0);
    RECORD_SET(m, version, e->u.object.version, 0);
    RECORD_SET(m, effective_at, e->u.object.effective_at, INSTANT_NONE);
    m->name = record_string(e->u.object.name);
    m->has_sha256 = 1;
    m->sha256 = record_bytes(e->u.object.sha256, sizeof(e->u.object.sha256));
    if (e->kind == EVENT_BOOK_OBJECT) {
        m->has_body = 1;
        m->body = record_bytes(e->u.object.body, e->u.object.body_bytes);
    }
}

static bool get_object(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__BookObject *m = body->object;

    if (!m || m->kind >= BOOK_KINDS || m->has_body != (e->kind == EVENT_BOOK_OBJECT)) {
        return false;
    }
    e->u.object.kind = (enum book_kind)m->kind;
    e->u.object.id = m->id;
    e->u.object.version = m->version;
    e->u.object.effective_at = RECORD_GET(m, effective_at, INSTANT_NONE);
    if (m->has_body) {
        e->u.object.body = (const char *)m->body.data;
        e->u.object.body_bytes = m->body.len;
    }
    return record_take_string(m->name, e->u.object.name, sizeof(e->u.object.name)) &&
           record_take_bytes(&m->sha256, e->u.object.sha256, sizeof(e->u.object.sha256));
}

static void put_zone(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    SlateStore__ZoneData *m = body->zone = &own->zone;

    slate_store__zone_data__init(m);
    m->name = record_string(e->u.zone.name);
    m->release = record_string(e->u.zone.release);
    m->has_sha256 = 1;
    m->sha256 = record_bytes(e->u.zone.sha256, sizeof(e->u.zone.sha256));
    m->has_bytes = 1;
    m->bytes = record_bytes(e->u.zone.bytes, e->u.zone.n);
}

static bool get_zone(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__ZoneData *m = body->zone;

    if (!m) {
        return false;
    }
    e->u.zone.bytes = m->bytes.data;
    e->u.zone.n = m->bytes.len;
    return record_take_string(m->name, e->u.zone.name, sizeof(e->u.zone.name)) &&
           record_take_string(m->release, e->u.zone.release, sizeof(e->u.zone.release)) &&
           record_take_bytes(&m->sha256, e->u.zone.sha256, sizeof(e->u.zone.sha256));
}

static void put_forgotten(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    SlateStore__Forgotten *m = body->forgotten = &own->forgotten;

    slate_store__forgotten__init(m);
    RECORD_SET(m, before_at, e->u.forgotten.before_at, INSTANT_NONE);
}

static bool get_forgotten(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->forgotten) {
        return false;
    }
    e->u.forgotten.before_at = RECORD_GET(body->forgotten, before_at, INSTANT_NONE);
    return true;
}

static void put_stepped(const struct event *e, SlateStore__EntryBody *body, union own *own)
{
    SlateStore__Stepped *m = body->stepped = &own->stepped;

    slate_store__stepped__init(m);
    RECORD_SET(m, from_at, e->u.stepped.from_at, INSTANT_NONE);
    RECORD_SET(m, to_at, e->u.stepped.to_at, INSTANT_NONE);
}

static bool get_stepped(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->stepped) {
        return false;
    }
    e->u.stepped.from_at = RECORD_GET(body->stepped, from_at, INSTANT_NONE);
    e->u.stepped.to_at = RECORD_GET(body->stepped, to_at, INSTANT_NONE);
    return true;
}

static const struct kind {
    enum event_kind kind;
    void (*put)(const struct event *e, SlateStore__EntryBody *body, union own *own);
    bool (*get)(const SlateStore__EntryBody *body, struct event *e);
} kinds[] = {
    {EVENT_CLUSTER_CREATED, put_cluster, get_cluster},
    {EVENT_PRINCIPAL_SET, put_principal, get_principal},
    {EVENT_BOOK_OBJECT, put_object, get_object},
    {EVENT_ZONE_DATA, put_zone, get_zone},
    {EVENT_REQUESTS_FORGOTTEN, put_forgotten, get_forgotten},
    {EVENT_CLOCK_STEPPED, put_stepped, get_stepped},
    {EVENT_VERSION_USED, put_object, get_object},
    {EVENT_TICKET_OPENED, put_opened, get_opened},
    {EVENT_MESSAGE, put_message, get_message},
    {EVENT_TAKEN, put_taken, get_taken},
    {EVENT_HELD, put_hold, get_hold},
    {EVENT_RESUMED, put_hold, get_hold},
    {EVENT_RESOLVED, put_resolved, get_resolved},
    {EVENT_REOPENED, put_none, get_none},
    {EVENT_CLOSED, put_none, get_none},
    {EVENT_PRIORITY, put_priority, get_priority},
    {EVENT_CLOCK_WARNED, put_timer, get_timer},
    {EVENT_CLOCK_BREACHED, put_timer, get_timer},
    {EVENT_CLOCK_RESCHEDULED, put_none, get_none},
    {EVENT_CLOCK_JUDGED, put_timer, get_timer},
};

static const struct kind *find_kind(uint32_t kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if ((uint32_t)kinds[i].kind == kind) {
            return &kinds[i];
        }
    }
    return NULL;
}

static void put_envelope(const struct entry *entry, SlateStore__EntryBody *body)
{
    const struct event *e = &entry->event;

    slate_store__entry_body__init(body);
    RECORD_SET(body, stream, entry->stream, 0);
    RECORD_SET(body, seq, entry->seq, 0);
    RECORD_SET(body, epoch, entry->epoch, 0);
    body->has_batch_id = 1;
    body->batch_id = record_bytes(entry->batch_id, sizeof(entry->batch_id));
    body->has_schema = 1;
    body->schema = ENTRY_SCHEMA;
    body->has_min_reader = 1;
    body->min_reader = ENTRY_READER;
    RECORD_SET(body, kind, (uint32_t)e->kind, 0);
    RECORD_SET(body, origin, (uint32_t)e->origin, 0);
    RECORD_SET(body, ticket, e->ticket, 0);
    RECORD_SET(body, ticket_prev_seq, entry->ticket_prev_seq, 0);
    RECORD_SET(body, effective_at, e->effective_at, INSTANT_NONE);
    RECORD_SET(body, recorded_at, entry->recorded_at, INSTANT_NONE);
    RECORD_SET(body, actor, entry->actor, 0);
    body->via = record_string(entry->via);
    RECORD_SET(body, claimed_at, e->claimed_at, INSTANT_NONE);
    if (!record_is_zero(entry->request_id, sizeof(entry->request_id))) {
        body->has_request_id = 1;
        body->request_id = record_bytes(entry->request_id, sizeof(entry->request_id));
    }
    if (!record_is_zero(entry->request_hash, sizeof(entry->request_hash))) {
        body->has_request_hash = 1;
        body->request_hash = record_bytes(entry->request_hash, sizeof(entry->request_hash));
    }
}

int record_body_encode(struct txn *txn, const struct entry *entry,
                       const struct record_commitment *commitments, struct arena *arena,
                       struct row *ret)
{
    const struct event *e = &entry->event;
    const struct kind *kind = find_kind((uint32_t)e->kind);
    SlateStore__EntryBody body;
    SlateStore__Commitment texts[EVENT_TEXTS_MAX];
    SlateStore__Commitment *text_pointers[EVENT_TEXTS_MAX];
    SlateStore__Clock clocks[TICKET_CLOCKS_MAX];
    SlateStore__Clock *clock_pointers[TICKET_CLOCKS_MAX];
    union own own;

    if (txn->error) {
        return txn->error;
    }
    if (!kind || e->contract != entry->stream || e->n_texts > EVENT_TEXTS_MAX ||
        e->n_clocks > TICKET_CLOCKS_MAX) {
        return txn_fail(txn, -EINVAL, "an entry of kind %d that cannot be stored", (int)e->kind);
    }
    put_envelope(entry, &body);
    for (size_t i = 0; i < e->n_texts; i++) {
        slate_store__commitment__init(&texts[i]);
        RECORD_SET(&texts[i], field, (uint32_t)commitments[i].field, 0);
        texts[i].has_sha256 = 1;
        texts[i].sha256 = record_bytes(commitments[i].sha256, HASH_BYTES);
        text_pointers[i] = &texts[i];
    }
    body.n_texts = e->n_texts;
    body.texts = text_pointers;
    for (size_t i = 0; i < e->n_clocks; i++) {
        record_clock_to_pb(&e->clocks[i], e->effective_at, &clocks[i]);
        clock_pointers[i] = &clocks[i];
    }
    body.n_clocks = e->n_clocks;
    body.clocks = clock_pointers;
    kind->put(e, &body, &own);

    int r = record_pack(txn, &body.base, arena, ret);
    if (r == 0 && ret->n > ENTRY_BODY_BYTES_MAX) {
        r = txn_fail(txn, -EMSGSIZE, "an entry of %zu bytes", ret->n);
    }
    return r;
}

/** Texts and clocks; false if there are too many or one makes no sense. */
static bool get_repeated(const SlateStore__EntryBody *body, struct event *e,
                         struct record_commitment *commitments)
{
    if (body->n_texts > EVENT_TEXTS_MAX || body->n_clocks > TICKET_CLOCKS_MAX) {
        return false;
    }
    for (size_t i = 0; i < body->n_texts; i++) {
        uint32_t field = body->texts[i]->field;

        if (field == TEXT_NONE || field >= TEXT_FIELDS ||
            (i > 0 && field <= (uint32_t)commitments[i - 1].field) ||
            !record_take_bytes(&body->texts[i]->sha256, commitments[i].sha256, HASH_BYTES)) {
            return false;
        }
        commitments[i].field = (enum text_field)field;
        e->texts[i].field = (enum text_field)field;
    }
    e->n_texts = body->n_texts;
    for (size_t i = 0; i < body->n_clocks; i++) {
        if (!record_clock_from_pb(body->clocks[i], e->effective_at, &e->clocks[i])) {
            return false;
        }
    }
    e->n_clocks = body->n_clocks;
    return true;
}

static bool get_envelope(const SlateStore__EntryBody *body, struct entry *entry)
{
    struct event *e = &entry->event;

    entry->stream = body->stream;
    entry->seq = body->seq;
    entry->epoch = body->epoch;
    entry->ticket_prev_seq = body->ticket_prev_seq;
    entry->recorded_at = RECORD_GET(body, recorded_at, INSTANT_NONE);
    entry->actor = body->actor;
    e->kind = (enum event_kind)body->kind;
    e->origin = (enum origin)body->origin;
    e->contract = body->stream;
    e->ticket = body->ticket;
    e->effective_at = RECORD_GET(body, effective_at, INSTANT_NONE);
    e->claimed_at = RECORD_GET(body, claimed_at, INSTANT_NONE);
    return body->origin <= ORIGIN_CLOCK &&
           record_take_string(body->via, entry->via, sizeof(entry->via)) &&
           record_take_bytes(&body->batch_id, entry->batch_id, sizeof(entry->batch_id)) &&
           record_take_bytes_or_zeros(body->has_request_id, &body->request_id, entry->request_id,
                                      sizeof(entry->request_id)) &&
           record_take_bytes_or_zeros(body->has_request_hash, &body->request_hash,
                                      entry->request_hash, sizeof(entry->request_hash));
}

int record_body_decode(struct txn *txn, const struct key *key, const struct row *body,
                       struct arena *arena, struct entry *ret,
                       struct record_commitment *ret_commitments)
{
    if (txn->error) {
        return txn->error;
    }
    const SlateStore__EntryBody *m = record_unpack(txn, DB_JOURNAL, key, body,
                                                   &slate_store__entry_body__descriptor, arena);
    if (!m) {
        return txn->error;
    }
    if (m->min_reader > ENTRY_READER) {
        return txn_fail(txn, STORE_NEWER,
                        "stream %u seq %llu needs a reader of version %u, this is %d: upgrade",
                        m->stream, (unsigned long long)m->seq, m->min_reader, ENTRY_READER);
    }
    const struct kind *kind = find_kind(m->kind);
    if (!kind) {
        return txn_fail(txn, STORE_NEWER,
                        "stream %u seq %llu is of kind %u, which this version does not know: "
                        "upgrade",
                        m->stream, (unsigned long long)m->seq, m->kind);
    }
    memset(ret, 0, sizeof(*ret));
    if (!get_envelope(m, ret) || !get_repeated(m, &ret->event, ret_commitments) ||
        !kind->get(m, &ret->event)) {
        return row_corrupt(txn, DB_JOURNAL, key, "the entry makes no sense");
    }
    return 0;
}
