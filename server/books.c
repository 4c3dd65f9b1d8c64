// SPDX-License-Identifier: Apache-2.0
#include "books.h"

#include <stdlib.h>
#include <string.h>

#include "books_private.h"
#include "config/zonesource.h"
#include "core/instant.h"
#include "store/bookobjects.h"

int books_init(struct books *b, const char *zone_dir)
{
    *b = (struct books){.current = NULL};
    b->zones = zonesource_folder(zone_dir);
    if (pthread_mutex_init(&b->lock, NULL) != 0) {
        return -1;
    }
    if (pthread_mutex_init(&b->known_lock, NULL) != 0) {
        pthread_mutex_destroy(&b->lock);
        return -1;
    }
    return 0;
}

void books_fini(struct books *b)
{
    for (size_t i = 0; i < b->n_known; i++) {
        books_release(b->known[i].book);
    }
    booklog_fini(&b->log);
    books_release(b->current);
    pthread_mutex_destroy(&b->known_lock);
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
    int64_t known_at;            /* those that were recorded by then */
    struct book_object *objects; /* NULL while counting */
    size_t n;
};

static int gather(void *user, const struct bookobject *o)
{
    struct gathered *g = user;

    if (o->recorded_at > g->known_at) {
        return 0;
    }
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

static int stored(struct txn *txn, int64_t known_at, struct arena *arena,
                  const struct book_object **ret, size_t *ret_n)
{
    struct gathered g = {arena, known_at, NULL, 0};
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

int books_stored(struct txn *txn, struct arena *arena, const struct book_object **ret,
                 size_t *ret_n)
{
    return stored(txn, INSTANT_NEVER, arena, ret, ret_n);
}

int books_build(struct txn *txn, int64_t known_at, books_zones *zones, void *user,
                struct shared_book **ret, struct refusal *ret_refusal)
{
    struct shared_book *s = calloc(1, sizeof(*s));
    struct arena texts; /* the versions as read; the book keeps copies */
    struct zone_source source;
    const struct book_object *objects;
    size_t n;

    if (s == NULL) {
        return -1;
    }
    arena_init(&s->arena, BOOKS_ARENA_BYTES);
    arena_init(&texts, BOOKS_ARENA_BYTES);
    atomic_init(&s->shares, 1);
    int result = stored(txn, known_at, &texts, &objects, &n);
    if (result == 0) {
        result = zones(user, &s->arena, &source);
    }
    if (result == 0) {
        result = book_build(objects, n, &source, &s->arena, &s->book, ret_refusal);
    }
    arena_fini(&texts);
    if (result != 0) {
        books_release(s);
        return result;
    }
    *ret = s;
    return 0;
}

/* What the folder holds now, and its release now. */
static int zones_of_folder(void *user, struct arena *arena, struct zone_source *ret)
{
    (void)arena;
    *ret = zonesource_folder(user);
    return 0;
}

int books_read(struct books *b, struct txn *txn, struct shared_book **ret,
               struct refusal *ret_refusal)
{
    return books_build(txn, INSTANT_NEVER, zones_of_folder, b->zones.user, ret, ret_refusal);
}

void books_replace(struct books *b, struct shared_book *s)
{
    pthread_mutex_lock(&b->lock);
    struct shared_book *former = b->current;
    b->current = s;
    pthread_mutex_unlock(&b->lock);
    books_release(former);
}

int books_load(struct books *b, struct txn *txn, struct refusal *ret_refusal)
{
    struct shared_book *s;

    int result = books_read(b, txn, &s, ret_refusal);
    if (result == 0) {
        books_replace(b, s);
    }
    return result;
}
