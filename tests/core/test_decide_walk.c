// SPDX-License-Identifier: Apache-2.0
/*
 * Random lives of tickets, and what must hold for all of them. The desk itself checks after every
 * command that a replay of all entries gives the ticket that was decided.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/explain.h"
#include "core/sample.h"
#include "t.h"

enum { LIVES = 600, COMMANDS = 40, STEPS = 24 };

static uint64_t next(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static size_t pick(uint64_t *seed, size_t n)
{
    return (size_t)(next(seed) % n);
}

/* Often at once, often within minutes, sometimes overnight or over a week-end. */
static int64_t wait_us(uint64_t *seed)
{
    static const int64_t spans[] = {
        0,           US_PER_S,        US_PER_MIN,       5 * US_PER_MIN,
        US_PER_HOUR, 3 * US_PER_HOUR, 20 * US_PER_HOUR, 70 * US_PER_HOUR};
    const int64_t span = spans[pick(seed, 8)];
    return span == 0 ? 0 : (int64_t)(next(seed) % (uint64_t)(2 * span)) + 1;
}

static struct command random_open(const struct desk *d, uint64_t *seed, int64_t at)
{
    static const char *const priorities[] = {"P1", "P2", "P3", "P4", ""};
    static const char *const reasons[] = {"", "", "embargo", "tool-down"};
    struct command c = desk_command(d, COMMAND_OPEN, at);

    c.priority = priorities[pick(seed, 5)];
    c.reason = reasons[pick(seed, 4)];
    c.customer_tier = pick(seed, 3) == 0 ? "gold" : "";
    c.body = pick(seed, 2) == 0 ? sample_text("words") : c.body;
    return c;
}

static struct command random_command(const struct desk *d, uint64_t *seed, int64_t at)
{
    static const enum command_kind kinds[] = {
        COMMAND_TAKE,   COMMAND_REPLY,  COMMAND_REPLY,  COMMAND_NOTE,
        COMMAND_HOLD,   COMMAND_HOLD,   COMMAND_HOLD,   COMMAND_RESUME,
        COMMAND_RESUME, COMMAND_RESUME, COMMAND_EXPIRE, COMMAND_RESOLVE,
    };
    static const char *const reasons[] = {"waiting-customer", "embargo", "third-party", "tool-down",
                                          "unheard-of"};
    enum command_kind kind = kinds[pick(seed, sizeof(kinds) / sizeof(kinds[0]))];
    struct command c;

    if (kind == COMMAND_RESOLVE && pick(seed, 4) != 0) {
        kind = COMMAND_NOTE; // most lives last
    }
    c = desk_command(d, kind, at);
    c.human = pick(seed, 5) != 0;
    c.side = pick(seed, 5) != 0 ? SIDE_VENDOR : SIDE_REQUESTER;
    if (kind == COMMAND_HOLD || (kind == COMMAND_RESUME && pick(seed, 3) != 0)) {
        c.reason = reasons[pick(seed, 5)];
    }
    return c;
}

/* The ticker: looks at every due row as soon as it may. */
static void tick(struct desk *d, int64_t until_at)
{
    for (size_t i = 0; ticket_next_at(&d->ticket) < until_at; i++) {
        struct command c = desk_command(d, COMMAND_EXPIRE, ticket_next_at(&d->ticket) + 1);
        T_EQ_INT(desk_do(d, &c), 0);
        T_CHECK(d->decision.n_events > 0, "a due row that does nothing");
        T_CHECK(i < 100, "the ticker never ends");
    }
}

static void check_thresholds(const struct desk *d, int64_t at)
{
    T_CHECK(ticket_next_at(&d->ticket) >= at, "something due is not recorded");
    for (size_t i = 0; i < d->ticket.n_clocks; i++) {
        const struct ticket_clock *c = &d->ticket.clocks[i];
        T_CHECK(c->breached_at == INSTANT_NONE || c->breached_at <= at);
        T_EQ_INT(c->breached_at == INSTANT_NONE, c->breach_seq == 0);
        T_EQ_INT(c->verdict == TICKET_VERDICT_BREACHED, c->breached_at != INSTANT_NONE);
    }
}

/* Entries of both, apart from how the clock's own stand: how far they looked. */
static void check_same_entries(const struct desk *a, const struct desk *b)
{
    T_EQ_INT(a->n_entries, b->n_entries);
    for (size_t i = 0; i < a->n_entries; i++) {
        const struct event *x = &a->entries[i]->event;
        const struct event *y = &b->entries[i]->event;
        T_EQ_INT(x->kind, y->kind, "entry %zu", i);
        T_EQ_INT(x->effective_at, y->effective_at, "entry %zu", i);
        T_EQ_INT(x->n_clocks, y->n_clocks, "entry %zu", i);
        if (x->kind == EVENT_CLOCK_WARNED || x->kind == EVENT_CLOCK_BREACHED) {
            T_EQ_MEM(x->u.timer.id, y->u.timer.id, 16, "entry %zu", i);
        }
    }
}

static void check_once(const struct desk *d)
{
    for (size_t i = 0; i < d->n_entries; i++) {
        const struct event *x = &d->entries[i]->event;
        for (size_t k = 0; k < i; k++) {
            const struct event *y = &d->entries[k]->event;
            T_CHECK((x->kind != EVENT_CLOCK_WARNED && x->kind != EVENT_CLOCK_BREACHED) ||
                        x->kind != y->kind || memcmp(x->u.timer.id, y->u.timer.id, 16) != 0,
                    "T66: entries %zu and %zu tell the same", i, k);
        }
    }
}

/* T36: what is told adds up to the wall time, and to what the clock shows. */
static void check_sums(struct desk *d, int64_t at)
{
    static const enum clock_kind kinds[] = {CLOCK_KIND_FIRST_RESPONSE, CLOCK_KIND_RESOLUTION};

    for (size_t i = 0; i < 2; i++) {
        struct explanation e = {0};
        const int rc = explain(d->book, &d->ticket, kinds[i], 0, at, &d->arena, &e);
        if (rc == EXPLAIN_NO_CLOCK || e.clock.clock.verdict == TICKET_VERDICT_UNMEASURED) {
            continue;
        }
        T_EQ_INT(rc, 0);
        const struct ticket_clock *c = &e.clock.clock;
        const int64_t end_at = c->stopped_at != INSTANT_NONE ? c->stopped_at : at;
        T_EQ_INT(e.counted_us + e.held_us + e.outside_us + e.stopped_us, end_at - c->started_at);
        T_EQ_INT(e.counted_us, c->elapsed_us);
        int64_t seen_at = c->started_at;
        for (size_t k = 0; k < e.n_spans && !e.truncated; k++) {
            T_EQ_INT(e.spans[k].from_at, seen_at, "no gap, no overlap");
            T_CHECK(e.spans[k].to_at > seen_at);
            seen_at = e.spans[k].to_at;
        }
        T_EQ_INT(seen_at, end_at);
    }
}

/* The same life as a history. */
static void check_import(const struct desk *lived, const struct command *open, int64_t at)
{
    static struct command_step steps[SAMPLE_ENTRIES];
    struct desk d;
    struct command c = *open;
    size_t n = 0;

    for (size_t i = 1; i < lived->n_entries; i++) {
        const struct event *e = &lived->entries[i]->event;
        struct command_step s = {
            .at = e->effective_at, .reason = "", .priority = "", .channel = ""};
        if (e->kind == EVENT_MESSAGE) {
            s.kind = STEP_MESSAGE;
            s.side = e->u.message.side;
            s.message_kind = e->u.message.kind;
            s.visibility = e->u.message.visibility;
        } else if (e->kind == EVENT_TAKEN) {
            s.kind = STEP_TAKE;
        } else if (e->kind == EVENT_HELD || e->kind == EVENT_RESUMED) {
            s.kind = e->kind == EVENT_HELD ? STEP_HOLD : STEP_RESUME;
            s.reason = e->u.hold.reason;
        } else if (e->kind == EVENT_RESOLVED) {
            s.kind = STEP_RESOLVE;
            s.message_kind = e->u.resolved.by_human ? MESSAGE_KIND_HUMAN : MESSAGE_KIND_AUTO;
        } else if (e->kind == EVENT_REOPENED) {
            s.kind = STEP_REOPEN;
        } else {
            continue;
        }
        steps[n++] = s;
    }
    desk_init(&d, lived->book);
    c.kind = COMMAND_IMPORT;
    c.at = at;
    c.opened_at = open->at;
    c.clocks = ~0u;
    c.body.n = 0;
    c.reason = "";
    c.steps = steps;
    c.n_steps = n;
    T_EQ_INT(desk_do(&d, &c), 0, "%s: %s", d.refusal.field, d.refusal.message);
    T_EQ_INT(d.ticket.state, lived->ticket.state);
    T_EQ_INT(d.ticket.n_clocks, lived->ticket.n_clocks);
    for (size_t i = 0; i < d.ticket.n_clocks; i++) {
        const struct ticket_clock *x = &d.ticket.clocks[i];
        const struct ticket_clock *y = ticket_clock(&lived->ticket, x->kind, 0);
        T_CHECK(y != NULL);
        T_EQ_INT(x->state, y->state);
        T_EQ_INT(x->verdict, y->verdict);
        T_EQ_INT(x->breached_at, y->breached_at);
        T_EQ_INT(x->stopped_at, y->stopped_at);
        T_EQ_INT(x->due_at, y->due_at);
        T_EQ_INT(x->limit_at, y->limit_at);
        T_EQ_INT(x->next_warn_at, y->next_warn_at);
        T_EQ_INT(x->warned | y->warned, x->warned, "what was told is past");
    }
    desk_fini(&d);
}

/* How often each kind of event came, in all lives. */
struct tally {
    size_t seen[128];
};

static void live_one(const struct sample *s, uint64_t seed, struct tally *tally)
{
    struct desk ticked;
    struct desk late;
    int64_t at = sample_at("2026-03-02T00:00:00Z") + (int64_t)pick(&seed, 600) * US_PER_HOUR;

    desk_init(&ticked, &s->book);
    desk_init(&late, &s->book);
    const struct command open = random_open(&ticked, &seed, at);
    T_EQ_INT(desk_do(&ticked, &open), 0);
    T_EQ_INT(desk_do(&late, &open), 0);
    for (size_t i = 0; i < COMMANDS; i++) {
        at += wait_us(&seed);
        const struct command c = random_command(&late, &seed, at);
        tick(&ticked, at);
        const int rc = desk_do(&late, &c);
        T_EQ_INT(desk_do(&ticked, &c), rc, "the ticker changes no outcome");
        if (rc == 0) {
            check_thresholds(&ticked, at);
            check_thresholds(&late, at);
        }
    }
    const struct command last = desk_command(&late, COMMAND_EXPIRE, at);
    tick(&ticked, at);
    T_EQ_INT(desk_do(&late, &last), 0);
    check_same_entries(&ticked, &late);
    check_once(&late);
    check_sums(&late, at);
    check_import(&late, &open, at);
    for (size_t i = 0; i < late.n_entries; i++) {
        tally->seen[late.entries[i]->event.kind]++;
    }
    desk_fini(&ticked);
    desk_fini(&late);
}

T_TEST(decide_walk, lives_are_the_same_ticked_late_replayed_and_imported)
{
    static const enum event_kind kinds[] = {
        EVENT_MESSAGE,  EVENT_TAKEN,        EVENT_HELD,           EVENT_RESUMED,
        EVENT_RESOLVED, EVENT_CLOCK_WARNED, EVENT_CLOCK_BREACHED,
    };
    struct tally tally = {0};
    struct sample s;

    alarm(T_SECONDS * t_effort());
    sample_init(&s);
    for (uint64_t life = 0; life < LIVES * t_effort(); life++) {
        live_one(&s, life, &tally);
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        T_CHECK(tally.seen[kinds[i]] >= LIVES / 8, "only %zu times %s", tally.seen[kinds[i]],
                event_kind_name(kinds[i]));
    }
    T_EQ_INT(tally.seen[EVENT_CLOCK_RESCHEDULED], 0, "the book stayed what it was");
    sample_fini(&s);
}

static struct command_step random_step(uint64_t *seed, int64_t at)
{
    static const char *const reasons[] = {"waiting-customer", "embargo", "third-party",
                                          "tool-down"};
    static const char *const priorities[] = {"P1", "P2", "P3", "P4"};
    const unsigned kind = STEP_MESSAGE + (unsigned)pick(seed, STEP_PRIORITY);

    return (struct command_step){
        .at = at,
        .kind = kind,
        .side = pick(seed, 3) == 0 ? SIDE_REQUESTER : SIDE_VENDOR,
        .message_kind = pick(seed, 5) == 0 ? MESSAGE_KIND_AUTO : MESSAGE_KIND_HUMAN,
        .visibility = pick(seed, 4) == 0 ? MESSAGE_INTERNAL : MESSAGE_PUBLIC,
        .reason = kind == STEP_RESUME && pick(seed, 2) == 0 ? "" : reasons[pick(seed, 4)],
        .priority = priorities[pick(seed, 4)],
        .channel = "",
    };
}

/* Imports what is legal of the steps: the one that a refusal names is left out. */
static void import_legal(struct desk *d, struct command *c, struct command_step *steps, size_t n)
{
    c->steps = steps;
    c->n_steps = n;
    while (desk_do(d, c) != 0) {
        size_t i = STEPS;
        T_EQ_INT(sscanf(d->refusal.field, "events[%zu]", &i), 1, "%s", d->refusal.field);
        T_EQ_INT(d->refusal.code, OUTCOME_FAILED_PRECONDITION, "%s", d->refusal.message);
        T_CHECK(i < c->n_steps);
        memmove(&steps[i], &steps[i + 1], (c->n_steps - i - 1) * sizeof(*steps));
        c->n_steps--;
    }
}

static void import_one(const struct sample *s, uint64_t seed, struct tally *tally)
{
    struct command_step steps[STEPS];
    struct desk d;
    int64_t at = sample_at("2026-03-02T00:00:00Z") + (int64_t)pick(&seed, 600) * US_PER_HOUR;

    desk_init(&d, &s->book);
    struct command c = random_open(&d, &seed, at);
    c.kind = COMMAND_IMPORT;
    c.opened_at = at;
    c.clocks = pick(&seed, 6) == 0 ? 1u << CLOCK_KIND_RESOLUTION : ~0u;
    for (size_t i = 0; i < STEPS; i++) {
        at += wait_us(&seed);
        steps[i] = random_step(&seed, at);
    }
    c.at = at + wait_us(&seed);
    import_legal(&d, &c, steps, STEPS);
    check_thresholds(&d, c.at);
    check_once(&d);
    check_sums(&d, c.at);
    for (size_t i = 0; i < d.n_entries; i++) {
        const struct event *e = &d.entries[i]->event;
        T_EQ_INT(e->origin, ORIGIN_IMPORT);
        T_CHECK(e->kind != EVENT_CLOCK_WARNED && e->effective_at <= c.at);
        tally->seen[e->kind]++;
    }
    const struct command look = desk_command(&d, COMMAND_EXPIRE, c.at);
    T_EQ_INT(desk_do(&d, &look), 0);
    T_EQ_INT(d.decision.n_events, 0, "an import leaves nothing to find out");
    desk_fini(&d);
}

T_TEST(decide_walk, imported_lives_leave_nothing_to_find_out)
{
    static const enum event_kind kinds[] = {
        EVENT_REOPENED,       EVENT_CLOSED,       EVENT_PRIORITY,          EVENT_HELD,
        EVENT_CLOCK_BREACHED, EVENT_CLOCK_JUDGED, EVENT_CLOCK_RESCHEDULED,
    };
    struct tally tally = {0};
    struct sample s;

    alarm(T_SECONDS * t_effort());
    sample_init(&s);
    for (uint64_t life = 0; life < LIVES * t_effort(); life++) {
        import_one(&s, life, &tally);
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        T_CHECK(tally.seen[kinds[i]] >= LIVES / 8, "only %zu times %s", tally.seen[kinds[i]],
                event_kind_name(kinds[i]));
    }
    sample_fini(&s);
}
