// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_REWRITE_H
#define TESTS_SERVER_REWRITE_H

/*
 * Who owns a machine can write its store anew: every entry as they like it, with hashes, order and
 * views that fit. The store then finds nothing wrong with itself.
 */

#include "core/event.h"
#include "store/env.h"

enum rewrite_what {
    REWRITE_KEEP = 0,
    REWRITE_DROP, /* what follows moves up by one place */
};

/** Looks at an entry, and changes it as it likes; texts stay. Returns an enum rewrite_what. */
typedef int rewriter(void *user, struct entry *entry);

/** Makes a store in `dir` out of that of `from`, with views rebuilt. Fails the test unless the
 * store's own verify is content with it. The caller owns the result (env_close). */
struct env *rewrite(struct env *from, const char *dir, rewriter *change, void *user);

#endif
