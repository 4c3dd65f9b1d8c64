// SPDX-License-Identifier: Apache-2.0
#include "core/split.h"

#include <stdio.h>

#include "core/walk.h"
#include "t.h"

enum { LIVES = 150, COMMANDS = 40 };

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

/* "manila-a counted 60m, manila-a held 30m buyer (embargo), cebu-b counted 5m = 95m" */
static const char *story(const struct desk *d, const struct split *s)
{
    static char buf[2048];
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < s->n_shares; i++) {
        const struct split_share *share = &s->shares[i];
        used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s%s %s %dm", i > 0 ? ", " : "",
                                 book_team(d->book, share->team)->name, kind_name(share->kind),
                                 (int)(share->wall_us / US_PER_MIN));
        for (size_t k = 0; k < share->n_reasons; k++) {
            used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s%s%s%s", k > 0 ? "+" : " ",
                                     k > 0 ? "" : side_name(share->side), k > 0 ? "" : " (",
                                     share->reasons[k]);
        }
        used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s",
                                 share->n_reasons > 0 ? ")" : "");
        T_CHECK(used < sizeof(buf));
    }
    (void)snprintf(buf + used, sizeof(buf) - used, "%s= %dm", used > 0 ? " " : "",
                   (int)(s->wall_us / US_PER_MIN));
    return buf;
}

T_TEST(split, every_minute_is_somebodys)
{
    static const struct {
        const char *life;
        enum clock_kind kind;
        uint32_t team;
        const char *at, *story;
    } rows[] = {
        {"09:00 open P2", CLOCK_KIND_RESOLUTION, 0, "10:00", "manila-a counted 60m = 60m"},
        {"09:00 open P2", CLOCK_KIND_RESOLUTION, 0, "09:00", "= 0m"},
        {"09:00 open P2, 10:00 team cebu-b, 10:30 team manila-a", CLOCK_KIND_RESOLUTION, 0, "12:00",
         "manila-a counted 150m, cebu-b counted 30m = 180m"},
        /* By team in the order in which they had it, whatever came when. */
        {"09:00 open P2, 10:00 team cebu-b, 10:30 team manila-a, 11:00 hold waiting-customer",
         CLOCK_KIND_RESOLUTION, 0, "12:00",
         "manila-a counted 90m, manila-a held 60m buyer (waiting-customer), "
         "cebu-b counted 30m = 180m"},
        {"09:00 open P2, 10:00 hold waiting-customer, 11:00 team cebu-b, 12:00 hold third-party, "
         "12:30 resume waiting-customer, 13:00 resume third-party",
         CLOCK_KIND_RESOLUTION, 0, "14:00",
         "manila-a counted 60m, manila-a held 60m buyer (waiting-customer), cebu-b counted 60m, "
         "cebu-b held 60m buyer (waiting-customer), "
         "cebu-b held 30m none (waiting-customer+third-party), cebu-b held 30m vendor "
         "(third-party) = 300m"},
        {"09:00 open P2, 10:00 hold embargo, 10:10 resume embargo, 11:00 hold embargo, "
         "11:20 resume embargo",
         CLOCK_KIND_RESOLUTION, 0, "12:00",
         "manila-a counted 150m, manila-a held 30m buyer (embargo) = 180m"},
        {"09:00 open P2", CLOCK_KIND_FIRST_RESPONSE, 0, "11:30",
         "manila-a counted 120m, manila-a past 30m = 150m"},
        /* What goes to another team after its end is none of the clock's. */
        {"09:00 open P2, 10:00 reply, 11:00 team cebu-b", CLOCK_KIND_FIRST_RESPONSE, 0, "12:00",
         "manila-a counted 60m = 60m"},
        {"09:00 open P2, 10:00 resolve, 12:00 reopen", CLOCK_KIND_RESOLUTION, 0, "13:00",
         "manila-a counted 120m, manila-a stopped 120m = 240m"},
        /* Nights in the team's own hours. */
        {"16:00 open P1, 16:30 team cebu-b", CLOCK_KIND_OLA, 2, "3/09:00",
         "cebu-b counted 60m, cebu-b past 30m, cebu-b outside 900m = 990m"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sample s;
        struct desk d;
        struct split split_now;
        walk_sample(&s, false);
        s.holds[0][0].max = s.holds[0][1].max = (struct book_span){0};
        desk_init(&d, &s.book);
        life_do(&d, rows[i].life);
        T_EQ_INT(split(d.book, &d.ticket, rows[i].kind, rows[i].team, life_at(rows[i].at), &d.arena,
                       &split_now),
                 0);
        T_EQ_STR(story(&d, &split_now), rows[i].story, "row %zu", i);
        T_CHECK(split_now.calendar != NULL && split_now.clock.clock.kind == rows[i].kind);
        desk_fini(&d);
        sample_fini(&s);
    }
}

T_TEST(split, a_reason_that_another_version_sees_otherwise_is_nobodys)
{
    struct sample s;
    struct desk d;
    struct split split_now;

    sample_init(&s);
    struct book_contract_version *v2 = sample_version(&s, 2, sample_at("2026-03-02T09:30:00Z"));
    struct book_contract_version *v3 = sample_version(&s, 3, sample_at("2026-03-02T10:30:00Z"));
    s.holds[1][4] = sample_hold("audit", SIDE_VENDOR, 1u << CLOCK_KIND_RESOLUTION);
    s.holds[2][4] = sample_hold("audit", SIDE_BUYER, 1u << CLOCK_KIND_RESOLUTION);
    v2->n_holds = v3->n_holds = 5;
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P1, 10:00 hold audit, 10:10 resume audit");
    T_EQ_INT(
        split(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0, life_at("10:20"), &d.arena, &split_now),
        0);
    T_EQ_STR(story(&d, &split_now), "manila-a counted 70m, manila-a held 10m vendor (audit) = 80m");
    life_do(&d, "11:00 hold audit, 11:20 resume audit");
    T_EQ_INT(
        split(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0, life_at("12:00"), &d.arena, &split_now),
        0);
    T_EQ_STR(story(&d, &split_now), "manila-a counted 150m, manila-a held 30m none (audit) = 180m");
    desk_fini(&d);
    sample_fini(&s);
}

T_TEST(split, no_clock_and_an_unmeasured_one)
{
    struct sample s;
    struct desk d;
    struct split split_now;

    sample_init(&s);
    desk_init(&d, &s.book);
    desk_open(&d, "P4", "2026-03-02T09:00:00Z");
    T_EQ_INT(
        split(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0, life_at("10:00"), &d.arena, &split_now),
        SPLIT_NO_CLOCK);
    desk_fini(&d);
    desk_init(&d, &s.book);
    struct command c = desk_command(&d, COMMAND_IMPORT, life_at("10:00"));
    c.priority = "P1";
    c.opened_at = life_at("09:00");
    T_EQ_INT(desk_do(&d, &c), 0);
    T_EQ_INT(
        split(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0, life_at("10:00"), &d.arena, &split_now),
        0);
    T_EQ_INT(split_now.clock.clock.verdict, TICKET_VERDICT_UNMEASURED);
    T_EQ_INT(split_now.n_shares, 0);
    T_EQ_INT(split_now.wall_us, 0);
    desk_fini(&d);
    sample_fini(&s);
}

/* Who had it at an instant, by its facts. */
static uint32_t team_at(const struct ticket *t, int64_t at)
{
    uint32_t team = t->opened_as.team;
    int64_t since_at = INSTANT_NONE;

    for (size_t i = 0; i < t->n_facts; i++) {
        const struct fact *f = &t->facts[i];
        if (f->kind == FACT_TEAM && f->at <= at && f->at >= since_at) {
            team = f->team;
            since_at = f->at;
        }
    }
    return team;
}

/* The shares sum to the wall time, in order, each told once; and they are the teams' stints. */
static size_t check_shares(struct desk *d, enum clock_kind kind, uint32_t team, int64_t at)
{
    struct split now;
    const struct ticket *t = &d->ticket;
    int64_t sum_us = 0;
    int64_t of_first_us = 0;
    const int rc = split(d->book, t, kind, team, at, &d->arena, &now);

    if (rc == SPLIT_NO_CLOCK) {
        return 0;
    }
    T_EQ_INT(rc, 0);
    const struct ticket_clock *c = &now.clock.clock;
    const int64_t end_at = c->stopped_at != INSTANT_NONE ? c->stopped_at : at;
    for (size_t i = 0; i < now.n_shares; i++) {
        const struct split_share *share = &now.shares[i];
        T_CHECK(share->wall_us > 0);
        T_EQ_INT(share->n_reasons > 0, share->kind == CLOCK_SPAN_HELD);
        sum_us += share->wall_us;
        of_first_us += share->team == t->opened_as.team ? share->wall_us : 0;
        T_CHECK(kind != CLOCK_KIND_OLA || share->team == team, "an ola is one team's");
    }
    T_EQ_INT(sum_us, end_at - c->started_at, "%s", clock_kind_name(kind));
    T_EQ_INT(sum_us, now.wall_us);
    for (size_t i = 1; i < now.n_shares; i++) {
        T_CHECK(now.shares[i].team != now.shares[i - 1].team ||
                    now.shares[i].kind >= now.shares[i - 1].kind,
                "by kind");
    }
    // From fact to fact one team has it.
    int64_t from_at = c->started_at;
    int64_t stints_us = 0;
    while (from_at < end_at) {
        int64_t next_at = end_at;
        for (size_t i = 0; i < t->n_facts; i++) {
            const int64_t fact_at = t->facts[i].at;
            next_at = fact_at > from_at && fact_at < next_at ? fact_at : next_at;
        }
        stints_us += team_at(t, from_at) == t->opened_as.team ? next_at - from_at : 0;
        from_at = next_at;
    }
    T_EQ_INT(of_first_us, stints_us, "%s", clock_kind_name(kind));
    return now.n_shares;
}

T_TEST(split, of_random_lives_the_shares_sum_to_the_wall_time)
{
    static struct desk d;
    struct sample s;
    size_t shares = 0;

    alarm(T_SECONDS * t_effort());
    walk_sample(&s, false);
    for (uint64_t life = 0; life < LIVES * t_effort(); life++) {
        walk_modes(&s.versions[0], life);
        desk_init(&d, &s.book);
        const int64_t at = walk_live(&d, life, COMMANDS);
        for (unsigned kind = CLOCK_KIND_NONE + 1; kind < CLOCK_KIND_OLA; kind++) {
            shares += check_shares(&d, (enum clock_kind)kind, 0, at);
        }
        shares += check_shares(&d, CLOCK_KIND_OLA, 1, at);
        shares += check_shares(&d, CLOCK_KIND_OLA, 2, at);
        desk_fini(&d);
    }
    T_CHECK(shares > LIVES * 10, "only %zu shares", shares);
    sample_fini(&s);
}

T_TEST(split, a_full_arena_is_an_error)
{
    struct sample s;
    struct desk d;
    size_t fits = 0;

    life_sample(&s);
    desk_init(&d, &s.book);
    life_do(&d, "09:00 open P2, 10:00 hold embargo, 11:00 team cebu-b");
    for (size_t limit = 0; limit < 20000; limit += 100) {
        struct arena arena;
        struct split now;
        arena_init(&arena, limit);
        const int rc = split(d.book, &d.ticket, CLOCK_KIND_RESOLUTION, 0, life_at("12:00"), &arena,
                             &now);
        T_CHECK(rc <= 0);
        fits += rc == 0;
        arena_fini(&arena);
    }
    T_CHECK(fits > 0 && fits < 200);
    desk_fini(&d);
    sample_fini(&s);
}
