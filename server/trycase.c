// SPDX-License-Identifier: Apache-2.0
#include "trycase.h"

#include <string.h>

#include "core/instant.h"

#define CASE_BYTES_MAX ((size_t)16 * 1024 * 1024)

enum {
    EVENTS_MAX = 10000,
    EVENT_KEYS_MAX = 12,
    CASE_KEYS_MAX = 12,
    WARN_PERCENT_MAX = 1000,         // ten times the target
    BACKDATE_DEFAULT_S = 400 * 86400 // for an event that says when it was recorded, but no limit
};

/*
 * Events of a clock
 */

/* The bit of a pause reason; the same name gets the same. */
static uint8_t read_reason(struct trycase *c, const json_t *args)
{
    const json_t *value = tryread_want(&c->read, args, "reason", JSON_STRING);
    const char *name = value ? json_string_value(value) : "default";
    size_t i = 0;

    while (i < c->n_reasons && strcmp(c->reasons[i], name) != 0) {
        i++;
    }
    if (i == CLOCK_REASONS_MAX) {
        tryread_fail(&c->read, "reason", "more than %d reasons", CLOCK_REASONS_MAX);
        return 0;
    }
    if (i == c->n_reasons) {
        c->reasons[c->n_reasons++] = name;
    }
    return (uint8_t)i;
}

static void read_warns(struct trycase *c, const json_t *object, const struct clock_warn **ret,
                       size_t *ret_n)
{
    const json_t *percents = tryread_want(&c->read, object, "warn_pct", JSON_ARRAY);
    const json_t *befores = tryread_want(&c->read, object, "warn_before_min", JSON_ARRAY);
    const size_t n_percents = json_array_size(percents);
    const size_t n = n_percents + json_array_size(befores);
    struct clock_warn *warns;

    if (n > CLOCK_WARNS_MAX) {
        tryread_fail(&c->read, "warn_pct", "more than %d warnings", CLOCK_WARNS_MAX);
    }
    warns = tryread_failed(&c->read) ? NULL : tryread_take(&c->read, n, sizeof(*warns));
    for (size_t i = 0; i < n && !tryread_failed(&c->read); i++) {
        if (i < n_percents) {
            warns[i].percent = (uint32_t)tryread_number(
                &c->read, "warn_pct", json_array_get(percents, i), 1, WARN_PERCENT_MAX);
        } else {
            warns[i].before_us = US_PER_MIN *
                                 tryread_number(&c->read, "warn_before_min",
                                                json_array_get(befores, i - n_percents), 0,
                                                INSTANT_DURATION_MAX_US / US_PER_MIN);
        }
    }
    *ret = warns;
    *ret_n = n;
}

/* Seconds under that key, or business days; those need a calendar that has them. */
static int64_t read_length(struct trycase *c, const json_t *object, const char *key,
                           struct clock_days *ret_days)
{
    const json_t *days = tryread_want(&c->read, object, "days", JSON_INTEGER);
    const json_t *zone = tryread_want(&c->read, object, "cutoff_zone", JSON_STRING);

    if (!days) {
        if (zone || json_object_get(object, "cutoff")) {
            tryread_fail(&c->read, "days", "missing");
        }
        return tryread_need_seconds(&c->read, object, key);
    }
    if (json_object_get(object, key)) {
        tryread_fail(&c->read, key, "not beside \"days\"");
    }
    c->has_days = true;
    ret_days->days = (uint32_t)tryread_number(&c->read, "days", days, 1,
                                              INSTANT_DURATION_MAX_US / US_PER_DAY);
    ret_days->cutoff_s = tryread_time(&c->read, "cutoff",
                                      tryread_need(&c->read, object, "cutoff", JSON_STRING));
    ret_days->cutoff_zone = zone ? trycalendar_zone(&c->calendars, "cutoff_zone",
                                                    json_string_value(zone))
                                 : NULL;
    return 0;
}

static void read_target(struct trycase *c, const json_t *args, struct clock_event *e)
{
    static const char *const names[] = {"carry", "restart", "pro_rata", NULL};
    static const enum clock_mode modes[] = {CLOCK_CARRY, CLOCK_FROM_ZERO, CLOCK_PRO_RATA};
    const json_t *least = json_object_get(args, "min_remaining");

    e->target_us = read_length(c, args, "seconds", &e->days);
    e->mode = modes[tryread_want_name(&c->read, args, "mode", names)];
    e->min_remaining_us = least && !json_is_null(least)
                              ? tryread_need_seconds(&c->read, args, "min_remaining")
                              : -1;
    e->recurs = tryread_want_true(&c->read, args, "recurs");
    e->rearm = json_object_get(args, "recurs") || json_object_get(args, "warn_pct") ||
               json_object_get(args, "warn_before_min");
    read_warns(c, args, &e->warns, &e->n_warns);
}

static void read_switch(struct trycase *c, const json_t *args, struct clock_event *e)
{
    static const char *const names[] = {"carry", "restart", NULL};
    static const enum clock_mode modes[] = {CLOCK_CARRY, CLOCK_FROM_ZERO};
    const json_t *calendar = tryread_need(&c->read, args, "cal", JSON_OBJECT);

    e->mode = modes[tryread_want_name(&c->read, args, "mode", names)];
    e->calendar = tryread_failed(&c->read) ? NULL
                                           : trycalendar_read(&c->calendars, "cal", calendar);
}

static void read_reopen(struct trycase *c, const json_t *args, struct clock_event *e)
{
    static const char *const names[] = {"exclude", "include", "new_cycle", NULL};
    static const enum clock_mode modes[] = {CLOCK_EXCLUDE, CLOCK_INCLUDE, CLOCK_NEW_CYCLE};
    e->mode = modes[tryread_want_name(&c->read, args, "mode", names)];
}

#define WHEN        "recorded", "max_backdate_s", "approved"
#define LENGTH(key) key, "days", "cutoff", "cutoff_zone"
#define ROW         "warn_pct", "warn_before_min", "recurs"

static const struct event_type {
    const char *name;
    enum clock_event_kind kind;
    const char *keys[EVENT_KEYS_MAX + 1];
} event_types[] = {
    {"start", CLOCK_START, {WHEN}},
    {"pause", CLOCK_PAUSE, {WHEN, "reason"}},
    {"resume", CLOCK_RESUME, {WHEN, "reason"}},
    {"stop", CLOCK_STOP, {WHEN}},
    {"fail", CLOCK_FAIL, {WHEN}},
    {"cancel", CLOCK_CANCEL, {WHEN}},
    {"reopen", CLOCK_REOPEN, {WHEN, "mode"}},
    {"target", CLOCK_TARGET, {WHEN, "mode", "min_remaining", LENGTH("seconds"), ROW}},
    {"calendar", CLOCK_CALENDAR, {WHEN, "cal", "mode"}},
    {"restart", CLOCK_RESTART, {WHEN, "keep_breach"}},
    {"earlier", CLOCK_EARLIER, {WHEN, "since"}},
};

static void read_event_args(struct trycase *c, const json_t *args, struct clock_event *e)
{
    switch (e->kind) {
    case CLOCK_PAUSE:
    case CLOCK_RESUME: e->reason = read_reason(c, args); break;
    case CLOCK_REOPEN: read_reopen(c, args, e); break;
    case CLOCK_TARGET: read_target(c, args, e); break;
    case CLOCK_CALENDAR: read_switch(c, args, e); break;
    case CLOCK_RESTART: e->keep_breach = tryread_want_true(&c->read, args, "keep_breach"); break;
    case CLOCK_EARLIER: e->since_at = tryread_need_instant(&c->read, args, "since"); break;
    case CLOCK_START:
    case CLOCK_STOP:
    case CLOCK_CANCEL:
    case CLOCK_FAIL: break;
    }
}

/* When the event counts as having happened. */
static int64_t read_effective(struct trycase *c, const json_t *args, int64_t claimed_at)
{
    int64_t max_us = BACKDATE_DEFAULT_S * US_PER_S;
    const bool approved = tryread_want_true(&c->read, args, "approved");

    if (json_object_get(args, "max_backdate_s")) {
        max_us = tryread_need_seconds(&c->read, args, "max_backdate_s");
    }
    if (!json_object_get(args, "recorded")) {
        return claimed_at;
    }
    return clock_effective(claimed_at, tryread_need_instant(&c->read, args, "recorded"), max_us,
                           approved);
}

static struct clock_event read_event(struct trycase *c, const json_t *list)
{
    const size_t n = json_array_size(list);
    const json_t *type = json_array_get(list, 1);
    const json_t *args = json_array_get(list, 2);
    struct clock_event e = {.min_remaining_us = -1};
    const struct event_type *t = NULL;

    if (n < 2 || n > 3 || !json_is_string(type) || (args && !json_is_object(args))) {
        tryread_fail(&c->read, "events", "must be a list of [instant, type, {...}]");
        return e;
    }
    for (size_t i = 0; i < sizeof(event_types) / sizeof(event_types[0]); i++) {
        t = strcmp(event_types[i].name, json_string_value(type)) == 0 ? &event_types[i] : t;
    }
    if (!t) {
        tryread_fail(&c->read, "events", "no type \"%.32s\"", json_string_value(type));
        return e;
    }
    e.kind = t->kind;
    e.at = tryread_instant(&c->read, "events", json_array_get(list, 0));
    if (args) {
        tryread_only(&c->read, args, t->keys);
    }
    e.at = read_effective(c, args, e.at);
    read_event_args(c, args, &e);
    return e;
}

static void read_events(struct trycase *c, const json_t *input)
{
    const json_t *list = tryread_need(&c->read, input, "events", JSON_ARRAY);
    const size_t n = json_array_size(list);
    struct clock_event *events;

    if (list && (n < 1 || n > EVENTS_MAX)) {
        tryread_fail(&c->read, "events", "must be 1 to %d", EVENTS_MAX);
    }
    events = tryread_failed(&c->read) ? NULL : tryread_take(&c->read, n, sizeof(*events));
    for (size_t i = 0; i < n && !tryread_failed(&c->read); i++) {
        const struct clock_event e = read_event(c, json_array_get(list, i));
        size_t at = i;
        // By effective instant; those of the same instant stay in the order of the journal.
        for (; at > 0 && events[at - 1].at > e.at; at--) {
            events[at] = events[at - 1];
        }
        events[at] = e;
    }
    c->events = events;
    c->n_events = n;
}

/*
 * Kinds
 */

static void read_add(struct trycase *c, const json_t *input)
{
    c->from_at = tryread_need_instant(&c->read, input, "start");
    c->duration_us = tryread_need_seconds(&c->read, input, "duration_s");
}

static void read_between(struct trycase *c, const json_t *input)
{
    c->from_at = tryread_need_instant(&c->read, input, "from");
    c->to_at = tryread_need_instant(&c->read, input, "to");
}

static void check_days(struct trycase *c, const char *key, const struct calendar *calendar)
{
    if (!tryread_failed(&c->read) && !calendar_has_days(calendar)) {
        tryread_fail(&c->read, key, "a union has no business days of its own");
    }
}

static void read_bdays(struct trycase *c, const json_t *input)
{
    const json_t *days = tryread_need(&c->read, input, "days", JSON_INTEGER);
    const json_t *cutoff = tryread_need(&c->read, input, "cutoff", JSON_STRING);
    const json_t *zone = tryread_want(&c->read, input, "cutoff_zone", JSON_STRING);

    c->from_at = tryread_need_instant(&c->read, input, "start");
    check_days(c, "calendar", c->calendar);
    c->cutoff_zone = zone ? trycalendar_zone(&c->calendars, "cutoff_zone", json_string_value(zone))
                          : NULL;
    if (!tryread_failed(&c->read)) {
        c->days = (int)tryread_number(&c->read, "days", days, 0,
                                      INSTANT_DURATION_MAX_US / US_PER_DAY);
        c->cutoff_s = tryread_time(&c->read, "cutoff", cutoff);
    }
}

static void read_clock(struct trycase *c, const json_t *input)
{
    c->rule.calendar = c->calendar;
    c->rule.target_us = read_length(c, input, "target_s", &c->rule.days);
    c->rule.recurs = tryread_want_true(&c->read, input, "recurs");
    c->tells_cycle = tryread_want_true(&c->read, input, "tell_cycle");
    c->to_at = tryread_need_instant(&c->read, input, "until");
    read_events(c, input);
    read_warns(c, input, &c->rule.warns, &c->rule.n_warns);
    if (c->has_days) {
        check_days(c, "calendar", c->calendar);
        for (size_t i = 0; i < c->n_events && !tryread_failed(&c->read); i++) {
            if (c->events[i].calendar) {
                check_days(c, "cal", c->events[i].calendar);
            }
        }
    }
}

static const struct kind {
    const char *name;
    enum trycase_kind kind;
    void (*read)(struct trycase *c, const json_t *input);
    const char *keys[CASE_KEYS_MAX + 1];
} kinds[] = {
    {"add", TRYCASE_ADD, read_add, {"calendar", "start", "duration_s"}},
    {"between", TRYCASE_BETWEEN, read_between, {"calendar", "from", "to"}},
    {"bdays", TRYCASE_BDAYS, read_bdays, {"calendar", "start", "days", "cutoff", "cutoff_zone"}},
    {"clock",
     TRYCASE_CLOCK,
     read_clock,
     {"calendar", LENGTH("target_s"), "events", "until", ROW, "tell_cycle"}},
};

int trycase_read(struct trycase *c, const json_t *line)
{
    const json_t *name = tryread_need(&c->read, line, "kind", JSON_STRING);
    const json_t *input = tryread_need(&c->read, line, "input", JSON_OBJECT);
    const struct kind *kind = NULL;

    for (size_t i = 0; name && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        kind = strcmp(kinds[i].name, json_string_value(name)) == 0 ? &kinds[i] : kind;
    }
    if (!kind) {
        tryread_fail(&c->read, "kind", "must be add, between, bdays or clock");
    }
    if (!tryread_failed(&c->read)) {
        tryread_only(&c->read, input, kind->keys);
        c->kind = kind->kind;
        c->calendar = trycalendar_read(&c->calendars, "calendar",
                                       tryread_need(&c->read, input, "calendar", JSON_OBJECT));
        kind->read(c, input);
    }
    return tryread_failed(&c->read);
}

void trycase_init(struct trycase *c, const char *tzdir)
{
    *c = (struct trycase){.read.arena = &c->arena};
    arena_init(&c->arena, CASE_BYTES_MAX);
    trycalendar_init(&c->calendars, &c->read, tzdir);
}

void trycase_reset(struct trycase *c)
{
    trycalendar_reset(&c->calendars);
    arena_reset(&c->arena);
    c->read.error[0] = '\0';
    c->n_reasons = 0;
    c->rule = (struct clock_rule){0};
    c->has_days = false;
}

void trycase_fini(struct trycase *c)
{
    trycalendar_fini(&c->calendars);
    arena_fini(&c->arena);
}
