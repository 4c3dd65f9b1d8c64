// SPDX-License-Identifier: Apache-2.0
/** query_users: who may speak to the server. */
#ifndef SLATE_QUERY_USERS_H
#define SLATE_QUERY_USERS_H

#include "call.h"

/** See call_handler. Everybody sees themselves; all are for who has RIGHT_USER_READ. */
int query_list_users(struct call *call);

#endif
