// SPDX-License-Identifier: Apache-2.0
/*
 * The records of what parties owe each other, encoder and decoder of one next to each other.
 */
#include "store/record_pb.h"

#include <string.h>

/* --- enrolments ------------------------------------------------------------------------------- */

int record_enrolment_encode(struct txn *txn, const struct enrolment *enrolment, struct arena *arena,
                            struct row *ret)
{
    SlateStore__Enrolment m;

    slate_store__enrolment__init(&m);
    RECORD_SET(&m, principal, enrolment->principal, 0);
    RECORD_SET(&m, expires_at, enrolment->expires_at, INSTANT_NEVER);
    RECORD_SET(&m, seq, enrolment->seq, 0);
    RECORD_SET(&m, voided, enrolment->voided, false);
    if (enrolment->used) {
        m.has_key_sha256 = 1;
        m.key_sha256 = record_bytes(enrolment->key_sha256, sizeof(enrolment->key_sha256));
    }
    return record_pack(txn, &m.base, arena, ret);
}

int record_enrolment_decode(struct txn *txn, const struct key *key, const struct row *row,
                            struct enrolment *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Enrolment *m = record_unpack(txn, DB_ENROLMENTS, key, row,
                                                   &slate_store__enrolment__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->principal = m->principal;
    ret->expires_at = RECORD_GET(m, expires_at, INSTANT_NEVER);
    ret->seq = m->seq;
    ret->voided = m->voided;
    ret->used = m->has_key_sha256;
    if (!key_parse_enrolment(key, ret->secret_sha256) ||
        !record_take_bytes_or_zeros(m->has_key_sha256, &m->key_sha256, ret->key_sha256,
                                    sizeof(ret->key_sha256))) {
        return record_makes_no_sense(txn, DB_ENROLMENTS, key);
    }
    return 0;
}

int record_enrolment_of_encode(struct txn *txn, const uint8_t secret_sha256[BOOK_HASH_BYTES],
                               struct arena *arena, struct row *ret)
{
    SlateStore__EnrolmentOf m;

    slate_store__enrolment_of__init(&m);
    m.has_secret_sha256 = 1;
    m.secret_sha256 = record_bytes(secret_sha256, BOOK_HASH_BYTES);
    return record_pack(txn, &m.base, arena, ret);
}

int record_enrolment_of_decode(struct txn *txn, const struct key *key, const struct row *row,
                               uint8_t ret_secret_sha256[BOOK_HASH_BYTES])
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__EnrolmentOf *m = record_unpack(
        txn, DB_ENROLMENTS, key, row, &slate_store__enrolment_of__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    return record_take_bytes(&m->secret_sha256, ret_secret_sha256, BOOK_HASH_BYTES)
               ? 0
               : record_makes_no_sense(txn, DB_ENROLMENTS, key);
}

/* --- access ----------------------------------------------------------------------------------- */

int record_access_encode(struct txn *txn, uint32_t actor, struct arena *arena, struct row *ret)
{
    SlateStore__Access m;

    slate_store__access__init(&m);
    RECORD_SET(&m, actor, actor, 0);
    return record_pack(txn, &m.base, arena, ret);
}

int record_access_decode(struct txn *txn, const struct key *key, const struct row *row,
                         uint32_t *ret_actor)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Access *m = record_unpack(txn, DB_ACCESS, key, row,
                                                &slate_store__access__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    *ret_actor = m->actor;
    return 0;
}

/* --- proposals -------------------------------------------------------------------------------- */

int record_proposal_encode(struct txn *txn, const struct proposal *proposal, struct arena *arena,
                           struct row *ret)
{
    SlateStore__Proposal m;

    slate_store__proposal__init(&m);
    RECORD_SET(&m, seq, proposal->seq, 0);
    RECORD_SET(&m, actor, proposal->actor, 0);
    RECORD_SET(&m, recorded_at, proposal->recorded_at, INSTANT_NONE);
    m.has_sha256 = 1;
    m.sha256 = record_bytes(proposal->sha256, sizeof(proposal->sha256));
    RECORD_SET(&m, state, (uint32_t)proposal->state, 0);
    RECORD_SET(&m, ended_seq, proposal->ended_seq, 0);
    RECORD_SET(&m, ended_actor, proposal->ended_actor, 0);
    RECORD_SET(&m, ended_at, proposal->ended_at, INSTANT_NONE);
    return record_pack(txn, &m.base, arena, ret);
}

int record_proposal_decode(struct txn *txn, const struct key *key, const struct row *row,
                           struct proposal *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Proposal *m = record_unpack(txn, DB_PROPOSALS, key, row,
                                                  &slate_store__proposal__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->seq = m->seq;
    ret->actor = m->actor;
    ret->recorded_at = RECORD_GET(m, recorded_at, INSTANT_NONE);
    ret->state = (enum proposal_state)m->state;
    ret->ended_seq = m->ended_seq;
    ret->ended_actor = m->ended_actor;
    ret->ended_at = RECORD_GET(m, ended_at, INSTANT_NONE);
    if (!key_parse_proposal(key, &ret->id) || m->state == PROPOSAL_NONE ||
        m->state >= PROPOSAL_STATES ||
        !record_take_bytes(&m->sha256, ret->sha256, sizeof(ret->sha256))) {
        return record_makes_no_sense(txn, DB_PROPOSALS, key);
    }
    return 0;
}

int record_change_encode(struct txn *txn, const struct proposal_change *change, struct arena *arena,
                         struct row *ret)
{
    SlateStore__Change m;

    slate_store__change__init(&m);
    RECORD_SET(&m, seq, change->seq, 0);
    RECORD_SET(&m, actor, change->actor, 0);
    RECORD_SET(&m, recorded_at, change->recorded_at, INSTANT_NONE);
    m.has_sha256 = 1;
    m.sha256 = record_bytes(change->sha256, sizeof(change->sha256));
    RECORD_SET(&m, refused, change->refused, false);
    if (!record_is_zero(change->key_sha256, sizeof(change->key_sha256))) {
        m.has_key_sha256 = 1;
        m.key_sha256 = record_bytes(change->key_sha256, sizeof(change->key_sha256));
    }
    return record_pack(txn, &m.base, arena, ret);
}

int record_change_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct proposal_change *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Change *m = record_unpack(txn, DB_PROPOSALS, key, row,
                                                &slate_store__change__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->seq = m->seq;
    ret->actor = m->actor;
    ret->recorded_at = RECORD_GET(m, recorded_at, INSTANT_NONE);
    ret->refused = m->refused;
    if (!key_parse_change(key, &ret->key) ||
        !record_take_bytes_or_zeros(m->has_key_sha256, &m->key_sha256, ret->key_sha256,
                                    sizeof(ret->key_sha256)) ||
        !record_take_bytes(&m->sha256, ret->sha256, sizeof(ret->sha256))) {
        return record_makes_no_sense(txn, DB_PROPOSALS, key);
    }
    return 0;
}

/* --- signed heads ----------------------------------------------------------------------------- */

int record_countersign_encode(struct txn *txn, const struct countersign *countersign,
                              struct arena *arena, struct row *ret)
{
    SlateStore__Countersign m;

    slate_store__countersign__init(&m);
    RECORD_SET(&m, head_seq, countersign->head_seq, 0);
    m.has_sha256 = 1;
    m.sha256 = record_bytes(countersign->sha256, sizeof(countersign->sha256));
    RECORD_SET(&m, actor, countersign->actor, 0);
    RECORD_SET(&m, recorded_at, countersign->recorded_at, INSTANT_NONE);
    RECORD_SET(&m, seq, countersign->seq, 0);
    return record_pack(txn, &m.base, arena, ret);
}

int record_countersign_decode(struct txn *txn, const struct key *key, const struct row *row,
                              struct countersign *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Countersign *m = record_unpack(txn, DB_COUNTERSIGNS, key, row,
                                                     &slate_store__countersign__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    ret->head_seq = m->head_seq;
    ret->actor = m->actor;
    ret->recorded_at = RECORD_GET(m, recorded_at, INSTANT_NONE);
    ret->seq = m->seq;
    if (!key_parse_countersign(key, &ret->contract, &ret->party) ||
        !record_take_bytes(&m->sha256, ret->sha256, sizeof(ret->sha256))) {
        return record_makes_no_sense(txn, DB_COUNTERSIGNS, key);
    }
    return 0;
}

/* --- erased texts ----------------------------------------------------------------------------- */

int record_erased_encode(struct txn *txn, const struct erasure *erasure, struct arena *arena,
                         struct row *ret)
{
    SlateStore__ErasedTexts m;

    slate_store__erased_texts__init(&m);
    RECORD_SET(&m, fields, erasure->fields, 0);
    RECORD_SET(&m, seq, erasure->seq, 0);
    return record_pack(txn, &m.base, arena, ret);
}

int record_erased_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct erasure *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__ErasedTexts *m = record_unpack(
        txn, DB_ERASED, key, row, &slate_store__erased_texts__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    *ret = (struct erasure){.fields = m->fields, .seq = m->seq};
    return 0;
}
