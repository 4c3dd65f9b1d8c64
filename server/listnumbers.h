// SPDX-License-Identifier: Apache-2.0
/**
 * listnumbers: the tickets of contracts in an order in which none ever moves: by contract in the
 * order in which they came to be, then by number. Whatever happens to tickets between two pages, a
 * list in this order skips none and repeats none.
 *
 * It asks nobody: a contract is opened by who asked the policy for it, tickets are for the reader
 * to ask for.
 */
#ifndef SLATE_LISTNUMBERS_H
#define SLATE_LISTNUMBERS_H

#include "call.h"
#include "store/tickets.h"

enum { LISTNUMBERS_ROWS = 64 }; /* read at once */

struct listnumbers {
    struct call *call;
    const struct book_contract **contracts; /* ascending by id */
    size_t n_contracts;
    size_t at; /* the contract that rows come from */
    struct tickets_cursor cursor;
    bool ended; /* nothing of it is left to read */
    struct tickets_row rows[LISTNUMBERS_ROWS];
    size_t n;
    size_t next;
    uint32_t after_contract; /* the last row passed; 0: none */
    uint64_t after_number;
};

/** A list without contracts, from the place of a cursor (n == 0: from its beginning). Returns 0,
 * INVALID_ARGUMENT or RESOURCE_EXHAUSTED. */
int listnumbers_init(struct listnumbers *list, struct call *call, const struct wire_bytes *cursor);

/** One more contract of the call's book, each once, before the first listnumbers_peek. */
void listnumbers_add(struct listnumbers *list, const struct book_contract *contract);

/** See listteams. */
int listnumbers_peek(struct listnumbers *list, const struct book_contract **ret_contract,
                     uint64_t *ret_number);
void listnumbers_pass(struct listnumbers *list);
int listnumbers_cursor(struct listnumbers *list, struct wire_bytes *ret);

#endif
