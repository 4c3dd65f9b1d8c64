// SPDX-License-Identifier: Apache-2.0
/*
 * The first transaction drops the views and says in meta that a rebuild is under way; each further
 * one replays some entries and notes how far it came; the last takes the note away. So at any point
 * the store is either whole or known to be half rebuilt.
 */
#include "store/rebuild.h"

#include <errno.h>
#include <stdio.h>

#include "store/record.h"
#include "store/replay.h"
#include "store/row.h"
#include "store/txn.h"
#include "store/views.h"

static int drop_views(struct txn *txn)
{
    int r = 0;

    for (int db = 0; db < DBS && r == 0; db++) {
        if (db_is_view((enum db)db)) {
            r = row_drop(txn, (enum db)db);
        }
    }
    for (int tag = META_STORE; tag < META_TAGS && r == 0; tag++) {
        struct key key = key_meta((enum meta_tag)tag);

        if (meta_is_view((enum meta_tag)tag)) {
            r = row_get(txn, DB_META, &key, RECORD_ANY, NULL);
            r = r == 0 ? row_del(txn, DB_META, &key) : r == STORE_NOT_FOUND ? 0 : r;
        }
    }
    if (r != 0) {
        return r;
    }
    return record_views_put(txn,
                            &(struct record_views){.schema = VIEWS_SCHEMA, .rebuilding = true});
}

/** Unless a rebuild to the same schema was cut off: then it goes on. */
static int begin(struct txn *txn, struct env *env)
{
    struct record_views views;

    int r = txn_begin(txn, env, TXN_WRITE);
    if (r == 0) {
        r = record_views_get(txn, &views);
    }
    if (r == 0 && !(views.rebuilding && views.schema == VIEWS_SCHEMA)) {
        drop_views(txn);
    }
    return txn_commit(txn);
}

/** The next entries, in one transaction. *ret_done: there were no more. */
static int go_on(struct txn *txn, struct txn *journal, struct env *env, uint64_t *ret_position,
                 bool *ret_done)
{
    struct record_views views;
    uint64_t n = 0;

    txn_begin(txn, env, TXN_WRITE);
    // A snapshot per transaction: an old one would keep every page that the rebuild frees
    txn_begin(journal, env, TXN_READ);
    int r = record_views_get(txn, &views);
    if (r == 0) {
        r = replay_entries(txn, journal, views.rebuilt_position + 1, REBUILD_ENTRIES_PER_TXN, &n);
    }
    txn_abort(journal);
    if (r == 0) {
        views.rebuilt_position += n;
        *ret_position = views.rebuilt_position;
        *ret_done = n < REBUILD_ENTRIES_PER_TXN;
        if (*ret_done) {
            views.rebuilding = false;
            views.rebuilt_position = 0;
        }
        record_views_put(txn, &views);
    }
    return txn_commit(txn);
}

int rebuild_views(struct env *env, const struct rebuild_options *options, char *reterr,
                  size_t reterr_size)
{
    struct txn txn;
    struct txn journal;
    uint64_t position = 0;
    bool done = false;

    if (env_is_read_only(env)) {
        if (reterr) {
            snprintf(reterr, reterr_size, "the store is open for reading only");
        }
        return -EROFS;
    }
    int r = begin(&txn, env);
    while (r == 0 && !done) {
        r = go_on(&txn, &journal, env, &position, &done);
        if (r == 0 && options && options->progress) {
            r = options->progress(options->user, position);
            if (r != 0) {
                return r;
            }
        }
    }
    if (r != 0 && reterr) {
        snprintf(reterr, reterr_size, "%s", txn_text(&txn));
    }
    return r;
}
