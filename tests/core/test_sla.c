// SPDX-License-Identifier: Apache-2.0
#include "core/sla.h"

#include <string.h>

#include "core/sample.h"
#include "t.h"

/* The present cycle of a clock as of an instant; false if there is none. */
static bool as_of(const struct desk *d, enum clock_kind kind, int64_t at, struct sla_clock *ret)
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

/*
 * Worked cases. Times are of 2026, UTC; the clock is a resolution of target_s. Warsaw works Mon-Fri
 * 9-17, Manila Mon-Fri 9-18. A script's steps are split by commas:
 *   start [REASON] (created on hold)   pause REASON   resume REASON   stop   reopen
 *   P1 (priority with the other target)   P4 (priority without a target)
 */
struct row {
    const char *id;
    const char *title;
    enum { OFFICE, ALWAYS, WARSAW, MANILA } hours;
    bool only_import; /* has steps that no live command takes yet */
    int64_t target_s;
    int64_t other_s;
    int64_t window_s;
    const char *script;
    const char *until;
    enum clock_state state;
    int64_t elapsed_s;
    int64_t left_target_s; /* the target at the end */
    enum ticket_verdict verdict;
    const char *breached;
    const char *due; /* on hold: if it were resumed at `until` */
    const char *limit;
};

#define RUN  CLOCK_RUNNING
#define HELD CLOCK_PAUSED
#define STOP CLOCK_STOPPED
#define OPEN TICKET_VERDICT_OPEN
#define MET  TICKET_VERDICT_MET
#define MISS TICKET_VERDICT_BREACHED

static const struct row rows[] = {
    {"C02", "T13: a pause wholly outside hours costs nothing and gains nothing", OFFICE, false,
     57600, 0, 0, "03-02T09:00:00 start, 03-02T18:00:00 pause w, 03-03T07:00:00 resume w",
     "03-03T09:00:00", RUN, 32400, 57600, OPEN, NULL, "03-03T16:00:00", "03-03T16:00:00"},
    {"C03", "two reasons overlap: it runs only when both are gone", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T10:00:00 pause customer, 03-02T10:30:00 pause third, "
     "03-02T11:00:00 resume customer, 03-02T12:00:00 resume third",
     "03-02T12:00:00", RUN, 3600, 14400, OPEN, NULL, "03-02T15:00:00", "03-02T15:00:00"},
    {"C04", "a pause of 20 seconds counts 20 seconds", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T10:00:50 pause w, 03-02T10:01:10 resume w", "03-02T11:00:00", RUN,
     7180, 14400, OPEN, NULL, "03-02T13:00:20", "03-02T13:00:20"},
    {"C05", "T35: resolved while paused: what was used up is frozen at the pause", OFFICE, false,
     14400, 0, 0, "03-02T09:00:00 start, 03-02T10:00:00 pause w, 03-04T15:00:00 stop",
     "03-05T12:00:00", STOP, 3600, 14400, MET, NULL, NULL, NULL},
    {"C06", "T31, T38: paused: no due instant, only a projection", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T10:00:00 pause w", "03-04T10:00:00", HELD, 3600, 14400, OPEN,
     NULL, "03-04T13:00:00", NULL},
    {"C07", "T40: created on hold", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start w, 03-02T11:00:00 resume w", "03-02T12:00:00", RUN, 3600, 14400, OPEN,
     NULL, "03-02T15:00:00", "03-02T15:00:00"},
    {"C08", "stopped exactly at the due instant is met", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T13:00:00 stop", "03-02T14:00:00", STOP, 14400, 14400, MET, NULL,
     NULL, NULL},
    {"C09", "stopped one second later is a breach", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T13:00:01 stop", "03-02T14:00:00", STOP, 14401, 14400, MISS,
     "03-02T13:00:00", NULL, NULL},
    {"C10", "used up at Friday's close, resolved on Saturday: met", OFFICE, false, 28800, 0, 0,
     "03-06T09:00:00 start, 03-07T10:00:00 stop", "03-09T12:00:00", STOP, 28800, 28800, MET, NULL,
     NULL, NULL},
    {"C14", "T29, G18: raised beyond what was used up: breached at the change, not before", OFFICE,
     true, 28800, 14400, 0, "03-02T09:00:00 start, 03-02T15:00:00 P1", "03-02T16:00:00", RUN, 25200,
     14400, MISS, "03-02T15:00:00", NULL, NULL},
    {"C18", "lowered after a breach: the breach stays", OFFICE, true, 7200, 28800, 0,
     "03-02T09:00:00 start, 03-02T12:00:00 P1, 03-02T13:00:00 stop", "03-02T14:00:00", STOP, 14400,
     28800, MISS, "03-02T11:00:00", NULL, NULL},
    {"C20a", "handed over exactly at the end", OFFICE, false, 21600, 0, 0,
     "03-02T09:00:00 start, 03-02T15:00:00 stop", "03-02T15:00:00", STOP, 21600, 21600, MET, NULL,
     NULL, NULL},
    {"C21", "reopened within the window: the time while resolved does not count", OFFICE, true,
     14400, 0, 432000, "03-02T09:00:00 start, 03-02T11:00:00 stop, 03-03T10:00:00 reopen",
     "03-03T10:30:00", RUN, 9000, 14400, OPEN, NULL, "03-03T12:00:00", "03-03T12:00:00"},
    {"C23", "T43: reopened after the window: a new cycle with its own clock", OFFICE, true, 14400,
     0, 3600, "03-02T09:00:00 start, 03-02T11:00:00 stop, 03-03T10:00:00 reopen", "03-03T10:30:00",
     RUN, 1800, 14400, OPEN, NULL, "03-03T14:00:00", "03-03T14:00:00"},
    {"C26a", "nobody came: breached at the limit", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start", "03-02T14:00:00", RUN, 18000, 14400, MISS, "03-02T13:00:00", NULL,
     NULL},
    {"C26b", "what happened in time counts, whenever it is told", OFFICE, true, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T12:30:00 stop", "03-02T15:00:00", STOP, 12600, 14400, MET, NULL,
     NULL, NULL},
    {"C27", "T65: intake of 08:10 told at 12:40: a breach already past", OFFICE, true, 14400, 0, 0,
     "03-02T08:10:00 start", "03-02T12:40:00", RUN, 16200, 14400, MISS, "03-02T12:10:00", NULL,
     NULL},
    {"C30", "no target any more: cancelled, no verdict", OFFICE, true, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T10:00:00 P4", "03-03T10:00:00", CLOCK_CANCELLED, 3600, 14400,
     TICKET_VERDICT_NONE, NULL, NULL, NULL},
    {"C31", "paused at 17:59:59, resumed at 09:00:01", OFFICE, false, 57600, 0, 0,
     "03-02T09:00:00 start, 03-02T16:59:59 pause w, 03-03T08:00:01 resume w", "03-03T09:00:00", RUN,
     32398, 57600, OPEN, NULL, "03-03T16:00:02", "03-03T16:00:02"},
    {"C32", "pause and stop at one instant, in journal order", OFFICE, false, 14400, 0, 0,
     "03-02T09:00:00 start, 03-02T12:00:00 pause w, 03-02T12:00:00 stop", "03-02T13:00:00", STOP,
     10800, 14400, MET, NULL, NULL, NULL},
    {"C34", "paused across the change to summer time, around the clock", ALWAYS, false, 43200, 0, 0,
     "03-28T23:00:00 start, 03-29T00:30:00 pause w, 03-29T01:30:00 resume w", "03-29T02:00:00", RUN,
     7200, 43200, OPEN, NULL, "03-29T12:00:00", "03-29T12:00:00"},
    {"T14", "after a hold the due instant lies within hours", OFFICE, false, 14400, 0, 0,
     "03-02T15:00:00 start, 03-02T16:00:00 pause w, 03-02T22:00:00 resume w", "03-02T22:00:00", RUN,
     3600, 14400, OPEN, NULL, "03-03T11:00:00", "03-03T11:00:00"},
    {"T17", "held across a week-end: only open time is given back", OFFICE, false, 28800, 0, 0,
     "03-06T13:00:00 start, 03-06T15:00:00 pause w, 03-09T10:00:00 resume w", "03-09T10:00:00", RUN,
     7200, 28800, OPEN, NULL, "03-09T16:00:00", "03-09T16:00:00"},
    {"T23", "a hold that begins outside of hours is on hold, and costs nothing", OFFICE, false,
     14400, 0, 0, "03-07T10:00:00 start, 03-07T12:00:00 pause w", "03-08T12:00:00", HELD, 0, 14400,
     OPEN, NULL, "03-09T12:00:00", NULL},
    {"T31", "breached before the hold began: the breach stays", OFFICE, false, 7200, 0, 0,
     "03-02T09:00:00 start, 03-02T12:00:00 pause w", "03-02T15:00:00", HELD, 10800, 7200, MISS,
     "03-02T11:00:00", "03-02T15:00:00", NULL},
    {"T30", "a hold before the change of target still counts as one", OFFICE, true, 28800, 14400, 0,
     "03-02T09:00:00 start, 03-02T10:00:00 pause w, 03-02T13:00:00 resume w, 03-02T14:00:00 P1",
     "03-02T14:00:00", RUN, 7200, 14400, OPEN, NULL, "03-02T16:00:00", "03-02T16:00:00"},
    {"G14", "T15: opened on Saturday: nothing used up until Monday", WARSAW, false, 1800, 0, 0,
     "11-21T18:00:00 start", "11-23T08:00:00", RUN, 0, 1800, OPEN, NULL, "11-23T08:30:00",
     "11-23T08:30:00"},
    {"G15", "held from Friday 15:00 to Monday 11:00, four open hours", WARSAW, false, 28800, 0, 0,
     "11-20T13:00:00 start, 11-20T14:00:00 pause w, 11-23T10:00:00 resume w", "11-23T10:00:00", RUN,
     3600, 28800, OPEN, NULL, "11-24T09:00:00", "11-24T09:00:00"},
    {"G18a", "raised after a hold, 5 h used: the new 8 h end at 15:00", MANILA, true, 86400, 28800,
     0, "11-16T02:00:00 start, 11-16T06:00:00 pause w, 11-17T03:00:00 resume w, 11-17T04:00:00 P1",
     "11-17T04:00:00", RUN, 18000, 28800, OPEN, NULL, "11-17T07:00:00", "11-17T07:00:00"},
    {"G18b", "raised to 4 h with 5 h used: breached at the change", MANILA, true, 86400, 14400, 0,
     "11-16T02:00:00 start, 11-16T06:00:00 pause w, 11-17T03:00:00 resume w, 11-17T04:00:00 P1",
     "11-17T04:00:00", RUN, 18000, 14400, MISS, "11-17T04:00:00", NULL, NULL},
};

enum { AT_BYTES = sizeof("03-02T09:00:00") - 1 };

static int64_t in_2026(const char *text)
{
    char full[32] = "2026-";
    memcpy(full + 5, text, AT_BYTES);
    memcpy(full + 5 + AT_BYTES, "Z", 2);
    return sample_at(full);
}

static const struct book_calendar *hours_of(struct sample *s, const struct row *row)
{
    static const struct calendar_window day[] = {{9 * 3600, 17 * 3600}, {9 * 3600, 18 * 3600}};
    struct calendar_rules *rules = arena_alloc(&s->arena, sizeof(*rules));
    struct calendar_version version = {.effective_at = INSTANT_NONE, .rules = rules};

    if (row->hours == OFFICE || row->hours == ALWAYS) {
        return row->hours == OFFICE ? s->office : s->always;
    }
    rules->zone = row->hours == WARSAW ? s->berlin : sample_zone(&s->arena, "PST-8");
    for (int i = 0; i < 5; i++) {
        rules->week[i] = (struct calendar_day){&day[row->hours == MANILA], 1};
    }
    return sample_calendar(s, "hours", &version, 1);
}

/* One rule for the row, other reasons to hold, and nothing else. */
static void agree(struct sample *s, const struct row *row)
{
    const struct book_calendar *calendar;
    struct book_target *t = s->targets[0];

    sample_init(s);
    calendar = hours_of(s, row);
    for (size_t i = 0; i < 3; i++) {
        t[i] = (struct book_target){
            .clock = CLOCK_KIND_RESOLUTION,
            .within = "",
            .rule = {.target_us = row->target_s * US_PER_S, .calendar = calendar->calendar},
            .calendar = calendar,
        };
    }
    t[0].match.priority = sample_names(s, "P1", NULL);
    t[0].rule.target_us = row->other_s * US_PER_S;
    t[1].match.priority = sample_names(s, "P4", NULL);
    t[1].none = true;
    s->versions[0].n_targets = 3;
    s->holds[0][0].reason = "w";
    s->holds[0][1].reason = "customer";
    s->holds[0][2].reason = "third";
    s->versions[0].reopen_window_us = row->window_s * US_PER_S;
}

struct step {
    int64_t at;
    char word[16];
    char arg[16];
};

enum { STEPS_MAX = 8 };

/* "03-02T09:00:00 pause w, ..." */
static size_t read_script(const char *script, struct step steps[static STEPS_MAX])
{
    size_t n = 0;

    memset(steps, 0, STEPS_MAX * sizeof(*steps));
    for (const char *p = script; *p != '\0'; n++) {
        const size_t all = strcspn(p, ",");
        const char *word = p + AT_BYTES + 1;
        const size_t word_bytes = strcspn(word, " ,");
        T_CHECK(n < STEPS_MAX);
        steps[n].at = in_2026(p);
        memcpy(steps[n].word, word, word_bytes);
        if (word[word_bytes] == ' ') {
            memcpy(steps[n].arg, word + word_bytes + 1, all - AT_BYTES - word_bytes - 2);
        }
        p += all + (p[all] == ',' ? 2 : 0);
    }
    return n;
}

static void play_live(struct desk *d, const struct row *row)
{
    static const struct {
        const char *word;
        enum command_kind kind;
    } words[] = {
        {"start", COMMAND_OPEN},
        {"pause", COMMAND_HOLD},
        {"resume", COMMAND_RESUME},
        {"stop", COMMAND_RESOLVE},
    };
    struct step steps[STEPS_MAX];
    const size_t n = read_script(row->script, steps);

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (strcmp(words[k].word, steps[i].word) != 0) {
            k++;
            T_CHECK(k < sizeof(words) / sizeof(words[0]), "%s", steps[i].word);
        }
        struct command c = desk_command(d, words[k].kind, steps[i].at);
        c.priority = "P3";
        c.reason = steps[i].arg;
        T_EQ_INT(desk_do(d, &c), 0, "%s: %s: %s", row->id, words[k].word, d->refusal.message);
    }
}

static void play_import(struct desk *d, const struct row *row)
{
    struct command_step sent[STEPS_MAX];
    struct step steps[STEPS_MAX];
    const size_t n = read_script(row->script, steps);
    struct command c = desk_command(d, COMMAND_IMPORT, in_2026(row->until));

    c.priority = "P3";
    c.opened_at = steps[0].at;
    c.reason = steps[0].arg;
    c.clocks = 1u << CLOCK_KIND_RESOLUTION;
    for (size_t i = 1; i < n; i++) {
        const char *word = steps[i].word;
        sent[i - 1] = (struct command_step){
            .at = steps[i].at,
            .kind = strcmp(word, "pause") == 0    ? STEP_HOLD
                    : strcmp(word, "resume") == 0 ? STEP_RESUME
                    : strcmp(word, "stop") == 0   ? STEP_RESOLVE
                    : strcmp(word, "reopen") == 0 ? STEP_REOPEN
                                                  : STEP_PRIORITY,
            .reason = steps[i].arg,
            .priority = word,
            .channel = "",
        };
    }
    c.steps = sent;
    c.n_steps = n - 1;
    T_EQ_INT(desk_do(d, &c), 0, "%s: %s: %s", row->id, d->refusal.field, d->refusal.message);
}

static void judge(const struct desk *d, const struct row *row, const char *how)
{
    struct sla_clock now;
    const struct ticket_clock *c = &now.clock;
    const bool held = row->state == CLOCK_PAUSED;

    T_CHECK(as_of(d, CLOCK_KIND_RESOLUTION, in_2026(row->until), &now), "%s %s", row->id, how);
    T_EQ_INT(c->state, row->state, "%s %s", row->id, how);
    T_EQ_INT(c->verdict, row->verdict, "%s %s", row->id, how);
    T_EQ_INT(c->elapsed_us, row->elapsed_s * US_PER_S, "%s %s", row->id, how);
    T_EQ_INT(c->target_us, row->left_target_s * US_PER_S, "%s %s", row->id, how);
    T_EQ_INT(c->breached_at, row->breached ? in_2026(row->breached) : INSTANT_NONE, "%s %s",
             row->id, how);
    T_EQ_INT(held ? now.due_if_resumed_at : c->due_at, row->due ? in_2026(row->due) : INSTANT_NEVER,
             "%s %s", row->id, how);
    T_EQ_INT(c->limit_at, row->limit ? in_2026(row->limit) : INSTANT_NEVER, "%s %s", row->id, how);
}

T_TEST(sla, worked_cases_hold_live_and_imported)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sample s;
        struct desk d;

        agree(&s, &rows[i]);
        if (!rows[i].only_import) {
            desk_init(&d, &s.book);
            play_live(&d, &rows[i]);
            struct command expire = desk_command(&d, COMMAND_EXPIRE, in_2026(rows[i].until));
            T_EQ_INT(desk_do(&d, &expire), 0);
            judge(&d, &rows[i], "live");
            T_EQ_INT(desk_count(&d, EVENT_CLOCK_BREACHED, CLOCK_KIND_NONE), rows[i].verdict == MISS,
                     "%s", rows[i].id);
            desk_fini(&d);
        }
        desk_init(&d, &s.book);
        play_import(&d, &rows[i]);
        judge(&d, &rows[i], "imported");
        T_EQ_INT(desk_count(&d, EVENT_CLOCK_BREACHED, CLOCK_KIND_NONE), rows[i].verdict == MISS,
                 "%s", rows[i].id);
        desk_fini(&d);
        sample_fini(&s);
    }
}

/*
 * Which target
 */

/* Imports a history of the sample's contract in which every clock is measured. */
static void import(struct desk *d, const char *priority, const char *opened,
                   const struct command_step *steps, size_t n, const char *at)
{
    struct command c = desk_command(d, COMMAND_IMPORT, sample_at(at));

    c.priority = priority;
    c.opened_at = sample_at(opened);
    c.clocks = ~0u;
    c.steps = steps;
    c.n_steps = n;
    T_EQ_INT(desk_do(d, &c), 0, "%s: %s", d->refusal.field, d->refusal.message);
}

static struct command_step step(unsigned kind, const char *at)
{
    struct command_step s = {
        .at = sample_at(at),
        .kind = kind,
        .reason = "",
        .priority = "",
        .side = SIDE_VENDOR,
        .message_kind = MESSAGE_KIND_HUMAN,
        .visibility = MESSAGE_PUBLIC,
        .channel = "",
    };
    return s;
}

static struct command_step priority_step(const char *priority, const char *at)
{
    struct command_step s = step(STEP_PRIORITY, at);
    s.priority = priority;
    return s;
}

T_TEST(sla, the_first_row_that_matches_is_the_target)
{
    static const struct {
        const char *priority, *tier, *team;
        int64_t response_row, resolution_row; /* -1: no clock */
    } tickets[] = {
        {"P1", "gold", "manila-a", 0, 2},
        {"P1", "silver", "manila-a", 0, 3},
        {"P1", "", "cebu-b", 0, 3},
        {"P2", "gold", "manila-a", 1, 4},
        {"P3", "", "cebu-b", 6, 4},
        {"P4", "gold", "manila-a", 1, -1},
        {"", "", "", 1, -1},
    };
    struct sample s;

    sample_init(&s);
    s.targets[0][6] = s.targets[0][1]; /* a row for a team, in front of the one for all */
    s.targets[0][7] = s.targets[0][1];
    s.targets[0][6].match.team = sample_names(&s, "cebu-b", NULL);
    s.targets[0][6].match.priority = sample_names(&s, "P3", NULL);
    s.targets[0][1].match.priority = sample_names(&s, "P2", "P4");
    s.versions[0].n_targets = 8;
    for (size_t i = 0; i < sizeof(tickets) / sizeof(tickets[0]); i++) {
        struct desk d;
        desk_init(&d, &s.book);
        struct command c = desk_command(&d, COMMAND_OPEN, sample_at("2026-03-02T09:00:00Z"));
        c.priority = tickets[i].priority;
        c.customer_tier = tickets[i].tier;
        c.team = tickets[i].team;
        T_EQ_INT(desk_do(&d, &c), 0);
        const struct ticket_clock *response = ticket_clock(&d.ticket, CLOCK_KIND_FIRST_RESPONSE, 0);
        const struct ticket_clock *resolution = ticket_clock(&d.ticket, CLOCK_KIND_RESOLUTION, 0);
        T_EQ_INT(response != NULL ? (int64_t)response->target_row : -1, tickets[i].response_row,
                 "ticket %zu", i);
        T_EQ_INT(resolution != NULL ? (int64_t)resolution->target_row : -1,
                 tickets[i].resolution_row, "ticket %zu", i);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, every_key_of_a_match_counts)
{
    struct sample s;

    sample_init(&s);
    struct book_target *t = &s.targets[0][0];
    s.versions[0].n_targets = 1;
    t->match.priority = sample_names(&s, "P1", "P2");
    t->match.function = sample_names(&s, "it", NULL);
    t->match.category = sample_names(&s, "network", NULL);
    t->match.customer_tier = sample_names(&s, "gold", NULL);
    t->match.language = sample_names(&s, "de", "en");
    t->match.team = sample_names(&s, "manila-a", NULL);
    for (unsigned wrong = 0; wrong <= 6; wrong++) {
        struct desk d;
        desk_init(&d, &s.book);
        struct command c = desk_command(&d, COMMAND_OPEN, sample_at("2026-03-02T09:00:00Z"));
        c.priority = wrong == 1 ? "P3" : "P2";
        c.function = wrong == 2 ? "" : "it";
        c.category = wrong == 3 ? "printer" : "network";
        c.customer_tier = wrong == 4 ? "silver" : "gold";
        c.language = wrong == 5 ? "tl" : "en";
        c.team = wrong == 6 ? "cebu-b" : "manila-a";
        T_EQ_INT(desk_do(&d, &c), 0);
        T_EQ_INT(d.ticket.n_clocks, wrong == 0, "key %u", wrong);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, a_priority_that_first_has_a_target_starts_the_clock_then)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        step(STEP_MESSAGE, "2026-03-02T09:30:00Z"),
        priority_step("P1", "2026-03-02T12:00:00Z"),
    };

    sample_init(&s);
    s.targets[0][1].match.priority = sample_names(&s, "P3", NULL); /* P4: nothing to respond to */
    desk_init(&d, &s.book);
    import(&d, "P4", "2026-03-02T09:00:00Z", steps, 2, "2026-03-02T13:00:00Z");
    T_CHECK(as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T13:00:00Z"), &now));
    T_EQ_INT(now.clock.started_at, sample_at("2026-03-02T12:00:00Z"));
    T_EQ_INT(now.clock.elapsed_us, US_PER_HOUR);
    T_EQ_INT(now.clock.cycle, 1);
    T_CHECK(!as_of(&d, CLOCK_KIND_FIRST_RESPONSE, sample_at("2026-03-02T13:00:00Z"), &now),
            "it was answered before there was a target");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_clock_without_a_target_for_a_while_starts_another_cycle)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        priority_step("P4", "2026-03-02T10:00:00Z"),
        priority_step("P1", "2026-03-02T12:00:00Z"),
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 2, "2026-03-02T13:00:00Z");
    T_CHECK(as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T13:00:00Z"), &now));
    T_EQ_INT(now.clock.cycle, 2);
    T_EQ_INT(now.clock.elapsed_us, US_PER_HOUR);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_new_target_brings_its_calendar_and_arms_its_warnings)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        priority_step("P1", "2026-03-02T17:00:00Z"), /* office closes, "always" does not */
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P3", "2026-03-02T16:00:00Z", steps, 1, "2026-03-02T17:30:00Z");
    T_CHECK(as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T17:30:00Z"), &now));
    T_EQ_INT(now.clock.target_row, 3);
    T_EQ_INT(now.clock.target_us, 4 * US_PER_HOUR);
    T_EQ_INT(now.clock.elapsed_us, 90 * US_PER_MIN);
    T_EQ_INT(now.clock.due_at, sample_at("2026-03-02T20:00:00Z"));
    T_EQ_INT(now.clock.next_warn_at, sample_at("2026-03-02T19:00:00Z"), "75%% of 4 h");
    T_EQ_INT(now.clock.started_at, sample_at("2026-03-02T16:00:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Holds
 */

T_TEST(sla, t59_each_clock_is_held_only_by_its_own_reasons)
{
    static const struct {
        const char *reason;
        enum clock_state response, resolution;
    } reasons[] = {
        {"waiting-customer", CLOCK_RUNNING, CLOCK_PAUSED},
        {"embargo", CLOCK_PAUSED, CLOCK_PAUSED},
        {"third-party", CLOCK_RUNNING, CLOCK_PAUSED},
        {"tool-down", CLOCK_RUNNING, CLOCK_RUNNING},
    };
    struct sample s;

    sample_init(&s);
    for (size_t i = 0; i < 4; i++) {
        struct desk d;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", "2026-03-02T09:00:00Z");
        desk_hold(&d, reasons[i].reason, "2026-03-02T10:00:00Z");
        T_EQ_INT(desk_clock(&d, CLOCK_KIND_FIRST_RESPONSE)->state, reasons[i].response, "%s",
                 reasons[i].reason);
        T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, reasons[i].resolution, "%s",
                 reasons[i].reason);
        T_EQ_INT(d.ticket.state, TICKET_HELD);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, a_reason_newer_than_the_pinned_version_holds_as_it_did_when_it_was_set)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    struct book_contract_version *v2 = sample_version(&s, 2, sample_at("2026-03-02T12:00:00Z"));
    s.holds[1][4] = (struct book_hold){"audit", SIDE_BUYER, 1u << CLOCK_KIND_RESOLUTION};
    s.holds[1][0].pauses = 0; /* waiting-customer stops nothing any more */
    v2->n_holds = 5;
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    desk_hold(&d, "audit", "2026-03-02T13:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_PAUSED);
    desk_resume(&d, "audit", "2026-03-02T14:00:00Z");
    desk_hold(&d, "waiting-customer", "2026-03-02T15:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_PAUSED, "as agreed at its start");
    desk_fini(&d);

    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T12:00:00Z");
    desk_hold(&d, "waiting-customer", "2026-03-02T15:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_RUNNING, "as agreed since");
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Versions
 */

T_TEST(sla, a_running_clock_keeps_the_version_it_started_with)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    sample_version(&s, 2, sample_at("2026-03-02T12:00:00Z"));
    s.targets[1][3].rule.target_us = US_PER_HOUR;
    desk_init(&d, &s.book);
    desk_open(&d, "P1", "2026-03-02T11:59:59Z");
    desk_ok(&d, COMMAND_TAKE, "2026-03-02T13:30:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->contract_version, 1);
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_OPEN);
    desk_fini(&d);

    desk_init(&d, &s.book);
    desk_open(&d, "P1", "2026-03-02T12:00:00Z");
    desk_ok(&d, COMMAND_TAKE, "2026-03-02T13:30:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->contract_version, 2);
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->verdict, TICKET_VERDICT_BREACHED);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, t42_a_new_cycle_pins_the_version_in_force_when_it_starts)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        step(STEP_RESOLVE, "2026-03-02T10:00:00Z"), step(STEP_REOPEN, "2026-03-07T10:00:00Z"),
        step(STEP_RESOLVE, "2026-03-07T11:00:00Z"), step(STEP_REOPEN, "2026-03-12T11:00:01Z"),
        step(STEP_RESOLVE, "2026-03-12T11:30:01Z"), step(STEP_CLOSE, "2026-03-13T00:00:00Z"),
        step(STEP_REOPEN, "2026-03-20T00:00:00Z"),
    };

    sample_init(&s);
    sample_version(&s, 2, sample_at("2026-03-10T00:00:00Z"));
    s.targets[1][3].rule.target_us = US_PER_HOUR;
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 7, "2026-03-20T00:10:00Z");
    T_CHECK(as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-20T00:10:00Z"), &now));
    T_EQ_INT(now.clock.cycle, 3, "exactly the window is within it; a second more is not");
    T_EQ_INT(now.clock.contract_version, 2);
    T_EQ_INT(now.clock.elapsed_us, 10 * US_PER_MIN);
    T_EQ_INT(now.clock.target_us, US_PER_HOUR);
    T_EQ_INT(desk_count(&d, EVENT_CLOCK_JUDGED, CLOCK_KIND_RESOLUTION), 2, "of cycles 1 and 2");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, a_calendar_switches_under_a_running_clock)
{
    /* Mon-Fri 9-17 in UTC, from 3 March noon on 9-20. */
    static const struct calendar_window eight[] = {{9 * 3600, 17 * 3600}};
    static const struct calendar_window eleven[] = {{9 * 3600, 20 * 3600}};
    struct calendar_rules rules[2] = {0};
    struct calendar_version versions[2];
    struct sample s;
    struct desk d;

    sample_init(&s);
    for (int day = 0; day < 5; day++) {
        rules[0].week[day] = (struct calendar_day){eight, 1};
        rules[1].week[day] = (struct calendar_day){eleven, 1};
    }
    rules[0].zone = rules[1].zone = s.utc;
    versions[0] = (struct calendar_version){.effective_at = INSTANT_NONE, .rules = &rules[0]};
    versions[1] = (struct calendar_version){.effective_at = sample_at("2026-03-03T12:00:00Z"),
                                            .rules = &rules[1]};
    const struct book_calendar *calendar = sample_calendar(&s, "switching", versions, 2);
    s.targets[0][4].rule.calendar = calendar->calendar;
    s.targets[0][4].calendar = calendar;
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->due_at, sample_at("2026-03-03T17:00:00Z"));
    T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->limit_at, sample_at("2026-03-03T17:00:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Responses
 */

T_TEST(sla, t61_t62_t63_only_a_human_public_vendor_reply_meets_the_first_response)
{
    static const struct {
        const char *what;
        enum side side;
        bool human;
        enum command_kind kind;
        bool meets;
    } acts[] = {
        {"a vendor's reply", SIDE_VENDOR, true, COMMAND_REPLY, true},
        {"a vendor's note", SIDE_VENDOR, true, COMMAND_NOTE, false},
        {"an automatic reply", SIDE_VENDOR, false, COMMAND_REPLY, false},
        {"a tool's reply", SIDE_TOOL, false, COMMAND_REPLY, false},
        {"the buyer's reply", SIDE_BUYER, true, COMMAND_REPLY, false},
        {"the requester's reply", SIDE_REQUESTER, true, COMMAND_REPLY, false},
        {"taking it", SIDE_VENDOR, true, COMMAND_TAKE, false},
    };
    struct sample s;

    sample_init(&s);
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        struct desk d;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", "2026-03-02T09:00:00Z");
        struct command c = desk_command(&d, acts[i].kind, sample_at("2026-03-02T10:00:00Z"));
        c.side = acts[i].side;
        c.human = acts[i].human;
        T_EQ_INT(desk_do(&d, &c), 0, "%s", acts[i].what);
        const struct ticket_clock *clock = desk_clock(&d, CLOCK_KIND_FIRST_RESPONSE);
        T_EQ_INT(clock->verdict, acts[i].meets ? TICKET_VERDICT_MET : TICKET_VERDICT_OPEN, "%s",
                 acts[i].what);
        T_EQ_INT(desk_clock(&d, CLOCK_KIND_RESOLUTION)->state, CLOCK_RUNNING,
                 "T37: %s does not resolve", acts[i].what);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(sla, t44_t45_a_reopening_never_arms_the_first_response_again)
{
    struct sample s;
    struct desk d;
    struct sla_clock now;
    const struct command_step steps[] = {
        step(STEP_MESSAGE, "2026-03-02T09:10:00Z"), step(STEP_RESOLVE, "2026-03-02T10:00:00Z"),
        step(STEP_REOPEN, "2026-03-02T11:00:00Z"),  step(STEP_RESOLVE, "2026-03-02T12:00:00Z"),
        step(STEP_REOPEN, "2026-03-30T11:00:00Z"),
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    import(&d, "P1", "2026-03-02T09:00:00Z", steps, 5, "2026-03-30T12:00:00Z");
    T_CHECK(as_of(&d, CLOCK_KIND_FIRST_RESPONSE, sample_at("2026-03-30T12:00:00Z"), &now));
    T_EQ_INT(now.clock.cycle, 1);
    T_EQ_INT(now.clock.verdict, TICKET_VERDICT_MET);
    T_EQ_INT(now.clock.stopped_at, sample_at("2026-03-02T09:10:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

/*
 * Facts as such
 */

T_TEST(sla, facts_count_by_instant_and_then_by_journal_order)
{
    /* Told late and in another order than they happened: held 10:00, resumed 11:00, resolved 12:00;
     * and at 11:00 a hold of another reason that came and went. */
    const struct fact facts[] = {
        {.at = sample_at("2026-03-02T09:00:00Z"), .seq = 1, .kind = FACT_OPENED, .priority = "P2"},
        {.at = sample_at("2026-03-02T12:00:00Z"), .seq = 2, .kind = FACT_RESOLVED},
        {.at = sample_at("2026-03-02T11:00:00Z"), .seq = 3, .kind = FACT_RESUMED, .reason = 0},
        {.at = sample_at("2026-03-02T11:00:00Z"), .seq = 4, .kind = FACT_HELD, .reason = 1},
        {.at = sample_at("2026-03-02T11:00:00Z"), .seq = 5, .kind = FACT_RESUMED, .reason = 1},
        {.at = sample_at("2026-03-02T10:00:00Z"), .seq = 6, .kind = FACT_HELD, .reason = 0},
    };
    struct sample s;
    struct sla_clock now;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    d.ticket = (struct ticket){
        .contract = SAMPLE_CONTRACT,
        .number = 1,
        .team = 1,
        .priority = "P2",
        .reasons = {"waiting-customer", "third-party"},
        .n_reasons = 2,
        .facts = facts,
        .n_facts = sizeof(facts) / sizeof(facts[0]),
    };
    T_CHECK(as_of(&d, CLOCK_KIND_RESOLUTION, sample_at("2026-03-02T15:00:00Z"), &now));
    T_EQ_INT(now.clock.state, CLOCK_STOPPED);
    T_EQ_INT(now.clock.elapsed_us, 2 * US_PER_HOUR);
    d.ticket.facts = NULL;
    d.ticket.n_facts = 0;
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(sla, what_the_data_cannot_carry_is_unmeasured_and_arms_nothing)
{
    struct sample s;
    struct desk d;
    struct command c;

    sample_init(&s);
    desk_init(&d, &s.book);
    c = desk_command(&d, COMMAND_IMPORT, sample_at("2026-03-03T09:00:00Z"));
    c.priority = "P1";
    c.opened_at = sample_at("2026-03-02T09:00:00Z");
    c.clocks = 0;
    T_EQ_INT(desk_do(&d, &c), 0);
    T_EQ_INT(d.ticket.n_clocks, 2);
    for (size_t i = 0; i < 2; i++) {
        T_EQ_INT(d.ticket.clocks[i].verdict, TICKET_VERDICT_UNMEASURED);
        T_EQ_INT(d.ticket.clocks[i].limit_at, INSTANT_NEVER);
        T_EQ_INT(d.ticket.clocks[i].breached_at, INSTANT_NONE);
    }
    T_EQ_INT(ticket_next_at(&d.ticket), INSTANT_NEVER);
    desk_ok(&d, COMMAND_REPLY, "2026-03-04T09:00:00Z");
    desk_ok(&d, COMMAND_RESOLVE, "2026-03-04T10:00:00Z");
    T_EQ_INT(d.ticket.clocks[0].verdict, TICKET_VERDICT_UNMEASURED);
    T_EQ_INT(d.ticket.clocks[1].verdict, TICKET_VERDICT_UNMEASURED);
    desk_fini(&d);
    sample_fini(&s);
}
