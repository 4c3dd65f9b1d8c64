// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/sample.h"
#include "t.h"

#define OPENED "2026-03-02T09:00:00Z" /* a Monday */
#define NOW    "2026-03-10T12:00:00Z"

struct room {
    struct sample sample;
    struct desk desk;
    struct command_step steps[16];
    struct command command;
};

/* A P1 ticket of 09:00 in which every clock is measured, told on 10 March. */
static void enter(struct room *r)
{
    sample_init(&r->sample);
    desk_init(&r->desk, &r->sample.book);
    r->command = desk_command(&r->desk, COMMAND_IMPORT, sample_at(NOW));
    r->command.human = false;
    r->command.priority = "P1";
    r->command.source = "legacy";
    r->command.source_key = "INC1";
    r->command.opened_at = sample_at(OPENED);
    r->command.clocks = ~0u;
    r->command.steps = r->steps;
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

static struct command_step *add(struct room *r, unsigned kind, const char *at)
{
    struct command_step *s = &r->steps[r->command.n_steps++];
    *s = (struct command_step){
        .at = sample_at(at), .kind = kind, .reason = "", .priority = "", .channel = ""};
    return s;
}

static void add_reply(struct room *r, const char *at)
{
    struct command_step *s = add(r, STEP_MESSAGE, at);
    s->side = SIDE_VENDOR;
    s->message_kind = MESSAGE_KIND_HUMAN;
    s->visibility = MESSAGE_PUBLIC;
    s->body = sample_text("we look at it");
}

static void import(struct room *r)
{
    T_EQ_INT(desk_do(&r->desk, &r->command), 0, "%s: %s", r->desk.refusal.field,
             r->desk.refusal.message);
}

static const char *trace(struct room *r)
{
    static char buf[512];
    return desk_trace(&r->desk, buf, sizeof(buf));
}

static const struct event *event_at(const struct room *r, size_t i)
{
    T_CHECK(i < r->desk.decision.n_events);
    return &r->desk.decision.events[i];
}

T_TEST(import, a_met_history_is_judged_with_its_true_instants)
{
    struct room r;

    enter(&r);
    r.command.body = sample_text("it does not print");
    add_reply(&r, "2026-03-02T09:15:00Z");
    add(&r, STEP_RESOLVE, "2026-03-02T13:00:00Z");
    add(&r, STEP_CLOSE, "2026-03-07T13:00:00Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened message message resolved closed "
                        "clock_judged:first_response clock_judged:resolution");
    T_EQ_INT(event_at(&r, 5)->effective_at, sample_at("2026-03-02T09:15:00Z"));
    T_EQ_INT(event_at(&r, 6)->effective_at, sample_at("2026-03-02T13:00:00Z"));
    for (size_t i = 0; i < 7; i++) {
        T_EQ_INT(event_at(&r, i)->origin, ORIGIN_IMPORT, "event %zu", i);
    }
    T_EQ_INT(event_at(&r, 2)->claimed_at, sample_at("2026-03-02T09:15:00Z"));
    const struct ticket *t = &r.desk.ticket;
    T_CHECK(t->imported);
    T_EQ_INT(t->state, TICKET_CLOSED);
    T_EQ_INT(t->opened_at, sample_at(OPENED));
    T_EQ_INT(t->received_at, sample_at(NOW));
    T_EQ_INT(t->occurred_at, sample_at(OPENED));
    T_EQ_INT(t->resolved_at, sample_at("2026-03-02T13:00:00Z"));
    T_EQ_INT(t->silent_until_at, sample_at(NOW), "what is over is told to nobody");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->elapsed_us, 15 * US_PER_MIN);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->elapsed_us, 4 * US_PER_HOUR);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_MET);
    T_EQ_INT(ticket_next_at(t), INSTANT_NEVER);
    leave(&r);
}

T_TEST(import, a_breached_history_says_when_and_warns_of_nothing)
{
    struct room r;

    enter(&r);
    add(&r, STEP_RESOLVE, "2026-03-02T13:00:01Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened resolved clock_breached:first_response "
                        "clock_breached:resolution");
    T_EQ_INT(event_at(&r, 2)->effective_at, sample_at("2026-03-02T09:15:00Z"));
    T_EQ_INT(event_at(&r, 2)->origin, ORIGIN_IMPORT);
    T_EQ_INT(event_at(&r, 3)->effective_at, sample_at("2026-03-02T13:00:00Z"));
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->state, CLOCK_STOPPED);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->breach_seq, 4);
    leave(&r);
}

T_TEST(import, what_is_still_open_goes_on_from_now)
{
    struct room r;

    enter(&r);
    /* Told at 10 minutes: one warning of the response is past, two are ahead. */
    r.command.at = sample_at("2026-03-02T09:10:00Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened clock_rescheduled");
    T_EQ_INT(event_at(&r, 1)->n_clocks, 2);
    T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at("2026-03-02T09:11:15Z"));
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T09:20:00Z");
    T_EQ_STR(trace(&r), "clock_warned:first_response clock_warned:first_response "
                        "clock_breached:first_response");
    T_EQ_INT(event_at(&r, 0)->effective_at, sample_at("2026-03-02T09:11:15Z"));
    T_EQ_INT(event_at(&r, 2)->origin, ORIGIN_CLOCK);
    leave(&r);
}

T_TEST(import, a_breach_of_what_still_runs_is_not_told_again)
{
    struct room r;

    enter(&r);
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened clock_breached:first_response clock_breached:resolution");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->state, CLOCK_RUNNING);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-11T00:00:00Z");
    T_EQ_INT(r.desk.decision.n_events, 0);
    leave(&r);
}

T_TEST(import, the_cutover_says_from_when_on_thresholds_are_live)
{
    static const char *const cutovers[] = {"2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"};

    for (size_t i = 0; i < 2; i++) {
        struct room r;
        enter(&r);
        r.command.cutover_at = sample_at(cutovers[i]);
        import(&r);
        T_EQ_INT(r.desk.ticket.silent_until_at, sample_at(cutovers[i]));
        T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_BREACHED, CLOCK_KIND_NONE), 2,
                 "recorded in any case");
        leave(&r);
    }
}

T_TEST(import, only_the_named_clocks_are_measured)
{
    struct room r;

    enter(&r);
    r.command.clocks = 1u << CLOCK_KIND_RESOLUTION;
    add(&r, STEP_RESOLVE, "2026-03-02T10:00:00Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened resolved clock_judged:resolution clock_rescheduled");
    const struct ticket_clock *c = desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE);
    T_EQ_INT(c->verdict, TICKET_VERDICT_UNMEASURED);
    T_EQ_INT(c->breached_at, INSTANT_NONE, "resolved without an answer, but who knows");
    leave(&r);
}

T_TEST(import, steps_count_in_the_order_of_their_claims)
{
    struct room r;

    enter(&r);
    add(&r, STEP_RESOLVE, "2026-03-02T12:00:00Z");
    add(&r, STEP_RESUME, "2026-03-02T11:00:00Z");
    add_reply(&r, "2026-03-02T09:05:00Z");
    add(&r, STEP_HOLD, "2026-03-02T10:00:00Z")->reason = "embargo";
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened message held resumed resolved "
                        "clock_judged:first_response clock_judged:resolution");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->elapsed_us, 2 * US_PER_HOUR);
    leave(&r);
}

T_TEST(import, at_one_instant_the_order_given_holds)
{
    struct room r;

    enter(&r);
    add_reply(&r, "2026-03-02T10:00:00Z");
    add(&r, STEP_RESOLVE, "2026-03-02T10:00:00Z");
    add(&r, STEP_REOPEN, "2026-03-02T10:00:00Z");
    add(&r, STEP_RESOLVE, "2026-03-02T10:00:00Z");
    add(&r, STEP_CLOSE, "2026-03-02T10:00:00Z");
    import(&r);
    T_EQ_INT(r.desk.ticket.state, TICKET_CLOSED);
    leave(&r);
}

T_TEST(import, the_future_is_cut_to_now)
{
    struct room r;

    enter(&r);
    r.command.at = sample_at("2026-03-02T10:00:00Z");
    add_reply(&r, "2026-03-02T09:10:00Z");
    add(&r, STEP_HOLD, "2026-03-02T11:00:00Z")->reason = "embargo";
    add(&r, STEP_RESOLVE, "2026-03-02T12:00:00Z");
    import(&r);
    T_EQ_INT(event_at(&r, 3)->effective_at, sample_at("2026-03-02T10:00:00Z"));
    T_EQ_INT(event_at(&r, 3)->claimed_at, sample_at("2026-03-02T12:00:00Z"));
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->elapsed_us, US_PER_HOUR);
    leave(&r);

    enter(&r);
    r.command.opened_at = sample_at("2026-03-11T00:00:00Z");
    import(&r);
    T_EQ_INT(r.desk.ticket.opened_at, sample_at(NOW));
    leave(&r);
}

T_TEST(import, steps_that_change_nothing_leave_no_event)
{
    struct room r;

    enter(&r);
    add(&r, STEP_PRIORITY, "2026-03-02T09:01:00Z")->priority = "P1";
    add(&r, STEP_HOLD, "2026-03-02T09:02:00Z")->reason = "embargo";
    add(&r, STEP_HOLD, "2026-03-02T09:03:00Z")->reason = "embargo";
    add(&r, STEP_RESUME, "2026-03-02T09:04:00Z")->reason = "tool-down";
    add(&r, STEP_HOLD, "2026-03-02T09:05:00Z")->reason = "third-party";
    add(&r, STEP_RESUME, "2026-03-02T09:06:00Z")->reason = "embargo";
    add(&r, STEP_HOLD, "2026-03-02T09:07:00Z")->reason = "embargo";
    add(&r, STEP_RESUME, "2026-03-02T09:08:00Z");
    add(&r, STEP_TAKE, "2026-03-02T09:09:00Z");
    add_reply(&r, "2026-03-02T09:10:00Z");
    add(&r, STEP_RESOLVE, "2026-03-02T09:10:00Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened held held resumed held resumed resumed taken message "
                        "resolved clock_judged:first_response clock_judged:resolution");
    T_EQ_INT(r.desk.ticket.assignee, 0);
    leave(&r);
}

T_TEST(import, t40_created_on_hold)
{
    struct room r;

    enter(&r);
    r.command.reason = "embargo";
    add(&r, STEP_RESUME, "2026-03-03T09:00:00Z");
    add_reply(&r, "2026-03-03T09:10:00Z");
    add(&r, STEP_RESOLVE, "2026-03-03T10:00:00Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened held resumed message resolved "
                        "clock_judged:first_response clock_judged:resolution");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->elapsed_us, US_PER_HOUR);
    leave(&r);
}

T_TEST(import, t43_every_cycle_keeps_its_own_verdict)
{
    struct room r;

    enter(&r);
    add_reply(&r, "2026-03-02T09:10:00Z");
    add(&r, STEP_RESOLVE, "2026-03-02T14:00:00Z"); /* an hour late */
    add(&r, STEP_REOPEN, "2026-03-09T14:00:00Z");  /* after the window */
    add(&r, STEP_RESOLVE, "2026-03-09T15:00:00Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened message resolved reopened resolved "
                        "clock_judged:first_response clock_breached:resolution "
                        "clock_judged:resolution");
    T_EQ_INT(event_at(&r, 6)->u.timer.cycle, 1);
    T_EQ_INT(event_at(&r, 7)->u.timer.cycle, 2);
    T_CHECK(memcmp(event_at(&r, 6)->u.timer.id, event_at(&r, 7)->u.timer.id, 16) != 0);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->cycle, 2);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_MET);
    leave(&r);
}

T_TEST(import, verdicts_come_in_the_order_of_their_instants)
{
    struct room r;

    enter(&r);
    r.command.priority = "P2";
    r.sample.targets[0][4].rule.target_us = US_PER_HOUR; /* the response has four */
    add(&r, STEP_RESOLVE, "2026-03-02T11:00:00Z");       /* without one */
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened resolved clock_breached:resolution "
                        "clock_breached:first_response");
    T_EQ_INT(event_at(&r, 2)->effective_at, sample_at("2026-03-02T10:00:00Z"));
    T_EQ_INT(event_at(&r, 3)->effective_at, sample_at("2026-03-02T11:00:00Z"));
    leave(&r);
}

T_TEST(import, a_change_of_priority_can_be_the_breach)
{
    struct room r;

    enter(&r);
    r.command.priority = "P3";
    add_reply(&r, "2026-03-02T09:10:00Z");
    add(&r, STEP_PRIORITY, "2026-03-02T15:00:00Z")->priority = "P1"; /* 6 h used of 4 */
    add(&r, STEP_RESOLVE, "2026-03-02T15:30:00Z");
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened message priority resolved clock_judged:first_response "
                        "clock_breached:resolution");
    T_EQ_INT(event_at(&r, 5)->effective_at, sample_at("2026-03-02T15:00:00Z"));
    T_EQ_STR(r.desk.ticket.priority, "P1");
    leave(&r);
}

T_TEST(import, resolved_by_a_tool_needs_no_answer)
{
    struct room r;

    enter(&r);
    add(&r, STEP_RESOLVE, "2026-03-02T09:10:00Z")->message_kind = MESSAGE_KIND_AUTO;
    import(&r);
    T_EQ_STR(trace(&r), "ticket_opened resolved clock_judged:resolution clock_rescheduled");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->state, CLOCK_CANCELLED);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->verdict, TICKET_VERDICT_NONE);
    leave(&r);
}

T_TEST(import, anybody_may_still_say_something_after_the_close)
{
    struct room r;

    enter(&r);
    add_reply(&r, "2026-03-02T09:10:00Z");
    add(&r, STEP_RESOLVE, "2026-03-02T09:10:00Z");
    add(&r, STEP_CLOSE, "2026-03-02T09:10:00Z");
    struct command_step *thanks = add(&r, STEP_MESSAGE, "2026-03-02T10:00:00Z");
    thanks->side = SIDE_REQUESTER;
    thanks->message_kind = MESSAGE_KIND_HUMAN;
    thanks->visibility = MESSAGE_PUBLIC;
    import(&r);
    T_EQ_INT(r.desk.ticket.state, TICKET_CLOSED);
    T_EQ_INT(r.desk.ticket.n_messages, 2);
    leave(&r);
}

static char long_name[BOOK_NAME_BYTES + 1];
static char long_text[TEXT_BODY_BYTES_MAX + 1];

T_TEST(import, a_step_that_cannot_be_is_named)
{
    static const struct {
        const char *what;
        const char *field;
        enum outcome_code code;
        const char *hint;
    } rows[] = {
        {"before the opening", "events[1].at", OUTCOME_INVALID_ARGUMENT, ""},
        {"held when closed", "events[2]", OUTCOME_FAILED_PRECONDITION,
         "now it allows: note, reopen, link"},
        {"resumed when not held", "events[0]", OUTCOME_FAILED_PRECONDITION,
         "now it allows: take, reply, note, hold, resolve, priority, ack, assign, transfer, edit, "
         "merge, link"},
        {"answered when closed", "events[2]", OUTCOME_FAILED_PRECONDITION,
         "now it allows: note, reopen, link"},
        {"an unknown reason", "events[0].hold_reason", OUTCOME_INVALID_ARGUMENT,
         "waiting-customer, embargo, third-party, tool-down"},
        {"an unknown priority", "events[0].priority", OUTCOME_INVALID_ARGUMENT, "P1, P2, P3, P4"},
        {"no action", "events[0].action", OUTCOME_INVALID_ARGUMENT, ""},
        {"a long body", "events[0].body", OUTCOME_INVALID_ARGUMENT, ""},
        {"a long channel", "events[0].channel", OUTCOME_INVALID_ARGUMENT, ""},
        {"too many", "events", OUTCOME_RESOURCE_EXHAUSTED, ""},
        {"never opened", "opened_at", OUTCOME_INVALID_ARGUMENT, ""},
        {"older than the contract", "opened_at", OUTCOME_FAILED_PRECONDITION, ""},
        {"an unknown reason at the start", "hold", OUTCOME_INVALID_ARGUMENT,
         "waiting-customer, embargo, third-party, tool-down"},
    };

    memset(long_name, 'x', BOOK_NAME_BYTES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        switch (i) {
        case 0:
            add(&r, STEP_RESOLVE, "2026-03-02T12:00:00Z");
            add_reply(&r, "2026-03-02T08:59:59.999999Z");
            break;
        case 1:
        case 3: /* sent in another order than it happened: the place is that of the list sent */
            add(&r, STEP_CLOSE, "2026-03-02T13:00:00Z");
            add(&r, STEP_RESOLVE, "2026-03-02T12:00:00Z");
            if (i == 1) {
                add(&r, STEP_HOLD, "2026-03-02T14:00:00Z")->reason = "embargo";
            } else {
                add_reply(&r, "2026-03-02T14:00:00Z");
            }
            break;
        case 2: add(&r, STEP_RESUME, "2026-03-02T12:00:00Z"); break;
        case 4: add(&r, STEP_HOLD, "2026-03-02T12:00:00Z")->reason = "lunch"; break;
        case 5: add(&r, STEP_PRIORITY, "2026-03-02T12:00:00Z")->priority = "P9"; break;
        case 6: add(&r, STEP_NONE, "2026-03-02T12:00:00Z"); break;
        case 7:
            add_reply(&r, "2026-03-02T12:00:00Z");
            r.steps[0].body = (struct text){.bytes = long_text, .n = TEXT_BODY_BYTES_MAX + 1};
            break;
        case 8:
            add_reply(&r, "2026-03-02T12:00:00Z");
            r.steps[0].channel = long_name;
            break;
        case 9: r.command.n_steps = COMMAND_STEPS_MAX + 1; break;
        case 10: r.command.opened_at = INSTANT_NONE; break;
        case 11: r.command.opened_at = sample_at("2025-06-01T00:00:00Z"); break;
        default: r.command.reason = "lunch"; break;
        }
        T_EQ_INT(desk_do(&r.desk, &r.command), rows[i].code, "%s", rows[i].what);
        T_EQ_STR(r.desk.refusal.field, rows[i].field, "%s", rows[i].what);
        T_EQ_STR(r.desk.refusal.hint, rows[i].hint, "%s", rows[i].what);
        leave(&r);
    }
}

/* A long history of the same step over and over; returns what came of it. */
static int import_many(struct room *r, unsigned kind, size_t n, struct arena *arena,
                       struct decision *ret)
{
    struct command_step *steps = arena_array(arena, n, sizeof(*steps));

    for (size_t i = 0; i < n; i++) {
        steps[i] = (struct command_step){
            .at = sample_at(OPENED) + (int64_t)i,
            .kind = kind,
            .reason = "",
            .priority = i % 2 ? "P1" : "P2",
            .side = SIDE_VENDOR,
            .message_kind = MESSAGE_KIND_HUMAN,
            .visibility = MESSAGE_INTERNAL,
            .channel = "",
        };
    }
    r->command.steps = steps;
    r->command.n_steps = n;
    return decide(&r->sample.book, NULL, &r->command, arena, ret, &r->desk.refusal);
}

/* What a ticket keeps for its end. */
enum { ROOM = BOOK_HOLDS_MAX + 8 };

T_TEST(import, long_histories_end_at_the_facts_that_a_ticket_takes)
{
    static const struct {
        unsigned kind;
        size_t n;
        int rc;
    } rows[] = {
        {STEP_MESSAGE, COMMAND_STEPS_MAX, 0}, /* notes are no facts */
        {STEP_PRIORITY, TICKET_FACTS_MAX - ROOM - 1, 0},
        {STEP_PRIORITY, TICKET_FACTS_MAX - ROOM, OUTCOME_RESOURCE_EXHAUSTED},
        {STEP_TAKE, COMMAND_STEPS_MAX, OUTCOME_RESOURCE_EXHAUSTED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena arena;
        struct decision decision;
        struct room r;
        enter(&r);
        arena_init(&arena, 16 << 20);
        T_EQ_INT(import_many(&r, rows[i].kind, rows[i].n, &arena, &decision), rows[i].rc, "row %zu",
                 i);
        if (rows[i].rc == 0) {
            T_CHECK(decision.n_events > rows[i].n);
        }
        arena_fini(&arena);
        leave(&r);
    }
}

T_TEST(import, a_full_arena_is_an_error_and_no_refusal)
{
    struct room r;
    size_t fits = 0;

    enter(&r);
    r.command.reason = "embargo";
    r.command.body = sample_text("words");
    add(&r, STEP_RESUME, "2026-03-02T09:05:00Z");
    add_reply(&r, "2026-03-02T09:10:00Z");
    for (size_t limit = 0; limit < 100000; limit += 500) {
        struct arena arena;
        struct decision decision;
        arena_init(&arena, limit);
        const int rc = decide(&r.sample.book, NULL, &r.command, &arena, &decision, &r.desk.refusal);
        T_CHECK(rc <= 0);
        fits += rc == 0;
        arena_fini(&arena);
    }
    T_CHECK(fits > 0);
    leave(&r);
}
