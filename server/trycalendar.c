// SPDX-License-Identifier: Apache-2.0
#include "trycalendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/zonefile.h"
#include "core/instant.h"

#define ZONES_BYTES_MAX ((size_t)64 * 1024 * 1024) // all zones there are, ten times over
#define SET_BYTES_MAX   ((size_t)16 * 1024 * 1024) // what one line of text can be made into

enum { DEPTH_MAX = 8 }; // calendars within calendars

struct trycalendar_zone {
    struct trycalendar_zone *older;
    char name[ZONEFILE_NAME_BYTES];
    const struct zone *zone;
};

void trycalendar_init(struct trycalendar *c, struct tryread *read, const char *dir)
{
    *c = (struct trycalendar){.read = read, .dir = dir, .round = 1};
    arena_init(&c->arena, ZONES_BYTES_MAX);
    arena_init(&c->rest.arena, SET_BYTES_MAX);
    for (size_t i = 0; i < TRYCALENDAR_KEPT; i++) {
        arena_init(&c->kept[i].arena, SET_BYTES_MAX);
    }
}

/* Takes everything out of a set. */
static void clear(struct trycalendar_set *set)
{
    while (set->n > 0) {
        calendar_free(set->made[--set->n]);
    }
    json_decref(set->value);
    set->value = NULL;
    set->calendar = NULL;
    set->used = 0;
    arena_reset(&set->arena);
}

void trycalendar_reset(struct trycalendar *c)
{
    c->round++;
    if (c->rest.used != 0) {
        clear(&c->rest);
    }
}

void trycalendar_fini(struct trycalendar *c)
{
    for (size_t i = 0; i < TRYCALENDAR_KEPT; i++) {
        clear(&c->kept[i]);
        arena_fini(&c->kept[i].arena);
    }
    clear(&c->rest);
    arena_fini(&c->rest.arena);
    arena_fini(&c->arena);
    c->zones = NULL;
}

const struct zone *trycalendar_zone(struct trycalendar *c, const char *key, const char *name)
{
    struct trycalendar_zone **at = &c->zones;
    struct trycalendar_zone *found;
    struct zone *zone;
    int bad;

    while (*at && strcmp((*at)->name, name) != 0) {
        at = &(*at)->older;
    }
    found = *at;
    if (found) {
        *at = found->older;
    } else {
        bad = zonefile_load(&c->arena, c->dir, name, &zone);
        found = bad ? NULL : arena_alloc(&c->arena, sizeof(*found));
        if (!found) {
            tryread_fail(c->read, key, "\"%.64s\": %s", name,
                         zonefile_strerror(bad ? bad : (int)ZONEFILE_MEMORY));
            return NULL;
        }
        (void)snprintf(found->name, sizeof(found->name), "%s", name);
        found->zone = zone;
    }
    found->older = c->zones; // the one that was asked for last comes first
    c->zones = found;
    return found->zone;
}

static struct calendar_day to_day(struct trycalendar *c, const char *key, const json_t *value)
{
    const size_t n = json_array_size(value);
    struct calendar_window *windows;

    if (!json_is_array(value)) {
        tryread_fail(c->read, key, "must be a list of [from, to]");
    }
    if (n > CALENDAR_WINDOWS_MAX) {
        tryread_fail(c->read, key, "more than %d windows", CALENDAR_WINDOWS_MAX);
    }
    windows = tryread_failed(c->read) ? NULL : tryread_take(c->read, n, sizeof(*windows));
    for (size_t i = 0; i < n && !tryread_failed(c->read); i++) {
        const json_t *pair = json_array_get(value, i);
        if (json_array_size(pair) != 2) {
            tryread_fail(c->read, key, "must be a list of [from, to]");
        }
        windows[i] = (struct calendar_window){
            .from_s = tryread_time(c->read, key, json_array_get(pair, 0)),
            .to_s = tryread_time(c->read, key, json_array_get(pair, 1)),
        };
    }
    return (struct calendar_day){.windows = windows, .n = n};
}

static void read_week(struct trycalendar *c, const json_t *week, struct calendar_rules *rules)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

    tryread_only(c->read, week, names);
    for (int i = 0; i < 7; i++) {
        const json_t *day = json_object_get(week, names[i]);
        if (day) {
            rules->week[i] = to_day(c, names[i], day);
        }
    }
}

static int by_day(const void *a, const void *b)
{
    const struct calendar_date *x = a;
    const struct calendar_date *y = b;
    return x->day < y->day ? -1 : x->day > y->day;
}

static void read_dates(struct trycalendar *c, const json_t *object, struct calendar_rules *rules)
{
    const size_t n = json_object_size(object);
    struct calendar_date *dates;
    const char *key;
    json_t *value;
    size_t i = 0;

    if (n > CALENDAR_DATES_MAX) {
        tryread_fail(c->read, "dates", "more than %d", CALENDAR_DATES_MAX);
    }
    dates = tryread_failed(c->read) ? NULL : tryread_take(c->read, n, sizeof(*dates));
    json_object_foreach((json_t *)object, key, value)
    {
        if (tryread_failed(c->read)) {
            break;
        }
        if (instant_parse_date(key, strlen(key), &dates[i].day) != 0) {
            tryread_fail(c->read, key, "must be a date such as \"2026-12-24\"");
        }
        dates[i++].open = to_day(c, key, value);
    }
    if (tryread_failed(c->read)) {
        return;
    }
    qsort(dates, n, sizeof(*dates), by_day);
    rules->dates = dates;
    rules->n_dates = n;
}

/* Makes a calendar that belongs to the set at hand. */
static const struct calendar *make(struct trycalendar *c, const struct calendar_version *versions,
                                   size_t n)
{
    struct trycalendar_set *set = c->at;

    if (set->n == TRYCALENDAR_MAX) {
        tryread_fail(c->read, "calendar", "more than %d calendars", TRYCALENDAR_MAX);
    }
    if (tryread_failed(c->read)) {
        return NULL;
    }
    set->made[set->n] = calendar_new(versions, n);
    if (!set->made[set->n]) {
        tryread_fail(c->read, "calendar", "no memory");
        return NULL;
    }
    return set->made[set->n++];
}

static const struct calendar *read_rules(struct trycalendar *c, const json_t *object)
{
    static const char *const keys[] = {"tz", "week", "dates", "over_midnight", NULL};
    static const char *const overnight[] = {"shift", "midnight", NULL};
    struct calendar_rules *rules = tryread_take(c->read, 1, sizeof(*rules));
    const json_t *tz = tryread_need(c->read, object, "tz", JSON_STRING);
    const json_t *week = tryread_want(c->read, object, "week", JSON_OBJECT);
    const json_t *dates = tryread_want(c->read, object, "dates", JSON_OBJECT);

    tryread_only(c->read, object, keys);
    if (tryread_failed(c->read)) {
        return NULL;
    }
    rules->zone = trycalendar_zone(c, "tz", json_string_value(tz));
    if (week) {
        read_week(c, week, rules);
    }
    if (dates) {
        read_dates(c, dates, rules);
    }
    rules->overnight = tryread_want_name(c->read, object, "over_midnight", overnight) == 1
                           ? CALENDAR_MIDNIGHT
                           : CALENDAR_SHIFT;
    return make(c, &(struct calendar_version){.effective_at = INSTANT_NONE, .rules = rules}, 1);
}

static const struct calendar *read_calendar(struct trycalendar *c, const char *key,
                                            const json_t *object, int depth);

static const struct calendar *read_union(struct trycalendar *c, const json_t *object, int depth)
{
    static const char *const keys[] = {"union", NULL};
    const json_t *list = tryread_need(c->read, object, "union", JSON_ARRAY);
    const size_t n = json_array_size(list);
    const struct calendar **members;

    tryread_only(c->read, object, keys);
    if (n > CALENDAR_MEMBERS_MAX) {
        tryread_fail(c->read, "union", "more than %d members", CALENDAR_MEMBERS_MAX);
    }
    members = tryread_failed(c->read) ? NULL : tryread_take(c->read, n, sizeof(struct calendar *));
    for (size_t i = 0; i < n && !tryread_failed(c->read); i++) {
        members[i] = read_calendar(c, "union", json_array_get(list, i), depth + 1);
    }
    return make(c,
                &(struct calendar_version){
                    .effective_at = INSTANT_NONE, .members = members, .n_members = n},
                1);
}

/* A list of [instant, calendar]. Each version is a union of one, whose days count. */
static const struct calendar *read_versions(struct trycalendar *c, const json_t *object, int depth)
{
    static const char *const keys[] = {"versions", NULL};
    const json_t *list = tryread_need(c->read, object, "versions", JSON_ARRAY);
    const size_t n = json_array_size(list);
    struct calendar_version *versions;
    const struct calendar **members;

    tryread_only(c->read, object, keys);
    if (n < 1 || n > CALENDAR_VERSIONS_MAX) {
        tryread_fail(c->read, "versions", "must be 1 to %d", CALENDAR_VERSIONS_MAX);
    }
    versions = tryread_failed(c->read) ? NULL : tryread_take(c->read, n, sizeof(*versions));
    members = tryread_failed(c->read) ? NULL : tryread_take(c->read, n, sizeof(struct calendar *));
    for (size_t i = 0; i < n && !tryread_failed(c->read); i++) {
        const json_t *pair = json_array_get(list, i);
        if (json_array_size(pair) != 2) {
            tryread_fail(c->read, "versions", "must be a list of [instant, calendar]");
        }
        members[i] = read_calendar(c, "versions", json_array_get(pair, 1), depth + 1);
        versions[i] = (struct calendar_version){
            .effective_at = tryread_instant(c->read, "versions", json_array_get(pair, 0)),
            .members = &members[i],
            .n_members = 1,
            .days_of = members[i],
        };
        if (i > 0 && versions[i].effective_at <= versions[i - 1].effective_at) {
            tryread_fail(c->read, "versions", "must ascend");
        }
    }
    return make(c, versions, n);
}

static const struct calendar *read_calendar(struct trycalendar *c, const char *key,
                                            const json_t *object, int depth)
{
    if (!json_is_object(object)) {
        tryread_fail(c->read, key, "must be a calendar");
    }
    if (depth == DEPTH_MAX) {
        tryread_fail(c->read, key, "calendars within calendars, more than %d deep", DEPTH_MAX);
    }
    if (tryread_failed(c->read)) {
        return NULL;
    }
    if (json_object_get(object, "union")) {
        return read_union(c, object, depth);
    }
    if (json_object_get(object, "versions")) {
        return read_versions(c, object, depth);
    }
    return read_rules(c, object);
}

/* The set of a value that came before; NULL if there is none. */
static struct trycalendar_set *find(struct trycalendar *c, const json_t *value)
{
    for (size_t i = 0; i < TRYCALENDAR_KEPT; i++) {
        if (c->kept[i].value && json_equal(c->kept[i].value, value)) {
            return &c->kept[i];
        }
    }
    return NULL;
}

/* The set that was not used for longest, emptied; the rest where the case uses all of them. */
static struct trycalendar_set *make_room(struct trycalendar *c)
{
    struct trycalendar_set *oldest = &c->kept[0];

    for (size_t i = 1; i < TRYCALENDAR_KEPT; i++) {
        oldest = c->kept[i].used < oldest->used ? &c->kept[i] : oldest;
    }
    if (oldest->used == c->round) {
        return &c->rest;
    }
    clear(oldest);
    return oldest;
}

const struct calendar *trycalendar_read(struct trycalendar *c, const char *key, const json_t *value)
{
    struct trycalendar_set *set = find(c, value);
    struct arena *own = c->read->arena;
    const struct calendar *made;

    if (set) {
        set->used = c->round;
        return set->calendar;
    }
    set = make_room(c);
    set->used = c->round;
    c->at = set;
    c->read->arena = &set->arena;
    made = read_calendar(c, key, value, 0);
    c->read->arena = own;
    if (made && set != &c->rest) {
        set->calendar = made;
        set->value = json_incref((json_t *)value); // jansson counts in what is const, too
    }
    return made;
}
