// SPDX-License-Identifier: Apache-2.0
#include "core/explain.h"

#include <stdio.h>
#include <string.h>

#include "core/life.h"
#include "t.h"

static struct explanation told(struct desk *d, enum clock_kind kind, const char *at)
{
    struct explanation e;
    T_EQ_INT(explain(d->book, &d->ticket, kind, 0, sample_at(at), &d->arena, &e), 0);
    return e;
}

static const char *kind_name(enum clock_span_kind kind)
{
    switch (kind) {
    case CLOCK_SPAN_COUNTED: return "counted";
    case CLOCK_SPAN_PAST_LIMIT: return "past";
    case CLOCK_SPAN_OUTSIDE: return "outside";
    case CLOCK_SPAN_HELD: return "held";
    case CLOCK_SPAN_STOPPED: return "stopped";
    }
    return "?";
}

/* "counted 60m, held 30m (embargo), outside 900m [2026-12-25 Christmas]" */
static const char *story(const struct explanation *e)
{
    static char buf[2048];
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < e->n_spans; i++) {
        const struct explain_span *s = &e->spans[i];
        used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s%s %dm", i > 0 ? ", " : "",
                                 kind_name(s->kind), (int)((s->to_at - s->from_at) / US_PER_MIN));
        for (size_t k = 0; k < s->n_reasons; k++) {
            used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s%s%s", k > 0 ? "+" : " (",
                                     s->reasons[k], k + 1 == s->n_reasons ? ")" : "");
        }
        if (s->note[0] != '\0') {
            used += (size_t)snprintf(buf + used, sizeof(buf) - used, " [%s]", s->note);
        }
        T_CHECK(used < sizeof(buf));
    }
    return buf;
}

T_TEST(explain, t22_t36_every_stretch_is_told_and_the_sums_are_the_wall_time)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    desk_hold(&d, "waiting-customer", "2026-03-02T10:00:00Z");
    desk_hold(&d, "third-party", "2026-03-02T10:30:00Z");
    desk_resume(&d, "waiting-customer", "2026-03-02T11:00:00Z");
    desk_resume(&d, "third-party", "2026-03-02T12:00:00Z");
    struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-03T09:00:00Z");
    T_EQ_STR(story(&e), "counted 60m, held 30m (waiting-customer), "
                        "held 30m (waiting-customer+third-party), held 60m (third-party), "
                        "counted 300m, outside 900m, counted 60m");
    T_EQ_INT(e.spans[1].party, SIDE_BUYER);
    T_EQ_INT(e.spans[2].party, SIDE_NONE, "they disagree");
    T_EQ_INT(e.spans[3].party, SIDE_VENDOR);
    T_EQ_INT(e.counted_us, 420 * US_PER_MIN);
    T_EQ_INT(e.held_us, 120 * US_PER_MIN);
    T_EQ_INT(e.outside_us, 900 * US_PER_MIN);
    T_EQ_INT(e.stopped_us, 0);
    T_EQ_INT(e.clock.clock.elapsed_us, e.counted_us);
    T_EQ_STR(e.match, "priority P2 or P3");
    T_EQ_STR(e.target->within, "as written");
    T_EQ_STR(e.calendar->name, "office");
    T_EQ_INT(e.calendar_version->version, 1);
    T_EQ_INT(e.version->version, 1);
    T_CHECK(!e.truncated);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, what_counts_beyond_the_target_is_told_apart)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P1", "2026-03-02T09:00:00Z");
    desk_ok(&d, COMMAND_REPLY, "2026-03-02T09:20:00Z");
    struct explanation e = told(&d, CLOCK_KIND_FIRST_RESPONSE, "2026-03-02T12:00:00Z");
    T_EQ_STR(story(&e), "counted 15m, past 5m");
    T_EQ_INT(e.counted_us, 20 * US_PER_MIN);
    T_EQ_INT(e.clock.clock.breached_at, e.spans[1].from_at);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, t33_the_time_while_resolved_is_neither_held_nor_outside)
{
    struct sample s;
    struct desk d;
    struct command_step steps[] = {
        {.kind = STEP_RESOLVE, .reason = "", .priority = "", .channel = ""},
        {.kind = STEP_REOPEN, .reason = "", .priority = "", .channel = ""},
    };

    sample_init(&s);
    desk_init(&d, &s.book);
    struct command c = desk_command(&d, COMMAND_IMPORT, sample_at("2026-03-02T13:00:00Z"));
    steps[0].at = sample_at("2026-03-02T10:00:00Z");
    steps[1].at = sample_at("2026-03-02T12:00:00Z");
    c.priority = "P1";
    c.opened_at = sample_at("2026-03-02T09:00:00Z");
    c.clocks = ~0u;
    c.steps = steps;
    c.n_steps = 2;
    T_EQ_INT(desk_do(&d, &c), 0);
    struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-02T13:00:00Z");
    T_EQ_STR(story(&e), "counted 60m, stopped 120m, counted 60m");
    T_EQ_INT(e.stopped_us, 120 * US_PER_MIN);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, t01_each_day_that_was_skipped_has_its_name)
{
    static const struct {
        const char *opened, *at, *story;
    } rows[] = {
        /* Thursday before Easter, 17:00 in Berlin (summer time). */
        {"2026-04-02T15:00:00Z", "2026-04-07T08:00:00Z",
         "counted 60m, outside 6660m [2026-04-03 Good Friday; 2026-04-06 Easter Monday], "
         "counted 60m"},
        /* A half-day closes the afternoon, and Christmas the day after it. */
        {"2026-12-24T11:00:00Z", "2026-12-28T08:30:00Z",
         "counted 60m, outside 5520m [2026-12-24 half day; 2026-12-25 Christmas], counted 30m"},
        /* An extra Saturday opens something: nothing was skipped. */
        {"2026-12-04T16:00:00Z", "2026-12-05T10:00:00Z", "counted 60m, outside 960m, counted 60m"},
        /* Dates without a name. */
        {"2026-12-31T11:00:00Z", "2027-01-04T08:30:00Z",
         "counted 60m, outside 5520m [2026-12-31 other hours; 2027-01-01 other hours], "
         "counted 30m"},
        /* A night without any. */
        {"2026-03-02T16:00:00Z", "2026-03-03T09:00:00Z", "counted 60m, outside 900m, counted 60m"},
    };
    struct sample s;

    sample_init(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct desk d;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", rows[i].opened);
        struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, rows[i].at);
        T_EQ_STR(story(&e), rows[i].story, "row %zu", i);
        desk_fini(&d);
    }
    sample_fini(&s);
}

T_TEST(explain, shifts_unions_and_holiday_lists_are_named_too)
{
    static const struct calendar_window night[] = {{21 * 3600, 30 * 3600}};
    static const struct calendar_window day[] = {{9 * 3600, 17 * 3600}};
    static const struct calendar_date free_day[] = {{.day = 20515}}; /* Tuesday 3 March 2026 */
    static const struct holiday_list list = {.name = "ph", .dates = free_day, .n_dates = 1};
    static const struct holiday_list *const lists[] = {&list};
    static const struct {
        enum calendar_overnight overnight;
        const char *story;
    } rows[] = {
        /* 3 March: its shift is off, the one of 2 March runs into it. */
        {CALENDAR_SHIFT, "counted 540m, outside 2340m [2026-03-03 ph], counted 60m"},
        {CALENDAR_MIDNIGHT, "counted 180m, outside 2700m [2026-03-03 ph], counted 60m"},
    };

    for (size_t i = 0; i < 2; i++) {
        struct calendar_rules rules = {
            .holidays = lists, .n_holidays = 1, .overnight = rows[i].overnight};
        struct calendar_rules office = {.holidays = lists, .n_holidays = 1};
        struct calendar_version version = {.effective_at = INSTANT_NONE, .rules = &rules};
        struct calendar_version office_version = {.effective_at = INSTANT_NONE, .rules = &office};
        struct sample s;
        struct desk d;

        sample_init(&s);
        rules.zone = office.zone = s.utc;
        for (int k = 0; k < 5; k++) {
            rules.week[k] = (struct calendar_day){night, 1};
            office.week[k] = (struct calendar_day){day, 1};
        }
        const struct book_calendar *shifts = sample_calendar(&s, "shifts", &version, 1);
        const struct book_calendar *desks = sample_calendar(&s, "desks", &office_version, 1);
        s.targets[0][4].rule.calendar = shifts->calendar;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", "2026-03-02T21:00:00Z");
        struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-04T22:00:00Z");
        T_EQ_STR(story(&e), rows[i].story);
        desk_fini(&d);

        const struct calendar *members[] = {shifts->calendar, desks->calendar};
        struct calendar_version both = {
            .effective_at = INSTANT_NONE, .members = members, .n_members = 2};
        s.targets[0][4].rule.calendar = sample_calendar(&s, "both", &both, 1)->calendar;
        desk_init(&d, &s.book);
        desk_open(&d, "P2", "2026-03-03T08:00:00Z");
        e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-04T10:00:00Z");
        T_EQ_STR(story(&e), "outside 1500m [2026-03-03 ph], counted 60m", "told once");
        desk_fini(&d);
        sample_fini(&s);
    }
}

T_TEST(explain, a_new_target_explains_each_stretch_by_the_calendar_of_its_time)
{
    struct sample s;
    struct desk d;
    struct command_step raised = {
        .kind = STEP_PRIORITY, .reason = "", .priority = "P1", .channel = ""};

    sample_init(&s);
    desk_init(&d, &s.book);
    struct command c = desk_command(&d, COMMAND_IMPORT, sample_at("2026-04-03T20:00:00Z"));
    raised.at = sample_at("2026-04-03T19:00:00Z"); /* on Good Friday */
    c.priority = "P2";
    c.opened_at = sample_at("2026-04-02T15:00:00Z");
    c.clocks = ~0u;
    c.steps = &raised;
    c.n_steps = 1;
    T_EQ_INT(desk_do(&d, &c), 0);
    struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-04-03T20:00:00Z");
    T_EQ_STR(story(&e), "counted 60m, outside 1620m [2026-04-03 Good Friday], counted 60m");
    T_EQ_STR(e.match, "priority P1");
    T_EQ_STR(e.calendar->name, "always");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, the_calendar_of_a_new_target_names_its_own_days)
{
    struct sample s;
    struct desk d;
    struct command_step lowered = {
        .kind = STEP_PRIORITY, .reason = "", .priority = "P2", .channel = ""};

    sample_init(&s);
    desk_init(&d, &s.book);
    struct command c = desk_command(&d, COMMAND_IMPORT, sample_at("2026-04-07T08:00:00Z"));
    lowered.at = sample_at("2026-04-02T15:00:00Z");
    c.priority = "P1";
    c.opened_at = sample_at("2026-04-02T14:00:00Z");
    c.clocks = ~0u;
    c.steps = &lowered;
    c.n_steps = 1;
    T_EQ_INT(desk_do(&d, &c), 0);
    struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-04-07T08:00:00Z");
    T_EQ_STR(story(&e), "counted 60m, counted 60m, outside 6660m [2026-04-03 Good Friday; "
                        "2026-04-06 Easter Monday], counted 60m");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, a_date_without_hours_of_its_own_can_cut_the_shift_before_it)
{
    static const struct calendar_window night[] = {{21 * 3600, 30 * 3600}};
    static const struct calendar_date saturday[] = {{.day = 20519, .note = "Founders"}};
    struct calendar_rules rules = {.dates = saturday, .n_dates = 1, .overnight = CALENDAR_MIDNIGHT};
    struct calendar_version version = {.effective_at = INSTANT_NONE, .rules = &rules};
    struct sample s;
    struct desk d;

    sample_init(&s);
    rules.zone = s.utc;
    for (int k = 0; k < 5; k++) {
        rules.week[k] = (struct calendar_day){night, 1};
    }
    s.targets[0][4].rule.calendar = sample_calendar(&s, "shifts", &version, 1)->calendar;
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-06T21:00:00Z");
    struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-09T22:00:00Z");
    T_EQ_STR(story(&e), "counted 180m, outside 4140m [2026-03-07 Founders], counted 60m");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, what_is_on_hold_tells_who_and_projects)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P1", "2026-03-02T09:00:00Z");
    desk_hold(&d, "embargo", "2026-03-02T09:05:00Z");
    struct explanation e = told(&d, CLOCK_KIND_FIRST_RESPONSE, "2026-03-02T10:00:00Z");
    T_EQ_STR(story(&e), "counted 5m, held 55m (embargo)");
    T_EQ_INT(e.clock.clock.due_at, INSTANT_NEVER);
    T_EQ_INT(e.clock.due_if_resumed_at, sample_at("2026-03-02T10:10:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, whose_time_a_newer_reason_is_stands_where_it_was_set)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    struct book_contract_version *v2 = sample_version(&s, 2, sample_at("2026-03-02T09:30:00Z"));
    s.holds[1][4] = sample_hold("audit", SIDE_VENDOR, 1u << CLOCK_KIND_RESOLUTION);
    v2->n_holds = 5;
    desk_init(&d, &s.book);
    desk_open(&d, "P1", "2026-03-02T09:00:00Z");
    desk_hold(&d, "audit", "2026-03-02T10:00:00Z");
    struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-02T11:00:00Z");
    T_EQ_STR(story(&e), "counted 60m, held 60m (audit)");
    T_EQ_INT(e.spans[1].party, SIDE_VENDOR);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, of_a_long_life_the_newest_stretches_are_kept_and_all_are_summed)
{
    struct sample s;
    struct desk d;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-03-02T09:00:00Z");
    struct explanation e = told(&d, CLOCK_KIND_RESOLUTION, "2029-03-02T09:00:00Z");
    T_CHECK(e.truncated);
    T_EQ_INT(e.n_spans, EXPLAIN_SPANS_MAX);
    T_EQ_INT(e.spans[e.n_spans - 1].to_at, sample_at("2029-03-02T09:00:00Z"));
    T_CHECK(e.spans[0].from_at > sample_at("2026-03-02T09:00:00Z"));
    T_EQ_INT(e.counted_us + e.held_us + e.outside_us + e.stopped_us,
             sample_at("2029-03-02T09:00:00Z") - sample_at("2026-03-02T09:00:00Z"));
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, no_clock_and_an_unmeasured_one)
{
    struct sample s;
    struct desk d;
    struct explanation e;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P4", "2026-03-02T09:00:00Z");
    T_EQ_INT(explain(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0, sample_at("2026-03-02T10:00:00Z"),
                     &d.arena, &e),
             EXPLAIN_NO_CLOCK);
    T_EQ_INT(explain(d.book, &d.ticket, CLOCK_KIND_OLA, 0, sample_at("2026-03-02T10:00:00Z"),
                     &d.arena, &e),
             EXPLAIN_NO_CLOCK);
    desk_fini(&d);

    desk_init(&d, &s.book);
    struct command c = desk_command(&d, COMMAND_IMPORT, sample_at("2026-03-02T10:00:00Z"));
    c.priority = "P1";
    c.opened_at = sample_at("2026-03-02T09:00:00Z");
    T_EQ_INT(desk_do(&d, &c), 0);
    e = told(&d, CLOCK_KIND_RESOLUTION, "2026-03-02T11:00:00Z");
    T_EQ_INT(e.clock.clock.verdict, TICKET_VERDICT_UNMEASURED);
    T_EQ_INT(e.n_spans, 0);
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(explain, a_match_reads_as_it_is_meant)
{
    struct sample s;
    struct book_match m = {0};

    sample_init(&s);
    T_EQ_STR(explain_match(&m, &s.arena), "everything");
    m.customer_tier = sample_names(&s, "gold", "silver");
    T_EQ_STR(explain_match(&m, &s.arena), "tier gold or silver");
    m.priority = sample_names(&s, "P1", NULL);
    m.function = sample_names(&s, "it", NULL);
    m.category = sample_names(&s, "network", NULL);
    m.language = sample_names(&s, "de", "en");
    m.team = sample_names(&s, "manila-a", NULL);
    T_EQ_STR(explain_match(&m, &s.arena),
             "priority P1, function it, category network, tier gold or silver, "
             "language de or en, team manila-a");
    sample_fini(&s);
}

T_TEST(explain, a_full_arena_is_an_error)
{
    struct sample s;
    struct desk d;
    size_t fits = 0;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P2", "2026-04-02T15:00:00Z");
    desk_hold(&d, "embargo", "2026-04-07T10:00:00Z");
    for (size_t limit = 0; limit < 60000; limit += 200) {
        struct arena arena;
        struct explanation e;
        arena_init(&arena, limit);
        const int rc = explain(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0,
                               sample_at("2026-04-08T10:00:00Z"), &arena, &e);
        T_CHECK(rc <= 0);
        fits += rc == 0;
        arena_fini(&arena);
    }
    T_CHECK(fits > 0 && fits < 300);
    desk_fini(&d);
    sample_fini(&s);
}

/* What was held for whom, and that a hold ended by itself, is told like any other. */
T_TEST(explain, t32_the_new_clocks_are_told_stretch_by_stretch)
{
    static const struct {
        const char *life;
        enum clock_kind kind;
        const char *at, *story;
    } rows[] = {
        {"09:00 open P1, 09:10 hold embargo, 09:30 resume embargo", CLOCK_KIND_ACKNOWLEDGE,
         "2026-03-02T10:00:00Z", "counted 10m, held 20m (embargo), counted 20m, past 10m"},
        {"09:00 open P1, 09:20 resolve", CLOCK_KIND_ACKNOWLEDGE, "2026-03-02T10:00:00Z",
         "counted 20m"},
        {"09:00 open P2, 09:10 reply, 16:00 ask", CLOCK_KIND_NEXT_RESPONSE, "2026-03-03T09:00:00Z",
         "counted 60m, outside 900m, counted 60m"},
        {"09:00 open P1, 09:10 reply, 10:00 ask, 10:10 reply, 11:00 ask, 12:30 reply",
         CLOCK_KIND_NEXT_RESPONSE, "2026-03-02T14:00:00Z", "counted 60m, past 30m"},
        {"09:00 open P1, 09:10 reply, 10:00 ask, 10:10 hold embargo, 13:00 look",
         CLOCK_KIND_NEXT_RESPONSE, "2026-03-02T13:00:00Z",
         "counted 10m, held 120m (embargo), counted 50m"},
        {"09:00 open P1, 09:10 reply, 10:00 ask, 10:10 hold embargo, 10:20 hold waiting-customer, "
         "13:30 look",
         CLOCK_KIND_RESOLUTION, "2026-03-02T13:30:00Z",
         "counted 70m, held 10m (embargo), held 110m (embargo+waiting-customer), "
         "held 70m (waiting-customer), counted 10m"},
        {"09:00 open P1, 09:20 merge", CLOCK_KIND_RESOLUTION, "2026-03-02T12:00:00Z",
         "counted 20m"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sample s;
        struct desk d;
        life_sample(&s);
        s.holds[0][0].max = (struct book_span){3 * US_PER_HOUR, s.office};
        s.holds[0][1].max = (struct book_span){.us = 2 * US_PER_HOUR};
        desk_init(&d, &s.book);
        life_do(&d, rows[i].life);
        struct explanation e = told(&d, rows[i].kind, rows[i].at);
        T_EQ_STR(story(&e), rows[i].story, "row %zu", i);
        T_EQ_INT(e.counted_us, e.clock.clock.elapsed_us, "row %zu", i);
        desk_fini(&d);
        sample_fini(&s);
    }
}

T_TEST(explain, of_a_next_response_the_present_cycle_is_told)
{
    struct sample s;
    struct desk d;

    life_sample(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 09:10 reply, 10:00 ask, 10:10 reply, 11:00 ask");
    struct explanation e = told(&d, CLOCK_KIND_NEXT_RESPONSE, "2026-03-02T11:20:00Z");
    T_EQ_INT(e.clock.clock.cycle, 2);
    T_EQ_INT(e.clock.clock.started_at, sample_at("2026-03-02T11:00:00Z"));
    T_EQ_STR(e.match, "priority P1");
    T_EQ_STR(story(&e), "counted 20m");
    struct explanation none;
    desk_fini(&d);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 09:10 reply");
    T_EQ_INT(
        explain(d.book, &d.ticket, CLOCK_KIND_NEXT_RESPONSE, 0, life_at("10:00"), &d.arena, &none),
        EXPLAIN_NO_CLOCK);
    desk_fini(&d);
    sample_fini(&s);
}
