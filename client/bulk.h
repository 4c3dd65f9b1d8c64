// SPDX-License-Identifier: Apache-2.0
/**
 * bulk: one change to many tickets, over one connection, without waiting for each answer.
 */
#ifndef SLATE_CLIENT_BULK_H
#define SLATE_CLIENT_BULK_H

#include "client/change.h"

/** More than this many tickets are only changed after a question, or with --yes. */
#define BULK_UNASKED 20

/**
 * Make the change to each of the tickets that the arguments name, and print a row for each as its
 * answer comes. An argument - reads tickets from standard input, one a line; what follows a blank
 * or a tab is ignored, so that the rows of `slate list` will do.
 *
 * Returns EXIT_DONE, EXIT_PARTLY when some failed, the exit code that fits when all failed for the
 * same reason, or another, told.
 */
int bulk_run(struct cli *cli, const struct change *change);

#endif
