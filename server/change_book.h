// SPDX-License-Identifier: Apache-2.0
/**
 * change_book: applying a book: read once, planned against what is stored, journalled as new
 * immutable versions.
 *
 * Administration (stream 0) gets the versions and the zone data they were checked with; the streams
 * of contracts get what they rely on from now on.
 */
#ifndef SLATE_CHANGE_BOOK_H
#define SLATE_CHANGE_BOOK_H

#include "call.h"
#include "config/bookplan.h"

/** See call_handler. After its batch is committed the book in force must be loaded anew
 * (books_load). */
int change_apply_book(struct call *call);

/**
 * The steps of it, for a text whose parties are asked first. All return 0, an outcome with the
 * refusal filled, or < 0. What is parsed and planned lives in the arena, which is the caller's; a
 * plan is freed with book_plan_free before it. agreed: as book_plan_agreed.
 */
int change_book_parse(struct call *call, const char *text, size_t n, const char *name,
                      struct arena *arena, struct bookfile **ret);
int change_book_plan(struct call *call, const struct bookfile *file, bool agreed,
                     struct arena *arena, struct book_plan **ret);
/** Of a plan that adds something, once in a batch. *ret_seq: in stream 0, 0 if nothing is added. */
int change_book_journal(struct call *call, const struct book_plan *plan, uint64_t *ret_seq);
/** The difference that the plan makes, as the request's reply. token may be NULL. */
int change_book_answer(struct call *call, const struct book_plan *plan,
                       const struct wire_token *token, bool applied);

#endif
