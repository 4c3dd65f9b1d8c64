// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_FAKE_H
#define TESTS_CLIENT_FAKE_H

/*
 * A server that does what a test says: real TLS on a free port of loopback, in a thread of its own,
 * one connection after the other unless it is told otherwise. It has no state of tickets; its
 * replies are canned or made by the test's function, which is called for each connection once the
 * greeting is sent.
 *
 * Nothing here fails a test by itself; the functions that take a struct fake_line run on the fake's
 * thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slate.pb-c.h"
#include "tests/support/certs.h"

struct fake;
struct fake_line;

struct fake_options {
    /** Called for each connection; the connection is closed when it returns. NULL: answer each
     * request with fake_canned(). */
    void (*serve)(struct fake_line *line, void *arg);
    void *arg;
    /** Changes the greeting before it is sent, or sends something else and returns false to have
     * none. May be NULL. */
    bool (*greet)(struct fake_line *line, Slate__V1__Hello *hello, void *arg);
    const char *cert;  /* name of the certificate; NULL = "server" */
    const char *alpn;  /* instead of ours: a server of another protocol */
    int receive_bytes; /* what its sockets keep unread; 0 = as the system does */
    bool parallel;     /* several connections at once, each with a thread of its own */
    bool is_on_time;   /* its clock is the machine's, not FAKE_NOW_AT: for whole processes */
};

/** Ends the program when it can't be started. certs must outlive it. */
struct fake *fake_new(struct certs *certs, const struct fake_options *options);

/** Every connection must have been closed by its client. */
void fake_free(struct fake *fake);

/** "localhost:PORT", until fake_free(). */
const char *fake_address(const struct fake *fake);

/** Stop to accept connections, so that they are refused, until fake_open(). */
void fake_shut(struct fake *fake);
void fake_open(struct fake *fake);

/** Write a profile for this server with the client certificate `name`. */
void fake_profile(struct fake *fake, struct certs *certs, const char *name, const char *path);

/* What the fake has seen; may be called at any time. */

/** Connections that got past TLS. */
unsigned fake_connections(struct fake *fake);

/** Wait until it has got so many requests, or closed so many connections, in all. */
void fake_await_requests(struct fake *fake, unsigned n);
void fake_await_closes(struct fake *fake, unsigned n);

/** Requests so far. */
unsigned fake_requests(struct fake *fake);

/** The i-th request, encoded as it came (payload of its frame), malloc'ed. NULL if there is none.
 */
uint8_t *fake_request(struct fake *fake, unsigned i, size_t *ret_n);

/* For serve functions. */

/** The number of this connection, from 1. */
unsigned fake_line_number(const struct fake_line *line);

/** The next request; belongs to the line until the next call. NULL: the client has gone. */
const Slate__V1__Request *fake_read(struct fake_line *line);

/** Returns false when the client has gone. */
bool fake_write(struct fake_line *line, const Slate__V1__Reply *reply);
bool fake_write_raw(struct fake_line *line, const void *p, size_t n);

/** End the connection as a crash would: without a goodbye. */
void fake_cut(struct fake_line *line);

/** Send the reply that fake_canned() has for a request. */
bool fake_answer(struct fake_line *line, const Slate__V1__Request *request);

/** Returns false when the client has gone. */
bool fake_write_feed(struct fake_line *line, const Slate__V1__Feed *feed);

/* canned.c */

/** The instant around which all canned content lies: Saturday 2026-11-21 06:08:00 UTC. */
#define FAKE_NOW_AT INT64_C(1795241280000000)

/**
 * Content for each kind of request, the same every time. *reply is initialised; what it points to
 * lives for ever. Tickets named GONE-n are not found, BUSY-n are held against it, and so on: see
 * canned.c and canned_events.c. After a Subscribe all events follow, each in a frame.
 */
void fake_canned(const Slate__V1__Request *request, Slate__V1__Reply *reply);

enum {
    FAKE_EVENTS = 12, /* of ACME-1042, one of each kind that looks different */
    FAKE_SEQ = 4711,  /* position before the first of them */
};

/** The i-th of them, oldest first. Its seq is FAKE_SEQ + 1 + 3 * i: others lie between them. */
const Slate__V1__Event *fake_event(unsigned i);

/** Send n of them in one frame of the subscription `id`. Returns false when the client has gone. */
bool fake_feed(struct fake_line *line, uint64_t id, unsigned first, unsigned n);

#endif
