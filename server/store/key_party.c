// SPDX-License-Identifier: Apache-2.0
/*
 * Keys of what parties owe each other: enrolments, proposals, the log of reads, signed heads, and
 * what was erased.
 */
#include "store/key.h"

#include <string.h>

#include "store/key_private.h"

enum { ENROLMENTS_BY_SECRET = 1, ENROLMENTS_BY_PRINCIPAL = 2 };
enum { PROPOSALS_BY_ID = 1, PROPOSALS_CHANGES = 2 };

/* --- enrolments ------------------------------------------------------------------------------- */

struct key key_enrolment(const uint8_t secret_sha256[BOOK_HASH_BYTES])
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, ENROLMENTS_BY_SECRET);
    bytes_put_raw(&w, secret_sha256, BOOK_HASH_BYTES);
    key_finish(&key, &w);
    return key;
}

bool key_parse_enrolment(const struct key *key, uint8_t ret_secret_sha256[BOOK_HASH_BYTES])
{
    struct bytes_reader r = key_reader(key);
    uint8_t tag = bytes_get_u8(&r);

    bytes_get_copy(&r, ret_secret_sha256, BOOK_HASH_BYTES);
    return bytes_reader_done(&r) && tag == ENROLMENTS_BY_SECRET;
}

struct key key_enrolment_of(uint32_t principal)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, ENROLMENTS_BY_PRINCIPAL);
    bytes_put_u32(&w, principal);
    key_finish(&key, &w);
    return key;
}

bool key_parse_enrolment_of(const struct key *key, uint32_t *ret_principal)
{
    struct bytes_reader r = key_reader(key);
    uint8_t tag = bytes_get_u8(&r);
    uint32_t principal = bytes_get_u32(&r);

    if (!bytes_reader_done(&r) || tag != ENROLMENTS_BY_PRINCIPAL) {
        return false;
    }
    *ret_principal = principal;
    return true;
}

/* --- proposals -------------------------------------------------------------------------------- */

struct key key_proposals_prefix(void)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, PROPOSALS_BY_ID);
    key_finish(&key, &w);
    return key;
}

struct key key_proposal(uint64_t id)
{
    struct key key = key_proposals_prefix();
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u64(&w, id);
    key_finish(&key, &w);
    return key;
}

bool key_parse_proposal(const struct key *key, uint64_t *ret_id)
{
    struct bytes_reader r = key_reader(key);
    uint8_t tag = bytes_get_u8(&r);
    uint64_t id = bytes_get_u64(&r);

    if (!bytes_reader_done(&r) || tag != PROPOSALS_BY_ID) {
        return false;
    }
    *ret_id = id;
    return true;
}

struct key key_change_prefix(uint64_t id)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u8(&w, PROPOSALS_CHANGES);
    bytes_put_u64(&w, id);
    key_finish(&key, &w);
    return key;
}

struct key key_change(const struct key_change *k)
{
    struct key key = key_change_prefix(k->id);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u32(&w, k->contract);
    bytes_put_u32(&w, k->party);
    key_finish(&key, &w);
    return key;
}

bool key_parse_change(const struct key *key, struct key_change *ret)
{
    struct bytes_reader r = key_reader(key);
    uint8_t tag = bytes_get_u8(&r);
    struct key_change k;

    k.id = bytes_get_u64(&r);
    k.contract = bytes_get_u32(&r);
    k.party = bytes_get_u32(&r);
    if (!bytes_reader_done(&r) || tag != PROPOSALS_CHANGES) {
        return false;
    }
    *ret = k;
    return true;
}

/* --- access ----------------------------------------------------------------------------------- */

struct key key_access_prefix(uint32_t contract)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, contract);
    key_finish(&key, &w);
    return key;
}

struct key key_access_from(uint32_t contract, int64_t at)
{
    struct key key = key_access_prefix(contract);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_i64_ordered(&w, at);
    key_finish(&key, &w);
    return key;
}

struct key key_access(const struct key_access *k)
{
    struct key key = key_access_from(k->contract, k->recorded_at);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u64(&w, k->seq);
    key_finish(&key, &w);
    return key;
}

bool key_parse_access(const struct key *key, struct key_access *ret)
{
    struct bytes_reader r = key_reader(key);
    struct key_access k;

    k.contract = bytes_get_u32(&r);
    k.recorded_at = bytes_get_i64_ordered(&r);
    k.seq = bytes_get_u64(&r);
    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret = k;
    return true;
}

/* --- signed heads, erased texts --------------------------------------------------------------- */

struct key key_countersign_prefix(uint32_t contract)
{
    return key_access_prefix(contract);
}

struct key key_countersign(uint32_t contract, uint32_t party)
{
    struct key key = key_countersign_prefix(contract);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u32(&w, party);
    key_finish(&key, &w);
    return key;
}

bool key_parse_countersign(const struct key *key, uint32_t *ret_contract, uint32_t *ret_party)
{
    struct bytes_reader r = key_reader(key);
    uint32_t contract = bytes_get_u32(&r);
    uint32_t party = bytes_get_u32(&r);

    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret_contract = contract;
    *ret_party = party;
    return true;
}

/* --- looks ------------------------------------------------------------------------------------ */

struct key key_look_prefix(uint32_t contract, uint64_t ticket)
{
    struct key key;
    struct bytes_writer w = key_writer(&key);

    bytes_put_u32(&w, contract);
    bytes_put_u64(&w, ticket);
    key_finish(&key, &w);
    return key;
}

struct key key_look(uint32_t contract, uint64_t ticket, uint64_t seq)
{
    struct key key = key_look_prefix(contract, ticket);
    struct bytes_writer w = key_writer(&key);

    w.n = key.n;
    bytes_put_u64(&w, seq);
    key_finish(&key, &w);
    return key;
}

bool key_parse_look(const struct key *key, uint32_t *ret_contract, uint64_t *ret_ticket,
                    uint64_t *ret_seq)
{
    struct bytes_reader r = key_reader(key);
    uint32_t contract = bytes_get_u32(&r);
    uint64_t ticket = bytes_get_u64(&r);
    uint64_t seq = bytes_get_u64(&r);

    if (!bytes_reader_done(&r)) {
        return false;
    }
    *ret_contract = contract;
    *ret_ticket = ticket;
    *ret_seq = seq;
    return true;
}

struct key key_erased(uint32_t contract, uint64_t seq)
{
    return key_stream(contract, seq);
}

bool key_parse_erased(const struct key *key, uint32_t *ret_contract, uint64_t *ret_seq)
{
    return key_parse_stream(key, ret_contract, ret_seq);
}
