// SPDX-License-Identifier: Apache-2.0
/** query_split: whose time a clock's time was. See call_handler and core/split.h. */
#ifndef SLATE_QUERY_SPLIT_H
#define SLATE_QUERY_SPLIT_H

#include "call.h"

int query_split(struct call *call);

#endif
