// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal_mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record {
    uint32_t stream;
    uint64_t expected_seq; // of the add that it came with
    uint64_t epoch;
    uint8_t batch_id[16];
    struct journal_record r; // owns its memory
};

struct list {
    struct record **records;
    size_t n;
    size_t size;
};

enum { STREAMS = 64 };

struct stream {
    bool used;
    uint64_t epoch;
    struct list list;
};

struct journal_mem {
    struct journal base;
    uint8_t cluster_id[16];
    uint64_t random;
    struct journal_mem_faults faults;
    struct journal_mem_seen seen;
    struct stream streams[STREAMS];
    uint8_t batch_id[16];
    struct list batch; // in the order of adding
    struct list late;  // committed, on their way
    unsigned resolve_left;
};

static struct journal_mem *self(struct journal *j)
{
    return (struct journal_mem *)j;
}

static void *must(void *p)
{
    if (!p) {
        perror("journal_mem");
        abort();
    }
    return p;
}

static bool chance(struct journal_mem *m, unsigned percent)
{
    m->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = m->random;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % 100 < percent;
}

/** True when this call is the one that is to fail. */
static bool fails(struct journal_mem *m)
{
    return m->faults.fail_at > 0 && --m->faults.fail_at == 0;
}

static void push(struct list *list, struct record *record)
{
    if (list->n == list->size) {
        list->size = list->size ? 2 * list->size : 16;
        list->records = must(realloc(list->records, list->size * sizeof(struct record *)));
    }
    list->records[list->n++] = record;
}

static void free_record(struct record *record)
{
    for (size_t i = 0; i < record->r.n_texts; i++) {
        free((char *)(uintptr_t)record->r.texts[i].bytes);
    }
    free((struct journal_text *)(uintptr_t)record->r.texts);
    free((void *)(uintptr_t)record->r.body);
    free(record);
}

static void clear(struct list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free_record(list->records[i]);
    }
    list->n = 0;
}

static void *copy(const void *p, size_t n)
{
    void *q = must(malloc(n + 1));

    if (n > 0) {
        memcpy(q, p, n);
    }
    return q;
}

static struct record *copy_record(const struct journal_record *from)
{
    struct record *record = must(calloc(1, sizeof(*record)));
    struct journal_text *texts = must(calloc(from->n_texts + 1, sizeof(*texts)));

    record->r = *from;
    record->r.body = copy(from->body, from->body_bytes);
    for (size_t i = 0; i < from->n_texts; i++) {
        texts[i] = from->texts[i];
        texts[i].bytes = copy(from->texts[i].bytes, from->texts[i].n);
    }
    record->r.texts = texts;
    return record;
}

static struct stream *find(struct journal_mem *m, uint32_t stream)
{
    if (stream >= STREAMS) {
        abort();
    }
    m->streams[stream].used = true;
    return &m->streams[stream];
}

static void head_of(struct journal_mem *m, uint32_t stream, struct journal_head *ret)
{
    const struct list *list = &find(m, stream)->list;

    ret->seq = list->n;
    if (list->n == 0) {
        hash_genesis(m->cluster_id, stream, ret->hash);
    } else {
        memcpy(ret->hash, list->records[list->n - 1]->r.hash, HASH_BYTES);
    }
}

/** What a batch would meet in a stream now. */
static enum journal_result judge(struct journal_mem *m, const struct record *first)
{
    const struct stream *stream = find(m, first->stream);

    if (first->epoch < stream->epoch) {
        return JOURNAL_FENCED;
    }
    return first->expected_seq == stream->list.n ? JOURNAL_OK : JOURNAL_CONFLICT;
}

/** A record takes its place; what does not continue its stream is a bug of whoever made it. */
static void take(struct journal_mem *m, struct record *record)
{
    struct journal_head head;
    uint8_t hash[HASH_BYTES];

    head_of(m, record->stream, &head);
    hash_entry(head.hash, record->r.body, record->r.body_bytes, hash);
    if (record->r.seq != head.seq + 1 || memcmp(hash, record->r.hash, sizeof(hash)) != 0) {
        fprintf(stderr, "journal_mem: stream %u seq %llu does not continue its stream\n",
                record->stream, (unsigned long long)record->r.seq);
        abort();
    }
    push(&find(m, record->stream)->list, record);
}

/** Moves the records of one stream out of a list, into the stream or to nowhere. */
static void settle(struct journal_mem *m, struct list *from, uint32_t stream, bool taken)
{
    size_t kept = 0;

    for (size_t i = 0; i < from->n; i++) {
        struct record *record = from->records[i];

        if (record->stream != stream) {
            from->records[kept++] = record;
        } else if (taken) {
            take(m, record);
        } else {
            free_record(record);
        }
    }
    from->n = kept;
}

static void arrive(struct journal_mem *m)
{
    while (m->late.n > 0) {
        const struct record *first = m->late.records[0];

        settle(m, &m->late, first->stream, judge(m, first) == JOURNAL_OK);
    }
}

/* --- the operations --------------------------------------------------------------------------- */

static int begin(struct journal *j, const uint8_t batch_id[16], struct txn *views)
{
    struct journal_mem *m = self(j);

    (void)views;
    if (fails(m)) {
        return -EIO;
    }
    arrive(m);
    clear(&m->batch);
    memcpy(m->batch_id, batch_id, sizeof(m->batch_id));
    m->resolve_left = m->faults.resolve_unknown;
    return 0;
}

static int add(struct journal *j, uint32_t stream, uint64_t epoch, uint64_t expected_seq,
               const struct journal_record *records, size_t n)
{
    struct journal_mem *m = self(j);

    if (fails(m)) {
        return -EIO;
    }
    for (size_t i = 0; i < n; i++) {
        struct record *record = copy_record(&records[i]);

        record->stream = stream;
        record->epoch = epoch;
        record->expected_seq = expected_seq;
        memcpy(record->batch_id, m->batch_id, sizeof(record->batch_id));
        push(&m->batch, record);
    }
    return 0;
}

static enum journal_result commit_stream(struct journal_mem *m, const struct record *first)
{
    uint32_t stream = first->stream;
    enum journal_result result = judge(m, first);

    if (result != JOURNAL_OK) {
        m->seen.conflicts += result == JOURNAL_CONFLICT;
        m->seen.fenced += result == JOURNAL_FENCED;
        settle(m, &m->batch, stream, false);
        return result;
    }
    if (!chance(m, m->faults.unknown_percent)) {
        settle(m, &m->batch, stream, true);
        return JOURNAL_OK;
    }
    if (chance(m, m->faults.applied_percent)) {
        m->seen.applied++;
        settle(m, &m->batch, stream, true);
    } else if (chance(m, m->faults.late_percent)) {
        m->seen.late++;
        for (size_t i = 0; i < m->batch.n; i++) {
            if (m->batch.records[i]->stream == stream) {
                struct record *record = copy_record(&m->batch.records[i]->r);
                record->stream = stream;
                record->epoch = m->batch.records[i]->epoch;
                record->expected_seq = m->batch.records[i]->expected_seq;
                memcpy(record->batch_id, m->batch_id, sizeof(record->batch_id));
                push(&m->late, record);
            }
        }
        settle(m, &m->batch, stream, false);
    } else {
        m->seen.lost++;
        settle(m, &m->batch, stream, false);
    }
    return JOURNAL_UNKNOWN;
}

static int compare_results(const void *a, const void *b)
{
    const struct journal_stream_result *x = a;
    const struct journal_stream_result *y = b;

    return x->stream < y->stream ? -1 : x->stream > y->stream;
}

static int commit(struct journal *j, struct journal_stream_result *results, size_t max,
                  size_t *ret_n)
{
    struct journal_mem *m = self(j);
    size_t n = 0;

    if (fails(m)) {
        return -EIO;
    }
    while (m->batch.n > 0 && n < max) {
        const struct record *first = m->batch.records[0];
        uint32_t stream = first->stream;

        results[n].result = commit_stream(m, first);
        results[n++].stream = stream;
    }
    qsort(results, n, sizeof(*results), compare_results);
    *ret_n = n;
    return 0;
}

static void abort_batch(struct journal *j)
{
    clear(&self(j)->batch);
}

static int resolve(struct journal *j, const uint8_t batch_id[16], uint32_t stream)
{
    struct journal_mem *m = self(j);
    const struct list *list = &find(m, stream)->list;

    if (fails(m)) {
        return -EIO;
    }
    if (m->resolve_left > 0) {
        m->resolve_left--;
        return JOURNAL_UNKNOWN;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (memcmp(list->records[i]->batch_id, batch_id, 16) == 0) {
            return JOURNAL_APPLIED;
        }
    }
    return JOURNAL_NOT_APPLIED;
}

static int read_stream(struct journal *j, uint32_t stream, uint64_t from_seq, size_t max,
                       journal_reader *reader, void *user)
{
    struct journal_mem *m = self(j);
    const struct list *list = &find(m, stream)->list;

    if (fails(m)) {
        return -EIO;
    }
    for (size_t i = from_seq - 1, n = 0; i < list->n && n < max; i++, n++) {
        int r = reader(user, &list->records[i]->r);
        if (r != 0) {
            return r == JOURNAL_STOP ? 0 : r;
        }
    }
    return 0;
}

static int head(struct journal *j, uint32_t stream, struct journal_head *ret)
{
    struct journal_mem *m = self(j);

    if (fails(m)) {
        return -EIO;
    }
    head_of(m, stream, ret);
    return 0;
}

/* --- lifetime and faults ---------------------------------------------------------------------- */

struct journal_mem *journal_mem_new(const uint8_t cluster_id[16], uint64_t seed)
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
    struct journal_mem *m = must(calloc(1, sizeof(*m)));

    m->base.ops = &ops;
    memcpy(m->cluster_id, cluster_id, sizeof(m->cluster_id));
    m->random = seed;
    return m;
}

void journal_mem_free(struct journal_mem *m)
{
    if (!m) {
        return;
    }
    for (size_t i = 0; i < STREAMS; i++) {
        clear(&m->streams[i].list);
        free(m->streams[i].list.records);
    }
    clear(&m->batch);
    free(m->batch.records);
    clear(&m->late);
    free(m->late.records);
    free(m);
}

struct journal *journal_mem_journal(struct journal_mem *m)
{
    return &m->base;
}

void journal_mem_set_faults(struct journal_mem *m, const struct journal_mem_faults *faults)
{
    m->faults = *faults;
}

void journal_mem_fence(struct journal_mem *m, uint32_t stream, uint64_t epoch)
{
    find(m, stream)->epoch = epoch;
}

void journal_mem_intrude(struct journal_mem *m, uint32_t stream,
                         const struct journal_record *record)
{
    struct record *r = copy_record(record);

    r->stream = stream;
    take(m, r);
}

uint64_t journal_mem_count(const struct journal_mem *m, uint32_t stream)
{
    return m->streams[stream].list.n;
}

struct journal_mem_seen journal_mem_seen(const struct journal_mem *m)
{
    return m->seen;
}
