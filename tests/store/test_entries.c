// SPDX-License-Identifier: Apache-2.0
#include "store/entries.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/env_private.h"
#include "store/record.h"
#include "store/row.h"
#include "store/shop.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

/** The three hashes again, by their definition and with another interface of the library. */
static void sha256(const void *tag, size_t tag_n, const void *a, size_t a_n, const void *b,
                   size_t b_n, uint8_t ret[32])
{
    static uint8_t buf[200000];

    T_CHECK(tag_n + a_n + b_n <= sizeof(buf));
    memcpy(buf, tag, tag_n);
    memcpy(buf + tag_n, a, a_n);
    if (b_n > 0) {
        memcpy(buf + tag_n + a_n, b, b_n);
    }
    SHA256(buf, tag_n + a_n + b_n, ret);
}

T_TEST(entries, a_chain_can_be_verified_from_its_definition_alone)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    uint8_t previous[32];
    uint8_t hash[32];
    struct txn txn;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= 3; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 258, i, shop.now);
        entry.event.texts[0] = (struct text){TEXT_SUBJECT, "printer is on fire", 18};
        entry.event.n_texts = 1;
        shop_write(&shop, &entry);
        T_EQ_INT(entry.seq, i);
    }
    sha256("slate genesis v1", 17, shop_cluster_id, 16, "\0\0\1\2", 4, previous);
    txn_begin(&txn, shop.env, TXN_READ);
    for (uint64_t i = 1; i <= 3; i++) {
        struct entry entry;
        struct entry_proof proof;

        T_EQ_INT(entries_get(&txn, 258, i, &arena, &entry, &proof), 0, "%s", txn_text(&txn));
        sha256("slate entry v1", 15, previous, 32, proof.body, proof.body_bytes, hash);
        T_EQ_MEM(proof.hash, hash, 32, "seq %d", (int)i);
        T_EQ_INT(proof.n_texts, 1);
        T_CHECK(proof.texts[0].present);
        sha256("slate text v1", 14, proof.texts[0].salt, 16, entry.event.texts[0].bytes,
               entry.event.texts[0].n, hash);
        T_EQ_MEM(proof.texts[0].commitment, hash, 32, "seq %d", (int)i);
        memcpy(previous, proof.hash, 32);
    }
    struct journal_head head;
    T_EQ_INT(entries_head(&txn, 258, &head), 0);
    T_EQ_INT(head.seq, 3);
    T_EQ_MEM(head.hash, previous, 32);
    T_EQ_INT(entries_head(&txn, 7, &head), 0, "a stream without entries");
    T_EQ_INT(head.seq, 0);
    sha256("slate genesis v1", 17, shop_cluster_id, 16, "\0\0\0\7", 4, previous);
    T_EQ_MEM(head.hash, previous, 32);
    txn_abort(&txn);
}

T_TEST(entries, a_salt_is_used_once)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct entry_proof proofs[2];
    struct txn txn;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= 2; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, i, shop.now);
        entry.event.texts[0] = (struct text){TEXT_BODY, "same", 4};
        entry.event.texts[1] = (struct text){TEXT_SUBJECT, "same", 4};
        entry.event.n_texts = 2;
        shop_write(&shop, &entry);
    }
    txn_begin(&txn, shop.env, TXN_READ);
    for (uint64_t i = 0; i < 2; i++) {
        struct entry entry;
        T_EQ_INT(entries_get(&txn, 1, i + 1, &arena, &entry, &proofs[i]), 0);
        T_EQ_INT(entry.event.texts[0].field, TEXT_SUBJECT, "in the order of their fields");
        T_EQ_INT(entry.event.texts[1].field, TEXT_BODY);
    }
    T_CHECK(memcmp(proofs[0].texts[0].salt, proofs[0].texts[1].salt, 16) != 0);
    T_CHECK(memcmp(proofs[0].texts[0].salt, proofs[1].texts[0].salt, 16) != 0);
    T_CHECK(memcmp(proofs[0].texts[0].commitment, proofs[0].texts[1].commitment, 32) != 0,
            "equal texts cannot be told from their commitments");
    txn_abort(&txn);
}

T_TEST(entries, texts_come_in_chunks_that_stay_out_of_overflow_pages)
{
    static const struct {
        size_t n;
        uint64_t rows;
    } rows[] = {{0, 1},    {1, 1},    {1399, 1}, {1400, 1},  {1401, 2},
                {2800, 2}, {2801, 3}, {5000, 4}, {49152, 36}};
    static char bytes[49152];
    uint64_t total = 0;

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)('a' + i % 23);
    }
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    shop_init(&shop, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA(arena);
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, i + 1, shop.now);
        struct txn txn;
        uint64_t n;

        entry.event.texts[0] = (struct text){TEXT_BODY, bytes, rows[i].n};
        entry.event.n_texts = 1;
        shop_write(&shop, &entry);
        txn_begin(&txn, shop.env, TXN_READ);
        T_EQ_INT(entries_get(&txn, 1, i + 1, &arena, &entry, NULL), 0, "%s", txn_text(&txn));
        T_EQ_INT(entry.event.texts[0].n, rows[i].n);
        T_EQ_MEM(entry.event.texts[0].bytes, bytes, rows[i].n, "%zu bytes", rows[i].n);
        total += rows[i].rows;
        T_EQ_INT(row_count(&txn, DB_TEXTS, &n), 0);
        T_EQ_INT(n, total, "%zu bytes", rows[i].n);
        MDB_stat stat;
        T_EQ_INT(mdb_stat(txn.mdb, shop.env->dbi[DB_TEXTS], &stat), 0);
        T_EQ_INT(stat.ms_overflow_pages, 0, "%zu bytes", rows[i].n);
        txn_abort(&txn);
    }
}

/** Deletes rows of a text from a chunk on. */
static void delete_text(struct shop *shop, uint64_t position, enum text_field field, uint16_t from,
                        uint16_t n)
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_WRITE);
    for (uint16_t i = from; i < from + n; i++) {
        struct key key = key_texts(&(struct key_texts){position, field, i});
        row_del(&txn, DB_TEXTS, &key);
    }
    T_EQ_INT(txn_commit(&txn), 0, "%s", txn_text(&txn));
}

T_TEST(entries, an_erased_text_is_absent_and_half_a_text_is_damage)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    static char bytes[3000];
    struct entry_proof proof;
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, 0);
    struct txn txn;

    shop_init(&shop, 0);
    memset(bytes, 'x', sizeof(bytes));
    entry.event.texts[0] = (struct text){TEXT_SUBJECT, "gone", 4};
    entry.event.texts[1] = (struct text){TEXT_BODY, bytes, sizeof(bytes)};
    entry.event.n_texts = 2;
    shop_write(&shop, &entry);
    delete_text(&shop, 1, TEXT_SUBJECT, 0, 1);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_get(&txn, 1, 1, &arena, &entry, &proof), 0, "%s", txn_text(&txn));
    T_EQ_INT(entry.event.n_texts, 2);
    T_CHECK(!proof.texts[0].present && entry.event.texts[0].bytes == NULL);
    T_CHECK(proof.texts[1].present && entry.event.texts[1].n == sizeof(bytes));
    txn_abort(&txn);

    delete_text(&shop, 1, TEXT_BODY, 2, 1);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_get(&txn, 1, 1, &arena, &entry, &proof), STORE_CORRUPT);
    T_CHECK(strstr(txn_text(&txn), "db texts key 0000000000000001020002") != NULL, "%s",
            txn_text(&txn));
    T_EQ_INT(entries_get_bare(&txn, 1, 1, &arena, &entry), STORE_CORRUPT, "it sticks");
    txn_abort(&txn);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_get_bare(&txn, 1, 1, &arena, &entry), 0, "without its texts");
    txn_abort(&txn);
}

T_TEST(entries, a_chunk_of_a_wrong_length_is_damage)
{
    static const size_t lengths[] = {0, 1399, 1401, 1500, 1501, 3000};
    static char bytes[3000];

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        __attribute__((cleanup(shop_fini))) struct shop shop = {0};
        ARENA(arena);
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, 0);
        struct key key = key_texts(&(struct key_texts){1, TEXT_BODY, 1});
        struct txn txn;

        // In chunks of 1400, 1400 and 100; now the second is of another length
        shop_init(&shop, 0);
        memset(bytes, 'x', sizeof(bytes));
        entry.event.texts[0] = (struct text){TEXT_BODY, bytes, 2900};
        entry.event.n_texts = 1;
        shop_write(&shop, &entry);
        txn_begin(&txn, shop.env, TXN_WRITE);
        row_put(&txn, DB_TEXTS, &key, RECORD_TEXT, bytes, lengths[i]);
        T_EQ_INT(txn_commit(&txn), 0);
        txn_begin(&txn, shop.env, TXN_READ);
        T_EQ_INT(entries_get(&txn, 1, 1, &arena, &entry, NULL), STORE_CORRUPT, "%zu bytes",
                 lengths[i]);
        txn_abort(&txn);
    }
}

T_TEST(entries, a_stream_that_leads_to_another_entry_is_damage)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct txn txn;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= 2; i++) {
        struct entry entry = shop_entry(EVENT_TICKET_OPENED, (uint32_t)i, 1, 0);
        shop_write(&shop, &entry);
    }
    struct key key = key_stream(1, 1);
    txn_begin(&txn, shop.env, TXN_WRITE);
    row_put(&txn, DB_STREAM, &key, RECORD_POSITION, "\0\0\0\0\0\0\0\2", 8);
    T_EQ_INT(txn_commit(&txn), 0);
    txn_begin(&txn, shop.env, TXN_READ);
    struct entry entry;
    T_EQ_INT(entries_get(&txn, 1, 1, &arena, &entry, NULL), STORE_CORRUPT);
    txn_abort(&txn);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_get(&txn, 2, 1, &arena, &entry, NULL), 0);
    txn_abort(&txn);
}

struct seen {
    uint64_t seqs[32];
    uint64_t positions[32];
    size_t n;
    size_t n_texts; // that were read
    size_t stop_after;
    int stop_with;
};

static int see(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct seen *seen = user;

    T_EQ_INT(entry->event.n_texts, 1);
    seen->n_texts += entry->event.texts[0].bytes != NULL;
    seen->seqs[seen->n] = entry->seq;
    seen->positions[seen->n++] = proof->position;
    return seen->n == seen->stop_after ? seen->stop_with : 0;
}

static void expect(const struct seen *seen, const char *what, size_t n, const uint64_t *seqs)
{
    T_EQ_INT(seen->n, n, "%s", what);
    for (size_t i = 0; i < n; i++) {
        T_EQ_INT(seen->seqs[i], seqs[i], "%s: entry %zu", what, i);
    }
}

T_TEST(entries, are_walked_by_stream_by_position_and_by_ticket)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct txn txn;

    shop_init(&shop, 0);
    // Stream 1: tickets 1 2 1 2 1; stream 2 in between
    for (uint64_t i = 0; i < 5; i++) {
        struct entry entry = shop_entry(i < 2 ? EVENT_TICKET_OPENED : EVENT_MESSAGE, 1, 1 + i % 2,
                                        shop.now);
        struct entry other = shop_entry(EVENT_TICKET_OPENED, 2, i + 1, shop.now);
        entry.event.texts[0] = other.event.texts[0] = (struct text){TEXT_SUBJECT, "Printer", 7};
        entry.event.n_texts = other.event.n_texts = 1;
        shop_write(&shop, &entry);
        T_EQ_INT(entry.ticket_prev_seq, i < 2 ? 0 : i - 1);
        shop_write(&shop, &other);
    }
    txn_begin(&txn, shop.env, TXN_READ);
    struct seen seen = {.n = 0};
    T_EQ_INT(entries_walk(&txn, 1, 2, 3, see, &seen), 0);
    expect(&seen, "stream from 2, three", 3, (uint64_t[]){2, 3, 4});
    T_EQ_INT(seen.n_texts, 3);
    seen = (struct seen){.n = 0};
    T_EQ_INT(entries_walk(&txn, 1, 5, 100, see, &seen), 0);
    expect(&seen, "stream from its end", 1, (uint64_t[]){5});
    seen = (struct seen){.n = 0};
    T_EQ_INT(entries_walk(&txn, 1, 6, 100, see, &seen), 0);
    expect(&seen, "stream beyond its end", 0, NULL);
    seen = (struct seen){.n = 0};
    T_EQ_INT(entries_walk_all(&txn, 8, 100, see, &seen), 0);
    expect(&seen, "all from position 8", 3, (uint64_t[]){4, 5, 5});
    T_EQ_INT(seen.positions[0], 8);
    seen = (struct seen){.n = 0};
    T_EQ_INT(entries_history(&txn, 1, 5, 100, see, &seen), 0);
    expect(&seen, "ticket 1, newest first", 3, (uint64_t[]){5, 3, 1});
    T_EQ_INT(seen.n_texts, 3);
    seen = (struct seen){.n = 0};
    T_EQ_INT(entries_history_bare(&txn, 1, 5, 100, see, &seen), 0);
    expect(&seen, "ticket 1 without texts, newest first", 3, (uint64_t[]){5, 3, 1});
    T_EQ_INT(seen.n_texts, 0);
    T_EQ_INT(seen.positions[2], 1);
    seen = (struct seen){.n = 0};
    T_EQ_INT(entries_history(&txn, 1, 4, 1, see, &seen), 0);
    expect(&seen, "ticket 2, one", 1, (uint64_t[]){4});
    seen = (struct seen){.stop_after = 2, .stop_with = JOURNAL_STOP};
    T_EQ_INT(entries_walk_all(&txn, 1, 100, see, &seen), 0);
    T_EQ_INT(seen.n, 2, "stopped");
    seen = (struct seen){.stop_after = 2, .stop_with = STORE_NOT_FOUND};
    T_EQ_INT(entries_walk(&txn, 1, 1, 100, see, &seen), STORE_NOT_FOUND, "the reader's own result");
    seen = (struct seen){.stop_after = 1, .stop_with = -5};
    T_EQ_INT(entries_history(&txn, 1, 5, 100, see, &seen), -5);

    uint64_t position;
    int64_t at;
    T_EQ_INT(entries_newest(&txn, &position, &at), 0);
    T_EQ_INT(position, 10);
    T_EQ_INT(at, shop.now);
    T_EQ_INT(entries_position(&txn, 1, 4, &position), 0);
    T_EQ_INT(position, 7);
    T_EQ_INT(entries_position(&txn, 1, 6, &position), STORE_NOT_FOUND);
    txn_abort(&txn);
}

T_TEST(entries, a_record_must_continue_its_stream)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct journal_record record = {.body = "x", .body_bytes = 1};
    struct txn txn;

    shop_init(&shop, 0);
    static const struct {
        uint64_t seq;
        int expected;
    } rows[] = {{2, STORE_CONFLICT}, {1, 0}, {1, STORE_CONFLICT}, {3, STORE_CONFLICT}, {2, 0}};
    uint64_t position = 1;

    txn_begin(&txn, shop.env, TXN_WRITE);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        record.seq = rows[i].seq;
        int r = entries_put(&txn, position, 9, &record);
        T_EQ_INT(r, rows[i].expected, "row %zu", i);
        position += r == 0;
    }
    T_EQ_INT(txn_error(&txn), 0, "a conflict does not stick");
    txn_abort(&txn);
}
