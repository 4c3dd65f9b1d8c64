// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_LINK_H
#define SLATE_CONFIG_LINK_H

/*
 * Inside of booklink: what its parts share while a book is being made.
 */

#include "config/booklink.h"

/** All versions of one object: items[first .. first + n). */
struct link_group {
    size_t first;
    size_t n;
};

/** The objects of one kind, by id, and their names to search in. */
struct link_kind {
    const struct link_group *groups;
    size_t n;
    const struct link_name {
        const char *name;
        size_t group;
    } * names; // ascending
};

/** A book with what must be freed. */
struct link_book {
    struct book book;       // first: what callers hold
    struct calendar **made; // in the order of making, so that members come first
    size_t n_made;
};

struct link {
    const struct booklink_item *items;
    struct link_kind kinds[BOOK_KINDS];
    struct zonetable *zones;
    struct arena *arena;
    struct link_book *linked;
    struct book_calendar *calendars; // of the book, while they are being made
    const int64_t *begins_at;        // per calendar: it and its members are known from here on
    const int64_t *days_at;          // and from here on it has business days; NEVER: it has none
    struct refusal *refusal;
};

/** The index of the object of that name, or SIZE_MAX. */
size_t link_find(const struct link *l, enum book_kind kind, const char *name);

/** Refuses a name that link_find does not know, with the one that is nearest to it. */
int link_refuse_absent(const struct link *l, struct yamldoc_place at, enum book_kind kind,
                       const char *name);

/** Make the book's calendars and contracts. Return 0, an outcome_code, < 0. */
int link_calendars(struct link *l);
int link_contracts(struct link *l);

/**
 * Refuses a calendar that is not known yet when the contract version of the item takes effect. `at`
 * is where the contract names it.
 */
int link_check_begin(const struct link *l, const struct booklink_item *item,
                     struct yamldoc_place at, const struct book_calendar *calendar);

/** The calendar that a contract names at `at`; `hours` is the contract's own. */
int link_hours(const struct link *l, const struct booklink_item *item, struct yamldoc_place at,
               const char *name, const struct book_calendar *hours,
               const struct book_calendar **ret);

/** What a version of a contract, and so every later one, asks of the calendars of its teams. */
struct link_by_team {
    bool counts; // they have one
    bool days;   // with business days
};

/**
 * The targets of a contract's version, whose hours and teams are linked. `by_team` is what versions
 * before ask for and takes what this one asks for: a clock that runs by an older version follows
 * its ticket to teams that are named only later.
 */
int link_targets(const struct link *l, const struct booklink_item *item,
                 struct link_by_team *by_team, struct book_contract_version *ret);

#endif
