// SPDX-License-Identifier: Apache-2.0
/*
 * Zone data: which bytes are in use for a name, now and at an instant, and what a contract's stream
 * says it relies on. And up to where clocks were looked at after a change of them.
 */
#include "store/zones.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/bookobjects.h"
#include "store/due.h"
#include "store/rebuild.h"
#include "store/record.h"
#include "store/row.h"
#include "store/shop.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

/** bytes NULL: those of an earlier entry. */
static struct entry zone_data(const char *name, uint8_t sha, const char *release, const char *bytes)
{
    struct entry entry = shop_entry(EVENT_ZONE_DATA, 0, 0, 0);

    snprintf(entry.event.u.zone.name, BOOK_NAME_BYTES, "%s", name);
    snprintf(entry.event.u.zone.release, sizeof(entry.event.u.zone.release), "%s", release);
    entry.event.u.zone.sha256[0] = sha;
    entry.event.u.zone.bytes = (const uint8_t *)bytes;
    entry.event.u.zone.n = bytes ? strlen(bytes) : 0;
    return entry;
}

static struct entry zone_used(uint32_t contract, const char *name, uint8_t sha)
{
    struct entry entry = shop_entry(EVENT_VERSION_USED, contract, 0, 0);

    entry.event.u.object.kind = BOOK_ZONE;
    entry.event.u.object.effective_at = INSTANT_NONE;
    snprintf(entry.event.u.object.name, BOOK_NAME_BYTES, "%s", name);
    entry.event.u.object.sha256[0] = sha;
    return entry;
}

static void write_zone(struct shop *shop, const char *name, uint8_t sha, const char *release,
                       const char *bytes)
{
    struct entry entry = zone_data(name, sha, release, bytes);

    shop_write(shop, &entry);
}

/** The views made anew are the views. */
static void check_rebuild(struct shop *shop)
{
    uint8_t before[32];
    uint8_t after[32];

    shop_verify(shop);
    shop_views_hash(shop, before);
    T_EQ_INT(rebuild_views(shop->env, NULL, NULL, 0), 0);
    shop_views_hash(shop, after);
    T_EQ_MEM(after, before, sizeof(after));
}

T_TEST(zones, data_without_bytes_are_those_that_an_earlier_entry_holds)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    static const struct {
        const char *name;
        uint8_t sha;
        int expected;
        const char *bytes;
        const char *release;
        uint64_t seq;
    } rows[] = {
        {"Europe/Berlin", 1, 0, "first", "2026a", 3}, // it came back
        {"Europe/Berlin", 2, 0, "second", "2025b", 2},
        {"Arctic/Longyearbyen", 2, 0, "second", "2026b", 4}, // came with the bytes of another name
        {"Arctic/Longyearbyen", 1, STORE_NOT_FOUND, NULL, NULL, 0},
        {"Europe/Berlin", 3, STORE_NOT_FOUND, NULL, NULL, 0},
    };
    struct txn txn;

    shop_init(&shop, 0);
    write_zone(&shop, "Europe/Berlin", 1, "2025a", "first");
    write_zone(&shop, "Europe/Berlin", 2, "2025b", "second");
    write_zone(&shop, "Europe/Berlin", 1, "2026a", NULL);
    write_zone(&shop, "Arctic/Longyearbyen", 2, "2026b", NULL);
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t sha256[BOOK_HASH_BYTES] = {rows[i].sha};
        struct zonedata zone;

        T_EQ_INT(zones_get(&txn, sha256, rows[i].name, &arena, &zone), rows[i].expected, "row %zu",
                 i);
        if (rows[i].expected == 0) {
            T_EQ_INT(zone.n, strlen(rows[i].bytes), "row %zu", i);
            T_EQ_MEM(zone.bytes, rows[i].bytes, zone.n, "row %zu", i);
            T_EQ_STR(zone.release, rows[i].release, "row %zu", i);
            T_EQ_INT(zone.seq, rows[i].seq, "row %zu", i);
        }
    }
    txn_abort(&txn);
    check_rebuild(&shop);
}

T_TEST(zones, data_that_nothing_holds_are_refused)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry entry = zone_data("Europe/Berlin", 2, "2026a", NULL);

    shop_init(&shop, 0);
    write_zone(&shop, "Europe/Berlin", 1, "2025a", "first");
    shop_begin(&shop);
    T_EQ_INT(batch_append(shop.batch, &entry), BATCH_CORRUPT);
    T_EQ_STR(batch_text(shop.batch),
             "stream 0 seq 2 (zone_data): no entry before it has its bytes");
    batch_abort(shop.batch);
}

struct known {
    char text[512];
};

static int tell(void *user, const struct zonedata *zone)
{
    struct known *known = user;
    size_t n = strlen(known->text);

    snprintf(known->text + n, sizeof(known->text) - n, "%s %d %s %d %.*s\n", zone->name,
             zone->sha256[0], zone->release, (int)zone->seq, (int)zone->n,
             (const char *)zone->bytes);
    return 0;
}

static int stop(void *user, const struct zonedata *zone)
{
    tell(user, zone);
    return 77;
}

T_TEST(zones, what_was_in_use_at_an_instant_is_the_newest_of_each_name_recorded_by_then)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const struct {
        int after; // seconds
        int64_t us;
        const char *text;
    } rows[] = {
        {0, 0, ""},
        {1, -1, ""},
        {1, 0, "Europe/Berlin 1 2025a 1 first\n"},
        {2, 0, "Etc/UTC 9 2025a 2 utc\nEurope/Berlin 1 2025a 1 first\n"},
        // A name that another one begins with
        {3, 0,
         "Etc/UTC 9 2025a 2 utc\nEurope/Berlin 1 2025a 1 first\nEurope/Berlin2 1 2025a 3 first\n"},
        {4, 0,
         "Etc/UTC 9 2025a 2 utc\nEurope/Berlin 2 2025b 4 second\nEurope/Berlin2 1 2025a 3 first\n"},
        {5, -1,
         "Etc/UTC 9 2025a 2 utc\nEurope/Berlin 2 2025b 4 second\nEurope/Berlin2 1 2025a 3 first\n"},
        {5, 0,
         "Etc/UTC 9 2025a 2 utc\nEurope/Berlin 1 2026a 5 first\nEurope/Berlin2 1 2025a 3 first\n"},
        // What a contract relies on does not count
        {6, 0,
         "Etc/UTC 9 2025a 2 utc\nEurope/Berlin 1 2026a 5 first\nEurope/Berlin2 1 2025a 3 first\n"},
        {9999, 0,
         "Etc/UTC 9 2025a 2 utc\nEurope/Berlin 1 2026a 5 first\nEurope/Berlin2 1 2025a 3 first\n"},
    };
    struct txn txn;

    shop_init(&shop, 0);
    int64_t begin_at = shop.now;
    write_zone(&shop, "Europe/Berlin", 1, "2025a", "first");
    write_zone(&shop, "Etc/UTC", 9, "2025a", "utc");
    write_zone(&shop, "Europe/Berlin2", 1, "2025a", NULL);
    write_zone(&shop, "Europe/Berlin", 2, "2025b", "second");
    write_zone(&shop, "Europe/Berlin", 1, "2026a", NULL);
    struct entry relies = zone_used(1, "Europe/Berlin", 2);
    shop_write(&shop, &relies);
    for (int round = 0; round < 2; round++) {
        txn_begin(&txn, shop.env, TXN_READ);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            ARENA(arena);
            struct known known = {.text = ""};
            int64_t at = begin_at + rows[i].after * US_PER_S + rows[i].us;

            T_EQ_INT(zones_known(&txn, at, &arena, tell, &known), 0, "row %zu", i);
            T_EQ_STR(known.text, rows[i].text, "row %zu, round %d", i, round);
        }
        ARENA(arena);
        struct known known = {.text = ""};
        T_EQ_INT(zones_known(&txn, INSTANT_NEVER, &arena, stop, &known), 77, "a reader's own");
        T_EQ_STR(known.text, "Etc/UTC 9 2025a 2 utc\n");
        txn_abort(&txn);
        check_rebuild(&shop);
    }
}

T_TEST(zones, data_that_are_lost_are_told)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const uint8_t sha256[BOOK_HASH_BYTES] = {1};
    ARENA(arena);
    struct key key = key_zone(sha256, "Europe/Berlin");
    struct known known = {.text = ""};
    struct txn txn;

    shop_init(&shop, 0);
    write_zone(&shop, "Europe/Berlin", 1, "2025a", "first");
    txn_begin(&txn, shop.env, TXN_WRITE);
    T_EQ_INT(row_del(&txn, DB_ZONES, &key), 0);
    T_EQ_INT(zones_known(&txn, INSTANT_NEVER, &arena, tell, &known), STORE_CORRUPT);
    T_CHECK(strstr(txn_text(&txn), "its zone data are missing") != NULL, "%s", txn_text(&txn));
    txn_abort(&txn);
}

T_TEST(zones, a_contract_relies_on_what_its_stream_said_last_of_a_name)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const struct {
        uint32_t contract;
        const char *name;
        uint8_t sha;
    } said[] = {
        {1, "Europe/Berlin", 1}, {1, "Europe/Berlin", 2}, {1, "Europe/Berlin", 1},
        {1, "Europe/Oslo", 1},   {1, "Europe/Osl", 7},    {2, "Europe/Berlin", 2},
    };
    static const struct {
        uint32_t contract;
        const char *name;
        int expected;
        uint8_t sha;
    } rows[] = {
        {1, "Europe/Berlin", 0, 1}, // once more
        {1, "Europe/Oslo", 0, 1},   // two names with the same bytes
        {1, "Europe/Osl", 0, 7},
        {2, "Europe/Berlin", 0, 2},
        {2, "Europe/Oslo", STORE_NOT_FOUND, 0},
        {1, "Europe", STORE_NOT_FOUND, 0},
        {3, "Europe/Berlin", STORE_NOT_FOUND, 0},
        {0, "Europe/Berlin", 0, 5},
        {1, "", STORE_NOT_FOUND, 0},
    };

    shop_init(&shop, 0);
    write_zone(&shop, "Europe/Berlin", 5, "2025a", "first");
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        struct entry entry = zone_used(said[i].contract, said[i].name, said[i].sha);
        shop_write(&shop, &entry);
    }
    for (int round = 0; round < 2; round++) {
        struct txn txn;

        txn_begin(&txn, shop.env, TXN_READ);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            uint8_t sha256[BOOK_HASH_BYTES] = {0};

            T_EQ_INT(bookobjects_zone_used(&txn, rows[i].contract, rows[i].name, sha256),
                     rows[i].expected, "row %zu", i);
            T_EQ_INT(sha256[0], rows[i].sha, "row %zu", i);
        }
        bool used = false;
        struct key_used k = {.contract = 1, .kind = BOOK_ZONE, .sha256 = {2}};
        T_EQ_INT(bookobjects_is_used(&txn, &k, &used), 0);
        T_CHECK(used, "what it relied on stays");
        txn_abort(&txn);
        check_rebuild(&shop);
    }
}

T_TEST(zones, up_to_where_clocks_were_looked_at_is_known)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const uint64_t since[] = {1, 2, 2};
    uint64_t seq = 99;
    struct txn txn;

    shop_init(&shop, 0);
    write_zone(&shop, "Europe/Berlin", 1, "2025a", "first");
    write_zone(&shop, "Europe/Berlin", 2, "2025b", "second");
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(due_swept(&txn, &seq), 0);
    T_EQ_INT(seq, 0, "never");
    txn_abort(&txn);
    for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++) {
        struct entry entry = shop_entry(EVENT_DUES_SWEPT, 0, 0, 0);

        entry.event.u.swept.since_seq = since[i];
        entry.event.u.swept.tickets = 7;
        shop_write(&shop, &entry);
        txn_begin(&txn, shop.env, TXN_READ);
        T_EQ_INT(due_swept(&txn, &seq), 0);
        T_EQ_INT(seq, since[i]);
        txn_abort(&txn);
        check_rebuild(&shop);
    }
    struct entry ahead = shop_entry(EVENT_DUES_SWEPT, 0, 0, 0);
    ahead.event.u.swept.since_seq = 6; // itself
    shop_begin(&shop);
    T_EQ_INT(batch_append(shop.batch, &ahead), BATCH_CORRUPT);
    T_EQ_STR(batch_text(shop.batch),
             "stream 0 seq 6 (dues_swept): what made it necessary comes after it");
    batch_abort(shop.batch);
}
