// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKDIFF_H
#define SLATE_CONFIG_BOOKDIFF_H

/*
 * What differs between two texts, line by line.
 */

#include <stddef.h>

#include "config/bookplan.h"
#include "core/arena.h"

enum { BOOKDIFF_CONTEXT = 3 }; // equal lines shown before and after each change

/**
 * The lines that lead from one text to the other, with a few equal ones around them; a left-out
 * stretch is the equal line "...". No lines when the texts are equal.
 * Returns 0, or < 0 when the arena is full.
 */
int bookdiff(const char *before, size_t n_before, const char *after, size_t n_after,
             struct arena *arena, const struct book_plan_line **ret, size_t *ret_n);

#endif
