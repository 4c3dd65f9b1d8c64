// SPDX-License-Identifier: Apache-2.0
/** query_book: the stored texts of the book that the principal may read. See call_handler. */
#ifndef SLATE_QUERY_BOOK_H
#define SLATE_QUERY_BOOK_H

#include "call.h"

int query_show_book(struct call *call);

#endif
