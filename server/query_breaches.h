// SPDX-License-Identifier: Apache-2.0
/**
 * query_breaches: which SLAs were breached, by their true instant. See call_handler. The breaches
 * of the contracts that the principal may see are merged by instant; withdrawn ones are in it,
 * marked.
 */
#ifndef SLATE_QUERY_BREACHES_H
#define SLATE_QUERY_BREACHES_H

#include "call.h"

enum {
    BREACHES_SCAN_MAX = 5000,             /* rows looked at for one page */
    BREACHES_ROW_BYTES = 4 * 1024 * 1024, /* a ticket with the longest history */
};

int query_list_breaches(struct call *call);

#endif
