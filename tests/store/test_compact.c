// SPDX-License-Identifier: Apache-2.0
/*
 * A store written anew has all that the old one had, and nothing that was erased from it.
 */
#include "store/compact.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/env_private.h"
#include "store/record.h"
#include "store/row.h"
#include "store/shop.h"
#include "store/workload.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

static char error[ENV_ERROR_BYTES];

/** The store goes on in another directory. */
static void move_to(struct shop *shop, const char *path)
{
    shop_close(shop);
    T_CHECK(strlen(path) < sizeof(shop->path), "%s", path);
    memcpy(shop->path, path, strlen(path) + 1);
    shop_open(shop, 0);
}

struct bytes {
    uint8_t *p;
    size_t n;
};

static struct bytes read_all(const char *dir)
{
    struct bytes bytes;
    char path[400];
    struct stat st;

    snprintf(path, sizeof(path), "%s/data.mdb", dir);
    FILE *f = fopen(path, "r");
    T_CHECK(f != NULL, "%s", path);
    T_EQ_INT(fstat(fileno(f), &st), 0);
    bytes.n = (size_t)st.st_size;
    bytes.p = malloc(bytes.n);
    T_EQ_INT(fread(bytes.p, 1, bytes.n, f), bytes.n);
    fclose(f);
    return bytes;
}

static bool holds(const struct bytes *bytes, const void *p, size_t n)
{
    return memmem(bytes->p, bytes->n, p, n) != NULL;
}

enum { WINDOW = 8 };

/** How many of the windows of p are somewhere in the file. */
static size_t windows(const struct bytes *bytes, const uint8_t *p, size_t n)
{
    size_t found = 0;

    for (size_t i = 0; i + WINDOW <= n; i++) {
        found += holds(bytes, p + i, WINDOW);
    }
    return found;
}

/* --- erased texts ----------------------------------------------------------------------------- */

enum { TICKETS = 60, TEXT_MAX = 3000 };

/** What ticket i says; no two have 8 bytes in common. */
struct secret {
    char text[TEXT_MAX];
    size_t n;
    uint8_t salt[HASH_SALT_BYTES];
};

static void open_ticket(struct shop *shop, uint64_t number, struct secret *secret)
{
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, number, shop->now);
    struct dice dice = {.state = number};

    secret->n = number % 3 == 0 ? TEXT_MAX : 20 + 7 * number;
    for (size_t i = 0; i < secret->n; i++) {
        secret->text[i] = (char)(' ' + dice_below(&dice, 95));
    }
    entry.event.texts[0] = (struct text){TEXT_BODY, secret->text, secret->n};
    entry.event.n_texts = 1;
    shop_write(shop, &entry);
}

static void read_salt(struct shop *shop, uint64_t number, struct secret *secret)
{
    ARENA(arena);
    struct entry_proof proof;
    struct entry entry;
    struct txn txn;

    txn_begin(&txn, shop->env, TXN_READ);
    T_EQ_INT(entries_get(&txn, 1, number, &arena, &entry, &proof), 0);
    T_EQ_MEM(entry.event.texts[0].bytes, secret->text, secret->n);
    memcpy(secret->salt, proof.texts[0].salt, sizeof(secret->salt));
    txn_abort(&txn);
}

static bool is_erased(uint64_t number)
{
    return number % 2 == 0;
}

T_TEST(compact, no_trace_of_what_was_erased_is_left)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static struct secret secrets[TICKETS + 1];
    char to[400];

    shop_init(&shop, 0);
    for (uint64_t i = 1; i <= TICKETS; i++) {
        open_ticket(&shop, i, &secrets[i]);
        read_salt(&shop, i, &secrets[i]);
    }
    for (uint64_t i = 1; i <= TICKETS; i++) {
        struct entry entry = shop_entry(EVENT_ERASED, 1, i, shop.now);

        entry.event.team = 3;
        entry.event.u.erased.seq = i;
        entry.event.u.erased.fields = 1u << TEXT_BODY;
        if (is_erased(i)) {
            shop_write(&shop, &entry);
        }
    }
    snprintf(to, sizeof(to), "%s/new", shop.dir.path);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), 0, "%s", error);

    // The search finds what is there: in the old file also some of what was erased
    struct bytes old = read_all(shop.path);
    struct bytes new = read_all(to);
    size_t old_windows = 0;
    for (uint64_t i = 1; i <= TICKETS; i++) {
        const struct secret *s = &secrets[i];
        size_t n = windows(&new, (const uint8_t *)s->text, s->n);

        if (is_erased(i)) {
            T_EQ_INT(n, 0, "text %d", (int)i);
            T_EQ_INT(windows(&new, s->salt, sizeof(s->salt)), 0, "salt %d", (int)i);
            old_windows += windows(&old, (const uint8_t *)s->text, s->n);
        } else {
            // All but those over the border of a chunk
            T_CHECK(n >= s->n - 3 * WINDOW, "text %d: %zu of %zu", (int)i, n, s->n);
            T_CHECK(holds(&new, s->salt, sizeof(s->salt)), "salt %d", (int)i);
        }
    }
    T_CHECK(old_windows > 1000, "%zu", old_windows);
    free(old.p);
    free(new.p);
    move_to(&shop, to);
    shop_verify_rebuilt(&shop);
}

/* --- the rest --------------------------------------------------------------------------------- */

/** Fails unless both have the same rows, truth and views. */
static void same_rows(struct env *a, struct env *b)
{
    struct txn txn_a;
    struct txn txn_b;

    txn_begin(&txn_a, a, TXN_READ);
    txn_begin(&txn_b, b, TXN_READ);
    for (int db = 0; db < DBS; db++) {
        struct row_walk walk_a;
        struct row_walk walk_b;
        struct row row_a;
        struct row row_b;
        struct key key_a;
        struct key key_b;
        int r;

        row_walk_begin(&walk_a, &txn_a, (enum db)db, NULL, NULL, RECORD_ANY);
        row_walk_begin(&walk_b, &txn_b, (enum db)db, NULL, NULL, RECORD_ANY);
        while ((r = row_walk_next(&walk_a, &key_a, &row_a)) == 0) {
            T_EQ_INT(row_walk_next(&walk_b, &key_b, &row_b), 0, "%s", db_name((enum db)db));
            T_EQ_INT(key_b.n, key_a.n, "%s", db_name((enum db)db));
            T_EQ_MEM(key_b.bytes, key_a.bytes, key_a.n, "%s", db_name((enum db)db));
            T_EQ_INT(row_b.n, row_a.n, "%s", db_name((enum db)db));
            T_EQ_MEM(row_b.p, row_a.p, row_a.n, "%s", db_name((enum db)db));
            T_EQ_INT(row_kind(&row_b), row_kind(&row_a), "%s", db_name((enum db)db));
        }
        T_EQ_INT(r, STORE_NOT_FOUND, "%s", txn_text(&txn_a));
        T_EQ_INT(row_walk_next(&walk_b, &key_b, &row_b), STORE_NOT_FOUND);
        row_walk_end(&walk_a);
        row_walk_end(&walk_b);
    }
    txn_abort(&txn_a);
    txn_abort(&txn_b);
}

/** More rows than go into one transaction, in all databases. */
T_TEST(compact, every_row_is_there_again)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static struct workload w;
    struct env *copy;
    char to[400];
    struct txn txn;
    uint64_t n = 0;

    w = (struct workload){.dice = {.state = 4}};
    shop_init(&shop, 0);
    workload_run(&w, &shop, 1500);
    txn_begin(&txn, shop.env, TXN_WRITE);
    // Rows of the longest keys, and enough for a second transaction
    for (uint64_t i = 0; i < COMPACT_ROWS_PER_TXN + 10; i++) {
        struct key key = key_due(&(struct key_due){.at = (int64_t)i, .contract = 1, .number = i});

        T_EQ_INT(row_put(&txn, DB_DUE, &key, RECORD_MARK, NULL, 0), 0);
    }
    char source[BOOK_NAME_BYTES];
    uint8_t mark[EVENT_MARK_BYTES];
    memset(source, 0x7f, sizeof(source));
    memset(mark, 0xff, sizeof(mark));
    source[BOOK_NAME_BYTES - 1] = 0;
    struct key key = key_external(source, mark);
    T_EQ_INT(row_put(&txn, DB_EXTERNAL, &key, RECORD_EXTERNAL, NULL, 0), 0);
    T_EQ_INT(txn_commit(&txn), 0, "%s", txn_text(&txn));
    txn_begin(&txn, shop.env, TXN_READ);
    for (int db = 0; db < DBS; db++) {
        T_EQ_INT(row_count(&txn, (enum db)db, &n), 0);
        T_CHECK(n >= 2, "%s", db_name((enum db)db));
    }
    txn_abort(&txn);

    snprintf(to, sizeof(to), "%s/new", shop.dir.path);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), 0, "%s", error);
    T_EQ_INT(env_open(to, &shop.options, error, sizeof(error), &copy), 0, "%s", error);
    same_rows(shop.env, copy);
    T_EQ_MEM(env_cluster_id(copy), shop_cluster_id, ENV_CLUSTER_ID_BYTES);
    env_close(copy);
    struct stat st;
    T_EQ_INT(stat(to, &st), 0);
    T_EQ_INT(st.st_mode & 0777, 0700);
    snprintf(to, sizeof(to), "%s/new/data.mdb", shop.dir.path);
    T_EQ_INT(stat(to, &st), 0);
    T_EQ_INT(st.st_mode & 0777, 0600);
    snprintf(to, sizeof(to), "%s/new/data.mdb.tmp", shop.dir.path);
    T_CHECK(stat(to, &st) != 0 && errno == ENOENT);
}

T_TEST(compact, a_batch_goes_on_behind_it)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    static struct workload w;
    char to[400];

    w = (struct workload){.dice = {.state = 5}};
    shop_init(&shop, 0);
    workload_run(&w, &shop, 500);
    snprintf(to, sizeof(to), "%s/new", shop.dir.path);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), 0, "%s", error);
    move_to(&shop, to);
    workload_run(&w, &shop, 300);
    shop_verify_rebuilt(&shop);
}

T_TEST(compact, takes_no_place_that_is_taken_and_leaves_nothing_half_made)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct key key = key_ticket(1, 1);
    uint8_t p[FRAME_HEADER_BYTES + 2] = {0};
    struct stat st;
    struct txn txn;
    char to[400];
    char file[450];

    shop_init(&shop, 0);
    shop_small_history(&shop);
    T_EQ_INT(compact_run(shop.env, shop.path, error, sizeof(error)), ENV_LOCKED, "onto itself");
    snprintf(to, sizeof(to), "%s/new", shop.dir.path);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), 0, "%s", error);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), ENV_EXISTS);
    T_CHECK(strstr(error, to) != NULL, "%s", error);

    // What a crash left is begun anew
    snprintf(to, sizeof(to), "%s/cut", shop.dir.path);
    T_EQ_INT(mkdir(to, 0700), 0);
    snprintf(file, sizeof(file), "%s/data.mdb.tmp", to);
    FILE *f = fopen(file, "w");
    T_CHECK(f != NULL);
    fputs("the beginning of a store", f);
    fclose(f);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), 0, "%s", error);

    // A damaged row is not carried over, and not left out either
    frame_seal(p, 2, DB_TICKETS, &key, RECORD_TICKET);
    p[FRAME_HEADER_BYTES] ^= 1;
    txn_begin(&txn, shop.env, TXN_WRITE);
    shop_put_raw(&txn, DB_TICKETS, &key, p, sizeof(p));
    T_EQ_INT(txn_commit(&txn), 0);
    snprintf(to, sizeof(to), "%s/damaged", shop.dir.path);
    T_EQ_INT(compact_run(shop.env, to, error, sizeof(error)), ENV_DAMAGED);
    T_CHECK(strstr(error, "the store to be compacted: db tickets") != NULL, "%s", error);
    snprintf(file, sizeof(file), "%s/data.mdb", to);
    T_CHECK(stat(file, &st) != 0 && errno == ENOENT);
    snprintf(file, sizeof(file), "%s/data.mdb.tmp", to);
    T_CHECK(stat(file, &st) != 0 && errno == ENOENT);
}
