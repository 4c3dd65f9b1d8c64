// SPDX-License-Identifier: Apache-2.0
/*
 * A ticket's life in words, and what its clocks make of it.
 *
 *     "09:00 opened P1, 09:10 replied, 10:00 asked, 3/08:30 held embargo, 3/09:00 category net,
 *      & tier gold"
 *
 * Instants are of 2 March 2026, a Monday, in UTC, or of the day of March in front of the slash.
 * Each word is an entry of its own, in journal order; "&" belongs to the entry before it. Words:
 * opened PRIORITY, asked, replied, taken, held REASON, resumed REASON, resolved, dropped (resolved
 * by a tool), reopened, closed, merged, absorbed INSTANT (of its opening), priority P, team T,
 * category C, tier T, language L.
 */
#ifndef SLATE_TESTS_CORE_LIFE_H
#define SLATE_TESTS_CORE_LIFE_H

#include "core/sample.h"

enum { LIFE_STORY_BYTES = 8192 };

struct life {
    const struct sample *sample;
    struct ticket ticket;
    struct fact facts[TICKET_FACTS_MAX];
};

/** Fails the test where it does not understand. The ticket is of team manila-a. */
void life_read(struct life *l, const struct sample *s, const char *text);

/** "3/08:30" */
int64_t life_at(const char *text);

/**
 * Every cycle of a kind as of an instant, or of the ticket of somebody else's:
 * "#1 met 10:00-10:30 30m; #2 open 11:00- 15m row 3 due 12:00". A breach is " !11:00", on hold
 * " held", cancelled " cancelled"; an ola has its team's name in front. Overwritten by the next
 * call.
 */
const char *life_story(const struct book *book, const struct ticket *t, enum clock_kind kind,
                       int64_t at);

/**
 * Commands at a desk, in words as above: "09:00 open P1, 10:00 ask, 10:30@10:10 reply". Behind the
 * "@" is when it is claimed to have happened; "+1" behind an instant is a microsecond later. Words:
 * open PRIORITY, look (what the ticker does), take, ack, ask, reply, note, hold REASON, resume
 * REASON, resolve, drop (by a tool), close, reopen, merge, absorb INSTANT (of its opening),
 * priority P, team T, category C, tier T. Fails the test if one is refused.
 */
void life_do(struct desk *d, const char *text);

/** The same, with a ticker that looks at every due row as soon as it may. */
void life_do_ticked(struct desk *d, const char *text);

/** Looks at every due row of before until_at. */
void life_tick(struct desk *d, int64_t until_at);

/**
 * The events from an entry on: "10:30 *resumed, 10:45 *warned next_response#1/0". The star is the
 * clock's own doing; behind the slash is the warning of the row. Overwritten by the next call.
 */
const char *life_trace(const struct desk *d, size_t from);

/**
 * The sample with rows for every kind of clock:
 *   0 acknowledge P1      30m always  warn 50%
 *   1 next_response P4    none
 *   2 next_response P1    60m always  warn 50% 75%, 20m before
 *   3 next_response       4h  office
 *   4 first_response      2h  always
 *   5 resolution net gold 8h  always
 *   6 resolution net      1h  always
 *   7 resolution          8h  always  warn 50%
 * and embargo holding all of them. A person may tell what happened two hours late.
 */
void life_sample(struct sample *s);

#endif
