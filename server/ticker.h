// SPDX-License-Identifier: Apache-2.0
/**
 * ticker: from due rows to expiries. A row is a hint that a ticket's timer has something to do;
 * what it is, core decides from the ticket's facts, and it is journalled like any other change,
 * dated at its true instant.
 *
 * A row for which core finds nothing to do is an error of the rules or of the row. Ending for it
 * would stop every other ticket's clocks too, and again at each start. So it is logged, left aside
 * while the others go on, and looked at again when its ticket has changed or after a restart.
 */
#ifndef SLATE_TICKER_H
#define SLATE_TICKER_H

#include "call.h"
#include "store/key.h"

enum {
    /* Each is looked at in every round. Of more than that the server still tries each once a
     * second, and logs no more of them. */
    TICKER_ASIDE_MAX = 64,
};

/** Starts with all bytes zero. Only the writer's thread uses it. */
struct ticker {
    struct ticker_aside {
        struct key_due row;
        uint64_t version; /* of the ticket, when nothing came of the row */
    } aside[TICKER_ASIDE_MAX];
    size_t n_aside;
    bool crowded; /* there were more */
};

/**
 * Decides and journals what is due before horizon_at, at most `max` tickets, inside call's batch.
 * Resets call's arena. *ret_fired: tickets for which something was journalled; as many as max means
 * that more may wait. Returns 0 or < 0.
 */
int ticker_fire(struct ticker *ticker, struct call *call, int64_t horizon_at, size_t max,
                size_t *ret_fired);

/** How long nothing is due, what was left aside apart, at most max_us; 0 if something is due now.
 * Returns 0 or < 0. */
int ticker_wait(const struct ticker *ticker, struct txn *txn, int64_t now_at, int64_t max_us,
                int64_t *ret_wait_us);

#endif
