// SPDX-License-Identifier: Apache-2.0
/*
 * Batches: entries get their place, go into the journal, and evolve the views inside of the open
 * transaction.
 *
 * What the heads of the streams are is known from the batch before, as long as every batch ends
 * well; after anything else it is read anew.
 */
#include "store/batch_private.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/record.h"
#include "store/tickets.h"
#include "store/views.h"

int batch_new(struct env *env, struct journal *journal, const struct batch_options *options,
              struct batch **ret)
{
    struct batch *b = calloc(1, sizeof(*b));

    if (!b) {
        return -ENOMEM;
    }
    b->env = env;
    b->journal = journal;
    b->options = *options;
    arena_init(&b->scratch, RECORD_ARENA_BYTES);
    *ret = b;
    return 0;
}

void batch_free(struct batch *b)
{
    if (b) {
        batch_abort(b);
        arena_fini(&b->scratch);
        heads_fini(&b->heads);
        free(b);
    }
}

/* --- what is known ---------------------------------------------------------------------------- */

void batch_forget(struct batch *b)
{
    b->known = false;
    heads_clear(&b->heads);
}

int batch_learn(struct batch *b)
{
    const uint64_t known = b->position;

    int r = entries_newest(&b->txn, &b->position, &b->newest_at);
    // Another batch of this process may have written: a place that is taken would be passed over.
    if (r != 0 || !b->known || b->position != known) {
        heads_clear(&b->heads);
    }
    b->known = r == 0;
    return r;
}

int batch_find_head(struct batch *b, uint32_t stream, struct heads_row **ret)
{
    struct heads_row *row = heads_find(&b->heads, stream);
    struct journal_head head;

    if (!row) {
        int r = entries_head(&b->txn, stream, &head);
        if (r != 0) {
            return r;
        }
        row = heads_add(&b->heads, stream, &head);
        if (!row) {
            return txn_fail(&b->txn, -ENOMEM, "no memory for a stream");
        }
    }
    *ret = row;
    return 0;
}

int batch_outcome(struct batch *b, int error)
{
    snprintf(b->text, sizeof(b->text), "%s", txn_text(&b->txn));
    switch (error) {
    case STORE_FULL: return BATCH_FULL;
    case STORE_CORRUPT:
    case STORE_NEWER: return BATCH_CORRUPT;
    default: return error;
    }
}

int batch_fail(struct batch *b, int error, const char *text)
{
    snprintf(b->text, sizeof(b->text), "%s", text);
    return error;
}

/* --- one entry -------------------------------------------------------------------------------- */

static void sort_texts(struct event *e)
{
    for (size_t i = 1; i < e->n_texts; i++) {
        struct text text = e->texts[i];
        size_t at = i;

        for (; at > 0 && e->texts[at - 1].field > text.field; at--) {
            e->texts[at] = e->texts[at - 1];
        }
        e->texts[at] = text;
    }
}

static int commit_texts(struct batch *b, struct event *e, struct journal_text *texts,
                        struct record_commitment *commitments)
{
    if (e->n_texts > EVENT_TEXTS_MAX) {
        return txn_fail(&b->txn, -EINVAL, "an entry of %zu texts", e->n_texts);
    }
    sort_texts(e);
    for (size_t i = 0; i < e->n_texts; i++) {
        struct text *text = &e->texts[i];

        if (text->field == TEXT_NONE || text->field >= TEXT_FIELDS ||
            (i > 0 && text->field == e->texts[i - 1].field)) {
            return txn_fail(&b->txn, -EINVAL, "an entry with a wrong text field");
        }
        texts[i] = (struct journal_text){.field = text->field, .bytes = text->bytes, .n = text->n};
        commitments[i].field = text->field;
        if (b->options.random(b->options.random_user, texts[i].salt, HASH_SALT_BYTES) != 0 ||
            hash_commitment(texts[i].salt, text->bytes, text->n, commitments[i].sha256) != 0) {
            return txn_fail(&b->txn, -EIO, "no salt or no digest");
        }
    }
    return 0;
}

/** ret_ticket: the entry's ticket as it is, if it has one already; *ret_there tells. */
static int fill(struct batch *b, struct entry *entry, const struct heads_row *head,
                struct ticket *ret_ticket, bool *ret_there)
{
    *ret_there = false;
    entry->seq = head->head.seq + 1;
    entry->epoch = b->options.epoch;
    memcpy(entry->batch_id, b->id, sizeof(entry->batch_id));
    if (b->newest_at != INSTANT_NONE && entry->recorded_at <= b->newest_at) {
        entry->recorded_at = instant_add(b->newest_at, 1);
    }
    entry->ticket_prev_seq = 0;
    if (entry->event.ticket == 0 || entry->event.kind == EVENT_TICKET_OPENED) {
        return 0;
    }
    int r = tickets_get(&b->txn, entry->stream, entry->event.ticket, &b->scratch, ret_ticket);
    if (r == 0) {
        entry->ticket_prev_seq = ret_ticket->last_seq;
        *ret_there = true;
    }
    return r == STORE_NOT_FOUND ? 0 : r; // views_apply refuses it and says why
}

static int add(struct batch *b, const struct heads_row *head, const struct entry *entry,
               const struct journal_record *record, const struct ticket *before)
{
    struct journal *j = b->journal;

    int r = j->ops->add(j, entry->stream, entry->epoch, head->head.seq, record, 1);
    if (r != 0) {
        return txn_fail(&b->txn, r, "the journal takes no entry");
    }
    if (!j->in_views) {
        r = entries_put(&b->txn, b->position + 1, entry->stream, record);
    }
    if (r == STORE_CONFLICT) {
        return txn_fail(&b->txn, -EIO, "stream %u: its head moved during a batch", entry->stream);
    }
    if (r == 0) {
        r = views_apply(&b->txn, &b->txn, entry, b->position + 1, &b->scratch, before);
    }
    return r;
}

static int append(struct batch *b, struct entry *entry)
{
    struct record_commitment commitments[EVENT_TEXTS_MAX];
    struct journal_text texts[EVENT_TEXTS_MAX];
    struct journal_record record = {.texts = texts};
    struct heads_row *head;
    struct ticket ticket;
    struct row body;
    bool there = false;

    int r = batch_find_head(b, entry->stream, &head);
    if (r == 0) {
        r = fill(b, entry, head, &ticket, &there);
    }
    if (r == 0) {
        r = commit_texts(b, &entry->event, texts, commitments);
    }
    if (r == 0) {
        r = record_body_encode(&b->txn, entry, commitments, &b->scratch, &body);
    }
    if (r != 0) {
        return r;
    }
    record.seq = entry->seq;
    record.body = body.p;
    record.body_bytes = body.n;
    record.n_texts = entry->event.n_texts;
    if (hash_entry(head->head.hash, body.p, body.n, record.hash) != 0) {
        return txn_fail(&b->txn, -EIO, "no digest");
    }
    r = add(b, head, entry, &record, there ? &ticket : NULL);
    if (r == 0) {
        head->head.seq = entry->seq;
        memcpy(head->head.hash, record.hash, sizeof(record.hash));
        b->position++;
        b->newest_at = entry->recorded_at;
        b->count++;
    }
    return r;
}

int batch_append(struct batch *b, struct entry *entry)
{
    assert(b->open);
    if (b->txn.error) {
        return batch_outcome(b, b->txn.error);
    }
    arena_reset(&b->scratch);
    int r = append(b, entry);
    return r == 0 ? 0 : batch_outcome(b, r);
}

/* --- begin and end ---------------------------------------------------------------------------- */

int batch_begin(struct batch *b, const uint8_t batch_id[16])
{
    assert(!b->open);
    b->text[0] = 0;
    b->n_results = 0;
    b->count = 0;
    memcpy(b->id, batch_id, sizeof(b->id));
    int r = txn_begin(&b->txn, b->env, TXN_WRITE);
    if (r == 0) {
        r = batch_learn(b);
    }
    if (r == 0) {
        r = b->journal->ops->begin(b->journal, b->id, &b->txn);
        if (r != 0) {
            txn_fail(&b->txn, r, "the journal begins no batch");
        }
    }
    if (r != 0) {
        txn_abort(&b->txn);
        batch_forget(b);
        return batch_outcome(b, r);
    }
    b->open = true;
    return 0;
}

struct txn *batch_txn(struct batch *b)
{
    assert(b->open);
    return &b->txn;
}

size_t batch_count(const struct batch *b)
{
    return b->count;
}

static bool all_ok(const struct batch *b)
{
    for (size_t i = 0; i < b->n_results; i++) {
        if (b->results[i].result != JOURNAL_OK) {
            return false;
        }
    }
    return true;
}

/** Drops journal and views of the open batch. */
static void drop(struct batch *b)
{
    b->journal->ops->abort(b->journal);
    txn_abort(&b->txn);
    b->open = false;
    if (b->count > 0 || b->txn.error) {
        batch_forget(b);
    }
}

int batch_commit(struct batch *b)
{
    assert(b->open);
    if (b->txn.error || b->count == 0) {
        int error = b->txn.error;

        drop(b);
        return error ? batch_outcome(b, error) : 0;
    }
    b->open = false;
    int r = b->journal->ops->commit(b->journal, b->results, JOURNAL_STREAMS_MAX, &b->n_results);
    if (r < 0) {
        txn_abort(&b->txn);
        batch_forget(b);
        return batch_fail(b, r, "the journal failed");
    }
    if (!all_ok(b)) {
        for (size_t i = 0; i < b->n_results; i++) {
            b->appended[i] = heads_find(&b->heads, b->results[i].stream)->head.seq;
        }
        txn_abort(&b->txn);
        batch_forget(b);
        return batch_settle(b);
    }
    r = txn_commit(&b->txn);
    if (r == 0) {
        return 0;
    }
    batch_forget(b);
    r = batch_outcome(b, r);
    // A journal that is elsewhere has the entries by now
    return r > 0 && !b->journal->in_views ? -ENOSPC : r;
}

enum journal_result batch_result(const struct batch *b, uint32_t stream)
{
    for (size_t i = 0; i < b->n_results; i++) {
        if (b->results[i].stream == stream) {
            return b->results[i].result;
        }
    }
    return JOURNAL_NOT_APPLIED;
}

void batch_abort(struct batch *b)
{
    if (b->open) {
        drop(b);
    }
}

const char *batch_text(const struct batch *b)
{
    return b->text;
}
