// SPDX-License-Identifier: Apache-2.0
/*
 * The events of what parties owe each other: certificates, changes of what they agreed, who read
 * what, signed heads, and what was erased.
 */
#include "store/record_events.h"

static void put_offered(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Offered *m = body->offered = &own->offered;

    slate_store__offered__init(m);
    RECORD_SET(m, principal, e->u.offered.principal, 0);
    m->has_secret_sha256 = 1;
    m->secret_sha256 = record_bytes(e->u.offered.secret_sha256, BOOK_HASH_BYTES);
    RECORD_SET(m, expires_at, e->u.offered.expires_at, INSTANT_NEVER);
}

static bool get_offered(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Offered *m = body->offered;

    if (!m || m->principal == 0) {
        return false;
    }
    e->u.offered.principal = m->principal;
    e->u.offered.expires_at = RECORD_GET(m, expires_at, INSTANT_NEVER);
    return record_take_bytes(&m->secret_sha256, e->u.offered.secret_sha256, BOOK_HASH_BYTES);
}

static void put_enrolled(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Enrolled *m = body->enrolled = &own->enrolled;

    slate_store__enrolled__init(m);
    RECORD_SET(m, principal, e->u.enrolled.principal, 0);
    RECORD_SET(m, renewed, e->u.enrolled.renewed, false);
    if (!e->u.enrolled.renewed) {
        m->has_secret_sha256 = 1;
        m->secret_sha256 = record_bytes(e->u.enrolled.secret_sha256, BOOK_HASH_BYTES);
    }
    m->has_key_sha256 = 1;
    m->key_sha256 = record_bytes(e->u.enrolled.key_sha256, BOOK_HASH_BYTES);
    RECORD_SET(m, expires_at, e->u.enrolled.expires_at, INSTANT_NEVER);
}

static bool get_enrolled(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Enrolled *m = body->enrolled;

    if (!m || m->principal == 0 || m->has_secret_sha256 == m->renewed) {
        return false;
    }
    e->u.enrolled.principal = m->principal;
    e->u.enrolled.renewed = m->renewed;
    e->u.enrolled.expires_at = RECORD_GET(m, expires_at, INSTANT_NEVER);
    return record_take_bytes_or_zeros(m->has_secret_sha256, &m->secret_sha256,
                                      e->u.enrolled.secret_sha256, BOOK_HASH_BYTES) &&
           record_take_bytes(&m->key_sha256, e->u.enrolled.key_sha256, BOOK_HASH_BYTES);
}

/** The text is in the first of a proposal's entries, the party only in an approval. */
static void put_proposal(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Proposed *m = body->proposal = &own->proposal;

    slate_store__proposed__init(m);
    RECORD_SET(m, id, e->u.proposal.id, 0);
    m->has_sha256 = 1;
    m->sha256 = record_bytes(e->u.proposal.sha256, BOOK_HASH_BYTES);
    if (e->kind == EVENT_BOOK_PROPOSED) {
        m->has_body = 1;
        m->body = record_bytes(e->u.proposal.body, e->u.proposal.body_bytes);
    }
    RECORD_SET(m, party, e->u.proposal.party, 0);
    RECORD_SET(m, refused, e->u.proposal.refused, false);
    if (!record_is_zero(e->u.proposal.key_sha256, BOOK_HASH_BYTES)) {
        m->has_key_sha256 = 1;
        m->key_sha256 = record_bytes(e->u.proposal.key_sha256, BOOK_HASH_BYTES);
    }
}

static bool get_proposal(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Proposed *m = body->proposal;

    if (!m || m->id == 0 || m->has_body != (e->kind == EVENT_BOOK_PROPOSED) ||
        (m->party != 0) != (e->kind == EVENT_CHANGE_APPROVED) ||
        (m->has_key_sha256 && e->kind != EVENT_CHANGE_APPROVED)) {
        return false;
    }
    e->u.proposal.id = m->id;
    e->u.proposal.party = m->party;
    e->u.proposal.refused = m->refused;
    if (m->has_body) {
        e->u.proposal.body = (const char *)m->body.data;
        e->u.proposal.body_bytes = m->body.len;
    }
    return record_take_bytes_or_zeros(m->has_key_sha256, &m->key_sha256, e->u.proposal.key_sha256,
                                      BOOK_HASH_BYTES) &&
           record_take_bytes(&m->sha256, e->u.proposal.sha256, BOOK_HASH_BYTES);
}

static void put_accessed(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Accessed *m = body->accessed = &own->accessed;

    slate_store__accessed__init(m);
    RECORD_SET(m, kind, (uint32_t)e->u.accessed.kind, 0);
    RECORD_SET(m, ticket, e->u.accessed.ticket, 0);
    RECORD_SET(m, tickets, e->u.accessed.tickets, 0);
    RECORD_SET(m, texts, e->u.accessed.texts, false);
    RECORD_SET(m, from_seq, e->u.accessed.from_seq, 0);
    RECORD_SET(m, to_seq, e->u.accessed.to_seq, 0);
}

static bool get_accessed(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Accessed *m = body->accessed;

    if (!m || m->kind == ACCESS_NONE || m->kind > ACCESS_ADMIN) {
        return false;
    }
    e->u.accessed.kind = (enum access_kind)m->kind;
    e->u.accessed.ticket = m->ticket;
    e->u.accessed.tickets = m->tickets;
    e->u.accessed.texts = m->texts;
    e->u.accessed.from_seq = m->from_seq;
    e->u.accessed.to_seq = m->to_seq;
    return true;
}

static void put_countersigned(const struct event *e, SlateStore__EntryBody *body,
                              union record_own *own)
{
    SlateStore__Countersigned *m = body->countersigned = &own->countersigned;

    slate_store__countersigned__init(m);
    RECORD_SET(m, seq, e->u.countersigned.seq, 0);
    m->has_sha256 = 1;
    m->sha256 = record_bytes(e->u.countersigned.sha256, BOOK_HASH_BYTES);
    RECORD_SET(m, party, e->u.countersigned.party, 0);
    m->has_signature = m->has_certificate = 1;
    m->signature = record_bytes(e->u.countersigned.signature, e->u.countersigned.signature_bytes);
    m->certificate = record_bytes(e->u.countersigned.certificate,
                                  e->u.countersigned.certificate_bytes);
}

static bool get_countersigned(const SlateStore__EntryBody *body, struct event *e)
{
    const SlateStore__Countersigned *m = body->countersigned;

    if (!m || m->seq == 0 || m->signature.len == 0 || m->certificate.len == 0) {
        return false;
    }
    e->u.countersigned.seq = m->seq;
    e->u.countersigned.party = m->party;
    e->u.countersigned.signature = m->signature.data;
    e->u.countersigned.signature_bytes = m->signature.len;
    e->u.countersigned.certificate = m->certificate.data;
    e->u.countersigned.certificate_bytes = m->certificate.len;
    return record_take_bytes(&m->sha256, e->u.countersigned.sha256, BOOK_HASH_BYTES);
}

static void put_erased(const struct event *e, SlateStore__EntryBody *body, union record_own *own)
{
    SlateStore__Erased *m = body->erased = &own->erased;

    slate_store__erased__init(m);
    RECORD_SET(m, seq, e->u.erased.seq, 0);
    RECORD_SET(m, fields, e->u.erased.fields, 0);
    if (!record_is_zero(e->u.erased.source_mark, sizeof(e->u.erased.source_mark))) {
        m->has_source_mark = 1;
        m->source_mark = record_bytes(e->u.erased.source_mark, sizeof(e->u.erased.source_mark));
    }
}

static bool get_erased(const SlateStore__EntryBody *body, struct event *e)
{
    const uint32_t known = (1u << TEXT_FIELDS) - (1u << (TEXT_NONE + 1));
    const SlateStore__Erased *m = body->erased;

    if (!m || m->seq == 0 || m->fields == 0 || (m->fields & ~known) != 0 ||
        m->has_source_mark != ((m->fields & 1u << TEXT_SOURCE_KEY) != 0)) {
        return false;
    }
    e->u.erased.seq = m->seq;
    e->u.erased.fields = m->fields;
    return record_take_bytes_or_zeros(m->has_source_mark, &m->source_mark, e->u.erased.source_mark,
                                      sizeof(e->u.erased.source_mark));
}

const struct record_event record_events_party[] = {
    {EVENT_ENROLMENT_OFFERED, put_offered, get_offered},
    {EVENT_ENROLLED, put_enrolled, get_enrolled},
    {EVENT_BOOK_PROPOSED, put_proposal, get_proposal},
    {EVENT_PROPOSAL_ENDED, put_proposal, get_proposal},
    {EVENT_CHANGE_PROPOSED, put_proposal, get_proposal},
    {EVENT_CHANGE_APPROVED, put_proposal, get_proposal},
    {EVENT_ACCESSED, put_accessed, get_accessed},
    {EVENT_COUNTERSIGNED, put_countersigned, get_countersigned},
    {EVENT_ERASED, put_erased, get_erased},
    {EVENT_NONE, NULL, NULL},
};
