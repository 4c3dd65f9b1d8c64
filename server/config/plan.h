// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_PLAN_H
#define SLATE_CONFIG_PLAN_H

/*
 * Inside of bookplan: what its parts share while a plan is being made.
 */

#include <stdbool.h>

#include "config/booklink.h"
#include "config/bookplan.h"

/* The newest stored version of an object, to be found by name. */
struct known {
    enum book_kind kind;
    const char *name;
    size_t item;
    bool in_file;
};

struct planning {
    const struct bookfile *file;
    int64_t now_at;
    struct arena *arena;
    struct refusal *refusal;
    bool wants_examples;
    bool late_is_now;    // an `effective` that has passed means now_at
    struct meter *meter; // of the book, or NULL
    struct zonetable zones;
    struct booklink_item *items; // stored versions, then new ones
    size_t n_items;
    struct known *known; // ascending by kind and name
    size_t n_known;
    uint32_t last_id[BOOK_KINDS];
    struct book_object *added; // in the order of planning
    size_t n_added;
    struct book_plan_object *objects; // of the plan
    size_t n_objects;
    bool *list_used;  // per holiday list of the file: by any calendar
    bool *list_added; // by one that is added
};

/** Parses what is stored and notes the newest version of each object. Returns 0, a code, < 0. */
int plan_stored(struct planning *p, const struct book_object *stored, size_t n);

/**
 * Compares every object of the file with the newest stored one, and then the stored calendars that
 * only their holiday lists can change. Fills items, added and objects. Returns 0, a code, < 0.
 */
int plan_objects(struct planning *p);

#endif
