// SPDX-License-Identifier: Apache-2.0
#include "store/heads.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"

/** Index of the first row whose stream is not below. */
static size_t lower_bound(const struct heads *heads, uint32_t stream)
{
    size_t low = 0;
    size_t high = heads->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (heads->rows[mid].stream < stream) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

struct heads_row *heads_find(const struct heads *heads, uint32_t stream)
{
    size_t i = lower_bound(heads, stream);

    return i < heads->n && heads->rows[i].stream == stream ? &heads->rows[i] : NULL;
}

struct heads_row *heads_add(struct heads *heads, uint32_t stream, const struct journal_head *head)
{
    if (heads->n == heads->size) {
        size_t size = heads->size ? 2 * heads->size : 64;
        struct heads_row *rows = realloc(heads->rows, size * sizeof(*rows));

        if (!rows) {
            return NULL;
        }
        heads->rows = rows;
        heads->size = size;
    }
    size_t i = lower_bound(heads, stream);
    memmove(&heads->rows[i + 1], &heads->rows[i], (heads->n - i) * sizeof(heads->rows[0]));
    heads->rows[i] = (struct heads_row){
        .stream = stream, .head = *head, .recorded_at = INSTANT_NONE};
    heads->n++;
    return &heads->rows[i];
}

void heads_clear(struct heads *heads)
{
    heads->n = 0;
}

void heads_fini(struct heads *heads)
{
    free(heads->rows);
    *heads = (struct heads){.rows = NULL};
}
