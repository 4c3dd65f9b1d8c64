// SPDX-License-Identifier: Apache-2.0
/*
 * The events of the administration, and the way to all kinds: one without a row in a table stops
 * the reader.
 */
#include "store/record_events.h"

static void put_cluster(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
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

static void put_principal(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    body->principal = &own->principal;
    record_principal_to_pb(&e->u.principal, body->principal);
}

static bool get_principal(const SlateStore__EntryBody *body, struct event *e)
{
    return body->principal && record_principal_from_pb(body->principal, &e->u.principal);
}

static void put_object(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
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

static void put_zone(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__ZoneData *m = body->zone = &own->zone;

    slate_store__zone_data__init(m);
    m->name = record_string(e->u.zone.name);
    m->release = record_string(e->u.zone.release);
    m->has_sha256 = 1;
    m->sha256 = record_bytes(e->u.zone.sha256, sizeof(e->u.zone.sha256));
    if (e->u.zone.n > 0) {
        m->has_bytes = 1;
        m->bytes = record_bytes(e->u.zone.bytes, e->u.zone.n);
    }
}

static bool get_zone(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__ZoneData *m = body->zone;

    if (!m || (m->has_bytes && m->bytes.len == 0)) {
        return false;
    }
    if (m->has_bytes) {
        e->u.zone.bytes = m->bytes.data;
        e->u.zone.n = m->bytes.len;
    }
    return record_take_string(m->name, e->u.zone.name, sizeof(e->u.zone.name)) &&
           record_take_string(m->release, e->u.zone.release, sizeof(e->u.zone.release)) &&
           record_take_bytes(&m->sha256, e->u.zone.sha256, sizeof(e->u.zone.sha256));
}

static void put_forgotten(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
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

static void put_stepped(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
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

static void put_swept(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Swept *m = body->swept = &own->swept;

    slate_store__swept__init(m);
    RECORD_SET(m, since_seq, e->u.swept.since_seq, 0);
    RECORD_SET(m, tickets, e->u.swept.tickets, 0);
    RECORD_SET(m, clocks, e->u.swept.clocks, 0);
}

static bool get_swept(const SlateStore__EntryBody *body, struct event *e)
{
    if (!body->swept) {
        return false;
    }
    e->u.swept.since_seq = body->swept->since_seq;
    e->u.swept.tickets = body->swept->tickets;
    e->u.swept.clocks = body->swept->clocks;
    return true;
}

static const struct record_event kinds[] = {
    {EVENT_CLUSTER_CREATED, put_cluster, get_cluster},
    {EVENT_PRINCIPAL_SET, put_principal, get_principal},
    {EVENT_BOOK_OBJECT, put_object, get_object},
    {EVENT_ZONE_DATA, put_zone, get_zone},
    {EVENT_REQUESTS_FORGOTTEN, put_forgotten, get_forgotten},
    {EVENT_CLOCK_STEPPED, put_stepped, get_stepped},
    {EVENT_DUES_SWEPT, put_swept, get_swept},
    {EVENT_VERSION_USED, put_object, get_object},
    {EVENT_NONE, NULL, NULL},
};

static const struct record_event *find_in(const struct record_event *table, uint32_t kind)
{
    for (; table->kind != EVENT_NONE; table++) {
        if ((uint32_t)table->kind == kind) {
            return table;
        }
    }
    return NULL;
}

const struct record_event *record_event_find(uint32_t kind)
{
    const struct record_event *const tables[] = {record_events_ticket, record_events_party, kinds};
    const struct record_event *found = NULL;

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !found; i++) {
        found = find_in(tables[i], kind);
    }
    return found;
}
