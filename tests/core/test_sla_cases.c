// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "core/sample.h"
#include "core/sla.h"
#include "t.h"

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

    T_CHECK(desk_as_of(d, CLOCK_KIND_RESOLUTION, in_2026(row->until), &now), "%s %s", row->id, how);
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

T_TEST(sla_cases, worked_cases_hold_live_and_imported)
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

/* Warnings as they are told, each once, with the instants of cases C24 and C25. */
T_TEST(sla_cases, warnings_come_at_shares_and_rests_of_business_time)
{
    static const struct clock_warn warns[] = {
        {.percent = 50}, {.percent = 75}, {.percent = 90}, {.before_us = 30 * US_PER_MIN}};
    static const struct {
        struct row row;
        const char *told[5]; /* in the order of the warnings above */
    } cases[] = {
        {{"C24", "", OFFICE, false, 28800, 0, 0, "03-06T12:00:00 start", "03-09T10:45:00", RUN,
          27900, 28800, OPEN, NULL, "03-09T11:00:00", "03-09T11:00:00"},
         {"03-06T16:00:00", "03-09T09:00:00", "03-09T10:12:00", "03-09T10:30:00"}},
        {{"C25", "", OFFICE, false, 14400, 0, 0,
          "03-02T09:00:00 start, 03-02T11:00:00 pause w, 03-02T12:00:00 resume w", "03-02T13:30:00",
          RUN, 12600, 14400, OPEN, NULL, "03-02T14:00:00", "03-02T14:00:00"},
         /* Half was used up at the very instant of the hold: told once it runs again. */
         {"03-02T12:00:00", "03-02T13:00:00"}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct row *row = &cases[i].row;
        struct sample s;
        struct desk d;
        size_t n = 0;

        agree(&s, row);
        s.targets[0][2].rule.warns = warns;
        s.targets[0][2].rule.n_warns = 4;
        desk_init(&d, &s.book);
        play_live(&d, row);
        for (int look = 0; look < 2; look++) {
            struct command expire = desk_command(&d, COMMAND_EXPIRE, in_2026(row->until));
            T_EQ_INT(desk_do(&d, &expire), 0);
        }
        judge(&d, row, "live");
        for (size_t k = 0; k < d.n_entries; k++) {
            const struct event *e = &d.entries[k]->event;
            if (e->kind == EVENT_CLOCK_WARNED) {
                T_EQ_INT(e->u.timer.warning, n, "%s", row->id);
                T_EQ_INT(e->effective_at, in_2026(cases[i].told[n]), "%s %zu", row->id, n);
                n++;
            }
        }
        T_EQ_INT(n, i == 0 ? 4 : 2, "%s", row->id);
        desk_fini(&d);
        sample_fini(&s);
    }
}

/* A tool whose clock is 7 minutes fast, and one that says so three days late. */
T_TEST(sla_cases, a_claim_counts_neither_in_the_future_nor_long_after)
{
    static const struct {
        const char *id, *claimed, *received;
        int64_t elapsed_s;
        enum ticket_verdict verdict;
    } cases[] = {
        {"C35", "03-02T13:02:00", "03-02T12:55:00", 14100, MET},
        {"C37", "03-02T12:00:00", "03-05T12:00:00", 108000, MISS},
    };
    const struct row row = {.id = "C35", .target_s = 14400, .script = "03-02T09:00:00 start"};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sample s;
        struct desk d;

        agree(&s, &row);
        desk_init(&d, &s.book);
        play_live(&d, &row);
        struct command c = desk_command(&d, COMMAND_RESOLVE, in_2026(cases[i].received));
        c.claimed_at = in_2026(cases[i].claimed);
        T_EQ_INT(desk_do(&d, &c), 0);
        const struct ticket_clock *clock = desk_clock(&d, CLOCK_KIND_RESOLUTION);
        T_EQ_INT(clock->elapsed_us, cases[i].elapsed_s * US_PER_S, "%s", cases[i].id);
        T_EQ_INT(clock->verdict, cases[i].verdict, "%s", cases[i].id);
        T_EQ_INT(clock->breached_at,
                 cases[i].verdict == MISS ? in_2026("03-02T13:00:00") : INSTANT_NONE, "%s",
                 cases[i].id);
        desk_fini(&d);
        sample_fini(&s);
    }
}
