// SPDX-License-Identifier: Apache-2.0
/*
 * A scan walks over the facts of a ticket once per kind of clock and writes down what they mean to
 * it. What a fact means depends on facts alone, never on how much time was used up, so a scan needs
 * no calendar; the engine does the arithmetic afterwards.
 */
#include "core/sla.h"

#include <assert.h>
#include <string.h>

#include "core/instant.h"

_Static_assert((int)BOOK_WARNS_MAX <= (int)CLOCK_WARNS_MAX, "the engine takes a row's warnings");
_Static_assert((int)BOOK_HOLDS_MAX <= (int)CLOCK_REASONS_MAX, "and a ticket's hold reasons");

#define FACT(kind) (1u << FACT_##kind)

/* A kind of clock: adding one is adding a row. */
struct kind {
    enum clock_kind kind;
    unsigned starts;     /* facts that start it */
    unsigned stops;      /* facts that meet it, or tell too late */
    bool fails_unmet;    /* a resolve that finds it running is a breach, or cancels it */
    bool runs_on_reopen; /* a reopening undoes its stop */
};

static const struct kind kinds[] = {
    {
        .kind = CLOCK_KIND_FIRST_RESPONSE,
        .starts = FACT(OPENED),
        .stops = FACT(REPLIED),
        .fails_unmet = true,
    },
    {
        .kind = CLOCK_KIND_RESOLUTION,
        .starts = FACT(OPENED),
        .stops = FACT(RESOLVED),
        .runs_on_reopen = true,
    },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

enum phase {
    IDLE,    /* not started, or without a target */
    RUNNING, /* or on hold */
    STOPPED, /* may be reopened */
    ENDED,   /* for good */
};

struct scan {
    const struct book_contract *contract;
    const struct ticket *ticket;
    const char *team; /* name */
    const struct kind *kind;
    struct sla_run *runs;
    size_t n_runs;
    struct clock_event *events; /* of all runs, one behind the other */
    size_t n_events;
    /* Of the present kind: */
    struct sla_run *run; /* NULL: no cycle yet */
    enum phase phase;
    bool begun; /* its start was seen */
    const char *priority;
    uint32_t reasons; /* in force, as bits */
    int64_t held_at[BOOK_HOLDS_MAX];
    int64_t stopped_at;
};

/*
 * Targets
 */

static bool matches(const struct book_names *names, const char *name)
{
    return names->n == 0 || book_names_have(names, name);
}

static const struct book_target *match(const struct scan *s,
                                       const struct book_contract_version *version)
{
    const struct ticket *t = s->ticket;

    for (size_t i = 0; i < version->n_targets; i++) {
        const struct book_target *row = &version->targets[i];
        const struct book_match *m = &row->match;

        if (row->clock == s->kind->kind && matches(&m->priority, s->priority) &&
            matches(&m->function, t->function) && matches(&m->category, t->category) &&
            matches(&m->customer_tier, t->customer_tier) && matches(&m->language, t->language) &&
            matches(&m->team, s->team)) {
            return row->none ? NULL : row;
        }
    }
    return NULL;
}

/*
 * Writing a run
 */

static void add(struct scan *s, struct clock_event event)
{
    s->events[s->n_events++] = event;
    s->run->n_events++;
}

static void add_plain(struct scan *s, enum clock_event_kind kind, int64_t at)
{
    add(s, (struct clock_event){.at = at, .kind = kind});
}

const struct book_hold *sla_hold(const struct book_contract *contract,
                                 const struct book_contract_version *version, const char *reason,
                                 int64_t at)
{
    const struct book_hold *hold = book_hold(version, reason);
    if (hold == NULL) {
        const struct book_contract_version *then = book_contract_at(contract, at);
        hold = then != NULL ? book_hold(then, reason) : NULL;
    }
    return hold;
}

static void pause(struct scan *s, uint8_t reason, int64_t at)
{
    const struct book_hold *hold = sla_hold(s->contract, s->run->version,
                                            s->ticket->reasons[reason], s->held_at[reason]);
    if (hold != NULL && (hold->pauses & (1u << s->kind->kind)) != 0) {
        add(s, (struct clock_event){.at = at, .kind = CLOCK_PAUSE, .reason = reason});
    }
}

/* Starts a cycle, unless there is no target now: a later priority may have one. */
static void begin(struct scan *s, int64_t at)
{
    const struct book_contract_version *version = book_contract_at(s->contract, at);
    const struct book_target *target = version != NULL ? match(s, version) : NULL;
    const uint32_t cycle = s->run != NULL ? s->run->cycle + 1 : 1;

    s->begun = true;
    s->phase = IDLE;
    if (target == NULL) {
        return;
    }
    s->run = &s->runs[s->n_runs++];
    *s->run = (struct sla_run){
        .kind = s->kind->kind,
        .cycle = cycle,
        .version = version,
        .target = target,
        .rule = target->rule,
        .events = &s->events[s->n_events],
    };
    if ((s->ticket->clocks_absent & (1u << s->kind->kind)) != 0) {
        s->run->unmeasured = true;
        s->phase = ENDED;
        return;
    }
    for (uint8_t i = 0; i < s->ticket->n_reasons; i++) {
        if ((s->reasons & (1u << i)) != 0) {
            pause(s, i, at);
        }
    }
    add_plain(s, CLOCK_START, at);
    s->phase = RUNNING;
}

/* Another priority, perhaps another row: what was used up is carried over. */
static void retarget(struct scan *s, int64_t at)
{
    const struct book_target *target = match(s, s->run->version);

    if (target == s->run->target) {
        return;
    }
    if (target == NULL) {
        add_plain(s, CLOCK_CANCEL, at);
        s->phase = IDLE;
        return;
    }
    add(s, (struct clock_event){
               .at = at,
               .kind = CLOCK_TARGET,
               .mode = CLOCK_CARRY,
               .target_us = target->rule.target_us,
               .min_remaining_us = -1,
               .rearm = true,
               .warns = target->rule.warns,
               .n_warns = target->rule.n_warns,
           });
    if (target->rule.calendar != s->run->target->rule.calendar) {
        add(s, (struct clock_event){
                   .at = at,
                   .kind = CLOCK_CALENDAR,
                   .mode = CLOCK_CARRY,
                   .calendar = target->rule.calendar,
               });
    }
    s->run->target = target;
}

static void reopen(struct scan *s, int64_t at)
{
    if (at - s->stopped_at > s->run->version->reopen_window_us) {
        begin(s, at);
        return;
    }
    add_plain(s, CLOCK_REOPEN, at);
    s->phase = RUNNING;
    retarget(s, at);
}

/*
 * Reading facts
 */

static void read_running(struct scan *s, const struct fact *f)
{
    if ((s->kind->stops & (1u << f->kind)) != 0) {
        add_plain(s, CLOCK_STOP, f->at);
        s->phase = s->kind->runs_on_reopen ? STOPPED : ENDED;
        s->stopped_at = f->at;
    } else if (f->kind == FACT_RESOLVED && s->kind->fails_unmet) {
        add_plain(s, f->by_human ? CLOCK_FAIL : CLOCK_CANCEL, f->at);
        s->phase = ENDED;
    } else if (f->kind == FACT_HELD) {
        pause(s, f->reason, f->at);
    } else if (f->kind == FACT_RESUMED) {
        add(s, (struct clock_event){.at = f->at, .kind = CLOCK_RESUME, .reason = f->reason});
    } else if (f->kind == FACT_PRIORITY) {
        retarget(s, f->at);
    }
}

static void read_idle(struct scan *s, const struct fact *f)
{
    const bool starts = (s->kind->starts & (1u << f->kind)) != 0;

    if (starts || (s->begun && f->kind == FACT_PRIORITY)) {
        begin(s, f->at);
    } else if (s->begun && !s->kind->runs_on_reopen &&
               ((s->kind->stops & (1u << f->kind)) != 0 || f->kind == FACT_RESOLVED)) {
        s->phase = ENDED; // what is over is not measured from a later priority on
    }
}

static void read_fact(struct scan *s, const struct fact *f)
{
    if (f->kind == FACT_OPENED || f->kind == FACT_PRIORITY) {
        s->priority = f->name;
    } else if (f->kind == FACT_HELD) {
        s->reasons |= 1u << f->reason;
        s->held_at[f->reason] = f->at;
    } else if (f->kind == FACT_RESUMED) {
        s->reasons &= ~(1u << f->reason);
    } else if (f->kind == FACT_RESOLVED) {
        s->reasons = 0;
    }
    switch (s->phase) {
    case IDLE: read_idle(s, f); break;
    case RUNNING: read_running(s, f); break;
    case STOPPED:
        if (f->kind == FACT_REOPENED) {
            reopen(s, f->at);
        }
        break;
    case ENDED: break;
    }
}

static void scan(struct scan *s, const struct kind *kind, const uint16_t *order)
{
    s->kind = kind;
    s->run = NULL;
    s->phase = IDLE;
    s->begun = false;
    s->priority = s->ticket->priority;
    s->reasons = 0;
    for (size_t i = 0; i < s->ticket->n_facts; i++) {
        read_fact(s, &s->ticket->facts[order[i]]);
    }
    if (s->run != NULL) {
        s->run->present = true;
    }
}

/*
 * Facts lie in journal order, which nearly always is the order of their instants too, so inserting
 * costs nothing; equal instants keep journal order. Returns how many may start a cycle.
 */
static size_t order_facts(const struct ticket *t, uint16_t *order)
{
    size_t starts = 0;

    assert(t->n_facts <= TICKET_FACTS_MAX);
    for (size_t i = 0; i < t->n_facts; i++) {
        order[i] = (uint16_t)i;
        for (size_t to = i; to > 0 && t->facts[order[to - 1]].at > t->facts[i].at; to--) {
            order[to] = order[to - 1];
            order[to - 1] = (uint16_t)i;
        }
        starts += t->facts[i].kind == FACT_OPENED || t->facts[i].kind == FACT_PRIORITY ||
                  t->facts[i].kind == FACT_REOPENED;
    }
    return starts;
}

int sla_runs(const struct book *book, const struct ticket *t, struct arena *arena,
             const struct sla_run **ret, size_t *ret_n)
{
    uint16_t *order = arena_array(arena, t->n_facts, sizeof(*order));
    const struct book_team *team = book_team(book, t->team);
    struct scan s = {
        .contract = book_contract(book, t->contract),
        .ticket = t,
        .team = team != NULL ? team->name : "",
    };
    size_t starts;

    assert(s.contract != NULL);
    if (order == NULL) {
        return -1;
    }
    starts = order_facts(t, order);
    s.runs = arena_array(arena, KINDS * starts, sizeof(*s.runs));
    // Most facts are one event at most. What may start a cycle may start it on hold for every
    // reason, or reopen it with another target and another calendar.
    s.events = arena_array(arena, KINDS * (t->n_facts + starts * (2u + t->n_reasons)),
                           sizeof(*s.events));
    if (s.runs == NULL || s.events == NULL) {
        return -1;
    }
    for (size_t i = 0; i < KINDS; i++) {
        scan(&s, &kinds[i], order);
    }
    *ret = s.runs;
    *ret_n = s.n_runs;
    return 0;
}

/*
 * A run as it stands
 */

static enum ticket_verdict verdict_of(enum clock_verdict verdict)
{
    switch (verdict) {
    case CLOCK_NONE: return TICKET_VERDICT_NONE;
    case CLOCK_OPEN: return TICKET_VERDICT_OPEN;
    case CLOCK_MET: return TICKET_VERDICT_MET;
    case CLOCK_BREACHED: return TICKET_VERDICT_BREACHED;
    }
    return TICKET_VERDICT_NONE;
}

static void set_result(struct sla_clock *ret, const struct clock_result *r)
{
    struct ticket_clock *c = &ret->clock;

    c->state = r->state;
    c->verdict = verdict_of(r->verdict);
    c->target_us = r->target_us;
    c->started_at = r->started_at;
    c->stopped_at = r->stopped_at;
    c->elapsed_us = r->elapsed_us;
    // Used up at a closing, it was due then, and stays so until the next opening.
    c->due_at = r->due_at == INSTANT_NEVER || r->used_up_at == INSTANT_NONE ? r->due_at
                                                                            : r->used_up_at;
    c->limit_at = r->limit_at;
    c->breached_at = r->breached_at;
    // A warning that comes with its breach, or after it, has nothing to warn of.
    c->next_warn_at = r->breached_at == INSTANT_NONE ? r->next_warn_at : INSTANT_NEVER;
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        bool early = r->breached_at == INSTANT_NONE || r->warned_at[i] < r->breached_at;
        ret->warned_at[i] = early ? r->warned_at[i] : INSTANT_NONE;
    }
    ret->due_if_resumed_at = r->due_if_resumed_at;
}

void sla_clock(const struct sla_run *run, const struct ticket *t, int64_t as_of_at,
               struct sla_clock *ret)
{
    const struct ticket_clock *known = ticket_clock(t, run->kind, 0);
    struct clock_result result = {
        .state = CLOCK_IDLE,
        .target_us = run->rule.target_us,
        .started_at = t->opened_at,
        .stopped_at = INSTANT_NONE,
        .breached_at = INSTANT_NONE,
        .used_up_at = INSTANT_NONE,
        .due_at = INSTANT_NEVER,
        .limit_at = INSTANT_NEVER,
        .due_if_resumed_at = INSTANT_NEVER,
        .next_warn_at = INSTANT_NEVER,
    };

    memset(ret, 0, sizeof(*ret));
    ret->clock.kind = run->kind;
    ret->clock.cycle = run->cycle;
    ret->clock.contract_version = run->version->version;
    ret->clock.target_row = (uint32_t)(run->target - run->version->targets);
    ret->clock.as_of_at = as_of_at;
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        result.warned_at[i] = INSTANT_NONE;
    }
    if (!run->unmeasured) {
        clock_run(&run->rule, run->events, run->n_events, as_of_at, &result);
    }
    set_result(ret, &result);
    if (run->unmeasured) {
        ret->clock.verdict = TICKET_VERDICT_UNMEASURED;
    }
    if (known != NULL && known->cycle == run->cycle) {
        ret->clock.breach_seq = known->breach_seq;
        if (known->target_row == ret->clock.target_row) {
            ret->clock.warned = known->warned;
        }
    }
}
