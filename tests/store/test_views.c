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
