// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKTEXT_H
#define SLATE_CONFIG_BOOKTEXT_H

/*
 * The canonical text of a book: what is stored of each version, hashed, compared and shown.
 *
 * The same values always give the same bytes: keys in the order of the schema, one way to quote, no
 * comments. bookfile_parse reads it back to the same values.
 */

#include <stddef.h>

#include "config/bookschema.h"
#include "core/arena.h"

/** Writes the book. The text is NUL-terminated besides. Returns 0, or < 0 when the arena is full.
 */
int booktext_write(const struct raw_book *book, struct arena *arena, const char **ret_text,
                   size_t *ret_n);

#endif
