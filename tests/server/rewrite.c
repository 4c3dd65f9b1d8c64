// SPDX-License-Identifier: Apache-2.0
#include "tests/server/rewrite.h"

#include <stdio.h>
#include <string.h>

#include "store/entries.h"
#include "store/rebuild.h"
#include "store/record.h"
#include "store/verify.h"
#include "t.h"

enum { STREAMS = 8 };

struct rewriting {
    struct txn txn; /* of the new store */
    rewriter *change;
    void *user;
    struct arena arena;
    uint64_t position;
    struct {
        uint64_t seq; /* that was dropped; 0: none */
        uint64_t previous;
    } dropped[STREAMS];
};

/* Where an entry that was at seq is now; of the dropped one, that of its ticket before it. */
static uint64_t moved(const struct rewriting *w, uint32_t stream, uint64_t seq)
{
    const uint64_t dropped = w->dropped[stream].seq;

    if (dropped != 0 && seq == dropped) {
        return w->dropped[stream].previous;
    }
    return dropped != 0 && seq > dropped ? seq - 1 : seq;
}

static void put_entry(struct rewriting *w, const struct entry *changed, const struct entry *entry,
                      const struct entry_proof *proof)
{
    struct record_commitment commitments[EVENT_TEXTS_MAX];
    struct journal_text texts[EVENT_TEXTS_MAX];
    struct journal_record record = {.texts = texts, .seq = changed->seq};
    struct journal_head head;
    struct row body;

    for (size_t i = 0; i < proof->n_texts; i++) {
        commitments[i].field = proof->texts[i].field;
        memcpy(commitments[i].sha256, proof->texts[i].commitment, HASH_BYTES);
        if (proof->texts[i].present) {
            struct journal_text *text = &texts[record.n_texts++];
            text->field = proof->texts[i].field;
            memcpy(text->salt, proof->texts[i].salt, sizeof(text->salt));
            text->bytes = entry->event.texts[i].bytes;
            text->n = entry->event.texts[i].n;
        }
    }
    T_EQ_INT(record_body_encode(&w->txn, changed, commitments, &w->arena, &body), 0, "%s",
             txn_text(&w->txn));
    T_EQ_INT(entries_head(&w->txn, entry->stream, &head), 0, "%s", txn_text(&w->txn));
    record.body = body.p;
    record.body_bytes = body.n;
    T_EQ_INT(hash_entry(head.hash, body.p, body.n, record.hash), 0, "no digest");
    T_EQ_INT(entries_put(&w->txn, ++w->position, entry->stream, &record), 0, "%s",
             txn_text(&w->txn));
}

static int put(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct rewriting *w = user;
    struct entry changed = *entry;
    const uint32_t stream = entry->stream;

    T_CHECK(stream < STREAMS, "stream %u", stream);
    if (w->change(w->user, &changed) == REWRITE_DROP) {
        T_CHECK(w->dropped[stream].seq == 0, "only one is dropped");
        w->dropped[stream].seq = entry->seq;
        w->dropped[stream].previous = entry->ticket_prev_seq;
        return 0;
    }
    changed.seq = moved(w, stream, entry->seq);
    changed.ticket_prev_seq = moved(w, stream, entry->ticket_prev_seq);
    put_entry(w, &changed, entry, proof);
    arena_reset(&w->arena);
    return 0;
}

static void tell(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)user;
    (void)rows;
    T_CHECK(step != VERIFY_DIVERGENCE, "%s", text);
}

struct env *rewrite(struct env *from, const char *dir, rewriter *change, void *user)
{
    const struct env_options options = {.map_bytes = (uint64_t)1 << 28};
    const struct env_options again = {.map_bytes = options.map_bytes, .flags = ENV_FOR_REBUILD};
    struct verify_options verify = {.tmp_dir = dir, .report = tell};
    struct rewriting w = {.change = change, .user = user};
    char path[400];
    char error[512] = "";
    struct txn txn;
    struct env *env;

    (void)snprintf(path, sizeof(path), "%s/store", dir);
    T_EQ_INT(env_create(path, env_cluster_id(from), &options, error, sizeof(error)), 0, "%s",
             error);
    T_EQ_INT(env_open(path, &again, error, sizeof(error), &env), 0, "%s", error);
    arena_init(&w.arena, RECORD_ARENA_BYTES);
    T_EQ_INT(txn_begin(&txn, from, TXN_READ), 0, "%s", txn_text(&txn));
    T_EQ_INT(txn_begin(&w.txn, env, TXN_WRITE), 0, "%s", txn_text(&w.txn));
    T_EQ_INT(entries_walk_all(&txn, 1, SIZE_MAX, put, &w), 0, "%s", txn_text(&txn));
    T_EQ_INT(txn_commit(&w.txn), 0, "%s", txn_text(&w.txn));
    txn_abort(&txn);
    arena_fini(&w.arena);
    T_EQ_INT(rebuild_views(env, NULL, error, sizeof(error)), 0, "%s", error);
    T_EQ_INT(verify_store(env, &verify), 0, "its own verify");
    return env;
}
