// SPDX-License-Identifier: Apache-2.0
/*
 * The deadlines that both sides are shown for business days, teams' calendars, updates and olas.
 */
#include <stdio.h>

#include "bookcase.h"
#include "core/instant.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Worked out by another program; 2026-11-28 is an extra Saturday. */
T_TEST(bookexample, shows_where_each_target_leads)
{
    static const struct {
        uint32_t row;
        const char *target;
        const char *due_at[2];   // received on Saturday at 20:00 UTC, on Friday at 16:30 in Berlin
        const char *limit_at[2]; // NULL: as due
    } rows[] = {
        {5,
         "priority P1, calendar always, each period",
         {"2026-11-21T22:00:00Z", "2026-11-27T17:30:00Z"},
         {NULL, NULL}},
        {6,
         "all other tickets, calendar night of team manila-a",
         {"2026-11-23T21:00:00Z", "2026-11-30T14:30:00Z"},
         {NULL, NULL}},
        {6,
         "all other tickets, calendar office of team berlin-l3",
         {"2026-11-23T17:00:00Z", "2026-11-30T10:30:00Z"},
         {"2026-11-24T08:00:00Z", NULL}},
        // Friday 16:30 in Berlin is 23:30 in Manila, past the cut-off there.
        {7,
         "function it-helpdesk, calendar office, cut-off 15:00 Asia/Manila",
         {"2026-11-25T17:00:00Z", "2026-12-01T17:00:00Z"},
         {"2026-11-26T08:00:00Z", "2026-12-02T08:00:00Z"}},
        {8,
         "all other tickets, calendar both",
         {"2026-11-28T13:00:00Z", "2026-12-03T17:00:00Z"},
         {"2026-11-30T08:00:00Z", NULL}},
        {9,
         "tier L1, calendar night of team manila-a",
         {"2026-11-23T17:00:00Z", "2026-11-27T19:30:00Z"},
         {NULL, NULL}},
        {10,
         "team berlin-l3, calendar office of team berlin-l3, cut-off 12:00",
         {"2026-11-24T17:00:00Z", "2026-11-30T17:00:00Z"},
         {"2026-11-25T08:00:00Z", "2026-12-01T08:00:00Z"}},
    };
    struct bookcase c;
    struct book_plan *plan;
    char text[INSTANT_TEXT_BYTES];
    bookcase_init(&c);
    T_EQ_INT(bookcase_plan(&c, bookcase_sla(&c), BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    const size_t others = plan->n_examples - 2 * COUNT(rows);
    T_EQ_INT(others, 8, "those of the good book");
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        const struct book_plan_example *e = &plan->examples[others + i];
        const size_t k = i % 2;
        const char *limit_at = rows[i / 2].limit_at[k] != NULL ? rows[i / 2].limit_at[k]
                                                               : rows[i / 2].due_at[k];
        T_EQ_INT(e->target_row, rows[i / 2].row);
        T_EQ_STR(e->target, rows[i / 2].target);
        T_EQ_STR(instant_format(e->due_at, text), rows[i / 2].due_at[k], "%s", e->target);
        T_EQ_STR(instant_format(e->limit_at, text), limit_at, "%s", e->target);
    }
    book_plan_free(plan);
    bookcase_fini(&c);
}

/* Teams of one calendar are one example. */
T_TEST(bookexample, shows_each_calendar_once)
{
    static const struct {
        const char *teams; // further ones, "{team: x}" each
        const char *target;
    } rows[] = {
        {"", "all other tickets, calendar night of team manila-a"},
        {", {team: b}", "all other tickets, calendar night of team manila-a and 1 other"},
        {", {team: b}, {team: c}",
         "all other tickets, calendar night of team manila-a and 2 others"},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct book_plan *plan;
        char teams[128];
        (void)snprintf(teams, sizeof(teams), "{team: berlin-l3, tier: L3}%s", rows[i].teams);
        const char *text = bookcase_swap(&c, bookcase_sla(&c), "{team: berlin-l3, tier: L3}",
                                         teams);
        text = bookcase_swap(&c, text, "contracts:\n",
                             "  - {name: b, party: acme, calendar: night}\n"
                             "  - {name: c, party: acme, calendar: night}\ncontracts:\n");
        T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
        T_EQ_INT(plan->n_examples, 22, "row %zu", i);
        T_EQ_STR(plan->examples[10].target, rows[i].target);
        T_EQ_STR(plan->examples[12].target, "all other tickets, calendar office of team berlin-l3");
        book_plan_free(plan);
    }
    bookcase_fini(&c);
}
