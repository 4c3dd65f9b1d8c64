// SPDX-License-Identifier: Apache-2.0
#include "core/sla.h"

#include <assert.h>
#include <string.h>

#include "core/instant.h"
#include "core/sla_scan.h"

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
    *ret = runs;
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
    };

    memset(ret, 0, sizeof(*ret));
    ret->clock.kind = run->kind;
    ret->clock.cycle = run->cycle;
    ret->clock.contract_version = run->version->version;
    ret->clock.target_row = (uint32_t)(run->target - run->version->targets);
    ret->clock.as_of_at = as_of_at;
    for (size_t i = 0; i < CLOCK_WARNS_MAX; i++) {
        result.warned_at[i] = INSTANT_NONE;
        result.warn_at[i] = INSTANT_NEVER;
    }
    if (known != NULL && known->cycle == run->cycle) {
        ret->clock.breach_seq = known->breach_seq;
        if (known->target_row == ret->clock.target_row) {
            ret->clock.warned = known->warned;
        }
    }
    if (!run->unmeasured) {
        clock_run(&run->rule, run->events, events_until(run, t, as_of_at), as_of_at, &result);
    }
    set_result(ret, &result);
    if (run->unmeasured) {
        ret->clock.verdict = TICKET_VERDICT_UNMEASURED;
    }
}
