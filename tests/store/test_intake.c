// SPDX-License-Identifier: Apache-2.0
/*
 * What intake leaves behind: lines that were applied, and what keys of sources stand for.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/lines.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/sourcemark.h"
#include "store/sources.h"
#include "store/tickets.h"
#include "t.h"

static struct entry opened(struct shop *shop, uint32_t contract, uint64_t number,
                           const char *source, const char *source_key)
{
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, contract, number, shop->now);

    snprintf(entry.event.u.opened.source, BOOK_NAME_BYTES, "%s", source);
    if (source_key[0] != 0) {
        entry.event.texts[0] = (struct text){TEXT_SOURCE_KEY, source_key, strlen(source_key)};
        entry.event.n_texts = 1;
    }
    return entry;
}

static struct entry kept(struct shop *shop, enum intake_action action, int64_t at,
                         const char *source, const char *source_key)
{
    struct entry entry = shop_entry(EVENT_INTAKE_KEPT, 4, 0, shop->now);

    entry.event.u.kept.action = action;
    entry.event.u.kept.at = at;
    snprintf(entry.event.u.kept.source, BOOK_NAME_BYTES, "%s", source);
    if (source_key[0] != 0) {
        struct txn txn;

        txn_begin(&txn, shop->env, TXN_READ);
        T_EQ_INT(sourcemark_make(&txn, source, source_key, entry.event.u.kept.source_mark), 0);
        txn_abort(&txn);
    }
    return entry;
}

static int external(struct shop *shop, const char *source, const char *source_key,
                    struct tickets_external *ret)
{
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, shop->env, TXN_READ), 0);
    int r = tickets_by_external(&txn, source, source_key, ret);
    T_EQ_INT(txn_error(&txn), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
    return r;
}

T_TEST(intake, a_key_of_a_source_leads_to_its_newest_ticket)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct tickets_external there;

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= 2; i++) {
        struct entry entry = opened(&shop, 4, i, "jira", "OPS-17");
        shop_write(&shop, &entry);
        T_EQ_INT(external(&shop, "jira", "OPS-17", &there), 0);
        T_EQ_INT(there.contract, 4);
        T_EQ_INT(there.number, i);
        T_EQ_INT(there.kept_seq, 0);
        T_EQ_INT(there.kept_at, INSTANT_NONE);
    }
    // Only the opening decides whose it is
    struct entry entry = shop_entry(EVENT_MESSAGE, 4, 1, shop.now);
    shop_write(&shop, &entry);
    T_EQ_INT(external(&shop, "jira", "OPS-17", &there), 0);
    T_EQ_INT(there.number, 2);

    T_EQ_INT(external(&shop, "jira", "OPS-1", &there), STORE_NOT_FOUND);
    T_EQ_INT(external(&shop, "jir", "aOPS-17", &there), STORE_NOT_FOUND);
    T_EQ_INT(external(&shop, "", "OPS-17", &there), STORE_NOT_FOUND);
    T_EQ_INT(external(&shop, "jira", "", &there), STORE_NOT_FOUND);
    shop_verify(&shop);
}

T_TEST(intake, a_resolve_without_its_ticket_waits_at_the_key_until_the_ticket_comes)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct tickets_external there;

    shop_init(&shop, 0);
    int64_t at = shop.now;
    // Of several the one that happened last counts, in whatever order they come
    static const struct {
        int64_t hours;
        uint64_t standing; /* seq */
        int64_t standing_hours;
    } rows[] = {{2, 1, 2}, {1, 1, 2}, {3, 3, 3}, {3, 4, 3}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct entry entry = kept(&shop, INTAKE_RESOLVE, at + rows[i].hours * US_PER_HOUR, "jira",
                                  "OPS-17");
        shop_write(&shop, &entry);
        T_EQ_INT(external(&shop, "jira", "OPS-17", &there), 0, "row %zu", i);
        T_EQ_INT(there.contract, 4, "row %zu", i);
        T_EQ_INT(there.number, 0, "row %zu", i);
        T_EQ_INT(there.kept_seq, rows[i].standing, "row %zu", i);
        T_EQ_INT(there.kept_at, at + rows[i].standing_hours * US_PER_HOUR, "row %zu", i);
    }
    shop_verify(&shop);

    struct entry entry = opened(&shop, 4, 1, "jira", "OPS-17");
    shop_write(&shop, &entry);
    T_EQ_INT(external(&shop, "jira", "OPS-17", &there), 0);
    T_EQ_INT(there.number, 1);
    T_EQ_INT(there.kept_seq, 0, "it waits no longer");
    T_EQ_INT(there.kept_at, INSTANT_NONE);

    // A ticket's key is nobody else's again
    entry = kept(&shop, INTAKE_RESOLVE, INSTANT_NEVER, "jira", "OPS-17");
    shop_write(&shop, &entry);
    T_EQ_INT(external(&shop, "jira", "OPS-17", &there), 0);
    T_EQ_INT(there.number, 1);
    T_EQ_INT(there.kept_seq, 0);
    shop_verify(&shop);
}

T_TEST(intake, what_is_kept_otherwise_leaves_the_keys_alone)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct tickets_external there;
    struct arena arena;
    struct ticket ticket;
    struct txn txn;

    shop_init(&shop, 0);
    struct entry entry = kept(&shop, INTAKE_MESSAGE, shop.now, "jira", "OPS-17");
    shop_write(&shop, &entry);
    T_EQ_INT(external(&shop, "jira", "OPS-17", &there), STORE_NOT_FOUND);

    // Of a ticket: it is one more entry of its history
    entry = opened(&shop, 4, 1, "jira", "OPS-17");
    shop_write(&shop, &entry);
    entry = kept(&shop, INTAKE_RESOLVE, shop.now, "jira", "OPS-17");
    entry.event.ticket = 1;
    shop_write(&shop, &entry);
    T_EQ_INT(entry.ticket_prev_seq, 2);
    T_EQ_INT(external(&shop, "jira", "OPS-17", &there), 0);
    T_EQ_INT(there.number, 1);
    arena_init(&arena, 1 << 20);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_get(&txn, 4, 1, &arena, &ticket), 0);
    T_EQ_INT(ticket.last_seq, 3);
    T_EQ_INT(ticket.version, 2);
    T_EQ_INT(ticket.state, TICKET_NEW);
    txn_abort(&txn);
    arena_fini(&arena);

    // A resolve that waits needs a key to wait at
    entry = kept(&shop, INTAKE_RESOLVE, shop.now, "jira", "");
    shop_begin(&shop);
    T_EQ_INT(batch_append(shop.batch, &entry), BATCH_CORRUPT);
    batch_abort(shop.batch);
    shop_verify(&shop);
}

T_TEST(intake, a_line_is_applied_once_for_ever)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    const uint8_t line_id[LINE_ID_BYTES] = {1, 2, 3};
    const uint8_t other_id[LINE_ID_BYTES] = {1, 2, 4};
    struct lines_row line;
    struct txn txn;
    uint64_t n;

    shop_init(&shop, 0);
    struct entry entry = opened(&shop, 4, 1, "jira", "OPS-17");
    memcpy(entry.line_id, line_id, sizeof(line_id));
    memset(entry.request_id, 7, sizeof(entry.request_id));
    memset(entry.request_hash, 9, sizeof(entry.request_hash));
    shop_write(&shop, &entry);
    struct entry without = shop_entry(EVENT_MESSAGE, 4, 1, shop.now);
    shop_write(&shop, &without);
    struct entry waiting = kept(&shop, INTAKE_RESOLVE, shop.now, "jira", "OPS-18");
    memcpy(waiting.line_id, other_id, sizeof(other_id));
    shop_write(&shop, &waiting);

    // Forgetting requests forgets no lines
    struct entry forgotten = shop_entry(EVENT_REQUESTS_FORGOTTEN, 0, 0, shop.now);
    forgotten.event.u.forgotten.before_at = INSTANT_NEVER;
    shop_write(&shop, &forgotten);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(row_count(&txn, DB_REQUESTS, &n), 0);
    T_EQ_INT(n, 0);
    T_EQ_INT(row_count(&txn, DB_LINES, &n), 0);
    T_EQ_INT(n, 2, "only lines have rows");
    T_EQ_INT(lines_get(&txn, line_id, &line), 0);
    T_EQ_INT(line.contract, 4);
    T_EQ_INT(line.ticket, 1);
    T_EQ_INT(line.seq, 1);
    T_EQ_MEM(line.hash, entry.request_hash, sizeof(line.hash));
    T_EQ_INT(lines_get(&txn, other_id, &line), 0);
    T_EQ_INT(line.ticket, 0, "kept without its ticket");
    T_EQ_INT(line.seq, 3);
    T_EQ_INT(lines_get(&txn, waiting.batch_id, &line), STORE_NOT_FOUND);
    txn_abort(&txn);

    // Whoever asks first never gets here; the store holds it all the same
    struct entry again = shop_entry(EVENT_MESSAGE, 4, 1, shop.now);
    memcpy(again.line_id, line_id, sizeof(line_id));
    shop_begin(&shop);
    T_EQ_INT(batch_append(shop.batch, &again), BATCH_CORRUPT);
    T_CHECK(strstr(batch_text(shop.batch), "its line was applied before") != NULL, "%s",
            batch_text(shop.batch));
    batch_abort(shop.batch);
    shop_verify(&shop);
}

/* --- how many are open ------------------------------------------------------------------------ */

static uint64_t open_of(struct shop *shop, const char *source, uint32_t contract)
{
    struct txn txn;
    uint64_t open;

    T_EQ_INT(txn_begin(&txn, shop->env, TXN_READ), 0);
    T_EQ_INT(sources_open(&txn, source, contract, &open), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
    return open;
}

T_TEST(intake, open_tickets_are_counted_by_source_and_contract)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static const struct {
        enum event_kind kind;
        uint64_t ticket;
        uint64_t open; /* afterwards */
    } rows[] = {
        {EVENT_TICKET_OPENED, 1, 1}, {EVENT_TICKET_OPENED, 2, 2}, {EVENT_MESSAGE, 1, 2},
        {EVENT_RESOLVED, 1, 2},      {EVENT_CLOSED, 1, 1},        {EVENT_REOPENED, 1, 2},
        {EVENT_MERGED, 2, 1},        {EVENT_RESOLVED, 1, 1},      {EVENT_CLOSED, 1, 0},
    };
    struct txn txn;
    uint64_t n;

    shop_init(&shop, 0);
    struct entry other = opened(&shop, 5, 1, "jira", "OPS-1");
    shop_write(&shop, &other);
    other = opened(&shop, 4, 3, "", "");
    shop_write(&shop, &other);
    other = opened(&shop, 4, 4, "jir", "OPS-1");
    shop_write(&shop, &other);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct entry entry = shop_entry(rows[i].kind, 4, rows[i].ticket, shop.now);
        if (rows[i].kind == EVENT_TICKET_OPENED) {
            entry = opened(&shop, 4, rows[i].ticket, "jira", "");
        } else if (rows[i].kind == EVENT_MERGED) {
            entry.event.u.merged.ticket = 1;
        }
        shop_write(&shop, &entry);
        T_EQ_INT(open_of(&shop, "jira", 4), rows[i].open, "row %zu", i);
        T_EQ_INT(open_of(&shop, "jira", 5), 1, "row %zu", i);
        T_EQ_INT(open_of(&shop, "jir", 4), 1, "row %zu", i);
        shop_verify(&shop);
    }
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(row_count(&txn, DB_SOURCES, &n), 0);
    T_EQ_INT(n, 2, "where none is open there is no row, nor for tickets without a source");
    txn_abort(&txn);
    shop_verify_rebuilt(&shop);
}

/* --- a source's tickets ----------------------------------------------------------------------- */

static void fill_source(struct shop *shop)
{
    static const struct {
        const char *source;
        const char *source_key;
    } tickets[] = {{"jira", "OPS-3"}, {"jira", "OPS-1"},  {"jira2", "OPS-1"},
                   {"mail", "OPS-1"}, {"jira", "OPS-22"}, {"", ""},
                   {"jira", "OPS-4"}, {"jir", "aOPS-1"},  {"jira", "OPS-1"}};
    struct entry entry = kept(shop, INTAKE_RESOLVE, shop->now, "jira", "OPS-2");

    shop_write(shop, &entry);
    for (size_t i = 0; i < sizeof(tickets) / sizeof(tickets[0]); i++) {
        entry = opened(shop, i % 2 ? 4 : 5, i + 1, tickets[i].source, tickets[i].source_key);
        shop_write(shop, &entry);
    }
}

/** Which of them it is; their order is that of marks, which tells nothing. */
static size_t find_row(const struct tickets_row *rows, size_t n, const struct tickets_row *row)
{
    size_t i = 0;

    while (i < n && (rows[i].contract != row->contract || rows[i].number != row->number)) {
        i++;
    }
    return i;
}

T_TEST(intake, a_sources_tickets_come_in_pages_of_any_size)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    // OPS-1 is its newest ticket; OPS-2 has none yet; then OPS-22, OPS-3, OPS-4
    static const struct tickets_row expected[] = {
        {.contract = 5, .number = 9}, {.contract = 4, .number = 0}, {.contract = 5, .number = 5},
        {.contract = 5, .number = 1}, {.contract = 5, .number = 7},
    };
    struct tickets_row rows[16];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    fill_source(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    for (size_t page = 1; page <= 6; page++) {
        struct tickets_cursor cursor = {.n = 0};
        unsigned seen = 0;
        size_t total = 0;
        size_t pages = 0;

        do {
            T_EQ_INT(tickets_by_source(&txn, "jira", &cursor, page, rows, &n), 0);
            for (size_t i = 0; i < n; i++, total++) {
                const size_t at = find_row(expected, 5, &rows[i]);
                T_CHECK(at < 5, "page %zu row %zu", page, total);
                seen |= 1u << at;
                T_EQ_INT(rows[i].urgency_at, INSTANT_NONE);
            }
            T_CHECK(++pages <= 6, "page %zu: it goes on", page);
        } while (cursor.n > 0);
        T_EQ_INT(seen, 0x1f, "page %zu", page);
        T_EQ_INT(total, 5, "page %zu", page);
        T_EQ_INT(pages, 5 / page + 1);
    }
    struct tickets_cursor cursor = {.n = 0};
    T_EQ_INT(tickets_by_source(&txn, "jir", &cursor, 16, rows, &n), 0);
    T_EQ_INT(n, 1);
    T_EQ_INT(tickets_by_source(&txn, "nobody", &cursor, 16, rows, &n), 0);
    T_EQ_INT(n, 0);
    T_EQ_INT(tickets_by_source(&txn, "", &cursor, 16, rows, &n), 0);
    T_EQ_INT(n, 0);
    txn_abort(&txn);
    shop_verify(&shop);
}

T_TEST(intake, a_cursor_of_another_source_begins_at_the_first_key)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct tickets_cursor cursor = {.n = 0};
    struct tickets_row rows[16];
    struct txn txn;
    size_t n;

    shop_init(&shop, 0);
    fill_source(&shop);
    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(tickets_by_source(&txn, "jira2", &cursor, 1, rows, &n), 0);
    T_EQ_INT(n, 1);
    T_CHECK(cursor.n > 0);
    struct tickets_cursor foreign = cursor;
    T_EQ_INT(tickets_by_source(&txn, "jira", &foreign, 16, rows, &n), 0);
    T_EQ_INT(n, 5, "of another source");
    foreign = (struct tickets_cursor){.n = sizeof(foreign.bytes)};
    memset(foreign.bytes, 'j', sizeof(foreign.bytes));
    T_EQ_INT(tickets_by_source(&txn, "jira", &foreign, 16, rows, &n), 0);
    T_EQ_INT(n, 5, "made up");
    // The longest that there can be fits
    char source[BOOK_NAME_BYTES] = {0};
    char source_key[TICKET_KEY_BYTES] = {0};
    txn_abort(&txn);
    memset(source, 's', sizeof(source) - 1);
    memset(source_key, 'k', sizeof(source_key) - 1);
    for (uint64_t i = 0; i < 2; i++) {
        struct entry entry = opened(&shop, 6, i + 1, source, source_key);
        shop_write(&shop, &entry);
        source_key[sizeof(source_key) - 2] = 'l';
    }
    txn_begin(&txn, shop.env, TXN_READ);
    cursor.n = 0;
    T_EQ_INT(tickets_by_source(&txn, source, &cursor, 1, rows, &n), 0);
    T_EQ_INT(n, 1);
    const uint64_t first = rows[0].number;
    T_EQ_INT(tickets_by_source(&txn, source, &cursor, 1, rows, &n), 0);
    T_EQ_INT(n, 1);
    T_EQ_INT(rows[0].number + first, 3, "the other one");
    txn_abort(&txn);
}
