// SPDX-License-Identifier: Apache-2.0
/*
 * How a ticket ends, and begins anew.
 */
#include <inttypes.h>
#include <stdio.h>

#include "core/decide_rule.h"
#include "core/instant.h"

int decide_set_resolved(struct work *w, bool by_human)
{
    const struct book_contract_version *version = book_contract_at(w->contract, w->at);
    struct event *e = work_next(w, EVENT_RESOLVED);

    if (e == NULL) {
        return -1;
    }
    e->u.resolved.by_human = by_human;
    e->u.resolved.close_at = version != NULL ? book_span_end(&version->auto_close, w->at)
                                             : INSTANT_NEVER;
    return work_add_with_clocks(w);
}

int decide_resolve(struct work *w)
{
    const struct command *command = w->command;
    // A source speaks for the person who did the work only where it speaks for the vendor.
    const bool by_human = command->human &&
                          (command->via_source == NULL || command->side == SIDE_VENDOR);
    int rc = work_require(w, TICKET_VERB_RESOLVE, "ticket");

    if (rc == 0 && command->body.n > 0) {
        rc = decide_say(w, MESSAGE_PUBLIC, "message");
    }
    return rc == 0 ? decide_set_resolved(w, by_human) : rc;
}

int decide_close(struct work *w)
{
    enum ticket_state next;
    char hint[64];

    if (ticket_allows(w->ticket.state, TICKET_VERB_RESOLVE, &next)) {
        (void)snprintf(hint, sizeof(hint), "resolve it first: slate resolve %s-%" PRIu64,
                       w->contract->key, w->ticket.number);
        return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, "ticket", hint,
                      "the ticket is %s, and only what is resolved is closed",
                      ticket_state_name(w->ticket.state));
    }
    int rc = work_require(w, TICKET_VERB_CLOSE, "ticket");
    if (rc != 0) {
        return rc;
    }
    return work_next(w, EVENT_CLOSED) != NULL ? work_add_with_clocks(w) : -1;
}

int decide_reopen(struct work *w)
{
    const struct command *command = w->command;
    const bool says = command->body.n > 0;
    int rc = work_require(w, TICKET_VERB_REOPEN, "ticket");

    if (rc != 0) {
        return rc;
    }
    if (says && command->human && command->side == SIDE_REQUESTER) {
        return decide_say(w, MESSAGE_PUBLIC, "body"); // which reopens it
    }
    if (work_next(w, EVENT_REOPENED) == NULL) {
        return -1;
    }
    rc = work_add_with_clocks(w);
    return rc == 0 && says ? decide_say(w, MESSAGE_PUBLIC, "body") : rc;
}
