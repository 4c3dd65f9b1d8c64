// SPDX-License-Identifier: Apache-2.0
/* What a batch does that nobody asked for. */
#include "writer_private.h"

#include "log.h"
#include "store/error.h"
#include "store/requests.h"
#include "ticker.h"

#define FORGET_EVERY_US (INT64_C(3600) * 1000000)
#define FULL_RETRY_US   (INT64_C(10) * 1000000)
#define DAY_US          (INT64_C(86400) * 1000000)

static int journal_step(struct writer *w, struct call *call)
{
    if (!w->stepped) {
        w->stepped = stamp_take_step(w->o.stamp, &w->step);
    }
    if (!w->stepped) {
        return 0;
    }
    struct event event = {
        .kind = EVENT_CLOCK_STEPPED,
        .origin = ORIGIN_CLOCK,
        .effective_at = call->now_at,
        .claimed_at = INSTANT_NONE,
        .u.stepped = {.from_at = w->step.from_at, .to_at = w->step.to_at},
    };
    return call_append(call, &event, NULL);
}

static int journal_forgetting(struct writer *w, struct call *call)
{
    int64_t before_at = call->now_at - WRITER_REQUESTS_KEPT_DAYS * DAY_US;
    int64_t oldest_at;

    if (w->forgot_at != INT64_MIN && call->now_at - w->forgot_at < FORGET_EVERY_US) {
        return 0;
    }
    int error = requests_oldest(call->txn, &oldest_at);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return error > 0 ? -error : error;
    }
    if (error == STORE_NOT_FOUND || oldest_at >= before_at) {
        w->forgot_at = call->now_at;
        return 0;
    }
    /* One mark looks at a bounded number of entries; it is written again in the next round until
     * none is left. */
    struct event event = {
        .kind = EVENT_REQUESTS_FORGOTTEN,
        .origin = ORIGIN_CLOCK,
        .effective_at = call->now_at,
        .claimed_at = INSTANT_NONE,
        .u.forgotten = {.before_at = before_at},
    };
    return call_append(call, &event, NULL);
}

/* Of the book in force, which the start brought. */
static int journal_reliance(struct writer *w, struct call *call)
{
    if (!w->unrecorded) {
        return 0;
    }
    int error = reliance_record(call, w->book->book, &w->news);
    if (error > 0) {
        log_write(LOG_ERROR, "zone_data_not_recorded", "reason=s", call->refusal->message);
        return -error;
    }
    return error;
}

/* Of the book that waits: behind everything that was decided by the other one. */
static int journal_next(struct writer *w, struct call *call)
{
    struct reliance_news news;

    if (w->next == NULL || w->applied) {
        return 0;
    }
    const size_t n_before = call->n_appended;
    int error = reliance_record(call, w->next->book, &news);
    if (error <= 0 || call->n_appended > n_before) {
        return error > 0 ? -error : error;
    }
    log_write(LOG_ERROR, "zone_data_unusable", "reason=s", call->refusal->message);
    books_release(w->next);
    w->next = NULL;
    return 0;
}

/* In a full store there is no room for them beside a change that ends work: they have batches of
 * their own, now and then. */
static bool timers_rest(struct writer *w, int64_t now_at, bool alone)
{
    if (stamp_doubted(w->o.stamp)) {
        return true;
    }
    if (!w->full) {
        return false;
    }
    if (!alone || (w->fired_at != INT64_MIN && now_at - w->fired_at < FULL_RETRY_US)) {
        return true;
    }
    w->fired_at = now_at;
    return false;
}

/* The oldest stamp of those that this batch leaves for the next, INT64_MAX if there is none. */
static int64_t oldest(const struct job *left)
{
    int64_t at = INT64_MAX;

    for (; left != NULL; left = (const struct job *)left->item.next) {
        at = left->item.at < at ? left->item.at : at;
    }
    return at;
}

int64_t writer_horizon(struct writer *w, int64_t now_at, const struct job *left)
{
    const int64_t left_at = oldest(left);
    return queue_horizon(w->o.queue, left_at < now_at ? left_at : now_at);
}

int writer_timers(struct writer *w, int64_t now_at, const struct job *left, bool alone,
                  size_t *ret_fired)
{
    if (timers_rest(w, now_at, alone)) {
        return 0;
    }
    struct refusal refusal;
    struct wire_bytes reply;
    size_t looked = 0;

    arena_reset(&w->scratch);
    struct call call = writer_call(w, NULL, NULL, &w->scratch, now_at, now_at, &reply, &refusal);
    int error = journal_step(w, &call);
    if (error == 0) {
        error = journal_reliance(w, &call);
    }
    w->recorded = error == 0;
    if (error == 0) {
        error = journal_forgetting(w, &call);
    }
    if (error == 0) {
        const int64_t horizon_at = writer_horizon(w, now_at, left);
        sweep_as_of(&w->sweep, horizon_at);
        error = ticker_fire(&w->ticker, &call, horizon_at, WRITER_BATCH_EXPIRIES, ret_fired);
        if (error == 0 && !w->applied && w->next == NULL) {
            error = sweep_step(&w->sweep, &call, &looked);
            *ret_fired += looked;
        }
    }
    if (error == 0) {
        arena_reset(&w->scratch);
        error = journal_next(w, &call);
    }
    return error;
}
