// SPDX-License-Identifier: Apache-2.0
/*
 * A ticket with a past of its own: every step keeps the instant that it claims.
 *
 * Steps are applied in the order of what they claim, at equal instants as given, so that a history
 * whose lines are a little out of order is still one. The clocks are computed once, at the end:
 * what the history decided becomes one event per verdict, with its true instant and without
 * warnings; what is still open goes on from now.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/decide_rule.h"
#include "core/instant.h"

enum { FIELD_BYTES = 48 };

/* "events[7].at": the place of a step as it was sent. */
static const char *step_field(char buf[static FIELD_BYTES], size_t index, const char *name)
{
    (void)snprintf(buf, FIELD_BYTES, "events[%zu]%s%s", index, name[0] != '\0' ? "." : "", name);
    return buf;
}

/* A claim counts however old it is; the future does not. */
static int64_t claimed(const struct work *w, int64_t at)
{
    return clock_effective(at, w->command->at, INSTANT_DURATION_MAX_US, true);
}

static struct event *next_step(struct work *w, enum event_kind kind, int64_t claimed_at)
{
    struct event *e = work_next(w, kind);

    if (e != NULL) {
        e->origin = ORIGIN_IMPORT;
        e->effective_at = claimed(w, claimed_at);
        e->claimed_at = claimed_at;
    }
    return e;
}

/*
 * Steps
 */

static int step_message(struct work *w, const struct command_step *step, size_t index,
                        struct event *e)
{
    char field[FIELD_BYTES];
    int rc = work_check_text(w, &step->body, TEXT_BODY_BYTES_MAX, false,
                             step_field(field, index, "body"));

    if (rc != 0) {
        return rc;
    }
    e->u.message.side = step->side;
    e->u.message.kind = step->message_kind;
    e->u.message.visibility = step->visibility;
    work_text(e, TEXT_BODY, &step->body);
    if (!work_name(e->u.message.channel, step->channel)) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, step_field(field, index, "channel"),
                      NULL, "the name is too long");
    }
    rc = work_require(w, event_is_reply(e) ? TICKET_VERB_REPLY : TICKET_VERB_NOTE,
                      step_field(field, index, ""));
    return rc == 0 ? work_add(w) : rc;
}

static int step_hold(struct work *w, const struct command_step *step, size_t index, struct event *e)
{
    const struct book_hold *hold;
    char field[FIELD_BYTES];
    int rc;

    step_field(field, index, "hold_reason");
    rc = work_find_hold(w, step->reason, e->effective_at, field, &hold);
    if (rc != 0 || ticket_is_held_for(&w->ticket, step->reason)) {
        return rc;
    }
    rc = work_hold(w, e, hold, field);
    return rc == 0 ? work_add(w) : rc;
}

/* Ends the holds that the step means; none of them in force is nothing to do. */
static int step_resume(struct work *w, const struct command_step *step)
{
    size_t i = 0;

    while (i < w->ticket.n_holds) {
        const struct ticket_hold *hold = &w->ticket.holds[i];
        const char *reason = w->ticket.reasons[hold->reason];
        if (step->reason[0] != '\0' && strcmp(reason, step->reason) != 0) {
            i++;
            continue;
        }
        struct event *e = next_step(w, EVENT_RESUMED, step->at);
        if (e == NULL) {
            return -1;
        }
        memcpy(e->u.hold.reason, reason, sizeof(e->u.hold.reason));
        e->u.hold.party = hold->party;
        e->u.hold.ends_at = INSTANT_NEVER;
        int rc = work_add(w); // takes it off the list
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

static int step_priority(struct work *w, const struct command_step *step, size_t index,
                         struct event *e)
{
    const struct book_contract_version *version = book_contract_at(w->contract, e->effective_at);
    char field[FIELD_BYTES];
    int rc;

    if (strcmp(w->ticket.priority, step->priority) == 0) {
        return 0;
    }
    assert(version != NULL); // the ticket was opened in one
    rc = rule_priority_known(w, version, step->priority, step_field(field, index, "priority"));
    if (rc != 0) {
        return rc;
    }
    work_book_name(e->u.priority.priority, step->priority);
    return work_add(w);
}

static int step_resolve(struct work *w, const struct command_step *step, struct event *e)
{
    const struct book_contract_version *version = book_contract_at(w->contract, e->effective_at);

    assert(version != NULL);
    e->u.resolved.by_human = step->message_kind != MESSAGE_KIND_AUTO;
    e->u.resolved.close_at = book_span_end(&version->auto_close, e->effective_at);
    return work_add(w);
}

/* What a step needs to be legal, and what it becomes. Messages depend on what they say. */
static const struct {
    enum ticket_verb verb;
    enum event_kind event;
} steps[] = {
    [STEP_MESSAGE] = {TICKET_VERB_NOTE, EVENT_MESSAGE},
    [STEP_TAKE] = {TICKET_VERB_TAKE, EVENT_TAKEN},
    [STEP_HOLD] = {TICKET_VERB_HOLD, EVENT_HELD},
    [STEP_RESUME] = {TICKET_VERB_RESUME, EVENT_RESUMED},
    [STEP_RESOLVE] = {TICKET_VERB_RESOLVE, EVENT_RESOLVED},
    [STEP_REOPEN] = {TICKET_VERB_REOPEN, EVENT_REOPENED},
    [STEP_CLOSE] = {TICKET_VERB_CLOSE, EVENT_CLOSED},
    [STEP_PRIORITY] = {TICKET_VERB_PRIORITY, EVENT_PRIORITY},
};

static int apply_step(struct work *w, size_t index)
{
    const struct command_step *step = &w->command->steps[index];
    char field[FIELD_BYTES];
    struct event *e;
    int rc;

    if (step->kind == STEP_NONE || (size_t)step->kind >= sizeof(steps) / sizeof(steps[0])) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, step_field(field, index, "action"),
                      NULL, "there is no such action");
    }
    rc = work_require(w, steps[step->kind].verb, step_field(field, index, ""));
    if (rc != 0) {
        return rc;
    }
    e = next_step(w, steps[step->kind].event, step->at);
    if (e == NULL) {
        return -1;
    }
    switch (step->kind) {
    case STEP_MESSAGE: return step_message(w, step, index, e);
    case STEP_HOLD: return step_hold(w, step, index, e);
    case STEP_RESUME: return step_resume(w, step);
    case STEP_PRIORITY: return step_priority(w, step, index, e);
    case STEP_RESOLVE: return step_resolve(w, step, e);
    case STEP_TAKE: // by somebody whom the history does not name to us
    case STEP_REOPEN:
    case STEP_CLOSE:
    case STEP_NONE: break;
    }
    return work_add(w);
}

/* Indices of the steps in the order in which they count; NULL when the arena is full. */
static const uint16_t *order_steps(struct work *w)
{
    const struct command *command = w->command;
    uint16_t *order = arena_array(w->arena, command->n_steps, sizeof(*order));

    for (size_t i = 0; order != NULL && i < command->n_steps; i++) {
        size_t to = i;
        while (to > 0 && command->steps[order[to - 1]].at > command->steps[i].at) {
            order[to] = order[to - 1];
            to--;
        }
        order[to] = (uint16_t)i;
    }
    return order;
}

/*
 * Verdicts
 */

/* When a cycle's verdict fell; INSTANT_NONE if there is none. */
static int64_t judged_at(const struct ticket_clock *c)
{
    if (c->verdict == TICKET_VERDICT_BREACHED) {
        return c->breached_at;
    }
    return c->verdict == TICKET_VERDICT_MET ? c->stopped_at : INSTANT_NONE;
}

/* Puts the clock behind those with a verdict of the same instant or an earlier one. */
static void insert_judged(struct ticket_clock *list, size_t n, const struct ticket_clock *clock)
{
    size_t to = n;

    while (to > 0 && judged_at(&list[to - 1]) > judged_at(clock)) {
        list[to] = list[to - 1];
        to--;
    }
    list[to] = *clock;
}

/* One event per verdict, in their order, then one with what is open, cancelled or unmeasured. */
static int judge(struct work *w)
{
    const struct sla_run *runs;
    struct ticket_clock *judged;
    struct ticket_clock rest[TICKET_CLOCKS_MAX];
    struct sla_clock now;
    size_t n_runs;
    size_t n_cycles = 0;
    size_t n_judged = 0;
    size_t n_rest = 0;
    int rc = 0;

    if (sla_runs(w->book, &w->ticket, w->arena, &runs, &n_runs) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        sla_clock(&runs[i], &w->ticket, w->at, &now);
        n_cycles += now.clock.cycle - runs[i].cycle + 1;
    }
    judged = arena_array(w->arena, n_cycles, sizeof(*judged));
    if (judged == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n_runs; i++) {
        for (uint32_t c = runs[i].cycle; sla_cycle(&runs[i], &w->ticket, c, w->at, &now); c++) {
            for (uint32_t k = 0; k < CLOCK_WARNS_MAX; k++) { // nobody is warned of the past
                now.clock.warned |= now.warned_at[k] != INSTANT_NONE ? 1u << k : 0;
            }
            if (judged_at(&now.clock) != INSTANT_NONE) {
                insert_judged(judged, n_judged++, &now.clock);
            } else if (runs[i].present) {
                rest[n_rest++] = now.clock;
            }
        }
    }
    for (size_t i = 0; rc == 0 && i < n_judged; i++) {
        const struct ticket_clock *c = &judged[i];
        const enum event_kind kind = c->verdict == TICKET_VERDICT_MET ? EVENT_CLOCK_JUDGED
                                                                      : EVENT_CLOCK_BREACHED;
        rc = work_next_timer(w, kind, c, judged_at(c), ORIGIN_IMPORT) != NULL ? work_add(w) : -1;
    }
    if (rc == 0 && n_rest > 0) {
        struct event *e = work_next(w, EVENT_CLOCK_RESCHEDULED);
        if (e == NULL) {
            return -1;
        }
        e->origin = ORIGIN_IMPORT;
        e->claimed_at = INSTANT_NONE;
        memcpy(e->clocks, rest, n_rest * sizeof(rest[0]));
        e->n_clocks = n_rest;
        rc = work_add(w);
    }
    return rc;
}

/*
 * The beginning
 */

static int import_opened(struct work *w)
{
    const struct command *command = w->command;
    const struct book_contract_version *version;
    struct event *e = next_step(w, EVENT_TICKET_OPENED, command->opened_at);
    uint32_t all = 0;
    int rc;

    if (e == NULL) {
        return -1;
    }
    version = book_contract_at(w->contract, e->effective_at);
    if (version == NULL) {
        return decide_too_early(w, "opened_at");
    }
    rc = rule_takes_new(w, version, "opened_at");
    if (rc == 0) {
        rc = decide_opening(w, version, e);
    }
    if (rc != 0) {
        return rc;
    }
    for (unsigned kind = CLOCK_KIND_NONE + 1; kind < CLOCK_KINDS; kind++) {
        all |= 1u << kind;
    }
    e->u.opened.occurred_at = command->opened_at;
    e->u.opened.clocks_absent = all & ~command->clocks;
    e->u.opened.silent_until_at = command->cutover_at != INSTANT_NONE ? command->cutover_at
                                                                      : command->at;
    return work_add(w);
}

static int opening_hold(struct work *w, struct event *e)
{
    const struct book_hold *hold;
    int rc = work_find_hold(w, w->command->reason, e->effective_at, "hold", &hold);

    if (rc == 0) {
        rc = work_hold(w, e, hold, "hold");
    }
    return rc == 0 ? work_add(w) : rc;
}

static int import_beginning(struct work *w)
{
    const int64_t opened_at = w->command->opened_at;
    struct event *e;
    int rc = import_opened(w);

    if (rc == 0 && w->command->reason[0] != '\0') {
        e = next_step(w, EVENT_HELD, opened_at);
        rc = e != NULL ? opening_hold(w, e) : -1;
    }
    if (rc == 0 && w->command->body.n > 0) {
        e = next_step(w, EVENT_MESSAGE, opened_at);
        rc = e != NULL ? decide_opening_message(w, e) : -1;
        if (rc == 0) {
            rc = work_add(w);
        }
    }
    return rc;
}

static int check_instants(struct work *w)
{
    const struct command *command = w->command;
    char field[FIELD_BYTES];

    if (command->opened_at == INSTANT_NONE) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "opened_at", NULL, "it is missing");
    }
    if (command->n_steps > COMMAND_STEPS_MAX) {
        return refuse(w->refusal, OUTCOME_RESOURCE_EXHAUSTED, "events", NULL,
                      "%zu events; at most %d are taken", command->n_steps, COMMAND_STEPS_MAX);
    }
    for (size_t i = 0; i < command->n_steps; i++) {
        if (command->steps[i].at < command->opened_at) {
            return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, step_field(field, i, "at"), NULL,
                          "it lies before opened_at");
        }
    }
    return 0;
}

int decide_import(struct work *w)
{
    const size_t n_steps = w->command->n_steps;
    const size_t facts = 2 * n_steps + 4; // a resume may end several holds
    const uint16_t *order;
    int rc = check_instants(w);

    if (rc != 0) {
        return rc;
    }
    order = order_steps(w);
    if (order == NULL) {
        return -1;
    }
    rc = work_begin(w, NULL, facts < TICKET_FACTS_MAX ? facts : TICKET_FACTS_MAX + 1,
                    n_steps > 0 ? n_steps + 6 : 0);
    if (rc == 0) {
        rc = import_beginning(w);
    }
    for (size_t i = 0; rc == 0 && i < n_steps; i++) {
        rc = apply_step(w, order[i]);
    }
    if (rc == 0) {
        rc = judge(w);
    }
    return rc == 0 ? work_settle(w) : rc; // what is resolved may have closed by itself since
}
