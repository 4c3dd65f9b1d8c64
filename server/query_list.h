// SPDX-License-Identifier: Apache-2.0
/**
 * query_list: pages of tickets. See call_handler.
 *
 * What a principal may see decides what is read at all: a team's tickets in a contract only after
 * the policy allowed both (listteams), a source's tool only its own (listindex). The tickets of one
 * person are read from their own index, and the policy asked for each.
 */
#ifndef SLATE_QUERY_LIST_H
#define SLATE_QUERY_LIST_H

#include "call.h"

enum {
    LIST_SCAN_MAX = 5000, /* rows looked at for one page when a filter passes over most of them */
    LIST_ROW_BYTES = 4 * 1024 * 1024, /* a ticket with the longest history, and its subject */
};

int query_list_tickets(struct call *call);

#endif
