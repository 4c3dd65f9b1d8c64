// SPDX-License-Identifier: Apache-2.0
/*
 * What older versions have written. The bytes here came out of them, and no change of a format may
 * make them unreadable: a journal is never written anew.
 */
#include <lmdb.h>
#include <string.h>

#include "core/instant.h"
#include "store/bookobjects.h"
#include "store/env_private.h"
#include "store/rebuild.h"
#include "store/record.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/views.h"
#include "t.h"

/** Bodies of schema 1. */
static const char old_opened[] =
    "0801100118012210aff44fec9beae13cc3a609f67b2f19ab28013001384040014801590056f8b3a047060061"
    "409807b4a04706006807720b736c6174652f302e312e308201105a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a9201"
    "2408011220b906b3deaaa78b00b82daca9035a25b045f6c815a6096b856c63184c41d8d2189a011908051801"
    "2001280130014080a0bad2356100e6460ea447060082021e08031a0250322a087072696e74696e6742046a69"
    "72614a064f50532d3137";
static const char old_held[] =
    "0801100218012210558664acd70d6a4c697b001016724f25280130013843400148015001590037eeb9a04706"
    "006180da16b4a047060068077204746573749a020c0a08637573746f6d65721002";
static const char old_resolved[] =
    "0801100318012210b029f7c383a1df292acea8373837ad49280130013845400148015002590018e4bfa04706"
    "0061c01c26b4a04706006807720474657374a202020801";

/** And of schema 2. */
static const char old_rescheduled[] =
    "080110041801221011111111111111111111111111111111280230013852400348015003590056f8b3a04706"
    "00610556f8b3a04706007205636c6f636b9a0119080518012001280130014080a0bad23561008adae4a44706"
    "00a00103";
static const char old_zone[] =
    "100918012210222222222222222222222222222222222802300138044001590056f8b3a0470600610656f8b3"
    "a04706006807720b736c6174652f302e312e30d2023f0a0d4575726f70652f4265726c696e12053230323562"
    "1a2033333333333333333333333333333333333333333333333333333333333333332205545a696632";
static const char old_held_by_a_line[] =
    "080110051801221044444444444444444444444444444444280230023843400148015004590056f8b3a04706"
    "00610756f8b3a04706006807720474657374a00103aa0110050000000000000000000000000000009a02150a"
    "08637573746f6d657210021900b6cfd1b4470600";

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void decode(const char *hex, struct arena *arena, struct entry *ret)
{
    struct record_commitment commitments[EVENT_TEXTS_MAX];
    struct key key = key_journal(1);
    struct txn txn = {.error = 0};
    uint8_t bytes[512];
    struct row row = {.p = bytes, .n = strlen(hex) / 2};

    T_CHECK(row.n <= sizeof(bytes));
    for (size_t i = 0; i < row.n; i++) {
        bytes[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    }
    memset(ret, 0xff, sizeof(*ret));
    T_EQ_INT(record_body_decode(&txn, &key, &row, arena, ret, commitments), 0, "%s",
             txn_text(&txn));
}

T_TEST(old, entries_of_schema_1_mean_what_they_meant)
{
    static const uint8_t no_line[16];
    struct arena arena;
    struct entry entry;

    arena_init(&arena, 1 << 20);
    decode(old_opened, &arena, &entry);
    T_EQ_INT(entry.event.kind, EVENT_TICKET_OPENED);
    T_EQ_INT(entry.seq, 1);
    T_EQ_STR(entry.via, "slate/0.1.0");
    T_EQ_INT(entry.request_id[15], 0x5a);
    T_EQ_MEM(entry.line_id, no_line, sizeof(no_line), "it came by no line");
    T_EQ_INT(entry.event.team, 0, "not told");
    T_EQ_INT(entry.event.u.opened.team, 3);
    T_EQ_STR(entry.event.u.opened.priority, "P2");
    T_EQ_STR(entry.event.u.opened.category, "printing");
    T_EQ_STR(entry.event.u.opened.old_source_key, "OPS-17");
    T_EQ_INT(entry.event.n_texts, 1);
    T_EQ_INT(entry.event.n_clocks, 1);
    T_EQ_INT(entry.event.clocks[0].due_at, INT64_C(1767605400000000) + 4 * US_PER_HOUR);

    decode(old_held, &arena, &entry);
    T_EQ_INT(entry.event.kind, EVENT_HELD);
    T_EQ_STR(entry.event.u.hold.reason, "customer");
    T_EQ_INT(entry.event.u.hold.party, SIDE_BUYER);
    T_EQ_INT(entry.event.u.hold.ends_at, INSTANT_NEVER, "it did not end by itself");

    decode(old_resolved, &arena, &entry);
    T_EQ_INT(entry.event.kind, EVENT_RESOLVED);
    T_CHECK(entry.event.u.resolved.by_human);
    T_EQ_INT(entry.event.u.resolved.close_at, INSTANT_NEVER, "it did not close by itself");
    arena_fini(&arena);
}

T_TEST(old, entries_of_schema_2_mean_what_they_meant)
{
    const int64_t at = INT64_C(1767605400000000);
    struct arena arena;
    struct entry entry;

    arena_init(&arena, 1 << 20);
    decode(old_rescheduled, &arena, &entry);
    T_EQ_INT(entry.event.kind, EVENT_CLOCK_RESCHEDULED);
    T_EQ_INT(entry.event.engine, 0, "not told");
    T_EQ_INT(entry.event.n_clocks, 1);
    T_EQ_INT(entry.event.clocks[0].due_at, at + 5 * US_PER_HOUR);
    T_EQ_INT(entry.event.clocks[0].ended_seq, 0);
    T_EQ_INT(entry.event.u.moved.by, MOVED_BY_NONE, "the due row was a hint");
    T_EQ_INT(entry.event.u.moved.was_due_at, INSTANT_NEVER);
    T_EQ_INT(entry.event.u.moved.was_limit_at, INSTANT_NEVER);

    decode(old_zone, &arena, &entry);
    T_EQ_INT(entry.event.kind, EVENT_ZONE_DATA);
    T_EQ_STR(entry.event.u.zone.name, "Europe/Berlin");
    T_EQ_STR(entry.event.u.zone.release, "2025b");
    T_EQ_INT(entry.event.u.zone.sha256[31], 0x33);
    T_EQ_INT(entry.event.u.zone.n, 5);
    T_EQ_MEM(entry.event.u.zone.bytes, "TZif2", 5);

    decode(old_held_by_a_line, &arena, &entry);
    T_EQ_INT(entry.event.kind, EVENT_HELD);
    T_EQ_INT(entry.line_id[0], 5);
    T_EQ_INT(entry.event.team, 3);
    T_EQ_INT(entry.event.u.hold.ends_at, at + US_PER_DAY);
    arena_fini(&arena);
}

/** Makes the store what version 2 of the views left: without `zone_uses`. */
static void make_old(struct shop *shop)
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_WRITE);
    T_EQ_INT(mdb_drop(txn.mdb, shop->env->dbi[DB_ZONE_USES], 1), 0);
    T_EQ_INT(record_views_put(&txn, &(struct record_views){.schema = VIEWS_SCHEMA - 1}), 0);
    T_EQ_INT(txn_commit(&txn), 0);
    shop_close(shop);
}

T_TEST(old, a_store_without_the_newest_views_asks_for_a_rebuild_which_makes_them)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const unsigned refused[] = {0, ENV_READ_ONLY};
    char error[ENV_ERROR_BYTES];
    struct env *env = NULL;
    uint8_t sha256[BOOK_HASH_BYTES];
    struct txn txn;

    shop_init(&shop, 0);
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, shop.now);
    shop_write(&shop, &entry);
    entry = shop_entry(EVENT_VERSION_USED, 1, 0, 0);
    entry.event.u.object.kind = BOOK_ZONE;
    entry.event.u.object.sha256[0] = 7;
    memcpy(entry.event.u.object.name, "Etc/UTC", sizeof("Etc/UTC"));
    shop_write(&shop, &entry);
    make_old(&shop);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct env_options options = {.map_bytes = SHOP_MAP_BYTES, .flags = refused[i]};

        T_EQ_INT(env_open(shop.path, &options, error, sizeof(error), &env), ENV_NEEDS_REBUILD);
        T_CHECK(strstr(error, "slated rebuild") != NULL, "%s", error);
    }
    shop_open(&shop, ENV_FOR_REBUILD);
    T_EQ_INT(rebuild_views(shop.env, NULL, error, sizeof(error)), 0, "%s", error);
    shop_close(&shop);
    shop_open(&shop, 0);
    entry = shop_entry(EVENT_MESSAGE, 1, 1, shop.now);
    entry.line_id[0] = 1;
    shop_write(&shop, &entry);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(bookobjects_zone_used(&txn, 1, "Etc/UTC", sha256), 0);
    T_EQ_INT(sha256[0], 7);
    txn_abort(&txn);
    shop_verify(&shop);
}

/** Looking at an old store changes nothing in it. */
T_TEST(old, a_store_that_lacks_views_is_not_changed_by_who_only_reads)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct env_options options = {.map_bytes = SHOP_MAP_BYTES,
                                  .flags = ENV_READ_ONLY | ENV_FOR_REBUILD};
    char error[ENV_ERROR_BYTES];
    struct env *env = NULL;

    shop_init(&shop, 0);
    make_old(&shop);
    T_EQ_INT(env_open(shop.path, &options, error, sizeof(error), &env), ENV_DAMAGED);
    T_CHECK(strstr(error, "a database is missing") != NULL, "%s", error);
    shop_open(&shop, ENV_FOR_REBUILD);
}
