// SPDX-License-Identifier: Apache-2.0
/*
 * What carries a text: reply, note, resolve. The same text may go to many tickets.
 */
#include <stdlib.h>
#include <string.h>

#include "client/body.h"
#include "client/change.h"
#include "client/verb.h"

/** The text from an option, or else from an editor. */
static int get_body(struct cli *cli, const char *note, char **ret, char **ret_draft)
{
    int code = body_from_options(cli, OPTION_BODY, ret);

    if (!code && !*ret) {
        code = body_from_editor(cli, note, ret, ret_draft);
    }
    if (!code && !**ret) {
        code = cli_usage(cli, "the text is empty");
    }
    return code;
}

/** Both want standard input. */
static bool reads_twice(const struct cli *cli, enum option option)
{
    const char *text = cli_option(cli, option);

    for (size_t i = 0; text && strcmp(text, "-") == 0 && i < cli->args.n_plain; i++) {
        if (strcmp(cli_arg(cli, i), "-") == 0) {
            return true;
        }
    }
    return false;
}

static int send_body(struct cli *cli, struct change *change, const char *note, const char **body)
{
    char *text = NULL;
    char *draft = NULL;

    if (reads_twice(cli, OPTION_BODY)) {
        return cli_usage(cli, "standard input is the text or the tickets, not both");
    }
    int code = get_body(cli, note, &text, &draft);
    if (!code) {
        *body = text;
        code = change_run(cli, change);
    }
    body_done(cli, draft, code == EXIT_DONE && !cli_has(cli, OPTION_DRY_RUN));
    free(text);
    return code;
}

int cmd_reply(struct cli *cli)
{
    static const char *const note = "# This is a public reply: the requester reads it.\n";
    const char *channel = cli_option(cli, OPTION_CHANNEL);
    const char *hold = cli_option(cli, OPTION_HOLD);
    struct change change = {.doing = "reply to", .n_tickets = cli->args.n_plain};

    if (cli_has(cli, OPTION_RESOLVE) && hold) {
        return cli_usage(cli, "--hold and --resolve exclude each other");
    }
    if (cli_has(cli, OPTION_RESOLVE)) {
        change.request.kind = SLATE_RESOLVE_TICKET;
        change.request.resolve_ticket.channel = channel;
        return send_body(cli, &change, note, &change.request.resolve_ticket.message);
    }
    change.request.kind = SLATE_ADD_MESSAGE;
    change.request.add_message = (struct slate_add_message){
        .visibility = SLATE_PUBLIC, .channel = channel, .hold = hold};
    return send_body(cli, &change, note, &change.request.add_message.body);
}

int cmd_note(struct cli *cli)
{
    struct change change = {
        .doing = "add a note to",
        .request = {.kind = SLATE_ADD_MESSAGE,
                    .add_message = {.visibility = SLATE_INTERNAL_NOTE,
                                    .channel = cli_option(cli, OPTION_CHANNEL)}},
        .n_tickets = cli->args.n_plain,
    };

    return send_body(cli, &change, "# This is an internal note: the requester does not see it.\n",
                     &change.request.add_message.body);
}

int cmd_resolve(struct cli *cli)
{
    struct change change = {
        .doing = "resolve",
        .request = {.kind = SLATE_RESOLVE_TICKET,
                    .resolve_ticket = {.channel = cli_option(cli, OPTION_CHANNEL)}},
        .n_tickets = cli->args.n_plain,
    };
    char *message;

    if (reads_twice(cli, OPTION_MESSAGE)) {
        return cli_usage(cli, "standard input is the message or the tickets, not both");
    }
    int code = body_from_options(cli, OPTION_MESSAGE, &message);
    if (!code) {
        change.request.resolve_ticket.message = message;
        code = change_run(cli, &change);
        free(message);
    }
    return code;
}
