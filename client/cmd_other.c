// SPDX-License-Identifier: Apache-2.0
/*
 * help, version.
 */
#include <string.h>

#include "client/cli.h"
#include "client/help.h"
#include "client/rows.h"
#include "client/verb.h"

static const char exit_codes[] =
    "Exit codes:\n"
    "    0  done; also when it was done already (\"existing\")\n"
    "    1  failed; also when an expectation of slate book try was not met\n"
    "    2  the command line is wrong\n"
    "    3  not found\n"
    "    4  not allowed, or the server does not know you\n"
    "    5  conflict: another version, another state, a key in use\n"
    "    6  partly done: some of many failed\n"
    "   69  the server can't be reached\n"
    "   75  try the same again later, with the --request-id that is named, if one is\n"
    "  130  interrupted\n";

int cmd_help(struct cli *cli)
{
    size_t words;

    if (cli_has(cli, OPTION_TREE)) {
        help_tree(cli);
        return EXIT_DONE;
    }
    if (cli->args.n_plain == 0) {
        help_verbs(cli);
        return EXIT_DONE;
    }
    if (strcmp(cli_arg(cli, 0), "exit") == 0) {
        render_document(&cli->render, exit_codes);
        return EXIT_DONE;
    }
    const struct verb *verb = verb_find(cli->args.plain, cli->args.n_plain, &words);
    if (!verb) {
        const bool is_family = cli->args.n_plain == 1 && help_family(cli, cli_arg(cli, 0));

        return is_family ? EXIT_DONE : help_unknown(cli);
    }
    help_verb(cli, verb);
    return EXIT_DONE;
}

int cmd_version(struct cli *cli)
{
    struct rows_version_of version = {.version = slate_version(),
                                      .protocol = SLATE_PROTOCOL_VERSION};
    int code = 0;

    if (cli_has(cli, OPTION_SERVER)) {
        code = cli_connect(cli);
        version.server = cli->slate ? slate_server(cli->slate) : NULL;
    }
    // Without -o it is a line for people, also in a pipe
    if (cli->render.format == RENDER_TSV && !cli_has(cli, OPTION_OUTPUT)) {
        cli->render.format = RENDER_TABLE;
    }
    if (code || render_object(&cli->render, &rows_version, &version)) {
        return code;
    }
    const struct slate_server *s = version.server;
    render_put_f(&cli->render, TONE_PLAIN, "slate %s, protocol %u", version.version,
                 version.protocol);
    render_newline(&cli->render);
    if (s) {
        struct text roles = {0};

        for (size_t i = 0; i < s->n_roles; i++) {
            text_add_f(&roles, "%s%s", i ? ", " : "", s->roles[i]);
        }
        render_put_f(&cli->render, TONE_PLAIN, "server %s at %s, zone data %s",
                     s->version ? s->version : "?", s->address,
                     s->zone_release ? s->zone_release : "?");
        render_newline(&cli->render);
        render_put_f(&cli->render, TONE_PLAIN, "you are %s (%s)", s->principal ? s->principal : "?",
                     text_str(&roles));
        render_newline(&cli->render);
        text_fini(&roles);
    }
    return code;
}
