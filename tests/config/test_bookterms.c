// SPDX-License-Identifier: Apache-2.0
/*
 * Who feeds tickets, and what a contract says of holds, of closing, of priorities and of the past:
 * what is taken, and what the book then says.
 */
#include <stdio.h>
#include <string.h>

#include "bookcase.h"
#include "config/booktext.h"
#include "core/instant.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

T_TEST(bookterms, are_said_in_several_ways)
{
    static const struct {
        const char *from;
        const char *to;
    } rows[] = {
        {"may_assert: [requester]", "starts_at: received"},
        {"    max_backdate: 24h\n", ""},
        {"    open_tickets_max: 500\n", ""},
        {"open_tickets_max: 500", "open_tickets_max: 1000000"},
        {"max_backdate: 24h", "max_backdate: 1s"},
        {", needs: public_question", ""},
        {"set_by: [vendor, tool], ", ""}, // anybody may set it, and the vendor asks
        {"set_by: [vendor, tool]", "set_by: [tool, vendor, buyer, requester]"},
        {", max: 80h, calendar: hours", ", max: 80h"},
        {"max: 80h, calendar: hours", "max: 1s, calendar: always"},
        {BOOKCASE_CHANGE, "priority_change: {}"},
        {BOOKCASE_CHANGE,
         "priority_change: {lower: [intake, vendor-manager, manager, lead, agent]}"},
        {BOOKCASE_CLOSE, "auto_close: {after: 1s}"},
        {BOOKCASE_CLOSE, "auto_close: {after: 120h, calendar: hours}"},
        {"max_backdate: 30m", "max_backdate: 0m"},
        {"    max_backdate: 30m\n", ""},
        {"    max_backdate: 30m\n", "    max_backdate: 30m\n    retired: true\n"},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct book_plan *plan;
        const char *text = bookcase_swap(&c, bookcase_full(&c), rows[i].from, rows[i].to);
        T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), 0, "%s: %s", rows[i].to,
                 c.refusal.message);
        book_plan_free(plan);
    }
    bookcase_fini(&c);
}

T_TEST(bookterms, stand_in_the_book)
{
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_full(&c), BOOKCASE_NOW);
    struct book *b = bookcase_build(&c);

    T_EQ_INT(b->n_sources, 3);
    const struct book_source *mailbox = book_source_named(b, "mailbox");
    T_CHECK(!mailbox->starts_at_occurred);
    T_EQ_INT(mailbox->max_backdate_us, 0);
    T_EQ_INT(mailbox->may_assert, 1 << SIDE_REQUESTER);
    const struct book_source *tracker = book_source_named(b, "tracker");
    T_EQ_INT(tracker->id, 2);
    T_CHECK(tracker->starts_at_occurred);
    T_EQ_INT(tracker->max_backdate_us, 24 * US_PER_HOUR);
    T_EQ_INT(tracker->may_assert, 1 << SIDE_REQUESTER | 1 << SIDE_BUYER | 1 << SIDE_VENDOR);
    T_EQ_INT(tracker->open_tickets_max, 500);
    T_EQ_INT(book_source_named(b, "monitoring")->may_assert, 0);
    T_EQ_INT(book_source_named(b, "monitoring")->open_tickets_max, BOOK_SOURCE_OPEN_TICKETS);
    T_CHECK(book_source_named(b, "track") == NULL);

    const struct book_contract *contract = book_contract_keyed(b, "ACME");
    const struct book_contract_version *v = book_contract_at(contract, BOOKCASE_NOW);
    const struct book_hold *ask = book_hold(v, "ask");
    T_EQ_INT(ask->set_by, 1 << SIDE_VENDOR | 1 << SIDE_TOOL);
    T_CHECK(ask->needs_public_question);
    T_CHECK(ask->ends_on_requester_message);
    T_EQ_INT(ask->max.us, 80 * US_PER_HOUR);
    T_CHECK(ask->max.calendar == v->hours, "the contract's hours");
    T_CHECK(v->auto_close.calendar == book_calendar_named(b, "night"));
    T_EQ_INT(v->auto_close.us, 120 * US_PER_HOUR);
    T_EQ_INT(v->priority_raise, ROLE_AGENT | ROLE_LEAD);
    T_EQ_INT(v->priority_lower, ROLE_MANAGER);
    T_EQ_INT(v->max_backdate_us, 30 * US_PER_MIN);
    T_EQ_INT(v->targets[0].clock, CLOCK_KIND_ACKNOWLEDGE);
    T_EQ_INT(v->targets[0].rule.target_us, 5 * US_PER_MIN);
    T_CHECK(v->targets[1].none);
    T_EQ_INT(v->targets[2].clock, CLOCK_KIND_NEXT_RESPONSE);
    T_EQ_INT(v->targets[2].rule.n_warns, 2);
    T_EQ_INT(v->targets[2].rule.warns[1].before_us, US_PER_HOUR);
    book_free(b);
    bookcase_fini(&c);
}

T_TEST(bookterms, mean_little_where_they_are_absent)
{
    struct bookcase c;
    bookcase_init(&c);
    // One list of roles does not speak for the other.
    const char *text = bookcase_swap(&c, bookcase_good, "    on_transfer: keep\n",
                                     "    priority_change: {raise: [lead]}\n");
    text = bookcase_swap(&c, text, "pauses: []}", "pauses: [], max: 2h}");
    bookcase_apply(&c, text, BOOKCASE_NOW);
    struct book *b = bookcase_build(&c);
    T_EQ_INT(b->n_sources, 0);
    const struct book_contract_version *v = &b->contracts[0].versions[0];
    const struct book_hold *hold = book_hold(v, "waiting-customer");
    T_EQ_INT(hold->set_by, 0);
    T_CHECK(!hold->needs_public_question);
    T_CHECK(!hold->ends_on_requester_message);
    T_EQ_INT(hold->max.us, 0);
    T_EQ_INT(book_hold(v, "tool-down")->max.us, 2 * US_PER_HOUR);
    T_CHECK(book_hold(v, "tool-down")->max.calendar == NULL, "elapsed time");
    T_EQ_INT(v->auto_close.us, 0);
    T_EQ_INT(v->priority_raise, ROLE_LEAD);
    T_EQ_INT(v->priority_lower, ROLES_ALL);
    T_EQ_INT(v->max_backdate_us, 0);
    book_free(b);
    bookcase_fini(&c);
}

T_TEST(bookterms, retire_a_contract_from_a_version_on)
{
    struct bookcase c;
    struct bookfile *file;
    const char *stored;
    size_t n;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_full(&c), BOOKCASE_NOW);
    const char *text = bookcase_swap(&c, bookcase_full(&c), "    max_backdate: 30m\n",
                                     "    max_backdate: 30m\n    retired: true\n");
    text = bookcase_swap(&c, text, "effective: 2026-07-01", "effective: 2027-01-01");
    T_EQ_INT(bookcase_apply(&c, text, BOOKCASE_NOW), 1);
    struct book *b = bookcase_build(&c);
    T_EQ_INT(b->contracts[0].n_versions, 2);
    T_CHECK(!b->contracts[0].versions[0].retired);
    T_CHECK(b->contracts[0].versions[1].retired);
    book_free(b);

    T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s", c.refusal.message);
    T_EQ_INT(booktext_write(file->raw, &c.arena, &stored, &n), 0);
    T_CHECK(strstr(stored, "    max_backdate: 30m\n    retired: \"true\"\n") != NULL, "%s", stored);
    T_EQ_INT(bookcase_apply(&c, stored, BOOKCASE_NOW), 0, "it is the same");
    bookcase_fini(&c);
}

T_TEST(bookterms, say_whom_a_change_is_agreed_with)
{
    static const struct {
        const char *line;
        uint32_t approvals;
    } rows[] = {
        {"", 0},
        {"    approvals: [buyer, vendor]\n", 1U << SIDE_BUYER | 1U << SIDE_VENDOR},
        {"    approvals: [vendor]\n", 1U << SIDE_VENDOR},
        {"    approvals:\n      - buyer\n", 1U << SIDE_BUYER},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bookcase c;
        struct bookfile *file;
        const char *stored;
        char line[80];
        size_t n;
        bookcase_init(&c);
        (void)snprintf(line, sizeof(line), "    vendor: northwind\n%s", rows[i].line);
        const char *text = bookcase_swap(&c, bookcase_full(&c), "    vendor: northwind\n", line);
        bookcase_apply(&c, text, BOOKCASE_NOW);
        struct book *b = bookcase_build(&c);
        T_EQ_INT(b->contracts[0].versions[0].approvals, rows[i].approvals, "row %zu", i);
        book_free(b);

        T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s", c.refusal.message);
        T_EQ_INT(booktext_write(file->raw, &c.arena, &stored, &n), 0);
        T_EQ_INT(bookcase_apply(&c, stored, BOOKCASE_NOW), 0, "row %zu: it is the same", i);
        bookcase_fini(&c);
    }
}

T_TEST(bookterms, have_one_form)
{
    // Order and style of the text are others than those of what is stored.
    static const struct {
        const char *from;
        const char *to;
    } swaps[] = {
        {"  - {name: mailbox, may_assert: [requester]}\n",
         "  - may_assert:\n      - 'requester'\n    name: \"mailbox\" # mail\n"},
        {"    starts_at: occurred\n    max_backdate: 24h\n",
         "    max_backdate: 24h\n    starts_at: occurred\n"},
        {"open_tickets_max: 500", "open_tickets_max: '500'"},
        {BOOKCASE_ASK,
         "{calendar: hours, max: 80h, ends_on: requester_message, needs: public_question,\n"
         "         set_by: [vendor, tool], pauses: [resolution], party: buyer, reason: ask}"},
        {BOOKCASE_CLOSE, "auto_close:\n      calendar: night\n      after: 120h"},
    };
    static const char *const expected[] = {
        "sources:\n"
        "  - name: mailbox\n"
        "    may_assert: [requester]\n"
        "  - name: tracker\n"
        "    starts_at: occurred\n"
        "    max_backdate: 24h\n"
        "    may_assert: [vendor, requester, buyer]\n"
        "    open_tickets_max: 500\n"
        "  - name: monitoring\n"
        "contracts:\n",
        "      - " BOOKCASE_ASK "\n",
        "    min_remaining: 0m\n"
        "    " BOOKCASE_CHANGE "\n"
        "    on_reopen: {mode: exclude, window: 72h}\n"
        "    on_transfer: keep\n"
        "    " BOOKCASE_CLOSE "\n"
        "    max_backdate: 30m\n",
    };
    struct bookcase c;
    struct bookfile *file;
    const char *once;
    const char *twice;
    size_t n;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_full(&c), BOOKCASE_NOW);
    const char *text = bookcase_full(&c);
    for (size_t i = 0; i < COUNT(swaps); i++) {
        text = bookcase_swap(&c, text, swaps[i].from, swaps[i].to);
    }
    T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s", c.refusal.message);
    T_EQ_INT(booktext_write(file->raw, &c.arena, &once, &n), 0);
    for (size_t i = 0; i < COUNT(expected); i++) {
        T_CHECK(strstr(once, expected[i]) != NULL, "%s is not in\n%s", expected[i], once);
    }
    T_EQ_INT(bookcase_parse(&c, once, &file), 0, "%s", c.refusal.message);
    T_EQ_INT(booktext_write(file->raw, &c.arena, &twice, &n), 0);
    T_EQ_STR(twice, once);
    T_EQ_INT(bookcase_apply(&c, text, BOOKCASE_NOW), 0);
    T_EQ_INT(bookcase_apply(&c, once, BOOKCASE_NOW), 0);
    bookcase_fini(&c);
}

static const struct book_plan_object *object(const struct book_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->n_objects; i++) {
        if (strcmp(plan->objects[i].name, name) == 0) {
            return &plan->objects[i];
        }
    }
    T_FAIL("%s is not in the plan", name);
}

T_TEST(bookterms, change_as_versions)
{
    static const char other[] = "sources:\n"
                                "  - {name: tracker, starts_at: occurred, may_assert: [vendor]}\n"
                                "  - {name: phone}\n";
    struct bookcase c;
    struct book_plan *plan;
    bookcase_init(&c);
    T_EQ_INT(bookcase_plan(&c, bookcase_full(&c), BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    T_EQ_INT(plan->n_added, 12);
    T_EQ_INT(plan->added[8].kind, BOOK_SOURCE, "before the contracts");
    T_EQ_INT(plan->added[11].kind, BOOK_CONTRACT);
    T_EQ_INT(object(plan, "tracker")->kind, BOOK_SOURCE);
    T_EQ_INT(object(plan, "tracker")->line, 38);
    T_EQ_INT(object(plan, "tracker")->effective_at, BOOKCASE_NOW);
    book_plan_free(plan);
    T_EQ_INT(bookcase_apply(&c, bookcase_full(&c), BOOKCASE_NOW - US_PER_HOUR), 12);

    T_EQ_INT(bookcase_plan(&c, other, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    T_EQ_INT(plan->n_added, 2);
    T_EQ_INT(object(plan, "tracker")->change, BOOK_VERSION);
    T_EQ_INT(object(plan, "tracker")->version, 2);
    T_EQ_INT(object(plan, "tracker")->effective_at, BOOKCASE_NOW);
    T_EQ_INT(object(plan, "phone")->change, BOOK_NEW);
    T_EQ_INT(object(plan, "phone")->id, 4);
    T_EQ_INT(plan->book->n_sources, 4, "what is not named stays");
    T_EQ_INT(book_source_named(plan->book, "tracker")->max_backdate_us, 0);
    T_EQ_INT(book_source_named(plan->book, "mailbox")->may_assert, 1 << SIDE_REQUESTER);
    book_plan_free(plan);

    T_EQ_INT(bookcase_apply(&c, other, BOOKCASE_NOW), 2);
    T_EQ_INT(bookcase_apply(&c, other, BOOKCASE_NOW), 0);
    struct book *book = bookcase_build(&c);
    T_EQ_INT(book->n_sources, 4);
    T_EQ_INT(book_source_named(book, "tracker")->may_assert, 1 << SIDE_VENDOR);
    book_free(book);
    // A contract that says less than before has changed.
    const char *less = bookcase_swap(&c, bookcase_full(&c), "    " BOOKCASE_CLOSE "\n", "");
    less = bookcase_swap(&c, less, "    effective: 2026-07-01\n", "");
    less = bookcase_swap(&c, less, "    max_backdate: 24h\n", "");
    T_EQ_INT(bookcase_plan(&c, less, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    T_EQ_INT(object(plan, "acme-l1")->version, 2);
    T_EQ_INT(object(plan, "tracker")->version, 3);
    T_EQ_INT(book_contract_at(&plan->book->contracts[0], BOOKCASE_NOW)->auto_close.us, 0);
    book_plan_free(plan);
    bookcase_fini(&c);
}

T_TEST(bookterms, are_worked_out_as_examples)
{
    static const struct {
        const char *target;
        const char *due_at; // of a ticket or a message received on Saturday at 20:00 UTC
    } rows[] = {
        {"priority P1, calendar always", "2026-11-21T20:05:00Z"},
        {"all other tickets, calendar office", "2026-11-23T17:00:00Z"},
    };
    struct bookcase c;
    struct book_plan *plan;
    char text[INSTANT_TEXT_BYTES];
    bookcase_init(&c);
    T_EQ_INT(bookcase_plan(&c, bookcase_full(&c), BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    for (size_t i = 0; i < COUNT(rows); i++) {
        T_EQ_STR(plan->examples[2 * i].target, rows[i].target);
        T_EQ_STR(instant_format(plan->examples[2 * i].due_at, text), rows[i].due_at);
    }
    book_plan_free(plan);
    bookcase_fini(&c);
}

#define SOURCE "sources: [{name: mailbox}]"

/* What is stored under one kind is not that of another. */
T_TEST(bookterms, are_checked_again_when_they_are_read)
{
    static const struct {
        const char *applied;
        const char *text; // in its place
        int code;
        const char *message;
    } rows[] = {
        {SOURCE, SOURCE, 0, NULL},
        {SOURCE, "sources: [{name: mailbox}, {name: x}]", OUTCOME_DATA_LOSS, "this object alone"},
        {SOURCE, "parties: [{name: x}]\n" SOURCE, OUTCOME_DATA_LOSS, "this object alone"},
        {"parties: [{name: mailbox}]", "parties: [{name: mailbox}]\n" SOURCE, OUTCOME_DATA_LOSS,
         "this object alone"},
        {SOURCE, "sources: [{name: other}]", OUTCOME_DATA_LOSS, "this object alone"},
        {SOURCE, "parties: [{name: mailbox}]", OUTCOME_DATA_LOSS, "this object alone"},
        {SOURCE, "sources: [{name: mailbox, may_assert: [all]}]", OUTCOME_INVALID_ARGUMENT,
         "source mailbox version 1:1: sources[0].may_assert[0]: \"all\" is not a side"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bookcase c;
        struct book *book = NULL;
        bookcase_init(&c);
        bookcase_apply(&c, rows[i].applied, BOOKCASE_NOW);
        c.stored[0].text = rows[i].text;
        c.stored[0].n = strlen(rows[i].text);
        T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), rows[i].code,
                 "row %zu: %s", i, c.refusal.message);
        T_CHECK(rows[i].message == NULL || strstr(c.refusal.message, rows[i].message) != NULL,
                "row %zu: %s", i, c.refusal.message);
        book_free(book);
        bookcase_fini(&c);
    }
}
