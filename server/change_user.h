// SPDX-License-Identifier: Apache-2.0
/**
 * change_user: who may speak to the server, from within: principals are added, disabled, enabled,
 * given other keys, and vouched for.
 *
 * What a code tells is told once, in the answer to the request that made it: only its hash is kept.
 */
#ifndef SLATE_CHANGE_USER_H
#define SLATE_CHANGE_USER_H

#include "call.h"

/** ADD_USER, SET_USER; results as of call_handler. */
call_handler change_add_user;
call_handler change_set_user;

/** Answers them again, after they were carried out. A code cannot be told again, which is said. */
int change_user_again(struct call *call);

#endif
