// SPDX-License-Identifier: Apache-2.0
/*
 * Sources, holds, closing, priorities and the past: what is refused in what a book says of them.
 */
#include <string.h>

#include "bookcase.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

T_TEST(bookterms_refused, refuse_sources_that_mean_nothing)
{
    static const struct bookcase_bad rows[] = {
        {"an unknown key", "{name: monitoring}", "{name: monitoring, trust: all} #@",
         "sources[2].trust", "unknown key", 0},
        {"no name", "{name: monitoring}", "{starts_at: received} #@", "sources[2]",
         "the key `name` is missing", 0},
        {"a name in capitals", "name: monitoring", "name: Zabbix #@\n   ", "sources[2].name",
         "is not a name", 0},
        {"a name twice", "{name: monitoring}", "{name: mailbox} #@", "sources[2].name",
         "mailbox is given twice, first on line 37", 0},
        {"a key twice", "    starts_at: occurred\n",
         "    starts_at: occurred\n    starts_at: received #@\n", "sources[1].starts_at",
         "given twice", 0},
        {"a start of another kind", "starts_at: occurred", "starts_at: created #@",
         "sources[1].starts_at", "\"created\" is not known here", 0},
        {"a list of starts", "starts_at: occurred", "starts_at: [occurred] #@",
         "sources[1].starts_at", "expected a single value, found a list", 0},
        {"claims that do not count", "starts_at: occurred\n    max_backdate: 24h",
         "starts_at: received\n    max_backdate: 24h #@", "sources[1].max_backdate",
         "no claim of this source counts", 0},
        {"claims that do not count by default", "    starts_at: occurred\n    max_backdate: 24h",
         "    max_backdate: 24h #@", "sources[1].max_backdate", "no claim of this source counts",
         0},
        {"no time back", "max_backdate: 24h", "max_backdate: 0h #@", "sources[1].max_backdate",
         "no claim is less than no time back", 0},
        {"a day back", "max_backdate: 24h", "max_backdate: 1d #@", "sources[1].max_backdate",
         "is read differently by two sides", 0},
        {"more than ten years back", "max_backdate: 24h", "max_backdate: 99999h #@",
         "sources[1].max_backdate", "is too long", 0},
        {"a side that it is itself", "[vendor, requester, buyer]", "[vendor, tool] #@",
         "sources[1].may_assert[1]", "\"tool\" is not a side that can stand here", 0},
        {"a side that is none", "[vendor, requester, buyer]", "[none] #@",
         "sources[1].may_assert[0]", "\"none\" is not a side", 0},
        {"a side twice", "[vendor, requester, buyer]", "[vendor, buyer, vendor] #@",
         "sources[1].may_assert[2]", "vendor stands in the list twice", 0},
        {"nobody", "[vendor, requester, buyer]", "[] #@", "sources[1].may_assert",
         "the list is empty", 0},
        {"one side", "may_assert: [vendor, requester, buyer]", "may_assert: vendor #@",
         "sources[1].may_assert", "expected a list, found a single value", 0},
        {"no open ticket at all", "open_tickets_max: 500", "open_tickets_max: 0 #@",
         "sources[1].open_tickets_max", "no whole number from 1 to 1000000", 0},
        {"too many open tickets", "open_tickets_max: 500", "open_tickets_max: 1000001 #@",
         "sources[1].open_tickets_max", "\"1000001\" is no whole number", 0},
        {"more than any number", "open_tickets_max: 500",
         "open_tickets_max: 18446744073709551617 #@", "sources[1].open_tickets_max",
         "is no whole number", 0},
        {"less than none", "open_tickets_max: 500", "open_tickets_max: -5 #@",
         "sources[1].open_tickets_max", "is no whole number", 0},
        {"a number with a unit", "open_tickets_max: 500", "open_tickets_max: 5k #@",
         "sources[1].open_tickets_max", "is no whole number", 0},
        {"two ways to write a number", "open_tickets_max: 500", "open_tickets_max: 0500 #@",
         "sources[1].open_tickets_max", "is no whole number", 0},
        {"more sides than there are", "[vendor, requester, buyer]", "[a, b, c, d, e] #@",
         "sources[1].may_assert", "more than 4 entries", OUTCOME_RESOURCE_EXHAUSTED},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_refuse(bookcase_full(&c), rows, COUNT(rows));
    bookcase_fini(&c);
}

T_TEST(bookterms_refused, refuse_holds_that_contradict_themselves)
{
    static const struct bookcase_bad rows[] = {
        {"set by somebody else", "set_by: [vendor, tool]", "set_by: [supplier] #@\n       ",
         "contracts[0].holds[1].set_by[0]", "\"supplier\" is not a side", 0},
        {"set by the same", "set_by: [vendor, tool]", "set_by: [vendor, vendor] #@\n       ",
         "contracts[0].holds[1].set_by[1]", "vendor stands in the list twice", 0},
        {"set by nobody", "set_by: [vendor, tool]", "set_by: [] #@\n       ",
         "contracts[0].holds[1].set_by", "the list is empty", 0},
        {"needs something else", "needs: public_question", "needs: approval #@\n       ",
         "contracts[0].holds[1].needs", "\"approval\" is not known here", 0},
        {"a question of nobody", "set_by: [vendor, tool], needs: public_question",
         "set_by: [buyer, tool], needs: public_question #@\n       ", "contracts[0].holds[1].needs",
         "the question is the vendor's to ask", 0},
        {"ends on something else", "ends_on: requester_message", "ends_on: any_message #@\n       ",
         "contracts[0].holds[1].ends_on", "\"any_message\" is not known here", 0},
        {"no time at all", "max: 80h", "max: 0s #@\n       ", "contracts[0].holds[1].max",
         "no time at all would be over at once", 0},
        {"days", "max: 80h", "max: 10d #@\n       ", "contracts[0].holds[1].max",
         "is read differently by two sides", 0},
        {"business days", "max: 80h", "max: 10bd #@\n       ", "contracts[0].holds[1].max",
         "is read differently by two sides", 0},
        {"more than ten years", "max: 80h", "max: 99999h #@\n       ", "contracts[0].holds[1].max",
         "is too long", 0},
        {"not even a while", "max: 80h, calendar: hours}\n", "max: 0m} #@\n",
         "contracts[0].holds[1].max", "no time at all would be over at once", 0},
        {"the team's calendar", "calendar: hours}\n      - {reason: tool-down",
         "calendar: team} #@\n      - {reason: tool-down", "contracts[0].holds[1].calendar",
         "only a target counts by the calendar of the ticket's team", 0},
        {"no calendar's name", "calendar: hours}\n      - {reason: tool-down",
         "calendar: Hours} #@\n      - {reason: tool-down", "contracts[0].holds[1].calendar",
         "is not a name", 0},
        {"a calendar of nothing", "max: 80h, ", "", "contracts[0].holds[1].calendar",
         "without `max` there is no time to count", 0},
    };
    struct bookcase c;
    bookcase_init(&c);
    // The last row's line has to be marked where nothing else changes.
    bookcase_refuse(bookcase_full(&c), rows, COUNT(rows) - 1);
    struct bookcase_bad last = rows[COUNT(rows) - 1];
    last.from = "max: 80h, calendar: hours}\n";
    last.to = "calendar: hours} #@\n";
    bookcase_refuse(bookcase_full(&c), &last, 1);
    bookcase_fini(&c);
}

T_TEST(bookterms_refused, refuse_contracts_that_contradict_themselves)
{
    static const struct bookcase_bad rows[] = {
        {"a change of another kind", BOOKCASE_CHANGE, "priority_change: {alter: [agent]} #@",
         "contracts[0].priority_change.alter", "unknown key", 0},
        {"a list of changes", BOOKCASE_CHANGE, "priority_change: [agent] #@",
         "contracts[0].priority_change", "expected a mapping, found a list", 0},
        {"no role", BOOKCASE_CHANGE, "priority_change: {raise: [boss]} #@",
         "contracts[0].priority_change.raise[0]", "\"boss\" is not a role", 0},
        {"several roles in one", BOOKCASE_CHANGE, "priority_change: {raise: [\"\"]} #@",
         "contracts[0].priority_change.raise[0]", "\"\" is not a role", 0},
        {"a role that only reads", BOOKCASE_CHANGE, "priority_change: {lower: [lead, auditor]} #@",
         "contracts[0].priority_change.lower[1]", "the role auditor changes no ticket", 0},
        {"a role of the server", BOOKCASE_CHANGE, "priority_change: {lower: [admin]} #@",
         "contracts[0].priority_change.lower[0]", "the role admin changes no ticket", 0},
        {"a role twice", BOOKCASE_CHANGE, "priority_change: {lower: [lead, agent, lead]} #@",
         "contracts[0].priority_change.lower[2]", "lead stands in the list twice", 0},
        {"nobody", BOOKCASE_CHANGE, "priority_change: {lower: []} #@",
         "contracts[0].priority_change.lower", "the list is empty", 0},
        {"nobody at all", BOOKCASE_CHANGE, "priority_change: {raise: [], lower: [lead]} #@",
         "contracts[0].priority_change.raise", "the list is empty", 0},
        {"more roles than there are", BOOKCASE_CHANGE,
         "priority_change: {lower: [a, b, c, d, e, f, g, h]} #@",
         "contracts[0].priority_change.lower", "more than 7 entries", OUTCOME_RESOURCE_EXHAUSTED},
        {"closing at no time", BOOKCASE_CLOSE, "auto_close: {calendar: hours} #@",
         "contracts[0].auto_close", "the key `after` is missing", 0},
        {"a single time", BOOKCASE_CLOSE, "auto_close: 120h #@", "contracts[0].auto_close",
         "expected a mapping, found a single value", 0},
        {"closing at once", BOOKCASE_CLOSE, "auto_close: {after: 0s} #@",
         "contracts[0].auto_close.after", "no time at all would be over at once", 0},
        {"closing after days", BOOKCASE_CLOSE, "auto_close: {after: 5d} #@",
         "contracts[0].auto_close.after", "is read differently by two sides", 0},
        {"closing by the team's calendar", BOOKCASE_CLOSE,
         "auto_close: {after: 5h, calendar: team} #@", "contracts[0].auto_close.calendar",
         "only a target counts by the calendar of the ticket's team", 0},
        {"no duration", "max_backdate: 30m", "max_backdate: none #@", "contracts[0].max_backdate",
         "is not a duration", 0},
        {"a day back", "max_backdate: 30m", "max_backdate: 1d #@", "contracts[0].max_backdate",
         "is read differently by two sides", 0},
        {"a row out of reach", "{clock: acknowledge, match: {}, within: none}\n",
         "{clock: acknowledge, match: {priority: [P1], language: [en]}, within: none} #@\n"
         "      - {clock: acknowledge, match: {}, within: none}\n",
         "contracts[0].targets[1]", "no acknowledge can reach this row", 0},
        {"silence about the rest", "{clock: next_response, match: {}, within: 8h",
         "{clock: next_response, match: {priority: [P1]}, within: 8h #@\n       ",
         "contracts[0].targets[2]", "nothing is said about the next_response of other tickets", 0},
        {"a warning before the start", "warn: [50%, 1h]", "warn: [50%, 8h]} #@\n      #",
         "contracts[0].targets[2].warn[1]", "is not within the target", 0},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_refuse(bookcase_full(&c), rows, COUNT(rows));
    bookcase_fini(&c);
}

T_TEST(bookterms_refused, name_calendars_that_are_there_in_time)
{
    static const struct {
        const char *from;
        const char *to;
        const char *field;
        const char *message;
        const char *hint;
    } rows[] = {
        {"max: 80h, calendar: hours", "max: 80h, calendar: nigth", "contracts[0].holds[1].calendar",
         "there is no calendar nigth", "did you mean night?"},
        {BOOKCASE_CLOSE, "auto_close: {after: 5h, calendar: ofice}",
         "contracts[0].auto_close.calendar", "there is no calendar ofice", "did you mean office?"},
        // Only these two use it, and it begins after the contract.
        {BOOKCASE_CLOSE, "auto_close: {after: 5h, calendar: late}",
         "contracts[0].auto_close.calendar", "but calendar late only from 2026-12-31T23:00:00Z",
         "take effect earlier"},
        {"max: 80h, calendar: hours", "max: 80h, calendar: late", "contracts[0].holds[1].calendar",
         "but calendar late only from 2026-12-31T23:00:00Z", "take effect earlier"},
    };
    struct bookcase c;
    bookcase_init(&c);
    const char *text = bookcase_swap(&c, bookcase_full(&c), "parties:\n",
                                     "  - name: late\n    zone: Europe/Berlin\n"
                                     "    effective: 2027-01-01\n"
                                     "    week: [{days: [mon], open: [\"09:00-10:00\"]}]\n"
                                     "parties:\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct book_plan *plan;
        T_EQ_INT(bookcase_plan(&c, bookcase_swap(&c, text, rows[i].from, rows[i].to), BOOKCASE_NOW,
                               &plan),
                 OUTCOME_INVALID_ARGUMENT, "row %zu", i);
        T_EQ_STR(c.refusal.field, rows[i].field, "%s", c.refusal.message);
        T_CHECK(c.refusal.line > 40, "%s", c.refusal.message);
        T_CHECK(strstr(c.refusal.message, rows[i].message) != NULL, "%s", c.refusal.message);
        T_CHECK(strstr(c.refusal.hint, rows[i].hint) != NULL, "%s", c.refusal.hint);
    }
    bookcase_fini(&c);
}

T_TEST(bookterms_refused, ask_only_parties_for_approval)
{
    static const struct bookcase_bad rows[] = {
        {"a requester", "    vendor: northwind\n",
         "    vendor: northwind\n    approvals: [buyer, requester] #@\n",
         "contracts[0].approvals[1]", "\"requester\" is not a side", 0},
        {"a tool", "    vendor: northwind\n", "    vendor: northwind\n    approvals: [tool] #@\n",
         "contracts[0].approvals[0]", "\"tool\" is not a side", 0},
        {"twice", "    vendor: northwind\n",
         "    vendor: northwind\n    approvals: [vendor, vendor] #@\n", "contracts[0].approvals[1]",
         "twice", 0},
        {"nobody", "    vendor: northwind\n", "    vendor: northwind\n    approvals: [] #@\n",
         "contracts[0].approvals", "", 0},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_refuse(bookcase_full(&c), rows, COUNT(rows));
    bookcase_fini(&c);
}

T_TEST(bookterms_refused, retire_in_one_way)
{
    static const struct bookcase_bad rows[] = {
        {"not retired", "    max_backdate: 30m\n", "    retired: false #@\n",
         "contracts[0].retired", "\"false\" is not true", 0},
        {"retired on a day", "    max_backdate: 30m\n", "    retired: 2027-01-01 #@\n",
         "contracts[0].retired", "\"2027-01-01\" is not true", 0},
    };
    struct bookcase c;
    bookcase_init(&c);
    bookcase_refuse(bookcase_full(&c), rows, COUNT(rows));
    bookcase_fini(&c);
}
