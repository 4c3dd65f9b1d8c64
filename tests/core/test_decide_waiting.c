// SPDX-License-Identifier: Apache-2.0
#include <string.h>

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

#define VENDOR (1u << SIDE_VENDOR)
#define BUYER  (1u << SIDE_BUYER)

/* waiting-customer is the vendor's to say, after a question, until the customer answers, for an
 * hour; embargo is the buyer's. */
static void agree(struct room *r)
{
    struct book_hold *holds = r->sample.holds[0];

    holds[0].set_by = VENDOR;
    holds[0].needs_public_question = true;
    holds[0].ends_on_requester_message = true;
    holds[0].max = (struct book_span){.us = US_PER_HOUR};
    holds[1].set_by = BUYER;
}

static struct command command(const struct room *r, enum command_kind kind, const char *reason,
                              const char *at)
{
    struct command c = desk_command(&r->desk, kind, sample_at(at));
    c.reason = reason;
    return c;
}

static struct command asked(const struct room *r, const char *at)
{
    struct command c = command(r, COMMAND_REPLY, "", at);
    c.side = SIDE_REQUESTER;
    return c;
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

T_TEST(waiting, a_hold_is_set_and_ended_by_the_sides_that_the_contract_names)
{
    static const struct {
        enum command_kind kind;
        const char *reason;
        enum side side;
        const char *place; /* NULL: done */
    } rows[] = {
        {COMMAND_HOLD, "embargo", SIDE_BUYER, NULL},
        {COMMAND_HOLD, "embargo", SIDE_VENDOR, "holds[embargo].set_by: buyer"},
        {COMMAND_HOLD, "embargo", SIDE_TOOL, "holds[embargo].set_by: buyer"},
        {COMMAND_HOLD, "embargo", SIDE_NONE, "holds[embargo].set_by: buyer"},
        {COMMAND_HOLD, "third-party", SIDE_BUYER, NULL},
        {COMMAND_HOLD, "third-party", SIDE_TOOL, NULL},
        {COMMAND_OPEN, "embargo", SIDE_VENDOR, "holds[embargo].set_by: buyer"},
        {COMMAND_OPEN, "embargo", SIDE_BUYER, NULL},
        {COMMAND_REPLY, "embargo", SIDE_VENDOR, "holds[embargo].set_by: buyer"},
        {COMMAND_RESUME, "embargo", SIDE_VENDOR, "holds[embargo].set_by: buyer"},
        {COMMAND_RESUME, "", SIDE_VENDOR, "holds[embargo].set_by: buyer"},
        {COMMAND_RESUME, "embargo", SIDE_BUYER, NULL},
        {COMMAND_RESUME, "", SIDE_BUYER, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        agree(&r);
        if (rows[i].kind != COMMAND_OPEN) {
            desk_open(&r.desk, "P2", START);
        }
        if (rows[i].kind == COMMAND_RESUME) {
            struct command held = command(&r, COMMAND_HOLD, "embargo", START);
            held.side = SIDE_BUYER;
            must(&r, &held);
        }
        const uint64_t version = r.desk.ticket.version;
        struct command c = command(&r, rows[i].kind, rows[i].reason, LATER);
        c.side = rows[i].side;
        T_EQ_INT(desk_do(&r.desk, &c), rows[i].place != NULL ? OUTCOME_PERMISSION_DENIED : 0,
                 "row %zu", i);
        if (rows[i].place != NULL) {
            T_CHECK(strstr(r.desk.refusal.message, rows[i].place) != NULL, "row %zu: %s", i,
                    r.desk.refusal.message);
            T_CHECK(strstr(r.desk.refusal.message, "contract acme-l1 version 1, ") != NULL);
            T_EQ_STR(r.desk.refusal.field,
                     rows[i].kind == COMMAND_OPEN || rows[i].kind == COMMAND_REPLY ? "hold"
                                                                                   : "reason");
            T_EQ_INT(r.desk.ticket.version, version, "nothing of it is done");
        }
        leave(&r);
    }
}

T_TEST(waiting, a_reason_that_is_no_longer_agreed_ends_as_it_was_agreed)
{
    struct room r;

    enter(&r);
    agree(&r);
    desk_open(&r.desk, "P2", START);
    struct command c = command(&r, COMMAND_HOLD, "embargo", START);
    c.side = SIDE_BUYER;
    must(&r, &c);
    struct book_contract_version *v = sample_version(&r.sample, 2,
                                                     sample_at("2026-03-02T09:30:00Z"));
    v->n_holds = 1; /* waiting-customer is left */
    c = command(&r, COMMAND_RESUME, "embargo", LATER);
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_PERMISSION_DENIED);
    T_CHECK(strstr(r.desk.refusal.message, "version 1, holds[embargo].set_by") != NULL, "%s",
            r.desk.refusal.message);
    v->n_holds = 4; /* agreed anew, in other words */
    r.sample.holds[1][1].set_by = VENDOR | 1u << SIDE_REQUESTER;
    c.side = SIDE_BUYER;
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_PERMISSION_DENIED);
    T_CHECK(strstr(r.desk.refusal.message, "version 2, holds[embargo].set_by: requester, vendor"),
            "%s", r.desk.refusal.message);
    leave(&r);
}

/*
 * A question behind it
 */

T_TEST(waiting, it_takes_a_question_to_wait_for_the_customer)
{
    enum { NOTHING, SAID, SAID_WITH_IT, OPENED };
    static const struct {
        const char *what;
        int how;
        enum side side; /* of what was said */
        bool human;
        enum command_kind kind;
        bool refused;
    } rows[] = {
        {"nothing was said", NOTHING, SIDE_NONE, false, COMMAND_HOLD, true},
        {"the vendor spoke last", SAID, SIDE_VENDOR, true, COMMAND_REPLY, false},
        {"but internally", SAID, SIDE_VENDOR, true, COMMAND_NOTE, true},
        {"but automatically", SAID, SIDE_VENDOR, false, COMMAND_REPLY, true},
        {"the requester spoke last", SAID, SIDE_REQUESTER, true, COMMAND_REPLY, true},
        {"the buyer spoke last", SAID, SIDE_BUYER, true, COMMAND_REPLY, true},
        {"asked with it", SAID_WITH_IT, SIDE_VENDOR, true, COMMAND_REPLY, false},
        {"asked with it by a tool", SAID_WITH_IT, SIDE_VENDOR, false, COMMAND_REPLY, true},
        {"opened with it", OPENED, SIDE_VENDOR, true, COMMAND_OPEN, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        agree(&r);
        struct command c = command(&r, COMMAND_HOLD, "waiting-customer", LATER);
        if (rows[i].how != OPENED) {
            desk_open(&r.desk, "P2", START);
        }
        struct command said = command(&r, rows[i].kind, "", "2026-03-02T09:30:00Z");
        said.side = rows[i].side;
        said.human = rows[i].human;
        if (rows[i].how == SAID) {
            must(&r, &said);
        } else if (rows[i].how == SAID_WITH_IT || rows[i].how == OPENED) {
            c = said;
            c.reason = "waiting-customer";
        }
        T_EQ_INT(desk_do(&r.desk, &c), rows[i].refused ? OUTCOME_FAILED_PRECONDITION : 0, "%s",
                 rows[i].what);
        if (rows[i].refused) {
            T_EQ_STR(r.desk.refusal.message,
                     "nobody was asked anything: contract acme-l1 version 1, "
                     "holds[waiting-customer].needs: public_question");
            T_CHECK(strstr(r.desk.refusal.hint, "slate reply ") != NULL &&
                        strstr(r.desk.refusal.hint, " --hold waiting-customer") != NULL,
                    "%s", r.desk.refusal.hint);
        }
        leave(&r);
    }
}

T_TEST(waiting, a_reply_that_holds_is_both_or_neither)
{
    struct room r;

    enter(&r);
    agree(&r);
    desk_open(&r.desk, "P2", START);
    struct command c = command(&r, COMMAND_REPLY, "lunch", LATER);
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_INVALID_ARGUMENT);
    T_EQ_STR(r.desk.refusal.field, "hold");
    T_EQ_INT(r.desk.ticket.n_messages, 0);
    c.reason = "waiting-customer";
    must(&r, &c);
    T_EQ_STR(trace(&r), "message held");
    T_EQ_INT(r.desk.ticket.state, TICKET_HELD);
    T_EQ_INT(r.desk.ticket.state_before_hold, TICKET_OPEN);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->verdict, TICKET_VERDICT_MET);
    must(&r, &c);
    T_EQ_STR(trace(&r), "message", "on hold already, and said again");
    desk_ok(&r.desk, COMMAND_RESOLVE, LATER);
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION, "nothing is held there");
    leave(&r);
}

/*
 * Ends
 */

T_TEST(waiting, the_customers_words_end_it_when_they_were_said)
{
    static const struct {
        const char *what;
        enum command_kind kind;
        enum side side;
        bool human;
        const char *trace;
    } rows[] = {
        {"the requester", COMMAND_REPLY, SIDE_REQUESTER, true, "message resumed"},
        {"an answering machine", COMMAND_REPLY, SIDE_REQUESTER, false, "message"},
        {"the vendor", COMMAND_REPLY, SIDE_VENDOR, true, "message"},
        {"the buyer", COMMAND_REPLY, SIDE_BUYER, true, "message"},
        {"a tool", COMMAND_NOTE, SIDE_TOOL, false, "message"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        agree(&r);
        desk_open(&r.desk, "P2", START);
        struct command c = command(&r, COMMAND_REPLY, "waiting-customer", START);
        must(&r, &c);
        desk_hold(&r.desk, "third-party", START);
        c = command(&r, rows[i].kind, "", "2026-03-02T09:30:00Z");
        c.side = rows[i].side;
        c.human = rows[i].human;
        must(&r, &c);
        T_EQ_STR(trace(&r), rows[i].trace, "%s", rows[i].what);
        T_EQ_INT(r.desk.ticket.n_holds, i == 0 ? 1 : 2, "%s", rows[i].what);
        if (i == 0) {
            const struct event *e = &r.desk.decision.events[1];
            T_EQ_STR(e->u.hold.reason, "waiting-customer", "another reason is not theirs to end");
            T_EQ_INT(e->effective_at, c.at);
            T_EQ_INT(e->u.hold.ends_at, INSTANT_NEVER);
        }
        leave(&r);
    }
}

T_TEST(waiting, words_from_before_the_question_do_not_answer_it)
{
    static const struct {
        const char *claimed;
        const char *trace;
    } rows[] = {
        {"2026-03-02T09:19:59Z", "message"},
        {"2026-03-02T09:20:00Z", "message resumed"},
        {"2026-03-02T09:40:00Z", "message resumed"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        agree(&r);
        r.sample.versions[0].max_backdate_us = 24 * US_PER_HOUR;
        desk_open(&r.desk, "P2", START);
        struct command c = command(&r, COMMAND_REPLY, "waiting-customer", "2026-03-02T09:20:00Z");
        must(&r, &c);
        desk_hold(&r.desk, "third-party", "2026-03-02T09:50:00Z");
        c = asked(&r, LATER);
        c.claimed_at = sample_at(rows[i].claimed);
        must(&r, &c);
        T_EQ_STR(trace(&r), rows[i].trace, "row %zu", i);
        for (size_t k = 0; k < r.desk.decision.n_events; k++) {
            T_EQ_INT(r.desk.decision.events[k].effective_at, c.claimed_at, "row %zu", i);
        }
        leave(&r);
    }
}

T_TEST(waiting, a_hold_says_when_it_ends_by_itself_and_the_clock_ends_it)
{
    struct room r;

    enter(&r);
    agree(&r);
    r.sample.holds[0][2].max = (struct book_span){.us = US_PER_HOUR, .calendar = r.sample.office};
    desk_open(&r.desk, "P2", START);
    struct command c = command(&r, COMMAND_REPLY, "waiting-customer", START);
    must(&r, &c);
    T_EQ_INT(r.desk.decision.events[1].u.hold.ends_at, sample_at(LATER));
    T_EQ_INT(r.desk.ticket.holds[0].ends_at, sample_at(LATER));
    desk_hold(&r.desk, "tool-down", START);
    T_EQ_INT(r.desk.ticket.holds[1].ends_at, INSTANT_NEVER, "nothing is agreed");
    desk_hold(&r.desk, "third-party", "2026-03-02T09:30:00Z");
    T_EQ_INT(r.desk.ticket.holds[2].ends_at, sample_at("2026-03-02T10:30:00Z"));
    T_EQ_INT(ticket_next_at(&r.desk.ticket), sample_at(LATER));
    desk_ok(&r.desk, COMMAND_EXPIRE, LATER);
    T_EQ_INT(r.desk.decision.n_events, 0, "the last instant of it is not over");
    desk_ok(&r.desk, COMMAND_NOTE, "2026-03-02T11:00:00Z");
    T_EQ_STR(trace(&r), "resumed resumed message", "settled before anything else");
    T_EQ_INT(r.desk.decision.events[0].origin, ORIGIN_CLOCK);
    T_EQ_INT(r.desk.decision.events[0].effective_at, sample_at(LATER));
    T_EQ_INT(r.desk.decision.events[1].effective_at, sample_at("2026-03-02T10:30:00Z"));
    T_EQ_INT(r.desk.ticket.state, TICKET_HELD, "the tool is still down");
    leave(&r);
}

T_TEST(waiting, opened_on_hold_it_ends_by_itself_too)
{
    struct room r;

    enter(&r);
    r.sample.holds[0][2].max = (struct book_span){.us = US_PER_HOUR};
    r.sample.holds[0][2].ends_on_requester_message = true;
    struct command c = command(&r, COMMAND_OPEN, "third-party", START);
    c.body = sample_text("it does not print");
    must(&r, &c);
    T_EQ_STR(trace(&r), "ticket_opened held message", "what it is about answers nothing");
    T_EQ_INT(r.desk.ticket.holds[0].ends_at, sample_at(LATER));
    leave(&r);
}
