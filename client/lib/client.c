// SPDX-License-Identifier: Apache-2.0
/*
 * struct slate: a link and the flights over it.
 *
 * All progress is made in advance(), which does one thing at a time: give up what is late, connect,
 * send what waits, or wait for one answer. Nothing is decided twice: a flight is done when the
 * server has answered it, or when nothing can be hoped for any more.
 *
 * A lost connection is made anew, with growing pauses, for as long as a flight has time left. What
 * was sent and not answered is sent again; a server that has made the change already recognises the
 * request id.
 */
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/deadline.h"
#include "client/lib/error.h"
#include "client/lib/flight.h"
#include "client/lib/link.h"
#include "client/lib/profile.h"
#include "proto/tlsctx.h"

/** The pause before the first new connection; it doubles up to the longest. A server that restarts
 * is back within a second, and a thousand clients shall not trample on it. */
#define PAUSE_FIRST_US   ((int64_t)50 * 1000)
#define PAUSE_LONGEST_US ((int64_t)2000 * 1000)

/** Bytes of requests under way; more are only taken when some are answered. Each is kept until
 * then, and a thousand of the largest would be a gigabyte. */
#define BYTES_UNDER_WAY_MAX ((size_t)8 * 1024 * 1024)

struct slate {
    struct link link;
    uint32_t timeout_ms;
    uint64_t last_id;
    struct flights flights;
    unsigned failures;        // connections in a row that came to nothing
    int64_t connect_after_us; // steady
    struct slate_error why;   // of the last of them
};

/** Attempts of slate_open() to get past a server that takes connections and drops them: it limits
 * how many it takes from one address in a second. */
#define OPEN_TRIES_MAX 6u

// ---- open and close -----------------------------------------------------------------------------

/** The pause after so many failures in a row. */
static int64_t pause_us(unsigned failures)
{
    int64_t us = PAUSE_FIRST_US << (failures < 16 ? failures : 16);

    return us < PAUSE_LONGEST_US ? us : PAUSE_LONGEST_US;
}

static enum slate_status connect_first(struct link *l, uint32_t timeout_ms, struct slate_error *e)
{
    int64_t until_us = deadline_after_ms(timeout_ms);

    for (unsigned tries = 1;; tries++) {
        enum slate_status status = link_connect(l, until_us, e);
        int64_t pause_until_us = deadline_now_us() + pause_us(tries);

        // Refused by the network is no: nobody listens
        if (status != SLATE_UNREACHABLE || !l->met || tries == OPEN_TRIES_MAX ||
            pause_until_us > until_us) {
            return status;
        }
        status = link_pause(l, pause_until_us, e);
        if (status != SLATE_OK) {
            return status;
        }
    }
}

/** Takes over ctx. */
static enum slate_status open_with(const char *address, struct ssl_ctx_st *ctx, uint32_t timeout_ms,
                                   struct slate **ret, struct slate_error *e)
{
    struct slate *s = calloc(1, sizeof(*s));

    if (!s) {
        SSL_CTX_free(ctx);
        return error_no_memory(e);
    }
    s->timeout_ms = timeout_ms ? timeout_ms : SLATE_DEFAULT_TIMEOUT_MS;
    enum slate_status status = link_init(&s->link, address, ctx, e);
    if (status == SLATE_OK) {
        status = connect_first(&s->link, s->timeout_ms, e);
    }
    if (status != SLATE_OK) {
        slate_close(s);
        return status;
    }
    *ret = s;
    return SLATE_OK;
}

static enum slate_status files_error(int r, const char *text, struct slate_error *e)
{
    if (r < 0) {
        return error_set(e, SLATE_INTERNAL, "%s", text);
    }
    error_set(e, SLATE_BAD_PROFILE, "%s", text);
    if (r == TLSCTX_KEY_EXPOSED) {
        error_hint(e, "a key that others could read must be replaced");
    }
    return SLATE_BAD_PROFILE;
}

enum slate_status slate_open(const struct slate_options *options, struct slate **ret,
                             struct slate_error *reterr)
{
    const struct tlsctx_files files = {
        .ca = options->ca_file, .cert = options->cert_file, .key = options->key_file};
    char text[TLSCTX_ERROR_BYTES];
    struct ssl_ctx_st *ctx;
    struct slate_error e;

    if (!options->address || !files.ca || !files.cert || !files.key) {
        error_set(&e, SLATE_INVALID_ARGUMENT,
                  "an address, a CA, a certificate and a key are needed");
        return error_give(&e, reterr);
    }
    int r = tlsctx_new_client(&files, text, sizeof(text), &ctx);
    enum slate_status status = r ? files_error(r, text, &e)
                                 : open_with(options->address, ctx, options->timeout_ms, ret, &e);
    return status == SLATE_OK ? status : error_give(&e, reterr);
}

enum slate_status slate_open_profile(const char *path, uint32_t timeout_ms, struct slate **ret,
                                     struct slate_error *reterr)
{
    char text[TLSCTX_ERROR_BYTES];
    struct profile profile;
    struct ssl_ctx_st *ctx;
    struct slate_error e;

    enum slate_status status = profile_load(path, &profile, &e);
    if (status == SLATE_OK) {
        const struct tlsctx_pem pem = {.ca = profile.ca, .cert = profile.cert, .key = profile.key};
        int r = tlsctx_new_client_pem(&pem, text, sizeof(text), &ctx);

        if (r) {
            files_error(r, text, &e);
            status = error_set(&e, e.code, "profile %s: %s", path, text);
        } else {
            status = open_with(profile.server, ctx, timeout_ms, ret, &e);
        }
        profile_fini(&profile);
    }
    return status == SLATE_OK ? status : error_give(&e, reterr);
}

void slate_close(struct slate *s)
{
    if (s) {
        flights_fini(&s->flights);
        link_fini(&s->link);
        free(s);
    }
}

void slate_interrupt(struct slate *s)
{
    link_interrupt(&s->link);
}

const struct slate_server *slate_server(const struct slate *s)
{
    return &s->link.server;
}

// ---- progress -----------------------------------------------------------------------------------

static void give_up_all(struct slate *s, const struct slate_error *cause)
{
    link_drop(&s->link);
    for (struct flight *f = s->flights.first; f; f = f->next) {
        if (f->state != FLIGHT_DONE) {
            flight_give_up(f, cause);
        }
    }
}

/** What was sent is to be sent again; some have had their tries. */
static void requeue(struct slate *s, const struct slate_error *cause)
{
    link_drop(&s->link);
    for (struct flight *f = s->flights.first; f; f = f->next) {
        if (f->state != FLIGHT_SENT) {
            continue;
        }
        if (f->sends >= FLIGHT_SENDS_MAX) {
            flight_give_up(f, cause);
        } else {
            f->state = FLIGHT_WAITING;
            f->not_before_us = 0;
        }
    }
}

/** The connection is gone, or could not be made: pause before the next. */
static void back_off(struct slate *s, const struct slate_error *why)
{
    int64_t us = pause_us(s->failures);
    int64_t asked_us = (int64_t)why->retry_after_ms * 1000;

    s->failures++;
    s->why = *why;
    s->connect_after_us = deadline_now_us() + (asked_us > us ? asked_us : us);
}

/** Give up what is late. Returns true if anything was. */
static bool expire(struct slate *s)
{
    int64_t now_us = deadline_now_us();
    bool late = false;
    bool under_way = false;
    struct slate_error e;

    error_set(&e, SLATE_TIMEOUT, "%s: no answer in time", s->link.server.address);
    for (struct flight *f = s->flights.first; f; f = f->next) {
        if (f->state == FLIGHT_DONE || f->deadline_us > now_us) {
            continue;
        }
        late = true;
        under_way = under_way || f->state == FLIGHT_SENT;
        flight_give_up(f, s->link.session || s->failures == 0 ? &e : &s->why);
    }
    if (under_way) {
        requeue(s, &e); // its answer may still come: it must not be met on this connection
    }
    return late;
}

static void connect_again(struct slate *s)
{
    struct slate_error e;
    int64_t until_us = flights_deadline_us(&s->flights);
    enum slate_status status;

    if (deadline_now_us() < s->connect_after_us) {
        status = link_pause(&s->link,
                            until_us < s->connect_after_us ? until_us : s->connect_after_us, &e);
    } else {
        status = link_connect(&s->link, until_us, &e);
    }
    switch (status) {
    case SLATE_OK: break;
    case SLATE_UNREACHABLE:
    case SLATE_TIMEOUT:
    case SLATE_UNAVAILABLE:
    case SLATE_RESOURCE_EXHAUSTED: back_off(s, &e); break;
    default: give_up_all(s, &e); break;
    }
}

static bool send_waiting(struct slate *s)
{
    int64_t now_us = deadline_now_us();

    for (struct flight *f = s->flights.first; f; f = f->next) {
        if (f->state != FLIGHT_WAITING || f->not_before_us > now_us) {
            continue;
        }
        if (link_send(&s->link, f->frame, f->n) < 0) {
            return false;
        }
        f->state = FLIGHT_SENT;
        f->sends++;
        f->maybe_made = true;
    }
    return true;
}

/** The server refused the connection as a whole. */
static void refused_all(struct slate *s, const struct slate_error *e)
{
    struct flight *only = NULL;
    size_t n = 0;

    if (e->code == SLATE_UNAVAILABLE || e->code == SLATE_RESOURCE_EXHAUSTED) {
        back_off(s, e);
        requeue(s, e);
        return;
    }
    for (struct flight *f = s->flights.first; f; f = f->next) {
        if (f->state == FLIGHT_SENT) {
            only = f;
            n++;
        }
    }
    if (n == 1) {
        flight_refuse(only, e); // there is no doubt whom it meant
    }
    give_up_all(s, e);
}

/** True when the server asks to come back, and there is time and a try left for that. */
static bool can_come_back(const struct flight *f, const struct slate_error *e)
{
    return (e->code == SLATE_UNAVAILABLE || e->code == SLATE_RESOURCE_EXHAUSTED) &&
           e->retry_after_ms > 0 && f->sends < FLIGHT_SENDS_MAX &&
           deadline_after_ms(e->retry_after_ms) < f->deadline_us;
}

/** Takes over answer->result. */
static void take_answer(struct slate *s, struct codec_answer *answer)
{
    struct flight *f = answer->id ? flights_find(&s->flights, answer->id) : NULL;
    struct slate_error e;

    s->failures = 0;
    if (answer->kind == CODEC_REFUSED && answer->id == 0) {
        refused_all(s, &answer->error);
    } else if (answer->kind == CODEC_HELLO || !f || f->state != FLIGHT_SENT) {
        error_set(&e, SLATE_PROTOCOL, "%s: the server answered what was not asked",
                  s->link.server.address);
        give_up_all(s, &e);
    } else if (answer->kind == CODEC_REFUSED && can_come_back(f, &answer->error)) {
        f->state = FLIGHT_WAITING;
        f->not_before_us = deadline_after_ms(answer->error.retry_after_ms);
    } else if (answer->kind == CODEC_REFUSED) {
        flight_refuse(f, &answer->error);
    } else if (codec_expect(answer->result, f->kind)) {
        flight_succeed(f, answer->result);
        answer->result = NULL;
    } else {
        error_set(&e, SLATE_PROTOCOL, "%s: the server's answer does not fit the question",
                  s->link.server.address);
        give_up_all(s, &e);
    }
    slate_result_free(answer->result);
}

static void wait_answer(struct slate *s)
{
    struct codec_answer answer;
    struct slate_error e;

    switch (link_receive(&s->link, flights_next_us(&s->flights), &answer, &e)) {
    case SLATE_OK: take_answer(s, &answer); break;
    case SLATE_TIMEOUT: break;
    case SLATE_UNREACHABLE:
        back_off(s, &e);
        requeue(s, &e);
        break;
    default: give_up_all(s, &e); break;
    }
}

/** One step ahead; there is a flight that is not done. */
static void advance(struct slate *s)
{
    if (expire(s)) {
        return;
    }
    if (!s->link.session) {
        connect_again(s);
        return;
    }
    if (!send_waiting(s)) {
        struct slate_error e;

        error_no_memory(&e);
        give_up_all(s, &e);
        return;
    }
    wait_answer(s);
}

// ---- calls --------------------------------------------------------------------------------------

size_t slate_pending(const struct slate *s)
{
    return s->flights.n;
}

size_t slate_window(const struct slate *s)
{
    return s->link.server.limits.pipelined_requests;
}

enum slate_status slate_submit(struct slate *s, const struct slate_request *request,
                               uint64_t *ret_tag, struct slate_error *reterr)
{
    uint32_t timeout_ms = request->with.timeout_ms ? request->with.timeout_ms : s->timeout_ms;
    struct flight *f;
    struct slate_error e;

    if (s->flights.n >= slate_window(s)) {
        error_set(&e, SLATE_FAILED_PRECONDITION, "%zu requests are unanswered", s->flights.n);
        error_hint(&e, "call slate_next() first");
        return error_give(&e, reterr);
    }
    enum slate_status status = flight_new(request, s->last_id + 1, timeout_ms,
                                          &s->link.server.limits, &f, &e);
    if (status != SLATE_OK) {
        return error_give(&e, reterr);
    }
    if (s->flights.n == 0) { // a new start: what failed for others may go well now
        s->failures = 0;
        s->connect_after_us = 0;
    }
    flights_add(&s->flights, f);
    *ret_tag = ++s->last_id;
    if (s->link.session) {
        send_waiting(s); // without memory it waits for slate_next(), which tries again
    }
    while (flights_bytes(&s->flights) > BYTES_UNDER_WAY_MAX) {
        advance(s);
    }
    return SLATE_OK;
}

enum slate_status slate_next(struct slate *s, uint64_t *ret_tag, struct slate_result **ret,
                             struct slate_error *reterr)
{
    struct flight *f;

    while (!(f = flights_take_done(&s->flights))) {
        if (s->flights.n == 0) {
            struct slate_error e;

            *ret_tag = 0;
            error_set(&e, SLATE_FAILED_PRECONDITION, "nothing was submitted");
            return error_give(&e, reterr);
        }
        advance(s);
    }
    enum slate_status status = f->status;
    *ret_tag = f->id;
    if (status == SLATE_OK) {
        *ret = f->result;
        f->result = NULL;
    } else {
        error_give(&f->error, reterr);
    }
    flight_free(f);
    return status;
}

enum slate_status slate_call(struct slate *s, const struct slate_request *request,
                             struct slate_result **ret, struct slate_error *reterr)
{
    uint64_t tag;

    if (s->flights.n > 0) {
        struct slate_error e;

        error_set(&e, SLATE_FAILED_PRECONDITION, "%zu submitted requests are unanswered",
                  s->flights.n);
        return error_give(&e, reterr);
    }
    enum slate_status status = slate_submit(s, request, &tag, reterr);
    return status == SLATE_OK ? slate_next(s, &tag, ret, reterr) : status;
}
