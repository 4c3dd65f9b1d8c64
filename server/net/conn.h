// SPDX-License-Identifier: Apache-2.0
#ifndef NET_CONN_H
#define NET_CONN_H

/*
 * One connection: its states, its buffers, its deadlines.
 *
 *   SHAKING    in the handshake                          -> GREETED, LINGERING, CLOSED
 *   GREETED    on_open was called, no frame yet          -> OPEN, DRAINING, LINGERING, CLOSED
 *   OPEN       frames come and go                        -> DRAINING, LINGERING, CLOSED
 *   DRAINING   to be closed when what is queued is sent  -> LINGERING, CLOSED
 *   LINGERING  we have said our last word, and wait for the peer to close, so that it gets to read
 * it
 *                                                        -> CLOSED
 *   CLOSED     the descriptor is closed, the memory is freed by the loop
 *
 * The layer above hears of the end once, on the way into LINGERING or CLOSED.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

#include "net/buffer.h"
#include "net/net.h"
#include "net/peers.h"
#include "net/tlsio.h"

enum conn_state {
    CONN_SHAKING = 0,
    CONN_GREETED,
    CONN_OPEN,
    CONN_DRAINING,
    CONN_LINGERING,
    CONN_CLOSED,
};

struct conn;
TAILQ_HEAD(conn_list, conn);

/** What all connections of a loop share. */
struct conn_env {
    uv_loop_t *loop;
    const struct net_limits *limits;
    const struct net_handler *handler;
    struct net_stats *stats;
    bool is_quiet; // no frame is read any more
    bool is_mute;  // the layer above is told nothing any more

    uint8_t *scratch; // where input goes that doesn't have to be kept
    size_t scratch_size;

    struct conn_list shaking; // in SHAKING, oldest first
    struct conn_list to_read; // have input that polling won't tell of
    struct conn_list to_send; // have output, or an end, that nothing waits for
    size_t n_to_read;
    size_t n_to_send;
    uint32_t n_shaken; // handshakes that were continued in this turn

    /** The connection is CLOSED: forget it. Its memory goes later, by itself. */
    void (*closed)(struct conn_env *env, struct conn *c);
};

struct conn {
    struct conn_env *env;
    uint64_t id;
    enum conn_state state;
    struct peers_key key;
    char address[NET_ADDRESS_BYTES];

    int fd;
    uv_poll_t poll;
    uv_timer_t timer;
    int n_handles;     // not yet closed by the loop
    int polled;        // events that poll waits for
    uint64_t armed_ms; // when timer fires; UINT64_MAX: it doesn't

    struct tlsio tls;
    struct buffer in; // what was read and is no whole frame yet, or wasn't asked for yet
    struct buffer out;
    int64_t in_at;      // when the last byte of in was read
    size_t frame_bytes; // limit of a payload

    bool is_open;     // on_open said yes: on_close is due
    bool is_told;     // of the end
    bool is_held;     // net_pause()
    bool is_clogged;  // too much output waits: no input is read
    bool is_to_read;  // in env->to_read
    bool is_to_send;  // in env->to_send
    bool has_yielded; // net_yield() in its last turn: what it has sent waits in env->to_read
    bool in_frame;    // in holds the beginning of a frame
    enum net_why why; // of DRAINING, and of an end that waits for the loop
    bool is_doomed;   // to be closed at once, from the loop

    // All of uv_now()
    uint64_t opened_ms;  // accepted, then: handshake complete
    uint64_t waiting_ms; // since when we wait for the first frame, or for the rest of one
    uint64_t frame_ms;   // last whole frame, in or out
    uint64_t stuck_ms;   // since when the peer hasn't taken stuck_bytes; 0: nothing waits for it
    uint64_t ending_ms;  // since when DRAINING or LINGERING
    size_t stuck_bytes;  // taken since stuck_ms

    TAILQ_ENTRY(conn) shaking_link;
    TAILQ_ENTRY(conn) to_read_link;
    TAILQ_ENTRY(conn) to_send_link;
};

/** Take over fd and begin the handshake. On failure (< 0) fd is still the caller's. */
int conn_new(struct conn_env *env, uint64_t id, int fd, const struct peers_key *key,
             const char *address, struct ssl_ctx_st *ctx, struct conn **ret);

/** What net_send(), net_pause(), net_resume(), net_yield() and net_close() do; the same outcomes.
 */
int conn_send(struct conn *c, const struct net_part *parts, size_t n);
int conn_pause(struct conn *c);
int conn_resume(struct conn *c);
int conn_yield(struct conn *c);
int conn_close(struct conn *c);

/** From the loop, for those in to_read and in to_send, taken from there before. */
void conn_read(struct conn *c);
void conn_flush(struct conn *c);

/** Close now. Only from the loop, since it calls back. */
void conn_end(struct conn *c, enum net_why why, const char *detail);

/** Bring polling and the timer in line with the state: after anything that may have changed it. */
void conn_settle(struct conn *c);

/* Between the files of this module: conn.c (life), conn_read.c (input), conn_write.c (output). */

/** The one place where the state changes, with the gauges and the list that hang on it. */
void conn_move(struct conn *c, enum conn_state to);

/** GREETED or OPEN: the layer above can use it. */
bool conn_is_live(const struct conn *c);

/** Frames may be read and handed up now. */
bool conn_may_read(const struct conn *c);

/** Have conn_read() or conn_flush() called before the loop sleeps. */
void conn_want_read(struct conn *c);
void conn_want_send(struct conn *c);

/** Have it closed at once, when the loop comes to it. */
void conn_doom(struct conn *c, enum net_why why);

/** Into DRAINING, if it is live. Calls nobody back. */
void conn_drain(struct conn *c, enum net_why why);

/** Into LINGERING. Only from the loop. */
void conn_linger(struct conn *c, enum net_why why, const char *detail);

/** What an outcome of TLS that is neither DONE nor WANT_x leads to. Only from the loop. */
void conn_break_off(struct conn *c, enum tlscall outcome);

#endif
