// SPDX-License-Identifier: Apache-2.0
/*
 * Bytes that a device changed: refused, whichever they are.
 */
#include <string.h>

#include "core/instant.h"
#include "store/breaches.h"
#include "store/due.h"
#include "store/entries.h"
#include "store/env_private.h"
#include "store/lines.h"
#include "store/record.h"
#include "store/requests.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/sources.h"
#include "store/tickets.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

/** Reads everything that the server can read; returns the first failure. */
static int read_all(struct shop *shop)
{
    static struct tickets_row rows[200];
    static struct key_due due[200];
    static struct breach b[200];
    ARENA(arena);
    struct tickets_cursor cursor = {.n = 0};
    struct breaches_cursor breach_cursor = {.n = 0};
    struct ticket ticket;
    struct entry entry;
    struct requests_row request;
    struct tickets_external external;
    struct lines_row line;
    struct txn txn;
    uint8_t id[16] = {0};
    uint64_t open;
    size_t n;

    txn_begin(&txn, shop->env, TXN_READ);
    for (uint64_t seq = 1; seq <= 8; seq++) {
        id[0] = (uint8_t)seq;
        entries_get(&txn, 1, seq, &arena, &entry, NULL);
        requests_get(&txn, 7, id, &request);
        if (txn.error == 0 && seq == 1) {
            T_EQ_INT(entry.event.texts[0].n, 7);
            T_EQ_MEM(entry.event.texts[0].bytes, "printer", 7);
        }
    }
    tickets_get(&txn, 1, 1, &arena, &ticket);
    tickets_list(&txn, 1, &cursor, 200, rows, &n);
    for (int class = 1; class < TICKET_CLASSES; class ++) {
        cursor.n = 0;
        tickets_by_team(&txn, 1, 3, (enum ticket_class) class, &cursor, 200, rows, &n);
    }
    cursor.n = 0;
    tickets_by_person(&txn, 8, false, &cursor, 200, rows, &n);
    due_before(&txn, INSTANT_NEVER, 200, due, &n);
    breaches_scan(&txn, 1, INSTANT_NONE, INSTANT_NEVER, &breach_cursor, 200, &arena, b, &n);
    cursor.n = 0;
    tickets_by_source(&txn, "jira", &cursor, 200, rows, &n);
    tickets_by_external(&txn, "jira", "OPS-17", &external);
    id[0] = 5;
    lines_get(&txn, id, &line);
    sources_open(&txn, "jira", 1, &open);
    int r = txn_error(&txn);
    txn_abort(&txn);
    return r;
}

T_TEST(rot, no_flipped_byte_of_a_stored_value_gives_a_wrong_answer)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static uint8_t value[5000];
    struct txn txn;
    unsigned flips = 0;

    shop_init(&shop, 0);
    shop_small_history(&shop);
    T_EQ_INT(read_all(&shop), 0);
    for (int db = DB_JOURNAL; db < DBS; db++) {
        struct key keys[64];
        size_t n_keys = 0;
        struct row_walk walk;

        txn_begin(&txn, shop.env, TXN_READ);
        row_walk_begin(&walk, &txn, (enum db)db, NULL, NULL, RECORD_ANY);
        while (n_keys < 64 && row_walk_next(&walk, &keys[n_keys], NULL) == 0) {
            n_keys++;
        }
        row_walk_end(&walk);
        txn_abort(&txn);
        for (size_t i = 0; i < n_keys; i += 3) {
            MDB_val k = {.mv_size = keys[i].n, .mv_data = keys[i].bytes};
            MDB_val v;
            txn_begin(&txn, shop.env, TXN_READ);
            T_EQ_INT(mdb_get(txn.mdb, shop.env->dbi[db], &k, &v), 0);
            size_t n = v.mv_size;
            T_CHECK(n <= sizeof(value));
            memcpy(value, v.mv_data, n);
            txn_abort(&txn);
            // Header bytes all, of the payload some
            for (size_t byte = 0; byte < n; byte += byte < 20 ? 1 : 1 + n / 12) {
                char text[512];
                value[byte] ^= 0x10;
                txn_begin(&txn, shop.env, TXN_WRITE);
                shop_put_raw(&txn, (enum db)db, &keys[i], value, n);
                T_EQ_INT(txn_commit(&txn), 0);
                T_EQ_INT(read_all(&shop), STORE_CORRUPT, "db %s row %zu byte %zu",
                         db_name((enum db)db), i, byte);
                if (flips % 16 == 0) {
                    shop_divergence(&shop, text, sizeof(text));
                }
                value[byte] ^= 0x10;
                txn_begin(&txn, shop.env, TXN_WRITE);
                shop_put_raw(&txn, (enum db)db, &keys[i], value, n);
                T_EQ_INT(txn_commit(&txn), 0);
                flips++;
            }
        }
    }
    T_CHECK(flips > 200, "%u", flips);
    T_EQ_INT(read_all(&shop), 0);
    shop_verify(&shop);
}
