// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_SPEC_H
#define SLATE_CONFIG_SPEC_H

/*
 * Inside of bookfile, bookplan and booklink: a parsed book, with the meaning of each value beside
 * its text. Made by the spec_read functions, which refuse what one text can tell to be wrong.
 *
 * Names of other objects are only names here; booklink finds the objects.
 */

#include <stdbool.h>

#include "config/bookfile.h"
#include "config/bookschema.h"
#include "config/yamldoc.h"
#include "core/book.h"
#include "core/calendar.h"

/** `effective` as it shows on the wall of the object's zone. */
struct spec_effective {
    bool given;
    int64_t wall_s;
};

struct spec_calendar {
    struct spec_effective effective;
    bool is_union;
    struct calendar_day week[7];
    const struct calendar_date *dates;
    size_t n_dates;
    const struct holiday_list *const *holidays; // of the same text
    size_t n_holidays;
    enum calendar_overnight overnight;
};

enum { SPEC_BUSINESS_DAYS_MAX = 2500 }; // ten years of them, as of durations

struct spec_target {
    enum clock_kind clock;
    bool none;
    int64_t within_us;      // 0: business days
    uint32_t business_days; // 0: within_us
    int64_t cutoff_us;      // as book_target
    bool of_team;
    bool each_period;
    struct clock_warn warns[BOOK_WARNS_MAX];
    size_t n_warns;
};

struct spec_hold {
    enum side party;
    uint32_t pauses;
    uint32_t set_by; // as book_hold
    bool needs_public_question;
    bool ends_on_requester_message;
    int64_t max_us; // 0: none
};

struct spec_contract {
    struct spec_effective effective;
    const struct spec_target *targets; // one per raw target
    const struct spec_hold *holds;     // one per raw hold
    enum clock_mode on_reopen;
    int64_t reopen_window_us;
    enum clock_mode on_retarget;
    int64_t min_remaining_us; // as book_contract_version
    bool follows_team;
    enum book_unanswered unanswered_human;
    enum book_unanswered unanswered_tool;
    bool merge_earliest;
    uint32_t priority_raise; // sets of enum role
    uint32_t priority_lower;
    int64_t auto_close_us; // 0: never
    int64_t max_backdate_us;
    bool retired;
    uint32_t approvals; // as book_contract_version
};

struct spec_source {
    bool starts_at_occurred;
    int64_t max_backdate_us;
    uint32_t may_assert;
    uint32_t open_tickets_max; // 0: not given
};

/** Arrays run parallel to those of raw. */
struct bookfile {
    const struct yamldoc *doc;
    const struct raw_book *raw;
    const struct holiday_list *holidays;
    const struct spec_calendar *calendars;
    const struct spec_source *sources;
    const struct spec_contract *contracts;
};

/** What the reading functions share. */
struct spec_reader {
    const struct yamldoc *doc;
    const struct raw_book *raw;
    struct arena *arena;
    struct refusal *refusal;
};

/** Values of raw->holidays, calendars, sources and contracts. Return 0, an outcome_code, < 0. */
int spec_read_holidays(const struct spec_reader *r, const struct holiday_list **ret);
int spec_read_calendars(const struct spec_reader *r, const struct holiday_list *holidays,
                        const struct spec_calendar **ret);
int spec_read_sources(const struct spec_reader *r, const struct spec_source **ret);
int spec_read_contracts(const struct spec_reader *r, const struct spec_contract **ret);

/** Inside of spec_read_contracts: the rows of `targets`. `at` is the contract, and `follows_team`
 * what it says of transfers. */
int spec_read_targets(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw, bool follows_team,
                      const struct spec_target **ret);

/**
 * Inside of spec_read_targets, of the rows as read: every row can be reached; for each clock that
 * has a row something is said about every ticket. `at` is the contract.
 */
int spec_check_reach(const struct spec_reader *r, struct yamldoc_place at,
                     const struct raw_contract *raw, const struct spec_target *targets);
int spec_check_rest(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, const struct spec_target *targets);

/** Inside of spec_read_contracts: what the contract says about changes. `at` is the contract. */
int spec_read_modes(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, struct spec_contract *ret);

/** Inside of spec_read_contracts: the rows of `holds`; `at` is the list. */
int spec_read_holds(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, const struct spec_hold **ret);

/** Refuses the name of a team that is not one of the contract's. */
int spec_check_team(const struct spec_reader *r, struct yamldoc_place at,
                    const struct raw_contract *raw, const char *name);

/** What the keys of a match are called, and the lists of one. */
enum spec_match_key {
    SPEC_PRIORITY,
    SPEC_FUNCTION,
    SPEC_CATEGORY,
    SPEC_CUSTOMER_TIER,
    SPEC_LANGUAGE,
    SPEC_TEAM,
    SPEC_TIER,
    SPEC_MATCH_KEYS,
};
struct spec_names {
    const char *key;
    const char *const *names;
    size_t n;
};
void spec_match_lists(const struct raw_match *match, struct spec_names ret[static SPEC_MATCH_KEYS]);

#endif
