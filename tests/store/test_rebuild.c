// SPDX-License-Identifier: Apache-2.0
#include "store/rebuild.h"

#include <string.h>
#include <unistd.h>

#include "store/shop.h"
#include "t.h"

static int stop_once(void *user, uint64_t entries)
{
    int *left = user;

    (void)entries;
    return *left > 0 && --*left == 0 ? -99 : 0;
}

T_TEST(rebuild, one_that_was_cut_off_is_told_and_gone_on_with)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    enum { N = REBUILD_ENTRIES_PER_TXN * 2 + 500 };
    uint8_t before[32];
    uint8_t after[32];
    char error[ENV_ERROR_BYTES];

    alarm(T_SECONDS * 3);
    shop_init(&shop, 0);
    shop_begin(&shop);
    for (uint64_t i = 1; i <= N; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, (uint32_t)(1 + i % 3), i, shop.now);
        shop_append(&shop, &entry);
    }
    shop_commit(&shop);
    shop_views_hash(&shop, before);
    for (int stop_at = 1; stop_at <= 2; stop_at++) {
        int left = stop_at;
        struct rebuild_options options = {.progress = stop_once, .user = &left};
        struct env *env;

        T_EQ_INT(rebuild_views(shop.env, &options, error, sizeof(error)), -99);
        shop_close(&shop);
        T_EQ_INT(env_open(shop.path, &shop.options, error, sizeof(error), &env), ENV_NEEDS_REBUILD);
        T_CHECK(strstr(error, "slated rebuild") != NULL, "%s", error);
        shop_open(&shop, ENV_FOR_REBUILD);
        T_EQ_INT(rebuild_views(shop.env, NULL, error, sizeof(error)), 0, "%s", error);
        shop_close(&shop);
        shop_open(&shop, 0);
        shop_views_hash(&shop, after);
        T_EQ_MEM(after, before, 32, "stopped at transaction %d", stop_at);
    }
}
