// SPDX-License-Identifier: Apache-2.0
/*
 * The views against a replay into a fresh environment, row by row and byte by byte.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/replay.h"
#include "store/row.h"
#include "store/secret.h"
#include "store/verify_private.h"

enum { REPLAY_ENTRIES_PER_TXN = 10000 };

static int replay_all(struct verify *v, struct env *env)
{
    uint64_t done = 0;

    while (done < v->position) {
        struct txn txn;
        uint64_t n = 0;

        txn_begin(&txn, env, TXN_WRITE);
        int r = replay_entries(&txn, &v->txn, done + 1, REPLAY_ENTRIES_PER_TXN, &n);
        if (r != 0) {
            txn_abort(&txn);
            return verify_failed(v, &txn, r);
        }
        r = txn_commit(&txn);
        if (r != 0) {
            return verify_failed(v, &txn, r);
        }
        for (uint64_t i = 0; i < n; i++) {
            verify_count_row(v);
        }
        done += n;
    }
    return 0;
}

/** The next row of one side; *ret_end when there is none. */
static int next_row(struct verify *v, struct row_walk *walk, struct key *key, struct row *row,
                    bool *ret_end)
{
    int r = row_walk_next(walk, key, row);

    *ret_end = r == STORE_NOT_FOUND;
    return r == 0 || r == STORE_NOT_FOUND ? 0 : verify_failed(v, walk->txn, r);
}

static int compare_keys(const struct key *a, const struct key *b)
{
    int order = memcmp(a->bytes, b->bytes, a->n < b->n ? a->n : b->n);

    return order != 0 ? order : a->n < b->n ? -1 : a->n > b->n;
}

static size_t first_difference(const struct row *a, const struct row *b)
{
    size_t i = 0;

    while (i < a->n && i < b->n && a->p[i] == b->p[i]) {
        i++;
    }
    return i;
}

/** Both sides' rows from a prefix on, side by side. */
static int compare(struct verify *v, struct txn *replayed, enum db db, const struct key *prefix)
{
    char text[KEY_TEXT_BYTES];
    struct row_walk here;
    struct row_walk there;
    struct key key;
    struct key expected_key;
    struct row row;
    struct row expected;
    bool end = false;
    bool expected_end = false;
    int r = 0;

    row_walk_begin(&here, &v->txn, db, prefix, NULL, RECORD_ANY);
    row_walk_begin(&there, replayed, db, prefix, NULL, RECORD_ANY);
    while (r == 0) {
        r = next_row(v, &here, &key, &row, &end);
        if (r == 0) {
            r = next_row(v, &there, &expected_key, &expected, &expected_end);
        }
        if (r != 0 || (end && expected_end)) {
            break;
        }
        int order = end ? 1 : expected_end ? -1 : compare_keys(&key, &expected_key);
        if (order > 0) {
            r = VERIFY_TELL(v, "db %s key %.160s: the row is missing", db_name(db),
                            key_text(&expected_key, text));
        } else if (order < 0) {
            r = VERIFY_TELL(v, "db %s key %.160s: the journal gives no such row", db_name(db),
                            key_text(&key, text));
        } else if (row.n != expected.n || first_difference(&row, &expected) != row.n) {
            r = VERIFY_TELL(v, "db %s key %.160s: not what the journal gives, from byte %zu on",
                            db_name(db), key_text(&key, text), first_difference(&row, &expected));
        }
    }
    row_walk_end(&here);
    row_walk_end(&there);
    return r;
}

static int compare_all(struct verify *v, struct env *env)
{
    struct txn txn;

    int r = txn_begin(&txn, env, TXN_READ);
    if (r != 0) {
        return verify_failed(v, &txn, r);
    }
    for (int db = 0; db < DBS && r == 0; db++) {
        if (db_is_view((enum db)db)) {
            r = compare(v, &txn, (enum db)db, NULL);
        }
    }
    for (int tag = META_STORE; tag < META_TAGS && r == 0; tag++) {
        struct key key = key_meta((enum meta_tag)tag);

        if (meta_is_view((enum meta_tag)tag)) {
            r = compare(v, &txn, DB_META, &key);
        }
    }
    txn_abort(&txn);
    return r;
}

static void remove_dir(const char *dir)
{
    DIR *d = opendir(dir);

    if (d) {
        const struct dirent *e;

        while ((e = readdir(d)) != NULL) {
            unlinkat(dirfd(d), e->d_name, 0); // refuses "." and ".."
        }
        closedir(d);
    }
    rmdir(dir);
}

/** Rows that are found by what is derived from it would be others. A store without one has none. */
static int share_secret(struct verify *v, struct env *env, char *reterr, size_t size)
{
    struct txn txn;

    int r = txn_begin(&txn, env, TXN_WRITE);
    if (r == 0) {
        r = secret_copy(&txn, &v->txn);
    }
    if (r == STORE_NOT_FOUND) {
        txn_abort(&txn);
        return 0;
    }
    const int committed = txn_commit(&txn);
    r = r == 0 ? committed : r;
    if (r != 0) {
        snprintf(reterr, size, "the secret: %s", txn_text(r == committed ? &txn : &v->txn));
    }
    return r;
}

int verify_views(struct verify *v)
{
    char dir[PATH_MAX];
    char error[ENV_ERROR_BYTES];
    struct env *env = NULL;
    // The folder may lie anywhere; what is in it is not kept. Twice the room: large transactions
    // copy most of what is there
    struct env_options options = {
        .map_bytes = 2 * env_map_bytes(v->txn.env),
        .flags = ENV_ALLOW_NETWORK_FS,
    };

    verify_begin_step(v, VERIFY_VIEWS, "the views against a replay");
    if (snprintf(dir, sizeof(dir), "%s/slate-verify-XXXXXX", v->options->tmp_dir) >=
            (int)sizeof(dir) ||
        !mkdtemp(dir)) {
        int e = errno;
        verify_report(v, VERIFY_DIVERGENCE, "%s: %s", v->options->tmp_dir, strerror(e));
        return -e;
    }
    int r = env_create(dir, env_cluster_id(v->txn.env), &options, error, sizeof(error));
    if (r == 0) {
        r = env_open(dir, &options, error, sizeof(error), &env);
    }
    if (r == 0) {
        r = share_secret(v, env, error, sizeof(error));
    }
    if (r != 0) {
        verify_report(v, VERIFY_DIVERGENCE, "%s", error);
        r = r < 0 ? r : -EIO;
    } else {
        r = replay_all(v, env);
        if (r == 0) {
            r = compare_all(v, env);
        }
    }
    env_close(env);
    remove_dir(dir);
    return r;
}
