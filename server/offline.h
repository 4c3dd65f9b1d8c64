// SPDX-License-Identifier: Apache-2.0
/**
 * offline: what an operator changes while no server runs. It goes the way of every change: entries
 * of the journal's administrative stream, in one batch.
 */
#ifndef SLATE_OFFLINE_H
#define SLATE_OFFLINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "store/env.h"

enum { OFFLINE_ERROR_BYTES = 512 };

/**
 * Commits n events of stream 0: all or none. via says by which command: "slated init".
 * Returns 0; a positive code if nothing was written; < 0 if that is not known. reterr gets a line.
 */
int offline_commit(struct env *env, const struct event *events, size_t n, int64_t now_at,
                   const char *via, char *reterr);

/** n random bytes, 0 or < 0; the form that store/batch.h wants. */
int offline_random(void *user, void *ret, size_t n);

#endif
