// SPDX-License-Identifier: Apache-2.0
#include "core/split.h"

#include <string.h>

#include "core/instant.h"

/* A stretch of time during which a team had the ticket. */
struct stint {
    int64_t from_at;
    uint32_t team;
};

/* What all shares are told apart by, besides what it says itself. */
struct part {
    struct split_share share;
    uint32_t reasons; /* as bits */
    size_t turn;      /* of the team: which one it was to get the ticket first */
};

struct splitter {
    const struct book_contract *contract;
    const struct ticket *ticket;
    const struct sla_run *run;
    struct arena *arena;
    int64_t started_at; /* of the cycle */
    struct stint *stints;
    size_t n_stints;
    struct part *parts;
    size_t n_parts;
    size_t room;
    int64_t wall_us;
    bool full; /* the arena */
};

/* Who had it. The first has it since ever; a transfer counts from when it is said, never late. */
static int list_stints(struct splitter *s)
{
    const struct ticket *t = s->ticket;

    s->stints = arena_array(s->arena, t->n_facts + 1, sizeof(*s->stints));
    if (s->stints == NULL) {
        return -1;
    }
    s->stints[s->n_stints++] = (struct stint){INSTANT_NONE, t->opened_as.team};
    for (size_t i = 0; i < t->n_facts; i++) {
        const struct fact *f = &t->facts[i];
        if (f->kind == FACT_TEAM) {
            s->stints[s->n_stints++] = (struct stint){f->at, f->team};
        }
    }
    return 0;
}

static size_t turn_of(const struct splitter *s, uint32_t team)
{
    size_t i = 0;

    while (s->stints[i].team != team) {
        i++;
    }
    return i;
}

static struct part *find(struct splitter *s, uint32_t team, const struct clock_span *span)
{
    for (size_t i = 0; i < s->n_parts; i++) {
        struct part *p = &s->parts[i];
        if (p->share.team == team && p->share.kind == span->kind && p->reasons == span->reasons) {
            return p;
        }
    }
    return NULL;
}

/* One more, behind those of teams that had the ticket before and of kinds before it. */
static struct part *insert(struct splitter *s, uint32_t team, const struct clock_span *span)
{
    const size_t turn = turn_of(s, team);
    size_t to = s->n_parts;

    if (s->n_parts == s->room) {
        const size_t room = 2 * s->room + 8;
        struct part *parts = arena_array(s->arena, room, sizeof(*parts));
        if (parts == NULL) {
            return NULL;
        }
        if (s->n_parts > 0) {
            memcpy(parts, s->parts, s->n_parts * sizeof(*parts));
        }
        s->parts = parts;
        s->room = room;
    }
    while (to > 0 && (s->parts[to - 1].turn > turn || (s->parts[to - 1].turn == turn &&
                                                       s->parts[to - 1].share.kind > span->kind))) {
        s->parts[to] = s->parts[to - 1];
        to--;
    }
    s->n_parts++;
    s->parts[to] = (struct part){
        .share = {.team = team, .kind = span->kind},
        .reasons = span->reasons,
        .turn = turn,
    };
    return &s->parts[to];
}

static void add(struct splitter *s, uint32_t team, const struct clock_span *span, int64_t wall_us)
{
    struct part *p = find(s, team, span);
    const enum side side = sla_held_side(s->contract, s->run->version, s->ticket, span->reasons,
                                         span->from_at);

    if (p == NULL) {
        p = insert(s, team, span);
        if (p == NULL) {
            s->full = true;
            return;
        }
        p->share.side = side;
    }
    p->share.side = p->share.side == side ? side : SIDE_NONE; // another version may see it so
    p->share.wall_us += wall_us;
    s->wall_us += wall_us;
}

/* Cut where the ticket went to another team. */
static void on_span(void *user, const struct clock_span *span)
{
    struct splitter *s = user;
    int64_t at = span->from_at;

    if (span->from_at < s->started_at) {
        return; // a cycle before it, of the same chain
    }
    for (size_t i = 0; i < s->n_stints && at < span->to_at; i++) {
        const int64_t next_at = i + 1 < s->n_stints ? s->stints[i + 1].from_at : INSTANT_NEVER;
        const int64_t to_at = next_at < span->to_at ? next_at : span->to_at;
        if (to_at > at) {
            add(s, s->stints[i].team, span, to_at - at);
            at = to_at;
        }
    }
}

/* Names instead of bits. */
static int name_reasons(struct splitter *s, struct part *p)
{
    const struct ticket *t = s->ticket;
    const char **reasons;

    if (p->reasons == 0) {
        return 0;
    }
    reasons = arena_array(s->arena, t->n_reasons, sizeof(*reasons));
    if (reasons == NULL) {
        return -1;
    }
    p->share.reasons = reasons;
    for (uint8_t i = 0; i < t->n_reasons; i++) {
        if ((p->reasons & (UINT32_C(1) << i)) != 0) {
            reasons[p->share.n_reasons++] = t->reasons[i];
        }
    }
    return 0;
}

static int finish(struct splitter *s, struct split *ret)
{
    struct split_share *shares = arena_array(s->arena, s->n_parts, sizeof(*shares));

    if (s->full || shares == NULL) {
        return -1;
    }
    for (size_t i = 0; i < s->n_parts; i++) {
        if (name_reasons(s, &s->parts[i]) != 0) {
            return -1;
        }
        shares[i] = s->parts[i].share;
    }
    ret->shares = shares;
    ret->n_shares = s->n_parts;
    ret->wall_us = s->wall_us;
    return 0;
}

int split(const struct book *book, const struct ticket *t, enum clock_kind kind, uint32_t team,
          int64_t as_of_at, struct arena *arena, struct split *ret)
{
    const struct sla_run *runs;
    size_t n_runs;
    struct clock_result result;
    struct split now = {.n_shares = 0};
    struct splitter s = {.contract = book_contract(book, t->contract), .ticket = t, .arena = arena};

    if (sla_runs(book, t, arena, &runs, &n_runs) != 0) {
        return -1;
    }
    s.run = sla_present(runs, n_runs, kind, team);
    if (s.run == NULL) {
        return SPLIT_NO_CLOCK;
    }
    if (list_stints(&s) != 0) {
        return -1;
    }
    sla_clock(s.run, t, as_of_at, &now.clock);
    now.calendar = s.run->calendar;
    s.started_at = now.clock.clock.started_at;
    if (!s.run->unmeasured) {
        clock_trace(&s.run->rule, s.run->events, s.run->n_events, as_of_at, on_span, &s, &result);
    }
    if (finish(&s, &now) != 0) {
        return -1;
    }
    *ret = now;
    return 0;
}
