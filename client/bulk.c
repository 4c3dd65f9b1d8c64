// SPDX-License-Identifier: Apache-2.0
#include "client/bulk.h"

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

bool bulk_is_wanted(const struct cli *cli)
{
    return cli->args.n_plain > 1 || strcmp(cli_arg(cli, 0), "-") == 0;
}

void bulk_set_ticket(struct slate_request *request, const char *ticket)
{
    switch (request->kind) {
    case SLATE_TAKE_TICKET: request->take_ticket.ticket = ticket; break;
    case SLATE_HOLD_TICKET: request->hold_ticket.ticket = ticket; break;
    case SLATE_RESUME_TICKET: request->resume_ticket.ticket = ticket; break;
    case SLATE_RESOLVE_TICKET: request->resolve_ticket.ticket = ticket; break;
    default: abort();
    }
}

/** How it is going. */
struct run {
    struct cli *cli;
    const char *doing;
    const struct tickets *tickets;
    uint64_t first_tag; // tags go up by one, as tickets do
    size_t done;
    size_t failed;
    int code; // of the failures, as long as it is one and the same
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
        line.outcome = r->changed.existing ? "existing" : "ok";
    } else {
        int code = cli_exit_code(&e);

        line.error = &e;
        line.outcome = slate_status_name(status);
        run->code = run->failed == 0 || run->code == code ? code : EXIT_PARTLY;
        run->failed++;
        message_say(run->cli->err, "cannot %s %s: %s", run->doing, line.ticket, e.message);
    }
    render_row(&run->cli->render, &line);
    slate_result_free(r);
}

static int change_all(struct cli *cli, const struct slate_request *template, const char *doing,
                      const struct tickets *t)
{
    struct run run = {.cli = cli, .doing = doing, .tickets = t};

    render_begin(&cli->render, &rows_change);
    for (size_t i = 0; i < t->n; i++) {
        struct slate_request request = *template;
        struct slate_error e;
        uint64_t tag;

        while (slate_pending(cli->slate) >= slate_window(cli->slate)) {
            take_one(&run);
        }
        bulk_set_ticket(&request, t->name[i]);
        if (slate_submit(cli->slate, &request, &tag, &e) != SLATE_OK) {
            cli_failed(cli, &e, "%s %s", doing, t->name[i]);
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
    return run.failed == 0 ? EXIT_DONE : run.failed < t->n ? EXIT_PARTLY : run.code;
}

int bulk_run(struct cli *cli, const struct slate_request *template, const char *doing)
{
    struct tickets t = {0};
    char question[64];
    int code = 0;

    if (template->with.if_version || cli_has(cli, OPTION_REQUEST_ID)) {
        return cli_usage(cli, "--if-version and --request-id go with one ticket only");
    }
    for (size_t i = 0; !code && i < cli->args.n_plain; i++) {
        if (strcmp(cli_arg(cli, i), "-") == 0) {
            code = read_names(cli, &t);
        } else {
            add(&t, cli_arg(cli, i));
        }
    }
    snprintf(question, sizeof(question), "%s %zu tickets?", doing, t.n);
    if (!code && t.n > BULK_UNASKED) {
        code = cli_confirm(cli, question, "changing so many tickets");
    }
    if (!code && t.n > 0) {
        code = cli_connect(cli);
    }
    if (!code && t.n > 0) {
        code = change_all(cli, template, doing, &t);
    }
    fini(&t);
    return code;
}
