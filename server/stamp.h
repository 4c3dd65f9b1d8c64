// SPDX-License-Identifier: Apache-2.0
/**
 * stamp: the server's present, shared by its threads: a wall clock that never goes back and is not
 * believed when it jumps (see clock.h).
 */
#ifndef SLATE_STAMP_H
#define SLATE_STAMP_H

#include <pthread.h>

#include "clock.h"

struct stamp {
    pthread_mutex_t lock;
    struct clock_guard guard;
    struct clock_step step; /* the newest that is not yet taken */
    bool stepped;
};

/** See clock_guard_init. Returns 0 or < 0. */
int stamp_init(struct stamp *s, int64_t newest_at, int64_t ahead_max_us);
void stamp_fini(struct stamp *s);

/** Never smaller than any result before. */
int64_t stamp_now(struct stamp *s);

/** True while the wall clock is not believed: nothing may be recorded. */
bool stamp_doubted(struct stamp *s);

/** A jump that was seen and is still to be journalled; false if there is none. Taking it removes
 * it. */
bool stamp_take_step(struct stamp *s, struct clock_step *ret);

/** An operator says that the clock is right. */
void stamp_confirm(struct stamp *s);

#endif
