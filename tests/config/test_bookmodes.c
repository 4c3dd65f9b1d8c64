// SPDX-License-Identifier: Apache-2.0
/*
 * What a contract says about changes of a ticket, what it says by saying nothing, and what stays
 * as it is for good once clocks run by it.
 */
#include <stdio.h>
#include <string.h>

#include "bookcase.h"
#include "config/booktext.h"
#include "core/instant.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The first version of the only contract after one swap in the sla book. */
struct swapped {
    struct bookcase c;
    struct book *book;
    const struct book_contract_version *v;
};

static void swapped_init(struct swapped *s, const char *from, const char *to)
{
    bookcase_init(&s->c);
    bookcase_apply(&s->c, bookcase_swap(&s->c, bookcase_sla(&s->c), from, to), BOOKCASE_NOW);
    s->book = bookcase_build(&s->c);
    s->v = &s->book->contracts[0].versions[0];
}

static void swapped_fini(struct swapped *s)
{
    book_free(s->book);
    bookcase_fini(&s->c);
}

T_TEST(bookmodes, stand_in_the_book)
{
    static const struct {
        const char *from;
        const char *to;
        enum clock_mode on_retarget;
        int64_t min_remaining_us;
        enum clock_mode on_reopen;
        int64_t window_h;
        enum book_unanswered human;
        enum book_unanswered tool;
        bool earliest;
    } rows[] = {
        {"", "", CLOCK_PRO_RATA, 30 * US_PER_MIN, CLOCK_INCLUDE, 72, BOOK_UNANSWERED_CANCELLED,
         BOOK_UNANSWERED_BREACHED, true},
        {"on_retarget: pro_rata", "on_retarget: restart", CLOCK_FROM_ZERO, 30 * US_PER_MIN,
         CLOCK_INCLUDE, 72, BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"on_retarget: pro_rata", "on_retarget: carry", CLOCK_CARRY, 30 * US_PER_MIN, CLOCK_INCLUDE,
         72, BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"    on_retarget: pro_rata\n", "", CLOCK_CARRY, 30 * US_PER_MIN, CLOCK_INCLUDE, 72,
         BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"min_remaining: 30m", "min_remaining: 0m", CLOCK_PRO_RATA, -1, CLOCK_INCLUDE, 72,
         BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"    min_remaining: 30m\n", "", CLOCK_PRO_RATA, -1, CLOCK_INCLUDE, 72,
         BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"mode: include", "mode: new_cycle", CLOCK_PRO_RATA, 30 * US_PER_MIN, CLOCK_NEW_CYCLE, 72,
         BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"mode: include, ", "", CLOCK_PRO_RATA, 30 * US_PER_MIN, CLOCK_EXCLUDE, 72,
         BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"    on_reopen: {mode: include, window: 72h}\n", "", CLOCK_PRO_RATA, 30 * US_PER_MIN,
         CLOCK_EXCLUDE, 120, BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, true},
        {"{human: cancelled, tool: breached}", "{human: breached}", CLOCK_PRO_RATA, 30 * US_PER_MIN,
         CLOCK_INCLUDE, 72, BOOK_UNANSWERED_BREACHED, BOOK_UNANSWERED_CANCELLED, true},
        {"{human: cancelled, tool: breached}", "{tool: cancelled}", CLOCK_PRO_RATA, 30 * US_PER_MIN,
         CLOCK_INCLUDE, 72, BOOK_UNANSWERED_BREACHED, BOOK_UNANSWERED_CANCELLED, true},
        {"    on_unanswered_resolve: {human: cancelled, tool: breached}\n", "", CLOCK_PRO_RATA,
         30 * US_PER_MIN, CLOCK_INCLUDE, 72, BOOK_UNANSWERED_BREACHED, BOOK_UNANSWERED_CANCELLED,
         true},
        {"on_merge: earliest_start", "on_merge: keep", CLOCK_PRO_RATA, 30 * US_PER_MIN,
         CLOCK_INCLUDE, 72, BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, false},
        {"    on_merge: earliest_start\n", "", CLOCK_PRO_RATA, 30 * US_PER_MIN, CLOCK_INCLUDE, 72,
         BOOK_UNANSWERED_CANCELLED, BOOK_UNANSWERED_BREACHED, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct swapped s;
        swapped_init(&s, rows[i].from, rows[i].to);
        T_EQ_INT(s.v->on_retarget, rows[i].on_retarget, "row %zu", i);
        T_EQ_INT(s.v->min_remaining_us, rows[i].min_remaining_us, "row %zu", i);
        T_EQ_INT(s.v->on_reopen, rows[i].on_reopen, "row %zu", i);
        T_EQ_INT(s.v->reopen_window_us, rows[i].window_h * US_PER_HOUR, "row %zu", i);
        T_EQ_INT(s.v->unanswered_human, rows[i].human, "row %zu", i);
        T_EQ_INT(s.v->unanswered_tool, rows[i].tool, "row %zu", i);
        T_EQ_INT(s.v->merge_earliest, rows[i].earliest, "row %zu", i);
        T_CHECK(s.v->follows_team, "row %zu", i);
        swapped_fini(&s);
    }
}

T_TEST(bookmodes, keep_where_nothing_is_said)
{
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_swap(&c, bookcase_good, "    on_transfer: keep\n", ""),
                   BOOKCASE_NOW);
    struct book *b = bookcase_build(&c);
    T_CHECK(!b->contracts[0].versions[0].follows_team);
    book_free(b);
    bookcase_fini(&c);
}

T_TEST(bookmodes, refuse_what_means_nothing)
{
    static const struct bookcase_bad rows[] = {
        {"a retarget of some kind", "on_retarget: pro_rata", "on_retarget: reset #@",
         "contracts[0].on_retarget", "\"reset\" is not known here", 0},
        {"a rest in days", "min_remaining: 30m", "min_remaining: 1d #@",
         "contracts[0].min_remaining", "is read differently by two sides", 0},
        {"a rest in business days", "min_remaining: 30m", "min_remaining: 1bd #@",
         "contracts[0].min_remaining", "is read differently by two sides", 0},
        {"a reopening of some kind", "{mode: include", "{mode: restart #@\n      ",
         "contracts[0].on_reopen.mode", "\"restart\" is not known here", 0},
        {"a window in weeks", "window: 72h}", "window: 1w} #@", "contracts[0].on_reopen.window",
         "is read differently by two sides", 0},
        {"a transfer of some kind", "on_transfer: follow_team", "on_transfer: follow #@",
         "contracts[0].on_transfer", "\"follow\" is not known here", 0},
        {"an answer of somebody", "{human: cancelled, tool", "{vendor: cancelled, #@\n      tool",
         "contracts[0].on_unanswered_resolve.vendor", "unknown key", 0},
        {"an answer of some kind", "{human: cancelled, tool", "{human: met, #@\n      tool",
         "contracts[0].on_unanswered_resolve.human", "\"met\" is not known here", 0},
        {"another of some kind", "tool: breached}", "tool: none} #@",
         "contracts[0].on_unanswered_resolve.tool", "\"none\" is not known here", 0},
        {"one word for both", "{human: cancelled, tool: breached}", "cancelled #@",
         "contracts[0].on_unanswered_resolve", "expected", 0},
        {"a merge of some kind", "on_merge: earliest_start", "on_merge: oldest #@",
         "contracts[0].on_merge", "\"oldest\" is not known here", 0},
        {"a merge twice", "on_merge: earliest_start\n",
         "on_merge: earliest_start\n    on_merge: keep #@\n", "contracts[0].on_merge",
         "given twice", 0},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_refuse(bookcase_sla(&c), rows, COUNT(rows));
    bookcase_fini(&c);
}

T_TEST(bookmodes, have_one_form)
{
    static const struct {
        const char *from;
        const char *to;
    } swaps[] = {
        {BOOKCASE_TURNAROUND,
         "{warn: ['75%'], calendar: hours, cutoff_zone: Asia/Manila, within: 2bd,\n"
         "         cutoff: 15:00, match: {function: [it-helpdesk]}, clock: turnaround}"},
        {BOOKCASE_UPDATE, "missed: each_period\n        clock: update\n        match: {priority: "
                          "[P1]}\n        within: 2h\n        calendar: always # day and night"},
        {"{human: cancelled, tool: breached}", "\n      tool: breached\n      human: cancelled"},
        {"union: [office, night], days_of: office", "days_of: office, union: [office, night]"},
    };
    static const char *const expected[] = {
        "    union: [office, night]\n    days_of: office\n",
        "      - " BOOKCASE_UPDATE "\n",
        "      - " BOOKCASE_TURNAROUND "\n",
        "      - " BOOKCASE_OLA_TEAM "\n",
        "      - {clock: ola, match: {tier: [L1]}, within: 4h, calendar: team}\n",
        "    on_retarget: pro_rata\n"
        "    min_remaining: 30m\n"
        "    on_reopen: {mode: include, window: 72h}\n"
        "    on_transfer: follow_team\n"
        "    on_unanswered_resolve: {human: cancelled, tool: breached}\n"
        "    on_merge: earliest_start\n",
    };
    struct bookcase c;
    struct bookfile *file;
    const char *once;
    const char *twice;
    size_t n;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_sla(&c), BOOKCASE_NOW);
    const char *text = bookcase_sla(&c);
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

T_TEST(bookmodes, show_as_what_differs)
{
    struct bookcase c;
    struct book_plan *plan;
    char lines[512] = "";
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_sla(&c), BOOKCASE_NOW - US_PER_HOUR);
    const char *text = strstr(bookcase_sla(&c), "contracts:\n");
    text = bookcase_swap(&c, text, "    effective: 2026-07-01\n", "");
    text = bookcase_swap(&c, text, "within: 2bd", "within: 3bd");
    text = bookcase_swap(&c, text, "    on_merge: earliest_start\n", "");
    T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    T_EQ_INT(plan->n_added, 1);
    T_EQ_INT(plan->added[0].version, 2);
    for (size_t i = 0; i < plan->objects[0].n_lines; i++) {
        const struct book_plan_line *line = &plan->objects[0].lines[i];
        const size_t n = strlen(lines);
        if (line->mark != ' ') {
            (void)snprintf(lines + n, sizeof(lines) - n, "%c%.60s\n", line->mark, line->text);
        }
    }
    T_EQ_STR(lines, "-    effective: 2026-07-01\n"
                    "-      - {clock: turnaround, match: {function: [it-helpdesk]}\n"
                    "+      - {clock: turnaround, match: {function: [it-helpdesk]}\n"
                    "-    on_merge: earliest_start\n");
    const struct book_contract_version *v = book_contract_at(&plan->book->contracts[0],
                                                             BOOKCASE_NOW);
    T_EQ_INT(v->targets[7].business_days, 3);
    T_CHECK(!v->merge_earliest);
    T_EQ_INT(plan->book->contracts[0].versions[0].targets[7].business_days, 2, "as it was");
    book_plan_free(plan);
    bookcase_fini(&c);
}

#define TEAMS                                                                                 \
    "teams:\n  - {name: manila-a, party: northwind, site: {country: PH, zone: Asia/Manila}, " \
    "office: front, functions: [customer-support, it-helpdesk], languages: [en], calendar: "  \
    "%s}\n"

/* A calendar may change from an instant on; which one a team has would change the past. */
T_TEST(bookmodes, bind_a_team_to_its_calendar_once_a_contract_counts_by_it)
{
    static const struct {
        const char *calendar;
        bool counted; // a stored contract counts by the teams' calendars
        int code;
        const char *message;
    } rows[] = {
        {"night", true, 0, NULL},
        {"office", false, 0, NULL},
        {"office", true, OUTCOME_FAILED_PRECONDITION,
         "book.yaml:2: teams[0].calendar: clocks of contract acme-l1 count by the calendar of team "
         "manila-a, and that is night"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bookcase c;
        struct book_plan *plan;
        char text[512];
        bookcase_init(&c);
        bookcase_apply(&c, rows[i].counted ? bookcase_sla(&c) : bookcase_good,
                       BOOKCASE_NOW - US_PER_HOUR);
        (void)snprintf(text, sizeof(text), TEAMS, rows[i].calendar);
        T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), rows[i].code, "row %zu: %s", i,
                 c.refusal.message);
        if (rows[i].code == 0) {
            T_EQ_INT(plan->n_added, 1);
            book_plan_free(plan);
        } else {
            T_CHECK(strstr(c.refusal.message, rows[i].message) != NULL, "%s", c.refusal.message);
        }
        bookcase_fini(&c);
    }
}

/* A clock of the version in front may come to a team that only the newest version names. */
T_TEST(bookmodes, ask_later_versions_for_calendars_too)
{
    static const struct {
        const char *first; // the contract's first version
        const char *team;  // that joins it in the second one
        const char *message;
    } rows[] = {
        {"sla", "{name: new, party: acme, calendar: night}", NULL},
        {"good", "{name: new, party: acme}", NULL},
        {"sla", "{name: new, party: acme}",
         "contracts[0].teams[2].team: team new has no calendar, and clocks of an earlier version"},
        {"sla", "{name: new, party: acme, calendar: blind}",
         "contracts[0].teams[2].team: calendar blind does not say whose dates"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bookcase c;
        struct book_plan *plan;
        char text[4096];
        bookcase_init(&c);
        bookcase_apply(&c, rows[i].first[0] == 's' ? bookcase_sla(&c) : bookcase_good,
                       BOOKCASE_NOW - US_PER_HOUR);
        // The second version counts by nobody's calendar.
        const char *contract = strstr(bookcase_good, "contracts:\n");
        contract = bookcase_swap(&c, contract, "{team: berlin-l3}",
                                 "{team: berlin-l3}, {team: new}");
        contract = bookcase_swap(&c, contract, "    effective: 2026-07-01\n", "");
        (void)snprintf(text, sizeof(text),
                       "calendars: [{name: blind, union: [office, night]}]\nteams:\n  - %s\n%s",
                       rows[i].team, contract);
        const int r = bookcase_plan(&c, text, BOOKCASE_NOW, &plan);
        T_EQ_INT(r, rows[i].message != NULL ? OUTCOME_INVALID_ARGUMENT : 0, "row %zu: %s", i,
                 c.refusal.message);
        if (r == 0) {
            book_plan_free(plan);
        } else {
            T_CHECK(strstr(c.refusal.message, rows[i].message) != NULL, "row %zu: %s", i,
                    c.refusal.message);
        }
        bookcase_fini(&c);
    }
}
