// SPDX-License-Identifier: Apache-2.0
#include "core/explain.h"

#include <stdio.h>
#include <string.h>

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
 * Holidays
 */

struct note {
    int64_t from_at; /* of the span */
    int64_t to_at;
    char text[EXPLAIN_NOTE_BYTES];
    size_t used;
};

static void note_date(struct note *n, const struct calendar_override *o)
{
    char day[INSTANT_DATE_TEXT_BYTES];
    const char *name = "other hours";
    char text[EXPLAIN_NOTE_BYTES];
    int bytes;

    if (o->date->note != NULL && o->date->note[0] != '\0') {
        name = o->date->note;
    } else if (o->list != NULL) {
        name = o->list->name;
    }
    bytes = snprintf(text, sizeof(text), "%s %s", instant_format_date(o->date->day, day), name);
    if (bytes < 0 || (size_t)bytes >= sizeof(text) || strstr(n->text, text) != NULL) {
        return; // told already, by another member of a union
    }
    bytes = snprintf(n->text + n->used, sizeof(n->text) - n->used, "%s%s", n->used > 0 ? "; " : "",
                     text);
    if (bytes < 0 || (size_t)bytes >= sizeof(n->text) - n->used) {
        n->text[n->used] = '\0'; // whole dates only
        return;
    }
    n->used += (size_t)bytes;
}

/* Some of the day's windows, from from_s on, would have been open during the span. */
static bool would_open(const struct calendar_rules *rules, int64_t day, int64_t from_s,
                       const struct note *n)
{
    const struct calendar_day *week = &rules->week[instant_weekday(day)];

    for (size_t i = 0; i < week->n; i++) {
        const struct calendar_window *w = &week->windows[i];
        const int64_t start_s = w->from_s > from_s ? w->from_s : from_s;
        if (start_s < w->to_s && zone_floor(rules->zone, day * S_PER_DAY + start_s) < n->to_at &&
            zone_floor(rules->zone, day * S_PER_DAY + w->to_s) > n->from_at) {
            return true;
        }
    }
    return false;
}

/* The day's date cut the ordinary shift of the evening before. */
static bool cuts_shift(const struct calendar_rules *rules, int64_t day, const struct note *n)
{
    struct calendar_override overrides[CALENDAR_HOLIDAYS_MAX];

    return rules->overnight == CALENDAR_MIDNIGHT &&
           calendar_overrides(rules, (int32_t)(day - 1), overrides) == 0 &&
           would_open(rules, day - 1, S_PER_DAY, n);
}

/* The span is closed throughout: what the week would open in it was closed by a date. */
static void note_rules(const struct calendar_rules *rules, struct note *n)
{
    struct calendar_override overrides[CALENDAR_HOLIDAYS_MAX];
    const int64_t first = instant_floor_div(zone_wall_s(rules->zone, n->from_at), S_PER_DAY) - 1;
    const int64_t last = instant_floor_div(zone_wall_s(rules->zone, n->to_at), S_PER_DAY);

    for (int64_t day = first; day <= last && day < first + EXPLAIN_DAYS_MAX; day++) {
        if (calendar_overrides(rules, (int32_t)day, overrides) > 0 &&
            (would_open(rules, day, 0, n) || cuts_shift(rules, day, n))) {
            note_date(n, &overrides[0]);
        }
    }
}

enum { UNION_DEPTH_MAX = 8 };

static void note_calendar(const struct calendar *calendar, struct note *n, unsigned depth)
{
    const struct calendar_version *v = calendar_version_at(calendar, n->from_at);

    if (v == NULL || depth > UNION_DEPTH_MAX) {
        return;
    }
    if (v->rules != NULL) {
        note_rules(v->rules, n);
        return;
    }
    for (size_t i = 0; i < v->n_members; i++) {
        note_calendar(v->members[i], n, depth + 1);
    }
}

/*
 * Spans
 */

struct teller {
    const struct book_contract *contract;
    const struct ticket *ticket;
    const struct sla_run *run;
    struct arena *arena;
    struct explanation *to;
    struct explain_span *spans; /* NULL: only counts */
    size_t seen;
    size_t skip; /* so many of the oldest */
    bool full;   /* the arena */
};

/* The calendar that counted at an instant. */
static const struct calendar *calendar_of(const struct sla_run *run, int64_t at)
{
    const struct calendar *calendar = run->rule.calendar;

    for (size_t i = 0; i < run->n_events && run->events[i].at <= at; i++) {
        if (run->events[i].kind == CLOCK_CALENDAR) {
            calendar = run->events[i].calendar;
        }
    }
    return calendar;
}

/* When a reason that held at an instant was set. */
static int64_t held_since(const struct ticket *t, uint8_t reason, int64_t at)
{
    int64_t since_at = INSTANT_NONE;

    for (size_t i = 0; i < t->n_facts; i++) {
        const struct fact *f = &t->facts[i];
        if (f->kind == FACT_HELD && f->reason == reason && f->at <= at && f->at > since_at) {
            since_at = f->at;
        }
    }
    return since_at;
}

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
    for (uint8_t i = 0; i < t->n_reasons; i++) {
        if ((span->reasons & (UINT32_C(1) << i)) == 0) {
            continue;
        }
        const struct book_hold *hold = sla_hold(teller->contract, teller->run->version,
                                                t->reasons[i], held_since(t, i, span->from_at));
        const enum side party = hold != NULL ? hold->party : SIDE_NONE;
        to->party = to->n_reasons == 0 || to->party == party ? party : SIDE_NONE;
        reasons[to->n_reasons++] = t->reasons[i];
    }
}

static void tell_note(struct teller *teller, const struct clock_span *span, struct explain_span *to)
{
    struct note note = {.from_at = span->from_at, .to_at = span->to_at};

    note_calendar(calendar_of(teller->run, span->from_at), &note, 0);
    if (note.used > 0) {
        to->note = arena_strndup(teller->arena, note.text, note.used);
        teller->full |= to->note == NULL;
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

static void on_span(void *user, const struct clock_span *span)
{
    struct teller *teller = user;

    if (span->from_at < teller->to->clock.clock.started_at) {
        return; // a cycle before it, of the same chain
    }
    if (teller->spans == NULL) {
        add_up(teller->to, span);
    } else if (teller->seen >= teller->skip) {
        struct explain_span *to = &teller->spans[teller->to->n_spans++];
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
    teller->seen++;
}

/* Once to count, once to tell: only what is kept is looked into. */
static int tell(struct teller *teller, int64_t as_of_at)
{
    const struct sla_run *run = teller->run;
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
    return teller->full ? -1 : 0;
}

int explain(const struct book *book, const struct ticket *t, enum clock_kind kind, uint32_t team,
            int64_t as_of_at, struct arena *arena, struct explanation *ret)
{
    const struct sla_run *runs;
    size_t n_runs;
    struct explanation e = {0};
    struct teller teller = {
        .contract = book_contract(book, t->contract), .ticket = t, .arena = arena, .to = &e};

    if (sla_runs(book, t, arena, &runs, &n_runs) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        if (runs[i].kind == kind && runs[i].team == team && runs[i].present) {
            teller.run = &runs[i];
        }
    }
    if (teller.run == NULL) {
        return EXPLAIN_NO_CLOCK;
    }
    sla_clock(teller.run, t, as_of_at, &e.clock);
    e.version = teller.run->version;
    e.target = teller.run->target;
    e.calendar = teller.run->calendar;
    e.calendar_version = e.calendar != NULL ? book_calendar_at(e.calendar, as_of_at) : NULL;
    e.match = explain_match(&e.target->match, arena);
    if (e.match == NULL || (!teller.run->unmeasured && tell(&teller, as_of_at) != 0)) {
        return -1;
    }
    *ret = e;
    return 0;
}
