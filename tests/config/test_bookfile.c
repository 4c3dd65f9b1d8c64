// SPDX-License-Identifier: Apache-2.0
/*
 * What a book's text is refused for. Each row changes one thing in a good book.
 */
#include "config/bookfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bookcase.h"
#include "t.h"

#define REFUSE_ALL(rows) bookcase_refuse(bookcase_good, rows, sizeof(rows) / sizeof((rows)[0]))

T_TEST(bookfile, takes_the_good_book)
{
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    T_EQ_INT(bookcase_parse(&c, bookcase_good, &file), 0, "%s", c.refusal.message);
    T_EQ_INT(file->raw->calendars_count, 4);
    T_EQ_STR(file->raw->contracts[0].targets[1].warn[1], "30m");
    bookcase_fini(&c);
}

T_TEST(bookfile, takes_other_ways_to_write_it)
{
    static const struct {
        const char *from;
        const char *to;
    } rows[] = {
        {"holidays:\n", "\xEF\xBB\xBFholidays:\n"},             // a byte order mark
        {"holidays:\n", "---\nholidays:\n"},                    // a document start
        {"holidays:\n", "# a comment\n\nholidays:\n"},          //
        {"name: de\n", "\"name\": 'de'\n"},                     // quotes
        {"2026-01-01\n", "2026-01-01T09:00\n"},                 // a time of day
        {"2026-01-01\n", "\"2026-01-01 09:00:30\"\n"},          //
        {"title: Acme GmbH", "title: \"Ac\\u00e9me \\u2603\""}, // beyond ASCII
        {"title: Acme GmbH", "title: NO"},                      // text, not a truth value
        {"name: acme-l1", "name: 1.2"},                         // text, not a number
        {", note: half day", ""},                               //
        {"on_reopen: {mode: exclude, window: 72h}", "on_reopen: {}"},
        {"site: {country: PH, zone: Asia/Manila}", "site: {}"},
        {"    on_transfer: keep\n", ""},
        {"min_remaining: 0m", "min_remaining: 0s"},
        {"within: 4h, calendar: hours", "within: 3h59m60s, calendar: hours"},
        {"\"21:00-30:00\"", "\"21:00-30:00:01\""},
        {"overnight: shift", "overnight: midnight"},
        {"open: [\"00:00-24:00\"]", "open: []"}, // closed all week: for the whole book to judge
        {"warn: [75%, 30m]", "warn: [1%, 100%]"},
        {"pauses: []", "pauses: [acknowledge, first_response, next_response, update, resolution, "
                       "turnaround, ola]"},
        {"key: ACME", "key: A1"},
    };
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *text = bookcase_swap(&c, bookcase_good, rows[i].from, rows[i].to);
        T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s: %s", rows[i].to, c.refusal.message);
    }
    bookcase_fini(&c);
}

T_TEST(bookfile, refuses_what_the_schema_does_not_know)
{
    static const struct bookcase_bad rows[] = {
        {"unknown key at the top", "parties:\n", "partys: [] #@\nparties:\n", "partys",
         "unknown key", 0},
        {"unknown key in an object", "    key: ACME\n", "    key: ACME\n    colour: red #@\n",
         "contracts[0].colour", "unknown key", 0},
        {"unknown key in a flow mapping", "pauses: []}", "pauses: [], max_: 1h} #@",
         "contracts[0].holds[1].max_", "unknown key", 0},
        {"missing key", "  - name: manila-a\n    party: northwind\n", "  - name: manila-a #@\n",
         "teams[0]", "the key `party` is missing", 0},
        {"missing key of a row", ", match: {}, within: none}", ", within: none} #@",
         "contracts[0].targets[4]", "the key `match` is missing", 0},
        {"repeated key", "    key: ACME\n", "    key: ACME\n    key: ACNE #@\n", "contracts[0].key",
         "given twice, first on line 38", 0},
        {"repeated key at the top", "parties:\n", "calendars: [] #@\nparties:\n", "calendars",
         "given twice", 0},
        {"a list for a value", "key: ACME\n", "key: [ACME] #@\n", "contracts[0].key",
         "expected a single value, found a list", 0},
        {"a value for a list", "priorities: [P1, P2, P3]", "priorities: P1 #@",
         "contracts[0].priorities", "expected a list, found a single value", 0},
        {"a mapping for a list", "teams:\n  - name", "teams: {a: b} #@\nx:\n  - name", "teams",
         "expected a list, found a mapping", 0},
        {"a value for a mapping", "match: {}, within: none}", "match: all, within: none} #@",
         "contracts[0].targets[4].match", "expected a mapping, found a single value", 0},
        {"a value in a list of mappings", "      - {reason: tool-down",
         "      - lunch #@\n      - {reason: tool-down", "contracts[0].holds[1]",
         "expected a mapping", 0},
        {"a list in a list", "[en, tl]", "[en, [tl]] #@", "teams[0].languages[1]",
         "expected a single value, found a list", 0},
        {"a list for the book", "holidays:\n", "- a #@\n- b\n", "",
         "expected a mapping, found a list", 0},
        {"no value", "    key: ACME\n", "    key: #@\n", "contracts[0].key", "has no value", 0},
        {"null", "    key: ACME\n", "    key: ~ #@\n", "contracts[0].key", "has no value", 0},
        {"null for a list", "    priorities: [P1, P2, P3]\n", "    priorities: #@\n",
         "contracts[0].priorities", "expected a list, found nothing", 0},
        {"an empty list that must not be", "    priorities: [P1, P2, P3]\n",
         "    priorities: [] #@\n", "contracts[0].priorities", "the list is empty", 0},
        {"an empty list for nothing", "{priority: [P1]}, within: 15m, calendar: always}",
         "{priority: []}, within: 15m, calendar: always} #@",
         "contracts[0].targets[0].match.priority", "the list is empty", 0},
        {"too many entries", "warn: [75%, 30m]}", "warn: [1%, 2%, 3%, 4%, 5%, 6%, 7%, 8%, 9%]} #@",
         "contracts[0].targets[1].warn", "more than 8 entries", OUTCOME_RESOURCE_EXHAUSTED},
        {"a key that is no name", "holidays:\n", "[a, b]: c #@\nholidays:\n", "",
         "a key must be a name", 0},
        {"an unknown key beyond ASCII", "parties:\n", "\"part\\u00efes\": [] #@\nparties:\n",
         "part\xC3\xAF"
         "es",
         "unknown key", 0},
    };
    REFUSE_ALL(rows);
}

T_TEST(bookfile, refuses_what_yaml_can_but_a_book_does_not)
{
    static const struct bookcase_bad rows[] = {
        {"an anchor", "key: ACME", "key: &k ACME #@", "contracts[0].key", "anchors", 0},
        {"an alias", "default_team: manila-a", "default_team: *k #@", "contracts[0].default_team",
         "aliases", 0},
        {"an anchor on a list", "functions: [customer-support, it-helpdesk]",
         "functions: &f [it-helpdesk] #@", "teams[0].functions", "anchors", 0},
        {"a tag", "key: ACME", "key: !!str ACME #@", "contracts[0].key", "tags", 0},
        {"a tag on a mapping", "match: {}, within: none}", "match: !x {}, within: none} #@",
         "contracts[0].targets[4].match", "tags", 0},
        {"a merge", "    key: ACME\n", "    <<: {} #@\n    key: ACME\n", "contracts[0].<<",
         "unknown key", 0},
        {"a line break in a value", "title: Acme GmbH", "title: \"Acme\\nGmbH\"} #@\n#",
         "parties[0].title", "control characters", 0},
        {"a block of lines", "  - name: manila-a\n", "  - name: | #@\n      manila-a\n",
         "teams[0].name", "control characters", 0},
        {"NUL", "title: Acme GmbH", "title: \"a\\0b\"} #@\n#", "parties[0].title",
         "control characters", 0},
        {"a C1 control", "title: Acme GmbH", "title: \"a\\x9bb\"} #@\n#", "parties[0].title",
         "control characters", 0},
        {"a line separator", "title: Acme GmbH", "title: \"a\\u2028b\"} #@\n#", "parties[0].title",
         "control characters", 0},
        {"a byte order mark inside", "title: Acme GmbH", "title: \"a\\uFEFFb\"} #@\n#",
         "parties[0].title", "control characters", 0},
        {"no character", "title: Acme GmbH", "title: \"a\\uFFFFb\"} #@\n#", "parties[0].title",
         "control characters", 0},
        {"a second document", "parties:\n", "--- #@\nparties:\n", "", "a second document", 0},
        {"a tab", "    key: ACME\n", "\tkey: ACME #@\n", "", "not YAML", 0},
        {"bytes that are not UTF-8", "title: Acme GmbH", "title: \xFF\xFE} #@\n#", "", "not YAML",
         0},
        {"an overlong form", "title: Acme GmbH", "title: \xC0\xAF} #@\n#", "", "not YAML", 0},
        {"half a surrogate pair", "title: Acme GmbH", "title: \"\\uD800\"} #@\n#", "", "not YAML",
         0},
    };
    REFUSE_ALL(rows);
}

T_TEST(bookfile, refuses_by_name_what_it_does_not_do_yet)
{
    static const struct bookcase_bad rows[] = {
        {"measures", "    key: ACME\n", "    key: ACME\n    measures: #@\n      - {a: b}\n",
         "contracts[0].measures", "not implemented", OUTCOME_UNIMPLEMENTED},
    };
    REFUSE_ALL(rows);
}

T_TEST(bookfile, refuses_values_that_mean_nothing)
{
    static const struct bookcase_bad rows[] = {
        {"a name in capitals", "name: manila-a\n", "name: Manila #@\n", "teams[0].name",
         "is not a name", 0},
        {"a name too long", "name: manila-a\n",
         "name: a23456789012345678901234567890123456789012345678901234567890abcd #@\n",
         "teams[0].name", "is not a name", 0},
        {"an empty name", "name: manila-a\n", "name: \"\" #@\n", "teams[0].name", "is not a name",
         0},
        {"a reserved calendar", "  - name: always\n", "  - name: hours #@\n", "calendars[0].name",
         "has a meaning of its own", 0},
        {"a key in small letters", "key: ACME", "key: acme #@", "contracts[0].key",
         "cannot be a key", 0},
        {"a key with a digit first", "key: ACME", "key: 1A #@", "contracts[0].key",
         "cannot be a key", 0},
        {"a key too long", "key: ACME", "key: ABCDEFGHIJKLMNOP #@", "contracts[0].key",
         "cannot be a key", 0},
        {"a country", "country: PH}\nteams", "country: ph} #@\nteams", "parties[1].country",
         "is not a country", 0},
        {"an office", "office: front", "office: side #@", "teams[0].office", "is not known here",
         0},
        {"a function with a blank", "[customer-support, it-helpdesk]", "[customer support] #@",
         "teams[0].functions[0]", "cannot be used here", 0},
        {"a language twice", "[en, tl]", "[en, tl, en] #@", "teams[0].languages[2]",
         "en stands in the list twice", 0},
        {"an empty title", "title: Acme GmbH, country: DE}", "title: \"\"} #@", "parties[0].title",
         "must have 1 to 200 bytes", 0},
        {"an effective date", "effective: 2026-07-01", "effective: 2026-13-01 #@",
         "contracts[0].effective", "is not a local date or time", 0},
        {"an effective instant", "effective: 2026-07-01", "effective: 2026-07-01T00:00:00Z #@",
         "contracts[0].effective", "is not a local date or time", 0},
        {"an effective time of 24:00", "effective: 2026-07-01", "effective: 2026-07-01T24:00 #@",
         "contracts[0].effective", "is not a local date or time", 0},
        {"an effective date long ago", "effective: 2026-07-01", "effective: 1926-07-01 #@",
         "contracts[0].effective", "is not a local date or time", 0},
    };
    REFUSE_ALL(rows);
}

T_TEST(bookfile, refuses_zones_without_rules)
{
    static const char *const offsets[] = {"+02:00",  "UTC+2",     "Etc/GMT+2", "GMT-5",
                                          "EST5EDT", "\"+0200\"", "UTC2"};
    static const char *const others[] = {"CET",
                                         "UTC",
                                         "Berlin",
                                         "europe/berlin",
                                         "Europe/",
                                         "US/Eastern",
                                         "Europe/Ber lin",
                                         "localtime",
                                         "posix/Europe/Berlin",
                                         "Europe/../Berlin"};
    struct bookcase c;
    struct bookfile *file;
    char zone[128];
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        (void)snprintf(zone, sizeof(zone), "zone: %s\n    effective: 2026-07", offsets[i]);
        const char *text = bookcase_swap(&c, bookcase_good,
                                         "zone: Europe/Berlin\n    effective: 2026-07", zone);
        T_EQ_INT(bookcase_parse(&c, text, &file), OUTCOME_INVALID_ARGUMENT, "%s", offsets[i]);
        T_EQ_STR(c.refusal.field, "contracts[0].zone");
        T_CHECK(strstr(c.refusal.message, "is a fixed offset") != NULL, "%s", c.refusal.message);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        (void)snprintf(zone, sizeof(zone), "zone: %s}", others[i]);
        const char *text = bookcase_swap(&c, bookcase_good, "zone: Asia/Manila}", zone);
        T_EQ_INT(bookcase_parse(&c, text, &file), OUTCOME_INVALID_ARGUMENT, "%s", others[i]);
        T_EQ_STR(c.refusal.field, "teams[0].site.zone");
        T_CHECK(strstr(c.refusal.message, "not the name of a zone") != NULL, "%s",
                c.refusal.message);
    }
    bookcase_fini(&c);
}

T_TEST(bookfile, refuses_calendars_that_contradict_themselves)
{
    static const struct bookcase_bad rows[] = {
        {"no zone", "    zone: Etc/UTC\n", "", "calendars[0]", "", 0},
        {"not a window", "[\"21:00-30:00\"]}]", "[21:00]}] #@", "calendars[2].week[0].open[0]",
         "is not a window of time", 0},
        {"ends before it starts", "[\"21:00-30:00\"]}]", "[\"21:00-06:00\"]}] #@",
         "calendars[2].week[0].open[0]", "ends where it starts, or before", 0},
        {"ends after 48:00", "[\"21:00-30:00\"]}]", "[\"21:00-48:01\"]}] #@",
         "calendars[2].week[0].open[0]", "is not a window of time", 0},
        {"starts the day after", "[\"21:00-30:00\"]}]", "[\"24:00-30:00\"]}] #@",
         "calendars[2].week[0].open[0]", "starts outside of its day", 0},
        {"overlapping", "\"13:30-18:00\"]}", "\"12:00-18:00\"]} #@", "calendars[1].week[0].open[1]",
         "before the window in front of it ends", 0},
        {"not in order", "\"13:30-18:00\"]}", "\"07:00-08:00\"]} #@",
         "calendars[1].week[0].open[1]", "starts before the window in front of it", 0},
        {"not a weekday", "[mon, tue, wed, thu, fri], open: [\"21", "[monday], open: #@\n [\"21",
         "calendars[2].week[0].days[0]", "is not known here", 0},
        {"a weekday twice", "[mon, tue, wed, thu, fri], open: [\"21",
         "[mon, tue, mon], open: #@\n [\"21", "calendars[2].week[0].days[2]",
         "mon is given twice, first on line 21", 0},
        {"overnight", "overnight: shift", "overnight: morning #@", "calendars[2].overnight",
         "is not known here", 0},
        {"a date that is none", "date: 2026-12-25, open: [], note: Christmas}",
         "date: 2026-02-30, open: []} #@", "holidays[0].dates[0].date", "is not a date", 0},
        {"a date too late", "date: 2026-12-25, open: [], note: Christmas}",
         "date: 2101-01-01, open: []} #@", "holidays[0].dates[0].date", "is not in 1970 to 2100",
         0},
        {"a date twice", "date: 2026-12-24, open: [\"09:00-13:00\"], note: half day}",
         "date: 2026-12-25, open: []} #@", "holidays[0].dates[1].date",
         "2026-12-25 stands in the list twice, first on line 5", 0},
        {"a date twice, not side by side",
         "      - {date: 2026-12-24, open: [\"09:00-13:00\"], note: half day}\n",
         "      - {date: 2026-12-24, open: []}\n      - {date: 2026-12-25, open: []} #@\n",
         "holidays[0].dates[2].date", "2026-12-25 stands in the list twice, first on line 5", 0},
        {"hours of a date", "open: [\"10:00-14:00\"]}]", "open: [\"10:00-09:00\"]}] #@",
         "calendars[1].dates[0].open[0]", "ends where it starts", 0},
        {"a holiday list that is not there", "holidays: [de]", "holidays: [dee] #@",
         "calendars[1].holidays[0]", "there is no holiday list dee", 0},
        {"a holiday list twice", "holidays: [de]", "holidays: [de, de] #@",
         "calendars[1].holidays[1]", "stands in the list twice", 0},
        {"complete_until", "complete_until: 2027-12-31", "complete_until: soon #@",
         "holidays[0].complete_until", "is not a date", 0},
        {"a union with a week", "union: [office, night]}",
         "union: [office, night], week: [{days: [mon], open: []}]} #@", "calendars[3].week",
         "a union has no week of its own", 0},
        {"a union with a zone", "union: [office, night]}",
         "union: [office, night], zone: Etc/UTC} #@", "calendars[3].zone",
         "a union has no zone of its own", 0},
        {"a member twice", "union: [office, night]}", "union: [office, office]} #@",
         "calendars[3].union[1]", "stands in the list twice", 0},
        {"a calendar twice", "  - name: night\n", "  - name: office #@\n", "calendars[2].name",
         "office is given twice, first on line 11", 0},
    };
    // The first row's line is that of the object itself.
    bookcase_refuse(bookcase_good, &rows[1], sizeof(rows) / sizeof(rows[0]) - 1);
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    const char *text = bookcase_swap(&c, bookcase_good, rows[0].from, rows[0].to);
    T_EQ_INT(bookcase_parse(&c, text, &file), OUTCOME_INVALID_ARGUMENT);
    T_EQ_STR(c.refusal.message, "book.yaml:8: calendars[0]: the key `zone` is missing");
    bookcase_fini(&c);
}

T_TEST(bookfile, refuses_contracts_that_contradict_themselves)
{
    static const struct bookcase_bad rows[] = {
        {"the buyer sells to itself", "vendor: northwind", "vendor: acme #@", "contracts[0].vendor",
         "acme is the buyer too", 0},
        {"a default team from elsewhere", "default_team: manila-a", "default_team: manila-b #@",
         "contracts[0].default_team", "manila-b is not one of the contract's `teams`", 0},
        {"a team twice", "{team: berlin-l3}]", "{team: manila-a}] #@", "contracts[0].teams[1].team",
         "manila-a stands in the list twice", 0},
        {"a priority twice", "[P1, P2, P3]", "[P1, P2, P1] #@", "contracts[0].priorities[2]",
         "P1 stands in the list twice", 0},
        {"an unknown priority", "{priority: [P1]}, within: 4h, calendar: both}",
         "{priority: [P9]}, within: 4h, calendar: both} #@",
         "contracts[0].targets[2].match.priority[0]",
         "P9 is not one of the contract's `priorities`", 0},
        {"an unknown team", "{function: [it-helpdesk]}, within: 16h, calendar: night}",
         "{team: [manila-x]}, within: 16h, calendar: night} #@",
         "contracts[0].targets[3].match.team[0]", "manila-x is not one of", 0},
        {"an unknown clock", "clock: resolution, match: {}, within: none}",
         "clock: resolve, match: {}, within: none} #@", "contracts[0].targets[4].clock",
         "is not known here", 0},
        {"no duration", "within: 15m, calendar: always}", "within: soon, calendar: always} #@",
         "contracts[0].targets[0].within", "is not a duration", 0},
        {"a day", "within: 15m, calendar: always}", "within: 1d, calendar: always} #@",
         "contracts[0].targets[0].within", "is read differently by two sides", 0},
        {"a week", "within: 15m, calendar: always}", "within: 2w, calendar: always} #@",
         "contracts[0].targets[0].within", "is read differently by two sides", 0},
        {"a month", "within: 15m, calendar: always}", "within: 1month, calendar: always} #@",
         "contracts[0].targets[0].within", "is read differently by two sides", 0},
        {"more than ten years", "within: 15m, calendar: always}",
         "within: 99999h, calendar: always} #@", "contracts[0].targets[0].within", "is too long",
         0},
        {"no time at all", "within: 15m, calendar: always}", "within: 0m, calendar: always} #@",
         "contracts[0].targets[0].within", "breached at once", 0},
        {"a target without a calendar", "within: 15m, calendar: always}", "within: 15m} #@",
         "contracts[0].targets[0]", "the key `calendar` is missing", 0},
        {"none with a calendar", "match: {}, within: none}",
         "match: {}, within: none, calendar: hours} #@", "contracts[0].targets[4].calendar",
         "`within: none` has no calendar", 0},
        {"none with a warning", "match: {}, within: none}",
         "match: {}, within: none, warn: [50%]} #@", "contracts[0].targets[4].warn",
         "`within: none` has no warn", 0},
        {"a warning of 0 %", "warn: [75%, 30m]}", "warn: [0%]} #@",
         "contracts[0].targets[1].warn[0]", "is not between 1% and 100%", 0},
        {"a warning of 4294967371 %", "warn: [75%, 30m]}", "warn: [4294967371%]} #@",
         "contracts[0].targets[1].warn[0]", "is not between 1% and 100%", 0},
        {"a warning before the start", "warn: [75%, 30m]}", "warn: [75%, 4h]} #@",
         "contracts[0].targets[1].warn[1]", "is not within the target", 0},
        {"a warning twice", "warn: [75%, 30m]}", "warn: [75%, 75%]} #@",
         "contracts[0].targets[1].warn[1]", "stands in the list twice", 0},
        {"a hold of nobody", "party: vendor, pauses: []}", "party: tool, pauses: []} #@",
         "contracts[0].holds[1].party", "is not known here", 0},
        {"a hold of no clock", "party: vendor, pauses: []}", "party: vendor, pauses: [all]} #@",
         "contracts[0].holds[1].pauses[0]", "is not a clock", 0},
        {"a reason twice", "{reason: tool-down, party: vendor, pauses: []}",
         "{reason: waiting-customer, party: vendor, pauses: []} #@", "contracts[0].holds[1].reason",
         "waiting-customer stands in the list twice", 0},
        {"a window of days", "window: 72h}", "window: 3d} #@", "contracts[0].on_reopen.window",
         "is read differently", 0},
    };
    REFUSE_ALL(rows);
}

T_TEST(bookfile, refuses_rows_that_no_ticket_can_reach)
{
    // In place of the good book's rows for `resolution`, which begin on line 50.
    static const struct {
        const char *name;
        const char *rows;
        const char *message; // NULL: fine
    } cases[] = {
        {"the same twice",
         "{clock: resolution, match: {priority: [P1]}, within: 1h, calendar: hours}|"
         "{clock: resolution, match: {priority: [P1]}, within: 2h, calendar: hours} #@|"
         "{clock: resolution, match: {}, within: none}",
         "no resolution can reach this row (line 51): line 50 takes all of them"},
        {"narrower after wider",
         "{clock: resolution, match: {priority: [P1, P2]}, within: 1h, calendar: hours}|"
         "{clock: resolution, match: {priority: [P2], language: [en]}, within: none} #@|"
         "{clock: resolution, match: {}, within: none}",
         "line 50 takes all of them"},
        {"wider after narrower",
         "{clock: resolution, match: {priority: [P2], language: [en]}, within: none}|"
         "{clock: resolution, match: {priority: [P1, P2]}, within: 1h, calendar: hours}|"
         "{clock: resolution, match: {}, within: none}",
         NULL},
        {"after the rest",
         "{clock: resolution, match: {}, within: none}|"
         "{clock: resolution, match: {language: [en]}, within: 1h, calendar: hours} #@",
         "line 50 takes all of them"},
        {"the rest twice",
         "{clock: resolution, match: {}, within: none}|"
         "{clock: resolution, match: {}, within: 1h, calendar: hours} #@",
         "line 50 takes all of them"},
        {"between two rows",
         "{clock: resolution, match: {priority: [P1]}, within: 1h, calendar: hours}|"
         "{clock: resolution, match: {priority: [P2]}, within: 2h, calendar: hours}|"
         "{clock: resolution, match: {priority: [P2, P1]}, within: 2h, calendar: hours} #@|"
         "{clock: resolution, match: {}, within: none}",
         "lines 51, 50 take all of them"},
        {"the same for another clock",
         "{clock: resolution, match: {priority: [P1]}, within: none}|"
         "{clock: resolution, match: {}, within: none}",
         NULL},
        {"two keys that cross",
         "{clock: resolution, match: {priority: [P1]}, within: none}|"
         "{clock: resolution, match: {language: [en]}, within: none}|"
         "{clock: resolution, match: {}, within: none}",
         NULL},
        {"all priorities are everything",
         "{clock: resolution, match: {priority: [P3, P2, P1]}, within: none}|"
         "{clock: resolution, match: {language: [en]}, within: none} #@|"
         "{clock: resolution, match: {}, within: none}",
         "line 50 takes all of them"},
        {"but the rest must be said all the same",
         "{clock: resolution, match: {priority: [P3, P2, P1]}, within: none}|"
         "{clock: resolution, match: {}, within: none}",
         NULL},
    };
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char rows[1024] = "";
        for (const char *p = cases[i].rows; *p != '\0';) {
            const size_t n = strcspn(p, "|");
            const size_t used = strlen(rows);
            (void)snprintf(rows + used, sizeof(rows) - used, "      - %.*s\n", (int)n, p);
            p += n + (p[n] == '|');
        }
        const char *start = strstr(bookcase_good, "      - {clock: resolution");
        const char *end = strstr(bookcase_good, "    holds:");
        char *old = arena_strndup(&c.arena, start, (size_t)(end - start));
        const char *text = bookcase_swap(&c, bookcase_good, old, rows);
        const int r = bookcase_parse(&c, text, &file);
        if (cases[i].message == NULL) {
            T_EQ_INT(r, 0, "%s: %s", cases[i].name, c.refusal.message);
            continue;
        }
        T_EQ_INT(r, OUTCOME_INVALID_ARGUMENT, "%s", cases[i].name);
        T_CHECK(strstr(c.refusal.message, cases[i].message) != NULL, "%s: %s", cases[i].name,
                c.refusal.message);
        const uint32_t line = bookcase_marked_line(text);
        T_CHECK(line == 0 || c.refusal.line == line, "%s: %s", cases[i].name, c.refusal.message);
    }
    bookcase_fini(&c);
}

T_TEST(bookfile, refuses_silence_about_the_rest)
{
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    const char *text = bookcase_swap(&c, bookcase_good,
                                     "      - {clock: resolution, match: {}, within: none}\n", "");
    T_EQ_INT(bookcase_parse(&c, text, &file), OUTCOME_INVALID_ARGUMENT);
    T_EQ_STR(c.refusal.message, "book.yaml:51: contracts[0].targets[3]: after this row nothing is "
                                "said about the resolution of other tickets");
    T_CHECK(strstr(c.refusal.hint, "say `within: none` for the rest") != NULL, "%s",
            c.refusal.hint);
    bookcase_fini(&c);
}

T_TEST(bookfile, suggests_the_name_that_was_meant)
{
    static const struct {
        const char *from;
        const char *to;
        const char *hint;
    } rows[] = {
        {"default_team: manila-a", "default_team: manilla-a", "did you mean manila-a?"},
        {"union: [office, night]", "onion: [office]", "did you mean union?"},
        {"    priorities:", "    prioritys:", "did you mean priorities?"},
        {"{priority: [P1]}, within: 15m", "{priority: [P5]}, within: 15m", "they are P1 P2 P3"},
        {"    key: ACME\n", "    colour: red\n", "known here: name key buyer"},
    };
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *text = bookcase_swap(&c, bookcase_good, rows[i].from, rows[i].to);
        T_EQ_INT(bookcase_parse(&c, text, &file), OUTCOME_INVALID_ARGUMENT, "%s", rows[i].to);
        T_CHECK(strstr(c.refusal.hint, rows[i].hint) != NULL, "%s: %s", rows[i].to, c.refusal.hint);
    }
    bookcase_fini(&c);
}

T_TEST(bookfile, refuses_what_is_empty_and_what_is_too_large)
{
    static const char *const empty[] = {"", "\n", "# nothing\n", "---\n...\n", "{}"};
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
        T_EQ_INT(bookcase_parse(&c, empty[i], &file), OUTCOME_INVALID_ARGUMENT, "row %zu: %s", i,
                 c.refusal.message);
    }
    char *large = malloc(BOOKFILE_TEXT_BYTES_MAX + 2);
    T_CHECK(large != NULL);
    memset(large, ' ', BOOKFILE_TEXT_BYTES_MAX + 1);
    large[BOOKFILE_TEXT_BYTES_MAX + 1] = '\0';
    T_EQ_INT(bookcase_parse(&c, large, &file), OUTCOME_RESOURCE_EXHAUSTED);
    large[BOOKFILE_TEXT_BYTES_MAX] = '\0';
    memcpy(large, "parties: [", 10);
    for (size_t i = 10; i < BOOKFILE_TEXT_BYTES_MAX; i++) {
        large[i] = '['; // nesting that the schema ends at once
    }
    T_EQ_INT(bookcase_parse(&c, large, &file), OUTCOME_INVALID_ARGUMENT);
    T_CHECK(strstr(c.refusal.message, "parties[0]: expected a mapping, found a list") != NULL, "%s",
            c.refusal.message);
    free(large);
    bookcase_fini(&c);
}

T_TEST(bookfile, keeps_messages_valid_where_it_cuts_them)
{
    // 100 times a letter of two bytes: cut to 80 bytes in one place, to the field's size in
    // another.
    char key[201] = "";
    for (size_t i = 0; i < 100; i++) {
        memcpy(key + 2 * i, "\xC3\xA4", 3);
    }
    char text[512];
    struct bookcase c;
    struct bookfile *file;
    bookcase_init(&c);
    (void)snprintf(text, sizeof(text), "parties: [{name: a%s}]", key);
    T_EQ_INT(bookcase_parse(&c, text, &file), OUTCOME_INVALID_ARGUMENT);
    T_CHECK(strstr(c.refusal.message, "\xC3\xA4\" is not a name") != NULL, "%s", c.refusal.message);
    (void)snprintf(text, sizeof(text), "a%s: 1", key);
    T_EQ_INT(bookcase_parse(&c, text, &file), OUTCOME_INVALID_ARGUMENT);
    T_CHECK(strlen(c.refusal.field) % 2 == 1, "%s", c.refusal.field);
    T_CHECK(strstr(c.refusal.message, "\xC3\xA4: unknown key") != NULL, "%s", c.refusal.message);
    bookcase_fini(&c);
}

T_TEST(bookfile, says_when_memory_ends)
{
    struct arena arena;
    struct bookfile *file;
    struct refusal refusal;
    size_t limit = 0;
    int r;
    do {
        limit += 1000;
        arena_init(&arena, limit);
        r = bookfile_parse(bookcase_good, strlen(bookcase_good), "book.yaml", &arena, &file,
                           &refusal);
        arena_fini(&arena);
        T_CHECK(r <= 0, "%zu bytes: %s", limit, refusal.message);
    } while (r < 0 && limit < 10 * 1000 * 1000);
    T_EQ_INT(r, 0);
    T_CHECK(limit > 10 * 1000, "%zu", limit);
}
