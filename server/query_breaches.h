// SPDX-License-Identifier: Apache-2.0
/**
 * query_breaches: which SLAs were breached, by their true instant. See call_handler. The breaches
 * of the contracts that the principal may see are merged by instant; withdrawn ones are in it,
 * marked. As of an instant: those whose own instant is not later, with the tickets as they were; as
 * known at one: those that were recorded by then, as withdrawn as they were by then.
 */
#ifndef SLATE_QUERY_BREACHES_H
#define SLATE_QUERY_BREACHES_H

#include "call.h"

enum {
    BREACHES_SCAN_MAX = 5000,             /* rows looked at for one page */
    BREACHES_ENTRIES_MAX = 5000,          /* read for one page of the past, as for a list */
    BREACHES_ROW_BYTES = 8 * 1024 * 1024, /* a ticket with the longest history, as it is and as it
                                           * was */
};

int query_list_breaches(struct call *call);

#endif
