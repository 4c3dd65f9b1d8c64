// SPDX-License-Identifier: Apache-2.0
/*
 * What each kind of clock makes of a ticket's life. Rows are those of life_sample.
 */
#include "core/sla.h"

#include <string.h>

#include "core/life.h"
#include "t.h"

#define ACK  CLOCK_KIND_ACKNOWLEDGE
#define NEXT CLOCK_KIND_NEXT_RESPONSE
#define WORK CLOCK_KIND_RESOLUTION

struct row {
    const char *what;
    const char *life;
    enum clock_kind kind;
    const char *at;
    const char *story;
};

static void check(const struct row *rows, size_t n)
{
    struct sample s;
    struct life l;

    life_sample(&s);
    for (size_t i = 0; i < n; i++) {
        life_read(&l, &s, rows[i].life);
        T_EQ_STR(life_story(&s.book, &l.ticket, rows[i].kind, life_at(rows[i].at)), rows[i].story,
                 "%s", rows[i].what);
    }
    sample_fini(&s);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

T_TEST(sla_kinds, t62_an_acknowledgement_is_met_by_a_person_once_and_for_all)
{
    static const struct row rows[] = {
        {"nobody yet", "09:00 opened P1", ACK, "09:20", "#1 open 09:00- 20m due 09:30"},
        {"taken", "09:00 opened P1, 09:20 taken", ACK, "11:00", "#1 met 09:00-09:20 20m"},
        {"at the limit", "09:00 opened P1, 09:30 taken", ACK, "11:00", "#1 met 09:00-09:30 30m"},
        {"too late", "09:00 opened P1, 09:40 taken", ACK, "11:00",
         "#1 breached 09:00-09:40 40m !09:30"},
        {"T37: a reply is none", "09:00 opened P1, 09:10 replied", ACK, "09:20",
         "#1 open 09:00- 20m due 09:30"},
        {"taken again", "09:00 opened P1, 09:10 taken, 09:50 taken", ACK, "11:00",
         "#1 met 09:00-09:10 10m"},
        {"a row for P1 only", "09:00 opened P2", ACK, "11:00", ""},
        {"on hold, where the contract says so",
         "09:00 opened P1, 09:10 held embargo, 10:10 resumed embargo", ACK, "10:20",
         "#1 open 09:00- 20m due 10:30"},
        {"and where it does not", "09:00 opened P1, 09:10 held waiting-customer", ACK, "09:20",
         "#1 open 09:00- 20m due 09:30"},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, a_resolve_cancels_an_acknowledgement_and_nothing_brings_it_back)
{
    static const struct row rows[] = {
        {"resolved", "09:00 opened P1, 09:20 resolved", ACK, "11:00",
         "#1 none 09:00-09:20 20m cancelled"},
        {"T68: a breach stays", "09:00 opened P1, 10:00 resolved", ACK, "11:00",
         "#1 breached 09:00-10:00 60m cancelled !09:30"},
        {"reopened", "09:00 opened P1, 09:20 resolved, 10:00 reopened, 10:05 taken", ACK, "11:00",
         "#1 none 09:00-09:20 20m cancelled"},
        {"T44: reopened after it was met",
         "09:00 opened P1, 09:10 taken, 09:20 resolved, 20/10:00 reopened", ACK, "20/11:00",
         "#1 met 09:00-09:10 10m"},
        {"without a target until it was resolved",
         "09:00 opened P2, 09:20 resolved, 10:00 reopened, 10:05 priority P1", ACK, "11:00", ""},
        {"without a target until it was taken", "09:00 opened P2, 09:20 taken, 10:05 priority P1",
         ACK, "11:00", ""},
        {"without a target at first", "09:00 opened P2, 10:05 priority P1", ACK, "10:15",
         "#1 open 10:05- 10m due 10:35"},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, t60_a_next_response_runs_from_the_oldest_unanswered_question_to_the_reply)
{
    static const struct row rows[] = {
        {"the first response is another clock", "09:00 opened P1, & asked, 09:30 asked", NEXT,
         "12:00", ""},
        {"and answers all that was asked before it",
         "09:00 opened P1, & asked, 09:30 asked, 09:40 replied", NEXT, "12:00", ""},
        {"asked after it", "09:00 opened P1, 09:40 replied, 10:00 asked", NEXT, "10:20",
         "#1 open 10:00- 20m due 11:00"},
        {"more questions do not move it",
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:10 asked, 10:15 asked", NEXT, "10:20",
         "#1 open 10:00- 20m due 11:00"},
        {"answered", "09:00 opened P1, 09:40 replied, 10:00 asked, 10:30 replied", NEXT, "12:00",
         "#1 met 10:00-10:30 30m"},
        {"the vendor speaks last, and again",
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:30 replied, 10:50 replied", NEXT, "12:00",
         "#1 met 10:00-10:30 30m"},
        {"each question after a reply is a cycle",
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:30 replied, 11:00 asked, 12:10 replied, "
         "12:20 asked",
         NEXT, "12:30",
         "#1 met 10:00-10:30 30m; #2 breached 11:00-12:10 70m !12:00; "
         "#3 open 12:20- 10m due 13:20"},
        {"at the limit it is met", "09:00 opened P1, 09:40 replied, 10:00 asked, 11:00 replied",
         NEXT, "12:00", "#1 met 10:00-11:00 60m"},
        {"a row with hours of its own", "09:00 opened P2, 09:40 replied, 15:00 asked", NEXT,
         "3/09:00", "#1 open 15:00- 180m due 3/10:00"},
        {"asked and answered at one instant, in their order",
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:00 replied", NEXT, "12:00",
         "#1 met 10:00-10:00 0m"},
        {"answered and asked", "09:00 opened P1, 10:00 replied, 10:00 asked", NEXT, "10:30",
         "#1 open 10:00- 30m due 11:00"},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, t58_a_resolve_ends_a_next_response)
{
    static const struct row rows[] = {
        {"without an answer", "09:00 opened P1, 09:40 replied, 10:00 asked, 10:20 resolved", NEXT,
         "12:00", "#1 none 10:00-10:20 20m cancelled"},
        {"too late", "09:00 opened P1, 09:40 replied, 10:00 asked, 11:20 resolved", NEXT, "12:00",
         "#1 breached 10:00-11:20 80m cancelled !11:00"},
        {"T35: on hold", // what waits is not late
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:20 held embargo, 13:00 resolved", NEXT,
         "14:00", "#1 none 10:00-13:00 20m cancelled"},
        {"with an answer",
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:20 replied, 10:20 resolved", NEXT,
         "12:00", "#1 met 10:00-10:20 20m"},
        {"what is said to a resolved ticket asks nothing",
         "09:00 opened P1, 09:40 replied, 10:00 resolved, 10:10 asked, 10:20 closed", NEXT, "12:00",
         ""},
    };
    CHECK(rows);
}

T_TEST(sla_kinds,
       t45_a_question_that_reopens_starts_a_next_response_and_nothing_else_brings_it_back)
{
    static const struct row rows[] = {
        {"reopened by the question",
         "09:00 opened P1, 09:40 replied, 10:00 resolved, 11:00 asked, 11:00 reopened", NEXT,
         "11:30", "#1 open 11:00- 30m due 12:00"},
        {"which then is answered",
         "09:00 opened P1, 09:40 replied, 10:00 resolved, 11:00 asked, 11:00 reopened, "
         "11:40 replied, 12:00 asked",
         NEXT, "12:10", "#1 met 11:00-11:40 40m; #2 open 12:00- 10m due 13:00"},
        {"reopened by the question long after",
         "09:00 opened P1, 09:40 replied, 10:00 resolved, 20/11:00 asked, 20/11:00 reopened", NEXT,
         "20/11:30", "#1 open 20/11:00- 30m due 20/12:00"},
        {"reopened by somebody else",
         "09:00 opened P1, 09:40 replied, 10:00 resolved, "
         "11:00 reopened",
         NEXT, "12:30", ""},
        {"reopened a little later", // as histories from elsewhere tell it
         "09:00 opened P1, 09:40 replied, 10:00 resolved, 11:00 asked, 12:00 reopened", NEXT,
         "12:30", "#1 open 12:00- 30m due 13:00"},
        {"answered before it was reopened",
         "09:00 opened P1, 09:40 replied, 10:00 resolved, "
         "11:00 asked, 11:30 replied, 12:00 reopened",
         NEXT, "12:30", ""},
        {"reopened once by what was asked",
         "09:00 opened P1, 09:40 replied, 10:00 resolved, 11:00 asked, 11:00 reopened, "
         "11:10 resolved, 12:00 reopened",
         NEXT, "12:30", "#1 none 11:00-11:10 10m cancelled"},
        {"what it cancelled stays cancelled",
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:10 resolved, 11:00 reopened", NEXT,
         "12:30", "#1 none 10:00-10:10 10m cancelled"},
        {"asked after the reopening",
         "09:00 opened P1, 09:40 replied, 10:00 asked, 10:10 resolved, 11:00 reopened, 11:10 asked",
         NEXT, "11:30", "#1 none 10:00-10:10 10m cancelled; #2 open 11:10- 20m due 12:10"},
        {"resolved without a first response: that is settled too",
         "09:00 opened P1, 09:10 asked, 10:00 dropped, 11:00 asked, 11:00 reopened", NEXT, "11:30",
         "#1 open 11:00- 30m due 12:00"},
        {"reopened without a first response, then asked",
         "09:00 opened P1, 10:00 dropped, 11:00 reopened, 11:10 asked", NEXT, "11:30",
         "#1 open 11:10- 20m due 12:10"},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, t59_every_clock_has_its_own_start_and_stop)
{
    static const char life[] = "09:00 opened P1, & asked, 09:20 taken, 10:00 replied, "
                               "11:00 asked, 11:30 resolved";
    static const struct row rows[] = {
        {"ack", life, ACK, "12:00", "#1 met 09:00-09:20 20m"},
        {"first", life, CLOCK_KIND_FIRST_RESPONSE, "12:00", "#1 met 09:00-10:00 60m"},
        {"next", life, NEXT, "12:00", "#1 none 11:00-11:30 30m cancelled"},
        {"resolution", life, WORK, "12:00", "#1 met 09:00-11:30 150m"},
        {"no row", life, CLOCK_KIND_UPDATE, "12:00", ""},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, a_next_response_waits_for_its_target_as_long_as_nobody_answers)
{
    static const struct row rows[] = {
        {"none for P4", "09:00 opened P4, 09:10 replied, 10:00 asked", NEXT, "12:00", ""},
        {"raised", "09:00 opened P4, 09:10 replied, 10:00 asked, 10:30 priority P1", NEXT, "11:00",
         "#1 open 10:30- 30m due 11:30"},
        {"answered before",
         "09:00 opened P4, 09:10 replied, 10:00 asked, 10:10 replied, "
         "10:30 priority P1",
         NEXT, "11:00", ""},
        {"resolved before",
         "09:00 opened P4, 09:10 replied, 10:00 asked, 10:10 resolved, "
         "10:20 reopened, 10:30 priority P1",
         NEXT, "11:00", ""},
        {"lowered to none and raised again",
         "09:00 opened P1, 09:10 replied, 10:00 asked, 10:20 priority P4, 10:30 priority P1", NEXT,
         "11:00", "#1 none 10:00-10:20 20m cancelled; #2 open 10:30- 30m due 11:30"},
        {"another row carries on", "09:00 opened P2, 09:10 replied, 10:00 asked, 10:40 priority P1",
         NEXT, "10:50", "#1 open 10:00- 50m due 11:00"},
        {"nothing was asked", "09:00 opened P4, 09:10 replied, 10:30 priority P1", NEXT, "11:00",
         ""},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, t31_t38_a_hold_stops_the_new_clocks_where_its_row_says_so)
{
    static const struct row rows[] = {
        {"no deadline while held",
         "09:00 opened P1, 09:10 replied, 10:00 asked, 10:20 held embargo", NEXT, "14:00",
         "#1 open 10:00- 20m held"},
        {"resumed",
         "09:00 opened P1, 09:10 replied, 10:00 asked, 10:20 held embargo, "
         "12:00 resumed embargo",
         NEXT, "12:10", "#1 open 10:00- 30m due 12:40"},
        {"T31: late before the hold began",
         "09:00 opened P1, 09:10 replied, 10:00 asked, 11:20 held embargo", NEXT, "14:00",
         "#1 breached 10:00- 80m held !11:00"},
        {"T40: asked while held", "09:00 opened P1, 09:10 replied, 09:30 held embargo, 10:00 asked",
         NEXT, "14:00", "#1 open 10:00- 0m held"},
        {"answered while held",
         "09:00 opened P1, 09:10 replied, 10:00 asked, 10:20 held embargo, "
         "14:00 replied",
         NEXT, "15:00", "#1 met 10:00-14:00 20m"},
        {"a reason that holds other clocks",
         "09:00 opened P1, 09:10 replied, 10:00 asked, 10:20 held waiting-customer", NEXT, "10:30",
         "#1 open 10:00- 30m due 11:00"},
        {"T40: created on hold", "09:00 opened P1, 09:00 held embargo", ACK, "10:00",
         "#1 open 09:00- 0m held"},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, t46_what_is_merged_measures_nothing_any_more)
{
    static const struct row rows[] = {
        {"ack", "09:00 opened P1, 09:20 merged", ACK, "12:00", "#1 none 09:00-09:20 20m cancelled"},
        {"first", "09:00 opened P1, 09:20 merged", CLOCK_KIND_FIRST_RESPONSE, "12:00",
         "#1 none 09:00-09:20 20m cancelled"},
        {"next", "09:00 opened P1, 09:10 replied, 10:00 asked, 10:20 merged", NEXT, "12:00",
         "#1 none 10:00-10:20 20m cancelled"},
        {"resolution", "09:00 opened P1, 09:20 merged", WORK, "12:00",
         "#1 none 09:00-09:20 20m cancelled"},
        {"at the limit", "09:00 opened P1, 09:30 merged", ACK, "12:00",
         "#1 none 09:00-09:30 30m cancelled"},
        {"past the limit", "09:00 opened P1, 09:31 merged", ACK, "12:00",
         "#1 breached 09:00-09:31 31m cancelled !09:30"},
        {"on hold", "09:00 opened P1, 09:10 held embargo, 12:00 merged", WORK, "13:00",
         "#1 none 09:00-12:00 10m cancelled"},
        {"a verdict stands", "09:00 opened P1, 10:00 resolved, 12:00 merged", WORK, "13:00",
         "#1 met 09:00-10:00 60m"},
        {"nothing begins again",
         "09:00 opened P1, 09:10 replied, 10:00 merged, 10:10 asked, 10:20 priority P2", NEXT,
         "12:00", ""},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, each_trait_matches_anew_and_what_one_entry_changes_is_one_change)
{
    static const struct row rows[] = {
        {"category", "09:00 opened P1, 09:30 category net", WORK, "09:40",
         "#1 open 09:00- 40m due 10:00"},
        {"and back", "09:00 opened P1, 09:30 category net, 09:40 category sw", WORK, "09:50",
         "#1 open 09:00- 50m due 17:00"},
        {"two traits in one entry", "09:00 opened P1, 11:00 category net, & tier gold", WORK,
         "12:00", "#1 open 09:00- 180m due 17:00"},
        {"in the other order", "09:00 opened P1, 11:00 tier gold, & category net", WORK, "12:00",
         "#1 open 09:00- 180m due 17:00"},
        {"in two entries at one instant: it was late between them",
         "09:00 opened P1, 11:00 category net, 11:00 tier gold", WORK, "12:00",
         "#1 breached 09:00- 180m !11:00"},
        {"three in one", "09:00 opened P1, 11:00 language de, & category net, & tier gold", WORK,
         "12:00", "#1 open 09:00- 180m due 17:00"},
        {"while resolved: from the reopening",
         "09:00 opened P1, 09:30 resolved, 10:00 category net, 11:00 reopened", WORK, "11:10",
         "#1 open 09:00- 40m due 11:30"},
        {"while held",
         "09:00 opened P1, 09:30 held embargo, 10:00 category net, "
         "11:00 resumed embargo",
         WORK, "11:10", "#1 open 09:00- 40m due 11:30"},
        {"not of a clock that is over", "09:00 opened P1, 09:10 taken, 09:30 priority P2", ACK,
         "12:00", "#1 met 09:00-09:10 10m"},
    };
    CHECK(rows);
}

/* A row that only tickets with that trait have, in front of the one for all. */
T_TEST(sla_kinds, t55_every_trait_can_be_what_a_row_is_about)
{
    static const char *const lives[] = {
        "09:00 opened P1, 09:30 priority P2",  "09:00 opened P1, 09:30 team cebu-b",
        "09:00 opened P1, 09:30 category net", "09:00 opened P1, 09:30 tier gold",
        "09:00 opened P1, 09:30 language de",
    };

    for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
        struct sample s;
        struct life l;

        life_sample(&s);
        struct book_match *m = &s.targets[0][6].match;
        s.targets[0][5].match.customer_tier = sample_names(&s, "none such", NULL);
        m->category = (struct book_names){0};
        *(i == 0   ? &m->priority
          : i == 1 ? &m->team
          : i == 2 ? &m->category
          : i == 3 ? &m->customer_tier
                   : &m->language) = sample_names(&s, strrchr(lives[i], ' ') + 1, NULL);
        life_read(&l, &s, lives[i]);
        T_EQ_STR(life_story(&s.book, &l.ticket, WORK, life_at("09:40")),
                 "#1 open 09:00- 40m due 10:00", "%s", lives[i]);
        life_read(&l, &s, "09:00 opened P1");
        T_EQ_STR(life_story(&s.book, &l.ticket, WORK, life_at("09:40")),
                 "#1 open 09:00- 40m due 17:00", "%s", lives[i]);
        sample_fini(&s);
    }
}

T_TEST(sla_kinds, the_first_target_is_matched_by_what_the_ticket_was_opened_as)
{
    struct sample s;
    struct life l;

    life_sample(&s);
    s.targets[0][6].match.team = sample_names(&s, "manila-a", NULL);
    s.targets[0][6].match.language = sample_names(&s, "de", NULL);
    life_read(&l, &s, "09:00 opened P1, 09:30 team cebu-b, 09:40 category sw");
    l.ticket.opened_as = (struct ticket_traits){.team = 1, .category = "net", .language = "de"};
    l.ticket.team = 2; /* as it is now */
    T_EQ_STR(life_story(&s.book, &l.ticket, WORK, life_at("09:29")),
             "#1 open 09:00- 29m due 10:00");
    T_EQ_STR(life_story(&s.book, &l.ticket, WORK, life_at("09:31")),
             "#1 open 09:00- 31m due 17:00");
    sample_fini(&s);
}

T_TEST(sla_kinds, what_is_resolved_is_not_measured_from_later_traits_on)
{
    struct sample s;
    struct life l;

    life_sample(&s);
    s.targets[0][7].match.priority = sample_names(&s, "P1", NULL);
    life_read(&l, &s, "09:00 opened P2, 09:10 resolved, 09:20 priority P1");
    T_EQ_STR(life_story(&s.book, &l.ticket, WORK, life_at("10:00")), "");
    life_read(&l, &s, "09:00 opened P2, 09:20 priority P1");
    T_EQ_STR(life_story(&s.book, &l.ticket, WORK, life_at("10:00")),
             "#1 open 09:20- 40m due 17:20");
    sample_fini(&s);
}

/* What is told late counts from when it happened. */
T_TEST(sla_kinds, t65_facts_count_by_their_instants_in_whatever_order_they_came)
{
    static const struct row rows[] = {
        {"a late reply", "09:00 opened P1, 09:10 replied, 10:00 asked, 12:00 asked, 10:30 replied",
         NEXT, "12:30", "#1 met 10:00-10:30 30m; #2 open 12:00- 30m due 13:00"},
        {"a late question", "09:00 opened P1, 09:10 replied, 10:30 asked, 10:00 asked", NEXT,
         "10:40", "#1 open 10:00- 40m due 11:00"},
        {"a late first reply", "09:00 opened P1, 10:00 asked, 11:00 replied, 09:30 replied", NEXT,
         "12:00", "#1 met 10:00-11:00 60m"},
        {"a late question before the resolve",
         "09:00 opened P1, 09:10 replied, 12:00 resolved, 10:00 asked", NEXT, "13:00",
         "#1 breached 10:00-12:00 120m cancelled !11:00"},
        {"a hold told late",
         "09:00 opened P1, 12:00 replied, 10:00 held embargo, "
         "11:30 resumed embargo",
         CLOCK_KIND_FIRST_RESPONSE, "13:00", "#1 met 09:00-12:00 90m"},
    };
    CHECK(rows);
}

T_TEST(sla_kinds, t42_t43_each_cycle_keeps_its_own_verdict)
{
    static const struct row rows[] = {
        {"reopened twice, late in the second",
         "09:00 opened P1, 10:00 resolved, 9/10:00 reopened, 9/20:00 resolved, 16/09:00 reopened",
         WORK, "16/10:00",
         "#1 met 09:00-10:00 60m; #2 breached 9/10:00-9/20:00 600m !9/18:00; "
         "#3 open 16/09:00- 60m due 16/17:00"},
        {"within the window it goes on",
         "09:00 opened P1, 10:00 resolved, 3/10:00 reopened, 3/11:00 resolved, 4/09:00 reopened",
         WORK, "4/10:00", "#1 open 09:00- 180m due 4/15:00"},
    };
    CHECK(rows);
}

/* The most that a ticket can bring together: every reason in force, starts and stops in turn. */
T_TEST(sla_kinds, the_largest_life_fits_what_was_counted)
{
    struct sample s;
    struct life l;
    struct arena arena;
    const struct sla_run *runs;
    size_t n;
    size_t events = 0;

    life_sample(&s);
    life_read(&l, &s, "09:00 opened P1, 09:01 replied");
    for (size_t i = 0; i < BOOK_HOLDS_MAX; i++) {
        struct fact *f = &l.facts[l.ticket.n_facts++];
        *f = (struct fact){.at = life_at("09:02"), .seq = i + 10, .kind = FACT_HELD};
        f->reason = (uint8_t)i;
        memcpy(l.ticket.reasons[i], "embargo", sizeof("embargo"));
    }
    l.ticket.n_reasons = BOOK_HOLDS_MAX;
    while (l.ticket.n_facts < TICKET_FACTS_MAX) {
        const size_t i = l.ticket.n_facts++;
        l.facts[i] = (struct fact){.at = life_at("09:03") + (int64_t)i,
                                   .seq = i + 100,
                                   .kind = i % 2 == 0 ? FACT_ASKED : FACT_REPLIED};
    }
    arena_init(&arena, (size_t)2 << 20);
    T_EQ_INT(sla_runs(&s.book, &l.ticket, &arena, &runs, &n), 0, "2 MiB are enough");
    T_EQ_INT(n, 3 + 491, "acknowledge, first_response, resolution and each question");
    for (size_t i = 0; i < n; i++) {
        T_CHECK(runs[i].n_events > 0 &&
                    (i == 0 || runs[i].events == runs[i - 1].events + runs[i - 1].n_events),
                "one behind the other");
        events += runs[i].n_events;
    }
    T_EQ_INT(events, 491 * (BOOK_HOLDS_MAX + 2) + 2 * (BOOK_HOLDS_MAX + 1) + 2);
    arena_fini(&arena);
    sample_fini(&s);
}
