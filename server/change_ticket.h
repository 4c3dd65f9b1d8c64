// SPDX-License-Identifier: Apache-2.0
/** change_ticket: the requests that change one ticket, each decided by core and journalled. See
 * call_handler. */
#ifndef SLATE_CHANGE_TICKET_H
#define SLATE_CHANGE_TICKET_H

#include "call.h"

int change_new_ticket(struct call *call);
int change_take(struct call *call);
int change_message(struct call *call);
int change_hold(struct call *call);
int change_resume(struct call *call);
int change_resolve(struct call *call);
int change_import(struct call *call);

/** The answer to an import that was carried out before, by the entry at `seq`. */
int change_imported_again(struct call *call, const struct book_contract *contract,
                          const struct ticket *ticket, uint64_t seq);

#endif
