// SPDX-License-Identifier: Apache-2.0
#include "client/lib/flight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/codec.h"
#include "client/lib/deadline.h"
#include "client/lib/error.h"

static bool is_zero(const uint8_t id[SLATE_REQUEST_ID_BYTES])
{
    static const uint8_t zeros[SLATE_REQUEST_ID_BYTES];

    return memcmp(id, zeros, sizeof(zeros)) == 0;
}

static bool given(const char *s)
{
    return s && *s;
}

/** True when the server would recognise the same call as a repetition, whatever its request id. */
static bool has_source_key(const struct slate_request *q)
{
    switch (q->kind) {
    case SLATE_NEW_TICKET: return given(q->new_ticket.source) && given(q->new_ticket.source_key);
    case SLATE_IMPORT_TICKET:
        return given(q->import_ticket.source) && given(q->import_ticket.source_key);
    case SLATE_INTAKE: return true; // by its line, with or without an id
    default: return false;
    }
}

enum slate_status flight_new(const struct slate_request *request, uint64_t id, uint32_t timeout_ms,
                             const struct slate_limits *limits, struct flight **ret,
                             struct slate_error *reterr)
{
    struct flight *f = calloc(1, sizeof(*f));

    if (!f) {
        return error_no_memory(reterr);
    }
    f->state = FLIGHT_WAITING;
    f->id = id;
    f->kind = request->kind;
    f->change = codec_is_change(request->kind) && !request->with.dry_run;
    f->repeatable = !is_zero(request->with.request_id) || has_source_key(request);
    f->deadline_us = deadline_after_ms(timeout_ms);
    if (f->change) {
        memcpy(f->request_id, request->with.request_id, sizeof(f->request_id));
        if (is_zero(f->request_id) && !slate_request_id_new(f->request_id)) {
            free(f);
            return error_set(reterr, SLATE_INTERNAL, "the system gives no random numbers");
        }
    }
    enum slate_status status = codec_encode(request, id, f->change ? f->request_id : NULL,
                                            timeout_ms, limits, &f->frame, &f->n, reterr);
    if (status != SLATE_OK) {
        free(f);
        return status;
    }
    *ret = f;
    return SLATE_OK;
}

void flight_free(struct flight *f)
{
    if (f) {
        slate_result_free(f->result);
        free(f->frame);
        free(f);
    }
}

static void move(struct flight *f, enum flight_state state)
{
    f->all->n_waiting -= f->state == FLIGHT_WAITING;
    f->all->n_waiting += state == FLIGHT_WAITING;
    f->all->n_done += state == FLIGHT_DONE;
    f->state = state;
}

static int64_t later(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

static void attend(struct flights *all, int64_t at_us)
{
    if (at_us < all->quiet_us) {
        all->quiet_us = at_us;
    }
}

void flight_sent(struct flight *f)
{
    move(f, FLIGHT_SENT);
    f->sends++;
    f->maybe_made_before = f->maybe_made;
    f->maybe_made = true;
}

void flight_wait(struct flight *f, int64_t not_before_us)
{
    move(f, FLIGHT_WAITING);
    f->not_before_us = not_before_us;
    attend(f->all, later(not_before_us, f->all->hold_us));
}

void flight_hold(struct flight *f, int64_t until_us)
{
    f->sends--;
    f->maybe_made = f->maybe_made_before;
    f->all->hold_us = later(f->all->hold_us, until_us);
    flight_wait(f, until_us);
}

/** Done: it won't be sent again. */
static void end(struct flight *f)
{
    move(f, FLIGHT_DONE);
    f->all->bytes -= f->n;
    free(f->frame);
    f->frame = NULL;
    f->n = 0;
}

void flight_succeed(struct flight *f, struct slate_result *result)
{
    end(f);
    f->status = SLATE_OK;
    f->result = result;
}

static void finish(struct flight *f, const struct slate_error *e)
{
    end(f);
    f->status = e->code;
    f->error = *e;
    memcpy(f->error.request_id, f->request_id, sizeof(f->error.request_id));
}

void flight_refuse(struct flight *f, const struct slate_error *e)
{
    struct slate_error told = *e;

    if (f->change && (e->code == SLATE_UNAVAILABLE || e->code == SLATE_INTERNAL)) {
        told.retryable = f->repeatable; // it may have been made, says the protocol
    }
    finish(f, &told);
}

void flight_give_up(struct flight *f, const struct slate_error *cause)
{
    if (!f->change || !f->maybe_made) {
        finish(f, cause);
        return;
    }
    struct slate_error e;
    error_set(&e, SLATE_UNKNOWN_OUTCOME, "it is not known whether this was done: %s",
              cause->message);
    error_hint(&e, "repeat it with the same request id: what was done already is not done again");
    e.retryable = f->repeatable;
    finish(f, &e);
}

void flights_add(struct flights *all, struct flight *f)
{
    if (all->n == 0) {
        all->quiet_us = INT64_MAX;
    }
    f->all = all;
    all->n_waiting++;
    all->bytes += f->n;
    attend(all, f->deadline_us);
    if (all->last) {
        all->last->next = f;
    } else {
        all->first = f;
    }
    all->last = f;
    all->n++;
}

struct flight *flights_find(const struct flights *all, uint64_t id)
{
    struct flight *f = all->first;

    while (f && f->id != id) {
        f = f->next;
    }
    return f;
}

struct flight *flights_take_done(struct flights *all)
{
    struct flight *before = NULL;
    struct flight *f = all->n_done > 0 ? all->first : NULL;

    while (f && f->state != FLIGHT_DONE) {
        before = f;
        f = f->next;
    }
    if (!f) {
        return NULL;
    }
    if (before) {
        before->next = f->next;
    } else {
        all->first = f->next;
    }
    if (all->last == f) {
        all->last = before;
    }
    f->next = NULL;
    all->n--;
    all->n_done--;
    return f;
}

int64_t flights_deadline_us(const struct flights *all)
{
    int64_t first_us = INT64_MAX;

    for (const struct flight *f = all->first; f; f = f->next) {
        if (f->state != FLIGHT_DONE && f->deadline_us < first_us) {
            first_us = f->deadline_us;
        }
    }
    return first_us;
}

void flights_listen(struct flights *all)
{
    all->quiet_us = flights_deadline_us(all);
    for (const struct flight *f = all->first; f; f = f->next) {
        if (f->state == FLIGHT_WAITING) {
            attend(all, later(f->not_before_us, all->hold_us));
        }
    }
}

void flights_fini(struct flights *all)
{
    while (all->first) {
        struct flight *next = all->first->next;

        flight_free(all->first);
        all->first = next;
    }
    *all = (struct flights){0};
}
