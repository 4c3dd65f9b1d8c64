// SPDX-License-Identifier: Apache-2.0
/** What the views*.c files share. */
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

/** A failed read of the journal, which may be another transaction; returns it. */
int views_journal_failed(const struct views_step *s, int r);

/** EVENT_PRINCIPAL_SET, ENROLMENT_OFFERED, ENROLLED. */
int views_apply_principal(const struct views_step *s);

/** EVENT_BOOK_PROPOSED, PROPOSAL_ENDED, CHANGE_PROPOSED, CHANGE_APPROVED. */
int views_apply_proposal(const struct views_step *s);

int views_apply_accessed(const struct views_step *s);
int views_apply_countersigned(const struct views_step *s);
/** *ret_version as views_apply_ticket, if it is of a ticket. */
int views_apply_erased(const struct views_step *s, uint64_t *ret_version);

/** The key that a ticket was opened with, now this ticket's. Nothing without one. */
int views_put_external(const struct views_step *s, const struct ticket *ticket);

/** EVENT_ERASED of the key that a ticket was opened with, by the entry given. */
int views_erase_external(const struct views_step *s, const struct entry *opened);

/** A ticket of a source that is open now and was not, or the other way round: one more, one less.
 * before: NULL for a new one. */
int views_count_source(const struct views_step *s, const struct ticket *before,
                       const struct ticket *after);

/** EVENT_INTAKE_KEPT without a ticket. */
int views_apply_kept(const struct views_step *s);

/** The line that caused the entry, if one did. */
int views_put_line(const struct views_step *s);

/** An entry of a ticket. *ret_version: the ticket's after it. */
int views_apply_ticket(const struct views_step *s, uint64_t *ret_version);

#endif
