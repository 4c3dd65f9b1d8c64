// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "core/decide.h"
#include "core/sample.h"
#include "t.h"

#define START "2026-03-02T09:00:00Z" /* a Monday; the office opened at 08:00Z */
#define LATER "2026-03-02T10:00:00Z"

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

static struct command command(const struct room *r, enum command_kind kind, const char *at)
{
    return desk_command(&r->desk, kind, sample_at(at));
}

static void must(struct room *r, const struct command *c)
{
    T_CHECK(desk_do(&r->desk, c) == 0, "%s (%s)", r->desk.refusal.message, r->desk.refusal.hint);
}

static const char *trace(struct room *r)
{
    static char buf[256];
    return desk_trace(&r->desk, buf, sizeof(buf));
}

/* Answered, resolved at 09:30 and, if so, closed. */
static void finish(struct room *r, bool closed)
{
    desk_open(&r->desk, "P2", START);
    desk_ok(&r->desk, COMMAND_REPLY, START);
    desk_ok(&r->desk, COMMAND_RESOLVE, "2026-03-02T09:30:00Z");
    if (closed) {
        desk_ok(&r->desk, COMMAND_CLOSE, "2026-03-02T09:40:00Z");
    }
}

T_TEST(done, a_requesters_words_reopen_it)
{
    static const struct {
        const char *what;
        enum command_kind kind;
        enum side side;
        bool human;
        int rc[2]; /* resolved, closed */
        const char *trace;
    } rows[] = {
        {"the requester", COMMAND_REPLY, SIDE_REQUESTER, true, {0, 0}, "message reopened"},
        {"an answering machine", COMMAND_REPLY, SIDE_REQUESTER, false, {0, 0}, "message"},
        {"the buyer", COMMAND_REPLY, SIDE_BUYER, true, {0, 0}, "message"},
        {"a tool", COMMAND_REPLY, SIDE_TOOL, false, {0, 0}, "message"},
        {"a machine of the vendor's", COMMAND_REPLY, SIDE_VENDOR, false, {0, 0}, "message"},
        {"the vendor",
         COMMAND_REPLY,
         SIDE_VENDOR,
         true,
         {0, OUTCOME_FAILED_PRECONDITION},
         "message"},
        {"a note", COMMAND_NOTE, SIDE_VENDOR, true, {0, 0}, "message"},
    };

    for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
        const bool closed = i % 2 == 1;
        struct room r;
        enter(&r);
        finish(&r, closed);
        struct command c = command(&r, rows[i / 2].kind, LATER);
        c.side = rows[i / 2].side;
        c.human = rows[i / 2].human;
        T_EQ_INT(desk_do(&r.desk, &c), rows[i / 2].rc[closed], "%s", rows[i / 2].what);
        if (rows[i / 2].rc[closed] == 0) {
            T_EQ_STR(trace(&r), rows[i / 2].trace, "%s", rows[i / 2].what);
        }
        if (i / 2 == 0) {
            T_EQ_INT(r.desk.ticket.state, TICKET_OPEN);
            T_EQ_INT(r.desk.decision.events[1].effective_at, c.at);
        } else {
            T_EQ_INT(r.desk.ticket.state, closed ? TICKET_CLOSED : TICKET_RESOLVED, "%s",
                     rows[i / 2].what);
        }
        leave(&r);
    }
}

T_TEST(done, words_from_before_the_resolve_leave_it_done)
{
    static const struct {
        const char *claimed;
        bool closed;
        const char *reopened; /* NULL: not */
    } rows[] = {
        {"2026-03-02T09:29:59Z", false, NULL},
        {"2026-03-02T09:30:00Z", false, "2026-03-02T09:30:00Z"},
        {"2026-03-02T09:45:00Z", false, "2026-03-02T09:45:00Z"},
        {"2026-03-02T09:29:59Z", true, NULL},
        {"2026-03-02T09:35:00Z", true, "2026-03-02T09:40:00Z"}, /* not before it was closed */
        {"2026-03-02T09:45:00Z", true, "2026-03-02T09:45:00Z"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        r.sample.versions[0].max_backdate_us = US_PER_HOUR;
        finish(&r, rows[i].closed);
        struct command c = command(&r, COMMAND_REPLY, LATER);
        c.side = SIDE_REQUESTER;
        c.claimed_at = sample_at(rows[i].claimed);
        must(&r, &c);
        T_EQ_INT(r.desk.decision.events[0].effective_at, c.claimed_at, "row %zu", i);
        T_EQ_STR(trace(&r), rows[i].reopened != NULL ? "message reopened" : "message", "row %zu",
                 i);
        if (rows[i].reopened != NULL) {
            T_EQ_INT(r.desk.decision.events[1].effective_at, sample_at(rows[i].reopened), "row %zu",
                     i);
        }
        leave(&r);
    }
}

T_TEST(done, reopening_may_say_something)
{
    static const struct {
        enum side side;
        bool human;
        const char *body;
        const char *trace;
    } rows[] = {
        {SIDE_VENDOR, true, "", "reopened"},
        {SIDE_VENDOR, true, "sorry", "reopened message"},
        {SIDE_REQUESTER, true, "not done", "message reopened"},
        {SIDE_REQUESTER, false, "not done", "reopened message"},
        {SIDE_TOOL, false, "again", "reopened message"},
    };

    for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        finish(&r, i % 2 == 1);
        struct command c = command(&r, COMMAND_REOPEN, LATER);
        c.side = rows[i / 2].side;
        c.human = rows[i / 2].human;
        c.body = sample_text(rows[i / 2].body);
        must(&r, &c);
        T_EQ_STR(trace(&r), rows[i / 2].trace, "row %zu", i);
        T_EQ_INT(r.desk.ticket.state, TICKET_OPEN, "row %zu", i);
        leave(&r);
    }
}

T_TEST(done, what_is_resolved_closes_by_itself)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].auto_close = (struct book_span){.us = 24 * US_PER_HOUR};
    finish(&r, false);
    T_EQ_INT(r.desk.ticket.close_at, sample_at("2026-03-03T09:30:00Z"));
    T_EQ_INT(ticket_next_at(&r.desk.ticket), r.desk.ticket.close_at);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-03T09:30:00Z");
    T_EQ_INT(r.desk.decision.n_events, 0, "not yet");
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-04T00:00:00Z");
    T_EQ_STR(trace(&r), "closed");
    T_EQ_INT(r.desk.decision.events[0].origin, ORIGIN_CLOCK);
    T_EQ_INT(r.desk.decision.events[0].effective_at, sample_at("2026-03-03T09:30:00Z"));
    T_EQ_INT(r.desk.ticket.state, TICKET_CLOSED);
    leave(&r);
}

T_TEST(done, a_reopening_drops_the_closing_and_each_resolve_has_its_own)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].auto_close = (struct book_span){.us = 24 * US_PER_HOUR};
    struct book_contract_version *v = sample_version(&r.sample, 2, sample_at(LATER));
    v->auto_close.us = 48 * US_PER_HOUR;
    finish(&r, false);
    desk_ok(&r.desk, COMMAND_REOPEN, LATER);
    T_EQ_INT(r.desk.ticket.close_at, INSTANT_NEVER);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-04T00:00:00Z");
    T_EQ_INT(r.desk.ticket.state, TICKET_OPEN);
    desk_ok(&r.desk, COMMAND_RESOLVE, "2026-03-05T00:00:00Z");
    T_EQ_INT(r.desk.ticket.close_at, sample_at("2026-03-07T00:00:00Z"), "as agreed by then");
    leave(&r);
}

T_TEST(done, what_closed_by_itself_before_a_command_is_closed_for_it)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].auto_close = (struct book_span){.us = 10 * US_PER_MIN};
    finish(&r, false);
    struct command c = command(&r, COMMAND_REPLY, LATER);
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION);
    T_EQ_STR(r.desk.refusal.hint, "now it allows: note, reopen, link");
    c.side = SIDE_REQUESTER;
    must(&r, &c);
    T_EQ_STR(trace(&r), "closed message reopened");
    leave(&r);
}

T_TEST(done, an_imported_resolve_closes_as_agreed_by_then)
{
    static const struct {
        const char *at;
        const char *trace;
        enum ticket_state state;
    } rows[] = {
        {"2026-03-02T09:35:00Z", "ticket_opened resolved clock_rescheduled", TICKET_RESOLVED},
        {LATER, "ticket_opened resolved clock_rescheduled closed", TICKET_CLOSED},
    };
    struct command_step step = {.kind = STEP_RESOLVE,
                                .at = sample_at("2026-03-02T09:30:00Z"),
                                .reason = "",
                                .priority = "",
                                .channel = "",
                                .message_kind = MESSAGE_KIND_AUTO};

    for (size_t i = 0; i < 2; i++) {
        struct room r;
        enter(&r);
        r.sample.versions[0].auto_close = (struct book_span){.us = 10 * US_PER_MIN};
        struct command c = command(&r, COMMAND_IMPORT, rows[i].at);
        c.opened_at = sample_at(START);
        c.steps = &step;
        c.n_steps = 1;
        must(&r, &c);
        T_EQ_STR(trace(&r), rows[i].trace, "row %zu", i);
        T_EQ_INT(r.desk.ticket.state, rows[i].state, "row %zu", i);
        if (i == 1) {
            T_EQ_INT(r.desk.decision.events[3].effective_at, sample_at("2026-03-02T09:40:00Z"));
            T_EQ_INT(r.desk.decision.events[3].origin, ORIGIN_CLOCK);
        } else {
            T_EQ_INT(r.desk.ticket.close_at, sample_at("2026-03-02T09:40:00Z"));
        }
        leave(&r);
    }
}

T_TEST(done, a_history_ends_its_holds_itself)
{
    struct command_step step = {.kind = STEP_HOLD,
                                .at = sample_at("2026-03-02T09:30:00Z"),
                                .reason = "third-party",
                                .priority = "",
                                .channel = ""};
    struct room r;

    enter(&r);
    r.sample.holds[0][2].max = (struct book_span){.us = US_PER_MIN};
    r.sample.holds[0][2].set_by = 1u << SIDE_BUYER;
    r.sample.holds[0][2].needs_public_question = true;
    struct command c = command(&r, COMMAND_IMPORT, "2026-03-03T00:00:00Z");
    c.opened_at = sample_at(START);
    c.reason = "third-party";
    c.steps = &step;
    c.n_steps = 1;
    must(&r, &c);
    T_EQ_INT(r.desk.ticket.state, TICKET_HELD);
    T_EQ_INT(r.desk.ticket.holds[0].ends_at, INSTANT_NEVER);
    leave(&r);
}

/*
 * Room for the end
 */

static void decided(const struct room *r, struct arena *arena, const struct command *c,
                    struct ticket *t)
{
    struct decision decision;
    struct refusal refusal;
    const struct ticket before = *t;

    T_CHECK(decide(&r->sample.book, c->kind == COMMAND_IMPORT ? NULL : &before, c, arena, &decision,
                   &refusal) == 0,
            "%s", refusal.message);
    *t = decision.after;
}

T_TEST(done, a_ticket_that_takes_no_more_still_comes_to_its_end)
{
    enum { STEPS = TICKET_FACTS_MAX - BOOK_HOLDS_MAX - 8 - BOOK_HOLDS_MAX - 1 };
    static struct command_step steps[STEPS];
    static char names[BOOK_HOLDS_MAX][16];
    struct book_hold holds[BOOK_HOLDS_MAX];
    struct ticket t = {0};
    struct arena arena;
    struct room r;

    enter(&r);
    arena_init(&arena, (size_t)256 << 20);
    for (size_t i = 0; i < BOOK_HOLDS_MAX; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "reason-%zu", i);
        holds[i] = sample_hold(names[i], SIDE_BUYER, 1u << CLOCK_KIND_RESOLUTION);
        holds[i].max = (struct book_span){.us = US_PER_HOUR};
    }
    r.sample.versions[0].holds = holds;
    r.sample.versions[0].n_holds = BOOK_HOLDS_MAX;
    r.sample.versions[0].auto_close = (struct book_span){.us = US_PER_HOUR};
    for (size_t i = 0; i < STEPS; i++) {
        steps[i] = (struct command_step){.kind = STEP_PRIORITY,
                                         .at = sample_at(START),
                                         .reason = "",
                                         .priority = i % 2 == 0 ? "P1" : "P2",
                                         .channel = ""};
    }
    struct command c = command(&r, COMMAND_IMPORT, START);
    c.opened_at = sample_at(START);
    c.steps = steps;
    c.n_steps = STEPS;
    decided(&r, &arena, &c, &t);
    for (size_t i = 0; i < BOOK_HOLDS_MAX; i++) {
        c = command(&r, COMMAND_HOLD, START);
        c.reason = names[i];
        decided(&r, &arena, &c, &t);
    }
    struct decision decision;
    c = command(&r, COMMAND_REPLY, START);
    T_EQ_INT(decide(&r.sample.book, &t, &c, &arena, &decision, &r.desk.refusal),
             OUTCOME_RESOURCE_EXHAUSTED, "full");
    c = command(&r, COMMAND_EXPIRE, "2026-03-02T11:00:00Z");
    decided(&r, &arena, &c, &t);
    T_EQ_INT(t.n_holds, 0, "they ran out all the same");
    c = command(&r, COMMAND_RESOLVE, "2026-03-02T11:00:00Z");
    c.body = sample_text("done");
    decided(&r, &arena, &c, &t);
    c = command(&r, COMMAND_EXPIRE, "2026-03-02T13:00:00Z");
    decided(&r, &arena, &c, &t);
    T_EQ_INT(t.state, TICKET_CLOSED);
    T_CHECK(t.n_facts > TICKET_FACTS_MAX - 8 && t.n_facts <= TICKET_FACTS_MAX);
    arena_fini(&arena);
    leave(&r);
}
