// SPDX-License-Identifier: Apache-2.0
/**
 * listindex: the tickets of one index in its order: those that a person has, or those that a source
 * fed.
 */
#ifndef SLATE_LISTINDEX_H
#define SLATE_LISTINDEX_H

#include "call.h"
#include "store/tickets.h"

struct listindex {
    struct call *call;
    uint32_t person;             /* principal id; 0: of the source */
    const char *source;          /* "": of the person */
    bool done;                   /* a person's: those that are done, which come behind the others */
    struct tickets_cursor after; /* behind the last row passed */
    bool next_done;              /* the same, behind the row of the last peek */
    struct tickets_cursor next;
};

/** A list of a person (or of nobody: UINT32_MAX) or, where that is 0, of a source; from the place
 * of a cursor (n == 0: from its beginning). Returns 0 or INVALID_ARGUMENT. */
int listindex_init(struct listindex *list, struct call *call, uint32_t person, const char *source,
                   const struct wire_bytes *cursor);

/** See listteams. */
int listindex_peek(struct listindex *list, const struct book_contract **ret_contract,
                   uint64_t *ret_number);
void listindex_pass(struct listindex *list);
int listindex_cursor(struct listindex *list, struct wire_bytes *ret);

#endif
