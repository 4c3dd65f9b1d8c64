// SPDX-License-Identifier: Apache-2.0
/*
 * Order of making: zones on demand, parties, sources, calendars, teams, contracts; each refers only
 * to what is made before it. Versions of parties, sources and teams follow one another without a
 * past: the newest counts. Those of calendars and contracts all stay.
 */
#include "config/booklink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/link.h"
#include "config/near.h"

struct yamldoc_place booklink_at(const struct booklink_item *item, const char *path, ...)
{
    static const char *const keys[BOOK_KINDS] = {
        [BOOK_CALENDAR] = "calendars", [BOOK_PARTY] = "parties",  [BOOK_TEAM] = "teams",
        [BOOK_CONTRACT] = "contracts", [BOOK_SOURCE] = "sources",
    };
    struct yamldoc_place at = yamldoc_at(item->file->doc, "%s[%zu]", keys[item->object->kind],
                                         item->index);
    char inner[sizeof(at.path)];
    va_list args;
    va_start(args, path);
    (void)vsnprintf(inner, sizeof(inner), path, args);
    va_end(args);
    if (inner[0] != '\0') {
        at = yamldoc_in(&at, "%s", inner);
    }
    return at;
}

size_t link_find(const struct link *l, enum book_kind kind, const char *name)
{
    const struct link_kind *k = &l->kinds[kind];
    size_t low = 0;
    size_t high = k->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(k->names[middle].name, name);
        if (order == 0) {
            return k->names[middle].group;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return SIZE_MAX;
}

int link_refuse_absent(const struct link *l, struct yamldoc_place at, enum book_kind kind,
                       const char *name)
{
    const struct link_kind *k = &l->kinds[kind];
    struct near near = near_to(name);
    char hint[128];
    for (size_t i = 0; i < k->n; i++) {
        near_offer(&near, k->names[i].name);
    }
    return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          near_hint(&near, hint, sizeof(hint)), "there is no %s %s",
                          book_kind_name(kind), name);
}

static int compare_items(const void *a, const void *b)
{
    const struct book_object *x = ((const struct booklink_item *)a)->object;
    const struct book_object *y = ((const struct booklink_item *)b)->object;
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    return x->version < y->version ? -1 : x->version > y->version;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct link_name *)a)->name, ((const struct link_name *)b)->name);
}

/* Versions are 1, 2, ... of one name, each taking effect not before the one in front of it. */
static int check_versions(const struct link *l, const struct link_group *group)
{
    for (size_t i = 0; i < group->n; i++) {
        const struct booklink_item *item = &l->items[group->first + i];
        const struct book_object *o = item->object;
        const struct book_object *before = i > 0 ? item[-1].object : NULL;
        const struct yamldoc_place at = booklink_at(item, "%s", "");
        if (o->id == 0 || o->version != i + 1 ||
            (before != NULL && strcmp(before->name, o->name) != 0)) {
            return yamldoc_refuse(l->refusal, &at, OUTCOME_DATA_LOSS, NULL,
                                  "version %u of number %u does not follow the one before it",
                                  o->version, o->id);
        }
        if (before != NULL && o->effective_at < before->effective_at) {
            return yamldoc_refuse(l->refusal, &at, OUTCOME_DATA_LOSS, NULL,
                                  "takes effect before the version in front of it");
        }
    }
    return 0;
}

/* Groups items[*first ..) of a kind by id; *first moves behind them. */
static int group_kind(struct link *l, enum book_kind kind, size_t n_items, size_t *first)
{
    size_t end = *first;
    while (end < n_items && l->items[end].object->kind == kind) {
        end++;
    }
    struct link_group *groups = arena_array(l->arena, end - *first, sizeof(*groups));
    struct link_name *names = arena_array(l->arena, end - *first, sizeof(*names));
    if (groups == NULL || names == NULL) {
        return -ENOMEM;
    }
    size_t n = 0;
    for (size_t i = *first; i < end; i++) {
        if (i == *first || l->items[i].object->id != l->items[i - 1].object->id) {
            groups[n].first = i;
            names[n] = (struct link_name){.name = l->items[i].object->name, .group = n};
            n++;
        }
        groups[n - 1].n++;
    }
    if (n > 0) {
        qsort(names, n, sizeof(*names), compare_names);
    }
    l->kinds[kind] = (struct link_kind){.groups = groups, .n = n, .names = names};
    *first = end;
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = check_versions(l, &groups[i]);
        if (r == 0 && i > 0 && strcmp(names[i].name, names[i - 1].name) == 0) {
            const struct yamldoc_place at = booklink_at(&l->items[groups[names[i].group].first],
                                                        "name");
            r = yamldoc_refuse(l->refusal, &at, OUTCOME_DATA_LOSS, NULL,
                               "two objects have the name %s", names[i].name);
        }
    }
    return r;
}

static const struct booklink_item *newest(const struct link *l, enum book_kind kind, size_t i)
{
    const struct link_group *group = &l->kinds[kind].groups[i];
    return &l->items[group->first + group->n - 1];
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static int link_parties(struct link *l)
{
    const size_t n = l->kinds[BOOK_PARTY].n;
    struct book_party *parties = arena_array(l->arena, n, sizeof(*parties));
    if (parties == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const struct booklink_item *item = newest(l, BOOK_PARTY, i);
        const struct raw_party *raw = &item->file->raw->parties[item->index];
        parties[i] = (struct book_party){
            .id = item->object->id,
            .name = raw->name,
            .title = or_empty(raw->title),
            .country = or_empty(raw->country),
        };
    }
    l->linked->book.parties = parties;
    l->linked->book.n_parties = n;
    return 0;
}

static int link_sources(struct link *l)
{
    const size_t n = l->kinds[BOOK_SOURCE].n;
    struct book_source *sources = arena_array(l->arena, n, sizeof(*sources));
    if (sources == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const struct booklink_item *item = newest(l, BOOK_SOURCE, i);
        const struct spec_source *spec = &item->file->sources[item->index];
        sources[i] = (struct book_source){
            .id = item->object->id,
            .name = item->file->raw->sources[item->index].name,
            .version = item->object->version,
            .starts_at_occurred = spec->starts_at_occurred,
            .max_backdate_us = spec->max_backdate_us,
            .may_assert = spec->may_assert,
            .open_tickets_max = spec->open_tickets_max != 0 ? spec->open_tickets_max
                                                            : BOOK_SOURCE_OPEN_TICKETS,
        };
    }
    l->linked->book.sources = sources;
    l->linked->book.n_sources = n;
    return 0;
}

static int link_team(struct link *l, const struct booklink_item *item, struct book_team *ret)
{
    const struct raw_team *raw = &item->file->raw->teams[item->index];
    const struct raw_site none = {0};
    const struct raw_site *site = raw->site != NULL ? raw->site : &none;
    const size_t party = link_find(l, BOOK_PARTY, raw->party);
    if (party == SIZE_MAX) {
        return link_refuse_absent(l, booklink_at(item, "party"), BOOK_PARTY, raw->party);
    }
    const struct book_calendar *calendar = NULL;
    if (raw->calendar != NULL) {
        const size_t i = link_find(l, BOOK_CALENDAR, raw->calendar);
        if (i == SIZE_MAX) {
            return link_refuse_absent(l, booklink_at(item, "calendar"), BOOK_CALENDAR,
                                      raw->calendar);
        }
        calendar = &l->calendars[i];
    }
    if (site->zone != NULL) {
        const struct book_zone *zone;
        const int r = zonetable_get(l->zones, booklink_at(item, "site.zone"), site->zone, &zone,
                                    l->refusal);
        if (r != 0) {
            return r;
        }
    }
    *ret = (struct book_team){
        .id = item->object->id,
        .name = raw->name,
        .party = l->linked->book.parties[party].id,
        .country = or_empty(site->country),
        .zone_name = or_empty(site->zone),
        .office = or_empty(raw->office),
        .functions = {(const char *const *)raw->functions, raw->functions_count},
        .languages = {(const char *const *)raw->languages, raw->languages_count},
        .calendar = calendar,
    };
    return 0;
}

static int link_teams(struct link *l)
{
    const size_t n = l->kinds[BOOK_TEAM].n;
    struct book_team *teams = arena_array(l->arena, n, sizeof(*teams));
    if (teams == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const int r = link_team(l, newest(l, BOOK_TEAM, i), &teams[i]);
        if (r != 0) {
            return r;
        }
    }
    l->linked->book.teams = teams;
    l->linked->book.n_teams = n;
    return 0;
}

static int link_all(struct link *l, size_t n)
{
    // In the order of enum book_kind, by which the items are sorted.
    static const enum book_kind kinds[] = {BOOK_CALENDAR, BOOK_PARTY, BOOK_TEAM, BOOK_CONTRACT,
                                           BOOK_SOURCE};
    size_t first = 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        r = group_kind(l, kinds[i], n, &first);
    }
    if (r == 0) {
        r = link_parties(l);
    }
    if (r == 0) {
        r = link_sources(l);
    }
    if (r == 0) {
        r = link_calendars(l);
    }
    if (r == 0) {
        r = link_teams(l);
    }
    if (r == 0) {
        r = link_contracts(l);
    }
    return r;
}

int booklink(struct booklink_item *items, size_t n, struct zonetable *zones, struct arena *arena,
             struct book **ret, struct refusal *ret_refusal)
{
    struct link_book *linked = arena_alloc(arena, sizeof(*linked));
    if (linked == NULL) {
        return -ENOMEM;
    }
    if (n > 0) {
        qsort(items, n, sizeof(*items), compare_items);
    }
    struct link l = {
        .items = items,
        .zones = zones,
        .arena = arena,
        .linked = linked,
        .refusal = ret_refusal,
    };
    const int r = link_all(&l, n);
    if (r != 0) {
        book_free(&linked->book);
        return r;
    }
    linked->book.zones = zones->zones;
    linked->book.n_zones = zones->n;
    memcpy(linked->book.zone_release, zones->source->release, sizeof(linked->book.zone_release));
    *ret = &linked->book;
    return 0;
}

void book_set_meter(struct book *book, struct meter *meter)
{
    const struct link_book *linked = (const struct link_book *)book;

    book->meter = meter;
    for (size_t i = 0; i < linked->n_made; i++) {
        calendar_set_meter(linked->made[i], meter);
    }
}

void book_free(struct book *book)
{
    struct link_book *linked = (struct link_book *)book;
    for (size_t i = linked != NULL ? linked->n_made : 0; i-- > 0;) {
        calendar_free(linked->made[i]);
    }
    if (linked != NULL) {
        linked->n_made = 0;
    }
}
