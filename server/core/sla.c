// SPDX-License-Identifier: Apache-2.0
#include "core/sla.h"

#include <assert.h>
#include <string.h>

#include "core/instant.h"
#include "core/sla_scan.h"
#include "core/sla_target.h"

_Static_assert((int)BOOK_WARNS_MAX <= (int)CLOCK_WARNS_MAX, "the engine takes a row's warnings");
_Static_assert((int)BOOK_HOLDS_MAX <= (int)CLOCK_REASONS_MAX, "and a ticket's hold reasons");

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

/* When a reason that held at an instant was set. */
static int64_t held_since(const struct ticket *t, uint8_t reason, int64_t at)
{
    int64_t since_at = INSTANT_NONE;

    for (size_t i = 0; i < t->n_facts; i++) {
        const struct fact *f = &t->facts[i];
        if (f->kind == FACT_HELD && f->reason == reason && f->at <= at && f->at > since_at) {
            since_at = f->at;
        }
    }
    return since_at;
}

enum side sla_held_side(const struct book_contract *contract,
                        const struct book_contract_version *version, const struct ticket *t,
                        uint32_t reasons, int64_t at)
{
    enum side side = SIDE_NONE;
    bool first = true;

    for (uint8_t i = 0; i < t->n_reasons; i++) {
        if ((reasons & (UINT32_C(1) << i)) == 0) {
            continue;
        }
        const struct book_hold *hold = sla_hold(contract, version, t->reasons[i],
                                                held_since(t, i, at));
        const enum side party = hold != NULL ? hold->party : SIDE_NONE;
        side = first || side == party ? party : SIDE_NONE;
        first = false;
    }
    return side;
}

/* The holds in force that end by themselves, as the facts that will be recorded then. */
static size_t foresee_ends(const struct ticket *t, struct fact ret[static BOOK_HOLDS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_holds; i++) {
        if (t->holds[i].ends_at != INSTANT_NEVER) {
            ret[n++] = (struct fact){
                .at = t->holds[i].ends_at, .kind = FACT_RESUMED, .reason = t->holds[i].reason};
        }
    }
    return n;
}

/* Behind all that do not lie after it; facts nearly always come in order, so that costs nothing. */
static void insert(const struct fact **facts, size_t *n, const struct fact *f)
{
    size_t to = (*n)++;

    while (to > 0 && facts[to - 1]->at > f->at) {
        facts[to] = facts[to - 1];
        to--;
    }
    facts[to] = f;
}

/* What is taken from a meter: of making runs, and facts that are sorted in one step at worst. */
enum { STEPS_RUNS = 30, STEPS_SORTED = 32 };

bool sla_measures(const struct book_contract_version *version, enum clock_kind kind)
{
    for (size_t i = 0; i < version->n_targets; i++) {
        if (version->targets[i].clock == kind) {
            return true;
        }
    }
    return false;
}

/* The cycles behind a chain have their numbers from how long it became. */
static void number(struct sla_run *runs, size_t n)
{
    uint32_t more = 0;

    for (size_t i = 0; i < n; i++) {
        struct sla_run *run = &runs[i];
        struct clock_result result;

        run->cycle += more;
        if (run->present) {
            more = 0;               // the next one is of another clock
        } else if (run->is_chain) { // and measured, or nothing came behind it
            assert(run->n_events > 0);
            clock_run(&run->rule, run->events, run->n_events, run->events[run->n_events - 1].at,
                      &result);
            more += result.cycle - 1;
        }
    }
}

int sla_runs(const struct book *book, const struct ticket *t, struct arena *arena,
             const struct sla_run **ret, size_t *ret_n)
{
    struct fact ends[BOOK_HOLDS_MAX];
    const size_t n_ends = foresee_ends(t, ends);
    const struct fact **facts = arena_array(arena, t->n_facts + n_ends,
                                            sizeof(const struct fact *));
    struct sla_scan s = {
        .book = book,
        .contract = book_contract(book, t->contract),
        .ticket = t,
        .facts = facts,
    };

    assert(s.contract != NULL && t->n_facts <= TICKET_FACTS_MAX);
    if (facts == NULL) {
        return -1;
    }
    (void)meter_take(book->meter, STEPS_RUNS + t->n_facts + t->n_facts * t->n_facts / STEPS_SORTED);
    for (size_t i = 0; i < t->n_facts; i++) {
        insert(facts, &s.n_facts, &t->facts[i]);
    }
    for (size_t i = 0; i < n_ends; i++) {
        insert(facts, &s.n_facts, &ends[i]);
    }
    sla_scan(&s); // counts
    struct sla_run *runs = arena_array(arena, s.n_runs, sizeof(*runs));
    s.events = arena_array(arena, s.n_events, sizeof(*s.events));
    if (runs == NULL || s.events == NULL) {
        return -1;
    }
    s.runs = runs;
    sla_scan(&s);
    number(runs, s.n_runs);
    *ret = runs;
    *ret_n = s.n_runs;
    return 0;
}

const struct sla_run *sla_present(const struct sla_run *runs, size_t n, enum clock_kind kind,
                                  uint32_t team)
{
    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind == kind && runs[i].team == team && runs[i].present) {
            return &runs[i];
        }
    }
    return NULL;
}

const struct sla_run *sla_run_of(const struct sla_run *runs, size_t n,
                                 const struct ticket_clock *clock)
{
    const struct sla_run *found = NULL;

    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind == clock->kind && runs[i].team == clock->team &&
            runs[i].cycle <= clock->cycle) {
            found = &runs[i];
        }
    }
    return found != NULL && (found->is_chain || found->cycle == clock->cycle) ? found : NULL;
}

/*
 * A run as it stands
 */

static enum ticket_verdict verdict_of(enum clock_verdict verdict)
{
    static const enum ticket_verdict verdicts[] = {
        [CLOCK_NONE] = TICKET_VERDICT_NONE,
        [CLOCK_OPEN] = TICKET_VERDICT_OPEN,
        [CLOCK_MET] = TICKET_VERDICT_MET,
        [CLOCK_BREACHED] = TICKET_VERDICT_BREACHED,
    };

    return verdicts[verdict];
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
    // A warning that comes with its breach, or after it, has nothing to warn of; and what was told
    // is not told again, where something late puts it ahead once more.
    c->next_warn_at = INSTANT_NEVER;
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        if (r->breached_at == INSTANT_NONE && (c->warned & (1u << i)) == 0 &&
            r->warn_at[i] < c->next_warn_at) {
            c->next_warn_at = r->warn_at[i];
        }
        bool early = r->breached_at == INSTANT_NONE || r->warned_at[i] < r->breached_at;
        ret->warned_at[i] = early ? r->warned_at[i] : INSTANT_NONE;
    }
    ret->due_if_resumed_at = r->due_if_resumed_at;
}

static bool ends_at(const struct ticket *t, uint8_t reason, int64_t at)
{
    for (size_t i = 0; i < t->n_holds; i++) {
        if (t->holds[i].reason == reason && t->holds[i].ends_at == at) {
            return true;
        }
    }
    return false;
}

/* Events to look at: the end of a hold by itself has not passed at its very instant. */
static size_t events_until(const struct sla_run *run, const struct ticket *t, int64_t as_of_at)
{
    size_t n = run->n_events;

    while (
        n > 0 && run->events[n - 1].at >= as_of_at &&
        (run->events[n - 1].at > as_of_at || (run->events[n - 1].kind == CLOCK_RESUME &&
                                              ends_at(t, run->events[n - 1].reason, as_of_at)))) {
        n--;
    }
    return n;
}

/* The engine's clock, as far as that cycle (0: the newest); idle where there is nothing to run. */
static struct clock_result result_of(const struct sla_run *run, const struct ticket *t,
                                     uint32_t cycle, int64_t as_of_at)
{
    struct clock_rule rule = run->rule;
    struct clock_result result = {
        .state = CLOCK_IDLE,
        .cycle = 1,
        .target_us = run->rule.target_us,
        .started_at = t->opened_at,
        .stopped_at = INSTANT_NONE,
        .breached_at = INSTANT_NONE,
        .used_up_at = INSTANT_NONE,
        .due_at = INSTANT_NEVER,
        .limit_at = INSTANT_NEVER,
        .due_if_resumed_at = INSTANT_NEVER,
    };

    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        result.warned_at[i] = INSTANT_NONE;
        result.warn_at[i] = INSTANT_NEVER;
    }
    if (!run->unmeasured) {
        rule.only_cycle = cycle == 0 ? 0 : cycle - run->cycle + 1;
        clock_run(&rule, run->events, events_until(run, t, as_of_at), as_of_at, &result);
    }
    return result;
}

static void show(const struct sla_run *run, const struct ticket *t, int64_t as_of_at,
                 const struct clock_result *result, struct sla_clock *ret)
{
    const struct ticket_clock *known = ticket_clock(t, run->kind, run->team);

    memset(ret, 0, sizeof(*ret));
    ret->clock.kind = run->kind;
    ret->clock.team = run->team;
    ret->clock.cycle = run->cycle + (result->cycle > 0 ? result->cycle - 1 : 0);
    ret->clock.contract_version = run->version->version;
    ret->clock.target_row = (uint32_t)(run->target - run->version->targets);
    ret->clock.as_of_at = as_of_at;
    if (known != NULL && known->cycle == ret->clock.cycle) {
        ret->clock.breach_seq = known->breach_seq;
        if (known->target_row == ret->clock.target_row) {
            ret->clock.warned = known->warned;
        }
    }
    set_result(ret, result);
    if (run->unmeasured) {
        ret->clock.verdict = TICKET_VERDICT_UNMEASURED;
    }
}

void sla_clock(const struct sla_run *run, const struct ticket *t, int64_t as_of_at,
               struct sla_clock *ret)
{
    const struct clock_result result = result_of(run, t, 0, as_of_at);

    show(run, t, as_of_at, &result, ret);
}

bool sla_cycle(const struct sla_run *run, const struct ticket *t, uint32_t cycle, int64_t as_of_at,
               struct sla_clock *ret)
{
    assert(cycle >= run->cycle);
    const struct clock_result result = result_of(run, t, cycle, as_of_at);

    if (run->cycle + result.cycle - 1 != cycle) {
        return false;
    }
    show(run, t, as_of_at, &result, ret);
    return true;
}

const struct book_calendar *sla_calendar_with(const struct book *book,
                                              const struct book_contract *contract,
                                              const struct ticket_clock *clock, uint32_t team)
{
    const struct book_contract_version *version = book_contract_version(contract,
                                                                        clock->contract_version);

    if (version == NULL || clock->target_row >= version->n_targets) {
        return NULL;
    }
    return sla_target_calendar(book, version, &version->targets[clock->target_row],
                               clock->kind == CLOCK_KIND_OLA ? clock->team : team);
}

const struct book_calendar *sla_calendar(const struct book *book, const struct ticket *t,
                                         const struct ticket_clock *clock)
{
    const struct book_contract *contract = book_contract(book, t->contract);
    const struct book_contract_version *version = book_contract_version(contract,
                                                                        clock->contract_version);
    const bool follows = version != NULL && version->follows_team;
    const int64_t end_at = clock->stopped_at != INSTANT_NONE ? clock->stopped_at : INSTANT_NEVER;
    const int64_t until_at = follows ? end_at : clock->started_at;
    uint32_t team = t->opened_as.team;
    int64_t at = INSTANT_NONE;

    for (size_t i = 0; i < t->n_facts; i++) {
        const struct fact *f = &t->facts[i];
        if (f->kind == FACT_TEAM && f->at >= at && f->at <= until_at) {
            team = f->team;
            at = f->at;
        }
    }
    return sla_calendar_with(book, contract, clock, team);
}
