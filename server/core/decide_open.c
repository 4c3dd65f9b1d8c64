// SPDX-License-Identifier: Apache-2.0
/*
 * A ticket begins: opened by somebody now. What an imported one has in common with it is shared.
 */
#include <string.h>

#include "core/decide_rule.h"
#include "core/instant.h"

/* Opened, held, asked, resumed, resolved, closed. */
enum { OPEN_FACTS = 6 };

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
    int rc;

    if (priority[0] == '\0' && known->n > 0) {
        priority = known->names[known->n - 1];
    }
    rc = rule_priority_known(w, version, priority, "priority");
    if (rc == 0) {
        work_book_name(e->u.opened.priority, priority);
    }
    return rc;
}

static int set_team(struct work *w, const struct book_contract_version *version, struct event *e)
{
    int rc = 0;

    e->u.opened.team = version->default_team;
    if (w->command->team[0] != '\0') {
        rc = rule_team(w, version, w->command->team, &e->u.opened.team);
    }
    e->team = e->u.opened.team;
    return rc;
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
    if (key_bytes >= TICKET_KEY_BYTES) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "source_key", NULL,
                      "the key is too long; at most %d bytes are taken", TICKET_KEY_BYTES - 1);
    }
    work_text(e, TEXT_SOURCE_KEY, &(struct text){.bytes = command->source_key, .n = key_bytes});
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

int decide_opening_message(struct work *w, struct event *e)
{
    const struct command *command = w->command;
    const struct book_source *source = command->via_source;
    // What a tool hands on for a person is that person's word, if it is believed at all.
    const bool speaks = source == NULL || (source->may_assert & 1u << SIDE_REQUESTER) != 0;
    const bool person = speaks && (command->human || command->requester.n > 0);

    e->u.message.side = speaks ? SIDE_REQUESTER : SIDE_TOOL;
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
    const bool own = command->human && command->via_source == NULL && command->requester.n == 0;
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
    e->u.opened.requester = own ? command->actor : 0;
    e->u.opened.occurred_at = command->claimed_at;
    // What passed before anybody here knew of it is recorded, but no news.
    e->u.opened.silent_until_at = w->at < command->at ? command->at : INSTANT_NONE;
    return work_add_with_clocks(w);
}

static int open_message(struct work *w)
{
    struct event *e = work_next(w, EVENT_MESSAGE);
    int rc = e != NULL ? decide_opening_message(w, e) : -1;

    return rc == 0 ? work_add_with_clocks(w) : rc;
}

/* A resolve that came before the ticket and happened after it: it is done already. */
static int resolve_kept(struct work *w)
{
    const struct command *command = w->command;
    const int64_t kept_at = command->kept_resolve_at < command->at ? command->kept_resolve_at
                                                                   : command->at;
    const int64_t happened_at = command->claimed_at != INSTANT_NONE ? command->claimed_at
                                                                    : command->at;
    int rc;

    if (command->kept_resolve_at == INSTANT_NONE || happened_at > command->kept_resolve_at) {
        return 0;
    }
    w->at = kept_at > w->at ? kept_at : w->at;
    w->now_at = w->at;
    rc = work_settle(w);
    return rc == 0 ? decide_set_resolved(w, false) : rc;
}

int decide_open(struct work *w)
{
    const struct book_contract_version *version;
    int rc = rule_version(w, "contract", &version);

    if (rc == 0) {
        rc = rule_takes_new(w, version, "contract");
    }
    if (rc == 0) {
        rc = work_begin(w, NULL, OPEN_FACTS, 0);
    }
    if (rc == 0) {
        rc = open_ticket(w, version);
    }
    if (rc == 0 && w->command->follows != 0) {
        rc = decide_set_link(w, w->command->follows, LINK_FOLLOWS);
    }
    if (rc == 0 && w->command->reason[0] != '\0') {
        rc = decide_set_hold(w, false, "hold");
    }
    if (rc == 0 && w->command->body.n > 0) {
        rc = open_message(w);
    }
    return rc == 0 ? resolve_kept(w) : rc;
}
