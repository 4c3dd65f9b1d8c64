// SPDX-License-Identifier: Apache-2.0
/*
 * Erasing: texts and salts go, what was proved stays provable.
 */
#include <string.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/erasures.h"
#include "store/record.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/tickets.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

enum { LONG = 4000 };

/** Stream 1: seq 1 opens ticket 1 with three texts, 2 tags it, 3 opens ticket 2, 4 is a read. */
static void fill(struct shop *shop)
{
    static char text[LONG];
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, shop->now);

    memset(text, 'x', sizeof(text));
    entry.event.texts[0] = (struct text){TEXT_SUBJECT, "printer", 7};
    entry.event.texts[1] = (struct text){TEXT_BODY, text, sizeof(text)};
    entry.event.texts[2] = (struct text){TEXT_REQUESTER, "ann@example.com", 15};
    entry.event.n_texts = 3;
    shop_write(shop, &entry);
    entry = shop_entry(EVENT_TAGGED, 1, 1, shop->now);
    entry.event.team = 3;
    entry.event.texts[0] = (struct text){TEXT_TAG, "vip", 3};
    entry.event.n_texts = 1;
    shop_write(shop, &entry);
    entry = shop_entry(EVENT_TICKET_OPENED, 1, 2, shop->now);
    entry.event.texts[0] = (struct text){TEXT_SUBJECT, "mouse", 5};
    entry.event.n_texts = 1;
    shop_write(shop, &entry);
    entry = shop_entry(EVENT_ACCESSED, 1, 0, shop->now);
    entry.event.u.accessed.kind = ACCESS_LIST;
    entry.event.texts[0] = (struct text){TEXT_REASON, "why", 3};
    entry.event.n_texts = 1;
    shop_write(shop, &entry);
}

static struct entry erase(uint64_t ticket, uint64_t seq, uint32_t fields)
{
    struct entry entry = shop_entry(EVENT_ERASED, 1, ticket, 0);

    entry.event.team = 3;
    entry.event.u.erased.seq = seq;
    entry.event.u.erased.fields = fields;
    return entry;
}

static void put(struct shop *shop, struct entry entry)
{
    shop_write(shop, &entry);
}

static uint64_t count(struct shop *shop, enum db db)
{
    struct txn txn;
    uint64_t n;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(row_count(&txn, db, &n), 0);
    txn_abort(&txn);
    return n;
}

T_TEST(erase, texts_and_salts_go_and_the_chain_stays)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct entry_proof before;
    struct entry_proof after;
    struct journal_head head;
    struct erasure erasure;
    struct ticket ticket;
    struct entry entry;
    struct txn txn;

    shop_init(&shop, 0);
    fill(&shop);
    T_EQ_INT(count(&shop, DB_TEXTS), 1 + 3 + 1 + 1 + 1 + 1);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_get(&txn, 1, 1, &arena, &entry, &before), 0);
    T_EQ_INT(entries_head(&txn, 1, &head), 0);
    txn_abort(&txn);

    put(&shop, erase(1, 1, 1u << TEXT_BODY | 1u << TEXT_REQUESTER));
    T_EQ_INT(count(&shop, DB_TEXTS), 4, "all chunks of both");
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_get(&txn, 1, 1, &arena, &entry, &after), 0, "%s", txn_text(&txn));
    T_EQ_INT(entry.event.n_texts, 3);
    T_EQ_MEM(entry.event.texts[0].bytes, "printer", 7, "the subject is there");
    T_CHECK(entry.event.texts[1].bytes == NULL && entry.event.texts[2].bytes == NULL);
    T_CHECK(after.texts[0].present && !after.texts[1].present && !after.texts[2].present);
    static const uint8_t none[HASH_SALT_BYTES];
    T_EQ_MEM(after.texts[1].salt, none, sizeof(none));
    T_EQ_MEM(after.texts[1].commitment, before.texts[1].commitment, HASH_BYTES);
    T_EQ_MEM(after.hash, before.hash, HASH_BYTES);
    T_EQ_INT(erasures_get(&txn, 1, 1, &erasure), 0);
    T_EQ_INT(erasure.fields, 1u << TEXT_BODY | 1u << TEXT_REQUESTER);
    T_EQ_INT(erasure.seq, 5);
    T_EQ_INT(erasures_get(&txn, 1, 3, &erasure), STORE_NOT_FOUND);
    T_EQ_INT(tickets_get(&txn, 1, 1, &arena, &ticket), 0);
    T_EQ_INT(ticket.last_seq, 5, "its history tells of it");
    txn_abort(&txn);
    shop_verify_rebuilt(&shop);

    put(&shop, erase(1, 1, 1u << TEXT_BODY | 1u << TEXT_SUBJECT)); // some of it a second time
    put(&shop, erase(1, 2, 1u << TEXT_TAG));
    put(&shop, erase(0, 4, 1u << TEXT_REASON));
    T_EQ_INT(count(&shop, DB_TEXTS), 1);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(erasures_get(&txn, 1, 1, &erasure), 0);
    T_EQ_INT(erasure.fields, 1u << TEXT_BODY | 1u << TEXT_REQUESTER | 1u << TEXT_SUBJECT);
    T_EQ_INT(erasure.seq, 6);
    T_EQ_INT(tickets_get(&txn, 1, 1, &arena, &ticket), 0);
    T_EQ_INT(ticket.n_tags, 1, "the tag is there, nobody knows its word");
    T_EQ_INT(entries_get(&txn, 1, ticket.tags[0], &arena, &entry, NULL), 0);
    T_CHECK(entry.event.texts[0].bytes == NULL);
    T_EQ_INT(entries_get(&txn, 1, 3, &arena, &entry, NULL), 0);
    T_EQ_MEM(entry.event.texts[0].bytes, "mouse", 5, "another ticket's");
    txn_abort(&txn);
    shop_verify_rebuilt(&shop);
}

/** An aborted batch has erased nothing. */
T_TEST(erase, is_part_of_its_batch)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry entry = erase(1, 1, 1u << TEXT_BODY);

    shop_init(&shop, 0);
    fill(&shop);
    shop_begin(&shop);
    shop_append(&shop, &entry);
    batch_abort(shop.batch);
    T_EQ_INT(count(&shop, DB_TEXTS), 8);
    shop_verify(&shop);
}

T_TEST(erase, what_is_of_another_ticket_or_not_there_is_refused)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry rows[] = {erase(1, 3, 2), erase(0, 1, 2), erase(2, 4, 32), erase(1, 5, 2),
                           erase(1, 6, 2)};
    static const char *const texts[] = {
        "what it erases is of another ticket", "what it erases is of another ticket",
        "what it erases is of another ticket", "what it erases comes after it",
        "what it erases comes after it",
    };

    shop_init(&shop, 0);
    fill(&shop);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        shop_refused(&shop, &rows[i], texts[i]);
    }
    T_EQ_INT(count(&shop, DB_TEXTS), 8);
    shop_verify(&shop);
}

/** A text that came back, as out of a backup, is told. */
T_TEST(erase, a_text_that_an_entry_erases_and_that_is_there_is_told)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct key key = key_texts(&(struct key_texts){1, TEXT_SUBJECT, 0});
    uint8_t p[100];
    struct txn txn;
    struct row row;
    char text[512];

    shop_init(&shop, 0);
    fill(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(row_get(&txn, DB_TEXTS, &key, RECORD_TEXT, &row), 0);
    T_CHECK(row.n <= sizeof(p));
    memcpy(p, row.p, row.n);
    txn_abort(&txn);
    put(&shop, erase(1, 1, 1u << TEXT_SUBJECT));
    shop_verify(&shop);
    txn_begin(&txn, shop.env, TXN_WRITE);
    T_EQ_INT(row_put(&txn, DB_TEXTS, &key, RECORD_TEXT, p, row.n), 0);
    T_EQ_INT(txn_commit(&txn), 0);
    T_EQ_STR(shop_divergence(&shop, text, sizeof(text)),
             "stream 1 seq 1: its text 1 is there, and seq 5 erases it");
}
