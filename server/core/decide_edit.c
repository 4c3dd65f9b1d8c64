// SPDX-License-Identifier: Apache-2.0
/*
 * What a ticket is: its priority, and what else its targets are matched by. What is so already is
 * left out.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide_rule.h"

/* 0 and *ret_changes if the ticket's priority becomes another one, which the contract allows. */
static int check_priority(struct work *w, bool *ret_changes)
{
    const struct book_contract_version *version;
    const char *priority = w->command->priority;
    int rc = rule_version(w, "priority", &version);

    *ret_changes = false;
    if (rc != 0 || strcmp(w->ticket.priority, priority) == 0) {
        return rc;
    }
    rc = rule_priority_known(w, version, priority, "priority");
    if (rc == 0) {
        rc = rule_priority_change(w, version, priority);
    }
    *ret_changes = rc == 0;
    return rc;
}

int decide_priority(struct work *w)
{
    struct event *e;
    bool changes = false;
    int rc = work_require(w, TICKET_VERB_PRIORITY, "ticket");

    if (rc == 0) {
        rc = check_priority(w, &changes);
    }
    if (rc != 0 || !changes) {
        return rc;
    }
    e = work_next(w, EVENT_PRIORITY);
    if (e == NULL) {
        return -1;
    }
    work_book_name(e->u.priority.priority, w->command->priority);
    return work_add_with_clocks(w);
}

static int edit_priority(struct work *w, struct event *e)
{
    bool changes = false;
    int rc = w->command->priority[0] != '\0' ? check_priority(w, &changes) : 0;

    if (rc != 0 || !changes) {
        return rc;
    }
    e->u.edited.set |= EDIT_PRIORITY;
    work_book_name(e->u.edited.priority, w->command->priority);
    return 0;
}

/* The subject is beside the journal, so whether it is another one only the caller can see. */
static int edit_subject(struct work *w, struct event *e)
{
    const struct text *subject = &w->command->subject;
    int rc;

    if ((w->command->edits & EDIT_SUBJECT) == 0) {
        return 0;
    }
    rc = work_check_text(w, subject, TEXT_SUBJECT_BYTES_MAX, true, "subject");
    if (rc == 0) {
        e->u.edited.set |= EDIT_SUBJECT;
        work_text(e, TEXT_SUBJECT, subject);
    }
    return rc;
}

static int edit_names(struct work *w, struct event *e)
{
    const struct command *command = w->command;
    const struct {
        enum edit bit;
        const char *now;
        char *to;
        const char *from;
        const char *field;
    } rows[] = {
        {EDIT_CATEGORY, w->ticket.category, e->u.edited.category, command->category, "category"},
        {EDIT_CUSTOMER_TIER, w->ticket.customer_tier, e->u.edited.customer_tier,
         command->customer_tier, "customer_tier"},
        {EDIT_LANGUAGE, w->ticket.language, e->u.edited.language, command->language, "language"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((command->edits & rows[i].bit) == 0 || strcmp(rows[i].now, rows[i].from) == 0) {
            continue;
        }
        if (!work_name(rows[i].to, rows[i].from)) {
            return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, rows[i].field, NULL,
                          "the name is too long; at most %d bytes are taken", BOOK_NAME_BYTES - 1);
        }
        e->u.edited.set |= rows[i].bit;
    }
    return 0;
}

int decide_edit(struct work *w)
{
    struct event *e;
    int rc = work_require(w, TICKET_VERB_EDIT, "ticket");

    if (rc != 0) {
        return rc;
    }
    if (w->command->edits == 0) { // nothing but a priority, which has an event of its own
        return w->command->priority[0] != '\0' ? decide_priority(w) : 0;
    }
    e = work_next(w, EVENT_EDITED);
    if (e == NULL) {
        return -1;
    }
    rc = edit_subject(w, e);
    if (rc == 0) {
        rc = edit_priority(w, e);
    }
    if (rc == 0) {
        rc = edit_names(w, e);
    }
    return rc == 0 && e->u.edited.set != 0 ? work_add_with_clocks(w) : rc;
}
