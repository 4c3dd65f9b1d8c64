// SPDX-License-Identifier: Apache-2.0
#ifndef NET_NET_H
#define NET_NET_H

/*
 * The network side: one event loop in one thread, its listeners and its TLS connections.
 *
 * It knows frames and nothing of what is in them; it knows certificates and nothing of who may do
 * what. All of that is told upwards through struct net_handler. It reads no clock for facts: the
 * stamp of a frame comes from net_handler.now. There are no globals, so that several can run, each
 * in its own thread.
 *
 * Threads: everything is called on the thread that runs net_run(), or before it starts, or after it
 * has returned; except net_wake(), which any thread may call. A reply that was made on another
 * thread goes through a queue of the caller's own, then net_wake(), then net_send() in on_wake. A
 * connection is named by a number that is never used again, so a reply for one that has died meets
 * NET_GONE and nothing else.
 *
 * Callbacks: none is called from inside net_send(), net_close() or any other function here but
 * net_run(); all of these may be called from inside any callback. Queued bytes leave together, in
 * one go for each connection, before the loop sleeps again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/limits.h"

struct net;
struct peers_key;
struct ssl_ctx_st;
struct stack_st_X509;
struct x509_st;

/** Enough for any message that net_new(), net_listen() and net_signal() write. */
#define NET_ERROR_BYTES 256

/** An address as text: "192.0.2.1:40123", "[2001:db8::1]:40123". */
#define NET_ADDRESS_BYTES 80

/** Outcomes. */
enum net_outcome {
    NET_GONE = 1, // the connection has ended, or is about to
    NET_REFUSED,  // the text says what isn't possible: an address in use, a bad setting
};

/** Why a connection ended. */
enum net_why {
    NET_WHY_PEER = 1,    // closed by the peer, in order
    NET_WHY_LOST,        // broken: reset, end of file without close_notify, a timeout of TCP
    NET_WHY_TLS,         // the handshake or a record was refused; the detail says why
    NET_WHY_FRAME,       // a frame that is empty or longer than the limit
    NET_WHY_SLOW,        // no handshake, no first frame, or no progress of a frame, in time
    NET_WHY_IDLE,        //
    NET_WHY_AGE,         //
    NET_WHY_STUCK,       // the peer didn't take what waits for it, or too much waits
    NET_WHY_KEY_UPDATES, // too many changes of keys
    NET_WHY_LIMIT,       // a limit on connections or handshakes
    NET_WHY_US,          // net_close(), a callback's answer, net_drain() or net_stop()
    NET_WHY_MEMORY,      //
};

/** What on_open is told; all of it borrowed until on_open returns. */
struct net_peer {
    // Verified: chain, dates, purpose; whose it is, on_open decides. NULL where the protocol asks
    // for none.
    struct x509_st *certificate;
    struct stack_st_X509 *chain; // that the peer has shown with it; NULL: none
    const struct peers_key *key; // the address without its port, see net/peers.h
    const char *address;         // NET_ADDRESS_BYTES at most
    const char *protocol;        // the ALPN protocol that was chosen
};

/** The layer above. Every function gets ctx first. All but on_refused, on_turn, on_sent and
 * on_signal must be set. */
struct net_handler {
    void *ctx;

    /** The present, microseconds since the Unix epoch; called once for each piece of input. */
    int64_t (*now)(void *ctx);

    /** The handshake is complete. Return 0 to go on; anything else closes the connection, after
     * what was queued for it has been sent. */
    int (*on_open)(void *ctx, uint64_t conn, const struct net_peer *peer);

    /** A whole frame, n >= 1, borrowed until on_frame returns. received_at is when its last byte
     * was read. Return 0 to go on; anything else closes the connection, after what was queued for
     * it has been sent. */
    int (*on_frame)(void *ctx, uint64_t conn, const uint8_t *payload, size_t n,
                    int64_t received_at);

    /** The connection has ended. Called exactly once for each on_open that returned 0, and for no
     * other. detail is one line or "". */
    void (*on_close)(void *ctx, uint64_t conn, enum net_why why, const char *detail);

    /** After one or more calls of net_wake(): drain the queue, don't count. */
    void (*on_wake)(void *ctx);

    /** The time of net_timer() has come. */
    void (*on_timer)(void *ctx);

    /** A connection ended before on_open, or on_open refused it. For the log. Of those that are
     * closed at once because of a limit, it is called for one in a second. */
    void (*on_refused)(void *ctx, const char *address, enum net_why why, const char *detail);

    /** All that had happened has been told, and the loop is about to send what was queued and then
     * to sleep: time to hand over what was gathered, to let go of a snapshot. May queue frames. */
    void (*on_turn)(void *ctx);

    /** All that was queued for the connection has been handed to the kernel: there is room for
     * more. Not for a connection that is about to end. No on_turn follows by itself. */
    void (*on_sent)(void *ctx, uint64_t conn);

    /** A signal asked for with net_signal(). */
    void (*on_signal)(void *ctx, int signum);
};

/** One piece of a payload. */
struct net_part {
    const void *p;
    size_t n;
};

/** Counters since net_new(), and gauges. For metrics and for tests. */
struct net_stats {
    uint64_t accepted;         // connections accepted by the kernel for us
    uint64_t refused;          // of those: closed at once because of a limit
    uint64_t handshakes;       // completed
    uint64_t handshake_errors; // failed, dropped or too slow
    uint64_t frames_in;
    uint64_t frames_out;
    uint64_t bytes_in;        // of plaintext
    uint64_t bytes_out;       //
    uint64_t pauses;          // times that reading stopped because the peer didn't take its replies
    uint64_t accept_pauses;   // times that accepting stopped: descriptors or handshakes used up
    uint32_t conns;           // now, in any state
    uint32_t conns_shaking;   // now, in the handshake
    uint32_t conns_lingering; // now, closed by us, not yet by the peer
    bool accepting;           // now
};

/**
 * Make one. ctx (TLS, see proto/tlsctx.h) is used for connections to come; a reference is taken.
 * limits and handler are copied. Ignores SIGPIPE for the whole process. Returns 0; NET_REFUSED, and
 * a line in reterr; < 0.
 */
int net_new(const struct net_limits *limits, const struct net_handler *handler,
            struct ssl_ctx_st *ctx, char *reterr, size_t reterr_size, struct net **ret);

/** Close everything at once, without callbacks, and free. Not while net_run() runs. NULL is fine.
 */
void net_free(struct net *net);

/**
 * Listen on one more address. host is a numeric address or a name (each of its addresses is bound),
 * or NULL for every address of the machine; port 0 takes any free one. *ret_port (may be NULL) gets
 * the port of the first address bound. Returns 0; NET_REFUSED, and a line in reterr (nothing more
 * is bound then); < 0.
 */
int net_listen(struct net *net, const char *host, uint16_t port, char *reterr, size_t reterr_size,
               uint16_t *ret_port);

/** Have on_signal called for signum. Only in the net of the main thread. Returns 0, NET_REFUSED, <
 * 0. */
int net_signal(struct net *net, int signum, char *reterr, size_t reterr_size);

/** Run until net_stop(), or until net_drain() is through. Returns 0, or < 0. */
int net_run(struct net *net);

/** Have on_wake called soon. Any thread, at any time between net_new() and net_free(). */
void net_wake(struct net *net);

/** Have on_timer called once, in delay_ms (0: as soon as the loop turns); < 0: not at all. Replaces
 * the time that was set before. Never early by more than a millisecond, and may be late under load.
 */
void net_timer(struct net *net, int64_t delay_ms);

/** Use ctx for connections to come; those that are open keep theirs. A reference is taken. */
void net_tls(struct net *net, struct ssl_ctx_st *ctx);

/** Queue one frame, made of the n parts in order, whose sum is 1..FRAME_BYTES_MAX. The bytes are
 * copied. Returns 0; NET_GONE; < 0 when there is no memory (the connection is closed then). A
 * connection with more than out_max_bytes waiting is cut. */
int net_send(struct net *net, uint64_t conn, const struct net_part *parts, size_t n);

/** Bytes that wait for the connection and that the kernel has not taken yet, those of this turn
 * included. Returns 0, NET_GONE. */
int net_queued(const struct net *net, uint64_t conn, size_t *ret_bytes);

/** Take payloads of up to bytes, 1..FRAME_BYTES_MAX, from now on, from the next frame. Returns 0,
 * NET_GONE. */
int net_frame_limit(struct net *net, uint64_t conn, size_t bytes);

/** Stop reading from the connection (a queue above is full), and go on. Time spent paused isn't
 * held against the peer. No on_frame while paused. Returns 0, NET_GONE. */
int net_pause(struct net *net, uint64_t conn);
int net_resume(struct net *net, uint64_t conn);

/** What the connection has sent makes much work: from the end of this callback on, others have
 * their turn, and of those that were told so, one goes on in each turn of the loop. For on_frame.
 * Returns 0, NET_GONE. */
int net_yield(struct net *net, uint64_t conn);

/** Close after what was queued has been sent, or after drain_ms; on_frame isn't called any more,
 * net_send() says NET_GONE. on_close comes later, from the loop. Returns 0, NET_GONE. */
int net_close(struct net *net, uint64_t conn);

/** Accept no more connections and read no more frames; close those that have no on_open yet.
 * Replies to what was read before can still be sent. First half of an orderly end. */
void net_quiesce(struct net *net);

/** net_quiesce(), then net_close() for each connection; net_run() returns when the last is gone.
 * Second half, for when all replies have been queued. */
void net_drain(struct net *net);

/** Close everything at once; net_run() returns soon. */
void net_stop(struct net *net);

void net_stats(const struct net *net, struct net_stats *ret);

/** A short name for logs: "peer", "lost", ... */
const char *net_why_text(enum net_why why);

#endif
