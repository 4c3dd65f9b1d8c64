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
#include "store/entries_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/instant.h"
#include "proto/bytes.h"
#include "store/env.h"

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

static int erase_text(struct txn *txn, uint64_t position, enum text_field field)
{
    struct key_texts k = {.position = position, .field = field};

    for (;; k.chunk++) {
        struct key key = key_texts(&k);
        int r = row_get(txn, DB_TEXTS, &key, RECORD_TEXT, NULL);

        if (r == 0) {
            r = row_del(txn, DB_TEXTS, &key);
        }
        if (r != 0) {
            return r == STORE_NOT_FOUND ? 0 : r;
        }
    }
}

int entries_erase(struct txn *txn, uint64_t position, uint32_t fields)
{
    int r = txn->error;

    for (unsigned field = TEXT_NONE + 1; field < TEXT_FIELDS && r == 0; field++) {
        if ((fields & 1u << field) != 0) {
            r = erase_text(txn, position, (enum text_field)field);
        }
    }
    return r;
}

/* --- reading ---------------------------------------------------------------------------------- */

int entries_take_position(struct txn *txn, const struct key *key, const struct row *row,
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
    return r == 0 ? entries_take_position(txn, &key, &row, ret_position) : r;
}

int entries_decode(struct txn *txn, const struct key *key, const struct row *row,
                   struct arena *arena, struct entry *ret, struct entries_stored *stored)
{
    if (row->n < HASH_BYTES) {
        return row_corrupt(txn, DB_JOURNAL, key, "an entry without its hash");
    }
    stored->key = *key;
    memcpy(stored->hash, row->p, HASH_BYTES);
    stored->body = (struct row){.p = row->p + HASH_BYTES, .n = row->n - HASH_BYTES};
    return record_body_decode(txn, key, &stored->body, arena, ret, stored->commitments);
}

int entries_load(struct txn *txn, uint64_t position, uint32_t contract, uint64_t seq,
                 struct arena *arena, struct entry *ret, struct entries_stored *stored)
{
    struct key key = key_journal(position);
    struct row row;

    int r = row_get(txn, DB_JOURNAL, &key, RECORD_ENTRY, &row);
    if (r == STORE_NOT_FOUND) {
        return row_corrupt(txn, DB_JOURNAL, &key, "an entry that `stream` names is missing");
    }
    if (r == 0) {
        r = entries_decode(txn, &key, &row, arena, ret, stored);
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

int entries_text(struct txn *txn, uint64_t position, enum text_field field, struct arena *arena,
                 struct text *ret)
{
    struct text_head head;

    return read_text(txn, position, field, arena, ret, &head);
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

int entries_prove(struct txn *txn, uint64_t position, const struct entries_stored *stored,
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

int entries_complete(struct txn *txn, uint64_t position, const struct entries_stored *stored,
                     struct arena *arena, struct entry *entry, struct entry_proof *proof)
{
    if (proof) {
        int r = entries_prove(txn, position, stored, entry->event.n_texts, arena, proof);
        if (r != 0) {
            return r;
        }
    }
    return read_texts(txn, position, arena, entry, proof);
}

int entries_get_bare(struct txn *txn, uint32_t contract, uint64_t seq, struct arena *arena,
                     struct entry *ret)
{
    struct entries_stored stored;
    uint64_t position;

    int r = entries_position(txn, contract, seq, &position);
    return r == 0 ? entries_load(txn, position, contract, seq, arena, ret, &stored) : r;
}

int entries_get(struct txn *txn, uint32_t contract, uint64_t seq, struct arena *arena,
                struct entry *ret, struct entry_proof *ret_proof)
{
    struct entries_stored stored;
    uint64_t position;

    int r = entries_position(txn, contract, seq, &position);
    if (r == 0) {
        r = entries_load(txn, position, contract, seq, arena, ret, &stored);
    }
    return r == 0 ? entries_complete(txn, position, &stored, arena, ret, ret_proof) : r;
}

/* --- heads ------------------------------------------------------------------------------------ */

/** The stored hash of the entry at a position, which must be there. */
static int hash_at(struct txn *txn, uint64_t position, uint8_t ret[HASH_BYTES])
{
    struct key key = key_journal(position);
    struct row row;

    int r = row_get(txn, DB_JOURNAL, &key, RECORD_ENTRY, &row);
    if (r == STORE_NOT_FOUND || (r == 0 && row.n < HASH_BYTES)) {
        return row_corrupt(txn, DB_JOURNAL, &key, "an entry that `stream` names is missing");
    }
    if (r == 0) {
        memcpy(ret, row.p, HASH_BYTES);
    }
    return r;
}

int entries_hash(struct txn *txn, uint32_t contract, uint64_t seq, uint8_t ret[HASH_BYTES])
{
    uint64_t position;

    int r = entries_position(txn, contract, seq, &position);
    return r == 0 ? hash_at(txn, position, ret) : r;
}

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
        r = entries_take_position(txn, &key, &row, &position);
    }
    if (r != 0) {
        return r;
    }
    r = hash_at(txn, position, head.hash);
    if (r == 0) {
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
    struct entries_stored stored;
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
    r = entries_decode(txn, &key, &row, &arena, &entry, &stored);
    arena_fini(&arena);
    if (r == 0) {
        *ret_position = position;
        *ret_recorded_at = entry.recorded_at;
    }
    return r;
}
