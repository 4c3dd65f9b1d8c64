// SPDX-License-Identifier: Apache-2.0
#include "client/shares.h"

#include <stdlib.h>
#include <string.h>

static void *array_of(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    if (!p) {
        abort();
    }
    return p;
}

void shares_percents(const uint64_t *parts, size_t n, uint32_t *ret)
{
    unsigned __int128 total = 0;
    uint32_t given = 0;
    unsigned __int128 *rests = array_of(n, sizeof(*rests));

    for (size_t i = 0; i < n; i++) {
        total += parts[i];
    }
    for (size_t i = 0; i < n; i++) {
        const unsigned __int128 hundredfold = (unsigned __int128)parts[i] * 100;

        ret[i] = total ? (uint32_t)(hundredfold / total) : 0;
        rests[i] = total ? hundredfold % total : 0;
        given += ret[i];
    }
    for (; total && given < 100; given++) {
        size_t most = 0;

        for (size_t i = 1; i < n; i++) {
            most = rests[i] > rests[most] ? i : most;
        }
        ret[most]++;
        rests[most] = 0;
    }
    free(rests);
}

// ---- sums ---------------------------------------------------------------------------------------

/** What a share belongs to; without its time. */
static struct shares_sum sum_of(const struct slate_share *share)
{
    switch (share->kind) {
    case SLATE_SPAN_COUNTED:
    case SLATE_SPAN_PAST_LIMIT:
        return (struct shares_sum){.of = "worked", .team = share->team, .party = share->party};
    case SLATE_SPAN_HELD: return (struct shares_sum){.of = "held", .side = share->side};
    case SLATE_SPAN_OUTSIDE: return (struct shares_sum){.of = "outside"};
    case SLATE_SPAN_STOPPED: return (struct shares_sum){.of = "stopped"};
    default: return (struct shares_sum){.of = NULL};
    }
}

static bool is_same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/** The order in which they are told. */
static int rank(const struct shares_sum *sum)
{
    static const char *const order[] = {"worked", "held", "outside", "stopped"};

    for (int i = 0; i < 4; i++) {
        if (is_same(sum->of, order[i])) {
            return sum->side ? i * 16 + (int)sum->side : i * 16 + 15;
        }
    }
    return 64;
}

static void add_sum(struct shares_clock *c, const struct shares_share *share)
{
    struct shares_sum one = sum_of(&share->share);
    size_t i = 0;

    while (i < c->n_sums &&
           !(is_same(c->sums[i].of, one.of) && c->sums[i].side == one.side &&
             is_same(c->sums[i].team, one.team) && is_same(c->sums[i].party, one.party))) {
        i++;
    }
    if (i == c->n_sums) { // behind those of its rank: teams stay in the order in which they had it
        while (i > 0 && rank(&c->sums[i - 1]) > rank(&one)) {
            c->sums[i] = c->sums[i - 1];
            i--;
        }
        c->sums[i] = one;
        c->n_sums++;
    }
    c->sums[i].wall_us += share->share.wall_us;
    c->sums[i].percent += share->percent;
}

// ---- clocks -------------------------------------------------------------------------------------

static void init_clock(struct shares_clock *c, const struct slate_clock_split *split)
{
    const size_t n = split->n_shares;
    uint64_t *parts = array_of(n, sizeof(*parts));
    uint32_t *percents = array_of(n, sizeof(*percents));
    struct shares_share *total;

    *c = (struct shares_clock){.split = *split};
    c->shares = array_of(n + 1, sizeof(*c->shares));
    c->sums = array_of(n, sizeof(*c->sums));
    for (size_t i = 0; i < n; i++) {
        parts[i] = split->shares[i].wall_us;
    }
    shares_percents(parts, n, percents);
    total = &c->shares[n];
    total->share.wall_us = split->wall_us;
    for (size_t i = 0; i < n; i++) {
        c->shares[i] = (struct shares_share){.share = split->shares[i], .percent = percents[i]};
        total->percent += percents[i];
        add_sum(c, &c->shares[i]);
    }
    total->total = &c->split.clock;
    free(parts);
    free(percents);
}

void shares_init(struct shares *s, const struct slate_clock_splits *splits, int64_t as_known_at)
{
    *s = (struct shares){.splits = *splits, .as_known_at = as_known_at};
    s->clocks = array_of(splits->n_clocks, sizeof(*s->clocks));
    for (size_t i = 0; i < splits->n_clocks; i++) {
        init_clock(&s->clocks[i], &splits->clocks[i]);
    }
}

void shares_fini(struct shares *s)
{
    for (size_t i = 0; s->clocks && i < s->splits.n_clocks; i++) {
        free(s->clocks[i].shares);
        free(s->clocks[i].sums);
    }
    free(s->clocks);
    *s = (struct shares){0};
}
