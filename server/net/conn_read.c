// SPDX-License-Identifier: Apache-2.0
/*
 * The input of a connection.
 *
 * It is read into the loop's scratch area and frames are handed up from there; only what is left
 * over is kept, so that an idle connection has no input buffer.
 */
#include "net/conn.h"

#include <string.h>

#include "proto/frame.h"

/** What a read costs apart from its bytes: a flood of tiny records must not be free. */
#define READ_COST_BYTES 256

/** Room for the rest of a frame is made in steps of at most this, as its bytes come, whatever it
 * announces. */
#define READ_STEP_BYTES ((size_t)16 * 1024)

/** Hand up the whole frames among the n bytes at p. Returns how many bytes are done with. */
static size_t hand_up(struct conn *c, const uint8_t *p, size_t n)
{
    const struct net_handler *h = c->env->handler;
    size_t used = 0;

    while (conn_may_read(c) && !c->has_yielded) {
        struct frame frame;
        ssize_t r = frame_decode(&frame, p + used, n - used, c->frame_bytes);
        if (r < 0) {
            conn_drain(c, NET_WHY_FRAME);
            break;
        }
        if (r == 0) {
            break;
        }
        used += (size_t)r;
        if (c->state == CONN_GREETED) {
            conn_move(c, CONN_OPEN);
        }
        c->in_frame = false;
        c->frame_ms = uv_now(c->env->loop);
        c->env->stats->frames_in++;
        if (h->on_frame(h->ctx, c->id, frame.payload, frame.n, c->in_at)) {
            conn_drain(c, NET_WHY_US);
        }
    }
    return used;
}

/** Hand up what is kept in c->in, and note whether the beginning of a frame is left. */
static void hand_up_kept(struct conn *c)
{
    buffer_consume(&c->in, hand_up(c, buffer_bytes(&c->in), buffer_left(&c->in)));
}

/** Hand up the n bytes of the scratch area, and keep what is left. */
static void hand_up_scratch(struct conn *c, size_t n)
{
    const uint8_t *p = c->env->scratch;
    size_t used = hand_up(c, p, n);

    if (used == n || !conn_is_live(c)) {
        return;
    }
    uint8_t *to = buffer_reserve(&c->in, n - used);
    if (!to) {
        conn_doom(c, NET_WHY_MEMORY);
        return;
    }
    memcpy(to, p + used, n - used);
    buffer_commit(&c->in, n - used);
}

/** One read. *ret_n is what it brought. */
static enum tlscall read_once(struct conn *c, size_t *ret_n)
{
    struct conn_env *env = c->env;
    uint8_t *to = env->scratch;
    size_t size = env->scratch_size;
    bool is_kept = buffer_left(&c->in) > 0;

    if (is_kept) {
        // Not beyond the frame: what follows can go to the scratch area again
        size = frame_want(buffer_bytes(&c->in), buffer_left(&c->in)) - buffer_left(&c->in);
        size = size < READ_STEP_BYTES ? size : READ_STEP_BYTES;
        to = buffer_reserve(&c->in, size);
        if (!to) {
            conn_end(c, NET_WHY_MEMORY, "");
            return TLSCALL_FAILED;
        }
    }
    enum tlscall r = tlsio_read(&c->tls, to, size, ret_n);
    if (r != TLSCALL_DONE) {
        return r;
    }
    c->in_at = env->handler->now(env->handler->ctx);
    env->stats->bytes_in += *ret_n;
    if (is_kept) {
        buffer_commit(&c->in, *ret_n);
        hand_up_kept(c);
    } else {
        hand_up_scratch(c, *ret_n);
    }
    return r;
}

/** Where the clock for the rest of a frame starts. */
static void note_progress(struct conn *c)
{
    bool has_part = buffer_left(&c->in) > 0;

    if (has_part && !c->in_frame && c->state == CONN_OPEN) {
        c->waiting_ms = uv_now(c->env->loop);
    }
    c->in_frame = has_part;
}

void conn_read(struct conn *c)
{
    size_t budget = c->env->limits->turn_bytes;

    if (c->has_yielded) {
        c->has_yielded = false;
        c->waiting_ms = uv_now(c->env->loop);
    }
    if (conn_may_read(c) && buffer_left(&c->in) > 0) {
        hand_up_kept(c); // left from before a pause
    }
    while (conn_may_read(c) && !c->has_yielded) {
        size_t n = 0;
        enum tlscall r = read_once(c, &n);
        if (c->state == CONN_CLOSED) {
            return;
        }
        if (tlsio_flooded(&c->tls, uv_now(c->env->loop) - c->opened_ms, c->env->limits)) {
            conn_end(c, NET_WHY_KEY_UPDATES, "");
            return;
        }
        if (r == TLSCALL_WANT_READ || r == TLSCALL_WANT_WRITE) {
            break;
        }
        if (r != TLSCALL_DONE) {
            conn_break_off(c, r);
            break;
        }
        size_t cost = n > READ_COST_BYTES ? n : READ_COST_BYTES;
        if (cost >= budget) {
            if (tlsio_pending(&c->tls)) {
                conn_want_read(c);
            }
            break;
        }
        budget -= cost;
    }
    if (conn_is_live(c)) {
        note_progress(c);
    }
    conn_settle(c);
}
