// SPDX-License-Identifier: Apache-2.0
/**
 * principals: who may speak to the server.
 */
#ifndef SLATE_STORE_PRINCIPALS_H
#define SLATE_STORE_PRINCIPALS_H

#include "core/event.h"
#include "store/txn.h"

/** Return 0, STORE_NOT_FOUND or a failure. */
int principals_get(struct txn *txn, uint32_t id, struct principal *ret);
int principals_named(struct txn *txn, const char *name, struct principal *ret);

/** Every principal, by id. A reader's result other than 0 ends the walk with it. */
typedef int principals_reader(void *user, const struct principal *principal);
int principals_walk(struct txn *txn, principals_reader *reader, void *user);

/** The id after the highest, from 1. */
int principals_next_id(struct txn *txn, uint32_t *ret);

#endif
