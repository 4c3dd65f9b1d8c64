// SPDX-License-Identifier: Apache-2.0
/*
 * The output of a connection: gathered, and written once before the loop sleeps. One TLS record for
 * many replies costs a fifth of a record for each.
 */
#include "net/conn.h"

#include <string.h>

#include "proto/frame.h"

/** n bytes of output were taken; the rest waits for the peer, or doesn't. */
static void note_output(struct conn *c, size_t n)
{
    const struct net_limits *l = c->env->limits;

    c->stuck_bytes += n;
    if (!c->tls.want_for_write) {
        c->stuck_ms = 0;
    } else if (c->stuck_ms == 0 || c->stuck_bytes >= l->stuck_bytes) {
        c->stuck_ms = uv_now(c->env->loop);
        c->stuck_bytes = 0;
    }
    if (c->is_clogged && buffer_left(&c->out) <= l->out_pause_bytes / 2) {
        c->is_clogged = false;
        c->waiting_ms = uv_now(c->env->loop);
        conn_want_read(c);
    }
}

static void write_out(struct conn *c)
{
    const struct net_handler *h = c->env->handler;
    size_t budget = c->env->limits->turn_bytes;
    size_t total = 0;

    while (buffer_left(&c->out) > 0) {
        size_t n = 0;
        enum tlscall r = tlsio_write(&c->tls, buffer_bytes(&c->out), buffer_left(&c->out), &n);
        if (r == TLSCALL_WANT_READ || r == TLSCALL_WANT_WRITE) {
            break;
        }
        if (r != TLSCALL_DONE) {
            conn_break_off(c, r);
            return;
        }
        buffer_consume(&c->out, n);
        c->env->stats->bytes_out += n;
        total += n;
        if (total >= budget && buffer_left(&c->out) > 0) {
            conn_want_send(c);
            break;
        }
    }
    note_output(c, total);
    if (total > 0 && buffer_left(&c->out) == 0 && conn_is_live(c) && h->on_sent) {
        h->on_sent(h->ctx, c->id);
    }
}

void conn_flush(struct conn *c)
{
    if (c->is_doomed) {
        conn_end(c, c->why, "");
        return;
    }
    if (conn_is_live(c) || c->state == CONN_DRAINING) {
        write_out(c);
    }
    if (c->state == CONN_DRAINING && buffer_left(&c->out) == 0) {
        enum tlscall r = tlsio_shutdown(&c->tls);
        if (r != TLSCALL_WANT_READ && r != TLSCALL_WANT_WRITE) {
            conn_linger(c, c->why, "");
        }
    }
    conn_settle(c);
}

static int append_frame(struct conn *c, const struct net_part *parts, size_t n_parts, size_t n)
{
    uint8_t *to = buffer_reserve(&c->out, FRAME_HEADER_BYTES + n);
    if (!to) {
        return -1;
    }
    frame_encode(to, n);
    to += FRAME_HEADER_BYTES;
    for (size_t i = 0; i < n_parts; i++) {
        if (parts[i].n > 0) {
            memcpy(to, parts[i].p, parts[i].n);
            to += parts[i].n;
        }
    }
    buffer_commit(&c->out, FRAME_HEADER_BYTES + n);
    return 0;
}

int conn_send(struct conn *c, const struct net_part *parts, size_t n_parts)
{
    const struct net_limits *l = c->env->limits;
    size_t n = 0;

    if (!conn_is_live(c) || c->is_doomed) {
        return NET_GONE;
    }
    for (size_t i = 0; i < n_parts; i++) {
        n += parts[i].n;
    }
    if (!c->tls.want_for_write) { // else polling will tell
        conn_want_send(c);
    }
    if (append_frame(c, parts, n_parts, n)) {
        conn_doom(c, NET_WHY_MEMORY);
        return -1;
    }
    c->env->stats->frames_out++;
    c->frame_ms = uv_now(c->env->loop);
    if (buffer_left(&c->out) > l->out_max_bytes) {
        conn_doom(c, NET_WHY_STUCK);
    } else if (buffer_left(&c->out) > l->out_pause_bytes && !c->is_clogged) {
        c->is_clogged = true;
        c->env->stats->pauses++;
    }
    return 0;
}
