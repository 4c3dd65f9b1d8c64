// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as the text of a scenario, under one book. What is taken must be linked or refused with
 * its place, and instants must lie in the years that calendars know.
 */
#include <stdlib.h>
#include <string.h>

#include "config/bookplan.h"
#include "config/scenario.h"
#include "config/zonesource.h"
#include "core/instant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char book_text[] =
    "calendars:\n"
    "  - {name: office, zone: Europe/Berlin, week: [{days: [mon, tue, wed, thu, fri], open: "
    "[\"09:00-18:00\"]}]}\n"
    "parties: [{name: buyer}, {name: vendor}]\n"
    "teams: [{name: one, party: vendor, functions: [it]}, {name: two, party: vendor}]\n"
    "contracts:\n"
    "  - name: con\n"
    "    key: CON\n"
    "    buyer: buyer\n"
    "    vendor: vendor\n"
    "    zone: Europe/Berlin\n"
    "    hours: office\n"
    "    teams: [{team: one}, {team: two}]\n"
    "    default_team: one\n"
    "    priorities: [P1, P2]\n"
    "    targets: [{clock: resolution, match: {}, within: 8h, calendar: hours}]\n"
    "    holds: [{reason: ask, party: buyer, pauses: [resolution]}]\n";

static void must(int holds)
{
    if (!holds) {
        abort();
    }
}

/* Made once: what the fuzzer changes is the scenario. */
static const struct book *the_book(void)
{
    static struct arena arena;
    static struct book_plan *plan;
    const struct zone_source zones = zonesource_folder("/usr/share/zoneinfo");
    struct refusal refusal;
    struct bookfile *file;

    if (plan == NULL) {
        arena_init(&arena, (size_t)1 << 28);
        must(bookfile_parse(book_text, sizeof(book_text) - 1, "book.yaml", &arena, &file,
                            &refusal) == 0);
        must(book_plan_alone(file, 0, &zones, NULL, &arena, &plan, &refusal) == 0);
    }
    return plan->book;
}

static void check(const struct scenario *s)
{
    for (size_t i = 0; i < s->n_tickets; i++) {
        const struct scenario_ticket *t = &s->tickets[i];
        must(t->contract != NULL && t->opened_at >= 0 && t->until_at >= t->received_at);
        must(t->until_at < instant_day(2101, 1, 1) * US_PER_DAY);
        for (size_t k = 0; k < t->n_events; k++) {
            must(t->events[k].received_at >= t->received_at && t->events[k].line > 0);
            must(t->events[k].other < s->n_tickets);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct refusal refusal = {.code = OUTCOME_OK};
    struct scenario *s;
    struct arena arena;

    arena_init(&arena, (size_t)1 << 28);
    int r = scenario_parse((const char *)data, size, "s.yaml", &arena, &s, &refusal);
    must(r == (int)refusal.code);
    if (r == 0) {
        must(scenario_begins_at(s) < INSTANT_NEVER);
        r = scenario_link(s, the_book(), &refusal);
        must(r == (int)refusal.code);
        if (r == 0) {
            check(s);
        }
    }
    must(r == 0 || strncmp(refusal.message, "s.yaml", 6) == 0);
    arena_fini(&arena);
    return 0;
}
