// SPDX-License-Identifier: Apache-2.0
/*
 * The periodic update: from each word to the next one; and where every period counts, what becomes
 * of those that nobody spoke in.
 */
#include <stdio.h>

#include "core/explain.h"
#include "core/life.h"
#include "t.h"

#define UPDATE CLOCK_KIND_UPDATE

struct row {
    const char *what;
    const char *life;
    const char *at;
    const char *story;
};

/* update within 60m always; P1 and net counts each period, with a warning; P4 has none. */
static void sample_update(struct sample *s)
{
    static const struct clock_warn half[] = {{.percent = 50}};
    struct book_target *t = s->targets[0];

    life_sample(s);
    const struct book_target update = {
        .clock = UPDATE,
        .within = "60m",
        .calendar = s->always,
        .rule = {.target_us = US_PER_HOUR, .calendar = s->always->calendar},
    };
    t[0] = t[1] = t[2] = t[3] = update;
    t[0].match.priority = sample_names(s, "P4", NULL);
    t[0].none = true;
    t[1].match.category = sample_names(s, "net", NULL);
    t[1].match.priority = t[2].match.priority = sample_names(s, "P1", NULL);
    t[1].each_period = t[2].each_period = true;
    t[1].rule.target_us = 2 * US_PER_HOUR;
    t[2].rule.warns = half;
    t[2].rule.n_warns = 1;
    s->versions[0].n_targets = 4;
}

static void check(const struct row *rows, size_t n)
{
    struct sample s;
    struct life l;

    sample_update(&s);
    for (size_t i = 0; i < n; i++) {
        life_read(&l, &s, rows[i].life);
        T_EQ_STR(life_story(&s.book, &l.ticket, UPDATE, life_at(rows[i].at)), rows[i].story, "%s",
                 rows[i].what);
    }
    sample_fini(&s);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

T_TEST(sla_update, each_reply_ends_a_cycle_and_begins_the_next)
{
    static const struct row rows[] = {
        {"nothing yet", "09:00 opened P2", "09:20", "#1 open 09:00- 20m due 10:00"},
        {"in time", "09:00 opened P2, 09:40 replied", "10:00",
         "#1 met 09:00-09:40 40m; #2 open 09:40- 20m due 10:40"},
        {"at the limit", "09:00 opened P2, 10:00 replied", "10:00",
         "#1 met 09:00-10:00 60m; #2 open 10:00- 0m due 11:00"},
        {"too late, once", "09:00 opened P2, 13:00 replied", "13:20",
         "#1 breached 09:00-13:00 240m !10:00; #2 open 13:00- 20m due 14:00"},
        {"a question is none", "09:00 opened P2, 09:30 asked", "09:40",
         "#1 open 09:00- 40m due 10:00"},
        {"resolved", "09:00 opened P2, 09:30 resolved", "09:40",
         "#1 none 09:00-09:30 30m cancelled"},
        {"a breach stays", "09:00 opened P2, 10:30 resolved", "10:40",
         "#1 breached 09:00-10:30 90m cancelled !10:00"},
        {"T43: a reopening begins another one",
         "09:00 opened P2, 10:30 resolved, 12:00 reopened, 12:10 replied", "12:20",
         "#1 breached 09:00-10:30 90m cancelled !10:00; #2 met 12:00-12:10 10m; "
         "#3 open 12:10- 10m due 13:10"},
        {"what is said while resolved begins none",
         "09:00 opened P2, 09:30 resolved, 09:40 replied", "12:00",
         "#1 none 09:00-09:30 30m cancelled"},
        {"on hold", "09:00 opened P2, 09:30 held embargo, 12:30 resumed embargo", "12:40",
         "#1 open 09:00- 40m due 13:00"},
        {"a cycle that begins on hold", "09:00 opened P2, 09:10 held embargo, 09:20 replied",
         "10:00", "#1 met 09:00-09:20 10m; #2 open 09:20- 0m held"},
        {"T46: merged", "09:00 opened P2, 09:30 merged", "12:00",
         "#1 none 09:00-09:30 30m cancelled"},
        {"none", "09:00 opened P4, 09:30 replied", "12:00", ""},
        {"none at first", "09:00 opened P4, 09:30 replied, 09:40 priority P2", "09:50",
         "#1 open 09:40- 10m due 10:40"},
        {"T48: none any more", "09:00 opened P2, 09:30 priority P4, 09:40 replied", "12:00",
         "#1 none 09:00-09:30 30m cancelled"},
    };
    CHECK(rows);
}

T_TEST(sla_update, each_further_period_is_a_cycle_that_begins_at_the_limit)
{
    static const struct row rows[] = {
        {"the first", "09:00 opened P1", "10:00", "#1 open 09:00- 60m due 10:00"},
        {"three of them", "09:00 opened P1", "12:20",
         "#1 breached 09:00-10:00 60m !10:00; #2 breached 10:00-11:00 60m !11:00; "
         "#3 breached 11:00-12:00 60m !12:00; #4 open 12:00- 20m due 13:00"},
        {"a reply ends the last", "09:00 opened P1, 11:30 replied", "12:00",
         "#1 breached 09:00-10:00 60m !10:00; #2 breached 10:00-11:00 60m !11:00; "
         "#3 met 11:00-11:30 30m; #4 open 11:30- 30m due 12:30"},
        {"and at the very limit too", "09:00 opened P1, 11:00 replied", "11:10",
         "#1 breached 09:00-10:00 60m !10:00; #2 met 10:00-11:00 60m; "
         "#3 open 11:00- 10m due 12:00"},
        {"a resolve cancels the last", "09:00 opened P1, 10:30 resolved", "12:00",
         "#1 breached 09:00-10:00 60m !10:00; #2 none 10:00-10:30 30m cancelled"},
        {"a hold stops them", "09:00 opened P1, 10:30 held embargo, 15:30 resumed embargo", "16:30",
         "#1 breached 09:00-10:00 60m !10:00; #2 breached 10:00-16:00 60m !16:00; "
         "#3 open 16:00- 30m due 17:00"},
        {"another target holds from its change on", "09:00 opened P1, 10:30 category net", "14:30",
         "#1 breached 09:00-10:00 60m !10:00; #2 breached 10:00-12:00 120m !12:00; "
         "#3 breached 12:00-14:00 120m !14:00; #4 open 14:00- 30m due 16:00"},
        {"once and no more", "09:00 opened P1, 10:30 priority P2", "14:30",
         "#1 breached 09:00-10:00 60m !10:00; #2 breached 10:00- 270m !11:00"},
        {"each from the change on, where it was late already", "09:00 opened P2, 10:30 priority P1",
         "12:00",
         "#1 breached 09:00-10:30 90m !10:00; #2 breached 10:30-11:30 60m !11:30; "
         "#3 open 11:30- 30m due 12:30"},
        {"each from now on", "09:00 opened P2, 09:30 priority P1", "11:30",
         "#1 breached 09:00-10:00 60m !10:00; #2 breached 10:00-11:00 60m !11:00; "
         "#3 open 11:00- 30m due 12:00"},
    };
    CHECK(rows);
}

T_TEST(sla_update, each_period_has_the_row_s_own_target_again)
{
    static const char spared[] =
        "#1 breached 09:00-10:00 60m !10:00; "
        "#2 breached 10:00-12:50 170m !12:50; #3 open 12:50- 40m due 14:50";
    static const char days[] = "#1 breached 09:00-4/08:00 1020m !4/08:00; "
                               "#2 breached 4/08:00-6/08:00 1080m !6/08:00; "
                               "#3 open 6/08:00- 60m due 9/17:00";
    struct sample s;
    struct life l;

    sample_update(&s);
    s.targets[0][1].rule.target_us = 2 * US_PER_HOUR;
    s.versions[0].min_remaining_us = 2 * US_PER_HOUR;
    life_read(&l, &s, "09:00 opened P1, 10:50 category net");
    T_EQ_STR(life_story(&s.book, &l.ticket, UPDATE, life_at("13:30")), spared);
    s.targets[0][2].calendar = s.office;
    s.targets[0][2].rule = (struct clock_rule){.calendar = s.office->calendar};
    s.targets[0][2].business_days = 1;
    life_read(&l, &s, "09:00 opened P1");
    T_EQ_STR(life_story(&s.book, &l.ticket, UPDATE, life_at("6/09:00")), days);
    sample_fini(&s);
}

T_TEST(sla_update, a_chain_ends_with_its_last_cycle)
{
    struct sample s;
    struct life l;
    const struct sla_run *runs;
    struct sla_clock now;
    struct arena arena;
    size_t n;

    sample_update(&s);
    arena_init(&arena, 1 << 20);
    life_read(&l, &s, "09:00 opened P1, 20/09:00 replied");
    T_EQ_INT(sla_runs(&s.book, &l.ticket, &arena, &runs, &n), 0);
    T_EQ_INT(runs[n - 1].kind, CLOCK_KIND_RESOLUTION - 1);
    T_EQ_INT(runs[n - 1].cycle, CLOCK_CYCLES_MAX + 1, "18 days are not 432 breaches");
    T_CHECK(sla_cycle(&runs[n - 2], &l.ticket, CLOCK_CYCLES_MAX, life_at("20/09:00"), &now));
    T_EQ_INT(now.clock.verdict, TICKET_VERDICT_BREACHED);
    T_EQ_INT(now.clock.breached_at, life_at("6/13:00"));
    T_EQ_INT(now.clock.stopped_at, life_at("20/09:00"));
    T_CHECK(!sla_cycle(&runs[n - 2], &l.ticket, CLOCK_CYCLES_MAX + 1, life_at("20/09:00"), &now));
    arena_fini(&arena);
    sample_fini(&s);
}

/* What the journal has, told by a ticker on time, by one that comes late, and by the next command.
 */
T_TEST(sla_update, each_breach_is_recorded_once_with_its_own_cycle)
{
    static const char *const lives[] = {
        "09:00 open P1, 13:10 look",
        "09:00 open P1, 13:10 note",
    };
    static const char story[] =
        "09:00 ticket_opened, 09:30 *warned update#1/0, 10:00 *breached update#1, "
        "10:30 *warned update#2/0, 11:00 *breached update#2, 11:30 *warned update#3/0, "
        "12:00 *breached update#3, 12:30 *warned update#4/0, 13:00 *breached update#4";
    struct sample s;
    struct desk d;

    sample_update(&s);
    for (size_t i = 0; i < 4; i++) {
        char wanted[1024];
        desk_init(&d, &s.book);
        if (i % 2 == 0) {
            life_do(&d, lives[i / 2]);
        } else {
            life_do_ticked(&d, lives[i / 2]);
        }
        (void)snprintf(wanted, sizeof(wanted), "%s%s", story, i < 2 ? "" : ", 13:10 message");
        T_EQ_STR(life_trace(&d, 0), wanted, "%s", lives[i / 2]);
        const struct ticket_clock *c = desk_clock(&d, UPDATE);
        T_EQ_INT(c->cycle, 5);
        T_EQ_INT(c->verdict, TICKET_VERDICT_OPEN);
        T_EQ_INT(c->breach_seq, 0);
        T_EQ_INT(c->limit_at, life_at("14:00"));
        T_EQ_INT(ticket_next_deadline(&d.ticket)->kind, UPDATE);
        T_EQ_INT(ticket_next_at(&d.ticket), life_at("13:30"));
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla_update, a_late_reply_takes_back_the_periods_that_it_answers)
{
    struct sample s;
    struct desk d;

    sample_update(&s);
    s.versions[0].max_backdate_us = 24 * US_PER_HOUR;
    s.targets[0][2].rule.n_warns = 0;
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 12:10 look");
    const size_t from = d.n_entries;
    life_do(&d, "12:20@10:30 reply");
    T_EQ_STR(life_trace(&d, from), "10:30 message, 11:00 withdrawn update#2, "
                                   "12:00 withdrawn update#3, 11:30 breached update#3");
    T_EQ_INT(desk_clock(&d, UPDATE)->cycle, 4);
    T_EQ_INT(desk_clock(&d, UPDATE)->started_at, life_at("11:30"));
    T_EQ_INT(ticket_next_at(&d.ticket), life_at("12:30"));
    desk_fini(&d);

    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 12:10 look, 12:20@12:05 reply");
    T_EQ_STR(life_trace(&d, 4), "12:05 message", "what lies before it stays");
    T_EQ_INT(desk_clock(&d, UPDATE)->cycle, 5);
    /* The entry has the cycle that ended, and the one that it began. */
    const struct event *e = &d.entries[d.n_entries - 1]->event;
    T_EQ_INT(e->n_clocks, 2);
    T_EQ_INT(e->clocks[0].cycle, 4);
    T_EQ_INT(e->clocks[0].verdict, TICKET_VERDICT_MET);
    T_EQ_INT(e->clocks[1].cycle, 5);
    T_EQ_INT(e->clocks[1].verdict, TICKET_VERDICT_OPEN);
    desk_fini(&d);
    sample_fini(&s);
}

/* T36 */
T_TEST(sla_update, a_cycle_of_a_chain_is_explained_from_its_own_start)
{
    struct sample s;
    struct desk d;
    struct explanation e;

    sample_update(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 11:20 hold embargo, 11:50 resume embargo");
    T_EQ_INT(explain(d.book, &d.ticket, UPDATE, 0, life_at("12:10"), &d.arena, &e), 0);
    T_EQ_INT(e.clock.clock.cycle, 3);
    T_EQ_INT(e.spans[0].from_at, life_at("11:00"));
    T_EQ_INT(e.counted_us, 40 * US_PER_MIN);
    T_EQ_INT(e.held_us, 30 * US_PER_MIN);
    T_EQ_INT(e.n_spans, 3);
    desk_fini(&d);
    sample_fini(&s);
}
