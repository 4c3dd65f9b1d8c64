// SPDX-License-Identifier: Apache-2.0
/*
 * import: tickets with their histories, a line each.
 */
#include <stdlib.h>
#include <string.h>

#include "client/import_line.h"
#include "client/lines.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

struct import {
    struct lines lines;           // first: what is given the one is given the other
    struct slate_request request; // what all lines share
    struct import_line parsed;
    uint64_t created;
    uint64_t existing;
    uint64_t events;
};

static bool parse(struct lines *l, const char *p, size_t n, struct lines_parsed *ret,
                  struct members_error *reterr)
{
    struct import *im = (struct import *)l;
    const struct slate_import_ticket *common = &im->request.import_ticket;

    if (!import_line_parse(p, n, &im->parsed, reterr)) {
        return false;
    }
    ret->request = im->request;
    ret->request.import_ticket = im->parsed.ticket;
    ret->request.import_ticket.contract = common->contract;
    ret->request.import_ticket.source = common->source;
    ret->request.import_ticket.clocks = common->clocks;
    ret->request.import_ticket.n_clocks = common->n_clocks;
    ret->request.import_ticket.cutover_at = common->cutover_at;
    ret->key = im->parsed.ticket.source_key;
    return true;
}

static void forget(struct lines *l)
{
    import_line_fini(&((struct import *)l)->parsed);
}

static void done(struct lines *l, const struct lines_sent *sent, const struct slate_result *r)
{
    struct import *im = (struct import *)l;
    const struct rows_import_line row = {.line = sent->line,
                                         .key = sent->key,
                                         .outcome = r->imported.existing ? "existing" : "created",
                                         .imported = &r->imported};

    im->created += !r->imported.existing;
    im->existing += r->imported.existing;
    im->events += r->imported.events;
    render_row(&l->cli->render, &row);
}

static void refused(struct lines *l, const struct lines_sent *sent, const char *outcome,
                    const struct slate_error *e)
{
    const struct rows_import_line row = {
        .line = sent->line, .key = sent->key, .outcome = outcome, .error = e};

    render_row(&l->cli->render, &row);
}

static void progress(struct lines *l, struct text *to)
{
    text_add_f(to, "%llu lines, %llu events", (unsigned long long)(l->done + l->refused),
               (unsigned long long)((struct import *)l)->events);
}

static int read_clocks(struct cli *cli, enum slate_clock_kind **ret, size_t *ret_n)
{
    const char *list = cli_option(cli, OPTION_CLOCKS);
    size_t n;
    char **words = cli_split(list ? list : "resolution", &n);
    enum slate_clock_kind *clocks = calloc(n + 1, sizeof(*clocks));
    int code = 0;

    if (!clocks) {
        abort();
    }
    for (size_t i = 0; !code && i < n; i++) {
        clocks[i] = (enum slate_clock_kind)slate_named(SLATE_CLOCK_KINDS, words[i]);
        if (!clocks[i]) {
            code = cli_usage(cli, "--clocks: \"%s\" is no clock: first_response, resolution, ...",
                             words[i]);
        }
    }
    free(words);
    *ret = clocks;
    *ret_n = n;
    return code;
}

/** created 412, existing 31, refused 2; 2310 events in 4.2 s (550/s). */
static void sum_up(const struct import *im)
{
    FILE *err = im->lines.cli->err;
    uint64_t us = (uint64_t)(when_now() - im->lines.start_at);
    uint64_t ms = us / 1000 ? us / 1000 : 1;

    message_line(err,
                 "created %llu, existing %llu, refused %llu; %llu events in %llu.%01llu s (%llu/s)",
                 (unsigned long long)im->created, (unsigned long long)im->existing,
                 (unsigned long long)im->lines.refused, (unsigned long long)im->events,
                 (unsigned long long)ms / 1000, (unsigned long long)ms % 1000 / 100,
                 (unsigned long long)(im->events * 1000 / ms));
    if (im->request.with.dry_run) {
        message_line(err, "dry run: nothing was changed");
    }
    if (im->lines.stopped) {
        message_say(err, "stopped at line %llu", (unsigned long long)im->lines.line);
        message_hint(err, "run the same again: tickets that exist are recognised by their keys");
    }
}

int cmd_import(struct cli *cli)
{
    static const struct lines_kind kind = {&rows_import, parse, forget, done, refused, progress};
    struct import im = {.lines = {.cli = cli, .kind = &kind, .path = cli_arg(cli, 0)},
                        .request = {.kind = SLATE_IMPORT_TICKET}};
    struct slate_import_ticket *common = &im.request.import_ticket;
    enum slate_clock_kind *clocks = NULL;

    common->contract = cli_option(cli, OPTION_CONTRACT);
    common->source = cli_option(cli, OPTION_SOURCE);
    if (!common->contract) {
        return cli_usage(cli, "--contract is needed");
    }
    if (!common->source) {
        common->source = common->contract; // keys are then unique within the contract
    }
    if (cli->render.format == RENDER_TABLE) {
        cli->render.format = RENDER_TSV; // a table would keep every line until the end
    }
    int code = cli_with(cli, &im.request.with);
    if (!code) {
        code = read_clocks(cli, &clocks, &common->n_clocks);
    }
    if (!code) {
        code = cli_time(cli, OPTION_CUTOVER, &common->cutover_at);
    }
    common->clocks = clocks;
    if (!code) {
        code = lines_run(&im.lines);
        if (im.lines.start_at) { // it began
            sum_up(&im);
        }
    }
    free(clocks);
    return code;
}
