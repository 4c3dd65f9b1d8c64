// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_NEAR_H
#define SLATE_CONFIG_NEAR_H

/*
 * "Did you mean ...?": among the names that exist, the one that a mistyped one is nearest to.
 */

#include <stddef.h>

/** Collects candidates one by one. Plain value; borrow the names until the end. */
struct near {
    const char *wanted;
    const char *best; // NULL: nothing near
    size_t distance;  // of best, in edits
};

/** Starts a search for what is nearest to `wanted`. */
struct near near_to(const char *wanted);

/** Looks at one candidate; of equally near ones the first stays. */
void near_offer(struct near *near, const char *name);

/** "did you mean NAME?" in buf, or NULL when nothing is near. */
const char *near_hint(const struct near *near, char *buf, size_t size);

#endif
