// SPDX-License-Identifier: Apache-2.0
#include "client/lib/feed.h"

#include <stdlib.h>
#include <string.h>

#include "client/lib/client.h"
#include "client/lib/deadline.h"
#include "client/lib/error.h"
#include "client/lib/progress.h"

static void drop_batch(struct feed *f)
{
    slate_result_free(f->batch);
    f->batch = NULL;
    f->told = NULL;
    f->next = 0;
}

void feed_fini(struct feed *f)
{
    drop_batch(f);
    positions_fini(&f->positions);
    free(f->contract);
    free(f->team);
    free(f->kinds);
    *f = (struct feed){0};
}

static bool copy_text(const char *from, char **ret)
{
    *ret = from ? strdup(from) : NULL;
    return !from || *ret;
}

/** Keep what was asked for. */
static enum slate_status keep(struct feed *f, const struct slate_subscribe *args,
                              struct slate_error *e)
{
    size_t bytes = args->n_kinds * sizeof(*f->kinds);

    *f = (struct feed){.n_kinds = args->n_kinds, .resumes = args->resumes};
    if (args->n_kinds > 0) {
        f->kinds = malloc(bytes);
        if (!f->kinds) {
            return error_no_memory(e);
        }
        memcpy(f->kinds, args->kinds, bytes);
    }
    if (!copy_text(args->contract, &f->contract) || !copy_text(args->team, &f->team) ||
        positions_pass_all(&f->positions, args->from, args->n_from) < 0) {
        return error_no_memory(e);
    }
    return SLATE_OK;
}

// ---- subscribing --------------------------------------------------------------------------------

static void cut(struct slate *s)
{
    link_drop(&s->link);
    s->feed.live = false;
}

/** Send the Subscribe, from where we are. */
static enum slate_status send_subscribe(struct slate *s, struct slate_error *e)
{
    const struct slate_request request = {
        .kind = SLATE_SUBSCRIBE,
        .subscribe = {.from = s->feed.positions.tokens,
                      .n_from = s->feed.positions.n,
                      .contract = s->feed.contract,
                      .team = s->feed.team,
                      .kinds = s->feed.kinds,
                      .n_kinds = s->feed.n_kinds,
                      .resumes = s->feed.resumes},
    };
    uint8_t *p;
    size_t n;

    enum slate_status status = codec_encode(&request, s->last_id + 1, NULL, s->timeout_ms,
                                            &s->link.server.limits, &p, &n, e);
    if (status != SLATE_OK) {
        return status;
    }
    s->feed.id = ++s->last_id;
    int sent = link_send(&s->link, p, n);
    free(p);
    return sent < 0 ? error_no_memory(e) : SLATE_OK;
}

/** Wait for its answer. *ret_fine: whatever was answered, the connection is as good as before. */
static enum slate_status read_subscribed(struct slate *s, bool *ret_fine, struct slate_error *e)
{
    struct codec_answer answer;

    enum slate_status status = link_receive(&s->link, deadline_after_ms(s->timeout_ms), &answer, e);
    if (status != SLATE_OK) {
        return status;
    }
    if (answer.kind == CODEC_REFUSED && (answer.id == s->feed.id || answer.id == 0)) {
        *ret_fine = answer.id != 0;
        return error_give(&answer.error, e);
    }
    if (answer.kind != CODEC_RESULT || answer.id != s->feed.id ||
        !codec_expect(answer.result, SLATE_SUBSCRIBE)) {
        status = error_set(e, SLATE_PROTOCOL, "%s: the server answered what was not asked",
                           s->link.server.address);
    } else {
        struct slate_positions begin = codec_subscribed(answer.result);

        *ret_fine = true;
        s->feed.resumes = true;
        status = positions_pass_all(&s->feed.positions, begin.tokens, begin.n) < 0
                     ? error_no_memory(e)
                     : SLATE_OK;
    }
    slate_result_free(answer.result);
    return status;
}

/** One attempt, which may take its time: were it cut short whenever a caller's patience ends, a
 * caller with little would never get there. */
static enum slate_status try_subscribe(struct slate *s, struct slate_error *e)
{
    bool fine = false;

    if (!s->link.session) {
        enum slate_status status = link_connect(&s->link, deadline_after_ms(s->timeout_ms), e);

        if (status != SLATE_OK) {
            return status;
        }
    }
    enum slate_status status = send_subscribe(s, e);
    if (status == SLATE_OK) {
        status = read_subscribed(s, &fine, e);
    }
    s->feed.live = status == SLATE_OK;
    if (!s->feed.live && !fine) {
        cut(s);
    }
    return status;
}

/** Make the connection a feed, also one that has none. */
static enum slate_status subscribe(struct slate *s, int64_t until_us, struct slate_error *e)
{
    for (;;) {
        int64_t now_us = deadline_now_us();

        if (now_us < s->connect_after_us) {
            bool in_time = s->connect_after_us <= until_us;

            if (link_pause(&s->link, in_time ? s->connect_after_us : until_us, e) != SLATE_OK) {
                return SLATE_CANCELLED;
            }
            if (!in_time) {
                return error_give(&s->why, e);
            }
        }
        enum slate_status status = try_subscribe(s, e);
        if (status == SLATE_OK || status == SLATE_CANCELLED) {
            return status;
        }
        if (status == SLATE_TIMEOUT) { // to a reader of events that would be good news
            e->code = SLATE_UNREACHABLE;
        }
        progress_back_off(s, e);
        if (!error_is_temporary(e->code)) {
            return status;
        }
    }
}

enum slate_status slate_subscribe(struct slate *s, const struct slate_subscribe *args,
                                  struct slate_error *reterr)
{
    struct slate_error e;

    if (s->feed.on || s->flights.n > 0) {
        error_set(&e, SLATE_FAILED_PRECONDITION,
                  s->feed.on ? "this connection is a feed already"
                             : "submitted requests are unanswered");
        return error_give(&e, reterr);
    }
    s->failures = 0;
    s->connect_after_us = 0;
    enum slate_status status = keep(&s->feed, args, &e);
    if (status == SLATE_OK) {
        status = subscribe(s, deadline_after_ms(s->timeout_ms), &e);
    }
    if (status != SLATE_OK) {
        feed_fini(&s->feed);
        return error_give(&e, reterr);
    }
    s->feed.on = true;
    return SLATE_OK;
}

// ---- events -------------------------------------------------------------------------------------

/** All of the batch is handed over, so all that it has looked at is behind us. */
static int pass_batch(struct feed *f)
{
    return positions_pass_all(&f->positions, f->told->positions.tokens, f->told->positions.n);
}

/** Hand over the next event of the batch. SLATE_OK with *ret == NULL: it was handed over before. */
static enum slate_status hand_over(struct feed *f, struct slate_result **ret, struct slate_error *e)
{
    struct slate_result *r;

    enum slate_status status = codec_event(f->batch, f->next, &r, e);
    if (status != SLATE_OK) {
        return status;
    }
    bool known = positions_has(&f->positions, r->token.contract, r->token.seq);
    if (positions_pass(&f->positions, r->token.contract, r->token.seq) < 0) {
        slate_result_free(r);
        return error_no_memory(e);
    }
    f->next++;
    if (f->next == f->told->n_events) {
        pass_batch(f); // at once, so that the caller's positions are good; finish_batch() insists
    }
    if (known) {
        slate_result_free(r);
        r = NULL;
    }
    *ret = r;
    return SLATE_OK;
}

/** Leave a batch behind, and go by its word if it was the last one. */
static enum slate_status finish_batch(struct slate *s, struct slate_error *e)
{
    struct feed *f = &s->feed;
    struct slate_error why = f->told->why;
    bool ended = f->told->ended;

    if (pass_batch(f) < 0) {
        return error_no_memory(e);
    }
    drop_batch(f);
    if (!ended) {
        return SLATE_OK;
    }
    cut(s);
    progress_back_off(s, &why);
    return error_is_temporary(why.code) ? SLATE_OK : error_give(&why, e);
}

/** A frame of a feed. Takes over answer->result. */
static enum slate_status take(struct slate *s, struct codec_answer *answer, struct slate_error *e)
{
    struct feed *f = &s->feed;
    enum slate_status status;

    if (answer->kind == CODEC_FEED && answer->id == f->id) {
        f->batch = answer->result;
        f->told = answer->feed;
        if (!f->told->ended) {
            s->failures = 0;
        }
        return SLATE_OK;
    }
    if (answer->kind == CODEC_REFUSED && answer->id == 0) {
        cut(s);
        progress_back_off(s, &answer->error);
        return error_is_temporary(answer->error.code) ? SLATE_OK : error_give(&answer->error, e);
    }
    status = error_set(e, SLATE_PROTOCOL, "%s: the server answered what was not asked",
                       s->link.server.address);
    slate_result_free(answer->result);
    cut(s);
    progress_back_off(s, e);
    return status;
}

/** Wait for the next frame. */
static enum slate_status receive(struct slate *s, int64_t until_us, struct slate_error *e)
{
    struct codec_answer answer;

    enum slate_status status = link_receive(&s->link, until_us, &answer, e);
    switch (status) {
    case SLATE_OK: return take(s, &answer, e);
    case SLATE_TIMEOUT:
        return error_set(e, SLATE_TIMEOUT, "%s: nothing happened in time", s->link.server.address);
    case SLATE_CANCELLED: return status;
    default:
        cut(s);
        progress_back_off(s, e);
        return status == SLATE_UNREACHABLE ? SLATE_OK : status;
    }
}

/** One step towards the next event: hand over, connect, or wait for a frame. */
static enum slate_status step(struct slate *s, int64_t until_us, struct slate_result **ret,
                              struct slate_error *e)
{
    struct feed *f = &s->feed;

    if (f->batch) {
        return f->next < f->told->n_events ? hand_over(f, ret, e) : finish_batch(s, e);
    }
    if (f->live) {
        return receive(s, until_us, e);
    }
    enum slate_status status = subscribe(s, until_us, e);
    if (status == SLATE_OK) {
        f->reconnects++;
    }
    return status;
}

enum slate_status slate_next_event(struct slate *s, uint32_t timeout_ms, struct slate_result **ret,
                                   struct slate_error *reterr)
{
    int64_t until_us = deadline_after_ms(timeout_ms ? timeout_ms : s->timeout_ms);
    struct slate_result *r = NULL;
    struct slate_error e;

    if (!s->feed.on) {
        error_set(&e, SLATE_FAILED_PRECONDITION, "this connection is no feed");
        error_hint(&e, "call slate_subscribe() first");
        return error_give(&e, reterr);
    }
    // Also when events lie ready: who interrupts doesn't want them
    enum slate_status status = link_pause(&s->link, 0, &e);
    for (bool late = false; status == SLATE_OK && !r;) {
        // Frames without an event for us may come without an end
        if (late && s->feed.live && !s->feed.batch) {
            status = error_set(&e, SLATE_TIMEOUT, "%s: nothing happened in time",
                               s->link.server.address);
            break;
        }
        status = step(s, until_us, &r, &e);
        late = deadline_now_us() >= until_us;
    }
    if (status != SLATE_OK) {
        return error_give(&e, reterr);
    }
    *ret = r;
    return SLATE_OK;
}

struct slate_positions slate_positions(const struct slate *s)
{
    return (struct slate_positions){s->feed.positions.n, s->feed.positions.tokens};
}

uint64_t slate_reconnects(const struct slate *s)
{
    return s->feed.reconnects;
}
