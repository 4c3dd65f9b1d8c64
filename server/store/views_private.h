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

/** The key that a ticket was opened with, now this ticket's. Nothing without one. */
int views_put_external(const struct views_step *s, const struct ticket *ticket);

/** EVENT_INTAKE_KEPT without a ticket. */
int views_apply_kept(const struct views_step *s);

/** The line that caused the entry, if one did. */
int views_put_line(const struct views_step *s);

/** An entry of a ticket. *ret_version: the ticket's after it. */
int views_apply_ticket(const struct views_step *s, uint64_t *ret_version);

#endif
