// SPDX-License-Identifier: Apache-2.0
#include "books.h"

#include <stdlib.h>
#include <string.h>

#include "config/zonesource.h"
#include "store/bookobjects.h"

int books_init(struct books *b, const char *zone_dir)
{
    *b = (struct books){.current = NULL};
    b->zones = zonesource_folder(zone_dir);
    return pthread_mutex_init(&b->lock, NULL) == 0 ? 0 : -1;
}

void books_fini(struct books *b)
{
    books_release(b->current);
    pthread_mutex_destroy(&b->lock);
}

struct shared_book *books_hold(struct books *b)
{
    pthread_mutex_lock(&b->lock);
    struct shared_book *s = b->current;
    atomic_fetch_add(&s->shares, 1);
    pthread_mutex_unlock(&b->lock);
    return s;
}

void books_release(struct shared_book *s)
{
    if (s != NULL && atomic_fetch_sub(&s->shares, 1) == 1) {
        book_free(s->book);
        arena_fini(&s->arena);
        free(s);
    }
}

struct gathered {
    struct arena *arena;
    struct book_object *objects; /* NULL while counting */
    size_t n;
};

static int gather(void *user, const struct bookobject *o)
{
    struct gathered *g = user;

    if (g->objects != NULL) {
        struct book_object *to = &g->objects[g->n];
        *to = (struct book_object){
            .kind = o->kind,
            .id = o->id,
            .version = o->version,
            .effective_at = o->effective_at,
            .recorded_at = o->recorded_at,
            .name = arena_strndup(g->arena, o->name, strlen(o->name)),
            .text = o->body,
            .n = o->body_bytes,
        };
        memcpy(to->sha256, o->sha256, sizeof(to->sha256));
        if (to->name == NULL) {
            return -1;
        }
    }
    g->n++;
    return 0;
}

int books_stored(struct txn *txn, struct arena *arena, const struct book_object **ret,
                 size_t *ret_n)
{
    struct gathered g = {arena, NULL, 0};
    struct arena scratch; /* the bodies of the counting pass */

    arena_init(&scratch, BOOKS_ARENA_BYTES);
    int result = bookobjects_walk(txn, &scratch, gather, &g);
    arena_fini(&scratch);
    if (result != 0) {
        return result > 0 ? -result : result;
    }
    g.objects = arena_array(arena, g.n, sizeof(*g.objects));
    if (g.objects == NULL) {
        return -1;
    }
    g.n = 0;
    result = bookobjects_walk(txn, arena, gather, &g);
    if (result != 0) {
        return result > 0 ? -result : result;
    }
    *ret = g.objects;
    *ret_n = g.n;
    return 0;
}

int books_load(struct books *b, struct txn *txn, struct refusal *ret_refusal)
{
    struct shared_book *s = calloc(1, sizeof(*s));
    struct arena stored; /* the versions as read; the book keeps copies */
    const struct book_object *objects;
    size_t n;

    if (s == NULL) {
        return -1;
    }
    arena_init(&s->arena, BOOKS_ARENA_BYTES);
    arena_init(&stored, BOOKS_ARENA_BYTES);
    atomic_init(&s->shares, 1);
    int result = books_stored(txn, &stored, &objects, &n);
    if (result == 0) {
        result = book_build(objects, n, &b->zones, &s->arena, &s->book, ret_refusal);
    }
    arena_fini(&stored);
    if (result != 0) {
        books_release(s);
        return result;
    }
    pthread_mutex_lock(&b->lock);
    struct shared_book *former = b->current;
    b->current = s;
    pthread_mutex_unlock(&b->lock);
    books_release(former);
    return 0;
}
