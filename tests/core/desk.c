// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "core/evolve.h"
#include "core/sample.h"
#include "t.h"

#define DESK_BYTES ((size_t)512 * 1024 * 1024)

enum { STARVED_FIRST = 8, STARVED_EVERY = 61 };

void desk_init(struct desk *d, const struct book *book)
{
    memset(d, 0, sizeof(*d));
    d->book = book;
    arena_init(&d->arena, DESK_BYTES);
}

void desk_fini(struct desk *d)
{
    arena_fini(&d->arena);
}

struct command desk_command(const struct desk *d, enum command_kind kind, int64_t at)
{
    struct command command = command_about(kind, SAMPLE_CONTRACT, 1, at);

    (void)d;
    command.actor = kind == COMMAND_EXPIRE ? 0 : SAMPLE_AGENT;
    command.side = SIDE_VENDOR;
    command.human = true;
    command.roles = ROLE_AGENT;
    if (kind == COMMAND_OPEN || kind == COMMAND_IMPORT) {
        command.subject = sample_text("printer");
    }
    if (kind == COMMAND_REPLY || kind == COMMAND_NOTE) {
        command.body = sample_text("words");
    }
    return command;
}

/* Enters an event as the writer would. */
static void enter(struct desk *d, const struct event *event, const struct command *command)
{
    struct entry *e = arena_alloc(&d->arena, sizeof(*e));

    T_CHECK(e != NULL && d->n_entries < SAMPLE_ENTRIES);
    e->stream = SAMPLE_CONTRACT;
    e->seq = d->n_entries + 1;
    e->recorded_at = command->at;
    e->actor = command->actor;
    e->event = *event;
    for (size_t i = 0; i < event->n_clocks; i++) {
        T_EQ_INT(event->clocks[i].breach_seq, 0, "an event cannot know its own place");
        T_EQ_INT(event->clocks[i].ended_seq, 0, "an event cannot know its own place");
    }
    T_EQ_INT(event->engine, event->n_clocks > 0 ? SLA_ENGINE : 0, "it says what computed them");
    d->entries[d->n_entries++] = e;
}

static void replay(struct desk *d)
{
    struct ticket t;

    for (size_t i = 0; i < d->n_entries; i++) {
        T_EQ_INT(evolve(i > 0 ? &t : NULL, d->entries[i], &d->arena, &t), 0);
    }
    sample_same_ticket(&t, &d->decision.after, "replayed from the first entry");
}

/*
 * The same command with less memory than it takes, from none on: nothing comes of it but that there
 * is too little. Of many commands of one process only some are starved.
 */
static void starve(const struct desk *d, const struct ticket *before, const struct command *command)
{
    static unsigned commands[64]; // by kind
    struct decision decision;
    struct refusal refusal;
    int rc = -1;

    const unsigned n = commands[(unsigned)command->kind % 64]++;
    if (n >= STARVED_FIRST && n % STARVED_EVERY != 0) {
        return;
    }
    for (size_t limit = 0; rc < 0; limit += 512 + limit / 16) {
        struct arena arena;
        T_CHECK(limit < DESK_BYTES);
        arena_init(&arena, limit);
        rc = decide(d->book, before, command, &arena, &decision, &refusal);
        arena_fini(&arena);
    }
}

int desk_do(struct desk *d, const struct command *command)
{
    const bool first = command->kind == COMMAND_OPEN || command->kind == COMMAND_IMPORT;
    const struct ticket before = d->ticket;
    starve(d, first ? NULL : &d->ticket, command);
    const int rc = decide(d->book, first ? NULL : &d->ticket, command, &d->arena, &d->decision,
                          &d->refusal);

    T_CHECK(rc >= 0, "the arena is full");
    sample_same_ticket(&before, &d->ticket, "the ticket before is not touched");
    if (rc != 0) {
        T_EQ_INT(rc, d->refusal.code);
        T_CHECK(d->refusal.field[0] != '\0', "a refusal names its field: %s", d->refusal.message);
        T_CHECK(d->refusal.message[0] != '\0');
        return rc;
    }
    for (size_t i = 0; i < d->decision.n_events; i++) {
        enter(d, &d->decision.events[i], command);
    }
    d->ticket = d->decision.after;
    replay(d);
    return 0;
}

static void must(struct desk *d, const struct command *command, const char *at)
{
    const int rc = desk_do(d, command);
    T_CHECK(rc == 0, "refused at %s: %s (%s)", at, d->refusal.message, d->refusal.hint);
}

void desk_ok(struct desk *d, enum command_kind kind, const char *at)
{
    struct command c = desk_command(d, kind, sample_at(at));
    must(d, &c, at);
}

void desk_hold(struct desk *d, const char *reason, const char *at)
{
    struct command c = desk_command(d, COMMAND_HOLD, sample_at(at));
    c.reason = reason;
    must(d, &c, at);
}

void desk_resume(struct desk *d, const char *reason, const char *at)
{
    struct command c = desk_command(d, COMMAND_RESUME, sample_at(at));
    c.reason = reason;
    must(d, &c, at);
}

void desk_open(struct desk *d, const char *priority, const char *at)
{
    struct command c = desk_command(d, COMMAND_OPEN, sample_at(at));
    c.priority = priority;
    must(d, &c, at);
}

const struct ticket_clock *desk_clock(const struct desk *d, enum clock_kind kind)
{
    const struct ticket_clock *c = ticket_clock(&d->ticket, kind, 0);
    T_CHECK(c != NULL, "no %s clock", clock_kind_name(kind));
    return c;
}

bool desk_as_of(const struct desk *d, enum clock_kind kind, int64_t at, struct sla_clock *ret)
{
    struct arena arena;
    const struct sla_run *runs;
    size_t n;
    bool found = false;

    arena_init(&arena, 1 << 22);
    T_EQ_INT(sla_runs(d->book, &d->ticket, &arena, &runs, &n), 0);
    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind == kind && runs[i].present) {
            sla_clock(&runs[i], &d->ticket, at, ret);
            T_CHECK(!found, "one cycle is present");
            found = true;
        }
    }
    arena_fini(&arena);
    return found;
}

size_t desk_count(const struct desk *d, enum event_kind kind, enum clock_kind clock)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_entries; i++) {
        const struct event *e = &d->entries[i]->event;
        n += e->kind == kind && (clock == CLOCK_KIND_NONE || e->u.timer.kind == clock);
    }
    return n;
}

const char *desk_trace(const struct desk *d, char *buf, size_t size)
{
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < d->decision.n_events; i++) {
        const struct event *e = &d->decision.events[i];
        const bool timer = e->kind == EVENT_CLOCK_WARNED || e->kind == EVENT_CLOCK_BREACHED ||
                           e->kind == EVENT_CLOCK_WITHDRAWN || e->kind == EVENT_CLOCK_JUDGED;
        used += (size_t)snprintf(buf + used, size - used, "%s%s%s%s", used > 0 ? " " : "",
                                 event_kind_name(e->kind), timer ? ":" : "",
                                 timer ? clock_kind_name(e->u.timer.kind) : "");
        T_CHECK(used < size);
    }
    return buf;
}

static void same_clock(const struct ticket_clock *a, const struct ticket_clock *b, const char *what)
{
    T_EQ_INT(a->kind, b->kind, "%s", what);
    T_EQ_INT(a->team, b->team, "%s", what);
    T_EQ_INT(a->cycle, b->cycle, "%s", what);
    T_EQ_INT(a->state, b->state, "%s", what);
    T_EQ_INT(a->verdict, b->verdict, "%s", what);
    T_EQ_INT(a->contract_version, b->contract_version, "%s", what);
    T_EQ_INT(a->target_row, b->target_row, "%s", what);
    T_EQ_INT(a->target_us, b->target_us, "%s", what);
    T_EQ_INT(a->started_at, b->started_at, "%s", what);
    T_EQ_INT(a->stopped_at, b->stopped_at, "%s", what);
    T_EQ_INT(a->as_of_at, b->as_of_at, "%s", what);
    T_EQ_INT(a->elapsed_us, b->elapsed_us, "%s", what);
    T_EQ_INT(a->due_at, b->due_at, "%s", what);
    T_EQ_INT(a->limit_at, b->limit_at, "%s", what);
    T_EQ_INT(a->next_warn_at, b->next_warn_at, "%s", what);
    T_EQ_INT(a->breached_at, b->breached_at, "%s", what);
    T_EQ_INT(a->breach_seq, b->breach_seq, "%s", what);
    T_EQ_INT(a->ended_seq, b->ended_seq, "%s", what);
    T_EQ_INT(a->warned, b->warned, "%s", what);
}

static void same_fact(const struct fact *a, const struct fact *b, const char *what)
{
    T_EQ_INT(a->at, b->at, "%s", what);
    T_EQ_INT(a->seq, b->seq, "%s", what);
    T_EQ_INT(a->kind, b->kind, "%s", what);
    T_EQ_INT(a->reason, b->reason, "%s", what);
    T_EQ_INT(a->by_human, b->by_human, "%s", what);
    T_EQ_INT(a->team, b->team, "%s", what);
    T_EQ_STR(a->name, b->name, "%s", what);
}

static void same_head(const struct ticket *a, const struct ticket *b, const char *what)
{
    T_EQ_INT(a->contract, b->contract, "%s", what);
    T_EQ_INT(a->number, b->number, "%s", what);
    T_EQ_INT(a->version, b->version, "%s", what);
    T_EQ_INT(a->last_seq, b->last_seq, "%s", what);
    T_EQ_INT(a->state, b->state, "%s", what);
    T_EQ_INT(a->state_before_hold, b->state_before_hold, "%s", what);
    T_EQ_INT(a->imported, b->imported, "%s", what);
    T_EQ_INT(a->team, b->team, "%s", what);
    T_EQ_INT(a->assignee, b->assignee, "%s", what);
    T_EQ_INT(a->requester, b->requester, "%s", what);
    T_EQ_STR(a->priority, b->priority, "%s", what);
    T_EQ_STR(a->function, b->function, "%s", what);
    T_EQ_STR(a->category, b->category, "%s", what);
    T_EQ_STR(a->customer_tier, b->customer_tier, "%s", what);
    T_EQ_STR(a->language, b->language, "%s", what);
    T_EQ_STR(a->source, b->source, "%s", what);
    T_EQ_STR(a->source_key, b->source_key, "%s", what);
    T_EQ_INT(a->received_at, b->received_at, "%s", what);
    T_EQ_INT(a->occurred_at, b->occurred_at, "%s", what);
    T_EQ_INT(a->opened_at, b->opened_at, "%s", what);
    T_EQ_INT(a->updated_at, b->updated_at, "%s", what);
    T_EQ_INT(a->resolved_at, b->resolved_at, "%s", what);
    T_EQ_INT(a->subject_seq, b->subject_seq, "%s", what);
    T_EQ_INT(a->n_messages, b->n_messages, "%s", what);
    T_EQ_INT(a->spoken_at, b->spoken_at, "%s", what);
    T_EQ_INT(a->spoken_by, b->spoken_by, "%s", what);
    T_EQ_INT(a->merged_into, b->merged_into, "%s", what);
    T_EQ_INT(a->close_at, b->close_at, "%s", what);
    T_EQ_INT(a->opened_as.team, b->opened_as.team, "%s", what);
    T_EQ_STR(a->opened_as.category, b->opened_as.category, "%s", what);
    T_EQ_STR(a->opened_as.customer_tier, b->opened_as.customer_tier, "%s", what);
    T_EQ_STR(a->opened_as.language, b->opened_as.language, "%s", what);
    T_EQ_INT(a->clocks_absent, b->clocks_absent, "%s", what);
    T_EQ_INT(a->silent_until_at, b->silent_until_at, "%s", what);
}

void sample_same_ticket(const struct ticket *a, const struct ticket *b, const char *what)
{
    same_head(a, b, what);
    T_EQ_INT(a->n_reasons, b->n_reasons, "%s", what);
    T_EQ_INT(a->n_holds, b->n_holds, "%s", what);
    T_EQ_INT(a->n_links, b->n_links, "%s", what);
    T_EQ_INT(a->n_tags, b->n_tags, "%s", what);
    T_EQ_INT(a->n_clocks, b->n_clocks, "%s", what);
    T_EQ_INT(a->n_facts, b->n_facts, "%s", what);
    for (size_t i = 0; i < a->n_reasons; i++) {
        T_EQ_STR(a->reasons[i], b->reasons[i], "%s", what);
    }
    for (size_t i = 0; i < a->n_holds; i++) {
        T_EQ_INT(a->holds[i].reason, b->holds[i].reason, "%s", what);
        T_EQ_INT(a->holds[i].party, b->holds[i].party, "%s", what);
        T_EQ_INT(a->holds[i].since_at, b->holds[i].since_at, "%s", what);
        T_EQ_INT(a->holds[i].ends_at, b->holds[i].ends_at, "%s", what);
    }
    for (size_t i = 0; i < a->n_links; i++) {
        T_EQ_INT(a->links[i].number, b->links[i].number, "%s", what);
        T_EQ_INT(a->links[i].kind, b->links[i].kind, "%s", what);
    }
    for (size_t i = 0; i < a->n_tags; i++) {
        T_EQ_INT(a->tags[i], b->tags[i], "%s", what);
    }
    for (size_t i = 0; i < a->n_clocks; i++) {
        same_clock(&a->clocks[i], &b->clocks[i], what);
    }
    for (size_t i = 0; i < a->n_facts; i++) {
        same_fact(&a->facts[i], &b->facts[i], what);
    }
}
