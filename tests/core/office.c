// SPDX-License-Identifier: Apache-2.0
#include "tests/core/office.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "t.h"
#include "tests/core/tzif.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

struct calendar *office_hours(struct office *o, int days, int from_hour, int to_hour)
{
    struct calendar_window *window = arena_alloc(&o->arena, sizeof(*window));
    struct calendar_rules *rules = arena_alloc(&o->arena, sizeof(*rules));
    struct calendar *c;

    T_CHECK(window && rules);
    *window = (struct calendar_window){from_hour * 3600, to_hour * 3600};
    rules->zone = tzif_rule(&o->arena, "UTC0");
    for (int i = 0; i < days; i++) {
        rules->week[i] = (struct calendar_day){window, 1};
    }
    c = calendar_new(&(struct calendar_version){.effective_at = INSTANT_NONE, .rules = rules}, 1);
    T_CHECK(c);
    return c;
}

void office_init(struct office *o)
{
    arena_init(&o->arena, ARENA_BYTES);
    o->office = office_hours(o, 5, 9, 17);
    o->late = office_hours(o, 5, 12, 20);
    o->always = office_hours(o, 7, 0, 24);
}

void office_fini(struct office *o)
{
    calendar_free(o->office);
    calendar_free(o->late);
    calendar_free(o->always);
    arena_fini(&o->arena);
}

int64_t office_at(const char *text)
{
    int64_t at = INSTANT_NONE;
    T_EQ_INT(instant_parse(text, strlen(text), &at), 0, "%s", text);
    return at;
}

int64_t office_march(const char *text)
{
    char full[40];
    (void)snprintf(full, sizeof(full), "2026-03-%.2sT%sZ", text, text + 3);
    return office_at(full);
}

const char *office_text(int64_t at)
{
    static char buf[INSTANT_TEXT_BYTES];
    return instant_format(at, buf);
}

void office_collect(void *user, const struct clock_span *span)
{
    struct office_spans *s = user;
    T_CHECK(s->n < OFFICE_SPANS_MAX);
    s->v[s->n++] = *span;
}
