// SPDX-License-Identifier: Apache-2.0
#include "evidence/chainbook.h"

#include <stdlib.h>
#include <string.h>

/* Where a book's zone data are. */
struct zones {
    const struct dossier *chain;
    uint64_t seq;
};

/* Before the first entry that names a team: the chain does not name all that makes up its book. */
static bool names_little(const struct dossier *c, uint64_t seq)
{
    return c->teams_seq == 0 || seq < c->teams_seq;
}

/* Those that the chain named last. What one that names little names none of is in no clock: it is
 * of a team's site. */
static int load(void *user, struct arena *arena, const char *name, const uint8_t **ret_bytes,
                size_t *ret_n, uint8_t ret_sha256[static BOOK_HASH_BYTES])
{
    const struct zones *z = user;
    const struct dossier *c = z->chain;
    const struct chainline_zone *zone = NULL;

    (void)arena; // the chain outlives the book
    for (size_t i = 0; i < c->n_zone_uses && c->zone_uses[i].seq <= z->seq; i++) {
        const struct chainline_zone *used = &c->zones[c->zone_uses[i].zone];
        zone = strcmp(used->name, name) == 0 ? used : zone;
    }
    for (size_t i = 0; zone == NULL && names_little(c, z->seq) && i < c->n_zones; i++) {
        zone = strcmp(c->zones[i].name, name) == 0 ? &c->zones[i] : NULL;
    }
    if (zone == NULL) {
        return ZONE_SOURCE_ABSENT;
    }
    *ret_bytes = zone->bytes;
    *ret_n = zone->n;
    memcpy(ret_sha256, zone->sha256, sizeof(zone->sha256));
    return 0;
}

/* Not named, or only since the chain names everything. */
static bool is_unnamed(const struct dossier *c, const struct dossier_object *o)
{
    return o->object.kind != BOOK_CONTRACT && o->object.kind != BOOK_SOURCE &&
           (o->used_seq == 0 || (c->teams_seq != 0 && o->used_seq >= c->teams_seq));
}

static bool is_there(const struct dossier *c, const struct dossier_object *o, uint64_t seq,
                     int64_t recorded_at)
{
    return names_little(c, seq) && is_unnamed(c, o) ? o->object.recorded_at <= recorded_at
                                                    : o->used_seq != 0 && o->used_seq <= seq;
}

static int build(struct chainbook *b, uint64_t seq, int64_t recorded_at,
                 struct chainbook_kept *kept, struct finding *ret_finding)
{
    const struct dossier *c = b->chain;
    struct zones zones = {c, seq};
    const struct zone_source source = {.user = &zones, .load = load};
    struct refusal refusal = {0};
    size_t n = 0;

    arena_init(&kept->arena, CHAINBOOK_BYTES);
    struct book_object *objects = arena_array(&kept->arena, c->n_objects, sizeof(*objects));
    if (objects == NULL) {
        return -1;
    }
    for (size_t i = 0; i < c->n_objects; i++) {
        if (is_there(c, &c->objects[i], seq, recorded_at)) {
            objects[n++] = c->objects[i].object;
        }
    }
    const int r = book_build(objects, n, &source, &kept->arena, &kept->book, &refusal);
    if (r > 0) {
        finding_set(ret_finding, seq, "the versions that it was decided by make no book: %s: %s",
                    refusal.field, refusal.message);
        return FINDING;
    }
    if (r == 0 && book_contract(kept->book, c->header.id) == NULL) {
        book_free(kept->book);
        kept->book = NULL;
        return finding_set(ret_finding, seq, "no version of the contract was named before it");
    }
    b->made += r == 0;
    return r;
}

static void forget(struct chainbook_kept *kept)
{
    book_free(kept->book);
    arena_fini(&kept->arena);
    *kept = (struct chainbook_kept){.book = NULL};
}

static size_t versions_at(const struct dossier *c, uint64_t seq)
{
    size_t low = 0;
    size_t high = c->n_versions;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (c->versions[middle] <= seq) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int chainbook_at(struct chainbook *b, uint64_t seq, int64_t recorded_at, const struct book **ret,
                 struct finding *ret_finding)
{
    const struct dossier *c = b->chain;
    const size_t versions = versions_at(c, seq);
    struct chainbook_kept *kept = &b->kept[0];
    size_t others = 0;

    for (size_t i = 0; names_little(c, seq) && i < c->n_objects; i++) {
        others += is_unnamed(c, &c->objects[i]) && c->objects[i].object.recorded_at <= recorded_at;
    }
    for (size_t i = 0; i < CHAINBOOK_KEPT; i++) {
        if (b->kept[i].book != NULL && b->kept[i].versions == versions &&
            b->kept[i].others == others) {
            b->kept[i].used = ++b->asked;
            *ret = b->kept[i].book;
            return 0;
        }
        if (b->kept[i].used < kept->used) {
            kept = &b->kept[i];
        }
    }
    forget(kept);
    const int r = build(b, seq, recorded_at, kept, ret_finding);
    if (r != 0) {
        forget(kept);
        return r;
    }
    kept->versions = versions;
    kept->others = others;
    kept->used = ++b->asked;
    *ret = kept->book;
    return 0;
}

void chainbook_fini(struct chainbook *b)
{
    for (size_t i = 0; i < CHAINBOOK_KEPT; i++) {
        forget(&b->kept[i]);
    }
}
