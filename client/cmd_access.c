// SPDX-License-Identifier: Apache-2.0
/*
 * Who read what: access list.
 */
#include "client/pages.h"
#include "client/rows.h"
#include "client/verb.h"

static void get_access(const struct slate_result *r, struct pages_page *ret)
{
    *ret = (struct pages_page){r->access.access, r->access.n_access, r->access.truncated,
                               r->access.cursor, r->access.snapshot_at};
}

static void ask_access(struct slate_request *request, uint32_t limit, struct slate_bytes cursor)
{
    request->list_access.limit = limit;
    request->list_access.cursor = cursor;
}

int cmd_access_list(struct cli *cli)
{
    static const struct pages_of pages = {&rows_access, "list who read what", ask_access,
                                          get_access, false};
    struct slate_request request = {
        .kind = SLATE_LIST_ACCESS,
        .list_access = {.contract = cli_option(cli, OPTION_CONTRACT),
                        .actor = cli_option(cli, OPTION_USER)},
    };
    struct slate_list_access *args = &request.list_access;

    int code = cli_time(cli, OPTION_SINCE, &args->since_at);
    if (!code) {
        code = cli_time(cli, OPTION_UNTIL, &args->until_at);
    }
    if (!code && args->since_at && args->until_at && args->until_at <= args->since_at) {
        code = cli_usage(cli, "--until lies before --since");
    }
    return code ? code : pages_print(cli, &pages, &request);
}
