// SPDX-License-Identifier: Apache-2.0
#include "store/requests.h"

#include "core/instant.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/views.h"
#include "t.h"

static uint64_t count(struct shop *shop, enum db db)
{
    struct txn txn;
    uint64_t n = 0;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(row_count(&txn, db, &n), 0);
    txn_abort(&txn);
    return n;
}

static struct entry request(struct shop *shop, uint32_t actor, uint8_t id, uint64_t ticket)
{
    struct entry entry = shop_entry(ticket == 0 ? EVENT_CLOCK_STEPPED : EVENT_MESSAGE,
                                    ticket ? 1 : 0, ticket, shop->now);

    entry.actor = actor;
    entry.request_id[0] = id;
    entry.request_hash[0] = (uint8_t)(id + 1);
    return entry;
}

T_TEST(requests, a_request_is_known_by_its_principal_with_its_last_entry)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry opened = shop_entry(EVENT_TICKET_OPENED, 1, 1, 0);
    struct requests_row row;
    uint8_t id[16] = {5};
    struct txn txn;

    shop_init(&shop, 0);
    shop_write(&shop, &opened);
    shop_begin(&shop);
    struct entry first = request(&shop, 7, 5, 1);
    struct entry second = request(&shop, 7, 5, 1);
    shop_append(&shop, &first);
    shop_append(&shop, &second);
    shop_commit(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(requests_get(&txn, 7, id, &row), 0);
    T_EQ_INT(row.contract, 1);
    T_EQ_INT(row.seq, second.seq);
    T_EQ_INT(row.ticket, 1);
    T_EQ_INT(row.version, 3);
    T_EQ_INT(row.hash[0], 6);
    T_EQ_INT(row.recorded_at, second.recorded_at);
    T_EQ_INT(requests_get(&txn, 8, id, &row), STORE_NOT_FOUND, "of another principal");
    id[15] = 1;
    T_EQ_INT(requests_get(&txn, 7, id, &row), STORE_NOT_FOUND);
    txn_abort(&txn);
    T_EQ_INT(count(&shop, DB_REQUESTS), 1, "an entry without a request id leaves no row");
}

static void forget(struct shop *shop, int64_t before_at)
{
    struct entry entry = shop_entry(EVENT_REQUESTS_FORGOTTEN, 0, 0, shop->now);

    entry.event.u.forgotten.before_at = before_at;
    shop_write(shop, &entry);
}

T_TEST(requests, old_request_ids_are_forgotten_by_a_journalled_mark)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry entries[6];
    struct txn txn;
    int64_t oldest;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(requests_oldest(&txn, &oldest), STORE_NOT_FOUND);
    txn_abort(&txn);
    for (uint8_t i = 0; i < 6; i++) {
        // 1 and 3 are of one request
        entries[i] = request(&shop, 7, i == 3 ? 2 : (uint8_t)(i + 1), 0);
        shop_write(&shop, &entries[i]);
    }
    T_EQ_INT(count(&shop, DB_REQUESTS), 5);
    forget(&shop, entries[0].recorded_at);
    T_EQ_INT(count(&shop, DB_REQUESTS), 5, "recorded at that instant is not before it");
    forget(&shop, entries[2].recorded_at + 1);
    T_EQ_INT(count(&shop, DB_REQUESTS), 3, "the second lives on in its later entry");
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(requests_oldest(&txn, &oldest), 0);
    T_EQ_INT(oldest, entries[3].recorded_at);
    txn_abort(&txn);
    forget(&shop, entries[2].recorded_at + 1);
    T_EQ_INT(count(&shop, DB_REQUESTS), 3, "again: nothing");
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), 0);
    shop_verify(&shop);
}

T_TEST(requests, a_mark_forgets_a_bounded_number_and_the_next_goes_on)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    enum { N = VIEWS_FORGET_MAX * 2 + 100 };

    shop_init(&shop, 0);
    shop_begin(&shop);
    for (unsigned i = 1; i <= N; i++) {
        struct entry entry = request(&shop, 7, 0, 0);
        entry.request_id[1] = (uint8_t)(i >> 8);
        entry.request_id[2] = (uint8_t)i;
        shop_append(&shop, &entry);
    }
    shop_commit(&shop);
    T_EQ_INT(count(&shop, DB_REQUESTS), N);
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), N - VIEWS_FORGET_MAX);
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), 100);
    forget(&shop, INSTANT_NEVER);
    T_EQ_INT(count(&shop, DB_REQUESTS), 0);
    shop_verify(&shop);
}
