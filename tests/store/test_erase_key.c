// SPDX-License-Identifier: Apache-2.0
/*
 * What a source calls a ticket: it goes from texts and views, is known again when the source sends
 * it again, and every order of opening and erasing comes out as a replay does.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/access.h"
#include "store/entries.h"
#include "store/rebuild.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/sourcemark.h"
#include "store/tickets.h"
#include "t.h"

#define SOURCE "jira"
#define KEY    "OPS-17"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), 1 << 20)

static void make_mark(struct shop *shop, const char *source_key, uint8_t ret[EVENT_MARK_BYTES])
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(sourcemark_make(&txn, SOURCE, source_key, ret), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
}

/** Returns its seq. */
static uint64_t open_ticket(struct shop *shop, uint32_t contract, uint64_t number)
{
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, contract, number, shop->now);

    snprintf(entry.event.u.opened.source, BOOK_NAME_BYTES, SOURCE);
    entry.event.texts[0] = (struct text){TEXT_SUBJECT, "printer", 7};
    entry.event.texts[1] = (struct text){TEXT_SOURCE_KEY, KEY, sizeof(KEY) - 1};
    entry.event.n_texts = 2;
    shop_write(shop, &entry);
    return entry.seq;
}

static void keep_resolve(struct shop *shop, uint32_t contract)
{
    struct entry entry = shop_entry(EVENT_INTAKE_KEPT, contract, 0, shop->now);

    snprintf(entry.event.u.kept.source, BOOK_NAME_BYTES, SOURCE);
    entry.event.u.kept.action = INTAKE_RESOLVE;
    entry.event.u.kept.at = shop->now;
    make_mark(shop, KEY, entry.event.u.kept.source_mark);
    shop_write(shop, &entry);
}

static struct entry erase(struct shop *shop, uint32_t contract, uint64_t number, uint64_t seq)
{
    struct entry entry = shop_entry(EVENT_ERASED, contract, number, shop->now);

    entry.event.u.erased.seq = seq;
    entry.event.u.erased.fields = 1u << TEXT_SOURCE_KEY;
    make_mark(shop, KEY, entry.event.u.erased.source_mark);
    return entry;
}

static int find(struct shop *shop, const char *source_key, struct tickets_external *ret)
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    int r = tickets_by_external(&txn, SOURCE, source_key, ret);
    T_EQ_INT(txn_error(&txn), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
    return r;
}

static void get_ticket(struct shop *shop, uint32_t contract, uint64_t number, struct arena *arena,
                       struct ticket *ret)
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(tickets_get(&txn, contract, number, arena, ret), 0);
    txn_abort(&txn);
}

T_TEST(erase, a_source_key_goes_and_is_known_when_it_comes_again)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct tickets_external there;
    struct ticket ticket;

    shop_init(&shop, 0);
    const uint64_t seq = open_ticket(&shop, 4, 1);
    get_ticket(&shop, 4, 1, &arena, &ticket);
    T_EQ_STR(ticket.source_key, KEY);
    T_EQ_INT(find(&shop, KEY, &there), 0);
    T_CHECK(!there.erased);

    struct entry entry = erase(&shop, 4, 1, seq);
    shop_write(&shop, &entry);
    for (int i = 0; i < 2; i++) {
        get_ticket(&shop, 4, 1, &arena, &ticket);
        T_EQ_STR(ticket.source_key, "", "round %d", i);
        T_EQ_STR(ticket.source, SOURCE, "who fed it is known");
        T_EQ_INT(find(&shop, KEY, &there), 0, "round %d", i);
        T_CHECK(there.erased, "round %d", i);
        T_EQ_INT(there.contract, 4);
        T_EQ_INT(there.number, 1);
        T_EQ_INT(find(&shop, "OPS-18", &there), STORE_NOT_FOUND);
        shop_verify_rebuilt(&shop);
    }
}

/** A later entry of a ticket may have texts too; the ticket's key is that of its first. */
T_TEST(erase, a_source_key_that_is_none_is_refused)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};

    shop_init(&shop, 0);
    open_ticket(&shop, 4, 1);
    struct entry message = shop_entry(EVENT_MESSAGE, 4, 1, shop.now);
    message.event.texts[0] = (struct text){TEXT_BODY, "hello", 5};
    message.event.n_texts = 1;
    shop_write(&shop, &message);
    struct entry entry = erase(&shop, 4, 1, message.seq);
    shop_refused(&shop, &entry, "what it erases has no key");
    struct entry bare = shop_entry(EVENT_TICKET_OPENED, 4, 2, shop.now);
    snprintf(bare.event.u.opened.source, BOOK_NAME_BYTES, SOURCE);
    shop_write(&shop, &bare);
    entry = erase(&shop, 4, 2, bare.seq);
    shop_refused(&shop, &entry, "what it erases has no key");
    shop_verify(&shop);
}

/* --- every order ------------------------------------------------------------------------------ */

/** Three tickets with one key, in two contracts, and a resolve that waits for it. */
enum { TICKETS = 3, ORDERS = 6 };

static const struct {
    uint32_t contract;
    uint64_t number;
} tickets[TICKETS] = {{4, 1}, {5, 1}, {4, 2}};

static const int orders[ORDERS][TICKETS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                            {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/** Erases the keys of those in `which`, in an order; some before the others are opened. */
static void run_order(struct shop *shop, const int order[TICKETS], unsigned which, bool early)
{
    uint64_t seqs[TICKETS];
    bool gone[TICKETS] = {false};
    struct entry entry;

    keep_resolve(shop, 5);
    for (int i = 0; i < TICKETS; i++) {
        seqs[i] = open_ticket(shop, tickets[i].contract, tickets[i].number);
        if (early && i == order[0] && (which & 1u << i) != 0) {
            entry = erase(shop, tickets[i].contract, tickets[i].number, seqs[i]);
            shop_write(shop, &entry);
            gone[i] = true;
        }
    }
    for (int i = 0; i < TICKETS; i++) {
        const int t = order[i];

        if ((which & 1u << t) != 0 && !gone[t]) {
            entry = erase(shop, tickets[t].contract, tickets[t].number, seqs[t]);
            shop_write(shop, &entry);
        }
    }
    keep_resolve(shop, 4);
}

T_TEST(erase, in_every_order_a_key_stands_for_the_ticket_that_was_opened_last)
{
    for (unsigned n = 0; n < ORDERS * 16; n++) {
        __attribute__((cleanup(shop_fini))) struct shop shop = {0};
        const unsigned which = n / 2 % 8;
        struct tickets_external there;

        shop_init(&shop, 0);
        run_order(&shop, orders[n / 16], which, n % 2 != 0);
        T_EQ_INT(find(&shop, KEY, &there), 0, "run %u", n);
        T_EQ_INT(there.contract, 4, "run %u", n);
        T_EQ_INT(there.number, 2, "run %u", n);
        T_EQ_INT(there.erased, (which & 4) != 0, "run %u", n);
        shop_verify_rebuilt(&shop);
    }
}

/* --- why somebody looked ---------------------------------------------------------------------- */

static uint64_t look(struct shop *shop, uint32_t contract, uint64_t ticket, const char *why)
{
    struct entry entry = shop_entry(EVENT_ACCESSED, contract, 0, shop->now);

    entry.event.u.accessed.kind = ticket != 0 ? ACCESS_SHOW : ACCESS_LIST;
    entry.event.u.accessed.ticket = ticket;
    entry.event.texts[0] = (struct text){TEXT_REASON, why, strlen(why)};
    entry.event.n_texts = why[0] != 0;
    shop_write(shop, &entry);
    return entry.seq;
}

static size_t reasons(struct shop *shop, uint64_t ticket, uint64_t from, size_t max,
                      uint64_t seqs[8])
{
    struct txn txn;
    size_t n = 99;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(access_reasons(&txn, 4, ticket, from, max, seqs, &n), 0);
    txn_abort(&txn);
    return n;
}

T_TEST(erase, the_reasons_of_looks_at_a_ticket_are_found_until_they_are_gone)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    uint64_t seqs[8];

    shop_init(&shop, 0);
    open_ticket(&shop, 4, 1);
    const uint64_t first = look(&shop, 4, 1, "complaint");
    look(&shop, 4, 1, "");
    look(&shop, 4, 2, "another ticket");
    look(&shop, 4, 0, "a list");
    look(&shop, 5, 1, "another contract");
    const uint64_t last = look(&shop, 4, 1, "audit");
    T_EQ_INT(reasons(&shop, 1, 1, 8, seqs), 2);
    T_EQ_INT(seqs[0], first);
    T_EQ_INT(seqs[1], last);
    T_EQ_INT(reasons(&shop, 1, 1, 1, seqs), 1);
    T_EQ_INT(reasons(&shop, 1, first + 1, 8, seqs), 1);
    T_EQ_INT(seqs[0], last);
    T_EQ_INT(reasons(&shop, 0, 1, 8, seqs), 0, "what concerns no single one");

    struct entry entry = shop_entry(EVENT_ERASED, 4, 0, shop.now);
    entry.event.u.erased.seq = first;
    entry.event.u.erased.fields = 1u << TEXT_REASON;
    shop_write(&shop, &entry);
    shop_write(&shop, &entry); // once more is no damage
    T_EQ_INT(reasons(&shop, 1, 1, 8, seqs), 1);
    T_EQ_INT(seqs[0], last);
    shop_verify_rebuilt(&shop);
    T_EQ_INT(reasons(&shop, 1, 1, 8, seqs), 1);
}
