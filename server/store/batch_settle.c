// SPDX-License-Identifier: Apache-2.0
/*
 * What to do when the journal and the views are not at the same place: after an answer that was
 * not plain, and at start. What is in the journal is read from there and applied.
 */
#include "store/batch_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "store/entries.h"
#include "store/record.h"
#include "store/views.h"

/** Asked at once again; a journal that still doesn't know then is away, and so are we. */
enum { RESOLVE_TRIES = 10 };

/** A stream whose records are being read from the journal into the environment. */
struct catching {
    struct batch *b;
    uint32_t stream;
    struct heads_row *head;
};

static int take(void *user, const struct journal_record *record)
{
    struct catching *c = user;
    struct batch *b = c->b;
    struct record_commitment commitments[EVENT_TEXTS_MAX];
    struct row body = {.p = record->body, .n = record->body_bytes};
    struct key key = key_stream(c->stream, record->seq);
    uint8_t hash[HASH_BYTES];
    struct entry entry;

    if (record->seq != c->head->head.seq + 1 ||
        hash_entry(c->head->head.hash, body.p, body.n, hash) != 0 ||
        memcmp(hash, record->hash, sizeof(hash)) != 0) {
        return txn_fail(&b->txn, STORE_CORRUPT,
                        "stream %u seq %llu: the journal does not continue what is here", c->stream,
                        (unsigned long long)record->seq);
    }
    arena_reset(&b->scratch);
    int r = record_body_decode(&b->txn, &key, &body, &b->scratch, &entry, commitments);
    if (r == 0 && (entry.stream != c->stream || entry.seq != record->seq)) {
        r = row_corrupt(&b->txn, DB_STREAM, &key, "the journal has another entry there");
    }
    if (r == 0) {
        r = entries_put(&b->txn, b->position + 1, c->stream, record);
    }
    if (r == 0) {
        r = views_apply(&b->txn, &b->txn, &entry, b->position + 1, &b->scratch, NULL);
    }
    if (r == 0) {
        c->head->head.seq = record->seq;
        memcpy(c->head->head.hash, record->hash, sizeof(record->hash));
        b->position++;
        if (entry.recorded_at > b->newest_at) {
            b->newest_at = entry.recorded_at;
        }
    }
    return r;
}

/** Within the open transaction. */
static int catch_up(struct batch *b, uint32_t stream)
{
    struct catching c = {.b = b, .stream = stream};

    int r = batch_learn(b);
    if (r == 0) {
        r = batch_find_head(b, stream, &c.head);
    }
    if (r == 0) {
        r = b->journal->ops->read(b->journal, stream, c.head->head.seq + 1, SIZE_MAX, take, &c);
    }
    if (r != 0) {
        txn_fail(&b->txn, r, "stream %u: the journal cannot be read", stream);
    }
    return r;
}

/** Every stream of the batch, in one transaction. A failure is final: entries
 * that somebody may be answered for would be missing here. */
static int catch_up_all(struct batch *b)
{
    int r = txn_begin(&b->txn, b->env, TXN_WRITE);

    for (size_t i = 0; i < b->n_results && r == 0; i++) {
        struct journal_stream_result *result = &b->results[i];

        r = catch_up(b, result->stream);
        if (r == 0 && result->result == JOURNAL_OK &&
            heads_find(&b->heads, result->stream)->head.seq < b->appended[i]) {
            r = txn_fail(&b->txn, -EIO, "stream %u: the journal lost what it had taken",
                         result->stream);
        }
    }
    r = txn_commit(&b->txn);
    if (r != 0) {
        batch_forget(b);
        batch_outcome(b, r);
    }
    return r > 0 ? -EIO : r;
}

int batch_catch_up(struct batch *b, uint32_t stream)
{
    assert(!b->open);
    if (b->journal->in_views) {
        return 0;
    }
    int r = txn_begin(&b->txn, b->env, TXN_WRITE);
    if (r == 0) {
        catch_up(b, stream);
    }
    r = txn_commit(&b->txn);
    if (r != 0) {
        batch_forget(b);
        return batch_outcome(b, r);
    }
    return 0;
}

/** What `unknown` turned out to be. Returns 0, or < 0 when it can't be found out. */
static int resolve(struct batch *b, struct journal_stream_result *result)
{
    for (int i = 0; i < RESOLVE_TRIES; i++) {
        int r = b->journal->ops->resolve(b->journal, b->id, result->stream);

        if (r < 0) {
            return batch_fail(b, r, "the journal cannot tell what became of a batch");
        }
        if (r == JOURNAL_APPLIED || r == JOURNAL_NOT_APPLIED) {
            result->result = r == JOURNAL_APPLIED ? JOURNAL_OK : JOURNAL_CONFLICT;
            return 0;
        }
    }
    return batch_fail(b, -EIO, "the journal does not tell what became of a batch");
}

int batch_settle(struct batch *b)
{
    bool all = true;

    for (size_t i = 0; i < b->n_results; i++) {
        if (b->results[i].result == JOURNAL_UNKNOWN) {
            int r = resolve(b, &b->results[i]);
            if (r != 0) {
                return r;
            }
        }
        all &= b->results[i].result == JOURNAL_OK;
    }
    if (!b->journal->in_views) {
        int r = catch_up_all(b);
        if (r != 0) {
            return r;
        }
    }
    return all ? 0 : BATCH_AGAIN;
}
