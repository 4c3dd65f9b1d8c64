// SPDX-License-Identifier: Apache-2.0
/**
 * present: tickets and clocks as a client sees them: ids become names, and personal text is added
 * only for who may read it. Everything made lives in the call's arena. All return 0, an outcome
 * with the refusal filled, or < 0.
 */
#ifndef SLATE_PRESENT_H
#define SLATE_PRESENT_H

#include "call.h"

/** A clock as it was last computed, and what it counts in (or NULL). Cannot fail. */
void present_clock(const struct book *book, const struct book_contract *contract,
                   const struct ticket_clock *clock, const struct book_calendar *calendar,
                   struct reply_clock *ret);

/** The clocks of a ticket as of call->at: those that run computed anew, those that have ended as
 * the ticket has them. */
int present_clocks(struct call *call, const struct book_contract *contract,
                   const struct ticket *ticket, const struct reply_clock **ret, size_t *ret_n);

/** A ticket as a row. */
int present_ticket(struct call *call, const struct book_contract *contract,
                   const struct ticket *ticket, struct reply_ticket *ret);

/** The same of one that is shown as it was: `text` tells whether the principal may read the
 * personal text of what it is now. */
int present_ticket_then(struct call *call, const struct book_contract *contract,
                        const struct ticket *ticket, bool text, struct reply_ticket *ret);

/** A stretch of a clock's time, as answers call it. */
enum reply_span_kind present_span_kind(enum clock_span_kind kind);

/** The clocks that a question about that kind (0: any) is about, in the order in which they are
 * shown. Of one that imported data cannot carry there is nothing to tell. Returns their number. */
size_t present_asked(const struct ticket *ticket, enum clock_kind kind,
                     const struct ticket_clock *ret[static TICKET_CLOCKS_MAX]);

/** NOT_FOUND: the ticket has no clock of that kind (0: none at all). */
int present_no_clock(struct call *call, const struct book_contract *contract,
                     const struct ticket *ticket, const char *field, enum clock_kind kind);

/** Another ticket of the contract: *ret is its number where the principal may see it, as it is now,
 * and else 0, as if there were none. Returns 0, or as call_store_failed. */
int present_other(struct call *call, const struct book_contract *contract, uint64_t number,
                  uint64_t *ret);

/** The words on a ticket, in the order of its tags; bytes are NULL where one was erased. */
int present_tags(struct call *call, const struct book_contract *contract,
                 const struct ticket *ticket, struct text ret[static TICKET_TAGS_MAX]);

/** The name of a principal, "" for 0 or one that is not known. */
int present_principal(struct call *call, uint32_t id, const char **ret);

/** What the ticket is about, as an answer shows it: n == 0 where it was erased or is not the
 * principal's to read. Returns 0, an outcome or < 0. */
int present_subject(struct call *call, const struct book_contract *contract,
                    const struct ticket *ticket, struct text *ret);

/** True if the principal may read the ticket's personal text. */
bool present_text_allowed(const struct call *call, const struct book_contract *contract,
                          const struct ticket *ticket);

/** Encodes the reply of a change to a ticket. token_seq: its entry, 0 if nothing was journalled. */
int present_changed(struct call *call, const struct book_contract *contract,
                    const struct ticket *ticket, uint64_t token_seq, bool existing);

#endif
