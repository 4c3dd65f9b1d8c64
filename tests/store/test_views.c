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
#include "store/row.h"
#include "store/shop.h"
#include "store/zones.h"
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

T_TEST(views, of_an_old_cycle_the_breach_that_stands_is_withdrawn)
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
    } sets[] = {{1, "ann"}, {2, "bob"},  {1, "anna"}, {2, "bob"}, {3, "ann"},
                {4, "dan"}, {4, "dana"}, {5, "eve"},  {6, "eve"}, {5, "eva"}};
    struct principal p;
    struct txn txn;
    uint32_t id;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(principals_next_id(&txn, &id), 0);
    T_EQ_INT(id, 1);
    txn_abort(&txn);
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
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
    T_EQ_INT(principals_named(&txn, "dan", &p), STORE_NOT_FOUND, "a former name");
    T_EQ_INT(principals_named(&txn, "dana", &p), 0);
    T_EQ_INT(principals_named(&txn, "eve", &p), 0, "left to whom it belongs now");
    T_EQ_INT(p.id, 6);
    T_EQ_INT(principals_named(&txn, "", &p), STORE_NOT_FOUND);
    T_EQ_INT(principals_named(&txn, "an", &p), STORE_NOT_FOUND);
    T_EQ_INT(principals_get(&txn, 7, &p), STORE_NOT_FOUND);
    T_EQ_INT(principals_next_id(&txn, &id), 0);
    T_EQ_INT(id, 7);
    id = 0;
    T_EQ_INT(principals_walk(&txn, count_principal, &id), 0);
    T_EQ_INT(id, 6);
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
