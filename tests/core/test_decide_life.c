// SPDX-License-Identifier: Apache-2.0
/*
 * Random lives of tickets through every verb, claims told late among them, under a contract that
 * ends holds and closes by itself. The desk checks after every command that a replay of all entries
 * gives the ticket that was decided.
 */
#include <string.h>

#include "core/decide.h"
#include "core/sample.h"
#include "t.h"

enum { LIVES = 300, COMMANDS = 40 };

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

static int64_t wait_us(uint64_t *seed)
{
    static const int64_t spans[] = {
        US_PER_S,    US_PER_MIN,      5 * US_PER_MIN,   20 * US_PER_MIN,
        US_PER_HOUR, 3 * US_PER_HOUR, 20 * US_PER_HOUR, 70 * US_PER_HOUR,
    };
    return (int64_t)(next(seed) % (uint64_t)(2 * spans[pick(seed, 8)]));
}

static void agree(struct sample *s)
{
    struct book_hold *holds = s->holds[0];

    holds[0].needs_public_question = true;
    holds[0].ends_on_requester_message = true;
    holds[0].max = (struct book_span){.us = 4 * US_PER_HOUR, .calendar = s->office};
    holds[1].set_by = 1u << SIDE_VENDOR;
    holds[2].max = (struct book_span){.us = US_PER_HOUR};
    holds[2].ends_on_requester_message = true;
    s->versions[0].auto_close = (struct book_span){.us = 24 * US_PER_HOUR};
    s->versions[0].max_backdate_us = 48 * US_PER_HOUR;
    s->versions[0].priority_lower = ROLE_LEAD;
    s->targets[0][0].match.team = sample_names(s, "manila-a", NULL);
}

static const char *word(uint64_t *seed, const char *a, const char *b, const char *c)
{
    const size_t i = pick(seed, 3);
    return i == 0 ? a : i == 1 ? b : c;
}

static struct command random_command(const struct desk *d, uint64_t *seed, int64_t at)
{
    static const enum command_kind kinds[] = {
        COMMAND_TAKE,     COMMAND_REPLY, COMMAND_REPLY,  COMMAND_REPLY, COMMAND_REPLY,
        COMMAND_NOTE,     COMMAND_HOLD,  COMMAND_HOLD,   COMMAND_HOLD,  COMMAND_RESUME,
        COMMAND_RESOLVE,  COMMAND_CLOSE, COMMAND_REOPEN, COMMAND_ACK,   COMMAND_ASSIGN,
        COMMAND_RELEASE,  COMMAND_LINK,  COMMAND_TAG,    COMMAND_EDIT,  COMMAND_TRANSFER,
        COMMAND_PRIORITY, COMMAND_KEEP,  COMMAND_ABSORB, COMMAND_MERGE,
    };
    static const char *const reasons[] = {"waiting-customer", "embargo", "third-party",
                                          "tool-down"};
    const enum command_kind kind = kinds[pick(seed, sizeof(kinds) / sizeof(kinds[0]))];
    struct command c = desk_command(d, kind, at);

    c.human = pick(seed, 5) != 0;
    c.side = pick(seed, 3) == 0 ? SIDE_REQUESTER : SIDE_VENDOR;
    c.roles = pick(seed, 2) == 0 ? ROLE_AGENT : ROLE_LEAD;
    c.actor = SAMPLE_AGENT + (uint32_t)pick(seed, 2);
    c.steal = pick(seed, 2) == 0;
    c.claimed_at = pick(seed, 2) == 0 ? at - wait_us(seed) : INSTANT_NONE;
    c.assignee = SAMPLE_AGENT + (uint32_t)pick(seed, 3);
    c.team = word(seed, "manila-a", "cebu-b", "nobody");
    c.priority = kind == COMMAND_PRIORITY || pick(seed, 4) == 0 ? word(seed, "P1", "P2", "P4") : "";
    c.edits = (uint32_t)pick(seed, 16);
    c.category = word(seed, "", "a", "b");
    c.customer_tier = word(seed, "", "gold", "silver");
    c.language = word(seed, "", "de", "en");
    c.subject = sample_text("another");
    c.other = 2 + pick(seed, 3);
    c.other_state = (enum ticket_state)(TICKET_NEW + pick(seed, 6));
    c.link = (enum link_kind)(LINK_RELATES + pick(seed, 3));
    c.removed = pick(seed, 3) == 0;
    if (kind == COMMAND_TAG) {
        c.body = sample_text("word");
        c.tag_seq = c.removed && d->ticket.n_tags > 0 ? d->ticket.tags[0] : 0;
    } else if (kind == COMMAND_HOLD || (kind == COMMAND_REPLY && pick(seed, 4) == 0)) {
        c.reason = reasons[pick(seed, 4)];
    } else if ((kind == COMMAND_REOPEN || kind == COMMAND_RESOLVE) && pick(seed, 2) == 0) {
        c.body = sample_text("words");
    }
    if (kind == COMMAND_MERGE && pick(seed, 4) != 0) {
        c.other = 1; // most lives last
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
        T_CHECK(i < 200, "the ticker never ends");
    }
}

static void check_ticket(const struct desk *d, int64_t at)
{
    const struct ticket *t = &d->ticket;

    T_CHECK(ticket_next_at(t) >= at, "something due is not recorded");
    T_EQ_INT(t->state == TICKET_HELD, t->n_holds > 0);
    T_CHECK(t->state != TICKET_RESOLVED || t->close_at != INSTANT_NEVER);
    T_CHECK(t->state == TICKET_RESOLVED || t->close_at == INSTANT_NEVER);
    T_EQ_INT(t->state == TICKET_MERGED, t->merged_into != 0);
    for (size_t i = 0; i < t->n_holds; i++) {
        T_CHECK(t->holds[i].ends_at >= at && t->holds[i].since_at <= at);
    }
    for (size_t i = 0; i < t->n_clocks; i++) {
        const struct ticket_clock *c = &t->clocks[i];
        T_CHECK(c->breached_at == INSTANT_NONE || c->breached_at <= at);
        T_EQ_INT(c->breached_at == INSTANT_NONE, c->breach_seq == 0);
        T_CHECK(t->state != TICKET_MERGED || c->state != CLOCK_RUNNING);
        T_CHECK(c->kind != CLOCK_KIND_RESOLUTION || c->state != CLOCK_RUNNING ||
                (t->state != TICKET_RESOLVED && t->state != TICKET_CLOSED));
    }
}

/* Facts other than messages lie in the order in which they were told. */
static void check_order(const struct ticket *t)
{
    int64_t at = t->opened_at;

    for (size_t i = 0; i < t->n_facts; i++) {
        const struct fact *f = &t->facts[i];
        const bool free = f->kind == FACT_REPLIED || f->kind == FACT_ASKED ||
                          f->kind == FACT_RESUMED; // which may go with a message
        T_CHECK(f->at >= t->opened_at);
        T_CHECK(free || f->at >= at, "fact %zu", i);
        at = !free && f->at > at ? f->at : at;
    }
}

static void check_events(const struct desk *d, int64_t at)
{
    for (size_t i = 0; i < d->decision.n_events; i++) {
        const struct event *e = &d->decision.events[i];
        T_CHECK(e->effective_at <= at && e->effective_at >= d->ticket.opened_at);
        T_CHECK(e->team == 1 || e->team == 2);
    }
    T_CHECK(d->decision.n_events == 0 ||
            d->decision.events[d->decision.n_events - 1].team == d->ticket.team);
}

static void check_same_entries(const struct desk *a, const struct desk *b)
{
    T_EQ_INT(a->n_entries, b->n_entries);
    for (size_t i = 0; i < a->n_entries; i++) {
        T_EQ_INT(a->entries[i]->event.kind, b->entries[i]->event.kind, "entry %zu", i);
        T_EQ_INT(a->entries[i]->event.effective_at, b->entries[i]->event.effective_at, "entry %zu",
                 i);
        T_EQ_INT(a->entries[i]->event.origin, b->entries[i]->event.origin, "entry %zu", i);
    }
}

/* A decision leaves nothing to find out, but that a target which a breached clock was given since
 * then is over too. */
static void check_settled(struct desk *d, int64_t at)
{
    const struct command c = desk_command(d, COMMAND_EXPIRE, at);
    struct decision found;

    T_EQ_INT(decide(d->book, &d->ticket, &c, &d->arena, &found, &d->refusal), 0);
    for (size_t i = 0; i < found.n_events; i++) {
        T_EQ_INT(found.events[i].kind, EVENT_CLOCK_RESCHEDULED);
        T_EQ_INT(found.events[i].n_clocks, 1);
        T_CHECK(found.events[i].clocks[0].breached_at != INSTANT_NONE);
    }
}

static void live_one(const struct sample *s, uint64_t seed, size_t seen[static 128])
{
    struct desk ticked;
    struct desk late;
    int64_t at = sample_at("2026-03-02T00:00:00Z") + (int64_t)pick(&seed, 600) * US_PER_HOUR;

    desk_init(&ticked, &s->book);
    desk_init(&late, &s->book);
    struct command c = desk_command(&late, COMMAND_OPEN, at);
    c.priority = word(&seed, "P1", "P2", "P4");
    c.claimed_at = pick(&seed, 2) == 0 ? at - wait_us(&seed) : INSTANT_NONE;
    T_EQ_INT(desk_do(&ticked, &c), 0);
    T_EQ_INT(desk_do(&late, &c), 0);
    for (size_t i = 0; i < COMMANDS; i++) {
        at += wait_us(&seed);
        tick(&ticked, at);
        c = random_command(&ticked, &seed, at);
        const int rc = desk_do(&late, &c);
        T_EQ_INT(desk_do(&ticked, &c), rc, "the ticker changes no outcome");
        if (rc == 0) {
            check_ticket(&late, at);
            check_events(&late, at);
            check_order(&late.ticket);
            check_settled(&late, at);
            check_same_entries(&ticked, &late);
        }
    }
    for (size_t i = 0; i < late.n_entries; i++) {
        seen[late.entries[i]->event.kind]++;
    }
    desk_fini(&ticked);
    desk_fini(&late);
}

T_TEST(decide_life, every_life_is_the_same_ticked_late_and_replayed)
{
    static const enum event_kind kinds[] = {
        EVENT_MESSAGE,     EVENT_TAKEN,        EVENT_HELD,           EVENT_RESUMED,
        EVENT_RESOLVED,    EVENT_REOPENED,     EVENT_CLOSED,         EVENT_PRIORITY,
        EVENT_ASSIGNED,    EVENT_ACKNOWLEDGED, EVENT_TRANSFERRED,    EVENT_EDITED,
        EVENT_MERGED,      EVENT_ABSORBED,     EVENT_LINKED,         EVENT_TAGGED,
        EVENT_INTAKE_KEPT, EVENT_CLOCK_WARNED, EVENT_CLOCK_BREACHED, EVENT_CLOCK_WITHDRAWN,
    };
    size_t seen[128] = {0};
    struct sample s;

    alarm(T_SECONDS * t_effort());
    sample_init(&s);
    agree(&s);
    for (uint64_t life = 0; life < LIVES * t_effort(); life++) {
        live_one(&s, life, seen);
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        T_CHECK(seen[kinds[i]] >= LIVES / 40, "only %zu times %s", seen[kinds[i]],
                event_kind_name(kinds[i]));
    }
    T_EQ_INT(seen[EVENT_CLOCK_RESCHEDULED], 0, "the book stayed what it was");
    sample_fini(&s);
}
