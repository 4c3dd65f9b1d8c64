// SPDX-License-Identifier: Apache-2.0
/*
 * The journal in the views' environment. During a batch it reads and writes through the views' open
 * transaction, which decides whether the batch happened; otherwise it reads a snapshot of its own.
 */
#include "store/journal_lmdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/entries.h"
#include "store/txn.h"

struct journal_lmdb {
    struct journal base;
    struct env *env;
    struct txn *views; /* NULL: no batch is open */
    uint64_t position; /* of the newest entry, this batch's included */
    struct journal_stream_result streams[JOURNAL_STREAMS_MAX]; /* ascending by stream */
    size_t n_streams;
};

static struct journal_lmdb *self(struct journal *j)
{
    return (struct journal_lmdb *)j;
}

static int begin(struct journal *j, const uint8_t batch_id[16], struct txn *views)
{
    struct journal_lmdb *l = self(j);
    int64_t recorded_at;

    (void)batch_id; // it is in the bodies
    int r = entries_newest(views, &l->position, &recorded_at);
    if (r == 0) {
        l->views = views;
        l->n_streams = 0;
    }
    return r;
}

/** The stream's row of this batch; NULL when there is no room for another. */
static struct journal_stream_result *find_stream(struct journal_lmdb *l, uint32_t stream)
{
    size_t i = l->n_streams;

    while (i > 0 && l->streams[i - 1].stream > stream) {
        i--;
    }
    if (i > 0 && l->streams[i - 1].stream == stream) {
        return &l->streams[i - 1];
    }
    if (l->n_streams == JOURNAL_STREAMS_MAX) {
        return NULL;
    }
    memmove(&l->streams[i + 1], &l->streams[i], (l->n_streams - i) * sizeof(l->streams[0]));
    l->streams[i] = (struct journal_stream_result){.stream = stream, .result = JOURNAL_OK};
    l->n_streams++;
    return &l->streams[i];
}

static int add(struct journal *j, uint32_t stream, uint64_t epoch, uint64_t expected_seq,
               const struct journal_record *records, size_t n)
{
    struct journal_lmdb *l = self(j);
    struct journal_stream_result *result = find_stream(l, stream);

    (void)epoch; // who holds the directory's lock owns all streams
    if (!result) {
        return txn_fail(l->views, -E2BIG, "a batch of more than %d streams", JOURNAL_STREAMS_MAX);
    }
    for (size_t i = 0; i < n && result->result == JOURNAL_OK; i++) {
        int r = STORE_CONFLICT;

        if (records[i].seq == expected_seq + 1 + i) {
            r = entries_put(l->views, l->position + 1, stream, &records[i]);
        }
        if (r == STORE_CONFLICT) {
            result->result = JOURNAL_CONFLICT;
        } else if (r != 0) {
            return r;
        } else {
            l->position++;
        }
    }
    return 0;
}

static int commit(struct journal *j, struct journal_stream_result *results, size_t max,
                  size_t *ret_n)
{
    struct journal_lmdb *l = self(j);

    l->views = NULL;
    if (l->n_streams > max) {
        return -E2BIG;
    }
    memcpy(results, l->streams, l->n_streams * sizeof(results[0]));
    *ret_n = l->n_streams;
    return 0;
}

static void abort_batch(struct journal *j)
{
    self(j)->views = NULL;
}

/* --- reading ---------------------------------------------------------------------------------- */

/** The batch's transaction, or a snapshot in `own`, to be ended with done(). */
static struct txn *reading(struct journal_lmdb *l, struct txn *own)
{
    if (l->views) {
        return l->views;
    }
    txn_begin(own, l->env, TXN_READ);
    return own;
}

static void done(struct txn *txn, struct txn *own)
{
    if (txn == own) {
        txn_abort(own);
    }
}

/** The batch's records of a stream lie together, so it is enough to look for one, newest first. */
static int resolve(struct journal *j, const uint8_t batch_id[16], uint32_t stream)
{
    struct txn own;
    struct txn *txn = reading(self(j), &own);
    struct journal_head head;
    struct arena arena;
    int result = JOURNAL_NOT_APPLIED;

    arena_init(&arena, SIZE_MAX);
    int r = entries_head(txn, stream, &head);
    for (uint64_t seq = r == 0 ? head.seq : 0; seq > 0 && result == JOURNAL_NOT_APPLIED; seq--) {
        struct entry entry;

        arena_reset(&arena);
        r = entries_get_bare(txn, stream, seq, &arena, &entry);
        if (r != 0) {
            break;
        }
        if (memcmp(entry.batch_id, batch_id, sizeof(entry.batch_id)) == 0) {
            result = JOURNAL_APPLIED;
        }
    }
    arena_fini(&arena);
    done(txn, &own);
    return r == 0 ? result : r < 0 ? r : -EIO;
}

struct reading {
    journal_reader *reader;
    void *user;
};

static int hand_on(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct reading *reading = user;
    struct journal_text texts[EVENT_TEXTS_MAX];
    struct journal_record record = {
        .seq = entry->seq, .body = proof->body, .body_bytes = proof->body_bytes, .texts = texts};

    memcpy(record.hash, proof->hash, sizeof(record.hash));
    for (size_t i = 0; i < proof->n_texts; i++) {
        if (proof->texts[i].present) {
            struct journal_text *text = &texts[record.n_texts++];

            text->field = proof->texts[i].field;
            memcpy(text->salt, proof->texts[i].salt, sizeof(text->salt));
            text->bytes = entry->event.texts[i].bytes;
            text->n = entry->event.texts[i].n;
        }
    }
    return reading->reader(reading->user, &record);
}

static int read_stream(struct journal *j, uint32_t stream, uint64_t from_seq, size_t max,
                       journal_reader *reader, void *user)
{
    struct reading reading_ = {.reader = reader, .user = user};
    struct txn own;
    struct txn *txn = reading(self(j), &own);

    int r = entries_walk(txn, stream, from_seq, max, hand_on, &reading_);
    done(txn, &own);
    return r;
}

static int head(struct journal *j, uint32_t stream, struct journal_head *ret)
{
    struct txn own;
    struct txn *txn = reading(self(j), &own);

    int r = entries_head(txn, stream, ret);
    done(txn, &own);
    return r;
}

/* --- lifetime --------------------------------------------------------------------------------- */

int journal_lmdb_new(struct env *env, struct journal_lmdb **ret)
{
    static const struct journal_ops ops = {
        .begin = begin,
        .add = add,
        .commit = commit,
        .abort = abort_batch,
        .resolve = resolve,
        .read = read_stream,
        .head = head,
    };
    struct journal_lmdb *l = calloc(1, sizeof(*l));

    if (!l) {
        return -ENOMEM;
    }
    l->base = (struct journal){.ops = &ops, .in_views = true};
    l->env = env;
    *ret = l;
    return 0;
}

void journal_lmdb_free(struct journal_lmdb *j)
{
    free(j);
}

struct journal *journal_lmdb_journal(struct journal_lmdb *j)
{
    return &j->base;
}
