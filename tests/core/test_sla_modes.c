// SPDX-License-Identifier: Apache-2.0
/*
 * What a contract may say of its clocks: reopening, another target, business days, an answer that
 * never came, a merge.
 */
#include "core/explain.h"
#include "core/life.h"
#include "t.h"

#define WORK  CLOCK_KIND_RESOLUTION
#define FIRST CLOCK_KIND_FIRST_RESPONSE

struct row {
    const char *what;
    const char *life;
    const char *at;
    const char *story;
};

static void check(const struct sample *s, enum clock_kind kind, const struct row *rows, size_t n)
{
    struct life l;

    for (size_t i = 0; i < n; i++) {
        life_read(&l, s, rows[i].life);
        T_EQ_STR(life_story(&s->book, &l.ticket, kind, life_at(rows[i].at)), rows[i].story, "%s",
                 rows[i].what);
    }
}

#define CHECK(s, kind, rows) check(s, kind, rows, sizeof(rows) / sizeof((rows)[0]))

/* T42: the window is 120h, the target 8h. */
T_TEST(sla_modes, t42_t43_a_reopening_leaves_out_takes_in_or_begins_anew)
{
    static const char again[] = "09:00 opened P2, 12:00 resolved, 14:00 reopened, 16:00 resolved, "
                                "18:00 reopened";
    static const char late[] = "09:00 opened P2, 12:00 resolved, 22:00 reopened";
    static const char too_late[] = "09:00 opened P2, 12:00 resolved, 20/10:00 reopened";
    const struct row left_out[] = {
        {"twice", again, "19:00", "#1 open 09:00- 360m due 21:00"},
        {"beyond the window", too_late, "20/11:00",
         "#1 met 09:00-12:00 180m; #2 open 20/10:00- 60m due 20/18:00"},
    };
    const struct row taken_in[] = {
        {"twice", again, "19:00", "#1 breached 09:00- 600m !17:00"},
        {"as if never resolved, dated at the limit", late, "22:30",
         "#1 breached 09:00- 810m !17:00"},
        {"beyond the window", too_late, "20/11:00",
         "#1 met 09:00-12:00 180m; #2 open 20/10:00- 60m due 20/18:00"},
    };
    const struct row anew[] = {
        {"twice", again, "19:00",
         "#1 met 09:00-12:00 180m; #2 met 14:00-16:00 120m; #3 open 18:00- 60m due 3/02:00"},
        {"T43: the verdict of before stays", "09:00 opened P2, 18:00 resolved, 19:00 reopened",
         "20:00", "#1 breached 09:00-18:00 540m !17:00; #2 open 19:00- 60m due 3/03:00"},
    };
    const struct row both[] = {{"turnaround", again, "19:00", "#1 open 09:00- 360m due 21:00"}};
    struct sample s;

    life_sample(&s);
    CHECK(&s, WORK, left_out);
    s.versions[0].on_reopen = CLOCK_EXCLUDE;
    CHECK(&s, WORK, left_out);
    s.versions[0].on_reopen = CLOCK_INCLUDE;
    CHECK(&s, WORK, taken_in);
    s.versions[0].on_reopen = CLOCK_NEW_CYCLE;
    CHECK(&s, WORK, anew);
    s.versions[0].on_reopen = CLOCK_EXCLUDE;
    s.targets[0][7].clock = CLOCK_KIND_TURNAROUND;
    CHECK(&s, CLOCK_KIND_TURNAROUND, both);
    sample_fini(&s);
}

/* Resolution: 8h, net 1h. */
T_TEST(sla_modes, another_target_carries_restarts_or_keeps_its_share)
{
    static const char sooner[] = "09:00 opened P2, 11:00 category net";
    const struct row carried[] = {
        {"beyond it at once, dated at the change", sooner, "12:00",
         "#1 breached 09:00- 180m !11:00"},
        {"within", "09:00 opened P2, 09:20 category net", "09:30", "#1 open 09:00- 30m due 10:00"},
    };
    const struct row restarted[] = {
        {"from the change on", sooner, "11:30", "#1 open 09:00- 30m due 12:00"},
    };
    const struct row shared[] = {
        {"a quarter stays a quarter", sooner, "11:30", "#1 open 09:00- 45m due 11:45"},
    };
    const struct row spared[] = {
        {"and half an hour is left", sooner, "11:20", "#1 open 09:00- 140m due 11:30"},
        {"but not more", "09:00 opened P2, 09:20 category net", "09:30",
         "#1 open 09:00- 30m due 10:00"},
    };
    struct sample s;

    life_sample(&s);
    CHECK(&s, WORK, carried);
    s.versions[0].min_remaining_us = -1;
    s.versions[0].on_retarget = CLOCK_CARRY;
    CHECK(&s, WORK, carried);
    s.versions[0].on_retarget = CLOCK_FROM_ZERO;
    CHECK(&s, WORK, restarted);
    s.versions[0].on_retarget = CLOCK_PRO_RATA;
    CHECK(&s, WORK, shared);
    s.versions[0].on_retarget = CLOCK_CARRY;
    s.versions[0].min_remaining_us = 30 * US_PER_MIN;
    CHECK(&s, WORK, spared);
    sample_fini(&s);
}

/* 2 March 2026 is a Monday; the office is open 8 to 17 UTC, Monday to Friday. */
T_TEST(sla_modes, business_days_become_business_time_where_a_cycle_starts)
{
    static const struct row rows[] = {
        {"day 0 is today: the close of Wednesday", "09:00 opened P2", "10:00",
         "#1 open 09:00- 60m due 4/17:00"},
        {"before the cut-off, on its own zone's wall", "13:30 opened P2", "15:00",
         "#1 open 13:30- 90m due 4/17:00"},
        {"behind the cut-off it is tomorrow", "14:30 opened P2", "15:00",
         "#1 open 14:30- 30m due 5/17:00"},
        {"over a weekend", "5/09:00 opened P2", "5/10:00", "#1 open 5/09:00- 60m due 9/17:00"},
        {"then a stopwatch: a hold moves it",
         "09:00 opened P2, 10:00 held embargo, 13:00 resumed embargo", "14:00",
         "#1 open 09:00- 120m due 5/11:00"},
        {"met by the close", "09:00 opened P2, 4/17:00 resolved", "5/12:00",
         "#1 met 09:00-4/17:00 1560m"},
        {"and behind it until the next opening", "09:00 opened P2, 5/08:00 resolved", "5/12:00",
         "#1 met 09:00-5/08:00 1560m"},
        {"later is a breach", "09:00 opened P2, 5/08:10 resolved", "5/12:00",
         "#1 breached 09:00-5/08:10 1570m !5/08:00"},
        {"another cycle counts its own days", "09:00 opened P2, 10:00 resolved, 10/09:00 reopened",
         "10/10:00", "#1 met 09:00-10:00 60m; #2 open 10/09:00- 60m due 12/17:00"},
        {"a new target counts from the start of the cycle", "09:00 opened P2, 3/09:00 category net",
         "3/10:00", "#1 open 09:00- 600m due 3/17:00"},
    };
    static const struct row anew[] = {
        {"where it starts anew, from there", "09:00 opened P2, 3/09:00 category net", "3/10:00",
         "#1 open 09:00- 60m due 4/17:00"},
    };
    static const struct row zoned[] = {
        {"14:30 UTC is half past three in Berlin", "14:30 opened P2", "15:00",
         "#1 open 14:30- 30m due 5/17:00"},
        {"and 13:30 is half past two", "13:30 opened P2", "15:00",
         "#1 open 13:30- 90m due 4/17:00"},
    };
    struct sample s;
    struct book_target *t;

    life_sample(&s);
    t = s.targets[0];
    for (size_t i = 6; i < 8; i++) {
        t[i].calendar = s.office;
        t[i].rule = (struct clock_rule){.calendar = s.office->calendar};
        t[i].business_days = i == 6 ? 1 : 2;
        t[i].cutoff_us = 14 * US_PER_HOUR;
        t[i].cutoff_zone = s.utc;
    }
    CHECK(&s, WORK, rows);
    s.versions[0].on_retarget = CLOCK_FROM_ZERO;
    CHECK(&s, WORK, anew);
    t[7].cutoff_us = 15 * US_PER_HOUR;
    t[7].cutoff_zone = NULL;
    CHECK(&s, WORK, zoned);
    sample_fini(&s);
}

T_TEST(sla_modes, warnings_of_business_days_are_shares_of_that_time)
{
    struct sample s;
    struct desk d;

    life_sample(&s);
    s.targets[0][7].calendar = s.office;
    s.targets[0][7].rule.calendar = s.office->calendar;
    s.targets[0][7].rule.target_us = 0;
    s.targets[0][7].business_days = 2; /* 26 hours from 09:00 on, half of it 13: 4h of Tuesday's */
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P2, 09:10 reply");
    T_EQ_INT(desk_clock(&d, WORK)->target_us, 26 * US_PER_HOUR);
    T_EQ_INT(desk_clock(&d, WORK)->next_warn_at, life_at("3/13:00"));
    T_EQ_INT(desk_clock(&d, WORK)->due_at, life_at("4/17:00"));
    T_EQ_INT(desk_clock(&d, WORK)->limit_at, life_at("5/08:00"));
    T_EQ_INT(ticket_next_deadline(&d.ticket)->kind, WORK);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla_modes, an_answer_that_never_came_is_what_the_contract_says)
{
    static const struct {
        enum book_unanswered human, tool;
        const char *resolved, *dropped;
    } rows[] = {
        {BOOK_UNANSWERED_DEFAULT, BOOK_UNANSWERED_DEFAULT, "#1 breached 09:00-10:00 60m !10:00",
         "#1 none 09:00-10:00 60m cancelled"},
        {BOOK_UNANSWERED_BREACHED, BOOK_UNANSWERED_CANCELLED, "#1 breached 09:00-10:00 60m !10:00",
         "#1 none 09:00-10:00 60m cancelled"},
        {BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, "#1 none 09:00-10:00 60m cancelled",
         "#1 breached 09:00-10:00 60m !10:00"},
    };
    struct sample s;

    life_sample(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row both[] = {
            {"by a person", "09:00 opened P1, 10:00 resolved", "12:00", rows[i].resolved},
            {"by a tool", "09:00 opened P1, 10:00 dropped", "12:00", rows[i].dropped},
        };
        s.versions[0].unanswered_human = rows[i].human;
        s.versions[0].unanswered_tool = rows[i].tool;
        CHECK(&s, FIRST, both);
    }
    sample_fini(&s);
}

/* First response: 2h; resolution: 8h. */
T_TEST(sla_modes, t46_what_is_merged_into_keeps_its_start_or_the_earlier_one)
{
    static const struct row kept[] = {
        {"kept", "09:00 opened P2, 10:00 absorbed 08:00", "10:30", "#1 open 09:00- 90m due 11:00"},
    };
    static const struct row earliest[] = {
        {"the earlier one", "09:00 opened P2, 10:00 absorbed 08:30", "10:20",
         "#1 open 08:30- 110m due 10:30"},
        {"its own, where that is it", "09:00 opened P2, 10:00 absorbed 09:30", "10:20",
         "#1 open 09:00- 80m due 11:00"},
        {"late by that: dated at the merge", "09:00 opened P2, 10:00 absorbed 06:00", "10:20",
         "#1 breached 06:00- 260m !10:00"},
        {"late before: dated at its limit", "09:00 opened P2, 12:00 absorbed 06:00", "12:20",
         "#1 breached 06:00- 380m !11:00"},
        {"two of them", "09:00 opened P2, 09:10 absorbed 08:50, 09:20 absorbed 08:40", "10:20",
         "#1 open 08:40- 100m due 10:40"},
        {"what has ended stays", "09:00 opened P2, 09:30 replied, 10:00 absorbed 06:00", "10:20",
         "#1 met 09:00-09:30 30m"},
        {"on hold, it is late when it runs again",
         "09:00 opened P2, 09:30 held embargo, 10:00 absorbed 06:00, 11:00 resumed embargo",
         "11:20", "#1 breached 06:00- 230m !11:00"},
    };
    static const struct row days[] = {
        {"business days count from there too", "3/09:00 opened P2, 3/10:00 absorbed 16:00",
         "3/11:00", "#1 open 16:00- 240m due 3/17:00"},
    };
    static const struct row reopened[] = {
        {"a cycle of its own is no older than it is",
         "09:00 opened P2, 10:00 resolved, 20/10:00 reopened, 20/11:00 absorbed 08:00", "20/12:00",
         "#1 met 09:00-10:00 60m; #2 open 20/10:00- 120m due 20/18:00"},
    };
    struct sample s;

    life_sample(&s);
    CHECK(&s, FIRST, kept);
    s.versions[0].merge_earliest = true;
    CHECK(&s, FIRST, earliest);
    CHECK(&s, WORK, reopened);
    s.targets[0][7].calendar = s.office;
    s.targets[0][7].rule = (struct clock_rule){.calendar = s.office->calendar};
    s.targets[0][7].business_days = 1;
    CHECK(&s, WORK, days);
    sample_fini(&s);
}

T_TEST(sla_modes, t36_t46_a_merge_is_journalled_and_explained)
{
    struct sample s;
    struct desk d;
    struct explanation e;

    life_sample(&s);
    s.versions[0].merge_earliest = true;
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P2, 09:20 hold embargo, 09:40 resume embargo, 10:00 absorb 06:00");
    T_EQ_STR(life_trace(&d, 3), "10:00 absorbed, 10:00 breached first_response#1");
    T_EQ_INT(desk_clock(&d, FIRST)->started_at, life_at("06:00"));
    T_EQ_INT(desk_clock(&d, WORK)->due_at, life_at("14:20"));
    T_EQ_INT(explain(d.book, &d.ticket, WORK, 0, life_at("10:30"), &d.arena, &e), 0);
    T_EQ_INT(e.counted_us, e.clock.clock.elapsed_us);
    T_EQ_INT(e.counted_us + e.held_us + e.outside_us, life_at("10:30") - life_at("06:00"));
    T_EQ_INT(e.spans[0].from_at, life_at("06:00"));
    desk_fini(&d);

    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P2, 09:30 resolve, 10:00 absorb 06:00");
    T_EQ_STR(life_trace(&d, 3), "10:00 absorbed", "what has ended stays");
    life_do(&d, "10:30@09:50 reopen");
    T_EQ_INT(ticket_changed_at(&d.ticket), life_at("09:50"), "another ticket's end is not its own");
    desk_fini(&d);
    sample_fini(&s);
}
