// SPDX-License-Identifier: Apache-2.0
#include "config/bookexample.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "core/sla_target.h"

enum { FRIDAY = 4, FRIDAY_TIME_S = (16 * 60 + 30) * 60 };

/* A calendar that a row counts by. */
struct counted {
    const struct book_calendar *calendar;
    const struct book_team *team; // the first one that has it; NULL: the row names the calendar
    size_t others;                // further teams that have it
};

static bool takes(const struct book_names *names, const char *name)
{
    return names->n == 0 || book_names_have(names, name);
}

static size_t add_team(struct counted *counted, size_t n, const struct book_team *team)
{
    size_t i = 0;
    while (i < n && counted[i].calendar != team->calendar) {
        i++;
    }
    if (i < n) {
        counted[i].others++;
        return n;
    }
    if (n < BOOKEXAMPLE_CALENDARS_MAX) {
        counted[n++] = (struct counted){.calendar = team->calendar, .team = team};
    }
    return n;
}

/* The calendars that a row counts by: its own, or those of the teams that it can match. */
static size_t calendars_of(const struct book *book, const struct book_contract_version *version,
                           const struct book_target *target,
                           struct counted ret[static BOOKEXAMPLE_CALENDARS_MAX])
{
    size_t n = 0;
    if (target->none) {
        return 0;
    }
    if (!target->of_team) {
        ret[0] = (struct counted){.calendar = target->calendar};
        return 1;
    }
    for (size_t i = 0; i < version->n_teams; i++) {
        const struct book_team *team = book_team(book, version->teams[i].team);
        if (takes(&target->match.team, team->name) &&
            takes(&target->match.tier, version->teams[i].tier)) {
            n = add_team(ret, n, team);
        }
    }
    return n;
}

size_t bookexample_count(const struct book *book, const struct book_contract_version *version)
{
    struct counted counted[BOOKEXAMPLE_CALENDARS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < version->n_targets; i++) {
        n += calendars_of(book, version, &version->targets[i], counted) * BOOKEXAMPLE_RECEIPTS;
    }
    return n;
}

/* The first Friday 16:30 on the zone's wall after an instant. */
static int64_t friday_after(const struct zone *zone, int64_t at)
{
    const int64_t today = instant_floor_div(zone_wall_s(zone, at), S_PER_DAY);
    int64_t friday = today + (FRIDAY - instant_weekday(today) + 7) % 7;
    int64_t received_at = zone_floor(zone, friday * S_PER_DAY + FRIDAY_TIME_S);
    if (received_at <= at) {
        friday += 7;
        received_at = zone_floor(zone, friday * S_PER_DAY + FRIDAY_TIME_S);
    }
    return received_at;
}

/* "priority P1 or P2, " */
static size_t put_match(char *buf, size_t size, const char *key, const struct book_names *names)
{
    size_t n = 0;
    for (size_t i = 0; i < names->n && n < size; i++) {
        n += (size_t)snprintf(buf + n, size - n, "%s %s%s", i > 0 ? " or" : key, names->names[i],
                              i + 1 == names->n ? ", " : "");
    }
    return n < size ? n : size - 1;
}

/* ", cut-off 15:00 Europe/Berlin", ", each period" */
static void put_terms(char *buf, size_t size, const struct book *book,
                      const struct book_target *target)
{
    size_t n = 0;
    buf[0] = '\0';
    if (target->business_days > 0 && target->cutoff_us < US_PER_DAY) {
        const int minutes = (int)(target->cutoff_us / US_PER_MIN);
        const int seconds = (int)(target->cutoff_us % US_PER_MIN / US_PER_S);
        n += (size_t)snprintf(buf, size, ", cut-off %02d:%02d", minutes / 60, minutes % 60);
        if (seconds > 0) {
            n += (size_t)snprintf(buf + n, size - n, ":%02d", seconds);
        }
        for (size_t i = 0; i < book->n_zones; i++) {
            if (book->zones[i].zone == target->cutoff_zone) {
                n += (size_t)snprintf(buf + n, size - n, " %s", book->zones[i].name);
            }
        }
    }
    if (target->each_period && n < size) {
        (void)snprintf(buf + n, size - n, ", each period");
    }
}

/* "calendar night of team manila-a and 2 others" */
static void put_calendar(char *buf, size_t size, const struct counted *counted)
{
    const size_t n = (size_t)snprintf(buf, size, "calendar %s", counted->calendar->name);
    if (counted->team != NULL && counted->others == 0) {
        (void)snprintf(buf + n, size - n, " of team %s", counted->team->name);
    } else if (counted->team != NULL) {
        (void)snprintf(buf + n, size - n, " of team %s and %zu other%s", counted->team->name,
                       counted->others, counted->others == 1 ? "" : "s");
    }
}

static const char *describe(const struct book *book, const struct book_target *target,
                            const struct counted *counted, struct arena *arena)
{
    const struct {
        const char *key;
        const struct book_names *names;
    } match[] = {
        {"priority", &target->match.priority}, {"function", &target->match.function},
        {"category", &target->match.category}, {"customer_tier", &target->match.customer_tier},
        {"language", &target->match.language}, {"team", &target->match.team},
        {"tier", &target->match.tier},
    };
    char matched[512] = "";
    char calendar[192];
    char terms[128];
    char text[sizeof(matched) + sizeof(calendar) + sizeof(terms)];
    size_t n = 0;
    for (size_t i = 0; i < sizeof(match) / sizeof(match[0]); i++) {
        n += put_match(matched + n, sizeof(matched) - n, match[i].key, match[i].names);
    }
    put_calendar(calendar, sizeof(calendar), counted);
    put_terms(terms, sizeof(terms), book, target);
    (void)snprintf(text, sizeof(text), "%s%s%s", n == 0 ? "all other tickets, " : matched, calendar,
                   terms);
    return arena_strndup(arena, text, strlen(text));
}

/* Where the target leads to from an instant: what a clock says that starts then. */
static void work_out(const struct book_target *target, const struct book_calendar *calendar,
                     int64_t at, struct book_plan_example *ret)
{
    const struct clock_rule rule = sla_target_rule(target, calendar);
    const struct clock_event start = {.at = at, .kind = CLOCK_START};
    struct clock_result result;
    clock_run(&rule, &start, 1, at, &result);
    ret->due_at = result.due_at;
    ret->limit_at = result.limit_at;
}

int bookexample_make(const struct book *book, const struct book_contract *contract,
                     const struct book_contract_version *version, int64_t now_at,
                     struct arena *arena, struct book_plan_example *ret)
{
    const bool later = version->effective_at > now_at;
    const int64_t first_at = later ? version->effective_at : now_at;
    const struct {
        const char *received;
        int64_t at;
    } receipts[BOOKEXAMPLE_RECEIPTS] = {
        {later ? "when it takes effect" : "now", first_at},
        {"Friday 16:30", friday_after(version->zone->zone, first_at)},
    };
    for (size_t row = 0; row < version->n_targets; row++) {
        const struct book_target *target = &version->targets[row];
        struct counted counted[BOOKEXAMPLE_CALENDARS_MAX];
        const size_t n = calendars_of(book, version, target, counted);
        for (size_t i = 0; i < n * BOOKEXAMPLE_RECEIPTS; i++) {
            const struct counted *by = &counted[i / BOOKEXAMPLE_RECEIPTS];
            const size_t receipt = i % BOOKEXAMPLE_RECEIPTS;
            *ret = (struct book_plan_example){
                .contract = contract->name,
                .version = version->version,
                .target_row = (uint32_t)row,
                .target = describe(book, target, by, arena),
                .zone = version->zone->name,
                .received = receipts[receipt].received,
                .received_at = receipts[receipt].at,
            };
            if (ret->target == NULL) {
                return -ENOMEM;
            }
            work_out(target, by->calendar, receipts[receipt].at, ret);
            ret++;
        }
    }
    return 0;
}
