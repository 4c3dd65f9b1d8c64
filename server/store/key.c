// SPDX-License-Identifier: Apache-2.0
/*
 * Keys are written and read field by field with proto/bytes, builder and parser of one database
 * next to each other. A parser refuses any length but the right one; numbers outside of an enum are
 * left to whoever reads the row.
 */
#include "store/key.h"

#include <assert.h>
#include <string.h>

#include "proto/bytes.h"

enum { PRINCIPALS_BY_ID = 1, PRINCIPALS_BY_NAME = 2 };

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
    [DB_ACCESS] = {"access", false},
    [DB_LINES] = {"lines", true},
};

const char *db_name(enum db db)
{
    return dbs[db].name;
}

bool db_is_view(enum db db)
{
    return dbs[db].is_view;
}

static struct bytes_writer writer(struct key *key)
{
    struct bytes_writer w;

    bytes_writer_init(&w, key->bytes, sizeof(key->bytes));
    return w;
}

/** What doesn't fit is a bug of the caller: all parts are bounded by their types or by contract. */
static void finish(struct key *key, const struct bytes_writer *w)
{
    assert(bytes_writer_ok(w));
    key->n = w->n;
}

static struct bytes_reader reader(const struct key *key)
{
    struct bytes_reader r;

    bytes_reader_init(&r, key->bytes, key->n);
    return r;
}

/** A name that takes the rest of the key, into an array of `size`. */
static bool rest(struct bytes_reader *r, char *ret, size_t size)
{
    size_t n = r->left;

    if (n == 0 || n >= size || memchr(r->p, 0, n)) {
        return false;
    }
    bytes_get_copy(r, ret, n);
    ret[n] = 0;
    return bytes_reader_done(r);
}

static void put_name(struct bytes_writer *w, const char *name, size_t size)
{
    size_t n = strnlen(name, size);

    assert(n > 0 && n < size);
    bytes_put_raw(w, name, n);
}

struct key key_meta(enum meta_tag tag)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u8(&w, (uint8_t)tag);
    finish(&key, &w);
    return key;
}

bool key_parse_meta(const struct key *key, enum meta_tag *ret_tag)
{
    struct bytes_reader r = reader(key);
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
    struct bytes_writer w = writer(&key);

    bytes_put_u64(&w, position);
    finish(&key, &w);
    return key;
}

bool key_parse_journal(const struct key *key, uint64_t *ret_position)
{
    struct bytes_reader r = reader(key);
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
    struct bytes_writer w = writer(&key);

    bytes_put_u32(&w, contract);
    bytes_put_u64(&w, number);
    finish(&key, &w);
    return key;
}

static bool parse_pair(const struct key *key, uint32_t *ret_contract, uint64_t *ret_number)
{
    struct bytes_reader r = reader(key);
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
    struct bytes_writer w = writer(&key);

    bytes_put_u32(&w, v);
    finish(&key, &w);
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
    struct bytes_writer w = writer(&key);

    bytes_put_u64(&w, k->position);
    bytes_put_u8(&w, (uint8_t)k->field);
    bytes_put_u16(&w, k->chunk);
    finish(&key, &w);
    return key;
}

struct key key_texts_prefix(uint64_t position)
{
    return key_journal(position);
}

bool key_parse_texts(const struct key *key, struct key_texts *ret)
{
    struct bytes_reader r = reader(key);
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
    struct bytes_writer w = writer(&key);

    bytes_put_i64_ordered(&w, k->at);
    bytes_put_u32(&w, k->contract);
    bytes_put_u64(&w, k->number);
    finish(&key, &w);
    return key;
}

bool key_parse_due(const struct key *key, struct key_due *ret)
{
    struct bytes_reader r = reader(key);
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
    struct bytes_writer w = writer(&key);

    bytes_put_u32(&w, k->contract);
    bytes_put_u32(&w, k->team);
    bytes_put_u8(&w, (uint8_t)k->class);
    bytes_put_i64_ordered(&w, k->urgency_at);
    bytes_put_u64(&w, k->number);
    finish(&key, &w);
    return key;
}

struct key key_by_team_prefix(uint32_t contract, uint32_t team, enum ticket_class class)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u32(&w, contract);
    bytes_put_u32(&w, team);
    bytes_put_u8(&w, (uint8_t) class);
    finish(&key, &w);
    return key;
}

struct key key_by_team_contract_prefix(uint32_t contract)
{
    return prefix_u32(contract);
}

bool key_parse_by_team(const struct key *key, struct key_by_team *ret)
{
    struct bytes_reader r = reader(key);
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
    struct bytes_writer w = writer(&key);

    w.n = key.n;
    bytes_put_i64_ordered(&w, k->urgency_at);
    bytes_put_u32(&w, k->contract);
    bytes_put_u64(&w, k->number);
    finish(&key, &w);
    return key;
}

struct key key_by_person_prefix(uint32_t principal, bool done)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u32(&w, principal);
    bytes_put_u8(&w, done ? 1 : 0);
    finish(&key, &w);
    return key;
}

bool key_parse_by_person(const struct key *key, struct key_by_person *ret)
{
    struct bytes_reader r = reader(key);
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
    struct bytes_writer w = writer(&key);

    w.n = key.n;
    bytes_put_u64(&w, k->number);
    bytes_put_u8(&w, (uint8_t)k->clock);
    bytes_put_u32(&w, k->team);
    bytes_put_u32(&w, k->cycle);
    finish(&key, &w);
    return key;
}

struct key key_breach_prefix(uint32_t contract)
{
    return prefix_u32(contract);
}

struct key key_breach_from(uint32_t contract, int64_t at)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u32(&w, contract);
    bytes_put_i64_ordered(&w, at);
    finish(&key, &w);
    return key;
}

bool key_parse_breach(const struct key *key, struct key_breach *ret)
{
    struct bytes_reader r = reader(key);
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

struct key key_request(uint32_t principal, const uint8_t id[REQUEST_ID_BYTES])
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_raw(&w, id, REQUEST_ID_BYTES);
    bytes_put_u32(&w, principal);
    finish(&key, &w);
    return key;
}

bool key_parse_request(const struct key *key, uint32_t *ret_principal,
                       uint8_t ret_id[REQUEST_ID_BYTES])
{
    struct bytes_reader r = reader(key);
    const uint8_t *id = bytes_get_raw(&r, REQUEST_ID_BYTES);
    uint32_t principal = bytes_get_u32(&r);

    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret_principal = principal;
    memcpy(ret_id, id, REQUEST_ID_BYTES);
    return true;
}

struct key key_external_prefix(const char *source)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    put_name(&w, source, BOOK_NAME_BYTES);
    bytes_put_u8(&w, 0);
    finish(&key, &w);
    return key;
}

struct key key_external(const char *source, const char *source_key)
{
    struct key key = key_external_prefix(source);
    struct bytes_writer w = writer(&key);

    w.n = key.n;
    put_name(&w, source_key, TICKET_KEY_BYTES);
    finish(&key, &w);
    return key;
}

bool key_parse_external(const struct key *key, char ret_source[BOOK_NAME_BYTES],
                        char ret_source_key[TICKET_KEY_BYTES])
{
    struct bytes_reader r = reader(key);
    const uint8_t *nul = memchr(key->bytes, 0, key->n);

    if (!nul || nul == key->bytes || nul - key->bytes >= BOOK_NAME_BYTES) {
        return false;
    }
    bytes_get_copy(&r, ret_source, (size_t)(nul - key->bytes) + 1);
    return rest(&r, ret_source_key, TICKET_KEY_BYTES);
}

struct key key_line(const uint8_t line_id[LINE_ID_BYTES])
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_raw(&w, line_id, LINE_ID_BYTES);
    finish(&key, &w);
    return key;
}

bool key_parse_line(const struct key *key, uint8_t ret_line_id[LINE_ID_BYTES])
{
    struct bytes_reader r = reader(key);

    bytes_get_copy(&r, ret_line_id, LINE_ID_BYTES);
    return bytes_reader_done(&r);
}

struct key key_zone(const uint8_t sha256[BOOK_HASH_BYTES], const char *name)
{
    struct key key = key_zone_prefix(sha256);
    struct bytes_writer w = writer(&key);

    w.n = key.n;
    put_name(&w, name, BOOK_NAME_BYTES);
    finish(&key, &w);
    return key;
}

struct key key_zone_prefix(const uint8_t sha256[BOOK_HASH_BYTES])
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_raw(&w, sha256, BOOK_HASH_BYTES);
    finish(&key, &w);
    return key;
}

bool key_parse_zone(const struct key *key, uint8_t ret_sha256[BOOK_HASH_BYTES],
                    char ret_name[BOOK_NAME_BYTES])
{
    struct bytes_reader r = reader(key);

    bytes_get_copy(&r, ret_sha256, BOOK_HASH_BYTES);
    return bytes_reader_ok(&r) && rest(&r, ret_name, BOOK_NAME_BYTES);
}

struct key key_book(enum book_kind kind, uint32_t id, uint32_t version)
{
    struct key key = key_book_prefix(kind);
    struct bytes_writer w = writer(&key);

    w.n = key.n;
    bytes_put_u32(&w, id);
    bytes_put_u32(&w, version);
    finish(&key, &w);
    return key;
}

struct key key_book_prefix(enum book_kind kind)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u8(&w, (uint8_t)kind);
    finish(&key, &w);
    return key;
}

bool key_parse_book(const struct key *key, enum book_kind *ret_kind, uint32_t *ret_id,
                    uint32_t *ret_version)
{
    struct bytes_reader r = reader(key);
    enum book_kind kind = (enum book_kind)bytes_get_u8(&r);
    uint32_t id = bytes_get_u32(&r);
    uint32_t version = bytes_get_u32(&r);

    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret_kind = kind;
    *ret_id = id;
    *ret_version = version;
    return true;
}

struct key key_used(const struct key_used *k)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u32(&w, k->contract);
    bytes_put_u8(&w, (uint8_t)k->kind);
    bytes_put_u32(&w, k->id);
    bytes_put_u32(&w, k->version);
    bytes_put_raw(&w, k->sha256, BOOK_HASH_BYTES);
    finish(&key, &w);
    return key;
}

bool key_parse_used(const struct key *key, struct key_used *ret)
{
    struct bytes_reader r = reader(key);
    struct key_used k;

    k.contract = bytes_get_u32(&r);
    k.kind = (enum book_kind)bytes_get_u8(&r);
    k.id = bytes_get_u32(&r);
    k.version = bytes_get_u32(&r);
    bytes_get_copy(&r, k.sha256, BOOK_HASH_BYTES);
    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret = k;
    return true;
}

struct key key_principal(uint32_t id)
{
    struct key key = key_principals_prefix();
    struct bytes_writer w = writer(&key);

    w.n = key.n;
    bytes_put_u32(&w, id);
    finish(&key, &w);
    return key;
}

struct key key_principals_prefix(void)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u8(&w, PRINCIPALS_BY_ID);
    finish(&key, &w);
    return key;
}

bool key_parse_principal(const struct key *key, uint32_t *ret_id)
{
    struct bytes_reader r = reader(key);
    uint8_t tag = bytes_get_u8(&r);
    uint32_t id = bytes_get_u32(&r);

    if (!bytes_reader_done(&r) || tag != PRINCIPALS_BY_ID) {
        return false;
    }
    *ret_id = id;
    return true;
}

struct key key_principal_name(const char *name)
{
    struct key key;
    struct bytes_writer w = writer(&key);

    bytes_put_u8(&w, PRINCIPALS_BY_NAME);
    put_name(&w, name, PRINCIPAL_NAME_BYTES);
    finish(&key, &w);
    return key;
}

bool key_parse_principal_name(const struct key *key, char ret_name[PRINCIPAL_NAME_BYTES])
{
    struct bytes_reader r = reader(key);

    return bytes_get_u8(&r) == PRINCIPALS_BY_NAME && rest(&r, ret_name, PRINCIPAL_NAME_BYTES);
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
