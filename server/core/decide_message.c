// SPDX-License-Identifier: Apache-2.0
/*
 * What is said about a ticket. A message that meets a response clock is bound to the states in
 * which there is work; every other one is as welcome as a note. When a requester speaks, that ends
 * what waited for them, and what was done is done no more.
 */
#include "core/decide_rule.h"

/* Ends the holds that waited for the requester. One set after the message still waits. */
static int end_waiting(struct work *w)
{
    size_t i = 0;
    int rc = 0;

    while (rc == 0 && i < w->ticket.n_holds) {
        const struct ticket_hold *hold = &w->ticket.holds[i];
        const struct book_contract_version *version;
        const struct book_hold *rule = rule_hold_in_force(w, hold, &version);

        if (rule != NULL && rule->ends_on_requester_message && hold->since_at <= w->at) {
            rc = decide_end_hold(w, i); // takes it off the list
        } else {
            i++;
        }
    }
    return rc;
}

/* A message from before the resolve, told late, was answered by it. */
static int reopen_done(struct work *w)
{
    const bool done = w->ticket.state == TICKET_RESOLVED || w->ticket.state == TICKET_CLOSED;
    struct event *e;

    if (!done || w->at < w->ticket.resolved_at) {
        return 0;
    }
    e = work_next(w, EVENT_REOPENED);
    if (e == NULL) {
        return -1;
    }
    const int64_t changed_at = ticket_changed_at(&w->ticket);
    e->effective_at = changed_at > w->at ? changed_at : w->at;
    return work_add_with_clocks(w);
}

int decide_say(struct work *w, enum message_visibility visibility, const char *field)
{
    const struct command *command = w->command;
    struct event *e;
    int rc = work_check_text(w, &command->body, TEXT_BODY_BYTES_MAX, true, field);

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
    const bool question = event_is_question(e);
    rc = work_require(w, event_is_reply(e) ? TICKET_VERB_REPLY : TICKET_VERB_NOTE, "ticket");
    if (rc == 0) {
        rc = work_add_with_clocks(w);
    }
    if (rc == 0 && question) {
        rc = end_waiting(w);
    }
    if (rc == 0 && question) {
        rc = reopen_done(w);
    }
    return rc;
}

int decide_reply(struct work *w)
{
    const struct command *command = w->command;
    const bool holds = command->reason[0] != '\0';
    int rc = holds ? work_require(w, TICKET_VERB_HOLD, "ticket") : 0;

    if (rc == 0) {
        rc = decide_say(w, MESSAGE_PUBLIC, "body");
    }
    if (rc == 0 && holds) {
        rc = decide_set_hold(w, command->human && command->side == SIDE_VENDOR, "hold");
    }
    return rc;
}

int decide_note(struct work *w)
{
    return decide_say(w, MESSAGE_INTERNAL, "body");
}
