// SPDX-License-Identifier: Apache-2.0
/*
 * Entries become views. Nothing here looks at a clock, at texts, or at anything but the entry, the
 * views as they are and the entries before it, so that a replay gives the same bytes.
 */
#include "store/views.h"

#include <errno.h>
#include <string.h>

#include "core/evolve.h"
#include "core/instant.h"
#include "store/entries.h"
#include "store/record.h"
#include "store/row.h"
#include "store/tickets.h"

/** An entry on its way into the views. */
struct step {
    struct txn *txn;
    struct txn *journal;
    const struct entry *entry;
    uint64_t position;
    struct arena *arena;
};

/** The entry can't follow what is there: the journal was tampered with, or a bug wrote it. */
static int misfit(const struct step *s, const char *what)
{
    return txn_fail(s->txn, STORE_CORRUPT, "stream %u seq %llu (%s): %s", s->entry->stream,
                    (unsigned long long)s->entry->seq, event_kind_name(s->entry->event.kind), what);
}

static bool same_key(const struct key *a, const struct key *b)
{
    return a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}

/* --- indexes of tickets ----------------------------------------------------------------------- */

/** An index row: absent when n == 0. */
static int move_row(struct txn *txn, enum db db, const struct key *from, const struct key *to)
{
    int r = 0;

    if (same_key(from, to)) {
        return 0;
    }
    if (from->n > 0) {
        r = row_del(txn, db, from);
    }
    if (r == 0 && to->n > 0) {
        r = row_put(txn, db, to, RECORD_MARK, NULL, 0);
    }
    return r;
}

static struct key no_key(void)
{
    struct key key;

    key.n = 0;
    return key;
}

static struct key due_key(const struct ticket *t)
{
    int64_t at = t ? ticket_next_at(t) : INSTANT_NEVER;

    if (at == INSTANT_NEVER) {
        return no_key();
    }
    return key_due(&(struct key_due){.at = at, .contract = t->contract, .number = t->number});
}

static struct key team_key(const struct ticket *t)
{
    if (!t) {
        return no_key();
    }
    return key_by_team(&(struct key_by_team){
        .contract = t->contract,
        .team = t->team,
        .class = ticket_class(t),
        .urgency_at = ticket_urgency_at(t),
        .number = t->number,
    });
}

static struct key person_key(const struct ticket *t)
{
    if (!t || t->assignee == 0) {
        return no_key();
    }
    enum ticket_class class = ticket_class(t);
    return key_by_person(&(struct key_by_person){
        .principal = t->assignee,
        .done = class == TICKET_CLASS_RESOLVED || class == TICKET_CLASS_CLOSED,
        .urgency_at = ticket_urgency_at(t),
        .contract = t->contract,
        .number = t->number,
    });
}

static int put_indexes(const struct step *s, const struct ticket *before,
                       const struct ticket *after)
{
    static const struct {
        enum db db;
        struct key (*key)(const struct ticket *t);
    } indexes[] = {
        {DB_DUE, due_key},
        {DB_BY_TEAM, team_key},
        {DB_BY_PERSON, person_key},
    };
    int r = 0;

    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]) && r == 0; i++) {
        struct key from = indexes[i].key(before);
        struct key to = indexes[i].key(after);

        r = move_row(s->txn, indexes[i].db, &from, &to);
    }
    return r;
}

/* --- breaches --------------------------------------------------------------------------------- */

static struct key_breach breach_key(const struct step *s, const struct ticket_clock *clock,
                                    int64_t breached_at)
{
    return (struct key_breach){
        .contract = s->entry->stream,
        .breached_at = breached_at,
        .number = s->entry->event.ticket,
        .clock = clock->kind,
        .team = clock->team,
        .cycle = clock->cycle,
    };
}

static int put_breach(const struct step *s, const struct breach *breach)
{
    struct key key = key_breach(&breach->key);
    struct row row;

    int r = record_breach_encode(s->txn, breach, s->arena, &row);
    return r == 0 ? row_put_growing(s->txn, DB_BREACHES, &key, RECORD_BREACH, row.p, row.n) : r;
}

static int get_breach(const struct step *s, const struct key_breach *k, struct breach *ret)
{
    struct key key = key_breach(k);
    struct row row;

    int r = row_get(s->txn, DB_BREACHES, &key, RECORD_BREACH, &row);
    return r == 0 ? record_breach_decode(s->txn, &key, &row, s->arena, ret) : r;
}

static int withdraw(const struct step *s, const struct ticket_clock *clock, int64_t breached_at)
{
    struct key_breach k = breach_key(s, clock, breached_at);
    struct breach breach;

    int r = get_breach(s, &k, &breach);
    if (r == STORE_NOT_FOUND) {
        return misfit(s, "it overturns a breach that is not on record");
    }
    if (r != 0) {
        return r;
    }
    breach.withdrawn_seq = s->entry->seq;
    breach.withdrawn_at = s->entry->recorded_at;
    return put_breach(s, &breach);
}

/** A breach, or one at the same instant that had been withdrawn and stands again. */
static int record(const struct step *s, const struct ticket_clock *clock,
                  const struct ticket_clock *prior, const struct ticket *after)
{
    struct breach breach;
    struct key_breach k = breach_key(s, clock, clock->breached_at);

    int r = get_breach(s, &k, &breach);
    if (r == STORE_NOT_FOUND) {
        bool was_due = prior && prior->cycle == clock->cycle && prior->due_at != INSTANT_NEVER;

        breach = (struct breach){
            .key = k,
            .detected_seq = s->entry->seq,
            .detected_at = s->entry->recorded_at,
            .team = after->team,
            .contract_version = clock->contract_version,
            .target_row = clock->target_row,
            .target_us = clock->target_us,
            .due_at = was_due ? prior->due_at : clock->due_at,
            .imported = s->entry->event.origin == ORIGIN_IMPORT,
        };
        memcpy(breach.priority, after->priority, sizeof(breach.priority));
        r = 0;
    }
    breach.withdrawn_seq = 0;
    breach.withdrawn_at = INSTANT_NONE;
    return r == 0 ? put_breach(s, &breach) : r;
}

/**
 * The instant of the breach that stands for a cycle before the present one, which the ticket's view
 * no longer tells. Rare (a late event reaches back over a reopening), so a scan will do.
 */
static int find_breach(const struct step *s, const struct ticket_clock *clock, int64_t *ret_at)
{
    struct key prefix = key_breach_prefix(s->entry->stream);
    struct row_walk walk;
    struct row row;
    struct key key;
    int r;

    *ret_at = INSTANT_NONE;
    row_walk_begin(&walk, s->txn, DB_BREACHES, &prefix, NULL, RECORD_BREACH);
    while ((r = row_walk_next(&walk, &key, &row)) == 0) {
        struct key_breach k;
        struct breach breach;

        if (!key_parse_breach(&key, &k) || k.number != s->entry->event.ticket ||
            k.clock != clock->kind || k.team != clock->team || k.cycle != clock->cycle) {
            continue;
        }
        r = record_breach_decode(s->txn, &key, &row, s->arena, &breach);
        if (r != 0) {
            break;
        }
        if (breach.withdrawn_seq == 0) {
            *ret_at = k.breached_at;
        }
    }
    row_walk_end(&walk);
    return r == STORE_NOT_FOUND ? 0 : r;
}

/** One clock as the entry leaves it, against what was on record for the same cycle. */
static int judge(const struct step *s, const struct ticket_clock *clock,
                 const struct ticket_clock *prior, const struct ticket *after)
{
    int64_t was_at = INSTANT_NONE;
    int r = 0;

    if (prior && prior->cycle == clock->cycle) {
        was_at = prior->breached_at;
    } else if (prior && prior->cycle > clock->cycle) {
        r = find_breach(s, clock, &was_at);
    }
    if (r != 0 || was_at == clock->breached_at) {
        return r;
    }
    if (was_at != INSTANT_NONE) {
        r = withdraw(s, clock, was_at);
    }
    if (r == 0 && clock->breached_at != INSTANT_NONE) {
        r = record(s, clock, prior, after);
    }
    return r;
}

static int put_breaches(const struct step *s, const struct ticket *before,
                        const struct ticket *after)
{
    const struct event *e = &s->entry->event;
    int r = 0;

    for (size_t i = 0; i < e->n_clocks && r == 0; i++) {
        const struct ticket_clock *clock = &e->clocks[i];

        r = judge(s, clock, before ? ticket_clock(before, clock->kind, clock->team) : NULL, after);
    }
    return r;
}

/* --- tickets ---------------------------------------------------------------------------------- */

static int put_external(const struct step *s, const struct ticket *t)
{
    struct row row;

    if (s->entry->event.kind != EVENT_TICKET_OPENED || t->source[0] == 0 || t->source_key[0] == 0) {
        return 0;
    }
    struct key key = key_external(t->source, t->source_key);
    int r = row_get(s->txn, DB_EXTERNAL, &key, RECORD_EXTERNAL, NULL);
    if (r != STORE_NOT_FOUND) {
        return r; // the first ticket of a key stays the one that is found
    }
    r = record_external_encode(s->txn, t->contract, t->number, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_EXTERNAL, &key, RECORD_EXTERNAL, row.p, row.n) : r;
}

static int check_before(const struct step *s, const struct ticket *before)
{
    const struct entry *entry = s->entry;

    if ((entry->event.kind == EVENT_TICKET_OPENED) != (before == NULL)) {
        return misfit(s, before ? "the ticket is there already" : "there is no such ticket");
    }
    if (entry->ticket_prev_seq != (before ? before->last_seq : 0)) {
        return misfit(s, "the ticket's previous entry is another one");
    }
    return 0;
}

static int apply_ticket(const struct step *s, uint64_t *ret_version)
{
    const struct event *e = &s->entry->event;
    struct ticket there;
    struct ticket after;
    struct row row;

    int r = tickets_get(s->txn, e->contract, e->ticket, s->arena, &there);
    if (r != 0 && r != STORE_NOT_FOUND) {
        return r;
    }
    const struct ticket *before = r == 0 ? &there : NULL;
    r = check_before(s, before);
    if (r != 0) {
        return r;
    }
    if (evolve(before, s->entry, s->arena, &after) != 0) {
        return txn_fail(s->txn, -ENOMEM, "no memory for a ticket");
    }
    *ret_version = after.version;
    struct key key = key_ticket(e->contract, e->ticket);
    r = record_ticket_encode(s->txn, &after, s->arena, &row);
    if (r == 0) {
        r = before ? row_put(s->txn, DB_TICKETS, &key, RECORD_TICKET, row.p, row.n)
                   : row_put_growing(s->txn, DB_TICKETS, &key, RECORD_TICKET, row.p, row.n);
    }
    if (r == 0) {
        r = put_indexes(s, before, &after);
    }
    if (r == 0) {
        r = put_breaches(s, before, &after);
    }
    return r == 0 ? put_external(s, &after) : r;
}

/* --- administration --------------------------------------------------------------------------- */

static int apply_cluster(const struct step *s)
{
    if (memcmp(s->entry->event.u.cluster.id, env_cluster_id(s->txn->env), ENV_CLUSTER_ID_BYTES)) {
        return misfit(s, "it is of another cluster");
    }
    return 0;
}

/** The row of a name that this principal had before. */
static int drop_name(const struct step *s, const struct principal *before)
{
    struct key key = key_principal_name(before->name);
    struct row row;
    uint32_t id;

    int r = row_get(s->txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL_ID, &row);
    if (r == 0) {
        r = record_principal_id_decode(s->txn, &key, &row, &id);
    }
    if (r == 0 && id == before->id) {
        r = row_del(s->txn, DB_PRINCIPALS, &key);
    }
    return r == STORE_NOT_FOUND ? 0 : r;
}

static int apply_principal(const struct step *s)
{
    const struct principal *p = &s->entry->event.u.principal;
    struct key key = key_principal(p->id);
    struct principal before;
    struct row row;

    if (p->name[0] == 0) {
        return misfit(s, "it has no name");
    }
    int r = row_get(s->txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL, &row);
    if (r == 0) {
        r = record_principal_decode(s->txn, &key, &row, &before);
        if (r == 0 && strcmp(before.name, p->name) != 0) {
            r = drop_name(s, &before);
        }
    } else if (r == STORE_NOT_FOUND) {
        r = 0;
    }
    if (r == 0) {
        r = record_principal_encode(s->txn, p, s->arena, &row);
    }
    if (r == 0) {
        r = row_put(s->txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL, row.p, row.n);
    }
    if (r == 0) {
        r = record_principal_id_encode(s->txn, p->id, s->arena, &row);
    }
    if (r == 0) {
        key = key_principal_name(p->name);
        r = row_put(s->txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL_ID, row.p, row.n);
    }
    return r;
}

static int apply_object(const struct step *s)
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
        return r == 0 ? misfit(s, "this version is there already") : r;
    }
    memcpy(object.name, e->u.object.name, sizeof(object.name));
    memcpy(object.sha256, e->u.object.sha256, sizeof(object.sha256));
    r = record_object_encode(s->txn, &object, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_BOOK, &key, RECORD_OBJECT, row.p, row.n) : r;
}

static int apply_used(const struct step *s)
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

static int apply_zone(const struct step *s)
{
    const struct event *e = &s->entry->event;
    struct zonedata zone = {.bytes = e->u.zone.bytes, .n = e->u.zone.n, .seq = s->entry->seq};
    struct row row;

    if (e->u.zone.name[0] == 0) {
        return misfit(s, "it has no name");
    }
    struct key key = key_zone(e->u.zone.sha256, e->u.zone.name);
    memcpy(zone.release, e->u.zone.release, sizeof(zone.release));
    int r = record_zone_encode(s->txn, &zone, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_ZONES, &key, RECORD_ZONE, row.p, row.n) : r;
}

/* --- requests --------------------------------------------------------------------------------- */

static bool has_request(const struct entry *entry)
{
    static const uint8_t none[REQUEST_ID_BYTES];

    return memcmp(entry->request_id, none, sizeof(none)) != 0;
}

static int put_request(const struct step *s, uint64_t version)
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
static int forget_request(const struct step *s, const struct key *key, int64_t before_at)
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

static int apply_forgotten(const struct step *s)
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
    if (r != 0 && s->journal != s->txn) {
        return txn_fail(s->txn, r, "%s", txn_text(s->journal));
    }
    for (size_t i = 0; i < f.n && r == 0; i++) {
        r = forget_request(s, &f.keys[i], f.before_at);
    }
    return r == 0 && f.position > begin ? record_forgotten_put(s->txn, f.position) : r;
}

/* --- all kinds -------------------------------------------------------------------------------- */

static int apply(const struct step *s, uint64_t *ret_version)
{
    switch (s->entry->event.kind) {
    case EVENT_CLUSTER_CREATED: return apply_cluster(s);
    case EVENT_PRINCIPAL_SET: return apply_principal(s);
    case EVENT_BOOK_OBJECT: return apply_object(s);
    case EVENT_ZONE_DATA: return apply_zone(s);
    case EVENT_REQUESTS_FORGOTTEN: return apply_forgotten(s);
    case EVENT_VERSION_USED: return apply_used(s);
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
    case EVENT_CLOCK_WARNED:
    case EVENT_CLOCK_BREACHED:
    case EVENT_CLOCK_RESCHEDULED:
    case EVENT_CLOCK_JUDGED: return apply_ticket(s, ret_version);
    }
    return misfit(s, "a kind without views");
}

int views_apply(struct txn *views, struct txn *journal, const struct entry *entry,
                uint64_t position, struct arena *arena)
{
    struct step s = {
        .txn = views,
        .journal = journal,
        .entry = entry,
        .position = position,
        .arena = arena,
    };
    uint64_t version = 0;

    if (views->error) {
        return views->error;
    }
    int r = apply(&s, &version);
    return r == 0 ? put_request(&s, version) : r;
}
