// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/sample.h"
#include "t.h"

#define START "2026-03-02T09:00:00Z" /* a Monday; the office opened at 08:00Z */
#define LATER "2026-03-02T09:01:00Z"

enum { MATE = SAMPLE_AGENT + 1, OTHER = 2 };

struct room {
    struct sample sample;
    struct desk desk;
};

static void enter(struct room *r)
{
    sample_init(&r->sample);
    desk_init(&r->desk, &r->sample.book);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

static const struct event *only_event(const struct desk *d)
{
    T_EQ_INT(d->decision.n_events, 1);
    return &d->decision.events[0];
}

/* A command that has all that its verb needs. */
static struct command command(const struct desk *d, enum command_kind kind, const char *at)
{
    struct command c = desk_command(d, kind, sample_at(at));

    c.reason = kind == COMMAND_HOLD ? "third-party" : "";
    c.assignee = MATE;
    c.team = "cebu-b";
    c.priority = kind == COMMAND_PRIORITY ? "P1" : "";
    c.other = OTHER;
    c.other_state = TICKET_OPEN;
    c.link = LINK_BLOCKS;
    c.edits = EDIT_CATEGORY;
    c.category = "hardware";
    if (kind == COMMAND_TAG) {
        c.body = sample_text("fire");
    }
    return c;
}

static void must(struct desk *d, const struct command *c)
{
    T_CHECK(desk_do(d, c) == 0, "%s (%s)", d->refusal.message, d->refusal.hint);
}

static void done(struct desk *d, enum command_kind kind, const char *at)
{
    struct command c = command(d, kind, at);
    must(d, &c);
}

/* Puts a new ticket into a state by what leads there. */
static void reach(struct desk *d, enum ticket_state state)
{
    static const struct {
        enum ticket_state state;
        enum command_kind kinds[2];
    } ways[] = {
        {TICKET_OPEN, {COMMAND_ACK}},         {TICKET_HELD, {COMMAND_HOLD}},
        {TICKET_RESOLVED, {COMMAND_RESOLVE}}, {TICKET_CLOSED, {COMMAND_RESOLVE, COMMAND_CLOSE}},
        {TICKET_MERGED, {COMMAND_MERGE}},
    };

    desk_open(d, "P2", START);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        for (size_t k = 0; ways[i].state == state && k < 2; k++) {
            if (ways[i].kinds[k] != COMMAND_NONE) {
                done(d, ways[i].kinds[k], START);
            }
        }
    }
    T_EQ_INT(d->ticket.state, state);
}

static const struct {
    const char *what;
    enum command_kind kind;
    enum ticket_verb verb;
    const char *trace; /* of a new ticket, and where it is legal of every other */
} verbs[] = {
    {"take", COMMAND_TAKE, TICKET_VERB_TAKE, "taken"},
    {"reply", COMMAND_REPLY, TICKET_VERB_REPLY, "message"},
    {"note", COMMAND_NOTE, TICKET_VERB_NOTE, "message"},
    {"hold", COMMAND_HOLD, TICKET_VERB_HOLD, "held"},
    {"resume", COMMAND_RESUME, TICKET_VERB_RESUME, "resumed"},
    {"resolve", COMMAND_RESOLVE, TICKET_VERB_RESOLVE, "resolved clock_breached:first_response"},
    {"reopen", COMMAND_REOPEN, TICKET_VERB_REOPEN, "reopened"},
    {"close", COMMAND_CLOSE, TICKET_VERB_CLOSE, "closed"},
    {"priority", COMMAND_PRIORITY, TICKET_VERB_PRIORITY, "priority"},
    {"ack", COMMAND_ACK, TICKET_VERB_ACK, "acknowledged"},
    {"assign", COMMAND_ASSIGN, TICKET_VERB_ASSIGN, "assigned"},
    {"release", COMMAND_RELEASE, TICKET_VERB_ASSIGN, ""},
    {"transfer", COMMAND_TRANSFER, TICKET_VERB_TRANSFER, "transferred"},
    {"edit", COMMAND_EDIT, TICKET_VERB_EDIT, "edited"},
    {"merge", COMMAND_MERGE, TICKET_VERB_MERGE, "merged"},
    {"absorb", COMMAND_ABSORB, TICKET_VERB_NOTE, "absorbed"},
    {"link", COMMAND_LINK, TICKET_VERB_LINK, "linked"},
    {"tag", COMMAND_TAG, TICKET_VERB_LINK, "tagged"},
};

static void check_refused(const struct desk *d, enum ticket_state state, size_t i)
{
    char legal[128];
    char hint[160];
    const bool first = verbs[i].kind == COMMAND_CLOSE && state <= TICKET_HELD;

    T_EQ_STR(d->refusal.field, verbs[i].kind == COMMAND_ABSORB ? "into" : "ticket");
    T_CHECK(strstr(d->refusal.message, ticket_state_name(state)) != NULL, "%s", d->refusal.message);
    if (first) {
        T_EQ_STR(d->refusal.hint, "resolve it first: slate resolve ACME-1");
    } else if (state == TICKET_MERGED) {
        T_EQ_STR(d->refusal.hint, "it lives on in ACME-2");
    } else {
        (void)snprintf(hint, sizeof(hint), "now it allows: %s",
                       ticket_legal_verbs(state, legal, sizeof(legal)));
        T_EQ_STR(d->refusal.hint, hint);
    }
}

T_TEST(verbs, every_verb_in_every_state_is_done_or_refused_with_what_to_do)
{
    size_t refused = 0;

    for (unsigned state = TICKET_NEW; state < TICKET_STATES; state++) {
        for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
            struct room r;
            enum ticket_state next = TICKET_NONE;
            char trace[128];

            enter(&r);
            reach(&r.desk, (enum ticket_state)state);
            const uint64_t version = r.desk.ticket.version;
            const struct command c = command(&r.desk, verbs[i].kind, LATER);
            const bool legal_now = ticket_allows((enum ticket_state)state, verbs[i].verb, &next);
            const bool again = state == TICKET_OPEN && verbs[i].kind == COMMAND_ACK;
            T_EQ_INT(desk_do(&r.desk, &c), legal_now ? 0 : OUTCOME_FAILED_PRECONDITION, "%s in %s",
                     verbs[i].what, ticket_state_name((enum ticket_state)state));
            if (!legal_now) {
                T_EQ_INT(r.desk.ticket.version, version);
                check_refused(&r.desk, (enum ticket_state)state, i);
                refused++;
            } else if (!again && verbs[i].kind != COMMAND_HOLD) {
                T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), verbs[i].trace, "%s in %s",
                         verbs[i].what, ticket_state_name((enum ticket_state)state));
                T_EQ_INT(r.desk.ticket.state, verbs[i].kind == COMMAND_RESUME ? TICKET_NEW : next);
            }
            leave(&r);
        }
    }
    T_EQ_INT(refused, 3 + 3 + 2 + 10 + 13 + 18);
}

T_TEST(verbs, what_is_so_already_is_a_success_that_changes_nothing)
{
    static const enum command_kind kinds[] = {
        COMMAND_TAKE,     COMMAND_ACK,  COMMAND_HOLD, COMMAND_TRANSFER, COMMAND_ASSIGN,
        COMMAND_PRIORITY, COMMAND_EDIT, COMMAND_LINK, COMMAND_TAG,      COMMAND_EXPIRE,
    };
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P2", START);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct command c = command(&r.desk, kinds[i], LATER);
        must(&r.desk, &c);
        const uint64_t version = r.desk.ticket.version;
        c.at += US_PER_S;
        c.tag_seq = kinds[i] == COMMAND_TAG ? r.desk.ticket.tags[0] : 0;
        must(&r.desk, &c);
        T_EQ_INT(r.desk.decision.n_events, 0, "kind %d", (int)kinds[i]);
        T_EQ_INT(r.desk.ticket.version, version, "kind %d", (int)kinds[i]);
    }
    done(&r.desk, COMMAND_RELEASE, LATER);
    T_EQ_INT(r.desk.decision.n_events, 1);
    done(&r.desk, COMMAND_RELEASE, LATER);
    T_EQ_INT(r.desk.decision.n_events, 0, "nobody has it");
    leave(&r);
}

/*
 * Whose it is
 */

T_TEST(verbs, what_somebody_has_is_not_taken_by_accident)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P2", START);
    done(&r.desk, COMMAND_TAKE, START);
    struct command c = command(&r.desk, COMMAND_TAKE, LATER);
    c.actor = MATE;
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION);
    T_EQ_STR(r.desk.refusal.field, "ticket");
    T_EQ_STR(r.desk.refusal.message, "somebody else has the ticket");
    T_EQ_STR(r.desk.refusal.hint, "slate take ACME-1 --steal takes it from them");
    T_EQ_INT(r.desk.ticket.assignee, SAMPLE_AGENT);
    c.steal = true;
    must(&r.desk, &c);
    T_EQ_INT(r.desk.ticket.assignee, MATE);
    done(&r.desk, COMMAND_RELEASE, LATER);
    T_EQ_INT(only_event(&r.desk)->kind, EVENT_ASSIGNED);
    T_EQ_INT(r.desk.ticket.assignee, 0);
    T_EQ_INT(r.desk.ticket.state, TICKET_OPEN, "it was seen all the same");
    c.steal = false;
    must(&r.desk, &c);
    T_EQ_INT(r.desk.ticket.assignee, MATE, "what nobody has needs no force");
    leave(&r);
}

T_TEST(verbs, who_is_assigned_has_not_seen_it_until_they_take_or_acknowledge_it)
{
    static const enum command_kind kinds[] = {COMMAND_TAKE, COMMAND_ACK};

    for (size_t i = 0; i < 2; i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P2", START);
        struct command c = command(&r.desk, COMMAND_ASSIGN, START);
        c.assignee = SAMPLE_AGENT;
        must(&r.desk, &c);
        T_EQ_INT(r.desk.ticket.state, TICKET_NEW);
        T_EQ_INT(r.desk.ticket.n_facts, 1);
        done(&r.desk, kinds[i], LATER);
        T_EQ_INT(r.desk.ticket.state, TICKET_OPEN);
        T_EQ_INT(r.desk.ticket.assignee, SAMPLE_AGENT);
        T_EQ_INT(r.desk.ticket.facts[1].kind, FACT_ACKNOWLEDGED);
        done(&r.desk, kinds[1 - i], LATER);
        T_EQ_INT(r.desk.decision.n_events, 0, "once is enough");
        leave(&r);
    }
}

T_TEST(verbs, an_acknowledgement_assigns_nobody)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P2", START);
    done(&r.desk, COMMAND_ACK, LATER);
    T_EQ_INT(r.desk.ticket.assignee, 0);
    T_EQ_INT(r.desk.ticket.state, TICKET_OPEN);
    leave(&r);
}

T_TEST(verbs, t62_a_tool_neither_takes_nor_acknowledges)
{
    static const enum command_kind kinds[] = {COMMAND_TAKE, COMMAND_ACK};

    for (size_t i = 0; i < 2; i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P2", START);
        struct command c = command(&r.desk, kinds[i], LATER);
        c.human = false;
        T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION);
        T_EQ_STR(r.desk.refusal.hint, "let a person do it; a tool may add notes and replies");
        T_EQ_INT(r.desk.ticket.state, TICKET_NEW);
        leave(&r);
    }
}

T_TEST(verbs, a_transfer_leads_to_another_team_where_nobody_has_it_yet)
{
    struct room r;

    enter(&r);
    r.sample.targets[0][1].match.team = sample_names(&r.sample, "manila-a", NULL);
    desk_open(&r.desk, "P2", START);
    done(&r.desk, COMMAND_TAKE, START);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->state, CLOCK_RUNNING);
    done(&r.desk, COMMAND_TRANSFER, LATER);
    const struct event *e = only_event(&r.desk);
    T_EQ_INT(e->kind, EVENT_TRANSFERRED);
    T_EQ_INT(e->team, 2, "where it is");
    T_EQ_INT(e->u.transferred.from, 1, "where it was");
    T_EQ_INT(r.desk.ticket.team, 2);
    T_EQ_INT(r.desk.ticket.assignee, 0);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->state, CLOCK_CANCELLED,
             "nothing is agreed for that team");
    done(&r.desk, COMMAND_NOTE, LATER);
    T_EQ_INT(only_event(&r.desk)->team, 2, "every event tells the team");
    leave(&r);
}

T_TEST(verbs, a_team_that_the_version_in_force_lacks_is_refused)
{
    static const struct {
        const char *team;
        int rc;
    } rows[] = {
        {"stranger", OUTCOME_INVALID_ARGUMENT}, /* in the book, not in the contract */
        {"nobody", OUTCOME_INVALID_ARGUMENT},
        {"", OUTCOME_INVALID_ARGUMENT},
        {"manila-a", 0},                      /* it is there already */
        {"cebu-b", OUTCOME_INVALID_ARGUMENT}, /* only in version 1 */
    };
    struct room r;

    enter(&r);
    struct book_contract_version *v = sample_version(&r.sample, 2, sample_at(START));
    v->n_teams = 1;
    desk_open(&r.desk, "P2", START);
    r.sample.teams[1].id = 9;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        r.sample.teams[1].name = i == 4 ? "cebu-b" : "stranger";
        struct command c = command(&r.desk, COMMAND_TRANSFER, LATER);
        c.team = rows[i].team;
        T_EQ_INT(desk_do(&r.desk, &c), rows[i].rc, "row %zu", i);
        if (rows[i].rc != 0) {
            T_EQ_STR(r.desk.refusal.field, "team");
            T_EQ_STR(r.desk.refusal.hint, "manila-a");
        }
    }
    leave(&r);
}
