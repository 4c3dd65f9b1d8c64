// SPDX-License-Identifier: Apache-2.0
/*
 * Keys that people, tools and books have given names and ids to: those of requests, of intake, and
 * of the administration.
 */
#include "store/key.h"

#include <string.h>

#include "store/key_private.h"

enum { PRINCIPALS_BY_ID = 1, PRINCIPALS_BY_NAME = 2 };

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

struct key key_request(uint32_t principal, const uint8_t id[REQUEST_ID_BYTES])
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_raw(&w, id, REQUEST_ID_BYTES);
    bytes_put_u32(&w, principal);
    key_finish(&key, &w);
    return key;
}

bool key_parse_request(const struct key *key, uint32_t *ret_principal,
                       uint8_t ret_id[REQUEST_ID_BYTES])
{
    struct bytes_reader r = key_reader(key);
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
    struct bytes_writer w = key_writer(&key);

    put_name(&w, source, BOOK_NAME_BYTES);
    bytes_put_u8(&w, 0);
    key_finish(&key, &w);
    return key;
}

struct key key_external(const char *source, const uint8_t mark[EVENT_MARK_BYTES])
{
    struct key key = key_external_prefix(source);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_raw(&w, mark, EVENT_MARK_BYTES);
    key_finish(&key, &w);
    return key;
}

bool key_parse_external(const struct key *key, char ret_source[BOOK_NAME_BYTES],
                        uint8_t ret_mark[EVENT_MARK_BYTES])
{
    struct bytes_reader r = key_reader(key);
    const uint8_t *nul = memchr(key->bytes, 0, key->n);

    if (!nul || nul == key->bytes || nul - key->bytes >= BOOK_NAME_BYTES) {
        return false;
    }
    bytes_get_copy(&r, ret_source, (size_t)(nul - key->bytes) + 1);
    bytes_get_copy(&r, ret_mark, EVENT_MARK_BYTES);
    return bytes_reader_done(&r);
}

struct key key_source(const char *source, uint32_t contract)
{
    struct key key = key_external_prefix(source);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u32(&w, contract);
    key_finish(&key, &w);
    return key;
}

bool key_parse_source(const struct key *key, char ret_source[BOOK_NAME_BYTES],
                      uint32_t *ret_contract)
{
    struct bytes_reader r = key_reader(key);
    const uint8_t *nul = memchr(key->bytes, 0, key->n);

    if (!nul || nul == key->bytes || nul - key->bytes >= BOOK_NAME_BYTES) {
        return false;
    }
    bytes_get_copy(&r, ret_source, (size_t)(nul - key->bytes) + 1);
    *ret_contract = bytes_get_u32(&r);
    return bytes_reader_done(&r);
}

struct key key_line(const uint8_t line_id[LINE_ID_BYTES])
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_raw(&w, line_id, LINE_ID_BYTES);
    key_finish(&key, &w);
    return key;
}

bool key_parse_line(const struct key *key, uint8_t ret_line_id[LINE_ID_BYTES])
{
    struct bytes_reader r = key_reader(key);

    bytes_get_copy(&r, ret_line_id, LINE_ID_BYTES);
    return bytes_reader_done(&r);
}

struct key key_zone(const uint8_t sha256[BOOK_HASH_BYTES], const char *name)
{
    struct key key = key_zone_prefix(sha256);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    put_name(&w, name, BOOK_NAME_BYTES);
    key_finish(&key, &w);
    return key;
}

struct key key_zone_prefix(const uint8_t sha256[BOOK_HASH_BYTES])
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_raw(&w, sha256, BOOK_HASH_BYTES);
    key_finish(&key, &w);
    return key;
}

bool key_parse_zone(const struct key *key, uint8_t ret_sha256[BOOK_HASH_BYTES],
                    char ret_name[BOOK_NAME_BYTES])
{
    struct bytes_reader r = key_reader(key);

    bytes_get_copy(&r, ret_sha256, BOOK_HASH_BYTES);
    return bytes_reader_ok(&r) && rest(&r, ret_name, BOOK_NAME_BYTES);
}

struct key key_zone_use_prefix(uint32_t stream)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, stream);
    key_finish(&key, &w);
    return key;
}

struct key key_zone_use_name_prefix(uint32_t stream, const char *name)
{
    struct key key = key_zone_use_prefix(stream);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    put_name(&w, name, BOOK_NAME_BYTES);
    bytes_put_u8(&w, 0);
    key_finish(&key, &w);
    return key;
}

struct key key_zone_use(const struct key_zone_use *k)
{
    struct key key = key_zone_use_name_prefix(k->stream, k->name);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u64(&w, k->seq);
    key_finish(&key, &w);
    return key;
}

bool key_parse_zone_use(const struct key *key, struct key_zone_use *ret)
{
    struct bytes_reader r = key_reader(key);
    uint32_t stream = bytes_get_u32(&r);
    const uint8_t *nul = bytes_reader_ok(&r) ? memchr(r.p, 0, r.left) : NULL;

    if (!nul || nul == r.p || nul - r.p >= BOOK_NAME_BYTES) {
        return false;
    }
    bytes_get_copy(&r, ret->name, (size_t)(nul - r.p) + 1);
    ret->stream = stream;
    ret->seq = bytes_get_u64(&r);
    return bytes_reader_done(&r);
}

struct key key_book(enum book_kind kind, uint32_t id, uint32_t version)
{
    struct key key = key_book_prefix(kind);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u32(&w, id);
    bytes_put_u32(&w, version);
    key_finish(&key, &w);
    return key;
}

struct key key_book_prefix(enum book_kind kind)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, (uint8_t)kind);
    key_finish(&key, &w);
    return key;
}

bool key_parse_book(const struct key *key, enum book_kind *ret_kind, uint32_t *ret_id,
                    uint32_t *ret_version)
{
    struct bytes_reader r = key_reader(key);
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
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, k->contract);
    bytes_put_u8(&w, (uint8_t)k->kind);
    bytes_put_u32(&w, k->id);
    bytes_put_u32(&w, k->version);
    bytes_put_raw(&w, k->sha256, BOOK_HASH_BYTES);
    key_finish(&key, &w);
    return key;
}

bool key_parse_used(const struct key *key, struct key_used *ret)
{
    struct bytes_reader r = key_reader(key);
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
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u32(&w, id);
    key_finish(&key, &w);
    return key;
}

struct key key_principals_prefix(void)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, PRINCIPALS_BY_ID);
    key_finish(&key, &w);
    return key;
}

bool key_parse_principal(const struct key *key, uint32_t *ret_id)
{
    struct bytes_reader r = key_reader(key);
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
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, PRINCIPALS_BY_NAME);
    put_name(&w, name, PRINCIPAL_NAME_BYTES);
    key_finish(&key, &w);
    return key;
}

bool key_parse_principal_name(const struct key *key, char ret_name[PRINCIPAL_NAME_BYTES])
{
    struct bytes_reader r = key_reader(key);

    return bytes_get_u8(&r) == PRINCIPALS_BY_NAME && rest(&r, ret_name, PRINCIPAL_NAME_BYTES);
}
