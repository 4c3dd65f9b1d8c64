// SPDX-License-Identifier: Apache-2.0
#include "client/ask.h"

#include "client/message.h"

int ask_clocks(struct cli *cli, struct slate_request *request, enum slate_clock_kind *clock,
               const char *doing, struct slate_result **ret)
{
    struct slate_error e;

    int code = cli_arg_clock(cli, 1, clock);
    if (!code) {
        code = cli_past(cli, &request->with);
    }
    if (!code) {
        code = cli_connect(cli);
    }
    if (!code && slate_call(cli->slate, request, ret, &e) != SLATE_OK) {
        code = cli_failed(cli, &e, "%s %s", doing, cli_arg(cli, 0));
    }
    return code;
}

void ask_end(struct cli *cli, size_t n_clocks)
{
    if (n_clocks == 0) {
        message_line(cli->err, "no clock has started");
    } else {
        cli_name_zone(cli);
    }
}
