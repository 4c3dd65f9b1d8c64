// SPDX-License-Identifier: Apache-2.0
/*
 * A small book to test the rules with: real zones and calendars, one contract whose parts a test
 * may change before it begins, and a desk at which commands to one ticket are decided.
 *
 * Contract acme-l1 (key ACME, id 7), version 1 from 2026-01-01, teams manila-a (default) and
 * cebu-b, priorities P1 to P4. "office" is Mon-Fri 9-18 in Berlin with the dates below, "always" is
 * what it says. Rows of targets:
 *   0 first_response P1       15m always  warn 50% 75% 90%
 *   1 first_response          4h  office  warn 75%
 *   2 resolution P1 gold      2h  always
 *   3 resolution P1           4h  always  warn 75%, 30m before
 *   4 resolution P2, P3       16h office  warn 50%
 *   5 resolution              none
 * Holds: waiting-customer (buyer: resolution), embargo (buyer: first_response, resolution),
 * third-party (vendor: resolution), tool-down (vendor: nothing). Reopening window 120h.
 */
#ifndef SLATE_TESTS_CORE_SAMPLE_H
#define SLATE_TESTS_CORE_SAMPLE_H

#include "core/decide.h"
#include "core/instant.h"
#include "core/sla.h"

enum {
    SAMPLE_CONTRACT = 7,
    SAMPLE_AGENT = 11, /* a person of the vendor */
    SAMPLE_VERSIONS = 3,
    SAMPLE_TARGETS = 16,
    SAMPLE_HOLDS = 8,
    SAMPLE_CALENDARS = 8,
    SAMPLE_ENTRIES = 4096,
};

struct sample {
    struct arena arena;
    const struct zone *utc;
    const struct zone *berlin;
    struct book_calendar calendars[SAMPLE_CALENDARS];
    struct calendar *owned[SAMPLE_CALENDARS];
    size_t n_calendars;
    const struct book_calendar *always;
    const struct book_calendar *office;
    struct book_party parties[2];
    struct book_team teams[2];
    struct book_contract_team contract_teams[2];
    struct book_target targets[SAMPLE_VERSIONS][SAMPLE_TARGETS];
    struct book_hold holds[SAMPLE_VERSIONS][SAMPLE_HOLDS];
    struct book_contract_version versions[SAMPLE_VERSIONS];
    struct book_contract contract;
    struct book book;
};

void sample_init(struct sample *s);
void sample_fini(struct sample *s);

/** Another calendar of the book, of n versions. The caller's arrays must live as long. */
const struct book_calendar *sample_calendar(struct sample *s, const char *name,
                                            const struct calendar_version *versions, size_t n);

/** A zone from its rule, as in the TZ variable: "CET-1CEST,M3.5.0,M10.5.0/3". */
const struct zone *sample_zone(struct arena *arena, const char *rule);

/** Version `n` (2 or 3) of the contract, a copy of the one before, from effective_at on. */
struct book_contract_version *sample_version(struct sample *s, uint32_t n, int64_t effective_at);

/** One name, as a list; lives in the sample. */
struct book_names sample_names(struct sample *s, const char *a, const char *b);

/** A hold that everybody may set and end, which stops those clocks (bits of enum clock_kind). */
struct book_hold sample_hold(const char *reason, enum side party, uint32_t pauses);

/** "2026-03-02T09:00:00Z" */
int64_t sample_at(const char *text);

/* ---- */

struct desk {
    const struct book *book;
    struct arena arena;
    struct ticket ticket; /* number 0: none yet */
    struct entry *entries[SAMPLE_ENTRIES];
    size_t n_entries;
    struct decision decision; /* of the last command that was not refused */
    struct refusal refusal;   /* of the last one that was */
};

void desk_init(struct desk *d, const struct book *book);
void desk_fini(struct desk *d);

/** A command by SAMPLE_AGENT, a person of the vendor, to the desk's ticket. */
struct command desk_command(const struct desk *d, enum command_kind kind, int64_t at);

/**
 * Decides, and applies the events to the desk's ticket. Fails the test unless evolving all entries
 * so far from nothing gives what was decided. Returns what decide returned.
 */
int desk_do(struct desk *d, const struct command *command);

/** The same for a command without more to say; fails the test if it is refused. */
void desk_ok(struct desk *d, enum command_kind kind, const char *at);
void desk_hold(struct desk *d, const char *reason, const char *at);
void desk_resume(struct desk *d, const char *reason, const char *at);
/** Opened by the vendor's agent with that priority, without a body. */
void desk_open(struct desk *d, const char *priority, const char *at);

/** The present clock of the ticket; fails the test if there is none. */
const struct ticket_clock *desk_clock(const struct desk *d, enum clock_kind kind);

/** The present cycle of a clock as of an instant, computed anew; false if there is none. */
bool desk_as_of(const struct desk *d, enum clock_kind kind, int64_t at, struct sla_clock *ret);

/** Events of that kind (and clock, unless CLOCK_KIND_NONE) in all entries. */
size_t desk_count(const struct desk *d, enum event_kind kind, enum clock_kind clock);

/** "opened breached:first_response message": the events of the last decision. Returns buf. */
const char *desk_trace(const struct desk *d, char *buf, size_t size);

/** Fails the test unless the two are equal in every field. */
void sample_same_ticket(const struct ticket *a, const struct ticket *b, const char *what);

struct text sample_text(const char *text);

#endif
