// SPDX-License-Identifier: Apache-2.0
/** heads: the newest record of each stream that has been looked at, in memory. */
#ifndef SLATE_STORE_HEADS_H
#define SLATE_STORE_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/journal.h"

struct heads_row {
    uint32_t stream;
    struct journal_head head;
    int64_t recorded_at; /* of that record; kept by the caller, INSTANT_NONE at first */
};

/** All zero is empty. */
struct heads {
    struct heads_row *rows; /* ascending by stream */
    size_t n;
    size_t size;
};

/** The row of a stream, NULL if there is none. Valid until the next heads_add. */
struct heads_row *heads_find(const struct heads *heads, uint32_t stream);

/** A new row for a stream that has none; NULL without memory. */
struct heads_row *heads_add(struct heads *heads, uint32_t stream, const struct journal_head *head);

void heads_clear(struct heads *heads);
void heads_fini(struct heads *heads);

#endif
