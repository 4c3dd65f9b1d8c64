// SPDX-License-Identifier: Apache-2.0
/* A book is tried through a request: who may, what is answered, and that nothing of the store is in
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Not the book of the service: of one name with it, but with another meaning. */
static const char book[] =
    "holidays: [{name: de, complete_until: 2026-03-04, dates: []}]\n"
    "calendars:\n"
    "  - {name: office, zone: Europe/Berlin, week: [{days: [mon, tue, wed, thu, fri], open: "
    "[\"09:00-18:00\"]}], holidays: [de]}\n"
    "parties: [{name: acme}, {name: elsewhere}]\n"
    "teams: [{name: one, party: elsewhere, calendar: office}, {name: two, party: elsewhere, "
    "calendar: office}]\n"
    "contracts:\n"
    "  - name: con-aaa\n"
    "    key: AAA\n"
    "    buyer: acme\n"
    "    vendor: elsewhere\n"
    "    zone: Europe/Berlin\n"
    "    hours: office\n"
    "    teams: [{team: one}, {team: two}]\n"
    "    default_team: one\n"
    "    priorities: [P1, P2]\n"
    "    targets:\n"
    "      - {clock: first_response, match: {}, within: 1h, calendar: hours, warn: [50%]}\n"
    "      - {clock: ola, match: {}, within: 2h, calendar: team}\n"
    "    holds: [{reason: ask, party: buyer, pauses: [first_response], needs: public_question}]\n";

static const char scenario[] = "tickets:\n"
                               "  - name: printer\n"
                               "    contract: con-aaa\n"
                               "    opened: 2026-03-03T10:00\n"
                               "    events:\n"
                               "      - {at: +90m, do: take}\n"
                               "      - {at: +2h, do: reply}\n"
                               "      - {at: +150m, do: transfer, team: two}\n"
                               "    expect:\n"
                               "      - {clock: first_response, verdict: breached}\n"
                               "      - {clock: ola, team: two, due: +4h}\n";

static struct job *try_book(struct service *s, enum who who, const char *text, const char *scenes)
{
    struct job *job = service_job(s, who, REQUEST_TRY_BOOK, stamp_now(&s->stamp));

    job->request.u.try_book = (struct request_try_book){
        .text = text,
        .n = strlen(text),
        .file = "b.yaml",
        .scenario = scenes,
        .scenario_bytes = strlen(scenes),
        .scenario_file = "s.yaml",
    };
    service_read(s, job);
    return job;
}

T_TEST(service_try, answers_what_happened_and_what_was_expected)
{
    __attribute__((cleanup(service_fini))) struct service s;

    service_init(&s, NULL);
    struct job *job = try_book(&s, AGENT_A, book, scenario);
    T_EQ_INT(service_code(job), 0);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__TriedBook *tried = e->reply->tried_book;
    T_CHECK(tried != NULL && tried->n_tickets == 1);
    T_EQ_INT(tried->failed, 1);
    const Slate__V1__TriedTicket *t = tried->tickets[0];
    T_EQ_STR(t->name, "printer");
    T_EQ_STR(t->ticket->ticket, "AAA-1");
    T_EQ_STR(t->ticket->team, "two");
    T_EQ_STR(t->ticket->priority, "P2");
    static const struct {
        Slate__V1__EventKind kind;
        const char *actor;
    } events[] = {
        {SLATE__V1__EVENT_KIND__EVENT_KIND_OPENED, "vendor"},
        {SLATE__V1__EVENT_KIND__EVENT_KIND_WARNING, NULL},
        {SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH, NULL},
        {SLATE__V1__EVENT_KIND__EVENT_KIND_TAKEN, "vendor"},
        {SLATE__V1__EVENT_KIND__EVENT_KIND_MESSAGE, "vendor"},
        {SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH, NULL},
        {SLATE__V1__EVENT_KIND__EVENT_KIND_TRANSFERRED, "vendor"},
    };
    T_EQ_INT(t->n_events, COUNT(events));
    for (size_t i = 0; i < COUNT(events); i++) {
        T_EQ_INT(t->events[i]->kind, events[i].kind, "event %zu", i);
        if (events[i].actor != NULL) {
            T_EQ_STR(t->events[i]->actor, events[i].actor);
        }
    }
    T_EQ_STR(t->events[3]->assignee, "vendor");
    T_EQ_INT(t->n_checks, 2);
    T_CHECK(t->checks[0]->met && t->checks[0]->line == 10);
    T_CHECK(!t->checks[1]->met && t->checks[1]->line == 11);
    T_EQ_STR(t->checks[1]->expected, "ola of two: due 2026-03-03T13:00:00Z");
    T_EQ_STR(t->checks[1]->found, "ola of two: due 2026-03-03T13:30:00Z");
    T_EQ_INT(t->n_clocks, 3);
}

/* How far lists of holidays go is told of the scenario's days, however old or new it is. */
T_TEST(service_try, warns_of_holidays_that_end_within_the_scenario)
{
    static const struct {
        const char *opened;
        const char *warning;
    } rows[] = {
        {"2026-03-03T10:00", NULL},
        {"2026-03-04T17:30", "holiday list de ends on 2026-03-04, the scenario on 2026-03-05"},
        {"2031-03-03T10:00", "holiday list de ends on 2026-03-04, the scenario on 2031-03-03"},
        {"2011-03-03T10:00", NULL},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    char text[256];

    service_init(&s, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)snprintf(text, sizeof(text), "tickets: [{name: a, contract: con-aaa, opened: %s}]",
                       rows[i].opened);
        struct job *job = try_book(&s, ADMIN, book, text);
        T_EQ_INT(service_code(job), 0, "%s", rows[i].opened);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__TriedBook *tried = e->reply->tried_book;
        T_EQ_INT(tried->n_warnings, rows[i].warning != NULL, "%s", rows[i].opened);
        if (rows[i].warning != NULL) {
            T_EQ_STR(tried->warnings[0], rows[i].warning);
        }
        T_EQ_INT(tried->tickets[0]->n_events, 1);
    }
}

T_TEST(service_try, refuses_with_the_place_in_its_text)
{
    static const struct {
        const char *text;
        const char *scenes;
        int code;
        const char *message;
    } rows[] = {
        {"calendars: 3\n", scenario, OUTCOME_INVALID_ARGUMENT, "b.yaml:1: calendars: "},
        {book, "tickets: 3\n", OUTCOME_INVALID_ARGUMENT, "s.yaml:1: tickets: "},
        {book, "tickets: [{name: a, contract: con-bbb, opened: 2026-03-03}]",
         OUTCOME_INVALID_ARGUMENT,
         "s.yaml:1: tickets[0].contract: the book has no contract con-bbb"},
        {book,
         "tickets:\n  - name: a\n    contract: con-aaa\n    opened: 2026-03-03T10:00\n"
         "    events:\n      - {at: +1h, do: hold, reason: ask}\n",
         OUTCOME_FAILED_PRECONDITION,
         "s.yaml:6: tickets[0].events[0]: nobody was asked anything: contract con-aaa version 1, "
         "holds[ask].needs: public_question"},
    };
    __attribute__((cleanup(service_fini))) struct service s;

    service_init(&s, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = try_book(&s, MANAGER, rows[i].text, rows[i].scenes);
        T_EQ_INT(service_code(job), rows[i].code, "%s", rows[i].message);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(strncmp(e->reply->error->message, rows[i].message, strlen(rows[i].message)) == 0,
                "%s", e->reply->error->message);
    }
}

T_TEST(service_try, is_for_whoever_has_to_do_with_books)
{
    static const struct {
        enum who who;
        int code;
    } rows[] = {
        {ADMIN, 0},
        {AGENT_A, 0},
        {VM_A, 0},
        {AUDITOR_A, 0},
        {INTAKE_A, OUTCOME_PERMISSION_DENIED},
        {AGENT_B, 0},
        {VM_B, 0},
        {MANAGER, 0},
        {AUDITOR_B, 0},
        {INTAKE_B, OUTCOME_PERMISSION_DENIED},
    };
    __attribute__((cleanup(service_fini))) struct service s;

    service_init(&s, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        T_EQ_INT(service_code(try_book(&s, rows[i].who, book, scenario)), rows[i].code, "%d",
                 (int)rows[i].who);
    }
    T_EQ_INT(service_count(&s, "con-aaa"), 0, "nothing is kept");
}

/* n calendars of 32 windows a day, the union of some, and a target that needs ten years of it. */
static char *large_book(int n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    T_CHECK(out != NULL);
    (void)fputs("calendars:\n", out);
    for (int i = 0; i < n; i++) {
        (void)fprintf(out, "  - {name: c%d, zone: Europe/Berlin, week: [{days: [mon, tue], open: [",
                      i);
        for (int k = 0; k < 32; k++) {
            const int from = 40 * k + i % 9;
            (void)fprintf(out, "%s\"%02d:%02d-%02d:%02d\"", k > 0 ? ", " : "", from / 60, from % 60,
                          (from + 20) / 60, (from + 20) % 60);
        }
        (void)fputs("]}]}\n", out);
    }
    (void)fputs("  - {name: all, union: [c0", out);
    for (int i = 1; i < n && i < 30; i++) {
        (void)fprintf(out, ", c%d", i);
    }
    (void)fputs("]}\nparties: [{name: acme}, {name: north}]\nteams: [{name: one, party: "
                "north}]\ncontracts:\n"
                "  - {name: con-aaa, key: AAA, buyer: acme, vendor: north, zone: Europe/Berlin, "
                "hours: all, teams: [{team: one}], default_team: one, priorities: [P1], targets: "
                "[{clock: resolution, match: {}, within: 20000h, calendar: hours}]}\n",
                out);
    T_CHECK(fclose(out) == 0);
    return text;
}

/* What asks for too much work always will: nobody is told to try again. */
T_TEST(service_try, too_much_work_is_wrong)
{
    static const struct {
        int calendars;
        int code;
    } rows[] = {{2, 0}, {10, 0}, {180, OUTCOME_INVALID_ARGUMENT}};
    static const char scenes[] = "tickets: [{name: a, contract: con-aaa, opened: 2026-03-03}]";
    __attribute__((cleanup(service_fini))) struct service s;

    service_init(&s, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = large_book(rows[i].calendars);
        struct job *job = try_book(&s, ADMIN, text, scenes);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_EQ_INT(service_code(job), rows[i].code, "%d: %s", rows[i].calendars,
                 e->reply->error != NULL ? e->reply->error->message : "");
        T_CHECK(rows[i].code == 0 || strstr(e->reply->error->message, "more work than") != NULL);
        free(text);
    }
}

/* More of something than a scenario may have is as wrong. */
T_TEST(service_try, too_many_tickets_are_wrong)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    __attribute__((cleanup(service_fini))) struct service s;

    T_CHECK(out != NULL);
    (void)fputs("tickets:\n", out);
    for (int i = 0; i < 101; i++) {
        (void)fprintf(out, "  - {name: t%d, contract: con-aaa, opened: 2026-03-03}\n", i);
    }
    T_CHECK(fclose(out) == 0);
    service_init(&s, NULL);
    T_EQ_INT(service_code(try_book(&s, ADMIN, book, text)), OUTCOME_INVALID_ARGUMENT);
    free(text);
}

/* Twenty calendars, five contracts, a hundred tickets of ten events each over a year. */
T_TEST(service_try, a_year_of_tickets_is_tried)
{
    static const char *const acts[] = {
        "do: take",  "do: reply",  "do: transfer, team: t1", "do: message, from: requester",
        "do: reply", "do: note",   "do: transfer, team: t0", "do: message, from: requester",
        "do: reply", "do: resolve"};
    char *texts[2];
    size_t sizes[2];
    FILE *b = open_memstream(&texts[0], &sizes[0]);
    FILE *t = open_memstream(&texts[1], &sizes[1]);
    __attribute__((cleanup(service_fini))) struct service s;

    T_CHECK(b != NULL && t != NULL);
    (void)fputs("calendars:\n", b);
    for (int i = 0; i < 20; i++) {
        (void)fprintf(b,
                      "  - {name: c%d, zone: Europe/Berlin, week: [{days: [mon, tue, wed, thu, "
                      "fri], open: [\"09:00-12:00\", \"13:00-18:00\"]}]}\n",
                      i);
    }
    (void)fputs("parties: [{name: acme}, {name: north}]\nteams: [{name: t0, party: north, "
                "calendar: c7}, {name: t1, party: north, calendar: c8}]\ncontracts:\n",
                b);
    for (int i = 0; i < 5; i++) {
        (void)fprintf(b,
                      "  - {name: con%d, key: C%d, buyer: acme, vendor: north, zone: "
                      "Europe/Berlin, hours: c%d, teams: [{team: t0}, {team: t1}], default_team: "
                      "t0, priorities: [P1, P2], targets: [{clock: first_response, match: {}, "
                      "within: 1h, calendar: hours, warn: [50%%]}, {clock: next_response, match: "
                      "{}, within: 8h, calendar: hours}, {clock: resolution, match: {}, within: "
                      "3bd, cutoff: \"15:00\", calendar: hours}, {clock: ola, match: {}, within: "
                      "8h, calendar: team}]}\n",
                      i, i, i);
    }
    (void)fputs("tickets:\n", t);
    for (int i = 0; i < 100; i++) {
        (void)fprintf(t, "  - {name: a%d, contract: con%d, opened: 2026-%02d-%02dT10:00, events: [",
                      i, i % 5, 1 + i % 12, 1 + i % 28);
        for (size_t k = 0; k < COUNT(acts); k++) {
            (void)fprintf(t, "%s{at: +%zuh, %s}", k > 0 ? ", " : "", 1 + 7 * k, acts[k]);
        }
        (void)fputs("], expect: [{clock: resolution, verdict: met}]}\n", t);
    }
    T_CHECK(fclose(b) == 0 && fclose(t) == 0);
    service_init(&s, NULL);
    struct job *job = try_book(&s, ADMIN, texts[0], texts[1]);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_EQ_INT(service_code(job), 0, "%s", e->reply->error ? e->reply->error->message : "");
    free(texts[0]);
    free(texts[1]);
}
