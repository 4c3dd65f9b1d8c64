// SPDX-License-Identifier: Apache-2.0
#include "core/decide_rule.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"

int rule_version(struct work *w, const char *field, const struct book_contract_version **ret)
{
    *ret = book_contract_at(w->contract, w->at);
    return *ret != NULL ? 0 : decide_too_early(w, field);
}

int rule_takes_new(struct work *w, const struct book_contract_version *version, const char *field)
{
    const struct book_contract *c = w->contract;
    const struct book_contract_version *since = version;
    char at[INSTANT_TEXT_BYTES];

    if (!version->retired) {
        return 0;
    }
    while (since > c->versions && since[-1].retired) {
        since--;
    }
    return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, field, NULL,
                  "contract %s is retired since %s and takes no new tickets: contract %s "
                  "version %" PRIu32 ", retired",
                  c->name, instant_format(since->effective_at, at), c->name, since->version);
}

/*
 * Priorities
 */

int rule_priority_known(struct work *w, const struct book_contract_version *version,
                        const char *priority, const char *field)
{
    char hint[256];

    if (book_names_have(&version->priorities, priority)) {
        return 0;
    }
    work_names(version->priorities.names, version->priorities.n, hint, sizeof(hint));
    return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, field, hint,
                  "contract %s has no priority \"%s\"", w->contract->name, priority);
}

/* The place in the order of the version; one that it does not know counts as the least. */
static size_t rank(const struct book_contract_version *version, const char *priority)
{
    size_t i = 0;

    while (i < version->priorities.n && strcmp(version->priorities.names[i], priority) != 0) {
        i++;
    }
    return i;
}

/* "lead, manager" */
static const char *role_list(uint32_t roles, char *buf, size_t size)
{
    const char *names[ROLES] = {NULL};
    size_t n = 0;

    for (unsigned i = 0; i < ROLES; i++) {
        if ((roles & 1u << i) != 0) {
            names[n++] = role_name((enum role)(1u << i));
        }
    }
    return n > 0 ? work_names(names, n, buf, size) : "nobody";
}

int rule_priority_change(struct work *w, const struct book_contract_version *version,
                         const char *priority)
{
    const bool raise = rank(version, priority) < rank(version, w->ticket.priority);
    const uint32_t allowed = raise ? version->priority_raise : version->priority_lower;
    char roles[128];

    if ((w->command->roles & allowed) != 0) {
        return 0;
    }
    return refuse(w->refusal, OUTCOME_PERMISSION_DENIED, "priority", NULL,
                  "%s a priority is not for everybody: contract %s version %" PRIu32
                  ", priority_change.%s: %s",
                  raise ? "raising" : "lowering", w->contract->name, version->version,
                  raise ? "raise" : "lower", role_list(allowed, roles, sizeof(roles)));
}

/*
 * Teams
 */

int rule_team(struct work *w, const struct book_contract_version *version, const char *name,
              uint32_t *ret)
{
    const struct book_team *team = book_team_named(w->book, name);
    const char *names[16] = {NULL};
    char hint[256];
    size_t n = 0;

    if (team != NULL && book_has_team(version, team->id)) {
        *ret = team->id;
        return 0;
    }
    for (size_t i = 0; i < version->n_teams && n < sizeof(names) / sizeof(names[0]); i++) {
        team = book_team(w->book, version->teams[i].team);
        assert(team != NULL); // the book checks that
        names[n++] = team->name;
    }
    work_names(names, n, hint, sizeof(hint));
    return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "team", hint,
                  "contract %s has no team \"%s\"", w->contract->name, name);
}

/*
 * Holds
 */

const struct book_hold *rule_hold_in_force(const struct work *w, const struct ticket_hold *hold,
                                           const struct book_contract_version **ret_version)
{
    const char *reason = w->ticket.reasons[hold->reason];
    const int64_t ats[] = {w->at, hold->since_at};

    for (size_t i = 0; i < sizeof(ats) / sizeof(ats[0]); i++) {
        const struct book_contract_version *version = book_contract_at(w->contract, ats[i]);
        const struct book_hold *found = version != NULL ? book_hold(version, reason) : NULL;
        if (found != NULL) {
            *ret_version = version;
            return found;
        }
    }
    return NULL;
}

int rule_hold_side(struct work *w, const struct book_contract_version *version,
                   const struct book_hold *hold, const char *field)
{
    const char *names[SIDE_TOOL + 1] = {NULL};
    char sides[64];
    size_t n = 0;

    if (hold->set_by == 0 || (hold->set_by & 1u << w->command->side) != 0) {
        return 0;
    }
    for (unsigned side = SIDE_REQUESTER; side <= SIDE_TOOL; side++) {
        if ((hold->set_by & 1u << side) != 0) {
            names[n++] = side_name((enum side)side);
        }
    }
    return refuse(w->refusal, OUTCOME_PERMISSION_DENIED, field, NULL,
                  "this hold is not yours to set or to end: contract %s version %" PRIu32
                  ", holds[%s].set_by: %s",
                  w->contract->name, version->version, hold->reason,
                  work_names(names, n, sides, sizeof(sides)));
}

int rule_hold_needs(struct work *w, const struct book_contract_version *version,
                    const struct book_hold *hold, bool asks, const char *field)
{
    char hint[192];

    if (!hold->needs_public_question || asks || w->ticket.spoken_by == SIDE_VENDOR) {
        return 0;
    }
    if (w->command->kind == COMMAND_OPEN) {
        (void)snprintf(hint, sizeof(hint),
                       "open it without the hold, then ask: slate reply TICKET --hold %s",
                       hold->reason);
    } else {
        (void)snprintf(hint, sizeof(hint), "ask first: slate reply %s-%" PRIu64 " --hold %s",
                       w->contract->key, w->command->ticket, hold->reason);
    }
    return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, field, hint,
                  "nobody was asked anything: contract %s version %" PRIu32
                  ", holds[%s].needs: public_question",
                  w->contract->name, version->version, hold->reason);
}
