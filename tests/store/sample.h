// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

/*
 * Values with every field filled at random, ends of ranges included: no sense in them, but all that
 * the records must carry. And comparisons that name the field.
 */

#include "core/arena.h"
#include "store/shop.h"

/** Kinds of events, in no order. */
extern const enum event_kind sample_kinds[];
extern const size_t sample_kinds_n;

/** full: no field at its default; else each is at its default half of the time. */
void sample_entry(struct dice *d, enum event_kind kind, bool full, struct arena *arena,
                  struct entry *ret);
void sample_ticket(struct dice *d, bool full, struct arena *arena, struct ticket *ret);
void sample_principal(struct dice *d, bool full, struct principal *ret);
int64_t sample_instant(struct dice *d);

/** Fail the test unless both are the same in all that is stored; texts by field only. */
void sample_same_entry(const struct entry *a, const struct entry *b, const char *what);
void sample_same_ticket(const struct ticket *a, const struct ticket *b, const char *what);

#endif
