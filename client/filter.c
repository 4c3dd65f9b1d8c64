// SPDX-License-Identifier: Apache-2.0
#include "client/filter.h"

#include <stdlib.h>
#include <string.h>

int filter_init(struct filter *filter, struct cli *cli)
{
    const char *priorities = cli_option(cli, OPTION_PRIORITY);

    *filter = (struct filter){
        .request = {.kind = SLATE_LIST_TICKETS,
                    .list_tickets = {.contract = cli_option(cli, OPTION_CONTRACT),
                                     .team = cli_option(cli, OPTION_TEAM),
                                     .assignee = cli_option(cli, OPTION_OWNER),
                                     .breached = cli_has(cli, OPTION_BREACHED),
                                     .unassigned = cli_has(cli, OPTION_UNASSIGNED)}}};
    struct slate_list_tickets *args = &filter->request.list_tickets;
    int code = cli_past(cli, &filter->request.with);
    if (code) {
        return code;
    }
    if (args->assignee && args->unassigned) {
        return cli_usage(cli, "--owner and --unassigned exclude each other");
    }
    if (priorities) {
        filter->priorities = cli_split(priorities, &args->n_priorities);
        args->priorities = (const char *const *)filter->priorities;
    }
    code = cli_words(cli, OPTION_STATE, SLATE_TICKET_STATES, &filter->states, &args->n_states);
    args->states = (const enum slate_ticket_state *)filter->states;
    return code;
}

void filter_fini(struct filter *filter)
{
    free(filter->states);
    free(filter->priorities);
    free(filter->assignee);
    *filter = (struct filter){0};
}

void filter_states(struct filter *filter, const enum slate_ticket_state *states, size_t n)
{
    if (!filter->states) {
        filter->request.list_tickets.states = states;
        filter->request.list_tickets.n_states = n;
    }
}

int filter_mine(struct filter *filter, struct cli *cli)
{
    int code = cli_connect(cli);

    if (code) {
        return code;
    }
    const char *me = slate_server(cli->slate)->principal;
    filter->assignee = strdup(me ? me : "");
    if (!filter->assignee) {
        abort();
    }
    filter->request.list_tickets.assignee = filter->assignee;
    return 0;
}
