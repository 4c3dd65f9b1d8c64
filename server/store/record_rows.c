// SPDX-License-Identifier: Apache-2.0
/*
 * The smaller records, encoder and decoder of one next to each other.
 */
#include "store/record_pb.h"

#include <string.h>

/* --- breaches --------------------------------------------------------------------------------- */

int record_breach_encode(struct txn *txn, const struct breach *breach, struct arena *arena,
                         struct row *ret)
{
    SlateStore__Breach m;

    slate_store__breach__init(&m);
    RECORD_SET(&m, detected_seq, breach->detected_seq, 0);
    RECORD_SET(&m, detected_at, breach->detected_at, INSTANT_NONE);
    RECORD_SET(&m, withdrawn_seq, breach->withdrawn_seq, 0);
    RECORD_SET(&m, withdrawn_at, breach->withdrawn_at, INSTANT_NONE);
    RECORD_SET(&m, team, breach->team, 0);
    RECORD_SET(&m, contract_version, breach->contract_version, 0);
    RECORD_SET(&m, target_row, breach->target_row, 0);
    RECORD_SET(&m, target_us, breach->target_us, 0);
    RECORD_SET(&m, due_at, breach->due_at, INSTANT_NEVER);
    RECORD_SET(&m, imported, breach->imported, false);
    m.priority = record_string(breach->priority);
    return record_pack(txn, &m.base, arena, ret);
}

int record_breach_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct arena *arena, struct breach *ret)
{
    const SlateStore__Breach *m = record_unpack(txn, DB_BREACHES, key, row,
                                                &slate_store__breach__descriptor, arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->detected_seq = m->detected_seq;
    ret->detected_at = RECORD_GET(m, detected_at, INSTANT_NONE);
    ret->withdrawn_seq = m->withdrawn_seq;
    ret->withdrawn_at = RECORD_GET(m, withdrawn_at, INSTANT_NONE);
    ret->team = m->team;
    ret->contract_version = m->contract_version;
    ret->target_row = m->target_row;
    ret->target_us = m->target_us;
    ret->due_at = RECORD_GET(m, due_at, INSTANT_NEVER);
    ret->imported = m->imported;
    if (!key_parse_breach(key, &ret->key) || ret->key.clock >= CLOCK_KINDS ||
        !record_take_string(m->priority, ret->priority, sizeof(ret->priority))) {
        return record_makes_no_sense(txn, DB_BREACHES, key);
    }
    return 0;
}

/* --- requests --------------------------------------------------------------------------------- */

int record_request_encode(struct txn *txn, const struct requests_row *request, struct arena *arena,
                          struct row *ret)
{
    SlateStore__Request m;

    slate_store__request__init(&m);
    RECORD_SET(&m, contract, request->contract, 0);
    RECORD_SET(&m, seq, request->seq, 0);
    RECORD_SET(&m, ticket, request->ticket, 0);
    RECORD_SET(&m, version, request->version, 0);
    if (!record_is_zero(request->hash, sizeof(request->hash))) {
        m.has_hash = 1;
        m.hash = record_bytes(request->hash, sizeof(request->hash));
    }
    RECORD_SET(&m, recorded_at, request->recorded_at, INSTANT_NONE);
    return record_pack(txn, &m.base, arena, ret);
}

int record_request_decode(struct txn *txn, const struct key *key, const struct row *row,
                          struct requests_row *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Request *m = record_unpack(txn, DB_REQUESTS, key, row,
                                                 &slate_store__request__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->contract = m->contract;
    ret->seq = m->seq;
    ret->ticket = m->ticket;
    ret->version = m->version;
    ret->recorded_at = RECORD_GET(m, recorded_at, INSTANT_NONE);
    if (!record_take_bytes_or_zeros(m->has_hash, &m->hash, ret->hash, sizeof(ret->hash))) {
        return record_makes_no_sense(txn, DB_REQUESTS, key);
    }
    return 0;
}

/* --- external --------------------------------------------------------------------------------- */

int record_external_encode(struct txn *txn, const struct tickets_external *external,
                           struct arena *arena, struct row *ret)
{
    SlateStore__External m;

    slate_store__external__init(&m);
    RECORD_SET(&m, contract, external->contract, 0);
    RECORD_SET(&m, number, external->number, 0);
    RECORD_SET(&m, kept_seq, external->kept_seq, 0);
    RECORD_SET(&m, kept_at, external->kept_at, INSTANT_NONE);
    RECORD_SET(&m, erased, external->erased, false);
    RECORD_SET(&m, recorded_at, external->recorded_at, INSTANT_NONE);
    return record_pack(txn, &m.base, arena, ret);
}

int record_external_decode(struct txn *txn, const struct key *key, const struct row *row,
                           struct tickets_external *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__External *m = record_unpack(txn, DB_EXTERNAL, key, row,
                                                  &slate_store__external__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    *ret = (struct tickets_external){
        .contract = m->contract,
        .number = m->number,
        .kept_seq = m->kept_seq,
        .kept_at = RECORD_GET(m, kept_at, INSTANT_NONE),
        .erased = m->erased,
        .recorded_at = RECORD_GET(m, recorded_at, INSTANT_NONE),
    };
    // One of both: a ticket, or a resolve that waits for it
    if ((m->number == 0) != (m->kept_seq != 0) ||
        (m->number == 0 && (m->erased || ret->recorded_at != INSTANT_NONE))) {
        return record_makes_no_sense(txn, DB_EXTERNAL, key);
    }
    return 0;
}

/* --- sources ---------------------------------------------------------------------------------- */

int record_source_encode(struct txn *txn, uint64_t open, struct arena *arena, struct row *ret)
{
    SlateStore__Source m;

    slate_store__source__init(&m);
    RECORD_SET(&m, open, open, 0);
    return record_pack(txn, &m.base, arena, ret);
}

int record_source_decode(struct txn *txn, const struct key *key, const struct row *row,
                         uint64_t *ret_open)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Source *m = record_unpack(txn, DB_SOURCES, key, row,
                                                &slate_store__source__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    *ret_open = m->open;
    return m->open == 0 ? record_makes_no_sense(txn, DB_SOURCES, key) : 0;
}

/* --- lines ------------------------------------------------------------------------------------ */

int record_line_encode(struct txn *txn, const struct lines_row *line, struct arena *arena,
                       struct row *ret)
{
    SlateStore__Line m;

    slate_store__line__init(&m);
    RECORD_SET(&m, contract, line->contract, 0);
    RECORD_SET(&m, ticket, line->ticket, 0);
    RECORD_SET(&m, seq, line->seq, 0);
    if (!record_is_zero(line->hash, sizeof(line->hash))) {
        m.has_hash = 1;
        m.hash = record_bytes(line->hash, sizeof(line->hash));
    }
    return record_pack(txn, &m.base, arena, ret);
}

int record_line_decode(struct txn *txn, const struct key *key, const struct row *row,
                       struct lines_row *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Line *m = record_unpack(txn, DB_LINES, key, row,
                                              &slate_store__line__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->contract = m->contract;
    ret->ticket = m->ticket;
    ret->seq = m->seq;
    if (!record_take_bytes_or_zeros(m->has_hash, &m->hash, ret->hash, sizeof(ret->hash))) {
        return record_makes_no_sense(txn, DB_LINES, key);
    }
    return 0;
}

/* --- zones ------------------------------------------------------------------------------------ */

int record_zone_encode(struct txn *txn, const struct zonedata *zone, struct arena *arena,
                       struct row *ret)
{
    SlateStore__Zone m;

    slate_store__zone__init(&m);
    m.release = record_string(zone->release);
    RECORD_SET(&m, seq, zone->seq, 0);
    m.has_bytes = 1;
    m.bytes = record_bytes(zone->bytes, zone->n);
    return record_pack(txn, &m.base, arena, ret);
}

int record_zone_decode(struct txn *txn, const struct key *key, const struct row *row,
                       struct arena *arena, struct zonedata *ret)
{
    const SlateStore__Zone *m = record_unpack(txn, DB_ZONES, key, row,
                                              &slate_store__zone__descriptor, arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->seq = m->seq;
    ret->bytes = m->bytes.data;
    ret->n = m->bytes.len;
    if (!key_parse_zone(key, ret->sha256, ret->name) ||
        !record_take_string(m->release, ret->release, sizeof(ret->release))) {
        return record_makes_no_sense(txn, DB_ZONES, key);
    }
    return 0;
}

int record_zone_use_encode(struct txn *txn, const struct record_zone_use *use, struct arena *arena,
                           struct row *ret)
{
    SlateStore__ZoneUse m;

    slate_store__zone_use__init(&m);
    RECORD_SET(&m, recorded_at, use->recorded_at, INSTANT_NONE);
    m.has_sha256 = 1;
    m.sha256 = record_bytes(use->sha256, sizeof(use->sha256));
    m.release = record_string(use->release);
    return record_pack(txn, &m.base, arena, ret);
}

int record_zone_use_decode(struct txn *txn, const struct key *key, const struct row *row,
                           struct record_zone_use *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__ZoneUse *m = record_unpack(txn, DB_ZONE_USES, key, row,
                                                 &slate_store__zone_use__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->recorded_at = RECORD_GET(m, recorded_at, INSTANT_NONE);
    if (!record_take_bytes(&m->sha256, ret->sha256, sizeof(ret->sha256)) ||
        !record_take_string(m->release, ret->release, sizeof(ret->release))) {
        return record_makes_no_sense(txn, DB_ZONE_USES, key);
    }
    return 0;
}

/* --- book, used ------------------------------------------------------------------------------- */

int record_object_encode(struct txn *txn, const struct bookobject *object, struct arena *arena,
                         struct row *ret)
{
    SlateStore__Object m;

    slate_store__object__init(&m);
    RECORD_SET(&m, effective_at, object->effective_at, INSTANT_NONE);
    m.name = record_string(object->name);
    m.has_sha256 = 1;
    m.sha256 = record_bytes(object->sha256, sizeof(object->sha256));
    m.has_body = 1;
    m.body = record_bytes(object->body, object->body_bytes);
    RECORD_SET(&m, seq, object->seq, 0);
    RECORD_SET(&m, recorded_at, object->recorded_at, INSTANT_NONE);
    return record_pack(txn, &m.base, arena, ret);
}

int record_object_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct arena *arena, struct bookobject *ret)
{
    const SlateStore__Object *m = record_unpack(txn, DB_BOOK, key, row,
                                                &slate_store__object__descriptor, arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->effective_at = RECORD_GET(m, effective_at, INSTANT_NONE);
    ret->body = (const char *)m->body.data;
    ret->body_bytes = m->body.len;
    ret->seq = m->seq;
    ret->recorded_at = RECORD_GET(m, recorded_at, INSTANT_NONE);
    if (!key_parse_book(key, &ret->kind, &ret->id, &ret->version) || ret->kind >= BOOK_KINDS ||
        !record_take_string(m->name, ret->name, sizeof(ret->name)) ||
        !record_take_bytes(&m->sha256, ret->sha256, sizeof(ret->sha256))) {
        return record_makes_no_sense(txn, DB_BOOK, key);
    }
    return 0;
}

int record_used_encode(struct txn *txn, const struct record_used *used, struct arena *arena,
                       struct row *ret)
{
    SlateStore__Used m;

    slate_store__used__init(&m);
    m.name = record_string(used->name);
    RECORD_SET(&m, seq, used->seq, 0);
    return record_pack(txn, &m.base, arena, ret);
}

int record_used_decode(struct txn *txn, const struct key *key, const struct row *row,
                       struct record_used *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Used *m = record_unpack(txn, DB_USED, key, row,
                                              &slate_store__used__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->seq = m->seq;
    if (!record_take_string(m->name, ret->name, sizeof(ret->name))) {
        return record_makes_no_sense(txn, DB_USED, key);
    }
    return 0;
}

/* --- principals ------------------------------------------------------------------------------- */

int record_principal_encode(struct txn *txn, const struct principal *principal, struct arena *arena,
                            struct row *ret)
{
    SlateStore__Principal m;

    record_principal_to_pb(principal, &m);
    return record_pack(txn, &m.base, arena, ret);
}

int record_principal_decode(struct txn *txn, const struct key *key, const struct row *row,
                            struct principal *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Principal *m = record_unpack(txn, DB_PRINCIPALS, key, row,
                                                   &slate_store__principal__descriptor, &arena);
    uint32_t id;

    if (!m) {
        return txn->error;
    }
    if (!key_parse_principal(key, &id) || id != m->id || !record_principal_from_pb(m, ret)) {
        return record_makes_no_sense(txn, DB_PRINCIPALS, key);
    }
    return 0;
}

int record_principal_id_encode(struct txn *txn, uint32_t id, struct arena *arena, struct row *ret)
{
    SlateStore__PrincipalId m;

    slate_store__principal_id__init(&m);
    RECORD_SET(&m, id, id, 0);
    return record_pack(txn, &m.base, arena, ret);
}

int record_principal_id_decode(struct txn *txn, const struct key *key, const struct row *row,
                               uint32_t *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__PrincipalId *m = record_unpack(
        txn, DB_PRINCIPALS, key, row, &slate_store__principal_id__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    *ret = m->id;
    return 0;
}
