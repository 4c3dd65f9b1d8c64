// SPDX-License-Identifier: Apache-2.0
/*
 * Entries in the environment. A row of the journal is the hash and the body; its texts lie beside
 * it in chunks, the first of which begins with the text's length and salt:
 *
 *   journal  position          -> hash 32 bytes, body
 *   stream   contract, seq     -> position u64
 *   texts    position, field, 0 -> length u32, salt 16 bytes, first chunk
 *            position, field, n -> chunk n
 */
#include "store/entries.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/instant.h"
#include "proto/bytes.h"
#include "store/env.h"
#include "store/record.h"
#include "store/row.h"

enum {
    TEXT_HEAD_BYTES = 4 + HASH_SALT_BYTES,
    POSITION_BYTES = 8,
};

/* --- writing ---------------------------------------------------------------------------------- */

/** Bytes in the next chunk of a text of which `left` are left. */
static size_t chunk_bytes(size_t left)
{
    return left < ENTRY_TEXT_CHUNK_BYTES ? left : ENTRY_TEXT_CHUNK_BYTES;
}

static int put_chunk(struct txn *txn, uint64_t position, const struct journal_text *text,
                     uint16_t chunk, size_t from, size_t n)
{
    struct key key = key_texts(
        &(struct key_texts){.position = position, .field = text->field, .chunk = chunk});
    uint8_t head[TEXT_HEAD_BYTES];
    struct bytes_writer w;
    struct row parts[] = {{.p = head}, {.p = (const uint8_t *)text->bytes + from, .n = n}};

    if (chunk == 0) {
        bytes_writer_init(&w, head, sizeof(head));
        bytes_put_u32(&w, (uint32_t)text->n);
        bytes_put_raw(&w, text->salt, sizeof(text->salt));
        parts[0].n = w.n;
    }
    return row_append(txn, DB_TEXTS, &key, RECORD_TEXT, parts, 2);
}

static int put_text(struct txn *txn, uint64_t position, const struct journal_text *text)
{
    size_t from = 0;
    uint16_t chunk = 0;
    int r;

    do {
        size_t n = chunk_bytes(text->n - from);

        r = put_chunk(txn, position, text, chunk, from, n);
        from += n;
        chunk++;
    } while (r == 0 && from < text->n);
    return r;
}

int entries_put(struct txn *txn, uint64_t position, uint32_t contract,
                const struct journal_record *record)
{
    struct row parts[] = {
        {.p = record->hash, .n = sizeof(record->hash)},
        {.p = record->body, .n = record->body_bytes},
    };
    uint8_t where[POSITION_BYTES];
    struct bytes_writer w;

    if (txn->error) {
        return txn->error;
    }
    struct key key = key_stream(contract, record->seq - 1);
    int r = record->seq == 1 ? 0 : row_get(txn, DB_STREAM, &key, RECORD_POSITION, NULL);
    if (r != 0) {
        return r == STORE_NOT_FOUND ? STORE_CONFLICT : r;
    }
    bytes_writer_init(&w, where, sizeof(where));
    bytes_put_u64(&w, position);
    key = key_stream(contract, record->seq);
    r = row_insert_growing(txn, DB_STREAM, &key, RECORD_POSITION, where, sizeof(where));
    if (r != 0) {
        return r;
    }
    key = key_journal(position);
    r = row_append(txn, DB_JOURNAL, &key, RECORD_ENTRY, parts, 2);
    for (size_t i = 0; i < record->n_texts && r == 0; i++) {
        r = put_text(txn, position, &record->texts[i]);
    }
    return r;
}

/* --- reading ---------------------------------------------------------------------------------- */

static int take_position(struct txn *txn, const struct key *key, const struct row *row,
                         uint64_t *ret)
{
    struct bytes_reader r;

    bytes_reader_init(&r, row->p, row->n);
    *ret = bytes_get_u64(&r);
    return bytes_reader_done(&r) ? 0 : row_corrupt(txn, DB_STREAM, key, "not a position");
}

int entries_position(struct txn *txn, uint32_t contract, uint64_t seq, uint64_t *ret_position)
{
    struct key key = key_stream(contract, seq);
    struct row row;

    int r = row_get(txn, DB_STREAM, &key, RECORD_POSITION, &row);
    return r == 0 ? take_position(txn, &key, &row, ret_position) : r;
}

/** A stored entry without its texts. */
struct stored {
    struct key key;
    uint8_t hash[HASH_BYTES];
    struct row body; /* points into the environment */
    struct record_commitment commitments[EVENT_TEXTS_MAX];
};

static int decode(struct txn *txn, const struct key *key, const struct row *row,
                  struct arena *arena, struct entry *ret, struct stored *stored)
{
    if (row->n < HASH_BYTES) {
        return row_corrupt(txn, DB_JOURNAL, key, "an entry without its hash");
    }
    stored->key = *key;
    memcpy(stored->hash, row->p, HASH_BYTES);
    stored->body = (struct row){.p = row->p + HASH_BYTES, .n = row->n - HASH_BYTES};
    return record_body_decode(txn, key, &stored->body, arena, ret, stored->commitments);
}

/** The entry at a position, which must be there and be the one that `stream` says. */
static int load(struct txn *txn, uint64_t position, uint32_t contract, uint64_t seq,
                struct arena *arena, struct entry *ret, struct stored *stored)
{
    struct key key = key_journal(position);
    struct row row;

    int r = row_get(txn, DB_JOURNAL, &key, RECORD_ENTRY, &row);
    if (r == STORE_NOT_FOUND) {
        return row_corrupt(txn, DB_JOURNAL, &key, "an entry that `stream` names is missing");
    }
    if (r == 0) {
        r = decode(txn, &key, &row, arena, ret, stored);
    }
    if (r == 0 && (ret->stream != contract || ret->seq != seq)) {
        r = row_corrupt(txn, DB_JOURNAL, &key, "another entry than `stream` names");
    }
    return r;
}

struct text_head {
    size_t n;
    uint8_t salt[HASH_SALT_BYTES];
};

/** Chunks after the first, into the text. */
static int read_chunks(struct txn *txn, struct key_texts *k, char *text, size_t from, size_t n)
{
    while (from < n) {
        struct row row;

        k->chunk++;
        struct key key = key_texts(k);
        int r = row_get(txn, DB_TEXTS, &key, RECORD_TEXT, &row);
        if (r == STORE_NOT_FOUND || (r == 0 && row.n != chunk_bytes(n - from))) {
            return row_corrupt(txn, DB_TEXTS, &key, "a chunk is missing or of a wrong length");
        }
        if (r != 0) {
            return r;
        }
        memcpy(text + from, row.p, row.n);
        from += row.n;
    }
    return 0;
}

/** STORE_NOT_FOUND: erased. */
static int read_text(struct txn *txn, uint64_t position, enum text_field field, struct arena *arena,
                     struct text *ret, struct text_head *ret_head)
{
    struct key_texts k = {.position = position, .field = field};
    struct key key = key_texts(&k);
    struct row row;
    struct bytes_reader r;

    int rc = row_get(txn, DB_TEXTS, &key, RECORD_TEXT, &row);
    if (rc != 0) {
        return rc;
    }
    bytes_reader_init(&r, row.p, row.n);
    ret_head->n = bytes_get_u32(&r);
    bytes_get_copy(&r, ret_head->salt, sizeof(ret_head->salt));
    if (!bytes_reader_ok(&r) || ret_head->n > ENTRY_BODY_BYTES_MAX ||
        r.left != chunk_bytes(ret_head->n)) {
        return row_corrupt(txn, DB_TEXTS, &key, "a text of a wrong length");
    }
    char *text = arena_alloc(arena, ret_head->n + 1);
    if (!text) {
        return txn_fail(txn, -ENOMEM, "no memory for a text");
    }
    size_t first = r.left;
    memcpy(text, r.p, first);
    rc = read_chunks(txn, &k, text, first, ret_head->n);
    *ret = (struct text){.field = field, .bytes = text, .n = ret_head->n};
    return rc;
}

static int read_texts(struct txn *txn, uint64_t position, struct arena *arena, struct entry *entry,
                      struct entry_proof *proof)
{
    for (size_t i = 0; i < entry->event.n_texts; i++) {
        struct text *text = &entry->event.texts[i];
        struct text_head head;
        int r = read_text(txn, position, text->field, arena, text, &head);

        if (r != 0 && r != STORE_NOT_FOUND) {
            return r;
        }
        if (proof) {
            proof->texts[i].present = r == 0;
            if (r == 0) {
                memcpy(proof->texts[i].salt, head.salt, sizeof(head.salt));
            }
        }
    }
    return 0;
}

static int fill_proof(struct txn *txn, uint64_t position, const struct stored *stored,
                      size_t n_texts, struct arena *arena, struct entry_proof *ret)
{
    void *body = arena_alloc(arena, stored->body.n);

    if (!body) {
        return txn_fail(txn, -ENOMEM, "no memory for an entry");
    }
    memset(ret, 0, sizeof(*ret));
    memcpy(body, stored->body.p, stored->body.n);
    ret->position = position;
    memcpy(ret->hash, stored->hash, sizeof(ret->hash));
    ret->body = body;
    ret->body_bytes = stored->body.n;
    ret->n_texts = n_texts;
    for (size_t i = 0; i < n_texts; i++) {
        ret->texts[i].field = stored->commitments[i].field;
        memcpy(ret->texts[i].commitment, stored->commitments[i].sha256, HASH_BYTES);
    }
    return 0;
}

static int complete(struct txn *txn, uint64_t position, const struct stored *stored,
                    struct arena *arena, struct entry *entry, struct entry_proof *proof)
{
    if (proof) {
        int r = fill_proof(txn, position, stored, entry->event.n_texts, arena, proof);
        if (r != 0) {
            return r;
        }
    }
    return read_texts(txn, position, arena, entry, proof);
}

int entries_get_bare(struct txn *txn, uint32_t contract, uint64_t seq, struct arena *arena,
                     struct entry *ret)
{
    struct stored stored;
    uint64_t position;

    int r = entries_position(txn, contract, seq, &position);
    return r == 0 ? load(txn, position, contract, seq, arena, ret, &stored) : r;
}

int entries_get(struct txn *txn, uint32_t contract, uint64_t seq, struct arena *arena,
                struct entry *ret, struct entry_proof *ret_proof)
{
    struct stored stored;
    uint64_t position;

    int r = entries_position(txn, contract, seq, &position);
    if (r == 0) {
        r = load(txn, position, contract, seq, arena, ret, &stored);
    }
    return r == 0 ? complete(txn, position, &stored, arena, ret, ret_proof) : r;
}

/* --- walks ------------------------------------------------------------------------------------ */

/** The entry that a walk has come to. */
struct found {
    struct arena *arena; /* holds one entry at a time */
    uint64_t position;
    struct entry entry;
    struct entry_proof proof;
    struct stored stored;
};

/** Hands the entry to the reader as it is, or with its texts. */
typedef int show_entry(struct txn *txn, struct found *found, entries_reader *reader, void *user);

static int show_bare(struct txn *txn, struct found *found, entries_reader *reader, void *user)
{
    (void)txn;
    found->proof.position = found->position;
    return reader(user, &found->entry, &found->proof);
}

static int show(struct txn *txn, struct found *found, entries_reader *reader, void *user)
{
    int r = complete(txn, found->position, &found->stored, found->arena, &found->entry,
                     &found->proof);

    return r == 0 ? reader(user, &found->entry, &found->proof) : r;
}

/** The next row of `stream`. STORE_NOT_FOUND: there is none. */
static int next_of_stream(struct row_walk *rows, struct found *found)
{
    struct txn *txn = rows->txn;
    struct key key;
    struct row row;
    uint32_t contract;
    uint64_t seq;

    int r = row_walk_next(rows, &key, &row);
    if (r != 0) {
        return r;
    }
    if (!key_parse_stream(&key, &contract, &seq)) {
        return row_corrupt(txn, DB_STREAM, &key, "the key makes no sense");
    }
    r = take_position(txn, &key, &row, &found->position);
    arena_reset(found->arena);
    return r == 0 ? load(txn, found->position, contract, seq, found->arena, &found->entry,
                         &found->stored)
                  : r;
}

/** The next row of `journal`. */
static int next_of_all(struct row_walk *rows, struct found *found)
{
    struct key key;
    struct row row;

    int r = row_walk_next(rows, &key, &row);
    if (r != 0) {
        return r;
    }
    if (!key_parse_journal(&key, &found->position)) {
        return row_corrupt(rows->txn, DB_JOURNAL, &key, "the key makes no sense");
    }
    arena_reset(found->arena);
    return decode(rows->txn, &key, &row, found->arena, &found->entry, &found->stored);
}

struct walk_ops {
    int (*next)(struct row_walk *rows, struct found *found);
    show_entry *show;
};

static int walk(struct row_walk *rows, const struct walk_ops *ops, size_t max,
                entries_reader *reader, void *user)
{
    struct arena arena;
    struct found found = {.arena = &arena};
    int r = 0;

    arena_init(&arena, RECORD_ARENA_BYTES);
    for (size_t i = 0; i < max && r == 0; i++) {
        r = ops->next(rows, &found);
        if (r == STORE_NOT_FOUND) {
            r = JOURNAL_STOP;
        } else if (r == 0) {
            r = ops->show(rows->txn, &found, reader, user);
        }
    }
    arena_fini(&arena);
    row_walk_end(rows);
    return r == JOURNAL_STOP ? 0 : r;
}

static int walk_stream(struct txn *txn, uint32_t contract, uint64_t from_seq, size_t max,
                       show_entry *shown, entries_reader *reader, void *user)
{
    struct key prefix = key_stream_prefix(contract);
    struct key from = key_stream(contract, from_seq);
    struct walk_ops ops = {.next = next_of_stream, .show = shown};
    struct row_walk rows;

    row_walk_begin(&rows, txn, DB_STREAM, &prefix, &from, RECORD_POSITION);
    return walk(&rows, &ops, max, reader, user);
}

int entries_walk(struct txn *txn, uint32_t contract, uint64_t from_seq, size_t max,
                 entries_reader *reader, void *user)
{
    return walk_stream(txn, contract, from_seq, max, show, reader, user);
}

int entries_walk_stream_bare(struct txn *txn, uint32_t contract, uint64_t from_seq, size_t max,
                             entries_reader *reader, void *user)
{
    return walk_stream(txn, contract, from_seq, max, show_bare, reader, user);
}

int entries_walk_all(struct txn *txn, uint64_t from_position, size_t max, entries_reader *reader,
                     void *user)
{
    struct key from = key_journal(from_position);
    struct walk_ops ops = {.next = next_of_all, .show = show};
    struct row_walk rows;

    row_walk_begin(&rows, txn, DB_JOURNAL, NULL, &from, RECORD_ENTRY);
    return walk(&rows, &ops, max, reader, user);
}

int entries_walk_bare(struct txn *txn, uint64_t from_position, size_t max, entries_reader *reader,
                      void *user)
{
    struct key from = key_journal(from_position);
    struct walk_ops ops = {.next = next_of_all, .show = show_bare};
    struct row_walk rows;

    row_walk_begin(&rows, txn, DB_JOURNAL, NULL, &from, RECORD_ENTRY);
    return walk(&rows, &ops, max, reader, user);
}

static int history(struct txn *txn, uint32_t contract, uint64_t seq, size_t max, show_entry *shown,
                   entries_reader *reader, void *user)
{
    struct arena arena;
    struct found found = {.arena = &arena};
    int r = 0;

    arena_init(&arena, RECORD_ARENA_BYTES);
    for (size_t i = 0; i < max && r == 0 && seq > 0; i++) {
        arena_reset(&arena);
        r = entries_position(txn, contract, seq, &found.position);
        if (r == STORE_NOT_FOUND) {
            struct key key = key_stream(contract, seq);
            r = row_corrupt(txn, DB_STREAM, &key, "an entry of a ticket's history is missing");
        }
        if (r == 0) {
            r = load(txn, found.position, contract, seq, &arena, &found.entry, &found.stored);
        }
        if (r == 0) {
            r = shown(txn, &found, reader, user);
        }
        if (r == 0 && found.entry.ticket_prev_seq >= seq) {
            r = row_corrupt(txn, DB_JOURNAL, &found.stored.key, "a history that does not go back");
        }
        seq = found.entry.ticket_prev_seq;
    }
    arena_fini(&arena);
    return r == JOURNAL_STOP ? 0 : r;
}

int entries_history(struct txn *txn, uint32_t contract, uint64_t seq, size_t max,
                    entries_reader *reader, void *user)
{
    return history(txn, contract, seq, max, show, reader, user);
}

int entries_history_bare(struct txn *txn, uint32_t contract, uint64_t seq, size_t max,
                         entries_reader *reader, void *user)
{
    return history(txn, contract, seq, max, show_bare, reader, user);
}

/* --- heads ------------------------------------------------------------------------------------ */

int entries_head(struct txn *txn, uint32_t contract, struct journal_head *ret)
{
    struct key prefix = key_stream_prefix(contract);
    struct key key;
    struct row row;
    struct journal_head head = {.seq = 0};
    uint64_t position;

    int r = row_last(txn, DB_STREAM, &prefix, RECORD_POSITION, &key, &row);
    if (r == STORE_NOT_FOUND) {
        r = hash_genesis(env_cluster_id(txn->env), contract, head.hash);
        if (r != 0) {
            return txn_fail(txn, r, "digest");
        }
        *ret = head;
        return 0;
    }
    if (r == 0 && !key_parse_stream(&key, &contract, &head.seq)) {
        r = row_corrupt(txn, DB_STREAM, &key, "the key makes no sense");
    }
    if (r == 0) {
        r = take_position(txn, &key, &row, &position);
    }
    if (r != 0) {
        return r;
    }
    key = key_journal(position);
    r = row_get(txn, DB_JOURNAL, &key, RECORD_ENTRY, &row);
    if (r == STORE_NOT_FOUND || (r == 0 && row.n < HASH_BYTES)) {
        return row_corrupt(txn, DB_JOURNAL, &key, "an entry that `stream` names is missing");
    }
    if (r == 0) {
        memcpy(head.hash, row.p, HASH_BYTES);
        *ret = head;
    }
    return r;
}

int entries_newest(struct txn *txn, uint64_t *ret_position, int64_t *ret_recorded_at)
{
    struct key key;
    struct row row;
    struct arena arena;
    struct entry entry;
    struct stored stored;
    uint64_t position;

    int r = row_last(txn, DB_JOURNAL, NULL, RECORD_ENTRY, &key, &row);
    if (r == STORE_NOT_FOUND) {
        *ret_position = 0;
        *ret_recorded_at = INSTANT_NONE;
        return 0;
    }
    if (r == 0 && !key_parse_journal(&key, &position)) {
        r = row_corrupt(txn, DB_JOURNAL, &key, "the key makes no sense");
    }
    if (r != 0) {
        return r;
    }
    arena_init(&arena, RECORD_ARENA_BYTES);
    r = decode(txn, &key, &row, &arena, &entry, &stored);
    arena_fini(&arena);
    if (r == 0) {
        *ret_position = position;
        *ret_recorded_at = entry.recorded_at;
    }
    return r;
}
