// SPDX-License-Identifier: Apache-2.0
/**
 * explained: an explanation with what follows from it: running sums, the marks that a clock passes,
 * and all of that in the order of time.
 */
#ifndef SLATE_CLIENT_EXPLAINED_H
#define SLATE_CLIENT_EXPLAINED_H

#include <slate.h>

struct explained_span {
    struct slate_span span; /* the first, for its own columns */
    uint64_t sum_us;        /* what had been counted at its end */
};

/** An instant that means something to a clock, behind us or ahead. */
struct explained_mark {
    const char *mark; /* warning, due, limit, breached */
    int64_t mark_at;
    uint64_t sum_us;     /* what had been counted then, or will have been */
    const char *warning; /* warning: as the contract writes it, "75%" */
};

/** A line about a clock's time: a span, a mark, a holiday within a span, or where what lies ahead
 * begins. One of them is there. */
struct explained_step {
    const struct explained_span *span;
    const struct explained_mark *mark;
    const char *holiday; /* "2026-12-25 Christmas", and more behind it */
    size_t holiday_bytes;
    int64_t now_at; /* 0 = it is another one */
};

struct explained_clock {
    struct slate_clock_explanation x; /* the first, for its own columns */
    struct explained_span *spans;     /* x.n_spans and x.n_ahead, in place of its own */
    struct explained_mark *marks;     /* ascending */
    size_t n_marks;
    struct explained_step *steps;
    size_t n_steps;
};

struct explained {
    struct slate_explanation x; /* the first, for its own columns */
    struct explained_clock *clocks;
    int64_t as_known_at; /* 0 = by all that is known */
};

/** Borrows from x and from the n warnings, which the clocks of x, and others, gave. */
void explained_init(struct explained *e, const struct slate_explanation *x, int64_t as_known_at,
                    const struct slate_event *warnings, size_t n);
void explained_fini(struct explained *e);

/** The part of a note that is a holiday: bytes of "2026-12-25 Christmas" at its beginning; 0 if it
 * is another kind of note. */
size_t explained_holiday(const char *note);

#endif
