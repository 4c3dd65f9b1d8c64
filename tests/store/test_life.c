// SPDX-License-Identifier: Apache-2.0
/*
 * Where a ticket is found while its life goes on: whose it is, what it is, and when it ends.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "slate_store.pb-c.h"
#include "store/breaches.h"
#include "store/due.h"
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

/** Ticket 1 of contract 1, team 3, with a clock that is due in four hours. */
static void open_ticket(struct shop *shop)
{
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, shop->now);

    snprintf(entry.event.u.opened.category, BOOK_NAME_BYTES, "printing");
    snprintf(entry.event.u.opened.language, BOOK_NAME_BYTES, "de");
    entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, shop->now, 4 * US_PER_HOUR);
    entry.event.n_clocks = 1;
    shop_write(shop, &entry);
}

static struct entry next(struct shop *shop, enum event_kind kind)
{
    struct entry entry = shop_entry(kind, 1, 1, shop->now);

    entry.event.team = 3;
    return entry;
}

static void assign(struct shop *shop, enum event_kind kind, uint32_t assignee)
{
    struct entry entry = next(shop, kind);

    entry.event.u.taken.assignee = assignee;
    shop_write(shop, &entry);
}

/** Fails the test unless the ticket is in this class of this team, in no other one, and in the
 * list of this person (0: in nobody's). */
static void expect_lists(struct shop *shop, const char *what, uint32_t team,
                         enum ticket_class class, uint32_t person, bool done)
{
    struct tickets_row row[2];
    struct txn txn;
    size_t n;

    txn_begin(&txn, shop->env, TXN_READ);
    for (uint32_t t = 3; t <= 5; t++) {
        for (int c = 1; c < TICKET_CLASSES; c++) {
            struct tickets_cursor cursor = {.n = 0};

            T_EQ_INT(tickets_by_team(&txn, 1, t, (enum ticket_class)c, &cursor, 2, row, &n), 0);
            T_EQ_INT(n, t == team && c == (int)class, "%s: team %u class %d", what, t, c);
        }
    }
    for (uint32_t p = 7; p <= 9; p++) {
        for (int d = 0; d < 2; d++) {
            struct tickets_cursor cursor = {.n = 0};

            T_EQ_INT(tickets_by_person(&txn, p, d, &cursor, 2, row, &n), 0);
            T_EQ_INT(n, p == person && d == done, "%s: principal %u", what, p);
        }
    }
    txn_abort(&txn);
}

static void expect_due(struct shop *shop, const char *what, int64_t at)
{
    struct txn txn;
    int64_t next_at;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(due_next(&txn, &next_at), at == INSTANT_NEVER ? STORE_NOT_FOUND : 0, "%s", what);
    if (at != INSTANT_NEVER) {
        T_EQ_INT(next_at, at, "%s", what);
    }
    txn_abort(&txn);
}

static void get(struct shop *shop, struct arena *arena, struct ticket *ret)
{
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(tickets_get(&txn, 1, 1, arena, ret), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
}

T_TEST(life, lists_follow_whose_a_ticket_is)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};

    shop_init(&shop, 0);
    open_ticket(&shop);
    expect_lists(&shop, "opened", 3, TICKET_CLASS_NEW, 0, false);
    struct entry entry = next(&shop, EVENT_ACKNOWLEDGED);
    shop_write(&shop, &entry);
    expect_lists(&shop, "acknowledged", 3, TICKET_CLASS_OPEN, 0, false);
    assign(&shop, EVENT_TAKEN, 7);
    expect_lists(&shop, "taken", 3, TICKET_CLASS_OPEN, 7, false);
    assign(&shop, EVENT_ASSIGNED, 8);
    expect_lists(&shop, "assigned", 3, TICKET_CLASS_OPEN, 8, false);
    assign(&shop, EVENT_ASSIGNED, 0);
    expect_lists(&shop, "released", 3, TICKET_CLASS_OPEN, 0, false);
    assign(&shop, EVENT_TAKEN, 9);
    entry = next(&shop, EVENT_TRANSFERRED);
    entry.event.team = 5;
    entry.event.u.transferred.from = 3;
    shop_write(&shop, &entry);
    expect_lists(&shop, "transferred", 5, TICKET_CLASS_OPEN, 0, false);
    shop_verify(&shop);
}

T_TEST(life, what_is_merged_is_closed_and_nothing_is_due)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct ticket ticket;

    shop_init(&shop, 0);
    int64_t due_at = shop.now + 4 * US_PER_HOUR;
    open_ticket(&shop);
    assign(&shop, EVENT_TAKEN, 7);
    expect_due(&shop, "open", due_at);
    struct entry other = shop_entry(EVENT_TICKET_OPENED, 1, 2, shop.now);
    other.event.u.opened.team = 9;
    shop_write(&shop, &other);

    struct entry entry = next(&shop, EVENT_MERGED);
    entry.event.u.merged.ticket = 2;
    entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, 0);
    entry.event.clocks[0].state = CLOCK_CANCELLED;
    entry.event.clocks[0].due_at = entry.event.clocks[0].limit_at = INSTANT_NEVER;
    entry.event.n_clocks = 1;
    shop_write(&shop, &entry);
    expect_lists(&shop, "merged", 3, TICKET_CLASS_CLOSED, 7, true);
    expect_due(&shop, "merged", INSTANT_NEVER);
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.state, TICKET_MERGED);
    T_EQ_INT(ticket.merged_into, 2);

    struct entry absorbed = shop_entry(EVENT_ABSORBED, 1, 2, shop.now);
    absorbed.event.u.merged.ticket = 1;
    shop_write(&shop, &absorbed);
    shop_verify(&shop);

    shop_begin(&shop);
    T_EQ_INT(batch_append(shop.batch, &entry), BATCH_CORRUPT, "it is final");
    batch_abort(shop.batch);
}

T_TEST(life, the_end_of_a_hold_and_the_closing_are_due_like_clocks)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct ticket ticket;

    shop_init(&shop, 0);
    int64_t at = shop.now;
    open_ticket(&shop);
    expect_due(&shop, "open", at + 4 * US_PER_HOUR);
    struct entry entry = next(&shop, EVENT_HELD);
    snprintf(entry.event.u.hold.reason, BOOK_NAME_BYTES, "customer");
    entry.event.u.hold.party = SIDE_BUYER;
    entry.event.u.hold.ends_at = at + US_PER_HOUR;
    shop_write(&shop, &entry);
    expect_due(&shop, "held", at + US_PER_HOUR);
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.n_holds, 1);
    T_EQ_INT(ticket.holds[0].ends_at, at + US_PER_HOUR);

    entry = next(&shop, EVENT_RESUMED);
    entry.event.origin = ORIGIN_CLOCK;
    snprintf(entry.event.u.hold.reason, BOOK_NAME_BYTES, "customer");
    shop_write(&shop, &entry);
    expect_due(&shop, "resumed", at + 4 * US_PER_HOUR);

    entry = next(&shop, EVENT_RESOLVED);
    entry.event.u.resolved.close_at = at + 3 * US_PER_HOUR;
    shop_write(&shop, &entry);
    expect_due(&shop, "resolved", at + 3 * US_PER_HOUR);
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.close_at, at + 3 * US_PER_HOUR);

    entry = next(&shop, EVENT_REOPENED);
    shop_write(&shop, &entry);
    expect_due(&shop, "reopened", at + 4 * US_PER_HOUR);
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.close_at, INSTANT_NEVER);
    shop_verify(&shop);
}

/* --- what it is ------------------------------------------------------------------------------- */

static bool tells_what_it_was_opened_as(struct shop *shop)
{
    struct key key = key_ticket(1, 1);
    struct txn txn;
    struct row row;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(row_get(&txn, DB_TICKETS, &key, RECORD_TICKET, &row), 0);
    SlateStore__Ticket *m = slate_store__ticket__unpack(NULL, row.n, row.p);
    T_CHECK(m != NULL);
    bool tells = m->opened_as != NULL;
    slate_store__ticket__free_unpacked(m, NULL);
    txn_abort(&txn);
    return tells;
}

T_TEST(life, what_a_ticket_was_opened_as_is_stored_only_where_it_became_something_else)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct ticket ticket;

    shop_init(&shop, 0);
    open_ticket(&shop);
    T_CHECK(!tells_what_it_was_opened_as(&shop));
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.opened_as.team, 3);
    T_EQ_STR(ticket.opened_as.category, "printing");

    struct entry entry = next(&shop, EVENT_EDITED);
    entry.event.u.edited.set = EDIT_CATEGORY | EDIT_CUSTOMER_TIER | EDIT_SUBJECT;
    snprintf(entry.event.u.edited.customer_tier, BOOK_NAME_BYTES, "gold");
    entry.event.texts[0] = (struct text){TEXT_SUBJECT, "Scanner", 7};
    entry.event.n_texts = 1;
    shop_write(&shop, &entry);
    T_CHECK(tells_what_it_was_opened_as(&shop));
    get(&shop, &arena, &ticket);
    T_EQ_STR(ticket.category, "", "taken away");
    T_EQ_STR(ticket.customer_tier, "gold");
    T_EQ_STR(ticket.language, "de");
    T_EQ_INT(ticket.subject_seq, entry.seq);
    T_EQ_STR(ticket.opened_as.category, "printing");
    T_EQ_STR(ticket.opened_as.customer_tier, "");
    T_EQ_STR(ticket.opened_as.language, "de");
    T_EQ_INT(ticket.n_facts, 3);
    T_EQ_INT(ticket.facts[1].kind, FACT_CATEGORY);
    T_EQ_INT(ticket.facts[2].kind, FACT_CUSTOMER_TIER);
    T_EQ_STR(ticket.facts[2].name, "gold");
    T_EQ_INT(ticket.facts[2].seq, entry.seq);

    entry = next(&shop, EVENT_TRANSFERRED);
    entry.event.team = 5;
    entry.event.u.transferred.from = 3;
    shop_write(&shop, &entry);
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.team, 5);
    T_EQ_INT(ticket.opened_as.team, 3);
    T_EQ_INT(ticket.facts[3].kind, FACT_TEAM);
    T_EQ_INT(ticket.facts[3].team, 5);
    shop_verify(&shop);
}

T_TEST(life, links_and_tags_are_kept_up_to_their_number)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct ticket ticket;

    shop_init(&shop, 0);
    open_ticket(&shop);
    for (uint64_t i = 0; i < TICKET_LINKS_MAX; i++) {
        struct entry entry = next(&shop, EVENT_LINKED);
        entry.event.u.linked.ticket = 100 + i;
        entry.event.u.linked.kind = LINK_BLOCKS;
        shop_write(&shop, &entry);
    }
    for (uint64_t i = 0; i < TICKET_TAGS_MAX; i++) {
        struct entry entry = next(&shop, EVENT_TAGGED);
        entry.event.texts[0] = (struct text){TEXT_TAG, "vip", 3};
        entry.event.n_texts = 1;
        shop_write(&shop, &entry);
    }
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.n_links, TICKET_LINKS_MAX);
    T_EQ_INT(ticket.links[0].number, 100);
    T_EQ_INT(ticket.links[0].kind, LINK_BLOCKS);
    T_EQ_INT(ticket.n_tags, TICKET_TAGS_MAX);
    uint64_t first_tag = 2 + TICKET_LINKS_MAX;
    T_EQ_INT(ticket.tags[0], first_tag);

    // A journal that was rewritten must not bring down who reads it
    struct entry more[2] = {next(&shop, EVENT_LINKED), next(&shop, EVENT_TAGGED)};
    more[0].event.u.linked.ticket = 100;
    more[0].event.u.linked.kind = LINK_RELATES;
    for (size_t i = 0; i < 2; i++) {
        shop_begin(&shop);
        T_EQ_INT(batch_append(shop.batch, &more[i]), BATCH_CORRUPT, "row %zu", i);
        batch_abort(shop.batch);
    }
    struct entry same = next(&shop, EVENT_LINKED);
    same.event.u.linked.ticket = 105;
    same.event.u.linked.kind = LINK_BLOCKS;
    shop_write(&shop, &same);

    struct entry less[2] = {next(&shop, EVENT_LINKED), next(&shop, EVENT_TAGGED)};
    less[0].event.u.linked.ticket = 100;
    less[0].event.u.linked.kind = LINK_BLOCKS;
    less[0].event.u.linked.removed = true;
    less[1].event.u.tagged.removed_seq = first_tag;
    for (size_t i = 0; i < 2; i++) {
        shop_write(&shop, &less[i]);
        shop_write(&shop, &more[i]);
    }
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.n_links, TICKET_LINKS_MAX);
    T_EQ_INT(ticket.n_tags, TICKET_TAGS_MAX);
    T_EQ_INT(ticket.tags[0], first_tag + 1);
    T_EQ_INT(ticket.tags[TICKET_TAGS_MAX - 1], more[1].seq);
    shop_verify(&shop);
}

/* --- breaches --------------------------------------------------------------------------------- */

static struct entry write_clock(struct shop *shop, enum event_kind kind,
                                const struct ticket_clock *clock, int64_t breached_at)
{
    struct entry entry = next(shop, kind);

    entry.event.clocks[0] = *clock;
    entry.event.clocks[0].breached_at = breached_at;
    entry.event.n_clocks = 1;
    entry.event.u.timer.kind = clock->kind;
    entry.event.u.timer.cycle = clock->cycle;
    shop_write(shop, &entry);
    return entry;
}

static struct breach only_breach(struct shop *shop, struct arena *arena)
{
    struct breaches_cursor cursor = {.n = 0};
    struct breach b[2];
    struct txn txn;
    size_t n;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(breaches_scan(&txn, 1, INSTANT_NONE, INSTANT_NEVER, &cursor, 2, arena, b, &n), 0);
    T_EQ_INT(n, 1);
    txn_abort(&txn);
    return b[0];
}

T_TEST(life, a_breach_that_is_withdrawn_stays_on_record_and_may_stand_again)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);

    shop_init(&shop, 0);
    struct ticket_clock clock = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, 4 * US_PER_HOUR);
    open_ticket(&shop);
    struct entry first = write_clock(&shop, EVENT_CLOCK_BREACHED, &clock, clock.limit_at);
    expect_lists(&shop, "breached", 3, TICKET_CLASS_BREACHED, 0, false);

    // What overturns it comes first, and leaves the verdict to the next entry
    struct entry late = next(&shop, EVENT_MESSAGE);
    late.event.u.message.side = SIDE_VENDOR;
    late.event.u.message.kind = MESSAGE_KIND_AUTO;
    late.event.u.message.visibility = MESSAGE_PUBLIC;
    shop_write(&shop, &late);
    T_EQ_INT(only_breach(&shop, &arena).withdrawn_seq, 0);
    struct entry withdrawn = write_clock(&shop, EVENT_CLOCK_WITHDRAWN, &clock, INSTANT_NONE);
    struct breach b = only_breach(&shop, &arena);
    T_EQ_INT(b.key.breached_at, clock.limit_at);
    T_EQ_INT(b.detected_seq, first.seq);
    T_EQ_INT(b.withdrawn_seq, withdrawn.seq);
    T_EQ_INT(b.withdrawn_at, withdrawn.recorded_at);
    expect_lists(&shop, "withdrawn", 3, TICKET_CLASS_NEW, 0, false);

    // The ticker comes again
    write_clock(&shop, EVENT_CLOCK_BREACHED, &clock, clock.limit_at);
    b = only_breach(&shop, &arena);
    T_EQ_INT(b.withdrawn_seq, 0);
    T_EQ_INT(b.withdrawn_at, INSTANT_NONE);
    T_EQ_INT(b.detected_seq, first.seq);
    expect_lists(&shop, "breached again", 3, TICKET_CLASS_BREACHED, 0, false);
    shop_verify(&shop);
}

T_TEST(life, a_withdrawal_may_tell_of_the_cycle_that_is_the_present_one_then)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    ARENA(arena);
    struct ticket ticket;

    shop_init(&shop, 0);
    struct ticket_clock first = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, 4 * US_PER_HOUR);
    struct ticket_clock second = shop_clock(CLOCK_KIND_RESOLUTION, shop.now, 9 * US_PER_HOUR);
    second.cycle = 2;
    open_ticket(&shop);
    write_clock(&shop, EVENT_CLOCK_BREACHED, &first, first.limit_at);

    // As it is without its breach, and behind it what runs now
    struct entry entry = next(&shop, EVENT_CLOCK_WITHDRAWN);
    entry.event.u.timer.kind = CLOCK_KIND_RESOLUTION;
    entry.event.u.timer.cycle = 1;
    entry.event.clocks[0] = first;
    entry.event.clocks[1] = second;
    entry.event.n_clocks = 2;
    shop_write(&shop, &entry);
    struct breach b = only_breach(&shop, &arena);
    T_EQ_INT(b.key.cycle, 1);
    T_EQ_INT(b.withdrawn_seq, entry.seq);
    get(&shop, &arena, &ticket);
    T_EQ_INT(ticket.n_clocks, 1);
    T_EQ_INT(ticket.clocks[0].cycle, 2);
    expect_due(&shop, "the second cycle", second.limit_at);
    expect_lists(&shop, "withdrawn", 3, TICKET_CLASS_NEW, 0, false);

    // There is no such breach any more: nothing changes
    write_clock(&shop, EVENT_CLOCK_WITHDRAWN, &second, INSTANT_NONE);
    T_EQ_INT(only_breach(&shop, &arena).withdrawn_seq, b.withdrawn_seq);
    shop_verify(&shop);
}
