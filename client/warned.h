// SPDX-License-Identifier: Apache-2.0
/**
 * warned: the warnings that a ticket's clocks gave, out of its log. An explanation doesn't have
 * them: it is worked out anew each time, and a warning is something that happened.
 */
#ifndef SLATE_CLIENT_WARNED_H
#define SLATE_CLIENT_WARNED_H

#include "client/cli.h"

struct warned {
    struct slate_event *warnings; /* newest first; they point into the pages */
    size_t n;
    struct slate_result **pages;
    size_t n_pages;
};

/** Those of the clocks of x, as far as the past that is shown knows them. The client is connected.
 * Returns 0 or an exit code, told. *ret needs warned_fini() either way. */
int warned_fetch(struct warned *ret, struct cli *cli, const struct slate_explanation *x);
void warned_fini(struct warned *w);

#endif
