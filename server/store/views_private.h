// SPDX-License-Identifier: Apache-2.0
/** What views.c and views_ticket.c share. */
#ifndef SLATE_STORE_VIEWS_PRIVATE_H
#define SLATE_STORE_VIEWS_PRIVATE_H

#include "store/views.h"

/** An entry on its way into the views. */
struct views_step {
    struct txn *txn;
    struct txn *journal;
    const struct entry *entry;
    uint64_t position;
    struct arena *arena;
    const struct ticket *before; /* the entry's ticket as it is; NULL: not read yet */
};

/** The entry cannot follow what is there: the journal was tampered with, or a bug wrote it. */
int views_misfit(const struct views_step *s, const char *what);

/** An entry of a ticket. *ret_version: the ticket's after it. */
int views_apply_ticket(const struct views_step *s, uint64_t *ret_version);

#endif
