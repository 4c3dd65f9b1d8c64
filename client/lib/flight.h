// SPDX-License-Identifier: Apache-2.0
/**
 * flight: a request that is under way, from its submission until its outcome is fetched.
 *
 * It keeps its encoded frame, so that it can be sent again byte for byte, with the same request id.
 *
 *     WAITING --sent--> SENT --answer, or no hope--> DONE
 *        ^                |
 *        +-- lost, or asked to come back later
 */
#ifndef SLATE_CLIENT_LIB_FLIGHT_H
#define SLATE_CLIENT_LIB_FLIGHT_H

#include <slate.h>

/** A request that breaks every server it reaches must not break them all for ever. */
#define FLIGHT_SENDS_MAX 4u

enum flight_state {
    FLIGHT_WAITING = 1, /* to be sent at not_before_us */
    FLIGHT_SENT,
    FLIGHT_DONE, /* status, and result or error */
};

struct flight {
    struct flight *next;
    struct flights *all; /* that it was added to */
    enum flight_state state;
    uint64_t id;
    enum slate_kind kind;
    bool change; /* its outcome may be unknown: it changes something, and is no dry run */
    bool
        repeatable; /* the caller can repeat it as it is: it chose the request id or a source key */
    uint8_t request_id[SLATE_REQUEST_ID_BYTES]; /* zeros unless it is a change */
    uint8_t *frame;
    size_t n;
    int64_t deadline_us; /* steady */
    int64_t not_before_us;
    unsigned sends;
    bool maybe_made;        /* a server may have got it, and nothing says that nothing came of it */
    bool maybe_made_before; /* so it was before it was sent last */
    enum slate_status status;
    struct slate_result *result;
    struct slate_error error;
};

/** In the order of submission. Zeroed is empty. What is asked for each request is counted along, so
 * that a thousand under way cost no more than one. */
struct flights {
    struct flight *first;
    struct flight *last;
    size_t n;
    size_t n_waiting;
    size_t n_done;
    size_t bytes;     /* of the frames of those that are not done */
    int64_t quiet_us; /* steady; none of them needs attention before it */
    int64_t hold_us;  /* steady; none is sent before it */
};

/** Encode a request that must be answered by the steady instant now_us + timeout. Errors: those of
 * codec_encode(), SLATE_INTERNAL (no randomness). The caller owns *ret until it is added. */
enum slate_status flight_new(const struct slate_request *request, uint64_t id, uint32_t timeout_ms,
                             const struct slate_limits *limits, struct flight **ret,
                             struct slate_error *reterr);
void flight_free(struct flight *f);

/** It was sent. */
void flight_sent(struct flight *f);

/** It is to be sent, again perhaps, not before a steady instant; 0 = at once. */
void flight_wait(struct flight *f, int64_t not_before_us);

/** The server takes no more from us before a steady instant. It is to be sent again then, as if it
 * had not been sent, and nothing else goes before that: it would meet the same limit, and would
 * overtake what has waited. */
void flight_hold(struct flight *f, int64_t until_us);

/** Done, with an answer; takes over the result. */
void flight_succeed(struct flight *f, struct slate_result *result);

/** Done, refused by the server. Nothing came of it, but for two codes after which that is unknown.
 */
void flight_refuse(struct flight *f, const struct slate_error *e);

/** Done, without the server's word. What may have been made becomes SLATE_UNKNOWN_OUTCOME, the rest
 * fails with `cause`. */
void flight_give_up(struct flight *f, const struct slate_error *cause);

void flights_add(struct flights *all, struct flight *f);
struct flight *flights_find(const struct flights *all, uint64_t id);

/** Remove and return the first that is done; NULL if none is. */
struct flight *flights_take_done(struct flights *all);

/** The first of the deadlines of those that are not done; INT64_MAX if all are. Steady. */
int64_t flights_deadline_us(const struct flights *all);

/** Find out anew when the first of them needs attention, for a deadline or as it is time to send.
 */
void flights_listen(struct flights *all);

void flights_fini(struct flights *all);

#endif
