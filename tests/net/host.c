// SPDX-License-Identifier: Apache-2.0
/*
 * A net under an echoing layer.
 *
 * Three threads: the test's, the loop's, and a worker that answers 'A'. What is shared lies behind
 * one mutex; the loop's thread copies what it has seen there at the end of each turn.
 */
#include "tests/net/host.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/tlsctx.h"
#include "t.h"

#define WAIT_S     10
#define CONNS_MAX  64
#define BULK_BYTES 10000

struct letter {
    struct letter *next;
    uint64_t conn;
    size_t n;
    uint8_t payload[64];
};

struct letters {
    struct letter *first;
    struct letter **end;
};

struct host {
    struct net *net;
    SSL_CTX *ctx;
    uint16_t port;
    pthread_t loop;
    pthread_t worker;

    // The loop's own
    struct host_seen now_seen;
    uint64_t conns[CONNS_MAX]; // open; 0: none
    uint64_t timer_conn;
    uint64_t relay_conn; // of 'R', and what is left of it
    size_t relay_left;

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct host_seen seen; // as of the last turn
    struct letters to_worker;
    struct letters to_loop;
    int64_t now;
    bool must_quiesce;
    bool must_drain;
    bool must_stop;
    bool must_resume;
    SSL_CTX *new_ctx; // NULL: none is waiting
    bool is_over;     // for the worker
};

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "host: %s\n", what);
        abort();
    }
}

static void post(struct letters *letters, uint64_t conn, const uint8_t *payload, size_t n)
{
    struct letter *letter = calloc(1, sizeof(*letter));

    must(letter && n <= sizeof(letter->payload), "letter");
    letter->conn = conn;
    letter->n = n;
    memcpy(letter->payload, payload, n);
    *letters->end = letter;
    letters->end = &letter->next;
}

static struct letter *take_all(struct letters *letters)
{
    struct letter *first = letters->first;

    letters->first = NULL;
    letters->end = &letters->first;
    return first;
}

static void free_all(struct letter *letter)
{
    while (letter) {
        struct letter *next = letter->next;
        free(letter);
        letter = next;
    }
}

static void send_one(struct host *host, uint64_t conn, const void *p, size_t n)
{
    // In two parts, to have that tried
    const struct net_part parts[] = {{p, n / 2}, {(const uint8_t *)p + n / 2, n - n / 2}};
    net_send(host->net, conn, parts, 2);
}

static int64_t host_now(void *ctx)
{
    struct host *host = ctx;

    pthread_mutex_lock(&host->mutex);
    int64_t now = host->now;
    pthread_mutex_unlock(&host->mutex);
    return now;
}

static int host_on_open(void *ctx, uint64_t conn, const struct net_peer *peer)
{
    struct host *host = ctx;
    struct host_seen *seen = &host->now_seen;
    GENERAL_NAMES *names = X509_get_ext_d2i(peer->certificate, NID_subject_alt_name, NULL, NULL);

    seen->subject[0] = '\0';
    if (names && sk_GENERAL_NAME_num(names) == 1) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, 0);
        if (name->type == GEN_URI) {
            snprintf(seen->subject, sizeof(seen->subject), "%s",
                     (const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier));
        }
    }
    GENERAL_NAMES_free(names);
    snprintf(seen->address, sizeof(seen->address), "%s", peer->address);
    snprintf(seen->protocol, sizeof(seen->protocol), "%s", peer->protocol);
    if (strcmp(seen->subject, "slate:principal/banned") == 0) {
        send_one(host, conn, "go away", 7);
        return 1;
    }
    if (strcmp(seen->subject, "slate:principal/greeted") == 0) {
        send_one(host, conn, "welcome", 7);
    }
    seen->opens++;
    for (size_t i = 0; i < CONNS_MAX; i++) {
        if (host->conns[i] == 0) {
            host->conns[i] = conn;
            break;
        }
    }
    return 0;
}

static void bulk(struct host *host, uint64_t conn, size_t n)
{
    static const uint8_t bytes[BULK_BYTES];

    for (size_t i = 0; i < n; i++) {
        send_one(host, conn, bytes, sizeof(bytes));
    }
}

static void relay(struct host *host)
{
    size_t queued = 0;

    if (host->relay_left == 0) {
        return;
    }
    host->relay_left--;
    bulk(host, host->relay_conn, HOST_RELAY);
    must(net_queued(host->net, host->relay_conn, &queued) == 0, "queued");
    must(queued > HOST_RELAY * BULK_BYTES, "what was just queued waits");
    if (queued > host->now_seen.queued_max) {
        host->now_seen.queued_max = queued;
    }
}

static void host_on_sent(void *ctx, uint64_t conn)
{
    struct host *host = ctx;
    size_t queued = 1;

    host->now_seen.sents++;
    must(net_queued(host->net, conn, &queued) == 0 && queued == 0, "nothing waits");
    if (conn == host->relay_conn) {
        relay(host);
    }
}

static size_t number_in(const uint8_t *payload, size_t n)
{
    char text[32] = "";

    memcpy(text, payload + 1, n - 1 < sizeof(text) - 1 ? n - 1 : sizeof(text) - 1);
    return strtoul(text, NULL, 10);
}

static int host_on_frame(void *ctx, uint64_t conn, const uint8_t *payload, size_t n,
                         int64_t received_at)
{
    struct host *host = ctx;

    host->now_seen.frames++;
    host->now_seen.received_at = received_at;
    switch (payload[0]) {
    case 'A':
        pthread_mutex_lock(&host->mutex);
        post(&host->to_worker, conn, payload, n);
        pthread_cond_broadcast(&host->changed);
        pthread_mutex_unlock(&host->mutex);
        return 0;
    case 'B': bulk(host, conn, number_in(payload, n)); return 0;
    case 'C':
        send_one(host, conn, payload, n);
        must(net_close(host->net, conn) == 0, "close");
        must(net_close(host->net, conn) == NET_GONE, "close again");
        return 0;
    case 'D': send_one(host, conn, payload, n); return 1;
    case 'E':
        ERR_raise(ERR_LIB_USER, 1);
        send_one(host, conn, payload, n);
        ERR_raise(ERR_LIB_USER, 2);
        return 0;
    case 'F':
        must(net_frame_limit(host->net, conn, number_in(payload, n)) == 0, "frame limit");
        break;
    case 'P': must(net_pause(host->net, conn) == 0, "pause"); break;
    case 'Q': net_quiesce(host->net); break;
    case 'R':
        host->relay_conn = conn;
        host->relay_left = number_in(payload, n);
        relay(host);
        return 0;
    case 'S': return 0;
    case 'Y':
        must(net_yield(host->net, conn) == 0, "yield");
        if (++host->now_seen.yields > host->now_seen.yields_max) {
            host->now_seen.yields_max = host->now_seen.yields;
        }
        break;
    case 'T':
        host->timer_conn = conn;
        net_timer(host->net, (int64_t)number_in(payload, n));
        return 0;
    default: break;
    }
    send_one(host, conn, payload, n);
    return 0;
}

static void publish(struct host *host, bool has_ended)
{
    host->now_seen.version++;
    host->now_seen.has_ended = has_ended;
    net_stats(host->net, &host->now_seen.stats);
    pthread_mutex_lock(&host->mutex);
    host->seen = host->now_seen;
    pthread_cond_broadcast(&host->changed);
    pthread_mutex_unlock(&host->mutex);
}

static void host_on_close(void *ctx, uint64_t conn, enum net_why why, const char *detail)
{
    struct host *host = ctx;

    host->now_seen.closes++;
    host->now_seen.why = why;
    snprintf(host->now_seen.detail, sizeof(host->now_seen.detail), "%s", detail);
    size_t queued;

    must(net_send(host->net, conn, &(struct net_part){"x", 1}, 1) == NET_GONE, "sent to the dead");
    must(net_queued(host->net, conn, &queued) == NET_GONE, "queued for the dead");
    for (size_t i = 0; i < CONNS_MAX; i++) {
        if (host->conns[i] == conn) {
            host->conns[i] = 0;
        }
    }
    publish(host, false);
}

static void host_on_refused(void *ctx, const char *address, enum net_why why, const char *detail)
{
    struct host *host = ctx;

    (void)address;
    host->now_seen.refusals++;
    if (++host->now_seen.refusals_turn > host->now_seen.refusals_max) {
        host->now_seen.refusals_max = host->now_seen.refusals_turn;
    }
    host->now_seen.why_not = why;
    snprintf(host->now_seen.detail, sizeof(host->now_seen.detail), "%s", detail);
    publish(host, false);
}

static void resume_all(struct host *host)
{
    for (size_t i = 0; i < CONNS_MAX; i++) {
        if (host->conns[i] != 0) {
            net_resume(host->net, host->conns[i]);
        }
    }
}

static void host_on_wake(void *ctx)
{
    struct host *host = ctx;

    pthread_mutex_lock(&host->mutex);
    struct letter *letters = take_all(&host->to_loop);
    bool must_quiesce = host->must_quiesce;
    bool must_drain = host->must_drain;
    bool must_stop = host->must_stop;
    bool must_resume = host->must_resume;
    SSL_CTX *new_ctx = host->new_ctx;
    host->new_ctx = NULL;
    host->must_quiesce = host->must_drain = host->must_stop = host->must_resume = false;
    pthread_mutex_unlock(&host->mutex);

    for (const struct letter *l = letters; l; l = l->next) {
        send_one(host, l->conn, l->payload, l->n);
    }
    free_all(letters);
    if (new_ctx) {
        net_tls(host->net, new_ctx);
    }
    if (must_resume) {
        resume_all(host);
    }
    if (must_quiesce) {
        net_quiesce(host->net);
    }
    if (must_drain) {
        net_drain(host->net);
    }
    if (must_stop) {
        net_stop(host->net);
    }
}

static void host_on_timer(void *ctx)
{
    struct host *host = ctx;

    send_one(host, host->timer_conn, "timer", 5);
}

static void host_on_turn(void *ctx)
{
    struct host *host = ctx;

    host->now_seen.turns++;
    host->now_seen.yields = host->now_seen.refusals_turn = 0;
    publish(host, false);
}

static void *run_loop(void *ctx)
{
    struct host *host = ctx;

    must(net_run(host->net) == 0, "net_run");
    publish(host, true);
    return NULL;
}

static void *run_worker(void *ctx)
{
    struct host *host = ctx;

    pthread_mutex_lock(&host->mutex);
    while (!host->is_over) {
        struct letter *letters = take_all(&host->to_worker);
        for (const struct letter *l = letters; l; l = l->next) {
            post(&host->to_loop, l->conn, l->payload, l->n);
        }
        if (letters) {
            net_wake(host->net);
        } else {
            pthread_cond_wait(&host->changed, &host->mutex);
        }
        free_all(letters);
    }
    pthread_mutex_unlock(&host->mutex);
    return NULL;
}

void host_limits(struct net_limits *ret)
{
    net_limits_default(ret);
    ret->handshakes_per_s = 100000;
    ret->handshake_burst = 100000;
    ret->address_handshakes_per_s = 100000;
    ret->address_handshake_burst = 100000;
    ret->linger_ms = 200;
}

struct host *host_new(struct certs *certs, const struct net_limits *limits)
{
    struct host *host = calloc(1, sizeof(*host));
    struct net_limits defaults;
    char error[TLSCTX_ERROR_BYTES] = "memory";

    must(host != NULL, error);
    host_limits(&defaults);
    pthread_mutex_init(&host->mutex, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&host->changed, &attr);
    pthread_condattr_destroy(&attr);
    take_all(&host->to_loop);
    take_all(&host->to_worker);

    const struct tlsctx_files files = {
        .ca = certs_path(certs, "ca.pem"),
        .cert = certs_path(certs, "server.pem"),
        .key = certs_path(certs, "server.key"),
    };
    const struct net_handler handler = {
        .ctx = host,
        .now = host_now,
        .on_open = host_on_open,
        .on_frame = host_on_frame,
        .on_close = host_on_close,
        .on_wake = host_on_wake,
        .on_timer = host_on_timer,
        .on_refused = host_on_refused,
        .on_turn = host_on_turn,
        .on_sent = host_on_sent,
    };
    must(tlsctx_new_server(&files, error, sizeof(error), &host->ctx) == 0, error);
    must(net_new(limits ? limits : &defaults, &handler, host->ctx, error, sizeof(error),
                 &host->net) == 0,
         error);
    must(net_listen(host->net, "127.0.0.1", 0, error, sizeof(error), &host->port) == 0, error);
    must(pthread_create(&host->loop, NULL, run_loop, host) == 0, "thread");
    must(pthread_create(&host->worker, NULL, run_worker, host) == 0, "thread");
    return host;
}

void host_free(struct host *host)
{
    host_stop(host);
    pthread_join(host->loop, NULL);
    pthread_mutex_lock(&host->mutex);
    host->is_over = true;
    pthread_cond_broadcast(&host->changed);
    pthread_mutex_unlock(&host->mutex);
    pthread_join(host->worker, NULL);

    net_free(host->net);
    SSL_CTX_free(host->ctx);
    free_all(host->to_loop.first);
    free_all(host->to_worker.first);
    pthread_mutex_destroy(&host->mutex);
    pthread_cond_destroy(&host->changed);
    free(host);
}

uint16_t host_port(const struct host *host)
{
    return host->port;
}

static void demand(struct host *host, bool *what)
{
    pthread_mutex_lock(&host->mutex);
    *what = true;
    pthread_mutex_unlock(&host->mutex);
    net_wake(host->net);
}

void host_quiesce(struct host *host)
{
    demand(host, &host->must_quiesce);
}

void host_drain(struct host *host)
{
    demand(host, &host->must_drain);
}

void host_stop(struct host *host)
{
    demand(host, &host->must_stop);
}

void host_resume(struct host *host)
{
    demand(host, &host->must_resume);
}

static bool has_new_ctx(struct host *host)
{
    pthread_mutex_lock(&host->mutex);
    bool has = host->new_ctx != NULL;
    pthread_mutex_unlock(&host->mutex);
    return has;
}

void host_tls(struct host *host, SSL_CTX *ctx)
{
    pthread_mutex_lock(&host->mutex);
    host->new_ctx = ctx;
    pthread_mutex_unlock(&host->mutex);
    net_wake(host->net);
    HOST_UNTIL(host, !has_new_ctx(host));
}

void host_freeze(struct host *host)
{
    pthread_mutex_lock(&host->mutex);
}

void host_thaw(struct host *host)
{
    pthread_mutex_unlock(&host->mutex);
}

void host_set_now(struct host *host, int64_t now)
{
    pthread_mutex_lock(&host->mutex);
    host->now = now;
    pthread_mutex_unlock(&host->mutex);
}

struct host_seen host_look(struct host *host)
{
    pthread_mutex_lock(&host->mutex);
    struct host_seen seen = host->seen;
    pthread_mutex_unlock(&host->mutex);
    return seen;
}

struct host_seen host_wait(struct host *host, uint64_t since, const char *file, int line,
                           const char *what)
{
    struct timespec until;
    int r = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_S;
    pthread_mutex_lock(&host->mutex);
    while (host->seen.version == since && r == 0) {
        r = host->seen.has_ended ? ETIMEDOUT
                                 : pthread_cond_timedwait(&host->changed, &host->mutex, &until);
    }
    struct host_seen seen = host->seen;
    pthread_mutex_unlock(&host->mutex);
    if (r != 0) {
        t_fail(file, line, what,
               " does not come: opens %u closes %u (%s: %s) refusals %u (%s) frames %u conns %u",
               seen.opens, seen.closes, net_why_text(seen.why), seen.detail, seen.refusals,
               net_why_text(seen.why_not), seen.frames, seen.stats.conns);
    }
    return seen;
}
