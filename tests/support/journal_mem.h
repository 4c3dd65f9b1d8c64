// SPDX-License-Identifier: Apache-2.0
#ifndef SUPPORT_JOURNAL_MEM_H
#define SUPPORT_JOURNAL_MEM_H

/*
 * A journal in memory that does what a journal on other machines may do: lose the answer of a
 * commit (with the records in it, without them, or with them a little later), belong to somebody
 * else, hold records of somebody else, fail. It checks what it is given: seqs and the chain of
 * hashes.
 */

#include "store/journal.h"

struct journal_mem;

/** What goes wrong; all zero is nothing. Percentages are of commits or calls, drawn from `seed`. */
struct journal_mem_faults {
    unsigned unknown_percent; // commits that answer UNKNOWN
    unsigned applied_percent; // of those: that took the records
    unsigned late_percent;    // of the others: whose records arrive with the next begin
    unsigned resolve_unknown; // times that resolve answers UNKNOWN before it tells
    unsigned fail_at;         // this call from now on (1 = the next) of any operation fails
};

/** cluster_id: of the environment that the views are in. Ends the program without memory. */
struct journal_mem *journal_mem_new(const uint8_t cluster_id[16], uint64_t seed);
void journal_mem_free(struct journal_mem *m);
struct journal *journal_mem_journal(struct journal_mem *m);

void journal_mem_set_faults(struct journal_mem *m, const struct journal_mem_faults *faults);

/** From now on a stream belongs to an owner with this epoch: lower ones are fenced. */
void journal_mem_fence(struct journal_mem *m, uint32_t stream, uint64_t epoch);

/** A record that somebody else appended: copied from any journal whose stream has the same head. */
void journal_mem_intrude(struct journal_mem *m, uint32_t stream,
                         const struct journal_record *record);

/** Records of a stream. */
uint64_t journal_mem_count(const struct journal_mem *m, uint32_t stream);

/** How many commits answered UNKNOWN with the records taken, without, and to arrive late. */
struct journal_mem_seen {
    unsigned applied;
    unsigned lost;
    unsigned late;
    unsigned conflicts;
    unsigned fenced;
};
struct journal_mem_seen journal_mem_seen(const struct journal_mem *m);

#endif
