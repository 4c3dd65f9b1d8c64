// SPDX-License-Identifier: Apache-2.0
/** query_users: who may speak to the server. */
#ifndef SLATE_QUERY_USERS_H
#define SLATE_QUERY_USERS_H

#include "call.h"

/** See call_handler. Everybody sees themselves; all are for who has RIGHT_USER_READ. */
int query_list_users(struct call *call);

/**
 * A user as an answer shows it. Borrows from *p and the book; teams has room for the names of its
 * teams. Returns 0, an outcome or < 0.
 */
int query_user_row(struct call *call, const struct principal *p,
                   const char *teams[static PRINCIPAL_TEAMS_MAX], struct reply_user *ret);

#endif
