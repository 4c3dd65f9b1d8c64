// SPDX-License-Identifier: Apache-2.0
/*
 * Texts that must go: erase.
 */
#include <inttypes.h>
#include <stdio.h>

#include "client/cli.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"

/** What the command line asks for, and what has come of it so far. */
struct erasing {
    struct slate_erase_texts args;
    struct slate_with with;
    struct rows_erased_of done;
};

static const char *whose(const struct erasing *e)
{
    return e->args.ticket ? e->args.ticket : e->args.requester ? e->args.requester : "an entry";
}

/** One answer, whose cursor belongs to *ret. */
static int ask(struct cli *cli, struct erasing *e, struct slate_result **ret)
{
    struct slate_error error;

    *ret = NULL;
    if (slate_erase_texts(cli->slate, &e->args, &e->with, ret, &error) != SLATE_OK) {
        const int code = cli_failed(cli, &error, "erase texts of %s", whose(e));

        return code == EXIT_FAILED || e->done.texts == 0 ? code : EXIT_PARTLY;
    }
    e->done.tickets += (*ret)->erased.tickets;
    e->done.texts += (*ret)->erased.texts;
    e->done.keys_kept += (*ret)->erased.keys_kept;
    return 0;
}

/** All of it: the server erases a bounded number at a time. */
static int ask_all(struct cli *cli, struct erasing *e)
{
    struct slate_result *before = NULL;
    bool more = true;
    int code = 0;

    e->done = (struct rows_erased_of){.dry_run = e->with.dry_run};
    e->args.cursor = (struct slate_bytes){0};
    while (!code && more) {
        struct slate_result *r;

        code = ask(cli, e, &r);
        more = !code && r->erased.more;
        e->args.cursor = code ? (struct slate_bytes){0} : r->erased.cursor;
        slate_result_free(before);
        before = r;
    }
    slate_result_free(before);
    return code;
}

static int confirm(struct cli *cli, const struct erasing *e)
{
    char question[256];

    snprintf(question, sizeof(question),
             "erases %" PRIu64 " text%s of %" PRIu64 " ticket%s for ever.", e->done.texts,
             e->done.texts == 1 ? "" : "s", e->done.tickets, e->done.tickets == 1 ? "" : "s");
    return cli_confirm(cli, question, "erasing");
}

static void put_done(struct cli *cli, const struct erasing *e)
{
    if (render_object(&cli->render, &rows_erased, &e->done)) {
        return;
    }
    render_put_f(&cli->render, TONE_PLAIN, "%s%" PRIu64 " text%s of %" PRIu64 " ticket%s",
                 e->done.dry_run ? "would erase " : "erased ", e->done.texts,
                 e->done.texts == 1 ? "" : "s", e->done.tickets, e->done.tickets == 1 ? "" : "s");
    render_newline(&cli->render);
    if (e->done.keys_kept > 0) {
        message_hint(cli->err,
                     "%" PRIu64 " entr%s of an older version tell%s what a source calls a ticket, "
                     "where it cannot be erased",
                     e->done.keys_kept, e->done.keys_kept == 1 ? "y" : "ies",
                     e->done.keys_kept == 1 ? "s" : "");
    }
}

static int read_args(struct cli *cli, struct erasing *e)
{
    *e = (struct erasing){.args = {.ticket = cli_arg(cli, 0),
                                   .requester = cli_option(cli, OPTION_REQUESTER),
                                   .contract = cli_option(cli, OPTION_CONTRACT)}};
    int code = cli_seq(cli, OPTION_ENTRY, &e->args.entry);
    if (code) {
        return code;
    }
    if (!!e->args.ticket + !!e->args.requester + !!e->args.entry != 1) {
        return cli_usage(cli, "a ticket, --requester or --entry is needed, and not two of them");
    }
    if (e->args.ticket && e->args.contract) {
        return cli_usage(cli, "--contract goes with --requester and --entry");
    }
    if (e->args.entry && !e->args.contract) {
        return cli_usage(cli, "--entry needs --contract");
    }
    if (!e->args.ticket && cli_has(cli, OPTION_MESSAGE)) {
        return cli_usage(cli, "--message goes with a ticket");
    }
    code = cli_number(cli, OPTION_MESSAGE, &e->args.message);
    if (!code && cli_has(cli, OPTION_MESSAGE) && e->args.message == 0) {
        code = cli_usage(cli, "--message: messages are numbered from 1");
    }
    if (!code) {
        code = cli_with(cli, &e->with);
    }
    e->with.reason = cli_option(cli, OPTION_REASON);
    if (!code && (!e->with.reason || !*e->with.reason)) {
        code = cli_usage(cli, "--reason is needed: it is kept, and others can read it");
    }
    return code;
}

int cmd_erase(struct cli *cli)
{
    struct erasing e;

    int code = read_args(cli, &e);
    if (!code) {
        code = cli_connect(cli);
    }
    const bool asks = !e.with.dry_run && !cli_has(cli, OPTION_YES);
    if (!code && asks) {
        e.with.dry_run = true;
        code = ask_all(cli, &e);
        e.with.dry_run = false;
        if (!code) {
            code = confirm(cli, &e);
        }
    }
    if (!code) {
        code = ask_all(cli, &e);
    }
    if (!code) {
        put_done(cli, &e);
    }
    return code;
}
