// SPDX-License-Identifier: Apache-2.0
/*
 * Every way to tamper with a store that we could think of.
 */
#include "store/verify.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/breaches.h"
#include "store/entries.h"
#include "store/env_private.h"
#include "store/rebuild.h"
#include "store/record.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/tickets.h"
#include "store/views.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

/* --- tampering -------------------------------------------------------------------------------- */

/** A row with a good checksum, whatever is in it. */
static void put(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
                const void *p, size_t n)
{
    T_EQ_INT(row_put(txn, db, key, kind, p, n), 0);
}

/** Copies the payload of a row; returns its length. */
static size_t get(struct txn *txn, enum db db, const struct key *key, enum record_kind kind,
                  uint8_t *ret, size_t size)
{
    struct row row;

    T_EQ_INT(row_get(txn, db, key, kind, &row), 0, "%s", txn_text(txn));
    T_CHECK(row.n <= size);
    memcpy(ret, row.p, row.n);
    return row.n;
}

static void change_entry(struct txn *txn)
{
    uint8_t p[5000];
    struct key key = key_journal(5);
    size_t n = get(txn, DB_JOURNAL, &key, RECORD_ENTRY, p, sizeof(p));

    p[n - 1] ^= 1; // the last byte of what was said
    put(txn, DB_JOURNAL, &key, RECORD_ENTRY, p, n);
}

/** A different body with a hash that fits it: the one after gives it away. */
static void rewrite_entry(struct txn *txn)
{
    uint8_t p[5000];
    struct key key = key_journal(4);
    size_t n = get(txn, DB_JOURNAL, &key, RECORD_ENTRY, p, sizeof(p));
    uint8_t previous[5000];
    struct key before = key_journal(3);

    get(txn, DB_JOURNAL, &before, RECORD_ENTRY, previous, sizeof(previous));
    p[n - 1] ^= 1;
    T_EQ_INT(hash_entry(previous, p + HASH_BYTES, n - HASH_BYTES, p), 0);
    put(txn, DB_JOURNAL, &key, RECORD_ENTRY, p, n);
}

static void omit_entry(struct txn *txn)
{
    struct key key = key_journal(5);

    T_EQ_INT(row_del(txn, DB_JOURNAL, &key), 0);
}

static void omit_last_entry(struct txn *txn)
{
    struct key key = key_journal(8);

    T_EQ_INT(row_del(txn, DB_JOURNAL, &key), 0);
}

static void swap_entries(struct txn *txn)
{
    uint8_t a[5000];
    uint8_t b[5000];
    struct key key_a = key_journal(5);
    struct key key_b = key_journal(6);
    size_t n_a = get(txn, DB_JOURNAL, &key_a, RECORD_ENTRY, a, sizeof(a));
    size_t n_b = get(txn, DB_JOURNAL, &key_b, RECORD_ENTRY, b, sizeof(b));

    put(txn, DB_JOURNAL, &key_a, RECORD_ENTRY, b, n_b);
    put(txn, DB_JOURNAL, &key_b, RECORD_ENTRY, a, n_a);
}

static void lose_stream_row(struct txn *txn)
{
    struct key key = key_stream(1, 5);

    T_EQ_INT(row_del(txn, DB_STREAM, &key), 0);
}

static void stray_stream_row(struct txn *txn)
{
    struct key key = key_stream(1, 9);

    put(txn, DB_STREAM, &key, RECORD_POSITION, "\0\0\0\0\0\0\0\7", 8);
}

static void change_text(struct txn *txn)
{
    struct key key = key_texts(&(struct key_texts){1, TEXT_SUBJECT, 0});
    uint8_t p[5000];
    size_t n = get(txn, DB_TEXTS, &key, RECORD_TEXT, p, sizeof(p));

    p[n - 1] ^= 1;
    put(txn, DB_TEXTS, &key, RECORD_TEXT, p, n);
}

static void lose_text(struct txn *txn)
{
    struct key key = key_texts(&(struct key_texts){1, TEXT_SUBJECT, 0});

    T_EQ_INT(row_del(txn, DB_TEXTS, &key), 0);
}

static void stray_text(struct txn *txn)
{
    struct key key = key_texts(&(struct key_texts){3, TEXT_BODY, 0});
    uint8_t p[20] = {0};

    put(txn, DB_TEXTS, &key, RECORD_TEXT, p, sizeof(p));
}

static void change_ticket(struct txn *txn)
{
    ARENA(arena);
    struct key key = key_ticket(1, 1);
    struct ticket ticket;
    struct row row;

    T_EQ_INT(tickets_get(txn, 1, 1, &arena, &ticket), 0);
    ticket.team = 99;
    T_EQ_INT(record_ticket_encode(txn, &ticket, &arena, &row), 0);
    put(txn, DB_TICKETS, &key, RECORD_TICKET, row.p, row.n);
}

static void lose_ticket(struct txn *txn)
{
    struct key key = key_ticket(1, 1);

    T_EQ_INT(row_del(txn, DB_TICKETS, &key), 0);
}

static void stray_due(struct txn *txn)
{
    struct key key = key_due(&(struct key_due){5, 1, 1});

    put(txn, DB_DUE, &key, RECORD_MARK, NULL, 0);
}

static void lose_breach(struct txn *txn)
{
    struct key prefix = key_breach_prefix(1);
    struct key key;

    T_EQ_INT(row_last(txn, DB_BREACHES, &prefix, RECORD_BREACH, &key, NULL), 0);
    T_EQ_INT(row_del(txn, DB_BREACHES, &key), 0);
}

static void lose_request(struct txn *txn)
{
    struct key key;

    T_EQ_INT(row_last(txn, DB_REQUESTS, NULL, RECORD_REQUEST, &key, NULL), 0);
    T_EQ_INT(row_del(txn, DB_REQUESTS, &key), 0);
}

static void lose_line(struct txn *txn)
{
    struct key key;

    T_EQ_INT(row_last(txn, DB_LINES, NULL, RECORD_LINE, &key, NULL), 0);
    T_EQ_INT(row_del(txn, DB_LINES, &key), 0);
}

static void claim_forgotten(struct txn *txn)
{
    T_EQ_INT(record_forgotten_put(txn, 3), 0);
}

static void claim_swept(struct txn *txn)
{
    T_EQ_INT(record_swept_put(txn, 3), 0);
}

static void stray_zone_use(struct txn *txn)
{
    struct key key = key_zone_use(&(struct key_zone_use){0, 5, "Etc/UTC"});

    put(txn, DB_ZONE_USES, &key, RECORD_ZONE_USE, NULL, 0);
}

/** A text is missing, and a view claims that it was erased: the journal knows nothing of it. */
static void claim_erased(struct txn *txn)
{
    struct key key = key_erased(1, 1);
    ARENA(arena);
    struct row row;

    lose_text(txn);
    T_EQ_INT(record_erased_encode(txn, &(struct erasure){.fields = 1u << TEXT_SUBJECT, .seq = 8},
                                  &arena, &row),
             0);
    put(txn, DB_ERASED, &key, RECORD_ERASED, row.p, row.n);
}

static void miscount_source(struct txn *txn)
{
    struct key key = key_source("jira", 1);
    ARENA(arena);
    struct row row;

    T_EQ_INT(record_source_encode(txn, 7, &arena, &row), 0);
    T_EQ_INT(row_put(txn, DB_SOURCES, &key, RECORD_SOURCE, row.p, row.n), 0);
}

static void stray_access(struct txn *txn)
{
    struct key key = key_access(&(struct key_access){1, 5, 1});

    put(txn, DB_ACCESS, &key, RECORD_ACCESS, NULL, 0);
}

static void stray_look(struct txn *txn)
{
    struct key key = key_look(1, 2, 3);

    put(txn, DB_LOOKS, &key, RECORD_MARK, NULL, 0);
}

static void malformed_key(struct txn *txn)
{
    struct key key = key_ticket(1, 1);

    key.n--;
    put(txn, DB_TICKETS, &key, RECORD_TICKET, NULL, 0);
}

static void bad_checksum(struct txn *txn)
{
    struct key key = key_ticket(1, 1);
    uint8_t p[FRAME_HEADER_BYTES + 2] = {0};

    frame_seal(p, 2, DB_TICKETS, &key, RECORD_TICKET);
    p[FRAME_HEADER_BYTES] ^= 1;
    shop_put_raw(txn, DB_TICKETS, &key, p, sizeof(p));
}

T_TEST(verify, tells_the_first_divergence_by_its_place)
{
    static const struct {
        const char *what;
        void (*tamper)(struct txn *txn);
        const char *text;
    } rows[] = {
        {"an entry changed", change_entry,
         "stream 1 seq 5: its hash does not follow from its bytes"},
        {"an entry rewritten with its hash", rewrite_entry,
         "stream 1 seq 5: its hash does not follow from its bytes"},
        {"an entry omitted", omit_entry, "db journal: position 5 is missing"},
        {"the last entry omitted", omit_last_entry, "db stream: 8 rows for 7 entries"},
        {"two entries swapped", swap_entries,
         "db stream: stream 1 seq 6 does not lead to its entry"},
        {"a row of stream lost", lose_stream_row,
         "db stream: stream 1 seq 5 does not lead to its entry"},
        {"a stray row of stream", stray_stream_row, "db stream: 9 rows for 8 entries"},
        {"a text changed", change_text, "stream 1 seq 1: its text 1 is not what it commits to"},
        {"a text lost", lose_text, "stream 1 seq 1: its text 1 is missing, and no entry erases it"},
        {"a stray text", stray_text, "db texts: 3 rows where the entries have 2"},
        {"a ticket changed", change_ticket,
         "db tickets key 000000010000000000000001: not what the journal gives, from byte"},
        {"a ticket lost", lose_ticket,
         "db tickets key 000000010000000000000001: the row is missing"},
        {"a stray due row", stray_due,
         "db due key 8000000000000005000000010000000000000001: the journal gives no such row"},
        {"a breach lost", lose_breach, "db breaches key 00000001"},
        {"a request lost", lose_request,
         "db requests key 0800000000000000000000000000000000000007: the row is missing"},
        {"a line lost", lose_line,
         "db lines key 05000000000000000000000000000000: the row is missing"},
        {"a claim to have forgotten", claim_forgotten,
         "db meta key 03: the journal gives no such row"},
        {"a claim to have looked at clocks", claim_swept,
         "db meta key 04: the journal gives no such row"},
        {"a stray use of a zone", stray_zone_use,
         "db zone_uses key 000000004574632f555443000000000000000005: the journal gives no such "
         "row"},
        {"a claim to have erased", claim_erased,
         "db erased key 000000010000000000000001: the journal gives no such row"},
        {"a source's tickets miscounted", miscount_source,
         "db sources key 6a6972610000000001: not what the journal gives, from byte 1 on"},
        {"a stray read", stray_access,
         "db access key 0000000180000000000000050000000000000001: the journal gives no such row"},
        {"a stray look", stray_look,
         "db looks key 0000000100000000000000020000000000000003: the journal gives no such row"},
        {"a malformed key", malformed_key,
         "db tickets key 0000000100000000000000: the key makes no sense"},
        {"a wrong checksum", bad_checksum,
         "db tickets key 000000010000000000000001: the value fails its checksum"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        __attribute__((cleanup(shop_fini))) struct shop shop = {0};
        char text[512];
        struct txn txn;

        shop_init(&shop, 0);
        shop_small_history(&shop);
        shop_verify(&shop);
        txn_begin(&txn, shop.env, TXN_WRITE);
        rows[i].tamper(&txn);
        T_EQ_INT(txn_commit(&txn), 0, "%s", txn_text(&txn));
        shop_divergence(&shop, text, sizeof(text));
        T_CHECK(strncmp(text, rows[i].text, strlen(rows[i].text)) == 0, "%s: %s", rows[i].what,
                text);
    }
}

/** A journal with good hashes that no server can have written: told, not died of. */
T_TEST(verify, a_rewritten_journal_that_makes_no_sense_is_told)
{
    static const struct {
        enum event_kind kind;
        uint64_t ticket;
        uint64_t prev;
        const char *text;
        uint8_t line;
    } rows[] = {
        {EVENT_MESSAGE, 2, 0, "stream 1 seq 9 (message): there is no such ticket", 0},
        {EVENT_TICKET_OPENED, 1, 0, "stream 1 seq 9 (ticket_opened): the ticket is there already",
         0},
        {EVENT_MESSAGE, 1, 7, "stream 1 seq 9 (message): the ticket's previous entry is another",
         0},
        {EVENT_CLOSED, 1, 8, "stream 1 seq 9 (closed): the ticket is not in a state for it", 0},
        {EVENT_TAKEN, 1, 8, "stream 1 seq 9 (taken): its line was applied before", 5},
        {EVENT_INTAKE_KEPT, 0, 0, "stream 1 seq 9 (intake_kept): it has no key", 0},
        {EVENT_ZONE_DATA, 0, 0, "stream 1 seq 9 (zone_data): no entry before it has its bytes", 0},
        {EVENT_VERSION_USED, 0, 0, "stream 1 seq 9 (version_used): it has no name", 0},
        {EVENT_DUES_SWEPT, 0, 0,
         "stream 1 seq 9 (dues_swept): what made it necessary comes after it", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        __attribute__((cleanup(shop_fini))) struct shop shop = {0};
        ARENA(arena);
        struct entry entry = shop_entry(rows[i].kind, 1, rows[i].ticket, 0);
        struct journal_record record = {.seq = 9};
        struct journal_head head;
        struct txn txn;
        struct row body;
        char text[512];

        shop_init(&shop, 0);
        shop_small_history(&shop);
        entry.line_id[0] = rows[i].line;
        if (entry.event.kind == EVENT_INTAKE_KEPT) {
            entry.event.u.kept.action = INTAKE_RESOLVE;
            entry.event.u.kept.source[0] = 'j';
        } else if (entry.event.kind == EVENT_VERSION_USED) {
            entry.event.u.object.kind = BOOK_ZONE;
        } else if (entry.event.kind == EVENT_DUES_SWEPT) {
            entry.event.u.swept.since_seq = 9;
        }
        entry.seq = 9;
        entry.epoch = 1;
        entry.ticket_prev_seq = rows[i].prev;
        entry.recorded_at = shop.now + 1;
        txn_begin(&txn, shop.env, TXN_WRITE);
        T_EQ_INT(entries_head(&txn, 1, &head), 0);
        T_EQ_INT(record_body_encode(&txn, &entry, NULL, &arena, &body), 0);
        record.body = body.p;
        record.body_bytes = body.n;
        T_EQ_INT(hash_entry(head.hash, body.p, body.n, record.hash), 0);
        T_EQ_INT(entries_put(&txn, 9, 1, &record), 0);
        T_EQ_INT(txn_commit(&txn), 0);
        shop_divergence(&shop, text, sizeof(text));
        T_CHECK(strncmp(text, rows[i].text, strlen(rows[i].text)) == 0, "row %zu: %s", i, text);
        T_EQ_INT(rebuild_views(shop.env, NULL, text, sizeof(text)), STORE_CORRUPT);
        T_CHECK(strncmp(text, rows[i].text, strlen(rows[i].text)) == 0, "row %zu: %s", i, text);
    }
}

T_TEST(verify, an_entry_for_a_newer_reader_is_not_skipped)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    // EntryBody {stream = 1, seq = 9, schema = 6, min_reader = 6, kind = 200}
    static const uint8_t body[] = {0x08, 1, 0x10, 9, 0x28, 6, 0x30, 6, 0x38, 0xc8, 1};
    struct journal_record record = {.seq = 9, .body = body, .body_bytes = sizeof(body)};
    ARENA(arena);
    struct entry entry;
    struct txn txn;
    char text[512];

    shop_init(&shop, 0);
    shop_small_history(&shop);
    txn_begin(&txn, shop.env, TXN_WRITE);
    T_EQ_INT(entries_put(&txn, 9, 1, &record), 0);
    T_EQ_INT(txn_commit(&txn), 0);

    txn_begin(&txn, shop.env, TXN_READ);
    T_EQ_INT(entries_get(&txn, 1, 9, &arena, &entry, NULL), STORE_NEWER);
    T_EQ_STR(txn_text(&txn), "stream 1 seq 9 needs a reader of version 6, this is 5: upgrade");
    txn_abort(&txn);
    T_EQ_INT(rebuild_views(shop.env, NULL, text, sizeof(text)), STORE_NEWER);
    T_CHECK(strstr(text, "needs a reader") != NULL, "%s", text);
    uint8_t id[16] = {1};
    T_EQ_INT(batch_begin(shop.batch, id), BATCH_CORRUPT, "nothing is written behind it");
    shop_close(&shop);
    shop_open(&shop, ENV_FOR_REBUILD);
    T_EQ_INT(batch_begin(shop.batch, id), BATCH_CORRUPT, "nor after a restart");
    T_CHECK(strstr(batch_text(shop.batch), "needs a reader") != NULL, "%s", batch_text(shop.batch));
}

T_TEST(verify, views_of_another_schema_are_rebuilt)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    char error[ENV_ERROR_BYTES];
    struct txn txn;
    uint8_t before[32];
    uint8_t after[32];

    shop_init(&shop, 0);
    shop_small_history(&shop);
    shop_views_hash(&shop, before);
    txn_begin(&txn, shop.env, TXN_WRITE);
    lose_ticket(&txn);
    stray_due(&txn);
    claim_swept(&txn);
    // A rebuild of another version that was cut off is begun anew
    record_views_put(&txn, &(struct record_views){.schema = VIEWS_SCHEMA + 1,
                                                  .rebuilding = true,
                                                  .rebuilt_position = 5});
    T_EQ_INT(txn_commit(&txn), 0);
    shop_close(&shop);
    shop_open(&shop, ENV_FOR_REBUILD);
    T_EQ_INT(rebuild_views(shop.env, NULL, error, sizeof(error)), 0, "%s", error);
    shop_close(&shop);
    shop_open(&shop, 0);
    shop_views_hash(&shop, after);
    T_EQ_MEM(after, before, 32);
    shop_verify(&shop);
}

static void ignore(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)rows;
    if (step == VERIFY_DIVERGENCE) {
        snprintf(user, 512, "%s", text);
    }
}

T_TEST(verify, leaves_nothing_behind_and_tells_where_it_cannot_work)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    char text[512] = "";
    char nowhere[300];

    shop_init(&shop, 0);
    tmpdir_init(&dir);
    shop_small_history(&shop);
    snprintf(nowhere, sizeof(nowhere), "%s/nowhere", dir.path);
    struct verify_options options = {.tmp_dir = dir.path, .report = ignore, .user = text};
    T_EQ_INT(verify_store(shop.env, &options), 0, "%s", text);
    T_EQ_INT(rmdir(dir.path), 0, "it is empty");
    options.tmp_dir = nowhere;
    T_CHECK(verify_store(shop.env, &options) < 0);
    T_CHECK(strstr(text, nowhere) != NULL, "%s", text);
    tmpdir_init(&dir);
}
