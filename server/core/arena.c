// SPDX-License-Identifier: Apache-2.0
#include "core/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Blocks double in size from the first one on, so that the number of calls of malloc stays small
 * for large arenas and an arena for a single request stays small. Memory is zeroed when it is
 * handed out, not when a block is made: a block that is kept by arena_reset is dirty.
 */

enum { FIRST_BLOCK_BYTES = 4096, LARGEST_STEP_BYTES = 1024 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size; // of data
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a, size_t limit_bytes)
{
    *a = (struct arena){.limit_bytes = limit_bytes};
}

void arena_wipes(struct arena *a)
{
    a->wipes = true;
}

/* Forgets what a block holds from there on. */
static void rewind_block(const struct arena *a, struct arena_block *block, size_t used)
{
    if (a->wipes) {
        explicit_bzero(block->data + used, block->size - used);
    }
    block->used = used;
}

/* Frees a block and the older ones, down to the one to keep. */
static void free_blocks(struct arena *a, struct arena_block *block, const struct arena_block *keep)
{
    while (block != keep) {
        struct arena_block *older = block->older;
        rewind_block(a, block, 0);
        a->used_bytes -= sizeof(*block) + block->size;
        free(block);
        block = older;
    }
}

void arena_fini(struct arena *a)
{
    free_blocks(a, a->blocks, NULL);
    a->blocks = NULL;
    a->wipes = false;
}

void arena_reset(struct arena *a)
{
    if (a->blocks) { // the newest is the largest, but for single large allocations
        free_blocks(a, a->blocks->older, NULL);
        a->blocks->older = NULL;
        rewind_block(a, a->blocks, 0);
    }
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){.block = a->blocks, .used = a->blocks ? a->blocks->used : 0};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    free_blocks(a, a->blocks, mark.block);
    a->blocks = mark.block;
    if (a->blocks) {
        rewind_block(a, a->blocks, mark.used);
    }
}

/* Makes a block with room for n bytes at least; false beyond the limit or without memory. */
static bool add_block(struct arena *a, size_t n)
{
    struct arena_block *block;
    const size_t left = a->limit_bytes - a->used_bytes;
    size_t size = FIRST_BLOCK_BYTES;

    if (a->blocks) {
        size = a->blocks->size < LARGEST_STEP_BYTES ? 2 * a->blocks->size : LARGEST_STEP_BYTES;
    }
    if (left < sizeof(*block) || n > left - sizeof(*block)) {
        return false;
    }
    size = size < n ? n : size;
    size = size > left - sizeof(*block) ? left - sizeof(*block) : size;
    block = malloc(sizeof(*block) + size);
    if (!block) {
        return false;
    }
    *block = (struct arena_block){.older = a->blocks, .size = size};
    a->blocks = block;
    a->used_bytes += sizeof(*block) + size;
    return true;
}

void *arena_alloc(struct arena *a, size_t n)
{
    const size_t align = alignof(max_align_t);
    const size_t step = (n + align - 1) & ~(align - 1);
    unsigned char *at;

    if (step < n) {
        return NULL;
    }
    if ((!a->blocks || step > a->blocks->size - a->blocks->used) && !add_block(a, step)) {
        return NULL;
    }
    at = a->blocks->data + a->blocks->used;
    a->blocks->used += step;
    return memset(at, 0, n);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t bytes;
    return __builtin_mul_overflow(n, size, &bytes) ? NULL : arena_alloc(a, bytes);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = n == SIZE_MAX ? NULL : arena_alloc(a, n + 1);
    return copy ? memcpy(copy, s, n) : NULL;
}
