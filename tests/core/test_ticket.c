// SPDX-License-Identifier: Apache-2.0
#include "core/ticket.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/instant.h"

#include "t.h"

static const struct {
    enum ticket_state state;
    const char *verbs; /* in the order of the table */
} legal[] = {
    {TICKET_NONE, ""},
    {TICKET_NEW,
     "take, reply, note, hold, resolve, priority, ack, assign, transfer, edit, merge, link"},
    {TICKET_OPEN,
     "take, reply, note, hold, resolve, priority, ack, assign, transfer, edit, merge, link"},
    {TICKET_HELD, "take, reply, note, hold, resume, resolve, priority, ack, assign, transfer, "
                  "edit, merge, link"},
    {TICKET_RESOLVED, "reply, note, reopen, close, merge, link"},
    {TICKET_CLOSED, "note, reopen, link"},
    {TICKET_MERGED, ""},
};

T_TEST(ticket, every_state_has_its_verbs)
{
    char buf[128];

    for (size_t i = 0; i < sizeof(legal) / sizeof(legal[0]); i++) {
        T_EQ_INT(legal[i].state, i);
        T_EQ_STR(ticket_legal_verbs(legal[i].state, buf, sizeof(buf)), legal[i].verbs, "%s",
                 ticket_state_name(legal[i].state));
    }
    T_EQ_INT(sizeof(legal) / sizeof(legal[0]), TICKET_STATES);
}

static const struct {
    enum ticket_state from;
    enum ticket_verb verb;
    enum ticket_state to;
} moves[] = {
    {TICKET_NEW, TICKET_VERB_TAKE, TICKET_OPEN},
    {TICKET_NEW, TICKET_VERB_REPLY, TICKET_OPEN},
    {TICKET_NEW, TICKET_VERB_NOTE, TICKET_NEW},
    {TICKET_NEW, TICKET_VERB_HOLD, TICKET_HELD},
    {TICKET_NEW, TICKET_VERB_RESOLVE, TICKET_RESOLVED},
    {TICKET_NEW, TICKET_VERB_PRIORITY, TICKET_NEW},
    {TICKET_OPEN, TICKET_VERB_TAKE, TICKET_OPEN},
    {TICKET_OPEN, TICKET_VERB_REPLY, TICKET_OPEN},
    {TICKET_OPEN, TICKET_VERB_NOTE, TICKET_OPEN},
    {TICKET_OPEN, TICKET_VERB_HOLD, TICKET_HELD},
    {TICKET_OPEN, TICKET_VERB_RESOLVE, TICKET_RESOLVED},
    {TICKET_OPEN, TICKET_VERB_PRIORITY, TICKET_OPEN},
    {TICKET_HELD, TICKET_VERB_TAKE, TICKET_HELD},
    {TICKET_HELD, TICKET_VERB_REPLY, TICKET_HELD},
    {TICKET_HELD, TICKET_VERB_NOTE, TICKET_HELD},
    {TICKET_HELD, TICKET_VERB_HOLD, TICKET_HELD},
    {TICKET_HELD, TICKET_VERB_RESUME, TICKET_HELD},
    {TICKET_HELD, TICKET_VERB_RESOLVE, TICKET_RESOLVED},
    {TICKET_HELD, TICKET_VERB_PRIORITY, TICKET_HELD},
    {TICKET_RESOLVED, TICKET_VERB_REPLY, TICKET_RESOLVED},
    {TICKET_RESOLVED, TICKET_VERB_NOTE, TICKET_RESOLVED},
    {TICKET_RESOLVED, TICKET_VERB_REOPEN, TICKET_OPEN},
    {TICKET_RESOLVED, TICKET_VERB_CLOSE, TICKET_CLOSED},
    {TICKET_CLOSED, TICKET_VERB_NOTE, TICKET_CLOSED},
    {TICKET_CLOSED, TICKET_VERB_REOPEN, TICKET_OPEN},
    {TICKET_NEW, TICKET_VERB_ACK, TICKET_OPEN},
    {TICKET_OPEN, TICKET_VERB_ACK, TICKET_OPEN},
    {TICKET_HELD, TICKET_VERB_ACK, TICKET_HELD},
    {TICKET_NEW, TICKET_VERB_ASSIGN, TICKET_NEW},
    {TICKET_OPEN, TICKET_VERB_ASSIGN, TICKET_OPEN},
    {TICKET_HELD, TICKET_VERB_ASSIGN, TICKET_HELD},
    {TICKET_NEW, TICKET_VERB_TRANSFER, TICKET_NEW},
    {TICKET_OPEN, TICKET_VERB_TRANSFER, TICKET_OPEN},
    {TICKET_HELD, TICKET_VERB_TRANSFER, TICKET_HELD},
    {TICKET_NEW, TICKET_VERB_EDIT, TICKET_NEW},
    {TICKET_OPEN, TICKET_VERB_EDIT, TICKET_OPEN},
    {TICKET_HELD, TICKET_VERB_EDIT, TICKET_HELD},
    {TICKET_NEW, TICKET_VERB_MERGE, TICKET_MERGED},
    {TICKET_OPEN, TICKET_VERB_MERGE, TICKET_MERGED},
    {TICKET_HELD, TICKET_VERB_MERGE, TICKET_MERGED},
    {TICKET_RESOLVED, TICKET_VERB_MERGE, TICKET_MERGED},
    {TICKET_NEW, TICKET_VERB_LINK, TICKET_NEW},
    {TICKET_OPEN, TICKET_VERB_LINK, TICKET_OPEN},
    {TICKET_HELD, TICKET_VERB_LINK, TICKET_HELD},
    {TICKET_RESOLVED, TICKET_VERB_LINK, TICKET_RESOLVED},
    {TICKET_CLOSED, TICKET_VERB_LINK, TICKET_CLOSED},
};

T_TEST(ticket, every_cell_of_the_table_is_as_written_here)
{
    size_t found = 0;

    for (unsigned state = 0; state < TICKET_STATES + 1; state++) {
        for (unsigned verb = 0; verb < TICKET_VERBS + 1; verb++) {
            enum ticket_state next = TICKET_STATES;
            enum ticket_state expected = TICKET_STATES;
            for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
                if (moves[i].from == state && moves[i].verb == verb) {
                    expected = moves[i].to;
                    found++;
                }
            }
            bool allowed = ticket_allows((enum ticket_state)state, (enum ticket_verb)verb, &next);
            T_EQ_INT(allowed, expected != TICKET_STATES, "state %u verb %u", state, verb);
            T_EQ_INT(next, expected, "state %u verb %u", state, verb);
        }
    }
    T_EQ_INT(found, sizeof(moves) / sizeof(moves[0]));
}

T_TEST(ticket, legal_verbs_are_cut_after_a_whole_name)
{
    char buf[14];

    T_EQ_STR(ticket_legal_verbs(TICKET_NEW, buf, sizeof(buf)), "take, reply");
    T_EQ_STR(ticket_legal_verbs(TICKET_NEW, buf, 1), "");
}

T_TEST(ticket, a_move_keeps_what_belongs_to_the_state)
{
    struct ticket t = {.resolved_at = INSTANT_NONE};

    ticket_move(&t, TICKET_NEW, 10);
    ticket_move(&t, TICKET_HELD, 20);
    t.n_holds = 2;
    T_EQ_INT(t.state_before_hold, TICKET_NEW);
    ticket_move(&t, TICKET_HELD, 21);
    T_EQ_INT(t.state_before_hold, TICKET_NEW, "staying is no move");
    ticket_move(&t, TICKET_RESOLVED, 30);
    T_EQ_INT(t.n_holds, 0, "what is resolved waits for nobody");
    T_EQ_INT(t.resolved_at, 30);
    T_EQ_INT(t.state_before_hold, TICKET_NONE);
    t.close_at = 35;
    ticket_move(&t, TICKET_RESOLVED, 31);
    T_EQ_INT(t.close_at, 35, "staying is no move");
    ticket_move(&t, TICKET_CLOSED, 40);
    T_EQ_INT(t.resolved_at, 30);
    T_EQ_INT(t.close_at, INSTANT_NEVER, "it is closed");
    ticket_move(&t, TICKET_OPEN, 50);
    T_EQ_INT(t.resolved_at, INSTANT_NONE);
    ticket_move(&t, TICKET_HELD, 60);
    t.n_holds = 1;
    ticket_move(&t, TICKET_MERGED, 70);
    T_EQ_INT(t.n_holds, 0);
    T_EQ_INT(t.resolved_at, INSTANT_NONE, "merged is not resolved");
}

/* Runs the move in a child; true if an assertion ended it. */
static bool move_aborts(enum ticket_state from, enum ticket_state to)
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        struct ticket t = {.state = from};
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        ticket_move(&t, to, 0);
        _exit(0);
    }
    T_CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

T_TEST(ticket, a_move_that_is_no_successor_aborts)
{
    static const char *const successors[TICKET_STATES] = {
        /* columns:             none new open held resolved closed merged */
        [TICKET_NONE] = "sy-----",   [TICKET_NEW] = "-syyy-y",      [TICKET_OPEN] = "--syy-y",
        [TICKET_HELD] = "-yysy-y",   [TICKET_RESOLVED] = "--y-syy", [TICKET_CLOSED] = "--y--s-",
        [TICKET_MERGED] = "------s",
    };

    for (unsigned from = 0; from < TICKET_STATES; from++) {
        for (unsigned to = 0; to < TICKET_STATES; to++) {
            T_EQ_INT(move_aborts((enum ticket_state)from, (enum ticket_state)to),
                     successors[from][to] == '-', "%s to %s",
                     ticket_state_name((enum ticket_state)from),
                     ticket_state_name((enum ticket_state)to));
        }
    }
}

static struct ticket_clock running(enum clock_kind kind, int64_t due_at, int64_t limit_at,
                                   int64_t next_warn_at)
{
    return (struct ticket_clock){
        .kind = kind,
        .cycle = 1,
        .state = CLOCK_RUNNING,
        .verdict = TICKET_VERDICT_OPEN,
        .due_at = due_at,
        .limit_at = limit_at,
        .next_warn_at = next_warn_at,
        .breached_at = INSTANT_NONE,
        .stopped_at = INSTANT_NONE,
    };
}

T_TEST(ticket, the_next_timer_is_the_earliest_of_warnings_and_limits)
{
    struct ticket t = {.state = TICKET_OPEN};

    T_EQ_INT(ticket_next_at(&t), INSTANT_NEVER);
    t.clocks[t.n_clocks++] = running(CLOCK_KIND_FIRST_RESPONSE, 500, 600, INSTANT_NEVER);
    T_EQ_INT(ticket_next_at(&t), 600, "the limit, not the due instant");
    t.clocks[t.n_clocks++] = running(CLOCK_KIND_RESOLUTION, 900, 900, 550);
    T_EQ_INT(ticket_next_at(&t), 550);
    t.clocks[1].state = CLOCK_PAUSED;
    T_EQ_INT(ticket_next_at(&t), 600, "on hold nothing is armed");
    t.clocks[0].breached_at = 100;
    T_EQ_INT(ticket_next_at(&t), INSTANT_NEVER, "a cycle is breached once");
}

T_TEST(ticket, the_next_timer_may_end_a_hold_or_close)
{
    struct ticket t = {.state = TICKET_HELD, .close_at = 100};

    t.clocks[t.n_clocks++] = running(CLOCK_KIND_FIRST_RESPONSE, 500, 600, INSTANT_NEVER);
    t.holds[t.n_holds++] = (struct ticket_hold){.ends_at = INSTANT_NEVER};
    T_EQ_INT(ticket_next_at(&t), 600);
    t.holds[t.n_holds++] = (struct ticket_hold){.ends_at = 400};
    T_EQ_INT(ticket_next_at(&t), 400);
    t.n_holds = 0;
    t.n_clocks = 0;
    t.state = TICKET_RESOLVED;
    T_EQ_INT(ticket_next_at(&t), 100);
    t.state = TICKET_CLOSED;
    T_EQ_INT(ticket_next_at(&t), INSTANT_NEVER, "it is closed already");
}

T_TEST(ticket, it_changed_with_its_newest_fact_that_is_no_message)
{
    struct fact facts[] = {
        {.kind = FACT_OPENED, .at = 10},  {.kind = FACT_HELD, .at = 30},
        {.kind = FACT_RESUMED, .at = 20}, {.kind = FACT_REPLIED, .at = 40},
        {.kind = FACT_ASKED, .at = 50},
    };
    struct ticket t = {.facts = facts};

    T_EQ_INT(ticket_changed_at(&t), INSTANT_NONE);
    t.n_facts = 5;
    T_EQ_INT(ticket_changed_at(&t), 30);
}

T_TEST(ticket, a_link_has_an_inverse_that_leads_back)
{
    for (unsigned i = LINK_NONE; i < LINK_KINDS; i++) {
        const enum link_kind inverse = link_kind_inverse((enum link_kind)i);
        T_EQ_INT(link_kind_inverse(inverse), i);
        T_EQ_INT(inverse == i, i == LINK_NONE || i == LINK_RELATES, "%s",
                 link_kind_name((enum link_kind)i));
        for (unsigned k = 0; k < i; k++) {
            T_CHECK(strcmp(link_kind_name((enum link_kind)i), link_kind_name((enum link_kind)k)));
        }
    }
    T_EQ_STR(link_kind_name(LINK_DUPLICATED_BY), "duplicated-by");
    T_EQ_STR(link_kind_name(LINK_KINDS), "unknown");
    T_EQ_INT(link_kind_inverse(LINK_KINDS), LINK_NONE);
}

T_TEST(ticket, the_next_deadline_is_that_of_a_running_clock_within_its_target)
{
    struct ticket t = {.state = TICKET_OPEN};

    T_CHECK(ticket_next_deadline(&t) == NULL);
    t.clocks[t.n_clocks++] = running(CLOCK_KIND_FIRST_RESPONSE, 500, 600, INSTANT_NEVER);
    t.clocks[t.n_clocks++] = running(CLOCK_KIND_RESOLUTION, 400, 900, INSTANT_NEVER);
    T_CHECK(ticket_next_deadline(&t) == &t.clocks[1]);
    t.clocks[1].breached_at = 400;
    T_CHECK(ticket_next_deadline(&t) == &t.clocks[0]);
    t.clocks[0].state = CLOCK_PAUSED;
    T_CHECK(ticket_next_deadline(&t) == NULL);
}

T_TEST(ticket, class_and_urgency_follow_state_and_breach)
{
    static const struct {
        enum ticket_state state;
        bool breached;
        enum ticket_class class;
        int64_t urgency_at;
    } rows[] = {
        {TICKET_NEW, false, TICKET_CLASS_NEW, 500},
        {TICKET_NEW, true, TICKET_CLASS_BREACHED, 300},
        {TICKET_OPEN, false, TICKET_CLASS_OPEN, 500},
        {TICKET_OPEN, true, TICKET_CLASS_BREACHED, 300},
        {TICKET_HELD, false, TICKET_CLASS_HELD, 500},
        {TICKET_HELD, true, TICKET_CLASS_BREACHED, 300},
        {TICKET_RESOLVED, false, TICKET_CLASS_RESOLVED, 700},
        {TICKET_RESOLVED, true, TICKET_CLASS_RESOLVED, 700},
        {TICKET_CLOSED, true, TICKET_CLASS_CLOSED, 700},
        {TICKET_MERGED, false, TICKET_CLASS_CLOSED, 700},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ticket t = {.state = rows[i].state, .resolved_at = 700};
        t.clocks[t.n_clocks++] = running(CLOCK_KIND_FIRST_RESPONSE, 500, 600, INSTANT_NEVER);
        t.clocks[t.n_clocks++] = running(CLOCK_KIND_RESOLUTION, 900, 900, INSTANT_NEVER);
        t.clocks[t.n_clocks++] = running(CLOCK_KIND_UPDATE, INSTANT_NEVER, INSTANT_NEVER,
                                         INSTANT_NEVER);
        if (rows[i].breached) {
            t.clocks[1].breached_at = 400;
            t.clocks[2].breached_at = 300;
        }
        T_EQ_INT(ticket_class(&t), rows[i].class, "row %zu", i);
        T_EQ_INT(ticket_urgency_at(&t), rows[i].urgency_at, "row %zu", i);
        T_EQ_INT(ticket_is_breached(&t), rows[i].breached, "row %zu", i);
    }
    struct ticket merged = {.state = TICKET_MERGED, .resolved_at = INSTANT_NONE, .updated_at = 800};
    T_EQ_INT(ticket_urgency_at(&merged), 800, "never resolved: when it was merged");
    struct ticket bare = {.state = TICKET_OPEN};
    T_EQ_INT(ticket_urgency_at(&bare), INSTANT_NEVER, "nothing is armed");
}

T_TEST(ticket, names_lead_back_to_what_they_name)
{
    for (unsigned i = 1; i < TICKET_STATES; i++) {
        T_EQ_INT(ticket_state_named(ticket_state_name((enum ticket_state)i)), i);
    }
    T_EQ_INT(ticket_state_named("none"), TICKET_NONE);
    T_EQ_INT(ticket_state_named(""), TICKET_NONE);
    T_EQ_STR(ticket_state_name(TICKET_STATES), "unknown");
    for (unsigned i = 1; i < CLOCK_KINDS; i++) {
        T_EQ_INT(clock_kind_named(clock_kind_name((enum clock_kind)i)), i);
    }
    T_EQ_INT(clock_kind_named("none"), CLOCK_KIND_NONE);
    T_CHECK(clock_kind_name(CLOCK_KINDS) == NULL);
    T_EQ_STR(ticket_verdict_name(TICKET_VERDICT_UNMEASURED), "unmeasured");
    T_EQ_STR(ticket_verdict_name((enum ticket_verdict)99), "unknown");
    T_EQ_STR(ticket_verb_name(TICKET_VERBS), "unknown");
    T_EQ_STR(side_name(SIDE_TOOL), "tool");
    T_EQ_STR(book_kind_name(BOOK_ZONE), "zone");
}
