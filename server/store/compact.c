// SPDX-License-Identifier: Apache-2.0
/*
 * Every database in the order of its keys, each row behind the last one, so that the pages fill up
 * and no row ever moves. Nothing is deleted in the new environment: no page of it is used twice.
 */
#include "store/compact.h"

#include <errno.h>

#include "store/env_private.h"
#include "store/row.h"

struct compact {
    struct txn from; /* the snapshot */
    struct txn to;
    enum db db;
    struct key last; /* that was written; n == 0: none */
    uint64_t n;      /* rows of this database */
};

/** Rows of one database from the last one on, in one transaction. *ret_done: there were no more. */
static int copy_some(struct compact *c, bool *ret_done)
{
    struct row_walk walk;
    struct row row;
    struct key key = c->last;
    size_t bytes = 0;
    int r = 0;

    if (key.n > 0) {
        key.bytes[key.n++] = 0; // the first key that is above it
    }
    row_walk_begin(&walk, &c->from, c->db, NULL, key.n > 0 ? &key : NULL, RECORD_ANY);
    for (size_t i = 0; i < COMPACT_ROWS_PER_TXN && bytes < COMPACT_BYTES_PER_TXN; i++) {
        r = row_walk_next(&walk, &key, &row);
        if (r == 0) {
            r = row_append(&c->to, c->db, &key, row_kind(&row), &row, 1);
        }
        if (r != 0) {
            break;
        }
        c->last = key;
        c->n++;
        bytes += row.n;
    }
    row_walk_end(&walk);
    *ret_done = r == STORE_NOT_FOUND;
    return *ret_done ? 0 : r;
}

static int copy_db(struct compact *c, struct env *to, enum db db)
{
    bool done = false;
    uint64_t n = 0;
    int r = 0;

    c->db = db;
    c->last.n = 0;
    c->n = 0;
    while (r == 0 && !done) {
        txn_begin(&c->to, to, TXN_WRITE);
        r = copy_some(c, &done);
        if (r != 0) {
            txn_abort(&c->to);
        } else {
            r = txn_commit(&c->to);
        }
    }
    if (r == 0) {
        r = row_count(&c->from, db, &n);
    }
    if (r == 0 && n != c->n) {
        r = txn_fail(&c->from, STORE_CORRUPT, "db %s: %llu rows can be reached, %llu are counted",
                     db_name(db), (unsigned long long)c->n, (unsigned long long)n);
    }
    return r;
}

static int make_dbs(struct compact *c, struct env *to)
{
    txn_begin(&c->to, to, TXN_WRITE);
    env_make_dbs(&c->to);
    return txn_commit(&c->to);
}

/** Tells which side failed. */
static int failed(const struct compact *c, int r, const struct env_report *report)
{
    if (txn_error(&c->from) != 0) {
        r = r == STORE_CORRUPT || r == STORE_NEWER ? ENV_DAMAGED : r;
        return env_fail(report, r, "the store to be compacted: %s", txn_text(&c->from));
    }
    return env_fail(report, r < 0 ? r : -ENOSPC, ENV_TMP ": %s", txn_text(&c->to));
}

static int fill(void *user, struct env *to, const struct env_report *report)
{
    struct compact c = {.db = DB_META};

    int r = txn_begin(&c.from, user, TXN_READ);
    if (r == 0) {
        r = make_dbs(&c, to);
    }
    for (int db = 0; db < DBS && r == 0; db++) {
        r = copy_db(&c, to, (enum db)db);
    }
    if (r != 0) {
        r = failed(&c, r, report);
    }
    txn_abort(&c.from);
    return r;
}

int compact_run(struct env *from, const char *to_path, char *reterr, size_t reterr_size)
{
    struct env_options options = {.map_bytes = env_map_bytes(from)};

    return env_make(to_path, &options, fill, from, reterr, reterr_size);
}
