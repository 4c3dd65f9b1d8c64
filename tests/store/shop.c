// SPDX-License-Identifier: Apache-2.0
#include "store/shop.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/env_private.h"
#include "store/rebuild.h"
#include "store/row.h"
#include "store/verify.h"
#include "t.h"

// The same in every run, so that what is in docs/storage.md can be compared
const uint8_t shop_cluster_id[ENV_CLUSTER_ID_BYTES] = {
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

uint64_t dice_u64(struct dice *d)
{
    d->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = d->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t dice_below(struct dice *d, uint64_t n)
{
    return dice_u64(d) % n;
}

void dice_bytes(struct dice *d, void *p, size_t n)
{
    uint8_t *q = p;

    for (size_t i = 0; i < n; i++) {
        q[i] = (uint8_t)dice_u64(d);
    }
}

int shop_random(void *user, void *ret, size_t n)
{
    dice_bytes(user, ret, n);
    return 0;
}

void shop_open(struct shop *s, unsigned flags)
{
    char error[ENV_ERROR_BYTES];
    struct batch_options options = {.epoch = 1, .random = shop_random, .random_user = &s->salts};

    s->options.flags = flags;
    int r = env_open(s->path, &s->options, error, sizeof(error), &s->env);
    T_EQ_INT(r, 0, "%s", error);
    T_EQ_INT(journal_lmdb_new(s->env, &s->journal), 0);
    T_EQ_INT(batch_new(s->env, journal_lmdb_journal(s->journal), &options, &s->batch), 0);
}

void shop_close(struct shop *s)
{
    batch_free(s->batch);
    journal_lmdb_free(s->journal);
    env_close(s->env);
    s->batch = NULL;
    s->journal = NULL;
    s->env = NULL;
}

void shop_init(struct shop *s, uint64_t map_bytes)
{
    char error[ENV_ERROR_BYTES];

    tmpdir_init(&s->dir);
    snprintf(s->path, sizeof(s->path), "%s/store", s->dir.path);
    s->options.map_bytes = map_bytes ? map_bytes : SHOP_MAP_BYTES;
    s->salts.state = 1;
    s->now = INT64_C(1767605400000000); // 2026-01-05T09:30:00Z, a Monday
    int r = env_create(s->path, shop_cluster_id, &s->options, error, sizeof(error));
    T_EQ_INT(r, 0, "%s", error);
    shop_open(s, 0);
}

void shop_fini(struct shop *s)
{
    shop_close(s);
    tmpdir_fini(&s->dir);
}

void shop_begin(struct shop *s)
{
    uint8_t id[16];

    dice_bytes(&s->ids, id, sizeof(id));
    T_EQ_INT(batch_begin(s->batch, id), 0, "%s", batch_text(s->batch));
}

void shop_commit(struct shop *s)
{
    T_EQ_INT(batch_commit(s->batch), 0, "%s", batch_text(s->batch));
}

void shop_append(struct shop *s, struct entry *entry)
{
    s->now += US_PER_S;
    entry->recorded_at = s->now;
    T_EQ_INT(batch_append(s->batch, entry), 0, "%s", batch_text(s->batch));
}

void shop_write(struct shop *s, struct entry *entry)
{
    shop_begin(s);
    shop_append(s, entry);
    shop_commit(s);
}

void shop_refused(struct shop *s, struct entry *entry, const char *text)
{
    shop_begin(s);
    entry->recorded_at = s->now + 1;
    T_EQ_INT(batch_append(s->batch, entry), BATCH_CORRUPT, "%s", text);
    T_CHECK(strstr(batch_text(s->batch), text) != NULL, "%s: %s", text, batch_text(s->batch));
    T_EQ_INT(batch_commit(s->batch), BATCH_CORRUPT, "%s", text);
}

void shop_verify_rebuilt(struct shop *s)
{
    char error[ENV_ERROR_BYTES];
    uint8_t before[32];
    uint8_t after[32];

    shop_verify(s);
    shop_views_hash(s, before);
    T_EQ_INT(rebuild_views(s->env, NULL, error, sizeof(error)), 0, "%s", error);
    shop_views_hash(s, after);
    T_EQ_MEM(after, before, sizeof(after), "a rebuild gives other views");
    shop_verify(s);
}

struct entry shop_entry(enum event_kind kind, uint32_t contract, uint64_t ticket, int64_t at)
{
    struct entry entry = {
        .stream = contract,
        .actor = 7,
        .via = "test",
        .event =
            {
                .kind = kind,
                .origin = ORIGIN_LIVE,
                .contract = contract,
                .ticket = ticket,
                .effective_at = at,
                .claimed_at = INSTANT_NONE,
            },
    };

    if (kind == EVENT_HELD) {
        entry.event.u.hold.ends_at = INSTANT_NEVER;
    } else if (kind == EVENT_RESOLVED) {
        entry.event.u.resolved.close_at = INSTANT_NEVER;
    } else if (kind == EVENT_TICKET_OPENED) {
        entry.event.team = 3;
        entry.event.u.opened.team = 3;
        entry.event.u.opened.received_at = at;
        entry.event.u.opened.occurred_at = INSTANT_NONE;
        entry.event.u.opened.silent_until_at = INSTANT_NONE;
        snprintf(entry.event.u.opened.priority, BOOK_NAME_BYTES, "P2");
    }
    return entry;
}

struct ticket_clock shop_clock(enum clock_kind kind, int64_t at, int64_t due_in_us)
{
    return (struct ticket_clock){
        .kind = kind,
        .cycle = 1,
        .state = CLOCK_RUNNING,
        .verdict = TICKET_VERDICT_OPEN,
        .contract_version = 1,
        .target_us = due_in_us,
        .started_at = at,
        .stopped_at = INSTANT_NONE,
        .as_of_at = at,
        .due_at = at + due_in_us,
        .limit_at = at + due_in_us,
        .next_warn_at = INSTANT_NEVER,
        .breached_at = INSTANT_NONE,
    };
}

struct told {
    char text[512];
};

static void listen(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    struct told *told = user;

    (void)rows;
    if (step == VERIFY_DIVERGENCE) {
        snprintf(told->text, sizeof(told->text), "%s", text);
    }
}

static int verify(struct shop *s, struct told *told)
{
    struct verify_options options = {.tmp_dir = s->dir.path, .report = listen, .user = told};

    return verify_store(s->env, &options);
}

void shop_verify(struct shop *s)
{
    struct told told = {.text = ""};

    T_EQ_INT(verify(s, &told), 0, "%s", told.text);
}

const char *shop_divergence(struct shop *s, char *buf, size_t size)
{
    struct told told = {.text = ""};

    T_EQ_INT(verify(s, &told), VERIFY_DIVERGES, "%s", told.text);
    snprintf(buf, size, "%s", told.text);
    return buf;
}

void shop_views_hash(struct shop *s, uint8_t ret[32])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct txn txn;
    unsigned n;

    EVP_DigestInit_ex2(ctx, EVP_sha256(), NULL);
    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    for (int db = 0; db < DBS; db++) {
        struct row_walk walk;
        struct row row;
        struct key key;

        if (!db_is_view((enum db)db) && db != DB_META) {
            continue;
        }
        row_walk_begin(&walk, &txn, (enum db)db, NULL, NULL, RECORD_ANY);
        while (row_walk_next(&walk, &key, &row) == 0) {
            EVP_DigestUpdate(ctx, &db, sizeof(db));
            EVP_DigestUpdate(ctx, &key.n, sizeof(key.n));
            EVP_DigestUpdate(ctx, key.bytes, key.n);
            EVP_DigestUpdate(ctx, &row.n, sizeof(row.n));
            EVP_DigestUpdate(ctx, row.p, row.n);
        }
        row_walk_end(&walk);
    }
    T_EQ_INT(txn_error(&txn), 0, "%s", txn_text(&txn));
    txn_abort(&txn);
    EVP_DigestFinal_ex(ctx, ret, &n);
    EVP_MD_CTX_free(ctx);
}

void shop_put_raw(struct txn *txn, enum db db, const struct key *key, const void *p, size_t n)
{
    MDB_val k = {.mv_size = key->n, .mv_data = (void *)(uintptr_t)key->bytes};
    MDB_val v = {.mv_size = n, .mv_data = (void *)(uintptr_t)p};

    T_EQ_INT(mdb_put(txn->mdb, txn->env->dbi[db], &k, &v, 0), 0);
}

void shop_small_history(struct shop *shop)
{
    for (uint64_t i = 1; i <= 8; i++) {
        struct entry entry = shop_entry(i == 1 ? EVENT_TICKET_OPENED : EVENT_TAKEN, 1, 1,
                                        shop->now);

        entry.request_id[0] = (uint8_t)i;
        entry.line_id[0] = i == 2 ? 5 : 0;
        if (i > 1) {
            entry.event.u.taken.assignee = (uint32_t)i;
        } else {
            snprintf(entry.event.u.opened.source, BOOK_NAME_BYTES, "jira");
            entry.event.texts[0] = (struct text){TEXT_SUBJECT, "printer", 7};
            entry.event.texts[1] = (struct text){TEXT_SOURCE_KEY, "OPS-17", 6};
            entry.event.n_texts = 2;
            entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, shop->now, US_PER_HOUR);
            entry.event.clocks[1] = shop_clock(CLOCK_KIND_FIRST_RESPONSE, shop->now, US_PER_DAY);
            entry.event.n_clocks = 2;
        }
        if (i == 7) {
            entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, shop->now, US_PER_HOUR);
            entry.event.clocks[0].breached_at = shop->now;
            entry.event.n_clocks = 1;
        }
        shop_write(shop, &entry);
    }
}
