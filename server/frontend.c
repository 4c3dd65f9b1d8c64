// SPDX-License-Identifier: Apache-2.0
/*
 * Order of one turn of the loop: frames come in (on_frame), the first of them holds the queue's
 * horizon; reads are answered from one snapshot per turn; at its end (on_turn) the writes go into
 * the queue together and the snapshot is given up before the loop sleeps.
 */
#include "frontend.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The key is a connection's number, which counts up: a multiplication spreads it. */
#define HASH_FUNCTION(key, bytes, hash) \
    ((hash) = (unsigned)((*(const uint64_t *)(key)*UINT64_C(0x9e3779b97f4a7c15)) >> 32))
#include <uthash.h>

#include "auth/identity.h"
#include "dispatch.h"
#include "log.h"
#include "proto/frame.h"
#include "store/error.h"
#include "store/principals.h"
#include "wire/decode.h"
#include "wire/encode.h"

struct session {
    uint64_t conn;
    uint32_t principal;
    char name[PRINCIPAL_NAME_BYTES];
    int64_t expires_at; /* of its certificate */
    size_t unanswered;  /* writes */
    bool paused;
    UT_hash_handle hh;
};

struct frontend {
    struct frontend_options o;
    struct net *net;
    struct session *sessions;
    struct txn snapshot;
    bool snapshot_begun; /* its slot is taken */
    bool snapshot_open;
    bool holding;    /* the queue's horizon */
    int64_t held_at; /* where: no stamp of this turn may be older */
    int64_t last_at; /* newest stamp given */
    struct queue_item *gathered;
    struct queue_item **gathered_end;
    size_t pending;
    size_t pending_bytes; /* frames of these */
    pthread_mutex_t lock; /* of delivered */
    struct queue_item *delivered;
    struct queue_item **delivered_end;
};

int frontend_new(const struct frontend_options *options, struct frontend **ret)
{
    struct frontend *f = calloc(1, sizeof(*f));

    if (f == NULL || pthread_mutex_init(&f->lock, NULL) != 0) {
        free(f);
        return -ENOMEM;
    }
    f->o = *options;
    f->last_at = INT64_MIN;
    f->gathered_end = &f->gathered;
    f->delivered_end = &f->delivered;
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
        HASH_DEL(f->sessions, s);
        free(s);
    }
    if (f->snapshot_begun) {
        txn_abort(&f->snapshot);
    }
    free_jobs(f->gathered);
    free_jobs(f->delivered);
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

/* The snapshot of this turn. Returns 0 or < 0. */
static int open_snapshot(struct frontend *f)
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

static void close_snapshot(struct frontend *f)
{
    if (f->snapshot_open) {
        txn_reset(&f->snapshot);
        f->snapshot_open = false;
    }
}

/* -- sending ------------------------------------------------------------------ */

static void send_payload(struct frontend *f, uint64_t conn, const struct wire_bytes *payload)
{
    const struct net_part part = {payload->p, payload->n};
    (void)net_send(f->net, conn, &part, 1); /* gone: nobody is left to answer */
}

static int send_refusal(struct frontend *f, struct job *job, const struct refusal *refusal)
{
    if (job_refuse(job, refusal) != 0) {
        return -ENOMEM;
    }
    send_payload(f, job->conn, &job->reply);
    return 0;
}

/* -- connections -------------------------------------------------------------- */

static int send_hello(struct frontend *f, uint64_t conn, const struct principal *who)
{
    struct arena arena;
    struct wire_bytes payload;
    struct reply_hello hello = {
        .server_version = SLATE_VERSION,
        .server_at = stamp_now(f->o.stamp),
        .zone_release = f->o.books->zones.release,
        .principal = who->name,
        .roles = who->roles,
        .pipelined_requests = FRONTEND_PIPELINED_MAX,
    };
    memcpy(hello.cluster_id, env_cluster_id(f->o.env), sizeof(hello.cluster_id));
    arena_init(&arena, JOB_ARENA_BYTES);
    int error = wire_encode_hello(&arena, &hello, &payload);
    if (error == 0) {
        send_payload(f, conn, &payload);
    }
    arena_fini(&arena);
    return error;
}

/* Tells the peer why it is not let in; the connection closes behind it. Always 1. */
static int turn_away(struct frontend *f, uint64_t conn, const char *address, const char *name,
                     const char *reason)
{
    struct job *job = job_new(conn, 0, 0);
    struct refusal refusal;

    log_write(LOG_WARNING, "principal_refused", "address=s name=s reason=s", address, name, reason);
    if (job != NULL) {
        /* One answer for all reasons: whether a name exists is nobody's business. */
        refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, "ask the operator for a profile",
               "this certificate belongs to no principal of this server");
        (void)send_refusal(f, job, &refusal);
        job_free(job);
    }
    return 1;
}

static int on_open(void *ctx, uint64_t conn, const struct net_peer *peer)
{
    struct frontend *f = ctx;
    struct principal who;
    char name[PRINCIPAL_NAME_BYTES] = "";

    if (identity_name(peer->certificate, name) != 0) {
        return turn_away(f, conn, peer->address, "", "the certificate names no principal");
    }
    int error = open_snapshot(f);
    if (error == 0) {
        error = principals_named(&f->snapshot, name, &who);
    }
    if (error != 0) {
        close_snapshot(f); /* a failure would stick */
        return turn_away(f, conn, peer->address, name,
                         error == STORE_NOT_FOUND ? "unknown" : "the store cannot be read");
    }
    if (who.disabled) {
        return turn_away(f, conn, peer->address, name, "disabled");
    }
    struct session *s = calloc(1, sizeof(*s));
    if (s == NULL || send_hello(f, conn, &who) != 0) {
        free(s);
        return 1;
    }
    s->conn = conn;
    s->principal = who.id;
    memcpy(s->name, who.name, sizeof(s->name));
    s->expires_at = identity_expires_at(peer->certificate);
    HASH_ADD(hh, f->sessions, conn, sizeof(s->conn), s);
    (void)net_frame_limit(f->net, conn,
                          FRAME_BYTES_MAX); /* the decoder holds all but two kinds to less */
    log_write(LOG_INFO, "connected", "conn=u principal=s address=s", (unsigned long long)conn,
              who.name, peer->address);
    return 0;
}

static struct session *session_of(struct frontend *f, uint64_t conn)
{
    struct session *s;
    HASH_FIND(hh, f->sessions, &conn, sizeof(conn), s);
    return s;
}

static void on_close(void *ctx, uint64_t conn, enum net_why why, const char *detail)
{
    struct frontend *f = ctx;
    struct session *s = session_of(f, conn);

    if (s != NULL) {
        log_write(LOG_INFO, "disconnected", "conn=u principal=s why=s detail=s",
                  (unsigned long long)conn, s->name, net_why_text(why), detail);
        HASH_DEL(f->sessions, s);
        free(s);
    }
}

static void on_refused(void *ctx, const char *address, enum net_why why, const char *detail)
{
    (void)ctx;
    log_write(LOG_INFO, "refused", "address=s why=s detail=s", address, net_why_text(why), detail);
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
static int64_t stamp_of(struct frontend *f, int64_t received_at)
{
    if (!f->holding) {
        return on_now(f);
    }
    return received_at < f->held_at ? f->last_at : received_at;
}

/* Answers a read now. Returns 0, or < 0 if the connection must go. */
static int answer_read(struct frontend *f, struct session *s, struct job *job)
{
    struct principal who;
    struct refusal refusal;

    int error = open_snapshot(f);
    if (error == 0) {
        error = principals_get(&f->snapshot, s->principal, &who);
    }
    if (error == STORE_NOT_FOUND || (error == 0 && who.disabled)) {
        refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, NULL, "this principal has been disabled");
        (void)send_refusal(f, job, &refusal);
        return -1;
    }
    if (error != 0) {
        log_write(LOG_ERROR, "read_failed", "reason=s", txn_text(&f->snapshot));
        close_snapshot(f);
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
        .reply = &job->reply,
        .refusal = &refusal,
    };
    error = dispatch_read(&call);
    books_release(book);
    if (error < 0) {
        log_write(LOG_ERROR, "read_failed", "request=s code=i reason=s",
                  request_kind_name(job->request.kind), (long long)error, txn_text(&f->snapshot));
        close_snapshot(f); /* its failure sticks; the next read begins anew */
        return -1;
    }
    if (txn_error(&f->snapshot) != 0) {
        close_snapshot(f);
    }
    if (error > 0) {
        return send_refusal(f, job, &refusal);
    }
    send_payload(f, job->conn, &job->reply);
    return 0;
}

static void gather(struct frontend *f, struct session *s, struct job *job)
{
    job->item.next = NULL;
    *f->gathered_end = &job->item;
    f->gathered_end = &job->item.next;
    f->pending++;
    f->pending_bytes += job->frame_bytes;
    if (++s->unanswered >= FRONTEND_PIPELINED_MAX && !s->paused) {
        s->paused = true;
        (void)net_pause(f->net, s->conn);
    }
}

/* Takes the job over. Returns 0, or not 0 if the connection must go. */
static int take_request(struct frontend *f, struct session *s, struct job *job)
{
    int result;

    if (request_writes(job->request.kind)) {
        if (f->pending < FRONTEND_QUEUED_MAX && f->pending_bytes < FRONTEND_QUEUED_BYTES_MAX) {
            gather(f, s, job);
            return 0;
        }
        struct refusal refusal;
        refuse(&refusal, OUTCOME_UNAVAILABLE, NULL, NULL, "too many changes are waiting");
        refusal.retry_after_ms = 200;
        result = send_refusal(f, job, &refusal);
    } else {
        result = answer_read(f, s, job);
    }
    job_free(job);
    return result;
}

static int on_frame(void *ctx, uint64_t conn, const uint8_t *payload, size_t n, int64_t received_at)
{
    struct frontend *f = ctx;
    struct session *s = session_of(f, conn);
    struct refusal refusal;

    if (s == NULL) {
        return 1;
    }
    received_at = stamp_of(f, received_at);
    struct job *job = job_new(conn, s->principal, received_at);
    if (job == NULL) {
        return 1;
    }
    job->frame_bytes = n;
    if (received_at >= s->expires_at) {
        refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, "get a new certificate",
               "the certificate of %s has expired", s->name);
        (void)send_refusal(f, job, &refusal);
        job_free(job);
        return 1;
    }
    int error = wire_decode(payload, n, &job->arena, &job->request, &refusal);
    if (error != 0) {
        error = send_refusal(f, job, &refusal);
        job_free(job);
        return error;
    }
    return take_request(f, s, job);
}

static void on_turn(void *ctx)
{
    struct frontend *f = ctx;

    close_snapshot(f);
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
    struct session *s = session_of(f, job->conn);

    f->pending--;
    f->pending_bytes -= job->frame_bytes;
    if (s != NULL) {
        send_payload(f, job->conn, &job->reply);
        if (--s->unanswered < FRONTEND_PIPELINED_MAX / 2 && s->paused) {
            s->paused = false;
            (void)net_resume(f->net, s->conn);
        }
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
    if (f->o.on_wake != NULL) {
        f->o.on_wake(f->o.user);
    }
}

static void on_timer(void *ctx)
{
    (void)ctx; /* timers of tickets are the writer's */
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
        .on_open = on_open,
        .on_frame = on_frame,
        .on_close = on_close,
        .on_wake = on_wake,
        .on_timer = on_timer,
        .on_refused = on_refused,
        .on_turn = on_turn,
        .on_signal = on_signal,
    };
}
