// SPDX-License-Identifier: Apache-2.0
/*
 * A ticket begins: opened by somebody now. What an imported one has in common with it is shared.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide_work.h"
#include "core/instant.h"

static int refuse_name(struct work *w, const char *field)
{
    return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, field, NULL,
                  "the name is too long; at most %d bytes are taken", BOOK_NAME_BYTES - 1);
}

static int set_priority(struct work *w, const struct book_contract_version *version,
                        struct event *e)
{
    const struct book_names *known = &version->priorities;
    const char *priority = w->command->priority;
    char hint[256];

    if (priority[0] == '\0' && known->n > 0) {
        priority = known->names[known->n - 1];
    }
    if (!book_names_have(known, priority)) {
        work_names(known->names, known->n, hint, sizeof(hint));
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "priority", hint,
                      "contract %s has no priority \"%s\"", w->contract->name, priority);
    }
    return work_name(e->u.opened.priority, priority) ? 0 : refuse_name(w, "priority");
}

static int set_team(struct work *w, const struct book_contract_version *version, struct event *e)
{
    const struct book_team *team;
    const char *names[16] = {NULL};
    char hint[256];
    size_t n = 0;

    if (w->command->team[0] == '\0') {
        e->u.opened.team = version->default_team;
        return 0;
    }
    team = book_team_named(w->book, w->command->team);
    if (team != NULL && book_has_team(version, team->id)) {
        e->u.opened.team = team->id;
        return 0;
    }
    for (size_t i = 0; i < version->n_teams && n < sizeof(names) / sizeof(names[0]); i++) {
        team = book_team(w->book, version->teams[i].team);
        if (team != NULL) {
            names[n++] = team->name;
        }
    }
    work_names(names, n, hint, sizeof(hint));
    return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "team", hint,
                  "contract %s has no team \"%s\"", w->contract->name, w->command->team);
}

static int set_names(struct work *w, struct event *e)
{
    const struct command *command = w->command;
    const struct {
        char *to;
        const char *from;
        const char *field;
    } rows[] = {
        {e->u.opened.function, command->function, "function"},
        {e->u.opened.category, command->category, "category"},
        {e->u.opened.customer_tier, command->customer_tier, "customer_tier"},
        {e->u.opened.language, command->language, "language"},
        {e->u.opened.source, command->source, "source"},
    };
    const size_t key_bytes = strlen(command->source_key);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!work_name(rows[i].to, rows[i].from)) {
            return refuse_name(w, rows[i].field);
        }
    }
    if (key_bytes >= sizeof(e->u.opened.source_key)) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "source_key", NULL,
                      "the key is too long; at most %d bytes are taken", TICKET_KEY_BYTES - 1);
    }
    memcpy(e->u.opened.source_key, command->source_key, key_bytes + 1);
    return 0;
}

int decide_opening(struct work *w, const struct book_contract_version *version, struct event *e)
{
    const struct command *command = w->command;
    int rc = work_check_text(w, &command->subject, TEXT_SUBJECT_BYTES_MAX, true, "subject");

    if (rc == 0) {
        rc = work_check_text(w, &command->requester, TEXT_REQUESTER_BYTES_MAX, false, "requester");
    }
    if (rc == 0) {
        rc = work_check_text(w, &command->body, TEXT_BODY_BYTES_MAX, false, "body");
    }
    if (rc == 0) {
        rc = set_priority(w, version, e);
    }
    if (rc == 0) {
        rc = set_team(w, version, e);
    }
    if (rc == 0) {
        rc = set_names(w, e);
    }
    if (rc != 0) {
        return rc;
    }
    work_text(e, TEXT_SUBJECT, &command->subject);
    work_text(e, TEXT_REQUESTER, &command->requester);
    e->u.opened.received_at = command->at;
    return 0;
}

int decide_opening_hold(struct work *w, struct event *e)
{
    const struct book_hold *hold;
    int rc = work_find_hold(w, w->command->reason, e->effective_at, "hold", &hold);

    return rc == 0 ? work_hold(w, e, hold, "hold") : rc;
}

int decide_opening_message(struct work *w, struct event *e)
{
    const struct command *command = w->command;

    // What a tool hands on for a person is that person's word.
    const bool person = command->human || command->requester.n > 0;
    e->u.message.side = SIDE_REQUESTER;
    e->u.message.kind = person ? MESSAGE_KIND_HUMAN : MESSAGE_KIND_AUTO;
    e->u.message.visibility = MESSAGE_PUBLIC;
    work_text(e, TEXT_BODY, &command->body);
    return work_name(e->u.message.channel, command->channel) ? 0 : refuse_name(w, "channel");
}

int decide_too_early(struct work *w, const char *field)
{
    const struct book_contract *c = w->contract;
    char first[INSTANT_TEXT_BYTES];

    if (c->n_versions == 0) {
        return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, field, NULL,
                      "contract %s has no version", c->name);
    }
    return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, field, NULL,
                  "contract %s takes effect at %s", c->name,
                  instant_format(c->versions[0].effective_at, first));
}

static int open_ticket(struct work *w, const struct book_contract_version *version)
{
    const struct command *command = w->command;
    struct event *e = work_next(w, EVENT_TICKET_OPENED);
    int rc;

    if (e == NULL) {
        return -1;
    }
    rc = decide_opening(w, version, e);
    if (rc != 0) {
        return rc;
    }
    // Who names no requester asks for themselves; a tool does not ask.
    e->u.opened.requester = command->human && command->requester.n == 0 ? command->actor : 0;
    e->u.opened.occurred_at = command->claimed_at;
    e->u.opened.silent_until_at = INSTANT_NONE;
    return work_add_with_clocks(w);
}

int decide_open(struct work *w)
{
    const struct book_contract_version *version = book_contract_at(w->contract, w->at);
    struct event *e;
    int rc;

    if (version == NULL) {
        return decide_too_early(w, "contract");
    }
    rc = work_begin(w, NULL, 4, 3);
    if (rc == 0) {
        rc = open_ticket(w, version);
    }
    if (rc == 0 && w->command->reason[0] != '\0') {
        e = work_next(w, EVENT_HELD);
        rc = e != NULL ? decide_opening_hold(w, e) : -1;
        if (rc == 0) {
            rc = work_add_with_clocks(w);
        }
    }
    if (rc == 0 && w->command->body.n > 0) {
        e = work_next(w, EVENT_MESSAGE);
        rc = e != NULL ? decide_opening_message(w, e) : -1;
        if (rc == 0) {
            rc = work_add_with_clocks(w);
        }
    }
    return rc;
}
