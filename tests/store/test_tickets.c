// SPDX-License-Identifier: Apache-2.0
#include "store/tickets.h"

#include <stdio.h>

#include "core/instant.h"
#include "store/row.h"
#include "store/shop.h"
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

static size_t list(struct shop *shop, uint32_t team, enum ticket_class class, uint64_t *numbers)
{
    struct tickets_cursor cursor = {.n = 0};
    struct tickets_row rows[16];
    struct txn txn;
    size_t n;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(tickets_by_team(&txn, 1, team, class, &cursor, 16, rows, &n), 0);
    for (size_t i = 0; i < n; i++) {
        T_EQ_INT(rows[i].class, class);
        T_EQ_INT(rows[i].contract, 1);
        numbers[i] = rows[i].number;
    }
    txn_abort(&txn);
    return n;
}

T_TEST(tickets, a_ticket_is_in_one_class_of_its_team_most_urgent_first)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const int64_t due_hours[] = {9, 2, 5};
    uint64_t numbers[16];

    shop_init(&shop, 0);
    int64_t at = shop.now;
    for (uint64_t i = 1; i <= 3; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, i, at);
        entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, at,
                                           due_hours[i - 1] * US_PER_HOUR);
        entry.event.n_clocks = 1;
        shop_write(&shop, &entry);
    }
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_NEW, numbers), 3);
    T_EQ_INT(numbers[0], 2);
    T_EQ_INT(numbers[1], 3);
    T_EQ_INT(numbers[2], 1);
    T_EQ_INT(list(&shop, 4, TICKET_CLASS_NEW, numbers), 0, "another team");

    struct entry taken = shop_entry(EVENT_TAKEN, 1, 2, at);
    taken.event.u.taken.assignee = 11;
    shop_write(&shop, &taken);
    struct entry held = shop_entry(EVENT_HELD, 1, 3, at);
    snprintf(held.event.u.hold.reason, BOOK_NAME_BYTES, "waiting");
    shop_write(&shop, &held);
    struct entry resolved = shop_entry(EVENT_RESOLVED, 1, 1, at);
    shop_write(&shop, &resolved);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_NEW, numbers), 0);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_OPEN, numbers), 1);
    T_EQ_INT(numbers[0], 2);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_HELD, numbers), 1);
    T_EQ_INT(numbers[0], 3);
    T_EQ_INT(list(&shop, 3, TICKET_CLASS_RESOLVED, numbers), 1);
    T_EQ_INT(numbers[0], 1);
    T_EQ_INT(count(&shop, DB_BY_TEAM), 3);

    uint64_t classes[TICKET_CLASSES];
    struct txn txn;
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_count(&txn, 1, classes), 0);
    txn_abort(&txn);
    T_EQ_INT(classes[TICKET_CLASS_OPEN], 1);
    T_EQ_INT(classes[TICKET_CLASS_HELD], 1);
    T_EQ_INT(classes[TICKET_CLASS_RESOLVED], 1);
    T_EQ_INT(classes[TICKET_CLASS_NEW], 0);
    shop_verify(&shop);
}

T_TEST(tickets, a_person_has_what_is_assigned_open_first)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct tickets_row rows[4];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= 2; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, (uint32_t)i, 1, shop.now);
        shop_write(&shop, &entry);
        entry = shop_entry(EVENT_TAKEN, (uint32_t)i, 1, shop.now);
        entry.event.u.taken.assignee = 11;
        shop_write(&shop, &entry);
    }
    struct entry resolved = shop_entry(EVENT_RESOLVED, 2, 1, shop.now);
    shop_write(&shop, &resolved);
    static const struct {
        uint32_t principal;
        bool done;
        size_t n;
        uint32_t contract;
    } expected[] = {{11, false, 1, 1}, {11, true, 1, 2}, {12, false, 0, 0}, {0, false, 0, 0}};
    for (size_t i = 0; i < 4; i++) {
        struct tickets_cursor cursor = {.n = 0};
        txn_begin(&txn, shop.env, TXN_READ);
        T_EQ_INT(
            tickets_by_person(&txn, expected[i].principal, expected[i].done, &cursor, 4, rows, &n),
            0);
        txn_abort(&txn);
        T_EQ_INT(n, expected[i].n, "row %zu", i);
        if (n) {
            T_EQ_INT(rows[0].contract, expected[i].contract, "row %zu", i);
            T_EQ_INT(rows[0].number, 1);
        }
    }
    struct entry given = shop_entry(EVENT_TAKEN, 1, 1, shop.now);
    given.event.u.taken.assignee = 12;
    shop_write(&shop, &given);
    T_EQ_INT(count(&shop, DB_BY_PERSON), 2, "it moved");
    shop_verify(&shop);
}

T_TEST(tickets, pages_of_any_size_give_the_whole_list_once)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    enum { N = 37 };
    struct tickets_row rows[N];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= N; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, i, shop.now);
        shop_write(&shop, &entry);
    }
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t page = 1; page <= N + 1; page++) {
        struct tickets_cursor cursor = {.n = 0};
        struct tickets_cursor other = {.n = 0};
        uint64_t seen = 0;
        uint64_t seen_other = 0;

        do {
            T_EQ_INT(tickets_list(&txn, 1, &cursor, page < N ? page : N, rows, &n), 0);
            for (size_t i = 0; i < n; i++) {
                T_EQ_INT(rows[i].number, ++seen, "pages of %zu", page);
            }
        } while (cursor.n > 0);
        T_EQ_INT(seen, N, "pages of %zu", page);
        do {
            T_EQ_INT(tickets_by_team(&txn, 1, 3, TICKET_CLASS_NEW, &other, page < N ? page : N,
                                     rows, &n),
                     0);
            for (size_t i = 0; i < n; i++) {
                T_EQ_INT(rows[i].number, ++seen_other, "pages of %zu", page);
            }
        } while (other.n > 0);
        T_EQ_INT(seen_other, N, "pages of %zu", page);
    }
    // Cursors of another list, and of any length, begin the list
    struct tickets_cursor foreign = {.n = 12};
    T_EQ_INT(tickets_list(&txn, 1, &foreign, N, rows, &n), 0);
    T_EQ_INT(n, N);
    foreign = (struct tickets_cursor){.n = sizeof(foreign.bytes) + 1, .bytes = {0, 0, 0, 1}};
    T_EQ_INT(tickets_list(&txn, 1, &foreign, N, rows, &n), 0);
    T_EQ_INT(n, N);
    txn_abort(&txn);
}
