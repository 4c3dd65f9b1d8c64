// SPDX-License-Identifier: Apache-2.0
/* Calendars whose work is counted: an answer of a meter that is not spent is the right one. */
#include "core/calendar.h"

#include "core/instant.h"
#include "core/meter.h"
#include "t.h"
#include "tests/core/hours.h"

struct asked {
    int64_t between_us;
    int64_t due_at;
    int64_t limit_at;
    int64_t close_at;
};

static struct asked ask(const struct calendar *c)
{
    const int64_t from_at = hours_at("2026-12-23T10:00:00Z");
    struct asked a;

    a.between_us = calendar_between(c, from_at, hours_at("2028-02-01T10:00:00Z"));
    calendar_add(c, from_at, 3000 * US_PER_HOUR, &a.due_at, &a.limit_at);
    a.close_at = calendar_business_days(c, NULL, from_at, 20, HM(15, 0));
    return a;
}

/* A union and its member, anew, so that nothing has been worked out already. */
struct pair {
    struct calendar *member;
    const struct calendar *members[1];
    struct calendar *joined;
};

static void pair_init(struct pair *p, struct calendar_rules *rules, struct meter *meter)
{
    p->member = hours_calendar(rules);
    p->members[0] = p->member;
    p->joined = calendar_new(&(struct calendar_version){.effective_at = INSTANT_NONE,
                                                        .members = p->members,
                                                        .n_members = 1,
                                                        .days_of = p->member},
                             1);
    calendar_set_meter(p->member, meter);
    calendar_set_meter(p->joined, meter);
}

static void pair_fini(struct pair *p)
{
    calendar_free(p->joined);
    calendar_free(p->member);
}

T_TEST(calendar_meter, what_is_answered_within_it_is_right_and_what_is_beyond_is_said)
{
    static const uint64_t most = 10 * 1000 * 1000;
    struct arena arena;
    struct pair p;
    size_t spent = 0;
    bool enough = false;

    arena_init(&arena, HOURS_ARENA_BYTES);
    struct calendar_rules *rules = hours_rules(&arena, "Europe/Berlin", &HOURS_OFFICE);
    pair_init(&p, rules, NULL);
    const struct asked right = ask(p.joined);
    pair_fini(&p);
    for (uint64_t steps = 0; !enough; steps += steps / 50 + 1) {
        struct meter meter = {.left = steps};
        T_CHECK(steps < most);
        pair_init(&p, rules, &meter);
        const struct asked got = ask(p.joined);
        enough = !meter.spent;
        spent += meter.spent;
        if (enough) {
            T_EQ_INT(got.between_us, right.between_us);
            T_EQ_INT(got.due_at, right.due_at);
            T_EQ_INT(got.limit_at, right.limit_at);
            T_EQ_INT(got.close_at, right.close_at);
        }
        pair_fini(&p);
    }
    T_CHECK(spent > 100, "%zu", spent);
    arena_fini(&arena);
}
