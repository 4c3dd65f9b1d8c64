// SPDX-License-Identifier: Apache-2.0
/**
 * secret: 32 random bytes that only this store has. They are made with it (or by the first writer
 * that opens a store from before there were any), stay the same for its life, are copied by
 * store/compact.h and kept by store/rebuild.h. They are not in the journal and no answer, export or
 * log tells them, so whoever has an export cannot compute what is derived from them.
 *
 * What needs a secret uses a key derived for that one purpose, never the secret itself.
 */
#ifndef SLATE_STORE_SECRET_H
#define SLATE_STORE_SECRET_H

#include "store/txn.h"

enum {
    SECRET_BYTES = 32,       /* of the secret, and of what is derived from it */
    SECRET_LABEL_BYTES = 64, /* room for a label, its NUL included */
};

/**
 * The key for one purpose: HMAC-SHA256(secret, label). label: ASCII, without its NUL, not "" and
 * never used for anything else. Returns 0, STORE_NOT_FOUND where an old store was only ever opened
 * for reading since there are secrets, STORE_CORRUPT, or < 0.
 */
int secret_derive(struct txn *txn, const char *label, uint8_t ret[SECRET_BYTES]);

/** HMAC-SHA256(key, bytes), for what is made with a derived key. Returns 0 or < 0. */
int secret_hmac(const uint8_t key[SECRET_BYTES], const void *p, size_t n,
                uint8_t ret[SECRET_BYTES]);

/** Makes the secret of `from` that of `to` too, where the same views are made once more to compare
 * them. Returns 0 or a failure of either. */
int secret_copy(struct txn *to, struct txn *from);

/** Makes the secret of a store that has none yet. For env.c and env_make.c. Returns 0 or a failure
 * of the transaction. */
int secret_make(struct txn *txn);

/** Returns 0, STORE_NOT_FOUND where there is none, or a failure. */
int secret_check(struct txn *txn);

#endif
