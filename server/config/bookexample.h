// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKEXAMPLE_H
#define SLATE_CONFIG_BOOKEXAMPLE_H

/*
 * Worked deadlines of a contract's targets: what both sides read to see what they agreed.
 */

#include "config/bookplan.h"

enum {
    BOOKEXAMPLE_RECEIPTS = 2, // per target and calendar: at once, and shortly before a weekend
    BOOKEXAMPLE_CALENDARS_MAX =
        8 // of the teams that one target counts by; further ones are left out
};

/** How many examples a version gives. */
size_t bookexample_count(const struct book *book, const struct book_contract_version *version);

/**
 * Fills ret[0 .. bookexample_count()) with examples of one version of a contract, for
 * tickets received from now_at on, or from its first instant on if that is later. Texts lie in the
 * arena. Returns 0, or < 0 when the arena is full.
 */
int bookexample_make(const struct book *book, const struct book_contract *contract,
                     const struct book_contract_version *version, int64_t now_at,
                     struct arena *arena, struct book_plan_example *ret);

#endif
