// SPDX-License-Identifier: Apache-2.0
/*
 * What is asked of a ticket with less memory than it takes, from none on and a little more each
 * time: there is too little, until there is enough; and enough is what plenty gives. What takes
 * less than was given back before it is never what an arena has no room for; so each request to one
 * is refused once as well. The suite is linked so that those of the code under test come here.
 */
#include <stdbool.h>
#include <string.h>

#include "core/explain.h"
#include "core/instant.h"
#include "core/life.h"
#include "core/split.h"
#include "t.h"

enum { STEP_BYTES = 16, LIMIT_BYTES = 1 << 20 };

static const char story[] = "09:00 open P2, 09:10 take, 09:20 ask, 09:30 hold embargo, "
                            "09:40 resume embargo, 10:00 hold embargo, 10:30 hold third-party, "
                            "11:00 team cebu-b, 11:30 resume embargo, 11:40 resume third-party, "
                            "12:00 priority P1, 17:00 resolve, 3/10:00 reopen";

struct question {
    struct sample sample;
    struct desk desk;
    int64_t at;
};

static int ask_why(const struct question *q, struct arena *arena, int64_t *ret_sum)
{
    struct explanation e;
    const int rc = explain(q->desk.book, &q->desk.ticket, CLOCK_KIND_RESOLUTION, 0, q->at, arena,
                           &e);
    if (rc == 0) {
        *ret_sum = e.counted_us + 2 * e.held_us + 4 * e.outside_us + 8 * e.stopped_us +
                   (int64_t)e.n_spans;
    }
    return rc;
}

static int ask_whose(const struct question *q, struct arena *arena, int64_t *ret_sum)
{
    struct split s;
    const int rc = split(q->desk.book, &q->desk.ticket, CLOCK_KIND_RESOLUTION, 0, q->at, arena, &s);
    if (rc == 0) {
        *ret_sum = s.wall_us;
        for (size_t i = 0; i < s.n_shares; i++) {
            *ret_sum += ((int64_t)i + 1) * s.shares[i].wall_us;
        }
    }
    return rc;
}

static int tell_late(const struct question *q, struct arena *arena, int64_t *ret_sum)
{
    struct decision decision;
    struct refusal refusal;
    struct command c = desk_command(&q->desk, COMMAND_REPLY, q->at);

    c.claimed_at = life_at("3/08:40"); /* in time, so the breach is taken back */
    const int rc = decide(q->desk.book, &q->desk.ticket, &c, arena, &decision, &refusal);
    if (rc == 0) {
        *ret_sum = (int64_t)decision.n_events;
        for (size_t i = 0; i < decision.n_events; i++) {
            *ret_sum += ((int64_t)i + 1) * 100 * (int64_t)decision.events[i].kind;
        }
    }
    return rc;
}

static void starve(const struct question *q, const char *name,
                   int (*ask)(const struct question *q, struct arena *arena, int64_t *ret_sum))
{
    struct arena arena;
    int64_t plenty = 0;
    int64_t sum = 0;
    size_t starved = 0;
    int rc;

    arena_init(&arena, 64 * LIMIT_BYTES);
    T_EQ_INT(ask(q, &arena, &plenty), 0, "%s", name);
    arena_fini(&arena);
    do {
        T_CHECK(starved * STEP_BYTES < LIMIT_BYTES, "%s", name);
        arena_init(&arena, starved * STEP_BYTES);
        rc = ask(q, &arena, &sum);
        arena_fini(&arena);
        T_CHECK(rc <= 0, "%s with %zu bytes", name, starved * STEP_BYTES);
        starved++;
    } while (rc < 0);
    T_CHECK(starved > 10, "%s", name);
    T_EQ_INT(sum, plenty, "%s with %zu bytes", name, starved * STEP_BYTES);
}

T_TEST(starved, a_question_with_too_little_memory_is_not_answered_and_never_in_part)
{
    static const struct {
        const char *name;
        int (*ask)(const struct question *q, struct arena *arena, int64_t *ret_sum);
    } rows[] = {{"explain", ask_why}, {"split", ask_whose}};
    struct question q;

    life_sample(&q.sample);
    desk_init(&q.desk, &q.sample.book);
    life_do(&q.desk, story);
    q.at = life_at("3/12:00");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        starve(&q, rows[i].name, rows[i].ask);
    }
    desk_fini(&q.desk);
    sample_fini(&q.sample);
}

T_TEST(starved, a_breach_is_taken_back_wholly_or_not_at_all)
{
    static const struct {
        const char *name;
        const char *life;
        enum ticket_verdict verdict; /* as the ticket knows it before */
    } rows[] = {
        {"told", "3/07:00 open P2, 3/09:30 look", TICKET_VERDICT_BREACHED},
        {"not told yet", "3/07:00 open P2", TICKET_VERDICT_OPEN},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct question q;
        life_sample(&q.sample);
        desk_init(&q.desk, &q.sample.book);
        life_do(&q.desk, rows[i].life);
        T_EQ_INT(desk_clock(&q.desk, CLOCK_KIND_FIRST_RESPONSE)->verdict, rows[i].verdict, "%s",
                 rows[i].name);
        q.at = life_at("3/10:00");
        starve(&q, rows[i].name, tell_late);
        desk_fini(&q.desk);
        sample_fini(&q.sample);
    }
}

static int reply_now(const struct question *q, struct arena *arena, int64_t *ret_sum)
{
    struct decision decision;
    struct refusal refusal;
    const struct command c = desk_command(&q->desk, COMMAND_REPLY, q->at);
    const int rc = decide(q->desk.book, &q->desk.ticket, &c, arena, &decision, &refusal);

    *ret_sum = rc == 0 ? (int64_t)decision.n_events : 0;
    return rc;
}

/* The response of a P1 warns after 7:30, 11:15 and 13:30 minutes, and is late after 15. */
T_TEST(starved, what_passed_before_a_reply_is_recorded_with_it_or_not_at_all)
{
    static const struct {
        const char *at;
        int64_t events;
    } rows[] = {
        {"2026-03-02T09:05:00Z", 1}, {"2026-03-02T09:10:00Z", 2}, {"2026-03-02T09:12:00Z", 3},
        {"2026-03-02T09:14:00Z", 4}, {"2026-03-02T09:20:00Z", 5},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct question q;
        int64_t n = 0;
        sample_init(&q.sample);
        desk_init(&q.desk, &q.sample.book);
        desk_open(&q.desk, "P1", "2026-03-02T09:00:00Z");
        q.at = sample_at(rows[i].at);
        starve(&q, rows[i].at, reply_now);
        T_EQ_INT(reply_now(&q, &q.desk.arena, &n), 0);
        T_EQ_INT(n, rows[i].events, "%s", rows[i].at);
        desk_fini(&q.desk);
        sample_fini(&q.sample);
    }
}

void *__real_arena_alloc(struct arena *a, size_t n);
void *__wrap_arena_alloc(struct arena *a, size_t n);
void *__real_arena_array(struct arena *a, size_t n, size_t size);
void *__wrap_arena_array(struct arena *a, size_t n, size_t size);

static int granted = -1; // requests before the one that is refused; -1: none is

static bool is_refused(void)
{
    return granted >= 0 && granted-- == 0;
}

void *__wrap_arena_alloc(struct arena *a, size_t n)
{
    return is_refused() ? NULL : __real_arena_alloc(a, n);
}

void *__wrap_arena_array(struct arena *a, size_t n, size_t size)
{
    return is_refused() ? NULL : __real_arena_array(a, n, size);
}

struct room {
    struct sample sample;
    struct desk desk;
};

static struct command import_now(const struct room *r, const char *at)
{
    struct command c = desk_command(&r->desk, COMMAND_IMPORT, life_at(at));

    c.human = false;
    c.priority = "P1";
    c.source = "legacy";
    c.source_key = "INC1";
    c.opened_at = life_at("09:00");
    c.clocks = ~0u;
    return c;
}

static struct command import_young(struct room *r)
{
    struct command c = import_now(r, "09:20");

    c.body = sample_text("it does not print");
    return c;
}

static struct command import_late(struct room *r)
{
    return import_now(r, "18:00");
}

static struct command open_done(struct room *r)
{
    struct command c = desk_command(&r->desk, COMMAND_OPEN, life_at("12:00"));

    c.priority = "P1";
    c.claimed_at = life_at("10:30");
    c.kept_resolve_at = life_at("11:40");
    return c;
}

static struct command ask(struct room *r)
{
    struct command c = desk_command(&r->desk, COMMAND_REPLY, life_at("12:00"));

    c.side = SIDE_REQUESTER;
    return c;
}

static struct command merge(struct room *r)
{
    struct command c = desk_command(&r->desk, COMMAND_MERGE, life_at("10:00"));

    c.other = 2;
    c.other_state = TICKET_OPEN;
    return c;
}

/* The book has other rows by now. */
static struct command look_anew(struct room *r)
{
    for (size_t i = 0; i < SAMPLE_TARGETS; i++) {
        r->sample.targets[0][i].rule.target_us *= 2;
    }
    return desk_command(&r->desk, COMMAND_EXPIRE, life_at("09:20"));
}

static struct command sweep(struct room *r)
{
    struct command c = look_anew(r);

    c.moved_by = MOVED_BY_CALENDAR;
    return c;
}

/* Refuses the first request that a command makes, then only the second one, and so on. */
static void refuse_each(struct room *r, const char *name, const struct command *c,
                        const char *trace)
{
    const bool first = c->kind == COMMAND_OPEN || c->kind == COMMAND_IMPORT;
    const struct ticket *before = first ? NULL : &r->desk.ticket;
    struct refusal refusal;
    bool refused = true;
    char buf[512];

    for (int n = 0; refused; n++) {
        struct decision d;
        struct arena arena;
        arena_init(&arena, 64 * LIMIT_BYTES);
        granted = n;
        const int rc = decide(r->desk.book, before, c, &arena, &d, &refusal);
        refused = granted < 0;
        granted = -1;
        T_CHECK(refused ? rc < 0 : rc == 0, "%s, request %d: %d", name, n, rc);
        T_CHECK(refused || n > 3, "%s, request %d", name, n);
        if (!refused) {
            r->desk.decision = d;
            T_EQ_STR(desk_trace(&r->desk, buf, sizeof(buf)), trace, "%s", name);
        }
        arena_fini(&arena);
    }
}

T_TEST(starved, each_request_that_is_refused_ends_the_decision)
{
    static const struct {
        const char *name;
        const char *life;
        struct command (*command)(struct room *r);
        const char *trace;
    } rows[] = {
        {"young history", NULL, import_young, "ticket_opened message clock_rescheduled"},
        {"late history", NULL, import_late,
         "ticket_opened clock_breached:acknowledge clock_breached:first_response "
         "clock_breached:resolution"},
        {"opened when it was done", NULL, open_done,
         "ticket_opened clock_warned:acknowledge clock_breached:acknowledge resolved"},
        {"question after the closing", "09:00 open P2, 10:00 resolve", ask,
         "closed message reopened"},
        {"question that was waited for", "09:00 open P2, 09:10 reply, 09:20 hold waiting-customer",
         ask, "message resumed"},
        {"merge", "09:00 open P2", merge, "merged"},
        {"other targets", "09:00 open P1", look_anew, "clock_rescheduled"},
        {"other targets in a sweep", "09:00 open P1", sweep,
         "clock_rescheduled clock_rescheduled clock_rescheduled"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        life_sample(&r.sample);
        r.sample.versions[0].auto_close = (struct book_span){.us = US_PER_HOUR};
        r.sample.holds[0][0].ends_on_requester_message = true;
        desk_init(&r.desk, &r.sample.book);
        if (rows[i].life != NULL) {
            life_do(&r.desk, rows[i].life);
        }
        const struct command c = rows[i].command(&r);
        refuse_each(&r, rows[i].name, &c, rows[i].trace);
        desk_fini(&r.desk);
        sample_fini(&r.sample);
    }
}
