// SPDX-License-Identifier: Apache-2.0
/** query_log: what happened to one ticket, newest first. */
#ifndef SLATE_QUERY_LOG_H
#define SLATE_QUERY_LOG_H

#include "call.h"

/** See call_handler. */
int query_show_log(struct call *call);

#endif
