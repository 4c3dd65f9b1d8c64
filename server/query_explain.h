// SPDX-License-Identifier: Apache-2.0
/** query_explain: why a ticket's clocks show what they show, or showed. See call_handler and
 * core/explain.h. */
#ifndef SLATE_QUERY_EXPLAIN_H
#define SLATE_QUERY_EXPLAIN_H

#include "call.h"

int query_explain(struct call *call);

#endif
