// SPDX-License-Identifier: Apache-2.0
/*
 * Whose a ticket is: the team that it is with, and the person who has it.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/decide_rule.h"

/* Acknowledging says that a person has seen it. */
static int require_person(struct work *w, const char *verb)
{
    if (w->command->human) {
        return 0;
    }
    return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, "ticket",
                  "let a person do it; a tool may add notes and replies",
                  "a tool cannot %s a ticket", verb);
}

static bool is_acknowledged(const struct ticket *t)
{
    for (size_t i = 0; i < t->n_facts; i++) {
        if (t->facts[i].kind == FACT_ACKNOWLEDGED) {
            return true;
        }
    }
    return false;
}

int decide_take(struct work *w)
{
    const uint32_t actor = w->command->actor;
    const uint32_t assignee = w->ticket.assignee;
    char hint[96];
    struct event *e;
    int rc = work_require(w, TICKET_VERB_TAKE, "ticket");

    if (rc == 0) {
        rc = require_person(w, "take");
    }
    // Who was assigned has not said yet that they saw it; taking does.
    if (rc != 0 || (assignee == actor && is_acknowledged(&w->ticket))) {
        return rc;
    }
    if (assignee != 0 && assignee != actor && !w->command->steal) {
        (void)snprintf(hint, sizeof(hint), "slate take %s-%" PRIu64 " --steal takes it from them",
                       w->contract->key, w->ticket.number);
        return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, "ticket", hint,
                      "somebody else has the ticket");
    }
    e = work_next(w, EVENT_TAKEN);
    if (e == NULL) {
        return -1;
    }
    e->u.taken.assignee = actor;
    return work_add_with_clocks(w);
}

int decide_acknowledge(struct work *w)
{
    int rc = work_require(w, TICKET_VERB_ACK, "ticket");

    if (rc == 0) {
        rc = require_person(w, "acknowledge");
    }
    if (rc != 0 || is_acknowledged(&w->ticket)) {
        return rc;
    }
    return work_next(w, EVENT_ACKNOWLEDGED) != NULL ? work_add_with_clocks(w) : -1;
}

static int assign_to(struct work *w, uint32_t assignee)
{
    struct event *e;
    int rc = work_require(w, TICKET_VERB_ASSIGN, "ticket");

    if (rc != 0 || w->ticket.assignee == assignee) {
        return rc;
    }
    e = work_next(w, EVENT_ASSIGNED);
    if (e == NULL) {
        return -1;
    }
    e->u.taken.assignee = assignee;
    return work_add_with_clocks(w);
}

int decide_assign(struct work *w)
{
    assert(w->command->assignee != 0);
    return assign_to(w, w->command->assignee);
}

int decide_release(struct work *w)
{
    return assign_to(w, 0);
}

/* Each team's stints have a clock that the ticket keeps. */
static int require_room(struct work *w, const struct book_contract_version *version, uint32_t team)
{
    size_t olas = 0;

    for (size_t i = 0; i < w->ticket.n_clocks; i++) {
        olas += w->ticket.clocks[i].kind == CLOCK_KIND_OLA;
    }
    if (olas < TICKET_OLAS_MAX || ticket_clock(&w->ticket, CLOCK_KIND_OLA, team) != NULL ||
        !sla_measures(version, CLOCK_KIND_OLA)) {
        return 0;
    }
    return refuse(w->refusal, OUTCOME_RESOURCE_EXHAUSTED, "team",
                  "give it to a team that had it, or resolve it and open another one",
                  "the ticket was with %d teams whose ola is measured; another one is not taken",
                  TICKET_OLAS_MAX);
}

int decide_transfer(struct work *w)
{
    const struct book_contract_version *version;
    struct event *e;
    uint32_t team;
    int rc = work_require(w, TICKET_VERB_TRANSFER, "ticket");

    if (rc == 0) {
        rc = rule_version(w, "team", &version);
    }
    if (rc == 0) {
        rc = rule_team(w, version, w->command->team, &team);
    }
    if (rc != 0 || team == w->ticket.team) {
        return rc;
    }
    rc = require_room(w, version, team);
    if (rc != 0) {
        return rc;
    }
    e = work_next(w, EVENT_TRANSFERRED);
    if (e == NULL) {
        return -1;
    }
    e->u.transferred.from = w->ticket.team;
    e->team = team;
    return work_add_with_clocks(w);
}
