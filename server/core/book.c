// SPDX-License-Identifier: Apache-2.0
/*
 * Look-ups in the book and the names of what it holds.
 *
 * A book has a few hundred objects and a command looks up a handful of them, so every search here
 * is a walk. Names of kinds come from tables whose index is the stored number.
 */
#include "core/book.h"

#include <string.h>

#include "core/instant.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct book_party *book_party(const struct book *b, uint32_t id)
{
    for (size_t i = 0; i < b->n_parties; i++) {
        if (b->parties[i].id == id) {
            return &b->parties[i];
        }
    }
    return NULL;
}

const struct book_party *book_party_named(const struct book *b, const char *name)
{
    for (size_t i = 0; i < b->n_parties; i++) {
        if (strcmp(b->parties[i].name, name) == 0) {
            return &b->parties[i];
        }
    }
    return NULL;
}

const struct book_team *book_team(const struct book *b, uint32_t id)
{
    for (size_t i = 0; i < b->n_teams; i++) {
        if (b->teams[i].id == id) {
            return &b->teams[i];
        }
    }
    return NULL;
}

const struct book_team *book_team_named(const struct book *b, const char *name)
{
    for (size_t i = 0; i < b->n_teams; i++) {
        if (strcmp(b->teams[i].name, name) == 0) {
            return &b->teams[i];
        }
    }
    return NULL;
}

const struct book_calendar *book_calendar_named(const struct book *b, const char *name)
{
    for (size_t i = 0; i < b->n_calendars; i++) {
        if (strcmp(b->calendars[i].name, name) == 0) {
            return &b->calendars[i];
        }
    }
    return NULL;
}

const struct book_source *book_source_named(const struct book *b, const char *name)
{
    for (size_t i = 0; i < b->n_sources; i++) {
        if (strcmp(b->sources[i].name, name) == 0) {
            return &b->sources[i];
        }
    }
    return NULL;
}

const struct book_contract *book_contract(const struct book *b, uint32_t id)
{
    for (size_t i = 0; i < b->n_contracts; i++) {
        if (b->contracts[i].id == id) {
            return &b->contracts[i];
        }
    }
    return NULL;
}

const struct book_contract *book_contract_named(const struct book *b, const char *name)
{
    for (size_t i = 0; i < b->n_contracts; i++) {
        if (strcmp(b->contracts[i].name, name) == 0) {
            return &b->contracts[i];
        }
    }
    return NULL;
}

const struct book_contract *book_contract_keyed(const struct book *b, const char *key)
{
    for (size_t i = 0; i < b->n_contracts; i++) {
        if (strcmp(b->contracts[i].key, key) == 0) {
            return &b->contracts[i];
        }
    }
    return NULL;
}

const struct book_contract_version *book_contract_at(const struct book_contract *c, int64_t at)
{
    const struct book_contract_version *found = NULL;

    for (size_t i = 0; i < c->n_versions && c->versions[i].effective_at <= at; i++) {
        found = &c->versions[i];
    }
    return found;
}

const struct book_contract_version *book_contract_version(const struct book_contract *c,
                                                          uint32_t version)
{
    for (size_t i = 0; i < c->n_versions; i++) {
        if (c->versions[i].version == version) {
            return &c->versions[i];
        }
    }
    return NULL;
}

const struct book_calendar_version *book_calendar_at(const struct book_calendar *c, int64_t at)
{
    const struct book_calendar_version *found = NULL;

    for (size_t i = 0; i < c->n_versions && c->versions[i].effective_at <= at; i++) {
        found = &c->versions[i];
    }
    return found;
}

const struct book_hold *book_hold(const struct book_contract_version *v, const char *reason)
{
    for (size_t i = 0; i < v->n_holds; i++) {
        if (strcmp(v->holds[i].reason, reason) == 0) {
            return &v->holds[i];
        }
    }
    return NULL;
}

bool book_calendar_joins(const struct book_calendar *c, uint32_t id)
{
    if (c->id == id) {
        return true;
    }
    for (size_t i = 0; i < c->n_versions; i++) {
        for (size_t j = 0; j < c->versions[i].n_members; j++) {
            if (book_calendar_joins(c->versions[i].members[j], id)) {
                return true;
            }
        }
    }
    return false;
}

static bool counts_in(const struct book_calendar *c, uint32_t id)
{
    return c != NULL && book_calendar_joins(c, id);
}

bool book_counts_in_teams(const struct book_contract_version *v)
{
    for (size_t i = 0; i < v->n_targets; i++) {
        if (v->targets[i].of_team) {
            return true;
        }
    }
    return false;
}

bool book_counts_in(const struct book *b, const struct book_contract_version *v, uint32_t calendar)
{
    const bool in_teams = book_counts_in_teams(v);

    for (size_t i = 0; in_teams && i < v->n_teams; i++) {
        const struct book_team *team = book_team(b, v->teams[i].team);
        if (team != NULL && counts_in(team->calendar, calendar)) {
            return true;
        }
    }
    if (counts_in(v->hours, calendar) || counts_in(v->auto_close.calendar, calendar)) {
        return true;
    }
    for (size_t i = 0; i < v->n_targets; i++) {
        if (counts_in(v->targets[i].calendar, calendar)) {
            return true;
        }
    }
    for (size_t i = 0; i < v->n_holds; i++) {
        if (counts_in(v->holds[i].max.calendar, calendar)) {
            return true;
        }
    }
    return false;
}

bool book_has_team(const struct book_contract_version *v, uint32_t team)
{
    for (size_t i = 0; i < v->n_teams; i++) {
        if (v->teams[i].team == team) {
            return true;
        }
    }
    return false;
}

const char *book_tier(const struct book_contract_version *v, uint32_t team)
{
    for (size_t i = 0; i < v->n_teams; i++) {
        if (v->teams[i].team == team && v->teams[i].tier != NULL) {
            return v->teams[i].tier;
        }
    }
    return "";
}

bool book_names_have(const struct book_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

int64_t book_span_end(const struct book_span *span, int64_t at)
{
    int64_t due_at;
    int64_t end_at;

    if (span->us == 0) {
        return INSTANT_NEVER;
    }
    if (span->calendar == NULL) {
        return instant_add(at, span->us);
    }
    calendar_add(span->calendar->calendar, at, span->us, &due_at, &end_at);
    return end_at;
}

static const char *const clock_kinds[CLOCK_KINDS] = {
    [CLOCK_KIND_NONE] = "none",
    [CLOCK_KIND_ACKNOWLEDGE] = "acknowledge",
    [CLOCK_KIND_FIRST_RESPONSE] = "first_response",
    [CLOCK_KIND_NEXT_RESPONSE] = "next_response",
    [CLOCK_KIND_UPDATE] = "update",
    [CLOCK_KIND_RESOLUTION] = "resolution",
    [CLOCK_KIND_TURNAROUND] = "turnaround",
    [CLOCK_KIND_OLA] = "ola",
};

const char *clock_kind_name(enum clock_kind kind)
{
    return (unsigned)kind < CLOCK_KINDS ? clock_kinds[kind] : NULL;
}

enum clock_kind clock_kind_named(const char *name)
{
    for (unsigned i = CLOCK_KIND_NONE + 1; i < CLOCK_KINDS; i++) {
        if (strcmp(clock_kinds[i], name) == 0) {
            return (enum clock_kind)i;
        }
    }
    return CLOCK_KIND_NONE;
}

const char *side_name(enum side side)
{
    static const char *const names[] = {
        [SIDE_NONE] = "none",     [SIDE_REQUESTER] = "requester", [SIDE_BUYER] = "buyer",
        [SIDE_VENDOR] = "vendor", [SIDE_TOOL] = "tool",
    };
    return (unsigned)side < COUNT(names) ? names[side] : NULL;
}

const char *book_kind_name(enum book_kind kind)
{
    static const char *const names[BOOK_KINDS] = {
        [BOOK_NONE] = "none",     [BOOK_CALENDAR] = "calendar", [BOOK_PARTY] = "party",
        [BOOK_TEAM] = "team",     [BOOK_CONTRACT] = "contract", [BOOK_ZONE] = "zone",
        [BOOK_SOURCE] = "source",
    };
    return (unsigned)kind < BOOK_KINDS ? names[kind] : NULL;
}

static const char *const role_names[ROLES] = {
    "agent", "lead", "vendor-manager", "manager", "intake", "auditor", "admin",
};

const char *role_name(enum role bit)
{
    for (unsigned i = 0; i < ROLES; i++) {
        if ((unsigned)bit == 1u << i) {
            return role_names[i];
        }
    }
    return "";
}

uint32_t role_named(const char *name)
{
    for (unsigned i = 0; i < ROLES; i++) {
        if (strcmp(role_names[i], name) == 0) {
            return 1u << i;
        }
    }
    return 0;
}
