// SPDX-License-Identifier: Apache-2.0
/**
 * clockword: clocks in words, the same wherever one is named.
 */
#ifndef SLATE_CLIENT_CLOCKWORD_H
#define SLATE_CLIENT_CLOCKWORD_H

#include <stdbool.h>
#include <slate.h>

#include "client/text.h"

/** What stands in the place of an instant that can't be said. */
#define CLOCKWORD_NEVER "unschedulable"

/** "first response", "ola manila-a"; team may be NULL. */
void clockword_add(struct text *to, enum slate_clock_kind kind, const char *team);

/** The clock runs and has no due instant: its calendar doesn't open again, as far as anybody can
 * look ahead. */
bool clockword_is_unschedulable(const struct slate_clock *c);

#endif
