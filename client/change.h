// SPDX-License-Identifier: Apache-2.0
/**
 * change: what a verb does to one ticket, or to each of many.
 */
#ifndef SLATE_CLIENT_CHANGE_H
#define SLATE_CLIENT_CHANGE_H

#include "client/cli.h"

struct change {
    const char *doing;            /* "take", as in "cannot take ACME-12" */
    struct slate_request request; /* its ticket is left open */
    size_t n_tickets;             /* arguments that are tickets, from the first one on */
};

/** Set the ticket of a request. */
void change_set_ticket(struct slate_request *request, const char *ticket);

/** True when the arguments name several tickets, or - for a list of them on standard input. */
bool change_is_of_many(const struct cli *cli, const struct change *change);

/** Add what the options say, make the change to all tickets that are named, print what it came to.
 * Returns an exit code. */
int change_run(struct cli *cli, struct change *change);

/** Print what a change to one ticket came to. */
void change_print(struct cli *cli, const struct slate_result *r, const struct slate_with *with);

#endif
