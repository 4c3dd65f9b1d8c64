// SPDX-License-Identifier: Apache-2.0
/*
 * A number is a slot, and a count of how often the slot was taken, so that nothing has to be kept
 * about the dead. The count would come round after two thousand million connections in one slot.
 */
#include "net/table.h"

#include <assert.h>
#include <stdlib.h>

#define NO_SLOT UINT32_MAX

struct slot {
    struct conn *conn;
    uint32_t uses; // upper half of the number; odd while the slot is taken
    uint32_t next_free;
};

int table_init(struct table *table, uint32_t n_max)
{
    struct slot *slots = calloc(n_max, sizeof(*slots));

    if (!slots) {
        return -1;
    }
    *table = (struct table){.slots = slots, .n_max = n_max, .free_slot = NO_SLOT};
    return 0;
}

void table_fini(struct table *table)
{
    free(table->slots);
    *table = (struct table){0};
}

static struct slot *slot_of(const struct table *table, uint64_t id)
{
    uint32_t i = (uint32_t)id;

    if (i >= table->n_used || table->slots[i].uses != id >> 32 || id >> 32 == 0) {
        return NULL;
    }
    return &table->slots[i];
}

uint64_t table_take(struct table *table)
{
    uint32_t i = table->free_slot;

    if (i != NO_SLOT) {
        table->free_slot = table->slots[i].next_free;
    } else {
        assert(table->n_used < table->n_max);
        i = table->n_used++;
    }
    struct slot *slot = &table->slots[i];
    slot->uses++;
    assert(slot->uses % 2 == 1);
    return (uint64_t)slot->uses << 32 | i;
}

void table_set(struct table *table, uint64_t id, struct conn *c)
{
    struct slot *slot = slot_of(table, id);

    assert(slot);
    slot->conn = c;
}

void table_give(struct table *table, uint64_t id)
{
    struct slot *slot = slot_of(table, id);

    assert(slot);
    slot->uses++;
    slot->conn = NULL;
    slot->next_free = table->free_slot;
    table->free_slot = (uint32_t)id;
}

struct conn *table_find(const struct table *table, uint64_t id)
{
    const struct slot *slot = slot_of(table, id);

    return slot ? slot->conn : NULL;
}

struct conn *table_next(const struct table *table, size_t *at)
{
    while (*at < table->n_used) {
        struct conn *c = table->slots[(*at)++].conn;
        if (c) {
            return c;
        }
    }
    return NULL;
}
