// SPDX-License-Identifier: Apache-2.0
#include "core/decide.h"
#include "core/sample.h"
#include "t.h"

#define START "2026-03-02T09:00:00Z" /* a Monday; the office opened at 08:00Z */
#define NOW   "2026-03-02T12:00:00Z"

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

static void must(struct room *r, const struct command *c)
{
    T_CHECK(desk_do(&r->desk, c) == 0, "%s (%s)", r->desk.refusal.message, r->desk.refusal.hint);
}

static const char *trace(struct room *r)
{
    static char buf[256];
    return desk_trace(&r->desk, buf, sizeof(buf));
}

/* Who says when it happened, and how far they are believed. */
enum believed { PERSON, TOOL, RECEIVED, OCCURRED, EVERYTHING };

static const struct book_source sources[] = {
    [RECEIVED] = {.name = "mailbox", .max_backdate_us = 24 * US_PER_HOUR},
    [OCCURRED] = {.name = "jira", .starts_at_occurred = true, .max_backdate_us = 2 * US_PER_HOUR},
    [EVERYTHING] = {.name = "jira", .starts_at_occurred = true},
};

static struct command claim(const struct room *r, enum command_kind kind, enum believed who,
                            const char *claimed)
{
    struct command c = desk_command(&r->desk, kind, sample_at(NOW));

    c.human = who == PERSON;
    c.via_source = who >= RECEIVED ? &sources[who] : NULL;
    c.claimed_at = claimed != NULL ? sample_at(claimed) : INSTANT_NONE;
    return c;
}

T_TEST(late, a_claim_counts_as_far_back_as_its_sender_is_believed)
{
    static const struct {
        enum believed who;
        int64_t max_us; /* of the contract */
        const char *claimed;
        const char *counts;
    } rows[] = {
        {PERSON, 0, "2026-03-02T11:59:59Z", NOW},
        {PERSON, US_PER_HOUR, NULL, NOW},
        {PERSON, US_PER_HOUR, "2026-03-02T11:30:00Z", "2026-03-02T11:30:00Z"},
        {PERSON, US_PER_HOUR, "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z"},
        {PERSON, US_PER_HOUR, "2026-03-02T10:59:59.999999Z", NOW},
        {PERSON, US_PER_HOUR, "2026-03-02T12:30:00Z", NOW}, /* nothing happens in the future */
        {TOOL, US_PER_HOUR, "2026-03-02T11:30:00Z", NOW},
        {RECEIVED, US_PER_HOUR, "2026-03-02T11:30:00Z", NOW},
        {OCCURRED, 0, "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"},
        {OCCURRED, 0, "2026-03-02T09:59:59.999999Z", NOW},
        {OCCURRED, 0, "2026-03-02T12:30:00Z", NOW},
        {OCCURRED, 0, NULL, NOW},
        {EVERYTHING, 0, "2026-03-02T09:00:01Z", "2026-03-02T09:00:01Z"},
    };
    static const enum command_kind kinds[] = {COMMAND_REPLY,   COMMAND_NOTE, COMMAND_HOLD,
                                              COMMAND_RESOLVE, COMMAND_OPEN, COMMAND_EDIT};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            struct room r;
            enter(&r);
            r.sample.versions[0].max_backdate_us = rows[i].max_us;
            if (kinds[k] != COMMAND_OPEN) {
                desk_open(&r.desk, "P4", START);
            }
            struct command c = claim(&r, kinds[k], rows[i].who, rows[i].claimed);
            c.reason = kinds[k] == COMMAND_HOLD ? "tool-down" : "";
            c.edits = EDIT_CATEGORY;
            c.category = kinds[k] == COMMAND_EDIT ? "a" : "";
            must(&r, &c);
            const struct event *e = &r.desk.decision.events[0];
            /* What a person makes of a ticket has not happened before they say so. */
            const bool decided = kinds[k] == COMMAND_EDIT && rows[i].who == PERSON;
            T_EQ_INT(e->effective_at, sample_at(decided ? NOW : rows[i].counts), "row %zu kind %d",
                     i, (int)kinds[k]);
            T_EQ_INT(e->claimed_at, c.claimed_at, "it is kept as it was said");
            leave(&r);
        }
    }
}

T_TEST(late, nothing_counts_before_the_ticket_and_changes_not_before_the_last_one)
{
    static const struct {
        const char *what;
        enum command_kind kind;
        const char *reason;
        const char *claimed;
        const char *counts;
    } rows[] = {
        {"words before the ticket", COMMAND_REPLY, "", "2026-03-02T08:00:00Z", START},
        {"a note too", COMMAND_NOTE, "", "2026-03-02T08:00:00Z", START},
        {"words before the hold", COMMAND_REPLY, "", "2026-03-02T09:30:00Z",
         "2026-03-02T09:30:00Z"},
        {"words with a hold", COMMAND_REPLY, "third-party", "2026-03-02T09:30:00Z",
         "2026-03-02T10:00:00Z"},
        {"a hold before the hold", COMMAND_HOLD, "third-party", "2026-03-02T09:30:00Z",
         "2026-03-02T10:00:00Z"},
        {"a hold before the reply", COMMAND_HOLD, "third-party", "2026-03-02T10:30:00Z",
         "2026-03-02T10:30:00Z"},
        {"a resume", COMMAND_RESUME, "", "2026-03-02T09:30:00Z", "2026-03-02T10:00:00Z"},
        {"a resolve", COMMAND_RESOLVE, "", "2026-03-02T09:30:00Z", "2026-03-02T10:00:00Z"},
        {"an acknowledgement", COMMAND_ACK, "", "2026-03-02T09:30:00Z", "2026-03-02T10:00:00Z"},
        {"a priority", COMMAND_PRIORITY, "", "2026-03-02T10:59:00Z", NOW},
        {"a category", COMMAND_EDIT, "", "2026-03-02T10:59:00Z", NOW},
        {"another team", COMMAND_TRANSFER, "", "2026-03-02T10:59:00Z", NOW},
        {"another ticket", COMMAND_MERGE, "", "2026-03-02T10:59:00Z", NOW},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        r.sample.versions[0].max_backdate_us = 24 * US_PER_HOUR;
        desk_open(&r.desk, "P4", START);
        desk_hold(&r.desk, "tool-down", "2026-03-02T10:00:00Z");
        desk_ok(&r.desk, COMMAND_REPLY, "2026-03-02T11:00:00Z");
        struct command c = claim(&r, rows[i].kind, PERSON, rows[i].claimed);
        c.reason = rows[i].reason;
        c.priority = rows[i].kind == COMMAND_PRIORITY ? "P3" : "";
        c.edits = EDIT_CATEGORY;
        c.category = "a";
        c.team = "cebu-b";
        c.other = 2;
        c.other_state = TICKET_OPEN;
        must(&r, &c);
        for (size_t k = 0; k < r.desk.decision.n_events; k++) {
            const struct event *e = &r.desk.decision.events[k];
            if (e->origin == ORIGIN_LIVE && e->kind != EVENT_CLOCK_BREACHED) {
                T_EQ_INT(e->effective_at, sample_at(rows[i].counts), "%s", rows[i].what);
            }
        }
        leave(&r);
    }
}

T_TEST(late, a_reply_told_late_overturns_the_breach)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].max_backdate_us = 24 * US_PER_HOUR;
    desk_open(&r.desk, "P1", START);
    desk_ok(&r.desk, COMMAND_EXPIRE, "2026-03-02T09:16:00Z");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->verdict, TICKET_VERDICT_BREACHED);
    struct command c = claim(&r, COMMAND_REPLY, PERSON, "2026-03-02T09:10:00Z");
    c.at = sample_at("2026-03-02T09:20:00Z");
    must(&r, &c);
    T_EQ_STR(trace(&r), "message clock_withdrawn:first_response");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->verdict, TICKET_VERDICT_MET);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->elapsed_us, 10 * US_PER_MIN);
    leave(&r);
}

T_TEST(late, what_passed_since_the_claim_is_settled_in_the_same_decision)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].max_backdate_us = 24 * US_PER_HOUR;
    r.sample.holds[0][2].max = (struct book_span){.us = US_PER_HOUR};
    r.sample.versions[0].auto_close = (struct book_span){.us = US_PER_HOUR};
    desk_open(&r.desk, "P4", START);
    desk_ok(&r.desk, COMMAND_REPLY, START);
    struct command c = claim(&r, COMMAND_HOLD, PERSON, "2026-03-02T10:00:00Z");
    c.reason = "third-party";
    must(&r, &c);
    T_EQ_STR(trace(&r), "held resumed");
    T_EQ_INT(r.desk.decision.events[1].effective_at, sample_at("2026-03-02T11:00:00Z"));
    T_EQ_INT(r.desk.decision.events[1].origin, ORIGIN_CLOCK);
    c = claim(&r, COMMAND_RESOLVE, PERSON, "2026-03-02T11:00:00Z");
    c.at = sample_at("2026-03-02T12:00:00.000001Z");
    must(&r, &c);
    T_EQ_STR(trace(&r), "resolved closed");
    T_EQ_INT(r.desk.decision.events[1].effective_at, sample_at(NOW));
    leave(&r);
}

T_TEST(late, ended_by_the_clock_before_it_was_told_stays_ended)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].max_backdate_us = 24 * US_PER_HOUR;
    r.sample.holds[0][2].max = (struct book_span){.us = US_PER_HOUR};
    desk_open(&r.desk, "P4", START);
    desk_hold(&r.desk, "third-party", "2026-03-02T09:30:00Z");
    struct command c = claim(&r, COMMAND_RESUME, PERSON, "2026-03-02T10:00:00Z");
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION, "the clock was first");
    c = claim(&r, COMMAND_HOLD, PERSON, "2026-03-02T10:00:00Z");
    c.reason = "embargo";
    must(&r, &c);
    T_EQ_STR(trace(&r), "resumed held");
    T_EQ_INT(r.desk.decision.events[1].effective_at, sample_at("2026-03-02T10:30:00Z"));
    leave(&r);
}

T_TEST(late, a_ticket_that_began_in_the_past_has_what_passed_since_then)
{
    struct room r;

    enter(&r);
    struct command c = claim(&r, COMMAND_OPEN, EVERYTHING, "2026-03-02T11:40:00Z");
    c.priority = "P1";
    must(&r, &c);
    T_EQ_STR(trace(&r), "ticket_opened clock_warned:first_response clock_warned:first_response "
                        "clock_warned:first_response clock_breached:first_response");
    T_EQ_INT(r.desk.decision.events[4].effective_at, sample_at("2026-03-02T11:55:00Z"));
    T_EQ_INT(r.desk.ticket.opened_at, c.claimed_at);
    T_EQ_INT(r.desk.ticket.received_at, c.at);
    T_EQ_INT(r.desk.ticket.silent_until_at, c.at, "what passed before anybody knew is no news");
    leave(&r);
}

T_TEST(late, created_on_hold_in_the_past_it_was_on_hold_since_then)
{
    struct room r;

    enter(&r);
    struct command c = claim(&r, COMMAND_OPEN, EVERYTHING, "2026-03-02T11:00:00Z");
    c.priority = "P1";
    c.reason = "embargo";
    must(&r, &c);
    T_EQ_STR(trace(&r), "ticket_opened held");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->state, CLOCK_PAUSED);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->elapsed_us, 0);
    leave(&r);
}

T_TEST(late, what_happened_before_the_contract_counts_from_its_receipt)
{
    struct room r;

    enter(&r);
    struct command c = claim(&r, COMMAND_OPEN, EVERYTHING, "2025-12-31T12:00:00Z");
    must(&r, &c);
    T_EQ_INT(r.desk.ticket.opened_at, c.at);
    T_EQ_INT(r.desk.ticket.occurred_at, c.claimed_at);
    T_EQ_INT(r.desk.ticket.silent_until_at, INSTANT_NONE);
    leave(&r);
}
