// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKSCHEMA_H
#define SLATE_CONFIG_BOOKSCHEMA_H

/*
 * The book's text as structs of strings, field by field as written, and the libcyaml schema that
 * fills them. Order here is the order of keys in the canonical text. An optional string that is
 * absent is NULL, an optional list has the count 0.
 *
 * A list is a pointer and its count under the same name with _count, as libcyaml wants them.
 */

#include <cyaml/cyaml.h>

enum {
    BOOK_OBJECTS_MAX = 20000, // of one kind in one text, more than fit into its bytes
    BOOK_LABELS_MAX = 64,     // in a list of labels: functions, languages, a match
    BOOK_PRIORITIES_MAX = 32,
    BOOK_SIDES_MAX = 4,      // requester, buyer, vendor, tool
    BOOK_TEAMS_MAX = 256,    // of one contract
    BOOK_TITLE_BYTES = 201,  // a title or note with its NUL
    BOOK_SCALAR_BYTES = 513, // any value with its NUL, before its own check
};

struct raw_date {
    char *date;
    char **open;
    unsigned open_count;
    char *note;
};

struct raw_holidays {
    char *name;
    char *complete_until;
    struct raw_date *dates;
    unsigned dates_count;
};

struct raw_week {
    char **days;
    unsigned days_count;
    char **open;
    unsigned open_count;
};

struct raw_calendar {
    char *name;
    char *zone;
    char *effective;
    struct raw_week *week;
    unsigned week_count;
    char **members; // `union`
    unsigned members_count;
    char *days_of;
    char **holidays;
    unsigned holidays_count;
    char *overnight;
    struct raw_date *dates;
    unsigned dates_count;
};

struct raw_party {
    char *name;
    char *title;
    char *country;
};

struct raw_site {
    char *country;
    char *zone;
};

struct raw_team {
    char *name;
    char *party;
    struct raw_site *site;
    char *office;
    char **functions;
    unsigned functions_count;
    char **languages;
    unsigned languages_count;
    char *calendar;
};

struct raw_source {
    char *name;
    char *starts_at;
    char *max_backdate;
    char **may_assert;
    unsigned may_assert_count;
    char *open_tickets_max;
};

struct raw_match {
    char **priority;
    unsigned priority_count;
    char **function;
    unsigned function_count;
    char **category;
    unsigned category_count;
    char **customer_tier;
    unsigned customer_tier_count;
    char **language;
    unsigned language_count;
    char **team;
    unsigned team_count;
    char **tier;
    unsigned tier_count;
};

struct raw_target {
    char *clock;
    struct raw_match match;
    char *within;
    char *cutoff;
    char *cutoff_zone;
    char *calendar;
    char **warn;
    unsigned warn_count;
    char *missed;
};

struct raw_hold {
    char *reason;
    char *party;
    char **pauses;
    unsigned pauses_count;
    char **set_by;
    unsigned set_by_count;
    char *needs;
    char *ends_on;
    char *max;
    char *calendar; // of max
};

struct raw_priority_change {
    char **raise;
    unsigned raise_count;
    char **lower;
    unsigned lower_count;
};

struct raw_reopen {
    char *mode;
    char *window;
};

struct raw_unanswered {
    char *human;
    char *tool;
};

struct raw_auto_close {
    char *after;
    char *calendar;
};

struct raw_contract_team {
    char *team;
    char *tier;
};

struct raw_contract {
    char *name;
    char *key;
    char *buyer;
    char *vendor;
    char **approvals;
    unsigned approvals_count;
    char *zone;
    char *effective;
    char *hours;
    struct raw_contract_team *teams;
    unsigned teams_count;
    char *default_team;
    char **priorities;
    unsigned priorities_count;
    struct raw_target *targets;
    unsigned targets_count;
    struct raw_hold *holds;
    unsigned holds_count;
    char *on_retarget;
    char *min_remaining;
    struct raw_priority_change *priority_change;
    struct raw_reopen *on_reopen;
    char *on_transfer;
    struct raw_unanswered *on_unanswered_resolve;
    char *on_merge;
    struct raw_auto_close *auto_close;
    char *max_backdate;
    char *retired;
};

struct raw_book {
    struct raw_holidays *holidays;
    unsigned holidays_count;
    struct raw_calendar *calendars;
    unsigned calendars_count;
    struct raw_party *parties;
    unsigned parties_count;
    struct raw_team *teams;
    unsigned teams_count;
    struct raw_source *sources;
    unsigned sources_count;
    struct raw_contract *contracts;
    unsigned contracts_count;
};

/** Of struct raw_book, by pointer. */
extern const struct cyaml_schema_value book_schema;

/** Keys of the format whose rules slate does not have yet, as paths; ended by NULL. */
extern const char *const book_unimplemented[];

#endif
