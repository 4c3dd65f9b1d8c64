// SPDX-License-Identifier: Apache-2.0
/* What a clock counted in during its life, and the days that it skipped. P2 is resolved in what a
 * test makes, P1 around the clock. */
#include <stdio.h>
#include <string.h>

#include "core/explain.h"
#include "core/life.h"
#include "t.h"

static const struct calendar_window nine_to_six[] = {{9 * 3600, 18 * 3600}};

struct room {
    struct sample sample;
    struct desk desk;
    struct calendar_rules rules[4];
    struct calendar_version versions[4];
};

static void begin(struct room *r)
{
    memset(r, 0, sizeof(*r));
    sample_init(&r->sample);
    for (size_t i = 0; i < 4; i++) {
        r->rules[i].zone = r->sample.utc;
        for (int day = 0; day < 5; day++) {
            r->rules[i].week[day] = (struct calendar_day){nine_to_six, 1};
        }
        r->versions[i] = (struct calendar_version){.effective_at = INSTANT_NONE,
                                                   .rules = &r->rules[i]};
    }
}

/* The resolution of P2 counts in it. */
static void count_in(struct room *r, const struct book_calendar *c)
{
    r->sample.targets[0][4].calendar = c;
    r->sample.targets[0][4].rule.calendar = c->calendar;
    desk_init(&r->desk, &r->sample.book);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

static struct explanation told(struct room *r, const char *at)
{
    struct explanation e;

    T_EQ_INT(explain(r->desk.book, &r->desk.ticket, CLOCK_KIND_RESOLUTION, 0, sample_at(at),
                     &r->desk.arena, &e),
             0);
    return e;
}

/* "both 1, asia 1, europe 2" */
static const char *used(const struct explanation *e)
{
    static char buf[512];
    size_t n = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < e->n_calendars; i++) {
        n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%s %u", i > 0 ? ", " : "",
                              e->calendars[i].calendar->name,
                              (unsigned)e->calendars[i].version->version);
        T_CHECK(n < sizeof(buf));
    }
    return buf;
}

T_TEST(explain_calendar, every_version_that_was_in_force_is_named)
{
    static const struct {
        const char *opened, *resolved, *at, *used;
    } rows[] = {
        {"2026-03-02T09:00:00Z", NULL, "2026-03-03T08:00:00Z", "shop 1"},
        {"2026-03-02T09:00:00Z", NULL, "2026-03-04T00:00:00Z", "shop 1"},
        {"2026-03-02T09:00:00Z", NULL, "2026-03-04T00:00:01Z", "shop 1, shop 2"},
        {"2026-03-02T09:00:00Z", "2026-03-03T12:00:00Z", "2026-03-09T00:00:00Z", "shop 1"},
        {"2026-03-02T09:00:00Z", NULL, "2026-03-09T00:00:00Z", "shop 1, shop 2, shop 3"},
        {"2026-03-04T00:00:00Z", NULL, "2026-03-04T00:00:00Z", "shop 2"},
        {"2026-03-07T09:00:00Z", NULL, "2026-03-09T00:00:00Z", "shop 3"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        begin(&r);
        r.versions[1].effective_at = sample_at("2026-03-04T00:00:00Z");
        r.versions[2].effective_at = sample_at("2026-03-06T00:00:00Z");
        count_in(&r, sample_calendar(&r.sample, "shop", r.versions, 3));
        desk_open(&r.desk, "P2", rows[i].opened);
        if (rows[i].resolved != NULL) {
            desk_ok(&r.desk, COMMAND_RESOLVE, rows[i].resolved);
        }
        const struct explanation e = told(&r, rows[i].at);
        T_EQ_STR(used(&e), rows[i].used, "row %zu", i);
        leave(&r);
    }
}

T_TEST(explain_calendar, a_union_is_named_with_its_members)
{
    struct room r;
    const struct calendar *members[2];

    begin(&r);
    r.versions[1].effective_at = sample_at("2026-03-04T00:00:00Z");
    const struct book_calendar *europe = sample_calendar(&r.sample, "europe", r.versions, 2);
    const struct book_calendar *asia = sample_calendar(&r.sample, "asia", &r.versions[2], 1);
    members[0] = europe->calendar;
    members[1] = asia->calendar;
    r.versions[3] = (struct calendar_version){
        .effective_at = INSTANT_NONE, .members = members, .n_members = 2};
    count_in(&r, sample_calendar(&r.sample, "both", &r.versions[3], 1));
    desk_open(&r.desk, "P2", "2026-03-02T09:00:00Z");
    struct explanation e = told(&r, "2026-03-03T09:00:00Z");
    T_EQ_STR(used(&e), "both 1, europe 1, asia 1");
    e = told(&r, "2026-03-05T09:00:00Z");
    T_EQ_STR(used(&e), "both 1, europe 1, europe 2, asia 1");
    leave(&r);
}

T_TEST(explain_calendar, another_target_and_another_team_bring_theirs)
{
    struct room r;

    begin(&r);
    const struct book_calendar *manila = sample_calendar(&r.sample, "manila", &r.versions[0], 1);
    const struct book_calendar *cebu = sample_calendar(&r.sample, "cebu", &r.versions[1], 1);
    r.sample.teams[0].calendar = manila;
    r.sample.teams[1].calendar = cebu;
    r.sample.targets[0][4].of_team = true;
    r.sample.versions[0].follows_team = true;
    desk_init(&r.desk, &r.sample.book);
    life_do(&r.desk, "09:00 open P2");
    struct explanation e = told(&r, "2026-03-02T10:00:00Z");
    T_EQ_STR(used(&e), "manila 1");
    life_do(&r.desk, "10:00 team cebu-b");
    e = told(&r, "2026-03-02T11:00:00Z");
    T_EQ_STR(used(&e), "manila 1, cebu 1");
    life_do(&r.desk, "11:00 priority P1, 12:00 team manila-a, 13:00 priority P2");
    e = told(&r, "2026-03-02T14:00:00Z");
    T_EQ_STR(used(&e), "manila 1, cebu 1, always 1", "each once");
    leave(&r);
}

T_TEST(explain_calendar, a_cycle_names_what_it_counted_in_itself)
{
    struct room r;

    begin(&r);
    r.sample.versions[0].on_reopen = CLOCK_NEW_CYCLE;
    r.versions[1].effective_at = sample_at("2026-03-02T12:00:00Z");
    count_in(&r, sample_calendar(&r.sample, "shop", r.versions, 2));
    life_do(&r.desk, "09:00 open P2, 10:00 resolve, 13:00 reopen");
    const struct explanation e = told(&r, "2026-03-02T14:00:00Z");
    T_EQ_STR(used(&e), "shop 2");
    leave(&r);
}

/* Of a chain too: what the cycles before it counted in is theirs. */
T_TEST(explain_calendar, a_missed_update_names_what_it_counted_in_itself)
{
    struct room r;
    struct explanation e;
    struct book_target *row;

    begin(&r);
    row = &r.sample.targets[0][r.sample.versions[0].n_targets++];
    r.versions[2].effective_at = sample_at("2026-03-02T12:30:00Z");
    r.sample.teams[0].calendar = sample_calendar(&r.sample, "manila", &r.versions[0], 1);
    r.sample.teams[1].calendar = sample_calendar(&r.sample, "cebu", &r.versions[1], 2);
    *row = (struct book_target){.clock = CLOCK_KIND_UPDATE,
                                .within = "1h",
                                .of_team = true,
                                .each_period = true,
                                .rule.target_us = US_PER_HOUR};
    r.sample.versions[0].follows_team = true;
    desk_init(&r.desk, &r.sample.book);
    life_do(&r.desk, "09:00 open P2, 10:30 team cebu-b");
    T_EQ_INT(explain(r.desk.book, &r.desk.ticket, CLOCK_KIND_UPDATE, 0, life_at("10:40"),
                     &r.desk.arena, &e),
             0);
    T_EQ_STR(used(&e), "manila 1, cebu 1");
    T_EQ_INT(explain(r.desk.book, &r.desk.ticket, CLOCK_KIND_UPDATE, 0, life_at("13:10"),
                     &r.desk.arena, &e),
             0);
    T_EQ_INT(e.clock.clock.cycle, 5);
    T_EQ_STR(used(&e), "cebu 2");
    leave(&r);
}

/* Monday 2 March 2026 is day 20514. */
enum { MONDAY = 20514 };

static void close_days(struct calendar_date *dates, size_t n, const char *note)
{
    for (size_t i = 0; i < n; i++) {
        dates[i] = (struct calendar_date){.day = (int32_t)(MONDAY + i), .note = note};
    }
}

/* How many days the note of the last stretch but one names. */
static size_t count_notes(const struct explanation *e, const char *name)
{
    size_t n = 0;

    T_CHECK(e->n_spans >= 1);
    for (const char *at = strstr(e->spans[0].note, name); at != NULL; at = strstr(at + 1, name)) {
        n++;
    }
    return n;
}

T_TEST(explain_calendar, a_long_closed_stretch_names_each_day)
{
    static struct calendar_date dates[42];
    struct room r;

    begin(&r);
    close_days(dates, 42, "Company closed for the move to the new building");
    r.rules[0].dates = dates;
    r.rules[0].n_dates = 26; /* twenty working days */
    count_in(&r, sample_calendar(&r.sample, "shop", &r.versions[0], 1));
    desk_open(&r.desk, "P2", "2026-03-02T09:00:00Z");
    const struct explanation e = told(&r, "2026-03-30T10:00:00Z");
    T_EQ_INT(e.spans[0].kind, CLOCK_SPAN_OUTSIDE);
    T_EQ_INT(count_notes(&e, "Company closed"), 20);
    T_CHECK(strstr(e.spans[0].note, "more") == NULL);
    leave(&r);
}

T_TEST(explain_calendar, what_has_no_room_is_counted)
{
    static struct calendar_date dates[42];
    struct room r;

    begin(&r);
    close_days(dates, 42,
               "Company closed for the move to the new building, which takes longer than "
               "anybody thought that it would");
    r.rules[0].dates = dates;
    r.rules[0].n_dates = 42; /* thirty working days */
    count_in(&r, sample_calendar(&r.sample, "shop", &r.versions[0], 1));
    desk_open(&r.desk, "P2", "2026-03-02T09:00:00Z");
    const struct explanation e = told(&r, "2026-04-13T10:00:00Z");
    const char *more = strstr(e.spans[0].note, "; and ");
    int n = 0;
    T_CHECK(more != NULL && sscanf(more, "; and %d more days", &n) == 1, "%s", e.spans[0].note);
    T_EQ_INT((int)count_notes(&e, "Company closed") + n, 30);
    T_CHECK(strlen(e.spans[0].note) < EXPLAIN_NOTE_BYTES);
    leave(&r);
}

T_TEST(explain_calendar, a_stretch_across_a_new_version_names_the_days_of_both)
{
    static const struct calendar_date first[] = {{.day = MONDAY + 2, .note = "Founders"}};
    static const struct calendar_date second[] = {{.day = MONDAY + 3, .note = "Elections"}};
    struct room r;

    begin(&r);
    r.rules[0].dates = first;
    r.rules[1].dates = second;
    r.rules[0].n_dates = r.rules[1].n_dates = 1;
    r.versions[1].effective_at = sample_at("2026-03-05T00:00:00Z");
    count_in(&r, sample_calendar(&r.sample, "shop", r.versions, 2));
    desk_open(&r.desk, "P2", "2026-03-03T17:00:00Z");
    const struct explanation e = told(&r, "2026-03-06T10:00:00Z");
    T_EQ_STR(e.spans[1].note, "2026-03-04 Founders; 2026-03-05 Elections");
    leave(&r);
}

/* What the stretch that the ticket was opened in says, where the week and these dates are so. */
static const char *first_note(struct room *r, const struct calendar_date *dates, size_t n,
                              const char *opened, const char *at)
{
    r->rules[0].dates = dates;
    r->rules[0].n_dates = n;
    count_in(r, sample_calendar(&r->sample, "shop", &r->versions[0], 1));
    desk_open(&r->desk, "P2", opened);
    const struct explanation e = told(r, at);
    T_EQ_INT(e.spans[0].kind, CLOCK_SPAN_OUTSIDE);
    return e.spans[0].note;
}

T_TEST(explain_calendar, a_date_without_a_name_has_other_hours)
{
    static const struct {
        const char *note, *told;
    } rows[] = {
        {NULL, "2026-03-02 other hours"},
        {"", "2026-03-02 other hours"},
        {"x", "2026-03-02 x"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct calendar_date date = {.day = MONDAY, .note = rows[i].note};
        struct room r;
        begin(&r);
        T_EQ_STR(first_note(&r, &date, 1, "2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z"),
                 rows[i].told, "row %zu", i);
        leave(&r);
    }
}

/* What is told has 2016 bytes with its NUL, of which "2026-03-02 " takes eleven. */
T_TEST(explain_calendar, a_name_is_told_whole_or_counted)
{
    static const struct {
        size_t first, second; /* bytes of the names */
        size_t told;          /* of the note, without what is counted */
        const char *more;
    } rows[] = {
        {2004, 0, 2015, ""},
        {2005, 0, 0, "and 1 more days"},
        {5000, 0, 0, "and 1 more days"},
        {1000, 991, 1011 + 2 + 1002, ""},
        {1000, 992, 1011, "; and 1 more days"},
        {2005, 2005, 0, "and 2 more days"},
        {2005, 7, 18, "; and 1 more days"},
    };
    static char first[5001];
    static char second[5001];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct calendar_date dates[] = {{.day = MONDAY, .note = first},
                                              {.day = MONDAY + 1, .note = second}};
        struct room r;
        begin(&r);
        memset(first, 'x', sizeof(first));
        memset(second, 'y', sizeof(second));
        first[rows[i].first] = '\0';
        second[rows[i].second] = '\0';
        const char *note = first_note(&r, dates, rows[i].second > 0 ? 2 : 1, "2026-03-02T10:00:00Z",
                                      "2026-03-04T10:00:00Z");
        T_CHECK(strlen(note) >= rows[i].told, "row %zu: %zu", i, strlen(note));
        T_EQ_STR(note + rows[i].told, rows[i].more, "row %zu", i);
        leave(&r);
    }
}

/* Fridays from nine to six, and from ten in the evening until six; the Saturday is a holiday. */
T_TEST(explain_calendar, a_date_is_named_where_it_cut_the_shift_of_the_evening_before)
{
    static const struct calendar_window day_shift[] = {{9 * 3600, 18 * 3600}};
    static const struct calendar_window both[] = {{9 * 3600, 18 * 3600}, {22 * 3600, 30 * 3600}};
    static const struct {
        struct calendar_day friday;
        enum calendar_overnight overnight;
        const char *opened, *told;
    } rows[] = {
        {{both, 2}, CALENDAR_MIDNIGHT, "2026-03-07T00:00:00Z", "2026-03-07 Fair"},
        {{both, 2}, CALENDAR_MIDNIGHT, "2026-03-07T05:59:59Z", "2026-03-07 Fair"},
        {{both, 2}, CALENDAR_MIDNIGHT, "2026-03-07T06:00:00Z", ""},
        {{both, 2}, CALENDAR_SHIFT, "2026-03-07T06:00:00Z", ""},
        {{day_shift, 1}, CALENDAR_MIDNIGHT, "2026-03-07T00:00:00Z", ""},
        {{NULL, 0}, CALENDAR_MIDNIGHT, "2026-03-07T00:00:00Z", ""},
    };
    static const struct calendar_date fair = {.day = MONDAY + 5, .note = "Fair"};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        begin(&r);
        r.rules[0].week[4] = rows[i].friday;
        r.rules[0].overnight = rows[i].overnight;
        T_EQ_STR(first_note(&r, &fair, 1, rows[i].opened, "2026-03-09T10:00:00Z"), rows[i].told,
                 "row %zu", i);
        leave(&r);
    }
}

/* The search begins on the Sunday before, so it sees 57 weeks from the Monday on. */
T_TEST(explain_calendar, a_stretch_is_searched_for_dates_as_far_as_the_limit)
{
    static struct calendar_date dates[500];
    struct room r;
    int more = 0;

    begin(&r);
    close_days(dates, 500, "x");
    r.rules[0].dates = dates;
    r.rules[0].n_dates = 500;
    count_in(&r, sample_calendar(&r.sample, "shop", &r.versions[0], 1));
    desk_open(&r.desk, "P2", "2026-03-02T09:00:00Z");
    const struct explanation e = told(&r, "2027-12-01T10:00:00Z");
    const char *rest = strstr(e.spans[0].note, "; and ");
    T_CHECK(rest != NULL && sscanf(rest, "; and %d more days", &more) == 1, "%s", e.spans[0].note);
    T_EQ_INT((int)count_notes(&e, " x") + more, EXPLAIN_DAYS_MAX / 7 * 5);
    leave(&r);
}
