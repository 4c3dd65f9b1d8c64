// SPDX-License-Identifier: Apache-2.0
/*
 * Order of one turn of the loop: frames come in (on_frame), the first of them holds the queue's
 * horizon; reads are answered from one snapshot per turn; at its end (on_turn) the writes go into
 * the queue together and the snapshot is given up before the loop sleeps.
 */
#include "frontend_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dispatch.h"
#include "log.h"
#include "proto/frame.h"
#include "wire/decode.h"
#include "wire/encode.h"

enum { RECORD_FIRST = 1 };

static void send_to(void *user, uint64_t conn, const struct wire_bytes *payload)
{
    frontend_send(user, conn, payload);
}

static int queued_for(void *user, uint64_t conn, size_t *ret_bytes)
{
    const struct frontend *f = user;
    return net_queued(f->net, conn, ret_bytes);
}

static void close_behind(void *user, uint64_t conn)
{
    const struct frontend *f = user;
    (void)net_close(f->net, conn);
}

int frontend_new(const struct frontend_options *options, struct frontend **ret)
{
    struct frontend *f = calloc(1, sizeof(*f));

    if (f == NULL || pthread_mutex_init(&f->lock, NULL) != 0) {
        free(f);
        return -ENOMEM;
    }
    f->o = *options;
    f->last_at = INT64_MIN;
    f->feed_us = f->listen_us = INT64_MAX;
    frontend_enrol_init(&f->enrol);
    f->gathered_end = &f->gathered;
    f->delivered_end = &f->delivered;
    const struct feed_options feed = {
        .env = options->env,
        .books = options->books,
        .send = send_to,
        .queued = queued_for,
        .close = close_behind,
        .user = f,
    };
    if (quota_new(&options->quota, &f->quota) != 0 || feed_new(&feed, &f->feed) != 0) {
        quota_free(f->quota);
        pthread_mutex_destroy(&f->lock);
        free(f);
        return -ENOMEM;
    }
    *ret = f;
    return 0;
}

static void free_jobs(struct queue_item *first)
{
    while (first != NULL) {
        struct queue_item *next = first->next;
        job_free((struct job *)first);
        first = next;
    }
}

void frontend_free(struct frontend *f)
{
    struct session *s;
    struct session *next;

    if (f == NULL) {
        return;
    }
    HASH_ITER (hh, f->sessions, s, next) {
        frontend_forget(f, s);
    }
    if (f->snapshot_begun) {
        txn_abort(&f->snapshot);
    }
    free_jobs(f->gathered);
    free_jobs(f->delivered);
    feed_free(f->feed);
    quota_free(f->quota);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

void frontend_set_net(struct frontend *f, struct net *net)
{
    f->net = net;
}

size_t frontend_pending(const struct frontend *f)
{
    return f->pending;
}

/* -- snapshots ---------------------------------------------------------------- */

int frontend_snapshot(struct frontend *f)
{
    if (f->snapshot_open) {
        return 0;
    }
    int error = f->snapshot_begun ? txn_renew(&f->snapshot)
                                  : txn_begin(&f->snapshot, f->o.env, TXN_READ);
    f->snapshot_begun = true;
    f->snapshot_open = error == 0;
    return error;
}

void frontend_close_snapshot(struct frontend *f)
{
    if (f->snapshot_open) {
        txn_reset(&f->snapshot);
        f->snapshot_open = false;
    }
}

/* -- sending ------------------------------------------------------------------ */

void frontend_send(struct frontend *f, uint64_t conn, const struct wire_bytes *payload)
{
    const struct net_part part = {payload->p, payload->n};
    (void)net_send(f->net, conn, &part, 1); /* gone: nobody is left to answer */
}

int frontend_refuse(struct frontend *f, struct job *job, const struct refusal *refusal)
{
    if (job_refuse(job, refusal) != 0) {
        return -ENOMEM;
    }
    frontend_send(f, job->conn, &job->reply);
    return 0;
}

/* -- requests ----------------------------------------------------------------- */

static int64_t on_now(void *ctx)
{
    struct frontend *f = ctx;

    if (!f->holding) {
        /* Before the clock is read: the writer must not fire beyond a stamp that it cannot see yet.
         */
        f->held_at = f->last_at;
        queue_hold(f->o.queue, f->o.producer, f->held_at);
        f->holding = true;
    }
    f->last_at = stamp_now(f->o.stamp);
    return f->last_at;
}

/*
 * The stamp of a frame. What a pause kept back was read before this turn held the horizon, if it is
 * held at all; the writer may have gone beyond that. It counts as received when reading goes on.
 */
int64_t frontend_stamp(struct frontend *f, int64_t received_at)
{
    if (!f->holding) {
        return on_now(f);
    }
    return received_at < f->held_at ? f->last_at : received_at;
}

/* What is shown to somebody outside the team is recorded first: the writer sends it on. Returns 0,
 * RECORD_FIRST: the job must go there, or < 0 if the connection must go. */
static int send_read(struct frontend *f, struct job *job, const struct access *access)
{
    if (access->first == NULL) {
        frontend_send(f, job->conn, &job->reply);
        return 0;
    }
    job->notes = access->first;
    job->answer = job->reply;
    job->frame_bytes += job->reply.n; /* held until then */
    return RECORD_FIRST;
}

/* Answers a read now. Returns as send_read. */
static int answer_read(struct frontend *f, struct session *s, struct job *job)
{
    struct principal who;
    struct refusal refusal;
    struct access access = {.arena = &job->arena};

    int error = frontend_snapshot(f);
    if (error == 0) {
        error = call_admit(&f->snapshot, s->principal, job->key_sha256, &who, &refusal);
    }
    if (error == OUTCOME_UNAUTHENTICATED) {
        (void)frontend_refuse(f, job, &refusal);
        return -1;
    }
    if (error != 0) {
        log_write(LOG_ERROR, "read_failed", "reason=s", txn_text(&f->snapshot));
        frontend_close_snapshot(f);
        return -1;
    }
    struct shared_book *book = books_hold(f->o.books);
    struct call call = {
        .request = &job->request,
        .who = &who,
        .book = book->book,
        .books = f->o.books,
        .txn = &f->snapshot,
        .arena = &job->arena,
        .at = job->item.at,
        .now_at = job->item.at,
        .access = &access,
        .feed = f->feed,
        .conn = job->conn,
        .reply = &job->reply,
        .refusal = &refusal,
    };
    error = dispatch_read(&call);
    books_release(book);
    if (error < 0) {
        log_write(LOG_ERROR, "read_failed", "request=s code=i reason=s",
                  request_kind_name(job->request.kind), (long long)error, txn_text(&f->snapshot));
        frontend_close_snapshot(f); /* its failure sticks; the next read begins anew */
        return -1;
    }
    if (txn_error(&f->snapshot) != 0) {
        frontend_close_snapshot(f);
    }
    if (error > 0) {
        return frontend_refuse(f, job, &refusal);
    }
    error = send_read(f, job, &access);
    if (job->request.kind == REQUEST_SUBSCRIBE) {
        feed_set_expiry(f->feed, job->conn, s->expires_at);
    }
    return error;
}

bool frontend_gather(struct frontend *f, struct session *s, struct job *job)
{
    if (f->pending >= FRONTEND_QUEUED_MAX || f->pending_bytes >= FRONTEND_QUEUED_BYTES_MAX) {
        return false;
    }
    job->item.next = NULL;
    *f->gathered_end = &job->item;
    f->gathered_end = &job->item.next;
    f->pending++;
    f->pending_bytes += job->frame_bytes;
    if (++s->unanswered >= FRONTEND_PIPELINED_MAX) {
        frontend_hold(f, s, HELD_PIPELINE);
    }
    if (!s->enrols) {
        frontend_wrote(f, s, job->frame_bytes);
    }
    return true;
}

/* Takes the job over. Returns 0, or not 0 if the connection must go. */
static int take_request(struct frontend *f, struct session *s, struct job *job)
{
    int result = request_writes(job->request.kind) ? RECORD_FIRST : answer_read(f, s, job);

    if (result == RECORD_FIRST) {
        if (frontend_gather(f, s, job)) {
            return 0;
        }
        struct refusal refusal;
        refuse(&refusal, OUTCOME_UNAVAILABLE, NULL, NULL, "too many changes are waiting");
        refusal.retry_after_ms = 200;
        result = frontend_refuse(f, job, &refusal);
    }
    job_free(job);
    return result;
}

static int on_frame(void *ctx, uint64_t conn, const uint8_t *payload, size_t n, int64_t received_at)
{
    struct frontend *f = ctx;
    struct session *s = frontend_session(f, conn);
    struct refusal refusal;

    if (s == NULL) {
        return 1;
    }
    if (s->enrols) {
        return frontend_enrol_frame(f, s, payload, n, received_at);
    }
    received_at = frontend_stamp(f, received_at);
    struct job *job = job_new(conn, s->principal, received_at);
    if (job == NULL) {
        return 1;
    }
    job->frame_bytes = n;
    memcpy(job->key_sha256, s->key_sha256, sizeof(job->key_sha256));
    if (received_at >= s->expires_at) {
        refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, "get a new certificate",
               "the certificate of %s has expired", s->name);
        (void)frontend_refuse(f, job, &refusal);
        job_free(job);
        return 1;
    }
    const int wrong = wire_decode(payload, n, &job->arena, &job->request, &refusal);
    int error = frontend_ask(f, s, job, n);
    if (error == 0 && wrong == 0) {
        return take_request(f, s, job);
    }
    if (error == 0) {
        error = frontend_refuse(f, job, &refusal);
    }
    job_free(job);
    return error < 0;
}

static void feed_later(struct frontend *f)
{
    f->feed_us = clock_boot_us() + (int64_t)FEED_TICK_MS * 1000;
    frontend_arm(f);
}

/* A frame may be a few microseconds of work or some milliseconds; it is known afterwards. */
static int take_frame(void *ctx, uint64_t conn, const uint8_t *payload, size_t n,
                      int64_t received_at)
{
    struct frontend *f = ctx;
    const int64_t begun_us = clock_boot_us();

    const int result = on_frame(ctx, conn, payload, n, received_at);
    f->busy_us = f->busy_conn == conn ? f->busy_us : 0;
    f->busy_conn = conn;
    f->busy_us += clock_boot_us() - begun_us;
    if (f->busy_us >= FRONTEND_TURN_US) {
        f->busy_us = 0;
        (void)net_yield(f->net, conn);
    }
    return result;
}

/* Live events. The snapshot of this turn may be older than what woke us. */
static void feed_all(struct frontend *f)
{
    bool tick = false;

    frontend_close_snapshot(f);
    if (frontend_snapshot(f) != 0) {
        log_write(LOG_ERROR, "read_failed", "reason=s", txn_text(&f->snapshot));
        feed_later(f);
        return;
    }
    if (feed_turn(f->feed, &f->snapshot, stamp_now(f->o.stamp), clock_boot_us(), &tick)) {
        net_wake(f->net);
    }
    if (tick && f->feed_us == INT64_MAX) {
        feed_later(f);
    }
}

static void on_turn(void *ctx)
{
    struct frontend *f = ctx;

    if (feed_is_due(f->feed)) {
        feed_all(f);
    }
    frontend_close_snapshot(f);
    f->busy_us = 0;
    if (f->holding) {
        queue_release(f->o.queue, f->o.producer, f->gathered);
        f->gathered = NULL;
        f->gathered_end = &f->gathered;
        f->holding = false;
    }
}

/* -- answers ------------------------------------------------------------------ */

void frontend_deliver(struct frontend *f, struct queue_item *first)
{
    pthread_mutex_lock(&f->lock);
    *f->delivered_end = first;
    while (first != NULL) {
        f->delivered_end = &first->next;
        first = first->next;
    }
    pthread_mutex_unlock(&f->lock);
    net_wake(f->net);
}

static void finish(struct frontend *f, struct job *job)
{
    struct session *s = frontend_session(f, job->conn);

    f->pending--;
    f->pending_bytes -= job->frame_bytes;
    if (s != NULL && s->enrols) {
        frontend_enrol_finish(f, s, job);
    } else if (s != NULL) {
        frontend_send(f, job->conn, &job->reply);
        if (--s->unanswered < FRONTEND_PIPELINED_MAX / 2) {
            frontend_let(f, s, HELD_PIPELINE);
        }
    }
    if (job->principal != 0) { /* else it enrolled */
        frontend_answered(f, job->principal, job->frame_bytes);
    }
    job_free(job);
}

static void on_wake(void *ctx)
{
    struct frontend *f = ctx;

    pthread_mutex_lock(&f->lock);
    struct queue_item *first = f->delivered;
    f->delivered = NULL;
    f->delivered_end = &f->delivered;
    pthread_mutex_unlock(&f->lock);
    while (first != NULL) {
        struct queue_item *next = first->next;
        finish(f, (struct job *)first);
        first = next;
    }
    if (atomic_exchange(&f->committed, false)) {
        feed_wake(f->feed);
    }
    if (atomic_exchange(&f->review, false) && frontend_sweep(f) != 0) {
        log_write(LOG_ERROR, "read_failed", "reason=s", txn_text(&f->snapshot));
        frontend_close_snapshot(f);
        frontend_review(f); /* nobody stays because it could not be read */
    }
    if (f->o.on_wake != NULL) {
        f->o.on_wake(f->o.user);
    }
}

/* Timers of tickets are the writer's; this one is of what waits for its time to be told, and of
 * those that are not listened to. */
static void on_timer(void *ctx)
{
    struct frontend *f = ctx;
    const int64_t now_us = clock_boot_us();

    if (f->feed_us <= now_us) {
        f->feed_us = INT64_MAX;
        feed_tick(f->feed);
    }
    if (f->listen_us <= now_us) {
        f->listen_us = INT64_MAX;
        frontend_listen_again(f);
    }
    frontend_arm(f);
}

static void on_sent(void *ctx, uint64_t conn)
{
    struct frontend *f = ctx;

    if (feed_count(f->feed) > 0 && feed_taken(f->feed, conn)) {
        net_wake(f->net); /* no turn follows by itself */
    }
}

void frontend_committed(struct frontend *f)
{
    if (feed_count(f->feed) > 0) {
        atomic_store(&f->committed, true);
        net_wake(f->net);
    }
}

void frontend_review(struct frontend *f)
{
    atomic_store(&f->review, true);
    net_wake(f->net);
}

void frontend_end_feeds(struct frontend *f)
{
    feed_stop(f->feed);
}

static void on_signal(void *ctx, int signum)
{
    struct frontend *f = ctx;
    f->o.on_signal(f->o.user, signum);
}

struct net_handler frontend_handler(struct frontend *f)
{
    return (struct net_handler){
        .ctx = f,
        .now = on_now,
        .on_open = frontend_on_open,
        .on_frame = take_frame,
        .on_close = frontend_on_close,
        .on_wake = on_wake,
        .on_timer = on_timer,
        .on_refused = frontend_on_refused,
        .on_turn = on_turn,
        .on_sent = on_sent,
        .on_signal = on_signal,
    };
}
