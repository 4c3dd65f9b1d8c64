// SPDX-License-Identifier: Apache-2.0
/*
 * The verbs of daily work on a ticket. What is there already is a success that changes nothing.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide_work.h"

int decide_take(struct work *w)
{
    struct event *e;
    int rc = work_require(w, TICKET_VERB_TAKE, "ticket");

    if (rc != 0) {
        return rc;
    }
    if (!w->command->human) { // taking acknowledges, and only people can
        return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, "ticket",
                      "let a person take it; a tool may add notes and replies",
                      "a tool cannot take a ticket");
    }
    if (w->ticket.assignee == w->command->actor) {
        return 0;
    }
    e = work_next(w, EVENT_TAKEN);
    if (e == NULL) {
        return -1;
    }
    e->u.taken.assignee = w->command->actor;
    return work_add_with_clocks(w);
}

static int message(struct work *w, enum message_visibility visibility, bool needed,
                   const char *field)
{
    const struct command *command = w->command;
    struct event *e;
    int rc = work_check_text(w, &command->body, TEXT_BODY_BYTES_MAX, needed, field);

    if (rc != 0) {
        return rc;
    }
    e = work_next(w, EVENT_MESSAGE);
    if (e == NULL) {
        return -1;
    }
    e->u.message.side = command->side;
    e->u.message.kind = command->human ? MESSAGE_KIND_HUMAN : MESSAGE_KIND_AUTO;
    e->u.message.visibility = visibility;
    if (!work_name(e->u.message.channel, command->channel)) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "channel", NULL,
                      "the name is too long");
    }
    work_text(e, TEXT_BODY, &command->body);
    return work_add_with_clocks(w);
}

int decide_reply(struct work *w)
{
    int rc = work_require(w, TICKET_VERB_REPLY, "ticket");
    return rc == 0 ? message(w, MESSAGE_PUBLIC, true, "body") : rc;
}

int decide_note(struct work *w)
{
    int rc = work_require(w, TICKET_VERB_NOTE, "ticket");
    return rc == 0 ? message(w, MESSAGE_INTERNAL, true, "body") : rc;
}

int decide_hold(struct work *w)
{
    const struct book_hold *hold;
    struct event *e;
    int rc = work_require(w, TICKET_VERB_HOLD, "ticket");

    if (rc == 0) {
        rc = work_find_hold(w, w->command->reason, w->at, "reason", &hold);
    }
    if (rc != 0) {
        return rc;
    }
    if (ticket_is_held_for(&w->ticket, hold->reason)) {
        return 0;
    }
    e = work_next(w, EVENT_HELD);
    if (e == NULL) {
        return -1;
    }
    rc = work_hold(w, e, hold, "reason");
    return rc == 0 ? work_add_with_clocks(w) : rc;
}

/* Ends the hold at that place in the list. */
static int end_hold(struct work *w, size_t i)
{
    const struct ticket_hold *hold = &w->ticket.holds[i];
    struct event *e = work_next(w, EVENT_RESUMED);

    if (e == NULL) {
        return -1;
    }
    memcpy(e->u.hold.reason, w->ticket.reasons[hold->reason], sizeof(e->u.hold.reason));
    e->u.hold.party = hold->party;
    return work_add_with_clocks(w);
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
            rc = end_hold(w, 0);
        }
        return rc;
    }
    for (size_t i = 0; i < w->ticket.n_holds; i++) {
        names[i] = w->ticket.reasons[w->ticket.holds[i].reason];
        if (strcmp(names[i], reason) == 0) {
            return end_hold(w, i);
        }
    }
    work_names(names, w->ticket.n_holds, list, sizeof(list));
    (void)snprintf(hint, sizeof(hint), "it is on hold for: %s", list);
    return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, "reason", hint,
                  "the ticket is not on hold for \"%s\"", reason);
}

int decide_resolve(struct work *w)
{
    struct event *e;
    int rc = work_require(w, TICKET_VERB_RESOLVE, "ticket");

    if (rc == 0 && w->command->body.n > 0) {
        rc = message(w, MESSAGE_PUBLIC, false, "message");
    }
    if (rc != 0) {
        return rc;
    }
    e = work_next(w, EVENT_RESOLVED);
    if (e == NULL) {
        return -1;
    }
    e->u.resolved.by_human = w->command->human;
    return work_add_with_clocks(w);
}
