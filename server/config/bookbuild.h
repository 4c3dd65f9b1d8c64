// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKBUILD_H
#define SLATE_CONFIG_BOOKBUILD_H

/*
 * All stored versions of all objects -> one immutable book.
 *
 * The stored texts are self-contained documents of the book's own format (a calendar carries its
 * holiday lists), in the canonical form that bookplan makes. When a version takes effect was
 * decided when it was applied and stands beside its text; it is never computed anew from newer zone
 * data.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/book.h"
#include "core/outcome.h"

/** One stored version of an object. Everything it points to is borrowed. */
struct book_object {
    enum book_kind kind;  // all but ZONE
    uint32_t id;          // from 1 within its kind, permanent
    uint32_t version;     // from 1, without gaps
    int64_t effective_at; // INSTANT_NONE: since always (a calendar's first version only)
    int64_t recorded_at;
    const char *name;
    const char *text; // canonical; not NUL-terminated
    size_t n;
    uint8_t sha256[BOOK_HASH_BYTES]; // of the text
};

enum zone_source_outcome {
    ZONE_SOURCE_ABSENT = 1, // there is no such zone, or the name is none
    ZONE_SOURCE_BROKEN = 2, // its data cannot be read; reported to the operator by the source
};

/** Where zone data comes from. The bytes live as long as the arena given to load. */
struct zone_source {
    void *user;
    /** Returns 0, a zone_source_outcome, or < 0 when the arena is full. */
    int (*load)(void *user, struct arena *arena, const char *name, const uint8_t **ret_bytes,
                size_t *ret_n, uint8_t ret_sha256[static BOOK_HASH_BYTES]);
    char release[16]; // of the zone data, "" if it does not tell
};

/**
 * Builds the book from all n stored versions, in any order. The book lives in the arena, with
 * copies of what it needs from the objects; its calendars keep tables of their own, so book_free
 * must be called before the arena is released.
 * Checks everything again that the plan checked and that does not depend on the present.
 * Returns 0; an outcome_code with *ret_refusal filled, whose file is then "calendar NAME version N"
 * (a stored object that no longer holds, or zone data that went away); < 0 when the arena is full.
 */
int book_build(const struct book_object *objects, size_t n, const struct zone_source *zones,
               struct arena *arena, struct book **ret, struct refusal *ret_refusal);

/** Frees the tables of the calendars. The rest goes with the arena. Accepts NULL. */
void book_free(struct book *book);

/** What is asked of the book's calendars and of its targets takes steps of the meter from now on;
 * see core/meter.h. The book then belongs to one thread. */
void book_set_meter(struct book *book, struct meter *meter);

#endif
