// SPDX-License-Identifier: Apache-2.0
/**
 * evolve: a ticket after one more journal entry. Total: it cannot refuse an entry that is in the
 * journal. Used by decide, by the writer's views, by replay and by the auditor alike; copies what
 * decide computed.
 */
#ifndef SLATE_CORE_EVOLVE_H
#define SLATE_CORE_EVOLVE_H

#include "core/arena.h"
#include "core/event.h"

enum { EVOLVE_FACTS_MAX = 4 }; /* the most that one entry adds: an edit of all that it can */

/**
 * *after = before (NULL for the first entry) and the entry. Both may be the same object. Facts are
 * copied into the arena when some are added. Returns 0, or < 0 when the arena is full.
 */
int evolve(const struct ticket *before, const struct entry *entry, struct arena *arena,
           struct ticket *after);

/**
 * The same in place, for a ticket whose facts (none at first) lie in an array of `room` facts that
 * is the caller's alone. For long histories: evolve copies all facts to add one. There must be room
 * for those that the entry adds, which are EVOLVE_FACTS_MAX at most.
 */
void evolve_within(struct ticket *t, const struct entry *entry, struct fact *facts, size_t room);

#endif
