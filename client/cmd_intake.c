// SPDX-License-Identifier: Apache-2.0
/*
 * intake jsonl: what another tool says, a line each. Each line is applied once for ever, so a file
 * that was cut off is simply sent again.
 */
#include <stdlib.h>
#include <string.h>

#include "client/intake_line.h"
#include "client/lines.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"

struct intake {
    struct lines lines; // first: what is given the one is given the other
    const char *contract;
    char *source; // NULL: it only checks
    struct intake_line parsed;
    uint64_t outcomes[SLATE_INTAKE_KEPT + 1]; // lines by what became of them
    uint64_t resolved;                        // of those that were UPDATED
};

static bool parse(struct lines *l, const char *p, size_t n, struct lines_parsed *ret,
                  struct members_error *reterr)
{
    struct intake *in = (struct intake *)l;

    if (!intake_line_parse(p, n, &in->parsed, reterr)) {
        return false;
    }
    struct slate_intake *intake = &in->parsed.intake;
    intake->source = in->source;
    if (!intake->contract) {
        intake->contract = in->contract;
    }
    if (!intake->contract) {
        intake_line_fini(&in->parsed);
        return members_fail(reterr, "contract is missing, here and as --contract");
    }
    ret->request.kind = SLATE_INTAKE;
    ret->request.intake = *intake;
    ret->request.with.claimed_at = in->parsed.at;
    ret->key = intake->source_key;
    ret->note = (int)intake->action;
    return true;
}

static void forget(struct lines *l)
{
    intake_line_fini(&((struct intake *)l)->parsed);
}

static void put(struct lines *l, const struct rows_intake_line *row)
{
    if (!l->is_silent) {
        render_row(&l->cli->render, row);
    }
}

static void done(struct lines *l, const struct lines_sent *sent, const struct slate_result *r)
{
    struct intake *in = (struct intake *)l;
    const enum slate_intake_outcome outcome = r->intake.outcome;
    const struct rows_intake_line row = {.line = sent->line,
                                         .key = sent->key,
                                         .outcome = slate_name(SLATE_INTAKE_OUTCOMES, (int)outcome),
                                         .done = &r->intake};

    if (outcome == SLATE_INTAKE_UPDATED && sent->note == SLATE_INTAKE_RESOLVE) {
        in->resolved++;
    } else if (outcome <= SLATE_INTAKE_KEPT) {
        in->outcomes[outcome]++;
    }
    put(l, &row);
}

static void refused(struct lines *l, const struct lines_sent *sent, const char *outcome,
                    const struct slate_error *e)
{
    const struct rows_intake_line row = {
        .line = sent->line, .key = sent->key, .outcome = outcome, .error = e};

    put(l, &row);
}

static void progress(struct lines *l, struct text *to)
{
    text_add_f(to, "%llu lines", (unsigned long long)(l->done + l->refused));
}

static void sum_up(const struct intake *in)
{
    FILE *err = in->lines.cli->err;

    if (in->lines.checks_only) {
        message_line(err, "%llu lines are well formed, %llu refused; nothing was sent",
                     (unsigned long long)in->lines.done, (unsigned long long)in->lines.refused);
        return;
    }
    message_line(
        err,
        "created %llu, updated %llu, resolved %llu, unchanged %llu, duplicate %llu, "
        "kept %llu, refused %llu",
        (unsigned long long)in->outcomes[SLATE_INTAKE_CREATED],
        (unsigned long long)in->outcomes[SLATE_INTAKE_UPDATED], (unsigned long long)in->resolved,
        (unsigned long long)in->outcomes[SLATE_INTAKE_UNCHANGED],
        (unsigned long long)in->outcomes[SLATE_INTAKE_DUPLICATE],
        (unsigned long long)in->outcomes[SLATE_INTAKE_KEPT], (unsigned long long)in->lines.refused);
    if (in->lines.stopped) {
        message_say(err, "stopped at line %llu", (unsigned long long)in->lines.line);
        message_hint(err, "run the same again: what was applied is not applied twice");
    }
}

/** What it feeds as: what --source says, else what the server knows us as. Connects. */
static int find_source(struct cli *cli, char **ret)
{
    const char *source = cli_option(cli, OPTION_SOURCE);

    int code = cli_connect(cli);
    if (code) {
        return code;
    }
    if (!source) {
        source = slate_server(cli->slate)->source;
    }
    if (!source || !*source) {
        struct slate_error e = {.code = SLATE_PERMISSION_DENIED,
                                .hint = "the profile of an intake is needed: --profile FILE"};
        const char *me = slate_server(cli->slate)->principal;

        snprintf(e.message, sizeof(e.message), "%s is no intake of a source", me ? me : "this");
        return cli_failed(cli, &e, "feed lines");
    }
    *ret = strdup(source); // the greeting may go with its connection
    if (!*ret) {
        abort();
    }
    return 0;
}

int cmd_intake_jsonl(struct cli *cli)
{
    static const struct lines_kind kind = {&rows_intake, parse, forget, done, refused, progress};
    const char *path = cli_arg(cli, 0);
    struct intake in = {.lines = {.cli = cli,
                                  .kind = &kind,
                                  .path = path ? path : "-",
                                  .is_silent = cli_is_table(cli),
                                  .checks_only = cli_has(cli, OPTION_CHECK)},
                        .contract = cli_option(cli, OPTION_CONTRACT)};
    int code = 0;

    if (cli->render.quiet && cli->render.format == RENDER_TABLE) {
        cli->render.format = RENDER_TSV;
    }
    if (!in.lines.checks_only) {
        code = find_source(cli, &in.source);
    }
    if (!code) {
        code = lines_run(&in.lines);
    }
    if (in.lines.start_at) { // it began
        sum_up(&in);
    }
    free(in.source);
    return code;
}
