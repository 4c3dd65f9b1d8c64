// SPDX-License-Identifier: Apache-2.0
/*
 * What time does by itself: warnings, breaches, ends of holds, the closing; each at its instant,
 * whoever notices it. Rows are those of life_sample.
 */
#include <string.h>

#include "core/life.h"
#include "t.h"

#define NEXT CLOCK_KIND_NEXT_RESPONSE

struct room {
    struct sample sample;
    struct desk desk;
};

/* Embargo ends by itself after two hours, waiting-customer after three business hours; what is
 * resolved closes after a day. */
static void enter(struct room *r)
{
    life_sample(&r->sample);
    r->sample.holds[0][0].max = (struct book_span){3 * US_PER_HOUR, r->sample.office};
    r->sample.holds[0][1].max = (struct book_span){.us = 2 * US_PER_HOUR};
    r->sample.versions[0].auto_close = (struct book_span){.us = 24 * US_PER_HOUR};
    desk_init(&r->desk, &r->sample.book);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

/* Told by one late look, and by a ticker that is always on time. */
static void same_entries(const struct desk *a, const struct desk *b, const char *what)
{
    T_EQ_INT(a->n_entries, b->n_entries, "%s: %s", what, life_trace(b, 0));
    for (size_t i = 0; i < a->n_entries; i++) {
        const struct event *x = &a->entries[i]->event;
        const struct event *y = &b->entries[i]->event;
        T_EQ_INT(x->kind, y->kind, "%s", what);
        T_EQ_INT(x->origin, y->origin, "%s", what);
        T_EQ_INT(x->effective_at, y->effective_at, "%s", what);
        T_EQ_MEM(x->u.timer.id, y->u.timer.id, 16, "%s", what);
    }
}

struct row {
    const char *what;
    const char *life; /* all but the last command */
    const char *last;
    const char *trace; /* of the last one */
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct room late;
        struct room ticked;

        enter(&late);
        enter(&ticked);
        life_do(&late.desk, rows[i].life);
        const size_t from = late.desk.n_entries;
        life_do(&late.desk, rows[i].last);
        T_EQ_STR(life_trace(&late.desk, from), rows[i].trace, "%s", rows[i].what);
        life_do_ticked(&ticked.desk, rows[i].life);
        life_do_ticked(&ticked.desk, rows[i].last);
        same_entries(&late.desk, &ticked.desk, rows[i].what);
        leave(&late);
        leave(&ticked);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

T_TEST(settle, t39_a_hold_ends_by_itself_at_its_own_instant)
{
    static const struct row rows[] = {
        {"not before it has passed", "09:00 open P2, 09:30 hold embargo", "11:30 look", ""},
        {"a microsecond later", "09:00 open P2, 09:30 hold embargo", "11:30+1 look",
         "11:30 *resumed"},
        {"once", "09:00 open P2, 09:30 hold embargo, 12:00 look", "12:10 look", ""},
        {"noticed by a command", "09:00 open P2, 09:30 hold embargo", "12:00 take",
         "11:30 *resumed, 12:00 taken"},
        {"ended by somebody before", "09:00 open P2, 09:30 hold embargo, 10:00 resume embargo",
         "11:30 look", ""},
        {"set again, it ends anew",
         "09:00 open P2, 09:30 hold embargo, 10:00 resume embargo, 10:30 hold embargo",
         "12:30+1 look", "12:30 *resumed"},
        {"a reason without an end", "09:00 open P2, 09:30 hold third-party", "11:00 look", ""},
        {"in business time", "16:00 open P2, 16:00 reply, 16:00 hold waiting-customer",
         "3/12:00 look", "3/10:00 *resumed"},
        {"business time that ends at a closing lasts until the opening",
         "14:00 open P2, 14:00 reply, 14:00 hold waiting-customer", "3/09:00 look",
         "3/08:00 *resumed"},
    };
    CHECK(rows);
}

T_TEST(settle, t41_thresholds_move_with_a_hold_that_ends_by_itself)
{
    static const struct row rows[] = {
        {"told before, and after", // first_response 2 h, resolution 8 h with a warning at half
         "09:00 open P2, 10:00 hold embargo", "16:00 look",
         "12:00 *resumed, 13:00 *breached first_response#1, 15:00 *warned resolution#1/0"},
        {"between two ends", "09:00 open P2, 09:30 hold waiting-customer, 09:40 hold embargo",
         "15:00 look", "11:40 *resumed, 12:30 *resumed, 13:00 *breached first_response#1"},
        {"a threshold before the hold", "09:00 open P1, 09:20 hold embargo", "11:31 look",
         "11:20 *resumed, 11:30 *breached acknowledge#1"},
        {"a threshold at the end of the hold itself", "09:00 open P1, 09:15 hold embargo",
         "11:16 look", "11:15 *resumed, 11:15 *warned acknowledge#1/0"},
        {"a target that was too short already, changed while on hold",
         "09:00 open P2, 10:10 hold embargo, 10:20 category net", "12:11 look",
         "12:10 *resumed, 12:10 *breached resolution#1"},
        {"several warnings of one row",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:10 hold embargo", "13:30 look",
         "12:10 *resumed, 12:30 *warned next_response#1/0, 12:40 *warned next_response#1/2, "
         "12:45 *warned next_response#1/1, 13:00 *breached next_response#1"},
    };
    CHECK(rows);
}

/* T38, T67: who looks sees it at its instant, whether anybody recorded it or not. */
T_TEST(settle, t67_a_clock_runs_on_after_its_hold_before_that_is_recorded)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P2, 09:30 hold embargo");
    T_EQ_STR(
        life_story(&r.sample.book, &r.desk.ticket, CLOCK_KIND_FIRST_RESPONSE, life_at("11:29")),
        "#1 open 09:00- 30m held");
    T_EQ_STR(
        life_story(&r.sample.book, &r.desk.ticket, CLOCK_KIND_FIRST_RESPONSE, life_at("12:00")),
        "#1 open 09:00- 60m due 13:00");
    T_EQ_STR(
        life_story(&r.sample.book, &r.desk.ticket, CLOCK_KIND_FIRST_RESPONSE, life_at("14:00")),
        "#1 breached 09:00- 180m !13:00");
    leave(&r);
}

T_TEST(settle, what_is_resolved_closes_by_itself)
{
    static const struct row rows[] = {
        {"not before it has passed", "09:00 open P2, 09:30 resolve", "3/09:30 look", ""},
        {"a microsecond later", "09:00 open P2, 09:30 resolve", "3/09:30+1 look",
         "3/09:30 *closed"},
        {"once", "09:00 open P2, 09:30 resolve, 4/09:30 look", "4/10:00 look", ""},
        {"noticed by a question, which reopens", "09:00 open P2, 09:10 reply, 09:30 resolve",
         "3/10:00 ask", "3/09:30 *closed, 3/10:00 message, 3/10:00 reopened"},
        {"reopened, it does not",
         "09:00 open P2, 09:10 reply, 09:30 resolve, 10:00 reopen, "
         "10:01 reply, 11:00 resolve",
         "3/10:00 look", ""},
        {"but a day after it was resolved again",
         "09:00 open P2, 09:10 reply, 09:30 resolve, 10:00 reopen, 11:00 resolve", "3/12:00 look",
         "3/11:00 *closed"},
        {"closed by somebody", "09:00 open P2, 09:30 resolve, 10:00 close", "4/10:00 look", ""},
        {"resolved while on hold: nothing is left to end",
         "09:00 open P2, 09:10 reply, 09:20 hold embargo, 09:30 resolve", "3/12:00 look",
         "3/09:30 *closed"},
    };
    CHECK(rows);
}

T_TEST(settle, t66_t69_each_warning_is_given_once_in_a_cycle_and_none_after_the_end)
{
    static const char asked[] = "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask";
    static const struct row rows[] = {
        {"half", asked, "10:31 look", "10:30 *warned next_response#1/0"},
        {"T66: and not again", "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:31 look",
         "10:32 look", ""},
        {"all of them, in their order", asked, "11:10 look",
         "10:30 *warned next_response#1/0, 10:40 *warned next_response#1/2, "
         "10:45 *warned next_response#1/1, 11:00 *breached next_response#1"},
        {"T69: what was answered warns no more",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:31 look, 10:32 reply", "12:00 look",
         ""},
        {"the next cycle warns anew",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:31 look, 10:32 reply, 10:50 ask",
         "11:21 look", "11:20 *warned next_response#2/0"},
        {"none while on hold",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:20 hold third-party, "
         "10:21 resume third-party, 10:25 hold embargo",
         "12:25 look", ""},
        {"but as much later",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:20 hold embargo, "
         "11:20 resume embargo",
         "11:31 look", "11:30 *warned next_response#1/0"},
        {"an acknowledgement", "09:00 open P1", "09:20 look", "09:15 *warned acknowledge#1/0"},
        {"T68: the breach is told, then the resolve",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:50 look", "11:30 resolve",
         "11:00 *breached next_response#1, 11:30 resolved"},
        {"T46: merged past the limit", "09:00 open P1", "09:40 merge",
         "09:15 *warned acknowledge#1/0, 09:30 *breached acknowledge#1, 09:40 merged"},
    };
    CHECK(rows);
}

/* Shares of the target and business minutes before its end, for the kinds that are new. */
T_TEST(settle, warnings_by_share_and_by_business_minutes_move_with_holds_and_closings)
{
    static const struct clock_warn ack[] = {{.percent = 90}, {.before_us = 10 * US_PER_MIN}};
    static const struct clock_warn next[] = {{.before_us = 150 * US_PER_MIN},
                                             {.percent = 50},
                                             {.before_us = 60 * US_PER_MIN},
                                             {.percent = 90}};
    struct room r;

    enter(&r);
    r.sample.targets[0][0].rule.warns = ack;
    r.sample.targets[0][0].rule.n_warns = 2;
    life_do(&r.desk, "09:00 open P1, 09:10 hold embargo, 09:40 resume embargo");
    T_EQ_INT(ticket_next_at(&r.desk.ticket), life_at("09:50"));
    size_t from = r.desk.n_entries;
    life_do(&r.desk, "09:50+1 look, 09:58 look, 10:30 look");
    T_EQ_STR(life_trace(&r.desk, from), "09:50 *warned acknowledge#1/1, "
                                        "09:57 *warned acknowledge#1/0, "
                                        "10:00 *breached acknowledge#1");
    leave(&r);

    enter(&r); // four hours of an office that closes at 17:00 and opens at 08:00
    r.sample.targets[0][3].rule.warns = next;
    r.sample.targets[0][3].rule.n_warns = 4;
    life_do(&r.desk, "09:00 open P2, 09:10 reply, 15:00 ask");
    from = r.desk.n_entries;
    life_do(&r.desk, "3/12:00 look");
    T_EQ_STR(life_trace(&r.desk, from),
             "16:30 *warned next_response#1/0, 17:00 *warned next_response#1/1, "
             "17:00 *breached resolution#1, 3/09:00 *warned next_response#1/2, "
             "3/09:36 *warned next_response#1/3, 3/10:00 *breached next_response#1");
    leave(&r);
}

T_TEST(settle, t12_a_warning_earlier_than_the_whole_target_is_given_at_the_start_once)
{
    static const struct clock_warn early[] = {{.before_us = 3 * US_PER_HOUR}};
    struct room r;

    enter(&r);
    r.sample.targets[0][2].rule.warns = early;
    r.sample.targets[0][2].rule.n_warns = 1;
    r.sample.targets[0][3].rule.warns = early; /* of four hours */
    r.sample.targets[0][3].rule.n_warns = 1;
    life_do(&r.desk, "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask");
    size_t from = r.desk.n_entries;
    life_do(&r.desk, "10:00 look");
    T_EQ_STR(life_trace(&r.desk, from), "", "it has not begun to pass");
    T_EQ_INT(ticket_next_at(&r.desk.ticket), life_at("10:00"));
    life_do(&r.desk, "10:00+1 look, 10:30 look");
    T_EQ_STR(life_trace(&r.desk, from), "10:00 *warned next_response#1/0", "once");
    from = r.desk.n_entries;
    life_do(&r.desk, "10:30 priority P2, 10:40 look");
    T_EQ_STR(life_trace(&r.desk, from), "10:30 priority", "one hour of four is left to it");
    life_do(&r.desk, "11:01 look");
    T_EQ_STR(life_trace(&r.desk, from), "10:30 priority, 11:00 *warned next_response#1/0",
             "armed anew by another target");
    from = r.desk.n_entries;
    life_do(&r.desk, "11:10 priority P1, 11:11 look");
    T_EQ_STR(life_trace(&r.desk, from), "11:10 priority, 11:10 breached next_response#1",
             "what is late warns of nothing");
    leave(&r);
}

T_TEST(settle, t12_a_new_target_whose_warning_is_past_warns_at_the_change)
{
    static const struct row rows[] = {
        {"half of the hour is past",
         "09:00 open P2, 09:01 take, 09:10 reply, 10:00 ask, "
         "10:35 priority P1",
         "10:36 look", "10:35 *warned next_response#1/0"},
        {"all of them are past",
         "09:00 open P2, 09:01 take, 09:10 reply, 10:00 ask, 10:50 priority P1", "10:51 look",
         "10:50 *warned next_response#1/0, 10:50 *warned next_response#1/1, "
         "10:50 *warned next_response#1/2"},
        {"and back: the row has none",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, "
         "10:31 look, 10:35 priority P2",
         "10:50 look", ""},
    };
    CHECK(rows);
}

T_TEST(settle, t64_the_verdict_stands_in_the_entry_that_ended_the_clock)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P1, 09:01 ack, 09:10 reply, 10:00 ask, 10:20 reply");
    const struct event *e = &r.desk.entries[r.desk.n_entries - 1]->event;
    T_EQ_INT(e->kind, EVENT_MESSAGE);
    T_EQ_INT(e->n_clocks, 1);
    T_EQ_INT(e->clocks[0].kind, NEXT);
    T_EQ_INT(e->clocks[0].verdict, TICKET_VERDICT_MET);
    T_EQ_INT(e->clocks[0].stopped_at, life_at("10:20"));
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_ACKNOWLEDGE)->verdict, TICKET_VERDICT_MET);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_ACKNOWLEDGE)->stopped_at, life_at("09:01"));
    leave(&r);
}

/* What only words do: a tool's never answer, never acknowledge, never ask. */
T_TEST(settle, t61_t63_machines_neither_answer_nor_ask)
{
    static const struct {
        const char *what;
        enum side side;
        bool human;
        enum command_kind kind;
        bool answers, asks;
    } rows[] = {
        {"the vendor's reply", SIDE_VENDOR, true, COMMAND_REPLY, true, false},
        {"an automatic one", SIDE_VENDOR, false, COMMAND_REPLY, false, false},
        {"a note", SIDE_VENDOR, true, COMMAND_NOTE, false, false},
        {"the buyer", SIDE_BUYER, true, COMMAND_REPLY, false, false},
        {"a question", SIDE_REQUESTER, true, COMMAND_REPLY, false, true},
        {"out of office", SIDE_REQUESTER, false, COMMAND_REPLY, false, false},
        {"a tool", SIDE_TOOL, false, COMMAND_REPLY, false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        life_do(&r.desk, "09:00 open P1, 09:01 take, 09:10 reply");
        struct command c = desk_command(&r.desk, rows[i].kind, life_at("09:20"));
        c.side = rows[i].side;
        c.human = rows[i].human;
        T_EQ_INT(desk_do(&r.desk, &c), 0, "%s", rows[i].what);
        T_EQ_INT(ticket_clock(&r.desk.ticket, NEXT, 0) != NULL, rows[i].asks, "%s", rows[i].what);
        life_do(&r.desk, "10:00 ask");
        c.at = life_at("10:10");
        T_EQ_INT(desk_do(&r.desk, &c), 0, "%s", rows[i].what);
        T_EQ_INT(desk_clock(&r.desk, NEXT)->verdict,
                 rows[i].answers ? TICKET_VERDICT_MET : TICKET_VERDICT_OPEN, "%s", rows[i].what);
        leave(&r);
    }
}

/* What an opening brings with it is dated at its own instants, a hold that ran out between them. */
T_TEST(settle, a_hold_ends_between_an_opening_and_the_resolve_that_came_first)
{
    struct room r;

    enter(&r);
    r.sample.holds[0][1].max = (struct book_span){.us = 30 * US_PER_MIN};
    struct command c = desk_command(&r.desk, COMMAND_OPEN, life_at("13:00"));
    c.claimed_at = life_at("11:30");
    c.kept_resolve_at = life_at("12:30");
    c.priority = "P2";
    c.reason = "embargo";
    T_EQ_INT(desk_do(&r.desk, &c), 0, "%s", r.desk.refusal.message);
    T_EQ_STR(life_trace(&r.desk, 0),
             "11:30 ticket_opened, 11:30 held, 12:00 *resumed, 12:30 resolved");
    leave(&r);
}

T_TEST(settle, a_history_tells_itself_when_its_holds_ended)
{
    struct command_step step = {.at = life_at("10:00"),
                                .kind = STEP_HOLD,
                                .reason = "embargo",
                                .priority = "",
                                .channel = ""};
    struct room r;

    enter(&r);
    struct command c = desk_command(&r.desk, COMMAND_IMPORT, life_at("3/09:00"));
    c.priority = "P2";
    c.opened_at = life_at("09:00");
    c.clocks = ~0u;
    c.steps = &step;
    c.n_steps = 1;
    T_EQ_INT(desk_do(&r.desk, &c), 0, "%s", r.desk.refusal.message);
    T_EQ_INT(r.desk.ticket.holds[0].ends_at, INSTANT_NEVER);
    life_do(&r.desk, "3/10:00 look");
    T_EQ_INT(r.desk.ticket.state, TICKET_HELD);
    leave(&r);
}

/* The clock may always do its part: ordinary commands leave room for it. */
T_TEST(settle, a_ticket_that_takes_no_more_still_ends_its_holds_and_closes)
{
    struct room r;
    struct arena arenas[2];
    struct decision decision = {0};
    struct refusal refusal;
    int rc = 0;

    enter(&r);
    life_do(&r.desk, "09:00 open P2, 09:10 hold embargo, 09:11 hold waiting-customer");
    struct ticket t = r.desk.ticket;
    struct command c = desk_command(&r.desk, COMMAND_REPLY, life_at("09:20"));
    arena_init(&arenas[0], (size_t)1 << 23);
    arena_init(&arenas[1], (size_t)1 << 23);
    for (size_t i = 0; rc == 0; i++) {
        c.side = i % 2 == 0 ? SIDE_VENDOR : SIDE_REQUESTER;
        arena_reset(&arenas[i % 2]);
        rc = decide(&r.sample.book, &t, &c, &arenas[i % 2], &decision, &refusal);
        t = rc == 0 ? decision.after : t;
    }
    T_EQ_INT(rc, OUTCOME_RESOURCE_EXHAUSTED);
    const size_t full = t.n_facts;
    struct arena last;
    arena_init(&last, (size_t)1 << 24);
    c = desk_command(&r.desk, COMMAND_EXPIRE, life_at("3/09:00"));
    T_EQ_INT(decide(&r.sample.book, &t, &c, &last, &decision, &refusal), 0, "%s", refusal.message);
    T_CHECK(last.used_bytes < (size_t)800 << 10, "%zu: runs are not kept", last.used_bytes);
    T_EQ_INT(decision.after.n_holds, 0);
    T_EQ_INT(decision.after.n_facts, full + 2);
    c = desk_command(&r.desk, COMMAND_RESOLVE, life_at("3/09:00"));
    T_EQ_INT(decide(&r.sample.book, &decision.after, &c, &last, &decision, &refusal), 0);
    c = desk_command(&r.desk, COMMAND_EXPIRE, life_at("5/09:00"));
    T_EQ_INT(decide(&r.sample.book, &decision.after, &c, &last, &decision, &refusal), 0);
    T_EQ_INT(decision.after.state, TICKET_CLOSED);
    arena_fini(&last);
    arena_fini(&arenas[0]);
    arena_fini(&arenas[1]);
    leave(&r);
}

T_TEST(settle, a_full_arena_is_an_error_and_no_refusal)
{
    struct room r;
    size_t fits = 0;

    enter(&r);
    life_do(&r.desk, "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:05 hold embargo, "
                     "10:10 hold waiting-customer");
    for (size_t limit = 0; limit < 200000; limit += 1000) {
        struct arena arena;
        struct decision decision = {.n_events = 77};
        struct refusal refusal;
        struct command c = desk_command(&r.desk, COMMAND_RESOLVE, life_at("15:00"));
        arena_init(&arena, limit);
        const int rc = decide(&r.sample.book, &r.desk.ticket, &c, &arena, &decision, &refusal);
        T_CHECK(rc <= 0);
        T_EQ_INT(decision.n_events, rc == 0 ? 7 : 77, "written on success only");
        fits += rc == 0;
        arena_fini(&arena);
    }
    T_CHECK(fits > 0);
    leave(&r);
}
