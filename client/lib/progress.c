// SPDX-License-Identifier: Apache-2.0
#include "client/lib/progress.h"

#include "client/lib/client.h"
#include "client/lib/deadline.h"
#include "client/lib/error.h"

/** The pause before the first new connection; it doubles up to the longest. A server that restarts
 * is back within a second, and a thousand clients shall not trample on it. */
#define PAUSE_FIRST_US   ((int64_t)50 * 1000)
#define PAUSE_LONGEST_US ((int64_t)2000 * 1000)

int64_t progress_pause_us(unsigned failures)
{
    int64_t us = PAUSE_FIRST_US << (failures < 16 ? failures : 16);

    return us < PAUSE_LONGEST_US ? us : PAUSE_LONGEST_US;
}

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
            flight_wait(f, 0);
        }
    }
}

void progress_back_off(struct slate *s, const struct slate_error *why)
{
    int64_t us = progress_pause_us(s->failures);
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

    if (now_us < s->flights.quiet_us) {
        return false;
    }
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
    flights_listen(&s->flights);
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
    case SLATE_RESOURCE_EXHAUSTED: progress_back_off(s, &e); break;
    default: give_up_all(s, &e); break;
    }
}

bool progress_send(struct slate *s)
{
    int64_t now_us = deadline_now_us();
    const struct flights *all = &s->flights;
    bool only_last = all->n_waiting == 1 && all->last->state == FLIGHT_WAITING;

    if (now_us < all->hold_us) {
        return true;
    }
    for (struct flight *f = only_last ? all->last : all->first; f && all->n_waiting > 0;
         f = f->next) {
        if (f->state != FLIGHT_WAITING || f->not_before_us > now_us) {
            continue;
        }
        if (link_send(&s->link, f->frame, f->n) < 0) {
            return false;
        }
        flight_sent(f);
    }
    return true;
}

/** The server refused the connection as a whole. */
static void refused_all(struct slate *s, const struct slate_error *e)
{
    struct flight *only = NULL;
    size_t n = 0;

    if (e->code == SLATE_UNAVAILABLE || e->code == SLATE_RESOURCE_EXHAUSTED) {
        progress_back_off(s, e);
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

/** Do as the server asks, if it asks to come back and there is time for that. Returns false if
 * not, or if it was asked often enough: a limit of ours is over some time, but a server that can't
 * may never be able to. */
static bool come_back(struct flight *f, const struct slate_error *e)
{
    const int64_t at_us = deadline_after_ms(e->retry_after_ms);

    if (e->retry_after_ms == 0 || at_us >= f->deadline_us) {
        return false;
    }
    if (e->code == SLATE_RESOURCE_EXHAUSTED && !*e->field) { // else it is about what we ask for
        flight_hold(f, at_us);
        return true;
    }
    if ((e->code != SLATE_UNAVAILABLE && e->code != SLATE_RESOURCE_EXHAUSTED) ||
        f->sends >= FLIGHT_SENDS_MAX) {
        return false;
    }
    flight_wait(f, at_us);
    return true;
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
    } else if (answer->kind == CODEC_REFUSED) {
        if (!come_back(f, &answer->error)) {
            flight_refuse(f, &answer->error);
        }
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

    switch (link_receive(&s->link, s->flights.quiet_us, &answer, &e)) {
    case SLATE_OK: take_answer(s, &answer); break;
    case SLATE_TIMEOUT: break;
    case SLATE_UNREACHABLE:
        progress_back_off(s, &e);
        requeue(s, &e);
        break;
    default: give_up_all(s, &e); break;
    }
}

void progress_step(struct slate *s)
{
    if (expire(s)) {
        return;
    }
    if (!s->link.session) {
        connect_again(s);
        return;
    }
    if (!progress_send(s)) {
        struct slate_error e;

        error_no_memory(&e);
        give_up_all(s, &e);
        return;
    }
    wait_answer(s);
}
