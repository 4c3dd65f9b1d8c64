// SPDX-License-Identifier: Apache-2.0
#include "ticker.h"

#include "core/decide.h"
#include "log.h"
#include "store/due.h"
#include "store/error.h"
#include "store/tickets.h"
#include "sweep.h"

enum { ROWS = 256 };

/* -- rows without effect ------------------------------------------------------ */

static bool is_same(const struct key_due *a, const struct key_due *b)
{
    return a->at == b->at && a->contract == b->contract && a->number == b->number;
}

/* Its place among what was left aside; n_aside if it was not. */
static size_t find_aside(const struct ticker *ticker, const struct key_due *row)
{
    size_t i = 0;

    while (i < ticker->n_aside && !is_same(&ticker->aside[i].row, row)) {
        i++;
    }
    return i;
}

/* A row that was left aside and whose ticket has not changed since. */
static bool is_aside(const struct ticker *ticker, const struct key_due *row,
                     const struct ticket *ticket)
{
    const size_t i = find_aside(ticker, row);
    return i < ticker->n_aside && ticker->aside[i].version == ticket->version;
}

/* Rows that are gone make room. `rows` are all before until_at. */
static void forget_gone(struct ticker *ticker, const struct key_due *rows, size_t n,
                        int64_t until_at)
{
    size_t kept = 0;

    for (size_t i = 0; i < ticker->n_aside; i++) {
        const struct key_due *row = &ticker->aside[i].row;
        bool there = row->at >= until_at; /* nobody looked */
        for (size_t k = 0; k < n && !there; k++) {
            there = is_same(&rows[k], row);
        }
        if (there) {
            ticker->aside[kept++] = ticker->aside[i];
        }
    }
    ticker->n_aside = kept;
    ticker->crowded = ticker->crowded && kept == TICKER_ASIDE_MAX;
}

static void leave_aside(struct ticker *ticker, const struct call *call, const struct key_due *row,
                        const struct ticket *ticket, const char *reason)
{
    const struct book_contract *contract = book_contract(call->book, row->contract);
    const size_t i = find_aside(ticker, row);

    if (i == TICKER_ASIDE_MAX) {
        if (!ticker->crowded) {
            log_write(LOG_ERROR, "due_rows_without_effect", "rows=u",
                      (unsigned long long)TICKER_ASIDE_MAX);
        }
        ticker->crowded = true;
        return;
    }
    log_write(LOG_ERROR, "due_row_without_effect", "contract=s ticket=u reason=s",
              contract == NULL ? "" : contract->name, (unsigned long long)row->number, reason);
    ticker->aside[i] = (struct ticker_aside){.row = *row, .version = ticket->version};
    ticker->n_aside += i == ticker->n_aside;
}

/* -- firing ------------------------------------------------------------------- */

/* *ret_fired: something came of the row. */
static int fire(struct ticker *ticker, struct call *call, const struct key_due *row,
                int64_t horizon_at, bool *ret_fired)
{
    struct ticket before;
    struct decision decision;
    int error = 0;

    *ret_fired = false;
    if (call->sweep != NULL) {
        error = sweep_look(call->sweep, call, row->contract, row->number, ret_fired);
    }
    if (error == 0 && *ret_fired) {
        return 0; /* it settled what was due, too */
    }
    if (error == 0) {
        error = tickets_get(call->txn, row->contract, row->number, call->arena, &before);
    }
    if (error != 0) {
        return error > 0 ? -error : error;
    }
    if (is_aside(ticker, row, &before)) {
        return 0;
    }
    const struct command command = command_about(COMMAND_EXPIRE, row->contract, row->number,
                                                 horizon_at);
    int result = decide(call->book, &before, &command, call->arena, &decision, call->refusal);
    if (result > 0 || (result == 0 && decision.n_events == 0)) {
        leave_aside(ticker, call, row, &before, result > 0 ? call->refusal->message : "");
        return 0;
    }
    for (size_t i = 0; result == 0 && i < decision.n_events; i++) {
        result = call_append(call, &decision.events[i], NULL);
    }
    *ret_fired = result == 0;
    return result;
}

int ticker_fire(struct ticker *ticker, struct call *call, int64_t horizon_at, size_t max,
                size_t *ret_fired)
{
    struct key_due rows[ROWS + TICKER_ASIDE_MAX];
    size_t most = (max < ROWS ? max : ROWS) + ticker->n_aside;
    size_t n = 0;

    *ret_fired = 0;
    int error = due_before(call->txn, horizon_at, most, rows, &n);
    if (error == 0) {
        forget_gone(ticker, rows, n, n < most ? horizon_at : rows[n - 1].at);
    }
    for (size_t i = 0; error == 0 && i < n; i++) {
        bool fired;
        arena_reset(call->arena); /* long histories are large, and there may be many */
        error = fire(ticker, call, &rows[i], horizon_at, &fired);
        *ret_fired += error == 0 && fired;
    }
    return error > 0 ? -error : error;
}

/* The first due row behind those that were left aside. Results as of due_next. */
static int next_in_turn(const struct ticker *ticker, struct txn *txn, int64_t *ret_at)
{
    struct key_due rows[TICKER_ASIDE_MAX + 1];
    size_t n;

    int error = due_before(txn, INT64_MAX, ticker->n_aside + 1, rows, &n);
    for (size_t i = 0; error == 0 && i < n; i++) {
        if (find_aside(ticker, &rows[i]) == ticker->n_aside) {
            *ret_at = rows[i].at;
            return 0;
        }
    }
    return error != 0 ? error : STORE_NOT_FOUND;
}

int ticker_wait(const struct ticker *ticker, struct txn *txn, int64_t now_at, int64_t max_us,
                int64_t *ret_wait_us)
{
    int64_t due_at;

    int error = ticker->n_aside == 0 ? due_next(txn, &due_at) : next_in_turn(ticker, txn, &due_at);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return error > 0 ? -error : error;
    }
    /* A threshold has passed once the present is later than it, not while it is equal. */
    bool far = error == STORE_NOT_FOUND || due_at >= now_at + max_us || ticker->crowded;
    *ret_wait_us = far ? max_us : due_at < now_at ? 0 : due_at - now_at + 1;
    return 0;
}
