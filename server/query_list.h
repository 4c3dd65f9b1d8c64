// SPDX-License-Identifier: Apache-2.0
/**
 * query_list: pages of tickets. See call_handler.
 *
 * What a principal may see decides which index ranges are read at all: one range is (contract,
 * team, class), and a range is only opened after the policy allowed that contract and team. The
 * ranges are merged: breached tickets first, then what is open by its next deadline, then resolved,
 * then closed.
 */
#ifndef SLATE_QUERY_LIST_H
#define SLATE_QUERY_LIST_H

#include "call.h"

enum {
    LIST_SCAN_MAX = 5000, /* rows looked at for one page when a filter passes over most of them */
    LIST_RANGES_MAX = 4096,
    LIST_ROW_BYTES = 4 * 1024 * 1024, /* a ticket with the longest history, and its subject */
};

int query_list_tickets(struct call *call);

#endif
