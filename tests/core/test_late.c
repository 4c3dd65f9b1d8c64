// SPDX-License-Identifier: Apache-2.0
/*
 * What is told late counts from when it happened: it may overturn a breach, bring one about, or
 * move it. Rows are those of life_sample; a person may tell two hours late.
 */
#include <string.h>

#include "core/life.h"
#include "t.h"

#define NEXT  CLOCK_KIND_NEXT_RESPONSE
#define FIRST CLOCK_KIND_FIRST_RESPONSE

struct room {
    struct sample sample;
    struct desk desk;
};

static void enter(struct room *r)
{
    life_sample(&r->sample);
    desk_init(&r->desk, &r->sample.book);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

struct row {
    const char *what;
    const char *life;
    const char *last;
    const char *trace; /* of the last command */
    enum clock_kind kind;
    const char *story; /* an hour after it */
};

/* What the ticket knows is what its facts say. */
static void check_clock(const struct room *r, const struct row *row)
{
    const struct ticket_clock *known = ticket_clock(&r->desk.ticket, row->kind, 0);
    struct sla_clock now;

    T_CHECK(known != NULL, "%s", row->what);
    T_CHECK(desk_as_of(&r->desk, row->kind, known->as_of_at, &now), "%s", row->what);
    T_EQ_INT(known->cycle, now.clock.cycle, "%s", row->what);
    T_EQ_INT(known->state, now.clock.state, "%s", row->what);
    T_EQ_INT(known->verdict, now.clock.verdict, "%s", row->what);
    T_EQ_INT(known->breached_at, now.clock.breached_at, "%s", row->what);
    T_EQ_INT(known->limit_at, now.clock.limit_at, "%s", row->what);
    T_EQ_INT(known->breach_seq != 0, known->breached_at != INSTANT_NONE, "%s", row->what);
    if (known->breach_seq != 0) {
        const struct event *e = &r->desk.entries[known->breach_seq - 1]->event;
        T_EQ_INT(e->kind, EVENT_CLOCK_BREACHED, "%s", row->what);
        T_EQ_INT(e->effective_at, known->breached_at, "%s", row->what);
    }
}

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (int ticked = 0; ticked < 2; ticked++) {
            struct room r;
            size_t from;

            enter(&r);
            (ticked ? life_do_ticked : life_do)(&r.desk, rows[i].life);
            from = r.desk.n_entries;
            life_do(&r.desk, rows[i].last);
            T_EQ_STR(life_trace(&r.desk, from), rows[i].trace, "%s", rows[i].what);
            T_EQ_STR(life_story(&r.sample.book, &r.desk.ticket, rows[i].kind,
                                r.desk.entries[from]->recorded_at + US_PER_HOUR),
                     rows[i].story, "%s", rows[i].what);
            check_clock(&r, &rows[i]);
            leave(&r);
        }
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

T_TEST(late, t65_a_reply_told_late_takes_the_breach_back)
{
    static const struct row rows[] = {
        {"the first", "09:00 open P2, 11:30 look", "11:40@10:30 reply",
         "10:30 message, 11:00 withdrawn first_response#1", FIRST, "#1 met 09:00-10:30 90m"},
        {"not when it was too late itself", "09:00 open P2, 11:30 look", "11:40@11:10 reply",
         "11:10 message", FIRST, "#1 breached 09:00-11:10 130m !11:00"},
        {"at the limit it was in time", "09:00 open P2, 11:30 look", "11:40@11:00 reply",
         "11:00 message, 11:00 withdrawn first_response#1", FIRST, "#1 met 09:00-11:00 120m"},
        {"nobody had noticed the breach: it is told, and taken back", "09:00 open P2",
         "11:40@10:30 reply",
         "11:00 *breached first_response#1, 10:30 message, 11:00 withdrawn first_response#1", FIRST,
         "#1 met 09:00-10:30 90m"},
        {"T37: only what answers does", "09:00 open P2, 11:30 look", "11:40@10:30 note",
         "10:30 message", FIRST, "#1 breached 09:00- 220m !11:00"},
        {"further back than is believed: it counts from its receipt", "09:00 open P2, 11:30 look",
         "13:00@10:30 reply", "13:00 message", FIRST, "#1 breached 09:00-13:00 240m !11:00"},
        {"the next", "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 11:30 look",
         "11:40@10:20 reply", "10:20 message, 11:00 withdrawn next_response#1", NEXT,
         "#1 met 10:00-10:20 20m"},
    };
    CHECK(rows);
}

T_TEST(late, a_question_told_late_moves_the_start)
{
    static const struct row rows[] = {
        {"warned of nothing that is past, but late now",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:50 note", "11:20@10:10 ask",
         "10:10 message, 11:10 breached next_response#1", NEXT, "#1 breached 10:10- 130m !11:10"},
        {"not late yet: what comes is told", "09:00 open P1, 09:01 take, 09:10 reply, 10:50 note",
         "10:55@10:10 ask", "10:10 message", NEXT, "#1 breached 10:10- 105m !11:10"},
        {"an older question than the one that runs",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:30 ask, 11:00+1 look", "11:05@10:10 ask",
         "10:10 message", NEXT, "#1 breached 10:10- 115m !11:10"},
        {"the breach moves: it is taken back and told anew",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:30 ask, 11:31 look", "11:35@10:10 ask",
         "10:10 message, 11:30 withdrawn next_response#1, 11:10 breached next_response#1", NEXT,
         "#1 breached 10:10- 145m !11:10"},
        {"a younger one changes nothing",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:30 ask, 11:31 look", "11:35@10:40 ask",
         "10:40 message", NEXT, "#1 breached 10:30- 125m !11:30"},
    };
    CHECK(rows);
}

T_TEST(late, warnings_that_lie_behind_are_not_given_and_those_ahead_are)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P1, 09:01 take, 09:10 reply, 10:50 note");
    const size_t from = r.desk.n_entries;
    life_do(&r.desk, "10:52@10:10 ask");
    T_EQ_INT(ticket_next_at(&r.desk.ticket), life_at("10:55"), "75%% of an hour");
    life_do(&r.desk, "11:20 look");
    T_EQ_STR(life_trace(&r.desk, from), "10:10 message, 10:55 *warned next_response#1/1, "
                                        "11:10 *breached next_response#1");
    leave(&r);
}

T_TEST(late, a_reply_between_two_questions_makes_two_cycles_of_one)
{
    static const struct row rows[] = {
        {"late both before and now: only what is so now stays",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:30 ask, 11:35 look",
         "11:40@10:20 reply",
         "10:20 message, 11:00 withdrawn next_response#1, 11:30 breached next_response#2", NEXT,
         "#1 met 10:00-10:20 20m; #2 breached 10:30- 130m !11:30"},
        {"the second runs",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:50 ask, "
         "11:05 look",
         "11:10@10:20 reply", "10:20 message, 11:00 withdrawn next_response#1", NEXT,
         "#1 met 10:00-10:20 20m; #2 breached 10:50- 80m !11:50"},
        {"nothing was late",
         "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:50 ask, "
         "10:51 look",
         "10:55@10:20 reply", "10:20 message", NEXT,
         "#1 met 10:00-10:20 20m; #2 breached 10:50- 65m !11:50"},
    };
    CHECK(rows);
}

T_TEST(late, other_acts_told_late_count_from_then_too)
{
    static const struct row rows[] = {
        {"taken", "09:00 open P1, 09:45 look", "09:50@09:20 take",
         "09:20 taken, 09:30 withdrawn acknowledge#1", CLOCK_KIND_ACKNOWLEDGE,
         "#1 met 09:00-09:20 20m"},
        {"on hold", "09:00 open P1, 09:45 look", "09:50@09:20 hold embargo",
         "09:20 held, 09:30 withdrawn acknowledge#1", CLOCK_KIND_ACKNOWLEDGE,
         "#1 open 09:00- 20m held"},
        {"resolved", "09:00 open P2, 09:10 reply, 17:30 look", "17:40@16:50 resolve",
         "16:50 resolved, 17:00 withdrawn resolution#1", CLOCK_KIND_RESOLUTION,
         "#1 met 09:00-16:50 470m"},
        {"but another target from when it is said", "09:00 open P2, 10:30 look",
         "10:40@09:20 category net", "10:40 edited, 10:40 breached resolution#1",
         CLOCK_KIND_RESOLUTION, "#1 breached 09:00- 160m !10:40"},
        {"never before what changed its state",
         "09:00 open P2, 09:10 reply, 10:30 hold third-party, 17:30 look",
         "18:00@16:30 resume third-party", "16:30 resumed", CLOCK_KIND_RESOLUTION,
         "#1 open 09:00- 240m due 23:00"},
    };
    CHECK(rows);
}

/* An id tells that it is the same breach, though the row was another one when it was recorded. */
T_TEST(late, what_is_taken_back_has_the_id_of_the_breach)
{
    /* Of the first life: two lanes of mixed words, worked out apart from the code. */
    static const uint8_t golden[16] = {0x5c, 0xdf, 0x5b, 0xd2, 0xef, 0xab, 0x79, 0x1d,
                                       0x88, 0xdb, 0x7f, 0x79, 0xdb, 0x32, 0x86, 0x8c};
    static const struct {
        const char *before, *after;
    } lives[] = {
        {"09:00 open P2, 11:30 look", "11:40@10:30 reply"},
        {"09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 11:05 look, 11:06 priority P2",
         "11:40@10:20 reply"},
        {"09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 11:05 look, 11:06 priority P2, "
         "11:07 priority P3",
         "11:40@10:20 reply"},
        {"09:00 open P1, 09:01 take, 09:10 reply, 10:30 ask, 11:31 look, 11:32 priority P2",
         "11:35@10:10 ask"},
    };

    for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
        const struct event *breach = NULL;
        const struct event *back = NULL;
        struct room r;

        enter(&r);
        life_do(&r.desk, lives[i].before);
        life_do(&r.desk, lives[i].after);
        for (size_t k = 0; k < r.desk.n_entries; k++) {
            const struct event *e = &r.desk.entries[k]->event;
            breach = e->kind == EVENT_CLOCK_BREACHED && back == NULL ? e : breach;
            back = e->kind == EVENT_CLOCK_WITHDRAWN ? e : back;
        }
        T_CHECK(breach != NULL && back != NULL, "%zu", i);
        T_EQ_MEM(breach->u.timer.id, back->u.timer.id, 16, "%zu", i);
        T_CHECK(i > 0 || memcmp(breach->u.timer.id, golden, 16) == 0, "ids are stored");
        T_EQ_INT(breach->u.timer.kind, back->u.timer.kind);
        T_EQ_INT(breach->u.timer.cycle, back->u.timer.cycle);
        T_EQ_INT(breach->effective_at, back->effective_at, "dated at what it takes back");
        T_EQ_INT(back->clocks[0].cycle, back->u.timer.cycle);
        T_EQ_INT(back->clocks[0].breached_at, INSTANT_NONE);
        T_EQ_INT(back->claimed_at, INSTANT_NONE);
        leave(&r);
    }
}

/* The zone data of the book learns something: what was a breach is none, or comes later. */
T_TEST(late, what_the_book_learns_takes_a_breach_back_by_the_clock)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P2, 11:30 look");
    const size_t from = r.desk.n_entries;
    r.sample.targets[0][4].rule.target_us += US_PER_HOUR / 4;
    life_do(&r.desk, "11:31 look, 11:32 look");
    T_EQ_STR(life_trace(&r.desk, from), "11:00 *withdrawn first_response#1, "
                                        "11:15 *breached first_response#1");
    r.sample.targets[0][4].rule.target_us += US_PER_HOUR;
    life_do(&r.desk, "11:33 look");
    T_EQ_STR(life_trace(&r.desk, from + 2), "11:15 *withdrawn first_response#1");
    T_EQ_INT(ticket_next_at(&r.desk.ticket), life_at("12:15"));
    leave(&r);
}

/* T43: a cycle that is over keeps its verdict, whatever is told of it later. */
T_TEST(late, t43_a_cycle_before_the_present_one_keeps_its_verdict)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 11:05 reply, 11:10 ask");
    T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_BREACHED, NEXT), 1);
    life_do(&r.desk, "11:20@10:30 reply");
    T_EQ_INT(desk_count(&r.desk, EVENT_CLOCK_WITHDRAWN, CLOCK_KIND_NONE), 0);
    T_EQ_INT(desk_clock(&r.desk, NEXT)->cycle, 2);
    leave(&r);
}

T_TEST(late, a_hold_told_late_that_is_over_already_moves_the_breach_once)
{
    struct room r;

    enter(&r);
    r.sample.holds[0][1].max = (struct book_span){.us = 30 * US_PER_MIN};
    life_do(&r.desk, "09:00 open P2, 11:10 look");
    const size_t from = r.desk.n_entries;
    life_do(&r.desk, "11:40@10:50 hold embargo");
    T_EQ_STR(life_trace(&r.desk, from),
             "10:50 held, 11:00 withdrawn first_response#1, 11:30 breached first_response#1, "
             "11:20 *resumed");
    T_EQ_INT(r.desk.ticket.state, TICKET_NEW);
    leave(&r);
}

/* Resolved before the question that they answered: told late, the question was never open. */
T_TEST(late, a_question_that_came_after_the_resolve_was_never_open)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 10:31 look");
    size_t from = r.desk.n_entries;
    life_do(&r.desk, "10:40@09:50 resolve");
    T_EQ_STR(life_trace(&r.desk, from), "09:50 resolved");
    T_EQ_INT(desk_clock(&r.desk, NEXT)->state, CLOCK_CANCELLED);
    T_EQ_INT(desk_clock(&r.desk, NEXT)->limit_at, INSTANT_NEVER);
    T_EQ_INT(desk_clock(&r.desk, NEXT)->elapsed_us, 0);
    T_EQ_INT(ticket_next_at(&r.desk.ticket), INSTANT_NEVER);
    from = r.desk.n_entries;
    life_do(&r.desk, "10:50 reopen, 11:21 look");
    T_EQ_STR(life_trace(&r.desk, from), "10:50 reopened, 11:20 *warned next_response#1/0",
             "another cycle, though it has the number again");
    leave(&r);

    enter(&r);
    life_do(&r.desk, "09:00 open P1, 09:01 take, 09:10 reply, 10:00 ask, 11:10 look");
    from = r.desk.n_entries;
    life_do(&r.desk, "11:20@09:50 resolve, 11:30 look");
    T_EQ_STR(life_trace(&r.desk, from), "09:50 resolved, 11:00 withdrawn next_response#1");
    T_CHECK(!ticket_is_breached(&r.desk.ticket));
    leave(&r);
}

T_TEST(late, a_wall_clock_that_went_back_takes_nothing_back)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P2, 11:30 look");
    const size_t from = r.desk.n_entries;
    life_do(&r.desk, "10:30 note, 10:31 look");
    T_EQ_STR(life_trace(&r.desk, from), "11:30 message",
             "what comes now comes after what was seen");
    T_EQ_INT(desk_clock(&r.desk, FIRST)->breached_at, life_at("11:00"));
    leave(&r);
}
