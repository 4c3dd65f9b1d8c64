// SPDX-License-Identifier: Apache-2.0
#include "core/book.h"

#include "core/sample.h"
#include "t.h"

/*
 * Calendars 1 and 2 have hours of their own; 3 joins 1; 4 joined 2 first and joins 3 now; 5 is
 * nobody's.
 */
static const struct book_calendar day = {.id = 1, .name = "day"};
static const struct book_calendar night = {.id = 2, .name = "night"};
static const struct book_calendar *const joins_day[] = {&day};
static const struct book_calendar_version wrapped_versions[] = {
    {.version = 1, .members = joins_day, .n_members = 1},
};
static const struct book_calendar wrapped = {
    .id = 3, .name = "wrapped", .versions = wrapped_versions, .n_versions = 1};
static const struct book_calendar *const joins_night[] = {&night};
static const struct book_calendar *const joins_wrapped[] = {&wrapped};
static const struct book_calendar_version nested_versions[] = {
    {.version = 1, .members = joins_night, .n_members = 1},
    {.version = 2, .members = joins_wrapped, .n_members = 1},
};
static const struct book_calendar nested = {
    .id = 4, .name = "nested", .versions = nested_versions, .n_versions = 2};

T_TEST(book, a_union_counts_in_all_that_it_ever_joined)
{
    static const struct {
        const struct book_calendar *calendar;
        const char *joined; /* '1' at index id */
    } rows[] = {
        {&day, "01000"},
        {&wrapped, "01010"},
        {&nested, "01111"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (uint32_t id = 1; id < 5; id++) {
            T_EQ_INT(book_calendar_joins(rows[i].calendar, id), rows[i].joined[id] == '1',
                     "row %zu, id %u", i, id);
        }
        T_CHECK(!book_calendar_joins(rows[i].calendar, 5));
    }
}

static const struct book empty;

T_TEST(book, a_version_counts_in_its_hours_and_its_targets)
{
    const struct book_target targets[] = {
        {.clock = CLOCK_KIND_RESOLUTION, .none = true},
        {.clock = CLOCK_KIND_FIRST_RESPONSE, .calendar = &wrapped},
    };
    const struct book_contract_version version = {
        .hours = &night, .targets = targets, .n_targets = 2};

    T_CHECK(book_counts_in(&empty, &version, 1), "through the union of a target");
    T_CHECK(book_counts_in(&empty, &version, 2), "its hours");
    T_CHECK(book_counts_in(&empty, &version, 3));
    T_CHECK(!book_counts_in(&empty, &version, 4));
    T_CHECK(!book_counts_in(&empty, &version, 5));
}

T_TEST(book, a_version_counts_in_its_teams_calendars_where_a_target_does)
{
    const struct book_team teams[] = {{.id = 1, .calendar = &wrapped}, {.id = 2, .calendar = NULL}};
    const struct book b = {.teams = teams, .n_teams = 2};
    const struct book_contract_team of[] = {{.team = 1, .tier = "L1"}, {.team = 2}, {.team = 3}};
    const struct book_target fixed = {.clock = CLOCK_KIND_OLA, .calendar = &night};
    const struct book_target follows = {.clock = CLOCK_KIND_OLA, .of_team = true};
    struct book_contract_version version = {
        .teams = of, .n_teams = 3, .targets = &fixed, .n_targets = 1};

    T_CHECK(!book_counts_in(&b, &version, 1), "no target does");
    T_CHECK(!book_counts_in_teams(&version));
    version.targets = &follows;
    T_CHECK(book_counts_in_teams(&version));
    T_CHECK(book_counts_in(&b, &version, 1), "through the union of a team");
    T_CHECK(!book_counts_in(&b, &version, 4));
    T_EQ_STR(book_tier(&version, 1), "L1");
    T_EQ_STR(book_tier(&version, 2), "");
    T_EQ_STR(book_tier(&version, 9), "");
}

T_TEST(book, a_version_counts_in_what_ends_its_holds_and_closes_its_tickets)
{
    const struct book_hold holds[] = {{.reason = "ask"}, {.reason = "wait", .max = {1, &wrapped}}};
    const struct book_contract_version held = {.hours = &night, .holds = holds, .n_holds = 2};
    const struct book_contract_version closing = {.hours = &night, .auto_close = {1, &day}};

    T_CHECK(book_counts_in(&empty, &held, 1), "through the union of a hold");
    T_CHECK(book_counts_in(&empty, &held, 3));
    T_CHECK(!book_counts_in(&empty, &held, 4));
    T_CHECK(book_counts_in(&empty, &closing, 1), "the hours of closing");
    T_CHECK(!book_counts_in(&empty, &closing, 3));
}

T_TEST(book, role_names_go_both_ways)
{
    for (unsigned i = 0; i < ROLES; i++) {
        T_EQ_INT(role_named(role_name((enum role)(1u << i))), 1u << i);
    }
    T_EQ_INT(role_named("root"), 0);
    T_EQ_STR(role_name((enum role)(1u << ROLES)), "");
    T_EQ_STR(role_name((enum role)ROLES_ALL), "", "several are none");
}

T_TEST(book, a_source_is_found_by_its_name)
{
    static const struct book_source sources[] = {{.id = 1, .name = "mailbox"},
                                                 {.id = 2, .name = "pager"}};
    const struct book book = {.sources = sources, .n_sources = 2};

    T_CHECK(book_source_named(&book, "mailbox") == &sources[0]);
    T_CHECK(book_source_named(&book, "pager") == &sources[1]);
    T_CHECK(book_source_named(&book, "page") == NULL);
    T_EQ_STR(book_kind_name(BOOK_SOURCE), "source");
    T_CHECK(book_kind_name(BOOK_KINDS) == NULL);
}

T_TEST(book, a_span_ends_after_its_last_instant)
{
    static const struct {
        const char *what;
        bool office; /* else elapsed */
        int64_t us;
        const char *from, *end;
    } rows[] = {
        {"elapsed", false, 90 * US_PER_MIN, "2026-03-06T16:00:00Z", "2026-03-06T17:30:00Z"},
        {"a microsecond", false, 1, "2026-03-06T16:00:00Z", "2026-03-06T16:00:00.000001Z"},
        {"within a day", true, US_PER_HOUR, "2026-03-06T09:00:00Z", "2026-03-06T10:00:00Z"},
        {"over a week-end", true, 90 * US_PER_MIN, "2026-03-06T16:00:00Z", "2026-03-09T08:30:00Z"},
        {"up to the closing: until it opens", true, US_PER_HOUR, "2026-03-06T16:00:00Z",
         "2026-03-09T08:00:00Z"},
        {"over a holiday", true, 10 * US_PER_HOUR, "2026-04-02T15:00:00Z", "2026-04-08T07:00:00Z"},
        {"beyond the last year", true, 40 * US_PER_HOUR, "2100-12-31T08:00:00Z", NULL},
    };
    struct sample s;

    sample_init(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct book_span span = {rows[i].us, rows[i].office ? s.office : NULL};
        T_EQ_INT(book_span_end(&span, sample_at(rows[i].from)),
                 rows[i].end != NULL ? sample_at(rows[i].end) : INSTANT_NEVER, "%s", rows[i].what);
    }
    const struct book_span none = {0, s.office};
    T_EQ_INT(book_span_end(&none, sample_at("2026-03-06T16:00:00Z")), INSTANT_NEVER);
    const struct book_span ages = {INSTANT_DURATION_MAX_US, NULL};
    const int64_t end_at = book_span_end(&ages, INSTANT_NEVER - 10);
    T_CHECK(end_at > 0 && end_at <= INSTANT_NEVER, "it stops at the end of time");
    sample_fini(&s);
}
