// SPDX-License-Identifier: Apache-2.0
/**
 * query_list: pages of tickets. See call_handler.
 *
 * A list of the present is in the order of urgency, and a row that moves meanwhile may be skipped
 * by the pages or come twice. A list as of an instant is by contract and number, and exact: over
 * its pages each ticket comes once, as it was then, and is filtered by what it was then. Rights are
 * asked of what it is now.
 *
 * What a principal may see decides what is read at all: a team's tickets in a contract only after
 * the policy allowed both (listteams), a source's tool only its own (listindex). The tickets of one
 * person, and those of the past, are read by an order of their own, and the policy asked for each.
 */
#ifndef SLATE_QUERY_LIST_H
#define SLATE_QUERY_LIST_H

#include "call.h"

enum {
    LIST_SCAN_MAX = 5000, /* rows looked at for one page when a filter passes over most of them */
    /* Entries read for one page of the past, where tickets changed since; a page ends before, but
     * not before its first such ticket. */
    LIST_ENTRIES_MAX = 5000,
    LIST_ROW_BYTES = 8 * 1024 * 1024, /* a ticket with the longest history, as it is and as it was,
                                       * with its clocks, and its subject */
};

int query_list_tickets(struct call *call);

#endif
