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
 * Limits
 */

/* P1 has 15 minutes from 09:00 around the clock. */
T_TEST(decide_limits, a_reply_at_the_limit_is_met_and_one_microsecond_later_is_not)
{
    static const struct {
        int64_t late_us;
        enum ticket_verdict verdict;
        const char *trace;
    } rows[] = {
        {-1, TICKET_VERDICT_MET,
         "clock_warned:first_response clock_warned:first_response clock_warned:first_response "
         "message"},
        {0, TICKET_VERDICT_MET,
         "clock_warned:first_response clock_warned:first_response clock_warned:first_response "
         "message"},
        {1, TICKET_VERDICT_BREACHED,
         "clock_warned:first_response clock_warned:first_response clock_warned:first_response "
         "clock_breached:first_response message"},
    };
    char trace[256];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        const int64_t limit_at = sample_at("2026-03-02T09:15:00Z");
        enter(&r);
        desk_open(&r.desk, "P1", START);
        struct command c = desk_command(&r.desk, COMMAND_REPLY, limit_at + rows[i].late_us);
        T_EQ_INT(desk_do(&r.desk, &c), 0);
        T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), rows[i].trace, "row %zu", i);
        const struct ticket_clock *clock = desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE);
        T_EQ_INT(clock->verdict, rows[i].verdict, "row %zu", i);
        T_EQ_INT(clock->state, CLOCK_STOPPED);
        T_EQ_INT(clock->elapsed_us, 15 * US_PER_MIN + rows[i].late_us);
        T_EQ_INT(clock->breached_at, rows[i].late_us > 0 ? limit_at : INSTANT_NONE);
        T_EQ_INT(clock->breach_seq, rows[i].late_us > 0 ? 5 : 0);
        leave(&r);
    }
}

T_TEST(decide_limits, t67_a_breach_is_dated_at_its_limit_however_late_it_is_seen)
{
    static const char *const seen[] = {"2026-03-02T09:15:00.000001Z", "2026-03-02T09:15:01Z",
                                       "2026-03-04T00:00:00Z"};

    for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P1", START);
        desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T09:15:00Z");
        T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_BREACHED, CLOCK_KIND_NONE), 0, "not yet passed");
        T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at("2026-03-02T09:15:00Z"));
        desk_ok(&r.desk, COMMAND_EXPIRE, seen[i]);
        T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_BREACHED, CLOCK_KIND_FIRST_RESPONSE), 1);
        const struct event *e = event_at(&r.desk, 0);
        T_EQ_INT(e->kind, EVENT_CLOCK_BREACHED);
        T_EQ_INT(e->origin, ORIGIN_CLOCK);
        T_EQ_INT(e->effective_at, sample_at("2026-03-02T09:15:00Z"));
        T_EQ_INT(e->clocks[0].breached_at, sample_at("2026-03-02T09:15:00Z"));
        T_EQ_INT(ticket_class(&r.desk.ticket), TICKET_CLASS_BREACHED);
        leave(&r);
    }
}

T_TEST(decide_limits, t66_after_a_downtime_every_threshold_is_told_once_with_its_instant_in_order)
{
    static const struct {
        enum event_kind kind;
        enum clock_kind clock;
        const char *at;
        uint32_t warning;
    } told[] = {
        {EVENT_CLOCK_WARNED, CLOCK_KIND_FIRST_RESPONSE, "2026-03-02T09:07:30Z", 0},
        {EVENT_CLOCK_WARNED, CLOCK_KIND_FIRST_RESPONSE, "2026-03-02T09:11:15Z", 1},
        {EVENT_CLOCK_WARNED, CLOCK_KIND_FIRST_RESPONSE, "2026-03-02T09:13:30Z", 2},
        {EVENT_CLOCK_BREACHED, CLOCK_KIND_FIRST_RESPONSE, "2026-03-02T09:15:00Z", 0},
        {EVENT_CLOCK_WARNED, CLOCK_KIND_RESOLUTION, "2026-03-02T12:00:00Z", 0},
        {EVENT_CLOCK_WARNED, CLOCK_KIND_RESOLUTION, "2026-03-02T12:30:00Z", 1},
        {EVENT_CLOCK_BREACHED, CLOCK_KIND_RESOLUTION, "2026-03-02T13:00:00Z", 0},
    };
    const size_t n = sizeof(told) / sizeof(told[0]);
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P1", START);
    T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at(told[0].at));
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-05T00:00:00Z");
    T_EQ_INT(r.desk.decision.n_events, n);
    for (size_t i = 0; i < n; i++) {
        const struct event *e = event_at(&r.desk, i);
        T_EQ_INT(e->kind, told[i].kind, "%zu", i);
        T_EQ_INT(e->u.timer.kind, told[i].clock, "%zu", i);
        T_EQ_INT(e->effective_at, sample_at(told[i].at), "%zu", i);
        T_EQ_INT(e->u.timer.warning, told[i].warning, "%zu", i);
        T_EQ_INT(e->u.timer.cycle, 1);
        T_EQ_INT(e->n_clocks, 1);
        const bool breached = e->kind == EVENT_CLOCK_BREACHED;
        T_EQ_INT(e->clocks[0].verdict, breached ? TICKET_VERDICT_BREACHED : TICKET_VERDICT_OPEN,
                 "%zu", i);
        if (i + 1 < n && told[i + 1].clock == told[i].clock && !breached) {
            const struct ticket_clock *c = &e->clocks[0];
            const int64_t next_at = c->next_warn_at < c->limit_at ? c->next_warn_at : c->limit_at;
            T_EQ_INT(next_at, sample_at(told[i + 1].at), "%zu: what comes next", i);
        }
    }
    T_EQ_INT(ticket_next_at(&r.desk.ticket), INSTANT_NEVER);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-06T00:00:00Z");
    T_EQ_INT(r.desk.decision.n_events, 0, "nothing is told twice");
    leave(&r);
}

T_TEST(decide_limits, the_ticker_step_by_step_tells_the_same_as_one_late_look)
{
    struct room r;
    struct room late;
    size_t looks = 0;

    enter(&r);
    enter(&late);
    desk_open(&r.desk, "P1", START);
    desk_open(&late.desk, "P1", START);
    while (ticket_next_at(&r.desk.ticket) != INSTANT_NEVER) {
        struct command c = desk_command(&r.desk, COMMAND_EXPIRE,
                                        ticket_next_at(&r.desk.ticket) + 1);
        T_EQ_INT(desk_do(&r.desk, &c), 0);
        T_CHECK(r.desk.decision.n_events > 0 && looks++ < 20, "a look at a due row does something");
    }
    desk_ok(&late.desk, COMMAND_EXPIRE, "2026-03-05T00:00:00Z");
    T_EQ_INT(r.desk.n_entries, late.desk.n_entries);
    for (size_t i = 0; i < r.desk.n_entries; i++) {
        const struct event *a = &r.desk.entries[i]->event;
        const struct event *b = &late.desk.entries[i]->event;
        T_EQ_INT(a->kind, b->kind);
        T_EQ_INT(a->effective_at, b->effective_at);
        T_EQ_MEM(a->u.timer.id, b->u.timer.id, 16);
    }
    leave(&r);
    leave(&late);
}

T_TEST(decide_limits, t41_warnings_and_limits_move_with_holds_in_the_same_decision)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P1", START);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T09:10:00Z"); /* half of it is gone: told */
    desk_hold(&r.desk, "embargo", "2026-03-02T09:10:00Z");
    T_EQ_INT(ticket_next_at(&r.desk.ticket), INSTANT_NEVER, "T69: on hold nothing is armed");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->due_at, INSTANT_NEVER);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T10:00:00Z");
    T_EQ_INT(r.desk.decision.n_events, 0, "a limit within a hold is not reached");
    desk_resume(&r.desk, "embargo", "2026-03-02T11:10:00Z");
    const struct ticket_clock *c = desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE);
    T_EQ_INT(c->limit_at, sample_at("2026-03-02T11:15:00Z"));
    T_EQ_INT(c->next_warn_at, sample_at("2026-03-02T11:11:15Z"));
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T12:00:00Z");
    T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_WARNED, CLOCK_KIND_FIRST_RESPONSE), 3);
    T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_BREACHED, CLOCK_KIND_FIRST_RESPONSE), 1);
    leave(&r);
}

T_TEST(decide_limits, a_warning_that_would_come_with_the_breach_is_not_given)
{
    static const struct clock_warn at_the_end[] = {{.percent = 100}, {.before_us = 0}};
    struct room r;
    char trace[128];

    enter(&r);
    r.sample.targets[0][0].rule.warns = at_the_end;
    r.sample.targets[0][0].rule.n_warns = 2;
    desk_open(&r.desk, "P1", START);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T09:20:00Z");
    T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), "clock_breached:first_response");
    T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at("2026-03-02T12:00:00Z"));
    leave(&r);
}

T_TEST(decide_limits, t12_a_warning_earlier_than_the_whole_target_is_given_at_the_start_once)
{
    static const struct clock_warn early[] = {{.before_us = US_PER_HOUR}};
    struct room r;

    enter(&r);
    r.sample.targets[0][0].rule.warns = early;
    r.sample.targets[0][0].rule.n_warns = 1;
    desk_open(&r.desk, "P1", START);
    T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at(START));
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T09:00:00.000001Z");
    T_EQ_INT(event_at(&r.desk, 0)->effective_at, sample_at(START));
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T09:01:00Z");
    T_EQ_INT(r.desk.decision.n_events, 0);
    leave(&r);
}

T_TEST(decide_limits, due_at_closing_is_breached_only_after_the_next_opening)
{
    struct room r;

    enter(&r);
    /* Friday 13:00Z + 4 h of office time = 17:00Z, when it closes; it opens on Monday 08:00Z. */
    desk_open(&r.desk, "P2", "2026-03-06T13:00:00Z");
    const struct ticket_clock *c = desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE);
    T_EQ_INT(c->due_at, sample_at("2026-03-06T17:00:00Z"));
    T_EQ_INT(c->limit_at, sample_at("2026-03-09T08:00:00Z"));
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-07T11:00:00Z"); /* one warning was due */
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-07T12:00:00Z");
    T_EQ_INT(r.desk.decision.n_events, 0);
    struct sla_clock now;
    T_CHECK(
        desk_as_of(&r.desk, CLOCK_KIND_FIRST_RESPONSE, sample_at("2026-03-07T12:00:00Z"), &now));
    T_EQ_INT(now.clock.due_at, sample_at("2026-03-06T17:00:00Z"), "it was due on Friday");
    T_EQ_INT(now.clock.limit_at, sample_at("2026-03-09T08:00:00Z"));
    desk_ok(&r.desk, COMMAND_REPLY, "2026-03-08T12:00:00Z");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->verdict, TICKET_VERDICT_MET);
    leave(&r);
}

/*
 * Resolving
 */

T_TEST(decide_limits, resolving_without_an_answer_is_a_breach_by_a_person_and_none_by_a_tool)
{
    static const struct {
        const char *what;
        bool human, reply_before, body, held;
        enum clock_state state;
        enum ticket_verdict verdict;
        const char *trace;
    } rows[] = {
        {"a person", true, false, false, false, CLOCK_STOPPED, TICKET_VERDICT_BREACHED,
         "resolved clock_breached:first_response"},
        {"a person, on hold", true, false, false, true, CLOCK_STOPPED, TICKET_VERDICT_BREACHED,
         "resolved clock_breached:first_response"},
        {"a tool", false, false, false, false, CLOCK_CANCELLED, TICKET_VERDICT_NONE, "resolved"},
        {"a person who answered", true, true, false, false, CLOCK_STOPPED, TICKET_VERDICT_MET,
         "resolved"},
        {"a person who answers with it", true, false, true, false, CLOCK_STOPPED,
         TICKET_VERDICT_MET, "message resolved"},
        {"a tool that says something", false, false, true, false, CLOCK_CANCELLED,
         TICKET_VERDICT_NONE, "message resolved"},
    };
    char trace[128];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P2", START);
        if (rows[i].reply_before) {
            desk_ok(&r.desk, COMMAND_REPLY, "2026-03-02T09:30:00Z");
        }
        if (rows[i].held) {
            desk_hold(&r.desk, "embargo", "2026-03-02T09:30:00Z");
        }
        struct command c = desk_command(&r.desk, COMMAND_RESOLVE,
                                        sample_at("2026-03-02T10:00:00Z"));
        c.human = rows[i].human;
        c.body = rows[i].body ? sample_text("done") : c.body;
        T_EQ_INT(desk_do(&r.desk, &c), 0);
        T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), rows[i].trace, "%s", rows[i].what);
        const struct ticket_clock *clock = desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE);
        T_EQ_INT(clock->state, rows[i].state, "%s", rows[i].what);
        T_EQ_INT(clock->verdict, rows[i].verdict, "%s", rows[i].what);
        const bool breached = rows[i].verdict == TICKET_VERDICT_BREACHED;
        T_EQ_INT(clock->breached_at, breached ? c.at : INSTANT_NONE, "%s", rows[i].what);
        if (breached) {
            T_EQ_INT(event_at(&r.desk, 1)->effective_at, c.at);
            T_EQ_INT(event_at(&r.desk, 1)->origin, ORIGIN_LIVE, "an act, not the clock, did it");
            T_EQ_INT(clock->breach_seq, r.desk.n_entries);
        }
        T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_MET, "T64: %s",
                 rows[i].what);
        T_EQ_INT(ticket_next_at(&r.desk.ticket), INSTANT_NEVER, "T69: %s", rows[i].what);
        leave(&r);
    }
}

T_TEST(decide_limits, t68_a_breach_before_the_resolve_keeps_its_instant)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P1", START);
    desk_ok(&r.desk, COMMAND_RESOLVE, "2026-03-02T14:00:00Z");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->breached_at,
             sample_at("2026-03-02T09:15:00Z"));
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->breached_at,
             sample_at("2026-03-02T13:00:00Z"));
    T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_BREACHED, CLOCK_KIND_NONE), 2);
    T_EQ_INT(ticket_class(&r.desk.ticket), TICKET_CLASS_RESOLVED);
    T_CHECK(ticket_is_breached(&r.desk.ticket));
    leave(&r);
}

/*
 * Ids, hints, limits of memory
 */

/* The ids of all that a P1 ticket of that number tells until everything is breached. */
static size_t timer_ids(uint64_t ticket, bool second_version, uint8_t ret[static 8][16])
{
    struct room r;
    size_t n;

    enter(&r);
    if (second_version) {
        sample_version(&r.sample, 2, sample_at("2026-02-01T00:00:00Z"));
    }
    struct command c = desk_command(&r.desk, COMMAND_OPEN, sample_at(START));
    c.priority = "P1";
    c.ticket = ticket;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    c = desk_command(&r.desk, COMMAND_EXPIRE, sample_at("2026-03-05T00:00:00Z"));
    c.ticket = ticket;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    n = r.desk.decision.n_events;
    T_EQ_INT(n, 7);
    for (size_t i = 0; i < n; i++) {
        memcpy(ret[i], event_at(&r.desk, i)->u.timer.id, 16);
    }
    leave(&r);
    return n;
}

T_TEST(decide_limits, ids_of_timers_are_a_pure_function_of_what_they_are_about)
{
    /* Two lanes of mixed words, worked out apart from the code. */
    static const uint8_t golden[16] = {0x81, 0x22, 0x3a, 0x09, 0x4f, 0x2d, 0xa2, 0x2b,
                                       0xf4, 0x2d, 0x6e, 0xf7, 0xa7, 0xbc, 0x93, 0x93};
    uint8_t ids[4][8][16];
    const size_t n = timer_ids(1, false, ids[0]);

    T_EQ_MEM(ids[0][0], golden, 16, "ids are stored: they may never change");
    timer_ids(1, false, ids[1]);
    T_EQ_MEM(ids[0], ids[1], n * 16, "the same again");
    timer_ids(2, false, ids[1]);
    timer_ids(1, true, ids[2]);
    for (size_t a = 0; a < 3 * n; a++) {
        for (size_t b = 0; b < a; b++) {
            T_CHECK(memcmp(ids[a / n][a % n], ids[b / n][b % n], 16) != 0, "%zu and %zu", a, b);
        }
    }
}

T_TEST(decide_limits, a_due_row_that_was_only_a_hint_leads_to_new_clocks)
{
    struct room r;
    char trace[128];

    enter(&r);
    desk_open(&r.desk, "P2", START);
    T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at("2026-03-02T12:00:00Z"));
    /* What is known of the office's hours changes: it is open around the clock. */
    for (size_t i = 1; i <= 4; i += 3) {
        r.sample.targets[0][i].rule.calendar = r.sample.always->calendar;
    }
    r.sample.targets[0][1].rule.target_us = 8 * US_PER_HOUR;
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T12:00:01Z");
    T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), "clock_rescheduled");
    T_EQ_INT(event_at(&r.desk, 0)->origin, ORIGIN_CLOCK);
    T_EQ_INT(event_at(&r.desk, 0)->effective_at, sample_at("2026-03-02T12:00:01Z"));
    T_EQ_INT(event_at(&r.desk, 0)->n_clocks, 2);
    T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at("2026-03-02T15:00:00Z"));
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->limit_at,
             sample_at("2026-03-03T01:00:00Z"));
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T12:00:02Z");
    T_EQ_INT(r.desk.decision.n_events, 0);
    leave(&r);
}

T_TEST(decide_limits, what_has_stopped_warns_of_nothing_that_is_found_out_later)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P2", START);
    desk_ok(&r.desk, COMMAND_REPLY, "2026-03-02T10:00:00Z");
    r.sample.targets[0][1].rule.target_us = US_PER_HOUR; /* 75% of it would have been told */
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T11:00:00Z");
    T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_WARNED, CLOCK_KIND_NONE), 0);
    T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_RESCHEDULED, CLOCK_KIND_NONE), 0);
    leave(&r);
}

/* What a ticket keeps for its end. */
enum { ROOM = BOOK_HOLDS_MAX + 8 };

T_TEST(decide_limits, a_ticket_takes_so_many_facts_and_can_still_be_resolved)
{
    struct room r;
    int rc = 0;

    enter(&r);
    desk_open(&r.desk, "P2", START);
    struct arena arenas[2]; /* one holds the ticket, the other what comes of it */
    struct decision decision;
    struct refusal refusal;
    struct ticket t = r.desk.ticket;
    arena_init(&arenas[0], 1 << 22);
    arena_init(&arenas[1], 1 << 22);
    for (size_t i = 0; rc == 0; i++) {
        struct command c = desk_command(&r.desk, COMMAND_REPLY, sample_at("2026-03-02T10:00:00Z"));
        arena_reset(&arenas[i % 2]);
        rc = decide(&r.sample.book, &t, &c, &arenas[i % 2], &decision, &refusal);
        if (rc == 0) {
            t = decision.after;
        } else {
            arena_reset(&arenas[i % 2]);
        }
    }
    T_EQ_INT(rc, OUTCOME_RESOURCE_EXHAUSTED);
    T_EQ_STR(refusal.field, "ticket");
    T_EQ_INT(t.n_facts, TICKET_FACTS_MAX - ROOM);
    struct arena more;
    arena_init(&more, 1 << 22);
    struct command c = desk_command(&r.desk, COMMAND_NOTE, sample_at("2026-03-02T10:00:00Z"));
    T_EQ_INT(decide(&r.sample.book, &t, &c, &more, &decision, &refusal), 0, "no clock sees it");
    c = desk_command(&r.desk, COMMAND_RESOLVE, sample_at("2026-03-02T10:00:00Z"));
    c.body = sample_text("done");
    T_EQ_INT(decide(&r.sample.book, &t, &c, &more, &decision, &refusal), 0);
    T_EQ_INT(decision.after.state, TICKET_RESOLVED);
    T_EQ_INT(decision.after.n_facts, TICKET_FACTS_MAX - ROOM + 2);
    t = decision.after;
    c = desk_command(&r.desk, COMMAND_NOTE, sample_at("2026-03-02T11:00:00Z"));
    T_EQ_INT(decide(&r.sample.book, &t, &c, &more, &decision, &refusal), 0);
    arena_fini(&more);
    arena_fini(&arenas[0]);
    arena_fini(&arenas[1]);
    leave(&r);
}

T_TEST(decide_limits, a_full_arena_is_an_error_and_no_refusal)
{
    struct room r;
    size_t fits = 0;

    enter(&r);
    desk_open(&r.desk, "P1", START);
    for (size_t limit = 0; limit < 200000; limit += 500) {
        struct arena arena;
        struct decision decision = {.n_events = 77};
        struct refusal refusal;
        struct command c = desk_command(&r.desk, COMMAND_RESOLVE,
                                        sample_at("2026-03-05T10:00:00Z"));
        arena_init(&arena, limit);
        const int rc = decide(&r.sample.book, &r.desk.ticket, &c, &arena, &decision, &refusal);
        T_CHECK(rc <= 0);
        T_EQ_INT(decision.n_events, rc == 0 ? 8 : 77, "written on success only");
        fits += rc == 0;
        arena_fini(&arena);
    }
    T_CHECK(fits > 0);
    leave(&r);
}
