// SPDX-License-Identifier: Apache-2.0
/*
 * Records without a store: a transaction that is not open only keeps the failure.
 */
#include "store/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
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

T_TEST(record, every_kind_of_entry_comes_back_with_all_its_fields)
{
    struct dice dice = {0};
    struct key key = key_journal(1);

    for (size_t i = 0; i < sample_kinds_n * 60 * t_effort(); i++) {
        ARENA(arena);
        enum event_kind kind = sample_kinds[i % sample_kinds_n];
        struct record_commitment commitments[EVENT_TEXTS_MAX];
        struct record_commitment again[EVENT_TEXTS_MAX];
        struct entry entry;
        struct entry back;
        struct txn txn = {.error = 0};
        struct row row;
        struct row twice;
        char what[64];

        snprintf(what, sizeof(what), "round %zu, %s", i, event_kind_name(kind));
        sample_entry(&dice, kind, i < sample_kinds_n, &arena, &entry);
        fill_commitments(&dice, &entry, commitments);
        T_EQ_INT(record_body_encode(&txn, &entry, commitments, &arena, &row), 0, "%s: %s", what,
                 txn_text(&txn));
        memset(&back, 0xff, sizeof(back));
        T_EQ_INT(record_body_decode(&txn, &key, &row, &arena, &back, again), 0, "%s: %s", what,
                 txn_text(&txn));
        sample_same_entry(&entry, &back, what);
        for (size_t k = 0; k < entry.event.n_texts; k++) {
            T_EQ_INT(again[k].field, commitments[k].field, "%s", what);
            T_EQ_MEM(again[k].sha256, commitments[k].sha256, HASH_BYTES, "%s", what);
        }
        // What was decoded gives the same bytes again
        T_EQ_INT(record_body_encode(&txn, &back, again, &arena, &twice), 0);
        T_EQ_INT(twice.n, row.n, "%s", what);
        T_EQ_MEM(twice.p, row.p, row.n, "%s", what);
    }
}

T_TEST(record, tickets_come_back_with_all_their_fields)
{
    struct dice dice = {.state = 1};

    for (size_t i = 0; i < 300 * t_effort(); i++) {
        ARENA(arena);
        struct ticket ticket;
        struct ticket back;
        struct txn txn = {.error = 0};
        struct row row;
        struct row twice;
        char what[64];

        snprintf(what, sizeof(what), "round %zu", i);
        sample_ticket(&dice, i == 0, &arena, &ticket);
        struct key key = key_ticket(ticket.contract, ticket.number);
        T_EQ_INT(record_ticket_encode(&txn, &ticket, &arena, &row), 0, "%s", what);
        T_EQ_INT(record_ticket_decode(&txn, &key, &row, &arena, &back), 0, "%s: %s", what,
                 txn_text(&txn));
        sample_same_ticket(&ticket, &back, what);
        T_EQ_INT(record_ticket_encode(&txn, &back, &arena, &twice), 0);
        T_EQ_INT(twice.n, row.n, "%s", what);
        T_EQ_MEM(twice.p, row.p, row.n, "%s", what);
    }
}

T_TEST(record, the_smaller_rows_come_back)
{
    struct dice dice = {.state = 2};

    for (size_t i = 0; i < 200 * t_effort(); i++) {
        ARENA(arena);
        struct txn txn = {.error = 0};
        struct row row;

        struct breach breach = {
            .key = {.contract = 5,
                    .breached_at = -7,
                    .number = 8,
                    .clock = CLOCK_KIND_OLA,
                    .team = 2,
                    .cycle = 3},
            .detected_seq = dice_below(&dice, 3),
            .detected_at = sample_instant(&dice),
            .withdrawn_seq = dice_below(&dice, 3),
            .withdrawn_at = sample_instant(&dice),
            .team = (uint32_t)dice_below(&dice, 3),
            .contract_version = (uint32_t)dice_below(&dice, 3),
            .target_row = (uint32_t)dice_below(&dice, 3),
            .target_us = (int64_t)dice_below(&dice, 3),
            .due_at = sample_instant(&dice),
            .imported = dice_below(&dice, 2),
        };
        struct breach breach_back;
        struct key key = key_breach(&breach.key);
        snprintf(breach.priority, sizeof(breach.priority), "P%u", (unsigned)dice_below(&dice, 9));
        T_EQ_INT(record_breach_encode(&txn, &breach, &arena, &row), 0);
        T_EQ_INT(record_breach_decode(&txn, &key, &row, &arena, &breach_back), 0);
        T_EQ_INT(breach_back.key.breached_at, -7);
        T_EQ_INT(breach_back.key.team, 2);
        T_EQ_INT(breach_back.key.cycle, 3);
        T_EQ_INT(breach_back.detected_seq, breach.detected_seq);
        T_EQ_INT(breach_back.detected_at, breach.detected_at);
        T_EQ_INT(breach_back.withdrawn_seq, breach.withdrawn_seq);
        T_EQ_INT(breach_back.withdrawn_at, breach.withdrawn_at);
        T_EQ_INT(breach_back.team, breach.team);
        T_EQ_INT(breach_back.contract_version, breach.contract_version);
        T_EQ_INT(breach_back.target_row, breach.target_row);
        T_EQ_INT(breach_back.target_us, breach.target_us);
        T_EQ_INT(breach_back.due_at, breach.due_at);
        T_EQ_INT(breach_back.imported, breach.imported);
        T_EQ_STR(breach_back.priority, breach.priority);

        struct principal principal;
        struct principal principal_back;
        sample_principal(&dice, i == 0, &principal);
        key = key_principal(principal.id);
        T_EQ_INT(record_principal_encode(&txn, &principal, &arena, &row), 0);
        T_EQ_INT(record_principal_decode(&txn, &key, &row, &principal_back), 0);
        T_EQ_MEM(&principal_back, &principal, sizeof(principal));

        struct requests_row request = {
            .contract = (uint32_t)dice_u64(&dice),
            .seq = dice_u64(&dice),
            .ticket = dice_below(&dice, 2),
            .version = dice_below(&dice, 2),
            .recorded_at = sample_instant(&dice),
        };
        struct requests_row request_back;
        if (dice_below(&dice, 2)) {
            dice_bytes(&dice, request.hash, sizeof(request.hash));
        }
        key = key_request(1, request.hash);
        T_EQ_INT(record_request_encode(&txn, &request, &arena, &row), 0);
        T_EQ_INT(record_request_decode(&txn, &key, &row, &request_back), 0);
        T_EQ_INT(request_back.contract, request.contract);
        T_EQ_INT(request_back.seq, request.seq);
        T_EQ_INT(request_back.ticket, request.ticket);
        T_EQ_INT(request_back.version, request.version);
        T_EQ_INT(request_back.recorded_at, request.recorded_at);
        T_EQ_MEM(request_back.hash, request.hash, sizeof(request.hash));
    }
}

/* --- what must not be decoded ----------------------------------------------------------------- */

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
         "stream 3 seq 17 needs a reader of version 2, this is 1"},
        {"newer schema, same reader", raise_schema, 0, ""},
        {"unknown kind", unknown_kind, STORE_NEWER, "stream 3 seq 17 is of kind 99"},
        {"without its own part", no_own_part, STORE_CORRUPT, "makes no sense"},
        {"batch id too short", short_batch_id, STORE_CORRUPT, "makes no sense"},
        {"via too long", long_via, STORE_CORRUPT, "makes no sense"},
        {"unknown origin", unknown_origin, STORE_CORRUPT, "makes no sense"},
        {"unknown clock", unknown_clock, STORE_CORRUPT, "makes no sense"},
        {"too many clocks", too_many_clocks, STORE_CORRUPT, "makes no sense"},
        {"texts out of order", texts_out_of_order, STORE_CORRUPT, "makes no sense"},
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

static SlateStore__HoldInForce hold_pb = SLATE_STORE__HOLD_IN_FORCE__INIT;
static SlateStore__HoldInForce *holds_pb[BOOK_HOLDS_MAX + 1];
static SlateStore__Fact fact_pb = SLATE_STORE__FACT__INIT;
static SlateStore__Fact *facts_pb[] = {&fact_pb};
static char *reasons_pb[BOOK_HOLDS_MAX + 1];

static void ticket_as_it_is(SlateStore__Ticket *m)
{
    (void)m;
}

static void ticket_state_unknown(SlateStore__Ticket *m)
{
    m->has_state = 1;
    m->state = TICKET_STATES;
}

static void ticket_held_for_nothing(SlateStore__Ticket *m)
{
    holds_pb[0] = &hold_pb;
    m->n_holds = 1;
    m->holds = holds_pb;
}

static void ticket_too_many_reasons(SlateStore__Ticket *m)
{
    static char reason[] = "r";

    for (size_t i = 0; i <= BOOK_HOLDS_MAX; i++) {
        reasons_pb[i] = reason;
    }
    m->n_reasons = BOOK_HOLDS_MAX + 1;
    m->reasons = reasons_pb;
}

static void ticket_fact_unknown(SlateStore__Ticket *m)
{
    fact_pb.has_kind = 1;
    fact_pb.kind = FACT_PRIORITY + 1;
    m->n_facts = 1;
    m->facts = facts_pb;
}

static void ticket_long_name(SlateStore__Ticket *m)
{
    static char name[BOOK_NAME_BYTES + 1];

    memset(name, 'n', BOOK_NAME_BYTES);
    m->language = name;
}

T_TEST(record, a_ticket_that_makes_no_sense_is_refused)
{
    static const struct {
        const char *what;
        void (*change)(SlateStore__Ticket *m);
        int expected;
    } rows[] = {
        {"as it is", ticket_as_it_is, 0},
        {"unknown state", ticket_state_unknown, STORE_CORRUPT},
        {"held for a reason that it does not have", ticket_held_for_nothing, STORE_CORRUPT},
        {"too many reasons", ticket_too_many_reasons, STORE_CORRUPT},
        {"unknown fact", ticket_fact_unknown, STORE_CORRUPT},
        {"a name that is too long", ticket_long_name, STORE_CORRUPT},
    };
    struct key key = key_ticket(1, 1);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA(arena);
        SlateStore__Ticket m = SLATE_STORE__TICKET__INIT;
        struct txn txn = {.error = 0};
        struct ticket ticket;

        rows[i].change(&m);
        struct row row = {.n = slate_store__ticket__get_packed_size(&m)};
        uint8_t *p = arena_alloc(&arena, row.n);
        slate_store__ticket__pack(&m, p);
        row.p = p;
        T_EQ_INT(record_ticket_decode(&txn, &key, &row, &arena, &ticket), rows[i].expected, "%s",
                 rows[i].what);
    }
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

T_TEST(record, no_memory_is_not_taken_for_damage)
{
    ARENA(arena);
    struct dice dice = {.state = 4};
    struct key key = key_ticket(1, 1);
    struct txn txn = {.error = 0};
    struct ticket ticket;
    struct row row;

    sample_ticket(&dice, true, &arena, &ticket);
    T_EQ_INT(record_ticket_encode(&txn, &ticket, &arena, &row), 0);
    for (size_t limit = 0; limit < 200000; limit += 5000) {
        struct txn poor_txn = {.error = 0};
        struct arena poor;

        arena_init(&poor, limit);
        int r = record_ticket_decode(&poor_txn, &key, &row, &poor, &ticket);
        T_CHECK(r == 0 || r == -ENOMEM, "limit %zu: %d %s", limit, r, txn_text(&poor_txn));
        arena_fini(&poor);
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
