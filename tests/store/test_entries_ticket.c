// SPDX-License-Identifier: Apache-2.0
/*
 * A ticket's whole history, oldest first.
 */
#include "store/entries.h"

#include <errno.h>
#include <string.h>

#include "core/instant.h"
#include "store/record.h"
#include "store/shop.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

T_TEST(entries, of_a_ticket_are_given_oldest_first_as_far_as_they_were_known)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    int64_t at[8];
    struct txn txn;

    shop_init(&shop, 0);
    // Tickets 1 2 1 2 1 2 1 of stream 1
    for (uint64_t i = 0; i < 7; i++) {
        struct entry entry = shop_entry(i < 2 ? EVENT_TICKET_OPENED : EVENT_MESSAGE, 1, 1 + i % 2,
                                        shop.now);
        entry.event.texts[0] = (struct text){TEXT_SUBJECT, "Printer", 7};
        entry.event.n_texts = 1;
        entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, US_PER_HOUR);
        entry.event.n_clocks = 1;
        shop_write(&shop, &entry);
        at[i + 1] = shop.now; // by seq
    }
    const struct {
        uint64_t last_seq;
        int64_t known_at;
        size_t n;
        uint64_t seqs[4];
    } rows[] = {
        {7, INSTANT_NEVER, 4, {1, 3, 5, 7}},
        {7, at[7], 4, {1, 3, 5, 7}},
        {7, at[7] - 1, 3, {1, 3, 5}},
        {7, at[6], 3, {1, 3, 5}},
        {7, at[1], 1, {1}},
        {7, at[1] - 1, 0, {0}},
        {6, INSTANT_NEVER, 3, {2, 4, 6}},
        {4, INSTANT_NEVER, 2, {2, 4}},
        {0, INSTANT_NEVER, 0, {0}},
    };
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA(arena);
        const struct entry *entries = NULL;
        size_t n = 99;

        T_EQ_INT(entries_ticket(&txn, 1, rows[i].last_seq, rows[i].known_at, &arena, &entries, &n),
                 0, "row %zu: %s", i, txn_text(&txn));
        T_EQ_INT(n, rows[i].n, "row %zu", i);
        for (size_t k = 0; k < n; k++) {
            T_EQ_INT(entries[k].seq, rows[i].seqs[k], "row %zu", i);
            T_EQ_INT(entries[k].recorded_at, at[entries[k].seq], "row %zu", i);
            T_EQ_INT(entries[k].event.n_clocks, 1, "row %zu", i);
            T_CHECK(entries[k].event.n_texts == 1 && entries[k].event.texts[0].bytes == NULL,
                    "row %zu: without texts", i);
        }
    }
    struct arena small;
    const struct entry *entries;
    size_t n;
    arena_init(&small, 4 * sizeof(struct entry));
    T_EQ_INT(entries_ticket(&txn, 1, 7, INSTANT_NEVER, &small, &entries, &n), -ENOMEM);
    arena_fini(&small);
    txn_abort(&txn);
}

/** Entries with good checksums that lead to a ticket's that is not theirs. */
T_TEST(entries, a_history_of_two_tickets_is_damage)
{
    static const struct {
        enum event_kind kind;
        uint64_t ticket;
        uint64_t prev;
        const char *text;
    } rows[] = {
        {EVENT_MESSAGE, 1, 2, "stream 1 seq 2 (ticket_opened): it is in a ticket's history that"},
        {EVENT_MESSAGE, 0, 1, "stream 1 seq 3 (message): it is in a ticket's history that"},
        {EVENT_BOOK_OBJECT, 1, 1, "stream 1 seq 3 (book_object): it is in a ticket's history that"},
        {EVENT_MESSAGE, 1, 0, "stream 1: ticket 1 begins with message"},
        {EVENT_MESSAGE, 1, 3, "a history that does not go back"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        __attribute__((cleanup(shop_fini))) struct shop shop = {0};
        ARENA(arena);
        struct entry bad = shop_entry(rows[i].kind, 1, rows[i].ticket, 0);
        struct journal_record record = {.seq = 3};
        const struct entry *entries;
        struct row body;
        struct txn txn;
        size_t n;

        shop_init(&shop, 0);
        for (uint64_t number = 1; number <= 2; number++) {
            struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, number, shop.now);
            shop_write(&shop, &entry);
        }
        bad.seq = 3;
        bad.ticket_prev_seq = rows[i].prev;
        bad.recorded_at = shop.now + 1;
        txn_begin(&txn, shop.env, TXN_WRITE);
        T_EQ_INT(record_body_encode(&txn, &bad, NULL, &arena, &body), 0);
        record.body = body.p;
        record.body_bytes = body.n;
        T_EQ_INT(entries_put(&txn, 3, 1, &record), 0);
        T_EQ_INT(txn_commit(&txn), 0);
        txn_begin(&txn, shop.env, TXN_READ);
        T_EQ_INT(entries_ticket(&txn, 1, 3, INSTANT_NEVER, &arena, &entries, &n), STORE_CORRUPT,
                 "row %zu", i);
        T_CHECK(strstr(txn_text(&txn), rows[i].text) != NULL, "row %zu: %s", i, txn_text(&txn));
        txn_abort(&txn);
    }
}
