// SPDX-License-Identifier: Apache-2.0
/*
 * The daily changes: new, reply, note; take, hold, resume and resolve for one ticket or many.
 */
#include <stdlib.h>
#include <string.h>

#include "client/body.h"
#include "client/bulk.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"

/** Print what a change came to, free it. */
static int changed(struct cli *cli, struct slate_result *r)
{
    const struct slate_ticket *ticket = &r->changed.ticket;

    if (cli_is_json(cli)) {
        render_object(&cli->render, &rows_changed, r);
    } else {
        cli->render.header = false;
        render_begin(&cli->render, &rows_ticket);
        render_row(&cli->render, ticket);
        render_end(&cli->render, NULL, NULL);
    }
    if (r->changed.existing) {
        message_line(cli->err, "existing: nothing was changed");
    }
    slate_result_free(r);
    return EXIT_DONE;
}

// ---- new ----------------------------------------------------------------------------------------

int cmd_new(struct cli *cli)
{
    struct slate_new_ticket args = {
        .contract = cli_option(cli, OPTION_CONTRACT),
        .priority = cli_option(cli, OPTION_PRIORITY),
        .function = cli_option(cli, OPTION_FUNCTION),
        .category = cli_option(cli, OPTION_CATEGORY),
        .customer_tier = cli_option(cli, OPTION_TIER),
        .language = cli_option(cli, OPTION_LANGUAGE),
        .team = cli_option(cli, OPTION_TEAM),
        .requester = cli_option(cli, OPTION_REQUESTER),
        .subject = cli_option(cli, OPTION_SUBJECT),
        .hold = cli_option(cli, OPTION_HOLD),
        .source = cli_option(cli, OPTION_SOURCE),
        .source_key = cli_option(cli, OPTION_KEY),
        .channel = cli_option(cli, OPTION_CHANNEL),
    };
    struct slate_with with;
    struct slate_result *r;
    struct slate_error e;
    char *body;

    if (!args.contract || !args.subject) {
        return cli_usage(cli, "--contract and --subject are needed");
    }
    int code = cli_with(cli, &with);
    if (!code) {
        code = body_from_options(cli, OPTION_BODY, &body);
    }
    if (code) {
        return code;
    }
    args.body = body;
    code = cli_connect(cli);
    if (!code && slate_new_ticket(cli->slate, &args, &with, &r, &e) != SLATE_OK) {
        code = cli_failed(cli, &e, "create the ticket");
    } else if (!code) {
        bool hint = cli->render.format == RENDER_TABLE && !r->changed.existing;
        char *ticket = hint && r->changed.ticket.ticket ? strdup(r->changed.ticket.ticket) : NULL;

        code = changed(cli, r);
        if (ticket && !cli->render.quiet) {
            message_hint(cli->err, "slate take %s", ticket);
        }
        free(ticket);
    }
    free(body);
    return code;
}

// ---- messages -----------------------------------------------------------------------------------

static int add_message(struct cli *cli, enum slate_visibility visibility, const char *doing,
                       const char *note)
{
    struct slate_add_message args = {
        .ticket = cli_arg(cli, 0),
        .visibility = visibility,
        .channel = cli_option(cli, OPTION_CHANNEL),
    };
    struct slate_with with;
    struct slate_result *r;
    struct slate_error e;
    char *body = NULL;
    char *draft = NULL;

    int code = cli_with(cli, &with);
    if (!code) {
        code = body_from_options(cli, OPTION_BODY, &body);
    }
    if (!code && !body) {
        code = body_from_editor(cli, note, &body, &draft);
    }
    if (!code && !*body) {
        code = cli_usage(cli, "the text is empty");
    }
    if (!code) {
        code = cli_connect(cli);
    }
    bool sent = false;
    if (!code) {
        args.body = body;
        sent = slate_add_message(cli->slate, &args, &with, &r, &e) == SLATE_OK;
        code = sent ? changed(cli, r) : cli_failed(cli, &e, "%s %s", doing, args.ticket);
    }
    body_done(cli, draft, sent);
    free(body);
    return code;
}

int cmd_reply(struct cli *cli)
{
    return add_message(cli, SLATE_PUBLIC, "reply to",
                       "# This is a public reply: the requester reads it.\n");
}

int cmd_note(struct cli *cli)
{
    return add_message(cli, SLATE_INTERNAL_NOTE, "add a note to",
                       "# This is an internal note: the requester does not see it.\n");
}

// ---- one ticket or many -------------------------------------------------------------------------

/** What a request of `template` (its ticket left open) does to all tickets that are named. */
static int change(struct cli *cli, struct slate_request *template, const char *doing)
{
    struct slate_result *r;
    struct slate_error e;

    int code = cli_with(cli, &template->with);
    if (code) {
        return code;
    }
    if (bulk_is_wanted(cli)) {
        return bulk_run(cli, template, doing);
    }
    code = cli_connect(cli);
    if (code) {
        return code;
    }
    bulk_set_ticket(template, cli_arg(cli, 0));
    if (slate_call(cli->slate, template, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "%s %s", doing, cli_arg(cli, 0));
    }
    return changed(cli, r);
}

int cmd_take(struct cli *cli)
{
    struct slate_request request = {.kind = SLATE_TAKE_TICKET};

    return change(cli, &request, "take");
}

int cmd_hold(struct cli *cli)
{
    struct slate_request request = {.kind = SLATE_HOLD_TICKET,
                                    .hold_ticket = {.reason = cli_option(cli, OPTION_REASON)}};

    if (!request.hold_ticket.reason) {
        return cli_usage(cli, "--reason is needed");
    }
    return change(cli, &request, "hold");
}

int cmd_resume(struct cli *cli)
{
    struct slate_request request = {.kind = SLATE_RESUME_TICKET,
                                    .resume_ticket = {.reason = cli_option(cli, OPTION_REASON)}};

    return change(cli, &request, "resume");
}

int cmd_resolve(struct cli *cli)
{
    struct slate_request request = {.kind = SLATE_RESOLVE_TICKET,
                                    .resolve_ticket = {.channel = cli_option(cli, OPTION_CHANNEL)}};
    char *message;

    int code = body_from_options(cli, OPTION_MESSAGE, &message);
    if (code) {
        return code;
    }
    request.resolve_ticket.message = message;
    code = change(cli, &request, "resolve");
    free(message);
    return code;
}
