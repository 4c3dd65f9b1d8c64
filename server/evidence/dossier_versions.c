// SPDX-License-Identifier: Apache-2.0
/*
 * The versions and zone data that a chain relies on: in the file with the hash that the chain names
 * them by, and in use from the entry on that does.
 */
#include <string.h>

#include "config/digest.h"
#include "evidence/dossier_private.h"

int dossier_take_object(struct walk *w, const struct chainline_object *o)
{
    struct dossier *c = w->c;
    uint8_t sha256[BOOK_HASH_BYTES];

    if (w->entries) {
        return dossier_bad_line(w, "a version behind the first entry");
    }
    digest_sha256(o->text, o->n, sha256);
    if (memcmp(sha256, o->sha256, sizeof(sha256)) != 0) {
        finding_set(w->finding, 0, "the text of %s %s version %u", book_kind_name(o->kind), o->name,
                    o->version);
        return finding_hashes(w->finding, o->sha256, sha256);
    }
    if (o->kind == BOOK_CONTRACT &&
        (o->id != c->header.id || strcmp(o->name, c->header.contract) != 0)) {
        return dossier_bad_line(w, "a version of another contract");
    }
    for (size_t i = 0; i < c->n_objects; i++) {
        const struct book_object *other = &c->objects[i].object;
        if (other->kind == o->kind && other->id == o->id && other->version == o->version) {
            return dossier_bad_line(w, "a version that is there already");
        }
    }
    if (c->n_objects == DOSSIER_OBJECTS_MAX) {
        return dossier_bad_line(w, "more versions than a contract relies on");
    }
    if (DOSSIER_GROW(c, objects) != 0) {
        return -1;
    }
    struct book_object kept = {
        .kind = o->kind,
        .id = o->id,
        .version = o->version,
        .effective_at = o->effective_at,
        .recorded_at = o->recorded_at,
        .name = dossier_keep(c, o->name, strlen(o->name)),
        .text = dossier_keep(c, o->text, o->n),
        .n = o->n,
    };
    memcpy(kept.sha256, o->sha256, sizeof(kept.sha256));
    c->objects[c->n_objects++] = (struct dossier_object){.object = kept};
    return kept.name != NULL && kept.text != NULL ? 0 : -1;
}

int dossier_take_zone(struct walk *w, const struct chainline_zone *z)
{
    struct dossier *c = w->c;
    uint8_t sha256[BOOK_HASH_BYTES];

    if (w->entries) {
        return dossier_bad_line(w, "zone data behind the first entry");
    }
    digest_sha256(z->bytes, z->n, sha256);
    if (memcmp(sha256, z->sha256, sizeof(sha256)) != 0) {
        finding_set(w->finding, 0, "the data of zone %s", z->name);
        return finding_hashes(w->finding, z->sha256, sha256);
    }
    if (c->n_zones == DOSSIER_OBJECTS_MAX) {
        return dossier_bad_line(w, "more zone data than a contract relies on");
    }
    if (DOSSIER_GROW(c, zones) != 0) {
        return -1;
    }
    struct chainline_zone kept = *z;
    kept.name = dossier_keep(c, z->name, strlen(z->name));
    kept.release = dossier_keep(c, z->release, strlen(z->release));
    kept.bytes = (const uint8_t *)dossier_keep(c, (const char *)z->bytes, z->n);
    c->zones[c->n_zones++] = kept;
    return kept.name != NULL && kept.release != NULL && kept.bytes != NULL ? 0 : -1;
}

/* Another book from here on. */
static int is_news(struct dossier *c, uint64_t seq)
{
    if (DOSSIER_GROW(c, versions) != 0) {
        return -1;
    }
    c->versions[c->n_versions++] = seq;
    return 0;
}

/* They are in use already if they are what the chain named last for that name. */
static int use_zone_data(struct dossier *c, uint64_t seq, size_t zone)
{
    size_t i = c->n_zone_uses;

    while (i > 0 && strcmp(c->zones[c->zone_uses[i - 1].zone].name, c->zones[zone].name) != 0) {
        i--;
    }
    if (i > 0 && c->zone_uses[i - 1].zone == zone) {
        return 0;
    }
    if (DOSSIER_GROW(c, zone_uses) != 0) {
        return -1;
    }
    c->zone_uses[c->n_zone_uses++] = (struct dossier_zone_use){seq, zone};
    return is_news(c, seq);
}

static int use_zone(struct walk *w, const struct entry *entry)
{
    struct dossier *c = w->c;
    const struct event *e = &entry->event;

    for (size_t i = 0; i < c->n_zones; i++) {
        if (strcmp(c->zones[i].name, e->u.object.name) == 0 &&
            memcmp(c->zones[i].sha256, e->u.object.sha256, BOOK_HASH_BYTES) == 0) {
            return use_zone_data(c, entry->seq, i);
        }
    }
    finding_set(w->finding, entry->seq, "the data of zone %s are not in the file",
                e->u.object.name);
    return finding_hashes(w->finding, e->u.object.sha256, (uint8_t[BOOK_HASH_BYTES]){0});
}

static int use_object(struct walk *w, const struct entry *entry)
{
    struct dossier *c = w->c;
    const struct event *e = &entry->event;

    for (size_t i = 0; i < c->n_objects; i++) {
        struct dossier_object *o = &c->objects[i];
        if (o->object.kind != e->u.object.kind || o->object.id != e->u.object.id ||
            o->object.version != e->u.object.version) {
            continue;
        }
        finding_set(w->finding, entry->seq, "%s %s version %u, which the chain relies on",
                    book_kind_name(e->u.object.kind), e->u.object.name, e->u.object.version);
        if (memcmp(o->object.sha256, e->u.object.sha256, BOOK_HASH_BYTES) != 0) {
            return finding_hashes(w->finding, e->u.object.sha256, o->object.sha256);
        }
        if (strcmp(o->object.name, e->u.object.name) != 0) {
            return finding_texts(w->finding, e->u.object.name, o->object.name);
        }
        if (o->object.effective_at != e->u.object.effective_at) {
            return finding_instants(w->finding, e->u.object.effective_at, o->object.effective_at);
        }
        if (o->object.recorded_at > entry->recorded_at) {
            finding_set(w->finding, entry->seq, "%s %s version %u was recorded after it was used",
                        book_kind_name(e->u.object.kind), e->u.object.name, e->u.object.version);
            return finding_instants(w->finding, entry->recorded_at, o->object.recorded_at);
        }
        if (o->used_seq != 0) {
            return 0;
        }
        o->used_seq = entry->seq;
        if (o->object.kind == BOOK_TEAM && c->teams_seq == 0) {
            c->teams_seq = entry->seq;
        }
        return is_news(c, entry->seq);
    }
    finding_set(w->finding, entry->seq, "%s %s version %u is not in the file",
                book_kind_name(e->u.object.kind), e->u.object.name, e->u.object.version);
    return finding_hashes(w->finding, e->u.object.sha256, (uint8_t[BOOK_HASH_BYTES]){0});
}

int dossier_use(struct walk *w, const struct entry *entry)
{
    return entry->event.u.object.kind == BOOK_ZONE ? use_zone(w, entry) : use_object(w, entry);
}
