// SPDX-License-Identifier: Apache-2.0
/*
 * Clocks that ran out.
 */
#include "client/pages.h"
#include "client/rows.h"
#include "client/verb.h"

static void get_breaches(const struct slate_result *r, struct pages_page *ret)
{
    *ret = (struct pages_page){r->breaches.breaches, r->breaches.n_breaches, r->breaches.truncated,
                               r->breaches.cursor, r->breaches.snapshot_at};
}

static void ask_breaches(struct slate_request *request, uint32_t limit, struct slate_bytes cursor)
{
    request->list_breaches.limit = limit;
    request->list_breaches.cursor = cursor;
}

int cmd_breaches(struct cli *cli)
{
    static const struct pages_of pages = {&rows_breach, "list breaches", ask_breaches, get_breaches,
                                          false};
    struct slate_request request = {
        .kind = SLATE_LIST_BREACHES,
        .list_breaches = {.team = cli_option(cli, OPTION_TEAM),
                          .vendor = cli_option(cli, OPTION_VENDOR),
                          .contract = cli_option(cli, OPTION_CONTRACT)},
    };
    struct slate_list_breaches *args = &request.list_breaches;
    int clock = 0;

    int code = cli_past(cli, &request.with);
    if (!code) {
        code = cli_time(cli, OPTION_SINCE, &args->since_at);
    }
    if (!code) {
        code = cli_time(cli, OPTION_UNTIL, &args->until_at);
    }
    if (!code) {
        code = cli_word(cli, OPTION_CLOCK, SLATE_CLOCK_KINDS, &clock);
        args->clock = (enum slate_clock_kind)clock;
    }
    if (!code && args->since_at && args->until_at && args->until_at <= args->since_at) {
        code = cli_usage(cli, "--until lies before --since");
    }
    return code ? code : pages_print(cli, &pages, &request);
}
