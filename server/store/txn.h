// SPDX-License-Identifier: Apache-2.0
/**
 * txn: a transaction whose first failure sticks.
 *
 * After a failure every later read and write does nothing and returns that failure; it is enough to
 * look at txn_commit. STORE_NOT_FOUND is an answer, not a failure, and never sticks.
 *
 * A reader sees one snapshot from txn_begin (or txn_renew) on. It must be short, one page of one
 * request: while it is open no page it can see is used again, and the file grows. A reader that is
 * kept for later is reset meanwhile. There is one writer at a time; a second txn_begin(TXN_WRITE)
 * waits for it.
 *
 * A transaction belongs to one thread at a time and must not move in memory.
 */
#ifndef SLATE_STORE_TXN_H
#define SLATE_STORE_TXN_H

#include "store/env.h"
#include "store/error.h"

struct MDB_txn;

enum txn_mode {
    TXN_READ = 0,
    TXN_WRITE = 1,
};

/** The fields are private; use txn_text and the functions below. */
struct txn {
    struct env *env;
    struct MDB_txn *mdb; /* NULL: not open */
    enum txn_mode mode;
    int error;
    char text[STORE_TEXT_BYTES];
};

/** Always needs txn_commit or txn_abort, also when it returns a failure (< 0). */
int txn_begin(struct txn *txn, struct env *env, enum txn_mode mode);

/** Readers: gives up the snapshot, keeps the slot. Forgets a failure. */
void txn_reset(struct txn *txn);
/** Readers: a new snapshot after txn_reset. Returns 0 or < 0. */
int txn_renew(struct txn *txn);

/**
 * Ends it; when 0 is returned, the changes are on disk. Otherwise nothing was changed: the first
 * failure of the transaction, STORE_FULL, or < 0. After a negative result of a writer the process
 * must end: what the disk holds is not known. A reader is simply ended.
 */
int txn_commit(struct txn *txn);

/** Ends it without changes. Does nothing if it is not open. */
void txn_abort(struct txn *txn);

/** The failure so far, 0 if none; and its text, "" if none. The text stays until the next
 * txn_begin. */
int txn_error(const struct txn *txn);
const char *txn_text(const struct txn *txn);

/** Makes `error` the transaction's failure unless it has one; returns the one it has then. For the
 * store's own files. */
int txn_fail(struct txn *txn, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
