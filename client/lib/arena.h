// SPDX-License-Identifier: Apache-2.0
/**
 * arena: memory of one result, freed at once, with a ceiling.
 *
 * A small frame can ask for a lot of memory: two bytes make an empty message, which unpacks into a
 * few hundred. The ceiling bounds what a hostile server can make us allocate.
 */
#ifndef SLATE_CLIENT_LIB_ARENA_H
#define SLATE_CLIENT_LIB_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

/** Zeroed but for max, it is empty. */
struct arena {
    struct arena_chunk *chunks; /* the newest first */
    size_t used;                /* bytes of the newest chunk that are given away */
    size_t total;               /* bytes of all chunks */
    size_t max;                 /* total stays below this */
    bool wipes;                 /* what it gives back is overwritten first: it holds a secret */
};

void arena_init(struct arena *a, size_t max);

/** Free everything that came from it. */
void arena_fini(struct arena *a);

/** n zeroed bytes, aligned for anything; NULL when the ceiling is reached or memory is out. 0 bytes
 * are fine. */
void *arena_get(struct arena *a, size_t n);

/** An array of n elements of `size` bytes, zeroed. */
void *arena_array(struct arena *a, size_t n, size_t size);

#endif
