// SPDX-License-Identifier: Apache-2.0
/**
 * book: everything that is agreed, as one immutable value.
 *
 * A book is built from the stored, versioned objects (calendars, parties, teams, contracts) and
 * never changes afterwards; applying a new version builds a new book. Readers and the writer share
 * one without locks. All pointers inside point into the book's own memory and live as long as it
 * does.
 *
 * Versions: a calendar or contract object has versions 1, 2, ...; each takes effect at an instant
 * and is in force until the next one's. A clock pins the contract version in force at its start; a
 * calendar switches at its versions' instants while clocks run.
 */
#ifndef SLATE_CORE_BOOK_H
#define SLATE_CORE_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/calendar.h"
#include "core/clock.h"

enum {
    /* A name with its NUL: [a-z0-9][a-z0-9._-]*, priorities and the like also upper case. */
    BOOK_NAME_BYTES = 64,
    BOOK_KEY_BYTES = 16,  /* a contract's ticket key with its NUL: [A-Z][A-Z0-9]* */
    BOOK_HASH_BYTES = 32, /* SHA-256 of a version's stored text */
    BOOK_HOLDS_MAX = 16,  /* hold reasons of a contract; also those that one ticket may meet */
    BOOK_TARGETS_MAX = 128,
    BOOK_WARNS_MAX = 8,
    /* Open tickets of a source where the book does not say: more than people can work on, few
       enough for any disk. And the most that the book may say. */
    BOOK_SOURCE_OPEN_TICKETS = 100000,
    BOOK_SOURCE_OPEN_TICKETS_MAX = 1000000,
};

/** The clocks of a ticket. Numbers are stored: permanent. */
enum clock_kind {
    CLOCK_KIND_NONE = 0,
    CLOCK_KIND_ACKNOWLEDGE = 1,
    CLOCK_KIND_FIRST_RESPONSE = 2,
    CLOCK_KIND_NEXT_RESPONSE = 3,
    CLOCK_KIND_UPDATE = 4,
    CLOCK_KIND_RESOLUTION = 5,
    CLOCK_KIND_TURNAROUND = 6,
    CLOCK_KIND_OLA = 7,
    CLOCK_KINDS = 8,
};

/** Whose act or whose time something is. Numbers are stored: permanent. */
enum side {
    SIDE_NONE = 0,
    SIDE_REQUESTER = 1,
    SIDE_BUYER = 2,
    SIDE_VENDOR = 3,
    SIDE_TOOL = 4,
};

/** What an object of the book is. Numbers are stored: permanent. */
enum book_kind {
    BOOK_NONE = 0,
    BOOK_CALENDAR = 1, /* its stored text carries the holiday lists it uses: it stands alone */
    BOOK_PARTY = 2,
    BOOK_TEAM = 3,
    BOOK_CONTRACT = 4,
    BOOK_ZONE = 5, /* only as a version that a contract relies on: zone data by hash */
    BOOK_SOURCE = 6,
    BOOK_KINDS = 7,
};

/** Roles of a principal, as bits; a principal has a set of them. Stored: permanent. */
enum role {
    ROLE_AGENT = 1u << 0,
    ROLE_LEAD = 1u << 1,
    ROLE_VENDOR_MANAGER = 1u << 2,
    ROLE_MANAGER = 1u << 3,
    ROLE_INTAKE = 1u << 4,
    ROLE_AUDITOR = 1u << 5,
    ROLE_ADMIN = 1u << 6,
};

enum {
    ROLES = 7,
    ROLES_ALL = (1u << ROLES) - 1,
};

/** A list of names; a match key with n == 0 matches everything. */
struct book_names {
    const char *const *names;
    size_t n;
};

struct book_zone {
    const char *name;                /* IANA name */
    uint8_t sha256[BOOK_HASH_BYTES]; /* of the TZif bytes in use */
    const struct zone *zone;
};

struct book_party {
    uint32_t id; /* from 1, permanent */
    const char *name;
    const char *title;   /* "" if absent */
    const char *country; /* ISO 3166 alpha-2, "" if absent */
};

struct book_calendar {
    uint32_t id; /* from 1, permanent */
    const char *name;
    const struct calendar *calendar; /* all versions, switching at their instants */
    size_t n_versions;
    const struct book_calendar_version {
        uint32_t version;
        int64_t effective_at; /* INSTANT_NONE: always was */
        uint8_t sha256[BOOK_HASH_BYTES];
        const struct book_zone *zone;               /* NULL for a union */
        const struct book_calendar *const *members; /* of a union: what it joins */
        size_t n_members;
    } * versions; /* ascending */
};

struct book_team {
    uint32_t id; /* from 1, permanent */
    const char *name;
    uint32_t party;        /* id */
    const char *country;   /* of the site, "" if absent */
    const char *zone_name; /* of the site, "" if absent */
    const char *office;    /* "front", "back" or "" */
    struct book_names functions;
    struct book_names languages;
    const struct book_calendar *calendar; /* NULL if absent */
};

struct book_match {
    struct book_names priority;
    struct book_names function;
    struct book_names category;
    struct book_names customer_tier;
    struct book_names language;
    struct book_names team; /* team names */
    struct book_names tier; /* of the ticket's team in the contract; ola only */
};

/**
 * Who feeds tickets by machine, and what it is believed about. A source that the book does not name
 * is believed nothing: its tickets start when they are received, and it speaks for nobody.
 */
struct book_source {
    uint32_t id; /* from 1, permanent */
    const char *name;
    uint32_t version;          /* the newest, which counts */
    bool starts_at_occurred;   /* clocks start when it says it happened, else at the receipt */
    int64_t max_backdate_us;   /* a claim further back counts from the receipt; 0: every claim */
    uint32_t may_assert;       /* bit (1 << enum side): for whom it may speak */
    uint32_t open_tickets_max; /* new ones are refused beyond it */
};

/** A length of time: elapsed, or business time where there is a calendar. us == 0: none. */
struct book_span {
    int64_t us;
    const struct book_calendar *calendar;
};

/** What becomes of a first response that was never given when the ticket is resolved. */
enum book_unanswered {
    BOOK_UNANSWERED_DEFAULT = 0, /* breached where a person resolves, cancelled where a tool does */
    BOOK_UNANSWERED_BREACHED = 1, /* dated at the resolve */
    BOOK_UNANSWERED_CANCELLED = 2,
};

/** One row of a contract's `targets`. */
struct book_target {
    enum clock_kind clock;
    struct book_match match;
    bool none;                            /* `within: none`: said to have no target */
    const char *within;                   /* as written, for people */
    struct clock_rule rule;               /* target, calendar, warnings; unused when none */
    const struct book_calendar *calendar; /* NULL: that of the ticket's team, see of_team */
    /* A target in business days: the open time from the start to the close of the n-th business day
     * of `calendar` (calendar_days_close), worked out when a cycle starts; rule.target_us is 0. */
    uint32_t business_days; /* 0: rule.target_us is the target */
    int64_t cutoff_us;      /* since local midnight: received at or after it, day 0 is the next one;
                             * 0: there is none */
    const struct zone *cutoff_zone; /* NULL: the calendar's */
    bool of_team;                   /* `calendar: team`: `ola`, or with on_transfer follow_team */
    bool each_period; /* update: every further period without one is a breach of its own */
};

/** One row of a contract's `holds`. */
struct book_hold {
    const char *reason;
    enum side party; /* whose time it is: SIDE_BUYER or SIDE_VENDOR */
    uint32_t pauses; /* bit (1 << enum clock_kind) for each clock that it holds */
    uint32_t set_by; /* bit (1 << enum side) for each side that may set and end it; 0: every side */
    bool needs_public_question;     /* the newest public message must be the vendor's */
    bool ends_on_requester_message; /* it ends when the requester writes, dated at the message */
    struct book_span max;           /* it ends by itself after so long; us == 0: never */
};

struct book_contract_version {
    uint32_t version;
    int64_t effective_at;
    uint8_t sha256[BOOK_HASH_BYTES];
    const struct book_zone *zone;
    const struct book_calendar *hours;
    const struct book_contract_team {
        uint32_t team;    /* id */
        const char *tier; /* "" if absent */
    } * teams;
    size_t n_teams;
    uint32_t default_team;
    struct book_names priorities;
    const struct book_target *targets; /* in the order written: the first match wins */
    size_t n_targets;
    const struct book_hold *holds;
    size_t n_holds;
    enum clock_mode on_reopen;   /* within the window: EXCLUDE (DEFAULT), INCLUDE or NEW_CYCLE */
    int64_t reopen_window_us;    /* a reopen later than this after the resolve starts a new cycle */
    enum clock_mode on_retarget; /* CARRY (DEFAULT), FROM_ZERO (restart) or PRO_RATA */
    int64_t min_remaining_us;    /* a new target leaves at least so much; <= 0: no such rule */
    bool follows_team;           /* on_transfer: a clock of `calendar: team` takes the new one's */
    enum book_unanswered
        unanswered_human; /* what a resolve makes of a first response never given */
    enum book_unanswered unanswered_tool;
    bool merge_earliest; /* on_merge: what is merged into keeps the earlier start of the two */
    struct book_span
        auto_close;          /* what is resolved closes by itself after so long; us == 0: never */
    uint32_t priority_raise; /* set of enum role: who may make a ticket more urgent */
    uint32_t priority_lower; /* less urgent. Both: every role where the contract says nothing */
    int64_t max_backdate_us; /* how far back a person may say that something happened; 0: not */
    bool retired;            /* nobody opens tickets; those that are open go on */
    uint32_t approvals;      /* bit (1 << enum side), BUYER and VENDOR: whom a change must be agreed
                              * with, where this is the newest version; 0: nobody is asked */
};

struct book_contract {
    uint32_t id; /* from 1, permanent; also the number of its stream */
    const char *name;
    const char *key; /* tickets are KEY-1, KEY-2, ...; permanent, unique */
    uint32_t buyer;  /* party ids, permanent */
    uint32_t vendor;
    const struct book_contract_version *versions; /* ascending */
    size_t n_versions;
};

struct book {
    struct meter
        *meter; /* takes steps of what is worked out under it, or NULL: see book_set_meter */
    const struct book_party *parties;
    size_t n_parties;
    const struct book_team *teams;
    size_t n_teams;
    const struct book_calendar *calendars;
    size_t n_calendars;
    const struct book_contract *contracts;
    size_t n_contracts;
    const struct book_source *sources;
    size_t n_sources;
    const struct book_zone *zones;
    size_t n_zones;
    char zone_release[16]; /* tzdata release in use, "" if the folder does not tell */
};

/** Look-ups; NULL when there is none. Linear in a few hundred objects, called once per command. */
const struct book_party *book_party(const struct book *b, uint32_t id);
const struct book_party *book_party_named(const struct book *b, const char *name);
const struct book_team *book_team(const struct book *b, uint32_t id);
const struct book_team *book_team_named(const struct book *b, const char *name);
const struct book_calendar *book_calendar_named(const struct book *b, const char *name);
const struct book_source *book_source_named(const struct book *b, const char *name);
const struct book_contract *book_contract(const struct book *b, uint32_t id);
const struct book_contract *book_contract_named(const struct book *b, const char *name);
const struct book_contract *book_contract_keyed(const struct book *b, const char *key);

/** The version in force at an instant; NULL before the first. */
const struct book_contract_version *book_contract_at(const struct book_contract *c, int64_t at);
/** The version with that number; NULL if there is none. */
const struct book_contract_version *book_contract_version(const struct book_contract *c,
                                                          uint32_t version);
/** The version of a calendar in force at an instant; NULL before the first. */
const struct book_calendar_version *book_calendar_at(const struct book_calendar *c, int64_t at);

/** The hold of that name in a contract version; NULL if it names none. */
const struct book_hold *book_hold(const struct book_contract_version *v, const char *reason);
/** The calendar, or one that it joins, has that id. */
bool book_calendar_joins(const struct book_calendar *c, uint32_t id);
/** A target of the version counts in the calendar of the team that the ticket is with. */
bool book_counts_in_teams(const struct book_contract_version *v);
/** A calendar that the version counts in (hours, a target, its teams', the end of a hold, closing),
 * directly or through a union. */
bool book_counts_in(const struct book *b, const struct book_contract_version *v, uint32_t calendar);
bool book_has_team(const struct book_contract_version *v, uint32_t team);
/** The tier of a team in the version; "" if it has none, or is not in it. */
const char *book_tier(const struct book_contract_version *v, uint32_t team);
bool book_names_have(const struct book_names *names, const char *name);
/**
 * The last instant of a span that begins at `at`: after it, the span is over. INSTANT_NEVER for a
 * span of nothing. Business time that ends at a closing lasts until the next opening, as a limit
 * does.
 */
int64_t book_span_end(const struct book_span *span, int64_t at);

/** "first_response" and so on, as written in the book; NULL outside the enum. */
const char *clock_kind_name(enum clock_kind kind);
/** CLOCK_KIND_NONE for a name that is none. */
enum clock_kind clock_kind_named(const char *name);
const char *side_name(enum side side);
const char *book_kind_name(enum book_kind kind);
/** "vendor-manager" and so on. `bit` is exactly one role, else "". */
const char *role_name(enum role bit);
/** The bit of a role; 0 if there is none of that name. */
uint32_t role_named(const char *name);

#endif
