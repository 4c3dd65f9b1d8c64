// SPDX-License-Identifier: Apache-2.0
/**
 * shares: whose time a clock's time was, with percents, and summed by party.
 *
 * Percents are integers that sum to 100: each is cut off, and what is missing goes to those that
 * lost most. Sums add the percents of their shares, so that a table and its sums say the same.
 */
#ifndef SLATE_CLIENT_SHARES_H
#define SLATE_CLIENT_SHARES_H

#include <slate.h>

struct shares_share {
    struct slate_share share; /* the first, for its own columns */
    uint32_t percent;
    const struct slate_clock *total; /* only of the last row of a table: all of this clock's time */
};

/** All shares of one kind and one party. */
struct shares_sum {
    const char *of;       /* worked, held, outside, stopped */
    enum slate_side side; /* held: whose time it is; 0 where reasons disagree */
    const char *team;     /* worked */
    const char *party;    /* worked: the team's */
    uint64_t wall_us;
    uint32_t percent;
};

struct shares_clock {
    struct slate_clock_split split; /* the first, for its own columns */
    struct shares_share *shares;    /* split.n_shares, in place of its own, and the total */
    struct shares_sum *sums;
    size_t n_sums;
};

struct shares {
    struct slate_clock_splits splits; /* the first, for its own columns */
    struct shares_clock *clocks;
    int64_t as_known_at; /* 0 = by all that is known */
};

/** Borrows from splits. */
void shares_init(struct shares *s, const struct slate_clock_splits *splits, int64_t as_known_at);
void shares_fini(struct shares *s);

/** Percents of n parts that sum to 100, or are all 0 where the parts are. */
void shares_percents(const uint64_t *parts, size_t n, uint32_t *ret);

#endif
