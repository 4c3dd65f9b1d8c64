// SPDX-License-Identifier: Apache-2.0
/*
 * Calendars of a book. A union is made after its members, so they are made depth first, which finds
 * cycles on the way.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/link.h"
#include "core/instant.h"

enum { UNION_DEPTH_MAX = 8 }; // unions of unions; bounds the recursion, here and when asked

/* While calendars are being made. */
struct making {
    struct link *l;
    enum { TO_DO = 0, UNDER_WAY, MADE } * states; // per calendar
    int64_t *begins_at;
    int64_t *days_at;
    int *heights;                      // unions above one another in it; 0: rules alone
    size_t stack[UNION_DEPTH_MAX + 1]; // calendars under way, outermost first
    size_t depth;
};

static const char *calendar_name(const struct link *l, size_t i)
{
    return l->items[l->kinds[BOOK_CALENDAR].groups[i].first].object->name;
}

/* "a -> b -> a" */
static int refuse_cycle(const struct making *m, struct yamldoc_place at, size_t member)
{
    char cycle[256];
    size_t n = 0;
    size_t i = 0;
    while (m->stack[i] != member) {
        i++;
    }
    for (; i < m->depth && n < sizeof(cycle); i++) {
        n += (size_t)snprintf(cycle + n, sizeof(cycle) - n, "%s -> ",
                              calendar_name(m->l, m->stack[i]));
    }
    return yamldoc_refuse(m->l->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                          "a calendar would be part of itself: %s%s",
                          n < sizeof(cycle) ? cycle : "", calendar_name(m->l, member));
}

static int make(struct making *m, size_t calendar);

/* The calendar that a union names, made if it was not. */
static int find_member(struct making *m, struct yamldoc_place at, const char *name, size_t *ret)
{
    struct link *l = m->l;
    const size_t member = link_find(l, BOOK_CALENDAR, name);
    if (member == SIZE_MAX) {
        return link_refuse_absent(l, at, BOOK_CALENDAR, name);
    }
    if (m->states[member] == UNDER_WAY) {
        return refuse_cycle(m, at, member);
    }
    bool too_deep = m->states[member] == TO_DO && m->depth > UNION_DEPTH_MAX;
    if (!too_deep && m->states[member] == TO_DO) {
        const int r = make(m, member);
        if (r != 0) {
            return r;
        }
    }
    too_deep = too_deep || m->heights[member] >= UNION_DEPTH_MAX;
    if (too_deep) {
        return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                              "unions of unions go more than %d deep", UNION_DEPTH_MAX);
    }
    *ret = member;
    return 0;
}

static int make_union(struct making *m, const struct booklink_item *item,
                      struct calendar_version *ret, struct book_calendar_version *told,
                      int64_t *begins_at, int64_t *days_at, int *height)
{
    const struct raw_calendar *raw = &item->file->raw->calendars[item->index];
    const size_t n = raw->members_count;
    const struct calendar **members = arena_array(m->l->arena, n, sizeof(struct calendar *));
    const struct book_calendar **joined = arena_array(m->l->arena, n,
                                                      sizeof(struct book_calendar *));
    if (members == NULL || joined == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        size_t member = 0;
        const int r = find_member(m, booklink_at(item, "union[%zu]", i), raw->members[i], &member);
        if (r != 0) {
            return r;
        }
        joined[i] = &m->l->calendars[member];
        members[i] = joined[i]->calendar;
        if (raw->days_of != NULL && strcmp(raw->members[i], raw->days_of) == 0) {
            ret->days_of = members[i];
            *days_at = m->days_at[member];
        }
        if (m->begins_at[member] > *begins_at) {
            *begins_at = m->begins_at[member];
        }
        if (m->heights[member] >= *height) {
            *height = m->heights[member] + 1;
        }
    }
    ret->members = members;
    ret->n_members = n;
    told->members = joined;
    told->n_members = n;
    return 0;
}

static int make_rules(struct making *m, const struct booklink_item *item,
                      struct calendar_version *ret, const struct book_zone **ret_zone)
{
    const struct raw_calendar *raw = &item->file->raw->calendars[item->index];
    const struct spec_calendar *spec = &item->file->calendars[item->index];
    struct calendar_rules *rules = arena_alloc(m->l->arena, sizeof(*rules));
    if (rules == NULL) {
        return -ENOMEM;
    }
    const int r = zonetable_get(m->l->zones, booklink_at(item, "zone"), raw->zone, ret_zone,
                                m->l->refusal);
    if (r != 0) {
        return r;
    }
    *rules = (struct calendar_rules){
        .zone = (*ret_zone)->zone,
        .dates = spec->dates,
        .n_dates = spec->n_dates,
        .holidays = spec->holidays,
        .n_holidays = spec->n_holidays,
        .overnight = spec->overnight,
    };
    memcpy(rules->week, spec->week, sizeof(rules->week));
    ret->rules = rules;
    return 0;
}

/*
 * Between from_at and to_at a version is in force that has business days from own_at on. Returns
 * from when on there are always some, by what is known so far.
 */
static int64_t days_begin(int64_t days_at, int64_t from_at, int64_t to_at, int64_t own_at)
{
    const int64_t until_at = own_at < to_at ? own_at : to_at;
    return from_at < until_at && until_at > days_at ? until_at : days_at;
}

/* All versions of one calendar, as the book tells them and as core asks for them. */
static int make_versions(struct making *m, size_t calendar, struct book_calendar_version *told,
                         struct calendar_version *asked, size_t *ret_n_asked)
{
    const struct link_group *group = &m->l->kinds[BOOK_CALENDAR].groups[calendar];
    int64_t own_days_at = INSTANT_NONE;
    int64_t days_at = INSTANT_NONE;
    size_t n = 0;

    for (size_t i = 0; i < group->n; i++) {
        const struct booklink_item *item = &m->l->items[group->first + i];
        const struct book_object *object = item->object;
        struct calendar_version version = {.effective_at = object->effective_at};
        const bool is_union = item->file->calendars[item->index].is_union;
        int64_t begins_at = object->effective_at;
        if (n > 0) {
            days_at = days_begin(days_at, asked[n - 1].effective_at, version.effective_at,
                                 own_days_at);
        }
        own_days_at = is_union ? INSTANT_NEVER : INSTANT_NONE;
        told[i].version = object->version;
        told[i].effective_at = object->effective_at;
        memcpy(told[i].sha256, object->sha256, sizeof(told[i].sha256));
        const int r = is_union ? make_union(m, item, &version, &told[i], &begins_at, &own_days_at,
                                            &m->heights[calendar])
                               : make_rules(m, item, &version, &told[i].zone);
        if (r != 0) {
            return r;
        }
        if (i == 0) {
            m->begins_at[calendar] = begins_at;
        }
        // One that is replaced from its own first instant on was never in force.
        n -= n > 0 && asked[n - 1].effective_at == version.effective_at;
        asked[n++] = version;
    }
    m->days_at[calendar] = days_begin(days_at, asked[n - 1].effective_at, INSTANT_NEVER,
                                      own_days_at);
    *ret_n_asked = n;
    return 0;
}

static int make(struct making *m, size_t calendar)
{
    struct link *l = m->l;
    const struct link_group *group = &l->kinds[BOOK_CALENDAR].groups[calendar];
    const struct booklink_item *first = &l->items[group->first];
    struct book_calendar_version *told = arena_array(l->arena, group->n, sizeof(*told));
    struct calendar_version *asked = arena_array(l->arena, group->n, sizeof(*asked));
    size_t n_asked;
    if (told == NULL || asked == NULL) {
        return -ENOMEM;
    }
    if (group->n > CALENDAR_VERSIONS_MAX) {
        const struct yamldoc_place at = booklink_at(first + group->n - 1, "%s", "");
        return yamldoc_refuse(l->refusal, &at, OUTCOME_RESOURCE_EXHAUSTED,
                              "start a calendar of another name",
                              "the calendar has more than %d versions", CALENDAR_VERSIONS_MAX);
    }
    m->states[calendar] = UNDER_WAY;
    m->stack[m->depth++] = calendar;
    const int r = make_versions(m, calendar, told, asked, &n_asked);
    if (r != 0) {
        return r;
    }
    m->depth--;
    m->states[calendar] = MADE;
    struct calendar *made = calendar_new(asked, n_asked);
    if (made == NULL) {
        return -ENOMEM;
    }
    l->linked->made[l->linked->n_made++] = made;
    l->calendars[calendar] = (struct book_calendar){
        .id = first->object->id,
        .name = first->file->raw->calendars[first->index].name,
        .calendar = made,
        .n_versions = group->n,
        .versions = told,
    };
    return 0;
}

int link_calendars(struct link *l)
{
    const size_t n = l->kinds[BOOK_CALENDAR].n;
    struct making m = {.l = l};
    m.states = arena_array(l->arena, n, sizeof(*m.states));
    m.begins_at = arena_array(l->arena, n, sizeof(*m.begins_at));
    m.days_at = arena_array(l->arena, n, sizeof(*m.days_at));
    m.heights = arena_array(l->arena, n, sizeof(*m.heights));
    l->calendars = arena_array(l->arena, n, sizeof(*l->calendars));
    l->linked->made = arena_array(l->arena, n, sizeof(struct calendar *));
    if (m.states == NULL || m.begins_at == NULL || m.days_at == NULL || m.heights == NULL ||
        l->calendars == NULL || l->linked->made == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        if (m.states[i] == TO_DO) {
            const int r = make(&m, i);
            if (r != 0) {
                return r;
            }
        }
    }
    l->begins_at = m.begins_at;
    l->days_at = m.days_at;
    l->linked->book.calendars = l->calendars;
    l->linked->book.n_calendars = n;
    return 0;
}
