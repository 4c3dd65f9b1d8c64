// SPDX-License-Identifier: Apache-2.0
/*
 * Transactions. LMDB's answers become ours here: a full map and a full disk are STORE_FULL,
 * whatever else it says is unexpected and negative.
 */
#include "store/txn.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "store/env_private.h"
#include "store/txn_private.h"

/** What is left of a disk when a write of some pages didn't fit any more. */
#define FULL_BELOW_BYTES ((uint64_t)1 << 20)

int txn_fail(struct txn *txn, int error, const char *format, ...)
{
    if (txn->error == 0) {
        va_list args;

        va_start(args, format);
        vsnprintf(txn->text, sizeof(txn->text), format, args);
        va_end(args);
        txn->error = error;
    }
    return txn->error;
}

int txn_fail_mdb(struct txn *txn, int rc, const char *what)
{
    if (rc == MDB_MAP_FULL || rc == ENOSPC || rc == EDQUOT || rc == EFBIG) {
        return txn_fail(txn, STORE_FULL, "%s: %s", what, mdb_strerror(rc));
    }
    if (rc == MDB_PAGE_NOTFOUND || rc == MDB_CORRUPTED) {
        return txn_fail(txn, STORE_CORRUPT, "%s: %s", what, mdb_strerror(rc));
    }
    return txn_fail(txn, rc > 0 ? -rc : rc, "%s: %s", what, mdb_strerror(rc));
}

int txn_begin(struct txn *txn, struct env *env, enum txn_mode mode)
{
    unsigned flags = mode == TXN_READ ? MDB_RDONLY : 0;

    *txn = (struct txn){.env = env, .mode = mode};
    int rc = mdb_txn_begin(env->mdb, NULL, flags, &txn->mdb);
    if (rc == MDB_READERS_FULL && env_check_readers(env) > 0) {
        rc = mdb_txn_begin(env->mdb, NULL, flags, &txn->mdb);
    }
    if (rc != 0) {
        txn->mdb = NULL;
        return txn_fail_mdb(txn, rc, "begin");
    }
    return 0;
}

void txn_reset(struct txn *txn)
{
    assert(txn->mode == TXN_READ);
    if (txn->mdb) {
        mdb_txn_reset(txn->mdb);
    }
    txn->error = 0;
    txn->text[0] = 0;
}

int txn_renew(struct txn *txn)
{
    assert(txn->mode == TXN_READ);
    if (!txn->mdb) {
        return txn_begin(txn, txn->env, TXN_READ);
    }
    int rc = mdb_txn_renew(txn->mdb);
    return rc == 0 ? 0 : txn_fail_mdb(txn, rc, "renew");
}

/** A disk that runs full in the middle of a write makes it a short one, and LMDB calls that EIO.
 * The meta page is written last and alone, so the transaction is as good as never begun. */
static bool ran_full(const struct txn *txn)
{
    uint64_t left;

    return env_disk_free(txn->env, &left) == 0 && left < FULL_BELOW_BYTES;
}

int txn_commit(struct txn *txn)
{
    if (!txn->mdb || txn->error != 0) {
        txn_abort(txn);
        return txn->error;
    }
    int rc = mdb_txn_commit(txn->mdb);
    txn->mdb = NULL;
    if (rc == EIO && ran_full(txn)) {
        rc = ENOSPC;
    }
    return rc == 0 ? 0 : txn_fail_mdb(txn, rc, "commit");
}

void txn_abort(struct txn *txn)
{
    if (txn->mdb) {
        mdb_txn_abort(txn->mdb);
        txn->mdb = NULL;
    }
}

int txn_error(const struct txn *txn)
{
    return txn->error;
}

const char *txn_text(const struct txn *txn)
{
    return txn->text;
}
