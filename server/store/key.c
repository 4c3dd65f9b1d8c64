// SPDX-License-Identifier: Apache-2.0
/*
 * Keys are written and read field by field with proto/bytes, builder and parser of one database
 * next to each other. A parser refuses any length but the right one; numbers outside of an enum are
 * left to whoever reads the row.
 */
#include "store/key.h"

#include "store/key_private.h"

static const struct {
    const char *name;
    bool is_view;
} dbs[DBS] = {
    [DB_META] = {"meta", false},
    [DB_JOURNAL] = {"journal", false},
    [DB_STREAM] = {"stream", false},
    [DB_TEXTS] = {"texts", false},
    [DB_TICKETS] = {"tickets", true},
    [DB_DUE] = {"due", true},
    [DB_BY_TEAM] = {"by_team", true},
    [DB_BY_PERSON] = {"by_person", true},
    [DB_BREACHES] = {"breaches", true},
    [DB_REQUESTS] = {"requests", true},
    [DB_EXTERNAL] = {"external", true},
    [DB_ZONES] = {"zones", true},
    [DB_BOOK] = {"book", true},
    [DB_USED] = {"used", true},
    [DB_PRINCIPALS] = {"principals", true},
    [DB_ACCESS] = {"access", true},
    [DB_LINES] = {"lines", true},
    [DB_ZONE_USES] = {"zone_uses", true},
    [DB_ENROLMENTS] = {"enrolments", true},
    [DB_PROPOSALS] = {"proposals", true},
    [DB_COUNTERSIGNS] = {"countersigns", true},
    [DB_ERASED] = {"erased", true},
    [DB_SOURCES] = {"sources", true},
    [DB_LOOKS] = {"looks", true},
};

const char *db_name(enum db db)
{
    return dbs[db].name;
}

bool db_is_view(enum db db)
{
    return dbs[db].is_view;
}

bool meta_is_view(enum meta_tag tag)
{
    return tag == META_FORGOTTEN || tag == META_SWEPT;
}

struct key key_meta(enum meta_tag tag)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, (uint8_t)tag);
    key_finish(&key, &w);
    return key;
}

bool key_parse_meta(const struct key *key, enum meta_tag *ret_tag)
{
    struct bytes_reader r = key_reader(key);
    uint8_t tag = bytes_get_u8(&r);

    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret_tag = (enum meta_tag)tag;
    return true;
}

struct key key_journal(uint64_t position)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u64(&w, position);
    key_finish(&key, &w);
    return key;
}

bool key_parse_journal(const struct key *key, uint64_t *ret_position)
{
    struct bytes_reader r = key_reader(key);
    uint64_t position = bytes_get_u64(&r);

    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret_position = position;
    return true;
}

/** contract u32, then a number u64: streams and tickets. */
static struct key pair(uint32_t contract, uint64_t number)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, contract);
    bytes_put_u64(&w, number);
    key_finish(&key, &w);
    return key;
}

static bool parse_pair(const struct key *key, uint32_t *ret_contract, uint64_t *ret_number)
{
    struct bytes_reader r = key_reader(key);
    uint32_t contract = bytes_get_u32(&r);
    uint64_t number = bytes_get_u64(&r);

    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret_contract = contract;
    *ret_number = number;
    return true;
}

static struct key prefix_u32(uint32_t v)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, v);
    key_finish(&key, &w);
    return key;
}

struct key key_stream(uint32_t contract, uint64_t seq)
{
    return pair(contract, seq);
}

struct key key_stream_prefix(uint32_t contract)
{
    return prefix_u32(contract);
}

bool key_parse_stream(const struct key *key, uint32_t *ret_contract, uint64_t *ret_seq)
{
    return parse_pair(key, ret_contract, ret_seq);
}

struct key key_texts(const struct key_texts *k)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u64(&w, k->position);
    bytes_put_u8(&w, (uint8_t)k->field);
    bytes_put_u16(&w, k->chunk);
    key_finish(&key, &w);
    return key;
}

struct key key_texts_prefix(uint64_t position)
{
    return key_journal(position);
}

bool key_parse_texts(const struct key *key, struct key_texts *ret)
{
    struct bytes_reader r = key_reader(key);
    struct key_texts k;

    k.position = bytes_get_u64(&r);
    k.field = (enum text_field)bytes_get_u8(&r);
    k.chunk = bytes_get_u16(&r);
    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret = k;
    return true;
}

struct key key_ticket(uint32_t contract, uint64_t number)
{
    return pair(contract, number);
}

struct key key_ticket_prefix(uint32_t contract)
{
    return prefix_u32(contract);
}

bool key_parse_ticket(const struct key *key, uint32_t *ret_contract, uint64_t *ret_number)
{
    return parse_pair(key, ret_contract, ret_number);
}

struct key key_due(const struct key_due *k)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_i64_ordered(&w, k->at);
    bytes_put_u32(&w, k->contract);
    bytes_put_u64(&w, k->number);
    key_finish(&key, &w);
    return key;
}

bool key_parse_due(const struct key *key, struct key_due *ret)
{
    struct bytes_reader r = key_reader(key);
    struct key_due k;

    k.at = bytes_get_i64_ordered(&r);
    k.contract = bytes_get_u32(&r);
    k.number = bytes_get_u64(&r);
    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret = k;
    return true;
}

struct key key_by_team(const struct key_by_team *k)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, k->contract);
    bytes_put_u32(&w, k->team);
    bytes_put_u8(&w, (uint8_t)k->class);
    bytes_put_i64_ordered(&w, k->urgency_at);
    bytes_put_u64(&w, k->number);
    key_finish(&key, &w);
    return key;
}

struct key key_by_team_prefix(uint32_t contract, uint32_t team, enum ticket_class class)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, contract);
    bytes_put_u32(&w, team);
    bytes_put_u8(&w, (uint8_t) class);
    key_finish(&key, &w);
    return key;
}

struct key key_by_team_contract_prefix(uint32_t contract)
{
    return prefix_u32(contract);
}

bool key_parse_by_team(const struct key *key, struct key_by_team *ret)
{
    struct bytes_reader r = key_reader(key);
    struct key_by_team k;

    k.contract = bytes_get_u32(&r);
    k.team = bytes_get_u32(&r);
    k.class = (enum ticket_class)bytes_get_u8(&r);
    k.urgency_at = bytes_get_i64_ordered(&r);
    k.number = bytes_get_u64(&r);
    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret = k;
    return true;
}

struct key key_by_person(const struct key_by_person *k)
{
    struct key key = key_by_person_prefix(k->principal, k->done);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_i64_ordered(&w, k->urgency_at);
    bytes_put_u32(&w, k->contract);
    bytes_put_u64(&w, k->number);
    key_finish(&key, &w);
    return key;
}

struct key key_by_person_prefix(uint32_t principal, bool done)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, principal);
    bytes_put_u8(&w, done ? 1 : 0);
    key_finish(&key, &w);
    return key;
}

bool key_parse_by_person(const struct key *key, struct key_by_person *ret)
{
    struct bytes_reader r = key_reader(key);
    struct key_by_person k;

    k.principal = bytes_get_u32(&r);
    uint8_t done = bytes_get_u8(&r);
    k.done = done == 1;
    k.urgency_at = bytes_get_i64_ordered(&r);
    k.contract = bytes_get_u32(&r);
    k.number = bytes_get_u64(&r);
    if (!bytes_reader_done(&r) || done > 1) {
        return false;
    }
    *ret = k;
    return true;
}

struct key key_breach(const struct key_breach *k)
{
    struct key key = key_breach_from(k->contract, k->breached_at);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u64(&w, k->number);
    bytes_put_u8(&w, (uint8_t)k->clock);
    bytes_put_u32(&w, k->team);
    bytes_put_u32(&w, k->cycle);
    key_finish(&key, &w);
    return key;
}

struct key key_breach_prefix(uint32_t contract)
{
    return prefix_u32(contract);
}

struct key key_breach_from(uint32_t contract, int64_t at)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, contract);
    bytes_put_i64_ordered(&w, at);
    key_finish(&key, &w);
    return key;
}

bool key_parse_breach(const struct key *key, struct key_breach *ret)
{
    struct bytes_reader r = key_reader(key);
    struct key_breach k;

    k.contract = bytes_get_u32(&r);
    k.breached_at = bytes_get_i64_ordered(&r);
    k.number = bytes_get_u64(&r);
    k.clock = (enum clock_kind)bytes_get_u8(&r);
    k.team = bytes_get_u32(&r);
    k.cycle = bytes_get_u32(&r);
    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret = k;
    return true;
}

const char *key_text(const struct key *key, char buf[static KEY_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < key->n; i++) {
        buf[2 * i] = digits[key->bytes[i] >> 4];
        buf[2 * i + 1] = digits[key->bytes[i] & 15];
    }
    buf[2 * key->n] = 0;
    return buf;
}
