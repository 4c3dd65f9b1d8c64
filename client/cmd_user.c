// SPDX-License-Identifier: Apache-2.0
/*
 * Who there is: user list, user show, user add, user disable, user enable, user rotate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/fields.h"
#include "client/message.h"
#include "client/pages.h"
#include "client/rows.h"
#include "client/text.h"
#include "client/verb.h"
#include "client/when.h"

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
    fields_put(cli, "vouched for", user->vouched ? "yes" : NULL);
    if (user->pinned) {
        char keys[16];

        snprintf(keys, sizeof(keys), "%u", user->keys);
        fields_put(cli, "keys", keys);
    }
    if (user->code_expires_at) {
        fields_put_time(cli, "code until", user->code_expires_at);
    }
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

// ---- changes ------------------------------------------------------------------------------------

/** The code is for a person to hand on: alone on its line, for a program too. */
static void put_changed(struct cli *cli, const struct slate_user_changed *changed, const char *what)
{
    const char *name = changed->user.name ? changed->user.name : "?";
    struct text until = {0};

    if (cli_is_json(cli)) {
        render_object(&cli->render, &rows_user_changed, changed);
        return;
    }
    if (!cli_is_table(cli)) {
        render_begin(&cli->render, &rows_user_changed);
        render_row(&cli->render, changed);
        return;
    }
    render_put_f(&cli->render, TONE_PLAIN, "%s %s", name, what);
    render_newline(&cli->render);
    if (changed->code) {
        when_add_full(&until, changed->code_expires_at);
        render_put_f(&cli->render, TONE_PLAIN,
                     "This code lets them in once, until %s; it is a secret:", text_str(&until));
        render_newline(&cli->render);
        render_put(&cli->render, TONE_BOLD, changed->code);
        render_newline(&cli->render);
        text_fini(&until);
    }
}

/** Where the server has no key of a CA, or the change was only tried, there is no code. */
static void hint_without_code(struct cli *cli, const struct slate_request *request,
                              const struct slate_user_changed *changed)
{
    if (request->with.dry_run) {
        message_line(cli->err, "nothing was changed");
    } else if (request->kind == SLATE_ADD_USER && !changed->code) {
        message_hint(cli->err,
                     "this server gives out no certificates: one of your CA with the URI "
                     "slate:principal/%s lets them in",
                     changed->user.name ? changed->user.name : "NAME");
    } else if (changed->code) {
        message_hint(cli->err, "they run: slate enroll");
    }
}

static int change(struct cli *cli, struct slate_request *request, const char *doing,
                  const char *what)
{
    struct slate_result *r;
    struct slate_error e;

    int code = cli_with(cli, &request->with);
    if (!code) {
        code = cli_connect(cli);
    }
    if (code) {
        return code;
    }
    if (slate_call(cli->slate, request, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "%s %s", doing, cli_arg(cli, 0));
    }
    put_changed(cli, &r->user, request->with.dry_run ? "would be changed" : what);
    hint_without_code(cli, request, &r->user);
    slate_result_free(r);
    return EXIT_DONE;
}

int cmd_user_add(struct cli *cli)
{
    const char *list = cli_option(cli, OPTION_ROLE);
    const char *in = cli_option(cli, OPTION_TEAM);
    size_t n_roles = 0;
    size_t n_teams = 0;

    if (!list) {
        return cli_usage(cli, "say with --role what they may do");
    }
    char **roles = cli_split(list, &n_roles);
    char **teams = in ? cli_split(in, &n_teams) : NULL;
    struct slate_request request = {
        .kind = SLATE_ADD_USER,
        .add_user =
            {
                .name = cli_arg(cli, 0),
                .roles = (const char *const *)roles,
                .n_roles = n_roles,
                .party = cli_option(cli, OPTION_PARTY),
                .teams = (const char *const *)teams,
                .n_teams = n_teams,
                .source = cli_option(cli, OPTION_SOURCE),
                .tool = cli_has(cli, OPTION_TOOL),
            },
    };
    int code = change(cli, &request, "add", "was added");
    free(roles);
    free(teams);
    return code;
}

int cmd_user_vouch(struct cli *cli)
{
    const char *text = cli_arg(cli, 1);
    uint8_t key[CLI_HASH_BYTES];
    struct slate_request request = {
        .kind = SLATE_SET_USER,
        .set_user = {.name = cli_arg(cli, 0), .action = SLATE_USER_VOUCH},
    };

    if (text) {
        int code = cli_hash(cli, "KEY", text, key);
        if (code) {
            return code;
        }
        request.set_user.key_sha256 = (struct slate_bytes){key, sizeof(key)};
    }
    return change(cli, &request, "vouch for", "approves for the party from now on");
}

static int set(struct cli *cli, enum slate_user_action action, const char *doing, const char *what)
{
    struct slate_request request = {
        .kind = SLATE_SET_USER,
        .set_user = {.name = cli_arg(cli, 0), .action = action},
    };

    return change(cli, &request, doing, what);
}

int cmd_user_disable(struct cli *cli)
{
    return set(cli, SLATE_USER_DISABLE, "disable", "is disabled");
}

int cmd_user_enable(struct cli *cli)
{
    return set(cli, SLATE_USER_ENABLE, "enable", "is enabled");
}

int cmd_user_rotate(struct cli *cli)
{
    return set(cli, SLATE_USER_ROTATE, "rotate", "has no key any more");
}
