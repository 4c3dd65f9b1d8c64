// SPDX-License-Identifier: Apache-2.0
/*
 * Who there is: user list, user show.
 */
#include <stdlib.h>
#include <string.h>

#include "client/fields.h"
#include "client/pages.h"
#include "client/rows.h"
#include "client/verb.h"

static void get_users(const struct slate_result *r, struct pages_page *ret)
{
    *ret = (struct pages_page){r->users.users, r->users.n_users, r->users.truncated,
                               r->users.cursor, 0};
}

static void ask_users(struct slate_request *request, uint32_t limit, struct slate_bytes cursor)
{
    request->list_users.limit = limit;
    request->list_users.cursor = cursor;
}

int cmd_user_list(struct cli *cli)
{
    static const struct pages_of pages = {&rows_user, "list users", ask_users, get_users, true};
    struct slate_request request = {.kind = SLATE_LIST_USERS};

    return pages_print(cli, &pages, &request);
}

static void put_user(struct cli *cli, const struct slate_user *user)
{
    if (cli_is_json(cli)) {
        render_object(&cli->render, &rows_user, user);
        return;
    }
    if (!cli_is_table(cli)) {
        render_begin(&cli->render, &rows_user);
        render_row(&cli->render, user);
        return;
    }
    render_put(&cli->render, TONE_BOLD, user->name ? user->name : "?");
    render_newline(&cli->render);
    fields_put(cli, "is", user->human ? "a person" : "a tool");
    fields_put_list(cli, "roles", user->roles, user->n_roles);
    fields_put(cli, "party", user->party);
    fields_put_list(cli, "teams", user->teams, user->n_teams);
    fields_put(cli, "source", user->source);
    fields_put(cli, "disabled", user->disabled ? "yes" : NULL);
}

int cmd_user_show(struct cli *cli)
{
    const char *name = cli_arg(cli, 0);
    struct slate_result *r;
    struct slate_error e;

    int code = cli_connect(cli);
    if (code) {
        return code;
    }
    const char *me = slate_server(cli->slate)->principal;
    char *whom = strdup(name ? name : me ? me : ""); // the server's greeting may go while we ask
    if (!whom) {
        abort();
    }
    const struct slate_list_users args = {.name = whom, .limit = 1};
    enum slate_status status = slate_list_users(cli->slate, &args, NULL, &r, &e);
    if (status != SLATE_OK) {
        code = cli_failed(cli, &e, "show %s", whom);
    } else if (r->users.n_users == 0) {
        e = (struct slate_error){.code = SLATE_NOT_FOUND};
        snprintf(e.message, sizeof(e.message), "there is nobody called %s, or not for you to see",
                 whom);
        code = cli_failed(cli, &e, "show %s", whom);
        slate_result_free(r);
    } else {
        put_user(cli, &r->users.users[0]);
        slate_result_free(r);
    }
    free(whom);
    return code;
}
