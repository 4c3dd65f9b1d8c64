// SPDX-License-Identifier: Apache-2.0
/*
 * Nearness is the count of single-character changes (insert, drop, replace, swap neighbours) that
 * lead from one name to the other. A third of the length at most counts as a slip of the fingers.
 */
#include "config/near.h"

#include <stdio.h>
#include <string.h>

enum { NEAR_BYTES_MAX = 64 }; // names are shorter; longer ones are near to nothing

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits between a and b, which have na and nb <= NEAR_BYTES_MAX bytes; three rows of the table. */
static size_t edits(const char *a, size_t na, const char *b, size_t nb)
{
    size_t rows[3][NEAR_BYTES_MAX + 1] = {{0}};
    size_t *before = rows[0];
    size_t *above = rows[1];
    size_t *row = rows[2];

    for (size_t j = 0; j <= nb; j++) {
        above[j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            const size_t replace = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(replace, 1 + least(above[j], row[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[nb];
}

struct near near_to(const char *wanted)
{
    return (struct near){.wanted = wanted, .distance = strlen(wanted) / 3 + 1};
}

void near_offer(struct near *near, const char *name)
{
    const size_t n = strlen(near->wanted);
    const size_t m = strlen(name);
    if (n > NEAR_BYTES_MAX || m > NEAR_BYTES_MAX) {
        return;
    }
    const size_t distance = edits(near->wanted, n, name, m);
    if (distance < near->distance) {
        near->distance = distance;
        near->best = name;
    }
}

const char *near_hint(const struct near *near, char *buf, size_t size)
{
    if (near->best == NULL) {
        return NULL;
    }
    (void)snprintf(buf, size, "did you mean %s?", near->best);
    return buf;
}
