// SPDX-License-Identifier: Apache-2.0
/*
 * What parties owe each other: their word on changes, who read what, signed heads, and texts that
 * are gone.
 *
 * An entry of a contract's stream is never judged by stream 0: where the journal is elsewhere, the
 * two may arrive in another order than they were written in.
 */
#include <string.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/record.h"
#include "store/row.h"
#include "store/views_private.h"

/* --- proposals -------------------------------------------------------------------------------- */

static int get_proposal(const struct views_step *s, uint64_t id, struct proposal *ret)
{
    struct key key = key_proposal(id);
    struct row row;

    int r = row_get(s->txn, DB_PROPOSALS, &key, RECORD_PROPOSAL, &row);
    return r == 0 ? record_proposal_decode(s->txn, &key, &row, ret) : r;
}

static int put_proposal(const struct views_step *s, const struct proposal *proposal)
{
    struct key key = key_proposal(proposal->id);
    struct row row;

    int r = record_proposal_encode(s->txn, proposal, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_PROPOSALS, &key, RECORD_PROPOSAL, row.p, row.n) : r;
}

static int apply_proposed(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct proposal proposal = {
        .id = e->u.proposal.id,
        .seq = s->entry->seq,
        .actor = s->entry->actor,
        .recorded_at = s->entry->recorded_at,
        .state = PROPOSAL_OPEN,
        .ended_at = INSTANT_NONE,
    };
    struct proposal other;

    int r = get_proposal(s, proposal.id, &other);
    if (r != STORE_NOT_FOUND) {
        return r == 0 ? views_misfit(s, "this proposal is there already") : r;
    }
    memcpy(proposal.sha256, e->u.proposal.sha256, sizeof(proposal.sha256));
    return put_proposal(s, &proposal);
}

static int apply_ended(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct proposal proposal;

    int r = get_proposal(s, e->u.proposal.id, &proposal);
    if (r == STORE_NOT_FOUND || (r == 0 && proposal.state != PROPOSAL_OPEN)) {
        return views_misfit(s, "there is no such open proposal");
    }
    if (r != 0) {
        return r;
    }
    proposal.state = e->u.proposal.refused ? PROPOSAL_WITHDRAWN : PROPOSAL_APPLIED;
    proposal.ended_seq = s->entry->seq;
    proposal.ended_actor = s->entry->actor;
    proposal.ended_at = s->entry->recorded_at;
    return put_proposal(s, &proposal);
}

/** A contract is asked for a change, or a party of it says what it thinks; the last word counts. */
static int apply_change(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct proposal_change change = {
        .key = {.id = e->u.proposal.id, .contract = e->contract, .party = e->u.proposal.party},
        .seq = s->entry->seq,
        .actor = s->entry->actor,
        .recorded_at = s->entry->recorded_at,
        .refused = e->u.proposal.refused,
    };
    struct key_change asked_key = {.id = change.key.id, .contract = change.key.contract};
    struct proposal_change asked;
    struct row row;

    int r = proposals_change(s->txn, &asked_key, &asked);
    if (r != 0 && r != STORE_NOT_FOUND) {
        return r;
    }
    if (e->kind == EVENT_CHANGE_PROPOSED && r == 0) {
        return views_misfit(s, "this change is there already");
    }
    if (e->kind == EVENT_CHANGE_APPROVED &&
        (r != 0 || memcmp(asked.sha256, e->u.proposal.sha256, sizeof(asked.sha256)) != 0)) {
        return views_misfit(s, "nobody proposed this change");
    }
    memcpy(change.sha256, e->u.proposal.sha256, sizeof(change.sha256));
    memcpy(change.key_sha256, e->u.proposal.key_sha256, sizeof(change.key_sha256));
    struct key key = key_change(&change.key);
    r = record_change_encode(s->txn, &change, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_PROPOSALS, &key, RECORD_CHANGE, row.p, row.n) : r;
}

int views_apply_proposal(const struct views_step *s)
{
    switch (s->entry->event.kind) {
    case EVENT_BOOK_PROPOSED: return apply_proposed(s);
    case EVENT_PROPOSAL_ENDED: return apply_ended(s);
    default: return apply_change(s);
    }
}

/* --- access, signed heads --------------------------------------------------------------------- */

int views_apply_accessed(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    const uint64_t ticket = e->u.accessed.ticket;
    struct key key = key_access(&(struct key_access){
        .contract = s->entry->stream,
        .recorded_at = s->entry->recorded_at,
        .seq = s->entry->seq,
    });
    struct row row;

    if (s->entry->event.ticket != 0) {
        return views_misfit(s, "a read is no part of a ticket's history");
    }
    int r = record_access_encode(s->txn, s->entry->actor, s->arena, &row);
    if (r == 0) {
        r = row_put_growing(s->txn, DB_ACCESS, &key, RECORD_ACCESS, row.p, row.n);
    }
    if (r == 0 && ticket != 0 && e->n_texts > 0) {
        key = key_look(s->entry->stream, ticket, s->entry->seq);
        r = row_put(s->txn, DB_LOOKS, &key, RECORD_MARK, NULL, 0);
    }
    return r;
}

int views_apply_countersigned(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct key key = key_countersign(s->entry->stream, e->u.countersigned.party);
    struct countersign countersign = {
        .head_seq = e->u.countersigned.seq,
        .actor = s->entry->actor,
        .recorded_at = s->entry->recorded_at,
        .seq = s->entry->seq,
    };
    struct countersign before;
    uint8_t hash[HASH_BYTES];
    struct row row;

    int r = countersign.head_seq < s->entry->seq
                ? entries_hash(s->journal, s->entry->stream, countersign.head_seq, hash)
                : STORE_NOT_FOUND;
    if (r == STORE_NOT_FOUND ||
        (r == 0 && memcmp(hash, e->u.countersigned.sha256, sizeof(hash)) != 0)) {
        return views_misfit(s, "what it signs is no head of this stream");
    }
    if (r != 0) {
        return views_journal_failed(s, r);
    }
    r = countersigns_get(s->txn, s->entry->stream, e->u.countersigned.party, &before);
    if (r != STORE_NOT_FOUND && (r != 0 || before.head_seq > countersign.head_seq)) {
        return r; // signed late: a newer head stays
    }
    memcpy(countersign.sha256, hash, sizeof(hash));
    r = record_countersign_encode(s->txn, &countersign, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_COUNTERSIGNS, &key, RECORD_COUNTERSIGN, row.p, row.n) : r;
}

/* --- erased texts ----------------------------------------------------------------------------- */

/** The entry must be an earlier one of the same ticket, whose history tells of it then. */
static int find_erased(const struct views_step *s, struct entry *ret, uint64_t *ret_position)
{
    const struct event *e = &s->entry->event;

    if (e->u.erased.seq >= s->entry->seq) {
        return views_misfit(s, "what it erases comes after it");
    }
    int r = entries_get_bare(s->journal, s->entry->stream, e->u.erased.seq, s->arena, ret);
    if (r == 0) {
        r = entries_position(s->journal, s->entry->stream, e->u.erased.seq, ret_position);
    }
    if (r == STORE_NOT_FOUND || (r == 0 && ret->event.ticket != e->ticket)) {
        return views_misfit(s, "what it erases is of another ticket");
    }
    return r == 0 ? 0 : views_journal_failed(s, r);
}

static int put_erased(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct key key = key_erased(s->entry->stream, e->u.erased.seq);
    struct erasure erasure = {.fields = 0};
    struct row row;

    int r = erasures_get(s->txn, s->entry->stream, e->u.erased.seq, &erasure);
    if (r != 0 && r != STORE_NOT_FOUND) {
        return r;
    }
    erasure.fields |= e->u.erased.fields;
    erasure.seq = s->entry->seq;
    r = record_erased_encode(s->txn, &erasure, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_ERASED, &key, RECORD_ERASED, row.p, row.n) : r;
}

/** It is no longer among those whose reason is there. */
static int drop_look(const struct views_step *s, const struct entry *look)
{
    struct key key = key_look(look->stream, look->event.u.accessed.ticket, look->seq);

    int r = row_get(s->txn, DB_LOOKS, &key, RECORD_MARK, NULL);
    return r == 0 ? row_del(s->txn, DB_LOOKS, &key) : r == STORE_NOT_FOUND ? 0 : r;
}

int views_apply_erased(const struct views_step *s, uint64_t *ret_version)
{
    const uint32_t fields = s->entry->event.u.erased.fields;
    struct entry erased;
    uint64_t position;

    int r = find_erased(s, &erased, &position);
    if (r == 0 && (fields & 1u << TEXT_SOURCE_KEY) != 0) {
        r = erased.event.kind == EVENT_TICKET_OPENED ? views_erase_external(s, &erased)
                                                     : views_misfit(s, "what it erases has no key");
    }
    if (r == 0 && erased.event.kind == EVENT_ACCESSED && (fields & 1u << TEXT_REASON) != 0) {
        r = drop_look(s, &erased);
    }
    if (r == 0) {
        r = entries_erase(s->txn, position, fields);
    }
    if (r == 0) {
        r = put_erased(s);
    }
    return r == 0 && s->entry->event.ticket != 0 ? views_apply_ticket(s, ret_version) : r;
}
