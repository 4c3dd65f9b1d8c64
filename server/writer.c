// SPDX-License-Identifier: Apache-2.0
/*
 * A round: take what waits, run it in one batch, commit, deliver. Whatever a reply says is true
 * only once the batch is committed, refusals included: they may rest on changes of the same batch.
 * So nothing leaves before.
 */
#include "writer_private.h"

#include <errno.h>
#include <stdlib.h>

#include <openssl/rand.h>

#include "log.h"
#include "ticker.h"

#define DISK_FREE_MIN_BYTES ((uint64_t)1 << 30)
#define HOUSEKEEPING_US     (INT64_C(60) * 1000000)
#define HORIZON_WAIT_US     INT64_C(200)

int writer_random(void *user, void *ret, size_t n)
{
    (void)user;
    return RAND_bytes(ret, (int)n) == 1 ? 0 : -1;
}

int writer_new(const struct writer_options *options, struct writer **ret)
{
    const struct batch_options batch = {.epoch = 1, .random = writer_random};
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
        sweep_fini(&w->sweep);
        books_release(w->next);
        arena_fini(&w->scratch);
        batch_free(w->batch);
        free(w);
    }
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
    if (w->disk_low || w->fill_percent >= WRITER_FILL_NO_NEW) {
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
        error = ticker_wait(&w->ticker, &txn, now_at, WRITER_WAIT_MAX_US, ret_wait_us);
    }
    txn_abort(&txn);
    if (error == 0 && sweep_is_on(&w->sweep)) {
        *ret_wait_us = 0;
    }
    if (error == 0 && (stamp_doubted(w->o.stamp) || w->full)) {
        *ret_wait_us = WRITER_WAIT_MAX_US; /* what is due waits for the clock, or for room */
    }
    return error;
}

int writer_round(struct writer *w, int64_t wait_us, int64_t *ret_wait_us)
{
    struct job *chain = (struct job *)queue_take(w->o.queue, WRITER_BATCH_JOBS, wait_us);
    size_t fired = 0;
    int error = 0;

    housekeep(w, stamp_now(w->o.stamp));
    if (atomic_exchange(&w->reread, false)) {
        error = writer_read_zones(w);
    }
    do {
        error = error == 0 ? writer_batch(w, chain, &chain, &fired) : error;
    } while (error == 0 && chain != NULL);
    if (error == 0 && w->full) {
        error = writer_batch(w, NULL, &chain, &fired);
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

void writer_reread_zones(struct writer *w)
{
    atomic_store(&w->reread, true);
    queue_wake(w->o.queue);
}

int writer_prepare(struct writer *w)
{
    struct job *none;
    size_t fired;

    w->unrecorded = true;
    return writer_batch(w, NULL, &none, &fired);
}
