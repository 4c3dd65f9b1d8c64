// SPDX-License-Identifier: Apache-2.0
/*
 * Entries that nobody of ours has written, without a store: what must not be decoded, and what must
 * not be encoded.
 */
#include "store/record.h"

#include <errno.h>
#include <string.h>

#include "slate_store.pb-c.h"
#include "store/entries.h"
#include "store/sample.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

static void fill_commitments(struct dice *d, const struct entry *entry,
                             struct record_commitment *ret)
{
    for (size_t i = 0; i < entry->event.n_texts; i++) {
        ret[i].field = entry->event.texts[i].field;
        dice_bytes(d, ret[i].sha256, sizeof(ret[i].sha256));
    }
}

/** A body with one field changed by the test. */
static struct row body(struct arena *arena, void (*change)(SlateStore__EntryBody *m))
{
    static uint8_t batch_id[16];
    SlateStore__EntryBody m = SLATE_STORE__ENTRY_BODY__INIT;
    SlateStore__Taken taken = SLATE_STORE__TAKEN__INIT;

    m.has_stream = 1;
    m.stream = 3;
    m.has_seq = 1;
    m.seq = 17;
    m.has_batch_id = 1;
    m.batch_id = (ProtobufCBinaryData){.len = 16, .data = batch_id};
    m.has_schema = m.has_min_reader = 1;
    m.schema = m.min_reader = 1;
    m.has_kind = 1;
    m.kind = EVENT_TAKEN;
    m.taken = &taken;
    change(&m);
    struct row row = {.n = slate_store__entry_body__get_packed_size(&m)};
    uint8_t *p = arena_alloc(arena, row.n);
    slate_store__entry_body__pack(&m, p);
    row.p = p;
    return row;
}

static void change_nothing(SlateStore__EntryBody *m)
{
    (void)m;
}

static void raise_reader(SlateStore__EntryBody *m)
{
    m->min_reader = ENTRY_READER + 1;
    m->kind = 9999; // the reader it asks for may know this one
}

static void raise_schema(SlateStore__EntryBody *m)
{
    m->schema = ENTRY_SCHEMA + 1; // only more fields: an older reader may go on
}

static void unknown_kind(SlateStore__EntryBody *m)
{
    m->kind = 99;
}

static void no_own_part(SlateStore__EntryBody *m)
{
    m->taken = NULL;
}

static void short_batch_id(SlateStore__EntryBody *m)
{
    m->batch_id.len = 15;
}

static void long_via(SlateStore__EntryBody *m)
{
    static char via[BOOK_NAME_BYTES + 1];

    memset(via, 'v', BOOK_NAME_BYTES);
    m->via = via;
}

static void unknown_origin(SlateStore__EntryBody *m)
{
    m->has_origin = 1;
    m->origin = ORIGIN_CLOCK + 1;
}

static SlateStore__Clock clock_pb = SLATE_STORE__CLOCK__INIT;
static SlateStore__Clock *clocks_pb[TICKET_CLOCKS_MAX + 1];

static void clocks(SlateStore__EntryBody *m, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        clocks_pb[i] = &clock_pb;
    }
    m->n_clocks = n;
    m->clocks = clocks_pb;
}

static void unknown_clock(SlateStore__EntryBody *m)
{
    clock_pb.has_kind = 1;
    clock_pb.kind = CLOCK_KINDS;
    clocks(m, 1);
}

static void too_many_clocks(SlateStore__EntryBody *m)
{
    clock_pb.kind = 1;
    clocks(m, TICKET_CLOCKS_MAX + 1);
}

static void texts_out_of_order(SlateStore__EntryBody *m)
{
    static uint8_t sha256[HASH_BYTES];
    static SlateStore__Commitment two[2] = {SLATE_STORE__COMMITMENT__INIT,
                                            SLATE_STORE__COMMITMENT__INIT};
    static SlateStore__Commitment *pointers[2] = {&two[0], &two[1]};

    for (size_t i = 0; i < 2; i++) {
        two[i].has_field = 1;
        two[i].field = TEXT_BODY;
        two[i].has_sha256 = 1;
        two[i].sha256 = (ProtobufCBinaryData){.len = HASH_BYTES, .data = sha256};
    }
    m->n_texts = 2;
    m->texts = pointers;
}

static void short_line_id(SlateStore__EntryBody *m)
{
    static uint8_t line_id[15];

    m->has_line_id = 1;
    m->line_id = (ProtobufCBinaryData){.len = sizeof(line_id), .data = line_id};
}

static void edit_of_what_is_not_known(SlateStore__EntryBody *m)
{
    static SlateStore__Edited edited = SLATE_STORE__EDITED__INIT;

    m->kind = EVENT_EDITED;
    m->edited = &edited;
    edited.has_set = 1;
    edited.set = EDIT_PRIORITY << 1;
}

static void merged_into_nothing(SlateStore__EntryBody *m)
{
    static SlateStore__Merged merged = SLATE_STORE__MERGED__INIT;

    m->kind = EVENT_MERGED;
    m->merged = &merged;
}

static void principal_of_too_many_teams(SlateStore__EntryBody *m)
{
    static SlateStore__Principal principal = SLATE_STORE__PRINCIPAL__INIT;
    static uint32_t teams[PRINCIPAL_TEAMS_MAX + 1];

    m->kind = EVENT_PRINCIPAL_SET;
    m->principal = &principal;
    principal.n_teams = PRINCIPAL_TEAMS_MAX + 1;
    principal.teams = teams;
}

static void zone_data(SlateStore__EntryBody *m, bool has_bytes, size_t n)
{
    static SlateStore__ZoneData zone;
    static uint8_t bytes[BOOK_HASH_BYTES];

    slate_store__zone_data__init(&zone);
    m->kind = EVENT_ZONE_DATA;
    m->zone = &zone;
    zone.has_sha256 = 1;
    zone.sha256 = (ProtobufCBinaryData){.len = sizeof(bytes), .data = bytes};
    zone.has_bytes = has_bytes;
    zone.bytes = (ProtobufCBinaryData){.len = n, .data = bytes};
}

static void zone_with_bytes(SlateStore__EntryBody *m)
{
    zone_data(m, true, 5);
}

static void zone_without_bytes(SlateStore__EntryBody *m)
{
    zone_data(m, false, 0);
}

static void zone_of_no_bytes(SlateStore__EntryBody *m)
{
    zone_data(m, true, 0);
}

static void moved(SlateStore__EntryBody *m, uint32_t by)
{
    static SlateStore__Moved moved_pb;

    slate_store__moved__init(&moved_pb);
    m->kind = EVENT_CLOCK_RESCHEDULED;
    m->moved = &moved_pb;
    moved_pb.has_by = 1;
    moved_pb.by = by;
}

static void moved_by_zone_data(SlateStore__EntryBody *m)
{
    moved(m, MOVED_BY_ZONE_DATA);
}

static void moved_by_a_calendar(SlateStore__EntryBody *m)
{
    moved(m, MOVED_BY_CALENDAR);
}

static void moved_by_nothing(SlateStore__EntryBody *m)
{
    moved(m, MOVED_BY_NONE);
}

static void moved_by_what_is_not_known(SlateStore__EntryBody *m)
{
    moved(m, MOVED_BY_CALENDAR + 1);
}

static SlateStore__Linked linked_pb = SLATE_STORE__LINKED__INIT;

static void linked(SlateStore__EntryBody *m, uint64_t ticket, uint32_t kind)
{
    m->kind = EVENT_LINKED;
    m->linked = &linked_pb;
    linked_pb.has_ticket = linked_pb.has_kind = 1;
    linked_pb.ticket = ticket;
    linked_pb.kind = kind;
}

static void linked_well(SlateStore__EntryBody *m)
{
    linked(m, 1, LINK_FOLLOWED_BY);
}

static void linked_to_nothing(SlateStore__EntryBody *m)
{
    linked(m, 0, LINK_RELATES);
}

static void linked_by_nothing(SlateStore__EntryBody *m)
{
    linked(m, 1, LINK_NONE);
}

static void linked_by_what_is_not_known(SlateStore__EntryBody *m)
{
    linked(m, 1, LINK_KINDS);
}

static SlateStore__Kept kept_pb = SLATE_STORE__KEPT__INIT;

static void kept(SlateStore__EntryBody *m, uint32_t action)
{
    m->kind = EVENT_INTAKE_KEPT;
    m->kept = &kept_pb;
    kept_pb.has_action = 1;
    kept_pb.action = action;
    kept_pb.source_key = NULL;
}

static void kept_well(SlateStore__EntryBody *m)
{
    kept(m, INTAKE_RESOLVE);
}

static void kept_nothing(SlateStore__EntryBody *m)
{
    kept(m, INTAKE_NONE);
}

static void kept_what_is_not_known(SlateStore__EntryBody *m)
{
    kept(m, INTAKE_RESOLVE + 1);
}

static void kept_under_a_long_key(SlateStore__EntryBody *m)
{
    static char source_key[TICKET_KEY_BYTES + 1];

    kept(m, INTAKE_RESOLVE);
    memset(source_key, 'k', TICKET_KEY_BYTES);
    kept_pb.source_key = source_key;
}

static SlateStore__Principal principal_pb;

static void principal_of_keys(SlateStore__EntryBody *m, size_t n)
{
    static uint8_t keys[PRINCIPAL_KEYS_MAX + 1][BOOK_HASH_BYTES];

    slate_store__principal__init(&principal_pb);
    m->kind = EVENT_PRINCIPAL_SET;
    m->principal = &principal_pb;
    principal_pb.has_keys = 1;
    principal_pb.keys = (ProtobufCBinaryData){.len = n, .data = keys[0]};
}

static void principal_of_all_keys(SlateStore__EntryBody *m)
{
    principal_of_keys(m, (size_t)PRINCIPAL_KEYS_MAX * BOOK_HASH_BYTES);
}

static void principal_of_half_a_key(SlateStore__EntryBody *m)
{
    principal_of_keys(m, BOOK_HASH_BYTES + 1);
}

static void principal_of_too_many_keys(SlateStore__EntryBody *m)
{
    principal_of_keys(m, (size_t)(PRINCIPAL_KEYS_MAX + 1) * BOOK_HASH_BYTES);
}

static uint8_t hash_pb[BOOK_HASH_BYTES];
static const ProtobufCBinaryData sha256_pb = {.len = sizeof(hash_pb), .data = hash_pb};

static void enrolled(SlateStore__EntryBody *m, uint32_t principal, bool renewed, bool secret)
{
    static SlateStore__Enrolled enrolled_pb;

    slate_store__enrolled__init(&enrolled_pb);
    m->kind = EVENT_ENROLLED;
    m->enrolled = &enrolled_pb;
    enrolled_pb.has_principal = enrolled_pb.has_renewed = enrolled_pb.has_key_sha256 = 1;
    enrolled_pb.principal = principal;
    enrolled_pb.renewed = renewed;
    enrolled_pb.key_sha256 = sha256_pb;
    enrolled_pb.has_secret_sha256 = secret;
    enrolled_pb.secret_sha256 = sha256_pb;
}

static void enrolled_by_a_secret(SlateStore__EntryBody *m)
{
    enrolled(m, 1, false, true);
}

static void enrolled_by_renewal(SlateStore__EntryBody *m)
{
    enrolled(m, 1, true, false);
}

static void enrolled_by_nothing(SlateStore__EntryBody *m)
{
    enrolled(m, 1, false, false);
}

static void enrolled_by_both(SlateStore__EntryBody *m)
{
    enrolled(m, 1, true, true);
}

static void enrolled_nobody(SlateStore__EntryBody *m)
{
    enrolled(m, 0, true, false);
}

static SlateStore__Proposed proposed_pb;

static void proposed(SlateStore__EntryBody *m, enum event_kind kind, bool body_, uint32_t party)
{
    slate_store__proposed__init(&proposed_pb);
    m->kind = kind;
    m->proposal = &proposed_pb;
    proposed_pb.has_id = proposed_pb.has_sha256 = 1;
    proposed_pb.id = 1;
    proposed_pb.sha256 = sha256_pb;
    proposed_pb.has_body = body_;
    proposed_pb.has_party = party != 0;
    proposed_pb.party = party;
}

static void proposed_well(SlateStore__EntryBody *m)
{
    proposed(m, EVENT_BOOK_PROPOSED, true, 0);
}

static void proposed_without_a_text(SlateStore__EntryBody *m)
{
    proposed(m, EVENT_BOOK_PROPOSED, false, 0);
}

static void proposed_without_an_id(SlateStore__EntryBody *m)
{
    proposed(m, EVENT_BOOK_PROPOSED, true, 0);
    proposed_pb.id = 0;
}

static void approved_by_a_party(SlateStore__EntryBody *m)
{
    proposed(m, EVENT_CHANGE_APPROVED, false, 3);
}

static void approved_by_no_party(SlateStore__EntryBody *m)
{
    proposed(m, EVENT_CHANGE_APPROVED, false, 0);
}

static void ended_for_a_party(SlateStore__EntryBody *m)
{
    proposed(m, EVENT_PROPOSAL_ENDED, false, 3);
}

static void accessed(SlateStore__EntryBody *m, uint32_t kind)
{
    static SlateStore__Accessed accessed_pb = SLATE_STORE__ACCESSED__INIT;

    m->kind = EVENT_ACCESSED;
    m->accessed = &accessed_pb;
    accessed_pb.has_kind = 1;
    accessed_pb.kind = kind;
}

static void accessed_well(SlateStore__EntryBody *m)
{
    accessed(m, ACCESS_ADMIN);
}

static void accessed_nothing(SlateStore__EntryBody *m)
{
    accessed(m, ACCESS_NONE);
}

static void accessed_what_is_not_known(SlateStore__EntryBody *m)
{
    accessed(m, ACCESS_ADMIN + 1);
}

static void countersigned(SlateStore__EntryBody *m, uint64_t seq, bool signature, bool certificate)
{
    static SlateStore__Countersigned signed_pb;

    slate_store__countersigned__init(&signed_pb);
    m->kind = EVENT_COUNTERSIGNED;
    m->countersigned = &signed_pb;
    signed_pb.has_seq = signed_pb.has_sha256 = 1;
    signed_pb.seq = seq;
    signed_pb.sha256 = sha256_pb;
    signed_pb.has_signature = signature;
    signed_pb.signature = sha256_pb;
    signed_pb.has_certificate = certificate;
    signed_pb.certificate = sha256_pb;
}

static void countersigned_well(SlateStore__EntryBody *m)
{
    countersigned(m, 1, true, true);
}

static void countersigned_nothing(SlateStore__EntryBody *m)
{
    countersigned(m, 0, true, true);
}

static void countersigned_without_a_signature(SlateStore__EntryBody *m)
{
    countersigned(m, 1, false, true);
}

static void countersigned_without_a_certificate(SlateStore__EntryBody *m)
{
    countersigned(m, 1, true, false);
}

static void erased(SlateStore__EntryBody *m, uint64_t seq, uint32_t fields)
{
    static SlateStore__Erased erased_pb = SLATE_STORE__ERASED__INIT;

    m->kind = EVENT_ERASED;
    m->erased = &erased_pb;
    erased_pb.has_seq = erased_pb.has_fields = 1;
    erased_pb.seq = seq;
    erased_pb.fields = fields;
    erased_pb.has_source_mark = 0;
}

static void erased_key(SlateStore__EntryBody *m, uint32_t fields)
{
    static uint8_t mark[EVENT_MARK_BYTES] = {1};

    erased(m, 1, fields);
    m->erased->has_source_mark = 1;
    m->erased->source_mark = (ProtobufCBinaryData){.data = mark, .len = sizeof(mark)};
}

static void erased_key_without_its_mark(SlateStore__EntryBody *m)
{
    erased(m, 1, 1u << TEXT_SOURCE_KEY);
}

static void erased_well(SlateStore__EntryBody *m)
{
    erased_key(m, 1u << TEXT_SOURCE_KEY | 1u << TEXT_SUBJECT);
}

static void erased_of_no_entry(SlateStore__EntryBody *m)
{
    erased(m, 0, 1u << TEXT_BODY);
}

static void erased_nothing(SlateStore__EntryBody *m)
{
    erased(m, 1, 0);
}

static void erased_no_text(SlateStore__EntryBody *m)
{
    erased(m, 1, 1u << TEXT_BODY | 1u << TEXT_NONE);
}

static void erased_what_is_not_known(SlateStore__EntryBody *m)
{
    erased(m, 1, 1u << TEXT_FIELDS);
}

T_TEST(record, an_entry_that_cannot_be_understood_stops_the_reader_and_is_named)
{
    static const struct {
        const char *what;
        void (*change)(SlateStore__EntryBody *m);
        int expected;
        const char *text;
    } rows[] = {
        {"as it is", change_nothing, 0, ""},
        {"needs a newer reader", raise_reader, STORE_NEWER,
         "stream 3 seq 17 needs a reader of version 6, this is 5"},
        {"newer schema, same reader", raise_schema, 0, ""},
        {"unknown kind", unknown_kind, STORE_NEWER, "stream 3 seq 17 is of kind 99"},
        {"without its own part", no_own_part, STORE_CORRUPT, "makes no sense"},
        {"batch id too short", short_batch_id, STORE_CORRUPT, "makes no sense"},
        {"via too long", long_via, STORE_CORRUPT, "makes no sense"},
        {"unknown origin", unknown_origin, STORE_CORRUPT, "makes no sense"},
        {"unknown clock", unknown_clock, STORE_CORRUPT, "makes no sense"},
        {"too many clocks", too_many_clocks, STORE_CORRUPT, "makes no sense"},
        {"texts out of order", texts_out_of_order, STORE_CORRUPT, "makes no sense"},
        {"line id too short", short_line_id, STORE_CORRUPT, "makes no sense"},
        {"too many teams", principal_of_too_many_teams, STORE_CORRUPT, "makes no sense"},
        {"edits what is not known", edit_of_what_is_not_known, STORE_CORRUPT, "makes no sense"},
        {"merged into nothing", merged_into_nothing, STORE_CORRUPT, "makes no sense"},
        {"zone data", zone_with_bytes, 0, ""},
        {"zone data that are held", zone_without_bytes, 0, ""},
        {"an empty zone", zone_of_no_bytes, STORE_CORRUPT, "makes no sense"},
        {"moved by zone data", moved_by_zone_data, 0, ""},
        {"moved by a calendar", moved_by_a_calendar, 0, ""},
        {"moved by nothing", moved_by_nothing, STORE_CORRUPT, "makes no sense"},
        {"unknown mover", moved_by_what_is_not_known, STORE_CORRUPT, "makes no sense"},
        {"linked well", linked_well, 0, ""},
        {"linked to nothing", linked_to_nothing, STORE_CORRUPT, "makes no sense"},
        {"linked by nothing", linked_by_nothing, STORE_CORRUPT, "makes no sense"},
        {"unknown link", linked_by_what_is_not_known, STORE_CORRUPT, "makes no sense"},
        {"kept well", kept_well, 0, ""},
        {"kept nothing", kept_nothing, STORE_CORRUPT, "makes no sense"},
        {"unknown action", kept_what_is_not_known, STORE_CORRUPT, "makes no sense"},
        {"key of a source too long", kept_under_a_long_key, STORE_CORRUPT, "makes no sense"},
        {"all keys", principal_of_all_keys, 0, ""},
        {"half a key", principal_of_half_a_key, STORE_CORRUPT, "makes no sense"},
        {"too many keys", principal_of_too_many_keys, STORE_CORRUPT, "makes no sense"},
        {"enrolled by a secret", enrolled_by_a_secret, 0, ""},
        {"renewed", enrolled_by_renewal, 0, ""},
        {"enrolled by nothing", enrolled_by_nothing, STORE_CORRUPT, "makes no sense"},
        {"renewed by a secret", enrolled_by_both, STORE_CORRUPT, "makes no sense"},
        {"enrolled nobody", enrolled_nobody, STORE_CORRUPT, "makes no sense"},
        {"proposed well", proposed_well, 0, ""},
        {"proposed nothing", proposed_without_a_text, STORE_CORRUPT, "makes no sense"},
        {"a proposal without id", proposed_without_an_id, STORE_CORRUPT, "makes no sense"},
        {"approved", approved_by_a_party, 0, ""},
        {"approved by nobody", approved_by_no_party, STORE_CORRUPT, "makes no sense"},
        {"ended for a party", ended_for_a_party, STORE_CORRUPT, "makes no sense"},
        {"accessed well", accessed_well, 0, ""},
        {"accessed nothing", accessed_nothing, STORE_CORRUPT, "makes no sense"},
        {"unknown access", accessed_what_is_not_known, STORE_CORRUPT, "makes no sense"},
        {"countersigned well", countersigned_well, 0, ""},
        {"countersigned nothing", countersigned_nothing, STORE_CORRUPT, "makes no sense"},
        {"no signature", countersigned_without_a_signature, STORE_CORRUPT, "makes no sense"},
        {"no certificate", countersigned_without_a_certificate, STORE_CORRUPT, "makes no sense"},
        {"erased well", erased_well, 0, ""},
        {"erased key", erased_key_without_its_mark, STORE_CORRUPT, "makes no sense"},
        {"erased of no entry", erased_of_no_entry, STORE_CORRUPT, "makes no sense"},
        {"erased nothing", erased_nothing, STORE_CORRUPT, "makes no sense"},
        {"erased no text", erased_no_text, STORE_CORRUPT, "makes no sense"},
        {"unknown text erased", erased_what_is_not_known, STORE_CORRUPT, "makes no sense"},
    };
    struct key key = key_journal(1);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA(arena);
        struct row row = body(&arena, rows[i].change);
        struct record_commitment commitments[EVENT_TEXTS_MAX];
        struct txn txn = {.error = 0};
        struct entry entry;

        T_EQ_INT(record_body_decode(&txn, &key, &row, &arena, &entry, commitments),
                 rows[i].expected, "%s: %s", rows[i].what, txn_text(&txn));
        T_CHECK(strstr(txn_text(&txn), rows[i].text) != NULL, "%s: %s", rows[i].what,
                txn_text(&txn));
        T_EQ_INT(txn_error(&txn), rows[i].expected, "%s: it sticks", rows[i].what);
    }
}

static enum event_kind bare_kind;

static void without_own_part(SlateStore__EntryBody *m)
{
    m->kind = bare_kind;
    m->taken = NULL;
}

T_TEST(record, no_kind_of_entry_does_without_what_is_its_own)
{
    struct key key = key_journal(1);
    size_t n_bare = 0;

    for (size_t i = 0; i < sample_kinds_n; i++) {
        ARENA(arena);
        bare_kind = sample_kinds[i];
        struct row row = body(&arena, without_own_part);
        struct record_commitment commitments[EVENT_TEXTS_MAX];
        struct txn txn = {.error = 0};
        struct entry entry;
        bool has_none = bare_kind == EVENT_REOPENED || bare_kind == EVENT_CLOSED ||
                        bare_kind == EVENT_ACKNOWLEDGED || bare_kind == EVENT_CLOCK_RESCHEDULED;

        T_EQ_INT(record_body_decode(&txn, &key, &row, &arena, &entry, commitments),
                 has_none ? 0 : STORE_CORRUPT, "%s", event_kind_name(bare_kind));
        n_bare += has_none;
    }
    T_EQ_INT(n_bare, 4);
}

T_TEST(record, a_body_that_is_cut_off_is_never_taken_for_a_whole_one)
{
    ARENA(arena);
    struct dice dice = {.state = 3};
    struct record_commitment commitments[EVENT_TEXTS_MAX];
    struct txn txn = {.error = 0};
    struct key key = key_journal(1);
    struct entry entry;
    struct row row;

    sample_entry(&dice, EVENT_TICKET_OPENED, true, &arena, &entry);
    fill_commitments(&dice, &entry, commitments);
    T_EQ_INT(record_body_encode(&txn, &entry, commitments, &arena, &row), 0);
    for (size_t n = 0; n < row.n; n++) {
        ARENA(small);
        struct txn cut_txn = {.error = 0};
        struct row cut = {.p = row.p, .n = n};
        struct entry back;

        int r = record_body_decode(&cut_txn, &key, &cut, &small, &back, commitments);
        T_CHECK(r == STORE_CORRUPT || r == STORE_NEWER, "%zu of %zu bytes: %d", n, row.n, r);
    }
}

T_TEST(record, an_entry_that_cannot_be_stored_is_refused)
{
    ARENA(arena);
    struct record_commitment none[EVENT_TEXTS_MAX];
    struct row row;

    struct txn txn = {.error = 0};
    struct entry entry = shop_entry(EVENT_NONE, 1, 1, 0);
    T_EQ_INT(record_body_encode(&txn, &entry, none, &arena, &row), -EINVAL);

    txn.error = 0;
    entry = shop_entry(EVENT_CLOSED, 1, 1, 0);
    entry.event.contract = 2;
    T_EQ_INT(record_body_encode(&txn, &entry, none, &arena, &row), -EINVAL);

    txn.error = 0;
    entry = shop_entry(EVENT_BOOK_OBJECT, 0, 0, 0);
    entry.event.u.object.body_bytes = ENTRY_BODY_BYTES_MAX;
    entry.event.u.object.body = arena_alloc(&arena, ENTRY_BODY_BYTES_MAX);
    T_EQ_INT(record_body_encode(&txn, &entry, none, &arena, &row), -EMSGSIZE);
}
