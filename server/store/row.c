// SPDX-License-Identifier: Apache-2.0
/*
 * The only file that calls LMDB for rows. Every value goes through frame_seal and frame_open.
 */
#include "store/row.h"

#include <stdio.h>
#include <string.h>

#include "store/env_private.h"
#include "store/txn_private.h"

static int failed(struct txn *txn, int rc, enum db db)
{
    return txn_fail_mdb(txn, rc, db_name(db));
}

/** LMDB does not write to what it is given, but takes no const. */
static MDB_val val(const struct key *key)
{
    return (MDB_val){.mv_size = key->n, .mv_data = (void *)(uintptr_t)key->bytes};
}

int row_corrupt(struct txn *txn, enum db db, const struct key *key, const char *what)
{
    char text[KEY_TEXT_BYTES];

    return txn_fail(txn, STORE_CORRUPT, "db %s key %.160s: %s", db_name(db), key_text(key, text),
                    what);
}

static int checked(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
                   const MDB_val *data, struct row *ret)
{
    struct row row;
    int r = frame_open(data->mv_data, data->mv_size, db, key, kind, &row.p, &row.n);

    if (r == FRAME_NEWER) {
        char text[KEY_TEXT_BYTES];

        return txn_fail(txn, STORE_NEWER, "db %s key %.160s: the value %s", db_name(db),
                        key_text(key, text), frame_error_text(r));
    }
    if (r != 0) {
        char what[64];

        snprintf(what, sizeof(what), "the value %s", frame_error_text(r));
        return row_corrupt(txn, db, key, what);
    }
    if (ret) {
        *ret = row;
    }
    return 0;
}

int row_get(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
            struct row *ret)
{
    MDB_val k = val(key);
    MDB_val data;

    if (txn->error) {
        return txn->error;
    }
    int rc = mdb_get(txn->mdb, txn->env->dbi[db], &k, &data);
    if (rc == MDB_NOTFOUND) {
        return STORE_NOT_FOUND;
    }
    if (rc != 0) {
        return failed(txn, rc, db);
    }
    return checked(txn, db, key, kind, &data, ret);
}

enum record_kind row_kind(const struct row *row)
{
    return frame_kind(row->p - FRAME_HEADER_BYTES);
}

/** Returns LMDB's answer. */
static int put(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
               const struct row *parts, size_t n_parts, unsigned flags)
{
    size_t n = 0;

    for (size_t i = 0; i < n_parts; i++) {
        n += parts[i].n;
    }
    MDB_val k = val(key);
    MDB_val data = {.mv_size = FRAME_HEADER_BYTES + n};
    int rc = mdb_put(txn->mdb, txn->env->dbi[db], &k, &data, flags | MDB_RESERVE);
    if (rc != 0) {
        return rc;
    }
    uint8_t *p = (uint8_t *)data.mv_data + FRAME_HEADER_BYTES;
    for (size_t i = 0; i < n_parts; i++) {
        if (parts[i].n > 0) {
            memcpy(p, parts[i].p, parts[i].n);
            p += parts[i].n;
        }
    }
    frame_seal(data.mv_data, n, db, key, kind);
    return 0;
}

int row_put(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
            const void *payload, size_t n)
{
    struct row part = {.p = payload, .n = n};

    if (txn->error) {
        return txn->error;
    }
    int rc = put(txn, db, key, kind, &part, 1, 0);
    return rc == 0 ? 0 : failed(txn, rc, db);
}

int row_put_growing(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
                    const void *payload, size_t n)
{
    struct row part = {.p = payload, .n = n};

    if (txn->error) {
        return txn->error;
    }
    int rc = put(txn, db, key, kind, &part, 1, MDB_APPEND);
    if (rc == MDB_KEYEXIST) { // not above the last key: nothing was done
        rc = put(txn, db, key, kind, &part, 1, 0);
    }
    return rc == 0 ? 0 : failed(txn, rc, db);
}

int row_insert_growing(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
                       const void *payload, size_t n)
{
    struct row part = {.p = payload, .n = n};

    if (txn->error) {
        return txn->error;
    }
    int rc = put(txn, db, key, kind, &part, 1, MDB_APPEND);
    if (rc == MDB_KEYEXIST) {
        rc = put(txn, db, key, kind, &part, 1, MDB_NOOVERWRITE);
    }
    if (rc == MDB_KEYEXIST) {
        return STORE_CONFLICT;
    }
    return rc == 0 ? 0 : failed(txn, rc, db);
}

int row_append(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
               const struct row *parts, size_t n_parts)
{
    if (txn->error) {
        return txn->error;
    }
    int rc = put(txn, db, key, kind, parts, n_parts, MDB_APPEND);
    if (rc == MDB_KEYEXIST) {
        return row_corrupt(txn, db, key, "a row to be appended is not behind the last one");
    }
    return rc == 0 ? 0 : failed(txn, rc, db);
}

int row_del(struct txn *txn, enum db db, const struct key *key)
{
    MDB_val k = val(key);

    if (txn->error) {
        return txn->error;
    }
    int rc = mdb_del(txn->mdb, txn->env->dbi[db], &k, NULL);
    if (rc == MDB_NOTFOUND) {
        return row_corrupt(txn, db, key, "a row to be deleted is missing");
    }
    return rc == 0 ? 0 : failed(txn, rc, db);
}

int row_drop(struct txn *txn, enum db db)
{
    if (txn->error) {
        return txn->error;
    }
    int rc = mdb_drop(txn->mdb, txn->env->dbi[db], 0);
    return rc == 0 ? 0 : failed(txn, rc, db);
}

int row_count(struct txn *txn, enum db db, uint64_t *ret)
{
    MDB_stat stat;

    if (txn->error) {
        return txn->error;
    }
    int rc = mdb_stat(txn->mdb, txn->env->dbi[db], &stat);
    if (rc != 0) {
        return failed(txn, rc, db);
    }
    *ret = stat.ms_entries;
    return 0;
}

static bool begins_with(const struct key *key, const struct key *prefix)
{
    return key->n >= prefix->n && memcmp(key->bytes, prefix->bytes, prefix->n) == 0;
}

/** Copies a key out of the environment; one that no builder of ours can have made is corrupt. */
static int take_key(struct txn *txn, enum db db, const MDB_val *k, struct key *ret)
{
    if (k->mv_size == 0 || k->mv_size > KEY_BYTES_MAX) {
        return txn_fail(txn, STORE_CORRUPT, "db %s: a key of %zu bytes", db_name(db), k->mv_size);
    }
    ret->n = k->mv_size;
    memcpy(ret->bytes, k->mv_data, k->mv_size);
    return 0;
}

/** The first key that is above all keys with this prefix; false if there is none. */
static bool successor(const struct key *prefix, struct key *ret)
{
    *ret = *prefix;
    while (ret->n > 0 && ret->bytes[ret->n - 1] == 0xff) {
        ret->n--;
    }
    if (ret->n == 0) {
        return false;
    }
    ret->bytes[ret->n - 1]++;
    return true;
}

static int seek_last(MDB_cursor *cursor, const struct key *prefix, MDB_val *k, MDB_val *data)
{
    struct key above;

    if (prefix && successor(prefix, &above)) {
        *k = val(&above);
        int rc = mdb_cursor_get(cursor, k, data, MDB_SET_RANGE);
        if (rc == 0) {
            return mdb_cursor_get(cursor, k, data, MDB_PREV);
        }
        if (rc != MDB_NOTFOUND) {
            return rc;
        }
    }
    return mdb_cursor_get(cursor, k, data, MDB_LAST);
}

int row_last(struct txn *txn, enum db db, const struct key *prefix, enum record_kind kind,
             struct key *ret_key, struct row *ret)
{
    MDB_cursor *cursor;
    MDB_val k;
    MDB_val data;
    struct key key;

    if (txn->error) {
        return txn->error;
    }
    int rc = mdb_cursor_open(txn->mdb, txn->env->dbi[db], &cursor);
    if (rc != 0) {
        return failed(txn, rc, db);
    }
    rc = seek_last(cursor, prefix, &k, &data);
    mdb_cursor_close(cursor);
    if (rc == MDB_NOTFOUND) {
        return STORE_NOT_FOUND;
    }
    if (rc != 0) {
        return failed(txn, rc, db);
    }
    int r = take_key(txn, db, &k, &key);
    if (r != 0) {
        return r;
    }
    if (prefix && !begins_with(&key, prefix)) {
        return STORE_NOT_FOUND;
    }
    r = checked(txn, db, &key, kind, &data, ret);
    if (r == 0 && ret_key) {
        *ret_key = key;
    }
    return r;
}

void row_walk_begin(struct row_walk *walk, struct txn *txn, enum db db, const struct key *prefix,
                    const struct key *from, enum record_kind kind)
{
    walk->txn = txn;
    walk->cursor = NULL;
    walk->db = db;
    walk->kind = kind;
    walk->begun = false;
    walk->prefix.n = 0;
    walk->from.n = 0;
    if (prefix) {
        walk->prefix = *prefix;
        walk->from = *prefix;
    }
    if (from) {
        walk->from = *from;
    }
    if (txn->error == 0) {
        int rc = mdb_cursor_open(txn->mdb, txn->env->dbi[db], &walk->cursor);
        if (rc != 0) {
            walk->cursor = NULL;
            failed(txn, rc, db);
        }
    }
}

int row_walk_next(struct row_walk *walk, struct key *ret_key, struct row *ret)
{
    struct txn *txn = walk->txn;
    MDB_cursor_op op = MDB_NEXT;
    MDB_val k;
    MDB_val data;
    struct key key;

    if (txn->error) {
        return txn->error;
    }
    if (!walk->begun) {
        k = val(&walk->from);
        op = walk->from.n > 0 ? MDB_SET_RANGE : MDB_FIRST;
        walk->begun = true;
    }
    int rc = mdb_cursor_get(walk->cursor, &k, &data, op);
    if (rc == MDB_NOTFOUND) {
        return STORE_NOT_FOUND;
    }
    if (rc != 0) {
        return failed(txn, rc, walk->db);
    }
    int r = take_key(txn, walk->db, &k, &key);
    if (r != 0) {
        return r;
    }
    if (!begins_with(&key, &walk->prefix)) {
        return STORE_NOT_FOUND;
    }
    r = checked(txn, walk->db, &key, walk->kind, &data, ret);
    if (r == 0 && ret_key) {
        *ret_key = key;
    }
    return r;
}

void row_walk_end(struct row_walk *walk)
{
    if (walk->cursor) {
        mdb_cursor_close(walk->cursor);
        walk->cursor = NULL;
    }
}
