// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_NET_HOST_H
#define TESTS_NET_HOST_H

/*
 * A struct net in a thread of its own, on a free port of loopback, under a layer that echoes, obeys
 * a few commands and remembers what it was told. Nothing here fails a test by itself but
 * host_look(), which is called on the test's thread.
 *
 * A frame is a command by its first byte; anything else is echoed:
 *   'A'      echo, but from another thread, through net_wake()
 *   'B' NNN  send NNN (decimal) frames of 10,000 bytes
 *   'C'      echo, then net_close()
 *   'D'      echo, then answer on_frame with "close"
 *   'E'      leave an entry in OpenSSL's error queue, echo
 *   'F' NNN  net_frame_limit(), echo
 *   'P'      net_pause() first, echo; host_resume() goes on
 *   'Q'      net_quiesce() first, echo
 *   'S'      swallow: no reply
 *   'R' NNN  send NNN times HOST_RELAY frames as for 'B', each time when all before have gone to
 *            the kernel
 *   'Y'      net_yield(), echo
 *   'T' NNN  net_timer() in NNN ms; on_timer sends "timer" to this connection
 */

#include <stdbool.h>
#include <stdint.h>

#include "net/net.h"
#include "tests/support/certs.h"

struct host;

enum { HOST_RELAY = 10 }; // more than a turn may write

/** What the layer above was told, and the counters of net. */
struct host_seen {
    struct net_stats stats;
    uint64_t version; // of what was seen
    uint64_t turns;   // of the loop
    uint32_t opens;
    uint32_t closes;
    uint32_t refusals;
    uint32_t frames;
    uint32_t sents;                  // calls of on_sent
    uint32_t refusals_turn;          // in this turn
    uint32_t refusals_max;           // the most in a turn
    uint32_t yields;                 // 'Y' in this turn
    uint32_t yields_max;             // the most in a turn
    size_t queued_max;               // the most that net_queued() said there, of 'R'
    enum net_why why;                // of the last close
    enum net_why why_not;            // of the last refusal
    char detail[256];                // of the last close or refusal
    char subject[256];               // of the last certificate: its principal URI
    char address[NET_ADDRESS_BYTES]; // of the last on_open
    char protocol[32];               // of the last on_open
    int64_t received_at;             // of the last frame
    bool has_ended;                  // net_run() has returned
};

/** Limits that don't get in the way of tests: no delays for handshakes, short lingering. */
void host_limits(struct net_limits *ret);

/** limits may be NULL. on_open refuses the principal "banned". */
struct host *host_new(struct certs *certs, const struct net_limits *limits);

/** Ends it if it runs. */
void host_free(struct host *host);

uint16_t host_port(const struct host *host);

/** Have it done in the host's thread; returns at once. */
void host_quiesce(struct host *host);
void host_drain(struct host *host);
void host_stop(struct host *host);
void host_resume(struct host *host);                      // every connection that is open
void host_tls(struct host *host, struct ssl_ctx_st *ctx); // waits until it is done

/** Hold the loop where it next calls up, and let it go on. Between the two, nothing else of this.
 */
void host_freeze(struct host *host);
void host_thaw(struct host *host);

/** From the next frame on, net_handler.now says this. */
void host_set_now(struct host *host, int64_t now);

/** What it has seen by now. */
struct host_seen host_look(struct host *host);

/** The same, when there is more than what was seen as version `since`; fails the test when nothing
 * comes in ten seconds, or ever. */
struct host_seen host_wait(struct host *host, uint64_t since, const char *file, int line,
                           const char *what);

/** Wait until cond, about `seen`, holds; fails the test when nothing happens any more. Evaluates to
 * what was seen then. */
#define HOST_UNTIL(host, cond)                                               \
    __extension__({                                                          \
        struct host_seen seen = host_look(host);                             \
        while (!(cond)) {                                                    \
            seen = host_wait(host, seen.version, __FILE__, __LINE__, #cond); \
        }                                                                    \
        seen;                                                                \
    })

#endif
