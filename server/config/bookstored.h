// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKSTORED_H
#define SLATE_CONFIG_BOOKSTORED_H

/*
 * The stored text of one version: a whole document of the book's format that holds one object, and
 * for a calendar the holiday lists that it uses.
 */

#include "config/booklink.h"

/**
 * Parses a stored version. Its "file" is "calendar NAME version N".
 * Returns 0, an outcome_code with *ret_refusal filled, < 0 when the arena is full.
 */
int bookstored_parse(const struct book_object *object, struct arena *arena,
                     struct booklink_item *ret, struct refusal *ret_refusal);

/**
 * The text to store of object `index` of a kind in a book. A calendar's lists are looked up by name
 * among those of `book`, where they must be. `effective` takes the place of the object's own.
 * Returns 0, or < 0 when the arena is full.
 */
int bookstored_write(const struct raw_book *book, enum book_kind kind, size_t index,
                     char *effective, struct arena *arena, const char **ret_text, size_t *ret_n);

/** The `effective` of an object as written; NULL if it is absent, or its kind has none. */
char *bookstored_effective(const struct raw_book *book, enum book_kind kind, size_t index);

/** How many objects of a kind, and the name of one. */
size_t bookstored_count(const struct raw_book *book, enum book_kind kind);
const char *bookstored_name(const struct raw_book *book, enum book_kind kind, size_t index);

#endif
