// SPDX-License-Identifier: Apache-2.0
/** change_erase: personal texts of tickets go, with their salts; that they were there stays. */
#ifndef SLATE_CHANGE_ERASE_H
#define SLATE_CHANGE_ERASE_H

#include "call.h"
#include "store/requests.h"

/** Carries out ERASE_TEXTS, a bounded part of it at a time: the reply says where it goes on. */
call_handler change_erase;

/** Answers one that was carried out before, from the entries that it left. */
int change_erase_again(struct call *call, const struct requests_row *row);

#endif
