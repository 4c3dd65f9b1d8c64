// SPDX-License-Identifier: Apache-2.0
/*
 * What changes tickets, but for messages: new, and the verbs for one ticket or many.
 */
#include <stdlib.h>
#include <string.h>

#include "client/body.h"
#include "client/change.h"
#include "client/message.h"
#include "client/verb.h"

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

        change_print(cli, r, &with);
        if (ticket && !cli->render.quiet) {
            message_hint(cli->err, "slate take %s", ticket);
        }
        free(ticket);
        slate_result_free(r);
    }
    free(body);
    return code;
}

// ---- one ticket or many -------------------------------------------------------------------------

/** A change to all the arguments. */
static int change_all(struct cli *cli, const char *doing, const struct slate_request *request)
{
    struct change change = {doing, *request, cli->args.n_plain};

    return change_run(cli, &change);
}

int cmd_take(struct cli *cli)
{
    return change_all(
        cli, "take",
        &(struct slate_request){.kind = SLATE_TAKE_TICKET,
                                .take_ticket = {.steal = cli_has(cli, OPTION_STEAL)}});
}

int cmd_release(struct cli *cli)
{
    return change_all(cli, "release", &(struct slate_request){.kind = SLATE_RELEASE_TICKET});
}

int cmd_ack(struct cli *cli)
{
    return change_all(cli, "acknowledge",
                      &(struct slate_request){.kind = SLATE_ACKNOWLEDGE_TICKET});
}

int cmd_close(struct cli *cli)
{
    return change_all(cli, "close", &(struct slate_request){.kind = SLATE_CLOSE_TICKET});
}

int cmd_reopen(struct cli *cli)
{
    return change_all(cli, "reopen", &(struct slate_request){.kind = SLATE_REOPEN_TICKET});
}

/** A change that needs an option's value. */
static int change_with(struct cli *cli, const char *doing, enum option option,
                       const struct slate_request *request)
{
    const char *value = cli_option(cli, option);

    if (!value || !*value) {
        return cli_usage(cli, "--%s is needed", args_options[option].name);
    }
    return change_all(cli, doing, request);
}

int cmd_assign(struct cli *cli)
{
    return change_with(
        cli, "assign", OPTION_TO,
        &(struct slate_request){.kind = SLATE_ASSIGN_TICKET,
                                .assign_ticket = {.assignee = cli_option(cli, OPTION_TO)}});
}

int cmd_transfer(struct cli *cli)
{
    return change_with(
        cli, "transfer", OPTION_TO,
        &(struct slate_request){.kind = SLATE_TRANSFER_TICKET,
                                .transfer_ticket = {.team = cli_option(cli, OPTION_TO)}});
}

int cmd_priority(struct cli *cli)
{
    return change_with(
        cli, "set the priority of", OPTION_TO,
        &(struct slate_request){.kind = SLATE_SET_PRIORITY,
                                .set_priority = {.priority = cli_option(cli, OPTION_TO)}});
}

int cmd_hold(struct cli *cli)
{
    return change_with(
        cli, "hold", OPTION_REASON,
        &(struct slate_request){.kind = SLATE_HOLD_TICKET,
                                .hold_ticket = {.reason = cli_option(cli, OPTION_REASON)}});
}

int cmd_resume(struct cli *cli)
{
    return change_all(
        cli, "resume",
        &(struct slate_request){.kind = SLATE_RESUME_TICKET,
                                .resume_ticket = {.reason = cli_option(cli, OPTION_REASON)}});
}

int cmd_merge(struct cli *cli)
{
    return change_with(
        cli, "merge", OPTION_INTO,
        &(struct slate_request){.kind = SLATE_MERGE_TICKET,
                                .merge_ticket = {.into = cli_option(cli, OPTION_INTO)}});
}

int cmd_edit(struct cli *cli)
{
    const struct slate_edit_ticket edit = {
        .subject = cli_option(cli, OPTION_SUBJECT),
        .category = cli_option(cli, OPTION_CATEGORY),
        .customer_tier = cli_option(cli, OPTION_TIER),
        .language = cli_option(cli, OPTION_LANGUAGE),
    };

    if (!edit.subject && !edit.category && !edit.customer_tier && !edit.language) {
        return cli_usage(cli, "nothing to change: --subject, --category, --tier or --language");
    }
    return change_all(cli, "edit",
                      &(struct slate_request){.kind = SLATE_EDIT_TICKET, .edit_ticket = edit});
}

int cmd_link(struct cli *cli)
{
    int kind = 0;

    int code = cli_word(cli, OPTION_KIND, SLATE_LINK_KINDS, &kind);
    if (code) {
        return code;
    }
    if (!kind) {
        return cli_usage(cli, "--kind is needed");
    }
    struct change change = {
        .doing = cli_has(cli, OPTION_REMOVE) ? "unlink" : "link",
        .request = {.kind = SLATE_LINK_TICKET,
                    .link_ticket = {.other = cli_arg(cli, 1),
                                    .kind = (enum slate_link_kind)kind,
                                    .remove = cli_has(cli, OPTION_REMOVE)}},
        .n_tickets = 1,
    };

    return change_run(cli, &change);
}

int cmd_tag(struct cli *cli)
{
    struct change change = {
        .doing = cli_has(cli, OPTION_REMOVE) ? "take a tag off" : "tag",
        .request = {.kind = SLATE_TAG_TICKET,
                    .tag_ticket = {.tags = cli->args.plain + 1,
                                   .n_tags = cli->args.n_plain - 1,
                                   .remove = cli_has(cli, OPTION_REMOVE)}},
        .n_tickets = 1,
    };

    return change_run(cli, &change);
}
