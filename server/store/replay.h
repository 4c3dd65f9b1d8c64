// SPDX-License-Identifier: Apache-2.0
/** replay: entries into views, for rebuilding them and for comparing them. Not for the server. */
#ifndef SLATE_STORE_REPLAY_H
#define SLATE_STORE_REPLAY_H

#include "store/txn.h"

/**
 * Applies up to `max` entries from a position on. `journal` is a reader of the environment that
 * holds them; `views` a writer, of the same or another environment. *ret_n is how many there were.
 * Returns 0 or a failure, which is that of `views` then.
 */
int replay_entries(struct txn *views, struct txn *journal, uint64_t from_position, uint64_t max,
                   uint64_t *ret_n);

#endif
