// SPDX-License-Identifier: Apache-2.0
/**
 * error: how a call into the store ends, where it is not 0.
 *
 * Positive numbers are documented outcomes, negative ones are unexpected (-errno, or a code of
 * LMDB): the caller passes them up, and the process ends. The text of a failure is kept by the
 * transaction (txn_text).
 */
#ifndef SLATE_STORE_ERROR_H
#define SLATE_STORE_ERROR_H

enum store_error {
    STORE_NOT_FOUND = 1, /* there is no such row; never sticks to a transaction */
    STORE_FULL,          /* the disk or the map is full: nothing was written, reading goes on */
    STORE_CORRUPT,       /* a stored value fails its checks; the text names database and key */
    STORE_NEWER,    /* an entry that only a newer version may read; the text names stream and seq */
    STORE_CONFLICT, /* a stream's head is not what was expected; does not stick */
};

/** Enough for any text of a failure, its NUL included. Texts are one line without control
 * characters. */
enum { STORE_TEXT_BYTES = 256 };

#endif
