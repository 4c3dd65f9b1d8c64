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

        uint64_t open = 1 + dice_below(&dice, UINT64_MAX - 1);
        uint64_t open_back;
        key = key_source("jira", 1);
        T_EQ_INT(record_source_encode(&txn, open, &arena, &row), 0);
        T_EQ_INT(record_source_decode(&txn, &key, &row, &open_back), 0);
        T_EQ_INT(open_back, open);

        struct lines_row line = {
            .contract = (uint32_t)dice_u64(&dice),
            .ticket = dice_below(&dice, 2),
            .seq = dice_u64(&dice),
        };
        struct lines_row line_back;
        memcpy(line.hash, request.hash, sizeof(line.hash));
        key = key_line(request.hash);
        T_EQ_INT(record_line_encode(&txn, &line, &arena, &row), 0);
        T_EQ_INT(record_line_decode(&txn, &key, &row, &line_back), 0);
        T_EQ_INT(line_back.contract, line.contract);
        T_EQ_INT(line_back.ticket, line.ticket);
        T_EQ_INT(line_back.seq, line.seq);
        T_EQ_MEM(line_back.hash, line.hash, sizeof(line.hash));

        bool is_kept = dice_below(&dice, 2);
        struct tickets_external external = {
            .contract = (uint32_t)dice_u64(&dice),
            .number = is_kept ? 0 : 1 + dice_below(&dice, UINT64_MAX - 1),
            .kept_seq = is_kept ? 1 + dice_below(&dice, UINT64_MAX - 1) : 0,
            .kept_at = sample_instant(&dice),
            .recorded_at = is_kept ? INSTANT_NONE : sample_instant(&dice),
            .erased = !is_kept && dice_below(&dice, 2),
        };
        static const uint8_t external_mark[EVENT_MARK_BYTES] = {1};
        struct tickets_external external_back;
        key = key_external("jira", external_mark);
        T_EQ_INT(record_external_encode(&txn, &external, &arena, &row), 0);
        T_EQ_INT(record_external_decode(&txn, &key, &row, &external_back), 0);
        T_EQ_INT(external_back.contract, external.contract);
        T_EQ_INT(external_back.number, external.number);
        T_EQ_INT(external_back.kept_seq, external.kept_seq);
        T_EQ_INT(external_back.kept_at, external.kept_at);
        T_EQ_INT(external_back.recorded_at, external.recorded_at);
        T_EQ_INT(external_back.erased, external.erased);
    }
}

/** Whoever cannot know what must not be overlooked is kept out, and nobody else. */
T_TEST(record, an_entry_says_which_readers_understand_it)
{
    struct entry rows[11];
    static const uint32_t readers[] = {1, 1, 1, 2, 2, 2, 1, 3, 3, 1, 1};

    for (size_t i = 0; i < 6; i++) {
        rows[i] = shop_entry(i % 2 ? EVENT_RESOLVED : EVENT_HELD, 1, 1, 0);
        rows[i].event.u.hold.ends_at = INSTANT_NEVER;
        if (rows[i].event.kind == EVENT_RESOLVED) {
            rows[i].event.u.resolved.by_human = true;
            rows[i].event.u.resolved.close_at = INSTANT_NEVER;
        }
    }
    rows[1].event.team = 7; // told to whoever looks, and to nobody's clock
    rows[2] = shop_entry(EVENT_RESUMED, 1, 1, 0);
    rows[3].event.u.resolved.close_at = 0;
    rows[4].event.u.hold.ends_at = 0;
    rows[5].line_id[15] = 1;
    for (size_t i = 6; i < 9; i++) {
        rows[i] = shop_entry(EVENT_ZONE_DATA, 0, 0, 0);
        rows[i].event.u.zone.bytes = i == 6 ? (const uint8_t *)"TZif2" : NULL;
        rows[i].event.u.zone.n = i == 6 ? 5 : 0;
        rows[i].line_id[15] = i == 8;
    }
    rows[9] = shop_entry(EVENT_CLOCK_RESCHEDULED, 1, 1, 0);
    rows[9].event.u.moved.by = MOVED_BY_ZONE_DATA; // the clocks are what they are
    rows[9].event.engine = 1;
    rows[10] = shop_entry(EVENT_DUES_SWEPT, 0, 0, 0); // its kind says it
    for (size_t i = 0; i < 11; i++) {
        ARENA(arena);
        struct txn txn = {.error = 0};
        struct row row;

        T_EQ_INT(record_body_encode(&txn, &rows[i], NULL, &arena, &row), 0);
        SlateStore__EntryBody *m = slate_store__entry_body__unpack(NULL, row.n, row.p);
        T_CHECK(m != NULL);
        T_EQ_INT(m->schema, ENTRY_SCHEMA, "row %zu", i);
        T_EQ_INT(m->min_reader, readers[i], "row %zu", i);
        slate_store__entry_body__free_unpacked(m, NULL);
    }
}

T_TEST(record, keys_of_sources_are_for_readers_of_version_5)
{
    struct entry rows[6] = {
        shop_entry(EVENT_TICKET_OPENED, 1, 1, 0), shop_entry(EVENT_TICKET_OPENED, 1, 1, 0),
        shop_entry(EVENT_INTAKE_KEPT, 1, 1, 0),   shop_entry(EVENT_INTAKE_KEPT, 1, 0, 0),
        shop_entry(EVENT_ERASED, 1, 1, 0),        shop_entry(EVENT_ERASED, 1, 1, 0),
    };
    static const uint32_t readers[] = {4, 5, 1, 5, 4, 5};

    rows[0].event.texts[0].field = TEXT_REASON;
    rows[1].event.texts[0].field = TEXT_SOURCE_KEY;
    rows[0].event.n_texts = rows[1].event.n_texts = 1;
    rows[3].event.u.kept.source_mark[31] = 1;
    rows[4].event.u.erased.fields = 1u << TEXT_BODY;
    rows[5].event.u.erased.fields = 1u << TEXT_SOURCE_KEY;
    rows[5].event.u.erased.source_mark[31] = 1;
    for (size_t i = 0; i < 6; i++) {
        ARENA(arena);
        const struct record_commitment commitments[1] = {{.field = rows[i].event.texts[0].field}};
        struct txn txn = {.error = 0};
        struct row row;

        T_EQ_INT(record_body_encode(&txn, &rows[i], commitments, &arena, &row), 0);
        SlateStore__EntryBody *m = slate_store__entry_body__unpack(NULL, row.n, row.p);
        T_CHECK(m != NULL);
        T_EQ_INT(m->min_reader, readers[i], "row %zu", i);
        slate_store__entry_body__free_unpacked(m, NULL);
    }
}

/** Neither a key where it stays for ever, nor one that is erased and not known again. */
T_TEST(record, a_key_of_a_source_is_written_only_where_it_can_be_erased)
{
    struct entry rows[4] = {
        shop_entry(EVENT_TICKET_OPENED, 1, 1, 0),
        shop_entry(EVENT_INTAKE_KEPT, 1, 0, 0),
        shop_entry(EVENT_ERASED, 1, 1, 0),
        shop_entry(EVENT_ERASED, 1, 1, 0),
    };

    rows[0].event.u.opened.old_source_key[0] = 'k';
    rows[1].event.u.kept.old_source_key[0] = 'k';
    rows[2].event.u.erased.fields = 1u << TEXT_SOURCE_KEY;
    rows[3].event.u.erased.fields = 1u << TEXT_BODY;
    rows[3].event.u.erased.source_mark[0] = 1;
    for (size_t i = 0; i < 4; i++) {
        ARENA(arena);
        struct txn txn = {.error = 0};
        struct row row;

        T_EQ_INT(record_body_encode(&txn, &rows[i], NULL, &arena, &row), -EINVAL, "row %zu", i);
    }
}

T_TEST(record, what_parties_owe_each_other_is_for_readers_of_version_4)
{
    static const enum event_kind kinds[] = {
        EVENT_ENROLMENT_OFFERED, EVENT_ENROLLED,        EVENT_BOOK_PROPOSED,
        EVENT_PROPOSAL_ENDED,    EVENT_CHANGE_PROPOSED, EVENT_CHANGE_APPROVED,
        EVENT_ACCESSED,          EVENT_COUNTERSIGNED,   EVENT_ERASED,
    };
    enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
    static const uint32_t readers[] = {1, 4, 4, 1, 4, 4};
    struct entry rows[KINDS + 6];

    for (size_t i = 0; i < KINDS; i++) {
        rows[i] = shop_entry(kinds[i], 1, 0, 0);
    }
    for (size_t i = 0; i < 3; i++) {
        rows[KINDS + i] = shop_entry(EVENT_PRINCIPAL_SET, 0, 0, 0);
    }
    rows[KINDS + 1].event.u.principal.pinned = true; // to no key yet: nothing is taken
    rows[KINDS + 2].event.u.principal.n_keys = 1;
    for (size_t i = 3; i < 6; i++) {
        struct event *e = &rows[KINDS + i].event;

        rows[KINDS + i] = shop_entry(EVENT_TICKET_OPENED, 1, 1, 0);
        e->n_texts = i == 5 ? 4 : 1;
        for (size_t k = 0; k < e->n_texts; k++) {
            e->texts[k].field = (enum text_field)(k + 1);
        }
    }
    rows[KINDS + 4].event.texts[0].field = TEXT_REASON;
    for (size_t i = 0; i < KINDS + 6; i++) {
        ARENA(arena);
        struct record_commitment commitments[EVENT_TEXTS_MAX] = {{.field = TEXT_NONE}};
        struct txn txn = {.error = 0};
        struct row row;

        T_EQ_INT(record_body_encode(&txn, &rows[i], commitments, &arena, &row), 0);
        SlateStore__EntryBody *m = slate_store__entry_body__unpack(NULL, row.n, row.p);
        T_CHECK(m != NULL);
        T_EQ_INT(m->min_reader, i < KINDS ? 4 : readers[i - KINDS], "row %zu", i);
        slate_store__entry_body__free_unpacked(m, NULL);
    }
}
