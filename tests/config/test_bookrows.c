// SPDX-License-Identifier: Apache-2.0
/*
 * The rows of `targets` for every clock: business days, calendars of teams, tiers, and what the
 * rows tell about each other.
 */
#include <stdio.h>
#include <string.h>

#include "bookcase.h"
#include "core/instant.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define REST "{clock: resolution, match: {}, within: none}"

T_TEST(bookrows, stand_in_the_book)
{
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_sla(&c), BOOKCASE_NOW);
    struct book *b = bookcase_build(&c);
    const struct book_contract_version *v = &b->contracts[0].versions[0];
    T_EQ_INT(v->n_targets, 12);

    const struct book_target *update = &v->targets[5];
    T_EQ_INT(update->clock, CLOCK_KIND_UPDATE);
    T_CHECK(update->each_period);
    T_CHECK(!update->of_team);
    T_EQ_INT(update->rule.target_us, 2 * US_PER_HOUR);
    T_EQ_INT(update->business_days, 0);
    T_CHECK(!v->targets[6].each_period, "once");
    T_CHECK(v->targets[6].of_team);
    T_CHECK(v->targets[6].calendar == NULL && v->targets[6].rule.calendar == NULL);

    const struct book_target *turnaround = &v->targets[7];
    T_EQ_INT(turnaround->clock, CLOCK_KIND_TURNAROUND);
    T_EQ_INT(turnaround->business_days, 2);
    T_EQ_INT(turnaround->rule.target_us, 0);
    T_EQ_INT(turnaround->cutoff_us, 15 * US_PER_HOUR);
    T_CHECK(turnaround->calendar == v->hours);
    T_EQ_INT(turnaround->rule.n_warns, 1);
    T_EQ_STR(turnaround->within, "2bd");
    size_t zones = 0;
    for (size_t i = 0; i < b->n_zones; i++) {
        zones += b->zones[i].zone == turnaround->cutoff_zone &&
                 strcmp(b->zones[i].name, "Asia/Manila") == 0;
    }
    T_EQ_INT(zones, 1);
    T_EQ_INT(v->targets[8].business_days, 5);
    T_EQ_INT(v->targets[8].cutoff_us, US_PER_DAY, "all of the day of receipt");
    T_CHECK(v->targets[8].cutoff_zone == NULL);

    const struct book_target *ola = &v->targets[9];
    T_EQ_INT(ola->clock, CLOCK_KIND_OLA);
    T_CHECK(ola->of_team);
    T_EQ_INT(ola->match.tier.n, 1);
    T_EQ_STR(ola->match.tier.names[0], "L1");
    T_EQ_STR(v->targets[10].match.team.names[0], "berlin-l3");
    T_EQ_INT(v->targets[10].match.tier.n, 0);
    book_free(b);
    bookcase_fini(&c);
}

T_TEST(bookrows, are_written_in_several_ways)
{
    static const struct {
        const char *from;
        const char *to;
    } rows[] = {
        {", missed: each_period", ""},
        {"missed: each_period", "missed: once"},
        {"missed: each_period", "missed: each_period, warn: [50%, 30m]"},
        {"within: 2h, calendar: always", "within: 1bd, calendar: always"},
        {"within: 2bd", "within: 2500bd"},
        {"cutoff: \"15:00\"", "cutoff: 15:00"},
        {"cutoff: \"15:00\"", "cutoff: \"00:01\""},
        {"cutoff: \"15:00\"", "cutoff: \"24:00\""},
        {"cutoff: \"15:00\"", "cutoff: \"23:59:59\""},
        {", cutoff_zone: Asia/Manila", ""},
        {", cutoff: \"15:00\", cutoff_zone: Asia/Manila", ""},
        {"warn: [75%]", "warn: [50%, 100%]"},
        {"calendar: both}\n      - {clock: ola", "calendar: team}\n      - {clock: ola"},
        {"match: {tier: [L1]}", "match: {tier: [L1, L3], priority: [P1]}"},
        {"match: {tier: [L1]}", "match: {tier: [L1], team: [manila-a]}"},
        {"{clock: ola, match: {}, within: none}",
         "{clock: ola, match: {}, within: 8h, calendar: team}"},
        {"{clock: ola, match: {}, within: none}",
         "{clock: ola, match: {}, within: 8h, calendar: hours}"},
        {"days_of: office", "days_of: night"},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct book_plan *plan;
        const char *text = bookcase_swap(&c, bookcase_sla(&c), rows[i].from, rows[i].to);
        T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), 0, "%s: %s", rows[i].to,
                 c.refusal.message);
        book_plan_free(plan);
    }
    bookcase_fini(&c);
}

T_TEST(bookrows, refuse_what_means_nothing)
{
    static const struct bookcase_bad rows[] = {
        {"a clock of nothing", "clock: update, match: {priority",
         "clock: updates, #@\n match: "
         "{priority",
         "contracts[0].targets[5].clock", "\"updates\" is not known here", 0},
        {"no days", "within: 2bd", "within: 0bd #@\n       ", "contracts[0].targets[7].within",
         "0bd is not between 1bd and 2500bd", 0},
        {"too many days", "within: 2bd", "within: 2501bd #@\n       ",
         "contracts[0].targets[7].within", "2501bd is not between", 0},
        {"days beyond all counting", "within: 2bd", "within: 99999999999999999999bd #@\n       ",
         "contracts[0].targets[7].within", "is not between", 0},
        {"days with a nought", "within: 2bd", "within: 02bd #@\n       ",
         "contracts[0].targets[7].within", "02bd is not between", 0},
        {"bare days", "within: 2bd", "within: 2d #@\n       ", "contracts[0].targets[7].within",
         "is read differently by two sides", 0},
        {"bare weeks", "within: 2bd", "within: 2w #@\n       ", "contracts[0].targets[7].within",
         "is read differently by two sides", 0},
        {"days and hours", "within: 2bd", "within: 2bd4h #@\n       ",
         "contracts[0].targets[7].within", "is read differently by two sides", 0},
        {"no cut-off", "cutoff: \"15:00\"", "cutoff: 3pm #@\n       ",
         "contracts[0].targets[7].cutoff", "\"3pm\" is not a time", 0},
        {"a cut-off at once", "cutoff: \"15:00\"", "cutoff: \"00:00\" #@\n       ",
         "contracts[0].targets[7].cutoff", "is not a time to end a day of receipt at", 0},
        {"a cut-off tomorrow", "cutoff: \"15:00\"", "cutoff: \"24:01\" #@\n       ",
         "contracts[0].targets[7].cutoff", "is not a time to end a day of receipt at", 0},
        {"a cut-off of hours", "within: 2bd, cutoff: \"15:00\"",
         "within: 16h, cutoff: \"15:00\" #@\n       ", "contracts[0].targets[7].cutoff",
         "only a target in business days has a cutoff", 0},
        {"a zone of hours", "within: 2bd, cutoff: \"15:00\", cutoff_zone: Asia/Manila,",
         "within: 16h, cutoff_zone: Asia/Manila, #@\n       ",
         "contracts[0].targets[7].cutoff_zone", "only a target in business days has a cutoff_zone",
         0},
        {"a zone of nothing", BOOKCASE_TURNAROUND,
         "{clock: turnaround, match: {}, within: 2bd, cutoff_zone: Asia/Manila, #@\n"
         "        calendar: hours}",
         "contracts[0].targets[7].cutoff_zone",
         "without `cutoff` there is no time to read in a zone", 0},
        {"an offset for a zone", "cutoff_zone: Asia/Manila", "cutoff_zone: \"+08:00\" #@\n       ",
         "contracts[0].targets[7].cutoff_zone", "", 0},
        {"a warning by time", "warn: [75%]", "warn: [75%, 4h] #@\n       ",
         "contracts[0].targets[7].warn[1]", "known only when they begin", 0},
        {"periods of another clock", "warn: [75%]", "missed: once #@\n       ",
         "contracts[0].targets[7].missed", "only the clock update has periods", 0},
        {"periods of some kind", "missed: each_period", "missed: all #@\n       ",
         "contracts[0].targets[5].missed", "\"all\" is not known here", 0},
        {"a tier of the ticket", "match: {priority: [P1]}, within: 2h",
         "match: {tier: [L1]}, #@\n        within: 2h", "contracts[0].targets[5].match.tier",
         "only the clock ola is matched by the tier of a team", 0},
        {"a tier of nobody", "tier: [L1]", "tier: [L1, L2] #@\n       ",
         "contracts[0].targets[9].match.tier[1]", "none of the contract's `teams` has the tier L2",
         0},
        {"a tier twice", "tier: [L1]", "tier: [L1, L1] #@\n       ",
         "contracts[0].targets[9].match.tier[1]", "stands in the list twice", 0},
        {"a team of another tier", "match: {tier: [L1]}",
         "match: {team: [berlin-l3], tier: [L1]} #@\n       ", "contracts[0].targets[9].match.tier",
         "none of its teams is of such a tier", 0},
        {"nothing, by a calendar", "{clock: ola, match: {}, within: none}",
         "{clock: ola, match: {}, within: none, calendar: team} #@",
         "contracts[0].targets[11].calendar", "`within: none` has no calendar", 0},
        {"nothing, by a time", "{clock: ola, match: {}, within: none}",
         "{clock: ola, match: {}, within: none, cutoff: \"15:00\"} #@",
         "contracts[0].targets[11].cutoff", "`within: none` has no cutoff", 0},
        {"nothing, missed", "{clock: ola, match: {}, within: none}",
         "{clock: ola, match: {}, within: none, missed: once} #@",
         "contracts[0].targets[11].missed", "`within: none` has no missed", 0},
        {"days of a stranger", "days_of: office", "days_of: always #@\n   ", "calendars[3].days_of",
         "always is not one of the calendars that are joined", 0},
        {"days of several", "days_of: office", "days_of: [office] #@\n   ", "calendars[3].days_of",
         "expected a single value", 0},
        {"days of one", "    overnight: shift\n", "    days_of: office #@\n",
         "calendars[2].days_of", "only a union needs to say whose dates count", 0},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_refuse(bookcase_sla(&c), rows, COUNT(rows));
    bookcase_fini(&c);
}

/* Who has the ticket must not decide which time counts, but where both sides said so. */
T_TEST(bookrows, count_by_a_team_only_where_that_is_agreed)
{
    static const struct {
        const char *row; // in place of the rest
        const char *on_transfer;
        const char *field; // NULL: taken
    } rows[] = {
        {"{clock: resolution, match: {}, within: 8h, calendar: team} #@", "keep",
         "contracts[0].targets[4].calendar"},
        {"{clock: resolution, match: {}, within: 2bd, calendar: team} #@", "keep",
         "contracts[0].targets[4].calendar"},
        {"{clock: resolution, match: {}, within: 8h, calendar: team}", "follow_team", NULL},
        {REST "|{clock: ola, match: {}, within: 8h, calendar: team}", "keep", NULL},
        {REST, "follow_team #@", "contracts[0].on_transfer"},
        {REST "|{clock: ola, match: {}, within: 8h, calendar: team}", "follow_team #@",
         "contracts[0].on_transfer"},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bookfile *file;
        char targets[256] = "";
        for (const char *p = rows[i].row; *p != '\0'; p++) {
            const size_t n = strlen(targets);
            (void)snprintf(targets + n, sizeof(targets) - n, *p == '|' ? "\n      - " : "%c", *p);
        }
        const char *text = bookcase_swap(&c, bookcase_good, REST, targets);
        char word[64];
        (void)snprintf(word, sizeof(word), "on_transfer: %s", rows[i].on_transfer);
        text = bookcase_swap(&c, text, "on_transfer: keep", word);
        const int r = bookcase_parse(&c, text, &file);
        T_EQ_INT(r, rows[i].field != NULL ? OUTCOME_INVALID_ARGUMENT : 0, "row %zu: %s", i,
                 c.refusal.message);
        if (rows[i].field != NULL) {
            T_EQ_STR(c.refusal.field, rows[i].field);
            T_EQ_INT(c.refusal.line, bookcase_marked_line(text), "row %zu: %s", i,
                     c.refusal.message);
        }
    }
    bookcase_fini(&c);
}

#define TEAM_ROW "calendar: team, missed: once}"
#define DAYS_ROW "within: 5bd, calendar: both}"
#define LATE                                                                              \
    "  - {name: late, zone: Etc/UTC, effective: 2026-09-01, week: [{days: [mon], open: [" \
    "\"08:00-09:00\"]}]}\n  - {name: both"
#define ANY "  - {name: any, union: [office, night]}\n  - {name: both"

/* What only the rest of the book tells. */
T_TEST(bookrows, need_calendars_that_can_count_them)
{
    static const struct {
        const char *row; // that is refused
        const char *first[2];
        struct bookcase_bad bad;
    } rows[] = {
        {TEAM_ROW,
         {"", ""},
         {"a team without a calendar", "    calendar: night\n", "",
          "contracts[0].targets[6].calendar", "team manila-a has no calendar to count by", 0}},
        {TEAM_ROW,
         {"", ""},
         {"the other team", ", calendar: office}\ncontracts", "}\ncontracts",
          "contracts[0].targets[6].calendar", "team berlin-l3 has no calendar to count by", 0}},
        {DAYS_ROW,
         {"", ""},
         {"a union without days", ", days_of: office", "", "contracts[0].targets[8].calendar",
          "calendar both does not say whose dates are business days", 0}},
        {"within: 5bd, calendar: all}",
         {DAYS_ROW, "within: 5bd, calendar: all}"},
         {"days of a union without days", ", days_of: office}",
          "}\n  - {name: all, union: [both, always], days_of: both}",
          "contracts[0].targets[8].calendar", "calendar all does not say", 0}},
        {"cutoff: \"12:00\", calendar: team}",
         {"  - {name: both", ANY},
         {"a team's union without days", "calendar: office}\ncontracts",
          "calendar: any}\ncontracts", "contracts[0].targets[10].calendar",
          "calendar any does not say whose dates are business days", 0}},
        {TEAM_ROW,
         {"  - {name: both", LATE},
         {"a calendar that comes too late", "    calendar: night\n", "    calendar: late\n",
          "contracts[0].targets[6].calendar",
          "from 2026-06-30T22:00:00Z on, but calendar late only from 2026-09-01T00:00:00Z", 0}},
        {"calendar: hours, warn: [75%]}",
         {"", ""},
         {"a zone that is none", "cutoff_zone: Asia/Manila", "cutoff_zone: Asia/Atlantis",
          "contracts[0].targets[7].cutoff_zone", "Asia/Atlantis", 0}},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char marked[128];
        (void)snprintf(marked, sizeof(marked), "%s #@", rows[i].row);
        const char *text = bookcase_swap(&c, bookcase_sla(&c), rows[i].first[0], rows[i].first[1]);
        text = bookcase_swap(&c, text, rows[i].row, marked);
        bookcase_refuse_plan(text, &rows[i].bad, 1);
    }
    bookcase_fini(&c);
}

/* A union may learn later whose dates count; contracts before that cannot count by it. */
T_TEST(bookrows, take_business_days_from_when_there_are_some)
{
    static const struct {
        const char *days_of; // of the newest version of the union, in force from December on
        const char *effective;
        const char *message; // NULL: taken
    } rows[] = {
        {"", "2027-01-01", "both does not say whose dates are business days"},
        {", days_of: office", "2027-01-01", NULL},
        {", days_of: office", "2026-12-01T01:00", NULL},
        {", days_of: office", "2026-11-30",
         "both says only from 2026-12-01T00:00:00Z on whose dates are business days"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bookcase c;
        struct book_plan *plan;
        char text[256];
        bookcase_init(&c);
        bookcase_apply(&c, bookcase_good, BOOKCASE_NOW - US_PER_HOUR);
        (void)snprintf(text, sizeof(text),
                       "calendars:\n  - {name: both, union: [office, night], effective: "
                       "2026-12-01%s}\n",
                       rows[i].days_of);
        bookcase_apply(&c, text, BOOKCASE_NOW - US_PER_HOUR);
        const char *contract = strstr(bookcase_good, "contracts:\n");
        contract = bookcase_swap(&c, contract, "within: 4h, calendar: both",
                                 "within: 2bd, calendar: both");
        char effective[64];
        (void)snprintf(effective, sizeof(effective), "effective: %s", rows[i].effective);
        contract = bookcase_swap(&c, contract, "effective: 2026-07-01", effective);
        const int r = bookcase_plan(&c, contract, BOOKCASE_NOW, &plan);
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

T_TEST(bookrows, say_something_of_every_ticket_and_nothing_twice)
{
    static const struct {
        const char *name;
        const char *rows; // in place of all others of their clock, '|' ends a line
        const char *message;
    } cases[] = {
        {"no rest for updates", "{clock: update, match: {priority: [P1]}, within: none} #@",
         "nothing is said about the update of other tickets"},
        {"no rest for turnaround",
         "{clock: turnaround, match: {team: [manila-a]}, within: none} #@",
         "nothing is said about the turnaround of other tickets"},
        {"all tiers are not all tickets", "{clock: ola, match: {tier: [L1, L3]}, within: none} #@",
         "nothing is said about the ola of other tickets"},
        {"all teams are not all tickets",
         "{clock: ola, match: {team: [manila-a]}, within: none}|"
         "{clock: ola, match: {team: [berlin-l3]}, within: 1h, calendar: team} #@",
         "after this row nothing is said about the ola of other tickets"},
        {"the rest all the same",
         "{clock: ola, match: {tier: [L1, L3]}, within: none}|{clock: ola, match: {}, within: "
         "none}",
         NULL},
        {"a team after its tier",
         "{clock: ola, match: {tier: [L1]}, within: none}|"
         "{clock: ola, match: {team: [manila-a]}, within: none} #@|"
         "{clock: ola, match: {}, within: none}",
         "no ola can reach this row (line 49): line 48 takes all of them"},
        {"a tier after its team",
         "{clock: ola, match: {team: [manila-a]}, within: none}|"
         "{clock: ola, match: {tier: [L1]}, within: none} #@|{clock: ola, match: {}, within: none}",
         "line 48 takes all of them"},
        {"a team before its tier",
         "{clock: ola, match: {team: [manila-a], priority: [P1]}, within: none}|"
         "{clock: ola, match: {tier: [L1]}, within: none}|{clock: ola, match: {}, within: none}",
         NULL},
        {"teams after each of them",
         "{clock: update, match: {team: [berlin-l3]}, within: none}|"
         "{clock: update, match: {team: [manila-a]}, within: none}|"
         "{clock: update, match: {team: [manila-a, berlin-l3]}, within: none} #@|"
         "{clock: update, match: {}, within: none}",
         "lines 48, 49 take all of them"},
        {"teams and priorities that leave one over",
         "{clock: update, match: {team: [berlin-l3]}, within: none}|"
         "{clock: update, match: {team: [manila-a], priority: [P1, P2]}, within: none}|"
         "{clock: update, match: {team: [manila-a, berlin-l3]}, within: none}|"
         "{clock: update, match: {}, within: none}",
         NULL},
        {"labels after all teams",
         "{clock: update, match: {team: [berlin-l3]}, within: none}|"
         "{clock: update, match: {team: [manila-a]}, within: none}|"
         "{clock: update, match: {language: [en]}, within: none} #@|"
         "{clock: update, match: {}, within: none}",
         "lines 48, 49 take all of them"},
        {"all teams of other labels",
         "{clock: update, match: {team: [berlin-l3]}, within: none}|"
         "{clock: update, match: {team: [manila-a], language: [de]}, within: none}|"
         "{clock: update, match: {language: [en]}, within: none}|"
         "{clock: update, match: {}, within: none}",
         NULL},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bookfile *file;
        char rows[1024] = "";
        for (const char *p = cases[i].rows; *p != '\0'; p++) {
            const size_t n = strlen(rows);
            (void)snprintf(rows + n, sizeof(rows) - n, *p == '|' ? "\n      - " : "%c", *p);
        }
        const char *text = bookcase_swap(&c, bookcase_good, "{team: berlin-l3}",
                                         "{team: berlin-l3, tier: L3}");
        const char *from = strstr(text, "      - {clock: first_response");
        const char *to = strstr(text, "    holds:\n");
        char *own = arena_alloc(&c.arena, 4096);
        (void)snprintf(own, 4096, "%.*s      - %s\n%s", (int)(from - text), text, rows, to);
        const int r = bookcase_parse(&c, own, &file);
        T_EQ_INT(r, cases[i].message != NULL ? OUTCOME_INVALID_ARGUMENT : 0, "%s: %s",
                 cases[i].name, c.refusal.message);
        if (r != 0) {
            T_CHECK(strstr(c.refusal.message, cases[i].message) != NULL, "%s: %s", cases[i].name,
                    c.refusal.message);
            T_EQ_INT(c.refusal.line, bookcase_marked_line(own), "%s: %s", cases[i].name,
                     c.refusal.message);
        }
    }
    bookcase_fini(&c);
}
