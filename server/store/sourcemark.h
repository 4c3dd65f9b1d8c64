// SPDX-License-Identifier: Apache-2.0
/**
 * sourcemark: what a source's key of a ticket is found by, and known by when it is erased.
 *
 * mark = HMAC-SHA256(store/secret.h's key for "slate source key v1", source, NUL, source key). Who
 * has the key of another system finds its mark with this store; who has a mark, and not the store,
 * finds nothing out about the key, nor whether a guess is right.
 */
#ifndef SLATE_STORE_SOURCEMARK_H
#define SLATE_STORE_SOURCEMARK_H

#include "core/event.h"
#include "store/txn.h"

/** source: 1 to BOOK_NAME_BYTES - 1 bytes; source_key: 1 to TICKET_KEY_BYTES - 1. Returns 0 or a
 * failure of the transaction. */
int sourcemark_make(struct txn *txn, const char *source, const char *source_key,
                    uint8_t ret[EVENT_MARK_BYTES]);

#endif
