// SPDX-License-Identifier: Apache-2.0
#include "core/explain.h"

#include <stdio.h>
#include <string.h>

#include "core/explain_calendar.h"
#include "core/instant.h"

/*
 * Target rows
 */

struct match_key {
    const char *label;
    const struct book_names *names;
};

enum { MATCH_KEYS = 7 };

static void match_keys(const struct book_match *m, struct match_key ret[static MATCH_KEYS])
{
    ret[0] = (struct match_key){"priority", &m->priority};
    ret[1] = (struct match_key){"function", &m->function};
    ret[2] = (struct match_key){"category", &m->category};
    ret[3] = (struct match_key){"tier", &m->customer_tier};
    ret[4] = (struct match_key){"language", &m->language};
    ret[5] = (struct match_key){"team", &m->team};
    ret[6] = (struct match_key){"team tier", &m->tier};
}

const char *explain_match(const struct book_match *match, struct arena *arena)
{
    static const char everything[] = "everything";
    struct match_key keys[MATCH_KEYS];
    size_t size = sizeof(everything);
    size_t used = 0;
    char *text;

    match_keys(match, keys);
    for (size_t i = 0; i < MATCH_KEYS; i++) {
        size += strlen(", ") + strlen(keys[i].label);
        for (size_t k = 0; k < keys[i].names->n; k++) {
            size += strlen(" or ") + strlen(keys[i].names->names[k]);
        }
    }
    text = arena_alloc(arena, size);
    if (text == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < MATCH_KEYS; i++) {
        for (size_t k = 0; k < keys[i].names->n; k++) {
            used += (size_t)snprintf(text + used, size - used, "%s%s %s",
                                     k > 0      ? " or"
                                     : used > 0 ? ", "
                                                : "",
                                     k > 0 ? "" : keys[i].label, keys[i].names->names[k]);
        }
    }
    if (used == 0) {
        memcpy(text, everything, sizeof(everything));
    }
    return text;
}

/*
 * Spans
 */

struct teller {
    const struct book *book;
    const struct book_contract *contract;
    const struct ticket *ticket;
    const struct sla_run *run;
    int64_t as_of_at;
    struct arena *arena;
    struct explanation *to;
    struct explain_span *spans; /* NULL: only counts */
    size_t seen;
    size_t skip; /* so many of the oldest */
    bool full;   /* the arena */
};

static void tell_holds(struct teller *teller, const struct clock_span *span,
                       struct explain_span *to)
{
    const struct ticket *t = teller->ticket;
    const char **reasons = arena_array(teller->arena, t->n_reasons, sizeof(*reasons));

    if (reasons == NULL) {
        teller->full = true;
        return;
    }
    to->reasons = reasons;
    to->party = sla_held_side(teller->contract, teller->run->version, t, span->reasons,
                              span->from_at);
    for (uint8_t i = 0; i < t->n_reasons; i++) {
        if ((span->reasons & (UINT32_C(1) << i)) != 0) {
            reasons[to->n_reasons++] = t->reasons[i];
        }
    }
}

static void tell_note(struct teller *teller, const struct clock_span *span, struct explain_span *to)
{
    to->note = explain_calendar_note(teller->book, teller->run, span->from_at, span->to_at,
                                     teller->arena);
    if (to->note == NULL) {
        to->note = "";
        teller->full = true;
    }
}

static void add_up(struct explanation *to, const struct clock_span *span)
{
    const int64_t wall_us = span->to_at - span->from_at;

    switch (span->kind) {
    case CLOCK_SPAN_COUNTED:
    case CLOCK_SPAN_PAST_LIMIT: to->counted_us += wall_us; break;
    case CLOCK_SPAN_OUTSIDE: to->outside_us += wall_us; break;
    case CLOCK_SPAN_HELD: to->held_us += wall_us; break;
    case CLOCK_SPAN_STOPPED: to->stopped_us += wall_us; break;
    }
}

static void tell_span(struct teller *teller, const struct clock_span *span, struct explain_span *to)
{
    *to = (struct explain_span){
        .from_at = span->from_at,
        .to_at = span->to_at,
        .kind = span->kind,
        .open_us = span->open_us,
        .counted_us = span->counted_us,
        .note = "",
    };
    if (span->kind == CLOCK_SPAN_HELD) {
        tell_holds(teller, span, to);
    } else if (span->kind == CLOCK_SPAN_OUTSIDE) {
        tell_note(teller, span, to);
    }
}

static void on_span(void *user, const struct clock_span *span)
{
    struct teller *teller = user;

    if (span->from_at < teller->to->clock.clock.started_at) {
        return; // a cycle before it, of the same chain
    }
    if (teller->spans == NULL) {
        add_up(teller->to, span);
    } else if (teller->seen >= teller->skip) {
        tell_span(teller, span, &teller->spans[teller->to->n_spans++]);
    }
    teller->seen++;
}

/* What is not over at the instant, from there on. A running clock is open throughout a span, or
 * closed throughout. */
static void on_ahead(void *user, const struct clock_span *span)
{
    struct teller *teller = user;
    struct clock_span rest = *span;

    if (span->to_at <= teller->as_of_at) {
        return;
    }
    if (teller->to->n_ahead == EXPLAIN_AHEAD_MAX) {
        teller->to->ahead_truncated = true;
        return;
    }
    if (rest.from_at < teller->as_of_at) {
        rest.from_at = teller->as_of_at;
        rest.open_us = span->open_us > 0 ? rest.to_at - rest.from_at : 0;
        rest.counted_us = span->counted_us > 0 ? rest.to_at - rest.from_at : 0;
    }
    tell_span(teller, &rest, &teller->spans[teller->to->n_ahead++]);
}

/* Only a clock that runs within its target has a limit. */
static int tell_ahead(struct teller *teller)
{
    const struct sla_run *run = teller->run;
    const int64_t limit_at = teller->to->clock.clock.limit_at;
    struct clock_result result;

    if (limit_at == INSTANT_NEVER || limit_at <= teller->as_of_at) {
        return 0;
    }
    teller->spans = arena_array(teller->arena, EXPLAIN_AHEAD_MAX, sizeof(*teller->spans));
    if (teller->spans == NULL) {
        return -1;
    }
    clock_trace(&run->rule, run->events, run->n_events, limit_at, on_ahead, teller, &result);
    teller->to->ahead = teller->spans;
    return teller->full ? -1 : 0;
}

/* Once to count, once to tell: only what is kept is looked into. */
static int tell(struct teller *teller)
{
    const struct sla_run *run = teller->run;
    const int64_t as_of_at = teller->as_of_at;
    struct clock_result result;

    clock_trace(&run->rule, run->events, run->n_events, as_of_at, on_span, teller, &result);
    teller->to->truncated = teller->seen > EXPLAIN_SPANS_MAX;
    teller->skip = teller->to->truncated ? teller->seen - EXPLAIN_SPANS_MAX : 0;
    teller->spans = arena_array(teller->arena, teller->seen - teller->skip, sizeof(*teller->spans));
    if (teller->spans == NULL) {
        return -1;
    }
    teller->seen = 0;
    clock_trace(&run->rule, run->events, run->n_events, as_of_at, on_span, teller, &result);
    teller->to->spans = teller->spans;
    return teller->full ? -1 : tell_ahead(teller);
}

/* Until when calendars matter to it. */
static int64_t end_of(const struct ticket_clock *c, int64_t as_of_at)
{
    if (c->stopped_at != INSTANT_NONE) {
        return c->stopped_at;
    }
    return c->limit_at != INSTANT_NEVER && c->limit_at > as_of_at ? c->limit_at : as_of_at;
}

int explain(const struct book *book, const struct ticket *t, enum clock_kind kind, uint32_t team,
            int64_t as_of_at, struct arena *arena, struct explanation *ret)
{
    const struct sla_run *runs;
    size_t n_runs;
    struct explanation e = {0};
    struct teller teller = {.book = book,
                            .contract = book_contract(book, t->contract),
                            .ticket = t,
                            .as_of_at = as_of_at,
                            .arena = arena,
                            .to = &e};

    if (sla_runs(book, t, arena, &runs, &n_runs) != 0) {
        return -1;
    }
    teller.run = sla_present(runs, n_runs, kind, team);
    if (teller.run == NULL) {
        return EXPLAIN_NO_CLOCK;
    }
    sla_clock(teller.run, t, as_of_at, &e.clock);
    const struct ticket_clock *c = &e.clock.clock;
    e.version = teller.run->version;
    e.target = teller.run->target;
    e.calendar = teller.run->calendar;
    e.calendar_version = book_calendar_at(e.calendar, as_of_at);
    e.match = explain_match(&e.target->match, arena);
    if (e.match == NULL || (!teller.run->unmeasured && tell(&teller) != 0) ||
        explain_calendar_list(book, teller.run, c->started_at, end_of(c, as_of_at), arena,
                              &e.calendars, &e.n_calendars) != 0) {
        return -1;
    }
    *ret = e;
    return 0;
}
