// SPDX-License-Identifier: Apache-2.0
#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

#include "store/entries.h"
#include "store/record.h"
#include "store/shop.h"
#include "store/tickets.h"
#include "t.h"
#include "tests/support/journal_mem.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

T_TEST(batch, entries_get_their_place_and_never_go_back_in_time)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const int64_t given[] = {1000, 1000, 400, 5000, 5000, -1};
    static const int64_t expected[] = {1000, 1001, 1002, 5000, 5001, 5002};

    shop_init(&shop, 0);
    for (size_t i = 0; i < 6; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, (uint32_t)(1 + i % 2), i + 1,
                                        given[i]);

        if (i == 3) { // what was known does not hang on the process
            shop_close(&shop);
            shop_open(&shop, 0);
        }
        shop_begin(&shop);
        entry.recorded_at = given[i];
        T_EQ_INT(batch_append(shop.batch, &entry), 0, "%s", batch_text(shop.batch));
        shop_commit(&shop);
        T_EQ_INT(entry.recorded_at, expected[i], "entry %zu", i);
        T_EQ_INT(entry.seq, 1 + i / 2, "entry %zu", i);
        T_EQ_INT(entry.epoch, 1);
    }
    shop_verify(&shop);
}

T_TEST(batch, two_that_take_turns_know_of_each_other)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct batch_options options = {.epoch = 1, .random = shop_random, .random_user = &shop.salts};
    struct batch *batches[2];
    ARENA(arena);
    struct ticket ticket;

    shop_init(&shop, 0);
    batches[0] = shop.batch;
    T_EQ_INT(batch_new(shop.env, journal_lmdb_journal(shop.journal), &options, &batches[1]), 0);
    for (uint64_t i = 0; i < 6; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, i + 1, shop.now);

        shop.batch = batches[i % 2];
        shop_begin(&shop);
        shop_append(&shop, &entry);
        T_EQ_INT(entry.seq, i + 1);
        T_EQ_INT(tickets_get(batch_txn(shop.batch), 1, i + 1, &arena, &ticket), 0, "%d", (int)i);
        shop_commit(&shop);
    }
    shop.batch = batches[0];
    batch_free(batches[1]);
    shop_verify(&shop);
}

T_TEST(batch, a_batch_sees_its_own_entries_and_an_aborted_one_leaves_none)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct ticket ticket;
    struct txn txn;
    uint64_t number;

    shop_init(&shop, 0);
    for (int round = 0; round < 2; round++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, shop.now);

        shop_begin(&shop);
        T_EQ_INT(tickets_next_number(batch_txn(shop.batch), 1, &number), 0);
        T_EQ_INT(number, 1);
        shop_append(&shop, &entry);
        T_EQ_INT(entry.seq, 1);
        T_EQ_INT(tickets_next_number(batch_txn(shop.batch), 1, &number), 0);
        T_EQ_INT(number, 2);
        T_EQ_INT(tickets_get(batch_txn(shop.batch), 1, 1, &arena, &ticket), 0);
        T_EQ_INT(ticket.version, 1);
        T_EQ_INT(batch_count(shop.batch), 1);
        if (round == 0) {
            batch_abort(shop.batch);
            txn_begin(&txn, shop.env, TXN_READ);
            T_EQ_INT(tickets_get(&txn, 1, 1, &arena, &ticket), STORE_NOT_FOUND);
            txn_abort(&txn);
        } else {
            shop_commit(&shop);
        }
    }
    shop_begin(&shop);
    T_EQ_INT(batch_count(shop.batch), 0);
    shop_commit(&shop); // an empty one
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_get(&txn, 1, 1, &arena, &ticket), 0);
    txn_abort(&txn);
    shop_verify(&shop);
}

T_TEST(batch, an_entry_that_does_not_fit_fails_the_batch_and_the_next_one_works)
{
    static const struct {
        const char *what;
        enum event_kind kind;
        uint64_t ticket;
        const char *text;
    } rows[] = {
        {"a ticket that is not there", EVENT_MESSAGE, 9, "there is no such ticket"},
        {"a ticket that is there", EVENT_TICKET_OPENED, 1, "the ticket is there already"},
        {"closing an open one", EVENT_CLOSED, 1, "not in a state"},
        {"a principal without a name", EVENT_PRINCIPAL_SET, 0, "it has no name"},
        {"another cluster", EVENT_CLUSTER_CREATED, 0, "another cluster"},
    };
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry first = shop_entry(EVENT_TICKET_OPENED, 1, 1, 0);

    shop_init(&shop, 0);
    shop_write(&shop, &first);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct entry good = shop_entry(EVENT_MESSAGE, 1, 1, 0);
        struct entry bad = shop_entry(rows[i].kind, rows[i].ticket ? 1 : 0, rows[i].ticket,
                                      shop.now);
        struct entry after = shop_entry(EVENT_MESSAGE, 1, 1, 0);

        shop_begin(&shop);
        shop_append(&shop, &good);
        T_EQ_INT(batch_append(shop.batch, &bad), BATCH_CORRUPT, "%s", rows[i].what);
        T_EQ_INT(batch_append(shop.batch, &after), BATCH_CORRUPT, "%s: it sticks", rows[i].what);
        T_EQ_INT(batch_commit(shop.batch), BATCH_CORRUPT, "%s", rows[i].what);
        T_CHECK(strstr(batch_text(shop.batch), rows[i].text) != NULL, "%s: %s", rows[i].what,
                batch_text(shop.batch));
    }
    struct entry last = shop_entry(EVENT_MESSAGE, 1, 1, 0);
    shop_write(&shop, &last);
    T_EQ_INT(last.seq, 2, "nothing of the failed batches is there");
    shop_verify(&shop);
}

T_TEST(batch, a_full_map_refuses_a_batch_whole_and_the_store_stays_well)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static char body[3000];
    uint64_t number = 0;
    uint64_t refused = 0;
    int r;

    shop_init(&shop, 1 << 20);
    memset(body, 'b', sizeof(body));
    // Several times against the wall, each time in another place of the batch
    for (size_t size = 12; size >= 1; size /= 2) {
        do {
            shop_begin(&shop);
            r = 0;
            for (size_t i = 0; i < size && r == 0; i++) {
                struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, number + i + 1, shop.now);
                entry.recorded_at = ++shop.now;
                entry.event.texts[0] = (struct text){TEXT_BODY, body, sizeof(body)};
                entry.event.n_texts = 1;
                r = batch_append(shop.batch, &entry);
            }
            r = batch_commit(shop.batch);
            number += r == 0 ? size : 0;
        } while (r == 0);
        T_EQ_INT(r, BATCH_FULL, "%s", batch_text(shop.batch));
        refused++;
    }
    T_EQ_INT(refused, 4);
    struct txn txn;
    uint64_t next;
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_next_number(&txn, 1, &next), 0);
    T_EQ_INT(next, number + 1);
    txn_abort(&txn);
    shop.options.map_bytes = SHOP_MAP_BYTES;
    shop_verify(&shop);
    shop_close(&shop);
    shop_open(&shop, 0); // with more room it goes on
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, next, shop.now);
    shop_write(&shop, &entry);
    shop_verify(&shop);
}

static int no_random(void *user, void *ret, size_t n)
{
    (void)user;
    (void)ret;
    (void)n;
    return -1;
}

T_TEST(batch, without_randomness_no_text_is_stored)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct batch_options options = {.epoch = 1, .random = no_random};
    struct batch *batch;
    uint8_t id[16] = {1};
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, 0);

    shop_init(&shop, 0);
    T_EQ_INT(batch_new(shop.env, journal_lmdb_journal(shop.journal), &options, &batch), 0);
    T_EQ_INT(batch_begin(batch, id), 0);
    entry.event.texts[0] = (struct text){TEXT_BODY, "x", 1};
    entry.event.n_texts = 1;
    T_CHECK(batch_append(batch, &entry) < 0);
    T_CHECK(batch_commit(batch) < 0);
    batch_free(batch);
}

T_TEST(batch, the_lmdb_journal_tells_what_it_holds)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct journal_head head;
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 4, 1, 0);

    shop_init(&shop, 0);
    struct journal *j = journal_lmdb_journal(shop.journal);
    shop_write(&shop, &entry);
    T_EQ_INT(j->ops->head(j, 4, &head), 0);
    T_EQ_INT(head.seq, 1);
    T_EQ_INT(j->ops->resolve(j, entry.batch_id, 4), JOURNAL_APPLIED);
    T_EQ_INT(j->ops->resolve(j, entry.batch_id, 5), JOURNAL_NOT_APPLIED);
    entry.batch_id[0] ^= 1;
    T_EQ_INT(j->ops->resolve(j, entry.batch_id, 4), JOURNAL_NOT_APPLIED);
    T_EQ_INT(batch_catch_up(shop.batch, 4), 0, "nothing to do");
}
