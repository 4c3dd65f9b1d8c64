// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKFILE_H
#define SLATE_CONFIG_BOOKFILE_H

/*
 * The text of a book: YAML of one schema, read once, every key and every value looked at.
 *
 * Unknown, missing, repeated and mistyped keys are refused, and so are aliases, anchors, tags and a
 * second document. A key or value of the format whose rule slate does not have yet is refused by
 * name: a stored version that were silently ignored would produce wrong money. What only the rest
 * of the book can tell (does that team exist?) is checked by bookplan and bookbuild.
 *
 * Every refusal says FILE:LINE: PATH: what is wrong, and carries line and path apart too.
 */

#include <stddef.h>

#include "core/arena.h"
#include "core/outcome.h"

enum {
    BOOKFILE_TEXT_BYTES_MAX = 1024 * 1024, // a thousand calendars; bounds the memory of a parse
    BOOKFILE_NODES_MAX = 256 * 1024,       // keys, values, lists: below a byte in four of the text
};

/** A parsed book; opaque. Lives in the arena that it was parsed into. */
struct bookfile;

/**
 * Reads the n bytes at text, UTF-8 without NUL. `file` is how people know the text ("book.yaml");
 * it stands in messages and is copied. An empty text, or one without any object, is refused.
 * Returns 0, an outcome_code (INVALID_ARGUMENT, UNIMPLEMENTED, RESOURCE_EXHAUSTED) with
 * *ret_refusal filled, or < 0 when the arena is full.
 */
int bookfile_parse(const char *text, size_t n, const char *file, struct arena *arena,
                   struct bookfile **ret, struct refusal *ret_refusal);

#endif
