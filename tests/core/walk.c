// SPDX-License-Identifier: Apache-2.0
#include "core/walk.h"

#include "t.h"

static uint64_t next(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

size_t walk_pick(uint64_t *seed, size_t n)
{
    return (size_t)(next(seed) % n);
}

int64_t walk_wait_us(uint64_t *seed)
{
    static const int64_t spans[] = {0,
                                    US_PER_MIN,
                                    5 * US_PER_MIN,
                                    20 * US_PER_MIN,
                                    40 * US_PER_MIN,
                                    2 * US_PER_HOUR,
                                    3 * US_PER_HOUR,
                                    40 * US_PER_HOUR};
    const int64_t span = spans[walk_pick(seed, 8)];
    return span == 0 ? 0 : (int64_t)(next(seed) % (uint64_t)span) + 1;
}

struct command walk_command(const struct desk *d, uint64_t *seed, int64_t at, bool plain)
{
    static const enum command_kind acts[] = {
        COMMAND_REPLY,    COMMAND_REPLY, COMMAND_REPLY,    COMMAND_REPLY,   COMMAND_REPLY,
        COMMAND_REPLY,    COMMAND_HOLD,  COMMAND_HOLD,     COMMAND_RESUME,  COMMAND_TAKE,
        COMMAND_ACK,      COMMAND_NOTE,  COMMAND_EXPIRE,   COMMAND_RESOLVE, COMMAND_REOPEN,
        COMMAND_PRIORITY, COMMAND_EDIT,  COMMAND_TRANSFER, COMMAND_ABSORB,  COMMAND_MERGE,
    };
    static const char *const reasons[] = {"waiting-customer", "embargo", "third-party"};
    static const char *const priorities[] = {"P1", "P2", "P4"};
    struct command c;
    enum command_kind kind =
        acts[walk_pick(seed, sizeof(acts) / sizeof(acts[0]) - (plain ? 5 : 0))];

    if (kind == COMMAND_MERGE && walk_pick(seed, 10) != 0) {
        kind = COMMAND_EXPIRE; // most lives last
    }
    c = desk_command(d, kind, at);
    c.side = walk_pick(seed, 2) == 0 ? SIDE_REQUESTER : SIDE_VENDOR;
    c.side = kind == COMMAND_HOLD || kind == COMMAND_RESUME ? SIDE_VENDOR : c.side;
    c.human = walk_pick(seed, 6) != 0;
    c.roles = ~0u;
    c.reason = kind == COMMAND_HOLD || kind == COMMAND_RESUME ? reasons[walk_pick(seed, 3)] : "";
    c.priority = kind == COMMAND_PRIORITY ? priorities[walk_pick(seed, 3)] : "";
    c.team = kind == COMMAND_TRANSFER ? walk_pick(seed, 2) == 0 ? "cebu-b" : "manila-a" : "";
    c.category = walk_pick(seed, 2) == 0 ? "net" : "sw";
    c.customer_tier = walk_pick(seed, 2) == 0 ? "gold" : "";
    c.edits = EDIT_CATEGORY | (walk_pick(seed, 2) == 0 ? EDIT_CUSTOMER_TIER : 0);
    c.other = 2;
    c.other_state = TICKET_OPEN;
    c.other_opened_at = kind == COMMAND_ABSORB ? at - 4 * walk_wait_us(seed) - 1 : 0;
    if (walk_pick(seed, 3) != 0 && kind != COMMAND_EXPIRE) {
        c.claimed_at = at - (int64_t)(next(seed) % (uint64_t)(3 * US_PER_HOUR));
    }
    return c;
}

/* What life_sample leaves out: update by the hour and by each three hours, turnaround in business
 * days or of the team, and ola. */
static void add_kinds(struct sample *s)
{
    static const struct clock_warn half[] = {{.percent = 50}};
    struct book_target *t = &s->targets[0][s->versions[0].n_targets];

    t[0] = t[1] = (struct book_target){
        .clock = CLOCK_KIND_UPDATE,
        .within = "3h",
        .calendar = s->always,
        .rule = {3 * US_PER_HOUR, .calendar = s->always->calendar, .warns = half, .n_warns = 1},
        .each_period = true,
    };
    t[0].match.category = sample_names(s, "net", NULL);
    t[0].rule.target_us = US_PER_HOUR;
    t[0].each_period = false;
    t[1].match.priority = sample_names(s, "P1", "P2");
    t[2] = (struct book_target){
        .clock = CLOCK_KIND_TURNAROUND,
        .within = "1bd",
        .calendar = s->office,
        .rule = {.calendar = s->office->calendar, .warns = half, .n_warns = 1},
        .business_days = 1,
        .cutoff_us = 15 * US_PER_HOUR,
    };
    t[2].match.category = sample_names(s, "net", NULL);
    t[3] = (struct book_target){.clock = CLOCK_KIND_TURNAROUND,
                                .within = "6h",
                                .of_team = true,
                                .rule.target_us = 6 * US_PER_HOUR};
    t[4] = (struct book_target){
        .clock = CLOCK_KIND_OLA, .within = "1h", .of_team = true, .rule.target_us = US_PER_HOUR};
    s->versions[0].n_targets += 5;
    s->teams[0].calendar = s->always;
    s->teams[1].calendar = s->office;
}

void walk_modes(struct book_contract_version *v, uint64_t seed)
{
    static const enum clock_mode reopen[] = {CLOCK_EXCLUDE, CLOCK_INCLUDE, CLOCK_NEW_CYCLE};
    static const enum clock_mode retarget[] = {CLOCK_CARRY, CLOCK_CARRY, CLOCK_FROM_ZERO,
                                               CLOCK_PRO_RATA};

    v->on_reopen = reopen[walk_pick(&seed, 3)];
    v->on_retarget = retarget[walk_pick(&seed, 4)];
    v->min_remaining_us = walk_pick(&seed, 3) == 0 ? 20 * US_PER_MIN : -1;
    v->follows_team = walk_pick(&seed, 2) == 0;
    v->unanswered_human = (enum book_unanswered)walk_pick(&seed, 3);
    v->unanswered_tool = (enum book_unanswered)walk_pick(&seed, 3);
    v->merge_earliest = walk_pick(&seed, 2) == 0;
}

void walk_sample(struct sample *s, bool plain)
{
    life_sample(s);
    s->holds[0][0].max = (struct book_span){3 * US_PER_HOUR, s->office};
    s->holds[0][1].max = (struct book_span){.us = 2 * US_PER_HOUR};
    s->versions[0].auto_close = (struct book_span){.us = 24 * US_PER_HOUR};
    if (!plain) {
        add_kinds(s);
    }
}

int64_t walk_live(struct desk *d, uint64_t seed, size_t n)
{
    int64_t at = life_at("09:00") + (int64_t)walk_pick(&seed, 200) * US_PER_HOUR;
    struct command c = desk_command(d, COMMAND_OPEN, at);

    c.priority = walk_pick(&seed, 2) == 0 ? "P1" : "P2";
    T_EQ_INT(desk_do(d, &c), 0);
    for (size_t i = 0; i < n; i++) {
        at += walk_wait_us(&seed);
        c = walk_command(d, &seed, at, false);
        (void)desk_do(d, &c); // refused where it is not legal
    }
    return at;
}
