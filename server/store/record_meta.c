// SPDX-License-Identifier: Apache-2.0
/*
 * The rows of meta: what kind of store this is, and how its views stand.
 */
#include "store/record_pb.h"

int record_store_encode(struct txn *txn, const struct record_store *store, struct arena *arena,
                        struct row *ret)
{
    SlateStore__Store m;

    slate_store__store__init(&m);
    RECORD_SET(&m, format, store->format, 0);
    m.has_cluster_id = 1;
    m.cluster_id = record_bytes(store->cluster_id, sizeof(store->cluster_id));
    m.has_genesis = 1;
    m.genesis = record_bytes(store->genesis, sizeof(store->genesis));
    return record_pack(txn, &m.base, arena, ret);
}

int record_store_decode(struct txn *txn, const struct key *key, const struct row *row,
                        struct record_store *ret)
{
    RECORD_FIXED_ARENA(arena);
    const SlateStore__Store *m = record_unpack(txn, DB_META, key, row,
                                               &slate_store__store__descriptor, &arena);

    if (!m) {
        return txn->error;
    }
    ret->format = m->format;
    if (!record_take_bytes(&m->cluster_id, ret->cluster_id, sizeof(ret->cluster_id)) ||
        !record_take_bytes(&m->genesis, ret->genesis, sizeof(ret->genesis))) {
        return record_makes_no_sense(txn, DB_META, key);
    }
    return 0;
}

int record_views_put(struct txn *txn, const struct record_views *views)
{
    RECORD_FIXED_ARENA(arena);
    SlateStore__Views m;
    struct row row;
    struct key key = key_meta(META_VIEWS);

    slate_store__views__init(&m);
    RECORD_SET(&m, schema, views->schema, 0);
    RECORD_SET(&m, rebuilding, views->rebuilding, false);
    RECORD_SET(&m, rebuilt_position, views->rebuilt_position, 0);
    int r = record_pack(txn, &m.base, &arena, &row);
    return r == 0 ? row_put(txn, DB_META, &key, RECORD_VIEWS, row.p, row.n) : r;
}

int record_views_get(struct txn *txn, struct record_views *ret)
{
    RECORD_FIXED_ARENA(arena);
    struct row row;
    struct key key = key_meta(META_VIEWS);

    int r = row_get(txn, DB_META, &key, RECORD_VIEWS, &row);
    if (r != 0) {
        return r;
    }
    const SlateStore__Views *m = record_unpack(txn, DB_META, &key, &row,
                                               &slate_store__views__descriptor, &arena);
    if (!m) {
        return txn->error;
    }
    ret->schema = m->schema;
    ret->rebuilding = m->rebuilding;
    ret->rebuilt_position = m->rebuilt_position;
    return 0;
}

int record_forgotten_put(struct txn *txn, uint64_t position)
{
    RECORD_FIXED_ARENA(arena);
    SlateStore__RequestsForgotten m;
    struct row row;
    struct key key = key_meta(META_FORGOTTEN);

    slate_store__requests_forgotten__init(&m);
    RECORD_SET(&m, position, position, 0);
    int r = record_pack(txn, &m.base, &arena, &row);
    return r == 0 ? row_put(txn, DB_META, &key, RECORD_FORGOTTEN, row.p, row.n) : r;
}

int record_forgotten_get(struct txn *txn, uint64_t *ret_position)
{
    RECORD_FIXED_ARENA(arena);
    struct row row;
    struct key key = key_meta(META_FORGOTTEN);

    int r = row_get(txn, DB_META, &key, RECORD_FORGOTTEN, &row);
    if (r == STORE_NOT_FOUND) {
        *ret_position = 0;
        return 0;
    }
    if (r != 0) {
        return r;
    }
    const SlateStore__RequestsForgotten *m = record_unpack(
        txn, DB_META, &key, &row, &slate_store__requests_forgotten__descriptor, &arena);
    if (!m) {
        return txn->error;
    }
    *ret_position = m->position;
    return 0;
}

int record_swept_put(struct txn *txn, uint64_t since_seq)
{
    RECORD_FIXED_ARENA(arena);
    SlateStore__DuesSwept m;
    struct row row;
    struct key key = key_meta(META_SWEPT);

    slate_store__dues_swept__init(&m);
    RECORD_SET(&m, since_seq, since_seq, 0);
    int r = record_pack(txn, &m.base, &arena, &row);
    return r == 0 ? row_put(txn, DB_META, &key, RECORD_SWEPT, row.p, row.n) : r;
}

int record_swept_get(struct txn *txn, uint64_t *ret_since_seq)
{
    RECORD_FIXED_ARENA(arena);
    struct row row;
    struct key key = key_meta(META_SWEPT);

    int r = row_get(txn, DB_META, &key, RECORD_SWEPT, &row);
    if (r == STORE_NOT_FOUND) {
        *ret_since_seq = 0;
        return 0;
    }
    if (r != 0) {
        return r;
    }
    const SlateStore__DuesSwept *m = record_unpack(txn, DB_META, &key, &row,
                                                   &slate_store__dues_swept__descriptor, &arena);
    if (!m) {
        return txn->error;
    }
    *ret_since_seq = m->since_seq;
    return 0;
}
