// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "core/decide.h"
#include "core/sample.h"
#include "t.h"

#define START "2026-03-02T09:00:00Z" /* a Monday; the office opened at 08:00Z */
#define LATER "2026-03-02T09:01:00Z"

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

static struct command command(const struct desk *d, enum command_kind kind, const char *at)
{
    return desk_command(d, kind, sample_at(at));
}

static void must(struct desk *d, const struct command *c)
{
    T_CHECK(desk_do(d, c) == 0, "%s (%s)", d->refusal.message, d->refusal.hint);
}

T_TEST(edit, a_priority_is_raised_and_lowered_by_those_whom_the_contract_lets)
{
    static const struct {
        const char *priority;
        uint32_t roles;
        int rc;
        const char *message;
    } rows[] = {
        {"P1", ROLE_AGENT, 0, ""},
        {"P3", ROLE_AGENT, OUTCOME_PERMISSION_DENIED,
         "lowering a priority is not for everybody: contract acme-l1 version 3, "
         "priority_change.lower: lead, manager"},
        {"P3", ROLE_AGENT | ROLE_MANAGER, 0, ""},
        {"P3", ROLE_LEAD, 0, ""},
        {"P1", ROLE_LEAD, OUTCOME_PERMISSION_DENIED,
         "raising a priority is not for everybody: contract acme-l1 version 3, "
         "priority_change.raise: agent"},
        {"P2", 0, 0, ""}, /* it has that already */
        {"P9", ROLE_AGENT, OUTCOME_INVALID_ARGUMENT, "contract acme-l1 has no priority \"P9\""},
        {"", ROLE_AGENT, OUTCOME_INVALID_ARGUMENT, "contract acme-l1 has no priority \"\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        sample_version(&r.sample, 2, sample_at("2026-02-01T00:00:00Z"));
        struct book_contract_version *v = sample_version(&r.sample, 3, sample_at(START));
        v->priority_raise = ROLE_AGENT;
        v->priority_lower = ROLE_LEAD | ROLE_MANAGER;
        desk_open(&r.desk, "P2", "2026-03-02T08:59:59Z");
        struct command c = command(&r.desk, COMMAND_PRIORITY, LATER);
        c.priority = rows[i].priority;
        c.roles = rows[i].roles;
        T_EQ_INT(desk_do(&r.desk, &c), rows[i].rc, "row %zu", i);
        T_EQ_STR(r.desk.ticket.priority, rows[i].rc == 0 ? rows[i].priority : "P2", "row %zu", i);
        if (rows[i].rc != 0) {
            T_EQ_STR(r.desk.refusal.field, "priority");
            T_EQ_STR(r.desk.refusal.message, rows[i].message, "row %zu", i);
        }
        if (rows[i].rc == OUTCOME_INVALID_ARGUMENT) {
            T_EQ_STR(r.desk.refusal.hint, "P1, P2, P3, P4", "row %zu", i);
        }
        leave(&r);
    }
}

T_TEST(edit, where_nobody_may_the_place_says_nobody)
{
    struct room r;

    enter(&r);
    r.sample.versions[0].priority_lower = 0;
    desk_open(&r.desk, "P2", START);
    struct command c = command(&r.desk, COMMAND_PRIORITY, LATER);
    c.priority = "P3";
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_PERMISSION_DENIED);
    T_CHECK(strstr(r.desk.refusal.message, "priority_change.lower: nobody") != NULL);
    leave(&r);
}

T_TEST(edit, an_edit_leaves_out_what_is_so_already)
{
    static const struct {
        uint32_t edits;
        const char *category, *tier, *language, *priority;
        uint32_t set;
        const char *trace;
    } rows[] = {
        {EDIT_CATEGORY, "b", "", "", "", EDIT_CATEGORY, "edited"},
        {EDIT_CATEGORY, "a", "x", "", "", 0, ""},
        {EDIT_CATEGORY, "", "", "", "", EDIT_CATEGORY, "edited"}, /* taken away */
        {EDIT_CATEGORY | EDIT_LANGUAGE, "a", "", "de", "", EDIT_LANGUAGE, "edited"},
        {EDIT_CATEGORY | EDIT_CUSTOMER_TIER | EDIT_LANGUAGE | EDIT_SUBJECT, "b", "gold", "de", "",
         EDIT_CATEGORY | EDIT_CUSTOMER_TIER | EDIT_LANGUAGE | EDIT_SUBJECT, "edited"},
        {0, "", "", "", "P1", 0, "priority"},
        {EDIT_LANGUAGE, "", "", "de", "P1", EDIT_LANGUAGE | EDIT_PRIORITY, "edited"},
        {EDIT_CATEGORY, "a", "", "", "P2", 0, ""},
        {0, "b", "b", "b", "", 0, ""},
    };
    char trace[64];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        enter(&r);
        struct command c = command(&r.desk, COMMAND_OPEN, START);
        c.priority = "P2";
        c.category = "a";
        must(&r.desk, &c);
        c = command(&r.desk, COMMAND_EDIT, LATER);
        c.edits = rows[i].edits;
        c.category = rows[i].category;
        c.customer_tier = rows[i].tier;
        c.language = rows[i].language;
        c.priority = rows[i].priority;
        c.subject = sample_text("another");
        must(&r.desk, &c);
        T_EQ_STR(desk_trace(&r.desk, trace, sizeof(trace)), rows[i].trace, "row %zu", i);
        if (rows[i].set != 0) {
            const struct event *e = &r.desk.decision.events[r.desk.decision.n_events - 1];
            T_EQ_INT(e->u.edited.set, rows[i].set, "row %zu", i);
            T_EQ_INT(e->n_texts, (rows[i].set & EDIT_SUBJECT) != 0, "row %zu", i);
        }
        leave(&r);
    }
}

T_TEST(edit, an_edit_may_lead_to_another_target)
{
    struct room r;

    enter(&r);
    desk_open(&r.desk, "P1", START);
    struct command c = command(&r.desk, COMMAND_EDIT, LATER);
    c.edits = EDIT_CUSTOMER_TIER;
    c.customer_tier = "gold";
    must(&r.desk, &c);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->target_us, 120 * US_PER_MIN);
    leave(&r);
}

T_TEST(edit, what_is_edited_together_is_one_change_of_target)
{
    const int64_t at = sample_at(START) + 150 * US_PER_MIN;
    char trace[128];
    struct room r;

    enter(&r);
    struct command c = command(&r.desk, COMMAND_OPEN, START);
    c.priority = "P2";
    c.customer_tier = "gold";
    must(&r.desk, &c);
    c = command(&r.desk, COMMAND_EDIT, START);
    c.at = at;
    c.priority = "P1"; // with gold it would have 120 minutes, of which 150 are used up
    c.edits = EDIT_CUSTOMER_TIER;
    c.customer_tier = "";
    must(&r.desk, &c);
    (void)desk_trace(&r.desk, trace, sizeof(trace));
    T_CHECK(strstr(trace, "edited") != NULL, "%s", trace);
    const struct ticket_clock *clock = desk_clock(&r.desk, CLOCK_KIND_RESOLUTION);
    T_EQ_INT(clock->target_us, 240 * US_PER_MIN);
    T_EQ_INT(clock->breached_at, INSTANT_NONE, "no breach by what never was agreed");
    T_EQ_STR(r.desk.ticket.priority, "P1");
    leave(&r);
}

static char long_text[TEXT_BODY_BYTES_MAX + 1];

T_TEST(edit, an_edit_that_cannot_be_is_refused_by_its_field)
{
    static char long_name[BOOK_NAME_BYTES + 1];
    static const char *const fields[] = {"subject",       "subject",  "category",
                                         "customer_tier", "language", "priority"};
    struct room r;

    memset(long_name, 'x', BOOK_NAME_BYTES);
    enter(&r);
    r.sample.versions[0].priority_raise = ROLE_LEAD;
    desk_open(&r.desk, "P2", START);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct command c = command(&r.desk, COMMAND_EDIT, LATER);
        c.edits = ~0u;
        c.subject = sample_text("s");
        switch (i) {
        case 0: c.subject.n = 0; break; /* never taken away */
        case 1:
            c.subject = (struct text){.bytes = long_text, .n = TEXT_SUBJECT_BYTES_MAX + 1};
            break;
        case 2: c.category = long_name; break;
        case 3: c.customer_tier = long_name; break;
        case 4: c.language = long_name; break;
        default: c.priority = "P1"; break; /* all of it or nothing */
        }
        T_EQ_INT(desk_do(&r.desk, &c),
                 i == 5 ? OUTCOME_PERMISSION_DENIED : OUTCOME_INVALID_ARGUMENT, "row %zu", i);
        T_EQ_STR(r.desk.refusal.field, fields[i], "row %zu", i);
    }
    leave(&r);
}
