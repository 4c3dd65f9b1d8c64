// SPDX-License-Identifier: Apache-2.0
#include "evidence/legal.h"

#include <string.h>

#include "core/instant.h"

/* Years 1900 to 2300: no calendar and no sum of spans runs over within them. */
static const int64_t earliest_at = INT64_C(-2208988800) * US_PER_S;
static const int64_t latest_at = INT64_C(10413792000) * US_PER_S;

static bool is_ordinary(int64_t at)
{
    return at >= earliest_at && at <= latest_at;
}

static bool allows(const struct ticket *t, enum ticket_verb verb)
{
    enum ticket_state next;

    return ticket_allows(t->state, verb, &next);
}

static bool is_text(const char *s, size_t size)
{
    return memchr(s, '\0', size) != NULL;
}

static const char *check_hold(const struct ticket *t, const struct event *e)
{
    if (!is_text(e->u.hold.reason, sizeof(e->u.hold.reason)) || e->u.hold.reason[0] == '\0') {
        return "no reason";
    }
    if (ticket_reason(t, e->u.hold.reason) < 0 && t->n_reasons == BOOK_HOLDS_MAX) {
        return "more reasons than a ticket has";
    }
    if (e->u.hold.ends_at != INSTANT_NEVER && !is_ordinary(e->u.hold.ends_at)) {
        return "no ordinary instant";
    }
    return e->kind == EVENT_RESUMED || allows(t, TICKET_VERB_HOLD) ? NULL
                                                                   : "its state does not allow it";
}

/* What moves it from state to state. */
static const char *check_move(const struct ticket *t, const struct event *e)
{
    bool allowed = true;

    switch (e->kind) {
    case EVENT_RESOLVED: allowed = allows(t, TICKET_VERB_RESOLVE); break;
    case EVENT_REOPENED: allowed = allows(t, TICKET_VERB_REOPEN); break;
    case EVENT_CLOSED: allowed = allows(t, TICKET_VERB_CLOSE); break;
    case EVENT_MERGED: allowed = allows(t, TICKET_VERB_MERGE); break;
    case EVENT_HELD:
    case EVENT_RESUMED: return check_hold(t, e);
    case EVENT_ABSORBED:
        return e->u.merged.opened_at == 0 || is_ordinary(e->u.merged.opened_at)
                   ? NULL
                   : "no ordinary instant";
    default: break;
    }
    return allowed ? NULL : "its state does not allow it";
}

static const char *check_clock(const struct ticket_clock *c)
{
    if (c->kind == CLOCK_KIND_NONE || c->cycle == 0 || c->cycle > INT32_MAX) {
        return "no such clock";
    }
    return is_ordinary(c->as_of_at) ? NULL : "a clock as of no ordinary instant";
}

/* Each clock is one that the ticket has, or there is room for it. */
static const char *check_clocks(const struct ticket *t, const struct event *e)
{
    size_t more = 0;

    for (size_t i = 0; i < e->n_clocks; i++) {
        const struct ticket_clock *c = &e->clocks[i];
        const char *why = check_clock(c);
        bool seen = ticket_clock(t, c->kind, c->team) != NULL;
        if (why != NULL) {
            return why;
        }
        for (size_t k = 0; k < i; k++) {
            seen = seen || (e->clocks[k].kind == c->kind && e->clocks[k].team == c->team);
        }
        more += !seen;
    }
    return t->n_clocks + more <= TICKET_CLOCKS_MAX ? NULL : "more clocks than a ticket has";
}

const char *legal_next(const struct ticket *t, const struct entry *entry)
{
    const struct event *e = &entry->event;
    const bool is_opening = e->kind == EVENT_TICKET_OPENED;
    const char *why;

    // What erases texts names a ticket, but is no part of its life.
    if (e->kind < EVENT_TICKET_OPENED) {
        return "it is no entry of a ticket";
    }
    if (is_opening != (t->state == TICKET_NONE)) {
        return is_opening ? "it is open already" : "it was not opened";
    }
    if (!is_ordinary(e->effective_at) || !is_ordinary(entry->recorded_at)) {
        return "no ordinary instant";
    }
    if (e->effective_at > entry->recorded_at) {
        return "it took place after it was recorded";
    }
    why = check_move(t, e);
    return why != NULL ? why : check_clocks(t, e);
}
