// SPDX-License-Identifier: Apache-2.0
/*
 * Clocks of a team: ola, one stint behind the other, and what counts in the team's own calendar.
 */
#include <stdio.h>

#include "core/explain.h"
#include "core/life.h"
#include "t.h"

#define OLA CLOCK_KIND_OLA

enum { TEAMS = 10 };

struct row {
    const char *what;
    const char *life;
    const char *at;
    const char *story;
};

/* Ola: L2 within 30m of the office, others within 2h of their own calendar, of which manila-a's is
 * always, and cebu-b's the office. */
static void sample_team(struct sample *s)
{
    struct book_target *t = s->targets[0];

    life_sample(s);
    s->teams[0].calendar = s->always;
    s->teams[1].calendar = s->office;
    t[0] = (struct book_target){
        .clock = OLA,
        .within = "30m",
        .calendar = s->office,
        .rule = {.target_us = 30 * US_PER_MIN, .calendar = s->office->calendar},
    };
    t[0].match.tier = sample_names(s, "L2", NULL);
    t[1] = (struct book_target){
        .clock = OLA, .within = "2h", .of_team = true, .rule.target_us = 2 * US_PER_HOUR};
    s->versions[0].n_targets = 2;
}

static void check(const struct sample *s, const struct row *rows, size_t n, enum clock_kind kind)
{
    struct life l;

    for (size_t i = 0; i < n; i++) {
        life_read(&l, s, rows[i].life);
        T_EQ_STR(life_story(&s->book, &l.ticket, kind, life_at(rows[i].at)), rows[i].story, "%s",
                 rows[i].what);
    }
}

T_TEST(sla_team, t55_t56_each_team_answers_for_its_own_stints)
{
    static const struct row rows[] = {
        {"the first team", "09:00 opened P1", "10:00", "manila-a#1 open 09:00- 60m due 11:00"},
        {"handed over in time", "09:00 opened P1, 10:00 team cebu-b", "10:10",
         "manila-a#1 met 09:00-10:00 60m; cebu-b#1 open 10:00- 10m due 10:30"},
        {"T56: the first one's delay is its own", "09:00 opened P1, 12:00 team cebu-b", "12:10",
         "manila-a#1 breached 09:00-12:00 180m !11:00; cebu-b#1 open 12:00- 10m due 12:30"},
        {"and back: another stint", "09:00 opened P1, 10:00 team cebu-b, 10:20 team manila-a",
         "11:00",
         "manila-a#1 met 09:00-10:00 60m; manila-a#2 open 10:20- 40m due 12:20; "
         "cebu-b#1 met 10:00-10:20 20m"},
        {"T55: a person who takes it changes nothing", "09:00 opened P1, 10:00 taken, 10:30 taken",
         "10:40", "manila-a#1 open 09:00- 100m due 11:00"},
        {"resolved", "09:00 opened P1, 10:00 team cebu-b, 10:20 resolved", "12:00",
         "manila-a#1 met 09:00-10:00 60m; cebu-b#1 met 10:00-10:20 20m"},
        {"reopened for the team that has it",
         "09:00 opened P1, 10:00 team cebu-b, 10:20 resolved, 11:00 reopened", "11:10",
         "manila-a#1 met 09:00-10:00 60m; cebu-b#1 met 10:00-10:20 20m; "
         "cebu-b#2 open 11:00- 10m due 11:30"},
        {"T46: merged", "09:00 opened P1, 10:00 team cebu-b, 10:20 merged", "12:00",
         "manila-a#1 met 09:00-10:00 60m; cebu-b#1 none 10:00-10:20 20m cancelled"},
        {"each in its own hours", "09:00 opened P1, 18:00 team cebu-b", "3/08:10",
         "manila-a#1 breached 09:00-18:00 540m !11:00; cebu-b#1 open 18:00- 10m due 3/08:30"},
        {"on hold", "09:00 opened P1, 09:30 held embargo, 12:00 team cebu-b", "12:10",
         "manila-a#1 met 09:00-12:00 30m; cebu-b#1 open 12:00- 0m held"},
    };
    struct sample s;

    sample_team(&s);
    check(&s, rows, sizeof(rows) / sizeof(rows[0]), OLA);
    sample_fini(&s);
}

T_TEST(sla_team, a_row_without_a_target_is_none_of_that_team_only)
{
    static const struct row rows[] = {
        {"none", "09:00 opened P1", "10:00", ""},
        {"the other one's", "09:00 opened P1, 10:00 team cebu-b, 10:20 team manila-a", "10:30",
         "cebu-b#1 met 10:00-10:20 20m"},
        {"another row comes too late", "09:00 opened P1, 10:00 team cebu-b, 10:10 priority P2",
         "10:20", "cebu-b#1 open 10:00- 20m due 10:30"},
    };
    struct sample s;

    sample_team(&s);
    s.targets[0][1].none = true;
    check(&s, rows, sizeof(rows) / sizeof(rows[0]), OLA);
    sample_fini(&s);
}

/* T56: the shares of all add up to the life of the ticket. */
T_TEST(sla_team, t36_t56_the_stints_tile_the_time_that_the_ticket_was_open)
{
    static const char *const teams[] = {"manila-a", "cebu-b"};
    struct sample s;
    struct desk d;
    int64_t sum_us = 0;

    sample_team(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 09:50 team cebu-b, 10:10 hold embargo, 10:40 resume embargo, "
                "11:00 team manila-a, 19:00 team cebu-b, 3/10:00 resolve, 3/12:00 reopen, "
                "3/12:30 resolve");
    const struct sla_run *runs;
    size_t n;
    T_EQ_INT(sla_runs(d.book, &d.ticket, &d.arena, &runs, &n), 0);
    for (size_t i = 0; i < n; i++) {
        struct sla_clock now;
        sla_clock(&runs[i], &d.ticket, life_at("3/13:00"), &now);
        sum_us += now.clock.stopped_at - now.clock.started_at;
    }
    T_EQ_INT(sum_us, life_at("3/10:00") - life_at("09:00") + 30 * US_PER_MIN);
    T_EQ_INT(n, 5);
    for (size_t i = 0; i < 2; i++) {
        const struct book_team *team = book_team_named(d.book, teams[i]);
        struct explanation e;
        T_EQ_INT(explain(d.book, &d.ticket, OLA, team->id, life_at("3/13:00"), &d.arena, &e), 0);
        const struct ticket_clock *c = &e.clock.clock;
        T_EQ_INT(c->team, team->id);
        T_EQ_INT(e.counted_us + e.held_us + e.outside_us, c->stopped_at - c->started_at);
        T_EQ_INT(e.counted_us, c->elapsed_us);
        T_CHECK(e.calendar == (i == 0 ? s.always : s.office));
    }
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla_team, the_journal_tells_each_team_s_breaches)
{
    struct sample s;
    struct desk d;

    sample_team(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 12:00 team cebu-b, 13:00 team manila-a, 16:00 look");
    T_EQ_STR(life_trace(&d, 0),
             "09:00 ticket_opened, 11:00 *breached ola manila-a#1, 12:00 transferred, "
             "12:30 *breached ola cebu-b#1, 13:00 transferred, 15:00 *breached ola manila-a#2");
    T_EQ_INT(d.ticket.n_clocks, 2);
    T_EQ_INT(ticket_clock(&d.ticket, OLA, 1)->cycle, 2);
    T_EQ_INT(ticket_clock(&d.ticket, OLA, 1)->breach_seq, 6);
    T_EQ_INT(ticket_clock(&d.ticket, OLA, 2)->breach_seq, 4);
    T_CHECK(sla_calendar(d.book, &d.ticket, ticket_clock(&d.ticket, OLA, 1)) == s.always);
    T_CHECK(sla_calendar(d.book, &d.ticket, ticket_clock(&d.ticket, OLA, 2)) == s.office);
    T_CHECK(sla_calendar_with(d.book, &s.contract, ticket_clock(&d.ticket, OLA, 1), 2) == s.always);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla_team, a_transfer_to_more_teams_than_have_room_is_refused)
{
    static struct book_team teams[TEAMS];
    static struct book_contract_team of[TEAMS];
    static char names[TEAMS][8];
    struct sample s;
    struct desk d;
    int rc = 0;

    sample_team(&s);
    for (uint32_t i = 0; i < TEAMS; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "team-%u", (unsigned)i);
        teams[i] = (struct book_team){.id = i + 1, .name = names[i], .party = 2};
        of[i] = (struct book_contract_team){.team = i + 1, .tier = "L1"};
    }
    s.book.teams = teams;
    s.book.n_teams = TEAMS;
    s.versions[0].teams = of;
    s.versions[0].n_teams = TEAMS;
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1");
    for (int i = 1; i < TICKET_OLAS_MAX; i++) {
        struct command c = desk_command(&d, COMMAND_TRANSFER, life_at("09:30"));
        c.team = names[i];
        T_EQ_INT(desk_do(&d, &c), 0, "%s", names[i]);
    }
    T_EQ_INT(d.ticket.n_clocks, TICKET_OLAS_MAX);
    struct command c = desk_command(&d, COMMAND_TRANSFER, life_at("09:40"));
    c.team = names[TICKET_OLAS_MAX];
    rc = desk_do(&d, &c);
    T_EQ_INT(rc, OUTCOME_RESOURCE_EXHAUSTED);
    T_EQ_STR(d.refusal.field, "team");
    c.team = names[0];
    T_EQ_INT(desk_do(&d, &c), 0, "it was with that one");
    s.targets[0][0].clock = s.targets[0][1].clock = CLOCK_KIND_RESOLUTION;
    c.team = names[TICKET_OLAS_MAX];
    T_EQ_INT(decide(d.book, &d.ticket, &c, &d.arena, &d.decision, &d.refusal), 0,
             "nothing of the kind is measured");
    desk_fini(&d);
    sample_fini(&s);
}

/* T48 */
T_TEST(sla_team, a_clock_keeps_its_calendar_or_follows_the_team)
{
    static const struct row keeps[] = {
        {"kept", "17:00 opened P1, 17:30 team cebu-b", "18:00", "#1 open 17:00- 60m due 19:00"},
    };
    static const struct row follows[] = {
        {"until then", "16:00 opened P1", "16:30", "#1 open 16:00- 30m due 18:00"},
        {"followed", "16:00 opened P1, 16:30 team cebu-b", "3/08:10",
         "#1 open 16:00- 70m due 3/09:00"},
        {"and back", "16:00 opened P1, 16:30 team cebu-b, 20:00 team manila-a", "20:20",
         "#1 open 16:00- 80m due 21:00"},
    };
    struct sample s;
    struct desk d;

    sample_team(&s);
    s.targets[0][1].clock = CLOCK_KIND_RESOLUTION;
    check(&s, keeps, 1, CLOCK_KIND_RESOLUTION);
    s.versions[0].follows_team = true;
    check(&s, follows, sizeof(follows) / sizeof(follows[0]), CLOCK_KIND_RESOLUTION);
    desk_init(&d, &s.book);
    life_do(&d, "16:00 open P1");
    T_CHECK(sla_calendar(d.book, &d.ticket, desk_clock(&d, CLOCK_KIND_RESOLUTION)) == s.always);
    life_do(&d, "16:30 team cebu-b");
    T_CHECK(sla_calendar(d.book, &d.ticket, desk_clock(&d, CLOCK_KIND_RESOLUTION)) == s.office);
    life_do(&d, "16:40 resolve, 16:50 reopen, 16:55 team manila-a");
    T_CHECK(sla_calendar(d.book, &d.ticket, desk_clock(&d, CLOCK_KIND_RESOLUTION)) == s.always);
    desk_fini(&d);
    sample_fini(&s);
}
