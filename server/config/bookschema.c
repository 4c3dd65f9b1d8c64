// SPDX-License-Identifier: Apache-2.0
/*
 * The schema of the book's text. CYAML_FLAG_FLOW marks what the canonical text writes on one line.
 * The order of fields and those flags decide the bytes that versions are hashed by: changing either
 * makes new versions of objects that nobody changed.
 */
#include "config/bookschema.h"

#include "core/book.h"
#include "core/calendar.h"

#define REQUIRED CYAML_FLAG_POINTER
#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define FLOW     CYAML_FLAG_FLOW

#define TEXT(key_, flags_, struct_, member_) \
    CYAML_FIELD_STRING_PTR(key_, flags_, struct struct_, member_, 0, BOOK_SCALAR_BYTES - 1)
/* An optional list is left out or has entries, so that there is one way of saying "none". */
#define LIST(key_, flags_, struct_, member_, entry_, min_, max_) \
    CYAML_FIELD_SEQUENCE(key_, flags_, struct struct_, member_, &(entry_), min_, max_)
#define STRINGS(key_, flags_, struct_, member_, min_, max_) \
    LIST(key_, (flags_) | FLOW, struct_, member_, string, min_, max_)

static const cyaml_schema_value_t string = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, BOOK_SCALAR_BYTES - 1),
};

static const cyaml_schema_field_t date_fields[] = {
    TEXT("date", REQUIRED, raw_date, date),
    STRINGS("open", REQUIRED, raw_date, open, 0, CALENDAR_WINDOWS_MAX),
    TEXT("note", OPTIONAL, raw_date, note),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t date = {
    CYAML_VALUE_MAPPING(FLOW, struct raw_date, date_fields),
};

static const cyaml_schema_field_t holidays_fields[] = {
    TEXT("name", REQUIRED, raw_holidays, name),
    TEXT("complete_until", REQUIRED, raw_holidays, complete_until),
    LIST("dates", REQUIRED, raw_holidays, dates, date, 0, CALENDAR_DATES_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t holidays = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_holidays, holidays_fields),
};

static const cyaml_schema_field_t week_fields[] = {
    STRINGS("days", REQUIRED, raw_week, days, 1, 7),
    STRINGS("open", REQUIRED, raw_week, open, 0, CALENDAR_WINDOWS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t week = {
    CYAML_VALUE_MAPPING(FLOW, struct raw_week, week_fields),
};

static const cyaml_schema_field_t calendar_fields[] = {
    TEXT("name", REQUIRED, raw_calendar, name),
    TEXT("zone", OPTIONAL, raw_calendar, zone),
    TEXT("effective", OPTIONAL, raw_calendar, effective),
    LIST("week", OPTIONAL, raw_calendar, week, week, 1, 7),
    STRINGS("union", OPTIONAL, raw_calendar, members, 1, CALENDAR_MEMBERS_MAX),
    TEXT("days_of", OPTIONAL, raw_calendar, days_of),
    STRINGS("holidays", OPTIONAL, raw_calendar, holidays, 1, CALENDAR_HOLIDAYS_MAX),
    TEXT("overnight", OPTIONAL, raw_calendar, overnight),
    LIST("dates", OPTIONAL, raw_calendar, dates, date, 1, CALENDAR_DATES_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t calendar = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_calendar, calendar_fields),
};

static const cyaml_schema_field_t party_fields[] = {
    TEXT("name", REQUIRED, raw_party, name),
    TEXT("title", OPTIONAL, raw_party, title),
    TEXT("country", OPTIONAL, raw_party, country),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t party = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_party, party_fields),
};

static const cyaml_schema_field_t site_fields[] = {
    TEXT("country", OPTIONAL, raw_site, country),
    TEXT("zone", OPTIONAL, raw_site, zone),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t team_fields[] = {
    TEXT("name", REQUIRED, raw_team, name),
    TEXT("party", REQUIRED, raw_team, party),
    CYAML_FIELD_MAPPING_PTR("site", OPTIONAL | FLOW, struct raw_team, site, site_fields),
    TEXT("office", OPTIONAL, raw_team, office),
    STRINGS("functions", OPTIONAL, raw_team, functions, 1, BOOK_LABELS_MAX),
    STRINGS("languages", OPTIONAL, raw_team, languages, 1, BOOK_LABELS_MAX),
    TEXT("calendar", OPTIONAL, raw_team, calendar),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t team = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_team, team_fields),
};

static const cyaml_schema_field_t source_fields[] = {
    TEXT("name", REQUIRED, raw_source, name),
    TEXT("starts_at", OPTIONAL, raw_source, starts_at),
    TEXT("max_backdate", OPTIONAL, raw_source, max_backdate),
    STRINGS("may_assert", OPTIONAL, raw_source, may_assert, 1, BOOK_SIDES_MAX),
    TEXT("open_tickets_max", OPTIONAL, raw_source, open_tickets_max),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t source = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_source, source_fields),
};

static const cyaml_schema_field_t match_fields[] = {
    STRINGS("priority", OPTIONAL, raw_match, priority, 1, BOOK_PRIORITIES_MAX),
    STRINGS("function", OPTIONAL, raw_match, function, 1, BOOK_LABELS_MAX),
    STRINGS("category", OPTIONAL, raw_match, category, 1, BOOK_LABELS_MAX),
    STRINGS("customer_tier", OPTIONAL, raw_match, customer_tier, 1, BOOK_LABELS_MAX),
    STRINGS("language", OPTIONAL, raw_match, language, 1, BOOK_LABELS_MAX),
    STRINGS("team", OPTIONAL, raw_match, team, 1, BOOK_LABELS_MAX),
    STRINGS("tier", OPTIONAL, raw_match, tier, 1, BOOK_LABELS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t target_fields[] = {
    TEXT("clock", REQUIRED, raw_target, clock),
    CYAML_FIELD_MAPPING("match", FLOW, struct raw_target, match, match_fields),
    TEXT("within", REQUIRED, raw_target, within),
    TEXT("cutoff", OPTIONAL, raw_target, cutoff),
    TEXT("cutoff_zone", OPTIONAL, raw_target, cutoff_zone),
    TEXT("calendar", OPTIONAL, raw_target, calendar),
    STRINGS("warn", OPTIONAL, raw_target, warn, 1, BOOK_WARNS_MAX),
    TEXT("missed", OPTIONAL, raw_target, missed),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t target = {
    CYAML_VALUE_MAPPING(FLOW, struct raw_target, target_fields),
};

static const cyaml_schema_field_t hold_fields[] = {
    TEXT("reason", REQUIRED, raw_hold, reason),
    TEXT("party", REQUIRED, raw_hold, party),
    STRINGS("pauses", REQUIRED, raw_hold, pauses, 0, CLOCK_KINDS),
    STRINGS("set_by", OPTIONAL, raw_hold, set_by, 1, BOOK_SIDES_MAX),
    TEXT("needs", OPTIONAL, raw_hold, needs),
    TEXT("ends_on", OPTIONAL, raw_hold, ends_on),
    TEXT("max", OPTIONAL, raw_hold, max),
    TEXT("calendar", OPTIONAL, raw_hold, calendar),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t hold = {
    CYAML_VALUE_MAPPING(FLOW, struct raw_hold, hold_fields),
};

static const cyaml_schema_field_t priority_change_fields[] = {
    STRINGS("raise", OPTIONAL, raw_priority_change, raise, 1, ROLES),
    STRINGS("lower", OPTIONAL, raw_priority_change, lower, 1, ROLES),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t auto_close_fields[] = {
    TEXT("after", REQUIRED, raw_auto_close, after),
    TEXT("calendar", OPTIONAL, raw_auto_close, calendar),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t reopen_fields[] = {
    TEXT("mode", OPTIONAL, raw_reopen, mode),
    TEXT("window", OPTIONAL, raw_reopen, window),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t unanswered_fields[] = {
    TEXT("human", OPTIONAL, raw_unanswered, human),
    TEXT("tool", OPTIONAL, raw_unanswered, tool),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t contract_team_fields[] = {
    TEXT("team", REQUIRED, raw_contract_team, team),
    TEXT("tier", OPTIONAL, raw_contract_team, tier),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t contract_team = {
    CYAML_VALUE_MAPPING(FLOW, struct raw_contract_team, contract_team_fields),
};

static const cyaml_schema_field_t contract_fields[] = {
    TEXT("name", REQUIRED, raw_contract, name),
    TEXT("key", REQUIRED, raw_contract, key),
    TEXT("buyer", REQUIRED, raw_contract, buyer),
    TEXT("vendor", REQUIRED, raw_contract, vendor),
    STRINGS("approvals", OPTIONAL, raw_contract, approvals, 1, BOOK_SIDES_MAX),
    TEXT("zone", REQUIRED, raw_contract, zone),
    TEXT("effective", OPTIONAL, raw_contract, effective),
    TEXT("hours", REQUIRED, raw_contract, hours),
    LIST("teams", REQUIRED, raw_contract, teams, contract_team, 1, BOOK_TEAMS_MAX),
    TEXT("default_team", REQUIRED, raw_contract, default_team),
    STRINGS("priorities", REQUIRED, raw_contract, priorities, 1, BOOK_PRIORITIES_MAX),
    LIST("targets", REQUIRED, raw_contract, targets, target, 1, BOOK_TARGETS_MAX),
    LIST("holds", OPTIONAL, raw_contract, holds, hold, 1, BOOK_HOLDS_MAX),
    TEXT("on_retarget", OPTIONAL, raw_contract, on_retarget),
    TEXT("min_remaining", OPTIONAL, raw_contract, min_remaining),
    CYAML_FIELD_MAPPING_PTR("priority_change", OPTIONAL | FLOW, struct raw_contract,
                            priority_change, priority_change_fields),
    CYAML_FIELD_MAPPING_PTR("on_reopen", OPTIONAL | FLOW, struct raw_contract, on_reopen,
                            reopen_fields),
    TEXT("on_transfer", OPTIONAL, raw_contract, on_transfer),
    CYAML_FIELD_MAPPING_PTR("on_unanswered_resolve", OPTIONAL | FLOW, struct raw_contract,
                            on_unanswered_resolve, unanswered_fields),
    TEXT("on_merge", OPTIONAL, raw_contract, on_merge),
    CYAML_FIELD_MAPPING_PTR("auto_close", OPTIONAL | FLOW, struct raw_contract, auto_close,
                            auto_close_fields),
    TEXT("max_backdate", OPTIONAL, raw_contract, max_backdate),
    TEXT("retired", OPTIONAL, raw_contract, retired),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t contract = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_contract, contract_fields),
};

static const cyaml_schema_field_t book_fields[] = {
    LIST("holidays", OPTIONAL, raw_book, holidays, holidays, 1, BOOK_OBJECTS_MAX),
    LIST("calendars", OPTIONAL, raw_book, calendars, calendar, 1, BOOK_OBJECTS_MAX),
    LIST("parties", OPTIONAL, raw_book, parties, party, 1, BOOK_OBJECTS_MAX),
    LIST("teams", OPTIONAL, raw_book, teams, team, 1, BOOK_OBJECTS_MAX),
    LIST("sources", OPTIONAL, raw_book, sources, source, 1, BOOK_OBJECTS_MAX),
    LIST("contracts", OPTIONAL, raw_book, contracts, contract, 1, BOOK_OBJECTS_MAX),
    CYAML_FIELD_END,
};

const struct cyaml_schema_value book_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_book, book_fields),
};

const char *const book_unimplemented[] = {
    "contracts[].measures",
    NULL,
};
