// SPDX-License-Identifier: Apache-2.0
/** query_ticket: one ticket with its clocks and messages, as it is or was. See call_handler. */
#ifndef SLATE_QUERY_TICKET_H
#define SLATE_QUERY_TICKET_H

#include "call.h"

enum { SHOW_ENTRIES_MAX = 5000 }; /* of a ticket's history, newest first, for one reply */

int query_show_ticket(struct call *call);

#endif
