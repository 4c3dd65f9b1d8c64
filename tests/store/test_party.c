// SPDX-License-Identifier: Apache-2.0
/*
 * What parties owe each other: their word on changes, the log of reads, signed heads.
 */
#include <string.h>

#include "core/instant.h"
#include "store/access.h"
#include "store/countersigns.h"
#include "store/entries.h"
#include "store/proposals.h"
#include "store/record.h"
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

static void put(struct shop *shop, struct entry entry)
{
    shop_write(shop, &entry);
}

/* --- proposals -------------------------------------------------------------------------------- */

static struct entry propose(uint64_t id)
{
    struct entry entry = shop_entry(EVENT_BOOK_PROPOSED, 0, 0, 0);

    entry.event.u.proposal.id = id;
    entry.event.u.proposal.sha256[0] = (uint8_t)id;
    entry.event.u.proposal.body = "contract: x\n";
    entry.event.u.proposal.body_bytes = 12;
    return entry;
}

static struct entry end(uint64_t id, bool withdrawn)
{
    struct entry entry = shop_entry(EVENT_PROPOSAL_ENDED, 0, 0, 0);

    entry.actor = 9;
    entry.event.u.proposal.id = id;
    entry.event.u.proposal.sha256[0] = (uint8_t)id;
    entry.event.u.proposal.refused = withdrawn;
    return entry;
}

/** party 0: the contract is asked. */
static struct entry change(uint64_t id, uint32_t contract, uint32_t party, bool refused)
{
    struct entry entry = shop_entry(party ? EVENT_CHANGE_APPROVED : EVENT_CHANGE_PROPOSED, contract,
                                    0, 0);

    entry.actor = 10 + party;
    entry.event.u.proposal.id = id;
    entry.event.u.proposal.sha256[0] = (uint8_t)id;
    entry.event.u.proposal.party = party;
    entry.event.u.proposal.refused = refused;
    return entry;
}

T_TEST(party, a_proposal_tells_what_each_party_of_each_contract_said_last)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct proposal p;
    struct proposal page[3];
    struct entry entry;
    struct txn txn;
    uint64_t next;
    size_t n;

    shop_init(&shop, 0);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(proposals_next_id(&txn, &next), 0);
    T_EQ_INT(next, 1);
    T_EQ_INT(proposals_get(&txn, 1, &arena, &p), STORE_NOT_FOUND);
    txn_abort(&txn);
    put(&shop, propose(1));
    put(&shop, change(1, 5, 0, false));
    put(&shop, change(1, 3, 0, false));
    put(&shop, change(1, 5, 2, true));
    put(&shop, change(1, 5, 1, false));
    put(&shop, change(1, 5, 2, false)); // it changed its mind
    put(&shop, propose(2));
    put(&shop, end(2, true));
    put(&shop, propose(300));
    put(&shop, end(1, false));
    shop_verify_rebuilt(&shop);

    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(proposals_get(&txn, 1, &arena, &p), 0, "%s", txn_text(&txn));
    T_EQ_INT(p.id, 1);
    T_EQ_INT(p.seq, 1);
    T_EQ_INT(p.actor, 7);
    T_EQ_INT(p.sha256[0], 1);
    T_EQ_INT(p.state, PROPOSAL_APPLIED);
    T_EQ_INT(p.ended_seq, 5);
    T_EQ_INT(p.ended_actor, 9);
    T_EQ_INT(entries_get(&txn, 0, p.ended_seq, &arena, &entry, NULL), 0);
    T_EQ_INT(p.ended_at, entry.recorded_at);
    T_EQ_INT(entries_get(&txn, 0, p.seq, &arena, &entry, NULL), 0);
    T_EQ_INT(p.recorded_at, entry.recorded_at);
    T_EQ_MEM(entry.event.u.proposal.body, "contract: x\n", 12);
    static const struct {
        uint32_t contract;
        uint32_t party;
        uint64_t seq;
    } expected[] = {{3, 0, 1}, {5, 0, 1}, {5, 1, 3}, {5, 2, 4}};
    T_EQ_INT(p.n_changes, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct proposal_change *c = &p.changes[i];

        T_EQ_INT(c->key.id, 1);
        T_EQ_INT(c->key.contract, expected[i].contract, "row %zu", i);
        T_EQ_INT(c->key.party, expected[i].party, "row %zu", i);
        T_EQ_INT(c->seq, expected[i].seq, "row %zu", i);
        T_EQ_INT(c->actor, 10 + c->key.party, "row %zu", i);
        T_EQ_INT(c->sha256[0], 1);
        T_CHECK(!c->refused, "row %zu", i);
        T_EQ_INT(entries_get(&txn, c->key.contract, c->seq, &arena, &entry, NULL), 0);
        T_EQ_INT(c->recorded_at, entry.recorded_at, "row %zu", i);
    }
    T_EQ_INT(proposals_scan(&txn, 0, 3, &arena, page, &n), 0);
    T_EQ_INT(n, 3);
    T_EQ_INT(page[0].n_changes, 4);
    T_EQ_INT(page[1].state, PROPOSAL_WITHDRAWN);
    T_EQ_INT(page[2].id, 300);
    T_EQ_INT(page[2].state, PROPOSAL_OPEN);
    T_EQ_INT(page[2].ended_at, INSTANT_NONE);
    T_EQ_INT(proposals_scan(&txn, 2, 1, &arena, page, &n), 0);
    T_EQ_INT(n, 1);
    T_EQ_INT(page[0].id, 2);
    T_EQ_INT(proposals_scan(&txn, 301, 3, &arena, page, &n), 0);
    T_EQ_INT(n, 0);
    T_EQ_INT(proposals_next_id(&txn, &next), 0);
    T_EQ_INT(next, 301);
    txn_abort(&txn);
}

T_TEST(party, a_word_on_what_nobody_proposed_is_refused)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry other_text = change(1, 5, 1, false);
    struct entry rows[] = {
        propose(1), end(3, false), end(2, false), change(1, 5, 0, false), change(1, 6, 1, false),
        other_text};
    static const char *const texts[] = {
        "this proposal is there already", "there is no such open proposal",
        "there is no such open proposal", "this change is there already",
        "nobody proposed this change",    "nobody proposed this change",
    };

    rows[5].event.u.proposal.sha256[31] = 1;
    shop_init(&shop, 0);
    put(&shop, propose(1));
    put(&shop, propose(2));
    put(&shop, end(2, true));
    put(&shop, change(1, 5, 0, false));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        shop_refused(&shop, &rows[i], texts[i]);
    }
    put(&shop, change(77, 5, 0, false)); // stream 0 may come later
    shop_verify(&shop);
}

/* --- access ----------------------------------------------------------------------------------- */

static struct entry look(uint32_t contract, uint32_t actor)
{
    struct entry entry = shop_entry(EVENT_ACCESSED, contract, 0, 0);

    entry.actor = actor;
    entry.event.u.accessed.kind = ACCESS_SHOW;
    entry.event.u.accessed.ticket = 1;
    entry.event.texts[0] = (struct text){TEXT_REASON, "complaint 17", 12};
    entry.event.n_texts = 1;
    return entry;
}

T_TEST(party, reads_are_listed_in_pages_by_when_they_were_recorded)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct access_cursor cursor = {.n = 0};
    struct access_cursor other;
    struct access_row rows[6];
    int64_t at[6];
    struct entry entry;
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    for (uint32_t i = 0; i < 5; i++) {
        entry = look(1, 20 + i);
        shop_write(&shop, &entry);
        at[i] = entry.recorded_at;
        put(&shop, look(2, 90));
    }
    shop_verify_rebuilt(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(access_scan(&txn, 1, INSTANT_NONE, INSTANT_NEVER, &cursor, 3, rows, &n), 0);
    T_EQ_INT(n, 3);
    for (size_t i = 0; i < 3; i++) {
        T_EQ_INT(rows[i].seq, i + 1);
        T_EQ_INT(rows[i].recorded_at, at[i]);
        T_EQ_INT(rows[i].actor, 20 + i);
    }
    other = cursor;
    T_EQ_INT(access_scan(&txn, 1, INSTANT_NONE, INSTANT_NEVER, &cursor, 3, rows, &n), 0);
    T_EQ_INT(n, 2);
    T_EQ_INT(rows[0].seq, 4);
    T_EQ_INT(cursor.n, 0, "there is nothing more");
    T_EQ_INT(access_scan(&txn, 2, INSTANT_NONE, INSTANT_NEVER, &other, 6, rows, &n), 0);
    T_EQ_INT(n, 5, "a cursor of another contract is not followed");
    T_EQ_INT(rows[0].actor, 90);
    T_EQ_INT(access_scan(&txn, 1, at[1], at[3], &cursor, 6, rows, &n), 0);
    T_EQ_INT(n, 2, "from the first instant on, before the second");
    T_EQ_INT(rows[0].seq, 2);
    T_EQ_INT(access_scan(&txn, 3, INSTANT_NONE, INSTANT_NEVER, &cursor, 6, rows, &n), 0);
    T_EQ_INT(n, 0);
    T_EQ_INT(entries_get(&txn, 1, 2, &arena, &entry, NULL), 0);
    T_EQ_INT(entry.event.u.accessed.ticket, 1);
    T_EQ_MEM(entry.event.texts[0].bytes, "complaint 17", 12);
    txn_abort(&txn);
}

T_TEST(party, a_read_leaves_its_ticket_as_it_is)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct ticket before;
    struct ticket after;
    struct entry entry = look(1, 7);
    struct txn txn;

    shop_init(&shop, 0);
    shop_small_history(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_get(&txn, 1, 1, &arena, &before), 0);
    txn_abort(&txn);
    shop_write(&shop, &entry);
    T_EQ_INT(entry.ticket_prev_seq, 0);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_get(&txn, 1, 1, &arena, &after), 0);
    txn_abort(&txn);
    T_EQ_INT(after.version, before.version);
    T_EQ_INT(after.last_seq, before.last_seq);
    T_EQ_INT(after.updated_at, before.updated_at);
    entry = look(1, 7);
    entry.event.ticket = 1;
    shop_refused(&shop, &entry, "a read is no part of a ticket's history");
    shop_verify_rebuilt(&shop);
}

/* --- signed heads ----------------------------------------------------------------------------- */

static struct entry countersign(struct shop *shop, uint64_t seq, uint32_t party)
{
    struct entry entry = shop_entry(EVENT_COUNTERSIGNED, 1, 0, 0);
    struct txn txn;

    entry.actor = 30 + party;
    entry.event.u.countersigned.seq = seq;
    entry.event.u.countersigned.party = party;
    entry.event.u.countersigned.signature = (const uint8_t *)"signature";
    entry.event.u.countersigned.signature_bytes = 9;
    entry.event.u.countersigned.certificate = (const uint8_t *)"certificate";
    entry.event.u.countersigned.certificate_bytes = 11;
    txn_begin(&txn, shop->env, TXN_READ);
    entries_hash(&txn, 1, seq, entry.event.u.countersigned.sha256);
    T_EQ_INT(txn_error(&txn), 0);
    txn_abort(&txn);
    return entry;
}

/** Of party 0: the newest of all. */
static struct countersign head(struct shop *shop, uint32_t party)
{
    struct countersign c;
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(party ? countersigns_get(&txn, 1, party, &c) : countersigns_newest(&txn, 1, &c), 0,
             "%s", txn_text(&txn));
    txn_abort(&txn);
    return c;
}

T_TEST(party, the_newest_head_that_a_party_signed_stays)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct entry entry;
    struct countersign c;
    struct txn txn;

    shop_init(&shop, 0);
    shop_small_history(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(countersigns_newest(&txn, 1, &c), STORE_NOT_FOUND);
    T_EQ_INT(countersigns_get(&txn, 1, 2, &c), STORE_NOT_FOUND);
    txn_abort(&txn);
    entry = countersign(&shop, 5, 2);
    shop_write(&shop, &entry);
    c = head(&shop, 2);
    T_EQ_INT(c.contract, 1);
    T_EQ_INT(c.party, 2);
    T_EQ_INT(c.head_seq, 5);
    T_EQ_INT(c.seq, 9);
    T_EQ_INT(c.actor, 32);
    T_EQ_INT(c.recorded_at, entry.recorded_at);
    T_EQ_MEM(c.sha256, entry.event.u.countersigned.sha256, sizeof(c.sha256));
    put(&shop, countersign(&shop, 4, 2)); // late
    T_EQ_INT(head(&shop, 2).head_seq, 5);
    put(&shop, countersign(&shop, 8, 1));
    T_EQ_INT(head(&shop, 0).party, 1);
    T_EQ_INT(head(&shop, 2).head_seq, 5);
    put(&shop, countersign(&shop, 8, 2));
    T_EQ_INT(head(&shop, 0).party, 2, "of the same head the last");
    T_EQ_INT(head(&shop, 0).seq, 12);
    put(&shop, countersign(&shop, 12, 1)); // a signature may sign signatures
    T_EQ_INT(head(&shop, 0).party, 1);
    shop_verify_rebuilt(&shop);

    entry = countersign(&shop, 13, 1);
    entry.event.u.countersigned.sha256[31] ^= 1;
    shop_refused(&shop, &entry, "what it signs is no head of this stream");
    entry = countersign(&shop, 14, 1); // itself
    shop_refused(&shop, &entry, "what it signs is no head of this stream");
    shop_verify(&shop);
}
