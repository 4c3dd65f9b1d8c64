// SPDX-License-Identifier: Apache-2.0
/** books_private: what books and its former books share. */
#ifndef SLATE_BOOKS_PRIVATE_H
#define SLATE_BOOKS_PRIVATE_H

#include "books.h"

/** Where a book's zone data come from; what the source needs may lie in the book's arena. Returns
 * 0 or < 0. */
typedef int books_zones(void *user, struct arena *arena, struct zone_source *ret);

/** A book of the versions that were recorded by known_at, which the caller releases. Results as of
 * books_known. */
int books_build(struct txn *txn, int64_t known_at, books_zones *zones, void *user,
                struct shared_book **ret, struct refusal *ret_refusal);

#endif
