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

/* Everything that a test makes. */
struct trial {
    struct arena arena;
    struct zone_source zones;
    struct book_plan *plan;
    struct scenario *scenario;
    struct rehearsal *rehearsal;
    struct refusal refusal;
    char text[16 * 1024];
};

static void trial_init(struct trial *t)
{
    *t = (struct trial){.zones = zonesource_folder("/usr/share/zoneinfo")};
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
        r = book_plan_alone(file, scenario_begins_at(t->scenario), &t->zones, &t->arena, &t->plan,
                            &t->refusal);
        T_EQ_INT(r, 0, "%s", t->refusal.message);
        r = scenario_link(t->scenario, t->plan->book, &t->refusal);
    }
    return r == 0 ? rehearsal_run(t->scenario, t->plan->book, &t->arena, &t->rehearsal, &t->refusal)
                  : r;
}

/* A text of the repository, in the arena. */
static const char *text_of(struct trial *t, const char *path, size_t *ret_n)
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

#define ONE(rest)      "tickets: [{name: a, contract: con, " rest "}]"
#define AT(when, rest) "{at: \"2026-03-" when "Z\", " rest "}"
#define OPENED(when)   "opened: \"2026-03-" when "Z\", "
#define UNTIL(when)    "until: \"2026-03-" when "Z\", "
#define H4             "    targets: [{clock: resolution, match: {}, within: 4h, calendar: hours}]\n"
#define H8             "    targets: [{clock: resolution, match: {}, within: 8h, calendar: hours}]\n"
#define H16            "    targets: [{clock: resolution, match: {}, within: 16h, calendar: hours}]\n"
#define ANSWER         "    targets: [{clock: first_response, match: {}, within: 4h, calendar: hours}]\n"
#define ASKED          "    targets: [{clock: next_response, match: {}, within: 2h, calendar: hours}]\n"
#define BY_PRIORITY(high, low)                                                 \
    "    targets: [{clock: resolution, match: {priority: [P1]}, within: " high \
    ", calendar: hours}, {clock: resolution, match: {}, within: " low ", calendar: hours}]\n"
#define TURNAROUND                                                                            \
    "    targets: [{clock: turnaround, match: {}, within: 2bd, cutoff: \"15:00\", calendar: " \
    "hours}]\n"

/* The same facts as in the table of worked cases, told as people would. */
static const struct {
    const char *id;
    const char *terms;
    const char *scenario;
    size_t checks;
} rows[] =
    {
        {"C02 a hold outside hours costs nothing", H16,
         ONE(OPENED("02T09:00:00") UNTIL("03T09:00:00") "events: [" AT(
             "02T18:00:00",
             "do: hold, reason: customer") ", " AT("03T07:00:00",
                                                   "do: resume") "], "
                                                                 "expect: [{clock: resolution, "
                                                                 "state: running, verdict: open, "
                                                                 "elapsed: 9h, target: 16h, "
                                                                 "due: \"2026-03-03T16:00:00Z\", "
                                                                 "limit: "
                                                                 "\"2026-03-03T16:00:00Z\"}]"),
         1},
        {"C03 it runs only when both reasons are gone", H4,
         ONE(
             OPENED("02T09:00:00") UNTIL("02T12:00:00") "events: [" AT(
                 "02T10:00:00",
                 "do: hold, "
                 "reason: "
                 "customer") ", " AT("02T10:30:00",
                                     "do: hold, reason: third") ", " AT("02T11:00:00",
                                                                        "do: resume, reason: "
                                                                        "customer") ", " AT("02T12:"
                                                                                            "00:"
                                                                                            "00",
                                                                                            "do: "
                                                                                            "resume"
                                                                                            ", "
                                                                                            "reason"
                                                                                            ": "
                                                                                            "third") "]"
                                                                                                     ","
                                                                                                     " "
                                                                                                     "e"
                                                                                                     "x"
                                                                                                     "p"
                                                                                                     "e"
                                                                                                     "c"
                                                                                                     "t"
                                                                                                     ":"
                                                                                                     " "
                                                                                                     "["
                                                                                                     "{"
                                                                                                     "c"
                                                                                                     "l"
                                                                                                     "o"
                                                                                                     "c"
                                                                                                     "k"
                                                                                                     ":"
                                                                                                     " "
                                                                                                     "r"
                                                                                                     "e"
                                                                                                     "s"
                                                                                                     "o"
                                                                                                     "l"
                                                                                                     "u"
                                                                                                     "t"
                                                                                                     "i"
                                                                                                     "o"
                                                                                                     "n"
                                                                                                     ","
                                                                                                     " "
                                                                                                     "e"
                                                                                                     "l"
                                                                                                     "a"
                                                                                                     "p"
                                                                                                     "s"
                                                                                                     "e"
                                                                                                     "d"
                                                                                                     ":"
                                                                                                     " "
                                                                                                     "1"
                                                                                                     "h"
                                                                                                     ","
                                                                                                     " "
                                                                                                     "d"
                                                                                                     "u"
                                                                                                     "e"
                                                                                                     ":"
                                                                                                     " "
                                                                                                     "\"2026-03-02T15:00:00Z\"}]"),
         1},
        {"C05 resolved on hold: what was used up is frozen", H4,
         ONE(OPENED("02T09:00:00") UNTIL("05T12:00:00") "events: [" AT(
             "02T10:00:00",
             "do: hold, reason: third") ", " AT("04T15:00:00",
                                                "do: resolve") "], "
                                                               "expect: [{clock: resolution, "
                                                               "state: stopped, verdict: met, "
                                                               "elapsed: 1h, due: none}]"),
         1},
        {"C06 on hold there is nothing due", H4,
         ONE(OPENED("02T09:00:00") UNTIL("04T10:00:00") "events: [" AT(
             "02T10:00:00", "do: hold, reason: third") "], expect: [{clock: resolution, "
                                                       "state: on_hold, verdict: open, elapsed: "
                                                       "1h, due: none, limit: none}]"),
         1},
        {"C07 opened on hold", H4,
         ONE(OPENED("02T09:00:00") UNTIL("02T12:00:00") "hold: third, events: [" AT(
             "02T11:00:00", "do: resume") "], expect: [{clock: resolution, elapsed: 1h, "
                                          "due: \"2026-03-02T15:00:00Z\"}]"),
         1},
        {"C08 resolved exactly when due is met", H4,
         ONE(OPENED("02T09:00:00") UNTIL("02T14:00:00") "events: [" AT(
             "02T13:00:00", "do: resolve") "], "
                                           "expect: [{clock: resolution, verdict: met, elapsed: "
                                           "4h, breached_at: none}]"),
         1},
        {"C09 a second later is a breach", H4,
         ONE(OPENED("02T09:00:00") "events: [" AT(
             "02T13:00:01",
             "do: resolve") "], "
                            "expect: [{clock: resolution, verdict: breached, elapsed: 4h0m1s, "
                            "breached_at: \"2026-03-02T13:00:00Z\"}]"),
         1},
        {"C10 used up at Friday's close, resolved on Saturday", H8,
         ONE(OPENED("06T09:00:00") UNTIL("09T12:00:00") "events: [" AT(
             "07T10:00:00",
             "do: resolve") "], "
                            "expect: [{clock: resolution, verdict: met, elapsed: 8h}]"),
         1},
        {"C14 priority raised, exceeded already: breached at the change", BY_PRIORITY("4h", "8h"),
         ONE(OPENED("02T09:00:00") UNTIL("02T16:00:00") "priority: P2, events: [" AT(
             "02T15:00:00",
             "do: priority, priority: P1") "], expect: [{clock: resolution, "
                                           "verdict: breached, elapsed: 7h, target: 4h, "
                                           "breached_at: \"2026-03-02T15:00:00Z\"}]"),
         1},
        {"C15 the same with half an hour left", BY_PRIORITY("4h", "8h") "    min_remaining: 30m\n",
         ONE(OPENED("02T09:00:00") UNTIL("02T15:10:00") "priority: P2, events: [" AT(
             "02T15:00:00", "do: priority, priority: P1") "], expect: [{clock: resolution, "
                                                          "verdict: open, elapsed: 6h10m, target: "
                                                          "6h30m, due: \"2026-03-02T15:30:00Z\"}]"),
         1},
        {"C16 the same from zero", BY_PRIORITY("4h", "8h") "    on_retarget: restart\n",
         ONE(OPENED("02T09:00:00") UNTIL("02T16:00:00") "priority: P2, events: [" AT(
             "02T15:00:00", "do: priority, priority: P1") "], expect: [{clock: resolution, "
                                                          "elapsed: 1h, target: 4h, due: "
                                                          "\"2026-03-03T10:00:00Z\"}]"),
         1},
        {"C17 the same pro rata", BY_PRIORITY("2h", "8h") "    on_retarget: pro_rata\n",
         ONE(OPENED("02T09:00:00") "priority: P2, events: [" AT(
             "02T13:00:00", "do: priority, priority: P1") "], expect: [{clock: resolution, "
                                                          "elapsed: 1h, target: 2h, due: "
                                                          "\"2026-03-02T14:00:00Z\"}]"),
         1},
        {"C18 lowered after a breach, which stays", BY_PRIORITY("2h", "8h"),
         ONE(OPENED("02T09:00:00") "priority: P1, events: [" AT(
             "02T12:00:00",
             "do: priority, priority: P2") ", " AT("02T13:00:00",
                                                   "do: resolve") "], "
                                                                  "expect: [{clock: resolution, "
                                                                  "verdict: breached, elapsed: 4h, "
                                                                  "target: 8h, "
                                                                  "breached_at: "
                                                                  "\"2026-03-02T11:00:00Z\"}]"),
         1},
        {"C19 transferred: the clock follows the team",
         "    targets: [{clock: resolution, match: {}, within: 8h, calendar: team}]\n"
         "    on_transfer: follow_team\n",
         ONE(OPENED("02T09:00:00") "events: [" AT(
             "02T15:00:00", "do: transfer, team: two") "], "
                                                       "expect: [{clock: resolution, elapsed: 6h, "
                                                       "due: \"2026-03-02T17:00:00Z\"}]"),
         1},
        {"C20 X31 what teams owe each other, one after the other",
         "    targets: [{clock: ola, match: {team: [one]}, within: 6h, calendar: team}, {clock: "
         "ola, "
         "match: {}, within: 4h, calendar: team}]\n",
         ONE(OPENED("02T09:00:00") UNTIL("03T09:00:00") "events: [" AT(
             "02T15:00:00",
             "do: transfer, team: three") "], expect: ["
                                          "{clock: ola, team: one, verdict: met, state: stopped, "
                                          "elapsed: 6h}, "
                                          "{clock: ola, team: three, verdict: open, elapsed: 3h, "
                                          "due: \"2026-03-03T10:00:00Z\"}, "
                                          "{clock: ola, team: two, state: none}]"),
         3},
        {"C21 reopened, the time between is left out", H4 "    on_reopen: {mode: exclude}\n",
         ONE(OPENED("02T09:00:00")
                 UNTIL("03T10:30:00") "events: [" AT("02T11:00:00", "do: resolve") ", " AT(
                     "03T10:00:00",
                     "do: reopen, from: buyer") "], "
                                                "expect: [{clock: resolution, elapsed: 2h30m, due: "
                                                "\"2026-03-03T12:00:00Z\"}]"),
         1},
        {"C22 the time between counts", H4 "    on_reopen: {mode: include}\n",
         ONE(OPENED("02T09:00:00")
                 UNTIL("03T10:30:00") "events: [" AT("02T11:00:00", "do: resolve") ", " AT(
                     "03T10:00:00",
                     "do: reopen, from: buyer") "], "
                                                "expect: [{clock: resolution, elapsed: 10h30m, "
                                                "verdict: breached, "
                                                "breached_at: \"2026-03-02T13:00:00Z\"}]"),
         1},
        {"C23 a new cycle, and the one before it", H4 "    on_reopen: {mode: new_cycle}\n",
         ONE(OPENED("02T09:00:00")
                 UNTIL("03T10:30:00") "events: [" AT("02T11:00:00", "do: resolve") ", " AT(
                     "03T10:00:00",
                     "do: message, from: requester") "], "
                                                     "expect: [{clock: resolution, cycle: 2, "
                                                     "elapsed: 30m, due: "
                                                     "\"2026-03-03T14:00:00Z\"}, "
                                                     "{clock: resolution, cycle: 1, verdict: met, "
                                                     "elapsed: 2h}, "
                                                     "{clock: resolution, cycle: 3, state: none}]"),
         3},
        {"C26 a reply told late takes its breach back", ANSWER "    max_backdate: 24h\n",
         ONE(OPENED(
             "02T09:00:00") "events: [{at: \"2026-03-02T12:30:00Z\", "
                            "recorded: \"2026-03-02T15:00:00Z\", do: reply}], "
                            "expect: [{clock: first_response, verdict: met, elapsed: 3h30m}]"),
         1},
        {"C26 told later than may be told", ANSWER "    max_backdate: 30m\n",
         ONE(OPENED(
             "02T09:00:00") "events: [{at: \"2026-03-02T12:30:00Z\", "
                            "recorded: \"2026-03-02T15:00:00Z\", do: reply}], "
                            "expect: [{clock: first_response, verdict: breached, elapsed: 6h}]"),
         1},
        {"C27 an opening told late", H4 "    max_backdate: 24h\n",
         ONE(OPENED(
             "02T08:10:00") "recorded: \"2026-03-02T12:40:00Z\", expect: [{clock: resolution, "
                            "verdict: breached, elapsed: 4h30m, breached_at: "
                            "\"2026-03-02T12:10:00Z\"}]"),
         1},
        {"C28 C29 from the first question that nobody answered; armed again", ASKED,
         ONE(OPENED("02T09:00:00") UNTIL("02T13:00:00") "events: [" AT("02T09:30:00", "do: reply") ", " AT("02T10:00:00", "do: message, from: requester") ", " AT(
             "02T11:30:00",
             "do: message, from: requester") ", " AT("02T11:45:00",
                                                     "do: reply") ", " AT("02T13:00:00",
                                                                          "do: message, from: "
                                                                          "requester") "], "
                                                                                       "expect: "
                                                                                       "[{clock: "
                                                                                       "next_"
                                                                                       "response, "
                                                                                       "cycle: 1, "
                                                                                       "verdict: "
                                                                                       "met, "
                                                                                       "elapsed: "
                                                                                       "1h45m}, "
                                                                                       "{clock: "
                                                                                       "next_"
                                                                                       "response, "
                                                                                       "verdict: "
                                                                                       "open, "
                                                                                       "elapsed: "
                                                                                       "0m, due: "
                                                                                       "\"2026-03-"
                                                                                       "02T15:00:"
                                                                                       "00Z\"}]"),
         2},
        {"C30 merged: cancelled, and the other one keeps the earlier start",
         H4 "    on_merge: earliest_start\n",
         "until: \"2026-03-02T12:30:00Z\"\n"
         "tickets:\n"
         "  - {name: a, contract: con, " OPENED("02T09:00:00") "events: [" AT(
             "02T11:00:00",
             "do: merge, into: b") ", " AT("02T12:00:00",
                                           "do: reply") "], "
                                                        "expect: [{clock: resolution, state: "
                                                        "cancelled, verdict: none, elapsed: 2h}]}\n"
                                                        "  - {name: b, contract: con, " OPENED(
                                                            "02T10:00:00") "expect: [{clock: "
                                                                           "resolution, state: "
                                                                           "running, elapsed: "
                                                                           "3h30m, due: "
                                                                           "\"2026-03-02T13:00:"
                                                                           "00Z\"}]}\n",
         2},
        {"C34 a hold across the change of clocks",
         "    targets: [{clock: resolution, match: {}, within: 12h, calendar: always}]\n",
         ONE(OPENED("28T23:00:00") UNTIL("29T02:00:00") "events: [" AT(
             "29T00:30:00",
             "do: hold, reason: third") ", " AT("29T01:30:00",
                                                "do: resume") "], "
                                                              "expect: [{clock: resolution, "
                                                              "elapsed: 2h, due: "
                                                              "\"2026-03-29T12:00:00Z\"}]"),
         1},
        {"N01 N02 business days, before the cut-off and after it", TURNAROUND,
         "tickets:\n"
         "  - {name: a, contract: con, opened: 2026-03-05T14:00, "
         "expect: [{clock: turnaround, due: 2026-03-09T18:00}]}\n"
         "  - {name: b, contract: con, opened: 2026-03-05T15:30, "
         "expect: [{clock: turnaround, due: 2026-03-10T18:00}]}\n"
         "  - {name: c, contract: con, opened: 2026-12-22T10:00, "
         "expect: [{clock: turnaround, due: 2026-12-24T13:00}]}\n",
         3},
        {"every period without an update is missed",
         "    targets: [{clock: update, match: {}, within: 2h, calendar: always, missed: "
         "each_period}]\n",
         ONE(OPENED("02T08:00:00") UNTIL(
             "02T15:00:00") "events: [{at: +5h, do: reply}], expect: ["
                            "{clock: update, cycle: 1, verdict: breached, breached_at: +2h}, "
                            "{clock: update, cycle: 2, verdict: breached, breached_at: +4h}, "
                            "{clock: update, verdict: open, elapsed: 2h, due: +7h}]"),
         3},
        {"a hold ends by itself, or by the answer that it waits for", H16,
         ONE(OPENED("02T09:00:00") UNTIL("06T12:00:00") "events: [" AT(
             "02T10:00:00",
             "do: hold, reason: customer") ", " AT("06T08:00:00",
                                                   "do: hold, reason: answer, question: "
                                                   "true") ", " AT("06T11:00:00",
                                                                   "do: message, from: "
                                                                   "requester") "], "
                                                                                "expect: "
                                                                                "[{clock: "
                                                                                "resolution"
                                                                                ", "
                                                                                "state: "
                                                                                "running, "
                                                                                "elapsed: "
                                                                                "2h}]"),
         1},
        {"what the rules refuse, as expected", H4 "    priority_change: {raise: [lead]}\n",
         ONE(
             OPENED("02T09:00:00") "priority: P3, events: [" AT(
                 "02T10:00:00",
                 "do: hold, reason: "
                 "answer, refused: "
                 "true") ", " AT("02T10:00:00", "do: hold, reason: third, from: buyer, refused: "
                                                "true") ", " AT("02T10:00:00",
                                                                "do: close, refused: "
                                                                "true") ", " AT("02T10:"
                                                                                "00:00",
                                                                                "do: "
                                                                                "priori"
                                                                                "ty, "
                                                                                "priori"
                                                                                "ty: "
                                                                                "P1, "
                                                                                "role: "
                                                                                "agent,"
                                                                                " refus"
                                                                                "ed: "
                                                                                "true") ", " AT("02"
                                                                                                "T1"
                                                                                                "0:"
                                                                                                "00"
                                                                                                ":0"
                                                                                                "0",
                                                                                                "do"
                                                                                                ": "
                                                                                                "pr"
                                                                                                "io"
                                                                                                "ri"
                                                                                                "ty"
                                                                                                ", "
                                                                                                "pr"
                                                                                                "io"
                                                                                                "ri"
                                                                                                "ty"
                                                                                                ": "
                                                                                                "P1"
                                                                                                ", "
                                                                                                "ro"
                                                                                                "le"
                                                                                                ": "
                                                                                                "le"
                                                                                                "a"
                                                                                                "d") "], "
                                                                                                     "expect: [{clock: resolution, elapsed: 1h}]"),
         5},
        {"resolved in silence, by a person and by a tool", ANSWER,
         "tickets:\n"
         "  - {name: a, contract: con, opened: 2026-03-02T10:00, events: [{at: +1h, do: resolve}], "
         "expect: [{clock: first_response, verdict: breached, breached_at: +1h}]}\n"
         "  - {name: b, contract: con, opened: 2026-03-02T10:00, events: [{at: +1h, do: resolve, "
         "by: "
         "tool}], expect: [{clock: first_response, verdict: none, state: cancelled}]}\n"
         "  - {name: c, contract: con, opened: 2026-03-02T10:00, events: [{at: +1h, do: resolve, "
         "message: true}], expect: [{clock: first_response, verdict: met, elapsed: 1h}]}\n",
         3},
        {"what a tool says answers nothing", ANSWER,
         ONE(OPENED("02T09:00:00") "events: [" AT(
             "02T10:00:00",
             "do: message, from: vendor, by: "
             "auto") ", " AT("02T10:30:00",
                             "do: note") ", " AT("02T11:00:00",
                                                 "do: message, from: tool") "], expect: [{clock: "
                                                                            "first_response, "
                                                                            "verdict: open, "
                                                                            "elapsed: 2h}]"),
         1},
        {"edited into another row",
         "    targets: [{clock: resolution, match: {category: [vip], customer_tier: [gold], "
         "language: "
         "[de]}, within: 2h, calendar: hours}, {clock: resolution, match: {}, within: 4h, "
         "calendar: "
         "hours}]\n",
         ONE(OPENED("02T09:00:00") "function: claims, category: vip, customer_tier: silver, "
                                   "events: [" AT("02T10:00:00",
                                                  "do: edit, customer_tier: gold, language: de, "
                                                  "from: buyer") "], "
                                                                 "expect: [{clock: resolution, "
                                                                 "target: 2h, due: "
                                                                 "\"2026-03-02T11:00:00Z\"}]"),
         1},
        {"taken, seen",
         "    targets: [{clock: acknowledge, match: {}, within: 1h, calendar: hours}]\n",
         "tickets:\n"
         "  - {name: a, contract: con, opened: 2026-03-02T10:00, events: [{at: +30m, do: take}], "
         "expect: [{clock: acknowledge, verdict: met, elapsed: 30m}]}\n"
         "  - {name: b, contract: con, opened: 2026-03-02T10:00, events: [{at: +2h, do: ack}], "
         "expect: [{clock: acknowledge, verdict: breached, breached_at: +1h}]}\n",
         2},
};

T_TEST(rehearsal, worked_cases)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trial t;
        size_t n = 0;
        trial_init(&t);
        const int r = rehearse(&t, rows[i].terms, rows[i].scenario);
        T_EQ_INT(r, 0, "%s: %s", rows[i].id, t.refusal.message);
        for (size_t k = 0; k < t.rehearsal->n_tickets; k++) {
            const struct rehearsal_ticket *ticket = &t.rehearsal->tickets[k];
            for (size_t c = 0; c < ticket->n_checks; c++) {
                T_CHECK(ticket->checks[c].met, "%s: %s, but %s (%s)", rows[i].id,
                        ticket->checks[c].expected, ticket->checks[c].found, trace(ticket));
            }
            n += ticket->n_checks;
        }
        T_EQ_INT(t.rehearsal->failed, 0, "%s", rows[i].id);
        T_EQ_INT(n, rows[i].checks, "%s", rows[i].id);
        trial_fini(&t);
    }
}

T_TEST(rehearsal, events_come_as_they_would_be_journalled)
{
    struct trial t;

    trial_init(&t);
    T_EQ_INT(rehearse(&t,
                      "    targets: [{clock: first_response, match: {}, within: 4h, calendar: "
                      "hours, warn: [50%]}]\n    max_backdate: 24h\n    auto_close: {after: 2h}\n",
                      ONE(OPENED("02T09:00:00") UNTIL(
                          "02T18:00:01") "events: [{at: \"2026-03-02T12:30:00Z\", recorded: "
                                         "\"2026-03-02T15:00:00Z\", do: reply}, " AT(
                                             "02T16:00:00", "do: resolve") "]")),
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
             OUTCOME_RESOURCE_EXHAUSTED);
    T_CHECK(strstr(t.refusal.message, "more work than one request may make") != NULL, "%s",
            t.refusal.message);
    T_CHECK(arena_mark(&t.arena).block != NULL && t.arena.used_bytes < (size_t)192 * 1024 * 1024,
            "%zu", t.arena.used_bytes);
    free(text);
    trial_fini(&t);
}

T_TEST(rehearsal, the_same_texts_come_out_the_same)
{
    static const char terms[] = BY_PRIORITY("4h", "8h");
    static const char text[] = ONE(OPENED("02T09:00:00") UNTIL(
        "04T16:00:00") "priority: P2, "
                       "events: [" AT("02T15:00:00", "do: priority, priority: P1") "]");
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
    T_EQ_INT(book_plan_alone(file, scenario_begins_at(t.scenario), &t.zones, &t.arena, &t.plan,
                             &t.refusal),
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
