// SPDX-License-Identifier: Apache-2.0
/**
 * rebuild: drops the views and replays the journal. Its state is in meta: an environment that is
 * half rebuilt opens only with ENV_FOR_REBUILD, and a second call goes on where the first was cut
 * off.
 */
#ifndef SLATE_STORE_REBUILD_H
#define SLATE_STORE_REBUILD_H

#include "store/env.h"

enum { REBUILD_ENTRIES_PER_TXN = 10000 };

struct rebuild_options {
    /** Called after each transaction with the entries replayed so far; a result other than 0 stops
     * the rebuild with it, to be resumed. May be NULL. */
    int (*progress)(void *user, uint64_t entries);
    void *user;
};

/** The environment must be open for writing. Returns 0, a result of `progress`, an enum
 * store_error, or < 0; reterr (may be NULL) gets one line. */
int rebuild_views(struct env *env, const struct rebuild_options *options, char *reterr,
                  size_t reterr_size);

#endif
