// SPDX-License-Identifier: Apache-2.0
/*
 * A store's secret: it is there from the beginning, stays, goes along with a copy, and is told by
 * nothing.
 */
#include "store/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store/compact.h"
#include "store/rebuild.h"
#include "store/row.h"
#include "store/shop.h"
#include "t.h"

static char error[ENV_ERROR_BYTES];

static int derive(struct shop *shop, const char *label, uint8_t ret[SECRET_BYTES])
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    int r = secret_derive(&txn, label, ret);
    txn_abort(&txn);
    return r;
}

static void drop_secret(struct shop *shop)
{
    struct key key = key_meta(META_SECRET);
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_WRITE);
    T_EQ_INT(row_del(&txn, DB_META, &key), 0, "%s", txn_text(&txn));
    T_EQ_INT(txn_commit(&txn), 0, "%s", txn_text(&txn));
    shop_close(shop);
}

T_TEST(secret, each_store_has_its_own_and_each_label_its_key)
{
    __attribute__((cleanup(shop_fini))) struct shop a = {0};
    __attribute__((cleanup(shop_fini))) struct shop b = {0};
    uint8_t keys[4][SECRET_BYTES] = {{0}};

    shop_init(&a, 0);
    shop_init(&b, 0);
    T_EQ_INT(derive(&a, "one", keys[0]), 0);
    T_EQ_INT(derive(&a, "two", keys[1]), 0);
    T_EQ_INT(derive(&b, "one", keys[2]), 0);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < i; j++) {
            T_CHECK(memcmp(keys[i], keys[j], SECRET_BYTES) != 0, "%zu and %zu", i, j);
        }
    }
    T_EQ_INT(derive(&a, "one", keys[1]), 0);
    T_EQ_MEM(keys[1], keys[0], SECRET_BYTES);
}

T_TEST(secret, what_is_derived_is_an_hmac)
{
    static const uint8_t expected[SECRET_BYTES] = {0x3b, 0x01, 0x90, 0x59, 0xba, 0x4f, 0x54, 0x32,
                                                   0x24, 0x06, 0xb3, 0x8a, 0xd2, 0x02, 0xaa, 0xfd,
                                                   0x4b, 0x39, 0xa8, 0x7a, 0x7e, 0x21, 0xe7, 0xe3,
                                                   0xdb, 0x19, 0xd3, 0x10, 0xad, 0x76, 0x57, 0x7a};
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct key key = key_meta(META_SECRET);
    uint8_t bytes[SECRET_BYTES];
    uint8_t got[SECRET_BYTES];
    struct txn txn;

    shop_init(&shop, 0);
    for (uint8_t i = 0; i < SECRET_BYTES; i++) {
        bytes[i] = i;
    }
    T_EQ_INT(secret_hmac(bytes, "slate", 5, got), 0);
    T_EQ_MEM(got, expected, SECRET_BYTES);
    txn_begin(&txn, shop.env, TXN_WRITE);
    row_put(&txn, DB_META, &key, RECORD_SECRET, bytes, sizeof(bytes));
    T_EQ_INT(txn_commit(&txn), 0);
    memset(got, 0, sizeof(got));
    T_EQ_INT(derive(&shop, "slate", got), 0);
    T_EQ_MEM(got, expected, SECRET_BYTES);
}

T_TEST(secret, it_stays_through_opening_rebuilding_and_compacting)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    uint8_t first[SECRET_BYTES];
    uint8_t then[SECRET_BYTES];
    char to[400];

    shop_init(&shop, 0);
    shop_small_history(&shop);
    T_EQ_INT(derive(&shop, "one", first), 0);
    shop_close(&shop);
    shop_open(&shop, 0);
    T_EQ_INT(derive(&shop, "one", then), 0);
    T_EQ_MEM(then, first, SECRET_BYTES, "opened again");
    T_EQ_INT(rebuild_views(shop.env, NULL, error, sizeof(error)), 0, "%s", error);
    T_EQ_INT(derive(&shop, "one", then), 0);
    T_EQ_MEM(then, first, SECRET_BYTES, "rebuilt");
    snprintf(to, sizeof(to), "%s/new", shop.dir.path);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), 0, "%s", error);
    shop_close(&shop);
    memcpy(shop.path, to, strlen(to) + 1);
    shop_open(&shop, 0);
    T_EQ_INT(derive(&shop, "one", then), 0);
    T_EQ_MEM(then, first, SECRET_BYTES, "compacted");
    shop_verify(&shop);
}

T_TEST(secret, a_store_from_before_gets_one_from_its_first_writer)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct env_options reading = {.map_bytes = SHOP_MAP_BYTES, .flags = ENV_READ_ONLY};
    uint8_t first[SECRET_BYTES];
    uint8_t then[SECRET_BYTES];
    struct txn txn;

    shop_init(&shop, 0);
    shop_small_history(&shop);
    drop_secret(&shop);
    T_EQ_INT(env_open(shop.path, &reading, error, sizeof(error), &shop.env), 0, "%s", error);
    T_EQ_INT(derive(&shop, "one", first), STORE_NOT_FOUND, "a reader changes nothing");
    env_close(shop.env);
    shop_open(&shop, 0);
    T_EQ_INT(derive(&shop, "one", first), 0);
    shop_close(&shop);
    shop_open(&shop, 0);
    T_EQ_INT(derive(&shop, "one", then), 0);
    T_EQ_MEM(then, first, SECRET_BYTES);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(secret_check(&txn), 0);
    txn_abort(&txn);
    // What was found by another secret is found anew
    T_EQ_INT(rebuild_views(shop.env, NULL, error, sizeof(error)), 0, "%s", error);
    shop_verify(&shop);
}

T_TEST(secret, a_damaged_one_and_a_label_that_is_none_are_told)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct key key = key_meta(META_SECRET);
    char label[SECRET_LABEL_BYTES + 1];
    uint8_t got[SECRET_BYTES] = {0};
    struct env *env = NULL;
    struct txn txn;

    shop_init(&shop, 0);
    memset(label, 'x', SECRET_LABEL_BYTES);
    label[SECRET_LABEL_BYTES] = 0;
    T_EQ_INT(derive(&shop, label, got), -EINVAL);
    T_EQ_INT(derive(&shop, "", got), -EINVAL);
    txn_begin(&txn, shop.env, TXN_WRITE);
    row_put(&txn, DB_META, &key, RECORD_SECRET, got, SECRET_BYTES - 1);
    T_EQ_INT(txn_commit(&txn), 0);
    T_EQ_INT(derive(&shop, "one", got), STORE_CORRUPT);
    shop_close(&shop);
    T_EQ_INT(env_open(shop.path, &shop.options, error, sizeof(error), &env), ENV_DAMAGED);
    T_CHECK(strstr(error, "a secret of a wrong length") != NULL, "%s", error);
}
