// SPDX-License-Identifier: Apache-2.0
/** query_access: who read a contract's texts from outside the team that has the ticket, and why. */
#ifndef SLATE_QUERY_ACCESS_H
#define SLATE_QUERY_ACCESS_H

#include "call.h"

/** Answers LIST_ACCESS: contract by contract, of each the earliest first. Not noted itself. */
call_handler query_list_access;

#endif
