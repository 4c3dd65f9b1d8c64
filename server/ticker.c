// SPDX-License-Identifier: Apache-2.0
#include "ticker.h"

#include "core/decide.h"
#include "log.h"
#include "store/due.h"
#include "store/error.h"
#include "store/tickets.h"

enum { ROWS = 256 };

static int fire(struct call *call, const struct key_due *row, int64_t horizon_at)
{
    struct ticket before;
    struct decision decision;

    int error = tickets_get(call->txn, row->contract, row->number, call->arena, &before);
    if (error != 0) {
        return error > 0 ? -error : error;
    }
    struct command command = {
        .kind = COMMAND_EXPIRE,
        .at = horizon_at,
        .claimed_at = INSTANT_NONE,
        .contract = row->contract,
        .ticket = row->number,
        .opened_at = INSTANT_NONE,
        .cutover_at = INSTANT_NONE,
    };
    int result = decide(call->book, &before, &command, call->arena, &decision, call->refusal);
    if (result > 0 || (result == 0 && decision.n_events == 0)) {
        /* Left in place it would be found again at once, for ever. */
        log_write(LOG_ERROR, "due_row_without_effect", "contract=u ticket=u reason=s",
                  (unsigned long long)row->contract, (unsigned long long)row->number,
                  result > 0 ? call->refusal->message : "");
        return -1;
    }
    for (size_t i = 0; result == 0 && i < decision.n_events; i++) {
        result = call_append(call, &decision.events[i], NULL);
    }
    return result;
}

int ticker_fire(struct call *call, int64_t horizon_at, size_t max, size_t *ret_fired)
{
    struct key_due rows[ROWS];
    size_t n = 0;

    int error = due_before(call->txn, horizon_at, max < ROWS ? max : ROWS, rows, &n);
    for (size_t i = 0; error == 0 && i < n; i++) {
        arena_reset(call->arena); /* long histories are large, and there may be many */
        error = fire(call, &rows[i], horizon_at);
    }
    *ret_fired = n;
    return error > 0 ? -error : error;
}

int ticker_wait(struct txn *txn, int64_t now_at, int64_t max_us, int64_t *ret_wait_us)
{
    int64_t due_at;

    int error = due_next(txn, &due_at);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return error > 0 ? -error : error;
    }
    /* A threshold has passed once the present is later than it, not while it is equal. */
    bool far = error == STORE_NOT_FOUND || due_at >= now_at + max_us;
    *ret_wait_us = far ? max_us : due_at < now_at ? 0 : due_at - now_at + 1;
    return 0;
}
