// SPDX-License-Identifier: Apache-2.0
/*
 * Many entries, one after the other: by stream, by position, by ticket; with their texts or
 * without.
 */
#include "store/entries_private.h"

/** The entry that a walk has come to. */
struct found {
    struct arena *arena; /* holds one entry at a time */
    uint64_t position;
    struct entry entry;
    struct entry_proof proof;
    struct entries_stored stored;
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
    int r = entries_complete(txn, found->position, &found->stored, found->arena, &found->entry,
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
    r = entries_take_position(txn, &key, &row, &found->position);
    arena_reset(found->arena);
    return r == 0 ? entries_load(txn, found->position, contract, seq, found->arena, &found->entry,
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
    return entries_decode(rows->txn, &key, &row, found->arena, &found->entry, &found->stored);
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

int entries_walk(struct txn *txn, uint32_t contract, uint64_t from_seq, size_t max,
                 entries_reader *reader, void *user)
{
    struct key prefix = key_stream_prefix(contract);
    struct key from = key_stream(contract, from_seq);
    struct walk_ops ops = {.next = next_of_stream, .show = show};
    struct row_walk rows;

    row_walk_begin(&rows, txn, DB_STREAM, &prefix, &from, RECORD_POSITION);
    return walk(&rows, &ops, max, reader, user);
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
            r = entries_load(txn, found.position, contract, seq, &arena, &found.entry,
                             &found.stored);
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
