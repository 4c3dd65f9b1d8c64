// SPDX-License-Identifier: Apache-2.0
/*
 * Scenarios that say themselves what is to come of them. Times are of March 2026, in winter: Berlin
 * works from 08:00 to 17:00 in UTC.
 */
#include "rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/bookplan.h"
#include "config/zonesource.h"
#include "core/instant.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char head[] =
    "holidays:\n"
    "  - {name: de, complete_until: 2027-12-31, dates: [{date: 2026-12-24, open: "
    "[\"09:00-13:00\"]}]}\n"
    "calendars:\n"
    "  - {name: always, zone: Etc/UTC, week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: "
    "[\"00:00-24:00\"]}]}\n"
    "  - {name: berlin, zone: Europe/Berlin, week: [{days: [mon, tue, wed, thu, fri], open: "
    "[\"09:00-18:00\"]}], holidays: [de]}\n"
    "  - {name: york, zone: America/New_York, week: [{days: [mon, tue, wed, thu, fri], open: "
    "[\"09:00-17:00\"]}]}\n"
    "parties: [{name: acme}, {name: north}]\n"
    "teams:\n"
    "  - {name: one, party: north, functions: [payroll], calendar: berlin}\n"
    "  - {name: two, party: north, functions: [claims], calendar: york}\n"
    "  - {name: three, party: north, functions: [claims], calendar: berlin}\n"
    "contracts:\n"
    "  - name: con\n"
    "    key: CON\n"
    "    buyer: acme\n"
    "    vendor: north\n"
    "    zone: Europe/Berlin\n"
    "    hours: berlin\n"
    "    teams: [{team: one}, {team: two}, {team: three}]\n"
    "    default_team: one\n"
    "    priorities: [P1, P2, P3]\n";

static const char holds[] =
    "    holds:\n"
    "      - {reason: customer, party: buyer, pauses: [resolution], max: 80h}\n"
    "      - {reason: third, party: buyer, pauses: [resolution], set_by: [vendor]}\n"
    "      - {reason: answer, party: buyer, pauses: [resolution], needs: public_question, ends_on: "
    "requester_message}\n";

enum { STEPS_MAX = 10000000 }; // as of a request

/* Everything that a test makes. */
struct trial {
    struct arena arena;
    struct zone_source zones;
    struct book_plan *plan;
    struct scenario *scenario;
    struct rehearsal *rehearsal;
    struct meter meter;
    struct refusal refusal;
    char text[16 * 1024];
};

static void trial_init(struct trial *t)
{
    *t = (struct trial){.zones = zonesource_folder("/usr/share/zoneinfo"),
                        .meter = {.left = STEPS_MAX}};
    arena_init(&t->arena, (size_t)512 * 1024 * 1024);
}

static void trial_fini(struct trial *t)
{
    book_plan_free(t->plan);
    arena_fini(&t->arena);
}

/* Rehearses; the terms are those of the contract from its targets on. */
static int rehearse(struct trial *t, const char *terms, const char *scenario)
{
    struct bookfile *file;

    (void)snprintf(t->text, sizeof(t->text), "%s%s%s", head, terms,
                   strstr(terms, "    holds:") == NULL ? holds : "");
    book_plan_free(t->plan);
    t->plan = NULL;
    int r = bookfile_parse(t->text, strlen(t->text), "book.yaml", &t->arena, &file, &t->refusal);
    T_EQ_INT(r, 0, "%s", t->refusal.message);
    t->refusal = (struct refusal){.code = OUTCOME_OK};
    r = scenario_parse(scenario, strlen(scenario), "scenario.yaml", &t->arena, &t->scenario,
                       &t->refusal);
    if (r == 0) {
        r = book_plan_alone(file, scenario_begins_at(t->scenario), &t->zones, &t->meter, &t->arena,
                            &t->plan, &t->refusal);
        T_EQ_INT(r, 0, "%s", t->refusal.message);
        r = scenario_link(t->scenario, t->plan->book, &t->refusal);
    }
    return r == 0 ? rehearsal_run(t->scenario, t->plan->book, &t->arena, &t->rehearsal, &t->refusal)
                  : r;
}

/* A text of the repository, in the arena. */
static char *text_of(struct trial *t, const char *path, size_t *ret_n)
{
    enum { BYTES_MAX = 64 * 1024 };
    char *text = arena_alloc(&t->arena, BYTES_MAX);
    FILE *in = fopen(path, "re");

    T_CHECK(text != NULL && in != NULL, "%s", path);
    *ret_n = fread(text, 1, BYTES_MAX, in);
    T_CHECK(*ret_n < BYTES_MAX && fclose(in) == 0, "%s", path);
    return text;
}

/* "opened; message 12:30; *breached first_response": all that happened to a ticket. */
static const char *trace(const struct rehearsal_ticket *t)
{
    static char text[4096];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < t->n_entries; i++) {
        const struct event *e = &t->entries[i]->event;
        char at[INSTANT_TEXT_BYTES];
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s %.5s", i > 0 ? ", " : "",
                                 e->origin == ORIGIN_CLOCK ? "*" : "", event_kind_name(e->kind),
                                 instant_format(e->effective_at, at) + 11);
        T_CHECK(used < sizeof(text));
    }
    return text;
}

#define H4 "    targets: [{clock: resolution, match: {}, within: 4h, calendar: hours}]\n"

/* One case: "=== TITLE: CHECKS", terms, "---", a scenario. The text is cut up. */
static void work_case(char *text)
{
    char *terms = strchr(text, '\n');
    char *scenario = strstr(text, "---\n");
    size_t n = 0;
    struct trial t;

    T_CHECK(terms != NULL && scenario != NULL, "%s", text);
    *terms++ = '\0';
    *scenario = '\0';
    trial_init(&t);
    T_EQ_INT(rehearse(&t, terms, scenario + 4), 0, "%s: %s", text, t.refusal.message);
    for (size_t i = 0; i < t.rehearsal->n_tickets; i++) {
        const struct rehearsal_ticket *ticket = &t.rehearsal->tickets[i];
        for (size_t k = 0; k < ticket->n_checks; k++) {
            T_CHECK(ticket->checks[k].met, "%s: %s, but %s (%s)", text, ticket->checks[k].expected,
                    ticket->checks[k].found, trace(ticket));
        }
        n += ticket->n_checks;
    }
    T_EQ_INT(t.rehearsal->failed, 0, "%s", text);
    T_EQ_INT(n, strtoul(strrchr(text, ':') + 1, NULL, 10), "%s", text);
    trial_fini(&t);
}

T_TEST(rehearsal, worked_cases)
{
    static const char mark[] = "\n=== ";
    struct trial files;
    size_t n;
    int cases = 0;

    trial_init(&files);
    char *at = strstr(text_of(&files, "tests/server/scenarios.txt", &n), mark);
    while (at != NULL) {
        char *next = strstr(at + 1, mark);
        if (next != NULL) {
            next[1] = '\0'; // the text of the case keeps its last line's end
        }
        work_case(at + strlen(mark));
        cases++;
        at = next;
        if (next != NULL) {
            next[1] = '=';
        }
    }
    T_CHECK(cases > 30, "%d cases", cases);
    trial_fini(&files);
}

T_TEST(rehearsal, events_come_as_they_would_be_journalled)
{
    struct trial t;

    trial_init(&t);
    T_EQ_INT(rehearse(&t,
                      "    targets: [{clock: first_response, match: {}, within: 4h, calendar: "
                      "hours, warn: [50%]}]\n    max_backdate: 24h\n    auto_close: {after: 2h}\n",
                      "tickets:\n"
                      "  - name: a\n"
                      "    contract: con\n"
                      "    opened: 2026-03-02T10:00\n"
                      "    until: \"2026-03-02T18:00:01Z\"\n"
                      "    events:\n"
                      "      - {at: 2026-03-02T13:30, recorded: 2026-03-02T16:00, do: reply}\n"
                      "      - {at: 2026-03-02T17:00, do: resolve}\n"),
             0, "%s", t.refusal.message);
    const struct rehearsal_ticket *ticket = &t.rehearsal->tickets[0];
    T_EQ_STR(trace(ticket),
             "ticket_opened 09:00, *clock_warned 11:00, *clock_breached 13:00, message 12:30, "
             "clock_withdrawn 13:00, resolved 16:00, *closed 18:00");
    for (size_t i = 0; i < ticket->n_entries; i++) {
        T_EQ_INT(ticket->entries[i]->seq, i + 1);
        T_EQ_INT(ticket->entries[i]->ticket_prev_seq, i);
    }
    T_EQ_INT(ticket->ticket.state, TICKET_CLOSED);
    trial_fini(&t);
}

T_TEST(rehearsal, an_expectation_that_is_not_met_says_what_is)
{
    struct trial t;

    trial_init(&t);
    T_EQ_INT(rehearse(&t, H4,
                      "tickets:\n"
                      "  - name: a\n"
                      "    contract: con\n"
                      "    opened: 2026-03-02T10:00\n"
                      "    events:\n"
                      "      - {at: +1h, do: reply, refused: true}\n"
                      "    expect:\n"
                      "      - {clock: resolution, verdict: met, due: 2026-03-02T13:00}\n"
                      "      - {clock: resolution, elapsed: 1h}\n"
                      "      - {clock: resolution, cycle: 7, verdict: met}\n"
                      "      - {clock: update, state: none}\n"
                      "      - {clock: resolution, state: none}\n"),
             0, "%s", t.refusal.message);
    const struct rehearsal_ticket *ticket = &t.rehearsal->tickets[0];
    static const struct {
        uint32_t line;
        bool met;
        const char *expected;
        const char *found;
    } checks[] = {
        {6, false, "it is refused", "it was carried out"},
        {8, false, "resolution: verdict met, due 2026-03-02T12:00:00Z",
         "resolution: verdict open, due 2026-03-02T13:00:00Z"},
        {9, true, "resolution: elapsed 1h", "resolution: elapsed 1h"},
        {10, false, "resolution #7: verdict met", "resolution #7: there is no such clock"},
        {11, true, "update: there is no such clock", "update: there is no such clock"},
        {12, false, "resolution: there is no such clock", "resolution: state running"},
    };
    T_EQ_INT(ticket->n_checks, COUNT(checks));
    for (size_t i = 0; i < COUNT(checks); i++) {
        T_EQ_INT(ticket->checks[i].line, checks[i].line);
        T_EQ_INT(ticket->checks[i].met, checks[i].met, "%s", checks[i].expected);
        T_EQ_STR(ticket->checks[i].expected, checks[i].expected);
        T_EQ_STR(ticket->checks[i].found, checks[i].found);
    }
    T_EQ_INT(t.rehearsal->failed, 4);
    trial_fini(&t);
}

T_TEST(rehearsal, what_is_refused_names_its_line)
{
    static const struct {
        const char *scenario; /* behind the contract of ticket a, from line 4 on */
        int code;
        uint32_t line;
        const char *message;
    } bad[] = {
        {"    opened: 2026-03-02T10:00\n    events:\n      - {at: +1h, do: close}\n",
         OUTCOME_FAILED_PRECONDITION, 6,
         "scenario.yaml:6: tickets[0].events[0]: the ticket is new, and only what is resolved is "
         "closed"},
        {"    opened: 2026-03-02T10:00\n    events:\n      - {at: +1h, do: hold, reason: third, "
         "from: buyer}\n",
         OUTCOME_PERMISSION_DENIED, 6, "contract con version 1, holds[third].set_by: vendor"},
        {"    opened: 2026-03-02T10:00\n    hold: answer\n", OUTCOME_FAILED_PRECONDITION, 2,
         "scenario.yaml:2: tickets[0]: nobody was asked anything: contract con version 1, "
         "holds[answer].needs: public_question"},
        {"    opened: 2026-03-02T10:00\n    until: 2026-03-02T11:00\n    events:\n      - {at: "
         "+2h, do: reply, refused: true}\n",
         OUTCOME_FAILED_PRECONDITION, 7, "nothing of ticket a is looked at any more by then"},
        {"    opened: 2026-03-02T10:00\n    events:\n      - {at: +1h, do: merge, into: b, "
         "refused: "
         "true}\n  - {name: b, contract: con, opened: 2026-03-02T12:00}\n",
         OUTCOME_FAILED_PRECONDITION, 6, "ticket b is only opened later"},
        {"    opened: 2026-03-02T10:00\n    events:\n      - {at: +1h, do: merge, into: a}\n",
         OUTCOME_INVALID_ARGUMENT, 6, "cannot be merged into itself"},
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct trial t;
        char text[1024];
        trial_init(&t);
        (void)snprintf(text, sizeof(text), "tickets:\n  - name: a\n    contract: con\n%s",
                       bad[i].scenario);
        T_EQ_INT(rehearse(&t, H4, text), bad[i].code, "%s: %s", bad[i].message, t.refusal.message);
        T_EQ_INT(t.refusal.line, bad[i].line, "%s", t.refusal.message);
        T_CHECK(strstr(t.refusal.message, bad[i].message) != NULL, "%s", t.refusal.message);
        trial_fini(&t);
    }
}

/* Many cycles of many tickets end somewhere; a long life does, too. */
T_TEST(rehearsal, work_is_bounded)
{
    struct trial t;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    T_CHECK(out != NULL);
    (void)fprintf(out, "until: 2026-06-02T10:00\ntickets:\n");
    for (int i = 0; i < SCENARIO_TICKETS_MAX; i++) {
        (void)fprintf(out, "  - {name: t%d, contract: con, opened: 2026-03-02T10:00}\n", i);
    }
    (void)fclose(out);
    trial_init(&t);
    T_EQ_INT(rehearse(&t,
                      "    targets: [{clock: update, match: {}, within: 1h, calendar: always, "
                      "missed: each_period}]\n",
                      text),
             OUTCOME_INVALID_ARGUMENT);
    T_CHECK(strstr(t.refusal.message, "more work than one request may make") != NULL, "%s",
            t.refusal.message);
    T_CHECK(arena_mark(&t.arena).block != NULL && t.arena.used_bytes < (size_t)192 * 1024 * 1024,
            "%zu", t.arena.used_bytes);
    free(text);
    trial_fini(&t);
}

/* Rehearses with so many steps. They do not suffice: that is what is said, whatever else comes of
 * it. */
static void check_spent(const char *terms, const char *scenes, uint64_t steps, uint64_t needed)
{
    struct trial t;

    trial_init(&t);
    t.meter.left = steps;
    T_EQ_INT(rehearse(&t, terms, scenes), OUTCOME_INVALID_ARGUMENT, "%d of %d: %s", (int)steps,
             (int)needed, t.refusal.message);
    T_CHECK(strstr(t.refusal.message, "more work than") != NULL, "%d of %d: %s", (int)steps,
            (int)needed, t.refusal.message);
    T_CHECK(t.meter.spent && t.rehearsal == NULL, "%d of %d", (int)steps, (int)needed);
    trial_fini(&t);
}

/* Wherever the meter runs out, that is what is said, and nothing is carried on with: also where
 * the rules would refuse what is decided last, and where all that is left is to look at clocks. */
T_TEST(rehearsal, a_spent_meter_is_told_of)
{
    static const char terms[] =
        "    targets: [{clock: update, match: {}, within: 1h, calendar: hours, missed: "
        "each_period, "
        "warn: [50%]}, {clock: resolution, match: {}, within: 2bd, cutoff: \"15:00\", calendar: "
        "hours}, {clock: ola, match: {}, within: 3h, calendar: team}]\n";
    static const struct {
        const char *scenes;
        int outcome; /* with all the steps that it takes */
    } rows[] = {
        {"tickets: [{name: a, contract: con, opened: 2026-03-02T10:00, events: [{at: +1h, do: "
         "hold, reason: customer}, {at: +3h, do: resume, reason: customer}, {at: +4h, do: "
         "transfer, team: two}, {at: +30h, do: reply}, {at: +31h, do: resolve}, {at: +40h, do: "
         "reopen}], until: +200h, expect: [{clock: resolution, verdict: met}]}]",
         0},
        {"tickets: [{name: a, contract: con, opened: 2026-03-02T10:00, events: [{at: +1h, do: "
         "hold, reason: customer}, {at: +90h, do: resume, reason: third}]}]",
         OUTCOME_FAILED_PRECONDITION},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trial t;

        trial_init(&t);
        T_EQ_INT(rehearse(&t, terms, rows[i].scenes), rows[i].outcome, "%s", t.refusal.message);
        const uint64_t needed = STEPS_MAX - t.meter.left;
        trial_fini(&t);
        for (uint64_t n = needed / 5; n < needed; n += needed / 60 + 1) {
            check_spent(terms, rows[i].scenes, n, needed);
        }
        for (uint64_t n = needed - 30; n < needed; n++) {
            check_spent(terms, rows[i].scenes, n, needed);
        }
    }
}

T_TEST(rehearsal, the_same_texts_come_out_the_same)
{
    static const char terms[] =
        "    targets: [{clock: resolution, match: {priority: [P1]}, within: 4h, calendar: hours}, "
        "{clock: resolution, match: {}, within: 8h, calendar: hours}]\n";
    static const char text[] = "tickets: [{name: a, contract: con, opened: 2026-03-02T10:00, "
                               "until: +50h, priority: P2, events: [{at: +6h, do: priority, "
                               "priority: P1}]}]";
    char first[4096];
    struct trial t;

    trial_init(&t);
    T_EQ_INT(rehearse(&t, terms, text), 0, "%s", t.refusal.message);
    (void)snprintf(first, sizeof(first), "%s", trace(&t.rehearsal->tickets[0]));
    for (int i = 0; i < 3; i++) {
        T_EQ_INT(rehearse(&t, terms, text), 0, "%s", t.refusal.message);
        T_EQ_STR(trace(&t.rehearsal->tickets[0]), first);
    }
    trial_fini(&t);
}

T_TEST(rehearsal, the_example_of_the_documents_is_right)
{
    struct trial t;
    struct bookfile *file;
    size_t n;

    trial_init(&t);
    const char *book = text_of(&t, "docs/examples/book-demo.yaml", &n);
    T_EQ_INT(bookfile_parse(book, n, "b.yaml", &t.arena, &file, &t.refusal), 0, "%s",
             t.refusal.message);
    const char *scenes = text_of(&t, "docs/examples/scenario-demo.yaml", &n);
    T_EQ_INT(scenario_parse(scenes, n, "s.yaml", &t.arena, &t.scenario, &t.refusal), 0, "%s",
             t.refusal.message);
    T_EQ_INT(book_plan_alone(file, scenario_begins_at(t.scenario), &t.zones, NULL, &t.arena,
                             &t.plan, &t.refusal),
             0, "%s", t.refusal.message);
    T_EQ_INT(scenario_link(t.scenario, t.plan->book, &t.refusal), 0, "%s", t.refusal.message);
    T_EQ_INT(rehearsal_run(t.scenario, t.plan->book, &t.arena, &t.rehearsal, &t.refusal), 0, "%s",
             t.refusal.message);
    for (size_t i = 0; i < t.rehearsal->n_tickets; i++) {
        const struct rehearsal_ticket *ticket = &t.rehearsal->tickets[i];
        T_CHECK(ticket->n_checks > 0);
        for (size_t k = 0; k < ticket->n_checks; k++) {
            T_CHECK(ticket->checks[k].met, "line %u: %s, but %s (%s)", ticket->checks[k].line,
                    ticket->checks[k].expected, ticket->checks[k].found, trace(ticket));
        }
    }
    trial_fini(&t);
}
