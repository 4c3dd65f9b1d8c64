// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CONFIG_BOOKCASE_H
#define TESTS_CONFIG_BOOKCASE_H

/*
 * A store of book versions in memory, to apply texts to, and a small good book to change.
 */

#include <stddef.h>
#include <stdint.h>

#include "config/bookbuild.h"
#include "config/bookplan.h"
#include "config/spec.h"
#include "core/arena.h"
#include "core/outcome.h"

/** A buyer, a vendor, two calendars, a union, a team of each side, one contract. */
extern const char bookcase_good[];

/** The present of most tests: Saturday, 2026-11-21T20:00:00Z. */
#define BOOKCASE_NOW INT64_C(1795291200000000)

struct bookcase {
    struct arena arena;
    struct zone_source zones;
    struct book_object *stored;
    size_t n;
    struct refusal refusal; // of the last call
};

void bookcase_init(struct bookcase *c);
void bookcase_fini(struct bookcase *c);

/** The text with the first `from` in it replaced; from must be there. In the case's arena. */
const char *bookcase_swap(struct bookcase *c, const char *text, const char *from, const char *to);

/* Rows of bookcase_full that tests change. */
#define BOOKCASE_ASK                                                             \
    "{reason: ask, party: buyer, pauses: [resolution], set_by: [vendor, tool], " \
    "needs: public_question, ends_on: requester_message, max: 80h, calendar: hours}"
#define BOOKCASE_CHANGE "priority_change: {raise: [agent, lead], lower: [manager]}"
#define BOOKCASE_CLOSE  "auto_close: {after: 120h, calendar: night}"

/** The good book with sources, and with everything that its contract may say of holds, closing,
 * priorities and the past. In the case's arena. */
const char *bookcase_full(struct bookcase *c);

/* Rows of bookcase_sla that tests change. */
#define BOOKCASE_UPDATE \
    "{clock: update, match: {priority: [P1]}, within: 2h, calendar: always, missed: each_period}"
#define BOOKCASE_TURNAROUND                                                                  \
    "{clock: turnaround, match: {function: [it-helpdesk]}, within: 2bd, cutoff: \"15:00\", " \
    "cutoff_zone: Asia/Manila, calendar: hours, warn: [75%]}"
#define BOOKCASE_OLA_TEAM                                                                 \
    "{clock: ola, match: {team: [berlin-l3]}, within: 1bd, cutoff: \"12:00\", calendar: " \
    "team}"

/** The good book, measured by every clock, with something other than usual said of every change.
 * Its union has business days and its teams have calendars. In the case's arena. */
const char *bookcase_sla(struct bookcase *c);

/** Parses as "book.yaml". Returns bookfile_parse's result. */
int bookcase_parse(struct bookcase *c, const char *text, struct bookfile **ret);

/** Parses and plans at an instant. Returns the result of whatever failed. */
int bookcase_plan(struct bookcase *c, const char *text, int64_t now_at, struct book_plan **ret);

/** Plans, and stores what the plan adds. The plan is freed; returns how many objects were added. */
size_t bookcase_apply(struct bookcase *c, const char *text, int64_t now_at);

/** The book of all that is stored; must succeed. */
struct book *bookcase_build(struct bookcase *c);

/** A change of a text that must be refused. */
struct bookcase_bad {
    const char *name;
    const char *from;
    const char *to; // "#@" marks the line that the refusal must name
    const char *field;
    const char *message;    // in it
    enum outcome_code code; // 0: INVALID_ARGUMENT
};

/** Makes each change in a good text, by itself, and parses: refused as its row says. */
void bookcase_refuse(const char *good, const struct bookcase_bad *rows, size_t n);

/** The same, refused only when it is planned: what the rest of the book tells. */
void bookcase_refuse_plan(const char *good, const struct bookcase_bad *rows, size_t n);

/** RFC 3339 to an instant; must succeed. */
int64_t bookcase_at(const char *text);

/** The line (from 1) of the first "#@" in a text; 0 if there is none. */
uint32_t bookcase_marked_line(const char *text);

#endif
