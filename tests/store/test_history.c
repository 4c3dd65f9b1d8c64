// SPDX-License-Identifier: Apache-2.0
/*
 * Random histories: what they leave is what a replay gives, to the byte.
 */
#include "core/instant.h"
#include "store/breaches.h"
#include "store/entries.h"
#include "store/rebuild.h"
#include "store/record.h"
#include "store/row.h"
#include "store/sample.h"
#include "store/shop.h"
#include "store/workload.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

T_TEST(history, a_random_history_is_well_and_its_views_can_be_made_anew_to_the_byte)
{
    for (uint64_t seed = 1; seed <= 3 * t_effort(); seed++) {
        __attribute__((cleanup(shop_fini))) struct shop shop = {0};
        static struct workload w;
        uint8_t before[32];
        uint8_t after[32];

        w = (struct workload){.dice = {.state = seed}};
        shop_init(&shop, 0);
        workload_run(&w, &shop, 2000);
        shop_verify(&shop);
        shop_views_hash(&shop, before);
        T_EQ_INT(rebuild_views(shop.env, NULL, NULL, 0), 0);
        shop_views_hash(&shop, after);
        T_EQ_MEM(after, before, 32, "seed %d", (int)seed);
        shop_verify(&shop);
        // What was rebuilt is gone on with
        workload_run(&w, &shop, 100);
        shop_verify(&shop);
    }
}

static int count_kind(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    unsigned *counts = user;

    (void)proof;
    counts[entry->event.kind]++;
    return 0;
}

T_TEST(history, the_random_history_has_events_of_every_kind)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static struct workload w;
    unsigned counts[256] = {0};
    struct txn txn;

    w = (struct workload){.dice = {.state = 1}};
    shop_init(&shop, 0);
    workload_run(&w, &shop, 3000);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_walk_bare(&txn, 1, SIZE_MAX, count_kind, counts), 0);
    for (size_t i = 0; i < sample_kinds_n; i++) {
        enum event_kind kind = sample_kinds[i];

        // The one that makes a store does not come again
        T_CHECK(counts[kind] >= 5 || kind == EVENT_CLUSTER_CREATED, "%s: %u", event_kind_name(kind),
                counts[kind]);
    }
    txn_abort(&txn);
}

T_TEST(history, the_random_history_reaches_every_view)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static struct workload w;
    struct txn txn;
    uint64_t n;

    w = (struct workload){.dice = {.state = 1}};
    shop_init(&shop, 0);
    workload_run(&w, &shop, 2000);
    txn_begin(&txn, shop.env, TXN_READ);
    for (int db = 0; db < DBS; db++) {
        T_EQ_INT(row_count(&txn, (enum db)db, &n), 0);
        T_CHECK(n >= 3, "db %s has %d rows", db_name((enum db)db), (int)n);
    }
    // Breaches that stand and such that were withdrawn
    ARENA(arena);
    struct breaches_cursor cursor = {.n = 0};
    static struct breach b[2000];
    size_t count;
    unsigned withdrawn = 0;
    T_EQ_INT(breaches_scan(&txn, 1, INSTANT_NONE, INSTANT_NEVER, &cursor, 2000, &arena, b, &count),
             0);
    for (size_t i = 0; i < count; i++) {
        withdrawn += b[i].withdrawn_seq > 0;
    }
    T_CHECK(withdrawn > 5 && count - withdrawn > 5, "%u of %zu withdrawn", withdrawn, count);
    uint64_t position;
    T_EQ_INT(record_forgotten_get(&txn, &position), 0);
    T_CHECK(position > 100);
    txn_abort(&txn);
}
