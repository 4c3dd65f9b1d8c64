// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/sample.h"
#include "t.h"

#define START "2026-03-02T09:00:00Z"
#define LATER "2026-03-02T09:01:00Z"

enum { OTHER = 2 };

struct room {
    struct sample sample;
    struct desk desk;
};

static void enter(struct room *r)
{
    sample_init(&r->sample);
    desk_init(&r->desk, &r->sample.book);
    desk_open(&r->desk, "P2", START);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

static struct command command(const struct room *r, enum command_kind kind)
{
    struct command c = desk_command(&r->desk, kind, sample_at(LATER));

    c.other = OTHER;
    c.other_state = TICKET_OPEN;
    c.link = LINK_BLOCKS;
    return c;
}

/*
 * Merging
 */

T_TEST(relate, a_merged_ticket_ends_without_a_verdict)
{
    struct room r;

    enter(&r);
    struct command c = command(&r, COMMAND_MERGE);
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    T_EQ_INT(r.desk.decision.events[0].kind, EVENT_MERGED);
    T_EQ_INT(r.desk.decision.events[0].u.merged.ticket, OTHER);
    T_EQ_INT(r.desk.ticket.state, TICKET_MERGED);
    T_EQ_INT(r.desk.ticket.merged_into, OTHER);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->state, CLOCK_CANCELLED);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_NONE);
    T_EQ_INT(ticket_next_at(&r.desk.ticket), INSTANT_NEVER);
    leave(&r);
}

T_TEST(relate, a_clock_past_its_limit_is_breached_before_its_ticket_is_merged)
{
    struct room r;
    char trace[256];

    enter(&r);
    struct command c = command(&r, COMMAND_MERGE);
    c.at = sample_at("2026-03-02T14:00:00Z"); /* four hours of office were to answer */
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)),
             "clock_warned:first_response clock_breached:first_response merged");
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_FIRST_RESPONSE)->verdict, TICKET_VERDICT_BREACHED);
    leave(&r);
}

T_TEST(relate, a_ticket_is_merged_into_another_one_that_lives)
{
    static const struct {
        uint64_t other;
        enum ticket_state state;
        int rc;
        const char *message, *hint;
    } rows[] = {
        {1, TICKET_NEW, OUTCOME_INVALID_ARGUMENT, "ACME-1 cannot be merged into itself", ""},
        {2, TICKET_NEW, 0, "", ""},
        {2, TICKET_OPEN, 0, "", ""},
        {2, TICKET_HELD, 0, "", ""},
        {2, TICKET_RESOLVED, 0, "", ""},
        {2, TICKET_CLOSED, OUTCOME_FAILED_PRECONDITION,
         "ACME-2 is closed, and nothing lives on there", "reopen it first"},
        {2, TICKET_MERGED, OUTCOME_FAILED_PRECONDITION,
         "ACME-2 is merged, and nothing lives on there", "name the ticket that it was merged into"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        struct command c = command(&r, COMMAND_MERGE);
        c.other = rows[i].other;
        c.other_state = rows[i].state;
        T_EQ_INT(desk_do(&r.desk, &c), rows[i].rc, "row %zu", i);
        if (rows[i].rc != 0) {
            T_EQ_STR(r.desk.refusal.field, "into", "row %zu", i);
            T_EQ_STR(r.desk.refusal.message, rows[i].message, "row %zu", i);
            T_EQ_STR(r.desk.refusal.hint, rows[i].hint, "row %zu", i);
        }
        leave(&r);
    }
}

T_TEST(relate, the_other_one_is_told_and_stays_what_it_is)
{
    struct room r;

    enter(&r);
    struct command c = command(&r, COMMAND_ABSORB);
    const struct ticket before = r.desk.ticket;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    T_EQ_INT(r.desk.decision.n_events, 1);
    T_EQ_INT(r.desk.decision.events[0].kind, EVENT_ABSORBED);
    T_EQ_INT(r.desk.decision.events[0].u.merged.ticket, OTHER);
    T_EQ_INT(r.desk.ticket.state, TICKET_NEW);
    T_EQ_INT(r.desk.ticket.n_facts, before.n_facts);
    T_EQ_INT(r.desk.ticket.version, before.version + 1);
    leave(&r);
}

/*
 * Links
 */

T_TEST(relate, links_are_put_on_and_taken_off)
{
    struct room r;

    enter(&r);
    struct command c = command(&r, COMMAND_LINK);
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    const struct event *e = &r.desk.decision.events[0];
    T_EQ_INT(e->u.linked.ticket, OTHER);
    T_EQ_INT(e->u.linked.kind, LINK_BLOCKS);
    T_CHECK(!e->u.linked.removed);
    c.link = LINK_RELATES;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    T_EQ_INT(r.desk.ticket.n_links, 2, "another kind is another link");
    c.link = LINK_BLOCKS;
    c.removed = true;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    T_CHECK(r.desk.decision.events[0].u.linked.removed);
    T_EQ_INT(r.desk.ticket.n_links, 1);
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    T_EQ_INT(r.desk.decision.n_events, 0, "there is none to take off");
    leave(&r);
}

T_TEST(relate, a_link_that_cannot_be_is_refused)
{
    struct room r;

    enter(&r);
    struct command c = command(&r, COMMAND_LINK);
    c.other = 1;
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_INVALID_ARGUMENT);
    T_EQ_STR(r.desk.refusal.field, "other");
    T_EQ_STR(r.desk.refusal.message, "ACME-1 cannot be linked to itself");
    for (unsigned kind = LINK_NONE; kind <= LINK_KINDS; kind += LINK_KINDS) {
        c = command(&r, COMMAND_LINK);
        c.link = (enum link_kind)kind;
        T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_INVALID_ARGUMENT);
        T_EQ_STR(r.desk.refusal.field, "kind");
    }
    leave(&r);
}

T_TEST(relate, a_ticket_has_so_many_links)
{
    struct room r;

    enter(&r);
    struct command c = command(&r, COMMAND_LINK);
    for (uint64_t i = 0; i < TICKET_LINKS_MAX; i++) {
        c.other = 10 + i;
        T_EQ_INT(desk_do(&r.desk, &c), 0);
    }
    T_EQ_INT(desk_do(&r.desk, &c), 0, "it is there already");
    c.other = 99;
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_RESOURCE_EXHAUSTED);
    T_EQ_STR(r.desk.refusal.message, "ACME-1 has 16 links already; more are not taken");
    c.other = 10;
    c.removed = true;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    c.other = 99;
    c.removed = false;
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    leave(&r);
}

/*
 * Tags
 */

static int tag(struct room *r, struct text word, uint64_t tag_seq, bool removed)
{
    struct command c = command(r, COMMAND_TAG);

    c.body = word;
    c.tag_seq = tag_seq;
    c.removed = removed;
    return desk_do(&r->desk, &c);
}

T_TEST(relate, a_tag_is_a_text_and_its_removal_names_the_entry)
{
    struct room r;

    enter(&r);
    T_EQ_INT(tag(&r, sample_text("fire"), 0, false), 0);
    const struct event *e = &r.desk.decision.events[0];
    T_EQ_INT(e->n_texts, 1);
    T_EQ_INT(e->texts[0].field, TEXT_TAG);
    T_EQ_INT(e->u.tagged.removed_seq, 0);
    const uint64_t seq = r.desk.ticket.tags[0];
    T_EQ_INT(tag(&r, sample_text("fire"), seq, true), 0);
    e = &r.desk.decision.events[0];
    T_EQ_INT(e->n_texts, 0, "the word is not said again");
    T_EQ_INT(e->u.tagged.removed_seq, seq);
    T_EQ_INT(r.desk.ticket.n_tags, 0);
    T_EQ_INT(tag(&r, sample_text("fire"), 0, true), 0);
    T_EQ_INT(r.desk.decision.n_events, 0, "there is none to take off");
    leave(&r);
}

/* Which characters make a word is asked where text is let in. */
T_TEST(relate, a_tag_has_a_length)
{
    static const struct {
        const char *word;
        bool good;
    } rows[] = {
        {"a", true},
        {"\u65e5\u672c\u8a9e", true},
        {"", false},
        {"123456789012345678901234567890123456789012345678901234567890123", true},
        {"1234567890123456789012345678901234567890123456789012345678901234", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        T_EQ_INT(tag(&r, sample_text(rows[i].word), 0, false),
                 rows[i].good ? 0 : OUTCOME_INVALID_ARGUMENT, "row %zu: %s", i, rows[i].word);
        T_EQ_STR(r.desk.refusal.field, rows[i].good ? "" : "tags", "row %zu", i);
        leave(&r);
    }
}

T_TEST(relate, a_ticket_has_so_many_tags)
{
    struct room r;

    enter(&r);
    for (size_t i = 0; i < TICKET_TAGS_MAX; i++) {
        T_EQ_INT(tag(&r, sample_text("word"), 0, false), 0);
    }
    T_EQ_INT(tag(&r, sample_text("more"), 0, false), OUTCOME_RESOURCE_EXHAUSTED);
    T_EQ_STR(r.desk.refusal.field, "tags");
    T_EQ_INT(tag(&r, sample_text("word"), r.desk.ticket.tags[3], true), 0);
    T_EQ_INT(tag(&r, sample_text("more"), 0, false), 0);
    for (size_t i = 1; i < r.desk.ticket.n_tags; i++) {
        T_CHECK(r.desk.ticket.tags[i - 1] < r.desk.ticket.tags[i], "ascending");
    }
    leave(&r);
}
