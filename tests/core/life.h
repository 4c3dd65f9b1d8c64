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
 * by a tool), reopened, closed, merged, priority P, team T, category C, tier T, language L.
 */
#ifndef SLATE_TESTS_CORE_LIFE_H
#define SLATE_TESTS_CORE_LIFE_H

#include "core/sample.h"

enum { LIFE_STORY_BYTES = 1024 };

struct life {
    const struct sample *sample;
    struct ticket ticket;
    struct fact facts[TICKET_FACTS_MAX];
};

/** Fails the test where it does not understand. The ticket is of team manila-a. */
void life_read(struct life *l, const struct sample *s, const char *words);

/** "3/08:30" */
int64_t life_at(const char *text);

/**
 * Every cycle of a kind as of an instant, or of the ticket of somebody else's:
 * "#1 met 10:00-10:30 30m; #2 open 11:00- 15m row 3 due 12:00". A breach is " !11:00", on hold
 * " held", cancelled " cancelled". Overwritten by the next call.
 */
const char *life_story(const struct book *book, const struct ticket *t, enum clock_kind kind,
                       int64_t at);

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
 * and embargo holding all of them.
 */
void life_sample(struct sample *s);

#endif
