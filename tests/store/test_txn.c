// SPDX-License-Identifier: Apache-2.0
#include "store/txn.h"

#include <errno.h>
#include <lmdb.h>
#include <string.h>

#include "store/env_private.h"
#include "store/row.h"
#include "store/shop.h"
#include "t.h"

static int put(struct txn *txn, uint64_t number, const char *text)
{
    struct key key = key_ticket(1, number);

    return row_put(txn, DB_TICKETS, &key, RECORD_TICKET, text, strlen(text));
}

static bool holds(struct txn *txn, uint64_t number, const char *text)
{
    struct key key = key_ticket(1, number);
    struct row row;

    int r = row_get(txn, DB_TICKETS, &key, RECORD_TICKET, &row);
    if (!text) {
        return r == STORE_NOT_FOUND;
    }
    return r == 0 && row.n == strlen(text) && memcmp(row.p, text, row.n) == 0;
}

T_TEST(txn, what_is_committed_is_there_and_what_is_aborted_is_not)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct txn txn;

    shop_init(&shop, 0);
    T_EQ_INT(txn_begin(&txn, shop.env, TXN_WRITE), 0);
    T_EQ_INT(put(&txn, 1, "one"), 0);
    T_CHECK(holds(&txn, 1, "one"), "a writer sees what it wrote");
    T_EQ_INT(txn_commit(&txn), 0);
    T_EQ_INT(txn_begin(&txn, shop.env, TXN_WRITE), 0);
    T_EQ_INT(put(&txn, 1, "changed"), 0);
    T_EQ_INT(put(&txn, 2, "two"), 0);
    txn_abort(&txn);
    txn_abort(&txn); // nothing is open
    shop_close(&shop);
    shop_open(&shop, 0);
    T_EQ_INT(txn_begin(&txn, shop.env, TXN_READ), 0);
    T_CHECK(holds(&txn, 1, "one"));
    T_CHECK(holds(&txn, 2, NULL));
    T_EQ_INT(txn_error(&txn), 0, "not found is no failure");
    T_EQ_INT(txn_commit(&txn), 0);
}

T_TEST(txn, a_reader_keeps_its_snapshot_until_it_is_renewed)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct txn reader;
    struct txn writer;

    shop_init(&shop, 0);
    T_EQ_INT(txn_begin(&reader, shop.env, TXN_READ), 0);
    txn_begin(&writer, shop.env, TXN_WRITE);
    put(&writer, 1, "one");
    T_EQ_INT(txn_commit(&writer), 0);
    T_CHECK(holds(&reader, 1, NULL));
    txn_reset(&reader);
    T_EQ_INT(txn_renew(&reader), 0);
    T_CHECK(holds(&reader, 1, "one"));
    txn_abort(&reader);
}

T_TEST(txn, the_first_failure_sticks_and_nothing_is_written)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct key key = key_ticket(1, 1);
    struct row_walk walk;
    struct txn txn;
    uint64_t n;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_WRITE);
    T_EQ_INT(put(&txn, 1, "one"), 0);
    T_EQ_INT(txn_fail(&txn, -EIO, "the %s one", "first"), -EIO);
    T_EQ_INT(txn_fail(&txn, STORE_FULL, "the second one"), -EIO);
    T_EQ_INT(put(&txn, 2, "two"), -EIO);
    T_EQ_INT(row_get(&txn, DB_TICKETS, &key, RECORD_TICKET, NULL), -EIO);
    T_EQ_INT(row_del(&txn, DB_TICKETS, &key), -EIO);
    T_EQ_INT(row_drop(&txn, DB_TICKETS), -EIO);
    T_EQ_INT(row_count(&txn, DB_TICKETS, &n), -EIO);
    T_EQ_INT(row_last(&txn, DB_TICKETS, NULL, RECORD_TICKET, NULL, NULL), -EIO);
    row_walk_begin(&walk, &txn, DB_TICKETS, NULL, NULL, RECORD_TICKET);
    T_EQ_INT(row_walk_next(&walk, NULL, NULL), -EIO);
    row_walk_end(&walk);
    T_EQ_INT(txn_commit(&txn), -EIO);
    T_EQ_STR(txn_text(&txn), "the first one");
    txn_begin(&txn, shop.env, TXN_READ);
    T_CHECK(holds(&txn, 1, NULL));
    txn_abort(&txn);
}

T_TEST(txn, rows_are_found_by_prefix_range_and_end)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct txn txn;
    struct key key;
    struct row row;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_WRITE);
    struct key none = key_ticket_prefix(1);
    T_EQ_INT(row_last(&txn, DB_TICKETS, &none, RECORD_TICKET, &key, &row), STORE_NOT_FOUND);
    for (uint32_t contract = 1; contract <= 3; contract++) {
        for (uint64_t number = 1; number <= 300; number++) {
            key = key_ticket(contract == 3 ? UINT32_MAX : contract, number);
            T_EQ_INT(row_put_growing(&txn, DB_TICKETS, &key, RECORD_TICKET, &number, 8), 0);
        }
    }
    // Not the highest key of all: put in its place nevertheless
    key = key_ticket(2, 301);
    T_EQ_INT(row_put_growing(&txn, DB_TICKETS, &key, RECORD_TICKET, "late", 4), 0);
    T_EQ_INT(txn_commit(&txn), 0);

    static const struct {
        uint32_t contract;
        uint64_t from;
        uint64_t expected_n;
        uint64_t expected_last;
    } rows[] = {
        {1, 0, 300, 300}, {1, 1, 300, 300},          {1, 299, 2, 300},          {1, 301, 0, 300},
        {2, 0, 301, 301}, {2, 301, 1, 301},          {UINT32_MAX, 0, 300, 300}, {3, 0, 0, 0},
        {0, 0, 0, 0},     {UINT32_MAX, 300, 1, 300},
    };
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct key prefix = key_ticket_prefix(rows[i].contract);
        struct key from = key_ticket(rows[i].contract, rows[i].from);
        struct row_walk walk;
        uint32_t contract;
        uint64_t number = 0;
        uint64_t n = 0;
        int r;

        row_walk_begin(&walk, &txn, DB_TICKETS, &prefix, &from, RECORD_TICKET);
        while ((r = row_walk_next(&walk, &key, &row)) == 0) {
            n++;
        }
        T_EQ_INT(r, STORE_NOT_FOUND, "row %zu", i);
        row_walk_end(&walk);
        T_EQ_INT(n, rows[i].expected_n, "row %zu", i);
        r = row_last(&txn, DB_TICKETS, &prefix, RECORD_TICKET, &key, NULL);
        T_EQ_INT(r, rows[i].expected_last ? 0 : STORE_NOT_FOUND, "row %zu", i);
        if (r == 0) {
            T_CHECK(key_parse_ticket(&key, &contract, &number));
        }
        T_EQ_INT(number, rows[i].expected_last, "row %zu", i);
    }
    txn_abort(&txn);
}

T_TEST(txn, an_append_out_of_order_and_a_deletion_of_nothing_are_failures)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct key first = key_journal(1);
    struct key second = key_journal(2);
    struct row part = {.p = (const uint8_t *)"x", .n = 1};
    struct txn txn;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_WRITE);
    T_EQ_INT(row_append(&txn, DB_JOURNAL, &second, RECORD_ENTRY, &part, 1), 0);
    T_EQ_INT(row_append(&txn, DB_JOURNAL, &first, RECORD_ENTRY, &part, 1), STORE_CORRUPT);
    txn_abort(&txn);
    txn_begin(&txn, shop.env, TXN_WRITE);
    T_EQ_INT(row_append(&txn, DB_JOURNAL, &second, RECORD_ENTRY, &part, 1), 0);
    T_EQ_INT(row_append(&txn, DB_JOURNAL, &second, RECORD_ENTRY, &part, 1), STORE_CORRUPT);
    txn_abort(&txn);
    txn_begin(&txn, shop.env, TXN_WRITE);
    T_EQ_INT(row_del(&txn, DB_JOURNAL, &first), STORE_CORRUPT);
    txn_abort(&txn);
}

/** Writes a value as LMDB sees it, without a frame of ours. */
static void put_raw(struct shop *shop, enum db db, const struct key *key, const void *p, size_t n)
{
    MDB_val k = {.mv_size = key->n, .mv_data = (void *)(uintptr_t)key->bytes};
    MDB_val v = {.mv_size = n, .mv_data = (void *)(uintptr_t)p};
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_WRITE);
    T_EQ_INT(mdb_put(txn.mdb, shop->env->dbi[db], &k, &v, 0), 0);
    T_EQ_INT(txn_commit(&txn), 0);
}

T_TEST(txn, a_damaged_value_is_named_by_get_and_walk_and_the_next_reader_goes_on)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct key key = key_ticket(1, 0x0203);
    struct row_walk walk;
    struct key got;
    struct row row;
    struct txn txn;

    shop_init(&shop, 0);
    put_raw(&shop, DB_TICKETS, &key, "short", 5);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(row_get(&txn, DB_TICKETS, &key, RECORD_TICKET, &row), STORE_CORRUPT);
    T_EQ_STR(txn_text(&txn),
             "db tickets key 000000010000000000000203: the value shorter than a frame");
    txn_reset(&txn);
    T_EQ_INT(txn_renew(&txn), 0);
    T_CHECK(holds(&txn, 1, NULL), "a renewed reader has no failure");
    row_walk_begin(&walk, &txn, DB_TICKETS, NULL, NULL, RECORD_TICKET);
    T_EQ_INT(row_walk_next(&walk, &got, &row), STORE_CORRUPT);
    row_walk_end(&walk);
    txn_abort(&txn);
}

T_TEST(txn, a_full_map_is_told_and_reading_and_deleting_go_on)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static char big[3000];
    struct txn txn;
    uint64_t n = 0;
    int r;

    shop_init(&shop, 1 << 20);
    do {
        txn_begin(&txn, shop.env, TXN_WRITE);
        struct key key = key_ticket(1, n + 1);
        memset(big, 'b', sizeof(big) - 1);
        row_put(&txn, DB_TICKETS, &key, RECORD_TICKET, big, sizeof(big) - 1);
        r = txn_commit(&txn);
        n += r == 0;
    } while (r == 0);
    T_EQ_INT(r, STORE_FULL, "%s", txn_text(&txn));
    T_CHECK(n > 50, "%d rows fitted", (int)n);
    T_CHECK(env_fill_percent(shop.env) > 90, "%u %%", env_fill_percent(shop.env));
    txn_begin(&txn, shop.env, TXN_READ);
    T_CHECK(holds(&txn, 1, big));
    T_CHECK(holds(&txn, n, big));
    T_CHECK(holds(&txn, n + 1, NULL), "nothing of what did not fit");
    txn_abort(&txn);
    for (uint64_t i = 1; i <= 20; i++) {
        struct key key = key_ticket(1, i);
        txn_begin(&txn, shop.env, TXN_WRITE);
        row_del(&txn, DB_TICKETS, &key);
        T_EQ_INT(txn_commit(&txn), 0, "deletion %d: %s", (int)i, txn_text(&txn));
    }
    txn_begin(&txn, shop.env, TXN_WRITE);
    put(&txn, 1, "there is room again");
    T_EQ_INT(txn_commit(&txn), 0, "%s", txn_text(&txn));
}
