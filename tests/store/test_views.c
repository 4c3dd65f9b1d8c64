// SPDX-License-Identifier: Apache-2.0
/*
 * What each kind of entry does to the views.
 */
#include "store/views.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/bookobjects.h"
#include "store/breaches.h"
#include "store/due.h"
#include "store/principals.h"
#include "store/record.h"
#include "store/requests.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/tickets.h"
#include "store/workload.h"
#include "store/zones.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

static uint64_t count(struct shop *shop, enum db db)
{
    struct txn txn;
    uint64_t n = 0;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(row_count(&txn, db, &n), 0);
    txn_abort(&txn);
    return n;
}

/** Writes an entry about ticket 1 of contract 1 with one clock. */
static struct entry write_clock(struct shop *shop, enum event_kind kind, struct ticket_clock clock)
{
    struct entry entry = shop_entry(kind, 1, 1, shop->now);

    entry.event.clocks[0] = clock;
    entry.event.n_clocks = 1;
    shop_write(shop, &entry);
    return entry;
}

/* --- due -------------------------------------------------------------------------------------- */

T_TEST(views, a_ticket_has_one_due_row_at_its_next_instant_or_none)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct txn txn;

    shop_init(&shop, 0);
    int64_t at = shop.now;
    struct ticket_clock clock = shop_clock(CLOCK_KIND_RESOLUTION, at, 4 * US_PER_HOUR);
    struct ticket_clock warned = clock;
    struct ticket_clock paused = clock;
    struct ticket_clock breached = clock;
    warned.next_warn_at = at + US_PER_HOUR;
    paused.state = CLOCK_PAUSED;
    paused.due_at = paused.limit_at = INSTANT_NEVER;
    breached.breached_at = clock.limit_at;
    breached.verdict = TICKET_VERDICT_BREACHED;
    const struct {
        const char *what;
        struct ticket_clock clock;
        int64_t expected; // INSTANT_NEVER: no row
    } rows[] = {
        {"opened", clock, at + 4 * US_PER_HOUR},
        {"the same again", clock, at + 4 * US_PER_HOUR},
        {"a warning first", warned, at + US_PER_HOUR},
        {"on hold", paused, INSTANT_NEVER},
        {"running again", clock, at + 4 * US_PER_HOUR},
        {"breached", breached, INSTANT_NEVER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct key_due due[3];
        size_t n;
        int64_t next;

        write_clock(&shop, i == 0 ? EVENT_TICKET_OPENED : EVENT_CLOCK_RESCHEDULED, rows[i].clock);
        txn_begin(&txn, shop.env, TXN_READ);
        T_EQ_INT(due_before(&txn, INSTANT_NEVER, 3, due, &n), 0);
        T_EQ_INT(n, rows[i].expected != INSTANT_NEVER, "%s", rows[i].what);
        T_EQ_INT(due_next(&txn, &next), n ? 0 : STORE_NOT_FOUND, "%s", rows[i].what);
        if (n) {
            T_EQ_INT(due[0].at, rows[i].expected, "%s", rows[i].what);
            T_EQ_INT(next, rows[i].expected, "%s", rows[i].what);
            T_EQ_INT(due[0].contract, 1);
            T_EQ_INT(due[0].number, 1);
        }
        txn_abort(&txn);
    }
    shop_verify(&shop);
}

T_TEST(views, due_rows_come_earliest_first_up_to_an_instant_and_a_number)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const int64_t hours[] = {5, 1, 3, -2, 3};
    struct key_due due[8];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    int64_t at = shop.now;
    for (uint64_t i = 0; i < 5; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, (uint32_t)(9 - i), i + 1, at);
        entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, at, hours[i] * US_PER_HOUR);
        entry.event.n_clocks = 1;
        shop_write(&shop, &entry);
    }
    static const struct {
        int64_t before;
        size_t max;
        size_t n;
        uint32_t contracts[5];
    } rows[] = {
        {-2, 8, 0, {0}},         {-1, 8, 1, {6}},      {3, 8, 2, {6, 8}},
        {4, 8, 4, {6, 8, 5, 7}}, {4, 3, 3, {6, 8, 5}}, {99, 8, 5, {6, 8, 5, 7, 9}},
        {99, 0, 0, {0}},
    };
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_INT(due_before(&txn, at + rows[i].before * US_PER_HOUR, rows[i].max, due, &n), 0);
        T_EQ_INT(n, rows[i].n, "row %zu", i);
        for (size_t k = 0; k < n; k++) {
            T_EQ_INT(due[k].contract, rows[i].contracts[k], "row %zu, %zu", i, k);
        }
    }
    txn_abort(&txn);
}

/* --- breaches --------------------------------------------------------------------------------- */

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

T_TEST(views, a_breach_is_recorded_once_with_who_had_it_and_what_was_agreed)
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

T_TEST(views, an_overturned_breach_is_withdrawn_and_stays)
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

T_TEST(views, a_new_cycle_leaves_the_breach_of_the_old_one_and_a_late_event_reaches_it)
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

T_TEST(views, clocks_of_two_teams_may_breach_at_one_instant_and_imports_are_marked)
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

T_TEST(views, breaches_are_scanned_by_window_in_pages)
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

/* --- lists ------------------------------------------------------------------------------------ */

static size_t list(struct shop *shop, uint32_t team, enum ticket_class class, uint64_t *numbers)
{
    struct tickets_cursor cursor = {.n = 0};
    struct tickets_row rows[16];
    struct txn txn;
    size_t n;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(tickets_by_team(&txn, 1, team, class, &cursor, 16, rows, &n), 0);
    for (size_t i = 0; i < n; i++) {
        T_EQ_INT(rows[i].class, class);
        T_EQ_INT(rows[i].contract, 1);
        numbers[i] = rows[i].number;
    }
    txn_abort(&txn);
    return n;
}

T_TEST(views, a_ticket_is_in_one_class_of_its_team_most_urgent_first)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const int64_t due_hours[] = {9, 2, 5};
    uint64_t numbers[16];

    shop_init(&shop, 0);
    int64_t at = shop.now;
    for (uint64_t i = 1; i <= 3; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, i, at);
        entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, at,
                                           due_hours[i - 1] * US_PER_HOUR);
        entry.event.n_clocks = 1;
        shop_write(&shop, &entry);
    }
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_NEW, numbers), 3);
    T_EQ_INT(numbers[0], 2);
    T_EQ_INT(numbers[1], 3);
    T_EQ_INT(numbers[2], 1);
    T_EQ_INT(list(&shop, 4, TICKET_CLASS_NEW, numbers), 0, "another team");

    struct entry taken = shop_entry(EVENT_TAKEN, 1, 2, at);
    taken.event.u.taken.assignee = 11;
    shop_write(&shop, &taken);
    struct entry held = shop_entry(EVENT_HELD, 1, 3, at);
    snprintf(held.event.u.hold.reason, BOOK_NAME_BYTES, "waiting");
    shop_write(&shop, &held);
    struct entry resolved = shop_entry(EVENT_RESOLVED, 1, 1, at);
    shop_write(&shop, &resolved);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_NEW, numbers), 0);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_OPEN, numbers), 1);
    T_EQ_INT(numbers[0], 2);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_HELD, numbers), 1);
    T_EQ_INT(numbers[0], 3);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_RESOLVED, numbers), 1);
    T_EQ_INT(numbers[0], 1);
    T_EQ_INT(count(&shop, DB_BY_TEAM), 3);

    uint64_t classes[TICKET_CLASSES];
    struct txn txn;
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_count(&txn, 1, classes), 0);
    txn_abort(&txn);
    T_EQ_INT(classes[TICKET_CLASS_OPEN], 1);
    T_EQ_INT(classes[TICKET_CLASS_HELD], 1);
    T_EQ_INT(classes[TICKET_CLASS_RESOLVED], 1);
    T_EQ_INT(classes[TICKET_CLASS_NEW], 0);
    shop_verify(&shop);
}

T_TEST(views, a_person_has_what_is_assigned_open_first)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct tickets_row rows[4];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= 2; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, (uint32_t)i, 1, shop.now);
        shop_write(&shop, &entry);
        entry = shop_entry(EVENT_TAKEN, (uint32_t)i, 1, shop.now);
        entry.event.u.taken.assignee = 11;
        shop_write(&shop, &entry);
    }
    struct entry resolved = shop_entry(EVENT_RESOLVED, 2, 1, shop.now);
    shop_write(&shop, &resolved);
    static const struct {
        uint32_t principal;
        bool done;
        size_t n;
        uint32_t contract;
    } expected[] = {{11, false, 1, 1}, {11, true, 1, 2}, {12, false, 0, 0}, {0, false, 0, 0}};
    for (size_t i = 0; i < 4; i++) {
        struct tickets_cursor cursor = {.n = 0};
        txn_begin(&txn, shop.env, TXN_READ);
        T_EQ_INT(
            tickets_by_person(&txn, expected[i].principal, expected[i].done, &cursor, 4, rows, &n),
            0);
        txn_abort(&txn);
        T_EQ_INT(n, expected[i].n, "row %zu", i);
        if (n) {
            T_EQ_INT(rows[0].contract, expected[i].contract, "row %zu", i);
            T_EQ_INT(rows[0].number, 1);
        }
    }
    struct entry given = shop_entry(EVENT_TAKEN, 1, 1, shop.now);
    given.event.u.taken.assignee = 12;
    shop_write(&shop, &given);
    T_EQ_INT(count(&shop, DB_BY_PERSON), 2, "it moved");
    shop_verify(&shop);
}

T_TEST(views, pages_of_any_size_give_the_whole_list_once)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    enum { N = 37 };
    struct tickets_row rows[N];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= N; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, i, shop.now);
        shop_write(&shop, &entry);
    }
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t page = 1; page <= N + 1; page++) {
        struct tickets_cursor cursor = {.n = 0};
        struct tickets_cursor other = {.n = 0};
        uint64_t seen = 0;
        uint64_t seen_other = 0;

        do {
            T_EQ_INT(tickets_list(&txn, 1, &cursor, page < N ? page : N, rows, &n), 0);
            for (size_t i = 0; i < n; i++) {
                T_EQ_INT(rows[i].number, ++seen, "pages of %zu", page);
            }
        } while (cursor.n > 0);
        T_EQ_INT(seen, N, "pages of %zu", page);
        do {
            T_EQ_INT(tickets_by_team(&txn, 1, 3, TICKET_CLASS_NEW, &other, page < N ? page : N,
                                     rows, &n),
                     0);
            for (size_t i = 0; i < n; i++) {
                T_EQ_INT(rows[i].number, ++seen_other, "pages of %zu", page);
            }
        } while (other.n > 0);
        T_EQ_INT(seen_other, N, "pages of %zu", page);
    }
    // Cursors of another list, and of any length, begin the list
    struct tickets_cursor foreign = {.n = 12};
    T_EQ_INT(tickets_list(&txn, 1, &foreign, N, rows, &n), 0);
    T_EQ_INT(n, N);
    foreign.n = SIZE_MAX;
    T_EQ_INT(tickets_list(&txn, 1, &foreign, N, rows, &n), 0);
    T_EQ_INT(n, N);
    txn_abort(&txn);
}

/* --- keys of sources, requests ---------------------------------------------------------------- */

T_TEST(views, a_key_of_a_source_leads_to_its_first_ticket)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct txn txn;
    uint32_t contract = 0;
    uint64_t number = 0;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= 2; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 4, i, shop.now);
        snprintf(entry.event.u.opened.source, BOOK_NAME_BYTES, "jira");
        snprintf(entry.event.u.opened.source_key, TICKET_KEY_BYTES, "OPS-17");
        shop_write(&shop, &entry);
    }
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_by_external(&txn, "jira", "OPS-17", &contract, &number), 0);
    T_EQ_INT(contract, 4);
    T_EQ_INT(number, 1);
    T_EQ_INT(tickets_by_external(&txn, "jira", "OPS-1", &contract, &number), STORE_NOT_FOUND);
    T_EQ_INT(tickets_by_external(&txn, "jir", "aOPS-17", &contract, &number), STORE_NOT_FOUND);
    T_EQ_INT(tickets_by_external(&txn, "", "OPS-17", &contract, &number), STORE_NOT_FOUND);
    T_EQ_INT(tickets_by_external(&txn, "jira", "", &contract, &number), STORE_NOT_FOUND);
    txn_abort(&txn);
    shop_verify(&shop);
}

static struct entry request(struct shop *shop, uint32_t actor, uint8_t id, uint64_t ticket)
{
    struct entry entry = shop_entry(ticket == 0 ? EVENT_CLOCK_STEPPED : EVENT_MESSAGE,
                                    ticket ? 1 : 0, ticket, shop->now);

    entry.actor = actor;
    entry.request_id[0] = id;
    entry.request_hash[0] = (uint8_t)(id + 1);
    return entry;
}

T_TEST(views, a_request_is_known_by_its_principal_with_its_last_entry)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry opened = shop_entry(EVENT_TICKET_OPENED, 1, 1, 0);
    struct requests_row row;
    uint8_t id[16] = {5};
    struct txn txn;

    shop_init(&shop, 0);
    shop_write(&shop, &opened);
    shop_begin(&shop);
    struct entry first = request(&shop, 7, 5, 1);
    struct entry second = request(&shop, 7, 5, 1);
    shop_append(&shop, &first);
    shop_append(&shop, &second);
    shop_commit(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(requests_get(&txn, 7, id, &row), 0);
    T_EQ_INT(row.contract, 1);
    T_EQ_INT(row.seq, second.seq);
    T_EQ_INT(row.ticket, 1);
    T_EQ_INT(row.version, 3);
    T_EQ_INT(row.hash[0], 6);
    T_EQ_INT(row.recorded_at, second.recorded_at);
    T_EQ_INT(requests_get(&txn, 8, id, &row), STORE_NOT_FOUND, "of another principal");
    id[15] = 1;
    T_EQ_INT(requests_get(&txn, 7, id, &row), STORE_NOT_FOUND);
    txn_abort(&txn);
    T_EQ_INT(count(&shop, DB_REQUESTS), 1, "an entry without a request id leaves no row");
}

static void forget(struct shop *shop, int64_t before_at)
{
    struct entry entry = shop_entry(EVENT_REQUESTS_FORGOTTEN, 0, 0, shop->now);

    entry.event.u.forgotten.before_at = before_at;
    shop_write(shop, &entry);
}

T_TEST(views, old_request_ids_are_forgotten_by_a_journalled_mark)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry entries[6];
    struct txn txn;
    int64_t oldest;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(requests_oldest(&txn, &oldest), STORE_NOT_FOUND);
    txn_abort(&txn);
    for (uint8_t i = 0; i < 6; i++) {
        // 0 and 3 are of one request
        entries[i] = request(&shop, 7, i == 3 ? 1 : (uint8_t)(i + 1), 0);
        shop_write(&shop, &entries[i]);
    }
    T_EQ_INT(count(&shop, DB_REQUESTS), 5);
    forget(&shop, entries[0].recorded_at);
    T_EQ_INT(count(&shop, DB_REQUESTS), 5, "recorded at that instant is not before it");
    forget(&shop, entries[2].recorded_at + 1);
    T_EQ_INT(count(&shop, DB_REQUESTS), 3, "the first lives on in its later entry");
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(requests_oldest(&txn, &oldest), 0);
    T_EQ_INT(oldest, entries[3].recorded_at);
    txn_abort(&txn);
    forget(&shop, entries[2].recorded_at + 1);
    T_EQ_INT(count(&shop, DB_REQUESTS), 3, "again: nothing");
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), 0);
    shop_verify(&shop);
}

T_TEST(views, a_mark_forgets_a_bounded_number_and_the_next_goes_on)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    enum { N = VIEWS_FORGET_MAX * 2 + 100 };

    shop_init(&shop, 0);
    shop_begin(&shop);
    for (unsigned i = 1; i <= N; i++) {
        struct entry entry = request(&shop, 7, 0, 0);
        entry.request_id[1] = (uint8_t)(i >> 8);
        entry.request_id[2] = (uint8_t)i;
        shop_append(&shop, &entry);
    }
    shop_commit(&shop);
    T_EQ_INT(count(&shop, DB_REQUESTS), N);
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), N - VIEWS_FORGET_MAX);
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), 100);
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), 0);
    shop_verify(&shop);
}

/* --- administration --------------------------------------------------------------------------- */

static struct entry principal(uint32_t id, const char *name, uint64_t generation)
{
    struct entry entry = shop_entry(EVENT_PRINCIPAL_SET, 0, 0, 0);

    entry.event.u.principal = (struct principal){.id = id,
                                                 .generation = generation,
                                                 .human = true,
                                                 .roles = ROLE_AGENT,
                                                 .teams = {4, 2},
                                                 .n_teams = 2};
    snprintf(entry.event.u.principal.name, PRINCIPAL_NAME_BYTES, "%s", name);
    return entry;
}

static int count_principal(void *user, const struct principal *p)
{
    uint32_t *last = user;

    T_CHECK(p->id > *last, "by id");
    *last = p->id;
    return 0;
}

T_TEST(views, principals_are_found_by_id_and_by_their_present_name)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const struct {
        uint32_t id;
        const char *name;
    } sets[] = {{1, "ann"}, {2, "bob"}, {1, "anna"}, {2, "bob"}, {3, "ann"}};
    struct principal p;
    struct txn txn;
    uint32_t id;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(principals_next_id(&txn, &id), 0);
    T_EQ_INT(id, 1);
    txn_abort(&txn);
    for (size_t i = 0; i < 5; i++) {
        struct entry entry = principal(sets[i].id, sets[i].name, i);
        shop_write(&shop, &entry);
    }
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(principals_get(&txn, 1, &p), 0);
    T_EQ_STR(p.name, "anna");
    T_EQ_INT(p.generation, 2);
    T_EQ_INT(p.n_teams, 2);
    T_EQ_INT(p.teams[0], 4);
    T_EQ_INT(principals_named(&txn, "anna", &p), 0);
    T_EQ_INT(p.id, 1);
    T_EQ_INT(principals_named(&txn, "ann", &p), 0);
    T_EQ_INT(p.id, 3, "the name went to another");
    T_EQ_INT(principals_named(&txn, "bob", &p), 0);
    T_EQ_INT(p.generation, 3);
    T_EQ_INT(principals_named(&txn, "", &p), STORE_NOT_FOUND);
    T_EQ_INT(principals_named(&txn, "an", &p), STORE_NOT_FOUND);
    T_EQ_INT(principals_get(&txn, 4, &p), STORE_NOT_FOUND);
    T_EQ_INT(principals_next_id(&txn, &id), 0);
    T_EQ_INT(id, 4);
    id = 0;
    T_EQ_INT(principals_walk(&txn, count_principal, &id), 0);
    T_EQ_INT(id, 3);
    txn_abort(&txn);
    shop_verify(&shop);
}

static int count_objects(void *user, const struct bookobject *object)
{
    int *n = user;

    T_CHECK(object->body_bytes > 0);
    *n += 1;
    return 0;
}

T_TEST(views, versions_of_the_book_stay_and_what_relies_on_them_is_noted)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct bookobject object;
    struct txn txn;
    uint32_t id;
    bool used;
    int n = 0;

    shop_init(&shop, 0);
    for (uint32_t version = 1; version <= 2; version++) {
        struct entry entry = shop_entry(EVENT_BOOK_OBJECT, 0, 0, 0);
        entry.event.u.object.kind = BOOK_CALENDAR;
        entry.event.u.object.id = 5;
        entry.event.u.object.version = version;
        entry.event.u.object.effective_at = version == 1 ? INSTANT_NONE : 1000;
        entry.event.u.object.sha256[0] = (uint8_t)version;
        snprintf(entry.event.u.object.name, BOOK_NAME_BYTES, "berlin");
        entry.event.u.object.body = version == 1 ? "one" : "second";
        entry.event.u.object.body_bytes = version == 1 ? 3 : 6;
        shop_write(&shop, &entry);
    }
    struct entry again = shop_entry(EVENT_BOOK_OBJECT, 0, 0, 0);
    again.event.u.object.kind = BOOK_CALENDAR;
    again.event.u.object.id = 5;
    again.event.u.object.version = 2;
    shop_begin(&shop);
    T_EQ_INT(batch_append(shop.batch, &again), BATCH_CORRUPT, "a version is never replaced");
    batch_abort(shop.batch);

    struct key_used k = {
        .contract = 9, .kind = BOOK_CALENDAR, .id = 5, .version = 2, .sha256 = {2}};
    struct entry relies = shop_entry(EVENT_VERSION_USED, 9, 0, 0);
    relies.event.u.object.kind = k.kind;
    relies.event.u.object.id = k.id;
    relies.event.u.object.version = k.version;
    relies.event.u.object.sha256[0] = 2;
    shop_write(&shop, &relies);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(bookobjects_get(&txn, BOOK_CALENDAR, 5, 1, &arena, &object), 0);
    T_EQ_INT(object.effective_at, INSTANT_NONE);
    T_EQ_MEM(object.body, "one", 3);
    T_EQ_INT(bookobjects_get(&txn, BOOK_CALENDAR, 5, 2, &arena, &object), 0);
    T_EQ_STR(object.name, "berlin");
    T_EQ_INT(object.sha256[0], 2);
    T_EQ_INT(object.seq, 2);
    T_EQ_INT(object.effective_at, 1000);
    T_EQ_INT(object.body_bytes, 6);
    T_EQ_INT(bookobjects_get(&txn, BOOK_CALENDAR, 5, 3, &arena, &object), STORE_NOT_FOUND);
    T_EQ_INT(bookobjects_walk(&txn, &arena, count_objects, &n), 0);
    T_EQ_INT(n, 2);
    T_EQ_INT(bookobjects_next_id(&txn, BOOK_CALENDAR, &id), 0);
    T_EQ_INT(id, 6);
    T_EQ_INT(bookobjects_next_id(&txn, BOOK_TEAM, &id), 0);
    T_EQ_INT(id, 1);
    T_EQ_INT(bookobjects_is_used(&txn, &k, &used), 0);
    T_CHECK(used);
    k.contract = 8;
    T_EQ_INT(bookobjects_is_used(&txn, &k, &used), 0);
    T_CHECK(!used);
    txn_abort(&txn);
    shop_verify(&shop);
}

static int find_newest(void *user, const struct zonedata *zone)
{
    struct zonedata *newest = user;

    if (zone->seq > newest->seq) {
        *newest = *zone;
    }
    return 0;
}

T_TEST(views, zones_with_the_same_bytes_keep_their_names_and_the_newest_is_known)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    static const struct {
        const char *name;
        const char *release;
        uint8_t sha;
    } sets[] = {{"Etc/UTC", "2025b", 1}, {"UTC", "2025b", 1}, {"Etc/UTC", "2026a", 2}};
    struct zonedata zone;
    struct txn txn;

    shop_init(&shop, 0);
    for (size_t i = 0; i < 3; i++) {
        struct entry entry = shop_entry(EVENT_ZONE_DATA, 0, 0, 0);
        snprintf(entry.event.u.zone.name, BOOK_NAME_BYTES, "%s", sets[i].name);
        snprintf(entry.event.u.zone.release, 16, "%s", sets[i].release);
        entry.event.u.zone.sha256[0] = sets[i].sha;
        entry.event.u.zone.bytes = (const uint8_t *)"TZif2";
        entry.event.u.zone.n = 5;
        shop_write(&shop, &entry);
    }
    uint8_t sha256[BOOK_HASH_BYTES] = {1};
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(zones_get(&txn, sha256, "UTC", &arena, &zone), 0);
    T_EQ_STR(zone.name, "UTC");
    T_EQ_STR(zone.release, "2025b");
    T_EQ_INT(zone.n, 5);
    T_EQ_MEM(zone.bytes, "TZif2", 5);
    T_EQ_INT(zones_get(&txn, sha256, "Etc/UTC", &arena, &zone), 0);
    T_EQ_INT(zones_get(&txn, sha256, "Etc", &arena, &zone), STORE_NOT_FOUND);
    struct zonedata newest = {.seq = 0};
    T_EQ_INT(zones_walk(&txn, &arena, find_newest, &newest), 0);
    T_EQ_STR(newest.release, "2026a");
    txn_abort(&txn);
    shop_verify(&shop);
}
