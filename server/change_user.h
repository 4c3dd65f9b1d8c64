// SPDX-License-Identifier: Apache-2.0
/**
 * change_user: who may speak to the server, from within: principals are added, disabled, enabled
 * and given other keys; codes become certificates, and certificates newer ones.
 *
 * What a code tells is told once, in the answer to the request that made it: only its hash is kept.
 */
#ifndef SLATE_CHANGE_USER_H
#define SLATE_CHANGE_USER_H

#include "call.h"

/** ADD_USER, SET_USER, RENEW_CERTIFICATE, ENROL; results as of call_handler. */
call_handler change_add_user;
call_handler change_set_user;
call_handler change_renew;
call_handler change_enrol;

/** Answers the first three again, after they were carried out. A code cannot be told again, which
 * is said. */
int change_user_again(struct call *call);

#endif
