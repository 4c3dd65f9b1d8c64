// SPDX-License-Identifier: Apache-2.0
/*
 * All deadlines in one place. None of them is moved when a byte arrives: each follows from what the
 * connection has noted, and is computed anew when the earliest seems to have come.
 */
#include "net/deadline.h"

#include "net/conn.h"

struct earliest {
    uint64_t at_ms;
    enum net_why why;
};

static void consider(struct earliest *e, uint64_t since_ms, uint64_t delay_ms, enum net_why why)
{
    if (since_ms + delay_ms < e->at_ms) {
        *e = (struct earliest){since_ms + delay_ms, why};
    }
}

/** GREETED or OPEN. */
static void consider_live(struct earliest *e, const struct conn *c, bool is_reading)
{
    const struct net_limits *l = c->env->limits;

    consider(e, c->frame_ms, l->idle_ms, NET_WHY_IDLE);
    consider(e, c->opened_ms, l->age_ms, NET_WHY_AGE);
    if (!is_reading) {
        return;
    }
    if (c->state == CONN_GREETED) {
        consider(e, c->waiting_ms, l->first_frame_ms, NET_WHY_SLOW);
    } else if (c->in_frame) {
        uint64_t earned_ms = (uint64_t)buffer_left(&c->in) * 1000 / l->frame_bytes_per_s;
        consider(e, c->waiting_ms, l->frame_grace_ms + earned_ms, NET_WHY_SLOW);
    }
}

uint64_t deadline_next(const struct conn *c, bool is_reading, enum net_why *ret_why)
{
    const struct net_limits *l = c->env->limits;
    struct earliest e = {UINT64_MAX, NET_WHY_US};

    switch (c->state) {
    case CONN_SHAKING: consider(&e, c->opened_ms, l->handshake_ms, NET_WHY_SLOW); break;
    case CONN_GREETED:
    case CONN_OPEN: consider_live(&e, c, is_reading); break;
    case CONN_DRAINING: consider(&e, c->ending_ms, l->drain_ms, c->why); break;
    case CONN_LINGERING: consider(&e, c->ending_ms, l->linger_ms, NET_WHY_US); break;
    case CONN_CLOSED: break;
    }
    if (c->stuck_ms && (c->state == CONN_GREETED || c->state == CONN_OPEN)) {
        consider(&e, c->stuck_ms, l->stuck_ms, NET_WHY_STUCK);
    }
    *ret_why = e.why;
    return e.at_ms;
}
