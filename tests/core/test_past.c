// SPDX-License-Identifier: Apache-2.0
#include "core/past.h"

#include <string.h>

#include "core/walk.h"
#include "t.h"

enum { LIVES = 120, COMMANDS = 40 };

/* What the journal has of the desk's ticket and was recorded by then, as a row. */
static const struct entry *recorded_by(const struct desk *d, int64_t known_at, size_t *ret_n)
{
    static struct entry entries[SAMPLE_ENTRIES];
    size_t n = 0;

    while (n < d->n_entries && d->entries[n]->recorded_at <= known_at) {
        entries[n] = *d->entries[n];
        n++;
    }
    *ret_n = n;
    return entries;
}

static int past(struct desk *d, int64_t known_at, int64_t as_of_at, struct ticket *ret)
{
    size_t n;
    const struct entry *entries = recorded_by(d, known_at, &n);

    return past_ticket(d->book, entries, n, as_of_at, &d->arena, ret);
}

struct row {
    const char *life, *known, *at;
    int rc;
    enum ticket_state state;
    enum clock_kind kind;
    const char *story;
};

T_TEST(past, a_ticket_as_it_was_and_as_it_was_known)
{
    static const struct row rows[] = {
        {"10:00 open P2", "12:00", "09:59", PAST_NOT_YET, 0, 0, NULL},
        {"10:00 open P2", "09:59", "12:00", PAST_NOT_YET, 0, 0, NULL},
        {"10:00 open P2, 12:00 resolve", "13:00", "10:00", 0, TICKET_NEW, CLOCK_KIND_RESOLUTION,
         "#1 open 10:00- 0m due 18:00"},
        {"10:00 open P2, 11:00 take, 12:00 resolve", "13:00", "11:30", 0, TICKET_OPEN,
         CLOCK_KIND_RESOLUTION, "#1 open 10:00- 90m due 18:00"},
        {"10:00 open P2, 12:00 resolve", "13:00", "12:00", 0, TICKET_RESOLVED,
         CLOCK_KIND_RESOLUTION, "#1 met 10:00-12:00 120m"},
        {"10:00 open P2, 11:00 hold embargo, 12:00 resume embargo", "13:00", "11:20", 0,
         TICKET_HELD, CLOCK_KIND_RESOLUTION, "#1 open 10:00- 60m held"},
        /* Said at eleven, recorded at half past twelve: the journal says so today, and did not. */
        {"10:00 open P2, 12:20 look, 12:30@11:00 reply", "13:00", "12:10", 0, TICKET_OPEN,
         CLOCK_KIND_FIRST_RESPONSE, "#1 met 10:00-11:00 60m"},
        {"10:00 open P2, 12:20 look, 12:30@11:00 reply", "12:20", "12:10", 0, TICKET_NEW,
         CLOCK_KIND_FIRST_RESPONSE, "#1 breached 10:00- 130m !12:00"},
        /* A breach that passed and that nobody has recorded yet. */
        {"10:00 open P2", "12:10", "12:10", 0, TICKET_NEW, CLOCK_KIND_FIRST_RESPONSE,
         "#1 breached 10:00- 130m !12:00"},
        /* Another priority, and before it. */
        {"10:00 open P1, 10:10 reply, 10:20 ask, 10:30 priority P2", "11:00", "10:25", 0,
         TICKET_OPEN, CLOCK_KIND_NEXT_RESPONSE, "#1 open 10:20- 5m due 11:20"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct sample s;
        struct desk d;
        struct ticket t;

        life_sample(&s);
        desk_init(&d, &s.book);
        life_do(&d, row->life);
        T_EQ_INT(past(&d, life_at(row->known), life_at(row->at), &t), row->rc, "row %zu", i);
        if (row->rc == 0) {
            T_EQ_INT(t.state, row->state, "row %zu", i);
            T_EQ_STR(life_story(d.book, &t, row->kind, life_at(row->at)), row->story, "row %zu", i);
            const struct ticket_clock *c = ticket_clock(&t, row->kind, 0);
            T_CHECK(c != NULL, "row %zu", i);
            T_EQ_INT(c->as_of_at, life_at(row->at), "row %zu", i);
        }
        desk_fini(&d);
        sample_fini(&s);
    }
}

T_TEST(past, a_clock_has_the_entries_that_told_of_its_cycle_by_then)
{
    struct sample s;
    struct desk d;
    struct ticket t;

    life_sample(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P2, 11:30 look, 12:00 reply, 13:00 resolve, 14:00 reopen");
    const struct ticket_clock *c = ticket_clock(&d.ticket, CLOCK_KIND_FIRST_RESPONSE, 0);
    T_EQ_INT(past(&d, life_at("15:00"), life_at("11:10"), &t), 0);
    T_EQ_INT(t.clocks[0].kind, CLOCK_KIND_FIRST_RESPONSE);
    T_EQ_INT(t.clocks[0].breach_seq, c->breach_seq);
    T_EQ_INT(t.clocks[0].ended_seq, 0, "it ran then");
    T_EQ_INT(t.last_seq, 2);
    T_EQ_INT(t.version, 2);
    T_EQ_INT(t.updated_at, life_at("11:30"), "when the breach of eleven was recorded");
    T_EQ_INT(past(&d, life_at("15:00"), life_at("10:50"), &t), 0);
    T_EQ_INT(t.clocks[0].breach_seq, 0, "not yet");
    T_EQ_INT(past(&d, life_at("15:00"), life_at("13:30"), &t), 0);
    T_EQ_INT(t.clocks[0].breach_seq, c->breach_seq);
    T_EQ_INT(t.clocks[0].ended_seq, c->ended_seq);
    T_CHECK(c->ended_seq == 3 && c->breach_seq == 2);
    T_EQ_INT(ticket_clock(&t, CLOCK_KIND_RESOLUTION, 0)->ended_seq, 4);
    T_EQ_INT(past(&d, life_at("15:00"), life_at("14:30"), &t), 0);
    T_EQ_INT(ticket_clock(&t, CLOCK_KIND_RESOLUTION, 0)->ended_seq, 0, "it runs again");
    desk_fini(&d);
    sample_fini(&s);
}

/* Tags taken off with a claim from before they were put on, again and again: no order of instants
 * has room for all of them. */
T_TEST(past, claims_in_another_order_than_the_journals)
{
    struct sample s;
    struct desk d;
    struct ticket t;

    life_sample(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P2");
    for (uint64_t i = 0; i < 3 * TICKET_TAGS_MAX; i++) {
        struct command c = desk_command(&d, COMMAND_TAG, life_at("10:00") + (int64_t)i);
        c.body = sample_text("word");
        c.claimed_at = i % 3 == 0 ? life_at("09:10") : INSTANT_NONE;
        T_EQ_INT(desk_do(&d, &c), 0);
        c.claimed_at = i % 3 == 1 ? life_at("09:05") : INSTANT_NONE;
        c.tag_seq = d.n_entries;
        c.removed = true;
        T_EQ_INT(desk_do(&d, &c), 0);
        c = desk_command(&d, COMMAND_LINK, life_at("10:00") + (int64_t)i);
        c.other = 2 + i;
        c.link = LINK_RELATES;
        c.claimed_at = i % 3 == 0 ? life_at("09:10") : INSTANT_NONE;
        T_EQ_INT(desk_do(&d, &c), 0);
        c.claimed_at = i % 3 == 1 ? life_at("09:05") : INSTANT_NONE;
        c.removed = true;
        T_EQ_INT(desk_do(&d, &c), 0);
    }
    life_do(&d, "10:30 take, 10:40@10:20 note");
    struct command c = desk_command(&d, COMMAND_RELEASE, life_at("10:50"));
    T_EQ_INT(desk_do(&d, &c), 0);
    T_EQ_INT(past(&d, life_at("12:00"), life_at("12:00"), &t), 0);
    T_EQ_INT(t.n_tags, 0, "all were taken off");
    T_EQ_INT(t.n_links, 0);
    T_EQ_INT(t.assignee, 0);
    T_EQ_INT(past(&d, life_at("12:00"), life_at("09:30"), &t), 0);
    T_EQ_INT(t.n_tags, TICKET_TAGS_MAX, "those that were claimed, as far as there is room");
    T_EQ_INT(past(&d, life_at("12:00"), life_at("10:35"), &t), 0);
    T_EQ_INT(t.assignee, SAMPLE_AGENT);
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Random lives
 */

/* The state as its facts alone give it, in the order of their instants. */
static enum ticket_state state_of(const struct ticket *t, int64_t as_of_at)
{
    const struct fact *facts[TICKET_FACTS_MAX];
    enum ticket_state ended = TICKET_NONE;
    uint32_t held = 0;
    bool touched = false;
    size_t n = 0;

    for (size_t i = 0; i < t->n_facts; i++) {
        size_t to = n;
        if (t->facts[i].at > as_of_at) {
            continue;
        }
        while (to > 0 && facts[to - 1]->at > t->facts[i].at) {
            facts[to] = facts[to - 1];
            to--;
        }
        facts[to] = &t->facts[i];
        n++;
    }
    for (size_t i = 0; i < n; i++) {
        const struct fact *f = facts[i];
        const bool over = ended != TICKET_NONE;
        held |= f->kind == FACT_HELD ? 1u << f->reason : 0;
        held &= f->kind == FACT_RESUMED ? ~(1u << f->reason) : ~0u;
        touched |= !over && (f->kind == FACT_REPLIED || f->kind == FACT_ACKNOWLEDGED);
        if (f->kind == FACT_RESOLVED || f->kind == FACT_CLOSED || f->kind == FACT_MERGED) {
            held = 0;
            ended = f->kind == FACT_RESOLVED ? TICKET_RESOLVED
                    : f->kind == FACT_CLOSED ? TICKET_CLOSED
                                             : TICKET_MERGED;
        } else if (f->kind == FACT_REOPENED) {
            ended = TICKET_NONE;
            touched = true;
        }
    }
    return ended != TICKET_NONE ? ended
           : held != 0          ? TICKET_HELD
           : touched            ? TICKET_OPEN
                                : TICKET_NEW;
}

static void same_clocks(const struct ticket *now, const struct ticket *told)
{
    for (size_t i = 0; i < told->n_clocks; i++) {
        const struct ticket_clock *a = &told->clocks[i];
        const struct ticket_clock *b = ticket_clock(now, a->kind, a->team);
        if (b == NULL) {
            T_EQ_INT(a->state, CLOCK_CANCELLED, "it never was");
            continue;
        }
        T_EQ_INT(b->cycle, a->cycle);
        T_EQ_INT(b->state, a->state);
        T_EQ_INT(b->verdict, a->verdict);
        T_EQ_INT(b->target_row, a->target_row);
        T_EQ_INT(b->target_us, a->target_us);
        T_EQ_INT(b->started_at, a->started_at);
        T_EQ_INT(b->stopped_at, a->stopped_at);
        T_EQ_INT(b->breached_at, a->breached_at);
        T_EQ_INT(b->breach_seq, a->breach_seq);
        T_EQ_INT(b->ended_seq, a->ended_seq);
        T_EQ_INT(b->warned, a->warned);
    }
    T_CHECK(now->n_clocks <= told->n_clocks);
}

/* As of now it is the ticket that there is. */
static void check_present(struct desk *d, int64_t at)
{
    struct ticket told = d->ticket;
    struct ticket t;

    T_EQ_INT(past(d, at, at, &t), 0);
    same_clocks(&t, &told);
    told.n_clocks = t.n_clocks = 0;
    sample_same_ticket(&t, &told, "as of now");
}

/* What its facts until then say, in every instant of its life and right before it. */
static void check_pasts(struct desk *d, int64_t at)
{
    size_t n;
    const struct entry *entries = recorded_by(d, at, &n);
    struct ticket t;

    for (size_t i = 0; i < 2 * n; i++) {
        const int64_t as_of_at = entries[i / 2].event.effective_at - (int64_t)(i % 2);
        const struct arena_mark mark = arena_mark(&d->arena);
        size_t facts = 0;
        if (as_of_at < d->ticket.opened_at) {
            T_EQ_INT(past_ticket(d->book, entries, n, as_of_at, &d->arena, &t), PAST_NOT_YET);
            continue;
        }
        T_EQ_INT(past_ticket(d->book, entries, n, as_of_at, &d->arena, &t), 0);
        T_EQ_INT(t.state, state_of(&d->ticket, as_of_at));
        for (size_t k = 0; k < d->ticket.n_facts; k++) {
            if (d->ticket.facts[k].at <= as_of_at) {
                T_CHECK(facts < t.n_facts);
                T_EQ_INT(t.facts[facts].seq, d->ticket.facts[k].seq);
                T_EQ_INT(t.facts[facts].kind, d->ticket.facts[k].kind);
                facts++;
            }
        }
        T_EQ_INT(t.n_facts, facts);
        T_CHECK(ticket_next_at(&t) >= as_of_at || t.n_holds > 0 || t.state == TICKET_RESOLVED,
                "what passed is told");
        arena_rewind(&d->arena, mark);
    }
}

static struct command other_command(const struct desk *d, uint64_t *seed, int64_t at)
{
    static const enum command_kind kinds[] = {COMMAND_TAG, COMMAND_LINK, COMMAND_ASSIGN,
                                              COMMAND_RELEASE};
    struct command c = desk_command(d, kinds[walk_pick(seed, 4)], at);

    c.roles = ~0u;
    c.assignee = SAMPLE_AGENT + (uint32_t)walk_pick(seed, 2);
    c.other = 2 + walk_pick(seed, 3);
    c.link = LINK_RELATES;
    c.removed = walk_pick(seed, 2) == 0;
    if (c.kind == COMMAND_TAG) {
        c.body = sample_text("word");
        c.tag_seq = d->ticket.n_tags > 0 ? d->ticket.tags[0] : 0;
    }
    c.claimed_at = at - (int64_t)walk_pick(seed, (size_t)(3 * US_PER_HOUR));
    return c;
}

T_TEST(past, random_lives_are_what_their_facts_say_at_every_instant)
{
    static struct desk d;
    struct sample s;

    alarm(T_SECONDS * t_effort());
    walk_sample(&s, false);
    for (uint64_t life = 0; life < LIVES * t_effort(); life++) {
        uint64_t seed = life;
        int64_t at = life_at("09:00");

        walk_modes(&s.versions[0], life);
        desk_init(&d, &s.book);
        struct command c = desk_command(&d, COMMAND_OPEN, at);
        c.priority = "P1";
        T_EQ_INT(desk_do(&d, &c), 0);
        for (size_t i = 0; i < COMMANDS; i++) {
            at += walk_wait_us(&seed);
            c = walk_pick(&seed, 4) == 0 ? other_command(&d, &seed, at)
                                         : walk_command(&d, &seed, at, false);
            if (desk_do(&d, &c) == 0) {
                check_present(&d, at);
            }
        }
        check_pasts(&d, at);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(past, a_full_arena_is_an_error)
{
    struct sample s;
    struct desk d;
    size_t n;
    size_t fits = 0;

    life_sample(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 09:10 reply, 10:00 ask, 10:10 hold embargo");
    const struct entry *entries = recorded_by(&d, life_at("11:00"), &n);
    for (size_t limit = 0; limit < 40000; limit += 100) {
        struct arena arena;
        struct ticket t;
        arena_init(&arena, limit);
        const int rc = past_ticket(d.book, entries, n, life_at("11:00"), &arena, &t);
        T_CHECK(rc <= 0);
        fits += rc == 0;
        arena_fini(&arena);
    }
    T_CHECK(fits > 0 && fits < 400);
    desk_fini(&d);
    sample_fini(&s);
}

/* More entries than a ticket may have facts: most of them are none. */
T_TEST(past, a_long_journal_has_few_facts)
{
    enum { NOTES = TICKET_FACTS_MAX + 100 };
    struct sample s;
    struct desk d;
    struct ticket t;
    size_t n;

    life_sample(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P2, 09:10 note");
    for (size_t i = 1; i < NOTES; i++) {
        struct entry *e = arena_alloc(&d.arena, sizeof(*e));
        *e = *d.entries[1];
        e->seq = d.n_entries + 1;
        d.entries[d.n_entries++] = e;
    }
    const struct entry *entries = recorded_by(&d, life_at("12:00"), &n);
    T_EQ_INT(n, 1 + NOTES);
    T_EQ_INT(past_ticket(d.book, entries, n, life_at("12:00"), &d.arena, &t), 0);
    T_EQ_INT(t.n_messages, NOTES);
    T_EQ_INT(t.n_facts, 1, "the opening");
    T_EQ_INT(t.last_seq, n);
    T_EQ_INT(past_ticket(d.book, entries, n, life_at("09:05"), &d.arena, &t), 0);
    T_EQ_INT(t.n_messages, 0);
    desk_fini(&d);
    sample_fini(&s);
}
