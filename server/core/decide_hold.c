// SPDX-License-Identifier: Apache-2.0
/*
 * Waiting, as the contract knows it: who may say so, what it takes, and when it ends by itself.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide_rule.h"
#include "core/instant.h"

int decide_set_hold(struct work *w, bool asks, const char *field)
{
    const struct book_contract_version *version = book_contract_at(w->contract, w->at);
    const struct book_hold *hold;
    struct event *e;
    int rc = work_find_hold(w, w->command->reason, w->at, field, &hold);

    if (rc == 0) {
        rc = rule_hold_side(w, version, hold, field);
    }
    if (rc != 0 || ticket_is_held_for(&w->ticket, hold->reason)) {
        return rc;
    }
    rc = rule_hold_needs(w, version, hold, asks, field);
    if (rc != 0) {
        return rc;
    }
    e = work_next(w, EVENT_HELD);
    if (e == NULL) {
        return -1;
    }
    rc = work_hold(w, e, hold, field);
    return rc == 0 ? work_add_with_clocks(w) : rc;
}

int decide_hold(struct work *w)
{
    int rc = work_require(w, TICKET_VERB_HOLD, "ticket");
    return rc == 0 ? decide_set_hold(w, false, "reason") : rc;
}

int decide_end_hold(struct work *w, size_t i)
{
    const struct ticket_hold *hold = &w->ticket.holds[i];
    struct event *e = work_next(w, EVENT_RESUMED);

    if (e == NULL) {
        return -1;
    }
    memcpy(e->u.hold.reason, w->ticket.reasons[hold->reason], sizeof(e->u.hold.reason));
    e->u.hold.party = hold->party;
    e->u.hold.ends_at = INSTANT_NEVER;
    return work_add_with_clocks(w);
}

/* Ends it if that is the actor's to do. */
static int end_own_hold(struct work *w, size_t i)
{
    const struct book_contract_version *version;
    const struct book_hold *rule = rule_hold_in_force(w, &w->ticket.holds[i], &version);
    int rc = rule != NULL ? rule_hold_side(w, version, rule, "reason") : 0;

    return rc == 0 ? decide_end_hold(w, i) : rc;
}

int decide_resume(struct work *w)
{
    const char *names[BOOK_HOLDS_MAX] = {NULL};
    char list[256];
    char hint[288];
    const char *reason = w->command->reason;
    int rc = work_require(w, TICKET_VERB_RESUME, "ticket");

    if (rc != 0) {
        return rc;
    }
    if (reason[0] == '\0') {
        while (rc == 0 && w->ticket.n_holds > 0) {
            rc = end_own_hold(w, 0);
        }
        return rc;
    }
    for (size_t i = 0; i < w->ticket.n_holds; i++) {
        names[i] = w->ticket.reasons[w->ticket.holds[i].reason];
        if (strcmp(names[i], reason) == 0) {
            return end_own_hold(w, i);
        }
    }
    work_names(names, w->ticket.n_holds, list, sizeof(list));
    (void)snprintf(hint, sizeof(hint), "it is on hold for: %s", list);
    return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, "reason", hint,
                  "the ticket is not on hold for \"%s\"", reason);
}
