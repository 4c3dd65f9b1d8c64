// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKPLAN_H
#define SLATE_CONFIG_BOOKPLAN_H

/*
 * What applying a book would do: which objects are new, which change and which stay, what exactly
 * differs, and the book that would be in force then, checked as a whole.
 *
 * An apply adds and changes; an object that the file does not name stays as it is. Applying what is
 * in force already changes nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/bookbuild.h"
#include "config/bookfile.h"

enum {
    BOOK_PLAN_EXPIRY_DAYS = 60, // a holiday list that is complete for less than this is warned of
};

enum book_change {
    BOOK_SAME = 0,    // in force already
    BOOK_NEW = 1,     // first version of a new object
    BOOK_VERSION = 2, // a further version of a known one
};

/** A line of a difference, without a line end. */
struct book_plan_line {
    char mark; // ' ' both, '-' only in the stored text, '+' only in the new one
    const char *text;
};

/** What happens to one object. */
struct book_plan_object {
    enum book_change change;
    enum book_kind kind;
    uint32_t id;
    uint32_t version; // the new one; of SAME the newest stored one
    const char *name;
    int64_t effective_at; // of that version; INSTANT_NONE: since always
    uint32_t line;        // in the file; 0: it changes only with a holiday list that it uses
    const struct book_plan_line *lines; // NEW: the whole text as '+'; SAME: none
    size_t n_lines;
};

/** A worked deadline, so that both sides see what they agreed. */
struct book_plan_example {
    const char *contract;
    uint32_t version;
    uint32_t target_row;  // index into that version's targets; rows with `within: none` have none
    const char *target;   // which tickets, by what time: "priority P1, calendar always"
    const char *zone;     // of the contract, to show the instants in
    const char *received; // "now", "Friday 16:30"
    int64_t received_at;
    int64_t due_at;   // as clock_result
    int64_t limit_at; //
};

struct book_plan {
    bool changes_nothing;                   // all SAME
    const struct book_plan_object *objects; // by kind, in the order of the file; lists' last
    size_t n_objects;
    const struct book_object *added; // to be stored: parties, calendars, teams, sources, contracts
    size_t n_added;
    const struct book_plan_example *examples; // of changed contracts
    size_t n_examples;
    const char *const *warnings; // sentences, e.g. a holiday list that ends soon
    size_t n_warnings;
    struct book *book; // as it would be; freed by book_plan_free
};

/**
 * Plans to apply the file at now_at to the n stored versions. Everything lives in the arena, the
 * texts of `added` too; book_plan_free must be called before it is released.
 * recorded_at of the added objects is now_at; the caller may journal a later one.
 * Returns 0, an outcome_code with *ret_refusal filled, or < 0 when the arena is full.
 * Refusals: INVALID_ARGUMENT (the file contradicts itself or the book), FAILED_PRECONDITION (a
 * later version would lie in the past, a permanent thing would change, holidays have run out),
 * ALREADY_EXISTS (another contract has the key), RESOURCE_EXHAUSTED (too many versions or zones),
 * UNAVAILABLE (zone data), and what book_build refuses in stored versions.
 */
int book_plan(const struct book_object *stored, size_t n, const struct bookfile *file,
              int64_t now_at, const struct zone_source *zones, struct arena *arena,
              struct book_plan **ret, struct refusal *ret_refusal);

/**
 * The same of a file that its parties agreed on meanwhile: where the `effective` of a further
 * version has passed since, it takes effect at now_at. Its text stays as they read it.
 */
int book_plan_agreed(const struct book_object *stored, size_t n, const struct bookfile *file,
                     int64_t now_at, const struct zone_source *zones, struct arena *arena,
                     struct book_plan **ret, struct refusal *ret_refusal);

/**
 * The same of a file that stands alone: on nothing stored, and without examples, which take most of
 * the time where targets are long. The book is metered from the start (NULL: not at all): if the
 * meter is spent afterwards, neither the plan nor a refusal means anything.
 */
int book_plan_alone(const struct bookfile *file, int64_t now_at, const struct zone_source *zones,
                    struct meter *meter, struct arena *arena, struct book_plan **ret,
                    struct refusal *ret_refusal);

/** Accepts NULL. */
void book_plan_free(struct book_plan *plan);

#endif
