// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "t.h"
#include "tests/core/office.h"

/*
 * The semantics case by case are in sla_cases.jsonl, which test_try.c runs. Here: what cases in
 * whole seconds cannot say, and what they do not show. Laws are in test_clock_laws.c.
 */

T_TEST(clock, met_to_the_microsecond)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = 4 * US_PER_HOUR, .calendar = o.office};
    const int64_t start_at = office_march("02 09:30:00") + 1;
    const struct {
        int64_t stop_at;
        enum clock_verdict verdict;
        int64_t elapsed_us;
    } rows[] = {
        {office_march("02 13:30:00"), CLOCK_MET, 4 * US_PER_HOUR - 1},
        {office_march("02 13:30:00") + 1, CLOCK_MET, 4 * US_PER_HOUR},
        {office_march("02 13:30:00") + 2, CLOCK_BREACHED, 4 * US_PER_HOUR + 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct clock_event events[] = {
            {.at = start_at, .kind = CLOCK_START},
            {.at = rows[i].stop_at, .kind = CLOCK_STOP},
        };
        clock_run(&rule, events, 2, office_march("03 00:00:00"), &res);
        T_EQ_INT(res.state, CLOCK_STOPPED, "row %zu", i);
        T_EQ_INT(res.verdict, rows[i].verdict, "row %zu", i);
        T_EQ_INT(res.elapsed_us, rows[i].elapsed_us, "row %zu", i);
        T_EQ_INT(res.started_at, start_at, "row %zu", i);
        T_EQ_INT(res.stopped_at, rows[i].stop_at, "row %zu", i);
        T_EQ_INT(res.breached_at,
                 rows[i].verdict == CLOCK_MET ? INSTANT_NONE : office_march("02 13:30:00") + 1,
                 "row %zu", i);
        T_EQ_INT(res.due_at, INSTANT_NEVER, "row %zu", i);
        T_EQ_INT(res.limit_at, INSTANT_NEVER, "row %zu", i);
        T_EQ_INT(res.next_warn_at, INSTANT_NEVER, "row %zu", i);
    }
    office_fini(&o);
}

T_TEST(clock, used_up_at_closing_is_met_until_the_opening)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = 8 * US_PER_HOUR, .calendar = o.office};
    // 2026-03-06 is a Friday.
    struct clock_event events[] = {{.at = office_march("06 09:00:00"), .kind = CLOCK_START}, {0}};

    clock_run(&rule, events, 1, office_march("06 12:00:00"), &res);
    T_EQ_STR(office_text(res.due_at), "2026-03-06T17:00:00Z");
    T_EQ_STR(office_text(res.limit_at), "2026-03-09T09:00:00Z");
    T_EQ_INT(res.verdict, CLOCK_OPEN);
    clock_run(&rule, events, 1, office_march("08 12:00:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_OPEN, "used up, but nothing beyond");
    T_EQ_STR(office_text(res.due_at), "2026-03-08T12:00:00Z", "due for whoever asks now");
    T_EQ_STR(office_text(res.limit_at), "2026-03-09T09:00:00Z");
    events[1] = (struct clock_event){.at = office_march("09 09:00:00"), .kind = CLOCK_STOP};
    clock_run(&rule, events, 2, office_march("10 00:00:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_MET);
    events[1].at++;
    clock_run(&rule, events, 2, office_march("10 00:00:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_BREACHED);
    T_EQ_STR(office_text(res.breached_at), "2026-03-09T09:00:00Z");
    office_fini(&o);
}

T_TEST(clock, a_hold_moves_the_deadline_and_priority_may_be_born_breached)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    // Warsaw in winter is UTC+1, Manila UTC+8: written here in UTC.
    struct calendar *warsaw = office_hours(&o, 5, 8, 16);
    struct calendar *manila = office_hours(&o, 5, 1, 10);
    const struct clock_rule eight = {.target_us = 8 * US_PER_HOUR, .calendar = warsaw};
    const struct clock_event held[] = {
        {.at = office_at("2026-11-20T13:00:00Z"), .kind = CLOCK_START},
        {.at = office_at("2026-11-20T14:00:00Z"), .kind = CLOCK_PAUSE, .reason = 3},
        {.at = office_at("2026-11-23T10:00:00Z"), .kind = CLOCK_RESUME, .reason = 3},
    };
    clock_run(&eight, held, 2, office_at("2026-11-21T00:00:00Z"), &res);
    T_EQ_INT(res.state, CLOCK_PAUSED);
    T_EQ_INT(res.paused_reasons, 1 << 3);
    T_EQ_INT(res.due_at, INSTANT_NEVER);
    T_EQ_INT(res.limit_at, INSTANT_NEVER);
    T_EQ_STR(office_text(res.due_if_resumed_at), "2026-11-23T15:00:00Z");
    clock_run(&eight, held, 3, office_at("2026-11-23T10:00:00Z"), &res);
    T_EQ_STR(office_text(res.due_at), "2026-11-24T09:00:00Z");
    T_EQ_INT(res.paused_reasons, 0);
    T_EQ_INT(res.due_if_resumed_at, INSTANT_NEVER);

    const struct clock_rule day = {.target_us = 24 * US_PER_HOUR, .calendar = manila};
    struct clock_event raised[] = {
        {.at = office_at("2026-11-16T02:00:00Z"), .kind = CLOCK_START},
        {.at = office_at("2026-11-16T06:00:00Z"), .kind = CLOCK_PAUSE},
        {.at = office_at("2026-11-17T03:00:00Z"), .kind = CLOCK_RESUME},
        {.at = office_at("2026-11-17T04:00:00Z"),
         .kind = CLOCK_TARGET,
         .target_us = 8 * US_PER_HOUR,
         .min_remaining_us = -1},
    };
    clock_run(&day, raised, 4, raised[3].at, &res);
    T_EQ_INT(res.elapsed_us, 5 * US_PER_HOUR);
    T_EQ_STR(office_text(res.due_at), "2026-11-17T07:00:00Z");
    raised[3].target_us = 4 * US_PER_HOUR;
    clock_run(&day, raised, 4, raised[3].at, &res);
    T_EQ_INT(res.verdict, CLOCK_BREACHED);
    T_EQ_INT(res.breached_at, raised[3].at, "born breached, at the change");
    T_EQ_INT(res.due_at, INSTANT_NEVER);
    // At least so much is left: nobody is breached by somebody else's decision.
    raised[3].min_remaining_us = US_PER_HOUR;
    clock_run(&day, raised, 4, raised[3].at, &res);
    T_EQ_INT(res.verdict, CLOCK_OPEN);
    T_EQ_INT(res.target_us, 6 * US_PER_HOUR);
    raised[3].min_remaining_us = 0;
    clock_run(&day, raised, 4, raised[3].at, &res);
    T_EQ_INT(res.target_us, 5 * US_PER_HOUR, "zero is a rule too");
    T_EQ_INT(res.verdict, CLOCK_OPEN);
    calendar_free(warsaw);
    calendar_free(manila);
    office_fini(&o);
}

T_TEST(clock, a_target_lowered_on_hold_breaches_when_the_hold_ends)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = 8 * US_PER_HOUR, .calendar = o.always};
    struct clock_event events[] = {
        {.at = office_march("02 09:00:00"), .kind = CLOCK_START},
        {.at = office_march("02 13:00:00"), .kind = CLOCK_PAUSE},
        {.at = office_march("02 14:00:00"),
         .kind = CLOCK_TARGET,
         .target_us = US_PER_HOUR,
         .min_remaining_us = -1},
        {.at = office_march("02 15:00:00"), .kind = CLOCK_RESUME},
        {.at = office_march("02 16:00:00"), .kind = CLOCK_STOP},
    };
    clock_run(&rule, events, 3, office_march("02 14:30:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_OPEN, "a limit is not reached on hold");
    T_EQ_STR(office_text(res.due_if_resumed_at), "2026-03-02T14:30:00Z");
    clock_run(&rule, events, 5, office_march("03 00:00:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_BREACHED);
    T_EQ_STR(office_text(res.breached_at), "2026-03-02T15:00:00Z");
    // Stopped on hold: judged there.
    events[3] = events[4];
    clock_run(&rule, events, 4, office_march("03 00:00:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_BREACHED);
    T_EQ_STR(office_text(res.breached_at), "2026-03-02T16:00:00Z");
    T_EQ_INT(res.elapsed_us, 4 * US_PER_HOUR);
    office_fini(&o);
}

T_TEST(clock, a_breach_stays_on_record)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = US_PER_HOUR, .calendar = o.always};
    struct clock_event events[] = {
        {.at = office_march("02 09:00:00"), .kind = CLOCK_START},
        {.at = office_march("02 12:00:00"),
         .kind = CLOCK_TARGET,
         .target_us = 8 * US_PER_HOUR,
         .min_remaining_us = -1},
        {.at = office_march("02 13:00:00"), .kind = CLOCK_STOP},
        {0},
        {.at = office_march("02 16:00:00"), .kind = CLOCK_STOP},
    };
    clock_run(&rule, events, 2, office_march("02 12:30:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_BREACHED, "priority was lowered, the breach was real");
    T_EQ_STR(office_text(res.breached_at), "2026-03-02T10:00:00Z");
    T_EQ_STR(office_text(res.due_at), "2026-03-02T17:00:00Z",
             "the new target is told all the same");
    clock_run(&rule, events, 3, office_march("03 00:00:00"), &res);
    T_EQ_INT(res.verdict, CLOCK_BREACHED);
    T_EQ_STR(office_text(res.breached_at), "2026-03-02T10:00:00Z");

    const struct {
        const char *what;
        struct clock_event event;
        bool stopped_first;
        enum clock_verdict verdict; // of what stops afterwards
        const char *breached_at;
    } rows[] = {
        {"a restart clears it", {.kind = CLOCK_RESTART}, false, CLOCK_MET, "none"},
        {"unless told to keep it",
         {.kind = CLOCK_RESTART, .keep_breach = true},
         false,
         CLOCK_BREACHED,
         "2026-03-02T10:00:00Z"},
        {"a new target from zero keeps it",
         {.kind = CLOCK_TARGET,
          .mode = CLOCK_FROM_ZERO,
          .target_us = 9 * US_PER_HOUR,
          .min_remaining_us = -1},
         false,
         CLOCK_BREACHED,
         "2026-03-02T10:00:00Z"},
        {"a reopening keeps it",
         {.kind = CLOCK_REOPEN, .mode = CLOCK_EXCLUDE},
         true,
         CLOCK_BREACHED,
         "2026-03-02T10:00:00Z"},
        {"a new cycle begins without it",
         {.kind = CLOCK_REOPEN, .mode = CLOCK_NEW_CYCLE},
         true,
         CLOCK_MET,
         "none"},
        {"a verdict stands while stopped, whatever is reset",
         {.kind = CLOCK_RESTART},
         true,
         CLOCK_BREACHED,
         "2026-03-02T10:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct clock_event story[5] = {events[0], events[1], events[2], rows[i].event, events[4]};
        if (!rows[i].stopped_first) {
            story[2] = (struct clock_event){.at = story[2].at, .kind = CLOCK_RESUME};
        }
        story[3].at = office_march("02 15:00:00");
        clock_run(&rule, story, 5, office_march("03 00:00:00"), &res);
        T_EQ_INT(res.verdict, rows[i].verdict, "%s", rows[i].what);
        T_EQ_STR(office_text(res.breached_at), rows[i].breached_at, "%s", rows[i].what);
    }
    office_fini(&o);
}

T_TEST(clock, cycles_are_counted_and_started_anew)
{
    struct office o;
    struct clock_result res;
    const struct clock_warn warn = {.percent = 50};

    office_init(&o);
    const struct clock_rule rule = {
        .target_us = 4 * US_PER_HOUR, .calendar = o.always, .warns = &warn, .n_warns = 1};
    const struct clock_event events[] = {
        {.at = office_march("02 09:00:00"), .kind = CLOCK_START},
        {.at = office_march("02 12:00:00"), .kind = CLOCK_STOP},
        {.at = office_march("02 13:00:00"), .kind = CLOCK_REOPEN, .mode = CLOCK_NEW_CYCLE},
        {.at = office_march("02 13:30:00"), .kind = CLOCK_REOPEN, .mode = CLOCK_NEW_CYCLE}, // no-op
        {.at = office_march("02 14:00:00"), .kind = CLOCK_STOP},
        {.at = office_march("02 15:00:00"), .kind = CLOCK_REOPEN}, // the same cycle goes on
    };
    clock_run(&rule, events, 1, office_march("02 11:30:00"), &res);
    T_EQ_INT(res.cycle, 1);
    T_EQ_STR(office_text(res.warned_at[0]), "2026-03-02T11:00:00Z");
    T_EQ_INT(res.next_warn_at, INSTANT_NEVER);
    clock_run(&rule, events, 4, office_march("02 13:45:00"), &res);
    T_EQ_INT(res.cycle, 2);
    T_EQ_STR(office_text(res.started_at), "2026-03-02T13:00:00Z");
    T_EQ_INT(res.stopped_at, INSTANT_NONE);
    T_EQ_INT(res.elapsed_us, 45 * US_PER_MIN);
    T_EQ_INT(res.warned_at[0], INSTANT_NONE, "armed again");
    T_EQ_STR(office_text(res.next_warn_at), "2026-03-02T15:00:00Z");
    clock_run(&rule, events, 6, office_march("02 16:00:00"), &res);
    T_EQ_INT(res.cycle, 2);
    T_EQ_INT(res.elapsed_us, 2 * US_PER_HOUR);
    T_EQ_INT(res.warned_at[0], INSTANT_NONE, "what falls on the instant asked for lies ahead");
    T_EQ_STR(office_text(res.next_warn_at), "2026-03-02T16:00:00Z");
    clock_run(&rule, events, 6, office_march("02 16:00:00") + 1, &res);
    T_EQ_STR(office_text(res.warned_at[0]), "2026-03-02T16:00:00Z");
    office_fini(&o);
}

T_TEST(clock, warnings_wait_for_a_running_clock)
{
    static const struct clock_warn warns[] = {{.percent = 50},
                                              {.before_us = US_PER_HOUR},
                                              {.percent = 33},
                                              {.before_us = 9 * US_PER_HOUR}};
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {
        .target_us = 4 * US_PER_HOUR, .calendar = o.office, .warns = warns, .n_warns = 4};
    const struct clock_event events[] = {
        {.at = office_march("02 15:00:00"), .kind = CLOCK_START}, // 50 % at the closing, 17:00
        {.at = office_march("02 17:00:00"), .kind = CLOCK_PAUSE, .reason = 0},
        {.at = office_march("02 20:00:00"), .kind = CLOCK_PAUSE, .reason = 31},
        {.at = office_march("03 07:00:00"), .kind = CLOCK_RESUME, .reason = 0},
        {.at = office_march("03 08:00:00"), .kind = CLOCK_RESUME, .reason = 31},
    };
    clock_run(&rule, events, 1, office_march("02 18:00:00"), &res);
    T_EQ_STR(office_text(res.warned_at[0]), "2026-03-02T17:00:00Z", "at the closing, like due");
    clock_run(&rule, events, 3, office_march("03 00:00:00"), &res);
    T_EQ_INT(res.warned_at[0], INSTANT_NONE, "held from that very instant on");
    T_EQ_INT(res.paused_reasons, UINT32_C(1) | UINT32_C(1) << 31);
    T_EQ_INT(res.next_warn_at, INSTANT_NEVER);
    clock_run(&rule, events, 4, office_march("03 07:30:00"), &res);
    T_EQ_INT(res.paused_reasons, UINT32_C(1) << 31);
    clock_run(&rule, events, 5, office_march("03 10:30:00"), &res);
    T_EQ_STR(office_text(res.warned_at[0]), "2026-03-03T08:00:00Z", "when it runs again");
    T_EQ_STR(office_text(res.warned_at[1]), "2026-03-03T10:00:00Z");
    T_EQ_STR(office_text(res.warned_at[2]), "2026-03-02T16:19:12Z");
    T_EQ_STR(office_text(res.warned_at[3]), "2026-03-02T15:00:00Z", "more than there is: at once");
    office_fini(&o);
}

T_TEST(clock, a_new_target_may_bring_warnings_of_its_own)
{
    static const struct clock_warn before[] = {{.percent = 50}, {.percent = 90}};
    static const struct clock_warn after[] = {{.percent = 25}};
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {
        .target_us = 4 * US_PER_HOUR, .calendar = o.always, .warns = before, .n_warns = 2};
    struct clock_event events[] = {
        {.at = office_march("02 09:00:00"), .kind = CLOCK_START},
        {.at = office_march("02 12:00:00"),
         .kind = CLOCK_TARGET,
         .target_us = 16 * US_PER_HOUR,
         .min_remaining_us = -1,
         .rearm = true,
         .warns = after,
         .n_warns = 1},
    };
    clock_run(&rule, events, 2, office_march("02 12:30:00"), &res);
    T_EQ_INT(res.warned_at[0], INSTANT_NONE);
    T_EQ_STR(office_text(res.next_warn_at), "2026-03-02T13:00:00Z");
    events[1].rearm = false;
    clock_run(&rule, events, 2, office_march("02 12:30:00"), &res);
    T_EQ_STR(office_text(res.warned_at[0]), "2026-03-02T11:00:00Z", "carried: said once a cycle");
    office_fini(&o);
}

T_TEST(clock, failing_is_a_breach_where_it_happens)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = 4 * US_PER_HOUR, .calendar = o.always};
    struct clock_event events[] = {
        {.at = office_march("02 09:00:00"), .kind = CLOCK_START},
        {.at = office_march("02 10:00:00"), .kind = CLOCK_FAIL},
        {.at = office_march("02 11:00:00"), .kind = CLOCK_FAIL}, // once is enough
    };
    clock_run(&rule, events, 3, office_march("02 12:00:00"), &res);
    T_EQ_INT(res.state, CLOCK_STOPPED);
    T_EQ_INT(res.verdict, CLOCK_BREACHED);
    T_EQ_STR(office_text(res.breached_at), "2026-03-02T10:00:00Z");
    T_EQ_STR(office_text(res.stopped_at), "2026-03-02T10:00:00Z");
    events[1].at = events[2].at = office_march("02 14:00:00");
    clock_run(&rule, events, 2, office_march("02 15:00:00"), &res);
    T_EQ_STR(office_text(res.breached_at), "2026-03-02T13:00:00Z", "breached before");
    office_fini(&o);
}

T_TEST(clock, what_is_out_of_place_does_nothing)
{
    struct office o;
    struct clock_result res;

    office_init(&o);
    const struct clock_rule rule = {.target_us = 4 * US_PER_HOUR, .calendar = o.always};
    const struct clock_event events[] = {
        {.at = office_march("02 08:00:00"), .kind = CLOCK_STOP},                // not started
        {.at = office_march("02 08:00:00"), .kind = CLOCK_FAIL},                // nor this
        {.at = office_march("02 08:00:00"), .kind = CLOCK_REOPEN},              // never stopped
        {.at = office_march("02 09:00:00"), .kind = CLOCK_START},               //
        {.at = office_march("02 10:00:00"), .kind = CLOCK_START},               // runs already
        {.at = office_march("02 10:30:00"), .kind = CLOCK_RESUME, .reason = 7}, // was not held
        {.at = office_march("02 11:00:00"), .kind = CLOCK_CANCEL},              //
        {.at = office_march("02 11:30:00"), .kind = CLOCK_START},               // it is over
        {.at = office_march("02 11:30:00"), .kind = CLOCK_REOPEN},              //
        {.at = office_march("02 12:00:00"), .kind = CLOCK_CANCEL},              // again
    };
    clock_run(&rule, events, 0, office_march("02 07:00:00"), &res);
    T_EQ_INT(res.state, CLOCK_IDLE);
    clock_run(&rule, events, 10, office_march("02 07:00:00"), &res);
    T_EQ_INT(res.state, CLOCK_IDLE, "the future is not looked at");
    T_EQ_INT(res.verdict, CLOCK_NONE);
    T_EQ_INT(res.cycle, 0);
    T_EQ_INT(res.started_at, INSTANT_NONE);
    clock_run(&rule, events, 10, office_march("02 10:00:00"), &res);
    T_EQ_INT(res.elapsed_us, US_PER_HOUR);
    T_EQ_STR(office_text(res.started_at), "2026-03-02T09:00:00Z");
    clock_run(&rule, events, 10, office_march("05 00:00:00"), &res);
    T_EQ_INT(res.state, CLOCK_CANCELLED);
    T_EQ_INT(res.verdict, CLOCK_NONE);
    T_EQ_INT(res.elapsed_us, 2 * US_PER_HOUR);
    T_EQ_STR(office_text(res.stopped_at), "2026-03-02T11:00:00Z");
    // Past its limit, a cancellation comes too late.
    const struct clock_event late[] = {events[3],
                                       {.at = office_march("02 14:00:00"), .kind = CLOCK_CANCEL}};
    clock_run(&rule, late, 2, office_march("05 00:00:00"), &res);
    T_EQ_INT(res.state, CLOCK_CANCELLED);
    T_EQ_INT(res.verdict, CLOCK_BREACHED);
    office_fini(&o);
}

T_TEST(clock, pro_rata_rounds_half_to_even_seconds)
{
    static const struct {
        int64_t used_us;
        int64_t from_us;
        int64_t to_us;
        int64_t elapsed_us;
    } rows[] = {
        {7200 * US_PER_S, 14400 * US_PER_S, 3600 * US_PER_S, 1800 * US_PER_S},
        {1 * US_PER_S, 2 * US_PER_S, 1 * US_PER_S, 0},                   // 0.5
        {3 * US_PER_S, 6 * US_PER_S, 3 * US_PER_S, 2 * US_PER_S},        // 1.5
        {5 * US_PER_S, 10 * US_PER_S, 5 * US_PER_S, 2 * US_PER_S},       // 2.5
        {5 * US_PER_S + 2, 10 * US_PER_S, 5 * US_PER_S, 3 * US_PER_S},   // just more
        {5 * US_PER_S - 2, 10 * US_PER_S, 5 * US_PER_S, 2 * US_PER_S},   // just less
        {1000001, US_PER_S * 3, US_PER_S * 3, US_PER_S},                 // whole seconds
        {3600 * US_PER_S, 0, 7200 * US_PER_S, 3600 * US_PER_S},          // no shares of nothing
        {3600 * US_PER_S, 1, INSTANT_DURATION_MAX_US, INT64_C(1) << 60}, // stays within bounds
    };
    struct office o;
    struct clock_result res;

    office_init(&o);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct clock_rule rule = {.target_us = rows[i].from_us, .calendar = o.always};
        const int64_t at = office_march("02 09:00:00");
        const struct clock_event events[] = {
            {.at = at, .kind = CLOCK_START},
            {.at = at + rows[i].used_us,
             .kind = CLOCK_TARGET,
             .mode = CLOCK_PRO_RATA,
             .target_us = rows[i].to_us,
             .min_remaining_us = -1},
        };
        clock_run(&rule, events, 2, events[1].at, &res);
        T_EQ_INT(res.elapsed_us, rows[i].elapsed_us, "row %zu", i);
        T_EQ_INT(res.target_us, rows[i].to_us, "row %zu", i);
    }
    office_fini(&o);
}

T_TEST(clock, effective_instants)
{
    const int64_t now_at = office_march("05 12:00:00");
    const struct {
        const char *what;
        int64_t claimed_at;
        int64_t max_us;
        bool approved;
        int64_t effective_at;
    } rows[] = {
        {"no claim", INSTANT_NONE, US_PER_DAY, false, now_at},
        {"from the future", now_at + 7 * US_PER_MIN, US_PER_DAY, false, now_at},
        {"from the future, approved", now_at + 1, US_PER_DAY, true, now_at},
        {"now", now_at, 0, false, now_at},
        {"within the limit", now_at - US_PER_DAY, US_PER_DAY, false, now_at - US_PER_DAY},
        {"beyond it", now_at - US_PER_DAY - 1, US_PER_DAY, false, now_at},
        {"beyond it, approved", now_at - 9 * US_PER_DAY, US_PER_DAY, true, now_at - 9 * US_PER_DAY},
        {"without a limit", 5, INT64_MAX, false, 5},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_INT(clock_effective(rows[i].claimed_at, now_at, rows[i].max_us, rows[i].approved),
                 rows[i].effective_at, "%s", rows[i].what);
    }
}

/*
 * Traces
 */

/* A trace as text: one letter a kind, then when it ends, as day and time. */
static const char *narrate(const struct office_spans *s)
{
    static char text[1024];
    static const char letters[] = "?CPOHS";
    size_t at = 0;

    text[0] = '\0';
    for (size_t i = 0; i < s->n; i++) {
        char buf[INSTANT_TEXT_BYTES];
        (void)instant_format(s->v[i].to_at, buf);
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%c %.2s %.5s", i ? ", " : "",
                               letters[s->v[i].kind], buf + 8, buf + 11);
        T_CHECK(at < sizeof(text));
    }
    return text;
}

T_TEST(clock, a_trace_tells_what_counted)
{
    struct office o;
    struct clock_result res;
    static struct office_spans spans;

    office_init(&o);
    const struct clock_rule rule = {.target_us = 10 * US_PER_HOUR, .calendar = o.office};
    const struct clock_event start = {.at = office_march("02 15:00:00"), .kind = CLOCK_START};
    const struct clock_event hold = {
        .at = office_march("03 10:00:00"), .kind = CLOCK_PAUSE, .reason = 2};
    const struct clock_event resume = {
        .at = office_march("03 12:00:00"), .kind = CLOCK_RESUME, .reason = 2};
    const struct clock_event stop = {.at = office_march("04 13:00:00"), .kind = CLOCK_STOP};
    const struct clock_event again = {.at = office_march("05 10:00:00"), .kind = CLOCK_STOP};
    const struct {
        const char *what;
        struct clock_event events[6];
        size_t n;
        const char *until;
        const char *story;
    } rows[] = {
        {"nothing happened", {{0}}, 0, "03 12:00:00", ""},
        {"started, not yet anything", {start}, 1, "02 15:00:00", ""},
        {"a night between", {start}, 1, "03 10:00:00", "C 02 17:00, O 03 09:00, C 03 10:00"},
        {"a hold, and a second customer message that changes nothing",
         {start, {.at = office_march("02 16:00:00"), .kind = CLOCK_START}, hold, resume},
         4,
         "03 13:00:00",
         "C 02 17:00, O 03 09:00, C 03 10:00, H 03 12:00, C 03 13:00"},
        {"beyond the target, then stopped",
         {start, hold, resume, stop},
         4,
         "09 00:00:00",
         "C 02 17:00, O 03 09:00, C 03 10:00, H 03 12:00, C 03 17:00, O 04 09:00, C 04 11:00, "
         "P 04 13:00"},
        {"another reason joins: another span",
         {start, hold, {.at = office_march("03 11:00:00"), .kind = CLOCK_PAUSE, .reason = 5}},
         3,
         "03 12:00:00",
         "C 02 17:00, O 03 09:00, C 03 10:00, H 03 11:00, H 03 12:00"},
        {"a new target is a border",
         {start,
          {.at = office_march("02 16:00:00"),
           .kind = CLOCK_TARGET,
           .target_us = US_PER_HOUR,
           .min_remaining_us = -1}},
         2,
         "02 17:00:00",
         "C 02 16:00, P 02 17:00"},
        {"reopened, the time between excluded",
         {start, stop, {.at = office_march("05 10:00:00"), .kind = CLOCK_REOPEN}},
         3,
         "05 11:00:00",
         "C 02 17:00, O 03 09:00, C 03 17:00, O 04 09:00, P 04 13:00, S 05 10:00, P 05 11:00"},
        {"reopened, included",
         {start,
          {.at = office_march("02 16:00:00"), .kind = CLOCK_STOP},
          {.at = office_march("03 11:00:00"), .kind = CLOCK_REOPEN, .mode = CLOCK_INCLUDE}},
         3,
         "03 12:00:00",
         "C 02 17:00, O 03 09:00, C 03 11:00, C 03 12:00"},
        {"stopped twice, reopened from the second stop",
         {start,
          {.at = office_march("03 10:00:00"), .kind = CLOCK_STOP},
          again,
          {.at = office_march("05 11:00:00"), .kind = CLOCK_REOPEN, .mode = CLOCK_INCLUDE}},
         4,
         "05 11:00:00",
         "C 02 17:00, O 03 09:00, C 03 10:00, S 05 10:00, C 05 11:00"},
        {"reopened later than asked",
         {start, stop, {.at = office_march("05 10:00:00"), .kind = CLOCK_REOPEN}},
         3,
         "05 09:00:00",
         "C 02 17:00, O 03 09:00, C 03 17:00, O 04 09:00, P 04 13:00"},
        {"cancelled after the stop",
         {start,
          stop,
          {.at = office_march("05 10:00:00"), .kind = CLOCK_CANCEL},
          {.at = office_march("05 11:00:00"), .kind = CLOCK_REOPEN}},
         4,
         "06 00:00:00",
         "C 02 17:00, O 03 09:00, C 03 17:00, O 04 09:00, P 04 13:00"},
        {"failed and reopened",
         {start,
          {.at = office_march("02 16:00:00"), .kind = CLOCK_FAIL},
          {.at = office_march("03 10:00:00"), .kind = CLOCK_REOPEN}},
         3,
         "03 11:00:00",
         "C 02 16:00, S 03 10:00, C 03 11:00"},
        {"transferred to other hours",
         {start, {.at = office_march("03 13:00:00"), .kind = CLOCK_CALENDAR, .calendar = o.late}},
         2,
         "03 21:00:00",
         "C 02 17:00, O 03 09:00, C 03 13:00, C 03 17:00, P 03 20:00, O 03 21:00"},
        {"restarted",
         {start, {.at = office_march("02 16:00:00"), .kind = CLOCK_RESTART}},
         2,
         "02 17:00:00",
         "C 02 16:00, C 02 17:00"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        spans.n = 0;
        clock_trace(&rule, rows[i].events, rows[i].n, office_march(rows[i].until), office_collect,
                    &spans, &res);
        T_EQ_STR(narrate(&spans), rows[i].story, "%s", rows[i].what);
    }
    // What a hold cost is told in the calendar's time.
    const struct clock_event weekend[] = {
        {.at = office_march("06 16:00:00"), .kind = CLOCK_START},
        {.at = office_march("06 16:30:00"), .kind = CLOCK_PAUSE, .reason = 4},
    };
    spans.n = 0;
    clock_trace(&rule, weekend, 2, office_march("09 09:10:00"), office_collect, &spans, &res);
    T_EQ_INT(spans.n, 2);
    T_EQ_INT(spans.v[1].reasons, 1 << 4);
    T_EQ_INT(spans.v[1].open_us, 40 * US_PER_MIN);
    T_EQ_INT(spans.v[1].counted_us, 0);
    T_EQ_INT(spans.v[0].counted_us, 30 * US_PER_MIN);
    office_fini(&o);
}
