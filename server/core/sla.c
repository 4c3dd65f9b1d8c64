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

/*
 * Indices of the facts as they count. Facts lie in journal order, which nearly always is the order
 * of their instants too, so inserting costs nothing; equal instants keep journal order.
 */
static const uint16_t *order_facts(const struct ticket *t, struct arena *arena)
{
    uint16_t *order = arena_array(arena, t->n_facts, sizeof(*order));

    assert(t->n_facts <= TICKET_FACTS_MAX);
    for (size_t i = 0; order != NULL && i < t->n_facts; i++) {
        order[i] = (uint16_t)i;
        for (size_t to = i; to > 0 && t->facts[order[to - 1]].at > t->facts[i].at; to--) {
            order[to] = order[to - 1];
            order[to - 1] = (uint16_t)i;
        }
    }
    return order;
}

int sla_runs(const struct book *book, const struct ticket *t, struct arena *arena,
             const struct sla_run **ret, size_t *ret_n)
{
    struct sla_scan s = {
        .book = book,
        .contract = book_contract(book, t->contract),
        .ticket = t,
        .order = order_facts(t, arena),
    };

    assert(s.contract != NULL);
    if (s.order == NULL) {
        return -1;
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
        clock_run(&run->rule, run->events, run->n_events, as_of_at, &result);
    }
    set_result(ret, &result);
    if (run->unmeasured) {
        ret->clock.verdict = TICKET_VERDICT_UNMEASURED;
    }
}
