// SPDX-License-Identifier: Apache-2.0
/**
 * clock_tell: a clock's life in spans, for clock_trace; inside of clock only.
 */
#ifndef SLATE_CORE_CLOCK_TELL_H
#define SLATE_CORE_CLOCK_TELL_H

#include "core/clock.h"

/** Joins spans of a kind until another one begins. Zero but for the first two: nothing told yet. */
struct clock_tell {
    void (*span)(void *user, const struct clock_span *span);
    void *user;
    struct clock_span pending; // to_at == from_at: none
    bool fenced;               // the next span stands alone
    // What becomes of the time after a stop; known only by what follows.
    enum clock_tell_stopped {
        CLOCK_TELL_FOR_GOOD = 0, // it ended at the stop
        CLOCK_TELL_EXCLUDED,
        CLOCK_TELL_INCLUDED,
    } stopped_as;
};

/** A span that begins where the last one ended; an empty one is none. */
void clock_tell_span(struct clock_tell *t, struct clock_span span);

/** The time of a running clock, opening by opening; left_us of open time are within the target. */
void clock_tell_counted(struct clock_tell *t, const struct calendar *calendar, int64_t from_at,
                        int64_t to_at, int64_t left_us);

/** Hands out what is pending. */
void clock_tell_flush(struct clock_tell *t);

/** Since when the clock that starts with events[i] will turn out to have run. */
int64_t clock_tell_since(const struct clock_event *events, size_t n, size_t i, int64_t until_at);

/** What becomes of the time after the stop that is events[i]. */
enum clock_tell_stopped clock_tell_foresee(const struct clock_event *events, size_t n, size_t i,
                                           int64_t until_at);

#endif
