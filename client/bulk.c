// SPDX-License-Identifier: Apache-2.0
#include "client/bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/message.h"
#include "client/rows.h"

/** A name longer than this is no ticket's. */
#define TICKET_BYTES 64

struct tickets {
    char **name;
    size_t n;
    size_t size;
};

static void add(struct tickets *t, const char *name)
{
    if (t->n == t->size) {
        t->size = t->size ? 2 * t->size : 64;
        t->name = reallocarray(t->name, t->size, sizeof(*t->name));
        if (!t->name) {
            abort();
        }
    }
    t->name[t->n] = strdup(name);
    if (!t->name[t->n++]) {
        abort();
    }
}

static void fini(struct tickets *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->name[i]);
    }
    free(t->name);
}

static int read_names(struct cli *cli, struct tickets *t)
{
    char *line = NULL;
    size_t size = 0;
    int code = 0;

    if (cli->in_tty) {
        return cli_usage(cli, "standard input is a terminal: pipe the tickets into it");
    }
    while (!code && getline(&line, &size, cli->in) > 0) {
        size_t n = strcspn(line, " \t\r\n");

        line[n] = '\0';
        if (n > TICKET_BYTES) {
            code = cli_usage(cli, "standard input: \"%.20s...\" is no ticket", line);
        } else if (n > 0) {
            add(t, line);
        }
    }
    free(line);
    return code;
}

/** How it is going. */
struct run {
    struct cli *cli;
    const struct change *change;
    const struct tickets *tickets;
    uint64_t first_tag; // tags go up by one, as tickets do
    size_t done;
    size_t failed;
    int code; // of the failures, as long as it is one and the same
    char hint[sizeof(((struct slate_error *)NULL)->hint)]; // the last that was said
};

static void take_one(struct run *run)
{
    struct rows_change_line line = {0};
    struct slate_result *r = NULL;
    struct slate_error e;
    uint64_t tag;

    enum slate_status status = slate_next(run->cli->slate, &tag, &r, &e);
    line.ticket = run->tickets->name[tag - run->first_tag];
    run->done++;
    if (status == SLATE_OK) {
        line.changed = &r->changed.ticket;
        line.outcome = r->changed.existing                 ? "existing"
                       : run->change->request.with.dry_run ? "would"
                                                           : "ok";
    } else {
        int code = cli_exit_code(&e);

        line.error = &e;
        line.outcome = slate_status_name(status);
        run->code = run->failed == 0 || run->code == code ? code : EXIT_PARTLY;
        run->failed++;
        message_say(run->cli->err, "cannot %s %s: %s", run->change->doing, line.ticket, e.message);
        if (*e.hint && strcmp(e.hint, run->hint) != 0) { // said once while it stays the same
            message_hint(run->cli->err, "%s", e.hint);
            snprintf(run->hint, sizeof(run->hint), "%s", e.hint);
        }
    }
    render_row(&run->cli->render, &line);
    slate_result_free(r);
}

static int change_all(struct cli *cli, const struct change *change, const struct tickets *t)
{
    struct run run = {.cli = cli, .change = change, .tickets = t};

    render_begin(&cli->render, &rows_change);
    for (size_t i = 0; i < t->n; i++) {
        struct slate_request request = change->request;
        struct slate_error e;
        uint64_t tag;

        while (slate_pending(cli->slate) >= slate_window(cli->slate)) {
            take_one(&run);
        }
        change_set_ticket(&request, t->name[i]);
        if (slate_submit(cli->slate, &request, &tag, &e) != SLATE_OK) {
            cli_failed(cli, &e, "%s %s", change->doing, t->name[i]);
            run.failed += t->n - i;
            run.code = EXIT_PARTLY;
            break;
        }
        if (i == 0) {
            run.first_tag = tag;
        }
    }
    while (slate_pending(cli->slate) > 0) {
        take_one(&run);
    }
    render_end(&cli->render, NULL, NULL);
    if (run.failed > 0) {
        message_line(cli->err, "%zu of %zu failed", run.failed, t->n);
    }
    if (change->request.with.dry_run) {
        message_line(cli->err, "dry run: nothing was changed");
    }
    return run.failed == 0 ? EXIT_DONE : run.failed < t->n ? EXIT_PARTLY : run.code;
}

int bulk_run(struct cli *cli, const struct change *change)
{
    struct tickets t = {0};
    char question[96];
    char what[64];
    int code = 0;

    if (change->request.with.if_version || cli_has(cli, OPTION_REQUEST_ID)) {
        return cli_usage(cli, "--if-version and --request-id go with one ticket only");
    }
    for (size_t i = 0; !code && i < change->n_tickets; i++) {
        if (strcmp(cli_arg(cli, i), "-") == 0) {
            code = read_names(cli, &t);
        } else {
            add(&t, cli_arg(cli, i));
        }
    }
    snprintf(question, sizeof(question), "%s %zu tickets?", change->doing, t.n);
    if (!code && t.n > BULK_UNASKED && !change->request.with.dry_run) {
        snprintf(what, sizeof(what), "changing %zu tickets", t.n);
        code = cli_confirm(cli, question, what);
    }
    if (!code && t.n > 0) {
        code = cli_connect(cli);
    }
    if (!code && t.n > 0) {
        code = change_all(cli, change, &t);
    }
    fini(&t);
    return code;
}
