// SPDX-License-Identifier: Apache-2.0
#include "tests/core/hours.h"

#include <string.h>

#include "core/instant.h"
#include "t.h"
#include "tests/core/tzif.h"

struct calendar_rules *hours_rules(struct arena *arena, const char *zone, const struct hours *h)
{
    struct calendar_rules *rules = arena_alloc(arena, sizeof(*rules));
    struct hours *copy = arena_alloc(arena, sizeof(*copy));

    T_CHECK(rules && copy);
    *copy = *h;
    rules->zone = tzif_zone(arena, zone);
    for (int i = 0; i < 7; i++) {
        if (h->days[i] != '-') {
            rules->week[i] = (struct calendar_day){.windows = copy->windows, .n = copy->n};
        }
    }
    return rules;
}

struct calendar *hours_calendar(const struct calendar_rules *rules)
{
    struct calendar *c = calendar_new(
        &(struct calendar_version){.effective_at = INSTANT_NONE, .rules = rules}, 1);
    T_CHECK(c);
    return c;
}

int64_t hours_at(const char *text)
{
    int64_t at = INSTANT_NONE;
    T_EQ_INT(instant_parse(text, strlen(text), &at), 0, "%s", text);
    return at;
}

int32_t hours_day(const char *text)
{
    int32_t day = 0;
    T_EQ_INT(instant_parse_date(text, strlen(text), &day), 0, "%s", text);
    return day;
}
