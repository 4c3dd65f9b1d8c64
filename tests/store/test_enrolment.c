// SPDX-License-Identifier: Apache-2.0
/*
 * Secrets that make a certificate, and the keys that a principal is known by.
 */
#include "store/enrolments.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/principals.h"
#include "store/shop.h"
#include "t.h"

static struct entry set(uint32_t id, const char *name)
{
    struct entry entry = shop_entry(EVENT_PRINCIPAL_SET, 0, 0, 0);

    entry.event.u.principal.id = id;
    entry.event.u.principal.generation = 1;
    snprintf(entry.event.u.principal.name, PRINCIPAL_NAME_BYTES, "%s", name);
    return entry;
}

static struct entry offer(uint32_t principal, uint8_t secret)
{
    struct entry entry = shop_entry(EVENT_ENROLMENT_OFFERED, 0, 0, 0);

    entry.event.u.offered.principal = principal;
    entry.event.u.offered.secret_sha256[0] = secret;
    entry.event.u.offered.expires_at = 1000 + secret;
    return entry;
}

/** secret 0: a renewal. */
static struct entry enrol(uint32_t principal, uint8_t secret, uint8_t key)
{
    struct entry entry = shop_entry(EVENT_ENROLLED, 0, 0, 0);

    entry.event.u.enrolled.principal = principal;
    entry.event.u.enrolled.renewed = secret == 0;
    entry.event.u.enrolled.secret_sha256[0] = secret;
    entry.event.u.enrolled.key_sha256[0] = key;
    entry.event.u.enrolled.expires_at = INSTANT_NEVER;
    return entry;
}

static void put(struct shop *shop, struct entry entry)
{
    shop_write(shop, &entry);
}

/** The principal as it is, its keys by their first bytes. */
static void check(struct shop *shop, uint32_t id, uint64_t generation, const char *keys)
{
    struct principal p;
    struct txn txn;
    char text[100] = "";

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(principals_get(&txn, id, &p), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
    for (size_t i = 0; i < p.n_keys; i++) {
        size_t n = strlen(text);
        snprintf(text + n, sizeof(text) - n, "%u ", p.keys[i][0]);
    }
    T_EQ_STR(text, keys);
    T_EQ_INT(p.generation, generation, "%s", keys);
    T_EQ_INT(p.pinned, p.n_keys > 0, "%s", keys);
}

static int waiting(struct shop *shop, uint32_t id)
{
    struct enrolment e = {.seq = 0};
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    int r = enrolments_waiting(&txn, id, &e);
    T_CHECK(r == 0 || r == STORE_NOT_FOUND, "%s", txn_text(&txn));
    txn_abort(&txn);
    return r == 0 ? e.secret_sha256[0] : 0;
}

static struct enrolment get(struct shop *shop, uint8_t secret)
{
    uint8_t sha256[BOOK_HASH_BYTES] = {secret};
    struct enrolment e;
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(enrolments_get(&txn, sha256, &e), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
    return e;
}

T_TEST(enrolment, a_secret_is_used_once_and_pins_its_key)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    uint8_t unknown[BOOK_HASH_BYTES] = {9};
    struct enrolment e;
    struct txn txn;

    shop_init(&shop, 0);
    put(&shop, set(1, "ann"));
    put(&shop, set(2, "bob"));
    check(&shop, 1, 1, "");
    T_EQ_INT(waiting(&shop, 1), 0);
    put(&shop, offer(1, 11));
    T_EQ_INT(waiting(&shop, 1), 11);
    T_EQ_INT(waiting(&shop, 2), 0, "nobody else's");
    e = get(&shop, 11);
    T_EQ_INT(e.principal, 1);
    T_EQ_INT(e.expires_at, 1011);
    T_EQ_INT(e.seq, 3);
    T_CHECK(!e.used && !e.voided);
    check(&shop, 1, 1, "");

    put(&shop, enrol(1, 11, 21));
    T_EQ_INT(waiting(&shop, 1), 0, "it is used up");
    e = get(&shop, 11);
    T_CHECK(e.used && !e.voided);
    T_EQ_INT(e.key_sha256[0], 21);
    check(&shop, 1, 2, "21 ");
    put(&shop, enrol(1, 11, 21)); // the answer was lost
    check(&shop, 1, 3, "21 ");

    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(enrolments_get(&txn, unknown, &e), STORE_NOT_FOUND);
    T_EQ_INT(txn_error(&txn), 0);
    txn_abort(&txn);
    shop_verify_rebuilt(&shop);
}

T_TEST(enrolment, a_renewal_adds_a_key_and_the_oldest_goes)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};

    shop_init(&shop, 0);
    put(&shop, set(1, "ann"));
    for (uint8_t key = 21; key <= 24; key++) {
        put(&shop, enrol(1, 0, key));
    }
    check(&shop, 1, 5, "21 22 23 24 ");
    put(&shop, enrol(1, 0, 22)); // the same key once more is the newest
    check(&shop, 1, 6, "21 23 24 22 ");
    put(&shop, enrol(1, 0, 25));
    check(&shop, 1, 7, "23 24 22 25 ");
    shop_verify_rebuilt(&shop);
}

T_TEST(enrolment, newer_offers_and_forgotten_keys_make_a_secret_void)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry entry = set(1, "ann");

    shop_init(&shop, 0);
    put(&shop, set(1, "ann"));
    put(&shop, offer(1, 11));
    put(&shop, offer(1, 12));
    T_EQ_INT(waiting(&shop, 1), 12);
    T_CHECK(get(&shop, 11).voided && !get(&shop, 12).voided);
    put(&shop, enrol(1, 12, 21));
    put(&shop, offer(1, 13));
    T_CHECK(get(&shop, 12).voided, "used, and no longer good for a lost answer");
    T_EQ_INT(waiting(&shop, 1), 13);

    // Disabled and enabled again, its keys kept: the code still waits
    entry.event.u.principal.generation = 5;
    entry.event.u.principal.pinned = true;
    entry.event.u.principal.keys[0][0] = 21;
    entry.event.u.principal.n_keys = 1;
    entry.event.u.principal.disabled = true;
    shop_write(&shop, &entry);
    check(&shop, 1, 5, "21 ");
    T_EQ_INT(waiting(&shop, 1), 13);
    entry.event.u.principal.keys[1][0] = 22; // one more
    entry.event.u.principal.n_keys = 2;
    shop_write(&shop, &entry);
    T_EQ_INT(waiting(&shop, 1), 13);
    // Rotated
    entry.event.u.principal.keys[0][0] = 22;
    entry.event.u.principal.n_keys = 1;
    shop_write(&shop, &entry);
    T_EQ_INT(waiting(&shop, 1), 0);
    T_CHECK(get(&shop, 13).voided);
    put(&shop, offer(1, 14));
    T_EQ_INT(waiting(&shop, 1), 14);
    shop_verify_rebuilt(&shop);
}

T_TEST(enrolment, what_does_not_follow_is_refused)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry rows[] = {offer(3, 15),     offer(1, 11),     offer(2, 12),     enrol(3, 0, 21),
                           enrol(1, 15, 21), enrol(2, 13, 21), enrol(1, 11, 21), enrol(1, 12, 22)};
    static const char *const texts[] = {
        "(enrolment_offered): there is no such principal",
        "(enrolment_offered): its secret was offered before",
        "(enrolment_offered): its secret was offered before",
        "(enrolled): there is no such principal",
        "(enrolled): its secret was not offered",
        "(enrolled): its secret was not offered",
        "(enrolled): its secret was made void",
        "(enrolled): its secret was used for another key",
    };

    shop_init(&shop, 0);
    put(&shop, set(1, "ann"));
    put(&shop, set(2, "bob"));
    put(&shop, offer(1, 11));
    put(&shop, offer(1, 12));
    put(&shop, enrol(1, 12, 21));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        shop_refused(&shop, &rows[i], texts[i]);
    }
    shop_verify(&shop);
}
