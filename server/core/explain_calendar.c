// SPDX-License-Identifier: Apache-2.0
#include "core/explain_calendar.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"

enum {
    UNION_DEPTH_MAX = 8, /* unions in unions; the book has none that go deeper, and no circles */
    MORE_BYTES = 32,     /* "; and 400 more days" */
};

/*
 * What was in force
 */

typedef void visitor(void *user, const struct book_calendar *calendar,
                     const struct book_calendar_version *version, int64_t from_at, int64_t to_at);

/* Each version in force within [from_at, to_at), a union before its members. */
static void visit(const struct book_calendar *c, int64_t from_at, int64_t to_at, unsigned depth,
                  visitor *see, void *user)
{
    assert(depth <= UNION_DEPTH_MAX);
    for (size_t i = 0; i < c->n_versions; i++) {
        const struct book_calendar_version *v = &c->versions[i];
        const int64_t next_at = i + 1 < c->n_versions ? v[1].effective_at : INSTANT_NEVER;
        const int64_t start_at = v->effective_at > from_at ? v->effective_at : from_at;
        const int64_t end_at = next_at < to_at ? next_at : to_at;

        if (start_at >= end_at) {
            continue;
        }
        see(user, c, v, start_at, end_at);
        for (size_t k = 0; k < v->n_members; k++) {
            visit(v->members[k], start_at, end_at, depth + 1, see, user);
        }
    }
}

/* Whatever a run counts in was taken from the book. */
static const struct book_calendar *find(const struct book *book, const struct calendar *calendar)
{
    size_t i = 0;

    while (book->calendars[i].calendar != calendar) {
        i++;
        assert(i < book->n_calendars);
    }
    return &book->calendars[i];
}

/* The same of what a cycle counted in: a new target, or another team, may have changed that. */
static void visit_run(const struct book *book, const struct sla_run *run, int64_t from_at,
                      int64_t to_at, visitor *see, void *user)
{
    const struct book_calendar *calendar = find(book, run->rule.calendar);

    for (size_t i = 0; i < run->n_events && run->events[i].at < to_at; i++) {
        const struct clock_event *e = &run->events[i];
        if (e->kind != CLOCK_CALENDAR) {
            continue;
        }
        visit(calendar, from_at, e->at, 0, see, user);
        calendar = find(book, e->calendar);
        from_at = e->at > from_at ? e->at : from_at;
    }
    visit(calendar, from_at, to_at, 0, see, user);
}

struct list {
    struct explain_calendar *used; /* NULL: only counts */
    size_t n;
};

static void see_used(void *user, const struct book_calendar *calendar,
                     const struct book_calendar_version *version, int64_t from_at, int64_t to_at)
{
    struct list *list = user;

    (void)from_at;
    (void)to_at;
    for (size_t i = 0; list->used != NULL && i < list->n; i++) {
        if (list->used[i].version == version) {
            return;
        }
    }
    if (list->used != NULL) {
        list->used[list->n] = (struct explain_calendar){.calendar = calendar, .version = version};
    }
    list->n++;
}

int explain_calendar_list(const struct book *book, const struct sla_run *run, int64_t from_at,
                          int64_t to_at, struct arena *arena, const struct explain_calendar **ret,
                          size_t *ret_n)
{
    const int64_t end_at = to_at > from_at ? to_at : from_at + 1; // what it began in counts
    struct list list = {.n = 0};

    visit_run(book, run, from_at, end_at, see_used, &list);
    list.used = arena_array(arena, list.n, sizeof(*list.used));
    if (list.used == NULL) {
        return -1;
    }
    list.n = 0;
    visit_run(book, run, from_at, end_at, see_used, &list);
    *ret = list.used;
    *ret_n = list.n;
    return 0;
}

/*
 * Holidays
 */

struct note {
    int64_t from_at; /* of the span, as far as one version was in force */
    int64_t to_at;
    char text[EXPLAIN_NOTE_BYTES];
    size_t used;
    unsigned more; /* days that the text has no room for */
};

static void note_date(struct note *n, const struct calendar_override *o)
{
    const size_t room = sizeof(n->text) - MORE_BYTES;
    char day[INSTANT_DATE_TEXT_BYTES];
    const char *name = "other hours";
    char text[EXPLAIN_NOTE_BYTES - MORE_BYTES];
    size_t bytes;

    if (o->date->note != NULL && o->date->note[0] != '\0') {
        name = o->date->note;
    } else if (o->list != NULL) {
        name = o->list->name;
    }
    bytes = (size_t)snprintf(text, sizeof(text), "%s %s", instant_format_date(o->date->day, day),
                             name);
    const bool fits = bytes < sizeof(text);
    if (fits && strstr(n->text, text) != NULL) {
        return; // told already, by another member of a union
    }
    bytes = fits ? (size_t)snprintf(n->text + n->used, room - n->used, "%s%s",
                                    n->used > 0 ? "; " : "", text)
                 : room;
    if (bytes >= room - n->used) {
        n->text[n->used] = '\0'; // whole dates only
        n->more++;
        return;
    }
    n->used += bytes;
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

static void see_note(void *user, const struct book_calendar *calendar,
                     const struct book_calendar_version *version, int64_t from_at, int64_t to_at)
{
    struct note *n = user;
    const struct calendar_version *v = calendar_version_at(calendar->calendar, from_at);

    (void)version;
    assert(v != NULL);      // the instants of its versions are those that the book lists
    if (v->rules != NULL) { // else its members have them
        n->from_at = from_at;
        n->to_at = to_at;
        note_rules(v->rules, n);
    }
}

const char *explain_calendar_note(const struct book *book, const struct sla_run *run,
                                  int64_t from_at, int64_t to_at, struct arena *arena)
{
    struct note n = {.used = 0};

    visit_run(book, run, from_at, to_at, see_note, &n);
    if (n.more > 0) {
        n.used += (size_t)snprintf(n.text + n.used, sizeof(n.text) - n.used, "%sand %u more days",
                                   n.used > 0 ? "; " : "", n.more);
    }
    return arena_strndup(arena, n.text, n.used);
}
