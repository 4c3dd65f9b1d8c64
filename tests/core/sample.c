// SPDX-License-Identifier: Apache-2.0
#include "core/sample.h"

#include <stdio.h>
#include <string.h>

#include "core/evolve.h"
#include "t.h"

#define SAMPLE_BYTES ((size_t)64 * 1024 * 1024)

/*
 * Zones and calendars
 */

const struct zone *sample_zone(struct arena *arena, const char *rule)
{
    /* Two headers with one local time type each, which the rule makes irrelevant. */
    static const uint8_t block[] = {'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0,   0,   0,   0, 0, 0,
                                    0,   0,   0,   0,   0,   0, 0, 0, 0,   0,   0,   0, 0, 0,
                                    0,   0,   0,   0,   0,   0, 0, 0, 0,   0,   0,   1, 0, 0,
                                    0,   4,   0,   0,   0,   0, 0, 0, 'L', 'M', 'T', 0};
    uint8_t bytes[256];
    struct zone *zone;
    size_t n = 0;

    memcpy(bytes, block, sizeof(block));
    memcpy(bytes + sizeof(block), block, sizeof(block));
    n = 2 * sizeof(block);
    n += (size_t)snprintf((char *)bytes + n, sizeof(bytes) - n, "\n%s\n", rule);
    T_EQ_INT(zone_parse(arena, bytes, n, &zone), 0, "%s", rule);
    return zone;
}

/* What a union joins, as far as the book has it. */
static void list_members(struct sample *s, const struct calendar_version *version,
                         struct book_calendar_version *listed)
{
    const struct book_calendar **members = arena_array(&s->arena, version->n_members,
                                                       sizeof(*members));

    T_CHECK(members != NULL);
    listed->members = members;
    for (size_t i = 0; i < version->n_members; i++) {
        for (size_t k = 0; k < s->n_calendars; k++) {
            if (s->owned[k] == version->members[i]) {
                members[listed->n_members++] = &s->calendars[k];
            }
        }
    }
}

const struct book_calendar *sample_calendar(struct sample *s, const char *name,
                                            const struct calendar_version *versions, size_t n)
{
    struct book_calendar_version *listed = arena_array(&s->arena, n, sizeof(*listed));
    struct book_calendar *c = &s->calendars[s->n_calendars];
    struct calendar *calendar = calendar_new(versions, n);

    T_CHECK(listed != NULL && calendar != NULL && s->n_calendars < SAMPLE_CALENDARS);
    for (size_t i = 0; i < n; i++) {
        listed[i].version = (uint32_t)i + 1;
        listed[i].effective_at = versions[i].effective_at;
        list_members(s, &versions[i], &listed[i]);
    }
    *c = (struct book_calendar){
        .id = (uint32_t)s->n_calendars + 1,
        .name = name,
        .calendar = calendar,
        .n_versions = n,
        .versions = listed,
    };
    s->owned[s->n_calendars++] = calendar;
    s->book.n_calendars = s->n_calendars;
    return c;
}

static const struct calendar_window all_day[] = {{0, 86400}};
static const struct calendar_window nine_to_six[] = {{9 * 3600, 18 * 3600}};
static const struct calendar_window morning[] = {{9 * 3600, 13 * 3600}};
static const struct calendar_window saturday[] = {{10 * 3600, 14 * 3600}};

/* 2026: 3 and 6 April, 1 May, 25 December closed; half-days on the 24th and 31st; an extra Saturday
 * on 5 December. 2027: 1 January closed. */
static const struct calendar_date office_dates[] = {
    {.day = 20546, .note = "Good Friday"},
    {.day = 20549, .note = "Easter Monday"},
    {.day = 20574, .note = "Labour Day"},
    {.day = 20792, .open = {saturday, 1}, .note = "extra Saturday"},
    {.day = 20811, .open = {morning, 1}, .note = "half day"},
    {.day = 20812, .note = "Christmas"},
    {.day = 20818, .open = {morning, 1}},
    {.day = 20819},
};

static void make_calendars(struct sample *s)
{
    struct calendar_rules *rules = arena_array(&s->arena, 2, sizeof(*rules));
    struct calendar_version *versions = arena_array(&s->arena, 2, sizeof(*versions));

    s->utc = sample_zone(&s->arena, "UTC0");
    s->berlin = sample_zone(&s->arena, "CET-1CEST,M3.5.0,M10.5.0/3");
    for (int day = 0; day < 7; day++) {
        rules[0].week[day] = (struct calendar_day){all_day, 1};
        if (day < 5) {
            rules[1].week[day] = (struct calendar_day){nine_to_six, 1};
        }
    }
    rules[0].zone = s->utc;
    rules[1].zone = s->berlin;
    rules[1].dates = office_dates;
    rules[1].n_dates = sizeof(office_dates) / sizeof(office_dates[0]);
    for (int i = 0; i < 2; i++) {
        versions[i] = (struct calendar_version){.effective_at = INSTANT_NONE, .rules = &rules[i]};
    }
    s->always = sample_calendar(s, "always", &versions[0], 1);
    s->office = sample_calendar(s, "office", &versions[1], 1);
}

/*
 * The contract
 */

struct book_names sample_names(struct sample *s, const char *a, const char *b)
{
    const char **names = arena_array(&s->arena, 2, sizeof(*names));

    T_CHECK(names != NULL);
    names[0] = a;
    names[1] = b;
    return (struct book_names){.names = names, .n = b != NULL ? 2 : 1};
}

static struct book_target target(const struct book_calendar *calendar, enum clock_kind clock,
                                 int64_t minutes, const struct clock_warn *warns, size_t n_warns)
{
    return (struct book_target){
        .clock = clock,
        .within = "as written",
        .calendar = calendar,
        .rule =
            {
                .target_us = minutes * US_PER_MIN,
                .calendar = calendar->calendar,
                .warns = warns,
                .n_warns = n_warns,
            },
    };
}

static void make_targets(struct sample *s)
{
    static const struct clock_warn shares[] = {{.percent = 50}, {.percent = 75}, {.percent = 90}};
    static const struct clock_warn late[] = {{.percent = 75}, {.before_us = 30 * US_PER_MIN}};
    const struct book_names p1 = sample_names(s, "P1", NULL);
    struct book_target *t = s->targets[0];

    t[0] = target(s->always, CLOCK_KIND_FIRST_RESPONSE, 15, shares, 3);
    t[0].match.priority = p1;
    t[1] = target(s->office, CLOCK_KIND_FIRST_RESPONSE, 240, &shares[1], 1);
    t[2] = target(s->always, CLOCK_KIND_RESOLUTION, 120, NULL, 0);
    t[2].match.priority = p1;
    t[2].match.customer_tier = sample_names(s, "gold", NULL);
    t[3] = target(s->always, CLOCK_KIND_RESOLUTION, 240, late, 2);
    t[3].match.priority = p1;
    t[4] = target(s->office, CLOCK_KIND_RESOLUTION, 960, shares, 1);
    t[4].match.priority = sample_names(s, "P2", "P3");
    t[5] = (struct book_target){.clock = CLOCK_KIND_RESOLUTION, .none = true, .within = "none"};
}

struct book_hold sample_hold(const char *reason, enum side party, uint32_t pauses)
{
    return (struct book_hold){.reason = reason, .party = party, .pauses = pauses};
}

static void make_contract(struct sample *s)
{
    static const char *const priorities[] = {"P1", "P2", "P3", "P4"};
    const uint32_t response = 1u << CLOCK_KIND_FIRST_RESPONSE;
    const uint32_t resolution = 1u << CLOCK_KIND_RESOLUTION;

    s->holds[0][0] = sample_hold("waiting-customer", SIDE_BUYER, resolution);
    s->holds[0][1] = sample_hold("embargo", SIDE_BUYER, response | resolution);
    s->holds[0][2] = sample_hold("third-party", SIDE_VENDOR, resolution);
    s->holds[0][3] = sample_hold("tool-down", SIDE_VENDOR, 0);
    s->contract_teams[0] = (struct book_contract_team){.team = 1, .tier = "L1"};
    s->contract_teams[1] = (struct book_contract_team){.team = 2, .tier = "L2"};
    s->versions[0] = (struct book_contract_version){
        .version = 1,
        .effective_at = sample_at("2026-01-01T00:00:00Z"),
        .hours = s->office,
        .teams = s->contract_teams,
        .n_teams = 2,
        .default_team = 1,
        .priorities = {priorities, 4},
        .targets = s->targets[0],
        .n_targets = 6,
        .holds = s->holds[0],
        .n_holds = 4,
        .reopen_window_us = 120 * US_PER_HOUR,
        .priority_raise = ROLES_ALL,
        .priority_lower = ROLES_ALL,
    };
    s->contract = (struct book_contract){
        .id = SAMPLE_CONTRACT,
        .name = "acme-l1",
        .key = "ACME",
        .buyer = 1,
        .vendor = 2,
        .versions = s->versions,
        .n_versions = 1,
    };
}

void sample_init(struct sample *s)
{
    memset(s, 0, sizeof(*s));
    arena_init(&s->arena, SAMPLE_BYTES);
    make_calendars(s);
    make_targets(s);
    make_contract(s);
    s->parties[0] = (struct book_party){.id = 1, .name = "acme", .title = "", .country = "DE"};
    s->parties[1] = (struct book_party){.id = 2, .name = "northwind", .title = "", .country = "PH"};
    s->teams[0] = (struct book_team){.id = 1, .name = "manila-a", .party = 2};
    s->teams[1] = (struct book_team){.id = 2, .name = "cebu-b", .party = 2};
    s->book.parties = s->parties;
    s->book.n_parties = 2;
    s->book.teams = s->teams;
    s->book.n_teams = 2;
    s->book.calendars = s->calendars;
    s->book.contracts = &s->contract;
    s->book.n_contracts = 1;
}

void sample_fini(struct sample *s)
{
    for (size_t i = 0; i < s->n_calendars; i++) {
        calendar_free(s->owned[i]);
    }
    arena_fini(&s->arena);
}

struct book_contract_version *sample_version(struct sample *s, uint32_t n, int64_t effective_at)
{
    struct book_contract_version *v = &s->versions[n - 1];

    T_CHECK(n >= 2 && n <= SAMPLE_VERSIONS && s->contract.n_versions == n - 1);
    memcpy(s->targets[n - 1], s->targets[n - 2], sizeof(s->targets[0]));
    memcpy(s->holds[n - 1], s->holds[n - 2], sizeof(s->holds[0]));
    *v = s->versions[n - 2];
    v->version = n;
    v->effective_at = effective_at;
    v->targets = s->targets[n - 1];
    v->holds = s->holds[n - 1];
    s->contract.n_versions = n;
    return v;
}

int64_t sample_at(const char *text)
{
    int64_t at = 0;
    T_EQ_INT(instant_parse(text, strlen(text), &at), 0, "%s", text);
    return at;
}

struct text sample_text(const char *text)
{
    return (struct text){.bytes = text, .n = strlen(text)};
}
