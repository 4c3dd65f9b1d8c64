// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORE_SHOP_H
#define TESTS_STORE_SHOP_H

/*
 * A store in a directory of its own, with a journal and a batch to write to it.
 *
 *     __attribute__((cleanup(shop_fini))) struct shop shop = {0};
 *     shop_init(&shop, NULL);
 */

#include "core/event.h"
#include "store/batch.h"
#include "store/env.h"
#include "store/journal_lmdb.h"
#include "store/key.h"
#include "store/txn.h"
#include "tests/support/tmpdir.h"

/** Random numbers that are the same in every run. All zero is a seed. */
struct dice {
    uint64_t state;
};
uint64_t dice_u64(struct dice *d);
/** 0 to n - 1; n > 0. */
uint64_t dice_below(struct dice *d, uint64_t n);
void dice_bytes(struct dice *d, void *p, size_t n);

struct shop {
    struct tmpdir dir;
    char path[300]; // of the store
    struct env_options options;
    struct env *env;
    struct journal_lmdb *journal;
    struct batch *batch;
    struct dice salts;
    struct dice ids;
    int64_t now; // of the next entry
};

extern const uint8_t shop_cluster_id[ENV_CLUSTER_ID_BYTES];

/** Of tests: what valgrind can still map. */
#define SHOP_MAP_BYTES ((uint64_t)1 << 30)

/** Makes and opens a store with a map of map_bytes (0: SHOP_MAP_BYTES). */
void shop_init(struct shop *s, uint64_t map_bytes);
void shop_fini(struct shop *s);
void shop_close(struct shop *s);
void shop_open(struct shop *s, unsigned flags);

void shop_begin(struct shop *s);
void shop_commit(struct shop *s);
/** Appends, a microsecond and more after the last one. */
void shop_append(struct shop *s, struct entry *entry);

/** An entry whose event opens a ticket in `contract`, or does `kind` to it. */
struct entry shop_entry(enum event_kind kind, uint32_t contract, uint64_t ticket, int64_t at);
/** begin, append, commit. */
void shop_write(struct shop *s, struct entry *entry);

/** Fails the test unless the entry is refused, as damage, with this in the text. */
void shop_refused(struct shop *s, struct entry *entry, const char *text);

/** Fails the test unless verify finds the store well, and a rebuild makes the same views. */
void shop_verify_rebuilt(struct shop *s);

/** Eight entries of stream 1: a ticket with texts, clocks, requests, a breach, a line. */
void shop_small_history(struct shop *s);

/** A value without a frame of ours. */
void shop_put_raw(struct txn *txn, enum db db, const struct key *key, const void *p, size_t n);

/** Fills salts from shop->salts; for batch_options. */
int shop_random(void *user, void *ret, size_t n);

/** A clock that runs: started at `at`, due and limit `due_in_us` later. */
struct ticket_clock shop_clock(enum clock_kind kind, int64_t at, int64_t due_in_us);

/** Fails the test unless verify finds the store well. */
void shop_verify(struct shop *s);
/** The text of verify's divergence; fails the test if there is none. Returns buf. */
const char *shop_divergence(struct shop *s, char *buf, size_t size);

/** SHA-256 over keys and values of all views (and where a rebuild left off). */
void shop_views_hash(struct shop *s, uint8_t ret[32]);

#endif
