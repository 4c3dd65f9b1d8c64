// SPDX-License-Identifier: Apache-2.0
/*
 * What a ticket is: its priority, and what else its targets are matched by. What is so already is
 * left out.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide_rule.h"

static int set_priority(struct work *w)
{
    const struct book_contract_version *version;
    const char *priority = w->command->priority;
    struct event *e;
    int rc = rule_version(w, "priority", &version);

    if (rc != 0 || strcmp(w->ticket.priority, priority) == 0) {
        return rc;
    }
    rc = rule_priority_known(w, version, priority, "priority");
    if (rc == 0) {
        rc = rule_priority_change(w, version, priority);
    }
    if (rc != 0) {
        return rc;
    }
    e = work_next(w, EVENT_PRIORITY);
    if (e == NULL || !work_name(e->u.priority.priority, priority)) { // the book checks its names
        return -1;
    }
    return work_add_with_clocks(w);
}

int decide_priority(struct work *w)
{
    int rc = work_require(w, TICKET_VERB_PRIORITY, "ticket");
    return rc == 0 ? set_priority(w) : rc;
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

    if (rc == 0 && w->command->priority[0] != '\0') {
        rc = set_priority(w);
    }
    if (rc != 0) {
        return rc;
    }
    e = work_next(w, EVENT_EDITED);
    if (e == NULL) {
        return -1;
    }
    rc = edit_subject(w, e);
    if (rc == 0) {
        rc = edit_names(w, e);
    }
    return rc == 0 && e->u.edited.set != 0 ? work_add_with_clocks(w) : rc;
}
