// SPDX-License-Identifier: Apache-2.0
/*
 * What one text can tell: every value is of its form, and every key belongs to what is done.
 */
#include "config/scenario.h"

#include <errno.h>
#include <string.h>

#include "config/scenarioread.h"
#include "config/scenarioschema.h"
#include "config/specvalue.h"
#include "core/instant.h"

static const char *or_empty(const char *value)
{
    return value != NULL ? value : "";
}

static int read_label(const struct spec_reader *r, const struct yamldoc_place *in, const char *key,
                      const char *value)
{
    return value != NULL ? specvalue_label(r, yamldoc_in(in, "%s", key), value) : 0;
}

/*
 * Points in time
 */

bool scenarioread_is_known(int64_t at)
{
    return at >= 0 && at < instant_day(ZONE_HORIZON_YEAR, 1, 1) * US_PER_DAY;
}

static int refuse_when(const struct spec_reader *r, const struct yamldoc_place *at,
                       const char *value)
{
    return yamldoc_refuse(r->refusal, at, OUTCOME_INVALID_ARGUMENT,
                          "write 2026-07-01T09:00 (on the wall of the contract), "
                          "2026-07-01T07:00:00Z, or +90m after the ticket was opened",
                          "\"%.80s\" is no time of the years 1970 to %d", value,
                          ZONE_HORIZON_YEAR - 1);
}

int scenarioread_when(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                      struct scenario_when *ret)
{
    struct refusal ignored;
    const struct spec_reader quiet = {.doc = r->doc, .arena = r->arena, .refusal = &ignored};
    struct spec_effective wall;

    *ret = (struct scenario_when){.form = SCENARIO_ABSENT};
    if (value == NULL) {
        return 0;
    }
    if (value[0] == '+') {
        ret->form = SCENARIO_AFTER;
        return specvalue_duration(r, at, value + 1, &ret->value);
    }
    if (instant_parse(value, strlen(value), &ret->value) == 0) {
        ret->form = SCENARIO_INSTANT;
        return scenarioread_is_known(ret->value) ? 0 : refuse_when(r, &at, value);
    }
    if (specvalue_effective(&quiet, at, value, &wall) != 0) {
        return refuse_when(r, &at, value);
    }
    *ret = (struct scenario_when){.form = SCENARIO_WALL, .value = wall.wall_s};
    return 0;
}

/* A ticket is opened at a time of its own: there is nothing yet that it could come after. */
static int read_opened(const struct spec_reader *r, const struct yamldoc_place *in,
                       const char *value, struct scenario_when *ret)
{
    const struct yamldoc_place at = yamldoc_in(in, "opened");

    return value[0] == '+' ? refuse_when(r, &at, value) : scenarioread_when(r, at, value, ret);
}

/*
 * Tickets
 */

static int read_names(const struct spec_reader *r, const struct yamldoc_place *in,
                      const struct raw_scenario_ticket *raw, struct scenario_ticket *ret)
{
    const struct {
        const char *key;
        const char *value;
        const char **to;
    } rows[] = {
        {"name", raw->name, &ret->name},
        {"contract", raw->contract, &ret->contract_name},
        {"priority", raw->priority, &ret->priority},
        {"function", raw->function, &ret->function},
        {"category", raw->category, &ret->category},
        {"customer_tier", raw->customer_tier, &ret->customer_tier},
        {"language", raw->language, &ret->language},
        {"team", raw->team, &ret->team},
        {"hold", raw->hold, &ret->hold},
    };
    int refused = 0;

    for (size_t i = 0; refused == 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
        refused = read_label(r, in, rows[i].key, rows[i].value);
        *rows[i].to = or_empty(rows[i].value);
    }
    return refused;
}

static int read_events(const struct spec_reader *r, const struct yamldoc_place *in,
                       const struct raw_scenario_ticket *raw, struct scenario_ticket *ret)
{
    int refused = 0;

    ret->n_events = raw->events_count;
    ret->events = arena_array(r->arena, raw->events_count, sizeof(*ret->events));
    if (ret->events == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; refused == 0 && i < raw->events_count; i++) {
        refused = scenarioread_event(r, yamldoc_in(in, "events[%zu]", i), &raw->events[i],
                                     &ret->events[i]);
    }
    return refused;
}

static int read_expects(const struct spec_reader *r, const struct yamldoc_place *in,
                        const struct raw_scenario_ticket *raw, struct scenario_ticket *ret)
{
    int refused = 0;

    ret->n_expects = raw->expect_count;
    ret->expects = arena_array(r->arena, raw->expect_count, sizeof(*ret->expects));
    if (ret->expects == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; refused == 0 && i < raw->expect_count; i++) {
        refused = scenarioread_expect(r, yamldoc_in(in, "expect[%zu]", i), &raw->expect[i],
                                      &ret->expects[i]);
    }
    return refused;
}

static int read_ticket(const struct spec_reader *r, const struct yamldoc_place *in,
                       const struct raw_scenario_ticket *raw, struct scenario_ticket *ret)
{
    ret->line = yamldoc_line(in);
    int refused = read_names(r, in, raw, ret);
    if (refused == 0) {
        refused = read_opened(r, in, raw->opened, &ret->opened);
    }
    if (refused == 0) {
        refused = scenarioread_when(r, yamldoc_in(in, "recorded"), raw->recorded, &ret->recorded);
    }
    if (refused == 0) {
        refused = scenarioread_when(r, yamldoc_in(in, "until"), raw->until, &ret->until);
    }
    if (refused == 0) {
        refused = read_events(r, in, raw, ret);
    }
    return refused != 0 ? refused : read_expects(r, in, raw, ret);
}

/*
 * The whole
 */

static int check_names(const struct spec_reader *r, const struct scenario *s)
{
    for (size_t i = 1; i < s->n_tickets; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(s->tickets[i].name, s->tickets[j].name) == 0) {
                const struct yamldoc_place at = yamldoc_at(r->doc, "tickets[%zu].name", i);
                return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                      "another ticket is called %s, on line %u", s->tickets[i].name,
                                      s->tickets[j].line);
            }
        }
    }
    return 0;
}

static int check_numbers(const struct spec_reader *r, const struct raw_scenario *raw)
{
    size_t n_events = 0;
    size_t n_expects = 0;

    for (size_t i = 0; i < raw->tickets_count; i++) {
        const struct yamldoc_place at = yamldoc_at(r->doc, "tickets[%zu]", i);
        n_events += raw->tickets[i].events_count;
        n_expects += raw->tickets[i].expect_count;
        if (n_events > SCENARIO_EVENTS_MAX || n_expects > SCENARIO_EXPECTS_MAX) {
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                  "write several scenarios",
                                  "a scenario has %d events and %d expectations at most, and this "
                                  "one has more",
                                  SCENARIO_EVENTS_MAX, SCENARIO_EXPECTS_MAX);
        }
    }
    return 0;
}

static int read_scenario(const struct spec_reader *r, const struct raw_scenario *raw,
                         struct scenario *s)
{
    int refused = check_numbers(r, raw);

    s->n_tickets = raw->tickets_count;
    s->tickets = arena_array(r->arena, s->n_tickets, sizeof(*s->tickets));
    if (s->tickets == NULL) {
        return -ENOMEM;
    }
    if (refused == 0) {
        refused = scenarioread_when(r, yamldoc_at(r->doc, "until"), raw->until, &s->until);
    }
    for (size_t i = 0; refused == 0 && i < s->n_tickets; i++) {
        const struct yamldoc_place at = yamldoc_at(r->doc, "tickets[%zu]", i);
        refused = read_ticket(r, &at, &raw->tickets[i], &s->tickets[i]);
    }
    return refused != 0 ? refused : check_names(r, s);
}

int scenario_parse(const char *text, size_t n, const char *file, struct arena *arena,
                   struct scenario **ret, struct refusal *ret_refusal)
{
    static const struct yamldoc_format format = {
        .schema = &scenario_schema,
        .nodes_max = SCENARIO_NODES_MAX,
    };
    struct yamldoc *doc = NULL;
    void *raw = NULL;

    if (n > SCENARIO_TEXT_BYTES_MAX) {
        return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, NULL, "write several scenarios",
                      "%s: has %zu bytes, more than %d", file, n, SCENARIO_TEXT_BYTES_MAX);
    }
    int r = yamldoc_load(&format, text, n, file, arena, &doc, &raw, ret_refusal);
    if (r != 0) {
        return r;
    }
    if (raw == NULL) {
        return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, NULL, NULL, "%s: is empty", file);
    }
    struct scenario *s = arena_alloc(arena, sizeof(*s));
    if (s == NULL) {
        return -ENOMEM;
    }
    s->doc = doc;
    const struct spec_reader reader = {.doc = doc, .arena = arena, .refusal = ret_refusal};
    r = read_scenario(&reader, raw, s);
    if (r == 0) {
        *ret = s;
    }
    return r;
}

int scenario_refuse(const struct scenario *s, size_t ticket, size_t event, struct refusal *r)
{
    const struct refusal said = *r;
    const struct yamldoc_place opening = yamldoc_at(s->doc, "tickets[%zu]", ticket);
    const struct yamldoc_place at = event == SIZE_MAX ? opening
                                                      : yamldoc_in(&opening, "events[%zu]", event);

    return yamldoc_refuse(r, &at, said.code, said.hint[0] != '\0' ? said.hint : NULL, "%s",
                          said.message);
}
