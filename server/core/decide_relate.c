// SPDX-License-Identifier: Apache-2.0
/*
 * What a ticket has to do with another one of its contract. Each command decides one side; the
 * other one's belongs into the same batch.
 */
#include <inttypes.h>

#include "core/decide_rule.h"

static int refuse_itself(struct work *w, const char *field, const char *what)
{
    return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, field, NULL,
                  "%s-%" PRIu64 " cannot be %s itself", w->contract->key, w->ticket.number, what);
}

int decide_merge(struct work *w)
{
    const struct command *command = w->command;
    struct event *e;
    int rc = work_require(w, TICKET_VERB_MERGE, "ticket");

    if (rc != 0) {
        return rc;
    }
    if (command->other == w->ticket.number) {
        return refuse_itself(w, "into", "merged into");
    }
    if (command->other_state == TICKET_CLOSED || command->other_state == TICKET_MERGED) {
        return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, "into",
                      command->other_state == TICKET_CLOSED
                          ? "reopen it first"
                          : "name the ticket that it was merged into",
                      "%s-%" PRIu64 " is %s, and nothing lives on there", w->contract->key,
                      command->other, ticket_state_name(command->other_state));
    }
    e = work_next(w, EVENT_MERGED);
    if (e == NULL) {
        return -1;
    }
    e->u.merged.ticket = command->other;
    return work_add_with_clocks(w);
}

int decide_absorb(struct work *w)
{
    struct event *e;
    int rc = work_require(w, TICKET_VERB_NOTE, "into");

    if (rc != 0) {
        return rc;
    }
    e = work_next(w, EVENT_ABSORBED);
    if (e == NULL) {
        return -1;
    }
    e->u.merged.ticket = w->command->other;
    e->u.merged.opened_at = w->command->other_opened_at;
    return work_add_with_clocks(w);
}

static bool is_linked(const struct ticket *t, uint64_t other, enum link_kind kind)
{
    for (size_t i = 0; i < t->n_links; i++) {
        if (t->links[i].number == other && t->links[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static int add_link(struct work *w, uint64_t other, enum link_kind kind, bool removed)
{
    struct event *e = work_next(w, EVENT_LINKED);

    if (e == NULL) {
        return -1;
    }
    e->u.linked.ticket = other;
    e->u.linked.kind = kind;
    e->u.linked.removed = removed;
    return work_add(w);
}

int decide_set_link(struct work *w, uint64_t other, enum link_kind kind)
{
    if (is_linked(&w->ticket, other, kind)) {
        return 0;
    }
    if (w->ticket.n_links == TICKET_LINKS_MAX) {
        return refuse(w->refusal, OUTCOME_RESOURCE_EXHAUSTED, "ticket",
                      "take one off: slate link TICKET OTHER --remove",
                      "%s-%" PRIu64 " has %d links already; more are not taken", w->contract->key,
                      w->ticket.number, TICKET_LINKS_MAX);
    }
    return add_link(w, other, kind, false);
}

int decide_link(struct work *w)
{
    const struct command *command = w->command;
    int rc = work_require(w, TICKET_VERB_LINK, "ticket");

    if (rc != 0) {
        return rc;
    }
    if (command->link == LINK_NONE || (unsigned)command->link >= LINK_KINDS) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "kind", NULL,
                      "there is no such kind of link");
    }
    if (command->other == w->ticket.number) {
        return refuse_itself(w, "other", "linked to");
    }
    if (!command->removed) {
        return decide_set_link(w, command->other, command->link);
    }
    return is_linked(&w->ticket, command->other, command->link)
               ? add_link(w, command->other, command->link, true)
               : 0;
}
