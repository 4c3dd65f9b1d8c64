// SPDX-License-Identifier: Apache-2.0
#include "core/decide.h"

#include <stdio.h>
#include <string.h>

#include "core/sample.h"
#include "t.h"

#define START "2026-03-02T09:00:00Z" /* a Monday; the office opened at 08:00Z */

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

static const struct event *event_at(const struct desk *d, size_t i)
{
    T_CHECK(i < d->decision.n_events);
    return &d->decision.events[i];
}

/*
 * Opening
 */

T_TEST(decide, opening_takes_the_contracts_defaults)
{
    struct room r;

    enter(&r);
    struct command c = desk_command(&r.desk, COMMAND_OPEN, sample_at(START));
    c.source = "mailbox";
    c.source_key = "<1@example.com>";
    c.claimed_at = sample_at("2026-03-02T08:59:00Z");
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    T_EQ_INT(r.desk.ticket.state, TICKET_NEW);
    T_EQ_STR(r.desk.ticket.priority, "P4", "the last and least");
    T_EQ_INT(r.desk.ticket.team, 1);
    T_EQ_INT(event_at(&r.desk, 0)->team, 1, "every event tells the team");
    T_EQ_INT(r.desk.ticket.requester, SAMPLE_AGENT, "who names nobody asks for themselves");
    T_EQ_STR(r.desk.ticket.source, "mailbox");
    T_EQ_STR(r.desk.ticket.source_key, "<1@example.com>");
    T_EQ_INT(r.desk.ticket.received_at, sample_at(START));
    T_EQ_INT(r.desk.ticket.occurred_at, c.claimed_at);
    T_EQ_INT(r.desk.ticket.opened_at, sample_at(START), "T65: claimed is not believed");
    T_EQ_INT(r.desk.ticket.clocks_absent, 0);
    T_EQ_INT(r.desk.ticket.silent_until_at, INSTANT_NONE);
    T_CHECK(!r.desk.ticket.imported);
    leave(&r);
}

T_TEST(decide, the_body_is_the_requesters_first_public_message)
{
    static const struct {
        bool human;
        const char *requester;
        enum message_kind kind;
        uint32_t requester_id;
    } rows[] = {
        {true, "", MESSAGE_KIND_HUMAN, SAMPLE_AGENT},
        {true, "joan@example.com", MESSAGE_KIND_HUMAN, 0},
        {false, "joan@example.com", MESSAGE_KIND_HUMAN, 0},
        {false, "", MESSAGE_KIND_AUTO, 0},
    };
    char trace[128];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        struct command c = desk_command(&r.desk, COMMAND_OPEN, sample_at(START));
        c.human = rows[i].human;
        c.requester = sample_text(rows[i].requester);
        c.body = sample_text("it does not print");
        c.reason = "embargo";
        c.channel = "mail";
        T_EQ_INT(desk_do(&r.desk, &c), 0);
        T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), "ticket_opened held message");
        const struct event *opened = event_at(&r.desk, 0);
        T_EQ_INT(opened->n_texts, rows[i].requester[0] ? 2 : 1, "row %zu", i);
        T_EQ_INT(opened->texts[0].field, TEXT_SUBJECT);
        T_CHECK(opened->texts[0].n == 7 && memcmp(opened->texts[0].bytes, "printer", 7) == 0);
        const struct event *message = event_at(&r.desk, 2);
        T_EQ_INT(message->texts[0].field, TEXT_BODY);
        T_EQ_INT(message->u.message.side, SIDE_REQUESTER);
        T_EQ_INT(message->u.message.kind, rows[i].kind, "row %zu", i);
        T_EQ_INT(message->u.message.visibility, MESSAGE_PUBLIC);
        T_EQ_STR(message->u.message.channel, "mail");
        T_EQ_INT(r.desk.ticket.requester, rows[i].requester_id, "row %zu", i);
        T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->state, CLOCK_PAUSED,
                 "T40: created on hold");
        leave(&r);
    }
}

static char long_name[BOOK_NAME_BYTES + 1];
static char long_key[TICKET_KEY_BYTES + 1];
static char long_text[TEXT_BODY_BYTES_MAX + 1];

T_TEST(decide, what_a_contract_does_not_know_is_refused_by_its_field)
{
    static const struct {
        const char *field;
        enum outcome_code code;
        const char *hint;
    } rows[] = {
        {"priority", OUTCOME_INVALID_ARGUMENT, "P1, P2, P3, P4"},
        {"team", OUTCOME_INVALID_ARGUMENT, "manila-a, cebu-b"},
        {"team", OUTCOME_INVALID_ARGUMENT, "manila-a, cebu-b"},
        {"hold", OUTCOME_INVALID_ARGUMENT, "waiting-customer, embargo, third-party, tool-down"},
        {"subject", OUTCOME_INVALID_ARGUMENT, ""},
        {"subject", OUTCOME_INVALID_ARGUMENT, ""},
        {"requester", OUTCOME_INVALID_ARGUMENT, ""},
        {"body", OUTCOME_INVALID_ARGUMENT, ""},
        {"function", OUTCOME_INVALID_ARGUMENT, ""},
        {"category", OUTCOME_INVALID_ARGUMENT, ""},
        {"customer_tier", OUTCOME_INVALID_ARGUMENT, ""},
        {"language", OUTCOME_INVALID_ARGUMENT, ""},
        {"source", OUTCOME_INVALID_ARGUMENT, ""},
        {"source_key", OUTCOME_INVALID_ARGUMENT, ""},
        {"channel", OUTCOME_INVALID_ARGUMENT, ""},
        {"contract", OUTCOME_FAILED_PRECONDITION, ""},
        {"contract", OUTCOME_NOT_FOUND, ""},
    };
    struct room r;

    memset(long_name, 'x', BOOK_NAME_BYTES);
    memset(long_key, 'x', TICKET_KEY_BYTES);
    enter(&r);
    r.sample.teams[0].id = 9; /* a team that the contract has not, and one that nobody has */
    r.sample.teams[0].name = "stranger";
    r.sample.contract_teams[0].team = 2;
    r.sample.versions[0].n_teams = 1;
    r.sample.versions[0].default_team = 2;
    r.sample.versions[0].n_teams = 1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct command c = desk_command(&r.desk, COMMAND_OPEN, sample_at(START));
        c.body = sample_text("words");
        switch (i) {
        case 0: c.priority = "P5"; break;
        case 1: c.team = "stranger"; break;
        case 2: c.team = "nobody"; break;
        case 3: c.reason = "lunch"; break;
        case 4: c.subject.n = 0; break;
        case 5:
            c.subject = (struct text){.bytes = long_text, .n = TEXT_SUBJECT_BYTES_MAX + 1};
            break;
        case 6:
            c.requester = (struct text){.bytes = long_text, .n = TEXT_REQUESTER_BYTES_MAX + 1};
            break;
        case 7: c.body = (struct text){.bytes = long_text, .n = TEXT_BODY_BYTES_MAX + 1}; break;
        case 8: c.function = long_name; break;
        case 9: c.category = long_name; break;
        case 10: c.customer_tier = long_name; break;
        case 11: c.language = long_name; break;
        case 12: c.source = long_name; break;
        case 13: c.source_key = long_key; break;
        case 14: c.channel = long_name; break;
        case 15: c.at = sample_at("2025-12-31T23:59:59Z"); break;
        default: c.contract = 99; break;
        }
        T_EQ_INT(desk_do(&r.desk, &c), rows[i].code, "row %zu", i);
        T_EQ_STR(r.desk.refusal.field, rows[i].field, "row %zu", i);
        if (rows[i].hint[0] == 'm') {
            T_EQ_STR(r.desk.refusal.hint, "cebu-b", "row %zu", i);
        } else {
            T_EQ_STR(r.desk.refusal.hint, rows[i].hint, "row %zu", i);
        }
    }
    leave(&r);
}

T_TEST(decide, a_contract_that_is_not_in_force_yet_says_when_it_will_be)
{
    struct room r;

    enter(&r);
    struct command c = desk_command(&r.desk, COMMAND_OPEN, sample_at("2025-12-31T23:59:59Z"));
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION);
    T_EQ_STR(r.desk.refusal.message, "contract acme-l1 takes effect at 2026-01-01T00:00:00Z");
    r.sample.contract.n_versions = 0;
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION);
    leave(&r);
}

/*
 * Words, holds, versions
 */

T_TEST(decide, messages_need_words_and_take_no_more_than_fits)
{
    static const struct {
        enum command_kind kind;
        const char *field;
        size_t bytes;
        enum outcome_code code;
    } rows[] = {
        {COMMAND_REPLY, "body", 0, OUTCOME_INVALID_ARGUMENT},
        {COMMAND_NOTE, "body", 0, OUTCOME_INVALID_ARGUMENT},
        {COMMAND_RESOLVE, "", 0, OUTCOME_OK},
        {COMMAND_REPLY, "body", TEXT_BODY_BYTES_MAX + 1, OUTCOME_INVALID_ARGUMENT},
        {COMMAND_NOTE, "body", TEXT_BODY_BYTES_MAX + 1, OUTCOME_INVALID_ARGUMENT},
        {COMMAND_RESOLVE, "message", TEXT_BODY_BYTES_MAX + 1, OUTCOME_INVALID_ARGUMENT},
        {COMMAND_REPLY, "", TEXT_BODY_BYTES_MAX, OUTCOME_OK},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P2", START);
        struct command c = desk_command(&r.desk, rows[i].kind, sample_at("2026-03-02T09:01:00Z"));
        c.body = (struct text){.bytes = long_text, .n = rows[i].bytes};
        T_EQ_INT(desk_do(&r.desk, &c), rows[i].code, "row %zu", i);
        T_EQ_STR(r.desk.refusal.field, rows[i].field, "row %zu", i);
        leave(&r);
    }
}

T_TEST(decide, t39_holds_are_set_and_ended_by_reason)
{
    struct room r;
    char trace[128];

    enter(&r);
    desk_open(&r.desk, "P2", START);
    desk_hold(&r.desk, "embargo", "2026-03-02T09:01:00Z");
    T_EQ_INT(event_at(&r.desk, 0)->u.hold.party, SIDE_BUYER);
    desk_hold(&r.desk, "third-party", "2026-03-02T09:02:00Z");
    struct command c = desk_command(&r.desk, COMMAND_RESUME, sample_at("2026-03-02T09:03:00Z"));
    c.reason = "tool-down";
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION);
    T_EQ_STR(r.desk.refusal.field, "reason");
    T_EQ_STR(r.desk.refusal.hint, "it is on hold for: embargo, third-party");
    c = desk_command(&r.desk, COMMAND_HOLD, sample_at("2026-03-02T09:03:00Z"));
    c.reason = "lunch";
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_INVALID_ARGUMENT);
    T_EQ_STR(r.desk.refusal.field, "reason");
    desk_resume(&r.desk, "embargo", "2026-03-02T09:04:00Z");
    T_EQ_INT(r.desk.ticket.state, TICKET_HELD);
    desk_hold(&r.desk, "embargo", "2026-03-02T09:05:00Z");
    desk_resume(&r.desk, "", "2026-03-02T09:06:00Z");
    T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), "resumed resumed");
    T_EQ_INT(r.desk.ticket.state, TICKET_NEW);
    leave(&r);
}

T_TEST(decide, a_ticket_meets_only_so_many_reasons)
{
    static char names[BOOK_HOLDS_MAX + 1][16];
    struct book_hold holds[BOOK_HOLDS_MAX + 1];
    struct room r;

    enter(&r);
    for (size_t i = 0; i <= BOOK_HOLDS_MAX; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "reason-%zu", i);
        holds[i] = sample_hold(names[i], SIDE_BUYER, ~0u);
    }
    r.sample.versions[0].holds = holds;
    r.sample.versions[0].n_holds = BOOK_HOLDS_MAX + 1;
    desk_open(&r.desk, "P2", START);
    for (size_t i = 0; i < BOOK_HOLDS_MAX; i++) {
        desk_hold(&r.desk, names[i], START);
    }
    struct command c = desk_command(&r.desk, COMMAND_HOLD, sample_at(START));
    c.reason = names[BOOK_HOLDS_MAX];
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_RESOURCE_EXHAUSTED);
    desk_resume(&r.desk, "", START);
    T_EQ_INT(r.desk.decision.n_events, BOOK_HOLDS_MAX);
    T_EQ_INT(r.desk.ticket.state, TICKET_NEW);
    leave(&r);
}

T_TEST(decide, a_stale_version_is_told_both)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P2", START);
    desk_ok(&r.desk, COMMAND_TAKE, START);
    struct command c = desk_command(&r.desk, COMMAND_NOTE, sample_at("2026-03-02T09:01:00Z"));
    c.if_version = 1;
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_ABORTED);
    T_EQ_STR(r.desk.refusal.field, "if_version");
    T_EQ_STR(r.desk.refusal.message, "the ticket is at version 2, not 1");
    c.if_version = 2;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    leave(&r);
}

/*
 * When it happened
 */

T_TEST(decide, claims_are_recorded_and_never_move_a_live_command)
{
    static const char *const claims[] = {"2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z"};

    for (size_t i = 0; i < 2; i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P2", START);
        struct command c = desk_command(&r.desk, COMMAND_RESOLVE,
                                        sample_at("2026-03-02T10:00:00Z"));
        c.claimed_at = sample_at(claims[i]);
        T_EQ_INT(desk_do(&r.desk, &c), 0);
        const struct event *e = event_at(&r.desk, 0);
        T_EQ_INT(e->claimed_at, c.claimed_at);
        T_EQ_INT(e->effective_at, c.at, "neither the past nor the future");
        T_EQ_INT(event_at(&r.desk, 1)->kind, EVENT_CLOCK_BREACHED);
        T_EQ_INT(event_at(&r.desk, 1)->claimed_at, INSTANT_NONE, "of that nobody claimed anything");
        T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->elapsed_us, US_PER_HOUR);
        leave(&r);
    }
}

T_TEST(decide, a_command_never_comes_before_what_the_ticket_has_seen)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P2", START);
    desk_ok(&r.desk, COMMAND_REPLY, "2026-03-02T10:00:00Z");
    desk_ok(&r.desk, COMMAND_RESOLVE, "2026-03-02T09:30:00Z");
    T_EQ_INT(r.desk.ticket.resolved_at, sample_at("2026-03-02T10:00:00Z"));
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->elapsed_us, US_PER_HOUR);
    leave(&r);
}
