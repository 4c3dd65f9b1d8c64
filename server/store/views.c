// SPDX-License-Identifier: Apache-2.0
/*
 * Entries become views. Nothing here looks at a clock or at anything but the entry, the views as
 * they are and the entries before it, so that a replay gives the same bytes. The one text that is
 * looked at is the key that a source calls a ticket by; where that was erased, the entry that did
 * so tells enough of it.
 */
#include "store/views.h"

#include <errno.h>
#include <string.h>

#include "store/entries.h"
#include "store/record.h"
#include "store/row.h"
#include "store/views_private.h"

int views_misfit(const struct views_step *s, const char *what)
{
    return txn_fail(s->txn, STORE_CORRUPT, "stream %u seq %llu (%s): %s", s->entry->stream,
                    (unsigned long long)s->entry->seq, event_kind_name(s->entry->event.kind), what);
}

int views_journal_failed(const struct views_step *s, int r)
{
    return s->journal == s->txn ? r : txn_fail(s->txn, r, "%s", txn_text(s->journal));
}

/* --- administration --------------------------------------------------------------------------- */

static int apply_cluster(const struct views_step *s)
{
    if (memcmp(s->entry->event.u.cluster.id, env_cluster_id(s->txn->env), ENV_CLUSTER_ID_BYTES)) {
        return views_misfit(s, "it is of another cluster");
    }
    return 0;
}

static int apply_object(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct key key = key_book(e->u.object.kind, e->u.object.id, e->u.object.version);
    struct bookobject object = {
        .kind = e->u.object.kind,
        .id = e->u.object.id,
        .version = e->u.object.version,
        .effective_at = e->u.object.effective_at,
        .body = e->u.object.body,
        .body_bytes = e->u.object.body_bytes,
        .seq = s->entry->seq,
        .recorded_at = s->entry->recorded_at,
    };
    struct row row;

    int r = row_get(s->txn, DB_BOOK, &key, RECORD_OBJECT, NULL);
    if (r != STORE_NOT_FOUND) {
        return r == 0 ? views_misfit(s, "this version is there already") : r;
    }
    memcpy(object.name, e->u.object.name, sizeof(object.name));
    memcpy(object.sha256, e->u.object.sha256, sizeof(object.sha256));
    r = record_object_encode(s->txn, &object, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_BOOK, &key, RECORD_OBJECT, row.p, row.n) : r;
}

/** What the entry's stream relies on for a zone from here on. */
static int put_zone_use(const struct views_step *s, const char name[static BOOK_NAME_BYTES],
                        const uint8_t sha256[static BOOK_HASH_BYTES], const char *release)
{
    struct key_zone_use k = {.stream = s->entry->stream, .seq = s->entry->seq};
    struct record_zone_use use = {.recorded_at = s->entry->recorded_at};
    struct row row;

    if (name[0] == 0) {
        return views_misfit(s, "it has no name");
    }
    memcpy(k.name, name, sizeof(k.name));
    memcpy(use.sha256, sha256, sizeof(use.sha256));
    memcpy(use.release, release, strnlen(release, sizeof(use.release) - 1));
    struct key key = key_zone_use(&k);
    int r = record_zone_use_encode(s->txn, &use, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_ZONE_USES, &key, RECORD_ZONE_USE, row.p, row.n) : r;
}

static int apply_used(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct key_used k = {
        .contract = e->contract,
        .kind = e->u.object.kind,
        .id = e->u.object.id,
        .version = e->u.object.version,
    };
    struct record_used used = {.seq = s->entry->seq};
    struct row row;

    if (k.kind == BOOK_ZONE) {
        int r = put_zone_use(s, e->u.object.name, e->u.object.sha256, "");
        if (r != 0) {
            return r;
        }
    }

    memcpy(k.sha256, e->u.object.sha256, sizeof(k.sha256));
    memcpy(used.name, e->u.object.name, sizeof(used.name));
    struct key key = key_used(&k);
    int r = row_get(s->txn, DB_USED, &key, RECORD_USED, NULL);
    if (r != STORE_NOT_FOUND) {
        return r;
    }
    r = record_used_encode(s->txn, &used, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_USED, &key, RECORD_USED, row.p, row.n) : r;
}

/** The bytes that the entry leaves out: an earlier one had them, maybe under another name. */
static int find_zone_bytes(const struct views_step *s, struct zonedata *ret)
{
    struct key prefix = key_zone_prefix(s->entry->event.u.zone.sha256);
    struct row_walk walk;
    struct row row;
    struct key key;

    row_walk_begin(&walk, s->txn, DB_ZONES, &prefix, NULL, RECORD_ZONE);
    int r = row_walk_next(&walk, &key, &row);
    if (r == 0) {
        r = record_zone_decode(s->txn, &key, &row, s->arena, ret);
    }
    row_walk_end(&walk);
    return r == STORE_NOT_FOUND ? views_misfit(s, "no entry before it has its bytes") : r;
}

static int apply_zone(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct zonedata zone = {.bytes = e->u.zone.bytes, .n = e->u.zone.n};
    struct row row;
    int r = 0;

    if (zone.n == 0) {
        r = find_zone_bytes(s, &zone);
    }
    if (r == 0) {
        r = put_zone_use(s, e->u.zone.name, e->u.zone.sha256, e->u.zone.release);
    }
    if (r != 0) {
        return r;
    }
    struct key key = key_zone(e->u.zone.sha256, e->u.zone.name);
    zone.seq = s->entry->seq;
    memcpy(zone.release, e->u.zone.release, sizeof(zone.release));
    r = record_zone_encode(s->txn, &zone, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_ZONES, &key, RECORD_ZONE, row.p, row.n) : r;
}

static int apply_swept(const struct views_step *s)
{
    uint64_t since_seq = s->entry->event.u.swept.since_seq;

    if (since_seq >= s->entry->seq) {
        return views_misfit(s, "what made it necessary comes after it");
    }
    return record_swept_put(s->txn, since_seq);
}

/* --- requests --------------------------------------------------------------------------------- */

static bool has_request(const struct entry *entry)
{
    static const uint8_t none[REQUEST_ID_BYTES];

    return memcmp(entry->request_id, none, sizeof(none)) != 0;
}

static int put_request(const struct views_step *s, uint64_t version)
{
    const struct entry *entry = s->entry;
    struct requests_row request = {
        .contract = entry->stream,
        .seq = entry->seq,
        .ticket = entry->event.ticket,
        .version = version,
        .recorded_at = entry->recorded_at,
    };
    struct row row;

    if (!has_request(entry)) {
        return 0;
    }
    memcpy(request.hash, entry->request_hash, sizeof(request.hash));
    struct key key = key_request(entry->actor, entry->request_id);
    int r = record_request_encode(s->txn, &request, s->arena, &row);
    return r == 0 ? row_put_growing(s->txn, DB_REQUESTS, &key, RECORD_REQUEST, row.p, row.n) : r;
}

/** Rows to forget: collected first, since rows must not be written during a walk. */
struct forget {
    int64_t before_at;
    uint64_t own_position;
    uint64_t position; /* of the last entry looked at */
    struct key *keys;
    size_t n;
};

static int collect(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct forget *f = user;

    if (proof->position >= f->own_position || entry->recorded_at >= f->before_at) {
        return JOURNAL_STOP;
    }
    f->position = proof->position;
    if (has_request(entry)) {
        f->keys[f->n++] = key_request(entry->actor, entry->request_id);
    }
    return 0;
}

/** The row may be of a later entry of the same request, which is not yet old enough. */
static int forget_request(const struct views_step *s, const struct key *key, int64_t before_at)
{
    struct requests_row request;
    struct row row;

    int r = row_get(s->txn, DB_REQUESTS, key, RECORD_REQUEST, &row);
    if (r == 0) {
        r = record_request_decode(s->txn, key, &row, &request);
    }
    if (r == 0 && request.recorded_at < before_at) {
        r = row_del(s->txn, DB_REQUESTS, key);
    }
    return r == STORE_NOT_FOUND ? 0 : r;
}

static int apply_forgotten(const struct views_step *s)
{
    struct forget f = {
        .before_at = s->entry->event.u.forgotten.before_at,
        .own_position = s->position,
        .keys = arena_array(s->arena, VIEWS_FORGET_MAX, sizeof(*f.keys)),
    };
    uint64_t begin;

    if (!f.keys) {
        return txn_fail(s->txn, -ENOMEM, "no memory for request ids");
    }
    int r = record_forgotten_get(s->txn, &begin);
    if (r != 0) {
        return r;
    }
    f.position = begin;
    r = entries_walk_bare(s->journal, begin + 1, VIEWS_FORGET_MAX, collect, &f);
    if (r != 0) {
        return views_journal_failed(s, r);
    }
    for (size_t i = 0; i < f.n && r == 0; i++) {
        r = forget_request(s, &f.keys[i], f.before_at);
    }
    return r == 0 && f.position > begin ? record_forgotten_put(s->txn, f.position) : r;
}

/* --- all kinds -------------------------------------------------------------------------------- */

static int apply(const struct views_step *s, uint64_t *ret_version)
{
    switch (s->entry->event.kind) {
    case EVENT_CLUSTER_CREATED: return apply_cluster(s);
    case EVENT_PRINCIPAL_SET:
    case EVENT_ENROLMENT_OFFERED:
    case EVENT_ENROLLED: return views_apply_principal(s);
    case EVENT_BOOK_OBJECT: return apply_object(s);
    case EVENT_ZONE_DATA: return apply_zone(s);
    case EVENT_REQUESTS_FORGOTTEN: return apply_forgotten(s);
    case EVENT_VERSION_USED: return apply_used(s);
    case EVENT_DUES_SWEPT: return apply_swept(s);
    case EVENT_BOOK_PROPOSED:
    case EVENT_PROPOSAL_ENDED:
    case EVENT_CHANGE_PROPOSED:
    case EVENT_CHANGE_APPROVED: return views_apply_proposal(s);
    case EVENT_ACCESSED: return views_apply_accessed(s);
    case EVENT_COUNTERSIGNED: return views_apply_countersigned(s);
    case EVENT_ERASED: return views_apply_erased(s, ret_version);
    case EVENT_NONE:
    case EVENT_CLOCK_STEPPED: return 0;
    case EVENT_TICKET_OPENED:
    case EVENT_MESSAGE:
    case EVENT_TAKEN:
    case EVENT_HELD:
    case EVENT_RESUMED:
    case EVENT_RESOLVED:
    case EVENT_REOPENED:
    case EVENT_CLOSED:
    case EVENT_PRIORITY:
    case EVENT_ASSIGNED:
    case EVENT_ACKNOWLEDGED:
    case EVENT_TRANSFERRED:
    case EVENT_EDITED:
    case EVENT_MERGED:
    case EVENT_ABSORBED:
    case EVENT_LINKED:
    case EVENT_TAGGED:
    case EVENT_CLOCK_WITHDRAWN:
    case EVENT_CLOCK_WARNED:
    case EVENT_CLOCK_BREACHED:
    case EVENT_CLOCK_RESCHEDULED:
    case EVENT_CLOCK_JUDGED: return views_apply_ticket(s, ret_version);
    case EVENT_INTAKE_KEPT:
        return s->entry->event.ticket == 0 ? views_apply_kept(s)
                                           : views_apply_ticket(s, ret_version);
    }
    return views_misfit(s, "a kind without views");
}

/** The entry with the text that views are made of, in *room where that had to be read. */
static int complete(const struct views_step *s, struct entry *room, const struct entry **ret)
{
    const struct event *e = &s->entry->event;
    int r = 0;

    *ret = s->entry;
    for (size_t i = 0; i < e->n_texts && e->kind == EVENT_TICKET_OPENED; i++) {
        if (e->texts[i].field == TEXT_SOURCE_KEY && e->texts[i].bytes == NULL) {
            *room = *s->entry;
            *ret = room;
            r = entries_text(s->journal, s->position, TEXT_SOURCE_KEY, s->arena,
                             &room->event.texts[i]);
        }
    }
    return r == 0 || r == STORE_NOT_FOUND ? 0 : views_journal_failed(s, r);
}

int views_apply(struct txn *views, struct txn *journal, const struct entry *entry,
                uint64_t position, struct arena *arena, const struct ticket *before)
{
    struct views_step s = {
        .txn = views,
        .journal = journal,
        .entry = entry,
        .position = position,
        .arena = arena,
        .before = before,
    };
    uint64_t version = 0;
    struct entry room;

    if (views->error) {
        return views->error;
    }
    int r = complete(&s, &room, &s.entry);
    if (r == 0) {
        r = apply(&s, &version);
    }
    if (r == 0) {
        r = put_request(&s, version);
    }
    return r == 0 ? views_put_line(&s) : r;
}
