// SPDX-License-Identifier: Apache-2.0
/*
 * Contracts of a book: all versions of each, their parties, teams and calendars found.
 */
#include <errno.h>
#include <string.h>

#include "config/link.h"
#include "core/instant.h"

int link_check_begin(const struct link *l, const struct booklink_item *item,
                     struct yamldoc_place at, const struct book_calendar *calendar)
{
    const int64_t begins_at = l->begins_at[calendar - l->calendars];
    char from[INSTANT_TEXT_BYTES];
    char begins[INSTANT_TEXT_BYTES];
    if (begins_at <= item->object->effective_at) {
        return 0;
    }
    return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "let the calendar's first version take effect earlier: in a new "
                          "calendar, if that version is in force already",
                          "the contract is in force from %s on, but calendar %s only from %s",
                          instant_format(item->object->effective_at, from), calendar->name,
                          instant_format(begins_at, begins));
}

/* A calendar that a contract names, which must be known from the contract's first day on. */
static int find_calendar(const struct link *l, const struct booklink_item *item,
                         struct yamldoc_place at, const char *name,
                         const struct book_calendar **ret)
{
    const size_t i = link_find(l, BOOK_CALENDAR, name);
    if (i == SIZE_MAX) {
        return link_refuse_absent(l, at, BOOK_CALENDAR, name);
    }
    *ret = &l->calendars[i];
    return link_check_begin(l, item, at, *ret);
}

int link_hours(const struct link *l, const struct booklink_item *item, struct yamldoc_place at,
               const char *name, const struct book_calendar *hours,
               const struct book_calendar **ret)
{
    if (strcmp(name, "hours") == 0) {
        *ret = hours;
        return 0;
    }
    return find_calendar(l, item, at, name, ret);
}

/* A length of time with the calendar that it may name; `at` is where it does. */
static int link_span(const struct link *l, const struct booklink_item *item,
                     struct yamldoc_place at, int64_t us, const char *calendar,
                     const struct book_calendar *hours, struct book_span *ret)
{
    ret->us = us;
    return calendar != NULL ? link_hours(l, item, at, calendar, hours, &ret->calendar) : 0;
}

static int link_teams_of(const struct link *l, const struct booklink_item *item,
                         const struct raw_contract *raw, struct book_contract_version *ret)
{
    struct book_contract_team *teams = arena_array(l->arena, raw->teams_count, sizeof(*teams));
    if (teams == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < raw->teams_count; i++) {
        const size_t team = link_find(l, BOOK_TEAM, raw->teams[i].team);
        if (team == SIZE_MAX) {
            return link_refuse_absent(l, booklink_at(item, "teams[%zu].team", i), BOOK_TEAM,
                                      raw->teams[i].team);
        }
        teams[i].team = l->linked->book.teams[team].id;
        teams[i].tier = raw->teams[i].tier != NULL ? raw->teams[i].tier : "";
        if (strcmp(raw->teams[i].team, raw->default_team) == 0) {
            ret->default_team = teams[i].team;
        }
    }
    ret->teams = teams;
    ret->n_teams = raw->teams_count;
    return 0;
}

static int link_holds(const struct link *l, const struct booklink_item *item,
                      struct book_contract_version *ret)
{
    const struct raw_contract *raw = &item->file->raw->contracts[item->index];
    const struct spec_contract *spec = &item->file->contracts[item->index];
    struct book_hold *holds = arena_array(l->arena, raw->holds_count, sizeof(*holds));
    if (holds == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < raw->holds_count; i++) {
        holds[i] = (struct book_hold){
            .reason = raw->holds[i].reason,
            .party = spec->holds[i].party,
            .pauses = spec->holds[i].pauses,
            .set_by = spec->holds[i].set_by,
            .needs_public_question = spec->holds[i].needs_public_question,
            .ends_on_requester_message = spec->holds[i].ends_on_requester_message,
        };
        const int r = link_span(l, item, booklink_at(item, "holds[%zu].calendar", i),
                                spec->holds[i].max_us, raw->holds[i].calendar, ret->hours,
                                &holds[i].max);
        if (r != 0) {
            return r;
        }
    }
    ret->holds = holds;
    ret->n_holds = raw->holds_count;
    return 0;
}

static int link_version(struct link *l, const struct booklink_item *item,
                        struct link_by_team *by_team, struct book_contract_version *ret)
{
    const struct raw_contract *raw = &item->file->raw->contracts[item->index];
    const struct spec_contract *spec = &item->file->contracts[item->index];

    *ret = (struct book_contract_version){
        .version = item->object->version,
        .effective_at = item->object->effective_at,
        .priorities = {(const char *const *)raw->priorities, raw->priorities_count},
        .on_reopen = spec->on_reopen,
        .on_retarget = spec->on_retarget,
        .min_remaining_us = spec->min_remaining_us,
        .follows_team = spec->follows_team,
        .unanswered_human = spec->unanswered_human,
        .unanswered_tool = spec->unanswered_tool,
        .merge_earliest = spec->merge_earliest,
        .reopen_window_us = spec->reopen_window_us,
        .priority_raise = spec->priority_raise,
        .priority_lower = spec->priority_lower,
        .max_backdate_us = spec->max_backdate_us,
        .retired = spec->retired,
        .approvals = spec->approvals,
    };
    memcpy(ret->sha256, item->object->sha256, sizeof(ret->sha256));
    int r = zonetable_get(l->zones, booklink_at(item, "zone"), raw->zone, &ret->zone, l->refusal);
    if (r == 0) {
        r = find_calendar(l, item, booklink_at(item, "hours"), raw->hours, &ret->hours);
    }
    if (r == 0) {
        r = link_teams_of(l, item, raw, ret);
    }
    if (r == 0) {
        r = link_targets(l, item, by_team, ret);
    }
    if (r == 0) {
        r = link_holds(l, item, ret);
    }
    if (r == 0 && raw->auto_close != NULL) {
        r = link_span(l, item, booklink_at(item, "auto_close.calendar"), spec->auto_close_us,
                      raw->auto_close->calendar, ret->hours, &ret->auto_close);
    }
    return r;
}

/* What a contract is known by in every ticket, journal and right: it never changes. */
static int check_permanent(const struct link *l, const struct booklink_item *item,
                           const struct booklink_item *first)
{
    const struct raw_contract *raw = &item->file->raw->contracts[item->index];
    const struct raw_contract *was = &first->file->raw->contracts[first->index];
    const struct {
        const char *key;
        const char *now;
        const char *before;
    } permanent[] = {
        {"key", raw->key, was->key},
        {"buyer", raw->buyer, was->buyer},
        {"vendor", raw->vendor, was->vendor},
    };
    for (size_t i = 0; i < sizeof(permanent) / sizeof(permanent[0]); i++) {
        if (strcmp(permanent[i].now, permanent[i].before) != 0) {
            const struct yamldoc_place at = booklink_at(item, "%s", permanent[i].key);
            return yamldoc_refuse(l->refusal, &at, OUTCOME_FAILED_PRECONDITION,
                                  "what is agreed anew with another key or party is another "
                                  "contract: give it a name of its own",
                                  "contract %s has the %s %s, and that is permanent", raw->name,
                                  permanent[i].key, permanent[i].before);
        }
    }
    return 0;
}

static int link_contract(struct link *l, const struct link_group *group, struct book_contract *ret)
{
    const struct booklink_item *first = &l->items[group->first];
    const struct raw_contract *raw = &first->file->raw->contracts[first->index];
    struct book_contract_version *versions = arena_array(l->arena, group->n, sizeof(*versions));
    if (versions == NULL) {
        return -ENOMEM;
    }
    const size_t buyer = link_find(l, BOOK_PARTY, raw->buyer);
    if (buyer == SIZE_MAX) {
        return link_refuse_absent(l, booklink_at(first, "buyer"), BOOK_PARTY, raw->buyer);
    }
    const size_t vendor = link_find(l, BOOK_PARTY, raw->vendor);
    if (vendor == SIZE_MAX) {
        return link_refuse_absent(l, booklink_at(first, "vendor"), BOOK_PARTY, raw->vendor);
    }
    struct link_by_team by_team = {.counts = false};
    for (size_t i = 0; i < group->n; i++) {
        int r = check_permanent(l, first + i, first);
        if (r == 0) {
            r = link_version(l, first + i, &by_team, &versions[i]);
        }
        if (r != 0) {
            return r;
        }
    }
    *ret = (struct book_contract){
        .id = first->object->id,
        .name = raw->name,
        .key = raw->key,
        .buyer = l->linked->book.parties[buyer].id,
        .vendor = l->linked->book.parties[vendor].id,
        .versions = versions,
        .n_versions = group->n,
    };
    return 0;
}

int link_contracts(struct link *l)
{
    const struct link_kind *kind = &l->kinds[BOOK_CONTRACT];
    struct book_contract *contracts = arena_array(l->arena, kind->n, sizeof(*contracts));
    if (contracts == NULL) {
        return -ENOMEM;
    }
    l->linked->book.contracts = contracts;
    for (size_t i = 0; i < kind->n; i++) {
        const int r = link_contract(l, &kind->groups[i], &contracts[i]);
        if (r != 0) {
            return r;
        }
        const struct book_contract *other = book_contract_keyed(&l->linked->book, contracts[i].key);
        if (other != NULL) {
            const struct link_group *group = &kind->groups[i];
            const struct yamldoc_place at = booklink_at(&l->items[group->first + group->n - 1],
                                                        "key");
            return yamldoc_refuse(l->refusal, &at, OUTCOME_ALREADY_EXISTS, NULL,
                                  "contract %s has the key %s already", other->name, other->key);
        }
        l->linked->book.n_contracts = i + 1;
    }
    return 0;
}
