// SPDX-License-Identifier: Apache-2.0
/*
 * Which objects are new, which change and from when on.
 *
 * Each object of the file is written as it would be stored and compared with the newest stored
 * text of its name: equal bytes are the same version.
 */
#include "config/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/bookdiff.h"
#include "config/bookstored.h"
#include "config/digest.h"
#include "core/instant.h"

static const enum book_kind kinds[] = {BOOK_CALENDAR, BOOK_PARTY, BOOK_TEAM, BOOK_SOURCE,
                                       BOOK_CONTRACT};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int compare_known(const void *a, const void *b)
{
    const struct known *x = a;
    const struct known *y = b;
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

static struct known *find_known(const struct planning *p, enum book_kind kind, const char *name)
{
    const struct known key = {.kind = kind, .name = name};
    if (p->n_known == 0) {
        return NULL;
    }
    return bsearch(&key, p->known, p->n_known, sizeof(key), compare_known);
}

int plan_stored(struct planning *p, const struct book_object *stored, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const int r = bookstored_parse(&stored[i], p->arena, &p->items[i], p->refusal);
        if (r != 0) {
            return r;
        }
        p->known[i] = (struct known){.kind = stored[i].kind, .name = stored[i].name, .item = i};
        if (stored[i].id > p->last_id[stored[i].kind]) {
            p->last_id[stored[i].kind] = stored[i].id;
        }
    }
    p->n_items = n;
    if (n > 0) {
        qsort(p->known, n, sizeof(*p->known), compare_known);
    }
    for (size_t i = 0; i < n; i++) {
        struct known *last = p->n_known > 0 ? &p->known[p->n_known - 1] : NULL;
        if (last == NULL || compare_known(last, &p->known[i]) != 0) {
            p->known[p->n_known++] = p->known[i];
        } else if (stored[p->known[i].item].version > stored[last->item].version) {
            last->item = p->known[i].item;
        }
    }
    return 0;
}

/* `effective` on the object's own wall, as an instant. A union has no zone: UTC. */
static int effective_instant(struct planning *p, const struct booklink_item *item,
                             const struct spec_effective *effective, int64_t *ret_at)
{
    const enum book_kind kind = item->object->kind;
    const char *zone_name = kind == BOOK_CALENDAR ? item->file->raw->calendars[item->index].zone
                                                  : item->file->raw->contracts[item->index].zone;
    if (zone_name == NULL) {
        *ret_at = instant_from_s(effective->wall_s);
        return 0;
    }
    const struct book_zone *zone;
    const int r = zonetable_get(&p->zones, booklink_at(item, "zone"), zone_name, &zone, p->refusal);
    if (r == 0) {
        *ret_at = zone_floor(zone->zone, effective->wall_s);
    }
    return r;
}

static struct spec_effective effective_of(const struct booklink_item *item)
{
    switch (item->object->kind) {
    case BOOK_CALENDAR: return item->file->calendars[item->index].effective;
    case BOOK_CONTRACT: return item->file->contracts[item->index].effective;
    default: return (struct spec_effective){.given = false};
    }
}

/* The first line that was taken away or added. */
static const struct book_plan_line *first_change(const struct book_plan_object *planned)
{
    static const struct book_plan_line nothing = {.mark = ' ', .text = ""};
    for (size_t i = 0; i < planned->n_lines; i++) {
        if (planned->lines[i].mark != ' ') {
            return &planned->lines[i];
        }
    }
    return &nothing;
}

static int refuse_past(const struct planning *p, const struct booklink_item *item,
                       const struct book_plan_object *planned)
{
    const struct book_object *o = item->object;
    const struct book_plan_line *change = first_change(planned);
    const struct yamldoc_place at = booklink_at(item, "effective");
    return yamldoc_refuse(p->refusal, &at, OUTCOME_FAILED_PRECONDITION,
                          "write an instant that is still to come, or leave `effective` out to "
                          "have it take effect at once",
                          "%s %s has changed (%c%.80s), and version %u would be in force from %s, "
                          "which is past: what was in force then stays",
                          book_kind_name(o->kind), o->name, change->mark, change->text, o->version,
                          bookstored_effective(item->file->raw, o->kind, item->index));
}

static int refuse_overtaking(const struct planning *p, const struct booklink_item *item,
                             const struct book_object *before)
{
    char from[INSTANT_TEXT_BYTES];
    const struct book_object *o = item->object;
    const struct yamldoc_place at = booklink_at(item, "effective");
    return yamldoc_refuse(p->refusal, &at, OUTCOME_FAILED_PRECONDITION,
                          "write that instant or a later one into `effective`",
                          "%s %s has changed, but its version %u takes effect only at %s, and a "
                          "later version cannot come before it",
                          book_kind_name(o->kind), o->name, before->version,
                          instant_format(before->effective_at, from));
}

/* When a new version takes effect; before is the newest stored one or NULL. */
static int choose_effective(struct planning *p, const struct booklink_item *item,
                            const struct book_object *before,
                            const struct book_plan_object *planned, int64_t *ret_at)
{
    const enum book_kind kind = item->object->kind;
    const struct spec_effective effective = effective_of(item);
    const bool dated = kind == BOOK_CALENDAR || kind == BOOK_CONTRACT;
    int64_t at = before == NULL && kind == BOOK_CALENDAR ? INSTANT_NONE : p->now_at;

    if (effective.given) {
        const int r = effective_instant(p, item, &effective, &at);
        if (r != 0) {
            return r;
        }
    }
    if (before != NULL && p->late_is_now && at < p->now_at) {
        at = p->now_at;
    }
    if (before != NULL && dated && at < p->now_at) {
        return refuse_past(p, item, planned);
    }
    if (before != NULL && at < before->effective_at) {
        if (dated) {
            return refuse_overtaking(p, item, before);
        }
        at = before->effective_at; // the clock went back a little
    }
    *ret_at = at;
    return 0;
}

/* Takes an object into the plan as a new version; its text is *o's. */
static int add(struct planning *p, struct booklink_item *item, struct book_object *o,
               const struct known *known, struct book_plan_object *planned)
{
    const struct book_object *before = known != NULL ? p->items[known->item].object : NULL;
    int64_t effective_at = 0;

    o->id = before != NULL ? before->id : ++p->last_id[o->kind];
    o->version = before != NULL ? before->version + 1 : 1;
    item->object = o;
    digest_sha256(o->text, o->n, o->sha256);
    int r = bookdiff(before != NULL ? before->text : "", before != NULL ? before->n : 0, o->text,
                     o->n, p->arena, &planned->lines, &planned->n_lines);
    if (r == 0) {
        r = choose_effective(p, item, before, planned, &effective_at);
    }
    if (r != 0) {
        return r;
    }
    o->effective_at = effective_at;
    o->recorded_at = p->now_at;
    planned->change = before != NULL ? BOOK_VERSION : BOOK_NEW;
    planned->version = o->version;
    planned->effective_at = effective_at;
    planned->id = o->id;
    p->items[p->n_items++] = *item;
    p->n_added++;
    return 0;
}

static int plan_object(struct planning *p, enum book_kind kind, size_t index)
{
    const struct raw_book *raw = p->file->raw;
    struct known *known = find_known(p, kind, bookstored_name(raw, kind, index));
    struct book_object *o = &p->added[p->n_added];
    struct book_plan_object *planned = &p->objects[p->n_objects++];
    char *own_effective = bookstored_effective(raw, kind, index);
    *o = (struct book_object){.kind = kind, .name = bookstored_name(raw, kind, index)};
    struct booklink_item item = {.object = o, .file = p->file, .index = index};
    const struct yamldoc_place at = booklink_at(&item, "name");
    *planned = (struct book_plan_object){.kind = kind, .name = o->name, .line = yamldoc_line(&at)};

    if (known != NULL) {
        struct booklink_item *stored = &p->items[known->item];
        // Without `effective` the file speaks of what is in force, whenever that began.
        char *effective = own_effective != NULL
                              ? own_effective
                              : bookstored_effective(stored->file->raw, kind, stored->index);
        int r = bookstored_write(raw, kind, index, effective, p->arena, &o->text, &o->n);
        if (r != 0) {
            return r;
        }
        known->in_file = true;
        if (o->n == stored->object->n && memcmp(o->text, stored->object->text, o->n) == 0) {
            planned->id = stored->object->id;
            planned->version = stored->object->version;
            planned->effective_at = stored->object->effective_at;
            stored->file = p->file; // lines are those of the file
            stored->index = index;
            return 0;
        }
    }
    const int r = bookstored_write(raw, kind, index, own_effective, p->arena, &o->text, &o->n);
    return r != 0 ? r : add(p, &item, o, known, planned);
}

/* The file's list of that name, SIZE_MAX if it has none. */
static size_t find_list(const struct planning *p, const char *name)
{
    const struct raw_book *raw = p->file->raw;
    for (size_t i = 0; i < raw->holidays_count; i++) {
        if (strcmp(raw->holidays[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static void mark_lists(struct planning *p, const struct raw_calendar *calendar, bool added)
{
    for (size_t i = 0; i < calendar->holidays_count; i++) {
        const size_t list = find_list(p, calendar->holidays[i]);
        if (list != SIZE_MAX) {
            p->list_used[list] = true;
            p->list_added[list] = p->list_added[list] || added;
        }
    }
}

/*
 * A stored calendar that the file does not name, with the file's lists in place of those it was
 * stored with: a list has one meaning, so it becomes a new version if any of them differs.
 */
static int plan_lists(struct planning *p, struct known *known)
{
    struct booklink_item *stored = &p->items[known->item];
    const struct raw_book *was = stored->file->raw;
    struct raw_book merged = *was;
    struct raw_holidays *lists = arena_array(p->arena, was->holidays_count, sizeof(*lists));
    struct book_object *o = &p->added[p->n_added];
    if (lists == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < was->holidays_count; i++) {
        const size_t list = find_list(p, was->holidays[i].name);
        lists[i] = list != SIZE_MAX ? p->file->raw->holidays[list] : was->holidays[i];
    }
    merged.holidays = lists;
    *o = (struct book_object){.kind = BOOK_CALENDAR, .name = stored->object->name};
    char *effective = bookstored_effective(was, BOOK_CALENDAR, stored->index);
    int r = bookstored_write(&merged, BOOK_CALENDAR, stored->index, effective, p->arena, &o->text,
                             &o->n);
    if (r != 0) {
        return r;
    }
    const bool same = o->n == stored->object->n && memcmp(o->text, stored->object->text, o->n) == 0;
    mark_lists(p, &was->calendars[stored->index], !same);
    if (same) {
        return 0;
    }
    r = bookstored_write(&merged, BOOK_CALENDAR, stored->index, NULL, p->arena, &o->text, &o->n);
    struct booklink_item item = {0};
    if (r == 0) {
        o->version = stored->object->version + 1;
        r = bookstored_parse(o, p->arena, &item, p->refusal);
    }
    if (r != 0) {
        return r;
    }
    struct book_plan_object *planned = &p->objects[p->n_objects++];
    *planned = (struct book_plan_object){.kind = BOOK_CALENDAR, .name = o->name};
    return add(p, &item, o, known, planned);
}

int plan_objects(struct planning *p)
{
    const struct raw_book *raw = p->file->raw;
    int r = 0;
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t i = 0; r == 0 && i < bookstored_count(raw, kinds[k]); i++) {
            r = plan_object(p, kinds[k], i);
            if (r == 0 && kinds[k] == BOOK_CALENDAR) {
                const bool added = p->objects[p->n_objects - 1].change != BOOK_SAME;
                mark_lists(p, &raw->calendars[i], added);
            }
        }
    }
    for (size_t i = 0; r == 0 && raw->holidays_count > 0 && i < p->n_known; i++) {
        if (p->known[i].kind == BOOK_CALENDAR && !p->known[i].in_file) {
            r = plan_lists(p, &p->known[i]);
        }
    }
    return r;
}
