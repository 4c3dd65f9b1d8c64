// SPDX-License-Identifier: Apache-2.0
/*
 * The examples in docs/storage.md are bytes of a real store. When a format was changed on purpose:
 *
 *     SLATE_UPDATE_DOCS=1 tests_store --filter doc/examples_are_real
 *
 * writes them anew; what is changed then, an older version cannot read.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/env_private.h"
#include "store/frame.h"
#include "store/record.h"
#include "store/row.h"
#include "store/secret.h"
#include "store/shop.h"
#include "t.h"

#define DOC   "docs/storage.md"
#define BEGIN "<!-- examples: made by tests/store/test_doc.c -->\n```\n"
#define END   "```\n<!-- end of examples -->\n"

static char examples[20000];
static size_t n_examples;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    n_examples += (size_t)vsnprintf(examples + n_examples, sizeof(examples) - n_examples, format,
                                    args);
    va_end(args);
    T_CHECK(n_examples < sizeof(examples));
}

/** Bytes in groups of these lengths (the last takes what is left), 32 bytes to a line at most. */
static void hex(const void *p, size_t n, const size_t *groups)
{
    const uint8_t *bytes = p;
    size_t column = 0;

    say("   ");
    for (size_t i = 0, left = 0; i < n; i++) {
        if (left == 0) {
            left = groups && *groups ? *groups++ : n - i;
            say(" ");
        }
        if (column == 32) {
            say("\n    ");
            column = 0;
        }
        say("%02x", bytes[i]);
        column++;
        left--;
    }
    say("\n");
}

#define GROUPS(...) ((const size_t[]){__VA_ARGS__, 0})

static void key(const char *what, const struct key *k, const size_t *groups)
{
    say("%s\n", what);
    hex(k->bytes, k->n, groups);
}

/** With the secret 00 01 .. 1f. */
static void make_mark(uint8_t ret[EVENT_MARK_BYTES])
{
    static const char label[] = "slate source key v1";
    static const char found_by[] = "mailbox\0<1@example.com>";
    uint8_t secret[SECRET_BYTES];
    uint8_t derived[SECRET_BYTES];

    for (uint8_t i = 0; i < SECRET_BYTES; i++) {
        secret[i] = i;
    }
    T_EQ_INT(secret_hmac(secret, label, sizeof(label) - 1, derived), 0);
    T_EQ_INT(secret_hmac(derived, found_by, sizeof(found_by) - 1, ret), 0);
}

static void say_keys(void)
{
    uint8_t id[REQUEST_ID_BYTES] = {0x01, 0x9b, 0x8c, 0x0a, 0x5f, 0x40, 0x7a, 0xbc,
                                    0x8d, 0xef, 0,    1,    2,    3,    4,    5};
    uint8_t mark[EVENT_MARK_BYTES];
    struct key k;

    make_mark(mark);
    say("KEYS\n");
    k = key_journal(1);
    key("journal: position 1", &k, GROUPS(8));
    k = key_stream(1, 258);
    key("stream: contract 1, seq 258", &k, GROUPS(4, 8));
    k = key_texts(&(struct key_texts){1, TEXT_BODY, 0});
    key("texts: position 1, field 2 (body), chunk 0", &k, GROUPS(8, 1, 2));
    k = key_ticket(1, 258);
    key("tickets: contract 1, number 258", &k, GROUPS(4, 8));
    k = key_due(&(struct key_due){INT64_C(1767605400000000), 1, 258});
    key("due: 2026-01-05T09:30:00Z, contract 1, number 258", &k, GROUPS(8, 4, 8));
    k = key_due(&(struct key_due){-1, 1, 258});
    key("due: a microsecond before 1970", &k, GROUPS(8, 4, 8));
    k = key_by_team(
        &(struct key_by_team){1, 3, TICKET_CLASS_BREACHED, INT64_C(1767605400000000), 258});
    key("by_team: contract 1, team 3, class 1 (breached), 2026-01-05T09:30:00Z, number 258", &k,
        GROUPS(4, 4, 1, 8, 8));
    k = key_by_person(&(struct key_by_person){7, false, INT64_C(1767605400000000), 1, 258});
    key("by_person: principal 7, not done, 2026-01-05T09:30:00Z, contract 1, number 258", &k,
        GROUPS(4, 1, 8, 4, 8));
    k = key_breach(
        &(struct key_breach){1, INT64_C(1767605400000000), 258, CLOCK_KIND_RESOLUTION, 0, 1});
    key("breaches: contract 1, 2026-01-05T09:30:00Z, number 258, clock 5 (resolution), no team,\n"
        "  cycle 1",
        &k, GROUPS(4, 8, 8, 1, 4, 4));
    k = key_request(7, id);
    key("requests: a UUIDv7, principal 7", &k, GROUPS(16, 4));
    k = key_external("mailbox", mark);
    key("external: \"mailbox\", NUL, the mark of \"<1@example.com>\" with the secret 00 01 .. 1f",
        &k, GROUPS(7, 1, 32));
    k = key_source("mailbox", 1);
    key("sources: \"mailbox\", NUL, contract 1", &k, GROUPS(7, 1, 4));
    k = key_line(id);
    key("lines: an id", &k, GROUPS(16));
    k = key_zone_use(&(struct key_zone_use){0, 258, "Europe/Berlin"});
    key("zone_uses: stream 0, \"Europe/Berlin\", NUL, seq 258", &k, GROUPS(4, 13, 1, 8));
    k = key_book(BOOK_CONTRACT, 1, 2);
    key("book: kind 4 (contract), id 1, version 2", &k, GROUPS(1, 4, 4));
    k = key_principal(7);
    key("principals: id 7", &k, GROUPS(1, 4));
    k = key_principal_name("ann");
    key("principals: name \"ann\"", &k, GROUPS(1, 3));
}

/** A row as LMDB has it. */
static void row(struct txn *txn, enum db db, const struct key *k, const size_t *groups)
{
    MDB_val key_ = {.mv_size = k->n, .mv_data = (void *)(uintptr_t)k->bytes};
    MDB_val v;

    T_EQ_INT(mdb_get(txn->mdb, txn->env->dbi[db], &key_, &v), 0);
    hex(v.mv_data, v.mv_size, groups);
}

static void say_entry(void)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct arena arena;
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, 1, INT64_C(1767605400000000));
    struct entry_proof proof;
    uint8_t genesis[HASH_BYTES];
    struct txn txn;

    shop_init(&shop, 0);
    snprintf(entry.via, sizeof(entry.via), "slate/0.1.0");
    entry.event.texts[0] = (struct text){TEXT_SUBJECT, "Printer", 7};
    entry.event.n_texts = 1;
    entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, INT64_C(1767605400000000),
                                       4 * US_PER_HOUR);
    entry.event.n_clocks = 1;
    shop_write(&shop, &entry);
    arena_init(&arena, RECORD_ARENA_BYTES);
    T_EQ_INT(txn_begin(&txn, shop.env, TXN_READ), 0);
    T_EQ_INT(entries_get(&txn, 1, 1, &arena, &entry, &proof), 0);
    T_EQ_INT(hash_genesis(shop_cluster_id, 1, genesis), 0);

    say("\nAN ENTRY: the first of stream 1, a ticket with the subject \"Printer\" and one clock\n");
    say("cluster id\n");
    hex(shop_cluster_id, sizeof(shop_cluster_id), NULL);
    say("genesis of stream 1 = SHA-256(\"slate genesis v1\" NUL, cluster id, 00000001)\n");
    hex(genesis, sizeof(genesis), NULL);
    say("salt of the subject\n");
    hex(proof.texts[0].salt, HASH_SALT_BYTES, NULL);
    say("its commitment = SHA-256(\"slate text v1\" NUL, salt, \"Printer\")\n");
    hex(proof.texts[0].commitment, HASH_BYTES, NULL);
    say("body\n");
    hex(proof.body, proof.body_bytes, NULL);
    say("hash = SHA-256(\"slate entry v1\" NUL, genesis, body)\n");
    hex(proof.hash, sizeof(proof.hash), NULL);

    say("\nITS ROWS: magic, version, kind, length, checksum, payload\n");
    struct key k = key_journal(1);
    say("journal, position 1: hash, body\n");
    row(&txn, DB_JOURNAL, &k, GROUPS(1, 1, 1, 3, 8, 32));
    k = key_stream(1, 1);
    say("stream, contract 1, seq 1: position\n");
    row(&txn, DB_STREAM, &k, GROUPS(1, 1, 1, 3, 8));
    k = key_texts(&(struct key_texts){1, TEXT_SUBJECT, 0});
    say("texts, position 1, field 1, chunk 0: length, salt, text\n");
    row(&txn, DB_TEXTS, &k, GROUPS(1, 1, 1, 3, 8, 4, 16));
    k = key_ticket(1, 1);
    say("tickets, contract 1, number 1: Ticket\n");
    row(&txn, DB_TICKETS, &k, GROUPS(1, 1, 1, 3, 8));
    k = key_due(&(struct key_due){INT64_C(1767605400000000) + 4 * US_PER_HOUR, 1, 1});
    say("due, 2026-01-05T13:30:00Z, contract 1, number 1: nothing\n");
    row(&txn, DB_DUE, &k, GROUPS(1, 1, 1, 3, 8));
    txn_abort(&txn);
    arena_fini(&arena);
}

static char *read_doc(void)
{
    static char text[100000];
    FILE *f = fopen(DOC, "r");

    T_CHECK(f != NULL, "run in the repository's root: no " DOC);
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    T_CHECK(n > 0 && n < sizeof(text) - 1);
    text[n] = 0;
    return text;
}

static void write_doc(const char *text, const char *begin, const char *end)
{
    FILE *f = fopen(DOC, "w");

    T_CHECK(f != NULL);
    fprintf(f, "%.*s%s%s", (int)(begin - text), text, examples, end);
    fclose(f);
}

T_TEST(doc, examples_are_real)
{
    char *text = read_doc();
    char *begin = strstr(text, BEGIN);
    char *end = strstr(text, END);

    T_CHECK(begin && end && begin < end, "the marks of the examples are gone");
    begin += strlen(BEGIN);
    n_examples = 0;
    say_keys();
    say_entry();
    if (getenv("SLATE_UPDATE_DOCS")) {
        write_doc(text, begin, end);
        return;
    }
    size_t line = 1;
    for (size_t i = 0; i < n_examples; i++) {
        T_CHECK(begin + i < end && begin[i] == examples[i], "line %zu of the examples, at: %.60s",
                line, examples + i);
        line += examples[i] == '\n';
    }
    T_CHECK(begin + n_examples == end, "there is more than the examples");
}

/** Every kind of event that can be stored is in the table, with its number. */
T_TEST(doc, tells_every_kind_of_event_and_every_database)
{
    const char *text = read_doc();

    for (int kind = 1; kind < 256; kind++) {
        const char *name = event_kind_name((enum event_kind)kind);
        char row_text[100];

        if (strcmp(name, "unknown") == 0) {
            continue;
        }
        snprintf(row_text, sizeof(row_text), "| %d | `%s` |", kind, name);
        T_CHECK(strstr(text, row_text) != NULL, "%s", row_text);
    }
    for (int db = 0; db < DBS; db++) {
        char row_text[100];

        snprintf(row_text, sizeof(row_text), "| %d | `%s` |", db, db_name((enum db)db));
        T_CHECK(strstr(text, row_text) != NULL, "%s", row_text);
    }
}
