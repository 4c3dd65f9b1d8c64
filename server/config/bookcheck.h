// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_BOOKCHECK_H
#define SLATE_CONFIG_BOOKCHECK_H

/*
 * Checks that a book must pass when it is applied, but not for ever after: they depend on the
 * present, or on the newest versions of several objects. What is stored stays valid when they turn.
 */

#include "config/bookplan.h"
#include "config/link.h"

/**
 * A calendar that is about to be added opens within a year and a bit of taking effect; `calendar`
 * has that version in it. Returns 0 or an outcome_code.
 */
int bookcheck_opens(const struct booklink_item *item, const struct calendar *calendar,
                    int64_t now_at, struct refusal *ret_refusal);

/**
 * List `index` of the file, used by an added calendar or not: refused when it has run out and is
 * used, else warned of when it runs out soon. *ret_warning is NULL or a sentence in the arena.
 * Returns 0, an outcome_code, < 0 when the arena is full.
 */
int bookcheck_holidays(const struct bookfile *file, size_t index, bool added, int64_t now_at,
                       struct arena *arena, const char **ret_warning, struct refusal *ret_refusal);

/**
 * Calendar `index` of the file: warned of where a window ends at 23:59, which is most often meant
 * to be the end of the day and leaves out its last minute. *ret_warning as above. Returns 0, or < 0
 * when the arena is full.
 */
int bookcheck_closing(const struct bookfile *file, size_t index, struct arena *arena,
                      const char **ret_warning);

/**
 * The newest version of a contract against the teams as they will be: each belongs to buyer or
 * vendor, and functions to match are functions of a team. Returns 0 or an outcome_code.
 */
int bookcheck_contract(const struct booklink_item *item, const struct book *book,
                       struct refusal *ret_refusal);

#endif
