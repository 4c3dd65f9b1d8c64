// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKLINK_H
#define SLATE_CONFIG_BOOKLINK_H

/*
 * From parsed objects to a book: names become pointers, calendars are made, versions lined up.
 *
 * The one place where objects meet. It is used for what is stored and for what is about to be, so
 * that a plan cannot pass what a start would refuse.
 */

#include "config/bookbuild.h"
#include "config/spec.h"
#include "config/zonetable.h"

/** One version of one object, and where its parsed text is. */
struct booklink_item {
    const struct book_object *object;
    const struct bookfile *file;
    size_t index; // of the object among its kind in the file
};

/** The place of an object, or of something in it: "" or a path such as "targets[2].within". */
struct yamldoc_place booklink_at(const struct booklink_item *item, const char *path, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * Makes the book of n items, which it sorts by kind, id and version. Everything they point to must
 * live as long as the book. The book has calendars with tables of their own: book_free.
 * Returns 0, an outcome_code with *ret_refusal filled, < 0 when memory is full.
 */
int booklink(struct booklink_item *items, size_t n, struct zonetable *zones, struct arena *arena,
             struct book **ret, struct refusal *ret_refusal);

#endif
