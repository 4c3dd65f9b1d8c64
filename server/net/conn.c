// SPDX-License-Identifier: Apache-2.0
/*
 * A connection from accept to close.
 *
 * Whatever a callback of the layer above may do to a connection (send, pause, close) only marks it.
 * It is closed only by the functions that the loop calls, and its memory is freed only in the
 * loop's own close callback, so that no function here is left with a connection that is gone. After
 * a callback, or a call that may close, look at c->state again.
 */
#include "net/conn.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/deadline.h"

static const uint8_t successors[] = {
    [CONN_SHAKING] = 1 << CONN_GREETED | 1 << CONN_LINGERING | 1 << CONN_CLOSED,
    [CONN_GREETED] = 1 << CONN_OPEN | 1 << CONN_DRAINING | 1 << CONN_LINGERING | 1 << CONN_CLOSED,
    [CONN_OPEN] = 1 << CONN_DRAINING | 1 << CONN_LINGERING | 1 << CONN_CLOSED,
    [CONN_DRAINING] = 1 << CONN_LINGERING | 1 << CONN_CLOSED,
    [CONN_LINGERING] = 1 << CONN_CLOSED,
    [CONN_CLOSED] = 0,
};

static void on_poll(uv_poll_t *handle, int status, int events);
static void on_deadline(uv_timer_t *timer);

void conn_move(struct conn *c, enum conn_state to)
{
    struct conn_env *env = c->env;

    assert(successors[c->state] & 1 << to);
    if (c->state == CONN_SHAKING) {
        TAILQ_REMOVE(&env->shaking, c, shaking_link);
        env->stats->conns_shaking--;
        env->stats->handshake_errors += to != CONN_GREETED;
    }
    if (c->state == CONN_LINGERING) {
        env->stats->conns_lingering--;
    }
    c->state = to;
    if (to == CONN_LINGERING) {
        env->stats->conns_lingering++;
    }
    if (to == CONN_DRAINING || to == CONN_LINGERING) {
        c->ending_ms = uv_now(env->loop);
    }
}

bool conn_is_live(const struct conn *c)
{
    return c->state == CONN_GREETED || c->state == CONN_OPEN;
}

bool conn_may_read(const struct conn *c)
{
    return conn_is_live(c) && !c->is_held && !c->is_clogged && !c->is_doomed && !c->env->is_quiet;
}

void conn_want_read(struct conn *c)
{
    if (!c->is_to_read) {
        c->is_to_read = true;
        TAILQ_INSERT_TAIL(&c->env->to_read, c, to_read_link);
        c->env->n_to_read++;
    }
}

void conn_want_send(struct conn *c)
{
    if (!c->is_to_send) {
        c->is_to_send = true;
        TAILQ_INSERT_TAIL(&c->env->to_send, c, to_send_link);
        c->env->n_to_send++;
    }
}

void conn_doom(struct conn *c, enum net_why why)
{
    c->is_doomed = true;
    c->why = why;
    conn_want_send(c);
}

static int wanted_events(const struct conn *c)
{
    int events = 0;

    switch (c->state) {
    case CONN_SHAKING: return c->tls.want_for_read;
    case CONN_LINGERING: return UV_READABLE;
    case CONN_CLOSED: return 0;
    case CONN_GREETED:
    case CONN_OPEN:
    case CONN_DRAINING: break;
    }
    if (conn_may_read(c)) {
        events |= c->tls.want_for_read;
    }
    return events | c->tls.want_for_write;
}

/** More input would be taken at once: what isn't there is for the peer to send. */
static bool is_awaited(const struct conn *c)
{
    return conn_may_read(c) && !c->has_yielded;
}

void conn_settle(struct conn *c)
{
    if (c->state == CONN_CLOSED) {
        return;
    }
    int events = wanted_events(c);
    if (events != c->polled) {
        // Neither can fail with a descriptor that was good in conn_new()
        if (events) {
            uv_poll_start(&c->poll, events, on_poll);
        } else {
            uv_poll_stop(&c->poll);
        }
        c->polled = events;
    }

    enum net_why why;
    uint64_t next_ms = deadline_next(c, is_awaited(c), &why);
    if (next_ms < c->armed_ms) { // a later one is found when the timer fires
        uint64_t now_ms = uv_now(c->env->loop);
        c->armed_ms = next_ms;
        uv_timer_start(&c->timer, on_deadline, next_ms > now_ms ? next_ms - now_ms : 0, 0);
    }
}

/** Tell the layer above of the end, once. */
static void tell(struct conn *c, enum net_why why, const char *detail)
{
    const struct net_handler *h = c->env->handler;

    if (c->is_told) {
        return;
    }
    c->is_told = true;
    if (c->env->is_mute) {
        return;
    }
    if (c->is_open) {
        h->on_close(h->ctx, c->id, why, detail);
    } else if (h->on_refused) {
        h->on_refused(h->ctx, c->address, why, detail);
    }
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct conn *c = handle->data;

    if (--c->n_handles == 0) {
        buffer_fini(&c->in);
        buffer_fini(&c->out);
        free(c);
    }
}

void conn_end(struct conn *c, enum net_why why, const char *detail)
{
    struct conn_env *env = c->env;

    if (c->state == CONN_CLOSED) {
        return;
    }
    conn_move(c, CONN_CLOSED);
    tell(c, why, detail);
    if (c->is_to_read) {
        TAILQ_REMOVE(&env->to_read, c, to_read_link);
        env->n_to_read--;
    }
    if (c->is_to_send) {
        TAILQ_REMOVE(&env->to_send, c, to_send_link);
        env->n_to_send--;
    }
    // The loop forgets the descriptor at once, so it can be closed before the callback
    uv_close((uv_handle_t *)&c->poll, on_handle_closed);
    uv_close((uv_handle_t *)&c->timer, on_handle_closed);
    tlsio_fini(&c->tls);
    close(c->fd);
    env->closed(env, c);
}

/** Our last word is out. Closing now, with input unread, would make the kernel send a reset, which
 * may destroy that word before the peer has read it; so wait until it closes. */
void conn_linger(struct conn *c, enum net_why why, const char *detail)
{
    conn_move(c, CONN_LINGERING);
    tell(c, why, detail);
    shutdown(c->fd, SHUT_WR);
    buffer_fini(&c->in);
    buffer_fini(&c->out);
}

void conn_drain(struct conn *c, enum net_why why)
{
    if (conn_is_live(c)) {
        c->why = why;
        conn_move(c, CONN_DRAINING);
        conn_want_send(c);
    }
}

/** After an outcome of TLS that isn't DONE and isn't WANT_x. */
void conn_break_off(struct conn *c, enum tlscall outcome)
{
    switch (outcome) {
    case TLSCALL_CLOSED:
        if (c->state == CONN_SHAKING) {
            conn_end(c, NET_WHY_LOST, "closed in the handshake");
        } else {
            conn_drain(c, NET_WHY_PEER);
        }
        break;
    case TLSCALL_LOST: conn_end(c, NET_WHY_LOST, c->tls.error); break;
    default: conn_linger(c, NET_WHY_TLS, c->tls.error); break; // an alert says why
    }
}

static void open_up(struct conn *c)
{
    const struct net_handler *h = c->env->handler;
    char protocol[TLSIO_PROTOCOL_BYTES];

    tlsio_protocol(&c->tls, protocol);
    conn_move(c, CONN_GREETED);
    c->env->stats->handshakes++;
    c->opened_ms = c->waiting_ms = c->frame_ms = uv_now(c->env->loop);
    struct net_peer peer = {
        .certificate = tlsio_certificate(&c->tls),
        .chain = tlsio_chain(&c->tls),
        .key = &c->key,
        .address = c->address,
        .protocol = protocol,
    };
    c->is_open = true; // net_send() and net_close() are allowed inside
    if (h->on_open(h->ctx, c->id, &peer)) {
        c->is_open = false;
        conn_drain(c, NET_WHY_US);
    }
}

static void shake(struct conn *c)
{
    enum tlscall r = tlsio_handshake(&c->tls);

    if (r == TLSCALL_DONE) {
        open_up(c);
        // What came with the end of the handshake is in OpenSSL's hands already
        conn_read(c);
    } else if (r != TLSCALL_WANT_READ && r != TLSCALL_WANT_WRITE) {
        conn_break_off(c, r);
    }
}

/** Throw away what the peer still sends, until it closes. */
static void discard(struct conn *c)
{
    ssize_t n = recv(c->fd, c->env->scratch, c->env->scratch_size, MSG_DONTWAIT);

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        conn_end(c, NET_WHY_US, "");
    }
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct conn *c = handle->data;

    if (status < 0) {
        int error = 0;
        socklen_t n = sizeof(error);
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &n);
        conn_end(c, NET_WHY_LOST, strerror(error));
        return;
    }
    if (c->state == CONN_LINGERING) {
        discard(c);
    } else if (c->state == CONN_SHAKING) {
        if (c->env->n_shaken >= c->env->limits->turn_handshakes) {
            return; // polling tells of it again in the next turn
        }
        c->env->n_shaken++;
        shake(c);
    } else {
        // What was blocked goes first
        if (c->tls.want_for_write & events) {
            conn_flush(c);
        }
        if (conn_may_read(c) && !c->is_to_read && (c->tls.want_for_read & events)) {
            conn_read(c);
        }
    }
    conn_settle(c);
}

static void on_deadline(uv_timer_t *timer)
{
    struct conn *c = timer->data;
    enum net_why why = NET_WHY_US;
    uint64_t next_ms = deadline_next(c, is_awaited(c), &why);

    c->armed_ms = UINT64_MAX;
    if (next_ms <= uv_now(c->env->loop)) {
        if (why == NET_WHY_IDLE || why == NET_WHY_AGE) {
            conn_drain(c, why);
        } else {
            conn_end(c, why, "");
        }
    }
    conn_settle(c);
}

int conn_new(struct conn_env *env, uint64_t id, int fd, const struct peers_key *key,
             const char *address, struct ssl_ctx_st *ctx, struct conn **ret)
{
    struct conn *c = calloc(1, sizeof(*c));
    if (!c) {
        return -1;
    }
    *c = (struct conn){
        .env = env,
        .id = id,
        .key = *key,
        .fd = fd,
        .armed_ms = UINT64_MAX,
        .frame_bytes = env->limits->frame_bytes,
        .opened_ms = uv_now(env->loop),
    };
    strncpy(c->address, address, sizeof(c->address) - 1);
    if (tlsio_init(&c->tls, ctx, fd)) {
        free(c);
        return -1;
    }
    if (uv_poll_init_socket(env->loop, &c->poll, fd)) {
        tlsio_fini(&c->tls);
        free(c);
        return -1;
    }
    uv_timer_init(env->loop, &c->timer);
    c->poll.data = c;
    c->timer.data = c;
    c->n_handles = 2;
    TAILQ_INSERT_TAIL(&env->shaking, c, shaking_link);
    env->stats->conns_shaking++;
    conn_settle(c);
    *ret = c;
    return 0;
}

int conn_pause(struct conn *c)
{
    if (!conn_is_live(c)) {
        return NET_GONE;
    }
    c->is_held = true;
    conn_settle(c);
    return 0;
}

int conn_resume(struct conn *c)
{
    if (!conn_is_live(c)) {
        return NET_GONE;
    }
    if (c->is_held) {
        c->is_held = false;
        c->waiting_ms = uv_now(c->env->loop);
        conn_want_read(c);
        conn_settle(c);
    }
    return 0;
}

int conn_yield(struct conn *c)
{
    if (!conn_is_live(c)) {
        return NET_GONE;
    }
    c->has_yielded = true;
    conn_want_read(c);
    return 0;
}

int conn_close(struct conn *c)
{
    if (!conn_is_live(c)) {
        return NET_GONE;
    }
    conn_drain(c, NET_WHY_US);
    return 0;
}
