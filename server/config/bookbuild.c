// SPDX-License-Identifier: Apache-2.0
#include "config/bookbuild.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/booklink.h"
#include "config/bookstored.h"

int book_build(const struct book_object *objects, size_t n, const struct zone_source *zones,
               struct arena *arena, struct book **ret, struct refusal *ret_refusal)
{
    struct booklink_item *items = arena_array(arena, n, sizeof(*items));
    struct zonetable table;
    if (items == NULL) {
        return -ENOMEM;
    }
    int r = zonetable_init(&table, zones, arena);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = bookstored_parse(&objects[i], arena, &items[i], ret_refusal);
    }
    return r != 0 ? r : booklink(items, n, &table, arena, ret, ret_refusal);
}
