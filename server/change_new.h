// SPDX-License-Identifier: Apache-2.0
/** change_new: the requests that make a ticket. See call_handler. */
#ifndef SLATE_CHANGE_NEW_H
#define SLATE_CHANGE_NEW_H

#include "call.h"
#include "core/command.h"
#include "store/lines.h"
#include "store/tickets.h"

int change_new_ticket(struct call *call);
int change_import(struct call *call);

/** The answer to an import that was carried out before, by the entry at `seq`. */
int change_imported_again(struct call *call, const struct book_contract *contract,
                          const struct ticket *ticket, uint64_t seq);

/** A contract for a new ticket. Results as of call_contract. */
int change_contract_for(struct call *call, const struct request_new_ticket *n, enum right right,
                        struct subject *ret_subject, const struct book_contract **ret);

/** What a new ticket's request says, put into a command. */
void change_fill_new(struct command *command, const struct request_new_ticket *n);

/**
 * What the request's line of its source came to before. Returns 0; STORE_NOT_FOUND for a line that
 * is new; ALREADY_EXISTS where a line of that id said something else, or is another source's; or as
 * call_handler.
 */
int change_line(struct call *call, const struct request_new_ticket *n, struct lines_row *ret);

/**
 * Whether the source may open one more ticket: a feed that runs wild must not fill the store.
 * Counted are the tickets that the principal may feed, so that nobody learns how many another
 * tenant has, nor is stopped by them. Returns 0, RESOURCE_EXHAUSTED or as call_handler.
 */
int change_room(struct call *call, const char *source);

/** What the key of a source stands for in this contract. Returns 0; STORE_NOT_FOUND; ALREADY_EXISTS
 * where it is of another contract; or as call_handler. */
int change_external(struct call *call, const struct request_new_ticket *n,
                    const struct book_contract *contract, struct tickets_external *ret);

#endif
