// SPDX-License-Identifier: Apache-2.0
/*
 * The calls of <slate.h>, but for those of a feed.
 */
#include "client/lib/client.h"

#include <openssl/ssl.h>
#include <stdlib.h>

#include "client/lib/deadline.h"
#include "client/lib/error.h"
#include "client/lib/profile.h"
#include "client/lib/progress.h"
#include "proto/tlsctx.h"

/** Bytes of requests under way; more are only taken when some are answered. Each is kept until
 * then, and a thousand of the largest would be a gigabyte. */
#define BYTES_UNDER_WAY_MAX ((size_t)8 * 1024 * 1024)

/** Attempts of slate_open() to get past a server that takes connections and drops them, since it
 * limits how many it takes from one address in a second, or says that we have too many of them. */
#define OPEN_TRIES_MAX 6u

// ---- open and close -----------------------------------------------------------------------------

static enum slate_status connect_first(struct link *l, uint32_t timeout_ms, struct slate_error *e)
{
    int64_t until_us = deadline_after_ms(timeout_ms);

    for (unsigned tries = 1;; tries++) {
        enum slate_status status = link_connect(l, until_us, e);
        int64_t pause_until_us = deadline_now_us() + progress_pause_us(tries);
        // Refused by the network is no: nobody listens
        bool was_dropped = status == SLATE_UNREACHABLE && l->met;
        bool comes_back = status == SLATE_RESOURCE_EXHAUSTED && e->retry_after_ms > 0;

        if (comes_back && pause_until_us < deadline_after_ms(e->retry_after_ms)) {
            pause_until_us = deadline_after_ms(e->retry_after_ms);
        }
        if ((!was_dropped && !comes_back) || tries == OPEN_TRIES_MAX || pause_until_us > until_us) {
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
        feed_fini(&s->feed);
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

    if (s->feed.on) {
        error_set(&e, SLATE_FAILED_PRECONDITION, "this connection is a feed of events");
        error_hint(&e, "open a second one for anything else");
        return error_give(&e, reterr);
    }
    if (request->kind == SLATE_SUBSCRIBE) {
        error_set(&e, SLATE_INVALID_ARGUMENT, "slate_subscribe() is for that");
        return error_give(&e, reterr);
    }
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
        progress_send(s); // without memory it waits for slate_next(), which tries again
    }
    while (s->flights.bytes > BYTES_UNDER_WAY_MAX) {
        progress_step(s);
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
        progress_step(s);
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
