// SPDX-License-Identifier: Apache-2.0
/*
 * A plan is made in three steps: compare (planobject), link all versions, stored and new, to the
 * book that would be (booklink), then check that book as a whole. Objects of the file keep their
 * place in it, so that whatever does not hold is refused with a line that its author can look at.
 */
#include "config/bookplan.h"

#include <errno.h>
#include <string.h>

#include "config/bookcheck.h"
#include "config/bookexample.h"
#include "config/plan.h"

static bool is_added(const struct planning *p, const struct book_object *o)
{
    return o >= p->added && o < p->added + p->n_added;
}

/* Calendars of the file that are added; `warnings` has room for all. */
static int warn_of_closings(const struct planning *p, struct book_plan *plan, const char **warnings)
{
    for (size_t i = 0; i < p->n_items; i++) {
        const struct booklink_item *item = &p->items[i];
        const char *warning = NULL;
        if (item->object->kind == BOOK_CALENDAR && item->file == p->file &&
            is_added(p, item->object) &&
            bookcheck_closing(p->file, item->index, p->arena, &warning) != 0) {
            return -ENOMEM;
        }
        if (warning != NULL) {
            warnings[plan->n_warnings++] = warning;
        }
    }
    return 0;
}

/* The lists of the file: each is used, and those of added calendars reach into the future. */
static int check_lists(struct planning *p, struct book_plan *plan)
{
    const size_t n = p->file->raw->holidays_count;
    const char **warnings = arena_array(p->arena, n + p->file->raw->calendars_count,
                                        sizeof(char *));
    if (warnings == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const char *warning = NULL;
        if (!p->list_used[i]) {
            const struct yamldoc_place at = yamldoc_at(p->file->doc, "holidays[%zu]", i);
            return yamldoc_refuse(p->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                  "name it under `holidays` of a calendar, or leave it out",
                                  "no calendar uses holiday list %s",
                                  p->file->raw->holidays[i].name);
        }
        const int r = bookcheck_holidays(p->file, i, p->list_added[i], p->now_at, p->arena,
                                         &warning, p->refusal);
        if (r != 0) {
            return r;
        }
        if (warning != NULL) {
            warnings[plan->n_warnings++] = warning;
        }
    }
    plan->warnings = warnings;
    return warn_of_closings(p, plan, warnings);
}

/* A contract with stored versions of which one counts by the team's calendar; NULL if none. */
static const struct book_contract *counting_by(const struct planning *p, const struct book *book,
                                               uint32_t team)
{
    bool counts = false;
    bool has_team = false;
    for (size_t i = 0; i < p->n_items; i++) {
        const struct book_object *o = p->items[i].object;
        if (o->kind != BOOK_CONTRACT || is_added(p, o)) {
            continue;
        }
        const struct book_contract *contract = book_contract(book, o->id);
        const struct book_contract_version *version = book_contract_version(contract, o->version);
        counts = (counts && o->version > 1) || book_counts_in_teams(version);
        has_team = (has_team && o->version > 1) || book_has_team(version, team);
        if (counts && has_team) {
            return contract;
        }
    }
    return NULL;
}

/*
 * Which calendar a team has is no matter of versions: clocks that ran by it would be judged anew.
 * The calendar itself may change, from an instant on.
 */
static int check_team(const struct planning *p, const struct booklink_item *item,
                      const struct book *book)
{
    const struct booklink_item *before = &item[-1]; // the version in front of it
    const char *was = before->file->raw->teams[before->index].calendar;
    const char *is = item->file->raw->teams[item->index].calendar;
    if (was == NULL || (is != NULL && strcmp(was, is) == 0)) {
        return 0;
    }
    const struct book_contract *contract = counting_by(p, book, item->object->id);
    if (contract == NULL) {
        return 0;
    }
    const struct yamldoc_place at = booklink_at(item, is != NULL ? "calendar" : "name");
    return yamldoc_refuse(p->refusal, &at, OUTCOME_FAILED_PRECONDITION,
                          "give that calendar a new version, or the work to another team",
                          "clocks of contract %s count by the calendar of team %s, and that is %s",
                          contract->name, item->object->name, was);
}

/* What the book as a whole must pass; items are sorted by kind, id and version now. */
static int check_book(struct planning *p, const struct book *book)
{
    for (size_t i = 0; i < p->n_items; i++) {
        const struct booklink_item *item = &p->items[i];
        const struct book_object *o = item->object;
        const bool newest = i + 1 == p->n_items || item[1].object->kind != o->kind ||
                            item[1].object->id != o->id;
        int r = 0;
        if (o->kind == BOOK_CALENDAR && is_added(p, o)) {
            r = bookcheck_opens(item, book_calendar_named(book, o->name)->calendar, p->now_at,
                                p->refusal);
        } else if (o->kind == BOOK_TEAM && o->version > 1 && is_added(p, o)) {
            r = check_team(p, item, book);
        } else if (o->kind == BOOK_CONTRACT && newest) {
            r = bookcheck_contract(item, book, p->refusal);
        }
        if (r != 0) {
            return r;
        }
    }
    return 0;
}

static int make_examples(struct planning *p, struct book_plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_added; i++) {
        const struct book_object *o = &p->added[i];
        if (o->kind == BOOK_CONTRACT) {
            const struct book_contract *contract = book_contract(plan->book, o->id);
            n += bookexample_count(plan->book, book_contract_version(contract, o->version));
        }
    }
    struct book_plan_example *examples = arena_array(p->arena, n, sizeof(*examples));
    if (examples == NULL) {
        return -ENOMEM;
    }
    plan->examples = examples;
    plan->n_examples = n;
    for (size_t i = 0; i < p->n_added; i++) {
        const struct book_object *o = &p->added[i];
        if (o->kind == BOOK_CONTRACT) {
            const struct book_contract *contract = book_contract(plan->book, o->id);
            const struct book_contract_version *version = book_contract_version(contract,
                                                                                o->version);
            if (bookexample_make(plan->book, contract, version, p->now_at, p->arena, examples) !=
                0) {
                return -ENOMEM;
            }
            examples += bookexample_count(plan->book, version);
        }
    }
    return 0;
}

/* Parties, calendars, teams, sources, contracts: what is stored refers only to what was stored
 * before. */
static int order_added(struct planning *p, struct book_plan *plan)
{
    static const enum book_kind order[] = {BOOK_PARTY, BOOK_CALENDAR, BOOK_TEAM, BOOK_SOURCE,
                                           BOOK_CONTRACT};
    struct book_object *added = arena_array(p->arena, p->n_added, sizeof(*added));
    if (added == NULL) {
        return -ENOMEM;
    }
    for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
        for (size_t i = 0; i < p->n_added; i++) {
            if (p->added[i].kind == order[k]) {
                added[plan->n_added++] = p->added[i];
            }
        }
    }
    plan->added = added;
    return 0;
}

static int finish(struct planning *p, struct book_plan *plan)
{
    int r = check_lists(p, plan);
    if (r == 0) {
        r = booklink(p->items, p->n_items, &p->zones, p->arena, &plan->book, p->refusal);
    }
    if (r == 0 && p->meter != NULL) {
        book_set_meter(plan->book, p->meter);
    }
    if (r == 0) {
        r = check_book(p, plan->book);
    }
    if (r == 0 && p->wants_examples) {
        r = make_examples(p, plan);
    }
    if (r == 0) {
        r = order_added(p, plan);
    }
    plan->objects = p->objects;
    plan->n_objects = p->n_objects;
    plan->changes_nothing = p->n_added == 0;
    return r;
}

static int make_plan(struct planning p, const struct book_object *stored, size_t n,
                     const struct zone_source *zones, struct book_plan **ret)
{
    struct arena *arena = p.arena;
    const struct raw_book *raw = p.file->raw;
    // Every stored calendar may change with its lists.
    const size_t most = n + raw->calendars_count + raw->parties_count + raw->teams_count +
                        raw->sources_count + raw->contracts_count;
    struct book_plan *plan = arena_alloc(arena, sizeof(*plan));
    p.items = arena_array(arena, n + most, sizeof(*p.items));
    p.known = arena_array(arena, n, sizeof(*p.known));
    p.added = arena_array(arena, most + 1, sizeof(*p.added)); // one is tried out at the end
    p.objects = arena_array(arena, most, sizeof(*p.objects));
    p.list_used = arena_array(arena, raw->holidays_count, sizeof(bool));
    p.list_added = arena_array(arena, raw->holidays_count, sizeof(bool));
    if (plan == NULL || p.items == NULL || p.known == NULL || p.added == NULL ||
        p.objects == NULL || p.list_used == NULL || p.list_added == NULL) {
        return -ENOMEM;
    }
    int r = zonetable_init(&p.zones, zones, arena);
    if (r == 0) {
        r = plan_stored(&p, stored, n);
    }
    if (r == 0) {
        r = plan_objects(&p);
    }
    if (r == 0) {
        r = finish(&p, plan);
    }
    if (r != 0) {
        book_plan_free(plan);
        return r;
    }
    *ret = plan;
    return 0;
}

int book_plan(const struct book_object *stored, size_t n, const struct bookfile *file,
              int64_t now_at, const struct zone_source *zones, struct arena *arena,
              struct book_plan **ret, struct refusal *ret_refusal)
{
    const struct planning p = {.file = file,
                               .now_at = now_at,
                               .arena = arena,
                               .refusal = ret_refusal,
                               .wants_examples = true};
    return make_plan(p, stored, n, zones, ret);
}

int book_plan_agreed(const struct book_object *stored, size_t n, const struct bookfile *file,
                     int64_t now_at, const struct zone_source *zones, struct arena *arena,
                     struct book_plan **ret, struct refusal *ret_refusal)
{
    const struct planning p = {.file = file,
                               .now_at = now_at,
                               .arena = arena,
                               .refusal = ret_refusal,
                               .late_is_now = true};
    return make_plan(p, stored, n, zones, ret);
}

int book_plan_alone(const struct bookfile *file, int64_t now_at, const struct zone_source *zones,
                    struct meter *meter, struct arena *arena, struct book_plan **ret,
                    struct refusal *ret_refusal)
{
    const struct planning p = {
        .file = file, .now_at = now_at, .arena = arena, .refusal = ret_refusal, .meter = meter};
    return make_plan(p, NULL, 0, zones, ret);
}

void book_plan_free(struct book_plan *plan)
{
    if (plan != NULL) {
        book_free(plan->book);
        plan->book = NULL;
    }
}
