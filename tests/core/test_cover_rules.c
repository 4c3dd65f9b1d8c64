// SPDX-License-Identifier: Apache-2.0
/*
 * Rare turns of decisions: what a book has forgotten, lists that are too long to tell, names that
 * do not fit.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/event.h"
#include "core/instant.h"
#include "core/outcome.h"
#include "core/sample.h"
#include "core/sla_target.h"
#include "t.h"

static char long_name[BOOK_NAME_BYTES + 1];

struct room {
    struct sample sample;
    struct desk desk;
};

static void enter(struct room *r)
{
    memset(long_name, 'x', BOOK_NAME_BYTES);
    sample_init(&r->sample);
    desk_init(&r->desk, &r->sample.book);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

static struct command command(struct room *r, enum command_kind kind, const char *at)
{
    return desk_command(&r->desk, kind, sample_at(at));
}

static void refused(struct room *r, const struct command *c, enum outcome_code code,
                    const char *field, const char *what)
{
    T_EQ_INT(desk_do(&r->desk, c), code, "%s", what);
    T_EQ_STR(r->desk.refusal.field, field, "%s", what);
}

/* --- names ------------------------------------------------------------------------------------ */

T_TEST(rare_rules, every_event_has_a_name_of_its_own)
{
    for (int i = EVENT_NONE; i < 100; i++) {
        const char *name = event_kind_name((enum event_kind)i);
        T_CHECK(name[0] != '\0');
        for (int k = EVENT_NONE; k < i; k++) {
            const char *other = event_kind_name((enum event_kind)k);
            T_CHECK(strcmp(name, "unknown") == 0 || strcmp(name, other) != 0, "%d and %d: %s", k, i,
                    name);
        }
    }
    T_EQ_STR(event_kind_name(EVENT_NONE), "none");
    T_EQ_STR(event_kind_name(EVENT_DUES_SWEPT), "dues_swept");
    T_EQ_STR(event_kind_name((enum event_kind)9999), "unknown");
}

T_TEST(rare_rules, what_is_no_text_at_all_is_cut_to_nothing)
{
    struct refusal r;
    char field[sizeof(r.field) + 2];

    memset(field, 0x80, sizeof(field) - 1); /* all of them within a character */
    field[sizeof(field) - 1] = '\0';
    T_EQ_INT(refuse(&r, OUTCOME_INVALID_ARGUMENT, field, NULL, "no"), OUTCOME_INVALID_ARGUMENT);
    T_EQ_STR(r.field, "");
    T_EQ_STR(r.message, "no");
}

T_TEST(rare_rules, a_name_that_does_not_fit_is_refused_by_its_field)
{
    static const struct {
        const char *what;
        enum command_kind kind;
        size_t offset; /* of the name within the command */
        const char *field;
    } rows[] = {
        {"reply", COMMAND_REPLY, offsetof(struct command, channel), "channel"},
        {"note", COMMAND_NOTE, offsetof(struct command, channel), "channel"},
        {"kept", COMMAND_KEEP, offsetof(struct command, source), "source"},
        {"opened", COMMAND_OPEN, offsetof(struct command, source), "source"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
        struct command c = command(&r, rows[i].kind, "2026-03-02T09:05:00Z");
        const char **name = (const char **)((char *)&c + rows[i].offset);
        *name = long_name + 1; /* the longest that there is */
        if (rows[i].kind != COMMAND_OPEN) {
            T_EQ_INT(desk_do(&r.desk, &c), 0, "%s: %s", rows[i].what, r.desk.refusal.message);
        }
        *name = long_name;
        refused(&r, &c, OUTCOME_INVALID_ARGUMENT, rows[i].field, rows[i].what);
        leave(&r);
    }
}

T_TEST(rare_rules, only_what_a_person_lets_the_customer_read_is_a_reply)
{
    size_t replies = 0;
    size_t questions = 0;

    for (int kind = EVENT_TICKET_OPENED; kind <= EVENT_TAKEN; kind++) {
        for (int side = SIDE_NONE; side <= SIDE_TOOL; side++) {
            for (int by = MESSAGE_KIND_HUMAN; by <= MESSAGE_KIND_AUTO; by++) {
                for (int seen = MESSAGE_PUBLIC; seen <= MESSAGE_INTERNAL; seen++) {
                    const struct event e = {
                        .kind = (enum event_kind)kind,
                        .u.message = {.side = (enum side)side,
                                      .kind = (enum message_kind)by,
                                      .visibility = (enum message_visibility)seen},
                    };
                    replies += event_is_reply(&e);
                    questions += event_is_question(&e);
                }
            }
        }
    }
    T_EQ_INT(replies, 1, "a message of the vendor, by a person, public");
    T_EQ_INT(questions, 2, "a message of the requester, by a person");
}

/* --- lists ------------------------------------------------------------------------------------ */

T_TEST(rare_rules, a_hint_names_whole_names_and_as_many_as_fit)
{
    static char names[8][BOOK_NAME_BYTES];
    static const char *list[8];
    struct room r;

    for (int i = 0; i < 8; i++) {
        memset(names[i], 'a' + i, BOOK_NAME_BYTES - 1);
        list[i] = names[i];
    }
    enter(&r);
    desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
    r.sample.versions[0].priorities = (struct book_names){.names = list, .n = 8};
    struct command c = command(&r, COMMAND_PRIORITY, "2026-03-02T09:05:00Z");
    c.priority = "P9";
    refused(&r, &c, OUTCOME_INVALID_ARGUMENT, "priority", "unknown");
    const size_t n = strlen(r.desk.refusal.hint);
    const size_t each = BOOK_NAME_BYTES - 1;
    T_CHECK(n > 2 * each, "%s", r.desk.refusal.hint);
    T_EQ_INT((n + 2) % (each + 2), 0, "the last one is whole: %s", r.desk.refusal.hint);
    leave(&r);
}

T_TEST(rare_rules, a_hint_names_sixteen_teams_of_twenty)
{
    static struct book_team teams[20];
    static struct book_contract_team of_contract[20];
    static char names[20][8];
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
    for (uint32_t i = 0; i < 20; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "t%02u", (unsigned)i);
        teams[i] = (struct book_team){.id = i + 1, .name = names[i], .party = 2};
        of_contract[i] = (struct book_contract_team){.team = i + 1, .tier = "L1"};
    }
    r.sample.book.teams = teams;
    r.sample.book.n_teams = 20;
    r.sample.versions[0].teams = of_contract;
    r.sample.versions[0].n_teams = 20;
    struct command c = command(&r, COMMAND_TRANSFER, "2026-03-02T09:05:00Z");
    c.team = "t20";
    refused(&r, &c, OUTCOME_INVALID_ARGUMENT, "team", "unknown");
    T_CHECK(strncmp(r.desk.refusal.hint, "t00, t01, ", 10) == 0, "%s", r.desk.refusal.hint);
    T_CHECK(strstr(r.desk.refusal.hint, "t15") != NULL, "%s", r.desk.refusal.hint);
    T_CHECK(strstr(r.desk.refusal.hint, "t16") == NULL, "%s", r.desk.refusal.hint);
    leave(&r);
}

/* --- priorities ------------------------------------------------------------------------------- */

T_TEST(rare_rules, a_priority_that_is_no_more_counts_as_the_least)
{
    static const char *const left[] = {"P1", "P2"};
    struct room r;

    enter(&r);
    struct book_contract_version *v = sample_version(&r.sample, 2,
                                                     sample_at("2026-03-02T12:00:00Z"));
    v->priorities = (struct book_names){.names = left, .n = 2};
    v->priority_raise = ROLE_LEAD;
    v->priority_lower = ROLE_AGENT;
    desk_open(&r.desk, "P4", "2026-03-02T09:00:00Z");
    struct command c = command(&r, COMMAND_PRIORITY, "2026-03-02T13:00:00Z");
    c.priority = "P2";
    refused(&r, &c, OUTCOME_PERMISSION_DENIED, "priority", "an agent may not raise it");
    c.roles = ROLE_LEAD;
    T_EQ_INT(desk_do(&r.desk, &c), 0, "%s", r.desk.refusal.message);
    T_EQ_STR(r.desk.ticket.priority, "P2");
    leave(&r);
}

T_TEST(rare_rules, a_contract_without_priorities_opens_nothing)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].priorities.n = 0;
    const struct command c = command(&r, COMMAND_OPEN, "2026-03-02T09:00:00Z");
    refused(&r, &c, OUTCOME_INVALID_ARGUMENT, "priority", "none is known");
    leave(&r);
}

T_TEST(rare_rules, a_contract_that_was_retired_from_its_beginning_opens_nothing)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].retired = true;
    const struct command c = command(&r, COMMAND_OPEN, "2026-03-02T09:00:00Z");
    refused(&r, &c, OUTCOME_FAILED_PRECONDITION, "contract", "retired");
    T_CHECK(strstr(r.desk.refusal.message, "since 2026-01-01T00:00:00Z") != NULL, "%s",
            r.desk.refusal.message);
    leave(&r);
}

/* --- what the book has forgotten -------------------------------------------------------------- */

/* A journal may be read with a book that is not the one it was written with. */
T_TEST(rare_rules, a_hold_that_the_book_forgot_pauses_nothing_and_anybody_may_end_it)
{
    struct room r;
    struct sla_clock now;

    enter(&r);
    r.sample.holds[0][1].set_by = 1u << SIDE_VENDOR;
    desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
    desk_hold(&r.desk, "embargo", "2026-03-02T09:05:00Z");
    struct command c = command(&r, COMMAND_RESUME, "2026-03-02T09:10:00Z");
    c.reason = "embargo";
    c.side = SIDE_BUYER;
    refused(&r, &c, OUTCOME_PERMISSION_DENIED, "reason", "while it is known");
    T_CHECK(desk_as_of(&r.desk, CLOCK_KIND_RESOLUTION, c.at, &now));
    T_EQ_INT(now.clock.elapsed_us, 5 * US_PER_MIN);
    r.sample.holds[0][1].reason = "another";
    T_CHECK(desk_as_of(&r.desk, CLOCK_KIND_RESOLUTION, c.at, &now));
    T_EQ_INT(now.clock.elapsed_us, 10 * US_PER_MIN);
    struct command says = command(&r, COMMAND_REPLY, "2026-03-02T09:10:00Z");
    says.side = SIDE_REQUESTER;
    T_EQ_INT(desk_do(&r.desk, &says), 0, "%s", r.desk.refusal.message);
    T_EQ_INT(r.desk.ticket.n_holds, 1, "words do not end what nobody knows the end of");
    T_EQ_INT(desk_do(&r.desk, &c), 0, "%s", r.desk.refusal.message);
    T_EQ_INT(r.desk.ticket.n_holds, 0);
    leave(&r);
}

T_TEST(rare_rules, a_ticket_older_than_its_contract_is_not_measured_but_can_be_ended)
{
    struct room r;
    struct sla_clock now;

    enter(&r);
    r.sample.versions[0].auto_close = (struct book_span){US_PER_DAY, r.sample.always};
    desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
    desk_hold(&r.desk, "embargo", "2026-03-02T09:01:00Z");
    r.sample.versions[0].effective_at = sample_at("2026-04-01T00:00:00Z");
    T_CHECK(!desk_as_of(&r.desk, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T10:00:00Z"), &now));
    struct command c = command(&r, COMMAND_HOLD, "2026-03-02T09:04:00Z");
    c.reason = "third-party";
    refused(&r, &c, OUTCOME_INVALID_ARGUMENT, "reason", "no version is in force");
    T_EQ_STR(r.desk.refusal.hint, "the contract names no reason to hold a ticket");
    c = command(&r, COMMAND_PRIORITY, "2026-03-02T09:04:00Z");
    c.priority = "P2";
    refused(&r, &c, OUTCOME_FAILED_PRECONDITION, "priority", "no version is in force");
    desk_resume(&r.desk, "embargo", "2026-03-02T09:05:00Z");
    desk_ok(&r.desk, COMMAND_RESOLVE, "2026-03-02T09:06:00Z");
    T_EQ_INT(r.desk.ticket.close_at, INSTANT_NEVER, "no contract closes it");
    leave(&r);
}

/* --- clocks of nobody ------------------------------------------------------------------------- */

T_TEST(rare_rules, the_calendar_of_a_clock_that_the_book_does_not_have_is_none)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
    struct ticket_clock c = *desk_clock(&r.desk, CLOCK_KIND_RESOLUTION);
    T_CHECK(sla_calendar(&r.sample.book, &r.desk.ticket, &c) == r.sample.always);
    c.target_row = 6;
    T_CHECK(sla_calendar(&r.sample.book, &r.desk.ticket, &c) == NULL, "no such row");
    c.contract_version = 9;
    T_CHECK(sla_calendar(&r.sample.book, &r.desk.ticket, &c) == NULL, "no such version");
    leave(&r);
}

T_TEST(rare_rules, a_clock_has_the_calendar_of_the_team_that_came_last_by_its_instant)
{
    struct room r;

    enter(&r);
    r.sample.targets[0][3].of_team = true;
    r.sample.versions[0].follows_team = true;
    r.sample.teams[1].calendar = r.sample.office;
    r.sample.teams[0].calendar = r.sample.always;
    desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
    const struct fact facts[] = {
        {.at = sample_at("2026-03-02T10:00:00Z"), .kind = FACT_TEAM, .team = 2},
        {.at = sample_at("2026-03-02T09:30:00Z"), .kind = FACT_TEAM, .team = 1},
    };
    struct ticket t = r.desk.ticket;
    t.facts = facts;
    t.n_facts = 2;
    const struct ticket_clock *c = desk_clock(&r.desk, CLOCK_KIND_RESOLUTION);
    T_CHECK(sla_calendar(&r.sample.book, &t, c) == r.sample.office);
    t.n_facts = 0;
    T_CHECK(sla_calendar(&r.sample.book, &t, c) == r.sample.always, "as it was opened");
    leave(&r);
}

T_TEST(rare_rules, a_row_of_the_team_has_the_contracts_hours_where_the_team_has_none)
{
    struct room r;

    enter(&r);
    struct book_target row = r.sample.targets[0][1];
    row.of_team = true;
    r.sample.versions[0].hours = r.sample.always;
    r.sample.teams[0].calendar = r.sample.office;
    const struct book_contract_version *v = &r.sample.versions[0];
    T_CHECK(sla_target_calendar(&r.sample.book, v, &row, 1) == r.sample.office);
    T_CHECK(sla_target_calendar(&r.sample.book, v, &row, 2) == r.sample.always, "it has none");
    T_CHECK(sla_target_calendar(&r.sample.book, v, &row, 99) == r.sample.always, "nobody");
    leave(&r);
}

T_TEST(rare_rules, a_clock_before_the_ticket_was_opened_is_idle)
{
    struct room r;
    struct sla_clock now;

    enter(&r);
    desk_open(&r.desk, "P1", "2026-03-02T09:00:00Z");
    T_CHECK(desk_as_of(&r.desk, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T08:59:59Z"), &now));
    T_EQ_INT(now.clock.state, CLOCK_IDLE);
    T_EQ_INT(now.clock.verdict, TICKET_VERDICT_NONE);
    T_EQ_INT(now.clock.elapsed_us, 0);
    T_EQ_INT(now.clock.due_at, INSTANT_NEVER);
    leave(&r);
}

/* --- histories -------------------------------------------------------------------------------- */

static struct command_step step(unsigned kind, const char *at)
{
    return (struct command_step){.at = sample_at(at),
                                 .kind = kind,
                                 .side = SIDE_VENDOR,
                                 .message_kind = MESSAGE_KIND_HUMAN,
                                 .visibility = MESSAGE_PUBLIC,
                                 .reason = "",
                                 .priority = "",
                                 .channel = "",
                                 .body = sample_text("words")};
}

T_TEST(rare_rules, a_history_that_cannot_be_names_its_field)
{
    static const struct {
        const char *what;
        const char *field;
        enum outcome_code code;
    } rows[] = {
        {"an action that there is none of", "events[0].action", OUTCOME_INVALID_ARGUMENT},
        {"without a subject", "subject", OUTCOME_INVALID_ARGUMENT},
        {"of an unknown team", "team", OUTCOME_INVALID_ARGUMENT},
        {"through a channel that does not fit", "channel", OUTCOME_INVALID_ARGUMENT},
        {"answered when closed", "events[2]", OUTCOME_FAILED_PRECONDITION},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct command_step steps[] = {
            step(STEP_RESOLVE, "2026-03-02T10:00:00Z"),
            step(STEP_CLOSE, "2026-03-02T11:00:00Z"),
            step(STEP_MESSAGE, "2026-03-02T12:00:00Z"),
        };
        struct room r;
        enter(&r);
        struct command c = command(&r, COMMAND_IMPORT, "2026-03-10T09:00:00Z");
        c.opened_at = sample_at("2026-03-02T09:00:00Z");
        c.clocks = ~0u;
        c.steps = steps;
        c.n_steps = 3;
        switch (i) {
        case 0: steps[0].kind = 99; break;
        case 1: c.subject.n = 0; break;
        case 2: c.team = "nobody"; break;
        case 3:
            c.body = sample_text("it does not print");
            c.channel = long_name;
            break;
        default: break;
        }
        refused(&r, &c, rows[i].code, rows[i].field, rows[i].what);
        leave(&r);
    }
}

/* 700 holds and as many ends do not fit the facts that clocks look at. */
T_TEST(rare_rules, a_history_of_too_many_holds_is_refused_at_the_one_too_many)
{
    static struct command_step steps[COMMAND_STEPS_MAX];
    static const char *const reasons[] = {"waiting-customer", "embargo", "third-party"};
    struct room r;
    char at[32];

    for (int i = 0; i < COMMAND_STEPS_MAX; i++) {
        (void)snprintf(at, sizeof(at), "2026-03-02T%02d:%02d:%02dZ", 9 + i / 3600, i / 60 % 60,
                       i % 60);
        steps[i] = step(i % 4 < 3 ? STEP_HOLD : STEP_RESUME, at);
        steps[i].reason = i % 4 < 3 ? reasons[i % 4] : ""; /* all three of them at once */
    }
    enter(&r);
    struct command c = command(&r, COMMAND_IMPORT, "2026-03-10T09:00:00Z");
    c.opened_at = sample_at("2026-03-02T09:00:00Z");
    c.clocks = ~0u;
    c.steps = steps;
    c.n_steps = COMMAND_STEPS_MAX;
    refused(&r, &c, OUTCOME_RESOURCE_EXHAUSTED, "ticket", "too many facts");
    leave(&r);
}

/* A history that ends with that, and every command, with less memory than it takes: from none on,
 * nothing comes of it but that there is too little. */
T_TEST(rare_rules, a_history_without_memory_is_nothing_at_whatever_step_it_runs_out)
{
    static const char *const reasons[] = {"waiting-customer", "embargo", "third-party"};
    static const unsigned last[] = {STEP_MESSAGE, STEP_TAKE, STEP_HOLD, STEP_RESUME, STEP_RESOLVE};

    for (size_t row = 0; row <= 2 * sizeof(last) / sizeof(last[0]); row++) {
        struct command_step steps[33];
        size_t whole = 0;
        size_t starved = 0;
        struct room r;
        enter(&r);
        struct command c = command(&r, COMMAND_IMPORT, "2026-03-10T09:00:00Z");
        c.opened_at = sample_at("2026-03-02T09:00:00Z");
        c.clocks = ~0u;
        c.steps = steps;
        c.reason = row == 0 ? "embargo" : "";
        c.body = row % 2 == 0 ? sample_text("it does not print") : (struct text){0};
        for (size_t i = 0; row > 0 && i < 33; i++) {
            /* three holds, and their ends: more events than steps */
            steps[i] = step(i % 4 < 3 ? STEP_HOLD : STEP_RESUME, "2026-03-02T10:00:00Z");
            steps[i].reason = i % 4 < 3 ? reasons[i % 4] : "";
            c.n_steps++;
        }
        if (row > 0) {
            c.n_steps -= 9 - 4 * (row % 2); /* the room ends elsewhere */
            steps[c.n_steps - 1].kind = last[(row - 1) / 2];
            steps[c.n_steps - 1].reason = last[(row - 1) / 2] == STEP_HOLD ? "tool-down" : "";
        }
        for (size_t limit = 0; whole == 0; limit += 512) {
            struct arena arena;
            struct decision decision;
            struct refusal refusal;
            arena_init(&arena, limit);
            const int rc = decide(&r.sample.book, NULL, &c, &arena, &decision, &refusal);
            T_CHECK(rc <= 0, "row %zu: %s: %s", row, refusal.field, refusal.message);
            starved += rc < 0;
            whole = rc == 0 ? decision.n_events : 0;
            arena_fini(&arena);
            T_CHECK(limit < (1 << 22));
        }
        T_CHECK(starved > 10, "row %zu: %zu", row, starved);
        T_EQ_INT(desk_do(&r.desk, &c), 0);
        T_EQ_INT(r.desk.decision.n_events, whole, "row %zu", row);
        leave(&r);
    }
}
