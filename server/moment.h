// SPDX-License-Identifier: Apache-2.0
/**
 * moment: the instant that a read looks from, and what tickets were then.
 *
 * as_of: what had happened by then, by what the journal says today. as_known: of that only what was
 * recorded by then, under the book as it was known; without as_of it is also the instant looked at.
 * Who asks for neither looks from the present.
 *
 * Rights are always asked of a ticket as it is now, whatever it was: today's walls hold.
 *
 * A cycle of a clock that has ended is told by the zone data that were in use when its end was
 * recorded: what was judged stays so, whatever rules a later release has. What still ran is told by
 * the looker's own book.
 *
 * What is received before the instant looked at and not yet recorded when the question is answered
 * comes in later, as does what is said late; as_known in the past of a few milliseconds is final.
 */
#ifndef SLATE_MOMENT_H
#define SLATE_MOMENT_H

#include "books.h"
#include "call.h"

enum {
    /* Entries of one ticket while its past is made of them; those of some ten thousand. */
    MOMENT_ENTRIES_BYTES = 128 * 1024 * 1024,
};

struct moment {
    struct call *asked;
    struct call then; /* the same request with the present and the book of then: what is shown is
                       * made with it, rights are asked with `asked` */
    int64_t known_at; /* what was recorded by then; INSTANT_NEVER: everything */
    bool past;        /* false: from the present */
    int64_t moved_at; /* zone data last replaced, by known_at; see books_zones_moved */
    bool moved_read;  /* moved_at is known */
    struct shared_book *known; /* the book of then, NULL: the call's */
    struct shared_book *settled[TICKET_CLOCKS_MAX];
    size_t n_settled;
};

/** Reads the instants of the request. Needs moment_fini in any case. Returns 0, INVALID_ARGUMENT
 * for an instant that lies ahead or an as_of behind its as_known, another outcome, or < 0. */
int moment_init(struct moment *m, struct call *call);
void moment_fini(struct moment *m);

/**
 * The ticket as it was, with its clocks as of then, of one as it is now, which may be seen. Facts
 * may be those of *now. *ret_there is false if it was not there. Returns 0, an outcome or < 0.
 */
int moment_ticket(struct moment *m, const struct ticket *now, struct ticket *ret, bool *ret_there);

/** The same, and NOT_FOUND if it was not there. */
int moment_need(struct moment *m, const struct book_contract *contract, const struct ticket *now,
                struct ticket *ret);

/** True if making it takes reading its whole history, which has now->version entries. */
bool moment_reads_history(const struct moment *m, const struct ticket *now);

/**
 * The book to tell the present cycle of a clock by, of a ticket that moment_ticket gave. It lives
 * until moment_next or moment_fini. Returns 0, an outcome or < 0.
 */
int moment_book(struct moment *m, const struct ticket *ticket, const struct ticket_clock *clock,
                const struct book **ret);

/** Goes on to another ticket: books of the one before are given back. */
void moment_next(struct moment *m);

/** The entry belongs to what is looked at. */
bool moment_has(const struct moment *m, const struct entry *entry);

#endif
