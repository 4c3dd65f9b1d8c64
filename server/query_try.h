// SPDX-License-Identifier: Apache-2.0
/** query_try: a written book is tried on a written scenario. Nothing of the store is looked at. See
 * call_handler. */
#ifndef SLATE_QUERY_TRY_H
#define SLATE_QUERY_TRY_H

#include "call.h"

int query_try_book(struct call *call);

#endif
