// SPDX-License-Identifier: Apache-2.0
/*
 * Who may speak to the server, and which secrets make a certificate for them.
 */
#include <string.h>

#include "store/principals.h"
#include "store/record.h"
#include "store/row.h"
#include "store/views_private.h"

/** The row of a name that this principal had before. */
static int drop_name(const struct views_step *s, const struct principal *before)
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

static int put_principal(const struct views_step *s, const struct principal *p)
{
    struct key key = key_principal(p->id);
    struct row row;

    int r = record_principal_encode(s->txn, p, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL, row.p, row.n) : r;
}

/* --- offers ----------------------------------------------------------------------------------- */

static int put_offer(const struct views_step *s, const struct enrolment *offer)
{
    struct key key = key_enrolment(offer->secret_sha256);
    struct row row;

    int r = record_enrolment_encode(s->txn, offer, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_ENROLMENTS, &key, RECORD_ENROLMENT, row.p, row.n) : r;
}

/** The principal's newest offer, if it has one, is worth nothing any more: used or not, its secret
 * must not bring back what was forgotten. */
static int void_offer(const struct views_step *s, uint32_t principal)
{
    struct enrolment offer;

    int r = enrolments_newest(s->txn, principal, &offer);
    if (r != 0) {
        return r == STORE_NOT_FOUND ? 0 : r;
    }
    offer.voided = true;
    return put_offer(s, &offer);
}

static int apply_offered(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct enrolment offer = {
        .principal = e->u.offered.principal,
        .expires_at = e->u.offered.expires_at,
        .seq = s->entry->seq,
    };
    struct key key = key_enrolment_of(offer.principal);
    struct enrolment other;
    struct principal principal;
    struct row row;

    int r = principals_get(s->txn, offer.principal, &principal);
    if (r != 0) {
        return r == STORE_NOT_FOUND ? views_misfit(s, "there is no such principal") : r;
    }
    memcpy(offer.secret_sha256, e->u.offered.secret_sha256, sizeof(offer.secret_sha256));
    r = enrolments_get(s->txn, offer.secret_sha256, &other);
    if (r != STORE_NOT_FOUND) {
        return r == 0 ? views_misfit(s, "its secret was offered before") : r;
    }
    r = void_offer(s, offer.principal);
    if (r == 0) {
        r = put_offer(s, &offer);
    }
    if (r == 0) {
        r = record_enrolment_of_encode(s->txn, offer.secret_sha256, s->arena, &row);
    }
    return r == 0 ? row_put(s->txn, DB_ENROLMENTS, &key, RECORD_ENROLMENT_OF, row.p, row.n) : r;
}

/** The secret is used up. Once more with the same key: its answer was lost. */
static int use_offer(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct enrolment offer;

    int r = enrolments_get(s->txn, e->u.enrolled.secret_sha256, &offer);
    if (r == STORE_NOT_FOUND || (r == 0 && offer.principal != e->u.enrolled.principal)) {
        return views_misfit(s, "its secret was not offered");
    }
    if (r != 0) {
        return r;
    }
    if (offer.voided) {
        return views_misfit(s, "its secret was made void");
    }
    if (offer.used &&
        memcmp(offer.key_sha256, e->u.enrolled.key_sha256, sizeof(offer.key_sha256)) != 0) {
        return views_misfit(s, "its secret was used for another key");
    }
    offer.used = true;
    memcpy(offer.key_sha256, e->u.enrolled.key_sha256, sizeof(offer.key_sha256));
    return put_offer(s, &offer);
}

/* --- keys ------------------------------------------------------------------------------------- */

static size_t find_key(const struct principal *p, const uint8_t sha256[BOOK_HASH_BYTES])
{
    size_t i = 0;

    while (i < p->n_keys && memcmp(p->keys[i], sha256, sizeof(p->keys[i])) != 0) {
        i++;
    }
    return i;
}

/** The newest comes last; where there are too many, the oldest goes. */
static void add_key(struct principal *p, const uint8_t sha256[BOOK_HASH_BYTES])
{
    size_t at = find_key(p, sha256);

    if (at == p->n_keys && p->n_keys == PRINCIPAL_KEYS_MAX) {
        at = 0;
    }
    if (at < p->n_keys) {
        memmove(p->keys[at], p->keys[at + 1], (p->n_keys - at - 1) * sizeof(p->keys[0]));
        p->n_keys--;
    }
    memcpy(p->keys[p->n_keys++], sha256, sizeof(p->keys[0]));
}

static int apply_enrolled(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct principal principal;

    int r = principals_get(s->txn, e->u.enrolled.principal, &principal);
    if (r != 0) {
        return r == STORE_NOT_FOUND ? views_misfit(s, "there is no such principal") : r;
    }
    if (!e->u.enrolled.renewed) {
        r = use_offer(s);
    }
    add_key(&principal, e->u.enrolled.key_sha256);
    principal.pinned = true;
    principal.generation++;
    return r == 0 ? put_principal(s, &principal) : r;
}

/** A key that it had is not among those that it has. */
static bool forgets_keys(const struct principal *before, const struct principal *p)
{
    for (size_t i = 0; i < before->n_keys; i++) {
        if (find_key(p, before->keys[i]) == p->n_keys) {
            return true;
        }
    }
    return false;
}

static int apply_set(const struct views_step *s)
{
    const struct principal *p = &s->entry->event.u.principal;
    struct key key = key_principal_name(p->name);
    struct principal before;
    struct row row;

    int r = principals_get(s->txn, p->id, &before);
    if (r == 0 && strcmp(before.name, p->name) != 0) {
        r = drop_name(s, &before);
    }
    if (r == 0 && forgets_keys(&before, p)) {
        r = void_offer(s, p->id);
    }
    if (r == 0 || r == STORE_NOT_FOUND) {
        r = put_principal(s, p);
    }
    if (r == 0) {
        r = record_principal_id_encode(s->txn, p->id, s->arena, &row);
    }
    return r == 0 ? row_put(s->txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL_ID, row.p, row.n) : r;
}

int views_apply_principal(const struct views_step *s)
{
    switch (s->entry->event.kind) {
    case EVENT_ENROLMENT_OFFERED: return apply_offered(s);
    case EVENT_ENROLLED: return apply_enrolled(s);
    default: // EVENT_PRINCIPAL_SET
        return s->entry->event.u.principal.name[0] == 0 ? views_misfit(s, "it has no name")
                                                        : apply_set(s);
    }
}
