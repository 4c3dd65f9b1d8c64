// SPDX-License-Identifier: Apache-2.0
/**
 * chainbook: the book by which an entry of an exported chain was decided: of calendars, contract
 * and zone data what the chain had named by then, of parties and teams what was recorded by then.
 * From the file alone: never from this machine's zone data.
 */
#ifndef SLATE_EVIDENCE_CHAINBOOK_H
#define SLATE_EVIDENCE_CHAINBOOK_H

#include "core/book.h"
#include "evidence/dossier.h"

enum {
    CHAINBOOK_KEPT = 4, /* books: a ticket meets few of them, and the next one the same */
    CHAINBOOK_BYTES = 256 * 1024 * 1024, /* of one */
};

/** All zero but the chain: none was made yet. */
struct chainbook {
    const struct dossier *chain;
    struct chainbook_kept {
        struct book *book; /* NULL: free */
        struct arena arena;
        size_t versions; /* named by the chain then */
        size_t others;   /* recorded then, of what it does not name */
        uint64_t used;   /* when it was asked for last */
    } kept[CHAINBOOK_KEPT];
    uint64_t asked;
    size_t made; /* so many different ones */
};

/**
 * The book at an entry, until the next call. Returns 0; FINDING where what is there makes none;
 * < 0 without memory.
 */
int chainbook_at(struct chainbook *b, uint64_t seq, int64_t recorded_at, const struct book **ret,
                 struct finding *ret_finding);
void chainbook_fini(struct chainbook *b);

#endif
