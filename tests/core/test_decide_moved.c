// SPDX-License-Identifier: Apache-2.0
/*
 * The law changes the clocks of a country: the same calendar, with other zone data. Casablanca is
 * an hour ahead of UTC by the old data and level with it by the new. P2 is answered and resolved
 * within 4h and 8h of its 9 to 18, and acknowledged within 12h around the clock; what waits for
 * the customer is resolved later. A person may tell what happened two hours late.
 */
#include <string.h>

#include "core/life.h"
#include "t.h"

#define OLD "<+01>-1"
#define NEW "<+00>0"

struct room {
    struct sample books[2];
    struct desk desk;
};

static void make_book(struct sample *s, const char *zone)
{
    static const struct calendar_window nine_to_six[] = {{9 * 3600, 18 * 3600}};
    static const struct clock_warn half[] = {{.percent = 50}};
    struct book_target *t = s->targets[0];

    sample_init(s);
    struct calendar_rules *rules = arena_alloc(&s->arena, sizeof(*rules));
    struct calendar_version *version = arena_alloc(&s->arena, sizeof(*version));
    T_CHECK(rules != NULL && version != NULL);
    *rules = (struct calendar_rules){.zone = sample_zone(&s->arena, zone)};
    for (int day = 0; day < 5; day++) {
        rules->week[day] = (struct calendar_day){nine_to_six, 1};
    }
    *version = (struct calendar_version){.effective_at = INSTANT_NONE, .rules = rules};
    const struct book_calendar *casablanca = sample_calendar(s, "casablanca", version, 1);
    static const struct {
        enum clock_kind kind;
        int hours;
        bool always;
    } rows[] = {
        {CLOCK_KIND_FIRST_RESPONSE, 4, false},
        {CLOCK_KIND_RESOLUTION, 8, false},
        {CLOCK_KIND_ACKNOWLEDGE, 12, true},
        {CLOCK_KIND_UPDATE, 1, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct book_calendar *c = rows[i].always ? s->always : casablanca;
        t[i] = (struct book_target){
            .clock = rows[i].kind,
            .within = "as written",
            .calendar = c,
            .rule = {.target_us = rows[i].hours * US_PER_HOUR, .calendar = c->calendar},
            .each_period = true,
        };
    }
    t[0].rule.warns = half;
    t[0].rule.n_warns = 1;
    t[3].match.priority = sample_names(s, "P3", NULL);
    s->versions[0].n_targets = 4;
    s->versions[0].max_backdate_us = 2 * US_PER_HOUR;
}

static void enter(struct room *r, const char *before, const char *after)
{
    make_book(&r->books[0], before);
    make_book(&r->books[1], after);
    desk_init(&r->desk, &r->books[0].book);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->books[0]);
    sample_fini(&r->books[1]);
}

/* Looks at all clocks, for their zone data are other ones. */
static void sweep(struct room *r, const char *at)
{
    struct command c = desk_command(&r->desk, COMMAND_EXPIRE, life_at(at));

    c.moved_by = MOVED_BY_ZONE_DATA;
    T_EQ_INT(desk_do(&r->desk, &c), 0);
}

struct row {
    const char *what;
    const char *before, *after; /* zones */
    const char *life;
    const char *later; /* with the data after */
    const char *trace; /* of that */
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct room r;
        enter(&r, rows[i].before, rows[i].after);
        life_do(&r.desk, rows[i].life);
        const size_t from = r.desk.n_entries;
        r.desk.book = &r.books[1].book;
        life_do(&r.desk, rows[i].later);
        T_EQ_STR(life_trace(&r.desk, from), rows[i].trace, "%s", rows[i].what);
        leave(&r);
    }
}

T_TEST(decide_moved, a_cycle_that_ended_keeps_its_verdict_unless_a_fact_changes_it)
{
    static const struct row rows[] = {
        {"late by the old data", OLD, NEW, "05:00 open P2, 12:30 look, 12:40 reply", "12:45 look",
         "12:45 *clock_rescheduled"},
        {"whatever happens to the ticket then", OLD, NEW, "05:00 open P2, 12:30 look, 12:40 reply",
         "12:45 ask, 12:50@12:35 ask, 12:55@12:35 note, 12:56 resolve, 12:57 close",
         "12:45 message, 12:35 message, 12:35 message, 12:56 resolved, 12:57 closed"},
        {"in time by the old data", NEW, OLD, "05:00 open P2, 12:30 reply",
         "12:45 look, 12:50 hold waiting-customer, 12:55 resolve",
         "12:45 *clock_rescheduled, 12:50 held, 12:55 resolved"},
        {"a late reply is a fact", OLD, NEW, "05:00 open P2, 12:30 look, 12:40 reply",
         "12:50@11:30 reply", "11:30 message, 12:00 withdrawn first_response#1"},
        {"a late reply that was too late by the new data too", NEW, OLD,
         "05:00 open P2, 13:30 look, 13:40 reply", "13:50@12:30 reply",
         "12:30 message, 13:00 withdrawn first_response#1, 12:00 breached first_response#1"},
        {"cancelled", NEW, OLD, "05:00 open P3, 12:10 resolve", "12:50 look, 13:10 close",
         "13:10 closed"},
        {"resolved in time, and the ticket is merged", NEW, OLD,
         "05:00 open P2, 12:30 reply, 16:30 resolve", "17:30 merge", "17:30 merged"},
    };
    check(rows, sizeof(rows) / sizeof(rows[0]));
}

T_TEST(decide_moved, a_clock_that_runs_follows_the_law)
{
    static const struct row rows[] = {
        {"a breach that was none", OLD, NEW, "05:00 open P2, 12:30 look", "12:45 look, 13:10 look",
         "12:00 *withdrawn first_response#1, 12:45 *clock_rescheduled, "
         "13:00 *breached first_response#1"},
        {"a breach that nobody knew of", NEW, OLD, "05:00 open P2, 11:30 look", "12:30 look",
         "12:00 *breached first_response#1, 12:30 *clock_rescheduled"},
        {"reopened, it runs again", OLD, NEW,
         "05:00 open P2, 05:01 reply, 16:30 look, 16:40 resolve", "16:50 reopen",
         "16:50 reopened, 16:00 withdrawn resolution#1"},
        {"only what runs", OLD, NEW,
         "05:00 open P2, 05:02 ack, 12:30 look, 12:40 reply, 16:30 look", "16:40 look, 17:10 look",
         "16:00 *withdrawn resolution#1, 17:00 *breached resolution#1"},
    };
    check(rows, sizeof(rows) / sizeof(rows[0]));
}

/* Of a chain that ended, other data make another number of cycles. */
T_TEST(decide_moved, a_chain_that_ended_stays_as_it_was_told)
{
    static const struct {
        const char *before, *after;
    } rows[] = {{OLD, NEW}, {NEW, OLD}};

    for (size_t i = 0; i < 2; i++) {
        struct room r;
        enter(&r, rows[i].before, rows[i].after);
        life_do(&r.desk, "05:00 open P3, 14:30 look, 14:40 resolve");
        const struct ticket_clock was = *desk_clock(&r.desk, CLOCK_KIND_UPDATE);
        const size_t breaches = desk_count(&r.desk, EVENT_CLOCK_BREACHED, CLOCK_KIND_UPDATE);
        T_EQ_INT(was.state, CLOCK_CANCELLED, "row %zu", i);
        r.desk.book = &r.books[1].book;
        life_do(&r.desk, "14:45 look, 14:50 ask");
        const struct ticket_clock *c = desk_clock(&r.desk, CLOCK_KIND_UPDATE);
        T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_WITHDRAWN, CLOCK_KIND_UPDATE), 0, "row %zu", i);
        T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_BREACHED, CLOCK_KIND_UPDATE), breaches, "row %zu",
                 i);
        T_EQ_INT(c->state, CLOCK_RUNNING, "the question reopened it: row %zu", i);
        T_EQ_INT(c->started_at, life_at("14:50"), "row %zu", i);
        T_EQ_INT(c->ended_seq, 0, "row %zu", i);
        leave(&r);
    }
}

T_TEST(decide_moved, each_clock_that_moves_is_told_with_where_it_was)
{
    struct room r;
    const struct event *e;

    enter(&r, OLD, NEW);
    life_do(&r.desk, "05:00 open P2, 09:00 hold waiting-customer, 09:30 resume waiting-customer");
    r.desk.book = &r.books[1].book;
    sweep(&r, "09:40");
    T_EQ_INT(r.desk.decision.n_events, 2, "what counts around the clock did not move");
    for (size_t i = 0; i < 2; i++) {
        e = &r.desk.decision.events[i];
        T_EQ_INT(e->kind, EVENT_CLOCK_RESCHEDULED);
        T_EQ_INT(e->origin, ORIGIN_CLOCK);
        T_EQ_INT(e->effective_at, life_at("09:40"));
        T_EQ_INT(e->n_clocks, 1);
        T_EQ_INT(e->u.moved.by, MOVED_BY_ZONE_DATA);
    }
    e = &r.desk.decision.events[0];
    T_EQ_INT(e->clocks[0].kind, CLOCK_KIND_FIRST_RESPONSE);
    T_EQ_INT(e->u.moved.was_due_at, life_at("12:00"));
    T_EQ_INT(e->u.moved.was_limit_at, life_at("12:00"));
    T_EQ_INT(e->clocks[0].due_at, life_at("13:00"));
    T_EQ_INT(e->clocks[0].next_warn_at, life_at("11:00"));
    e = &r.desk.decision.events[1];
    T_EQ_INT(e->clocks[0].kind, CLOCK_KIND_RESOLUTION);
    T_EQ_INT(e->u.moved.was_due_at, life_at("16:30"), "half an hour of it was on hold");
    T_EQ_INT(e->clocks[0].due_at, life_at("17:30"));
    sweep(&r, "09:41");
    T_EQ_INT(r.desk.decision.n_events, 0, "it is known by now");
    leave(&r);
}

T_TEST(decide_moved, what_does_not_move_has_no_event)
{
    struct room r;

    enter(&r, OLD, OLD);
    life_do(&r.desk, "05:00 open P2");
    r.desk.book = &r.books[1].book;
    sweep(&r, "10:30");
    T_EQ_STR(life_trace(&r.desk, 1), "10:00 *warned first_response#1/0", "the warning passed");
    sweep(&r, "12:30");
    T_EQ_STR(life_trace(&r.desk, 2), "12:00 *breached first_response#1", "and so did the limit");
    leave(&r);

    enter(&r, OLD, NEW);
    life_do(&r.desk, "05:00 open P2, 05:01 reply, 05:02 ack, 09:00 hold waiting-customer");
    r.desk.book = &r.books[1].book;
    sweep(&r, "09:40");
    T_EQ_INT(r.desk.decision.n_events, 0, "on hold it has none, and what ended stays");
    leave(&r);
}

T_TEST(decide_moved, what_the_move_reveals_comes_out_as_ever)
{
    static const struct {
        const char *what;
        const char *before, *after, *life, *at, *trace;
        const char *was, *due; /* NULL: there is none any more */
    } rows[] = {
        {"a breach", NEW, OLD, "05:00 open P2, 11:30 look", "12:30",
         "12:00 *breached first_response#1, 12:30 *clock_rescheduled, 12:30 *clock_rescheduled",
         "13:00", NULL},
        {"a warning", NEW, OLD, "05:00 open P2", "10:30",
         "10:00 *warned first_response#1/0, 10:30 *clock_rescheduled, 10:30 *clock_rescheduled",
         "13:00", "12:00"},
        {"no breach", OLD, NEW, "05:00 open P2, 12:30 look", "12:40",
         "12:00 *withdrawn first_response#1, 12:40 *clock_rescheduled, 12:40 *clock_rescheduled",
         "", "13:00"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r, rows[i].before, rows[i].after);
        life_do(&r.desk, rows[i].life);
        const size_t from = r.desk.n_entries;
        r.desk.book = &r.books[1].book;
        sweep(&r, rows[i].at);
        T_EQ_STR(life_trace(&r.desk, from), rows[i].trace, "%s", rows[i].what);
        const struct event *e = &r.desk.decision.events[1];
        T_EQ_INT(e->clocks[0].kind, CLOCK_KIND_FIRST_RESPONSE, "%s", rows[i].what);
        T_EQ_INT(e->u.moved.was_due_at,
                 rows[i].was[0] != '\0' ? life_at(rows[i].was) : INSTANT_NEVER, "%s", rows[i].what);
        T_EQ_INT(e->clocks[0].due_at, rows[i].due != NULL ? life_at(rows[i].due) : INSTANT_NEVER,
                 "%s", rows[i].what);
        sweep(&r, "12:50");
        T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_RESCHEDULED, CLOCK_KIND_NONE), 2, "%s",
                 rows[i].what);
        leave(&r);
    }
}
