// SPDX-License-Identifier: Apache-2.0
#include "client/lib/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** What a usual answer needs as a whole. */
#define CHUNK_BYTES ((size_t)8 * 1024)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; // of data
    alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena){.max = max};
}

void arena_fini(struct arena *a)
{
    while (a->chunks) {
        struct arena_chunk *next = a->chunks->next;

        if (a->wipes) {
            explicit_bzero(a->chunks->data, a->chunks->size);
        }
        free(a->chunks);
        a->chunks = next;
    }
    a->used = 0;
    a->total = 0;
}

static struct arena_chunk *grow(struct arena *a, size_t n)
{
    size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;

    if (a->total > a->max || size > a->max - a->total) {
        return NULL;
    }
    struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + size);
    if (!chunk) {
        return NULL;
    }
    chunk->next = a->chunks;
    chunk->size = size;
    a->chunks = chunk;
    a->used = 0;
    a->total += size;
    return chunk;
}

void *arena_get(struct arena *a, size_t n)
{
    const size_t align = alignof(max_align_t);

    if (n > SIZE_MAX - align) {
        return NULL;
    }
    n = (n + align - 1) / align * align;
    struct arena_chunk *chunk = a->chunks;
    if (!chunk || n > chunk->size - a->used) {
        chunk = grow(a, n);
        if (!chunk) {
            return NULL;
        }
    }
    void *p = chunk->data + a->used;
    a->used += n;
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size) {
        return NULL;
    }
    return arena_get(a, n * size);
}
