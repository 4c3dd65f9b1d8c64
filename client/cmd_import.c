// SPDX-License-Identifier: Apache-2.0
/*
 * import: a file of tickets with their histories, over one connection, without waiting for each
 * answer. A line that is wrong doesn't stop the others; a connection that is gone for good does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/import_line.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

/** A ticket with a thousand events takes the server a while, and others wait in line before it. */
#define TIMEOUT_MS 60000u

/** Progress is shown only where somebody has begun to wait, and not more often than can be read. */
#define PROGRESS_AFTER_US INT64_C(300000)
#define PROGRESS_EVERY_US INT64_C(100000)

/** A line that is under way. */
struct sent {
    uint64_t tag; // 0 = free
    uint64_t line;
    char *key;
};

struct import {
    struct cli *cli;
    const char *name; // of the file, for messages
    FILE *f;
    struct slate_request request; // what all lines share
    struct sent *sent;            // slate_window() of them
    uint64_t line;
    uint64_t created;
    uint64_t existing;
    uint64_t refused;
    uint64_t events;
    int code;    // of the refusals, as long as it is one and the same
    int stopped; // exit code of what ended it, 0 = nothing did
    int64_t start_at;
    int64_t shown_at; // when progress was last shown
};

// ---- what becomes of a line ---------------------------------------------------------------------

static void count_refusal(struct import *im, int code)
{
    im->code = im->refused == 0 || im->code == code ? code : EXIT_PARTLY;
    im->refused++;
}

/** True for an outcome that says nothing about the line, but that there is no server any more. */
static bool ends_all(enum slate_status status)
{
    switch (status) {
    case SLATE_CANCELLED:
    case SLATE_UNREACHABLE:
    case SLATE_TLS:
    case SLATE_PROTOCOL:
    case SLATE_TIMEOUT:
    case SLATE_UNKNOWN_OUTCOME:
    case SLATE_UNAUTHENTICATED:
    case SLATE_NO_MEMORY: return true;
    default: return false;
    }
}

static void refuse(struct import *im, uint64_t line, unsigned column, const char *key,
                   const struct slate_error *e)
{
    struct rows_import_line row = {.line = line, .key = key, .outcome = "refused", .error = e};

    if (ends_all(e->code)) {
        row.outcome = slate_status_name(e->code); // nobody has judged the line
    }

    if (im->shown_at) {
        message_progress(im->cli->err, "%s", "");
    }
    if (column) {
        message_line(im->cli->err, "%s:%llu:%u: %s", im->name, (unsigned long long)line, column,
                     e->message);
    } else {
        message_line(im->cli->err, "%s:%llu: %s: %s%s%s%s", im->name, (unsigned long long)line,
                     row.outcome, e->message, *e->field ? " (" : "", e->field,
                     *e->field ? ")" : "");
    }
    count_refusal(im, cli_exit_code(e));
    render_row(&im->cli->render, &row);
}

static void show_progress(struct import *im)
{
    struct cli *cli = im->cli;

    if (!cli->err_tty || cli->out_tty) {
        return;
    }
    int64_t now_at = when_now();
    if (now_at - im->start_at < PROGRESS_AFTER_US || now_at - im->shown_at < PROGRESS_EVERY_US) {
        return;
    }
    im->shown_at = now_at;
    uint64_t lines = im->created + im->existing + im->refused;
    message_progress(cli->err, "%llu lines, %llu events", (unsigned long long)lines,
                     (unsigned long long)im->events);
}

/** Fetch one outcome. */
static void take_one(struct import *im)
{
    struct slate_result *r = NULL;
    struct sent *sent = im->sent;
    struct slate_error e;
    uint64_t tag;

    enum slate_status status = slate_next(im->cli->slate, &tag, &r, &e);
    while (sent->tag != tag) {
        sent++;
    }
    if (status == SLATE_OK) {
        struct rows_import_line row = {.line = sent->line,
                                       .key = sent->key,
                                       .outcome = r->imported.existing ? "existing" : "created",
                                       .imported = &r->imported};

        im->created += !r->imported.existing;
        im->existing += r->imported.existing;
        im->events += r->imported.events;
        render_row(&im->cli->render, &row);
        show_progress(im);
    } else {
        refuse(im, sent->line, 0, sent->key, &e);
        if (ends_all(status) && !im->stopped) {
            im->stopped = cli_exit_code(&e);
        }
    }
    slate_result_free(r);
    free(sent->key);
    *sent = (struct sent){0};
}

// ---- reading ------------------------------------------------------------------------------------

/** The next line into *text, without its end. Returns false at the end of the file. A line beyond
 * the limit is cut to one byte more than that. */
static bool read_line(FILE *f, struct text *text)
{
    int c;

    text_clear(text);
    while ((c = getc_unlocked(f)) != EOF && c != '\n') {
        char byte = (char)c;

        if (text->n <= IMPORT_LINE_BYTES_MAX) {
            text_add_n(text, &byte, 1);
        }
    }
    return c != EOF || text->n > 0;
}

static void submit(struct import *im, struct import_line *parsed)
{
    struct slate_request request = im->request;
    const struct slate_import_ticket *common = &im->request.import_ticket;
    struct slate_import_ticket *ticket = &request.import_ticket;
    struct slate *s = im->cli->slate;
    struct sent *sent = im->sent;
    struct slate_error e;
    uint64_t tag;

    *ticket = parsed->ticket;
    ticket->contract = common->contract;
    ticket->source = common->source;
    ticket->clocks = common->clocks;
    ticket->n_clocks = common->n_clocks;
    ticket->cutover_at = common->cutover_at;
    while (slate_pending(s) >= slate_window(s)) {
        take_one(im);
    }
    if (slate_submit(s, &request, &tag, &e) != SLATE_OK) {
        refuse(im, im->line, 0, ticket->source_key, &e);
        return;
    }
    while (sent->tag != 0) {
        sent++;
    }
    *sent = (struct sent){tag, im->line, strdup(ticket->source_key)};
    if (!sent->key) {
        abort();
    }
}

static void take_line(struct import *im, const struct text *text)
{
    static const char bom[] = "\xef\xbb\xbf";
    const char *p = text_str(text);
    size_t n = text->n;
    struct slate_error e = {.code = SLATE_INVALID_ARGUMENT};
    struct import_line_error error;
    struct import_line parsed;

    if (im->line == 1 && n >= 3 && memcmp(p, bom, 3) == 0) {
        p += 3;
        n -= 3;
    }
    if (strspn(p, " \t\r") == n) {
        return;
    }
    if (n > IMPORT_LINE_BYTES_MAX) {
        snprintf(e.message, sizeof(e.message), "the line has more than %zu bytes",
                 IMPORT_LINE_BYTES_MAX);
        refuse(im, im->line, 0, NULL, &e);
    } else if (!import_line_parse(p, n, &parsed, &error)) {
        snprintf(e.message, sizeof(e.message), "%s", error.message);
        refuse(im, im->line, error.column ? error.column + (unsigned)(p - text_str(text)) : 0, NULL,
               &e);
    } else {
        submit(im, &parsed);
        import_line_fini(&parsed);
    }
}

// ---- the whole ----------------------------------------------------------------------------------

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
static void sum_up(struct import *im)
{
    uint64_t us = (uint64_t)(when_now() - im->start_at);
    uint64_t ms = us / 1000 ? us / 1000 : 1;

    if (im->shown_at) {
        message_progress(im->cli->err, "%s", "");
    }
    message_line(im->cli->err,
                 "created %llu, existing %llu, refused %llu; %llu events in %llu.%01llu s (%llu/s)",
                 (unsigned long long)im->created, (unsigned long long)im->existing,
                 (unsigned long long)im->refused, (unsigned long long)im->events,
                 (unsigned long long)ms / 1000, (unsigned long long)ms % 1000 / 100,
                 (unsigned long long)(im->events * 1000 / ms));
    if (im->request.with.dry_run) {
        message_line(im->cli->err, "dry run: nothing was changed");
    }
    if (im->stopped) {
        message_say(im->cli->err, "stopped at line %llu", (unsigned long long)im->line);
        message_hint(im->cli->err, "run the same again: tickets that exist are recognised by their "
                                   "keys");
    }
}

static int run(struct import *im)
{
    struct cli *cli = im->cli;
    struct text text = {0};

    im->start_at = when_now();
    im->sent = calloc(slate_window(cli->slate), sizeof(*im->sent));
    if (!im->sent) {
        abort();
    }
    render_begin(&cli->render, &rows_import);
    while (!im->stopped && read_line(im->f, &text)) {
        im->line++;
        take_line(im, &text);
    }
    bool unread = ferror(im->f);
    while (slate_pending(cli->slate) > 0) {
        take_one(im);
    }
    render_end(&cli->render, NULL, NULL);
    render_flush(&cli->render);
    sum_up(im);
    free(im->sent);
    text_fini(&text);
    if (unread) {
        message_say(cli->err, "%s: %s", im->name, strerror(errno));
        return EXIT_FAILED;
    }
    if (im->stopped) {
        return im->stopped;
    }
    return im->refused == 0 ? EXIT_DONE : im->created + im->existing > 0 ? EXIT_PARTLY : im->code;
}

int cmd_import(struct cli *cli)
{
    const char *path = cli_arg(cli, 0);
    bool is_stdin = strcmp(path, "-") == 0;
    struct import im = {.cli = cli, .name = is_stdin ? "stdin" : path};
    struct slate_import_ticket *common = &im.request.import_ticket;
    enum slate_clock_kind *clocks = NULL;

    im.request.kind = SLATE_IMPORT_TICKET;
    common->contract = cli_option(cli, OPTION_CONTRACT);
    common->source = cli_option(cli, OPTION_SOURCE);
    if (!common->contract) {
        return cli_usage(cli, "--contract is needed");
    }
    if (!common->source) {
        common->source = common->contract; // keys are then unique within the contract
    }
    if (is_stdin && cli->in_tty) {
        return cli_usage(cli, "standard input is a terminal: pipe the tickets into it");
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
    if (!code && !cli_has(cli, OPTION_TIMEOUT)) {
        im.request.with.timeout_ms = TIMEOUT_MS;
    }
    common->clocks = clocks;
    if (!code) {
        im.f = is_stdin ? cli->in : fopen(path, "re");
        if (!im.f) {
            message_say(cli->err, "%s: %s", path, strerror(errno));
            code = EXIT_FAILED;
        }
    }
    if (!code) {
        code = cli_connect(cli);
        code = code ? code : run(&im);
    }
    if (im.f && !is_stdin) {
        fclose(im.f);
    }
    free(clocks);
    return code;
}
