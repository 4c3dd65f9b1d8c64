// SPDX-License-Identifier: Apache-2.0
/*
 * book try: what would happen to tickets under a book. The server runs it; nothing is kept.
 */
#include <stdlib.h>
#include <string.h>

#include "client/bookfile.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

static const char *or_unknown(const char *s)
{
    return s && *s ? s : "?";
}

/** "scenario.yaml:14  FAILED  expected resolution met; found resolution breached". */
static void put_check(struct cli *cli, const struct slate_tried_check *check, const char *file)
{
    struct render *r = &cli->render;

    render_put_f(r, TONE_DIM, "%s:%u  ", file, check->line);
    render_put(r, check->met ? TONE_GOOD : TONE_BAD, check->met ? "met   " : "FAILED");
    if (check->met) {
        render_put_f(r, TONE_PLAIN, "  %s", or_unknown(check->expected));
    } else {
        render_put_f(r, TONE_PLAIN, "  expected %s; found %s", or_unknown(check->expected),
                     or_unknown(check->found));
    }
    render_newline(r);
}

static void put_ticket(struct cli *cli, const struct slate_tried_ticket *t, const char *file)
{
    const char *state = slate_name(SLATE_TICKET_STATES, (int)t->ticket.state);
    struct render *r = &cli->render;
    const int64_t now_at = r->now_at;
    struct text at = {0};

    r->now_at = t->as_of_at; // "in 2h" is meant from where the scenario ends
    render_put(r, TONE_BOLD, or_unknown(t->name));
    if (t->ticket.ticket) {
        when_add_full(&at, t->as_of_at);
        render_put_f(r, TONE_PLAIN, "  %s, %s, %s, as of %s", or_unknown(t->ticket.priority),
                     or_unknown(state), or_unknown(t->ticket.team), text_str(&at));
    } else {
        render_put(r, TONE_PLAIN, "  was never opened");
    }
    render_newline(r);
    render_subtable(r, &rows_tried_event, t->events, t->n_events, 0);
    if (t->n_clocks > 0) {
        render_newline(r);
        render_subtable(r, &rows_clock, t->clocks, t->n_clocks, 0);
    }
    if (t->n_checks > 0) {
        render_newline(r);
    }
    for (size_t i = 0; i < t->n_checks; i++) {
        put_check(cli, &t->checks[i], file);
    }
    render_newline(r);
    r->now_at = now_at;
    text_fini(&at);
}

/** "12 expectations met, 1 failed". */
static void tell_end(struct cli *cli, const struct slate_tried_book *book)
{
    size_t n = 0;

    for (size_t i = 0; i < book->n_tickets; i++) {
        n += book->tickets[i].n_checks;
    }
    const size_t met = n > book->failed ? n - book->failed : 0;
    message_line(cli->err, "%zu %s met, %u failed", met, met == 1 ? "expectation" : "expectations",
                 book->failed);
}

static void print(struct cli *cli, const struct slate_tried_book *book, const char *file)
{
    for (size_t i = 0; i < book->n_warnings; i++) {
        message_line(cli->err, "warning: %s", book->warnings[i]);
    }
    if (!render_object(&cli->render, &rows_tried, book)) {
        for (size_t i = 0; i < book->n_tickets; i++) {
            put_ticket(cli, &book->tickets[i], file);
        }
        cli_name_zone(cli);
    }
    if (book->truncated) {
        message_line(cli->err, "more happened than fits here: the oldest events are left out");
    }
    tell_end(cli, book);
}

/** Send both; a refusal names the file and the line. */
static int try_book(struct cli *cli, const struct slate_try_book *args)
{
    struct slate_result *r;
    struct slate_error e;

    int code = cli_connect(cli);
    if (code) {
        return code;
    }
    if (slate_try_book(cli->slate, args, NULL, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "try the book");
    }
    print(cli, &r->tried, args->scenario_file);
    code = r->tried.failed > 0 ? EXIT_FAILED : EXIT_DONE;
    slate_result_free(r);
    return code;
}

int cmd_book_try(struct cli *cli)
{
    const char *path = cli_option(cli, OPTION_FILE);
    const char *scenario_path = cli_arg(cli, 0);
    struct slate_try_book args = {0};
    char *scenario = NULL;
    char *text = NULL;

    if (path && strcmp(path, "-") == 0 && strcmp(scenario_path, "-") == 0) {
        return cli_usage(cli, "only one of book and scenario can be standard input");
    }
    int code = bookfile_read(cli, path, "book", &text, &args.file);
    if (!code) {
        code = bookfile_read(cli, scenario_path, "scenario", &scenario, &args.scenario_file);
    }
    if (!code) {
        args.text = text;
        args.scenario = scenario;
        code = try_book(cli, &args);
    }
    free(scenario);
    free(text);
    return code;
}
