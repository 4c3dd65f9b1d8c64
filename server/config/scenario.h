// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_SCENARIO_H
#define SLATE_CONFIG_SCENARIO_H

/*
 * The text of a scenario: what might happen to tickets under a book, and what their clocks are
 * expected to say of it. YAML of one schema, read as strictly as a book: unknown keys, keys that do
 * not belong to what is done, wrong values are refused with FILE:LINE: PATH:.
 *
 * It is read in two steps. scenario_parse takes what the text alone can tell; scenario_link gives
 * the names their objects and the times their instants, which takes a book: times without a zone
 * are read on the wall of the ticket's contract.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/command.h"
#include "core/outcome.h"

enum {
    SCENARIO_TEXT_BYTES_MAX = 256 * 1024,
    SCENARIO_NODES_MAX = 32 * 1024, // more than the limits below allow for
    SCENARIO_TICKETS_MAX = 100,
    SCENARIO_EVENTS_MAX = 1000,  // of all tickets
    SCENARIO_EXPECTS_MAX = 1000, // of all tickets
    SCENARIO_YEARS_MAX = 5,      // from its first instant to its last: bounds the calendars made
};

/** A point in time as written. */
struct scenario_when {
    enum {
        SCENARIO_ABSENT = 0,
        SCENARIO_INSTANT, // value: microseconds since the epoch
        SCENARIO_WALL,    // value: seconds since 1970-01-01T00:00 on the contract's wall
        SCENARIO_AFTER,   // value: microseconds after the ticket was opened
        SCENARIO_NONE,    // "none", of what is expected
    } form;
    int64_t value;
};

/** Something that is said or done. Names are "" where they are absent. */
struct scenario_event {
    uint32_t line;
    enum command_kind kind;
    enum side side;
    bool human;
    uint32_t roles; // set of enum role
    bool says;      // with a public message
    bool refused;   // it is expected to be
    const char *reason;
    const char *priority;
    const char *team;
    const char *category;
    const char *customer_tier;
    const char *language;
    uint32_t edits;   // bits of enum edit
    const char *into; // MERGE: name of a ticket
    struct scenario_when at;
    struct scenario_when recorded;
    /* Set by scenario_link. */
    int64_t claimed_at; // INSTANT_NONE: it is told when it happens
    int64_t received_at;
    size_t other; // MERGE: index of a ticket
};

/** What an expectation speaks of, as bits. */
enum scenario_given {
    SCENARIO_STATE = 1u << 0,
    SCENARIO_VERDICT = 1u << 1,
    SCENARIO_TARGET = 1u << 2,
    SCENARIO_ELAPSED = 1u << 3,
    SCENARIO_DUE = 1u << 4,
    SCENARIO_LIMIT = 1u << 5,
    SCENARIO_BREACHED_AT = 1u << 6,
    SCENARIO_NO_CLOCK = 1u << 7, // `state: none`, alone: there is no such clock
};

/** What a clock is expected to be in the end. */
struct scenario_expect {
    uint32_t line;
    enum clock_kind clock;
    const char *team_name; // ola, "" else
    uint32_t cycle;        // 0: the newest
    uint32_t given;        // set of enum scenario_given; what is not in it is not looked at
    enum clock_state state;
    enum ticket_verdict verdict;
    int64_t target_us;
    int64_t elapsed_us;
    struct scenario_when due;
    struct scenario_when limit;
    struct scenario_when breached;
    /* Set by scenario_link. */
    uint32_t team;       // id
    int64_t due_at;      // INSTANT_NONE: `none`; so are the next two
    int64_t limit_at;    //
    int64_t breached_at; //
};

struct scenario_ticket {
    uint32_t line;
    const char *name;
    const char *contract_name;
    const char *priority; // "" if absent, as all names below
    const char *function;
    const char *category;
    const char *customer_tier;
    const char *language;
    const char *team;
    const char *hold;
    struct scenario_when opened;
    struct scenario_when recorded;
    struct scenario_when until;
    struct scenario_event *events;
    size_t n_events;
    struct scenario_expect *expects;
    size_t n_expects;
    /* Set by scenario_link. */
    const struct book_contract *contract;
    int64_t opened_at;
    int64_t claimed_at;  // of the opening; INSTANT_NONE: it is told when it happens
    int64_t received_at; // of the opening
    int64_t until_at;    // nothing of it is looked at later
};

struct yamldoc;

struct scenario {
    const struct yamldoc *doc;
    struct scenario_when until; // for tickets without one of their own
    struct scenario_ticket *tickets;
    size_t n_tickets;
};

/**
 * Reads the n bytes at text, UTF-8 without NUL, known to people as `file`. Everything lives in the
 * arena.
 * Returns 0; INVALID_ARGUMENT with *ret_refusal filled; < 0 when the arena is
 * full.
 */
int scenario_parse(const char *text, size_t n, const char *file, struct arena *arena,
                   struct scenario **ret, struct refusal *ret_refusal);

/**
 * An instant before all of the scenario, whatever zones its times are in: what a book must have
 * been agreed by for its rules to hold throughout.
 */
int64_t scenario_begins_at(const struct scenario *s);

/**
 * Finds contracts, teams, priorities, functions, holds and tickets by their names, and instants by
 * the walls of contracts. A ticket without `until` ends with the last thing that is told of it. The
 * book must outlive it.
 * Returns 0 or INVALID_ARGUMENT with *ret_refusal filled.
 */
int scenario_link(struct scenario *s, const struct book *book, struct refusal *ret_refusal);

/**
 * Puts FILE:LINE: PATH: of an event of a ticket in front of the message of a refusal; SIZE_MAX: of
 * its opening. What the refusal said of a field is no more: there is no such request. Returns its
 * code.
 */
int scenario_refuse(const struct scenario *s, size_t ticket, size_t event, struct refusal *r);

#endif
