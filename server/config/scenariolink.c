// SPDX-License-Identifier: Apache-2.0
/*
 * A scenario meets its book: names become objects, times become instants. Of a text that stands
 * alone every contract has one version, so that is the one whose names count.
 */
#include <string.h>

#include "config/near.h"
#include "config/scenario.h"
#include "config/scenarioread.h"
#include "core/instant.h"

struct linking {
    struct scenario *s;
    const struct book *book;
    struct refusal *refusal;
    struct scenario_ticket *ticket; // at hand, and where it stands
    struct yamldoc_place in;
    const struct book_contract_version *version;
};

int64_t scenario_begins_at(const struct scenario *s)
{
    int64_t begins_at = INSTANT_NEVER;

    for (size_t i = 0; i < s->n_tickets; i++) {
        const struct scenario_when *opened = &s->tickets[i].opened;
        const int64_t at = opened->form == SCENARIO_WALL ? instant_from_s(opened->value)
                                                         : opened->value;
        begins_at = at < begins_at ? at : begins_at;
    }
    return begins_at - 2 * US_PER_DAY; // farther from UTC no wall is
}

/*
 * Names
 */

static int refuse_name(const struct linking *l, const struct yamldoc_place *at,
                       const struct near *near, const char *what, const char *name)
{
    char hint[128];

    return yamldoc_refuse(l->refusal, at, OUTCOME_INVALID_ARGUMENT,
                          near_hint(near, hint, sizeof(hint)), "contract %s has no %s %s",
                          l->ticket->contract->name, what, name);
}

static int find_contract(const struct linking *l)
{
    const char *name = l->ticket->contract_name;
    const struct yamldoc_place at = yamldoc_in(&l->in, "contract");
    struct near near = near_to(name);
    char hint[128];

    l->ticket->contract = book_contract_named(l->book, name);
    if (l->ticket->contract != NULL) {
        return 0;
    }
    for (size_t i = 0; i < l->book->n_contracts; i++) {
        near_offer(&near, l->book->contracts[i].name);
    }
    return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          near_hint(&near, hint, sizeof(hint)), "the book has no contract %s",
                          name);
}

static int check_priority(const struct linking *l, struct yamldoc_place at, const char *name)
{
    const struct book_names *names = &l->version->priorities;
    struct near near = near_to(name);

    if (name[0] == '\0' || book_names_have(names, name)) {
        return 0;
    }
    for (size_t i = 0; i < names->n; i++) {
        near_offer(&near, names->names[i]);
    }
    return refuse_name(l, &at, &near, "priority", name);
}

static int check_team(const struct linking *l, struct yamldoc_place at, const char *name,
                      uint32_t *ret)
{
    struct near near = near_to(name);

    for (size_t i = 0; name[0] != '\0' && i < l->version->n_teams; i++) {
        const struct book_team *team = book_team(l->book, l->version->teams[i].team);
        if (strcmp(team->name, name) == 0) {
            *ret = team->id;
            return 0;
        }
        near_offer(&near, team->name);
    }
    return name[0] == '\0' ? 0 : refuse_name(l, &at, &near, "team", name);
}

static int check_hold(const struct linking *l, struct yamldoc_place at, const char *name)
{
    struct near near = near_to(name);

    if (name[0] == '\0' || book_hold(l->version, name) != NULL) {
        return 0;
    }
    for (size_t i = 0; i < l->version->n_holds; i++) {
        near_offer(&near, l->version->holds[i].reason);
    }
    return refuse_name(l, &at, &near, "hold", name);
}

/* A function that none of the teams has would be matched by no row that means it. A team that says
 * nothing of functions may do anything. */
static int check_function(const struct linking *l, struct yamldoc_place at, const char *name)
{
    struct near near = near_to(name);

    for (size_t i = 0; name[0] != '\0' && i < l->version->n_teams; i++) {
        const struct book_names *names = &book_team(l->book, l->version->teams[i].team)->functions;
        if (names->n == 0 || book_names_have(names, name)) {
            return 0;
        }
        for (size_t k = 0; k < names->n; k++) {
            near_offer(&near, names->names[k]);
        }
    }
    return name[0] == '\0' ? 0 : refuse_name(l, &at, &near, "team with the function", name);
}

static int find_other(const struct linking *l, struct yamldoc_place at, struct scenario_event *e)
{
    struct near near = near_to(e->into);
    char hint[128];

    if (e->kind != COMMAND_MERGE) {
        return 0;
    }
    for (size_t i = 0; i < l->s->n_tickets; i++) {
        const struct scenario_ticket *t = &l->s->tickets[i];
        if (strcmp(t->name, e->into) != 0) {
            near_offer(&near, t->name);
        } else if (strcmp(t->contract_name, l->ticket->contract_name) != 0) {
            return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "%s and %s are not of the same contract", l->ticket->name,
                                  t->name);
        } else {
            e->other = i;
            return 0;
        }
    }
    return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          near_hint(&near, hint, sizeof(hint)), "no ticket is called %s", e->into);
}

/*
 * Instants
 */

static int find_instant(const struct linking *l, struct yamldoc_place at,
                        const struct scenario_when *when, int64_t *ret_at)
{
    switch (when->form) {
    case SCENARIO_ABSENT: return 0;
    case SCENARIO_NONE: *ret_at = INSTANT_NONE; return 0;
    case SCENARIO_INSTANT: *ret_at = when->value; break;
    case SCENARIO_WALL: *ret_at = zone_floor(l->version->zone->zone, when->value); break;
    case SCENARIO_AFTER: *ret_at = instant_add(l->ticket->opened_at, when->value); break;
    }
    if (scenarioread_is_known(*ret_at)) {
        return 0;
    }
    return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                          "calendars know the years 1970 to %d", ZONE_HORIZON_YEAR - 1);
}

/* When something happened, as it is said, and when that is said. */
static int find_times(const struct linking *l, const struct yamldoc_place *in, const char *key,
                      const struct scenario_when *at, const struct scenario_when *recorded,
                      int64_t *ret_at, int64_t *ret_claimed_at, int64_t *ret_received_at)
{
    int refused = find_instant(l, yamldoc_in(in, "%s", key), at, ret_at);

    *ret_received_at = *ret_at;
    if (refused == 0) {
        refused = find_instant(l, yamldoc_in(in, "recorded"), recorded, ret_received_at);
    }
    if (refused == 0 && *ret_received_at < *ret_at) {
        const struct yamldoc_place place = yamldoc_in(in, "recorded");
        refused = yamldoc_refuse(l->refusal, &place, OUTCOME_INVALID_ARGUMENT, NULL,
                                 "it would be told before it happened, by `%s`", key);
    }
    *ret_claimed_at = recorded->form != SCENARIO_ABSENT ? *ret_at : INSTANT_NONE;
    return refused;
}

static int link_event(const struct linking *l, size_t i)
{
    struct scenario_event *e = &l->ticket->events[i];
    const struct yamldoc_place in = yamldoc_in(&l->in, "events[%zu]", i);
    int64_t at = 0;
    uint32_t team = 0;
    int refused = check_priority(l, yamldoc_in(&in, "priority"), e->priority);

    if (refused == 0) {
        refused = check_team(l, yamldoc_in(&in, "team"), e->team, &team);
    }
    if (refused == 0) {
        refused = check_hold(l, yamldoc_in(&in, "reason"), e->reason);
    }
    if (refused == 0) {
        refused = find_other(l, yamldoc_in(&in, "into"), e);
    }
    if (refused == 0) {
        refused = find_times(l, &in, "at", &e->at, &e->recorded, &at, &e->claimed_at,
                             &e->received_at);
    }
    if (refused == 0 && e->received_at < l->ticket->received_at) {
        refused = yamldoc_refuse(l->refusal, &in, OUTCOME_INVALID_ARGUMENT, NULL,
                                 "it would be told before there is a ticket");
    }
    return refused;
}

static int link_expect(const struct linking *l, size_t i)
{
    struct scenario_expect *e = &l->ticket->expects[i];
    const struct yamldoc_place in = yamldoc_in(&l->in, "expect[%zu]", i);
    int refused = check_team(l, yamldoc_in(&in, "team"), e->team_name, &e->team);

    if (refused == 0) {
        refused = find_instant(l, yamldoc_in(&in, "due"), &e->due, &e->due_at);
    }
    if (refused == 0) {
        refused = find_instant(l, yamldoc_in(&in, "limit"), &e->limit, &e->limit_at);
    }
    return refused != 0
               ? refused
               : find_instant(l, yamldoc_in(&in, "breached_at"), &e->breached, &e->breached_at);
}

static int link_ticket(const struct linking *l)
{
    struct scenario_ticket *t = l->ticket;
    uint32_t team = 0;
    int refused = check_priority(l, yamldoc_in(&l->in, "priority"), t->priority);

    if (refused == 0) {
        refused = check_function(l, yamldoc_in(&l->in, "function"), t->function);
    }
    if (refused == 0) {
        refused = check_team(l, yamldoc_in(&l->in, "team"), t->team, &team);
    }
    if (refused == 0) {
        refused = check_hold(l, yamldoc_in(&l->in, "hold"), t->hold);
    }
    if (refused == 0) {
        refused = find_times(l, &l->in, "opened", &t->opened, &t->recorded, &t->opened_at,
                             &t->claimed_at, &t->received_at);
    }
    for (size_t i = 0; refused == 0 && i < t->n_events; i++) {
        refused = link_event(l, i);
    }
    for (size_t i = 0; refused == 0 && i < t->n_expects; i++) {
        refused = link_expect(l, i);
    }
    return refused;
}

/* When the last thing is told of each ticket, also of one that it takes in. */
static void find_last_told(struct scenario *s)
{
    for (size_t i = 0; i < s->n_tickets; i++) {
        struct scenario_ticket *t = &s->tickets[i];
        t->until_at = t->received_at;
        for (size_t k = 0; k < t->n_events; k++) {
            const int64_t at = t->events[k].received_at;
            t->until_at = at > t->until_at ? at : t->until_at;
        }
    }
    for (bool more = true; more;) { // each round ends one merge of a chain of them at least
        more = false;
        for (size_t i = 0; i < s->n_tickets; i++) {
            const struct scenario_ticket *t = &s->tickets[i];
            for (size_t k = 0; k < t->n_events; k++) {
                struct scenario_ticket *other = &s->tickets[t->events[k].other];
                if (t->events[k].kind == COMMAND_MERGE && other->until_at < t->until_at) {
                    other->until_at = t->until_at;
                    more = true;
                }
            }
        }
    }
}

static int find_end(const struct linking *l)
{
    struct scenario_ticket *t = l->ticket;
    const bool own = t->until.form != SCENARIO_ABSENT;
    const struct yamldoc_place at = own ? yamldoc_in(&l->in, "until")
                                        : yamldoc_at(l->s->doc, "until");
    int refused = find_instant(l, at, own ? &t->until : &l->s->until, &t->until_at);

    if (refused == 0 && t->until_at < t->received_at) {
        refused = yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                 "ticket %s is only opened later", t->name);
    }
    return refused;
}

static int check_length(const struct linking *l)
{
    const struct scenario *s = l->s;
    const int64_t year_us = 366 * US_PER_DAY;
    int64_t first_at = INSTANT_NEVER;

    for (size_t i = 0; i < s->n_tickets; i++) {
        first_at = s->tickets[i].opened_at < first_at ? s->tickets[i].opened_at : first_at;
    }
    for (size_t i = 0; i < s->n_tickets; i++) {
        const struct yamldoc_place at = yamldoc_at(s->doc, "tickets[%zu]", i);
        if (s->tickets[i].until_at - first_at > SCENARIO_YEARS_MAX * year_us) {
            return yamldoc_refuse(l->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                  "write a scenario for each stretch of time",
                                  "it ends more than %d years after the scenario begins",
                                  SCENARIO_YEARS_MAX);
        }
    }
    return 0;
}

/* The next one to look at; its contract is known in all rounds but the first. */
static void turn_to(struct linking *l, size_t ticket)
{
    l->ticket = &l->s->tickets[ticket];
    l->in = yamldoc_at(l->s->doc, "tickets[%zu]", ticket);
    const struct book_contract *c = l->ticket->contract;
    l->version = c != NULL ? &c->versions[c->n_versions - 1] : NULL;
}

int scenario_link(struct scenario *s, const struct book *book, struct refusal *ret_refusal)
{
    struct linking l = {.s = s, .book = book, .refusal = ret_refusal};
    int refused = 0;

    for (size_t i = 0; refused == 0 && i < s->n_tickets; i++) {
        turn_to(&l, i);
        refused = find_contract(&l);
    }
    for (size_t i = 0; refused == 0 && i < s->n_tickets; i++) {
        turn_to(&l, i);
        refused = link_ticket(&l);
    }
    if (refused == 0) {
        find_last_told(s);
    }
    for (size_t i = 0; refused == 0 && i < s->n_tickets; i++) {
        turn_to(&l, i);
        refused = find_end(&l);
    }
    return refused != 0 ? refused : check_length(&l);
}
