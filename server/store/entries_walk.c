// SPDX-License-Identifier: Apache-2.0
/*
 * Many entries, one after the other: by stream, by position, by ticket; with their texts or
 * without.
 */
#include "store/entries_private.h"

#include <errno.h>

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

static int show_proof(struct txn *txn, struct found *found, entries_reader *reader, void *user)
{
    int r = entries_prove(txn, found->position, &found->stored, found->entry.event.n_texts,
                          found->arena, &found->proof);

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

int entries_walk_to(struct txn *txn, uint32_t contract, uint64_t from_seq, uint64_t to_seq,
                    size_t max, bool texts, entries_reader *reader, void *user)
{
    struct key prefix = key_stream_prefix(contract);
    struct key from = key_stream(contract, from_seq);
    struct walk_ops ops = {.next = next_of_stream, .show = texts ? show : show_proof};
    struct row_walk rows;

    // A stream has no gaps
    if (to_seq < from_seq) {
        max = 0;
    } else if (to_seq - from_seq < max) {
        max = (size_t)(to_seq - from_seq + 1);
    }
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

/* --- a ticket's ------------------------------------------------------------------------------- */

/** What a history may take on its way: more than 40,000 entries. */
enum { HISTORY_BYTES = 128 * 1024 * 1024 };

struct kept {
    struct kept *newer;
    struct entry entry;
};

/** A history on its way, newest first. */
struct keeping {
    struct txn *txn;
    int64_t known_at;
    struct arena arena;
    struct kept *oldest;
    size_t n;
    uint64_t ticket;      /* whose history it is; 0: no entry was seen */
    enum event_kind kind; /* of the oldest entry seen */
};

static int keep(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct keeping *k = user;
    const struct event *e = &entry->event;

    (void)proof;
    k->ticket = k->ticket != 0 ? k->ticket : e->ticket;
    k->kind = e->kind;
    if (e->ticket == 0 || e->ticket != k->ticket || e->kind < EVENT_TICKET_OPENED) {
        return txn_fail(k->txn, STORE_CORRUPT,
                        "stream %u seq %llu (%s): it is in a ticket's history that is not its own",
                        entry->stream, (unsigned long long)entry->seq, event_kind_name(e->kind));
    }
    if (entry->recorded_at > k->known_at) {
        return 0;
    }
    struct kept *kept = arena_alloc(&k->arena, sizeof(*kept));
    if (!kept) {
        return txn_fail(k->txn, -ENOMEM, "a ticket with too long a history");
    }
    kept->entry = *entry;
    kept->newer = k->oldest;
    k->oldest = kept;
    k->n++;
    return 0;
}

int entries_ticket(struct txn *txn, uint32_t contract, uint64_t last_seq, int64_t known_at,
                   struct arena *arena, const struct entry **ret, size_t *ret_n)
{
    struct keeping k = {.txn = txn, .known_at = known_at};
    struct entry *entries = NULL;

    arena_init(&k.arena, HISTORY_BYTES);
    int r = entries_history_bare(txn, contract, last_seq, SIZE_MAX, keep, &k);
    if (r == 0 && k.ticket != 0 && k.kind != EVENT_TICKET_OPENED) {
        r = txn_fail(txn, STORE_CORRUPT, "stream %u: ticket %llu begins with %s", contract,
                     (unsigned long long)k.ticket, event_kind_name(k.kind));
    }
    if (r == 0) {
        entries = arena_array(arena, k.n, sizeof(*entries));
        r = entries ? 0 : txn_fail(txn, -ENOMEM, "a ticket with too long a history");
    }
    if (r == 0) {
        const struct kept *kept = k.oldest;

        for (size_t i = 0; i < k.n; i++, kept = kept->newer) {
            entries[i] = kept->entry;
        }
        *ret = entries;
        *ret_n = k.n;
    }
    arena_fini(&k.arena);
    return r;
}
