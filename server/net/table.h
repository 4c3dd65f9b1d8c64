// SPDX-License-Identifier: Apache-2.0
#ifndef NET_TABLE_H
#define NET_TABLE_H

/*
 * Numbers for connections: each is found by its number, and a number that is out of date finds
 * nothing, ever. A number is never 0.
 */

#include <stddef.h>
#include <stdint.h>

struct conn;
struct slot;

/** A zeroed one is empty; table_fini() takes it. */
struct table {
    struct slot *slots;
    uint32_t n_max;
    uint32_t n_used;    // slots used at least once
    uint32_t free_slot; // first of a list of free ones among these
};

/** Room for n_max connections. Returns 0, < 0. */
int table_init(struct table *table, uint32_t n_max);
void table_fini(struct table *table);

/** A new number, which finds NULL until table_set(). There must be fewer than n_max. */
uint64_t table_take(struct table *table);
void table_set(struct table *table, uint64_t id, struct conn *c);

/** The number is out of date from now on. */
void table_give(struct table *table, uint64_t id);

/** NULL when id is out of date, or was never given. */
struct conn *table_find(const struct table *table, uint64_t id);

/** The next connection; NULL after the last. *at begins as 0. The one just returned may be given
 * back meanwhile. */
struct conn *table_next(const struct table *table, size_t *at);

#endif
