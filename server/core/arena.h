// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_ARENA_H
#define SLATE_CORE_ARENA_H

/*
 * A growable bump arena: many allocations, one release.
 *
 * It is how values that live together (a request, a book, a zone) own their memory. Nothing is
 * freed alone. An arena belongs to one thread at a time; what was put into it may be read by any.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/** Initialise with arena_init; the fields are private. */
struct arena {
    struct arena_block *blocks; // newest first
    size_t used_bytes;          // asked of malloc so far, blocks' headers included
    size_t limit_bytes;
    bool wipes;
};

/** An empty arena that never asks malloc for more than limit_bytes in all. Allocates nothing. */
void arena_init(struct arena *a, size_t limit_bytes);

/** From now on whatever it gives back, or forgets, is overwritten first: it holds a secret. */
void arena_wipes(struct arena *a);

/** Frees everything. The arena may be used again, as after arena_init with the same limit. */
void arena_fini(struct arena *a);

/** Forgets everything that was allocated, keeping one block for what comes next. */
void arena_reset(struct arena *a);

/** How far an arena is used. */
struct arena_mark {
    struct arena_block *block;
    size_t used;
};

struct arena_mark arena_mark(const struct arena *a);

/** Forgets what was allocated since the mark. The arena has not been reset since then. */
void arena_rewind(struct arena *a, struct arena_mark mark);

/**
 * n zeroed bytes, aligned for any type; n may be 0 (a pointer that must not be read through).
 * NULL beyond the limit or without memory; earlier allocations stay valid.
 */
void *arena_alloc(struct arena *a, size_t n);

/** n elements of size bytes each, zeroed; NULL also where n * size does not fit a size_t. */
void *arena_array(struct arena *a, size_t n, size_t size);

/** A copy of the n bytes at s with a NUL behind them. NULL as arena_alloc. */
char *arena_strndup(struct arena *a, const char *s, size_t n);

#endif
