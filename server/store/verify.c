// SPDX-License-Identifier: Apache-2.0
/*
 * Verifying: four steps over one snapshot, each ended by its first divergence.
 */
#include "store/verify.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "store/entries.h"
#include "store/erasures.h"
#include "store/row.h"
#include "store/verify_private.h"

enum {
    REPORT_ROWS = 100000,
    REPORT_TEXT_BYTES = 512,
};

void verify_report(struct verify *v, enum verify_step step, const char *format, ...)
{
    char text[REPORT_TEXT_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    v->options->report(v->options->user, step, v->rows, text);
}

void verify_begin_step(struct verify *v, enum verify_step step, const char *text)
{
    v->step = step;
    v->rows = 0;
    verify_report(v, step, "%s", text);
}

void verify_count_row(struct verify *v)
{
    if (++v->rows % REPORT_ROWS == 0) {
        verify_report(v, v->step, "%llu rows", (unsigned long long)v->rows);
    }
}

int verify_failed(struct verify *v, const struct txn *txn, int r)
{
    if (r == VERIFY_DIVERGES && txn->error == 0) {
        return r; // told already
    }
    verify_report(v, VERIFY_DIVERGENCE, "%s", txn_text(txn));
    return r == STORE_CORRUPT ? (int)VERIFY_DIVERGES : r < 0 ? r : -EIO;
}

/* --- 1. rows ---------------------------------------------------------------------------------- */

static bool parse_key(enum db db, const struct key *key)
{
    union {
        enum meta_tag tag;
        struct key_texts texts;
        struct key_due due;
        struct key_by_team by_team;
        struct key_by_person by_person;
        struct key_breach breach;
        struct key_used used;
        struct key_zone_use zone_use;
        struct key_access access;
        struct key_change change;
        uint8_t id[BOOK_HASH_BYTES];
    } u;
    uint8_t mark[EVENT_MARK_BYTES];
    char source[BOOK_NAME_BYTES];
    enum book_kind kind;
    uint64_t n;
    uint64_t n2;
    uint32_t a;
    uint32_t b;

    switch (db) {
    case DB_META: return key_parse_meta(key, &u.tag);
    case DB_JOURNAL: return key_parse_journal(key, &n);
    case DB_STREAM: return key_parse_stream(key, &a, &n);
    case DB_TEXTS: return key_parse_texts(key, &u.texts);
    case DB_TICKETS: return key_parse_ticket(key, &a, &n);
    case DB_DUE: return key_parse_due(key, &u.due);
    case DB_BY_TEAM: return key_parse_by_team(key, &u.by_team);
    case DB_BY_PERSON: return key_parse_by_person(key, &u.by_person);
    case DB_BREACHES: return key_parse_breach(key, &u.breach);
    case DB_REQUESTS: return key_parse_request(key, &a, u.id);
    case DB_EXTERNAL: return key_parse_external(key, source, mark);
    case DB_ZONES: return key_parse_zone(key, u.id, source);
    case DB_BOOK: return key_parse_book(key, &kind, &a, &b);
    case DB_USED: return key_parse_used(key, &u.used);
    case DB_PRINCIPALS:
        return key_parse_principal(key, &a) || key_parse_principal_name(key, source);
    case DB_LINES: return key_parse_line(key, u.id);
    case DB_ZONE_USES: return key_parse_zone_use(key, &u.zone_use);
    case DB_ACCESS: return key_parse_access(key, &u.access);
    case DB_ENROLMENTS: return key_parse_enrolment(key, u.id) || key_parse_enrolment_of(key, &a);
    case DB_PROPOSALS: return key_parse_proposal(key, &n) || key_parse_change(key, &u.change);
    case DB_COUNTERSIGNS: return key_parse_countersign(key, &a, &b);
    case DB_ERASED: return key_parse_erased(key, &a, &n);
    case DB_SOURCES: return key_parse_source(key, source, &a);
    case DB_LOOKS: return key_parse_look(key, &a, &n, &n2);
    case DBS: break;
    }
    return false;
}

/** One row of a walk; last: the key in front of it. */
static int check_row(struct verify *v, enum db db, const struct key *key, const struct key *last)
{
    char text[KEY_TEXT_BYTES];
    int order = memcmp(last->bytes, key->bytes, key->n < last->n ? key->n : last->n);

    if (!parse_key(db, key)) {
        return VERIFY_TELL(v, "db %s key %.160s: the key makes no sense", db_name(db),
                           key_text(key, text));
    }
    if (order > 0 || (order == 0 && last->n >= key->n)) {
        return VERIFY_TELL(v, "db %s key %.160s: out of order", db_name(db), key_text(key, text));
    }
    verify_count_row(v);
    return 0;
}

static int check_db(struct verify *v, enum db db)
{
    struct row_walk walk;
    struct row row;
    struct key last = {.n = 0};
    struct key key;
    uint64_t n = 0;
    uint64_t expected;
    int told = 0;
    int r = 0;

    row_walk_begin(&walk, &v->txn, db, NULL, NULL, RECORD_ANY);
    while (told == 0 && (r = row_walk_next(&walk, &key, &row)) == 0) {
        told = check_row(v, db, &key, &last);
        last = key;
        n++;
    }
    row_walk_end(&walk);
    if (told != 0) {
        return told;
    }
    if (r == STORE_NOT_FOUND) {
        r = row_count(&v->txn, db, &expected);
    }
    if (r != 0) {
        return verify_failed(v, &v->txn, r);
    }
    if (n != expected) {
        return VERIFY_TELL(v, "db %s: %llu rows can be reached, %llu are counted", db_name(db),
                           (unsigned long long)n, (unsigned long long)expected);
    }
    return 0;
}

static int check_rows(struct verify *v)
{
    int r = 0;

    verify_begin_step(v, VERIFY_ROWS, "checksums of all rows");
    for (int db = 0; db < DBS && r == 0; db++) {
        r = check_db(v, (enum db)db);
    }
    return r;
}

/* --- 2. journal, 3. texts --------------------------------------------------------------------- */

static int check_place(struct verify *v, const struct entry *entry, const struct entry_proof *proof)
{
    uint64_t position;

    if (proof->position != v->position + 1) {
        return VERIFY_TELL(v, "db journal: position %llu is missing",
                           (unsigned long long)v->position + 1);
    }
    int r = entries_position(&v->txn, entry->stream, entry->seq, &position);
    if (r == STORE_NOT_FOUND || (r == 0 && position != proof->position)) {
        return VERIFY_TELL(v, "db stream: stream %u seq %llu does not lead to its entry",
                           entry->stream, (unsigned long long)entry->seq);
    }
    v->position = proof->position;
    return r;
}

static int check_chain(struct verify *v, const struct entry *entry, const struct entry_proof *proof)
{
    struct heads_row *row = heads_find(&v->heads, entry->stream);
    struct journal_head genesis = {.seq = 0};
    uint8_t hash[HASH_BYTES];

    if (!row) {
        if (hash_genesis(env_cluster_id(v->txn.env), entry->stream, genesis.hash) != 0 ||
            (row = heads_add(&v->heads, entry->stream, &genesis)) == NULL) {
            return txn_fail(&v->txn, -ENOMEM, "no memory for a stream");
        }
    }
    if (entry->seq != row->head.seq + 1) {
        return VERIFY_TELL(v, "stream %u: after seq %llu comes %llu", entry->stream,
                           (unsigned long long)row->head.seq, (unsigned long long)entry->seq);
    }
    if (hash_entry(row->head.hash, proof->body, proof->body_bytes, hash) != 0) {
        return txn_fail(&v->txn, -EIO, "no digest");
    }
    if (memcmp(hash, proof->hash, sizeof(hash)) != 0) {
        return VERIFY_TELL(v,
                           "stream %u seq %llu: its hash does not follow from its bytes and the "
                           "entry in front of it",
                           entry->stream, (unsigned long long)entry->seq);
    }
    if (entry->recorded_at <= row->recorded_at) {
        return VERIFY_TELL(v, "stream %u seq %llu: recorded before the entry in front of it",
                           entry->stream, (unsigned long long)entry->seq);
    }
    row->head.seq = entry->seq;
    memcpy(row->head.hash, hash, sizeof(hash));
    row->recorded_at = entry->recorded_at;
    return 0;
}

static uint64_t chunks(size_t n)
{
    return n == 0 ? 1 : (n + ENTRY_TEXT_CHUNK_BYTES - 1) / ENTRY_TEXT_CHUNK_BYTES;
}

static int check_texts(struct verify *v, const struct entry *entry, const struct entry_proof *proof)
{
    uint8_t commitment[HASH_BYTES];
    struct erasure erasure = {.fields = 0};
    int r = 0;

    // A view: that it is what the journal says is seen later
    if (proof->n_texts > 0) {
        r = erasures_get(&v->txn, entry->stream, entry->seq, &erasure);
    }
    if (r != 0 && r != STORE_NOT_FOUND) {
        return r;
    }
    for (size_t i = 0; i < proof->n_texts; i++) {
        const struct text *text = &entry->event.texts[i];
        bool erased = (erasure.fields & 1u << text->field) != 0;

        if (erased && proof->texts[i].present) {
            return VERIFY_TELL(v,
                               "stream %u seq %llu: its text %d is there, and seq %llu erases it",
                               entry->stream, (unsigned long long)entry->seq, (int)text->field,
                               (unsigned long long)erasure.seq);
        }
        if (erased) {
            continue;
        }
        if (!proof->texts[i].present) {
            return VERIFY_TELL(v,
                               "stream %u seq %llu: its text %d is missing, and no entry erases it",
                               entry->stream, (unsigned long long)entry->seq, (int)text->field);
        }
        if (hash_commitment(proof->texts[i].salt, text->bytes, text->n, commitment) != 0) {
            return txn_fail(&v->txn, -EIO, "no digest");
        }
        if (memcmp(commitment, proof->texts[i].commitment, sizeof(commitment)) != 0) {
            return VERIFY_TELL(v, "stream %u seq %llu: its text %d is not what it commits to",
                               entry->stream, (unsigned long long)entry->seq, (int)text->field);
        }
        v->n_chunks += chunks(text->n);
    }
    return 0;
}

static int check_entry(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct verify *v = user;

    int r = check_place(v, entry, proof);
    if (r == 0) {
        r = check_chain(v, entry, proof);
    }
    if (r == 0) {
        r = check_texts(v, entry, proof);
    }
    verify_count_row(v);
    return r;
}

/** All entries are good; what is left are rows that belong to none. */
static int check_strays(struct verify *v)
{
    uint64_t n_stream = 0;
    uint64_t n_chunks = 0;

    verify_begin_step(v, VERIFY_TEXTS, "rows that belong to no entry");
    int r = row_count(&v->txn, DB_STREAM, &n_stream);
    if (r == 0) {
        r = row_count(&v->txn, DB_TEXTS, &n_chunks);
    }
    if (r != 0) {
        return verify_failed(v, &v->txn, r);
    }
    if (n_stream != v->position) {
        return VERIFY_TELL(v, "db stream: %llu rows for %llu entries", (unsigned long long)n_stream,
                           (unsigned long long)v->position);
    }
    if (n_chunks != v->n_chunks) {
        return VERIFY_TELL(v, "db texts: %llu rows where the entries have %llu",
                           (unsigned long long)n_chunks, (unsigned long long)v->n_chunks);
    }
    return 0;
}

static int check_journal(struct verify *v)
{
    verify_begin_step(v, VERIFY_JOURNAL, "entries, their chains and their texts");
    int r = entries_walk_all(&v->txn, 1, SIZE_MAX, check_entry, v);
    return r == 0 ? check_strays(v) : verify_failed(v, &v->txn, r);
}

int verify_store(struct env *env, const struct verify_options *options)
{
    struct verify v = {.options = options};

    int r = txn_begin(&v.txn, env, TXN_READ);
    if (r == 0) {
        r = check_rows(&v);
    } else {
        r = verify_failed(&v, &v.txn, r);
    }
    if (r == 0) {
        r = check_journal(&v);
    }
    if (r == 0) {
        r = verify_views(&v);
    }
    txn_abort(&v.txn);
    heads_fini(&v.heads);
    return r;
}
