// SPDX-License-Identifier: Apache-2.0
/**
 * filter: which tickets the options of a list ask for.
 */
#ifndef SLATE_CLIENT_FILTER_H
#define SLATE_CLIENT_FILTER_H

#include "client/cli.h"

struct filter {
    struct slate_request request; /* SLATE_LIST_TICKETS, without limit and cursor */
    int *states;                  /* what it points to */
    char **priorities;
    char *assignee;
};

/** Read --contract, --team, --owner, --state, --priority, --breached, --unassigned. Returns 0 or an
 * exit code, told. The caller calls filter_fini() in any case. */
int filter_init(struct filter *filter, struct cli *cli);
void filter_fini(struct filter *filter);

/** Only tickets in these states; no effect where --state was given. states lives on. */
void filter_states(struct filter *filter, const enum slate_ticket_state *states, size_t n);

/** Only my own. Connects: the server says who we are. Returns 0 or an exit code, told. */
int filter_mine(struct filter *filter, struct cli *cli);

#endif
