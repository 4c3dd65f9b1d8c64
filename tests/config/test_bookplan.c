// SPDX-License-Identifier: Apache-2.0
/*
 * Applying books: what is new, what changed, from when on, and what the book as a whole refuses.
 */
#include "config/bookplan.h"

#include <stdio.h>
#include <string.h>

#include "bookcase.h"
#include "core/instant.h"
#include "t.h"

static const struct book_plan_object *object(const struct book_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->n_objects; i++) {
        if (strcmp(plan->objects[i].name, name) == 0) {
            return &plan->objects[i];
        }
    }
    T_FAIL("%s is not in the plan", name);
}

/* Plans the text; it must pass. */
static struct book_plan *planned(struct bookcase *c, const char *text)
{
    struct book_plan *plan = NULL;
    T_EQ_INT(bookcase_plan(c, text, BOOKCASE_NOW, &plan), 0, "%s", c->refusal.message);
    return plan;
}

T_TEST(bookplan, adds_everything_at_first_and_nothing_again)
{
    static const enum book_kind kinds[] = {BOOK_PARTY,    BOOK_PARTY,    BOOK_CALENDAR,
                                           BOOK_CALENDAR, BOOK_CALENDAR, BOOK_CALENDAR,
                                           BOOK_TEAM,     BOOK_TEAM,     BOOK_CONTRACT};
    struct bookcase c;
    bookcase_init(&c);
    struct book_plan *plan = planned(&c, bookcase_good);
    T_CHECK(!plan->changes_nothing);
    T_EQ_INT(plan->n_objects, 9);
    T_EQ_INT(plan->n_added, 9);
    for (size_t i = 0; i < 9; i++) {
        T_EQ_INT(plan->objects[i].change, BOOK_NEW);
        T_EQ_INT(plan->added[i].kind, kinds[i], "row %zu", i);
        T_EQ_INT(plan->added[i].version, 1);
        T_EQ_INT(plan->added[i].recorded_at, BOOKCASE_NOW);
    }
    T_EQ_INT(object(plan, "night")->id, 3);
    T_EQ_INT(object(plan, "night")->line, 18);
    T_EQ_INT(object(plan, "acme-l1")->id, 1);
    T_EQ_STR(plan->book->contracts[0].versions[0].targets[1].within, "4h");
    book_plan_free(plan);

    T_EQ_INT(bookcase_apply(&c, bookcase_good, BOOKCASE_NOW), 9);
    plan = planned(&c, bookcase_good);
    T_CHECK(plan->changes_nothing);
    T_EQ_INT(plan->n_objects, 9);
    T_EQ_INT(plan->n_added, 0);
    T_EQ_INT(plan->n_examples, 0);
    T_EQ_INT(object(plan, "acme-l1")->change, BOOK_SAME);
    T_EQ_INT(object(plan, "acme-l1")->version, 1);
    T_EQ_INT(object(plan, "acme-l1")->n_lines, 0);
    book_plan_free(plan);
    bookcase_fini(&c);
}

T_TEST(bookplan, finds_the_same_book_in_another_dress)
{
    static const struct {
        const char *from;
        const char *to;
    } rows[] = {
        {"    key: ACME\n    buyer: acme\n", "    buyer: \"acme\" # who pays\n    key: ACME\n"},
        {"    effective: 2026-07-01\n", ""}, // in force, whenever that began
        {"    effective: 2026-01-01\n    week: [{", "    week: [{"},
        {"holidays:\n", "---\n\n\nholidays:\n"},
        {"languages: [en, tl]", "languages:\n      - en\n      - 'tl'"},
        {"  - {name: both, union: [office, night]}\n", ""}, // what is not named stays
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct book_plan *plan = planned(
            &c, bookcase_swap(&c, bookcase_good, rows[i].from, rows[i].to));
        T_CHECK(plan->changes_nothing, "row %zu", i);
        T_EQ_INT(plan->book->n_calendars, 4, "row %zu", i);
        book_plan_free(plan);
    }
    bookcase_fini(&c);
}

T_TEST(bookplan, takes_a_part_of_the_book)
{
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    struct book_plan *plan = planned(
        &c, "teams:\n  - {name: manila-b, party: northwind, calendar: night}\n");
    T_EQ_INT(plan->n_added, 1);
    T_EQ_INT(plan->added[0].id, 3);
    T_EQ_INT(plan->book->n_teams, 3);
    T_EQ_INT(plan->book->n_contracts, 1);
    book_plan_free(plan);
    bookcase_fini(&c);
}

T_TEST(bookplan, chooses_when_a_version_takes_effect)
{
    static const struct {
        const char *name;
        const char *from;
        const char *to;
        const char *object;
        bool again; // over the good book
        const char *effective;
    } rows[] = {
        {"a first contract in the past, on its own wall", "", "", "acme-l1", false,
         "2026-06-30T22:00:00Z"},
        {"a first contract without a date", "    effective: 2026-07-01\n", "", "acme-l1", false,
         "2026-11-21T20:00:00Z"},
        {"a first calendar in the past", "", "", "night", false, "2025-12-31T16:00:00Z"},
        {"a first calendar without a date", "", "", "always", false, "none"},
        {"a first party", "", "", "acme", false, "2026-11-21T20:00:00Z"},
        {"a union is dated in UTC", "union: [office, night]}",
         "union: [office, night], effective: 2026-02-01T12:00}", "both", false,
         "2026-02-01T12:00:00Z"},
        {"a later version without a date",
         "    effective: 2026-07-01\n    hours: office\n    teams: [{team: manila-a, tier: L1}",
         "    hours: office\n    teams: [{team: manila-a, tier: L2}", "acme-l1", true,
         "2026-11-21T20:00:00Z"},
        {"a later version with a date",
         "    effective: 2026-07-01\n    hours: office\n    teams: [{team: manila-a, tier: L1}",
         "    effective: 2026-12-01T09:30\n    hours: office\n    teams: [{team: manila-a, tier: "
         "L2}",
         "acme-l1", true, "2026-12-01T08:30:00Z"},
        {"only the date is new", "    effective: 2026-07-01\n", "    effective: 2027-01-01\n",
         "acme-l1", true, "2026-12-31T23:00:00Z"},
        {"a later calendar in a gap of the clock", "    effective: 2026-01-01\n    week:\n",
         "    effective: 2027-03-28T02:30\n    week:\n", "office", true, "2027-03-28T01:00:00Z"},
        {"a later calendar without a date", "00:00-24:00", "00:00-23:00", "always", true,
         "2026-11-21T20:00:00Z"},
        {"a later party", "title: Acme GmbH", "title: Acme SE", "acme", true,
         "2026-11-21T20:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bookcase c;
        char text[INSTANT_TEXT_BYTES];
        bookcase_init(&c);
        if (rows[i].again) {
            bookcase_apply(&c, bookcase_good, BOOKCASE_NOW - US_PER_HOUR);
        }
        struct book_plan *plan = planned(
            &c, bookcase_swap(&c, bookcase_good, rows[i].from, rows[i].to));
        const struct book_plan_object *o = object(plan, rows[i].object);
        T_EQ_INT(o->change, rows[i].again ? BOOK_VERSION : BOOK_NEW, "%s", rows[i].name);
        T_EQ_INT(o->version, rows[i].again ? 2 : 1, "%s", rows[i].name);
        T_EQ_STR(instant_format(o->effective_at, text), rows[i].effective, "%s", rows[i].name);
        book_plan_free(plan);
        bookcase_fini(&c);
    }
}

/* What the parties read is what is stored: only the instant is the later one. */
T_TEST(bookplan, lets_what_was_agreed_late_begin_when_it_is_agreed)
{
    static const struct {
        const char *effective;
        int64_t now_at;
        bool is_late;
        int64_t begins_at;
    } rows[] = {
        {"2026-12-01T12:00", BOOKCASE_NOW, false, INT64_C(1796122800000000)}, // 11:00 UTC
        {"2026-12-01T12:00", INT64_C(1796122800000000), false, INT64_C(1796122800000000)},
        {"2026-12-01T12:00", INT64_C(1796122800000001), true, INT64_C(1796122800000001)},
        {"2026-12-01T12:00", INT64_C(1798761600000000), true, INT64_C(1798761600000000)},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bookcase c;
        struct bookfile *file;
        struct book_plan *plan = NULL;
        char line[80];
        bookcase_init(&c);
        bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
        (void)snprintf(line, sizeof(line), "effective: %s", rows[i].effective);
        const char *text = bookcase_swap(&c, bookcase_good, "effective: 2026-07-01", line);
        T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s", c.refusal.message);
        T_EQ_INT(book_plan_agreed(c.stored, c.n, file, rows[i].now_at, &c.zones, &c.arena, &plan,
                                  &c.refusal),
                 0, "%s", c.refusal.message);
        T_EQ_INT(plan->n_added, 1);
        T_EQ_INT(plan->added[0].effective_at, rows[i].begins_at, "row %zu", i);
        T_CHECK(strstr(plan->added[0].text, rows[i].effective) != NULL, "%s", plan->added[0].text);
        book_plan_free(plan);
        plan = NULL;
        T_EQ_INT(
            book_plan(c.stored, c.n, file, rows[i].now_at, &c.zones, &c.arena, &plan, &c.refusal),
            rows[i].is_late ? OUTCOME_FAILED_PRECONDITION : 0, "row %zu", i);
        book_plan_free(plan);
        bookcase_fini(&c);
    }
}

T_TEST(bookplan, never_rewrites_the_past)
{
    struct bookcase c;
    struct book_plan *plan;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    const char *changed = bookcase_swap(&c, bookcase_good, "within: 4h, calendar: hours",
                                        "within: 3h, calendar: hours");
    T_EQ_INT(bookcase_plan(&c, changed, BOOKCASE_NOW, &plan), OUTCOME_FAILED_PRECONDITION);
    T_EQ_STR(c.refusal.field, "contracts[0].effective");
    T_EQ_INT(c.refusal.line, 42);
    T_EQ_STR(c.refusal.message,
             "book.yaml:42: contracts[0].effective: contract acme-l1 has changed (-      - {clock: "
             "first_response, match: {}, within: 4h, calendar: hours, warn: [7), and version 2 "
             "would be in force from 2026-07-01, which is past: what was in force then stays");
    T_CHECK(strstr(c.refusal.hint, "leave `effective` out") != NULL, "%s", c.refusal.hint);
    // The very present is not past.
    const char *now = bookcase_swap(&c, changed, "effective: 2026-07-01",
                                    "effective: 2026-11-21T21:00");
    T_EQ_INT(bookcase_plan(&c, now, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    book_plan_free(plan);
    T_EQ_INT(bookcase_plan(&c, now, BOOKCASE_NOW + 1, &plan), OUTCOME_FAILED_PRECONDITION);
    bookcase_fini(&c);
}

T_TEST(bookplan, lets_nothing_overtake_a_planned_version)
{
    struct bookcase c;
    struct book_plan *plan;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    const char *v2 = bookcase_swap(&c, bookcase_good, "    effective: 2026-01-01\n    week:\n",
                                   "    effective: 2027-01-01\n    week:\n");
    T_EQ_INT(bookcase_apply(&c, v2, BOOKCASE_NOW), 1);
    // Applying what is in force today, but no longer the newest, is a change.
    const char *before = bookcase_swap(&c, v2, "effective: 2027-01-01", "effective: 2026-12-31");
    T_EQ_INT(bookcase_plan(&c, before, BOOKCASE_NOW, &plan), OUTCOME_FAILED_PRECONDITION);
    T_EQ_STR(c.refusal.field, "calendars[1].effective");
    T_CHECK(strstr(c.refusal.message, "version 2 takes effect only at 2026-12-31T23:00:00Z") !=
                NULL,
            "%s", c.refusal.message);
    const char *none = bookcase_swap(&c, v2, "    effective: 2027-01-01\n", "");
    none = bookcase_swap(&c, none, "\"13:30-18:00\"", "\"13:30-19:00\"");
    T_EQ_INT(bookcase_plan(&c, none, BOOKCASE_NOW, &plan), OUTCOME_FAILED_PRECONDITION);
    T_EQ_INT(c.refusal.line, 11, "%s", c.refusal.message);
    // From the same instant on it is replaced before it was ever in force.
    const char *instead = bookcase_swap(&c, v2, "\"13:30-18:00\"", "\"13:30-19:00\"");
    T_EQ_INT(bookcase_apply(&c, instead, BOOKCASE_NOW), 1);
    struct book *book = bookcase_build(&c);
    const struct book_calendar *office = book_calendar_named(book, "office");
    T_EQ_INT(office->n_versions, 3);
    const int64_t at = bookcase_at("2027-01-04T00:00:00Z");
    T_EQ_INT(book_calendar_at(office, at)->version, 3);
    T_EQ_INT(calendar_between(office->calendar, at, at + US_PER_DAY), 9 * US_PER_HOUR);
    book_free(book);
    bookcase_fini(&c);
}

T_TEST(bookplan, switches_calendars_at_their_versions)
{
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    const char *v2 = bookcase_swap(&c, bookcase_good, "    effective: 2026-01-01\n    week:\n",
                                   "    effective: 2026-12-02T12:00\n    week:\n");
    v2 = bookcase_swap(&c, v2, "\"13:30-18:00\"", "\"13:30-14:30\"");
    T_EQ_INT(bookcase_apply(&c, v2, BOOKCASE_NOW), 1);
    struct book *book = bookcase_build(&c);
    const struct calendar *office = book_calendar_named(book, "office")->calendar;
    const int64_t day = bookcase_at("2026-11-30T23:00:00Z");
    T_EQ_INT(calendar_between(office, day, day + US_PER_DAY), 8 * US_PER_HOUR);
    T_EQ_INT(calendar_between(office, day + US_PER_DAY, day + 2 * US_PER_DAY),
             4 * US_PER_HOUR + US_PER_HOUR / 2);
    book_free(book);
    bookcase_fini(&c);
}

T_TEST(bookplan, carries_a_changed_holiday_list_into_every_calendar)
{
    static const char more[] = "holidays:\n"
                               "  - name: de\n"
                               "    complete_until: 2028-12-31\n"
                               "    dates: [{date: 2026-12-25, open: []}]\n";
    struct bookcase c;
    bookcase_init(&c);
    const char *two = bookcase_swap(&c, bookcase_good, "    overnight: shift\n",
                                    "    overnight: shift\n    holidays: [de]\n");
    bookcase_apply(&c, two, BOOKCASE_NOW);

    // In the same file as its calendars, whose dates are past: they have to say when.
    const char *changed = bookcase_swap(&c, two, "date: 2026-12-25", "date: 2026-12-26");
    struct book_plan *plan;
    T_EQ_INT(bookcase_plan(&c, changed, BOOKCASE_NOW, &plan), OUTCOME_FAILED_PRECONDITION);
    T_EQ_STR(c.refusal.field, "calendars[1].effective");

    // Alone: every calendar that uses it, at once.
    plan = planned(&c, more);
    T_EQ_INT(plan->n_objects, 2);
    T_EQ_INT(plan->n_added, 2);
    T_EQ_INT(object(plan, "office")->change, BOOK_VERSION);
    T_EQ_INT(object(plan, "office")->effective_at, BOOKCASE_NOW);
    T_EQ_INT(object(plan, "office")->line, 0);
    T_EQ_INT(object(plan, "night")->version, 2);
    book_plan_free(plan);
    T_EQ_INT(bookcase_apply(&c, more, BOOKCASE_NOW), 2);
    T_EQ_INT(bookcase_apply(&c, more, BOOKCASE_NOW), 0);
    struct book *book = bookcase_build(&c);
    const int64_t eve = bookcase_at("2026-12-23T23:00:00Z");
    T_EQ_INT(calendar_between(book_calendar_named(book, "office")->calendar, eve, eve + US_PER_DAY),
             8 * US_PER_HOUR, "no half day any more");
    book_free(book);
    bookcase_fini(&c);
}

struct bad {
    const char *name;
    const char *from;
    const char *to;
    const char *field;
    const char *message; // in it
    const char *hint;    // in it; NULL: whatever
    enum outcome_code code;
};

/* Each row changes the good book, planned over what is stored; "#@" marks the refused line. */
static void refuse_all(struct bookcase *c, const struct bad *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct bad *b = &rows[i];
        const enum outcome_code code = b->code != 0 ? b->code : OUTCOME_INVALID_ARGUMENT;
        struct book_plan *plan;
        const char *text = bookcase_swap(c, bookcase_good, b->from, b->to);
        T_EQ_INT(bookcase_plan(c, text, BOOKCASE_NOW, &plan), code, "%s: %s", b->name,
                 c->refusal.message);
        T_EQ_STR(c->refusal.field, b->field, "%s: %s", b->name, c->refusal.message);
        T_EQ_INT(c->refusal.line, bookcase_marked_line(text), "%s: %s", b->name,
                 c->refusal.message);
        T_CHECK(strncmp(c->refusal.message, "book.yaml:", 10) == 0, "%s: %s", b->name,
                c->refusal.message);
        T_CHECK(strstr(c->refusal.message, b->message) != NULL, "%s: %s", b->name,
                c->refusal.message);
        T_CHECK(b->hint == NULL || strstr(c->refusal.hint, b->hint) != NULL, "%s: %s", b->name,
                c->refusal.hint);
    }
}

T_TEST(bookplan, refuses_a_book_that_does_not_hold_together)
{
    static const struct bad rows[] = {
        {"a team's party", "party: northwind", "party: northwin #@", "teams[0].party",
         "there is no party northwin", "did you mean northwind?", 0},
        {"a team's calendar", "calendar: night\n  - {name: b", "calendar: knight #@\n  - {name: b",
         "teams[0].calendar", "there is no calendar knight", "did you mean night?", 0},
        {"a team's zone", "zone: Asia/Manila}", "zone: Asia/Manilla} #@", "teams[0].site.zone",
         "there is no zone Asia/Manilla in the zone data", NULL, 0},
        {"a buyer", "buyer: acme", "buyer: acne #@", "contracts[0].buyer", "there is no party acne",
         "did you mean acme?", 0},
        {"a vendor", "vendor: northwind", "vendor: eastwind #@", "contracts[0].vendor",
         "there is no party eastwind", NULL, 0},
        {"a contract's team", "{team: berlin-l3}]", "{team: berlin-l2}] #@",
         "contracts[0].teams[1].team", "there is no team berlin-l2", "did you mean berlin-l3?", 0},
        {"hours", "hours: office", "hours: ofice #@", "contracts[0].hours",
         "there is no calendar ofice", "did you mean office?", 0},
        {"a target's calendar", "within: 4h, calendar: both}", "within: 4h, calendar: boat} #@",
         "contracts[0].targets[2].calendar", "there is no calendar boat", NULL, 0},
        {"a contract's zone", "zone: Europe/Berlin\n    effective: 2026-07-01",
         "zone: Europe/Bonn #@\n    effective: 2026-07-01", "contracts[0].zone",
         "there is no zone Europe/Bonn", NULL, 0},
        {"a calendar's zone", "zone: Asia/Manila\n", "zone: Asia/Nowhere #@\n", "calendars[2].zone",
         "there is no zone Asia/Nowhere", NULL, 0},
        {"a member", "union: [office, night]}", "union: [office, knights]} #@",
         "calendars[3].union[1]", "there is no calendar knights", "did you mean night?", 0},
        {"a member of itself", "union: [office, night]}", "union: [office, both]} #@",
         "calendars[3].union[1]", "a calendar would be part of itself: both -> both", NULL, 0},
        {"a cycle", "  - {name: both, union: [office, night]}\n",
         "  - {name: both, union: [third]}\n  - {name: third, union: [fourth]}\n"
         "  - {name: fourth, union: [office, both]} #@\n",
         "calendars[5].union[1]", "both -> third -> fourth -> both", NULL, 0},
        {"a cycle behind a way in", "  - {name: both, union: [office, night]}\n",
         "  - {name: both, union: [third]}\n  - {name: third, union: [fourth]}\n"
         "  - {name: fourth, union: [third]} #@\n",
         "calendars[5].union[0]", "part of itself: third -> fourth -> third", NULL, 0},
        {"an endless chain", "  - {name: both, union: [office, night]}\n",
         "  - {name: both, union: [u2]}\n  - {name: u2, union: [u3]}\n  - {name: u3, union: [u4]}\n"
         "  - {name: u4, union: [u5]}\n  - {name: u5, union: [u6]}\n  - {name: u6, union: [u7]}\n"
         "  - {name: u7, union: [u8]}\n  - {name: u8, union: [u9]}\n"
         "  - {name: u9, union: [u10]} #@\n  - {name: u10, union: [night]}\n",
         "calendars[11].union[0]", "unions of unions go more than 8 deep", NULL, 0},
        {"a long chain", "  - {name: both, union: [office, night]}\n",
         "  - {name: both, union: [u2]} #@\n  - {name: u2, union: [u3]}\n  - {name: u3, union: "
         "[u4]}\n"
         "  - {name: u4, union: [u5]}\n  - {name: u5, union: [u6]}\n  - {name: u6, union: [u7]}\n"
         "  - {name: u7, union: [u8]}\n  - {name: u8, union: [u9]}\n"
         "  - {name: u9, union: [night]}\n",
         "calendars[3].union[0]", "unions of unions go more than 8 deep", NULL, 0},
        {"a long chain, from below", "  - {name: both, union: [office, night]}\n",
         "  - {name: u9, union: [night]}\n  - {name: u8, union: [u9]}\n"
         "  - {name: u7, union: [u8]}\n  - {name: u6, union: [u7]}\n  - {name: u5, union: [u6]}\n"
         "  - {name: u4, union: [u5]}\n  - {name: u3, union: [u4]}\n  - {name: u2, union: [u3]}\n"
         "  - {name: both, union: [office, u2]} #@\n",
         "calendars[11].union[1]", "unions of unions go more than 8 deep", NULL, 0},
        {"a calendar that never opens",
         "  - name: always\n    zone: Etc/UTC\n    week: [{days: "
         "[mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]\n",
         "  - name: always #@\n    zone: Etc/UTC\n    week: [{days: [mon], open: []}]\n",
         "calendars[0]", "calendar always never opens", NULL, 0},
        {"a calendar that opens once, too late",
         "  - name: always\n    zone: Etc/UTC\n    week: "
         "[{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]\n",
         "  - name: always #@\n    zone: Etc/UTC\n    week: [{days: [mon], open: []}]\n"
         "    dates: [{date: 2028-01-01, open: [\"09:00-10:00\"]}]\n",
         "calendars[0]", "calendar always never opens", NULL, 0},
        {"a contract before its hours", "effective: 2026-01-01\n    week:\n",
         "effective: 2026-07-02\n    week:\n", "contracts[0].hours",
         "the contract is in force from 2026-06-30T22:00:00Z on, but calendar office only from "
         "2026-07-01T22:00:00Z",
         NULL, 0},
        {"a contract before a member of its calendar", "effective: 2026-01-01\n    week: [{",
         "effective: 2026-08-01\n    week: [{", "contracts[0].targets[2].calendar",
         "calendar both only from 2026-07-31T16:00:00Z", NULL, 0},
        {"a list for nobody", "calendars:\n",
         "  - {name: pl, complete_until: 2027-12-31, dates: []} #@\ncalendars:\n", "holidays[1]",
         "no calendar uses holiday list pl", NULL, 0},
        {"a third company's team", "  - {name: berlin-l3, party: acme,",
         "  - {name: berlin-l3, party: other,", "contracts[0].teams[1].team",
         "team berlin-l3 belongs to other, which is neither buyer nor vendor of acme-l1", NULL, 0},
        {"a function of nobody", "{function: [it-helpdesk]}, within: 16h, calendar: night}",
         "{function: [it-help]}, within: 16h, calendar: night} #@",
         "contracts[0].targets[3].match.function[0]",
         "none of the contract's teams has the function it-help", NULL, 0},
        {"a function that was meant", "{function: [it-helpdesk]}, within: 16h, calendar: night}",
         "{function: [it-helpdsek]}, within: 16h, calendar: night} #@",
         "contracts[0].targets[3].match.function[0]", "has the function it-helpdsek",
         "did you mean it-helpdesk?", 0},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bad b = rows[i];
        char *to = arena_alloc(&c.arena, 4096);
        // Three of them are refused where another line has to be marked.
        const char *mark = strcmp(b.name, "a contract before its hours") == 0 ? "hours: office"
                           : strcmp(b.name, "a contract before a member of its calendar") == 0
                               ? "calendar: both}"
                           : strcmp(b.name, "a third company's team") == 0 ? "{team: berlin-l3}]"
                                                                           : NULL;
        if (mark != NULL) {
            const char *text = bookcase_swap(&c, bookcase_good, b.from, b.to);
            (void)snprintf(to, 4096, "%s #@", mark);
            text = bookcase_swap(&c, text, mark, to);
            text = bookcase_swap(&c, text, "parties:\n", "parties:\n  - {name: other}\n");
            struct book_plan *plan;
            T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), OUTCOME_INVALID_ARGUMENT, "%s",
                     b.name);
            T_EQ_STR(c.refusal.field, b.field, "%s: %s", b.name, c.refusal.message);
            T_EQ_INT(c.refusal.line, bookcase_marked_line(text), "%s: %s", b.name,
                     c.refusal.message);
            T_CHECK(strstr(c.refusal.message, b.message) != NULL, "%s: %s", b.name,
                    c.refusal.message);
        } else {
            refuse_all(&c, &b, 1);
        }
    }
    bookcase_fini(&c);
}

T_TEST(bookplan, lets_any_function_match_where_a_team_does_anything)
{
    struct bookcase c;
    bookcase_init(&c);
    const char *text = bookcase_swap(&c, bookcase_good, ", functions: [it-helpdesk]}", "}");
    text = bookcase_swap(&c, text, "match: {function: [it-helpdesk]}",
                         "match: {function: [payroll]}");
    book_plan_free(planned(&c, text));
    bookcase_fini(&c);
}

T_TEST(bookplan, keeps_what_is_permanent)
{
    static const struct bad rows[] = {
        {"another key", "key: ACME", "key: ACNE #@", "contracts[0].key",
         "contract acme-l1 has the key ACME, and that is permanent", "another contract",
         OUTCOME_FAILED_PRECONDITION},
        {"another buyer", "parties:\n", "parties:\n  - {name: other}\n", "contracts[0].buyer",
         "has the buyer acme, and that is permanent", NULL, OUTCOME_FAILED_PRECONDITION},
        {"another vendor", "parties:\n", "parties:\n  - {name: other}\n", "contracts[0].vendor",
         "has the vendor northwind, and that is permanent", NULL, OUTCOME_FAILED_PRECONDITION},
        {"a key that is taken", "  - name: acme-l1\n    key: ACME\n",
         "  - name: acme-l2\n    key: ACME #@\n", "contracts[0].key",
         "contract acme-l1 has the key ACME already", NULL, OUTCOME_ALREADY_EXISTS},
    };
    static const char *const swaps[][2] = {
        {"effective: 2026-07-01\n", "effective: 2027-01-01\n"},
        {"buyer: acme\n", "buyer: other #@\n"},
        {"vendor: northwind\n", "vendor: other #@\n"},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct book_plan *plan;
        const char *text = bookcase_swap(&c, bookcase_good, rows[i].from, rows[i].to);
        text = bookcase_swap(&c, text, swaps[0][0], swaps[0][1]);
        if (i == 1 || i == 2) {
            text = bookcase_swap(&c, text, swaps[i][0], swaps[i][1]);
        }
        T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), rows[i].code, "%s", rows[i].name);
        T_EQ_STR(c.refusal.field, rows[i].field, "%s", rows[i].name);
        T_EQ_INT(c.refusal.line, bookcase_marked_line(text), "%s", rows[i].name);
        T_CHECK(strstr(c.refusal.message, rows[i].message) != NULL, "%s: %s", rows[i].name,
                c.refusal.message);
    }
    // Two contracts of one text cannot share a key either.
    const char *contract = strstr(bookcase_good, "  - name: acme-l1\n");
    char *both = arena_alloc(&c.arena, 2 * strlen(bookcase_good));
    (void)snprintf(both, 2 * strlen(bookcase_good), "%s%s", bookcase_good,
                   bookcase_swap(&c, contract, "acme-l1", "acme-l2"));
    struct book_plan *plan;
    T_EQ_INT(bookcase_plan(&c, both, BOOKCASE_NOW, &plan), OUTCOME_INVALID_ARGUMENT);
    T_CHECK(strstr(c.refusal.message, "contracts[1].key: ACME is given twice, first on line 38") !=
                NULL,
            "%s", c.refusal.message);
    bookcase_fini(&c);
}

T_TEST(bookplan, guards_stored_contracts_against_changes_elsewhere)
{
    struct bookcase c;
    struct book_plan *plan;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    static const char move[] = "parties: [{name: other}]\n"
                               "teams: [{name: berlin-l3, party: other}]\n";
    T_EQ_INT(bookcase_plan(&c, move, BOOKCASE_NOW, &plan), OUTCOME_INVALID_ARGUMENT);
    T_EQ_STR(c.refusal.message, "contract acme-l1 version 1:11: contracts[0].teams[1].team: team "
                                "berlin-l3 belongs to other, "
                                "which is neither buyer nor vendor of acme-l1");
    bookcase_fini(&c);
}

T_TEST(bookplan, shows_what_differs)
{
    static const struct {
        char mark;
        const char *text;
    } expected[] = {
        {' ', "..."},
        {' ', "    default_team: manila-a"},
        {' ', "    priorities: [P1, P2, P3]"},
        {' ', "    targets:"},
        {'-', "      - {clock: first_response, match: {priority: [P1]}, within: 15m, calendar: "
              "always}"},
        {'+', "      - {clock: first_response, match: {priority: [P1]}, within: 20m, calendar: "
              "always}"},
        {' ', "      - {clock: first_response, match: {}, within: 4h, calendar: hours, warn: "
              "[75%, 30m]}"},
        {' ', "      - {clock: resolution, match: {priority: [P1]}, within: 4h, calendar: both}"},
        {' ', "      - {clock: resolution, match: {function: [it-helpdesk]}, within: 16h, "
              "calendar: night}"},
        {' ', "..."},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    const char *text = bookcase_swap(&c, bookcase_good, "    effective: 2026-07-01\n", "");
    struct book_plan *plan = planned(&c, bookcase_swap(&c, text, "15m", "20m"));
    const struct book_plan_object *o = object(plan, "acme-l1");
    // Besides, `effective` is gone from the text; that change is first.
    const size_t skip = o->n_lines - sizeof(expected) / sizeof(expected[0]);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        T_EQ_STR(o->lines[skip + i].text, expected[i].text, "line %zu", i);
        T_EQ_INT(o->lines[skip + i].mark, expected[i].mark, "line %zu", i);
    }
    book_plan_free(plan);
    bookcase_fini(&c);
}

T_TEST(bookplan, works_examples_out)
{
    static const struct {
        const char *target;
        const char *received;
        const char *received_at;
        const char *due_at;
        const char *limit_at;
    } rows[] = {
        {"priority P1, calendar always", "now", "2026-11-21T20:00:00Z", "2026-11-21T20:15:00Z",
         "2026-11-21T20:15:00Z"},
        {"priority P1, calendar always", "Friday 16:30", "2026-11-27T15:30:00Z",
         "2026-11-27T15:45:00Z", "2026-11-27T15:45:00Z"},
        {"all other tickets, calendar office", "now", "2026-11-21T20:00:00Z",
         "2026-11-23T13:00:00Z", "2026-11-23T13:00:00Z"},
        // an hour and a half on Friday, the rest of it on the extra Saturday
        {"all other tickets, calendar office", "Friday 16:30", "2026-11-27T15:30:00Z",
         "2026-11-28T11:30:00Z", "2026-11-28T11:30:00Z"},
        {"priority P1, calendar both", "now", "2026-11-21T20:00:00Z", "2026-11-23T13:00:00Z",
         "2026-11-23T13:00:00Z"},
        {"priority P1, calendar both", "Friday 16:30", "2026-11-27T15:30:00Z",
         "2026-11-27T19:30:00Z", "2026-11-27T19:30:00Z"},
        {"function it-helpdesk, calendar night", "now", "2026-11-21T20:00:00Z",
         "2026-11-24T20:00:00Z", "2026-11-24T20:00:00Z"},
        {"function it-helpdesk, calendar night", "Friday 16:30", "2026-11-27T15:30:00Z",
         "2026-12-01T13:30:00Z", "2026-12-01T13:30:00Z"},
    };
    struct bookcase c;
    bookcase_init(&c);
    struct book_plan *plan = planned(&c, bookcase_good);
    T_EQ_INT(plan->n_examples, sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < plan->n_examples; i++) {
        const struct book_plan_example *e = &plan->examples[i];
        char text[INSTANT_TEXT_BYTES];
        T_EQ_STR(e->contract, "acme-l1");
        T_EQ_STR(e->zone, "Europe/Berlin");
        T_EQ_STR(e->target, rows[i].target, "row %zu", i);
        T_EQ_STR(e->received, rows[i].received, "row %zu", i);
        T_EQ_STR(instant_format(e->received_at, text), rows[i].received_at, "row %zu", i);
        T_EQ_STR(instant_format(e->due_at, text), rows[i].due_at, "row %zu", i);
        T_EQ_STR(instant_format(e->limit_at, text), rows[i].limit_at, "row %zu", i);
    }
    book_plan_free(plan);
    // Received on a Friday at 16:30 anyhow: the other example is of the next one.
    struct book_plan *friday;
    T_EQ_INT(bookcase_plan(&c, bookcase_good, bookcase_at("2026-11-27T15:30:00Z"), &friday), 0);
    T_EQ_INT(friday->examples[0].received_at, bookcase_at("2026-11-27T15:30:00Z"));
    T_EQ_INT(friday->examples[1].received_at, bookcase_at("2026-12-04T15:30:00Z"));
    book_plan_free(friday);
    // A contract of next year begins its examples then.
    plan = planned(
        &c, bookcase_swap(&c, bookcase_good, "effective: 2026-07-01", "effective: 2027-01-04"));
    T_EQ_STR(plan->examples[0].received, "when it takes effect");
    T_EQ_INT(plan->examples[0].received_at, bookcase_at("2027-01-03T23:00:00Z"));
    T_EQ_INT(plan->examples[1].received_at, bookcase_at("2027-01-08T15:30:00Z"));
    book_plan_free(plan);
    bookcase_fini(&c);
}

T_TEST(bookplan, says_when_memory_ends)
{
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    const char *text = bookcase_swap(&c, bookcase_good, "00:00-24:00", "00:00-23:00");
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s", c.refusal.message);
    size_t limit = 0;
    int r;
    do {
        struct arena arena;
        struct book_plan *plan = NULL;
        limit += 5000;
        arena_init(&arena, limit);
        r = book_plan(c.stored, c.n, file, BOOKCASE_NOW, &c.zones, &arena, &plan, &c.refusal);
        book_plan_free(plan);
        arena_fini(&arena);
        T_CHECK(r <= 0, "%zu bytes: %s", limit, c.refusal.message);
    } while (r < 0 && limit < 10 * 1000 * 1000);
    T_EQ_INT(r, 0);
    T_CHECK(limit > 100 * 1000, "%zu", limit);
    bookcase_fini(&c);
}
