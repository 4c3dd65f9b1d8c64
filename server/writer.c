// SPDX-License-Identifier: Apache-2.0
/*
 * A round: take what waits, run it in one batch, commit, deliver. Whatever a reply says is true
 * only once the batch is committed, refusals included: they may rest on changes of the same batch.
 * So nothing leaves before.
 */
#include "writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "change_book.h"
#include "dispatch.h"
#include "log.h"
#include "store/error.h"
#include "store/principals.h"
#include "store/requests.h"
#include "ticker.h"

/* Fullness from which on only what frees or ends work is taken; see store/env.h. */
enum { FILL_NO_NEW = 80, FILL_ONLY_RESOLVE = 90 };
#define DISK_FREE_MIN_BYTES ((uint64_t)1 << 30)
#define HOUSEKEEPING_US     (INT64_C(60) * 1000000)
#define FORGET_EVERY_US     (INT64_C(3600) * 1000000)
#define FULL_RETRY_US       (INT64_C(10) * 1000000)
#define HORIZON_WAIT_US     INT64_C(200)
#define DAY_US              (INT64_C(86400) * 1000000)

struct writer {
    struct writer_options o;
    struct batch *batch;
    struct arena scratch;     /* of what has no job: expiries, housekeeping */
    struct shared_book *book; /* held for the batch at hand */
    pthread_t thread;
    bool running;
    atomic_bool stopping;
    bool applied;           /* the batch at hand changed the book */
    bool full;              /* a commit met a full disk or map */
    int64_t fired_at;       /* when timers were last run although it is full */
    bool stepped;           /* `step` is still to be journalled */
    struct clock_step step; /* the newest jump of the clock */
    bool unrecorded;        /* what the book relies on is still to be journalled */
    bool swept;             /* the batch at hand holds what of these two was to be journalled */
    unsigned fill_percent;
    bool disk_low;
    int64_t housekept_at;
    int64_t forgot_at;
};

static int random_bytes(void *user, void *ret, size_t n)
{
    (void)user;
    return RAND_bytes(ret, (int)n) == 1 ? 0 : -1;
}

int writer_new(const struct writer_options *options, struct writer **ret)
{
    const struct batch_options batch = {.epoch = 1, .random = random_bytes};
    struct writer *w = calloc(1, sizeof(*w));

    if (w == NULL) {
        return -ENOMEM;
    }
    w->o = *options;
    w->housekept_at = INT64_MIN;
    w->forgot_at = INT64_MIN;
    w->fired_at = INT64_MIN;
    int error = batch_new(options->env, options->journal, &batch, &w->batch);
    if (error != 0) {
        free(w);
        return error;
    }
    arena_init(&w->scratch, JOB_ARENA_BYTES);
    *ret = w;
    return 0;
}

void writer_free(struct writer *w)
{
    if (w != NULL) {
        arena_fini(&w->scratch);
        batch_free(w->batch);
        free(w);
    }
}

/* -- the batch ---------------------------------------------------------------- */

static int begin(struct writer *w)
{
    uint8_t id[16];

    if (random_bytes(NULL, id, sizeof(id)) != 0) {
        return -EIO;
    }
    w->book = books_hold(w->o.books);
    return batch_begin(w->batch, id);
}

/* A call inside the batch. For what has no principal, `who` is NULL. */
static struct call call_in_batch(struct writer *w, const struct request *request,
                                 const struct principal *who, struct arena *arena, int64_t at,
                                 int64_t now_at, struct wire_bytes *reply, struct refusal *refusal)
{
    static const struct request no_request = {.kind = REQUEST_NONE};
    static const struct principal the_clock = {.id = 0, .name = "clock"};

    return (struct call){
        .request = request == NULL ? &no_request : request,
        .who = who == NULL ? &the_clock : who,
        .book = w->book->book,
        .books = w->o.books,
        .txn = batch_txn(w->batch),
        .batch = w->batch,
        .arena = arena,
        .at = at,
        .now_at = now_at,
        .reply = reply,
        .refusal = refusal,
    };
}

static bool is_new_work(enum request_kind kind)
{
    return kind == REQUEST_NEW_TICKET || kind == REQUEST_IMPORT_TICKET ||
           kind == REQUEST_APPLY_BOOK;
}

/* A refusal that concerns no ticket but the server's state; 0 if there is none. */
static int refused_now(const struct writer *w, const struct request *request,
                       struct refusal *refusal)
{
    bool only_resolve = w->full || w->fill_percent >= FILL_ONLY_RESOLVE;
    bool no_new = only_resolve || w->disk_low || w->fill_percent >= FILL_NO_NEW;

    if (stamp_doubted(w->o.stamp)) {
        refuse(refusal, OUTCOME_UNAVAILABLE, NULL,
               "the operator confirms the clock with signal USR2",
               "the server's clock jumped; nothing is recorded until it is steady or confirmed");
        refusal->retry_after_ms = 10000;
        return OUTCOME_UNAVAILABLE;
    }
    if ((only_resolve && request->kind != REQUEST_RESOLVE_TICKET) ||
        (no_new && is_new_work(request->kind))) {
        refuse(refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
               "the operator makes room on the disk of the store", "the store is nearly full: %s",
               only_resolve ? "tickets can only be read and resolved" : "no new tickets are taken");
        refusal->retry_after_ms = 60000;
        return OUTCOME_RESOURCE_EXHAUSTED;
    }
    return 0;
}

static int carry_out(struct writer *w, struct call *call)
{
    bool again;

    int error = dispatch_again(call, &again);
    if (error != 0 || again) {
        return error;
    }
    error = refused_now(w, call->request, call->refusal);
    return error == 0 ? dispatch_write(call) : error;
}

/* Runs one job inside the batch. 0: it has a reply. 1: it must stay out of the batch, drop that. <
 * 0: failure. */
static int run_job(struct writer *w, struct job *job, int64_t now_at)
{
    struct principal who;
    struct refusal refusal;
    struct call call = call_in_batch(w, &job->request, &who, &job->arena, job->item.at, now_at,
                                     &job->reply, &refusal);

    int error = principals_get(call.txn, job->principal, &who);
    if (error == STORE_NOT_FOUND || (error == 0 && who.disabled)) {
        error = refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, NULL,
                       "this principal has been disabled");
    } else if (error == 0) {
        error = carry_out(w, &call);
    } else {
        error = call_store_failed(&call, error);
    }
    int failure = txn_error(call.txn);
    if (error < 0 && (failure == STORE_CORRUPT || failure == STORE_NEWER)) {
        error = call_store_failed(&call, failure); /* met by an append */
    }
    job->wrote = call.n_appended > 0 || error < 0;
    job->stream = call.stream;
    if (error > 0 && job_refuse(job, &refusal) != 0) {
        return -ENOMEM;
    }
    /* A damaged record spoils the transaction for those that do not touch it, too. */
    if (error > 0 && (job->wrote || failure != 0)) {
        job->done = true;
        return 1;
    }
    return error < 0 ? error : 0;
}

/* Jobs up to and including the first that applies a book: what follows it is decided by the new
 * one. */
static int run_jobs(struct writer *w, struct job *first, int64_t now_at, struct job **ret_end)
{
    struct job *job = first;

    for (; job != NULL; job = (struct job *)job->item.next) {
        int result = job->done ? 0 : run_job(w, job, now_at);
        if (result != 0) {
            return result;
        }
        if (job->wrote && job->request.kind == REQUEST_APPLY_BOOK) {
            w->applied = true;
            job = (struct job *)job->item.next;
            break;
        }
    }
    *ret_end = job;
    return 0;
}

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

static int journal_reliance(struct writer *w, struct call *call)
{
    int error = w->unrecorded ? change_record_reliance(call, w->book->book) : 0;

    if (error > 0) {
        log_write(LOG_ERROR, "zone_data_not_recorded", "reason=s", call->refusal->message);
        return -error;
    }
    return error;
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

/* What is due by itself: expiries up to the horizon, marks, a clock that jumped. `left` are the
 * changes that were taken from the queue and are not in this batch. */
static int run_timers(struct writer *w, int64_t now_at, const struct job *left, size_t *ret_fired)
{
    struct refusal refusal;
    struct wire_bytes reply;
    int64_t left_at = oldest(left);

    arena_reset(&w->scratch);
    struct call call = call_in_batch(w, NULL, NULL, &w->scratch, now_at, now_at, &reply, &refusal);
    int error = journal_step(w, &call);
    if (error == 0) {
        error = journal_reliance(w, &call);
    }
    w->swept = error == 0;
    if (error == 0) {
        error = journal_forgetting(w, &call);
    }
    if (error == 0) {
        int64_t horizon_at = queue_horizon(w->o.queue, left_at < now_at ? left_at : now_at);
        error = ticker_fire(&call, horizon_at, WRITER_BATCH_EXPIRIES, ret_fired);
    }
    return error;
}

/* -- outcomes ----------------------------------------------------------------- */

/* Those that would have written. The others run again: what they would be told may rest on what
 * was dropped. */
static int refuse_full(struct job *first, const struct job *end)
{
    for (struct job *job = first; job != end; job = (struct job *)job->item.next) {
        struct refusal refusal;
        if (!job->wrote) {
            continue;
        }
        refuse(&refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
               "the operator makes room on the disk of the store",
               "the disk or the map of the store is full; nothing was changed");
        refusal.retry_after_ms = 60000;
        if (job_refuse(job, &refusal) != 0) {
            return -ENOMEM;
        }
        job->done = true;
    }
    return 0;
}

static int note_results(struct writer *w, struct job *first, const struct job *end)
{
    for (struct job *job = first; job != end; job = (struct job *)job->item.next) {
        enum journal_result result = batch_result(w->batch, job->stream);
        if (job->wrote && result == JOURNAL_FENCED) {
            log_write(LOG_ERROR, "stream_fenced", "stream=u", (unsigned long long)job->stream);
            return -EPERM; /* another process owns it now: it answers, not we */
        }
        /* What wrote nothing may rest on what was dropped. */
        job->done = job->done || (job->wrote && result == JOURNAL_OK);
    }
    return 0;
}

static void all_done(struct job *first, const struct job *end)
{
    for (struct job *job = first; job != end; job = (struct job *)job->item.next) {
        job->done = true;
    }
}

static int store_full(struct writer *w, struct job *first, const struct job *end)
{
    log_write(LOG_ERROR, "store_full", "reason=s", batch_text(w->batch));
    w->full = true;
    (void)env_ballast_drop(w->o.env);
    return refuse_full(first, end);
}

static int commit(struct writer *w, struct job *first, const struct job *end)
{
    int error = batch_commit(w->batch);

    switch (error) {
    case 0:
        if (w->swept) {
            w->stepped = false;
            w->unrecorded = false;
        }
        all_done(first, end);
        return 0;
    case BATCH_FULL: return store_full(w, first, end);
    case BATCH_AGAIN: return note_results(w, first, end);
    default: return error > 0 ? -error : error;
    }
}

/* The batch could not be run to its end: a full store is survived, anything else is not. */
static int give_up(struct writer *w, int failure, struct job *first)
{
    bool full = txn_error(batch_txn(w->batch)) == STORE_FULL;

    if (!full) {
        log_write(LOG_ERROR, "batch_failed", "code=i reason=s", (long long)failure,
                  batch_text(w->batch));
        batch_abort(w->batch);
        return failure;
    }
    int error = store_full(w, first, NULL);
    batch_abort(w->batch);
    return error;
}

static int load_book(struct writer *w)
{
    struct txn txn;
    struct refusal refusal;

    int error = txn_begin(&txn, w->o.env, TXN_READ);
    if (error == 0) {
        error = books_load(w->o.books, &txn, &refusal);
    }
    txn_abort(&txn);
    if (error > 0) {
        log_write(LOG_ERROR, "book_unusable", "reason=s", refusal.message);
        return -error;
    }
    return error;
}

/* Everything in the chain that has its final reply leaves; the rest of the chain is returned in
 * order. */
static struct job *deliver(struct writer *w, struct job *first)
{
    struct queue_item *done = NULL;
    struct queue_item **done_end = &done;
    struct queue_item *left = NULL;
    struct queue_item **left_end = &left;

    for (struct queue_item *item = &first->item; item != NULL;) {
        struct queue_item *next = item->next;
        struct queue_item ***to = ((struct job *)item)->done ? &done_end : &left_end;
        item->next = NULL;
        **to = item;
        *to = &item->next;
        item = next;
    }
    if (done != NULL) {
        w->o.deliver(w->o.user, done);
    }
    return (struct job *)left;
}

/* One batch over the chain, which may be empty. *ret_left: what is still to be done. */
static int run_batch(struct writer *w, struct job *first, struct job **ret_left, size_t *ret_fired)
{
    int64_t now_at = stamp_now(w->o.stamp);
    struct job *stop = NULL;

    *ret_fired = 0;
    w->applied = false;
    w->swept = false;
    for (struct job *job = first; job != NULL; job = (struct job *)job->item.next) {
        job->wrote = false; /* not yet, in this batch */
    }
    int result = begin(w);
    if (result != 0) {
        books_release(w->book);
        w->book = NULL;
        return result > 0 ? -result : result;
    }
    result = run_jobs(w, first, now_at, &stop);
    if (result == 1) {
        batch_abort(w->batch); /* without the one that is done now, the others run again */
        result = 0;
    } else {
        if (result == 0 && !timers_rest(w, now_at, first == NULL)) {
            result = run_timers(w, now_at, stop, ret_fired);
        }
        result = result == 0 ? commit(w, first, stop) : give_up(w, result, first);
        result = result == 0 && w->applied ? load_book(w) : result;
    }
    books_release(w->book);
    w->book = NULL;
    if (result == 0) {
        *ret_left = first == NULL ? NULL : deliver(w, first);
    }
    return result;
}

/* -- the loop ----------------------------------------------------------------- */

/* Once a minute: how full the store is, readers that died. */
static void housekeep(struct writer *w, int64_t now_at)
{
    uint64_t free_bytes;

    if (w->housekept_at != INT64_MIN && now_at - w->housekept_at < HOUSEKEEPING_US) {
        return;
    }
    w->housekept_at = now_at;
    w->fill_percent = env_fill_percent(w->o.env);
    w->disk_low = env_disk_free(w->o.env, &free_bytes) == 0 && free_bytes < DISK_FREE_MIN_BYTES;
    if (!w->disk_low && env_ballast_restore(w->o.env) == 0) {
        w->full = false;
    }
    if (w->disk_low || w->fill_percent >= FILL_NO_NEW) {
        log_write(LOG_WARNING, "store_nearly_full", "fill_percent=u disk_low=i",
                  (unsigned long long)w->fill_percent, (long long)w->disk_low);
    }
    (void)env_check_readers(w->o.env);
}

static int next_wait(struct writer *w, int64_t *ret_wait_us)
{
    struct txn txn;
    int64_t now_at = stamp_now(w->o.stamp);

    int error = txn_begin(&txn, w->o.env, TXN_READ);
    if (error == 0) {
        error = ticker_wait(&txn, now_at, WRITER_WAIT_MAX_US, ret_wait_us);
    }
    txn_abort(&txn);
    if (error == 0 && (stamp_doubted(w->o.stamp) || w->full)) {
        *ret_wait_us = WRITER_WAIT_MAX_US; /* what is due waits for the clock, or for room */
    }
    return error;
}

int writer_round(struct writer *w, int64_t wait_us, int64_t *ret_wait_us)
{
    struct job *chain = (struct job *)queue_take(w->o.queue, WRITER_BATCH_JOBS, wait_us);
    size_t fired = 0;
    int error;

    housekeep(w, stamp_now(w->o.stamp));
    do {
        error = run_batch(w, chain, &chain, &fired);
    } while (error == 0 && chain != NULL);
    if (error == 0 && w->full) {
        error = run_batch(w, NULL, &chain, &fired);
    }
    if (error == 0) {
        error = next_wait(w, ret_wait_us);
    }
    if (error == 0 && fired == 0 && *ret_wait_us < HORIZON_WAIT_US) {
        *ret_wait_us =
            HORIZON_WAIT_US; /* something is due, and a change stamped before it is on its way */
    }
    if (error != 0) {
        w->o.fatal(w->o.user, batch_text(w->batch));
    }
    return error;
}

static void *run(void *arg)
{
    struct writer *w = arg;
    int64_t wait_us = 0;

    while (!atomic_load(&w->stopping) || queue_length(w->o.queue) > 0) {
        if (writer_round(w, wait_us, &wait_us) != 0) {
            return NULL;
        }
    }
    return NULL;
}

int writer_start(struct writer *w)
{
    int error = pthread_create(&w->thread, NULL, run, w);
    w->running = error == 0;
    return -error;
}

void writer_stop(struct writer *w)
{
    if (w->running) {
        atomic_store(&w->stopping, true);
        queue_wake(w->o.queue);
        pthread_join(w->thread, NULL);
        w->running = false;
    }
}

int writer_prepare(struct writer *w)
{
    struct job *none;
    size_t fired;

    w->unrecorded = true;
    return run_batch(w, NULL, &none, &fired);
}
