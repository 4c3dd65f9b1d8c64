// SPDX-License-Identifier: Apache-2.0
#include "net/table.h"

#include "net/conn.h"
#include "t.h"

T_TEST(table, an_old_number_finds_nothing)
{
    struct conn a = {0};
    struct conn b = {0};
    struct table table = {0};

    T_EQ_INT(table_init(&table, 2), 0);
    T_CHECK(table_find(&table, 0) == NULL);
    uint64_t first = table_take(&table);
    T_CHECK(first != 0);
    T_CHECK(table_find(&table, first) == NULL, "not set yet");
    table_set(&table, first, &a);
    T_CHECK(table_find(&table, first) == &a);
    table_give(&table, first);
    T_CHECK(table_find(&table, first) == NULL);

    uint64_t second = table_take(&table);
    table_set(&table, second, &b);
    T_EQ_INT((uint32_t)second, (uint32_t)first, "the same slot");
    T_CHECK(second != first);
    T_CHECK(table_find(&table, first) == NULL);
    T_CHECK(table_find(&table, second) == &b);
    // Near misses
    T_CHECK(table_find(&table, second + 1) == NULL);
    T_CHECK(table_find(&table, (uint32_t)second) == NULL);
    T_CHECK(table_find(&table, second + ((uint64_t)1 << 32)) == NULL);
    T_CHECK(table_find(&table, UINT64_MAX) == NULL);
    table_fini(&table);
}

T_TEST(table, walks_over_all_and_bears_losing_the_one_it_gave)
{
    enum { N = 100 };
    struct table table = {0};
    struct conn conns[N] = {0};
    uint64_t ids[N];
    size_t seen = 0;

    T_EQ_INT(table_init(&table, N), 0);
    for (size_t i = 0; i < N; i++) {
        ids[i] = table_take(&table);
        table_set(&table, ids[i], &conns[i]);
        conns[i].id = ids[i];
    }
    for (size_t i = 0; i < N; i += 3) {
        table_give(&table, ids[i]);
    }
    const struct conn *c;
    for (size_t at = 0; (c = table_next(&table, &at)); seen++) {
        table_give(&table, c->id);
    }
    T_EQ_INT(seen, N - (N + 2) / 3);
    size_t at = 0;
    T_CHECK(table_next(&table, &at) == NULL);
    for (size_t i = 0; i < N; i++) {
        ids[i] = table_take(&table); // every slot is free again
    }
    table_fini(&table);
}
