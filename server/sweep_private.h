// SPDX-License-Identifier: Apache-2.0
/** Between the files of the sweep: sweep.c (its life and its steps), sweep_look.c (one ticket). */
#ifndef SLATE_SWEEP_PRIVATE_H
#define SLATE_SWEEP_PRIVATE_H

#include "sweep.h"

/** A failure of the store as one that is unexpected. */
int sweep_negative(int error);

/** An array with room for so many more than the n that are there. NULL: no memory, and the array
 * stays. */
void *sweep_room(void *array, size_t *room, size_t size, size_t n, size_t more);

/** The order of a sweep's contracts, for qsort. */
int sweep_compare_contracts(const void *a, const void *b);

/** NULL: it is not swept. */
struct sweep_contract *sweep_contract_of(const struct sweep *sweep, uint32_t id);

/** Looks at one in its turn, unless that was done before. May reset call's arena. Returns 0,
 * SWEEP_DAMAGED or < 0. */
int sweep_look_next(struct sweep *sweep, struct call *call, const struct sweep_ticket *which);

/** What the batch at hand looked at was not looked at. */
void sweep_forget_looks(struct sweep *sweep);

/** Tells the log. */
void sweep_log_move(const struct sweep_move *move, const struct book *book);

#endif
