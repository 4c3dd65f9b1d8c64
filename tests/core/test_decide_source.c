// SPDX-License-Identifier: Apache-2.0
#include <string.h>

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

static const struct book_source mailbox = {.name = "mailbox", .may_assert = 1u << SIDE_REQUESTER};
static const struct book_source jira = {
    .name = "jira",
    .starts_at_occurred = true,
    .may_assert = 1u << SIDE_REQUESTER | 1u << SIDE_VENDOR,
};
static const struct book_source monitor = {.name = "monitor", .starts_at_occurred = true};

static struct command said(const struct room *r, enum command_kind kind,
                           const struct book_source *source)
{
    struct command c = desk_command(&r->desk, kind, sample_at(NOW));

    c.human = false;
    c.side = SIDE_TOOL;
    c.via_source = source;
    c.source = source->name;
    c.source_key = "K-1";
    return c;
}

T_TEST(source, what_it_opens_is_the_requesters_word_where_it_may_say_so)
{
    static const struct {
        const struct book_source *source;
        bool human;
        const char *requester;
        enum side side;
        enum message_kind kind;
    } rows[] = {
        {&mailbox, true, "", SIDE_REQUESTER, MESSAGE_KIND_HUMAN},
        {&mailbox, false, "", SIDE_REQUESTER, MESSAGE_KIND_AUTO},
        {&mailbox, false, "joan@example.com", SIDE_REQUESTER, MESSAGE_KIND_HUMAN},
        {&monitor, true, "joan@example.com", SIDE_TOOL, MESSAGE_KIND_AUTO},
        {&monitor, false, "", SIDE_TOOL, MESSAGE_KIND_AUTO},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        struct command c = said(&r, COMMAND_OPEN, rows[i].source);
        c.human = rows[i].human;
        c.requester = sample_text(rows[i].requester);
        c.body = sample_text("it does not print");
        must(&r, &c);
        const struct event *e = &r.desk.decision.events[1];
        T_EQ_INT(e->u.message.side, rows[i].side, "row %zu", i);
        T_EQ_INT(e->u.message.kind, rows[i].kind, "row %zu", i);
        T_EQ_INT(r.desk.ticket.requester, 0, "row %zu: a source asks nothing for itself", i);
        leave(&r);
    }
}

T_TEST(source, it_resolves_as_a_person_only_where_it_speaks_for_the_vendor)
{
    static const struct {
        enum side side;
        bool human, via, by_human;
    } rows[] = {
        {SIDE_VENDOR, true, true, true},     {SIDE_VENDOR, false, true, false},
        {SIDE_REQUESTER, true, true, false}, {SIDE_TOOL, false, true, false},
        {SIDE_BUYER, true, false, true},     {SIDE_VENDOR, false, false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P2", START);
        struct command c = said(&r, COMMAND_RESOLVE, &jira);
        c.side = rows[i].side;
        c.human = rows[i].human;
        c.via_source = rows[i].via ? &jira : NULL;
        must(&r, &c);
        T_EQ_INT(r.desk.decision.events[0].u.resolved.by_human, rows[i].by_human, "row %zu", i);
        leave(&r);
    }
}

T_TEST(source, a_resolve_that_came_before_its_ticket_is_done_at_once)
{
    static const struct {
        const struct book_source *source;
        const char *opened, *kept; /* when they happened */
        const char *resolved;      /* NULL: not */
    } rows[] = {
        {&jira, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z"},
        {&jira, "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z"},
        {&jira, "2026-03-02T11:00:00Z", "2026-03-02T10:59:59Z", NULL},
        {&jira, NULL, "2026-03-02T11:00:00Z", NULL},                     /* opened now */
        {&mailbox, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", NOW}, /* it begins now */
        {&mailbox, "2026-03-02T11:30:00Z", "2026-03-02T11:00:00Z", NULL},
        {&jira, "2026-03-02T10:00:00Z", "2026-03-02T13:00:00Z", NOW}, /* none is in the future */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        r.sample.versions[0].auto_close = (struct book_span){.us = 24 * US_PER_HOUR};
        struct command c = said(&r, COMMAND_OPEN, rows[i].source);
        c.claimed_at = rows[i].opened != NULL ? sample_at(rows[i].opened) : INSTANT_NONE;
        c.kept_resolve_at = sample_at(rows[i].kept);
        c.body = sample_text("it does not print");
        must(&r, &c);
        T_EQ_INT(r.desk.ticket.state, rows[i].resolved != NULL ? TICKET_RESOLVED : TICKET_NEW,
                 "row %zu", i);
        if (rows[i].resolved != NULL) {
            T_EQ_STR(trace(&r), "ticket_opened message resolved", "row %zu", i);
            T_EQ_INT(r.desk.ticket.resolved_at, sample_at(rows[i].resolved), "row %zu", i);
            T_EQ_INT(r.desk.ticket.close_at, r.desk.ticket.resolved_at + 24 * US_PER_HOUR);
            T_CHECK(!r.desk.decision.events[2].u.resolved.by_human);
        }
        leave(&r);
    }
}

T_TEST(source, what_passed_between_the_ticket_and_its_kept_resolve_is_told)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].auto_close = (struct book_span){.us = 10 * US_PER_MIN};
    struct command c = said(&r, COMMAND_OPEN, &jira);
    c.priority = "P1";
    c.claimed_at = sample_at("2026-03-02T11:00:00Z");
    c.kept_resolve_at = sample_at("2026-03-02T11:20:00Z");
    must(&r, &c);
    T_EQ_STR(trace(&r), "ticket_opened clock_warned:first_response clock_warned:first_response "
                        "clock_warned:first_response clock_breached:first_response resolved "
                        "closed");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->elapsed_us, 20 * US_PER_MIN);
    T_EQ_INT(r.desk.ticket.state, TICKET_CLOSED);
    leave(&r);
}

T_TEST(source, a_key_that_comes_again_is_linked_to_the_ticket_that_had_it)
{
    struct room r;

    enter(&r);
    struct command c = said(&r, COMMAND_OPEN, &mailbox);
    c.follows = 17;
    c.body = sample_text("again");
    must(&r, &c);
    T_EQ_STR(trace(&r), "ticket_opened linked message");
    T_EQ_INT(r.desk.ticket.n_links, 1);
    T_EQ_INT(r.desk.ticket.links[0].number, 17);
    T_EQ_INT(r.desk.ticket.links[0].kind, LINK_FOLLOWS);
    leave(&r);
}

T_TEST(source, what_does_not_apply_is_kept_in_every_state_and_changes_nothing)
{
    static const struct {
        const char *claimed;
        const char *at;
    } rows[] = {
        {"2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z"}, /* however old it is */
        {"2026-03-02T13:00:00Z", NOW},
        {NULL, NOW},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        desk_open(&r.desk, "P2", START);
        if (i > 0) {
            struct command merge = desk_command(&r.desk, COMMAND_MERGE, sample_at(START));
            merge.other = 2;
            must(&r, &merge);
        }
        const struct ticket before = r.desk.ticket;
        struct command c = said(&r, COMMAND_KEEP, &mailbox);
        c.action = INTAKE_RESOLVE;
        c.claimed_at = rows[i].claimed != NULL ? sample_at(rows[i].claimed) : INSTANT_NONE;
        must(&r, &c);
        T_EQ_STR(trace(&r), "intake_kept", "row %zu", i);
        const struct event *e = &r.desk.decision.events[0];
        T_EQ_INT(e->u.kept.action, INTAKE_RESOLVE);
        T_EQ_INT(e->u.kept.at, sample_at(rows[i].at), "row %zu", i);
        T_EQ_STR(e->u.kept.source, "mailbox");
        T_EQ_INT(e->n_texts, 0, "the ticket's key is not said again");
        T_EQ_INT(r.desk.ticket.state, before.state);
        T_EQ_INT(r.desk.ticket.n_facts, before.n_facts);
        T_EQ_INT(r.desk.ticket.version, before.version + 1);
        leave(&r);
    }
}
