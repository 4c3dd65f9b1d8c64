// SPDX-License-Identifier: Apache-2.0
#include "core/sla.h"

#include <string.h>

#include "core/sample.h"
#include "t.h"

/*
 * Which target
 */

/* Imports a history of the sample's contract in which every clock is measured. */
static void import(struct desk *d, const char *priority, const char *opened,
                   const struct command_step *steps, size_t n, const char *at)
{
    struct command c = desk_command(d, COMMAND_IMPORT, sample_at(at));

    c.priority = priority;
    c.opened_at = sample_at(opened);
    c.clocks = ~0u;
    c.steps = steps;
    c.n_steps = n;
    T_EQ_INT(desk_do(d, &c), 0, "%s: %s", d->refusal.field, d->refusal.message);
}

static struct command_step step(unsigned kind, const char *at)
{
    struct command_step s = {
        .at = sample_at(at),
        .kind = kind,
        .reason = "",
        .priority = "",
        .side = SIDE_VENDOR,
        .message_kind = MESSAGE_KIND_HUMAN,
        .visibility = MESSAGE_PUBLIC,
        .channel = "",
    };
    return s;
}

static struct command_step priority_step(const char *priority, const char *at)
{
    struct command_step s = step(STEP_PRIORITY, at);
    s.priority = priority;
    return s;
}

T_TEST(sla, the_first_row_that_matches_is_the_target)
{
    static const struct {
        const char *priority, *tier, *team;
        int64_t response_row, resolution_row; /* -1: no clock */
    } tickets[] = {
        {"P1", "gold", "manila-a", 0, 2},
        {"P1", "silver", "manila-a", 0, 3},
        {"P1", "", "cebu-b", 0, 3},
        {"P2", "gold", "manila-a", 1, 4},
        {"P3", "", "cebu-b", 6, 4},
        {"P4", "gold", "manila-a", 1, -1},
        {"", "", "", 1, -1},
    };
    struct sample s;

    sample_init(&s);
    s.targets[0][6] = s.targets[0][1]; /* a row for a team, in front of the one for all */
    s.targets[0][7] = s.targets[0][1];
    s.targets[0][6].match.team = sample_names(&s, "cebu-b", NULL);
    s.targets[0][6].match.priority = sample_names(&s, "P3", NULL);
    s.targets[0][1].match.priority = sample_names(&s, "P2", "P4");
    s.versions[0].n_targets = 8;
    for (size_t i = 0; i < sizeof(tickets) / sizeof(tickets[0]); i++) {
        struct desk d;
        desk_init(&d, &s.book);
        struct command c = desk_command(&d, COMMAND_OPEN, sample_at("2026-03-02T09:00:00Z"));
        c.priority = tickets[i].priority;
        c.customer_tier = tickets[i].tier;
        c.team = tickets[i].team;
        T_EQ_INT(desk_do(&d, &c), 0);
        const struct ticket_clock *response = ticket_clock(&d.ticket, CLOCK_KIND_FIRST_RESPONSE, 0);
        const struct ticket_clock *resolution = ticket_clock(&d.ticket, CLOCK_KIND_RESOLUTION, 0);
        T_EQ_INT(response != NULL ? (int64_t)response->target_row : -1, tickets[i].response_row,
                 "ticket %zu", i);
        T_EQ_INT(resolution != NULL ? (int64_t)resolution->target_row : -1,
                 tickets[i].resolution_row, "ticket %zu", i);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, every_key_of_a_match_counts)
{
    struct sample s;

    sample_init(&s);
    struct book_target *t = &s.targets[0][0];
    s.versions[0].n_targets = 1;
    t->match.priority = sample_names(&s, "P1", "P2");
    t->match.function = sample_names(&s, "it", NULL);
    t->match.category = sample_names(&s, "network", NULL);
    t->match.customer_tier = sample_names(&s, "gold", NULL);
    t->match.language = sample_names(&s, "de", "en");
    t->match.team = sample_names(&s, "manila-a", NULL);
    for (unsigned wrong = 0; wrong <= 6; wrong++) {
        struct desk d;
        desk_init(&d, &s.book);
        struct command c = desk_command(&d, COMMAND_OPEN, sample_at("2026-03-02T09:00:00Z"));
        c.priority = wrong == 1 ? "P3" : "P2";
        c.function = wrong == 2 ? "" : "it";
        c.category = wrong == 3 ? "printer" : "network";
        c.customer_tier = wrong == 4 ? "silver" : "gold";
        c.language = wrong == 5 ? "tl" : "en";
        c.team = wrong == 6 ? "cebu-b" : "manila-a";
        T_EQ_INT(desk_do(&d, &c), 0);
        T_EQ_INT(d.ticket.n_clocks, wrong == 0, "key %u", wrong);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, a_priority_that_first_has_a_target_starts_the_clock_then)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        step(STEP_MESSAGE, "2026-03-02T09:30:00Z"),
        priority_step("P1", "2026-03-02T12:00:00Z"),
    };

    sample_init(&s);
    s.targets[0][1].match.priority = sample_names(&s, "P3", NULL); /* P4: nothing to respond to */
    desk_init(&d, &s.book);
    import(&d, "P4", "2026-03-02T09:00:00Z", steps, 2, "2026-03-02T13:00:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T13:00:00Z"), &now));
    T_EQ_INT(now.clock.started_at, sample_at("2026-03-02T12:00:00Z"));
    T_EQ_INT(now.clock.elapsed_us, US_PER_HOUR);
    T_EQ_INT(now.clock.cycle, 1);
    T_CHECK(!desk_as_of(&d, CLOCK_KIND_FIRST_RESPONSE, sample_at("2026-03-02T13:00:00Z"), &now),
            "it was answered before there was a target");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_clock_without_a_target_for_a_while_starts_another_cycle)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        priority_step("P4", "2026-03-02T10:00:00Z"),
        priority_step("P1", "2026-03-02T12:00:00Z"),
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 2, "2026-03-02T13:00:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T13:00:00Z"), &now));
    T_EQ_INT(now.clock.cycle, 2);
    T_EQ_INT(now.clock.elapsed_us, US_PER_HOUR);
    const struct event *last = &d.decision.events[d.decision.n_events - 1];
    T_EQ_INT(last->kind, EVENT_CLOCK_RESCHEDULED);
    T_EQ_INT(last->n_clocks, 1, "of what is over without a verdict nothing is told");
    T_EQ_INT(last->clocks[0].cycle, 2);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_new_target_brings_its_calendar_and_arms_its_warnings)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        priority_step("P1", "2026-03-02T17:00:00Z"), /* office closes, "always" does not */
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P3", "2026-03-02T16:00:00Z", steps, 1, "2026-03-02T17:30:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T17:30:00Z"), &now));
    T_EQ_INT(now.clock.target_row, 3);
    T_EQ_INT(now.clock.target_us, 4 * US_PER_HOUR);
    T_EQ_INT(now.clock.elapsed_us, 90 * US_PER_MIN);
    T_EQ_INT(now.clock.due_at, sample_at("2026-03-02T20:00:00Z"));
    T_EQ_INT(now.clock.next_warn_at, sample_at("2026-03-02T19:00:00Z"), "75%% of 4 h");
    T_EQ_INT(now.clock.started_at, sample_at("2026-03-02T16:00:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, warnings_are_armed_anew_by_another_target)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        priority_step("P3", "2026-03-02T12:30:00Z"), /* 75% of the 4 h of P1 are past */
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 1, "2026-03-02T13:00:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T13:00:00Z"), &now));
    T_EQ_INT(now.warned_at[0], INSTANT_NONE);
    T_EQ_INT(now.clock.next_warn_at, sample_at("2026-03-02T17:00:00Z"), "half of 16 h");
    /* What was told of the row before says nothing about this one. */
    d.ticket.clocks[1].warned = 1;
    T_EQ_INT(d.ticket.clocks[1].kind, CLOCK_KIND_RESOLUTION);
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T13:00:00Z"), &now));
    T_EQ_INT(now.clock.warned, 1);
    d.ticket.clocks[1].target_row = 3;
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T13:00:00Z"), &now));
    T_EQ_INT(now.clock.warned, 0);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, what_is_breached_warns_no_more)
{
    struct sample s;
    struct desk d;
    const struct command_step steps[] = {
        step(STEP_MESSAGE, "2026-03-02T09:10:00Z"),
        priority_step("P1", "2026-03-02T15:00:00Z"), /* 6 h used up, 4 h allowed */
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P3", "2026-03-02T09:00:00Z", steps, 2, "2026-03-02T15:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->breached_at, sample_at("2026-03-02T15:00:00Z"));
    T_EQ_INT(ticket_next_at(&d.ticket), INSTANT_NEVER);
    desk_ok(&d, COMMAND_EXPIRE, "2026-03-02T16:00:00Z");
    T_EQ_INT(d.decision.n_events, 0);
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Holds
 */

T_TEST(sla, t59_each_clock_is_held_only_by_its_own_reasons)
{
    static const struct {
        const char *reason;
        enum clock_state response, resolution;
    } reasons[] = {
        {"waiting-customer", CLOCK_RUNNING, CLOCK_PAUSED},
        {"embargo", CLOCK_PAUSED, CLOCK_PAUSED},
        {"third-party", CLOCK_RUNNING, CLOCK_PAUSED},
        {"tool-down", CLOCK_RUNNING, CLOCK_RUNNING},
    };
    struct sample s;

    sample_init(&s);
    for (size_t i = 0; i < 4; i++) {
        struct desk d;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", "2026-03-02T09:00:00Z");
        desk_hold(&d, reasons[i].reason, "2026-03-02T10:00:00Z");
        T_EQ_INT(desk_clock(&d, CLOCK_KIND_FIRST_RESPONSE)->state, reasons[i].response, "%s",
                 reasons[i].reason);
        T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, reasons[i].resolution, "%s",
                 reasons[i].reason);
        T_EQ_INT(d.ticket.state, TICKET_HELD);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, a_reason_newer_than_the_pinned_version_holds_as_it_did_when_it_was_set)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    struct book_contract_version *v2 = sample_version(&s, 2, sample_at("2026-03-02T12:00:00Z"));
    s.holds[1][4] = sample_hold("audit", SIDE_BUYER, 1u << CLOCK_KIND_RESOLUTION);
    s.holds[1][0].pauses = 0; /* waiting-customer stops nothing any more */
    v2->n_holds = 5;
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    desk_hold(&d, "audit", "2026-03-02T13:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_PAUSED);
    desk_resume(&d, "audit", "2026-03-02T14:00:00Z");
    desk_hold(&d, "waiting-customer", "2026-03-02T15:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_PAUSED, "as agreed at its start");
    desk_fini(&d);

    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T12:00:00Z");
    desk_hold(&d, "waiting-customer", "2026-03-02T15:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_RUNNING, "as agreed since");
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Versions
 */

T_TEST(sla, a_running_clock_keeps_the_version_it_started_with)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    sample_version(&s, 2, sample_at("2026-03-02T12:00:00Z"));
    s.targets[1][3].rule.target_us = US_PER_HOUR;
    desk_init(&d, &s.book);
    desk_open(&d, "P1", "2026-03-02T11:59:59Z");
    desk_ok(&d, COMMAND_TAKE, "2026-03-02T13:30:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->contract_version, 1);
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_OPEN);
    desk_fini(&d);

    desk_init(&d, &s.book);
    desk_open(&d, "P1", "2026-03-02T12:00:00Z");
    desk_ok(&d, COMMAND_TAKE, "2026-03-02T13:30:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->contract_version, 2);
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_BREACHED);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, t42_a_new_cycle_pins_the_version_in_force_when_it_starts)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        step(STEP_RESOLVE, "2026-03-02T10:00:00Z"), step(STEP_REOPEN, "2026-03-07T10:00:00Z"),
        step(STEP_RESOLVE, "2026-03-07T11:00:00Z"), step(STEP_REOPEN, "2026-03-12T11:00:01Z"),
        step(STEP_RESOLVE, "2026-03-12T11:30:01Z"), step(STEP_CLOSE, "2026-03-13T00:00:00Z"),
        step(STEP_REOPEN, "2026-03-20T00:00:00Z"),
    };

    sample_init(&s);
    sample_version(&s, 2, sample_at("2026-03-10T00:00:00Z"));
    s.targets[1][3].rule.target_us = US_PER_HOUR;
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 7, "2026-03-20T00:10:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-20T00:10:00Z"), &now));
    T_EQ_INT(now.clock.cycle, 3, "exactly the window is within it; a second more is not");
    T_EQ_INT(now.clock.contract_version, 2);
    T_EQ_INT(now.clock.elapsed_us, 10 * US_PER_MIN);
    T_EQ_INT(now.clock.target_us, US_PER_HOUR);
    T_EQ_INT(desk_count(&d, EVENT_CLOCK_JUDGED, CLOCK_KIND_RESOLUTION), 2, "of cycles 1 and 2");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_calendar_switches_under_a_running_clock)
{
    /* Mon-Fri 9-17 in UTC, from 3 March noon on 9-20. */
    static const struct calendar_window eight[] = {{9 * 3600, 17 * 3600}};
    static const struct calendar_window eleven[] = {{9 * 3600, 20 * 3600}};
    struct calendar_rules rules[2] = {0};
    struct calendar_version versions[2];
    struct sample s;
    struct desk d;

    sample_init(&s);
    for (int day = 0; day < 5; day++) {
        rules[0].week[day] = (struct calendar_day){eight, 1};
        rules[1].week[day] = (struct calendar_day){eleven, 1};
    }
    rules[0].zone = rules[1].zone = s.utc;
    versions[0] = (struct calendar_version){.effective_at = INSTANT_NONE, .rules = &rules[0]};
    versions[1] = (struct calendar_version){.effective_at = sample_at("2026-03-03T12:00:00Z"),
                                            .rules = &rules[1]};
    const struct book_calendar *calendar = sample_calendar(&s, "switching", versions, 2);
    s.targets[0][4].rule.calendar = calendar->calendar;
    s.targets[0][4].calendar = calendar;
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->due_at, sample_at("2026-03-03T17:00:00Z"));
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->limit_at, sample_at("2026-03-03T17:00:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_new_cycle_is_not_on_hold_for_what_the_old_one_waited_for)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    struct command_step steps[] = {
        step(STEP_HOLD, "2026-03-02T10:00:00Z"),
        step(STEP_RESOLVE, "2026-03-02T11:00:00Z"),
        step(STEP_REOPEN, "2026-03-20T11:00:00Z"),
    };

    steps[0].reason = "embargo";
    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 3, "2026-03-20T12:00:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-20T12:00:00Z"), &now));
    T_EQ_INT(now.clock.cycle, 2);
    T_EQ_INT(now.clock.state, CLOCK_RUNNING);
    T_EQ_INT(now.clock.elapsed_us, US_PER_HOUR);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_cycle_may_begin_on_hold)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    struct command_step steps[] = {
        step(STEP_HOLD, "2026-03-02T10:00:00Z"),
        step(STEP_HOLD, "2026-03-02T10:30:00Z"),
        priority_step("P1", "2026-03-02T11:00:00Z"), /* P4 had no target */
        step(STEP_RESUME, "2026-03-02T12:00:00Z"),
    };

    steps[0].reason = "embargo";
    steps[1].reason = "tool-down";
    steps[3].reason = "embargo";
    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P4", "2026-03-02T09:00:00Z", steps, 4, "2026-03-02T12:30:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T12:30:00Z"), &now));
    T_EQ_INT(now.clock.started_at, sample_at("2026-03-02T11:00:00Z"));
    T_EQ_INT(now.clock.elapsed_us, 30 * US_PER_MIN);
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Responses
 */

T_TEST(sla, t61_t62_t63_only_a_human_public_vendor_reply_meets_the_first_response)
{
    static const struct {
        const char *what;
        enum side side;
        bool human;
        enum command_kind kind;
        bool meets;
    } acts[] = {
        {"a vendor's reply", SIDE_VENDOR, true, COMMAND_REPLY, true},
        {"a vendor's note", SIDE_VENDOR, true, COMMAND_NOTE, false},
        {"an automatic reply", SIDE_VENDOR, false, COMMAND_REPLY, false},
        {"a tool's reply", SIDE_TOOL, false, COMMAND_REPLY, false},
        {"the buyer's reply", SIDE_BUYER, true, COMMAND_REPLY, false},
        {"the requester's reply", SIDE_REQUESTER, true, COMMAND_REPLY, false},
        {"taking it", SIDE_VENDOR, true, COMMAND_TAKE, false},
    };
    struct sample s;

    sample_init(&s);
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        struct desk d;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", "2026-03-02T09:00:00Z");
        struct command c = desk_command(&d, acts[i].kind, sample_at("2026-03-02T10:00:00Z"));
        c.side = acts[i].side;
        c.human = acts[i].human;
        T_EQ_INT(desk_do(&d, &c), 0, "%s", acts[i].what);
        const struct ticket_clock *clock = desk_clock(&d, CLOCK_KIND_FIRST_RESPONSE);
        T_EQ_INT(clock->verdict, acts[i].meets ? TICKET_VERDICT_MET : TICKET_VERDICT_OPEN, "%s",
                 acts[i].what);
        T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_RUNNING,
                 "T37: %s does not resolve", acts[i].what);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, t44_t45_a_reopening_never_arms_the_first_response_again)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        step(STEP_MESSAGE, "2026-03-02T09:10:00Z"), step(STEP_RESOLVE, "2026-03-02T10:00:00Z"),
        step(STEP_REOPEN, "2026-03-02T11:00:00Z"),  step(STEP_RESOLVE, "2026-03-02T12:00:00Z"),
        step(STEP_REOPEN, "2026-03-30T11:00:00Z"),
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 5, "2026-03-30T12:00:00Z");
    T_CHECK(desk_as_of(&d, CLOCK_KIND_FIRST_RESPONSE, sample_at("2026-03-30T12:00:00Z"), &now));
    T_EQ_INT(now.clock.cycle, 1);
    T_EQ_INT(now.clock.verdict, TICKET_VERDICT_MET);
    T_EQ_INT(now.clock.stopped_at, sample_at("2026-03-02T09:10:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Facts as such
 */

T_TEST(sla, facts_count_by_instant_and_then_by_journal_order)
{
    /* Told late and in another order than they happened: held 10:00, resumed 11:00, resolved 12:00;
     * and at 11:00 a hold of another reason that came and went. */
    const struct fact facts[] = {
        {.at = sample_at("2026-03-02T09:00:00Z"), .seq = 1, .kind = FACT_OPENED, .name = "P2"},
        {.at = sample_at("2026-03-02T12:00:00Z"), .seq = 2, .kind = FACT_RESOLVED},
        {.at = sample_at("2026-03-02T11:00:00Z"), .seq = 3, .kind = FACT_RESUMED, .reason = 0},
        {.at = sample_at("2026-03-02T11:00:00Z"), .seq = 4, .kind = FACT_HELD, .reason = 1},
        {.at = sample_at("2026-03-02T11:00:00Z"), .seq = 5, .kind = FACT_RESUMED, .reason = 1},
        {.at = sample_at("2026-03-02T10:00:00Z"), .seq = 6, .kind = FACT_HELD, .reason = 0},
    };
    struct sample s;
    struct sla_clock now;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    d.ticket = (struct ticket){
        .contract = SAMPLE_CONTRACT,
        .number = 1,
        .team = 1,
        .priority = "P2",
        .reasons = {"waiting-customer", "third-party"},
        .n_reasons = 2,
        .facts = facts,
        .n_facts = sizeof(facts) / sizeof(facts[0]),
    };
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T15:00:00Z"), &now));
    T_EQ_INT(now.clock.state, CLOCK_STOPPED);
    T_EQ_INT(now.clock.elapsed_us, 2 * US_PER_HOUR);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_priority_that_changed_while_stopped_counts_from_the_reopening)
{
    const struct fact facts[] = {
        {.at = sample_at("2026-03-02T09:00:00Z"), .seq = 1, .kind = FACT_OPENED, .name = "P2"},
        {.at = sample_at("2026-03-02T11:00:00Z"), .seq = 2, .kind = FACT_RESOLVED},
        {.at = sample_at("2026-03-02T12:00:00Z"), .seq = 3, .kind = FACT_PRIORITY, .name = "P1"},
        {.at = sample_at("2026-03-02T13:00:00Z"), .seq = 4, .kind = FACT_REOPENED},
    };
    struct sample s;
    struct sla_clock now;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    d.ticket = (struct ticket){
        .contract = SAMPLE_CONTRACT,
        .number = 1,
        .team = 1,
        .priority = "P1",
        .facts = facts,
        .n_facts = sizeof(facts) / sizeof(facts[0]),
    };
    T_CHECK(desk_as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T14:00:00Z"), &now));
    T_EQ_INT(now.clock.target_row, 3);
    T_EQ_INT(now.clock.elapsed_us, 3 * US_PER_HOUR);
    T_EQ_INT(now.clock.due_at, sample_at("2026-03-02T15:00:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, what_the_data_cannot_carry_is_unmeasured_and_arms_nothing)
{
    struct sample s;
    struct desk d;
    struct command c;

    sample_init(&s);
    desk_init(&d, &s.book);
    c = desk_command(&d, COMMAND_IMPORT, sample_at("2026-03-03T09:00:00Z"));
    c.priority = "P1";
    c.opened_at = sample_at("2026-03-02T09:00:00Z");
    c.clocks = 0;
    T_EQ_INT(desk_do(&d, &c), 0);
    T_EQ_INT(d.ticket.n_clocks, 2);
    for (size_t i = 0; i < 2; i++) {
        T_EQ_INT(d.ticket.clocks[i].verdict, TICKET_VERDICT_UNMEASURED);
        T_EQ_INT(d.ticket.clocks[i].limit_at, INSTANT_NEVER);
        T_EQ_INT(d.ticket.clocks[i].breached_at, INSTANT_NONE);
    }
    T_EQ_INT(ticket_next_at(&d.ticket), INSTANT_NEVER);
    desk_ok(&d, COMMAND_REPLY, "2026-03-04T09:00:00Z");
    desk_ok(&d, COMMAND_RESOLVE, "2026-03-04T10:00:00Z");
    T_EQ_INT(d.ticket.clocks[0].verdict, TICKET_VERDICT_UNMEASURED);
    T_EQ_INT(d.ticket.clocks[1].verdict, TICKET_VERDICT_UNMEASURED);
    desk_fini(&d);
    sample_fini(&s);
}
