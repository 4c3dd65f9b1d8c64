// SPDX-License-Identifier: Apache-2.0
/*
 * Entries that are handed on, and proved without a store.
 */
#include "store/chain.h"

#include <stdlib.h>
#include <string.h>

#include "store/record.h"
#include "store/shop.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), CHAIN_ARENA_BYTES)

static bool follows(const uint8_t previous[HASH_BYTES], const void *body, size_t n,
                    const uint8_t hash[HASH_BYTES])
{
    uint8_t expected[HASH_BYTES];

    T_EQ_INT(hash_entry(previous, body, n, expected), 0);
    return memcmp(expected, hash, sizeof(expected)) == 0;
}

static bool commits(const uint8_t commitment[HASH_BYTES], const uint8_t salt[HASH_SALT_BYTES],
                    const void *text, size_t n)
{
    uint8_t expected[HASH_BYTES];

    T_EQ_INT(hash_commitment(salt, text, n, expected), 0);
    return memcmp(expected, commitment, sizeof(expected)) == 0;
}

/** What was handed on: proves it link by link, with nothing but the bytes. */
struct export
{
    uint8_t hash[HASH_BYTES];
    uint64_t seq;
    size_t n;
    size_t n_texts; /* that were there */
};

static int prove(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct export *x = user;
    ARENA(arena);
    char text[STORE_TEXT_BYTES];
    struct entry_proof again;
    struct entry decoded;

    T_EQ_INT(entry->seq, x->seq + 1);
    T_CHECK(follows(x->hash, proof->body, proof->body_bytes, proof->hash));
    T_EQ_INT(chain_decode(proof->body, proof->body_bytes, &arena, &decoded, &again, text), 0, "%s",
             text);
    T_EQ_INT(decoded.seq, entry->seq);
    T_EQ_INT(decoded.event.kind, entry->event.kind);
    T_CHECK(again.body == proof->body && again.body_bytes == proof->body_bytes);
    T_EQ_INT(again.n_texts, proof->n_texts);
    for (size_t i = 0; i < again.n_texts; i++) {
        const struct text *t = &entry->event.texts[i];

        T_EQ_INT(again.texts[i].field, t->field);
        T_EQ_INT(proof->texts[i].field, t->field);
        T_EQ_MEM(again.texts[i].commitment, proof->texts[i].commitment, HASH_BYTES);
        T_CHECK(!again.texts[i].present);
        T_EQ_INT(proof->texts[i].present, t->bytes != NULL);
        if (t->bytes) {
            T_CHECK(commits(again.texts[i].commitment, proof->texts[i].salt, t->bytes, t->n));
            T_CHECK(!commits(again.texts[i].commitment, proof->texts[i].salt, t->bytes, t->n - 1));
            x->n_texts++;
        }
    }
    memcpy(x->hash, proof->hash, sizeof(x->hash));
    x->seq = entry->seq;
    x->n++;
    return 0;
}

/** From the entry after `x` on. */
static void hand_on(struct shop *shop, struct export *x, uint64_t to_seq, size_t max, bool texts)
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(entries_walk_to(&txn, 1, x->seq + 1, to_seq, max, texts, prove, x), 0, "%s",
             txn_text(&txn));
    txn_abort(&txn);
}

T_TEST(chain, a_stream_that_is_handed_on_is_proved_without_its_store)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct export x = {.seq = 0};
    uint8_t genesis[HASH_BYTES];

    shop_init(&shop, 0);
    shop_small_history(&shop);
    T_EQ_INT(hash_genesis(shop_cluster_id, 1, genesis), 0);
    memcpy(x.hash, genesis, sizeof(genesis));
    hand_on(&shop, &x, 3, 100, true);
    T_EQ_INT(x.n, 3);
    T_EQ_INT(x.n_texts, 2);
    hand_on(&shop, &x, 3, 100, true);
    T_EQ_INT(x.n, 3, "to_seq is the last");
    hand_on(&shop, &x, UINT64_MAX, 2, true);
    T_EQ_INT(x.seq, 5, "max");
    hand_on(&shop, &x, 7, SIZE_MAX, true);
    T_EQ_INT(x.seq, 7);
    hand_on(&shop, &x, 99, SIZE_MAX, true);
    T_EQ_INT(x.seq, 8, "there are no more");

    x = (struct export){.seq = 0};
    memcpy(x.hash, genesis, sizeof(genesis));
    hand_on(&shop, &x, UINT64_MAX, SIZE_MAX, false);
    T_EQ_INT(x.seq, 8);
    T_EQ_INT(x.n_texts, 0, "without texts");
}

T_TEST(chain, any_changed_byte_breaks_it)
{
    static const uint8_t previous[HASH_BYTES] = {1};
    uint8_t body[] = "the body of an entry";
    uint8_t hash[HASH_BYTES];
    uint8_t other[HASH_BYTES];

    T_EQ_INT(hash_entry(previous, body, sizeof(body), hash), 0);
    T_CHECK(follows(previous, body, sizeof(body), hash));
    for (size_t i = 0; i < HASH_BYTES; i++) {
        memcpy(other, previous, sizeof(other));
        other[i] ^= 0x80;
        T_CHECK(!follows(other, body, sizeof(body), hash), "previous %zu", i);
        memcpy(other, hash, sizeof(other));
        other[i] ^= 1;
        T_CHECK(!follows(previous, body, sizeof(body), other), "hash %zu", i);
    }
    for (size_t i = 0; i < sizeof(body); i++) {
        body[i] ^= 1;
        T_CHECK(!follows(previous, body, sizeof(body), hash), "body %zu", i);
        body[i] ^= 1;
    }
    T_CHECK(!follows(previous, body, sizeof(body) - 1, hash));
}

T_TEST(chain, bytes_that_are_no_entry_of_ours_are_told)
{
    static const struct {
        uint8_t body[12];
        size_t n;
        int expected;
        const char *text;
    } rows[] = {
        {{0xff, 0xff}, 2, STORE_CORRUPT, "the entry makes no sense"},
        {{0}, 0, STORE_NEWER, "stream 0 seq 0 is of kind 0"},
        {{0x08, 1, 0x10, 9, 0x30, 99},
         6,
         STORE_NEWER,
         "stream 1 seq 9 needs a reader of version 99"},
        {{0x08, 1, 0x10, 9, 0x38, 71}, 6, STORE_CORRUPT, "the entry makes no sense"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA(arena);
        char text[STORE_TEXT_BYTES] = "";
        struct entry_proof proof;
        struct entry entry;

        T_EQ_INT(chain_decode(rows[i].body, rows[i].n, &arena, &entry, &proof, text),
                 rows[i].expected, "row %zu", i);
        T_CHECK(strstr(text, rows[i].text) != NULL, "row %zu: %s", i, text);
    }
}
