// SPDX-License-Identifier: Apache-2.0
/**
 * tickets: reading tickets and their lists.
 *
 * A list comes in pages. A page is a range scan of one index: it costs what it returns. Its cursor
 * is opaque and goes on behind the last row returned, in any later snapshot; a ticket that moved
 * meanwhile may be skipped or come twice.
 */
#ifndef SLATE_STORE_TICKETS_H
#define SLATE_STORE_TICKETS_H

#include "core/arena.h"
#include "core/ticket.h"
#include "store/key.h"
#include "store/txn.h"

/** Where the next page begins; n == 0: at the first row, and after a page: there is nothing more.
 */
struct tickets_cursor {
    size_t n;
    uint8_t bytes[KEY_BYTES_MAX];
};

struct tickets_row {
    uint32_t contract;
    uint64_t number;
    enum ticket_class class; /* by_team only, else 0 */
    int64_t urgency_at;      /* by_team and by_person; else INSTANT_NONE */
};

/** The ticket, its facts in the arena. Returns 0, STORE_NOT_FOUND or a failure. */
int tickets_get(struct txn *txn, uint32_t contract, uint64_t number, struct arena *arena,
                struct ticket *ret);

/** The number after the contract's newest ticket, 1 if it has none. */
int tickets_next_number(struct txn *txn, uint32_t contract, uint64_t *ret);

/** What a source's key stands for: the newest ticket that was opened with it; or, while there is
 * none, that a resolve came before its ticket. */
struct tickets_external {
    uint32_t contract;
    uint64_t number;   /* 0: only a kept resolve */
    uint64_t kept_seq; /* its entry, in the contract's stream; 0 where there is a ticket */
    int64_t
        kept_at; /* when it happened; of several the last. INSTANT_NONE where there is a ticket */
    int64_t recorded_at; /* of the ticket's opening; INSTANT_NONE where there is no ticket */
    bool erased; /* the ticket's key was: whoever says it again is answered, and not heard */
};

/** Returns 0, STORE_NOT_FOUND or a failure. */
int tickets_by_external(struct txn *txn, const char *source, const char *source_key,
                        struct tickets_external *ret);

/** Up to `max` tickets of a team in a contract and class, most urgent first. */
int tickets_by_team(struct txn *txn, uint32_t contract, uint32_t team, enum ticket_class class,
                    struct tickets_cursor *cursor, size_t max, struct tickets_row *ret,
                    size_t *ret_n);

/** Up to `max` tickets assigned to a principal over all contracts, most urgent first; done: those
 * that are resolved, closed or merged, else the others. */
int tickets_by_person(struct txn *txn, uint32_t principal, bool done, struct tickets_cursor *cursor,
                      size_t max, struct tickets_row *ret, size_t *ret_n);

/** Up to `max` tickets of a contract by number. */
int tickets_list(struct txn *txn, uint32_t contract, struct tickets_cursor *cursor, size_t max,
                 struct tickets_row *ret, size_t *ret_n);

/** Up to `max` tickets of a source over all contracts, in no order that tells anything: of each key
 * the newest. A key that has no ticket yet, only a resolve that was kept for it, has the number 0.
 */
int tickets_by_source(struct txn *txn, const char *source, struct tickets_cursor *cursor,
                      size_t max, struct tickets_row *ret, size_t *ret_n);

/** How many tickets a contract has per class; [0] unused. Costs a scan of the open ones and more:
 * about 20 ns a ticket. For people who ask, not for the path of a command. */
int tickets_count(struct txn *txn, uint32_t contract, uint64_t ret[TICKET_CLASSES]);

#endif
