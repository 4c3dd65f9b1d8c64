// SPDX-License-Identifier: Apache-2.0
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

/*
 * The addresses that are listened on, and the gate behind them: who gets in, and how fast.
 *
 * When the process is short of descriptors, or of the CPU that handshakes cost, all sockets stop
 * being polled for a while: polling a socket whose connections can't be accepted would spin.
 * Connections wait in the kernel's backlog meanwhile.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

#include "net/limits.h"
#include "net/net.h"
#include "net/peers.h"

struct listener;

/** What a listener needs and tells; copied, but what it points to must outlive the listener. */
struct listener_env {
    uv_loop_t *loop;
    const struct net_limits *limits;
    struct net_stats *stats; // conns is read; accepted, refused, accept_pauses, accepting are kept
    void *ctx;

    /** A new connection, non-blocking, with its options set; fd is the callee's from now on. */
    void (*accepted)(void *ctx, int fd, const struct peers_key *key, const char *address);

    /** One was closed because of a limit; detail is one line. Called once in a second at most: a
     * flood must not become one of a log. */
    void (*refused)(void *ctx, const char *address, const char *detail);
};

/** Returns 0, < 0. */
int listener_new(const struct listener_env *env, struct listener **ret);

/** Close all sockets. From then on only listener_left() and listener_free() may be called. */
void listener_close(struct listener *listener);

/** After listener_close(), and after the loop has run what that left to it. NULL is fine. */
void listener_free(struct listener *listener);

/** As net_listen(). */
int listener_add(struct listener *listener, const char *host, uint16_t port, char *reterr,
                 size_t reterr_size, uint16_t *ret_port);

/** A connection that was accepted has been closed. */
void listener_left(struct listener *listener, const struct peers_key *key);

#endif
