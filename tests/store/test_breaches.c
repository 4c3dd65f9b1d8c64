// SPDX-License-Identifier: Apache-2.0
#include "store/breaches.h"

#include <string.h>

#include "core/instant.h"
#include "store/record.h"
#include "store/shop.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

/** Writes an entry about ticket 1 of contract 1 with one clock. */
static struct entry write_clock(struct shop *shop, enum event_kind kind, struct ticket_clock clock)
{
    struct entry entry = shop_entry(kind, 1, 1, shop->now);

    entry.event.clocks[0] = clock;
    entry.event.n_clocks = 1;
    shop_write(shop, &entry);
    return entry;
}

/** All breaches of contract 1. */
static size_t breaches(struct shop *shop, struct arena *arena, struct breach *ret, size_t max)
{
    struct breaches_cursor cursor = {.n = 0};
    struct txn txn;
    size_t n;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(breaches_scan(&txn, 1, INSTANT_NONE, INSTANT_NEVER, &cursor, max, arena, ret, &n), 0);
    txn_abort(&txn);
    return n;
}

static struct ticket_clock breached(struct ticket_clock clock, int64_t at)
{
    clock.breached_at = at;
    clock.verdict = at == INSTANT_NONE ? TICKET_VERDICT_OPEN : TICKET_VERDICT_BREACHED;
    if (at != INSTANT_NONE) {
        clock.due_at = clock.limit_at = INSTANT_NEVER;
    }
    return clock;
}

T_TEST(breaches, a_breach_is_recorded_once_with_who_had_it_and_what_was_agreed)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct breach b[4];

    shop_init(&shop, 0);
    struct ticket_clock clock = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, US_PER_HOUR);
    int64_t limit_at = clock.limit_at;
    clock.target_row = 4;
    write_clock(&shop, EVENT_TICKET_OPENED, clock);
    shop.now += 2 * US_PER_HOUR;
    struct entry entry = write_clock(&shop, EVENT_CLOCK_BREACHED, breached(clock, limit_at));
    T_EQ_INT(breaches(&shop, &arena, b, 4), 1);
    T_EQ_INT(b[0].key.number, 1);
    T_EQ_INT(b[0].key.clock, CLOCK_KIND_RESOLUTION);
    T_EQ_INT(b[0].key.cycle, 1);
    T_EQ_INT(b[0].key.breached_at, limit_at);
    T_EQ_INT(b[0].detected_seq, entry.seq);
    T_EQ_INT(b[0].detected_at, entry.recorded_at);
    T_EQ_INT(b[0].withdrawn_seq, 0);
    T_EQ_INT(b[0].withdrawn_at, INSTANT_NONE);
    T_EQ_INT(b[0].team, 3);
    T_EQ_STR(b[0].priority, "P2");
    T_EQ_INT(b[0].contract_version, 1);
    T_EQ_INT(b[0].target_row, 4);
    T_EQ_INT(b[0].target_us, US_PER_HOUR);
    T_EQ_INT(b[0].due_at, limit_at, "what was shown as due, although it is due no more");
    T_CHECK(!b[0].imported);

    // Later entries about the breached clock change nothing
    write_clock(&shop, EVENT_MESSAGE, breached(clock, limit_at));
    T_EQ_INT(breaches(&shop, &arena, b, 4), 1);
    T_EQ_INT(b[0].detected_seq, entry.seq);
    shop_verify(&shop);
}

T_TEST(breaches, an_overturned_breach_is_withdrawn_and_stays)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct breach b[4];

    shop_init(&shop, 0);
    struct ticket_clock clock = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, US_PER_HOUR);
    int64_t first_at = clock.limit_at;
    write_clock(&shop, EVENT_TICKET_OPENED, clock);
    struct entry entry = write_clock(&shop, EVENT_CLOCK_BREACHED, breached(clock, first_at));
    uint64_t detected = entry.seq;

    entry = write_clock(&shop, EVENT_MESSAGE, clock);
    T_EQ_INT(breaches(&shop, &arena, b, 4), 1);
    T_EQ_INT(b[0].withdrawn_seq, entry.seq);
    T_EQ_INT(b[0].withdrawn_at, entry.recorded_at);
    T_EQ_INT(b[0].detected_seq, detected);

    // At the same instant again: the same row stands
    write_clock(&shop, EVENT_MESSAGE, breached(clock, first_at));
    T_EQ_INT(breaches(&shop, &arena, b, 4), 1);
    T_EQ_INT(b[0].withdrawn_seq, 0);
    T_EQ_INT(b[0].detected_seq, detected, "detected when it was first");

    // At another instant: the old one is withdrawn, a new one recorded
    entry = write_clock(&shop, EVENT_MESSAGE, breached(clock, first_at + 5));
    T_EQ_INT(breaches(&shop, &arena, b, 4), 2);
    T_EQ_INT(b[0].withdrawn_seq, entry.seq);
    T_EQ_INT(b[1].key.breached_at, first_at + 5);
    T_EQ_INT(b[1].withdrawn_seq, 0);
    T_EQ_INT(b[1].detected_seq, entry.seq);
    shop_verify(&shop);
}

T_TEST(breaches, a_new_cycle_leaves_the_breach_of_the_old_one_and_a_late_event_reaches_it)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct breach b[4];

    shop_init(&shop, 0);
    struct ticket_clock first = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, US_PER_HOUR);
    struct ticket_clock second = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, 3 * US_PER_HOUR);
    second.cycle = 2;
    write_clock(&shop, EVENT_TICKET_OPENED, first);
    write_clock(&shop, EVENT_CLOCK_BREACHED, breached(first, first.limit_at));
    write_clock(&shop, EVENT_MESSAGE, second);
    T_EQ_INT(breaches(&shop, &arena, b, 4), 1);
    T_EQ_INT(b[0].withdrawn_seq, 0, "a new cycle overturns nothing");
    write_clock(&shop, EVENT_CLOCK_BREACHED, breached(second, second.limit_at));
    T_EQ_INT(breaches(&shop, &arena, b, 4), 2);

    struct entry entry = write_clock(&shop, EVENT_MESSAGE, first);
    T_EQ_INT(breaches(&shop, &arena, b, 4), 2);
    T_EQ_INT(b[0].key.cycle, 1);
    T_EQ_INT(b[0].withdrawn_seq, entry.seq, "the first cycle's");
    T_EQ_INT(b[1].withdrawn_seq, 0, "not the second's");
    shop_verify(&shop);
}

T_TEST(breaches, of_an_old_cycle_the_breach_that_stands_is_withdrawn)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct breach b[4];

    shop_init(&shop, 0);
    struct ticket_clock first = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, US_PER_HOUR);
    struct ticket_clock second = first;
    second.cycle = 2;
    write_clock(&shop, EVENT_TICKET_OPENED, first);
    write_clock(&shop, EVENT_MESSAGE, breached(first, first.limit_at + 5));
    struct entry moved = write_clock(&shop, EVENT_MESSAGE, breached(first, first.limit_at));
    write_clock(&shop, EVENT_MESSAGE, second);
    struct entry late = write_clock(&shop, EVENT_MESSAGE, first);
    T_EQ_INT(breaches(&shop, &arena, b, 4), 2);
    T_EQ_INT(b[0].withdrawn_seq, late.seq);
    T_EQ_INT(b[1].withdrawn_seq, moved.seq);
    shop_verify(&shop);
}

/* A word told late ends several missed updates at once: the ticket's own clock is back at the first
 * of them when the others are taken back. */
T_TEST(breaches, each_withdrawal_of_a_batch_finds_the_breach_that_it_names)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct breach b[4];
    struct ticket_clock clock;
    int64_t at[3];

    shop_init(&shop, 0);
    clock = shop_clock(CLOCK_KIND_UPDATE, shop.now, US_PER_HOUR);
    write_clock(&shop, EVENT_TICKET_OPENED, clock);
    for (uint32_t cycle = 1; cycle <= 3; cycle++) {
        at[cycle - 1] = shop.now + cycle * US_PER_HOUR;
        clock.cycle = cycle;
        write_clock(&shop, EVENT_CLOCK_BREACHED, breached(clock, at[cycle - 1]));
    }
    for (uint32_t cycle = 2; cycle <= 3; cycle++) {
        struct entry entry = shop_entry(EVENT_CLOCK_WITHDRAWN, 1, 1, at[cycle - 1]);
        entry.event.u.timer.kind = CLOCK_KIND_UPDATE;
        entry.event.u.timer.cycle = cycle;
        clock.cycle = cycle;
        entry.event.clocks[0] = breached(clock, INSTANT_NONE);
        clock.cycle = 2; // what runs then
        entry.event.clocks[1] = breached(clock, INSTANT_NONE);
        entry.event.n_clocks = 2;
        shop_write(&shop, &entry);
    }
    T_EQ_INT(breaches(&shop, &arena, b, 4), 3);
    T_EQ_INT(b[0].withdrawn_seq, 0, "the first stands");
    T_CHECK(b[1].withdrawn_seq != 0 && b[2].withdrawn_seq > b[1].withdrawn_seq);
    shop_verify(&shop);
}

T_TEST(breaches, clocks_of_two_teams_may_breach_at_one_instant_and_imports_are_marked)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct breach b[4];

    shop_init(&shop, 0);
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, shop.now);
    entry.event.origin = ORIGIN_IMPORT;
    for (uint32_t i = 0; i < 2; i++) {
        struct ticket_clock clock = shop_clock(CLOCK_KIND_OLA, shop.now, US_PER_HOUR);
        clock.team = i + 1;
        entry.event.clocks[i] = breached(clock, shop.now - US_PER_DAY);
    }
    entry.event.n_clocks = 2;
    shop_write(&shop, &entry);
    T_EQ_INT(breaches(&shop, &arena, b, 4), 2);
    T_EQ_INT(b[0].key.team, 1);
    T_EQ_INT(b[1].key.team, 2);
    T_CHECK(b[0].imported && b[1].imported);
    T_CHECK(b[0].detected_at > b[0].key.breached_at);
    shop_verify(&shop);
}

T_TEST(breaches, breaches_are_scanned_by_window_in_pages)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct breach b[10];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    int64_t at = shop.now;
    for (uint64_t i = 1; i <= 10; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, (uint32_t)(i > 8 ? 2 : 1), i, at);
        struct ticket_clock clock = shop_clock(CLOCK_KIND_RESOLUTION, at, US_PER_HOUR);
        entry.event.clocks[0] = breached(clock, at + (int64_t)i * US_PER_HOUR);
        entry.event.n_clocks = 1;
        shop_write(&shop, &entry);
    }
    static const struct {
        int64_t from;
        int64_t to;
        uint64_t first;
        size_t n;
    } rows[] = {{1, 9, 1, 8}, {2, 3, 2, 1},  {2, 2, 0, 0},
                {0, 2, 1, 1}, {8, 99, 8, 1}, {9, 99, 0, 0}};
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t page = 1; page <= 10; page += 3) {
            struct breaches_cursor cursor = {.n = 0};
            size_t total = 0;

            do {
                T_EQ_INT(breaches_scan(&txn, 1, at + rows[i].from * US_PER_HOUR,
                                       at + rows[i].to * US_PER_HOUR, &cursor, page, &arena, b, &n),
                         0);
                for (size_t k = 0; k < n; k++, total++) {
                    T_EQ_INT(b[k].key.number, rows[i].first + total, "row %zu page %zu", i, page);
                }
            } while (cursor.n > 0);
            T_EQ_INT(total, rows[i].n, "row %zu page %zu", i, page);
        }
    }
    // A cursor comes back from outside
    struct breaches_cursor foreign = {.n = 29};
    memset(foreign.bytes, 0xff, sizeof(foreign.bytes));
    T_EQ_INT(breaches_scan(&txn, 1, at, at + US_PER_DAY, &foreign, 10, &arena, b, &n), 0);
    T_EQ_INT(n, 8, "one of another contract is not followed");
    foreign.n = 1000;
    T_EQ_INT(breaches_scan(&txn, 1, at, at + US_PER_DAY, &foreign, 10, &arena, b, &n), 0);
    T_EQ_INT(n, 8);
    txn_abort(&txn);
}
