// SPDX-License-Identifier: Apache-2.0
#include "rehearsal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/decide.h"
#include "core/evolve.h"
#include "core/instant.h"

enum {
    DECIDE_BYTES_MAX = 8 * 1024 * 1024, // of one decision, see core/decide.h
    OPENING = 0,                        // of a step: the ticket is opened
};

/* Taken from the book's meter, in steps, beside what core takes itself. */
enum {
    STEPS_DECISION = 300, // what is the same of all decisions
    STEPS_TICKET = 2,     // finding out when a ticket is due
    STEPS_ENTRY = 600,    // evolving it, and telling it
    STEPS_CHECK = 500,    // telling what is expected and what there is
};

/* One thing that is told: a ticket's opening, or event - 1 of it. */
struct step {
    int64_t at;
    size_t order; // in the text
    size_t ticket;
    size_t event;
};

struct stage {
    struct rehearsal *r;
    struct arena *arena;
    struct arena scratch; // of one decision
    struct refusal *refusal;
    uint64_t *last_seq;    // by contract id
    uint64_t *last_number; // by contract id
    size_t n_entries;
    bool stopped; // what was refused last is not the rules' to refuse
};

const char *rehearsal_actor(uint32_t actor)
{
    return actor == SIDE_NONE ? "" : side_name((enum side)actor);
}

/*
 * Decisions
 */

static struct command command_at(const struct stage *s, size_t ticket, enum command_kind kind,
                                 int64_t at)
{
    return command_about(kind, s->r->scenario->tickets[ticket].contract->id,
                         s->r->tickets[ticket].ticket.number, at);
}

int rehearsal_refuse_work(struct refusal *ret_refusal)
{
    return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, "try_book.scenario",
                  "write several scenarios, an earlier `until`, or leave out of the book what they "
                  "do not need",
                  "book and scenario take more work than one request may make");
}

static int refuse_work(struct stage *s)
{
    s->stopped = true;
    return rehearsal_refuse_work(s->refusal);
}

static bool is_spent(const struct stage *s)
{
    return s->r->book->meter != NULL && s->r->book->meter->spent;
}

/* Decides for a ticket; the decision lies in the scratch arena. */
static int decide_for(struct stage *s, size_t ticket, const struct command *command,
                      struct decision *ret)
{
    const struct rehearsal_ticket *t = &s->r->tickets[ticket];
    const uint64_t steps = STEPS_DECISION + t->ticket.n_facts;

    if (!meter_take(s->r->book->meter, steps)) {
        return refuse_work(s);
    }
    const int rc = decide(s->r->book, command->kind == COMMAND_OPEN ? NULL : &t->ticket, command,
                          &s->scratch, ret, s->refusal);
    return is_spent(s) ? refuse_work(s) : rc;
}

/*
 * Entries
 */

/* Room for one more entry and the facts that it may add. */
static int make_room(struct stage *s, struct rehearsal_ticket *t)
{
    if (t->n_entries == t->entries_room) {
        const size_t room = 2 * t->entries_room + 8;
        struct entry **entries = arena_array(s->arena, room, sizeof(*entries));
        if (entries == NULL) {
            return -ENOMEM;
        }
        if (t->n_entries > 0) {
            memcpy(entries, t->entries, t->n_entries * sizeof(*entries));
        }
        t->entries = entries;
        t->entries_room = room;
    }
    if (t->ticket.n_facts + EVOLVE_FACTS_MAX > t->facts_room) {
        const size_t room = 2 * t->facts_room + 2 * EVOLVE_FACTS_MAX;
        struct fact *facts = arena_array(s->arena, room, sizeof(*facts));
        if (facts == NULL) {
            return -ENOMEM;
        }
        if (t->ticket.n_facts > 0) {
            memcpy(facts, t->facts, t->ticket.n_facts * sizeof(*facts));
        }
        t->facts = facts;
        t->facts_room = room;
        t->ticket.facts = facts;
    }
    return 0;
}

static int add_entry(struct stage *s, struct rehearsal_ticket *t, const struct command *command,
                     const struct event *event)
{
    struct entry *entry;

    if (++s->n_entries > REHEARSAL_ENTRIES_MAX || !meter_take(s->r->book->meter, STEPS_ENTRY)) {
        return refuse_work(s);
    }
    entry = arena_alloc(s->arena, sizeof(*entry));
    if (entry == NULL || make_room(s, t) != 0) {
        return -ENOMEM;
    }
    *entry = (struct entry){
        .stream = event->contract,
        .actor = command->actor,
        .seq = ++s->last_seq[event->contract],
        .ticket_prev_seq = t->ticket.last_seq,
        .recorded_at = command->at,
        .event = *event,
    };
    (void)snprintf(entry->via, sizeof(entry->via), "%s",
                   event->origin == ORIGIN_CLOCK ? "clock" : "scenario");
    evolve_within(&t->ticket, entry, t->facts, t->facts_room);
    t->entries[t->n_entries++] = entry;
    return 0;
}

static int add_entries(struct stage *s, size_t ticket, const struct command *command,
                       const struct decision *decision)
{
    struct rehearsal_ticket *t = &s->r->tickets[ticket];
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < decision->n_events; i++) {
        rc = add_entry(s, t, command, &decision->events[i]);
    }
    t->unmoved = false;
    return rc;
}

/*
 * The clock
 */

/* The ticket whose turn is first, of those with something due before until_at; n_tickets if there
 * is none. */
static size_t next_due(const struct stage *s, int64_t until_at, int64_t *ret_at)
{
    size_t first = s->r->n_tickets;

    *ret_at = INSTANT_NEVER;
    for (size_t i = 0; i < s->r->n_tickets; i++) {
        const struct rehearsal_ticket *t = &s->r->tickets[i];
        const int64_t end_at = s->r->scenario->tickets[i].until_at;
        const int64_t at = t->ticket.number != 0 && !t->unmoved ? ticket_next_at(&t->ticket)
                                                                : INSTANT_NEVER;
        if (at < until_at && at < end_at && at < *ret_at) {
            *ret_at = at;
            first = i;
        }
    }
    return first;
}

/* Looks at all that is due before an instant, as soon as it has passed. */
static int pass_time(struct stage *s, int64_t until_at)
{
    int rc = 0;

    for (;;) {
        struct decision decision;
        int64_t at;
        if (!meter_take(s->r->book->meter, s->r->n_tickets * STEPS_TICKET)) {
            return refuse_work(s);
        }
        const size_t ticket = next_due(s, until_at, &at);
        if (rc != 0 || ticket == s->r->n_tickets) {
            return rc;
        }
        const struct command command = command_at(s, ticket, COMMAND_EXPIRE, at + 1);
        arena_reset(&s->scratch);
        rc = decide_for(s, ticket, &command, &decision);
        if (rc == 0) {
            rc = add_entries(s, ticket, &command, &decision);
            s->r->tickets[ticket].unmoved = decision.n_events == 0;
        }
    }
}

/*
 * What is told
 */

static int open_ticket(struct stage *s, size_t ticket)
{
    const struct scenario_ticket *t = &s->r->scenario->tickets[ticket];
    const struct text name = {.bytes = t->name, .n = strlen(t->name)};
    struct command command = command_at(s, ticket, COMMAND_OPEN, t->received_at);
    struct decision decision;

    command.actor = SIDE_VENDOR;
    command.side = SIDE_VENDOR;
    command.human = true;
    command.roles = ROLES_ALL;
    command.claimed_at = t->claimed_at;
    command.ticket = s->last_number[command.contract] + 1;
    command.priority = t->priority;
    command.function = t->function;
    command.category = t->category;
    command.customer_tier = t->customer_tier;
    command.language = t->language;
    command.team = t->team;
    command.reason = t->hold;
    command.subject = name;
    command.requester = name;
    int rc = decide_for(s, ticket, &command, &decision);
    if (rc == 0) {
        s->last_number[command.contract]++;
        rc = add_entries(s, ticket, &command, &decision);
    }
    return rc > 0 ? scenario_refuse(s->r->scenario, ticket, SIZE_MAX, s->refusal) : rc;
}

/* What is said to a ticket that was merged is said to the one that it lives on in. */
static size_t survivor_of(const struct stage *s, size_t ticket)
{
    const struct rehearsal_ticket *tickets = s->r->tickets;
    size_t i = 0;

    while (tickets[ticket].ticket.state == TICKET_MERGED && i < s->r->n_tickets) {
        const struct ticket *merged = &tickets[ticket].ticket;
        if (tickets[i].ticket.contract == merged->contract &&
            tickets[i].ticket.number == merged->merged_into) {
            ticket = i;
            i = 0; // nothing is merged into itself, by whatever detour
        } else {
            i++;
        }
    }
    return ticket;
}

static struct command command_of(const struct stage *s, size_t ticket,
                                 const struct scenario_event *e)
{
    static const char words[] = "as the scenario has it";
    struct command command = command_at(s, ticket, e->kind, e->received_at);

    command.actor = (uint32_t)e->side;
    command.side = e->side;
    command.human = e->human;
    command.roles = e->roles;
    command.claimed_at = e->claimed_at;
    command.priority = e->priority;
    command.team = e->team;
    command.category = e->category;
    command.customer_tier = e->customer_tier;
    command.language = e->language;
    command.edits = e->edits;
    command.reason = e->reason;
    command.steal = true;
    if (e->says) {
        command.body = (struct text){.bytes = words, .n = sizeof(words) - 1};
    }
    return command;
}

/* Both sides are decided before either is written, as in a batch. */
static int merge(struct stage *s, size_t ticket, const struct scenario_event *e)
{
    const struct rehearsal_ticket *from = &s->r->tickets[ticket];
    const struct rehearsal_ticket *into = &s->r->tickets[e->other];
    struct command merge = command_of(s, ticket, e);
    struct command absorb = command_of(s, e->other, e);
    struct decision decisions[2];

    if (into->ticket.number == 0) {
        s->stopped = true;
        return refuse(s->refusal, OUTCOME_FAILED_PRECONDITION, "into", NULL,
                      "ticket %s is only opened later", e->into);
    }
    absorb.kind = COMMAND_ABSORB;
    absorb.other = from->ticket.number;
    absorb.other_opened_at = from->ticket.opened_at;
    merge.other = into->ticket.number;
    merge.other_state = into->ticket.state;
    int rc = decide_for(s, ticket, &merge, &decisions[0]);
    if (rc == 0) {
        rc = decide_for(s, e->other, &absorb, &decisions[1]);
    }
    if (rc == 0) {
        rc = add_entries(s, e->other, &absorb, &decisions[1]);
    }
    return rc == 0 ? add_entries(s, ticket, &merge, &decisions[0]) : rc;
}

static int check_end(struct stage *s, size_t ticket, const struct scenario_event *e)
{
    const struct scenario_ticket *t = &s->r->scenario->tickets[ticket];

    if (e->received_at <= t->until_at) {
        return 0;
    }
    s->stopped = true;
    return refuse(s->refusal, OUTCOME_FAILED_PRECONDITION, NULL, "write a later `until`",
                  "nothing of ticket %s is looked at any more by then", t->name);
}

static int act(struct stage *s, size_t ticket, const struct scenario_event *e)
{
    struct decision decision;

    if (e->kind == COMMAND_REPLY || e->kind == COMMAND_NOTE) {
        ticket = survivor_of(s, ticket);
    }
    int rc = check_end(s, ticket, e);
    if (rc == 0 && e->kind == COMMAND_MERGE) {
        rc = check_end(s, e->other, e);
    }
    if (rc != 0) {
        return rc;
    }
    if (e->kind == COMMAND_MERGE) {
        return merge(s, ticket, e);
    }
    const struct command command = command_of(s, ticket, e);
    rc = decide_for(s, ticket, &command, &decision);
    return rc == 0 ? add_entries(s, ticket, &command, &decision) : rc;
}

/* An event that the rules refuse ends the rehearsal, unless that is what is expected of it. */
static int act_as_expected(struct stage *s, size_t ticket, size_t event)
{
    const struct scenario_event *e = &s->r->scenario->tickets[ticket].events[event];
    struct rehearsal_ticket *t = &s->r->tickets[ticket];
    const int rc = act(s, ticket, e);

    if (rc < 0 || (rc == 0 && !e->refused)) {
        return rc;
    }
    if (rc > 0 && (!e->refused || s->stopped)) {
        return scenario_refuse(s->r->scenario, ticket, event, s->refusal);
    }
    struct rehearsal_check *check = &t->checks[t->n_checks++];
    *check = (struct rehearsal_check){
        .line = e->line,
        .expected = "it is refused",
        .found = "it was carried out",
        .met = rc > 0,
    };
    if (rc > 0) {
        check->found = arena_strndup(s->arena, s->refusal->message, strlen(s->refusal->message));
        *s->refusal = (struct refusal){.code = OUTCOME_OK};
    }
    s->r->failed += !check->met;
    return check->found != NULL ? 0 : -ENOMEM;
}

/*
 * The whole
 */

static int compare_steps(const void *a, const void *b)
{
    const struct step *x = a;
    const struct step *y = b;

    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

/* What is told, in the order of its telling, then of the text. */
static int list_steps(const struct stage *s, struct step **ret, size_t *ret_n)
{
    const struct scenario *scenario = s->r->scenario;
    size_t n = scenario->n_tickets;
    struct step *steps;

    for (size_t i = 0; i < scenario->n_tickets; i++) {
        n += scenario->tickets[i].n_events;
    }
    steps = arena_array(s->arena, n, sizeof(*steps));
    if (steps == NULL) {
        return -ENOMEM;
    }
    n = 0;
    for (size_t i = 0; i < scenario->n_tickets; i++) {
        const struct scenario_ticket *t = &scenario->tickets[i];
        steps[n] = (struct step){t->received_at, n, i, OPENING};
        n++;
        for (size_t k = 0; k < t->n_events; k++) {
            steps[n] = (struct step){t->events[k].received_at, n, i, k + 1};
            n++;
        }
    }
    qsort(steps, n, sizeof(*steps), compare_steps);
    *ret = steps;
    *ret_n = n;
    return 0;
}

static int act_out(struct stage *s)
{
    struct step *steps;
    size_t n;
    int rc = list_steps(s, &steps, &n);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = pass_time(s, steps[i].at);
        arena_reset(&s->scratch);
        if (rc == 0) {
            rc = steps[i].event == OPENING
                     ? open_ticket(s, steps[i].ticket)
                     : act_as_expected(s, steps[i].ticket, steps[i].event - 1);
        }
    }
    return rc == 0 ? pass_time(s, INSTANT_NEVER) : rc;
}

static int set_stage(struct stage *s)
{
    const struct scenario *scenario = s->r->scenario;
    const size_t n_ids = s->r->book->n_contracts + 1;

    s->last_seq = arena_array(s->arena, n_ids, sizeof(*s->last_seq));
    s->last_number = arena_array(s->arena, n_ids, sizeof(*s->last_number));
    s->r->n_tickets = scenario->n_tickets;
    s->r->tickets = arena_array(s->arena, scenario->n_tickets, sizeof(*s->r->tickets));
    if (s->last_seq == NULL || s->last_number == NULL || s->r->tickets == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < scenario->n_tickets; i++) {
        const struct scenario_ticket *t = &scenario->tickets[i];
        size_t n_checks = t->n_expects;
        for (size_t k = 0; k < t->n_events; k++) {
            n_checks += t->events[k].refused;
        }
        s->r->tickets[i].checks = arena_array(s->arena, n_checks, sizeof(struct rehearsal_check));
        if (s->r->tickets[i].checks == NULL) {
            return -ENOMEM;
        }
    }
    return 0;
}

int rehearsal_run(const struct scenario *scenario, const struct book *book, struct arena *arena,
                  struct rehearsal **ret, struct refusal *ret_refusal)
{
    struct rehearsal *r = arena_alloc(arena, sizeof(*r));
    struct stage s = {.r = r, .arena = arena, .refusal = ret_refusal};

    if (r == NULL) {
        return -ENOMEM;
    }
    r->scenario = scenario;
    r->book = book;
    arena_init(&s.scratch, DECIDE_BYTES_MAX);
    int rc = set_stage(&s);
    if (rc == 0) {
        rc = act_out(&s);
    }
    arena_fini(&s.scratch);
    for (size_t i = 0; rc == 0 && i < r->n_tickets; i++) {
        const size_t n = scenario->tickets[i].n_expects;
        rc = meter_take(book->meter, n * STEPS_CHECK) ? rehearsal_judge(r, i, arena)
                                                      : refuse_work(&s);
    }
    if (rc == 0 && is_spent(&s)) {
        rc = refuse_work(&s);
    }
    if (rc == 0) {
        *ret = r;
    }
    return rc;
}
