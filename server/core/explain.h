// SPDX-License-Identifier: Apache-2.0
/**
 * explain: why a clock shows what it shows, stretch by stretch.
 *
 * Made from the same run as the verdict itself, so an explanation cannot tell another story. The
 * stretches tile the time from the start on without gap or overlap, and
 * counted + held + outside + stopped is the wall time between, to the microsecond.
 */
#ifndef SLATE_CORE_EXPLAIN_H
#define SLATE_CORE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/sla.h"

enum {
    EXPLAIN_SPANS_MAX = 500,   /* a quarter of nights and days; more are cut, the newest are kept */
    EXPLAIN_AHEAD_MAX = 100,   /* some weeks; more are cut, the next ones are kept */
    EXPLAIN_NOTE_BYTES = 2048, /* six weeks of named days; what is more is counted */
    EXPLAIN_DAYS_MAX = 400,    /* of one span that are searched for holidays */
};

/** Why there is no explanation. */
enum explain_outcome {
    EXPLAIN_NO_CLOCK = 1, /* the ticket has no such clock */
};

struct explain_span {
    int64_t from_at;
    int64_t to_at;
    enum clock_span_kind kind;
    int64_t open_us;            /* open time within it, counted or not */
    int64_t counted_us;         /* what it added to the clock */
    const char *const *reasons; /* HELD: those that held this clock */
    size_t n_reasons;
    enum side party;  /* HELD: whose time it is; SIDE_NONE where the reasons disagree */
    const char *note; /* OUTSIDE: the dates that closed what the week opens; "" if none */
};

/** A version of a calendar that the clock counted in during its life. */
struct explain_calendar {
    const struct book_calendar *calendar;
    const struct book_calendar_version *version;
};

/** Everything about one cycle. Texts and spans live in the arena or the book. */
struct explanation {
    struct sla_clock clock;
    const struct book_contract_version *version; /* pinned */
    const struct book_target *target;
    const struct book_calendar *calendar;                 /* the target's, or the team's */
    const struct book_calendar_version *calendar_version; /* in force at the instant; or NULL */
    const char *match;                                    /* see explain_match */
    const struct explain_calendar *calendars; /* a union before its members; by instant */
    size_t n_calendars;
    const struct explain_span *spans; /* ascending */
    size_t n_spans;
    bool truncated; /* older spans are left out; the sums are of all */
    /* What lies between the instant and the limit, if nothing else happens; none without a limit.
     * The sums leave it out. */
    const struct explain_span *ahead;
    size_t n_ahead;
    bool ahead_truncated;
    int64_t counted_us; /* past the limit too */
    int64_t held_us;    /* wall time, also outside of hours */
    int64_t outside_us; /* not on hold, but outside of hours */
    int64_t stopped_us; /* between a resolve and a reopening that leaves it out */
};

/**
 * The present cycle of a kind of clock (and of a team for ola, else 0), as of an instant that is
 * not before the newest fact. Returns 0, EXPLAIN_NO_CLOCK, or < 0 when the arena is full.
 */
int explain(const struct book *book, const struct ticket *t, enum clock_kind kind, uint32_t team,
            int64_t as_of_at, struct arena *arena, struct explanation *ret);

/**
 * A row's match for people: "priority P1 or P2, tier gold"; "everything" where it has no key.
 * Lives in the arena; NULL when that is full.
 */
const char *explain_match(const struct book_match *match, struct arena *arena);

#endif
