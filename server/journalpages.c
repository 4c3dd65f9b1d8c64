// SPDX-License-Identifier: Apache-2.0
#include "journalpages.h"

#include <errno.h>
#include <string.h>

#include "books.h"
#include "call.h"
#include "config/bookstored.h"
#include "core/instant.h"
#include "evidence/chainline.h"
#include "proto/bytes.h"
#include "store/bookobjects.h"
#include "store/entries.h"
#include "store/principals.h"
#include "store/zones.h"

enum { FULL = 1000 }; /* ends a walk: the piece has no more room */

enum phase { PHASE_HEADER = 1, PHASE_OBJECTS, PHASE_ZONES, PHASE_ENTRIES, PHASE_END, PHASES };

/* Where a piece begins: the item it begins with, and how much of its line was sent already. */
struct place {
    enum phase phase;
    uint64_t from_seq;
    uint64_t to_seq;
    uint32_t offset;
    uint32_t kind; /* OBJECTS; so are the next two */
    uint32_t id;
    uint32_t version;
    uint8_t sha256[BOOK_HASH_BYTES]; /* ZONES; so is the next one */
    char name[BOOK_NAME_BYTES];
    uint64_t seq; /* ENTRIES */
};

/* A piece in the making. */
struct piece {
    const struct journalpages *p;
    struct arena *arena;
    struct arena scratch; /* rows, and the line at hand */
    struct place at;      /* becomes the cursor */
    int64_t known_at;     /* when the last entry was recorded */
    uint8_t *data;
    size_t n;
    bool begun; /* there is more in it than actors */
    /* Names of what the teams of the contract, in any version, stand on. */
    const char **names;
    size_t n_names;
    size_t names_room;
    uint32_t *actors; /* told in this piece */
    size_t n_actors;
    size_t actors_room;
    int error; /* of a reader */
};

/* -- the cursor ---------------------------------------------------------------- */

enum { CURSOR_BYTES = 1 + 4 + 8 + 8 + 1 + 4 + 12 + BOOK_HASH_BYTES + BOOK_NAME_BYTES + 8 };

static int make_cursor(const struct piece *w, struct wire_bytes *ret)
{
    uint8_t *p = arena_alloc(w->arena, CURSOR_BYTES);
    struct bytes_writer b;

    if (p == NULL) {
        return JOURNALPAGES_NO_MEMORY;
    }
    bytes_writer_init(&b, p, CURSOR_BYTES);
    bytes_put_u8(&b, (uint8_t)w->at.phase);
    bytes_put_u32(&b, w->p->contract->id);
    bytes_put_u64(&b, w->at.from_seq);
    bytes_put_u64(&b, w->at.to_seq);
    bytes_put_u8(&b, w->p->texts);
    bytes_put_u32(&b, w->at.offset);
    bytes_put_u32(&b, w->at.kind);
    bytes_put_u32(&b, w->at.id);
    bytes_put_u32(&b, w->at.version);
    bytes_put_raw(&b, w->at.sha256, sizeof(w->at.sha256));
    bytes_put_raw(&b, w->at.name, sizeof(w->at.name));
    bytes_put_u64(&b, w->at.seq);
    *ret = (struct wire_bytes){p, b.n};
    return 0;
}

/* Anybody can write one; it can only lead to what the request itself could ask for. */
static int parse_cursor(const struct journalpages *p, const struct wire_bytes *cursor,
                        uint64_t head_seq, struct place *ret)
{
    struct bytes_reader b;

    bytes_reader_init(&b, cursor->p, cursor->n);
    const uint8_t phase = bytes_get_u8(&b);
    const uint32_t contract = bytes_get_u32(&b);
    *ret = (struct place){.phase = (enum phase)phase};
    ret->from_seq = bytes_get_u64(&b);
    ret->to_seq = bytes_get_u64(&b);
    const uint8_t texts = bytes_get_u8(&b);
    ret->offset = bytes_get_u32(&b);
    ret->kind = bytes_get_u32(&b);
    ret->id = bytes_get_u32(&b);
    ret->version = bytes_get_u32(&b);
    bytes_get_copy(&b, ret->sha256, sizeof(ret->sha256));
    bytes_get_copy(&b, ret->name, sizeof(ret->name));
    ret->seq = bytes_get_u64(&b);
    const bool ours = bytes_reader_done(&b) && phase >= PHASE_HEADER && phase < PHASES &&
                      contract == p->contract->id && texts == p->texts &&
                      ret->name[sizeof(ret->name) - 1] == '\0';
    const bool same = ret->from_seq == (p->from_seq != 0 ? p->from_seq : 1) &&
                      (p->to_seq == 0 || ret->to_seq == p->to_seq) && ret->to_seq <= head_seq;
    const bool within = phase != PHASE_ENTRIES ||
                        (ret->seq >= ret->from_seq && ret->seq <= ret->to_seq);
    return ours && same && within ? 0 : JOURNALPAGES_BAD_CURSOR;
}

static int first_place(const struct journalpages *p, uint64_t head_seq, struct place *ret)
{
    *ret = (struct place){.phase = PHASE_HEADER};
    ret->from_seq = p->from_seq != 0 ? p->from_seq : 1;
    ret->to_seq = p->to_seq != 0 ? p->to_seq : head_seq;
    const bool none = ret->from_seq == 1 && ret->to_seq == 0; /* a contract without entries */
    return none || (ret->from_seq <= ret->to_seq && ret->to_seq <= head_seq)
               ? 0
               : JOURNALPAGES_BAD_RANGE;
}

/* -- lines --------------------------------------------------------------------- */

/* The line, or what was not sent of it. Only one that has a piece for itself is cut. */
static int put(struct piece *w, const struct chainline *line)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    const char *text;
    size_t n;

    if (chainline_write(line, &w->scratch, &text, &n) != 0) {
        return JOURNALPAGES_NO_MEMORY;
    }
    if (w->at.offset >= n) {
        return JOURNALPAGES_BAD_CURSOR;
    }
    const size_t left = n - w->at.offset;
    const size_t room = w->p->max - w->n;
    const size_t now = left <= room ? left : !w->begun ? room : 0;
    memcpy(w->data + w->n, text + w->at.offset, now);
    w->n += now;
    w->begun = w->begun || line->kind != CHAINLINE_ACTOR;
    w->at.offset = left == now ? 0 : w->at.offset + (uint32_t)now;
    arena_rewind(&w->scratch, mark);
    return left == now ? 0 : FULL;
}

static int put_header(struct piece *w)
{
    const struct journalpages *p = w->p;
    const struct book_party *buyer = book_party(p->book, p->contract->buyer);
    const struct book_party *vendor = book_party(p->book, p->contract->vendor);
    struct chainline line = {.kind = CHAINLINE_HEADER};
    struct chainline_header *h = &line.u.header;
    int r = 0;

    memcpy(h->cluster, p->cluster, sizeof(h->cluster));
    h->id = p->contract->id;
    h->contract = p->contract->name;
    h->key = p->contract->key;
    h->buyer = buyer != NULL ? buyer->name : "";
    h->vendor = vendor != NULL ? vendor->name : "";
    h->from = w->at.from_seq;
    h->to = w->at.to_seq;
    h->texts = p->texts;
    if (hash_genesis(h->cluster, h->id, h->genesis) != 0) {
        return JOURNALPAGES_NO_MEMORY;
    }
    memcpy(h->before, h->genesis, sizeof(h->before));
    if (h->from > 1) {
        r = entries_hash(p->txn, h->id, h->from - 1, h->before);
    }
    return r == 0 ? put(w, &line) : r;
}

/* -- what the chain relies on ----------------------------------------------------- */

static bool has_name(const struct piece *w, const char *name)
{
    for (size_t i = 0; i < w->n_names; i++) {
        if (strcmp(w->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int add_name(struct piece *w, const char *name)
{
    if (name == NULL || name[0] == '\0' || has_name(w, name)) {
        return 0;
    }
    if (w->n_names == w->names_room) {
        const size_t room = w->names_room == 0 ? 64 : 2 * w->names_room;
        const char **names = arena_array(w->arena, room, sizeof(*names));
        if (names == NULL) {
            return JOURNALPAGES_NO_MEMORY;
        }
        for (size_t i = 0; i < w->n_names; i++) {
            names[i] = w->names[i];
        }
        w->names = names;
        w->names_room = room;
    }
    const char *copy = arena_strndup(w->arena, name, strlen(name));
    if (copy == NULL) {
        return JOURNALPAGES_NO_MEMORY;
    }
    w->names[w->n_names++] = copy;
    return 0;
}

/* A version of a team names its party, its calendar and the zone of its site. A calendar that the
 * chain names none of is there so that the team can be read; no clock counts in it. */
static int name_team(struct piece *w, const struct bookobject *o)
{
    const struct book_object object = {
        .kind = o->kind,
        .id = o->id,
        .version = o->version,
        .name = o->name,
        .text = o->body,
        .n = o->body_bytes,
    };
    struct booklink_item item;
    struct refusal refusal;

    if (bookstored_parse(&object, &w->scratch, &item, &refusal) != 0) {
        return JOURNALPAGES_NO_MEMORY; /* the book in force was made of it */
    }
    const struct raw_team *team = &item.file->raw->teams[item.index];
    int r = add_name(w, team->party);
    if (r == 0) {
        r = add_name(w, team->calendar);
    }
    return r == 0 && team->site != NULL ? add_name(w, team->site->zone) : r;
}

static int name_visit(void *user, const struct bookobject *o)
{
    struct piece *w = user;

    w->error = o->kind == BOOK_TEAM && call_ever_had_team(w->p->contract, o->id) ? name_team(w, o)
                                                                                 : 0;
    return w->error != 0 ? FULL : 0;
}

static int name_calendar(struct piece *w, const struct book_calendar *calendar)
{
    int r = add_name(w, calendar->name);

    for (size_t i = 0; r == 0 && i < calendar->n_versions; i++) {
        const struct book_calendar_version *version = &calendar->versions[i];
        r = version->zone != NULL ? add_name(w, version->zone->name) : 0;
        for (size_t k = 0; r == 0 && k < version->n_members; k++) {
            r = name_calendar(w, version->members[k]);
        }
    }
    return r;
}

static int name_all(struct piece *w)
{
    const struct book *book = w->p->book;
    const struct book_contract *contract = w->p->contract;
    int r = bookobjects_walk(w->p->txn, &w->scratch, name_visit, w);

    if (r == FULL) {
        r = w->error;
    }
    for (size_t i = 0; r == 0 && i < book->n_calendars; i++) {
        r = has_name(w, book->calendars[i].name) ? name_calendar(w, &book->calendars[i]) : 0;
    }
    for (size_t i = 0; r == 0 && i < contract->n_versions; i++) {
        r = add_name(w, contract->versions[i].zone->name);
    }
    arena_reset(&w->scratch);
    return r;
}

/* The chain names it, or what it names can't be read without it. */
static int is_needed(struct piece *w, const struct bookobject *o, bool *ret)
{
    const struct book_contract *contract = w->p->contract;
    struct key_used used = {contract->id, o->kind, o->id, o->version, {0}};

    switch (o->kind) {
    case BOOK_CONTRACT: *ret = o->id == contract->id; return 0;
    case BOOK_TEAM: *ret = call_ever_had_team(contract, o->id); return 0;
    case BOOK_PARTY: *ret = o->id == contract->buyer || o->id == contract->vendor; break;
    default: *ret = false; break;
    }
    *ret = *ret || (o->kind != BOOK_SOURCE && has_name(w, o->name));
    memcpy(used.sha256, o->sha256, sizeof(used.sha256));
    return *ret ? 0 : bookobjects_is_used(w->p->txn, &used, ret);
}

static int put_object(struct piece *w, const struct bookobject *o)
{
    struct chainline line = {.kind = CHAINLINE_OBJECT};
    struct chainline_object *v = &line.u.object;

    *v = (struct chainline_object){
        .kind = o->kind,
        .id = o->id,
        .version = o->version,
        .name = o->name,
        .effective_at = o->effective_at,
        .recorded_at = o->recorded_at,
        .text = o->body,
        .n = o->body_bytes,
    };
    memcpy(v->sha256, o->sha256, sizeof(v->sha256));
    w->at.kind = (uint32_t)o->kind;
    w->at.id = o->id;
    w->at.version = o->version;
    return put(w, &line);
}

static bool is_before(const struct bookobject *o, const struct place *at)
{
    if ((uint32_t)o->kind != at->kind) {
        return (uint32_t)o->kind < at->kind;
    }
    return o->id != at->id ? o->id < at->id : o->version < at->version;
}

static int object_visit(void *user, const struct bookobject *o)
{
    struct piece *w = user;
    bool needed;

    if (o->recorded_at > w->known_at || is_before(o, &w->at)) {
        return 0;
    }
    w->error = is_needed(w, o, &needed);
    if (w->error == 0 && needed) {
        w->error = put_object(w, o);
    }
    return w->error != 0 ? FULL : 0;
}

static int put_objects(struct piece *w)
{
    const int r = bookobjects_walk(w->p->txn, &w->scratch, object_visit, w);

    return r == FULL ? w->error : r;
}

/* -- zone data --------------------------------------------------------------------- */

static int zone_visit(void *user, const struct zonedata *z)
{
    struct piece *w = user;
    struct key_used used = {w->p->contract->id, BOOK_ZONE, 0, 0, {0}};
    struct chainline line = {.kind = CHAINLINE_ZONE};
    const int order = memcmp(z->sha256, w->at.sha256, sizeof(z->sha256));
    bool needed = has_name(w, z->name);

    if (order < 0 || (order == 0 && strcmp(z->name, w->at.name) < 0)) {
        return 0;
    }
    memcpy(used.sha256, z->sha256, sizeof(used.sha256));
    w->error = needed ? 0 : bookobjects_is_used(w->p->txn, &used, &needed);
    if (w->error == 0 && needed) {
        struct chainline_zone *v = &line.u.zone;
        *v = (struct chainline_zone){
            .name = z->name, .release = z->release, .bytes = z->bytes, .n = z->n};
        memcpy(v->sha256, z->sha256, sizeof(v->sha256));
        memcpy(w->at.sha256, z->sha256, sizeof(w->at.sha256));
        memcpy(w->at.name, z->name, sizeof(w->at.name));
        w->error = put(w, &line);
    }
    return w->error != 0 ? FULL : 0;
}

static int put_zones(struct piece *w)
{
    const int r = zones_walk(w->p->txn, &w->scratch, zone_visit, w);

    return r == FULL ? w->error : r;
}

/* -- entries ------------------------------------------------------------------------ */

static int put_actor(struct piece *w, uint32_t id)
{
    struct chainline line = {.kind = CHAINLINE_ACTOR};
    struct principal principal;

    for (size_t i = 0; i < w->n_actors; i++) {
        if (w->actors[i] == id) {
            return 0;
        }
    }
    if (w->n_actors == w->actors_room) {
        const size_t room = w->actors_room == 0 ? 64 : 2 * w->actors_room;
        uint32_t *actors = arena_array(w->arena, room, sizeof(*actors));
        if (actors == NULL) {
            return JOURNALPAGES_NO_MEMORY;
        }
        for (size_t i = 0; i < w->n_actors; i++) {
            actors[i] = w->actors[i];
        }
        w->actors = actors;
        w->actors_room = room;
    }
    int r = principals_get(w->p->txn, id, &principal);
    if (r != 0) {
        return r == STORE_NOT_FOUND ? 0 : r;
    }
    line.u.actor = (struct chainline_actor){id, principal.name};
    r = put(w, &line);
    if (r == 0) {
        w->actors[w->n_actors++] = id;
    } else if (r == FULL) {
        w->at.offset = 0; /* told again in the next piece */
    }
    return r;
}

static int entry_visit(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct piece *w = user;
    struct chainline line = {.kind = CHAINLINE_ENTRY};
    struct chainline_entry *v = &line.u.entry;

    w->at.seq = entry->seq;
    v->seq = entry->seq;
    memcpy(v->hash, proof->hash, sizeof(v->hash));
    v->body = proof->body;
    v->n = proof->body_bytes;
    for (size_t i = 0; i < proof->n_texts; i++) {
        if (w->p->texts && proof->texts[i].present) {
            struct chainline_text *text = &v->texts[v->n_texts++];
            text->field = proof->texts[i].field;
            memcpy(text->salt, proof->texts[i].salt, sizeof(text->salt));
            text->bytes = entry->event.texts[i].bytes;
            text->n = entry->event.texts[i].n;
        }
    }
    w->error = entry->actor != 0 && w->at.offset == 0 ? put_actor(w, entry->actor) : 0;
    if (w->error == 0) {
        w->error = put(w, &line);
    }
    return w->error != 0 ? FULL : 0;
}

static int put_entries(struct piece *w)
{
    const uint64_t from = w->at.seq != 0 ? w->at.seq : w->at.from_seq;
    const int r = entries_walk_to(w->p->txn, w->p->contract->id, from, w->at.to_seq, SIZE_MAX,
                                  w->p->texts, entry_visit, w);

    return r == FULL ? w->error : r;
}

static int put_end(struct piece *w)
{
    struct chainline line = {.kind = CHAINLINE_END};
    struct chainline_end *end = &line.u.end;
    int r;

    end->seq = w->at.to_seq;
    r = end->seq != 0 ? entries_hash(w->p->txn, w->p->contract->id, end->seq, end->hash)
                      : hash_genesis(w->p->cluster, w->p->contract->id, end->hash);
    return r == 0 ? put(w, &line) : r;
}

/* -- a piece ------------------------------------------------------------------------ */

static int put_phase(struct piece *w)
{
    switch (w->at.phase) {
    case PHASE_HEADER: return put_header(w);
    case PHASE_OBJECTS: return put_objects(w);
    case PHASE_ZONES: return put_zones(w);
    case PHASE_ENTRIES: return w->at.from_seq <= w->at.to_seq ? put_entries(w) : 0;
    case PHASE_END: return put_end(w);
    case PHASES: break;
    }
    return 0;
}

static int fill(struct piece *w)
{
    int r = 0;

    if (w->at.to_seq != 0) {
        struct entry last;
        r = entries_get_bare(w->p->txn, w->p->contract->id, w->at.to_seq, &w->scratch, &last);
        w->known_at = last.recorded_at;
        arena_reset(&w->scratch);
    }
    if (r == 0 && w->at.phase <= PHASE_ZONES) {
        r = name_all(w);
    }
    while (r == 0 && w->at.phase < PHASES) {
        r = put_phase(w);
        arena_reset(&w->scratch);
        w->at.phase += r == 0;
    }
    return r;
}

int journalpages_next(const struct journalpages *p, const struct wire_bytes *cursor,
                      struct arena *arena, struct wire_bytes *ret_data,
                      struct wire_bytes *ret_cursor)
{
    struct piece w = {.p = p, .arena = arena, .known_at = INSTANT_NONE};
    struct journal_head head;

    int r = entries_head(p->txn, p->contract->id, &head);
    if (r == 0) {
        r = cursor->n == 0 ? first_place(p, head.seq, &w.at)
                           : parse_cursor(p, cursor, head.seq, &w.at);
    }
    if (r != 0) {
        return r;
    }
    w.data = arena_alloc(arena, p->max);
    if (w.data == NULL) {
        return JOURNALPAGES_NO_MEMORY;
    }
    arena_init(&w.scratch, BOOKS_ARENA_BYTES);
    r = fill(&w);
    arena_fini(&w.scratch);
    if (r != 0 && r != FULL) {
        return r;
    }
    *ret_cursor = (struct wire_bytes){NULL, 0};
    *ret_data = (struct wire_bytes){w.data, w.n};
    return r == FULL ? make_cursor(&w, ret_cursor) : 0;
}
