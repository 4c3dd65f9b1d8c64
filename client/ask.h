// SPDX-License-Identifier: Apache-2.0
/**
 * ask: what questions about the clocks of one ticket have in common.
 */
#ifndef SLATE_CLIENT_ASK_H
#define SLATE_CLIENT_ASK_H

#include "client/cli.h"

/**
 * "TICKET [CLOCK]", as of some instant: *clock, which belongs to *request, becomes the one that is
 * named, if one is. `doing` is what is said to have failed. Returns 0 with *ret, which the caller
 * frees, or an exit code, told.
 */
int ask_clocks(struct cli *cli, struct slate_request *request, enum slate_clock_kind *clock,
               const char *doing, struct slate_result **ret);

/** What stands below the clocks that were shown. */
void ask_end(struct cli *cli, size_t n_clocks);

#endif
