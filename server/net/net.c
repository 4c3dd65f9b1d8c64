// SPDX-License-Identifier: Apache-2.0
/*
 * The loop, and what happens in each turn of it.
 *
 * Each turn of the loop ends in on_prepare(), right before it would sleep: there, the layer above
 * gets its on_turn, all output leaves, and then input that polling won't tell of is read, whose
 * answers leave in the next turn. What doesn't get done in its budget keeps the loop from sleeping,
 * through an idle handle.
 */
#include "net/net.h"

#include <assert.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "net/conn.h"
#include "net/listener.h"
#include "net/table.h"
#include "proto/frame.h"

/** The most that one read can bring: a TLS record. */
#define SCRATCH_BYTES ((size_t)16 * 1024)

/** Signals that one may ask for. */
#define SIGNALS_MAX 8

struct net {
    struct net_limits limits;
    struct net_handler handler;
    struct net_stats stats;
    SSL_CTX *ctx;

    uv_loop_t loop;
    uv_prepare_t prepare;
    uv_idle_t idle;
    uv_async_t wake;
    uv_timer_t timer;
    uv_signal_t signals[SIGNALS_MAX];
    size_t n_signals;

    struct conn_env conns;
    struct listener *listener;
    struct table table; // of struct conn

    bool is_quiescing; // asked for, to be done by the loop
    bool is_draining;
    bool is_stopping;
};

static void on_prepare(uv_prepare_t *handle);
static void on_closed(struct conn_env *env, struct conn *c);
static void on_accepted(void *ctx, int fd, const struct peers_key *key, const char *address);
static void on_turned_away(void *ctx, const char *address, const char *detail);

__attribute__((format(printf, 3, 4))) static int refuse(char *reterr, size_t reterr_size,
                                                        const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(reterr, reterr_size, format, args);
    va_end(args);
    return NET_REFUSED;
}

/* Connections that come and go. */

static void on_accepted(void *ctx, int fd, const struct peers_key *key, const char *address)
{
    struct net *net = ctx;
    struct conn *c;

    if (net->stats.conns_shaking >= net->limits.handshakes_max) {
        conn_end(TAILQ_FIRST(&net->conns.shaking), NET_WHY_LIMIT, "too many handshakes");
    }
    uint64_t id = table_take(&net->table);
    if (conn_new(&net->conns, id, fd, key, address, net->ctx, &c)) {
        table_give(&net->table, id);
        close(fd);
        net->stats.refused++;
        listener_left(net->listener, key);
        return;
    }
    table_set(&net->table, id, c);
    net->stats.conns++;
}

static void on_turned_away(void *ctx, const char *address, const char *detail)
{
    struct net *net = ctx;

    if (net->handler.on_refused) {
        net->handler.on_refused(net->handler.ctx, address, NET_WHY_LIMIT, detail);
    }
}

static void on_closed(struct conn_env *env, struct conn *c)
{
    struct net *net = (struct net *)(void *)((char *)env - offsetof(struct net, conns));

    table_give(&net->table, c->id);
    net->stats.conns--;
    listener_left(net->listener, &c->key);
}

/* The turn. */

static void read_pending(struct conn_env *env)
{
    bool yielded = false;

    // Those that come back to the list wait for the next turn. So do those behind one that has much
    // to do: the turn is long enough with it
    for (size_t n = env->n_to_read; n > 0 && env->n_to_read > 0 && !yielded; n--) {
        struct conn *c = TAILQ_FIRST(&env->to_read);
        TAILQ_REMOVE(&env->to_read, c, to_read_link);
        env->n_to_read--;
        c->is_to_read = false;
        conn_read(c);
        yielded = c->has_yielded;
    }
}

static void send_pending(struct conn_env *env)
{
    for (size_t n = env->n_to_send; n > 0 && env->n_to_send > 0; n--) {
        struct conn *c = TAILQ_FIRST(&env->to_send);
        TAILQ_REMOVE(&env->to_send, c, to_send_link);
        env->n_to_send--;
        c->is_to_send = false;
        conn_flush(c);
    }
}

static void quiesce(struct net *net)
{
    struct conn *c;

    net->is_quiescing = false;
    listener_close(net->listener);
    while ((c = TAILQ_FIRST(&net->conns.shaking))) {
        conn_end(c, NET_WHY_US, "shutting down");
    }
}

static void end_all(struct net *net)
{
    struct conn *c;

    for (size_t i = 0; (c = table_next(&net->table, &i));) {
        conn_end(c, NET_WHY_US, "shutting down");
    }
}

static void on_idle(uv_idle_t *handle)
{
    (void)handle; // it is there so that the loop doesn't sleep
}

static void on_prepare(uv_prepare_t *handle)
{
    struct net *net = handle->data;
    struct conn_env *env = &net->conns;

    env->n_shaken = 0;
    if (net->handler.on_turn) {
        net->handler.on_turn(net->handler.ctx);
    }
    if (net->is_quiescing) {
        quiesce(net);
    }
    send_pending(env);
    // Those that polling told of have their answers; only now those that have had their turn
    bool more = env->n_to_read > 0;
    read_pending(env);
    if (net->is_stopping) {
        listener_close(net->listener);
        end_all(net);
    }
    if (net->is_stopping || (net->is_draining && net->stats.conns == 0)) {
        uv_stop(&net->loop);
    }
    if (more || env->n_to_read > 0 || env->n_to_send > 0) {
        uv_idle_start(&net->idle, on_idle);
    } else {
        uv_idle_stop(&net->idle);
    }
}

static void on_wake(uv_async_t *handle)
{
    struct net *net = handle->data;

    net->handler.on_wake(net->handler.ctx);
}

static void on_timer(uv_timer_t *handle)
{
    struct net *net = handle->data;

    net->handler.on_timer(net->handler.ctx);
}

static void on_signal(uv_signal_t *handle, int signum)
{
    struct net *net = handle->data;

    net->handler.on_signal(net->handler.ctx, signum);
}

/* Life. */

static void free_parts(struct net *net)
{
    free(net->conns.scratch);
    table_fini(&net->table);
    SSL_CTX_free(net->ctx);
    free(net);
}

/** The loop and its own handles. Returns 0, < 0 with nothing left to undo. */
static int init_loop(struct net *net)
{
    if (uv_loop_init(&net->loop)) {
        return -1;
    }
    if (uv_async_init(&net->loop, &net->wake, on_wake)) {
        uv_loop_close(&net->loop);
        return -1;
    }
    uv_prepare_init(&net->loop, &net->prepare); // these can't fail
    uv_idle_init(&net->loop, &net->idle);
    uv_timer_init(&net->loop, &net->timer);
    uv_prepare_start(&net->prepare, on_prepare);
    net->prepare.data = net->idle.data = net->wake.data = net->timer.data = net;
    return 0;
}

static void init_conns(struct net *net)
{
    struct conn_env *env = &net->conns;

    env->loop = &net->loop;
    env->limits = &net->limits;
    env->handler = &net->handler;
    env->stats = &net->stats;
    env->closed = on_closed;
    env->scratch_size = SCRATCH_BYTES;
    TAILQ_INIT(&env->shaking);
    TAILQ_INIT(&env->to_read);
    TAILQ_INIT(&env->to_send);
}

int net_new(const struct net_limits *limits, const struct net_handler *handler, SSL_CTX *ctx,
            char *reterr, size_t reterr_size, struct net **ret)
{
    const char *bad = net_limits_check(limits);
    if (bad) {
        return refuse(reterr, reterr_size, "network limit %s is out of range", bad);
    }
    struct net *net = calloc(1, sizeof(*net));
    if (!net) {
        return -1;
    }
    net->limits = *limits;
    net->handler = *handler;
    init_conns(net);
    net->conns.scratch = malloc(SCRATCH_BYTES);
    if (!net->conns.scratch || table_init(&net->table, limits->conns_max) || init_loop(net)) {
        free_parts(net);
        return -1;
    }
    const struct listener_env listener_env = {
        .loop = &net->loop,
        .limits = &net->limits,
        .stats = &net->stats,
        .ctx = net,
        .accepted = on_accepted,
        .refused = on_turned_away,
    };
    if (listener_new(&listener_env, &net->listener)) {
        net_free(net);
        return -1;
    }
    net_tls(net, ctx);
    signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
    *ret = net;
    return 0;
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

void net_free(struct net *net)
{
    if (!net) {
        return;
    }
    net->conns.is_mute = true;
    if (net->listener) {
        listener_close(net->listener);
    }
    end_all(net);
    uv_walk(&net->loop, close_handle, NULL);
    uv_run(&net->loop, UV_RUN_DEFAULT); // runs the close callbacks, nothing else is left
    int r = uv_loop_close(&net->loop);
    assert(r == 0);
    listener_free(net->listener);
    free_parts(net);
}

int net_listen(struct net *net, const char *host, uint16_t port, char *reterr, size_t reterr_size,
               uint16_t *ret_port)
{
    return listener_add(net->listener, host, port, reterr, reterr_size, ret_port);
}

int net_signal(struct net *net, int signum, char *reterr, size_t reterr_size)
{
    if (net->n_signals == SIGNALS_MAX) {
        return refuse(reterr, reterr_size, "more than %d signals", SIGNALS_MAX);
    }
    uv_signal_t *handle = &net->signals[net->n_signals];
    int r = uv_signal_init(&net->loop, handle);
    if (r) {
        return r;
    }
    net->n_signals++;
    handle->data = net;
    r = uv_signal_start(handle, on_signal, signum);
    if (r) {
        return refuse(reterr, reterr_size, "signal %d: %s", signum, uv_strerror(r));
    }
    return 0;
}

int net_run(struct net *net)
{
    int r = uv_run(&net->loop, UV_RUN_DEFAULT);
    return r < 0 ? r : 0;
}

void net_wake(struct net *net)
{
    uv_async_send(&net->wake);
}

void net_timer(struct net *net, int64_t delay_ms)
{
    if (delay_ms < 0) {
        uv_timer_stop(&net->timer);
        return;
    }
    uv_update_time(&net->loop); // the loop's time is that of the turn's beginning
    uv_timer_start(&net->timer, on_timer, (uint64_t)delay_ms, 0);
}

void net_tls(struct net *net, SSL_CTX *ctx)
{
    SSL_CTX_up_ref(ctx);
    SSL_CTX_free(net->ctx);
    net->ctx = ctx;
}

/* Connections, by number. */

int net_send(struct net *net, uint64_t id, const struct net_part *parts, size_t n)
{
    struct conn *c = table_find(&net->table, id);
    return c ? conn_send(c, parts, n) : NET_GONE;
}

int net_queued(const struct net *net, uint64_t id, size_t *ret_bytes)
{
    const struct conn *c = table_find(&net->table, id);

    if (!c || !conn_is_live(c) || c->is_doomed) {
        return NET_GONE;
    }
    *ret_bytes = buffer_left(&c->out);
    return 0;
}

int net_frame_limit(struct net *net, uint64_t id, size_t bytes)
{
    struct conn *c = table_find(&net->table, id);

    assert(bytes > 0 && bytes <= FRAME_BYTES_MAX);
    if (!c) {
        return NET_GONE;
    }
    c->frame_bytes = bytes;
    return 0;
}

int net_pause(struct net *net, uint64_t id)
{
    struct conn *c = table_find(&net->table, id);
    return c ? conn_pause(c) : NET_GONE;
}

int net_resume(struct net *net, uint64_t id)
{
    struct conn *c = table_find(&net->table, id);
    return c ? conn_resume(c) : NET_GONE;
}

int net_yield(struct net *net, uint64_t id)
{
    struct conn *c = table_find(&net->table, id);
    return c ? conn_yield(c) : NET_GONE;
}

int net_close(struct net *net, uint64_t id)
{
    struct conn *c = table_find(&net->table, id);
    return c ? conn_close(c) : NET_GONE;
}

/* The end. */

void net_quiesce(struct net *net)
{
    net->conns.is_quiet = true; // no more frames, from this moment
    net->is_quiescing = true;
}

void net_drain(struct net *net)
{
    struct conn *c;

    net_quiesce(net);
    net->is_draining = true;
    for (size_t i = 0; (c = table_next(&net->table, &i));) {
        conn_close(c);
    }
}

void net_stop(struct net *net)
{
    net->is_stopping = true;
}

void net_stats(const struct net *net, struct net_stats *ret)
{
    *ret = net->stats;
}

const char *net_why_text(enum net_why why)
{
    switch (why) {
    case NET_WHY_PEER: return "peer";
    case NET_WHY_LOST: return "lost";
    case NET_WHY_TLS: return "tls";
    case NET_WHY_FRAME: return "frame";
    case NET_WHY_SLOW: return "slow";
    case NET_WHY_IDLE: return "idle";
    case NET_WHY_AGE: return "age";
    case NET_WHY_STUCK: return "stuck";
    case NET_WHY_KEY_UPDATES: return "key_updates";
    case NET_WHY_LIMIT: return "limit";
    case NET_WHY_US: return "us";
    case NET_WHY_MEMORY: return "memory";
    }
    return "unknown";
}
