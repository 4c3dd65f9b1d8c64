// SPDX-License-Identifier: Apache-2.0
/**
 * bulk: one change to many tickets, over one connection, without waiting for each answer.
 */
#ifndef SLATE_CLIENT_BULK_H
#define SLATE_CLIENT_BULK_H

#include "client/cli.h"

/** More than this many tickets are only changed after a question, or with --yes. */
#define BULK_UNASKED 20

/** True when the arguments name several tickets, or - for a list of them on standard input: a
 * ticket a line, what follows a blank or a tab is ignored, so that the rows of `slate list` will
 * do. */
bool bulk_is_wanted(const struct cli *cli);

/** Set the ticket of a change. */
void bulk_set_ticket(struct slate_request *request, const char *ticket);

/**
 * Do what `template` says to each of them, and print a row for each as its answer comes. Returns
 * EXIT_DONE, EXIT_PARTLY when some failed, the exit code that fits when all failed for the same
 * reason, or another, told.
 */
int bulk_run(struct cli *cli, const struct slate_request *template, const char *doing);

#endif
