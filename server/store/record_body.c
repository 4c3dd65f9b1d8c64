// SPDX-License-Identifier: Apache-2.0
/*
 * The hashed bytes of an entry: what all kinds have, around what is the kind's own.
 */
#include "store/entries.h"
#include "store/record_events.h"

#include <errno.h>
#include <string.h>

/** Of what readers of version 3 don't know: a kind, a text, or that a principal's certificate has
 * to be one of few, or that its voice counts. */
static bool is_for_reader_4(const struct event *e)
{
    switch (e->kind) {
    case EVENT_ENROLMENT_OFFERED:
    case EVENT_ENROLLED:
    case EVENT_BOOK_PROPOSED:
    case EVENT_PROPOSAL_ENDED:
    case EVENT_CHANGE_PROPOSED:
    case EVENT_CHANGE_APPROVED:
    case EVENT_ACCESSED:
    case EVENT_COUNTERSIGNED:
    case EVENT_ERASED: return true;
    case EVENT_PRINCIPAL_SET:
        return e->u.principal.pinned || e->u.principal.n_keys > 0 ||
               e->u.principal.voice != VOICE_NONE;
    default: break;
    }
    return e->n_texts > 3 || (e->n_texts > 0 && e->texts[e->n_texts - 1].field > TEXT_TAG);
}

/** Readers of version 4 look for a source's key in the hashed bytes. */
static bool is_for_reader_5(const struct event *e)
{
    switch (e->kind) {
    case EVENT_ERASED:
        return !record_is_zero(e->u.erased.source_mark, sizeof(e->u.erased.source_mark));
    case EVENT_INTAKE_KEPT:
        return !record_is_zero(e->u.kept.source_mark, sizeof(e->u.kept.source_mark));
    default: return e->n_texts > 0 && e->texts[e->n_texts - 1].field == TEXT_SOURCE_KEY;
    }
}

/** Readers of version 1 know neither lines nor what ends by itself: without them their views would
 * be others. Those of version 2 would take zone data without bytes for an empty zone. */
static uint32_t min_reader(const struct entry *entry)
{
    const struct event *e = &entry->event;
    bool ends = (e->kind == EVENT_HELD && e->u.hold.ends_at != INSTANT_NEVER) ||
                (e->kind == EVENT_RESOLVED && e->u.resolved.close_at != INSTANT_NEVER);

    if (is_for_reader_5(e)) {
        return 5;
    }
    if (is_for_reader_4(e)) {
        return 4;
    }
    if (e->kind == EVENT_ZONE_DATA && e->u.zone.n == 0) {
        return 3;
    }
    return ends || !record_is_zero(entry->line_id, sizeof(entry->line_id)) ? 2 : 1;
}

/** What could not be erased is not written any more, and a key goes only with what it is known by.
 */
static bool keys_are_well(const struct event *e)
{
    const bool erases = (e->u.erased.fields & 1u << TEXT_SOURCE_KEY) != 0;

    switch (e->kind) {
    case EVENT_TICKET_OPENED: return e->u.opened.old_source_key[0] == 0;
    case EVENT_INTAKE_KEPT: return e->u.kept.old_source_key[0] == 0;
    case EVENT_ERASED:
        return erases != record_is_zero(e->u.erased.source_mark, sizeof(e->u.erased.source_mark));
    default: return true;
    }
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
    body->min_reader = min_reader(entry);
    RECORD_SET(body, kind, (uint32_t)e->kind, 0);
    RECORD_SET(body, origin, (uint32_t)e->origin, 0);
    RECORD_SET(body, ticket, e->ticket, 0);
    RECORD_SET(body, ticket_prev_seq, entry->ticket_prev_seq, 0);
    RECORD_SET(body, effective_at, e->effective_at, INSTANT_NONE);
    RECORD_SET(body, recorded_at, entry->recorded_at, INSTANT_NONE);
    RECORD_SET(body, actor, entry->actor, 0);
    body->via = record_string(entry->via);
    RECORD_SET(body, claimed_at, e->claimed_at, INSTANT_NONE);
    RECORD_SET(body, team, e->team, 0);
    RECORD_SET(body, engine, e->engine, 0);
    if (!record_is_zero(entry->line_id, sizeof(entry->line_id))) {
        body->has_line_id = 1;
        body->line_id = record_bytes(entry->line_id, sizeof(entry->line_id));
    }
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
    const struct record_event *kind = record_event_find((uint32_t)e->kind);
    SlateStore__EntryBody body;
    SlateStore__Commitment texts[EVENT_TEXTS_MAX];
    SlateStore__Commitment *text_pointers[EVENT_TEXTS_MAX];
    SlateStore__Clock clocks[TICKET_CLOCKS_MAX];
    SlateStore__Clock *clock_pointers[TICKET_CLOCKS_MAX];
    union record_own own;

    if (txn->error) {
        return txn->error;
    }
    if (!kind || e->contract != entry->stream || e->n_texts > EVENT_TEXTS_MAX ||
        e->n_clocks > TICKET_CLOCKS_MAX || !keys_are_well(e)) {
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
    if (kind->put) {
        kind->put(e, &body, &own);
    }

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
    e->team = body->team;
    e->engine = body->engine;
    e->effective_at = RECORD_GET(body, effective_at, INSTANT_NONE);
    e->claimed_at = RECORD_GET(body, claimed_at, INSTANT_NONE);
    return body->origin <= ORIGIN_CLOCK &&
           record_take_string(body->via, entry->via, sizeof(entry->via)) &&
           record_take_bytes(&body->batch_id, entry->batch_id, sizeof(entry->batch_id)) &&
           record_take_bytes_or_zeros(body->has_line_id, &body->line_id, entry->line_id,
                                      sizeof(entry->line_id)) &&
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
    const struct record_event *kind = record_event_find(m->kind);
    if (!kind) {
        return txn_fail(txn, STORE_NEWER,
                        "stream %u seq %llu is of kind %u, which this version does not know: "
                        "upgrade",
                        m->stream, (unsigned long long)m->seq, m->kind);
    }
    memset(ret, 0, sizeof(*ret));
    if (!get_envelope(m, ret) || !get_repeated(m, &ret->event, ret_commitments) ||
        (kind->get && !kind->get(m, &ret->event))) {
        return row_corrupt(txn, DB_JOURNAL, key, "the entry makes no sense");
    }
    return 0;
}
